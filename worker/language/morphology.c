// The analyser: what a written word can be, and which of it is likeliest where it stands.

#include "context.h"
#include "forms.h"
#include "khabar/extract.h"
#include "khabar/normalize.h"
#include "khabar/utf8.h"
#include "khabar/words.h"

enum { MAX_LETTERS = 30, MAX_FOUND = 48, RANKED = 5 }; // neighbours decide among the RANKED likeliest readings

// The sections of one image.
typedef struct store {
    const uint8_t *filter;
    const kb_form_slot *slots;
    uint32_t mask; // slots - 1
    const kb_form_entry *entries;
} store;

// One word while it is analysed.
typedef struct reader {
    store stores[KB_IMAGE_MAX];
    uint32_t store_count;
    kb_context context;
    const kb_text *text;
    uint16_t letters[MAX_LETTERS]; // folded
    uint8_t n;
    uint64_t sums[MAX_LETTERS + 1];   // of the first i letters
    uint64_t powers[MAX_LETTERS + 1]; // of KB_FORM_BASE
    uint8_t spelling[MAX_LETTERS];   // as written, of the letters that have several spellings
    uint16_t spelled_letter[MAX_LETTERS];
    uint8_t spelled[MAX_LETTERS + 1]; // how many of those stand before letter i
    uint8_t spelling_count;
    kb_analysis found[MAX_FOUND];
    int score[MAX_FOUND];
    uint32_t count;
    bool whole;      // known with no clitic cut off
    bool whole_head; // known with no proclitic cut off
} reader;

static const struct {
    uint16_t at[3];
    uint8_t n;
    uint8_t pronoun;
    uint8_t cost;
} enclitics[] = {
    {{L_HEH}, 1, KB_ENC_3MS, 8}, {{L_HEH, L_ALEF}, 2, KB_ENC_3FS, 8}, {{L_HEH, L_MEEM}, 2, KB_ENC_3MP, 8},
    {{L_NOON, L_ALEF}, 2, KB_ENC_1P, 12}, {{L_YEH}, 1, KB_ENC_1S, 30}, {{L_NOON, L_YEH}, 2, KB_ENC_1S, 16}, {{L_KAF}, 1, KB_ENC_2MS, 24},
    {{L_KAF, L_MEEM}, 2, KB_ENC_2MP, 18}, {{L_HEH, L_NOON}, 2, KB_ENC_3FP, 22}, {{L_HEH, L_MEEM, L_ALEF}, 3, KB_ENC_3D, 14},
    {{L_KAF, L_MEEM, L_ALEF}, 3, KB_ENC_2D, 34}, {{L_KAF, L_NOON}, 2, KB_ENC_2FP, 36},
};

static void add_found(reader *r, kb_analysis a, int score)
{
    for (uint32_t i = 0; i < r->count; i++) { // the same reading twice: the better one stays
        kb_analysis *b = &r->found[i];
        if (b->lemma == a.lemma && b->proclitics == a.proclitics && b->enclitic == a.enclitic && b->features == a.features &&
            b->stem_start == a.stem_start) {
            if (score > r->score[i])
                r->score[i] = score;
            return;
        }
    }
    if (r->count == MAX_FOUND)
        return;
    r->found[r->count] = a;
    r->score[r->count++] = score;
}

// What speaks against an entry in how the stem is spelled. Hamzas on alef are left out more often than put in wrongly, Egypt writes final ي
// without dots, and ه for ة is rare where a pronoun is possible.
static int spelling_cost(const reader *r, uint32_t spelling, unsigned from, unsigned to)
{
    // [canonical][written], numbered as kb_spelling_of does
    static const uint8_t alef[4][4] = {{0, 14, 14, 20}, {5, 0, 12, 12}, {5, 12, 0, 14}, {7, 10, 14, 0}};
    static const uint8_t other[4][4] = {{0, 12, 6, 0}, {10, 0, 10, 0}, {8, 14, 0, 0}, {0}}; // و ؤ; ي ئ ى
    static const uint8_t heh[4][4] = {{0, 20}, {34, 0}};                                   // ه ة
    int sum = 0;
    for (unsigned i = r->spelled[from], k = 0; i < r->spelled[to] && k < KB_SPELLINGS; i++, k++) {
        unsigned canonical = spelling >> 2 * k & 3, written = r->spelling[i];
        uint16_t c = r->spelled_letter[i];
        if (canonical != written)
            sum += c == L_ALEF ? alef[canonical][written] : c == L_HEH ? heh[canonical][written] : other[canonical][written];
    }
    return sum;
}

