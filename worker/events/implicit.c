// Parties that the words of an event leave out because the reader knows them: whom a refusal answers, against whom a threat is made, who is to release the
// prisoners. Candidates are the parties of the other events and the parties named near; features say where each stands and what it does there; weights
// (tables/implicit.tsv) were fitted on the annotated articles of tests/corpus by worker/data/derive/implicit.py. The best candidate fills the slot when it
// outweighs leaving it empty. (In the field: implicit arguments, null instantiation.)
#include "events/parse.h"
#include "events/stage.h"

enum { NEAR = 48, MOST = KB_IMPLICIT_CANDIDATES };

static const char *const names[KB_IM_COUNT] = {
    "fill",
    "clause",
    "before",
    "after",
    "last-sentence",
    "title",
    "subject",
    "object",
    "last-subject",
    "actor-here",
    "recipient-here",
    "actor-last",
    "recipient-last",
    "actor-elsewhere",
    "recipient-elsewhere",
    "counterpart",
    "counterpart-title",
    "same-side",
    "same-party",
    "same-country",
    "most-named",
    "source",
    "state",
    "armed",
    "people",
    "politics",
    "court",
    "international",
    "place",
    "several",
    "focus",
    "verb",
    "counterpart-country",
    "counterpart-often",
    "only-other",
    "passive",
    "open",
    "speaker",
    "asker",
    "asked",
    "governor",
};

kb_implicit_feature kb_implicit_named(kb_str name)
{
    for (uint32_t i = 0; i < KB_IM_COUNT; i++) {
        if (kb_str_is(name, names[i]))
            return (kb_implicit_feature)i;
    }
    return KB_IM_COUNT;
}

const char *kb_implicit_name(kb_implicit_feature feature)
{
    return names[feature];
}

// ---------------------------------------------------------------- weights

// What speaks for filling the slot of this type at all.
static float type_weight(const kb_stage *s, const char *type, bool actor)
{
    float weight;
    kb_event_weights(s->data, type, actor ? "actor" : "recipient", &weight, 1);
    return weight;
}

// ---------------------------------------------------------------- candidates

typedef struct pool {
    kb_stage *s;
    const kb_draft *d;
    bool actor; // the slot to be filled
    kb_implicit_candidate *at;
    uint32_t n;
} pool;

static bool same_code(const kb_participant *a, const kb_participant *b)
{
    return a->code[0] == b->code[0] && strcmp(a->code, b->code) == 0;
}

static bool same_country(const kb_participant *a, const kb_participant *b)
{
    return a->code[0] == b->code[0] && strncmp(a->code, b->code, 3) == 0;
}

static bool same_codes(const kb_participant *a, uint32_t n, const kb_participant *b, uint32_t m)
{
    if (n != m)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        bool found = false;
        for (uint32_t k = 0; k < m && !found; k++)
            found = same_code(&a[i], &b[k]);
        if (!found)
            return false;
    }
    return true;
}

static bool share_code(const kb_participant *a, uint32_t n, const kb_participant *b, uint32_t m)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < m; k++) {
            if (a[i].code[0] && same_code(&a[i], &b[k]))
                return true;
        }
    }
    return false;
}

// The candidate of these parties, made where it is new; NULL when there are too many, or when one of them has no code.
static kb_implicit_candidate *candidate(pool *p, const kb_participant *parties, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!parties[i].code[0])
            return NULL;
    }
    for (uint32_t i = 0; i < p->n; i++) {
        if (same_codes(p->at[i].parties, p->at[i].count, parties, n))
            return &p->at[i];
    }
    if (n == 0 || p->n == MOST)
        return NULL;
    kb_implicit_candidate *c = &p->at[p->n++];
    *c = (kb_implicit_candidate){.count = n};
    memcpy(c->parties, parties, n * sizeof *parties);
    return c;
}

static void set(kb_implicit_candidate *c, kb_implicit_feature f, bool holds)
{
    if (c && holds)
        c->features |= (uint64_t)1 << f;
}

// The parties that a phrase and its chain name, found once.
static const kb_named *named_by(kb_stage *s, uint32_t phrase)
{
    if (!s->named) {
        s->named = kb_alloc_array(s->arena, s->c->phrase_count + 1, sizeof *s->named);
        if (!s->named)
            return NULL;
    }
    kb_named *n = &s->named[phrase];
    if (!n->known) {
        kb_participant parties[KB_PARTY_MAX];
        kb_parties_of_phrase(s, phrase, parties, &n->count);
        n->parties = n->count ? KB_NEWS(s->arena, kb_participant, n->count) : NULL;
        n->count = n->parties ? n->count : 0;
        if (n->count)
            memcpy(n->parties, parties, n->count * sizeof *parties);
        n->known = true;
    }
    return n;
}

