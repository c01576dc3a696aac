// Words a second through each stage of extraction, on one core, over the marked sentences of the corpus as articles; and the time to load the data.
// usage: bench_stages CORPUS_DIR [ROUNDS]

#include "khabar/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARTICLE_BYTES = 4096, LINE_BYTES = 65536 };

typedef struct bench {
    const kb_lexicon *lexicon;
    kb_arena *texts, *arena;
    KB_VEC(kb_str) articles;
} bench;

static const struct {
    const char *name;
    kb_status (*run)(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error);
} stages[] = {{"text", kb_text_run},   {"words", kb_words_run},   {"numbers", kb_numbers_run}, {"times", kb_times_run},
              {"names", kb_names_run}, {"quotes", kb_quotes_run}, {"events", kb_events_run}};

// Seconds of this thread on its core: other work on the machine does not count.
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Takes the marks out of a line ({PER|name} becomes name), in place; returns its bytes.
static size_t unmark(char *line)
{
    size_t n = 0;
    for (const char *p = line; *p; p++) {
        if (*p == '{' && strlen(p) > 5 && p[4] == '|')
            p += 4;
        else if (*p != '}')
            line[n++] = *p;
    }
    return n;
}

// Sentences of `path` without their marks, joined to articles of about ARTICLE_BYTES.
static bool read_articles(bench *b, const char *path)
{
    static char line[LINE_BYTES];
    FILE *f = fopen(path, "r");
    bool held = f != NULL;
    kb_str *last = NULL;
    while (held && fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        size_t n = unmark(line);
        if (!last || last->n + n > ARTICLE_BYTES) {
            last = KB_PUSH(b->texts, &b->articles);
            char *bytes = last ? kb_alloc(b->texts, ARTICLE_BYTES + LINE_BYTES) : NULL;
            held = bytes != NULL;
            if (held)
                *last = (kb_str){bytes, 0};
        }
        if (held) {
            memcpy((char *)last->p + last->n, line, n);
            last->n += n;
        }
    }
    if (f)
        fclose(f);
    return held;
}

// One round over all articles: adds the seconds of each stage to `spent`. Returns the words, or 0 where a stage failed.
static uint64_t round_of(bench *b, double spent[KB_LEN(stages)])
{
    uint64_t words = 0;
    for (uint32_t i = 0; i < b->articles.n; i++) {
        kb_article article = {.id = KB_STR("bench"), .body = b->articles.at[i], .language = KB_STR("ar")};
        kb_layers layers = {.article = &article};
        for (size_t s = 0; s < KB_LEN(stages); s++) {
            double start = now();
            if (stages[s].run(b->lexicon, b->arena, &layers, NULL) != KB_OK)
                return 0;
            spent[s] += now() - start;
        }
        words += layers.word_count;
        kb_arena_reset(b->arena);
    }
    return words;
}

int main(int argc, char **argv)
{
    bench b = {.texts = kb_arena_new(0), .arena = kb_arena_new(0)};
    kb_str *paths = NULL;
    uint32_t count = 0;
    if (argc < 2 || !b.texts || !b.arena || kb_files_below(argv[1], ".txt", b.texts, &paths, &count, NULL) != KB_OK ||
        !count) {
        fprintf(stderr, "usage: bench_stages CORPUS_DIR [ROUNDS]\n");
        return 2;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!read_articles(&b, paths[i].p))
            return 1;
    }
    double began = now();
    kb_extractor *extractor = NULL;
    if (kb_extractor_new(NULL, &extractor, NULL) != KB_OK)
        return 1;
    printf("data loaded in %.3f ms\n", (now() - began) * 1e3);
    b.lexicon = kb_extractor_lexicon(extractor);
    int rounds = argc > 2 ? atoi(argv[2]) : 10;
    double best[KB_LEN(stages)] = {0};
    uint64_t words = 0;
    for (int round = 0; round < rounds; round++) {
        double spent[KB_LEN(stages)] = {0};
        words = round_of(&b, spent);
        if (!words)
            return 1;
        for (size_t s = 0; s < KB_LEN(stages); s++) {
            double rate = (double)words / spent[s] / 1e6;
            best[s] = rate > best[s] ? rate : best[s];
        }
    }
    printf("%llu words; million words/s in the best of %d rounds:\n", (unsigned long long)words, rounds);
    for (size_t s = 0; s < KB_LEN(stages); s++)
        printf("  %-8s %8.2f\n", stages[s].name, best[s]);
    kb_extractor_free(extractor);
    kb_arena_free(b.arena);
    kb_arena_free(b.texts);
    return 0;
}
