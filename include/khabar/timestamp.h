#pragma once
// Points in time as articles write them.

#include "khabar/arena.h"

typedef struct kb_timestamp {
    int64_t seconds; // since 1970-01-01T00:00:00Z
    int32_t zone;    // seconds east of UTC in which it was written; 0 where none was given
} kb_timestamp;

// Reads RFC 3339 ("2024-08-02T12:00:00+03:00"), and what scrapers send in its place:
//   a space, "t" or nothing for the "T"; no seconds; a fraction of any length (dropped); a comma before the fraction;
//   "+0300", "+03", "UTC", "GMT" for the offset; no offset at all, which is read as UTC; a date alone, which is its first second in UTC;
//   the date of RFC 5322 ("Fri, 02 Aug 2024 12:00:00 +0300"); seconds or milliseconds since 1970, as digits.
// Errors: KB_INVALID with "date-syntax", or "date-range" for a day, hour or offset that does not exist, and years outside of 1900 to 2199.
kb_status kb_timestamp_parse(kb_str text, kb_timestamp *ret, kb_error *error);

// RFC 3339 with the offset of `t.zone`, "Z" for 0. On failure an absent slice.
kb_str kb_timestamp_format(kb_arena *arena, kb_timestamp t);

// Seconds since 1970 of a UTC day of the proleptic Gregorian calendar (month 1 to 12, day 1 to 31), at midnight.
int64_t kb_timestamp_of_day(int year, unsigned month, unsigned day);
