// The record, written straight from the layers: no tree in between, one pass, one buffer.

#include "khabar/buffer.h"
#include "khabar/record.h"

#include <math.h>

typedef struct writer {
    kb_buffer b;
    const kb_layers *layers;
} writer;

static void raw(writer *w, const char *z)
{
    kb_buffer_z(&w->b, z);
}

// Writes `,"name":` or, at the first member of an object, `"name":`.
static void key(writer *w, const char *name)
{
    if (w->b.n && w->b.p[w->b.n - 1] != '{')
        kb_buffer_char(&w->b, ',');
    kb_buffer_char(&w->b, '"');
    raw(w, name);
    raw(w, "\":");
}

// A comma between the elements of an array.
static void element(writer *w)
{
    if (w->b.n && w->b.p[w->b.n - 1] != '[')
        kb_buffer_char(&w->b, ',');
}

static void key_str(writer *w, const char *name, kb_str value)
{
    key(w, name);
    kb_buffer_json(&w->b, value);
}

// For fixed arrays of the layers, where "" means unknown.
static void key_z(writer *w, const char *name, const char *value)
{
    key_str(w, name, value && value[0] ? kb_str_of(value) : (kb_str){0});
}

static void key_decimal(writer *w, const char *name, double value, unsigned decimals)
{
    key(w, name);
    kb_buffer_decimal(&w->b, value, decimals);
}

static void key_number_or_null(writer *w, const char *name, int64_t value, bool known)
{
    key(w, name);
    if (known)
        kb_buffer_number(&w->b, value);
    else
        raw(w, "null");
}

static void key_entity(writer *w, const char *name, uint32_t entity)
{
    key_number_or_null(w, name, entity, entity < w->layers->entity_count);
}

static void key_list(writer *w, const char *name, const kb_str *items, uint32_t count)
{
    key(w, name);
    raw(w, "[");
    for (uint32_t i = 0; i < count; i++) {
        element(w);
        kb_buffer_json(&w->b, items[i]);
    }
    raw(w, "]");
}

// Opens an object that begins with its span; the caller closes it.
static void open_span(writer *w, uint32_t start, uint32_t end)
{
    const kb_text *text = &w->layers->text;
    raw(w, "{");
    key_number_or_null(w, "start", kb_text_codepoint(text, start), true);
    key_number_or_null(w, "end", kb_text_codepoint(text, end), true);
    key_str(w, "text", kb_str_sub(text->stored, start, end));
}

static void write_article(writer *w)
{
    const kb_article *a = w->layers->article;
    const kb_text *text = &w->layers->text;
    key(w, "article");
    raw(w, "{");
    key_str(w, "id", a->id);
    key_str(w, "url", a->url);
    key(w, "source");
    raw(w, "{");
    key_str(w, "name", a->source_name);
    key_str(w, "domain", a->source_domain);
    key_str(w, "country", a->source_country);
    raw(w, "}");
    key_str(w, "title", text->title_end ? kb_str_sub(text->stored, 0, text->title_end) : KB_STR(""));
    key_str(w, "language", w->layers->language);
    key_str(w, "published_at", a->published_text);
    key_list(w, "authors", a->authors, a->author_count);
    key_str(w, "section", a->section);
    key_list(w, "tags", a->tags, a->tag_count);
    key_str(w, "text", text->stored.p ? text->stored : KB_STR(""));
    raw(w, "}");
}

// Mentions lie in the order of the text: their indexes sorted by entity, those of entity e from (*from)[e] to (*from)[e + 1].
static bool group_mentions(kb_arena *arena, const kb_layers *layers, uint32_t **from, uint32_t **order)
{
    uint32_t *first = KB_NEWS(arena, uint32_t, (size_t)layers->entity_count + 2);
    uint32_t *sorted = KB_NEWS(arena, uint32_t, layers->mention_count);
    if (!first || !sorted)
        return false;
    for (uint32_t i = 0; i < layers->mention_count; i++) {
        if (layers->mentions[i].entity < layers->entity_count)
            first[layers->mentions[i].entity + 2]++;
    }
    for (uint32_t e = 2; e < layers->entity_count + 2; e++)
        first[e] += first[e - 1];
    for (uint32_t i = 0; i < layers->mention_count; i++) {
        if (layers->mentions[i].entity < layers->entity_count)
            sorted[first[layers->mentions[i].entity + 1]++] = i;
    }
    *from = first;
    *order = sorted;
    return true;
}

