// When an event was. A time belongs to the verb in whose clause it stands or to the noun that it follows; an event without a time of its own is
// of the day of which its passage tells, or else of the day of publication.
#include "events/stage.h"

enum { PASSAGE_DAYS = 6, NOUN_REACH = 8, TEMPORAL_REACH = 5 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static const kb_sentence *sentence_at(const kb_stage *s, uint32_t w)
{
    return &s->layers->sentences[s->layers->words[w].sentence];
}

static bool breaks(const kb_token *t)
{
    return t->mark == KB_MARK_STOP || t->mark == KB_MARK_COLON;
}

static bool event_at(const kb_stage *s, uint32_t w)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        if (s->drafts.at[i].match.word == w)
            return true;
    }
    return false;
}

// Whether a time dates something that has no verb of its own: في لقاء هو الأول منذ عام 2008, الاتفاق الموقع عام 2015; or says since when something past is
// so: ارتفع إلى أعلى مستوى منذ عام 2008.
static bool stands_apart(const kb_stage *s, const kb_time *t)
{
    const kb_sentence *sentence = sentence_at(s, t->first);
    if (t->first == sentence->first)
        return false;
    const kb_token *before = token(s, t->first - 1);
    bool since = before->mention == KB_NONE && kb_is_fw(s->c, before, KB_FW_MUNDHU);
    if (t->granularity < KB_GRAN_WEEK && t->first > sentence->first + 1) {
        uint32_t w = t->first - 1 - (since || before->pos == KB_POS_PREP);
        const kb_token *p = token(s, w);
        bool participle = p->pos == KB_POS_ADJ && (p->proclitics & KB_CLITIC_AL) && p->mention == KB_NONE &&
                          (p->features & (KB_F_PASSPART | KB_F_ACTPART));
        // "الاتفاق الموقع": behind a definite noun it is no noun.
        const kb_word *word = &s->layers->words[w];
        bool definite = w > sentence->first && (token(s, w - 1)->proclitics & KB_CLITIC_AL) && p->mention == KB_NONE &&
                        p->pos == KB_POS_NOUN && (p->proclitics & KB_CLITIC_AL);
        for (uint8_t i = 0; definite && i < word->analysis_count; i++)
            participle =
                participle || (word->analyses[i].pos == KB_POS_ADJ && (word->analyses[i].features & KB_F_PASSPART));
        if (participle && !event_at(s, w))
            return true;
    }
    for (uint32_t w = t->first; w > sentence->first; w--) {
        const kb_token *p = token(s, w - 1);
        if (p->pos == KB_POS_PRON && p->mention == KB_NONE)
            return true;
        if (s->c->verb_of[w - 1] != KB_NONE)
            return since && t->granularity < KB_GRAN_WEEK && (p->features & KB_F_PAST);
        if (p->pos == KB_POS_PUNCT)
            return false;
    }
    return false;
}

static bool dates_events(const kb_stage *s, const kb_time *t)
{
    return t->kind == KB_TIME_DATE && t->date.year != 0 && t->granularity > KB_GRAN_DECADE && !stands_apart(s, t);
}

// The finite verb at a word, but for auxiliaries, or KB_NONE.
static uint32_t verb_at(const kb_stage *s, uint32_t w)
{
    return kb_token_is(token(s, w), KB_WORDS_AUXILIARY) ? KB_NONE : s->c->verb_of[w];
}

// The verb whose time it is: the last one before it, or, where the clause opens with the time, the first one after it.
static uint32_t verb_of_time(const kb_stage *s, const kb_time *t)
{
    const kb_sentence *sentence = sentence_at(s, t->first);
    for (uint32_t w = t->first; w > sentence->first && !breaks(token(s, w - 1)); w--) {
        if (verb_at(s, w - 1) != KB_NONE)
            return verb_at(s, w - 1);
    }
    for (uint32_t w = t->end; w < sentence->end && !breaks(token(s, w)) && token(s, w)->pos != KB_POS_REL; w++) {
        if (verb_at(s, w) != KB_NONE)
            return verb_at(s, w);
    }
    return KB_NONE;
}

