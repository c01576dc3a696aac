// How sure a record is: the odds that its type, status, actors and recipients are all right, from what the text tells of it. Features, their weights
// and the two numbers that calibrate the sum stand in tables/confidence.tsv; worker/data/derive/confidence.py fits them.
#include "events/stage.h"

#include <math.h>

enum { LONG_SENTENCE = 45 };

static const char *const names[KB_CF_COUNT] = {
    "bias",
    "rule",
    "verb",
    "relative",
    "carried",
    "noun",
    "state",
    "actor",
    "actor-known",
    "actor-context",
    "actors-several",
    "recipient",
    "recipient-known",
    "recipient-context",
    "recipients-several",
    "open",
    "negated",
    "historical",
    "mode",
    "dated",
    "mentioned-again",
    "title",
    "asserted",
    "spoken-of",
    "off-topic",
    "long-sentence",
    "unknown-word",
    "symmetric",
    "quoted-source",
    "cooperation",
    "conflict-words",
    "deeds",
};

const char *kb_confidence_name(kb_confidence_feature feature)
{
    return names[feature];
}

kb_confidence_feature kb_confidence_named(kb_str name)
{
    for (uint32_t i = 0; i < KB_CF_COUNT; i++) {
        if (kb_str_is(name, names[i]))
            return (kb_confidence_feature)i;
    }
    return KB_CF_COUNT;
}

static bool any_known(const kb_stage *s, const kb_participant *p, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (p[i].entity != KB_NONE && s->layers->entities[p[i].entity].key.p)
            return true;
    }
    return false;
}

static bool mentioned_again(const kb_stage *s, const kb_draft *d)
{
    uint32_t index = (uint32_t)(d - s->drafts.at);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        if (s->drafts.at[i].merged == index && !s->drafts.at[i].match.dropped)
            return true;
    }
    return false;
}

static void form_values(const kb_stage *s, const kb_draft *d, float *v)
{
    const kb_match *m = &d->match;
    v[KB_CF_VERB] = m->verbal;
    v[KB_CF_RELATIVE] = m->verbal && m->verb != KB_NONE && s->c->verbs[m->verb].relative;
    v[KB_CF_CARRIED] = !m->verbal && !m->state && m->support != KB_SUPPORT_NONE;
    v[KB_CF_NOUN] = !m->verbal && !m->state && m->support == KB_SUPPORT_NONE;
    v[KB_CF_STATE] = m->state;
    v[KB_CF_UNKNOWN_WORD] = !m->analysis->known;
    v[KB_CF_SYMMETRIC] = m->rule->symmetric;
    v[KB_CF_MODE] = m->mode != NULL;
}

static void party_values(const kb_stage *s, const kb_draft *d, float *v)
{
    v[KB_CF_ACTOR] = d->actor_count > 0;
    v[KB_CF_ACTOR_KNOWN] = any_known(s, d->actors, d->actor_count);
    v[KB_CF_ACTOR_CONTEXT] = d->implicit[0] != 0;
    v[KB_CF_ACTORS_SEVERAL] = d->actor_count > 1;
    v[KB_CF_RECIPIENT] = d->recipient_count > 0;
    v[KB_CF_RECIPIENT_KNOWN] = any_known(s, d->recipients, d->recipient_count);
    v[KB_CF_RECIPIENT_CONTEXT] = d->implicit[1] != 0;
    v[KB_CF_RECIPIENTS_SEVERAL] = d->recipient_count > 1;
}

static void told_values(const kb_stage *s, const kb_draft *d, float *v)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    v[KB_CF_OPEN] = d->status == KB_FUTURE || d->status == KB_HYPOTHETICAL;
    v[KB_CF_NEGATED] = d->status == KB_NEGATED;
    v[KB_CF_HISTORICAL] = d->status == KB_HISTORICAL;
    v[KB_CF_DATED] = d->date_from == KB_DATE_FROM_CLAUSE;
    v[KB_CF_MENTIONED_AGAIN] = mentioned_again(s, d);
    v[KB_CF_TITLE] = sentence->kind == KB_TITLE || sentence->kind == KB_HEADING;
    v[KB_CF_LONG_SENTENCE] = sentence->end - sentence->first > LONG_SENTENCE;
    v[KB_CF_SOURCE] = d->reported_by != KB_NONE;
    v[KB_CF_ASSERTED] = d->assertion ? fminf(fmaxf(d->asserted, -3.0F), 6.0F) / 3.0F : 0;
    v[KB_CF_SPOKEN_OF] = d->assertion && d->asserted < 0;
    uint8_t foreign = 0; // share of the article that speaks of what is no politics
    for (uint32_t t = 0; t < KB_TOPIC_COUNT; t++)
        foreign = s->topic_score[t] > foreign ? s->topic_score[t] : foreign;
    v[KB_CF_OFF_TOPIC] = (float)foreign / 100.0F;
}

void kb_confidence_find(kb_stage *s, kb_draft *d)
{
    uint8_t quad = 0;
    float *v = d->confidence_values;
    for (uint32_t r = 0; r < s->rules_count && !quad; r++)
        quad = kb_ontology_quad(&s->rules[r], d->match.type);
    v[KB_CF_BIAS] = 1;
    v[KB_CF_RULE] = ((float)d->match.rule->score - 80.0F) / 10.0F;
    v[KB_CF_COOPERATION] = quad == 2;
    v[KB_CF_CONFLICT_WORDS] = quad == 3;
    v[KB_CF_DEEDS] = quad == 4;
    form_values(s, d, v);
    party_values(s, d, v);
    told_values(s, d, v);
    float sum = 0;
    for (uint32_t f = 0; f < KB_CF_COUNT; f++)
        sum += v[f] * s->data->confidence[f];
    float p = 1.0F / (1.0F + expf(-(s->data->confidence_scale * sum + s->data->confidence_shift)));
    d->confidence = p > 0.99F ? 0.99F : p < 0.01F ? 0.01F : p;
}

void kb_confidence_reasons(const kb_stage *s, const kb_draft *d, kb_reasons *out)
{
    kb_reasons_text(out, "; confidence");
    for (uint32_t f = 0; f < KB_CF_COUNT; f++) {
        float points = d->confidence_values[f] * s->data->confidence[f] * s->data->confidence_scale;
        if (fabsf(points) >= 0.05F)
            kb_reasons_points(out, names[f], points);
    }
}