static bool may_take(const kb_form_entry *e, unsigned proclitics, kb_enclitic pronoun)
{
    bool verb = e->pos == KB_POS_VERB;
    if (!(e->flags & (pronoun ? KB_FORM_ENCLITIC : KB_FORM_FREE)))
        return false;
    if (proclitics & KB_CLITIC_AL && (!(e->flags & KB_FORM_ARTICLE) || pronoun))
        return false;
    if (proclitics & (KB_CLITIC_BI | KB_CLITIC_KA | KB_CLITIC_LI) && !(e->flags & KB_FORM_PREPOSITION))
        return false;
    if (proclitics & KB_CLITIC_KA && (e->pos == KB_POS_PART || e->pos == KB_POS_CONJ))
        return false;
    if (proclitics & KB_CLITIC_SA && (!verb || !(e->flags & KB_FORM_FUTURE) || e->features & KB_F_JUSS))
        return false;
    if (proclitics & KB_CLITIC_LA && (!verb || !(e->flags & KB_FORM_FUTURE)))
        return false;
    if (proclitics & KB_CLITIC_A && e->pos != KB_POS_VERB && e->pos != KB_POS_PART && e->pos != KB_POS_PRON)
        return false;
    return true;
}

static int clitic_cost(unsigned proclitics, bool function)
{
    int cost = (proclitics & KB_CLITIC_WA ? 6 : 0) + (proclitics & KB_CLITIC_FA ? 12 : 0) + (proclitics & KB_CLITIC_BI ? 8 : 0) +
               (proclitics & KB_CLITIC_LI ? 8 : 0) + (proclitics & KB_CLITIC_KA ? 16 : 0) + (proclitics & KB_CLITIC_SA ? 4 : 0) +
               (proclitics & KB_CLITIC_LA ? 10 : 0) + (proclitics & KB_CLITIC_A ? 36 : 0);
    return function ? cost / 2 : cost;
}

// Looks up the letters from .. to, with the `sum` of their hash (of ا and them for a name whose ا is swallowed by ل).
static void look_up(reader *r, const store *s, uint64_t sum, unsigned from, unsigned to, unsigned proclitics, kb_enclitic pronoun,
                    int pronoun_cost)
{
    uint64_t hash = kb_form_finish(sum);
    uint64_t bit = hash >> (64 - KB_FILTER_BITS);
    if (!(s->filter[bit / 8] >> bit % 8 & 1))
        return;
    uint32_t at = (uint32_t)hash & s->mask, tag = (uint32_t)(hash >> 32);
    while (s->slots[at].first && s->slots[at].tag != tag)
        at = (at + 1) & s->mask;
    if (!s->slots[at].first)
        return;
    const kb_form_entry *e = &s->entries[s->slots[at].first - 1];
    for (bool last = false; !last; e++) {
        last = e->last;
        if (!may_take(e, proclitics, pronoun))
            continue;
        bool verbal = e->pos == KB_POS_VERB || e->pos == KB_POS_PART;
        if (pronoun == KB_ENC_1S && (r->n - to == 2 ? !verbal : e->pos == KB_POS_VERB)) // ني after verbs, ي after nouns
            continue;
        bool function = e->pos != KB_POS_NOUN && e->pos != KB_POS_ADJ && e->pos != KB_POS_VERB && e->pos != KB_POS_NAME;
        int score = e->prior - spelling_cost(r, e->spelling, from, to) - clitic_cost(proclitics, function) - pronoun_cost;
        if (pronoun && e->pos == KB_POS_ADJ)
            score -= 10; // a noun takes it more often
        kb_analysis a = {.lemma = e->lemma, .verb = e->verb, .proclitics = (uint16_t)proclitics, .enclitic = (uint8_t)pronoun,
                         .pos = e->pos, .features = e->features, .stem_start = (uint8_t)(from * 2), .stem_end = (uint8_t)(to * 2),
                         .known = true};
        if (from == 0 && score + pronoun_cost >= KB_PRIOR_MIDDLE - 12) {
            r->whole_head = true;
            r->whole = r->whole || pronoun == KB_ENC_NONE;
        }
        add_found(r, a, score);
    }
}

static uint64_t sum_of(const reader *r, unsigned from, unsigned to)
{
    return r->sums[to] - r->sums[from] * r->powers[to - from];
}

