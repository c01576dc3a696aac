// Who a phrase is: its entity, and the PLOVER code from the entity, or from its head noun, its adjectives and what it belongs to.
#include "events/stage.h"
#include "khabar/names.h"

#include <stdio.h>

// LOOK_BACK: mentions back to which a short form is looked for; bounds the work on long articles.
enum { LOOK_BACK = 200 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

bool kb_entity_is_team(const kb_entity *entity)
{
    return entity->type == KB_ORGANIZATION && (entity->kind == KB_BODY_CLUB || entity->kind == KB_BODY_TEAM ||
                                               entity->kind == KB_BODY_LEAGUE || entity->kind == KB_BODY_FEDERATION);
}

static void set_code(kb_who *who, const char *country, const char *sector)
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

static bool stands_for_state(const kb_stage *s, const kb_entity *e, bool political)
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

static void place_code(const kb_stage *s, const kb_entity *e, bool political, kb_who *who)
{
    const char *country = kb_entity_country(e);
    if (!country[0])
        return;
    bool state = stands_for_state(s, e, political);
    set_code(who, country, state ? "GOV" : NULL);
    who->sector = true; // a place has no other
}

// The part of a phrase after its head, and what it tells.
typedef struct inside {
    const char *nation;           // adjective of nationality
    uint32_t person, body, place; // entities, KB_NONE: none
    const char *bloc;             // code of a union of states that an adjective names
    const char *sector;           // of the first common noun with a sector after the head
    const char *adjective;        // sector that an adjective right behind the head gives
    bool former, loyal;
} inside;

static inside look_inside(const kb_stage *s, const kb_argument *a)
{
    inside in = {.person = KB_NONE, .body = KB_NONE, .place = KB_NONE};
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention != KB_NONE) {
            const kb_mention *m = &s->layers->mentions[t->mention];
            uint32_t *slot = m->type == KB_PERSON ? &in.person : m->type == KB_ORGANIZATION ? &in.body : &in.place;
            if (*slot == KB_NONE)
                *slot = m->entity;
            continue;
        }
        if (w > a->head || (w == a->head && !t->actor)) {
            if (t->nation && !in.nation && (in.body == KB_NONE || w == a->head + 1))
                in.nation = t->nation;
            bool adjective = t->pos == KB_POS_ADJ && !(t->features & KB_F_PLUR) && t->actor_words < 2;
            if (w > a->head && t->actor && t->sector && !in.sector && !adjective && t->actor_kind != KB_ACTOR_THING)
                in.sector = t->sector;
        }
        const kb_rules *rules = NULL;
        const uint32_t *row =
            w > a->head && t->pos != KB_POS_PUNCT ? kb_clauses_row(s->c, w, KB_POST_UNION, &rules) : NULL;
        if (row && !in.bloc)
            in.bloc = kb_rules_string(rules, row[KB_ROW_WORDS]);
        in.former = in.former || kb_token_is(t, KB_WORDS_FORMER);
        in.loyal = in.loyal || kb_token_is(t, KB_WORDS_LOYAL);
        if (t->adjective && !in.adjective && w > a->head && (w == a->head + 1 || token(s, w - 1)->nation))
            in.adjective = t->adjective;
    }
    return in;
}

// The organization whose name has this noun as its head and was named last before: الهيئة, الحركة, الجماعة.
static uint32_t body_named_before(const kb_stage *s, uint32_t word)
{
    const kb_token *h = token(s, word);
    if (!(h->proclitics & KB_CLITIC_AL))
        return KB_NONE;
    for (uint32_t i = kb_mentions_before(s, word), steps = 0; i > 0 && steps < LOOK_BACK; i--, steps++) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        if (m->first >= word || m->type != KB_ORGANIZATION)
            continue;
        if (token(s, m->first)->form == h->form || (m->first > 0 && token(s, m->first - 1)->form == h->form))
            return m->entity;
    }
    return KB_NONE;
}

