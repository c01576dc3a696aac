#pragma once
// An article as it was decoded from a message: what the contract calls the article message, cleaned and bounded.

#include "khabar/arena.h"

typedef struct kb_article {
    kb_str id;  // never empty: given, or the canonical url, or a hash of the content
    kb_str url; // as given; p == NULL: unknown. So for the other optional fields.
    kb_str source_name, source_domain, source_country; // country: ISO 3166-1 alpha-3
    kb_str title, body;                                // UTF-8, NFC; paragraphs of the body separated by a blank line
    kb_str language;                                   // BCP 47 as given; p == NULL: to be detected
    kb_str section;
    kb_str *authors, *tags;
    uint32_t author_count, tag_count;
    int64_t published_at;   // seconds since 1970-01-01T00:00:00Z
    int32_t published_zone; // offset of the zone in which published_at was written, seconds east of UTC
    bool published_known;   // false: published_at is the time of the message or of now
    kb_str published_text;  // RFC 3339, as given or made from published_at in UTC
} kb_article;
