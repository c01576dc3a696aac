#pragma once
// The record as JSON, exactly as the contract says: offsets in code points, null where unknown.

#include "khabar/layers.h"

// Appends the record of `layers` as one line of JSON, without a line break, UTF-8, to memory of `arena`.
kb_status kb_record_json(kb_arena *arena, const kb_layers *layers, kb_str *ret, kb_error *error);

// Appends every layer for a person to read: sentences, words with their analyses, numbers, times, mentions, entities, references, quotes, events.
// Lines of text, without a line break at the end. No format to parse: it changes as the layers do.
kb_status kb_layers_print(kb_arena *arena, const kb_layers *layers, kb_str *ret, kb_error *error);
