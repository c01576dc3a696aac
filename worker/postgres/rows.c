#include "khabar/rows.h"
#include "khabar/normalize.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// --------------------------------------------------------------------------------------------------------------
// encoding

typedef struct sink {
    kb_arena *arena;
    uint8_t *at;
    size_t n, cap;
    bool failed;
} sink;

typedef struct encoder {
    kb_arena *arena;
    const kb_layers *layers;
    kb_uuid article;
    sink tables[KB_TABLES];
    uint32_t counts[KB_TABLES];
} encoder;

static uint8_t *room(sink *s, size_t n)
{
    if (s->cap - s->n < n) {
        size_t cap = s->cap ? s->cap : 512;
        while (cap - s->n < n)
            cap *= 2;
        uint8_t *at = kb_alloc(s->arena, cap);
        if (!at) {
            s->failed = true;
            return NULL;
        }
        if (s->n)
            memcpy(at, s->at, s->n);
        s->at = at;
        s->cap = cap;
    }
    uint8_t *p = s->at + s->n;
    s->n += n;
    return p;
}

static void big_endian(uint8_t *p, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        p[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static void put_int(sink *s, uint64_t value, uint32_t bytes)
{
    uint8_t *p = room(s, 4 + bytes);
    if (!p)
        return;
    big_endian(p, bytes, 4);
    big_endian(p + 4, value, bytes);
}

static void put_null(sink *s)
{
    uint8_t *p = room(s, 4);
    if (p)
        memset(p, 0xFF, 4);
}

static void put_i2(sink *s, uint32_t value)
{
    put_int(s, value, 2);
}

static void put_i2_or_null(sink *s, uint32_t value)
{
    if (value == KB_NONE)
        put_null(s);
    else
        put_int(s, value, 2);
}

static void put_i4(sink *s, int64_t value)
{
    put_int(s, (uint64_t)value, 4);
}

static void put_count_or_null(sink *s, int32_t value)
{
    if (value < 0)
        put_null(s);
    else
        put_i4(s, value);
}

static void put_real(sink *s, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_int(s, bits, 4);
}

static void put_double_or_null(sink *s, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (isnan(value))
        put_null(s);
    else
        put_int(s, bits, 8);
}

static void put_uuid(sink *s, kb_uuid id)
{
    uint8_t *p = room(s, 20);
    if (!p)
        return;
    big_endian(p, 16, 4);
    memcpy(p + 4, id.b, 16);
}

// Text without NUL characters: each becomes U+FFFD, still one code point.
static void put_text(sink *s, kb_str text)
{
    static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD}; // U+FFFD
    size_t nuls = 0;
    for (const char *p = text.p; text.n && (p = memchr(p, 0, (size_t)(text.p + text.n - p))) != NULL; p++)
        nuls++;
    size_t n = text.n + 2 * nuls;
    uint8_t *to = room(s, 4 + n);
    if (!to)
        return;
    big_endian(to, n, 4);
    to += 4;
    if (nuls == 0) {
        if (text.n)
            memcpy(to, text.p, text.n);
        return;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i]) {
            *to++ = (uint8_t)text.p[i];
        } else {
            memcpy(to, replacement, sizeof replacement);
            to += sizeof replacement;
        }
    }
}

static void put_text_or_null(sink *s, kb_str text)
{
    if (text.p)
        put_text(s, text);
    else
        put_null(s);
}

// "" stands for unknown in fixed arrays of the layers.
static void put_code_or_null(sink *s, const char *code)
{
    if (code && code[0])
        put_text(s, kb_str_of(code));
    else
        put_null(s);
}

static void put_texts(sink *s, kb_arena *arena, const kb_str *list, uint32_t count)
{
    sink text = {.arena = arena};
    uint8_t *p = room(&text, 1);
    if (p)
        *p = '{';
    for (uint32_t i = 0; i < count && !text.failed; i++) {
        p = room(&text, 2 * list[i].n + 3);
        if (!p)
            break;
        uint8_t *to = p;
        if (i)
            *to++ = ',';
        *to++ = '"';
        for (size_t j = 0; j < list[i].n; j++) {
            char c = list[i].p[j];
            if (c == '"' || c == '\\')
                *to++ = '\\';
            *to++ = (uint8_t)c;
        }
        *to++ = '"';
        text.n -= 2 * list[i].n + 3 - (size_t)(to - p);
    }
    p = room(&text, 1);
    if (p)
        *p = '}';
    s->failed |= text.failed;
    if (!text.failed)
        put_text(s, (kb_str){(const char *)text.at, text.n});
}

