#include "khabar/times.h"
#include "khabar/calendar.h"
#include "khabar/extract.h"
#include "khabar/lexemes.h"
#include "khabar/normalize.h"
#include "khabar/numbers.h"
#include "timerules.h"

#include <math.h>

enum {
    FUTURE_WINDOW = 9
}; // words to either side in which a word of the future colours a date without a year or a weekday

typedef struct matcher {
    const kb_layers *layers;
    kb_lexeme_index words;
    const kb_time_rule *rules[KB_IMAGE_MAX];
    uint32_t rule_counts[KB_IMAGE_MAX];
    uint32_t images;
    uint32_t first, end; // of the sentence
} matcher;

typedef struct found {
    uint32_t end;  // word behind the match, 0: none
    uint32_t skip; // proclitic bytes of the first word
    kb_time_fields fields;
    const kb_time_rule *rule;
} found;

static const kb_word *word_at(const matcher *m, uint32_t at)
{
    return &m->layers->words[at];
}

static bool tight(const matcher *m, uint32_t at)
{
    return at < m->end && !word_at(m, at)->space_before;
}

// ---------------------------------------------------------------- number items: each returns the words taken, 0 for none

static bool small_digits(kb_str form, unsigned most_digits, int *ret)
{
    if (form.n == 0 || form.n > most_digits)
        return false;
    int value = 0;
    for (size_t i = 0; i < form.n; i++) {
        if (form.p[i] < '0' || form.p[i] > '9')
            return false;
        value = value * 10 + (form.p[i] - '0');
    }
    *ret = value;
    return true;
}

// Digits of the word at `at`, behind a proclitic where it is the first of a match (بـ2021 reads as one word in some papers).
static uint32_t digits(const matcher *m, uint32_t at, unsigned most_digits, int *ret)
{
    return word_at(m, at)->kind == KB_WORD_NUMBER && small_digits(word_at(m, at)->form, most_digits, ret) ? 1 : 0;
}

static uint32_t ordinal_or_small(const matcher *m, uint32_t at, int most, bool words, int *ret, uint32_t *skip)
{
    uint32_t n = digits(m, at, 2, ret);
    const kb_number *number = n ? NULL : kb_number_at(m->layers, at);
    if (number && !number->counts_noun && number->value <= most &&
        (number->kind == KB_ORDINAL || (words && number->kind == KB_CARDINAL))) {
        *ret = (int)number->value;
        n = number->end - at;
        *skip = number->start_byte - word_at(m, at)->start;
    }
    return n && *ret >= 1 && *ret <= most ? n : 0;
}

static uint32_t year(const matcher *m, uint32_t at, int low, int high, int *ret)
{
    int value;
    if (digits(m, at, 4, &value) && word_at(m, at)->form.n == 4 && value >= low && value <= high) {
        *ret = value;
        return 1;
    }
    const kb_number *number = kb_number_at(m->layers, at);
    if (number && number->kind == KB_CARDINAL && !number->counts_noun && word_at(m, at)->kind == KB_WORD_ARABIC &&
        number->value >= low && number->value <= high && number->end > at + 1) { // ألفين وأربعة عشر
        *ret = (int)number->value;
        return number->end - at;
    }
    return 0;
}

// 21:30 as one word or as three.
static uint32_t clock(const matcher *m, uint32_t at, kb_time_fields *f)
{
    kb_str form = word_at(m, at)->form;
    const char *colon = memchr(form.p, ':', form.n);
    uint32_t taken = 0;
    if (colon) {
        kb_str hour = {form.p, (size_t)(colon - form.p)}, minute = kb_str_sub(form, hour.n + 1, form.n);
        taken = minute.n == 2 && small_digits(hour, 2, &f->hour) && small_digits(minute, 2, &f->minute) ? 1 : 0;
    } else if (at + 2 < m->end && tight(m, at + 1) && tight(m, at + 2) && kb_str_is(word_at(m, at + 1)->form, ":") &&
               digits(m, at, 2, &f->hour) && digits(m, at + 2, 2, &f->minute)) {
        taken = word_at(m, at + 2)->form.n == 2 ? 3 : 0;
    }
    return f->hour <= 24 && f->minute <= 59 ? taken : 0;
}

