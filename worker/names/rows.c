// Rows of the entity tables: countries, places, bodies, people.
#include "names/gazetteer.h"
#include "khabar/normalize.h"

#include <stdlib.h>

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the gazetteer");
}

// Marks every word of a name: what occurs in names of bodies or places is weak evidence for others.
static bool mark_words(gaz_builder *b, kb_str text, uint32_t flags)
{
    while (text.p) {
        kb_str word = kb_str_cut(&text, ' ');
        if (word.n > 2 * 2 && !gaz_add_cue(b, word, flags))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- countries

// One form of a nisba of one or several words: each word that ends in ي takes the suffix, and with `definite` the article.
static kb_str inflect(gaz_builder *b, kb_str adjective, const char *suffix, bool definite)
{
    kb_str out = KB_STR("");
    bool plain_before = false;
    for (uint32_t i = 0; adjective.p; i++) {
        kb_str word = kb_str_cut(&adjective, ' ');
        bool nisba = kb_str_ends(word, KB_STR("ي"));
        const char *al = definite && (i == 0 || (nisba && !plain_before)) ? "ال" : "";
        out = kb_arena_printf(b->arena, KB_PRI "%s%s" KB_PRI "%s", KB_ARG(out), i ? " " : "", al, KB_ARG(word),
                              nisba ? suffix : "");
        plain_before = !nisba;
    }
    return out;
}

static kb_status add_adjective(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str adjective, kb_error *error)
{
    static const struct {
        const char *suffix;
        uint32_t flags;
    } forms[] = {
        {"", 0},
        {"ة", FORM_FEMININE},
        {"ين", FORM_PLURAL},
        {"ون", FORM_PLURAL},
        {"ات", FORM_FEMININE | FORM_PLURAL},
        {"ان", FORM_PLURAL},
        {"تان", FORM_FEMININE | FORM_PLURAL},
        {"تين", FORM_FEMININE | FORM_PLURAL},
        {"ا", 0},
        {"ي", FORM_PLURAL},
        {"و", FORM_PLURAL},
    };
    kb_status status = KB_OK;
    for (size_t i = 0; i < KB_LEN(forms) && status == KB_OK; i++) {
        for (int definite = 0; definite < (i < 8 ? 2 : 1) && status == KB_OK; definite++) {
            kb_str text = inflect(b, adjective, forms[i].suffix, definite);
            if (!text.p)
                return no_memory(error);
            uint32_t flags = FORM_ADJECTIVE | forms[i].flags | (definite ? FORM_DEFINITE : 0);
            status = gaz_add_form(b, row, entity, text, flags, error);
            if (status == KB_OK && !memchr(text.p, ' ', text.n) && !gaz_add_cue(b, text, CUE_NISBA))
                status = no_memory(error);
        }
    }
    return status;
}

// iso3, name, aliases, adjective, demonyms, capital_key, name_en, wikidata, zone
kb_status gaz_country_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    kb_str iso = row->cells[0];
    if (iso.n != 3)
        return gaz_invalid(error, row, "'" KB_PRI "' is no ISO 3166-1 alpha-3 country", KB_ARG(iso));
    char key[] = "country-xxx";
    for (int i = 0; i < 3; i++)
        key[8 + i] = (char)(iso.p[i] | 0x20);
    uint32_t e;
    kb_status status = gaz_entity_row(b, row, kb_str_of(key), KB_LOCATION, row->cells[1], row->cells[6], row->cells[7],
                                      iso, (kb_str){0}, &e, error);
    if (status != KB_OK)
        return status;
    bool failed = false;
    uint32_t capital = gaz_intern(b, row->cells[5], &failed);
    kb_str adjectives = row->cells[3], rest = adjectives;
    uint32_t adjective = gaz_intern(b, kb_str_cut(&rest, '|'), &failed);
    if (failed)
        return no_memory(error);
    gaz_entity *entity = &b->entities.at[e];
    entity->kind = KB_PLACE_COUNTRY;
    entity->capital = capital;
    entity->adjective = adjective;
    status = gaz_add_form(b, row, e, row->cells[1], FORM_NAME | FORM_CANONICAL, error);
    if (status == KB_OK)
        status = gaz_add_forms(b, row, e, row->cells[2], FORM_NAME, error);
    while (adjectives.p && status == KB_OK) {
        kb_str one = kb_str_trim(kb_str_cut(&adjectives, '|'));
        if (one.n)
            status = add_adjective(b, row, e, one, error);
    }
    kb_str demonyms = row->cells[4];
    while (demonyms.p && status == KB_OK) {
        kb_str one = kb_str_trim(kb_str_cut(&demonyms, '|'));
        kb_str definite = kb_arena_printf(b->arena, "ال" KB_PRI, KB_ARG(one));
        if (!one.n)
            continue;
        status = gaz_add_form(b, row, e, one, FORM_DEMONYM | FORM_PLURAL, error);
        if (status == KB_OK)
            status = gaz_add_form(b, row, e, definite, FORM_DEMONYM | FORM_PLURAL | FORM_DEFINITE, error);
    }
    return status == KB_OK && !gaz_add_cue(b, row->cells[1], CUE_COUNTRY) ? no_memory(error) : status;
}

// ---------------------------------------------------------------- places

static kb_status number(const kb_row *row, kb_str cell, double low, double high, const char *what, double *ret,
                        kb_error *error)
{
    char text[40];
    if (cell.n == 0)
        return KB_OK;
    if (cell.n >= sizeof text)
        return gaz_invalid(error, row, "'" KB_PRI "' is no %s", KB_ARG(cell), what);
    memcpy(text, cell.p, cell.n);
    text[cell.n] = '\0';
    char *end = NULL;
    double value = strtod(text, &end);
    if (*end || !(value >= low && value <= high))
        return gaz_invalid(error, row, "'%s' is no %s (%.0f to %.0f)", text, what, low, high);
    *ret = value;
    return KB_OK;
}

// Forms of a name that needs evidence are weak where they are one word. A vague part of somewhere (شمال لبنان) is no name of a place.
static kb_status add_weighed(gaz_builder *b, const kb_row *row, uint32_t e, kb_str list, bool evidence, kb_error *error)
{
    uint8_t kind = b->entities.at[e].kind;
    bool vague =
        kind == KB_PLACE_REGION || kind == KB_PLACE_CONTINENT || kind == KB_PLACE_QUARTER || kind == KB_PLACE_FRONT;
    kb_status status = KB_OK;
    while (list.p && status == KB_OK) {
        kb_str text = kb_str_trim(kb_str_cut(&list, '|'));
        if (vague && gaz_is_direction(b, text))
            continue;
        bool weak = evidence && text.n && !memchr(text.p, ' ', text.n);
        if (text.n)
            status = gaz_add_form(b, row, e, text, weak ? FORM_WEAK : FORM_NAME, error);
    }
    return status;
}

// key, name, aliases, name_en, kind, country, admin1, lat, lon, population, wikidata, evidence
kb_status gaz_place_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    const kb_str *c = row->cells;
    kb_place_kind kind = kb_place_kind_of(c[4]);
    double latitude = 0, longitude = 0, population = 0;
    if (kind == KB_PLACE_UNKNOWN)
        return gaz_invalid(error, row, "'" KB_PRI "' is no kind of place", KB_ARG(c[4]));
    uint32_t e;
    kb_status status = gaz_entity_row(b, row, c[0], KB_LOCATION, c[1], c[3], c[10], c[5], (kb_str){0}, &e, error);
    if (status == KB_OK)
        status = number(row, c[7], -90, 90, "latitude", &latitude, error);
    if (status == KB_OK)
        status = number(row, c[8], -180, 180, "longitude", &longitude, error);
    if (status == KB_OK)
        status = number(row, c[9], 0, 2e9, "population", &population, error);
    if (status != KB_OK)
        return status;
    gaz_entity *entity = &b->entities.at[e];
    entity->kind = (uint8_t)kind;
    entity->evidence = kb_str_is(c[11], "yes");
    entity->population = (uint32_t)population;
    if (c[7].n && c[8].n) {
        entity->latitude = (float)latitude;
        entity->longitude = (float)longitude;
    }
    bool evidence = entity->evidence;
    status = add_weighed(b, row, e, c[1], evidence, error);
    return status == KB_OK ? add_weighed(b, row, e, c[2], evidence, error) : status;
}

