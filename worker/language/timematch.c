#include "timematch.h"
#include "khabar/normalize.h"
#include "khabar/numbers.h"

#include <math.h>

static const kb_word *word_at(const kb_time_matcher *m, uint32_t at)
{
    return &m->layers->words[at];
}

static bool tight(const kb_time_matcher *m, uint32_t at)
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
static uint32_t digits(const kb_time_matcher *m, uint32_t at, unsigned most_digits, int *ret)
{
    return word_at(m, at)->kind == KB_WORD_NUMBER && small_digits(word_at(m, at)->form, most_digits, ret) ? 1 : 0;
}

uint32_t kb_time_small_number(const kb_time_matcher *m, uint32_t at, int most, bool words, int *ret, uint32_t *skip)
{
    uint32_t n = digits(m, at, 2, ret);
    const kb_number *number = n ? NULL : kb_number_at(m->layers, at);
    if (number && !number->counts_noun && number->value <= most && number->value == floor(number->value) &&
        (number->kind == KB_ORDINAL || (words && number->kind == KB_CARDINAL))) {
        *ret = (int)number->value;
        n = number->end - at;
        *skip = number->start_byte - word_at(m, at)->start;
    }
    return n && *ret >= 1 && *ret <= most ? n : 0;
}

// A year between two bounds. `named`: a word before says that it is one.
static uint32_t year(const kb_time_matcher *m, uint32_t at, int low, int high, bool named, int *ret)
{
    int value;
    const kb_number *number = kb_number_at(m->layers, at);
    bool range = !named && number && number->high > number->value; // بين 1800 و2500 طن
    if (digits(m, at, 4, &value) && word_at(m, at)->form.n == 4 && value >= low && value <= high &&
        !(range && number->high > high)) {
        *ret = value;
        return 1;
    }
    if (number && number->kind == KB_CARDINAL && !number->counts_noun && word_at(m, at)->kind == KB_WORD_ARABIC &&
        number->value >= low && number->value <= high && number->end > at + 1) { // ألفين وأربعة عشر
        *ret = (int)number->value;
        return number->end - at;
    }
    return 0;
}

// 1200, 0630 behind the word for hour, not before what they count.
static bool four_digits(const kb_time_matcher *m, uint32_t at, kb_time_fields *f)
{
    int value;
    const kb_number *number = kb_number_at(m->layers, at);
    if (!KB_TIME_HAS(f, KB_TC_HOURWORD) || word_at(m, at)->form.n != 4 || !digits(m, at, 4, &value) ||
        (number && number->counts_noun))
        return false;
    f->hour = value / 100;
    f->minute = value % 100;
    return true;
}

// 21:30 as one word or as three; behind the word for hour also 21.30 and 2130.
static uint32_t clock(const kb_time_matcher *m, uint32_t at, kb_time_fields *f)
{
    kb_str form = word_at(m, at)->form;
    const char *colon = NULL;
    for (const char *mark = KB_TIME_HAS(f, KB_TC_HOURWORD) ? ":.," : ":"; *mark && !colon; mark++)
        colon = memchr(form.p, *mark, form.n);
    uint32_t taken = 0;
    if (colon) {
        kb_str hour = {form.p, (size_t)(colon - form.p)}, minute = kb_str_sub(form, hour.n + 1, form.n);
        taken = minute.n == 2 && small_digits(hour, 2, &f->hour) && small_digits(minute, 2, &f->minute) ? 1 : 0;
        if (*colon == ',' && kb_str_is(hour, "00") && f->minute <= 24) { // 00,14: written from right to left
            f->hour = f->minute;
            f->minute = 0;
        }
    } else if (four_digits(m, at, f)) {
        taken = 1;
    } else if (at + 2 < m->end && tight(m, at + 1) && tight(m, at + 2) && kb_str_is(word_at(m, at + 1)->form, ":") &&
               digits(m, at, 2, &f->hour) && digits(m, at + 2, 2, &f->minute)) {
        taken = word_at(m, at + 2)->form.n == 2 ? 3 : 0;
    }
    return f->hour <= 24 && f->minute <= 59 ? taken : 0;
}

// 2024-08-01, 1/8/2024, 01.08.2024, as one word or as five.
static uint32_t iso(const kb_time_matcher *m, uint32_t at, kb_time_fields *f)
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
    if (f->month < 1 || f->month > 12 || f->day < 1 || f->day > 31)
        return 0;
    if (f->year >= 1300 && f->year < 1500) { // a Hijri date
        f->hyear = f->year;
        f->hmonth = f->month;
        f->year = f->month = 0;
        f->has[KB_TC_HMONTH / 64] |= UINT64_C(1) << KB_TC_HMONTH % 64;
        return i - at;
    }
    return f->year >= 1900 && f->year < 2200 ? i - at : 0;
}

// ---------------------------------------------------------------- items

bool kb_time_lexeme(const kb_time_matcher *m, uint32_t at, unsigned class, bool first, kb_lexeme *ret)
{
    return kb_lexeme_find(&m->words, at, m->end, first, class, class, ret);
}

