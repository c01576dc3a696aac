#include "khabar/migrations.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MIGRATIONS_MAX = 1000, MIGRATION_BYTES_MAX = 1 << 20 };

// --------------------------------------------------------------------------------------------------------------
// reading a folder

static kb_status read_file(const char *path, kb_arena *arena, kb_str *ret, kb_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return kb_fail(error, KB_NOT_FOUND, "migration-file", "can't open %s: %m", path);
    char *text = kb_alloc(arena, MIGRATION_BYTES_MAX + 1);
    size_t n = text ? fread(text, 1, MIGRATION_BYTES_MAX + 1, file) : 0;
    bool bad = ferror(file) != 0;
    fclose(file);
    if (!text)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", path);
    if (bad || n > MIGRATION_BYTES_MAX)
        return kb_fail(error, KB_LIMIT, "migration-file", "%s can't be read or is larger than 1 MiB", path);
    *ret = (kb_str){text, n};
    return KB_OK;
}

// "0001_tables.up.sql" -> 1, "0001_tables", up. False for a file that is no migration.
static bool parse_name(const char *file, int64_t *ret_version, kb_str *ret_name, bool *ret_up)
{
    kb_str name = kb_str_of(file);
    *ret_up = kb_str_ends(name, KB_STR(".up.sql"));
    if (!*ret_up && !kb_str_ends(name, KB_STR(".down.sql")))
        return false;
    char *end = NULL;
    *ret_version = isdigit((unsigned char)file[0]) ? strtoll(file, &end, 10) : 0;
    if (*ret_version <= 0 || *end != '_')
        return false;
    *ret_name = kb_str_sub(name, 0, name.n - (*ret_up ? 7 : 9));
    return true;
}

static int by_version(const void *a, const void *b)
{
    const kb_migration *x = a, *y = b;
    return (x->version > y->version) - (x->version < y->version);
}

static kb_status add_file(const char *dir, const char *file, kb_arena *arena, kb_migration *list, uint32_t *count,
                          kb_error *error)
{
    int64_t version;
    kb_str name;
    bool up;
    if (!parse_name(file, &version, &name, &up))
        return KB_OK;
    uint32_t i = 0;
    while (i < *count && list[i].version != version)
        i++;
    if (i == MIGRATIONS_MAX)
        return kb_fail(error, KB_LIMIT, "migration-count", "%s holds more than %d migrations", dir, MIGRATIONS_MAX);
    if (i == *count)
        list[(*count)++] = (kb_migration){.version = version, .name = kb_arena_copy(arena, name)};
    kb_str *slot = up ? &list[i].up : &list[i].down;
    if (slot->p || !kb_str_eq(list[i].name, name))
        return kb_fail(error, KB_INVALID, "migration-twice", "%s/%s: version %" PRId64 " is taken by " KB_PRI, dir,
                       file, version, KB_ARG(list[i].name));
    kb_str path = kb_arena_printf(arena, "%s/%s", dir, file);
    return path.p ? read_file(path.p, arena, slot, error)
                  : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", file);
}

kb_status kb_migrations_read(const char *dir, kb_arena *arena, kb_migrations *ret, kb_error *error)
{
    kb_migration *list = KB_NEWS(arena, kb_migration, MIGRATIONS_MAX + 1);
    uint32_t count = 0;
    DIR *d = list ? opendir(dir) : NULL;
    if (!d)
        return kb_fail(error, KB_NOT_FOUND, "migration-folder", "can't open the folder %s: %m", dir);
    kb_status status = KB_OK;
    for (struct dirent *entry; status == KB_OK && (entry = readdir(d));)
        status = add_file(dir, entry->d_name, arena, list, &count, error);
    closedir(d);
    if (status != KB_OK)
        return status;
    for (uint32_t i = 0; i < count; i++) {
        if (!list[i].up.p)
            return kb_fail(error, KB_INVALID, "migration-up-missing", "%s: " KB_PRI ".up.sql is missing", dir,
                           KB_ARG(list[i].name));
    }
    qsort(list, count, sizeof *list, by_version);
    *ret = (kb_migrations){list, count};
    return KB_OK;
}

