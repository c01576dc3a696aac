#include "numberwords.h"
#include "khabar/normalize.h"

#include <math.h>

// ---------------------------------------------------------------- digits

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Whether every group of digits behind a mark before byte `end` has three digits, the marks are all alike and the first group is short.
static bool in_thousands(kb_str form, size_t end)
{
    size_t group = 0;
    char mark = 0;
    for (size_t i = 0; i < end; i++) {
        if (is_digit(form.p[i])) {
            group++;
            continue;
        }
        if (mark ? form.p[i] != mark || group != 3 : group == 0 || group > 3)
            return false;
        mark = form.p[i];
        group = 0;
    }
    return mark && group == 3;
}

bool kb_number_digits(kb_str form, bool scale_follows, double *ret)
{
    size_t marks = 0, last = form.n;
    for (size_t i = 0; i < form.n; i++) {
        if (is_digit(form.p[i]))
            continue;
        if ((form.p[i] != '.' && form.p[i] != ',') || i == 0 || i + 1 == form.n || !is_digit(form.p[i - 1]))
            return false;
        marks++;
        last = i;
    }
    bool thousands = in_thousands(form, form.n) && !(marks == 1 && scale_follows); // 1.250 مليون is a decimal
    size_t decimal = thousands ? form.n : last;                                    // where the decimal mark stands
    if (form.n == 0 || (marks > 1 && !thousands && !in_thousands(form, decimal)))
        return false;
    double whole = 0, fraction = 0, unit = 1;
    for (size_t i = 0; i < form.n; i++) {
        if (i < decimal && is_digit(form.p[i]))
            whole = whole * 10 + (form.p[i] - '0');
        else if (is_digit(form.p[i]))
            fraction += (unit /= 10) * (form.p[i] - '0');
    }
    *ret = whole + round(fraction * 1e9) / 1e9;
    return true;
}

// ---------------------------------------------------------------- words

// A number word at `at`, with the article or a preposition before it where `leading`. الـ is taken off too: الثلاثة.
static bool number_word(const kb_number_reader *r, uint32_t at, bool leading, kb_lexeme *ret)
{
    return kb_number_word(r, at, leading, KB_NC_SCALE2, KB_NC_SCALE2, ret) ||
           kb_number_word(r, at, leading, KB_NC_UNIT, KB_NC_SCALE, ret); // ألفا standing first is the dual
}

typedef struct sum {
    double total, group; // total: closed by scales; group: below the next scale
    double least;        // magnitude that the next addend must be below
    double closed;       // the scale that closed the total last, 0: none
    bool any, digits;
} sum;

static double ten_to(int32_t power)
{
    return pow(10, power);
}

// Adds the word to the sum where the grammar allows it. `joined`: it carries و.
static bool add_word(sum *s, kb_lexeme w, bool joined)
{
    double v = w.value;
    switch (w.class) {
    case KB_NC_UNIT:
    case KB_NC_TEEN:
        if (s->any && (!joined || s->least <= v || s->least < 100))
            return false;
        s->group += v;
        s->least = w.class == KB_NC_UNIT && v < 10 && v > 0 ? 9.5 : 1; // 9.5: a word of ten may follow (خمسة وعشرون)
        break;
    case KB_NC_TEN:
        if (s->any && (!joined || !(s->least == 9.5 || s->least >= 100)))
            return false;
        s->group += v;
        s->least = 1;
        break;
    case KB_NC_HUNDRED:
        if (s->any && !joined && v == 100 && s->group >= 3 && s->group <= 9) {
            s->group *= 100; // ثلاث مئة
        } else {
            if (s->any && (!joined || s->least < 1000))
                return false;
            s->group += v;
        }
        s->least = 100;
        break;
    case KB_NC_SCALE:
        v = ten_to(w.value);
        if (s->any && joined && s->group == 0 && s->least > v) { // مليون وألف
            s->total += v;
        } else {
            if (s->any && (joined || s->group == 0 || (s->closed > 0 && v >= s->closed)))
                return false;
            s->total += (s->any ? s->group : 1) * v;
        }
        s->group = 0;
        s->least = s->closed = v;
        break;
    default: // SCALE2
        v = ten_to(w.value);
        if (s->any && (!joined || s->group != 0 || s->least <= v))
            return false;
        s->total += 2 * v;
        s->least = s->closed = v;
        break;
    }
    s->any = true;
    return true;
}

// Digits may open a number, or follow و after a scale (ثلاثة آلاف و200).
static bool digits_at(const kb_number_reader *r, uint32_t at, double *ret, uint32_t *ret_end)
{
    const kb_word *word = &r->layers->words[at];
    kb_lexeme next;
    bool scale = kb_number_word(r, at + 1, false, KB_NC_SCALE, KB_NC_SCALE2, &next) ||
                 kb_number_word(r, at + 1, false, KB_NC_PERCENT, KB_NC_PERCENT, &next);
    if (word->kind != KB_WORD_NUMBER || !kb_number_digits(word->form, scale, ret))
        return false;
    *ret_end = at + 1;
    return true;
}

