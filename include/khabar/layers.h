#pragma once
// The layers over one article. Each stage reads the layers before it and appends its own; none changes an earlier one.
// All of it lives in the arena of the article. Offsets called start/end are bytes into text.stored, half open, unless said otherwise.

#include "khabar/article.h"

// ---------------------------------------------------------------- text

typedef struct kb_text {
    kb_str stored;              // the text as it is stored: title, blank line, body
    kb_str match;               // the matching form: folded, see khabar/normalize.h
    const uint32_t *origin;     // byte offset in match -> byte offset in stored; match.n + 1 entries
    const uint32_t *codepoints; // code points before byte 64*i of stored
    uint32_t title_end;         // bytes of the title in stored (0: no title)
} kb_text;

// Code points before byte `at` of the stored text.
uint32_t kb_text_codepoint(const kb_text *text, uint32_t at);

typedef enum kb_sentence_kind { KB_PROSE, KB_TITLE, KB_HEADING, KB_BULLET, KB_LIVE } kb_sentence_kind;

typedef struct kb_sentence {
    uint32_t first, end; // words, half open
    uint32_t start_byte, end_byte;
    uint32_t paragraph;    // 0 is the title where there is one
    uint8_t kind;          // kb_sentence_kind
    uint32_t dateline_end; // first word after a dateline (القاهرة - رويترز:); == first when there is none
} kb_sentence;

// ---------------------------------------------------------------- words

typedef enum kb_word_kind { KB_WORD_ARABIC, KB_WORD_LATIN, KB_WORD_NUMBER, KB_WORD_PUNCT, KB_WORD_OTHER } kb_word_kind;

typedef enum kb_pos {
    KB_POS_NONE, // unknown
    KB_POS_NOUN,
    KB_POS_ADJ,
    KB_POS_VERB,
    KB_POS_PREP,
    KB_POS_CONJ,
    KB_POS_PART, // PART: particle (negation, future, question, …)
    KB_POS_PRON,
    KB_POS_DEM,
    KB_POS_REL,
    KB_POS_ADV,
    KB_POS_NUM,
    KB_POS_NAME,
    KB_POS_PUNCT,
    KB_POS_INTERJ,
} kb_pos;

// Proclitics, in the order in which they may stand (Ryding 2005, 2.6; و/ف first, then preposition or future/emphatic, then the article).
enum {
    KB_CLITIC_WA = 1 << 0,
    KB_CLITIC_FA = 1 << 1,
    KB_CLITIC_BI = 1 << 2,
    KB_CLITIC_LI = 1 << 3,
    KB_CLITIC_KA = 1 << 4,
    KB_CLITIC_SA = 1 << 5, // future س
    KB_CLITIC_A = 1 << 6,  // question أ
    KB_CLITIC_LA = 1 << 7, // emphatic/jussive ل before verbs
    KB_CLITIC_AL = 1 << 8, // the article; لل is LI|AL
};

// Enclitic pronouns.
typedef enum kb_enclitic {
    KB_ENC_NONE,
    KB_ENC_1S,
    KB_ENC_1P,
    KB_ENC_2MS,
    KB_ENC_2D,
    KB_ENC_2MP,
    KB_ENC_2FP,
    KB_ENC_3MS,
    KB_ENC_3FS,
    KB_ENC_3D,
    KB_ENC_3MP,
    KB_ENC_3FP,
} kb_enclitic;

// Features, one bit field: gender, number, definiteness/state, person, tense, voice, form.
enum {
    KB_F_MASC = 1u << 0,
    KB_F_FEM = 1u << 1,
    KB_F_SING = 1u << 2,
    KB_F_DUAL = 1u << 3,
    KB_F_PLUR = 1u << 4,
    KB_F_BROKEN = 1u << 5, // broken plural (with PLUR)
    KB_F_P1 = 1u << 6,
    KB_F_P2 = 1u << 7,
    KB_F_P3 = 1u << 8,
    KB_F_PAST = 1u << 9,
    KB_F_PRES = 1u << 10,
    KB_F_IMPER = 1u << 11,
    KB_F_JUSS = 1u << 12,   // JUSS: subjunctive/jussive shape (dropped ن, shortened)
    KB_F_PASS = 1u << 13,   // passive, where the script shows it or the lexicon says so
    KB_F_MASDAR = 1u << 14, // verbal noun
    KB_F_ACTPART = 1u << 15,
    KB_F_PASSPART = 1u << 16,
    KB_F_NISBA = 1u << 17,     // relative adjective
    KB_F_CONSTRUCT = 1u << 18, // shape only possible as first part of an idafa (معلمو, معلمي)
    KB_F_ACC = 1u << 19,       // visible accusative (tanwin alef, ين)
    KB_F_ELATIVE = 1u << 20,
    KB_F_HUMAN = 1u << 21,
    KB_F_TITLE = 1u << 22,
    KB_F_SPEECH = 1u << 23, // SPEECH: verb of saying
};

