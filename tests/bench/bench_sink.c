// How fast the rows of articles go into PostgreSQL, the articles being read before the clock starts. Modes: `writer` is
// the worker's own (fences, revisions, known rows, two or three trips a transaction); the other two are the floors, with
// nothing but the rows: `unnest` is one INSERT … SELECT FROM unnest(…) a table and transaction, all of a transaction
// pipelined; `copy` is one COPY … (FORMAT binary) a table and transaction. For the floors sources and entities are known
// beforehand to be new and written first. Prints lines of a name and a value.
// usage: bench_sink writer|unnest|copy CONNINFO FILE SESSIONS ARTICLES_A_TRANSACTION

#include "khabar/writer.h"
#include "postgres/exchange.h"
#include "postgres/statements.h"
#include "support/bench.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct bench {
    const char *conninfo;
    const kb_rows *rows;
    uint32_t count, sessions, batch;
    kb_encoded_rows shared[KB_TABLES]; // sources and entities, each once
} bench;

typedef struct session {
    const bench *b;
    uint32_t number;
    void (*write)(struct session *s, uint32_t from, uint32_t to);
    kb_pg pg;
    kb_arrays arrays;
    kb_buffer bytes;
    kb_writer *writer;
    int64_t offset;
} session;

static const uint8_t *row_end(const kb_table_spec *spec, const uint8_t *row)
{
    for (uint32_t i = 0; i < spec->column_count; i++) {
        uint32_t n;
        memcpy(&n, row, 4);
        n = ntohl(n);
        row += n == UINT32_MAX ? 4 : 4 + (size_t)n;
    }
    return row;
}

// --------------------------------------------------------------------------------------------------------------
// sources and entities, each once

typedef struct shared_row {
    const uint8_t *at, *end;
} shared_row;

static int by_id(const void *a, const void *b)
{
    return memcmp(((const shared_row *)a)->at + 4, ((const shared_row *)b)->at + 4, 16);
}

static kb_encoded_rows each_once(const bench *b, kb_table_id table)
{
    uint32_t n = 0, kept = 0;
    for (uint32_t i = 0; i < b->count; i++)
        n += b->rows[i].tables[table].count;
    shared_row *all = calloc(n + 1, sizeof *all);
    kb_buffer bytes = {0};
    n = 0;
    for (uint32_t i = 0; all && i < b->count; i++) {
        const uint8_t *row = b->rows[i].tables[table].at;
        for (uint32_t k = 0; k < b->rows[i].tables[table].count; k++, row = all[n - 1].end)
            all[n++] = (shared_row){row, row_end(&kb_table_specs[table], row)};
    }
    if (all && n)
        qsort(all, n, sizeof *all, by_id);
    for (uint32_t i = 0; all && i < n; i++) {
        if (i && by_id(&all[i], &all[i - 1]) == 0)
            continue;
        uint8_t *to = kb_buffer_room(&bytes, (size_t)(all[i].end - all[i].at));
        if (!to)
            bench_die("no memory", NULL);
        memcpy(to, all[i].at, (size_t)(all[i].end - all[i].at));
        kept++;
    }
    free(all);
    return (kb_encoded_rows){bytes.at, (uint32_t)bytes.n, kept};
}

// The rows of one table in [from, to): of the articles, or the shared ones of all.
typedef struct run {
    kb_table_id table;
    const bench *b;
    uint32_t from, to;
    bool shared;
} run;

static const kb_encoded_rows *rows_of(const run *r, uint32_t i)
{
    return r->shared ? &r->b->shared[r->table] : &r->b->rows[i].tables[r->table];
}

// -------------------------------------------------------------------------------------------------------------- unnest

static const char *array_type(kb_column_type type)
{
    static const char *const names[] = {
        [KB_COL_UUID] = "uuid[]",     [KB_COL_TEXT] = "text[]",
        [KB_COL_INT2] = "int2[]",     [KB_COL_INT4] = "int4[]",
        [KB_COL_INT8] = "int8[]",     [KB_COL_REAL] = "real[]",
        [KB_COL_DOUBLE] = "float8[]", [KB_COL_TIMESTAMP] = "timestamptz[]",
        [KB_COL_DATE] = "date[]",     [KB_COL_TEXTS] = "text[]",
    };
    return names[type];
}

