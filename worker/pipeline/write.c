// The writer threads: finished units of several partitions in one transaction, errors by their kind.

#include "pipeline/pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LETTER_WAIT_MS = 5000, FIRST_RETRY_MS = 50 };

typedef struct entry {
    kb_message *message;
    kb_unit *unit;
    bool done; // written, or not ours any more
} entry;

typedef struct batch {
    kb_pipeline *p;
    kb_writer *writer;
    kb_backoff backoff;
    entry *entries; // partition by partition, in order
    uint32_t count, cap;
    // Scratch for one transaction.
    kb_write_item *items;
    uint32_t *at; // items[i] is that of entries[at[i]]
    kb_offset_move *moves;
    uint32_t item_count, move_count;
    uint64_t *seen; // hash set of article ids
} batch;

// --------------------------------------------------------------------------------------------------------------
// collecting

// Makes room for `cap` elements of an array of the batch; what is in it stays. False without memory.
#define GROW(array, cap)                                                                                               \
    __extension__({                                                                                                    \
        void *grown = realloc((array), (size_t)(cap) * sizeof *(array));                                               \
        if (grown)                                                                                                     \
            (array) = grown;                                                                                           \
        grown != NULL;                                                                                                 \
    })

static bool reserve(batch *b, uint32_t count)
{
    if (count <= b->cap)
        return true;
    uint32_t cap = b->cap ? b->cap : 1024;
    while (cap < count)
        cap *= 2;
    if (!GROW(b->entries, cap) || !GROW(b->items, cap) || !GROW(b->at, cap) || !GROW(b->moves, cap) ||
        !GROW(b->seen, 2 * cap))
        return false;
    b->cap = cap;
    return true;
}

static bool add_unit(batch *b, kb_unit *unit)
{
    if (!reserve(b, b->count + unit->count))
        return false;
    for (uint32_t i = unit->written; i < unit->count; i++)
        b->entries[b->count++] = (entry){&unit->messages[i], unit, false};
    return true;
}

// Takes what is ready, up to the limits of a transaction; a first unit is always taken whole. With the lock.
static void collect(batch *b)
{
    kb_pipeline *p = b->p;
    size_t bytes = 0;
    b->count = 0;
    for (kb_partition *partition = p->partitions; partition; partition = partition->next) {
        if (partition->busy)
            continue;
        kb_partition_trim(p, partition);
        for (kb_unit *unit = partition->head; unit && unit->state == KB_UNIT_READY && kb_epoch_current(unit);
             unit = unit->next) {
            if (b->count && (b->count + unit->count > (uint64_t)p->settings->transaction_messages ||
                             bytes + unit->bytes + unit->rows_bytes > (uint64_t)p->settings->transaction_bytes))
                return;
            if (!add_unit(b, unit))
                return;
            partition->busy = true;
            bytes += unit->bytes + unit->rows_bytes;
        }
    }
}

// -------------------------------------------------------------------------------------------------------------- one
// transaction

static bool seen_before(batch *b, uint32_t slots, const kb_uuid *id)
{
    uint64_t value;
    memcpy(&value, id->b, sizeof value);
    value |= 1; // 0 is an empty slot; two ids that are taken for one only end a transaction early
    for (uint64_t slot = value >> 1;; slot++) {
        uint64_t *at = &b->seen[slot & (slots - 1)];
        if (*at == value)
            return true;
        if (*at == 0) {
            *at = value;
            return false;
        }
    }
}

// Makes items and moves of the messages in [from, to) that are not done. Ends before a message whose article is in the
// transaction already; returns where it ended.
static uint32_t prepare(batch *b, uint32_t from, uint32_t to)
{
    uint32_t slots = 64;
    while (slots < 2 * (to - from))
        slots *= 2;
    memset(b->seen, 0, slots * sizeof *b->seen);
    b->item_count = b->move_count = 0;
    pthread_mutex_lock(&b->p->lock);
    for (; from < to; from++) {
        kb_unit *unit = b->entries[from].unit;
        kb_message *m = b->entries[from].message;
        bool written = m->raw->offset < unit->partition->next_offset && !unit->partition->reset;
        if (!kb_epoch_current(unit) || written) // written: by a transaction of an epoch before, which ended late
            b->entries[from].done = true;
        if (b->entries[from].done)
            continue;
        if (m->item.action != KB_WRITE_NOTHING && seen_before(b, slots, &m->item.article_id))
            break;
        if (b->move_count == 0 || b->moves[b->move_count - 1].topic.p != unit->partition->topic) { // the next partition
            b->moves[b->move_count++] = (kb_offset_move){.topic = kb_str_of(unit->partition->topic),
                                                         .partition = unit->partition->id,
                                                         .from = unit->partition->next_offset};
        }
        b->moves[b->move_count - 1].to = m->raw->offset + 1;
        b->at[b->item_count] = from;
        b->items[b->item_count++] = m->item;
    }
    pthread_mutex_unlock(&b->p->lock);
    return from;
}

