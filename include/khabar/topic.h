#pragma once
// The topic of articles and its consumer group as the brokers see them: for `khabar status`.

#include "khabar/kafka.h"

typedef struct kb_topic_partition {
    int32_t id;
    int64_t first, end;        // offsets: of the first message that is there, and behind the last record
    int64_t told;              // the offset that the group has committed to Kafka; -1: none
    const char *host, *member; // who reads it, host and member id of the group; NULL: nobody does
} kb_topic_partition;

typedef struct kb_topic {
    kb_topic_partition *at; // by id; none: the topic does not exist
    uint32_t count;
    const char *group_state; // Kafka's word: "Stable", "Empty" (no worker runs), "Dead" (there is no such group), …
    uint32_t members;
} kb_topic;

// Asks the brokers, outside of the group. Everything is of `arena`. Errors: KB_UNAVAILABLE (nobody answers within 10 s,
// or a right is missing), KB_INVALID (settings), KB_NO_MEMORY.
kb_status kb_topic_read(const kb_settings *settings, kb_arena *arena, kb_topic *ret, kb_error *error);
