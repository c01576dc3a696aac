#pragma once
// What a person may want to know of the events stage beyond its events: how it read the sentences, and which rules almost matched.

#include "khabar/image.h"
#include "khabar/layers.h"

// A rule whose words were there and whose conditions did not hold, or whose event went again.
typedef struct kb_near_miss {
    const char *rule, *type; // type NULL: a rule that suppresses
    uint32_t start, end;     // bytes in stored
    uint32_t sentence;
    kb_str why; // the weights by which an act is only spoken of; empty: a condition of the rule
} kb_near_miss;

// A party of the context that was weighed for a slot which an event's words leave open.
typedef struct kb_weighed_party {
    uint32_t trigger; // start of the event's first trigger, bytes
    bool actor;       // for the actor, else for the recipient
    kb_str codes;     // joined by '+'
    kb_str features;  // names, separated by blanks
    float score;      // the best above 0 fills the slot
} kb_weighed_party;

typedef struct kb_trace {
    kb_near_miss *near_misses;
    uint32_t near_miss_count;
    kb_weighed_party *weighed;
    uint32_t weighed_count;
    kb_str *parses; // one a sentence: phrases in brackets with their prepositions, verbs with subject and object
} kb_trace;

// Runs the stage again over layers that have all before it. *ret lives in `arena`. Errors: KB_NO_MEMORY.
kb_status kb_events_trace(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_trace *ret,
                          kb_error *error);
