#pragma once
// UTF-8, by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.

#include "khabar/base.h"

// Decodes one code point at p (p < end). Returns its length in bytes (1 to 4) and sets *ret, or 0 where the bytes are no UTF-8.
unsigned kb_utf8_decode(const char *p, const char *end, uint32_t *ret);
// Encodes c (a valid scalar value) into at most 4 bytes; returns how many.
unsigned kb_utf8_encode(uint32_t c, char out[4]);
// Byte offset of the first fault, or s.n when all of it is UTF-8.
size_t kb_utf8_fault(kb_str s);
// How many code points (s is valid).
size_t kb_utf8_count(kb_str s);
