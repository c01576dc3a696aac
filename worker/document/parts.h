#pragma once
// What the files of this room share.

#include "khabar/buffer.h"
#include "khabar/document.h"

// The fields of an article message as they stand in it: p == NULL where missing or null.
typedef struct kb_message {
    kb_str id, url, title, body, text, html, language, section, published_at;
    kb_str source_name, source_domain, source_country;
    kb_str *authors, *tags;
    uint32_t author_count, tag_count;
} kb_message;

// `limits` with the defaults in place of zeroes.
kb_document_limits kb_document_limits_or_default(const kb_document_limits *limits);

// Reads a JSON object by the contract (worker/document/json.c). Errors: codes json-*, field-*, limit-*, with line and column or the field.
kb_status kb_message_read(kb_arena *arena, kb_str json, const kb_document_limits *limits, kb_message *ret,
                          kb_error *error);

// KB_LIMIT with the code "limit-" and `name` where `s` is longer than `most`.
kb_status kb_check_length(kb_str s, size_t most, const char *name, kb_error *error);

// One line for a field: control characters and line breaks become spaces, runs of white space one; bytes that are no UTF-8 become U+FFFD.
kb_str kb_clean_line(kb_arena *arena, kb_str s);
// Text of several lines: drops control characters but tab and line break (CR LF and CR become LF), noncharacters, and the combining marks after
// the 30th in a row, the bound of the Stream-Safe Text Format (UAX #15, 13). Text without any of these is returned as it is, not copied.
kb_str kb_clean_text(kb_arena *arena, kb_str s);

// ---------------------------------------------------------------- HTML (worker/document/html_bytes.c)

// The page in UTF-8: by its byte order mark, else the charset that the header names, else the one that the page declares, else detected.
kb_status kb_html_decode(kb_arena *arena, kb_str bytes, kb_str charset, size_t most, kb_str *ret, kb_error *error);
// KB_LIMIT "html-attributes" for a tag with so many attributes that the parser would take quadratic time.
kb_status kb_html_check(kb_str html, kb_error *error);

// ---------------------------------------------------------------- pages (worker/document/page.c, labels.c)

typedef enum kb_line_hint {
    KB_LINE_TEXT,      // a line of raw text, of which nothing is known
    KB_LINE_PARAGRAPH, // <p>, <blockquote>
    KB_LINE_HEADING,   // <h2> to <h6>
    KB_LINE_ITEM,      // <li>
} kb_line_hint;

typedef struct kb_page_line {
    kb_str text; // one line, UTF-8
    uint8_t hint;
    bool blank_before;
} kb_page_line;

// Tells the title (unless `ret` has one) and the paragraphs of the body from the rest of a page; sets title and body of `ret`.
kb_status kb_page_select(kb_arena *arena, const kb_page_line *lines, uint32_t count, kb_article *ret, kb_error *error);

// What the table of labels (worker/data/tables/page_labels.tsv) says of a line.
typedef enum kb_label {
    KB_LABEL_NONE,
    KB_LABEL_SECTION, // the name of a section
    KB_LABEL_AUTHOR,  // who wrote it
    KB_LABEL_DATE,    // when it was published
    KB_LABEL_CAPTION, // words of a picture
    KB_LABEL_SHARE,   // buttons
    KB_LABEL_NAV,     // ways to other pages
    KB_LABEL_AD,
    KB_LABEL_RELATED, // one or more links to other articles follow, in the middle of the text
    KB_LABEL_MORE,    // a list of other articles follows, below the text
    KB_LABEL_TAGS,
    KB_LABEL_COMMENTS,
    KB_LABEL_NEWSLETTER,
    KB_LABEL_COPYRIGHT,
    KB_LABEL_COUNT
} kb_label;

typedef struct kb_label_match {
    kb_label label;
    bool whole; // nothing else stands on the line
    bool
        delimited; // the label is set off by a colon, dash or bar, or is more than one word at the end, or the whole line
    bool phrase;   // the label has several words
} kb_label_match;

// Looks in the table of the build: labels of a user's own lexicon directory have no effect on decoding.
kb_label_match kb_label_of(kb_str line);
