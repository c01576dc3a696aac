#include "khabar/adopt.h"

#include "khabar/backoff.h"
#include "khabar/names.h"
#include "khabar/rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE = 500, TRIES = 8, PAUSE_FIRST_MS = 20, PAUSE_MOST_MS = 2000, UUID_TEXT = 37, NUMBER_TEXT = 32 };

// The steps of one adoption, $1 the unknown entity, $2 the known one. Locks are taken in the order in which a writer takes them: articles, entities.
static const char *const lock_articles = "SELECT 1 FROM news.articles WHERE article_id IN (SELECT article_id FROM "
                                         "news.article_entities WHERE entity_id = $1::uuid)"
                                         " ORDER BY article_id FOR UPDATE";
static const char *const lock_entity =
    "SELECT 1 FROM news.entities WHERE entity_id = $1::uuid AND lexicon_key IS NULL FOR UPDATE";
static const char *const make_known =
    "INSERT INTO news.entities (entity_id, type, name, name_en, country, wikidata, lexicon_key, latitude, longitude)"
    " VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8::float8, $9::float8) ON CONFLICT (entity_id) DO NOTHING";
static const char *const days_of =
    "SELECT DISTINCT (a.published_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01' AS day"
    " FROM news.article_entities x JOIN news.articles a USING (article_id) WHERE x.entity_id = $1::uuid ORDER BY day";
// $3 the day, $4 the code on it, $5 the country. Participants keep the code that their words gave them.
static const char *const move_day =
    "UPDATE news.article_entities x SET entity_id = $2::uuid, code = coalesce(nullif($4, ''), x.code),"
    " country = coalesce(nullif($5, ''), x.country)"
    " FROM news.articles a WHERE x.entity_id = $1::uuid AND a.article_id = x.article_id"
    " AND (a.published_at AT TIME ZONE 'UTC')::date - DATE '1970-01-01' = $3::int";

// Where an article names the known entity too, both numbers become the lower one; $1 the known entity.
#define TWINS                                                                                                          \
    "WITH kept AS (SELECT article_id, min(entity_no) AS no FROM news.article_entities WHERE entity_id = $1::uuid"      \
    " GROUP BY article_id HAVING count(*) > 1), twins AS (SELECT x.article_id, x.entity_no AS twin, k.no"              \
    " FROM news.article_entities x JOIN kept k USING (article_id) WHERE x.entity_id = $1::uuid AND x.entity_no > "     \
    "k.no) "
static const char *const join_twins[] = {
    TWINS
    "UPDATE news.entity_mentions m SET entity_no = t.no FROM twins t WHERE m.article_id = t.article_id"
    " AND m.entity_no = t.twin AND NOT EXISTS (SELECT FROM news.entity_mentions o WHERE o.article_id = t.article_id"
    " AND o.start_at = m.start_at AND o.entity_no = t.no)",
    TWINS "UPDATE news.quotes q SET speaker_no = t.no FROM twins t WHERE q.article_id = t.article_id AND q.speaker_no "
          "= t.twin",
    TWINS
    "UPDATE news.events v SET place_no = t.no FROM twins t WHERE v.article_id = t.article_id AND v.place_no = t.twin",
    TWINS "UPDATE news.events v SET reported_by_no = t.no FROM twins t WHERE v.article_id = t.article_id"
          " AND v.reported_by_no = t.twin",
    TWINS "UPDATE news.event_participants p SET entity_no = t.no FROM twins t WHERE p.article_id = t.article_id"
          " AND p.entity_no = t.twin",
    TWINS
    "DELETE FROM news.article_entities x USING twins t WHERE x.article_id = t.article_id AND x.entity_no = t.twin",
    "UPDATE news.article_entities x SET mentions = n.mentions FROM (SELECT article_id, entity_no, count(*) AS mentions"
    " FROM news.entity_mentions GROUP BY article_id, entity_no) n WHERE x.entity_id = $1::uuid"
    " AND n.article_id = x.article_id AND n.entity_no = x.entity_no AND x.mentions <> n.mentions",
};

