#pragma once
// Patterns of time expressions at a word: which of them match, and what their items say. Internal to worker/language.

#include "timerules.h"
#include "khabar/lexemes.h"

typedef struct kb_time_matcher {
    const kb_lexicon *lexicon;
    const kb_layers *layers;
    kb_lexeme_index words, zone_words;
    const kb_time_classes *classes; // of each word: what it may be, as kb_time_classes_of finds them
    const kb_time_rule *rules[KB_IMAGE_MAX];
    uint32_t rule_counts[KB_IMAGE_MAX];
    uint32_t images;
    uint32_t first, end; // of the sentence
} kb_time_matcher;

typedef struct kb_time_match {
    uint32_t end;  // word behind the match, 0: none
    uint32_t skip; // proclitic bytes of the first word
    kb_time_fields fields;
    const kb_time_rule *rule;
} kb_time_match;

// timeclasses.c: the classes of which each word of the article may be the first: those of its forms, and where it may be a number all that are made of numbers. NULL
// without memory.
kb_time_classes *kb_time_classes_of(kb_arena *arena, const kb_layers *layers, const kb_lexeme_index *words);
// The longest match of all patterns that begins with word `at`; of equally long ones the first.
kb_time_match kb_time_match_at(const kb_time_matcher *m, uint32_t at);
// A form of `class` at word `at`; with `clitics` also behind proclitics.
bool kb_time_lexeme(const kb_time_matcher *m, uint32_t at, unsigned class, bool clitics, kb_lexeme *ret);
// A number of at most `most` in digits, as an ordinal or, with `words`, as a cardinal. Returns how many words it takes, 0 where there is none.
uint32_t kb_time_small_number(const kb_time_matcher *m, uint32_t at, int most, bool words, int *ret, uint32_t *skip);