// A name that has the article in it, after ل: للعراق is ل and العراق. The stem begins at the second ل.
static void look_up_swallowed(reader *r, unsigned from, unsigned proclitics)
{
    uint32_t before = r->count;
    for (uint32_t s = 0; s < r->store_count; s++)
        look_up(r, &r->stores[s], L_ALEF * r->powers[r->n - from] + sum_of(r, from, r->n), from, r->n, proclitics, KB_ENC_NONE, 0);
    for (uint32_t i = before; i < r->count;) {
        if (r->found[i].pos == KB_POS_NAME) {
            i++;
        } else {
            r->found[i] = r->found[--r->count];
            r->score[i] = r->score[r->count];
        }
    }
}

// Every legal end of the word whose proclitics end at letter `from`.
static void look_up_ends(reader *r, unsigned from, unsigned proclitics)
{
    for (uint32_t s = 0; s < r->store_count; s++) {
        if (from < r->n)
            look_up(r, &r->stores[s], sum_of(r, from, r->n), from, r->n, proclitics, KB_ENC_NONE, 0);
        if (proclitics & KB_CLITIC_AL)
            continue;
        for (size_t i = 0; i < KB_LEN(enclitics); i++) {
            unsigned n = enclitics[i].n;
            if (r->n < from + n + 1 || r->letters[r->n - n] != enclitics[i].at[0] || (n > 1 && r->letters[r->n - n + 1] != enclitics[i].at[1]) ||
                (n > 2 && r->letters[r->n - 1] != enclitics[i].at[2]))
                continue;
            bool marbuta = n == 1 && enclitics[i].pronoun == KB_ENC_3MS && r->spelling[r->spelling_count - 1] == 1; // ة is no pronoun
            if (!marbuta)
                look_up(r, &r->stores[s], sum_of(r, from, r->n - n), from, r->n - n, proclitics, (kb_enclitic)enclitics[i].pronoun, enclitics[i].cost);
        }
    }
}

static bool article_at(const reader *r, unsigned i)
{
    return i + 2 < r->n && r->letters[i] == L_ALEF && r->letters[i + 1] == L_LAM && r->spelling[r->spelled[i]] == 0;
}

// What may stand after the conjunction: nothing, a preposition, the article, both, the future, ل of purpose.
static void look_up_after(reader *r, unsigned i, unsigned set)
{
    look_up_ends(r, i, set);
    if (i + 1 >= r->n)
        return;
    uint16_t c = r->letters[i];
    if (article_at(r, i))
        look_up_ends(r, i + 2, set | KB_CLITIC_AL);
    if (c == L_BEH || c == L_KAF || c == L_LAM) {
        unsigned clitic = c == L_BEH ? KB_CLITIC_BI : c == L_KAF ? KB_CLITIC_KA : KB_CLITIC_LI;
        look_up_ends(r, i + 1, set | clitic);
        if (article_at(r, i + 1))
            look_up_ends(r, i + 3, set | clitic | KB_CLITIC_AL);
    }
    if (c == L_LAM) {
        look_up_ends(r, i + 1, set | KB_CLITIC_LA);
        if (r->letters[i + 1] == L_LAM && i + 2 < r->n) {
            look_up_ends(r, i + 2, set | KB_CLITIC_LI | KB_CLITIC_AL);
            look_up_swallowed(r, i + 1, set | KB_CLITIC_LI);
            look_up_ends(r, i + 1, set | KB_CLITIC_LI | KB_CLITIC_AL); // للغة: ل and ال before ل are written once
        }
    }
    if (c == L_SEEN)
        look_up_ends(r, i + 1, set | KB_CLITIC_SA);
}

static void look_up_word(reader *r)
{
    look_up_after(r, 0, 0);
    uint16_t c = r->n > 1 ? r->letters[0] : 0;
    if (c == L_WAW || c == L_FEH)
        look_up_after(r, 1, c == L_WAW ? KB_CLITIC_WA : KB_CLITIC_FA);
    if (c == L_ALEF && r->spelling_count && r->spelling[0] == 1 && r->n > 2) {
        look_up_ends(r, 1, KB_CLITIC_A);
        if (r->letters[1] == L_WAW || r->letters[1] == L_FEH)
            look_up_ends(r, 2, KB_CLITIC_A | (r->letters[1] == L_WAW ? KB_CLITIC_WA : KB_CLITIC_FA));
    }
}

// ---------------------------------------------------------------- guesses

static bool ends_with(const reader *r, unsigned from, uint16_t a, uint16_t b)
{
    return r->n >= from + 4 && r->letters[r->n - 2] == a && r->letters[r->n - 1] == b;
}

