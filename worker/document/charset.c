#include "khabar/charset.h"

#include "khabar/buffer.h"
#include "khabar/utf8.h"

#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf16.h>

enum {
    DETECT_BYTES = 64 * 1024, // enough to tell a charset by
    CHUNK = 4096,
    LEAST_CONFIDENCE = 10, // ICU's, of 100
    BROKEN_PER_HUNDRED = 1,
};

static bool is_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// ---------------------------------------------------------------- content-type

kb_content_type kb_content_type_parse(kb_str header)
{
    kb_content_type ret = {0};
    kb_str rest = header;
    ret.type = kb_str_trim(kb_str_cut(&rest, ';'));
    while (rest.p) {
        kb_str value = kb_str_cut(&rest, ';');
        kb_str name = kb_str_trim(kb_str_cut(&value, '='));
        value = kb_str_trim(value);
        if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'') && value.p[value.n - 1] == value.p[0])
            value = kb_str_sub(value, 1, value.n - 1);
        if (name.n == 7 && strncasecmp(name.p, "charset", 7) == 0 && value.n && !ret.charset.p)
            ret.charset = value;
    }
    return ret;
}

bool kb_content_type_is(const kb_content_type *type, const char *name)
{
    return type->type.n == strlen(name) && strncasecmp(type->type.p, name, type->type.n) == 0;
}

// ---------------------------------------------------------------- detection

// How much of the bytes is UTF-8: sequences of several bytes that are valid, and bytes that belong to none.
static void count_utf8(kb_str s, size_t *valid, size_t *broken)
{
    const char *p = s.p, *end = s.p + s.n;
    *valid = *broken = 0;
    while (p < end) {
        uint32_t c;
        unsigned n = kb_utf8_decode(p, end, &c);
        *valid += n > 1;
        *broken += n == 0;
        p += n ? n : 1;
    }
}

// Is `value` the high byte of a character of Arabic or ASCII text in UTF-16 (presentation forms: FE, general punctuation: 20)?
static bool is_high_byte(unsigned char value)
{
    return value == 0 || value == 6 || value == 0xFE || value == 0x20;
}

static const char *detect_utf16(kb_str s)
{
    size_t even = 0, odd = 0, pairs = s.n / 2;
    for (size_t i = 0; i < pairs; i++) {
        even += is_high_byte((unsigned char)s.p[2 * i]);
        odd += is_high_byte((unsigned char)s.p[2 * i + 1]);
    }
    // in other charsets these bytes are control characters, or spaces, at most a quarter of the text
    if (pairs >= 2 && s.n % 2 == 0 && odd * 10 >= pairs * 9 && even * 2 < pairs)
        return "UTF-16LE";
    if (pairs >= 2 && s.n % 2 == 0 && even * 10 >= pairs * 9 && odd * 2 < pairs)
        return "UTF-16BE";
    return NULL;
}

// How much the bytes read as Arabic where the letters have these places: the commonest letter pair of Arabic text is the article, and the letters
// listed are two thirds of any Arabic text. Bytes that stand for no Arabic letter or mark speak against it.
typedef struct arabic_charset {
    const char *name;
    unsigned char lam;
    const char *common;          // ا ل ي م و ن ر ت ه ب
    const char *letters_from_to; // pairs of first and last byte of runs that are Arabic letters, marks and punctuation
} arabic_charset;

static const arabic_charset arabic_charsets[] = {
    {"windows-1256", 0xE1, "\xC7\xE1\xED\xE3\xE6\xE4\xD1\xCA\xE5\xC8",
     "\x81\x81\x85\x85\x8D\x97\xA0\xA1\xAB\xAB\xBA\xBB\xBF\xBF\xC1\xD6\xD8\xDF\xE1\xE1\xE3\xE6\xEC\xED\xF0\xF3\xF5\xF6"
     "\xF8\xF8\xFA\xFA"},
    {"ISO-8859-6", 0xE4, "\xC7\xE4\xEA\xE5\xE8\xE6\xD1\xCA\xE7\xC8",
     "\xA0\xA0\xAC\xAD\xBB\xBB\xBF\xBF\xC1\xDA\xE0\xF2"},
};

