// The trainer: averaged structured perceptron (M. Collins, 2002) over the marked sentences of the corpus. Deterministic: the same corpus and data
// give the same weights. In every pass some gazetteer spans, cues and word forms are hidden, so that the model learns to do without them: most names
// in the news stand in no lexicon.
#include "names/model.h"
#include "khabar/extract.h"
#include "khabar/normalize.h"

#include <stdio.h>
#include <stdlib.h>

// The margins by which the right label must win: larger outside of names, since running news has more of that than the corpus, which is dense in names.
enum { PASSES = 12, MARGIN_OUTSIDE = 800, MARGIN_NAME = 100, FAINT = 8, LINE_MAX_BYTES = 16384 };

typedef struct example {
    kb_layers *layers;
    uint8_t *labels; // a word
    scene scene;
} example;

typedef struct trainer {
    kb_arena *arena;   // examples
    kb_arena *scratch; // of one sentence
    kb_lexicon lexicon;
    KB_VEC(example) examples;
    float *weights, *totals; // [rows + transitions][MODEL_COLUMNS]
    uint32_t *stamps;        // last step at which a row's total is right
    uint32_t step;
    uint64_t random;
} trainer;

enum { TRANSITION_ROWS = MODEL_LABELS + 1, ALL_ROWS = MODEL_ROWS + TRANSITION_ROWS };

static uint32_t next_random(trainer *t) // xorshift64*
{
    t->random ^= t->random >> 12;
    t->random ^= t->random << 25;
    t->random ^= t->random >> 27;
    return (uint32_t)((t->random * 0x2545F4914F6CDD1Dull) >> 32);
}

static bool chance(trainer *t, uint32_t percent)
{
    return next_random(t) % 100 < percent;
}

// ---------------------------------------------------------------- the corpus

typedef struct mark {
    uint32_t start, end;
    kb_entity_type type;
} mark;

typedef KB_VEC(mark) marks;

static bool type_of(kb_str tag, kb_entity_type *ret)
{
    static const char *const tags[] = {"PER", "ORG", "LOC"};
    for (unsigned i = 0; i < 3; i++) {
        if (kb_str_is(tag, tags[i])) {
            *ret = (kb_entity_type)i;
            return true;
        }
    }
    return false;
}

// Takes the marks {PER|…} out of `line`.
static bool read_marks(kb_arena *arena, kb_str line, kb_str *plain, marks *found)
{
    char *out = kb_alloc(arena, line.n + 1);
    uint32_t n = 0;
    mark *open = NULL;
    for (size_t i = 0; out && i < line.n; i++) {
        kb_entity_type type;
        if (line.p[i] == '{' && i + 5 < line.n && line.p[i + 4] == '|' && !open &&
            type_of(kb_str_sub(line, i + 1, i + 4), &type)) {
            open = KB_PUSH(arena, found);
            if (!open)
                return false;
            *open = (mark){n, n, type};
            i += 4;
        } else if (line.p[i] == '}' && open) {
            open->end = n;
            open = NULL;
        } else {
            out[n++] = line.p[i];
        }
    }
    *plain = (kb_str){out, n};
    return out && !open;
}

static void label_words(const kb_layers *y, const marks *found, uint8_t *labels)
{
    for (uint32_t m = 0; m < found->n; m++) {
        uint32_t first = KB_NONE, last = 0;
        for (uint32_t i = 0; i < y->word_count; i++) {
            if (y->words[i].start < found->at[m].end && found->at[m].start < y->words[i].end) {
                first = first == KB_NONE ? i : first;
                last = i;
            }
        }
        for (uint32_t i = first; first != KB_NONE && i <= last; i++) {
            uint32_t part = first == last ? LABEL_UNIT
                            : i == first  ? LABEL_FIRST
                            : i == last   ? LABEL_LAST
                                          : LABEL_INNER;
            labels[i] = (uint8_t)model_label(found->at[m].type, part);
        }
    }
}

