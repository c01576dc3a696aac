#pragma once
// Who and where: the gazetteer of known entities, and what the names stage says about the unknown ones.
//
// Files: lexicon/countries.tsv, lexicon/places/*.tsv, lexicon/organizations/*.tsv, lexicon/people/*.tsv (entities), lexicon/names.tsv (given and
// family names), lexicon/heads.tsv, lexicon/titles.tsv, lexicon/offices.tsv (evidence). Columns stand in each file's header.

#include "khabar/image.h"
#include "khabar/layers.h"

typedef enum kb_place_kind {
    KB_PLACE_UNKNOWN,
    KB_PLACE_COUNTRY,
    KB_PLACE_PROVINCE,
    KB_PLACE_CITY,
    KB_PLACE_TOWN,
    KB_PLACE_VILLAGE,
    KB_PLACE_CAMP,
    KB_PLACE_QUARTER,
    KB_PLACE_STREET,
    KB_PLACE_SQUARE,
    KB_PLACE_SEA,
    KB_PLACE_STRAIT,
    KB_PLACE_GULF,
    KB_PLACE_RIVER,
    KB_PLACE_LAKE,
    KB_PLACE_MOUNTAIN,
    KB_PLACE_DESERT,
    KB_PLACE_ISLAND,
    KB_PLACE_REGION,
    KB_PLACE_CONTINENT,
    KB_PLACE_CROSSING,
    KB_PLACE_BASE,
    KB_PLACE_AIRPORT,
    KB_PLACE_PORT,
    KB_PLACE_DAM,
    KB_PLACE_BRIDGE,
    KB_PLACE_BUILDING,
    KB_PLACE_HOLY_SITE,
    KB_PLACE_FACILITY,
    KB_PLACE_ROAD,
    KB_PLACE_FRONT,
    KB_PLACE_KINDS,
} kb_place_kind;

typedef enum kb_body_kind {
    KB_BODY_UNKNOWN,
    KB_BODY_GOVERNMENT,
    KB_BODY_MINISTRY,
    KB_BODY_PARLIAMENT,
    KB_BODY_ARMY,
    KB_BODY_POLICE,
    KB_BODY_INTELLIGENCE,
    KB_BODY_COURT,
    KB_BODY_PARTY,
    KB_BODY_ARMED_GROUP,
    KB_BODY_COMPANY,
    KB_BODY_BANK,
    KB_BODY_MEDIA,
    KB_BODY_AGENCY,
    KB_BODY_CLUB,
    KB_BODY_TEAM,
    KB_BODY_LEAGUE,
    KB_BODY_FEDERATION,
    KB_BODY_UNIVERSITY,
    KB_BODY_SCHOOL,
    KB_BODY_HOSPITAL,
    KB_BODY_NGO,
    KB_BODY_IGO,
    KB_BODY_UNION,
    KB_BODY_RELIGIOUS,
    KB_BODY_EXCHANGE,
    KB_BODY_AUTHORITY,
    KB_BODY_COMMITTEE,
    KB_BODY_COUNCIL,
    KB_BODY_OTHER,
    KB_BODY_KINDS,
} kb_body_kind;

// "city", "armed-group", …: the names that the files use; "" for unknown. The reverse gives 0 for any other string.
const char *kb_place_kind_name(kb_place_kind kind);
const char *kb_body_kind_name(kb_body_kind kind);
kb_place_kind kb_place_kind_of(kb_str name);
kb_body_kind kb_body_kind_of(kb_str name);

typedef enum kb_office {
    KB_OFFICE_NONE,
    KB_OFFICE_PRESIDENT,
    KB_OFFICE_KING,
    KB_OFFICE_EMIR,
    KB_OFFICE_SULTAN,
    KB_OFFICE_CROWN_PRINCE,
    KB_OFFICE_SUPREME_LEADER,
    KB_OFFICE_PRIME_MINISTER,
    KB_OFFICE_VICE_PRESIDENT,
    KB_OFFICE_DEPUTY_PRIME_MINISTER,
    KB_OFFICE_FOREIGN_MINISTER,
    KB_OFFICE_DEFENCE_MINISTER,
    KB_OFFICE_INTERIOR_MINISTER,
    KB_OFFICE_FINANCE_MINISTER,
    KB_OFFICE_OIL_MINISTER,
    KB_OFFICE_HEALTH_MINISTER,
    KB_OFFICE_JUSTICE_MINISTER,
    KB_OFFICE_MINISTER,
    KB_OFFICE_SPEAKER,
    KB_OFFICE_JUDGE,
    KB_OFFICE_PROSECUTOR,
    KB_OFFICE_ARMY_CHIEF,
    KB_OFFICE_COMMANDER,
    KB_OFFICE_SPOKESPERSON,
    KB_OFFICE_ENVOY,
    KB_OFFICE_AMBASSADOR,
    KB_OFFICE_SECRETARY_GENERAL,
    KB_OFFICE_LEADER,
    KB_OFFICE_DIRECTOR,
    KB_OFFICE_GOVERNOR,
    KB_OFFICE_MAYOR,
    KB_OFFICE_MP,
    KB_OFFICE_OPPOSITION_LEADER,
    KB_OFFICE_CENTRAL_BANK_GOVERNOR,
    KB_OFFICE_RELIGIOUS_LEADER,
    KB_OFFICE_COACH,
    KB_OFFICE_PLAYER,
    KB_OFFICE_ARTIST,
    KB_OFFICE_WRITER,
    KB_OFFICE_JOURNALIST,
    KB_OFFICE_BUSINESS,
    KB_OFFICE_OTHER,
    KB_OFFICES,
} kb_office;
const char *kb_office_name(kb_office office);
kb_office kb_office_of(kb_str name);

// Id of an entity that stays the same for ever: its lexicon key, or for an unknown one a hash of its type and normalised name ("x-per-9f3c…").
kb_str kb_entity_id(kb_arena *arena, const kb_entity *entity);

// What the lexicon knows under a whole name, spelled in any way that the matching form folds: *found is the number of different entities of the type
// that bear it without needing support in a text, and *ret (key, names, country, coordinates) is filled where that is one. Memory is of `arena`.
kb_status kb_names_lookup(const kb_lexicon *lexicon, kb_arena *arena, kb_entity_type type, kb_str name, kb_entity *ret,
                          uint32_t *found, kb_error *error);
// The PLOVER code of a known entity on a day (days since 1970-01-01); "" where it has none.
void kb_names_code(const kb_lexicon *lexicon, kb_str key, int32_t day, char code[8]);

// ---------------------------------------------------------------- checking

typedef struct kb_names_counts {
    uint32_t people, bodies, places, forms, roles, names; // names: given and family names and other words of evidence
} kb_names_counts;
// Reads the gazetteer's tables below `data_dir` and calls `report` for every row that is wrong, where kb_names_compile would stop at the first one.
// Returns an error only where it can't go on (memory, a file that can't be read).
kb_status kb_names_check(const char *data_dir, void (*report)(void *context, const kb_error *row), void *context,
                         kb_names_counts *ret, kb_error *error);
// The same counts of what an image holds.
kb_names_counts kb_names_count(const kb_image *image);
