// Parties that a sentence leaves to its context: both sides of talks and truces, the author of what is condemned or welcomed.
#include "events/stage.h"

enum { NEAR = 48 }; // events before and after that can tell an event's parties; bounds the work on long articles

static bool two_sided(const kb_draft *d)
{
    return d->match.rule->symmetric && strcmp(d->match.type, "COOPERATE") != 0;
}

static bool has_sides(const kb_draft *d)
{
    return d->actor_count && d->recipient_count && d->actors[0].code[0] && d->recipients[0].code[0];
}

static bool among(const kb_participant *p, const kb_participant *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if ((p->entity != KB_NONE && p->entity == list[i].entity) || strcmp(p->code, list[i].code) == 0)
            return true;
    }
    return false;
}

static void take(kb_participant *to, uint32_t *to_count, const kb_participant *from, uint32_t count)
{
    for (uint32_t i = 0; i < count && *to_count < KB_PARTY_MAX; i++) {
        if (from[i].code[0] && !among(&from[i], to, *to_count))
            to[(*to_count)++] = from[i];
    }
}

static bool same_pair(const kb_draft *a, const kb_draft *b)
{
    return (among(&a->actors[0], b->actors, b->actor_count) &&
            among(&a->recipients[0], b->recipients, b->recipient_count)) ||
           (among(&a->actors[0], b->recipients, b->recipient_count) &&
            among(&a->recipients[0], b->actors, b->actor_count));
}

// Whether the parties of an event can be those of a fight.
static bool of_war(const kb_draft *d)
{
    return strcmp(d->match.type, "ASSAULT") == 0 || strcmp(d->match.type, "RETREAT") == 0 ||
           strcmp(d->match.type, "COERCE") == 0 || strcmp(d->match.type, "THREATEN") == 0;
}

// The event whose two sides are most likely those of draft `index` too: the pair that the article tells of most often, then the nearest.
static const kb_draft *sides_near(const kb_stage *s, uint32_t index)
{
    bool fighting = strcmp(s->drafts.at[index].match.type, "ASSAULT") == 0;
    const kb_draft *best = NULL;
    uint32_t best_weight = 0;
    uint32_t low = index > NEAR ? index - NEAR : 0, high = index + NEAR < s->drafts.n ? index + NEAR : s->drafts.n;
    for (uint32_t i = low; i < high; i++) {
        const kb_draft *d = &s->drafts.at[i];
        if (i == index || !has_sides(d) || (fighting && !of_war(d)))
            continue; // who talks about a fight does not fight it
        uint32_t weight = 0, far = i > index ? i - index : index - i;
        for (uint32_t k = low; k < high; k++)
            weight += has_sides(&s->drafts.at[k]) && same_pair(d, &s->drafts.at[k]) ? 8 : 0;
        weight += (two_sided(d) ? 12 : 0) + (far < 8 ? 8 - far : 0);
        if (weight > best_weight) {
            best = d;
            best_weight = weight;
        }
    }
    return best;
}

static void complete_sides(kb_stage *s, uint32_t index)
{
    kb_draft *d = &s->drafts.at[index];
    if (!two_sided(d) || has_sides(d) || (d->match.mode && strcmp(d->match.mode, "multilateral") == 0))
        return;
    const kb_draft *o = sides_near(s, index);
    if (!o)
        return;
    if (!d->actor_count && !d->recipient_count) {
        take(d->actors, &d->actor_count, o->actors, o->actor_count);
        take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    } else if (d->actor_count && !d->recipient_count) {
        if (among(&d->actors[0], o->actors, o->actor_count))
            take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
        else if (among(&d->actors[0], o->recipients, o->recipient_count))
            take(d->recipients, &d->recipient_count, o->actors, o->actor_count);
    } else if (!d->actor_count) {
        if (among(&d->recipients[0], o->recipients, o->recipient_count))
            take(d->actors, &d->actor_count, o->actors, o->actor_count);
        else if (among(&d->recipients[0], o->actors, o->actor_count))
            take(d->actors, &d->actor_count, o->recipients, o->recipient_count);
    }
}

// "دان الضربات": whoever struck; "رحب بالاتفاق": those who made it.
static void complete_content(kb_stage *s, uint32_t index)
{
    kb_draft *d = &s->drafts.at[index];
    bool accuses = strcmp(d->match.type, "ACCUSE") == 0,
         praises = strcmp(d->match.type, "SUPPORT") == 0 && strncmp(d->match.cameo, "051", 3) == 0;
    if ((!accuses && !praises) || d->recipient_count || d->content == KB_NONE)
        return;
    const kb_phrase *p = &s->c->phrases[d->content];
    for (uint32_t i = index > NEAR ? index - NEAR : 0; i < s->drafts.n && i < index + NEAR; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (i == index || o->match.word < p->first || o->match.word >= p->end)
            continue;
        take(d->recipients, &d->recipient_count, o->actors, o->actor_count);
        if (praises)
            take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    }
    const kb_draft *sides = !d->recipient_count && praises && kb_token_is(&s->c->tokens[p->head], KB_WORDS_AGREEMENT)
                                ? sides_near(s, index)
                                : NULL;
    if (sides) {
        take(d->recipients, &d->recipient_count, sides->actors, sides->actor_count);
        take(d->recipients, &d->recipient_count, sides->recipients, sides->recipient_count);
    }
}

