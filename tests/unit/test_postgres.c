#include "khabar/postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void errors_are_told_apart_by_sqlstate(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        kb_pg_kind kind;
    } cases[] = {
        {NULL, KB_PG_RETRY},    {"", KB_PG_RETRY},      {"08006", KB_PG_RETRY}, {"40001", KB_PG_RETRY},
        {"40P01", KB_PG_RETRY}, {"53300", KB_PG_RETRY}, {"53100", KB_PG_RETRY}, {"57P01", KB_PG_RETRY},
        {"57P03", KB_PG_RETRY}, {"55P03", KB_PG_RETRY}, {"25P03", KB_PG_RETRY}, {"25006", KB_PG_RETRY},
        {"22021", KB_PG_DATA},  {"22P05", KB_PG_DATA},  {"23505", KB_PG_DATA},  {"23514", KB_PG_DATA},
        {"54000", KB_PG_DATA},  {"42P01", KB_PG_FATAL}, {"42501", KB_PG_FATAL}, {"28P01", KB_PG_FATAL},
        {"3D000", KB_PG_FATAL}, {"25P02", KB_PG_FATAL}, {"XX000", KB_PG_FATAL},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++)
        assert_int_equal(kb_pg_classify(cases[i].sqlstate), cases[i].kind);
}

static void nobody_there_is_worth_another_try(void **state)
{
    (void)state;
    kb_pg pg;
    kb_error error = {0};
    assert_int_equal(kb_pg_connect("host=127.0.0.1 port=1 connect_timeout=2", "test", &pg, &error), KB_UNAVAILABLE);
    assert_true(error.retryable);
    assert_null(strchr(error.what, '\n'));
}

static void bad_connection_strings_are_not(void **state)
{
    (void)state;
    kb_pg pg;
    kb_error error = {0};
    assert_int_equal(kb_pg_connect("no_such_option=1", "test", &pg, &error), KB_INVALID);
    // None of them is quoted: what is misread may be a piece of a password.
    static const char *const strings[] = {"no_such_option=1",
                                          "host=127.0.0.1 nonsense",
                                          "password=two words",
                                          "password='unclosed",
                                          "postgresql://user:half%zz@127.0.0.1/x",
                                          "postgresql://user:with@sign@127.0.0.1/x"};
    for (size_t i = 0; i < KB_LEN(strings); i++) {
        assert_int_equal(kb_pg_connect(strings[i], "test", &pg, &error), KB_INVALID);
        assert_string_equal(error.code, "postgres-conninfo");
        assert_null(strstr(error.what, "no_such_option"));
        assert_null(strstr(error.what, "words"));
        assert_null(strstr(error.what, "sign@"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_told_apart_by_sqlstate),
        cmocka_unit_test(nobody_there_is_worth_another_try),
        cmocka_unit_test(bad_connection_strings_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
