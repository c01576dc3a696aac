#include "khabar/phrases.h"
#include "khabar/normalize.h"
#include "khabar/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct fixture {
    kb_arena *arena;
    char *bytes;
    kb_image image;
    kb_phrases phrases;
} fixture;

// An automaton of `entries`, whose values are their indexes.
static void build(fixture *f, const char *const *entries, uint32_t count)
{
    f->arena = kb_arena_new(0);
    kb_phrases_builder *b = kb_phrases_builder_new();
    kb_image_builder *image = kb_image_builder_new();
    size_t size;
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(kb_phrases_add(b, kb_str_of(entries[i]), i, NULL), KB_OK);
    assert_int_equal(kb_phrases_finish(b, image, "phrases", NULL), KB_OK);
    assert_int_equal(kb_image_finish(image, &f->bytes, &size, NULL), KB_OK);
    assert_int_equal(kb_image_open((kb_str){f->bytes, size}, &f->image, NULL), KB_OK);
    f->phrases = kb_phrases_open(&f->image, "phrases");
    kb_phrases_builder_free(b);
    kb_image_builder_free(image);
}

static void release(fixture *f)
{
    kb_arena_free(f->arena);
    free(f->bytes);
}

// The longest entry that starts at word `word` of `text`: its value, or -1. *length: words it takes; *skip: bytes before it.
static int find(fixture *f, const char *text, uint32_t word, uint32_t *length, uint32_t *skip)
{
    kb_layers y = {0};
    kb_str stored;
    assert_int_equal(kb_normalize(f->arena, kb_str_of(text), true, &stored, NULL), KB_OK);
    assert_int_equal(kb_text_make(f->arena, stored, 0, &y.text, NULL), KB_OK);
    assert_int_equal(kb_words_cut(f->arena, &y, NULL), KB_OK);
    kb_tokens tokens;
    assert_true(kb_tokens_make(f->arena, y.words, y.word_count, &tokens));
    kb_phrase_hit hits[16], best = {.value = (uint32_t)-1};
    uint32_t n = kb_phrases_at(&f->phrases, &tokens, word, hits, 16);
    for (uint32_t i = 0; i < n; i++)
        best = hits[i].end > best.end ? hits[i] : best;
    *length = best.end ? best.end - word : 0;
    *skip = best.skip;
    return (int)best.value;
}

static const char *const entries[] = {"الأمم المتحدة", "أبو ظبي", "عبد الله الثاني", "لبنان", "مصر",
                                      "محمد بن سلمان", "كوريا",   "كوريا الشمالية",  "ا.ف.ب"};

static void finds_entries_of_several_words(void **state)
{
    (void)state;
    fixture f;
    uint32_t length, skip;
    build(&f, entries, KB_LEN(entries));
    assert_int_equal(find(&f, "الامم المتحده", 0, &length, &skip), 0);
    assert_int_equal(length, 2);
    assert_int_equal(find(&f, "كوريا الشمالية تطلق", 0, &length, &skip), 7);
    assert_int_equal(find(&f, "كوريا تطلق", 0, &length, &skip), 6);
    assert_int_equal(find(&f, "الأمم تطلق", 0, &length, &skip), -1);
    assert_int_equal(find(&f, "قالت ا.ف.ب إن", 1, &length, &skip), 8);
    assert_int_equal(length, 5);
    release(&f);
}

static void takes_proclitics_off(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int value;
        uint32_t skip;
    } cases[] = {
        {"ومصر", 4, 2},           {"بمصر", 4, 2},           {"ولمصر", 4, 4},  {"فلمصر", 4, 4},  {"كمصر", 4, 2},
        {"للأمم المتحدة", 0, 2},  {"وللأمم المتحدة", 0, 4}, {"لبنان", 3, 0},  {"ولبنان", 3, 2}, {"للبنان", 3, 2},
        {"بالأمم المتحدة", 0, 2}, {"سمصر", -1, 0},          {"مصرنا", -1, 0},
    };
    fixture f;
    build(&f, entries, KB_LEN(entries));
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        uint32_t length, skip;
        assert_int_equal(find(&f, cases[i].text, 0, &length, &skip), cases[i].value);
        if (cases[i].value >= 0)
            assert_int_equal(skip, cases[i].skip);
    }
    release(&f);
}

static void matches_names_however_they_are_spaced(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int value;
        uint32_t words;
    } cases[] = {
        {"أبوظبي", 1, 1},         {"أبو ظبي", 1, 2},         {"وأبي ظبي", 1, 2},
        {"عبدالله الثاني", 2, 2}, {"عبد الله الثاني", 2, 3}, {"لعبدالله الثاني", 2, 2},
        {"عبدالله", -1, 0},       {"محمد ابن سلمان", 5, 3},  {"محمد بن سلمان", 5, 3},
    };
    fixture f;
    build(&f, entries, KB_LEN(entries));
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        uint32_t length, skip;
        assert_int_equal(find(&f, cases[i].text, 0, &length, &skip), cases[i].value);
        if (cases[i].value >= 0)
            assert_int_equal(length, cases[i].words);
    }
    release(&f);
}

static void gives_all_values_of_an_entry(void **state)
{
    (void)state;
    static const char *const same[] = {"طرابلس", "طرابلس", "طَرابُلُس"};
    fixture f;
    build(&f, same, KB_LEN(same));
    kb_word word = {.form = KB_STR("طرابلس"), .kind = KB_WORD_ARABIC};
    kb_tokens tokens;
    kb_phrase_hit hits[8];
    assert_true(kb_tokens_make(f.arena, &word, 1, &tokens));
    assert_int_equal(kb_phrases_at(&f.phrases, &tokens, 0, hits, 8), 3);
    assert_int_equal(kb_phrases_at(&f.phrases, &tokens, 0, hits, 2), 2);
    release(&f);
}

static void refuses_what_is_no_entry(void **state)
{
    (void)state;
    kb_phrases_builder *b = kb_phrases_builder_new();
    assert_int_equal(kb_phrases_add(b, KB_STR(" "), 0, NULL), KB_INVALID);
    assert_int_equal(kb_phrases_add(b, KB_STR("ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ"), 0, NULL), KB_LIMIT);
    kb_phrases_builder_free(b);
    kb_image none = {0};
    kb_phrases absent = kb_phrases_open(&none, "phrases");
    kb_phrase_hit hit;
    assert_int_equal(kb_phrases_at(&absent, NULL, 0, &hit, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_entries_of_several_words),
        cmocka_unit_test(takes_proclitics_off),
        cmocka_unit_test(matches_names_however_they_are_spaced),
        cmocka_unit_test(gives_all_values_of_an_entry),
        cmocka_unit_test(refuses_what_is_no_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
