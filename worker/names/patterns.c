// Patterns of names that need no model: what stands beside titles, head nouns, media and clubs.
#include "names/choose.h"

// A word that can go on a person's name: a given or family name, nothing written before it, not a country, a known body or a nationality.
static bool continues_name(const scene *s, uint32_t word, bool right)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    if (w->kind != KB_WORD_ARABIC || e->skip || e->nisba || e->counted || e->titled || common_word(s, word) ||
        w->form.n < 3 * 2)
        return false;
    if (e->strength[KB_LOCATION] == GAZ_STRONG || e->strength[KB_ORGANIZATION] == GAZ_STRONG ||
        e->strength[KB_ORGANIZATION] == GAZ_GENERIC)
        return false;
    if (e->cues & (CUE_TITLE | CUE_RANK | CUE_PROFESSION | CUE_KIN | CUE_OFFICE | CUE_EPITHET | CUE_ORG_HEAD |
                   CUE_LOC_HEAD | CUE_SPEECH | CUE_SPORT | CUE_DIRECTION))
        return false;
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    if (!(e->cues & (CUE_GIVEN | CUE_FAMILY)) || e->cues & CUE_WORD ||
        (a && a->known && a->pos != KB_POS_NAME && a->pos != KB_POS_NOUN && a->pos != KB_POS_ADJ))
        return false; // على is also Ali
    return right || !kb_str_starts(w->form, KB_STR("ال"));
}

// Takes the names beside a person's name into it: أرنو كليمان, where only أرنو was seen. Small places of the same spelling give way.
void complete_people(const scene *s, mention_list *list)
{
    enum { LONGEST = 5 };
    const kb_layers *y = s->y;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->n; i++) {
        chosen m = list->at[i];
        const kb_sentence *sentence = &y->sentences[y->words[m.first].sentence];
        uint32_t floor = kept && list->at[kept - 1].end > sentence->first ? list->at[kept - 1].end : sentence->first;
        if (m.type == KB_PERSON) {
            while (m.end < sentence->end && m.end - m.first < LONGEST && continues_name(s, m.end, true) &&
                   !(i + 1 < list->n && list->at[i + 1].first <= m.end && list->at[i + 1].type == KB_ORGANIZATION)) {
                m.end++;
                while (i + 1 < list->n && list->at[i + 1].first < m.end) {
                    m.end = list->at[i + 1].end > m.end ? list->at[i + 1].end : m.end;
                    i++;
                }
            }
            while (!m.skip && m.first > floor && m.end - m.first < LONGEST && continues_name(s, m.first - 1, false)) {
                m.first--;
                m.skip = s->evidence[m.first].skip;
            }
        }
        list->at[kept++] = m;
    }
    list->n = kept;
}

// The nationality behind a body's own name is not part of it (شل البريطانية), unlike behind common nouns (مجلس الأمن القومي الإيراني).
void trim_nationality(const scene *s, mention_list *list)
{
    for (uint32_t i = 0; i < list->n; i++) {
        chosen *m = &list->at[i];
        uint32_t last = m->end - 1;
        bool known = s->span_at[last] && s->spans.at[s->span_at[last] - 1].first <= m->first;
        if (m->type == KB_ORGANIZATION && m->end - m->first > 1 && !known && s->evidence[last].nisba &&
            !common_word(s, last - 1) && !s->evidence[last - 1].nisba)
            m->end--;
    }
}

static bool begins_definite(const scene *s, uint32_t word)
{
    const word_evidence *e = &s->evidence[word];
    kb_str form = s->y->words[word].form;
    return e->lam_article || kb_str_starts(kb_str_sub(form, e->skip, form.n), KB_STR("ال"));
}

