#pragma once
// Bytes that grow in an arena: for the writers of records and the cleaners of text. After a failure everything more is ignored, so that only the end
// needs a check.

#include "khabar/arena.h"

typedef struct kb_buffer {
    kb_arena *arena;
    char *p;
    uint32_t n, cap;
    bool failed; // the arena's limit, or more than 2 GiB
} kb_buffer;

// An empty buffer; `expected` bytes are reserved at once (0: none).
kb_buffer kb_buffer_new(kb_arena *arena, size_t expected);
void kb_buffer_add(kb_buffer *b, kb_str s);
void kb_buffer_z(kb_buffer *b, const char *z);
void kb_buffer_char(kb_buffer *b, char c);
void kb_buffer_number(kb_buffer *b, int64_t value);
// `value` with at most `decimals` (0 to 9) digits behind the point, without zeroes at the end; NaN, the infinities and what passes 10^9 as `null`.
// Independent of the locale.
void kb_buffer_decimal(kb_buffer *b, double value, unsigned decimals);
// `s` (UTF-8) as a JSON string with its quotes; an absent slice as `null`.
void kb_buffer_json(kb_buffer *b, kb_str s);

static inline kb_str kb_buffer_str(const kb_buffer *b)
{
    return (kb_str){b->p, b->n};
}
