// What many articles share goes first, in a transaction of its own: sources and entities that this connection has not seen
// yet. Two writers that meet the same new name wait for each other only that long, and not for all rows of hundreds of
// articles; a name whose articles are never written does no harm, the views leave it out.
// Then one transaction in two or three trips to the server, in libpq's pipeline mode:
// 1. BEGIN, the fence of every partition, articles that are new (ON CONFLICT DO NOTHING)
// 2. only when some were known already: their rows locked and compared
// 3. the former revisions of changed articles archived and cleared, all child rows, COMMIT
// Locks are taken phase by phase and in the order of ids within a phase, so that writers wait for each other but never
// in a circle.

#include "khabar/writer.h"

#include "postgres/work.h"

#include <stdlib.h>

typedef struct item_ref {
    kb_write_item *item;
} item_ref;

kb_writer *kb_writer_new(const char *conninfo, const char *group)
{
    kb_writer *w = calloc(1, sizeof *w);
    if (!w || !kb_known_init(&w->known)) {
        free(w);
        return NULL;
    }
    w->conninfo = conninfo;
    w->group = group;
    return w;
}

static void disconnect(kb_writer *w)
{
    if (w->connected)
        kb_pg_done(&w->pg);
    w->connected = false;
}

kb_writer *kb_writer_free(kb_writer *writer)
{
    if (writer) {
        disconnect(writer);
        kb_arrays_done(&writer->arrays);
        kb_known_done(&writer->known);
        free(writer);
    }
    return NULL;
}

static kb_status connect_writer(kb_writer *w, kb_error *error)
{
    if (w->connected)
        return KB_OK;
    kb_status status = kb_pg_connect(w->conninfo, "khabar writer", &w->pg, error);
    if (status != KB_OK)
        return status == KB_INVALID ? KB_INTERNAL : status;
    w->connected = true;
    status = kb_statements_prepare(&w->pg, error);
    if (status != KB_OK)
        disconnect(w);
    return status;
}

static int by_uuid(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(kb_uuid));
}

// --------------------------------------------------------------------------------------------------------------
// what articles share

static void remember(kb_work *k, kb_table_id table)
{
    uint32_t count = kb_work_sorted_rows(k, table, false);
    for (uint32_t i = 0; i < count; i++) {
        kb_uuid key = kb_work_known_key(table, k->refs[i].row);
        kb_known_add(&k->w->known, (const uint8_t *)&key);
    }
}

// Need not be on disk before the transaction that uses it, whose commit puts it there too.
static kb_status shared_trip(kb_work *k)
{
    uint32_t sources = kb_work_sorted_rows(k, KB_T_SOURCES, false), entities = 0, sent = 3;
    bool ok = sources || (entities = kb_work_sorted_rows(k, KB_T_ENTITIES, false));
    if (!ok)
        return KB_OK;
    k->x.unsent = true;
    ok = kb_exchange_queue(&k->x, "BEGIN") && kb_exchange_queue(&k->x, "SET LOCAL synchronous_commit = off");
    if (ok && sources) {
        ok = kb_work_send_refs(k, KB_T_SOURCES, (kb_statement)(KB_S_INSERT + KB_T_SOURCES), sources);
        entities = kb_work_sorted_rows(k, KB_T_ENTITIES, false);
        sent++;
    }
    if (ok && entities) {
        ok = kb_work_send_refs(k, KB_T_ENTITIES, (kb_statement)(KB_S_INSERT + KB_T_ENTITIES), entities) &&
             kb_work_send_refs(k, KB_T_ENTITIES, KB_S_REFRESH_ENTITIES, entities);
        sent += 2;
    }
    ok = ok && kb_exchange_queue(&k->x, "COMMIT");
    kb_status status = ok ? kb_exchange_send(&k->x) : kb_exchange_lost(&k->x);
    for (uint32_t i = 0; status == KB_OK && i < sent; i++)
        status = kb_exchange_next(&k->x, NULL);
    if (status == KB_OK)
        status = kb_exchange_finish(&k->x);
    if (status == KB_OK) {
        remember(k, KB_T_SOURCES);
        remember(k, KB_T_ENTITIES);
    }
    return status;
}

// -------------------------------------------------------------------------------------------------------------- first
// trip

