#include "khabar/document.h"
#include "khabar/image.h"
#include "document/parts.h"
#include "support.h"

// Each tests/cases/page/NAME.txt with what is to be left of it in NAME.expected: title, blank line, body.
static void tells_the_article_from_its_page(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str *paths = NULL;
    uint32_t count = 0, wrong = 0;
    assert_int_equal(kb_files_below(KHABAR_SOURCE_DIR "/tests/cases/page", ".txt", arena, &paths, &count, NULL), KB_OK);
    assert_true(count >= 10);
    for (uint32_t i = 0; i < count; i++) {
        kb_str path = paths[i], stem = kb_str_sub(path, 0, path.n - 4);
        kb_str expected = read_case(arena, kb_arena_printf(arena, KB_PRI ".expected", KB_ARG(stem)).p);
        kb_article a = {0};
        assert_int_equal(kb_document_text(arena, read_case(arena, kb_arena_z(arena, path)), NULL, &a, NULL), KB_OK);
        kb_str found =
            kb_arena_printf(arena, KB_PRI "%s" KB_PRI, KB_ARG(a.title), a.title.n ? "\n\n" : "", KB_ARG(a.body));
        if (!kb_str_eq(kb_str_trim(found), kb_str_trim(expected))) {
            print_error(KB_PRI ":\n" KB_PRI "\n", KB_ARG(path), KB_ARG(found));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    kb_arena_free(arena);
}

static void keeps_a_title_that_is_given(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article a = {.title = KB_STR("عنوان الخبر")};
    assert_int_equal(kb_document_text(arena, KB_STR("عنوان الخبر\nنص الخبر كما جاء في الصحيفة."), NULL, &a, NULL),
                     KB_OK);
    assert_str(a.title, "عنوان الخبر");
    assert_str(a.body, "نص الخبر كما جاء في الصحيفة.");
    kb_arena_free(arena);
}

static void survives_pages_of_nothing(void **state)
{
    (void)state;
    static const char *const pages[] = {"",     "\n\n", " \xC2\xA0 ", "شارك",   "شارك\nفيسبوك",
                                        "#وسم", "...",  "12345",      "-\n-\n-"};
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(pages); i++) {
        kb_article a = {0};
        assert_int_equal(kb_document_text(arena, kb_str_of(pages[i]), NULL, &a, NULL), KB_OK);
        assert_str(a.title, "");
        assert_str(a.body, "");
    }
    kb_arena_free(arena);
}

static void knows_labels(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        kb_label label;
        bool whole;
    } cases[] = {
        {"تقارير وحوارات", KB_LABEL_SECTION, true},
        {"تقاريـر و حوارات", KB_LABEL_NONE, false},
        {"شارك:", KB_LABEL_SHARE, true},
        {"فيسبوك تويتر واتساب", KB_LABEL_SHARE, true},
        {"إقرأ ايضاً:", KB_LABEL_RELATED, true},
        {"اقرأ أيضاً: خبر آخر", KB_LABEL_RELATED, false},
        {"الجمعة، 2 أغسطس 2024", KB_LABEL_DATE, true},
        {"الجمعة", KB_LABEL_NONE, false},
        {"٢٠٢٤/٠٨/٠٢", KB_LABEL_NAV, true},
        {"كتب - محمد علي", KB_LABEL_AUTHOR, false},
        {"© جميع الحقوق محفوظة", KB_LABEL_COPYRIGHT, true},
        {"الرئيس في باريس (أرشيفية)", KB_LABEL_CAPTION, false},
        {"Share", KB_LABEL_SHARE, true},
        {"PHOTO CREDIT: someone", KB_LABEL_CAPTION, false},
        {"وزير الخارجية يصل إلى موسكو", KB_LABEL_NONE, false},
        {"", KB_LABEL_NONE, false},
        {"«»", KB_LABEL_NONE, false},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_label_match found = kb_label_of(kb_str_of(cases[i].line));
        if (found.label != cases[i].label || found.whole != cases[i].whole)
            fail_msg("%s: %d %d", cases[i].line, found.label, found.whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_article_from_its_page),
        cmocka_unit_test(keeps_a_title_that_is_given),
        cmocka_unit_test(survives_pages_of_nothing),
        cmocka_unit_test(knows_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
