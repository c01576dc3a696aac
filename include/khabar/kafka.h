#pragma once
// What the worker needs of Kafka: configurations, and the topic of dead letters.

#include "khabar/settings.h"

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

// A configuration for a consumer or a producer: the settings' brokers, what the worker relies on, and the user's own
// properties over it. For the caller to hand to rd_kafka_new or to destroy. Errors (KB_INVALID) name the place where a
// property was set: unknown, bad value, or one that the worker's promises depend on.
kb_status kb_kafka_config(const kb_settings *settings, bool producer, rd_kafka_conf_t **ret, kb_error *error);

// What to do instead of setting a property of librdkafka that is khabar's own; NULL for one that is the user's.
const char *kb_kafka_own_property(kb_str name);

// What the brokers say of one topic, for the caller to destroy; one that does not exist has no partitions. Errors: KB_UNAVAILABLE, with the brokers that
// were asked, or with what they have against the topic (its name, our rights).
kb_status kb_kafka_metadata(rd_kafka_t *client, const kb_settings *settings, const char *topic, int timeout_ms,
                            const struct rd_kafka_metadata **ret, kb_error *error);

// Logs what librdkafka says, at its level.
void kb_kafka_log(const rd_kafka_t *client, int level, const char *facility, const char *text);

// -------------------------------------------------------------------------------------------------------------- dead
// letters

typedef enum kb_stage { KB_STAGE_DECODE, KB_STAGE_EXTRACT, KB_STAGE_WRITE } kb_stage;

typedef struct kb_dead_letters kb_dead_letters; // thread safe
typedef struct kb_delivery kb_delivery;         // one letter on its way

kb_status kb_dead_letters_new(const kb_settings *settings, kb_dead_letters **ret, kb_error *error);
kb_dead_letters *kb_dead_letters_free(kb_dead_letters *letters); // gives what is under way two seconds

// Sends original key, value and headers of `message` with the reason in the headers that Kafka Connect uses
// (__connect.errors.*). A value that the broker refuses for its size is left out, which the header khabar.value.omitted
// says. `*delivery` is made by the first call and reused by later ones for the same message, which send again only what
// has failed. Waits up to `timeout_ms` until the broker has confirmed. Errors: KB_UNAVAILABLE (not confirmed yet: call
// again).
kb_status kb_dead_letters_deliver(kb_dead_letters *letters, const rd_kafka_message_t *message, kb_stage stage,
                                  const kb_error *reason, kb_delivery **delivery, int timeout_ms, kb_error *error);
void kb_delivery_release(kb_delivery *delivery); // accepts NULL