static int by_partition(const void *a, const void *b)
{
    const kb_offset_move *x = a, *y = b;
    int c = kb_str_cmp(x->topic, y->topic);
    return c ? c : (x->partition > y->partition) - (x->partition < y->partition);
}

static bool send_fence(kb_work *k, const kb_offset_move *move)
{
    uint8_t partition[4], from[8], to[8];
    kb_big_endian(partition, (uint64_t)move->partition, 4);
    kb_big_endian(from, (uint64_t)move->from, 8);
    kb_big_endian(to, (uint64_t)move->to, 8);
    const char *values[] = {k->w->group, move->topic.p, (char *)partition, (char *)from, (char *)to};
    const int lengths[] = {(int)strlen(k->w->group), (int)move->topic.n, 4, 8, 8};
    return kb_statement_send(&k->w->pg, KB_S_FENCE, 5, values, lengths);
}

static void mark_new(kb_work *k, const PGresult *inserted)
{
    int n = PQntuples(inserted);
    for (int i = 0; i < n; i++)
        memcpy(k->ids[i].b, PQgetvalue(inserted, i, 0), sizeof(kb_uuid));
    if (n)
        qsort(k->ids, (size_t)n, sizeof *k->ids, by_uuid);
    for (uint32_t i = 0; i < k->item_count; i++) {
        kb_write_item *item = &k->items[i];
        bool is_new = item->action == KB_WRITE_ARTICLE && n &&
                      bsearch(&item->article_id, k->ids, (size_t)n, sizeof *k->ids, by_uuid);
        item->outcome = is_new ? KB_OUT_NEW : KB_OUT_NONE;
    }
}

static kb_status read_fences(kb_work *k)
{
    bool fenced = false;
    for (uint32_t i = 0; i < k->move_count; i++) {
        PGresult *result;
        kb_status status = kb_exchange_next(&k->x, &result);
        if (status != KB_OK)
            return status;
        k->moves[i].fenced = strcmp(PQcmdTuples(result), "1") != 0;
        fenced |= k->moves[i].fenced;
        PQclear(result);
    }
    return fenced ? kb_fail(k->error, KB_CONFLICT, "fenced", "another worker moved the offset of a partition") : KB_OK;
}

static kb_status first_trip(kb_work *k)
{
    k->x.unsent = true;
    bool ok = kb_exchange_queue(&k->x, "BEGIN");
    for (uint32_t i = 0; ok && i < k->move_count; i++)
        ok = send_fence(k, &k->moves[i]);
    uint32_t articles = kb_work_sorted_rows(k, KB_T_ARTICLES, false);
    if (ok && articles)
        ok = kb_work_send_refs(k, KB_T_ARTICLES, (kb_statement)(KB_S_INSERT + KB_T_ARTICLES), articles);
    kb_status status = ok ? kb_exchange_send(&k->x) : kb_exchange_lost(&k->x);
    if (status == KB_OK)
        status = kb_exchange_next(&k->x, NULL);
    kb_status fences = status == KB_OK ? read_fences(k) : status;
    if (fences != KB_OK && fences != KB_CONFLICT)
        return fences;
    PGresult *inserted = NULL;
    if (articles && (status = kb_exchange_next(&k->x, &inserted)) != KB_OK)
        return status;
    mark_new(k, inserted);
    PQclear(inserted);
    return fences;
}

// -------------------------------------------------------------------------------------------------------------- second
// trip

static bool needs_look(const kb_write_item *item)
{
    return item->action == KB_WRITE_TOMBSTONE || (item->action == KB_WRITE_ARTICLE && item->outcome != KB_OUT_NEW);
}

static int by_article(const void *a, const void *b)
{
    return memcmp(a, &((const item_ref *)b)->item->article_id, sizeof(kb_uuid));
}

static int by_item(const void *a, const void *b)
{
    return memcmp(&((const item_ref *)a)->item->article_id, &((const item_ref *)b)->item->article_id, sizeof(kb_uuid));
}

static void compare(kb_write_item *item, const PGresult *rows, int i)
{
    bool retracted = PQgetvalue(rows, i, 2)[0] != 0;
    if (item->action == KB_WRITE_TOMBSTONE)
        item->outcome = retracted ? KB_OUT_NONE : KB_OUT_RETRACTED;
    else if (!retracted && memcmp(PQgetvalue(rows, i, 1), item->rows->content_hash.b, 16) == 0)
        item->outcome = KB_OUT_UNCHANGED;
    else
        item->outcome = KB_OUT_REVISED;
}

