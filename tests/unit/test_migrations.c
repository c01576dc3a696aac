#include "khabar/migrations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64];

static void put(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int set_up(void **state)
{
    strcpy(folder, "/tmp/khabar-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    *state = kb_arena_new(0);
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    kb_arena_free(*state);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void reads_a_folder_by_version(void **state)
{
    put("0010_ten.up.sql", "SELECT 10");
    put("2_two.up.sql", "SELECT 2");
    put("2_two.down.sql", "SELECT -2");
    put("README.md", "no migration");
    put("notes.up.sql", "no number");
    kb_migrations all;
    assert_int_equal(kb_migrations_read(folder, *state, &all, NULL), KB_OK);
    assert_int_equal(all.count, 2);
    assert_int_equal(all.at[0].version, 2);
    assert_true(kb_str_is(all.at[0].down, "SELECT -2"));
    assert_int_equal(all.at[1].version, 10);
    assert_true(kb_str_is(all.at[1].name, "0010_ten"));
    assert_null(all.at[1].down.p);
}

static void a_version_is_taken_once(void **state)
{
    put("1_one.up.sql", "SELECT 1");
    put("01_other.up.sql", "SELECT 1");
    kb_migrations all;
    kb_error error = {0};
    assert_int_equal(kb_migrations_read(folder, *state, &all, &error), KB_INVALID);
    assert_string_equal(error.code, "migration-twice");
}

static void a_down_file_needs_its_up_file(void **state)
{
    put("1_one.down.sql", "SELECT 1");
    kb_migrations all;
    kb_error error = {0};
    assert_int_equal(kb_migrations_read(folder, *state, &all, &error), KB_INVALID);
    assert_non_null(strstr(error.what, "1_one.up.sql"));
}

static void a_missing_folder_is_an_error(void **state)
{
    kb_migrations all;
    assert_int_equal(kb_migrations_read("/no/such/folder", *state, &all, NULL), KB_NOT_FOUND);
}

static void the_embedded_ones_are_those_of_the_tree(void **state)
{
    kb_migrations embedded = kb_migrations_embedded(), tree;
    assert_int_equal(kb_migrations_read(KHABAR_SOURCE_DIR "/migrations", *state, &tree, NULL), KB_OK);
    assert_int_equal(embedded.count, tree.count);
    for (uint32_t i = 0; i < tree.count; i++) {
        assert_int_equal(embedded.at[i].version, tree.at[i].version);
        assert_true(kb_str_eq(embedded.at[i].name, tree.at[i].name));
        assert_true(kb_str_eq(embedded.at[i].up, tree.at[i].up));
        assert_true(kb_str_eq(embedded.at[i].down, tree.at[i].down));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_a_folder_by_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_version_is_taken_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_down_file_needs_its_up_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_embedded_ones_are_those_of_the_tree, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
