// The table of page labels: compiled to hashes of folded phrases, looked up for each line of a page.

#include "document/parts.h"
#include "khabar/image.h"
#include "khabar/utf8.h"

#include <stdio.h>
#include <stdlib.h>

#define SECTION "page-labels"

enum { FOLDED_BYTES = 512, LONGEST_PHRASE = 8, LONGEST_WORDS_LINE = 14 };

typedef enum match { MATCH_LINE, MATCH_START, MATCH_END, MATCH_WORD, MATCH_COUNT } match;

typedef struct entry { // sorted by hash, then match
    uint64_t hash;
    uint32_t label, match;
} entry;

static const char *const label_names[] = {"",   "section", "author", "date", "caption",  "share",      "nav",
                                          "ad", "related", "more",   "tags", "comments", "newsletter", "copyright"};
static const char *const match_names[] = {"line", "start", "end", "word"};
_Static_assert(KB_LEN(label_names) == KB_LABEL_COUNT, "a name for each label");

// ---------------------------------------------------------------- folding

// A folded line: words of letters and digits, one space between, so that decoration does not matter.
typedef struct folded {
    char text[FOLDED_BYTES];
    uint32_t start[LONGEST_WORDS_LINE + 1]; // where each word begins; after the last, one past its end and space
    uint32_t words;
    bool complete;                          // the line had no more words than fit
    bool delimited[LONGEST_WORDS_LINE + 1]; // a colon, bar or dash stands behind so many words
} folded;

static uint32_t fold(uint32_t c)
{
    switch (c) {
    case 0x0622: // آ أ إ ٱ
    case 0x0623:
    case 0x0625:
    case 0x0671:
        return 0x0627;
    case 0x0649: // ى, Persian ی
    case 0x06CC:
        return 0x064A;
    case 0x0629: // ة
        return 0x0647;
    case 0x06A9: // Persian ک
        return 0x0643;
    default:
        break;
    }
    if (c >= 'A' && c <= 'Z')
        return c | 0x20;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7)
        return c | 0x20;
    return c;
}

static bool is_word_character(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c >= 0x2000 && c < 0x2C00) // punctuation, arrows, symbols
        return false;
    return c >= 0xC0 && c != 0xD7 && c != 0xF7 && c != 0x060C && c != 0x061B && c != 0x061F && c != 0x066A &&
           c != 0x06D4 && c < 0xE000;
}

// Marks and joiners inside a word: tatweel, tanwin to sukun and above, dagger alef, zero-width and direction marks.
static bool is_ignored(uint32_t c)
{
    return c == 0x0640 || (c >= 0x064B && c <= 0x065F) || c == 0x0670 || (c >= 0x200B && c <= 0x200F) || c == 0x061C ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static bool is_delimiter(uint32_t c)
{
    return c == ':' || c == '|' || c == '-' || c == '/' || c == '>' || c == 0x2013 || c == 0x2014 || c == 0x2022 ||
           c == 0xBB || c == 0xAB;
}

static void fold_line(kb_str line, folded *f)
{
    const char *p = line.p, *end = line.p + line.n;
    uint32_t n = 0;
    bool inside = false;
    *f = (folded){.complete = true};
    while (p < end) {
        uint32_t c;
        unsigned length = kb_utf8_decode(p, end, &c);
        if (length == 0)
            break;
        p += length;
        if (is_ignored(c))
            continue;
        c = fold(c);
        if (!is_word_character(c)) {
            inside = false;
            f->delimited[f->words] |= is_delimiter(c);
            continue;
        }
        if (!inside) {
            if (f->words == LONGEST_WORDS_LINE) {
                f->complete = false;
                break;
            }
            if (n)
                f->text[n++] = ' ';
            f->start[f->words++] = n;
            inside = true;
        }
        if (n + 6 > FOLDED_BYTES) {
            f->complete = false;
            break;
        }
        n += kb_utf8_encode(c, f->text + n);
    }
    f->start[f->words] = n + 1;
}

// Words from `from` to `to` of a folded line.
static kb_str words_of(const folded *f, uint32_t from, uint32_t to)
{
    return (kb_str){f->text + f->start[from], f->start[to] - 1 - f->start[from]};
}

// ---------------------------------------------------------------- compiling

static int find_name(const char *const *names, size_t count, kb_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i][0] && kb_str_is(name, names[i]))
            return (int)i;
    }
    return -1;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->match > y->match) - (x->match < y->match);
}

static kb_status compile_row(kb_row row, entry *e, kb_error *error)
{
    int label = find_name(label_names, KB_LEN(label_names), row.cells[0]);
    int how = find_name(match_names, KB_LEN(match_names), row.cells[1]);
    folded f;
    fold_line(row.cells[2], &f);
    kb_status status = KB_OK;
    if (label < 0)
        status = kb_fail(error, KB_INVALID, "label-kind", "no label is named '" KB_PRI "'", KB_ARG(row.cells[0]));
    else if (how < 0)
        status =
            kb_fail(error, KB_INVALID, "label-match", "no way to match is named '" KB_PRI "'", KB_ARG(row.cells[1]));
    else if (f.words == 0 || f.words > LONGEST_PHRASE || (how == MATCH_WORD && f.words > 1))
        status =
            kb_fail(error, KB_INVALID, "label-phrase", "'" KB_PRI "' has no or too many words", KB_ARG(row.cells[2]));
    if (status != KB_OK) {
        kb_error_at(error, "%s:%u", row.file, row.line);
        return status;
    }
    *e = (entry){.hash = kb_str_hash(words_of(&f, 0, f.words)), .label = (uint32_t)label, .match = (uint32_t)how};
    return KB_OK;
}

