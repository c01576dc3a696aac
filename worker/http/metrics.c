#include "khabar/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { SERIES_MAX = 256, BUCKETS = 17 };
#define NS 1e9

const kb_metric kb_metric_table[KB_METRICS] = {
    [KB_M_BUILD] = {"khabar_build_info", KB_GAUGE, "version", 1,
                    "Always 1; the label is the version of the program and of its language data."},
    [KB_M_READY] = {"khabar_ready", KB_GAUGE, NULL, 1,
                    "1 while the worker has all that it needs to work, as /readyz says."},
    [KB_M_STALLED] = {"khabar_stalled", KB_GAUGE, NULL, 1,
                      "1 while there is something to do and nothing has been done for stall-seconds."},
    [KB_M_STALLS] = {"khabar_stalls_total", KB_COUNTER, NULL, 1, "How often the worker has stalled."},
    [KB_M_CONSUMED] = {"khabar_consumed_messages_total", KB_COUNTER, NULL, 1, "Messages taken from Kafka."},
    [KB_M_CONSUMED_BYTES] = {"khabar_consumed_bytes_total", KB_COUNTER, NULL, 1,
                             "Bytes of keys and values taken from Kafka."},
    [KB_M_ARTICLES] = {"khabar_articles_total", KB_COUNTER, "outcome", 1,
                       "Messages whose transaction is committed: new, revised, unchanged, retracted, dead, none (a "
                       "tombstone of an unknown article)."},
    [KB_M_DEAD_LETTERS] = {"khabar_dead_letters_total", KB_COUNTER, "reason", 1,
                           "Messages that went to the topic of dead letters; their sum is "
                           "khabar_articles_total{outcome=dead}, there from the start."},
    [KB_M_UNSUPPORTED] = {"khabar_unsupported_articles_total", KB_COUNTER, "language", 1,
                          "Articles in a language without extraction: stored with it, and without records."},
    [KB_M_ENTITIES] = {"khabar_entities_total", KB_COUNTER, "type", 1, "Entities found in articles."},
    [KB_M_EVENTS] = {"khabar_events_total", KB_COUNTER, "type", 1,
                     "Events found in articles; every type from the start."},
    [KB_M_LAG] = {"khabar_consumer_lag_messages", KB_GAUGE, "partition", 1,
                  "Messages of an assigned partition that are not written yet."},
    [KB_M_PARTITIONS] = {"khabar_assigned_partitions", KB_GAUGE, NULL, 1, "Partitions that this worker reads."},
    [KB_M_UNDER_WAY] = {"khabar_under_way_bytes", KB_GAUGE, NULL, 1,
                        "Bytes of messages and rows between Kafka and the database, which queue-bytes bounds."},
    [KB_M_QUEUED] = {"khabar_queued_units", KB_GAUGE, "queue", 1,
                     "Units that wait for a thread that extracts, or for one that writes."},
    [KB_M_STAGE] = {"khabar_stage_seconds", KB_HISTOGRAM, "stage", NS,
                    "Time of a stage: decode and extract of one article, write of one transaction."},
    [KB_M_DELAY] = {"khabar_delay_seconds", KB_HISTOGRAM, NULL, NS,
                    "From the timestamp of a message to the commit of its rows."},
    [KB_M_TRANSACTION_MESSAGES] = {"khabar_transaction_messages", KB_HISTOGRAM, NULL, 1,
                                   "Messages of a committed transaction."},
    [KB_M_RETRIES] = {"khabar_retries_total", KB_COUNTER, "class", 1,
                      "Transactions tried again, by the class of the SQLSTATE, or connection, or a reason of Kafka's."},
    [KB_M_FENCED] = {"khabar_fenced_total", KB_COUNTER, NULL, 1, "Partitions whose offset another worker had moved."},
    [KB_M_HALVINGS] = {"khabar_halvings_total", KB_COUNTER, NULL, 1,
                       "Transactions halved to find the row that the database refuses."},
    [KB_M_PAUSES] = {"khabar_pauses_total", KB_COUNTER, NULL, 1,
                     "How often partitions were paused because too many bytes were under way."},
    [KB_M_REBALANCES] = {"khabar_rebalances_total", KB_COUNTER, NULL, 1, "Assignments and revocations of partitions."},
    [KB_M_MEMORY] = {"process_resident_memory_bytes", KB_GAUGE, NULL, 1, "Resident memory of the process."},
    [KB_M_CPU] = {"process_cpu_seconds_total", KB_COUNTER, NULL, NS, "Processor time of the process, user and system."},
    [KB_M_START] = {"process_start_time_seconds", KB_GAUGE, NULL, 1, "When the process began, Unix time."},
};

