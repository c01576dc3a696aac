#include "khabar/calendar.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

// Days and civil dates after Howard Hinnant's description of the algorithm ("chrono-compatible low-level date algorithms").
int32_t kb_days_of(kb_date date)
{
    int32_t y = date.year, m = date.month ? date.month : 1, d = date.day ? date.day : 1;
    y -= m <= 2;
    int32_t era = (y >= 0 ? y : y - 399) / 400;
    int32_t year_of_era = y - era * 400;
    int32_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

kb_date kb_date_of(int32_t days)
{
    days += 719468;
    int32_t era = (days >= 0 ? days : days - 146096) / 146097;
    int32_t doe = days - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int32_t month = mp + (mp < 10 ? 3 : -9);
    return (kb_date){(int16_t)(yoe + era * 400 + (month <= 2)), (uint8_t)month,
                     (uint8_t)(doy - (153 * mp + 2) / 5 + 1)};
}

unsigned kb_weekday(int32_t days)
{
    int32_t w = (days + 3) % 7; // 1970-01-01 was a Thursday
    return (unsigned)(w < 0 ? w + 7 : w) + 1;
}

unsigned kb_iso_week(int32_t days, int *ret_year)
{
    int32_t thursday = days - (int32_t)kb_weekday(days) + 4;
    kb_date date = kb_date_of(thursday);
    *ret_year = date.year;
    return (unsigned)(thursday - kb_days_of((kb_date){date.year, 1, 1})) / 7 + 1;
}

unsigned kb_days_in_month(int year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[(month - 1) % 12];
}

static UCalendar *hijri_calendar(void)
{
    UErrorCode status = U_ZERO_ERROR;
    static const UChar utc[] = {'U', 'T', 'C', 0};
    UCalendar *calendar = ucal_open(utc, 3, "en@calendar=islamic-umalqura", UCAL_TRADITIONAL, &status);
    return U_SUCCESS(status) ? calendar : NULL;
}

enum { DAY_MS = 86400000 };

bool kb_date_of_hijri(int year, unsigned month, unsigned day, kb_date *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = hijri_calendar();
    if (!calendar)
        return false;
    ucal_clear(calendar);
    ucal_set(calendar, UCAL_YEAR, year);
    ucal_set(calendar, UCAL_MONTH, (int32_t)month - 1);
    ucal_set(calendar, UCAL_DATE, day ? (int32_t)day : 1);
    double millis = ucal_getMillis(calendar, &status);
    ucal_close(calendar);
    if (U_FAILURE(status))
        return false;
    *ret = kb_date_of((int32_t)((millis < 0 ? millis - (DAY_MS - 1) : millis) / DAY_MS));
    return true;
}

bool kb_hijri_of(kb_date date, int *ret_year, unsigned *ret_month)
{
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *calendar = hijri_calendar();
    if (!calendar)
        return false;
    ucal_setMillis(calendar, (double)kb_days_of(date) * DAY_MS, &status);
    *ret_year = ucal_get(calendar, UCAL_YEAR, &status);
    *ret_month = (unsigned)ucal_get(calendar, UCAL_MONTH, &status) + 1;
    ucal_close(calendar);
    return U_SUCCESS(status);
}

// Whether ICU knows the IANA name of a zone.
static bool zone_id(const char *name, UChar out[64])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[64], canonical[64];
    UBool known = false;
    size_t n = strlen(name);
    if (n == 0 || n >= KB_LEN(id))
        return false;
    u_charsToUChars(name, id, (int32_t)n + 1);
    ucal_getCanonicalTimeZoneID(id, (int32_t)n, canonical, (int32_t)KB_LEN(canonical), &known, &status);
    memcpy(out, id, sizeof id);
    return U_SUCCESS(status) && known;
}

bool kb_zone_exists(const char *name)
{
    UChar id[64];
    return zone_id(name, id);
}

bool kb_zone_offset(const char *name, kb_date date, int hour, int minute, int *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[64];
    if (!zone_id(name, id))
        return false;
    UCalendar *calendar = ucal_open(id, -1, "en", UCAL_GREGORIAN, &status);
    if (U_FAILURE(status))
        return false;
    ucal_setDateTime(calendar, date.year, date.month - 1, date.day, hour, minute, 0, &status);
    int32_t millis = ucal_get(calendar, UCAL_ZONE_OFFSET, &status) + ucal_get(calendar, UCAL_DST_OFFSET, &status);
    ucal_close(calendar);
    *ret = millis / 60000;
    return U_SUCCESS(status);
}
