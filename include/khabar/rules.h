#pragma once
// Event rules: the language of worker/data/rules (its README is the specification), compiled to flat arrays of the data image.

#include "khabar/image.h"
#include "khabar/layers.h"

// The event types of PLOVER 2.0, which alone a rule may give.
enum { KB_PLOVER_TYPES = 16 };
extern const char *const kb_plover_types[KB_PLOVER_TYPES];

// ---------------------------------------------------------------- compiled form

typedef enum kb_trigger_kind { KB_ON_VERB, KB_ON_NOUN, KB_ON_ACT, KB_ON_ADJ, KB_ON_WORD, KB_ON_ECHO } kb_trigger_kind;

typedef enum kb_source_kind {
    KB_FROM_SUBJ,
    KB_FROM_OBJ,
    KB_FROM_GEN,
    KB_FROM_ADJ,
    KB_FROM_BY,
    KB_FROM_BETWEEN,
    KB_FROM_PREP,
    KB_FROM_NOBODY,
    KB_FROM_SELF
} kb_source_kind;

typedef struct kb_source {
    uint32_t kind;        // kb_source_kind
    kb_lemma preposition; // kb_preposition() of KB_FROM_PREP
} kb_source;

typedef enum kb_place_of {
    KB_AT_NEXT,
    KB_AT_PREV,
    KB_AT_MOD,
    KB_AT_NEAR,
    KB_AT_SENTENCE,
    KB_AT_SUBJ,
    KB_AT_OBJ,
    KB_AT_GEN,
    KB_AT_ACTOR,
    KB_AT_RECIPIENT,
    KB_AT_SUPPORT,
    KB_AT_TOPIC,
    KB_AT_BETWEEN,
    KB_AT_BY,
    KB_AT_ADJ,
    KB_AT_PREP,
} kb_place_of;

// Classes of values; a value below KB_CLASS_END is one of them, any other a hash.
typedef enum kb_value_class {
    KB_IS_NOTHING,
    KB_IS_PERSON,
    KB_IS_ORGANIZATION,
    KB_IS_LOCATION,
    KB_IS_NAMED,
    KB_IS_COUNTRY,
    KB_IS_STATE,
    KB_IS_ARMED,
    KB_IS_CIVILIAN,
    KB_IS_HUMAN,
    KB_IS_TEAM,
    KB_IS_COMPANY,
    KB_IS_MEDIA,
    KB_IS_NUMBER,
    KB_IS_THING,
    KB_IS_NONE,
    KB_IS_ANY,
    KB_IS_ACTOR,
    KB_IS_CROWD,
    KB_CLASS_END = 64,
} kb_value_class;

// A set of values: classes; then the keys of single words by open addressing (0: free); then sequences of words ("سيارة مفخخة"), each a count of words
// and KB_VALUE_KEYS keys for every word.
enum { KB_VALUE_KEYS = 7 };
typedef struct kb_values {
    uint32_t first;    // into values
    uint16_t classes;  // how many
    uint16_t slots;    // a power of two, or 0
    uint64_t openings; // bits of kb_key_bit of the keys of the sequences' first words
    uint32_t sequences, reserved;
} kb_values;

static inline uint64_t kb_key_bit(kb_lemma key)
{
    return UINT64_C(1) << (key >> 26);
}

// A condition. Conditions of one group are alternatives; all groups of an owner must hold.
typedef struct kb_condition {
    uint8_t place; // kb_place_of
    uint8_t negated;
    uint16_t owner; // 0: the rule itself, n: its n-th `when`
    uint16_t group, reserved;
    kb_values values;
    kb_lemma preposition; // of KB_AT_PREP
} kb_condition;

enum { KB_NO_CHANGE = UINT32_MAX, KB_STATUS_KEEP = 255 };

typedef struct kb_when {
    uint32_t type, mode, cameo; // strings, KB_NO_CHANGE: as it is, 0: none
    uint8_t status;             // kb_event_status or KB_STATUS_KEEP
    uint8_t drop;
    uint16_t reserved;
} kb_when;

typedef struct kb_rule {
    uint32_t name, doc;         // strings
    uint32_t type, mode, cameo; // strings, 0: none
    uint8_t suppress, symmetric, weak, status;
    uint8_t score, needs; // needs: number of groups that must hold
    uint16_t when_count;
    uint32_t when_first;
    uint32_t condition_first, condition_count;
    uint32_t actor_first, actor_count, recipient_first, recipient_count; // sources
    uint32_t contexts[4];                                                // strings
    char assume_actor[4], assume_recipient[4];
} kb_rule;

enum { KB_TERM_OPTIONAL = 1, KB_TERM_GAP = 2, KB_TERM_AL = 4, KB_TERM_NO_AL = 8, KB_TERM_LETTER = 16 };

typedef struct kb_term {
    uint16_t flags;
    uint16_t proclitic; // KB_CLITIC_* that must stand, or 0
    kb_values values;
} kb_term;

