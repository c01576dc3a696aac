#include "khabar/times.h"
#include "khabar/calendar.h"
#include "khabar/extract.h"
#include "khabar/normalize.h"
#include "khabar/numbers.h"
#include "khabar/zones.h"
#include "timematch.h"

enum {
    FUTURE_WINDOW = 9
}; // words to either side in which a word of the future colours a date without a year or a weekday

static const kb_word *word_at(const kb_time_matcher *m, uint32_t at)
{
    return &m->layers->words[at];
}

// Tense of the clause around the words: +1 future (سوف, a verb with س, المقرر …), -1 a verb of the past stands before, 0 nothing tells.
static int tense(const kb_time_matcher *m, uint32_t first, uint32_t end)
{
    int before = 0;
    uint32_t from = first > m->first + FUTURE_WINDOW ? first - FUTURE_WINDOW : m->first;
    uint32_t to = end + FUTURE_WINDOW / 2 < m->end ? end + FUTURE_WINDOW / 2 : m->end;
    for (uint32_t i = first; i-- > from;) { // the nearest verb before decides
        const kb_word *word = word_at(m, i);
        kb_lexeme hit;
        if (kb_time_lexeme(m, i, KB_TC_FUTURE, true, &hit))
            return 1;
        if (word->kind != KB_WORD_ARABIC || word->analysis_count == 0 || word->analyses[0].pos != KB_POS_VERB)
            continue;
        if (word->analyses[0].proclitics & KB_CLITIC_SA)
            return 1;
        if (word->analyses[0].known && (word->analyses[0].features & KB_F_PAST)) {
            before = -1;
            break;
        }
    }
    for (uint32_t i = end; i < to && before == 0; i++) {
        const kb_word *word = word_at(m, i);
        kb_lexeme hit;
        if (word->kind == KB_WORD_PUNCT)
            break;
        if (kb_time_lexeme(m, i, KB_TC_FUTURE, true, &hit))
            return 1;
        if (word->kind == KB_WORD_ARABIC && word->analysis_count && (word->analyses[0].proclitics & KB_CLITIC_SA))
            return 1;
    }
    return before;
}

// Whether the verb before tells in the present what is to come (تبدأ المناورات الاثنين): no word of speech, not after كان or لم.
static bool in_present(const kb_time_matcher *m, uint32_t first)
{
    uint32_t from = first > m->first + FUTURE_WINDOW ? first - FUTURE_WINDOW : m->first;
    for (uint32_t i = first; i-- > from;) {
        const kb_word *word = word_at(m, i);
        const kb_analysis *a = word->analysis_count ? &word->analyses[0] : NULL;
        if (word->kind != KB_WORD_ARABIC || !a || a->pos != KB_POS_VERB || !a->known)
            continue;
        bool subordinate = i > m->first && kb_str_is(word_at(m, i - 1)->form, "ان"); // قبل أن يعود الأربعاء
        return (a->features & KB_F_PRES) && !(a->features & (KB_F_JUSS | KB_F_SPEECH)) && !subordinate;
    }
    return false;
}

// Whether the word before makes an end of it: حتى 29 مايو, but not من 5 إلى 29 مايو.
static bool is_end(const kb_time_matcher *m, uint32_t first, uint32_t last_end)
{
    kb_lexeme hit;
    return first > m->first && last_end + 1 != first && kb_time_lexeme(m, first - 1, KB_TC_UNTIL, true, &hit) &&
           hit.words == 1;
}

// The zone named behind a clock time (بتوقيت القاهرة, ت غ, perhaps in brackets), or NULL. It is read, but is no part of the span.
static const char *zone_at(const kb_time_matcher *m, uint32_t at)
{
    kb_lexeme hit;
    if (at < m->end && kb_str_is(word_at(m, at)->form, "("))
        at++;
    bool named = kb_time_lexeme(m, at, KB_TC_ZONEWORD, true, &hit);
    at += named ? hit.words : 0;
    if (at >= m->end || !kb_lexeme_find(&m->zone_words, at, m->end, false, 0, 0, &hit))
        return NULL;
    const char *name = kb_zone_of_key(m->lexicon, hit.value);
    return named || (name && strcmp(name, KB_ZONE_UTC) == 0) ? name
                                                             : NULL; // others are places, and no zones by themselves
}

