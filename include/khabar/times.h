#pragma once
// Time expressions by TIMEX3 (ISO 24617-1): found by the patterns of worker/data/tables/time_patterns.tsv over the classes of
// worker/data/tables/times.tsv, resolved against the article's time of publication in its own zone.

#include "khabar/image.h"
#include "khabar/layers.h"

// Classes of times.tsv and the items that the machine knows by itself, in the order of kb_time_class_names.
typedef enum kb_time_class {
    KB_TC_WEEKDAY,
    KB_TC_MONTH,
    KB_TC_MONTHW,
    KB_TC_HMONTH,
    KB_TC_HYEAR,
    KB_TC_GYEAR,
    KB_TC_PART,
    KB_TC_PARTADV,
    KB_TC_DAYWORD,
    KB_TC_REL,
    KB_TC_RELNIGHT,
    KB_TC_SAME,
    KB_TC_DEIX,
    KB_TC_LASTOF,
    KB_TC_THIS,
    KB_TC_UNIT,
    KB_TC_UNITDUAL,
    KB_TC_UNITDEF,
    KB_TC_UNITPL,
    KB_TC_YEARWORD,
    KB_TC_MONTHWORD,
    KB_TC_MOD,
    KB_TC_FIRSTDAY,
    KB_TC_SEASON,
    KB_TC_QUARTERWORD,
    KB_TC_HALFWORD,
    KB_TC_DECADE,
    KB_TC_CENTURYLAST,
    KB_TC_HOURWORD,
    KB_TC_FRACTION,
    KB_TC_ANDHALF,
    KB_TC_HALFOF,
    KB_TC_EVERY,
    KB_TC_AGO,
    KB_TC_OF,
    KB_TC_ONE,
    KB_TC_LAST,
    KB_TC_NEXTN,
    KB_TC_FUTURE,
    KB_TC_ZONEWORD,
    KB_TC_YEARCUE,
    KB_TC_DURCUE,
    KB_TC_FROM,
    KB_TC_ALPART,
    KB_TC_UNITACC,
    KB_TC_NEED,
    KB_TC_BAREDAY,
    KB_TC_EVERYADV,
    KB_TC_PER,
    KB_TC_TIMESCUE,
    KB_TC_FEW,
    KB_TC_FEWPOST,
    KB_TC_HALFDAY,
    KB_TC_DAYCUE,
    KB_TC_TO,
    KB_TC_RANGEMARK,
    KB_TC_ORDLAST,
    KB_TC_WEEKEND,
    KB_TC_HIJRIERA,
    KB_TC_FEWADJ,
    KB_TC_PASTFEW,
    KB_TC_UNITFEW,
    KB_TC_UNITONE,
    KB_TC_DUALDEF,
    KB_TC_SEASONDEF,
    KB_TC_SEASONCUE,
    KB_TC_MATCHING,
    KB_TC_PERIOD,
    KB_TC_UNTIL,
    KB_TC_SINCE,
    KB_TC_MIDNIGHT,
    KB_TC_SAMENIGHT,
    KB_TC_ORDDAY,
    KB_TC_HOURCUE,
    KB_TC_LEXICAL, // number of the classes above
    KB_TC_DAY = KB_TC_LEXICAL,
    KB_TC_YEAR,
    KB_TC_HYEARN,
    KB_TC_NUM,
    KB_TC_N,
    KB_TC_HOUR,
    KB_TC_CLOCKN,
    KB_TC_ISO,
    KB_TC_ANYMONTH,
    KB_TC_ORDQ,
    KB_TC_CENTURYN,
    KB_TC_ANDNUM,
    KB_TC_ANDUNIT,
    KB_TC_ANDDUAL,
    KB_TC_NOMINAL,
    KB_TC_ACCNOUN,
    KB_TC_COMMA,
    KB_TC_COUNT,
} kb_time_class;
extern const char *const kb_time_class_names[KB_TC_COUNT];

// What the items of a matched pattern said; `has` holds a bit for each class that was there.
typedef struct kb_time_fields {
    uint64_t has[2];
    int part, rel, weekday, day, month, hmonth, year, hyear, deix, lastof, unit, season, order, decade, same, hour,
        minute, fraction, half;
    const char *zone; // IANA name, or NULL
    double number;
    double more; // of a second, smaller unit, 0: none
    int more_unit;
} kb_time_fields;

#define KB_TIME_HAS(f, class) (((f)->has[(class) / 64] >> (class) % 64) & 1)

// What a date is resolved against.
typedef struct kb_time_anchor {
    int32_t today;             // days since 1970, in the zone of publication
    int32_t second;            // of that day
    kb_date previous;          // the day named last in the text (for "the same day"), or year 0
    kb_date clause;            // the day named before in this sentence (for the hour of a clock), or year 0
    bool future, past;         // what the clause speaks of, where its verbs tell
    bool since;                // it is the beginning of something (منذ 7 أكتوبر): past
    bool present;              // the verb before stands in the present: a day without a date is to come
    bool until;                // it is the end of something (حتى 29 مايو): rather to come
    const kb_lexicon *lexicon; // for the offsets of zones
} kb_time_anchor;

// Fills kind-dependent value, date, until and granularity of *ret. Returns false where the fields make no time.
bool kb_time_resolve(const kb_time_fields *fields, const kb_time_anchor *anchor, kb_arena *arena, kb_time *ret);
