#include "names/model.h"

bool model_allowed(uint32_t from, uint32_t to)
{
    bool open = from != MODEL_LABELS && from && ((from - 1) % 4 == LABEL_FIRST || (from - 1) % 4 == LABEL_INNER);
    bool continues = to != MODEL_LABELS && to && ((to - 1) % 4 == LABEL_INNER || (to - 1) % 4 == LABEL_LAST);
    return open == continues && (!open || (from - 1) / 4 == (to - 1) / 4);
}

model model_open(const kb_lexicon *lexicon)
{
    enum {
        TRANSITIONS = sizeof(int32_t) * (MODEL_LABELS + 1) * MODEL_COLUMNS,
        BLOCKS = sizeof(model_block) * MODEL_BLOCKS
    };
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str s = lexicon->images[i].base ? kb_image_section(&lexicon->images[i], "names.model") : (kb_str){0};
        if (s.n >= TRANSITIONS + BLOCKS) {
            const void *transitions = s.p, *blocks = s.p + TRANSITIONS, *rows = s.p + TRANSITIONS + BLOCKS;
            return (model){transitions, blocks, rows};
        }
    }
    return (model){0};
}

// ---------------------------------------------------------------- features

static uint32_t hash_bytes(kb_str s)
{
    uint32_t h = 2166136261u; // FNV-1a
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    return h;
}

// Letters of an Arabic word that foreign names have and Arabic words seldom together; a coarse shape of the word.
static uint32_t shape_of(const kb_word *w, kb_str rest, const word_evidence *e)
{
    uint32_t length = (uint32_t)(rest.n / 2);
    if (w->kind != KB_WORD_ARABIC)
        return 0x100u + w->kind;
    uint32_t article = kb_str_starts(rest, KB_STR("ال")) && length > 3;
    uint32_t clitic = e->skip != 0;
    return (length > 8 ? 8 : length) | article << 4 | clitic << 5;
}

// The nearest noun of bodies or places among the few words before, and how far it is.
static uint32_t since_head(const scene *s, uint32_t word)
{
    enum { REACH = 5 };
    uint32_t floor = s->y->sentences[s->y->words[word].sentence].first;
    for (uint32_t at = word, far = 1; at-- > floor && far < REACH; far++) {
        if (s->y->words[at].kind == KB_WORD_PUNCT)
            break;
        if (s->evidence[at].cues & CUE_ORG_HEAD)
            return far;
        if (s->evidence[at].cues & CUE_LOC_HEAD)
            return REACH + far;
    }
    return 0;
}

// Signs beside the word: quotation marks and brackets.
static uint32_t signs_beside(const scene *s, uint32_t word)
{
    uint32_t signs = 0;
    const kb_sentence *sentence = &s->y->sentences[s->y->words[word].sentence];
    const kb_word *before = word > sentence->first ? &s->y->words[word - 1] : NULL,
                  *after = word + 1 < sentence->end ? &s->y->words[word + 1] : NULL;
    if (before && before->kind == KB_WORD_PUNCT && before->form.n)
        signs |= (unsigned char)before->form.p[0];
    if (after && after->kind == KB_WORD_PUNCT && after->form.n)
        signs |= (uint32_t)(unsigned char)after->form.p[0] << 8;
    return signs;
}

