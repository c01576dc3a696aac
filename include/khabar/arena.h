#pragma once
// Memory of one article: allocated by bumping a pointer, released as a whole, recycled for the next one.
// An arena belongs to one thread at a time.

#include "khabar/error.h"

typedef struct kb_arena kb_arena;

// `limit` bounds the bytes that may live in it at once (0: no bound). Returns NULL without memory.
kb_arena *kb_arena_new(size_t limit);
kb_arena *kb_arena_free(kb_arena *arena); // accepts NULL, returns NULL

// Zeroed memory, aligned for any type. Returns NULL at the limit or without memory; `size` 0 gives a valid pointer.
void *kb_alloc(kb_arena *arena, size_t size);
void *kb_alloc_array(kb_arena *arena, size_t count, size_t size); // NULL also on overflow
#define KB_NEW(arena, type)         ((type *)kb_alloc((arena), sizeof(type)))
#define KB_NEWS(arena, type, count) ((type *)kb_alloc_array((arena), (count), sizeof(type)))

// A copy of `s` that lives as long as the arena. On failure an absent slice (p == NULL).
kb_str kb_arena_copy(kb_arena *arena, kb_str s);
char *kb_arena_z(kb_arena *arena, kb_str s); // terminated copy, or NULL
kb_str kb_arena_printf(kb_arena *arena, const char *format, ...) KB_PRINTF(2, 3);

// Gives up everything allocated; keeps up to the high-water mark of memory for the next article.
void kb_arena_reset(kb_arena *arena);
size_t kb_arena_used(const kb_arena *arena);

// Growable arrays in an arena: declare `struct { T *at; uint32_t n, cap; } v = {0};` or use KB_VEC(T).
#define KB_VEC(T)                                                                                                      \
    struct {                                                                                                           \
        T *at;                                                                                                         \
        uint32_t n, cap;                                                                                               \
    }
void *kb_vec_grow(kb_arena *arena, void *at, uint32_t n, uint32_t *cap, size_t size);
// Makes room for one more and evaluates to its address, or NULL without memory. The new element is zeroed.
#define KB_PUSH(arena, v)                                                                                              \
    (((v)->n < (v)->cap || ((v)->at = kb_vec_grow((arena), (v)->at, (v)->n, &(v)->cap, sizeof *(v)->at)) != NULL)      \
         ? memset(&(v)->at[(v)->n++], 0, sizeof *(v)->at)                                                              \
         : NULL)