// The verb that governs the trigger of a noun without carrying it (طالب بالإفراج, أعلن رفضه), or NULL.
static const kb_verb *governing(const kb_stage *s, const kb_match *m)
{
    if (m->verbal || m->state || m->phrase == KB_NONE || m->support != KB_SUPPORT_NONE)
        return NULL;
    uint32_t phrase = m->phrase;
    while (s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    uint32_t verb = s->c->phrases[phrase].verb;
    return verb != KB_NONE && s->c->verbs[verb].word < m->word ? &s->c->verbs[verb] : NULL;
}

static void from_sentence(pool *p, uint32_t sentence)
{
    const kb_verb *over = governing(p->s, &p->d->match);
    const uint32_t *row = over ? p->s->c->tokens[over->word].governor : NULL;
    bool asks = row && row[KB_ROW_WORDS + 3 + KB_GOVERNOR_PREPS] == KB_CONTROL_OBJECT;
    kb_stage *s = p->s;
    const kb_draft *d = p->d;
    bool here = sentence == d->sentence, last = sentence + 1 == d->sentence;
    for (uint32_t i = kb_first_phrase(s, sentence); i < s->c->phrase_count && s->c->phrases[i].sentence == sentence;
         i++) {
        const kb_phrase *q = &s->c->phrases[i];
        if (q->joined || q->pronoun || (d->match.word >= q->first && d->match.word < q->end))
            continue;
        const kb_named *n = named_by(s, i);
        kb_implicit_candidate *c = n ? candidate(p, n->parties, n->count) : NULL;
        if (!c)
            continue;
        set(c, KB_IM_TITLE, sentence == 0 && !here);
        set(c, KB_IM_CLAUSE, here && q->first >= d->first && q->first < d->end);
        set(c, KB_IM_BEFORE, here && q->end <= d->match.word);
        set(c, KB_IM_AFTER, here && q->first > d->match.word);
        set(c, KB_IM_LAST_SENTENCE, last);
        set(c, KB_IM_SUBJECT, here && q->role == KB_ROLE_SUBJECT);
        set(c, KB_IM_OBJECT, here && (q->role == KB_ROLE_OBJECT || q->role == KB_ROLE_OBJECT2));
        set(c, KB_IM_SPEAKER,
            here && q->role == KB_ROLE_SUBJECT && q->verb != KB_NONE &&
                (s->c->tokens[s->c->verbs[q->verb].word].features & KB_F_SPEECH));
        set(c, KB_IM_ASKER, over && asks && i == over->subject);
        set(c, KB_IM_ASKED, over && asks && i == over->object);
        set(c, KB_IM_GOVERNOR, over && !asks && i == over->subject);
        set(c, KB_IM_LAST_SUBJECT, last && q->role == KB_ROLE_SUBJECT);
    }
}

static void from_phrases(pool *p)
{
    from_sentence(p, p->d->sentence);
    if (p->d->sentence > 0)
        from_sentence(p, p->d->sentence - 1);
    if (p->d->sentence > 1 && p->s->layers->sentences[0].kind == KB_TITLE)
        from_sentence(p, 0);
}

// The other slot of the event that is being completed.
static const kb_participant *other_slot(const pool *p, uint32_t *ret_count)
{
    *ret_count = p->actor ? p->d->recipient_count : p->d->actor_count;
    return p->actor ? p->d->recipients : p->d->actors;
}

static void from_side(pool *p, const kb_draft *o, bool actors)
{
    const kb_participant *side = actors ? o->actors : o->recipients, *opposite = actors ? o->recipients : o->actors;
    uint32_t n = actors ? o->actor_count : o->recipient_count, m = actors ? o->recipient_count : o->actor_count, k;
    const kb_participant *own = other_slot(p, &k);
    kb_implicit_candidate *c = candidate(p, side, n);
    if (!c)
        return;
    bool here = o->sentence == p->d->sentence, last = o->sentence + 1 == p->d->sentence;
    set(c, actors ? KB_IM_ACTOR_HERE : KB_IM_RECIPIENT_HERE, here);
    set(c, actors ? KB_IM_ACTOR_LAST : KB_IM_RECIPIENT_LAST, last);
    set(c, actors ? KB_IM_ACTOR_ELSEWHERE : KB_IM_RECIPIENT_ELSEWHERE, !here && !last);
    bool counterpart = share_code(own, k, opposite, m);
    set(c, KB_IM_COUNTERPART, counterpart);
    set(c, KB_IM_COUNTERPART_TITLE, counterpart && o->sentence <= 1);
    set(c, KB_IM_SAME_SIDE, n > 1 && share_code(own, k, side, n));
}

static void from_events(pool *p, uint32_t index)
{
    kb_stage *s = p->s;
    uint32_t low = index > NEAR ? index - NEAR : 0, high = index + NEAR < s->drafts.n ? index + NEAR : s->drafts.n;
    for (uint32_t i = low; i < high; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (i == index || o->merged != KB_NONE || o->match.dropped)
            continue;
        from_side(p, o, true);
        from_side(p, o, false);
    }
}

// What kind of party the sector of a code says it is, or KB_IM_COUNT.
static kb_implicit_feature kind_of(const kb_participant *p)
{
    static const struct {
        const char *sectors;
        kb_implicit_feature kind;
    } kinds[] = {{"GOV LEG", KB_IM_STATE},
                 {"MIL COP PRM REB UAF SPY", KB_IM_ARMED},
                 {"CVL LAB EDU JRN REL MED REF SOC BUS AGR ELI", KB_IM_PEOPLE},
                 {"PTY OPP PRE", KB_IM_POLITICS},
                 {"JUD CRM", KB_IM_COURT}};
    const char *sector = p->code + 3;
    if (strlen(p->code) != 6)
        return KB_IM_COUNT;
    for (size_t i = 0; i < KB_LEN(kinds); i++) {
        for (const char *at = kinds[i].sectors; at; at = at[3] ? at + 4 : NULL) {
            if (memcmp(at, sector, 3) == 0)
                return kinds[i].kind;
        }
    }
    return KB_IM_COUNT;
}

static bool of_government(const kb_participant *p)
{
    return strlen(p->code) == 6 && strcmp(p->code + 3, "GOV") == 0;
}

static void count_names(kb_stage *s)
{
    s->times_named = kb_alloc_array(s->arena, s->layers->entity_count + 1, sizeof *s->times_named);
    for (uint32_t i = 0; s->times_named && i < s->layers->mention_count; i++)
        s->times_named[s->layers->mentions[i].entity]++;
}

// How often an article names somebody with the code.
static uint32_t named(const kb_stage *s, const kb_participant *p)
{
    return p->entity == KB_NONE || !s->times_named ? 0 : s->times_named[p->entity];
}

static bool share_country(const kb_participant *a, uint32_t n, const kb_participant *b, uint32_t m)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < m; k++) {
            if (a[i].code[0] && same_country(&a[i], &b[k]))
                return true;
        }
    }
    return false;
}

