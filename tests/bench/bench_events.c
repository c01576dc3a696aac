// Words a second through the events stage (with its shallow parse), on one core, over the marked sentences of the corpus as articles.
// usage: bench_events CORPUS_DIR [ROUNDS]

#include "khabar/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARTICLE_BYTES = 4096 };

// Seconds of this thread on its core: other work on the machine does not count.
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Sentences of `path` without their marks, joined to one text.
static void read_plain(const char *path, char **text, size_t *n, size_t *cap)
{
    FILE *f = fopen(path, "r");
    static char line[65536];
    while (f && fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        for (const char *p = line; *p; p++) {
            if (*p == '{' && strlen(p) > 5 && p[4] == '|') {
                p += 4;
                continue;
            }
            if (*p == '}')
                continue;
            if (*n + 2 > *cap)
                *text = realloc(*text, *cap = *cap ? *cap * 2 : 65536);
            (*text)[(*n)++] = *p;
        }
    }
    if (f)
        fclose(f);
}

int main(int argc, char **argv)
{
    kb_arena *files = kb_arena_new(0);
    kb_str *paths = NULL;
    uint32_t count = 0;
    char *text = NULL;
    size_t n = 0, cap = 0;
    if (argc < 2 || kb_files_below(argv[1], ".txt", files, &paths, &count, NULL) != KB_OK || !count) {
        fprintf(stderr, "usage: bench_events CORPUS_DIR [ROUNDS]\n");
        return 2;
    }
    for (uint32_t i = 0; i < count; i++)
        read_plain(paths[i].p, &text, &n, &cap);
    kb_extractor *extractor = NULL;
    if (kb_extractor_new(NULL, &extractor, NULL) != KB_OK)
        return 1;
    double best = 0;
    const kb_lexicon *lexicon = kb_extractor_lexicon(extractor);
    kb_arena *arena = kb_arena_new(0);
    uint64_t words = 0, events = 0;
    int rounds = argc > 2 ? atoi(argv[2]) : 10;
    for (int round = 0; round < rounds; round++) {
        double spent = 0;
        words = events = 0;
        for (size_t at = 0; at < n;) {
            size_t end = at + ARTICLE_BYTES < n ? at + ARTICLE_BYTES : n;
            while (end < n && text[end - 1] != '\n')
                end++;
            kb_article article = {.id = KB_STR("bench"), .body = {text + at, end - at}, .language = KB_STR("ar")};
            kb_layers y = {.article = &article};
            if (kb_text_run(lexicon, arena, &y, NULL) != KB_OK || kb_words_run(lexicon, arena, &y, NULL) != KB_OK ||
                kb_numbers_run(lexicon, arena, &y, NULL) != KB_OK || kb_times_run(lexicon, arena, &y, NULL) != KB_OK ||
                kb_names_run(lexicon, arena, &y, NULL) != KB_OK)
                return 1;
            double start = now();
            if (kb_events_run(lexicon, arena, &y, NULL) != KB_OK)
                return 1;
            spent += now() - start;
            words += y.word_count;
            events += y.event_count;
            kb_arena_reset(arena);
            at = end;
        }
        double rate = (double)words / spent / 1e6;
        best = rate > best ? rate : best;
    }
    printf("%llu words, %llu events; events stage: %.2f million words/s in the best of %d rounds\n",
           (unsigned long long)words, (unsigned long long)events, best, rounds);
    kb_arena_free(arena);
    kb_arena_free(files);
    kb_extractor_free(extractor);
    free(text);
    return 0;
}