// 2024-08-01, 1/8/2024, 01.08.2024, as one word or as five.
static uint32_t iso(const matcher *m, uint32_t at, kb_time_fields *f)
{
    char text[16];
    size_t n = 0;
    uint32_t i = at;
    for (; i < m->end && i < at + 5; i++) {
        const kb_word *word = word_at(m, i);
        bool mark = word->form.n == 1 && strchr("-/.", word->form.p[0]);
        if ((i > at && word->space_before) || (word->kind != KB_WORD_NUMBER && !mark) ||
            n + word->form.n >= sizeof text)
            break;
        memcpy(text + n, word->form.p, word->form.n);
        n += word->form.n;
    }
    int part[3] = {0}, count = 0;
    size_t width[3] = {0};
    for (size_t k = 0; k < n; k++) {
        if (text[k] >= '0' && text[k] <= '9') {
            part[count] = part[count] * 10 + (text[k] - '0');
            if (++width[count] > 4)
                return 0;
        } else if (width[count] == 0 || ++count > 2) {
            return 0;
        }
    }
    if (count != 2)
        return 0;
    bool year_first = width[0] == 4 && width[1] <= 2 && width[2] >= 1 && width[2] <= 2;
    bool year_last = width[2] == 4 && width[0] <= 2 && width[1] <= 2;
    if (!year_first && !year_last)
        return 0;
    f->year = part[year_first ? 0 : 2];
    f->month = part[1];
    f->day = part[year_first ? 2 : 0];
    return f->month >= 1 && f->month <= 12 && f->day >= 1 && f->day <= 31 && f->year >= 1900 && f->year < 2200 ? i - at
                                                                                                               : 0;
}

// ---------------------------------------------------------------- items

static bool lexical(const matcher *m, uint32_t at, unsigned class, bool first, kb_lexeme *ret)
{
    return kb_lexeme_find(&m->words, at, m->end, first, class, class, ret);
}

// A month, also named twice: أيلول/سبتمبر, شباط (فبراير).
static uint32_t any_month(const matcher *m, uint32_t at, bool first, bool weak, int *ret, uint32_t *skip)
{
    kb_lexeme hit, again;
    if (!lexical(m, at, KB_TC_MONTH, first, &hit) && (!weak || !lexical(m, at, KB_TC_MONTHW, first, &hit)))
        return 0;
    *ret = hit.value;
    *skip = hit.skip;
    uint32_t taken = hit.words, i = at + taken;
    if (i + 1 >= m->end)
        return taken;
    bool bracket = kb_str_is(word_at(m, i)->form, "(");
    if (!bracket && !kb_str_is(word_at(m, i)->form, "/") && !kb_str_is(word_at(m, i)->form, "-"))
        return taken;
    if ((!lexical(m, i + 1, KB_TC_MONTH, false, &again) && !lexical(m, i + 1, KB_TC_MONTHW, false, &again)) ||
        again.value != hit.value)
        return taken;
    taken += 1u + again.words;
    if (bracket && at + taken < m->end && kb_str_is(word_at(m, at + taken)->form, ")"))
        taken++;
    return taken;
}

// A word that goes on the phrase of an indefinite noun before it: a noun or adjective without article, a number.
static bool nominal(const matcher *m, uint32_t at)
{
    if (at >= m->end)
        return false;
    const kb_word *word = word_at(m, at);
    if (word->kind == KB_WORD_NUMBER || word->kind == KB_WORD_LATIN)
        return true;
    if (word->kind != KB_WORD_ARABIC || word->analysis_count == 0)
        return false;
    const kb_analysis *a = &word->analyses[0];
    bool joined = (a->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA)) != 0;
    return a->known && !joined &&
           (a->pos == KB_POS_NOUN || a->pos == KB_POS_ADJ || a->pos == KB_POS_NAME || a->pos == KB_POS_NUM);
}

