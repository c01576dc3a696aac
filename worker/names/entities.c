// From mentions to entities: linking to the gazetteer, short forms, one entity for all that name it.
#include "names/group.h"
#include "khabar/normalize.h"

#include <math.h>
#include <stdio.h>

// ---------------------------------------------------------------- the article's geography

// How much speaks for a country in this article.
typedef struct support {
    float source, dateline,
        places; // the country of the source; the dateline; names, nationalities and places in the text
} support;

static float sum_of(support w)
{
    return w.source + w.dateline + w.places;
}

static support country_support(const scene *s, const char country[4])
{
    support w = {0};
    const kb_article *a = s->y->article;
    if (a->source_country.n == 3 && memcmp(a->source_country.p, country, 3) == 0)
        w.source = 2;
    for (uint32_t n = 0; n < s->spans.n; n++) {
        const lexicon_span *span = &s->spans.at[n];
        bool same = false, other = false;
        for (uint32_t k = 0; k < span->form_count; k++) {
            const gaz_entity *e = span->composite ? scene_entity(s, span->country) : scene_entity(s, span->forms[k]);
            bool hit = memcmp(e->country, country, 3) == 0;
            same |= hit;
            other |= !hit && e->country[0];
        }
        bool dateline = span->first < s->y->sentences[s->y->words[span->first].sentence].dateline_end;
        if (same && !other)
            *(dateline ? &w.dateline : &w.places) += dateline ? 2 : 1;
    }
    return w;
}

// The reason for a choice among several: what spoke loudest for it.
static const char *reason_of(support w)
{
    if (sum_of(w) == 0)
        return "of several of this name, the best known";
    if (w.places >= w.dateline && w.places >= w.source)
        return "of several of this name, the one whose country the article speaks of";
    return w.dateline >= w.source ? "of several of this name, the one in the country of the dateline"
                                  : "of several of this name, the one in the country of the source";
}

// ---------------------------------------------------------------- linking

static float prior(const scene *s, lexicon_form f)
{
    const gaz_entity *e = scene_entity(s, f);
    float p = 0;
    if (e->type == KB_LOCATION) {
        if (e->kind == KB_PLACE_COUNTRY)
            p += 2.5f;
        else if (e->kind == KB_PLACE_CITY || e->kind == KB_PLACE_PROVINCE)
            p += 0.5f;
        p += e->population ? log10f((float)e->population) / 4 : 0;
    }
    if (e->type == KB_PERSON) {
        for (uint32_t i = e->role_first; i < e->role_first + e->role_count; i++) {
            const gaz_role *r = &s->gaz[f.image].roles[i];
            p += s->day >= r->from && s->day <= r->to ? 1.0f : 0.2f;
        }
    }
    p += e->wikidata ? 0.2f : 0;
    p -= scene_form(s, f)->flags & FORM_WEAK ? 0.5f : 0;
    return p;
}

static bool link_span(const scene *s, const chosen *m, lexicon_form *ret, const char **reason)
{
    uint32_t count = 0;
    lexicon_form found[SPAN_FORMS];
    for (uint32_t k = 0; m->span && k < m->span->form_count; k++) {
        const gaz_form *f = scene_form(s, m->span->forms[k]);
        if (scene_entity(s, m->span->forms[k])->type == m->type &&
            !(f->flags & (FORM_ADJECTIVE | FORM_DEMONYM | FORM_ECHO)))
            found[count++] = m->span->forms[k];
    }
    if (count == 0)
        return false;
    *ret = found[0];
    *reason = m->span->flags & FORM_SHORT ? "short name of the lexicon" : "name of the lexicon";
    float best = -1e9f;
    for (uint32_t k = 0; count > 1 && k < count; k++) {
        const gaz_entity *e = scene_entity(s, found[k]);
        support weight = e->country[0] ? country_support(s, e->country) : (support){0};
        float score = prior(s, found[k]) + sum_of(weight);
        if (score > best) {
            best = score;
            *ret = found[k];
            *reason = reason_of(weight);
        }
    }
    return true;
}

// ---------------------------------------------------------------- clusters

