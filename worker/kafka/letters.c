#include "khabar/letters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ASK_MS = 10000, SILENCE_MS = 30000, TRANSACTION_LETTERS = 100, PLACE_BYTES = 320 };
#define REPLAYED "khabar.replayed"

// Hashes of places, each with an offset; a collision would leave a letter unreplayed, never replay one twice.
typedef struct place {
    uint64_t hash; // 0: none
    int64_t offset;
} place;

typedef struct places {
    place *slots;
    size_t count, cap; // a power of two
} places;

// Where a hash stands, or would: NULL without any slot.
static place *find_place(const places *s, uint64_t hash)
{
    if (!s->cap)
        return NULL;
    size_t i = (size_t)(hash >> 1) & (s->cap - 1);
    while (s->slots[i].hash && s->slots[i].hash != hash)
        i = (i + 1) & (s->cap - 1);
    return &s->slots[i];
}

static bool grow_places(places *s)
{
    places grown = {.count = s->count, .cap = s->cap ? s->cap * 2 : 1024};
    if (!(grown.slots = calloc(grown.cap, sizeof *grown.slots)))
        return false;
    for (size_t i = 0; i < s->cap; i++) {
        if (s->slots[i].hash)
            *find_place(&grown, s->slots[i].hash) = s->slots[i];
    }
    free(s->slots);
    *s = grown;
    return true;
}

// False without memory. *ret_new: it was not there. Offsets of one partition only grow, so the last one is the greatest.
static bool add_place(places *s, uint64_t hash, int64_t offset, bool *ret_new)
{
    hash |= 1;
    if (2 * (s->count + 1) > s->cap && !grow_places(s))
        return false;
    place *slot = find_place(s, hash);
    *ret_new = slot->hash == 0;
    s->count += *ret_new;
    *slot = (place){hash, offset};
    return true;
}

// -1: there is none.
static int64_t offset_at(const places *s, uint64_t hash)
{
    const place *slot = find_place(s, hash | 1);
    return slot && slot->hash ? slot->offset : -1;
}

