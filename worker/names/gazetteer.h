#pragma once
// The gazetteer as it lies in the image, and its readers. Internal to the names room.

#include "khabar/names.h"
#include "khabar/phrases.h"

// ---------------------------------------------------------------- flat records
// Sections: names.strings (terminated strings, offset 0 is none), names.entities, names.forms, names.phrases (values index forms), names.roles (by
// entity), names.offices (indexes into roles, sorted by hash of office and scope), names.keys (indexes into entities, sorted by key),
// names.titles (phrases; values are offices and flags), names.cues (token hash -> flags), names.model.

// Bodies that every country has; the feminine ones take adjectives in the feminine behind their canonical name.
enum { GENERIC_MASCULINE = 1, GENERIC_FEMININE };

typedef struct gaz_entity {
    uint32_t key, name, name_en, wikidata; // offsets into names.strings
    uint32_t adjective;                    // countries: nisba, masculine, without the article
    uint32_t capital;                      // countries: key of the capital
    uint32_t role_first, role_count;
    uint32_t population;
    float latitude, longitude; // NAN: unknown
    char country[4], code[8];
    uint8_t type, kind, generic, evidence;
} gaz_entity;

enum {                       // how a form names its entity
    FORM_NAME = 1 << 0,      // full name or alias
    FORM_SHORT = 1 << 1,     // safe short form
    FORM_WEAK = 1 << 2,      // needs support: an everyday word or another name
    FORM_ADJECTIVE = 1 << 3, // nisba of a country: no mention
    FORM_DEMONYM = 1 << 4,
    FORM_FEMININE = 1 << 5,
    FORM_PLURAL = 1 << 6,
    FORM_DEFINITE = 1 << 7,       // of adjectives
    FORM_GENERIC = 1 << 8,        // body that every country has
    FORM_MULTI = 1 << 9,          // more than one word
    FORM_HEADED = 1 << 10,        // begins with a noun that only announces the name: مدينة طنطا
    FORM_CANONICAL = 1 << 12,     // the name itself, no alias
    FORM_ECHO = 1 << 13,          // only where the article names the entity in full: المملكة
    FORM_TAILED = 1 << 14,        // ends in a nationality that is no part of the name: الزمالك المصري
    FORM_FEMININE_HEAD = 1 << 11, // of generic bodies: adjectives agree in the feminine
};

typedef struct gaz_form {
    uint32_t entity, flags;
} gaz_form;

typedef struct gaz_role {
    uint64_t slot; // hash of office and scope
    uint32_t entity;
    int32_t from, to; // days since 1970-01-01, inclusive
    uint16_t office, reserved;
    char code[8];
} gaz_role;

enum { // cues: what a word is evidence of
    CUE_GIVEN = 1 << 0,
    CUE_FAMILY = 1 << 1,
    CUE_FEMALE = 1 << 2,
    CUE_WORD = 1 << 3,  // a name that is also an everyday word
    CUE_TITLE = 1 << 4, // stands before a person's name: السيد
    CUE_RANK = 1 << 5,
    CUE_PROFESSION = 1 << 6,
    CUE_KIN = 1 << 7,
    CUE_OFFICE = 1 << 8, // وزير, رئيس
    CUE_NASAB = 1 << 9,  // بن, أبو, آل, عبد
    CUE_ORG_HEAD = 1 << 10,
    CUE_LOC_HEAD = 1 << 11,
    CUE_HEAD_INSIDE = 1 << 12, // the head belongs to the name
    CUE_EPITHET = 1 << 13,     // follows a title and precedes the name: السابق, الراحل
    CUE_SPEECH = 1 << 14,
    CUE_ORG_WORD = 1 << 15, // word that occurs in names of bodies
    CUE_LOC_WORD = 1 << 16,
    CUE_NISBA = 1 << 17,
    CUE_COUNTRY = 1 << 18,
    CUE_DESCRIBED = 1 << 23,   // مجلس, لجنة: named by what they are for
    CUE_MEDIA_HEAD = 1 << 22,  // صحيفة, قناة: the name behind it is a body's
    CUE_DIRECTION = 1 << 19,   // شمال, غرب: before a place
    CUE_NAMED_PLACE = 1 << 21, // ساحة, ملعب: what follows is a name
    CUE_SPORT = 1 << 20,       // a word of sport reports
    CUE_COMMON_HEAD = 1 << 25, // شركة, وكالة, محكمة: with the article more often common nouns than short for a name
    CUE_PRESS = 1 << 24, // مراسل, تصريح: the name behind it may be a medium's
};

typedef struct gaz_cue {
    uint64_t token; // 0: empty slot; open addressing
    uint32_t flags, reserved;
} gaz_cue;

enum {
    TITLE_OFFICE_MASK = 0xFF,
    TITLE_COUNTRY = 1 << 8,
    TITLE_BODY = 1 << 9,
    TITLE_FEMALE = 1 << 10,
    TITLE_ALONE = 1 << 11
};

