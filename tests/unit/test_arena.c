#include "khabar/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <cmocka.h>

static void gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    for (size_t size = 0; size < 300; size++) {
        char *p = kb_alloc(arena, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAB, size);
    }
    kb_arena_free(arena);
}

static void keeps_its_limit(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(1000);
    assert_non_null(kb_alloc(arena, 900));
    assert_null(kb_alloc(arena, 200));
    assert_non_null(kb_alloc(arena, 50));
    kb_arena_reset(arena);
    assert_non_null(kb_alloc(arena, 900));
    kb_arena_free(arena);
}

static void refuses_sizes_that_overflow(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    assert_null(kb_alloc_array(arena, SIZE_MAX / 2, 3));
    assert_null(kb_alloc(arena, SIZE_MAX));
    kb_arena_free(arena);
}

static void grows_vectors(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    KB_VEC(uint64_t) v = {0};
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t *slot = KB_PUSH(arena, &v);
        assert_non_null(slot);
        assert_int_equal(*slot, 0);
        *slot = i;
    }
    for (uint64_t i = 0; i < 10000; i++)
        assert_int_equal(v.at[i], i);
    kb_arena_free(arena);
}

static void is_empty_again_after_a_reset(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++)
            assert_non_null(kb_alloc(arena, 10000));
        assert_true(kb_arena_used(arena) >= 1000000);
        kb_arena_reset(arena);
        assert_int_equal(kb_arena_used(arena), 0);
    }
    kb_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_memory),  cmocka_unit_test(keeps_its_limit),
        cmocka_unit_test(refuses_sizes_that_overflow),  cmocka_unit_test(grows_vectors),
        cmocka_unit_test(is_empty_again_after_a_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