uint32_t group_tokens(const scene *s, const chosen *m, uint64_t tokens[NAME_TOKENS])
{
    uint32_t n = 0;
    for (uint32_t w = m->first; w < m->end && n < NAME_TOKENS; w++) {
        char buffer[256];
        kb_str form = s->y->words[w].form;
        if (w == m->first && m->skip) {
            kb_clitic_cut cuts[KB_CUTS_MAX];
            uint32_t count = kb_clitic_cuts(form, cuts);
            for (uint32_t c = 0; c < count; c++) {
                if (cuts[c].skip == m->skip) {
                    form = kb_clitic_rest(form, cuts[c], buffer);
                    break;
                }
            }
        }
        if (m->type == KB_PERSON && form.n > 8 && kb_str_starts(form, KB_STR("ال")))
            form = kb_str_sub(form, 4, form.n); // القذافي, قذافي
        if (s->y->words[w].kind != KB_WORD_PUNCT)
            tokens[n++] = kb_token_hash(form);
    }
    return n;
}

static bool same_tokens(const cluster *c, const uint64_t *tokens, uint32_t n)
{
    return c->token_count == n && memcmp(c->tokens, tokens, n * sizeof *tokens) == 0;
}

// Whether `tokens` can be a short way to name the person: the family name, or a part of the name in its order.
static bool shortens(const cluster *c, const uint64_t *tokens, uint32_t n)
{
    if (n >= c->token_count)
        return false;
    uint32_t at = 0;
    for (uint32_t i = 0; i < c->token_count && at < n; i++)
        at += c->tokens[i] == tokens[at];
    return at == n &&
           (n > 1 || tokens[0] == c->tokens[c->token_count - 1] || (c->token_count > 2 && tokens[0] != c->tokens[0]));
}

static uint32_t new_cluster(grouping *g, const chosen *mention)
{
    cluster *c = KB_PUSH(g->s->arena, &g->clusters);
    if (!c)
        return KB_NONE;
    c->type = mention->type;
    c->full = *mention;
    c->token_count = group_tokens(g->s, mention, c->tokens);
    c->reason = "not in the lexicon";
    return g->clusters.n - 1;
}

uint32_t group_linked(grouping *g, const chosen *mention, lexicon_form form, const lexicon_form *country,
                      const char *reason)
{
    const scene *s = g->s;
    for (uint32_t i = 0; i < g->clusters.n; i++) {
        cluster *c = &g->clusters.at[i];
        if (c->linked && c->composite == (country != NULL) && scene_entity(s, c->form) == scene_entity(s, form) &&
            (!country || scene_entity(s, c->country) == scene_entity(s, *country))) {
            uint64_t tokens[NAME_TOKENS];
            uint32_t n = group_tokens(s, mention, tokens);
            if (n > c->token_count) {
                memcpy(c->tokens, tokens, sizeof tokens);
                c->token_count = n;
            }
            return i;
        }
    }
    uint32_t i = new_cluster(g, mention);
    if (i != KB_NONE) {
        cluster *c = &g->clusters.at[i];
        c->linked = true;
        c->form = form;
        c->reason = reason;
        c->composite = country != NULL;
        if (country)
            c->country = *country;
    }
    return i;
}

// The linked person whose name in the lexicon, or whose fullest mention, ends like this; KB_NONE: none, the nearest before wins over later ones.
static uint32_t short_person(const grouping *g, uint32_t mention, const uint64_t *tokens, uint32_t n)
{
    uint32_t best = KB_NONE;
    for (uint32_t i = 0; i < g->list->n; i++) {
        uint32_t c = g->list->at[i].entity;
        if (c == KB_NONE || g->clusters.at[c].type != KB_PERSON || !shortens(&g->clusters.at[c], tokens, n))
            continue;
        if (i < mention || best == KB_NONE)
            best = c;
        if (i > mention && best != KB_NONE)
            break;
    }
    return best;
}

bool group_is_generic(const scene *s, lexicon_form f)
{
    return (scene_form(s, f)->flags & FORM_GENERIC) != 0;
}

// A body of every country named without one: the body of that kind which the article named in full.
static uint32_t named_before(const grouping *g, lexicon_form generic)
{
    uint32_t found = KB_NONE;
    for (uint32_t i = 0; i < g->clusters.n; i++) {
        const cluster *c = &g->clusters.at[i];
        if (c->composite && scene_entity(g->s, c->form) == scene_entity(g->s, generic))
            found = i;
    }
    return found;
}

