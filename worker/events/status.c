// Whether an event happened: particles before its verb, words that govern it, modals, conditions, dates.
#include "events/stage.h"

enum { GOVERNOR_REACH = 10 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

typedef struct verdict {
    uint8_t status;
    const char *why;
} verdict;

static const verdict none = {KB_STATUS_KEEP, NULL};

static verdict from_row(const uint32_t *row, const char *why)
{
    return (verdict){(uint8_t)row[KB_ROW_WORDS], why};
}

static bool has_frame(const uint32_t *row, uint32_t frame)
{
    return row && (row[KB_ROW_WORDS + 1] & frame);
}

static bool has_preposition(const uint32_t *row, kb_lemma preposition)
{
    for (uint32_t i = 0; row && preposition && i < KB_GOVERNOR_PREPS; i++) {
        if (row[KB_ROW_WORDS + 3 + i] == preposition)
            return true;
    }
    return false;
}

// Parts of speech of the governor table.
enum { GOV_VERB, GOV_NOUN, GOV_ADJ, GOV_PART };

static const uint32_t *governor(const kb_stage *s, uint32_t w)
{
    const kb_token *t = token(s, w);
    if (!t->governor || t->mention != KB_NONE)
        return NULL;
    uint32_t pos = t->governor[KB_ROW_WORDS + 2];
    bool verb = t->pos == KB_POS_VERB;
    return (pos == GOV_VERB) == verb ? t->governor : NULL;
}

// A particle that makes all of its clause a condition or a question.
static verdict clause_particle(const kb_stage *s, uint32_t word)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[word].sentence];
    uint32_t first = kb_clause_first(s->c, word);
    for (uint32_t w = first > sentence->first ? first - 1 : first; w < word; w++) {
        const uint32_t *row = governor(s, w);
        const kb_token *t = token(s, w);
        if (has_frame(row, KB_FRAME_AFTER) && t->form != s->c->function_words[KB_FW_IN])
            return from_row(row, "condition or question");
    }
    if (sentence->end > sentence->first) {
        const kb_word *last = &s->layers->words[sentence->end - 1];
        if (kb_str_is(kb_str_sub(s->layers->text.stored, last->start, last->end), "؟"))
            return (verdict){KB_HYPOTHETICAL, "question"};
    }
    return none;
}

// "نقلت عن مسؤول رفض الكشف عن هويته أن": a verb of denial that has its object already does not govern the clause.
static bool denies_something_else(const kb_stage *s, uint32_t word, uint32_t an, const uint32_t *row)
{
    uint32_t v = s->c->verb_of[word];
    return v != KB_NONE && row[KB_ROW_WORDS] == KB_NEGATED && has_frame(row, KB_FRAME_OBJ) &&
           s->c->verbs[v].object != KB_NONE && s->c->phrases[s->c->verbs[v].object].first < an &&
           !(token(s, an)->proclitics & KB_CLITIC_BI) && token(s, an - 1)->pos != KB_POS_PREP;
}

// What governs the clause that the complementiser at `an` opens.
static verdict governor_of_clause(const kb_stage *s, uint32_t an, bool subjunctive)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[an].sentence];
    const kb_lemma *fw = s->c->function_words;
    for (uint32_t w = an, steps = 0; w > sentence->first && steps < GOVERNOR_REACH + 6; w--, steps++) {
        const kb_token *t = token(s, w - 1);
        if (steps == 0 && (t->form == fw[KB_FW_BAADA] || t->form == fw[KB_FW_QABL] || t->form == fw[KB_FW_ILA]))
            return (verdict){KB_STATUS_KEEP, "after"};
        const uint32_t *row = governor(s, w - 1);
        if (has_frame(row, KB_FRAME_AN) && !denies_something_else(s, w - 1, an, row)) {
            verdict v = from_row(row, "what governs the clause");
            // An assertion says that something is so; with a subjunctive it is a decision or a permission.
            if (v.status == KB_ACTUAL)
                return subjunctive ? none : (verdict){KB_STATUS_KEEP, "asserted"};
            return v;
        }
        if (t->mark == KB_MARK_STOP || t->mark == KB_MARK_COLON)
            break;
    }
    return subjunctive ? (verdict){KB_HYPOTHETICAL, "clause with أن"} : none;
}

// "لم تستأنف إلا في أيار": what is denied but for one case has happened.
static bool exception_follows(const kb_stage *s, uint32_t word)
{
    uint32_t end = kb_clause_end(s->c, word);
    for (uint32_t w = word + 1; w < end; w++) {
        if (kb_str_is(s->layers->words[w].form, "الا") && token(s, w)->mention == KB_NONE)
            return true;
    }
    return false;
}

