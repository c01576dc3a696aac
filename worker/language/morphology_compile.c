// The compiler of the word files: rows to lemmas and forms, and those to the sections of the image.

#include "context.h"
#include "forms.h"
#include "khabar/normalize.h"
#include "khabar/utf8.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct made_form {
    uint64_t hash;
    kb_form_entry entry;
} made_form;

struct kb_forms {
    kb_arena *arena;
    KB_VEC(made_form) forms;
    KB_VEC(kb_lemma_record) lemmas;
    uint32_t *index; // open addressing over lemmas by id; index + 1, 0: empty
    uint32_t index_size;
    char *text;
    uint32_t text_size, text_cap;
    bool no_memory;
    kb_error error; // the first fault of a row
};

// ---------------------------------------------------------------- letters

kb_letters kb_letters_of(kb_str s)
{
    kb_letters out = {0};
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        uint32_t c = 0;
        unsigned n = kb_utf8_decode(p, end, &c);
        if (n == 0 || c < 0x620 || c > 0x6FF || kb_fold_char(c) == KB_FOLD_DROP || out.n == 30)
            return (kb_letters){0};
        out.at[out.n++] = (uint16_t)c;
        p += n;
    }
    return out;
}

kb_letters kb_letters_cat(kb_letters a, const char *suffix)
{
    kb_letters b = kb_letters_of(kb_str_of(suffix));
    for (unsigned i = 0; i < b.n && a.n < KB_LEN(a.at); i++)
        a.at[a.n++] = b.at[i];
    return a;
}

kb_letters kb_letters_pre(const char *prefix, kb_letters a)
{
    kb_letters out = kb_letters_of(kb_str_of(prefix));
    for (unsigned i = 0; i < a.n && out.n < KB_LEN(out.at); i++)
        out.at[out.n++] = a.at[i];
    return out;
}

kb_letters kb_letters_cut(kb_letters a, unsigned from, unsigned to)
{
    kb_letters out = {0};
    for (unsigned i = from; i < to && i < a.n; i++)
        out.at[out.n++] = a.at[i];
    return out;
}

// ---------------------------------------------------------------- lemmas and forms

static uint32_t put_text(kb_forms *f, kb_letters l, uint16_t *ret_size)
{
    if (f->text_cap - f->text_size < 4 * KB_LEN(l.at)) {
        uint32_t cap = f->text_cap * 2 + 4096;
        char *p = kb_alloc(f->arena, cap);
        if (!p) {
            f->no_memory = true;
            return 0;
        }
        if (f->text_size)
            memcpy(p, f->text, f->text_size);
        f->text = p;
        f->text_cap = cap;
    }
    uint32_t at = f->text_size;
    for (unsigned i = 0; i < l.n; i++)
        f->text_size += kb_utf8_encode(l.at[i], f->text + f->text_size);
    *ret_size = (uint16_t)(f->text_size - at);
    return at;
}

static void grow_index(kb_forms *f)
{
    uint32_t size = f->index_size ? f->index_size * 2 : 16384;
    uint32_t *index = KB_NEWS(f->arena, uint32_t, size);
    if (!index) {
        f->no_memory = true;
        return;
    }
    for (uint32_t i = 0; i < f->lemmas.n; i++) {
        uint32_t at = f->lemmas.at[i].id & (size - 1);
        while (index[at])
            at = (at + 1) & (size - 1);
        index[at] = i + 1;
    }
    f->index = index;
    f->index_size = size;
}

static uint32_t find_lemma(const kb_forms *f, kb_lemma id, uint32_t *ret_slot)
{
    uint32_t at = id & (f->index_size - 1);
    while (f->index[at]) {
        if (f->lemmas.at[f->index[at] - 1].id == id)
            return f->index[at] - 1;
        at = (at + 1) & (f->index_size - 1);
    }
    *ret_slot = at;
    return KB_NONE;
}

