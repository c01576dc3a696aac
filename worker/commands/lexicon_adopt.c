// khabar lexicon adopt: entities that the lexicon did not know when their articles were read, and knows now.

#include "commands/lexicon.h"

#include "khabar/adopt.h"
#include "khabar/extract.h"
#include "khabar/log.h"
#include "khabar/migrations.h"
#include "khabar/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

void kb_lexicon_adopt_help(void)
{
    printf(
        "Entities that stand in the database without a key of the lexicon, and whose whole name the lexicon has now, "
        "become\n"
        "the known ones: their articles, mentions, quotes, events and the history move to the known entity's row, and "
        "the\n"
        "codes follow from the offices held on each article's day. A name of several known entities is left as it is.\n"
        "Workers that still run with the older data would bring unknown entities back: reload them first (SIGHUP).\n"
        "Doing it again changes nothing; it can be stopped and started at any time.\n\n"
        "  dry  shows what would be adopted and changes nothing\n");
    kb_settings_help(KB_USE_ADOPT, stdout);
}

static void report(kb_str type, kb_str name, kb_str key, void *unused)
{
    (void)unused;
    printf(KB_PRI "\t" KB_PRI "\t" KB_PRI "\n", KB_ARG(type), KB_ARG(name), KB_ARG(key));
}

static kb_status adopt(const kb_settings *settings, bool dry, kb_error *error)
{
    kb_extractor *extractor = NULL;
    kb_pg pg = {0};
    kb_adoption counts;
    kb_status status = kb_extractor_new(settings->lexicon[0] ? settings->lexicon : NULL, &extractor, error);
    if (status == KB_OK)
        status = kb_pg_connect(settings->postgres, "khabar lexicon adopt", &pg, error);
    if (status == KB_OK)
        status = kb_schema_check(&pg, kb_migrations_embedded(), error);
    if (status == KB_OK)
        status = kb_adopt(&pg, kb_extractor_lexicon(extractor), dry, report, NULL, &counts, error);
    if (status == KB_OK)
        printf("%" PRIu64 " of %" PRIu64 " unknown entities %s, in %" PRIu64 " articles; %" PRIu64
               " bear a name of several known ones\n",
               counts.adopted, counts.unknown, dry ? "would be adopted" : "adopted", counts.articles, counts.ambiguous);
    kb_pg_done(&pg);
    kb_extractor_free(extractor);
    return status;
}

int kb_command_lexicon_adopt(int argc, char **argv)
{
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0, status = 2;
    kb_status read =
        arena ? kb_settings_read(argc, argv, environ, KB_USE_ADOPT, arena, &settings, &operands, &error) : KB_NO_MEMORY;
    bool dry = operands == 1 && strcmp(argv[1], "dry") == 0;
    if (read == KB_OK && operands && !dry)
        read = kb_fail(&error, KB_INVALID, "operand", "'" KB_PRI "' is not dry",
                       KB_ARG(kb_str_shown(kb_str_of(argv[operands]))));
    if (read == KB_OK) {
        kb_log_setup((kb_log_level)settings.log_level, (kb_log_format)settings.log_format);
        status = adopt(&settings, dry, &error) == KB_OK ? 0 : kb_settings_wrong(&error) ? 2 : 1;
    }
    if (status != 0)
        fprintf(stderr, "khabar lexicon adopt: %s%s%s\n", error.where, error.where[0] ? ": " : "", error.what);
    kb_arena_free(arena);
    return status;
}