// -------------------------------------------------------------------------------------------------------------- state

kb_status kb_schema_read(kb_pg *pg, kb_schema_state *ret, kb_error *error)
{
    KB_CLEANUP(kb_pg_clear) PGresult *exists = NULL, *row = NULL;
    kb_status status = kb_pg_query(pg, "SELECT to_regclass('schema_migrations') IS NOT NULL", 0, NULL, &exists, error);
    if (status != KB_OK)
        return status;
    *ret = (kb_schema_state){0};
    if (PQgetvalue(exists, 0, 0)[0] != 't')
        return KB_OK;
    status = kb_pg_query(pg, "SELECT version, dirty FROM schema_migrations LIMIT 1", 0, NULL, &row, error);
    if (status == KB_OK && PQntuples(row) == 1)
        *ret = (kb_schema_state){strtoll(PQgetvalue(row, 0, 0), NULL, 10), PQgetvalue(row, 0, 1)[0] == 't'};
    return status;
}

static kb_status check_clean(kb_schema_state state, kb_error *error)
{
    if (!state.dirty)
        return KB_OK;
    return kb_fail(
        error, KB_CONFLICT, "schema-dirty",
        "migration %" PRId64
        " was left half-way by another tool; repair the schema by hand, then set dirty to false in schema_migrations",
        state.version);
}

kb_status kb_schema_check(kb_pg *pg, kb_migrations known, kb_error *error)
{
    kb_schema_state state;
    kb_status status = kb_schema_read(pg, &state, error);
    if (status == KB_OK)
        status = check_clean(state, error);
    if (status != KB_OK)
        return status;
    int64_t wanted = known.count ? known.at[known.count - 1].version : 0;
    if (state.version < wanted)
        return kb_fail(error, KB_CONFLICT, "schema-older",
                       "the database schema has version %" PRId64 ", this program needs %" PRId64
                       ": run 'khabar migrate up'",
                       state.version, wanted);
    if (state.version > wanted)
        return kb_fail(error, KB_CONFLICT, "schema-newer",
                       "the database schema has version %" PRId64 ", this program knows it up to %" PRId64
                       ": start a newer khabar, or go back with the newer one's 'khabar migrate down %" PRId64 "'",
                       state.version, wanted, wanted);
    return KB_OK;
}

// --------------------------------------------------------------------------------------------------------------
// applying

// CRC-32 (IEEE 802.3, reflected), bit by bit: it is called once.
static uint32_t crc32_of(const char *data, size_t n)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        crc ^= (uint8_t)data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
    }
    return ~crc;
}

// The lock that golang-migrate takes: CRC-32 of schema, table and database, joined by NUL, times a constant of its own
// (database/util.go).
static kb_status lock(kb_pg *pg, bool take, kb_error *error)
{
    KB_CLEANUP(kb_pg_clear) PGresult *row = NULL, *done = NULL;
    kb_status status =
        kb_pg_query(pg, "SELECT coalesce(current_schema(), ''), current_database()", 0, NULL, &row, error);
    if (status != KB_OK)
        return status;
    if (PQgetvalue(row, 0, 0)[0] == '\0')
        return kb_fail(error, KB_INVALID, "schema-search-path",
                       "the search_path of the connection names no schema for schema_migrations");
    char name[256];
    int n = snprintf(name, sizeof name, "%s%c%s%c%s", PQgetvalue(row, 0, 0), 0, "schema_migrations", 0,
                     PQgetvalue(row, 0, 1));
    char key[16];
    snprintf(key, sizeof key, "%" PRIu32, (uint32_t)(crc32_of(name, (size_t)n) * 1486364155u));
    const char *values[] = {key};
    return kb_pg_query(pg, take ? "SELECT pg_advisory_lock($1::bigint)" : "SELECT pg_advisory_unlock($1::bigint)", 1,
                       values, &done, error);
}

