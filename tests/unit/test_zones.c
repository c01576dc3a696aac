// Offsets of zones, also where the data of ICU is older than the rule, and the clock of a source.
#include "khabar/calendar.h"
#include "khabar/extract.h"
#include "khabar/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static kb_extractor *extractor;

static int set_up(void **state)
{
    (void)state;
    return kb_extractor_new(NULL, &extractor, NULL) == KB_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    kb_extractor_free(extractor);
    return 0;
}

static void knows_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        kb_date date;
        int hour, minutes;
    } cases[] = {
        {"Africa/Cairo", {2010, 7, 1}, 12, 180}, // summer time until 2010
        {"Africa/Cairo", {2022, 7, 1}, 12, 120},         {"Africa/Cairo", {2023, 4, 27}, 23, 120},
        {"Africa/Cairo", {2023, 4, 28}, 1, 180},         {"Africa/Cairo", {2023, 10, 26}, 23, 180},
        {"Africa/Cairo", {2023, 10, 27}, 1, 120},        {"Africa/Cairo", {2024, 7, 1}, 12, 180},
        {"Africa/Cairo", {2024, 12, 1}, 12, 120},        {"Africa/Cairo", {2035, 8, 1}, 12, 180},
        {"Asia/Gaza", {2023, 4, 10}, 12, 120},           {"Asia/Gaza", {2023, 5, 10}, 12, 180},
        {"Asia/Gaza", {2024, 4, 10}, 12, 120},           {"Africa/Casablanca", {2023, 4, 25}, 12, 60},
        {"Africa/Casablanca", {2023, 4, 10}, 12, 0},     {"Asia/Almaty", {2024, 2, 1}, 12, 360},
        {"Asia/Almaty", {2024, 5, 1}, 12, 300},          {"America/Mexico_City", {2024, 7, 1}, 12, -360},
        {"America/Mexico_City", {2021, 7, 1}, 12, -300}, {"America/New_York", {2024, 7, 1}, 12, -240},
        {"Asia/Amman", {2023, 1, 10}, 12, 180},          {"Asia/Damascus", {2023, 1, 10}, 12, 180},
        {"Asia/Tehran", {2023, 7, 1}, 12, 210},          {"Asia/Riyadh", {2024, 7, 1}, 12, 180},
        {"Asia/Beirut", {2024, 7, 1}, 12, 180},          {"Asia/Beirut", {2024, 1, 1}, 12, 120},
    };
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        int minutes = -1;
        assert_true(kb_zone_minutes(lexicon, cases[i].zone, cases[i].date, cases[i].hour, 0, &minutes));
        if (minutes != cases[i].minutes)
            fail_msg("%s on %d-%d-%d is %d minutes east, not %d", cases[i].zone, cases[i].date.year,
                     cases[i].date.month, cases[i].date.day, minutes, cases[i].minutes);
    }
    int minutes;
    assert_false(kb_zone_minutes(lexicon, "Mars/Olympus", (kb_date){2024, 1, 1}, 0, 0, &minutes));
}

static int64_t at(int16_t year, uint8_t month, uint8_t day, int hour)
{
    return (int64_t)kb_days_of((kb_date){year, month, day}) * 86400 + hour * 3600;
}

static void reads_the_clock_of_the_source(void **state)
{
    (void)state;
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    kb_article article = {.published_at = at(2024, 7, 1, 22)};
    assert_int_equal(kb_local_time(lexicon, &article), at(2024, 7, 1, 22)); // nothing known: UTC
    article.source_country = KB_STR("EGY");
    assert_int_equal(kb_local_time(lexicon, &article), at(2024, 7, 2, 1)); // already tomorrow in Cairo
    article.published_zone = 4 * 3600;
    assert_int_equal(kb_local_time(lexicon, &article),
                     at(2024, 7, 2, 2)); // a zone of its own tells more than the country
    article = (kb_article){.published_at = at(2024, 1, 1, 23), .source_country = KB_STR("EGY")};
    assert_int_equal(kb_local_time(lexicon, &article), at(2024, 1, 2, 1));
    article.source_country = KB_STR("USA");
    assert_int_equal(kb_local_time(lexicon, &article), at(2024, 1, 1, 18));
    article.source_country = KB_STR("QQQ");
    assert_int_equal(kb_local_time(lexicon, &article), at(2024, 1, 1, 23));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_offsets),
        cmocka_unit_test(reads_the_clock_of_the_source),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
