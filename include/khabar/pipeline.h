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

// Connects, checks the schema, joins the group and works until a signal or a fatal error. SIGTERM and SIGINT drain; a
// second one ends the process at once. Returns an exit status: 0 drained, 1 an error that trying again does not help, 3
// the drain ran out of time (nothing is lost: what was not written is read again). SIGHUP reads the user's data again. Takes `extractor` over.
// Health and metrics are served at settings->http_listen meanwhile.
int kb_pipeline_run(const kb_settings *settings, kb_extractor *extractor);
