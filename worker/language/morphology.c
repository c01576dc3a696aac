// The analyser: what a written word can be, and which of it is likeliest where it stands.

#include "memo.h"
#include "reader.h"
#include "khabar/extract.h"
#include "khabar/normalize.h"
#include "khabar/words.h"

enum { LEAD = 70 }; // no lead of so many points is ever made up by neighbours

// What an article's words are read with.
typedef struct analyser {
    kb_reader reader;
    kb_context context;
    kb_word_memo *memo;
    kb_arena *arena;
    kb_layers *layers;
    const kb_readings **readings; // of each word, NULL where it is no Arabic one
    kb_readings edge, punct, number, other;
    kb_view seen[4]; // theirs
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

// وسوريا is the country, not a man of it in the accusative: a name that the lexicon has whole comes before the adjective made from it.
static void prefer_names(kb_reader *r)
{
    enum { COST = 30 };
    const uint32_t accusative = KB_F_NISBA | KB_F_ACC;
    for (uint32_t i = 0; i < r->count; i++) {
        const kb_analysis *name = &r->found[i];
        if (name->pos != KB_POS_NAME || !name->known || !name->proclitics)
            continue;
        for (uint32_t k = 0; k < r->count; k++) {
            const kb_analysis *a = &r->found[k];
            if (a->pos == KB_POS_ADJ && (a->features & accusative) == accusative && a->proclitics == name->proclitics)
                r->score[k] -= COST;
        }
    }
}

// A damma written on one of the first three letters is that of a passive verb (رُفع) more often than of a noun (حُكم).
static void prefer_passives(kb_reader *r, const kb_word *w)
{
    enum { POINTS = 13, LETTERS = 3 };
    kb_str written = kb_str_sub(r->text->stored, w->start, w->end);
    for (uint32_t i = 0; i < r->count; i++) {
        const kb_analysis *a = &r->found[i];
        if (a->pos != KB_POS_VERB || !(a->features & KB_F_PAST) || !(a->features & KB_F_P3))
            continue;
        unsigned letters = 0, first = a->stem_start / 2u;
        for (size_t k = 0; k + 1 < written.n && letters <= first + LETTERS; k += 2) {
            uint32_t c = ((unsigned char)written.p[k] & 0x1Fu) << 6 | ((unsigned char)written.p[k + 1] & 0x3Fu);
            if (c == 0x64F && letters > first)
                r->score[i] += POINTS;
            letters += kb_fold_char(c) != KB_FOLD_DROP;
        }
    }
}

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
    prefer_names(r);
    prefer_passives(r, w);
    if (r->count == 0)
        guess(r);
}

// Puts the best analyses of `r` into `out`, in order; returns how many.
static uint8_t best_of(kb_reader *r, kb_analysis out[KB_ANALYSES_MAX])
{
    uint32_t n = r->count < KB_ANALYSES_MAX ? r->count : KB_ANALYSES_MAX;
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
        a.score = (uint8_t)(score < 0 ? 0 : score > 255 ? 255 : score);
        out[i] = a;
    }
    return (uint8_t)n;
}

static const kb_readings *read_word(analyser *x, const kb_word *w, kb_str spelling, uint64_t hash)
{
    const kb_readings *kept = kb_memo_find(x->memo, spelling, hash);
    if (kept)
        return kept;
    kb_analysis found[KB_ANALYSES_MAX];
    kb_view views[KB_RANKED] = {0};
    analyse(&x->reader, w);
    uint8_t n = best_of(&x->reader, found);
    for (uint8_t i = 0; i < n && i < KB_RANKED; i++)
        views[i] = kb_context_view(&x->context, &found[i]);
    return kb_memo_keep(x->memo, x->arena, spelling, hash, found, views, n);
}

// ---------------------------------------------------------------- an article

// Readings of every word by itself. Places in the memo are asked for some words ahead, so that the misses of the cache overlap.
static bool read_words(analyser *x)
{
    enum { AHEAD = 16 };
    kb_layers *y = x->layers;
    uint64_t hashes[AHEAD];
    for (uint32_t first = 0; first < y->word_count; first += AHEAD) {
        uint32_t end = first + AHEAD < y->word_count ? first + AHEAD : y->word_count;
        for (uint32_t i = first; i < end; i++) {
            const kb_word *w = &y->words[i];
            if (w->kind != KB_WORD_ARABIC)
                continue;
            hashes[i - first] = kb_str_hash(kb_str_sub(y->text.stored, w->start, w->end));
            kb_memo_expect(x->memo, hashes[i - first]);
        }
        for (uint32_t i = first; i < end; i++) {
            if (y->words[i].kind == KB_WORD_ARABIC)
                kb_memo_approach(x->memo, hashes[i - first]);
        }
        for (uint32_t i = first; i < end; i++) {
            kb_word *w = &y->words[i];
            if (w->kind != KB_WORD_ARABIC)
                continue;
            const kb_readings *r = read_word(x, w, kb_str_sub(y->text.stored, w->start, w->end), hashes[i - first]);
            if (!r)
                return false;
            x->readings[i] = r;
            w->analyses = r->at;
            w->analysis_count = r->count;
        }
    }
    return true;
}

