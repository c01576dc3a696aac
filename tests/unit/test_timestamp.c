#include "khabar/timestamp.h"
#include "support.h"

static void reads_what_scrapers_write(void **state)
{
    (void)state;
    static const struct {
        const char *text, *normal;
    } cases[] = {
        {"2024-08-02T12:00:00+03:00", "2024-08-02T12:00:00+03:00"},
        {"2024-08-02T09:00:00Z", "2024-08-02T09:00:00Z"},
        {"2024-08-02t09:00:00z", "2024-08-02T09:00:00Z"},
        {"2024-08-02T09:00:00.123456789Z", "2024-08-02T09:00:00Z"},
        {"2024-08-02 09:00:00,5 UTC", "2024-08-02T09:00:00Z"},
        {"2024-08-02 09:00", "2024-08-02T09:00:00Z"},
        {"2024-08-02T09:00:00", "2024-08-02T09:00:00Z"},
        {"2024-08-02", "2024-08-02T00:00:00Z"},
        {" 2024-08-02T12:00:00+0300 ", "2024-08-02T12:00:00+03:00"},
        {"2024-08-02 12:00:00 +03", "2024-08-02T12:00:00+03:00"},
        {"2024-08-02T12:00:00-04:30", "2024-08-02T12:00:00-04:30"},
        {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
        {"Fri, 02 Aug 2024 12:00:00 +0300", "2024-08-02T12:00:00+03:00"},
        {"2 August 2024 12:00 GMT", "2024-08-02T12:00:00Z"},
        {"1722589200", "2024-08-02T09:00:00Z"},
        {"1722589200123", "2024-08-02T09:00:00Z"},
        {"-1722589200", "1915-06-01T15:00:00Z"},
        {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"},
        {"2199-12-31T23:59:59Z", "2199-12-31T23:59:59Z"},
        {"2000-02-29", "2000-02-29T00:00:00Z"},
    };
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_timestamp t = {0};
        kb_error error = {0};
        if (kb_timestamp_parse(kb_str_of(cases[i].text), &t, &error) != KB_OK)
            fail_msg("%s: %s", cases[i].text, error.what);
        assert_str(kb_timestamp_format(arena, t), cases[i].normal);
    }
    kb_arena_free(arena);
}

static void refuses_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"", "date-syntax"},
        {"أمس", "date-syntax"},
        {"2024", "date-syntax"},
        {"2024-08", "date-syntax"},
        {"2024-8-2", "date-syntax"},
        {"02/08/2024", "date-syntax"},
        {"2024-08-02T", "date-syntax"},
        {"2024-08-02T12", "date-syntax"},
        {"2024-08-02T12:00:00+3", "date-syntax"},
        {"2024-08-02T12:00:00+03:00x", "date-syntax"},
        {"2024-08-02T12:00:00.", "date-syntax"},
        {"2024-00-10", "date-range"},
        {"2024-01-00", "date-range"},
        {"2023-02-29", "date-range"},
        {"1900-02-29", "date-range"},
        {"1899-12-31", "date-range"},
        {"2200-01-01", "date-range"},
        {"2024-08-02T24:00:00Z", "date-range"},
        {"2024-08-02T12:60:00Z", "date-range"},
        {"2024-08-02T12:00:00+15:00", "date-range"},
        {"999999999999999", "date-range"},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_timestamp t = {.seconds = 7};
        kb_error error = {0};
        assert_int_equal(kb_timestamp_parse(kb_str_of(cases[i].text), &t, &error), KB_INVALID);
        if (strcmp(error.code, cases[i].code) != 0)
            fail_msg("%s: %s, expected %s", cases[i].text, error.code, cases[i].code);
        assert_int_equal(t.seconds, 7);
    }
}

static void counts_days_both_ways(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    int64_t day = kb_timestamp_of_day(1900, 1, 1);
    for (int year = 1900; year < 2200; year++) {
        for (unsigned month = 1; month <= 12; month++) {
            assert_true(kb_timestamp_of_day(year, month, 1) > day - 86400);
            day = kb_timestamp_of_day(year, month, 1);
            char expected[32];
            snprintf(expected, sizeof expected, "%04d-%02u-01T00:00:00Z", year, month);
            assert_str(kb_timestamp_format(arena, (kb_timestamp){.seconds = day}), expected);
        }
    }
    assert_int_equal(kb_timestamp_of_day(1970, 1, 1), 0);
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_scrapers_write),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(counts_days_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