static bool is_arabic_byte(const arabic_charset *set, unsigned char c)
{
    for (const char *run = set->letters_from_to; *run; run += 2) {
        if (c >= (unsigned char)run[0] && c <= (unsigned char)run[1])
            return true;
    }
    return false;
}

static int64_t arabic_score(const arabic_charset *set, kb_str s)
{
    int64_t score = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80)
            continue;
        if (!is_arabic_byte(set, c))
            score -= 3;
        else if (strchr(set->common, (char)c))
            score += 1;
        if (c == 0xC7 && i + 1 < s.n && (unsigned char)s.p[i + 1] == set->lam)
            score += 2;
    }
    return score;
}

static const char *detect_arabic(kb_str s)
{
    size_t high = 0;
    for (size_t i = 0; i < s.n; i++)
        high += (unsigned char)s.p[i] >= 0xC0;
    const char *best = NULL;
    int64_t best_score = (int64_t)high / 2; // half of the letters must speak for Arabic, or it is another script
    for (size_t i = 0; i < KB_LEN(arabic_charsets); i++) {
        int64_t score = arabic_score(&arabic_charsets[i], s);
        if (high >= 4 && score > best_score) {
            best = arabic_charsets[i].name;
            best_score = score;
        }
    }
    return best;
}

static void close_detector(UCharsetDetector **detector)
{
    ucsdet_close(*detector);
}

static const char *detect_by_icu(kb_str s)
{
    UErrorCode code = U_ZERO_ERROR;
    KB_CLEANUP(close_detector) UCharsetDetector *detector = ucsdet_open(&code);
    ucsdet_setText(detector, s.p, (int32_t)s.n, &code);
    const UCharsetMatch *match = ucsdet_detect(detector, &code);
    if (U_FAILURE(code) || !match || ucsdet_getConfidence(match, &code) < LEAST_CONFIDENCE)
        return NULL;
    const char *name = ucsdet_getName(match, &code);
    return U_FAILURE(code) ? NULL : ucnv_getAlias(name, 0, &code); // the detector's own string goes with it
}

const char *kb_charset_detect(kb_str bytes)
{
    static const struct {
        const char *mark, *name;
        size_t n;
    } marks[] = {
        {"\xEF\xBB\xBF", "UTF-8", 3}, {"\xFF\xFE\0\0", "UTF-32LE", 4}, {"\0\0\xFE\xFF", "UTF-32BE", 4},
        {"\xFF\xFE", "UTF-16LE", 2},  {"\xFE\xFF", "UTF-16BE", 2},
    };
    for (size_t i = 0; i < KB_LEN(marks); i++) {
        if (kb_str_starts(bytes, (kb_str){marks[i].mark, marks[i].n}))
            return marks[i].name;
    }
    kb_str sample = kb_str_sub(bytes, 0, DETECT_BYTES);
    const char *utf16 = detect_utf16(kb_str_sub(sample, 0, sample.n - (sample.n < bytes.n && sample.n % 2)));
    if (utf16)
        return utf16;
    size_t valid, broken;
    count_utf8(bytes, &valid, &broken);
    if (broken == 0 || valid >= 50 * broken)
        return "UTF-8";
    const char *arabic = detect_arabic(sample);
    return arabic ? arabic : detect_by_icu(sample);
}

// ---------------------------------------------------------------- conversion

static kb_status broken(kb_str charset, size_t bad, size_t all, kb_error *error)
{
    return kb_fail(error, KB_INVALID, "charset-broken", "%zu of %zu characters can't be decoded as " KB_PRI, bad, all,
                   KB_ARG(charset));
}

static kb_status too_long(size_t most, kb_error *error)
{
    return kb_fail(error, KB_LIMIT, "limit-text", "the text has more than %zu bytes of UTF-8", most);
}

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to decode the text");
}

// Adds UTF-16 to the buffer; a lead surrogate at the end of a chunk waits in *lead for its trail.
static void add_utf16(kb_buffer *b, const UChar *units, size_t n, UChar *lead, size_t *characters, size_t *bad)
{
    char bytes[4];
    for (size_t i = 0; i < n; i++) {
        uint32_t c = units[i];
        if (U16_IS_LEAD(c)) {
            *lead = (UChar)c;
            continue;
        }
        if (U16_IS_TRAIL(c))
            c = *lead ? (uint32_t)U16_GET_SUPPLEMENTARY(*lead, c) : 0xFFFD;
        *lead = 0;
        *bad += c == 0xFFFD;
        ++*characters;
        if (c != 0xFEFF || b->n)
            kb_buffer_add(b, (kb_str){bytes, kb_utf8_encode(c, bytes)});
    }
}