// Readings of the word at `i` as a neighbour of a word of `sentence`.
static const kb_readings *neighbour(const analyser *x, uint32_t sentence, uint32_t i)
{
    const kb_sentence *s = &x->layers->sentences[sentence];
    if (i < s->first || i >= s->end)
        return &x->edge;
    if (x->readings[i])
        return x->readings[i];
    uint8_t kind = x->layers->words[i].kind;
    return kind == KB_WORD_PUNCT ? &x->punct : kind == KB_WORD_NUMBER ? &x->number : &x->other;
}

// Ranks the analyses of word i by its neighbours: the word before in its settled reading (`before`, seen as `view`), the one after in its own
// likeliest one. Sets *ret to the place of the best among the word's readings. False without memory.
static bool rank(const analyser *x, uint32_t i, const kb_analysis *before, const kb_view *view, uint8_t *ret)
{
    kb_word *w = &x->layers->words[i];
    const kb_readings *r = x->readings[i];
    uint64_t around = view->before & neighbour(x, w->sentence, i + 1)->views[0].after;
    int score[KB_RANKED];
    uint8_t order[KB_RANKED] = {0};
    bool same = true;
    for (uint8_t k = 0; k < r->viewed; k++) {
        score[k] = r->at[k].score + kb_context_points(&x->context, around & r->views[k].here, before, &r->at[k]);
        uint8_t at = k;
        for (; at > 0 && score[k] > score[order[at - 1]]; at--)
            order[at] = order[at - 1];
        order[at] = k;
        same = same && at == k && score[k] == r->at[k].score;
    }
    *ret = order[0];
    if (same)
        return true;
    kb_analysis *out = KB_NEWS(x->arena, kb_analysis, r->count);
    if (!out)
        return false;
    for (uint8_t k = 0; k < r->count; k++) {
        uint8_t from = k < r->viewed ? order[k] : k;
        out[k] = r->at[from];
        if (k < r->viewed) {
            int s = score[from];
            out[k].score = (uint8_t)(s < 0 ? 0 : s > 255 ? 255 : s);
        }
    }
    w->analyses = out;
    return true;
}

static bool rank_words(const analyser *x)
{
    const kb_layers *y = x->layers;
    const kb_readings *last = &x->edge; // of the word before, and which of them it was
    uint8_t chosen = 0;
    for (uint32_t i = 0; i < y->word_count; i++) {
        const kb_readings *r = neighbour(x, y->words[i].sentence, i);
        bool first = i == y->sentences[y->words[i].sentence].first;
        const kb_readings *before = first ? &x->edge : last;
        uint8_t which = first ? 0 : chosen;
        last = r;
        chosen = 0;
        if (r->count > 1 && r->at[0].score - r->at[1].score < LEAD &&
            !rank(x, i, before->at ? &before->at[which] : NULL, &before->views[which], &chosen))
            return false;
    }
    return true;
}

static void set_neighbours(analyser *x)
{
    static const kb_analysis punct = {.pos = KB_POS_PUNCT}, number = {.pos = KB_POS_NUM, .known = true},
                             other = {.pos = KB_POS_NAME};
    const kb_analysis *const of[] = {NULL, &punct, &number, &other};
    kb_readings *const to[] = {&x->edge, &x->punct, &x->number, &x->other};
    for (size_t i = 0; i < KB_LEN(of); i++) {
        x->seen[i] = kb_context_view(&x->context, of[i]);
        *to[i] = (kb_readings){.at = of[i], .views = &x->seen[i], .count = 1, .viewed = 1};
    }
}

kb_status kb_morphology_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    analyser x = {.arena = arena, .layers = layers, .context = kb_context_open(lexicon)};
    kb_reader_open(&x.reader, lexicon, &layers->text);
    set_neighbours(&x);
    x.memo = layers->memo ? layers->memo : kb_word_memo_small(arena);
    x.readings = KB_NEWS(arena, const kb_readings *, layers->word_count);
    if (x.memo && x.readings) {
        kb_memo_begin(x.memo);
        if (read_words(&x) && rank_words(&x))
            return KB_OK;
    }
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the analyses of words");
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