// An event in which the country (or the kind of body) of the filled slot acts, or suffers.
typedef struct opposition {
    const kb_draft *draft;
    bool acts, suffers;
} opposition;

static uint32_t oppositions(const pool *p, uint32_t index, opposition ret[2 * NEAR])
{
    const kb_stage *s = p->s;
    uint32_t k, n = 0, low = index > NEAR ? index - NEAR : 0,
                high = index + NEAR < s->drafts.n ? index + NEAR : s->drafts.n;
    const kb_participant *own = other_slot(p, &k);
    for (uint32_t i = low; k > 0 && i < high; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (i == index || o->merged != KB_NONE || o->match.dropped)
            continue;
        opposition found = {o, share_country(own, k, o->actors, o->actor_count),
                            share_country(own, k, o->recipients, o->recipient_count)};
        if (found.acts || found.suffers)
            ret[n++] = found;
    }
    return n;
}

// In how many events the filled slot stands opposite the candidate's country.
static uint32_t opposed(const opposition *all, uint32_t n, const kb_implicit_candidate *c)
{
    uint32_t times = 0;
    for (uint32_t i = 0; i < n; i++) {
        const kb_draft *o = all[i].draft;
        times += (all[i].acts && share_country(c->parties, c->count, o->recipients, o->recipient_count)) ||
                 (all[i].suffers && share_country(c->parties, c->count, o->actors, o->actor_count));
    }
    return times;
}