static bool assign_full_names(grouping *g)
{
    group_retype(g);
    for (uint32_t i = 0; i < g->list->n; i++)
        g->list->at[i].entity = KB_NONE;
    for (uint32_t i = 0; i < g->list->n; i++) {
        chosen *m = &g->list->at[i];
        lexicon_form form;
        const char *reason = NULL;
        if (m->span && m->span->composite) {
            m->entity = group_linked(g, m, m->span->forms[0], &m->span->country, "body of the country that follows");
        } else if (link_span(g->s, m, &form, &reason)) {
            uint32_t before = group_is_generic(g->s, form) ? named_before(g, form) : KB_NONE;
            m->entity = before != KB_NONE ? before : group_linked(g, m, form, NULL, reason);
        } else if (m->type != KB_PERSON || m->end - m->first > 1) {
            uint64_t tokens[NAME_TOKENS];
            uint32_t n = group_tokens(g->s, m, tokens);
            for (uint32_t c = 0; c < g->clusters.n && m->entity == KB_NONE; c++) {
                if (g->clusters.at[c].type == m->type && same_tokens(&g->clusters.at[c], tokens, n))
                    m->entity = c;
            }
            if (m->entity == KB_NONE)
                m->entity = new_cluster(g, m);
        } else {
            continue;
        }
        if (m->entity == KB_NONE)
            return false;
    }
    return true;
}

