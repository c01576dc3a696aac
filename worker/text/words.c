#include "khabar/utf8.h"
#include "khabar/words.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

typedef enum class { SPACES, ARABIC, LATIN, DIGIT, OTHER, PUNCT } class;

static class class_of(uint32_t c)
{
    if (c < 0x80) {
        if (c >= 'a' && c <= 'z')
            return LATIN;
        if (c >= '0' && c <= '9')
            return DIGIT;
        return c <= ' ' ? SPACES : PUNCT;
    }
    if (c >= 0x620 && c <= 0x6D5)
        return c == 0x6D4 || (c >= 0x660 && c <= 0x66D) ? PUNCT : ARABIC;
    if ((c >= 0x6EE && c <= 0x6EF) || (c >= 0x6FA && c <= 0x6FC) || c == 0x6FF || (c >= 0x750 && c <= 0x77F) ||
        (c >= 0x8A0 && c <= 0x8D2))
        return ARABIC;
    if (!(U_GET_GC_MASK((UChar32)c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)))
        return u_isUWhiteSpace((UChar32)c) ? SPACES : PUNCT;
    UErrorCode code = U_ZERO_ERROR;
    return uscript_getScript((UChar32)c, &code) == USCRIPT_LATIN ? LATIN : OTHER;
}

typedef struct cutter {
    kb_arena *arena;
    kb_layers *layers;
    kb_str match;
    struct {
        kb_word *at;
        uint32_t n, cap;
    } words;
    UBreakIterator *iterator; // opened for the first run that needs it
    bool space;
    bool over; // more words than the layers allow
} cutter;

static bool add(cutter *c, size_t from, size_t to, kb_word_kind kind)
{
    while (from < to) {
        size_t end = to;
        if (end - from > KB_WORD_BYTES) {
            end = from + KB_WORD_BYTES;
            while ((c->match.p[end] & 0xC0) == 0x80)
                end--;
        }
        c->over = c->layers->words_max && c->words.n >= c->layers->words_max;
        kb_word *w = c->over ? NULL : KB_PUSH(c->arena, &c->words);
        if (!w)
            return false;
        const kb_text *text = &c->layers->text;
        w->start = text->origin[from];
        w->end = text->origin[end];
        w->form = (kb_str){c->match.p + from, end - from};
        w->kind = (uint8_t)kind;
        w->space_before = c->space;
        c->space = false;
        from = end;
    }
    return true;
}

// The class of the character at `at`, its length in *n.
static class class_at(const cutter *c, size_t at, unsigned *n)
{
    unsigned char b = (unsigned char)c->match.p[at];
    *n = 1;
    if (b < 0x80)
        return class_of(b);
    uint32_t code = 0;
    *n = kb_utf8_decode(c->match.p + at, c->match.p + c->match.n, &code);
    if (*n == 0) {
        *n = 1;
        return PUNCT;
    }
    return class_of(code);
}

static bool is_digit(const cutter *c, size_t at)
{
    return at < c->match.n && c->match.p[at] >= '0' && c->match.p[at] <= '9';
}

// End of the number at `from`: digits, and . or , between digits. Two years with a comma between them (2020,2021) stay two.
static size_t number_end(const cutter *c, size_t from)
{
    size_t at = from, run = from;
    for (;;) {
        while (is_digit(c, at))
            at++;
        if (at >= c->match.n || (c->match.p[at] != '.' && c->match.p[at] != ',') || !is_digit(c, at + 1))
            return at;
        size_t next = at + 1;
        while (is_digit(c, next))
            next++;
        if (c->match.p[at] == ',' && at - run > 3 && next - at - 1 > 3)
            return at;
        run = at + 1;
        at = run;
    }
}

