#include "cases.h"
#include "khabar/calendar.h"

#include <stdio.h>

bool case_open(case_session *s)
{
    kb_error error = {0};
    *s = (case_session){0};
    if (kb_extractor_new(NULL, &s->extractor, &error) != KB_OK) {
        fprintf(stderr, "extractor: %s\n", error.what);
        return false;
    }
    s->session = kb_session_new(s->extractor);
    s->arena = kb_arena_new(0);
    return s->session && s->arena;
}

void case_close(case_session *s)
{
    kb_arena_free(s->arena);
    kb_session_free(s->session);
    kb_extractor_free(s->extractor);
}

const kb_layers *case_layers(case_session *s, kb_str body, int64_t published_at, int32_t zone)
{
    kb_arena_reset(s->arena);
    kb_article *article = KB_NEW(s->arena, kb_article);
    *article = (kb_article){.id = KB_STR("case"),
                            .language = KB_STR("ar"),
                            .published_at = published_at,
                            .published_zone = zone,
                            .published_known = true,
                            .published_text = KB_STR("2024-08-02T00:00:00Z")};
    article->body = kb_arena_copy(s->arena, body);
    kb_layers *layers = NULL;
    kb_error error = {0};
    if (kb_extract(s->session, s->arena, article, &layers, &error) != KB_OK) {
        fprintf(stderr, "extract: %s\n", error.what);
        return NULL;
    }
    return layers;
}

bool case_moment(kb_str text, int64_t *ret, int32_t *ret_zone)
{
    char z[40] = {0};
    int year, month, day, hour = 12, minute = 0, zone_hour = 0, zone_minute = 0;
    char sign = '+';
    if (text.n >= sizeof z)
        return false;
    memcpy(z, text.p, text.n);
    int n = sscanf(z, "%d-%d-%dT%d:%d%c%d:%d", &year, &month, &day, &hour, &minute, &sign, &zone_hour, &zone_minute);
    if (n != 3 && n != 8)
        return false;
    *ret_zone = (zone_hour * 3600 + zone_minute * 60) * (sign == '-' ? -1 : 1);
    *ret = (int64_t)kb_days_of((kb_date){(int16_t)year, (uint8_t)month, (uint8_t)day}) * 86400 + hour * 3600 +
           minute * 60 - *ret_zone;
    return true;
}

uint32_t case_unmark(kb_arena *arena, kb_str marked, kb_str *ret, kb_span spans[CASE_MARKS])
{
    char *out = kb_alloc(arena, marked.n + 1);
    uint32_t n = 0, at = 0;
    for (size_t i = 0; i < marked.n; i++) {
        if (marked.p[i] == '[' && n < CASE_MARKS)
            spans[n].start = at;
        else if (marked.p[i] == ']' && n < CASE_MARKS)
            spans[n++].end = at;
        else
            out[at++] = marked.p[i];
    }
    *ret = (kb_str){out, at};
    return n;
}

uint32_t case_rows(const char *folder, uint32_t columns, bool (*holds)(const kb_row *row, kb_arena *arena),
                   uint32_t *ret_rows)
{
    kb_arena *arena = kb_arena_new(0);
    kb_str *files;
    uint32_t file_count = 0, wrong = 0;
    *ret_rows = 0;
    if (kb_files_below(folder, ".tsv", arena, &files, &file_count, NULL) != KB_OK)
        wrong++;
    for (uint32_t f = 0; f < file_count; f++) {
        kb_table *table = NULL;
        kb_error error = {0};
        if (kb_table_read(files[f].p, columns, columns, &table, &error) != KB_OK) {
            fprintf(stderr, "%s\n", error.what);
            wrong++;
            continue;
        }
        for (uint32_t i = 0; i < kb_table_rows(table); i++) {
            kb_row row = kb_table_row(table, i);
            wrong += !holds(&row, arena);
            (*ret_rows)++;
        }
        kb_table_free(table);
    }
    kb_arena_free(arena);
    return wrong;
}
