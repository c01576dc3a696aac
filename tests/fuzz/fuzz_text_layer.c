// The language layers over any bytes: two forms and their map, words, sentences, analyses, numbers, times. What must hold for every input is checked.

#include "khabar/extract.h"
#include "khabar/normalize.h"

#include <stdlib.h>

static kb_extractor *extractor;
static kb_arena *arena;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_words(const kb_layers *y)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < y->word_count; i++) {
        const kb_word *w = &y->words[i];
        check(w->start >= at && w->end >= w->start && w->end <= y->text.stored.n && w->sentence < y->sentence_count);
        check(w->kind != KB_WORD_ARABIC || w->analysis_count > 0);
        for (unsigned k = 0; k < w->analysis_count; k++)
            check(w->analyses[k].stem_start <= w->analyses[k].stem_end && w->analyses[k].stem_end <= w->form.n);
        at = w->end;
    }
    for (uint32_t i = 0; i < y->sentence_count; i++)
        check(y->sentences[i].first < y->sentences[i].end && y->sentences[i].dateline_end < y->sentences[i].end);
}

static void check_numbers(const kb_layers *y)
{
    for (uint32_t i = 0; i < y->number_count; i++) {
        const kb_number *n = &y->numbers[i];
        check(n->first < n->end && n->end <= y->word_count && n->start_byte < n->end_byte &&
              n->end_byte <= y->text.stored.n && n->high >= n->value);
        check(i == 0 || n->first >= y->numbers[i - 1].end);
    }
    for (uint32_t i = 0; i < y->time_count; i++) {
        const kb_time *t = &y->times[i];
        check(t->first < t->end && t->end <= y->word_count && t->start < t->end_byte &&
              t->end_byte <= y->text.stored.n && t->value.n > 0);
        check(i == 0 || t->first >= y->times[i - 1].end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!extractor) {
        kb_extractor_new(NULL, &extractor, NULL);
        arena = kb_arena_new(256u << 20);
    }
    if (!extractor || !arena || size > 65536)
        return 0;
    kb_arena_reset(arena);
    size_t title = size ? data[0] % 64u : 0;
    kb_str all = {(const char *)data, size};
    kb_article article = {
        .id = KB_STR("fuzz"), .title = kb_str_sub(all, 1, 1 + title), .body = kb_str_sub(all, 1 + title, size)};
    kb_layers y = {.article = &article};
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    if (kb_text_run(lexicon, arena, &y, NULL) != KB_OK)
        return 0;
    kb_str again;
    check(kb_normalize(arena, y.text.stored, false, &again, NULL) != KB_OK || kb_str_eq(again, y.text.stored));
    check(y.text.origin[y.text.match.n] == y.text.stored.n);
    if (kb_words_run(lexicon, arena, &y, NULL) != KB_OK)
        return 0;
    check_words(&y);
    if (kb_numbers_run(lexicon, arena, &y, NULL) == KB_OK && kb_times_run(lexicon, arena, &y, NULL) == KB_OK)
        check_numbers(&y);
    return 0;
}
