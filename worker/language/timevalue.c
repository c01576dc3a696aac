#include "khabar/calendar.h"
#include "khabar/zones.h"
#include "khabar/times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// How far ahead a month or day without a year is taken for the coming one: when nothing in the clause tells the tense, and behind a verb of the
// past (which may be one of saying).
enum { AHEAD_DAYS = 90, AHEAD_DAYS_PAST = 30, HALF_YEAR = 183 };

static const char *const parts[] = {"", "TMO", "TMI", "TAF", "TEV", "TNI", "TDT"};

static const char *const seasons[] = {"SP", "SU", "FA", "WI"};

static void put_digits(char *p, int value, int width)
{
    for (int i = width; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
}

// 2024, 2024-08, 2024-08-01 with a part of the day behind it: what most times are, so without the C library's formats. Month and day 0: none.
static kb_str calendar_value(kb_arena *arena, int year, int month, int day, const char *part)
{
    char text[24];
    size_t n = 4, m = strlen(part);
    if (year < 0 || year > 9999) // before our era, or far beyond
        return day     ? kb_arena_printf(arena, "%04d-%02d-%02d%s", year, month, day, part)
               : month ? kb_arena_printf(arena, "%04d-%02d", year, month)
                       : kb_arena_printf(arena, "%04d", year);
    put_digits(text, year, 4);
    const int rest[] = {month, day};
    for (size_t i = 0; i < KB_LEN(rest) && rest[i]; i++, n += 3) {
        text[n] = '-';
        put_digits(text + n + 1, rest[i], 2);
    }
    memcpy(text + n, part, m);
    return kb_arena_copy(arena, (kb_str){text, n + m});
}

static bool set_day(kb_arena *arena, int32_t days, int part, kb_time *ret)
{
    ret->date = kb_date_of(days);
    ret->granularity = part ? KB_GRAN_PART : KB_GRAN_DAY;
    ret->value = calendar_value(arena, ret->date.year, ret->date.month, ret->date.day, parts[part]);
    return true;
}

static bool set_month(kb_arena *arena, int year, int month, kb_time *ret)
{
    ret->date = (kb_date){(int16_t)year, (uint8_t)month, 0};
    ret->granularity = KB_GRAN_MONTH;
    ret->value = calendar_value(arena, year, month, 0, "");
    return true;
}

static bool set_year(kb_arena *arena, int year, kb_time *ret)
{
    ret->date = (kb_date){(int16_t)year, 0, 0};
    ret->granularity = KB_GRAN_YEAR;
    ret->value = calendar_value(arena, year, 0, 0, "");
    return true;
}

static void set_until(kb_time *ret, int32_t first, int32_t last)
{
    ret->date = kb_date_of(first);
    ret->until = kb_date_of(last);
}

// The year of a day (or month, day 0) without one: from its adjective, its tense, else the nearest that news would mean.
static int year_of(const kb_time_fields *f, const kb_time_anchor *a, int month, int day)
{
    kb_date today = kb_date_of(a->today);
    if (KB_TIME_HAS(f, KB_TC_LASTOF))
        return today.year + f->lastof;
    int32_t candidate = kb_days_of((kb_date){today.year, (uint8_t)month, (uint8_t)(day ? day : 1)});
    int32_t ahead = candidate - a->today;
    bool same_month = day == 0 && month == today.month;
    if (KB_TIME_HAS(f, KB_TC_DEIX)) {
        if (f->deix < 0)
            return ahead >= 0 || same_month ? today.year - 1 : today.year;
        if (f->deix > 0)
            return ahead > 0 ? today.year : today.year + 1;
        return today.year;
    }
    if (same_month)
        return today.year;
    if (a->since)
        return ahead > 0 ? today.year - 1 : today.year;
    if (a->until) // the nearest
        return today.year + (ahead < -HALF_YEAR) - (ahead > HALF_YEAR);
    if (a->future)
        return ahead >= -1 ? today.year : today.year + 1;
    return ahead > (a->past ? AHEAD_DAYS_PAST : AHEAD_DAYS) ? today.year - 1 : today.year;
}

// The Hijri year of a day (or month, day 0) without one, by the same signs as year_of.
static int hijri_year_of(const kb_time_fields *f, const kb_time_anchor *a, int year_now, unsigned month_now)
{
    kb_date date;
    int month = f->hmonth ? f->hmonth : 1;
    if (!kb_date_of_hijri(year_now, (unsigned)month, (unsigned)f->day, &date))
        return year_now;
    int32_t ahead = kb_days_of(date) - a->today;
    bool same_month = f->day == 0 && (unsigned)month == month_now;
    if (KB_TIME_HAS(f, KB_TC_DEIX)) {
        if (f->deix < 0)
            return ahead >= 0 || same_month ? year_now - 1 : year_now;
        if (f->deix > 0)
            return ahead > 0 && !same_month ? year_now : year_now + 1;
        return year_now;
    }
    if (same_month)
        return year_now;
    if (a->since)
        return ahead > 0 ? year_now - 1 : year_now;
    if (a->future)
        return ahead >= -1 ? year_now : year_now + 1;
    return ahead > (a->past ? AHEAD_DAYS_PAST : AHEAD_DAYS) ? year_now - 1 : year_now;
}

static bool resolve_hijri(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    enum { MONTH_DAYS = 30 };
    int year = f->hyear;
    unsigned month_now = 0;
    if (f->day > MONTH_DAYS)
        return false;
    if (!year) {
        if (!kb_hijri_of(kb_date_of(a->today), &year, &month_now))
            return false;
        year = hijri_year_of(f, a, year, month_now);
    }
    kb_date date;
    int month = f->hmonth ? f->hmonth : 1;
    if (!kb_date_of_hijri(year, (unsigned)month, (unsigned)f->day, &date))
        return false;
    int32_t days = kb_days_of(date);
    if (f->day) {
        if (f->weekday &&
            kb_weekday(days) != (unsigned)f->weekday) { // the announced month may begin a day off the calculated one
            for (int32_t off = -1; off <= 1; off += 2) {
                if (kb_weekday(days + off) == (unsigned)f->weekday)
                    return set_day(arena, days + off, f->part, ret);
            }
        }
        return set_day(arena, days, f->part, ret);
    }
    return f->hmonth ? set_month(arena, date.year, date.month, ret) : set_year(arena, date.year, ret);
}

static bool resolve_weekday(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    int32_t back = ((int32_t)kb_weekday(a->today) - f->weekday + 7) % 7, day = a->today - back;
    if (KB_TIME_HAS(f, KB_TC_DEIX)) {
        if (f->deix < 0)
            day = (back == 0 ? day - 7 : day) - (f->deix < -1 ? 7 : 0);
        else if (f->deix > 0)
            day += 7;
    } else if ((a->future || a->present || (a->until && !a->past)) && back != 0) {
        day += 7;
    }
    return set_day(arena, day, f->part, ret);
}

static bool resolve_week(int32_t day, kb_arena *arena, kb_time *ret)
{
    int year;
    unsigned week = kb_iso_week(day, &year);
    int32_t monday = day - (int32_t)kb_weekday(day) + 1;
    set_until(ret, monday, monday + 6);
    ret->granularity = KB_GRAN_WEEK;
    ret->value = kb_arena_printf(arena, "%04d-W%02u", year, week);
    return true;
}

static bool resolve_decade(int year, kb_arena *arena, kb_time *ret)
{
    ret->date = (kb_date){(int16_t)(year / 10 * 10), 0, 0};
    ret->until = (kb_date){(int16_t)(year / 10 * 10 + 9), 0, 0};
    ret->granularity = KB_GRAN_DECADE;
    ret->value = kb_arena_printf(arena, "%03d", year / 10);
    return true;
}

// A whole unit `distance` from now, or `count` units away: الأسبوع الماضي, قبل ثلاثة أشهر.
static bool resolve_unit(int unit, double distance, const kb_time_anchor *a, int part, kb_arena *arena, kb_time *ret)
{
    // Farther away than this is geology, and no date.
    static const struct {
        int unit;
        double most;
    } bounds[] = {{'S', 1e9},  {'M', 2e7},  {'H', 3e5}, {'D', 2e5}, {'W', 3e4},
                  {'O', 6000}, {'Y', 1900}, {'E', 190}, {'C', 19}};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        if (bounds[i].unit == unit && !(fabs(distance) <= bounds[i].most))
            return false;
    }
    kb_date today = kb_date_of(a->today);
    int whole = (int)lround(distance);
    int months = today.year * 12 + today.month - 1 + whole;
    switch (unit) {
    case 'S':
    case 'M':
    case 'H': {
        int32_t seconds = (int32_t)lround(distance * (unit == 'H' ? 3600 : unit == 'M' ? 60 : 1)) + a->second;
        int32_t day = a->today + (int32_t)floor(seconds / 86400.0);
        return set_day(arena, day, part, ret);
    }
    case 'D':
        return set_day(arena, a->today + whole, part, ret);
    case 'W':
        return resolve_week(a->today + 7 * whole, arena, ret);
    case 'O':
        return set_month(arena, months / 12, months % 12 + 1, ret);
    case 'Y':
        return set_year(arena, today.year + whole, ret);
    case 'E':
        return resolve_decade(today.year + 10 * whole, arena, ret);
    case 'C':
        ret->date = (kb_date){(int16_t)((today.year / 100 + whole) * 100), 0, 0};
        ret->granularity = KB_GRAN_DECADE;
        ret->value = kb_arena_printf(arena, "%02d", today.year / 100 + whole);
        return true;
    default:
        return false;
    }
}

