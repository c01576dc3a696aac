// The analyser: what a written word can be, and which of it is likeliest where it stands.

#include "context.h"
#include "reader.h"
#include "khabar/extract.h"
#include "khabar/words.h"

#include <stdlib.h>

enum {
    RANKED = 5,
    LEAD = 70
}; // neighbours decide among the RANKED likeliest readings, and no lead of LEAD points is ever made up

// What an article's words are read with.
typedef struct analyser {
    kb_reader reader;
    kb_context context;
} analyser;

// ---------------------------------------------------------------- guesses

static bool ends_with(const kb_reader *r, unsigned from, uint16_t a, uint16_t b)
{
    return r->n >= from + 4 && r->letters[r->n - 2] == a && r->letters[r->n - 1] == b;
}

// What the shape of an unknown stem says of it.
static void guess_nominal(kb_reader *r, unsigned from, unsigned proclitics, int score)
{
    bool article = proclitics & KB_CLITIC_AL;
    bool marbuta = r->letters[r->n - 1] == L_HEH && r->spelling_count && r->spelling[r->spelling_count - 1] == 1;
    kb_analysis a = {.proclitics = (uint16_t)proclitics,
                     .pos = KB_POS_NOUN,
                     .stem_start = (uint8_t)(from * 2),
                     .stem_end = (uint8_t)(r->n * 2)};
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
    kb_reader_add(r, a, score);
}

static void guess_verb(kb_reader *r)
{
    uint16_t c = r->letters[0];
    unsigned from = c == L_SEEN && r->n > 4 ? 1 : 0;
    kb_analysis a = {.pos = KB_POS_VERB,
                     .proclitics = from ? KB_CLITIC_SA : 0,
                     .stem_start = (uint8_t)(from * 2),
                     .stem_end = (uint8_t)(r->n * 2)};
    c = r->letters[from];
    if (r->n >= from + 4 && (c == L_YEH || (from && c == L_TEH))) {
        a.features = KB_F_PRES | KB_F_P3 | KB_F_SING | (c == L_YEH ? KB_F_MASC : KB_F_FEM);
        kb_reader_add(r, a, KB_PRIOR_MIDDLE - 62);
    } else if (ends_with(r, 0, L_WAW, L_ALEF)) {
        a = (kb_analysis){.pos = KB_POS_VERB,
                          .features = KB_F_PAST | KB_F_P3 | KB_F_MASC | KB_F_PLUR,
                          .stem_end = (uint8_t)(r->n * 2)};
        kb_reader_add(r, a, KB_PRIOR_MIDDLE - 60);
    }
}

// Readings of a word that the lexicon can't explain. و before three letters and more is the conjunction more often than not; ب ل ف ك begin
// foreign names as often as they are proclitics, so the whole word comes first there and the cut one stands beside it.
static void guess(kb_reader *r)
{
    const int middle = KB_PRIOR_MIDDLE - 58;
    unsigned from = 0, set = 0;
    guess_verb(r);
    if (kb_reader_article_at(r, 0) && r->n > 4)
        guess_nominal(r, 2, KB_CLITIC_AL, middle + 8);
    guess_nominal(r, 0, 0, middle);
    if (r->n > 3 && (r->letters[0] == L_WAW || r->letters[0] == L_FEH)) {
        from = 1;
        set = r->letters[0] == L_WAW ? KB_CLITIC_WA : KB_CLITIC_FA;
        guess_nominal(r, from, set, set == KB_CLITIC_WA ? middle + 4 : middle - 6);
        if (kb_reader_article_at(r, from))
            guess_nominal(r, from + 2, set | KB_CLITIC_AL, middle + 12);
    }
    if (r->n < from + 4)
        return;
    uint16_t c = r->letters[from];
    unsigned clitic = c == L_BEH ? KB_CLITIC_BI : c == L_KAF ? KB_CLITIC_KA : c == L_LAM ? KB_CLITIC_LI : 0;
    if (!clitic)
        return;
    guess_nominal(r, from + 1, set | clitic, middle - 8);
    if (kb_reader_article_at(r, from + 1))
        guess_nominal(r, from + 3, set | clitic | KB_CLITIC_AL, middle + 14);
    if (c == L_LAM && r->letters[from + 1] == L_LAM)
        guess_nominal(r, from + 2, set | KB_CLITIC_LI | KB_CLITIC_AL, middle + 12);
}

// ---------------------------------------------------------------- one word

