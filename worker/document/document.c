// From a message to an article: which decoder reads it, and what the article takes from the message, from the page and from the envelope.

#include "document/parts.h"
#include "khabar/charset.h"
#include "khabar/timestamp.h"
#include "khabar/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unicode/uloc.h>
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

enum { ID_BYTES = 1024, LANGUAGE_BYTES = 35 }; // an index row of PostgreSQL holds 2700 bytes; RFC 5646, 4.4.1

kb_document_limits kb_document_limits_or_default(const kb_document_limits *limits)
{
    kb_document_limits l = limits ? *limits : (kb_document_limits){0};
    l.message_bytes = l.message_bytes ? l.message_bytes : (size_t)16 << 20;
    l.title_bytes = l.title_bytes ? l.title_bytes : 16 << 10;
    l.body_bytes = l.body_bytes ? l.body_bytes : (size_t)8 << 20;
    l.field_bytes = l.field_bytes ? l.field_bytes : 16 << 10;
    l.depth = l.depth ? l.depth : 64;
    l.paragraphs = l.paragraphs ? l.paragraphs : 20000;
    l.authors = l.authors ? l.authors : 100;
    l.tags = l.tags ? l.tags : 500;
    return l;
}

kb_status kb_check_length(kb_str s, size_t most, const char *name, kb_error *error)
{
    if (s.n <= most)
        return KB_OK;
    char code[48];
    snprintf(code, sizeof code, "limit-%.*s", (int)strcspn(name, "[."), name);
    kb_fail(error, KB_LIMIT, code, "%s has %zu bytes, more than %zu", name, s.n, most);
    kb_error_at(error, "%s", name);
    return KB_LIMIT;
}

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the article");
}

static bool is_blank(kb_str s)
{
    return kb_str_trim(s).n == 0;
}

static kb_status check_paragraphs(kb_str body, uint32_t most, kb_error *error)
{
    uint32_t n = 0;
    kb_str rest = body;
    while (rest.p)
        n += !is_blank(kb_str_cut(&rest, '\n'));
    if (n <= most)
        return KB_OK;
    kb_fail(error, KB_LIMIT, "limit-paragraphs", "the body has %u paragraphs, more than %u", n, most);
    kb_error_at(error, "body");
    return KB_LIMIT;
}

// ---------------------------------------------------------------- fields

static bool is_language(kb_str s)
{
    bool letter = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(i && ((c >= '0' && c <= '9') || c == '-' || c == '_')))
            return false;
    }
    return s.n >= 2 && s.n <= LANGUAGE_BYTES;
}

// "EGY" of "EGY", "eg" and "EG"; anything else names no country we know.
static kb_str alpha3(kb_arena *arena, kb_str s)
{
    char locale[16] = "und_";
    if (s.n < 2 || s.n > 3)
        return (kb_str){0};
    for (size_t i = 0; i < s.n; i++) {
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
            return (kb_str){0};
        locale[4 + i] = (char)(s.p[i] & ~0x20);
    }
    if (s.n == 2)
        return kb_arena_copy(arena, kb_str_of(uloc_getISO3Country(locale)));
    return kb_arena_copy(arena, kb_str_of(locale + 4));
}

static kb_str host_of(kb_arena *arena, kb_str url)
{
    kb_str canonical = kb_document_canonical_url(arena, url);
    if (!canonical.p)
        return (kb_str){0};
    kb_str rest = canonical;
    kb_str_cut(&rest, '/');
    kb_str_cut(&rest, '/');
    kb_str host = kb_str_cut(&rest, '/');
    const char *user = memrchr(host.p, '@', host.n);
    if (user)
        host = kb_str_sub(host, (size_t)(user - host.p) + 1, host.n);
    host = kb_str_cut(&host, ':');
    return kb_str_starts(host, KB_STR("www.")) ? kb_str_sub(host, 4, host.n) : host;
}

static void set_source(kb_arena *arena, const kb_message *m, kb_article *a)
{
    if (m->source_name.p) // otherwise the page's own, where it names one
        a->source_name = m->source_name;
    if (m->source_domain.p || a->url.p)
        a->source_domain = m->source_domain.p ? m->source_domain : host_of(arena, a->url);
    a->source_country = m->source_country.p ? alpha3(arena, m->source_country) : (kb_str){0};
    if (a->source_country.n == 0)
        a->source_country = (kb_str){0};
}

static kb_status set_published(kb_arena *arena, kb_str given, const kb_envelope *envelope, kb_article *a,
                               kb_error *error)
{
    kb_timestamp t = {.seconds = envelope->timestamp};
    if (given.p) {
        kb_status status = kb_timestamp_parse(given, &t, error);
        if (status != KB_OK) {
            kb_error_at(error, "published_at");
            return status;
        }
        a->published_known = true;
    }
    a->published_at = t.seconds;
    a->published_zone = t.zone;
    a->published_text = kb_timestamp_format(arena, t);
    return a->published_text.p ? KB_OK : no_memory(error);
}

