// The README's lists of settings and metrics are those of the program.

#include "khabar/metrics.h"
#include "settings/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static char *readme(void)
{
    FILE *file = fopen(KHABAR_SOURCE_DIR "/README.md", "re");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, file);
    assert_true(n > 0);
    fclose(file);
    return text;
}

// Prints the lines that are missing, so that they can be put there.
static void settle(const char *text, const char *line, int *wrong)
{
    if (strstr(text, line))
        return;
    printf("%s", line);
    ++*wrong;
}

static void test_settings(void **state)
{
    (void)state;
    char *text = readme(), line[1024];
    int wrong = 0;
    for (size_t i = 0; i < kb_setting_count; i++) {
        const kb_setting *s = &kb_setting_table[i];
        char escaped[256], *out = escaped;
        for (const char *c = s->help; *c && out < escaped + sizeof escaped - 2; c++) {
            if (*c == '|')
                *out++ = '\\';
            *out++ = *c;
        }
        *out = '\0';
        const char *tick = s->standard[0] ? "`" : "";
        snprintf(line, sizeof line, "| `%s` | %s%s%s | %s |\n", s->name, tick, s->standard, tick, escaped);
        settle(text, line, &wrong);
    }
    free(text);
    assert_int_equal(wrong, 0);
}

static void test_metrics(void **state)
{
    (void)state;
    char *text = readme(), line[1024];
    int wrong = 0;
    for (kb_metric_id id = 0; id < KB_METRICS; id++) {
        const kb_metric *m = &kb_metric_table[id];
        snprintf(line, sizeof line, "| `%s` | %s | %s | %s |\n", m->name, kb_metric_type_name(m->type),
                 m->label ? m->label : "", m->help);
        settle(text, line, &wrong);
    }
    free(text);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_settings), cmocka_unit_test(test_metrics)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
