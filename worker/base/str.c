#include "khabar/base.h"

#define XXH_INLINE_ALL // most of what is hashed is one word: a call costs as much as the hash
#include <xxhash.h>

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

kb_str kb_str_trim(kb_str s)
{
    while (s.n && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

kb_str kb_str_cut(kb_str *rest, char separator)
{
    kb_str all = *rest;
    const char *at = all.n ? memchr(all.p, separator, all.n) : NULL;
    if (!at) {
        *rest = (kb_str){0};
        return all;
    }
    size_t n = (size_t)(at - all.p);
    *rest = (kb_str){at + 1, all.n - n - 1};
    return (kb_str){all.p, n};
}

uint64_t kb_hash(const void *data, size_t size)
{
    return XXH3_64bits(size ? data : "", size);
}

kb_str kb_str_shown(kb_str word)
{
    size_t n = 0;
    while (n < word.n && word.p[n] != '=' && !kb_str_starts(kb_str_sub(word, n, word.n), KB_STR("://")))
        n++;
    return kb_str_sub(word, 0, n);
}
