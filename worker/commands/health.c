// khabar health: whether the worker of this machine or container lives.

#include "khabar/commands.h"
#include "khabar/http.h"
#include "khabar/settings.h"

#include <stdio.h>
#include <unistd.h>

enum { WAIT_SECONDS = 5 };

static int ask(const kb_settings *settings, const char *path)
{
    kb_error error = {0};
    char body[1024];
    int status;
    if (!settings->http_listen[0]) {
        fputs("khabar health: http-listen is empty, so the worker says nothing about itself\n", stderr);
        return 2;
    }
    kb_status asked = kb_http_get(settings->http_listen, path, WAIT_SECONDS, &status, body, sizeof body, &error);
    if (asked != KB_OK) {
        fprintf(stderr, "khabar health: %s\n", error.what);
        return asked == KB_INVALID ? 2 : 1;
    }
    fputs(body, stdout);
    return status == 200 ? 0 : 1;
}

int kb_command_health(int argc, char **argv)
{
    if (kb_settings_asked(argc, argv, "--help")) {
        printf("usage: khabar health [OPTION...] [live | ready]\n\nasks the worker at http-listen whether it lives "
               "(the default) or is ready to "
               "work;\nexit status 0: yes, 1: no or no answer, 2: wrong settings\n");
        kb_settings_help(KB_USE_HEALTH, stdout);
        return 0;
    }
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0, result = 2;
    kb_status read = arena ? kb_settings_read(argc, argv, environ, KB_USE_HEALTH, arena, &settings, &operands, &error)
                           : KB_NO_MEMORY;
    bool ready = operands == 1 && strcmp(argv[1], "ready") == 0,
         live = operands == 0 || (operands == 1 && strcmp(argv[1], "live") == 0);
    if (read == KB_OK && !ready && !live)
        read = kb_fail(&error, KB_INVALID, "operand", "'" KB_PRI "' is neither live nor ready",
                       KB_ARG(kb_str_shown(kb_str_of(argv[1]))));
    if (read == KB_OK)
        result = ask(&settings, ready ? "/readyz" : "/livez");
    else
        fprintf(stderr, "khabar health: %s\n", error.what);
    kb_arena_free(arena);
    return result;
}
