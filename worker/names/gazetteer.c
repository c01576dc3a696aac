// Reading the gazetteer from an image.
#include "names/gazetteer.h"

#include <stdio.h>

int32_t gaz_day(int year, int month, int day)
{
    // days from civil, proleptic Gregorian (H. Hinnant, chrono-Compatible Low-Level Date Algorithms)
    int y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

uint64_t gaz_role_slot(kb_office office, kb_str scope)
{
    return kb_str_hash(scope) ^ ((uint64_t)office * 0x9E3779B97F4A7C15ull);
}

static const void *section(const kb_image *image, const char *name, size_t unit, uint32_t *count)
{
    kb_str s = image->base ? kb_image_section(image, name) : (kb_str){0};
    *count = (uint32_t)(s.n / unit);
    return s.p;
}

gazetteer gaz_open(const kb_image *image)
{
    gazetteer g = {0};
    uint32_t n = 0;
    g.strings = section(image, "names.strings", 1, &n);
    g.entities = section(image, "names.entities", sizeof(gaz_entity), &g.entity_count);
    g.forms = section(image, "names.forms", sizeof(gaz_form), &g.form_count);
    g.roles = section(image, "names.roles", sizeof(gaz_role), &g.role_count);
    g.offices = section(image, "names.offices", sizeof(uint32_t), &n);
    g.keys = section(image, "names.keys", sizeof(uint32_t), &n);
    g.cues = section(image, "names.cues", sizeof(gaz_cue), &n);
    g.cue_mask = n ? n - 1 : 0;
    g.phrases = kb_phrases_open(image, "names.phrases");
    g.titles = kb_phrases_open(image, "names.titles");
    return g;
}

kb_str gaz_string(const gazetteer *g, uint32_t offset)
{
    return offset ? kb_str_of(g->strings + offset) : (kb_str){0};
}

uint32_t gaz_find_key(const gazetteer *g, kb_str key)
{
    uint32_t low = 0, high = g->entity_count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int c = kb_str_cmp(gaz_string(g, g->entities[g->keys[mid]].key), key);
        if (c == 0)
            return g->keys[mid];
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return KB_NONE;
}

void gaz_cue_expect(const gazetteer *g, uint64_t token)
{
    if (g->cues)
        __builtin_prefetch(&g->cues[(uint32_t)token & g->cue_mask]);
}

uint32_t gaz_cue_flags(const gazetteer *g, uint64_t token)
{
    if (!g->cues)
        return 0;
    for (uint32_t i = (uint32_t)token & g->cue_mask;; i = (i + 1) & g->cue_mask) {
        if (g->cues[i].token == token)
            return g->cues[i].flags;
        if (g->cues[i].token == 0)
            return 0;
    }
}

uint32_t gaz_office_holder(const gazetteer *g, kb_office office, kb_str scope, int32_t day)
{
    uint64_t slot = gaz_role_slot(office, scope);
    uint32_t low = 0, high = g->role_count, found = KB_NONE;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (g->roles[g->offices[mid]].slot < slot)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < g->role_count && g->roles[g->offices[low]].slot == slot; low++) {
        const gaz_role *r = &g->roles[g->offices[low]];
        if (day < r->from || day > r->to || r->entity == found)
            continue;
        if (found != KB_NONE)
            return KB_NONE;
        found = r->entity;
    }
    return found;
}

// The code of the role that the entity held on `day` (of several the latest taken up), or NULL.
static const char *role_code(const gazetteer *g, const gaz_entity *e, int32_t day)
{
    const gaz_role *held = NULL;
    for (uint32_t i = e->role_first; i < e->role_first + e->role_count; i++) {
        const gaz_role *r = &g->roles[i];
        if (day >= r->from && day <= r->to && r->code[0] && (!held || r->from > held->from))
            held = r;
    }
    return held ? held->code : NULL;
}

void gaz_code(const gazetteer *g, uint32_t entity, int32_t day, char code[8])
{
    // News of a fall, a resignation or an election speaks of its subject by the office just left.
    enum { AFTERMATH_DAYS = 30 };
    const gaz_entity *e = &g->entities[entity];
    const char *best = role_code(g, e, day);
    const char *left = role_code(g, e, day - AFTERMATH_DAYS);
    bool leads_on = best && left && strcmp(best + (strlen(best) > 3 ? 3 : 0), "PTY") == 0 &&
                    strcmp(left + (strlen(left) > 3 ? 3 : 0), "GOV") == 0;
    if (!best || leads_on)
        best = left;
    if (!best)
        best = e->code[0] ? e->code : e->country;
    snprintf(code, 8, "%s", best);
}
