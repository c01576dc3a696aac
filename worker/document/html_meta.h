#pragma once
// What a page says of itself: <meta>, <link>, <time>, JSON-LD.

#include "document/parts.h"

typedef struct kb_html_meta {
    kb_str title, headline;    // og:title; JSON-LD headline
    kb_str site;               // og:site_name
    kb_str url;                // <link rel=canonical>, else og:url
    kb_str published;          // article:published_time, datePublished
    kb_str published_fallback; // <time datetime>, the first
    kb_str section, author;
    bool canonical; // `url` is the <link>'s
} kb_html_meta;

// Looks at the attributes of one start tag (name, value, …, NULL; may be NULL).
void kb_html_meta_element(kb_arena *arena, kb_html_meta *meta, const char *name, const char **attributes);
// Looks for an article in the text of a JSON-LD script. What can't be read is passed over: it is a page's decoration.
void kb_html_meta_json(kb_arena *arena, kb_html_meta *meta, kb_str json);
// Fills what `a` lacks: title (from the meta data, `h1` or `title`, without the site's name), url, time, source, section, author.
void kb_html_meta_apply(kb_arena *arena, const kb_html_meta *meta, kb_str title, kb_str h1, kb_article *a);
