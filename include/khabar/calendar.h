#pragma once
// Days of the proleptic Gregorian calendar, ISO 8601 weeks, and the Hijri calendar of Umm al-Qura (ICU's islamic-umalqura).

#include "khabar/layers.h"

// Days since 1970-01-01 and back. Any year of int16_t.
int32_t kb_days_of(kb_date date);
kb_date kb_date_of(int32_t days);
// 1 Monday … 7 Sunday (ISO 8601).
unsigned kb_weekday(int32_t days);
// Week number and the year it belongs to (ISO 8601: the week of the year's first Thursday is 1).
unsigned kb_iso_week(int32_t days, int *ret_year);
unsigned kb_days_in_month(int year, unsigned month);
// First day of a Hijri date as Gregorian; day 0: of the month. False where ICU can't tell.
bool kb_date_of_hijri(int year, unsigned month, unsigned day, kb_date *ret);
// Hijri year and month of a Gregorian day.
bool kb_hijri_of(kb_date date, int *ret_year, unsigned *ret_month);

#define KB_ZONE_UTC "Etc/UTC"
// Whether a time zone has this IANA name.
bool kb_zone_exists(const char *name);
// Its minutes east of UTC at a local time, with daylight saving. False where ICU can't tell.
bool kb_zone_offset(const char *name, kb_date date, int hour, int minute, int *ret);