// "الوزير", "الرئيس": the person who was called so before.
static uint32_t person_called_before(const kb_stage *s, uint32_t word)
{
    const kb_token *h = token(s, word);
    for (uint32_t w = word, steps = 0; (h->proclitics & KB_CLITIC_AL) && w > 0 && steps < 8 * LOOK_BACK; w--, steps++) {
        const kb_token *t = token(s, w - 1);
        uint32_t p = s->c->phrase_of[w - 1];
        if (t->form != h->form || t->mention != KB_NONE || p == KB_NONE)
            continue;
        for (uint32_t k = w; k < s->c->phrases[p].end; k++) {
            uint32_t m = token(s, k)->mention;
            if (m != KB_NONE && s->layers->mentions[m].type == KB_PERSON)
                return s->layers->mentions[m].entity;
        }
    }
    return KB_NONE;
}

static bool international(const char *code)
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

static void body_code(const kb_stage *s, uint32_t entity, kb_who *who)
{
    const kb_entity *e = &s->layers->entities[entity];
    memcpy(who->code, e->code, sizeof who->code);
    who->sector = e->code[0] != '\0';
    if (!e->code[0]) {
        const char *sector = body_sector(s, e), *nation = nation_in_name(s, e);
        set_code(who,
                 sector && international(sector) ? ""
                 : e->country[0]                 ? e->country
                 : nation                        ? nation
                 : sector                        ? s->focus
                                                 : "",
                 sector);
    }
    // A ministry or an army whose country the name leaves open is that of the country the article is about.
    static const char *const states[] = {"GOV", "MIL", "COP", "LEG", "JUD", "SPY"};
    for (size_t i = 0; i < KB_LEN(states); i++) {
        if (strcmp(e->code, states[i]) == 0)
            set_code(who, e->country[0] ? e->country : s->focus, states[i]);
    }
}

// Codes of a head noun that the table of actors knows.
static void noun_code(const kb_stage *s, const kb_argument *a, const inside *in, kb_who *who)
{
    const kb_token *h = token(s, a->head);
    const char *sector = h->sector;
    const char *own = who->entity != KB_NONE && s->layers->entities[who->entity].type == KB_PERSON
                          ? s->layers->entities[who->entity].country
                          : "";
    bool belongs = h->actor_kind == KB_ACTOR_OFFICE || h->actor_kind == KB_ACTOR_PART ||
                   h->actor_kind == KB_ACTOR_WEAPON || h->actor_kind == KB_ACTOR_THING;
    who->human = h->actor_kind != KB_ACTOR_THING && h->actor_kind != KB_ACTOR_WEAPON;
    who->thing = h->actor_kind == KB_ACTOR_THING;
    // "طرفا النزاع": two that the words don't name.
    if ((h->features & KB_F_DUAL) && h->actor_kind == KB_ACTOR_PART && !sector && !in->nation && in->body == KB_NONE)
        return;
    if (belongs && in->body != KB_NONE && !(in->nation && h->actor_kind == KB_ACTOR_OFFICE)) {
        who->entity = who->entity == KB_NONE ? in->body : who->entity;
        body_code(s, in->body, who);
        return;
    }
    bool acts = h->actor_kind == KB_ACTOR_OFFICE || h->actor_kind == KB_ACTOR_PART || h->actor_kind == KB_ACTOR_BODY;
    if (in->bloc && acts && !in->nation && (!sector || strcmp(sector, "GOV") == 0)) {
        snprintf(who->code, sizeof who->code, "%s", in->bloc);
        who->sector = true;
        return;
    }
    if (h->actor_kind == KB_ACTOR_PART || h->actor_kind == KB_ACTOR_OFFICE) {
        if (in->sector && (!sector || strcmp(sector, "GOV") == 0 || h->actor_kind == KB_ACTOR_PART))
            sector = in->sector;
    } else if (h->actor_kind == KB_ACTOR_THING) {
        sector = in->sector ? in->sector : sector;
    }
    if (in->adjective && h->actor_kind != KB_ACTOR_WEAPON && h->actor_kind != KB_ACTOR_THING)
        sector = in->adjective;
    // Armed men who stand by a government: popular resistance, militias, loyal factions.
    if (in->loyal && (!sector || strcmp(sector, "REB") == 0 || strcmp(sector, "UAF") == 0))
        sector = "PRM";
    bool of_country = in->nation || (in->place != KB_NONE && kb_entity_country(&s->layers->entities[in->place])[0]);
    if (!sector && h->actor_kind == KB_ACTOR_PART && of_country && kb_token_is(h, KB_WORDS_SIDES)) {
        set_code(who, in->nation ? in->nation : kb_entity_country(&s->layers->entities[in->place]), NULL);
        who->sector = true;
        return;
    }
    if (!sector && h->actor_kind == KB_ACTOR_PART && of_country)
        sector = "GOV";
    if (!sector && h->actor_kind != KB_ACTOR_THING)
        return;
    // "الدول المانحة": states without a name are of no country.
    bool states =
        h->actor_kind == KB_ACTOR_BODY &&
        (kb_is_fw(s->c, h, KB_FW_DUWAL) || kb_is_fw(s->c, h, KB_FW_BULDAN) || kb_is_fw(s->c, h, KB_FW_HUKUMAT));
    if (states && !in->nation && in->place == KB_NONE) {
        set_code(who, "", sector);
        return;
    }
    if (in->former && sector && strcmp(sector, "GOV") == 0)
        sector = "ELI";
    bool told = in->nation || in->place != KB_NONE || in->body != KB_NONE;
    // Unknown gunmen are of no country but that which their own words tell.
    if (sector && strcmp(sector, "UAF") == 0 && !told) {
        set_code(who, "", sector);
        return;
    }
    set_code(who,
             sector && international(sector) ? ""
             : own[0] && !told               ? own
                                             : kb_country_of(s, a, in->nation, in->place, in->body),
             sector);
    if (who->entity == KB_NONE && h->actor_kind == KB_ACTOR_OFFICE && in->place != KB_NONE)
        who->sector = true;
}

