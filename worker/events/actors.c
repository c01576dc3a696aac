// Who a phrase is: its entity, and the PLOVER code from the entity, or from its head noun, its adjectives and what it belongs to.
#include "events/parse.h"
#include "events/stage.h"
#include "khabar/names.h"

#include <stdio.h>

// LOOK_BACK: mentions back to which a short form is looked for; bounds the work on long articles.
enum { LOOK_BACK = 200 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// The part of a phrase after its head, and what it tells.
typedef struct inside {
    const char *nation;           // adjective of nationality
    uint32_t person, body, place; // entities, KB_NONE: none
    const char *bloc;             // code of a union of states that an adjective names
    const char *sector;           // of the first common noun with a sector after the head
    const char *adjective;        // sector that an adjective right behind the head gives
    const char *body_nation;      // adjective of nationality behind the name of a body: حزب الغد المصري
    bool former, loyal, foreign;
    uint32_t owner; // entity that its possessive pronoun means, or KB_NONE
} inside;

static inside look_inside(const kb_stage *s, const kb_argument *a)
{
    inside in = {.person = KB_NONE, .body = KB_NONE, .place = KB_NONE, .owner = kb_owner_of(s, a)};
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention != KB_NONE) {
            const kb_mention *m = &s->layers->mentions[t->mention];
            uint32_t *slot = m->type == KB_PERSON ? &in.person : m->type == KB_ORGANIZATION ? &in.body : &in.place;
            if (*slot == KB_NONE)
                *slot = m->entity;
            continue;
        }
        uint32_t before = w > a->first ? token(s, w - 1)->mention : KB_NONE;
        if (t->nation && !in.body_nation && before != KB_NONE && s->layers->mentions[before].type == KB_ORGANIZATION)
            in.body_nation = t->nation;
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
        in.foreign = in.foreign || (w <= a->head + 1 && kb_token_is(t, KB_WORDS_FOREIGN));
        // سلطات الإقليم الانفصالية
        bool over_place = w == a->head + 2 && token(s, w - 1)->actor && token(s, w - 1)->actor_kind == KB_ACTOR_THING;
        if (t->adjective && !in.adjective && w > a->head && (w == a->head + 1 || over_place || token(s, w - 1)->nation))
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

// The code of a body; where neither its name nor the lexicon tells its country, the adjective behind the name does.
static void body_code(const kb_stage *s, uint32_t body, const inside *in, kb_who *who)
{
    kb_body_code(s, body, who);
    if (in->body_nation && strlen(who->code) == 3 && !s->layers->entities[body].country[0] &&
        !kb_code_is_international(who->code)) {
        char sector[4];
        memcpy(sector, who->code, sizeof sector);
        kb_code_set(who, in->body_nation, sector);
    }
}

// The body that a possessive pronoun on its people or on the head of a union of states means.
static uint32_t body_of_owner(const kb_stage *s, const kb_token *h, const inside *in)
{
    bool body = in->owner != KB_NONE && s->layers->entities[in->owner].type == KB_ORGANIZATION;
    bool people = kb_token_is(h, KB_WORDS_MEMBERS) || (h->actor_kind == KB_ACTOR_OFFICE && body &&
                                                       kb_code_is_international(s->layers->entities[in->owner].code));
    return body && people ? in->owner : KB_NONE;
}

// People who are of the body named with them: موظفو الأمم المتحدة, مسلحون من حركة الشباب; those whom a company employs are workers.
static bool lends_code(const kb_stage *s, const kb_token *h, uint32_t body, bool loyal)
{
    const char *code = s->layers->entities[body].code;
    size_t n = strlen(code);
    // Gunmen who stand by a government are not the government; those who stand by rebels are rebels.
    if (loyal && (n < 3 || strcmp(code + n - 3, "REB") != 0))
        return false;
    if (h->sector && strcmp(h->sector, "MIL") == 0 && kb_code_is_international(code))
        return false;
    return kb_token_is(h, KB_WORDS_MEMBERS) && n >= 3 && strcmp(code + n - 3, "BUS") != 0 && strcmp(code, "MNC") != 0;
}

// "أنصاره", "رجاله": those who follow the leader of a party or of armed men are what he is.
static bool belongs_to_leader(const kb_stage *s, const kb_token *h, const inside *in, kb_who *who)
{
    if (in->owner == KB_NONE || s->layers->entities[in->owner].type != KB_PERSON || !kb_token_is(h, KB_WORDS_FOLLOWERS))
        return false;
    static const char *const sectors[] = {"PTY", "REB", "PRM", "COP"};
    const char *known = s->layers->entities[in->owner].code, *told = s->person_code[in->owner];
    const char *codes[] = {known, told};
    for (size_t k = 0; k < KB_LEN(codes); k++) {
        for (size_t i = 0; strlen(codes[k]) == 6 && i < KB_LEN(sectors); i++) {
            if (strcmp(codes[k] + 3, sectors[i]) == 0) {
                kb_code_set(who, NULL, codes[k]);
                return true;
            }
        }
    }
    return false;
}

// "الدول المانحة", "عواصم خليجية", "كل دولة": states without a name; "الدول الأعضاء" are those of the union named last.
static bool unnamed_states(const kb_stage *s, const kb_argument *a, const inside *in, kb_who *who)
{
    const kb_token *h = token(s, a->head);
    bool several = (h->features & KB_F_PLUR) || a->head > a->first;
    if (in->nation || in->place != KB_NONE || in->body != KB_NONE || in->bloc || !several)
        return false;
    bool members = a->head + 1 < a->end && kb_token_is(token(s, a->head + 1), KB_WORDS_MEMBERS);
    uint32_t of = members ? kb_union_before(s, a) : KB_NONE;
    if (of != KB_NONE)
        kb_body_code(s, of, who);
    else
        kb_code_set(who, NULL, "UNK");
    who->sector = true;
    return true;
}

// Whether an adjective changes the sector of its noun: a military committee is an army's, a military court is a court.
static bool yields_to(const char *sector, const char *adjective)
{
    bool side = strcmp(adjective, "OPP") == 0 || strcmp(adjective, "PRE") == 0;
    return side || !sector || strcmp(sector, "GOV") == 0 || strcmp(sector, "CVL") == 0 || strcmp(sector, "SOC") == 0 ||
           strcmp(sector, "NGO") == 0;
}

static bool takes_arms(const char *sector)
{
    return sector && (strcmp(sector, "MIL") == 0 || strcmp(sector, "UAF") == 0 || strcmp(sector, "REB") == 0 ||
                      strcmp(sector, "PRM") == 0 || strcmp(sector, "CVL") == 0);
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
                   h->actor_kind == KB_ACTOR_WEAPON || h->actor_kind == KB_ACTOR_THING ||
                   (h->actor_kind == KB_ACTOR_BODY && in->body != KB_NONE &&
                    kb_code_is_international(s->layers->entities[in->body].code)); // المجلس التنفيذي لصندوق النقد
    bool post = h->actor_kind == KB_ACTOR_PART && kb_token_is(h, KB_WORDS_POST);
    who->human = h->actor_kind != KB_ACTOR_THING && h->actor_kind != KB_ACTOR_WEAPON && !post;
    who->thing = h->actor_kind == KB_ACTOR_THING || (post && !sector);
    // "طرفا النزاع": two that the words don't name.
    if ((h->features & KB_F_DUAL) && h->actor_kind == KB_ACTOR_PART && !sector && !in->nation && in->body == KB_NONE)
        return;
    uint32_t body = in->body != KB_NONE ? in->body : body_of_owner(s, h, in);
    if (body != KB_NONE && (belongs || lends_code(s, h, body, in->loyal)) &&
        !(in->nation && h->actor_kind == KB_ACTOR_OFFICE)) {
        who->entity = who->entity == KB_NONE && belongs && in->body != KB_NONE ? body : who->entity;
        body_code(s, body, in, who);
        if (who->code[0] || h->actor_words < 2) // "عميد كلية القانون": what the words say, where the body has no code
            return;
    }
    // "الأمين العام فلان": of the union that the article named last.
    bool secretary = !sector && h->actor_kind == KB_ACTOR_OFFICE && h->actor_words > 1 && !in->nation &&
                     (h->proclitics & KB_CLITIC_AL);
    uint32_t of = secretary ? kb_union_before(s, a) : KB_NONE;
    if (of != KB_NONE) {
        kb_body_code(s, of, who);
        return;
    }
    if (belongs_to_leader(s, h, in, who))
        return;
    if (kb_token_is(h, KB_WORDS_STATES) && unnamed_states(s, a, in, who))
        return;
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
    if (in->adjective && yields_to(sector, in->adjective) && h->actor_kind != KB_ACTOR_WEAPON &&
        h->actor_kind != KB_ACTOR_THING)
        sector = strcmp(in->adjective, "PRE") == 0 && takes_arms(sector) ? "REB" : in->adjective;
    // Armed men who stand by a government: popular resistance, militias, loyal factions.
    if (in->loyal && (!sector || strcmp(sector, "REB") == 0 || strcmp(sector, "UAF") == 0))
        sector = "PRM";
    bool of_country = in->nation || (in->place != KB_NONE && kb_entity_country(&s->layers->entities[in->place])[0]);
    if (!sector && h->actor_kind == KB_ACTOR_PART && of_country && kb_token_is(h, KB_WORDS_SIDES)) {
        kb_code_set(who, in->nation ? in->nation : kb_entity_country(&s->layers->entities[in->place]), NULL);
        who->sector = true;
        return;
    }
    if (!sector && h->actor_kind == KB_ACTOR_PART && of_country)
        sector = kb_token_is(h, KB_WORDS_TROOPS) ? "MIL" : "GOV";
    if (!sector && h->actor_kind != KB_ACTOR_THING && !(post && a->head > a->first)) // 52 موقعا
        return;
    if (in->former && sector && strcmp(sector, "GOV") == 0)
        sector = "ELI";
    bool told = in->nation || in->place != KB_NONE || in->body != KB_NONE;
    if (in->foreign) { // مقاتلون أجانب: of any country but this
        kb_code_set(who, "", sector);
        return;
    }
    kb_code_set(who,
                sector && kb_code_is_international(sector) ? ""
                : own[0] && !told                          ? own
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
    if (strlen(e->code) >= 6 || kb_code_is_international(e->code)) {
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
    kb_code_set(who, country, NULL);
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
            kb_code_set(who, ref->code, "GOV");
    } else if (ref->entity != KB_NONE) {
        const kb_entity *e = &s->layers->entities[ref->entity];
        if (e->type == KB_LOCATION)
            kb_place_code(s, e, political, who);
        else
            kb_body_code(s, ref->entity, who);
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
        kb_code_set(&who, h->nation, "GOV");
        return who;
    }
    if (kb_is_free_relative(s->c, h)) {
        who.human = true;
        kb_code_set(&who, s->focus, kb_takes_arms(s->c, a->head) ? "UAF" : "CVL");
        return who;
    }
    inside in = look_inside(s, a);
    uint32_t at_head = h->mention != KB_NONE ? s->layers->mentions[h->mention].entity : KB_NONE;
    if (at_head != KB_NONE && s->layers->mentions[h->mention].type != KB_PERSON) {
        who.entity = at_head;
        if (s->layers->mentions[h->mention].type == KB_LOCATION)
            kb_place_code(s, &s->layers->entities[at_head], political, &who);
        else
            body_code(s, at_head, &in, &who);
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
        kb_body_code(s, who.entity, &who);
        return who;
    }
    if (h->actor && h->actor_kind != KB_ACTOR_QUANTITY) {
        bool bare = a->end == a->head + 1 && (h->actor_kind == KB_ACTOR_BODY || h->actor_kind == KB_ACTOR_PART);
        uint32_t before = bare ? body_named_before(s, a->head) : KB_NONE;
        if (before != KB_NONE && s->layers->entities[before].code[0]) {
            who.entity = before;
            who.human = true;
            kb_body_code(s, before, &who);
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
            kb_place_code(s, &s->layers->entities[m->entity], political, &who);
        else if (m->type == KB_ORGANIZATION)
            kb_body_code(s, m->entity, &who);
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
        kb_code_set(&who, h->nation, people ? "CVL" : "GOV");
        who.folk = (h->features & KB_F_PLUR) && h->number == KB_NONE && a->head == a->first;
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

bool kb_title_of_next(const kb_stage *s, uint32_t phrase)
{
    uint32_t next = phrase == KB_NONE ? KB_NONE : s->c->phrases[phrase].next;
    if (next == KB_NONE)
        return false;
    const kb_phrase *p[] = {&s->c->phrases[phrase], &s->c->phrases[next]};
    for (size_t i = 0; i < KB_LEN(p); i++) {
        const kb_token *h = token(s, p[i]->head);
        bool person = false;
        for (uint32_t w = p[i]->first; w < p[i]->end; w++)
            person = person ||
                     (token(s, w)->mention != KB_NONE && s->layers->mentions[token(s, w)->mention].type == KB_PERSON);
        if (!h->actor || h->actor_kind != KB_ACTOR_OFFICE || (h->features & (KB_F_PLUR | KB_F_DUAL)) ||
            h->mention != KB_NONE || person != (i == 1) || p[i]->end == p[i]->first + 1)
            return false;
    }
    return token(s, p[1]->first)->proclitics & KB_CLITIC_WA;
}

// "سالم الكبيسي إمام جامع النور", "جاسم العبيدي، عميد كلية القانون": the noun behind an unknown person's name that says what he is.
static kb_argument apposition_behind(const kb_stage *s, const kb_mention *m)
{
    kb_argument a = {.phrase = KB_NONE};
    uint32_t end = s->layers->sentences[s->layers->words[m->first].sentence].end, w = m->end;
    bool comma = w < end && token(s, w)->mark == KB_MARK_COMMA;
    w += comma;
    uint32_t p = w < end ? s->c->phrase_of[w] : KB_NONE;
    if (p == KB_NONE || s->c->phrases[p].from > w || s->c->phrases[p].preposition)
        return a;
    const kb_phrase *q = &s->c->phrases[p];
    const kb_token *h = token(s, w);
    bool adverbial = (h->features & KB_F_ACC) && !(h->proclitics & KB_CLITIC_AL); // شرطيا
    if (!h->actor || h->actor_kind > KB_ACTOR_PART || h->mention != KB_NONE ||
        (h->features & (KB_F_PLUR | KB_F_DUAL)) || h->proclitics & ~KB_CLITIC_AL || h->enclitic != KB_ENC_NONE ||
        adverbial)
        return a;
    if (!comma && q->first == w && q->role == KB_ROLE_OBJECT) // "التقى حسن وزير الدفاع"
        return a;
    return (kb_argument){.first = w, .end = q->end, .head = w, .phrase = KB_NONE, .given = true};
}

static void codes_of_appositions(kb_stage *s)
{
    for (uint32_t i = 0; i < s->layers->mention_count; i++) {
        const kb_mention *m = &s->layers->mentions[i];
        const kb_entity *e = &s->layers->entities[m->entity];
        if (m->type != KB_PERSON || s->person_code[m->entity][0] || strlen(e->code) >= 6)
            continue;
        kb_argument a = apposition_behind(s, m);
        inside in = a.given ? look_inside(s, &a) : (inside){.person = KB_NONE};
        if (!a.given || in.person != KB_NONE)
            continue;
        kb_who who = {.entity = m->entity, .human = true};
        noun_code(s, &a, &in, &who);
        if (who.sector)
            memcpy(s->person_code[m->entity], who.code, sizeof who.code);
    }
}

void kb_person_codes_find(kb_stage *s)
{
    for (uint32_t i = 0; i < s->c->phrase_count; i++) {
        kb_argument a = kb_argument_of_phrase(s, i);
        if (!a.given || !token(s, a.head)->actor || token(s, a.head)->mention != KB_NONE)
            continue;
        inside in = look_inside(s, &a);
        bool joint = kb_title_of_next(s, i);
        if (joint) {
            kb_argument next = kb_argument_of_phrase(s, s->c->phrases[i].next);
            in.person = look_inside(s, &next).person;
        }
        if (in.person == KB_NONE || s->person_code[in.person][0])
            continue;
        uint32_t name_end = first_person_end(s, &a);
        if (!joint && name_end > a.head) { // the title before the name, not the apposition behind it
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
        bool abroad = strncmp(who.code, "IGO", 3) == 0; // an official of a union of states
        // Who is called a deputy or senator is no minister yet, or no longer.
        bool deputy = seat && strcmp(who.code + 3, "LEG") == 0 && strlen(known) == 6 && strcmp(known + 3, "GOV") == 0;
        if (who.sector && (strlen(known) < 6 || abroad || fallen || deputy || (party && (seat || office))))
            memcpy(s->person_code[in.person], who.code, sizeof who.code);
    }
    codes_of_appositions(s);
}
