#include "khabar/document.h"
#include "khabar/utf8.h"
#include "message_cases.h"
#include "schema.h"

static json_t *article_schema;
static unsigned wrong_cases;

// Decodes `json` as a message with no header at 2024-08-02T08:00:00Z.
static kb_article decode(kb_arena *arena, const char *json)
{
    kb_envelope envelope = {.timestamp = 1722585600};
    kb_article a = {0};
    kb_error error = {0};
    if (kb_document_decode(arena, kb_str_of(json), &envelope, NULL, &a, &error) != KB_OK)
        fail_msg("%s: %s (%s)", error.where, error.what, error.code);
    return a;
}

static void check_case(kb_arena *arena, const message_case *c)
{
    kb_envelope envelope = {.content_type = c->content_type, .timestamp = 1722585600};
    kb_article a = {0};
    kb_error error = {0};
    kb_str found;
    kb_status status = kb_document_decode(arena, c->input, &envelope, NULL, &a, &error);
    if (status == KB_OK) {
        found = kb_arena_printf(arena, "ok " KB_PRI " | " KB_PRI, KB_ARG(a.title), KB_ARG(a.body));
        assert_int_equal(kb_utf8_fault(a.title), a.title.n);
        assert_int_equal(kb_utf8_fault(a.body), a.body.n);
        assert_true(a.id.n > 0 && a.published_text.n > 0);
    } else {
        found = kb_arena_printf(arena, "error %s", error.code);
        assert_int_equal(status, error.status);
        assert_true(error.what[0] != '\0');
        assert_false(error.retryable);
        assert_int_equal(kb_utf8_fault(kb_str_of(error.what)), strlen(error.what));
    }
    if (!kb_str_eq(kb_str_trim(found), kb_str_trim(c->expected))) {
        print_error(KB_PRI ": %.200s, expected %.200s (%s: %s)\n", KB_ARG(c->name), found.p,
                    kb_arena_z(arena, c->expected), error.where, error.what);
        wrong_cases++;
    }
    json_t *message = json_loadb(c->input.p, c->input.n, JSON_ALLOW_NUL, NULL);
    char fault[256] = "";
    if (status == KB_OK && message && !schema_holds(article_schema, article_schema, message, fault)) {
        print_error(KB_PRI ": decoded, but the schema says %s\n", KB_ARG(c->name), fault);
        wrong_cases++;
    }
    json_decref(message);
}

static void refuses_or_repairs_bad_messages(void **state)
{
    (void)state;
    article_schema = json_load_file(KHABAR_SOURCE_DIR "/worker/data/schema/article.json", 0, NULL);
    assert_non_null(article_schema);
    kb_arena *arena = kb_arena_new(0);
    assert_true(each_message_case(arena, KHABAR_SOURCE_DIR "/tests/cases/messages/cases.tsv", check_case) >= 50);
    assert_int_equal(wrong_cases, 0);
    kb_arena_free(arena);
    json_decref(article_schema);
}

static void tells_where_a_fault_is(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article a;
    kb_error error;
    assert_int_equal(kb_document_decode(arena, KB_STR("{\"body\":\"x\",\n \"title\":,}"), NULL, NULL, &a, &error),
                     KB_INVALID);
    assert_string_equal(error.where, "line 2 column 10");
    assert_int_equal(kb_document_decode(arena, KB_STR("{\"body\":\"x\",\"tags\":[\"a\",5]}"), NULL, NULL, &a, &error),
                     KB_INVALID);
    assert_string_equal(error.where, "tags[1]");
    kb_arena_free(arena);
}

static void leaves_the_result_alone_after_an_error(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article a = {.id = KB_STR("before")};
    assert_int_equal(kb_document_decode(arena, KB_STR("{\"title\":\"x\"}"), NULL, NULL, &a, NULL), KB_INVALID);
    assert_str(a.id, "before");
    kb_arena_free(arena);
}

static void keeps_clean_text_as_it_is(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article a = decode(arena, "{\"title\":\"عنوانٌ «مشكولٌ»\",\"body\":\"فقرة أولى.\\n\\nفقرة 2، \\\"باقتباس\\\"…\"}");
    assert_str(a.title, "عنوانٌ «مشكولٌ»");
    assert_str(a.body, "فقرة أولى.\n\nفقرة 2، \"باقتباس\"…");
    kb_arena_free(arena);
}

