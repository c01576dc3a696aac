// The rule language: what it refuses, and that every rule's own examples are coded as they say.
#include "khabar/extract.h"
#include "khabar/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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
    assert_int_equal(read_text("rule a-b\n  doc x\n  code ASSAULT aerial 195\n  noun غارة , ضربة ?جوي\n  when mod مسيرة & !near طائرة : mode drone\n", &error), KB_OK);
    assert_int_equal(read_text("rule a\n doc x\n code none\n verb ضرب موعد\n rule b\n doc y\n code AID\n verb منح\n", &error), KB_OK);
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

// ---------------------------------------------------------------- examples

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
    kb_article article = {.id = KB_STR("example"), .title = KB_STR(""), .body = example->text, .language = KB_STR("ar"),
                          .published_at = 1718445600, .published_known = true, .published_text = KB_STR("2024-06-15T10:00:00Z")};
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
        cmocka_unit_test(reads_a_rule), cmocka_unit_test(refuses_what_is_wrong_and_says_where),
        cmocka_unit_test(codes_every_example_of_a_rule), cmocka_unit_test(codes_every_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