static void analyse(kb_reader *r, const kb_word *w)
{
    r->count = 0;
    if (!kb_reader_read(r, w)) {
        size_t end = w->form.n > UINT8_MAX ? UINT8_MAX : w->form.n;
        kb_reader_add(r, (kb_analysis){.pos = KB_POS_NAME, .stem_end = (uint8_t)end}, 40);
        return;
    }
    kb_reader_look_up(r);
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
static kb_status keep_best(kb_reader *r, kb_arena *arena, kb_word *w, kb_error *error)
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

// Readings of words as they were spelled, before their neighbours were asked: direct mapped, the last one in a place stays.
enum { MEMO_SPELLING = 30 };

typedef struct memo_slot {
    char spelling[MEMO_SPELLING];
    uint8_t size, count; // size 0: empty
    kb_analysis analyses[KB_ANALYSES_MAX];
} memo_slot;

struct kb_word_memo {
    uint32_t mask;
    memo_slot slots[];
};

static size_t memo_size(uint32_t slots)
{
    return sizeof(kb_word_memo) + slots * sizeof(memo_slot);
}

kb_word_memo *kb_word_memo_new(void)
{
    enum { SLOTS = 16384 };
    kb_word_memo *memo = calloc(1, memo_size(SLOTS));
    if (memo)
        memo->mask = SLOTS - 1;
    return memo;
}

kb_word_memo *kb_word_memo_free(kb_word_memo *memo)
{
    free(memo);
    return NULL;
}

// The place of a word, which may hold another one; NULL for a long word.
static memo_slot *memo_place(kb_word_memo *memo, kb_str spelling)
{
    if (spelling.n > MEMO_SPELLING || spelling.n == 0)
        return NULL;
    uint64_t h = kb_str_hash(spelling);
    return &memo->slots[h & memo->mask];
}

// The readings of a word by themselves: from the memo, or found and put there.
static kb_status read_word(kb_reader *r, kb_word_memo *memo, kb_arena *arena, kb_word *w, kb_error *error)
{
    kb_str spelling = kb_str_sub(r->text->stored, w->start, w->end);
    memo_slot *slot = memo_place(memo, spelling);
    if (slot && slot->size == spelling.n && memcmp(slot->spelling, spelling.p, spelling.n) == 0) {
        kb_analysis *out = KB_NEWS(arena, kb_analysis, slot->count);
        if (!out)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the analyses of words");
        memcpy(out, slot->analyses, slot->count * sizeof *out);
        w->analyses = out;
        w->analysis_count = slot->count;
        return KB_OK;
    }
    analyse(r, w);
    kb_status status = keep_best(r, arena, w, error);
    if (status == KB_OK && slot) {
        memcpy(slot->spelling, spelling.p, spelling.n);
        memcpy(slot->analyses, w->analyses, w->analysis_count * sizeof *w->analyses);
        slot->size = (uint8_t)spelling.n;
        slot->count = w->analysis_count;
    }
    return status;
}

static const kb_analysis *best_of(const kb_layers *y, uint32_t sentence, uint32_t i)
{
    static const kb_analysis punct = {.pos = KB_POS_PUNCT}, number = {.pos = KB_POS_NUM, .known = true},
                             other = {.pos = KB_POS_NAME};
    const kb_sentence *s = &y->sentences[sentence];
    if (i < s->first || i >= s->end)
        return NULL;
    const kb_word *w = &y->words[i];
    if (w->analysis_count)
        return w->analyses;
    return w->kind == KB_WORD_PUNCT ? &punct : w->kind == KB_WORD_NUMBER ? &number : &other;
}

// Ranks the analyses of word i by its neighbours. The word before is settled already; the one after is taken in its own likeliest reading.
static kb_status rank(const kb_context *context, kb_arena *arena, kb_layers *y, uint32_t i, kb_error *error)
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
            score[k] += kb_context_points(context, before, &w->analyses[k], after);
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

kb_status kb_morphology_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    analyser x = {0};
    kb_reader_open(&x.reader, lexicon, &layers->text);
    x.context = kb_context_open(lexicon);
    enum { ARTICLE_SLOTS = 1024 };
    kb_word_memo *memo = layers->memo;
    if (!memo && (memo = kb_alloc(arena, memo_size(ARTICLE_SLOTS))) != NULL)
        memo->mask = ARTICLE_SLOTS - 1;
    kb_status status = memo ? KB_OK : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the analyses of words");
    for (uint32_t i = 0; i < layers->word_count && status == KB_OK; i++) {
        if (layers->words[i].kind == KB_WORD_ARABIC)
            status = read_word(&x.reader, memo, arena, &layers->words[i], error);
    }
    for (uint32_t i = 0; i < layers->word_count && status == KB_OK; i++) {
        const kb_word *w = &layers->words[i];
        if (w->analysis_count > 1 && w->analyses[0].score - w->analyses[1].score < LEAD)
            status = rank(&x.context, arena, layers, i, error);
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