// نصف مليون, نصف بالمئة (whose sign is read later). Returns the word behind it, or `at`.
static uint32_t fraction_of(const kb_number_reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme part, of;
    if (!kb_number_word(r, at, true, KB_NC_HALF, KB_NC_HALF, &part))
        return at;
    uint32_t i = at + part.words;
    double unit = 1;
    if (kb_number_word(r, i, false, KB_NC_SCALE, KB_NC_SCALE, &of)) {
        unit = ten_to(of.value);
        i += of.words;
    } else if (!kb_number_word(r, i, false, KB_NC_PERCENT, KB_NC_PERCENT, &of)) {
        return at;
    }
    *ret_skip = part.skip;
    ret->value = ret->high = unit * part.value / 100;
    ret->kind = KB_CARDINAL;
    return i;
}

// آلاف, عشرات الآلاف, بضعة ملايين: the order of magnitude alone. Returns the word behind it, or `at`.
static uint32_t magnitude(const kb_number_reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme tens = {.value = 1}, many;
    bool counted = kb_number_word(r, at, true, KB_NC_VAGUE, KB_NC_VAGUE, &tens);
    if (!kb_number_word(r, at + tens.words, !counted, KB_NC_MANY, KB_NC_MANY, &many))
        return at;
    *ret_skip = counted ? tens.skip : many.skip;
    ret->value = ret->high = tens.value * ten_to(many.value);
    ret->kind = KB_CARDINAL;
    ret->approximate = true;
    ret->bound = 1;
    return at + tens.words + many.words;
}

// Whether a number goes on at `at` with و: ألفا وخمسمئة, مليونا ونصف المليون. What stands before it is then no dual, which would keep its ن.
static bool goes_on(const kb_number_reader *r, uint32_t at)
{
    kb_lexeme w;
    return (kb_number_word(r, at, true, KB_NC_UNIT, KB_NC_SCALE2, &w) && w.clitics == KB_CLITIC_WA) ||
           kb_number_word(r, at, false, KB_NC_AND, KB_NC_AND, &w);
}

// ثلاثة أرباع, behind the count `at`: hundredths of one. Returns the word behind it, or `at`.
static uint32_t parts_of(const kb_number_reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme count, part;
    if (!kb_number_word(r, at, true, KB_NC_UNIT, KB_NC_UNIT, &count) ||
        !kb_number_word(r, at + count.words, false, KB_NC_PARTS, KB_NC_PARTS, &part) || count.value * part.value >= 100)
        return at;
    *ret_skip = count.skip;
    ret->value = ret->high = count.value * part.value / 100.0;
    ret->kind = KB_CARDINAL;
    return at + count.words + part.words;
}

