// The two forms of a status: lines for a person, one JSON object for a program.

#include "commands/status.h"

#include "khabar/buffer.h"

#include <inttypes.h>
#include <stdio.h>

bool kb_status_lag(const kb_status_report *r, uint32_t i, int64_t *ret_next, int64_t *ret_lag)
{
    if (r->database.code[0] || !r->has_tables)
        return false;
    const kb_topic_partition *p = &r->topic.at[i];
    int64_t next = 0;
    for (uint32_t k = 0; k < r->offsets.count; k++) {
        if (r->offsets.at[k].partition == p->id)
            next = r->offsets.at[k].next;
    }
    // Messages that the broker has deleted are not waited for; a topic that was made anew is read from its beginning.
    int64_t from = next < p->first || next > p->end ? p->first : next;
    // Behind the last message Kafka may keep marks of transactions. A worker that has seen them tells Kafka so; what Kafka was told for a database
    // that has nothing of the partition is of another one.
    if (next > 0 && p->told > from && p->told <= p->end)
        from = p->told;
    *ret_next = next;
    *ret_lag = p->end - from;
    return true;
}

static bool total_lag(const kb_status_report *r, int64_t *ret)
{
    int64_t next, lag, all = 0;
    for (uint32_t i = 0; i < r->topic.count; i++) {
        if (!kb_status_lag(r, i, &next, &lag))
            return false;
        all += lag;
    }
    *ret = all;
    return true;
}

static uint64_t total_letters(const kb_status_report *r)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < r->letters.n; i++)
        all += r->letters.at[i].letters;
    return all;
}

// -------------------------------------------------------------------------------------------------------- for a person

static void print_schema(const kb_status_report *r)
{
    if (r->database.code[0])
        printf("schema        unknown: %s\n", r->database.what);
    else if (r->schema.version == r->needed && !r->schema.dirty)
        printf("schema        version %" PRId64 ", the one that this program needs\n", r->schema.version);
    else
        printf("schema        version %" PRId64 "%s; this program needs %" PRId64 "%s\n", r->schema.version,
               r->schema.dirty ? ", dirty" : "", r->needed,
               r->schema.version < r->needed ? ": khabar migrate up" : ": start the newer program");
}

static void print_partitions(const kb_status_report *r)
{
    printf("\n  %9s %14s %14s %12s  %s\n", "PARTITION", "NEXT", "END", "LAG", "WORKER");
    for (uint32_t i = 0; i < r->topic.count; i++) {
        const kb_topic_partition *p = &r->topic.at[i];
        int64_t next, lag;
        char next_text[24] = "?", lag_text[24] = "?", member[16] = "";
        if (kb_status_lag(r, i, &next, &lag)) {
            snprintf(next_text, sizeof next_text, "%" PRId64, next);
            snprintf(lag_text, sizeof lag_text, "%" PRId64, lag);
        }
        snprintf(member, sizeof member, "%.15s", p->member ? p->member : "");
        printf("  %9d %14s %14" PRId64 " %12s  %s %s\n", (int)p->id, next_text, p->end, lag_text,
               p->host ? p->host : "nobody", member);
    }
    printf("\n");
}

static void print_topic(const kb_status_report *r)
{
    const kb_settings *s = r->settings;
    if (r->kafka.code[0]) {
        printf("group         %s: unknown: %s\n", s->kafka_group, r->kafka.what);
        return;
    }
    printf("group         %s: %s, %" PRIu32 " worker%s\n", s->kafka_group, r->topic.group_state, r->topic.members,
           r->topic.members == 1 ? "" : "s");
    if (r->topic.count == 0) {
        printf("topic         %s: does not exist\n", s->kafka_topic);
        return;
    }
    int64_t lag;
    printf("topic         %s: %" PRIu32 " partition%s, ", s->kafka_topic, r->topic.count,
           r->topic.count == 1 ? "" : "s");
    if (total_lag(r, &lag))
        printf("%" PRId64 " message%s to be written\n", lag, lag == 1 ? "" : "s");
    else
        printf("lag unknown\n");
    print_partitions(r);
}

static void print_letters(const kb_status_report *r)
{
    if (r->kafka.code[0])
        return;
    printf("dead letters  %" PRIu64 " in %s\n", total_letters(r), r->settings->kafka_dead_letter_topic);
    for (uint32_t i = 0; i < r->letters.n; i++)
        printf("  %9" PRIu64 " %s\n", r->letters.at[i].letters, r->letters.at[i].reason);
}

