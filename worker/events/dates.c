// When an event was, as its own words say. A time belongs to the verb in whose clause it stands or to the noun that it follows.
#include "events/parse.h"
#include "events/stage.h"

enum { NOUN_REACH = 8, TEMPORAL_REACH = 5, AUXILIARY_REACH = 5 };

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
    if (kb_token_is(before, KB_WORDS_UNTIL)) // حتى الجمعة: an end
        return true;
    bool since = before->mention == KB_NONE && kb_is_fw(s->c, before, KB_FW_MUNDHU);
    if (t->granularity < KB_GRAN_WEEK && t->first > sentence->first + 1) {
        uint32_t w = t->first - 1 - (since || before->pos == KB_POS_PREP);
        const kb_token *p = token(s, w);
        bool participle = p->pos == KB_POS_ADJ && (p->proclitics & KB_CLITIC_AL) && p->mention == KB_NONE &&
                          (p->features & (KB_F_PASSPART | (since ? KB_F_ACTPART : 0)));
        // "الاتفاق الموقع": behind a definite noun it is no noun.
        const kb_word *word = &s->layers->words[w];
        bool definite = w > sentence->first && (token(s, w - 1)->proclitics & KB_CLITIC_AL) && p->mention == KB_NONE &&
                        p->pos == KB_POS_NOUN && (p->proclitics & KB_CLITIC_AL);
        for (uint8_t i = 0; definite && i < word->analysis_count; i++)
            participle =
                participle || (word->analyses[i].pos == KB_POS_ADJ && (word->analyses[i].features & KB_F_PASSPART));
        if (participle && !event_at(s, w) && !kb_token_is(p, KB_WORDS_COMING))
            return true;
    }
    if (since && t->first > sentence->first + 1 && kb_token_is(token(s, t->first - 2), KB_WORDS_RANK)) // لأول مرة منذ
        return true;
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

bool kb_time_dates(const kb_stage *s, const kb_time *t)
{
    return t->names_date && t->date.year != 0 && t->granularity > KB_GRAN_DECADE && !stands_apart(s, t);
}

// كان, بدأ, عاد before another verb: its time is that of the other one.
static bool auxiliary(const kb_stage *s, uint32_t w)
{
    if (!kb_token_is(token(s, w), KB_WORDS_AUXILIARY))
        return false;
    if (token(s, w)->best && token(s, w)->best->lemma == s->c->kan)
        return true;
    uint32_t end = sentence_at(s, w)->end;
    for (uint32_t v = w + 1; v < end && v <= w + AUXILIARY_REACH && token(s, v)->pos != KB_POS_PUNCT; v++) {
        if (s->c->verb_of[v] != KB_NONE)
            return !(token(s, v)->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA));
    }
    return false;
}

// The finite verb at a word, but for auxiliaries, or KB_NONE.
static uint32_t verb_at(const kb_stage *s, uint32_t w)
{
    return auxiliary(s, w) ? KB_NONE : s->c->verb_of[w];
}

static bool happens(const kb_stage *s, const kb_verb *v)
{
    const kb_token *t = token(s, v->word);
    return t->support && (t->support[KB_ROW_WORDS] == KB_SUPPORT_HAPPEN ||
                          (kb_token_is(t, KB_WORDS_AUXILIARY) && v->object == KB_NONE)); // بدأت المحادثات
}

// زيارة تبدأ الأحد, قمة عقدت أمس, الهجوم الذي وقع ليلا: the event noun of which a verb of taking place says when it was; KB_NONE: another verb.
static uint32_t takes_place(const kb_stage *s, uint32_t verb)
{
    const kb_verb *v = &s->c->verbs[verb];
    if (!happens(s, v) || (token(s, v->word)->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA)))
        return KB_NONE;
    uint32_t best = KB_NONE;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_match *m = &s->drafts.at[i].match;
        if (!m->verbal && m->word < v->word && m->word + 2 * NOUN_REACH >= v->word &&
            s->layers->words[m->word].sentence == v->sentence && (best == KB_NONE || m->word > best))
            best = m->word;
    }
    bool relative = false;
    for (uint32_t w = best; best != KB_NONE && w < v->word; w++) {
        if (token(s, w)->pos == KB_POS_PUNCT)
            return KB_NONE;
        relative = relative || token(s, w)->pos == KB_POS_REL;
    }
    return best != KB_NONE && (relative || best + NOUN_REACH >= v->word) ? best : KB_NONE;
}

// أقرض مصر في برنامج بدأ عام 2016: the verb only says when the thing began in which its sentence's event took place.
static bool begins_thing(const kb_stage *s, uint32_t verb)
{
    const kb_verb *v = &s->c->verbs[verb];
    return happens(s, v) && kb_described_before(s->c, v->word) != KB_NONE && takes_place(s, verb) == KB_NONE;
}

