#pragma once
// Writes articles and the offsets of their partitions in one transaction. A writer belongs to one thread and keeps one
// connection, which it opens when it needs it and opens again when it was lost.

#include "khabar/postgres.h"
#include "khabar/rows.h"

typedef enum kb_write_action {
    KB_WRITE_NOTHING, // the message leaves no rows, only the offset moves: a dead letter
    KB_WRITE_ARTICLE,
    KB_WRITE_TOMBSTONE, // retracts the article
} kb_write_action;

typedef enum kb_outcome {
    KB_OUT_NONE, // nothing to write, or a tombstone of an article that is not there
    KB_OUT_NEW,
    KB_OUT_REVISED,
    KB_OUT_UNCHANGED,
    KB_OUT_RETRACTED,
    KB_OUTCOMES,
} kb_outcome;

typedef struct kb_write_item {
    kb_write_action action;
    const kb_rows *rows; // of an article
    kb_uuid article_id;  // of an article or a tombstone
    kb_message_place place;
    kb_outcome outcome; // set when the transaction is committed
} kb_write_item;

typedef struct kb_offset_move {
    kb_str topic;
    int32_t partition;
    int64_t from, to; // next_offset as expected, and as it shall be
    bool fenced;      // set on KB_CONFLICT: the database holds another value
} kb_offset_move;

typedef struct kb_writer kb_writer;

// `conninfo` and `group` are borrowed.
kb_writer *kb_writer_new(const char *conninfo, const char *group);
kb_writer *kb_writer_free(kb_writer *writer);

// Called within the transaction, when it is certain that the offsets are still ours and before anything is committed.
// Its error rolls everything back.
typedef kb_status kb_before_commit(void *opaque, kb_error *error);

// Sources and entities that are new, in a short transaction of their own; then one transaction: moves the offsets, writes
// new articles, replaces the rows of changed ones (their former revision goes into the history), retracts. No two items
// may have the same article_id. Locks are taken in an order that all writers share: offsets (sorted here), new articles,
// known articles; sources and entities before all of them, and not held. Errors: KB_UNAVAILABLE (try again later;
// whether a lost COMMIT took place shows in the offsets), KB_CONFLICT (moves[].fenced; nothing was
// written), KB_INVALID (a row was refused for its data; SQLSTATE in error->code), KB_INTERNAL (schema or privileges are
// not as they should be), and what `before_commit` returns.
kb_status kb_writer_write(kb_writer *writer, kb_write_item *items, uint32_t item_count, kb_offset_move *moves,
                          uint32_t move_count, kb_before_commit *before_commit, void *opaque, kb_error *error);

// Reads where a partition stands; writes a row with offset 0 where there is none. Errors: as above.
kb_status kb_offset_read(kb_pg *pg, const char *group, kb_str topic, int32_t partition, int64_t *ret, kb_error *error);
// The same on the writer's own connection.
kb_status kb_writer_offset(kb_writer *writer, kb_str topic, int32_t partition, int64_t *ret, kb_error *error);
