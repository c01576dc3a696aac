#include "khabar/log.h"
#include "support.h"

#include <jansson.h>
#include <unistd.h>

// What one call of kb_log writes to standard error.
static kb_str logged(kb_arena *arena, kb_log_level threshold, kb_log_format format, kb_log_level level,
                     const char *fields)
{
    char path[] = "/tmp/khabar-log-XXXXXX";
    int file = mkstemp(path), saved = dup(STDERR_FILENO);
    assert_true(file >= 0 && saved >= 0);
    dup2(file, STDERR_FILENO);
    kb_log_setup(threshold, format);
    kb_log(level, "batch-written", "%s", fields);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(file);
    kb_str text = read_case(arena, path);
    unlink(path);
    return text;
}

static void writes_one_line_of_text(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str line = logged(arena, KB_LOG_INFO, KB_LOG_TEXT, KB_LOG_WARN, "rows=7 why=\"two\nlines\"");
    assert_true(kb_str_ends(line, KB_STR("Z warn batch-written rows=7 why=\"two lines\"\n")));
    assert_null(memchr(line.p, '\n', line.n - 1));
    kb_arena_free(arena);
}

static void writes_json(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str line = logged(arena, KB_LOG_DEBUG, KB_LOG_JSON, KB_LOG_DEBUG, "rows=7 why=\"a \\\"b\\\" c\" topic=أخبار");
    json_t *json = json_loadb(line.p, line.n, 0, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "level")), "debug");
    assert_string_equal(json_string_value(json_object_get(json, "event")), "batch-written");
    assert_string_equal(json_string_value(json_object_get(json, "rows")), "7");
    assert_string_equal(json_string_value(json_object_get(json, "why")), "a \"b\" c");
    assert_string_equal(json_string_value(json_object_get(json, "topic")), "أخبار");
    json_decref(json);
    kb_arena_free(arena);
}

static void keeps_below_the_threshold_silent(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    assert_int_equal(logged(arena, KB_LOG_WARN, KB_LOG_TEXT, KB_LOG_INFO, "x=1").n, 0);
    assert_int_equal(kb_log_threshold(), KB_LOG_WARN);
    kb_arena_free(arena);
}

static void cuts_long_lines(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    char *fields = kb_alloc(arena, 100000);
    memset(fields, 'x', 99999);
    fields[1] = '=';
    kb_str line = logged(arena, KB_LOG_INFO, KB_LOG_JSON, KB_LOG_INFO, fields);
    assert_true(line.n > 100 && line.n <= 4096);
    json_t *json = json_loadb(line.p, line.n, 0, NULL);
    assert_non_null(json);
    json_decref(json);
    kb_arena_free(arena);
}

static void closes_what_was_cut(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    static const char *const tails[] = {"", "\\u00", "\\", "\xD8"};
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        kb_str fields = kb_arena_printf(arena, "a=1 message=\"%s", tails[i]);
        kb_str line = logged(arena, KB_LOG_INFO, KB_LOG_JSON, KB_LOG_INFO, fields.p);
        json_t *json = json_loadb(line.p, line.n, 0, NULL);
        assert_non_null(json);
        assert_string_equal(json_string_value(json_object_get(json, "a")), "1");
        assert_non_null(json_object_get(json, "message"));
        json_decref(json);
    }
    char *fields = kb_alloc(arena, 100000); // as long as a line of librdkafka may be
    memset(fields, 'x', 99999);
    memcpy(fields, "m=\"", 3);
    kb_str line = logged(arena, KB_LOG_INFO, KB_LOG_JSON, KB_LOG_INFO, fields);
    json_t *json = json_loadb(line.p, line.n, 0, NULL);
    assert_non_null(json);
    json_decref(json);
    kb_arena_free(arena);
}

static void never_writes_what_is_no_utf8(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str line = logged(arena, KB_LOG_INFO, KB_LOG_JSON, KB_LOG_INFO, "message=\"\xD8\xAE \xD8\" code=\xFF");
    json_t *json = json_loadb(line.p, line.n, 0, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "message")), "خ ?");
    assert_string_equal(json_string_value(json_object_get(json, "code")), "?");
    json_decref(json);
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_one_line_of_text),
        cmocka_unit_test(writes_json),
        cmocka_unit_test(keeps_below_the_threshold_silent),
        cmocka_unit_test(cuts_long_lines),
        cmocka_unit_test(closes_what_was_cut),
        cmocka_unit_test(never_writes_what_is_no_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