// Upper bounds: of seconds in nanoseconds, 100 us to 30 s; of messages, powers of two.
static const uint64_t time_bounds[BUCKETS - 1] = {100000,     250000,     500000,      1000000,    2500000,   5000000,
                                                  10000000,   25000000,   50000000,    100000000,  250000000, 500000000,
                                                  1000000000, 2500000000, 10000000000, 30000000000};
static const uint64_t count_bounds[BUCKETS - 1] = {1,   2,   4,    8,    16,   32,   64,    128,
                                                   256, 512, 1024, 2048, 4096, 8192, 16384, 32768};

typedef struct series {
    _Atomic(char *) label; // set once; "" for a metric without
    _Atomic bool shown;
    _Atomic uint64_t value;            // of a histogram: the sum
    _Atomic uint64_t buckets[BUCKETS]; // the last one: above all bounds
} series;

struct kb_metrics {
    series *of[KB_METRICS];
};

const char *kb_metric_type_name(kb_metric_type type)
{
    static const char *const names[] = {"counter", "gauge", "histogram"};
    return names[type];
}

static uint32_t room(kb_metric_id id)
{
    return kb_metric_table[id].label ? SERIES_MAX : 1;
}

kb_metrics *kb_metrics_new(void)
{
    kb_metrics *m = calloc(1, sizeof *m);
    for (kb_metric_id id = 0; m && id < KB_METRICS; id++) {
        m->of[id] = calloc(room(id), sizeof *m->of[id]);
        if (!m->of[id])
            return kb_metrics_free(m);
        if (!kb_metric_table[id].label)
            kb_metric_add(m, id, NULL, 0);
    }
    return m;
}

kb_metrics *kb_metrics_free(kb_metrics *m)
{
    for (kb_metric_id id = 0; m && id < KB_METRICS; id++) {
        for (uint32_t i = 0; m->of[id] && i < room(id); i++)
            free(m->of[id][i].label);
        free(m->of[id]);
    }
    free(m);
    return NULL;
}

// The series of a label, made where it is missing; NULL without memory, which loses a count and nothing else. The last place is kept for "other".
static series *find(kb_metrics *m, kb_metric_id id, const char *label)
{
    label = label ? label : "";
    char *copy = NULL;
    uint32_t n = room(id);
    for (uint32_t i = 0; i < n; i++) {
        series *s = &m->of[id][i];
        char *there = atomic_load(&s->label);
        if (!there) {
            if (!copy && !(copy = strdup(n > 1 && i == n - 1 ? "other" : label)))
                return NULL;
            if (atomic_compare_exchange_strong(&s->label, &there, copy))
                return s;
        }
        if (strcmp(there, label) == 0 || (n > 1 && i == n - 1)) { // `there` is another thread's after a lost exchange
            free(copy);
            return s;
        }
    }
    free(copy);
    return NULL;
}

void kb_metric_add(kb_metrics *m, kb_metric_id id, const char *label, uint64_t value)
{
    series *s = find(m, id, label);
    if (!s)
        return;
    atomic_fetch_add(&s->value, value);
    atomic_store(&s->shown, true);
}

void kb_metric_set(kb_metrics *m, kb_metric_id id, const char *label, uint64_t value)
{
    series *s = find(m, id, label);
    if (!s)
        return;
    atomic_store(&s->value, value);
    atomic_store(&s->shown, true);
}

static const uint64_t *bounds_of(kb_metric_id id)
{
    return kb_metric_table[id].unit > 1 ? time_bounds : count_bounds;
}