uint32_t kb_forms_lemma(kb_forms *f, kb_letters lemma, kb_pos pos, uint32_t features, kb_lemma verb)
{
    if (f->lemmas.n * 2 >= f->index_size)
        grow_index(f);
    uint16_t size = 0;
    uint32_t at = f->no_memory ? 0 : put_text(f, lemma, &size), slot = 0;
    if (f->no_memory)
        return KB_NONE;
    kb_lemma id = kb_lemma_of((kb_str){f->text + at, size}, pos);
    uint32_t found = find_lemma(f, id, &slot);
    if (found != KB_NONE) {
        f->text_size = at;
        kb_lemma_record *r = &f->lemmas.at[found];
        r->features |= features;
        if (!r->verb)
            r->verb = verb;
        return found;
    }
    kb_lemma_record *r = KB_PUSH(f->arena, &f->lemmas);
    if (!r) {
        f->no_memory = true;
        return KB_NONE;
    }
    *r = (kb_lemma_record){.id = id, .verb = verb, .text = at, .size = size, .pos = (uint8_t)pos, .features = features};
    f->index[slot] = f->lemmas.n;
    return f->lemmas.n - 1;
}

kb_lemma kb_forms_lemma_id(const kb_forms *f, uint32_t lemma)
{
    return f->lemmas.at[lemma].id;
}

void kb_forms_fail(kb_forms *f, const kb_word_row *row, const char *what)
{
    if (f->error.status == KB_OK)
        kb_fail(&f->error, KB_INVALID, "word-row", "%s:%u: %s", row->file, row->line, what);
}

static void put_form(kb_forms *f, uint32_t lemma, kb_letters letters, kb_pos pos, uint32_t features, unsigned flags,
                     int prior)
{
    if (f->no_memory || letters.n == 0 || !(flags & (KB_FORM_FREE | KB_FORM_ENCLITIC)))
        return;
    uint64_t sum = 0;
    uint32_t spelling = 0, count = 0;
    for (unsigned i = 0; i < letters.n; i++) {
        uint32_t folded = kb_fold_char(letters.at[i]);
        sum = sum * KB_FORM_BASE + folded;
        int s = kb_spelling_of(letters.at[i]);
        if (s >= 0 && count < KB_SPELLINGS)
            spelling |= (uint32_t)s << 2 * count++;
    }
    made_form *slot = KB_PUSH(f->arena, &f->forms);
    if (!slot) {
        f->no_memory = true;
        return;
    }
    int p = KB_PRIOR_MIDDLE + prior;
    slot->hash = kb_form_finish(sum);
    slot->entry = (kb_form_entry){.lemma = lemma,
                                  .features = features,
                                  .spelling = spelling,
                                  .pos = (uint8_t)pos,
                                  .flags = (uint8_t)flags,
                                  .prior = (uint8_t)(p < 0     ? 0
                                                     : p > 255 ? 255
                                                               : p)};
}

void kb_forms_add(kb_forms *f, uint32_t lemma, kb_letters letters, kb_pos pos, uint32_t features, unsigned flags,
                  int prior)
{
    put_form(f, lemma, letters, pos, features, flags, prior);
    for (unsigned i = 1; i + 1 < letters.n; i++) { // مسؤول مسئول, رؤوس رءوس
        if (letters.at[i] != L_WAW_HAMZA || letters.at[i + 1] != L_WAW)
            continue;
        kb_letters egyptian = letters;
        egyptian.at[i] = L_YEH_HAMZA;
        put_form(f, lemma, egyptian, pos, features, flags, prior);
        egyptian.at[i] = L_HAMZA;
        put_form(f, lemma, egyptian, pos, features, flags, prior);
    }
    if (letters.n > 2 && kb_letter(letters, -1) == L_YEH_HAMZA) // شاطئ شاطىء
        put_form(f, lemma, kb_letters_cat(kb_letters_cut(letters, 0, letters.n - 1u), "ىء"), pos, features,
                 flags & ~(unsigned)KB_FORM_ENCLITIC, prior);
}

// ---------------------------------------------------------------- sections

static int by_hash(const void *a, const void *b)
{
    const made_form *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->entry.prior != y->entry.prior)
        return x->entry.prior > y->entry.prior ? -1 : 1;
    return memcmp(&x->entry, &y->entry, sizeof x->entry);
}

