// Where an event was, and who reports it.
#include "events/parse.h"
#include "events/stage.h"
#include "khabar/names.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

bool kb_type_is_verbal(const char *type)
{
    static const char *const types[] = {"ACCUSE",  "REQUEST", "REJECT",  "THREATEN",
                                        "SUPPORT", "AGREE",   "CONCEDE", "SANCTION"};
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

static bool is_type(const kb_draft *d, const char *type)
{
    return strcmp(d->match.type, type) == 0;
}

enum { CITY = 4, SITE = 5 };

static int specificity(const kb_entity *e)
{
    switch (e->kind) {
    case KB_PLACE_CONTINENT:
        return 0;
    case KB_PLACE_COUNTRY:
        return 2;
    case KB_PLACE_REGION:
    case KB_PLACE_PROVINCE:
    case KB_PLACE_SEA:
    case KB_PLACE_GULF:
        return 3;
    case KB_PLACE_SQUARE:
    case KB_PLACE_STREET:
    case KB_PLACE_BUILDING:
    case KB_PLACE_FACILITY:
    case KB_PLACE_AIRPORT:
    case KB_PLACE_PORT:
    case KB_PLACE_BASE:
    case KB_PLACE_HOLY_SITE:
    case KB_PLACE_CAMP:
    case KB_PLACE_CROSSING:
        return SITE;
    default:
        return CITY;
    }
}

// Aid is where it arrives, a withdrawal where those who go were; everything else where a locative preposition says. ب before a country is seldom one (الاعتراف ب, التنديد ب).
static bool locative(const kb_stage *s, const kb_draft *d, kb_lemma p, const kb_entity *e)
{
    const kb_lemma *fw = s->c->function_words;
    if (p == fw[KB_FW_BI])
        return e->kind != KB_PLACE_COUNTRY;
    if (p == fw[KB_FW_AMAM])
        return specificity(e) == SITE;
    if (p == fw[KB_FW_ALA] && strcmp(d->match.cameo, "192") == 0) // سيطر على المطار
        return e->kind != KB_PLACE_COUNTRY;
    return p == fw[KB_FW_FI] || p == fw[KB_FW_QURB] || (p == fw[KB_FW_ILA] && is_type(d, "AID")) ||
           (p == fw[KB_FW_MIN] && strncmp(d->match.cameo, "087", 3) == 0);
}

// Whether an event of another type is named between the trigger and word `w` after it.
static bool of_another(const kb_stage *s, const kb_draft *d, uint32_t w)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_match *m = &s->drafts.at[i].match;
        if (m->word > d->match.word && m->word < w && strcmp(m->type, d->match.type) != 0 && !m->dropped)
            return true;
    }
    return false;
}

// "في أثينا وسالونيك": of several places joined with و the first named counts.
static bool behind_another_place(const kb_stage *s, uint32_t w)
{
    const kb_phrase *p = &s->c->phrases[s->c->phrase_of[w]];
    uint32_t m = p->joined && p->first == w && w > 0 ? token(s, w - 1)->mention : KB_NONE;
    return m != KB_NONE && s->layers->mentions[m].type == KB_LOCATION;
}

// وفي جوبا أعلن الرئيس أنه أمر بالانسحاب: where something is said is not where that is of which it speaks.
static bool of_speech(const kb_stage *s, const kb_draft *d, uint32_t w)
{
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->sentence == d->sentence && (token(s, v->word)->features & KB_F_SPEECH) && v->complement != KB_NONE &&
            w < v->complement && v->complement < d->match.word)
            return true;
    }
    return false;
}

// العاصمة الصينية, في العاصمة: the capital of the country that the adjective names, or of that of the article, where the article names it; or KB_NONE.
static uint32_t capital_at(const kb_stage *s, uint32_t w)
{
    const kb_token *t = token(s, w), *next = w + 1 < s->layers->word_count ? token(s, w + 1) : NULL;
    if (t->mention != KB_NONE || t->form != s->c->function_words[KB_FW_ASIMA] || !(t->proclitics & KB_CLITIC_AL) ||
        (next && next->mention != KB_NONE))
        return KB_NONE;
    const char *country = next && next->nation ? next->nation : s->focus;
    for (uint32_t i = 0; i < s->layers->entity_count && country[0]; i++) {
        const kb_entity *e = &s->layers->entities[i];
        for (uint32_t r = 0; r < s->rules_count && e->type == KB_LOCATION && e->key.p; r++) {
            const char *of = kb_ontology_capital_of(&s->rules[r], e->key);
            if (of && strcmp(of, country) == 0)
                return i;
        }
    }
    return KB_NONE;
}

