// khabar migrate: the versions of the database schema.

#include "khabar/commands.h"
#include "khabar/migrations.h"
#include "khabar/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void usage(void)
{
    printf("usage: khabar migrate [OPTION...] [up | down | status] [VERSION]\n\n"
           "  up      applies what is missing, up to VERSION or the newest (the default)\n"
           "  down    takes back the last migration, or all above VERSION (0: all; what the tables hold is lost)\n"
           "  status  shows which are applied; exit status 4 when the schema is not the one that this program needs\n");
    kb_settings_help(KB_USE_MIGRATE, stdout);
}

static void report(const kb_migration *migration, bool up, void *unused)
{
    (void)unused;
    printf("%s " KB_PRI "\n", up ? "apply" : "take back", KB_ARG(migration->name));
    fflush(stdout);
}

static int show_status(kb_pg *pg, kb_migrations all, kb_error *error)
{
    kb_schema_state state;
    if (kb_schema_read(pg, &state, error) != KB_OK)
        return 1;
    for (uint32_t i = 0; i < all.count; i++)
        printf("%-8s " KB_PRI "\n", all.at[i].version <= state.version ? "applied" : "missing", KB_ARG(all.at[i].name));
    printf("version %" PRId64 "%s\n", state.version, state.dirty ? ", dirty" : "");
    fflush(stdout);
    return kb_schema_check(pg, all, error) == KB_OK ? 0 : 4;
}

static kb_status find_target(kb_pg *pg, kb_migrations all, bool down, const char *text, int64_t *ret, kb_error *error)
{
    if (text) {
        char *end;
        *ret = strtoll(text, &end, 10);
        bool known = *ret == 0;
        for (uint32_t i = 0; i < all.count; i++)
            known |= all.at[i].version == *ret;
        return *end || end == text || !known ? kb_fail(error, KB_INVALID, "operand", "there is no version '" KB_PRI "'",
                                                       KB_ARG(kb_str_shown(kb_str_of(text))))
                                             : KB_OK;
    }
    *ret = INT64_MAX;
    if (!down)
        return KB_OK;
    kb_schema_state state;
    kb_status status = kb_schema_read(pg, &state, error);
    *ret = 0;
    for (uint32_t i = 0; status == KB_OK && i < all.count && all.at[i].version < state.version; i++)
        *ret = all.at[i].version;
    return status;
}

static int act(kb_pg *pg, kb_migrations all, const char *what, const char *version, kb_error *error)
{
    if (strcmp(what, "status") == 0)
        return show_status(pg, all, error);
    int64_t target;
    bool down = strcmp(what, "down") == 0;
    kb_schema_state state = {0};
    kb_status status = find_target(pg, all, down, version, &target, error);
    if (status == KB_OK)
        status = kb_schema_read(pg, &state, error);
    if (status == KB_OK && version && (down ? target > state.version : target < state.version))
        status = kb_fail(error, KB_INVALID, "version", "the schema has version %" PRId64 " already", state.version);
    if (status == KB_OK && all.count && state.version > all.at[all.count - 1].version)
        status = kb_schema_check(pg, all, error);
    if (status == KB_OK)
        status = kb_migrate_to(pg, all, target, report, NULL, error);
    return status == KB_OK ? 0 : kb_settings_wrong(error) ? 2 : 1;
}

static int run(const kb_settings *settings, const char *what, const char *version, kb_arena *arena, kb_error *error)
{
    kb_migrations all = kb_migrations_embedded();
    if (settings->migrations[0] && kb_migrations_read(settings->migrations, arena, &all, error) != KB_OK)
        return kb_settings_wrong(error) ? 2 : 1;
    kb_pg pg;
    if (kb_pg_connect(settings->postgres, "khabar migrate", &pg, error) != KB_OK)
        return kb_settings_wrong(error) ? 2 : 1;
    int status = act(&pg, all, what, version, error);
    kb_pg_done(&pg);
    return status;
}

int kb_command_migrate(int argc, char **argv)
{
    if (kb_settings_asked(argc, argv, "--help")) {
        usage();
        return 0;
    }
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0, status = 2;
    kb_status read = arena ? kb_settings_read(argc, argv, environ, KB_USE_MIGRATE, arena, &settings, &operands, &error)
                           : KB_NO_MEMORY;
    const char *what = operands > 0 ? argv[1] : "up";
    bool known = strcmp(what, "up") == 0 || strcmp(what, "down") == 0 || strcmp(what, "status") == 0;
    if (read == KB_OK && (!known || operands > 2))
        read = kb_fail(&error, KB_INVALID, "operand",
                       "'" KB_PRI "' is not one of up, down and status, with a version at most",
                       KB_ARG(kb_str_shown(kb_str_of(operands > 2 ? argv[3] : what))));
    if (read == KB_OK) {
        kb_log_setup((kb_log_level)settings.log_level, (kb_log_format)settings.log_format);
        status = run(&settings, what, operands > 1 ? argv[2] : NULL, arena, &error);
    }
    if (status != 0)
        fprintf(stderr, "khabar migrate: %s%s%s\n", error.where, error.where[0] ? ": " : "", error.what);
    kb_arena_free(arena);
    return status;
}