static kb_status add_line(trainer *t, kb_str line, kb_error *error)
{
    kb_str normal, plain;
    marks found = {0};
    kb_status status = kb_normalize(t->arena, line, true, &normal, error);
    if (status != KB_OK)
        return status;
    if (!read_marks(t->arena, normal, &plain, &found))
        return kb_fail(error, KB_INVALID, "corpus-marks", "a mark is not closed in '" KB_PRI "'", KB_ARG(line));
    example *x = KB_PUSH(t->arena, &t->examples);
    kb_article *article = KB_NEW(t->arena, kb_article);
    kb_layers *y = KB_NEW(t->arena, kb_layers);
    if (!x || !article || !y)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the training corpus");
    *article = (kb_article){.id = KB_STR("corpus"), .body = plain, .language = KB_STR("ar")};
    y->article = article;
    status = kb_text_run(&t->lexicon, t->arena, y, error);
    if (status == KB_OK)
        status = kb_words_run(&t->lexicon, t->arena, y, error);
    if (status == KB_OK)
        status = kb_numbers_run(&t->lexicon, t->arena, y, error);
    if (status == KB_OK)
        status = kb_times_run(&t->lexicon, t->arena, y, error);
    if (status != KB_OK)
        return status;
    x->layers = y;
    x->labels = KB_NEWS(t->arena, uint8_t, y->word_count);
    if (!x->labels || !scene_make(&t->lexicon, t->arena, y, &x->scene))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the training corpus");
    label_words(y, &found, x->labels);
    return KB_OK;
}

static kb_status read_corpus(trainer *t, const char *corpus_dir, kb_error *error)
{
    kb_str *files = NULL;
    uint32_t count = 0;
    kb_str dir = kb_arena_printf(t->arena, "%s/names", corpus_dir);
    kb_status status = dir.p ? kb_files_below(dir.p, ".txt", t->arena, &files, &count, error)
                             : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the training corpus");
    for (uint32_t f = 0; f < count && status == KB_OK; f++) {
        FILE *in = fopen(files[f].p, "r");
        if (!in)
            return kb_fail(error, KB_NOT_FOUND, "corpus-open", "%s: can't be opened", files[f].p);
        static char line[LINE_MAX_BYTES];
        uint32_t number = 0;
        while (status == KB_OK && fgets(line, sizeof line, in)) {
            number++;
            kb_str text = kb_str_trim(kb_str_of(line));
            if (text.n && text.p[0] != '#') {
                kb_str copy = kb_arena_copy(t->arena, text);
                status = copy.p ? add_line(t, copy, error)
                                : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the training corpus");
            }
        }
        fclose(in);
        if (status != KB_OK)
            kb_error_at(error, "%s:%u", files[f].p, number);
    }
    return status;
}

// ---------------------------------------------------------------- learning

// Adds `delta` to one weight; the totals are brought up to date lazily.
static void adjust(trainer *t, uint32_t row, uint32_t label, float delta)
{
    float *w = &t->weights[(size_t)row * MODEL_COLUMNS], *sum = &t->totals[(size_t)row * MODEL_COLUMNS];
    uint32_t passed = t->step - t->stamps[row];
    if (passed) {
        for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
            sum[l] += w[l] * (float)passed;
        t->stamps[row] = t->step;
    }
    w[label] += delta;
}

// Hides a share of what the lexicons say of the words of an example.
static void hide(trainer *t, example *x)
{
    scene *s = &x->scene;
    bool *hidden = KB_NEWS(t->scratch, bool, (size_t)s->spans.n + 1);
    for (uint32_t i = 0; hidden && i < s->spans.n; i++)
        hidden[i] = chance(t, 25);
    scene_mark_spans(s, hidden);
    scene_mark_titles(s);
}

