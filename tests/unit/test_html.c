#include "khabar/document.h"
#include "khabar/buffer.h"
#include "khabar/image.h"
#include "support.h"

#include <time.h>

static kb_str or_dash(kb_str s)
{
    return s.n ? s : KB_STR("-");
}

// Each tests/cases/html/NAME.html with NAME.expected: url, time, source, title, blank line, body; "-" where there is none.
static void reads_pages(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str *paths = NULL;
    uint32_t count = 0, wrong = 0;
    assert_int_equal(kb_files_below(KHABAR_SOURCE_DIR "/tests/cases/html", ".html", arena, &paths, &count, NULL),
                     KB_OK);
    assert_true(count >= 5);
    for (uint32_t i = 0; i < count; i++) {
        kb_str path = paths[i], stem = kb_str_sub(path, 0, path.n - 5);
        kb_str expected = read_case(arena, kb_arena_printf(arena, KB_PRI ".expected", KB_ARG(stem)).p);
        kb_article a = {0};
        kb_str html = read_case(arena, kb_arena_z(arena, path));
        assert_int_equal(kb_document_html(arena, html, (kb_str){0}, NULL, &a, NULL), KB_OK);
        kb_str url = or_dash(a.url), time = or_dash(a.published_text), source = or_dash(a.source_name);
        kb_str found = kb_arena_printf(arena, KB_PRI "\n" KB_PRI "\n" KB_PRI "\n" KB_PRI "\n\n" KB_PRI, KB_ARG(url),
                                       KB_ARG(time), KB_ARG(source), KB_ARG(a.title), KB_ARG(a.body));
        if (!kb_str_eq(kb_str_trim(found), kb_str_trim(expected))) {
            print_error(KB_PRI ":\n" KB_PRI "\n", KB_ARG(path), KB_ARG(found));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    kb_arena_free(arena);
}

static kb_str repeat(kb_arena *arena, const char *head, const char *part, unsigned times)
{
    kb_buffer b = kb_buffer_new(arena, 0);
    kb_buffer_z(&b, head);
    for (unsigned i = 0; i < times; i++)
        kb_buffer_z(&b, part);
    assert_false(b.failed);
    return kb_buffer_str(&b);
}

// Pages built to be slow or deep: refused, or read in time that grows with their length.
static void bounds_hostile_pages(void **state)
{
    (void)state;
    static const struct {
        const char *head, *part;
        unsigned times;
        const char *code; // NULL: read
    } pages[] = {
        {"", "<div>", 100000, "html-depth"},
        {"", "<b>", 100000, "html-depth"},
        {"", "</b>", 1000000, NULL},
        {"<p ", "a=b ", 1000000, "html-attributes"},
        {"<p ", "a ", 1000000, "html-attributes"},
        {"<p ", "a/", 1000000, "html-attributes"},
        {"<p a=\"", "x y ", 1000000, "html-attributes"},
        {"<!--", "<!--", 1000000, NULL},
        {"<script>", "<script>", 500000, NULL},
        {"<", "<", 1000000, NULL},
        {"", "&", 1000000, NULL},
        {"", "&#x;", 500000, NULL},
        {"", "<br>", 1000000, NULL},
        {"", "<p>x</p>", 500000, NULL},
        {"", "<p>كلمة كلمة كلمة كلمة كلمة كلمة.</p>", 200000, "limit-html"},
        {"<title>", "x ", 1000000, NULL},
        {"", "<a href=x>y</a>", 300000, NULL},
    };
    for (size_t i = 0; i < KB_LEN(pages); i++) {
        kb_arena *arena = kb_arena_new(0);
        kb_article a = {0};
        kb_error error = {0};
        clock_t began = clock();
        kb_status status = kb_document_html(arena, repeat(arena, pages[i].head, pages[i].part, pages[i].times),
                                            KB_STR("utf-8"), NULL, &a, &error);
        double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
        if (strcmp(error.code, pages[i].code ? pages[i].code : "") != 0)
            fail_msg("%zu x %s: status %d %s, expected %s", i, pages[i].part, status, error.code, pages[i].code);
        if (seconds > 10)
            fail_msg("%s: %.1f s", pages[i].part, seconds);
        kb_arena_free(arena);
    }
}

static void prefers_what_the_message_says(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_article a = {0};
    kb_envelope envelope = {.timestamp = 0};
    const char *json =
        "{\"title\":\"عنوان الرسالة\",\"published_at\":\"2020-01-01T00:00:00Z\",\"url\":\"https://a.example/1\","
        "\"html\":\"<title>عنوان الصفحة</title><meta property='og:url' content='https://b.example/2'>"
        "<time datetime='2024-05-06'></time><p>نص الصفحة كما جاء في الموقع.</p>\"}";
    assert_int_equal(kb_document_decode(arena, kb_str_of(json), &envelope, NULL, &a, NULL), KB_OK);
    assert_str(a.title, "عنوان الرسالة");
    assert_str(a.published_text, "2020-01-01T00:00:00Z");
    assert_str(a.url, "https://a.example/1");
    assert_str(a.body, "نص الصفحة كما جاء في الموقع.");
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_pages),
        cmocka_unit_test(bounds_hostile_pages),
        cmocka_unit_test(prefers_what_the_message_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
