// khabar run: the worker.

#include "khabar/commands.h"
#include "khabar/pipeline.h"

#include <stdio.h>
#include <unistd.h>

int kb_command_run(int argc, char **argv)
{
    if (kb_settings_asked(argc, argv, "--help")) {
        printf("usage: khabar run [OPTION...]\n\nreads articles from a Kafka topic and writes what they say to "
               "PostgreSQL, until SIGTERM\n");
        kb_settings_help(KB_USE_RUN, stdout);
        return 0;
    }
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_extractor *extractor = NULL;
    kb_error error = {0};
    int operands = 0, status = 2;
    kb_status read =
        arena ? kb_settings_read(argc, argv, environ, KB_USE_RUN, arena, &settings, &operands, &error) : KB_NO_MEMORY;
    if (read == KB_OK && operands)
        read = kb_fail(&error, KB_INVALID, "operand", "'" KB_PRI "' is no option",
                       KB_ARG(kb_str_shown(kb_str_of(argv[1]))));
    if (read == KB_OK) {
        kb_log_setup((kb_log_level)settings.log_level, (kb_log_format)settings.log_format);
        read = kb_extractor_new(settings.lexicon[0] ? settings.lexicon : NULL, &extractor, &error);
    }
    if (read == KB_OK) // takes the extractor over
        status = kb_pipeline_run(&settings, extractor);
    else
        fprintf(stderr, "khabar run: %s%s%s\n", error.where, error.where[0] ? ": " : "", error.what);
    kb_arena_free(arena);
    return status;
}