static void take_lexeme(kb_time_fields *f, unsigned class, int value)
{
    switch (class) {
    case KB_TC_WEEKDAY:
        f->weekday = value;
        break;
    case KB_TC_MONTH:
    case KB_TC_MONTHW:
        f->month = value;
        break;
    case KB_TC_HMONTH:
        f->hmonth = value;
        break;
    case KB_TC_PART:
    case KB_TC_PARTADV:
        f->part = value;
        break;
    case KB_TC_DAYWORD:
        f->part = value ? value : f->part;
        break;
    case KB_TC_REL:
    case KB_TC_RELNIGHT:
        f->rel = value;
        break;
    case KB_TC_SAME:
        f->same = value;
        break;
    case KB_TC_DEIX:
        f->deix = value;
        break;
    case KB_TC_LASTOF:
        f->lastof = value;
        break;
    case KB_TC_UNITDUAL:
        f->number = 2;
        f->unit = value;
        break;
    case KB_TC_UNIT:
    case KB_TC_UNITDEF:
    case KB_TC_UNITPL:
    case KB_TC_UNITACC:
        f->unit = value;
        break;
    case KB_TC_FIRSTDAY:
        f->day = 1;
        break;
    case KB_TC_SEASON:
        f->season = value;
        break;
    case KB_TC_DECADE:
        f->decade = value;
        break;
    case KB_TC_FRACTION:
        f->fraction = value;
        break;
    case KB_TC_HALFOF:
        f->half = value;
        break;
    case KB_TC_ZONE:
        f->zone = value;
        break;
    default:
        break;
    }
}

// Words that class takes at `at` (0: it is not there); fills the fields, and `skip` where proclitics of a first word stay outside.
static uint32_t take_class(const matcher *m, unsigned class, uint32_t at, bool first, kb_time_fields *f, uint32_t *skip)
{
    uint32_t taken = 0;
    kb_lexeme hit;
    if (at >= m->end)
        return 0;
    switch (class) {
    case KB_TC_DAY:
        taken = ordinal_or_small(m, at, 31, true, &f->day, skip);
        break;
    case KB_TC_ORDQ:
        taken = ordinal_or_small(m, at, 4, false, &f->order, skip);
        break;
    case KB_TC_HOUR:
        taken = ordinal_or_small(m, at, 24, true, &f->hour, skip);
        break;
    case KB_TC_N:
        taken = ordinal_or_small(m, at, 59, true, &f->minute, skip);
        break;
    case KB_TC_YEAR:
        taken = year(m, at, 1500, 2199, &f->year);
        break;
    case KB_TC_HYEARN:
        taken = year(m, at, 1300, 1499, &f->hyear);
        break;
    case KB_TC_NUM: {
        const kb_number *number = kb_number_at(m->layers, at);
        if (number && number->kind == KB_CARDINAL && !number->counts_noun) {
            f->number = number->value;
            taken = number->end - at;
            *skip = number->start_byte > word_at(m, at)->start ? number->start_byte - word_at(m, at)->start : 0;
        }
        break;
    }
    case KB_TC_CLOCKN:
        taken = clock(m, at, f);
        break;
    case KB_TC_ISO:
        taken = iso(m, at, f);
        break;
    case KB_TC_MONTH:
    case KB_TC_ANYMONTH: {
        uint32_t month_skip = 0;
        taken = any_month(m, at, first, class == KB_TC_ANYMONTH, &f->month, &month_skip);
        if (taken && month_skip)
            *skip = kb_word_byte(&m->layers->text, word_at(m, at), month_skip) - word_at(m, at)->start;
        break;
    }
    case KB_TC_NOMINAL:
        taken = nominal(m, at) ? 1 : 0;
        break;
    case KB_TC_COMMA:
        taken = kb_str_is(word_at(m, at)->form, ",") ? 1 : 0;
        break;
    default:
        if (lexical(m, at, class, first, &hit)) {
            take_lexeme(f, class, hit.value);
            taken = hit.words;
            if (hit.skip)
                *skip = kb_word_byte(&m->layers->text, word_at(m, at), hit.skip) - word_at(m, at)->start;
        }
        break;
    }
    if (taken)
        f->has |= UINT64_C(1) << class;
    return taken;
}