// The most specific place in [first, end) that a locative preposition introduces, nearest to the trigger among equals.
static uint32_t place_between(const kb_stage *s, const kb_draft *d, uint32_t first, uint32_t end)
{
    uint32_t best = KB_NONE, best_distance = 0;
    int best_rank = -1;
    for (uint32_t w = first; w < end; w++) {
        const kb_token *t = token(s, w);
        uint32_t entity = capital_at(s, w);
        if (entity == KB_NONE && (t->mention == KB_NONE || s->layers->mentions[t->mention].first != w ||
                                  s->layers->mentions[t->mention].type != KB_LOCATION))
            continue;
        uint32_t p = s->c->phrase_of[w];
        entity = entity != KB_NONE ? entity : s->layers->mentions[t->mention].entity;
        if (p == KB_NONE || !locative(s, d, s->c->phrases[p].preposition, &s->layers->entities[entity]))
            continue;
        int rank = specificity(&s->layers->entities[entity]);
        // وأغلقت القنصلية في ميلانو بعد تفجير في روما: what stands behind a noun is rather its own.
        uint32_t far = distance(w, d->match.word) * (w < d->match.word && !d->match.verbal ? 3 : 1);
        if (of_another(s, d, w) || of_speech(s, d, w) || behind_another_place(s, w))
            continue;
        if (rank > best_rank || (rank == best_rank && far < best_distance)) {
            best = entity;
            best_rank = rank;
            best_distance = far;
        }
    }
    return best;
}

static uint32_t location_of_phrase(const kb_stage *s, uint32_t phrase)
{
    const kb_token *t = token(s, s->c->phrases[phrase].head);
    bool place = t->mention != KB_NONE && s->layers->mentions[t->mention].type == KB_LOCATION;
    return place ? s->layers->mentions[t->mention].entity : KB_NONE;
}

// استضافت جنيف محادثات, التظاهرة التي شهدتها العاصمة: the subject of such a verb is where it was.
static uint32_t place_of_host(const kb_stage *s, const kb_draft *d)
{
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        bool own = d->match.verb == i || (d->match.phrase != KB_NONE && v->object == d->match.phrase);
        if (v->sentence == d->sentence && own && kb_token_is(token(s, v->word), KB_WORDS_HOST) && v->subject != KB_NONE)
            return location_of_phrase(s, v->subject);
    }
    return KB_NONE;
}

static uint32_t party_place(const kb_stage *s, const kb_participant *p, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (p[i].entity != KB_NONE && s->layers->entities[p[i].entity].type == KB_LOCATION)
            return p[i].entity;
    }
    return KB_NONE;
}

// The entity of a country (the first three letters of `code`) that the article names, or KB_NONE.
static uint32_t country_entity(const kb_stage *s, const char *code)
{
    for (uint32_t e = 0; e < s->layers->entity_count && code[0]; e++) {
        const kb_entity *entity = &s->layers->entities[e];
        if (entity->type == KB_LOCATION && entity->kind == KB_PLACE_COUNTRY && strncmp(entity->country, code, 3) == 0)
            return e;
    }
    return KB_NONE;
}

// The country whose people or bodies these are, first that of one that the article names (*ret_entity); or "".
static const char *party_country(const kb_stage *s, const kb_participant *p, uint32_t count, uint32_t *ret_entity)
{
    const char *country = "";
    *ret_entity = KB_NONE;
    for (uint32_t i = 0; i < count && *ret_entity == KB_NONE; i++) {
        *ret_entity = country_entity(s, p[i].code);
        country = country[0] && *ret_entity == KB_NONE ? country : p[i].code;
    }
    return country;
}

// The city of the dateline, where the event stands in its sentence.
static uint32_t place_of_dateline(const kb_stage *s, const kb_sentence *sentence)
{
    for (uint32_t w = sentence->first; w < sentence->dateline_end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention != KB_NONE && s->layers->mentions[t->mention].type == KB_LOCATION)
            return s->layers->mentions[t->mention].entity;
    }
    return KB_NONE;
}

