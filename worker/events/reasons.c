// Lines of reasons for a person: written for every event, so without the C library's formats.
#include "events/stage.h"

#include <math.h>

void kb_reasons_text(kb_reasons *r, const char *text)
{
    size_t n = strlen(text);
    if (n > sizeof r->text - r->n)
        return;
    memcpy(r->text + r->n, text, n);
    r->n += n;
}

void kb_reasons_number(kb_reasons *r, uint32_t number)
{
    char digits[12], *p = digits + sizeof digits;
    *--p = '\0';
    do {
        *--p = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    kb_reasons_text(r, p);
}

void kb_reasons_points(kb_reasons *r, const char *name, float points)
{
    uint32_t tenths = (uint32_t)lroundf(fabsf(points) * 10.0F);
    kb_reasons_text(r, " ");
    kb_reasons_text(r, name);
    kb_reasons_text(r, points < 0 ? " -" : " +");
    kb_reasons_number(r, tenths / 10);
    kb_reasons_text(r, ".");
    kb_reasons_number(r, tenths % 10);
}
