// The whole library on texts that are longer than articles are.

#include "khabar/buffer.h"
#include "khabar/extract.h"
#include "support.h"

static kb_extractor *extractor;

static kb_str repeated(kb_arena *arena, const char *text, uint32_t times)
{
    kb_buffer b = kb_buffer_new(arena, strlen(text) * times);
    for (uint32_t i = 0; i < times; i++)
        kb_buffer_z(&b, text);
    assert_false(b.failed);
    return kb_buffer_str(&b);
}

static kb_status extract(kb_arena *arena, kb_session *session, kb_str body, kb_layers **ret, kb_error *error)
{
    kb_article article = {.id = KB_STR("long"), .body = body, .published_text = KB_STR("2024-08-02T08:00:00Z")};
    kb_article *kept = KB_NEW(arena, kb_article);
    assert_non_null(kept);
    *kept = article;
    return kb_extract(session, arena, kept, ret, error);
}

static void cuts_sentences_without_end(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_session *session = kb_session_new(extractor);
    const char *texts[] = {"قتل 5 أشخاص في غزة، ", "قال الرئيس جو بايدن في القاهرة إن "};
    for (size_t i = 0; i < KB_LEN(texts); i++) {
        kb_layers *y;
        kb_error error = {0};
        assert_int_equal(extract(arena, session, repeated(arena, texts[i], 600), &y, &error), KB_OK);
        assert_true(y->sentence_count > 5);
        for (uint32_t s = 0; s < y->sentence_count; s++)
            assert_in_range(y->sentences[s].end - y->sentences[s].first, 1, 400);
        kb_arena_reset(arena);
    }
    kb_session_free(session);
    kb_arena_free(arena);
}

static void refuses_them_before_they_take_memory(void **state)
{
    (void)state;
    kb_arena *text = kb_arena_new(0), *arena = kb_arena_new((size_t)64 << 20);
    kb_session *session = kb_session_new(extractor);
    kb_layers *y = NULL;
    kb_error error = {0};
    assert_int_equal(extract(arena, session, repeated(text, "أa", 1000000), &y, &error), KB_LIMIT); // two words each
    assert_string_equal(error.code, "limit-words");
    kb_session_free(session);
    kb_arena_free(arena);
    kb_arena_free(text);
}

static void refuses_more_words_than_an_article_has(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_session *session = kb_session_new(extractor);
    kb_layers *y = NULL;
    kb_error error = {0};
    assert_int_equal(extract(arena, session, repeated(arena, "خبر عاجل من القاهرة. ", 12000), &y, &error), KB_LIMIT);
    assert_string_equal(error.code, "limit-words");
    assert_string_equal(error.where, "body");
    kb_session_limit(session, 5);
    assert_int_equal(extract(arena, session, KB_STR("خبر عاجل من القاهرة."), &y, &error), KB_OK);
    assert_int_equal(extract(arena, session, KB_STR("خبر عاجل من مدينة القاهرة."), &y, &error), KB_LIMIT);
    kb_session_free(session);
    kb_arena_free(arena);
}

static void reads_a_word_of_megabytes(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_session *session = kb_session_new(extractor);
    const char *texts[] = {"ا", "1", "(((", "وقالكتابها", "«"};
    for (size_t i = 0; i < KB_LEN(texts); i++) {
        kb_layers *y = NULL;
        kb_error error = {0};
        kb_str body = repeated(arena, texts[i], (uint32_t)(3000000 / strlen(texts[i])));
        kb_status status = extract(arena, session, body, &y, &error);
        assert_true(status == KB_OK || strcmp(error.code, "limit-words") == 0);
        kb_arena_reset(arena);
    }
    kb_session_free(session);
    kb_arena_free(arena);
}

static int start(void **state)
{
    (void)state;
    return kb_extractor_new(NULL, &extractor, NULL) != KB_OK;
}

static int end(void **state)
{
    (void)state;
    kb_extractor_free(extractor);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_sentences_without_end),
        cmocka_unit_test(refuses_more_words_than_an_article_has),
        cmocka_unit_test(refuses_them_before_they_take_memory),
        cmocka_unit_test(reads_a_word_of_megabytes),
    };
    return cmocka_run_group_tests(tests, start, end);
}
