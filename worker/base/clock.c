#include "khabar/base.h"

#include <time.h>

int64_t kb_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t kb_now_ms(void)
{
    return kb_now_ns() / 1000000;
}
