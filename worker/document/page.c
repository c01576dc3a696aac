// The lines of a scraped page told apart. By what any news page has in common: paragraphs of prose are long and end in a full stop; what stands
// above the first of them is title, section, author, date and caption; what stands below the last is links, tags and buttons; short lines between
// them are headings. Known phrases (labels.c) decide the rest.

#include "document/parts.h"
#include "khabar/utf8.h"

#include <stdlib.h>

enum {
    TITLE_WORDS = 40,      // a longer first line is a paragraph, not a title
    PROSE_WORDS = 5,       // and a full stop
    PROSE_WORDS_BARE = 20, // without one
    PROSE_WORDS_POOR = 10, // without one, on pages that have no full stops at all
    DECK_WORDS = 8,        // a line under the title that is this long says something of its own
    LABEL_WORDS = 12,      // a labelled line that is longer is a sentence which begins like a label
    RELATED_WORDS = 25,    // with a colon or dash behind the label
    LINK_WORDS = 5,        // a headline has more words than most headings
    DUPLICATE_WORDS = 14,
    TAIL_PERCENT = 25, // prose below "comments" and the like, of all prose, that is still not the article's
    WRAP_LEAST = 45,
    WRAP_MOST = 120,
    WRAP_LINES = 4, // characters of the lines of a text wrapped by hand
};

typedef struct line {
    kb_str text;
    uint64_t hash;
    uint32_t words;
    kb_label_match label;
    uint8_t hint;
    bool blank_before, full_stop, prose, bullet, repeated, dropped;
} line;

typedef struct sheet {
    line *at;
    uint32_t n;
    uint32_t first_prose, last_prose; // KB_NONE: no prose at all
} sheet;

// ---------------------------------------------------------------- measuring

static bool is_blank_character(uint32_t c)
{
    return c <= ' ' || c == 0xA0 || c == 0xAD || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
           (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0x61C || c == 0xFEFF || c == 0x180E || c == 0x85;
}

// Without white space, and what looks like it, at both ends.
static kb_str trim_wide(kb_str s)
{
    uint32_t c;
    unsigned n;
    while (s.n && (n = kb_utf8_decode(s.p, s.p + s.n, &c)) != 0 && is_blank_character(c))
        s = kb_str_sub(s, n, s.n);
    while (s.n) {
        size_t at = s.n - 1;
        while (at > 0 && (s.p[at] & 0xC0) == 0x80)
            at--;
        if (kb_utf8_decode(s.p + at, s.p + s.n, &c) == 0 || !is_blank_character(c))
            break;
        s.n = at;
    }
    return s;
}

static bool is_closing(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0xBB || c == 0x201D || c == 0x2019 || c == 0x203A ||
           is_blank_character(c);
}

static bool is_stop(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x61F || c == 0x2026 || c == 0x6D4 || c == 0x3002;
}

static bool ends_in_full_stop(kb_str s)
{
    while (s.n) {
        size_t at = s.n - 1;
        uint32_t c;
        while (at > 0 && (s.p[at] & 0xC0) == 0x80)
            at--;
        if (kb_utf8_decode(s.p + at, s.p + s.n, &c) == 0)
            return false;
        if (!is_closing(c))
            return is_stop(c);
        s.n = at;
    }
    return false;
}

static uint32_t count_words(kb_str s)
{
    uint32_t n = 0;
    bool inside = false;
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        uint32_t c;
        unsigned length = kb_utf8_decode(p, end, &c);
        if (length == 0)
            break;
        p += length;
        bool blank = is_blank_character(c);
        n += !blank && !inside;
        inside = !blank;
    }
    return n;
}

static bool is_bullet(kb_str s)
{
    return kb_str_starts(s, KB_STR("- ")) || kb_str_starts(s, KB_STR("* ")) || kb_str_starts(s, KB_STR("•")) ||
           kb_str_starts(s, KB_STR("– ")) || kb_str_starts(s, KB_STR("▪")) || kb_str_starts(s, KB_STR("■"));
}

