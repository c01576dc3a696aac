// When an event without a time of its own was: on the day of which its passage tells, or else on the day of publication.
#include "events/stage.h"

enum { PASSAGE_DAYS = 6 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static const kb_sentence *sentence_at(const kb_stage *s, uint32_t w)
{
    return &s->layers->sentences[s->layers->words[w].sentence];
}

// A day on which the passage may go on: named in a main clause, of the last days.
static bool tells_day(const kb_stage *s, const kb_time *t)
{
    bool stamp = t->kind == KB_TIME_TIME && t->first == sentence_at(s, t->first)->first; // 19:00 - of a running report
    if ((!kb_time_dates(s, t) && !stamp) || t->granularity < KB_GRAN_DAY || t->date.day == 0)
        return false;
    int32_t age = kb_day_number(s->today) - kb_day_number(t->date);
    if (age < 0 || age > PASSAGE_DAYS)
        return false;
    if (stamp)
        return true;
    const kb_draft *noun = kb_noun_of_time(s, t);
    if (noun && (kb_dates_another(s, noun->match.word) || noun->status != KB_ACTUAL))
        return false;
    uint32_t verb = kb_verb_of_time(s, t);
    if (verb == KB_NONE)
        return t->first == sentence_at(s, t->first)->first;
    return !s->c->verbs[verb].relative && !kb_dates_another(s, s->c->verbs[verb].word);
}

static bool day_of_speech(const kb_stage *s, const kb_time *t)
{
    uint32_t verb = kb_verb_of_time(s, t);
    return verb != KB_NONE && (token(s, s->c->verbs[verb].word)->features & KB_F_SPEECH);
}

// Whether the article names the day of publication as one of which it tells.
static bool tells_today(const kb_stage *s)
{
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (tells_day(s, t) && kb_day_number(t->date) == kb_day_number(s->today))
            return true;
    }
    return false;
}

// The time that says of which day the passage tells at a word: the last one before it in its paragraph, or else the first of the lead, there
// rather that of an act than that of its announcement. What is said of an event has the day of the lead only where the article tells nothing of today.
const kb_time *kb_day_of_passage(const kb_stage *s, uint32_t word, bool said)
{
    const kb_time *lead = NULL, *last = NULL;
    uint32_t paragraph = sentence_at(s, word)->paragraph, lead_paragraph = KB_NONE;
    for (uint32_t i = 0; i < s->layers->sentence_count && lead_paragraph == KB_NONE; i++) {
        if (s->layers->sentences[i].kind == KB_PROSE || s->layers->sentences[i].kind == KB_LIVE)
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
    // A reaction that comes later in the paragraph need not be of the day that it told first.
    if (said && last && s->layers->words[last->first].sentence + 1 < s->layers->words[word].sentence)
        last = NULL;
    return last || (said && tells_today(s)) ? last : lead;
}

// كان قد وافق: before what the passage tells, on no day that it names.
static bool pluperfect(const kb_stage *s, const kb_match *m)
{
    const kb_sentence *sentence = sentence_at(s, m->word);
    if (!m->verbal || m->word == sentence->first || token(s, m->word - 1)->form != s->c->function_words[KB_FW_QAD])
        return false;
    for (uint32_t w = m->word - 1; w > sentence->first && token(s, w - 1)->mark != KB_MARK_STOP; w--) {
        const kb_token *t = token(s, w - 1);
        if (t->pos == KB_POS_VERB)
            return t->best && t->best->lemma == s->c->kan;
    }
    return false;
}

// Negotiations that something came after went on for days.
static void coarsen_talks(kb_stage *s, kb_draft *d)
{
    if (kb_are_talks(&d->match) && d->date_from > KB_DATE_FROM_CLAUSE && d->granularity == KB_GRAN_DAY &&
        !d->match.verbal && kb_dates_another(s, d->match.word))
        kb_date_coarsen(d, KB_GRAN_MONTH);
}

// اعتقلت الشرطة خلال المظاهرات التي جرت الخميس: what happens in the course of a dated event is of its day.
static bool date_of_course(kb_stage *s, kb_draft *d)
{
    const kb_draft *best = NULL;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_draft *o = &s->drafts.at[i];
        bool behind = o->sentence == d->sentence && o->match.word > d->match.word &&
                      o->date_from == KB_DATE_FROM_CLAUSE && o->date.day &&
                      kb_link_of(s, o->match.word) == KB_LINK_MEANWHILE;
        for (uint32_t w = d->match.word + 1; behind && w < o->match.word; w++)
            behind = s->c->verb_of[w] == KB_NONE;
        if (behind && (!best || o->match.word < best->match.word))
            best = o;
    }
    if (!best)
        return false;
    d->date = best->date;
    d->granularity = best->granularity;
    d->date_from = KB_DATE_FROM_SENTENCE;
    d->date_word = best->date_word;
    return true;
}

void kb_dates_complete(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++)
        coarsen_talks(s, &s->drafts.at[i]);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (d->merged != KB_NONE || d->date.year || d->status != KB_ACTUAL || d->asserted < 0 || d->undatable ||
            pluperfect(s, &d->match) || date_of_course(s, d))
            continue;
        const kb_time *t = kb_day_of_passage(s, d->match.word, kb_type_is_verbal(d->match.type));
        if (t) {
            kb_date_set(d, t, KB_DATE_FROM_PARAGRAPH);
        } else {
            d->date = s->today;
            d->granularity = KB_GRAN_DAY;
            d->date_from = KB_DATE_FROM_PUBLICATION;
        }
        coarsen_talks(s, d);
    }
}