static kb_str header(const rd_kafka_message_t *raw, const char *name)
{
    rd_kafka_headers_t *headers;
    const void *value;
    size_t size;
    // The last one is ours: a message may have come with headers of a former letter.
    if (rd_kafka_message_headers(raw, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return (kb_str){value, size};
    return (kb_str){0};
}

static kb_letter letter_of(const rd_kafka_message_t *raw)
{
    return (kb_letter){.raw = raw,
                       .topic = header(raw, "__connect.errors.topic"),
                       .partition = header(raw, "__connect.errors.partition"),
                       .offset = header(raw, "__connect.errors.offset"),
                       .stage = header(raw, "__connect.errors.stage"),
                       .reason = header(raw, "__connect.errors.exception.class.name"),
                       .message = header(raw, "__connect.errors.exception.message"),
                       .where = header(raw, "__connect.errors.exception.stacktrace"),
                       .omitted = !raw->len && header(raw, "khabar.value.omitted").p};
}

// A mark has no headers of a letter. A letter may have the mark's: its message may have come with anything.
static bool is_mark(const rd_kafka_message_t *raw)
{
    return header(raw, REPLAYED).p && !header(raw, "__connect.errors.topic").p;
}

// The key of a letter's mark: where its message came from, and a hash of its key and value. A topic that was made anew has other messages at the same
// places.
static int place_of(const kb_letter *l, char text[PLACE_BYTES])
{
    const rd_kafka_message_t *raw = l->raw;
    uint64_t content = kb_hash(raw->key, raw->key_len) + 31 * kb_hash(raw->payload, raw->len);
    return snprintf(text, PLACE_BYTES, KB_PRI "/" KB_PRI "/" KB_PRI "/%016" PRIx64,
                    KB_ARG(kb_str_sub(l->topic, 0, 255)), KB_ARG(kb_str_sub(l->partition, 0, 12)),
                    KB_ARG(kb_str_sub(l->offset, 0, 24)), content);
}

// A mark speaks of the letters before it in its own partition.
static uint64_t mark_hash(const void *key, size_t size, int32_t partition)
{
    return kb_hash(key, size) + (uint64_t)partition * 0x9e3779b97f4a7c15;
}

// -------------------------------------------------------------------------------------------------------------- reading

static kb_status open_consumer(const kb_settings *settings, rd_kafka_t **ret, kb_error *error)
{
    rd_kafka_conf_t *conf;
    char text[256];
    kb_status status = kb_kafka_config(settings, false, &conf, error);
    if (status != KB_OK)
        return status;
    rd_kafka_conf_set(conf, "enable.partition.eof", "true", text, sizeof text);
    *ret = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    if (!*ret) {
        rd_kafka_conf_destroy(conf);
        return kb_fail(error, KB_INVALID, "kafka-consumer", "Kafka: %s", text);
    }
    rd_kafka_poll_set_consumer(*ret);
    return KB_OK;
}

// Assigns all partitions from the beginning, outside of any group; their number.
static kb_status assign_all(rd_kafka_t *consumer, const kb_settings *settings, int32_t *ret_count, kb_error *error)
{
    const char *name = settings->kafka_dead_letter_topic;
    const struct rd_kafka_metadata *metadata;
    kb_status status = kb_kafka_metadata(consumer, settings, name, ASK_MS, &metadata, error);
    if (status != KB_OK)
        return status;
    *ret_count = metadata->topic_cnt ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(*ret_count + 1);
    for (int i = 0; i < *ret_count; i++)
        rd_kafka_topic_partition_list_add(list, name, metadata->topics[0].partitions[i].id)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_resp_err_t err = rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return err ? kb_fail(error, KB_UNAVAILABLE, "kafka-assign", "Kafka: %s", rd_kafka_err2str(err)) : KB_OK;
}

typedef kb_status each_message(const rd_kafka_message_t *raw, void *opaque, kb_error *error);

// All messages up to the end of each partition. One that has ended may go on: a replay writes its marks there.
static kb_status scan(const kb_settings *settings, each_message *each, void *opaque, kb_error *error)
{
    rd_kafka_t *consumer;
    int32_t count = 0, left;
    bool *ended = NULL; // by partition
    kb_status status = open_consumer(settings, &consumer, error);
    if (status != KB_OK)
        return status;
    status = assign_all(consumer, settings, &count, error);
    if (status == KB_OK && !(ended = calloc((size_t)count + 1, sizeof *ended)))
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the partitions of dead letters");
    for (left = count; status == KB_OK && left > 0;) {
        rd_kafka_message_t *raw = rd_kafka_consumer_poll(consumer, SILENCE_MS);
        if (!raw) {
            status =
                kb_fail(error, KB_UNAVAILABLE, "kafka-silent", "Kafka has said nothing for %d s", SILENCE_MS / 1000);
            break;
        }
        bool ours = raw->partition >= 0 && raw->partition < count && !ended[raw->partition];
        if (ours && raw->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            ended[raw->partition] = true;
            left--;
        } else if (ours && raw->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            status = each(raw, opaque, error);
        }
        rd_kafka_message_destroy(raw);
    }
    free(ended);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return status;
}

typedef struct reading {
    const kb_letter_choice *choice;
    kb_letter_visit *visit;
    void *opaque;
    places marks; // with their offsets
    places met;
} reading;

static kb_status note_mark(const rd_kafka_message_t *raw, void *opaque, kb_error *error)
{
    reading *r = opaque;
    bool ignored;
    if (is_mark(raw) && !add_place(&r->marks, mark_hash(raw->key, raw->key_len, raw->partition), raw->offset, &ignored))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the places of replayed letters");
    return KB_OK;
}

static kb_status visit_letter(const rd_kafka_message_t *raw, void *opaque, kb_error *error)
{
    reading *r = opaque;
    kb_letter letter = letter_of(raw);
    if (is_mark(raw) || !letter.topic.p || !letter.partition.p || !letter.offset.p)
        return KB_OK; // a mark, or nothing that a worker has written
    if (r->choice->reason && !kb_str_is(letter.reason, r->choice->reason))
        return KB_OK;
    if (r->choice->partition >= 0 && (raw->partition != r->choice->partition || raw->offset != r->choice->offset))
        return KB_OK;
    char text[PLACE_BYTES];
    bool fresh;
    size_t n = (size_t)place_of(&letter, text);
    if (offset_at(&r->marks, mark_hash(text, n, raw->partition)) > raw->offset)
        return KB_OK;
    if (!add_place(&r->met, kb_hash(text, n), raw->offset, &fresh))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the places of letters");
    return fresh ? r->visit(&letter, r->opaque, error) : KB_OK;
}

kb_status kb_letters_read(const kb_settings *settings, const kb_letter_choice *choice, kb_letter_visit *visit,
                          void *opaque, kb_error *error)
{
    reading r = {.choice = choice, .visit = visit, .opaque = opaque};
    kb_status status = scan(settings, note_mark, &r, error);
    if (status == KB_OK)
        status = scan(settings, visit_letter, &r, error);
    free(r.marks.slots);
    free(r.met.slots);
    return status;
}

// -------------------------------------------------------------------------------------------------------------- replay

typedef struct replay {
    rd_kafka_t *producer;
    const char *letters; // their topic
    uint32_t open;       // letters of the transaction under way
    uint64_t replayed, omitted;
} replay;

static kb_status transaction_status(rd_kafka_error_t *failed, kb_error *error)
{
    if (!failed)
        return KB_OK;
    bool fenced = rd_kafka_error_is_fatal(failed) != 0;
    kb_status status = kb_fail(error, fenced ? KB_CONFLICT : KB_UNAVAILABLE, "kafka-transaction", "Kafka: %s",
                               rd_kafka_error_string(failed));
    rd_kafka_error_destroy(failed);
    return status;
}

static kb_status open_producer(const kb_settings *settings, replay *r, kb_error *error)
{
    rd_kafka_conf_t *conf;
    char text[256], id[600];
    kb_status status = kb_kafka_config(settings, true, &conf, error);
    if (status != KB_OK)
        return status;
    snprintf(id, sizeof id, "khabar-replay-%s", settings->kafka_dead_letter_topic);
    const char *const properties[][2] = {
        {"transactional.id", id},
        {"transaction.timeout.ms", "60000"},
        {"message.timeout.ms", "30000"},
        {"partitioner", "murmur2_random"}}; // where the same key lay: as Kafka's own producers do
    for (size_t i = 0; i < KB_LEN(properties) && status == KB_OK; i++) {
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], text, sizeof text) != RD_KAFKA_CONF_OK)
            status = kb_fail(error, KB_INTERNAL, "kafka-property", "Kafka: %s", text);
    }
    r->producer = status == KB_OK ? rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text) : NULL;
    if (!r->producer) {
        rd_kafka_conf_destroy(conf);
        return status != KB_OK ? status : kb_fail(error, KB_INVALID, "kafka-producer", "Kafka: %s", text);
    }
    // Ends what a former replay has left open, and fences it off: after this, the marks that can be read are all there are.
    return transaction_status(rd_kafka_init_transactions(r->producer, SILENCE_MS), error);
}

