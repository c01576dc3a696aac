// HTML pages: libxml2's tokenizer drives handlers that keep no tree. Blocks of text are collected with what the page says of them (heading, paragraph,
// item; inside of the article or not), then the article's own blocks are chosen and go the way of raw text.

#include "document/parts.h"
#include "document/html_meta.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <strings.h>

enum {
    DEPTH = 512,        // elements open at once: real pages stay below 60, browsers stop at 512
    BODY_LEAST = 200,   // bytes of prose that make a part of the page worth being the article
    LINKS_PERCENT = 60, // a block of which so much is link text is navigation
};

typedef enum element_kind {
    EL_INLINE,
    EL_BLOCK,
    EL_PARAGRAPH,
    EL_HEADING,
    EL_ITEM,
    EL_BREAK,
    EL_DROP,  // with all inside
    EL_TITLE, // <title>
    EL_H1,
    EL_LINK, // <a>
    EL_SCRIPT,
    EL_ARTICLE,
    EL_MAIN,
} element_kind;

static const struct {
    const char *name;
    element_kind kind;
} elements[] = {
    // sorted by name
    {"a", EL_LINK},        {"address", EL_BLOCK}, {"article", EL_ARTICLE},
    {"aside", EL_DROP},    {"audio", EL_DROP},    {"blockquote", EL_PARAGRAPH},
    {"br", EL_BREAK},      {"button", EL_DROP},   {"canvas", EL_DROP},
    {"center", EL_BLOCK},  {"dd", EL_ITEM},       {"dialog", EL_DROP},
    {"div", EL_BLOCK},     {"dl", EL_BLOCK},      {"dt", EL_BLOCK},
    {"embed", EL_DROP},    {"fieldset", EL_DROP}, {"figcaption", EL_DROP},
    {"figure", EL_DROP},   {"footer", EL_DROP},   {"form", EL_DROP},
    {"h1", EL_H1},         {"h2", EL_HEADING},    {"h3", EL_HEADING},
    {"h4", EL_HEADING},    {"h5", EL_HEADING},    {"h6", EL_HEADING},
    {"header", EL_BLOCK},  {"hr", EL_BLOCK},      {"iframe", EL_DROP},
    {"input", EL_DROP},    {"label", EL_DROP},    {"li", EL_ITEM},
    {"main", EL_MAIN},     {"map", EL_DROP},      {"menu", EL_DROP},
    {"nav", EL_DROP},      {"noscript", EL_DROP}, {"object", EL_DROP},
    {"ol", EL_BLOCK},      {"option", EL_DROP},   {"p", EL_PARAGRAPH},
    {"pre", EL_PARAGRAPH}, {"script", EL_SCRIPT}, {"section", EL_BLOCK},
    {"select", EL_DROP},   {"style", EL_DROP},    {"svg", EL_DROP},
    {"table", EL_BLOCK},   {"td", EL_BLOCK},      {"template", EL_DROP},
    {"textarea", EL_DROP}, {"th", EL_BLOCK},      {"title", EL_TITLE},
    {"tr", EL_BLOCK},      {"ul", EL_BLOCK},      {"video", EL_DROP},
};

// Words of class, id, role and itemprop that say what an element is for.
static const char *const dropped_words[] = {
    "share",         "sharing",     "social",     "related",       "recommended",   "breadcrumb", "breadcrumbs",
    "comment",       "comments",    "disqus",     "advert",        "advertisement", "ads",        "ad",
    "sponsored",     "newsletter",  "subscribe",  "sidebar",       "widget",        "menu",       "navigation",
    "navbar",        "nav",         "footer",     "cookie",        "cookies",       "popup",      "modal",
    "tags",          "tag",         "caption",    "credit",        "most-read",     "readmore",   "read-more",
    "read-also",     "readalso",    "promo",      "toolbar",       "pagination",    "hidden",     "visually-hidden",
    "sr-only",       "byline",      "author-bio", "dateline-meta", "taboola",       "outbrain",   "search",
    "complementary", "contentinfo",
};
static const char *const body_words[] = {
    "articlebody",     "article-body",   "article__body", "article_body", "article-content", "article__content",
    "article_content", "articlecontent", "post-content",  "postcontent",  "entry-content",   "story-body",
    "story-content",   "news-body",      "news-content",  "newsbody",     "post-body",       "postbody",
    "article-text",    "articletext",    "body-content",  "content-body", "td-post-content", "wysiwyg",
    "story__content",  "news-text",      "newstext",      "detail-body",  "details-content",
};

enum { IN_ARTICLE = 1, IN_MAIN = 2, IN_BODY = 4 };

