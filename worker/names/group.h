#pragma once
// Grouping mentions to entities. Internal.

#include "names/choose.h"

enum { NAME_TOKENS = 12 };

typedef struct cluster {
    uint8_t type;
    bool linked;
    lexicon_form form;    // of a linked one
    lexicon_form country; // of a composite
    bool composite;
    uint64_t tokens[NAME_TOKENS]; // of the fullest name
    uint32_t token_count;
    chosen full; // the mention that made it
    const char *reason;
} cluster;

typedef struct grouping {
    scene *s;
    mention_list *list;
    KB_VEC(cluster) clusters;
} grouping;

// Tokens of a mention without proclitics; of people without the article too. Returns how many.
uint32_t group_tokens(const scene *s, const chosen *m, uint64_t tokens[NAME_TOKENS]);
// Whether the form is a body that every country has.
bool group_is_generic(const scene *s, lexicon_form f);
// The cluster of a known entity (with `country`: of that country's body of a kind), made from mention `mention` of the list when it is new. KB_NONE
// without memory.
uint32_t group_linked(grouping *g, const chosen *mention, lexicon_form form, const lexicon_form *country,
                      const char *reason);
// Adds the short forms of names that stand in full elsewhere (shorts.c): family names, and nouns for a body or a country; false without memory.
bool group_short_forms(grouping *g);
// Makes words that were taken for a place or a body, but end the name of a person of the article, that person.
void group_retype(grouping *g);
