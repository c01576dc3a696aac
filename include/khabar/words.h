#pragma once
// Sentences and words over the matching form.
//
// Words: a run of Arabic letters; a run of other letters of one script (Latin with inner apostrophes and digits: O'Brien, F16; ICU's word
// iterator cuts scripts written without spaces); a number (digits with inner . and , between digits); one punctuation character, or a run of
// the same one. A letter meets a digit in two words (و|200). White space is no word.
//
// Sentences end at a line break, at ! ? and at a full stop that is followed by a space or the end of the line and stands neither after an
// abbreviation of tables/abbreviations.tsv nor after a single letter (initials); closing quotation marks and brackets go with what they close.

#include "khabar/image.h"
#include "khabar/layers.h"

#define KB_WORD_BYTES 240 // longest form; a longer run is cut

// The words of layers->text, without analyses. Ends at the first word above layers->words_max, before memory is spent on the others. Errors: KB_LIMIT,
// KB_NO_MEMORY.
kb_status kb_words_cut(kb_arena *arena, kb_layers *layers, kb_error *error);
// Cuts the words into sentences and finds their kinds and datelines; fills kb_word.sentence.
kb_status kb_sentences_cut(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error);

// The language of a text in stored form, "und" when nothing speaks for any (tables/languages.tsv; letters, function words).
kb_str kb_language_of(const kb_lexicon *lexicon, kb_str stored);
// Whether khabar extracts from texts of this BCP 47 tag.
bool kb_language_supported(const kb_lexicon *lexicon, kb_str tag);

// Compilers of the tables of this room.
kb_status kb_languages_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
kb_status kb_abbreviations_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