typedef struct open_element {
    uint8_t kind, where; // where: IN_* of what is inside
    bool drops;
    uint32_t article; // number of the <article> it is in, 0: none
} open_element;

typedef struct block {
    kb_page_line line;
    uint8_t where;
    uint32_t article;
} block;

typedef struct reader {
    kb_arena *arena;
    const kb_document_limits *limits;
    htmlParserCtxtPtr parser;
    open_element stack[DEPTH];
    uint32_t depth, dropping, articles;
    kb_buffer run;       // the block under way
    uint32_t link_bytes; // of it, in links
    uint32_t links;      // <a> open
    uint8_t hint;        // kb_line_hint of the block under way
    KB_VEC(block) blocks;
    size_t text_bytes;
    kb_html_meta meta;
    kb_buffer title, h1, script;
    uint32_t h1_count;
    bool json_ld;
    kb_status status;
    kb_error *error;
} reader;

// ---------------------------------------------------------------- attributes

static int compare_element(const void *key, const void *entry)
{
    return strcmp(key, *(const char *const *)entry);
}

static element_kind kind_of(const char *name)
{
    const void *found = bsearch(name, elements, KB_LEN(elements), sizeof elements[0], compare_element);
    return found ? elements[((const char *)found - (const char *)elements) / sizeof elements[0]].kind : EL_INLINE;
}

static kb_str attribute(const xmlChar **list, const char *name)
{
    for (; list && list[0]; list += 2) {
        if (strcasecmp((const char *)list[0], name) == 0)
            return kb_str_of((const char *)list[1]);
    }
    return (kb_str){0};
}

static bool has_attribute(const xmlChar **list, const char *name)
{
    for (; list && list[0]; list += 2) {
        if (strcasecmp((const char *)list[0], name) == 0)
            return true;
    }
    return false;
}

static bool any_word(kb_str value, const char *const *words, size_t count)
{
    kb_str rest = value;
    while (rest.p) {
        kb_str word = kb_str_trim(kb_str_cut(&rest, ' '));
        for (size_t i = 0; i < count && word.n; i++) {
            if (strlen(words[i]) == word.n && strncasecmp(words[i], word.p, word.n) == 0)
                return true;
        }
    }
    return false;
}

static bool says_drop(const xmlChar **attributes)
{
    static const char *const names[] = {"class", "id", "role"};
    for (size_t i = 0; i < KB_LEN(names); i++) {
        if (any_word(attribute(attributes, names[i]), dropped_words, KB_LEN(dropped_words)))
            return true;
    }
    kb_str style = attribute(attributes, "style");
    return has_attribute(attributes, "hidden") || kb_str_is(attribute(attributes, "aria-hidden"), "true") ||
           kb_str_starts(style, KB_STR("display:none")) || kb_str_starts(style, KB_STR("display: none"));
}

static bool says_body(const xmlChar **attributes)
{
    static const char *const names[] = {"class", "id", "itemprop"};
    for (size_t i = 0; i < KB_LEN(names); i++) {
        if (any_word(attribute(attributes, names[i]), body_words, KB_LEN(body_words)))
            return true;
    }
    return false;
}

// ---------------------------------------------------------------- collecting

static void stop(reader *r, kb_status status, const char *code, const char *what)
{
    if (r->status == KB_OK)
        r->status = kb_fail(r->error, status, code, "%s", what);
    xmlStopParser(r->parser);
}

// Adds text with its runs of white space made one space. Returns the bytes added.
static uint32_t add_collapsed(kb_buffer *b, kb_str s)
{
    uint32_t before = b->n;
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        while (i < s.n && (unsigned char)s.p[i] > ' ')
            i++;
        kb_buffer_add(b, (kb_str){s.p + from, i - from});
        bool space = i < s.n;
        while (i < s.n && (unsigned char)s.p[i] <= ' ')
            i++;
        if (space && b->n && b->p[b->n - 1] != ' ')
            kb_buffer_char(b, ' ');
    }
    return b->n - before;
}

static void end_block(reader *r)
{
    kb_str text = kb_str_trim(kb_buffer_str(&r->run));
    const open_element *top = r->depth ? &r->stack[r->depth - 1] : NULL;
    bool links = text.n && (size_t)r->link_bytes * 100 >= text.n * LINKS_PERCENT && r->hint != KB_LINE_HEADING &&
                 !(r->hint == KB_LINE_PARAGRAPH && text.n > BODY_LEAST);
    if (text.n && !links) {
        block *b = KB_PUSH(r->arena, &r->blocks);
        kb_str copy = kb_arena_copy(r->arena, text);
        if (!b || !copy.p) {
            stop(r, KB_NO_MEMORY, "no-memory", "no memory for the page");
            return;
        }
        *b = (block){{.text = copy, .hint = r->hint}, top ? top->where : 0, top ? top->article : 0};
        r->text_bytes += text.n;
        if (r->text_bytes > r->limits->body_bytes)
            stop(r, KB_LIMIT, "limit-html", "the page has more text than an article may have");
    }
    r->run.n = 0;
    r->link_bytes = 0;
    r->hint = KB_LINE_TEXT;
}