// Identity of a lemma: hash of its matching form and part of speech ("اعلن/VERB"), the same in every image; 0 is unknown.
typedef uint32_t kb_lemma;
kb_lemma kb_lemma_of(kb_str form, kb_pos pos);        // `form`: any spelling, folded inside
kb_lemma kb_lemma_of_folded(kb_str form, kb_pos pos); // the same of a matching form, such as that of a word: faster

typedef struct kb_analysis {
    kb_lemma lemma;      // of a masdar: its own; the verb's in `verb`
    kb_lemma verb;       // verb from which a masdar or participle comes, or 0
    uint16_t proclitics; // KB_CLITIC_*
    uint8_t enclitic;    // kb_enclitic
    uint8_t pos;         // kb_pos
    uint32_t features;   // KB_F_*
    uint8_t stem_start,
        stem_end;  // bytes in the word's matching form: after the proclitics and the article, before the enclitic
    uint8_t score; // 0..255, higher is likelier, in this context
    bool known;    // the lexicon knows it; false: guessed by shape
} kb_analysis;

typedef struct kb_word {
    uint32_t start, end; // in stored
    kb_str form;         // matching form, a slice of text.match
    uint8_t kind;        // kb_word_kind
    bool space_before;
    uint32_t sentence;
    const kb_analysis *analyses; // ranked in context, best first; at least one for an Arabic word
    uint8_t analysis_count;
} kb_word;

// ---------------------------------------------------------------- numbers and times

typedef enum kb_number_kind { KB_CARDINAL, KB_ORDINAL, KB_PERCENT, KB_MONEY, KB_RANGE } kb_number_kind;

typedef struct kb_number {
    uint32_t first, end; // words
    uint32_t start_byte, end_byte;
    uint8_t kind;
    bool approximate;   // نحو, حوالي, قرابة
    int8_t bound;       // -1: at most, +1: at least (ما لا يقل عن, أكثر من), 0: neither
    double value, high; // high: upper end of a range, else value
    char currency[4];   // ISO 4217 for money
    bool counts_noun;   // dual or number inside the counted noun itself (قتيلان: value 2)
} kb_number;

typedef enum kb_time_kind { KB_TIME_DATE, KB_TIME_TIME, KB_TIME_DURATION, KB_TIME_SET } kb_time_kind;
typedef enum kb_granularity {
    KB_GRAN_NONE,
    KB_GRAN_DECADE,
    KB_GRAN_YEAR,
    KB_GRAN_QUARTER,
    KB_GRAN_SEASON,
    KB_GRAN_MONTH,
    KB_GRAN_WEEK,
    KB_GRAN_DAY,
    KB_GRAN_PART,
    KB_GRAN_TIME,
} kb_granularity;

typedef struct kb_date { // proleptic Gregorian; month and day 0 where not given
    int16_t year;
    uint8_t month, day;
} kb_date;

typedef struct kb_time {
    uint32_t first, end; // words
    uint32_t start, end_byte;
    uint8_t kind;        // kb_time_kind
    uint8_t granularity; // kb_granularity
    kb_str value;        // TIMEX3 value: 2024-08-01TEV, P2D, …
    kb_date date;        // the day (or month, year) it falls on; of a range its first day
    kb_date until;       // last day of a range, else zeroes
    const char *rule;    // name of the pattern
    bool names_date;     // a date, or a clock time with its day (الثامنة مساء الأحد)
} kb_time;

// ---------------------------------------------------------------- names

typedef enum kb_entity_type { KB_PERSON, KB_ORGANIZATION, KB_LOCATION } kb_entity_type;

