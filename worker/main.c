// khabar: the table of commands.

#include "khabar/commands.h"
#include "khabar/extract.h"

#include <stdio.h>
#include <string.h>

static const kb_command commands[] = {
    {"run", "khabar run [OPTION...]", "the worker: from a Kafka topic to PostgreSQL", kb_command_run},
    {"migrate", "khabar migrate [up|down|status]", "make or change the database schema", kb_command_migrate},
    {"health", "khabar health [live|ready]", "whether the worker here lives: for a container", kb_command_health},
    {"status", "khabar status [--json]", "how an installation stands: schema, lag, articles, dead letters",
     kb_command_status},
    {"dead-letters", "khabar dead-letters [list|show|replay]", "what could not be read and why; and back with it",
     kb_command_dead_letters},
    {"explain", "khabar explain [OPTION...] [FILE]", "show what is read in an article, and why", kb_command_explain},
    {"extract", "khabar extract [OPTION...] [FILE...]", "read articles, write records", kb_command_extract},
    {"lexicon", "khabar lexicon check DIR|adopt", "check data files of your own; link stored entities that they know",
     kb_command_lexicon},
};

static void usage(FILE *out)
{
    fprintf(out, "khabar %s: structured events from a stream of Arabic news\n\nusage: khabar COMMAND [OPTION...]\n\n",
            KHABAR_VERSION);
    for (size_t i = 0; i < KB_LEN(commands); i++)
        fprintf(out, "  %-14s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n'khabar COMMAND --help' tells more.\n");
}

// The release, and the data that is built in: "khabar 0.1.0+9f3c2a1be0d4c7f1".
static int version(void)
{
    kb_extractor *extractor = NULL;
    kb_error error = {0};
    if (kb_extractor_new(NULL, &extractor, &error) != KB_OK) {
        fprintf(stderr, "khabar: %s\n", error.what);
        return 1;
    }
    printf("khabar %s\n", kb_extractor_version(extractor));
    kb_extractor_free(extractor);
    return 0;
}

// Runs a command; --help and --version are the same everywhere, wherever they stand among its words.
static int run(const kb_command *command, int argc, char **argv)
{
    char help[] = "--help";
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--version") == 0)
            return version();
        if (strcmp(argv[i], help) == 0)
            return command->run(2, (char *[]){argv[0], help, NULL});
    }
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0)
        return version();
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        usage(stdout);
        return 0;
    }
    for (size_t i = 0; i < KB_LEN(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    }
    fprintf(stderr, "khabar: no command '" KB_PRI "'; see khabar --help\n", KB_ARG(kb_str_shown(kb_str_of(argv[1]))));
    return 2;
}