kb_status kb_labels_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    char path[4096];
    kb_table *table = NULL;
    if (snprintf(path, sizeof path, "%s/tables/page_labels.tsv", data_dir) >= (int)sizeof path)
        return kb_fail(error, KB_INVALID, "path-long", "the path of the data directory is too long");
    kb_error missing = {0};
    kb_status status = kb_table_read(path, 3, 3, &table, &missing);
    if (status == KB_NOT_FOUND)
        return KB_OK;
    if (status != KB_OK) {
        if (error)
            *error = missing;
        return status;
    }
    uint32_t rows = kb_table_rows(table), n = 0;
    entry *entries = calloc((size_t)rows + 1, sizeof *entries);
    if (!entries)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the page labels");
    while (n < rows && status == KB_OK) {
        status = compile_row(kb_table_row(table, n), &entries[n], error);
        n += status == KB_OK;
    }
    if (status == KB_OK) {
        qsort(entries, rows, sizeof *entries, compare_entries);
        for (uint32_t i = 1; i < rows && status == KB_OK; i++) {
            if (entries[i].match != MATCH_WORD && compare_entries(&entries[i - 1], &entries[i]) == 0)
                status = kb_fail(error, KB_INVALID, "label-twice", "%s: a phrase is listed twice, as %s and %s", path,
                                 label_names[entries[i - 1].label], label_names[entries[i].label]);
        }
    }
    if (status == KB_OK)
        status = kb_image_add(b, SECTION, entries, rows * sizeof *entries, error);
    free(entries);
    kb_table_free(table);
    return status;
}

// ---------------------------------------------------------------- looking up

typedef struct label_index {
    const entry *at;
    size_t n;
} label_index;

// Word lists overlap (طباعة is a button and a word), so that all entries of a hash and match are asked.
static uint32_t labels_of(label_index all, kb_str phrase, match how)
{
    entry wanted = {.hash = kb_str_hash(phrase), .match = (uint32_t)how};
    size_t low = 0, high = all.n;
    uint32_t set = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_entries(&all.at[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < all.n && compare_entries(&all.at[low], &wanted) == 0; low++)
        set |= 1u << all.at[low].label;
    return set;
}

static bool is_number(kb_str word)
{
    for (size_t i = 0; i < word.n; i++) {
        bool arabic_indic = i + 1 < word.n && word.p[i] == '\xD9' && (unsigned char)word.p[i + 1] >= 0xA0 &&
                            (unsigned char)word.p[i + 1] <= 0xA9;
        if (arabic_indic)
            i++;
        else if (word.p[i] < '0' || word.p[i] > '9')
            return false;
    }
    return true;
}

static kb_label lowest(uint32_t set)
{
    return set ? (kb_label)__builtin_ctz(set) : KB_LABEL_NONE;
}

static kb_label by_words(label_index all, const folded *f)
{
    uint32_t set = ~0u;
    bool number = false;
    for (uint32_t i = 0; i < f->words && set; i++) {
        kb_str word = words_of(f, i, i + 1);
        if (is_number(word))
            number = true;
        else
            set &= labels_of(all, word, MATCH_WORD);
    }
    if (set == ~0u)
        return f->words && number ? KB_LABEL_NAV : KB_LABEL_NONE; // only numbers: of pages, comments, readers
    if (!number) // "الجمعة" alone may be a heading, "الجمعة 2" is a date
        set &= ~(1u << KB_LABEL_DATE);
    return lowest(set);
}

kb_label_match kb_label_of(kb_str line)
{
    kb_image image = kb_image_embedded();
    kb_str section = image.base ? kb_image_section(&image, SECTION) : (kb_str){0};
    label_index all = {(const entry *)(const void *)section.p, section.n / sizeof(entry)};
    folded f;
    fold_line(line, &f);
    if (f.words == 0 || all.n == 0)
        return (kb_label_match){0};
    if (f.complete) {
        kb_label label = lowest(labels_of(all, words_of(&f, 0, f.words), MATCH_LINE));
        if (label == KB_LABEL_NONE)
            label = by_words(all, &f);
        if (label != KB_LABEL_NONE)
            return (kb_label_match){label, true, true, f.words > 1};
    }
    uint32_t most = f.words < LONGEST_PHRASE ? f.words : LONGEST_PHRASE;
    for (uint32_t n = most; n > 0; n--) {
        kb_label label = lowest(labels_of(all, words_of(&f, 0, n), MATCH_START));
        if (label != KB_LABEL_NONE)
            return (kb_label_match){label, n == f.words && f.complete, f.delimited[n] || n == f.words, n > 1};
    }
    for (uint32_t n = most; n > 0 && f.complete; n--) {
        kb_label label = lowest(labels_of(all, words_of(&f, f.words - n, f.words), MATCH_END));
        if (label != KB_LABEL_NONE)
            return (kb_label_match){label, false, f.delimited[f.words - n] || n > 1, n > 1};
    }
    return (kb_label_match){0};
}