static void close_converter(UConverter **converter)
{
    if (*converter)
        ucnv_close(*converter);
}

static kb_status unknown(const char *what, kb_str charset, kb_error *error)
{
    return kb_fail(error, KB_INVALID, "charset-unknown", "%s '%.*s'", what, (int)(charset.n < 60 ? charset.n : 60),
                   charset.n ? charset.p : "");
}

static kb_status convert(kb_arena *arena, kb_str bytes, kb_str charset, size_t most, kb_str *ret, kb_error *error)
{
    char name[64];
    UErrorCode code = U_ZERO_ERROR;
    if (charset.n >= sizeof name)
        return unknown("no charset is named", charset, error);
    memcpy(name, charset.p, charset.n);
    name[charset.n] = '\0';
    KB_CLEANUP(close_converter) UConverter *converter = ucnv_open(name, &code);
    if (U_FAILURE(code) || strlen(name) != charset.n)
        return unknown("no charset is named", charset, error);
    kb_buffer b = kb_buffer_new(arena, bytes.n + bytes.n / 2);
    const char *p = bytes.p, *end = bytes.p + bytes.n;
    UChar units[CHUNK], lead = 0;
    size_t characters = 0, bad = 0;
    do {
        UChar *to = units;
        code = U_ZERO_ERROR;
        ucnv_toUnicode(converter, &to, units + CHUNK, &p, end, NULL, true, &code);
        if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR)
            return unknown(u_errorName(code), charset, error);
        add_utf16(&b, units, (size_t)(to - units), &lead, &characters, &bad);
        if (b.n > most)
            return too_long(most, error);
    } while (code == U_BUFFER_OVERFLOW_ERROR);
    if (b.failed)
        return no_memory(error);
    if (bad * 100 > characters * BROKEN_PER_HUNDRED)
        return broken(charset, bad, characters, error);
    *ret = kb_buffer_str(&b);
    return KB_OK;
}

static bool is_utf8_name(kb_str charset)
{
    return (charset.n == 5 && strncasecmp(charset.p, "utf-8", 5) == 0) ||
           (charset.n == 4 && strncasecmp(charset.p, "utf8", 4) == 0);
}

static kb_status mend_utf8(kb_arena *arena, kb_str s, kb_str *ret, kb_error *error)
{
    kb_buffer b = kb_buffer_new(arena, s.n + 64);
    const char *p = s.p, *end = s.p + s.n;
    size_t characters = 0, bad = 0;
    while (p < end) {
        uint32_t c;
        unsigned n = kb_utf8_decode(p, end, &c);
        kb_buffer_add(&b, n ? (kb_str){p, n} : KB_STR("\xEF\xBF\xBD"));
        bad += n == 0;
        characters++;
        p += n ? n : 1;
    }
    if (b.failed)
        return no_memory(error);
    if (bad * 100 > characters * BROKEN_PER_HUNDRED)
        return broken(KB_STR("UTF-8"), bad, characters, error);
    *ret = kb_buffer_str(&b);
    return KB_OK;
}

kb_status kb_charset_decode(kb_arena *arena, kb_str bytes, kb_str charset, size_t most, kb_str *ret, kb_error *error)
{
    while (charset.n && is_ascii_space(charset.p[0]))
        charset = kb_str_sub(charset, 1, charset.n);
    if (charset.n == 0)
        charset = kb_str_of(kb_charset_detect(bytes));
    if (charset.n == 0)
        return unknown("no charset fits these bytes", charset, error);
    if (!is_utf8_name(charset))
        return convert(arena, bytes, charset, most, ret, error);
    if (kb_str_starts(bytes, KB_STR("\xEF\xBB\xBF")))
        bytes = kb_str_sub(bytes, 3, bytes.n);
    if (bytes.n > most)
        return too_long(most, error);
    if (kb_utf8_fault(bytes) < bytes.n)
        return mend_utf8(arena, bytes, ret, error);
    *ret = bytes;
    return KB_OK;
}
