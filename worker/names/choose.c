#include "names/choose.h"

static bool certain_place(const scene *s, const lexicon_span *span)
{
    for (uint32_t k = 0; k < span->form_count; k++) {
        const gaz_entity *e = scene_entity(s, span->forms[k]);
        bool mention = !(scene_form(s, span->forms[k])->flags & (FORM_ADJECTIVE | FORM_DEMONYM | FORM_WEAK));
        if (mention && e->type == KB_LOCATION &&
            (e->kind == KB_PLACE_COUNTRY || e->kind == KB_PLACE_CONTINENT || e->kind == KB_PLACE_PROVINCE || e->population >= 100000 ||
             scene_form(s, span->forms[k])->flags & FORM_MULTI))
            return true;
    }
    return false;
}

// A common word that the morphology knows, and nothing in the lexicons of names speaks for it.
static bool common_word(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    if (w->kind != KB_WORD_ARABIC)
        return w->kind != KB_WORD_LATIN && w->kind != KB_WORD_OTHER;
    return w->analysis_count && w->analyses[0].known && w->analyses[0].pos != KB_POS_NAME && !(e->cues & (CUE_GIVEN | CUE_FAMILY));
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
    if (several || span->flags & FORM_SHORT)
        return true;
    const kb_word *w = &s->y->words[span->first]; // one word: not where it is also a common one; plurals like الحوثيون are the group
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

static bool add(scene *s, mention_list *list, chosen m)
{
    chosen *slot = KB_PUSH(s->arena, list);
    if (slot)
        *slot = m;
    return slot != NULL;
}

static bool in_known_span(const scene *s, uint32_t word)
{
    const lexicon_span *span = s->span_at[word] ? &s->spans.at[s->span_at[word] - 1] : NULL;
    return span && span->types;
}

// Words at which no name begins, and none ends, unless the gazetteer has it: function words, signs, dates.
static bool closed_word(const scene *s, uint32_t word, bool first)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    if (in_known_span(s, word))
        return false;
    if (w->kind == KB_WORD_PUNCT || (first && e->counted == COUNTED_TIME))
        return true;
    if (w->kind == KB_WORD_ARABIC && w->form.n <= 2 && first && (word + 1 == s->y->word_count || s->y->words[word + 1].form.n > 2))
        return true; // one letter, and not the first of several (ا ف ب)
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    if (!a || !a->known || e->cues & (CUE_GIVEN | CUE_FAMILY | CUE_NASAB))
        return false;
    return a->pos == KB_POS_PREP || a->pos == KB_POS_CONJ || a->pos == KB_POS_PART || a->pos == KB_POS_PRON || a->pos == KB_POS_REL ||
           a->pos == KB_POS_DEM || a->pos == KB_POS_VERB;
}

// What the model must not say, whatever its weights: sets the labels of the word that can't be to almost minus infinity.
static void forbid(const scene *s, uint32_t word, int32_t *emissions)
{
    enum { NEVER = -(1 << 26) };
    bool opens = !closed_word(s, word, true), closes = !closed_word(s, word, false);
    const lexicon_span *span = s->span_at[word] ? &s->spans.at[s->span_at[word] - 1] : NULL;
    // a known name behind و starts anew: السعودية والإمارات
    bool anew = span && span->first == word && span->skip && span->types && !(span->flags & (FORM_WEAK | FORM_GENERIC)) ;
    anew |= span && span->composite && span->first == word && span->skip;
    // people and places do not run over a conjunction or a preposition that is written with the next word; bodies do (وزارة الطاقة والمناجم)
    bool joined = s->evidence[word].skip && !(span && span->first < word);
    uint32_t cues = s->evidence[word].cues;
    bool title = cues & (CUE_TITLE | CUE_RANK | CUE_PROFESSION | CUE_KIN | CUE_OFFICE) && !in_known_span(s, word) &&
                 (!(cues & (CUE_GIVEN | CUE_FAMILY)) || (cues & (CUE_TITLE | CUE_RANK) && kb_str_starts(s->y->words[word].form, KB_STR("ال"))));
    for (uint32_t type = 0; type < 3; type++) {
        if (!opens)
            emissions[model_label(type, LABEL_FIRST)] += NEVER;
        if (!closes)
            emissions[model_label(type, LABEL_LAST)] += NEVER;
        if (!opens || !closes)
            emissions[model_label(type, LABEL_UNIT)] += NEVER;
        if (type == KB_PERSON && title) {
            emissions[model_label(type, LABEL_FIRST)] += NEVER;
            emissions[model_label(type, LABEL_UNIT)] += NEVER;
        }
        if (anew || (joined && type != KB_ORGANIZATION)) {
            emissions[model_label(type, LABEL_INNER)] += NEVER;
            emissions[model_label(type, LABEL_LAST)] += NEVER;
        }
    }
}

