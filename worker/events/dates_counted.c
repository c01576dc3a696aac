// Events from which the text counts: بعد يومين من اغتيال, غداة هجوم, لم يمض يوم على توقيع, بعد أقل من ثلاثة أشهر على زيارة. What the count
// starts from is the day of the clause, of its passage, or else of publication.
#include "events/stage.h"

#include <stdlib.h>

enum { COUNT_REACH = 8, TALKS_REACH = 5, LONG_TALKS = 20 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// A count of days or, where `months` is not 0, of months; a year has twelve.
typedef struct count {
    int days, months;
    bool years;
} count;

// P2D, PT24H, P3M; false for vague ones (PXD).
static bool count_of(kb_str value, count *ret)
{
    char text[16];
    if (value.n < 3 || value.n >= sizeof text || value.p[0] != 'P')
        return false;
    memcpy(text, value.p + 1, value.n - 1);
    text[value.n - 1] = '\0';
    bool clock = text[0] == 'T';
    char *unit;
    long n = strtol(text + clock, &unit, 10);
    if (unit != text + clock && unit[0] == '.') // PT2.5H
        unit += strspn(unit, ".0123456789");
    if (unit == text + clock || unit[0] == '\0' || unit[1] != '\0' || n < 1 || n > 5000)
        return false;
    *ret = (count){0};
    if (clock)
        ret->days = unit[0] == 'H' ? (int)n / 24 : 0;
    else if (unit[0] == 'D' || unit[0] == 'W')
        ret->days = (int)n * (unit[0] == 'W' ? 7 : 1);
    else
        ret->months = (int)n * (unit[0] == 'Y' ? 12 : 1);
    ret->years = unit[0] == 'Y';
    return clock || ret->days || ret->months;
}

// The duration that ends right before word `w`, or NULL.
static const kb_time *duration_before(const kb_stage *s, uint32_t w)
{
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (t->kind == KB_TIME_DURATION && t->end == w)
            return t;
    }
    return NULL;
}

static bool is_any(const kb_stage *s, uint32_t w, kb_fw a, kb_fw b)
{
    return token(s, w)->form == s->c->function_words[a] || token(s, w)->form == s->c->function_words[b];
}

// How far before (days < 0) or after the clause the noun's event was; *ret_from: the first word of the count. False where the text does not count.
static bool counts_from(const kb_stage *s, uint32_t word, count *ret, uint32_t *ret_from)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[word].sentence];
    uint32_t low = word > sentence->first + COUNT_REACH ? word - COUNT_REACH : sentence->first;
    kb_lemma eve = s->c->function_words[KB_FW_EVE], morrow = s->c->function_words[KB_FW_MORROW];
    const kb_time *length = NULL;
    for (uint32_t w = word; w > low; w--) {
        const kb_token *t = token(s, w - 1);
        if (t->pos == KB_POS_PUNCT || (s->c->verb_of[w - 1] != KB_NONE && !kb_token_is(t, KB_WORDS_ELAPSED)))
            return false;
        if (!length && w - 1 > sentence->first &&
            (is_any(s, w - 1, KB_FW_MIN, KB_FW_ALA) || t->form == s->c->function_words[KB_FW_AAN]))
            length = duration_before(s, w - 1);
        *ret_from = w - 1;
        if (!length && (t->form == eve || t->form == morrow)) {
            *ret = (count){.days = t->form == eve ? 1 : -1};
            return true;
        }
        bool before = t->form == s->c->function_words[KB_FW_QABL];
        if (length && (before || t->form == s->c->function_words[KB_FW_BAADA] || kb_token_is(t, KB_WORDS_ELAPSED))) {
            if (!count_of(length->value, ret))
                return false;
            ret->days *= before ? 1 : -1;
            ret->months *= before ? 1 : -1;
            return true;
        }
    }
    return false;
}

// وجاء الهجوم غداة اتهام: the day of what the sentence takes up before word `from`, where an earlier mention tells it; or a date without a year.
static kb_date day_taken_up(const kb_stage *s, uint32_t sentence, uint32_t from)
{
    const char *type = NULL;
    for (uint32_t i = s->drafts.n; i > 0; i--) {
        const kb_draft *d = &s->drafts.at[i - 1];
        bool taken_up = d->sentence == sentence && d->match.word < from && !d->match.verbal &&
                        (token(s, d->match.word)->proclitics & KB_CLITIC_AL);
        if (taken_up && !type)
            type = d->match.type;
        else if (type && d->sentence < sentence && d->date_from == KB_DATE_FROM_CLAUSE && d->date.day &&
                 strcmp(d->match.type, type) == 0 && d->status == KB_ACTUAL)
            return d->date;
    }
    return (kb_date){0};
}

