// Short forms of names that the article has in full, where the model left them out or mistook them.
#include "names/group.h"

static bool everyday(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    return w->kind != KB_WORD_ARABIC || s->evidence[word].cues & CUE_WORD ||
           (a && a->known && a->pos != KB_POS_NAME && a->pos != KB_POS_NONE && a->enclitic == KB_ENC_NONE);
}

// Whether somebody speaks or acts under this word: behind a verb of saying, or at the head of a sentence before a verb (الصدر يدعو).
static bool speaks(const scene *s, uint32_t word)
{
    const kb_layers *y = s->y;
    if (word && y->words[word - 1].sentence == y->words[word].sentence) {
        const kb_word *before = &y->words[word - 1];
        if (s->evidence[word - 1].cues & CUE_SPEECH ||
            (before->analysis_count && before->analyses[0].features & KB_F_SPEECH))
            return true;
    }
    const kb_word *next = word + 1 < y->word_count ? &y->words[word + 1] : NULL;
    bool head = word == y->sentences[y->words[word].sentence].first;
    bool verb = next && next->sentence == y->words[word].sentence && next->analysis_count && next->analyses[0].known &&
                next->analyses[0].pos == KB_POS_VERB && next->analyses[0].features & KB_F_PRES;
    return verb && (head || s->evidence[word].skip);
}

// The person whose family name stands at `word`.
static uint32_t family_name_of(const grouping *g, uint32_t full, const chosen *m)
{
    uint64_t token[NAME_TOKENS];
    uint32_t found = KB_NONE;
    if ((everyday(g->s, m->first) && !speaks(g->s, m->first)) || group_tokens(g->s, m, token) != 1)
        return KB_NONE;
    for (uint32_t c = 0; c < full && found == KB_NONE; c++) {
        const cluster *k = &g->clusters.at[c];
        if (k->type == KB_PERSON && k->token_count > 1 && k->tokens[k->token_count - 1] == token[0])
            found = c;
    }
    return found;
}

static uint8_t kind_of(const scene *s, const cluster *c)
{
    return c->linked && c->type == KB_ORGANIZATION ? scene_entity(s, c->form)->kind : 0;
}

// A body of every country without the country (الجيش, البرلمان): the one of its kind that the article names in full, if it does.
static uint32_t body_of_kind(const grouping *g, uint32_t full, const lexicon_span *span)
{
    const gaz_entity *generic = scene_entity(g->s, span->forms[0]);
    uint8_t kind = generic->kind;
    uint32_t found = KB_NONE;
    if (!(scene_form(g->s, span->forms[0])->flags & (FORM_CANONICAL | FORM_MULTI)))
        return KB_NONE;
    // the plain noun of the kind (generic-army, generic-parliament, generic-government) stands for any body of it, other nouns for their own
    kb_str key = gaz_string(&g->s->gaz[span->forms[0].image], generic->key);
    bool plain = (kind == KB_BODY_ARMY || kind == KB_BODY_PARLIAMENT || kind == KB_BODY_GOVERNMENT) &&
                 kb_str_is(kb_str_sub(key, sizeof "generic-" - 1, key.n), kb_body_kind_name(kind));
    for (uint32_t c = 0; c < full; c++) {
        const cluster *k = &g->clusters.at[c];
        bool complete = k->composite || (k->linked && !group_is_generic(g->s, k->form));
        if (kind_of(g->s, k) != kind || !complete)
            continue;
        bool same = scene_entity(g->s, k->form) == generic;
        if (same || (plain && found == KB_NONE))
            found = c;
        if (same)
            break;
    }
    return found;
}

