#pragma once
// Numbers of an article: cardinals, ordinals, percentages, sums of money, ranges, in digits and in words.
// Grammar of the words: Ryding 2005, chapter 15. Vocabulary: worker/data/tables/numbers.tsv and currencies.tsv.

#include "khabar/image.h"
#include "khabar/layers.h"

// Adds the sections of this room; called by kb_times_compile.
kb_status kb_numbers_compile(const char *data_dir, kb_image_builder *b, kb_error *error);

// The number that begins at word `word` (by kb_numbers_run), or NULL.
const kb_number *kb_number_at(const kb_layers *layers, uint32_t word);

// Value of a token of digits ("1,234", "3.5", "12"). `count_follows`: a word of scale or percent follows, so that a point is decimal.
bool kb_number_digits(kb_str form, bool scale_follows, double *ret);
