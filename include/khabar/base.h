#pragma once
// Slices, sizes and small helpers that every room uses.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A borrowed run of bytes, not terminated. Text is UTF-8 unless a comment says otherwise. {NULL, 0} is the empty (absent) slice.
typedef struct kb_str {
    const char *p;
    size_t n;
} kb_str;

#define KB_STR(literal) ((kb_str){(literal), sizeof(literal) - 1})
#define KB_NONE         UINT32_MAX // "no index"
#define KB_LEN(array)   (sizeof(array) / sizeof((array)[0]))
#define KB_PRI          "%.*s" // prints a slice: printf(KB_PRI, KB_ARG(s))
#define KB_ARG(s)       (int)((s).n > INT32_MAX ? INT32_MAX : (s).n), (s).p ? (s).p : ""
#define KB_CLEANUP(f)   __attribute__((cleanup(f)))
#define KB_PRINTF(f, a) __attribute__((format(printf, f, a)))

static inline kb_str kb_str_of(const char *z)
{
    return z ? (kb_str){z, strlen(z)} : (kb_str){0};
}

static inline bool kb_str_eq(kb_str a, kb_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool kb_str_is(kb_str a, const char *z)
{
    return kb_str_eq(a, kb_str_of(z));
}

static inline bool kb_str_starts(kb_str a, kb_str prefix)
{
    return a.n >= prefix.n && memcmp(a.p, prefix.p, prefix.n) == 0;
}

static inline bool kb_str_ends(kb_str a, kb_str suffix)
{
    return a.n >= suffix.n && memcmp(a.p + a.n - suffix.n, suffix.p, suffix.n) == 0;
}

// The part of `a` from byte `from` to byte `to` (half open, both clamped to the slice).
static inline kb_str kb_str_sub(kb_str a, size_t from, size_t to)
{
    if (to > a.n)
        to = a.n;
    if (from > to)
        from = to;
    return (kb_str){a.p ? a.p + from : NULL, to - from};
}

// Three-way comparison by bytes (for UTF-8 that is code point order).
static inline int kb_str_cmp(kb_str a, kb_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

// The first of `n` records in the order of `member`, a uint32_t, at which it is at least `least`; `n` when there is none.
#define KB_FIRST_FROM(at, n, member, least)                                                                            \
    kb_first_from((at), (n), sizeof *(at), offsetof(__typeof__(*(at)), member), (least))
static inline uint32_t kb_first_from(const void *at, uint32_t n, size_t size, size_t member, uint32_t least)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, value;
        memcpy(&value, (const char *)at + middle * size + member, sizeof value);
        if (value < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// `s` without ASCII white space at both ends.
kb_str kb_str_trim(kb_str s);

// Cuts `*rest` at the first byte `separator`: returns what stands before it and leaves what follows in `*rest`; without a separator returns
// all of it and leaves an absent slice (p == NULL). Loop while rest.p.
kb_str kb_str_cut(kb_str *rest, char separator);

// What of a word of a command line may stand in an error: what is before its first '=' or "://", behind which a password may be.
kb_str kb_str_shown(kb_str word);

// The monotonic clock, which no change of the time of day moves: milliseconds, nanoseconds.
int64_t kb_now_ms(void);
int64_t kb_now_ns(void);

// 64-bit hash of bytes (XXH3, seedless): the same on every machine and in every release. Used for lexicon keys and ids.
uint64_t kb_hash(const void *data, size_t size);
static inline uint64_t kb_str_hash(kb_str s)
{
    return kb_hash(s.p, s.n);
}