// بعد المفاوضات, إثر هجوم, في ختام اجتماع: the noun is only there to date something else.
bool kb_dates_another(const kb_stage *s, uint32_t word)
{
    const kb_sentence *sentence = sentence_at(s, word);
    for (uint32_t w = word, steps = 0; w > sentence->first && steps < TEMPORAL_REACH; w--, steps++) {
        const kb_token *t = token(s, w - 1);
        if (t->pos == KB_POS_PUNCT || t->pos == KB_POS_VERB)
            return false;
        if (kb_token_is(t, KB_WORDS_TEMPORAL) && t->mention == KB_NONE)
            return true;
    }
    return false;
}

// حرب خريف 2020, انتخابات نوفمبر: a month or a year in construct with the noun right before it dates this noun alone.
static bool in_construct(const kb_stage *s, const kb_time *t)
{
    if (t->first == sentence_at(s, t->first)->first || t->granularity >= KB_GRAN_WEEK)
        return false;
    const kb_token *before = token(s, t->first - 1), *first = token(s, t->first);
    return before->pos == KB_POS_NOUN && before->mention == KB_NONE && before->time == KB_NONE &&
           before->number == KB_NONE && before->enclitic == KB_ENC_NONE && !(before->proclitics & KB_CLITIC_AL) &&
           !(first->proclitics & ~(uint32_t)KB_CLITIC_AL);
}

// The event noun that the time follows with neither a verb nor a comma between, or NULL.
static const kb_draft *noun_of_time(const kb_stage *s, const kb_time *t)
{
    const kb_draft *best = NULL;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_draft *d = &s->drafts.at[i];
        const kb_match *m = &d->match;
        uint32_t reach = kb_dates_another(s, m->word) ? 2 * NOUN_REACH : NOUN_REACH;
        if (m->verbal || m->word >= t->first || m->word + reach < t->first ||
            s->layers->words[m->word].sentence != s->layers->words[t->first].sentence)
            continue;
        bool near = true;
        for (uint32_t w = m->word + 1; w < t->first && near; w++)
            near = token(s, w)->pos != KB_POS_PUNCT && token(s, w)->pos != KB_POS_REL && s->c->verb_of[w] == KB_NONE;
        if (near && (!best || m->word > best->match.word))
            best = d;
    }
    return best;
}

static bool follows_at_once(const kb_stage *s, const kb_draft *d, const kb_time *t)
{
    uint32_t end = d->match.end;
    if (d->match.phrase != KB_NONE && s->c->phrases[d->match.phrase].end > end)
        end = s->c->phrases[d->match.phrase].end;
    return t->first <= end;
}

// زيارة تبدأ الأحد, قمة عقدت أمس, الهجوم الذي وقع ليلا: the event noun of which a verb of taking place says when it was; KB_NONE: another verb.
static uint32_t takes_place(const kb_stage *s, uint32_t verb)
{
    const kb_verb *v = &s->c->verbs[verb];
    const uint32_t *row = token(s, v->word)->support;
    if (!row || row[KB_ROW_WORDS] != KB_SUPPORT_HAPPEN ||
        (token(s, v->word)->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA)))
        return KB_NONE;
    uint32_t best = KB_NONE;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_match *m = &s->drafts.at[i].match;
        if (!m->verbal && m->word < v->word && m->word + NOUN_REACH >= v->word &&
            s->layers->words[m->word].sentence == v->sentence && (best == KB_NONE || m->word > best))
            best = m->word;
    }
    for (uint32_t w = best; best != KB_NONE && w < v->word; w++) {
        if (token(s, w)->pos == KB_POS_PUNCT)
            return KB_NONE;
    }
    return best;
}

// Whether the relative clause of `verb` says when the noun's event was: الهجوم الذي وقع أمس, الزيارة التي بدأها الأحد.
static bool tells_of(const kb_stage *s, uint32_t verb, const kb_match *m)
{
    const kb_verb *v = &s->c->verbs[verb];
    if (m->verb == verb || takes_place(s, verb) == m->word)
        return true;
    return v->relative && m->phrase != KB_NONE && (v->subject == m->phrase || v->object == m->phrase);
}