// The verb whose time it is: the last one before it, or, where the clause opens with the time, the first one after it.
uint32_t kb_verb_of_time(const kb_stage *s, const kb_time *t)
{
    const kb_sentence *sentence = sentence_at(s, t->first);
    for (uint32_t w = t->first; w > sentence->first && !breaks(token(s, w - 1)); w--) {
        if (verb_at(s, w - 1) != KB_NONE && !begins_thing(s, verb_at(s, w - 1)))
            return verb_at(s, w - 1);
    }
    for (uint32_t w = t->end; w < sentence->end && !breaks(token(s, w)) && token(s, w)->pos != KB_POS_REL; w++) {
        if (verb_at(s, w) != KB_NONE)
            return verb_at(s, w);
    }
    return KB_NONE;
}

kb_link kb_link_of(const kb_stage *s, uint32_t word)
{
    const kb_sentence *sentence = sentence_at(s, word);
    for (uint32_t w = word, steps = 0; w > sentence->first && steps < TEMPORAL_REACH; w--, steps++) {
        const kb_token *t = token(s, w - 1);
        if (t->pos == KB_POS_PUNCT || t->pos == KB_POS_VERB)
            return KB_LINK_NONE;
        if (t->mention != KB_NONE)
            continue;
        uint32_t time = token(s, w)->time;
        if (time != KB_NONE && s->layers->times[time].names_date) // منذ يونيو, بعد الأحد
            return KB_LINK_NONE;
        if (kb_token_is(t, KB_WORDS_TEMPORAL))
            return kb_token_is(t, KB_WORDS_MEANWHILE) ? KB_LINK_MEANWHILE : KB_LINK_APART;
        if (kb_token_is(t, KB_WORDS_CAUSE))
            return KB_LINK_CAUSE;
    }
    return KB_LINK_NONE;
}

bool kb_dates_another(const kb_stage *s, uint32_t word)
{
    kb_link link = kb_link_of(s, word);
    return link == KB_LINK_APART || link == KB_LINK_MEANWHILE;
}

// Whether the event was before what its clause tells, as its cause or as what came first: the clause's time is not its own.
static bool told_apart(const kb_stage *s, const kb_match *m)
{
    if (m->verbal || m->state)
        return false;
    kb_link link = kb_link_of(s, m->word);
    const kb_token *before =
        m->word > 0 && m->phrase != KB_NONE && s->c->phrases[m->phrase].first < m->word ? token(s, m->word - 1) : NULL;
    bool doers = before && before->actor && (before->actor_kind == KB_ACTOR_PEOPLE || before->actor_words > 1) &&
                 !(before->proclitics & KB_CLITIC_AL); // منفذي الانقلاب, ضحايا القصف
    return link == KB_LINK_APART || link == KB_LINK_CAUSE || doers;
}

// حرب خريف 2020, انتخابات نوفمبر, هجوم السابع من أكتوبر: a month, a year or a day of the month in construct with the noun right before it dates this noun alone.
static bool in_construct(const kb_stage *s, const kb_time *t)
{
    bool day = t->first > 0 && event_at(s, t->first - 1) && t->granularity == KB_GRAN_DAY &&
               (token(s, t->first)->number != KB_NONE || token(s, t->first)->pos == KB_POS_NUM);
    if (t->first == sentence_at(s, t->first)->first || (t->granularity >= KB_GRAN_WEEK && !day))
        return false;
    const kb_token *before = token(s, t->first - 1), *first = token(s, t->first);
    return before->pos == KB_POS_NOUN && before->mention == KB_NONE && before->time == KB_NONE &&
           before->number == KB_NONE && before->enclitic == KB_ENC_NONE && !(before->proclitics & KB_CLITIC_AL) &&
           !(first->proclitics & ~(uint32_t)KB_CLITIC_AL);
}

// بعد توقيفها، في 13 سبتمبر،: the comma at `w` stands between the noun and its time alone.
static bool adds_time(const kb_stage *s, const kb_match *m, uint32_t w, const kb_time *t)
{
    bool bare = w + 1 == t->first || (w + 2 == t->first && token(s, w + 1)->pos == KB_POS_PREP);
    return bare && m->end == w && kb_link_of(s, m->word) != KB_LINK_NONE;
}