kb_status kb_status_print(const kb_status_report *r, kb_error *error)
{
    print_schema(r);
    print_topic(r);
    if (!r->database.code[0] && r->has_tables)
        printf("last hour     %" PRId64 " articles new, %" PRId64 " revised, %" PRId64 " retracted; %" PRId64
               " events\n",
               r->recent.fresh, r->recent.revised, r->recent.retracted, r->recent.events);
    print_letters(r);
    return fflush(stdout) == 0 ? KB_OK : kb_fail(error, KB_UNAVAILABLE, "output", "can't write to standard output");
}

// ------------------------------------------------------------------------------------------------------- for a program

static void member(kb_buffer *b, const char *name, const char *text)
{
    kb_buffer_z(b, name);
    kb_buffer_json(b, kb_str_of(text));
}

static void number(kb_buffer *b, const char *name, int64_t value)
{
    kb_buffer_z(b, name);
    kb_buffer_number(b, value);
}

static void add_database(kb_buffer *b, const kb_status_report *r)
{
    kb_buffer_z(b, "\"schema\":");
    if (r->database.code[0]) {
        kb_buffer_z(b, "null,\"last_hour\":null");
        return;
    }
    number(b, "{\"version\":", r->schema.version);
    number(b, ",\"needed\":", r->needed);
    kb_buffer_z(b, r->schema.dirty ? ",\"dirty\":true}" : ",\"dirty\":false}");
    if (!r->has_tables) {
        kb_buffer_z(b, ",\"last_hour\":null");
        return;
    }
    number(b, ",\"last_hour\":{\"new\":", r->recent.fresh);
    number(b, ",\"revised\":", r->recent.revised);
    number(b, ",\"retracted\":", r->recent.retracted);
    number(b, ",\"events\":", r->recent.events);
    kb_buffer_char(b, '}');
}

static void add_partition(kb_buffer *b, const kb_status_report *r, uint32_t i)
{
    const kb_topic_partition *p = &r->topic.at[i];
    int64_t next, lag;
    number(b, "{\"partition\":", p->id);
    if (kb_status_lag(r, i, &next, &lag)) {
        number(b, ",\"next\":", next);
        number(b, ",\"lag\":", lag);
    } else {
        kb_buffer_z(b, ",\"next\":null,\"lag\":null");
    }
    number(b, ",\"first\":", p->first);
    number(b, ",\"end\":", p->end);
    member(b, ",\"host\":", p->host);
    member(b, ",\"member\":", p->member);
    kb_buffer_char(b, '}');
}

static void add_kafka(kb_buffer *b, const kb_status_report *r)
{
    member(b, ",\"topic\":", r->settings->kafka_topic);
    member(b, ",\"group\":{\"name\":", r->settings->kafka_group);
    if (r->kafka.code[0]) {
        kb_buffer_z(b, ",\"state\":null,\"members\":null},\"lag\":null,\"partitions\":null,\"dead_letters\":null");
        return;
    }
    member(b, ",\"state\":", r->topic.group_state);
    number(b, ",\"members\":", r->topic.members);
    int64_t lag;
    if (total_lag(r, &lag))
        number(b, "},\"lag\":", lag);
    else
        kb_buffer_z(b, "},\"lag\":null");
    kb_buffer_z(b, ",\"partitions\":[");
    for (uint32_t i = 0; i < r->topic.count; i++) {
        if (i)
            kb_buffer_char(b, ',');
        add_partition(b, r, i);
    }
    kb_buffer_z(b, "],\"dead_letters\":{");
    for (uint32_t i = 0; i < r->letters.n; i++) {
        if (i)
            kb_buffer_char(b, ',');
        kb_buffer_json(b, kb_str_of(r->letters.at[i].reason));
        number(b, ":", (int64_t)r->letters.at[i].letters);
    }
    kb_buffer_char(b, '}');
}

static void add_error(kb_buffer *b, const char *of, const kb_error *e, bool first)
{
    member(b, first ? "{\"of\":" : ",{\"of\":", of);
    member(b, ",\"reason\":", e->code);
    member(b, ",\"message\":", e->what);
    kb_buffer_char(b, '}');
}

kb_status kb_status_print_json(const kb_status_report *r, kb_error *error)
{
    kb_buffer b = kb_buffer_new(r->arena, 4096);
    kb_buffer_char(&b, '{');
    add_database(&b, r);
    add_kafka(&b, r);
    kb_buffer_z(&b, ",\"errors\":[");
    if (r->database.code[0])
        add_error(&b, "postgres", &r->database, true);
    if (r->kafka.code[0])
        add_error(&b, "kafka", &r->kafka, !r->database.code[0]);
    kb_buffer_z(&b, "]}\n");
    if (b.failed)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to print the status");
    fwrite(b.p, 1, b.n, stdout);
    return fflush(stdout) == 0 ? KB_OK : kb_fail(error, KB_UNAVAILABLE, "output", "can't write to standard output");
}
