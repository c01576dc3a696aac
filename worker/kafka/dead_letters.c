#include "khabar/kafka.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct kb_dead_letters {
    rd_kafka_t *producer;
    char *topic, *group;
    pthread_mutex_t lock; // of topic_made
    bool topic_made;
};

typedef enum delivery_state { UNSENT, PENDING, DELIVERED, FAILED, TOO_LARGE } delivery_state;

struct kb_delivery {
    uint64_t place; // hash of where the message came from
    _Atomic int state;
    atomic_int owners; // the message, and librdkafka while the letter is under way
};

void kb_delivery_release(kb_delivery *delivery)
{
    if (delivery && atomic_fetch_sub(&delivery->owners, 1) == 1)
        free(delivery);
}

// On whichever thread polls the producer.
static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer, (void)opaque;
    kb_delivery *delivery = message->_private;
    delivery_state state = message->err == RD_KAFKA_RESP_ERR_NO_ERROR             ? DELIVERED
                           : message->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? TOO_LARGE
                                                                                  : FAILED;
    if (state == FAILED)
        kb_log(KB_LOG_WARN, "dead-letter-refused", "message=\"%s\"", KB_ESC(rd_kafka_err2str(message->err)));
    atomic_store(&delivery->state, state);
    kb_delivery_release(delivery);
}

// Copies of a letter (after a crash) lie in one partition, where a replay's mark stands behind them all: by the key, or, without one, by the place that
// the message came from.
static int32_t choose_partition(const rd_kafka_topic_t *topic, const void *key, size_t key_size, int32_t count,
                                void *opaque, void *delivery)
{
    if (key && key_size)
        return rd_kafka_msg_partitioner_consistent(topic, key, key_size, count, opaque, delivery);
    return (int32_t)(((kb_delivery *)delivery)->place % (uint64_t)count);
}

kb_status kb_dead_letters_new(const kb_settings *settings, kb_dead_letters **ret, kb_error *error)
{
    rd_kafka_conf_t *conf;
    kb_status status = kb_kafka_config(settings, true, &conf, error);
    if (status != KB_OK)
        return status;
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    // There is one since a property of topics, message.timeout.ms, is set.
    rd_kafka_topic_conf_set_partitioner_cb(rd_kafka_conf_get_default_topic_conf(conf), choose_partition);
    kb_dead_letters *letters = calloc(1, sizeof *letters);
    if (letters) {
        letters->topic = strdup(settings->kafka_dead_letter_topic);
        letters->group = strdup(settings->kafka_group);
    }
    if (!letters || !letters->topic || !letters->group) {
        rd_kafka_conf_destroy(conf);
        kb_dead_letters_free(letters);
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the dead letters' producer");
    }
    char text[256];
    letters->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!letters->producer) {
        rd_kafka_conf_destroy(conf);
        kb_dead_letters_free(letters);
        return kb_fail(error, KB_INVALID, "kafka-producer", "Kafka: %s", text);
    }
    pthread_mutex_init(&letters->lock, NULL);
    *ret = letters;
    return KB_OK;
}

