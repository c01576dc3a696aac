#pragma once
// What the events stage reads of the data once, when a lexicon is loaded: views of the rules, weights, and the identities of the words that it names.

#include "khabar/clauses.h"

typedef struct kb_event_data {
    kb_rules rules[KB_IMAGE_MAX]; // of all images that have some, in order of precedence
    uint32_t rules_count;
    kb_lemma function_words[KB_FW_COUNT];
    kb_lemma kan; // the verb كان
    kb_lemma topics[KB_TOPIC_COUNT];
    // In log odds.
    float assertion[2][KB_AS_COUNT];   // for ASSAULT, for PROTEST
    float implicit[2][KB_IM_COUNT][4]; // for actor, for recipient, by quad class
    float confidence[KB_CF_COUNT], confidence_scale, confidence_shift;
} kb_event_data;

// Fills lexicon->events from its images, which stay as they are. Errors: KB_NO_MEMORY.
kb_status kb_event_data_load(kb_lexicon *lexicon, kb_error *error);
void kb_event_data_done(kb_lexicon *lexicon);

// The weights under kb_code_key(name, of) in the first image that has them: `count` of them, or zeroes.
void kb_event_weights(const kb_event_data *data, const char *name, const char *of, float *ret, uint32_t count);
