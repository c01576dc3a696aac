// Words in context, from tests/cases/morphology: each file is a list of sentences with the reading of some of their words.

#include "khabar/extract.h"
#include "khabar/morphology.h"
#include "khabar/normalize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const double least_right = 0.97;

static const struct {
    const char *letters;
    unsigned clitic;
} clitics[] = {{"و", KB_CLITIC_WA}, {"ف", KB_CLITIC_FA}, {"ب", KB_CLITIC_BI}, {"ل", KB_CLITIC_LI | KB_CLITIC_LA},
               {"ك", KB_CLITIC_KA}, {"س", KB_CLITIC_SA}, {"أ", KB_CLITIC_A},  {"ال", KB_CLITIC_AL}};

// What the analysis says, in the notation of the case files: clitics+STEM+pronoun, by letters of the word.
static void describe(const kb_word *w, const kb_analysis *a, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < KB_LEN(clitics); i++) {
        if (a->proclitics & clitics[i].clitic)
            n += (size_t)snprintf(out + n, size - n, "%s+", clitics[i].letters);
    }
    kb_str stem = kb_word_stem(w, a);
    n += (size_t)snprintf(out + n, size - n, KB_PRI, KB_ARG(stem));
    if (a->enclitic)
        snprintf(out + n, size - n, "+" KB_PRI, KB_ARG(kb_str_sub(w->form, a->stem_end, w->form.n)));
}

typedef struct tester {
    const kb_extractor *extractor;
    kb_arena *arena;
    kb_layers layers;
    uint32_t at; // next word of the sentence
    unsigned cases, right;
} tester;

static void start(tester *t, kb_str sentence)
{
    const kb_lexicon *lexicon = kb_extractor_lexicon(t->extractor);
    kb_arena_reset(t->arena);
    kb_article *article = KB_NEW(t->arena, kb_article);
    article->body = kb_arena_copy(t->arena, sentence);
    article->language = KB_STR("ar");
    t->layers = (kb_layers){.article = article};
    t->at = 0;
    assert_int_equal(kb_text_run(lexicon, t->arena, &t->layers, NULL), KB_OK);
    assert_int_equal(kb_words_run(lexicon, t->arena, &t->layers, NULL), KB_OK);
}

// word, segmentation, lemma, part of speech; `-` is not judged
static void judge(tester *t, const kb_row *row)
{
    const kb_lexicon *lexicon = kb_extractor_lexicon(t->extractor);
    kb_str form = kb_fold(t->arena, row->cells[0]), segments = kb_fold(t->arena, row->cells[1]);
    while (t->at < t->layers.word_count && !kb_str_eq(t->layers.words[t->at].form, form))
        t->at++;
    if (t->at == t->layers.word_count)
        fail_msg("%s:%u: the word is not in the sentence after the one before", row->file, row->line);
    const kb_word *w = &t->layers.words[t->at++];
    const kb_analysis *a = w->analyses;
    char got[512];
    describe(w, a, got, sizeof got);
    kb_str folded = kb_fold(t->arena, kb_str_of(got)), lemma = kb_lemma_text(lexicon, a->lemma);
    kb_pos pos = kb_pos_of(row->cells[3]);
    bool right = kb_str_eq(folded, segments) && a->pos == pos;
    if (!kb_str_is(row->cells[2], "-"))
        right = right && a->lemma == kb_lemma_of(row->cells[2], pos);
    t->cases++;
    t->right += right;
    if (!right)
        print_message("%s:%u: " KB_PRI ": wanted " KB_PRI " " KB_PRI "/" KB_PRI ", got %s " KB_PRI "/%s\n", row->file,
                      row->line, KB_ARG(row->cells[0]), KB_ARG(row->cells[1]), KB_ARG(row->cells[2]),
                      KB_ARG(row->cells[3]), got, KB_ARG(lemma), kb_pos_name(a->pos));
}

