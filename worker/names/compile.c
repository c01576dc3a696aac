// Compiles the gazetteer: tables of worker/data/lexicon to sections of the image.
#include "names/gazetteer.h"
#include "khabar/normalize.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the gazetteer");
}

kb_status gaz_invalid(kb_error *error, const kb_row *row, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    kb_fail(error, KB_INVALID, "lexicon-row", "%s:%u: %s", row->file, row->line, what);
    kb_error_at(error, "%s:%u", row->file, row->line);
    return KB_INVALID;
}

uint32_t gaz_intern(gaz_builder *b, kb_str s, bool *failed)
{
    if (s.n == 0)
        return 0;
    uint32_t at = b->strings.n;
    for (size_t i = 0; i <= s.n; i++) {
        char *c = KB_PUSH(b->arena, &b->strings);
        if (!c) {
            *failed = true;
            return 0;
        }
        *c = i < s.n ? s.p[i] : '\0';
    }
    return at;
}

// ---------------------------------------------------------------- cues

bool gaz_add_cue_token(gaz_builder *b, uint64_t token, uint32_t flags)
{
    if (b->cue_count * 2 >= b->cue_slots) {
        uint32_t slots = b->cue_slots ? b->cue_slots * 2 : 1024;
        gaz_cue *old = b->cues, *grown = calloc(slots, sizeof *grown);
        if (!grown)
            return false;
        uint32_t old_slots = b->cue_slots;
        b->cues = grown;
        b->cue_slots = slots;
        b->cue_count = 0;
        for (uint32_t i = 0; i < old_slots; i++) {
            if (old[i].token)
                gaz_add_cue_token(b, old[i].token, old[i].flags);
        }
        free(old);
    }
    uint32_t i = (uint32_t)token & (b->cue_slots - 1);
    while (b->cues[i].token && b->cues[i].token != token)
        i = (i + 1) & (b->cue_slots - 1);
    b->cue_count += b->cues[i].token == 0;
    b->cues[i].token = token;
    b->cues[i].flags |= flags;
    return true;
}

bool gaz_add_cue(gaz_builder *b, kb_str word, uint32_t flags)
{
    kb_str form = kb_fold(b->arena, word);
    return form.p && gaz_add_cue_token(b, kb_token_hash(form), flags);
}

// ---------------------------------------------------------------- entities

static uint32_t *key_slot(gaz_builder *b, kb_str key)
{
    uint32_t i = (uint32_t)kb_str_hash(key) & (b->key_slot_count - 1);
    while (b->key_slots[i] && !kb_str_is(key, b->strings.at + b->entities.at[b->key_slots[i] - 1].key))
        i = (i + 1) & (b->key_slot_count - 1);
    return &b->key_slots[i];
}

uint32_t gaz_built_entity(gaz_builder *b, kb_str key)
{
    return *key_slot(b, key) - 1; // 0 - 1 is KB_NONE
}

static bool grow_keys(gaz_builder *b)
{
    uint32_t count = b->key_slot_count ? b->key_slot_count * 2 : 4096;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    free(b->key_slots);
    b->key_slots = slots;
    b->key_slot_count = count;
    for (uint32_t i = 0; i < b->entities.n; i++)
        *key_slot(b, kb_str_of(b->strings.at + b->entities.at[i].key)) = i + 1;
    return true;
}

bool gaz_is_slug(kb_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i > 0)))
            return false;
    }
    return s.n > 0;
}

bool gaz_is_upper(kb_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 'A' || s.p[i] > 'Z')
            return false;
    }
    return true;
}

static bool is_wikidata(kb_str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 1 && s.p[0] == 'Q';
}

