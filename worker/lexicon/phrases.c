#include "khabar/normalize.h"
#include "khabar/phrases.h"

#include <stdlib.h>

// Section: header, filter (which hashes may begin an entry: nearly all words are turned away here, within the cache), slots (open addressing, a power
// of two of them), index of values by state (states + 1), values.
enum { FILTER_BITS = 1 << 18 };

typedef struct header {
    uint32_t slots, states, values, reserved;
    uint64_t filter[FILTER_BITS / 64];
} header;

typedef struct slot {
    uint64_t key; // 0: empty
    uint32_t next, reserved;
} slot;

static uint64_t slot_key(uint32_t state, uint64_t token)
{
    uint64_t k = (token ^ ((uint64_t)state + 1) * 0x9E3779B97F4A7C15ull) * 0xD6E8FEB86659FD93ull;
    k ^= k >> 32;
    return k ? k : 1;
}

// ---------------------------------------------------------------- tokens

static const char al[] = "ال";
enum { LETTER = 2 }; // bytes of an Arabic letter

static bool starts(kb_str s, const char *z)
{
    return kb_str_starts(s, kb_str_of(z));
}

// Bytes of the first of two parts that are also written apart: عبدالله, ابوظبي. 0: one token.
static size_t joint(kb_str form)
{
    if (starts(form, "عبدال") && form.n >= 7 * LETTER)
        return 3 * LETTER;
    if ((starts(form, "ابو") || starts(form, "ابا") || starts(form, "ابي")) && form.n >= 6 * LETTER)
        return 3 * LETTER;
    return 0;
}

uint64_t kb_token_hash(kb_str form)
{
    if (form.n == 3 * LETTER && (kb_str_is(form, "ابا") || kb_str_is(form, "ابي")))
        form = KB_STR("ابو");
    else if (form.n == 3 * LETTER && kb_str_is(form, "ابن"))
        form = KB_STR("بن");
    return kb_str_hash(form);
}

static uint32_t cut_form(kb_str form, uint64_t hashes[2])
{
    size_t cut = joint(form);
    if (cut) {
        hashes[0] = kb_token_hash(kb_str_sub(form, 0, cut));
        hashes[1] = kb_token_hash(kb_str_sub(form, cut, form.n));
        return 2;
    }
    hashes[0] = kb_token_hash(form);
    return 1;
}

bool kb_tokens_make(kb_arena *arena, const kb_word *words, uint32_t count, kb_tokens *ret)
{
    kb_token *at = KB_NEWS(arena, kb_token, (size_t)count * 2);
    uint32_t *first = KB_NEWS(arena, uint32_t, (size_t)count + 1);
    if (!at || !first)
        return false;
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hashes[2];
        uint32_t parts = cut_form(words[i].form, hashes);
        first[i] = n;
        for (uint32_t k = 0; k < parts; k++)
            at[n++] = (kb_token){hashes[k], i, k + 1 == parts};
    }
    first[count] = n;
    *ret = (kb_tokens){words, at, first, n, count};
    return true;
}

// Letters that may be proclitics: D9 88 و, D9 81 ف, D8 A8 ب, D9 84 ل, D9 83 ك.
static unsigned letter_at(kb_str form, size_t at)
{
    return at + 1 < form.n ? (unsigned)(unsigned char)form.p[at] << 8 | (unsigned char)form.p[at + 1] : 0;
}

uint32_t kb_clitic_cuts(kb_str form, kb_clitic_cut cuts[KB_CUTS_MAX])
{
    enum { WAW = 0xD988, FEH = 0xD981, BEH = 0xD8A8, LAM = 0xD984, KAF = 0xD983 };
    uint32_t n = 0;
    cuts[n++] = (kb_clitic_cut){0};
    size_t at = 0;
    unsigned c = letter_at(form, 0);
    if (c != WAW && c != FEH && c != BEH && c != LAM && c != KAF)
        return n;
    if (c == WAW || c == FEH) {
        at = LETTER;
        if (form.n >= 3 * LETTER)
            cuts[n++] = (kb_clitic_cut){LETTER, false};
        c = letter_at(form, at);
    }
    if (c == LAM && letter_at(form, at + LETTER) == LAM && form.n >= at + 4 * LETTER)
        cuts[n++] = (kb_clitic_cut){(uint8_t)(at + LETTER), true};
    if ((c == BEH || c == LAM || c == KAF) && form.n >= at + 3 * LETTER)
        cuts[n++] = (kb_clitic_cut){(uint8_t)(at + LETTER), false};
    return n;
}

