#pragma once
// The compiled patterns of worker/data/tables/time_patterns.tsv (section "language.time-rules"). Internal to worker/language.

#include "khabar/times.h"

#define KB_TIMES_SECTION      "language.times"
#define KB_TIME_RULES_SECTION "language.time-rules"

enum { KB_TIME_ITEMS = 16, KB_TIME_CHOICES = 3 };

// A set of kb_time_class.
typedef struct kb_time_classes {
    uint64_t bits[2];
} kb_time_classes;

static inline void kb_time_classes_add(kb_time_classes *set, unsigned class)
{
    set->bits[class / 64] |= UINT64_C(1) << class % 64;
}

static inline bool kb_time_classes_have(const kb_time_classes *set, unsigned class)
{
    return set->bits[class / 64] >> class % 64 & 1;
}

static inline bool kb_time_classes_meet(const kb_time_classes *a, const kb_time_classes *b)
{
    return (a->bits[0] & b->bits[0]) | (a->bits[1] & b->bits[1]);
}

typedef struct kb_time_item {
    uint8_t classes[KB_TIME_CHOICES]; // any of them; KB_TC_COUNT ends the list
    uint8_t optional, negative;       // negative: the next word must not be of the class, with behind the one before
    uint8_t behind, ahead;            // the word before, or the next one, must be of the class and stays outside
} kb_time_item;

typedef struct kb_time_rule {
    char name[32];
    uint8_t kind; // kb_time_kind
    uint8_t count;
    uint8_t reserved[6];
    kb_time_classes opens; // what the first word of a match is one of
    kb_time_item items[KB_TIME_ITEMS];
} kb_time_rule;