// How surely the time is the event's own: 0 not at all.
static unsigned claim(const kb_stage *s, const kb_draft *d, const kb_time *t)
{
    const kb_match *m = &d->match;
    const kb_draft *noun = noun_of_time(s, t);
    if (in_construct(s, t))
        return noun == d && follows_at_once(s, d, t) ? 3 : 0;
    uint32_t verb = verb_of_time(s, t);
    if (m->verbal) {
        bool taken =
            noun && verb != KB_NONE && s->c->verbs[verb].word == m->word && kb_dates_another(s, noun->match.word);
        return verb != KB_NONE && s->c->verbs[verb].word == m->word && !taken ? 3 : 0;
    }
    if (noun == d)
        return follows_at_once(s, d, t) ? 3 : 2;
    if (noun && kb_dates_another(s, noun->match.word))
        return 0;
    if (verb == KB_NONE)
        return 1;
    return tells_of(s, verb, m) ? 2 : 0;
}

static void coarsen(kb_draft *d, uint8_t granularity)
{
    d->granularity = granularity;
    d->date.day = 0;
    if (granularity < KB_GRAN_MONTH)
        d->date.month = 0;
}

static void set_date(kb_draft *d, const kb_time *t, uint8_t from)
{
    d->date = t->date;
    d->granularity = t->granularity > KB_GRAN_DAY ? KB_GRAN_DAY : t->granularity;
    d->date_from = from;
    d->date_word = t->first;
    bool days = t->until.year == t->date.year && t->until.month == t->date.month && t->until.day > t->date.day + 1;
    if (t->granularity == KB_GRAN_WEEK || (days && t->granularity == KB_GRAN_DAY)) // on some day of it
        coarsen(d, KB_GRAN_MONTH);
    else if (t->granularity < KB_GRAN_MONTH)
        coarsen(d, KB_GRAN_YEAR);
}

// The time of the verb that governs the noun, or of one told before the verb in its sentence.
static const kb_time *time_of_sentence(const kb_stage *s, const kb_draft *d)
{
    const kb_match *m = &d->match;
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    const kb_time *best = NULL;
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (t->first < sentence->first || t->end > sentence->end || !dates_events(s, t) || in_construct(s, t))
            continue;
        const kb_draft *noun = noun_of_time(s, t);
        uint32_t verb = verb_of_time(s, t);
        if (verb == KB_NONE || (noun && kb_dates_another(s, noun->match.word)))
            continue;
        const kb_verb *v = &s->c->verbs[verb];
        bool content = v->complement != KB_NONE && v->complement < m->word && t->first < v->complement;
        if (v->word < m->word && !content && !(v->relative && t->first > m->word))
            best = t;
    }
    return best;
}

void kb_date_find(kb_stage *s, kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    const kb_time *best = NULL;
    unsigned best_claim = 0;
    uint32_t best_distance = 0;
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (t->first < sentence->first || t->end > sentence->end || !dates_events(s, t))
            continue;
        unsigned c = claim(s, d, t);
        uint32_t far = t->first > d->match.word ? t->first - d->match.word : d->match.word - t->first;
        if (c > best_claim || (c == best_claim && c && far < best_distance)) {
            best = t;
            best_claim = c;
            best_distance = far;
        }
    }
    if (best) {
        set_date(d, best, KB_DATE_FROM_CLAUSE);
        return;
    }
    best = time_of_sentence(s, d);
    if (best)
        set_date(d, best, KB_DATE_FROM_SENTENCE);
}

// ---------------------------------------------------------------- events without a time of their own

