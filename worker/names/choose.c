// Chooses the mentions: the model proposes, the gazetteer and the patterns settle.
#include "names/choose.h"

bool common_word(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    if (w->kind != KB_WORD_ARABIC)
        return w->kind != KB_WORD_LATIN && w->kind != KB_WORD_OTHER;
    return w->analysis_count && w->analyses[0].known && w->analyses[0].pos != KB_POS_NAME &&
           !(e->cues & (CUE_GIVEN | CUE_FAMILY));
}

bool is_place_preposition(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    return kb_str_is(w->form, "في") || kb_str_is(w->form, "الي") || kb_str_is(w->form, "قرب") ||
           kb_str_is(w->form, "نحو") || s->evidence[word].cues & (CUE_LOC_HEAD | CUE_DIRECTION);
}

bool in_known_span(const scene *s, uint32_t word)
{
    const lexicon_span *span = s->span_at[word] ? &s->spans.at[s->span_at[word] - 1] : NULL;
    return span && span->types;
}

// Behind مدينة, محافظة and the like also a name that is an everyday word elsewhere is the place: مدينة مشهد.
static bool is_announced_place(const scene *s, const lexicon_span *span)
{
    uint32_t before = span->first ? s->evidence[span->first - 1].cues : 0;
    return before & CUE_LOC_HEAD && !(before & CUE_HEAD_INSIDE) &&
           s->y->words[span->first - 1].sentence == s->y->words[span->first].sentence;
}

static bool certain_place(const scene *s, const lexicon_span *span)
{
    uint32_t unsure = FORM_ADJECTIVE | FORM_DEMONYM | (is_announced_place(s, span) ? 0 : FORM_WEAK);
    for (uint32_t k = 0; k < span->form_count; k++) {
        const gaz_entity *e = scene_entity(s, span->forms[k]);
        bool mention = !(scene_form(s, span->forms[k])->flags & unsure);
        if (mention && e->type == KB_LOCATION &&
            (e->kind == KB_PLACE_COUNTRY || e->kind == KB_PLACE_CONTINENT || e->kind == KB_PLACE_PROVINCE ||
             e->population >= 100000 || scene_form(s, span->forms[k])->flags & FORM_MULTI))
            return true;
    }
    return false;
}

// Whether the gazetteer alone is enough for a mention of this type.
static bool certain(const scene *s, const lexicon_span *span, uint32_t type)
{
    uint8_t strength = s->evidence[span->first].strength[type];
    bool several = span->end - span->first > 1;
    if (strength == GAZ_COMPOSITE)
        return true;
    for (uint32_t other = 0; other < 3; other++) {
        if (other != type && s->evidence[span->first].strength[other] == GAZ_STRONG)
            return false;
    }
    if (strength != GAZ_STRONG)
        return false;
    if (type == KB_LOCATION && several && s->evidence[span->first].cues & CUE_GIVEN && !s->evidence[span->first].skip)
        return false; // صلاح الدين, the province or the beginning of a name
    if (type == KB_LOCATION)
        return certain_place(s, span);
    bool headed = type == KB_ORGANIZATION && span->first && (s->evidence[span->first - 1].cues & CUE_ORG_HEAD);
    if (several || span->flags & FORM_SHORT || headed) // حركة طالبان: the head tells the group from two students
        return true;
    const kb_word *w =
        &s->y->words[span->first]; // one word: not where it is also a common one; plurals like الحوثيون are the group
    bool people = w->analysis_count && (w->analyses[0].features & KB_F_NISBA) && (w->analyses[0].features & KB_F_PLUR);
    return people || !common_word(s, span->first);
}

static const char *rule_of(const scene *s, const chosen *m)
{
    if (m->span && m->span->types & 1u << m->type)
        return "lexicon";
    if (s->evidence[m->first].title == TITLED_NAME)
        return "title";
    uint32_t before = m->first ? s->evidence[m->first - 1].cues : 0, own = s->evidence[m->first].cues;
    if (m->type != KB_PERSON && ((before | own) & (m->type == KB_ORGANIZATION ? CUE_ORG_HEAD : CUE_LOC_HEAD)))
        return "head";
    return "model";
}

static const lexicon_span *exact_span(const scene *s, uint32_t first, uint32_t end)
{
    const lexicon_span *span = s->span_at[first] ? &s->spans.at[s->span_at[first] - 1] : NULL;
    return span && span->first == first && span->end == end && span->types ? span : NULL;
}

bool mention_add(scene *s, mention_list *list, chosen m)
{
    chosen *slot = KB_PUSH(s->arena, list);
    if (slot)
        *slot = m;
    return slot != NULL;
}

