#pragma once
// What the steps of the events stage share while they work on one article.

#include "khabar/event_data.h"

enum { KB_PARTY_MAX = 8, KB_SUPPORT_NONE = 255 };

// Where a party stands: a phrase, or a part of one.
typedef struct kb_argument {
    uint32_t first, end; // words
    uint32_t head;
    uint32_t phrase; // phrase whose chain of و belongs to it, or KB_NONE
    bool given;
    bool nation; // an adjective of nationality stands for its state
} kb_argument;

// A pattern of a rule found in the text.
typedef struct kb_match {
    const kb_rules *rules;
    const kb_rule *rule;
    uint32_t pattern;
    uint32_t word;     // head of the trigger
    uint32_t end;      // word after the terms that follow it directly
    uint32_t last;     // word after the last term
    uint32_t terms[4]; // words that the first terms after the head matched
    uint8_t term_count;
    const kb_analysis *analysis;
    bool verbal; // a finite verb
    bool state;  // a participle used as a state
    bool echo;
    uint32_t verb;   // its verb, or the verb that supports the noun, or KB_NONE
    uint8_t support; // kb_support of that verb for a noun, or KB_SUPPORT_NONE
    uint32_t phrase; // of a noun, or KB_NONE
    kb_argument subj, obj, gen, adj;
    const char *type, *mode, *cameo; // after the rule's `when`s
    uint8_t status;
    bool dropped;
} kb_match;

// An event before it is merged with other mentions of itself.
typedef struct kb_draft {
    kb_match match;
    kb_participant actors[KB_PARTY_MAX], recipients[KB_PARTY_MAX];
    uint32_t actor_count, recipient_count;
    bool actor_sector[KB_PARTY_MAX], recipient_sector[KB_PARTY_MAX]; // false: the words gave a country only
    uint32_t sentence, first, end;                                   // clause in words
    uint8_t status;
    kb_date date;
    uint8_t granularity;
    uint8_t date_from;  // KB_DATE_FROM_*
    bool undatable;     // its words say that it went on for so long that no day is its own
    bool dateless;      // the date only tells how old it is at least: to be dropped when the status is known
    uint32_t date_word; // first word of the time that gave it
    uint32_t place, reported_by;
    int32_t killed, injured;
    int8_t killed_bound, injured_bound;
    const char *status_why;
    bool status_by_date; // only its day says that it is to come
    uint32_t content;    // phrase that says what is condemned, praised, asked for, or KB_NONE
    uint32_t merged;     // index of the draft that holds it, or KB_NONE
    bool definite;       // takes up something known: the article or a pronoun
    bool result;         // a word of result in its sentence gave way to it
    uint64_t assertion;  // bits of kb_assertion_feature that hold, 0: not weighed
    float asserted;      // log odds that the article reports it, from them
    float confidence;
    uint8_t implicit_open; // 1: the words name no actor, 2: no recipient
    uint64_t implicit[2];  // actor, recipient: bits of kb_implicit_feature of the party that the context gave, 0: none
    float implicit_score[2];
    float confidence_values[KB_CF_COUNT];
} kb_draft;

enum {
    KB_DATE_FROM_NOTHING,
    KB_DATE_FROM_CLAUSE,
    KB_DATE_FROM_SENTENCE,
    KB_DATE_FROM_PARAGRAPH,
    KB_DATE_FROM_PUBLICATION
};

// A party, or several together, that may fill a slot which an event's words leave open.
enum { KB_IMPLICIT_CANDIDATES = 24 };
typedef struct kb_implicit_candidate {
    kb_participant parties[KB_PARTY_MAX];
    uint32_t count;
    uint64_t features; // bits of kb_implicit_feature
    float score;       // above 0: better than leaving the slot empty
} kb_implicit_candidate;

typedef struct kb_implicit_choice {
    uint32_t draft;
    bool actor;
    kb_implicit_candidate candidate;
} kb_implicit_choice;

// The parties that a phrase names.
typedef struct kb_named {
    kb_participant *parties;
    uint32_t count;
    bool known;
} kb_named;

