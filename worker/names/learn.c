// A linear-chain conditional random field (J. Lafferty and others, 2001), learned by stochastic gradient descent (L. Bottou) with averaging of the
// last passes. Outside of names the wrong labels get a head start that the right one has to overcome (softmax margin, K. Gimpel and N. Smith, 2010),
// since running news has more of that than the corpus, which is dense in names.
//
// In every pass some gazetteer spans, cues and word forms are hidden, so that the model learns to do without them: most names in the news stand in
// no lexicon.
//
// Only additions, multiplications, divisions and exact scalings are used, so that the weights are the same on every machine.
#include "names/learn.h"

#include <math.h>
#include <stdlib.h>

enum {
    RUNS = 4, // from nothing, averaged: what a draw decides by chance, the others outvote
    PASSES = 20,
    AVERAGED = 10,     // of the last passes
    HIDDEN_SPANS = 25, // percent
    HIDDEN_WORDS = 15,
    HIDDEN_NAMES = 15,
    WEIGHT_ROWS = MODEL_ROWS + MODEL_LABELS + 1,
};
static const double RATE = 0.02, DECAY = 12;   // decay: of the weights in one pass, in units of the rate
static const double HEAD_STARTS[] = {4, 6, 6}; // of a person, a body, a place where there is none

typedef struct learner {
    kb_arena *scratch; // of one example
    float *weights;    // times `shrink`
    double shrink, rate;
    uint64_t random;
} learner;

static uint32_t next_random(learner *t) // xorshift64*
{
    t->random ^= t->random >> 12;
    t->random ^= t->random << 25;
    t->random ^= t->random >> 27;
    return (uint32_t)((t->random * 0x2545F4914F6CDD1Dull) >> 32);
}

static bool chance(learner *t, uint32_t percent)
{
    return next_random(t) % 100 < percent;
}

// e^x by its series around the nearest multiple of ln 2.
static double exponential(double x)
{
    static const double log2_e = 1.4426950408889634, ln_2 = 0.6931471805599453;
    if (x < -700)
        return 0;
    double k = floor(x * log2_e + 0.5), r = x - k * ln_2, sum = 1;
    for (int i = 9; i > 0; i--)
        sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

// ---------------------------------------------------------------- one sentence

typedef double row[MODEL_COLUMNS];

typedef struct lesson {
    uint32_t n;
    const uint8_t *gold;
    uint32_t (*rows)[MODEL_FEATURES], *counts;
    row *potential, *forward, *backward; // a word; the two latter scaled to sum to 1
    row transition[MODEL_LABELS + 1];
} lesson;

// Features of the words, some of what is known of them hidden.
static bool read_features(learner *t, example *x, const kb_sentence *sentence, lesson *ret)
{
    word_traits *traits = KB_NEWS(t->scratch, word_traits, ret->n);
    for (uint32_t i = 0; traits && i < ret->n; i++) {
        model_traits(&x->scene, sentence->first + i, &traits[i]);
        if (chance(t, HIDDEN_WORDS)) {
            enum { UNKNOWN = 5 };
            traits[i].lemma = traits[i].lemma == traits[i].stem ? UNKNOWN : traits[i].lemma;
            traits[i].stem = traits[i].raw = traits[i].inner = UNKNOWN;
        }
        if (traits[i].name && chance(t, HIDDEN_NAMES))
            traits[i].name = 0;
    }
    for (uint32_t i = 0; traits && i < ret->n; i++)
        ret->counts[i] = model_features(&x->scene, sentence, traits, i, ret->rows[i]);
    return traits != NULL;
}

static void weigh(const learner *t, lesson *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        float sum[MODEL_COLUMNS] = {0};
        for (uint32_t f = 0; f < s->counts[i]; f++) {
            const float *w = &t->weights[(size_t)s->rows[i][f] * MODEL_COLUMNS];
            for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
                sum[l] += w[l];
        }
        double scores[MODEL_LABELS], top = -1e300;
        for (uint32_t l = 0; l < MODEL_LABELS; l++) {
            double start = l && !s->gold[i] ? HEAD_STARTS[(l - 1) / 4] : 0;
            scores[l] = (double)sum[l] * t->shrink + start;
            top = scores[l] > top ? scores[l] : top;
        }
        for (uint32_t l = 0; l < MODEL_LABELS; l++)
            s->potential[i][l] = exponential(scores[l] - top);
    }
    for (uint32_t from = 0; from <= MODEL_LABELS; from++) {
        const float *w = &t->weights[(size_t)(MODEL_ROWS + from) * MODEL_COLUMNS];
        for (uint32_t to = 0; to < MODEL_LABELS; to++)
            s->transition[from][to] = model_allowed(from, to) ? exponential((double)w[to] * t->shrink) : 0;
    }
}

