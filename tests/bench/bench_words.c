// Speed of the text layers on one core: bytes to analysed words, beside ICU's word iterator and NFC on the same text.
// usage: bench_words [FILE]; without a file: the articles of tests/corpus, or the sentences of tests/cases.

#include "khabar/extract.h"
#include "khabar/morphology.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unicode/ubrk.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { ARTICLE_BYTES = 4096, ROUNDS = 5 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static kb_str read_all(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    size_t size = (size_t)ftell(f);
    rewind(f);
    char *p = malloc(size + 1);
    size_t n = p ? fread(p, 1, size, f) : 0;
    fclose(f);
    return (kb_str){p, n};
}

// Articles of some 4 KB, cut at line breaks.
static size_t next_article(kb_str text, size_t at, kb_str *ret)
{
    size_t end = at + ARTICLE_BYTES < text.n ? at + ARTICLE_BYTES : text.n;
    while (end < text.n && text.p[end] != '\n')
        end++;
    *ret = (kb_str){text.p + at, end - at};
    return end < text.n ? end + 1 : end;
}

// `words`: also the words and their readings. `kept`: as a worker reads that has seen the words before; else its memory of words is empty when the text begins.
static void bench_khabar(const kb_lexicon *lexicon, kb_str text, bool words, bool kept)
{
    kb_arena *arena = kb_arena_new(0);
    kb_word_memo *memo = kb_word_memo_new();
    double best = 1e9;
    size_t count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        if (!kept) {
            kb_word_memo_free(memo);
            memo = kb_word_memo_new();
        }
        double start = now();
        count = 0;
        for (size_t at = 0; at < text.n;) {
            kb_article article = {.language = KB_STR("ar"), .id = KB_STR("bench")};
            kb_layers layers = {.article = &article, .memo = memo};
            at = next_article(text, at, &article.body);
            kb_arena_reset(arena);
            if (kb_text_run(lexicon, arena, &layers, NULL) != KB_OK ||
                (words && kb_words_run(lexicon, arena, &layers, NULL) != KB_OK))
                exit(1);
            count += layers.word_count;
        }
        double took = now() - start;
        best = took < best ? took : best;
    }
    double mb = (double)text.n / 1e6;
    if (words)
        printf("%-28s %8.1f MB/s %8.2f M words/s (%zu words)\n",
               kept ? "bytes to analysed words" : "the same, all of it new", mb / best, (double)count / best / 1e6,
               count);
    else
        printf("%-28s %8.1f MB/s\n", "stored and matching form", mb / best);
    kb_word_memo_free(memo);
    kb_arena_free(arena);
}

static void bench_icu(kb_str text)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t units = 0, normal = 0;
    UChar *wide = malloc((text.n + 1) * sizeof *wide), *out = malloc((text.n + 1) * sizeof *out);
    u_strFromUTF8(wide, (int32_t)text.n + 1, &units, text.p, (int32_t)text.n, &code);
    double words = 1e9, nfc = 1e9;
    size_t count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        UBreakIterator *it = ubrk_open(UBRK_WORD, "ar", wide, units, &code);
        count = 0;
        while (ubrk_next(it) != UBRK_DONE)
            count += ubrk_getRuleStatus(it) >= UBRK_WORD_NUMBER;
        ubrk_close(it);
        double middle = now();
        normal = unorm2_normalize(unorm2_getNFCInstance(&code), wide, units, out, (int32_t)text.n + 1, &code);
        double end = now();
        words = middle - start < words ? middle - start : words;
        nfc = end - middle < nfc ? end - middle : nfc;
    }
    double mb = (double)text.n / 1e6;
    printf("%-28s %8.1f MB/s %8.2f M words/s (%zu words)\n", "ICU word iterator", mb / words,
           (double)count / words / 1e6, count);
    printf("%-28s %8.1f MB/s (%d units)\n", "ICU NFC", mb / nfc, normal);
    free(wide);
    free(out);
}

typedef KB_VEC(char) chars;

static void add_char(kb_arena *arena, chars *all, char c)
{
    char *slot = c == '}' ? NULL : KB_PUSH(arena, all);
    if (slot)
        *slot = c;
}

// Lines of every corpus and case file of the project, as one text.
static kb_str own_text(kb_arena *arena)
{
    static const char *const folders[] = {"tests/corpus/names", "tests/cases/morphology"};
    static const char *const suffixes[] = {".txt", ".tsv"};
    chars all = {0};
    for (size_t i = 0; i < KB_LEN(folders); i++) {
        kb_str *files = NULL;
        uint32_t count = 0;
        if (kb_files_below(folders[i], suffixes[i], arena, &files, &count, NULL) != KB_OK)
            continue;
        for (uint32_t k = 0; k < count; k++) {
            kb_str s = read_all(files[k].p);
            kb_str rest = s;
            while (rest.p) {
                kb_str line = kb_str_cut(&rest, '\n');
                if (line.n == 0 || line.p[0] == '#' || memchr(line.p, '\t', line.n))
                    continue;
                for (size_t b = 0; b <= line.n; b++) {
                    if (b < line.n && line.p[b] == '{') // {PER|…}: only what is marked
                        b += 4;
                    else
                        add_char(arena, &all, b < line.n ? line.p[b] : '\n');
                }
            }
            free((void *)s.p);
        }
    }
    return (kb_str){all.at, all.n};
}

int main(int argc, char **argv)
{
    kb_extractor *extractor = NULL;
    kb_error error = {0};
    if (kb_extractor_new(NULL, &extractor, &error) != KB_OK) {
        fprintf(stderr, "bench_words: %s\n", error.what);
        return 1;
    }
    kb_arena *arena = kb_arena_new(0);
    kb_str text = argc > 1 ? read_all(argv[1]) : own_text(arena);
    if (text.n == 0) {
        fprintf(stderr, "bench_words: no text; run it in the source directory, or name a file\n");
        return 1;
    }
    printf("%.2f MB of text, in articles of about %d bytes, one core\n", (double)text.n / 1e6, ARTICLE_BYTES);
    bench_khabar(kb_extractor_lexicon(extractor), text, false, false);
    bench_khabar(kb_extractor_lexicon(extractor), text, true, true);
    bench_khabar(kb_extractor_lexicon(extractor), text, true, false);
    bench_icu(text);
    kb_arena_free(arena);
    kb_extractor_free(extractor);
    return 0;
}