// An adjective behind a definite noun that it agrees with names no body by itself (التعاون العربي, القنوات العربية), unless sport is reported.
void drop_adjectives(const scene *s, mention_list *list)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->n; i++) {
        const chosen *m = &list->at[i];
        const kb_word *w = &s->y->words[m->first], *before = m->first ? w - 1 : NULL;
        const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
        const kb_analysis *b =
            before && before->sentence == w->sentence && before->analysis_count ? &before->analyses[0] : NULL;
        bool adjective = m->type == KB_ORGANIZATION && m->end - m->first == 1 && !m->skip && a && a->known &&
                         a->features & KB_F_NISBA && kb_str_starts(w->form, KB_STR("ال")) && !scene_sport(s, m->first);
        bool noun = b && b->known && (b->pos == KB_POS_NOUN || b->pos == KB_POS_ADJ) && !(b->features & KB_F_HUMAN) &&
                    begins_definite(s, m->first - 1);
        if (!adjective || !noun || !(a->features & KB_F_FEM) != !(b->features & (KB_F_FEM | KB_F_PLUR)))
            list->at[kept++] = *m;
    }
    list->n = kept;
}

static bool is_definite(const kb_word *w)
{
    return w->kind == KB_WORD_ARABIC && kb_str_starts(w->form, KB_STR("ال")) && w->form.n > 4 * 2;
}

static bool is_adjective(const kb_word *w)
{
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    return a && (a->pos == KB_POS_ADJ || a->features & (KB_F_NISBA | KB_F_ELATIVE));
}

// End of a body's name of common words that begins at `word`: المجلس الأعلى للأمن القومي, اللجنة الدولية للصليب الأحمر: a noun of bodies with the
// article, its adjective, and what it is for. `word` when there is none.
static uint32_t described_body(const scene *s, uint32_t word, uint32_t limit)
{
    const kb_layers *y = s->y;
    kb_str lil = KB_STR("لل");
    uint8_t known = s->evidence[word].strength[KB_ORGANIZATION];
    bool head = s->evidence[word].cues & CUE_DESCRIBED && word + 2 < limit && known != GAZ_STRONG &&
                known != GAZ_COMPOSITE &&
                (is_definite(&y->words[word]) || s->evidence[word].lam_article ||
                 (s->evidence[word].skip &&
                  kb_str_starts(kb_str_sub(y->words[word].form, s->evidence[word].skip, 99), KB_STR("ال"))));
    if (!head || !is_definite(&y->words[word + 1]) || !is_adjective(&y->words[word + 1]))
        return word;
    uint32_t at = word + 2;
    if (at < limit && is_definite(&y->words[at]) && is_adjective(&y->words[at]))
        at++;
    const kb_word *purpose = at < limit ? &y->words[at] : NULL;
    bool of = purpose && purpose->kind == KB_WORD_ARABIC && kb_str_starts(purpose->form, lil);
    bool to = purpose && !of && kb_str_starts(purpose->form, KB_STR("ل")) && s->evidence[at].skip && at + 1 < limit &&
              is_definite(&y->words[at + 1]);
    const lexicon_span *owner = at < limit && s->span_at[at] ? &s->spans.at[s->span_at[at] - 1]
                                                             : NULL; // a known body or place owns what stands before
    if ((!of && !to) ||
        (owner && owner->types &&
         (s->evidence[at].strength[KB_LOCATION] || s->evidence[at].strength[KB_ORGANIZATION] == GAZ_STRONG)))
        return word;
    at += of ? 1 : 2;
    while (at < limit && is_definite(&y->words[at]) && is_adjective(&y->words[at]))
        at++;
    return at;
}

