#pragma once
// Rows of the event tables as they stand in the image: kb_posting.value of a KB_POST_* is the index of a row's first cell in kb_rules.cells.
// Every row of words begins with the forms that must follow the key (0: none), then the table's own cells.

#include "khabar/rules.h"

enum { KB_ROW_WORDS = 2, KB_ROW_CELLS = 16, KB_GOVERNOR_PREPS = 8 };

typedef enum kb_actor_kind {
    KB_ACTOR_PEOPLE,
    KB_ACTOR_OFFICE,
    KB_ACTOR_BODY,
    KB_ACTOR_PART,
    KB_ACTOR_WEAPON,
    KB_ACTOR_THING,
    KB_ACTOR_QUANTITY,
    KB_ACTOR_ADJECTIVE
} kb_actor_kind;

// KB_POST_ACTOR: sector (string), kb_actor_kind
// KB_POST_GOVERNOR: kb_event_status, frames (KB_FRAME_*), part of speech, prepositions (KB_GOVERNOR_PREPS of them)
// then who does what the governor governs: KB_CONTROL_*
enum { KB_CONTROL_NONE, KB_CONTROL_SUBJECT, KB_CONTROL_OBJECT, KB_CONTROL_ANNOUNCER };
enum { KB_FRAME_OBJ = 1, KB_FRAME_AN = 2, KB_FRAME_BEFORE = 4, KB_FRAME_AFTER = 8 };
// KB_POST_SUPPORT: kb_support, preposition or 0
typedef enum kb_support {
    KB_SUPPORT_ACT,
    KB_SUPPORT_SUFFER,
    KB_SUPPORT_HAPPEN,
    KB_SUPPORT_PLACE,
    KB_SUPPORT_HIT
} kb_support;
// KB_POST_PREPOSITION: the form it counts as
// KB_POST_TOPIC: kb_topic, weight
typedef enum kb_topic {
    KB_TOPIC_SPORT,
    KB_TOPIC_MARKET,
    KB_TOPIC_WEATHER,
    KB_TOPIC_DISASTER,
    KB_TOPIC_ACCIDENT,
    KB_TOPIC_ARTS,
    KB_TOPIC_SCIENCE,
    KB_TOPIC_HEALTH,
    KB_TOPIC_COUNT,
} kb_topic;
extern const char *const kb_topic_names[KB_TOPIC_COUNT];
// KB_POST_UNION: code (string)
// KB_POST_ADJECTIVE: sector (string) that an adjective gives the noun before it
// KB_POST_CONTEXT: context (string), types (string, "A|B", 0: any)
// KB_POST_WORD: kb_word_class
typedef enum kb_word_class {
    KB_WORDS_KILLED,
    KB_WORDS_INJURED,
    KB_WORDS_AUXILIARY,
    KB_WORDS_SOURCE,
    KB_WORDS_TEMPORAL,
    KB_WORDS_MEANWHILE,
    KB_WORDS_CAUSE,
    KB_WORDS_ELAPSED,
    KB_WORDS_UNTIL,
    KB_WORDS_LASTING,
    KB_WORDS_RANK,
    KB_WORDS_COMING,
    KB_WORDS_HOST,
    KB_WORDS_AGREEMENT,
    KB_WORDS_CROWD,
    KB_WORDS_PURPOSE,
    KB_WORDS_MASCULINE,
    KB_WORDS_TRANSITIVE,
    KB_WORDS_ADDRESSING,
    KB_WORDS_EXTENT,
    KB_WORDS_LOYAL,
    KB_WORDS_FORMER,
    KB_WORDS_SIDES,
    KB_WORDS_GENERIC,
    KB_WORDS_BELONGING,
    KB_WORDS_STATES,
    KB_WORDS_LATTER,
    KB_WORDS_AMBIGUOUS,
    KB_WORDS_MEASURE,
    KB_WORDS_MINISTRY,
    KB_WORDS_CLAIM,
    KB_WORDS_FOREIGN,
    KB_WORDS_MEMBERS,
    KB_WORDS_FOLLOWERS,
    KB_WORDS_DISSENTER,
    KB_WORDS_TROOPS,
    KB_WORDS_ARMED,
    KB_WORDS_ARMING,
    KB_WORDS_MUNITION,
    KB_WORDS_ARMS,
    KB_WORDS_BENEFIT,
    KB_WORDS_AGENTIVE,
    KB_WORDS_ACCUSED,
    KB_WORDS_SHARE,
    KB_WORDS_CARRYING,
    KB_WORDS_POST,
    KB_WORDS_SELF,
    KB_WORDS_TOWARD,
    KB_WORDS_HANDING,
    KB_WORDS_LETTER,
    KB_WORDS_DECIDING,
    KB_WORDS_FALLING,
    KB_WORDS_COUNT
} kb_word_class;
// KB_POST_ASSERTION: kb_assertion_feature, kb_assertion_window
// What speaks for or against an event's being reported here as having happened; names and weights stand in tables/assertion.tsv.
typedef enum kb_assertion_feature {
    KB_AS_BIAS,
    KB_AS_PASSAGE,
    KB_AS_VERB_PAST,
    KB_AS_VERB_PRESENT,
    KB_AS_VERB_RELATIVE,
    KB_AS_VERB_ACTIVE,
    KB_AS_STATE, // the form of a verb
    KB_AS_NOUN_CARRIED,
    KB_AS_NOUN_SUFFERED,
    KB_AS_NOUN_HAPPENS,
    KB_AS_NOUN_PLACED,
    KB_AS_NOUN_TOLD,
    KB_AS_NOUN_SUBJECT,
    KB_AS_NOUN_ALONE, // of a noun
    KB_AS_DEFINITE,
    KB_AS_PLURAL,
    KB_AS_RESULT,
    KB_AS_KILLED,
    KB_AS_INJURED,
    KB_AS_FRESH,
    KB_AS_OLD,
    KB_AS_ACTOR,
    KB_AS_RECIPIENT,
    KB_AS_NO_PARTY,
    KB_AS_PLACE,
    KB_AS_MERGED, // what is told
    KB_AS_TITLE,
    KB_AS_SHOWS_KNOWN,
    KB_AS_SELF, // where it is told
    KB_AS_REFERENCE,
    KB_AS_AFTER,
    KB_AS_SUBORDINATE,
    KB_AS_GENERAL,
    KB_AS_OPINION,
    KB_AS_BACKGROUND,
    KB_AS_COURT,
    KB_AS_SOURCE,
    KB_AS_SCENE,
    KB_AS_CROWD,
    KB_AS_KNOWN_CROWD,
    KB_AS_WHOLE, // joined features
    KB_AS_MAIN_REPORTS,
    KB_AS_MAIN_REACTS,
    KB_AS_MAIN_LEGAL,
    KB_AS_MAIN_FORCE,
    KB_AS_MAIN_CROWD, // the sentence's first verb
    KB_AS_STOPPED,
    KB_AS_CLASH,
    KB_AS_CROWD_NAMED,
    KB_AS_PURPOSE,
    KB_AS_SIZE,
    KB_AS_PLAN,
    KB_AS_DENIED,
    KB_AS_DAY,
    KB_AS_TALLY,
    KB_AS_AFTERMATH,
    KB_AS_RIGHTS,
    KB_AS_WEAPON,
    KB_AS_VICTIMS, // words
    KB_AS_LEADS,   // where in the sentence
    KB_AS_GATHERS,
    KB_AS_SHOWS, // the trigger itself
    KB_AS_SHORT, // the sentence
    KB_AS_BOMB,  // what kind of force
    KB_AS_COUNT,
} kb_assertion_feature;
// What speaks for a party of the context being an actor or recipient that an event's words leave out; names in worker/events/implicit.c, weights in
// tables/implicit.tsv, four a slot (by PLOVER's quad class), under kb_code_key(name, "actor" or "recipient"): KB_POST_CODE, four cells + KB_ASSERTION_ZERO.
typedef enum kb_implicit_feature {
    KB_IM_FILL,
    KB_IM_CLAUSE, // where it is named
    KB_IM_BEFORE,
    KB_IM_AFTER,
    KB_IM_LAST_SENTENCE,
    KB_IM_TITLE,
    KB_IM_SUBJECT,
    KB_IM_OBJECT,
    KB_IM_LAST_SUBJECT,
    KB_IM_ACTOR_HERE, // what it does in other events
    KB_IM_RECIPIENT_HERE,
    KB_IM_ACTOR_LAST,
    KB_IM_RECIPIENT_LAST,
    KB_IM_ACTOR_ELSEWHERE,
    KB_IM_RECIPIENT_ELSEWHERE,
    KB_IM_COUNTERPART,
    KB_IM_COUNTERPART_TITLE,
    KB_IM_SAME_SIDE,
    KB_IM_SAME_PARTY,
    KB_IM_SAME_COUNTRY,
    KB_IM_MOST_NAMED, // who it is
    KB_IM_SOURCE,
    KB_IM_STATE,
    KB_IM_ARMED,
    KB_IM_PEOPLE,
    KB_IM_POLITICS,
    KB_IM_COURT,
    KB_IM_INTERNATIONAL,
    KB_IM_PLACE,
    KB_IM_SEVERAL,
    KB_IM_FOCUS,
    KB_IM_VERB,                // the event is told by a verb
    KB_IM_COUNTERPART_COUNTRY, // its country stands opposite that of the filled slot in other events
    KB_IM_COUNTERPART_OFTEN,
    KB_IM_ONLY_OTHER, // the only state but that of the filled slot
    KB_IM_PASSIVE,    // the event is told by a passive
    KB_IM_OPEN,       // it has not happened
    KB_IM_SPEAKER,    // subject of a verb of saying
    KB_IM_ASKER,      // subject, object of a verb that asks somebody for the event
    KB_IM_ASKED,
    KB_IM_GOVERNOR, // subject of another verb that governs the event's noun
    KB_IM_COUNT,
} kb_implicit_feature;
// The feature called `name` in the table, or KB_IM_COUNT; and its name.
kb_implicit_feature kb_implicit_named(kb_str name);
const char *kb_implicit_name(kb_implicit_feature feature);
// What speaks for or against a record being right; names in worker/events/score.c, weights and calibration ("scale", "shift") in tables/confidence.tsv,
// under kb_code_key(name, "confidence"): KB_POST_CODE, one cell + KB_ASSERTION_ZERO.
typedef enum kb_confidence_feature {
    KB_CF_BIAS,
    KB_CF_RULE,
    KB_CF_VERB,
    KB_CF_RELATIVE,
    KB_CF_CARRIED,
    KB_CF_NOUN,
    KB_CF_STATE,
    KB_CF_ACTOR,
    KB_CF_ACTOR_KNOWN,
    KB_CF_ACTOR_CONTEXT,
    KB_CF_ACTORS_SEVERAL,
    KB_CF_RECIPIENT,
    KB_CF_RECIPIENT_KNOWN,
    KB_CF_RECIPIENT_CONTEXT,
    KB_CF_RECIPIENTS_SEVERAL,
    KB_CF_OPEN,
    KB_CF_NEGATED,
    KB_CF_HISTORICAL,
    KB_CF_MODE,
    KB_CF_DATED,
    KB_CF_MENTIONED_AGAIN,
    KB_CF_TITLE,
    KB_CF_ASSERTED,
    KB_CF_SPOKEN_OF,
    KB_CF_OFF_TOPIC,
    KB_CF_LONG_SENTENCE,
    KB_CF_UNKNOWN_WORD,
    KB_CF_SYMMETRIC,
    KB_CF_SOURCE,
    KB_CF_COOPERATION,
    KB_CF_CONFLICT_WORDS,
    KB_CF_DEEDS,
    KB_CF_COUNT,
} kb_confidence_feature;
// The feature called `name` in the table, or KB_CF_COUNT; and its name.
kb_confidence_feature kb_confidence_named(kb_str name);
const char *kb_confidence_name(kb_confidence_feature feature);
// Where the words of a feature are looked for: what governs the trigger's noun, what opens its clause, its subject's head, the clause, the sentence.
typedef enum kb_assertion_window {
    KB_WINDOW_GOVERNS,
    KB_WINDOW_OPENS,
    KB_WINDOW_SUBJECT,
    KB_WINDOW_CLAUSE,
    KB_WINDOW_SENTENCE,
    KB_WINDOW_MAIN,
    KB_WINDOW_CARRIER,
    KB_WINDOW_TRIGGER,
    KB_WINDOW_COUNT
} kb_assertion_window;
// The feature called `name` in the table, or KB_AS_COUNT; and its name.
kb_assertion_feature kb_assertion_named(kb_str name);
const char *kb_assertion_name(kb_assertion_feature feature);
// Weights, in hundredths of log odds, for an act of force and for a protest, under kb_code_key(name, "assertion"): KB_POST_CODE, two cells + KB_ASSERTION_ZERO.
enum { KB_ASSERTION_ZERO = 1 << 20 };
// Without words before their cells: KB_POST_NATION: iso3 (string); KB_POST_CODE: what stands under kb_code_key; of a type its quad
// class, intensity and CAMEO root (string), of a mode its intensity, of a CAMEO code its score: hundredths + KB_ASSERTION_ZERO, or 0 for none.

// Key of a code in the index: of a type ("ASSAULT", "type"), a mode ("ASSAULT", "aerial") or a CAMEO code ("195", "cameo").
kb_lemma kb_code_key(kb_str code, kb_str of);

// What the ontology says about a coding: quad class, intensity of the mode or else the type, Goldstein score of the CAMEO code.
void kb_ontology_scores(const kb_rules *rules, const char *type, const char *mode, const char *cameo, uint8_t *ret_quad,
                        float *ret_intensity, float *ret_goldstein);
// The quad class of a type, or 0.
uint8_t kb_ontology_quad(const kb_rules *rules, const char *type);
// The country whose capital has this key in the lexicon of places, or NULL.
const char *kb_ontology_capital_of(const kb_rules *rules, kb_str place_key);
// The PLOVER code of the power for which the place of this key, or the country of this ISO code, stands where it acts, or NULL.
const char *kb_ontology_power_of(const kb_rules *rules, kb_str key);
// The CAMEO code of a type where a rule gives none.
const char *kb_ontology_root(const kb_rules *rules, const char *type);
