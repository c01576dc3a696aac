#pragma once
// From the bytes of a message to an article: JSON, plain text in any charset, HTML; the cleaning of scraped pages.

#include "khabar/article.h"

typedef struct kb_document_limits { // 0: the default
    size_t message_bytes;           // default 16 MiB
    size_t title_bytes, body_bytes, field_bytes;
    uint32_t depth; // nesting of JSON and HTML
    uint32_t paragraphs, authors, tags;
} kb_document_limits;

// What stands around the bytes of a message.
typedef struct kb_envelope {
    kb_str content_type; // header "content-type", absent: JSON, or told by the bytes
    kb_str key;          // Kafka key, may be absent; not used as id
    int64_t timestamp;   // seconds; anchor where the message has no published_at
} kb_envelope;

// Decodes one message: a JSON object under any content type; text/plain and text/html by theirs. *ret lives in `arena` (or borrows from `bytes`), and is
// untouched after an error. Errors are KB_NO_MEMORY, or KB_INVALID and KB_LIMIT with a code for each fault, pinned by tests/cases/messages:
//   message-empty, content-binary (gzip and other formats that are no text), content-type-unknown, charset-unknown, charset-broken;
//   json-syntax, -truncated, -trailing, -utf8, -surrogate, -control, -duplicate-key, -nul-key, -number, -depth, -not-object;
//   field-type, field-language, body-missing, article-empty, date-syntax, date-range; html-depth, html-attributes;
//   limit-message, -title, -body, -text, -html, -paragraphs, -authors, -tags, -id, and of every other field by its name (limit-words: kb_extract).
// Repaired without an error: U+0000, control characters and noncharacters are dropped, line breaks made LF, combining marks beyond 30 in a row dropped; a
// byte order mark is stepped over; up to one undecodable character of a hundred becomes U+FFFD; null and empty fields count as missing; `url`s that
// are none stay as they are but give no id; a country that is no ISO code is unknown.
kb_status kb_document_decode(kb_arena *arena, kb_str bytes, const kb_envelope *envelope,
                             const kb_document_limits *limits, kb_article *ret, kb_error *error);
// Raw text of a scraped page -> title and body (worker/document/page.c); raw HTML -> text blocks -> the same.
kb_status kb_document_text(kb_arena *arena, kb_str text, const kb_document_limits *limits, kb_article *ret,
                           kb_error *error);
kb_status kb_document_html(kb_arena *arena, kb_str bytes, kb_str charset, const kb_document_limits *limits,
                           kb_article *ret, kb_error *error);
// Canonical form of a url (RFC 3986 6.2.2, without fragment and tracking parameters), used as id.
kb_str kb_document_canonical_url(kb_arena *arena, kb_str url);
