#pragma once
// Helpers of the data-driven tests: articles made of one sentence, expectations marked in brackets.

#include "khabar/extract.h"

typedef struct case_session {
    kb_extractor *extractor;
    kb_session *session;
    kb_arena *arena;
} case_session;

bool case_open(case_session *s);
void case_close(case_session *s);

// The layers of an article with `body` alone, published at `published_at` (seconds) in the zone `zone` (seconds east of UTC). They live until
// the next call. NULL on failure.
const kb_layers *case_layers(case_session *s, kb_str body, int64_t published_at, int32_t zone);

// "2024-08-02" or "2024-08-02T08:00+03:00" as seconds and zone. False where it is neither.
bool case_moment(kb_str text, int64_t *ret, int32_t *ret_zone);

enum { CASE_MARKS = 16 };
// Takes [brackets] out of `marked`: the plain text into *ret, their spans in bytes of it. Returns how many.
uint32_t case_unmark(kb_arena *arena, kb_str marked, kb_str *ret, kb_span spans[CASE_MARKS]);

// Calls `holds` for every row of the tables below `folder` and returns how many don't hold; *ret_rows counts them all.
uint32_t case_rows(const char *folder, uint32_t columns, bool (*holds)(const kb_row *row, kb_arena *arena),
                   uint32_t *ret_rows);
