#include "khabar/zones.h"
#include "khabar/calendar.h"
#include "khabar/lexemes.h"

#include <stdio.h>
#include <stdlib.h>

#define NAMES_SECTION     "language.zone-names"
#define CHANGES_SECTION   "language.zone-changes"
#define COUNTRIES_SECTION "language.zone-countries"

enum { DAY_MINUTES = 1440, COUNTRY_ZONE = 8 }; // column of countries.tsv

typedef struct zone_name {
    int32_t key;
    char name[36]; // IANA
} zone_name;

// From one local time to another, in minutes since 1970, a zone has another offset than ICU says.
typedef struct zone_change {
    char name[36];
    int32_t offset; // minutes east of UTC
    int32_t from, until;
} zone_change;

typedef struct country_zone {
    char country[4]; // ISO 3166-1 alpha-3
    char name[36];
} country_zone;

// ---------------------------------------------------------------- reading

const char *kb_zone_of_key(const kb_lexicon *lexicon, int32_t key)
{
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str section = kb_image_section(&lexicon->images[i], NAMES_SECTION);
        const zone_name *names = (const zone_name *)(const void *)section.p;
        for (size_t k = 0; k < section.n / sizeof *names; k++) {
            if (names[k].key == key)
                return names[k].name;
        }
    }
    return NULL;
}

bool kb_zone_minutes(const kb_lexicon *lexicon, const char *name, kb_date date, int hour, int minute, int *ret)
{
    int32_t at = kb_days_of(date) * DAY_MINUTES + hour * 60 + minute;
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str section = kb_image_section(&lexicon->images[i], CHANGES_SECTION);
        const zone_change *changes = (const zone_change *)(const void *)section.p;
        for (size_t k = 0; k < section.n / sizeof *changes; k++) {
            if (at >= changes[k].from && at < changes[k].until && strcmp(changes[k].name, name) == 0) {
                *ret = changes[k].offset;
                return true;
            }
        }
    }
    return kb_zone_offset(name, date, hour, minute, ret);
}

static const char *zone_of_country(const kb_lexicon *lexicon, kb_str country)
{
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str section = kb_image_section(&lexicon->images[i], COUNTRIES_SECTION);
        const country_zone *zones = (const country_zone *)(const void *)section.p;
        for (size_t k = 0; k < section.n / sizeof *zones; k++) {
            if (kb_str_is(country, zones[k].country))
                return zones[k].name;
        }
    }
    return NULL;
}

int64_t kb_local_time(const kb_lexicon *lexicon, const kb_article *article)
{
    int64_t local = article->published_at + article->published_zone;
    const char *zone = article->published_zone == 0 && article->source_country.n == 3
                           ? zone_of_country(lexicon, article->source_country)
                           : NULL;
    // The offset is asked for at a local time, which is known to the hour only with the offset: the second answer is the right one.
    for (int round = 0; zone && round < 2; round++) {
        int64_t day = local / 86400 - (local % 86400 < 0);
        int32_t minute = (int32_t)(local - day * 86400) / 60;
        int offset;
        if (!kb_zone_minutes(lexicon, zone, kb_date_of((int32_t)day), minute / 60, minute % 60, &offset))
            break;
        local = article->published_at + offset * 60;
    }
    return local;
}

// ---------------------------------------------------------------- compiling

// Copies the IANA name of a zone; an error where there is none of that name.
static kb_status read_zone(kb_str name, const kb_row *row, char ret[36], kb_error *error)
{
    if (name.n > 0 && name.n < 36) {
        memcpy(ret, name.p, name.n);
        ret[name.n] = '\0';
        if (kb_zone_exists(ret))
            return KB_OK;
    }
    return kb_fail(error, KB_INVALID, "zone-name", "%s:%u: no time zone is called '" KB_PRI "'", row->file, row->line,
                   KB_ARG(name));
}

typedef kb_status (*row_reader)(const kb_row *row, void *ret, kb_error *error);

// A table whose rows become records of `size` bytes, one after the other, in a section. Rows that the reader leaves empty count too.
static kb_status compile_table(const char *path, uint32_t columns, row_reader read, size_t size, const char *section,
                               kb_image_builder *b, kb_error *error)
{
    kb_table *table = NULL;
    kb_status status = kb_table_read(path, columns, columns, &table, error);
    if (status != KB_OK)
        return status == KB_NOT_FOUND ? KB_OK : status;
    uint32_t n = kb_table_rows(table);
    char *records = calloc(n ? n : 1, size);
    if (!records)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", path);
    for (uint32_t i = 0; i < n && status == KB_OK; i++) {
        kb_row row = kb_table_row(table, i);
        status = read(&row, records + i * size, error);
    }
    if (status == KB_OK)
        status = kb_image_add(b, section, records, n * size, error);
    free(records);
    kb_table_free(table);
    return status;
}

