#include "khabar/kafka.h"

#include <stdio.h>
#include <syslog.h>

typedef struct fixed {
    const char *name, *value;
} fixed;

// Reasons:
// - enable.partition.eof: tells that nothing is behind the last message but marks of transactions, which are no lag.
// - Offsets are the database's; Kafka's own follow when the rows are written.
// - queued.min.messages: librdkafka 2.0 rests a second whenever that many messages are queued, so the number is only a
//   backstop; bytes bound the queue: with 8 MB the consumer read 50,000 articles in about the time that it took with more, and a pause throws them away.
// - session.timeout.ms: a worker that is killed is replaced after 10 s; one that is stopped leaves the group at once.
// - receive.message.max.bytes: a message that is larger would be asked for again and again, and its partition stand still;
//   1 GB is what librdkafka's producers can send. What is too large for us is refused by message-bytes, with a reason.
// - topic.metadata.refresh.interval.ms: a topic or partition that is made later is noticed within 10 s.
static const fixed consumer_defaults[] = {
    {"queued.min.messages", "1000000"},
    {"queued.max.messages.kbytes", "8192"},
    {"session.timeout.ms", "10000"},
    {"heartbeat.interval.ms", "2000"},
    {"topic.metadata.refresh.interval.ms", "10000"},
    {"fetch.wait.max.ms", "100"},
    {"receive.message.max.bytes", "1000000512"},
    {"reconnect.backoff.max.ms", "3000"},
    {NULL, NULL},
};
static const fixed consumer_fixed[] = {
    {"enable.auto.commit", "false"},  {"enable.auto.offset.store", "false"}, {"auto.offset.reset", "earliest"},
    {"enable.partition.eof", "true"}, {"isolation.level", "read_committed"}, {NULL, NULL},
};
// Idempotence keeps a dead letter from being stored twice when its confirmation was lost. A letter waits for the broker
// for as long as it takes. Without sticky.partitioning.linger.ms one without a key lies where we say.
static const fixed producer_defaults[] = {
    {"linger.ms", "0"},
    {"message.max.bytes", "1000000000"},
    {"reconnect.backoff.max.ms", "3000"},
    {"compression.codec", "lz4"},
    {NULL, NULL},
};
static const fixed producer_fixed[] = {
    {"enable.idempotence", "true"},
    {"message.timeout.ms", "0"},
    {"sticky.partitioning.linger.ms", "0"},
    {NULL, NULL},
};

static kb_status set_all(rd_kafka_conf_t *conf, const fixed *list, kb_error *error)
{
    char text[256];
    for (; list->name; list++) {
        if (rd_kafka_conf_set(conf, list->name, list->value, text, sizeof text) != RD_KAFKA_CONF_OK)
            return kb_fail(error, KB_INTERNAL, "kafka-property", "Kafka: %s", text);
    }
    return KB_OK;
}

// Properties that are not the user's to set, and what to do instead. The README lists them, and a test compares.
static const fixed own_properties[] = {
    {"bootstrap.servers", "use the setting kafka-brokers"},
    {"metadata.broker.list", "use the setting kafka-brokers"},
    {"group.id", "use the setting kafka-group"},
    {"enable.auto.commit", "the database holds the offsets; offset-commit-ms says how often Kafka is told them"},
    {"enable.auto.offset.store", "the database holds the offsets; offset-commit-ms says how often Kafka is told them"},
    {"auto.offset.reset", "a partition is read from the offset that the database holds, a new one from its beginning"},
    {"enable.partition.eof", "the lag relies on it"},
    {"enable.idempotence", "dead letters rely on it"},
    {"message.timeout.ms", "a dead letter waits for the broker for as long as it takes"},
    {"delivery.timeout.ms", "a dead letter waits for the broker for as long as it takes"},
    {"delivery.report.only.error", "a dead letter waits until the broker has confirmed it"},
    {"enabled_events", "dead letters and rebalances rely on what librdkafka reports"},
    {"enable.gapless.guarantee", "a dead letter that is refused is sent again"},
    {"partitioner", "copies of a dead letter lie in one partition"},
    {"sticky.partitioning.linger.ms", "copies of a dead letter lie in one partition"},
    {"transactional.id", "only a replay of dead letters is a transaction, under an id of its own"},
    {"transaction.timeout.ms", "only a replay of dead letters is a transaction, with a time of its own"},
    {"isolation.level", "what a replay of dead letters has begun and not ended must not be read"},
    {NULL, NULL},
};

const char *kb_kafka_own_property(kb_str name)
{
    for (const fixed *f = own_properties; f->name; f++) {
        if (kb_str_is(name, f->name))
            return f->value;
    }
    return NULL;
}