#define DAY_MIN INT32_MIN
#define DAY_MAX INT32_MAX
int32_t gaz_day(int year, int month, int day); // days since 1970-01-01
uint64_t gaz_role_slot(kb_office office, kb_str scope);

// ---------------------------------------------------------------- reading

typedef struct gazetteer {
    const char *strings;
    const gaz_entity *entities;
    const gaz_form *forms;
    const gaz_role *roles;
    const uint32_t *offices, *keys;
    const gaz_cue *cues;
    uint32_t entity_count, form_count, role_count, cue_mask;
    kb_phrases phrases, titles;
} gazetteer;

// What of the gazetteer lies in `image`; absent sections read as empty.
gazetteer gaz_open(const kb_image *image);
kb_str gaz_string(const gazetteer *g, uint32_t offset); // absent for 0
uint32_t gaz_find_key(const gazetteer *g, kb_str key);  // KB_NONE when absent
// Cue flags of a folded form as it stands.
void gaz_cue_expect(const gazetteer *g, uint64_t token); // asks the processor for what gaz_cue_flags will look at
uint32_t gaz_cue_flags(const gazetteer *g, uint64_t token);
// The person who holds `office` at `scope` (ISO3 or organisation key) on `day`; KB_NONE: nobody known, or more than one.
uint32_t gaz_office_holder(const gazetteer *g, kb_office office, kb_str scope, int32_t day);
// The PLOVER code of an entity on `day`: of the role held then or given up within the month before, else its own, else its country.
void gaz_code(const gazetteer *g, uint32_t entity, int32_t day, char code[8]);

// ---------------------------------------------------------------- building

typedef KB_VEC(uint64_t) gaz_tokens;

typedef struct gaz_builder {
    kb_arena *arena;
    kb_phrases_builder *phrases, *titles;
    KB_VEC(char) strings;
    KB_VEC(gaz_entity) entities;
    KB_VEC(gaz_form) forms;
    KB_VEC(gaz_role) roles;
    gaz_tokens outside, directions; // tokens of heads.tsv that are no part of a name
    gaz_tokens titles_before;       // tokens of titles.tsv with the article: الشيخ, الملك
    gaz_tokens trade_heads;         // tokens of heads.tsv before the names of clubs and media: نادي, صحيفة
    gaz_cue *cues;
    uint32_t cue_count, cue_slots;
    uint32_t *key_slots, key_slot_count; // hash table of entities by key
    const char *data_dir;
    void (*report)(void *context,
                   const kb_error *row); // when checking: takes a row's error, and the next row is read; else NULL
    void *context;
} gaz_builder;

bool gaz_is_slug(kb_str s);  // a-z, 0-9, hyphens
bool gaz_is_upper(kb_str s); // A-Z
kb_status gaz_invalid(kb_error *error, const kb_row *row, const char *format, ...) KB_PRINTF(3, 4);
// Offset of a terminated copy; 0 for an absent slice. Sets *failed without memory.
uint32_t gaz_intern(gaz_builder *b, kb_str s, bool *failed);
// The entity of `key`, made when it is new; a key that another file gave with another type is an error.
kb_status gaz_entity_row(gaz_builder *b, const kb_row *row, kb_str key, kb_entity_type type, kb_str name,
                         kb_str name_en, kb_str wikidata, kb_str country, kb_str code, uint32_t *ret, kb_error *error);
uint32_t gaz_built_entity(gaz_builder *b, kb_str key); // KB_NONE when no row had that key
kb_status gaz_add_form(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str text, uint32_t flags,
                       kb_error *error);
kb_status gaz_add_forms(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str list, uint32_t flags,
                        kb_error *error); // list: a|b|c
// Whether `text` is another form of the row behind a noun that only announces it (حركة حماس beside حماس), or a person's name behind a title.
bool gaz_is_headed(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str text);
// Whether `text` is another form of the row with a nationality behind it.
bool gaz_is_tailed(gaz_builder *b, const kb_row *row, kb_str text);
// Whether `text` begins with a direction (شمال, غربي).
bool gaz_is_direction(gaz_builder *b, kb_str text);
// The name without a noun of clubs or media before it (نادي ليون, صحيفة الحياة); absent when it has none.
kb_str gaz_without_trade_head(gaz_builder *b, kb_str text);
// The name without the adjective of a country behind it (ليون الفرنسي); absent when it has none.
kb_str gaz_without_nationality(gaz_builder *b, kb_str text);
bool gaz_add_cue(gaz_builder *b, kb_str word, uint32_t flags); // any spelling; false without memory
bool gaz_add_cue_token(gaz_builder *b, uint64_t token, uint32_t flags);
// Calls `row` for every row of a file, or of every .tsv below a folder.
typedef kb_status gaz_row(gaz_builder *b, const kb_row *row, kb_error *error);
kb_status gaz_each(gaz_builder *b, const char *path, uint32_t min, uint32_t max, gaz_row *row, kb_error *error);

gaz_row gaz_country_row, gaz_place_row, gaz_body_row, gaz_person_row, gaz_name_row, gaz_head_row, gaz_title_row,
    gaz_office_row, gaz_short_row;
