// Reads the words of the rule language and its sets of values.
#include "events/rules_reader.h"

#include <stdlib.h>

enum { MAX_VALUES = 16000 };

kb_status kb_rule_bad(kb_rule_reader *r, const char *what, kb_str got)
{
    return kb_fail(r->error, KB_INVALID, "rule-syntax", "%s:%u: %s: " KB_PRI, r->file, r->line, what, KB_ARG(got));
}

kb_status kb_rule_no_memory(kb_rule_reader *r)
{
    return kb_fail(r->error, KB_NO_MEMORY, "no-memory", "%s:%u: no memory for the rules", r->file, r->line);
}

kb_str kb_rule_word(kb_str *rest)
{
    *rest = kb_str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    kb_str w = kb_str_sub(*rest, 0, n);
    *rest = kb_str_trim(kb_str_sub(*rest, n, rest->n));
    return w;
}

kb_str kb_rule_part(kb_str *rest, char mark)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] != mark || (mark != ',' && (i == 0 || rest->p[i - 1] != ' ')))
            continue;
        kb_str head = kb_str_trim(kb_str_sub(*rest, 0, i));
        *rest = kb_str_sub(*rest, i + 1, rest->n);
        return head;
    }
    kb_str head = kb_str_trim(*rest);
    *rest = (kb_str){0};
    return head;
}

static kb_status push_value(kb_rule_reader *r, kb_lemma value, kb_values *values)
{
    if (r->b->values.n - values->first >= MAX_VALUES)
        return kb_fail(r->error, KB_LIMIT, "rule-values", "%s:%u: more than %d values", r->file, r->line, MAX_VALUES);
    kb_lemma *slot = KB_PUSH(r->b->arena, &r->b->values);
    if (!slot)
        return kb_rule_no_memory(r);
    *slot = value;
    return KB_OK;
}

// A word is looked for under every part of speech that it may have, and in its very form.
static kb_status push_keys(kb_rule_reader *r, kb_str w, kb_values *values)
{
    static const kb_pos all[KB_VALUE_KEYS] = {KB_POS_NOUN, KB_POS_ADJ, KB_POS_VERB, KB_POS_NONE,
                                              KB_POS_PREP, KB_POS_ADV, KB_POS_PART};
    kb_status status = KB_OK;
    for (size_t i = 0; i < KB_LEN(all) && status == KB_OK; i++)
        status = push_value(r, kb_lemma_of(w, all[i]), values);
    return status;
}

static const struct {
    const char *name;
    uint32_t class;
} classes[] = {
    {"@person", KB_IS_PERSON},     {"@organization", KB_IS_ORGANIZATION},
    {"@location", KB_IS_LOCATION}, {"@named", KB_IS_NAMED},
    {"@country", KB_IS_COUNTRY},   {"@state", KB_IS_STATE},
    {"@armed", KB_IS_ARMED},       {"@civilian", KB_IS_CIVILIAN},
    {"@human", KB_IS_HUMAN},       {"@team", KB_IS_TEAM},
    {"@company", KB_IS_COMPANY},   {"@media", KB_IS_MEDIA},
    {"@number", KB_IS_NUMBER},     {"@thing", KB_IS_THING},
    {"@none", KB_IS_NONE},         {"@any", KB_IS_ANY},
    {"@actor", KB_IS_ACTOR},       {"@crowd", KB_IS_CROWD},
};

static bool cut_sequence(kb_str *rest, kb_str *word_out)
{
    size_t n = 0;
    *rest = kb_str_trim(*rest);
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '+')
        n++;
    *word_out = kb_str_sub(*rest, 0, n);
    *rest = kb_str_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
    return word_out->n > 0;
}

static uint32_t words_in(kb_str v)
{
    uint32_t n = 0;
    kb_str w;
    while (cut_sequence(&v, &w))
        n++;
    return n;
}

static kb_status read_single(kb_rule_reader *r, kb_str v, bool topic, kb_values *values)
{
    if (v.p[0] != '@')
        return topic ? push_value(r, kb_form_of(v), values) : push_keys(r, v, values);
    for (size_t i = 0; i < KB_LEN(classes); i++) {
        if (kb_str_is(v, classes[i].name))
            return push_value(r, classes[i].class, values);
    }
    return kb_rule_bad(r, "no such class", v);
}

static kb_status read_sequence(kb_rule_reader *r, kb_str v, kb_values *values)
{
    kb_status status = push_value(r, words_in(v), values);
    uint32_t opening = r->b->values.n;
    kb_str w;
    while (status == KB_OK && cut_sequence(&v, &w))
        status = push_keys(r, w, values);
    for (uint32_t i = opening; status == KB_OK && i < opening + KB_VALUE_KEYS; i++)
        values->openings |= kb_key_bit(r->b->values.at[i]);
    values->sequences++;
    return status;
}

static int by_value(const void *a, const void *b)
{
    kb_lemma x = *(const kb_lemma *)a, y = *(const kb_lemma *)b;
    return (x > y) - (x < y);
}

// Makes of the single values, which are all that was read so far, the list of classes and the table of keys.
static kb_status arrange(kb_rule_reader *r, kb_values *values)
{
    kb_lemma *at = r->b->values.at + values->first;
    uint32_t n = r->b->values.n - values->first, slots = n ? 2 : 0;
    if (n)
        qsort(at, n, sizeof *at, by_value);
    while (values->classes < n && at[values->classes] < KB_CLASS_END)
        values->classes++;
    n -= values->classes;
    while (slots < n * 2)
        slots *= 2;
    kb_lemma *table = KB_NEWS(r->b->arena, kb_lemma, slots);
    if (!table)
        return kb_rule_no_memory(r);
    for (uint32_t i = 0; i < n; i++) {
        kb_lemma key = at[values->classes + i];
        uint32_t slot = key & (slots - 1);
        while (table[slot] && table[slot] != key)
            slot = (slot + 1) & (slots - 1);
        table[slot] = key;
    }
    values->slots = (uint16_t)(n ? slots : 0);
    r->b->values.n -= n;
    for (uint32_t i = 0; i < values->slots; i++) {
        kb_lemma *slot = KB_PUSH(r->b->arena, &r->b->values);
        if (!slot)
            return kb_rule_no_memory(r);
        *slot = table[i];
    }
    return KB_OK;
}

kb_status kb_rule_values(kb_rule_reader *r, kb_str text, bool topic, kb_values *ret)
{
    kb_values values = {.first = r->b->values.n};
    kb_status status = KB_OK;
    for (int sequences = 0; sequences < 2 && status == KB_OK; sequences++) {
        for (kb_str rest = text; rest.p && status == KB_OK;) {
            kb_str v = kb_str_trim(kb_str_cut(&rest, '|'));
            if (v.n == 0)
                return kb_rule_bad(r, "an empty value", text);
            bool sequence = !topic && words_in(v) > 1;
            if (sequence == (sequences == 1))
                status = sequence ? read_sequence(r, v, &values) : read_single(r, v, topic, &values);
        }
        if (sequences == 0 && status == KB_OK)
            status = arrange(r, &values);
    }
    *ret = values;
    return status;
}