typedef struct kb_mention {
    uint32_t first, end;      // words touched
    uint32_t start, end_byte; // exact span: without proclitics
    uint32_t entity;          // index into entities
    uint8_t type;
    uint8_t score;    // 0..255
    const char *rule; // what found it: "lexicon", "title", "model", …
} kb_mention;

typedef struct kb_entity {
    uint8_t type;         // kb_entity_type
    kb_str key;           // lexicon key; p == NULL: not in the lexicon
    kb_str name, name_en; // canonical; name_en p == NULL: unknown
    kb_str wikidata;      // p == NULL: unknown
    char country[4];      // ISO alpha-3 or ""
    char code
        [8]; // PLOVER actor code at the article's date, or "" (people and bodies), places: country code without sector
    uint8_t kind;               // kb_place_kind / kb_body_kind of khabar/names.h, 0 unknown
    double latitude, longitude; // NAN: unknown
    const char *reason;         // why it was linked so, for the record
    uint32_t first_mention;
} kb_entity;

// A phrase that names somebody without a name and was resolved: الرئيس الأمريكي, رئيس الوزراء, الحركة, الأمريكية. Not a mention in the record.
typedef struct kb_reference {
    uint32_t first, end; // words
    uint32_t entity;     // KB_NONE: a generic actor with a code only
    char code[8];        // PLOVER code of what is meant (a title of a country: USAGOV), or ""
    uint8_t
        kind; // 'T' title, 'A' adjective of nationality, 'S' short noun for a body, 'P' pronoun, 'G' generic actor (متظاهرون)
} kb_reference;

typedef struct kb_quote {
    uint32_t start, end;
    uint32_t speaker; // entity or KB_NONE
} kb_quote;

// ---------------------------------------------------------------- events

typedef enum kb_event_status { KB_ACTUAL, KB_FUTURE, KB_HYPOTHETICAL, KB_NEGATED, KB_HISTORICAL } kb_event_status;

typedef struct kb_span {
    uint32_t start, end;
} kb_span;

typedef struct kb_participant {
    uint32_t start, end; // the whole phrase, without proclitics
    uint32_t entity;     // KB_NONE: generic
    char code[8];
} kb_participant;

typedef struct kb_event {
    const char *type, *mode, *cameo; // PLOVER type, mode or NULL, CAMEO code; static strings of the ontology
    uint8_t quad_class;
    float goldstein, intensity;
    const char *contexts[6];
    uint8_t context_count;
    uint8_t status;    // kb_event_status
    kb_span *mentions; // the first is the trigger
    uint32_t mention_count;
    kb_participant *actors, *recipients;
    uint32_t actor_count, recipient_count;
    kb_date date;                       // year 0: unknown
    uint8_t date_granularity;           // kb_granularity
    uint32_t place, reported_by;        // entities or KB_NONE
    int32_t killed, injured;            // -1: unknown
    int8_t killed_bound, injured_bound; // as kb_number.bound
    float confidence;
    const char *rule; // name of the pattern that matched
    kb_str why;       // for a person: the parts of the confidence, the reasons for date and place
    uint32_t sentence;
} kb_event;

// ---------------------------------------------------------------- all of it

typedef struct kb_word_memo kb_word_memo; // khabar/morphology.h
typedef struct kb_lexeme_keys
    kb_lexeme_keys; // worker/lexicon/lexemes.c: how the words may be looked up, made by the first look

typedef struct kb_layers {
    const kb_article *article;
    kb_word_memo *memo; // the session's, or NULL
    uint32_t words_max; // an article with more is refused; 0: no limit
    kb_text text;
    kb_str language; // BCP 47, given or detected
    bool supported;  // the language has extraction
    kb_sentence *sentences;
    uint32_t sentence_count;
    kb_word *words;
    uint32_t word_count;
    kb_lexeme_keys *lexeme_keys;
    kb_number *numbers;
    uint32_t number_count;
    kb_time *times;
    uint32_t time_count;
    kb_mention *mentions; // by start, never overlapping
    uint32_t mention_count;
    kb_entity *entities; // by first mention
    uint32_t entity_count;
    kb_reference *references;
    uint32_t reference_count;
    struct kb_clauses *clauses; // khabar/clauses.h: the shallow parse, made by the first stage that needs it
    kb_quote *quotes;
    uint32_t quote_count;
    kb_event *events;
    uint32_t event_count;
} kb_layers;