// The day of the verb before which or behind which the count stands, of the passage, or of publication.
static kb_date anchor_of(const kb_stage *s, uint32_t word, uint32_t from, bool *ret_told)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[word].sentence];
    const kb_time *best = NULL, *described = NULL;
    for (uint32_t i = 0; i < s->layers->time_count; i++) {
        const kb_time *t = &s->layers->times[i];
        if (t->first < sentence->first || t->end > from || !kb_time_dates(s, t) || !t->date.day)
            continue;
        uint32_t verb = kb_verb_of_time(s, t);
        *(verb != KB_NONE && s->c->verbs[verb].relative ? &described : &best) = t;
    }
    best = best ? best : described;
    kb_date taken_up = best ? (kb_date){0} : day_taken_up(s, s->layers->words[word].sentence, from);
    *ret_told = best != NULL;
    if (taken_up.year)
        return taken_up;
    if (!best)
        best = kb_day_of_passage(s, sentence->first, false);
    return best ? best->date : s->today;
}

static void set(kb_draft *d, kb_date anchor, count n, bool told)
{
    if (n.months) {
        int month = anchor.year * 12 + anchor.month - 1 + n.months;
        d->date = (kb_date){.year = (int16_t)(month / 12), .month = (uint8_t)(n.years ? 0 : month % 12 + 1)};
        d->granularity = n.years ? KB_GRAN_YEAR : KB_GRAN_MONTH;
    } else {
        d->date = kb_date_of_day(kb_day_number(anchor) + n.days);
        d->granularity = KB_GRAN_DAY;
    }
    d->date_from = told ? KB_DATE_FROM_CLAUSE : KB_DATE_FROM_SENTENCE;
}

// بعد مفاوضات استمرت ثلاثة أيام: what went on for days began so long before its end; *ret_long: so long that its days can't be told.
static bool lasted(const kb_stage *s, const kb_match *m, count *ret, bool *ret_long)
{
    const kb_sentence *sentence = &s->layers->sentences[s->layers->words[m->word].sentence];
    for (uint32_t w = m->end; w < sentence->end && w < m->end + TALKS_REACH; w++) {
        if (token(s, w)->pos == KB_POS_PUNCT)
            return false;
        if (!kb_token_is(token(s, w), KB_WORDS_LASTING))
            continue;
        for (uint32_t i = 0; i < s->layers->time_count; i++) {
            const kb_time *t = &s->layers->times[i];
            if (t->kind != KB_TIME_DURATION || t->first <= w || t->first > w + 3)
                continue;
            count n;
            if (!count_of(t->value, &n) || n.days == 1) // يوما إضافيا
                return false;
            *ret = (count){.days = n.days ? 1 - n.days : 0};
            *ret_long = n.months || n.days > LONG_TALKS;
            return true;
        }
    }
    return false;
}

bool kb_date_counted(kb_stage *s, kb_draft *d)
{
    count n;
    uint32_t from;
    if (d->match.verbal || d->match.state)
        return false;
    bool told, too_long = false;
    if (kb_link_of(s, d->match.word) == KB_LINK_APART && lasted(s, &d->match, &n, &too_long)) {
        from = d->match.word;
        kb_date end = anchor_of(s, d->match.word, from, &told);
        if (!too_long)
            set(d, end, n, told);
        d->undatable = too_long;
        d->date_word = from;
        return true;
    }
    if (!counts_from(s, d->match.word, &n, &from))
        return false;
    kb_date anchor = anchor_of(s, d->match.word, from, &told);
    // بعد خمسة أيام من المحادثات: so long they went on
    bool went_on = kb_are_talks(&d->match) && d->match.word > 0 &&
                   token(s, d->match.word - 1)->form == s->c->function_words[KB_FW_MIN];
    set(d, anchor, n, told);
    if (went_on && d->date.day) {
        d->date.day = 0;
        d->granularity = KB_GRAN_MONTH;
    }
    d->date_word = from;
    return true;
}