static void prepare_inserts(session *s)
{
    for (int t = 0; t < KB_TABLES; t++) {
        const kb_table_spec *spec = &kb_table_specs[t];
        char sql[4096], name[16];
        size_t n = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s (", spec->name);
        for (uint32_t i = 0; i < spec->column_count; i++)
            n += (size_t)snprintf(sql + n, sizeof sql - n, "%s%s", i ? ", " : "", spec->columns[i].name);
        n += (size_t)snprintf(sql + n, sizeof sql - n, ") SELECT ");
        for (uint32_t i = 0; i < spec->column_count; i++)
            n += (size_t)snprintf(sql + n, sizeof sql - n, "%sc%u%s", i ? ", " : "", i,
                                  spec->columns[i].type == KB_COL_TEXTS ? "::text[]" : "");
        n += (size_t)snprintf(sql + n, sizeof sql - n, " FROM unnest(");
        for (uint32_t i = 0; i < spec->column_count; i++)
            n += (size_t)snprintf(sql + n, sizeof sql - n, "%s$%u::%s", i ? ", " : "", i + 1,
                                  array_type(spec->columns[i].type));
        n += (size_t)snprintf(sql + n, sizeof sql - n, ") AS n (");
        for (uint32_t i = 0; i < spec->column_count; i++)
            n += (size_t)snprintf(sql + n, sizeof sql - n, "%sc%u", i ? ", " : "", i);
        snprintf(sql + n, sizeof sql - n, ")");
        snprintf(name, sizeof name, "bare%d", t);
        PGresult *result = PQprepare(s->pg.conn, name, sql, 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            bench_die(PQerrorMessage(s->pg.conn), NULL);
        PQclear(result);
    }
}

static bool unnest_table(session *s, const run *r)
{
    static const int binary[KB_COLUMNS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                               1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const char *values[KB_COLUMNS_MAX];
    int lengths[KB_COLUMNS_MAX];
    char name[16];
    kb_arrays_begin(&s->arrays, &kb_table_specs[r->table]);
    for (uint32_t i = r->from; i < r->to; i++) {
        const uint8_t *row = rows_of(r, i)->at;
        for (uint32_t k = 0; row && k < rows_of(r, i)->count; k++)
            row = kb_arrays_add(&s->arrays, row);
    }
    if (s->arrays.rows == 0)
        return false;
    kb_arrays_finish(&s->arrays, values, lengths);
    snprintf(name, sizeof name, "bare%d", (int)r->table);
    if (PQsendQueryPrepared(s->pg.conn, name, (int)s->arrays.spec->column_count, values, lengths, binary, 1) != 1)
        bench_die(PQerrorMessage(s->pg.conn), NULL);
    return true;
}

static void unnest(session *s, uint32_t from, uint32_t to, bool shared)
{
    kb_error error = {0};
    kb_exchange x = {&s->pg, &error, false};
    int sent = 2;
    bool ok = kb_exchange_begin(&x) && kb_exchange_queue(&x, "BEGIN");
    for (int t = 0; ok && t < KB_TABLES; t++) {
        if (shared == (t == KB_T_SOURCES || t == KB_T_ENTITIES))
            sent += unnest_table(s, &(run){(kb_table_id)t, s->b, from, to, shared});
    }
    ok = ok && kb_exchange_queue(&x, "COMMIT") && kb_exchange_send(&x) == KB_OK;
    for (int i = 0; ok && i < sent; i++)
        ok = kb_exchange_next(&x, NULL) == KB_OK;
    if (!ok || kb_exchange_finish(&x) != KB_OK || !kb_exchange_end(&x))
        bench_die("unnest", &error);
}

static void unnest_articles(session *s, uint32_t from, uint32_t to)
{
    unnest(s, from, to, false);
}

// -------------------------------------------------------------------------------------------------------------- copy

static void put(session *s, const void *bytes, size_t n)
{
    uint8_t *to = kb_buffer_room(&s->bytes, n);
    if (!to)
        bench_die("no memory", NULL);
    memcpy(to, bytes, n);
}

static void put_int(session *s, uint32_t value, size_t bytes)
{
    uint8_t big[4];
    kb_big_endian(big, value, bytes);
    put(s, big, bytes);
}

// The text of an array of quoted elements as a binary one.
static void put_texts(session *s, const uint8_t *text, uint32_t n)
{
    size_t at = s->bytes.n;
    uint32_t elements = 0;
    put_int(s, 0, 4);
    put_int(s, n > 2, 4); // dimensions
    put_int(s, 0, 4);
    put_int(s, 25, 4); // text
    if (n > 2) {
        put_int(s, 0, 4);
        put_int(s, 1, 4);
    }
    for (uint32_t i = 1; i + 1 < n; elements++) {
        size_t length_at = s->bytes.n;
        put_int(s, 0, 4);
        for (i++; text[i] != '"'; i++) {
            i += text[i] == '\\';
            put(s, text + i, 1);
        }
        kb_big_endian(s->bytes.at + length_at, s->bytes.n - length_at - 4, 4);
        i += 2; // quote and comma
    }
    if (n > 2)
        kb_big_endian(s->bytes.at + at + 16, elements, 4);
    kb_big_endian(s->bytes.at + at, s->bytes.n - at - 4, 4);
}

static const uint8_t *put_row(session *s, const kb_table_spec *spec, const uint8_t *row)
{
    put_int(s, spec->column_count, 2);
    for (uint32_t i = 0; i < spec->column_count; i++) {
        uint32_t n;
        memcpy(&n, row, 4);
        n = ntohl(n);
        size_t bytes = n == UINT32_MAX ? 0 : n;
        if (bytes && spec->columns[i].type == KB_COL_TEXTS)
            put_texts(s, row + 4, n);
        else
            put(s, row, 4 + bytes);
        row += 4 + bytes;
    }
    return row;
}

static void copy_table(session *s, const run *r)
{
    static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; // 11 bytes, flags, length of an extension
    const kb_table_spec *spec = &kb_table_specs[r->table];
    char sql[2048];
    size_t n = (size_t)snprintf(sql, sizeof sql, "COPY %s (", spec->name);
    for (uint32_t i = 0; i < spec->column_count; i++)
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%s%s", i ? ", " : "", spec->columns[i].name);
    snprintf(sql + n, sizeof sql - n, ") FROM STDIN (FORMAT binary)");
    s->bytes.n = 0;
    put(s, header, 19);
    for (uint32_t i = r->from; i < r->to; i++) {
        const uint8_t *row = rows_of(r, i)->at;
        for (uint32_t k = 0; k < rows_of(r, i)->count; k++)
            row = put_row(s, spec, row);
    }
    put_int(s, 0xffff, 2);
    PGresult *result = PQexec(s->pg.conn, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN ||
        PQputCopyData(s->pg.conn, (char *)s->bytes.at, (int)s->bytes.n) != 1 || PQputCopyEnd(s->pg.conn, NULL) != 1)
        bench_die(PQerrorMessage(s->pg.conn), NULL);
    PQclear(result);
    result = PQgetResult(s->pg.conn);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        bench_die(PQerrorMessage(s->pg.conn), NULL);
    PQclear(result);
    PQclear(PQgetResult(s->pg.conn));
}

static void copy(session *s, uint32_t from, uint32_t to, bool shared)
{
    kb_error error = {0};
    if (kb_pg_run(&s->pg, "BEGIN", &error) != KB_OK)
        bench_die("copy", &error);
    for (int t = 0; t < KB_TABLES; t++) {
        if (shared == (t == KB_T_SOURCES || t == KB_T_ENTITIES))
            copy_table(s, &(run){(kb_table_id)t, s->b, from, to, shared});
    }
    if (kb_pg_run(&s->pg, "COMMIT", &error) != KB_OK)
        bench_die("copy", &error);
}

static void copy_articles(session *s, uint32_t from, uint32_t to)
{
    copy(s, from, to, false);
}

// -------------------------------------------------------------------------------------------------------------- writer

static void write_articles(session *s, uint32_t from, uint32_t to)
{
    kb_error error = {0};
    kb_write_item *items = calloc(to - from, sizeof *items);
    kb_offset_move move = {.topic = KB_STR("bench"),
                           .partition = (int32_t)s->number,
                           .from = s->offset,
                           .to = s->offset + (int64_t)(to - from)};
    for (uint32_t i = from; items && i < to; i++)
        items[i - from] =
            (kb_write_item){.action = KB_WRITE_ARTICLE, .rows = &s->b->rows[i], .article_id = s->b->rows[i].article_id};
    if (!items || kb_writer_write(s->writer, items, to - from, &move, 1, NULL, NULL, &error) != KB_OK)
        bench_die("writer", &error);
    s->offset = move.to;
    free(items);
}

// -------------------------------------------------------------------------------------------------------------- sessions

static void *write_all(void *opaque)
{
    session *s = opaque;
    const bench *b = s->b;
    for (uint32_t from = s->number * b->batch; from < b->count; from += b->sessions * b->batch)
        s->write(s, from, from + b->batch < b->count ? from + b->batch : b->count);
    return NULL;
}

static void open_session(session *s, const bench *b, uint32_t number, const char *mode)
{
    kb_error error = {0};
    *s = (session){.b = b, .number = number};
    if (strcmp(mode, "writer") == 0) {
        s->write = write_articles;
        s->writer = kb_writer_new(b->conninfo, "bench");
        if (!s->writer || kb_writer_offset(s->writer, KB_STR("bench"), (int32_t)number, &s->offset, &error) != KB_OK)
            bench_die("writer", &error);
        return;
    }
    s->write = strcmp(mode, "copy") == 0 ? copy_articles : unnest_articles;
    if (kb_pg_connect(b->conninfo, "bench", &s->pg, &error) != KB_OK)
        bench_die("connection", &error);
    prepare_inserts(s);
}

// Seconds by the clock and of processor time of this program.
static void measure(bench *b, const char *mode, double *ret_wall, double *ret_cpu)
{
    session sessions[64];
    pthread_t threads[64];
    bool floor = strcmp(mode, "writer") != 0;
    for (uint32_t i = 0; i < b->sessions; i++)
        open_session(&sessions[i], b, i, mode);
    b->shared[KB_T_SOURCES] = each_once(b, KB_T_SOURCES);
    b->shared[KB_T_ENTITIES] = each_once(b, KB_T_ENTITIES);
    *ret_wall = bench_wall();
    *ret_cpu = bench_cpu();
    if (floor)
        (sessions[0].write == copy_articles ? copy : unnest)(&sessions[0], 0, 1, true);
    for (uint32_t i = 0; i < b->sessions; i++) {
        if (pthread_create(&threads[i], NULL, write_all, &sessions[i]) != 0)
            bench_die("can't start a thread", NULL);
    }
    for (uint32_t i = 0; i < b->sessions; i++)
        pthread_join(threads[i], NULL);
    *ret_wall = bench_wall() - *ret_wall;
    *ret_cpu = bench_cpu() - *ret_cpu;
    for (uint32_t i = 0; i < b->sessions; i++) {
        kb_writer_free(sessions[i].writer);
        if (floor)
            kb_pg_done(&sessions[i].pg);
        kb_arrays_done(&sessions[i].arrays);
        free(sessions[i].bytes.at);
    }
}

int main(int argc, char **argv)
{
    kb_arena *arena = kb_arena_new(0);
    kb_extractor *extractor = NULL;
    kb_error error = {0};
    bool known =
        argc == 6 && (strcmp(argv[1], "writer") == 0 || strcmp(argv[1], "unnest") == 0 || strcmp(argv[1], "copy") == 0);
    bench b = {.sessions = known ? (uint32_t)atoi(argv[4]) : 0, .batch = known ? (uint32_t)atoi(argv[5]) : 0};
    if (!arena || b.sessions < 1 || b.sessions > 64 || b.batch < 1) {
        fprintf(stderr, "usage: bench_sink writer|unnest|copy CONNINFO FILE SESSIONS ARTICLES_A_TRANSACTION\n");
        return 2;
    }
    if (kb_extractor_new(NULL, &extractor, &error) != KB_OK)
        bench_die("data", &error);
    kb_str *messages = bench_messages(argv[3], arena, &b.count);
    kb_rows *rows = KB_NEWS(arena, kb_rows, b.count);
    if (!rows)
        bench_die("no memory", NULL);
    bench_read_all(extractor, messages, b.count, bench_processors(), rows);
    b.rows = rows;
    b.conninfo = argv[2];
    double wall, cpu;
    measure(&b, argv[1], &wall, &cpu);
    printf("articles %u\nwall %.6f\ncpu %.6f\n", b.count, wall, cpu);
    kb_extractor_free(extractor);
    kb_arena_free(arena);
    return 0;
}
