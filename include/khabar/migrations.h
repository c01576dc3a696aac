#pragma once
// The versions of the database schema: files NNNN_name.up.sql and NNNN_name.down.sql, as golang-migrate names them, and
// its table schema_migrations(version bigint, dirty boolean), so that either tool may be used on a database.

#include "khabar/arena.h"
#include "khabar/postgres.h"

typedef struct kb_migration {
    int64_t version;
    kb_str name;     // "0001_tables"
    kb_str up, down; // SQL; down.p == NULL: can't be taken back
} kb_migration;

typedef struct kb_migrations {
    const kb_migration *at; // by version
    uint32_t count;
} kb_migrations;

// Those that the build embedded: what this program knows.
kb_migrations kb_migrations_embedded(void);
// Those of a folder. All memory is of `arena`. Errors name the file: a name without a number, a number twice, a missing
// up file.
kb_status kb_migrations_read(const char *dir, kb_arena *arena, kb_migrations *ret, kb_error *error);

typedef struct kb_schema_state {
    int64_t version; // 0: nothing applied yet
    bool dirty;      // a migration of another tool failed half-way
} kb_schema_state;

kb_status kb_schema_read(kb_pg *pg, kb_schema_state *ret, kb_error *error);
// KB_OK when the schema is exactly the one that `known` ends in, else KB_CONFLICT with a text that says which command
// helps.
kb_status kb_schema_check(kb_pg *pg, kb_migrations known, kb_error *error);

// Called for every file that is about to be applied.
typedef void kb_migration_report(const kb_migration *migration, bool up, void *opaque);

// Applies what is missing up to and including version `target`, or takes back what is above it; each file in a
// transaction of its own, all under the advisory lock that golang-migrate takes, so that of several at once one does
// the work and the others find it done. `target` INT64_MAX: the newest.
kb_status kb_migrate_to(kb_pg *pg, kb_migrations all, int64_t target, kb_migration_report *report, void *opaque,
                        kb_error *error);