static kb_str hash_id(kb_arena *arena, kb_str first, kb_str second)
{
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, first.n ? first.p : "", first.n);
    XXH3_128bits_update(&state, "\0", 1);
    XXH3_128bits_update(&state, second.n ? second.p : "", second.n);
    XXH128_hash_t h = XXH3_128bits_digest(&state);
    return kb_arena_printf(arena, "xxh128:%016llx%016llx", (unsigned long long)h.high64, (unsigned long long)h.low64);
}

static kb_status set_id(kb_arena *arena, kb_str given, kb_article *a, kb_error *error)
{
    if (given.p) {
        a->id = given;
        return kb_check_length(given, ID_BYTES, "id", error);
    }
    kb_str url = a->url.p ? kb_document_canonical_url(arena, a->url) : (kb_str){0};
    if (url.p)
        a->id = url.n <= ID_BYTES ? url : hash_id(arena, url, KB_STR(""));
    else
        a->id = hash_id(arena, a->title, a->body);
    return a->id.p ? KB_OK : no_memory(error);
}

// ---------------------------------------------------------------- from the message

// Title and body from the first of body, text and html that has any; a title of the message's own comes before the page's.
static kb_status set_content(kb_arena *arena, const kb_message *m, const kb_document_limits *limits, kb_article *a,
                             kb_error *error)
{
    kb_status status = KB_OK;
    a->title = m->title.p ? kb_clean_line(arena, m->title) : (kb_str){0};
    if (!is_blank(m->body))
        a->body = kb_clean_text(arena, m->body);
    else if (!is_blank(m->text))
        status = kb_document_text(arena, m->text, limits, a, error);
    else if (!is_blank(m->html))
        status = kb_document_html(arena, m->html, KB_STR("utf-8"), limits, a, error);
    else if (!m->body.p && !m->text.p && !m->html.p)
        return kb_fail(error, KB_INVALID, "body-missing", "the message has none of body, text and html");
    return status;
}

static kb_status from_message(kb_arena *arena, const kb_message *m, const kb_envelope *envelope,
                              const kb_document_limits *limits, kb_article *a, kb_error *error)
{
    if (m->language.p && !is_language(m->language)) {
        kb_fail(error, KB_INVALID, "field-language", "'%.*s' is no BCP 47 language",
                (int)(m->language.n < 40 ? m->language.n : 40), m->language.p);
        kb_error_at(error, "language");
        return KB_INVALID;
    }
    a->url = m->url;
    a->language = m->language;
    a->section = m->section;
    a->authors = m->authors;
    a->author_count = m->author_count;
    a->tags = m->tags;
    a->tag_count = m->tag_count;
    // the time first: what the page says of it is only a fallback
    kb_status status = m->published_at.p ? set_published(arena, m->published_at, envelope, a, error) : KB_OK;
    if (status == KB_OK)
        status = set_content(arena, m, limits, a, error);
    if (status != KB_OK)
        return status;
    set_source(arena, m, a);
    return KB_OK;
}

// What every way in has in common: nothing blank, nothing too long, an id and a time.
static kb_status finish(kb_arena *arena, kb_str id, const kb_envelope *envelope, const kb_document_limits *limits,
                        kb_article *a, kb_error *error)
{
    if (is_blank(a->title) && is_blank(a->body))
        return kb_fail(error, KB_INVALID, "article-empty", "the article has neither title nor body");
    kb_status status = kb_check_length(a->title, limits->title_bytes, "title", error);
    if (status == KB_OK)
        status = kb_check_length(a->body, limits->body_bytes, "body", error);
    if (status == KB_OK)
        status = check_paragraphs(a->body, limits->paragraphs, error);
    if (status == KB_OK && !a->published_text.p)
        status = set_published(arena, (kb_str){0}, envelope, a, error);
    if (status == KB_OK)
        status = set_id(arena, id, a, error);
    return status;
}

// ---------------------------------------------------------------- dispatch

// Formats that are no text at all, by their first bytes; sent by producers that compress by themselves, or by mistake.
static kb_status check_binary(kb_str bytes, kb_error *error)
{
    static const struct {
        const char *magic, *name;
        size_t n;
    } formats[] = {
        {"\x1F\x8B", "gzip", 2},
        {"\x28\xB5\x2F\xFD", "zstd", 4},
        {"BZh9", "bzip2", 4},
        {"\xFD"
         "7zXZ",
         "xz", 5},
        {"PK\x03\x04", "zip", 4},
        {"%PDF-", "PDF", 5},
        {"\x89PNG", "PNG", 4},
        {"\xFF\xD8\xFF", "JPEG", 3},
        {"Obj\x01", "Avro", 4},
    };
    for (size_t i = 0; i < KB_LEN(formats); i++) {
        if (kb_str_starts(bytes, (kb_str){formats[i].magic, formats[i].n}))
            return kb_fail(error, KB_INVALID, "content-binary", "the message is %s data, not an article",
                           formats[i].name);
    }
    return KB_OK;
}

