#include "khabar/recent.h"

#include <stdlib.h>

static int64_t number_at(const PGresult *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows, row, column), NULL, 10);
}

kb_status kb_recent_read(kb_pg *pg, kb_recent *ret, kb_error *error)
{
    KB_CLEANUP(kb_pg_clear) PGresult *row = NULL;
    kb_status status = kb_pg_query(pg,
                                   "WITH written AS (SELECT article_id, revision, retracted FROM news.articles"
                                   " WHERE written_at > now() - interval '1 hour')"
                                   " SELECT count(*) FILTER (WHERE revision = 1 AND NOT retracted),"
                                   " count(*) FILTER (WHERE revision > 1 AND NOT retracted),"
                                   " count(*) FILTER (WHERE retracted),"
                                   " (SELECT count(*) FROM news.events JOIN written USING (article_id)) FROM written",
                                   0, NULL, &row, error);
    if (status != KB_OK)
        return status;
    *ret = (kb_recent){number_at(row, 0, 0), number_at(row, 0, 1), number_at(row, 0, 2), number_at(row, 0, 3)};
    return KB_OK;
}

kb_status kb_stored_offsets_read(kb_pg *pg, const char *group, const char *topic, kb_arena *arena,
                                 kb_stored_offsets *ret, kb_error *error)
{
    const char *values[] = {group, topic};
    KB_CLEANUP(kb_pg_clear) PGresult *rows = NULL;
    kb_status status = kb_pg_query(pg,
                                   "SELECT partition, next_offset FROM news.partition_offsets"
                                   " WHERE consumer_group = $1 AND topic = $2 ORDER BY partition",
                                   2, values, &rows, error);
    if (status != KB_OK)
        return status;
    uint32_t count = (uint32_t)PQntuples(rows);
    kb_stored_offset *at = KB_NEWS(arena, kb_stored_offset, count);
    if (!at)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the offsets of a topic");
    for (uint32_t i = 0; i < count; i++)
        at[i] = (kb_stored_offset){(int32_t)number_at(rows, (int)i, 0), number_at(rows, (int)i, 1)};
    *ret = (kb_stored_offsets){at, count};
    return KB_OK;
}
