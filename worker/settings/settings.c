#include "settings/table.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_BYTES_MAX = 1 << 20, PROPERTIES_MAX = 1000 };

typedef struct reader {
    kb_arena *arena;
    kb_settings *settings;
    unsigned use;
    uint32_t property_cap;
    kb_error *error;
} reader;

static kb_status no_memory(reader *r)
{
    return kb_fail(r->error, KB_NO_MEMORY, "no-memory", "no memory for the settings");
}

// A later place overrides an earlier one, so that each property is handed to librdkafka once.
static kb_status set_property(reader *r, kb_str name, kb_str value, const char *origin)
{
    kb_settings *s = r->settings;
    kb_str where = kb_arena_copy(r->arena, kb_str_of(origin));
    name = kb_arena_copy(r->arena, name);
    value = (kb_str){kb_arena_z(r->arena, value), value.n};
    if (!where.p || !name.p || !value.p)
        return no_memory(r);
    uint32_t i = 0;
    while (i < s->property_count && !kb_str_eq(s->properties[i].name, name))
        i++;
    if (i == PROPERTIES_MAX)
        return kb_fail(r->error, KB_LIMIT, "setting-count", "%s: more than %d properties of Kafka", origin,
                       PROPERTIES_MAX);
    if (i == s->property_count)
        s->property_count++;
    s->properties[i] = (kb_property){name, value, where};
    return KB_OK;
}

static kb_status set(reader *r, kb_str name, kb_str value, const char *origin)
{
    if (kb_str_starts(name, KB_STR("kafka.")) && name.n > 6)
        return set_property(r, kb_str_sub(name, 6, name.n), value, origin);
    const kb_setting *setting = kb_setting_find(name);
    if (!setting)
        return kb_fail(r->error, KB_INVALID, "setting-unknown", "%s: there is no setting '" KB_PRI "'", origin,
                       KB_ARG(kb_str_shown(name)));
    return kb_setting_set(setting, value, origin, r->arena, r->settings, r->error);
}

// -------------------------------------------------------------------------------------------------------------- files

static kb_status read_all(reader *r, const char *path, const char *origin, kb_str *ret)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return kb_fail(r->error, KB_NOT_FOUND, "setting-file", "%s: can't open %s: %s", origin, path, strerror(errno));
    char *text = malloc(FILE_BYTES_MAX + 1);
    size_t n = text ? fread(text, 1, FILE_BYTES_MAX + 1, file) : 0;
    bool bad = ferror(file) != 0;
    fclose(file);
    kb_status status = KB_OK;
    if (bad || n > FILE_BYTES_MAX)
        status =
            kb_fail(r->error, KB_LIMIT, "setting-file", "%s: %s can't be read or is larger than 1 MiB", origin, path);
    else if (!text || !(*ret = kb_arena_copy(r->arena, (kb_str){text, n})).p)
        status = no_memory(r);
    free(text);
    return status;
}

static kb_status read_config(reader *r, const char *path, const char *origin)
{
    kb_str text;
    kb_status status = read_all(r, path, origin, &text);
    kb_str rest = text;
    for (int number = 1; status == KB_OK && rest.p; number++) {
        kb_str line = kb_str_trim(kb_str_cut(&rest, '\n'));
        if (line.n == 0 || line.p[0] == '#')
            continue;
        char place[300];
        snprintf(place, sizeof place, "%s:%d", path, number);
        kb_str value = line, name = kb_str_trim(kb_str_cut(&value, '='));
        if (!value.p)
            return kb_fail(r->error, KB_INVALID, "setting-line", "%s: no '=' in the line", place);
        const kb_setting *setting = kb_setting_find(name);
        if (setting && setting->at == offsetof(kb_settings, config))
            return kb_fail(r->error, KB_INVALID, "setting-nested", "%s: a settings file can't name another one", place);
        status = set(r, name, kb_str_trim(value), place);
    }
    return status;
}

// --------------------------------------------------------------------------------------------------------------
// environment

static kb_status set_variable(reader *r, kb_str name, kb_str value, const char *origin)
{
    if (kb_setting_find(name) || !kb_str_starts(name, KB_STR("KAFKA_")))
        return set(r, name, value, origin);
    // No property of librdkafka that takes text has an underscore in its name.
    char property[120];
    int n = snprintf(property, sizeof property, "kafka." KB_PRI, KB_ARG(kb_str_sub(name, 6, name.n)));
    if (n < 0 || (size_t)n >= sizeof property)
        return kb_fail(r->error, KB_LIMIT, "setting-unknown", "%.60s…: the name is too long", origin);
    for (char *p = property; *p; p++)
        *p = *p == '_' ? '.' : (char)tolower((unsigned char)*p);
    return set(r, kb_str_of(property), value, origin);
}

static kb_status read_variable(reader *r, kb_str name, kb_str value)
{
    char origin[160];
    snprintf(origin, sizeof origin, KB_PRI, KB_ARG(name));
    kb_str key = kb_str_sub(name, 7, name.n); // behind KHABAR_
    if (!kb_str_ends(key, KB_STR("_FILE")))
        return set_variable(r, key, value, origin);
    kb_str text;
    const char *path = kb_arena_z(r->arena, value);
    kb_status status = path ? read_all(r, path, origin, &text) : no_memory(r);
    if (status != KB_OK)
        return status;
    return set_variable(r, kb_str_sub(key, 0, key.n - 5), kb_str_trim(kb_str_cut(&text, '\n')), origin);
}

