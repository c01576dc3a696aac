#pragma once
// Rules of tables/context.tsv: what the neighbours say for or against an analysis.

#include "khabar/image.h"
#include "khabar/layers.h"

// What a rule asks of one analysis. All parts must hold; an empty part holds always.
typedef struct kb_condition {
    uint32_t pos;           // bits 1 << kb_pos, 0: any
    uint32_t all, none;     // KB_F_*
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

// The rules whose condition an analysis meets in each of the three places, a bit a rule.
typedef struct kb_view {
    uint64_t before, here, after;
} kb_view;

// Conditions turned around: the rules that each part of speech leaves, and each value of four bits of an analysis (bits_of in context.c), so that
// a few ANDs tell what all rules see of it. Only lemmas are left to be compared. Section "words.context.masks"; the rules are "words.context".
enum { KB_CONTEXT_SLICES = 9 };
typedef struct kb_context_masks {
    kb_view pos[KB_CONTEXT_POS], bits[KB_CONTEXT_SLICES][16];
    kb_view lemma;            // rules that ask for a lemma
    uint64_t agree, disagree; // rules that hold only where the word agrees with the one before, or does not
    int16_t points[KB_CONTEXT_RULES];
} kb_context_masks;

typedef struct kb_context {
    const kb_context_rule *rules;
    const kb_context_masks *masks;
} kb_context;

// The rules of the first image that has any.
kb_context kb_context_open(const kb_lexicon *lexicon);
// What the rules see of an analysis, NULL: of the edge of a sentence.
kb_view kb_context_view(const kb_context *c, const kb_analysis *analysis);
// Points for analysis `here` behind analysis `before` (NULL: the edge), of the rules that all three views leave.
int kb_context_points(const kb_context *c, uint64_t rules, const kb_analysis *before, const kb_analysis *here);
