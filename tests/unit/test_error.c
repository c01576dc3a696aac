#include "khabar/error.h"
#include "khabar/utf8.h"
#include "support.h"

static void says_what_and_where(void **state)
{
    (void)state;
    kb_error e = {0};
    assert_int_equal(kb_fail(&e, KB_INVALID, "json-syntax", "no %s", "comma"), KB_INVALID);
    assert_int_equal(e.status, KB_INVALID);
    assert_string_equal(e.code, "json-syntax");
    assert_string_equal(e.what, "no comma");
    assert_string_equal(e.where, "");
    kb_error_at(&e, "line %d", 7);
    kb_error_at(&e, "file"); // the innermost place is the one that helps
    assert_string_equal(e.where, "line 7");
    assert_false(e.retryable);
    assert_int_equal(kb_fail(&e, KB_UNAVAILABLE, "kafka", "gone"), KB_UNAVAILABLE);
    assert_true(e.retryable);
    assert_string_equal(e.where, "");
}

static void does_without_an_error(void **state)
{
    (void)state;
    assert_int_equal(kb_fail(NULL, KB_LIMIT, "x", "y"), KB_LIMIT);
    kb_error_at(NULL, "nowhere");
}

static void cuts_at_a_character(void **state)
{
    (void)state;
    char text[800];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 4)
            memcpy(text + i, "😀", 5);
        kb_error e;
        kb_fail(&e, KB_INVALID, "x", "%s", text);
        kb_error_at(&e, "%s", text);
        assert_int_equal(kb_utf8_fault(kb_str_of(e.what)), strlen(e.what));
        assert_int_equal(kb_utf8_fault(kb_str_of(e.where)), strlen(e.where));
        assert_true(strlen(e.what) > sizeof e.what - 6);
    }
}

static void quotes_any_input(void **state)
{
    (void)state;
    kb_error e;
    kb_fail(&e, KB_INVALID, "x", "'%.3s' and '%s'", "خبر", "a\nb\x01\xFF");
    assert_string_equal(e.what, "'خ?' and 'a b?\?'");
}

static void names_every_status(void **state)
{
    (void)state;
    for (int s = KB_OK; s <= KB_INTERNAL; s++)
        assert_string_not_equal(kb_status_name((kb_status)s), "unknown");
    assert_string_equal(kb_status_name(KB_NO_MEMORY), "no-memory");
    assert_string_equal(kb_status_name((kb_status)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_and_where), cmocka_unit_test(does_without_an_error),
        cmocka_unit_test(cuts_at_a_character), cmocka_unit_test(quotes_any_input),
        cmocka_unit_test(names_every_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
