// Words, sentences and languages; the cases stand in tests/cases.

#include "khabar/extract.h"
#include "khabar/normalize.h"
#include "khabar/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static kb_extractor *extractor;
static kb_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = kb_arena_new(0);
    return kb_extractor_new(NULL, &extractor, NULL) == KB_OK && arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    kb_extractor_free(extractor);
    kb_arena_free(arena);
    return 0;
}

static kb_layers run(kb_str title, kb_str body)
{
    kb_article *article = KB_NEW(arena, kb_article);
    *article = (kb_article){.id = KB_STR("test"), .title = title, .body = body, .language = KB_STR("ar")};
    kb_layers layers = {.article = article};
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    assert_int_equal(kb_text_run(lexicon, arena, &layers, NULL), KB_OK);
    assert_int_equal(kb_words_run(lexicon, arena, &layers, NULL), KB_OK);
    return layers;
}

static void expect_words(const char *text, const char *words)
{
    kb_layers y = run((kb_str){0}, kb_str_of(text));
    kb_str got = {0};
    for (uint32_t i = 0; i < y.word_count; i++) {
        kb_str w = kb_str_sub(y.text.stored, y.words[i].start, y.words[i].end);
        got = kb_arena_printf(arena, KB_PRI "%s" KB_PRI, KB_ARG(got), i ? "|" : "", KB_ARG(w));
    }
    if (!kb_str_is(got, words))
        fail_msg("'%s' is cut '" KB_PRI "', not '%s'", text, KB_ARG(got), words);
}

static void cuts_words(void **state)
{
    (void)state;
    expect_words("قال الوزير، ثم غادر.", "قال|الوزير|،|ثم|غادر|.");
    expect_words("نحو ثلاثة آلاف و200", "نحو|ثلاثة|آلاف|و|200");
    expect_words("3.5% و١٬٢٠٠ دولار", "3.5|%|و|١٬٢٠٠|دولار");
    expect_words("F-16 وO'Brien", "F|-|16|و|O'Brien");
    expect_words("2020،2021", "2020|،|2021");
    expect_words("مُحَمَّدٌ... «نعم»", "مُحَمَّدٌ|...|«|نعم|»");
    expect_words("COVID19 و東京都 في", "COVID19|و|東京|都|في");
    expect_words("10:30 في 5/6/2023", "10|:|30|في|5|/|6|/|2023");
}

static void keeps_the_text(void **state)
{
    (void)state;
    kb_layers y = run(KB_STR("عنوان  الخبر"), KB_STR("فقرة أولى.\n\nفقرة ثانية."));
    assert_true(kb_str_is(y.text.stored, "عنوان الخبر\n\nفقرة أولى.\n\nفقرة ثانية."));
    assert_int_equal(y.sentence_count, 3);
    assert_int_equal(y.sentences[0].kind, KB_TITLE);
    assert_int_equal(y.sentences[0].paragraph, 0);
    assert_int_equal(y.sentences[1].paragraph, 1);
    assert_int_equal(y.sentences[2].paragraph, 2);
    assert_int_equal(y.text.title_end, strlen("عنوان الخبر"));
    y = run(KB_STR(""), KB_STR(""));
    assert_int_equal(y.word_count, 0);
    assert_int_equal(y.sentence_count, 0);
}

static void bounds_long_words(void **state)
{
    (void)state;
    size_t n = 5000;
    char *p = kb_alloc(arena, n * 2);
    for (size_t i = 0; i < n; i++)
        memcpy(p + 2 * i, "ب", 2);
    kb_layers y = run((kb_str){0}, (kb_str){p, n * 2});
    for (uint32_t i = 0; i < y.word_count; i++) {
        assert_true(y.words[i].form.n <= KB_WORD_BYTES);
        assert_true(y.words[i].analysis_count > 0);
        assert_true(y.words[i].analyses[0].stem_end <= y.words[i].form.n);
    }
    assert_int_equal(y.words[y.word_count - 1].end, n * 2);
}

static kb_str read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *p = kb_alloc(arena, 1 << 16);
    size_t n = fread(p, 1, 1 << 16, f);
    fclose(f);
    return (kb_str){p, n};
}