// The country that the article is about: the one that its names and nationalities name most often, well before any other. False: there is none.
static bool focus_country(const scene *s, lexicon_form *ret)
{
    enum { COUNTRIES = 16, ENOUGH = 4 };
    struct {
        lexicon_form form;
        uint32_t count;
    } seen[COUNTRIES];
    uint32_t n = 0, best = 0, second = 0;
    for (uint32_t i = 0; i < s->spans.n; i++) {
        const lexicon_span *span = &s->spans.at[i];
        lexicon_form form = span->composite ? span->country : span->forms[0];
        const gaz_entity *e = scene_entity(s, form);
        if (e->type != KB_LOCATION || e->kind != KB_PLACE_COUNTRY || span->form_count > 1)
            continue;
        uint32_t k = 0;
        while (k < n && scene_entity(s, seen[k].form) != e)
            k++;
        if (k == n && n < COUNTRIES) {
            seen[n].form = form;
            seen[n++].count = 0;
        }
        if (k < n)
            seen[k].count++;
    }
    for (uint32_t k = 1; k < n; k++) {
        if (seen[k].count > seen[best].count) {
            second = seen[best].count;
            best = k;
        } else if (seen[k].count > second) {
            second = seen[k].count;
        }
    }
    if (n == 0 || seen[best].count < ENOUGH || seen[best].count < second * 2)
        return false;
    *ret = seen[best].form;
    return true;
}

// البرلمان, القوات المسلحة in an article about one country are that country's.
static uint32_t body_of_focus(grouping *g, const chosen *m, const lexicon_span *span)
{
    const scene *s = g->s;
    const gaz_entity *generic = scene_entity(s, span->forms[0]);
    uint32_t flags = scene_form(s, span->forms[0])->flags;
    kb_str key = gaz_string(&s->gaz[span->forms[0].image], generic->key);
    bool plain = flags & FORM_CANONICAL &&
                 kb_str_is(kb_str_sub(key, sizeof "generic-" - 1, key.n), kb_body_kind_name(generic->kind));
    lexicon_form country;
    if ((generic->kind != KB_BODY_ARMY && generic->kind != KB_BODY_PARLIAMENT) || !(plain || flags & FORM_MULTI) ||
        !focus_country(s, &country))
        return KB_NONE;
    return group_linked(g, m, span->forms[0], &country, "body of the country that the article is about");
}

// Whether the word, without its proclitics and its article, is this noun.
static bool is_noun_at(const scene *s, uint32_t word, uint32_t skip, kb_str noun)
{
    kb_str form = kb_str_sub(s->y->words[word].form, skip, s->y->words[word].form.n);
    return kb_str_eq(kb_str_starts(form, KB_STR("ال")) ? kb_str_sub(form, 4, form.n) : form, noun);
}

// الهيئة after هيئة تحرير الشام, الحركة after حركة فتح: the noun with the article, and no adjective of its own behind it.
static uint32_t body_of_head(const grouping *g, uint32_t full, uint32_t word)
{
    const scene *s = g->s;
    const kb_word *w = &s->y->words[word];
    kb_str rest = kb_str_sub(w->form, s->evidence[word].skip, w->form.n);
    kb_str al = s->evidence[word].lam_article ? KB_STR("ل") : KB_STR("ال");
    if (!(s->evidence[word].cues & CUE_ORG_HEAD) || s->evidence[word].cues & CUE_COMMON_HEAD ||
        !kb_str_starts(rest, al) || rest.n < al.n + 4)
        return KB_NONE;
    const kb_word *next = word + 1 < s->y->word_count ? &s->y->words[word + 1] : NULL;
    if (next && kb_str_starts(next->form, KB_STR("ال")) && next->analysis_count &&
        (next->analyses[0].pos == KB_POS_ADJ || next->analyses[0].features & KB_F_NISBA || !next->analyses[0].known))
        return KB_NONE;
    kb_str head = kb_str_sub(rest, al.n, rest.n);
    uint32_t found = KB_NONE;
    for (uint32_t i = 0; i < g->list->n && g->list->at[i].first < word; i++) {
        const chosen *m = &g->list->at[i];
        uint32_t c = m->entity;
        if (c >= full || g->clusters.at[c].type != KB_ORGANIZATION)
            continue;
        bool announced = m->first && !m->skip && s->y->words[m->first - 1].sentence == s->y->words[m->first].sentence;
        if ((m->end - m->first > 1 && is_noun_at(s, m->first, m->skip, head)) ||
            (announced && is_noun_at(s, m->first - 1, s->evidence[m->first - 1].skip, head)))
            found = c;
    }
    return found;
}

