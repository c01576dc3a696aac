// PLOVER codes of entities: countries and places, bodies that the lexicon gives no code.
#include "events/stage.h"
#include "khabar/names.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

bool kb_entity_is_team(const kb_entity *entity)
{
    return entity->type == KB_ORGANIZATION && (entity->kind == KB_BODY_CLUB || entity->kind == KB_BODY_TEAM ||
                                               entity->kind == KB_BODY_LEAGUE || entity->kind == KB_BODY_FEDERATION);
}

void kb_code_set(kb_who *who, const char *country, const char *sector)
{
    size_t n = 0;
    if (country && country[0]) {
        memcpy(who->code, country, 3);
        n = 3;
    }
    if (sector && strlen(sector) == 6) { // with a country of its own
        memcpy(who->code, sector, 6);
        n = 6;
    } else if (sector && sector[0]) {
        memcpy(who->code + n, sector, 3);
        n += 3;
    }
    who->code[n] = '\0';
    who->sector = who->sector || (sector && sector[0]);
}

const char *kb_entity_country(const kb_entity *e)
{
    return e->country[0] ? e->country : strlen(e->code) >= 3 && e->type == KB_LOCATION ? e->code : "";
}

bool kb_stands_for_state(const kb_stage *s, const kb_entity *e, bool political)
{
    if (e->kind == KB_PLACE_COUNTRY)
        return true;
    if (!political)
        return false;
    for (uint32_t i = 0; i < s->rules_count; i++) {
        if (e->key.p && kb_ontology_capital_of(&s->rules[i], e->key))
            return true;
    }
    return false;
}

// A place that is known for another power than the state in which it lies: separatists, a union of states.
static const char *power_of(const kb_stage *s, const kb_entity *e, const char *country)
{
    const char *power = NULL;
    for (uint32_t i = 0; i < s->rules_count && !power; i++)
        power = kb_ontology_power_of(&s->rules[i], e->kind == KB_PLACE_COUNTRY ? kb_str_of(country) : e->key);
    return power;
}

void kb_place_code(const kb_stage *s, const kb_entity *e, bool political, kb_who *who)
{
    const char *country = kb_entity_country(e);
    if (!country[0])
        return;
    const char *power = political ? power_of(s, e, country) : NULL;
    if (power) {
        kb_code_set(who, NULL, power);
        return;
    }
    bool state = kb_stands_for_state(s, e, political);
    kb_code_set(who, country, state ? "GOV" : NULL);
    who->sector = true; // a place has no other
}

bool kb_code_is_international(const char *code)
{
    return strncmp(code, "IGO", 3) == 0 || strncmp(code, "NGO", 3) == 0 || strncmp(code, "IMG", 3) == 0 ||
           strncmp(code, "MNC", 3) == 0;
}

// The sector of a body that the lexicon gives no code: by its kind, or by the common noun with which its name begins.
static const char *body_sector(const kb_stage *s, const kb_entity *e)
{
    static const char *const by_kind[KB_BODY_KINDS] = {
        [KB_BODY_GOVERNMENT] = "GOV", [KB_BODY_MINISTRY] = "GOV",   [KB_BODY_PARLIAMENT] = "LEG",
        [KB_BODY_ARMY] = "MIL",       [KB_BODY_POLICE] = "COP",     [KB_BODY_INTELLIGENCE] = "SPY",
        [KB_BODY_COURT] = "JUD",      [KB_BODY_PARTY] = "PTY",      [KB_BODY_ARMED_GROUP] = "REB",
        [KB_BODY_COMPANY] = "BUS",    [KB_BODY_BANK] = "BUS",       [KB_BODY_MEDIA] = "JRN",
        [KB_BODY_AGENCY] = "JRN",     [KB_BODY_UNIVERSITY] = "EDU", [KB_BODY_SCHOOL] = "EDU",
        [KB_BODY_HOSPITAL] = "MED",   [KB_BODY_UNION] = "LAB",      [KB_BODY_RELIGIOUS] = "REL",
        [KB_BODY_AUTHORITY] = "GOV",  [KB_BODY_IGO] = "IGO",        [KB_BODY_NGO] = "NGO",
    };
    if (e->kind < KB_BODY_KINDS && by_kind[e->kind])
        return by_kind[e->kind];
    if (e->first_mention >= s->layers->mention_count)
        return NULL;
    const kb_token *t = token(s, s->layers->mentions[e->first_mention].first);
    return t->actor && t->actor_kind == KB_ACTOR_BODY ? t->sector : NULL;
}

// المعهد الثقافي الفرنسي
static const char *nation_in_name(const kb_stage *s, const kb_entity *e)
{
    if (e->first_mention >= s->layers->mention_count)
        return NULL;
    const kb_mention *m = &s->layers->mentions[e->first_mention];
    for (uint32_t w = m->end; w > m->first; w--) {
        if (token(s, w - 1)->nation)
            return token(s, w - 1)->nation;
    }
    return NULL;
}

void kb_body_code(const kb_stage *s, uint32_t entity, kb_who *who)
{
    const kb_entity *e = &s->layers->entities[entity];
    memcpy(who->code, e->code, sizeof who->code);
    who->sector = e->code[0] != '\0';
    if (!e->code[0]) {
        const char *sector = body_sector(s, e), *nation = nation_in_name(s, e);
        kb_code_set(who,
                    sector && kb_code_is_international(sector) ? ""
                    : e->country[0]                            ? e->country
                    : nation                                   ? nation
                    : sector                                   ? s->focus
                                                               : "",
                    sector);
    }
    // A ministry or an army whose country the name leaves open is that of the country the article is about.
    static const char *const states[] = {"GOV", "MIL", "COP", "LEG", "JUD", "SPY"};
    for (size_t i = 0; i < KB_LEN(states); i++) {
        if (strcmp(e->code, states[i]) == 0)
            kb_code_set(who, e->country[0] ? e->country : s->focus, states[i]);
    }
}
