// Each row of tests/cases/times/*.tsv is a sentence: when it was published, the text with its time expressions in brackets, their values.
#include "khabar/times.h"
#include "support/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static case_session session;

static const kb_time *time_of(const kb_layers *layers, kb_span span)
{
    for (uint32_t i = 0; i < layers->time_count; i++) {
        if (layers->times[i].start == span.start && layers->times[i].end_byte == span.end)
            return &layers->times[i];
    }
    return NULL;
}

static void print_found(const kb_layers *layers)
{
    for (uint32_t i = 0; i < layers->time_count; i++) {
        const kb_time *t = &layers->times[i];
        fprintf(stderr, "    found [" KB_PRI "] " KB_PRI " (%s)\n",
                KB_ARG(kb_str_sub(layers->text.stored, t->start, t->end_byte)), KB_ARG(t->value), t->rule);
    }
}

// Returns whether the row holds: each bracket is a time with its value, and there is no other time.
static bool row_holds(const kb_row *row, kb_arena *arena)
{
    int64_t published;
    int32_t zone;
    kb_str text, values = row->cells[2];
    kb_span spans[CASE_MARKS];
    if (!case_moment(row->cells[0], &published, &zone)) {
        fprintf(stderr, "%s:%u: unreadable moment\n", row->file, row->line);
        return false;
    }
    uint32_t n = case_unmark(arena, row->cells[1], &text, spans);
    const kb_layers *layers = case_layers(&session, text, published, zone);
    bool holds = layers && layers->time_count == n;
    for (uint32_t i = 0; i < n && holds; i++) {
        const kb_time *found = time_of(layers, spans[i]);
        holds = found && kb_str_eq(found->value, kb_str_trim(kb_str_cut(&values, '|')));
    }
    if (!holds) {
        fprintf(stderr, "%s:%u: " KB_PRI " -> " KB_PRI "\n", row->file, row->line, KB_ARG(row->cells[1]),
                KB_ARG(row->cells[2]));
        if (layers)
            print_found(layers);
    }
    return holds;
}

static void finds_and_resolves_every_case(void **state)
{
    (void)state;
    uint32_t rows, wrong = case_rows("tests/cases/times", 3, row_holds, &rows);
    printf("time expressions: %u sentences, %u wrong\n", rows, wrong);
    assert_true(rows > 0);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    if (!case_open(&session))
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_and_resolves_every_case)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    case_close(&session);
    return failed;
}
