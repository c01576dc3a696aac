// Which language a text is in: letters that only some languages use, function words, and statistics of characters.

#include "khabar/utf8.h"
#include "khabar/words.h"

#include <math.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

enum { MAX_LANGUAGES = 16, MAX_WORD = 64, SAMPLE_BYTES = 8192 };

// What each kind of evidence is worth, in tenths of a nat: a run of three letters counts what it says, at most LEAST_GRAM against a language.
// FIRST speaks for the first language of a script, where the others have little to show.
enum { LETTER = 6, WORD = 20, LEAST_GRAM = -30, FIRST = 30 };

// Sections: "language.names" (language), "language.words" and "language.letters" (mark, sorted by key), "language.grams" (gram, sorted by key).
typedef struct language {
    char tag[8];
    int32_t script; // UScriptCode
    uint32_t supported;
} language;

typedef struct mark {
    uint64_t key;       // hash of a word, or a code point
    uint32_t languages; // bit per language
    uint32_t weight;
} mark;

// A run of three letters, the edges of the word among them, and what it says against each language: 0 for the one where it is most at home.
typedef struct gram {
    uint64_t key;
    int8_t score[MAX_LANGUAGES];
} gram;

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b; // both kinds begin with their key
    return (x > y) - (x < y);
}

typedef struct tally {
    const kb_image *image;
    const language *languages;
    uint32_t count;
    int32_t score[MAX_LANGUAGES];
    uint32_t letters[MAX_LANGUAGES]; // letters of its script
    uint32_t evidence;               // letters, words and runs that some language knows
} tally;

static void apply(tally *t, const char *section, uint64_t key)
{
    kb_str s = kb_image_section(t->image, section);
    mark wanted = {.key = key};
    const mark *m = s.n ? bsearch(&wanted, s.p, s.n / sizeof *m, sizeof *m, by_key) : NULL;
    t->evidence += m != NULL;
    for (uint32_t i = 0; m && i < t->count; i++) {
        if (m->languages >> i & 1)
            t->score[i] += (int32_t)m->weight;
    }
}

static uint64_t gram_key(const uint32_t c[3])
{
    return (uint64_t)c[0] << 42 | (uint64_t)c[1] << 21 | c[2];
}

static void apply_gram(tally *t, const uint32_t c[3])
{
    kb_str s = kb_image_section(t->image, "language.grams");
    gram wanted = {.key = gram_key(c)};
    const gram *g = s.n ? bsearch(&wanted, s.p, s.n / sizeof *g, sizeof *g, by_key) : NULL;
    t->evidence += g != NULL;
    for (uint32_t i = 0; g && i < t->count; i++)
        t->score[i] += g->score[i];
}

static void shift(uint32_t run[3], uint32_t c)
{
    run[0] = run[1];
    run[1] = run[2];
    run[2] = c;
}

static void count_text(tally *t, kb_str text)
{
    char word[MAX_WORD];
    size_t n = 0;
    uint32_t run[3] = {0};
    const char *end = text.p + text.n;
    for (const char *p = text.p; p <= end;) {
        uint32_t c = ' ';
        unsigned length = p < end ? kb_utf8_decode(p, end, &c) : 1;
        p += length ? length : 1;
        bool letter = c > 0x7F ? u_isalpha((UChar32)c) != 0 : (c | 32) >= 'a' && (c | 32) <= 'z';
        if (!letter && u_charType((UChar32)c) == U_NON_SPACING_MARK)
            continue;
        if (!letter) {
            if (n) {
                apply(t, "language.words", kb_hash(word, n));
                shift(run, 0);
                apply_gram(t, run);
            }
            memset(run, 0, sizeof run);
            n = 0;
            continue;
        }
        c = (uint32_t)u_tolower((UChar32)c);
        UErrorCode code = U_ZERO_ERROR;
        int32_t script = uscript_getScript((UChar32)c, &code);
        for (uint32_t i = 0; i < t->count; i++)
            t->letters[i] += t->languages[i].script == script;
        if (c > 0x7F)
            apply(t, "language.letters", c);
        shift(run, c);
        if (run[1])
            apply_gram(t, run);
        if (n + 4 <= sizeof word)
            n += kb_utf8_encode(c, word + n);
    }
}

static bool is_first(const tally *t, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (t->languages[i].script == t->languages[index].script)
            return false;
    }
    return true;
}

// The row "und" holds letters that none of the table's languages has (ۇ of Uyghur, ڪ of Sindhi): whether there are so many of them that the text is
// in none.
static bool is_foreign(const tally *t, uint32_t index)
{
    enum { ONE_IN = 20 };
    return t->score[index] > 0 && (uint32_t)t->score[index] * ONE_IN >= t->letters[index] * LETTER;
}