bool add_described_bodies(scene *s, mention_list *list)
{
    for (uint32_t w = 0; w < s->y->word_count; w++) {
        uint32_t limit = s->y->sentences[s->y->words[w].sentence].end, end = described_body(s, w, limit), kept = 0;
        bool free = end > w, added;
        for (uint32_t i = 0; i < list->n && free; i++) {
            const chosen *m = &list->at[i];
            bool inside = m->first >= w && m->end <= end;
            free = inside || m->first >= end || m->end <= w;
        }
        for (uint32_t i = 0; i < list->n && free; i++) {
            if (!(list->at[i].first >= w && list->at[i].end <= end))
                list->at[kept++] = list->at[i];
        }
        if (!free)
            continue;
        list->n = kept;
        chosen m = {.first = w, .end = end, .skip = s->evidence[w].skip, .type = KB_ORGANIZATION, .score = 150};
        if (!mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}

static bool is_definite_name(const kb_word *w)
{
    return kb_str_starts(w->form, KB_STR("ال")) && w->form.n > 4 * 2;
}

// Behind a title, a given name begins a name: الطالبة هبة المصاروة.
bool add_titled_people(scene *s, mention_list *list)
{
    enum { LONGEST = 4 };
    const kb_layers *y = s->y;
    for (uint32_t w = 0; w < y->word_count; w++) {
        const word_evidence *e = &s->evidence[w];
        uint32_t limit = y->sentences[y->words[w].sentence].end, end = w + 1;
        bool added, first = e->title == TITLED_NAME && e->cues & CUE_GIVEN && !e->skip;
        if (!first || e->strength[KB_LOCATION] == GAZ_STRONG || e->strength[KB_ORGANIZATION] == GAZ_STRONG)
            continue;
        while (end < limit && end - w < LONGEST && y->words[end].kind == KB_WORD_ARABIC && !s->evidence[end].skip &&
               !s->evidence[end].nisba &&
               (continues_name(s, end, true) || s->evidence[end].cues & CUE_NASAB ||
                (!common_word(s, end) && is_definite_name(&y->words[end]))))
            end++;
        if (end == w + 1 && (common_word(s, w) || e->cues & CUE_WORD))
            continue;
        chosen m = {.first = w, .end = end, .skip = 0, .type = KB_PERSON, .score = 150};
        if (!mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}

// ساحة الشهداء, ملعب الثمامة: a noun of built places that always has a name behind it, with one word or a word and its adjective.
bool add_built_places(scene *s, mention_list *list)
{
    const kb_layers *y = s->y;
    for (uint32_t w = 0; w + 1 < y->word_count; w++) {
        const kb_word *next = &y->words[w + 1];
        if (!(s->evidence[w].cues & CUE_NAMED_PLACE) || next->sentence != y->words[w].sentence ||
            next->kind != KB_WORD_ARABIC)
            continue;
        bool definite = kb_str_starts(next->form, KB_STR("ال")) && next->form.n > 6;
        const kb_analysis *a = next->analysis_count ? &next->analyses[0] : NULL;
        if (!definite || (a && (a->pos == KB_POS_REL || a->pos == KB_POS_DEM || a->pos == KB_POS_PREP)) ||
            kb_str_starts(y->words[w].form, KB_STR("ال")))
            continue;
        const lexicon_span *name = s->span_at[w + 1] ? &s->spans.at[s->span_at[w + 1] - 1] : NULL;
        uint32_t end = name && name->first == w + 1 && name->types ? name->end : w + 2;
        if (end == w + 2 && end < y->word_count && y->words[end].kind == KB_WORD_ARABIC &&
            kb_str_starts(y->words[end].form, KB_STR("ال")) && y->words[end].analysis_count &&
            y->words[end].analyses[0].pos == KB_POS_ADJ && y->words[end].analyses[0].known)
            end++;
        chosen m = {.first = w, .end = end, .skip = s->evidence[w].skip, .type = KB_LOCATION, .score = 150};
        bool added;
        for (uint32_t i = 0; i < list->n; i++) { // a part of it alone is not what is meant
            if (list->at[i].first > w && list->at[i].end <= end && list->at[i].type == KB_PERSON) {
                memmove(&list->at[i], &list->at[i + 1], (list->n - i - 1) * sizeof *list->at);
                list->n--;
                break;
            }
        }
        if (!mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}
