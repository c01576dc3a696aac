// Canonical urls: RFC 3986, 6.2.2 and 6.2.3, and what makes two links to one article differ.

#include "khabar/buffer.h"
#include "khabar/document.h"

#include <strings.h>

// Parameters that say how a reader came, not what is read.
static const char *const tracking[] = {
    "utm_*", "fbclid", "gclid",  "dclid", "gbraid", "wbraid", "msclkid",
    "yclid", "twclid", "igshid", "igsh",  "mc_cid", "mc_eid", "_ga",
    "_gl",   "ocid",   "cmpid",  "ito",   "at_*",   "xtor",   "__twitter_impression"};

static bool is_tracking(kb_str parameter)
{
    kb_str rest = parameter, name = kb_str_cut(&rest, '=');
    for (size_t i = 0; i < KB_LEN(tracking); i++) {
        size_t n = strlen(tracking[i]);
        bool prefix = tracking[i][n - 1] == '*';
        if (prefix ? name.n >= n - 1 && strncasecmp(name.p, tracking[i], n - 1) == 0
                   : name.n == n && strncasecmp(name.p, tracking[i], n) == 0)
            return true;
    }
    return false;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

static void add_percent(kb_buffer *b, unsigned char c)
{
    static const char hex[] = "0123456789ABCDEF";
    kb_buffer_char(b, '%');
    kb_buffer_char(b, hex[c >> 4]);
    kb_buffer_char(b, hex[c & 15]);
}

// Escapes what may not stand in a url, and undoes escapes that need not be, so that an IRI and its URI become the same.
static void add_normal(kb_buffer *b, kb_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 && hex_value(s.p[i + 2]) >= 0) {
            c = (unsigned char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2]));
            i += 2;
            if (is_unreserved(c))
                kb_buffer_char(b, (char)c);
            else
                add_percent(b, c);
        } else if (c <= 0x20 || c >= 0x7F || c == '%' || strchr("\"<>\\^`{|}", c)) {
            add_percent(b, c);
        } else {
            kb_buffer_char(b, (char)c);
        }
    }
}

static void add_lower(kb_buffer *b, kb_str s)
{
    for (size_t i = 0; i < s.n; i++)
        kb_buffer_char(b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i]);
}

// RFC 3986, 5.2.4: segments copied, "." left out, ".." takes one back, but not past the start of the path.
static void add_path(kb_buffer *b, kb_str path)
{
    uint32_t root = b->n;
    kb_str rest = path;
    bool directory = true; // the last segment taken was a directory: the path ends in a slash
    if (rest.n && rest.p[0] == '/')
        rest = kb_str_sub(rest, 1, rest.n);
    while (rest.p) {
        kb_str segment = kb_str_cut(&rest, '/');
        directory = kb_str_is(segment, ".") || kb_str_is(segment, "..");
        if (kb_str_is(segment, "..")) {
            while (!b->failed && b->n > root && b->p[--b->n] != '/')
                ;
        } else if (!directory) {
            kb_buffer_char(b, '/');
            add_normal(b, segment);
        }
    }
    if (directory || b->n == root)
        kb_buffer_char(b, '/');
}

static void add_query(kb_buffer *b, kb_str query)
{
    char before = '?';
    kb_str rest = query;
    while (rest.p) {
        kb_str parameter = kb_str_cut(&rest, '&');
        if (parameter.n == 0 || is_tracking(parameter))
            continue;
        kb_buffer_char(b, before);
        add_normal(b, parameter);
        before = '&';
    }
}

kb_str kb_document_canonical_url(kb_arena *arena, kb_str url)
{
    url = kb_str_trim(url);
    bool secure = url.n > 8 && strncasecmp(url.p, "https://", 8) == 0;
    if (!secure && !(url.n > 7 && strncasecmp(url.p, "http://", 7) == 0))
        return (kb_str){0};
    kb_str rest = kb_str_sub(url, secure ? 8 : 7, url.n);
    rest = kb_str_cut(&rest, '#');
    kb_str before_query = kb_str_cut(&rest, '?'), query = rest;
    const char *slash = memchr(before_query.p, '/', before_query.n);
    size_t host_end = slash ? (size_t)(slash - before_query.p) : before_query.n;
    kb_str host = kb_str_sub(before_query, 0, host_end), path = kb_str_sub(before_query, host_end, before_query.n);
    kb_str port = secure ? KB_STR(":443") : KB_STR(":80");
    if (kb_str_ends(host, port))
        host.n -= port.n;
    else if (kb_str_ends(host, KB_STR(":")))
        host.n--;
    if (host.n == 0 || memchr(host.p, ' ', host.n))
        return (kb_str){0};
    kb_buffer b = kb_buffer_new(arena, url.n + 16);
    kb_buffer_z(&b, secure ? "https://" : "http://");
    add_lower(&b, host);
    add_path(&b, path);
    if (query.p)
        add_query(&b, query);
    return b.failed ? (kb_str){0} : kb_buffer_str(&b);
}