static void reads_words_in_context(void **state)
{
    (void)state;
    kb_extractor *extractor = NULL;
    assert_int_equal(kb_extractor_new(NULL, &extractor, NULL), KB_OK);
    tester t = {.extractor = extractor, .arena = kb_arena_new(0)};
    kb_arena *arena = kb_arena_new(0);
    kb_str *files = NULL;
    uint32_t count = 0;
    assert_int_equal(kb_files_below(KHABAR_SOURCE_DIR "/tests/cases/morphology", ".tsv", arena, &files, &count, NULL),
                     KB_OK);
    for (uint32_t i = 0; i < count; i++) {
        kb_table *table = NULL;
        kb_error error = {0};
        if (kb_table_read(files[i].p, 1, 4, &table, &error) != KB_OK)
            fail_msg("%s", error.what);
        for (uint32_t k = 0; k < kb_table_rows(table); k++) {
            kb_row row = kb_table_row(table, k);
            if (row.count == 1)
                start(&t, row.cells[0]);
            else
                judge(&t, &row);
        }
        kb_table_free(table);
    }
    print_message("%u of %u words right: %.2f %%\n", t.right, t.cases, t.cases ? 100.0 * t.right / t.cases : 0);
    assert_true(t.cases >= 1500);
    assert_true(t.right >= least_right * t.cases);
    kb_arena_free(arena);
    kb_arena_free(t.arena);
    kb_extractor_free(extractor);
}

// A text of words that are mostly new, some of them with marks, and some that come again and again.
static kb_str random_words(kb_arena *arena, unsigned *seed)
{
    static const char *const known[] = {"قال", "الوزير", "في", "وكانت", "للمرة", "مسؤولون", "بين", "عقدت", "،", "12"};
    static const char *const letters[] = {"ا", "ل", "م", "و", "ي", "ن", "ت", "ر",
                                          "ب", "س", "ة", "أ", "َ",  "ى", "ه", "ك"};
    enum { WORDS = 400, BYTES = 64 };
    char *text = kb_alloc(arena, WORDS * BYTES);
    size_t n = 0;
    for (int i = 0; i < WORDS; i++) {
        if (rand_r(seed) % 3 == 0)
            n += (size_t)snprintf(text + n, BYTES, "%s ", known[(unsigned)rand_r(seed) % KB_LEN(known)]);
        for (int k = rand_r(seed) % 9; k > 0; k--)
            n += (size_t)snprintf(text + n, BYTES, "%s", letters[(unsigned)rand_r(seed) % KB_LEN(letters)]);
        text[n++] = ' ';
    }
    return (kb_str){text, n};
}

// What is kept from article to article changes nothing, also when it overflows.
static void reads_the_same_with_and_without_memo(void **state)
{
    (void)state;
    kb_extractor *extractor = NULL;
    assert_int_equal(kb_extractor_new(NULL, &extractor, NULL), KB_OK);
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    kb_arena *arena = kb_arena_new(0);
    kb_word_memo *memo = kb_word_memo_new();
    unsigned seed = 7;
    for (int round = 0; round < 400; round++) {
        kb_arena_reset(arena);
        kb_article article = {.body = random_words(arena, &seed), .language = KB_STR("ar")};
        kb_layers with = {.article = &article, .memo = memo}, without = {.article = &article};
        assert_int_equal(kb_text_run(lexicon, arena, &with, NULL), KB_OK);
        assert_int_equal(kb_words_run(lexicon, arena, &with, NULL), KB_OK);
        assert_int_equal(kb_text_run(lexicon, arena, &without, NULL), KB_OK);
        assert_int_equal(kb_words_run(lexicon, arena, &without, NULL), KB_OK);
        assert_int_equal(with.word_count, without.word_count);
        for (uint32_t i = 0; i < with.word_count; i++) {
            const kb_word *a = &with.words[i], *b = &without.words[i];
            assert_int_equal(a->analysis_count, b->analysis_count);
            if (a->analysis_count)
                assert_memory_equal(a->analyses, b->analyses, a->analysis_count * sizeof *a->analyses);
        }
    }
    kb_word_memo_free(memo);
    kb_arena_free(arena);
    kb_extractor_free(extractor);
}

static void names_a_lemma_alike_folded_or_not(void **state)
{
    (void)state;
    static const char *const forms[] = {"أعلن", "مسؤولية", "إلى", "F16", "ـ", ""};
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(forms); i++) {
        kb_str folded = kb_fold(arena, kb_str_of(forms[i]));
        assert_int_equal(kb_lemma_of_folded(folded, KB_POS_VERB), kb_lemma_of(folded, KB_POS_VERB));
    }
    assert_int_not_equal(kb_lemma_of(KB_STR("قتل"), KB_POS_VERB), kb_lemma_of(KB_STR("قتل"), KB_POS_NOUN));
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_words_in_context),
        cmocka_unit_test(reads_the_same_with_and_without_memo),
        cmocka_unit_test(names_a_lemma_alike_folded_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
