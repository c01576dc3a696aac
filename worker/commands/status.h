#pragma once
// What `khabar status` has found out, and its two forms (status_print.c).

#include "khabar/migrations.h"
#include "khabar/recent.h"
#include "khabar/topic.h"

typedef struct kb_letter_count {
    const char *reason;
    uint64_t letters;
} kb_letter_count;

typedef struct kb_status_report {
    const kb_settings *settings;
    kb_arena *arena;
    // Of PostgreSQL, where `database.code` is empty; what is written also needs `has_tables`.
    kb_error database;
    kb_schema_state schema;
    int64_t needed; // the version that this program needs
    bool has_tables;
    kb_stored_offsets offsets;
    kb_recent recent;
    // Of Kafka, where `kafka.code` is empty.
    kb_error kafka;
    kb_topic topic;
    KB_VEC(kb_letter_count) letters; // most frequent first
} kb_status_report;

// What a partition has before it, by its number in the topic: false where the database is away.
bool kb_status_lag(const kb_status_report *r, uint32_t i, int64_t *ret_next, int64_t *ret_lag);

kb_status kb_status_print(const kb_status_report *r, kb_error *error); // for a person
kb_status kb_status_print_json(const kb_status_report *r, kb_error *error);
