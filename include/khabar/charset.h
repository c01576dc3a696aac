#pragma once
// From bytes in any charset to UTF-8.

#include "khabar/arena.h"

typedef struct kb_content_type {
    kb_str type;    // "text/plain"; as written, without parameters
    kb_str charset; // parameter "charset" without quotes; p == NULL: not given
} kb_content_type;

// Reads a content-type header (RFC 9110, 8.3). Both slices borrow from `header`.
kb_content_type kb_content_type_parse(kb_str header);
// Compares the type without regard to case.
bool kb_content_type_is(const kb_content_type *type, const char *name);

// The charset in which `bytes` are written: by its byte order mark, else UTF-8 where all or nearly all of it is valid, else UTF-16 by its zero or
// U+06xx bytes, else the one of windows-1256 and ISO-8859-6 that reads as Arabic, else ICU's guess. NULL where nothing fits. A static string or
// one that ICU owns.
const char *kb_charset_detect(kb_str bytes);

// Converts to UTF-8 in memory of `arena`, without byte order mark (valid UTF-8 is returned as it is, not copied). `charset` is any name that ICU
// knows; absent: detected. What can't be decoded becomes U+FFFD. Errors: KB_INVALID with "charset-unknown" (no such name, or nothing detected) or
// "charset-broken" (more than one character of a hundred can't be decoded: these bytes are not in that charset); KB_LIMIT "limit-text" beyond
// `most` bytes of UTF-8.
kb_status kb_charset_decode(kb_arena *arena, kb_str bytes, kb_str charset, size_t most, kb_str *ret, kb_error *error);