// A person or a place all of whose words are common ones is none, unless a noun announces the place.
static bool plausible(const scene *s, const chosen *m)
{
    if (m->type == KB_ORGANIZATION && m->end - m->first == 2 && !in_known_span(s, m->first)) {
        const kb_word *head = &s->y->words[m->first], *next = &s->y->words[m->first + 1];
        const kb_analysis *a = next->analysis_count ? &next->analyses[0] : NULL;
        bool adjective = a && a->known && (a->pos == KB_POS_ADJ || a->features & KB_F_NISBA);
        bool definite = kb_str_starts(next->form, KB_STR("ال"));
        kb_str rest = kb_str_sub(head->form, m->skip, head->form.n);
        bool the = kb_str_starts(rest, KB_STR("ال")) || s->evidence[m->first].lam_article;
        // منتخب عربي, and المنظمة الدولية: descriptions
        if (s->evidence[m->first].cues & CUE_ORG_HEAD && adjective && (!definite || (the && !(s->evidence[m->first].cues & CUE_HEAD_INSIDE))))
            return false;
    }
    if (m->type == KB_ORGANIZATION)
        return m->end - m->first > 1 || !common_word(s, m->first) || in_known_span(s, m->first) || (m->first && s->evidence[m->first - 1].cues & CUE_ORG_HEAD);
    if (m->type == KB_LOCATION && ((m->first && s->evidence[m->first - 1].cues & CUE_LOC_HEAD) || s->evidence[m->first].cues & CUE_LOC_HEAD))
        return true;
    bool letters = true; // ق.م. and other abbreviations
    for (uint32_t w = m->first; w < m->end; w++)
        letters = letters && (s->y->words[w].kind == KB_WORD_PUNCT || s->y->words[w].kind == KB_WORD_NUMBER || s->y->words[w].form.n <= 2);
    if (letters)
        return false;
    for (uint32_t w = m->first; w < m->end; w++) {
        if (in_known_span(s, w) || !common_word(s, w))
            return true;
    }
    return false;
}

// Learned rows of the features of one word.
typedef struct word_rows {
    const int16_t *at[MODEL_FEATURES];
    uint32_t count;
} word_rows;

static void fetch_rows(const scene *s, const model *m, const kb_sentence *sentence, const word_traits *traits, uint32_t word, word_rows *ret)
{
    uint32_t rows[MODEL_FEATURES], count = model_features(s, sentence, traits, word, rows);
    ret->count = 0;
    for (uint32_t f = 0; f < count; f++) {
        const int16_t *w = model_row(m, rows[f]);
        if (w) {
            __builtin_prefetch(w);
            ret->at[ret->count++] = w;
        }
    }
}

// Emission scores of a sentence. The time goes into waiting for memory, so the rows of a word are asked for one word ahead.
static void score_words(const scene *s, const model *m, const kb_sentence *sentence, const word_traits *traits, int32_t *emissions)
{
    word_rows ahead[2];
    uint32_t n = sentence->end - sentence->first;
    fetch_rows(s, m, sentence, traits, 0, &ahead[0]);
    for (uint32_t i = 0; i < n; i++) {
        const word_rows *now = &ahead[i % 2];
        int16_t sum[MODEL_COLUMNS] = {0};
        if (i + 1 < n)
            fetch_rows(s, m, sentence, traits, i + 1, &ahead[(i + 1) % 2]);
        for (uint32_t f = 0; f < now->count; f++) {
            for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
                sum[l] = (int16_t)(sum[l] + now->at[f][l]);
        }
        for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
            emissions[i * MODEL_COLUMNS + l] = sum[l];
        forbid(s, sentence->first + i, &emissions[i * MODEL_COLUMNS]);
    }
}

