// Rows of tests/cases/events/assertion-*.tsv: a type, yes or no, and a sentence. Yes: an event of the type is reported in it as having happened.
// No system reads all of them right; the shares below are what it must reach.
#include "khabar/event_tables.h"
#include "support/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { LEAST_PRECISION = 92, LEAST_RECALL = 66 }; // per cent
static const int64_t PUBLISHED = 1718452800;      // 2024-06-15T12:00Z

typedef struct tally {
    uint32_t right, found, wanted;
} tally;

static case_session session;

static bool reported(const kb_layers *layers, kb_str type)
{
    for (uint32_t i = 0; layers && i < layers->event_count; i++) {
        if (kb_str_is(type, layers->events[i].type) && layers->events[i].status == KB_ACTUAL)
            return true;
    }
    return false;
}

static void count_row(const kb_row *row, tally *t)
{
    bool yes = kb_str_is(row->cells[1], "yes"),
         found = reported(case_layers(&session, row->cells[2], PUBLISHED, 0), row->cells[0]);
    assert_true(yes || kb_str_is(row->cells[1], "no"));
    t->right += yes && found;
    t->found += found;
    t->wanted += yes;
    if (yes != found)
        fprintf(stderr, "%s:%u: %s: " KB_PRI "\n", row->file, row->line, yes ? "missed" : "too many",
                KB_ARG(row->cells[2]));
}

static void tells_reports_from_talk(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str *files;
    uint32_t file_count = 0;
    tally force = {0}, protest = {0};
    assert_int_equal(kb_files_below("tests/cases/events", ".tsv", arena, &files, &file_count, NULL), KB_OK);
    for (uint32_t f = 0; f < file_count; f++) {
        kb_table *table = NULL;
        kb_error error = {0};
        if (!strstr(files[f].p, "/assertion-"))
            continue;
        if (kb_table_read(files[f].p, 3, 3, &table, &error) != KB_OK)
            fail_msg("%s", error.what);
        for (uint32_t i = 0; i < kb_table_rows(table); i++) {
            kb_row row = kb_table_row(table, i);
            count_row(&row, kb_str_is(row.cells[0], "PROTEST") ? &protest : &force);
        }
        kb_table_free(table);
    }
    kb_arena_free(arena);
    const tally all[] = {force, protest};
    for (size_t i = 0; i < KB_LEN(all); i++) {
        printf("%s: %u right of %u found, %u wanted\n", i ? "protest" : "force", all[i].right, all[i].found,
               all[i].wanted);
        assert_true(all[i].wanted > 0 && all[i].found > 0);
        assert_true(all[i].right * 100 >= all[i].found * LEAST_PRECISION);
        assert_true(all[i].right * 100 >= all[i].wanted * LEAST_RECALL);
    }
}

static void names_every_feature_once(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < KB_AS_COUNT; i++)
        assert_int_equal(kb_assertion_named(kb_str_of(kb_assertion_name((kb_assertion_feature)i))), i);
    assert_int_equal(kb_assertion_named(KB_STR("no such feature")), KB_AS_COUNT);
}

int main(void)
{
    if (!case_open(&session))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_reports_from_talk),
        cmocka_unit_test(names_every_feature_once),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    case_close(&session);
    return failed;
}