// ---------------------------------------------------------------- bodies

// Whether adjectives of a body agree in the feminine: its first word ends in ة or ات, or is a plural of things.
static bool has_feminine_head(kb_str text)
{
    static const char *const plurals[] = {"قوى", "القوى", "أجهزة", "الأجهزة", "وحدات"};
    kb_str head = kb_str_cut(&text, ' ');
    for (size_t i = 0; i < KB_LEN(plurals); i++) {
        if (kb_str_is(head, plurals[i]))
            return true;
    }
    return kb_str_ends(head, KB_STR("ة")) || kb_str_ends(head, KB_STR("ات")) || kb_str_ends(head, KB_STR("قوات")) ||
           kb_str_ends(head, KB_STR("المباحث"));
}

static bool listed(kb_str list, kb_str text)
{
    while (list.p) {
        if (kb_str_eq(kb_str_trim(kb_str_cut(&list, '|')), text))
            return true;
    }
    return false;
}

static bool listed_anywhere(const kb_row *row, kb_str text)
{
    static const uint32_t cells[] = {1, 2, 3, 9};
    for (size_t i = 0; i < KB_LEN(cells); i++) {
        if (listed(row->cells[cells[i]], text))
            return true;
    }
    return false;
}

static kb_status add_bare(gaz_builder *b, const kb_row *row, uint32_t e, kb_str text, uint32_t flags, kb_error *error)
{
    return text.n && !listed_anywhere(row, text) ? gaz_add_form(b, row, e, text, flags, error) : KB_OK;
}