// The only candidate of its kind (a state) that is not of the filled slot's own country.
static bool only_other(const pool *p, const kb_participant *own, uint32_t k, const kb_implicit_candidate *c)
{
    if (c->count != 1 || !of_government(&c->parties[0]) || share_country(own, k, c->parties, 1))
        return false;
    for (uint32_t i = 0; i < p->n; i++) {
        const kb_implicit_candidate *o = &p->at[i];
        if (o != c && o->count == 1 && of_government(&o->parties[0]) && !share_country(own, k, o->parties, 1))
            return false;
    }
    return true;
}

static bool told_passively(const pool *p)
{
    const kb_match *m = &p->d->match;
    return m->verbal && ((m->verb != KB_NONE && p->s->c->verbs[m->verb].passive) || (!m->subj.given && m->obj.given));
}

static void describe(pool *p, uint32_t index)
{
    uint32_t k, most = 0;
    const kb_participant *own = other_slot(p, &k);
    bool passive = told_passively(p);
    opposition against[2 * NEAR];
    uint32_t against_count = oppositions(p, index, against);
    for (uint32_t i = 0; i < p->n; i++) {
        uint32_t times = named(p->s, &p->at[i].parties[0]);
        most = times > most ? times : most;
    }
    for (uint32_t i = 0; i < p->n; i++) {
        kb_implicit_candidate *c = &p->at[i];
        const kb_participant *first = &c->parties[0];
        bool international = strncmp(first->code, "IGO", 3) == 0 || strncmp(first->code, "NGO", 3) == 0;
        set(c, KB_IM_FILL, true);
        set(c, KB_IM_PASSIVE, passive);
        set(c, KB_IM_OPEN, p->d->status == KB_HYPOTHETICAL || p->d->status == KB_FUTURE);
        set(c, KB_IM_VERB, p->d->match.verbal);
        set(c, KB_IM_SAME_PARTY, share_code(own, k, c->parties, c->count));
        set(c, KB_IM_SAME_COUNTRY, k > 0 && strncmp(own[0].code, first->code, 3) == 0);
        set(c, KB_IM_MOST_NAMED, most > 0 && named(p->s, first) == most);
        set(c, KB_IM_SOURCE, first->entity != KB_NONE && first->entity == p->d->reported_by);
        set(c, kind_of(first), kind_of(first) != KB_IM_COUNT);
        set(c, KB_IM_INTERNATIONAL, international);
        set(c, KB_IM_PLACE, strlen(first->code) == 3 && !international);
        set(c, KB_IM_SEVERAL, c->count > 1);
        uint32_t times = share_country(own, k, c->parties, c->count) ? 0 : opposed(against, against_count, c);
        set(c, KB_IM_COUNTERPART_COUNTRY, times > 0);
        set(c, KB_IM_COUNTERPART_OFTEN, times > 1);
        set(c, KB_IM_ONLY_OTHER, k > 0 && only_other(p, own, k, c));
        set(c, KB_IM_FOCUS, p->s->focus[0] && strncmp(first->code, p->s->focus, 3) == 0);
    }
}

// "طالب بالإفراج عن بازوم": whom another event of the clause is done to is not asked to do it.
static bool suffers_here(const pool *p, const kb_implicit_candidate *c)
{
    uint32_t own = (uint32_t)(p->d - p->s->drafts.at);
    for (uint32_t i = own; i < p->s->drafts.n && i < own + NEAR; i++) {
        const kb_draft *o = &p->s->drafts.at[i];
        if (o->sentence == p->d->sentence && o->match.word > p->d->match.word && o->match.word < p->d->end &&
            share_code(o->recipients, o->recipient_count, c->parties, c->count))
            return true;
    }
    return false;
}

// What no weight should allow: police who demonstrate, courts that kill, a source that has done what it tells in the passive, a guest of a summit who is
// not named as one.
static bool possible(const pool *p, const kb_implicit_candidate *c)
{
    const char *type = p->d->match.type, *mode = p->d->match.mode;
    const kb_participant *first = &c->parties[0];
    bool protest = strcmp(type, "PROTEST") == 0,
         force = strcmp(type, "ASSAULT") == 0 || strcmp(type, "COERCE") == 0 || strcmp(type, "MOBILIZE") == 0;
    uint64_t told = (uint64_t)1 << KB_IM_SPEAKER | (uint64_t)1 << KB_IM_SOURCE;
    bool state = first->entity != KB_NONE && p->s->layers->entities[first->entity].type == KB_LOCATION;
    bool itself = c->features & (uint64_t)1 << KB_IM_SAME_PARTY && state && of_government(first);
    if (!p->actor)
        return !itself && !(mode && strcmp(mode, "multilateral") == 0) &&
               !(strcmp(type, "REQUEST") == 0 && suffers_here(p, c)) &&
               !(force && (c->features & told)); // who reports an attack was not struck by it
    bool court = strlen(first->code) == 6 && strcmp(first->code + 3, "JUD") == 0;
    if (protest && (court || kind_of(first) == KB_IM_STATE || kind_of(first) == KB_IM_ARMED))
        return false;
    if (force && court)
        return false;
    return !(told_passively(p) && (c->features & told));
}