kb_str kb_clitic_rest(kb_str form, kb_clitic_cut cut, char buffer[256])
{
    kb_str rest = kb_str_sub(form, cut.skip, form.n);
    if (!cut.article || rest.n + LETTER > 256)
        return rest;
    memcpy(buffer, al, LETTER); // ا before the remaining لX
    memcpy(buffer + LETTER, rest.p, rest.n);
    return (kb_str){buffer, rest.n + LETTER};
}

// ---------------------------------------------------------------- finding

kb_phrases kb_phrases_open(const kb_image *image, const char *name)
{
    kb_str section = image->base ? kb_image_section(image, name) : (kb_str){0};
    return (kb_phrases){section.n >= sizeof(header) ? section.p : NULL};
}

static bool may_begin(const header *h, uint64_t token)
{
    uint32_t bit = (uint32_t)(token >> 40) & (FILTER_BITS - 1);
    return h->filter[bit / 64] >> (bit % 64) & 1;
}

static uint32_t step(const header *h, uint32_t state, uint64_t token)
{
    const slot *slots = (const slot *)(const void *)(h + 1);
    uint64_t key = slot_key(state, token);
    for (uint32_t i = (uint32_t)key & (h->slots - 1);; i = (i + 1) & (h->slots - 1)) {
        if (slots[i].key == key)
            return slots[i].next;
        if (slots[i].key == 0)
            return 0;
    }
}

void kb_phrases_expect(const kb_phrases *phrases, const kb_tokens *tokens, uint32_t word)
{
    const header *h = phrases->header;
    uint64_t token = tokens->at[tokens->first[word]].hash;
    if (!h || !may_begin(h, token))
        return;
    const slot *slots = (const slot *)(const void *)(h + 1);
    __builtin_prefetch(&slots[(uint32_t)slot_key(0, token) & (h->slots - 1)]);
}

static uint32_t report(const header *h, uint32_t state, kb_phrase_hit hit, kb_phrase_hit *hits, uint32_t n,
                       uint32_t max)
{
    const slot *slots = (const slot *)(const void *)(h + 1);
    const uint32_t *index = (const uint32_t *)(const void *)(slots + h->slots), *values = index + h->states + 1;
    for (uint32_t v = index[state]; v < index[state + 1] && n < max; v++) {
        hits[n] = hit;
        hits[n++].value = values[v];
    }
    return n;
}

uint32_t kb_phrases_at(const kb_phrases *phrases, const kb_tokens *tokens, uint32_t word, kb_phrase_hit *hits,
                       uint32_t max)
{
    const header *h = phrases->header;
    if (!h)
        return 0;
    kb_clitic_cut cuts[KB_CUTS_MAX];
    uint32_t n = 0, count = kb_clitic_cuts(tokens->words[word].form, cuts);
    for (uint32_t c = 0; c < count; c++) {
        uint64_t start[2];
        uint32_t parts = tokens->first[word + 1] - tokens->first[word], state = 0, next = tokens->first[word + 1];
        if (c == 0) {
            start[0] = tokens->at[tokens->first[word]].hash;
            start[1] = parts > 1 ? tokens->at[tokens->first[word] + 1].hash : 0;
        } else {
            char buffer[256];
            parts = cut_form(kb_clitic_rest(tokens->words[word].form, cuts[c], buffer), start);
        }
        for (uint32_t k = 0; k < parts && (k == 0 ? may_begin(h, start[0]) : state != 0); k++)
            state = step(h, state, start[k]);
        kb_phrase_hit hit = {.first = word, .end = word + 1, .skip = cuts[c].skip};
        if (state)
            n = report(h, state, hit, hits, n, max);
        for (uint32_t t = next; state && t < tokens->count; t++) {
            state = step(h, state, tokens->at[t].hash);
            hit.end = tokens->at[t].word + 1;
            if (state && tokens->at[t].ends_word)
                n = report(h, state, hit, hits, n, max);
        }
    }
    return n;
}

// ---------------------------------------------------------------- building

typedef struct pending {
    uint32_t state, value;
} pending;

struct kb_phrases_builder {
    kb_arena *arena;
    slot *slots;
    uint32_t slot_count, used, states;
    KB_VEC(pending) values;
    uint64_t filter[FILTER_BITS / 64];
};

kb_phrases_builder *kb_phrases_builder_new(void)
{
    kb_phrases_builder *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->arena = kb_arena_new(0);
    b->slot_count = 1024;
    b->slots = calloc(b->slot_count, sizeof *b->slots);
    b->states = 1;
    return b->arena && b->slots ? b : kb_phrases_builder_free(b);
}

kb_phrases_builder *kb_phrases_builder_free(kb_phrases_builder *b)
{
    if (b) {
        kb_arena_free(b->arena);
        free(b->slots);
    }
    free(b);
    return NULL;
}

