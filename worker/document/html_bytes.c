// What is done to the bytes of a page before libxml2 sees them: their charset, and a guard against tags that would take it hours.

#include "document/parts.h"
#include "khabar/charset.h"

#include <strings.h>

enum {
    ATTRIBUTES = 512,       // of one element
    ATTRIBUTE_WORDS = 5000, // in them
    CHARSET_BYTES = 4096,   // where browsers look for <meta charset> (they stop at 1024, many pages come later)
};

static bool is_tag(const char *p, const char *end, const char *name)
{
    size_t n = strlen(name);
    return (size_t)(end - p) > n && strncasecmp(p, name, n) == 0 && ((unsigned char)p[n] <= ' ' || strchr(">/", p[n]));
}

static const char *behind(const char *p, const char *end, const char *what)
{
    const char *found = memmem(p, (size_t)(end - p), what, strlen(what));
    return found ? found + strlen(what) : end;
}

// What looks like a tag inside of a script is none: steps to its end tag.
static const char *behind_raw(const char *p, const char *end, const char *end_tag)
{
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        if ((size_t)(end - p) >= strlen(end_tag) && strncasecmp(p, end_tag, strlen(end_tag)) == 0)
            return p + strlen(end_tag);
        p++;
    }
    return end;
}

// From inside of a start tag to its end, counting what may be attributes: outside of quotes, and with those inside.
static const char *scan_tag(const char *p, const char *end, uint32_t *parts, uint32_t *with_quoted)
{
    char quote = 0;
    bool gap = false;
    for (; p < end && (quote || *p != '>'); p++) {
        bool separator = (unsigned char)*p <= ' ' || *p == '/';
        if (gap && !separator) {
            ++*with_quoted;
            *parts += quote == 0;
        }
        gap = separator;
        if (quote) {
            if (*p == quote) {
                quote = 0;
                gap = true;
            }
        } else if ((*p == '"' || *p == '\'') && p[-1] == '=') {
            quote = *p;
        }
    }
    return p;
}

// libxml2 compares each attribute of an element with all others, so that a tag of a million of them would take hours: such a page is refused.
// Quotes may be read otherwise there than here, so that the words inside of them have a bound as well.
kb_status kb_html_check(kb_str html, kb_error *error)
{
    const char *p = html.p, *end = html.p + html.n;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        uint32_t parts = 0, with_quoted = 0;
        p++;
        if ((size_t)(end - p) >= 3 && memcmp(p, "!--", 3) == 0) {
            p = behind(p, end, "-->");
            continue;
        }
        if (p == end || !((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
            continue;
        const char *raw = is_tag(p, end, "script") ? "</script" : is_tag(p, end, "style") ? "</style" : NULL;
        p = scan_tag(p, end, &parts, &with_quoted);
        if (parts > ATTRIBUTES || with_quoted > ATTRIBUTE_WORDS)
            return kb_fail(error, KB_LIMIT, "html-attributes",
                           "a tag of the page has more than %d attributes or %d words", ATTRIBUTES, ATTRIBUTE_WORDS);
        if (raw)
            p = behind_raw(p, end, raw);
    }
    return KB_OK;
}

// The value behind `name` in the first bytes of a page: charset="…" of a <meta>, or of its content attribute.
static kb_str declared_charset(kb_str html)
{
    kb_str head = kb_str_sub(html, 0, CHARSET_BYTES);
    for (size_t i = 0; i + 8 < head.n; i++) {
        if (strncasecmp(head.p + i, "charset=", 8) != 0)
            continue;
        size_t from = i + 8, to;
        while (from < head.n && (head.p[from] == '"' || head.p[from] == '\'' || head.p[from] == ' '))
            from++;
        for (to = from; to < head.n && !strchr("\"' >/;", head.p[to]) && to - from < 40;)
            to++;
        if (to > from)
            return kb_str_sub(head, from, to);
    }
    return (kb_str){0};
}

// The charset that is named, by the header before the page. A byte order mark is above both; a page that says UTF-16 in ASCII is UTF-8 (WHATWG).
kb_status kb_html_decode(kb_arena *arena, kb_str bytes, kb_str charset, size_t most, kb_str *ret, kb_error *error)
{
    bool marked = kb_str_starts(bytes, KB_STR("\xEF\xBB\xBF")) || kb_str_starts(bytes, KB_STR("\xFF\xFE")) ||
                  kb_str_starts(bytes, KB_STR("\xFE\xFF"));
    if (marked)
        charset = (kb_str){0};
    else if (charset.n == 0)
        charset = declared_charset(bytes);
    if (charset.n >= 6 && strncasecmp(charset.p, "utf-16", 6) == 0 && !memchr(bytes.p, 0, bytes.n < 64 ? bytes.n : 64))
        charset = KB_STR("utf-8");
    return kb_charset_decode(arena, bytes, charset, most, ret, error);
}