static bool learn_sentence(trainer *t, example *x, const kb_sentence *sentence)
{
    uint32_t n = sentence->end - sentence->first;
    word_traits *traits = KB_NEWS(t->scratch, word_traits, n);
    uint32_t *rows = KB_NEWS(t->scratch, uint32_t, (size_t)n * MODEL_FEATURES),
             *counts = KB_NEWS(t->scratch, uint32_t, n);
    int32_t *emissions = KB_NEWS(t->scratch, int32_t, (size_t)n * MODEL_COLUMNS);
    uint8_t *labels = KB_NEWS(t->scratch, uint8_t, n);
    if (!traits || !rows || !counts || !emissions || !labels)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        model_traits(&x->scene, sentence->first + i, &traits[i]);
        if (chance(t, 15)) {
            traits[i].stem = traits[i].raw = traits[i].inner = 5;
            traits[i].lemma = traits[i].lemma == traits[i].stem ? 5 : traits[i].lemma;
        }
        if (traits[i].name && chance(t, 15))
            traits[i].name = 0;
    }
    const uint8_t *gold = x->labels + sentence->first;
    for (uint32_t i = 0; i < n; i++) {
        counts[i] = model_features(&x->scene, sentence, traits, i, &rows[i * MODEL_FEATURES]);
        float sum[MODEL_COLUMNS] = {0};
        for (uint32_t f = 0; f < counts[i]; f++) {
            const float *w = &t->weights[(size_t)rows[i * MODEL_FEATURES + f] * MODEL_COLUMNS];
            for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
                sum[l] += w[l];
        }
        for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
            emissions[i * MODEL_COLUMNS + l] =
                (int32_t)(sum[l] * MODEL_SCALE) +
                (l == gold[i] ? 0 : (gold[i] ? MARGIN_NAME : MARGIN_OUTSIDE) * MODEL_SCALE);
    }
    int32_t transitions[TRANSITION_ROWS * MODEL_COLUMNS];
    for (uint32_t k = 0; k < KB_LEN(transitions); k++)
        transitions[k] = (int32_t)(t->weights[(size_t)MODEL_ROWS * MODEL_COLUMNS + k] * MODEL_SCALE);
    if (!model_viterbi(t->scratch, emissions, transitions, n, labels))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t f = 0; labels[i] != gold[i] && f < counts[i]; f++) {
            adjust(t, rows[i * MODEL_FEATURES + f], gold[i], 1);
            adjust(t, rows[i * MODEL_FEATURES + f], labels[i], -1);
        }
        uint32_t from = i ? gold[i - 1] : MODEL_LABELS, wrong = i ? labels[i - 1] : MODEL_LABELS;
        if (from != wrong || gold[i] != labels[i]) {
            adjust(t, MODEL_ROWS + from, gold[i], 1);
            adjust(t, MODEL_ROWS + wrong, labels[i], -1);
        }
    }
    t->step++;
    return true;
}

static bool learn(trainer *t)
{
    uint32_t count = t->examples.n, *order = KB_NEWS(t->arena, uint32_t, count);
    if (!order)
        return false;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    for (uint32_t pass = 0; pass < PASSES; pass++) {
        for (uint32_t i = count; i-- > 1;) {
            uint32_t k = next_random(t) % (i + 1), swap = order[i];
            order[i] = order[k];
            order[k] = swap;
        }
        for (uint32_t i = 0; i < count; i++) {
            example *x = &t->examples.at[order[i]];
            hide(t, x);
            for (uint32_t k = 0; k < x->layers->sentence_count; k++) {
                const kb_sentence *sentence = &x->layers->sentences[k];
                if (sentence->end > sentence->first && !learn_sentence(t, x, sentence))
                    return false;
            }
            kb_arena_reset(t->scratch);
        }
    }
    return true;
}

static int32_t averaged(trainer *t, uint32_t row, uint32_t label)
{
    float value = t->totals[(size_t)row * MODEL_COLUMNS + label] / (float)(t->step ? t->step : 1) * MODEL_SCALE;
    return (int32_t)(value < 0 ? value - 0.5f : value + 0.5f);
}

