#include "khabar/postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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
    // None of them is quoted: what is misread may be a piece of a password. The piece is "hush" in each.
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"hush_option=1", "an option that libpq does not know"},
        {"host=127.0.0.1 hush", "no '='"},
        {"password=two hush", "no '='"},
        {"password='hush", "a quote in it is not closed"},
        {"host=127.0.0.1 port=hush", "its port is no number"},
        {"host=127.0.0.1 port=5432,70000", "its port is no number"},
        {"postgresql://user:hush%zz@127.0.0.1/x", "hexadecimal"},
        {"postgresql://user:with@hush@127.0.0.1/x", "its host holds an '@'"},
        {"postgresql://user:hush/x@127.0.0.1:1/db", "its port is no number"},
        {"postgresql://user:12/hush@127.0.0.1:1/db", "an '@' stands behind its first '/'"},
        {"postgres://user:12/hush@127.0.0.1:1/db?sslmode=disable", "an '@' stands behind its first '/'"},
        {"postgresql://user@127.0.0.1/db?hush=1", "a parameter that libpq does not know"},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_pg pg;
        kb_error error = {0};
        if (kb_pg_connect(cases[i].text, "test", &pg, &error) != KB_INVALID)
            fail_msg("%s: %s", cases[i].text, error.what);
        assert_string_equal(error.code, "postgres-conninfo");
        assert_false(error.retryable);
        assert_null(strstr(error.what, "hush"));
        if (!strstr(error.what, cases[i].says))
            fail_msg("%s: %s", cases[i].text, error.what);
    }
}

static void values_that_libpq_refuses_are_not_quoted(void **state)
{
    (void)state;
    static const char *const names[] = {"sslmode", "connect_timeout", "target_session_attrs", "channel_binding"};
    for (size_t i = 0; i < KB_LEN(names); i++) {
        kb_pg pg;
        kb_error error = {0};
        char text[120];
        snprintf(text, sizeof text, "host=127.0.0.1 port=1 %s=hush-hush", names[i]);
        if (kb_pg_connect(text, "test", &pg, &error) != KB_INVALID)
            fail_msg("%s: %s", text, error.what);
        assert_non_null(strstr(error.what, names[i]));
        assert_null(strstr(error.what, "hush"));
    }
}

static void good_connection_strings_are_tried(void **state)
{
    (void)state;
    static const char *const strings[] = {"host=127.0.0.1,127.0.0.1 port=1,1 connect_timeout=2",
                                          "postgresql://u:a%2Fb%40c@127.0.0.1:1/db?connect_timeout=2",
                                          "postgresql://u:a?b:c@127.0.0.1:1/db?connect_timeout=2",
                                          "postgresql://u:p@127.0.0.1:1?application_name=a@b&connect_timeout=2",
                                          "host=127.0.0.1 port=1 password=a/b@c connect_timeout=2"};
    for (size_t i = 0; i < KB_LEN(strings); i++) {
        kb_pg pg;
        kb_error error = {0};
        if (kb_pg_connect(strings[i], "test", &pg, &error) != KB_UNAVAILABLE)
            fail_msg("%s: %s", strings[i], error.what);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_told_apart_by_sqlstate), cmocka_unit_test(nobody_there_is_worth_another_try),
        cmocka_unit_test(bad_connection_strings_are_not),    cmocka_unit_test(values_that_libpq_refuses_are_not_quoted),
        cmocka_unit_test(good_connection_strings_are_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
