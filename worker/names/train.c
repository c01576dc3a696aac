// Trains the sequence model by the marked sentences of the corpus: reads them, has the weights learned (learn.c), and writes them to the image.
// Deterministic: the same corpus and data give the same weights.
#include "names/learn.h"
#include "khabar/extract.h"
#include "khabar/normalize.h"

#include <stdio.h>
#include <stdlib.h>

enum { FAINT = 6, LINE_MAX_BYTES = 16384 };

typedef struct trainer {
    kb_arena *arena;
    kb_lexicon lexicon;
    KB_VEC(example) examples;
} trainer;

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

// ---------------------------------------------------------------- the model

static int16_t rounded(float value)
{
    float scaled = value * MODEL_SCALE;
    int32_t w = (int32_t)(scaled < 0 ? scaled - 0.5f : scaled + 0.5f);
    return (int16_t)(w > MODEL_WEIGHT_MAX ? MODEL_WEIGHT_MAX : w < -MODEL_WEIGHT_MAX ? -MODEL_WEIGHT_MAX : w);
}

// Rows whose weights are all next to nothing are left out: they are most, and decide nothing.
static bool is_faint(const float *row)
{
    for (uint32_t l = 0; l < MODEL_LABELS; l++) {
        int16_t w = rounded(row[l]);
        if (w > FAINT || w < -FAINT)
            return false;
    }
    return true;
}

static kb_status write_model(const float *weights, kb_image_builder *b, kb_error *error)
{
    enum { TRANSITIONS = (MODEL_LABELS + 1) * MODEL_COLUMNS };
    size_t before = TRANSITIONS * sizeof(int32_t) + MODEL_BLOCKS * sizeof(model_block);
    char *out = calloc(1, before + (size_t)MODEL_ROWS * MODEL_COLUMNS * sizeof(int16_t));
    if (!out)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the model");
    int32_t *transitions = (int32_t *)(void *)out;
    model_block *blocks = (model_block *)(void *)(transitions + TRANSITIONS);
    int16_t *rows = (int16_t *)(void *)(blocks + MODEL_BLOCKS);
    uint32_t n = 0;
    for (uint32_t k = 0; k < TRANSITIONS; k++)
        transitions[k] = rounded(weights[(size_t)MODEL_ROWS * MODEL_COLUMNS + k]);
    for (uint32_t row = 0; row < MODEL_ROWS; row++) {
        const float *w = &weights[(size_t)row * MODEL_COLUMNS];
        if (row % 32 == 0)
            blocks[row / 32].first = n;
        if (is_faint(w))
            continue;
        blocks[row / 32].present |= 1u << (row % 32);
        for (uint32_t l = 0; l < MODEL_LABELS; l++)
            rows[(size_t)n * MODEL_COLUMNS + l] = rounded(w[l]);
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
    trainer t = {.arena = kb_arena_new(0)};
    float *weights = NULL;
    if (!t.arena)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the trainer");
    if (status == KB_OK)
        status = kb_image_open((kb_str){bytes, size}, &t.lexicon.images[0], error);
    t.lexicon.image_count = 1;
    if (status == KB_OK)
        status = read_corpus(&t, corpus_dir, error);
    if (status == KB_OK && t.examples.n) {
        weights = learn_weights(t.examples.at, t.examples.n);
        status = weights ? write_model(weights, b, error)
                         : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the trainer");
    }
    free(weights);
    kb_arena_free(t.arena);
    free(bytes);
    return status;
}
