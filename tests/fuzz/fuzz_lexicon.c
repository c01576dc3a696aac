// A user's own data file: the first byte says which, the rest is its content. What compiles must open, and an article be read with it.

#include "khabar/extract.h"
#include "fuzz.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const files[] = {
    "lexicon/people/own.tsv",   "lexicon/organizations/own.tsv",
    "lexicon/places/own.tsv",   "lexicon/words/nouns.tsv",
    "lexicon/words/verbs.tsv",  "lexicon/words/adjectives.tsv",
    "lexicon/words/names.tsv",  "lexicon/words/function.tsv",
    "lexicon/countries.tsv",    "lexicon/names.tsv",
    "lexicon/offices.tsv",      "lexicon/titles.tsv",
    "lexicon/heads.tsv",        "lexicon/shorts.tsv",
    "rules/own.rules",          "tables/times.tsv",
    "tables/time_patterns.tsv", "tables/numbers.tsv",
    "tables/actors.tsv",        "tables/assertion.tsv",
    "tables/prepositions.tsv",  "tables/support.tsv",
    "tables/plover_types.tsv",  "tables/plover_modes.tsv",
    "tables/cameo.tsv",         "tables/topics.tsv",
    "tables/page_labels.tsv",   "tables/abbreviations.tsv",
    "tables/words.tsv",         "tables/contexts.tsv",
    "tables/context.tsv",       "tables/governors.tsv",
    "tables/implicit.tsv",      "tables/currencies.tsv",
    "tables/zones.tsv",         "tables/languages.tsv",
    "tables/confidence.tsv",    "tables/language_words.tsv",
    "tables/unions.tsv",
};
static char folder[64];

static void make_folders(void)
{
    static const char *const below[] = {
        "lexicon", "lexicon/people", "lexicon/organizations", "lexicon/places", "lexicon/words", "rules", "tables"};
    snprintf(folder, sizeof folder, "/tmp/khabar-fuzz-XXXXXX");
    check(mkdtemp(folder) != NULL);
    for (size_t i = 0; i < KB_LEN(below); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, below[i]);
        check(mkdir(path, 0700) == 0);
    }
}

static void read_article(const kb_extractor *extractor)
{
    kb_article article = {
        .id = KB_STR("fuzz"),
        .title = KB_STR("بايدن ونتنياهو يبحثان الهدنة في القاهرة"),
        .body =
            KB_STR("قال الرئيس جو بايدن يوم الخميس إنه بحث هاتفيا مع نتنياهو الهدنة. وقتل 12 شخصا في غارة على غزة."),
        .published_text = KB_STR("2024-08-02T08:00:00Z")};
    kb_session *session = kb_session_new(extractor);
    kb_arena *arena = kb_arena_new(512u << 20);
    kb_layers *layers;
    kb_error error = {0};
    if (session && arena && kb_extract(session, arena, &article, &layers, &error) != KB_OK)
        check(error.code[0]);
    kb_session_free(session);
    kb_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!folder[0])
        make_folders();
    if (size < 1 || size > 16384)
        return 0;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, files[data[0] % KB_LEN(files)]);
    FILE *file = fopen(path, "wb");
    check(file && fwrite(data + 1, 1, size - 1, file) == size - 1 && fclose(file) == 0);
    kb_extractor *extractor = NULL;
    kb_error error = {0};
    if (kb_extractor_new(folder, &extractor, &error) == KB_OK) {
        read_article(extractor);
        kb_extractor_free(extractor);
    } else {
        check(error.code[0] && error.what[0]);
        check_text(kb_str_of(error.what), sizeof error.what);
    }
    unlink(path);
    return 0;
}
