#include "postgres/work.h"

#include <stdlib.h>
#include <xxhash.h>

static int by_id(const void *a, const void *b)
{
    return memcmp(((const kb_row_ref *)a)->row + 4, ((const kb_row_ref *)b)->row + 4, 16);
}

static uint32_t length_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

// The name in a row of entities: id, type, name, each with its length.
static const uint8_t *entity_name(const uint8_t *row, uint32_t *ret_length)
{
    const uint8_t *type = row + 4 + 16, *name = type + 4 + length_at(type);
    *ret_length = length_at(name);
    return name + 4;
}

// Entities by id, then by name in byte order, as KB_S_REFRESH_ENTITIES compares names.
static int by_id_and_name(const void *a, const void *b)
{
    const uint8_t *x = ((const kb_row_ref *)a)->row, *y = ((const kb_row_ref *)b)->row;
    uint32_t n, m;
    int order = memcmp(x + 4, y + 4, 16);
    if (order)
        return order;
    const uint8_t *p = entity_name(x, &n), *q = entity_name(y, &m);
    order = memcmp(p, q, n < m ? n : m);
    return order ? order : (n > m) - (n < m);
}

kb_uuid kb_work_known_key(kb_table_id table, const uint8_t *row)
{
    kb_uuid key;
    memcpy(&key, row + 4, sizeof key);
    if (table == KB_T_ENTITIES) {
        uint32_t n;
        const uint8_t *name = entity_name(row, &n);
        XXH128_canonical_t hash;
        XXH128_canonicalFromHash(&hash, XXH3_128bits_withSeed(name, n, XXH3_64bits(row + 4, 16)));
        memcpy(&key, &hash, sizeof key);
    }
    return key;
}

static const uint8_t *row_end(const kb_table_spec *spec, const uint8_t *row)
{
    for (uint32_t i = 0; i < spec->column_count; i++) {
        uint32_t length = (uint32_t)row[0] << 24 | (uint32_t)row[1] << 16 | (uint32_t)row[2] << 8 | row[3];
        row += length == UINT32_MAX ? 4 : 4 + (size_t)length;
    }
    return row;
}

static bool is_written(const kb_write_item *item)
{
    return item->action == KB_WRITE_ARTICLE && (item->outcome == KB_OUT_NEW || item->outcome == KB_OUT_REVISED);
}

uint32_t kb_work_sorted_rows(kb_work *k, kb_table_id table, bool written)
{
    bool shared = table == KB_T_SOURCES || table == KB_T_ENTITIES;
    uint32_t n = 0, kept = 0;
    for (uint32_t i = 0; i < k->item_count; i++) {
        if (k->items[i].action != KB_WRITE_ARTICLE || (written && !is_written(&k->items[i])))
            continue;
        const kb_encoded_rows *rows = &k->items[i].rows->tables[table];
        const uint8_t *row = rows->at;
        for (uint32_t j = 0; j < rows->count; j++) {
            kb_uuid key = kb_work_known_key(table, row);
            if (!shared || !kb_known_has(&k->w->known, (const uint8_t *)&key))
                k->refs[n++].row = row;
            row = row_end(&kb_table_specs[table], row);
        }
    }
    if (n)
        qsort(k->refs, n, sizeof *k->refs, table == KB_T_ENTITIES ? by_id_and_name : by_id);
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || by_id(&k->refs[i], &k->refs[i - 1]) != 0)
            k->refs[kept++] = k->refs[i];
    }
    return kept;
}

bool kb_work_send_arrays(kb_work *k, kb_statement statement)
{
    const char *values[KB_COLUMNS_MAX];
    int lengths[KB_COLUMNS_MAX];
    kb_arrays_finish(&k->w->arrays, values, lengths);
    return kb_statement_send(&k->w->pg, statement, (int)k->w->arrays.spec->column_count, values, lengths);
}

bool kb_work_send_refs(kb_work *k, kb_table_id table, kb_statement statement, uint32_t count)
{
    kb_arrays_begin(&k->w->arrays, &kb_table_specs[table]);
    for (uint32_t i = 0; i < count; i++) {
        if (!kb_arrays_add(&k->w->arrays, k->refs[i].row))
            return false;
    }
    return kb_work_send_arrays(k, statement);
}

bool kb_work_send_children(kb_work *k, kb_table_id table, bool *ret_sent)
{
    kb_arrays_begin(&k->w->arrays, &kb_table_specs[table]);
    for (uint32_t i = 0; i < k->item_count; i++) {
        if (!is_written(&k->items[i]))
            continue;
        const kb_encoded_rows *rows = &k->items[i].rows->tables[table];
        const uint8_t *row = rows->at;
        for (uint32_t j = 0; j < rows->count; j++) {
            row = kb_arrays_add(&k->w->arrays, row);
            if (!row)
                return false;
        }
    }
    *ret_sent = k->w->arrays.rows > 0;
    return !*ret_sent || kb_work_send_arrays(k, (kb_statement)(KB_S_INSERT + (int)table));
}

static const kb_table_spec ids_spec = {.columns = {{"article_id", KB_COL_UUID}}, .column_count = 1};

// Appends a uuid as a row of one field.
static bool add_id(kb_work *k, const kb_uuid *id)
{
    uint8_t row[20];
    kb_big_endian(row, 16, 4);
    memcpy(row + 4, id->b, 16);
    return kb_arrays_add(&k->w->arrays, row) != NULL;
}

bool kb_work_send_ids(kb_work *k, kb_statement statement, const kb_uuid *ids, uint32_t count)
{
    kb_arrays_begin(&k->w->arrays, &ids_spec);
    for (uint32_t i = 0; i < count; i++) {
        if (!add_id(k, &ids[i]))
            return false;
    }
    return kb_work_send_arrays(k, statement);
}