// A word that can begin a time expression at all: spares most words the patterns.
static bool may_begin(const kb_time_matcher *m, uint32_t at)
{
    return word_at(m, at)->kind == KB_WORD_NUMBER || m->words.first[at] < m->words.first[at + 1] ||
           kb_number_at(m->layers, at);
}

// Whether منذ governs the date: before it, or before a nominal phrase that it ends (منذ هجوم السابع من أكتوبر).
static bool has_begun(const kb_time_matcher *m, uint32_t first, uint32_t last_end)
{
    enum { REACH = 5 };
    for (uint32_t i = first; i-- > m->first && i + REACH >= first && i >= last_end;) {
        kb_lexeme hit;
        const kb_word *word = word_at(m, i);
        if (kb_time_lexeme(m, i, KB_TC_SINCE, true, &hit))
            return true;
        bool verb = word->analysis_count && word->analyses[0].pos == KB_POS_VERB;
        bool other = kb_time_lexeme(m, i, KB_TC_UNIT, true, &hit) || kb_time_lexeme(m, i, KB_TC_UNTIL, true, &hit) ||
                     kb_str_is(word->form, "الان"); // منذ سنوات, منذ … حتى, منذ الآن
        if (word->kind != KB_WORD_ARABIC || verb || other)
            return false;
    }
    return false;
}

// Takes a day that is named right behind a clock time into it, which has its date and part of day from there: الثامنة مساء الأحد, الخامسة من عصر
// اليوم. False where none is named.
static bool take_day(const kb_time_matcher *m, kb_time_anchor *anchor, kb_arena *arena, kb_time_match *clock)
{
    enum { NIGHT = 5 }; // as PART in times.tsv
    uint32_t at = clock->end;
    if (KB_TIME_HAS(&clock->fields, KB_TC_MIDNIGHT))
        return false;
    at += at < m->end && kb_str_is(word_at(m, at)->form, "من");
    if (at >= m->end || !may_begin(m, at))
        return false;
    kb_time_match day = kb_time_match_at(m, at);
    kb_time date = {.kind = KB_TIME_DATE};
    if (day.end == 0 || day.skip || day.rule->kind != KB_TIME_DATE || KB_TIME_HAS(&day.fields, KB_TC_AGO) ||
        !kb_time_resolve(&day.fields, anchor, arena, &date) || date.date.day == 0 || date.granularity < KB_GRAN_DAY)
        return false;
    int part = KB_TIME_HAS(&day.fields, KB_TC_RELNIGHT) ? NIGHT : day.fields.part;
    clock->fields.part = clock->fields.part ? clock->fields.part : part;
    clock->end = day.end;
    anchor->previous = anchor->clause = date.date;
    return true;
}

// The day that stands before `with` in a row of days of one month, from which *ret takes month and year: بين السادس والعاشر من آذار, 5 و6 مارس.
static bool coordinated_day(const kb_time_matcher *m, const kb_time *with, kb_arena *arena, kb_time *ret)
{
    kb_lexeme mark;
    uint32_t at = with->first, skip = 0, end;
    bool joined = kb_str_starts(word_at(m, at)->form, KB_STR("و"));
    if (with->granularity != KB_GRAN_DAY || with->date.day == 0 || at < m->first + 2)
        return false;
    if (!joined && (!kb_time_lexeme(m, at - 1, KB_TC_TO, false, &mark) || at < m->first + 3))
        return false;
    end = joined ? at : at - 1;
    int day = 0;
    uint32_t taken = 0;
    for (at = end - 1; at > m->first && end - at < 4; at--) { // an ordinal may have three words
        taken = kb_time_small_number(m, at, 31, false, &day, &skip);
        if (taken && at + taken == end)
            break;
        taken = 0;
    }
    if (!taken || day >= with->date.day)
        return false;
    *ret = *with;
    ret->first = at;
    ret->end = end;
    ret->start = word_at(m, at)->start + skip;
    ret->end_byte = word_at(m, end - 1)->end;
    ret->date.day = (uint8_t)day;
    ret->value = kb_arena_printf(arena, "%04d-%02d-%02d", ret->date.year, ret->date.month, day);
    return ret->value.p != NULL;
}

