#pragma once
// What the decoders' fuzzers share.

#include "khabar/document.h"
#include "khabar/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void check(bool holds)
{
    if (!holds)
        abort();
}

static inline void check_text(kb_str s, size_t most)
{
    check(s.n <= most && kb_utf8_fault(s) == s.n && (s.n == 0 || !memchr(s.p, 0, s.n)));
}

static inline void decode_and_check(kb_str bytes, kb_str content_type)
{
    kb_arena *arena = kb_arena_new(256 << 20);
    kb_envelope envelope = {.content_type = content_type, .timestamp = 1722585600};
    kb_document_limits limits = {.body_bytes = 1 << 20, .title_bytes = 4096, .field_bytes = 4096};
    kb_article a = {0};
    kb_error error = {0};
    kb_status status = kb_document_decode(arena, bytes, &envelope, &limits, &a, &error);
    if (status == KB_OK) {
        check(a.id.n > 0 && a.published_text.n >= 20);
        check_text(a.id, 1024);
        check_text(a.url, 4096);
        check_text(a.title, 4096);
        check_text(a.body, 1 << 20);
        check_text(a.language, 35);
        for (uint32_t i = 0; i < a.author_count; i++)
            check_text(a.authors[i], 4096);
        for (uint32_t i = 0; i < a.tag_count; i++)
            check_text(a.tags[i], 4096);
    } else {
        check(status == error.status && error.code[0] && error.what[0]);
        check(status == KB_INVALID || status == KB_LIMIT || status == KB_NO_MEMORY);
        check_text(kb_str_of(error.what), sizeof error.what);
    }
    kb_arena_free(arena);
}