static size_t run_end(const cutter *c, size_t from, class kind)
{
    size_t at = from;
    while (at < c->match.n) {
        unsigned n;
        class k = class_at(c, at, &n);
        bool joins = k == kind;
        if (!joins && kind == LATIN) { // F16, O'Brien
            unsigned m;
            joins = k == DIGIT || (c->match.p[at] == '\'' && at + 1 < c->match.n && class_at(c, at + 1, &m) == LATIN);
        }
        if (!joins)
            break;
        at += n;
    }
    return at;
}

// Words of a run in other scripts, by ICU's word iterator. Returns false without memory.
static bool add_other(cutter *c, size_t from, size_t to)
{
    UErrorCode code = U_ZERO_ERROR;
    UText text = UTEXT_INITIALIZER;
    if (!c->iterator)
        c->iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &code);
    utext_openUTF8(&text, c->match.p + from, (int64_t)(to - from), &code);
    if (U_SUCCESS(code))
        ubrk_setUText(c->iterator, &text, &code);
    if (U_FAILURE(code)) {
        utext_close(&text);
        return add(c, from, to, KB_WORD_OTHER);
    }
    bool done = true;
    int32_t start = ubrk_first(c->iterator);
    for (int32_t end = ubrk_next(c->iterator); done && end != UBRK_DONE; end = ubrk_next(c->iterator)) {
        done = add(c, from + (size_t)start, from + (size_t)end, KB_WORD_OTHER);
        start = end;
    }
    utext_close(&text);
    return done;
}

// End of a run of Arabic letters: almost all of them are two bytes that begin with D8 or D9.
static size_t arabic_end(const cutter *c, size_t from)
{
    size_t at = from, n = c->match.n;
    const unsigned char *p = (const unsigned char *)c->match.p;
    while (at + 1 < n &&
           ((p[at] == 0xD8 && p[at + 1] >= 0xA0) || (p[at] == 0xD9 && p[at + 1] <= 0x8A && p[at + 1] != 0x80)))
        at += 2;
    return run_end(c, at, ARABIC);
}

static bool cut(cutter *c)
{
    for (size_t at = 0; at < c->match.n;) {
        unsigned n;
        class k = class_at(c, at, &n);
        size_t end = at + n;
        bool done = true;
        switch (k) {
        case SPACES:
            c->space = true;
            break;
        case ARABIC:
            end = arabic_end(c, at);
            done = add(c, at, end, KB_WORD_ARABIC);
            break;
        case LATIN:
            end = run_end(c, at, LATIN);
            done = add(c, at, end, KB_WORD_LATIN);
            break;
        case DIGIT:
            end = number_end(c, at);
            done = add(c, at, end, KB_WORD_NUMBER);
            break;
        case OTHER:
            end = run_end(c, at, OTHER);
            done = add_other(c, at, end);
            break;
        case PUNCT:
            while (end + n <= c->match.n && memcmp(c->match.p + at, c->match.p + end, n) == 0)
                end += n;
            done = add(c, at, end, KB_WORD_PUNCT);
            break;
        }
        if (!done)
            return false;
        at = end;
    }
    return true;
}

kb_status kb_words_cut(kb_arena *arena, kb_layers *layers, kb_error *error)
{
    cutter c = {.arena = arena, .layers = layers, .match = layers->text.match, .space = true};
    uint32_t guess = (uint32_t)(c.match.n / 8) + 16; // words are longer than that; growing copies
    if (layers->words_max && guess > layers->words_max)
        guess = layers->words_max;
    c.words.at = KB_NEWS(arena, kb_word, guess);
    c.words.cap = guess;
    bool done = c.words.at && cut(&c);
    if (c.iterator)
        ubrk_close(c.iterator);
    if (c.over) {
        kb_fail(error, KB_LIMIT, "limit-words", "the article has more than %u words", layers->words_max);
        kb_error_at(error, "body");
        return KB_LIMIT;
    }
    if (!done)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the words of a text of %zu bytes", c.match.n);
    layers->words = c.words.at;
    layers->word_count = c.words.n;
    return KB_OK;
}
