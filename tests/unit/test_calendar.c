#include "khabar/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void counts_days_both_ways(void **state)
{
    (void)state;
    assert_int_equal(kb_days_of((kb_date){1970, 1, 1}), 0);
    assert_int_equal(kb_days_of((kb_date){2000, 3, 1}), 11017);
    assert_int_equal(kb_days_of((kb_date){1969, 12, 31}), -1);
    for (int32_t day = -200000; day < 100000; day += 37) {
        kb_date date = kb_date_of(day);
        assert_int_equal(kb_days_of(date), day);
        assert_in_range(date.month, 1, 12);
        assert_in_range(date.day, 1, kb_days_in_month(date.year, date.month));
    }
}

static void knows_weekdays_and_weeks(void **state)
{
    (void)state;
    int year;
    assert_int_equal(kb_weekday(kb_days_of((kb_date){2024, 8, 1})), 4);
    assert_int_equal(kb_weekday(kb_days_of((kb_date){1969, 12, 28})), 7);
    assert_int_equal(kb_iso_week(kb_days_of((kb_date){2021, 1, 3}), &year), 53); // belongs to the year before
    assert_int_equal(year, 2020);
    assert_int_equal(kb_iso_week(kb_days_of((kb_date){2024, 12, 30}), &year), 1);
    assert_int_equal(year, 2025);
}

static void converts_hijri_dates(void **state)
{
    (void)state;
    kb_date date;
    assert_true(kb_date_of_hijri(1445, 9, 1, &date)); // Ramadan 1445 began on 11 March 2024 in Saudi Arabia
    assert_int_equal(date.year, 2024);
    assert_int_equal(date.month, 3);
    assert_int_equal(date.day, 11);
    int year;
    unsigned month;
    assert_true(kb_hijri_of((kb_date){2024, 3, 11}, &year, &month));
    assert_int_equal(year, 1445);
    assert_int_equal(month, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_days_both_ways),
                                       cmocka_unit_test(knows_weekdays_and_weeks),
                                       cmocka_unit_test(converts_hijri_dates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
