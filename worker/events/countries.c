// Whose country: of a phrase that names none, and of the article.
#include "events/stage.h"
#include "khabar/names.h"

enum { ENOUGH_FOR_FOCUS = 3 /* sentences */ };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// How many mentions begin before word `word`; mentions stand in the order of the text.
uint32_t kb_mentions_before(const kb_stage *s, uint32_t word)
{
    return KB_FIRST_FROM(s->layers->mentions, s->layers->mention_count, first, word);
}

// "وأبدى استعداد بلاده": the country of the subject of the verb before the phrase, where that is a person or a state.
static const char *country_of_subject(const kb_stage *s, const kb_argument *a)
{
    uint32_t sentence = s->layers->words[a->first].sentence;
    for (uint32_t w = a->first; w > s->layers->sentences[sentence].first; w--) {
        uint32_t v = s->c->verb_of[w - 1];
        if (v == KB_NONE || s->c->verbs[v].subject == KB_NONE)
            continue;
        const kb_phrase *p = &s->c->phrases[s->c->verbs[v].subject];
        for (uint32_t k = p->first; k < p->end && p->end <= a->first; k++) {
            uint32_t m = token(s, k)->mention;
            if (m != KB_NONE && s->layers->mentions[m].type == KB_PERSON)
                return kb_entity_country(&s->layers->entities[s->layers->mentions[m].entity])[0]
                           ? kb_entity_country(&s->layers->entities[s->layers->mentions[m].entity])
                           : NULL;
        }
        return NULL;
    }
    return NULL;
}

// "وزير خارجيتها": the pronoun means the country named last before the phrase.
static const char *country_of_pronoun(const kb_stage *s, const kb_argument *a)
{
    bool pronoun = false;
    for (uint32_t w = a->first; w < a->end; w++)
        pronoun = pronoun || token(s, w)->enclitic == KB_ENC_3FS || token(s, w)->enclitic == KB_ENC_3MS;
    uint32_t owner = kb_owner_of(s, a);
    if (owner != KB_NONE && kb_entity_country(&s->layers->entities[owner])[0])
        return kb_entity_country(&s->layers->entities[owner]);
    const char *own = pronoun ? country_of_subject(s, a) : NULL;
    if (own)
        return own;
    for (uint32_t i = kb_mentions_before(s, a->first); pronoun && i > 0; i--) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        if (m->first < a->first && kb_entity_country(&s->layers->entities[m->entity])[0])
            return kb_entity_country(&s->layers->entities[m->entity]);
    }
    return NULL;
}

// Where the sentence plays: the country of the place after في, ب or قرب that stands nearest to the phrase.
static const char *country_of_scene(const kb_stage *s, const kb_argument *a)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[a->head].sentence];
    const kb_lemma *fw = s->c->function_words;
    const char *best = NULL;
    uint32_t best_distance = UINT32_MAX;
    if (!s->focus[0])
        return NULL;
    for (uint32_t w = sentence->first; w < sentence->end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention == KB_NONE || s->layers->mentions[t->mention].first != w ||
            s->layers->mentions[t->mention].type != KB_LOCATION)
            continue;
        uint32_t p = s->c->phrase_of[w], far = w > a->head ? w - a->head : a->head - w;
        kb_lemma preposition = p == KB_NONE ? 0 : s->c->phrases[p].preposition;
        const char *country = kb_entity_country(&s->layers->entities[s->layers->mentions[t->mention].entity]);
        bool scene = preposition == fw[KB_FW_FI] || preposition == fw[KB_FW_BI] || preposition == fw[KB_FW_QURB];
        if (scene && country[0] && far < best_distance) {
            best = country;
            best_distance = far;
        }
    }
    return best;
}

bool kb_of_no_country(const kb_stage *s, const kb_argument *a)
{
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention == KB_NONE && kb_token_is(t, KB_WORDS_FOREIGN))
            return true;
        const kb_entity *e =
            t->mention == KB_NONE ? NULL : &s->layers->entities[s->layers->mentions[t->mention].entity];
        if (e && e->type == KB_LOCATION && e->key.p && !e->country[0] &&
            (e->kind == KB_PLACE_CONTINENT || e->kind == KB_PLACE_REGION))
            return true;
    }
    return false;
}

const char *kb_country_of(const kb_stage *s, const kb_argument *a, const char *nation, uint32_t place, uint32_t body)
{
    if (nation)
        return nation;
    if (place != KB_NONE && kb_entity_country(&s->layers->entities[place])[0])
        return kb_entity_country(&s->layers->entities[place]);
    if (body != KB_NONE && s->layers->entities[body].country[0])
        return s->layers->entities[body].country;
    if (kb_of_no_country(s, a))
        return "";
    const char *meant = country_of_pronoun(s, a), *there = meant ? meant : country_of_scene(s, a);
    return there ? there : s->focus;
}

void kb_focus_find(kb_stage *s)
{
    struct {
        char iso[4];
        uint32_t weight;
    } seen[32] = {0};
    size_t n = 0;
    uint32_t total = 0;
    const kb_layers *y = s->layers;
    for (uint32_t i = 0; i < y->mention_count; i++) {
        const kb_entity *e = &y->entities[y->mentions[i].entity];
        const char *iso = kb_entity_country(e);
        if (!iso[0])
            continue;
        uint32_t weight =
            (e->type == KB_LOCATION ? 2 : 1) * (y->mentions[i].start < y->text.title_end ? 3 : 1) + (i < 4 ? 1 : 0);
        size_t k = 0;
        while (k < n && strcmp(seen[k].iso, iso) != 0)
            k++;
        if (k == KB_LEN(seen))
            continue;
        if (k == n)
            memcpy(seen[n++].iso, iso, 4);
        seen[k].weight += weight;
        total += weight;
    }
    // A sentence or two are about no country; whose the people in them are, their own words must tell.
    uint32_t sentences = 0;
    for (uint32_t i = 0; i < y->sentence_count; i++)
        sentences += y->sentences[i].end > y->sentences[i].first + 2;
    size_t best = 0;
    if (sentences < ENOUGH_FOR_FOCUS)
        return;
    for (size_t k = 1; k < n; k++)
        best = seen[k].weight > seen[best].weight ? k : best;
    s->focus[0] = '\0';
    // A single sentence without a headline is about no country: that it names a place says nothing of whose people it tells.
    bool article = y->text.title_end > 0 || y->sentence_count > 1;
    if (n && total && article)
        memcpy(s->focus, seen[best].iso, 4);
}