typedef struct kb_pattern {
    uint32_t rule;
    uint8_t kind;        // kb_trigger_kind
    uint8_t strength;    // terms that are not optional
    uint16_t term_count; // without the head
    uint32_t term_first;
} kb_pattern;

// What a lemma is to this stage: one entry of the index's postings.
typedef enum kb_posting_kind {
    KB_POST_PATTERN = 1, // value: pattern
    KB_POST_ACTOR,       // rows of tables, see khabar/event_tables.h
    KB_POST_GOVERNOR,
    KB_POST_SUPPORT,
    KB_POST_TOPIC,
    KB_POST_CONTEXT,
    KB_POST_PREPOSITION,
    KB_POST_NATION,
    KB_POST_CODE,
    KB_POST_ASSERTION,
    KB_POST_WORD,
    KB_POST_UNION,
    KB_POST_ADJECTIVE,
} kb_posting_kind;

typedef struct kb_posting {
    uint32_t kind;
    uint32_t value;
} kb_posting;

typedef struct kb_index_slot { // open addressing; lemma 0: free
    kb_lemma lemma;
    uint32_t first, count;
    uint32_t kinds; // bits of kb_posting_kind of its postings
} kb_index_slot;

// The sections of one image.
typedef struct kb_rules {
    const char *strings;
    const kb_rule *rules;
    const kb_pattern *patterns;
    const kb_term *terms;
    const kb_lemma *values;
    const kb_condition *conditions;
    const kb_when *whens;
    const kb_source *sources;
    const kb_posting *postings;
    const kb_index_slot *index;
    const uint32_t *cells; // rows of the tables: strings and numbers
    uint32_t rule_count, index_size;
} kb_rules;

// The rules of `image`; false when it has none.
bool kb_rules_open(const kb_image *image, kb_rules *ret);
// What the index has of a lemma, or NULL.
const kb_index_slot *kb_rules_slot(const kb_rules *rules, kb_lemma lemma);
// Asks the processor for the slot of a lemma that will be looked for soon.
void kb_rules_expect(const kb_rules *rules, kb_lemma lemma);
// Postings of a lemma: *ret_count of them, or NULL.
const kb_posting *kb_rules_find(const kb_rules *rules, kb_lemma lemma, uint32_t *ret_count);
static inline const char *kb_rules_string(const kb_rules *rules, uint32_t at)
{
    return at == 0 || at == KB_NO_CHANGE ? NULL : rules->strings + at;
}
// Index of the rule called `name`, or KB_NONE.
uint32_t kb_rules_named(const kb_rules *rules, const char *name);

// Identity of a preposition or of a word in its very form, whatever its part of speech: "على", "ل", "بحق".
static inline kb_lemma kb_form_of(kb_str form)
{
    return kb_lemma_of(form, KB_POS_NONE);
}

// The same of a word's matching form or a part of it.
static inline kb_lemma kb_form_of_folded(kb_str form)
{
    return kb_lemma_of_folded(form, KB_POS_NONE);
}

// ---------------------------------------------------------------- reading

typedef struct kb_rules_builder kb_rules_builder;
kb_rules_builder *kb_rules_builder_new(void);
kb_rules_builder *kb_rules_builder_free(kb_rules_builder *b);
// Reads one `.rules` file from memory; `name` is for errors, which give file and line. Errors: KB_INVALID, KB_LIMIT, KB_NO_MEMORY.
kb_status kb_rules_read(kb_rules_builder *b, const char *name, kb_str text, kb_error *error);
// Puts a string into the pool; the same string gives the same offset, the empty one 0. Returns KB_NO_CHANGE without memory.
uint32_t kb_rules_intern(kb_rules_builder *b, kb_str s);
// Adds a row of `count` cells under `lemma`; postings of one lemma keep the order in which they came.
kb_status kb_rules_row(kb_rules_builder *b, kb_lemma lemma, kb_posting_kind kind, const uint32_t *cells, uint32_t count,
                       kb_error *error);
// Adds the sections to the image.
kb_status kb_rules_finish(kb_rules_builder *b, kb_image_builder *image, kb_error *error);

// ---------------------------------------------------------------- examples

// An `example` or `none` line of a rules file, or of a file of cases, for the tests.
typedef struct kb_rule_example {
    kb_str rule; // name of the rule; absent in a file of cases
    kb_str text;
    bool none; // nothing must be found (by this rule, or at all in a file of cases)
    kb_str type, mode, cameo, status, actors, recipients; // as written: "-" none, "*" anything, codes joined by '+'
    uint32_t line;
} kb_rule_example;

// Calls `seen` for each example of the file, in order; stops when it returns false.
typedef bool kb_rule_example_fn(const kb_rule_example *example, void *context);
kb_status kb_rules_examples(const char *name, kb_str text, kb_rule_example_fn *seen, void *context, kb_error *error);
// Whether `event` is coded as `example` says.
bool kb_rule_example_matches(const kb_rule_example *example, const kb_event *event);