kb_dead_letters *kb_dead_letters_free(kb_dead_letters *letters)
{
    if (!letters)
        return NULL;
    if (letters->producer) {
        rd_kafka_flush(letters->producer, 2000);
        rd_kafka_purge(letters->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_poll(letters->producer, 0);
        rd_kafka_destroy(letters->producer);
        pthread_mutex_destroy(&letters->lock);
    }
    free(letters->topic);
    free(letters->group);
    free(letters);
    return NULL;
}

// Makes the topic where it is not there yet: many brokers make none by themselves. One that may not be made by us may
// be there all the same.
static void make_topic(kb_dead_letters *letters)
{
    pthread_mutex_lock(&letters->lock);
    bool made = letters->topic_made;
    letters->topic_made = true;
    pthread_mutex_unlock(&letters->lock);
    if (made)
        return;
    char text[256];
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(letters->topic, 1, -1, text, sizeof text);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(letters->producer);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(letters->producer, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    if (topic && queue && options) {
        rd_kafka_AdminOptions_set_request_timeout(options, 5000, text, sizeof text);
        rd_kafka_CreateTopics(letters->producer, &topic, 1, options, queue);
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 6000);
        if (event)
            rd_kafka_event_destroy(event);
    }
    if (options)
        rd_kafka_AdminOptions_destroy(options);
    if (queue)
        rd_kafka_queue_destroy(queue);
    if (topic)
        rd_kafka_NewTopic_destroy(topic);
}

static void add_header(rd_kafka_headers_t *headers, const char *name, const char *value)
{
    rd_kafka_header_add(headers, name, -1, value, -1);
}

// Those of the message, then the place it came from, which a replay knows ours by, and the reason, under the names of Kafka Connect's dead letter queue (KIP-298).
static rd_kafka_headers_t *make_headers(const kb_dead_letters *letters, const rd_kafka_message_t *message,
                                        kb_stage stage, const kb_error *reason)
{
    static const char *const stages[] = {
        [KB_STAGE_DECODE] = "VALUE_CONVERTER", [KB_STAGE_EXTRACT] = "TRANSFORMATION", [KB_STAGE_WRITE] = "TASK_PUT"};
    static const char *const rooms[] = {[KB_STAGE_DECODE] = "khabar.document",
                                        [KB_STAGE_EXTRACT] = "khabar.extract",
                                        [KB_STAGE_WRITE] = "khabar.postgres"};
    rd_kafka_headers_t *original = NULL, *headers;
    headers = rd_kafka_message_headers(message, &original) == RD_KAFKA_RESP_ERR_NO_ERROR
                  ? rd_kafka_headers_copy(original)
                  : rd_kafka_headers_new(10);
    char partition[16], offset[24];
    snprintf(partition, sizeof partition, "%d", (int)message->partition);
    snprintf(offset, sizeof offset, "%lld", (long long)message->offset);
    add_header(headers, "__connect.errors.topic", rd_kafka_topic_name(message->rkt));
    add_header(headers, "__connect.errors.partition", partition);
    add_header(headers, "__connect.errors.offset", offset);
    add_header(headers, "__connect.errors.connector.name", letters->group);
    add_header(headers, "__connect.errors.task.id", "0");
    add_header(headers, "__connect.errors.stage", stages[stage]);
    add_header(headers, "__connect.errors.class.name", rooms[stage]);
    add_header(headers, "__connect.errors.exception.class.name", reason->code);
    add_header(headers, "__connect.errors.exception.message", reason->what);
    if (reason->where[0])
        add_header(headers, "__connect.errors.exception.stacktrace", reason->where);
    return headers;
}

static kb_status send_letter(kb_dead_letters *letters, const rd_kafka_message_t *message, kb_stage stage,
                             const kb_error *reason, kb_delivery *delivery, kb_error *error)
{
    bool omit = atomic_load(&delivery->state) == TOO_LARGE;
    rd_kafka_headers_t *headers = make_headers(letters, message, stage, reason);
    if (omit) {
        char size[24];
        snprintf(size, sizeof size, "%zu", message->len);
        add_header(headers, "khabar.value.omitted", size);
    }
    atomic_fetch_add(&delivery->owners, 1);
    atomic_store(&delivery->state, PENDING);
    rd_kafka_resp_err_t err =
        rd_kafka_producev(letters->producer, RD_KAFKA_V_TOPIC(letters->topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                          RD_KAFKA_V_KEY(message->key, message->key_len),
                          RD_KAFKA_V_VALUE(omit ? NULL : message->payload, omit ? 0 : message->len),
                          RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(delivery), RD_KAFKA_V_END);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return KB_OK;
    rd_kafka_headers_destroy(headers);
    atomic_store(&delivery->state, err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? TOO_LARGE : FAILED);
    kb_delivery_release(delivery);
    if (error)
        error->retryable = true;
    return kb_fail(error, KB_UNAVAILABLE, "dead-letter-refused", "Kafka takes no dead letter: %s",
                   rd_kafka_err2str(err));
}

kb_status kb_dead_letters_deliver(kb_dead_letters *letters, const rd_kafka_message_t *message, kb_stage stage,
                                  const kb_error *reason, kb_delivery **delivery, int timeout_ms, kb_error *error)
{
    if (!*delivery) {
        *delivery = calloc(1, sizeof **delivery);
        if (!*delivery)
            return kb_fail(error, KB_UNAVAILABLE, "no-memory", "no memory for a dead letter");
        const int64_t place[] = {message->partition, message->offset};
        (*delivery)->place = kb_hash(place, sizeof place);
        atomic_store(&(*delivery)->owners, 1);
    }
    make_topic(letters);
    int64_t deadline = kb_now_ms() + timeout_ms;
    do {
        int state = atomic_load(&(*delivery)->state);
        if (state == DELIVERED)
            return KB_OK;
        if (state != PENDING) {
            kb_status status = send_letter(letters, message, stage, reason, *delivery, error);
            if (status != KB_OK && atomic_load(&(*delivery)->state) != TOO_LARGE)
                return status;
        }
        rd_kafka_poll(letters->producer, 50);
        if (atomic_load(&(*delivery)->state) == FAILED)
            break;
    } while (kb_now_ms() < deadline);
    if (atomic_load(&(*delivery)->state) == DELIVERED)
        return KB_OK;
    return kb_fail(error, KB_UNAVAILABLE, "dead-letter-pending", "Kafka has not confirmed a dead letter yet");
}