static void scale_to_one(row values)
{
    double sum = 0;
    for (uint32_t l = 0; l < MODEL_LABELS; l++)
        sum += values[l];
    for (uint32_t l = 0; l < MODEL_LABELS; l++)
        values[l] /= sum;
}

static void run_both_ways(lesson *s)
{
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t to = 0; to < MODEL_LABELS; to++) {
            double sum = i ? 0 : s->transition[MODEL_LABELS][to];
            for (uint32_t from = 0; i && from < MODEL_LABELS; from++)
                sum += s->forward[i - 1][from] * s->transition[from][to];
            s->forward[i][to] = sum * s->potential[i][to];
        }
        scale_to_one(s->forward[i]);
    }
    for (uint32_t i = s->n; i-- > 0;) {
        for (uint32_t from = 0; from < MODEL_LABELS; from++) {
            double sum = i + 1 == s->n && model_allowed(from, MODEL_LABELS) ? 1 : 0;
            for (uint32_t to = 0; i + 1 < s->n && to < MODEL_LABELS; to++)
                sum += s->transition[from][to] * s->potential[i + 1][to] * s->backward[i + 1][to];
            s->backward[i][from] = sum;
        }
        scale_to_one(s->backward[i]);
    }
}

// Moves the weights of the transition into word `i` by what was expected too little or too much.
static void teach_transitions(learner *t, const lesson *s, uint32_t i, double step)
{
    row expected[MODEL_LABELS + 1] = {{0}};
    uint32_t low = i ? 0 : MODEL_LABELS, high = i ? MODEL_LABELS - 1 : MODEL_LABELS;
    double sum = 0;
    for (uint32_t from = low; from <= high; from++) {
        for (uint32_t to = 0; to < MODEL_LABELS; to++) {
            expected[from][to] =
                (i ? s->forward[i - 1][from] : 1) * s->transition[from][to] * s->potential[i][to] * s->backward[i][to];
            sum += expected[from][to];
        }
    }
    uint32_t before = i ? s->gold[i - 1] : MODEL_LABELS;
    for (uint32_t from = low; from <= high; from++) {
        float *w = &t->weights[(size_t)(MODEL_ROWS + from) * MODEL_COLUMNS];
        for (uint32_t to = 0; to < MODEL_LABELS; to++) {
            double right = from == before && to == s->gold[i] ? 1 : 0;
            if (model_allowed(from, to))
                w[to] += (float)(step * (right - expected[from][to] / sum));
        }
    }
}

static void teach(learner *t, const lesson *s)
{
    const double enough = 0.001; // a word that is as sure as that teaches nothing
    double step = t->rate / t->shrink;
    for (uint32_t i = 0; i < s->n; i++) {
        row expected = {0};
        for (uint32_t l = 0; l < MODEL_LABELS; l++)
            expected[l] = s->forward[i][l] * s->backward[i][l];
        scale_to_one(expected);
        float change[MODEL_COLUMNS] = {0};
        for (uint32_t l = 0; l < MODEL_LABELS; l++)
            change[l] = (float)(step * ((l == s->gold[i] ? 1 : 0) - expected[l]));
        for (uint32_t f = 0; 1 - expected[s->gold[i]] > enough && f < s->counts[i]; f++) {
            float *w = &t->weights[(size_t)s->rows[i][f] * MODEL_COLUMNS];
            for (uint32_t l = 0; l < MODEL_COLUMNS; l++)
                w[l] += change[l];
        }
        teach_transitions(t, s, i, step);
    }
}