static verdict verb_status(const kb_stage *s, uint32_t word)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[word].sentence];
    const kb_lemma *fw = s->c->function_words;
    const kb_token *v = token(s, word);
    bool present = v->features & KB_F_PRES;
    if (v->proclitics & KB_CLITIC_SA)
        return (verdict){KB_FUTURE, "future س"};
    if (present && (v->proclitics & (KB_CLITIC_LI | KB_CLITIC_LA)))
        return (verdict){KB_HYPOTHETICAL, "purpose"};
    bool kan_between = false;
    for (uint32_t w = word, steps = 0; w > sentence->first && steps < 14; w--, steps++) {
        const kb_token *t = token(s, w - 1);
        bool near = steps < 2;
        if (near && t->pos != KB_POS_VERB && t->mention == KB_NONE) {
            if (t->form == fw[KB_FW_LAM] || t->form == fw[KB_FW_LAN] || t->form == fw[KB_FW_LAYSA] ||
                (present && t->form == fw[KB_FW_LA]))
                return exception_follows(s, word) ? none : (verdict){KB_NEGATED, "negation"};
            if (t->form == fw[KB_FW_MA] && t->pos == KB_POS_PART && !present && steps == 0)
                return (verdict){KB_NEGATED, "negation"};
            if (t->form == fw[KB_FW_SAWFA])
                return (verdict){KB_FUTURE, "future سوف"};
            if (t->form == fw[KB_FW_QAD] && present && steps == 0)
                return (verdict){KB_HYPOTHETICAL, "قد with the present"};
        }
        if (t->form == fw[KB_FW_AN] && t->mention == KB_NONE && t->pos != KB_POS_NOUN)
            return governor_of_clause(s, w - 1, (steps == 0 && present) || kan_between);
        if (t->form == fw[KB_FW_IN] && t->mention == KB_NONE && t->pos != KB_POS_NOUN)
            return governor_of_clause(s, w - 1, false);
        if (t->mark == KB_MARK_STOP || t->mark == KB_MARK_COLON || t->pos == KB_POS_REL ||
            (t->pos == KB_POS_CONJ && s->layers->words[w - 1].form.n > 4))
            break;
        if (t->pos == KB_POS_VERB && t->mention == KB_NONE && t->best && t->best->lemma != s->c->kan)
            break;
        kan_between = kan_between || (t->best && t->best->lemma == s->c->kan && (t->features & KB_F_PRES));
    }
    return none;
}

// Adjectives after the noun, in its phrase: محتمل, مقبل.
static verdict adjective_status(const kb_stage *s, const kb_match *m)
{
    uint32_t end = m->phrase != KB_NONE ? s->c->phrases[m->phrase].end : m->end;
    for (uint32_t w = m->end; w < end; w++) {
        const uint32_t *row = governor(s, w);
        if (has_frame(row, KB_FRAME_BEFORE) && row[KB_ROW_WORDS + 2] == GOV_ADJ)
            return from_row(row, "adjective");
    }
    return none;
}

// قررت النيابة حبسه: measures that are taken by being decided; not قررت إرسال مساعدات.
static bool decided(const kb_stage *s, const kb_match *m, const kb_verb *verb)
{
    static const char *const measures[] = {"SANCTION", "COERCE", "ACCUSE", "SUPPORT", "CONCEDE", "REJECT"};
    const kb_token *t = token(s, verb->word);
    bool measure = false;
    for (size_t i = 0; i < KB_LEN(measures); i++)
        measure = measure || strcmp(m->type, measures[i]) == 0;
    return measure && (t->features & KB_F_PAST) && kb_token_is(t, KB_WORDS_DECIDING);
}

static verdict noun_status(const kb_stage *s, const kb_match *m)
{
    const kb_clauses *c = s->c;
    if (m->phrase == KB_NONE)
        return none;
    uint32_t phrase = m->phrase;
    const kb_phrase *own = &c->phrases[phrase];
    for (uint32_t w = m->word; w > own->first; w--) { // خطر هجوم, إلغاء زيارة
        const uint32_t *row = governor(s, w - 1);
        if (has_frame(row, KB_FRAME_OBJ))
            return from_row(row, "noun before it");
    }
    verdict v = adjective_status(s, m);
    if (v.status != KB_STATUS_KEEP)
        return v;
    while (c->phrases[phrase].joined && phrase > 0)
        phrase--;
    const kb_phrase *p = &c->phrases[phrase];
    const uint32_t *row = p->from < p->first ? token(s, p->from)->governor : NULL;
    if (has_frame(row, KB_FRAME_OBJ))
        return from_row(row, "preposition");
    uint32_t sentence_first = s->layers->sentences[p->sentence].first;
    uint32_t phrase_before = p->from > sentence_first ? c->phrase_of[p->from - 1] : KB_NONE;
    for (uint32_t w = p->from, steps = 0; w > sentence_first && steps < 6;
         w--, steps++) { // دعوة إلى وقف, مخاوف من هجوم
        const kb_token *t = token(s, w - 1);
        if (c->phrase_of[w - 1] != phrase_before)
            break;
        row = governor(s, w - 1);
        if (row && t->pos != KB_POS_VERB && row[KB_ROW_WORDS + 2] != GOV_PART &&
            (has_preposition(row, p->preposition) || (steps == 0 && !p->preposition && has_frame(row, KB_FRAME_OBJ))))
            return from_row(row, "noun that governs it");
        if (t->pos == KB_POS_VERB || t->pos == KB_POS_PUNCT)
            break;
    }
    if (p->verb == KB_NONE)
        return none;
    const kb_verb *verb = &c->verbs[p->verb];
    row = verb->word < m->word + 12 ? governor(s, verb->word) : NULL;
    bool object = p->role == KB_ROLE_OBJECT || p->role == KB_ROLE_OBJECT2 ||
                  (p->role == KB_ROLE_SUBJECT && verb->object == KB_NONE && !m->support);
    if (row && ((object && has_frame(row, KB_FRAME_OBJ)) ||
                (p->role == KB_ROLE_COMPLEMENT && has_preposition(row, p->preposition)))) {
        verdict g = from_row(row, "verb that governs it");
        verdict own_verb = verb_status(s, verb->word);
        if (own_verb.status == KB_NEGATED && g.status != KB_NEGATED)
            return own_verb;
        if (g.status == KB_FUTURE && decided(s, m, verb))
            return own_verb;
        if (g.status != KB_ACTUAL)
            return g;
    }
    bool carried = m->support != KB_SUPPORT_NONE || p->role == KB_ROLE_SUBJECT;
    return carried ? verb_status(s, verb->word) : none;
}

