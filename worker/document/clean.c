// Characters that no text needs, taken out before anything is measured or stored.

#include "document/parts.h"
#include "khabar/utf8.h"

#include <unicode/uchar.h>

enum { MARKS_IN_A_ROW = 30 };

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

static bool is_noncharacter(uint32_t c)
{
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

static bool is_mark(uint32_t c)
{
    if (c < 0x300)
        return false;
    if (c >= 0x0620 && c <= 0x064A) // the Arabic letters
        return false;
    return u_charType((UChar32)c) == U_NON_SPACING_MARK || u_charType((UChar32)c) == U_ENCLOSING_MARK;
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == 0x85 || c == 0x2028 || c == 0x2029 || (c >= '\t' && c <= '\r');
}

kb_str kb_clean_line(kb_arena *arena, kb_str s)
{
    if (!s.p)
        return s;
    kb_buffer b = kb_buffer_new(arena, s.n + 1);
    const char *p = s.p, *end = s.p + s.n;
    bool space = false;
    while (p < end) {
        uint32_t c;
        unsigned n = kb_utf8_decode(p, end, &c);
        if (n == 0) {
            c = 0xFFFD;
            n = 1;
        }
        p += n;
        if (is_space(c) || is_control(c) || is_noncharacter(c)) {
            space = true;
            continue;
        }
        if (space && b.n)
            kb_buffer_char(&b, ' ');
        space = false;
        char bytes[4];
        kb_buffer_add(&b, (kb_str){bytes, kb_utf8_encode(c, bytes)});
    }
    return b.failed ? (kb_str){0} : kb_buffer_str(&b);
}

// Bytes of the longest prefix of `s` that needs no change.
static size_t clean_prefix(kb_str s)
{
    const char *p = s.p, *end = s.p + s.n;
    unsigned marks = 0;
    while (p < end) {
        uint32_t c;
        unsigned n = kb_utf8_decode(p, end, &c);
        if (n == 0 || (is_control(c) && c != '\n' && c != '\t') || is_noncharacter(c))
            break;
        marks = is_mark(c) ? marks + 1 : 0;
        if (marks > MARKS_IN_A_ROW)
            break;
        p += n;
    }
    return (size_t)(p - s.p);
}

kb_str kb_clean_text(kb_arena *arena, kb_str s)
{
    if (clean_prefix(s) == s.n)
        return s;
    kb_buffer b = kb_buffer_new(arena, s.n);
    const char *p = s.p, *end = s.p + s.n;
    unsigned marks = 0;
    while (p < end) {
        uint32_t c;
        unsigned n = kb_utf8_decode(p, end, &c);
        if (n == 0) {
            c = 0xFFFD;
            n = 1;
        }
        p += n;
        if ((c == '\r' && (p == end || *p != '\n')) || c == '\v' || c == '\f' || c == 0x85) // breaks of old page makers
            c = '\n';
        if ((is_control(c) && c != '\n' && c != '\t') || is_noncharacter(c))
            continue;
        marks = is_mark(c) ? marks + 1 : 0;
        if (marks > MARKS_IN_A_ROW)
            continue;
        char bytes[4];
        kb_buffer_add(&b, (kb_str){bytes, kb_utf8_encode(c, bytes)});
    }
    return b.failed ? (kb_str){0} : kb_buffer_str(&b);
}
