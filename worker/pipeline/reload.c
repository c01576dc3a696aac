// The extractor in use, and the one that takes its place on SIGHUP. Threads hold the one they work with; the last one to let go of a replaced one
// frees it.

#include "pipeline/pipeline.h"

#include <stdlib.h>

struct kb_reading {
    kb_extractor *extractor;
    uint32_t users; // threads, and the pipeline while it is the current one
};

kb_reading *kb_reading_new(kb_extractor *extractor)
{
    kb_reading *reading = calloc(1, sizeof *reading);
    if (reading)
        *reading = (kb_reading){extractor, 1};
    return reading;
}

const kb_extractor *kb_reading_extractor(const kb_reading *reading)
{
    return reading->extractor;
}

kb_reading *kb_reading_hold(kb_pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    kb_reading *reading = p->reading;
    reading->users++;
    pthread_mutex_unlock(&p->lock);
    return reading;
}

bool kb_reading_current(kb_pipeline *p, const kb_reading *reading)
{
    pthread_mutex_lock(&p->lock);
    bool current = p->reading == reading;
    pthread_mutex_unlock(&p->lock);
    return current;
}

void kb_reading_release(kb_pipeline *p, kb_reading *reading)
{
    if (!reading)
        return;
    pthread_mutex_lock(&p->lock);
    bool last = --reading->users == 0;
    pthread_mutex_unlock(&p->lock);
    if (last) {
        kb_extractor_free(reading->extractor);
        free(reading);
    }
}

void kb_reading_reload(kb_pipeline *p)
{
    kb_error error = {0};
    kb_extractor *extractor = NULL;
    kb_status status = kb_extractor_new(p->settings->lexicon[0] ? p->settings->lexicon : NULL, &extractor, &error);
    kb_reading *fresh = status == KB_OK ? kb_reading_new(extractor) : NULL;
    if (status == KB_OK && !fresh)
        status = kb_fail(&error, KB_NO_MEMORY, "no-memory", "no memory for the data");
    if (status != KB_OK) {
        kb_extractor_free(extractor);
        kb_log(KB_LOG_ERROR, "reload-failed", "reason=%s where=\"%s\" message=\"%s\"", error.code, KB_ESC(error.where),
               KB_ESC(error.what));
        return; // the data in use stays
    }
    pthread_mutex_lock(&p->lock);
    kb_reading *old = p->reading;
    p->reading = fresh;
    pthread_mutex_unlock(&p->lock);
    kb_metric_clear(p->metrics, KB_M_BUILD);
    kb_metric_set(p->metrics, KB_M_BUILD, kb_extractor_version(extractor), 1);
    kb_log(KB_LOG_INFO, "reloaded", "version=%s", kb_extractor_version(extractor));
    kb_reading_release(p, old);
}