static bool learn_sentence(learner *t, example *x, const kb_sentence *sentence)
{
    lesson s = {.n = sentence->end - sentence->first, .gold = x->labels + sentence->first};
    s.rows = kb_alloc(t->scratch, s.n * sizeof *s.rows);
    s.counts = KB_NEWS(t->scratch, uint32_t, s.n);
    s.potential = KB_NEWS(t->scratch, row, s.n);
    s.forward = KB_NEWS(t->scratch, row, s.n);
    s.backward = KB_NEWS(t->scratch, row, s.n);
    if (!s.rows || !s.counts || !s.potential || !s.forward || !s.backward || !read_features(t, x, sentence, &s))
        return false;
    weigh(t, &s);
    run_both_ways(&s);
    teach(t, &s);
    return true;
}

// ---------------------------------------------------------------- the corpus

// Hides a share of what the gazetteer says of the words of an example.
static bool hide_spans(learner *t, example *x)
{
    scene *s = &x->scene;
    bool *hidden = KB_NEWS(t->scratch, bool, (size_t)s->spans.n + 1);
    for (uint32_t i = 0; hidden && i < s->spans.n; i++)
        hidden[i] = chance(t, HIDDEN_SPANS);
    scene_mark_spans(s, hidden);
    scene_mark_titles(s);
    return hidden != NULL;
}

// Each example has draws of its own in each pass: what changes in one, by a new row of the lexicon, changes nothing in the others.
static uint64_t draws_of(uint32_t pass, uint32_t index)
{
    uint64_t z = (((uint64_t)pass << 32) + index + 1) * 0x9E3779B97F4A7C15ull; // splitmix64, G. Steele and others, 2014
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return (z ^ z >> 31) | 1;
}

static bool learn_pass(learner *t, example *examples, const uint32_t *order, uint32_t count, uint32_t pass,
                       uint32_t *steps)
{
    for (uint32_t i = 0; i < count; i++) {
        example *x = &examples[order[i]];
        t->random = draws_of(pass, order[i]);
        if (!hide_spans(t, x))
            return false;
        for (uint32_t k = 0; k < x->layers->sentence_count; k++) {
            const kb_sentence *sentence = &x->layers->sentences[k];
            double decay = DECAY / count;
            t->rate = RATE / (1 + decay * RATE * (*steps)++);
            t->shrink *= 1 - t->rate * decay;
            if (sentence->end > sentence->first && !learn_sentence(t, x, sentence))
                return false;
        }
        kb_arena_reset(t->scratch);
    }
    return true;
}

static void shuffle(learner *t, uint32_t *order, uint32_t count)
{
    for (uint32_t i = count; i-- > 1;) {
        uint32_t k = next_random(t) % (i + 1), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
}

float *learn_weights(example *examples, uint32_t count)
{
    enum { WEIGHTS = WEIGHT_ROWS * MODEL_COLUMNS };
    learner t = {.scratch = kb_arena_new(0), .shrink = 1};
    uint32_t *order = calloc(count ? count : 1, sizeof *order), steps = 0;
    t.weights = calloc(WEIGHTS, sizeof *t.weights);
    float *sums = calloc(WEIGHTS, sizeof *sums);
    bool done = t.scratch && order && t.weights && sums;
    for (uint32_t i = 0; done && i < count; i++)
        order[i] = i;
    for (uint32_t pass = 0; done && pass < RUNS * PASSES; pass++) {
        if (pass % PASSES == 0) {
            memset(t.weights, 0, WEIGHTS * sizeof *t.weights);
            steps = 0;
        }
        t.random = draws_of(pass, count);
        shuffle(&t, order, count);
        done = learn_pass(&t, examples, order, count, pass, &steps);
        for (uint32_t k = 0; k < WEIGHTS; k++) {
            t.weights[k] *= (float)t.shrink;
            if (pass % PASSES + AVERAGED >= PASSES)
                sums[k] += t.weights[k] / (AVERAGED * RUNS);
        }
        t.shrink = 1;
    }
    kb_arena_free(t.scratch);
    free(order);
    free(t.weights);
    if (!done) {
        free(sums);
        sums = NULL;
    }
    return sums;
}
