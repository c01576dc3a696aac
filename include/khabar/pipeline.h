#pragma once
// The worker: from a topic's partitions to the database.
//
//   consumer thread            extractor threads         writer threads
//   poll ─▶ units ──queue──▶   decode, extract, rows ──▶ transactions: rows + offsets
//
// A unit is a run of messages of one partition. Units are extracted on any thread, in any order, and written in order for their partition: a writer takes the finished
// units at the heads of partitions that no other writer holds. The bytes of all messages under way are bounded; beyond the bound partitions are paused.
//
// An assignment of a partition is an epoch. Revoking it ends the epoch: units of an ended epoch are dropped wherever they are met. What is lost so is not written, hence
// read again by whoever gets the partition.

#include "khabar/extract.h"
#include "khabar/settings.h"

#include <stdatomic.h>

typedef struct kb_pipeline kb_pipeline;

// Counters since the start; any thread may read them.
typedef struct kb_pipeline_stats {
    _Atomic uint64_t consumed_messages, consumed_bytes;
    _Atomic uint64_t articles_new, articles_revised, articles_unchanged, articles_retracted, dead_letters;
    _Atomic uint64_t transactions, transaction_messages, retries, fenced, halvings, pauses, rebalances;
    _Atomic uint64_t under_way_bytes;
    _Atomic uint64_t decode_ns, extract_ns, write_ns;
} kb_pipeline_stats;

// Connects, checks the schema, joins the group and works until a signal or a fatal error. SIGTERM and SIGINT drain; a
// second one ends the process at once. Returns an exit status: 0 drained, 1 an error that trying again does not help, 3
// the drain ran out of time (nothing is lost: what was not written is read again). SIGHUP reads the user's data again. Takes `extractor` over.
int kb_pipeline_run(const kb_settings *settings, kb_extractor *extractor);
