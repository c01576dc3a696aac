// The worker seen from outside: what /livez, /readyz and /metrics answer, the thread that notices a stall, and the one that asks the
// database.

#include "pipeline/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ROUND_MS = 1000, ASK_MS = 5000, ANSWER_MS = 3000 };

// -------------------------------------------------------------------------------------------------------------- gauges

// Messages behind what the broker has last told about the end of a partition; -1 before it told.
static int64_t lag_of(const kb_pipeline *p, const kb_partition *partition)
{
    int64_t low, high;
    if (rd_kafka_get_watermark_offsets(p->consumer, partition->topic, partition->id, &low, &high) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        high < 0)
        return -1;
    int64_t next = kb_partition_position(partition);
    next = next > low ? next : low;
    return high > next ? high - next : 0;
}

// Sets the gauges of partitions and queues; returns the lag of all partitions. With the lock.
static int64_t measure_partitions(kb_pipeline *p)
{
    int64_t all = 0;
    uint64_t assigned = 0, ready = 0, queued = 0;
    kb_metric_clear(p->metrics, KB_M_LAG);
    for (const kb_partition *partition = p->partitions; partition; partition = partition->next) {
        for (const kb_unit *unit = partition->head; unit; unit = unit->next) {
            ready += unit->state == KB_UNIT_READY;
            queued += unit->state == KB_UNIT_QUEUED;
        }
        if (!partition->assigned)
            continue;
        assigned++;
        int64_t lag = lag_of(p, partition);
        if (lag < 0)
            continue;
        char id[16];
        snprintf(id, sizeof id, "%d", (int)partition->id);
        kb_metric_set(p->metrics, KB_M_LAG, id, (uint64_t)lag);
        all += lag;
    }
    kb_metric_set(p->metrics, KB_M_PARTITIONS, NULL, assigned);
    kb_metric_set(p->metrics, KB_M_QUEUED, "extract", queued);
    kb_metric_set(p->metrics, KB_M_QUEUED, "write", ready);
    kb_metric_set(p->metrics, KB_M_UNDER_WAY, NULL, p->under_way + p->rows_bytes);
    return all;
}