// What the shape of an unknown stem says of it.
static void guess_nominal(reader *r, unsigned from, unsigned proclitics, int score)
{
    bool article = proclitics & KB_CLITIC_AL;
    bool marbuta = r->letters[r->n - 1] == L_HEH && r->spelling_count && r->spelling[r->spelling_count - 1] == 1;
    kb_analysis a = {.proclitics = (uint16_t)proclitics, .pos = KB_POS_NOUN, .stem_start = (uint8_t)(from * 2), .stem_end = (uint8_t)(r->n * 2)};
    if (ends_with(r, from, L_YEH, L_HEH) && marbuta) {
        a.pos = KB_POS_ADJ;
        a.features = KB_F_FEM | KB_F_SING | KB_F_NISBA;
    } else if (r->letters[r->n - 1] == L_YEH && article) {
        a.pos = KB_POS_ADJ;
        a.features = KB_F_MASC | KB_F_SING | KB_F_NISBA;
    } else if (marbuta) {
        a.features = KB_F_FEM | KB_F_SING;
    } else if (ends_with(r, from, L_ALEF, L_TEH)) {
        a.features = KB_F_FEM | KB_F_PLUR;
    } else if (article && (ends_with(r, from, L_WAW, L_NOON) || ends_with(r, from, L_YEH, L_NOON))) {
        a.features = KB_F_MASC | KB_F_PLUR;
    } else if (!article) {
        a.pos = KB_POS_NAME;
    }
    add_found(r, a, score);
}

static void guess_verb(reader *r)
{
    uint16_t c = r->letters[0];
    unsigned from = c == L_SEEN && r->n > 4 ? 1 : 0;
    kb_analysis a = {.pos = KB_POS_VERB, .proclitics = from ? KB_CLITIC_SA : 0, .stem_start = (uint8_t)(from * 2), .stem_end = (uint8_t)(r->n * 2)};
    c = r->letters[from];
    if (r->n >= from + 4 && (c == L_YEH || (from && c == L_TEH))) {
        a.features = KB_F_PRES | KB_F_P3 | KB_F_SING | (c == L_YEH ? KB_F_MASC : KB_F_FEM);
        add_found(r, a, KB_PRIOR_MIDDLE - 62);
    } else if (ends_with(r, 0, L_WAW, L_ALEF)) {
        a = (kb_analysis){.pos = KB_POS_VERB, .features = KB_F_PAST | KB_F_P3 | KB_F_MASC | KB_F_PLUR, .stem_end = (uint8_t)(r->n * 2)};
        add_found(r, a, KB_PRIOR_MIDDLE - 60);
    }
}

// Readings of a word that the lexicon can't explain. و before three letters and more is the conjunction more often than not; ب ل ف ك begin
// foreign names as often as they are proclitics, so the whole word comes first there and the cut one stands beside it.
static void guess(reader *r)
{
    const int middle = KB_PRIOR_MIDDLE - 58;
    unsigned from = 0, set = 0;
    guess_verb(r);
    if (article_at(r, 0) && r->n > 4)
        guess_nominal(r, 2, KB_CLITIC_AL, middle + 8);
    guess_nominal(r, 0, 0, middle);
    if (r->n > 3 && (r->letters[0] == L_WAW || r->letters[0] == L_FEH)) {
        from = 1;
        set = r->letters[0] == L_WAW ? KB_CLITIC_WA : KB_CLITIC_FA;
        guess_nominal(r, from, set, set == KB_CLITIC_WA ? middle + 4 : middle - 6);
        if (article_at(r, from))
            guess_nominal(r, from + 2, set | KB_CLITIC_AL, middle + 12);
    }
    if (r->n < from + 4)
        return;
    uint16_t c = r->letters[from];
    unsigned clitic = c == L_BEH ? KB_CLITIC_BI : c == L_KAF ? KB_CLITIC_KA : c == L_LAM ? KB_CLITIC_LI : 0;
    if (!clitic)
        return;
    guess_nominal(r, from + 1, set | clitic, middle - 8);
    if (article_at(r, from + 1))
        guess_nominal(r, from + 3, set | clitic | KB_CLITIC_AL, middle + 14);
    if (c == L_LAM && r->letters[from + 1] == L_LAM)
        guess_nominal(r, from + 2, set | KB_CLITIC_LI | KB_CLITIC_AL, middle + 12);
}

// ---------------------------------------------------------------- one word

