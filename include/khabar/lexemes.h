#pragma once
// Small closed vocabularies with a class and a value (number words, months, weekdays, currencies), found in the words of an article.
// A vocabulary is a table of worker/data/tables with the columns class, value, forms (separated by |, several words allowed).

#include "khabar/image.h"
#include "khabar/layers.h"

enum { KB_LEXEME_WORDS = 4 };

typedef struct kb_lexemes {
    const void *sections[KB_IMAGE_MAX]; // of each image, NULL where an image has none
    uint32_t count;
} kb_lexemes;

typedef struct kb_lexeme {
    uint16_t class;   // index into the consumer's list of class names
    uint16_t words;   // how many words it spans
    uint16_t skip;    // bytes of the first word's matching form that are proclitics and stay outside
    uint16_t clitics; // KB_CLITIC_* that were taken off
    int32_t value;
} kb_lexeme;

// Compiles table `path` (class, value, forms) into section `section`. `classes`: the names that its first column may hold. A value that is one
// capital letter becomes its character code; an empty one 0. A missing file is fine (a user's folder). Errors name file and line.
kb_status kb_lexemes_compile(const char *path, const char *section, const char *const *classes, uint32_t class_count,
                             kb_image_builder *b, kb_error *error);

// The same from rows of any other layout: add forms one by one, then write the section.
typedef struct kb_lexeme_list kb_lexeme_list;
kb_lexeme_list *kb_lexeme_list_new(void);
kb_lexeme_list *kb_lexeme_list_free(kb_lexeme_list *list);
kb_status kb_lexeme_list_add(kb_lexeme_list *list, kb_str forms, int32_t value, uint16_t class, const kb_row *row,
                             kb_error *error);
kb_status kb_lexeme_list_write(kb_lexeme_list *list, const char *section, kb_image_builder *b, kb_error *error);

kb_lexemes kb_lexemes_open(const kb_lexicon *lexicon, const char *section);

// What stands at each word of an article, in one pass: the hits of word w are hits[first[w]] … hits[first[w + 1] - 1], longest first. A first
// word is also read behind و ف ب ل ك (للخميس reads as الخميس), such hits have a skip.
typedef struct kb_lexeme_index {
    const kb_lexeme *hits;
    const uint32_t *first; // word_count + 1
} kb_lexeme_index;
kb_status kb_lexemes_scan(const kb_lexemes *lexemes, kb_arena *arena, kb_layers *layers, kb_lexeme_index *ret,
                          kb_error *error);

// The longest hit at word `at` that ends before or at word `end` and is of a class from `first` to `last`; without `clitics` only where nothing
// stands before it in its word. False where there is none.
bool kb_lexeme_find(const kb_lexeme_index *index, uint32_t at, uint32_t end, bool clitics, unsigned first,
                    unsigned last, kb_lexeme *ret);