static bool resolve_season(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    static const uint8_t first_month[] = {3, 6, 9, 12};
    kb_date today = kb_date_of(a->today);
    unsigned n = (unsigned)(f->season - 1) % 4;
    int year = f->year;
    if (!year) {
        year = today.year + (KB_TIME_HAS(f, KB_TC_LASTOF) ? f->lastof : 0);
        if (KB_TIME_HAS(f, KB_TC_DEIX) && f->deix < 0 && first_month[n] + 2 >= today.month)
            year--;
        if (KB_TIME_HAS(f, KB_TC_DEIX) && f->deix > 0 && first_month[n] <= today.month)
            year++;
    }
    int32_t first = kb_days_of((kb_date){(int16_t)year, first_month[n], 1});
    set_until(ret, first, first + 90);
    ret->granularity = KB_GRAN_SEASON;
    ret->value = kb_arena_printf(arena, "%04d-%s", year, seasons[n]);
    return true;
}

static bool resolve_part_of_year(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    bool quarter = KB_TIME_HAS(f, KB_TC_QUARTERWORD);
    int months = quarter ? 3 : 6, most = quarter ? 4 : 2;
    if (f->order < 1 || f->order > most)
        return false;
    int year = f->year ? f->year : kb_date_of(a->today).year + f->lastof;
    int first = (f->order - 1) * months + 1;
    if (!f->year && !KB_TIME_HAS(f, KB_TC_LASTOF) && !a->future && first > kb_date_of(a->today).month)
        year--; // الربع الرابع alone, told in spring
    set_until(ret, kb_days_of((kb_date){(int16_t)year, (uint8_t)first, 1}),
              kb_days_of((kb_date){(int16_t)year, (uint8_t)(first + months - 1),
                                   (uint8_t)kb_days_in_month(year, (unsigned)(first + months - 1))}));
    ret->granularity = KB_GRAN_QUARTER;
    ret->value = kb_arena_printf(arena, "%04d-%c%d", year, quarter ? 'Q' : 'H', f->order);
    return true;
}

