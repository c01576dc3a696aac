#include "document/html_meta.h"

#include "khabar/timestamp.h"

#include <jansson.h>
#include <strings.h>

enum { VALUE_BYTES = 4096, JSON_DEPTH = 32, JSON_NODES = 2000 };

static kb_str value_of(const char **attributes, const char *name)
{
    for (; attributes && attributes[0]; attributes += 2) {
        if (strcasecmp(attributes[0], name) == 0)
            return kb_str_of(attributes[1]);
    }
    return (kb_str){0};
}

// The first value of a kind is the page's own; later ones belong to what it links to.
static void keep_first(kb_arena *arena, kb_str *to, kb_str value)
{
    if (to->p || value.n > VALUE_BYTES)
        return;
    kb_str clean = kb_clean_line(arena, value);
    if (clean.n)
        *to = clean;
}

static void take_meta(kb_arena *arena, kb_html_meta *meta, const char **attributes)
{
    kb_str name = value_of(attributes, "property"), content = value_of(attributes, "content");
    if (!name.n)
        name = value_of(attributes, "name");
    if (!name.n)
        name = value_of(attributes, "itemprop");
    const struct {
        const char *name;
        kb_str *to;
    } fields[] = {
        {"og:title", &meta->title},
        {"twitter:title", &meta->headline},
        {"og:site_name", &meta->site},
        {"article:published_time", &meta->published},
        {"og:article:published_time", &meta->published},
        {"datePublished", &meta->published},
        {"pubdate", &meta->published},
        {"publish-date", &meta->published},
        {"parsely-pub-date", &meta->published},
        {"article:section", &meta->section},
        {"author", &meta->author},
    };
    if (!name.n || !content.n)
        return;
    for (size_t i = 0; i < KB_LEN(fields); i++) {
        if (strlen(fields[i].name) == name.n && strncasecmp(fields[i].name, name.p, name.n) == 0)
            keep_first(arena, fields[i].to, content);
    }
    if (name.n == 6 && strncasecmp(name.p, "og:url", 6) == 0)
        keep_first(arena, &meta->url, content);
}

void kb_html_meta_element(kb_arena *arena, kb_html_meta *meta, const char *name, const char **attributes)
{
    if (strcmp(name, "meta") == 0) {
        take_meta(arena, meta, attributes);
    } else if (strcmp(name, "link") == 0) {
        kb_str rel = value_of(attributes, "rel");
        if (rel.n == 9 && strncasecmp(rel.p, "canonical", 9) == 0 && !meta->canonical) {
            meta->url = (kb_str){0};
            keep_first(arena, &meta->url, value_of(attributes, "href"));
            meta->canonical = meta->url.p != NULL;
        }
    } else if (strcmp(name, "time") == 0) {
        keep_first(arena, &meta->published_fallback, value_of(attributes, "datetime"));
    }
}

// ---------------------------------------------------------------- JSON-LD

static void free_json(json_t **json)
{
    json_decref(*json);
}

static kb_str string_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? (kb_str){json_string_value(value), json_string_length(value)} : (kb_str){0};
}

static bool is_article_type(const json_t *object)
{
    const json_t *type = json_object_get(object, "@type");
    if (json_is_array(type))
        type = json_array_get(type, 0);
    kb_str name = json_is_string(type) ? kb_str_of(json_string_value(type)) : (kb_str){0};
    return kb_str_ends(name, KB_STR("Article")) || kb_str_ends(name, KB_STR("NewsPosting")) ||
           kb_str_is(name, "BlogPosting") || kb_str_is(name, "LiveBlogPosting");
}

static void take_article(kb_arena *arena, kb_html_meta *meta, const json_t *object)
{
    const json_t *author = json_object_get(object, "author");
    if (json_is_array(author))
        author = json_array_get(author, 0);
    keep_first(arena, &meta->headline, string_of(object, "headline"));
    keep_first(arena, &meta->published, string_of(object, "datePublished"));
    keep_first(arena, &meta->section, string_of(object, "articleSection"));
    keep_first(arena, &meta->author, string_of(author, "name"));
    keep_first(arena, &meta->site, string_of(json_object_get(object, "publisher"), "name"));
}

static void walk(kb_arena *arena, kb_html_meta *meta, const json_t *value, unsigned depth, unsigned *nodes)
{
    if (depth > JSON_DEPTH || ++*nodes > JSON_NODES)
        return;
    if (json_is_object(value)) {
        if (is_article_type(value))
            take_article(arena, meta, value);
        walk(arena, meta, json_object_get(value, "@graph"), depth + 1, nodes);
    }
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
        walk(arena, meta, json_array_get(value, i), depth + 1, nodes);
}

void kb_html_meta_json(kb_arena *arena, kb_html_meta *meta, kb_str json)
{
    json_error_t ignored;
    unsigned nodes = 0;
    KB_CLEANUP(free_json) json_t *root = json_loadb(json.n ? json.p : "", json.n, JSON_ALLOW_NUL, &ignored);
    if (root)
        walk(arena, meta, root, 0, &nodes);
}

// ---------------------------------------------------------------- what the article takes

// "Headline | Site", "Headline - Site": without the last part, where that is the site's name or a short phrase behind a bar.
static kb_str without_site(kb_str title, kb_str site)
{
    static const char *const bars[] = {" | ", " - ", " – ", " — ", " :: ", " » "};
    for (size_t i = title.n; i-- > 1;) {
        for (size_t k = 0; k < KB_LEN(bars); k++) {
            kb_str bar = kb_str_of(bars[k]), tail = kb_str_sub(title, i, title.n);
            if (!kb_str_starts(tail, bar))
                continue;
            kb_str name = kb_str_trim(kb_str_sub(tail, bar.n, tail.n));
            bool is_site = site.n ? kb_str_eq(name, site) : k == 0 && name.n < 60;
            return is_site ? kb_str_trim(kb_str_sub(title, 0, i)) : title;
        }
    }
    return title;
}

void kb_html_meta_apply(kb_arena *arena, const kb_html_meta *meta, kb_str title, kb_str h1, kb_article *a)
{
    kb_str shared = meta->title.n ? meta->title : meta->headline.n ? meta->headline : title;
    kb_str best = without_site(shared, meta->site);
    if (h1.n && (!best.n || kb_str_starts(best, h1) || kb_str_starts(h1, best)))
        best = h1; // what the page shows, where both say the same
    if (!a->title.n)
        a->title = kb_clean_line(arena, best);
    if (!a->url.p && kb_document_canonical_url(arena, meta->url).p)
        a->url = meta->url;
    if (!a->source_name.p)
        a->source_name = meta->site;
    if (!a->section.p)
        a->section = meta->section;
    if (a->author_count == 0 && meta->author.n && !kb_str_starts(meta->author, KB_STR("http"))) {
        a->authors = KB_NEW(arena, kb_str);
        if (a->authors)
            a->authors[a->author_count++] = meta->author;
    }
    kb_timestamp t;
    kb_str written[] = {meta->published, meta->published_fallback};
    for (size_t i = 0; i < KB_LEN(written) && !a->published_known; i++) {
        if (!written[i].n || kb_timestamp_parse(written[i], &t, NULL) != KB_OK)
            continue;
        a->published_at = t.seconds;
        a->published_zone = t.zone;
        a->published_text = kb_timestamp_format(arena, t);
        a->published_known = true;
    }
}
