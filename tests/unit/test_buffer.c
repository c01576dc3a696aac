#include "khabar/buffer.h"
#include "support.h"

#include <math.h>

static void writes_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        unsigned decimals;
        const char *text;
    } cases[] = {
        {0, 2, "0"},
        {1, 2, "1"},
        {0.93, 2, "0.93"},
        {0.9349, 2, "0.93"},
        {0.005, 2, "0.01"},
        {-10, 1, "-10"},
        {-0.4, 1, "-0.4"},
        {-0.04, 1, "0"},
        {1.5, 1, "1.5"},
        {0.1, 5, "0.1"},
        {30.04442, 5, "30.04442"},
        {0.05, 2, "0.05"},
        {2.999, 2, "3"},
        {NAN, 2, "null"},
        {INFINITY, 2, "null"},
        {1e300, 2, "null"},
        {123456789, 0, "123456789"},
    };
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_buffer b = kb_buffer_new(arena, 0);
        kb_buffer_decimal(&b, cases[i].value, cases[i].decimals);
        assert_str(kb_buffer_str(&b), cases[i].text);
    }
    kb_buffer b = kb_buffer_new(arena, 0);
    kb_buffer_number(&b, INT64_MIN);
    kb_buffer_char(&b, ' ');
    kb_buffer_number(&b, INT64_MAX);
    kb_buffer_char(&b, ' ');
    kb_buffer_number(&b, 0);
    assert_str(kb_buffer_str(&b), "-9223372036854775808 9223372036854775807 0");
    kb_arena_free(arena);
}

static void escapes_strings(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_buffer b = kb_buffer_new(arena, 0);
    kb_buffer_json(&b, (kb_str){"خ\"\\\n\r\t\x01\x1F\0/", 11});
    assert_str(kb_buffer_str(&b), "\"خ\\\"\\\\\\n\\r\\t\\u0001\\u001f\\u0000/\"");
    b.n = 0;
    kb_buffer_json(&b, (kb_str){0});
    kb_buffer_json(&b, KB_STR(""));
    assert_str(kb_buffer_str(&b), "null\"\"");
    kb_arena_free(arena);
}

static void grows_and_fails_once(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_buffer b = kb_buffer_new(arena, 0);
    for (int i = 0; i < 100000; i++)
        kb_buffer_z(&b, "ab");
    assert_int_equal(b.n, 200000);
    for (uint32_t i = 0; i < b.n; i++)
        assert_int_equal(b.p[i], "ab"[i % 2]);
    kb_arena_free(arena);
    arena = kb_arena_new(1000);
    b = kb_buffer_new(arena, 10);
    for (int i = 0; i < 1000; i++)
        kb_buffer_z(&b, "ab");
    assert_true(b.failed);
    uint32_t n = b.n;
    kb_buffer_char(&b, 'x');
    assert_int_equal(b.n, n);
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_numbers),
        cmocka_unit_test(escapes_strings),
        cmocka_unit_test(grows_and_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