// Hash tags, addresses, and lines without any letter.
static bool is_no_sentence(kb_str s)
{
    kb_str rest = s;
    bool only_tags = true, letter = false;
    while (rest.p && only_tags) {
        kb_str word = kb_str_cut(&rest, ' ');
        only_tags = word.n == 0 || word.p[0] == '#' || kb_str_starts(word, KB_STR("http://")) ||
                    kb_str_starts(word, KB_STR("https://")) || kb_str_starts(word, KB_STR("www.")) || word.p[0] == '@';
    }
    for (size_t i = 0; i < s.n && !letter; i++) {
        unsigned char c = (unsigned char)s.p[i];
        letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC3 && c != 0xE2 && c != 0xEF);
    }
    return only_tags || !letter;
}

static void measure(line *l)
{
    l->words = count_words(l->text);
    l->full_stop = ends_in_full_stop(l->text);
    l->bullet = l->hint == KB_LINE_ITEM || is_bullet(l->text);
    l->hash = kb_str_hash(l->text);
    if (l->words <= RELATED_WORDS)
        l->label = kb_label_of(l->text);
    // what only begins like a label: a sentence, or a line that goes on without a colon
    bool sentence =
        !l->label.whole && (l->label.delimited ? l->words > RELATED_WORDS : l->full_stop || l->words > LABEL_WORDS);
    if (sentence)
        l->label = (kb_label_match){0};
}

static int compare_hashes(const void *a, const void *b)
{
    const line *x = *(line *const *)a, *y = *(line *const *)b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x > y) - (x < y);
}

// A caption stands below its picture and once more as its alternative text; buttons come back: short lines that repeat say nothing of their own.
// Of a long paragraph that repeats, the first stays.
static bool mark_repeated(kb_arena *arena, sheet *page)
{
    line **sorted = KB_NEWS(arena, line *, page->n);
    if (!sorted)
        return false;
    for (uint32_t i = 0; i < page->n; i++)
        sorted[i] = &page->at[i];
    if (page->n)
        qsort(sorted, page->n, sizeof *sorted, compare_hashes);
    for (uint32_t i = 1; i < page->n; i++) {
        line *a = sorted[i - 1], *b = sorted[i];
        if (a->hash != b->hash || !kb_str_eq(a->text, b->text))
            continue;
        b->repeated = true;
        if (!b->full_stop && b->words <= DUPLICATE_WORDS)
            a->repeated = true;
    }
    return true;
}

static void find_prose(sheet *page, uint32_t from)
{
    bool any = false;
    for (uint32_t i = from; i < page->n; i++) {
        line *l = &page->at[i];
        uint32_t least = l->hint == KB_LINE_PARAGRAPH ? PROSE_WORDS - 1 : PROSE_WORDS;
        l->prose = !l->dropped && l->label.label == KB_LABEL_NONE && !l->repeated && l->hint != KB_LINE_HEADING &&
                   ((l->full_stop && l->words >= least) || l->words >= PROSE_WORDS_BARE);
        any |= l->prose;
    }
    for (uint32_t i = from; i < page->n && !any; i++) {
        line *l = &page->at[i];
        l->prose = !l->dropped && l->label.label == KB_LABEL_NONE && !l->repeated && l->hint != KB_LINE_HEADING &&
                   l->words >= PROSE_WORDS_POOR;
    }
    page->first_prose = page->last_prose = KB_NONE;
    for (uint32_t i = from; i < page->n; i++) {
        if (page->at[i].prose) {
            if (page->first_prose == KB_NONE)
                page->first_prose = i;
            page->last_prose = i;
        }
    }
}

// ---------------------------------------------------------------- title

static bool same_title(kb_str a, kb_str b)
{
    return a.n && kb_str_eq(a, b);
}

// The first line that is no label, where it is short enough for a title. Everything up to it is dropped.
static uint32_t take_title(sheet *page, kb_article *ret)
{
    uint32_t i = 0;
    while (i < page->n && (page->at[i].label.label != KB_LABEL_NONE || is_no_sentence(page->at[i].text)))
        page->at[i++].dropped = true;
    if (i == page->n)
        return i;
    line *l = &page->at[i];
    bool sentence = l->full_stop && (l->words > TITLE_WORDS / 2 || l->hint == KB_LINE_PARAGRAPH);
    if (l->words > TITLE_WORDS || (sentence && page->n > 1))
        return i;
    ret->title = l->text;
    l->dropped = true;
    return i + 1;
}

// ---------------------------------------------------------------- zones