// The history holds ids in its records.
static const char *const move_history =
    "UPDATE news.article_revisions r SET record = jsonb_set(r.record, '{entities}', (SELECT jsonb_agg(CASE"
    " WHEN e ->> 'entity_id' = $1 THEN jsonb_set(e, '{entity_id}', to_jsonb($2::text)) ELSE e END ORDER BY n)"
    " FROM jsonb_array_elements(r.record -> 'entities') WITH ORDINALITY AS list (e, n)))"
    " WHERE r.record @> jsonb_build_object('entities', jsonb_build_array(jsonb_build_object('entity_id', $1::text)))";
static const char *const remove_unknown = "DELETE FROM news.entities WHERE entity_id = $1::uuid";

typedef struct adopter {
    kb_pg *pg;
    const kb_lexicon *lexicon;
    kb_arena *arena; // of one page of entities
    kb_adoption *counts;
    kb_error *error;
} adopter;

static kb_status run(adopter *a, const char *sql, int count, const char *const *values, PGresult **ret)
{
    KB_CLEANUP(kb_pg_clear) PGresult *rows = NULL;
    kb_status status = kb_pg_query(a->pg, sql, count, values, ret ? ret : &rows, a->error);
    return status;
}

static void print_uuid(const kb_uuid *id, char text[UUID_TEXT])
{
    char *at = text;
    for (int i = 0; i < 16; i++)
        at += sprintf(at, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", id->b[i]);
}

static const char *text_or_null(adopter *a, kb_str s)
{
    return s.n ? kb_arena_z(a->arena, s) : NULL;
}

static const char *number_or_null(double number, char text[NUMBER_TEXT])
{
    if (isnan(number))
        return NULL;
    snprintf(text, NUMBER_TEXT, "%.9g", number);
    return text;
}

static kb_status insert_known(adopter *a, const char *type, const kb_entity *known, const char *id)
{
    char latitude[NUMBER_TEXT], longitude[NUMBER_TEXT];
    const char *values[] = {id,
                            type,
                            text_or_null(a, known->name),
                            text_or_null(a, known->name_en),
                            known->country[0] ? known->country : NULL,
                            text_or_null(a, known->wikidata),
                            text_or_null(a, known->key),
                            number_or_null(known->latitude, latitude),
                            number_or_null(known->longitude, longitude)};
    return run(a, make_known, KB_LEN(values), values, NULL);
}

// Moves the entity's rows in articles, with the code that the known one had on the day of each.
static kb_status move_articles(adopter *a, const kb_entity *known, const char *from, const char *to)
{
    KB_CLEANUP(kb_pg_clear) PGresult *days = NULL;
    kb_status status = run(a, days_of, 1, &from, &days);
    for (int i = 0; status == KB_OK && i < PQntuples(days); i++) {
        char code[8];
        const char *day = PQgetvalue(days, i, 0);
        kb_names_code(a->lexicon, known->key, (int32_t)strtol(day, NULL, 10), code);
        status = run(a, move_day, 5, (const char *[]){from, to, day, code, known->country}, NULL);
    }
    return status;
}

static kb_status move_all(adopter *a, const char *type, const kb_entity *known, const char *from, const char *to,
                          uint64_t *articles)
{
    KB_CLEANUP(kb_pg_clear) PGresult *locked = NULL, *there = NULL;
    kb_status status = run(a, lock_articles, 1, &from, &locked);
    if (status == KB_OK)
        status = run(a, lock_entity, 1, &from, &there);
    if (status != KB_OK || PQntuples(there) == 0)
        return status; // another one was faster
    *articles = (uint64_t)PQntuples(locked);
    status = insert_known(a, type, known, to);
    if (status == KB_OK)
        status = move_articles(a, known, from, to);
    for (size_t i = 0; status == KB_OK && i < KB_LEN(join_twins); i++)
        status = run(a, join_twins[i], 1, &to, NULL);
    if (status == KB_OK)
        status = run(a, move_history, 2, (const char *[]){from, to}, NULL);
    return status == KB_OK ? run(a, remove_unknown, 1, &from, NULL) : status;
}

static kb_status adopt_one(adopter *a, const char *type, const kb_entity *known, const char *from)
{
    kb_uuid id = kb_uuid_of((kb_str[]){KB_STR("lexicon"), known->key}, 2);
    char to[UUID_TEXT];
    print_uuid(&id, to);
    kb_backoff pause = kb_backoff_new(PAUSE_FIRST_MS, PAUSE_MOST_MS);
    for (int tries = 0;; tries++) {
        uint64_t articles = 0;
        kb_status status = kb_pg_run(a->pg, "BEGIN", a->error);
        if (status == KB_OK)
            status = move_all(a, type, known, from, to, &articles);
        if (status == KB_OK)
            status = kb_pg_run(a->pg, "COMMIT", a->error);
        if (status == KB_OK) {
            a->counts->adopted++;
            a->counts->articles += articles;
            return KB_OK;
        }
        bool again = kb_pg_classify(a->pg->sqlstate[0] ? a->pg->sqlstate : NULL) == KB_PG_RETRY && a->pg->sqlstate[0] &&
                     tries < TRIES; // a lock that a writer holds; a lost connection is the caller's
        kb_pg_run(a->pg, "ROLLBACK", NULL);
        if (!again)
            return status;
        usleep(kb_backoff_next(&pause) * 1000);
    }
}

static bool type_of(kb_str name, kb_entity_type *ret)
{
    static const char *const types[] = {
        [KB_PERSON] = "PERSON", [KB_ORGANIZATION] = "ORGANIZATION", [KB_LOCATION] = "LOCATION"};
    for (size_t i = 0; i < KB_LEN(types); i++) {
        if (kb_str_is(name, types[i])) {
            *ret = (kb_entity_type)i;
            return true;
        }
    }
    return false;
}

// One unknown entity: row `i` of a page (id, type, name).
static kb_status look_at(adopter *a, const PGresult *page, int i, bool dry, kb_adoption_report *report, void *opaque)
{
    const char *id = PQgetvalue(page, i, 0), *type_name = PQgetvalue(page, i, 1);
    kb_str name = kb_str_of(PQgetvalue(page, i, 2));
    kb_entity_type type;
    kb_entity known;
    uint32_t found = 0;
    a->counts->unknown++;
    if (!type_of(kb_str_of(type_name), &type))
        return KB_OK;
    kb_status status = kb_names_lookup(a->lexicon, a->arena, type, name, &known, &found, a->error);
    if (status != KB_OK || found != 1) {
        a->counts->ambiguous += found > 1;
        return status;
    }
    report(kb_str_of(type_name), name, known.key, opaque);
    if (!dry)
        return adopt_one(a, type_name, &known, id);
    a->counts->adopted++;
    return KB_OK;
}

kb_status kb_adopt(kb_pg *pg, const kb_lexicon *lexicon, bool dry, kb_adoption_report *report, void *opaque,
                   kb_adoption *ret, kb_error *error)
{
    *ret = (kb_adoption){0};
    adopter a = {.pg = pg, .lexicon = lexicon, .arena = kb_arena_new(0), .counts = ret, .error = error};
    char after[UUID_TEXT] = "00000000-0000-0000-0000-000000000000";
    kb_status status = a.arena ? KB_OK : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to adopt entities");
    for (int rows = PAGE; status == KB_OK && rows == PAGE;) {
        KB_CLEANUP(kb_pg_clear) PGresult *page = NULL;
        const char *from = after;
        status =
            run(&a,
                "SELECT entity_id, type, name FROM news.entities WHERE lexicon_key IS NULL AND entity_id > $1::uuid"
                " ORDER BY entity_id LIMIT 500",
                1, &from, &page);
        rows = status == KB_OK ? PQntuples(page) : 0;
        for (int i = 0; i < rows && status == KB_OK; i++)
            status = look_at(&a, page, i, dry, report, opaque);
        if (rows)
            snprintf(after, sizeof after, "%s", PQgetvalue(page, rows - 1, 0));
        kb_arena_reset(a.arena);
    }
    kb_arena_free(a.arena);
    return status;
}