typedef struct kb_stage {
    const kb_lexicon *lexicon;
    kb_arena *arena;
    kb_layers *layers;
    kb_clauses *c;
    const kb_event_data *data;
    const kb_rules *rules; // of the data
    uint32_t rules_count;
    kb_date today;                       // day of publication
    char focus[4];                       // country that the article is about, or ""
    uint8_t topic_score[KB_TOPIC_COUNT]; // per cent of its sentences that speak of the topic
    char (*person_code)[8];              // of each entity: the code that its titles in the article give, or ""
    uint32_t *reference_of;              // reference that covers a word, or KB_NONE
    KB_VEC(kb_draft) drafts;
    KB_VEC(kb_match)
    near_misses;           // patterns whose conditions did not hold, for `khabar explain`; filled only when asked
    const kb_match *coded; // the event whose parties are being found, or NULL
    kb_argument subject;   // its subject
    bool explain;
    uint32_t *times_named; // of each entity, or NULL until a slot is open
    kb_named *named;       // of each phrase
} kb_stage;

// match.c: the best match of each word.
kb_status kb_match_all(kb_stage *s, kb_error *error);
// conditions.c
bool kb_conditions_hold(kb_stage *s, const kb_match *m, uint16_t owner);
void kb_whens_apply(kb_stage *s, kb_match *m);
// Whether a word has one of the values.
bool kb_value_matches(const kb_stage *s, const kb_rules *rules, const kb_values *values, uint32_t word);
// Whether a class or a key is one of the values.
bool kb_value_is(const kb_rules *rules, const kb_values *values, kb_lemma value);

// arguments.c: finds what stands where around a trigger.
void kb_arguments_find(kb_stage *s, kb_match *m);
// complements.c: the complement of a preposition in the trigger's clause.
kb_argument kb_argument_prep(kb_stage *s, const kb_match *m, kb_lemma preposition);
kb_argument kb_argument_of_phrase(const kb_stage *s, uint32_t phrase);
// The phrase as an argument of a verb: where it is what the verb's relative clause describes, the word that agrees with the pronoun.
kb_argument kb_argument_of_verb(const kb_stage *s, const kb_verb *v, uint32_t phrase);
// pronouns.c: the nearest phrase before word `word`, in this sentence or the last, that agrees with a pronoun (KB_ENC_*) and can be meant; not `not_phrase`.
kb_argument kb_pronoun_resolve(const kb_stage *s, uint32_t word, uint8_t enclitic, uint32_t not_phrase);
// The same for the pronoun on a preposition at `word`, where an act in words may be about a thing (رحبت به).
kb_argument kb_pronoun_of(const kb_stage *s, const kb_match *m, uint32_t word);
// The same for the pronoun on the verb of a match (رفضته); not `not_phrase`.
kb_argument kb_pronoun_of_object(const kb_stage *s, const kb_match *m, uint32_t not_phrase);
// What stands at a source of the rule.
kb_argument kb_argument_from(kb_stage *s, const kb_match *m, const kb_source *source);
// Whether the rule names this kind of source (kb_source_kind) for its actor or its recipient.
bool kb_rule_asks(const kb_match *m, bool actor, uint32_t kind);

// agents.c: who did what a verbal noun names, where its own words leave it open; `given` is false where nobody is meant.
// By the verb that governs it: "تعهدت القاهرة بتمويل …" (its subject), "دعا الطرفين إلى وقف …" (its object), "أعلنت إسرائيل اغتيال …".
kb_argument kb_agent_controller(kb_stage *s, const kb_match *m);
// By the verbal noun that it is joined to: "دخول رجال شرطة المبنى والقبض على …".
kb_argument kb_agent_shared(kb_stage *s, const kb_match *m);
// By the words right before it: "المتهم بالهجوم".
kb_argument kb_agent_accused(const kb_stage *s, const kb_match *m);
// Whether the body with which it stands in construct did it: "هجمات الجماعة".
bool kb_agent_in_construct(kb_stage *s, const kb_match *m);

// victims.c: whom an attack struck, where its words only count them or name their vehicle.
// Gives merged events without a recipient those whom they only count (مقتل ثلاثة).
void kb_victims_complete(kb_stage *s);
// The phrase that tells more of those whom `a` counts or who are in the vehicle that it names; not given where none does.
kb_argument kb_victims_told(const kb_stage *s, const kb_argument *a);

