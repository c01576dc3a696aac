#pragma once
// Rules of tables/context.tsv: what the neighbours say for or against an analysis.

#include "khabar/image.h"
#include "khabar/layers.h"

// What a rule asks of one analysis. All parts must hold; an empty part holds always.
typedef struct kb_condition {
    uint32_t pos;           // bits 1 << kb_pos, 0: any
    uint32_t all, none;     // KB_F_*
    uint32_t any;           // KB_F_*, 0: any
    uint16_t with, without; // KB_CLITIC_*: all of, none of
    kb_lemma lemmas[12];    // one of
    uint8_t lemma_count;
    uint8_t known;    // 1: known, 2: guessed
    uint8_t enclitic; // 1: with, 2: without
    uint8_t edge;     // 1: the edge of the sentence instead of a word, 2: punctuation or the edge
} kb_condition;

typedef struct kb_context_rule {
    kb_condition before, here, after; // neighbours: word before and after, in their own likeliest analysis
    int16_t points;
    uint8_t
        agree; // 1: `here` and the word before agree in definiteness, gender and number, as adjective and noun; 2: they do not
    uint8_t uses; // 1: before, 2: after
    char name[28];
} kb_context_rule;

kb_status kb_context_compile(const char *data_dir, kb_image_builder *b, kb_error *error);

enum { KB_CONTEXT_RULES = 64, KB_CONTEXT_POS = 17 }; // the last "part of speech" stands for no word at all

// Which rules the parts of speech of three words leave: a bit a rule. Section "words.context.masks"; the rules are "words.context".
typedef struct kb_context_masks {
    uint64_t before[KB_CONTEXT_POS], here[KB_CONTEXT_POS], after[KB_CONTEXT_POS];
} kb_context_masks;

typedef struct kb_context {
    const kb_context_rule *rules;
    const kb_context_masks *masks;
} kb_context;

// The rules of the first image that has any.
kb_context kb_context_open(const kb_lexicon *lexicon);
// Points of all rules for analysis `here` between its neighbours (NULL: the edge of the sentence).
int kb_context_points(const kb_context *c, const kb_analysis *before, const kb_analysis *here,
                      const kb_analysis *after);