void model_traits(const scene *s, uint32_t word, word_traits *t)
{
    const kb_word *w = &s->y->words[word];
    const word_evidence *e = &s->evidence[word];
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    kb_str rest = kb_str_sub(w->form, e->skip, w->form.n);
    bool arabic = w->kind == KB_WORD_ARABIC;
    t->kind = w->kind;
    t->stem = w->kind == KB_WORD_NUMBER ? 7 : (uint32_t)e->token ^ (uint32_t)(e->token >> 32);
    t->raw = w->kind == KB_WORD_NUMBER ? 7 : hash_bytes(w->form);
    kb_str bare = e->lam_article                                    ? kb_str_sub(rest, 2, rest.n)
                  : kb_str_starts(rest, KB_STR("ال")) && rest.n > 6 ? kb_str_sub(rest, 4, rest.n)
                                                                    : rest;
    t->prefix2 = arabic ? hash_bytes(kb_str_sub(rest, 0, 4)) : 1;
    t->prefix3 = arabic ? hash_bytes(kb_str_sub(rest, 0, 6)) : 1;
    t->prefix4 = arabic ? hash_bytes(kb_str_sub(rest, 0, 8)) : 1;
    t->suffix1 = arabic ? hash_bytes(kb_str_sub(rest, rest.n > 2 ? rest.n - 2 : 0, rest.n)) : 1;
    t->suffix2 = arabic ? hash_bytes(kb_str_sub(rest, rest.n > 4 ? rest.n - 4 : 0, rest.n)) : 1;
    t->suffix3 = arabic ? hash_bytes(kb_str_sub(rest, rest.n > 6 ? rest.n - 6 : 0, rest.n)) : 1;
    t->inner = hash_bytes(bare);
    t->shape = shape_of(w, rest, e);
    t->pos = a ? (uint32_t)a->pos | (a->known ? 64u : 0u) | ((a->features & KB_F_NISBA) ? 128u : 0u) : 32u + w->kind;
    t->lemma = a && a->lemma ? a->lemma : t->stem;
    t->name = e->cues & (CUE_GIVEN | CUE_FAMILY | CUE_WORD | CUE_NASAB);
    t->context = e->cues & (CUE_TITLE | CUE_RANK | CUE_PROFESSION | CUE_KIN | CUE_OFFICE | CUE_EPITHET | CUE_SPEECH |
                            CUE_ORG_HEAD | CUE_LOC_HEAD | CUE_HEAD_INSIDE | CUE_DIRECTION | CUE_NISBA | CUE_COUNTRY);
    if (a && (a->features & KB_F_SPEECH))
        t->context |= CUE_SPEECH;
    t->gaz = 0;
    for (uint32_t type = 0; type < 3; type++)
        t->gaz |= (uint32_t)(e->position[type] | e->strength[type] << 3) << (type * 6);
    t->gaz |= e->nisba ? 1u << 18 : 0;
    t->sport = s->sport[w->sentence] >= 2 ? 2 : s->sport[w->sentence];
    t->title = e->title;
    t->clitic = !e->skip ? 0 : e->lam_article ? 1 : (unsigned char)w->form.p[1] | (uint32_t)e->skip << 8;
    t->since_head = since_head(s, word);
    t->kind_of_noun = a ? (uint32_t)a->pos |
                              (uint32_t)(a->features & (KB_F_HUMAN | KB_F_TITLE | KB_F_NISBA | KB_F_PLUR | KB_F_FEM))
                                  << 6 |
                              (kb_str_starts(rest, KB_STR("ال")) ? 32u : 0)
                        : 0;
    t->signs = signs_beside(s, word);
    t->counted = e->counted | (uint32_t)e->titled << 4;
}

static inline uint32_t row_of(uint32_t id, uint32_t a, uint32_t b, uint32_t c)
{
    uint64_t h = (uint64_t)a * 0x9E3779B97F4A7C15ull + (uint64_t)b * 0xC2B2AE3D27D4EB4Full +
                 (uint64_t)c * 0x165667B19E3779F9ull + id * 0xD6E8FEB86659FD93ull;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9ull;
    return (uint32_t)(h >> (64 - MODEL_ROW_BITS));
}