// parties.c
void kb_parties_find(kb_stage *s, kb_draft *d);
// Whether the words of an act name who did it, but nobody with a code: then nobody else did.
bool kb_actor_named(const kb_stage *s, const kb_draft *d);
// Adds whom a phrase and its chain name, or whose act or property it names.
void kb_parties_of_phrase(kb_stage *s, uint32_t phrase, kb_participant *parties, uint32_t *count);

void kb_parties_of_argument(kb_stage *s, const kb_argument *a, kb_participant *parties, uint32_t *count);

// actors.c: who a phrase is.
typedef struct kb_who {
    uint32_t entity;
    char code[8];
    bool sector; // the words told the sector
    bool human;  // people or a body of people, even without a code
    bool folk;   // told by an adjective of nationality in the plural alone: الفرنسيون, سودانيين
    bool thing;
} kb_who;
// `political`: a country or a capital stands for its government.
kb_who kb_actor_resolve(kb_stage *s, const kb_argument *a, bool political);
// codes.c: codes of entities. `country` and `sector` may be NULL or ""; a sector of six letters has a country of its own.
void kb_code_set(kb_who *who, const char *country, const char *sector);
// `political`: a country or a capital stands for its government.
void kb_place_code(const kb_stage *s, const kb_entity *e, bool political, kb_who *who);
// A country, or where `political` a capital.
bool kb_stands_for_state(const kb_stage *s, const kb_entity *e, bool political);
void kb_body_code(const kb_stage *s, uint32_t entity, kb_who *who);
bool kb_code_is_international(const char *code);
// owners.c: the entity that the possessive pronoun in a phrase means (موظفيه, رئيس مفوضيته), or KB_NONE.
uint32_t kb_owner_of(const kb_stage *s, const kb_argument *a);
// The union of states or the organization across borders that was named last before a phrase (الدول الأعضاء), or KB_NONE.
uint32_t kb_union_before(const kb_stage *s, const kb_argument *a);
// countries.c: the country that an article is about (kb_stage.focus).
void kb_focus_find(kb_stage *s);
// "حركات إقليمية", "قادة في الشرق الأوسط": who is of several countries is of none.
bool kb_of_no_country(const kb_stage *s, const kb_argument *a);
// The country of a phrase: that of the adjective, place or body in it (NULL, KB_NONE: none), of what its pronoun means, of the scene, of the article.
const char *kb_country_of(const kb_stage *s, const kb_argument *a, const char *nation, uint32_t place, uint32_t body);
// How many mentions begin before word `word`; mentions stand in the order of the text.
uint32_t kb_mentions_before(const kb_stage *s, uint32_t word);
// Whether a phrase is an office without a name, joined to another one with the name: رئيس البرلمان وزعيم النهضة راشد الغنوشي.
bool kb_title_of_next(const kb_stage *s, uint32_t phrase);
// Codes of persons that only the article's own titles tell.
void kb_person_codes_find(kb_stage *s);
// ISO 3166-1 alpha-3 of an entity, or "".
const char *kb_entity_country(const kb_entity *entity);
// A club, a national team or a federation of sport.
bool kb_entity_is_team(const kb_entity *entity);