bool mention_insert(scene *s, mention_list *list, chosen m, bool *added)
{
    uint32_t at = list->n;
    *added = false;
    while (at && list->at[at - 1].first >= m.first)
        at--;
    if ((at && list->at[at - 1].end > m.first) || (at < list->n && list->at[at].first < m.end))
        return true;
    if (!KB_PUSH(s->arena, list))
        return false;
    memmove(&list->at[at + 1], &list->at[at], (list->n - 1 - at) * sizeof *list->at);
    list->at[at] = m;
    *added = true;
    return true;
}

// A person's name does not take in a country or a known body before or behind it: لحماس خالد مشعل.
static void split_people(const scene *s, mention_list *list, const lexicon_span *span)
{
    if (s->evidence[span->first].strength[KB_PERSON])
        return;
    for (uint32_t i = 0; i < list->n; i++) {
        chosen *m = &list->at[i];
        if (m->type != KB_PERSON || m->first > span->first || m->end < span->end ||
            m->end - m->first == span->end - span->first)
            continue;
        if (m->first == span->first) {
            m->first = span->end;
            m->skip = s->evidence[m->first].skip;
        } else if (m->end == span->end) {
            m->end = span->first;
        }
    }
}

// The type of which the gazetteer is sure, or 3.
static uint32_t certain_type(const scene *s, const lexicon_span *span)
{
    for (uint32_t type = 0; type < 3; type++) {
        if ((span->types & 1u << type) && certain(s, span, type))
            return type;
    }
    return 3;
}

// Two known names that stand side by side are two: (هددت) الولايات المتحدة العراق, (منح) البنك الدولي لبنان. The second is added with the other known names.
static void split_neighbours(const scene *s, mention_list *list)
{
    for (uint32_t i = 0; i < list->n; i++) {
        chosen *m = &list->at[i];
        const lexicon_span *whole = exact_span(s, m->first, m->end);
        const lexicon_span *one = s->span_at[m->first] ? &s->spans.at[s->span_at[m->first] - 1] : NULL;
        if (whole || !one || one->first != m->first || one->end >= m->end)
            continue;
        const lexicon_span *two = s->span_at[one->end] ? &s->spans.at[s->span_at[one->end] - 1] : NULL;
        uint32_t type = certain_type(s, one);
        if (!two || two->first != one->end || two->end != m->end || type == 3 || type == KB_PERSON ||
            certain_type(s, two) != KB_LOCATION)
            continue;
        m->end = one->end;
        m->type = (uint8_t)type;
    }
}

// Settles the model's mentions with spans that the gazetteer is sure of: a longer known name replaces its parts, a missing one is added.
static bool add_known(scene *s, mention_list *list)
{
    split_neighbours(s, list);
    for (uint32_t n = 0; n < s->spans.n; n++) {
        const lexicon_span *span = &s->spans.at[n];
        for (uint32_t type = 0; type < 3; type++) {
            if (!(span->types & 1u << type) || !certain(s, span, type))
                continue;
            bool covered = false, several = span->end - span->first > 1;
            uint32_t kept = 0;
            split_people(s, list, span);
            for (uint32_t i = 0; i < list->n; i++) {
                chosen *m = &list->at[i];
                bool inside = m->first >= span->first && m->end <= span->end,
                     overlap = m->first < span->end && span->first < m->end;
                bool same = m->first == span->first && m->end == span->end;
                if (type == KB_PERSON && m->type == KB_PERSON && several && m->first == span->first &&
                    m->end > span->end && common_word(s, span->end)) {
                    m->end = span->end; // رونالدو هدفين
                    same = inside = true;
                }
                if (same)
                    m->type = (uint8_t)type;
                if (overlap && (same || !inside))
                    covered = true;
                if (!inside || same)
                    list->at[kept++] = *m;
            }
            list->n = kept;
            chosen m = {
                .first = span->first, .end = span->end, .skip = span->skip, .type = (uint8_t)type, .score = 220};
            bool added;
            if (!covered && !mention_insert(s, list, m, &added))
                return false;
        }
    }
    return true;
}

bool choose_mentions(scene *s, mention_list *ret)
{
    model m = model_open(s->lexicon);
    for (uint32_t i = 0; m.rows && i < s->y->sentence_count; i++) {
        const kb_sentence *sentence = &s->y->sentences[i];
        if (sentence->end > sentence->first && !decode_names(s, &m, sentence, ret))
            return false;
    }
    complete_people(s, ret);
    trim_nationality(s, ret);
    if (!add_known(s, ret) || !prefer_clubs(s, ret) || !add_titled_people(s, ret) || !add_built_places(s, ret) ||
        !add_media(s, ret) || !prefer_media(s, ret) || !add_described_bodies(s, ret))
        return false;
    drop_adjectives(s, ret);
    for (uint32_t i = 0; i < ret->n; i++) {
        chosen *c = &ret->at[i];
        c->span = exact_span(s, c->first, c->end);
        if (c->span)
            c->skip = c->span->skip;
        c->rule = rule_of(s, c);
    }
    return true;
}
