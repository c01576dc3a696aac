#pragma once
// What the names stage knows of an article before it decides: words with their evidence, and the spans that the gazetteer offers. Internal.

#include "names/gazetteer.h"

enum { SPAN_FORMS = 8 };

typedef struct lexicon_form {
    uint8_t image;
    uint32_t form; // index into forms
} lexicon_form;

// A run of words that the gazetteer knows under one or several readings.
typedef struct lexicon_span {
    uint32_t first, end, skip; // skip: bytes of proclitics in the first word's matching form
    lexicon_form forms[SPAN_FORMS];
    uint8_t form_count;
    bool composite;       // a body of every country with the country that follows: الجيش المصري
    lexicon_form country; // of a composite
    uint32_t types;       // bit set of kb_entity_type of the forms that may be mentions
    uint32_t flags;       // FORM_* of all of them
} lexicon_span;

// Position in a span, for features: outside, single, first, inside, last.
enum { POS_OUT, POS_UNIT, POS_FIRST, POS_INNER, POS_LAST };
enum { GAZ_NONE, GAZ_STRONG, GAZ_WEAK, GAZ_GENERIC, GAZ_COMPOSITE, GAZ_MINOR };
enum { COUNTED_NOT, COUNTED_NUMBER, COUNTED_TIME };

typedef struct word_evidence {
    uint64_t token;                   // of the form after the cut
    uint32_t cues;                    // of the form after the cut
    uint8_t skip;                     // bytes of proclitics if a name starts here
    bool lam_article;                 // the cut is that of لل
    uint8_t position[3], strength[3]; // by type: POS_*, GAZ_*
    uint8_t title;                    // TITLE_*: the state of a title phrase that runs through this word
    bool titled;     // inside the name of an office (وزير الخارجية): the body there is none of its own
    uint8_t counted; // COUNTED_*: the word belongs to a number or a time
    bool nisba;      // adjective of a country
} word_evidence;

enum { TITLED_NOT, TITLED_HEAD, TITLED_INSIDE, TITLED_NAME }; // NAME: a title phrase ended just before this word

typedef struct scene {
    kb_arena *arena;
    const kb_lexicon *lexicon;
    kb_layers *y;
    gazetteer gaz[KB_IMAGE_MAX];
    uint32_t gaz_count;
    kb_tokens tokens;
    word_evidence *evidence;
    KB_VEC(lexicon_span) spans; // by start, not overlapping
    uint32_t *span_at;          // word -> span + 1
    uint8_t *sport;             // words of sport by sentence, and half of those of its neighbours; at most 9
    int32_t day;                // of publication
} scene;

bool scene_make(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, scene *ret); // false without memory
// Cues of a form (of this token) as it stands, else without its article.
uint32_t scene_cues(const scene *s, kb_str form, uint64_t token);
// spans.c: finds the spans of the gazetteer; false without memory.
bool scene_find_spans(scene *s);
// Fills position and strength from the spans; `hidden` (may be NULL) leaves out spans by index, for training.
void scene_mark_spans(scene *s, const bool *hidden);
// Fills the states of title phrases.
void scene_mark_titles(scene *s);

// Whether the sentence of `word` reports sport, so that clubs are meant by names that are cities or everyday words elsewhere.
static inline bool scene_sport(const scene *s, uint32_t word)
{
    return s->sport[s->y->words[word].sentence] >= 2;
}

static inline bool scene_known_word(const kb_word *w)
{
    return w->analysis_count && w->analyses[0].known && w->analyses[0].pos != KB_POS_NAME;
}

static inline const gaz_form *scene_form(const scene *s, lexicon_form f)
{
    return &s->gaz[f.image].forms[f.form];
}

static inline const gaz_entity *scene_entity(const scene *s, lexicon_form f)
{
    return &s->gaz[f.image].entities[scene_form(s, f)->entity];
}