static uint32_t cardinal(kb_number_reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    sum s = {.least = INFINITY};
    uint32_t i = at;
    unsigned scales = 0;
    double digits;
    kb_lexeme w;
    *ret_skip = 0;
    kb_lexeme scale;
    uint32_t part = fraction_of(r, at, ret, ret_skip);
    if (part == at)
        part = parts_of(r, at, ret, ret_skip);
    if (part == at)
        part = magnitude(r, at, ret, ret_skip);
    if (part > at)
        return part;
    if (digits_at(r, i, &digits, &i)) {
        s = (sum){.group = digits, .least = 1, .any = true, .digits = true};
    } else if (((kb_number_word(r, i, true, KB_NC_SCALE, KB_NC_SCALE, &w) && goes_on(r, i + w.words)) ||
                number_word(r, i, true, &w)) &&
               add_word(&s, w, false)) {
        *ret_skip = w.skip;
        scales = w.class == KB_NC_SCALE;
        i += w.words;
    } else {
        return at;
    }
    sum whole = s; // up to the last scale, and the word behind it
    uint32_t whole_end = i;
    while (i < r->end) {
        if (s.group == 0) {
            whole = s;
            whole_end = i;
        }
        const kb_word *word = &r->layers->words[i];
        const kb_lexeme *hits = r->words.hits + r->words.first[i];
        uint32_t n = r->words.first[i + 1] - r->words.first[i], k = 0;
        bool added = false;
        for (; k < n && !added; k++) {
            if (i + hits[k].words > r->end)
                continue;
            bool joined = hits[k].clitics == KB_CLITIC_WA;
            if (hits[k].class > KB_NC_SCALE2 || (hits[k].clitics && !joined))
                continue;
            if (s.digits && (hits[k].class < KB_NC_SCALE || joined))
                continue; // 30 وخمسة are two numbers
            added = add_word(&s, hits[k], joined);
        }
        if (added) {
            i += hits[k - 1].words;
            scales += hits[k - 1].class == KB_NC_SCALE ? 1 : 2;
            s.digits = false;
            continue;
        }
        bool and_part = kb_number_word(r, i, false, KB_NC_AND, KB_NC_AND, &w) && s.group == 0 && s.least >= 1000;
        if (and_part && isfinite(s.least)) { // مليون ونصف
            s.total += s.least * w.value / 100;
            scales++;
            i += w.words;
            if (kb_number_word(r, i, false, KB_NC_SCALE, KB_NC_SCALE, &scale) &&
                ten_to(scale.value) == s.least) // ثلاثة ملايين ونصف المليون
                i += scale.words;
            break;
        }
        bool wa = kb_str_is(word->form, "و");
        if (!wa || s.group != 0 || s.least < 1000 || i + 1 == r->end || !digits_at(r, i + 1, &digits, &k))
            break;
        double times =
            kb_number_word(r, k, false, KB_NC_SCALE, KB_NC_SCALE, &w) ? ten_to(w.value) : 1; // مليون و300 ألف
        if (digits * times >= s.least)
            break;
        scales = 2;
        s.total += times > 1 ? digits * times : 0;
        s.group = times > 1 ? 0 : digits;
        s.least = times > 1 ? times : 1;
        i = k + (times > 1 ? w.words : 0);
        if (times == 1)
            break;
    }
    if (whole.closed > 0 && s.group > 0 && kb_number_word(r, i, false, KB_NC_SCALE, KB_NC_SCALE, &w)) {
        s = whole; // عشرة آلاف وخمسة عشر ألفا: the second thousands begin a number of their own
        i = whole_end;
    }
    ret->value = ret->high = s.total + s.group;
    ret->kind = KB_CARDINAL;
    if (scales == 1 && s.group == 0) {
        r->scale = s.least;
        r->head = s.total / s.least;
    }
    return i;
}

static bool has_article(kb_str form, uint32_t skip)
{
    kb_str rest = kb_str_sub(form, skip, form.n);
    return kb_str_starts(rest, KB_STR("ال")) || kb_str_starts(rest, KB_STR("لل"));
}

// A dual noun is a number of its own: قتيلان. Number words are handled before.
static bool dual_noun(const kb_word *word)
{
    if (word->kind != KB_WORD_ARABIC || word->analysis_count == 0)
        return false;
    const kb_analysis *a = &word->analyses[0];
    return a->known && a->pos == KB_POS_NOUN && (a->features & KB_F_DUAL);
}

// An ordinal, also of two words and over a hundred: الخامسة والثلاثين, الثانية والعشرون بعد المئة. Returns the word behind it, or `at`.
static uint32_t ordinal(const kb_number_reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme w, tens;
    if (!kb_number_word(r, at, true, KB_NC_ORD, KB_NC_ORD, &w))
        return at;
    uint32_t end = at + w.words;
    ret->kind = KB_ORDINAL;
    ret->value = w.value;
    *ret_skip = w.skip;
    if (w.value < 10 && kb_number_word(r, end, true, KB_NC_ORD, KB_NC_ORD, &tens) && tens.clitics == KB_CLITIC_WA &&
        tens.value % 10 == 0 && tens.value >= 20) {
        ret->value += tens.value;
        end += tens.words;
    }
    bool after = end + 1 < r->end && kb_str_is(r->layers->words[end].form, "بعد") &&
                 kb_str_starts(r->layers->words[end + 1].form, KB_STR("ال"));
    if (after && w.value < 100 && kb_number_word(r, end + 1, true, KB_NC_HUNDRED, KB_NC_HUNDRED, &tens)) {
        ret->value += tens.value;
        end += 1 + tens.words;
    }
    ret->high = ret->value;
    return end;
}

uint32_t kb_number_read(kb_number_reader *r, uint32_t at, kb_number *ret)
{
    kb_lexeme w;
    const kb_word *word = &r->layers->words[at];
    uint32_t skip = 0, end = at;
    *ret = (kb_number){.first = at};
    r->scale = 0;
    bool definite =
        kb_number_word(r, at, true, KB_NC_ORD, KB_NC_ORD, &w) && (has_article(word->form, w.skip) || w.words > 1);
    if (!definite)
        end = cardinal(r, at, ret, &skip);
    if (end == at)
        end = ordinal(r, at, ret, &skip);
    if (end == at && dual_noun(word) && !kb_number_word(r, at, true, KB_NC_PART, KB_NC_PART, &w)) {
        ret->value = ret->high = 2;
        ret->counts_noun = true;
        skip = word->analyses[0].stem_start;
        end = at + 1;
    }
    ret->end = end;
    ret->start_byte = kb_word_byte(&r->layers->text, word, skip);
    return end;
}