static kb_status commit(replay *r, kb_error *error)
{
    if (!r->open)
        return KB_OK;
    kb_status status = transaction_status(rd_kafka_commit_transaction(r->producer, SILENCE_MS), error);
    if (status == KB_OK)
        r->replayed += r->open;
    r->open = 0;
    return status;
}

// The headers that the message had when it came: those before the first of ours. It may have come with such ones of somebody else's.
static rd_kafka_headers_t *own_headers(const rd_kafka_message_t *raw)
{
    rd_kafka_headers_t *all, *own = rd_kafka_headers_new(8);
    const char *name;
    const void *value;
    size_t size, count = 0;
    if (rd_kafka_message_headers(raw, &all) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return own;
    for (size_t i = 0; rd_kafka_header_get_all(all, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; i++) {
        if (strcmp(name, "__connect.errors.topic") == 0)
            count = i;
    }
    for (size_t i = 0; i < count && rd_kafka_header_get_all(all, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         i++)
        rd_kafka_header_add(own, name, -1, value, value ? (ssize_t)size : 0);
    return own;
}

static kb_status produced(rd_kafka_resp_err_t err, rd_kafka_headers_t *headers, kb_error *error)
{
    if (!err)
        return KB_OK;
    rd_kafka_headers_destroy(headers);
    return kb_fail(error, KB_UNAVAILABLE, "kafka-produce", "Kafka takes no message: %s", rd_kafka_err2str(err));
}

static kb_status put_back(const kb_letter *letter, void *opaque, kb_error *error)
{
    replay *r = opaque;
    if (letter->omitted) {
        r->omitted++;
        return KB_OK;
    }
    kb_status status = r->open ? KB_OK : transaction_status(rd_kafka_begin_transaction(r->producer), error);
    if (status != KB_OK)
        return status;
    char mark_key[PLACE_BYTES], topic[256];
    int n = place_of(letter, mark_key);
    snprintf(topic, sizeof topic, KB_PRI, KB_ARG(letter->topic));
    const rd_kafka_message_t *raw = letter->raw;
    rd_kafka_headers_t *headers = own_headers(raw);
    status =
        produced(rd_kafka_producev(r->producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                   RD_KAFKA_V_KEY(raw->key, raw->key_len), RD_KAFKA_V_VALUE(raw->payload, raw->len),
                                   RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END),
                 headers, error);
    if (status != KB_OK)
        return status;
    rd_kafka_headers_t *mark = rd_kafka_headers_new(1);
    rd_kafka_header_add(mark, REPLAYED, -1, "1", 1);
    // In the partition of the letter, behind it: so that retention, which deletes from the front, never takes the mark first. Its value is empty, not
    // absent: compaction deletes a tombstone after a day.
    status = produced(rd_kafka_producev(r->producer, RD_KAFKA_V_TOPIC(r->letters), RD_KAFKA_V_PARTITION(raw->partition),
                                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(mark_key, (size_t)n),
                                        RD_KAFKA_V_VALUE("", 0), RD_KAFKA_V_HEADERS(mark), RD_KAFKA_V_END),
                      mark, error);
    if (status != KB_OK)
        return status;
    return ++r->open < TRANSACTION_LETTERS ? KB_OK : commit(r, error);
}

kb_status kb_letters_replay(const kb_settings *settings, const kb_letter_choice *choice, uint64_t *ret_replayed,
                            uint64_t *ret_omitted, kb_error *error)
{
    replay r = {.letters = settings->kafka_dead_letter_topic};
    kb_status status = open_producer(settings, &r, error);
    if (status == KB_OK)
        status = kb_letters_read(settings, choice, put_back, &r, error);
    if (status == KB_OK)
        status = commit(&r, error);
    else if (r.open)
        rd_kafka_error_destroy(rd_kafka_abort_transaction(r.producer, ASK_MS));
    if (r.producer)
        rd_kafka_destroy(r.producer);
    *ret_replayed = r.replayed;
    *ret_omitted = r.omitted;
    return status;
}
