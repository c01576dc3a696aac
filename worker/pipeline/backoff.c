#include "khabar/backoff.h"

#include <time.h>
#include <unistd.h>

kb_backoff kb_backoff_new(uint32_t first_ms, uint32_t most_ms)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t seed = (uint64_t)now.tv_nsec * 2654435761u ^ (uint64_t)getpid() << 32 ^ (uint64_t)now.tv_sec;
    return (kb_backoff){.first_ms = first_ms, .most_ms = most_ms, .step_ms = first_ms, .seed = seed | 1};
}

uint32_t kb_backoff_next(kb_backoff *b)
{
    // xorshift64 (Marsaglia 2003): jitter needs no more.
    b->seed ^= b->seed << 13;
    b->seed ^= b->seed >> 7;
    b->seed ^= b->seed << 17;
    uint32_t half = b->step_ms / 2;
    uint32_t wait = b->step_ms - half + (half ? (uint32_t)(b->seed % (half + 1)) : 0);
    b->step_ms = b->step_ms > b->most_ms / 2 ? b->most_ms : b->step_ms * 2;
    return wait;
}

void kb_backoff_reset(kb_backoff *b)
{
    b->step_ms = b->first_ms;
}