static kb_status run_one(kb_pg *pg, const char *sql, int64_t version, kb_error *error)
{
    char set[120];
    snprintf(set, sizeof set,
             version ? "INSERT INTO schema_migrations (version, dirty) VALUES (%" PRId64 ", false)" : "SELECT",
             version);
    kb_status status = kb_pg_run(pg, "BEGIN", error);
    if (status == KB_OK)
        status = kb_pg_run(pg, sql, error);
    if (status == KB_OK)
        status = kb_pg_run(pg, "DELETE FROM schema_migrations", error);
    if (status == KB_OK)
        status = kb_pg_run(pg, set, error);
    if (status == KB_OK)
        return kb_pg_run(pg, "COMMIT", error);
    kb_pg_run(pg, "ROLLBACK", NULL);
    return status;
}

static kb_status apply(kb_pg *pg, kb_migrations all, uint32_t index, bool up, kb_arena *arena, kb_error *error)
{
    const kb_migration *m = &all.at[index];
    if (!up && !m->down.p)
        return kb_fail(error, KB_INVALID, "migration-down-missing", KB_PRI " can't be taken back: it has no down file",
                       KB_ARG(m->name));
    const char *sql = kb_arena_z(arena, up ? m->up : m->down);
    if (!sql)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for " KB_PRI, KB_ARG(m->name));
    int64_t after = up ? m->version : index > 0 ? all.at[index - 1].version : 0;
    kb_status status = run_one(pg, sql, after, error);
    kb_error_at(error, KB_PRI ".%s.sql", KB_ARG(m->name), up ? "up" : "down");
    return status;
}

// Only where it is missing: a login that is granted khabar_owner may change the table, and make none beside it.
static kb_status make_table(kb_pg *pg, kb_error *error)
{
    KB_CLEANUP(kb_pg_clear) PGresult *exists = NULL;
    kb_status status = kb_pg_query(pg, "SELECT to_regclass('schema_migrations') IS NOT NULL", 0, NULL, &exists, error);
    if (status != KB_OK || PQgetvalue(exists, 0, 0)[0] == 't')
        return status;
    return kb_pg_run(pg,
                     "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);"
                     "COMMENT ON TABLE schema_migrations IS 'Version of the schema, in the form of golang-migrate.';"
                     "COMMENT ON COLUMN schema_migrations.version IS 'Number of the last migration that was applied.';"
                     "COMMENT ON COLUMN schema_migrations.dirty IS 'That migration failed half-way.'",
                     error);
}

static kb_status apply_all(kb_pg *pg, kb_migrations all, int64_t target, kb_migration_report *report, void *opaque,
                           kb_error *error)
{
    kb_schema_state state = {0};
    kb_status status = make_table(pg, error);
    if (status == KB_OK)
        status = kb_schema_read(pg, &state, error);
    if (status == KB_OK)
        status = check_clean(state, error);
    kb_arena *arena = kb_arena_new(0);
    if (status == KB_OK && !arena)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to migrate");
    for (uint32_t i = 0; status == KB_OK && i < all.count; i++) {
        if (all.at[i].version > state.version && all.at[i].version <= target) {
            report(&all.at[i], true, opaque);
            status = apply(pg, all, i, true, arena, error);
        }
    }
    for (uint32_t i = all.count; status == KB_OK && i-- > 0;) {
        if (all.at[i].version <= state.version && all.at[i].version > target) {
            report(&all.at[i], false, opaque);
            status = apply(pg, all, i, false, arena, error);
        }
    }
    kb_arena_free(arena);
    return status;
}

kb_status kb_migrate_to(kb_pg *pg, kb_migrations all, int64_t target, kb_migration_report *report, void *opaque,
                        kb_error *error)
{
    kb_status status = kb_pg_run(pg, "SET lock_timeout = 0", error); // the other one may take its time
    if (status == KB_OK)
        status = lock(pg, true, error);
    if (status != KB_OK)
        return status;
    status = apply_all(pg, all, target, report, opaque, error);
    kb_status unlocked = lock(pg, false, status == KB_OK ? error : NULL);
    return status != KB_OK ? status : unlocked;
}
