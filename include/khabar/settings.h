#pragma once
// The settings of the programs: one table of names, types, defaults, limits and help makes the command line, the
// environment, the settings file, and --help.
//
// A setting `kafka-brokers` is --kafka-brokers=V on the command line, KHABAR_KAFKA_BROKERS=V (or
// KHABAR_KAFKA_BROKERS_FILE=path, whose first line is the value) in the environment, and a line `kafka-brokers = V` of
// the file. The command line wins over the environment, which wins over the file. Whatever begins with `kafka.` is a
// property of librdkafka: --kafka.security.protocol=SSL, kafka.security.protocol = SSL in the file,
// KHABAR_KAFKA_SECURITY_PROTOCOL=SSL in the environment.

#include "khabar/arena.h"
#include "khabar/log.h"

typedef struct kb_property { // of librdkafka
    kb_str name, value;
    kb_str origin; // where it was set, for error messages: "--kafka.x", "KHABAR_KAFKA_X", "khabar.conf:3"
} kb_property;

typedef struct kb_settings {
    const char *config; // settings file, "" for none
    const char *postgres;
    const char *kafka_brokers, *kafka_topic, *kafka_group, *kafka_dead_letter_topic;
    const char *lexicon;    // folder of a user's own data files, "" for none
    const char *migrations; // folder, "" for the embedded ones
    int64_t extractors;     // threads; 0: one a processor
    int64_t writers;
    int64_t queue_bytes; // of messages and rows under way
    int64_t unit_messages, unit_bytes, unit_age_ms;
    int64_t transaction_messages, transaction_bytes;
    int64_t drain_seconds;
    int64_t offset_commit_ms;
    int64_t message_bytes, body_bytes, title_bytes, field_bytes, depth, paragraphs, authors, tags, words;
    int64_t article_memory;
    int64_t retry_max_ms;
    const char *http_listen; // "host:port"; "" for none
    int64_t stall_seconds;
    int64_t log_level, log_format; // kb_log_level, kb_log_format
    kb_property *properties;
    uint32_t property_count;
} kb_settings;

typedef enum kb_setting_use { // which commands know a setting
    KB_USE_RUN = 1 << 0,
    KB_USE_MIGRATE = 1 << 1,
    KB_USE_HEALTH = 1 << 2,
    KB_USE_STATUS = 1 << 3,
    KB_USE_LETTERS = 1 << 4,
    KB_USE_ADOPT = 1 << 5,
    KB_USE_ALL = 63,
} kb_setting_use;

// Reads all four places for a command. `argv[1...argc-1]` are options ("--name=value", "--name value") and operands;
// "--" ends the options. Operands are moved to the front of `argv` behind argv[0], *ret_operands counts them. `--help`
// and `--version` are for the caller: see kb_settings_asked. All memory is of `arena`. Errors (KB_INVALID, KB_LIMIT,
// KB_NOT_FOUND) name the place: option, variable, or file and line.
kb_status kb_settings_read(int argc, char **argv, char **environment, unsigned use, kb_arena *arena, kb_settings *ret,
                           int *ret_operands, kb_error *error);

// Whether `option` ("--help") stands among the options, before any "--".
bool kb_settings_asked(int argc, char **argv, const char *option);

// Whether an error is one of the settings, for exit status 2: also one that only librdkafka or libpq could judge, when the value was used.
bool kb_settings_wrong(const kb_error *error);

// Prints the options of a command with defaults and limits.
void kb_settings_help(unsigned use, void *file);
