#include "khabar/normalize.h"
#include "khabar/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void expect_normal(const char *in, const char *out)
{
    kb_arena *arena = kb_arena_new(0);
    kb_str ret;
    assert_int_equal(kb_normalize(arena, kb_str_of(in), false, &ret, NULL), KB_OK);
    if (!kb_str_is(ret, out))
        fail_msg("'%s' became '" KB_PRI "', not '%s'", in, KB_ARG(ret), out);
    kb_arena_free(arena);
}

static void expect_fold(const char *in, const char *out)
{
    kb_arena *arena = kb_arena_new(0);
    kb_str ret = kb_fold(arena, kb_str_of(in));
    if (!kb_str_is(ret, out))
        fail_msg("'%s' folded to '" KB_PRI "', not '%s'", in, KB_ARG(ret), out);
    kb_arena_free(arena);
}

static void leaves_clean_text_alone(void **state)
{
    (void)state;
    static const char *const clean[] = {
        "", "قال الوزير: «نعم»، ثم غادر.", "سطر\nسطر\n\nفقرة", "COVID-19 و﴿آية﴾ – 50٪", "مؤخرًا اتصالًا هُنا", "été ı"};
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(clean); i++) {
        kb_str in = kb_str_of(clean[i]), out;
        assert_int_equal(kb_normalize(arena, in, false, &out, NULL), KB_OK);
        assert_ptr_equal(out.p, in.p);
        assert_int_equal(out.n, in.n);
    }
    kb_arena_free(arena);
}

static void cleans(void **state)
{
    (void)state;
    expect_normal("\xEF\xBB\xBF"
                  "قال\xE2\x80\x8F",
                  "قال");                                    // BOM, U+200F
    expect_normal("مي\xE2\x80\x8Cخواهم\xD8\x9C", "ميخواهم"); // U+200C, U+061C
    expect_normal("ﻣﺼﺮ ﷲ ﻻ", "مصر الله لا");
    expect_normal("a\u00A0\u2003 b\t\tc  \n \n\n\n d \r\n", "a b c\n\nd");
    expect_normal("ا\xD9\x93ل", "آل"); // alef and combining madda
    expect_normal("e\xCC\x81", "é");
    expect_normal("\xD9\x91\xD9\x8E\xFF",
                  "\xD9\x8E\xD9\x91\xEF\xBF\xBD"); // shadda and fatha in canonical order; no UTF-8
    expect_normal("a\x01\x7F\xC2\x85"
                  "b",
                  "a\nb");
}

static void folds(void **state)
{
    (void)state;
    expect_fold("الإِسْرائيليّة", "الاسراييليه");
    expect_fold("مسؤول مسئول شيء على آلاف", "مسوول مسيول شيء علي الاف");
    expect_fold("کیهان پاریس گرگان ڤيتو", "كيهان باريس كركان فيتو");
    expect_fold("١٢٬٣٤٥٫٦٪ ۱۲۳", "12,345.6% 123");
    expect_fold("«Reuters» “AFP” – 10؟ ، ؛", "\"reuters\" \"afp\" - 10? , ;");
    expect_fold("جـــــمال القاهرة ـ رويترز", "جمال القاهره - رويترز");
}

static uint32_t random_char(unsigned *seed)
{
    static const uint32_t ranges[][2] = {
        {0x20, 0x7E},     {0x600, 0x6FF},     {0x620, 0x652},   {0xA0, 0x24F},    {0x370, 0x3FF},   {0x400, 0x4FF},
        {0x590, 0x5FF},   {0x900, 0x97F},     {0x2000, 0x206F}, {0x4E00, 0x4EFF}, {0xAC00, 0xACFF}, {0xFB50, 0xFDFF},
        {0xFE70, 0xFEFF}, {0x1F300, 0x1F64F}, {0, 0x20},        {0x300, 0x36F},   {0x8A0, 0x8FF}};
    const uint32_t *range = ranges[(unsigned)rand_r(seed) % KB_LEN(ranges)];
    return range[0] + (unsigned)rand_r(seed) % (range[1] - range[0] + 1);
}

static kb_str random_text(kb_arena *arena, unsigned *seed)
{
    unsigned n = (unsigned)rand_r(seed) % 200;
    char *p = kb_alloc(arena, n * 4 + 1);
    size_t at = 0;
    for (unsigned i = 0; i < n; i++) {
        if (rand_r(seed) % 50 == 0)
            p[at++] = (char)(rand_r(seed) % 256); // mostly no UTF-8
        else
            at += kb_utf8_encode(random_char(seed), p + at);
    }
    return (kb_str){p, at};
}

// The map is exact: folding any part of the stored text that begins and ends at mapped places gives that part of the matching form.
static void check_map(kb_arena *arena, const kb_text *t, unsigned *seed)
{
    assert_int_equal(t->origin[t->match.n], t->stored.n);
    assert_int_equal(kb_utf8_fault(t->match), t->match.n);
    for (size_t i = 0; i < t->match.n; i++) {
        assert_true(t->origin[i] <= t->origin[i + 1]);
        assert_true(((unsigned char)t->stored.p[t->origin[i]] & 0xC0) != 0x80);
        uint32_t c = 0, m = 0;
        if (((unsigned char)t->match.p[i] & 0xC0) == 0x80)
            continue;
        assert_true(kb_utf8_decode(t->stored.p + t->origin[i], t->stored.p + t->stored.n, &c) > 0);
        assert_true(kb_utf8_decode(t->match.p + i, t->match.p + t->match.n, &m) > 0);
        assert_true(kb_fold_char(c) == m || (c == 0x640 && m == '-'));
    }
    uint32_t at = t->stored.n ? (uint32_t)rand_r(seed) % (uint32_t)(t->stored.n + 1) : 0;
    assert_int_equal(kb_text_codepoint(t, at), kb_utf8_count(kb_str_sub(t->stored, 0, at)));
    assert_int_equal(kb_text_codepoint(t, (uint32_t)t->stored.n), kb_utf8_count(t->stored));
    (void)arena;
}

static void holds_for_random_text(void **state)
{
    (void)state;
    unsigned seed = 20240801;
    kb_arena *arena = kb_arena_new(0);
    for (int round = 0; round < 20000; round++) {
        kb_arena_reset(arena);
        kb_str in = random_text(arena, &seed), once, twice;
        bool one_line = round % 2;
        assert_int_equal(kb_normalize(arena, in, one_line, &once, NULL), KB_OK);
        assert_int_equal(kb_utf8_fault(once), once.n);
        assert_int_equal(kb_normalize(arena, once, one_line, &twice, NULL), KB_OK);
        assert_true(kb_str_eq(once, twice));
        kb_text text;
        assert_int_equal(kb_text_make(arena, once, 0, &text, NULL), KB_OK);
        check_map(arena, &text, &seed);
        kb_str folded = kb_fold(arena, text.match);
        assert_true(kb_str_eq(folded, text.match)); // folding twice is folding once
    }
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_clean_text_alone),
        cmocka_unit_test(cleans),
        cmocka_unit_test(folds),
        cmocka_unit_test(holds_for_random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
