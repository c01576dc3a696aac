// Clubs and media, whose names are those of cities, virtues and everyday things: what stands around them tells.
#include "names/choose.h"

static bool is_quote(const scene *s, uint32_t word)
{
    return word < s->y->word_count && s->y->words[word].kind == KB_WORD_PUNCT && s->y->words[word].form.n &&
           s->y->words[word].form.p[0] == '"';
}

static bool is_sign(const scene *s, uint32_t word, char sign)
{
    return word < s->y->word_count && s->y->words[word].kind == KB_WORD_PUNCT && s->y->words[word].form.n == 1 &&
           s->y->words[word].form.p[0] == sign;
}

// What the readings of a span are.
typedef struct readings {
    bool club, medium, country, large;
} readings;

static readings read_span(const scene *s, const lexicon_span *span)
{
    enum { LARGE = 2000000 };
    readings r = {0};
    for (uint32_t k = 0; k < span->form_count; k++) {
        const gaz_entity *e = scene_entity(s, span->forms[k]);
        bool body = e->type == KB_ORGANIZATION;
        r.club |= body && e->kind == KB_BODY_CLUB;
        r.medium |= body && (e->kind == KB_BODY_MEDIA || e->kind == KB_BODY_AGENCY);
        r.country |= e->type == KB_LOCATION && e->kind == KB_PLACE_COUNTRY;
        r.large |= e->type == KB_LOCATION && e->population > LARGE;
    }
    return r;
}

// Makes the span a body, unless a longer mention holds it. `anew`: also where nothing was mentioned.
static bool settle_as_body(scene *s, mention_list *list, const lexicon_span *span, bool anew)
{
    bool mentioned = false, added;
    for (uint32_t i = 0; i < list->n; i++) {
        chosen *m = &list->at[i];
        mentioned |= m->first < span->end && span->first < m->end;
        if (m->first == span->first && m->end == span->end && m->type == KB_LOCATION)
            m->type = KB_ORGANIZATION;
    }
    chosen m = {.first = span->first, .end = span->end, .skip = span->skip, .type = KB_ORGANIZATION, .score = 170};
    return mentioned || !anew || mention_insert(s, list, m, &added);
}

// ---------------------------------------------------------------- media