// status.c, circumstances.c, casualties.c, merge.c, topics.c, score.c
void kb_status_find(kb_stage *s, kb_draft *d);
// dates.c: the date that the event's own words give; then, for what has none, the day that the passage tells of.
void kb_date_find(kb_stage *s, kb_draft *d);
void kb_dates_complete(kb_stage *s);
// How the noun at a word hangs on its clause: as what came first or is to come (بعد المفاوضات, غداة هجوم), at the same time (خلال لقاء), as the cause (ردا على).
typedef enum kb_link { KB_LINK_NONE, KB_LINK_APART, KB_LINK_MEANWHILE, KB_LINK_CAUSE } kb_link;
kb_link kb_link_of(const kb_stage *s, uint32_t word);
// Whether the noun at a word is only there to date something else: بعد المفاوضات, خلال لقاء.
bool kb_dates_another(const kb_stage *s, uint32_t word);
// Whether a time can say when an event was; the verb whose time it is, or KB_NONE.
bool kb_time_dates(const kb_stage *s, const kb_time *t);
uint32_t kb_verb_of_time(const kb_stage *s, const kb_time *t);
// The event noun that a time follows with neither a verb nor a comma between, or NULL.
const kb_draft *kb_noun_of_time(const kb_stage *s, const kb_time *t);
// Dates the draft by a time; `from`: KB_DATE_FROM_*. Coarser: the month (KB_GRAN_MONTH) or the year of the date.
void kb_date_set(kb_draft *d, const kb_time *t, uint8_t from);
void kb_date_coarsen(kb_draft *d, uint8_t granularity);
// dates_passage.c: the time that says of which day the passage tells at a word, or NULL. `said`: the event is an act in words.
const kb_time *kb_day_of_passage(const kb_stage *s, uint32_t word, bool said);
// Negotiations and meetings of several days.
bool kb_are_talks(const kb_match *m);
// dates_counted.c: the date of an event from which the text counts (بعد يومين من اغتيال); false when it does not.
bool kb_date_counted(kb_stage *s, kb_draft *d);
// Days from 1970-01-01; the middle of the month or the year where the date is coarser.
int32_t kb_day_number(kb_date date);
kb_date kb_date_of_day(int64_t days);
// Whether a date is today or later.
bool kb_date_is_ahead(const kb_stage *s, kb_date date);
// Acts in words: accusations, requests, promises, decisions.
bool kb_type_is_verbal(const char *type);
void kb_place_find(kb_stage *s, kb_draft *d);
// After the merge: where the parties alone tell it.
void kb_places_complete(kb_stage *s);
void kb_source_find(kb_stage *s, kb_draft *d);
void kb_casualties_find(kb_stage *s);
void kb_merge(kb_stage *s);
// context.c: parties that other events of the article tell.
void kb_parties_complete(kb_stage *s);
// protests.c: a step of it.
void kb_protests_complete(kb_stage *s);
// assertion.c: acts of force and protests that the article only speaks of become background, or go.
void kb_assertion_check(kb_stage *s);
// implicit.c: parties that the words of the events leave out.
void kb_implicit_fill(kb_stage *s);
// The candidates for the actor or the recipient of draft `index`: at most KB_IMPLICIT_CANDIDATES, with their scores.
uint32_t kb_implicit_candidates(kb_stage *s, uint32_t index, bool actor, kb_implicit_candidate *ret);
// The first phrase of a sentence; phrases stand in the order of the text.
uint32_t kb_first_phrase(const kb_stage *s, uint32_t sentence);
void kb_topics_find(kb_stage *s);
void kb_confidence_find(kb_stage *s, kb_draft *d);
// reasons.c: a line of reasons under way, names with their points in log odds; n: bytes of it so far. What does not fit is left out.
typedef struct kb_reasons {
    size_t n;
    char text[4096];
} kb_reasons;
void kb_reasons_text(kb_reasons *r, const char *text);
void kb_reasons_number(kb_reasons *r, uint32_t number);
void kb_reasons_points(kb_reasons *r, const char *name, float points);
// Add, for a person: the features that hold of the draft's best mention, where it was weighed; what spoke for the parties that the context gave; the
// parts of its confidence.
void kb_assertion_reasons(const kb_stage *s, const kb_draft *d, kb_reasons *out);
void kb_implicit_reasons(const kb_draft *d, kb_reasons *out);
void kb_confidence_reasons(const kb_stage *s, const kb_draft *d, kb_reasons *out);
// Where the trigger of a match begins, bytes into the stored text.
uint32_t kb_trigger_start(const kb_stage *s, const kb_match *m);
// The events of the layers, from the drafts.
kb_status kb_events_emit(kb_stage *s, kb_error *error);
// Makes the stage's shared data. Errors: KB_NO_MEMORY.
kb_status kb_stage_begin(kb_stage *s, const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error);
kb_status kb_stage_run(kb_stage *s, kb_error *error);