// Word behind what may be the member before `with` in a row of times (آذار in آذار ونيسان 2024), or 0.
static uint32_t row_before(const kb_time_matcher *m, const kb_time *with)
{
    kb_lexeme mark;
    uint32_t at = with->first;
    if (at <= m->first + 1)
        return at == m->first + 1 && kb_str_starts(word_at(m, at)->form, KB_STR("و")) ? at : 0;
    if (kb_time_lexeme(m, at - 1, KB_TC_TO, false, &mark))
        return at - 1;
    return kb_str_starts(word_at(m, at)->form, KB_STR("و")) ? at : 0;
}

// The month that stands before `with` in a row and has its year from there: بين مارس وأغسطس 2023, يونيو ويوليو الماضيين.
static bool coordinated_month(const kb_time_matcher *m, const kb_time_anchor *anchor, const kb_time *with,
                              kb_arena *arena, kb_time *ret)
{
    uint32_t end = with->granularity == KB_GRAN_MONTH ? row_before(m, with) : 0;
    kb_lexeme month;
    for (uint32_t at = end; at > m->first && end - at < 2;) {
        at--;
        bool named =
            kb_time_lexeme(m, at, KB_TC_MONTH, true, &month) || kb_time_lexeme(m, at, KB_TC_MONTHW, true, &month);
        if (!named || at + month.words != end || month.value >= with->date.month)
            continue;
        kb_time_fields fields = {.month = month.value, .year = with->date.year};
        *ret = *with;
        ret->first = at;
        ret->end = end;
        ret->start = kb_word_byte(&m->layers->text, word_at(m, at), month.skip);
        ret->end_byte = word_at(m, end - 1)->end;
        return kb_time_resolve(&fields, anchor, arena, ret);
    }
    return false;
}

typedef KB_VEC(kb_time) times;

// A month before `time` gets its year; a weekday before one of the week to come is of that week: يومي الأربعاء والخميس المقبلين.
static bool share(const kb_time_matcher *m, const kb_time_anchor *anchor, const kb_time *time, kb_arena *arena,
                  times *all)
{
    kb_time *before = all->n ? &all->at[all->n - 1] : NULL, month;
    if (coordinated_month(m, anchor, time, arena, &month)) {
        if (before && before->end == month.end && strcmp(before->rule, "month") == 0) {
            *before = month;
        } else if (!before || before->end <= month.first) {
            kb_time *slot = KB_PUSH(arena, all);
            if (!slot)
                return false;
            *slot = month;
        }
    }
    bool days_of_months = before && before->end == row_before(m, time) && strcmp(before->rule, "day-month") == 0 &&
                          strcmp(time->rule, "day-month-year") == 0 && before->date.month <= time->date.month;
    if (days_of_months) { // بين 30 يونيو و11 يوليو 2012
        before->date.year = time->date.year;
        before->value =
            kb_arena_printf(arena, "%04d-%02d-%02d", before->date.year, before->date.month, before->date.day);
    }
    bool weekdays = before && before->end == row_before(m, time) && strcmp(before->rule, "weekday") == 0 &&
                    strcmp(time->rule, "weekday") == 0;
    int32_t days = weekdays ? kb_days_of(time->date) - kb_days_of(before->date) : 0;
    if (days > 7 && kb_days_of(time->date) > anchor->today) {
        kb_str part = kb_str_sub(before->value, 10, before->value.n); // behind YYYY-MM-DD
        before->date = kb_date_of(kb_days_of(before->date) + 7);
        before->value = kb_arena_printf(arena, "%04d-%02d-%02d" KB_PRI, before->date.year, before->date.month,
                                        before->date.day, KB_ARG(part));
    }
    return true;
}

static bool is_day_cue(const kb_time_matcher *m, uint32_t at)
{
    kb_lexeme hit;
    return at > m->first && kb_time_lexeme(m, at - 1, KB_TC_DAYCUE, true, &hit) && hit.words == 1;
}