static void measure_process(kb_pipeline *p)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long total, resident;
    if (file && fscanf(file, "%lu %lu", &total, &resident) == 2)
        kb_metric_set(p->metrics, KB_M_MEMORY, NULL, resident * (uint64_t)sysconf(_SC_PAGESIZE));
    if (file)
        fclose(file);
    struct rusage use;
    if (getrusage(RUSAGE_SELF, &use) == 0) {
        uint64_t us = (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
        kb_metric_set(p->metrics, KB_M_CPU, NULL,
                      (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000 + us * 1000);
    }
}

// -------------------------------------------------------------------------------------------------------------- answers

// Whether the last question was not answered, or the one under way waits for longer than an answer takes.
static bool postgres_silent(kb_pipeline *p)
{
    int64_t asked_ms = atomic_load(&p->postgres_asked_ms);
    return atomic_load(&p->postgres_away) || (asked_ms && kb_now_ms() - asked_ms > ANSWER_MS);
}

// What is missing for work, a line each; "" when nothing is.
static void missing(kb_pipeline *p, char *text, size_t size)
{
    pthread_mutex_lock(&p->lock);
    kb_phase phase = p->phase;
    pthread_mutex_unlock(&p->lock);
    snprintf(text, size, "%s%s%s%s%s%s",
             atomic_load(&p->schema_seen) ? "" : "postgres: not connected yet, or its schema is another\n",
             atomic_load(&p->joined) ? "" : "kafka: the group has given no assignment yet\n",
             atomic_load(&p->kafka_away) ? "kafka: no broker answers\n" : "",
             postgres_silent(p) ? "postgres: the database does not answer\n" : "",
             atomic_load(&p->writers_waiting) ? "postgres: a transaction is being tried again\n" : "",
             phase == KB_RUNNING ? "" : "worker: stopping\n");
}

static char *answer_metrics(kb_pipeline *p)
{
    char text[512];
    if (atomic_load(&p->working)) {
        pthread_mutex_lock(&p->lock);
        measure_partitions(p);
        pthread_mutex_unlock(&p->lock);
    }
    measure_process(p);
    missing(p, text, sizeof text);
    kb_metric_set(p->metrics, KB_M_READY, NULL, text[0] == '\0');
    return kb_metrics_text(p->metrics);
}

char *kb_pipeline_answer(void *pipeline, const char *path, int *status)
{
    kb_pipeline *p = pipeline;
    char text[512];
    *status = 200;
    if (strcmp(path, "/metrics") == 0)
        return answer_metrics(p);
    if (strcmp(path, "/livez") == 0) {
        bool stalled = atomic_load(&p->stalled);
        *status = stalled ? 503 : 200;
        return strdup(stalled ? "stalled: there is something to do and nothing gets done\n" : "ok\n");
    }
    if (strcmp(path, "/readyz") == 0) {
        missing(p, text, sizeof text);
        *status = text[0] ? 503 : 200;
        return strdup(text[0] ? text : "ok\n");
    }
    *status = 404;
    return strdup("/livez, /readyz and /metrics are here\n");
}

// -------------------------------------------------------------------------------------------------------------- stalls

// librdkafka does not tell when the last broker is lost, only which connection failed: a question every few seconds does.
static void ask_kafka(kb_pipeline *p, int64_t *next_ms)
{
    if (kb_now_ms() < *next_ms)
        return;
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t err = rd_kafka_metadata(p->consumer, 0, NULL, &metadata, ANSWER_MS);
    if (!err)
        rd_kafka_metadata_destroy(metadata);
    bool away = err != RD_KAFKA_RESP_ERR_NO_ERROR, was = atomic_exchange(&p->kafka_away, away);
    if (away && !was)
        kb_log(KB_LOG_WARN, "kafka-away", "message=\"%s\"", rd_kafka_err2str(err));
    else if (was && !away)
        kb_log(KB_LOG_INFO, "kafka-back", "%s", "");
    *next_ms = kb_now_ms() + (away ? ROUND_MS : ASK_MS);
}

static kb_status try_postgres(kb_pg *pg, const char *conninfo, kb_error *error)
{
    if (pg->conn) {
        kb_status status = kb_pg_run_within(pg, "", ANSWER_MS, error);
        if (status == KB_OK)
            return KB_OK;
        kb_pg_done(pg);
        if (strcmp(error->code, "postgres-silent") == 0)
            return status;
    }
    // An idle connection that somebody has cut says nothing yet.
    kb_status status = kb_pg_connect(conninfo, "khabar watch", pg, error);
    if (status == KB_OK && (status = kb_pg_run_within(pg, "", ANSWER_MS, error)) != KB_OK)
        kb_pg_done(pg);
    return status;
}

static void ask_postgres(kb_pipeline *p, kb_pg *pg)
{
    kb_error error = {0};
    atomic_store(&p->postgres_asked_ms, kb_now_ms());
    bool away = try_postgres(pg, p->settings->postgres, &error) != KB_OK,
         was = atomic_exchange(&p->postgres_away, away);
    atomic_store(&p->postgres_asked_ms, 0);
    if (away && !was)
        kb_log(KB_LOG_WARN, "postgres-away", "reason=%s message=\"%s\"", error.code, KB_ESC(error.what));
    else if (was && !away)
        kb_log(KB_LOG_INFO, "postgres-back", "%s", "");
}

// Without articles no writer would notice that the database is gone: a question every few seconds does, on a connection of its own. And on a thread of
// its own: a connection that nobody answers takes as long as libpq's settings say, and stalls are judged meanwhile.
void *kb_ask_thread(void *pipeline)
{
    kb_pipeline *p = pipeline;
    kb_pg pg = {0};
    pthread_mutex_lock(&p->lock);
    while (p->phase != KB_STOPPED) {
        pthread_mutex_unlock(&p->lock);
        ask_postgres(p, &pg);
        int64_t next_ms = kb_now_ms() + (atomic_load(&p->postgres_away) ? ROUND_MS : ASK_MS);
        pthread_mutex_lock(&p->lock);
        for (int64_t left; p->phase != KB_STOPPED && (left = next_ms - kb_now_ms()) > 0;)
            kb_wait_ms(&p->to_watch, &p->lock, left);
    }
    pthread_mutex_unlock(&p->lock);
    kb_pg_done(&pg);
    return NULL;
}

static void judge(kb_pipeline *p, int64_t quiet_ms, int64_t lag, size_t under_way)
{
    bool is = quiet_ms >= p->settings->stall_seconds * 1000, was = atomic_exchange(&p->stalled, is);
    kb_metric_set(p->metrics, KB_M_STALLED, NULL, is);
    if (is && !was) {
        kb_metric_add(p->metrics, KB_M_STALLS, NULL, 1);
        kb_log(KB_LOG_ERROR, "stalled", "seconds=%lld lag=%lld under_way_bytes=%zu", (long long)quiet_ms / 1000,
               (long long)lag, under_way);
    } else if (was && !is) {
        kb_log(KB_LOG_INFO, "stall-over", "lag=%lld", (long long)lag);
    }
}

// A round a second: is there something to do, and does it get done? A consumer thread that does not come round counts as work that is not done.
void *kb_watch_thread(void *pipeline)
{
    kb_pipeline *p = pipeline;
    int64_t moved_ms = kb_now_ms();
    uint64_t before = 0;
    int64_t ask_kafka_ms = kb_now_ms() + ASK_MS;
    pthread_mutex_lock(&p->lock);
    while (p->phase != KB_STOPPED) {
        int64_t lag = measure_partitions(p);
        size_t under_way = p->under_way;
        pthread_mutex_unlock(&p->lock);
        uint64_t committed = kb_metric_value(p->metrics, KB_M_TRANSACTION_MESSAGES, NULL) +
                             kb_metric_value(p->metrics, KB_M_HALVINGS, NULL);
        int64_t now = kb_now_ms(), round = atomic_load(&p->round_ms);
        if (committed != before || (lag == 0 && under_way == 0))
            moved_ms = now;
        before = committed;
        judge(p, now - (moved_ms < round ? moved_ms : round), lag, under_way);
        ask_kafka(p, &ask_kafka_ms);
        pthread_mutex_lock(&p->lock);
        for (int64_t left; p->phase != KB_STOPPED && (left = now + ROUND_MS - kb_now_ms()) > 0;)
            kb_wait_ms(&p->to_watch, &p->lock, left);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}
