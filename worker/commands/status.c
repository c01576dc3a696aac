// khabar status: how an installation stands, read from PostgreSQL and Kafka; no worker needs to run.

#include "commands/status.h"

#include "khabar/commands.h"
#include "khabar/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STATUS_OK, STATUS_AWAY, STATUS_SETTINGS, STATUS_SCHEMA = 4 };

static void usage(void)
{
    printf(
        "usage: khabar status [OPTION...] [--json]\n\n"
        "shows the version of the schema, the group and its workers, how far each partition is written, the articles "
        "and\nevents of the last hour, and the dead letters by reason (those that were not replayed)\n\n"
        "  --json  one JSON object\n\n"
        "exit status 0, 1 when PostgreSQL or Kafka can't be read (what can be is shown), 2 for wrong settings, 4 when "
        "the\nschema is not the one that this program needs\n");
    kb_settings_help(KB_USE_STATUS, stdout);
}

// ------------------------------------------------------------------------------------------------------------- finding

static kb_status read_database(kb_status_report *r, kb_error *error)
{
    kb_pg pg;
    kb_migrations all = kb_migrations_embedded();
    r->needed = all.count ? all.at[all.count - 1].version : 0;
    kb_status status = kb_pg_connect(r->settings->postgres, "khabar status", &pg, error);
    if (status != KB_OK)
        return status;
    // A person waits: a lock or a huge table must not hold the answer up for ever.
    status = kb_pg_run(&pg, "SET statement_timeout = '60s'; SET default_transaction_read_only = on", error);
    if (status == KB_OK)
        status = kb_schema_read(&pg, &r->schema, error);
    r->has_tables = status == KB_OK && r->schema.version > 0;
    if (r->has_tables)
        status = kb_stored_offsets_read(&pg, r->settings->kafka_group, r->settings->kafka_topic, r->arena, &r->offsets,
                                        error);
    if (r->has_tables && status == KB_OK)
        status = kb_recent_read(&pg, &r->recent, error);
    kb_pg_done(&pg);
    return status;
}

static kb_status count_letter(const kb_letter *letter, void *opaque, kb_error *error)
{
    kb_status_report *r = opaque;
    for (uint32_t i = 0; i < r->letters.n; i++) {
        if (kb_str_is(letter->reason, r->letters.at[i].reason)) {
            r->letters.at[i].letters++;
            return KB_OK;
        }
    }
    kb_letter_count *count = KB_PUSH(r->arena, &r->letters);
    char *reason = count ? kb_arena_z(r->arena, letter->reason) : NULL;
    if (!reason)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the reasons of dead letters");
    *count = (kb_letter_count){reason, 1};
    return KB_OK;
}

static int by_frequency(const void *one, const void *other)
{
    const kb_letter_count *a = one, *b = other;
    int order = (a->letters < b->letters) - (a->letters > b->letters);
    return order ? order : strcmp(a->reason, b->reason);
}

static kb_status read_kafka(kb_status_report *r, kb_error *error)
{
    kb_letter_choice any = {.partition = -1};
    kb_status status = kb_topic_read(r->settings, r->arena, &r->topic, error);
    if (status == KB_OK)
        status = kb_letters_read(r->settings, &any, count_letter, r, error);
    if (r->letters.n)
        qsort(r->letters.at, r->letters.n, sizeof *r->letters.at, by_frequency);
    return status;
}

// ------------------------------------------------------------------------------------------------------------- command

static int act(const kb_settings *settings, kb_arena *arena, bool json)
{
    kb_status_report r = {.settings = settings, .arena = arena};
    kb_error error = {0};
    kb_status database = read_database(&r, &r.database), kafka = read_kafka(&r, &r.kafka);
    kb_status printed = json ? kb_status_print_json(&r, &error) : kb_status_print(&r, &error);
    if (database != KB_OK)
        fprintf(stderr, "khabar status: %s\n", r.database.what);
    if (kafka != KB_OK)
        fprintf(stderr, "khabar status: %s\n", r.kafka.what);
    if (printed != KB_OK)
        fprintf(stderr, "khabar status: %s\n", error.what);
    if (kb_settings_wrong(&r.database) || kb_settings_wrong(&r.kafka))
        return STATUS_SETTINGS;
    if (database != KB_OK || kafka != KB_OK || printed != KB_OK)
        return STATUS_AWAY;
    return r.schema.version == r.needed && !r.schema.dirty ? STATUS_OK : STATUS_SCHEMA;
}

// Takes --json out of argv.
static bool take_json(int *argc, char **argv)
{
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--json") != 0)
            argv[kept++] = argv[i];
    }
    bool json = kept < *argc;
    *argc = kept;
    argv[kept] = NULL;
    return json;
}

int kb_command_status(int argc, char **argv)
{
    if (kb_settings_asked(argc, argv, "--help")) {
        usage();
        return STATUS_OK;
    }
    bool json = take_json(&argc, argv);
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0, result = STATUS_SETTINGS;
    kb_status read = arena ? kb_settings_read(argc, argv, environ, KB_USE_STATUS, arena, &settings, &operands, &error)
                           : kb_fail(&error, KB_NO_MEMORY, "no-memory", "no memory for the settings");
    if (read == KB_OK && operands)
        read = kb_fail(&error, KB_INVALID, "operand", "no operand is expected, and '" KB_PRI "' is one",
                       KB_ARG(kb_str_shown(kb_str_of(argv[1]))));
    if (read == KB_OK) {
        kb_log_setup((kb_log_level)settings.log_level, (kb_log_format)settings.log_format);
        result = act(&settings, arena, json);
    } else {
        fprintf(stderr, "khabar status: %s\n", error.what);
    }
    kb_arena_free(arena);
    return result;
}
