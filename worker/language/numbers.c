#include "khabar/numbers.h"
#include "khabar/extract.h"
#include "khabar/lexemes.h"
#include "khabar/normalize.h"

#include <math.h>
#include <stdio.h>

enum {
    UNIT,
    TEEN,
    TEN,
    HUNDRED,
    SCALE,
    SCALE2,
    ORD,
    VAGUE,
    MANY,
    PART,
    TO,
    BETWEEN,
    OR,
    APPROX,
    ATLEAST,
    ATLEASTPOST,
    ATMOST,
    ATMOSTPOST,
    PERCENT,
    HALF,
    AND,
    CLASSES
};
static const char *const class_names[CLASSES] = {
    "UNIT",    "TEEN", "TEN",    "HUNDRED", "SCALE",       "SCALE2", "ORD",        "VAGUE",   "MANY", "PART", "TO",
    "BETWEEN", "OR",   "APPROX", "ATLEAST", "ATLEASTPOST", "ATMOST", "ATMOSTPOST", "PERCENT", "HALF", "AND"};
#define NUMBERS_SECTION    "language.numbers"
#define CURRENCIES_SECTION "language.currencies"

typedef struct reader {
    const kb_layers *layers;
    kb_lexeme_index words, currencies;
    uint32_t end;       // of the sentence
    double head, scale; // of the number read last: 20 and 1000 in 20 ألف, else scale 0
} reader;

// ---------------------------------------------------------------- compiling

static kb_status compile_currencies(const char *path, kb_image_builder *b, kb_error *error)
{
    // A currency's value is its ISO code packed into an integer (0: ambiguous), written as a table in the lexeme format.
    kb_table *table = NULL;
    kb_status status = kb_table_read(path, 2, 2, &table, error);
    if (status != KB_OK)
        return status == KB_NOT_FOUND ? KB_OK : status;
    kb_lexeme_list *list = kb_lexeme_list_new();
    if (!list)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", path);
    for (uint32_t i = 0; i < kb_table_rows(table) && status == KB_OK; i++) {
        kb_row row = kb_table_row(table, i);
        kb_str code = row.cells[0];
        if (code.n != 0 && code.n != 3)
            status = kb_fail(error, KB_INVALID, "currency-code", "%s:%u: '" KB_PRI "' is no ISO 4217 code", row.file,
                             row.line, KB_ARG(code));
        else
            status = kb_lexeme_list_add(list, row.cells[1], code.n ? code.p[0] << 16 | code.p[1] << 8 | code.p[2] : 0,
                                        0, &row, error);
    }
    if (status == KB_OK)
        status = kb_lexeme_list_write(list, CURRENCIES_SECTION, b, error);
    kb_lexeme_list_free(list);
    kb_table_free(table);
    return status;
}

kb_status kb_numbers_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tables/numbers.tsv", data_dir);
    kb_status status = kb_lexemes_compile(path, NUMBERS_SECTION, class_names, CLASSES, b, error);
    if (status != KB_OK)
        return status;
    snprintf(path, sizeof path, "%s/tables/currencies.tsv", data_dir);
    return compile_currencies(path, b, error);
}

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

static bool lookup(const reader *r, uint32_t at, bool clitics, unsigned first, unsigned last, kb_lexeme *ret)
{
    return kb_lexeme_find(&r->words, at, r->end, clitics, first, last, ret);
}

// A number word at `at`, with the article or a preposition before it where `leading`. الـ is taken off too: الثلاثة.
static bool number_word(const reader *r, uint32_t at, bool leading, kb_lexeme *ret)
{
    return lookup(r, at, leading, SCALE2, SCALE2, ret) ||
           lookup(r, at, leading, UNIT, SCALE, ret); // ألفا standing first is the dual
}

