#include "khabar/normalize.h"
#include "khabar/words.h"

#include <stdlib.h>

// Later stages compare the words of a sentence with each other: what goes on for longer than a sentence of a newspaper ever does is cut, at a comma
// from LONG_WORDS on, anywhere at MOST_WORDS.
enum {
    HEADING_WORDS = 12,
    DATELINE_PLACE = 4,
    DATELINE_SOURCE = 6,
    DATELINE_PROSE = 12,
    LONG_WORDS = 250,
    MOST_WORDS = 400
};

typedef struct splitter {
    kb_arena *arena;
    kb_layers *layers;
    const uint64_t *abbreviations; // sorted hashes
    size_t abbreviation_count;
    KB_VEC(kb_sentence) sentences;
    uint32_t paragraph;
} splitter;

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool is_punct(const kb_word *w, const char *any)
{
    return w->kind == KB_WORD_PUNCT && strchr(any, w->form.p[0]) != NULL && (w->form.p[0] & 0x80) == 0;
}

// Line breaks between word i and the next one; the end of the text counts as a blank line.
static unsigned breaks_after(const splitter *s, uint32_t i)
{
    const kb_layers *y = s->layers;
    if (i + 1 >= y->word_count)
        return 2;
    unsigned n = 0;
    for (uint32_t at = y->words[i].end; at < y->words[i + 1].start; at++)
        n += y->text.stored.p[at] == '\n';
    return n;
}

// Whether the full stop after word `i` belongs to an abbreviation, an initial or the number of a list item.
static bool is_abbreviation(const splitter *s, uint32_t line, uint32_t i)
{
    const kb_word *w = &s->layers->words[i];
    if (w->kind == KB_WORD_NUMBER)
        return i == line;
    bool letter = (w->kind == KB_WORD_ARABIC && w->form.n == 2) || (w->kind == KB_WORD_LATIN && w->form.n == 1);
    uint64_t key = kb_str_hash(w->form);
    return letter ||
           (s->abbreviation_count && bsearch(&key, s->abbreviations, s->abbreviation_count, sizeof key, by_value));
}

// Two sentences whose full stop lost its space: قال.وأضاف, but not العربية.نت.
static bool is_glued(const kb_word *before, const kb_word *after)
{
    return before->kind == KB_WORD_ARABIC && after->kind == KB_WORD_ARABIC && before->form.n >= 6 &&
           after->form.n >= 8 && kb_str_starts(after->form, KB_STR("و"));
}

// Whether a sentence ends with word i of the line first .. last (inclusive).
static bool ends_sentence(const splitter *s, uint32_t first, uint32_t i, uint32_t last)
{
    const kb_word *w = &s->layers->words[i];
    uint32_t words = i + 1 - first;
    if (i == last || words >= MOST_WORDS || (words >= LONG_WORDS && is_punct(w, ",;")))
        return true;
    if (!is_punct(w, ".!?"))
        return false;
    bool stop = w->form.p[0] == '.';
    if (stop && (w->form.n > 1 || (i > first && is_abbreviation(s, first, i - 1))))
        return false;
    return w[1].space_before || is_punct(&w[1], "\")]'") || (stop && i > first && is_glued(&w[-1], &w[1]));
}

static bool is_clock(const kb_word *w, uint32_t left)
{
    return left >= 4 && w[0].kind == KB_WORD_NUMBER && is_punct(&w[1], ":") && !w[1].space_before &&
           w[2].kind == KB_WORD_NUMBER && !w[2].space_before && w[0].form.n <= 2 && w[2].form.n == 2;
}

static kb_sentence_kind line_kind(const splitter *s, uint32_t first, uint32_t last)
{
    const kb_word *w = &s->layers->words[first], *end = &s->layers->words[last];
    uint32_t n = last - first + 1;
    if (w->start < s->layers->text.title_end)
        return KB_TITLE;
    if (is_clock(w, n) || (is_punct(w, "[(") && n > 1 && is_clock(&w[1], n - 1)))
        return KB_LIVE;
    if (n > 1 && (is_punct(w, "*") || (is_punct(w, "-") && w[1].space_before)))
        return KB_BULLET;
    if (n > 2 && w->kind == KB_WORD_NUMBER && is_punct(&w[1], ".)-") && !w[1].space_before && w[2].space_before)
        return KB_BULLET;
    if (n <= HEADING_WORDS && !is_punct(end, ".!?:;,"))
        return is_punct(end, "\"") && n > 1 && is_punct(&end[-1], ".!?") ? KB_PROSE : KB_HEADING;
    return KB_PROSE;
}

static bool is_dash(const kb_word *w, uint32_t last, uint32_t i)
{
    return is_punct(w, "/") || (is_punct(w, "-") && (w->space_before || (i < last && w[1].space_before)));
}

