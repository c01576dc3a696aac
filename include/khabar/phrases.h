#pragma once
// The phrase automaton: many entries of one or several words, found in one pass at every word start.
//
// Entries are cut into tokens over the matching form. So that spellings which the fold leaves apart still meet, both sides are cut in the same way:
// عبدالله is عبد + الله and أبوظبي is ابو + ظبي, however the writer spaced them; أبو, أبا, أبي are one token, and ابن is بن. An entry matches at the
// start of a word or after legal proclitics (و ف, then ب ل ك); لل stands for ل and the article, and the match then starts at the second lam.
// It ends at the end of a word: a name takes no pronoun.
//
// Compiled it is one flat section of the image: a hash table of (state, token) -> state, and the values of each state.

#include "khabar/image.h"
#include "khabar/layers.h"

// ---------------------------------------------------------------- building

typedef struct kb_phrases_builder kb_phrases_builder;
kb_phrases_builder *kb_phrases_builder_new(void); // NULL without memory
kb_phrases_builder *kb_phrases_builder_free(kb_phrases_builder *b);
// Adds `text` (any spelling, at most KB_PHRASE_TOKENS tokens) with a value of the caller's. The same entry may have several values; a pair that is
// there already is left out. Errors: KB_INVALID (no letters), KB_LIMIT, KB_NO_MEMORY.
kb_status kb_phrases_add(kb_phrases_builder *b, kb_str text, uint32_t value, kb_error *error);
// Writes the automaton as section `name`.
kb_status kb_phrases_finish(kb_phrases_builder *b, kb_image_builder *image, const char *name, kb_error *error);

// ---------------------------------------------------------------- finding

#define KB_PHRASE_TOKENS 16

typedef struct kb_token {
    uint64_t hash;
    uint32_t word;
    bool ends_word;
} kb_token;

// The tokens of an article's words.
typedef struct kb_tokens {
    const kb_word *words;
    const kb_token *at;
    const uint32_t *first; // of each word; word_count + 1 entries
    uint32_t count, word_count;
} kb_tokens;
// Returns false without memory.
bool kb_tokens_make(kb_arena *arena, const kb_word *words, uint32_t count, kb_tokens *ret);
// Hash of one token as the automaton sees it (`form` is folded).
uint64_t kb_token_hash(kb_str form);

// Ways to read the start of a word: as it stands, and without proclitics. `skip` is bytes of the matching form that lie before the entry; with
// `article` the entry's form is ال and what follows `skip` + 2 bytes (لل).
typedef struct kb_clitic_cut {
    uint8_t skip;
    bool article;
} kb_clitic_cut;
#define KB_CUTS_MAX 5
uint32_t kb_clitic_cuts(kb_str form, kb_clitic_cut cuts[KB_CUTS_MAX]); // at least one, the first is {0}
// The form that remains after a cut, in `buffer` where it has to be made.
kb_str kb_clitic_rest(kb_str form, kb_clitic_cut cut, char buffer[256]);

typedef struct kb_phrases {
    const void *header; // NULL: an image without this section
} kb_phrases;
kb_phrases kb_phrases_open(const kb_image *image, const char *name);

typedef struct kb_phrase_hit {
    uint32_t first, end; // words, half open
    uint32_t skip;       // bytes of the first word's matching form before the entry
    uint32_t value;
} kb_phrase_hit;
// Asks the processor for what kb_phrases_at of a word will look at first.
void kb_phrases_expect(const kb_phrases *phrases, const kb_tokens *tokens, uint32_t word);
// All entries that start at `word`, shorter ones first for each reading of the word's start; at most `max` (more are left out). Returns how many.
uint32_t kb_phrases_at(const kb_phrases *phrases, const kb_tokens *tokens, uint32_t word, kb_phrase_hit *hits,
                       uint32_t max);
