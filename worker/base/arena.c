#include "khabar/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) char bytes[];
} block;

struct kb_arena {
    block *first; // the one allocated from
    size_t limit, used, reserved;
};

enum { FIRST_BLOCK = 64 * 1024, LARGEST_KEPT = 16 * 1024 * 1024 };

kb_arena *kb_arena_new(size_t limit)
{
    kb_arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->limit = limit;
    return arena;
}

static void release_blocks(kb_arena *arena)
{
    while (arena->first) {
        block *next = arena->first->next;
        free(arena->first);
        arena->first = next;
    }
    arena->reserved = 0;
}

kb_arena *kb_arena_free(kb_arena *arena)
{
    if (arena)
        release_blocks(arena);
    free(arena);
    return NULL;
}

static block *add_block(kb_arena *arena, size_t need)
{
    size_t size = arena->reserved > FIRST_BLOCK ? arena->reserved : FIRST_BLOCK; // doubles, so that blocks stay few
    if (size > LARGEST_KEPT)
        size = LARGEST_KEPT;
    if (size < need)
        size = need;
    if (size > SIZE_MAX - sizeof(block))
        return NULL;
    block *b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    *b = (block){.next = arena->first, .size = size};
    arena->first = b;
    arena->reserved += size;
    return b;
}

static void *take(kb_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (rounded == 0)
        rounded = alignof(max_align_t);
    if (arena->limit && (rounded > arena->limit || arena->used > arena->limit - rounded))
        return NULL;
    block *b = arena->first;
    if (!b || b->size - b->used < rounded)
        b = add_block(arena, rounded);
    if (!b)
        return NULL;
    void *p = b->bytes + b->used;
    b->used += rounded;
    arena->used += rounded;
    return p;
}

void *kb_alloc(kb_arena *arena, size_t size)
{
    void *p = take(arena, size);
    return p ? memset(p, 0, size) : NULL;
}

void *kb_alloc_array(kb_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? NULL : kb_alloc(arena, bytes);
}

kb_str kb_arena_copy(kb_arena *arena, kb_str s)
{
    char *p = kb_arena_z(arena, s);
    return p ? (kb_str){p, s.n} : (kb_str){0};
}

char *kb_arena_z(kb_arena *arena, kb_str s)
{
    if (s.n == SIZE_MAX)
        return NULL;
    char *p = take(arena, s.n + 1);
    if (!p)
        return NULL;
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

kb_str kb_arena_printf(kb_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *p = n < 0 ? NULL : take(arena, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    return p ? (kb_str){p, (size_t)n} : (kb_str){0};
}

void kb_arena_reset(kb_arena *arena)
{
    size_t kept = arena->reserved;
    bool one = arena->first && !arena->first->next;
    if (one && kept <= LARGEST_KEPT) {
        arena->first->used = 0;
    } else {
        release_blocks(
            arena); // several blocks become one of their total size, so that the next article needs no new one
        if (kept && kept <= LARGEST_KEPT)
            add_block(arena, kept);
    }
    arena->used = 0;
}

size_t kb_arena_used(const kb_arena *arena)
{
    return arena->used;
}

void *kb_vec_grow(kb_arena *arena, void *at, uint32_t n, uint32_t *cap, size_t size)
{
    if (*cap > UINT32_MAX / 2)
        return NULL;
    uint32_t wanted = *cap ? *cap * 2 : 8;
    size_t bytes;
    if (__builtin_mul_overflow((size_t)wanted, size, &bytes))
        return NULL;
    void *p = take(arena, bytes);
    if (!p)
        return NULL;
    if (n)
        memcpy(p, at, n * size);
    *cap = wanted;
    return p;
}
