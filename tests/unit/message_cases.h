#pragma once
// Reads tests/cases/messages/*.tsv: the messages that the decoder must refuse with a reason, or repair as documented.

#include "khabar/buffer.h"
#include "support.h"

typedef struct message_case {
    kb_str name, content_type, expected, input; // input and expected: escapes undone
} message_case;

static inline int case_hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "%0A" is a byte, "%{10000*[}" a repetition.
static inline kb_str undo_escapes(kb_arena *arena, kb_str s)
{
    kb_buffer b = kb_buffer_new(arena, s.n);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%' && i + 2 < s.n && case_hex(s.p[i + 1]) >= 0 && case_hex(s.p[i + 2]) >= 0) {
            kb_buffer_char(&b, (char)(case_hex(s.p[i + 1]) * 16 + case_hex(s.p[i + 2])));
            i += 2;
        } else if (s.p[i] == '%' && i + 1 < s.n && s.p[i + 1] == '{') {
            size_t star = i, end = i;
            while (end < s.n && !(s.p[end] == '%' && s.p[end + 1] == '}'))
                end++;
            while (s.p[star] != '*')
                star++;
            unsigned long times = strtoul(s.p + i + 2, NULL, 10);
            kb_str inner = undo_escapes(arena, kb_str_sub(s, star + 1, end));
            for (unsigned long k = 0; k < times; k++)
                kb_buffer_add(&b, inner);
            i = end + 1;
        } else {
            kb_buffer_char(&b, s.p[i]);
        }
    }
    assert_false(b.failed);
    return kb_buffer_str(&b);
}

// Calls `check` for each row. Returns how many there were.
static inline uint32_t each_message_case(kb_arena *arena, const char *path,
                                         void (*check)(kb_arena *, const message_case *))
{
    kb_arena *file = kb_arena_new(0);
    kb_str rest = read_case(file, path);
    uint32_t n = 0;
    while (rest.p) {
        kb_str row = kb_str_cut(&rest, '\n');
        if (row.n == 0 || row.p[0] == '#')
            continue;
        message_case c = {.name = kb_str_cut(&row, '\t')};
        c.content_type = kb_str_cut(&row, '\t');
        c.expected = undo_escapes(arena, kb_str_cut(&row, '\t'));
        c.input = undo_escapes(arena, row);
        check(arena, &c);
        kb_arena_reset(arena);
        n++;
    }
    kb_arena_free(file);
    return n;
}
