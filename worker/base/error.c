#include "khabar/error.h"

#include <stdarg.h>
#include <stdio.h>

// Takes away the bytes of a character that was cut at the end of a full buffer.
static void mend_tail(char *buffer, size_t size)
{
    size_t n = strlen(buffer);
    if (n + 1 < size)
        return;
    size_t at = n;
    while (at > 0 && (buffer[at - 1] & 0xC0) == 0x80)
        at--;
    if (at == 0)
        return;
    unsigned char lead = (unsigned char)buffer[at - 1];
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (n - (at - 1) < need)
        buffer[at - 1] = '\0';
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
    mend_tail(e->what, sizeof e->what);
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
    mend_tail(e->where, sizeof e->where);
}

const char *kb_status_name(kb_status status)
{
    static const char *const names[] = {"ok",       "invalid",   "limit",   "unavailable",
                                        "not-found", "conflict", "no-memory", "internal"};
    return (size_t)status < KB_LEN(names) ? names[status] : "unknown";
}