// Demonstrators that the article speaks of are those of a demonstration that names nobody.
static void find_crowd(kb_stage *s, kb_participant *ret)
{
    for (uint32_t i = 0; i < s->c->phrase_count; i++) {
        const kb_token *h = &s->c->tokens[s->c->phrases[i].head];
        bool crowd = h->actor && kb_token_is(h, KB_WORDS_CROWD);
        kb_argument a = kb_argument_of_phrase(s, i);
        kb_who who = crowd && a.given ? kb_actor_resolve(s, &a, false) : (kb_who){.entity = KB_NONE};
        if (!who.code[0])
            continue;
        *ret = (kb_participant){
            .start = s->layers->words[a.first].start, .end = s->layers->words[a.end - 1].end, .entity = KB_NONE};
        memcpy(ret->code, who.code, sizeof who.code);
        return;
    }
}

static void complete_protest(kb_draft *d, const kb_participant *crowd)
{
    if (strcmp(d->match.type, "PROTEST") != 0 || d->actor_count || !d->match.mode ||
        strcmp(d->match.mode, "demo") != 0 || !crowd->code[0])
        return;
    d->actors[0] = *crowd;
    d->actor_count = 1;
}

// "هجوم استهدف قاعدة", "الاغتيالات التي طالت قادة": the verb and the noun that is its subject are one event; the noun leads.
static void join_verb_and_noun(kb_stage *s, uint32_t verb)
{
    kb_draft *d = &s->drafts.at[verb];
    if (!d->match.verbal || !d->match.subj.given || d->merged != KB_NONE)
        return;
    for (uint32_t k = verb > NEAR ? verb - NEAR : 0; k < s->drafts.n && k < verb + NEAR; k++) {
        kb_draft *o = &s->drafts.at[k];
        if (k == verb || o->match.verbal || o->match.word < d->match.subj.first || o->match.word >= d->match.subj.end ||
            o->merged != KB_NONE || strcmp(o->match.type, d->match.type) != 0)
            continue;
        if (!o->recipient_count)
            take(o->recipients, &o->recipient_count, d->recipients, d->recipient_count);
        if (d->status == KB_ACTUAL && o->status != d->status && o->status_why && strcmp(o->status_why, "reported") == 0)
            o->status = d->status;
        o->match.support = o->match.support == KB_SUPPORT_NONE ? KB_SUPPORT_HIT : o->match.support;
        d->merged = k;
        return;
    }
}

uint32_t kb_first_phrase(const kb_stage *s, uint32_t sentence)
{
    return KB_FIRST_FROM(s->c->phrases, s->c->phrase_count, sentence, sentence);
}

// "تنديدا بأداء الحكومة", "للمطالبة باستقالة الرئيس": the purpose of a protest names whom it is against.
static void complete_target(kb_stage *s, kb_draft *d)
{
    if (strcmp(d->match.type, "PROTEST") != 0 || d->recipient_count)
        return;
    for (uint32_t i = kb_first_phrase(s, d->sentence);
         i + 1 < s->c->phrase_count && s->c->phrases[i].sentence == d->sentence; i++) {
        const kb_phrase *p = &s->c->phrases[i], *next = &s->c->phrases[i + 1];
        if (p->first < d->match.end || next->sentence != d->sentence || !next->preposition)
            continue;
        if (kb_token_is(&s->c->tokens[p->head], KB_WORDS_PURPOSE))
            kb_parties_of_phrase(s, i + 1, d->recipients, &d->recipient_count);
        if (d->recipient_count)
            return;
    }
}

// A summit without a subject of its own is of the union that its sentence speaks of.
static void complete_summit(kb_stage *s, kb_draft *d)
{
    if (d->actor_count || !d->match.mode || strcmp(d->match.mode, "multilateral") != 0)
        return;
    for (uint32_t i = kb_first_phrase(s, d->sentence);
         i < s->c->phrase_count && s->c->phrases[i].sentence == d->sentence && !d->actor_count; i++) {
        kb_argument a = kb_argument_of_phrase(s, i);
        if (!a.given)
            continue;
        kb_who who = kb_actor_resolve(s, &a, true);
        if (strncmp(who.code, "IGO", 3) == 0)
            kb_parties_of_phrase(s, i, d->actors, &d->actor_count);
    }
}

void kb_parties_complete(kb_stage *s)
{
    kb_participant crowd = {.entity = KB_NONE};
    find_crowd(s, &crowd);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        join_verb_and_noun(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_sides(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_content(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_protest(&s->drafts.at[i], &crowd);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        complete_target(s, &s->drafts.at[i]);
        complete_summit(s, &s->drafts.at[i]);
    }
}