kb_status gaz_entity_row(gaz_builder *b, const kb_row *row, kb_str key, kb_entity_type type, kb_str name,
                         kb_str name_en, kb_str wikidata, kb_str country, kb_str code, uint32_t *ret, kb_error *error)
{
    if (!gaz_is_slug(key))
        return gaz_invalid(error, row, "the key '" KB_PRI "' is no slug (a-z, 0-9, hyphens)", KB_ARG(key));
    if (name.n == 0)
        return gaz_invalid(error, row, "'" KB_PRI "' has no name", KB_ARG(key));
    if (wikidata.n && !is_wikidata(wikidata))
        return gaz_invalid(error, row, "'" KB_PRI "' is no Wikidata id (Q and a number)", KB_ARG(wikidata));
    if (country.n && (country.n != 3 || !gaz_is_upper(country)))
        return gaz_invalid(error, row, "'" KB_PRI "' is no ISO 3166-1 alpha-3 country", KB_ARG(country));
    if (code.n && (code.n < 3 || code.n > 6 || code.n % 3 || !gaz_is_upper(code)))
        return gaz_invalid(error, row, "'" KB_PRI "' is no PLOVER code (three or six capitals)", KB_ARG(code));
    if (b->entities.n * 2 >= b->key_slot_count && !grow_keys(b))
        return no_memory(error);
    uint32_t *slot = key_slot(b, key);
    if (*slot) {
        *ret = *slot - 1;
        if (b->entities.at[*ret].type != type)
            return gaz_invalid(error, row, "the key '" KB_PRI "' stands for something of another type already",
                               KB_ARG(key));
        return KB_OK; // a second row of the same key adds its forms
    }
    gaz_entity *e = KB_PUSH(b->arena, &b->entities);
    bool failed = e == NULL;
    if (!failed) {
        *e = (gaz_entity){.type = (uint8_t)type, .latitude = NAN, .longitude = NAN};
        e->key = gaz_intern(b, key, &failed);
        e->name = gaz_intern(b, name, &failed);
        e->name_en = gaz_intern(b, name_en, &failed);
        e->wikidata = gaz_intern(b, wikidata, &failed);
        memcpy(e->country, country.p ? country.p : "", country.n);
        memcpy(e->code, code.p ? code.p : "", code.n);
    }
    if (failed)
        return no_memory(error);
    *ret = b->entities.n - 1;
    *slot = *ret + 1;
    return KB_OK;
}

kb_status gaz_each(gaz_builder *b, const char *path, uint32_t min, uint32_t max, gaz_row *row, kb_error *error)
{
    kb_str *files = NULL;
    uint32_t count = 0;
    kb_str one = kb_arena_printf(b->arena, "%s/%s", b->data_dir, path);
    if (!one.p)
        return no_memory(error);
    if (kb_str_ends(one, KB_STR(".tsv"))) {
        FILE *f = fopen(one.p, "rb");
        if (!f)
            return KB_OK; // optional
        fclose(f);
        files = &one;
        count = 1;
    } else {
        kb_status status = kb_files_below(one.p, ".tsv", b->arena, &files, &count, error);
        if (status != KB_OK)
            return status;
    }
    kb_status status = KB_OK;
    for (uint32_t i = 0; i < count && status == KB_OK; i++) {
        kb_table *table = NULL;
        status = kb_table_read(files[i].p, min, max, &table, error);
        for (uint32_t r = 0; status == KB_OK && r < kb_table_rows(table); r++) {
            kb_row line = kb_table_row(table, r);
            kb_error wrong = {0};
            status = row(b, &line, b->report ? &wrong : error);
            if (b->report && status == KB_INVALID) {
                b->report(b->context, &wrong);
                status = KB_OK;
            } else if (b->report && status != KB_OK && error) {
                *error = wrong;
            }
        }
        if (b->report && !table && status == KB_INVALID) { // not even a table
            b->report(b->context, error);
            status = KB_OK;
        }
        kb_table_free(table);
    }
    return status;
}

// ---------------------------------------------------------------- writing

static int by_key(const void *a, const void *b, void *context)
{
    const gaz_builder *sorting = context;
    const gaz_entity *x = &sorting->entities.at[*(const uint32_t *)a], *y = &sorting->entities.at[*(const uint32_t *)b];
    return strcmp(sorting->strings.at + x->key, sorting->strings.at + y->key);
}

static int by_slot(const void *a, const void *b, void *context)
{
    const gaz_builder *sorting = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    uint64_t s = sorting->roles.at[x].slot, t = sorting->roles.at[y].slot;
    return s != t ? (s < t ? -1 : 1) : (x > y) - (x < y);
}

static kb_status add_index(gaz_builder *b, kb_image_builder *image, const char *name, uint32_t count,
                           int (*order)(const void *, const void *, void *), kb_error *error)
{
    uint32_t *index = KB_NEWS(b->arena, uint32_t, count);
    if (!index)
        return no_memory(error);
    for (uint32_t i = 0; i < count; i++)
        index[i] = i;
    if (count)
        qsort_r(index, count, sizeof *index, order, b);
    return kb_image_add(image, name, index, count * sizeof *index, error);
}