// A month, also named twice: أيلول/سبتمبر, شباط (فبراير).
static uint32_t any_month(const kb_time_matcher *m, uint32_t at, bool first, bool weak, int *ret, uint32_t *skip)
{
    kb_lexeme hit, again;
    if (!kb_time_lexeme(m, at, KB_TC_MONTH, first, &hit) &&
        (!weak || !kb_time_lexeme(m, at, KB_TC_MONTHW, first, &hit)))
        return 0;
    *ret = hit.value;
    *skip = hit.skip;
    uint32_t taken = hit.words, i = at + taken;
    if (i >= m->end)
        return taken;
    if (kb_time_lexeme(m, i, KB_TC_MONTH, false, &again) && again.value == hit.value) // يوليو تموز
        return taken + again.words;
    if (i + 1 >= m->end)
        return taken;
    bool bracket = kb_str_is(word_at(m, i)->form, "(");
    if (!bracket && !kb_str_is(word_at(m, i)->form, "/") && !kb_str_is(word_at(m, i)->form, "-"))
        return taken;
    if ((!kb_time_lexeme(m, i + 1, KB_TC_MONTH, false, &again) &&
         !kb_time_lexeme(m, i + 1, KB_TC_MONTHW, false, &again)) ||
        again.value != hit.value)
        return taken;
    taken += 1u + again.words;
    if (bracket && at + taken < m->end && kb_str_is(word_at(m, at + taken)->form, ")"))
        taken++;
    return taken;
}

// A word that goes on the phrase of an indefinite noun before it: a noun or adjective without article, a number.
static bool nominal(const kb_time_matcher *m, uint32_t at)
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
    case KB_TC_BAREDAY:
        f->weekday = f->weekday ? f->weekday : value; // ليل الثلاثاء الأربعاء: the night begins on the first
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
    case KB_TC_HALFDAY:
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
    case KB_TC_DUALDEF:
        f->number = 2;
        f->unit = value;
        break;
    case KB_TC_UNIT:
    case KB_TC_UNITDEF:
    case KB_TC_UNITPL:
    case KB_TC_UNITACC:
    case KB_TC_EVERYADV:
    case KB_TC_PER:
    case KB_TC_UNITFEW:
    case KB_TC_UNITONE:
        f->unit = value;
        break;
    case KB_TC_FIRSTDAY:
        f->day = 1;
        break;
    case KB_TC_SEASON:
    case KB_TC_SEASONDEF:
        f->season = value;
        break;
    case KB_TC_DECADE:
        f->decade = value;
        break;
    case KB_TC_ORDLAST:
        f->order = value;
        break;
    case KB_TC_FRACTION:
        f->fraction = value;
        break;
    case KB_TC_HALFOF:
        f->half = value;
        break;
    default:
        break;
    }
}

static bool lexical_unit(const kb_time_matcher *m, uint32_t at, unsigned class, unsigned clitics, kb_lexeme *ret)
{
    return kb_time_lexeme(m, at, class, clitics != 0, ret) && ret->clitics == clitics;
}

// و59 with `*more`, before a unit: the words that it takes.
static uint32_t and_number(const kb_time_matcher *m, uint32_t at, double *more)
{
    bool joined = kb_str_is(word_at(m, at)->form, "و");
    uint32_t first = at + joined;
    const kb_number *number = first < m->end ? kb_number_at(m->layers, first) : NULL;
    bool within = number && number->start_byte > word_at(m, first)->start &&
                  kb_str_starts(word_at(m, first)->form, KB_STR("و")); // وعشر
    if (!number || number->kind != KB_CARDINAL || number->counts_noun || !(joined || within))
        return 0;
    *more = number->value;
    return number->end - at;
}

// Words that class takes at `at` (0: it is not there); fills the fields, and `skip` where proclitics of a first word stay outside.
static uint32_t take_class(const kb_time_matcher *m, unsigned class, uint32_t at, bool first, kb_time_fields *f,
                           uint32_t *skip)
{
    uint32_t taken = 0;
    kb_lexeme hit;
    if (at >= m->end)
        return 0;
    switch (class) {
    case KB_TC_DAY:
        taken = kb_time_small_number(m, at, 31, true, &f->day, skip);
        break;
    case KB_TC_ORDQ:
        taken = kb_time_small_number(m, at, 4, false, &f->order, skip);
        break;
    case KB_TC_CENTURYN:
        taken = kb_time_small_number(m, at, 30, false, &f->order, skip);
        break;
    case KB_TC_HOUR:
        taken = kb_time_small_number(m, at, 24, true, &f->hour, skip);
        break;
    case KB_TC_N:
        taken = kb_time_small_number(m, at, 59, true, &f->minute, skip);
        break;
    case KB_TC_YEAR:
        taken = year(m, at, 1500, 2199, KB_TIME_HAS(f, KB_TC_YEARWORD) || f->month, &f->year);
        break;
    case KB_TC_HYEARN:
        taken = year(m, at, 1300, 1499, true, &f->hyear);
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
    case KB_TC_ANDNUM:
        taken = and_number(m, at, &f->more);
        break;
    case KB_TC_ANDUNIT:
        if (lexical_unit(m, at, KB_TC_UNIT, 0, &hit)) {
            f->more_unit = hit.value;
            taken = hit.words;
        }
        break;
    case KB_TC_ANDDUAL:
        if (lexical_unit(m, at, KB_TC_UNITDUAL, KB_CLITIC_WA, &hit)) {
            f->more = 2;
            f->more_unit = hit.value;
            taken = hit.words;
        }
        break;
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
        if (kb_time_lexeme(m, at, class, first, &hit)) {
            take_lexeme(f, class, hit.value);
            taken = hit.words;
            if (hit.skip)
                *skip = kb_word_byte(&m->layers->text, word_at(m, at), hit.skip) - word_at(m, at)->start;
        }
        break;
    }
    if (taken)
        f->has[class / 64] |= UINT64_C(1) << class % 64;
    return taken;
}

