// Conditions and changes of rules.
#include "events/stage.h"

enum { TOPIC_SHARE = 34 }; // per cent of the article's sentences from which it counts as being of a topic

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static bool in_sector(const char *code, const char *const *sectors, size_t count)
{
    const char *sector = strlen(code) == 3 ? code : strlen(code) >= 6 ? code + 3 : "";
    for (size_t i = 0; i < count; i++) {
        if (strcmp(sector, sectors[i]) == 0 || strncmp(code, sectors[i], 3) == 0)
            return true;
    }
    return false;
}

static bool armed(const char *code)
{
    static const char *const sectors[] = {"MIL", "COP", "PRM", "REB", "UAF", "SPY", "IMG"};
    return in_sector(code, sectors, KB_LEN(sectors));
}

static bool state(const char *code)
{
    static const char *const sectors[] = {"GOV", "MIL", "COP", "LEG", "JUD", "SPY"};
    return in_sector(code, sectors, KB_LEN(sectors));
}

static bool civilian(const char *code)
{
    static const char *const sectors[] = {"CVL", "JRN", "MED", "EDU", "LAB", "REF", "AGR", "REL", "BUS", "SOC", "OPP"};
    return in_sector(code, sectors, KB_LEN(sectors));
}

static bool entity_is(const kb_stage *s, uint32_t entity, uint32_t class)
{
    if (entity == KB_NONE)
        return false;
    const kb_entity *e = &s->layers->entities[entity];
    switch (class) {
    case KB_IS_PERSON:
        return e->type == KB_PERSON;
    case KB_IS_ORGANIZATION:
        return e->type == KB_ORGANIZATION;
    case KB_IS_LOCATION:
        return e->type == KB_LOCATION;
    case KB_IS_COMPANY:
        return e->type == KB_ORGANIZATION && (strstr(e->code, "BUS") || strstr(e->code, "MNC"));
    case KB_IS_MEDIA:
        return e->type == KB_ORGANIZATION && strstr(e->code, "JRN");
    default:
        return true;
    }
}

static bool argument_is(kb_stage *s, const kb_argument *a, uint32_t class)
{
    if (class == KB_IS_NONE || class == KB_IS_ANY)
        return a->given == (class == KB_IS_ANY);
    if (!a->given)
        return false;
    kb_who who = kb_actor_resolve(s, a, true);
    const kb_token *h = token(s, a->head);
    switch (class) {
    case KB_IS_PERSON:
    case KB_IS_ORGANIZATION:
    case KB_IS_LOCATION:
    case KB_IS_NAMED:
    case KB_IS_COMPANY:
    case KB_IS_MEDIA:
        return entity_is(s, who.entity, class);
    case KB_IS_COUNTRY:
        return a->nation ||
               (who.entity != KB_NONE && s->layers->entities[who.entity].type == KB_LOCATION && strlen(who.code) >= 6);
    case KB_IS_STATE:
        return state(who.code);
    case KB_IS_ARMED:
        return armed(who.code);
    case KB_IS_CIVILIAN:
        return civilian(who.code);
    case KB_IS_HUMAN:
        return who.human || (who.code[0] && !who.thing);
    case KB_IS_TEAM:
        return who.entity != KB_NONE && kb_entity_is_team(&s->layers->entities[who.entity]);
    case KB_IS_NUMBER:
        for (uint32_t w = a->first; w <= a->head && w < a->end; w++) {
            if (token(s, w)->number != KB_NONE)
                return true;
        }
        return false;
    case KB_IS_THING:
        return who.entity == KB_NONE && !who.human && !(h->actor && h->actor_kind != KB_ACTOR_THING) && !a->nation &&
               !who.code[0];
    case KB_IS_ACTOR:
        return who.code[0] != '\0' || who.entity != KB_NONE || who.human;
    default:
        return false;
    }
}

static bool argument_has(kb_stage *s, const kb_match *m, const kb_condition *c, const kb_argument *a)
{
    for (uint32_t i = 0; i < c->values.classes; i++) {
        if (argument_is(s, a, m->rules->values[c->values.first + i]))
            return true;
    }
    for (uint32_t w = a->first; a->given && w < a->end; w++) {
        if (kb_value_matches(s, m->rules, &c->values, w))
            return true;
    }
    return false;
}

static bool range_has(const kb_stage *s, const kb_match *m, const kb_condition *c, uint32_t first, uint32_t end)
{
    for (uint32_t w = first; w < end; w++) {
        if (token(s, w)->pos != KB_POS_PUNCT && kb_value_matches(s, m->rules, &c->values, w))
            return true;
    }
    return false;
}

