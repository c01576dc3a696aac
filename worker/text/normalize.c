#include "khabar/normalize.h"
#include "khabar/utf8.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum { NONE = 0, SPACE = ' ', BREAK = '\n' };

static bool is_invisible(uint32_t c)
{
    return (c < 0x20 && (c < '\t' || c > '\r')) || (c >= 0x7F && c < 0xA0 && c != 0x85) || c == 0xAD || c == 0x61C ||
           c == 0x180E || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF;
}

static bool is_presentation_form(uint32_t c)
{
    return (c >= 0xFB50 && c <= 0xFBB1) || (c >= 0xFBD3 && c <= 0xFD3D) || (c >= 0xFD50 && c <= 0xFDFC) ||
           (c >= 0xFE70 && c <= 0xFEFC);
}

// What white space `c` stands for, or NONE.
static uint32_t space_of(uint32_t c)
{
    if (c == ' ' || c == '\t' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
        c == 0x205F || c == 0x3000)
        return SPACE;
    if (c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029)
        return BREAK;
    return NONE;
}

// Whether a character beyond ASCII and the common Arabic ones may stay as it stands, whatever follows it.
static bool is_settled(uint32_t c)
{
    return !is_invisible(c) && !is_presentation_form(c) && space_of(c) == NONE &&
           u_getCombiningClass((UChar32)c) == 0 &&
           u_getIntPropertyValue((UChar32)c, UCHAR_NFC_QUICK_CHECK) == UNORM_YES;
}

// Canonical combining classes of the common signs of U+0600 to U+06FF as places in their order: 0 a letter, digit or punctuation, 1 to 9 the
// vowel signs (U+064B to 0652, U+0670), LOOK what needs a closer look.
enum { LOOK = 0xFF };
// clang-format off: a table
static const uint8_t arabic_classes[0x100] = {
    [0x00 ... 0x0B] = LOOK,
    [0x0D ... 0x1A] = LOOK,
    [0x1C ... 0x1E] = LOOK,
    [0x4B] = 1,
    [0x4C] = 2,
    [0x4D] = 3,
    [0x4E] = 4,
    [0x4F] = 5,
    [0x50] = 6,
    [0x51] = 7,
    [0x52] = 8,
    [0x70] = 9,
    [0x53 ... 0x5F] = LOOK,
    [0xD6 ... 0xFF] = LOOK,
};
// clang-format on

// The first byte from p on that is no printable ASCII and no part of a plain Arabic letter, digit or mark of punctuation: what stands for itself
// whatever is around it. Almost all of a text is skipped here.
static inline const char *skip_plain(const char *p, const char *end)
{
    while (p < end) {
        unsigned char a = (unsigned char)p[0];
        if (a > ' ' && a < 0x7F) {
            p++;
            continue;
        }
        if ((a & 0xFC) != 0xD8 || end - p < 2)
            break;
        unsigned char b = (unsigned char)p[1];
        if ((b & 0xC0) != 0x80 || arabic_classes[(a & 3u) << 6 | (b & 0x3Fu)])
            break;
        p += 2;
    }
    return p;
}

// Reads one character that is neither white space nor printable ASCII; `mark` is the class of the one before it. Returns its length, 0 where it
// may not stand in the stored form as it does here.
static unsigned settled_char(const char *p, const char *end, unsigned *mark)
{
    unsigned char b = (unsigned char)*p;
    uint32_t c = 0;
    unsigned n = 2, class = LOOK;
    if ((b & 0xFC) == 0xD8 && end - p > 1 && ((unsigned char)p[1] & 0xC0) == 0x80) {
        c = (uint32_t)(b & 0x1F) << 6 | ((unsigned char)p[1] & 0x3Fu);
        class = arabic_classes[c & 0xFF];
    } else {
        n = kb_utf8_decode(p, end, &c);
    }
    if (class == LOOK && (n == 0 || !is_settled(c)))
        return 0;
    class = class == LOOK ? 0 : class;
    if (class && class < *mark)
        return 0; // marks out of canonical order
    *mark = class;
    return n;
}

// Whether `s` is in stored form already.
static bool is_clean(kb_str s, bool one_line)
{
    const char *p = s.p, *end = s.p + s.n;
    unsigned mark = 0;   // class of the character before
    unsigned breaks = 2; // line breaks directly before; the start counts as enough
    bool space = true;   // a space or an edge of a line directly before
    while (p < end) {
        const char *plain = skip_plain(p, end);
        if (plain > p) {
            p = plain;
            mark = 0;
        } else if (*p == ' ' || *p == '\n') {
            if (p + 1 == end || (*p == ' ' && (space || p[1] == '\n')) || (*p == '\n' && (++breaks > 2 || one_line)))
                return false;
            space = true;
            p++;
            mark = 0;
            continue;
        } else {
            unsigned n = settled_char(p, end, &mark);
            if (n == 0)
                return false;
            p += n;
        }
        space = false;
        breaks = 0;
    }
    return true;
}

