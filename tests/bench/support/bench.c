#include "support/bench.h"

#include "khabar/document.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHUNK = 64 }; // messages that a thread takes at a time: a unit of the worker

static double clock_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_wall(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

double bench_cpu(void)
{
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_thread_cpu(void)
{
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

uint32_t bench_processors(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 1;
}

void bench_die(const char *what, const kb_error *error)
{
    fprintf(stderr, "%s%s%s\n", what, error ? ": " : "", error ? error->what : "");
    exit(1);
}

kb_str *bench_messages(const char *path, kb_arena *arena, uint32_t *ret_count)
{
    KB_VEC(kb_str) messages = {0};
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t n; f && (n = getline(&line, &cap, f)) > 1;) {
        size_t bytes = (size_t)n - 1;
        char *copy = kb_alloc(arena, bytes + 1);
        kb_str *slot = KB_PUSH(arena, &messages);
        if (!copy || !slot)
            bench_die("no memory for the messages", NULL);
        memcpy(copy, line, bytes);
        *slot = (kb_str){copy, bytes};
    }
    free(line);
    if (f)
        fclose(f);
    if (messages.n == 0)
        bench_die("no messages in the file", NULL);
    *ret_count = messages.n;
    return messages.at;
}

// -------------------------------------------------------------------------------------------------------------- reading

typedef struct work {
    const kb_extractor *extractor;
    const kb_str *messages;
    uint32_t count, next;
    kb_rows *rows;
    pthread_mutex_t lock; // of next and total
    bench_read total;
} work;

static uint32_t take(work *w)
{
    pthread_mutex_lock(&w->lock);
    uint32_t from = w->next;
    w->next += CHUNK;
    pthread_mutex_unlock(&w->lock);
    return from;
}

static void count_rows(bench_read *sum, const kb_rows *rows)
{
    for (int t = 0; t < KB_TABLES; t++) {
        sum->rows += rows->tables[t].count;
        sum->row_bytes += rows->tables[t].bytes;
    }
}

static void read_one(work *w, kb_session *session, kb_arena *arena, kb_arena *kept, uint32_t i, bench_read *sum)
{
    static const kb_document_limits limits;
    const kb_envelope envelope = {.timestamp = 1700000000};
    kb_message_place place = {KB_STR("bench"), 0, i};
    kb_article article;
    kb_layers *layers;
    kb_rows rows;
    kb_error error = {0};
    double start = bench_thread_cpu();
    if (kb_document_decode(arena, w->messages[i], &envelope, &limits, &article, &error) != KB_OK)
        bench_die("a message is no article", &error);
    double decoded = bench_thread_cpu();
    if (kb_extract(session, arena, &article, &layers, &error) != KB_OK)
        bench_die("an article can't be extracted", &error);
    double extracted = bench_thread_cpu();
    if (kb_rows_encode(kept, layers, kb_extractor_version(w->extractor), &place, &rows, &error) != KB_OK)
        bench_die("an article has no rows", &error);
    sum->encode += bench_thread_cpu() - extracted;
    sum->extract += extracted - decoded;
    sum->decode += decoded - start;
    sum->articles++;
    sum->words += layers->word_count;
    sum->sentences += layers->sentence_count;
    sum->entities += layers->entity_count;
    sum->events += layers->event_count;
    count_rows(sum, &rows);
    if (w->rows)
        w->rows[i] = rows;
}

static void add(bench_read *to, const bench_read *sum)
{
    to->articles += sum->articles;
    to->words += sum->words;
    to->sentences += sum->sentences;
    to->entities += sum->entities;
    to->events += sum->events;
    to->rows += sum->rows;
    to->row_bytes += sum->row_bytes;
    to->decode += sum->decode;
    to->extract += sum->extract;
    to->encode += sum->encode;
}

static void *read_some(void *opaque)
{
    work *w = opaque;
    kb_session *session = kb_session_new(w->extractor);
    kb_arena *arena = kb_arena_new(0), *kept = kb_arena_new(0);
    bench_read sum = {0};
    if (!session || !arena || !kept)
        bench_die("no memory", NULL);
    for (uint32_t from; (from = take(w)) < w->count;) {
        for (uint32_t i = from; i < w->count && i < from + CHUNK; i++) {
            read_one(w, session, arena, kept, i, &sum);
            kb_arena_reset(arena);
        }
        if (!w->rows)
            kb_arena_reset(kept);
    }
    pthread_mutex_lock(&w->lock);
    add(&w->total, &sum);
    pthread_mutex_unlock(&w->lock);
    kb_session_free(session);
    kb_arena_free(arena);
    if (!w->rows)
        kb_arena_free(kept);
    return NULL;
}

bench_read bench_read_all(const kb_extractor *extractor, const kb_str *messages, uint32_t count, uint32_t threads,
                          kb_rows *rows)
{
    work w = {.extractor = extractor, .messages = messages, .count = count, .rows = rows};
    pthread_t ids[64];
    threads = threads > KB_LEN(ids) ? KB_LEN(ids) : threads;
    pthread_mutex_init(&w.lock, NULL);
    for (uint32_t i = 0; i < threads; i++) {
        if (pthread_create(&ids[i], NULL, read_some, &w) != 0)
            bench_die("can't start a thread", NULL);
    }
    for (uint32_t i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    pthread_mutex_destroy(&w.lock);
    return w.total;
}
