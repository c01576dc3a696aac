#include "settings/table.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MIB         (1024 * 1024)
#define FIELD(name) offsetof(kb_settings, name)
#define TEXT(name, field, use, standard, help)                                                                         \
    {                                                                                                                  \
        name, KB_SETTING_TEXT, use, FIELD(field), standard, 0, 0, NULL, false, help                                    \
    }
#define NUMBER(name, field, use, standard, low, high, help)                                                            \
    {                                                                                                                  \
        name, KB_SETTING_NUMBER, use, FIELD(field), standard, low, high, NULL, false, help                             \
    }
#define BYTES(name, field, use, standard, low, high, help)                                                             \
    {                                                                                                                  \
        name, KB_SETTING_BYTES, use, FIELD(field), standard, low, high, NULL, false, help                              \
    }
#define CHOICE(name, field, use, standard, choices, help)                                                              \
    {                                                                                                                  \
        name, KB_SETTING_CHOICE, use, FIELD(field), standard, 0, 0, choices, false, help                               \
    }

enum {
    RUN = KB_USE_RUN,
    MIGRATE = KB_USE_MIGRATE,
    KAFKA = RUN | KB_USE_STATUS | KB_USE_LETTERS,
    ADOPT = KB_USE_ADOPT,
    DATABASE = KAFKA | MIGRATE | ADOPT,
};

const kb_setting kb_setting_table[] = {
    TEXT("config", config, KB_USE_ALL, "", "settings file: lines of NAME = VALUE"),
    TEXT("kafka-brokers", kafka_brokers, KAFKA, "localhost:9092", "bootstrap servers, host:port,…"),
    TEXT("kafka-topic", kafka_topic, KAFKA, "articles", "topic of raw articles"),
    TEXT("kafka-group", kafka_group, KAFKA, "khabar", "consumer group"),
    TEXT("kafka-dead-letter-topic", kafka_dead_letter_topic, KAFKA, "",
         "topic of dead letters; empty: the topic's name and .dead-letters"),
    {"postgres", KB_SETTING_TEXT, DATABASE, FIELD(postgres), "", 0, 0, NULL, true,
     "connection string of libpq; empty: libpq's own defaults"},
    TEXT("http-listen", http_listen, RUN | KB_USE_HEALTH, "127.0.0.1:9464",
         "address of /livez, /readyz and /metrics; empty: none, port 0: a free one"),
    TEXT("migrations", migrations, MIGRATE, "", "folder of migrations; empty: those in the program"),
    TEXT("lexicon", lexicon, RUN | ADOPT, "", "folder of data files of your own, which come before the built-in ones"),
    NUMBER("extractors", extractors, RUN, "0", 0, 1024,
           "threads that extract; 0: one a processor that the worker may use"),
    NUMBER("writers", writers, RUN, "2", 1, 64, "threads, and connections to PostgreSQL, that write"),
    BYTES("queue-bytes", queue_bytes, RUN, "72M", 64 * 1024, (int64_t)64 << 30,
          "bytes under way: a third for messages, then partitions are paused, the rest for rows that wait to be "
          "written"),
    NUMBER("unit-messages", unit_messages, RUN, "64", 1, 10000,
           "messages of a unit: what one thread extracts in one go"),
    BYTES("unit-bytes", unit_bytes, RUN, "512K", 1, 256 * MIB, "bytes that close a unit"),
    NUMBER("unit-age-ms", unit_age_ms, RUN, "10", 0, 60000, "age that closes a unit, milliseconds"),
    NUMBER("transaction-messages", transaction_messages, RUN, "512", 1, 100000, "messages of a transaction"),
    BYTES("transaction-bytes", transaction_bytes, RUN, "16M", 1, 512 * MIB,
          "bytes of messages and their rows of a transaction"),
    NUMBER("retry-max-ms", retry_max_ms, RUN, "5000", 10, 600000,
           "longest wait between two tries while PostgreSQL or Kafka is away, milliseconds"),
    NUMBER("stall-seconds", stall_seconds, RUN, "120", 1, 86400,
           "time without progress, with something to do, after which /livez fails"),
    NUMBER("drain-seconds", drain_seconds, RUN, "30", 0, 3600, "time to finish what is under way after SIGTERM"),
    NUMBER("offset-commit-ms", offset_commit_ms, RUN, "1000", 10, 600000,
           "how often Kafka is told the offsets, for tools that show lag, milliseconds"),
    BYTES("message-bytes", message_bytes, RUN, "16M", 1, 1024 * MIB, "largest message"),
    BYTES("body-bytes", body_bytes, RUN, "8M", 1, 1024 * MIB, "longest body"),
    BYTES("title-bytes", title_bytes, RUN, "16K", 1, 64 * MIB, "longest title"),
    BYTES("field-bytes", field_bytes, RUN, "16K", 1, 64 * MIB, "longest other field: id, url, an author, a tag"),
    NUMBER("depth", depth, RUN, "64", 1, 2048, "deepest nesting of JSON and HTML"),
    NUMBER("paragraphs", paragraphs, RUN, "20000", 1, 10000000, "paragraphs of an article"),
    NUMBER("authors", authors, RUN, "100", 1, 100000, "authors of an article"),
    NUMBER("tags", tags, RUN, "500", 1, 100000, "tags of an article"),
    NUMBER("words", words, RUN, "50000", 100, 10000000, "words of an article"),
    BYTES("article-memory", article_memory, RUN, "256M", MIB, (int64_t)64 << 30,
          "memory that the extraction of one article may take; each extractor works at one, so a container needs more "
          "than this times `extractors`"),
    CHOICE("log-level", log_level, KB_USE_ALL, "info", "error|warn|info|debug",
           "least important messages that are logged"),
    CHOICE("log-format", log_format, KB_USE_ALL, "text", "text|json", "form of the log"),
};
const size_t kb_setting_count = KB_LEN(kb_setting_table);

