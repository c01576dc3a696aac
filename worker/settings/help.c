#include "settings/table.h"

#include <stdio.h>

static const char *placeholder(const kb_setting *setting)
{
    switch (setting->type) {
    case KB_SETTING_NUMBER:
        return "N";
    case KB_SETTING_BYTES:
        return "BYTES";
    case KB_SETTING_CHOICE:
        return setting->choices;
    case KB_SETTING_TEXT:
        break;
    }
    return "TEXT";
}

void kb_settings_help(unsigned use, void *file)
{
    FILE *out = file;
    fprintf(out, "\noptions, each also KHABAR_NAME in the environment (KHABAR_NAME_FILE: a file that holds the value) "
                 "and 'name = value' in the file\n"
                 "that --config names:\n");
    for (size_t i = 0; i < kb_setting_count; i++) {
        const kb_setting *setting = &kb_setting_table[i];
        if (!(setting->use & use))
            continue;
        char option[80];
        snprintf(option, sizeof option, "--%s=%s", setting->name, placeholder(setting));
        fprintf(out, "  %-40s %s", option, setting->help);
        fprintf(out, setting->standard[0] ? " [%s]\n" : "\n", setting->standard);
    }
    if (use & (KB_USE_RUN | KB_USE_STATUS | KB_USE_LETTERS))
        fprintf(out, "  %-40s any property of librdkafka, e.g. --kafka.security.protocol=SSL\n",
                "--kafka.PROPERTY=VALUE");
    fprintf(out, "  %-40s this text\n  %-40s the version\n", "--help", "--version");
}
