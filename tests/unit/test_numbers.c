// Each row of tests/cases/numbers/*.tsv is a text with its numbers in brackets and what they mean, by '|': value, or low..high for a range, after
// it % for a percentage, an ISO code or ¤ for money, # for an ordinal; in front ~ for approximate, >= or <= for a bound.
#include "khabar/numbers.h"
#include "support/cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static case_session session;

static kb_str described(kb_arena *arena, const kb_number *n)
{
    kb_str value = n->kind == KB_RANGE || n->high > n->value ? kb_arena_printf(arena, "%.15g..%.15g", n->value, n->high)
                                                             : kb_arena_printf(arena, "%.15g", n->value);
    const char *unit = n->kind == KB_PERCENT   ? "%"
                       : n->kind == KB_ORDINAL ? "#"
                       : n->kind == KB_MONEY   ? n->currency[0] ? n->currency : "¤"
                                               : "";
    return kb_arena_printf(arena, "%s%s" KB_PRI "%s", n->approximate ? "~" : "",
                           n->bound > 0   ? ">="
                           : n->bound < 0 ? "<="
                                          : "",
                           KB_ARG(value), unit);
}

static bool row_holds(const kb_row *row, kb_arena *arena)
{
    kb_str text, values = row->cells[1];
    kb_span spans[CASE_MARKS];
    uint32_t n = case_unmark(arena, row->cells[0], &text, spans);
    const kb_layers *layers = case_layers(&session, text, 0, 0);
    bool holds = layers && layers->number_count == n;
    for (uint32_t i = 0; i < n && holds; i++) {
        const kb_number *found = &layers->numbers[i];
        holds = found->start_byte == spans[i].start && found->end_byte == spans[i].end &&
                kb_str_eq(described(arena, found), kb_str_trim(kb_str_cut(&values, '|')));
    }
    if (!holds) {
        fprintf(stderr, "%s:%u: " KB_PRI " -> " KB_PRI "\n", row->file, row->line, KB_ARG(row->cells[0]),
                KB_ARG(row->cells[1]));
        for (uint32_t i = 0; layers && i < layers->number_count; i++) {
            const kb_number *found = &layers->numbers[i];
            fprintf(stderr, "    found [" KB_PRI "] " KB_PRI "\n",
                    KB_ARG(kb_str_sub(layers->text.stored, found->start_byte, found->end_byte)),
                    KB_ARG(described(arena, found)));
        }
    }
    return holds;
}

static void reads_every_case(void **state)
{
    (void)state;
    uint32_t rows, wrong = case_rows("tests/cases/numbers", 2, row_holds, &rows);
    printf("numbers: %u texts, %u wrong\n", rows, wrong);
    assert_true(rows > 0);
    assert_int_equal(wrong, 0);
}

static void reads_digits(void **state)
{
    (void)state;
    static const struct {
        const char *form;
        bool scale;
        double value;
    } good[] = {{"12", false, 12},     {"1,234", false, 1234},     {"1,234,567", false, 1234567},
                {"3.5", false, 3.5},   {"3,5", false, 3.5},        {"1.500", false, 1500},
                {"1.250", true, 1.25}, {"1,234.5", false, 1234.5}, {"0.25", false, 0.25}};
    for (size_t i = 0; i < KB_LEN(good); i++) {
        double value = -1;
        assert_true(kb_number_digits(kb_str_of(good[i].form), good[i].scale, &value));
        assert_float_equal(value, good[i].value, 1e-9);
    }
    double value;
    assert_false(kb_number_digits(KB_STR("1.2.3"), false, &value));
    assert_false(kb_number_digits(KB_STR("12:30"), false, &value));
    assert_false(kb_number_digits(KB_STR(""), false, &value));
    assert_false(kb_number_digits(KB_STR("5."), false, &value));
}

int main(void)
{
    if (!case_open(&session))
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_every_case), cmocka_unit_test(reads_digits)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    case_close(&session);
    return failed;
}