const kb_setting *kb_setting_find(kb_str name)
{
    for (size_t i = 0; i < kb_setting_count; i++) {
        const char *known = kb_setting_table[i].name;
        size_t n = 0;
        while (n < name.n && known[n] &&
               (tolower((unsigned char)name.p[n]) == known[n] || (name.p[n] == '_' && known[n] == '-')))
            n++;
        if (n == name.n && known[n] == '\0')
            return &kb_setting_table[i];
    }
    return NULL;
}

static kb_status set_number(const kb_setting *setting, const char *text, const char *origin, int64_t *ret,
                            kb_error *error)
{
    char *end = NULL;
    long long value = isdigit((unsigned char)text[0]) ? strtoll(text, &end, 10) : -1;
    if (!end)
        return kb_fail(error, KB_INVALID, "setting-number", "%s: '%s' is no number", origin, text);
    int shift = 0;
    if (setting->type == KB_SETTING_BYTES && *end) {
        const char *unit = strchr("KMG", toupper((unsigned char)*end));
        shift = unit ? (int)(unit - "KMG" + 1) * 10 : 0;
        end += unit != NULL;
    }
    if (*end)
        return kb_fail(error, KB_INVALID, "setting-number", "%s: '%s' is no number%s", origin, text,
                       setting->type == KB_SETTING_BYTES ? " of bytes (K, M and G may follow it)" : "");
    if (value > (INT64_MAX >> shift) || (value << shift) < setting->low || (value << shift) > setting->high)
        return kb_fail(error, KB_LIMIT, "setting-range", "%s: %s is outside of %" PRId64 " to %" PRId64, origin, text,
                       setting->low, setting->high);
    *ret = (int64_t)value << shift;
    return KB_OK;
}

static kb_status set_choice(const kb_setting *setting, kb_str value, const char *origin, int64_t *ret, kb_error *error)
{
    kb_str rest = kb_str_of(setting->choices);
    for (int64_t i = 0; rest.p; i++) {
        if (kb_str_eq(kb_str_cut(&rest, '|'), value)) {
            *ret = i;
            return KB_OK;
        }
    }
    return kb_fail(error, KB_INVALID, "setting-choice", "%s: '" KB_PRI "' is none of %s", origin, KB_ARG(value),
                   setting->choices);
}

kb_status kb_setting_set(const kb_setting *setting, kb_str value, const char *origin, kb_arena *arena,
                         kb_settings *settings, kb_error *error)
{
    void *field = (char *)settings + setting->at;
    if (memchr(value.p ? value.p : "", '\0', value.n))
        return kb_fail(error, KB_INVALID, "setting-nul", "%s: the value holds a NUL character", origin);
    const char *text = kb_arena_z(arena, value);
    if (!text)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the settings");
    switch (setting->type) {
    case KB_SETTING_TEXT:
        *(const char **)field = text;
        return KB_OK;
    case KB_SETTING_CHOICE:
        return set_choice(setting, value, origin, field, error);
    case KB_SETTING_NUMBER:
    case KB_SETTING_BYTES:
        return set_number(setting, text, origin, field, error);
    }
    return KB_OK;
}
