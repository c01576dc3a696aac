// Compiled rules: building the sections and reading them.
#include "khabar/rules.h"
#include "events/builder.h"

#include <stdlib.h>

kb_rules_builder *kb_rules_builder_new(void)
{
    kb_rules_builder *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->arena = kb_arena_new(0);
    if (!b->arena || !KB_PUSH(b->arena, &b->strings)) // offset 0 is "none"
        return kb_rules_builder_free(b);
    return b;
}

kb_rules_builder *kb_rules_builder_free(kb_rules_builder *b)
{
    if (b)
        kb_arena_free(b->arena);
    free(b);
    return NULL;
}

uint32_t kb_rules_intern(kb_rules_builder *b, kb_str s)
{
    if (s.n == 0)
        return 0;
    uint64_t hash = kb_str_hash(s);
    for (uint32_t i = 0; i < b->interned.n; i++) {
        if (b->interned.at[i].hash == hash && kb_str_eq(kb_str_of(b->strings.at + b->interned.at[i].at), s))
            return b->interned.at[i].at;
    }
    uint32_t at = b->strings.n;
    for (size_t i = 0; i <= s.n; i++) {
        char *c = KB_PUSH(b->arena, &b->strings);
        if (!c)
            return KB_NO_CHANGE;
        *c = i < s.n ? s.p[i] : '\0';
    }
    kb_interned *slot = KB_PUSH(b->arena, &b->interned);
    if (!slot)
        return KB_NO_CHANGE;
    *slot = (kb_interned){.hash = hash, .at = at};
    return at;
}

kb_status kb_rules_row(kb_rules_builder *b, kb_lemma lemma, kb_posting_kind kind, const uint32_t *cells, uint32_t count,
                       kb_error *error)
{
    uint32_t at = b->cells.n;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *cell = KB_PUSH(b->arena, &b->cells);
        if (!cell)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the event tables");
        *cell = cells[i];
    }
    kb_pending *p = KB_PUSH(b->arena, &b->pending);
    if (!p)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the event tables");
    *p = (kb_pending){.lemma = lemma, .order = b->pending.n, .posting = {kind, at}};
    return KB_OK;
}

static int by_lemma(const void *a, const void *b)
{
    const kb_pending *x = a, *y = b;
    if (x->lemma != y->lemma)
        return x->lemma < y->lemma ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static kb_status add_index(kb_rules_builder *b, kb_image_builder *image, kb_error *error)
{
    if (b->pending.n)
        qsort(b->pending.at, b->pending.n, sizeof *b->pending.at, by_lemma);
    uint32_t size = 16;
    while (size < b->pending.n * 2)
        size *= 2;
    kb_index_slot *slots = KB_NEWS(b->arena, kb_index_slot, size);
    kb_posting *postings = KB_NEWS(b->arena, kb_posting, b->pending.n + 1);
    if (!slots || !postings)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the index of the rules");
    for (uint32_t i = 0; i < b->pending.n; i++) {
        kb_lemma lemma = b->pending.at[i].lemma;
        postings[i] = b->pending.at[i].posting;
        uint32_t at = lemma & (size - 1);
        while (slots[at].lemma && slots[at].lemma != lemma)
            at = (at + 1) & (size - 1);
        if (!slots[at].lemma)
            slots[at] = (kb_index_slot){.lemma = lemma, .first = i};
        slots[at].count++;
        slots[at].kinds |= 1u << b->pending.at[i].posting.kind;
    }
    kb_status status = kb_image_add(image, "events.index", slots, size * sizeof *slots, error);
    if (status == KB_OK)
        status = kb_image_add(image, "events.postings", postings, b->pending.n * sizeof *postings, error);
    return status;
}

kb_status kb_rules_finish(kb_rules_builder *b, kb_image_builder *image, kb_error *error)
{
    const struct {
        const char *name;
        const void *data;
        size_t size;
    } sections[] = {
        {"events.strings", b->strings.at, b->strings.n},
        {"events.rules", b->rules.at, b->rules.n * sizeof *b->rules.at},
        {"events.patterns", b->patterns.at, b->patterns.n * sizeof *b->patterns.at},
        {"events.terms", b->terms.at, b->terms.n * sizeof *b->terms.at},
        {"events.values", b->values.at, b->values.n * sizeof *b->values.at},
        {"events.conditions", b->conditions.at, b->conditions.n * sizeof *b->conditions.at},
        {"events.whens", b->whens.at, b->whens.n * sizeof *b->whens.at},
        {"events.sources", b->sources.at, b->sources.n * sizeof *b->sources.at},
        {"events.cells", b->cells.at, b->cells.n * sizeof *b->cells.at},
    };
    kb_status status = KB_OK;
    for (size_t i = 0; i < KB_LEN(sections) && status == KB_OK; i++)
        status = kb_image_add(image, sections[i].name, sections[i].data, sections[i].size, error);
    return status == KB_OK ? add_index(b, image, error) : status;
}

bool kb_rules_open(const kb_image *image, kb_rules *ret)
{
    kb_str rules = kb_image_section(image, "events.rules"), index = kb_image_section(image, "events.index");
    if (!index.p)
        return false;
        // Sections are aligned to 16, so these casts are safe.
#define SECTION(name) (const void *)kb_image_section(image, name).p
    *ret = (kb_rules){
        .strings = kb_image_section(image, "events.strings").p,
        .rules = (const void *)rules.p,
        .patterns = SECTION("events.patterns"),
        .terms = SECTION("events.terms"),
        .values = SECTION("events.values"),
        .conditions = SECTION("events.conditions"),
        .whens = SECTION("events.whens"),
        .sources = SECTION("events.sources"),
        .postings = SECTION("events.postings"),
        .cells = SECTION("events.cells"),
        .index = (const void *)index.p,
        .rule_count = (uint32_t)(rules.n / sizeof(kb_rule)),
        .index_size = (uint32_t)(index.n / sizeof(kb_index_slot)),
    };
#undef SECTION
    return true;
}

const kb_index_slot *kb_rules_slot(const kb_rules *rules, kb_lemma lemma)
{
    uint32_t mask = rules->index_size - 1;
    for (uint32_t at = lemma & mask; rules->index[at].lemma; at = (at + 1) & mask) {
        if (rules->index[at].lemma == lemma)
            return &rules->index[at];
    }
    return NULL;
}

void kb_rules_expect(const kb_rules *rules, kb_lemma lemma)
{
    __builtin_prefetch(&rules->index[lemma & (rules->index_size - 1)]);
}

const kb_posting *kb_rules_find(const kb_rules *rules, kb_lemma lemma, uint32_t *ret_count)
{
    const kb_index_slot *slot = kb_rules_slot(rules, lemma);
    *ret_count = slot ? slot->count : 0;
    return slot ? rules->postings + slot->first : NULL;
}

uint32_t kb_rules_named(const kb_rules *rules, const char *name)
{
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        if (strcmp(rules->strings + rules->rules[i].name, name) == 0)
            return i;
    }
    return KB_NONE;
}