// Confluent's wire format of Avro and JSON Schema: a zero byte and the schema's number before the value.
static kb_status check_first_bytes(kb_str bytes, kb_error *error)
{
    if (is_blank(bytes))
        return kb_fail(error, KB_INVALID, "message-empty", "the message is empty");
    if (bytes.n > 5 && bytes.p[0] == '\0' && bytes.p[1] == '\0' && bytes.p[2] == '\0')
        return kb_fail(error, KB_INVALID, "content-binary", "the message has the prefix of a schema registry");
    return check_binary(bytes, error);
}

static bool looks_like_object(kb_str bytes)
{
    kb_str s = kb_str_trim(bytes);
    return s.n && s.p[0] == '{' && s.p[s.n - 1] == '}';
}

static bool is_json_type(const kb_content_type *type)
{
    return kb_content_type_is(type, "application/json") || kb_content_type_is(type, "text/json") ||
           kb_content_type_is(type, "application/x-ndjson") ||
           (type->type.n > 5 && strncasecmp(type->type.p + type->type.n - 5, "+json", 5) == 0);
}

static bool is_html_type(const kb_content_type *type)
{
    return kb_content_type_is(type, "text/html") || kb_content_type_is(type, "application/xhtml+xml");
}

// JSON is UTF-8 (RFC 8259, 8.1); a byte order mark is stepped over, another charset is read where the header names it.
static kb_status decode_json(kb_arena *arena, kb_str bytes, kb_str charset, const kb_envelope *envelope,
                             const kb_document_limits *limits, kb_article *a, kb_error *error)
{
    kb_message message = {0};
    kb_status status = KB_OK;
    if (kb_str_starts(bytes, KB_STR("\xEF\xBB\xBF")))
        bytes = kb_str_sub(bytes, 3, bytes.n);
    bool utf8 = charset.n == 0 || (charset.n == 5 && strncasecmp(charset.p, "utf-8", 5) == 0);
    if (!utf8)
        status = kb_charset_decode(arena, bytes, charset, limits->message_bytes * 2, &bytes, error);
    if (status == KB_OK)
        status = kb_message_read(arena, bytes, limits, &message, error);
    if (status == KB_OK)
        status = from_message(arena, &message, envelope, limits, a, error);
    if (status == KB_OK)
        status = finish(arena, message.id, envelope, limits, a, error);
    return status;
}

static kb_status decode_raw(kb_arena *arena, kb_str bytes, const kb_content_type *type, const kb_envelope *envelope,
                            const kb_document_limits *limits, kb_article *a, kb_error *error)
{
    kb_status status = KB_OK;
    if (is_html_type(type)) {
        status = kb_document_html(arena, bytes, type->charset, limits, a, error);
    } else {
        kb_str text = {0};
        status = kb_charset_decode(arena, bytes, type->charset, limits->body_bytes, &text, error);
        if (status == KB_OK)
            status = kb_document_text(arena, text, limits, a, error);
    }
    const kb_message nothing = {0};
    if (status == KB_OK)
        set_source(arena, &nothing, a);
    if (status == KB_OK)
        status = finish(arena, (kb_str){0}, envelope, limits, a, error);
    return status;
}

kb_status kb_document_decode(kb_arena *arena, kb_str bytes, const kb_envelope *envelope,
                             const kb_document_limits *limits, kb_article *ret, kb_error *error)
{
    const kb_envelope none = {0};
    kb_document_limits l = kb_document_limits_or_default(limits);
    kb_article article = {0};
    envelope = envelope ? envelope : &none;
    kb_content_type type = kb_content_type_parse(envelope->content_type);
    kb_status status = kb_check_length(bytes, l.message_bytes, "message", error);
    if (status == KB_OK)
        status = check_first_bytes(bytes, error);
    if (status != KB_OK)
        return status;
    bool raw = is_html_type(&type) || kb_content_type_is(&type, "text/plain");
    if (type.type.n && !raw && !is_json_type(&type) && !looks_like_object(bytes))
        return kb_fail(error, KB_INVALID, "content-type-unknown", "no decoder for the content type '%.*s'",
                       (int)(type.type.n < 80 ? type.type.n : 80), type.type.p);
    if (raw && looks_like_object(bytes)) { // a JSON object stays one under any content type; text in braces is text
        kb_error ignored;
        status = decode_json(arena, bytes, (kb_str){0}, envelope, &l, &article, &ignored);
        if (status != KB_OK && strncmp(ignored.code, "json-", 5) != 0) {
            if (error)
                *error = ignored;
            return status;
        }
        raw = status != KB_OK;
    } else if (!raw) {
        status = decode_json(arena, bytes, type.charset, envelope, &l, &article, error);
    }
    if (raw) {
        article = (kb_article){0};
        status = decode_raw(arena, bytes, &type, envelope, &l, &article, error);
    }
    if (status == KB_OK)
        *ret = article;
    return status;
}