static sink *row(encoder *e, kb_table_id table)
{
    e->counts[table]++;
    return &e->tables[table];
}

static int64_t point(const encoder *e, uint32_t byte)
{
    return kb_text_codepoint(&e->layers->text, byte);
}

static void put_span(const encoder *e, sink *s, uint32_t start, uint32_t end)
{
    put_i4(s, point(e, start));
    put_i4(s, point(e, end));
}

// --------------------------------------------------------------------------------------------------------------
// article

static const int64_t postgres_epoch = 946684800; // 2000-01-01T00:00:00Z
// What both the text form of a date with four digits and PostgreSQL hold: years 1 to 9999.
static const int64_t earliest = -62135596800, latest = 253402300799;

static void encode_article(encoder *e, const char *extractor, const kb_message_place *place, kb_uuid hash)
{
    const kb_article *a = e->layers->article;
    kb_uuid source = {{0}};
    bool has_source = a->source_name.n || a->source_domain.n;
    if (has_source) {
        sink *s = row(e, KB_T_SOURCES);
        source = kb_uuid_of((kb_str[]){KB_STR("source"), a->source_name, a->source_domain, a->source_country}, 4);
        put_uuid(s, source);
        put_text_or_null(s, a->source_name);
        put_text_or_null(s, a->source_domain);
        put_text_or_null(s, a->source_country);
    }
    sink *s = row(e, KB_T_ARTICLES);
    put_uuid(s, e->article);
    put_text(s, a->id);
    if (has_source)
        put_uuid(s, source);
    else
        put_null(s);
    put_text_or_null(s, a->url);
    put_text(s, a->title);
    put_text(s, e->layers->text.stored);
    put_text_or_null(s, e->layers->language);
    put_int(s, (uint64_t)((a->published_at - postgres_epoch) * 1000000), 8);
    put_texts(s, e->arena, a->authors, a->author_count);
    put_text_or_null(s, a->section);
    put_texts(s, e->arena, a->tags, a->tag_count);
    put_uuid(s, hash);
    put_text(s, kb_str_of(extractor));
    put_text(s, place->topic);
    put_i4(s, place->partition);
    put_int(s, (uint64_t)place->offset, 8);
}

// --------------------------------------------------------------------------------------------------------------
// entities

static const char *const entity_types[] = {
    [KB_PERSON] = "PERSON", [KB_ORGANIZATION] = "ORGANIZATION", [KB_LOCATION] = "LOCATION"};

static void encode_entities(encoder *e)
{
    const kb_layers *l = e->layers;
    uint32_t *mentions = KB_NEWS(e->arena, uint32_t, l->entity_count + 1);
    if (!mentions) {
        e->tables[KB_T_ENTITIES].failed = true;
        return;
    }
    for (uint32_t i = 0; i < l->mention_count; i++) {
        const kb_mention *m = &l->mentions[i];
        sink *s = row(e, KB_T_ENTITY_MENTIONS);
        mentions[m->entity]++;
        put_uuid(s, e->article);
        put_span(e, s, m->start, m->end_byte);
        put_i2(s, m->entity);
    }
    for (uint32_t i = 0; i < l->entity_count; i++) {
        const kb_entity *n = &l->entities[i];
        kb_str type = kb_str_of(entity_types[n->type]);
        kb_str folded = n->key.p ? n->key : kb_fold(e->arena, n->name); // أحمد and احمد are one
        kb_uuid id = n->key.p ? kb_uuid_of((kb_str[]){KB_STR("lexicon"), folded}, 2)
                              : kb_uuid_of((kb_str[]){KB_STR("name"), type, folded}, 3);
        e->tables[KB_T_ENTITIES].failed |= !folded.p;
        sink *s = row(e, KB_T_ENTITIES);
        put_uuid(s, id);
        put_text(s, type);
        put_text(s, n->name);
        put_text_or_null(s, n->name_en);
        put_code_or_null(s, n->key.p ? n->country : NULL); // without a key it may differ from article to article
        put_text_or_null(s, n->wikidata);
        put_text_or_null(s, n->key);
        put_double_or_null(s, n->latitude);
        put_double_or_null(s, n->longitude);
        s = row(e, KB_T_ARTICLE_ENTITIES);
        put_uuid(s, e->article);
        put_i2(s, i);
        put_uuid(s, id);
        put_code_or_null(s, n->country);
        put_code_or_null(s, n->code);
        put_i4(s, mentions[i]);
    }
}

