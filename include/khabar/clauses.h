#pragma once
// A shallow parse of a sentence: noun phrases with their prepositions, coordination and apposition; finite verbs with subject and object.
// Made for news prose: long subjects, VSO and SVO, relative clauses, participles as states, headlines.

#include "khabar/event_tables.h"

// One word as the event stage sees it.
typedef struct kb_token {
    const kb_analysis *best; // its first analysis, or NULL (numbers, punctuation)
    kb_lemma form;           // kb_form_of its stem
    kb_lemma whole;          // kb_form_of the whole word
    uint8_t pos;             // kb_pos; names inside a mention are KB_POS_NAME
    uint8_t enclitic;
    uint8_t mark;       // of punctuation: its kind, see KB_MARK_*
    uint8_t actor_kind; // kb_actor_kind, valid when `actor` is set
    uint16_t proclitics;
    uint16_t actor_words; // words of the actor table's entry
    uint32_t features;
    uint32_t mention, number, time; // KB_NONE: none
    const char *sector;             // of the actor table: sector or NULL
    const char *adjective;          // sector that an adjective gives (برلماني), or NULL
    const char *nation;             // iso3 of an adjective of nationality or a demonym, or NULL
    const uint32_t *governor;       // row of the governor table, or NULL
    const uint32_t *support;        // row of the table of supporting verbs, or NULL
    bool actor;                     // the actor table knows it
    uint64_t classes;               // bits of kb_word_class
    uint32_t kinds;                 // bits of kb_posting_kind: what the tables have under its lemma, form or whole word
    kb_lemma keys[4];               // by which the values of rules name it, key_count of them
    uint64_t key_bits;              // of kb_key_bit
    uint8_t key_count;
} kb_token;

enum {
    KB_MARK_NONE,
    KB_MARK_COMMA,
    KB_MARK_STOP,
    KB_MARK_COLON,
    KB_MARK_QUOTE,
    KB_MARK_OPEN,
    KB_MARK_CLOSE,
    KB_MARK_DASH
};

// A noun phrase, with the preposition before it.
typedef struct kb_phrase {
    uint32_t first, end;  // words, half open, without a separate preposition
    uint32_t head;        // the word that says what it is, after quantities and demonstratives
    kb_lemma preposition; // 0: bare; compound ones as the table of prepositions says
    uint32_t from;        // first word with the preposition
    uint32_t next;        // phrase joined to this one by و or a comma of enumeration, or KB_NONE
    uint32_t sentence;
    uint32_t verb;  // index of the verb whose argument it is, or KB_NONE
    uint8_t role;   // KB_ROLE_*
    uint32_t means; // of a pronoun in a relative clause: the antecedent's phrase, else KB_NONE
    bool joined;    // it stands in another's chain
    bool pronoun;   // no words of its own: the pronoun of a preposition (عليه)
} kb_phrase;

enum { KB_ROLE_NONE, KB_ROLE_SUBJECT, KB_ROLE_OBJECT, KB_ROLE_OBJECT2, KB_ROLE_COMPLEMENT };

typedef struct kb_verb {
    uint32_t word;
    uint32_t subject, object, object2; // phrases or KB_NONE
    uint32_t sentence;
    uint32_t clause_end; // word after its clause
    uint32_t complement; // word أن/إن/أنّ that opens its clause complement, or KB_NONE
    bool passive;
    bool subject_left;   // SVO
    bool relative;       // stands in a relative clause; its antecedent is an argument already
    uint32_t antecedent; // phrase that the relative clause describes, or KB_NONE
    uint32_t pronoun;    // relative pronoun that opens the clause, or KB_NONE
    bool object_pronoun; // an enclitic that no phrase resolves
} kb_verb;

// Words that the stage itself knows.
typedef enum kb_fw {
    KB_FW_AN,
    KB_FW_IN,
    KB_FW_KAN,
    KB_FW_QAD,
    KB_FW_LAM,
    KB_FW_LAN,
    KB_FW_LA,
    KB_FW_MA,
    KB_FW_LAYSA,
    KB_FW_SAWFA,
    KB_FW_BAYN,
    KB_FW_MIN,
    KB_FW_FI,
    KB_FW_LI,
    KB_FW_BI,
    KB_FW_KA,
    KB_FW_ILA,
    KB_FW_ALA,
    KB_FW_AAN,
    KB_FW_BY,
    KB_FW_DUN,
    KB_FW_QURB,
    KB_FW_LADA,
    KB_FW_BAADA,
    KB_FW_QABL,
    KB_FW_BISM,
    KB_FW_LAKIN,
    KB_FW_KAMA,
    KB_FW_MUNDHU,
    KB_FW_TARAFA, // طرفا, طرفي: the two sides of
    KB_FW_TARAFAY,
    KB_FW_DUWAL,
    KB_FW_BULDAN,
    KB_FW_HUKUMAT,
    KB_FW_MORROW, // غداة
    KB_FW_EVE,    // عشية
    KB_FW_AMAM,
    KB_FW_ASIMA,
    KB_FW_COUNT,
} kb_fw;

typedef struct kb_clauses {
    const kb_layers *layers;
    const kb_rules *rules; // views of all images, in order of precedence
    uint32_t rules_count;
    kb_token *tokens; // one a word
    kb_phrase *phrases;
    uint32_t phrase_count;
    uint32_t *phrase_of; // phrase in which a word stands, or KB_NONE
    kb_verb *verbs;
    uint32_t verb_count;
    uint32_t *verb_of;              // verb at a word, or KB_NONE
    const kb_lemma *function_words; // KB_FW_COUNT
    kb_lemma kan;                   // the verb كان
} kb_clauses;

struct kb_event_data; // khabar/event_data.h
// Parses all sentences. Lives in `arena`; borrows `layers` and `data`. Errors: KB_NO_MEMORY.
kb_status kb_clauses_run(const struct kb_event_data *data, kb_arena *arena, const kb_layers *layers, kb_clauses **ret,
                         kb_error *error);

// Walks over what follows word `from` in the same clause: phrases in order, over times, commas, parentheses and relative clauses, until another
// finite verb, a complementiser or the end of the clause.
typedef struct kb_walk {
    const kb_clauses *c;
    uint32_t at, end;
    uint32_t commas;
    uint32_t stopped; // word at which it stopped
} kb_walk;
kb_walk kb_walk_from(const kb_clauses *c, uint32_t from);
bool kb_walk_next(kb_walk *w, uint32_t *ret_phrase);

// The row of `kind` that a word gives under its lemma or its form, or NULL; rows of more words only where these follow.
const uint32_t *kb_clauses_row(const kb_clauses *c, uint32_t word, kb_posting_kind kind, const kb_rules **ret_rules);
static inline bool kb_token_is(const kb_token *t, kb_word_class class)
{
    return t->classes >> class & 1;
}
static inline bool kb_is_fw(const kb_clauses *c, const kb_token *t, kb_fw which)
{
    return t->form == c->function_words[which];
}
// Index of the first verb of a sentence or of those behind it; verbs stand in the order of the text.
uint32_t kb_first_verb(const kb_clauses *c, uint32_t sentence);
// True where the word can begin or continue a noun phrase.
bool kb_token_nominal(const kb_token *t);
// First word of the clause in which `word` stands (after the last strong boundary before it), and the word after its last.
uint32_t kb_clause_first(const kb_clauses *c, uint32_t word);
uint32_t kb_clause_end(const kb_clauses *c, uint32_t word);
