// Whether the article reports an act of force or a protest as having happened, or only speaks of it. News reports by a finite verb, by a noun that a
// verb carries, by the toll, by the day; it speaks of things by a bare noun behind "the case of", "after", "the danger of", in general and in opinion.
// Features and weights: tables/assertion.tsv.
#include "events/stage.h"

enum { FRESH_DAYS = 60, GOVERN_REACH = 4, LEADING = 4, SHORT_SENTENCE = 9 }; // the last three in words
enum { BESIDE = -2 };                                                        // log odds

static const char *const names[KB_AS_COUNT] = {
    "bias",         "passage",       "verb-past",    "verb-present", "verb-relative", "verb-active",  "state",
    "noun-carried", "noun-suffered", "noun-happens", "noun-placed",  "noun-told",     "noun-subject", "noun-alone",
    "definite",     "plural",        "result",       "killed",       "injured",       "fresh",        "old",
    "actor",        "recipient",     "no-party",     "place",        "merged",        "title",        "shows-known",
    "self",         "reference",     "after",        "subordinate",  "general",       "opinion",      "background",
    "court",        "source",        "scene",        "crowd",        "known-crowd",   "whole",        "main-reports",
    "main-reacts",  "main-legal",    "main-force",   "main-crowd",   "stopped",       "clash",        "crowd-named",
    "purpose",      "size",          "plan",         "denied",       "day",           "tally",        "aftermath",
    "rights",       "weapon",        "victims",      "leads",        "gathers",       "shows",        "short",
    "bomb",
};

kb_assertion_feature kb_assertion_named(kb_str name)
{
    for (uint32_t i = 0; i < KB_AS_COUNT; i++) {
        if (kb_str_is(name, names[i]))
            return (kb_assertion_feature)i;
    }
    return KB_AS_COUNT;
}

const char *kb_assertion_name(kb_assertion_feature feature)
{
    return names[feature];
}

static bool protest(const kb_draft *d)
{
    return strcmp(d->match.type, "PROTEST") == 0;
}

// Log odds that the feature adds.
static float weight_of(const kb_stage *s, uint32_t feature, bool of_protest)
{
    return s->data->assertion[of_protest][feature];
}

static void set(uint64_t *bits, uint32_t feature, bool holds)
{
    *bits |= (uint64_t)holds << feature;
}

// ---------------------------------------------------------------- words

static void words_at(const kb_stage *s, uint32_t word, kb_assertion_window window, uint64_t *bits)
{
    const kb_token *t = &s->c->tokens[word];
    kb_lemma keys[3] = {t->best ? t->best->lemma : 0, t->form, t->whole != t->form ? t->whole : 0};
    if (t->mention != KB_NONE || !(t->kinds >> KB_POST_ASSERTION & 1))
        return;
    for (uint32_t r = 0; r < s->rules_count; r++) {
        for (size_t k = 0; k < KB_LEN(keys); k++) {
            uint32_t n = 0;
            const kb_posting *p = keys[k] ? kb_rules_find(&s->rules[r], keys[k], &n) : NULL;
            for (uint32_t i = 0; i < n; i++) {
                const uint32_t *row = s->rules[r].cells + p[i].value;
                if (p[i].kind != KB_POST_ASSERTION || row[KB_ROW_WORDS + 1] != window)
                    continue;
                bool follows = true;
                for (uint32_t w = 0; w < KB_ROW_WORDS && row[w] && follows; w++) {
                    const kb_token *next = word + w + 1 < s->layers->word_count ? &s->c->tokens[word + w + 1] : NULL;
                    follows = next && (next->form == row[w] || next->whole == row[w] ||
                                       (next->best && next->best->lemma == row[w]));
                }
                set(bits, row[KB_ROW_WORDS], follows);
            }
        }
    }
}

static void words_between(const kb_stage *s, uint32_t first, uint32_t end, kb_assertion_window window, uint64_t *bits)
{
    for (uint32_t w = first; w < end; w++)
        words_at(s, w, window, bits);
}