// A day of the month that is `distance` months from this one: 20 من الشهر الجاري, 20 الجاري.
static bool resolve_day_of(const kb_time_fields *f, const kb_time_anchor *a, int distance, kb_arena *arena,
                           kb_time *ret)
{
    kb_date today = kb_date_of(a->today);
    int months = today.year * 12 + today.month - 1 + distance;
    if (f->unit && f->unit != 'O')
        return false;
    if ((unsigned)f->day > kb_days_in_month(months / 12, (unsigned)(months % 12 + 1)))
        return false;
    kb_date date = {(int16_t)(months / 12), (uint8_t)(months % 12 + 1), (uint8_t)f->day};
    return set_day(arena, kb_days_of(date), f->part, ret);
}

static bool resolve_century(const kb_time_fields *f, kb_arena *arena, kb_time *ret)
{
    if (f->unit != 'C')
        return false;
    ret->date = (kb_date){(int16_t)((f->order - 1) * 100), 0, 0};
    ret->granularity = KB_GRAN_DECADE;
    ret->value = kb_arena_printf(arena, "%02d", f->order - 1);
    return true;
}

static bool resolve_weekend(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    if (!resolve_week(a->today + 7 * (KB_TIME_HAS(f, KB_TC_DEIX) ? f->deix : 0), arena, ret))
        return false;
    ret->value = kb_arena_printf(arena, KB_PRI "-WE", KB_ARG(ret->value));
    return true;
}