typedef struct sum {
    double total, group; // total: closed by scales; group: below the next scale
    double least;        // magnitude that the next addend must be below
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
    case UNIT:
    case TEEN:
        if (s->any && (!joined || s->least <= v || s->least < 100))
            return false;
        s->group += v;
        s->least = w.class == UNIT && v < 10 && v > 0 ? 9.5 : 1; // 9.5: a word of ten may follow (خمسة وعشرون)
        break;
    case TEN:
        if (s->any && (!joined || !(s->least == 9.5 || s->least >= 100)))
            return false;
        s->group += v;
        s->least = 1;
        break;
    case HUNDRED:
        if (s->any && !joined && v == 100 && s->group >= 3 && s->group <= 9) {
            s->group *= 100; // ثلاث مئة
        } else {
            if (s->any && (!joined || s->least < 1000))
                return false;
            s->group += v;
        }
        s->least = 100;
        break;
    case SCALE:
        v = ten_to(w.value);
        if (s->any && joined && s->group == 0 && s->least > v) { // مليون وألف
            s->total += v;
        } else {
            if (s->any && (joined || s->group == 0))
                return false;
            s->total += (s->any ? s->group : 1) * v;
        }
        s->group = 0;
        s->least = v;
        break;
    default: // SCALE2
        v = ten_to(w.value);
        if (s->any && (!joined || s->group != 0 || s->least <= v))
            return false;
        s->total += 2 * v;
        s->least = v;
        break;
    }
    s->any = true;
    return true;
}

// Digits may open a number, or follow و after a scale (ثلاثة آلاف و200).
static bool digits_at(const reader *r, uint32_t at, double *ret, uint32_t *ret_end)
{
    const kb_word *word = &r->layers->words[at];
    kb_lexeme next;
    bool scale = lookup(r, at + 1, false, SCALE, SCALE2, &next) || lookup(r, at + 1, false, PERCENT, PERCENT, &next);
    if (word->kind != KB_WORD_NUMBER || !kb_number_digits(word->form, scale, ret))
        return false;
    *ret_end = at + 1;
    return true;
}

// نصف مليون, نصف بالمئة (whose sign is read later). Returns the word behind it, or `at`.
static uint32_t fraction_of(const reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme part, of;
    if (!lookup(r, at, true, HALF, HALF, &part))
        return at;
    uint32_t i = at + part.words;
    double unit = 1;
    if (lookup(r, i, false, SCALE, SCALE, &of)) {
        unit = ten_to(of.value);
        i += of.words;
    } else if (!lookup(r, i, false, PERCENT, PERCENT, &of)) {
        return at;
    }
    *ret_skip = part.skip;
    ret->value = ret->high = unit * part.value / 100;
    ret->kind = KB_CARDINAL;
    return i;
}

// آلاف, عشرات الآلاف, بضعة ملايين: the order of magnitude alone. Returns the word behind it, or `at`.
static uint32_t magnitude(const reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme tens = {.value = 1}, many;
    bool counted = lookup(r, at, true, VAGUE, VAGUE, &tens);
    if (!lookup(r, at + tens.words, !counted, MANY, MANY, &many))
        return at;
    *ret_skip = counted ? tens.skip : many.skip;
    ret->value = ret->high = tens.value * ten_to(many.value);
    ret->kind = KB_CARDINAL;
    ret->approximate = true;
    ret->bound = 1;
    return at + tens.words + many.words;
}

