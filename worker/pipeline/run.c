// The life of a worker: connect, join, work, drain.

#include "pipeline/pipeline.h"

#include "khabar/rules.h"

#include "khabar/migrations.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { POLL_MS = 50, CLOSE_SECONDS = 10, THREADS_MAX = 1100 };

// --------------------------------------------------------------------------------------------------------------
// signals

static volatile sig_atomic_t stop_signals, reload_signal;

static void on_signal(int number)
{
    if (stop_signals++)
        _exit(128 + number);
}

static void on_hangup(int number)
{
    (void)number;
    reload_signal = 1;
}

static void set_signals(void)
{
    struct sigaction stop = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN},
                     hangup = {.sa_handler = on_hangup};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGHUP, &hangup, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

// Signals are for the consumer thread.
static int start_thread(pthread_t *thread, void *(*body)(void *), kb_pipeline *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(thread, NULL, body, p);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

// -------------------------------------------------------------------------------------------------------------- start

static void nap(uint32_t ms)
{
    for (uint32_t slept = 0; slept < ms && !stop_signals; slept += 50)
        usleep(50 * 1000);
}

// What alerts look at is counted from 0: the rate of a counter does not see the step with which it begins. The outcome "dead" is the sum of the dead letters, whose reasons are known when they come.
static void begin_counters(kb_metrics *metrics)
{
    static const char *const outcomes[] = {"new", "revised", "unchanged", "retracted", "none", "dead"};
    for (size_t i = 0; i < KB_LEN(outcomes); i++)
        kb_metric_add(metrics, KB_M_ARTICLES, outcomes[i], 0);
    for (size_t i = 0; i < KB_PLOVER_TYPES; i++)
        kb_metric_add(metrics, KB_M_EVENTS, kb_plover_types[i], 0);
}

// Health and metrics are there from the first moment, so that a wait for the database can be seen.
static kb_status start_server(kb_pipeline *p, kb_error *error)
{
    p->metrics = kb_metrics_new();
    if (!p->metrics)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the metrics");
    kb_metric_set(p->metrics, KB_M_BUILD, kb_extractor_version(kb_reading_extractor(p->reading)), 1);
    kb_metric_set(p->metrics, KB_M_START, NULL, (uint64_t)time(NULL));
    begin_counters(p->metrics);
    if (!p->settings->http_listen[0])
        return KB_OK;
    kb_status status = kb_http_start(p->settings->http_listen, kb_pipeline_answer, p, &p->http, error);
    if (status == KB_OK)
        kb_log(KB_LOG_INFO, "listening", "http=%s port=%u", p->settings->http_listen, (unsigned)kb_http_port(p->http));
    return status;
}

// A property that Kafka's client does not know is told at once, whether the database is there or not.
static kb_status check_kafka(const kb_settings *settings, kb_error *error)
{
    rd_kafka_conf_t *conf;
    kb_status status = kb_kafka_config(settings, false, &conf, error);
    if (status == KB_OK)
        rd_kafka_conf_destroy(conf);
    return status;
}

// Waits for the database as long as it takes, then looks at its schema.
static kb_status check_database(kb_pipeline *p, kb_error *error)
{
    while (!stop_signals) {
        kb_pg pg;
        kb_status status = kb_pg_connect(p->settings->postgres, "khabar", &pg, error);
        if (status == KB_OK) {
            status = kb_schema_check(&pg, kb_migrations_embedded(), error);
            kb_pg_done(&pg);
        }
        if (status != KB_UNAVAILABLE)
            return status;
        uint32_t wait = kb_backoff_next(&p->pg_backoff);
        kb_log(KB_LOG_WARN, "postgres-wait", "reason=%s wait_ms=%u message=\"%s\"", error->code, wait,
               KB_ESC(error->what));
        nap(wait);
    }
    return KB_OK;
}

kb_status kb_pipeline_join(kb_pipeline *p, kb_error *error)
{
    rd_kafka_conf_t *conf;
    kb_status status = kb_kafka_config(p->settings, false, &conf, error);
    if (status != KB_OK)
        return status;
    rd_kafka_conf_set_opaque(conf, p);
    rd_kafka_conf_set_rebalance_cb(conf, kb_on_rebalance);
    char text[300];
    p->consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    if (!p->consumer) {
        rd_kafka_conf_destroy(conf);
        return kb_fail(error, KB_INVALID, "kafka-consumer", "Kafka: %s", text);
    }
    rd_kafka_poll_set_consumer(p->consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, p->settings->kafka_topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(p->consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return err ? kb_fail(error, KB_INVALID, "kafka-subscribe", "Kafka: %s", rd_kafka_err2str(err)) : KB_OK;
}

void kb_pipeline_init(kb_pipeline *p, const kb_settings *settings)
{
    p->settings = settings;
    p->limits = (kb_document_limits){.message_bytes = (size_t)settings->message_bytes,
                                     .title_bytes = (size_t)settings->title_bytes,
                                     .body_bytes = (size_t)settings->body_bytes,
                                     .field_bytes = (size_t)settings->field_bytes,
                                     .depth = (uint32_t)settings->depth,
                                     .paragraphs = (uint32_t)settings->paragraphs,
                                     .authors = (uint32_t)settings->authors,
                                     .tags = (uint32_t)settings->tags};
    p->pg_backoff = kb_backoff_new(100, (uint32_t)settings->retry_max_ms);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->to_extract, &monotonic);
    pthread_cond_init(&p->to_write, &monotonic);
    pthread_cond_init(&p->progress, &monotonic);
    pthread_cond_init(&p->to_watch, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

// -------------------------------------------------------------------------------------------------------------- work
// and end

static kb_phase phase_of(kb_pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    kb_phase phase = p->phase;
    pthread_mutex_unlock(&p->lock);
    return phase;
}

// Finishes what is under way. False when the time ran out. Polling goes on, so that the group sees a member that lives.
static bool drain(kb_pipeline *p)
{
    kb_log(KB_LOG_INFO, "draining", "under_way_bytes=%zu", p->under_way);
    kb_consumer_close_units(p, INT64_MAX);
    pthread_mutex_lock(&p->lock);
    p->phase = p->phase == KB_RUNNING ? KB_DRAINING : p->phase;
    pthread_mutex_unlock(&p->lock);
    int64_t until = kb_now_ms() + p->settings->drain_seconds * 1000;
    for (;;) {
        pthread_mutex_lock(&p->lock);
        bool left = p->under_way > 0 && p->phase != KB_STOPPED;
        if (left)
            kb_wait_ms(&p->progress, &p->lock, 20);
        pthread_mutex_unlock(&p->lock);
        if (!left)
            return true;
        if (kb_now_ms() >= until)
            return false;
        kb_consume(p, 0);
    }
}

static void stop_threads(kb_pipeline *p, pthread_t *threads, int count)
{
    pthread_mutex_lock(&p->lock);
    p->phase = KB_STOPPED;
    pthread_cond_broadcast(&p->to_extract);
    pthread_cond_broadcast(&p->to_write);
    pthread_cond_broadcast(&p->progress);
    pthread_cond_broadcast(&p->to_watch);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static void release_all(kb_pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    for (kb_partition *partition = p->partitions, *next; partition; partition = next) {
        next = partition->next;
        for (kb_unit *unit = partition->head, *after; unit; unit = after) {
            after = unit->next;
            kb_unit_free(p, unit);
        }
        if (partition->open)
            kb_unit_free(p, partition->open);
        partition->head = partition->tail = partition->open = NULL;
    }
    pthread_mutex_unlock(&p->lock);
}

// Those that this process may run on: a container may have been given few of the machine's.
static int64_t processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
}

static int start_threads(kb_pipeline *p, pthread_t *threads, kb_error *error)
{
    int64_t extractors = p->settings->extractors ? p->settings->extractors : processors();
    int started = 0, failed = start_thread(&threads[0], kb_watch_thread, p);
    started += !failed;
    if (!failed)
        started += !(failed = start_thread(&threads[started], kb_ask_thread, p));
    for (int64_t i = 0; i < extractors && !failed; i++)
        started += !(failed = start_thread(&threads[started], kb_extract_thread, p));
    for (int64_t i = 0; i < p->settings->writers && !failed; i++)
        started += !(failed = start_thread(&threads[started], kb_write_thread, p));
    if (failed) {
        kb_fail(error, KB_INTERNAL, "threads", "can't start a thread: %s", strerror(failed));
        kb_pipeline_fail(p, error);
    }
    return started;
}

// Ends the process when leaving the group or the end of a thread takes too long.
static void *close_in_time(void *unused)
{
    (void)unused;
    sleep(CLOSE_SECONDS);
    kb_log(KB_LOG_WARN, "close-timeout", "message=\"stopping takes too long; leaving without\"");
    _exit(3);
}

static void limit_close(kb_pipeline *p)
{
    pthread_t thread;
    if (start_thread(&thread, close_in_time, p) == 0)
        pthread_detach(thread);
    else
        alarm(CLOSE_SECONDS); // the signal ends the process
}

// The drain ran out of time: a writer may hang in a transaction, so nobody waits for the threads. The server rolls the
// transaction back when the connection ends; the group is told that its partitions are free.
static _Noreturn void leave_at_once(kb_pipeline *p)
{
    kb_log(KB_LOG_WARN, "drain-timeout",
           "under_way_bytes=%zu message=\"what is not written is read again by the next owner\"", p->under_way);
    pthread_mutex_lock(&p->lock);
    p->phase = KB_STOPPED;
    pthread_mutex_unlock(&p->lock);
    rd_kafka_consumer_close(p->consumer);
    _exit(3);
}

static unsigned long long count_of(const kb_pipeline *p, kb_metric_id id, const char *label)
{
    return kb_metric_value(p->metrics, id, label);
}

static int work(kb_pipeline *p)
{
    static pthread_t threads[THREADS_MAX];
    kb_error error = {0};
    atomic_store(&p->round_ms, kb_now_ms());
    int started = start_threads(p, threads, &error);
    atomic_store(&p->working, true);
    while (!stop_signals && phase_of(p) == KB_RUNNING) {
        if (reload_signal) {
            reload_signal = 0;
            kb_reading_reload(p);
        }
        kb_consume(p, POLL_MS);
    }
    bool drained = drain(p);
    kb_tell_offsets(p, 2000);
    limit_close(p);
    if (!drained)
        leave_at_once(p);
    atomic_store(&p->working, false);
    p->http = kb_http_stop(p->http);
    stop_threads(p, threads, started);
    rd_kafka_consumer_close(p->consumer);
    release_all(p);
    kb_log(
        KB_LOG_INFO, "stopped",
        "articles_new=%llu revised=%llu unchanged=%llu retracted=%llu dead_letters=%llu transactions=%llu fenced=%llu",
        count_of(p, KB_M_ARTICLES, "new"), count_of(p, KB_M_ARTICLES, "revised"),
        count_of(p, KB_M_ARTICLES, "unchanged"), count_of(p, KB_M_ARTICLES, "retracted"),
        count_of(p, KB_M_ARTICLES, "dead"), count_of(p, KB_M_TRANSACTION_MESSAGES, NULL),
        count_of(p, KB_M_FENCED, NULL));
    return p->fatal ? 1 : 0;
}

static void done(kb_pipeline *p)
{
    kb_http_stop(p->http);
    kb_reading_release(p, p->reading);
    if (p->pg_connected)
        kb_pg_done(&p->pg);
    kb_dead_letters_free(p->letters);
    if (p->waiting)
        rd_kafka_topic_partition_list_destroy(p->waiting);
    if (p->consumer)
        rd_kafka_destroy(p->consumer);
    for (kb_partition *partition = p->partitions, *next; partition; partition = next) {
        next = partition->next;
        free(partition);
    }
    pthread_cond_destroy(&p->to_extract);
    pthread_cond_destroy(&p->to_write);
    pthread_cond_destroy(&p->progress);
    pthread_cond_destroy(&p->to_watch);
    pthread_mutex_destroy(&p->lock);
    kb_metrics_free(p->metrics);
}

int kb_pipeline_run(const kb_settings *settings, kb_extractor *extractor)
{
    static kb_pipeline p; // one a process
    kb_error error = {0};
    set_signals();
    kb_pipeline_init(&p, settings);
    p.reading = kb_reading_new(extractor);
    if (!p.reading) {
        kb_extractor_free(extractor);
        kb_log(KB_LOG_ERROR, "failed", "reason=no-memory message=\"no memory to start\"");
        return 1;
    }
    kb_log(KB_LOG_INFO, "starting", "version=%s brokers=\"%s\" topic=\"%s\" group=\"%s\"",
           kb_extractor_version(extractor), KB_ESC(settings->kafka_brokers), KB_ESC(settings->kafka_topic),
           KB_ESC(settings->kafka_group));
    kb_status status = check_kafka(settings, &error);
    if (status == KB_OK)
        status = start_server(&p, &error);
    if (status == KB_OK)
        status = check_database(&p, &error);
    atomic_store(&p.schema_seen, status == KB_OK);
    if (status == KB_OK && !stop_signals)
        status = kb_dead_letters_new(settings, &p.letters, &error);
    if (status == KB_OK && !stop_signals)
        status = kb_pipeline_join(&p, &error);
    int exit_status = status == KB_OK ? 0 : kb_settings_wrong(&error) ? 2 : 1;
    if (status != KB_OK)
        kb_log(KB_LOG_ERROR, "failed", "reason=%s message=\"%s\"", error.code, KB_ESC(error.what));
    else if (!stop_signals)
        exit_status = work(&p);
    done(&p);
    return exit_status;
}