static void encode_times_and_quotes(encoder *e)
{
    static const char *const kinds[] = {
        [KB_TIME_DATE] = "date", [KB_TIME_TIME] = "time", [KB_TIME_DURATION] = "duration", [KB_TIME_SET] = "set"};
    const kb_layers *l = e->layers;
    for (uint32_t i = 0; i < l->time_count; i++) {
        sink *s = row(e, KB_T_TIMES);
        put_uuid(s, e->article);
        put_span(e, s, l->times[i].start, l->times[i].end_byte);
        put_text(s, kb_str_of(kinds[l->times[i].kind]));
        put_text_or_null(s, l->times[i].value);
    }
    for (uint32_t i = 0; i < l->quote_count; i++) {
        sink *s = row(e, KB_T_QUOTES);
        put_uuid(s, e->article);
        put_span(e, s, l->quotes[i].start, l->quotes[i].end);
        put_i2_or_null(s, l->quotes[i].speaker);
    }
}

// -------------------------------------------------------------------------------------------------------------- events

// Days from 2000-01-01 to a day of the Gregorian calendar (Hinnant's days_from_civil, shifted).
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 730425;
}

static int64_t event_day(const kb_layers *l, const kb_event *v)
{
    if (v->date.year > 0)
        return days_of(v->date.year, v->date.month ? v->date.month : 1, v->date.day ? v->date.day : 1);
    int64_t seconds = l->article->published_at - postgres_epoch;
    return seconds / 86400 - (seconds % 86400 < 0);
}

static void put_event_date(encoder *e, sink *s, const kb_event *v)
{
    static const char *const names[] = {
        [KB_GRAN_DECADE] = "decade", [KB_GRAN_YEAR] = "year",   [KB_GRAN_QUARTER] = "quarter",
        [KB_GRAN_SEASON] = "season", [KB_GRAN_MONTH] = "month", [KB_GRAN_WEEK] = "week",
        [KB_GRAN_DAY] = "day",       [KB_GRAN_PART] = "day",    [KB_GRAN_TIME] = "day"};
    const kb_date d = v->date;
    if (d.year <= 0) {
        put_null(s);
        put_null(s);
        return;
    }
    kb_str text = d.day     ? kb_arena_printf(e->arena, "%04d-%02d-%02d", d.year, d.month, d.day)
                  : d.month ? kb_arena_printf(e->arena, "%04d-%02d", d.year, d.month)
                            : kb_arena_printf(e->arena, "%04d", d.year);
    put_text(s, text);
    put_code_or_null(s, v->date_granularity < KB_LEN(names) ? names[v->date_granularity] : NULL);
}

static void encode_participants(encoder *e, uint32_t event_no, const char *role, const kb_participant *list,
                                uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        sink *s = row(e, KB_T_PARTICIPANTS);
        put_uuid(s, e->article);
        put_i2(s, event_no);
        put_text(s, kb_str_of(role));
        put_i2(s, i);
        put_span(e, s, list[i].start, list[i].end);
        put_i2_or_null(s, list[i].entity);
        put_code_or_null(s, list[i].code);
    }
}

static bool same_event(const kb_event *a, const kb_event *b)
{
    return a->mentions[0].start == b->mentions[0].start && a->mentions[0].end == b->mentions[0].end &&
           strcmp(a->type, b->type) == 0 && kb_str_eq(kb_str_of(a->mode), kb_str_of(b->mode)) &&
           kb_str_eq(kb_str_of(a->cameo), kb_str_of(b->cameo));
}

// Of the article and of what the event says, not of its number: another order of the events gives the same ids. Events
// that say the same (one trigger, several recipients apart) are told apart by counting.
static kb_uuid event_id(const encoder *e, uint32_t no, const kb_event *v)
{
    uint32_t twins = 0;
    for (uint32_t i = 0; i < no; i++)
        twins += same_event(&e->layers->events[i], v);
    char span[48];
    int n = snprintf(span, sizeof span, "%lld-%lld-%u", (long long)point(e, v->mentions[0].start),
                     (long long)point(e, v->mentions[0].end), twins);
    return kb_uuid_of((kb_str[]){KB_STR("event"),
                                 {(const char *)e->article.b, sizeof e->article.b},
                                 kb_str_of(v->type),
                                 kb_str_of(v->mode),
                                 kb_str_of(v->cameo),
                                 {span, (size_t)n}},
                      6);
}