// Clubs and media go by their bare names too, where the text speaks of sport or of the press: نادي ليون, ليون الفرنسي give ليون.
static kb_status add_bare_names(gaz_builder *b, const kb_row *row, uint32_t e, kb_str list, kb_error *error)
{
    kb_status status = KB_OK;
    bool club = b->entities.at[e].kind == KB_BODY_CLUB;
    while (list.p && status == KB_OK) {
        kb_str text = kb_str_trim(kb_str_cut(&list, '|')), rest = gaz_without_trade_head(b, text);
        status = add_bare(b, row, e, rest, FORM_WEAK, error);
        if (status == KB_OK && club)
            status = add_bare(b, row, e, gaz_without_nationality(b, rest.n ? rest : text), FORM_WEAK, error);
    }
    return status;
}

// ---------------------------------------------------------------- people

static bool digits(kb_str s, int *ret)
{
    *ret = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || i > 4)
            return false;
        *ret = *ret * 10 + (s.p[i] - '0');
    }
    return s.n > 0;
}

// YYYY-MM-DD or coarser; `last`: the last day of what is meant.
static bool read_day(kb_str text, bool last, int32_t *ret)
{
    int year = 0, month = last ? 12 : 1, day = 1;
    kb_str rest = text;
    if (!digits(kb_str_cut(&rest, '-'), &year) || year < 1500 || year > 2200)
        return false;
    bool has_month = rest.p != NULL;
    if (has_month && (!digits(kb_str_cut(&rest, '-'), &month) || month < 1 || month > 12))
        return false;
    if (has_month && rest.p) {
        if (!digits(rest, &day) || day < 1 || day > 31)
            return false;
        *ret = gaz_day(year, month, day);
        return true;
    }
    if (last)
        *ret = (month == 12 ? gaz_day(year + 1, 1, 1) : gaz_day(year, month + 1, 1)) - 1;
    else
        *ret = gaz_day(year, month, day);
    return true;
}