static bool topic_is(const kb_stage *s, const kb_match *m, const kb_condition *c)
{
    for (uint32_t t = 0; t < KB_TOPIC_COUNT; t++) {
        if (s->topic_score[t] >= TOPIC_SHARE && kb_value_is(m->rules, &c->values, s->data->topics[t]))
            return true;
    }
    return false;
}

static bool holds(kb_stage *s, const kb_match *m, const kb_condition *c)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[m->word].sentence];
    kb_argument a = {.phrase = KB_NONE};
    switch (c->place) {
    case KB_AT_NEXT:
        return m->end < sentence->end && range_has(s, m, c, m->end, m->end + 1);
    case KB_AT_PREV:
        return m->word > sentence->first && range_has(s, m, c, m->word - 1, m->word);
    case KB_AT_MOD:
        return m->phrase != KB_NONE && range_has(s, m, c, m->word, s->c->phrases[m->phrase].end);
    case KB_AT_NEAR:
        return range_has(s, m, c, kb_clause_first(s->c, m->word), kb_clause_end(s->c, m->word));
    case KB_AT_SENTENCE:
        return range_has(s, m, c, sentence->first, sentence->end);
    case KB_AT_TOPIC:
        return topic_is(s, m, c);
    case KB_AT_SUPPORT:
        if (m->verb == KB_NONE || m->verbal)
            return kb_value_is(m->rules, &c->values, KB_IS_NONE);
        return range_has(s, m, c, s->c->verbs[m->verb].word, s->c->verbs[m->verb].word + 1) ||
               (m->support != KB_SUPPORT_NONE && kb_value_is(m->rules, &c->values, KB_IS_ANY));
    case KB_AT_SUBJ:
    case KB_AT_ACTOR:
        a = m->subj.given || c->place == KB_AT_SUBJ ? m->subj : m->gen;
        break;
    case KB_AT_OBJ:
    case KB_AT_RECIPIENT:
        a = m->obj;
        break;
    case KB_AT_GEN:
        a = m->gen;
        break;
    case KB_AT_ADJ:
        a = m->adj;
        break;
    case KB_AT_BETWEEN:
        a = kb_argument_prep(s, m, s->c->function_words[KB_FW_BAYN]);
        break;
    case KB_AT_BY:
        a = kb_argument_prep(s, m, s->c->function_words[KB_FW_BY]);
        break;
    default:
        a = kb_argument_prep(s, m, c->preposition);
        break;
    }
    return argument_has(s, m, c, &a);
}

bool kb_conditions_hold(kb_stage *s, const kb_match *m, uint16_t owner)
{
    const kb_condition *c = m->rules->conditions + m->rule->condition_first;
    uint16_t group = 0;
    bool met = true;
    for (uint32_t i = 0; i < m->rule->condition_count; i++) {
        if (c[i].owner != owner)
            continue;
        if (c[i].group != group) {
            if (!met)
                return false;
            group = c[i].group;
            met = false;
        }
        met = met || holds(s, m, &c[i]) != (c[i].negated != 0);
    }
    return met;
}

void kb_whens_apply(kb_stage *s, kb_match *m)
{
    m->type = kb_rules_string(m->rules, m->rule->type);
    m->mode = kb_rules_string(m->rules, m->rule->mode);
    m->cameo = kb_rules_string(m->rules, m->rule->cameo);
    m->status = m->rule->status;
    for (uint16_t i = 0; i < m->rule->when_count; i++) {
        const kb_when *w = &m->rules->whens[m->rule->when_first + i];
        if (!kb_conditions_hold(s, m, (uint16_t)(i + 1)))
            continue;
        if (w->type != KB_NO_CHANGE)
            m->type = kb_rules_string(m->rules, w->type);
        if (w->mode != KB_NO_CHANGE)
            m->mode = kb_rules_string(m->rules, w->mode);
        if (w->cameo != KB_NO_CHANGE)
            m->cameo = kb_rules_string(m->rules, w->cameo);
        if (w->status != KB_STATUS_KEEP)
            m->status = w->status;
        m->dropped = m->dropped || w->drop;
    }
    if (m->type && !m->cameo)
        m->cameo = kb_ontology_root(m->rules, m->type);
    m->dropped = m->dropped || !m->type || !m->cameo; // of a type that the tables don't have
}
