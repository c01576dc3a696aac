#include "postgres/statements.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// -------------------------------------------------------------------------------------------------------------- SQL

static const struct {
    const char *array; // type of the parameter
    uint32_t oid;      // of the element, from pg_type.dat
} types[] = {
    [KB_COL_UUID] = {"uuid[]", 2950},    [KB_COL_TEXT] = {"text[]", 25},
    [KB_COL_INT2] = {"int2[]", 21},      [KB_COL_INT4] = {"int4[]", 23},
    [KB_COL_INT8] = {"int8[]", 20},      [KB_COL_REAL] = {"float4[]", 700},
    [KB_COL_DOUBLE] = {"float8[]", 701}, [KB_COL_TIMESTAMP] = {"timestamptz[]", 1184},
    [KB_COL_DATE] = {"date[]", 1082},    [KB_COL_TEXTS] = {"text[]", 25},
};

enum { SQL_BYTES = 4096 };

typedef struct sql {
    char at[SQL_BYTES];
    size_t n;
} sql;

KB_PRINTF(2, 3) static void add(sql *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(s->at + s->n, SQL_BYTES - s->n, format, args);
    va_end(args);
    s->n += n > 0 ? (size_t)n : 0;
    if (s->n >= SQL_BYTES)
        s->n = SQL_BYTES - 1;
}

static const char *cast_of(const kb_column *column)
{
    return column->type == KB_COL_TEXTS ? "::text[]" : "";
}

// "unnest($1::uuid[], …) AS n (a, …)"
static void add_unnest(sql *s, const kb_table_spec *spec)
{
    add(s, " FROM unnest(");
    for (uint32_t i = 0; i < spec->column_count; i++)
        add(s, "%s$%u::%s", i ? ", " : "", i + 1, types[spec->columns[i].type].array);
    add(s, ") AS n (");
    for (uint32_t i = 0; i < spec->column_count; i++)
        add(s, "%s%s", i ? ", " : "", spec->columns[i].name);
    add(s, ")");
}

static void make_insert(sql *s, const kb_table_spec *spec, const char *conflict)
{
    add(s, "INSERT INTO %s (", spec->name);
    for (uint32_t i = 0; i < spec->column_count; i++)
        add(s, "%s%s", i ? ", " : "", spec->columns[i].name);
    add(s, ") SELECT ");
    for (uint32_t i = 0; i < spec->column_count; i++)
        add(s, "%sn.%s%s", i ? ", " : "", spec->columns[i].name, cast_of(&spec->columns[i]));
    add_unnest(s, spec);
    add(s, "%s", conflict);
}

// Sets all columns but the first, which is the key.
static void make_update(sql *s, const kb_table_spec *spec, const char *more)
{
    add(s, "UPDATE %s AS t SET ", spec->name);
    for (uint32_t i = 1; i < spec->column_count; i++)
        add(s, "%s%s = n.%s%s", i > 1 ? ", " : "", spec->columns[i].name, spec->columns[i].name,
            cast_of(&spec->columns[i]));
    add(s, "%s", more);
    add_unnest(s, spec);
    add(s, " WHERE t.%s = n.%s", spec->columns[0].name, spec->columns[0].name);
}

static void make_columns_differ(sql *s, const kb_table_spec *spec)
{
    add(s, " AND (");
    for (uint32_t i = 1; i < spec->column_count; i++)
        add(s, "%st.%s", i > 1 ? ", " : "", spec->columns[i].name);
    add(s, ") IS DISTINCT FROM (");
    for (uint32_t i = 1; i < spec->column_count; i++)
        add(s, "%sn.%s", i > 1 ? ", " : "", spec->columns[i].name);
    add(s, ")");
}

