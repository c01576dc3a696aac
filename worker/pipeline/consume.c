// The consumer thread's daily round: messages into units, back-pressure, seeks, offsets told to Kafka.

#include "pipeline/pipeline.h"

#include <stdlib.h>

enum { CLOSE_ROUND_MS = 5 };

// -------------------------------------------------------------------------------------------------------------- units

static void queue_unit(kb_pipeline *p, kb_unit *unit) // with the lock
{
    kb_partition *partition = unit->partition;
    unit->state = KB_UNIT_QUEUED;
    if (partition->tail)
        partition->tail->next = unit;
    else
        partition->head = unit;
    partition->tail = unit;
    if (p->queue_tail)
        p->queue_tail->next_queued = unit;
    else
        p->queue_head = unit;
    p->queue_tail = unit;
    pthread_cond_signal(&p->to_extract);
}

static void close_unit(kb_pipeline *p, kb_partition *partition)
{
    pthread_mutex_lock(&p->lock);
    if (kb_epoch_current(partition->open))
        queue_unit(p, partition->open);
    else
        kb_unit_free(p, partition->open);
    partition->open = NULL;
    pthread_mutex_unlock(&p->lock);
}

void kb_consumer_close_units(kb_pipeline *p, int64_t older_than_ms)
{
    // Partitions are only added, and by this thread: the list may be walked without the lock.
    for (kb_partition *partition = p->partitions; partition; partition = partition->next) {
        if (partition->open && partition->open->opened_ms <= older_than_ms)
            close_unit(p, partition);
    }
}

static kb_unit *open_unit(kb_partition *partition)
{
    kb_unit *unit = calloc(1, sizeof *unit);
    if (!unit)
        return NULL;
    unit->arena = kb_arena_new(0);
    if (!unit->arena) {
        free(unit);
        return NULL;
    }
    unit->partition = partition;
    unit->opened_ms = kb_now_ms();
    return unit;
}

static bool add_message(kb_unit *unit, rd_kafka_message_t *raw)
{
    if (unit->count == unit->cap) {
        uint32_t cap = unit->cap ? unit->cap * 2 : 16;
        kb_message *messages = realloc(unit->messages, cap * sizeof *messages);
        if (!messages)
            return false;
        unit->messages = messages;
        unit->cap = cap;
    }
    kb_message_place place = {kb_str_of(unit->partition->topic), raw->partition, raw->offset};
    unit->messages[unit->count++] = (kb_message){.raw = raw, .item = {.place = place}};
    unit->bytes += raw->len + raw->key_len;
    return true;
}

// Without memory the message is given back to Kafka, so to speak: the partition goes to it again later.
static void out_of_memory(kb_pipeline *p, kb_partition *partition, rd_kafka_message_t *raw)
{
    kb_log(KB_LOG_ERROR, "no-memory",
           "topic=%s partition=%d offset=%lld message=\"no memory for a message; trying again\"", partition->topic,
           (int)partition->id, (long long)raw->offset);
    pthread_mutex_lock(&p->lock);
    partition->epoch++;
    partition->seek = true;
    pthread_mutex_unlock(&p->lock);
    rd_kafka_message_destroy(raw);
}