// FROM..TO CODE, in any order; both may be missing.
static kb_status read_term(const kb_row *row, kb_str rest, gaz_role *role, kb_error *error)
{
    kb_str when = {0};
    while (rest.p) {
        kb_str part = kb_str_trim(kb_str_cut(&rest, ' '));
        bool dated = memmem(part.p, part.n, "..", 2) != NULL;
        if (dated) {
            when = part;
        } else if (part.n == 3 || part.n == 6) {
            memcpy(role->code, part.p, part.n);
        } else if (part.n) {
            return gaz_invalid(error, row, "'" KB_PRI "' is neither FROM..TO nor a PLOVER code", KB_ARG(part));
        }
    }
    if (when.n) {
        const char *dots = memmem(when.p, when.n, "..", 2);
        kb_str from = {when.p, (size_t)(dots - when.p)}, to = kb_str_sub(when, from.n + 2, when.n);
        if ((from.n && !read_day(from, false, &role->from)) || (to.n && !read_day(to, true, &role->to)) ||
            role->from > role->to)
            return gaz_invalid(error, row,
                               "'" KB_PRI "' is no time of office (YYYY-MM-DD or coarser, both sides of ..)",
                               KB_ARG(when));
    }
    return KB_OK;
}

// The codes that a body has at other times than that of its first one: FROM..TO CODE, separated by |.
static kb_status add_terms(gaz_builder *b, const kb_row *row, uint32_t e, kb_str list, kb_error *error)
{
    kb_status status = KB_OK;
    uint32_t first = b->roles.n;
    while (list.p && status == KB_OK) {
        gaz_role role = {.office = KB_OFFICE_NONE, .entity = e, .from = DAY_MIN, .to = DAY_MAX};
        status = read_term(row, kb_str_trim(kb_str_cut(&list, '|')), &role, error);
        gaz_role *slot = status == KB_OK ? KB_PUSH(b->arena, &b->roles) : NULL;
        if (status == KB_OK && !slot)
            return no_memory(error);
        if (slot)
            *slot = role;
    }
    b->entities.at[e].role_first = first;
    b->entities.at[e].role_count = b->roles.n - first;
    return status;
}

// OFFICE@SCOPE FROM..TO CODE
static kb_status add_role(gaz_builder *b, const kb_row *row, uint32_t e, kb_str text, kb_error *error)
{
    kb_str rest = text;
    kb_str what = kb_str_cut(&rest, ' ');
    kb_str scope = what;
    kb_office office = kb_office_of(kb_str_cut(&scope, '@'));
    if (office == KB_OFFICE_NONE)
        return gaz_invalid(error, row, "'" KB_PRI "' names no known office (OFFICE@SCOPE FROM..TO CODE)", KB_ARG(text));
    if (!gaz_is_slug(scope) && !(scope.n == 3 && gaz_is_upper(scope)))
        return gaz_invalid(error, row,
                           "'" KB_PRI "' is no scope of an office: an ISO 3166-1 alpha-3 country or the key of a body",
                           KB_ARG(scope));
    gaz_role role = {.office = (uint16_t)office, .entity = e, .from = DAY_MIN, .to = DAY_MAX};
    role.slot = gaz_role_slot(office, scope);
    kb_status status = read_term(row, rest, &role, error);
    if (status != KB_OK)
        return status;
    gaz_role *slot = KB_PUSH(b->arena, &b->roles);
    if (!slot)
        return no_memory(error);
    *slot = role;
    return KB_OK;
}