static void make(sql *s, kb_statement statement)
{
    static const char *const fixed[KB_S_INSERT] = {
        [KB_S_FENCE] =
            "UPDATE news.partition_offsets SET next_offset = $5::int8, updated_at = now()"
            " WHERE consumer_group = $1::text AND topic = $2::text AND partition = $3::int4 AND next_offset = $4::int8",
        [KB_S_LOCK] =
            "SELECT article_id, content_hash, retracted FROM news.articles WHERE article_id = ANY ($1::uuid[])"
            " ORDER BY article_id FOR UPDATE",
        [KB_S_ARCHIVE] =
            "INSERT INTO news.article_revisions (article_id, revision, source_id, url, title, text, language, "
            "published_at,"
            " authors, section, tags, content_hash, retracted, extractor, kafka_topic, kafka_partition, kafka_offset,"
            " written_at, record)"
            " SELECT article_id, revision, source_id, url, title, text, language, published_at,"
            " authors, section, tags, content_hash, retracted, extractor, kafka_topic, kafka_partition, kafka_offset,"
            " written_at, news.article_record(article_id) FROM news.articles WHERE article_id = ANY ($1::uuid[])",
        [KB_S_RETRACT] =
            "UPDATE news.articles AS t SET revision = t.revision + 1, retracted = true, title = '', text = '',"
            " authors = '{}', tags = '{}', section = NULL, content_hash = '00000000-0000-0000-0000-000000000000',"
            " kafka_topic = n.topic, kafka_partition = n.partition, kafka_offset = n.at, written_at = now()"
            " FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[]) AS n (article_id, topic, partition, at)"
            " WHERE t.article_id = n.article_id",
        [KB_S_CLEAR_PARTICIPANTS] = "DELETE FROM news.event_participants WHERE article_id = ANY ($1::uuid[])",
        [KB_S_CLEAR_EVENT_MENTIONS] = "DELETE FROM news.event_mentions WHERE article_id = ANY ($1::uuid[])",
        [KB_S_CLEAR_EVENTS] = "DELETE FROM news.events WHERE article_id = ANY ($1::uuid[])",
        [KB_S_CLEAR_QUOTES] = "DELETE FROM news.quotes WHERE article_id = ANY ($1::uuid[])",
        [KB_S_CLEAR_TIMES] = "DELETE FROM news.time_expressions WHERE article_id = ANY ($1::uuid[])",
        [KB_S_CLEAR_ENTITY_MENTIONS] = "DELETE FROM news.entity_mentions WHERE article_id = ANY ($1::uuid[])",
        [KB_S_CLEAR_ARTICLE_ENTITIES] = "DELETE FROM news.article_entities WHERE article_id = ANY ($1::uuid[])",
    };
    if (statement == KB_S_REVISE) {
        make_update(s, &kb_table_specs[KB_T_ARTICLES],
                    ", revision = t.revision + 1, retracted = false, written_at = now()");
    } else if (statement ==
               KB_S_REFRESH_ENTITIES) { // the lexicon of this program may know more than the one that wrote the row
        make_update(s, &kb_table_specs[KB_T_ENTITIES], "");
        // An unknown name is one for all spellings of it; of those the first in byte order is shown (المملكة before المملكه), whoever comes first.
        add(s, " AND (n.lexicon_key IS NOT NULL OR (t.lexicon_key IS NULL AND n.name COLLATE \"C\" < t.name COLLATE "
               "\"C\"))");
        make_columns_differ(s, &kb_table_specs[KB_T_ENTITIES]);
    } else if (statement == KB_S_INSERT + KB_T_ARTICLES) {
        make_insert(s, &kb_table_specs[KB_T_ARTICLES], " ON CONFLICT (article_id) DO NOTHING RETURNING article_id");
    } else if (statement == KB_S_INSERT + KB_T_SOURCES || statement == KB_S_INSERT + KB_T_ENTITIES) {
        make_insert(s, &kb_table_specs[statement - KB_S_INSERT], " ON CONFLICT DO NOTHING");
    } else if (statement >= KB_S_INSERT) {
        make_insert(s, &kb_table_specs[statement - KB_S_INSERT], "");
    } else {
        add(s, "%s", fixed[statement]);
    }
}

