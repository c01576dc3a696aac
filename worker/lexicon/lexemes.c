#include "khabar/lexemes.h"
#include "khabar/normalize.h"

#include <stdlib.h>

// Section: header with a filter (which hashes may open a form: nearly all words are turned away here), slots (open addressing, a power of two). A slot
// holds the hash of a form; an opening slot (class OPENS) the hash of the first word of forms and, in `words`, how long the longest of them is.
enum { FILTER_BITS = 1 << 14 };

typedef struct header {
    uint32_t slots, reserved;
    uint64_t filter[FILTER_BITS / 64];
} header;

typedef struct slot {
    uint64_t hash; // 0: free
    int32_t value;
    uint16_t class, words;
} slot;

enum { OPENS = UINT16_MAX };

enum { KEY_BYTES = 160, MAX_FORMS = 4096 };

static uint32_t filter_bit(uint64_t hash)
{
    return (uint32_t)(hash >> 40) & (FILTER_BITS - 1);
}

static uint64_t key_hash(kb_str key)
{
    uint64_t h = kb_str_hash(key);
    return h ? h : 1;
}

struct kb_lexeme_list {
    kb_arena *arena;
    KB_VEC(slot) entries;
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

// Notes that forms of `words` words begin with the word `first`.
static bool add_opening(kb_lexeme_list *x, kb_str first, uint32_t words)
{
    uint64_t hash = key_hash(first);
    for (uint32_t i = 0; i < x->entries.n; i++) {
        slot *e = &x->entries.at[i];
        if (e->hash == hash && e->class == OPENS) {
            e->words = words > e->words ? (uint16_t)words : e->words;
            return true;
        }
    }
    slot *e = x->entries.n < MAX_FORMS ? KB_PUSH(x->arena, &x->entries) : NULL;
    if (e)
        *e = (slot){.hash = hash, .class = OPENS, .words = (uint16_t)words};
    return e != NULL;
}

static kb_status add_form(kb_lexeme_list *x, kb_str form, int32_t value, uint16_t class, const kb_row *row,
                          kb_error *error)
{
    kb_str folded = kb_fold(x->arena, form);
    if (!folded.p || folded.n == 0 || folded.n >= KEY_BYTES)
        return kb_fail(error, KB_INVALID, "lexeme-form", "%s:%u: form '" KB_PRI "' is empty or too long", row->file,
                       row->line, KB_ARG(form));
    uint32_t words = 1;
    for (size_t i = 0; i < folded.n; i++)
        words += folded.p[i] == ' ';
    if (words > KB_LEXEME_WORDS)
        return kb_fail(error, KB_LIMIT, "lexeme-words", "%s:%u: form '" KB_PRI "' has more than %d words", row->file,
                       row->line, KB_ARG(form), KB_LEXEME_WORDS);
    for (uint32_t i = 0; i < x->entries.n; i++) { // spellings that fold to one form are one entry
        const slot *e = &x->entries.at[i];
        if (e->hash == key_hash(folded) && e->class == class && e->value == value)
            return KB_OK;
    }
    kb_str rest = folded;
    slot *e = add_opening(x, kb_str_cut(&rest, ' '), words) && x->entries.n < MAX_FORMS ? KB_PUSH(x->arena, &x->entries)
                                                                                        : NULL;
    if (!e)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "%s:%u: too many forms", row->file, row->line);
    *e = (slot){.hash = key_hash(folded), .value = value, .class = class, .words = (uint16_t)words};
    return KB_OK;
}

kb_status kb_lexeme_list_add(kb_lexeme_list *list, kb_str forms, int32_t value, uint16_t class, const kb_row *row,
                             kb_error *error)
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

