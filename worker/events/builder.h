#pragma once
// What the reader of rules and the compiler of tables fill, before it becomes sections of the image.

#include "khabar/rules.h"

typedef struct kb_pending { // a posting before the index is built
    kb_lemma lemma;
    uint32_t order;
    kb_posting posting;
} kb_pending;

typedef struct kb_interned {
    uint64_t hash;
    uint32_t at;
} kb_interned;

struct kb_rules_builder {
    kb_arena *arena;
    KB_VEC(char) strings;
    KB_VEC(kb_rule) rules;
    KB_VEC(kb_pattern) patterns;
    KB_VEC(kb_term) terms;
    KB_VEC(kb_lemma) values;
    KB_VEC(kb_condition) conditions;
    KB_VEC(kb_when) whens;
    KB_VEC(kb_source) sources;
    KB_VEC(uint32_t) cells;
    KB_VEC(kb_pending) pending;
    KB_VEC(kb_interned) interned; // open addressing over its capacity, see kb_rules_intern
};