// Adds `time`, and before it the days that share its month where a cue opens the row.
static bool add_row(const kb_time_matcher *m, kb_arena *arena, const kb_time *time, times *all)
{
    enum { MOST = 6 };
    kb_time row[MOST];
    uint32_t n = 0;
    row[n++] = *time;
    while (n < MOST && coordinated_day(m, &row[n - 1], arena, &row[n]))
        n++;
    if (n > 1) {
        const kb_time *first = &row[n - 1];
        uint32_t floor = all->n ? all->at[all->n - 1].end : 0;
        if (!is_day_cue(m, first->first) || first->first < floor)
            n = 1;
    }
    while (n > 0) {
        kb_time *slot = KB_PUSH(arena, all);
        if (!slot)
            return false;
        *slot = row[--n];
    }
    return true;
}

// What the clause around the words first to end says of past and future; last_end is the end of the time before.
static void set_direction(const kb_time_matcher *m, uint32_t first, uint32_t end, uint32_t last_end,
                          kb_time_anchor *anchor)
{
    int when = tense(m, first, end);
    anchor->since = has_begun(m, first, last_end);
    anchor->future = when > 0 && !anchor->since;
    anchor->past = when < 0 || anchor->since;
    anchor->present = when == 0 && !anchor->since && in_present(m, first);
    anchor->until = is_end(m, first, last_end);
}

static kb_status run_sentence(kb_time_matcher *m, kb_arena *arena, kb_time_anchor *anchor, times *all, kb_error *error)
{
    anchor->clause = (kb_date){0};
    for (uint32_t at = m->first; at < m->end;) {
        kb_time_match f = may_begin(m, at) ? kb_time_match_at(m, at) : (kb_time_match){.end = 0};
        if (f.end == 0) {
            at++;
            continue;
        }
        set_direction(m, at, f.end, all->n ? all->at[all->n - 1].end : 0, anchor);
        kb_time time = {.first = at, .kind = f.rule->kind, .rule = f.rule->name};
        time.names_date = time.kind == KB_TIME_DATE;
        if (time.kind == KB_TIME_TIME) {
            time.names_date = take_day(m, anchor, arena, &f);
            f.fields.zone = zone_at(m, f.end);
        }
        time.end = f.end;
        time.start = word_at(m, at)->start + f.skip;
        time.end_byte = word_at(m, f.end - 1)->end;
        if (!kb_time_resolve(&f.fields, anchor, arena, &time)) {
            at++;
            continue;
        }
        if (!share(m, anchor, &time, arena, all) || !add_row(m, arena, &time, all))
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for times");
        if (time.kind == KB_TIME_DATE && time.granularity >= KB_GRAN_DAY)
            anchor->previous = anchor->clause = time.date;
        at = f.end;
    }
    return KB_OK;
}

kb_status kb_times_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    kb_time_matcher m = {.lexicon = lexicon, .layers = layers, .images = lexicon->image_count};
    kb_lexemes lexemes = kb_lexemes_open(lexicon, KB_TIMES_SECTION);
    kb_status scanned = kb_lexemes_scan(&lexemes, arena, layers, &m.words, error);
    if (scanned != KB_OK)
        return scanned;
    m.classes = kb_time_classes_of(arena, layers, &m.words);
    if (!m.classes)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for times");
    kb_lexemes zones = kb_lexemes_open(lexicon, KB_ZONES_SECTION);
    scanned = kb_lexemes_scan(&zones, arena, layers, &m.zone_words, error);
    if (scanned != KB_OK)
        return scanned;
    for (uint32_t i = 0; i < m.images; i++) {
        kb_str section = kb_image_section(&lexicon->images[i], KB_TIME_RULES_SECTION);
        m.rules[i] = (const kb_time_rule *)(const void *)section.p;
        m.rule_counts[i] = (uint32_t)(section.n / sizeof(kb_time_rule));
    }
    int64_t local = kb_local_time(lexicon, layers->article);
    int64_t day = local / 86400 - (local % 86400 < 0);
    kb_time_anchor anchor = {.today = (int32_t)day, .second = (int32_t)(local - day * 86400), .lexicon = lexicon};
    times all = {0};
    for (uint32_t s = 0; s < layers->sentence_count; s++) {
        m.first = layers->sentences[s].first;
        m.end = layers->sentences[s].end;
        kb_status status = run_sentence(&m, arena, &anchor, &all, error);
        if (status != KB_OK)
            return status;
    }
    layers->times = all.at;
    layers->time_count = all.n;
    return KB_OK;
}
