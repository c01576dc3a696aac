#include "khabar/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

kb_status kb_offset_read(kb_pg *pg, const char *group, kb_str topic, int32_t partition, int64_t *ret, kb_error *error)
{
    char topic_z[256], number[16];
    snprintf(topic_z, sizeof topic_z, KB_PRI, KB_ARG(topic)); // Kafka allows 249 characters
    snprintf(number, sizeof number, "%" PRId32, partition);
    const char *values[] = {group, topic_z, number};
    KB_CLEANUP(kb_pg_clear) PGresult *made = NULL, *row = NULL;
    kb_status status = kb_pg_query(pg,
                                   "INSERT INTO news.partition_offsets (consumer_group, topic, partition, next_offset)"
                                   " VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING",
                                   3, values, &made, error);
    if (status == KB_OK)
        status = kb_pg_query(pg,
                             "SELECT next_offset FROM news.partition_offsets WHERE consumer_group = $1 AND topic = $2 "
                             "AND partition = $3",
                             3, values, &row, error);
    if (status != KB_OK)
        return status == KB_INVALID ? KB_INTERNAL : status;
    if (PQntuples(row) != 1)
        return kb_fail(error, KB_UNAVAILABLE, "offset-missing", "the offset of %s[%s] was taken away meanwhile",
                       topic_z, number);
    *ret = strtoll(PQgetvalue(row, 0, 0), NULL, 10);
    return KB_OK;
}
