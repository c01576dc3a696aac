// Names of kinds and offices, as the data files write them.
#include "khabar/names.h"

static const char *const places[KB_PLACE_KINDS] = {
    "",       "country", "province", "city",      "town",     "village", "camp",    "quarter",
    "street", "square",  "sea",      "strait",    "gulf",     "river",   "lake",    "mountain",
    "desert", "island",  "region",   "continent", "crossing", "base",    "airport", "port",
    "dam",    "bridge",  "building", "holy-site", "facility", "road",    "front",
};

static const char *const bodies[KB_BODY_KINDS] = {
    "",          "government",  "ministry",   "parliament", "army",     "police", "intelligence", "court",
    "party",     "armed-group", "company",    "bank",       "media",    "agency", "club",         "team",
    "league",    "federation",  "university", "school",     "hospital", "ngo",    "igo",          "union",
    "religious", "exchange",    "authority",  "committee",  "council",  "other",
};

static const char *const offices[KB_OFFICES] = {
    "",
    "president",
    "king",
    "emir",
    "sultan",
    "crown-prince",
    "supreme-leader",
    "prime-minister",
    "vice-president",
    "deputy-prime-minister",
    "foreign-minister",
    "defence-minister",
    "interior-minister",
    "finance-minister",
    "oil-minister",
    "health-minister",
    "justice-minister",
    "minister",
    "speaker",
    "judge",
    "prosecutor",
    "army-chief",
    "commander",
    "spokesperson",
    "envoy",
    "ambassador",
    "secretary-general",
    "leader",
    "director",
    "governor",
    "mayor",
    "mp",
    "opposition-leader",
    "central-bank-governor",
    "religious-leader",
    "coach",
    "player",
    "artist",
    "writer",
    "journalist",
    "business",
    "other",
};

static uint32_t find(const char *const *names, uint32_t count, kb_str name)
{
    for (uint32_t i = 1; i < count; i++) {
        if (kb_str_is(name, names[i]))
            return i;
    }
    return 0;
}

const char *kb_place_kind_name(kb_place_kind kind)
{
    return kind < KB_PLACE_KINDS ? places[kind] : "";
}

const char *kb_body_kind_name(kb_body_kind kind)
{
    return kind < KB_BODY_KINDS ? bodies[kind] : "";
}

const char *kb_office_name(kb_office office)
{
    return office < KB_OFFICES ? offices[office] : "";
}

kb_place_kind kb_place_kind_of(kb_str name)
{
    return (kb_place_kind)find(places, KB_PLACE_KINDS, name);
}

kb_body_kind kb_body_kind_of(kb_str name)
{
    return (kb_body_kind)find(bodies, KB_BODY_KINDS, name);
}

kb_office kb_office_of(kb_str name)
{
    return (kb_office)find(offices, KB_OFFICES, name);
}
