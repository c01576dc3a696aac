#include "khabar/error.h"

#include "khabar/utf8.h"

#include <stdarg.h>
#include <stdio.h>

// Messages quote input, cut anywhere: what is no UTF-8 and no printable character becomes a question mark, a character cut at the end of a full buffer
// goes.
static void mend(char *buffer, size_t size)
{
    size_t n = strlen(buffer);
    for (size_t i = 0; i < n;) {
        uint32_t c = 0;
        unsigned length = kb_utf8_decode(buffer + i, buffer + n, &c);
        bool cut = length == 0 && n + 1 == size && n - i < 4 && (unsigned char)buffer[i] >= 0xC2;
        if (cut) {
            buffer[i] = '\0';
            return;
        }
        if (length == 0 || c < 0x20 || c == 0x7F)
            buffer[i] = c == '\n' || c == '\t' ? ' ' : '?';
        i += length ? length : 1;
    }
}

kb_status kb_fail(kb_error *e, kb_status status, const char *code, const char *format, ...)
{
    if (!e)
        return status;
    memset(e, 0, sizeof *e);
    e->status = status;
    e->retryable = status == KB_UNAVAILABLE;
    snprintf(e->code, sizeof e->code, "%s", code);
    va_list args;
    va_start(args, format);
    vsnprintf(e->what, sizeof e->what, format, args);
    va_end(args);
    mend(e->what, sizeof e->what);
    return status;
}

void kb_error_at(kb_error *e, const char *format, ...)
{
    if (!e || e->where[0])
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(e->where, sizeof e->where, format, args);
    va_end(args);
    mend(e->where, sizeof e->where);
}

const char *kb_status_name(kb_status status)
{
    static const char *const names[] = {"ok",        "invalid",  "limit",     "unavailable",
                                        "not-found", "conflict", "no-memory", "internal"};
    return (size_t)status < KB_LEN(names) ? names[status] : "unknown";
}
