// Parties that a sentence leaves to its context: both sides of talks and truces, the author of what is condemned or welcomed.
#include "events/parse.h"
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
    for (uint32_t i = low; best && i < high; i++) { // who did it to whom, as its own sentence tells it of the two
        const kb_draft *d = &s->drafts.at[i];
        if (i != index && has_sides(d) && d->actor_count == 1 && d->recipient_count == 1 &&
            d->sentence == s->drafts.at[index].sentence && same_pair(best, d) && (!fighting || of_war(d)))
            return d;
    }
    return best;
}

static void complete_sides(kb_stage *s, uint32_t index)
{
    kb_draft *d = &s->drafts.at[index];
    if (d->match.verbal && strcmp(d->match.type, "AGREE") == 0 && d->actor_count)
        return; // who consents does so to an offer
    if (kb_actor_named(s, d) || !two_sided(d) || has_sides(d) ||
        (d->match.mode && strcmp(d->match.mode, "multilateral") == 0))
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

static bool is_type(const kb_draft *d, const char *const *types, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(d->match.type, types[i]) == 0)
            return true;
    }
    return false;
}

// "مقترحا تقدم به السودان", "القرار الذي اتخذته الحكومة": who did, in the clause that describes it, what an act in words is about.
static void take_author(kb_stage *s, kb_draft *d)
{
    for (uint32_t i = kb_first_verb(s->c, s->c->phrases[d->content].sentence);
         i < s->c->verb_count && !d->recipient_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->sentence > s->c->phrases[d->content].sentence)
            break;
        if (v->antecedent == d->content && v->subject != KB_NONE && v->subject != d->content &&
            kb_is_somebody(s->c, v->subject))
            kb_parties_of_phrase(s, v->subject, d->recipients, &d->recipient_count);
    }
    for (uint32_t i = 0; i < d->recipient_count; i++) {
        if (among(&d->recipients[i], d->actors, d->actor_count))
            d->recipient_count = 0;
    }
}

