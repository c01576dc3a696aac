// Rows of tests/cases/events/circumstances.tsv: the date, the place and the credited source of the first event of a type in a text; of casualties.tsv:
// its toll.
#include "support/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const int64_t PUBLISHED = 1718452800; // 2024-06-15T12:00Z

static case_session session;

static const kb_event *event_of(const kb_layers *layers, kb_str type)
{
    for (uint32_t i = 0; layers && i < layers->event_count; i++) {
        if (kb_str_is(type, layers->events[i].type))
            return &layers->events[i];
    }
    return NULL;
}

// YYYY-MM-DD as far as it is known.
static void write_date(kb_date date, char *ret, size_t size)
{
    ret[0] = '\0';
    if (date.year && date.day)
        snprintf(ret, size, "%04d-%02u-%02u", date.year, (unsigned)date.month, (unsigned)date.day);
    else if (date.year && date.month)
        snprintf(ret, size, "%04d-%02u", date.year, (unsigned)date.month);
    else if (date.year)
        snprintf(ret, size, "%04d", date.year);
}

static bool cell_is(const kb_row *row, uint32_t cell, const char *what, kb_str found)
{
    kb_str wanted = row->cells[cell];
    if (kb_str_is(wanted, "*") || kb_str_eq(wanted, found))
        return true;
    fprintf(stderr, "%s:%u: %s " KB_PRI " instead of " KB_PRI "\n", row->file, row->line, what, KB_ARG(found),
            KB_ARG(wanted));
    return false;
}

static kb_str name_of(const kb_layers *layers, uint32_t entity)
{
    return entity == KB_NONE ? KB_STR("") : layers->entities[entity].name;
}

// The text of a case with its paragraphs apart.
static kb_str paragraphs_of(kb_str text, char *buffer, size_t size)
{
    static const char mark[] = "\xc2\xb6"; // ¶, of two bytes as the two line ends that stand for it
    size_t n = text.n < size ? text.n : size;
    memcpy(buffer, text.p, n);
    for (size_t i = 0; i + 1 < n; i++) {
        if (memcmp(buffer + i, mark, 2) == 0)
            memcpy(buffer + i, "\n\n", 2);
    }
    return (kb_str){buffer, n};
}

static void finds_date_place_and_source(void **state)
{
    (void)state;
    kb_table *table = NULL;
    kb_error error = {0};
    if (kb_table_read("tests/cases/events/circumstances.tsv", 5, 5, &table, &error) != KB_OK)
        fail_msg("%s", error.what);
    uint32_t wrong = 0;
    assert_true(kb_table_rows(table) > 0);
    for (uint32_t i = 0; i < kb_table_rows(table); i++) {
        kb_row row = kb_table_row(table, i);
        char text[2048];
        const kb_layers *layers = case_layers(&session, paragraphs_of(row.cells[4], text, sizeof text), PUBLISHED, 0);
        const kb_event *event = event_of(layers, row.cells[0]);
        char date[16];
        if (!event) {
            fprintf(stderr, "%s:%u: no event of type " KB_PRI "\n", row.file, row.line, KB_ARG(row.cells[0]));
            wrong++;
            continue;
        }
        write_date(event->date, date, sizeof date);
        bool dated = cell_is(&row, 1, "date", kb_str_of(date)); // each says what is wrong, so none is left out
        bool placed = cell_is(&row, 2, "place", name_of(layers, event->place));
        bool sourced = cell_is(&row, 3, "source", name_of(layers, event->reported_by));
        wrong += !(dated && placed && sourced);
    }
    kb_table_free(table);
    assert_int_equal(wrong, 0);
}

static kb_str write_count(int32_t count, char *buffer, size_t size)
{
    int n = count < 0 ? 0 : snprintf(buffer, size, "%d", count);
    return (kb_str){buffer, (size_t)n};
}

static void finds_tolls(void **state)
{
    (void)state;
    kb_table *table = NULL;
    kb_error error = {0};
    if (kb_table_read("tests/cases/events/casualties.tsv", 4, 4, &table, &error) != KB_OK)
        fail_msg("%s", error.what);
    uint32_t wrong = 0;
    assert_true(kb_table_rows(table) > 0);
    for (uint32_t i = 0; i < kb_table_rows(table); i++) {
        kb_row row = kb_table_row(table, i);
        char text[2048], killed[16], injured[16];
        const kb_layers *layers = case_layers(&session, paragraphs_of(row.cells[3], text, sizeof text), PUBLISHED, 0);
        const kb_event *event = event_of(layers, row.cells[0]);
        bool found = event && cell_is(&row, 1, "killed", write_count(event->killed, killed, sizeof killed)) &&
                     cell_is(&row, 2, "injured", write_count(event->injured, injured, sizeof injured));
        if (!event)
            fprintf(stderr, "%s:%u: no event of type " KB_PRI "\n", row.file, row.line, KB_ARG(row.cells[0]));
        wrong += !found;
    }
    kb_table_free(table);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    if (!case_open(&session))
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_date_place_and_source), cmocka_unit_test(finds_tolls)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    case_close(&session);
    return failed;
}
