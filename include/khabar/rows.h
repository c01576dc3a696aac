#pragma once
// What one article becomes in the database: the rows of every table, encoded once on the thread that extracted it, so
// that a writer only puts the bytes of many articles together.

#include "khabar/layers.h"

// The tables that an article writes to, in the order in which they are written.
typedef enum kb_table_id {
    KB_T_SOURCES,
    KB_T_ARTICLES,
    KB_T_ENTITIES,
    KB_T_ARTICLE_ENTITIES,
    KB_T_ENTITY_MENTIONS,
    KB_T_TIMES,
    KB_T_QUOTES,
    KB_T_EVENTS,
    KB_T_EVENT_MENTIONS,
    KB_T_PARTICIPANTS,
    KB_TABLES,
} kb_table_id;

// Types of columns, each with PostgreSQL's binary form.
typedef enum kb_column_type {
    KB_COL_UUID,
    KB_COL_TEXT,
    KB_COL_INT2,
    KB_COL_INT4,
    KB_COL_INT8,
    KB_COL_REAL,
    KB_COL_DOUBLE,
    KB_COL_TIMESTAMP,
    KB_COL_DATE,
    KB_COL_TEXTS, // text[], sent as the text of an array
} kb_column_type;

enum { KB_COLUMNS_MAX = 28 };

typedef struct kb_column {
    const char *name;
    kb_column_type type;
} kb_column;

typedef struct kb_table_spec {
    const char *name; // "news.articles"
    kb_column columns[KB_COLUMNS_MAX];
    uint32_t column_count;
} kb_table_spec;

extern const kb_table_spec kb_table_specs[KB_TABLES];

typedef struct kb_uuid {
    uint8_t b[16];
} kb_uuid;

// 128-bit hash of parts (each with its length, so that no two lists of parts read alike), as a UUID of version 8 (RFC
// 9562). The same on every machine.
kb_uuid kb_uuid_of(const kb_str *parts, uint32_t count);
// The id of an article's row from the id in its message.
kb_uuid kb_article_uuid(kb_str id);
// What the message says, whatever its time of arrival: a message with the same id and the same hash changes nothing.
kb_uuid kb_content_hash(const kb_article *article);

// The rows of one table, one after the other, each field a big-endian int32 length (-1: null) and its bytes, as in
// COPY's binary format.
typedef struct kb_encoded_rows {
    const uint8_t *at;
    uint32_t bytes, count;
} kb_encoded_rows;

typedef struct kb_rows {
    kb_uuid article_id;
    kb_uuid content_hash;
    kb_encoded_rows tables[KB_TABLES];
} kb_rows;

typedef struct kb_message_place {
    kb_str topic;
    int32_t partition;
    int64_t offset;
} kb_message_place;

// Encodes the rows of `layers`; *ret lives in `arena` and borrows nothing. NUL characters, which PostgreSQL's text
// can't hold, become U+FFFD, so that offsets keep their meaning. Errors: KB_LIMIT (a date that PostgreSQL can't hold,
// more than 32,767 entities or events), KB_NO_MEMORY.
kb_status kb_rows_encode(kb_arena *arena, const kb_layers *layers, const char *extractor, const kb_message_place *place,
                         kb_rows *ret, kb_error *error);
// A copy in one piece of memory without a byte to spare, for rows that wait: free() releases it. *ret_bytes (may be NULL)
// is what it takes. NULL without memory.
kb_rows *kb_rows_pack(const kb_rows *rows, size_t *ret_bytes);