kb_status kb_statements_prepare(kb_pg *pg, kb_error *error)
{
    for (int i = 0; i < KB_STATEMENTS; i++) {
        sql s = {.n = 0};
        char name[16];
        make(&s, (kb_statement)i);
        snprintf(name, sizeof name, "s%d", i);
        PGresult *result = PQprepare(pg->conn, name, s.at, 0, NULL);
        kb_pg_kind kind = PQresultStatus(result) == PGRES_COMMAND_OK ? KB_PG_OK : kb_pg_failure(pg, result, error);
        PQclear(result);
        if (kind != KB_PG_OK)
            return kind == KB_PG_RETRY ? KB_UNAVAILABLE : KB_INTERNAL;
    }
    return KB_OK;
}

bool kb_statement_send(kb_pg *pg, kb_statement statement, int count, const char *const *values, const int *lengths)
{
    static const int binary[KB_COLUMNS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                               1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    char name[16];
    snprintf(name, sizeof name, "s%d", (int)statement);
    return PQsendQueryPrepared(pg->conn, name, count, values, lengths, binary, 1) == 1;
}

// -------------------------------------------------------------------------------------------------------------- arrays

uint8_t *kb_buffer_room(kb_buffer *buffer, size_t n)
{
    if (buffer->cap - buffer->n < n) {
        size_t cap = buffer->cap ? buffer->cap : 4096;
        while (cap - buffer->n < n)
            cap *= 2;
        uint8_t *at = realloc(buffer->at, cap);
        if (!at)
            return NULL;
        buffer->at = at;
        buffer->cap = cap;
    }
    uint8_t *p = buffer->at + buffer->n;
    buffer->n += n;
    return p;
}

void kb_big_endian(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

// Dimensions, flag of nulls, type of the elements, their number, lower bound: array_recv in arrayfuncs.c.
enum { ARRAY_HEADER = 20 };

void kb_arrays_begin(kb_arrays *arrays, const kb_table_spec *spec)
{
    arrays->spec = spec;
    arrays->rows = 0;
    for (uint32_t i = 0; i < spec->column_count; i++) {
        arrays->columns[i].n = 0;
        arrays->nulls[i] = false;
    }
}

const uint8_t *kb_arrays_add(kb_arrays *arrays, const uint8_t *row)
{
    for (uint32_t i = 0; i < arrays->spec->column_count; i++) {
        kb_buffer *column = &arrays->columns[i];
        uint32_t length = (uint32_t)row[0] << 24 | (uint32_t)row[1] << 16 | (uint32_t)row[2] << 8 | row[3];
        size_t bytes = length == UINT32_MAX ? 4 : 4 + (size_t)length;
        if (column->n == 0 && !kb_buffer_room(column, ARRAY_HEADER))
            return NULL;
        uint8_t *to = kb_buffer_room(column, bytes);
        if (!to)
            return NULL;
        memcpy(to, row, bytes);
        arrays->nulls[i] |= length == UINT32_MAX;
        row += bytes;
    }
    arrays->rows++;
    return row;
}

void kb_arrays_finish(kb_arrays *arrays, const char **values, int *lengths)
{
    for (uint32_t i = 0; i < arrays->spec->column_count; i++) {
        uint8_t *header = arrays->columns[i].at;
        kb_big_endian(header, 1, 4);
        kb_big_endian(header + 4, arrays->nulls[i], 4);
        kb_big_endian(header + 8, types[arrays->spec->columns[i].type].oid, 4);
        kb_big_endian(header + 12, arrays->rows, 4);
        kb_big_endian(header + 16, 1, 4);
        values[i] = (const char *)header;
        lengths[i] = (int)arrays->columns[i].n;
    }
}

void kb_arrays_done(kb_arrays *arrays)
{
    for (uint32_t i = 0; i < KB_COLUMNS_MAX; i++)
        free(arrays->columns[i].at);
}
