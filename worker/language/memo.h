#pragma once
// The readings of a word by itself, kept under its spelling from article to article, with what the rules of context see of each.

#include "context.h"
#include "khabar/morphology.h"

enum { KB_RANKED = 5 }; // neighbours decide among so many of the likeliest readings

typedef struct kb_readings {
    const kb_analysis *at; // best first
    const kb_view *views;  // of the first KB_RANKED
    uint8_t count, viewed;
} kb_readings;

// A memo of one article, for a caller that keeps none. NULL without memory.
kb_word_memo *kb_word_memo_small(kb_arena *arena);

// To be called before an article: forgets what has not been used for long where room is short. Readings found before it are void.
void kb_memo_begin(kb_word_memo *memo);
// Ask the processor for what is kept of a word that will be looked for soon: first for its slot, then for the readings.
void kb_memo_expect(const kb_word_memo *memo, uint64_t hash);
void kb_memo_approach(const kb_word_memo *memo, uint64_t hash);
// What is kept for a spelling (of this hash), or NULL.
const kb_readings *kb_memo_find(kb_word_memo *memo, kb_str spelling, uint64_t hash);
// Keeps `count` analyses and their views (of the first KB_RANKED); in `arena` where the memo is full. NULL without
// memory, or where there is no arena for them.
const kb_readings *kb_memo_keep(kb_word_memo *memo, kb_arena *arena, kb_str spelling, uint64_t hash,
                                const kb_analysis *analyses, const kb_view *views, uint8_t count);
