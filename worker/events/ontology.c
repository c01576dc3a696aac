// Scores of PLOVER and CAMEO codes, from worker/data/tables.
#include "khabar/event_tables.h"

kb_lemma kb_code_key(kb_str code, kb_str of)
{
    char key[64];
    size_t n = code.n < 30 ? code.n : 30, m = of.n < 30 ? of.n : 30;
    if (n)
        memcpy(key, code.p, n);
    key[n] = '/';
    if (m)
        memcpy(key + n + 1, of.p, m);
    kb_lemma lemma = (kb_lemma)kb_hash(key, n + m + 1);
    return lemma < KB_CLASS_END ? KB_CLASS_END : lemma;
}

static const uint32_t *code_row(const kb_rules *rules, kb_str code, const char *of)
{
    uint32_t n = 0;
    const kb_posting *p = kb_rules_find(rules, kb_code_key(code, kb_str_of(of)), &n);
    for (uint32_t i = 0; i < n; i++) {
        if (p[i].kind == KB_POST_CODE)
            return rules->cells + p[i].value;
    }
    return NULL;
}

static bool number(uint32_t cell, float *ret)
{
    if (cell)
        *ret = (float)((int32_t)cell - KB_ASSERTION_ZERO) / 100.0F;
    return cell != 0;
}

void kb_ontology_scores(const kb_rules *rules, const char *type, const char *mode, const char *cameo, uint8_t *ret_quad,
                        float *ret_intensity, float *ret_goldstein)
{
    const uint32_t *row = code_row(rules, kb_str_of(type), "type");
    uint8_t quad = kb_ontology_quad(rules, type);
    *ret_quad = quad ? quad : *ret_quad;
    if (row)
        number(row[1], ret_intensity);
    row = mode ? code_row(rules, kb_str_of(type), mode) : NULL;
    if (row)
        number(row[0], ret_intensity);
    // A code of the fourth level without a score of its own has that of its parent.
    char parent[8] = {0};
    memcpy(parent, cameo, strnlen(cameo, sizeof parent - 1));
    for (size_t n = strlen(parent); n >= 2; parent[--n] = '\0') {
        row = code_row(rules, kb_str_of(parent), "cameo");
        if (row && number(row[0], ret_goldstein))
            return;
    }
}

uint8_t kb_ontology_quad(const kb_rules *rules, const char *type)
{
    float quad = 0;
    const uint32_t *row = code_row(rules, kb_str_of(type), "type");
    return row && number(row[0], &quad) ? (uint8_t)quad : 0;
}

const char *kb_ontology_root(const kb_rules *rules, const char *type)
{
    const uint32_t *row = code_row(rules, kb_str_of(type), "type");
    return row ? kb_rules_string(rules, row[2]) : NULL;
}

const char *kb_ontology_capital_of(const kb_rules *rules, kb_str place_key)
{
    const uint32_t *row = place_key.n ? code_row(rules, place_key, "capital") : NULL;
    return row ? kb_rules_string(rules, row[0]) : NULL;
}

const char *kb_ontology_power_of(const kb_rules *rules, kb_str key)
{
    const uint32_t *row = key.n ? code_row(rules, key, "power") : NULL;
    return row ? kb_rules_string(rules, row[0]) : NULL;
}