static void encode_event(encoder *e, uint32_t no, const kb_event *v)
{
    static const char *const statuses[] = {[KB_ACTUAL] = "actual",
                                           [KB_FUTURE] = "future",
                                           [KB_HYPOTHETICAL] = "hypothetical",
                                           [KB_NEGATED] = "negated",
                                           [KB_HISTORICAL] = "historical"};
    const kb_layers *l = e->layers;
    const kb_sentence *sentence = &l->sentences[v->sentence];
    kb_str contexts[KB_LEN(v->contexts)];
    for (uint32_t i = 0; i < v->context_count; i++)
        contexts[i] = kb_str_of(v->contexts[i]);
    sink *s = row(e, KB_T_EVENTS);
    put_uuid(s, e->article);
    put_i2(s, no);
    put_uuid(s, event_id(e, no, v));
    put_i4(s, event_day(l, v));
    put_text(s, kb_str_of(v->type));
    put_code_or_null(s, v->mode);
    put_code_or_null(s, v->cameo);
    put_i2_or_null(s, v->quad_class ? v->quad_class : KB_NONE);
    put_real(s, v->goldstein);
    put_real(s, v->intensity);
    put_texts(s, e->arena, contexts, v->context_count);
    put_text(s, kb_str_of(statuses[v->status]));
    put_event_date(e, s, v);
    put_span(e, s, v->mentions[0].start, v->mentions[0].end);
    put_span(e, s, sentence->start_byte, sentence->end_byte);
    put_i2_or_null(s, v->place);
    put_i2_or_null(s, v->reported_by);
    put_code_or_null(s, v->place != KB_NONE ? l->entities[v->place].country : NULL);
    put_count_or_null(s, v->killed);
    put_count_or_null(s, v->injured);
    put_real(s, v->confidence);
    put_text(s, kb_str_of(v->rule));
    for (uint32_t i = 0; i < v->mention_count; i++) {
        s = row(e, KB_T_EVENT_MENTIONS);
        put_uuid(s, e->article);
        put_i2(s, no);
        put_span(e, s, v->mentions[i].start, v->mentions[i].end);
    }
    encode_participants(e, no, "actor", v->actors, v->actor_count);
    encode_participants(e, no, "recipient", v->recipients, v->recipient_count);
}

// -------------------------------------------------------------------------------------------------------------- all

kb_status kb_rows_encode(kb_arena *arena, const kb_layers *layers, const char *extractor, const kb_message_place *place,
                         kb_rows *ret, kb_error *error)
{
    if (layers->article->published_at < earliest || layers->article->published_at > latest)
        return kb_fail(error, KB_LIMIT, "published-at-range", "published_at is outside of the years 1 to 9999");
    if (layers->entity_count > INT16_MAX || layers->event_count > INT16_MAX)
        return kb_fail(error, KB_LIMIT, "limit-entities", "the article has more than %d entities or events", INT16_MAX);
    encoder e = {.arena = arena, .layers = layers, .article = kb_article_uuid(layers->article->id)};
    for (size_t i = 0; i < KB_TABLES; i++)
        e.tables[i].arena = arena;
    kb_uuid hash = kb_content_hash(layers->article);
    encode_article(&e, extractor, place, hash);
    encode_entities(&e);
    encode_times_and_quotes(&e);
    for (uint32_t i = 0; i < layers->event_count; i++)
        encode_event(&e, i, &layers->events[i]);

    kb_rows rows = {.article_id = e.article, .content_hash = hash};
    for (size_t i = 0; i < KB_TABLES; i++) {
        if (e.tables[i].failed)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the rows of the article");
        if (e.tables[i].n > INT32_MAX)
            return kb_fail(error, KB_LIMIT, "limit-rows", "the rows of the article take more than 2 GiB");
        rows.tables[i] = (kb_encoded_rows){e.tables[i].at, (uint32_t)e.tables[i].n, e.counts[i]};
    }
    *ret = rows;
    return KB_OK;
}

kb_rows *kb_rows_pack(const kb_rows *rows, size_t *ret_bytes)
{
    size_t bytes = sizeof *rows;
    for (size_t i = 0; i < KB_TABLES; i++)
        bytes += rows->tables[i].bytes;
    kb_rows *copy = malloc(bytes);
    if (!copy)
        return NULL;
    *copy = *rows;
    uint8_t *to = (uint8_t *)(copy + 1);
    for (size_t i = 0; i < KB_TABLES; i++) {
        if (rows->tables[i].bytes)
            memcpy(to, rows->tables[i].at, rows->tables[i].bytes);
        copy->tables[i].at = to;
        to += rows->tables[i].bytes;
    }
    if (ret_bytes)
        *ret_bytes = bytes;
    return copy;
}