static kb_status second_trip(kb_work *k)
{
    item_ref *known = calloc(k->item_count + 1, sizeof *known);
    if (!known)
        return kb_fail(k->error, KB_UNAVAILABLE, "no-memory", "no memory to compare %u articles", k->item_count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < k->item_count; i++) {
        if (needs_look(&k->items[i]))
            known[n++].item = &k->items[i];
    }
    qsort(known, n, sizeof *known, by_item);
    for (uint32_t i = 0; i < n; i++)
        k->ids[i] = known[i].item->article_id;
    PGresult *rows = NULL;
    k->x.unsent = n > 0;
    kb_status status = n == 0                                      ? KB_OK
                       : kb_work_send_ids(k, KB_S_LOCK, k->ids, n) ? kb_exchange_send(&k->x)
                                                                   : kb_exchange_lost(&k->x);
    if (status == KB_OK && n)
        status = kb_exchange_next(&k->x, &rows);
    if (status == KB_OK && n)
        status = kb_exchange_finish(&k->x);
    for (int i = 0; status == KB_OK && i < PQntuples(rows); i++) {
        const item_ref *found = bsearch(PQgetvalue(rows, i, 0), known, n, sizeof *known, by_article);
        if (found)
            compare(found->item, rows, i);
    }
    PQclear(rows);
    free(known);
    return status;
}

// -------------------------------------------------------------------------------------------------------------- third
// trip

static uint32_t ids_with(kb_work *k, kb_outcome one, kb_outcome other)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < k->item_count; i++) {
        if (k->items[i].outcome == one || k->items[i].outcome == other)
            k->ids[n++] = k->items[i].article_id;
    }
    if (n)
        qsort(k->ids, n, sizeof *k->ids, by_uuid);
    return n;
}

static bool send_retractions(kb_work *k)
{
    static const kb_table_spec spec = {.columns = {{"article_id", KB_COL_UUID},
                                                   {"topic", KB_COL_TEXT},
                                                   {"partition", KB_COL_INT4},
                                                   {"at", KB_COL_INT8}},
                                       .column_count = 4};
    kb_arrays_begin(&k->w->arrays, &spec);
    for (uint32_t i = 0; i < k->item_count; i++) {
        const kb_write_item *item = &k->items[i];
        uint8_t row[20 + 4 + 256 + 8 + 12], *p = row;
        if (item->outcome != KB_OUT_RETRACTED)
            continue;
        size_t topic = item->place.topic.n < 256 ? item->place.topic.n : 255; // Kafka allows 249
        kb_big_endian(p, 16, 4);
        memcpy(p + 4, item->article_id.b, 16);
        kb_big_endian(p += 20, topic, 4);
        memcpy(p + 4, item->place.topic.p, topic);
        kb_big_endian(p += 4 + topic, 4, 4);
        kb_big_endian(p + 4, (uint64_t)item->place.partition, 4);
        kb_big_endian(p += 8, 8, 4);
        kb_big_endian(p + 4, (uint64_t)item->place.offset, 8);
        if (!kb_arrays_add(&k->w->arrays, row))
            return false;
    }
    return kb_work_send_arrays(k, KB_S_RETRACT);
}

// Puts changed and retracted articles' former revisions away. *sent counts the statements.
static bool send_replacements(kb_work *k, uint32_t *sent)
{
    uint32_t gone = ids_with(k, KB_OUT_REVISED, KB_OUT_RETRACTED);
    if (gone == 0)
        return true;
    bool ok = kb_work_send_ids(k, KB_S_ARCHIVE, k->ids, gone);
    *sent += 1;
    for (int s = KB_S_CLEAR_PARTICIPANTS; ok && s <= KB_S_CLEAR_ARTICLE_ENTITIES; s++, ++*sent)
        ok = kb_work_send_ids(k, (kb_statement)s, k->ids, gone);
    if (ok && ids_with(k, KB_OUT_RETRACTED, KB_OUT_RETRACTED)) {
        ok = send_retractions(k);
        ++*sent;
    }
    uint32_t changed = ids_with(k, KB_OUT_REVISED, KB_OUT_REVISED), revised = 0,
             articles = kb_work_sorted_rows(k, KB_T_ARTICLES, true);
    for (uint32_t i = 0; i < articles; i++) { // of the written articles only the revised ones
        if (changed && bsearch(k->refs[i].row + 4, k->ids, changed, sizeof *k->ids, by_uuid))
            k->refs[revised++] = k->refs[i];
    }
    if (ok && revised) {
        ok = kb_work_send_refs(k, KB_T_ARTICLES, KB_S_REVISE, revised);
        ++*sent;
    }
    return ok;
}