static void remove_impossible(pool *p)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        if (possible(p, &p->at[i]))
            p->at[n++] = p->at[i];
    }
    p->n = n;
}

static uint32_t quad_of(const kb_stage *s, const kb_draft *d)
{
    uint8_t quad = 0;
    for (uint32_t r = 0; r < s->rules_count && !quad; r++)
        quad = kb_ontology_quad(&s->rules[r], d->match.type);
    return quad >= 1 && quad <= 4 ? quad - 1 : 0;
}

uint32_t kb_implicit_candidates(kb_stage *s, uint32_t index, bool actor, kb_implicit_candidate *ret)
{
    pool p = {.s = s, .d = &s->drafts.at[index], .actor = actor, .at = ret};
    if (!s->times_named)
        count_names(s);
    from_phrases(&p);
    from_events(&p, index);
    describe(&p, index);
    remove_impossible(&p);
    uint32_t quad = quad_of(s, p.d);
    float of_type = type_weight(s, p.d->match.type, actor);
    for (uint32_t i = 0; i < p.n; i++) {
        p.at[i].score = of_type;
        for (uint64_t left = p.at[i].features; left; left &= left - 1)
            p.at[i].score += s->data->implicit[!actor][__builtin_ctzll(left)][quad];
    }
    return p.n;
}

// The best candidate for an open slot, or false where leaving it empty is better.
static bool choose(kb_stage *s, uint32_t index, bool actor, kb_implicit_candidate *ret)
{
    kb_implicit_candidate all[MOST];
    uint32_t n = kb_implicit_candidates(s, index, actor, all), best = KB_NONE;
    for (uint32_t i = 0; i < n; i++) {
        if (all[i].score > 0 && (best == KB_NONE || all[i].score > all[best].score))
            best = i;
    }
    if (best != KB_NONE)
        *ret = all[best];
    return best != KB_NONE;
}

static void fill(kb_draft *d, bool actor, const kb_implicit_candidate *c)
{
    memcpy(actor ? d->actors : d->recipients, c->parties, c->count * sizeof *c->parties);
    *(actor ? &d->actor_count : &d->recipient_count) = c->count;
    d->implicit[!actor] = c->features;
    d->implicit_score[!actor] = c->score;
}

// All choices are made from what the words of the events say, before any slot is filled.
void kb_implicit_fill(kb_stage *s)
{
    KB_VEC(kb_implicit_choice) choices = {0};
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (d->merged != KB_NONE || d->match.dropped)
            continue;
        for (unsigned slot = 0; slot < 2; slot++) {
            bool open = slot == 0 ? d->actor_count == 0 && !kb_actor_named(s, d) : d->recipient_count == 0;
            kb_implicit_candidate c;
            d->implicit_open |= (uint8_t)(open << slot);
            kb_implicit_choice *choice = open && choose(s, i, slot == 0, &c) ? KB_PUSH(s->arena, &choices) : NULL;
            if (choice)
                *choice = (kb_implicit_choice){.draft = i, .actor = slot == 0, .candidate = c};
        }
    }
    for (uint32_t i = 0; i < choices.n; i++)
        fill(&s->drafts.at[choices.at[i].draft], choices.at[i].actor, &choices.at[i].candidate);
}

void kb_implicit_reasons(const kb_draft *d, kb_reasons *out)
{
    static const char *const slots[2] = {"; actor from", "; recipient from"};
    for (unsigned slot = 0; slot < 2; slot++) {
        if (!d->implicit[slot])
            continue;
        kb_reasons_text(out, slots[slot]);
        kb_reasons_points(out, "context", d->implicit_score[slot]);
        kb_reasons_text(out, ":");
        for (uint32_t f = 0; f < KB_IM_COUNT; f++) {
            if (!(d->implicit[slot] >> f & 1))
                continue;
            kb_reasons_text(out, " ");
            kb_reasons_text(out, names[f]);
        }
    }
}
