#include "khabar/extract.h"
#include "khabar/record.h"
#include "khabar/document.h"
#include "schema.h"
#include "support.h"

#include <math.h>

static kb_extractor *extractor;

static int load(void **state)
{
    (void)state;
    return kb_extractor_new(NULL, &extractor, NULL) == KB_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    extractor = kb_extractor_free(extractor);
    return 0;
}

static json_t *record_of(kb_arena *arena, const kb_layers *layers)
{
    kb_str json = {0};
    kb_error error = {0};
    if (kb_record_json(arena, layers, &json, &error) != KB_OK)
        fail_msg("%s", error.what);
    assert_null(memchr(json.p, '\n', json.n));
    json_error_t fault;
    json_t *record = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &fault);
    if (!record)
        fail_msg("%s: " KB_PRI, fault.text, KB_ARG(json));
    json_t *schema = json_load_file(KHABAR_SOURCE_DIR "/worker/data/schema/record.json", 0, &fault);
    assert_non_null(schema);
    char why[SCHEMA_FAULT] = "";
    if (!schema_holds(schema, schema, record, why))
        fail_msg("the schema says %s: " KB_PRI, why, KB_ARG(json));
    json_decref(schema);
    return record;
}

// "عنوان\n\nزار بايدن 😀 القاهرة": byte offsets by hand, code points beside them.
static kb_layers *layers_of_a_visit(kb_arena *arena, kb_article *article)
{
    *article = (kb_article){.id = KB_STR("a"),
                            .title = KB_STR("عنوان"),
                            .body = KB_STR("زار بايدن 😀 القاهرة"),
                            .published_text = KB_STR("2024-08-02T08:00:00Z"),
                            .source_name = KB_STR("\"س\"")};
    kb_layers *y = KB_NEW(arena, kb_layers);
    y->article = article;
    kb_error error = {0};
    if (kb_text_run(kb_extractor_lexicon(extractor), arena, y, &error) != KB_OK)
        fail_msg("%s", error.what);
    return y;
}

static void counts_code_points(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article article;
    kb_layers *y = layers_of_a_visit(arena, &article);
    kb_mention mentions[] = {{.start = 19, .end_byte = 29, .entity = 1, .rule = "lexicon"},
                             {.start = 35, .end_byte = 49, .entity = 0}};
    kb_entity entities[] = {
        {.type = KB_LOCATION, .name = KB_STR("القاهرة"), .country = "EGY", .latitude = 30.04442, .longitude = NAN},
        {.type = KB_PERSON, .name = KB_STR("جو بايدن"), .wikidata = KB_STR("Q6279"), .code = "USAGOV", .latitude = NAN},
    };
    y->mentions = mentions;
    y->mention_count = 2;
    y->entities = entities;
    y->entity_count = 2;
    json_t *record = record_of(arena, y);
    json_t *found = json_array_get(json_object_get(record, "entities"), 0);
    json_t *mention = json_array_get(json_object_get(found, "mentions"), 0);
    assert_string_equal(json_string_value(json_object_get(mention, "text")), "القاهرة");
    assert_int_equal(json_integer_value(json_object_get(mention, "start")), 19);
    assert_int_equal(json_integer_value(json_object_get(mention, "end")), 26);
    assert_true(json_is_null(json_object_get(found, "code")));
    assert_true(json_is_null(json_object_get(found, "wikidata")));
    assert_true(json_is_null(json_object_get(found, "longitude")));
    found = json_array_get(json_object_get(record, "entities"), 1);
    mention = json_array_get(json_object_get(found, "mentions"), 0);
    assert_string_equal(json_string_value(json_object_get(mention, "text")), "بايدن");
    assert_int_equal(json_integer_value(json_object_get(mention, "start")), 11);
    assert_string_equal(json_string_value(json_object_get(found, "code")), "USAGOV");
    assert_null(json_object_get(found, "latitude"));
    json_decref(record);
    kb_arena_free(arena);
}

