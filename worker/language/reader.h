#pragma once
// One word and what the lexicon says of it: all legal ways to take proclitics and pronouns off, looked up in the tables of forms.

#include "forms.h"

enum { KB_READER_LETTERS = 30, KB_READER_FOUND = 48, KB_READER_CANDIDATES = 64 };

// A stem to be looked up.
typedef struct kb_form_candidate {
    uint64_t hash;
    uint16_t proclitics;
    uint8_t from, to; // letters
    uint8_t pronoun;  // kb_enclitic
    uint8_t cost;     // of the pronoun
    bool name_only;
} kb_form_candidate;

// The sections of one image.
typedef struct kb_form_store {
    const uint8_t *filter;
    const kb_form_slot *slots;
    uint32_t mask; // slots - 1
    const kb_form_entry *entries;
} kb_form_store;

// One word while it is analysed.
typedef struct kb_reader {
    kb_form_store stores[KB_IMAGE_MAX];
    uint32_t store_count;
    const kb_text *text;
    uint64_t powers[KB_READER_LETTERS + 1]; // of KB_FORM_BASE
    uint16_t letters[KB_READER_LETTERS];    // folded
    uint8_t n;
    uint64_t sums[KB_READER_LETTERS + 1]; // of the first i letters
    uint8_t spelling[KB_READER_LETTERS];  // as written, of the letters that have several spellings
    uint16_t spelled_letter[KB_READER_LETTERS];
    uint8_t spelled[KB_READER_LETTERS + 1]; // how many of those stand before letter i
    uint8_t spelling_count;
    uint8_t ends[12]; // pronouns it may end in
    uint8_t end_count;
    kb_form_candidate candidates[KB_READER_CANDIDATES];
    uint32_t candidate_count;
    kb_analysis found[KB_READER_FOUND];
    int score[KB_READER_FOUND];
    uint32_t count;
    bool whole;      // known with no clitic cut off
    bool whole_head; // known with no proclitic cut off
} kb_reader;

// The tables of all images; `text` is the one that the words are of.
void kb_reader_open(kb_reader *r, const kb_lexicon *lexicon, const kb_text *text);
// Reads the letters of a word and how they are spelled in the stored text. False for a word that is too long or has letters beyond the two-byte
// ones.
bool kb_reader_read(kb_reader *r, const kb_word *w);
// Finds all readings of the word that was read.
void kb_reader_look_up(kb_reader *r);
void kb_reader_add(kb_reader *r, kb_analysis a, int score);
// Whether the article stands at letter i, with a letter of the stem behind it.
bool kb_reader_article_at(const kb_reader *r, unsigned i);
