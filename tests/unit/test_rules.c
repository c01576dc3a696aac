// The rule language: what it reads, what it refuses, and where it says the fault is.
#include "khabar/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static kb_status read_text(const char *text, kb_error *error)
{
    kb_rules_builder *b = kb_rules_builder_new();
    assert_non_null(b);
    kb_status status = kb_rules_read(b, "test.rules", kb_str_of(text), error);
    kb_rules_builder_free(b);
    return status;
}

static void reads_a_rule(void **state)
{
    (void)state;
    kb_error error = {0};
    assert_int_equal(read_text("rule a-b\n  doc x\n  code ASSAULT aerial 195\n  noun غارة , ضربة ?جوي\n  when mod "
                               "مسيرة & !near طائرة : mode drone\n",
                               &error),
                     KB_OK);
    assert_int_equal(
        read_text("rule a\n doc x\n code none\n verb ضرب موعد\n rule b\n doc y\n code AID\n verb منح\n", &error),
        KB_OK);
}

static void refuses_what_is_wrong_and_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } cases[] = {
        {"doc x\n", "test.rules:1:"},
        {"rule A\n", "test.rules:1:"},
        {"rule a\n  doc x\n  code ASSAULTS\n", "test.rules:3:"},
        {"rule a\n  doc x\n  code ASSAULT - 19a\n", "test.rules:3:"},
        {"rule a\n  code ASSAULT\n  noun غارة\n", "needs 'doc'"},
        {"rule a\n  doc x\n  code ASSAULT\n", "trigger"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة\nrule a\n", "test.rules:5:"},
        {"rule a\n  doc x\n  colour red\n", "test.rules:3:"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة\n  actor subject\n", "test.rules:5:"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة\n  need obj @nobody\n", "test.rules:5:"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة\n  when mod جوي\n", "test.rules:5:"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة\n  when mod جوي : paint red\n", "test.rules:5:"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة\n  score 0\n", "test.rules:5:"},
        {"rule a\n  doc x\n  code ASSAULT\n  noun غارة , \n", "test.rules:4:"},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_error error = {0};
        assert_int_equal(read_text(cases[i].text, &error), KB_INVALID);
        if (!strstr(error.what, cases[i].where))
            fail_msg("case %zu: '%s' does not name '%s'", i, error.what, cases[i].where);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_rule),
        cmocka_unit_test(refuses_what_is_wrong_and_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
