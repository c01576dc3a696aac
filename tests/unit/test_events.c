// The events stage on the rules' own examples and on the cases of tests/cases/events.
#include "khabar/extract.h"
#include "khabar/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct run {
    kb_session *session;
    kb_arena *arena;
    const char *file;
    unsigned seen, wrong;
    bool by_rule; // an example belongs to a rule, which must be the one that finds it or nothing where it says none
} run;

static char *slurp(const char *path, size_t *ret_size)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = malloc(1 << 20);
    assert_non_null(text);
    *ret_size = fread(text, 1, 1 << 20, f);
    fclose(f);
    return text;
}

static void print_events(const kb_layers *layers)
{
    static const char *const statuses[] = {"actual", "future", "hypothetical", "negated", "historical"};
    for (uint32_t i = 0; i < layers->event_count; i++) {
        const kb_event *e = &layers->events[i];
        printf("      found %s %s %s %s ", e->type, e->mode ? e->mode : "-", e->cameo, statuses[e->status]);
        for (uint32_t k = 0; k < e->actor_count; k++)
            printf("%s%s", k ? "+" : "", e->actors[k].code);
        printf("%s > ", e->actor_count ? "" : "-");
        for (uint32_t k = 0; k < e->recipient_count; k++)
            printf("%s%s", k ? "+" : "", e->recipients[k].code);
        printf("%s (%s)\n", e->recipient_count ? "" : "-", e->rule);
    }
}

static bool check(const kb_rule_example *example, void *context)
{
    run *r = context;
    kb_article article = {.id = KB_STR("example"),
                          .title = KB_STR(""),
                          .body = example->text,
                          .language = KB_STR("ar"),
                          .published_at = 1718445600,
                          .published_known = true,
                          .published_text = KB_STR("2024-06-15T10:00:00Z")};
    kb_layers *layers = NULL;
    kb_error error = {0};
    kb_arena_reset(r->arena);
    assert_int_equal(kb_extract(r->session, r->arena, &article, &layers, &error), KB_OK);
    bool right = example->none;
    for (uint32_t i = 0; i < layers->event_count; i++) {
        if (example->none)
            right = right && r->by_rule && !kb_str_is(example->rule, layers->events[i].rule);
        else
            right = right || kb_rule_example_matches(example, &layers->events[i]);
    }
    r->seen++;
    if (!right) {
        r->wrong++;
        printf("  %s:%u: " KB_PRI "\n", r->file, example->line, KB_ARG(example->text));
        print_events(layers);
    }
    return true;
}

static void run_files(const char *dir, const char *suffix, bool by_rule)
{
    kb_error error = {0};
    kb_extractor *extractor = NULL;
    assert_int_equal(kb_extractor_new(NULL, &extractor, &error), KB_OK);
    run r = {.session = kb_session_new(extractor), .arena = kb_arena_new(0), .by_rule = by_rule};
    kb_arena *paths_arena = kb_arena_new(0);
    kb_str *paths = NULL;
    uint32_t count = 0;
    assert_int_equal(kb_files_below(dir, suffix, paths_arena, &paths, &count, &error), KB_OK);
    assert_true(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        size_t size = 0;
        char *text = slurp(paths[i].p, &size);
        r.file = paths[i].p;
        if (kb_rules_examples(paths[i].p, (kb_str){text, size}, check, &r, &error) != KB_OK)
            fail_msg("%s", error.what);
        free(text);
    }
    if (r.wrong)
        fail_msg("%u of %u examples are not coded as they say", r.wrong, r.seen);
    kb_arena_free(paths_arena);
    kb_arena_free(r.arena);
    kb_session_free(r.session);
    kb_extractor_free(extractor);
}

static void codes_every_example_of_a_rule(void **state)
{
    (void)state;
    run_files(KHABAR_SOURCE_DIR "/worker/data/rules", ".rules", true);
}

static void codes_every_case(void **state)
{
    (void)state;
    run_files(KHABAR_SOURCE_DIR "/tests/cases/events", ".cases", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_every_example_of_a_rule),
        cmocka_unit_test(codes_every_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