// First word after a dateline at the head of the line, or `first`: PLACE - SOURCE: , PLACE (SOURCE) - , PLACE - before prose.
static uint32_t dateline_end(const splitter *s, uint32_t first, uint32_t last)
{
    const kb_word *w = s->layers->words;
    uint32_t i = first;
    while (i <= last && w[i].kind == KB_WORD_ARABIC && i - first < DATELINE_PLACE)
        i++;
    if (i == first || i >= last)
        return first;
    bool bracket = is_punct(&w[i], "(");
    if (!bracket && !is_dash(&w[i], last, i) && !is_punct(&w[i], ","))
        return first;
    bool comma = is_punct(&w[i], ","), dash = is_dash(&w[i], last, i);
    uint32_t source = i + 1, at = source;
    for (; at < last && at - source <= DATELINE_SOURCE; at++) {
        if (bracket && is_punct(&w[at], ")"))
            return is_punct(&w[at + 1], "-:") ? at + 2 : first;
        if (!bracket && at > source && (is_dash(&w[at], last, at) || is_punct(&w[at], ":")) && w[at + 1].space_before) {
            bool more =
                is_dash(&w[at], last, at) && at + 2 < last && is_punct(&w[at + 2], ":"); // القاهرة - محمد علي - رويترز:
            return more ? at + 3 : at + 1;
        }
        if (is_punct(&w[at], ".") && w[at + 1].space_before)
            break;
    }
    bool opening = last - first >= DATELINE_PROSE && i - first <= 2;
    return dash && !comma && opening ? source : first;
}

static bool add_sentence(splitter *s, uint32_t first, uint32_t last, kb_sentence_kind kind)
{
    kb_word *w = s->layers->words;
    uint32_t index = s->sentences.n;
    kb_sentence *sentence = KB_PUSH(s->arena, &s->sentences);
    if (!sentence)
        return false;
    *sentence = (kb_sentence){.first = first,
                              .end = last + 1,
                              .start_byte = w[first].start,
                              .end_byte = w[last].end,
                              .paragraph = s->paragraph,
                              .kind = (uint8_t)kind,
                              .dateline_end = first};
    for (uint32_t i = first; i <= last; i++)
        w[i].sentence = index;
    return true;
}

static bool split_line(splitter *s, uint32_t first, uint32_t last)
{
    const kb_word *w = s->layers->words;
    kb_sentence_kind kind = line_kind(s, first, last);
    uint32_t dateline = kind == KB_PROSE ? dateline_end(s, first, last) : first;
    uint32_t start = first;
    for (uint32_t i = first; i <= last; i++) {
        if (!ends_sentence(s, start, i, last))
            continue;
        while (i < last && !w[i + 1].space_before && is_punct(&w[i + 1], "\")]'!?"))
            i++; // what closes goes with what it closes
        if (!add_sentence(s, start, i, kind))
            return false;
        if (start == first && dateline <= i)
            s->sentences.at[s->sentences.n - 1].dateline_end = dateline;
        start = i + 1;
    }
    return true;
}

kb_status kb_sentences_cut(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    splitter s = {.arena = arena, .layers = layers};
    if (lexicon->image_count) {
        kb_str section = kb_image_section(&lexicon->images[lexicon->image_count - 1], "abbreviations");
        s.abbreviations = (const uint64_t *)(const void *)section.p;
        s.abbreviation_count = section.n / sizeof(uint64_t);
    }
    s.paragraph = layers->text.title_end ? 0 : 1;
    for (uint32_t first = 0, i = 0; i < layers->word_count; i++) {
        unsigned breaks = breaks_after(&s, i);
        if (breaks == 0)
            continue;
        if (!split_line(&s, first, i))
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for sentences");
        s.paragraph += breaks > 1;
        first = i + 1;
    }
    layers->sentences = s.sentences.at;
    layers->sentence_count = s.sentences.n;
    return KB_OK;
}

kb_status kb_abbreviations_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    kb_arena *arena = kb_arena_new(0);
    kb_str path = arena ? kb_arena_printf(arena, "%s/tables/abbreviations.tsv", data_dir) : (kb_str){0};
    kb_table *table = NULL;
    kb_status status =
        path.p ? kb_table_read(path.p, 1, 2, &table, error) : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory");
    uint32_t count = status == KB_OK ? kb_table_rows(table) : 0;
    uint64_t *keys = status == KB_OK ? KB_NEWS(arena, uint64_t, count) : NULL;
    for (uint32_t i = 0; keys && i < count; i++)
        keys[i] = kb_str_hash(kb_fold(arena, kb_table_row(table, i).cells[0]));
    if (keys) {
        qsort(keys, count, sizeof *keys, by_value);
        status = kb_image_add(b, "abbreviations", keys, count * sizeof *keys, error);
    } else if (status == KB_OK) {
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the table of abbreviations");
    } else if (status == KB_NOT_FOUND) {
        status = KB_OK; // a user's data may leave it out
    }
    kb_table_free(table);
    kb_arena_free(arena);
    return status;
}
