#pragma once
// What one call of kb_writer_write works on, and its rows as parameters of statements. Internal to worker/postgres.

#include "khabar/writer.h"

#include "postgres/exchange.h"
#include "postgres/known.h"
#include "postgres/statements.h"

struct kb_writer {
    const char *conninfo, *group;
    kb_pg pg;
    bool connected;
    kb_arrays arrays;
    kb_known known; // sources and entities; emptied after any error: somebody may have taken rows away
};

typedef struct kb_row_ref {
    const uint8_t *row; // its first field is the id, at row + 4
} kb_row_ref;

// What one call works on.
typedef struct kb_work {
    kb_writer *w;
    kb_write_item *items;
    uint32_t item_count;
    kb_offset_move *moves;
    uint32_t move_count;
    kb_row_ref *refs; // scratch, one a row of the widest sorted table
    kb_uuid *ids;     // scratch, one an item
    kb_error *error;
    kb_exchange x;
} kb_work;

// Rows of one table, of all articles (`written` false) or of those that are new or changed, sorted by id and each id once, in k->refs; of sources and
// entities those that are not known. Returns how many.
uint32_t kb_work_sorted_rows(kb_work *k, kb_table_id table, bool written);
// What a connection remembers of a row that it has sent: its id, of an entity also the name, for the same id may come with other spellings.
kb_uuid kb_work_known_key(kb_table_id table, const uint8_t *row);
// Queue a statement, false without memory or connection: with the writer's arrays as they are; with the first `count` of k->refs; with ids.
bool kb_work_send_arrays(kb_work *k, kb_statement statement);
bool kb_work_send_refs(kb_work *k, kb_table_id table, kb_statement statement, uint32_t count);
bool kb_work_send_ids(kb_work *k, kb_statement statement, const kb_uuid *ids, uint32_t count);
// All rows of a child table of new and changed articles. *ret_sent: whether there were any.
bool kb_work_send_children(kb_work *k, kb_table_id table, bool *ret_sent);