// Rows whose weights are all next to nothing are left out.
static bool is_faint(trainer *t, uint32_t row)
{
    for (uint32_t l = 0; l < MODEL_LABELS; l++) {
        int32_t w = averaged(t, row, l);
        if (w > FAINT * MODEL_SCALE || w < -FAINT * MODEL_SCALE)
            return false;
    }
    return true;
}

static kb_status write_model(trainer *t, kb_image_builder *b, kb_error *error)
{
    enum { TRANSITIONS = TRANSITION_ROWS * MODEL_COLUMNS };
    size_t before = TRANSITIONS * sizeof(int32_t) + MODEL_BLOCKS * sizeof(model_block);
    char *out = calloc(1, before + (size_t)MODEL_ROWS * MODEL_COLUMNS * sizeof(int16_t));
    if (!out)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the model");
    int32_t *transitions = (int32_t *)(void *)out;
    model_block *blocks = (model_block *)(void *)(transitions + TRANSITIONS);
    int16_t *rows = (int16_t *)(void *)(blocks + MODEL_BLOCKS);
    uint32_t n = 0;
    for (uint32_t row = 0; row < ALL_ROWS; row++)
        adjust(t, row, 0, 0);
    for (uint32_t k = 0; k < TRANSITIONS; k++)
        transitions[k] = averaged(t, MODEL_ROWS + k / MODEL_COLUMNS, k % MODEL_COLUMNS);
    for (uint32_t row = 0; row < MODEL_ROWS; row++) {
        if (row % 64 == 0)
            blocks[row / 64].first = n;
        if (is_faint(t, row))
            continue;
        blocks[row / 64].present |= 1ull << (row % 64);
        for (uint32_t l = 0; l < MODEL_LABELS; l++) {
            int32_t w = averaged(t, row, l);
            rows[(size_t)n * MODEL_COLUMNS + l] = (int16_t)(w > MODEL_WEIGHT_MAX    ? MODEL_WEIGHT_MAX
                                                            : w < -MODEL_WEIGHT_MAX ? -MODEL_WEIGHT_MAX
                                                                                    : w);
        }
        n++;
    }
    kb_status status = kb_image_add(b, "names.model", out, before + (size_t)n * MODEL_COLUMNS * sizeof(int16_t), error);
    free(out);
    return status;
}

kb_status kb_names_train(const char *data_dir, const char *corpus_dir, kb_image_builder *b, kb_error *error)
{
    (void)data_dir;
    char *bytes = NULL;
    size_t size = 0;
    kb_status status =
        kb_image_finish(b, &bytes, &size, error); // the data as far as it is compiled: words and gazetteer
    if (status != KB_OK)
        return status;
    trainer t = {.arena = kb_arena_new(0), .scratch = kb_arena_new(0), .random = 0x9E3779B97F4A7C15ull};
    t.weights = calloc((size_t)ALL_ROWS * MODEL_COLUMNS, sizeof *t.weights);
    t.totals = calloc((size_t)ALL_ROWS * MODEL_COLUMNS, sizeof *t.totals);
    t.stamps = calloc(ALL_ROWS, sizeof *t.stamps);
    if (!t.arena || !t.scratch || !t.weights || !t.totals || !t.stamps)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the trainer");
    if (status == KB_OK)
        status = kb_image_open((kb_str){bytes, size}, &t.lexicon.images[0], error);
    t.lexicon.image_count = 1;
    if (status == KB_OK)
        status = read_corpus(&t, corpus_dir, error);
    if (status == KB_OK && t.examples.n && !learn(&t))
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the trainer");
    if (status == KB_OK && t.examples.n)
        status = write_model(&t, b, error);
    kb_arena_free(t.arena);
    kb_arena_free(t.scratch);
    free(t.weights);
    free(t.totals);
    free(t.stamps);
    free(bytes);
    return status;
}