static kb_status read_name(const kb_row *row, void *ret, kb_error *error)
{
    zone_name *zone = ret;
    zone->key = (int32_t)(kb_str_hash(row->cells[0]) & INT32_MAX);
    return read_zone(row->cells[0], row, zone->name, error);
}

// "2023-04-28T00:00" as minutes since 1970; what is empty is `open`.
static bool read_minute(kb_str text, int32_t open, int32_t *ret)
{
    int year, month, day, hour, minute, length = 0;
    char copy[20] = "";
    *ret = open;
    if (text.n == 0)
        return true;
    if (text.n != 16)
        return false;
    memcpy(copy, text.p, text.n);
    if (sscanf(copy, "%4d-%2d-%2dT%2d:%2d%n", &year, &month, &day, &hour, &minute, &length) != 5 || length != 16)
        return false;
    kb_date date = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    *ret = kb_days_of(date) * DAY_MINUTES + hour * 60 + minute;
    return true;
}

// "+03:00" in minutes.
static bool read_offset(kb_str text, int32_t *ret)
{
    int hours, minutes, length = 0;
    char sign, copy[8] = "";
    if (text.n != 6)
        return false;
    memcpy(copy, text.p, text.n);
    if (sscanf(copy, "%c%2d:%2d%n", &sign, &hours, &minutes, &length) != 3 || length != 6)
        return false;
    *ret = (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
    return sign == '-' || sign == '+';
}

static kb_status read_change(const kb_row *row, void *ret, kb_error *error)
{
    zone_change *change = ret;
    if (!read_minute(row->cells[1], INT32_MIN, &change->from) ||
        !read_minute(row->cells[2], INT32_MAX, &change->until) || !read_offset(row->cells[3], &change->offset) ||
        change->from >= change->until)
        return kb_fail(error, KB_INVALID, "zone-change",
                       "%s:%u: from and until are written 2023-04-28T00:00, offsets +03:00", row->file, row->line);
    return read_zone(row->cells[0], row, change->name, error);
}

static kb_status read_country(const kb_row *row, void *ret, kb_error *error)
{
    country_zone *zone = ret;
    if (row->cells[COUNTRY_ZONE].n == 0 || row->cells[0].n != 3)
        return KB_OK;
    memcpy(zone->country, row->cells[0].p, 3);
    return read_zone(row->cells[COUNTRY_ZONE], row, zone->name, error);
}

static kb_status compile_forms(const char *path, kb_image_builder *b, kb_error *error)
{
    kb_table *table = NULL;
    kb_status status = kb_table_read(path, 2, 2, &table, error);
    if (status != KB_OK)
        return status == KB_NOT_FOUND ? KB_OK : status;
    kb_lexeme_list *list = kb_lexeme_list_new();
    if (!list)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", path);
    for (uint32_t i = 0; i < kb_table_rows(table) && status == KB_OK; i++) {
        kb_row row = kb_table_row(table, i);
        int32_t key = (int32_t)(kb_str_hash(row.cells[0]) & INT32_MAX);
        status = kb_lexeme_list_add(list, row.cells[1], key, 0, &row, error);
    }
    if (status == KB_OK)
        status = kb_lexeme_list_write(list, KB_ZONES_SECTION, b, error);
    kb_lexeme_list_free(list);
    kb_table_free(table);
    return status;
}

kb_status kb_zones_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    char names[4096], changes[4096], countries[4096];
    snprintf(names, sizeof names, "%s/tables/zones.tsv", data_dir);
    snprintf(changes, sizeof changes, "%s/tables/zone_changes.tsv", data_dir);
    snprintf(countries, sizeof countries, "%s/lexicon/countries.tsv", data_dir);
    kb_status status = compile_forms(names, b, error);
    if (status == KB_OK)
        status = compile_table(names, 2, read_name, sizeof(zone_name), NAMES_SECTION, b, error);
    if (status == KB_OK)
        status = compile_table(changes, 5, read_change, sizeof(zone_change), CHANGES_SECTION, b, error);
    if (status == KB_OK)
        status =
            compile_table(countries, COUNTRY_ZONE + 1, read_country, sizeof(country_zone), COUNTRIES_SECTION, b, error);
    return status;
}
