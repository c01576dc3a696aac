#pragma once
// The sequence model: a linear model over the words of a sentence, with first-order transitions, decoded by Viterbi. Internal.
//
// Labels: outside; and for each type of entity the first, inner and last word of a name and the only word of one. Features are hashed into a fixed
// table of rows, one weight a label; a collision costs a little accuracy and no memory.

#include "names/scene.h"

enum {
    MODEL_LABELS = 13,  // 0 outside; 1 + 4 * type + {0 unit, 1 first, 2 inner, 3 last}
    MODEL_COLUMNS = 16, // labels padded to whole vectors
    MODEL_ROW_BITS = 19,
    MODEL_ROWS = 1 << MODEL_ROW_BITS,
    MODEL_BLOCKS = MODEL_ROWS / 32,
    MODEL_FEATURES = 72,                           // at most, a word
    MODEL_SCALE = 100,                             // of a weight: its unit
    MODEL_WEIGHT_MAX = INT16_MAX / MODEL_FEATURES, // so that 16 bits hold the sum of a word's features
};
enum { LABEL_UNIT, LABEL_FIRST, LABEL_INNER, LABEL_LAST };

static inline uint32_t model_label(uint32_t type, uint32_t part)
{
    return 1 + 4 * type + part;
}

// Whether `to` may follow `from`; MODEL_LABELS stands for the edge of a sentence on both sides.
bool model_allowed(uint32_t from, uint32_t to);

// Section names.model: transitions, blocks, rows. Most rows are never learned; a block says of 32 of them which are there and where the first of these
// lies, so that what a cache must hold is small and a look costs one of its lines.
typedef struct model_block {
    uint32_t present, first;
} model_block;

typedef struct model {
    const int32_t *transitions; // [MODEL_LABELS + 1][MODEL_COLUMNS], the last row: from the edge
    const model_block *blocks;  // [MODEL_BLOCKS]
    const int16_t *rows;        // [rows present][MODEL_COLUMNS]
} model;
model model_open(const kb_lexicon *lexicon); // rows == NULL: no image has one

static inline bool model_learned(const model *m, uint32_t row)
{
    return m->blocks[row / 32].present >> row % 32 & 1;
}

// The weights of a row that was learned.
static inline const int16_t *model_row(const model *m, uint32_t row)
{
    model_block block = m->blocks[row / 32];
    uint32_t before =
        block.present & ((1u << row % 32) - 1); // their number, without the instruction that the oldest machines lack
    before -= (before >> 1) & 0x55555555u;
    before = (before & 0x33333333u) + ((before >> 2) & 0x33333333u);
    before = (((before + (before >> 4)) & 0x0F0F0F0Fu) * 0x01010101u) >> 24;
    return m->rows + (size_t)(block.first + before) * MODEL_COLUMNS;
}

// What features are made of, once a word.
typedef struct word_traits {
    uint32_t stem, raw, prefix2, prefix3, suffix2, suffix3, shape, pos, lemma, name, context, inner, gaz, title, kind,
        counted, prefix4, suffix1, sport, clitic, since_head, kind_of_noun, signs;
} word_traits;
void model_traits(const scene *s, uint32_t word, word_traits *ret);
// Rows of the features of word `at` of a sentence whose words `first` .. `end` have `traits` (indexed from first). Returns how many.
uint32_t model_features(const scene *s, const kb_sentence *sentence, const word_traits *traits, uint32_t at,
                        uint32_t rows[MODEL_FEATURES]);

// Best labels of a sentence of `n` words with emission scores [n][MODEL_COLUMNS]; false without memory.
bool model_viterbi(kb_arena *arena, const int32_t *emissions, const int32_t *transitions, uint32_t n, uint8_t *labels);