static bool assign_short_names(grouping *g)
{
    for (uint32_t i = 0; i < g->list->n; i++) {
        chosen *m = &g->list->at[i];
        if (m->entity != KB_NONE && (m->type != KB_PERSON || g->clusters.at[m->entity].linked))
            continue;
        uint64_t tokens[NAME_TOKENS];
        uint32_t n = group_tokens(g->s, m, tokens), longer = short_person(g, i, tokens, n);
        if (longer != KB_NONE && longer != m->entity) {
            m->entity = longer;
            continue;
        }
        for (uint32_t c = 0; c < g->clusters.n && m->entity == KB_NONE; c++) {
            if (g->clusters.at[c].type == m->type && same_tokens(&g->clusters.at[c], tokens, n))
                m->entity = c;
        }
        if (m->entity == KB_NONE && (m->entity = new_cluster(g, m)) == KB_NONE)
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- writing

static kb_str mention_text(const scene *s, const chosen *m)
{
    const kb_word *w = &s->y->words[m->first];
    return kb_str_sub(s->y->text.stored, kb_word_byte(&s->y->text, w, m->skip), s->y->words[m->end - 1].end);
}

static kb_str without_article(kb_str name)
{
    return kb_str_starts(name, KB_STR("ال")) ? kb_str_sub(name, strlen("ال"), name.n) : name;
}

// "الجيش القطري", "القوات الكورية الجنوبية", "الحكومة الجنوب أفريقية": one name of the body, by whichever noun an article calls it. A first word that is
// no nisba stays as it is behind the article.
static kb_str described_name(scene *s, kb_str name, kb_str adjective, bool feminine)
{
    kb_str rest = adjective, first = kb_str_cut(&rest, ' ');
    const char *ending = feminine ? "ة" : "";
    if (!rest.p)
        return kb_arena_printf(s->arena, KB_PRI " ال" KB_PRI "%s", KB_ARG(name), KB_ARG(first), ending);
    bool each = kb_str_ends(first, KB_STR("ي"));
    return kb_arena_printf(s->arena, KB_PRI " ال" KB_PRI "%s %s" KB_PRI "%s", KB_ARG(name), KB_ARG(first),
                           each ? ending : "", each ? "ال" : "", KB_ARG(rest), ending);
}

static void fill_composite(scene *s, const cluster *c, kb_entity *e)
{
    const gaz_entity *body = scene_entity(s, c->form), *country = scene_entity(s, c->country);
    const gazetteer *g = &s->gaz[c->form.image], *h = &s->gaz[c->country.image];
    kb_str adjective = gaz_string(h, country->adjective), name = gaz_string(g, body->name);
    kb_str key = gaz_string(g, body->key);
    kb_str plain = kb_str_starts(key, KB_STR("generic-")) ? kb_str_sub(key, 8, key.n) : key;
    char iso[4] = {0};
    for (int i = 0; i < 3; i++)
        iso[i] = (char)(country->country[i] | 0x20);
    e->key = kb_arena_printf(s->arena, KB_PRI "-%s", KB_ARG(plain), iso);
    e->name = adjective.n ? described_name(s, name, adjective, body->generic == GENERIC_FEMININE)
                          : kb_arena_printf(s->arena, KB_PRI " " KB_PRI, KB_ARG(without_article(name)),
                                            KB_ARG(gaz_string(h, country->name)));
    kb_str en = gaz_string(g, body->name_en), of = gaz_string(h, country->name_en);
    e->name_en = en.n && of.n ? kb_arena_printf(s->arena, KB_PRI " of " KB_PRI, KB_ARG(en), KB_ARG(of)) : (kb_str){0};
    e->kind = body->kind;
    memcpy(e->country, country->country, 4);
    snprintf(e->code, sizeof e->code, "%.3s%.3s", country->country, body->code);
}

static void fill_entity(scene *s, const cluster *c, kb_entity *e)
{
    *e = (kb_entity){.type = c->type, .latitude = NAN, .longitude = NAN, .reason = c->reason};
    if (c->composite) {
        fill_composite(s, c, e);
    } else if (c->linked) {
        const gazetteer *g = &s->gaz[c->form.image];
        const gaz_entity *known = scene_entity(s, c->form);
        e->key = gaz_string(g, known->key);
        e->name = gaz_string(g, known->name);
        e->name_en = gaz_string(g, known->name_en);
        e->wikidata = gaz_string(g, known->wikidata);
        e->kind = known->kind;
        e->latitude = (double)known->latitude;
        e->longitude = (double)known->longitude;
        memcpy(e->country, known->country, 4);
        gaz_code(g, scene_form(s, c->form)->entity, s->day, e->code);
        if (c->type == KB_LOCATION)
            memcpy(e->code, known->country, 4);
    } else {
        e->name = mention_text(s, &c->full);
    }
}

static bool write_layers(grouping *g)
{
    scene *s = g->s;
    kb_layers *y = s->y;
    uint32_t *index = KB_NEWS(s->arena, uint32_t, g->clusters.n);
    kb_mention *mentions = KB_NEWS(s->arena, kb_mention, g->list->n);
    kb_entity *entities = KB_NEWS(s->arena, kb_entity, g->clusters.n);
    if (!index || !mentions || !entities)
        return false;
    uint32_t count = 0;
    for (uint32_t i = 0; i < g->list->n; i++) {
        chosen *m = &g->list->at[i];
        if (!index[m->entity]) {
            fill_entity(s, &g->clusters.at[m->entity], &entities[count]);
            entities[count].first_mention = i;
            index[m->entity] = ++count;
        }
        const kb_word *w = &y->words[m->first];
        mentions[i] = (kb_mention){.first = m->first,
                                   .end = m->end,
                                   .entity = index[m->entity] - 1,
                                   .type = g->clusters.at[m->entity].type,
                                   .score = m->score,
                                   .rule = m->rule};
        mentions[i].start = kb_word_byte(&y->text, w, m->skip);
        mentions[i].end_byte = y->words[m->end - 1].end;
    }
    y->mentions = mentions;
    y->mention_count = g->list->n;
    y->entities = entities;
    y->entity_count = count;
    return true;
}

bool group_entities(scene *s, mention_list *list)
{
    grouping g = {.s = s, .list = list};
    return assign_full_names(&g) && assign_short_names(&g) && group_short_forms(&g) && write_layers(&g);
}

kb_str kb_entity_id(kb_arena *arena, const kb_entity *entity)
{
    static const char *const types[] = {"per", "org", "loc"};
    if (entity->key.p)
        return entity->key;
    kb_str name = kb_fold(arena, entity->name);
    return name.p ? kb_arena_printf(arena, "x-%s-%016llx", types[entity->type], (unsigned long long)kb_str_hash(name))
                  : (kb_str){0};
}