// Whether `s`, whose white space may be irregular, is NFC at a glance.
static bool is_composed(kb_str s)
{
    unsigned mark = 0;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        const char *plain = skip_plain(p, end);
        if (plain == p && (*p == ' ' || *p == '\n'))
            plain++;
        if (plain > p) {
            p = plain;
            mark = 0;
            continue;
        }
        unsigned n = settled_char(p, end, &mark);
        if (n == 0)
            return false;
        p += n;
    }
    return true;
}

typedef struct buffer {
    kb_arena *arena;
    char *p;
    size_t n, cap;
} buffer;

static bool make_room(buffer *b, size_t need)
{
    if (b->cap - b->n >= need)
        return true;
    size_t cap = b->cap * 2 + need + 64;
    char *p = kb_alloc(b->arena, cap);
    if (!p)
        return false;
    if (b->n)
        memcpy(p, b->p, b->n);
    b->p = p;
    b->cap = cap;
    return true;
}

static bool put(buffer *b, uint32_t c)
{
    if (!make_room(b, 4))
        return false;
    b->n += kb_utf8_encode(c, b->p + b->n);
    return true;
}

static bool put_all(buffer *b, const char *p, size_t n)
{
    if (!make_room(b, n))
        return false;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    return true;
}

// Writes the letters that a presentation form shows. Marks of their own (U+FE70-FE7F) decompose to a space and the mark; the space is no letter.
static bool put_presentation_form(buffer *b, uint32_t c)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);
    UChar in = (UChar)c, out[32];
    int32_t n = unorm2_normalize(nfkc, &in, 1, out, (int32_t)KB_LEN(out), &code);
    if (U_FAILURE(code))
        return put(b, c);
    bool mark = n > 1 && out[0] == ' ';
    for (int32_t i = mark ? 1 : 0; i < n; i++) { // all of it is in the basic plane
        if (!put(b, out[i]))
            return false;
    }
    return true;
}

// Takes away what is invisible, composes presentation forms, brings white space to U+0020 and U+000A.
static bool filter(kb_str in, bool one_line, buffer *out)
{
    for (const char *p = in.p, *end = in.p + in.n; p < end;) {
        const char *from = p; // what stands for itself is copied as a whole
        for (;;) {
            p = skip_plain(p, end);
            if (p == end || *p != ' ')
                break;
            p++;
        }
        if (p > from) {
            if (!put_all(out, from, (size_t)(p - from)))
                return false;
            continue;
        }
        uint32_t c = 0xFFFD;
        unsigned n = kb_utf8_decode(p, end, &c);
        p += n ? n : 1;
        if (n && is_invisible(c))
            continue;
        uint32_t space = space_of(c);
        bool done;
        if (space == BREAK)
            done = (c == '\r' && p < end && *p == '\n') || put(out, one_line ? ' ' : '\n');
        else if (space == SPACE)
            done = put(out, ' ');
        else if (n && is_presentation_form(c))
            done = put_presentation_form(out, c);
        else
            done = put(out, n ? c : 0xFFFD);
        if (!done)
            return false;
    }
    return true;
}

static kb_status compose(kb_arena *arena, kb_str in, kb_str *ret, kb_error *error)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
    int32_t cap = (int32_t)in.n + 1, units = 0, n = 0;
    UChar *wide = KB_NEWS(arena, UChar, (size_t)cap);
    UChar *composed =
        wide ? KB_NEWS(arena, UChar, (size_t)cap * 3) : NULL; // NFC grows UTF-16 threefold at most (UAX 15, table 1)
    if (!composed)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to normalise %zu bytes", in.n);
    u_strFromUTF8(wide, cap, &units, in.p, (int32_t)in.n, &code);
    n = unorm2_normalize(nfc, wide, units, composed, cap * 3, &code);
    int32_t bytes = 0;
    char *out = U_SUCCESS(code) ? kb_alloc(arena, (size_t)n * 3 + 1) : NULL;
    if (out)
        u_strToUTF8(out, n * 3 + 1, &bytes, composed, n, &code);
    if (!out || U_FAILURE(code))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to normalise %zu bytes", in.n);
    *ret = (kb_str){out, (size_t)bytes};
    return KB_OK;
}

// Regular white space, in place: single spaces, none at the edges of lines, at most two line breaks, none at the ends.
static size_t squeeze(char *p, size_t n)
{
    size_t out = 0, breaks = 0;
    bool space = false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == ' ') {
            space = true;
        } else if (p[i] == '\n') {
            space = false;
            breaks++;
        } else {
            if (breaks && out) {
                p[out++] = '\n';
                if (breaks > 1)
                    p[out++] = '\n';
            } else if (space && out) {
                p[out++] = ' ';
            }
            breaks = 0;
            space = false;
            p[out++] = p[i];
        }
    }
    return out;
}