static bool breaks_block(element_kind kind)
{
    return kind != EL_INLINE && kind != EL_LINK && kind != EL_DROP && kind != EL_SCRIPT && kind != EL_TITLE;
}

static uint8_t hint_of(element_kind kind, uint8_t otherwise)
{
    switch (kind) {
    case EL_PARAGRAPH:
        return KB_LINE_PARAGRAPH;
    case EL_HEADING:
        return KB_LINE_HEADING;
    case EL_ITEM:
        return KB_LINE_ITEM;
    default:
        return otherwise;
    }
}

static void start_element(void *user, const xmlChar *name, const xmlChar **attributes)
{
    reader *r = user;
    element_kind kind = kind_of((const char *)name);
    if (r->depth == DEPTH || r->status != KB_OK) {
        stop(r, KB_LIMIT, "html-depth", "elements of the page are nested deeper than 512");
        return;
    }
    if (r->dropping == 0 && breaks_block(kind))
        end_block(r);
    open_element e = r->depth ? r->stack[r->depth - 1] : (open_element){0};
    e.kind = (uint8_t)kind;
    bool root = strcmp((const char *)name, "html") == 0 || strcmp((const char *)name, "body") == 0;
    e.drops = kind == EL_DROP || kind == EL_SCRIPT || (!root && kind != EL_TITLE && says_drop(attributes));
    if (kind == EL_ARTICLE) {
        e.where |= IN_ARTICLE;
        e.article = ++r->articles;
    }
    if (kind == EL_MAIN)
        e.where |= IN_MAIN;
    if (says_body(attributes))
        e.where |= IN_BODY;
    r->stack[r->depth++] = e;
    r->dropping += e.drops;
    r->links += kind == EL_LINK;
    if (kind == EL_H1)
        r->h1_count++;
    if (breaks_block(kind))
        r->hint = hint_of(kind, r->hint);
    kb_html_meta_element(r->arena, &r->meta, (const char *)name, (const char **)attributes);
    r->json_ld = kind == EL_SCRIPT && kb_str_is(attribute(attributes, "type"), "application/ld+json");
    r->script.n = 0;
}

static void end_element(void *user, const xmlChar *name)
{
    reader *r = user;
    element_kind kind = kind_of((const char *)name);
    if (r->depth == 0)
        return;
    open_element *e = &r->stack[r->depth - 1];
    if (r->dropping == 0 && breaks_block(e->kind))
        end_block(r);
    if (kind == EL_SCRIPT && r->json_ld)
        kb_html_meta_json(r->arena, &r->meta, kb_buffer_str(&r->script));
    r->json_ld = false;
    r->dropping -= e->drops;
    r->links -= e->kind == EL_LINK && r->links;
    r->depth--;
    if (r->depth && r->hint == KB_LINE_TEXT && breaks_block(kind))
        r->hint = hint_of(r->stack[r->depth - 1].kind, KB_LINE_TEXT);
}

static void characters(void *user, const xmlChar *text, int length)
{
    reader *r = user;
    kb_str s = {(const char *)text, length > 0 ? (size_t)length : 0};
    const open_element *top = r->depth ? &r->stack[r->depth - 1] : NULL;
    if (r->json_ld) {
        if (r->script.n + s.n <= r->limits->body_bytes)
            kb_buffer_add(&r->script, s);
    } else if (top && top->kind == EL_TITLE) {
        if (r->title.n < r->limits->title_bytes)
            add_collapsed(&r->title, s);
    } else if (r->dropping == 0) {
        bool h1 = false;
        for (uint32_t i = r->depth; i > 0 && i + 3 > r->depth && !h1; i--)
            h1 = r->stack[i - 1].kind == EL_H1;
        if (h1 && r->h1_count == 1 && r->h1.n < r->limits->title_bytes) {
            add_collapsed(&r->h1, s);
        } else {
            uint32_t added = add_collapsed(&r->run, s);
            r->link_bytes += r->links ? added : 0;
        }
    }
}

// ---------------------------------------------------------------- choosing

