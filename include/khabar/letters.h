#pragma once
// What is in the topic of dead letters, and the way back to the topic of articles.
//
// A replayed letter is marked in the topic of dead letters itself, by a message behind it in its partition, without text, whose key names the place
// that the letter came from, with a hash of its key and value, and whose header khabar.replayed says so. It speaks of what lies before it. Mark and
// replayed message are written in one transaction of Kafka under one transactional id, so a replay that is killed has done both or neither, and of two at
// once the later one fences the earlier one off.

#include "khabar/kafka.h"

typedef struct kb_letter { // slices borrow from `raw`
    const rd_kafka_message_t *raw;
    kb_str topic, partition, offset; // where the message came from
    kb_str stage, reason, message, where;
    bool omitted; // the value was too large for a dead letter
} kb_letter;

typedef struct kb_letter_choice {
    const char *reason; // NULL: any
    int32_t partition;  // of the topic of dead letters; -1: any
    int64_t offset;
} kb_letter_choice;

// Called for each letter that was not replayed and that is chosen, partition by partition in no order; one that stands there twice (after a crash)
// comes once.
typedef kb_status kb_letter_visit(const kb_letter *letter, void *opaque, kb_error *error);

// Reads the topic up to its end as of now. A topic that does not exist has no letters. Errors: KB_UNAVAILABLE, KB_INVALID (settings), the visitor's.
kb_status kb_letters_read(const kb_settings *settings, const kb_letter_choice *choice, kb_letter_visit *visit,
                          void *opaque, kb_error *error);

// Puts the chosen letters back on the topics they came from, without the headers that were added; *ret_replayed and *ret_omitted (no value is there to
// put back) count. Errors: KB_CONFLICT (another replay began meanwhile) and those of kb_letters_read; what was counted stays replayed.
kb_status kb_letters_replay(const kb_settings *settings, const kb_letter_choice *choice, uint64_t *ret_replayed,
                            uint64_t *ret_omitted, kb_error *error);