static void takes_every_field(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article a = decode(
        arena, "{\"id\":77,\"url\":\"http://WWW.Example.com/a\",\"source\":{\"name\":\"النهار\",\"country\":\"eg\"},"
               "\"title\":\"ع\",\"body\":\"م\",\"published_at\":\"2024-08-02T12:00:00+03:00\",\"language\":\"ar-EG\","
               "\"authors\":\"سعاد\",\"section\":\"سياسة\",\"tags\":[\"أ\",\"\",\"ب\"]}");
    assert_str(a.id, "77");
    assert_str(a.url, "http://WWW.Example.com/a");
    assert_str(a.source_name, "النهار");
    assert_str(a.source_domain, "example.com");
    assert_str(a.source_country, "EGY");
    assert_str(a.language, "ar-EG");
    assert_str(a.section, "سياسة");
    assert_int_equal(a.author_count, 1);
    assert_str(a.authors[0], "سعاد");
    assert_int_equal(a.tag_count, 2);
    assert_str(a.tags[1], "ب");
    assert_true(a.published_known);
    assert_int_equal(a.published_at, 1722589200);
    assert_int_equal(a.published_zone, 10800);
    assert_str(a.published_text, "2024-08-02T12:00:00+03:00");
    kb_arena_free(arena);
}

static void falls_back_for_id_and_time(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article by_url = decode(arena, "{\"url\":\"HTTPS://example.com:443/a/../b?utm_source=x#y\",\"body\":\"م\"}");
    assert_str(by_url.id, "https://example.com/b");
    assert_false(by_url.published_known);
    assert_str(by_url.published_text, "2024-08-02T08:00:00Z");
    kb_article a = decode(arena, "{\"title\":\"ع\",\"body\":\"م\"}"),
               b = decode(arena, "{\"body\":\"م\",\"title\":\"ع\"}");
    kb_article c = decode(arena, "{\"title\":\"ع\",\"body\":\"م.\"}"),
               d = decode(arena, "{\"title\":\"عم\",\"body\":\"\"}");
    assert_true(kb_str_starts(a.id, KB_STR("xxh128:")) && a.id.n == 39);
    assert_true(kb_str_eq(a.id, b.id));
    assert_false(kb_str_eq(a.id, c.id));
    assert_false(kb_str_eq(a.id, d.id));
    kb_arena_free(arena);
}

static void keeps_the_limits_it_is_given(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_document_limits limits = {.body_bytes = 10, .message_bytes = 100};
    kb_article a;
    kb_error error;
    assert_int_equal(kb_document_decode(arena, KB_STR("{\"body\":\"0123456789\"}"), NULL, &limits, &a, &error), KB_OK);
    assert_int_equal(kb_document_decode(arena, KB_STR("{\"body\":\"0123456789a\"}"), NULL, &limits, &a, &error),
                     KB_LIMIT);
    assert_string_equal(error.code, "limit-body");
    kb_arena_free(arena);
}

static void survives_a_full_arena(void **state)
{
    (void)state;
    const char *json =
        "{\"url\":\"https://example.com/a\",\"text\":\"عنوان\\n\\nفقرة أولى طويلة بما يكفي.\\n\\nفقرة ثانية طويلة.\","
        "\"tags\":[\"a\",\"b\"]}";
    bool done = false;
    for (size_t limit = 1; !done; limit += 16) {
        kb_arena *arena = kb_arena_new(limit);
        kb_article a;
        kb_error error = {0};
        kb_status status = kb_document_decode(arena, kb_str_of(json), NULL, NULL, &a, &error);
        done = status == KB_OK;
        if (!done)
            assert_int_equal(status, KB_NO_MEMORY);
        else
            assert_str(a.title, "عنوان");
        kb_arena_free(arena);
        assert_true(limit < 1 << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_or_repairs_bad_messages),
        cmocka_unit_test(tells_where_a_fault_is),
        cmocka_unit_test(leaves_the_result_alone_after_an_error),
        cmocka_unit_test(keeps_clean_text_as_it_is),
        cmocka_unit_test(takes_every_field),
        cmocka_unit_test(falls_back_for_id_and_time),
        cmocka_unit_test(keeps_the_limits_it_is_given),
        cmocka_unit_test(survives_a_full_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