static void take_message(kb_pipeline *p, rd_kafka_message_t *raw)
{
    size_t bytes = raw->len + raw->key_len;
    pthread_mutex_lock(&p->lock);
    kb_partition *partition = kb_partition_of(p, rd_kafka_topic_name(raw->rkt), raw->partition, false);
    bool wanted = p->phase == KB_RUNNING && partition && partition->assigned && !partition->seek;
    if (wanted && !partition->delivered && raw->offset < partition->next_offset) {
        // The topic was made anew, or lost its tail: librdkafka went to its beginning.
        kb_log(KB_LOG_WARN, "offset-reset", "topic=%s partition=%d stored=%lld message_offset=%lld", partition->topic,
               (int)partition->id, (long long)partition->next_offset, (long long)raw->offset);
        partition->reset = true;
    }
    uint64_t epoch = wanted ? partition->epoch : 0;
    pthread_mutex_unlock(&p->lock);
    if (!wanted) {
        rd_kafka_message_destroy(raw);
        return;
    }
    partition->delivered = true;
    if (partition->open && partition->open->epoch != epoch)
        close_unit(p, partition); // of an ended epoch: dropped
    if (!partition->open && (partition->open = open_unit(partition)))
        partition->open->epoch = epoch;
    if (!partition->open || !add_message(partition->open, raw)) {
        out_of_memory(p, partition, raw);
        return;
    }
    kb_metric_add(p->metrics, KB_M_CONSUMED, NULL, 1);
    kb_metric_add(p->metrics, KB_M_CONSUMED_BYTES, NULL, bytes);
    pthread_mutex_lock(&p->lock);
    p->under_way += bytes;
    partition->came = raw->offset + 1;
    pthread_mutex_unlock(&p->lock);
    if (partition->open->count >= p->settings->unit_messages ||
        partition->open->bytes >= (size_t)p->settings->unit_bytes)
        close_unit(p, partition);
}

static void take_end(kb_pipeline *p, const rd_kafka_message_t *raw)
{
    pthread_mutex_lock(&p->lock);
    kb_partition *partition = kb_partition_of(p, rd_kafka_topic_name(raw->rkt), raw->partition, false);
    if (partition && partition->assigned)
        partition->end = raw->offset;
    pthread_mutex_unlock(&p->lock);
}

static void take_error(kb_pipeline *p, const rd_kafka_message_t *raw)
{
    if (raw->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        take_end(p, raw);
        return;
    }
    if (raw->err == RD_KAFKA_RESP_ERR__FATAL) {
        kb_error error = {0};
        char text[300];
        rd_kafka_fatal_error(p->consumer, text, sizeof text);
        kb_fail(&error, KB_CONFLICT, "kafka-fatal", "Kafka: %s", text);
        kb_pipeline_fail(p, &error);
        return;
    }
    kb_log(KB_LOG_WARN, "kafka-error", "code=%s message=\"%s\"", rd_kafka_err2name(raw->err),
           rd_kafka_err2str(raw->err));
}

// --------------------------------------------------------------------------------------------------------------
// back-pressure

// Pauses or resumes those partitions that are not so yet. What never delivered is left alone: a pause then could lose
// its start offset.
static void set_paused(kb_pipeline *p, bool pause)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    for (kb_partition *partition = p->partitions; partition; partition = partition->next) {
        if (partition->paused != pause && (!pause || (partition->assigned && partition->delivered))) {
            rd_kafka_topic_partition_list_add(list, partition->topic, partition->id);
            partition->paused = pause;
        }
    }
    if (list->cnt && pause) {
        rd_kafka_pause_partitions(p->consumer, list);
        kb_metric_add(p->metrics, KB_M_PAUSES, NULL, 1);
    } else if (list->cnt) {
        rd_kafka_resume_partitions(p->consumer, list);
    }
    if (list->cnt)
        kb_log(KB_LOG_DEBUG, pause ? "paused" : "resumed", "partitions=%d", list->cnt);
    rd_kafka_topic_partition_list_destroy(list);
}

// A pause throws away what librdkafka has fetched ahead, so a full queue is first given a moment to empty. The group
// does not notice: heartbeats have a thread of their own.
static void keep_bounds(kb_pipeline *p)
{
    enum { PATIENCE_MS = 500 };
    size_t most = kb_most_messages(p);
    pthread_mutex_lock(&p->lock);
    if (p->under_way >= most && !p->all_paused) {
        pthread_mutex_unlock(&p->lock);
        kb_consumer_close_units(p, INT64_MAX);
        int64_t until = kb_now_ms() + PATIENCE_MS;
        pthread_mutex_lock(&p->lock);
        for (int64_t left; p->under_way >= most && p->phase == KB_RUNNING && (left = until - kb_now_ms()) > 0;)
            kb_wait_ms(&p->progress, &p->lock, left);
    }
    bool pause = p->under_way >= most, resume = p->under_way <= most / 2;
    pthread_mutex_unlock(&p->lock);
    if (pause)
        set_paused(p, true);
    else if (resume && p->all_paused)
        set_paused(p, false);
    p->all_paused = pause || (p->all_paused && !resume);
}

