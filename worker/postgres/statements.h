#pragma once
// The statements of the writer, made from the tables' columns, and arrays of rows as their parameters in PostgreSQL's
// binary format.

#include "khabar/postgres.h"
#include "khabar/rows.h"

typedef enum kb_statement {
    KB_S_FENCE,
    KB_S_LOCK,
    KB_S_ARCHIVE,
    KB_S_RETRACT,
    KB_S_CLEAR_PARTICIPANTS,
    KB_S_CLEAR_EVENT_MENTIONS,
    KB_S_CLEAR_EVENTS,
    KB_S_CLEAR_QUOTES,
    KB_S_CLEAR_TIMES,
    KB_S_CLEAR_ENTITY_MENTIONS,
    KB_S_CLEAR_ARTICLE_ENTITIES,
    KB_S_REVISE,
    KB_S_REFRESH_ENTITIES,
    KB_S_INSERT, // + kb_table_id
    KB_STATEMENTS = KB_S_INSERT + KB_TABLES,
} kb_statement;

// Prepares all of them on a connection.
kb_status kb_statements_prepare(kb_pg *pg, kb_error *error);

typedef struct kb_buffer { // memory that is kept from one transaction to the next
    uint8_t *at;
    size_t n, cap;
} kb_buffer;

// Room for `n` more bytes at the end, or NULL without memory.
uint8_t *kb_buffer_room(kb_buffer *buffer, size_t n);
void kb_big_endian(uint8_t *to, uint64_t value, size_t bytes);

typedef struct kb_arrays { // one array a column
    const kb_table_spec *spec;
    kb_buffer columns[KB_COLUMNS_MAX];
    bool nulls[KB_COLUMNS_MAX];
    uint32_t rows;
} kb_arrays;

void kb_arrays_begin(kb_arrays *arrays, const kb_table_spec *spec);
// Appends one encoded row and returns the byte behind it, or NULL without memory.
const uint8_t *kb_arrays_add(kb_arrays *arrays, const uint8_t *row);
// Fills in the headers. values[] and lengths[] have spec->column_count places.
void kb_arrays_finish(kb_arrays *arrays, const char **values, int *lengths);
void kb_arrays_done(kb_arrays *arrays);

// Queues a statement with binary parameters on a connection in pipeline mode. False without memory or connection.
bool kb_statement_send(kb_pg *pg, kb_statement statement, int count, const char *const *values, const int *lengths);
