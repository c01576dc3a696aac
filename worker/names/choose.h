#pragma once
// Chooses the mentions of an article, and groups them to entities. Internal.

#include "names/model.h"

typedef struct chosen {
    uint32_t first, end; // words
    uint32_t skip;       // bytes of proclitics in the first word's matching form
    uint8_t type, score;
    const char *rule;
    const lexicon_span *span; // the gazetteer knows exactly this run of words; or NULL
    uint32_t entity;
} chosen;

typedef struct mention_list {
    chosen *at;
    uint32_t n, cap;
} mention_list;

// Mentions by the model and the gazetteer, in order; false without memory.
bool choose_mentions(scene *s, mention_list *ret);
// Puts `m` in its place if it overlaps nothing; *added says whether.
bool mention_insert(scene *s, mention_list *list, chosen m, bool *added);

// Adds `m` behind the others.
bool mention_add(scene *s, mention_list *list, chosen m);

// A common word that the morphology knows, and nothing in the lexicons of names speaks for it.
bool common_word(const scene *s, uint32_t word);
// Whether the gazetteer has a name that holds this word.
bool in_known_span(const scene *s, uint32_t word);

// Whether the word says that a place follows: في, مدينة, شمال.
bool is_place_preposition(const scene *s, uint32_t word);

// What the model finds in a sentence (decode.c).
bool decode_names(scene *s, const model *m, const kb_sentence *sentence, mention_list *list);

// The patterns (patterns.c), each explained at its definition. Those that may need memory return false without it.
void complete_people(const scene *s, mention_list *list);
void trim_nationality(const scene *s, mention_list *list);
void drop_adjectives(const scene *s, mention_list *list);
bool add_titled_people(scene *s, mention_list *list);
bool add_built_places(scene *s, mention_list *list);
bool add_described_bodies(scene *s, mention_list *list);
// Clubs and media (trade.c).
bool add_media(scene *s, mention_list *list);
bool prefer_media(scene *s, mention_list *list);
bool prefer_clubs(scene *s, mention_list *list);

// Groups to entities and adds the short forms of names that stand in full elsewhere; fills layers->mentions and layers->entities.
bool group_entities(scene *s, mention_list *list);
// Resolves titles, adjectives of nationality and short nouns; fills layers->references.
bool find_references(scene *s);