// Reads the letters of a word and how they are spelled in the stored text. False for a word that is too long or has letters beyond the two-byte
// ones.
static bool read_letters(reader *r, const kb_word *w)
{
    if (w->form.n > MAX_LETTERS * 2 || w->form.n % 2)
        return false;
    r->n = (uint8_t)(w->form.n / 2);
    r->spelling_count = 0;
    const uint32_t *origin = r->text->origin + (w->form.p - r->text->match.p);
    for (unsigned i = 0; i < r->n; i++) {
        const unsigned char *p = (const unsigned char *)w->form.p + 2 * i;
        if ((p[0] & 0xE0) != 0xC0)
            return false;
        uint16_t c = (uint16_t)((p[0] & 0x1F) << 6 | (p[1] & 0x3F));
        r->letters[i] = c;
        r->sums[i + 1] = r->sums[i] * KB_FORM_BASE + c;
        r->spelled[i] = r->spelling_count;
        if (c == L_ALEF || c == L_WAW || c == L_YEH || c == L_HEH) {
            const unsigned char *q = (const unsigned char *)r->text->stored.p + origin[2 * i];
            int s = kb_spelling_of((uint32_t)((q[0] & 0x1F) << 6 | (q[1] & 0x3F)));
            r->spelled_letter[r->spelling_count] = c;
            r->spelling[r->spelling_count++] = (uint8_t)(s > 0 ? s : 0);
        }
    }
    r->spelled[r->n] = r->spelling_count;
    return true;
}

static void analyse(reader *r, const kb_word *w)
{
    r->count = 0;
    r->whole = r->whole_head = false;
    if (!read_letters(r, w)) {
        size_t end = w->form.n > UINT8_MAX ? UINT8_MAX : w->form.n;
        add_found(r, (kb_analysis){.pos = KB_POS_NAME, .stem_end = (uint8_t)end}, 40);
        return;
    }
    look_up_word(r);
    for (uint32_t i = 0; i < r->count; i++) { // a word that the lexicon knows whole is not cut for another content word
        kb_analysis *a = &r->found[i];
        bool content = a->pos == KB_POS_NOUN || a->pos == KB_POS_ADJ || a->pos == KB_POS_VERB || a->pos == KB_POS_NAME;
        bool head = a->proclitics & ~(unsigned)KB_CLITIC_AL, tail = a->enclitic != KB_ENC_NONE;
        if (content && ((head && r->whole_head) || (tail && r->whole)))
            r->score[i] -= 26;
    }
    if (r->count == 0)
        guess(r);
}

// Writes the best analyses of `r` in order.
static kb_status keep_best(reader *r, kb_arena *arena, kb_word *w, kb_error *error)
{
    uint32_t n = r->count < KB_ANALYSES_MAX ? r->count : KB_ANALYSES_MAX;
    kb_analysis *out = KB_NEWS(arena, kb_analysis, n);
    if (!out)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the analyses of words");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t best = i;
        for (uint32_t k = i + 1; k < r->count; k++) {
            if (r->score[k] > r->score[best])
                best = k;
        }
        kb_analysis a = r->found[best];
        int score = r->score[best];
        r->found[best] = r->found[i];
        r->score[best] = r->score[i];
        r->found[i] = a;
        r->score[i] = score;
        a.score = (uint8_t)(score < 0 ? 0 : score > 255 ? 255 : score);
        out[i] = a;
    }
    w->analyses = out;
    w->analysis_count = (uint8_t)n;
    return KB_OK;
}

// ---------------------------------------------------------------- an article

// Analyses of word forms that came before in this article, by spelling as stored.
typedef struct memo {
    const kb_word **slots;
    uint32_t mask;
} memo;

static const kb_word **memo_slot(memo *m, const kb_text *text, const kb_word *w)
{
    uint32_t size = w->end - w->start;
    const char *p = text->stored.p + w->start;
    uint64_t h = size;
    for (uint32_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001B3);
    uint32_t at = (uint32_t)(h ^ h >> 32) & m->mask;
    for (const kb_word *o; (o = m->slots[at]) != NULL; at = (at + 1) & m->mask) {
        if (o->end - o->start == size && memcmp(text->stored.p + o->start, p, size) == 0 && kb_str_eq(o->form, w->form))
            break;
    }
    return &m->slots[at];
}