static kb_status third_trip(kb_work *k)
{
    uint32_t sent = 1; // COMMIT
    k->x.unsent = true;
    bool ok = send_replacements(k, &sent);
    for (int table = KB_T_ARTICLE_ENTITIES; ok && table < KB_TABLES; table++) {
        bool any = false;
        ok = kb_work_send_children(k, (kb_table_id)table, &any);
        sent += any;
    }
    ok = ok && kb_exchange_queue(&k->x, "COMMIT");
    kb_status status = ok ? kb_exchange_send(&k->x) : kb_exchange_lost(&k->x);
    for (uint32_t i = 0; status == KB_OK && i < sent; i++)
        status = kb_exchange_next(&k->x, NULL);
    return status == KB_OK ? kb_exchange_finish(&k->x) : status;
}

// -------------------------------------------------------------------------------------------------------------- all

static kb_status transact(kb_work *k, kb_before_commit *before_commit, void *opaque)
{
    kb_status status = shared_trip(k);
    if (status != KB_OK)
        return status;
    status = first_trip(k);
    kb_status drained = status == KB_OK || status == KB_CONFLICT ? kb_exchange_finish(&k->x) : KB_OK;
    if (status == KB_OK)
        status = drained;
    if (status == KB_OK)
        status = second_trip(k);
    if (status == KB_OK && before_commit)
        status = before_commit(opaque, k->error);
    return status == KB_OK ? third_trip(k) : status;
}

static size_t widest(const kb_write_item *items, uint32_t count)
{
    static const kb_table_id sorted[] = {KB_T_SOURCES, KB_T_ARTICLES, KB_T_ENTITIES};
    size_t most = 0;
    for (size_t t = 0; t < KB_LEN(sorted); t++) {
        size_t rows = 0;
        for (uint32_t i = 0; i < count; i++)
            rows += items[i].action == KB_WRITE_ARTICLE ? items[i].rows->tables[sorted[t]].count : 0;
        most = rows > most ? rows : most;
    }
    return most;
}

kb_status kb_writer_write(kb_writer *writer, kb_write_item *items, uint32_t item_count, kb_offset_move *moves,
                          uint32_t move_count, kb_before_commit *before_commit, void *opaque, kb_error *error)
{
    kb_status status = connect_writer(writer, error);
    if (status != KB_OK)
        return status;
    kb_work k = {.w = writer,
                 .items = items,
                 .item_count = item_count,
                 .moves = moves,
                 .move_count = move_count,
                 .refs = calloc(widest(items, item_count) + 1, sizeof(kb_row_ref)),
                 .ids = calloc(item_count + 1, sizeof(kb_uuid)),
                 .error = error,
                 .x = {&writer->pg, error, false}};
    if (!k.refs || !k.ids) {
        status = kb_fail(error, KB_UNAVAILABLE, "no-memory", "no memory for a transaction of %u articles", item_count);
    } else if (!kb_exchange_begin(&k.x)) {
        status = kb_exchange_lost(&k.x);
        disconnect(writer);
    } else {
        qsort(moves, move_count, sizeof *moves, by_partition);
        status = transact(&k, before_commit, opaque);
        if (status != KB_OK)
            kb_known_forget(&writer->known);
        if (status == KB_OK ? !kb_exchange_end(&k.x) : !kb_exchange_clean_up(&k.x))
            disconnect(writer);
    }
    free(k.refs);
    free(k.ids);
    return status;
}

kb_status kb_writer_offset(kb_writer *writer, kb_str topic, int32_t partition, int64_t *ret, kb_error *error)
{
    kb_status status = connect_writer(writer, error);
    if (status == KB_OK)
        status = kb_offset_read(&writer->pg, writer->group, topic, partition, ret, error);
    if (status != KB_OK && writer->connected && PQstatus(writer->pg.conn) != CONNECTION_OK)
        disconnect(writer);
    return status;
}
