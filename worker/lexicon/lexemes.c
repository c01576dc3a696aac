#include "khabar/lexemes.h"
#include "khabar/normalize.h"

#include <stdlib.h>

// Section: header, slots (open addressing, a power of two), each with the hash of a form and its entries as a chain.
typedef struct header {
    uint32_t slots, longest; // longest: words of the longest form
} header;

typedef struct slot {
    uint64_t hash; // 0: free
    int32_t value;
    uint16_t class, words;
} slot;

enum { KEY_BYTES = 160, MAX_FORMS = 4096 };

static uint64_t key_hash(kb_str key)
{
    uint64_t h = kb_str_hash(key);
    return h ? h : 1;
}

struct kb_lexeme_list {
    kb_arena *arena;
    KB_VEC(slot) entries;
    uint32_t longest;
};

kb_lexeme_list *kb_lexeme_list_new(void)
{
    kb_lexeme_list *list = calloc(1, sizeof *list);
    if (list)
        list->arena = kb_arena_new(0);
    if (list && !list->arena)
        list = kb_lexeme_list_free(list);
    return list;
}

kb_lexeme_list *kb_lexeme_list_free(kb_lexeme_list *list)
{
    if (list)
        kb_arena_free(list->arena);
    free(list);
    return NULL;
}

static kb_status add_form(kb_lexeme_list *x, kb_str form, int32_t value, uint16_t class, const kb_row *row, kb_error *error)
{
    kb_str folded = kb_fold(x->arena, form);
    if (!folded.p || folded.n == 0 || folded.n >= KEY_BYTES)
        return kb_fail(error, KB_INVALID, "lexeme-form", "%s:%u: form '" KB_PRI "' is empty or too long", row->file, row->line, KB_ARG(form));
    uint32_t words = 1;
    for (size_t i = 0; i < folded.n; i++)
        words += folded.p[i] == ' ';
    if (words > KB_LEXEME_WORDS)
        return kb_fail(error, KB_LIMIT, "lexeme-words", "%s:%u: form '" KB_PRI "' has more than %d words", row->file, row->line, KB_ARG(form),
                       KB_LEXEME_WORDS);
    for (uint32_t i = 0; i < x->entries.n; i++) { // spellings that fold to one form are one entry
        const slot *e = &x->entries.at[i];
        if (e->hash == key_hash(folded) && e->class == class && e->value == value)
            return KB_OK;
    }
    slot *e = x->entries.n < MAX_FORMS ? KB_PUSH(x->arena, &x->entries) : NULL;
    if (!e)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "%s:%u: too many forms", row->file, row->line);
    *e = (slot){.hash = key_hash(folded), .value = value, .class = class, .words = (uint16_t)words};
    if (words > x->longest)
        x->longest = words;
    return KB_OK;
}

kb_status kb_lexeme_list_add(kb_lexeme_list *list, kb_str forms, int32_t value, uint16_t class, const kb_row *row, kb_error *error)
{
    kb_status status = KB_OK;
    while (forms.p && status == KB_OK)
        status = add_form(list, kb_str_trim(kb_str_cut(&forms, '|')), value, class, row, error);
    return status;
}

static kb_status parse_value(kb_str cell, int32_t *ret)
{
    if (cell.n == 1 && cell.p[0] >= 'A' && cell.p[0] <= 'Z') {
        *ret = cell.p[0];
        return KB_OK;
    }
    char text[16] = {0};
    if (cell.n >= sizeof text)
        return KB_INVALID;
    if (cell.n)
        memcpy(text, cell.p, cell.n);
    char *end;
    long long value = strtoll(text, &end, 10);
    if (*end || value > INT32_MAX || value < INT32_MIN)
        return KB_INVALID;
    *ret = (int32_t)value;
    return KB_OK;
}

static kb_status add_row(kb_lexeme_list *list, const kb_row *row, const char *const *classes, uint32_t class_count, kb_error *error)
{
    uint16_t class = 0;
    while (class < class_count && !kb_str_is(row->cells[0], classes[class]))
        class++;
    if (class == class_count)
        return kb_fail(error, KB_INVALID, "lexeme-class", "%s:%u: unknown class '" KB_PRI "'", row->file, row->line, KB_ARG(row->cells[0]));
    int32_t value;
    if (parse_value(row->cells[1], &value) != KB_OK)
        return kb_fail(error, KB_INVALID, "lexeme-value", "%s:%u: value '" KB_PRI "' is no number", row->file, row->line, KB_ARG(row->cells[1]));
    return kb_lexeme_list_add(list, row->cells[2], value, class, row, error);
}

kb_status kb_lexeme_list_write(kb_lexeme_list *list, const char *section, kb_image_builder *b, kb_error *error)
{
    uint32_t slots = 16;
    while (slots < list->entries.n * 2)
        slots *= 2;
    size_t size = sizeof(header) + slots * sizeof(slot);
    char *out = kb_alloc(list->arena, size);
    if (!out)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for section %s", section);
    *(header *)(void *)out = (header){slots, list->longest};
    slot *table = (slot *)(void *)(out + sizeof(header));
    for (uint32_t i = 0; i < list->entries.n; i++) {
        uint32_t at = (uint32_t)list->entries.at[i].hash & (slots - 1);
        while (table[at].hash)
            at = (at + 1) & (slots - 1);
        table[at] = list->entries.at[i];
    }
    return kb_image_add(b, section, out, size, error);
}