// By force, by a crowd or by a court.
static bool deed(const kb_draft *d)
{
    return is_type(d, "ASSAULT") || is_type(d, "PROTEST") || is_type(d, "COERCE") || strcmp(d->match.cameo, "116") == 0;
}

// What is done in the country of the dateline, by force or by a court, is done in its city where nothing narrower is told.
static void narrow_to_dateline(const kb_stage *s, kb_draft *d)
{
    uint32_t city = deed(d) ? place_of_dateline(s, &s->layers->sentences[d->sentence]) : KB_NONE;
    if (city == KB_NONE)
        return;
    const kb_entity *wide = d->place == KB_NONE ? NULL : &s->layers->entities[d->place];
    if (!wide || (wide->kind == KB_PLACE_COUNTRY && strcmp(wide->country, s->layers->entities[city].country) == 0))
        d->place = city;
}

// The country where the parties tell it to have been: force and arrests are where their victims are, protests where the protesters are (or else in the
// country that the article is about); or "".
static const char *country_of_parties(const kb_stage *s, const kb_draft *d, uint32_t *ret_entity)
{
    bool force = is_type(d, "ASSAULT"), coerced = is_type(d, "COERCE"), protest = is_type(d, "PROTEST");
    bool held = d->status == KB_ACTUAL || d->status == KB_HISTORICAL;
    const char *country = "";
    *ret_entity = KB_NONE;
    if (!held && !protest)
        return country;
    if (force || coerced)
        country = party_country(s, d->recipients, d->recipient_count, ret_entity);
    if (*ret_entity == KB_NONE && (coerced || protest)) {
        const char *own = party_country(s, d->actors, d->actor_count, ret_entity);
        country = own[0] && (*ret_entity != KB_NONE || !country[0]) ? own : country;
    }
    if (*ret_entity == KB_NONE && protest) {
        *ret_entity = country_entity(s, s->focus);
        country = country[0] ? country : s->focus;
    }
    return country;
}

// Whether a place is told at word `w` as one where the passage is: in a dateline, or behind a locative preposition.
static bool sets_scene(const kb_stage *s, const kb_draft *d, uint32_t w)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[w].sentence];
    if (w < sentence->dateline_end)
        return true;
    uint32_t p = s->c->phrase_of[w];
    const kb_entity *e = &s->layers->entities[s->layers->mentions[token(s, w)->mention].entity];
    return p != KB_NONE && locative(s, d, s->c->phrases[p].preposition, e) && !behind_another_place(s, w);
}

// The city or site of `country` where the passage is: told last before the event in its paragraph, or else behind it in its sentence.
static uint32_t scene_of(const kb_stage *s, const kb_draft *d, const char *country)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    for (uint32_t w = sentence->end; w > 0; w--) {
        const kb_token *t = token(s, w - 1);
        if (s->layers->sentences[s->layers->words[w - 1].sentence].paragraph != sentence->paragraph)
            break;
        if (t->mention == KB_NONE || s->layers->mentions[t->mention].first != w - 1 ||
            s->layers->mentions[t->mention].type != KB_LOCATION)
            continue;
        uint32_t entity = s->layers->mentions[t->mention].entity;
        const kb_entity *e = &s->layers->entities[entity];
        if (e->country[0] && specificity(e) >= CITY && strncmp(e->country, country, 3) == 0 && sets_scene(s, d, w - 1))
            return entity;
    }
    return KB_NONE;
}

// مجزرة الحولة, مباحثات جنيف: the city or site with which the noun stands in construct.
static uint32_t place_in_construct(const kb_stage *s, const kb_draft *d)
{
    uint32_t w = d->match.word + 1;
    const kb_token *t = w < s->layers->word_count ? token(s, w) : NULL;
    if (d->match.verbal || d->match.state || !t || t->mention == KB_NONE || kb_type_is_verbal(d->match.type) ||
        s->layers->mentions[t->mention].type != KB_LOCATION || (t->proclitics & ~(uint32_t)KB_CLITIC_AL) ||
        (token(s, w - 1)->proclitics & KB_CLITIC_AL) || token(s, w - 1)->enclitic != KB_ENC_NONE)
        return KB_NONE;
    uint32_t entity = s->layers->mentions[t->mention].entity;
    return specificity(&s->layers->entities[entity]) >= CITY ? entity : KB_NONE;
}

