#include "timerules.h"
#include "khabar/lexemes.h"
#include "khabar/numbers.h"
#include "khabar/zones.h"

#include <stdio.h>

const char *const kb_time_class_names[KB_TC_COUNT] = {
    "WEEKDAY",     "MONTH",     "MONTHW",    "HMONTH",   "HYEAR",    "GYEAR",   "PART",        "PARTADV",  "DAYWORD",
    "REL",         "RELNIGHT",  "SAME",      "DEIX",     "LASTOF",   "THIS",    "UNIT",        "UNITDUAL", "UNITDEF",
    "UNITPL",      "YEARWORD",  "MONTHWORD", "MOD",      "FIRSTDAY", "SEASON",  "QUARTERWORD", "HALFWORD", "DECADE",
    "CENTURYLAST", "HOURWORD",  "FRACTION",  "ANDHALF",  "HALFOF",   "EVERY",   "AGO",         "OF",       "ONE",
    "LAST",        "NEXTN",     "FUTURE",    "ZONEWORD", "YEARCUE",  "DURCUE",  "FROM",        "ALPART",   "UNITACC",
    "NEED",        "BAREDAY",   "EVERYADV",  "PER",      "TIMESCUE", "FEW",     "FEWPOST",     "HALFDAY",  "DAYCUE",
    "TO",          "RANGEMARK", "ORDLAST",   "WEEKEND",  "HIJRIERA", "FEWADJ",  "PASTFEW",     "UNITFEW",  "UNITONE",
    "DUALDEF",     "SEASONDEF", "SEASONCUE", "MATCHING", "PERIOD",   "UNTIL",   "SINCE",       "MIDNIGHT", "SAMENIGHT",
    "ORDDAY",      "HOURCUE",   "DAY",       "YEAR",     "HYEARN",   "NUM",     "N",           "HOUR",     "CLOCKN",
    "ISO",         "ANYMONTH",  "ORDQ",      "CENTURYN", "ANDNUM",   "ANDUNIT", "ANDDUAL",     "NOMINAL",  "ACCNOUN",
    ",",
};

static kb_status parse_item(kb_str text, const kb_row *row, kb_time_item *ret, kb_error *error)
{
    kb_time_item item = {.classes = {KB_TC_COUNT, KB_TC_COUNT, KB_TC_COUNT}};
    kb_str whole = text;
    if (text.n && (text.p[0] == '<' || text.p[0] == '!' || text.p[0] == '>')) {
        item.behind = text.p[0] == '<';
        item.ahead = text.p[0] == '>';
        item.negative = text.p[0] == '!';
        text = kb_str_sub(text, 1, text.n);
        if (item.negative && text.n && text.p[0] == '<') {
            item.behind = true;
            text = kb_str_sub(text, 1, text.n);
        }
    }
    if (text.n > 1 && text.p[text.n - 1] == '?') {
        item.optional = 1;
        text.n--;
    }
    for (unsigned i = 0; text.p; i++) {
        kb_str name = kb_str_cut(&text, '|');
        unsigned class = 0;
        while (class < KB_TC_COUNT && !kb_str_is(name, kb_time_class_names[class]))
            class ++;
        if (class == KB_TC_COUNT || i == KB_TIME_CHOICES)
            return kb_fail(error, KB_INVALID, "time-rule-item", "%s:%u: '" KB_PRI "' names no class, or more than %d",
                           row->file, row->line, KB_ARG(whole), KB_TIME_CHOICES);
        item.classes[i] = (uint8_t) class;
    }
    *ret = item;
    return KB_OK;
}

// The classes of the items that may come first: all up to the first one that must be there.
static kb_time_classes opening(const kb_time_rule *rule)
{
    kb_time_classes opens = {0};
    for (unsigned i = 0; i < rule->count; i++) {
        const kb_time_item *item = &rule->items[i];
        if (item->behind || item->ahead || item->negative)
            continue;
        for (unsigned k = 0; k < KB_TIME_CHOICES && item->classes[k] != KB_TC_COUNT; k++)
            kb_time_classes_add(&opens, item->classes[k]);
        if (!item->optional)
            break;
    }
    return opens;
}

static kb_status parse_rule(const kb_row *row, kb_time_rule *ret, kb_error *error)
{
    static const char *const kinds[] = {"date", "time", "duration", "set"};
    kb_time_rule rule = {.count = 0};
    if (row->cells[0].n == 0 || row->cells[0].n >= sizeof rule.name)
        return kb_fail(error, KB_INVALID, "time-rule-name", "%s:%u: the name is empty or too long", row->file,
                       row->line);
    memcpy(rule.name, row->cells[0].p, row->cells[0].n);
    while (rule.kind < KB_LEN(kinds) && !kb_str_is(row->cells[1], kinds[rule.kind]))
        rule.kind++;
    if (rule.kind == KB_LEN(kinds))
        return kb_fail(error, KB_INVALID, "time-rule-kind",
                       "%s:%u: kind '" KB_PRI "' is none of date, time, duration, set", row->file, row->line,
                       KB_ARG(row->cells[1]));
    kb_str rest = row->cells[2];
    while (rest.p) {
        kb_str item = kb_str_cut(&rest, ' ');
        if (item.n == 0)
            continue;
        if (rule.count == KB_TIME_ITEMS)
            return kb_fail(error, KB_LIMIT, "time-rule-length", "%s:%u: more than %d items", row->file, row->line,
                           KB_TIME_ITEMS);
        kb_status status = parse_item(item, row, &rule.items[rule.count++], error);
        if (status != KB_OK)
            return status;
    }
    rule.opens = opening(&rule);
    *ret = rule;
    return KB_OK;
}

static kb_status compile_rules(const char *path, kb_image_builder *b, kb_error *error)
{
    kb_table *table = NULL;
    kb_status status = kb_table_read(path, 3, 3, &table, error);
    if (status != KB_OK)
        return status == KB_NOT_FOUND ? KB_OK : status;
    kb_arena *arena = kb_arena_new(0);
    uint32_t n = kb_table_rows(table);
    kb_time_rule *rules = arena ? KB_NEWS(arena, kb_time_rule, n) : NULL;
    if (!rules)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", path);
    for (uint32_t i = 0; i < n && status == KB_OK; i++) {
        kb_row row = kb_table_row(table, i);
        status = parse_rule(&row, &rules[i], error);
    }
    if (status == KB_OK)
        status = kb_image_add(b, KB_TIME_RULES_SECTION, rules, n * sizeof *rules, error);
    kb_arena_free(arena);
    kb_table_free(table);
    return status;
}

kb_status kb_times_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    char path[4096];
    kb_status status = kb_numbers_compile(data_dir, b, error);
    if (status != KB_OK)
        return status;
    snprintf(path, sizeof path, "%s/tables/times.tsv", data_dir);
    status = kb_lexemes_compile(path, KB_TIMES_SECTION, kb_time_class_names, KB_TC_LEXICAL, b, error);
    if (status != KB_OK)
        return status;
    status = kb_zones_compile(data_dir, b, error);
    if (status != KB_OK)
        return status;
    snprintf(path, sizeof path, "%s/tables/time_patterns.tsv", data_dir);
    return compile_rules(path, b, error);
}