// Behind صحيفة, قناة, مجلة stands the name of a body, whatever else it names; in quotation marks all that they hold, if it is short.
bool add_media(scene *s, mention_list *list)
{
    enum { LONGEST = 5 };
    const kb_layers *y = s->y;
    for (uint32_t w = 0; w + 1 < y->word_count; w++) {
        if (!(s->evidence[w].cues & CUE_MEDIA_HEAD) || y->words[w + 1].sentence != y->words[w].sentence)
            continue;
        bool quoted = is_quote(s, w + 1), covered = false, added;
        uint32_t first = w + 1 + quoted, end = first;
        const kb_sentence *sentence = &y->sentences[y->words[w].sentence];
        while (quoted && end < sentence->end && end - first < LONGEST && y->words[end].kind != KB_WORD_PUNCT)
            end++;
        quoted = quoted && end > first && end < sentence->end && is_quote(s, end);
        for (uint32_t i = 0; i < list->n; i++) {
            chosen *m = &list->at[i];
            if (m->first <= w && m->end > first)
                covered = true; // قناة السويس
            if (m->first == first && !covered && (m->type == KB_LOCATION || quoted)) {
                m->type = KB_ORGANIZATION;
                m->end = quoted && m->end < end ? end : m->end;
            }
            covered |= m->first < end && first < m->end;
        }
        chosen m = {.first = first,
                    .end = end,
                    .skip = s->evidence[first < y->word_count ? first : w].skip,
                    .type = KB_ORGANIZATION,
                    .score = 160};
        if (quoted && !covered && !mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}

static bool is_speech(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    return s->evidence[word].cues & CUE_SPEECH || (w->analysis_count && w->analyses[0].features & KB_F_SPEECH);
}

// Whether something is said to who stands at `word`: تصريحات للجزيرة, قال أمين الجميل للجزيرة.
static bool is_told(const scene *s, const mention_list *list, uint32_t word)
{
    uint32_t floor = s->y->sentences[s->y->words[word].sentence].first, before = word;
    if (word == floor || !kb_str_starts(s->y->words[word].form, KB_STR("ل")))
        return false;
    if (s->evidence[word - 1].cues & CUE_PRESS)
        return true;
    for (uint32_t i = 0; i < list->n; i++) {
        if (list->at[i].type == KB_PERSON && list->at[i].end == word)
            before = list->at[i].first;
    }
    return before > floor && (before < word || !common_word(s, word)) && is_speech(s, before - 1);
}

// What may be a place, a thing or a medium is the medium in quotation marks, behind مراسل and the like, as the one to whom something is said
// (في تصريح للجزيرة), and in a dateline behind the place (الدوحة - قنا).
bool prefer_media(scene *s, mention_list *list)
{
    const kb_layers *y = s->y;
    for (uint32_t n = 0; n < s->spans.n; n++) {
        const lexicon_span *span = &s->spans.at[n];
        readings r = read_span(s, span);
        uint32_t w = span->first;
        const kb_sentence *sentence = &y->sentences[y->words[w].sentence];
        if (!r.medium || (r.club && scene_sport(s, w)) || w == 0 ||
            s->evidence[w].strength[KB_ORGANIZATION] == GAZ_STRONG)
            continue;
        bool quoted = is_quote(s, w - 1) && is_quote(s, span->end) && w > sentence->first &&
                      !(w > 1 && s->evidence[w - 2].cues & CUE_LOC_HEAD);
        bool reported = w > sentence->first && s->evidence[w - 1].cues & CUE_PRESS && !span->skip;
        bool told = span->skip && !r.country && !r.large && is_told(s, list, w);
        bool signed_by = w > sentence->first && w < sentence->dateline_end && !r.country;
        if ((quoted || reported || told || signed_by) && !settle_as_body(s, list, span, true))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------- clubs

// Whether the masculine adjective of a country follows: cities are feminine, so هامبورغ الألماني is the club.
static bool is_masculine_nation(const scene *s, uint32_t word)
{
    const lexicon_span *span = word < s->y->word_count && s->span_at[word] ? &s->spans.at[s->span_at[word] - 1] : NULL;
    for (uint32_t k = 0; span && span->first == word && !span->skip && !span->composite && k < span->form_count; k++) {
        uint32_t flags = scene_form(s, span->forms[k])->flags;
        if (flags & FORM_ADJECTIVE && flags & FORM_DEFINITE && !(flags & (FORM_FEMININE | FORM_PLURAL)))
            return true;
    }
    return false;
}

static bool is_noun(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    return w->analysis_count && w->analyses[0].known && w->analyses[0].pos == KB_POS_NOUN;
}

// In a report of sport a city that has a club is the club, unless it is said to be a place.
bool prefer_clubs(scene *s, mention_list *list)
{
    const kb_layers *y = s->y;
    for (uint32_t n = 0; n < s->spans.n; n++) {
        const lexicon_span *span = &s->spans.at[n];
        readings r = read_span(s, span);
        uint32_t w = span->first, floor = y->sentences[y->words[w].sentence].first;
        bool inside = w > floor, sporty = inside && s->evidence[w - 1].cues & CUE_SPORT;
        bool listed = is_sign(s, span->end, '(') && is_sign(s, span->end + 2, ')') && s->span_at[span->end + 1] &&
                      read_span(s, &s->spans.at[s->span_at[span->end + 1] - 1]).country &&
                      w >= y->sentences[y->words[w].sentence].dateline_end;
        bool nation = is_masculine_nation(s, span->end) && (sporty || !inside || !is_noun(s, w - 1));
        if (!r.club || r.country || s->evidence[w].strength[KB_ORGANIZATION] == GAZ_NONE ||
            (inside && is_place_preposition(s, w - 1)))
            continue;
        if (!listed && !nation && !sporty && s->sport[y->words[w].sentence] < (r.large ? 2 : 1))
            continue;
        bool everyday = span->end - span->first == 1 && common_word(s, w);
        if (!settle_as_body(s, list, span, !everyday))
            return false;
    }
    return true;
}
