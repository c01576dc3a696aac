// Two generations: new readings go to the young one. When it is full, it becomes the old one and the one before is forgotten; what is still
// in use is copied back on its next use. So what is frequent stays, and memory is bounded.

#include "memo.h"

#include <stdlib.h>

enum {
    GENERATION_BYTES = 8 << 20,
    GENERATION_SLOTS = 1 << 16, // a power of two; three quarters of them are used at most
    SMALL_BYTES = 96 << 10,
    SMALL_SLOTS = 1 << 11,
};

typedef struct entry {
    kb_readings readings;
    uint32_t size;
    char spelling[];
} entry;

typedef struct slot {
    uint32_t tag; // upper half of the hash
    uint32_t at;  // place in `bytes` in units of the alignment, 0: empty
} slot;

typedef struct generation {
    char *bytes;
    slot *slots;
    uint32_t used, count;
} generation;

struct kb_word_memo {
    generation young, old; // old.bytes is NULL in a small one
    uint32_t bytes, slots;
};

enum { ALIGN = 16 };

static void clear(const kb_word_memo *memo, generation *g)
{
    memset(g->slots, 0, memo->slots * sizeof *g->slots);
    g->used = ALIGN; // place 0 stands for an empty slot
    g->count = 0;
}

kb_word_memo *kb_word_memo_new(void)
{
    kb_word_memo *memo = calloc(1, sizeof *memo);
    if (!memo)
        return NULL;
    memo->bytes = GENERATION_BYTES;
    memo->slots = GENERATION_SLOTS;
    generation *both[] = {&memo->young, &memo->old};
    for (size_t i = 0; i < KB_LEN(both); i++) {
        both[i]->bytes = aligned_alloc(ALIGN, memo->bytes);
        both[i]->slots = malloc(memo->slots * sizeof(slot));
        if (!both[i]->bytes || !both[i]->slots)
            return kb_word_memo_free(memo);
        clear(memo, both[i]);
    }
    return memo;
}

kb_word_memo *kb_word_memo_free(kb_word_memo *memo)
{
    if (memo) {
        free(memo->young.bytes);
        free(memo->young.slots);
        free(memo->old.bytes);
        free(memo->old.slots);
    }
    free(memo);
    return NULL;
}

kb_word_memo *kb_word_memo_small(kb_arena *arena)
{
    kb_word_memo *memo = KB_NEW(arena, kb_word_memo);
    char *bytes = memo ? kb_alloc(arena, SMALL_BYTES) : NULL;
    slot *slots = bytes ? KB_NEWS(arena, slot, SMALL_SLOTS) : NULL;
    if (!slots)
        return NULL;
    *memo = (kb_word_memo){.bytes = SMALL_BYTES, .slots = SMALL_SLOTS};
    memo->young = (generation){.bytes = bytes, .slots = slots, .used = ALIGN};
    return memo;
}

void kb_memo_begin(kb_word_memo *memo)
{
    const generation *young = &memo->young;
    if (!memo->old.bytes || (young->used < memo->bytes / 8 * 7 && young->count < memo->slots / 8 * 5))
        return; // the last eighth is for the article that comes
    generation old = memo->old;
    memo->old = memo->young;
    memo->young = old;
    clear(memo, &memo->young);
}

void kb_memo_expect(const kb_word_memo *memo, uint64_t hash)
{
    __builtin_prefetch(&memo->young.slots[hash & (memo->slots - 1)]);
}

void kb_memo_approach(const kb_word_memo *memo, uint64_t hash)
{
    const generation *g = &memo->young;
    slot s = g->slots[hash & (memo->slots - 1)];
    const char *e = g->bytes + (size_t)s.at * ALIGN;
    __builtin_prefetch(e);
    __builtin_prefetch(e + 64);
}

static const entry *find(const kb_word_memo *memo, const generation *g, kb_str spelling, uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    for (uint32_t i = (uint32_t)hash & (memo->slots - 1);; i = (i + 1) & (memo->slots - 1)) {
        slot s = g->slots[i];
        if (!s.at)
            return NULL;
        const entry *e = (const entry *)(const void *)(g->bytes + (size_t)s.at * ALIGN);
        if (s.tag == tag && e->size == spelling.n && memcmp(e->spelling, spelling.p, spelling.n) == 0)
            return e;
    }
}

// Bytes of an entry: itself with its spelling, its analyses, its views.
static size_t padded(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static const entry *fill(char *p, kb_str spelling, const kb_analysis *analyses, const kb_view *views, uint8_t count)
{
    uint8_t viewed = count < KB_RANKED ? count : KB_RANKED;
    entry *e = (entry *)(void *)p;
    char *readings = p + padded(sizeof *e + spelling.n), *seen = readings + padded(count * sizeof *analyses);
    memcpy(readings, analyses, count * sizeof *analyses);
    memcpy(seen, views, viewed * sizeof *views);
    e->readings =
        (kb_readings){(const kb_analysis *)(const void *)readings, (const kb_view *)(const void *)seen, count, viewed};
    e->size = (uint32_t)spelling.n;
    memcpy(e->spelling, spelling.p, spelling.n);
    return e;
}

const kb_readings *kb_memo_keep(kb_word_memo *memo, kb_arena *arena, kb_str spelling, uint64_t hash,
                                const kb_analysis *analyses, const kb_view *views, uint8_t count)
{
    generation *g = &memo->young;
    size_t viewed = count < KB_RANKED ? count : KB_RANKED;
    size_t size = padded(sizeof(entry) + spelling.n) + padded(count * sizeof *analyses) + viewed * sizeof *views;
    size = padded(size);
    if (size > memo->bytes - g->used || g->count >= memo->slots / 4 * 3) {
        char *p = arena ? kb_alloc(arena, size) : NULL;
        return p ? &fill(p, spelling, analyses, views, count)->readings : NULL;
    }
    const entry *e = fill(g->bytes + g->used, spelling, analyses, views, count);
    uint32_t i = (uint32_t)hash & (memo->slots - 1);
    while (g->slots[i].at)
        i = (i + 1) & (memo->slots - 1);
    g->slots[i] = (slot){.tag = (uint32_t)(hash >> 32), .at = g->used / ALIGN};
    g->used += (uint32_t)size;
    g->count++;
    return &e->readings;
}

const kb_readings *kb_memo_find(kb_word_memo *memo, kb_str spelling, uint64_t hash)
{
    const entry *e = find(memo, &memo->young, spelling, hash);
    if (e || !memo->old.bytes)
        return e ? &e->readings : NULL;
    e = find(memo, &memo->old, spelling, hash);
    if (!e)
        return NULL;
    const kb_readings *r = &e->readings; // stays until the next article, so a copy that fails does no harm
    kb_memo_keep(memo, NULL, spelling, hash, r->at, r->views, r->count);
    return r;
}