static bool resolve_date(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    if (KB_TIME_HAS(f, KB_TC_HMONTH) || KB_TIME_HAS(f, KB_TC_HYEARN))
        return resolve_hijri(f, a, arena, ret);
    if (f->day && KB_TIME_HAS(f, KB_TC_DEIX) && !f->month && !f->weekday)
        return resolve_day_of(f, a, f->deix, arena, ret);
    if (f->day && KB_TIME_HAS(f, KB_TC_THIS))
        return resolve_day_of(f, a, 0, arena, ret);
    if (f->month) {
        int year = f->year ? f->year : year_of(f, a, f->month, f->day);
        if (f->day == 0)
            return set_month(arena, year, f->month, ret);
        if ((unsigned)f->day > kb_days_in_month(year, (unsigned)f->month))
            return false;
        return set_day(arena, kb_days_of((kb_date){(int16_t)year, (uint8_t)f->month, (uint8_t)f->day}), f->part, ret);
    }
    if (KB_TIME_HAS(f, KB_TC_SEASON) || KB_TIME_HAS(f, KB_TC_SEASONDEF))
        return resolve_season(f, a, arena, ret);
    if (KB_TIME_HAS(f, KB_TC_QUARTERWORD) || (KB_TIME_HAS(f, KB_TC_HALFWORD) && !f->unit))
        return resolve_part_of_year(f, a, arena, ret);
    if (KB_TIME_HAS(f, KB_TC_DECADE))
        return resolve_decade(1900 + f->decade, arena, ret);
    if (f->year)
        return set_year(arena, f->year, ret);
    if (KB_TIME_HAS(f, KB_TC_SAME))
        return set_day(arena, (a->previous.year && a->previous.day ? kb_days_of(a->previous) : a->today) + f->same,
                       f->part, ret);
    if (KB_TIME_HAS(f, KB_TC_SAMENIGHT))
        return set_day(arena, a->previous.year && a->previous.day ? kb_days_of(a->previous) : a->today, 5, ret);
    if (KB_TIME_HAS(f, KB_TC_RELNIGHT))
        return set_day(arena, a->today + f->rel, 5, ret);
    if (KB_TIME_HAS(f, KB_TC_REL))
        return set_day(arena, a->today + f->rel, f->part, ret);
    if (KB_TIME_HAS(f, KB_TC_WEEKEND))
        return resolve_weekend(f, a, arena, ret);
    if (KB_TIME_HAS(f, KB_TC_CENTURYN))
        return resolve_century(f, arena, ret);
    if (KB_TIME_HAS(f, KB_TC_THIS) && f->part)
        return set_day(arena, a->today, f->part, ret);
    if (KB_TIME_HAS(f, KB_TC_WEEKDAY))
        return resolve_weekday(f, a, arena, ret);
    if (KB_TIME_HAS(f, KB_TC_AGO))
        return resolve_unit(f->unit, -f->number, a, f->part, arena, ret);
    if (KB_TIME_HAS(f, KB_TC_UNITDEF))
        return resolve_unit(f->unit, KB_TIME_HAS(f, KB_TC_DEIX) ? f->deix : 0, a, f->part, arena, ret);
    return false;
}

static bool resolve_clock(const kb_time_fields *f, const kb_time_anchor *a, kb_arena *arena, kb_time *ret)
{
    int hour = f->hour, minute = (f->more_unit == 'M' ? (int)f->more : f->minute) + f->fraction;
    if (minute < 0) {
        minute += 60;
        hour--;
    }
    bool evening = f->part == 4 || f->part == 3 || (f->part == 5 && hour >= 6 && hour < 12) ||
                   (f->part == 2 && hour < 6 && hour >= 1);
    if (evening && hour < 12)
        hour += 12;
    else if ((f->part == 1 || f->part == 5) && hour == 12)
        hour = 0;
    if (hour < 0 || hour > 24 || minute > 59)
        return false;
    int32_t day = a->clause.year && a->clause.day ? kb_days_of(a->clause) : a->today;
    day += KB_TIME_HAS(f, KB_TC_MIDNIGHT) && (a->future || a->present || a->until); // the one to come ends the day
    if (hour == 24) {
        hour = 0;
        day++;
    }
    ret->date = kb_date_of(day);
    ret->granularity = KB_GRAN_TIME;
    ret->value = kb_arena_printf(arena, "%04d-%02d-%02dT%02d:%02d", ret->date.year, ret->date.month, ret->date.day,
                                 hour, minute);
    int offset;
    if (f->zone && strcmp(f->zone, KB_ZONE_UTC) == 0)
        ret->value = kb_arena_printf(arena, KB_PRI "Z", KB_ARG(ret->value));
    else if (f->zone && kb_zone_minutes(a->lexicon, f->zone, ret->date, hour, minute, &offset))
        ret->value = kb_arena_printf(arena, KB_PRI "%c%02d:%02d", KB_ARG(ret->value), offset < 0 ? '-' : '+',
                                     abs(offset) / 60, abs(offset) % 60);
    return true;
}