static bool decode(scene *s, const model *m, const kb_sentence *sentence, mention_list *list)
{
    uint32_t n = sentence->end - sentence->first;
    word_traits *traits = KB_NEWS(s->arena, word_traits, n);
    int32_t *emissions = KB_NEWS(s->arena, int32_t, (size_t)n * MODEL_COLUMNS);
    uint8_t *labels = KB_NEWS(s->arena, uint8_t, n);
    if (!traits || !emissions || !labels)
        return false;
    for (uint32_t i = 0; i < n; i++)
        model_traits(s, sentence->first + i, &traits[i]);
    score_words(s, m, sentence, traits, emissions);
    if (!model_viterbi(s->arena, emissions, m->transitions, n, labels))
        return false;
    for (uint32_t i = 0; i < n;) {
        if (!labels[i]) {
            i++;
            continue;
        }
        uint32_t type = (labels[i] - 1u) / 4, end = i + 1;
        while ((labels[end - 1] - 1u) % 4 == LABEL_FIRST || (labels[end - 1] - 1u) % 4 == LABEL_INNER)
            end++;
        int64_t margin = 0;
        for (uint32_t k = i; k < end; k++)
            margin += emissions[k * MODEL_COLUMNS + labels[k]] - emissions[k * MODEL_COLUMNS];
        margin /= (int64_t)(end - i) * MODEL_SCALE * 4;
        chosen c = {.first = sentence->first + i, .end = sentence->first + end, .type = (uint8_t)type};
        c.score = (uint8_t)(margin < 0 ? 100 : margin > 100 ? 200 : 100 + margin);
        c.skip = s->evidence[c.first].skip;
        if (plausible(s, &c) && !add(s, list, c))
            return false;
        i = end;
    }
    return true;
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
        if (m->type != KB_PERSON || m->first > span->first || m->end < span->end || m->end - m->first == span->end - span->first)
            continue;
        if (m->first == span->first) {
            m->first = span->end;
            m->skip = s->evidence[m->first].skip;
        } else if (m->end == span->end) {
            m->end = span->first;
        }
    }
}

// Settles the model's mentions with spans that the gazetteer is sure of: a longer known name replaces its parts, a missing one is added.
static bool add_known(scene *s, mention_list *list)
{
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
                bool inside = m->first >= span->first && m->end <= span->end, overlap = m->first < span->end && span->first < m->end;
                bool same = m->first == span->first && m->end == span->end;
                if (type == KB_PERSON && m->type == KB_PERSON && several && m->first == span->first && m->end > span->end &&
                    common_word(s, span->end)) {
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
            chosen m = {.first = span->first, .end = span->end, .skip = span->skip, .type = (uint8_t)type, .score = 220};
            bool added;
            if (!covered && !mention_insert(s, list, m, &added))
                return false;
        }
    }
    return true;
}

// A word that can go on a person's name: a given or family name, nothing written before it, not a country, a known body or a nationality.
static bool continues_name(const scene *s, uint32_t word, bool right)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    if (w->kind != KB_WORD_ARABIC || e->skip || e->nisba || e->counted || e->titled || common_word(s, word) || w->form.n < 3 * 2)
        return false;
    if (e->strength[KB_LOCATION] == GAZ_STRONG || e->strength[KB_ORGANIZATION] == GAZ_STRONG || e->strength[KB_ORGANIZATION] == GAZ_GENERIC)
        return false;
    if (e->cues & (CUE_TITLE | CUE_RANK | CUE_PROFESSION | CUE_KIN | CUE_OFFICE | CUE_EPITHET | CUE_ORG_HEAD | CUE_LOC_HEAD | CUE_SPEECH | CUE_SPORT | CUE_DIRECTION))
        return false;
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    if (!(e->cues & (CUE_GIVEN | CUE_FAMILY)) || e->cues & CUE_WORD || (a && a->known && a->pos != KB_POS_NAME && a->pos != KB_POS_NOUN && a->pos != KB_POS_ADJ))
        return false; // على is also Ali
    return right || !kb_str_starts(w->form, KB_STR("ال"));
}