static kb_status deliver_letters(void *opaque, kb_error *error)
{
    batch *b = opaque;
    kb_status status = KB_OK;
    for (uint32_t i = 0; i < b->item_count && status == KB_OK; i++) {
        kb_message *m = b->entries[b->at[i]].message;
        if (m->dead)
            status =
                kb_dead_letters_deliver(b->p->letters, m->raw, m->stage, m->dead, &m->delivery, LETTER_WAIT_MS, error);
    }
    return status;
}

// `now_ms`: Unix time.
static void count_outcome(kb_pipeline *p, const kb_message *m, kb_outcome outcome, int64_t now_ms)
{
    static const char *const names[KB_OUTCOMES] = {"none", "new", "revised", "unchanged", "retracted"};
    kb_metric_add(p->metrics, KB_M_ARTICLES, m->dead ? "dead" : names[outcome], 1);
    rd_kafka_timestamp_type_t type;
    int64_t sent_ms = rd_kafka_message_timestamp(m->raw, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && sent_ms > 0 && now_ms >= sent_ms)
        kb_metric_observe(p->metrics, KB_M_DELAY, NULL, (uint64_t)(now_ms - sent_ms) * 1000000);
    if (!m->dead)
        return;
    kb_metric_add(p->metrics, KB_M_DEAD_LETTERS, m->dead->code, 1);
    kb_log(KB_LOG_WARN, "dead-letter", "topic=%s partition=%d offset=%lld reason=%s where=\"%s\" message=\"%s\"",
           rd_kafka_topic_name(m->raw->rkt), (int)m->raw->partition, (long long)m->raw->offset, m->dead->code,
           KB_ESC(m->dead->where), KB_ESC(m->dead->what));
}

static void committed(batch *b)
{
    kb_pipeline *p = b->p;
    kb_metric_observe(p->metrics, KB_M_TRANSACTION_MESSAGES, NULL, b->item_count);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    pthread_mutex_lock(&p->lock);
    for (uint32_t i = 0; i < b->item_count; i++) {
        b->entries[b->at[i]].done = true;
        count_outcome(p, b->entries[b->at[i]].message, b->items[i].outcome, now_ms);
    }
    for (uint32_t i = 0; i < b->move_count; i++) { // moves were sorted by partition
        kb_partition *partition = kb_partition_of(p, b->moves[i].topic.p, b->moves[i].partition, false);
        partition->next_offset = b->moves[i].to;
        partition->reset = false;
    }
    pthread_mutex_unlock(&p->lock);
}

// -------------------------------------------------------------------------------------------------------------- errors

// Two digits are the class of an SQLSTATE: "postgres-40001" is 40.
static void count_retry(kb_pipeline *p, const kb_error *error)
{
    const char *state = strncmp(error->code, "postgres-", 9) == 0 ? error->code + 9 : error->code;
    char class[3] = {state[0], state[1]};
    kb_metric_add(p->metrics, KB_M_RETRIES, strlen(state) == 5 ? class : state, 1);
}

// Waits before the next try. False when the worker stops.
static bool rest(batch *b, const kb_error *error)
{
    kb_pipeline *p = b->p;
    uint32_t ms = kb_backoff_next(&b->backoff);
    count_retry(p, error);
    atomic_fetch_add(&p->writers_waiting, 1);
    kb_log(KB_LOG_WARN, "write-retry", "reason=%s wait_ms=%" PRIu32 " message=\"%s\"", error->code, ms,
           KB_ESC(error->what));
    int64_t until = kb_now_ms() + ms;
    pthread_mutex_lock(&p->lock);
    for (int64_t left; p->phase != KB_STOPPED && (left = until - kb_now_ms()) > 0;)
        kb_wait_ms(&p->progress, &p->lock, left);
    bool go_on = p->phase != KB_STOPPED;
    pthread_mutex_unlock(&p->lock);
    atomic_fetch_sub(&p->writers_waiting, 1);
    return go_on;
}

// The database stands elsewhere than this worker believed: another worker had the partition meanwhile, or a COMMIT took
// place whose answer was lost. What lies before the offset of the database is done; where nothing of ours joins on to
// it, the consumer goes there.
static void follow_database(batch *b, kb_partition *partition, int64_t stored)
{
    kb_pipeline *p = b->p;
    bool joins = false;
    pthread_mutex_lock(&p->lock);
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->entries[i].unit->partition != partition || b->entries[i].done)
            continue;
        if (b->entries[i].message->raw->offset < stored && stored >= partition->next_offset)
            b->entries[i].done = true;
        joins |= b->entries[i].message->raw->offset == stored || b->entries[i].message->raw->offset + 1 == stored;
    }
    kb_log(KB_LOG_WARN, "fenced", "topic=%s partition=%d expected=%lld stored=%lld joins=%s", partition->topic,
           (int)partition->id, (long long)partition->next_offset, (long long)stored, joins ? "yes" : "no");
    partition->next_offset = stored;
    if (!joins && partition->assigned) {
        partition->epoch++;
        partition->seek = true;
    }
    pthread_mutex_unlock(&p->lock);
    kb_metric_add(p->metrics, KB_M_FENCED, NULL, 1);
}

