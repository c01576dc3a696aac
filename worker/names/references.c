// Phrases that name somebody without a name: titles, adjectives of nationality.
#include "names/choose.h"

#include <stdio.h>

typedef KB_VEC(kb_reference) references;

static uint32_t entity_of_key(const kb_layers *y, kb_str key)
{
    for (uint32_t i = 0; i < y->entity_count; i++) {
        if (y->entities[i].key.p && kb_str_eq(y->entities[i].key, key))
            return i;
    }
    return KB_NONE;
}

static const kb_mention *mention_at(const kb_layers *y, uint32_t word)
{
    uint32_t i = KB_FIRST_FROM(y->mentions, y->mention_count, end, word + 1);
    return i < y->mention_count && y->mentions[i].first <= word ? &y->mentions[i] : NULL;
}

static bool adjective_form(const scene *s, uint32_t word, const lexicon_span **span, lexicon_form *form)
{
    const lexicon_span *found = s->span_at[word] ? &s->spans.at[s->span_at[word] - 1] : NULL;
    if (!found || found->first != word || found->composite || found->skip)
        return false;
    for (uint32_t k = 0; k < found->form_count; k++) {
        if (scene_form(s, found->forms[k])->flags & (FORM_ADJECTIVE | FORM_DEMONYM)) {
            *form = found->forms[k];
            *span = found;
            return true;
        }
    }
    return false;
}

static bool add(scene *s, references *list, kb_reference r)
{
    kb_reference *slot = KB_PUSH(s->arena, list);
    if (slot)
        *slot = r;
    return slot != NULL;
}

static const char *sector_of(uint32_t office)
{
    switch (office) {
    case KB_OFFICE_DEFENCE_MINISTER:
    case KB_OFFICE_ARMY_CHIEF:
    case KB_OFFICE_COMMANDER:
        return "MIL";
    case KB_OFFICE_SPEAKER:
    case KB_OFFICE_MP:
        return "LEG";
    case KB_OFFICE_JUDGE:
    case KB_OFFICE_PROSECUTOR:
        return "JUD";
    case KB_OFFICE_OPPOSITION_LEADER:
        return "OPP";
    case KB_OFFICE_RELIGIOUS_LEADER:
        return "REL";
    default:
        return "GOV";
    }
}

typedef struct held_office {
    uint32_t office;
    char country[4];
    uint32_t entity;
} held_office;

typedef struct resolver {
    scene *s;
    references found;
    KB_VEC(held_office) held; // offices that the article gives to people whom it names
} resolver;

// The country that stands after a title: الرئيس الأمريكي, رئيس وزراء بريطانيا. Moves *end behind it.
static bool country_after(const scene *s, uint32_t *end, char country[4])
{
    const kb_layers *y = s->y;
    const lexicon_span *span;
    lexicon_form form;
    if (*end >= y->word_count)
        return false;
    if (adjective_form(s, *end, &span, &form)) {
        memcpy(country, scene_entity(s, form)->country, 4);
        *end = span->end;
        return true;
    }
    const kb_mention *m = mention_at(y, *end);
    if (m && m->type == KB_LOCATION && m->first == *end && y->entities[m->entity].kind == KB_PLACE_COUNTRY &&
        m->start == y->words[*end].start) {
        memcpy(country, y->entities[m->entity].country, 4);
        *end = m->end;
        return true;
    }
    return false;
}

// Adjectives and ordinals between a title and the name: السابق, الجديد.
static uint32_t skip_epithets(const scene *s, uint32_t word)
{
    while (word < s->y->word_count && s->evidence[word].cues & (CUE_EPITHET | CUE_TITLE | CUE_RANK) &&
           !mention_at(s->y, word))
        word++;
    return word;
}

static uint32_t holder(const resolver *r, uint32_t office, const char country[4])
{
    const kb_layers *y = r->s->y;
    for (uint32_t i = r->held.n; i-- > 0;) {
        const held_office *h = &r->held.at[i];
        if (h->office == office && (!country[0] || !h->country[0] || strcmp(h->country, country) == 0))
            return h->entity;
    }
    for (uint32_t g = 0; g < r->s->gaz_count && country[0]; g++) {
        uint32_t person = gaz_office_holder(&r->s->gaz[g], (kb_office)office, kb_str_of(country), r->s->day);
        if (person != KB_NONE)
            return entity_of_key(y, gaz_string(&r->s->gaz[g], r->s->gaz[g].entities[person].key));
    }
    return KB_NONE;
}

// A title at `word`: remembers whose it is where a name follows, else refers to its holder. Sets *next to the word behind it.
static bool resolve_title(resolver *r, uint32_t word, uint32_t *next)
{
    enum { HITS = 16 };
    scene *s = r->s;
    const kb_layers *y = s->y;
    kb_phrase_hit best = {.end = word}, hits[HITS];
    for (uint32_t g = 0; g < s->gaz_count; g++) {
        uint32_t n = kb_phrases_at(&s->gaz[g].titles, &s->tokens, word, hits, HITS);
        for (uint32_t i = 0; i < n; i++) {
            if (hits[i].end > best.end || (hits[i].end == best.end && hits[i].skip < best.skip))
                best = hits[i];
        }
    }
    if (best.end == word || y->words[best.end - 1].sentence != y->words[word].sentence)
        return true;
    uint32_t office = best.value & TITLE_OFFICE_MASK, end = skip_epithets(s, best.end);
    char country[4] = "";
    bool placed = country_after(s, &end, country);
    uint32_t name = skip_epithets(s, end);
    const kb_mention *person =
        name < y->word_count && y->words[name].sentence == y->words[word].sentence ? mention_at(y, name) : NULL;
    *next = end;
    if (person && person->type == KB_PERSON && person->first == name) {
        held_office *h = KB_PUSH(s->arena, &r->held);
        if (!h)
            return false;
        *h = (held_office){.office = office, .entity = person->entity};
        memcpy(h->country, country, 4);
        return true;
    }
    if (!placed && !(best.value & TITLE_ALONE))
        return true;
    kb_reference reference = {.first = word, .end = placed ? end : best.end, .kind = 'T'};
    reference.entity = holder(r, office, country);
    if (reference.entity != KB_NONE && y->entities[reference.entity].code[0])
        memcpy(reference.code, y->entities[reference.entity].code, sizeof reference.code);
    else if (country[0])
        snprintf(reference.code, sizeof reference.code, "%.3s%s", country, sector_of(office));
    if (reference.entity == KB_NONE && !reference.code[0])
        return true;
    return add(s, &r->found, reference);
}

bool find_references(scene *s)
{
    resolver r = {.s = s};
    const kb_layers *y = s->y;
    for (uint32_t w = 0; w < y->word_count;) {
        const kb_mention *m = mention_at(y, w);
        uint32_t next = w;
        const lexicon_span *span;
        lexicon_form form;
        if (m) {
            w = m->end;
            continue;
        }
        if (s->evidence[w].cues & CUE_OFFICE && !resolve_title(&r, w, &next))
            return false;
        if (next == w && adjective_form(s, w, &span, &form)) {
            const gaz_entity *country = scene_entity(s, form);
            kb_reference reference = {.first = w, .end = span->end, .kind = 'A'};
            reference.entity = entity_of_key(y, gaz_string(&s->gaz[form.image], country->key));
            memcpy(reference.code, country->country, 4);
            if (!add(s, &r.found, reference))
                return false;
            next = span->end;
        }
        w = next > w ? next : w + 1;
    }
    s->y->references = r.found.at;
    s->y->reference_count = r.found.n;
    return true;
}