int32_t kb_day_number(kb_date d)
{
    int32_t month = d.month ? d.month : 6, day = d.day ? d.day : 15;
    int32_t y = d.year - (month <= 2), era = y / 400, yoe = y - era * 400;
    int32_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool kb_date_is_ahead(const kb_stage *s, kb_date date)
{
    return date.year && kb_day_number(date) >= kb_day_number(s->today) - (date.day ? 0 : 31);
}

// Whether the first day of the time that dates the draft is after publication: الأسبوع المقبل, العام المقبل.
static bool begins_later(const kb_stage *s, const kb_draft *d)
{
    for (uint32_t i = 0; d->date_from == KB_DATE_FROM_CLAUSE && i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        kb_date first = {
            .year = t->date.year, .month = t->date.month ? t->date.month : 1, .day = t->date.day ? t->date.day : 1};
        if (t->first == d->date_word && t->date.year)
            return kb_day_number(first) > kb_day_number(s->today);
    }
    return false;
}

// A verb in the past tells the event, or carries its noun: وقع هجوم, تعرض لقصف; not "أعلن مظاهرة", "قرر زيارة".
static bool told_in_past(const kb_stage *s, const kb_match *m)
{
    if (m->verbal)
        return token(s, m->word)->features & KB_F_PAST;
    if (m->verb == KB_NONE || m->support == KB_SUPPORT_NONE || m->support == KB_SUPPORT_ACT)
        return false;
    const kb_token *t = token(s, s->c->verbs[m->verb].word);
    return (t->features & KB_F_PAST) && !(t->features & KB_F_SPEECH);
}

static void by_date(const kb_stage *s, kb_draft *d)
{
    enum {
        HISTORY_DAYS = 60
    }; // what is older than this before publication is background (annotation rules of the record)
    if (!d->date.year || d->date_from > KB_DATE_FROM_SENTENCE)
        return;
    int32_t age = kb_day_number(s->today) - kb_day_number(d->date);
    kb_date last = d->date; // of a month or a year its last day counts: "هذا العام" is not background
    last.day = last.day || !last.year ? last.day : 28;
    last.month = last.month ? last.month : 12;
    int32_t age_of_last = kb_day_number(s->today) - kb_day_number(last);
    bool ahead = d->granularity >= KB_GRAN_DAY ? age < 0 : begins_later(s, d);
    bool past = told_in_past(s, &d->match); // whatever day it names, it was
    if (d->status == KB_ACTUAL && age_of_last > HISTORY_DAYS) {
        d->status = KB_HISTORICAL;
        d->status_why = "older than 60 days";
    } else if (d->status == KB_ACTUAL && ahead && !past) {
        d->status = KB_FUTURE;
        d->status_by_date = true;
        d->status_why = "date after publication";
    } else if (d->status == KB_HYPOTHETICAL && age < 0 && d->granularity >= KB_GRAN_DAY &&
               d->date_from == KB_DATE_FROM_CLAUSE) {
        d->status = KB_FUTURE;
        d->status_why = "date after publication";
    }
}

void kb_status_find(kb_stage *s, kb_draft *d)
{
    const kb_match *m = &d->match;
    d->status = m->status;
    d->status_why = m->status == KB_ACTUAL ? "reported" : "rule";
    verdict v = m->verbal ? verb_status(s, m->word) : m->state ? none : noun_status(s, m);
    if (v.status == KB_STATUS_KEEP)
        v = clause_particle(s, m->word);
    if (v.status != KB_STATUS_KEEP) {
        d->status = v.status;
        d->status_why = v.why;
    }
    by_date(s, d);
    if (m->verbal && m->rule->weak && d->status == KB_NEGATED)
        d->match.dropped = true; // "لم تسقط ضحايا": nothing is denied but a toll
}