static void person_code(const kb_stage *s, const kb_argument *a, const inside *in, kb_who *who)
{
    const kb_entity *e = &s->layers->entities[who->entity];
    who->human = true;
    if (s->person_code[who->entity][0]) {
        memcpy(who->code, s->person_code[who->entity], sizeof who->code);
        who->sector = true;
        return;
    }
    if (e->code[0] && strlen(e->code) >= 6) {
        memcpy(who->code, e->code, sizeof who->code);
        who->sector = true;
        return;
    }
    const kb_token *h = token(s, a->head);
    if (h->actor && h->mention == KB_NONE)
        noun_code(s, a, in, who);
    if (who->sector)
        return;
    const char *country = e->country[0] ? e->country : kb_country_of(s, a, in->nation, in->place, in->body);
    who->code[0] = '\0';
    set_code(who, country, NULL);
}

static bool from_reference(const kb_stage *s, const kb_argument *a, bool political, kb_who *who)
{
    uint32_t r = s->reference_of[a->head];
    if (r == KB_NONE)
        return false;
    const kb_reference *ref = &s->layers->references[r];
    who->entity = ref->entity;
    who->human = true;
    if (ref->code[0]) {
        memcpy(who->code, ref->code, sizeof who->code);
        who->sector = strlen(ref->code) >= 6;
        if (ref->kind == 'A' && !who->sector)
            set_code(who, ref->code, "GOV");
    } else if (ref->entity != KB_NONE) {
        const kb_entity *e = &s->layers->entities[ref->entity];
        if (e->type == KB_LOCATION)
            place_code(s, e, political, who);
        else
            body_code(s, ref->entity, who);
    }
    return who->code[0] || who->entity != KB_NONE;
}

// The entity of the country `iso3`, where the article names it.
static uint32_t country_entity(const kb_stage *s, const char *iso3)
{
    for (uint32_t i = 0; i < s->layers->entity_count; i++) {
        const kb_entity *e = &s->layers->entities[i];
        if (e->type == KB_LOCATION && e->kind == KB_PLACE_COUNTRY && strcmp(kb_entity_country(e), iso3) == 0)
            return i;
    }
    return KB_NONE;
}

