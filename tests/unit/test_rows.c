#include "khabar/rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct fixture {
    kb_arena *arena;
    kb_article article;
    kb_layers layers;
    kb_sentence sentence;
    kb_entity entities[2];
    kb_mention mentions[2];
    kb_span triggers[2][1];
    kb_participant actor;
    kb_event events[2];
    uint32_t codepoints[8];
} fixture;

static fixture the;

// An article of one sentence, "قصفت إسرائيل غزة" ("Israel shelled Gaza"), with two entities and one event.
static int set_up(void **state)
{
    (void)state;
    the = (fixture){.arena = kb_arena_new(0)};
    the.article = (kb_article){
        .id = KB_STR("a-1"), .title = KB_STR("قصفت إسرائيل غزة"), .body = KB_STR(""), .published_at = 1722585600};
    kb_layers *l = &the.layers;
    l->article = &the.article;
    l->text = (kb_text){.stored = the.article.title, .codepoints = the.codepoints, .title_end = 30};
    l->language = KB_STR("ar");
    the.sentence = (kb_sentence){.end_byte = (uint32_t)the.article.title.n};
    l->sentences = &the.sentence;
    l->sentence_count = 1;
    the.entities[0] = (kb_entity){.type = KB_LOCATION,
                                  .key = KB_STR("israel"),
                                  .name = KB_STR("إسرائيل"),
                                  .country = "ISR",
                                  .code = "ISRGOV",
                                  .latitude = NAN,
                                  .longitude = NAN};
    the.entities[1] =
        (kb_entity){.type = KB_LOCATION, .name = KB_STR("غزة"), .country = "PSE", .latitude = 31.5, .longitude = 34.45};
    l->entities = the.entities;
    l->entity_count = 2;
    the.mentions[0] = (kb_mention){.start = 9, .end_byte = 23, .entity = 0};
    the.mentions[1] = (kb_mention){.start = 24, .end_byte = 30, .entity = 1};
    l->mentions = the.mentions;
    l->mention_count = 2;
    the.triggers[0][0] = (kb_span){0, 8};
    the.triggers[1][0] = (kb_span){9, 23};
    the.actor = (kb_participant){.start = 9, .end = 23, .entity = 0, .code = "ISRMIL"};
    the.events[0] = (kb_event){.type = "ASSAULT",
                               .mode = "aerial",
                               .cameo = "195",
                               .quad_class = 4,
                               .mentions = the.triggers[0],
                               .mention_count = 1,
                               .actors = &the.actor,
                               .actor_count = 1,
                               .date = {2024, 8, 1},
                               .date_granularity = KB_GRAN_DAY,
                               .place = 1,
                               .reported_by = KB_NONE,
                               .killed = 3,
                               .injured = -1,
                               .confidence = 0.5f,
                               .rule = "shelling"};
    the.events[1] = the.events[0];
    the.events[1].type = "THREATEN";
    the.events[1].mentions = the.triggers[1];
    l->events = the.events;
    l->event_count = 1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kb_arena_free(the.arena);
    return 0;
}

static kb_rows encode(void)
{
    kb_rows rows;
    kb_message_place place = {KB_STR("articles"), 3, 42};
    assert_int_equal(kb_rows_encode(the.arena, &the.layers, "0.1.0+x", &place, &rows, NULL), KB_OK);
    return rows;
}

// A field of a row as bytes; p == NULL for null.
static kb_str field(const kb_rows *rows, kb_table_id table, uint32_t row, const char *name)
{
    const kb_table_spec *spec = &kb_table_specs[table];
    const uint8_t *p = rows->tables[table].at;
    assert_in_range(row, 0, rows->tables[table].count - 1);
    for (uint32_t i = 0;; i++) {
        const kb_column *column = &spec->columns[i % spec->column_count];
        uint32_t length = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        bool null = length == UINT32_MAX;
        if (i / spec->column_count == row && strcmp(column->name, name) == 0)
            return null ? (kb_str){0} : (kb_str){(const char *)p + 4, length};
        p += 4 + (null ? 0 : length);
    }
}

static int64_t number(kb_str bytes)
{
    int64_t value = bytes.p[0] < 0 ? -1 : 0;
    for (size_t i = 0; i < bytes.n; i++)
        value = (int64_t)((uint64_t)value << 8 | (uint8_t)bytes.p[i]);
    return value;
}