static const kb_analysis *best_of(const kb_layers *y, uint32_t sentence, uint32_t i)
{
    static const kb_analysis punct = {.pos = KB_POS_PUNCT}, number = {.pos = KB_POS_NUM, .known = true}, other = {.pos = KB_POS_NAME};
    const kb_sentence *s = &y->sentences[sentence];
    if (i < s->first || i >= s->end)
        return NULL;
    const kb_word *w = &y->words[i];
    if (w->analysis_count)
        return w->analyses;
    return w->kind == KB_WORD_PUNCT ? &punct : w->kind == KB_WORD_NUMBER ? &number : &other;
}

// Ranks the analyses of word i by its neighbours. The word before is settled already; the one after is taken in its own likeliest reading.
static kb_status rank(const reader *r, kb_arena *arena, kb_layers *y, uint32_t i, kb_error *error)
{
    kb_word *w = &y->words[i];
    const kb_analysis *before = i ? best_of(y, w->sentence, i - 1) : NULL;
    const kb_analysis *after = i + 1 < y->word_count ? best_of(y, w->sentence, i + 1) : NULL;
    int score[KB_ANALYSES_MAX];
    uint8_t order[KB_ANALYSES_MAX];
    bool same = true;
    for (uint8_t k = 0; k < w->analysis_count; k++) {
        score[k] = w->analyses[k].score;
        if (k < RANKED)
            score[k] += kb_context_points(&r->context, before, &w->analyses[k], after);
        uint8_t at = k;
        while (k < RANKED && at > 0 && score[k] > score[order[at - 1]]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = k;
        same = same && at == k && score[k] == w->analyses[k].score;
    }
    if (same)
        return KB_OK;
    kb_analysis *out = KB_NEWS(arena, kb_analysis, w->analysis_count);
    if (!out)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the analyses of words");
    for (uint8_t k = 0; k < w->analysis_count; k++) {
        out[k] = w->analyses[order[k]];
        int s = score[order[k]];
        out[k].score = (uint8_t)(s < 0 ? 0 : s > 255 ? 255 : s);
    }
    w->analyses = out;
    return KB_OK;
}

static void open_stores(reader *r, const kb_lexicon *lexicon)
{
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        const kb_image *image = &lexicon->images[i];
        kb_str slots = kb_image_section(image, "words.slots"), rules = kb_image_section(image, "words.context");
        if (rules.n && r->context.count == 0)
            kb_context_open(&r->context, rules);
        if (!slots.n)
            continue;
        r->stores[r->store_count++] = (store){
            .filter = (const uint8_t *)kb_image_section(image, "words.filter").p,
            .slots = (const kb_form_slot *)(const void *)slots.p,
            .mask = (uint32_t)(slots.n / sizeof(kb_form_slot)) - 1,
            .entries = (const kb_form_entry *)(const void *)kb_image_section(image, "words.entries").p,
        };
    }
}

kb_status kb_morphology_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    reader r = {.text = &layers->text, .powers = {1}};
    for (size_t i = 1; i <= MAX_LETTERS; i++)
        r.powers[i] = r.powers[i - 1] * KB_FORM_BASE;
    open_stores(&r, lexicon);
    uint32_t size = 64;
    while (size < layers->word_count * 2)
        size *= 2;
    memo m = {.slots = KB_NEWS(arena, const kb_word *, size), .mask = size - 1};
    kb_status status = m.slots ? KB_OK : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the analyses of words");
    for (uint32_t i = 0; i < layers->word_count && status == KB_OK; i++) {
        kb_word *w = &layers->words[i];
        if (w->kind != KB_WORD_ARABIC)
            continue;
        const kb_word **slot = memo_slot(&m, &layers->text, w);
        if (*slot) {
            w->analyses = (*slot)->analyses;
            w->analysis_count = (*slot)->analysis_count;
            continue;
        }
        analyse(&r, w);
        status = keep_best(&r, arena, w, error);
        *slot = w;
    }
    for (uint32_t i = 0; i < layers->word_count && status == KB_OK; i++) {
        if (layers->words[i].analysis_count > 1)
            status = rank(&r, arena, layers, i, error);
    }
    return status;
}

kb_status kb_words_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    kb_status status = kb_words_cut(arena, layers, error);
    if (status == KB_OK)
        status = kb_sentences_cut(lexicon, arena, layers, error);
    if (status == KB_OK)
        status = kb_morphology_run(lexicon, arena, layers, error);
    return status;
}

kb_status kb_words_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    kb_status status = kb_languages_compile(data_dir, b, error);
    if (status == KB_OK)
        status = kb_abbreviations_compile(data_dir, b, error);
    if (status == KB_OK)
        status = kb_morphology_compile(data_dir, b, error);
    return status;
}