// The mention that stands last before a phrase and agrees with its head: a country or a body for the feminine.
static uint32_t named_last(const kb_stage *s, const kb_argument *a)
{
    bool feminine = token(s, a->head)->features & KB_F_FEM;
    for (uint32_t i = kb_mentions_before(s, a->first), steps = 0; i > 0 && steps < LOOK_BACK; i--, steps++) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        bool country = m->type == KB_LOCATION && s->layers->entities[m->entity].kind == KB_PLACE_COUNTRY;
        if (m->first < a->first && (feminine ? country || m->type == KB_ORGANIZATION : m->type != KB_LOCATION))
            return i - 1;
    }
    return KB_NONE;
}

// The body whose name stands right behind a head that is no part of it: منظمة الصحة العالمية, حركة حماس.
static uint32_t body_behind(const kb_stage *s, const kb_argument *a)
{
    uint32_t m = a->head + 1 < a->end ? token(s, a->head + 1)->mention : KB_NONE;
    bool generic = kb_token_is(token(s, a->head), KB_WORDS_GENERIC) && m != KB_NONE &&
                   s->layers->mentions[m].first == a->head + 1 && s->layers->mentions[m].type == KB_ORGANIZATION;
    return generic && s->layers->entities[s->layers->mentions[m].entity].key.p ? s->layers->mentions[m].entity
                                                                               : KB_NONE;
}

kb_who kb_actor_resolve(kb_stage *s, const kb_argument *a, bool political)
{
    kb_who who = {.entity = KB_NONE};
    if (!a->given)
        return who;
    const kb_token *h = token(s, a->head);
    if (a->nation) {
        who.entity = country_entity(s, h->nation);
        set_code(&who, h->nation, "GOV");
        return who;
    }
    inside in = look_inside(s, a);
    uint32_t at_head = h->mention != KB_NONE ? s->layers->mentions[h->mention].entity : KB_NONE;
    if (at_head != KB_NONE && s->layers->mentions[h->mention].type != KB_PERSON) {
        who.entity = at_head;
        if (s->layers->mentions[h->mention].type == KB_LOCATION)
            place_code(s, &s->layers->entities[at_head], political, &who);
        else
            body_code(s, at_head, &who);
        return who;
    }
    if (in.person != KB_NONE &&
        (at_head != KB_NONE || (h->actor && (h->actor_kind != KB_ACTOR_THING && h->actor_kind != KB_ACTOR_WEAPON)) ||
         (h->features & (KB_F_TITLE | KB_F_HUMAN)) || h->nation)) {
        who.entity = in.person;
        person_code(s, a, &in, &who);
        return who;
    }
    if (body_behind(s, a) != KB_NONE) {
        who.entity = body_behind(s, a);
        who.human = true;
        body_code(s, who.entity, &who);
        return who;
    }
    if (h->actor && h->actor_kind != KB_ACTOR_QUANTITY) {
        bool bare = a->end == a->head + 1 && (h->actor_kind == KB_ACTOR_BODY || h->actor_kind == KB_ACTOR_PART);
        uint32_t before = bare ? body_named_before(s, a->head) : KB_NONE;
        if (before != KB_NONE && s->layers->entities[before].code[0]) {
            who.entity = before;
            who.human = true;
            body_code(s, before, &who);
            return who;
        }
        bool alone = a->end == a->head + 1 && h->actor_kind == KB_ACTOR_OFFICE;
        uint32_t person = alone && s->reference_of[a->head] == KB_NONE ? person_called_before(s, a->head) : KB_NONE;
        if (person != KB_NONE) {
            who.entity = person;
            person_code(s, a, &in, &who);
            return who;
        }
        bool own = s->reference_of[a->head] != KB_NONE && from_reference(s, a, political, &who) && who.sector;
        // "الرئيس البرازيلي السابق": not who holds the office today.
        bool former = own && in.former && h->actor_kind == KB_ACTOR_OFFICE && strlen(who.code) == 6 &&
                      strcmp(who.code + 3, "GOV") == 0;
        if (!own || former) {
            who = (kb_who){.entity = KB_NONE};
            noun_code(s, a, &in, &who);
        }
        return who;
    }
    uint32_t latter = kb_token_is(h, KB_WORDS_LATTER) && (h->proclitics & KB_CLITIC_AL) ? named_last(s, a) : KB_NONE;
    if (latter != KB_NONE) { // هذه الأخيرة
        const kb_mention *m = &s->layers->mentions[latter];
        who.entity = m->entity;
        if (m->type == KB_LOCATION)
            place_code(s, &s->layers->entities[m->entity], political, &who);
        else if (m->type == KB_ORGANIZATION)
            body_code(s, m->entity, &who);
        else
            person_code(s, a, &in, &who);
        return who;
    }
    // "آلاف المغاربة", "ثلاثة إيطاليين": people of a nation, not its government.
    bool people = h->nation && h->pos != KB_POS_VERB &&
                  ((h->features & (KB_F_PLUR | KB_F_DUAL)) || h->number != KB_NONE || a->head > a->first);
    if (!people && from_reference(s, a, political, &who))
        return who;
    who = (kb_who){.entity = KB_NONE};
    if (h->nation && h->pos != KB_POS_VERB) {
        set_code(&who, h->nation,
                 (h->features & (KB_F_PLUR | KB_F_DUAL)) || h->number != KB_NONE || a->head > a->first ? "CVL" : "GOV");
        who.human = true;
        return who;
    }
    who.human = (h->features & KB_F_HUMAN) != 0;
    if (!who.human && h->actor_kind == KB_ACTOR_QUANTITY && h->actor) { // بعضهم, مئات
        who.human = true;
        return who;
    }
    return who;
}

