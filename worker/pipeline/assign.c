// Partitions come and go. Where a partition starts is what the database says, read when it is assigned.

#include "pipeline/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How long a revoked partition's last units may take; the group waits for it.
enum { REVOKE_WAIT_MS = 3000, TELL_MS = 2000 };

kb_partition *kb_partition_of(kb_pipeline *p, const char *topic, int32_t id, bool make)
{
    kb_partition *partition = p->partitions;
    while (partition && (partition->id != id || strcmp(partition->topic, topic) != 0))
        partition = partition->next;
    if (partition || !make)
        return partition;
    partition = calloc(1, sizeof *partition);
    if (!partition)
        return NULL;
    snprintf(partition->topic, sizeof partition->topic, "%s", topic);
    partition->id = id;
    partition->next = p->partitions;
    p->partitions = partition;
    return partition;
}

// --------------------------------------------------------------------------------------------------------------
// assignment

static kb_status read_start(kb_pipeline *p, rd_kafka_topic_partition_t *wanted, kb_error *error)
{
    if (!p->pg_connected) {
        kb_status status = kb_pg_connect(p->settings->postgres, "khabar consumer", &p->pg, error);
        if (status != KB_OK)
            return status;
        p->pg_connected = true;
    }
    int64_t stored;
    kb_status status =
        kb_offset_read(&p->pg, p->settings->kafka_group, kb_str_of(wanted->topic), wanted->partition, &stored, error);
    if (status == KB_OK)
        wanted->offset = stored;
    return status;
}

static kb_status read_starts(kb_pipeline *p, rd_kafka_topic_partition_list_t *list, kb_error *error)
{
    kb_status status = KB_OK;
    for (int i = 0; i < list->cnt && status == KB_OK; i++)
        status = read_start(p, &list->elems[i], error);
    if (status != KB_OK && p->pg_connected) {
        kb_pg_done(&p->pg);
        p->pg_connected = false;
    }
    return status;
}

static void begin_epoch(kb_pipeline *p, const rd_kafka_topic_partition_t *wanted)
{
    kb_partition *partition = kb_partition_of(p, wanted->topic, wanted->partition, true);
    if (!partition)
        abort(); // a few bytes are missing at the start of an assignment: nothing good can follow
    partition->epoch++;
    partition->assigned = true;
    partition->next_offset = wanted->offset;
    partition->told = partition->end = -1;
    partition->came = wanted->offset;
    partition->seek = partition->reset = false;
    partition->paused = partition->delivered = false;
}

static bool is_cooperative(const kb_pipeline *p)
{
    const char *protocol = rd_kafka_rebalance_protocol(p->consumer);
    return protocol && strcmp(protocol, "COOPERATIVE") == 0;
}

static void hand_to_kafka(kb_pipeline *p, rd_kafka_topic_partition_list_t *list)
{
    if (is_cooperative(p)) {
        rd_kafka_error_t *error = rd_kafka_incremental_assign(p->consumer, list);
        if (error)
            kb_log(KB_LOG_ERROR, "assign", "message=\"%s\"", KB_ESC(rd_kafka_error_string(error)));
        rd_kafka_error_destroy(error);
    } else {
        rd_kafka_resp_err_t err = rd_kafka_assign(p->consumer, list);
        if (err)
            kb_log(KB_LOG_ERROR, "assign", "message=\"%s\"", KB_ESC(rd_kafka_err2str(err)));
    }
}

static void start(kb_pipeline *p, rd_kafka_topic_partition_list_t *list)
{
    pthread_mutex_lock(&p->lock);
    for (int i = 0; i < list->cnt; i++)
        begin_epoch(p, &list->elems[i]);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < list->cnt; i++) {
        kb_log(KB_LOG_INFO, "assigned", "topic=%s partition=%d offset=%lld", list->elems[i].topic,
               (int)list->elems[i].partition, (long long)list->elems[i].offset);
        if (list->elems[i].offset == 0)
            list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    hand_to_kafka(p, list);
}

void kb_start_waiting(kb_pipeline *p)
{
    if (!p->waiting || kb_now_ms() < p->pg_next_try_ms)
        return;
    kb_error error = {0};
    kb_status status = read_starts(p, p->waiting, &error);
    if (status == KB_OK) {
        kb_backoff_reset(&p->pg_backoff);
        start(p, p->waiting);
        rd_kafka_topic_partition_list_destroy(p->waiting);
        p->waiting = NULL;
    } else if (status == KB_INTERNAL) {
        kb_pipeline_fail(p, &error);
    } else { // an assignment that was made goes on being ours while the database is away
        uint32_t wait = kb_backoff_next(&p->pg_backoff);
        p->pg_next_try_ms = kb_now_ms() + wait;
        kb_log(KB_LOG_WARN, "assign-retry", "reason=%s wait_ms=%u message=\"%s\"", error.code, wait,
               KB_ESC(error.what));
    }
}

