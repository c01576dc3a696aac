// Any bytes as a settings file, and as the content of a variable's file: read, or refused with the line or the variable.

#include "khabar/settings.h"
#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void read_settings(const char *first, const char *variable)
{
    char program[] = "run", *argv[] = {program, NULL, NULL}, *environment[] = {NULL, NULL};
    argv[1] = first ? strdup(first) : NULL;
    environment[0] = variable ? strdup(variable) : NULL;
    kb_arena *arena = kb_arena_new(64u << 20);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0;
    if (kb_settings_read(first ? 2 : 1, argv, environment, KB_USE_RUN, arena, &settings, &operands, &error) == KB_OK) {
        check(settings.writers >= 1 && settings.writers <= 64 && settings.kafka_dead_letter_topic[0]);
        for (uint32_t i = 0; i < settings.property_count; i++)
            check(settings.properties[i].name.n > 0 && settings.properties[i].value.p);
    } else {
        check(error.code[0] && error.what[0]);
        check_text(kb_str_of(error.what), sizeof error.what);
    }
    kb_arena_free(arena);
    free(argv[1]);
    free(environment[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("settings", 0);
    char option[64], variable[64];
    if (fd < 0 || size > 65536 || write(fd, data, size) != (ssize_t)size)
        return 0;
    snprintf(option, sizeof option, "--config=/proc/self/fd/%d", fd);
    read_settings(option, NULL);
    snprintf(variable, sizeof variable, "KHABAR_KAFKA_SASL_PASSWORD_FILE=/proc/self/fd/%d", fd);
    lseek(fd, 0, SEEK_SET);
    read_settings(NULL, variable);
    close(fd);
    return 0;
}