// Writes a text with the marks of the case file where the sentences are.
static kb_str mark(const kb_layers *y)
{
    static const char *const kinds[] = {"", "", "[heading]", "[bullet]", "[live]"};
    kb_str out = {0};
    for (uint32_t i = 0; i < y->sentence_count; i++) {
        const kb_sentence *s = &y->sentences[i];
        bool same_line = i > 0 && !memchr(y->text.stored.p + y->sentences[i - 1].end_byte, '\n',
                                          s->start_byte - y->sentences[i - 1].end_byte);
        uint32_t head = s->dateline_end > s->first ? y->words[s->dateline_end].start : s->start_byte;
        kb_str dateline = kb_str_sub(y->text.stored, s->start_byte, head),
               rest = kb_str_sub(y->text.stored, head, s->end_byte);
        kb_str gap = i ? kb_str_sub(y->text.stored, y->sentences[i - 1].end_byte, s->start_byte) : (kb_str){0};
        out = kb_arena_printf(arena, KB_PRI "%s" KB_PRI "%s" KB_PRI "%s" KB_PRI, KB_ARG(out), same_line ? "|" : "",
                              KB_ARG(gap), same_line ? "" : kinds[s->kind], KB_ARG(dateline), dateline.n ? "^" : "",
                              KB_ARG(rest));
    }
    return out;
}

static void cuts_sentences(void **state)
{
    (void)state;
    kb_str rest = read_file(KHABAR_SOURCE_DIR "/tests/cases/sentences/cases.txt"), wanted = {0};
    unsigned cases = 0, wrong = 0;
    char text[8192];
    size_t n = 0;
    while (rest.p) {
        kb_str line = kb_str_cut(&rest, '\n');
        if (line.n && line.p[0] == '#')
            continue;
        if (rest.p && !kb_str_is(line, "---")) {
            if (!wanted.p)
                wanted = line;
            wanted.n = (size_t)(line.p + line.n - wanted.p);
            continue;
        }
        n = 0;
        for (size_t i = 0; i < wanted.n; i++) { // the text itself: without the marks
            char c = wanted.p[i];
            if (c == '[')
                while (wanted.p[i] != ']')
                    i++;
            else if (c != '|' && c != '^')
                text[n++] = c;
        }
        kb_layers y = run((kb_str){0}, kb_str_trim((kb_str){text, n}));
        kb_str got = mark(&y);
        cases++;
        if (!kb_str_eq(got, kb_str_trim(wanted))) {
            wrong++;
            print_message("wanted: " KB_PRI "\ngot:    " KB_PRI "\n", KB_ARG(wanted), KB_ARG(got));
        }
        wanted = (kb_str){0};
    }
    assert_true(cases >= 15);
    assert_int_equal(wrong, 0);
}

static void tells_languages(void **state)
{
    (void)state;
    kb_table *table = NULL;
    assert_int_equal(kb_table_read(KHABAR_SOURCE_DIR "/tests/cases/language/cases.tsv", 2, 2, &table, NULL), KB_OK);
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    unsigned wrong = 0;
    for (uint32_t i = 0; i < kb_table_rows(table); i++) {
        kb_row row = kb_table_row(table, i);
        kb_str got = kb_language_of(lexicon, row.cells[1]);
        if (!kb_str_eq(got, row.cells[0])) {
            wrong++;
            print_message("line %u: wanted " KB_PRI ", got " KB_PRI "\n", row.line, KB_ARG(row.cells[0]), KB_ARG(got));
        }
    }
    kb_table_free(table);
    assert_int_equal(wrong, 0);
    assert_true(kb_language_supported(lexicon, KB_STR("ar")));
    assert_true(kb_language_supported(lexicon, KB_STR("AR-eg")));
    assert_false(kb_language_supported(lexicon, KB_STR("arz")));
    assert_false(kb_language_supported(lexicon, KB_STR("fa")));
    assert_false(kb_language_supported(lexicon, KB_STR("und")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_words),     cmocka_unit_test(keeps_the_text),  cmocka_unit_test(bounds_long_words),
        cmocka_unit_test(cuts_sentences), cmocka_unit_test(tells_languages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