static void on_assign(kb_pipeline *p, const rd_kafka_topic_partition_list_t *list)
{
    if (!p->waiting)
        p->waiting = rd_kafka_topic_partition_list_new(list->cnt);
    for (int i = 0; i < list->cnt; i++)
        rd_kafka_topic_partition_list_add(p->waiting, list->elems[i].topic, list->elems[i].partition);
    p->pg_next_try_ms = 0;
    kb_start_waiting(p);
    if (!p->waiting)
        return;
    // The answer to the group must not wait for the database: an empty assignment now, the real one when the offsets
    // are known.
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
    hand_to_kafka(p, none);
    rd_kafka_topic_partition_list_destroy(none);
}

// --------------------------------------------------------------------------------------------------------------
// revocation

static bool anything_left(const rd_kafka_topic_partition_list_t *list, kb_pipeline *p)
{
    for (int i = 0; i < list->cnt; i++) {
        const kb_partition *partition = kb_partition_of(p, list->elems[i].topic, list->elems[i].partition, false);
        if (partition && partition->head)
            return true;
    }
    return false;
}

// Finishes the units of partitions that go to somebody else, within a bound.
static void finish_units(kb_pipeline *p, const rd_kafka_topic_partition_list_t *list)
{
    kb_consumer_close_units(p, INT64_MAX);
    int64_t until = kb_now_ms() + REVOKE_WAIT_MS;
    pthread_mutex_lock(&p->lock);
    for (int64_t left; anything_left(list, p) && p->phase != KB_STOPPED && (left = until - kb_now_ms()) > 0;)
        kb_wait_ms(&p->progress, &p->lock, left);
    pthread_mutex_unlock(&p->lock);
}

static void end_epochs(kb_pipeline *p, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_topic_partition_list_t *paused = rd_kafka_topic_partition_list_new(list->cnt);
    pthread_mutex_lock(&p->lock);
    for (int i = 0; i < list->cnt; i++) {
        kb_partition *partition = kb_partition_of(p, list->elems[i].topic, list->elems[i].partition, false);
        if (p->waiting)
            rd_kafka_topic_partition_list_del(p->waiting, list->elems[i].topic, list->elems[i].partition);
        if (!partition || !partition->assigned)
            continue;
        partition->assigned = false;
        partition->epoch++;
        if (partition->open)
            kb_unit_free(p, partition->open);
        partition->open = NULL;
        if (!partition->busy)
            kb_partition_trim(p, partition);
        if (partition->paused)
            rd_kafka_topic_partition_list_add(paused, partition->topic, partition->id);
        partition->paused = false;
        kb_log(KB_LOG_INFO, "revoked", "topic=%s partition=%d offset=%lld", partition->topic, (int)partition->id,
               (long long)partition->next_offset);
    }
    pthread_mutex_unlock(&p->lock);
    if (paused->cnt) // librdkafka remembers a pause beyond the assignment
        rd_kafka_resume_partitions(p->consumer, paused);
    rd_kafka_topic_partition_list_destroy(paused);
    if (p->waiting && p->waiting->cnt == 0) {
        rd_kafka_topic_partition_list_destroy(p->waiting);
        p->waiting = NULL;
    }
}

static void on_revoke(kb_pipeline *p, rd_kafka_topic_partition_list_t *list)
{
    bool lost = rd_kafka_assignment_lost(p->consumer) != 0;
    if (!lost) {
        finish_units(p, list);
        kb_tell_offsets(p, TELL_MS);
    }
    end_epochs(p, list);
    if (is_cooperative(p))
        rd_kafka_error_destroy(rd_kafka_incremental_unassign(p->consumer, list));
    else
        rd_kafka_assign(p->consumer, NULL);
}

void kb_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *partitions,
                     void *pipeline)
{
    kb_pipeline *p = pipeline;
    kb_metric_add(p->metrics, KB_M_REBALANCES, NULL, 1);
    atomic_store(&p->joined, true);
    if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        on_assign(p, partitions);
        return;
    }
    if (err != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        kb_log(KB_LOG_WARN, "rebalance", "message=\"%s\"", KB_ESC(rd_kafka_err2str(err)));
    if (p->consumer)
        on_revoke(p, partitions);
    else
        rd_kafka_assign(consumer, NULL);
}
