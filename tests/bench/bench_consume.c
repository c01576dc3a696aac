// How fast the worker's consumer takes the messages of a topic when nobody reads them: the consumer thread as it is in
// `khabar run`, and a thread that throws its units away. The clock runs from the first message to the last. Prints lines
// of a name and a value. Settings: as those of khabar run.
// usage: KHABAR_KAFKA_BROKERS=… KHABAR_POSTGRES=… bench_consume --kafka-topic=TOPIC MESSAGES

#include "pipeline/pipeline.h"
#include "support/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *throw_away(void *pipeline)
{
    kb_pipeline *p = pipeline;
    pthread_mutex_lock(&p->lock);
    while (p->phase != KB_STOPPED) {
        kb_unit *unit = p->queue_head;
        if (!unit) {
            pthread_cond_wait(&p->to_extract, &p->lock);
            continue;
        }
        p->queue_head = unit->next_queued;
        if (!p->queue_head)
            p->queue_tail = NULL;
        unit->state = KB_UNIT_READY;
        unit->written = unit->count;
        kb_partition_trim(p, unit->partition);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

int main(int argc, char **argv)
{
    static kb_pipeline p;
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0;
    if (!arena || kb_settings_read(argc, argv, environ, KB_USE_RUN, arena, &settings, &operands, &error) != KB_OK ||
        operands != 1) {
        fprintf(stderr, "usage: bench_consume [OPTION…] MESSAGES\n%s\n", error.what);
        return 2;
    }
    uint64_t wanted = strtoull(argv[1], NULL, 10), taken = 0;
    kb_log_setup(KB_LOG_WARN, (kb_log_format)settings.log_format);
    kb_pipeline_init(&p, &settings);
    p.metrics = kb_metrics_new();
    if (!p.metrics || kb_pipeline_join(&p, &error) != KB_OK)
        bench_die("consumer", &error);
    pthread_t thread;
    if (pthread_create(&thread, NULL, throw_away, &p) != 0)
        bench_die("can't start a thread", NULL);
    double start = 0, cpu = 0;
    while (taken < wanted) {
        kb_consume(&p, 50);
        taken = kb_metric_value(p.metrics, KB_M_CONSUMED, NULL);
        if (taken && start == 0) {
            start = bench_wall();
            cpu = bench_cpu();
        }
    }
    double wall = bench_wall() - start;
    cpu = bench_cpu() - cpu;
    printf("messages %llu\nbytes %llu\nwall %.6f\ncpu %.6f\n", (unsigned long long)taken,
           (unsigned long long)kb_metric_value(p.metrics, KB_M_CONSUMED_BYTES, NULL), wall, cpu);
    fflush(stdout);
    _exit(0); // the group need not be left in order
}