// A noun that stands for one of a few entities: the one of them that the article named last.
static uint32_t echoed(const grouping *g, const lexicon_span *span, uint32_t word)
{
    const scene *s = g->s;
    const kb_word *next = span->end < s->y->word_count ? &s->y->words[span->end] : NULL;
    if (next && next->kind == KB_WORD_ARABIC && kb_str_starts(next->form, KB_STR("ال")))
        return KB_NONE;
    for (uint32_t i = g->list->n; i-- > 0;) {
        const cluster *c = g->list->at[i].first < word ? &g->clusters.at[g->list->at[i].entity] : NULL;
        for (uint32_t k = 0; c && c->linked && !c->composite && k < span->form_count; k++) {
            if (scene_form(s, span->forms[k])->flags & FORM_ECHO &&
                scene_entity(s, span->forms[k]) == scene_entity(s, c->form))
                return g->list->at[i].entity;
        }
    }
    return KB_NONE;
}

static bool is_mentioned(const grouping *g, uint32_t word)
{
    for (uint32_t i = 0; i < g->list->n; i++) {
        if (g->list->at[i].first <= word && word < g->list->at[i].end)
            return true;
    }
    return false;
}

// Short forms of names that stand in full elsewhere: family names, and nouns for a body.
bool group_short_forms(grouping *g)
{
    const scene *s = g->s;
    uint32_t full = g->clusters.n;
    for (uint32_t w = 0; w < s->y->word_count; w++) {
        chosen m = {
            .first = w, .end = w + 1, .skip = s->evidence[w].skip, .type = KB_PERSON, .score = 180, .rule = "short"};
        bool added;
        m.entity = family_name_of(g, full, &m);
        const lexicon_span *span = s->span_at[w] ? &s->spans.at[s->span_at[w] - 1] : NULL;
        if (m.entity == KB_NONE && span && span->first == w && span->flags & FORM_ECHO) {
            m.type = KB_LOCATION;
            m.end = span->end;
            m.skip = span->skip;
            m.entity = echoed(g, span, w);
            if (m.entity != KB_NONE)
                m.type = g->clusters.at[m.entity].type;
        }
        if (m.entity == KB_NONE && !s->evidence[w].titled) {
            m.type = KB_ORGANIZATION;
            if (span && span->first == w && !span->composite && span->flags & FORM_GENERIC) {
                m.end = span->end;
                m.skip = span->skip;
                m.entity = body_of_kind(g, full, span);
                if (m.entity == KB_NONE && !is_mentioned(g, w))
                    m.entity = body_of_focus(g, &m, span);
            }
            if (m.entity == KB_NONE) {
                m.end = w + 1;
                m.skip = s->evidence[w].skip;
                m.entity = body_of_head(g, full, w);
            }
        }
        if (m.entity != KB_NONE && !mention_insert(g->s, g->list, m, &added))
            return false;
    }
    return true;
}

// A word that was taken for a place or a body, but that ends the name of a person of the article, is that person: بازوم after محمد بازوم.
void group_retype(grouping *g)
{
    const scene *s = g->s;
    for (uint32_t i = 0; i < g->list->n; i++) {
        chosen *m = &g->list->at[i];
        uint64_t name[NAME_TOKENS], other[NAME_TOKENS];
        bool lexical = s->evidence[m->first].strength[m->type] == GAZ_STRONG ||
                       s->evidence[m->first].strength[m->type] == GAZ_COMPOSITE;
        if (m->type == KB_PERSON || m->end - m->first != 1 || lexical ||
            (m->first && s->evidence[m->first - 1].cues & CUE_LOC_HEAD))
            continue;
        chosen as_person = *m;
        as_person.type = KB_PERSON;
        if (group_tokens(s, &as_person, name) != 1)
            continue;
        for (uint32_t k = 0; k < g->list->n; k++) {
            const chosen *p = &g->list->at[k];
            uint32_t n = p->type == KB_PERSON ? group_tokens(s, p, other) : 0;
            if ((n > 1 || (n == 1 && s->evidence[p->first].title == TITLED_NAME)) && other[n - 1] == name[0]) {
                m->type = KB_PERSON;
                m->span = NULL;
                m->rule = "short";
                break;
            }
        }
    }
}