// "دان الضربات": whoever struck; "رحب بالاتفاق": those who made it; "رفض مقترحا تقدم به السودان": who made it.
static void complete_content(kb_stage *s, uint32_t index)
{
    static const char *const about[] = {"ACCUSE", "SUPPORT", "REJECT", "PROTEST"};
    kb_draft *d = &s->drafts.at[index];
    bool accuses = strcmp(d->match.type, "ACCUSE") == 0,
         praises = strcmp(d->match.type, "SUPPORT") == 0 && strncmp(d->match.cameo, "051", 3) == 0;
    if (!is_type(d, about, KB_LEN(about)) || d->recipient_count || d->content == KB_NONE)
        return;
    const kb_phrase *p = &s->c->phrases[d->content];
    for (uint32_t i = index > NEAR ? index - NEAR : 0; (accuses || praises) && i < s->drafts.n && i < index + NEAR;
         i++) {
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
    if (!d->recipient_count)
        take_author(s, d);
}

// The event that what is promised, threatened, demanded or charged names: in the complements of the act (وعد بدعم الأسر), or its clause with أن.
// NULL: none.
static kb_draft *content_of(const kb_stage *s, uint32_t index)
{
    const kb_draft *d = &s->drafts.at[index];
    const kb_lemma *fw = s->c->function_words;
    bool charge = strcmp(d->match.type, "ACCUSE") == 0 || strcmp(d->match.type, "SANCTION") == 0;
    bool threat = strcmp(d->match.type, "THREATEN") == 0;
    for (uint32_t k = index + 1; k < s->drafts.n && k < index + NEAR; k++) {
        kb_draft *o = &s->drafts.at[k];
        if (o->sentence != d->sentence)
            return NULL;
        uint32_t phrase = o->match.phrase, p;
        if (o->match.word < d->match.end)
            continue;
        kb_walk walk = kb_walk_from(s->c, d->match.end);
        while (kb_walk_next(&walk, &p)) {
            kb_lemma prep = s->c->phrases[p].preposition;
            bool governed = prep == 0 || prep == fw[KB_FW_BI] || prep == fw[KB_FW_ILA] || prep == fw[KB_FW_ALA] ||
                            (prep == fw[KB_FW_LI] && !threat) ||
                            (charge && prep != fw[KB_FW_BAADA] && prep != fw[KB_FW_QABL]);
            bool subject = s->c->phrases[p].role == KB_ROLE_SUBJECT;
            if (p == phrase && governed && !subject && !kb_dates_another(s, o->match.word))
                return o;
            if (governed && prep && !charge && !kb_is_somebody(s->c, p)) // it is the first complement, or there is none
                break;
        }
        bool clause = walk.stopped + 1 < s->layers->word_count && kb_is_fw(s->c, &s->c->tokens[walk.stopped], KB_FW_AN);
        if (clause && o->match.verbal && o->match.word > walk.stopped && o->match.word <= walk.stopped + 3)
            return o;
    }
    return NULL;
}

// "وعد بدعم الأسر", "تعهدت بتمويله": whom the promised help is for.
static void take_beneficiary(kb_stage *s, kb_draft *d)
{
    kb_walk walk = kb_walk_from(s->c, d->match.end > d->match.last ? d->match.end - 1 : d->match.end);
    uint32_t p;
    while (!d->recipient_count && kb_walk_next(&walk, &p)) {
        const kb_phrase *q = &s->c->phrases[p];
        const kb_token *h = &s->c->tokens[q->head];
        if (q->joined || !kb_token_is(h, KB_WORDS_BENEFIT) || q->role == KB_ROLE_SUBJECT || q->head < d->match.word)
            continue;
        kb_argument meant =
            h->enclitic >= KB_ENC_3MS
                ? kb_pronoun_resolve(s, q->head, h->enclitic, d->match.subj.given ? d->match.subj.phrase : KB_NONE)
                : (kb_argument){.phrase = KB_NONE};
        if (meant.given)
            kb_parties_of_argument(s, &meant, d->recipients, &d->recipient_count);
        else
            kb_parties_of_phrase(s, p, d->recipients, &d->recipient_count);
        kb_walk behind = walk; // العفو عن المتمردين
        uint32_t n;
        if (!d->recipient_count && kb_walk_next(&behind, &n) && !s->c->phrases[n].pronoun &&
            (s->c->phrases[n].preposition == s->c->function_words[KB_FW_AAN] ||
             s->c->phrases[n].preposition == s->c->function_words[KB_FW_LI]))
            kb_parties_of_phrase(s, n, d->recipients, &d->recipient_count);
    }
}

// "أجرى محادثة مع نظيره، تعهد خلالها ب…": who promises or asks in talks does so to the other side.
static void take_partner(kb_stage *s, kb_draft *d)
{
    uint32_t own = (uint32_t)(d - s->drafts.at);
    for (uint32_t i = own > NEAR ? own - NEAR : 0; i < own && d->actor_count; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (o->sentence != d->sentence || o->match.word > d->match.word || strcmp(o->match.type, "CONSULT") != 0 ||
            !o->recipient_count || !among(&d->actors[0], o->actors, o->actor_count) || d->recipient_count ||
            strlen(o->recipients[0].code) < 6)
            continue;
        take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    }
}

// "اتهمت أوكرانيا روسيا باغتيال …", "أدانت المحكمة فلانا بقتل …": who is charged did it, says who charges.
static void complete_charge(kb_stage *s, uint32_t index)
{
    static const char *const deeds[] = {"ASSAULT", "COERCE", "MOBILIZE", "PROTEST"};
    kb_draft *d = &s->drafts.at[index];
    bool accuses = strcmp(d->match.type, "ACCUSE") == 0 && d->match.mode && strcmp(d->match.mode, "allege") == 0,
         convicts = d->match.mode && strcmp(d->match.mode, "convict") == 0;
    kb_draft *o = (accuses || convicts) && d->recipient_count ? content_of(s, index) : NULL;
    if (!o || o->actor_count || !is_type(o, deeds, KB_LEN(deeds)))
        return;
    take(o->actors, &o->actor_count, d->recipients, d->recipient_count);
    bool told = o->status == KB_ACTUAL || o->status == KB_HISTORICAL;
    if (told && o->actor_count && d->actor_count && o->reported_by == KB_NONE)
        o->reported_by = d->actors[0].entity;
}

// A visit whose words don't say where to is the one of the same visitor that others tell of.
static void complete_visit(kb_stage *s, kb_draft *d)
{
    if (!d->match.mode || strcmp(d->match.mode, "visit") != 0 || d->recipient_count || !d->actor_count)
        return;
    uint32_t own = (uint32_t)(d - s->drafts.at);
    for (uint32_t i = own > NEAR ? own - NEAR : 0; i < s->drafts.n && i < own + NEAR && !d->recipient_count; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (o != d && o->match.mode && strcmp(o->match.mode, "visit") == 0 &&
            among(&d->actors[0], o->actors, o->actor_count))
            take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    }
}

// Whom a promise or a threat is made to is whom the promised act is for; who is asked is who is to act.
static void complete_promise(kb_stage *s, uint32_t index)
{
    static const char *const good[] = {"AID", "SUPPORT", "COOPERATE", "CONCEDE", "RETREAT"};
    static const char *const bad[] = {"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"};
    kb_draft *d = &s->drafts.at[index];
    bool agrees = strcmp(d->match.type, "AGREE") == 0, threatens = strcmp(d->match.type, "THREATEN") == 0,
         asks = strcmp(d->match.type, "REQUEST") == 0;
    if (d->recipient_count || !(agrees || threatens || asks))
        return;
    const kb_draft *o = content_of(s, index);
    if (!o && agrees)
        take_beneficiary(s, d);
    if (!o || o->status == KB_NEGATED) {
        if (!threatens)
            take_partner(s, d);
        return;
    }
    if (asks)
        take(d->recipients, &d->recipient_count, o->actors, o->actor_count);
    else if (is_type(o, agrees ? good : bad, agrees ? KB_LEN(good) : KB_LEN(bad)) ||
             (strncmp(d->match.cameo, "036", 3) == 0 && strcmp(o->match.type, "CONSULT") == 0)) // وافق على لقاء المبعوث
        take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    for (uint32_t i = 0; i < d->recipient_count; i++) {
        if (among(&d->recipients[i], d->actors, d->actor_count))
            d->recipient_count = 0;
    }
}

// Whether the words that name event `o` stand in the subject of the verb of another: هجوم استهدف, "انفجرت عبوة ناسفة استهدفت".
static bool in_subject(const kb_draft *o, const kb_argument *subject)
{
    bool inside = !o->match.verbal && o->match.word >= subject->first && o->match.word < subject->end;
    for (uint8_t i = 0; i < o->match.term_count && o->match.verbal; i++)
        inside = inside || (o->match.terms[i] >= subject->first && o->match.terms[i] < subject->end);
    return inside;
}

// "هجوم استهدف قاعدة", "الاغتيالات التي طالت قادة": the verb and the noun that is its subject are one event; the noun leads.
static void join_verb_and_noun(kb_stage *s, uint32_t verb)
{
    kb_draft *d = &s->drafts.at[verb];
    if (!d->match.verbal || !d->match.subj.given || d->merged != KB_NONE)
        return;
    for (uint32_t k = verb > NEAR ? verb - NEAR : 0; k < s->drafts.n && k < verb + NEAR; k++) {
        kb_draft *o = &s->drafts.at[k];
        if (k == verb || !in_subject(o, &d->match.subj) || o->merged != KB_NONE ||
            strcmp(o->match.type, d->match.type) != 0)
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

// "دعت الجامعة، في ختام اجتماع طارئ، …": a session that only dates the act of a verb is of the one who acts.
static void complete_meeting(kb_stage *s, kb_draft *d)
{
    const kb_match *m = &d->match;
    uint32_t v = m->phrase != KB_NONE ? s->c->phrases[m->phrase].verb : KB_NONE;
    if (!m->mode || strcmp(m->mode, "multilateral") != 0 || m->verbal || d->actor_count || d->recipient_count ||
        v == KB_NONE || !kb_dates_another(s, m->word) || s->c->verbs[v].subject == KB_NONE ||
        !kb_is_somebody(s->c, s->c->verbs[v].subject))
        return;
    kb_parties_of_phrase(s, s->c->verbs[v].subject, d->actors, &d->actor_count);
}

void kb_parties_complete(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++)
        join_verb_and_noun(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_promise(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_charge(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_sides(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_content(s, i);
    kb_protests_complete(s);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        complete_summit(s, &s->drafts.at[i]);
        complete_meeting(s, &s->drafts.at[i]);
        complete_visit(s, &s->drafts.at[i]);
    }
}