static bool write_entities(writer *w)
{
    static const char *const types[] = {"PERSON", "ORGANIZATION", "LOCATION"};
    const kb_layers *y = w->layers;
    uint32_t *from = NULL, *order = NULL;
    if (!group_mentions(w->b.arena, y, &from, &order))
        return false;
    key(w, "entities");
    raw(w, "[");
    for (uint32_t e = 0; e < y->entity_count; e++) {
        const kb_entity *entity = &y->entities[e];
        element(w);
        raw(w, "{");
        key_z(w, "type", entity->type < KB_LEN(types) ? types[entity->type] : NULL);
        key_str(w, "name", entity->name);
        key_str(w, "name_en", entity->name_en);
        key_str(w, "key", entity->key);
        key_str(w, "wikidata", entity->wikidata);
        key_z(w, "country", entity->country);
        key_z(w, "code", entity->code);
        if (entity->type == KB_LOCATION) {
            key_decimal(w, "latitude", entity->latitude, 5);
            key_decimal(w, "longitude", entity->longitude, 5);
        }
        key_z(w, "reason", entity->reason);
        key(w, "mentions");
        raw(w, "[");
        for (uint32_t i = from[e]; i < from[e + 1]; i++) {
            const kb_mention *mention = &y->mentions[order[i]];
            element(w);
            open_span(w, mention->start, mention->end_byte);
            key_z(w, "rule", mention->rule);
            raw(w, "}");
        }
        raw(w, "]}");
    }
    raw(w, "]");
    return true;
}

static void write_times(writer *w)
{
    static const char *const kinds[] = {"date", "time", "duration", "set"};
    key(w, "times");
    raw(w, "[");
    for (uint32_t i = 0; i < w->layers->time_count; i++) {
        const kb_time *t = &w->layers->times[i];
        element(w);
        open_span(w, t->start, t->end_byte);
        key_z(w, "kind", t->kind < KB_LEN(kinds) ? kinds[t->kind] : NULL);
        key_str(w, "value", t->value);
        key_z(w, "rule", t->rule);
        raw(w, "}");
    }
    raw(w, "]");
}

static void write_quotes(writer *w)
{
    key(w, "quotes");
    raw(w, "[");
    for (uint32_t i = 0; i < w->layers->quote_count; i++) {
        const kb_quote *q = &w->layers->quotes[i];
        element(w);
        open_span(w, q->start, q->end);
        key_entity(w, "speaker", q->speaker);
        raw(w, "}");
    }
    raw(w, "]");
}

static void write_participants(writer *w, const char *name, const kb_participant *list, uint32_t count)
{
    key(w, name);
    raw(w, "[");
    for (uint32_t i = 0; i < count; i++) {
        element(w);
        open_span(w, list[i].start, list[i].end);
        key_entity(w, "entity", list[i].entity);
        key_z(w, "code", list[i].code);
        raw(w, "}");
    }
    raw(w, "]");
}

static void add_digits(writer *w, unsigned value, unsigned width)
{
    char digits[8];
    for (unsigned i = width; i-- > 0; value /= 10)
        digits[i] = (char)('0' + value % 10);
    kb_buffer_add(&w->b, (kb_str){digits, width});
}

