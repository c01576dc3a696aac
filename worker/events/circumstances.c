// Where an event was, and who reports it.
#include "events/stage.h"
#include "khabar/names.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

bool kb_type_is_verbal(const char *type)
{
    static const char *const types[] = {"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT", "AGREE", "CONCEDE", "SANCTION"};
    for (size_t i = 0; i < KB_LEN(types); i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    return false;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

// ---------------------------------------------------------------- where

static bool locative(const kb_stage *s, kb_lemma p)
{
    const kb_lemma *fw = s->c->function_words;
    return p == fw[KB_FW_FI] || p == fw[KB_FW_BI] || p == fw[KB_FW_QURB];
}

static int specificity(const kb_entity *e)
{
    switch (e->kind) {
    case KB_PLACE_CONTINENT:
        return 0;
    case KB_PLACE_COUNTRY:
        return 2;
    case KB_PLACE_REGION: case KB_PLACE_PROVINCE: case KB_PLACE_SEA: case KB_PLACE_GULF:
        return 3;
    default:
        return 4;
    }
}

// The most specific place in [first, end) that a locative preposition introduces, nearest to the trigger among equals.
static uint32_t place_between(const kb_stage *s, const kb_draft *d, uint32_t first, uint32_t end)
{
    uint32_t best = KB_NONE, best_distance = 0;
    int best_rank = -1;
    for (uint32_t w = first; w < end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention == KB_NONE || s->layers->mentions[t->mention].first != w || s->layers->mentions[t->mention].type != KB_LOCATION)
            continue;
        uint32_t p = s->c->phrase_of[w];
        if (p == KB_NONE || !locative(s, s->c->phrases[p].preposition))
            continue;
        uint32_t entity = s->layers->mentions[t->mention].entity;
        int rank = specificity(&s->layers->entities[entity]);
        uint32_t far = distance(w, d->match.word);
        if (rank > best_rank || (rank == best_rank && far < best_distance)) {
            best = entity;
            best_rank = rank;
            best_distance = far;
        }
    }
    return best;
}

void kb_place_find(kb_stage *s, kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    d->place = place_between(s, d, d->first, d->end);
    const char *type = d->match.type;
    bool visit = d->match.mode && strcmp(d->match.mode, "visit") == 0;
    if (d->place == KB_NONE && (strcmp(type, "ASSAULT") == 0 || strcmp(type, "COERCE") == 0 || visit)) {
        for (uint32_t i = 0; i < d->recipient_count && d->place == KB_NONE; i++) {
            uint32_t e = d->recipients[i].entity;
            if (e != KB_NONE && s->layers->entities[e].type == KB_LOCATION)
                d->place = e;
        }
    }
    if (d->place == KB_NONE && !kb_type_is_verbal(type))
        d->place = place_between(s, d, sentence->first, sentence->end);
}

// ---------------------------------------------------------------- who says so

static uint32_t entity_of_phrase(kb_stage *s, uint32_t phrase)
{
    kb_argument a = kb_argument_of_phrase(s, phrase);
    return kb_actor_resolve(s, &a, true).entity;
}

static bool is_party(const kb_draft *d, uint32_t entity)
{
    for (uint32_t i = 0; i < d->actor_count; i++) {
        if (d->actors[i].entity == entity)
            return true;
    }
    for (uint32_t i = 0; i < d->recipient_count; i++) {
        if (d->recipients[i].entity == entity)
            return true;
    }
    return false;
}

void kb_source_find(kb_stage *s, kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    for (uint32_t w = sentence->first; w < sentence->end; w++) {
        const kb_token *t = token(s, w);
        if (!kb_token_is(t, KB_WORDS_SOURCE) || t->mention != KB_NONE)
            continue;
        for (uint32_t k = w + 1; k < sentence->end && k < w + 8; k++) { // وفق ما أعلنت الوزارة, نقلا عن مصدر
            uint32_t p = s->c->phrase_of[k];
            uint32_t e = p != KB_NONE && s->c->phrases[p].first == k ? entity_of_phrase(s, p) : KB_NONE;
            if (e == KB_NONE)
                continue;
            if (!is_party(d, e) || d->match.word < w)
                d->reported_by = is_party(d, e) ? KB_NONE : e;
            return;
        }
    }
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->sentence != d->sentence || !(token(s, v->word)->features & KB_F_SPEECH) || v->subject == KB_NONE || v->word == d->match.word)
            continue;
        uint32_t e = entity_of_phrase(s, v->subject);
        if (e != KB_NONE && v->word < d->match.word && !is_party(d, e)) {
            d->reported_by = e;
            return;
        }
    }
}
