#include "khabar/charset.h"
#include "khabar/utf8.h"
#include "support.h"

#include <unicode/ucnv.h>

#define NEWS   KHABAR_SOURCE_DIR "/tests/cases/charset/news.txt"
#define FRENCH KHABAR_SOURCE_DIR "/tests/cases/charset/french.txt"

// `utf8` in another charset, made by ICU.
static kb_str encode(kb_arena *arena, kb_str utf8, const char *charset)
{
    UErrorCode code = U_ZERO_ERROR;
    char *to = kb_alloc(arena, utf8.n * 4 + 16);
    int32_t n = ucnv_convert(charset, "UTF-8", to, (int32_t)(utf8.n * 4 + 16), utf8.p, (int32_t)utf8.n, &code);
    assert_false(U_FAILURE(code));
    return (kb_str){to, (size_t)n};
}

static void check_detected(kb_arena *arena, kb_str text, const char *charset)
{
    kb_str bytes = encode(arena, text, charset), decoded = {0};
    kb_error error = {0};
    const char *found = kb_charset_detect(bytes);
    if (!found || kb_charset_decode(arena, bytes, (kb_str){0}, 1 << 20, &decoded, &error) != KB_OK)
        fail_msg("%s: %s", charset, found ? error.what : "not detected");
    if (!kb_str_eq(decoded, text))
        fail_msg("%s: taken for %s: %.200s", charset, found, kb_arena_z(arena, decoded));
    assert_int_equal(kb_charset_decode(arena, bytes, kb_str_of(charset), 1 << 20, &decoded, &error), KB_OK);
    assert_true(kb_str_eq(decoded, text));
}

static void detects_arabic_charsets(void **state)
{
    (void)state;
    static const char *const charsets[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "windows-1256", "ISO-8859-6"};
    kb_arena *arena = kb_arena_new(0);
    kb_str text = read_case(arena, NEWS), rest = text;
    for (size_t i = 0; i < KB_LEN(charsets); i++)
        check_detected(arena, text, charsets[i]);
    unsigned lines = 0;
    while (rest.p) { // a headline is enough
        kb_str line = kb_str_cut(&rest, '\n');
        for (size_t i = 0; i < KB_LEN(charsets) && line.n; i++, lines++)
            check_detected(arena, line, charsets[i]);
    }
    assert_true(lines >= 20);
    kb_arena_free(arena);
}

static void detects_others_by_icu(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str text = read_case(arena, FRENCH);
    check_detected(arena, text, "ISO-8859-1");
    check_detected(arena, text, "UTF-8");
    kb_arena_free(arena);
}

static void obeys_byte_order_marks(void **state)
{
    (void)state;
    static const struct {
        const char *mark;
        size_t n;
        const char *charset;
    } marks[] = {{"\xEF\xBB\xBF", 3, "UTF-8"},
                 {"\xFF\xFE", 2, "UTF-16LE"},
                 {"\xFE\xFF", 2, "UTF-16BE"},
                 {"\xFF\xFE\0\0", 4, "UTF-32LE"},
                 {"\0\0\xFE\xFF", 4, "UTF-32BE"}};
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(marks); i++) {
        kb_str body = encode(arena, KB_STR("خبر"), marks[i].charset), decoded = {0};
        char *bytes = kb_alloc(arena, body.n + 4);
        memcpy(bytes, marks[i].mark, marks[i].n);
        memcpy(bytes + marks[i].n, body.p, body.n);
        kb_str marked = {bytes, body.n + marks[i].n};
        assert_string_equal(kb_charset_detect(marked), marks[i].charset);
        assert_int_equal(kb_charset_decode(arena, marked, (kb_str){0}, 100, &decoded, NULL), KB_OK);
        assert_str(decoded, "خبر");
    }
    kb_arena_free(arena);
}

static void refuses_what_it_cannot_read(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str ret = {0};
    kb_error error = {0};
    assert_int_equal(kb_charset_decode(arena, KB_STR("abc"), KB_STR("no-such"), 100, &ret, &error), KB_INVALID);
    assert_string_equal(error.code, "charset-unknown");
    assert_int_equal(kb_charset_decode(arena, KB_STR("abc"), KB_STR("utf-8\0x"), 100, &ret, &error), KB_INVALID);
    assert_int_equal(kb_charset_decode(arena, KB_STR("\xD8\xD8\xD8"), KB_STR("utf-8"), 100, &ret, &error), KB_INVALID);
    assert_string_equal(error.code, "charset-broken");
    assert_int_equal(kb_charset_decode(arena, KB_STR("0123456789"), KB_STR("utf-8"), 9, &ret, &error), KB_LIMIT);
    assert_int_equal(kb_charset_decode(arena, KB_STR("0123456789"), KB_STR("windows-1256"), 9, &ret, &error), KB_LIMIT);
    assert_null(ret.p);
    kb_arena_free(arena);
}

static void decodes_across_chunks(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str one = KB_STR("خ😀"), ret = {0};
    char *many = kb_alloc(arena, one.n * 9001 + 2);
    many[0] = 'a'; // so that surrogate pairs lie across the ends of chunks
    for (int i = 0; i < 9001; i++)
        memcpy(many + 1 + (size_t)i * one.n, one.p, one.n);
    kb_str text = {many, one.n * 9001 + 1};
    assert_int_equal(kb_charset_decode(arena, encode(arena, text, "UTF-16LE"), KB_STR("UTF-16LE"), text.n, &ret, NULL),
                     KB_OK);
    assert_true(kb_str_eq(ret, text));
    kb_arena_free(arena);
}

static void parses_content_types(void **state)
{
    (void)state;
    static const struct {
        const char *header, *type, *charset;
    } cases[] = {
        {"text/plain", "text/plain", ""},
        {"Text/HTML; Charset=\"Windows-1256\"", "Text/HTML", "Windows-1256"},
        {" text/plain ;format=flowed; charset = utf-8 ", "text/plain", "utf-8"},
        {"text/plain; charset='x'; charset=y", "text/plain", "x"},
        {"text/plain; charset=", "text/plain", ""},
        {";", "", ""},
        {"", "", ""},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_content_type found = kb_content_type_parse(kb_str_of(cases[i].header));
        assert_str(found.type, cases[i].type);
        assert_str(found.charset, cases[i].charset);
    }
    kb_content_type html = kb_content_type_parse(KB_STR("TEXT/html;x"));
    assert_true(kb_content_type_is(&html, "text/html"));
    assert_false(kb_content_type_is(&html, "text/htm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detects_arabic_charsets), cmocka_unit_test(detects_others_by_icu),
        cmocka_unit_test(obeys_byte_order_marks),  cmocka_unit_test(refuses_what_it_cannot_read),
        cmocka_unit_test(decodes_across_chunks),   cmocka_unit_test(parses_content_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