static kb_status resolve_fences(batch *b, kb_error *error)
{
    for (uint32_t i = 0; i < b->move_count; i++) {
        if (!b->moves[i].fenced)
            continue;
        int64_t stored;
        kb_status status = kb_writer_offset(b->writer, b->moves[i].topic, b->moves[i].partition, &stored, error);
        if (status != KB_OK)
            return status;
        pthread_mutex_lock(&b->p->lock);
        kb_partition *partition = kb_partition_of(b->p, b->moves[i].topic.p, b->moves[i].partition, false);
        pthread_mutex_unlock(&b->p->lock);
        follow_database(b, partition, stored);
    }
    return KB_OK;
}

static kb_status bury(batch *b, const kb_error *error)
{
    kb_message *m = b->entries[b->at[0]].message;
    kb_unit *unit = b->entries[b->at[0]].unit;
    kb_error *copy = KB_NEW(unit->arena, kb_error);
    if (!copy)
        return KB_UNAVAILABLE;
    *copy = *error;
    m->dead = copy;
    m->stage = KB_STAGE_WRITE;
    m->item.action = KB_WRITE_NOTHING;
    return KB_OK;
}

// Tries one transaction until it is written, dropped, or refused for its data (false: for the caller to halve it).
static bool write_once(batch *b, uint32_t from, uint32_t *to, kb_error *error)
{
    for (;;) {
        *to = prepare(b, from, *to);
        if (b->item_count == 0)
            return true;
        int64_t began = kb_now_ns();
        *error = (kb_error){0};
        kb_status status =
            kb_writer_write(b->writer, b->items, b->item_count, b->moves, b->move_count, deliver_letters, b, error);
        kb_metric_observe(b->p->metrics, KB_M_STAGE, "write", (uint64_t)(kb_now_ns() - began));
        if (status == KB_CONFLICT)
            status = resolve_fences(b, error);
        else if (status == KB_OK) {
            committed(b);
            kb_backoff_reset(&b->backoff);
            return true;
        }
        if (status == KB_INVALID)
            return false;
        if (status == KB_OK)
            continue;
        if (status != KB_UNAVAILABLE) {
            kb_pipeline_fail(b->p, error);
            return true;
        }
        if (!rest(b, error))
            return true;
    }
}

static bool stopped(batch *b)
{
    pthread_mutex_lock(&b->p->lock);
    bool is = b->p->phase == KB_STOPPED;
    pthread_mutex_unlock(&b->p->lock);
    return is;
}

// Writes the messages in [from, to), in as many transactions as it takes. What the database refuses is found by halving
// and becomes a dead letter.
static void write_range(batch *b, uint32_t from, uint32_t to)
{
    while (from < to && !stopped(b)) {
        uint32_t end = to;
        kb_error error;
        if (write_once(b, from, &end, &error)) {
            from = end;
            continue;
        }
        if (b->item_count == 1) {
            if (bury(b, &error) != KB_OK && !rest(b, &error))
                return;
            continue;
        }
        uint32_t middle = b->at[b->item_count / 2];
        kb_metric_add(b->p->metrics, KB_M_HALVINGS, NULL, 1);
        kb_log(KB_LOG_INFO, "batch-halved", "messages=%" PRIu32 " reason=%s", b->item_count, error.code);
        write_range(b, from, middle);
        from = middle;
    }
}

// -------------------------------------------------------------------------------------------------------------- thread

// Gives the partitions back. With the lock.
static void release(batch *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        kb_unit *unit = b->entries[i].unit;
        unit->partition->busy = false;
        if (b->entries[i].done)
            unit->written++;
    }
    for (kb_partition *partition = b->p->partitions; partition; partition = partition->next) {
        if (!partition->busy)
            kb_partition_trim(b->p, partition);
    }
    b->count = 0;
    pthread_cond_signal(&b->p->to_write); // what became ready meanwhile may be for another writer
}

void *kb_write_thread(void *pipeline)
{
    kb_pipeline *p = pipeline;
    batch b = {.p = p, .backoff = kb_backoff_new(FIRST_RETRY_MS, (uint32_t)p->settings->retry_max_ms)};
    b.writer = kb_writer_new(p->settings->postgres, p->settings->kafka_group);
    kb_error error = {.code = "no-memory", .what = "no memory for a thread that writes"};
    if (!b.writer)
        kb_pipeline_fail(p, &error);
    pthread_mutex_lock(&p->lock);
    while (b.writer && p->phase != KB_STOPPED) {
        collect(&b);
        if (b.count == 0) {
            pthread_cond_wait(&p->to_write, &p->lock);
            continue;
        }
        pthread_mutex_unlock(&p->lock);
        write_range(&b, 0, b.count);
        pthread_mutex_lock(&p->lock);
        release(&b);
    }
    pthread_mutex_unlock(&p->lock);
    kb_writer_free(b.writer);
    free(b.entries);
    free(b.items);
    free(b.at);
    free(b.moves);
    free(b.seen);
    return NULL;
}