static kb_status add_row(kb_lexeme_list *list, const kb_row *row, const char *const *classes, uint32_t class_count,
                         kb_error *error)
{
    uint16_t class = 0;
    while (class < class_count && !kb_str_is(row->cells[0], classes[class]))
        class ++;
    if (class == class_count)
        return kb_fail(error, KB_INVALID, "lexeme-class", "%s:%u: unknown class '" KB_PRI "'", row->file, row->line,
                       KB_ARG(row->cells[0]));
    int32_t value;
    if (parse_value(row->cells[1], &value) != KB_OK)
        return kb_fail(error, KB_INVALID, "lexeme-value", "%s:%u: value '" KB_PRI "' is no number", row->file,
                       row->line, KB_ARG(row->cells[1]));
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
    header *h = (header *)(void *)out;
    h->slots = slots;
    slot *table = (slot *)(void *)(out + sizeof(header));
    for (uint32_t i = 0; i < list->entries.n; i++) {
        uint32_t at = (uint32_t)list->entries.at[i].hash & (slots - 1);
        while (table[at].hash)
            at = (at + 1) & (slots - 1);
        table[at] = list->entries.at[i];
        uint32_t bit = filter_bit(table[at].hash);
        if (table[at].class == OPENS)
            h->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    return kb_image_add(b, section, out, size, error);
}

kb_status kb_lexemes_compile(const char *path, const char *section, const char *const *classes, uint32_t class_count,
                             kb_image_builder *b, kb_error *error)
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

// A word of the article, with its proclitics taken off: what is left to look up.
typedef struct variant {
    uint64_t hash; // of what is left
    uint16_t skip, clitics;
    bool alef; // ا stands in front of form + skip
} variant;

enum { VARIANTS = 6, LETTER = 2 };

static uint16_t proclitic(const char *letter)
{
    if (letter[0] == '\xD8')
        return letter[1] == '\xA8' ? KB_CLITIC_BI : 0;
    if (letter[0] != '\xD9')
        return 0;
    return letter[1] == '\x88'   ? KB_CLITIC_WA
           : letter[1] == '\x81' ? KB_CLITIC_FA
           : letter[1] == '\x84' ? KB_CLITIC_LI
           : letter[1] == '\x83' ? KB_CLITIC_KA
                                 : 0;
}

static uint32_t variants(const kb_word *word, variant out[VARIANTS])
{
    enum { SHORTEST_REST = 4 };
    kb_str form = word->form;
    uint32_t n = 0;
    uint16_t taken = 0;
    out[n++] = (variant){.skip = 0};
    for (uint16_t skip = 0;
         word->kind == KB_WORD_ARABIC && skip < 2 * LETTER && form.n >= (size_t)skip + LETTER + SHORTEST_REST;) {
        uint16_t clitic = proclitic(form.p + skip);
        bool conjunction = (clitic & (KB_CLITIC_WA | KB_CLITIC_FA)) != 0;
        if (!clitic || (skip > 0 && conjunction))
            break;
        taken |= clitic;
        skip = (uint16_t)(skip + LETTER);
        out[n++] = (variant){.skip = skip, .clitics = taken};
        if (clitic == KB_CLITIC_LI && proclitic(form.p + skip) == KB_CLITIC_LI)
            out[n++] = (variant){.skip = skip, .clitics = taken, .alef = true}; // للخميس is ل + الخميس
        if (!conjunction)
            break;
    }
    return n;
}

static const slot *probe(const header *h, uint64_t hash, uint32_t *at)
{
    const slot *table = (const slot *)(h + 1);
    *at = (uint32_t)hash & (h->slots - 1);
    return table;
}

// How many words the longest form has that begins with this word, 0: none.
static uint32_t longest_from(const header *h, uint64_t hash)
{
    uint32_t at, bit = filter_bit(hash);
    if (!(h->filter[bit / 64] >> bit % 64 & 1))
        return 0;
    const slot *table = probe(h, hash, &at);
    for (; table[at].hash; at = (at + 1) & (h->slots - 1)) {
        if (table[at].hash == hash && table[at].class == OPENS)
            return table[at].words;
    }
    return 0;
}

typedef KB_VEC(kb_lexeme) lexeme_vec;

static bool collect(const header *h, uint64_t hash, const variant *v, kb_arena *arena, lexeme_vec *hits)
{
    uint32_t at;
    const slot *table = probe(h, hash, &at);
    for (; table[at].hash; at = (at + 1) & (h->slots - 1)) {
        if (table[at].hash != hash || table[at].class == OPENS)
            continue;
        kb_lexeme *hit = KB_PUSH(arena, hits);
        if (!hit)
            return false;
        *hit = (kb_lexeme){table[at].class, table[at].words, v->skip, v->clitics, table[at].value};
    }
    return true;
}

// Joins `words` words from `at`, the first as the variant says, by spaces. Returns the size, or 0 when they don't fit.
static size_t join(const kb_layers *layers, uint32_t at, uint32_t words, const variant *v, char key[KEY_BYTES])
{
    const kb_str alef = KB_STR("ا");
    size_t size = 0;
    kb_str first = kb_str_sub(layers->words[at].form, v->skip, layers->words[at].form.n);
    for (uint32_t w = 0; w < words; w++) {
        kb_str form = w ? layers->words[at + w].form : first;
        if (size + alef.n + form.n + 1 >= KEY_BYTES)
            return 0;
        if (w) {
            key[size++] = ' ';
        } else if (v->alef) {
            memcpy(key, alef.p, alef.n);
            size = alef.n;
        }
        if (form.n)
            memcpy(key + size, form.p, form.n);
        size += form.n;
    }
    return size;
}

struct kb_lexeme_keys {
    const variant *at; // those of word w: at[first[w]] … at[first[w + 1] - 1]
    const uint32_t *first;
};

static uint64_t hash_of(const kb_layers *layers, uint32_t at, const variant *v)
{
    char key[KEY_BYTES];
    if (!v->alef)
        return key_hash(kb_str_sub(layers->words[at].form, v->skip, layers->words[at].form.n));
    return key_hash((kb_str){key, join(layers, at, 1, v, key)});
}

// The ways to read the first word of a form at every word of the article: the same for all vocabularies.
static kb_lexeme_keys *keys_of(kb_arena *arena, const kb_layers *layers)
{
    kb_lexeme_keys *keys = KB_NEW(arena, kb_lexeme_keys);
    uint32_t *first = KB_NEWS(arena, uint32_t, (size_t)layers->word_count + 1);
    KB_VEC(variant) all = {0};
    if (!keys || !first)
        return NULL;
    for (uint32_t at = 0; at < layers->word_count; at++) {
        const kb_word *word = &layers->words[at];
        variant found[VARIANTS];
        bool looked_up = (word->kind == KB_WORD_ARABIC || word->kind == KB_WORD_PUNCT || word->kind == KB_WORD_OTHER) &&
                         word->form.n && word->form.n + LETTER < KEY_BYTES;
        uint32_t n = looked_up ? variants(word, found) : 0;
        first[at] = all.n;
        for (uint32_t i = 0; i < n; i++) {
            variant *v = KB_PUSH(arena, &all);
            if (!v)
                return NULL;
            *v = found[i];
            v->hash = hash_of(layers, at, v);
        }
    }
    first[layers->word_count] = all.n;
    *keys = (kb_lexeme_keys){all.at, first};
    return keys;
}

// What begins at word `at`, longest first.
static bool scan_word(const kb_lexemes *lexemes, const kb_lexeme_keys *keys, kb_arena *arena, const kb_layers *layers,
                      uint32_t at, lexeme_vec *hits)
{
    uint32_t begin = hits->n;
    for (uint32_t i = 0; i < lexemes->count; i++) {
        const header *h = lexemes->sections[i];
        for (uint32_t v = keys->first[at]; h && v < keys->first[at + 1]; v++) {
            for (uint32_t words = longest_from(h, keys->at[v].hash); words > 0; words--) {
                char key[KEY_BYTES];
                if (at + words > layers->word_count)
                    continue;
                size_t size = join(layers, at, words, &keys->at[v], key);
                if (size && !collect(h, key_hash((kb_str){key, size}), &keys->at[v], arena, hits))
                    return false;
            }
        }
    }
    for (uint32_t i = begin + 1; i < hits->n; i++) { // few, nearly sorted
        kb_lexeme hit = hits->at[i];
        uint32_t k = i;
        for (; k > begin && hits->at[k - 1].words < hit.words; k--)
            hits->at[k] = hits->at[k - 1];
        hits->at[k] = hit;
    }
    return true;
}

kb_status kb_lexemes_scan(const kb_lexemes *lexemes, kb_arena *arena, kb_layers *layers, kb_lexeme_index *ret,
                          kb_error *error)
{
    uint32_t *first = KB_NEWS(arena, uint32_t, (size_t)layers->word_count + 1);
    lexeme_vec hits = {0};
    if (!layers->lexeme_keys)
        layers->lexeme_keys = keys_of(arena, layers);
    bool held = first && layers->lexeme_keys;
    for (uint32_t at = 0; at < layers->word_count && held; at++) {
        first[at] = hits.n;
        held = scan_word(lexemes, layers->lexeme_keys, arena, layers, at, &hits);
    }
    if (!held)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the vocabulary of article " KB_PRI,
                       KB_ARG(layers->article->id));
    first[layers->word_count] = hits.n;
    *ret = (kb_lexeme_index){hits.at, first};
    return KB_OK;
}

bool kb_lexeme_find(const kb_lexeme_index *index, uint32_t at, uint32_t end, bool clitics, unsigned first,
                    unsigned last, kb_lexeme *ret)
{
    if (at >= end)
        return false;
    for (uint32_t i = index->first[at]; i < index->first[at + 1]; i++) {
        const kb_lexeme *hit = &index->hits[i];
        if (hit->class >= first && hit->class <= last && at + hit->words <= end && (clitics || hit->skip == 0)) {
            *ret = *hit;
            return true;
        }
    }
    return false;
}
