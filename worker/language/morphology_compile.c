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

void kb_forms_add(kb_forms *f, uint32_t lemma, kb_letters letters, kb_pos pos, uint32_t features, unsigned flags,
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

// ---------------------------------------------------------------- rows

static bool is_feature(kb_str token, kb_word_row *row)
{
    static const struct {
        const char *name;
        uint32_t feature;
    } names[] = {
        {"human", KB_F_HUMAN}, {"title", KB_F_TITLE},     {"speech", KB_F_SPEECH}, {"fem", KB_F_FEM},
        {"plur", KB_F_PLUR},   {"elative", KB_F_ELATIVE}, {"masdar", KB_F_MASDAR},
    };
    for (size_t i = 0; i < KB_LEN(names); i++) {
        if (kb_str_is(token, names[i].name)) {
            row->features |= names[i].feature;
            return true;
        }
    }
    return false;
}

// Reads the features cell; sense tags (neg, future, …) are for people and for rules that name the lemma.
static void read_features(kb_str cell, kb_word_row *row)
{
    kb_str rest = cell;
    while (rest.n) {
        kb_str token = kb_str_trim(kb_str_cut(&rest, ' '));
        if (is_feature(token, row))
            continue;
        if (kb_str_is(token, "common"))
            row->prior += 14;
        else if (kb_str_is(token, "rare"))
            row->prior -= 26;
        else if (kb_str_is(token, "nopart"))
            row->no_participles = true;
        else if (kb_str_is(token, "pron"))
            row->pronoun = true;
        else if (kb_str_is(token, "nopron"))
            row->no_pronoun = true;
        else if (kb_str_is(token, "bare"))
            row->bare = true;
        else if (kb_str_starts(token, KB_STR("present=")))
            row->present = kb_str_sub(token, 8, token.n);
        else if (kb_str_starts(token, KB_STR("act=")))
            row->active = kb_str_sub(token, 4, token.n);
        else if (kb_str_starts(token, KB_STR("pass=")))
            row->passive = kb_str_sub(token, 5, token.n);
    }
}

static bool read_verb_class(kb_str class, kb_word_row *row)
{
    size_t i = 0;
    if (class.n == 0)
        return false;
    if (class.p[0] == 'q') {
        row->form = 11;
        i = 1;
    } else {
        while (i < class.n && class.p[i] >= '0' && class.p[i] <= '9')
            row->form = row->form * 10 + (class.p[i++] - '0');
    }
    for (; i < class.n; i++) {
        if (class.p[i] == 'i')
            row->intransitive = true;
        else if (strchr("wya", class.p[i]))
            row->vowel = class.p[i];
        else
            return false;
    }
    return row->form >= 1 && row->form <= 11;
}

static bool read_noun_class(kb_str class, kb_word_row *row)
{
    bool adjective = row->pos == KB_POS_ADJ;
    uint16_t last = kb_letter(row->lemma, -1);
    if (class.n == 0) {
        row->sound_masculine = row->taa = adjective;
        row->feminine = last == L_MARBUTA;
        row->sound_feminine = row->feminine;
        return true;
    }
    for (size_t i = 0; i < class.n; i++) {
        switch (class.p[i]) {
        case 'm':
            break;
        case 'f':
            row->feminine = true;
            break;
        case 'u':
            row->sound_masculine = true;
            break;
        case 'a':
            row->sound_feminine = true;
            break;
        case 't':
            row->taa = true;
            break;
        case 'c':
            row->invariable = true;
            break;
        default:
            return false;
        }
    }
    return true;
}

// Words that are no noun, adjective or verb: the forms as they are listed. What they may stand with depends on their part of speech.
static void add_function_word(kb_forms *f, const kb_word_row *row)
{
    uint32_t lemma = kb_forms_lemma(f, row->lemma, row->pos, row->features, 0);
    unsigned flags = KB_FORM_FREE;
    if (!row->bare)
        flags |= KB_FORM_PREPOSITION;
    if (!row->no_pronoun &&
        (row->pronoun || row->pos == KB_POS_PREP || row->pos == KB_POS_PART || row->pos == KB_POS_NUM))
        flags |= KB_FORM_ENCLITIC;
    if (row->pos == KB_POS_NUM || (row->pos == KB_POS_ADV && !row->bare))
        flags |= KB_FORM_ARTICLE;
    int prior = row->prior + (row->pos == KB_POS_NAME ? 4 : row->pos == KB_POS_NUM ? 10 : 30);
    if (lemma == KB_NONE)
        return;
    kb_forms_add(f, lemma, row->lemma, row->pos, row->features, flags, prior);
    kb_str rest = row->forms;
    while (rest.n) {
        kb_str cell = kb_str_trim(kb_str_cut(&rest, '|'));
        bool bound = kb_str_ends(cell, KB_STR("+")); // only before a pronoun: علي+
        kb_letters form = kb_letters_of(kb_str_sub(cell, 0, cell.n - bound));
        unsigned own = bound ? (flags | KB_FORM_ENCLITIC) & ~(unsigned)KB_FORM_FREE : flags;
        if (form.n == 0)
            kb_forms_fail(f, row, "a form is no Arabic word");
        else
            kb_forms_add(f, lemma, form, row->pos, row->features, own, prior);
    }
}

static void add_row(kb_forms *f, kb_row cells)
{
    kb_word_row row = {.file = cells.file, .line = cells.line};
    row.lemma = kb_letters_of(cells.cells[0]);
    row.pos = kb_pos_of(cells.cells[1]);
    row.forms = cells.cells[3];
    read_features(cells.cells[4], &row);
    bool good = true;
    if (row.lemma.n == 0) {
        kb_forms_fail(f, &row, "the lemma is no Arabic word without vowels of at most 30 letters");
    } else if (row.pos == KB_POS_NONE) {
        kb_forms_fail(f, &row, "no such part of speech");
    } else if (row.pos == KB_POS_VERB) {
        good = read_verb_class(cells.cells[2], &row);
        if (good)
            kb_forms_verb(f, &row);
    } else if (row.pos == KB_POS_NOUN || row.pos == KB_POS_ADJ) {
        good = read_noun_class(cells.cells[2], &row);
        row.feminine = row.feminine || row.features & KB_F_FEM;
        if (good)
            kb_forms_nominal(f, &row, 0);
    } else {
        add_function_word(f, &row);
    }
    if (!good)
        kb_forms_fail(f, &row, "no such class for this part of speech");
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

static kb_status read_files(kb_forms *f, const char *data_dir, kb_error *error)
{
    kb_str dir = kb_arena_printf(f->arena, "%s/lexicon/words", data_dir);
    kb_str *files = NULL;
    uint32_t count = 0;
    kb_status status = dir.p ? kb_files_below(dir.p, ".tsv", f->arena, &files, &count, error)
                             : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the lexicon");
    for (uint32_t i = 0; i < count && status == KB_OK; i++) {
        kb_table *table = NULL;
        status = kb_table_read(files[i].p, 2, 6, &table, error);
        if (status != KB_OK)
            break;
        for (uint32_t k = 0; k < kb_table_rows(table); k++)
            add_row(f, kb_table_row(table, k));
        kb_table_free(table);
    }
    return status;
}

// Adjectives of nationality and their broken plurals stand in the table of countries.
static kb_status read_countries(kb_forms *f, const char *data_dir, kb_error *error)
{
    enum { ADJECTIVE = 3, DEMONYMS = 4, MOST = 12 };
    kb_str path = kb_arena_printf(f->arena, "%s/lexicon/countries.tsv", data_dir);
    kb_table *table = NULL;
    kb_status status = path.p ? kb_table_read(path.p, 1, MOST, &table, error) : KB_NO_MEMORY;
    for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
        kb_row cells = kb_table_row(table, i);
        kb_str rest = cells.cells[ADJECTIVE];
        for (bool first = true; rest.n; first = false) {
            kb_word_row row = {.lemma = kb_letters_of(kb_str_trim(kb_str_cut(&rest, '|'))),
                               .pos = KB_POS_ADJ,
                               .sound_masculine = true,
                               .taa = true,
                               .forms = first ? cells.cells[DEMONYMS] : (kb_str){0},
                               .file = cells.file,
                               .line = cells.line};
            if (row.lemma.n) // a name of two words has none of its own: جنوب سوداني
                kb_forms_nominal(f, &row, 0);
        }
    }
    kb_table_free(table);
    return status == KB_NOT_FOUND ? KB_OK : status;
}

// One name of the gazetteers, where it is a single word: it is not to be cut, and it has no other reading unless the word files give one.
static void add_name(kb_forms *f, kb_str name, bool everyday)
{
    enum { EVERYDAY = -30, NAME = -10 };
    kb_letters letters = kb_letters_of(kb_str_trim(name));
    if (letters.n < 3)
        return;
    uint32_t lemma = kb_forms_lemma(f, letters, KB_POS_NAME, 0, 0);
    if (lemma != KB_NONE)
        kb_forms_add(f, lemma, letters, KB_POS_NAME, 0, KB_FORM_FREE | KB_FORM_PREPOSITION, everyday ? EVERYDAY : NAME);
}

static kb_status read_names(kb_forms *f, const char *data_dir, kb_error *error)
{
    enum { WORD = 4, NAME = 1, ALIASES = 2, EVIDENCE = 11, MOST = 12 };
    kb_str path = kb_arena_printf(f->arena, "%s/lexicon/names.tsv", data_dir),
           dir = kb_arena_printf(f->arena, "%s/lexicon/places", data_dir);
    kb_table *table = NULL;
    kb_str *files = NULL;
    uint32_t count = 0;
    kb_status status = path.p && dir.p ? kb_table_read(path.p, 1, MOST, &table, error) : KB_NO_MEMORY;
    for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
        kb_row row = kb_table_row(table, i);
        add_name(f, row.cells[0], kb_str_is(row.cells[WORD], "yes"));
    }
    if (status == KB_OK)
        kb_table_free(table);
    if (status == KB_OK || status == KB_NOT_FOUND)
        status = kb_files_below(dir.p, ".tsv", f->arena, &files, &count, error);
    for (uint32_t k = 0; k < count && status == KB_OK; k++) {
        status = kb_table_read(files[k].p, 1, MOST, &table, error);
        for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
            kb_row row = kb_table_row(table, i);
            bool everyday = kb_str_is(row.cells[EVIDENCE], "yes");
            add_name(f, row.cells[NAME], everyday);
            kb_str rest = row.cells[ALIASES];
            while (rest.n)
                add_name(f, kb_str_cut(&rest, '|'), everyday);
        }
        if (status == KB_OK)
            kb_table_free(table);
    }
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
    kb_status status = read_files(f, data_dir, error);
    if (status == KB_OK)
        status = read_countries(f, data_dir, error);
    if (status == KB_OK)
        status = read_names(f, data_dir, error);
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
