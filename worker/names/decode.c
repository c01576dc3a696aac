// Runs the model over a sentence, within what names can be.
#include "names/choose.h"

// Words at which no name begins, and none ends, unless the gazetteer has it: function words, signs, dates.
static bool closed_word(const scene *s, uint32_t word, bool first)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    if (in_known_span(s, word))
        return false;
    if (w->kind == KB_WORD_PUNCT || (first && e->counted == COUNTED_TIME))
        return true;
    if (w->kind == KB_WORD_ARABIC && w->form.n <= 2 && first &&
        (word + 1 == s->y->word_count || s->y->words[word + 1].form.n > 2))
        return true; // one letter, and not the first of several (ا ف ب)
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    if (!a || !a->known || e->cues & (CUE_GIVEN | CUE_FAMILY | CUE_NASAB))
        return false;
    return a->pos == KB_POS_PREP || a->pos == KB_POS_CONJ || a->pos == KB_POS_PART || a->pos == KB_POS_PRON ||
           a->pos == KB_POS_REL || a->pos == KB_POS_DEM || a->pos == KB_POS_VERB;
}

// What the model must not say, whatever its weights: sets the labels of the word that can't be to almost minus infinity.
static void forbid(const scene *s, uint32_t word, int32_t *emissions)
{
    enum { NEVER = -(1 << 26) };
    bool opens = !closed_word(s, word, true), closes = !closed_word(s, word, false);
    const lexicon_span *span = s->span_at[word] ? &s->spans.at[s->span_at[word] - 1] : NULL;
    // a known name behind و starts anew: السعودية والإمارات
    bool anew = span && span->first == word && span->skip && span->types && !(span->flags & (FORM_WEAK | FORM_GENERIC));
    anew |= span && span->composite && span->first == word && span->skip;
    // people and places do not run over a conjunction or a preposition that is written with the next word; bodies do (وزارة الطاقة والمناجم)
    bool joined = s->evidence[word].skip && !(span && span->first < word);
    uint32_t cues = s->evidence[word].cues;
    bool title = cues & (CUE_TITLE | CUE_RANK | CUE_PROFESSION | CUE_KIN | CUE_OFFICE) && !in_known_span(s, word) &&
                 (!(cues & (CUE_GIVEN | CUE_FAMILY)) ||
                  (cues & (CUE_TITLE | CUE_RANK) && kb_str_starts(s->y->words[word].form, KB_STR("ال"))));
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
    if (m->type == KB_ORGANIZATION && m->end - m->first > 1 && !in_known_span(s, m->first)) {
        const kb_word *head = &s->y->words[m->first], *next = &s->y->words[m->first + 1];
        const kb_analysis *a = next->analysis_count ? &next->analyses[0] : NULL;
        bool adjective = a && a->known && (a->pos == KB_POS_ADJ || a->features & KB_F_NISBA);
        bool definite = kb_str_starts(next->form, KB_STR("ال"));
        kb_str rest = kb_str_sub(head->form, m->skip, head->form.n);
        bool the = kb_str_starts(rest, KB_STR("ال")) || s->evidence[m->first].lam_article;
        // منتخب عربي, and المنظمة الدولية: descriptions
        if (s->evidence[m->first].cues & CUE_ORG_HEAD && adjective &&
            ((!definite && !the) || (the && m->end - m->first == 2 && !(s->evidence[m->first].cues & CUE_HEAD_INSIDE))))
            return false;
    }
    if (m->type == KB_ORGANIZATION)
        return m->end - m->first > 1 || !common_word(s, m->first) || in_known_span(s, m->first) ||
               (m->first && s->evidence[m->first - 1].cues & CUE_ORG_HEAD);
    if (m->type == KB_LOCATION && m->end - m->first == 1 && !m->skip &&
        s->evidence[m->first].strength[KB_LOCATION] == GAZ_WEAK && common_word(s, m->first) && m->first &&
        !is_place_preposition(s, m->first - 1))
        return false; // كل على حدة
    if (m->type == KB_LOCATION &&
        ((m->first && s->evidence[m->first - 1].cues & CUE_LOC_HEAD) || s->evidence[m->first].cues & CUE_LOC_HEAD))
        return true;
    bool letters = true; // ق.م. and other abbreviations
    for (uint32_t w = m->first; w < m->end; w++)
        letters = letters && (s->y->words[w].kind == KB_WORD_PUNCT || s->y->words[w].kind == KB_WORD_NUMBER ||
                              s->y->words[w].form.n <= 2);
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

static void fetch_rows(const scene *s, const model *m, const kb_sentence *sentence, const word_traits *traits,
                       uint32_t word, word_rows *ret)
{
    uint32_t rows[MODEL_FEATURES], count = model_features(s, sentence, traits, word, rows);
    uint32_t learned = 0;
    for (uint32_t f = 0; f < count; f++) { // without a branch, which could not be foretold
        uint32_t row = rows[f];
        rows[learned] = row;
        learned += model_learned(m, row);
    }
    for (uint32_t i = 0; i < learned; i++) {
        ret->at[i] = model_row(m, rows[i]);
        __builtin_prefetch(ret->at[i]);
    }
    ret->count = learned;
}

// Emission scores of a sentence. The time goes into waiting for memory, so the rows of a word are asked for one word ahead.
static void score_words(const scene *s, const model *m, const kb_sentence *sentence, const word_traits *traits,
                        int32_t *emissions)
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

bool decode_names(scene *s, const model *m, const kb_sentence *sentence, mention_list *list)
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
        enum { SURE = 10 }; // log odds that need no doubt
        int64_t margin = 0;
        for (uint32_t k = i; k < end; k++)
            margin += emissions[k * MODEL_COLUMNS + labels[k]] - emissions[k * MODEL_COLUMNS];
        margin /= (int64_t)(end - i) * MODEL_SCALE / SURE;
        chosen c = {.first = sentence->first + i, .end = sentence->first + end, .type = (uint8_t)type};
        c.score = (uint8_t)(margin < 0 ? 100 : margin > 100 ? 200 : 100 + margin);
        c.skip = s->evidence[c.first].skip;
        if (plausible(s, &c) && !mention_add(s, list, c))
            return false;
        i = end;
    }
    return true;
}