kb_status kb_lexemes_compile(const char *path, const char *section, const char *const *classes, uint32_t class_count, kb_image_builder *b,
                             kb_error *error)
{
    kb_table *table = NULL;
    kb_status status = kb_table_read(path, 3, 3, &table, error);
    if (status != KB_OK)
        return status == KB_NOT_FOUND ? KB_OK : status; // a user's folder need not hold it
    kb_lexeme_list *list = kb_lexeme_list_new();
    if (!list)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for %s", path);
    for (uint32_t i = 0; i < kb_table_rows(table) && status == KB_OK; i++) {
        kb_row row = kb_table_row(table, i);
        status = add_row(list, &row, classes, class_count, error);
    }
    if (status == KB_OK)
        status = kb_lexeme_list_write(list, section, b, error);
    kb_lexeme_list_free(list);
    kb_table_free(table);
    return status;
}

kb_lexemes kb_lexemes_open(const kb_lexicon *lexicon, const char *section)
{
    kb_lexemes set = {.count = lexicon->image_count};
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str bytes = kb_image_section(&lexicon->images[i], section);
        set.sections[i] = bytes.n >= sizeof(header) ? bytes.p : NULL;
    }
    return set;
}

static void collect(const void *section, kb_str key, uint16_t skip, uint16_t clitics, kb_lexeme *hits, uint32_t *n)
{
    const header *h = section;
    const slot *table = (const slot *)(h + 1);
    uint64_t hash = key_hash(key);
    for (uint32_t at = (uint32_t)hash & (h->slots - 1); table[at].hash; at = (at + 1) & (h->slots - 1)) {
        if (table[at].hash == hash && *n < KB_LEXEME_HITS)
            hits[(*n)++] = (kb_lexeme){table[at].class, table[at].words, skip, clitics, table[at].value};
    }
}

// A first word with its proclitics taken off: what is left to look up (`lead` stands in front of form + skip).
typedef struct variant {
    kb_str lead;
    uint16_t skip, clitics;
} variant;

static uint32_t variants(kb_str form, bool clitics, variant out[16])
{
    static const struct {
        const char *text;
        uint16_t clitics;
    } sequences[] = {
        {"و", KB_CLITIC_WA},
        {"ف", KB_CLITIC_FA},
        {"ب", KB_CLITIC_BI},
        {"ل", KB_CLITIC_LI},
        {"ك", KB_CLITIC_KA},
        {"وب", KB_CLITIC_WA | KB_CLITIC_BI},
        {"ول", KB_CLITIC_WA | KB_CLITIC_LI},
        {"وك", KB_CLITIC_WA | KB_CLITIC_KA},
        {"فب", KB_CLITIC_FA | KB_CLITIC_BI},
        {"فل", KB_CLITIC_FA | KB_CLITIC_LI},
    };
    enum { SHORTEST_REST = 4 }; // bytes: two letters
    uint32_t n = 0;
    out[n++] = (variant){.skip = 0};
    for (size_t i = 0; clitics && i < KB_LEN(sequences); i++) {
        kb_str sequence = kb_str_of(sequences[i].text);
        if (!kb_str_starts(form, sequence) || form.n < sequence.n + SHORTEST_REST)
            continue;
        out[n++] = (variant){.skip = (uint16_t)sequence.n, .clitics = sequences[i].clitics};
        bool li = (sequences[i].clitics & KB_CLITIC_LI) != 0;
        if (li && kb_str_starts(kb_str_sub(form, sequence.n, form.n), KB_STR("ل"))) // للخميس is ل + الخميس
            out[n++] = (variant){.lead = KB_STR("ا"), .skip = (uint16_t)sequence.n, .clitics = sequences[i].clitics};
    }
    return n;
}

uint32_t kb_lexemes_at(const kb_lexemes *lexemes, const kb_layers *layers, uint32_t at, uint32_t end, bool clitics, kb_lexeme hits[KB_LEXEME_HITS])
{
    variant tried[16];
    uint32_t count = variants(layers->words[at].form, clitics && layers->words[at].kind == KB_WORD_ARABIC, tried), n = 0;
    uint32_t most = end - at < KB_LEXEME_WORDS ? end - at : KB_LEXEME_WORDS;
    for (uint32_t words = most; words > 0; words--) {
        for (uint32_t v = 0; v < count; v++) {
            char key[KEY_BYTES + 8];
            size_t size = tried[v].lead.n;
            if (size)
                memcpy(key, tried[v].lead.p, size);
            bool fits = true;
            for (uint32_t w = 0; w < words && fits; w++) {
                kb_str form = layers->words[at + w].form;
                if (w == 0)
                    form = kb_str_sub(form, tried[v].skip, form.n);
                fits = size + form.n + 1 < KEY_BYTES;
                if (!fits)
                    break;
                if (w)
                    key[size++] = ' ';
                if (form.n)
                    memcpy(key + size, form.p, form.n);
                size += form.n;
            }
            for (uint32_t i = 0; i < lexemes->count && fits; i++) {
                const header *h = lexemes->sections[i];
                if (h && words <= h->longest)
                    collect(h, (kb_str){key, size}, tried[v].skip, tried[v].clitics, hits, &n);
            }
        }
    }
    return n;
}