// librdkafka #4895: before 2.6.1 it repeats its nonce, which brokers from 4.0 on take for a wrong password.
static void warn_of_scram(const kb_settings *settings)
{
    for (uint32_t i = 0; i < settings->property_count; i++) {
        const kb_property *p = &settings->properties[i];
        bool mechanism = kb_str_is(p->name, "sasl.mechanism") || kb_str_is(p->name, "sasl.mechanisms");
        if (mechanism && kb_str_starts(p->value, KB_STR("SCRAM")) && rd_kafka_version() < 0x02060100)
            kb_log(KB_LOG_WARN, "kafka-scram",
                   "librdkafka=%s message=\"brokers from 4.0 on refuse the SCRAM of this librdkafka; use 2.6.1 or "
                   "later, or PLAIN over TLS\"",
                   rd_kafka_version_str());
    }
}

static kb_status set_users(const kb_settings *settings, rd_kafka_conf_t *conf, kb_error *error)
{
    for (uint32_t i = 0; i < settings->property_count; i++) {
        const kb_property *p = &settings->properties[i];
        char text[256];
        const char *instead = kb_kafka_own_property(p->name);
        if (instead)
            return kb_fail(error, KB_INVALID, "kafka-property", KB_PRI ": " KB_PRI " is set by khabar itself: %s",
                           KB_ARG(p->origin), KB_ARG(p->name), instead);
        switch (rd_kafka_conf_set(conf, p->name.p, p->value.p, text, sizeof text)) {
        case RD_KAFKA_CONF_OK:
            break;
        case RD_KAFKA_CONF_UNKNOWN:
            return kb_fail(error, KB_INVALID, "setting-unknown",
                           KB_PRI ": neither khabar nor librdkafka knows '" KB_PRI "'", KB_ARG(p->origin),
                           KB_ARG(p->name));
        case RD_KAFKA_CONF_INVALID: // the text may hold the value, which may be a secret
            return kb_fail(error, KB_INVALID, "kafka-property", KB_PRI ": librdkafka refuses the value of " KB_PRI,
                           KB_ARG(p->origin), KB_ARG(p->name));
        }
    }
    return KB_OK;
}

static kb_status set_strategy(rd_kafka_conf_t *conf, kb_error *error)
{
    // Before 2.6.1 the cooperative protocol can leave partitions without an owner.
    fixed strategy[] = {
        {"partition.assignment.strategy", rd_kafka_version() >= 0x02060100 ? "cooperative-sticky" : "range,roundrobin"},
        {NULL, NULL}};
    return set_all(conf, strategy, error);
}

kb_status kb_kafka_config(const kb_settings *settings, bool producer, rd_kafka_conf_t **ret, kb_error *error)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    fixed address[] = {{"bootstrap.servers", settings->kafka_brokers}, {"client.id", "khabar"}, {NULL, NULL}};
    fixed group[] = {{"group.id", settings->kafka_group}, {NULL, NULL}};
    kb_status status = set_all(conf, address, error);
    if (status == KB_OK)
        status = set_all(conf, producer ? producer_defaults : consumer_defaults, error);
    if (status == KB_OK && !producer)
        status = set_all(conf, group, error);
    if (status == KB_OK && !producer) {
        warn_of_scram(settings);
        status = set_strategy(conf, error);
    }
    if (status == KB_OK)
        status = set_users(settings, conf, error);
    if (status == KB_OK)
        status = set_all(conf, producer ? producer_fixed : consumer_fixed, error);
    if (status != KB_OK) {
        rd_kafka_conf_destroy(conf);
        return status;
    }
    rd_kafka_conf_set_log_cb(conf, kb_kafka_log);
    *ret = conf;
    return KB_OK;
}

kb_status kb_kafka_metadata(rd_kafka_t *client, const kb_settings *settings, const char *topic, int timeout_ms,
                            const struct rd_kafka_metadata **ret, kb_error *error)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client, topic, NULL);
    rd_kafka_resp_err_t err = handle ? rd_kafka_metadata(client, 0, handle, ret, timeout_ms) : rd_kafka_last_error();
    if (handle)
        rd_kafka_topic_destroy(handle);
    if (err)
        return kb_fail(error, KB_UNAVAILABLE, "kafka-metadata", "Kafka: no broker of %.150s answers: %s",
                       settings->kafka_brokers, rd_kafka_err2str(err));
    rd_kafka_resp_err_t fault = (*ret)->topic_cnt ? (*ret)->topics[0].err : RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!fault || fault == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || fault == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        fault == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
        return KB_OK;
    rd_kafka_metadata_destroy(*ret);
    return kb_fail(error, KB_UNAVAILABLE, "kafka-topic", "Kafka tells nothing of the topic '%.250s': %s", topic,
                   rd_kafka_err2str(fault));
}

void kb_kafka_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    kb_log_level ours = level <= LOG_ERR      ? KB_LOG_WARN
                        : level <= LOG_NOTICE ? KB_LOG_INFO
                                              : KB_LOG_DEBUG; // lost brokers are waited for: no error of ours
    kb_log(ours, "kafka", "facility=%s message=\"%s\"", facility, KB_ESC(text));
}