uint32_t model_features(const scene *s, const kb_sentence *sentence, const word_traits *traits, uint32_t at,
                        uint32_t rows[MODEL_FEATURES])
{
    static const word_traits edge = {
        .stem = 3, .raw = 3, .inner = 3, .shape = 0x200, .pos = 63, .lemma = 3, .title = 9, .kind = 9, .gaz = 1u << 30};
    uint32_t n = 0, length = sentence->end - sentence->first, id = 1;
    const word_traits *w0 = &traits[at], *p1 = at >= 1 ? &traits[at - 1] : &edge,
                      *p2 = at >= 2 ? &traits[at - 2] : &edge;
    const word_traits *n1 = at + 1 < length ? &traits[at + 1] : &edge, *n2 = at + 2 < length ? &traits[at + 2] : &edge;
// A list, in the order that gives each template its number.
// clang-format off
#define ONE(a) rows[n++] = row_of(id++, (a), 0, 0)
#define TWO(a, b) rows[n++] = row_of(id++, (a), (b), 0)
#define THREE(a, b, c) rows[n++] = row_of(id++, (a), (b), (c))
    ONE(0); ONE(w0->stem); ONE(p1->stem); ONE(n1->stem); ONE(p2->stem); ONE(n2->stem); TWO(p1->stem, w0->stem);
    TWO(w0->stem, n1->stem); ONE(w0->raw); ONE(w0->inner); ONE(w0->prefix2); ONE(w0->prefix3); ONE(w0->suffix2);
    ONE(w0->suffix3); ONE(w0->prefix4); ONE(w0->suffix1); TWO(w0->shape, w0->suffix1); ONE(w0->shape); ONE(w0->pos);
    ONE(p1->pos); ONE(n1->pos); TWO(p1->pos, w0->pos); TWO(w0->pos, n1->pos); ONE(w0->lemma); ONE(p1->lemma);
    ONE(n1->lemma); TWO(p1->lemma, w0->pos); TWO(p1->lemma, w0->lemma); ONE(w0->gaz); ONE(p1->gaz); ONE(n1->gaz);
    TWO(w0->gaz, w0->shape); TWO(w0->gaz, p1->stem); TWO(w0->gaz, p1->context); TWO(w0->gaz, w0->name);
    TWO(w0->gaz, w0->title); TWO(w0->gaz, w0->stem); ONE(w0->name); ONE(p1->name); ONE(n1->name);
    TWO(w0->name, p1->name); TWO(w0->name, n1->name); THREE(p1->name, w0->name, n1->name); TWO(w0->name, w0->pos);
    ONE(w0->context); ONE(p1->context); TWO(p1->context, w0->pos); TWO(w0->sport, w0->gaz); TWO(w0->sport, w0->pos);
    ONE(w0->title); TWO(w0->title, p1->title); TWO(w0->title, w0->pos); THREE(w0->title, w0->name, w0->pos);
    ONE(w0->clitic); TWO(w0->clitic, p1->context); TWO(w0->clitic, w0->since_head); ONE(w0->since_head);
    TWO(w0->since_head, w0->kind_of_noun); ONE(w0->kind_of_noun); TWO(p1->kind_of_noun, w0->kind_of_noun);
    TWO(n1->kind_of_noun, w0->kind_of_noun); ONE(w0->signs); TWO(w0->signs, w0->gaz); TWO(w0->since_head, w0->gaz);
    TWO(sentence->kind, at == 0); TWO(sentence->first + at < sentence->dateline_end, w0->kind);
// clang-format on
#undef ONE
#undef TWO
#undef THREE
    (void)s;
    return n;
}

// ---------------------------------------------------------------- decoding

bool model_viterbi(kb_arena *arena, const int32_t *emissions, const int32_t *transitions, uint32_t n, uint8_t *labels)
{
    enum { FAR = INT32_MIN / 2 };
    uint8_t *back = KB_NEWS(arena, uint8_t, (size_t)n * MODEL_COLUMNS);
    if (!back)
        return false;
    int32_t score[MODEL_LABELS], next[MODEL_LABELS];
    for (uint32_t to = 0; to < MODEL_LABELS; to++)
        score[to] =
            model_allowed(MODEL_LABELS, to) ? emissions[to] + transitions[MODEL_LABELS * MODEL_COLUMNS + to] : FAR;
    for (uint32_t i = 1; i < n; i++) {
        for (uint32_t to = 0; to < MODEL_LABELS; to++) {
            int32_t best = FAR;
            uint8_t from_best = 0;
            bool inner = to && ((to - 1) % 4 == LABEL_INNER || (to - 1) % 4 == LABEL_LAST);
            if (inner) { // only from first and inner of the same type
                uint32_t first = to - (to - 1) % 4 + LABEL_FIRST;
                for (uint32_t from = first; from <= first + 1; from++) {
                    int32_t sum = score[from] + transitions[from * MODEL_COLUMNS + to];
                    if (sum > best) {
                        best = sum;
                        from_best = (uint8_t)from;
                    }
                }
            } else { // from outside, unit and last of every type
                static const uint8_t closed[] = {0, 1, 4, 5, 8, 9, 12};
                for (uint32_t k = 0; k < KB_LEN(closed); k++) {
                    int32_t sum = score[closed[k]] + transitions[closed[k] * MODEL_COLUMNS + to];
                    if (sum > best) {
                        best = sum;
                        from_best = closed[k];
                    }
                }
            }
            next[to] = best <= FAR ? FAR : best + emissions[i * MODEL_COLUMNS + to];
            back[i * MODEL_COLUMNS + to] = from_best;
        }
        memcpy(score, next, sizeof score);
    }
    uint8_t best = 0;
    for (uint8_t l = 1; l < MODEL_LABELS; l++) {
        if (model_allowed(l, MODEL_LABELS) && score[l] > score[best])
            best = l;
    }
    for (uint32_t i = n; i-- > 0;) {
        labels[i] = best;
        best = back[i * MODEL_COLUMNS + best];
    }
    return true;
}
