#include "khabar/document.h"
#include "support.h"

static void makes_one_form_of_many(void **state)
{
    (void)state;
    static const struct {
        const char *url, *canonical; // NULL: none
    } cases[] = {
        {"https://example.com", "https://example.com/"},
        {"HTTPS://User@Example.COM:443/A/b", "https://user@example.com/A/b"},
        {"http://example.com:80/", "http://example.com/"},
        {"http://example.com:8080/a", "http://example.com:8080/a"},
        {"http://example.com:/a", "http://example.com/a"},
        {" https://example.com/a ", "https://example.com/a"},
        {"https://example.com/a/./b/../c", "https://example.com/a/c"},
        {"https://example.com/../../a", "https://example.com/a"},
        {"https://example.com/a/..", "https://example.com/"},
        {"https://example.com/a/b/", "https://example.com/a/b/"},
        {"https://example.com/a//b", "https://example.com/a//b"},
        {"https://example.com/%7euser/%41", "https://example.com/~user/A"},
        {"https://example.com/%d8%ae%d8%a8%d8%b1", "https://example.com/%D8%AE%D8%A8%D8%B1"},
        {"https://example.com/خبر", "https://example.com/%D8%AE%D8%A8%D8%B1"},
        {"https://example.com/a b%", "https://example.com/a%20b%25"},
        {"https://example.com/a#part", "https://example.com/a"},
        {"https://example.com/a?id=7&utm_source=x&fbclid=y#z", "https://example.com/a?id=7"},
        {"https://example.com/a?utm_source=x", "https://example.com/a"},
        {"https://example.com/a?b=1&a=2&&", "https://example.com/a?b=1&a=2"},
        {"https://example.com?id=7", "https://example.com/?id=7"},
        {"ftp://example.com/a", NULL},
        {"example.com/a", NULL},
        {"https://", NULL},
        {"https:///a", NULL},
        {"", NULL},
    };
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_str found = kb_document_canonical_url(arena, kb_str_of(cases[i].url));
        if (!cases[i].canonical) {
            assert_null(found.p);
            continue;
        }
        assert_str(found, cases[i].canonical);
        assert_str(kb_document_canonical_url(arena, found), cases[i].canonical); // the form of the form is itself
    }
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(makes_one_form_of_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
