#pragma once
// What the worker counts: one table of metrics gives names, help, the text that Prometheus scrapes and the README's list. Counting takes no lock.

#include "khabar/base.h"

typedef enum kb_metric_id {
    KB_M_BUILD,
    KB_M_READY,
    KB_M_STALLED,
    KB_M_STALLS,
    KB_M_CONSUMED,
    KB_M_CONSUMED_BYTES,
    KB_M_ARTICLES,
    KB_M_DEAD_LETTERS,
    KB_M_UNSUPPORTED,
    KB_M_ENTITIES,
    KB_M_EVENTS,
    KB_M_LAG,
    KB_M_PARTITIONS,
    KB_M_UNDER_WAY,
    KB_M_QUEUED,
    KB_M_STAGE,
    KB_M_DELAY,
    KB_M_TRANSACTION_MESSAGES,
    KB_M_RETRIES,
    KB_M_FENCED,
    KB_M_HALVINGS,
    KB_M_PAUSES,
    KB_M_REBALANCES,
    KB_M_MEMORY,
    KB_M_CPU,
    KB_M_START,
    KB_METRICS,
} kb_metric_id;

typedef enum kb_metric_type { KB_COUNTER, KB_GAUGE, KB_HISTOGRAM } kb_metric_type;

typedef struct kb_metric {
    const char *name;
    kb_metric_type type;
    const char *label; // name of the one label, NULL without
    double unit; // what is counted of one of the unit in the name: 1e9 for seconds that are counted in nanoseconds
    const char *help;
} kb_metric;

extern const kb_metric kb_metric_table[KB_METRICS];
const char *kb_metric_type_name(kb_metric_type type);

typedef struct kb_metrics kb_metrics;
kb_metrics *kb_metrics_new(void); // NULL without memory
kb_metrics *kb_metrics_free(kb_metrics *metrics);

// Each on any thread. `label` is the value of the label, NULL for a metric without; it is copied. A metric has at most 256 values of its label; what
// comes after is counted as "other".
void kb_metric_add(kb_metrics *metrics, kb_metric_id id, const char *label, uint64_t value);
void kb_metric_set(kb_metrics *metrics, kb_metric_id id, const char *label,
                   uint64_t value); // a gauge, or a counter that somebody else counts
void kb_metric_observe(kb_metrics *metrics, kb_metric_id id, const char *label, uint64_t value); // a histogram
// Leaves out all series of a gauge until they are set again.
void kb_metric_clear(kb_metrics *metrics, kb_metric_id id);
// The value of a series, the number of observations for a histogram; 0 for one that is not there.
uint64_t kb_metric_value(const kb_metrics *metrics, kb_metric_id id, const char *label);

// Everything in Prometheus' text format 0.0.4: malloc'ed and terminated, for the caller to free; NULL without memory.
char *kb_metrics_text(const kb_metrics *metrics);