static slot *find_slot(slot *slots, uint32_t count, uint64_t key)
{
    uint32_t i = (uint32_t)key & (count - 1);
    while (slots[i].key && slots[i].key != key)
        i = (i + 1) & (count - 1);
    return &slots[i];
}

static bool grow(kb_phrases_builder *b)
{
    uint32_t count = b->slot_count * 2;
    slot *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < b->slot_count; i++) {
        if (b->slots[i].key)
            *find_slot(slots, count, b->slots[i].key) = b->slots[i];
    }
    free(b->slots);
    b->slots = slots;
    b->slot_count = count;
    return true;
}

// Follows or makes the transition; returns 0 without memory.
static uint32_t extend(kb_phrases_builder *b, uint32_t state, uint64_t token)
{
    if (b->used * 2 >= b->slot_count && !grow(b))
        return 0;
    uint64_t key = slot_key(state, token);
    slot *s = find_slot(b->slots, b->slot_count, key);
    if (!s->key) {
        *s = (slot){.key = key, .next = b->states++};
        b->used++;
    }
    return s->next;
}

static unsigned class_of(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 0x80 ? 1 : (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') ? 2 : u == ' ' ? 0 : 3;
}

// End of the token at `at`: a run of letters of one kind, or one sign; as the words of a text are cut.
static size_t token_end(kb_str s, size_t at)
{
    unsigned kind = class_of(s.p[at]);
    size_t end = at + 1;
    while (kind != 3 && end < s.n && class_of(s.p[end]) == kind)
        end++;
    return end;
}

kb_status kb_phrases_add(kb_phrases_builder *b, kb_str text, uint32_t value, kb_error *error)
{
    kb_str folded = kb_fold(b->arena, text);
    if (!folded.p)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the phrases");
    uint32_t state = 0, tokens = 0;
    for (size_t at = 0; at < folded.n;) {
        if (class_of(folded.p[at]) == 0) {
            at++;
            continue;
        }
        size_t end = token_end(folded, at);
        uint64_t hashes[2];
        uint32_t parts = cut_form(kb_str_sub(folded, at, end), hashes);
        if (state == 0) {
            uint32_t bit = (uint32_t)(hashes[0] >> 40) & (FILTER_BITS - 1);
            b->filter[bit / 64] |= 1ull << (bit % 64);
        }
        for (uint32_t k = 0; k < parts; k++) {
            state = extend(b, state, hashes[k]);
            if (!state)
                return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the phrases");
        }
        tokens += parts;
        at = end;
    }
    if (tokens == 0 || tokens > KB_PHRASE_TOKENS)
        return kb_fail(error, tokens ? KB_LIMIT : KB_INVALID, "phrase-length",
                       "'" KB_PRI "' has %u words; 1 to %d are possible", KB_ARG(text), tokens, KB_PHRASE_TOKENS);
    pending *p = KB_PUSH(b->arena, &b->values);
    if (!p)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the phrases");
    *p = (pending){state, value};
    return KB_OK;
}

static int by_state(const void *a, const void *b)
{
    const pending *x = a, *y = b;
    if (x->state != y->state)
        return x->state < y->state ? -1 : 1;
    return (x->value > y->value) - (x->value < y->value);
}

kb_status kb_phrases_finish(kb_phrases_builder *b, kb_image_builder *image, const char *name, kb_error *error)
{
    if (b->values.n)
        qsort(b->values.at, b->values.n, sizeof *b->values.at, by_state);
    size_t size =
        sizeof(header) + b->slot_count * sizeof(slot) + ((size_t)b->states + 1 + b->values.n) * sizeof(uint32_t);
    char *section = calloc(1, size);
    if (!section)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the phrases");
    memcpy(section + sizeof(header), b->slots, b->slot_count * sizeof(slot));
    uint32_t *index = (uint32_t *)(void *)(section + sizeof(header) + b->slot_count * sizeof(slot)),
             *values = index + b->states + 1;
    uint32_t n = 0, v = 0;
    for (uint32_t state = 0; state < b->states; state++) {
        index[state] = n;
        for (; v < b->values.n && b->values.at[v].state == state; v++) {
            bool again = n > index[state] && values[n - 1] == b->values.at[v].value;
            if (!again)
                values[n++] = b->values.at[v].value;
        }
    }
    index[b->states] = n;
    header h = {.slots = b->slot_count, .states = b->states, .values = n};
    memcpy(h.filter, b->filter, sizeof h.filter);
    memcpy(section, &h, sizeof h);
    kb_status status = kb_image_add(image, name, section, size, error);
    free(section);
    return status;
}
