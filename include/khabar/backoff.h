#pragma once
// Waits between tries: doubling, with full jitter over the upper half, so that many workers do not come back all at
// once.

#include "khabar/base.h"

typedef struct kb_backoff {
    uint32_t first_ms, most_ms, step_ms;
    uint64_t seed;
} kb_backoff;

kb_backoff kb_backoff_new(uint32_t first_ms, uint32_t most_ms);
// The next wait in milliseconds: between half of the step and the step, which doubles up to the most.
uint32_t kb_backoff_next(kb_backoff *backoff);
// After a success.
void kb_backoff_reset(kb_backoff *backoff);