static size_t prose_bytes(const reader *r, uint8_t where, uint32_t article)
{
    size_t n = 0;
    for (uint32_t i = 0; i < r->blocks.n; i++) {
        const block *b = &r->blocks.at[i];
        if ((where == 0 || b->where & where) && (article == 0 || b->article == article) && b->line.text.n >= 40)
            n += b->line.text.n;
    }
    return n;
}

static uint32_t largest_article(kb_arena *arena, const reader *r)
{
    size_t *bytes = KB_NEWS(arena, size_t, (size_t)r->articles + 1);
    uint32_t best = 0;
    for (uint32_t i = 0; bytes && i < r->blocks.n; i++)
        bytes[r->blocks.at[i].article] += r->blocks.at[i].line.text.n;
    for (uint32_t i = 1; bytes && i <= r->articles; i++) {
        if (best == 0 || bytes[i] > bytes[best])
            best = i;
    }
    return best;
}

// The smallest part of the page that its author marked as the article and that holds prose; else all of it.
static void choose(reader *r)
{
    uint8_t where = 0;
    uint32_t article = 0, n = 0;
    if (prose_bytes(r, IN_BODY, 0) >= BODY_LEAST) {
        where = IN_BODY;
    } else if (r->articles && prose_bytes(r, IN_ARTICLE, largest_article(r->arena, r)) >= BODY_LEAST) {
        where = IN_ARTICLE;
        article = largest_article(r->arena, r);
    } else if (prose_bytes(r, IN_MAIN, 0) >= BODY_LEAST) {
        where = IN_MAIN;
    }
    for (uint32_t i = 0; i < r->blocks.n; i++) {
        const block *b = &r->blocks.at[i];
        if ((where == 0 || b->where & where) && (article == 0 || b->article == article))
            r->blocks.at[n++] = *b;
    }
    r->blocks.n = n;
}

static kb_status make_article(reader *r, kb_article *a)
{
    kb_html_meta_apply(r->arena, &r->meta, kb_str_trim(kb_buffer_str(&r->title)), kb_str_trim(kb_buffer_str(&r->h1)),
                       a);
    choose(r);
    kb_page_line *lines = KB_NEWS(r->arena, kb_page_line, r->blocks.n);
    if (!lines)
        return kb_fail(r->error, KB_NO_MEMORY, "no-memory", "no memory for the page");
    for (uint32_t i = 0; i < r->blocks.n; i++) {
        lines[i] = r->blocks.at[i].line;
        lines[i].text = kb_clean_text(r->arena, lines[i].text);
    }
    return kb_page_select(r->arena, lines, r->blocks.n, a, r->error);
}

// ---------------------------------------------------------------- parsing

static void free_parser(htmlParserCtxtPtr *parser)
{
    if (*parser)
        htmlFreeParserCtxt(*parser);
}

kb_status kb_document_html(kb_arena *arena, kb_str bytes, kb_str charset, const kb_document_limits *limits,
                           kb_article *ret, kb_error *error)
{
    kb_document_limits l = kb_document_limits_or_default(limits);
    kb_str html = {0};
    kb_status status = kb_check_length(bytes, l.message_bytes, "html", error);
    if (status == KB_OK)
        status = kb_html_decode(arena, bytes, charset, l.message_bytes * 2, &html, error);
    if (status == KB_OK)
        status = kb_html_check(html, error);
    if (status != KB_OK)
        return status;
    reader *r = KB_NEW(arena, reader);
    KB_CLEANUP(free_parser)
    htmlParserCtxtPtr parser = html.n ? htmlCreateMemoryParserCtxt(html.p, (int)html.n) : NULL;
    if (!r || (html.n && !parser))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the page");
    *r = (reader){.arena = arena, .limits = &l, .parser = parser, .error = error};
    r->run = kb_buffer_new(arena, 4096);
    r->title = kb_buffer_new(arena, 256);
    r->h1 = kb_buffer_new(arena, 256);
    r->script = kb_buffer_new(arena, 4096);
    if (parser) {
        htmlSAXHandler handlers = {.startElement = start_element,
                                   .endElement = end_element,
                                   .characters = characters,
                                   .ignorableWhitespace = characters,
                                   .cdataBlock = characters};
        htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                       HTML_PARSE_IGNORE_ENC);
        *parser->sax = handlers;
        parser->userData = r;
        xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
        htmlParseDocument(parser);
    }
    if (r->status != KB_OK)
        return r->status;
    end_block(r);
    if (r->run.failed || r->title.failed || r->h1.failed || r->script.failed)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the page");
    return make_article(r, ret);
}