// ---------------------------------------------------------------- patterns

typedef struct state {
    kb_time_fields fields;
    uint32_t skip;
    bool begun; // a word has been taken
} state;

// 2021 و2022: the second year.
static bool follows_year(const matcher *m, uint32_t at)
{
    int before;
    return at >= m->first + 2 && kb_str_is(word_at(m, at - 1)->form, "و") && year(m, at - 2, 1500, 2199, &before);
}

static bool looks_behind(const matcher *m, const kb_time_item *item, uint32_t at)
{
    if (item->classes[0] == KB_TC_YEAR)
        return follows_year(m, at);
    for (uint32_t back = 1; back <= 2 && at >= m->first + back; back++) { // cues of one or two words
        kb_lexeme hit;
        if (lexical(m, at - back, item->classes[0], true, &hit) && hit.words == back)
            return true;
    }
    return false;
}

// Matches items[i…] at word `at`; returns the word behind the match, or 0. Takes optional items where they are there, and steps back.
static uint32_t match(const matcher *m, const kb_time_rule *rule, unsigned i, uint32_t at, state *s)
{
    if (i == rule->count)
        return s->begun ? at : 0;
    const kb_time_item *item = &rule->items[i];
    if (item->behind)
        return looks_behind(m, item, at) ? match(m, rule, i + 1, at, s) : 0;
    for (unsigned k = 0; k < KB_TIME_CHOICES && item->classes[k] != KB_TC_COUNT; k++) {
        state next = *s;
        uint32_t skip = 0, taken = take_class(m, item->classes[k], at, !s->begun, &next.fields, &skip);
        if (item->negative) {
            if (taken)
                return 0;
            continue;
        }
        if (!taken)
            continue;
        if (!s->begun)
            next.skip = skip;
        next.begun = true;
        uint32_t end = match(m, rule, i + 1, at + taken, &next);
        if (end) {
            *s = next;
            return end;
        }
    }
    return item->optional || item->negative ? match(m, rule, i + 1, at, s) : 0;
}

static found best_at(const matcher *m, uint32_t at)
{
    found best = {.end = 0};
    for (uint32_t image = 0; image < m->images; image++) {
        for (uint32_t i = 0; i < m->rule_counts[image]; i++) {
            state s = {.fields = {.number = 1}};
            uint32_t end = match(m, &m->rules[image][i], 0, at, &s);
            if (end > best.end)
                best = (found){end, s.skip, s.fields, &m->rules[image][i]};
        }
    }
    return best;
}

// Tense of the clause around the words: +1 future (سوف, a verb with س, المقرر …), -1 a verb of the past stands before, 0 nothing tells.
static int tense(const matcher *m, uint32_t first, uint32_t end)
{
    int before = 0;
    uint32_t from = first > m->first + FUTURE_WINDOW ? first - FUTURE_WINDOW : m->first;
    uint32_t to = end + FUTURE_WINDOW / 2 < m->end ? end + FUTURE_WINDOW / 2 : m->end;
    for (uint32_t i = first; i-- > from;) { // the nearest verb before decides
        const kb_word *word = word_at(m, i);
        kb_lexeme hit;
        if (lexical(m, i, KB_TC_FUTURE, true, &hit))
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
        if (lexical(m, i, KB_TC_FUTURE, true, &hit))
            return 1;
        if (word->kind == KB_WORD_ARABIC && word->analysis_count && (word->analyses[0].proclitics & KB_CLITIC_SA))
            return 1;
    }
    return before;
}

// A word that can begin a time expression at all: spares most words the patterns.
static bool may_begin(const matcher *m, uint32_t at)
{
    return word_at(m, at)->kind == KB_WORD_NUMBER || m->words.first[at] < m->words.first[at + 1] ||
           kb_number_at(m->layers, at);
}