kb_str kb_language_of(const kb_lexicon *lexicon, kb_str stored)
{
    if (lexicon->image_count == 0)
        return KB_STR("und");
    tally t = {.image = &lexicon->images[lexicon->image_count - 1]};
    kb_str names = kb_image_section(t.image, "language.names");
    t.languages = (const language *)(const void *)names.p;
    t.count = (uint32_t)(names.n / sizeof *t.languages);
    if (t.count == 0)
        return KB_STR("und");
    for (uint32_t i = 0; i < t.count; i++)
        t.score[i] = is_first(&t, i) ? FIRST : 0;
    count_text(&t, kb_str_sub(stored, 0, SAMPLE_BYTES));
    // The script first, then what speaks for the language; the table's order settles a tie.
    uint32_t best = 0;
    for (uint32_t i = 1; i < t.count; i++) {
        bool none = strcmp(t.languages[i].tag, "und") == 0;
        if (none && is_foreign(&t, i))
            return KB_STR("und");
        if (!none &&
            (t.letters[i] > t.letters[best] || (t.letters[i] == t.letters[best] && t.score[i] > t.score[best])))
            best = i;
    }
    // Latin letters alone are evidence of no language: some of what they form must be known.
    bool latin = t.languages[best].script == USCRIPT_LATIN;
    if (t.letters[best] == 0 || (latin && t.evidence * 4 < t.letters[best]))
        return KB_STR("und");
    return kb_str_of(t.languages[best].tag);
}

bool kb_language_supported(const kb_lexicon *lexicon, kb_str tag)
{
    if (lexicon->image_count == 0)
        return false;
    kb_str names = kb_image_section(&lexicon->images[lexicon->image_count - 1], "language.names");
    const language *l = (const language *)(const void *)names.p;
    for (size_t i = 0; i < names.n / sizeof *l; i++) {
        kb_str name = kb_str_of(l[i].tag);
        bool same = tag.n >= name.n;
        for (size_t k = 0; same && k < name.n; k++)
            same = (tag.p[k] | 32) == name.p[k];
        if (same && (tag.n == name.n || tag.p[name.n] == '-' || tag.p[name.n] == '_'))
            return l[i].supported != 0;
    }
    return false;
}

// ---------------------------------------------------------------- compiling

typedef struct marks {
    kb_arena *arena;
    KB_VEC(mark) all;
} marks;

static bool add_mark(marks *m, uint64_t key, uint32_t index, uint32_t weight)
{
    for (uint32_t i = 0; i < m->all.n; i++) {
        if (m->all.at[i].key == key) {
            m->all.at[i].languages |= 1u << index;
            return true;
        }
    }
    mark *slot = KB_PUSH(m->arena, &m->all);
    if (slot)
        *slot = (mark){.key = key, .languages = 1u << index, .weight = weight};
    return slot != NULL;
}

// A row of tables/languages.tsv: tag, script, supported, letters, words.
static kb_status compile_row(kb_row row, uint32_t index, language *l, marks *letters, marks *words, kb_error *error)
{
    char script[32];
    if (row.cells[0].n == 0 || row.cells[0].n >= sizeof l->tag || row.cells[1].n == 0 ||
        row.cells[1].n >= sizeof script)
        return kb_fail(error, KB_INVALID, "language-row", "%s:%u: tag or script is missing or too long", row.file,
                       row.line);
    memcpy(l->tag, row.cells[0].p, row.cells[0].n);
    memcpy(script, row.cells[1].p, row.cells[1].n);
    script[row.cells[1].n] = '\0';
    l->script = u_getPropertyValueEnum(UCHAR_SCRIPT, script);
    if (l->script == UCHAR_INVALID_CODE)
        return kb_fail(error, KB_INVALID, "language-row", "%s:%u: no script is called %s", row.file, row.line, script);
    l->supported = kb_str_is(row.cells[2], "yes");
    bool done = true;
    for (const char *p = row.cells[3].p, *end = p + row.cells[3].n; done && p < end;) {
        uint32_t c = 0;
        p += kb_utf8_decode(p, end, &c);
        done = c == ' ' || add_mark(letters, c, index, LETTER);
    }
    kb_str rest = row.cells[4];
    while (done && rest.p) {
        kb_str word = kb_str_cut(&rest, ' ');
        done = word.n == 0 || add_mark(words, kb_str_hash(word), index, WORD);
    }
    return done ? KB_OK : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the table of languages");
}

typedef struct gram_count {
    uint64_t key;
    uint32_t seen[MAX_LANGUAGES];
} gram_count;

typedef struct gram_counts {
    kb_arena *arena;
    KB_VEC(gram_count) all; // sorted by key
    uint32_t total[MAX_LANGUAGES];
} gram_counts;