// ---------------------------------------------------------------- patterns

typedef struct state {
    kb_time_fields fields;
    uint32_t skip;
    bool begun; // a word has been taken
} state;

// 2021 و2022, 2021-2022: the second year.
static bool follows_year(const kb_time_matcher *m, uint32_t at)
{
    int before, here;
    kb_lexeme mark;
    return at >= m->first + 2 && kb_time_lexeme(m, at - 1, KB_TC_TO, false, &mark) &&
           year(m, at - 2, 1500, 2199, true, &before) && year(m, at, 1500, 2199, true, &here) && before < here;
}

// 2021-2022, 2021 إلى 2022: whether the mark at `at` stands between two years.
static bool between_years(const kb_time_matcher *m, uint32_t at)
{
    kb_lexeme mark;
    return at < m->end && kb_time_lexeme(m, at, KB_TC_RANGEMARK, false, &mark) && at + 1 < m->end &&
           follows_year(m, at + 1) && tight(m, at) == tight(m, at + 1);
}

// يصدر تقريرا سنويا: the word before is an indefinite noun in the accusative that is not counted, so the adverb is its adjective.
static bool follows_accusative(const kb_time_matcher *m, uint32_t at)
{
    if (at == m->first)
        return false;
    const kb_word *word = word_at(m, at - 1);
    const kb_analysis *a = word->analysis_count ? &word->analyses[0] : NULL;
    if (!a || a->pos != KB_POS_NOUN || !(a->features & KB_F_ACC) || a->features & (KB_F_DUAL | KB_F_PLUR) ||
        a->proclitics & KB_CLITIC_AL)
        return false;
    for (uint32_t i = at - 1; i > m->first && i + 3 > at; i--) {
        const kb_number *number = kb_number_at(m->layers, i - 1);
        if (number && number->end >= at - 1)
            return false;
    }
    return true;
}

static bool looks_behind(const kb_time_matcher *m, const kb_time_item *item, uint32_t at)
{
    if (item->classes[0] == KB_TC_YEAR)
        return follows_year(m, at);
    if (item->classes[0] == KB_TC_ACCNOUN)
        return follows_accusative(m, at);
    for (uint32_t back = 1; back <= 2 && at >= m->first + back; back++) { // cues of one or two words
        kb_lexeme hit;
        if (kb_time_lexeme(m, at - back, item->classes[0], true, &hit) && hit.words == back)
            return true;
    }
    return false;
}

// Matches items[i…] at word `at`; returns the word behind the match, or 0. Takes optional items where they are there, and steps back.
static uint32_t match(const kb_time_matcher *m, const kb_time_rule *rule, unsigned i, uint32_t at, state *s)
{
    if (i == rule->count)
        return s->begun ? at : 0;
    const kb_time_item *item = &rule->items[i];
    if (item->behind)
        return looks_behind(m, item, at) != item->negative ? match(m, rule, i + 1, at, s) : 0;
    if (item->ahead) {
        kb_lexeme hit;
        bool there = item->classes[0] == KB_TC_RANGEMARK
                         ? between_years(m, at)
                         : at < m->end && kb_time_lexeme(m, at, item->classes[0], true, &hit);
        return there ? match(m, rule, i + 1, at, s) : 0;
    }
    for (unsigned k = 0; k < KB_TIME_CHOICES && item->classes[k] != KB_TC_COUNT; k++) {
        if (at >= m->end || !kb_time_classes_have(&m->classes[at], item->classes[k]))
            continue;
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

kb_time_match kb_time_match_at(const kb_time_matcher *m, uint32_t at)
{
    kb_time_match best = {.end = 0};
    for (uint32_t image = 0; image < m->images; image++) {
        for (uint32_t i = 0; i < m->rule_counts[image]; i++) {
            if (!kb_time_classes_meet(&m->rules[image][i].opens, &m->classes[at]))
                continue;
            state s = {.fields = {.number = 1}};
            uint32_t end = match(m, &m->rules[image][i], 0, at, &s);
            if (end > best.end)
                best = (kb_time_match){end, s.skip, s.fields, &m->rules[image][i]};
        }
    }
    return best;
}