kb_status kb_normalize(kb_arena *arena, kb_str in, bool one_line, kb_str *ret, kb_error *error)
{
    if (in.n > KB_TEXT_MAX)
        return kb_fail(error, KB_LIMIT, "limit-text", "a text of %zu bytes is longer than %u", in.n, KB_TEXT_MAX);
    if (is_clean(in, one_line)) {
        *ret = in;
        return KB_OK;
    }
    buffer b = {.arena = arena, .cap = in.n + 64};
    b.p = kb_alloc(arena, b.cap);
    if (!b.p || !filter(in, one_line, &b))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to normalise %zu bytes", in.n);
    kb_str composed = {b.p, b.n};
    kb_status status = is_composed(composed) ? KB_OK : compose(arena, composed, &composed, error);
    if (status == KB_OK)
        *ret = (kb_str){composed.p, squeeze((char *)composed.p, composed.n)};
    return status;
}

static bool is_arabic_letter(uint32_t c)
{
    return (c >= 0x620 && c <= 0x65F && c != 0x640) || (c >= 0x670 && c <= 0x6D3);
}

// A tatweel that touches no letter is a dash (القاهرة ـ رويترز).
static bool is_free_tatweel(kb_str s, size_t at)
{
    size_t before = at, after = at;
    uint32_t c = 0;
    while (before >= 2 && memcmp(s.p + before - 2, "ـ", 2) == 0)
        before -= 2;
    if (before != at)
        return false; // only the first of a row can be one
    if (before >= 2 && kb_utf8_decode(s.p + before - 2, s.p + s.n, &c) == 2 && is_arabic_letter(c))
        return false;
    while (s.n - after >= 2 && memcmp(s.p + after, "ـ", 2) == 0)
        after += 2;
    return !(after < s.n && kb_utf8_decode(s.p + after, s.p + s.n, &c) && is_arabic_letter(c));
}

// Folds `s` into `out` (room for s.n bytes); `origin` may be NULL. Returns the bytes written.
static size_t fold_into(kb_str s, char *out, uint32_t *origin)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        unsigned char b = (unsigned char)s.p[i];
        if (b < 0x80) {
            if (origin)
                origin[n] = (uint32_t)i;
            out[n++] = (char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
            i++;
            continue;
        }
        if ((b & 0xFC) == 0xD8 && i + 1 < s.n) { // U+0600 to U+06FF: almost all of an Arabic text
            uint32_t letter = (uint32_t)(b & 0x1F) << 6 | ((unsigned char)s.p[i + 1] & 0x3Fu),
                     to = kb_arabic_folds[letter & 0xFF];
            to = to ? to : letter;
            if (to >= 0x600) {
                if (origin)
                    origin[n] = origin[n + 1] = (uint32_t)i;
                out[n] = (char)(0xC0 | to >> 6);
                out[n + 1] = (char)(0x80 | (to & 0x3F));
                n += 2;
                i += 2;
                continue;
            }
        }
        uint32_t c = 0;
        unsigned length = kb_utf8_decode(s.p + i, s.p + s.n, &c);
        uint32_t folded = length ? kb_fold_char(c) : 0xFFFD;
        if (c == 0x640 && length && is_free_tatweel(s, i))
            folded = '-';
        if (folded != KB_FOLD_DROP && length) {
            unsigned written = kb_utf8_encode(folded, out + n);
            for (unsigned k = 0; origin && k < written; k++)
                origin[n + k] = (uint32_t)i;
            n += written;
        }
        i += length ? length : 1;
    }
    return n;
}

kb_str kb_fold(kb_arena *arena, kb_str s)
{
    char *out = kb_alloc(arena, s.n + 4); // the encoder may touch four bytes
    return out ? (kb_str){out, fold_into(s, out, NULL)} : (kb_str){0};
}

kb_status kb_text_make(kb_arena *arena, kb_str stored, uint32_t title_end, kb_text *ret, kb_error *error)
{
    char *match = kb_alloc(arena, stored.n + 4);
    uint32_t *origin = KB_NEWS(arena, uint32_t, stored.n + 5);
    uint32_t *codepoints = KB_NEWS(arena, uint32_t, stored.n / 64 + 1);
    if (!match || !origin || !codepoints)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for a text of %zu bytes", stored.n);
    size_t n = fold_into(stored, match, origin);
    origin[n] = (uint32_t)stored.n;
    for (size_t block = 0; block < stored.n / 64; block++) {
        unsigned count = 0;
        for (size_t i = block * 64; i < block * 64 + 64;
             i++) // of a fixed length, so that the compiler makes it one of vectors
            count += (stored.p[i] & 0xC0) != 0x80;
        codepoints[block + 1] = codepoints[block] + count;
    }
    *ret = (kb_text){
        .stored = stored, .match = {match, n}, .origin = origin, .codepoints = codepoints, .title_end = title_end};
    return KB_OK;
}

uint32_t kb_text_codepoint(const kb_text *text, uint32_t at)
{
    if (at > text->stored.n)
        at = (uint32_t)text->stored.n;
    uint32_t count = text->codepoints[at / 64];
    for (uint32_t i = at & ~63u; i < at; i++)
        count += (text->stored.p[i] & 0xC0) != 0x80;
    return count;
}

uint32_t kb_word_byte(const kb_text *text, const kb_word *word, uint32_t at)
{
    size_t base = (size_t)(word->form.p - text->match.p);
    return at >= word->form.n ? word->end : text->origin[base + at];
}