static bool count_gram(gram_counts *g, const uint32_t c[3], uint32_t which)
{
    uint64_t key = gram_key(c);
    uint32_t low = 0, high = g->all.n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (g->all.at[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == g->all.n || g->all.at[low].key != key) {
        if (!KB_PUSH(g->arena, &g->all))
            return false;
        memmove(&g->all.at[low + 1], &g->all.at[low], (g->all.n - 1 - low) * sizeof *g->all.at);
        g->all.at[low] = (gram_count){.key = key};
    }
    g->all.at[low].seen[which]++;
    g->total[which]++;
    return true;
}

static bool count_word(gram_counts *g, kb_str word, uint32_t which)
{
    uint32_t run[3] = {0};
    for (const char *p = word.p, *end = p + word.n; p < end;) {
        uint32_t c = 0;
        unsigned n = kb_utf8_decode(p, end, &c);
        p += n ? n : 1;
        if (!u_isalpha((UChar32)c))
            continue;
        shift(run, (uint32_t)u_tolower((UChar32)c));
        if (run[1] && !count_gram(g, run, which))
            return false;
    }
    shift(run, 0);
    return run[1] == 0 || count_gram(g, run, which);
}

// Logarithms of the share of each run in each language, against the language where it is the most frequent.
static kb_status write_grams(const gram_counts *g, uint32_t count, kb_image_builder *b, kb_error *error)
{
    static const double unseen = 0.4;
    gram *out = KB_NEWS(g->arena, gram, g->all.n);
    if (!out)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the statistics of languages");
    for (uint32_t i = 0; i < g->all.n; i++) {
        double share[MAX_LANGUAGES] = {0}, most = 0;
        for (uint32_t k = 0; k < count; k++) {
            if (g->total[k] == 0)
                continue;
            share[k] = (g->all.at[i].seen[k] + unseen) / (g->total[k] + unseen * g->all.n);
            most = share[k] > most ? share[k] : most;
        }
        out[i].key = g->all.at[i].key;
        for (uint32_t k = 0; k < count; k++) {
            double against = share[k] > 0 ? 10 * log(share[k] / most) : 0;
            out[i].score[k] = (int8_t)lround(against < LEAST_GRAM ? LEAST_GRAM : against);
        }
    }
    return kb_image_add(b, "language.grams", out, g->all.n * sizeof *out, error);
}

static kb_status compile_grams(const char *data_dir, const language *languages, uint32_t count, kb_arena *arena,
                               kb_image_builder *b, kb_error *error)
{
    kb_str path = kb_arena_printf(arena, "%s/tables/language_words.tsv", data_dir);
    kb_table *table = NULL;
    gram_counts grams = {.arena = arena};
    kb_status status =
        path.p ? kb_table_read(path.p, 2, 2, &table, error) : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory");
    if (status == KB_NOT_FOUND)
        return KB_OK;
    for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
        kb_row row = kb_table_row(table, i);
        uint32_t which = 0;
        while (which < count && !kb_str_is(row.cells[0], languages[which].tag))
            which++;
        if (which == count) {
            status = kb_fail(error, KB_INVALID, "language-row", "%s:%u: no such language", row.file, row.line);
            break;
        }
        kb_str rest = row.cells[1];
        while (rest.p && status == KB_OK) {
            if (!count_word(&grams, kb_str_cut(&rest, ' '), which))
                status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the statistics of languages");
        }
    }
    if (status == KB_OK)
        status = write_grams(&grams, count, b, error);
    kb_table_free(table);
    return status;
}

// A table without rows has nothing to sort.
static void sort_marks(marks *m)
{
    if (m->all.n)
        qsort(m->all.at, m->all.n, sizeof(mark), by_key);
}

kb_status kb_languages_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    kb_arena *arena = kb_arena_new(0);
    kb_str path = arena ? kb_arena_printf(arena, "%s/tables/languages.tsv", data_dir) : (kb_str){0};
    kb_table *table = NULL;
    kb_status status =
        path.p ? kb_table_read(path.p, 5, 5, &table, error) : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory");
    if (status == KB_NOT_FOUND) { // a user's data may leave it out
        kb_arena_free(arena);
        return KB_OK;
    }
    language languages[MAX_LANGUAGES] = {0};
    marks letters = {.arena = arena}, words = {.arena = arena};
    uint32_t count = status == KB_OK ? kb_table_rows(table) : 0;
    if (count > MAX_LANGUAGES)
        status = kb_fail(error, KB_LIMIT, "language-rows", "%s: more than %d languages", path.p, MAX_LANGUAGES);
    for (uint32_t i = 0; i < count && status == KB_OK; i++)
        status = compile_row(kb_table_row(table, i), i, &languages[i], &letters, &words, error);
    if (status == KB_OK) {
        sort_marks(&letters);
        sort_marks(&words);
        status = kb_image_add(b, "language.names", languages, count * sizeof(language), error);
    }
    if (status == KB_OK)
        status = kb_image_add(b, "language.letters", letters.all.at, letters.all.n * sizeof(mark), error);
    if (status == KB_OK)
        status = kb_image_add(b, "language.words", words.all.at, words.all.n * sizeof(mark), error);
    if (status == KB_OK)
        status = compile_grams(data_dir, languages, count, arena, b, error);
    kb_table_free(table);
    kb_arena_free(arena);
    return status;
}
