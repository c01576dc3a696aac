#include "khabar/timestamp.h"

#include <strings.h>

enum { DAY = 86400, FIRST_YEAR = 1900, LAST_YEAR = 2199 };

// Days from civil: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"; years begin in March so that the leap day is last.
int64_t kb_timestamp_of_day(int year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (era * 146097 + day_of_era - 719468) * DAY;
}

static void day_of_seconds(int64_t seconds, int *year, unsigned *month, unsigned *day)
{
    int64_t z = (seconds >= 0 ? seconds : seconds - (DAY - 1)) / DAY + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
    *month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

static unsigned days_in_month(int year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

typedef struct reader {
    const char *p, *end;
} reader;

static bool digits(reader *r, unsigned least, unsigned most, int *ret)
{
    unsigned n = 0;
    int value = 0;
    while (n < most && r->p + n < r->end && r->p[n] >= '0' && r->p[n] <= '9')
        value = value * 10 + (r->p[n++] - '0');
    if (n < least)
        return false;
    r->p += n;
    *ret = value;
    return true;
}

static bool take(reader *r, char c)
{
    if (r->p >= r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static void spaces(reader *r)
{
    while (take(r, ' ') || take(r, '\t'))
        ;
}

// Is the next word one of the three-letter `names`? Steps over it (and over the rest of a longer word: "August").
static bool word_of(reader *r, const char *names, unsigned count, int *ret)
{
    if (r->end - r->p < 3)
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (strncasecmp(r->p, names + 3 * i, 3) != 0)
            continue;
        while (r->p < r->end && ((*r->p >= 'a' && *r->p <= 'z') || (*r->p >= 'A' && *r->p <= 'Z')))
            r->p++;
        *ret = (int)i;
        return true;
    }
    return false;
}

typedef struct parts {
    int year, month, day, hour, minute, second, zone;
} parts;

static bool read_zone(reader *r, int *zone)
{
    static const char *const utc[] = {"UTC", "GMT", "UT", "Z"};
    spaces(r);
    for (size_t i = 0; i < KB_LEN(utc); i++) {
        size_t n = strlen(utc[i]);
        if ((size_t)(r->end - r->p) >= n && strncasecmp(r->p, utc[i], n) == 0) {
            r->p += n;
            *zone = 0;
            return true;
        }
    }
    int sign = take(r, '+') ? 1 : take(r, '-') ? -1 : 0;
    int hours = 0, minutes = 0;
    if (sign == 0)
        return r->p == r->end;
    if (!digits(r, 2, 2, &hours))
        return false;
    take(r, ':');
    if (r->p < r->end && !digits(r, 2, 2, &minutes))
        return false;
    *zone = sign * (hours * 3600 + minutes * 60);
    return minutes < 60;
}

static bool read_clock(reader *r, parts *t)
{
    if (!digits(r, 1, 2, &t->hour) || !take(r, ':') || !digits(r, 2, 2, &t->minute))
        return false;
    if (!take(r, ':'))
        return true;
    if (!digits(r, 2, 2, &t->second))
        return false;
    if (take(r, '.') || take(r, ',')) {
        if (r->p >= r->end || *r->p < '0' || *r->p > '9')
            return false;
        while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
            r->p++;
    }
    return true;
}

static bool read_iso(reader *r, parts *t)
{
    if (!digits(r, 4, 4, &t->year) || !take(r, '-') || !digits(r, 2, 2, &t->month) || !take(r, '-') ||
        !digits(r, 2, 2, &t->day))
        return false;
    if (r->p == r->end)
        return true;
    if (!take(r, 'T') && !take(r, 't') && !take(r, ' '))
        return false;
    return read_clock(r, t) && read_zone(r, &t->zone) && r->p == r->end;
}

// RFC 5322, 3.3, with or without the name of the day.
static bool read_mail(reader *r, parts *t)
{
    int ignored, month = 0;
    if (word_of(r, "SunMonTueWedThuFriSat", 7, &ignored)) {
        take(r, ',');
        spaces(r);
    }
    if (!digits(r, 1, 2, &t->day))
        return false;
    spaces(r);
    if (!word_of(r, "JanFebMarAprMayJunJulAugSepOctNovDec", 12, &month))
        return false;
    t->month = month + 1;
    spaces(r);
    if (!digits(r, 4, 4, &t->year))
        return false;
    spaces(r);
    if (r->p == r->end)
        return true;
    return read_clock(r, t) && read_zone(r, &t->zone) && r->p == r->end;
}

static kb_status out_of_range(kb_str text, kb_error *error)
{
    return kb_fail(error, KB_INVALID, "date-range", "'%.*s' is no time between %d and %d",
                   (int)(text.n < 40 ? text.n : 40), text.p, FIRST_YEAR, LAST_YEAR);
}

static kb_status from_epoch(kb_str text, kb_timestamp *ret, kb_error *error)
{
    int64_t value = 0;
    size_t i = text.p[0] == '-';
    for (; i < text.n; i++)
        value = value * 10 + (text.p[i] - '0');
    if (text.p[0] == '-')
        value = -value;
    if (value > 99999999999 || value < -99999999999) // 12 digits and more are milliseconds: as seconds, the year 5138
        value /= 1000;
    if (value < kb_timestamp_of_day(FIRST_YEAR, 1, 1) || value >= kb_timestamp_of_day(LAST_YEAR + 1, 1, 1))
        return out_of_range(text, error);
    *ret = (kb_timestamp){.seconds = value};
    return KB_OK;
}

static bool is_epoch(kb_str text)
{
    size_t from = text.n && text.p[0] == '-';
    if (text.n - from < 9 || text.n - from > 15)
        return false;
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return true;
}

kb_status kb_timestamp_parse(kb_str text, kb_timestamp *ret, kb_error *error)
{
    text = kb_str_trim(text);
    if (is_epoch(text))
        return from_epoch(text, ret, error);
    parts t = {0};
    reader iso = {text.p, text.p + text.n}, mail = iso;
    if (text.n == 0 || !read_iso(&iso, &t)) {
        t = (parts){0};
        if (text.n == 0 || !read_mail(&mail, &t))
            return kb_fail(error, KB_INVALID, "date-syntax", "'%.*s' is no RFC 3339 time",
                           (int)(text.n < 40 ? text.n : 40), text.n ? text.p : "");
    }
    if (t.year < FIRST_YEAR || t.year > LAST_YEAR || t.month < 1 || t.month > 12 || t.day < 1 ||
        (unsigned)t.day > days_in_month(t.year, (unsigned)t.month) || t.hour > 23 || t.minute > 59 || t.second > 60 ||
        t.zone > 14 * 3600 || t.zone < -12 * 3600)
        return out_of_range(text, error);
    int second = t.second == 60 ? 59 : t.second; // a leap second
    ret->seconds = kb_timestamp_of_day(t.year, (unsigned)t.month, (unsigned)t.day) + t.hour * 3600 + t.minute * 60 +
                   second - t.zone;
    ret->zone = t.zone;
    return KB_OK;
}

kb_str kb_timestamp_format(kb_arena *arena, kb_timestamp t)
{
    int year;
    unsigned month, day;
    int64_t local = t.seconds + t.zone;
    day_of_seconds(local, &year, &month, &day);
    int64_t clock = local % DAY;
    if (clock < 0)
        clock += DAY;
    char zone[16] = "Z";
    if (t.zone) {
        int32_t minutes = (t.zone < 0 ? -t.zone : t.zone) / 60;
        zone[0] = t.zone < 0 ? '-' : '+';
        zone[1] = (char)('0' + minutes / 600 % 10);
        zone[2] = (char)('0' + minutes / 60 % 10);
        zone[3] = ':';
        zone[4] = (char)('0' + minutes % 60 / 10);
        zone[5] = (char)('0' + minutes % 10);
        zone[6] = '\0';
    }
    return kb_arena_printf(arena, "%04d-%02u-%02uT%02d:%02d:%02d%s", year, month, day, (int)(clock / 3600),
                           (int)(clock / 60 % 60), (int)(clock % 60), zone);
}