// ومن موسكو قالت الوزيرة إن: from where somebody acts in words, at the head of the sentence.
static uint32_t place_of_speaker(const kb_stage *s, const kb_draft *d)
{
    uint32_t first = s->layers->sentences[d->sentence].first;
    uint32_t p = first < d->match.word ? s->c->phrase_of[first] : KB_NONE;
    p = p == KB_NONE && first + 1 < d->match.word ? s->c->phrase_of[first + 1] : p;
    bool from = p != KB_NONE && s->c->phrases[p].preposition == s->c->function_words[KB_FW_MIN];
    return from ? location_of_phrase(s, p) : KB_NONE;
}

// Whether the sentence opens with the verb, behind its dateline.
static bool opens(const kb_sentence *sentence, const kb_match *m)
{
    return sentence->dateline_end > sentence->first && m->word == sentence->dateline_end;
}

void kb_place_find(kb_stage *s, kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    bool visit = d->match.mode && strcmp(d->match.mode, "visit") == 0;
    bool phone = d->match.mode && strcmp(d->match.mode, "phone") == 0;
    d->place = place_of_host(s, d);
    if (d->place == KB_NONE)
        d->place = place_in_construct(s, d);
    if (d->place == KB_NONE && (kb_type_is_verbal(d->match.type) || is_type(d, "CONSULT")))
        d->place = place_of_speaker(s, d);
    // What is accused or asked for has places of its own: behind the verb they are not where it was said.
    bool content = is_type(d, "ACCUSE") || is_type(d, "REQUEST");
    if (d->place == KB_NONE)
        d->place = place_between(s, d, d->first, content ? d->match.word : d->end);
    if (d->place == KB_NONE && (is_type(d, "ASSAULT") || is_type(d, "COERCE") || visit))
        d->place = party_place(s, d->recipients, d->recipient_count);
    if (d->place == KB_NONE &&
        ((is_type(d, "CONSULT") && !phone && !visit) || (is_type(d, "SUPPORT") && strcmp(d->match.cameo, "057") == 0)))
        d->place = place_of_dateline(s, sentence);
    narrow_to_dateline(s, d);
    if (d->place == KB_NONE && kb_type_is_verbal(d->match.type) && d->match.verbal && opens(sentence, &d->match))
        d->place = place_of_dateline(s, sentence);
    if (d->place == KB_NONE && !kb_type_is_verbal(d->match.type) &&
        (d->status == KB_ACTUAL || d->status == KB_HISTORICAL))
        d->place = place_between(s, d, sentence->first, sentence->end);
}

static bool of_country(const kb_participant *p, uint32_t count, const char *country)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strncmp(p[i].code, country, 3) == 0)
            return true;
    }
    return false;
}

// Negotiations in the country of neither side are held with the help of a third (CAMEO 044, 046; PLOVER CONSULT third-party).
static void mark_third_party(kb_stage *s, kb_draft *d)
{
    if (!is_type(d, "CONSULT") || d->match.mode || strcmp(d->match.cameo, "046") != 0 || d->place == KB_NONE ||
        !d->actor_count || !d->recipient_count)
        return;
    const char *country = s->layers->entities[d->place].country;
    if (country[0] && !of_country(d->actors, d->actor_count, country) &&
        !of_country(d->recipients, d->recipient_count, country))
        d->match.mode = "third-party";
}

void kb_places_complete(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (d->merged == KB_NONE && d->place == KB_NONE) {
            const char *country = country_of_parties(s, d, &d->place);
            uint32_t scene = deed(d) && d->status == KB_ACTUAL && country[0] ? scene_of(s, d, country) : KB_NONE;
            d->place = scene == KB_NONE ? d->place : scene;
        }
        mark_third_party(s, d);
    }
}

// ---------------------------------------------------------------- who says so

static uint32_t entity_of_phrase(kb_stage *s, uint32_t phrase)
{
    kb_argument a = kb_argument_of_phrase(s, phrase);
    uint32_t entity = kb_actor_resolve(s, &a, true).entity;
    const kb_phrase *p = &s->c->phrases[phrase];
    uint32_t name = entity == KB_NONE && p->head + 1 < p->end ? token(s, p->head + 1)->mention
                                                              : KB_NONE; // وكالة رويترز, منظمة نتبلوكس
    return name == KB_NONE || s->layers->mentions[name].type == KB_LOCATION ? entity : s->layers->mentions[name].entity;
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

// Who is named in [first, end) of the sentence as the source, or KB_NONE.
static uint32_t source_between(kb_stage *s, uint32_t first, uint32_t end)
{
    for (uint32_t w = first; w < end && token(s, w)->mark != KB_MARK_STOP; w++) {
        uint32_t p = s->c->phrase_of[w];
        bool starts = p != KB_NONE && s->c->phrases[p].first == w && !s->c->phrases[p].pronoun;
        uint32_t e = starts ? entity_of_phrase(s, p) : KB_NONE;
        if (e != KB_NONE)
            return e;
    }
    return KB_NONE;
}

static bool is_trigger(const kb_stage *s, uint32_t word)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        if (s->drafts.at[i].match.word == word)
            return true;
    }
    return false;
}

