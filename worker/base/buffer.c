#include "khabar/buffer.h"

#include <math.h>

kb_buffer kb_buffer_new(kb_arena *arena, size_t expected)
{
    kb_buffer b = {.arena = arena};
    b.cap = expected < UINT32_MAX / 4 ? (uint32_t)(expected / 2) : 0;
    b.p = kb_vec_grow(arena, NULL, 0, &b.cap, 1);
    b.failed = b.p == NULL;
    return b;
}

static bool has_room(kb_buffer *b, size_t more)
{
    if (b->failed)
        return false;
    if (more <= b->cap - b->n)
        return true;
    if (more > INT32_MAX || b->n + more > INT32_MAX) {
        b->failed = true;
        return false;
    }
    uint32_t cap = b->cap;
    if (cap < (b->n + more + 1) / 2)
        cap = (uint32_t)((b->n + more + 1) / 2); // kb_vec_grow doubles it
    char *p = kb_vec_grow(b->arena, b->p, b->n, &cap, 1);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

void kb_buffer_add(kb_buffer *b, kb_str s)
{
    if (s.n == 0 || !has_room(b, s.n))
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += (uint32_t)s.n;
}

void kb_buffer_z(kb_buffer *b, const char *z)
{
    kb_buffer_add(b, kb_str_of(z));
}

void kb_buffer_char(kb_buffer *b, char c)
{
    if (has_room(b, 1))
        b->p[b->n++] = c;
}

void kb_buffer_number(kb_buffer *b, int64_t value)
{
    char digits[24], *end = digits + sizeof digits, *p = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--p = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        *--p = '-';
    kb_buffer_add(b, (kb_str){p, (size_t)(end - p)});
}

void kb_buffer_decimal(kb_buffer *b, double value, unsigned decimals)
{
    if (!isfinite(value) || fabs(value) > 1e9) {
        kb_buffer_z(b, "null");
        return;
    }
    int64_t scale = 1;
    for (unsigned i = 0; i < decimals; i++)
        scale *= 10;
    int64_t scaled = llround(value * (double)scale);
    if (scaled < 0) {
        kb_buffer_char(b, '-');
        scaled = -scaled;
    }
    kb_buffer_number(b, scaled / scale);
    int64_t fraction = scaled % scale;
    if (fraction)
        kb_buffer_char(b, '.');
    while (fraction) {
        scale /= 10;
        kb_buffer_char(b, (char)('0' + fraction / scale));
        fraction %= scale;
    }
}

static void add_escape(kb_buffer *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
        kb_buffer_z(b, "\\\"");
        return;
    case '\\':
        kb_buffer_z(b, "\\\\");
        return;
    case '\n':
        kb_buffer_z(b, "\\n");
        return;
    case '\r':
        kb_buffer_z(b, "\\r");
        return;
    case '\t':
        kb_buffer_z(b, "\\t");
        return;
    default:
        kb_buffer_z(b, "\\u00");
        kb_buffer_char(b, hex[c >> 4]);
        kb_buffer_char(b, hex[c & 15]);
    }
}

void kb_buffer_json(kb_buffer *b, kb_str s)
{
    if (!s.p) {
        kb_buffer_z(b, "null");
        return;
    }
    kb_buffer_char(b, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        kb_buffer_add(b, (kb_str){s.p + from, i - from});
        add_escape(b, c);
        from = i + 1;
    }
    kb_buffer_add(b, (kb_str){s.p + from, s.n - from});
    kb_buffer_char(b, '"');
}