// Takes the names beside a person's name into it: أرنو كليمان, where only أرنو was seen. Small places of the same spelling give way.
static void complete_people(const scene *s, mention_list *list)
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
static void trim_nationality(const scene *s, mention_list *list)
{
    for (uint32_t i = 0; i < list->n; i++) {
        chosen *m = &list->at[i];
        uint32_t last = m->end - 1;
        bool known = s->span_at[last] && s->spans.at[s->span_at[last] - 1].first <= m->first;
        if (m->type == KB_ORGANIZATION && m->end - m->first > 1 && !known && s->evidence[last].nisba && !common_word(s, last - 1) &&
            !s->evidence[last - 1].nisba)
            m->end--;
    }
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
    bool head = s->evidence[word].cues & CUE_DESCRIBED && word + 2 < limit && known != GAZ_STRONG && known != GAZ_COMPOSITE &&
                (is_definite(&y->words[word]) || s->evidence[word].lam_article || (s->evidence[word].skip && kb_str_starts(kb_str_sub(y->words[word].form, s->evidence[word].skip, 99), KB_STR("ال"))));
    if (!head || !is_definite(&y->words[word + 1]) || !is_adjective(&y->words[word + 1]))
        return word;
    uint32_t at = word + 2;
    if (at < limit && is_definite(&y->words[at]) && is_adjective(&y->words[at]))
        at++;
    const kb_word *purpose = at < limit ? &y->words[at] : NULL;
    bool of = purpose && purpose->kind == KB_WORD_ARABIC && kb_str_starts(purpose->form, lil);
    bool to = purpose && !of && kb_str_starts(purpose->form, KB_STR("ل")) && s->evidence[at].skip && at + 1 < limit && is_definite(&y->words[at + 1]);
    if ((!of && !to) || (s->span_at[at] && s->spans.at[s->span_at[at] - 1].types && s->evidence[at].strength[KB_LOCATION]))
        return word;
    at += of ? 1 : 2;
    while (at < limit && is_definite(&y->words[at]) && is_adjective(&y->words[at]))
        at++;
    return at;
}