// -------------------------------------------------------------------------------------------------------------- seeks
// and offsets

static void seek(kb_pipeline *p, kb_partition *partition, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, partition->topic, partition->id);
    if (partition->paused)
        rd_kafka_resume_partitions(p->consumer, list);
    partition->paused = false;
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(p->consumer, partition->topic, NULL);
    rd_kafka_resp_err_t err = rd_kafka_seek(topic, partition->id, offset ? offset : RD_KAFKA_OFFSET_BEGINNING, 2000);
    rd_kafka_topic_destroy(topic);
    kb_log(err ? KB_LOG_WARN : KB_LOG_INFO, "seek", "topic=%s partition=%d offset=%lld result=%s", partition->topic,
           (int)partition->id, (long long)offset, rd_kafka_err2name(err));
    if (err)
        return; // the flag stands: tried again in the next round
    partition->delivered = false;
    pthread_mutex_lock(&p->lock);
    partition->seek = false;
    partition->came = offset;
    partition->end = -1;
    pthread_mutex_unlock(&p->lock);
}

static void make_seeks(kb_pipeline *p)
{
    for (kb_partition *partition = p->partitions; partition; partition = partition->next) {
        pthread_mutex_lock(&p->lock);
        bool wanted = partition->seek && partition->assigned && !partition->busy;
        int64_t offset = partition->next_offset;
        pthread_mutex_unlock(&p->lock);
        if (wanted)
            seek(p, partition, offset);
    }
}

void kb_tell_offsets(kb_pipeline *p, int timeout_ms)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(8);
    pthread_mutex_lock(&p->lock);
    for (kb_partition *partition = p->partitions; partition; partition = partition->next) {
        int64_t position = kb_partition_position(partition);
        if (!partition->assigned || position == partition->told)
            continue;
        partition->told = position;
        rd_kafka_topic_partition_list_add(list, partition->topic, partition->id)->offset = position;
    }
    pthread_mutex_unlock(&p->lock);
    if (list->cnt && timeout_ms == 0) {
        rd_kafka_commit(p->consumer, list, 1);
    } else if (list->cnt) {
        rd_kafka_queue_t *queue = rd_kafka_queue_new(p->consumer);
        if (rd_kafka_commit_queue(p->consumer, list, queue, NULL, NULL) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms);
            if (event)
                rd_kafka_event_destroy(event);
        }
        rd_kafka_queue_destroy(queue);
    }
    rd_kafka_topic_partition_list_destroy(list);
}

// -------------------------------------------------------------------------------------------------------------- a
// round

void kb_consume(kb_pipeline *p, int timeout_ms)
{
    keep_bounds(p);
    make_seeks(p);
    kb_start_waiting(p);
    rd_kafka_message_t *raw = rd_kafka_consumer_poll(p->consumer, 0);
    if (!raw) { // nothing more is there: what there is goes on its way at once
        kb_consumer_close_units(p, INT64_MAX);
        raw = rd_kafka_consumer_poll(p->consumer, timeout_ms);
    }
    if (raw && raw->err) {
        take_error(p, raw);
        rd_kafka_message_destroy(raw);
    } else if (raw) {
        take_message(p, raw);
    }
    int64_t now = kb_now_ms();
    atomic_store(&p->round_ms, now);
    if (now - p->last_close_ms >= CLOSE_ROUND_MS) {
        p->last_close_ms = now;
        kb_consumer_close_units(p, now - p->settings->unit_age_ms);
    }
    if (now - p->last_told_ms >= p->settings->offset_commit_ms) {
        p->last_told_ms = now;
        kb_tell_offsets(p, 0);
    }
}