static bool is_clock_unit(int unit)
{
    return unit == 'H' || unit == 'M' || unit == 'S';
}

static bool is_smaller(int unit, int than)
{
    static const char order[] = "SMHDWOY";
    const char *a = strchr(order, unit), *b = strchr(order, than);
    return unit && than && a && b && a < b;
}

static bool resolve_duration(const kb_time_fields *f, kb_arena *arena, kb_time *ret)
{
    double n = f->number + (KB_TIME_HAS(f, KB_TC_ANDHALF) ? 0.5 : 0);
    int unit = f->unit;
    if (KB_TIME_HAS(f, KB_TC_HALFOF)) { // نصف ساعة, ربع ساعة: in the next smaller unit
        static const char units[] = "HDWOYEC", smaller[] = "MHDDOYY";
        static const double size[] = {60, 24, 7, 30, 12, 10, 100};
        const char *at = strchr(units, unit);
        if (!at || !unit)
            return false;
        n = size[at - units] * f->half / 60.0;
        unit = smaller[at - units];
    }
    if (!(n > 0) || n > 1e6)
        return false;
    bool few = KB_TIME_HAS(f, KB_TC_FEW) || KB_TIME_HAS(f, KB_TC_FEWPOST) ||
               KB_TIME_HAS(f, KB_TC_UNITFEW); // بضعة أيام: the unit alone is known
    if ((unit == 'E' || unit == 'C') && !few) {
        n *= unit == 'E' ? 10 : 100;
        unit = 'Y';
    }
    char letter = (char)(unit == 'O' ? 'M' : unit), more = (char)(f->more_unit == 'O' ? 'M' : f->more_unit);
    bool clock = is_clock_unit(unit), more_clock = is_clock_unit(f->more_unit);
    if (few)
        ret->value = kb_arena_printf(arena, "P%sX%c", clock ? "T" : "", letter);
    else if (!f->more_unit)
        ret->value = kb_arena_printf(arena, "P%s%.10g%c", clock ? "T" : "", n, letter);
    else if (is_smaller(f->more_unit, unit) && f->more > 0)
        ret->value = kb_arena_printf(arena, "P%s%.10g%c%s%.10g%c", clock ? "T" : "", n, letter,
                                     more_clock && !clock ? "T" : "", f->more, more);
    else
        return false;
    return true;
}

static bool resolve_set(const kb_time_fields *f, kb_arena *arena, kb_time *ret)
{
    if (f->weekday)
        ret->value = kb_arena_printf(arena, "XXXX-WXX-%d%s", f->weekday, parts[f->part]);
    else if (f->part)
        ret->value = kb_arena_printf(arena, "XXXX-XX-XX%s", parts[f->part]);
    else if (f->season)
        ret->value = kb_arena_printf(arena, "XXXX-%s", seasons[(f->season - 1) % 4]);
    else
        return resolve_duration(f, arena, ret);
    return true;
}

bool kb_time_resolve(const kb_time_fields *fields, const kb_time_anchor *anchor, kb_arena *arena, kb_time *ret)
{
    bool resolved = ret->kind == KB_TIME_DATE       ? resolve_date(fields, anchor, arena, ret)
                    : ret->kind == KB_TIME_TIME     ? resolve_clock(fields, anchor, arena, ret)
                    : ret->kind == KB_TIME_DURATION ? resolve_duration(fields, arena, ret)
                                                    : resolve_set(fields, arena, ret);
    return resolved && ret->value.p;
}