// What stands before a noun in its own phrase, its preposition, and the nouns that govern that: قضية اغتيال, المسؤولية عن هجوم, بعد الهجوم.
static void governors(const kb_stage *s, const kb_match *m, uint64_t *bits)
{
    if (m->phrase == KB_NONE)
        return;
    uint32_t phrase = m->phrase;
    words_between(s, s->c->phrases[phrase].from, m->word, KB_WINDOW_GOVERNS, bits);
    while (s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    const kb_phrase *p = &s->c->phrases[phrase];
    words_between(s, p->from, p->first < m->word ? p->first : m->word, KB_WINDOW_GOVERNS, bits);
    if (!p->preposition)
        return;
    uint32_t first = s->layers->sentences[p->sentence].first;
    for (uint32_t w = p->from, steps = 0; w > first && steps < GOVERN_REACH; w--, steps++) {
        const kb_token *t = &s->c->tokens[w - 1];
        if (t->pos == KB_POS_PUNCT && t->mark != KB_MARK_QUOTE)
            break;
        words_at(s, w - 1, KB_WINDOW_GOVERNS, bits);
        if (t->pos == KB_POS_VERB)
            break;
    }
}

// The verb that the sentence begins with, past its auxiliaries and relative clauses: what the sentence is about.
static void main_verb(const kb_stage *s, const kb_sentence *sentence, uint64_t *bits)
{
    for (uint32_t w = sentence->first; w < sentence->end; w++) {
        const kb_token *t = &s->c->tokens[w];
        if (t->pos != KB_POS_VERB || t->mention != KB_NONE || kb_token_is(t, KB_WORDS_AUXILIARY))
            continue;
        if (s->c->verb_of[w] != KB_NONE && s->c->verbs[s->c->verb_of[w]].relative)
            continue;
        words_at(s, w, KB_WINDOW_MAIN, bits);
        return;
    }
}

// The verb of which the trigger's noun is an argument, and the words that govern the noun: فرقت الشرطة مظاهرة, قمع التظاهرة.
static void carriers(const kb_stage *s, const kb_match *m, uint64_t *bits)
{
    uint32_t phrase = m->phrase;
    while (phrase != KB_NONE && s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    if (phrase == KB_NONE)
        return;
    const kb_phrase *p = &s->c->phrases[phrase];
    words_between(s, p->first, m->word, KB_WINDOW_CARRIER, bits);
    if (p->verb != KB_NONE)
        words_at(s, s->c->verbs[p->verb].word, KB_WINDOW_CARRIER, bits);
    if (p->from > s->layers->sentences[p->sentence].first)
        words_at(s, p->from - 1, KB_WINDOW_CARRIER, bits);
}

// ---------------------------------------------------------------- form, circumstances

static void form_features(const kb_stage *s, const kb_draft *d, uint64_t *bits)
{
    const kb_match *m = &d->match;
    const kb_clauses *c = s->c;
    const kb_token *t = &c->tokens[m->word];
    if (m->verbal) {
        const kb_verb *v = m->verb != KB_NONE ? &c->verbs[m->verb] : NULL;
        bool present = t->features & KB_F_PRES, relative = v && v->relative;
        set(bits, KB_AS_VERB_PRESENT, present);
        set(bits, KB_AS_VERB_RELATIVE, !present && relative);
        set(bits, KB_AS_VERB_PAST, !present && !relative);
        set(bits, KB_AS_VERB_ACTIVE, m->subj.given && d->actor_count > 0);
        return;
    }
    if (m->state) {
        set(bits, KB_AS_STATE, true);
        return;
    }
    uint32_t phrase = m->phrase;
    while (phrase != KB_NONE && c->phrases[phrase].joined && phrase > 0)
        phrase--;
    const kb_phrase *p = phrase != KB_NONE ? &c->phrases[phrase] : NULL;
    const kb_verb *v = p && p->verb != KB_NONE ? &c->verbs[p->verb] : NULL;
    bool argument = p && !p->preposition && p->role != KB_ROLE_NONE && p->role != KB_ROLE_COMPLEMENT && v;
    bool past = v && !(c->tokens[v->word].features & KB_F_PRES);
    set(bits, KB_AS_NOUN_CARRIED, m->support == KB_SUPPORT_ACT && past);
    set(bits, KB_AS_NOUN_SUFFERED, m->support == KB_SUPPORT_SUFFER && past);
    set(bits, KB_AS_NOUN_HAPPENS, (m->support == KB_SUPPORT_HAPPEN || m->support == KB_SUPPORT_HIT) && past);
    set(bits, KB_AS_NOUN_PLACED, m->support == KB_SUPPORT_PLACE && past);
    bool told = argument && m->support == KB_SUPPORT_NONE && (c->tokens[v->word].features & KB_F_SPEECH);
    set(bits, KB_AS_NOUN_TOLD, told);
    set(bits, KB_AS_NOUN_SUBJECT, argument && m->support == KB_SUPPORT_NONE && !told && p->role == KB_ROLE_SUBJECT);
    set(bits, KB_AS_NOUN_ALONE, !argument && m->support == KB_SUPPORT_NONE);
    set(bits, KB_AS_DEFINITE, d->definite);
    bool counted = p && c->tokens[p->first].number != KB_NONE;
    set(bits, KB_AS_PLURAL, (t->features & KB_F_PLUR) && !counted);
}

static int32_t days_of(kb_date d)
{
    return d.year * 372 + (d.month ? d.month - 1 : 6) * 31 + (d.day ? d.day - 1 : 15);
}

static void told_features(const kb_stage *s, const kb_draft *d, uint64_t *bits)
{
    int32_t age = d->date.year ? days_of(s->today) - days_of(d->date) : 0;
    bool dated = d->date.year && (d->date_from == KB_DATE_FROM_CLAUSE || d->date_from == KB_DATE_FROM_SENTENCE);
    set(bits, KB_AS_RESULT, d->result);
    set(bits, KB_AS_KILLED, d->killed >= 0);
    set(bits, KB_AS_INJURED, d->injured >= 0);
    set(bits, KB_AS_FRESH,
        dated && d->granularity >= KB_GRAN_WEEK && age <= FRESH_DAYS && d->date_from == KB_DATE_FROM_CLAUSE);
    set(bits, KB_AS_OLD, dated && (d->granularity < KB_GRAN_WEEK || age > FRESH_DAYS));
    set(bits, KB_AS_ACTOR, d->actor_count > 0);
    set(bits, KB_AS_RECIPIENT, d->recipient_count > 0);
    set(bits, KB_AS_NO_PARTY, !d->actor_count && !d->recipient_count);
    set(bits, KB_AS_PLACE, d->place != KB_NONE);
}

// Acts by weapons, which news tells on the day.
static void kind_features(const kb_match *m, uint64_t *bits)
{
    static const char *const bomb[] = {"explosives", "suicide-attack", "aerial", "heavy-weapons", "firearms", "drone"};
    for (size_t i = 0; m->mode && i < KB_LEN(bomb); i++)
        *bits |= (uint64_t)(strcmp(m->mode, bomb[i]) == 0) << KB_AS_BOMB;
}

// First and second person: somebody speaks of himself, or to us.
static bool speaks_of_self(const kb_stage *s, const kb_sentence *sentence)
{
    for (uint32_t w = sentence->first; w < sentence->end; w++) {
        const kb_token *t = &s->c->tokens[w];
        if (t->mention != KB_NONE || t->pos == KB_POS_PUNCT)
            continue;
        bool own = t->enclitic == KB_ENC_1S || t->enclitic == KB_ENC_1P ||
                   (t->enclitic >= KB_ENC_2MS && t->enclitic <= KB_ENC_2FP);
        bool verb = t->pos == KB_POS_VERB && (t->features & (KB_F_P1 | KB_F_P2)) && !(t->features & KB_F_P3);
        if ((own && t->best && t->best->known) || verb)
            return true;
    }
    return false;
}

static void place_features(const kb_stage *s, const kb_draft *d, uint64_t *bits)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    set(bits, KB_AS_PASSAGE, s->layers->text.title_end == 0);
    set(bits, KB_AS_TITLE, sentence->kind == KB_TITLE || sentence->kind == KB_HEADING);
    set(bits, KB_AS_SHORT, sentence->end - sentence->first <= SHORT_SENTENCE);
    set(bits, KB_AS_SELF, speaks_of_self(s, sentence));
    if (!d->match.verbal) {
        governors(s, &d->match, bits);
        carriers(s, &d->match, bits);
    }
    main_verb(s, sentence, bits);
    words_at(s, d->match.word, KB_WINDOW_TRIGGER, bits);
    uint32_t verb = d->match.verbal            ? d->match.word
                    : d->match.verb != KB_NONE ? s->c->verbs[d->match.verb].word
                                               : KB_NONE;
    set(bits, KB_AS_LEADS, verb != KB_NONE && verb < sentence->first + LEADING);
    uint32_t opens = d->first > sentence->first + 2 ? d->first - 2 : sentence->first;
    words_between(s, opens, d->first < d->match.word ? d->first + 1 : d->first, KB_WINDOW_OPENS, bits);
    if (d->match.subj.given && d->match.subj.head == d->match.subj.first) // not "آلاف المتظاهرين", who are new
        words_at(s, d->match.subj.head, KB_WINDOW_SUBJECT, bits);
    words_between(s, d->first, d->end, KB_WINDOW_CLAUSE, bits);
    words_between(s, sentence->first, sentence->end, KB_WINDOW_SENTENCE, bits);
    set(bits, KB_AS_SHOWS_KNOWN, (*bits >> KB_AS_SHOWS & 1) && (*bits >> KB_AS_KNOWN_CROWD & 1));
}

// ---------------------------------------------------------------- verdict

static float sum(const kb_stage *s, uint64_t bits, bool of_protest)
{
    float points = 0;
    for (uint32_t f = 0; f < KB_AS_COUNT; f++)
        points += bits & ((uint64_t)1 << f) ? weight_of(s, f, of_protest) : 0;
    return points;
}

static bool has(uint64_t bits, uint32_t feature)
{
    return bits & ((uint64_t)1 << feature);
}

static void weigh(kb_stage *s, kb_draft *d)
{
    uint64_t bits = (uint64_t)1 << KB_AS_BIAS;
    form_features(s, d, &bits);
    told_features(s, d, &bits);
    kind_features(&d->match, &bits);
    place_features(s, d, &bits);
    bool told = has(bits, KB_AS_VERB_PAST) || has(bits, KB_AS_NOUN_CARRIED);
    set(&bits, KB_AS_WHOLE,
        told && has(bits, KB_AS_ACTOR) && (has(bits, KB_AS_RECIPIENT) || protest(d)) && !has(bits, KB_AS_SUBORDINATE));
    d->assertion = bits;
    d->asserted = sum(s, bits, protest(d));
}

void kb_assertion_reasons(const kb_stage *s, const kb_draft *d, kb_reasons *out)
{
    if (!d->assertion)
        return;
    kb_reasons_text(out, "; asserted");
    kb_reasons_points(out, "in all", d->asserted);
    for (uint32_t f = 0; f < KB_AS_COUNT; f++) {
        if (d->assertion & ((uint64_t)1 << f))
            kb_reasons_points(out, names[f], weight_of(s, f, protest(d)));
    }
}

// Weighs a draft by itself and by the other mentions of its event: what any mention asserts is asserted.
static void weigh_mentions(kb_stage *s, uint32_t index)
{
    const uint64_t merged = (uint64_t)1 << KB_AS_MERGED;
    kb_draft *d = &s->drafts.at[index];
    weigh(s, d);
    for (uint32_t k = 0; k < s->drafts.n; k++) {
        kb_draft *o = &s->drafts.at[k];
        if (o->merged != index || o->status != KB_ACTUAL)
            continue;
        weigh(s, o);
        if (o->asserted > d->asserted) {
            d->assertion = o->assertion;
            d->asserted = o->asserted;
        }
        if (!(d->assertion & merged)) {
            d->assertion |= merged;
            d->asserted += weight_of(s, KB_AS_MERGED, protest(d));
        }
    }
}

static bool weighed(const kb_draft *d)
{
    return d->merged == KB_NONE && !d->match.dropped && d->status == KB_ACTUAL &&
           (protest(d) || strcmp(d->match.type, "ASSAULT") == 0);
}

// Whether the sentence reports another event of the type: what it adds to that belongs to the report.
static bool beside_a_report(const kb_stage *s, const kb_draft *d)
{
    if (d->asserted < (float)BESIDE)
        return false;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (o != d && o->sentence == d->sentence && weighed(o) && o->asserted >= 0 &&
            strcmp(o->match.type, d->match.type) == 0)
            return true;
    }
    return false;
}

void kb_assertion_check(kb_stage *s)
{
    bool article = s->layers->text.title_end > 0;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        if (weighed(&s->drafts.at[i]))
            weigh_mentions(s, i);
    }
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (!weighed(d) || d->asserted >= 0 || beside_a_report(s, d))
            continue;
        // What an article speaks of beside its news is recent, unless it is dated.
        if (article && (d->actor_count || d->recipient_count)) {
            d->status_why = "spoken of";
        } else if (d->actor_count || d->recipient_count) {
            d->status = KB_HISTORICAL;
            d->status_why = "spoken of, not reported";
        } else {
            d->match.dropped = true;
        }
    }
}
