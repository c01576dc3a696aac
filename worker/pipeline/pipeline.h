#pragma once
// What the threads of a worker share. Everything in kb_pipeline below `lock` is guarded by it, unless said
// otherwise.

#include "khabar/backoff.h"
#include "khabar/kafka.h"
#include "khabar/document.h"
#include "khabar/http.h"
#include "khabar/metrics.h"
#include "khabar/pipeline.h"
#include "khabar/writer.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct kb_pipeline kb_pipeline;
typedef struct kb_partition kb_partition;
typedef struct kb_unit kb_unit;
typedef struct kb_reading kb_reading;

typedef struct kb_message {
    rd_kafka_message_t *raw; // owned
    kb_write_item item;
    kb_rows *rows;  // of the item, in one piece; owned
    kb_error *dead; // why it is a dead letter, in the unit's arena; NULL: it is not
    kb_stage stage; // where it failed
    kb_delivery *delivery;
} kb_message;

typedef enum kb_unit_state { KB_UNIT_OPEN, KB_UNIT_QUEUED, KB_UNIT_READY } kb_unit_state;

struct kb_unit {
    kb_partition *partition;
    uint64_t epoch;
    kb_unit_state state;
    kb_message *messages;
    uint32_t count, cap;
    uint32_t written;  // messages at the front that are in the database
    size_t bytes;      // of the messages
    size_t rows_bytes; // of what was extracted from them
    int64_t opened_ms;
    kb_arena *arena;      // reasons
    kb_unit *next;        // of the partition
    kb_unit *next_queued; // of the extractors' queue
};

struct kb_partition {
    char topic[256];
    int32_t id;
    uint64_t epoch;
    bool assigned;
    bool busy;            // a writer holds units of it
    int64_t next_offset;  // what the database says
    int64_t told;         // what Kafka was told last
    int64_t came;         // behind the last message that came in this epoch
    int64_t end;          // end of the partition, when the consumer was there last; -1: it was not yet
    bool seek;            // the database has another offset than what was consumed: go there
    bool reset;           // the topic begins anew below next_offset: the next transaction takes it back
    kb_unit *head, *tail; // closed units, oldest first
    kb_partition *next;
    // Of the consumer thread alone:
    kb_unit *open;
    bool paused;
    bool delivered; // a message came in this epoch: a pause before that could lose the start offset (librdkafka #2190)
};

typedef enum kb_phase {
    KB_RUNNING,
    KB_DRAINING, // no new messages; what is under way is finished
    KB_STOPPED,  // threads go home
} kb_phase;

struct kb_pipeline {
    const kb_settings *settings;
    kb_document_limits limits;
    rd_kafka_t *consumer;
    kb_dead_letters *letters;
    kb_metrics *metrics;
    kb_http *http;
    // Read by the server's thread and by the watch:
    atomic_bool schema_seen, working, joined, kafka_away, postgres_away, stalled;
    atomic_int writers_waiting;        // writers between two tries
    _Atomic int64_t round_ms;          // when the consumer thread came round last
    _Atomic int64_t postgres_asked_ms; // since when the question under way waits for its answer; 0: none is

    pthread_mutex_t lock;
    pthread_cond_t to_extract, to_write, progress, to_watch;
    kb_phase phase;
    bool fatal;
    kb_reading *reading;      // the data that articles are read with
    kb_partition *partitions; // never taken out, so pointers stay good
    kb_unit *queue_head, *queue_tail;
    size_t under_way;  // bytes of messages between consumer and database
    size_t rows_bytes; // of rows between extractors and database

    // Of the consumer thread alone:
    kb_pg pg;
    bool pg_connected;
    kb_backoff pg_backoff;
    int64_t pg_next_try_ms;
    rd_kafka_topic_partition_list_t *waiting; // assigned by the group, start offsets not read yet
    bool all_paused;
    int64_t last_close_ms, last_told_ms;
};

// queue-bytes is for messages and for rows, which take several times the memory of their messages: with less than four times what a transaction
// takes the writers were seen to wait.
static inline size_t kb_most_messages(const kb_pipeline *p)
{
    return (size_t)p->settings->queue_bytes / 3;
}

static inline size_t kb_most_rows(const kb_pipeline *p)
{
    return (size_t)p->settings->queue_bytes - kb_most_messages(p);
}

// Whether units of this epoch may still be written. With the lock.
static inline bool kb_epoch_current(const kb_unit *unit)
{
    return unit->partition->assigned && unit->epoch == unit->partition->epoch;
}

// Offset behind all that is done: what the database says, or, when all that came is written, the end of the partition, before which Kafka keeps
// marks of transactions that are no messages. With the lock.
static inline int64_t kb_partition_position(const kb_partition *partition)
{
    bool all = partition->next_offset >= partition->came && !partition->seek && !partition->reset;
    return all && partition->end > partition->next_offset ? partition->end : partition->next_offset;
}

// Limits, locks and settings of a zeroed pipeline; then, with its metrics set, a consumer that joins the group.
void kb_pipeline_init(kb_pipeline *p, const kb_settings *settings);
kb_status kb_pipeline_join(kb_pipeline *p, kb_error *error);

void kb_unit_free(kb_pipeline *p, kb_unit *unit); // with the lock
// Frees the units at the head of a partition that are written or of an ended epoch. With the lock.
void kb_partition_trim(kb_pipeline *p, kb_partition *partition);
// Ends the work of all threads; `error` is logged. With the lock not held.
void kb_pipeline_fail(kb_pipeline *p, const kb_error *error);
// Waits on `cond` up to `ms`. With the lock.
void kb_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t ms);

void *kb_extract_thread(void *pipeline);
void *kb_write_thread(void *pipeline);
void *kb_watch_thread(void *pipeline);
void *kb_ask_thread(void *pipeline);
char *kb_pipeline_answer(void *pipeline, const char *path, int *status); // a kb_http_answer

// The consumer's side (consume.c, assign.c), all on the consumer thread.
void kb_consume(kb_pipeline *p,
                int timeout_ms); // one round: a message or a wait, aged units closed, pauses, seeks, offsets told
void kb_consumer_close_units(kb_pipeline *p,
                             int64_t older_than_ms); // hands units opened at or before that time to the extractors
void kb_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *partitions,
                     void *pipeline);
void kb_start_waiting(kb_pipeline *p); // tries again to read start offsets
void kb_tell_offsets(kb_pipeline *p,
                     int timeout_ms); // commits what the database holds to Kafka; 0: without waiting for the answer
kb_partition *kb_partition_of(kb_pipeline *p, const char *topic, int32_t id, bool make); // with the lock

// An extractor that threads share, with the count of its users. Takes the extractor over; NULL without memory.
kb_reading *kb_reading_new(kb_extractor *extractor);
const kb_extractor *kb_reading_extractor(const kb_reading *reading);
kb_reading *kb_reading_hold(kb_pipeline *p); // the current one, for this thread
bool kb_reading_current(kb_pipeline *p, const kb_reading *reading);
void kb_reading_release(kb_pipeline *p, kb_reading *reading); // accepts NULL; may be called without threads, too
// Reads the user's data again and puts it in the place of the current; what has an error is logged and changes nothing.
void kb_reading_reload(kb_pipeline *p);