void kb_metric_observe(kb_metrics *m, kb_metric_id id, const char *label, uint64_t value)
{
    series *s = find(m, id, label);
    if (!s)
        return;
    const uint64_t *bounds = bounds_of(id);
    uint32_t i = 0;
    while (i < BUCKETS - 1 && value > bounds[i])
        i++;
    atomic_fetch_add(&s->value, value);
    atomic_fetch_add(&s->buckets[i], 1);
    atomic_store(&s->shown, true);
}

void kb_metric_clear(kb_metrics *m, kb_metric_id id)
{
    for (uint32_t i = 0; i < room(id); i++)
        atomic_store(&m->of[id][i].shown, false);
}

uint64_t kb_metric_value(const kb_metrics *m, kb_metric_id id, const char *label)
{
    label = label ? label : "";
    for (uint32_t i = 0; i < room(id); i++) {
        series *s = &m->of[id][i];
        const char *there = atomic_load(&s->label);
        if (!there || strcmp(there, label) != 0)
            continue;
        if (kb_metric_table[id].type != KB_HISTOGRAM)
            return atomic_load(&s->shown) ? atomic_load(&s->value) : 0;
        uint64_t count = 0;
        for (uint32_t b = 0; b < BUCKETS; b++)
            count += atomic_load(&s->buckets[b]);
        return count;
    }
    return 0;
}

// -------------------------------------------------------------------------------------------------------------- text

// {label="value"} with what Prometheus wants escaped.
static void print_labels(FILE *out, const char *name, const char *value, const char *bound)
{
    if (!name && !bound)
        return;
    fputc('{', out);
    if (name) {
        fprintf(out, "%s=\"", name);
        for (const char *c = value; *c; c++) {
            if (*c == '\n')
                fputs("\\n", out);
            else if (*c == '"' || *c == '\\')
                fprintf(out, "\\%c", *c);
            else
                fputc(*c, out);
        }
        fputc('"', out);
    }
    if (bound)
        fprintf(out, "%sle=\"%s\"", name ? "," : "", bound);
    fputc('}', out);
}

static void print_number(FILE *out, uint64_t value, double unit)
{
    if (unit > 1)
        fprintf(out, " %.9g\n", (double)value / unit);
    else
        fprintf(out, " %" PRIu64 "\n", value);
}

static void print_histogram(FILE *out, kb_metric_id id, const series *s, const char *label)
{
    const kb_metric *metric = &kb_metric_table[id];
    const uint64_t *bounds = bounds_of(id);
    uint64_t count = 0;
    for (uint32_t i = 0; i < BUCKETS; i++) {
        char bound[32] = "+Inf";
        if (i < BUCKETS - 1)
            snprintf(bound, sizeof bound, "%.9g", (double)bounds[i] / metric->unit);
        count += atomic_load(&s->buckets[i]);
        fprintf(out, "%s_bucket", metric->name);
        print_labels(out, metric->label, label, bound);
        fprintf(out, " %" PRIu64 "\n", count);
    }
    fprintf(out, "%s_sum", metric->name);
    print_labels(out, metric->label, label, NULL);
    print_number(out, atomic_load(&s->value), metric->unit);
    fprintf(out, "%s_count", metric->name);
    print_labels(out, metric->label, label, NULL);
    fprintf(out, " %" PRIu64 "\n", count);
}

char *kb_metrics_text(const kb_metrics *m)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    for (kb_metric_id id = 0; id < KB_METRICS; id++) {
        const kb_metric *metric = &kb_metric_table[id];
        fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
                kb_metric_type_name(metric->type));
        for (uint32_t i = 0; i < room(id); i++) {
            const series *s = &m->of[id][i];
            const char *label = atomic_load(&s->label);
            if (!label || !atomic_load(&s->shown))
                continue;
            if (metric->type == KB_HISTOGRAM) {
                print_histogram(out, id, s, label);
                continue;
            }
            fputs(metric->name, out);
            print_labels(out, metric->label, label, NULL);
            print_number(out, atomic_load(&s->value), metric->unit);
        }
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