static kb_status read_environment(reader *r, char **environment)
{
    kb_status status = KB_OK;
    for (char **entry = environment; status == KB_OK && *entry; entry++) {
        kb_str value = kb_str_of(*entry), name = kb_str_cut(&value, '=');
        if (kb_str_starts(name, KB_STR("KHABAR_")) && value.p && !kb_str_is(name, "KHABAR_CONFIG"))
            status = read_variable(r, name, value);
    }
    return status;
}

// --------------------------------------------------------------------------------------------------------------
// command line

// Takes one option at argv[i]; *ret_used is how many words it is. `only_config`: the first pass, which looks for the
// settings file.
static kb_status read_option(reader *r, int argc, char **argv, int i, bool only_config, int *ret_used)
{
    kb_str value = kb_str_of(argv[i] + 2), name = kb_str_cut(&value, '=');
    char origin[160];
    snprintf(origin, sizeof origin, "--" KB_PRI, KB_ARG(kb_str_shown(name)));
    const kb_setting *setting = kb_setting_find(name);
    bool property = kb_str_starts(name, KB_STR("kafka.")) && (r->use & (KB_USE_RUN | KB_USE_STATUS | KB_USE_LETTERS));
    if (!property && (!setting || !(setting->use & r->use)))
        return kb_fail(r->error, KB_INVALID, "setting-unknown", "%s: there is no such option", origin);
    *ret_used = value.p ? 1 : 2;
    if (!value.p && i + 1 >= argc)
        return kb_fail(r->error, KB_INVALID, "setting-value", "%s: a value is missing", origin);
    if (!value.p)
        value = kb_str_of(argv[i + 1]);
    bool config = setting && setting->at == offsetof(kb_settings, config);
    return config == only_config ? set(r, name, value, origin) : KB_OK;
}

static kb_status read_options(reader *r, int argc, char **argv, bool only_config, int *ret_operands)
{
    int operands = 0, used = 1;
    bool options = true;
    for (int i = 1; i < argc; i += used) {
        used = 1;
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && strncmp(argv[i], "--", 2) == 0) {
            kb_status status = read_option(r, argc, argv, i, only_config, &used);
            if (status != KB_OK)
                return status;
        } else if (only_config) {
            continue;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            return kb_fail(r->error, KB_INVALID, "setting-unknown", KB_PRI ": there is no such option",
                           KB_ARG(kb_str_shown(kb_str_of(argv[i]))));
        } else {
            argv[++operands] = argv[i];
        }
    }
    *ret_operands = operands;
    return KB_OK;
}

kb_status kb_settings_read(int argc, char **argv, char **environment, unsigned use, kb_arena *arena, kb_settings *ret,
                           int *ret_operands, kb_error *error)
{
    kb_settings settings = {.properties = KB_NEWS(arena, kb_property, PROPERTIES_MAX + 1)};
    reader r = {.arena = arena, .settings = &settings, .use = use, .error = error};
    if (!settings.properties)
        return no_memory(&r);
    kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < kb_setting_count; i++) {
        const kb_setting *setting = &kb_setting_table[i];
        status = kb_setting_set(setting, kb_str_of(setting->standard), setting->name, arena, &settings, error);
    }
    const char *config_origin = "--config";
    if (status == KB_OK)
        status = read_options(&r, argc, argv, true, ret_operands);
    for (char **entry = environment; status == KB_OK && !settings.config[0] && *entry; entry++) {
        if (strncmp(*entry, "KHABAR_CONFIG=", 14) == 0) {
            settings.config = *entry + 14;
            config_origin = "KHABAR_CONFIG";
        }
    }
    if (status == KB_OK && settings.config[0])
        status = read_config(&r, settings.config, config_origin);
    if (status == KB_OK)
        status = read_environment(&r, environment);
    if (status == KB_OK)
        status = read_options(&r, argc, argv, false, ret_operands);
    if (status == KB_OK && !settings.kafka_dead_letter_topic[0]) {
        settings.kafka_dead_letter_topic = kb_arena_printf(arena, "%s.dead-letters", settings.kafka_topic).p;
        if (!settings.kafka_dead_letter_topic)
            status = no_memory(&r);
    }
    if (status == KB_OK)
        *ret = settings;
    return status;
}

bool kb_settings_wrong(const kb_error *error)
{
    static const char *const codes[] = {"operand",           "kafka-property", "kafka-consumer",  "kafka-producer",
                                        "postgres-conninfo", "http-listen",    "migration-folder"};
    if (error->status != KB_INVALID && error->status != KB_LIMIT && error->status != KB_NOT_FOUND)
        return false;
    bool wrong = strncmp(error->code, "setting-", 8) == 0;
    for (size_t i = 0; i < KB_LEN(codes); i++)
        wrong |= strcmp(error->code, codes[i]) == 0;
    return wrong;
}

bool kb_settings_asked(int argc, char **argv, const char *option)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], option) == 0)
            return true;
    }
    return false;
}