// key, name, aliases, short, name_en, kind, country, code, wikidata, weak
kb_status gaz_body_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    const kb_str *c = row->cells;
    kb_body_kind kind = kb_body_kind_of(c[5]);
    if (kind == KB_BODY_UNKNOWN)
        return gaz_invalid(error, row, "'" KB_PRI "' is no kind of body", KB_ARG(c[5]));
    uint32_t e;
    kb_str terms = c[7], code = kb_str_cut(&terms, '|');
    kb_status status = gaz_entity_row(b, row, c[0], KB_ORGANIZATION, c[1], c[4], c[8], c[6], code, &e, error);
    if (status == KB_OK && terms.p && b->entities.at[e].role_count == 0)
        status = add_terms(b, row, e, terms, error);
    if (status != KB_OK)
        return status;
    bool generic = kb_str_starts(c[0], KB_STR("generic-"));
    b->entities.at[e].kind = (uint8_t)kind;
    bool feminine = kind == KB_BODY_MINISTRY || has_feminine_head(c[1]);
    b->entities.at[e].generic = !generic ? 0 : feminine ? GENERIC_FEMININE : GENERIC_MASCULINE;
    static const struct {
        uint32_t cell, flags;
    } lists[] = {{1, FORM_NAME}, {2, FORM_NAME}, {3, FORM_SHORT}, {9, FORM_WEAK}};
    for (size_t i = 0; i < KB_LEN(lists) && status == KB_OK; i++) {
        kb_str list = c[lists[i].cell];
        while (list.p && status == KB_OK) {
            kb_str text = kb_str_trim(kb_str_cut(&list, '|'));
            uint32_t flags =
                lists[i].flags | (generic ? FORM_GENERIC : 0) |
                (generic && (kind == KB_BODY_MINISTRY || has_feminine_head(text)) ? FORM_FEMININE_HEAD : 0) |
                (lists[i].cell == 1 ? FORM_CANONICAL : 0);
            if (text.n && (i || !listed(c[9], text))) // a name that is weak itself comes with the weak forms
                status = gaz_add_form(b, row, e, text, flags, error);
        }
    }
    bool trade = kind == KB_BODY_CLUB || kind == KB_BODY_MEDIA || kind == KB_BODY_AGENCY;
    if (status == KB_OK && trade)
        status = add_bare_names(b, row, e, c[1], error);
    if (status == KB_OK && trade)
        status = add_bare_names(b, row, e, c[2], error);
    return status == KB_OK && !mark_words(b, c[1], CUE_ORG_WORD) ? no_memory(error) : status;
}

// The words of a known person's name are evidence for other people of that name.
static bool mark_person(gaz_builder *b, kb_str name)
{
    kb_str rest = name, last = {0};
    for (uint32_t i = 0; rest.p; i++) {
        kb_str word = kb_str_cut(&rest, ' ');
        bool single = !rest.p && i == 0;
        if (i == 0 && !single && word.n > 2 * 2 && !gaz_add_cue(b, word, CUE_GIVEN))
            return false;
        last = single ? (kb_str){0} : word;
    }
    return last.n <= 2 * 2 || gaz_add_cue(b, last, CUE_FAMILY);
}

// key, name, aliases, short, name_en, gender, country, code, wikidata, roles
kb_status gaz_person_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    const kb_str *c = row->cells;
    uint32_t e;
    kb_status status = gaz_entity_row(b, row, c[0], KB_PERSON, c[1], c[4], c[8], c[6], c[7], &e, error);
    if (status != KB_OK)
        return status;
    bool again = b->entities.at[e].role_count >
                 0; // roles of one entity lie together: of a second row of the key they are left out
    uint32_t first = b->roles.n;
    status = gaz_add_form(b, row, e, c[1], FORM_NAME, error);
    if (status == KB_OK)
        status = gaz_add_forms(b, row, e, c[2], FORM_NAME, error);
    if (status == KB_OK)
        status = gaz_add_forms(b, row, e, c[3], FORM_SHORT, error);
    kb_str roles = again ? (kb_str){0} : c[9];
    while (roles.p && status == KB_OK) {
        kb_str one = kb_str_trim(kb_str_cut(&roles, '|'));
        if (one.n)
            status = add_role(b, row, e, one, error);
    }
    if (!again) {
        b->entities.at[e].role_first = first;
        b->entities.at[e].role_count = b->roles.n - first;
    }
    return status == KB_OK && !mark_person(b, c[1]) ? no_memory(error) : status;
}

// form, keys
kb_status gaz_short_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    kb_str keys = row->cells[1];
    kb_status status = KB_OK;
    while (keys.p && status == KB_OK) {
        kb_str key = kb_str_trim(kb_str_cut(&keys, '|'));
        uint32_t entity = gaz_built_entity(b, key);
        if (entity == KB_NONE)
            return gaz_invalid(error, row, "'" KB_PRI "' is no key of an entity", KB_ARG(key));
        status = gaz_add_form(b, row, entity, row->cells[0], FORM_ECHO, error);
    }
    return status;
}