// The first of two coordinated days of one month: بين السادس والعاشر من آذار.
static bool coordinated_day(const matcher *m, const kb_time *with, kb_arena *arena, kb_time *ret)
{
    if (with->granularity != KB_GRAN_DAY || with->first < m->first + 2 ||
        !kb_str_starts(word_at(m, with->first)->form, KB_STR("و")))
        return false;
    uint32_t at = with->first - 1, skip = 0;
    int day;
    while (at > m->first && !kb_number_at(m->layers, at) && with->first - at < 3)
        at--;
    uint32_t taken = ordinal_or_small(m, at, 31, false, &day, &skip);
    if (taken == 0 || at + taken != with->first || at == m->first || !kb_str_is(word_at(m, at - 1)->form, "بين") ||
        day >= with->date.day)
        return false;
    *ret = *with;
    ret->first = at;
    ret->end = at + taken;
    ret->start = word_at(m, at)->start + skip;
    ret->end_byte = word_at(m, ret->end - 1)->end;
    ret->date.day = (uint8_t)day;
    ret->value = kb_arena_printf(arena, "%04d-%02d-%02d", ret->date.year, ret->date.month, day);
    return ret->value.p != NULL;
}

typedef KB_VEC(kb_time) times;

static kb_status run_sentence(matcher *m, kb_arena *arena, kb_time_anchor *anchor, times *all, kb_error *error)
{
    anchor->clause = (kb_date){0};
    for (uint32_t at = m->first; at < m->end;) {
        found f = may_begin(m, at) ? best_at(m, at) : (found){.end = 0};
        if (f.end == 0) {
            at++;
            continue;
        }
        kb_time time = {.first = at, .end = f.end, .kind = f.rule->kind, .rule = f.rule->name};
        time.start = word_at(m, at)->start + f.skip;
        time.end_byte = word_at(m, f.end - 1)->end;
        int when = tense(m, at, f.end);
        anchor->future = when > 0;
        anchor->past = when < 0;
        kb_lexeme zone;
        if (time.kind == KB_TIME_TIME &&
            lexical(m, f.end, KB_TC_ZONE, true, &zone)) { // بتوقيت غرينتش: read, but no part of the span
            f.fields.has |= UINT64_C(1) << KB_TC_ZONE;
            f.fields.zone = zone.value;
        }
        if (!kb_time_resolve(&f.fields, anchor, arena, &time)) {
            at++;
            continue;
        }
        kb_time before;
        if (coordinated_day(m, &time, arena, &before)) {
            kb_time *slot = KB_PUSH(arena, all);
            if (!slot)
                return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for times");
            *slot = before;
        }
        kb_time *slot = KB_PUSH(arena, all);
        if (!slot)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for times");
        *slot = time;
        if (time.kind == KB_TIME_DATE && time.granularity >= KB_GRAN_DAY)
            anchor->previous = anchor->clause = time.date;
        at = f.end;
    }
    return KB_OK;
}

kb_status kb_times_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    matcher m = {.layers = layers, .images = lexicon->image_count};
    kb_lexemes lexemes = kb_lexemes_open(lexicon, KB_TIMES_SECTION);
    kb_status scanned = kb_lexemes_scan(&lexemes, arena, layers, &m.words, error);
    if (scanned != KB_OK)
        return scanned;
    for (uint32_t i = 0; i < m.images; i++) {
        kb_str section = kb_image_section(&lexicon->images[i], KB_TIME_RULES_SECTION);
        m.rules[i] = (const kb_time_rule *)(const void *)section.p;
        m.rule_counts[i] = (uint32_t)(section.n / sizeof(kb_time_rule));
    }
    int64_t local = layers->article->published_at + layers->article->published_zone;
    int64_t day = local / 86400 - (local % 86400 < 0);
    kb_time_anchor anchor = {.today = (int32_t)day, .second = (int32_t)(local - day * 86400)};
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