// A day on which the passage may go on: named in a main clause, of the last days.
static bool tells_day(const kb_stage *s, const kb_time *t)
{
    bool stamp = t->kind == KB_TIME_TIME && t->first == sentence_at(s, t->first)->first; // 19:00 - of a running report
    if ((!dates_events(s, t) && !stamp) || t->granularity < KB_GRAN_DAY || t->date.day == 0)
        return false;
    int32_t age = kb_day_number(s->today) - kb_day_number(t->date);
    if (age < 0 || age > PASSAGE_DAYS)
        return false;
    if (stamp)
        return true;
    const kb_draft *noun = noun_of_time(s, t);
    if (noun && (kb_dates_another(s, noun->match.word) || noun->status != KB_ACTUAL))
        return false;
    uint32_t verb = verb_of_time(s, t);
    if (verb == KB_NONE)
        return t->first == sentence_at(s, t->first)->first;
    return !s->c->verbs[verb].relative && !kb_dates_another(s, s->c->verbs[verb].word);
}

static bool day_of_speech(const kb_stage *s, const kb_time *t)
{
    uint32_t verb = verb_of_time(s, t);
    return verb != KB_NONE && (token(s, s->c->verbs[verb].word)->features & KB_F_SPEECH);
}

// The time that says of which day the passage tells at a word: the last one before it in its paragraph, or else the first of the lead, there
// rather that of an act than that of its announcement. What is said of an event has no day but its own paragraph's.
static const kb_time *day_of_passage(const kb_stage *s, uint32_t word, bool said)
{
    const kb_time *lead = NULL, *last = NULL;
    uint32_t paragraph = sentence_at(s, word)->paragraph, lead_paragraph = KB_NONE;
    for (uint32_t i = 0; i < s->layers->sentence_count && lead_paragraph == KB_NONE; i++) {
        if (s->layers->sentences[i].kind == KB_PROSE)
            lead_paragraph = s->layers->sentences[i].paragraph;
    }
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        uint32_t of = sentence_at(s, t->first)->paragraph;
        if ((of != paragraph && of != lead_paragraph) || !tells_day(s, t))
            continue;
        if (of == lead_paragraph && (!lead || (day_of_speech(s, lead) && !day_of_speech(s, t))))
            lead = t;
        if (of == paragraph && t->first < word)
            last = t;
    }
    return last || said ? last : lead;
}

// كان قد وافق: before what the passage tells, on no day that it names.
static bool pluperfect(const kb_stage *s, const kb_match *m)
{
    const kb_sentence *sentence = sentence_at(s, m->word);
    if (!m->verbal || m->word == sentence->first || token(s, m->word - 1)->form != s->c->function_words[KB_FW_QAD])
        return false;
    for (uint32_t w = m->word - 1; w > sentence->first && !breaks(token(s, w - 1)); w--) {
        const kb_token *t = token(s, w - 1);
        if (t->pos == KB_POS_VERB)
            return t->best && t->best->lemma == s->c->kan;
    }
    return false;
}

// Negotiations that something came after went on for days.
static void coarsen_talks(kb_stage *s, kb_draft *d)
{
    bool talks = strcmp(d->match.type, "CONSULT") == 0 &&
                 (strcmp(d->match.cameo, "044") == 0 || strcmp(d->match.cameo, "046") == 0);
    if (talks && d->date_from > KB_DATE_FROM_CLAUSE && d->granularity == KB_GRAN_DAY && !d->match.verbal &&
        kb_dates_another(s, d->match.word))
        coarsen(d, KB_GRAN_MONTH);
}

void kb_dates_complete(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++)
        coarsen_talks(s, &s->drafts.at[i]);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (d->merged != KB_NONE || d->date.year || d->status != KB_ACTUAL || d->asserted < 0 ||
            pluperfect(s, &d->match))
            continue;
        const kb_time *t = day_of_passage(s, d->match.word, kb_type_is_verbal(d->match.type));
        if (t) {
            set_date(d, t, KB_DATE_FROM_PARAGRAPH);
        } else {
            d->date = s->today;
            d->granularity = KB_GRAN_DAY;
            d->date_from = KB_DATE_FROM_PUBLICATION;
        }
        coarsen_talks(s, d);
    }
}