static kb_status write_sections(gaz_builder *b, kb_image_builder *image, kb_error *error)
{
    kb_status status = kb_image_add(image, "names.strings", b->strings.at, b->strings.n, error);
    if (status == KB_OK)
        status = kb_image_add(image, "names.entities", b->entities.at, b->entities.n * sizeof *b->entities.at, error);
    if (status == KB_OK)
        status = kb_image_add(image, "names.forms", b->forms.at, b->forms.n * sizeof *b->forms.at, error);
    if (status == KB_OK)
        status = kb_image_add(image, "names.roles", b->roles.at, b->roles.n * sizeof *b->roles.at, error);
    if (status == KB_OK)
        status = kb_image_add(image, "names.cues", b->cues, b->cue_slots * sizeof *b->cues, error);
    if (status == KB_OK)
        status = add_index(b, image, "names.keys", b->entities.n, by_key, error);
    if (status == KB_OK)
        status = add_index(b, image, "names.offices", b->roles.n, by_slot, error);
    if (status == KB_OK)
        status = kb_phrases_finish(b->phrases, image, "names.phrases", error);
    return status == KB_OK ? kb_phrases_finish(b->titles, image, "names.titles", error) : status;
}

static kb_status read_tables(gaz_builder *b, kb_error *error)
{
    static const struct {
        const char *path;
        uint32_t min, max;
        gaz_row *row;
    } tables[] = {
        {"lexicon/heads.tsv", 3, 4, gaz_head_row}, // first: forms of entities are judged by their head nouns and titles
        {"lexicon/titles.tsv", 2, 2, gaz_title_row},   {"lexicon/countries.tsv", 4, 9, gaz_country_row},
        {"lexicon/places", 5, 12, gaz_place_row},      {"lexicon/organizations", 6, 10, gaz_body_row},
        {"lexicon/people", 5, 10, gaz_person_row},     {"lexicon/names.tsv", 2, 5, gaz_name_row},
        {"lexicon/offices.tsv", 3, 4, gaz_office_row}, {"lexicon/shorts.tsv", 2, 2, gaz_short_row},
    };
    kb_status status = KB_OK;
    for (size_t i = 0; i < KB_LEN(tables) && status == KB_OK; i++)
        status = gaz_each(b, tables[i].path, tables[i].min, tables[i].max, tables[i].row, error);
    return status;
}

static kb_status start(gaz_builder *b, kb_error *error)
{
    b->arena = kb_arena_new(0);
    b->phrases = kb_phrases_builder_new();
    b->titles = kb_phrases_builder_new();
    // string 0 is "none", and there is a table of cues even where no file has any
    bool done = b->arena && b->phrases && b->titles && KB_PUSH(b->arena, &b->strings) && grow_keys(b) &&
                gaz_add_cue_token(b, 1, 0);
    return done ? KB_OK : no_memory(error);
}

static void finish(gaz_builder *b)
{
    kb_phrases_builder_free(b->phrases);
    kb_phrases_builder_free(b->titles);
    kb_arena_free(b->arena);
    free(b->cues);
    free(b->key_slots);
}

kb_status kb_names_compile(const char *data_dir, kb_image_builder *image, kb_error *error)
{
    gaz_builder b = {.data_dir = data_dir};
    kb_status status = start(&b, error);
    if (status == KB_OK)
        status = read_tables(&b, error);
    if (status == KB_OK)
        status = write_sections(&b, image, error);
    finish(&b);
    return status;
}

static void count(const gaz_entity *entities, uint32_t n, kb_names_counts *ret)
{
    for (uint32_t i = 0; i < n; i++) {
        ret->people += entities[i].type == KB_PERSON;
        ret->bodies += entities[i].type == KB_ORGANIZATION;
        ret->places += entities[i].type == KB_LOCATION;
    }
}

kb_status kb_names_check(const char *data_dir, void (*report)(void *context, const kb_error *row), void *context,
                         kb_names_counts *ret, kb_error *error)
{
    gaz_builder b = {.data_dir = data_dir, .report = report, .context = context};
    kb_status status = start(&b, error);
    if (status == KB_OK)
        status = read_tables(&b, error);
    if (status == KB_OK) {
        *ret = (kb_names_counts){.forms = b.forms.n, .roles = b.roles.n, .names = b.cue_count};
        count(b.entities.at, b.entities.n, ret);
    }
    finish(&b);
    return status;
}

kb_names_counts kb_names_count(const kb_image *image)
{
    kb_names_counts counts = {0};
    gazetteer g = gaz_open(image);
    count(g.entities, g.entity_count, &counts);
    counts.roles = g.role_count;
    counts.forms = g.form_count;
    for (uint32_t i = 0; g.cues && i <= g.cue_mask; i++)
        counts.names += g.cues[i].token != 0;
    return counts;
}