// The event noun that the time follows with neither a verb nor a comma between, or NULL.
const kb_draft *kb_noun_of_time(const kb_stage *s, const kb_time *t)
{
    const kb_draft *best = NULL;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_draft *d = &s->drafts.at[i];
        const kb_match *m = &d->match;
        uint32_t reach = kb_link_of(s, m->word) != KB_LINK_NONE ? 2 * NOUN_REACH : NOUN_REACH;
        if (m->verbal || m->word >= t->first || m->word + reach < t->first ||
            s->layers->words[m->word].sentence != s->layers->words[t->first].sentence)
            continue;
        bool near = true;
        for (uint32_t w = m->word + 1; w < t->first && near; w++)
            near = (token(s, w)->pos != KB_POS_PUNCT || adds_time(s, m, w, t)) && token(s, w)->pos != KB_POS_REL &&
                   s->c->verb_of[w] == KB_NONE;
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

// Whether the relative clause of `verb` says when the noun's event was: الهجوم الذي وقع أمس, الزيارة التي بدأها الأحد.
static bool tells_of(const kb_stage *s, uint32_t verb, const kb_match *m)
{
    const kb_verb *v = &s->c->verbs[verb];
    uint32_t placed = takes_place(s, verb);
    bool antecedent = v->relative && m->word < v->word;
    bool described = m->phrase != KB_NONE && ((antecedent && (v->subject == m->phrase || v->object == m->phrase)) ||
                                              kb_described_before(s->c, v->word) == m->phrase);
    if (placed == m->word || described)
        return true;
    return m->verb == verb && placed == KB_NONE &&
           !told_apart(s, m); // قمة عقدت أمس says nothing of what stands behind it
}

// How surely the time is the event's own: 0 not at all.
static unsigned claim(const kb_stage *s, const kb_draft *d, const kb_time *t)
{
    const kb_match *m = &d->match;
    const kb_draft *noun = kb_noun_of_time(s, t);
    if (in_construct(s, t))
        return noun == d && follows_at_once(s, d, t) ? 3 : 0;
    uint32_t verb = kb_verb_of_time(s, t);
    if (m->verbal) {
        bool taken =
            noun && verb != KB_NONE && s->c->verbs[verb].word == m->word && kb_dates_another(s, noun->match.word);
        return verb != KB_NONE && s->c->verbs[verb].word == m->word && !taken ? 3 : 0;
    }
    if (noun == d)
        return follows_at_once(s, d, t) || adds_time(s, m, m->end, t) ? 3 : 2;
    if (noun && kb_link_of(s, noun->match.word) != KB_LINK_NONE)
        return 0;
    if (verb == KB_NONE) // a headline: not that of another in its chain (اعتقالات وإضراب الثلاثاء)
        return noun && (token(s, noun->match.word)->proclitics & KB_CLITIC_WA) ? 0 : 1;
    return tells_of(s, verb, m) ? 2 : 0;
}

bool kb_are_talks(const kb_match *m)
{
    return strcmp(m->type, "CONSULT") == 0 && (strcmp(m->cameo, "044") == 0 || strcmp(m->cameo, "046") == 0);
}

void kb_date_coarsen(kb_draft *d, uint8_t granularity)
{
    d->granularity = granularity;
    d->date.day = 0;
    if (granularity < KB_GRAN_MONTH)
        d->date.month = 0;
}

void kb_date_set(kb_draft *d, const kb_time *t, uint8_t from)
{
    d->date = t->date;
    d->granularity = t->granularity > KB_GRAN_DAY ? KB_GRAN_DAY : t->granularity;
    d->date_from = from;
    d->date_word = t->first;
    bool days = t->until.year == t->date.year && t->until.month == t->date.month && t->until.day > t->date.day + 1;
    if (t->granularity == KB_GRAN_WEEK || (days && t->granularity == KB_GRAN_DAY)) // on some day of it
        kb_date_coarsen(d, KB_GRAN_MONTH);
    else if (t->granularity < KB_GRAN_MONTH)
        kb_date_coarsen(d, KB_GRAN_YEAR);
}

// تظاهرة شهدتها بيروت السبت، اقتحم خلالها: at the time of what its pronoun means.
static bool takes_up(const kb_stage *s, const kb_match *m)
{
    for (uint32_t w = m->word + 1; w <= m->word + 2 && w < s->layers->word_count; w++) {
        if (kb_token_is(token(s, w), KB_WORDS_MEANWHILE) && token(s, w)->enclitic != KB_ENC_NONE)
            return true;
    }
    return false;
}

// Whether the verb stands in what another says: قال إن الطائرات التي قصفت.
static bool is_said(const kb_stage *s, const kb_verb *v)
{
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *u = &s->c->verbs[i];
        if (u->sentence == v->sentence && u->word < v->word && u->complement != KB_NONE && u->complement < v->word)
            return true;
    }
    return false;
}

