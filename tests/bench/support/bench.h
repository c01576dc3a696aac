#pragma once
// What the benchmarks share: messages of a file, clocks, and all of them read on all processors.

#include "khabar/extract.h"
#include "khabar/rows.h"

// The messages of a file, one a line, none empty; they live in `arena`. Exits with a message when there are none.
kb_str *bench_messages(const char *path, kb_arena *arena, uint32_t *ret_count);

double bench_wall(void);         // seconds, monotonic
double bench_cpu(void);          // seconds of the process on processors
double bench_thread_cpu(void);   // seconds of the thread on its processor
uint32_t bench_processors(void); // that the program may run on
void bench_die(const char *what, const kb_error *error) __attribute__((noreturn)); // `error` may be NULL

// What reading took, in seconds of processor time, and what there was to read.
typedef struct bench_read {
    uint64_t articles, words, sentences, entities, events, rows, row_bytes;
    double decode, extract, encode;
} bench_read;

// Decodes, extracts and encodes messages with `threads` threads. `rows` (may be NULL): receives those of every message,
// which live as long as the process. A message that is no article ends the program.
bench_read bench_read_all(const kb_extractor *extractor, const kb_str *messages, uint32_t count, uint32_t threads,
                          kb_rows *rows);