static uint32_t cardinal(reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
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
        part = magnitude(r, at, ret, ret_skip);
    if (part > at)
        return part;
    if (digits_at(r, i, &digits, &i)) {
        s = (sum){.group = digits, .least = 1, .any = true, .digits = true};
    } else if (number_word(r, i, true, &w) && add_word(&s, w, false)) {
        *ret_skip = w.skip;
        scales = w.class == SCALE;
        i += w.words;
    } else {
        return at;
    }
    while (i < r->end) {
        const kb_word *word = &r->layers->words[i];
        const kb_lexeme *hits = r->words.hits + r->words.first[i];
        uint32_t n = r->words.first[i + 1] - r->words.first[i], k = 0;
        bool added = false;
        for (; k < n && !added; k++) {
            if (i + hits[k].words > r->end)
                continue;
            bool joined = hits[k].clitics == KB_CLITIC_WA;
            if (hits[k].class > SCALE2 || (hits[k].clitics && !joined))
                continue;
            if (s.digits && (hits[k].class < SCALE || joined))
                continue; // 30 وخمسة are two numbers
            added = add_word(&s, hits[k], joined);
        }
        if (added) {
            i += hits[k - 1].words;
            scales += hits[k - 1].class == SCALE ? 1 : 2;
            s.digits = false;
            continue;
        }
        bool and_part = lookup(r, i, false, AND, AND, &w) && s.group == 0 && s.least >= 1000;
        if (and_part && isfinite(s.least)) { // مليون ونصف
            s.total += s.least * w.value / 100;
            scales++;
            i += w.words;
            if (lookup(r, i, false, SCALE, SCALE, &scale) &&
                ten_to(scale.value) == s.least) // ثلاثة ملايين ونصف المليون
                i += scale.words;
            break;
        }
        bool wa = kb_str_is(word->form, "و");
        if (!wa || s.group != 0 || s.least < 1000 || i + 1 == r->end || !digits_at(r, i + 1, &digits, &k))
            break;
        double times = lookup(r, k, false, SCALE, SCALE, &w) ? ten_to(w.value) : 1; // مليون و300 ألف
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

// ---------------------------------------------------------------- what stands around

static void read_money(const reader *r, kb_number *number)
{
    kb_lexeme currency;
    bool after = kb_lexeme_find(&r->currencies, number->end, r->end, false, 0, 0, &currency);
    if (after) {
        number->end += currency.words;
    } else { // $5
        uint32_t before = number->first - 1;
        if (number->first == 0 || r->layers->words[before].kind == KB_WORD_ARABIC ||
            !kb_lexeme_find(&r->currencies, before, number->first, false, 0, 0, &currency))
            return;
        number->first = before;
        number->start_byte = r->layers->words[before].start;
    }
    number->kind = KB_MONEY;
    for (int i = 0; i < 3 && currency.value; i++)
        number->currency[i] = (char)(currency.value >> (16 - 8 * i) & 0xFF);
}

static void read_context(const reader *r, kb_number *number, uint32_t sentence_first)
{
    kb_lexeme w;
    if (lookup(r, number->end, false, PERCENT, PERCENT, &w)) {
        number->kind = KB_PERCENT;
        number->end += w.words;
    } else {
        read_money(r, number);
    }
    if (lookup(r, number->end, false, ATLEASTPOST, ATLEASTPOST, &w))
        number->bound = 1;
    else if (lookup(r, number->end, false, ATMOSTPOST, ATMOSTPOST, &w))
        number->bound = -1;
    uint32_t from = number->first > sentence_first + KB_LEXEME_WORDS ? number->first - KB_LEXEME_WORDS : sentence_first;
    for (uint32_t i = from; i < number->first && !number->bound;
         i++) { // only what ends right before the number; the longest begins first
        for (unsigned class = APPROX; class <= ATMOST; class ++) {
            if (lookup(r, i, true, class, class, &w) && i + w.words == number->first) {
                number->approximate |= class == APPROX;
                number->bound = class == ATLEAST ? 1 : class == ATMOST ? -1 : number->bound;
            }
        }
    }
}

// Whether a word of BETWEEN stands before word `at`, or before the approximation there (بين نحو 10 و20).
static bool between_before(const reader *r, uint32_t first, uint32_t at)
{
    kb_lexeme w;
    for (uint32_t back = 1; back <= 2 && at >= first + back; back++) {
        if (lookup(r, at - back, true, BETWEEN, BETWEEN, &w) && w.words == 1)
            return true;
        if (!lookup(r, at - back, false, APPROX, APPROX, &w))
            return false;
    }
    return false;
}

// 10-20, 10 إلى 20, بين 10 و20: the two numbers become one range. `shared`: the first may leave out the scale of the second (10 و20 ألف), which
// makes a range of them also without بين, and with أو.
static bool is_range(const reader *r, const kb_number *low, const kb_number *high, uint32_t first, bool shared)
{
    if (low->kind == KB_ORDINAL || high->kind == KB_ORDINAL || low->value >= high->value || low->counts_noun)
        return false;
    const kb_word *words = r->layers->words;
    bool between = between_before(r, first, low->first);
    if (high->first == low->end) // a word of its own with و
        return between && kb_str_starts(words[high->first].form, KB_STR("و"));
    if (high->first != low->end + 1)
        return false;
    kb_lexeme w;
    const kb_word *mark = &words[low->end];
    bool tight = !mark->space_before && !words[high->first].space_before;
    bool digits = words[low->first].kind == KB_WORD_NUMBER && words[high->first].kind == KB_WORD_NUMBER;
    if (lookup(r, low->end, false, TO, TO, &w) || (kb_str_is(mark->form, "-") && tight))
        return true;
    if (lookup(r, low->end, false, OR, OR, &w))
        return shared;
    return kb_str_is(mark->form, "و") && (between || (shared && digits));
}

// A dual noun is a number of its own: قتيلان. Number words are handled before.
static bool dual_noun(const kb_word *word)
{
    if (word->kind != KB_WORD_ARABIC || word->analysis_count == 0)
        return false;
    const kb_analysis *a = &word->analyses[0];
    return a->known && a->pos == KB_POS_NOUN && (a->features & KB_F_DUAL);
}

// An ordinal, also of two words: الخامسة والثلاثين. Returns the word behind it, or `at`.
static uint32_t ordinal(const reader *r, uint32_t at, kb_number *ret, uint32_t *ret_skip)
{
    kb_lexeme w, tens;
    if (!lookup(r, at, true, ORD, ORD, &w))
        return at;
    uint32_t end = at + w.words;
    ret->kind = KB_ORDINAL;
    ret->value = w.value;
    *ret_skip = w.skip;
    if (w.value < 10 && lookup(r, end, true, ORD, ORD, &tens) && tens.clitics == KB_CLITIC_WA && tens.value % 10 == 0 &&
        tens.value >= 20) {
        ret->value += tens.value;
        end += tens.words;
    }
    ret->high = ret->value;
    return end;
}

static uint32_t number_at(reader *r, uint32_t at, kb_number *ret)
{
    kb_lexeme w;
    const kb_word *word = &r->layers->words[at];
    uint32_t skip = 0, end = at;
    *ret = (kb_number){.first = at};
    r->scale = 0;
    bool definite = lookup(r, at, true, ORD, ORD, &w) && (has_article(word->form, w.skip) || w.words > 1);
    if (!definite)
        end = cardinal(r, at, ret, &skip);
    if (end == at)
        end = ordinal(r, at, ret, &skip);
    if (end == at && dual_noun(word) && !lookup(r, at, true, PART, PART, &w)) {
        ret->value = ret->high = 2;
        ret->counts_noun = true;
        skip = word->analyses[0].stem_start;
        end = at + 1;
    }
    ret->end = end;
    ret->start_byte = kb_word_byte(&r->layers->text, word, skip);
    return end;
}

// Joins `number`, just read, to the one before where the two are a range.
static bool join_range(const reader *r, uint32_t first, kb_number *last, const kb_number *number)
{
    bool shared = r->scale > 0 && last->kind == KB_CARDINAL && last->value < r->head;
    if (last->first < first || !is_range(r, last, number, first, shared))
        return false;
    last->value *= shared ? r->scale : 1;
    last->high = number->value;
    last->end = number->end;
    last->end_byte = number->end_byte;
    last->kind = number->kind == KB_CARDINAL ? KB_RANGE : number->kind;
    memcpy(last->currency, number->currency, sizeof last->currency);
    return true;
}

typedef KB_VEC(kb_number) numbers;

static bool run_sentence(reader *r, kb_arena *arena, const kb_sentence *sentence, numbers *all)
{
    r->end = sentence->end;
    for (uint32_t i = sentence->first; i < sentence->end;) {
        kb_number number;
        if (number_at(r, i, &number) == i) {
            i++;
            continue;
        }
        if (number.kind == KB_CARDINAL && !number.counts_noun)
            read_context(r, &number, sentence->first);
        number.end_byte = r->layers->words[number.end - 1].end;
        if (!all->n || !join_range(r, sentence->first, &all->at[all->n - 1], &number)) {
            kb_number *slot = KB_PUSH(arena, all);
            if (!slot)
                return false;
            *slot = number;
        }
        i = number.end;
    }
    return true;
}

kb_status kb_numbers_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    reader r = {.layers = layers};
    kb_lexemes words = kb_lexemes_open(lexicon, NUMBERS_SECTION),
               currencies = kb_lexemes_open(lexicon, CURRENCIES_SECTION);
    kb_status status = kb_lexemes_scan(&words, arena, layers, &r.words, error);
    if (status == KB_OK)
        status = kb_lexemes_scan(&currencies, arena, layers, &r.currencies, error);
    if (status != KB_OK)
        return status;
    numbers all = {0};
    for (uint32_t s = 0; s < layers->sentence_count; s++) {
        if (!run_sentence(&r, arena, &layers->sentences[s], &all))
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the numbers of article " KB_PRI,
                           KB_ARG(layers->article->id));
    }
    layers->numbers = all.at;
    layers->number_count = all.n;
    return KB_OK;
}

const kb_number *kb_number_at(const kb_layers *layers, uint32_t word)
{
    uint32_t low = 0, high = layers->number_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (layers->numbers[middle].first < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low < layers->number_count && layers->numbers[low].first == word ? &layers->numbers[low] : NULL;
}