// Whether the verb of the time stands in a clause that describes a noun, outside of which the event is told.
static bool describes_only(const kb_stage *s, const kb_verb *v, const kb_match *m, const kb_time *t)
{
    if (v->relative && t->first > m->word)
        return true;
    const kb_token *after = v->clause_end < s->layers->word_count ? token(s, v->clause_end) : NULL;
    bool verb = after && s->c->verb_of[v->clause_end] != KB_NONE &&
                !kb_token_is(token(s, v->clause_end - 1), KB_WORDS_MEANWHILE); // not: حين قضت
    bool closed =
        after && (verb || after->mark == KB_MARK_COMMA || (after->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA)));
    return v->relative && m->word >= v->clause_end && closed && !takes_up(s, m) && is_said(s, v);
}

// Whether only a temporal word stands between the time and the noun.
static bool right_before(const kb_stage *s, const kb_match *m, const kb_time *t)
{
    return !m->verbal && t->end < m->word && t->end + 2 >= m->word && kb_token_is(token(s, t->end), KB_WORDS_TEMPORAL);
}

// The time of the verb that governs the noun, or of one told before the verb in its sentence.
static const kb_time *time_of_sentence(const kb_stage *s, const kb_draft *d)
{
    const kb_match *m = &d->match;
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    const kb_time *best = NULL;
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (t->first < sentence->first || t->end > sentence->end || !kb_time_dates(s, t) || in_construct(s, t))
            continue;
        const kb_draft *noun = kb_noun_of_time(s, t);
        uint32_t verb = kb_verb_of_time(s, t);
        if (right_before(s, m, t)) // سنة 1976 بعد اعتراف
            return t;
        if (verb == KB_NONE || (noun && kb_link_of(s, noun->match.word) != KB_LINK_NONE))
            continue;
        const kb_verb *v = &s->c->verbs[verb];
        bool content = v->complement != KB_NONE && v->complement < m->word && t->first < v->complement && !m->state;
        if (v->word < m->word && !content && !describes_only(s, v, m, t)) {
            best = t;
            if (m->state) // وقال الجمعة إن …، متهما: of the first verb, whose subject it describes
                break;
        }
    }
    return best;
}

// The time that و joins right before or right behind a time, or NULL: عامي 2021 و2022, بين السادس والعاشر من مارس.
static const kb_time *joined_time(const kb_stage *s, const kb_time *t)
{
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *o = &s->layers->times[i];
        const kb_time *earlier = o->first < t->first ? o : t, *later = earlier == o ? t : o;
        bool alone = earlier->end + 1 == later->first; // "و" before digits is a word
        bool joined = (alone || earlier->end == later->first) &&
                      kb_str_starts(s->layers->words[later->first - alone].form, KB_STR("و"));
        if (o != t && joined && o->names_date && o->date.year && o->granularity == t->granularity)
            return o;
    }
    return NULL;
}

// An event of two joined times went on between them: from the first day, in the month; of two months or years without بين none is its own.
static void spread(const kb_stage *s, kb_draft *d, const kb_time *t)
{
    const kb_time *o = joined_time(s, t);
    if (!o)
        return;
    const kb_time *first = o->first < t->first ? o : t;
    bool between = first->first > 0 && token(s, first->first - 1)->form == s->c->function_words[KB_FW_BAYN];
    if (t->granularity < KB_GRAN_WEEK && !between)
        d->dateless = d->undatable = true;
    else
        kb_date_set(d, first, d->date_from);
    if (!d->undatable && kb_are_talks(&d->match))
        kb_date_coarsen(d, KB_GRAN_MONTH);
}

void kb_date_find(kb_stage *s, kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    const kb_time *best = NULL;
    unsigned best_claim = 0;
    uint32_t best_distance = 0;
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (t->first < sentence->first || t->end > sentence->end || !kb_time_dates(s, t))
            continue;
        unsigned c = claim(s, d, t);
        uint32_t far = t->first > d->match.word ? t->first - d->match.word : d->match.word - t->first;
        if (c > best_claim || (c == best_claim && c && far < best_distance)) {
            best = t;
            best_claim = c;
            best_distance = far;
        }
    }
    if (best_claim < 3 && kb_date_counted(s, d))
        return;
    if (best) {
        kb_date_set(d, best, KB_DATE_FROM_CLAUSE);
        spread(s, d, best);
        return;
    }
    best = time_of_sentence(s, d);
    bool apart = told_apart(s, &d->match);
    if (best && (!apart || best->granularity < KB_GRAN_DAY)) {
        kb_date_set(d, best, KB_DATE_FROM_SENTENCE);
        spread(s, d, best);
    }
    d->dateless = d->dateless || (best && apart && kb_link_of(s, d->match.word) == KB_LINK_CAUSE);
}
