// khabar lexicon: check, the data files of a user's own directory, checked as the worker would read them.

#include "commands/lexicon.h"

#include "khabar/commands.h"
#include "khabar/extract.h"
#include "khabar/names.h"

#include <stdio.h>
#include <sys/stat.h>

enum { SHOWN = 100 };

static void print_help(void)
{
    printf(
        "usage: khabar lexicon check DIR\n"
        "       khabar lexicon adopt [OPTION...] [dry]\n\ncheck:\n"
        "Reads DIR as 'khabar run --lexicon DIR' and 'khabar extract --lexicon DIR' would: its files have the names "
        "and the columns\n"
        "of the built-in ones (lexicon/people/*.tsv, lexicon/places/*.tsv, rules/*.rules, ...) and come before them; a "
        "key that is\n"
        "also built in replaces that entry's names. Every row that is wrong is printed with its file, line and "
        "reason.\n"
        "A running worker loads the directory again on SIGHUP, and keeps the old data where the new has an error.\n\n"
        "Exit status: 0 all of it is right; 1 errors; 2 wrong usage.\n\nadopt:\n");
    kb_lexicon_adopt_help();
}

static void report(void *context, const kb_error *row)
{
    uint32_t *errors = context;
    if (++*errors <= SHOWN)
        fprintf(stderr, "%s\n", row->what);
}

static int check(const char *dir)
{
    struct stat info;
    if (stat(dir, &info) != 0 || !S_ISDIR(info.st_mode)) {
        fprintf(stderr, "khabar lexicon: %s is no directory\n", dir);
        return 1;
    }
    uint32_t errors = 0;
    kb_names_counts counts = {0};
    kb_error error = {0};
    if (kb_names_check(dir, report, &errors, &counts, &error) != KB_OK) {
        fprintf(stderr, "%s\n", error.what);
        return 1;
    }
    if (errors > SHOWN)
        fprintf(stderr, "... and %u more\n", errors - SHOWN);
    if (errors == 0) { // the other tables and the rules, and all of it together
        kb_extractor *extractor = NULL;
        if (kb_extractor_new(dir, &extractor, &error) != KB_OK) {
            fprintf(stderr, "%s\n", error.what);
            errors++;
        }
        kb_extractor_free(extractor);
    }
    printf("%s: %u people, %u bodies, %u places under %u names; %u offices held; %u words of evidence; %u errors\n",
           dir, counts.people, counts.bodies, counts.places, counts.forms, counts.roles, counts.names, errors);
    return errors ? 1 : 0;
}

int kb_command_lexicon(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "adopt") == 0)
        return kb_command_lexicon_adopt(argc - 1, argv + 1);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return 0;
    }
    if (argc != 3 || strcmp(argv[1], "check") != 0) {
        fprintf(stderr, "usage: khabar lexicon check DIR | khabar lexicon adopt [OPTION...]\n");
        return 2;
    }
    return check(argv[2]);
}
