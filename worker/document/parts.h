#pragma once
// What the files of this room share.

#include "khabar/buffer.h"
#include "khabar/document.h"

// The fields of an article message as they stand in it: p == NULL where missing or null.
typedef struct kb_message {
    kb_str id, url, title, body, text, html, language, section, published_at;
    kb_str source_name, source_domain, source_country;
    kb_str *authors, *tags;
    uint32_t author_count, tag_count;
} kb_message;

// `limits` with the defaults in place of zeroes.
kb_document_limits kb_document_limits_or_default(const kb_document_limits *limits);

// Reads a JSON object by the contract (worker/document/json.c). Errors: codes json-*, field-*, limit-*, with line and column or the field.
kb_status kb_message_read(kb_arena *arena, kb_str json, const kb_document_limits *limits, kb_message *ret,
                          kb_error *error);

// KB_LIMIT with the code "limit-" and `name` where `s` is longer than `most`.
kb_status kb_check_length(kb_str s, size_t most, const char *name, kb_error *error);

// One line for a field: control characters and line breaks become spaces, runs of white space one; bytes that are no UTF-8 become U+FFFD.
kb_str kb_clean_line(kb_arena *arena, kb_str s);
// Text of several lines: drops control characters but tab and line break (CR LF and CR become LF), noncharacters, and the combining marks after
// the 30th in a row, the bound of the Stream-Safe Text Format (UAX #15, 13). Text without any of these is returned as it is, not copied.
kb_str kb_clean_text(kb_arena *arena, kb_str s);
