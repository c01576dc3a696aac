#include "khabar/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void doubles_with_jitter_up_to_the_most(void **state)
{
    (void)state;
    kb_backoff b = kb_backoff_new(100, 1000);
    static const uint32_t steps[] = {100, 200, 400, 800, 1000, 1000, 1000};
    for (size_t i = 0; i < KB_LEN(steps); i++) {
        uint32_t wait = kb_backoff_next(&b);
        assert_in_range(wait, steps[i] / 2, steps[i]);
    }
    kb_backoff_reset(&b);
    assert_in_range(kb_backoff_next(&b), 50, 100);
}

static void waits_differ(void **state)
{
    (void)state;
    kb_backoff b = kb_backoff_new(1000, 1000);
    uint32_t first = kb_backoff_next(&b);
    bool differ = false;
    for (int i = 0; i < 20; i++)
        differ |= kb_backoff_next(&b) != first;
    assert_true(differ);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_with_jitter_up_to_the_most),
        cmocka_unit_test(waits_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