static void writes_events_whole(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article article;
    kb_layers *y = layers_of_a_visit(arena, &article);
    kb_span triggers[] = {{12, 18}, {0, 10}};
    kb_participant actors[] = {{19, 29, KB_NONE, "USAGOV"}};
    kb_entity entities[] = {{.type = KB_LOCATION, .name = KB_STR("القاهرة"), .latitude = NAN, .longitude = NAN}};
    kb_event events[] = {
        {.type = "CONSULT",
         .mode = "visit",
         .cameo = "042",
         .quad_class = 1,
         .goldstein = 1.9f,
         .intensity = 1.5f,
         .contexts = {"diplomatic"},
         .context_count = 1,
         .status = KB_FUTURE,
         .mentions = triggers,
         .mention_count = 2,
         .actors = actors,
         .actor_count = 1,
         .date = {2024, 8, 0},
         .date_granularity = KB_GRAN_MONTH,
         .place = 0,
         .reported_by = KB_NONE,
         .killed = 12,
         .killed_bound = 1,
         .injured = -1,
         .confidence = 0.9349f,
         .rule = "visit",
         .why = KB_STR("verb 0.9")},
        {.type = "PROTEST",
         .cameo = "140",
         .mentions = triggers,
         .mention_count = 1,
         .place = KB_NONE,
         .reported_by = KB_NONE,
         .killed = -1,
         .injured = 0,
         .status = KB_NEGATED},
    };
    kb_time times[] = {
        {.start = 19, .end_byte = 29, .kind = KB_TIME_DATE, .value = KB_STR("2024-08-01TEV"), .rule = "day"}};
    kb_quote quotes[] = {{12, 29, 0}, {12, 18, KB_NONE}};
    y->events = events;
    y->event_count = 2;
    y->entities = entities;
    y->entity_count = 1;
    y->times = times;
    y->time_count = 1;
    y->quotes = quotes;
    y->quote_count = 2;
    json_t *record = record_of(arena, y);
    char *event = json_dumps(json_array_get(json_object_get(record, "events"), 0),
                             JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(4));
    assert_string_equal(
        event,
        "{\"actors\":[{\"code\":\"USAGOV\",\"end\":16,\"entity\":null,\"start\":11,\"text\":\"بايدن\"}],\"cameo\":"
        "\"042\","
        "\"confidence\":0.93,\"contexts\":[\"diplomatic\"],\"date\":\"2024-08\",\"date_granularity\":\"month\","
        "\"goldstein\":1.9,\"injured\":null,\"intensity\":1.5,\"killed\":12,\"killed_bound\":\"min\","
        "\"mentions\":[{\"end\":10,\"start\":7,\"text\":\"زار\"},{\"end\":5,\"start\":0,\"text\":\"عنوان\"}],"
        "\"mode\":\"visit\",\"place\":0,\"quad_class\":1,\"recipients\":[],\"reported_by\":null,\"rule\":\"visit\","
        "\"status\":\"future\",\"trigger\":{\"end\":10,\"start\":7,\"text\":\"زار\"},\"type\":\"CONSULT\","
        "\"why\":\"verb 0.9\"}");
    free(event);
    json_t *second = json_array_get(json_object_get(record, "events"), 1);
    assert_true(json_is_null(json_object_get(second, "mode")));
    assert_true(json_is_null(json_object_get(second, "date")));
    assert_true(json_is_null(json_object_get(second, "date_granularity")));
    assert_true(json_is_null(json_object_get(second, "place")));
    assert_int_equal(json_integer_value(json_object_get(second, "injured")), 0);
    assert_string_equal(json_string_value(json_object_get(second, "status")), "negated");
    json_t *quote = json_array_get(json_object_get(record, "quotes"), 1);
    assert_true(json_is_null(json_object_get(quote, "speaker")));
    json_decref(record);
    kb_arena_free(arena);
}

static void writes_an_article_without_findings(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article article;
    json_t *record = record_of(arena, layers_of_a_visit(arena, &article));
    json_t *a = json_object_get(record, "article");
    assert_string_equal(json_string_value(json_object_get(a, "title")), "عنوان");
    assert_string_equal(json_string_value(json_object_get(a, "text")), "عنوان\n\nزار بايدن 😀 القاهرة");
    assert_string_equal(json_string_value(json_object_get(json_object_get(a, "source"), "name")), "\"س\"");
    assert_true(json_is_null(json_object_get(a, "url")));
    assert_int_equal(json_array_size(json_object_get(record, "events")), 0);
    json_decref(record);
    kb_arena_free(arena);
}

static void says_when_memory_ends(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0), *small = kb_arena_new(200);
    kb_article article;
    kb_layers *y = layers_of_a_visit(arena, &article);
    kb_str json = {0};
    kb_error error = {0};
    assert_int_equal(kb_record_json(small, y, &json, &error), KB_NO_MEMORY);
    assert_null(json.p);
    assert_int_equal(kb_layers_print(small, y, &json, &error), KB_NO_MEMORY);
    kb_arena_free(small);
    kb_arena_free(arena);
}

static void prints_layers_for_a_person(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article article;
    kb_layers *y = layers_of_a_visit(arena, &article);
    kb_quote quotes[] = {{12, 18, KB_NONE}};
    y->quotes = quotes;
    y->quote_count = 1;
    kb_str text = {0};
    assert_int_equal(kb_layers_print(arena, y, &text, NULL), KB_OK);
    assert_non_null(strstr(kb_arena_z(arena, text), "quotes: 1\n  7-10 \"زار\"\n"));
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_code_points),
        cmocka_unit_test(writes_events_whole),
        cmocka_unit_test(writes_an_article_without_findings),
        cmocka_unit_test(says_when_memory_ends),
        cmocka_unit_test(prints_layers_for_a_person),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
