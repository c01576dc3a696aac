#include "khabar/numbers.h"
#include "khabar/extract.h"
#include "numberwords.h"

#include <stdio.h>

static const char *const class_names[KB_NC_CLASSES] = {
    "UNIT",    "TEEN", "TEN",    "HUNDRED", "SCALE",       "SCALE2", "ORD",        "VAGUE",   "MANY", "PART", "TO",
    "BETWEEN", "OR",   "APPROX", "ATLEAST", "ATLEASTPOST", "ATMOST", "ATMOSTPOST", "PERCENT", "HALF", "AND",  "PARTS"};
#define NUMBERS_SECTION    "language.numbers"
#define CURRENCIES_SECTION "language.currencies"

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
        bool letters = code.n == 0 || code.n == 3;
        for (size_t c = 0; c < code.n && letters; c++)
            letters = code.p[c] >= 'A' && code.p[c] <= 'Z';
        if (!letters)
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
    kb_status status = kb_lexemes_compile(path, NUMBERS_SECTION, class_names, KB_NC_CLASSES, b, error);
    if (status != KB_OK)
        return status;
    snprintf(path, sizeof path, "%s/tables/currencies.tsv", data_dir);
    return compile_currencies(path, b, error);
}

// ---------------------------------------------------------------- what stands around

static void read_money(const kb_number_reader *r, kb_number *number)
{
    kb_lexeme currency;
    bool after = kb_lexeme_find(&r->currencies, number->end, r->end, false, 0, 0, &currency);
    if (after) {
        number->end += currency.words;
    } else { // $5
        uint32_t before = number->first - 1;
        if (number->first <= r->free || r->layers->words[before].kind == KB_WORD_ARABIC ||
            !kb_lexeme_find(&r->currencies, before, number->first, false, 0, 0, &currency))
            return;
        number->first = before;
        number->start_byte = r->layers->words[before].start;
    }
    number->kind = KB_MONEY;
    for (int i = 0; i < 3 && currency.value; i++)
        number->currency[i] = (char)(currency.value >> (16 - 8 * i) & 0xFF);
}

static void read_context(const kb_number_reader *r, kb_number *number, uint32_t sentence_first)
{
    kb_lexeme w;
    if (kb_number_word(r, number->end, false, KB_NC_PERCENT, KB_NC_PERCENT, &w)) {
        number->kind = KB_PERCENT;
        number->end += w.words;
    } else if (number->first > r->free && kb_str_is(r->layers->words[number->first - 1].form, "%") &&
               !r->layers->words[number->first].space_before) { // %15, written from right to left
        number->kind = KB_PERCENT;
        number->start_byte = r->layers->words[--number->first].start;
    } else {
        read_money(r, number);
    }
    if (kb_number_word(r, number->end, false, KB_NC_ATLEASTPOST, KB_NC_ATLEASTPOST, &w))
        number->bound = 1;
    else if (kb_number_word(r, number->end, false, KB_NC_ATMOSTPOST, KB_NC_ATMOSTPOST, &w))
        number->bound = -1;
    uint32_t from = number->first > sentence_first + KB_LEXEME_WORDS ? number->first - KB_LEXEME_WORDS : sentence_first;
    for (uint32_t i = from; i < number->first && !number->bound;
         i++) { // only what ends right before the number; the longest begins first
        for (unsigned class = KB_NC_APPROX; class <= KB_NC_ATMOST; class ++) {
            if (kb_number_word(r, i, true, class, class, &w) && i + w.words == number->first) {
                number->approximate |= class == KB_NC_APPROX;
                number->bound = class == KB_NC_ATLEAST ? 1 : class == KB_NC_ATMOST ? -1 : number->bound;
            }
        }
    }
}

// Whether a word of BETWEEN stands before word `at`, or before the approximation there (بين نحو 10 و20).
static bool between_before(const kb_number_reader *r, uint32_t first, uint32_t at)
{
    kb_lexeme w;
    for (uint32_t back = 1; back <= 2 && at >= first + back; back++) {
        if (kb_number_word(r, at - back, true, KB_NC_BETWEEN, KB_NC_BETWEEN, &w) && w.words == 1)
            return true;
        if (!kb_number_word(r, at - back, false, KB_NC_APPROX, KB_NC_APPROX, &w))
            return false;
    }
    return false;
}

// 10-20, 10 إلى 20, بين 10 و20: the two numbers become one range. `shared`: the first may leave out the scale of the second (10 و20 ألف), which
// makes a range of them also without بين, and with أو.
static bool is_range(const kb_number_reader *r, const kb_number *low, const kb_number *high, uint32_t first,
                     bool shared)
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
    bool unit = high->kind == KB_PERCENT || high->kind == KB_MONEY; // 15 - 20 %, which is no score
    if (kb_number_word(r, low->end, false, KB_NC_TO, KB_NC_TO, &w) || (kb_str_is(mark->form, "-") && (tight || unit)))
        return true;
    if (kb_number_word(r, low->end, false, KB_NC_OR, KB_NC_OR, &w))
        return shared;
    return kb_str_is(mark->form, "و") && (between || (shared && digits));
}

// Joins `number`, just read, to the one before where the two are a range.
static bool join_range(const kb_number_reader *r, uint32_t first, kb_number *last, const kb_number *number)
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

static bool run_sentence(kb_number_reader *r, kb_arena *arena, const kb_sentence *sentence, numbers *all)
{
    r->end = sentence->end;
    for (uint32_t i = sentence->first; i < sentence->end;) {
        kb_number number;
        if (kb_number_read(r, i, &number) == i) {
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
        i = r->free = number.end;
    }
    return true;
}

kb_status kb_numbers_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    kb_number_reader r = {.layers = layers};
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
    uint32_t i = KB_FIRST_FROM(layers->numbers, layers->number_count, first, word);
    return i < layers->number_count && layers->numbers[i].first == word ? &layers->numbers[i] : NULL;
}
