// The extractor threads: decode, extract, encode rows.

#include "pipeline/pipeline.h"

#include <string.h>

typedef struct extractor {
    kb_pipeline *p;
    kb_reading *reading; // what `session` was made for
    kb_session *session;
    kb_arena *arena; // of one article
} extractor;

static kb_str content_type_of(const rd_kafka_message_t *raw)
{
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t size;
    if (rd_kafka_message_headers(raw, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return (kb_str){0};
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        if (strcasecmp(name, "content-type") == 0 && value)
            return (kb_str){value, size};
    }
    return (kb_str){0};
}

static void bury(kb_unit *unit, kb_message *m, kb_stage stage, const kb_error *reason)
{
    static kb_error out_of_memory = {.status = KB_NO_MEMORY, .code = "no-memory", .what = "no memory for the reason"};
    kb_error *copy = KB_NEW(unit->arena, kb_error);
    if (copy)
        *copy = *reason;
    m->dead = copy ? copy : &out_of_memory;
    m->stage = stage;
    m->item.action = KB_WRITE_NOTHING;
}

// A message without a value retracts the article whose id is the key.
static void read_tombstone(kb_unit *unit, kb_message *m)
{
    kb_str key = {m->raw->key, m->raw->key_len};
    if (key.p && key.n) {
        m->item.action = KB_WRITE_TOMBSTONE;
        m->item.article_id = kb_article_uuid(key);
        return;
    }
    kb_error error = {0};
    kb_fail(&error, KB_INVALID, "empty-without-key", "a message without value and without key says nothing");
    bury(unit, m, KB_STAGE_DECODE, &error);
}

static void count_found(kb_arena *arena, kb_metrics *metrics, const kb_layers *layers)
{
    const char *language = layers->supported ? NULL : kb_arena_z(arena, layers->language);
    if (language)
        kb_metric_add(metrics, KB_M_UNSUPPORTED, language, 1);
    static const char *const types[] = {
        [KB_PERSON] = "PERSON", [KB_ORGANIZATION] = "ORGANIZATION", [KB_LOCATION] = "LOCATION"};
    for (uint32_t i = 0; i < layers->entity_count; i++)
        kb_metric_add(metrics, KB_M_ENTITIES, types[layers->entities[i].type], 1);
    for (uint32_t i = 0; i < layers->event_count; i++)
        kb_metric_add(metrics, KB_M_EVENTS, layers->events[i].type, 1);
}

static void process(extractor *x, kb_unit *unit, kb_message *m)
{
    const rd_kafka_message_t *raw = m->raw;
    if (!raw->payload) {
        read_tombstone(unit, m);
        return;
    }
    kb_error error = {0};
    kb_article *article = KB_NEW(x->arena, kb_article);
    int64_t timestamp = rd_kafka_message_timestamp(raw, NULL);
    kb_envelope envelope = {content_type_of(raw), {raw->key, raw->key_len}, timestamp > 0 ? timestamp / 1000 : 0};
    int64_t began = kb_now_ns();
    kb_status status =
        kb_document_decode(x->arena, (kb_str){raw->payload, raw->len}, &envelope, &x->p->limits, article, &error);
    int64_t decoded = kb_now_ns();
    kb_metric_observe(x->p->metrics, KB_M_STAGE, "decode", (uint64_t)(decoded - began));
    if (status != KB_OK) {
        bury(unit, m, KB_STAGE_DECODE, &error);
        return;
    }
    kb_layers *layers;
    kb_rows rows;
    status = kb_extract(x->session, x->arena, article, &layers, &error);
    if (status == KB_OK)
        status = kb_rows_encode(x->arena, layers, kb_extractor_version(kb_reading_extractor(x->reading)),
                                &m->item.place, &rows, &error);
    size_t bytes = 0;
    if (status == KB_OK && !(m->rows = kb_rows_pack(&rows, &bytes)))
        status = kb_fail(&error, KB_NO_MEMORY, "no-memory", "no memory for the rows of the article");
    kb_metric_observe(x->p->metrics, KB_M_STAGE, "extract", (uint64_t)(kb_now_ns() - decoded));
    if (status != KB_OK) {
        bury(unit, m, KB_STAGE_EXTRACT, &error);
        return;
    }
    count_found(x->arena, x->p->metrics, layers);
    m->item.action = KB_WRITE_ARTICLE;
    m->item.rows = m->rows;
    m->item.article_id = m->rows->article_id;
    unit->rows_bytes += bytes;
}

// The rows that fill their bound are written without another unit: units of a partition are taken in their order, so none of these
// waits for one in the queue.
static bool rows_full(const kb_pipeline *p)
{
    return p->rows_bytes >= kb_most_rows(p);
}

static kb_unit *take(kb_pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    while ((!p->queue_head || rows_full(p)) && p->phase != KB_STOPPED)
        pthread_cond_wait(&p->to_extract, &p->lock);
    kb_unit *unit = p->phase == KB_STOPPED ? NULL : p->queue_head;
    if (unit) {
        p->queue_head = unit->next_queued;
        if (!p->queue_head)
            p->queue_tail = NULL;
    }
    pthread_mutex_unlock(&p->lock);
    return unit;
}

static bool still_wanted(kb_pipeline *p, const kb_unit *unit)
{
    pthread_mutex_lock(&p->lock);
    bool wanted = p->phase != KB_STOPPED && kb_epoch_current(unit);
    pthread_mutex_unlock(&p->lock);
    return wanted;
}

static void finish(kb_pipeline *p, kb_unit *unit)
{
    pthread_mutex_lock(&p->lock);
    unit->state = KB_UNIT_READY;
    p->rows_bytes += unit->rows_bytes;
    if (!unit->partition->busy && !kb_epoch_current(unit))
        kb_partition_trim(p, unit->partition);
    pthread_cond_signal(&p->to_write);
    pthread_mutex_unlock(&p->lock);
}

// Sees to a session with the current data: at the start, and after a reload. False without memory.
static bool refresh(extractor *x)
{
    if (x->session && kb_reading_current(x->p, x->reading))
        return true;
    kb_session_free(x->session);
    kb_reading_release(x->p, x->reading);
    x->reading = kb_reading_hold(x->p);
    x->session = kb_session_new(kb_reading_extractor(x->reading));
    if (x->session)
        kb_session_limit(x->session, (uint32_t)x->p->settings->words);
    return x->session != NULL;
}

void *kb_extract_thread(void *pipeline)
{
    extractor x = {.p = pipeline};
    x.arena = kb_arena_new((size_t)x.p->settings->article_memory);
    bool ready = x.arena && refresh(&x);
    for (kb_unit *unit; ready && (unit = take(x.p));) {
        ready = refresh(&x);
        if (!ready)
            break; // the unit is not written: the process ends, and its next owner reads it again
        for (uint32_t i = 0; i < unit->count && still_wanted(x.p, unit); i++) {
            process(&x, unit, &unit->messages[i]);
            kb_arena_reset(x.arena);
        }
        finish(x.p, unit);
    }
    if (!ready) {
        kb_error error = {.code = "no-memory", .what = "no memory for a thread that extracts"};
        kb_pipeline_fail(x.p, &error);
    }
    kb_arena_free(x.arena);
    kb_session_free(x.session);
    kb_reading_release(x.p, x.reading);
    return NULL;
}
