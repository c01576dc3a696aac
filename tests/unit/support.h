#pragma once
// Files and tables of test cases.

#include "khabar/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

// The whole file, or a failed test.
static inline kb_str read_case(kb_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s can't be opened", path);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = kb_alloc(arena, size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, size, file), size);
    fclose(file);
    return (kb_str){bytes, size};
}

static inline void assert_str(kb_str found, const char *expected)
{
    if (!kb_str_is(found, expected))
        fail_msg("found    \"" KB_PRI "\"\n  expected \"%s\"", KB_ARG(found), expected);
}