static void write_date(writer *w, kb_date date, uint8_t granularity)
{
    static const char *const names[] = {NULL,    "decade", "year", "quarter", "season",
                                        "month", "week",   "day",  "part",    "time"};
    key(w, "date");
    bool known = date.year > 0 && date.year <= 9999;
    if (known) {
        raw(w, "\"");
        add_digits(w, (unsigned)date.year, 4);
        if (date.month) {
            raw(w, "-");
            add_digits(w, date.month, 2);
        }
        if (date.month && date.day) {
            raw(w, "-");
            add_digits(w, date.day, 2);
        }
        raw(w, "\"");
    } else {
        raw(w, "null");
    }
    key_z(w, "date_granularity", known && granularity < KB_LEN(names) ? names[granularity] : NULL);
}

// "ما لا يقل عن 12" is 12 with the bound "min", "ما لا يزيد على" "max".
static void key_bound(writer *w, const char *name, int8_t bound)
{
    if (bound)
        key_z(w, name, bound > 0 ? "min" : "max");
}

static void write_event(writer *w, const kb_event *e)
{
    static const char *const statuses[] = {"actual", "future", "hypothetical", "negated", "historical"};
    raw(w, "{");
    key_z(w, "type", e->type);
    key_z(w, "mode", e->mode);
    key_z(w, "cameo", e->cameo);
    key_number_or_null(w, "quad_class", e->quad_class, true);
    key_decimal(w, "goldstein", (double)e->goldstein, 2);
    key_decimal(w, "intensity", (double)e->intensity, 2);
    key(w, "contexts");
    raw(w, "[");
    for (uint32_t i = 0; i < e->context_count && i < KB_LEN(e->contexts); i++) {
        element(w);
        kb_buffer_json(&w->b, kb_str_of(e->contexts[i]));
    }
    raw(w, "]");
    key_z(w, "status", e->status < KB_LEN(statuses) ? statuses[e->status] : NULL);
    key(w, "trigger");
    if (e->mention_count) {
        open_span(w, e->mentions[0].start, e->mentions[0].end);
        raw(w, "}");
    } else {
        raw(w, "null");
    }
    key(w, "mentions");
    raw(w, "[");
    for (uint32_t i = 0; i < e->mention_count; i++) {
        element(w);
        open_span(w, e->mentions[i].start, e->mentions[i].end);
        raw(w, "}");
    }
    raw(w, "]");
    write_participants(w, "actors", e->actors, e->actor_count);
    write_participants(w, "recipients", e->recipients, e->recipient_count);
    write_date(w, e->date, e->date_granularity);
    key_entity(w, "place", e->place);
    key_entity(w, "reported_by", e->reported_by);
    key_number_or_null(w, "killed", e->killed, e->killed >= 0);
    key_bound(w, "killed_bound", e->killed_bound);
    key_number_or_null(w, "injured", e->injured, e->injured >= 0);
    key_bound(w, "injured_bound", e->injured_bound);
    key_decimal(w, "confidence", (double)e->confidence, 2);
    key_z(w, "rule", e->rule);
    key_str(w, "why", e->why);
    raw(w, "}");
}

kb_status kb_record_json(kb_arena *arena, const kb_layers *layers, kb_str *ret, kb_error *error)
{
    // What records of news take: the text, and 100 to 300 bytes a span.
    size_t expected = layers->text.stored.n * 5 / 4 + (size_t)layers->mention_count * 160 +
                      (size_t)layers->entity_count * 256 + (size_t)layers->event_count * 1024 + 1024;
    writer w = {.b = kb_buffer_new(arena, expected), .layers = layers};
    raw(&w, "{");
    write_article(&w);
    bool ok = write_entities(&w);
    write_times(&w);
    write_quotes(&w);
    key(&w, "events");
    raw(&w, "[");
    for (uint32_t i = 0; i < layers->event_count; i++) {
        element(&w);
        write_event(&w, &layers->events[i]);
    }
    raw(&w, "]}");
    if (!ok || w.b.failed)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the record of article " KB_PRI,
                       KB_ARG(layers->article->id));
    *ret = kb_buffer_str(&w.b);
    return KB_OK;
}