static bool add_described_bodies(scene *s, mention_list *list)
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
static bool add_titled_people(scene *s, mention_list *list)
{
    enum { LONGEST = 4 };
    const kb_layers *y = s->y;
    for (uint32_t w = 0; w < y->word_count; w++) {
        const word_evidence *e = &s->evidence[w];
        uint32_t limit = y->sentences[y->words[w].sentence].end, end = w + 1;
        bool added, first = e->title == TITLED_NAME && e->cues & CUE_GIVEN && !e->skip;
        if (!first || e->strength[KB_LOCATION] == GAZ_STRONG || e->strength[KB_ORGANIZATION] == GAZ_STRONG)
            continue;
        while (end < limit && end - w < LONGEST && y->words[end].kind == KB_WORD_ARABIC && !s->evidence[end].skip && !s->evidence[end].nisba &&
               (continues_name(s, end, true) || s->evidence[end].cues & CUE_NASAB || (!common_word(s, end) && is_definite_name(&y->words[end]))))
            end++;
        if (end == w + 1 && (common_word(s, w) || e->cues & CUE_WORD))
            continue;
        chosen m = {.first = w, .end = end, .skip = 0, .type = KB_PERSON, .score = 150};
        if (!mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}

static bool is_quote(const scene *s, uint32_t word)
{
    return s->y->words[word].kind == KB_WORD_PUNCT && s->y->words[word].form.n && s->y->words[word].form.p[0] == '"';
}

// Behind صحيفة, قناة, مجلة stands the name of a body, whatever else it names; in quotation marks all that they hold, if it is short.
static bool add_media(scene *s, mention_list *list)
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
        chosen m = {.first = first, .end = end, .skip = s->evidence[first < y->word_count ? first : w].skip, .type = KB_ORGANIZATION, .score = 160};
        if (quoted && !covered && !mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}

static bool is_place_preposition(const scene *s, uint32_t word)
{
    const kb_word *w = &s->y->words[word];
    return kb_str_is(w->form, "في") || kb_str_is(w->form, "الي") || s->evidence[word].cues & (CUE_LOC_HEAD | CUE_DIRECTION);
}

// In a report of sport a city that has a club is the club, unless it is said to be a place.
static bool prefer_clubs(scene *s, mention_list *list)
{
    for (uint32_t n = 0; n < s->spans.n; n++) {
        const lexicon_span *span = &s->spans.at[n];
        bool club = false, country = false, large = false;
        for (uint32_t k = 0; k < span->form_count; k++) {
            const gaz_entity *e = scene_entity(s, span->forms[k]);
            club |= e->type == KB_ORGANIZATION && e->kind == KB_BODY_CLUB;
            country |= e->type == KB_LOCATION && e->kind == KB_PLACE_COUNTRY;
            large |= e->type == KB_LOCATION && e->population > 2000000;
        }
        uint32_t w = span->first;
        if (!club || country || s->sport[s->y->words[w].sentence] < (large ? 2 : 1) || s->evidence[w].strength[KB_ORGANIZATION] == GAZ_NONE || (w && is_place_preposition(s, w - 1)))
            continue;
        bool mentioned = false, added;
        for (uint32_t i = 0; i < list->n; i++) {
            chosen *m = &list->at[i];
            mentioned |= m->first < span->end && span->first < m->end;
            if (m->first == span->first && m->end == span->end && m->type == KB_LOCATION)
                m->type = KB_ORGANIZATION;
        }
        bool everyday = span->end - span->first == 1 && common_word(s, w);
        chosen m = {.first = span->first, .end = span->end, .skip = span->skip, .type = KB_ORGANIZATION, .score = 170};
        if (!mentioned && !everyday && !mention_insert(s, list, m, &added))
            return false;
    }
    return true;
}

// ساحة الشهداء, ملعب الثمامة: a noun of built places that always has a name behind it, with one word or a word and its adjective.
static bool add_built_places(scene *s, mention_list *list)
{
    const kb_layers *y = s->y;
    for (uint32_t w = 0; w + 1 < y->word_count; w++) {
        const kb_word *next = &y->words[w + 1];
        if (!(s->evidence[w].cues & CUE_NAMED_PLACE) || next->sentence != y->words[w].sentence || next->kind != KB_WORD_ARABIC)
            continue;
        bool definite = kb_str_starts(next->form, KB_STR("ال")) && next->form.n > 6;
        const kb_analysis *a = next->analysis_count ? &next->analyses[0] : NULL;
        if (!definite || (a && (a->pos == KB_POS_REL || a->pos == KB_POS_DEM || a->pos == KB_POS_PREP)) || kb_str_starts(y->words[w].form, KB_STR("ال")))
            continue;
        const lexicon_span *name = s->span_at[w + 1] ? &s->spans.at[s->span_at[w + 1] - 1] : NULL;
        uint32_t end = name && name->first == w + 1 && name->types ? name->end : w + 2;
        if (end == w + 2 && end < y->word_count && y->words[end].kind == KB_WORD_ARABIC && kb_str_starts(y->words[end].form, KB_STR("ال")) &&
            y->words[end].analysis_count && y->words[end].analyses[0].pos == KB_POS_ADJ && y->words[end].analyses[0].known)
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

bool choose_mentions(scene *s, mention_list *ret)
{
    model m = model_open(s->lexicon);
    for (uint32_t i = 0; m.rows && i < s->y->sentence_count; i++) {
        const kb_sentence *sentence = &s->y->sentences[i];
        if (sentence->end > sentence->first && !decode(s, &m, sentence, ret))
            return false;
    }
    complete_people(s, ret);
    trim_nationality(s, ret);
    if (!add_known(s, ret) || !prefer_clubs(s, ret) || !add_titled_people(s, ret) || !add_built_places(s, ret) || !add_media(s, ret) || !add_described_bodies(s, ret))
        return false;
    for (uint32_t i = 0; i < ret->n; i++) {
        chosen *c = &ret->at[i];
        c->span = exact_span(s, c->first, c->end);
        if (c->span)
            c->skip = c->span->skip;
        c->rule = rule_of(s, c);
    }
    return true;
}