// Above the first paragraph.
static void sift_top(sheet *page, uint32_t from, kb_str title)
{
    for (uint32_t i = from; i < page->n && i < page->first_prose; i++) {
        line *l = &page->at[i];
        bool keeps = l->hint == KB_LINE_HEADING || l->bullet || (l->words >= DECK_WORDS);
        l->dropped |= l->label.label != KB_LABEL_NONE || l->repeated || is_no_sentence(l->text) || !keeps ||
                      same_title(l->text, title);
    }
}

// Does the label say in the middle of an article that this line is none of it? Names of sections may be headings there, and a heading may begin
// with the word of a label.
static bool drops_in_the_middle(const line *l)
{
    switch (l->label.label) {
    case KB_LABEL_NONE:
    case KB_LABEL_SECTION:
        return false;
    case KB_LABEL_AUTHOR:
    case KB_LABEL_DATE:
    case KB_LABEL_CAPTION:
        return l->label.delimited;
    default:
        return l->label.delimited || l->label.phrase;
    }
}

// From line `i` on: links to other articles below a label. Returns the line behind them.
static uint32_t skip_links(sheet *page, uint32_t i)
{
    bool first = true;
    for (; i < page->last_prose; i++, first = false) {
        line *l = &page->at[i];
        if (l->prose || l->full_stop || l->hint == KB_LINE_HEADING || (!first && l->words < LINK_WORDS))
            break;
        l->dropped = true;
    }
    return i;
}

static void sift_middle(sheet *page)
{
    for (uint32_t i = page->first_prose; i < page->last_prose;) {
        line *l = &page->at[i++];
        if (l->prose)
            continue;
        bool label = drops_in_the_middle(l);
        l->dropped |= label || l->repeated || is_no_sentence(l->text);
        bool list = l->label.label == KB_LABEL_RELATED || l->label.label == KB_LABEL_MORE;
        if (label && list && l->label.whole)
            i = skip_links(page, i);
    }
}

// Below the last paragraph: one that lacks its full stop, and the points of a list; nothing behind the first line that is neither.
static void sift_tail(sheet *page)
{
    bool over = false;
    for (uint32_t i = page->last_prose + 1; i < page->n; i++) {
        line *l = &page->at[i];
        over |=
            l->dropped || l->label.label != KB_LABEL_NONE || l->repeated || is_no_sentence(l->text) ||
            !(l->words >= PROSE_WORDS_POOR || (l->bullet && l->words >= LINK_WORDS) || (l->full_stop && l->words > 1));
        l->dropped |= over;
    }
}

// What stands below comments, tags or a copyright line is not the article, unless much of the prose is there.
static void cut_footer(sheet *page, uint32_t from)
{
    size_t all = 0, below = 0;
    for (uint32_t i = from; i < page->n; i++)
        all += page->at[i].prose ? page->at[i].text.n : 0;
    for (uint32_t i = page->n; i-- > from;) {
        line *l = &page->at[i];
        if (l->prose)
            below += l->text.n;
        if (below * 100 > all * TAIL_PERCENT)
            return;
        bool footer = l->label.label == KB_LABEL_MORE || l->label.label == KB_LABEL_TAGS ||
                      l->label.label == KB_LABEL_COMMENTS || l->label.label == KB_LABEL_COPYRIGHT ||
                      l->label.label == KB_LABEL_NEWSLETTER;
        if (!footer || !(l->label.whole || l->label.phrase) || below == all)
            continue;
        for (uint32_t k = i; k < page->n; k++) {
            page->at[k].dropped = true;
            page->at[k].prose = false;
        }
        below = 0;
        page->n = i;
        all = 0;
        for (uint32_t k = from; k < page->n; k++)
            all += page->at[k].prose ? page->at[k].text.n : 0;
    }
}

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the page");
}

static kb_str join(kb_arena *arena, const sheet *page, uint32_t from)
{
    size_t bytes = 0;
    for (uint32_t i = from; i < page->n; i++)
        bytes += page->at[i].text.n + 2;
    kb_buffer b = kb_buffer_new(arena, bytes + 2);
    for (uint32_t i = from; i < page->n; i++) {
        if (page->at[i].dropped)
            continue;
        if (b.n)
            kb_buffer_z(&b, "\n\n");
        kb_buffer_add(&b, page->at[i].text);
    }
    return b.failed ? (kb_str){0} : kb_buffer_str(&b);
}

