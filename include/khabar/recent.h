#pragma once
// What the database tells of the workers' progress: for `khabar status`. Reads only.

#include "khabar/arena.h"
#include "khabar/postgres.h"

typedef struct kb_recent { // of the last hour, by when the current revision of an article was written
    int64_t fresh, revised, retracted;
    int64_t events; // of these articles
} kb_recent;

typedef struct kb_stored_offset {
    int32_t partition;
    int64_t next; // offset of the first message that is not written yet
} kb_stored_offset;

typedef struct kb_stored_offsets {
    kb_stored_offset *at; // by partition
    uint32_t count;
} kb_stored_offsets;

// Errors: KB_UNAVAILABLE (lost connection), KB_INVALID (the schema is another, or a right is missing).
kb_status kb_recent_read(kb_pg *pg, kb_recent *ret, kb_error *error);
// The offsets of a group on a topic; those of partitions that nobody has read yet are missing. Also KB_NO_MEMORY.
kb_status kb_stored_offsets_read(kb_pg *pg, const char *group, const char *topic, kb_arena *arena,
                                 kb_stored_offsets *ret, kb_error *error);