static void ids_are_stable(void **state)
{
    (void)state;
    // Written down once: they must never change, or a replay would make new rows.
    kb_uuid id = kb_article_uuid(KB_STR("a-1"));
    char hex[33];
    for (int i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", id.b[i]);
    assert_string_equal(hex, "238272da91348d1a94a427ad6349aa86");
    assert_int_equal(id.b[6] >> 4, 8); // version
    assert_int_equal(id.b[8] >> 6, 2); // variant
}

static void parts_are_kept_apart(void **state)
{
    (void)state;
    kb_uuid one = kb_uuid_of((kb_str[]){KB_STR("ab"), KB_STR("c")}, 2),
            other = kb_uuid_of((kb_str[]){KB_STR("a"), KB_STR("bc")}, 2);
    kb_uuid empty = kb_uuid_of((kb_str[]){KB_STR("ab"), KB_STR("")}, 2),
            absent = kb_uuid_of((kb_str[]){KB_STR("ab"), {0}}, 2);
    assert_memory_not_equal(&one, &other, sizeof one);
    assert_memory_not_equal(&empty, &absent, sizeof one);
}

static void counts_and_positions(void **state)
{
    (void)state;
    kb_rows rows = encode();
    static const uint32_t counts[KB_TABLES] = {0, 1, 2, 2, 2, 0, 0, 1, 1, 1};
    for (size_t i = 0; i < KB_TABLES; i++)
        assert_int_equal(rows.tables[i].count, counts[i]);
    assert_int_equal(number(field(&rows, KB_T_ENTITY_MENTIONS, 1, "start_at")), 13); // code points, not bytes
    assert_int_equal(number(field(&rows, KB_T_ENTITY_MENTIONS, 1, "end_at")), 16);
    assert_int_equal(number(field(&rows, KB_T_ARTICLES, 0, "kafka_offset")), 42);
    assert_int_equal(number(field(&rows, KB_T_ARTICLES, 0, "published_at")),
                     (1722585600 - 946684800) * INT64_C(1000000));
    assert_null(field(&rows, KB_T_ARTICLES, 0, "source_id").p);
}

static void an_entity_of_the_lexicon_is_its_key(void **state)
{
    (void)state;
    kb_rows rows = encode();
    kb_uuid by_key = kb_uuid_of((kb_str[]){KB_STR("lexicon"), KB_STR("israel")}, 2);
    kb_uuid by_name =
        kb_uuid_of((kb_str[]){KB_STR("name"), KB_STR("LOCATION"), KB_STR("غزه")}, 3); // in the matching form
    assert_memory_equal(field(&rows, KB_T_ENTITIES, 0, "entity_id").p, by_key.b, 16);
    assert_memory_equal(field(&rows, KB_T_ENTITIES, 1, "entity_id").p, by_name.b, 16);
    assert_true(kb_str_is(field(&rows, KB_T_ENTITIES, 0, "country"), "ISR"));
    assert_null(field(&rows, KB_T_ENTITIES, 1, "country").p); // only as of the article
    assert_true(kb_str_is(field(&rows, KB_T_ARTICLE_ENTITIES, 1, "country"), "PSE"));
    assert_null(field(&rows, KB_T_ENTITIES, 0, "latitude").p);
}

static void an_event(void **state)
{
    (void)state;
    kb_rows rows = encode();
    assert_true(kb_str_is(field(&rows, KB_T_EVENTS, 0, "event_date"), "2024-08-01"));
    assert_true(kb_str_is(field(&rows, KB_T_EVENTS, 0, "date_granularity"), "day"));
    assert_int_equal(number(field(&rows, KB_T_EVENTS, 0, "day")), 8979); // 2000-01-01 to 2024-08-01
    assert_true(kb_str_is(field(&rows, KB_T_EVENTS, 0, "country"), "PSE"));
    assert_int_equal(number(field(&rows, KB_T_EVENTS, 0, "killed")), 3);
    assert_null(field(&rows, KB_T_EVENTS, 0, "injured").p);
    assert_null(field(&rows, KB_T_EVENTS, 0, "reported_by_no").p);
    assert_true(kb_str_is(field(&rows, KB_T_PARTICIPANTS, 0, "role"), "actor"));
    assert_int_equal(number(field(&rows, KB_T_PARTICIPANTS, 0, "end_at")), 12);
}

static void days_of_coarse_and_of_unknown_dates(void **state)
{
    (void)state;
    static const struct {
        kb_date date;
        int64_t published_at, day;
    } cases[] = {
        {{2024, 2, 29}, 0, 8825},      {{2024, 3, 0}, 0, 8826},    {{1999, 0, 0}, 0, -365},
        {{0, 0, 0}, 1722556800, 8980}, {{0, 0, 0}, 946684799, -1}, {{0, 0, 0}, 946684800, 0},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        the.events[0].date = cases[i].date;
        the.article.published_at = cases[i].published_at;
        kb_rows rows = encode();
        assert_int_equal(number(field(&rows, KB_T_EVENTS, 0, "day")), cases[i].day);
    }
}

static void the_order_of_events_does_not_name_them(void **state)
{
    (void)state;
    the.layers.event_count = 2;
    kb_rows rows = encode();
    kb_str first = field(&rows, KB_T_EVENTS, 0, "event_id"), second = field(&rows, KB_T_EVENTS, 1, "event_id");
    kb_event swap = the.events[0];
    the.events[0] = the.events[1];
    the.events[1] = swap;
    kb_rows swapped = encode();
    assert_memory_equal(field(&swapped, KB_T_EVENTS, 0, "event_id").p, second.p, 16);
    assert_memory_equal(field(&swapped, KB_T_EVENTS, 1, "event_id").p, first.p, 16);
    the.events[1] = the.events[0]; // twins are told apart
    rows = encode();
    assert_memory_not_equal(field(&rows, KB_T_EVENTS, 0, "event_id").p, field(&rows, KB_T_EVENTS, 1, "event_id").p, 16);
}

static void nul_characters_keep_their_place(void **state)
{
    (void)state;
    the.article.section = (kb_str){"a\0b\0", 4};
    kb_rows rows = encode();
    assert_true(kb_str_is(field(&rows, KB_T_ARTICLES, 0, "section"), "a\xEF\xBF\xBD"
                                                                     "b\xEF\xBF\xBD"));
}

static void arrays_are_quoted(void **state)
{
    (void)state;
    kb_str tags[] = {KB_STR("غزة, هدنة"), KB_STR("a\"b\\c"), KB_STR("")};
    the.article.tags = tags;
    the.article.tag_count = 3;
    kb_rows rows = encode();
    assert_true(kb_str_is(field(&rows, KB_T_ARTICLES, 0, "tags"), "{\"غزة, هدنة\",\"a\\\"b\\\\c\",\"\"}"));
    assert_true(kb_str_is(field(&rows, KB_T_ARTICLES, 0, "authors"), "{}"));
}

static void the_time_of_arrival_is_no_content(void **state)
{
    (void)state;
    kb_rows first = encode();
    the.article.published_at++;
    kb_rows later = encode();
    assert_memory_equal(&first.content_hash, &later.content_hash, sizeof first.content_hash);
    the.article.published_known = true;
    the.article.published_text = KB_STR("2024-08-02T08:00:01Z");
    kb_rows given = encode();
    assert_memory_not_equal(&first.content_hash, &given.content_hash, sizeof first.content_hash);
}

static void dates_that_postgres_can_not_hold(void **state)
{
    (void)state;
    kb_rows rows;
    kb_error error = {0};
    kb_message_place place = {KB_STR("articles"), 0, 0};
    the.article.published_at = INT64_C(253402300800);
    assert_int_equal(kb_rows_encode(the.arena, &the.layers, "x", &place, &rows, &error), KB_LIMIT);
    assert_string_equal(error.code, "published-at-range");
    the.article.published_at = INT64_MIN;
    assert_int_equal(kb_rows_encode(the.arena, &the.layers, "x", &place, &rows, &error), KB_LIMIT);
}

static void packed_rows_stand_alone(void **state)
{
    (void)state;
    kb_arena *other = kb_arena_new(0);
    kb_rows rows;
    kb_message_place place = {KB_STR("articles"), 0, 0};
    assert_int_equal(kb_rows_encode(other, &the.layers, "x", &place, &rows, NULL), KB_OK);
    size_t bytes = 0, expected = sizeof rows;
    kb_rows *packed = kb_rows_pack(&rows, &bytes);
    assert_non_null(packed);
    assert_memory_equal(&packed->article_id, &rows.article_id, sizeof rows.article_id);
    for (int t = 0; t < KB_TABLES; t++) {
        expected += rows.tables[t].bytes;
        assert_int_equal(packed->tables[t].count, rows.tables[t].count);
        assert_int_equal(packed->tables[t].bytes, rows.tables[t].bytes);
        assert_ptr_not_equal(packed->tables[t].at, rows.tables[t].at);
        if (rows.tables[t].bytes)
            assert_memory_equal(packed->tables[t].at, rows.tables[t].at, rows.tables[t].bytes);
    }
    assert_int_equal(bytes, expected);
    kb_arena_free(other);
    assert_true(packed->tables[KB_T_ARTICLES].at[3] == 16); // the length of the first id
    free(packed);
}

static void more_than_a_column_counts(void **state)
{
    (void)state;
    kb_rows rows;
    kb_message_place place = {KB_STR("articles"), 3, 42};
    for (int events = 0; events < 2; events++) {
        kb_error error = {0};
        the.layers.entity_count = events ? 2 : INT16_MAX + 1;
        the.layers.event_count = events ? INT16_MAX + 1 : 1;
        assert_int_equal(kb_rows_encode(the.arena, &the.layers, "0.1.0+x", &place, &rows, &error), KB_LIMIT);
        assert_string_equal(error.code, "limit-entities");
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(ids_are_stable),
        TEST(parts_are_kept_apart),
        TEST(counts_and_positions),
        TEST(an_entity_of_the_lexicon_is_its_key),
        TEST(an_event),
        TEST(days_of_coarse_and_of_unknown_dates),
        TEST(the_order_of_events_does_not_name_them),
        TEST(nul_characters_keep_their_place),
        TEST(arrays_are_quoted),
        TEST(the_time_of_arrival_is_no_content),
        TEST(dates_that_postgres_can_not_hold),
        TEST(more_than_a_column_counts),
        TEST(packed_rows_stand_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