// وفق ما أعلنت الوزارة, نقلا عن مصدر, على ما قال المتحدث
static bool introduces_source(const kb_stage *s, uint32_t w)
{
    const kb_token *t = token(s, w);
    if (t->mention != KB_NONE)
        return false;
    if (kb_token_is(t, KB_WORDS_SOURCE))
        return true;
    const kb_lemma *fw = s->c->function_words;
    bool as =
        t->whole == fw[KB_FW_KAMA] || (w > 0 && t->whole == fw[KB_FW_MA] && token(s, w - 1)->whole == fw[KB_FW_ALA]);
    return as && w + 1 < s->layers->word_count && (token(s, w + 1)->features & KB_F_SPEECH) &&
           !is_trigger(s, w + 1); // كما أدان المجلس: also
}

// Whether لكن, بينما or the like stand between the words: who is credited on one side of them is not for what is told on the other.
static bool clauses_apart(const kb_stage *s, uint32_t a, uint32_t b)
{
    for (uint32_t w = (a < b ? a : b) + 1; w < (a < b ? b : a); w++) {
        if (token(s, w)->pos == KB_POS_CONJ && kb_opens_clause(s->c, w))
            return true;
    }
    return false;
}

// قال إن …، وحثت المنظمة الحكومة: behind a comma a verb with و and a subject of its own goes on with what the article tells.
static bool goes_on(const kb_stage *s, uint32_t speech, const kb_draft *d)
{
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->word > speech + 1 && v->word <= d->match.word && v->sentence == d->sentence && !v->relative &&
            (token(s, v->word)->proclitics & KB_CLITIC_WA) && token(s, v->word - 1)->mark == KB_MARK_COMMA &&
            v->subject != KB_NONE && s->c->phrases[v->subject].first > v->word)
            return true;
    }
    return false;
}

// يذكر أن, يشار إلى أن: without a subject of its own at the head of a sentence.
static bool nobody_says(const kb_stage *s, const kb_verb *v)
{
    const kb_token *t = token(s, v->word);
    return v->subject != KB_NONE && s->c->phrases[v->subject].first < s->layers->sentences[v->sentence].first &&
           (t->features & KB_F_PRES) && !(t->proclitics & KB_CLITIC_WA);
}

// Whether what the verb of speech says holds the event: in its clause with أن, or as its object.
static bool says(const kb_stage *s, const kb_verb *v, const kb_draft *d)
{
    if (v->word >= d->match.word || is_trigger(s, v->word))
        return false;
    if (nobody_says(s, v) || goes_on(s, v->word, d))
        return false;
    if (v->complement != KB_NONE)
        return v->complement < d->match.word;
    return d->match.word < v->clause_end && (d->match.verbal || !kb_dates_another(s, d->match.word));
}

void kb_source_find(kb_stage *s, kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    enum { SOURCE_REACH = 10 };
    for (uint32_t w = sentence->first; w < sentence->end; w++) {
        uint32_t reach = w + SOURCE_REACH < sentence->end ? w + SOURCE_REACH : sentence->end;
        uint32_t e = introduces_source(s, w) ? source_between(s, w + 1, reach) : KB_NONE;
        if (e == KB_NONE || (is_party(d, e) && d->match.word >= w) || clauses_apart(s, d->match.word, w))
            continue;
        d->reported_by = is_party(d, e) ? KB_NONE : e;
        return;
    }
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->sentence != d->sentence || !(token(s, v->word)->features & KB_F_SPEECH) || v->subject == KB_NONE ||
            !says(s, v, d))
            continue;
        uint32_t e = entity_of_phrase(s, v->subject);
        if (e != KB_NONE && !is_party(d, e)) {
            d->reported_by = e;
            return;
        }
    }
}
