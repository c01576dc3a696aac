#pragma once
// The two forms of a text. The stored form is what readers see and offsets count: NFC, without invisible controls, with regular white space,
// otherwise untouched. The matching form is what the lexicon and the rules see: one spelling for what newspapers spell in many ways.
//
// Stored form (kb_normalize):
//   removed    C0 and C1 controls, bidi controls (U+200E/F, U+202A-E, U+2066-9, U+061C), zero-width characters (U+200B-D, U+2060-4, U+FEFF,
//              U+00AD, U+180E): they carry no letter and come from word processors and scrapers
//   composed   Arabic presentation forms (U+FB50-FDFF, U+FE70-FEFC), as copied from PDF, to the letters they show (NFKC of each)
//   regular    every kind of space is U+0020, single, never at the edge of a line; line breaks are U+000A, at most two in a row
//   repaired   bytes that are no UTF-8 become U+FFFD
//   NFC        (Unicode Standard Annex 15)
// Matching form (kb_text_make, kb_fold): each fold takes one character to one character of no more bytes, or to none. The tables, each with
// its reason, stand in worker/text/folds.c. They are code and not data because every key in every image is a hash of folded letters.

#include "khabar/layers.h"

#define KB_FOLD_DROP 0u

// The fold of one character: another one, itself, or KB_FOLD_DROP. Tatweel (U+0640) is dropped here; in a text it is a dash where it stands free.
uint32_t kb_fold_char(uint32_t c);

// The fold of U+0600 + i; 0: itself, KB_ARABIC_DROP: none.
#define KB_ARABIC_DROP 1
extern const uint16_t kb_arabic_folds[0x100];

// The stored form of `in`; with `one_line` its line breaks become spaces. *ret is `in` itself when nothing is to do, else lives in `arena`.
// Normalising twice is normalising once. Errors: KB_NO_MEMORY; KB_LIMIT above KB_TEXT_MAX.
#define KB_TEXT_MAX (64u << 20)
kb_status kb_normalize(kb_arena *arena, kb_str in, bool one_line, kb_str *ret, kb_error *error);

// The matching form of a key of a data file (any valid UTF-8). Absent slice without memory.
kb_str kb_fold(kb_arena *arena, kb_str s);

// Fills `ret` from a text in stored form: matching form, map, code point counts. Errors: KB_NO_MEMORY.
kb_status kb_text_make(kb_arena *arena, kb_str stored, uint32_t title_end, kb_text *ret, kb_error *error);

// Byte offset in stored of byte `at` of the matching form of `word` (0 .. word->form.n). A word's stem in the stored text runs from
// kb_word_byte(text, word, a->stem_start) to kb_word_byte(text, word, a->stem_end).
uint32_t kb_word_byte(const kb_text *text, const kb_word *word, uint32_t at);
