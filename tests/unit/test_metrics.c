#include "khabar/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void assert_holds(const kb_metrics *m, const char *text)
{
    char *all = kb_metrics_text(m);
    assert_non_null(all);
    if (!strstr(all, text))
        fail_msg("no \"%s\" in\n%s", text, all);
    free(all);
}

static void test_text(void **state)
{
    (void)state;
    kb_metrics *m = kb_metrics_new();
    kb_metric_add(m, KB_M_ARTICLES, "new", 2);
    kb_metric_add(m, KB_M_ARTICLES, "new", 3);
    kb_metric_add(m, KB_M_DEAD_LETTERS, "a\"b\\c\nd", 1);
    kb_metric_observe(m, KB_M_STAGE, "write", 2000000); // 2 ms
    kb_metric_observe(m, KB_M_TRANSACTION_MESSAGES, NULL, 3);
    assert_holds(m, "# TYPE khabar_articles_total counter\nkhabar_articles_total{outcome=\"new\"} 5\n");
    assert_holds(m, "khabar_dead_letters_total{reason=\"a\\\"b\\\\c\\nd\"} 1\n");
    assert_holds(m, "khabar_stage_seconds_bucket{stage=\"write\",le=\"0.001\"} 0\n");
    assert_holds(m, "khabar_stage_seconds_bucket{stage=\"write\",le=\"0.0025\"} 1\n");
    assert_holds(m, "khabar_stage_seconds_bucket{stage=\"write\",le=\"+Inf\"} "
                    "1\nkhabar_stage_seconds_sum{stage=\"write\"} 0.002\n");
    assert_holds(m, "khabar_transaction_messages_bucket{le=\"2\"} 0\nkhabar_transaction_messages_bucket{le=\"4\"} 1\n");
    assert_holds(m, "khabar_stalls_total 0\n"); // a counter without a label begins at 0
    assert_int_equal(kb_metric_value(m, KB_M_ARTICLES, "new"), 5);
    assert_int_equal(kb_metric_value(m, KB_M_ARTICLES, "revised"), 0);
    kb_metrics_free(m);
}

static void test_gauges_vanish(void **state)
{
    (void)state;
    kb_metrics *m = kb_metrics_new();
    kb_metric_set(m, KB_M_LAG, "0", 7);
    kb_metric_set(m, KB_M_LAG, "1", 8);
    kb_metric_clear(m, KB_M_LAG);
    kb_metric_set(m, KB_M_LAG, "1", 9);
    char *all = kb_metrics_text(m);
    assert_null(strstr(all, "partition=\"0\""));
    assert_non_null(strstr(all, "khabar_consumer_lag_messages{partition=\"1\"} 9\n"));
    free(all);
    kb_metrics_free(m);
}

static void test_too_many_labels(void **state)
{
    (void)state;
    kb_metrics *m = kb_metrics_new();
    for (int i = 0; i < 300; i++) {
        char label[16];
        snprintf(label, sizeof label, "r%d", i);
        kb_metric_add(m, KB_M_DEAD_LETTERS, label, 1);
    }
    assert_int_equal(kb_metric_value(m, KB_M_DEAD_LETTERS, "r0"), 1);
    assert_int_equal(kb_metric_value(m, KB_M_DEAD_LETTERS, "other"), 300 - 255);
    kb_metrics_free(m);
}

static void *count(void *m)
{
    for (int i = 0; i < 40000; i++) {
        char label[8];
        snprintf(label, sizeof label, "%d", i % 20);
        kb_metric_add(m, KB_M_EVENTS, label, 1);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    kb_metrics *m = kb_metrics_new();
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, m), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 20; i++) {
        char label[8];
        snprintf(label, sizeof label, "%d", i);
        assert_int_equal(kb_metric_value(m, KB_M_EVENTS, label), 4 * 40000 / 20);
    }
    kb_metrics_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_gauges_vanish),
                                       cmocka_unit_test(test_too_many_labels), cmocka_unit_test(test_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