static int by_id(const void *a, const void *b)
{
    const kb_lemma_record *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static bool same_entry(const made_form *a, const made_form *b)
{
    return a->hash == b->hash && a->entry.lemma == b->entry.lemma && a->entry.features == b->entry.features &&
           a->entry.spelling == b->entry.spelling && a->entry.flags == b->entry.flags;
}

// Lemmas sorted by id; what is true of a lemma is written into its forms.
static void finish_lemmas(kb_forms *f)
{
    for (uint32_t i = 0; i < f->forms.n; i++) {
        kb_form_entry *e = &f->forms.at[i].entry;
        const kb_lemma_record *r = &f->lemmas.at[e->lemma]; // an index until here
        e->features |= r->features;
        e->verb = r->verb;
        e->lemma = r->id;
    }
    if (f->lemmas.n)
        qsort(f->lemmas.at, f->lemmas.n, sizeof *f->lemmas.at, by_id);
}

static kb_status add_sections(kb_forms *f, kb_image_builder *b, kb_error *error)
{
    uint32_t unique = 0, keys = 0, size = 1024;
    for (uint32_t i = 0; i < f->forms.n; i++) {
        if (unique == 0 || !same_entry(&f->forms.at[unique - 1], &f->forms.at[i])) {
            keys += unique == 0 || f->forms.at[unique - 1].hash != f->forms.at[i].hash;
            f->forms.at[unique++] = f->forms.at[i];
        }
    }
    while (size < keys + keys / 2)
        size *= 2;
    kb_form_slot *slots = KB_NEWS(f->arena, kb_form_slot, size);
    kb_form_entry *entries = KB_NEWS(f->arena, kb_form_entry, unique);
    uint8_t *filter = KB_NEWS(f->arena, uint8_t, (1u << KB_FILTER_BITS) / 8);
    if (!slots || !entries || !filter)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the table of forms");
    for (uint32_t i = 0; i < unique;) {
        uint64_t hash = f->forms.at[i].hash;
        uint32_t at = (uint32_t)hash & (size - 1), first = i;
        while (slots[at].first)
            at = (at + 1) & (size - 1);
        for (; i < unique && f->forms.at[i].hash == hash; i++)
            entries[i] = f->forms.at[i].entry;
        entries[i - 1].last = 1;
        slots[at] = (kb_form_slot){.tag = (uint32_t)(hash >> 32), .first = first + 1};
        uint64_t bit = hash >> (64 - KB_FILTER_BITS);
        filter[bit / 8] = (uint8_t)(filter[bit / 8] | 1u << bit % 8);
    }
    kb_status status = kb_image_add(b, "words.filter", filter, (1u << KB_FILTER_BITS) / 8, error);
    if (status == KB_OK)
        status = kb_image_add(b, "words.slots", slots, size * sizeof *slots, error);
    if (status == KB_OK)
        status = kb_image_add(b, "words.entries", entries, unique * sizeof *entries, error);
    if (status == KB_OK)
        status = kb_image_add(b, "words.lemmas", f->lemmas.at, f->lemmas.n * sizeof(kb_lemma_record), error);
    if (status == KB_OK)
        status = kb_image_add(b, "words.text", f->text, f->text_size, error);
    return status;
}

kb_status kb_morphology_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    kb_arena *arena = kb_arena_new(0);
    kb_forms *f = arena ? KB_NEW(arena, kb_forms) : NULL;
    if (!f) {
        kb_arena_free(arena);
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the lexicon");
    }
    f->arena = arena;
    kb_status status = kb_forms_read(f, arena, data_dir, error);
    if (status == KB_OK && f->error.status != KB_OK) {
        status = f->error.status;
        if (error)
            *error = f->error;
    }
    if (status == KB_OK && f->no_memory)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the lexicon");
    if (status == KB_OK) {
        finish_lemmas(f);
        if (f->forms.n)
            qsort(f->forms.at, f->forms.n, sizeof *f->forms.at, by_hash);
        status = add_sections(f, b, error);
    }
    if (status == KB_OK)
        status = kb_context_compile(data_dir, b, error);
    kb_arena_free(arena);
    return status;
}