// The word after the first name of a person in a phrase.
static uint32_t first_person_end(const kb_stage *s, const kb_argument *a)
{
    for (uint32_t w = a->first; w < a->end; w++) {
        uint32_t m = token(s, w)->mention;
        if (m != KB_NONE && s->layers->mentions[m].type == KB_PERSON)
            return s->layers->mentions[m].end < a->end ? s->layers->mentions[m].end : a->end;
    }
    return a->end;
}

void kb_person_codes_find(kb_stage *s)
{
    for (uint32_t i = 0; i < s->c->phrase_count; i++) {
        kb_argument a = kb_argument_of_phrase(s, i);
        if (!a.given || !token(s, a.head)->actor || token(s, a.head)->mention != KB_NONE)
            continue;
        inside in = look_inside(s, &a);
        if (in.person == KB_NONE || s->person_code[in.person][0])
            continue;
        uint32_t name_end = first_person_end(s, &a);
        if (name_end > a.head) { // the title before the name, not the apposition behind it
            a.end = name_end;
            in = look_inside(s, &a);
        }
        // A known person keeps the code of the lexicon, but for a seat in a parliament or a court that it may not date.
        const char *known = s->layers->entities[in.person].code;
        kb_who who = {.entity = in.person, .human = true};
        noun_code(s, &a, &in, &who);
        bool seat = strlen(who.code) == 6 && (strcmp(who.code + 3, "LEG") == 0 || strcmp(who.code + 3, "JUD") == 0);
        bool party = strlen(known) == 6 && (strcmp(known + 3, "PTY") == 0 || strcmp(known + 3, "ELI") == 0);
        bool office = strlen(who.code) == 6 && strcmp(who.code + 3, "GOV") == 0 && in.nation && !in.former &&
                      strncmp(known, in.nation, 3) == 0;
        // "الرئيس بازوم" in an article that the lexicon's dates put behind his fall: he was in office when it was told of him.
        bool fallen = strlen(known) == 6 && strcmp(known + 3, "ELI") == 0 && strlen(who.code) == 6 &&
                      strcmp(who.code + 3, "GOV") == 0 && !in.former && strncmp(known, who.code, 3) == 0;
        bool abroad = in.body != KB_NONE && strncmp(who.code, "IGO", 3) == 0; // an official of a union of states
        // Who is called a deputy or senator is no minister yet, or no longer.
        bool deputy = seat && strcmp(who.code + 3, "LEG") == 0 && strlen(known) == 6 && strcmp(known + 3, "GOV") == 0;
        if (who.sector && (strlen(known) < 6 || abroad || fallen || deputy || (party && (seat || office))))
            memcpy(s->person_code[in.person], who.code, sizeof who.code);
    }
}
