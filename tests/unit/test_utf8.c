#include "khabar/utf8.h"
#include "support.h"

static void decodes_what_it_encodes(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char bytes[4];
        uint32_t again = 0;
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        unsigned n = kb_utf8_encode(c, bytes);
        if (kb_utf8_decode(bytes, bytes + n, &again) != n || again != c)
            fail_msg("U+%04X", c);
        for (unsigned cut = 0; cut < n; cut++)
            assert_int_equal(kb_utf8_decode(bytes, bytes + cut, &again), 0);
    }
}

static void finds_the_first_fault(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t fault;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"خبر", 6},
        {"a\xFFz", 1},
        {"ab\x80", 2},
        {"\xC0\xAF", 0},
        {"\xC1\xBF", 0},
        {"\xE0\x80\xAF", 0},
        {"\xED\xA0\x80", 0},
        {"\xF0\x80\x80\xAF", 0},
        {"\xF4\x90\x80\x80", 0},
        {"\xF8\x88\x80\x80\x80", 0},
        {"a\xE2\x82", 1},
        {"\xEF\xBF\xBF", 3},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++)
        assert_int_equal(kb_utf8_fault(kb_str_of(cases[i].bytes)), cases[i].fault);
    assert_int_equal(kb_utf8_fault((kb_str){"a\0b", 3}), 3);
}

static void counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(kb_utf8_count(KB_STR("")), 0);
    assert_int_equal(kb_utf8_count(KB_STR("aخ€😀")), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_what_it_encodes),
        cmocka_unit_test(finds_the_first_fault),
        cmocka_unit_test(counts_code_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
