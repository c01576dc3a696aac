#include "pipeline/pipeline.h"

#include <stdlib.h>
#include <time.h>

void kb_unit_free(kb_pipeline *p, kb_unit *unit)
{
    for (uint32_t i = 0; i < unit->count; i++) {
        kb_delivery_release(unit->messages[i].delivery);
        free(unit->messages[i].rows);
        rd_kafka_message_destroy(unit->messages[i].raw);
    }
    p->under_way -= unit->bytes;
    p->rows_bytes -= unit->rows_bytes;
    pthread_cond_broadcast(&p->to_extract); // there may be room for more rows
    kb_arena_free(unit->arena);
    free(unit->messages);
    free(unit);
}

void kb_partition_trim(kb_pipeline *p, kb_partition *partition)
{
    while (partition->head && partition->head->state == KB_UNIT_READY) {
        kb_unit *unit = partition->head;
        if (unit->written < unit->count && kb_epoch_current(unit))
            break;
        partition->head = unit->next;
        if (!partition->head)
            partition->tail = NULL;
        kb_unit_free(p, unit);
    }
    pthread_cond_broadcast(&p->progress);
}

void kb_pipeline_fail(kb_pipeline *p, const kb_error *error)
{
    kb_log(KB_LOG_ERROR, "failed", "reason=%s message=\"%s\"", error->code, KB_ESC(error->what));
    pthread_mutex_lock(&p->lock);
    p->fatal = true;
    p->phase = KB_STOPPED;
    pthread_cond_broadcast(&p->to_extract);
    pthread_cond_broadcast(&p->to_write);
    pthread_cond_broadcast(&p->progress);
    pthread_mutex_unlock(&p->lock);
}

void kb_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_cond_timedwait(cond, lock, &until);
}
