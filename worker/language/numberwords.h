#pragma once
// Reading one number: classes of tables/numbers.tsv, digits, the grammar of number words. Internal to worker/language.

#include "khabar/lexemes.h"
#include "khabar/numbers.h"

typedef enum kb_number_class {
    KB_NC_UNIT,
    KB_NC_TEEN,
    KB_NC_TEN,
    KB_NC_HUNDRED,
    KB_NC_SCALE,
    KB_NC_SCALE2,
    KB_NC_ORD,
    KB_NC_VAGUE,
    KB_NC_MANY,
    KB_NC_PART,
    KB_NC_TO,
    KB_NC_BETWEEN,
    KB_NC_OR,
    KB_NC_APPROX,
    KB_NC_ATLEAST,
    KB_NC_ATLEASTPOST,
    KB_NC_ATMOST,
    KB_NC_ATMOSTPOST,
    KB_NC_PERCENT,
    KB_NC_HALF,
    KB_NC_AND,
    KB_NC_PARTS,
    KB_NC_CLASSES
} kb_number_class;

typedef struct kb_number_reader {
    const kb_layers *layers;
    kb_lexeme_index words, currencies;
    uint32_t end;       // of the sentence
    uint32_t free;      // word behind the number before
    double head, scale; // of the number read last: 20 and 1000 in 20 ألف, else scale 0
} kb_number_reader;

// A word of classes `first` to `last` at `at`; with `clitics` also behind proclitics.
static inline bool kb_number_word(const kb_number_reader *r, uint32_t at, bool clitics, unsigned first, unsigned last,
                                  kb_lexeme *ret)
{
    return kb_lexeme_find(&r->words, at, r->end, clitics, first, last, ret);
}

// The number that begins at word `at`, without what stands around it. Returns the word behind it, or `at` where there is none.
uint32_t kb_number_read(kb_number_reader *r, uint32_t at, kb_number *ret);
