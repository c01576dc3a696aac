#include "khabar/log.h"
#include "khabar/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static kb_log_level threshold = KB_LOG_INFO;
static kb_log_format layout = KB_LOG_TEXT;

void kb_log_setup(kb_log_level level, kb_log_format format)
{
    threshold = level;
    layout = format;
}

kb_log_level kb_log_threshold(void)
{
    return threshold;
}

enum { LINE_BYTES = 4096 };

typedef struct line {
    char at[LINE_BYTES];
    size_t n;
} line;

static void put(line *l, char c)
{
    if (l->n < LINE_BYTES - 2) // keeps room for the closing brace and the line break
        l->at[l->n++] = c;
}

static void put_z(line *l, const char *z)
{
    while (*z)
        put(l, *z++);
}

static void put_escaped(line *l, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '"' || c == '\\')
            put(l, '\\');
        if (c >= 0x20) {
            put(l, (char)c);
        } else {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", c);
            put_z(l, escape);
        }
    }
}

// Where the value that starts at p ends: at the next space, or behind the closing quote of a quoted value.
static const char *value_end(const char *p)
{
    if (*p != '"') {
        while (*p && *p != ' ')
            p++;
        return p;
    }
    for (p++; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1])
            p++;
    }
    return *p ? p + 1 : p;
}

// A quoted value is JSON already. One that was cut is closed behind its last whole character.
static void put_quoted(line *l, const char *p, const char *end)
{
    put(l, '"');
    for (p++; p < end && *p != '"';) {
        ptrdiff_t n = *p != '\\' ? 1 : p[1] == 'u' ? 6 : 2;
        if (n > end - p)
            break;
        for (; n > 0; n--)
            put(l, *p++);
    }
    put(l, '"');
}

static void put_fields_json(line *l, const char *fields)
{
    const char *p = fields;
    while (*p) {
        while (*p == ' ')
            p++;
        const char *equal = strchr(p, '=');
        if (!equal)
            break;
        put_z(l, ",\"");
        put_escaped(l, p, (size_t)(equal - p));
        put_z(l, "\":");
        const char *value = equal + 1, *end = value_end(value);
        if (*value == '"') {
            put_quoted(l, value, end);
        } else {
            put(l, '"');
            put_escaped(l, value, (size_t)(end - value));
            put(l, '"');
        }
        p = end;
    }
}

const char *kb_log_escape(char *buffer, size_t size, const char *text)
{
    size_t n = 0;
    for (const char *p = text; *p && n + 7 < size; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20) {
            n += (size_t)snprintf(buffer + n, size - n, "\\u%04x", c);
            continue;
        }
        if (c == '"' || c == '\\')
            buffer[n++] = '\\';
        buffer[n++] = (char)c;
    }
    buffer[n] = '\0';
    return buffer;
}

void kb_log(kb_log_level level, const char *event, const char *format, ...)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    if (level > threshold)
        return;
    char fields[LINE_BYTES / 2];
    va_list args;
    va_start(args, format);
    vsnprintf(fields, sizeof fields, format, args);
    va_end(args);
    kb_str all = kb_str_of(fields);
    for (size_t fault; (fault = kb_utf8_fault(all)) < all.n;) // a character that was cut, or somebody else's bytes
        fields[fault] = '?';

    struct timespec now;
    struct tm utc;
    char stamp[32], millis[16];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(millis, sizeof millis, ".%03dZ", (int)(now.tv_nsec / 1000000));

    line l = {.n = 0};
    if (layout == KB_LOG_JSON) {
        put_z(&l, "{\"time\":\"");
        put_z(&l, stamp);
        put_z(&l, millis);
        put_z(&l, "\",\"level\":\"");
        put_z(&l, names[level]);
        put_z(&l, "\",\"event\":\"");
        put_escaped(&l, event, strlen(event));
        put(&l, '"');
        put_fields_json(&l, fields);
        l.at[l.n++] = '}';
    } else {
        put_z(&l, stamp);
        put_z(&l, millis);
        put(&l, ' ');
        put_z(&l, names[level]);
        put(&l, ' ');
        put_z(&l, event);
        if (fields[0])
            put(&l, ' ');
        for (const char *p = fields; *p; p++)
            put(&l, (unsigned char)*p < 0x20 ? ' ' : *p);
    }
    l.at[l.n++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, l.at, l.n); // a log that can't be written has nowhere to say so
    (void)ignored;
}