kb_status kb_page_select(kb_arena *arena, const kb_page_line *lines, uint32_t count, kb_article *ret, kb_error *error)
{
    sheet page = {.at = KB_NEWS(arena, line, count)};
    if (!page.at)
        return no_memory(error);
    for (uint32_t i = 0; i < count; i++) {
        kb_str text = trim_wide(lines[i].text);
        if (text.n == 0)
            continue;
        page.at[page.n] = (line){.text = text, .hint = lines[i].hint, .blank_before = lines[i].blank_before};
        measure(&page.at[page.n++]);
    }
    if (!mark_repeated(arena, &page))
        return no_memory(error);
    uint32_t from = ret->title.n ? 0 : take_title(&page, ret);
    find_prose(&page, from);
    cut_footer(&page, from);
    find_prose(&page, from);
    if (page.first_prose != KB_NONE) {
        sift_top(&page, from, ret->title);
        sift_middle(&page);
        sift_tail(&page);
    } else {
        for (uint32_t i = from; i < page.n; i++)
            page.at[i].dropped |= page.at[i].label.label != KB_LABEL_NONE || is_no_sentence(page.at[i].text) ||
                                  same_title(page.at[i].text, ret->title);
    }
    ret->body = join(arena, &page, from);
    return ret->body.p ? KB_OK : no_memory(error);
}

// ---------------------------------------------------------------- raw text

typedef KB_VEC(kb_page_line) line_list;

static bool split_lines(kb_arena *arena, kb_str text, line_list *list)
{
    bool blank = false;
    kb_str rest = text;
    while (rest.p) {
        kb_str one = trim_wide(kb_str_cut(&rest, '\n'));
        if (one.n == 0) {
            blank = true;
            continue;
        }
        kb_page_line *l = KB_PUSH(arena, list);
        if (!l)
            return false;
        *l = (kb_page_line){.text = one, .blank_before = blank};
        blank = false;
    }
    return true;
}

// Text that was wrapped at a column: most lines are about as long as each other and break off without a full stop, paragraphs have blank lines
// between.
static bool is_wrapped(const line_list *list)
{
    uint32_t broken = 0, inner = 0, longest = 0;
    for (uint32_t i = 0; i + 1 < list->n; i++) {
        uint32_t characters = (uint32_t)kb_utf8_count(list->at[i].text);
        if (list->at[i + 1].blank_before)
            continue;
        inner++;
        longest = characters > longest ? characters : longest;
        broken += characters >= WRAP_LEAST && !ends_in_full_stop(list->at[i].text);
    }
    return inner >= WRAP_LINES && longest <= WRAP_MOST && broken * 10 >= inner * 7;
}

static bool unwrap(kb_arena *arena, line_list *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < list->n;) {
        uint32_t end = i + 1;
        size_t bytes = list->at[i].text.n;
        while (end < list->n && !list->at[end].blank_before)
            bytes += list->at[end++].text.n + 1;
        kb_page_line joined = list->at[i];
        if (end > i + 1) {
            kb_buffer b = kb_buffer_new(arena, bytes + 1);
            for (uint32_t k = i; k < end; k++) {
                if (k > i)
                    kb_buffer_char(&b, ' ');
                kb_buffer_add(&b, list->at[k].text);
            }
            if (b.failed)
                return false;
            joined.text = kb_buffer_str(&b);
        }
        list->at[n++] = joined;
        i = end;
    }
    list->n = n;
    return true;
}

kb_status kb_document_text(kb_arena *arena, kb_str text, const kb_document_limits *limits, kb_article *ret,
                           kb_error *error)
{
    kb_document_limits l = kb_document_limits_or_default(limits);
    kb_status status = kb_check_length(text, l.body_bytes, "text", error);
    if (status != KB_OK)
        return status;
    text = kb_clean_text(arena, text.p ? text : KB_STR(""));
    line_list list = {0};
    if (!text.p || !split_lines(arena, text, &list) || (is_wrapped(&list) && !unwrap(arena, &list)))
        return no_memory(error);
    return kb_page_select(arena, list.at, list.n, ret, error);
}
