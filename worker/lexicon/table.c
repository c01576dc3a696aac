#include "khabar/image.h"
#include "khabar/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_FILE = 64 * 1024 * 1024, MAX_DEPTH = 8 };

struct kb_table {
    kb_arena *arena;
    const char *file;
    kb_row *rows;
    uint32_t count;
};

static kb_status read_file(const char *path, kb_arena *arena, kb_str *ret, kb_error *error)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return kb_fail(error, KB_NOT_FOUND, "table-open", "%s: %s", path, strerror(errno));
    struct stat info;
    kb_status status = KB_OK;
    if (fstat(fileno(f), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > MAX_FILE) {
        status = kb_fail(error, KB_LIMIT, "table-size", "%s: not a file of at most %d bytes", path, MAX_FILE);
    } else {
        char *p = kb_alloc(arena, (size_t)info.st_size + 1);
        size_t n = p ? fread(p, 1, (size_t)info.st_size, f) : 0;
        if (!p)
            status = kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", path);
        else if (ferror(f))
            status = kb_fail(error, KB_UNAVAILABLE, "table-read", "%s: can't be read", path);
        else
            *ret = (kb_str){p, n};
    }
    fclose(f);
    return status;
}

static kb_status parse_row(kb_table *t, kb_str text, uint32_t line, uint32_t min, uint32_t max, kb_row *ret,
                           kb_error *error)
{
    kb_str *cells = KB_NEWS(t->arena, kb_str, max);
    if (!cells)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", t->file);
    uint32_t n = 0;
    kb_str rest = text;
    while (rest.p) {
        kb_str cell = kb_str_trim(kb_str_cut(&rest, '\t'));
        if (n == max)
            return kb_fail(error, KB_INVALID, "table-columns", "%s:%u: more than %u columns", t->file, line, max);
        if (cell.n)
            cells[n] = cell;
        n++;
    }
    if (n < min)
        return kb_fail(error, KB_INVALID, "table-columns", "%s:%u: %u columns where at least %u are needed", t->file,
                       line, n, min);
    *ret = (kb_row){.cells = cells, .count = n, .line = line, .file = t->file};
    return KB_OK;
}

static kb_status parse(kb_table *t, kb_str text, uint32_t min, uint32_t max, kb_error *error)
{
    KB_VEC(kb_row) rows = {0};
    uint32_t line = 0;
    kb_str rest = text;
    while (rest.p) {
        kb_str raw = kb_str_cut(&rest, '\n');
        line++;
        kb_str s = kb_str_trim(raw);
        if (s.n == 0 || s.p[0] == '#')
            continue;
        size_t fault = kb_utf8_fault(raw);
        if (fault < raw.n)
            return kb_fail(error, KB_INVALID, "table-utf8", "%s:%u: byte %zu is no UTF-8", t->file, line, fault + 1);
        if (raw.n && raw.p[raw.n - 1] == '\r')
            raw.n--;
        kb_row *row = KB_PUSH(t->arena, &rows);
        if (!row)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", t->file);
        kb_status status = parse_row(t, raw, line, min, max, row, error);
        if (status != KB_OK)
            return status;
    }
    t->rows = rows.at;
    t->count = rows.n;
    return KB_OK;
}

kb_status kb_table_read(const char *path, uint32_t min_columns, uint32_t max_columns, kb_table **ret, kb_error *error)
{
    kb_table *t = calloc(1, sizeof *t);
    kb_status status = KB_NO_MEMORY;
    kb_str text = {0};
    if (t)
        t->arena = kb_arena_new(0);
    if (!t || !t->arena)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", path);
    else
        status = read_file(path, t->arena, &text, error);
    if (status == KB_OK) {
        t->file = kb_arena_z(t->arena, kb_str_of(path));
        status = t->file ? parse(t, text, min_columns, max_columns, error)
                         : kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", path);
    }
    if (status != KB_OK) {
        kb_error_at(error, "%s", path);
        kb_table_free(t);
        return status;
    }
    *ret = t;
    return KB_OK;
}

kb_table *kb_table_free(kb_table *table)
{
    if (table)
        kb_arena_free(table->arena);
    free(table);
    return NULL;
}

uint32_t kb_table_rows(const kb_table *table)
{
    return table->count;
}

kb_row kb_table_row(const kb_table *table, uint32_t index)
{
    return table->rows[index];
}

typedef KB_VEC(kb_str) paths;

static kb_status walk(const char *dir, kb_str suffix, unsigned depth, kb_arena *arena, paths *found, kb_error *error)
{
    if (depth > MAX_DEPTH)
        return kb_fail(error, KB_LIMIT, "folder-depth", "%s: folders are nested deeper than %d", dir, MAX_DEPTH);
    DIR *d = opendir(dir);
    if (!d)
        return errno == ENOENT ? KB_OK : kb_fail(error, KB_NOT_FOUND, "folder-open", "%s: %s", dir, strerror(errno));
    kb_status status = KB_OK;
    for (struct dirent *e; status == KB_OK && (e = readdir(d));) {
        if (e->d_name[0] == '.')
            continue;
        kb_str path = kb_arena_printf(arena, "%s/%s", dir, e->d_name);
        struct stat info;
        if (!path.p)
            status = kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", dir);
        else if (stat(path.p, &info) != 0)
            continue; // a broken link, or gone meanwhile
        else if (S_ISDIR(info.st_mode))
            status = walk(path.p, suffix, depth + 1, arena, found, error);
        else if (kb_str_ends(path, suffix)) {
            kb_str *slot = KB_PUSH(arena, found);
            if (slot)
                *slot = path;
            else
                status = kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", dir);
        }
    }
    closedir(d);
    return status;
}

static int by_bytes(const void *a, const void *b)
{
    return kb_str_cmp(*(const kb_str *)a, *(const kb_str *)b);
}

kb_status kb_files_below(const char *dir, const char *suffix, kb_arena *arena, kb_str **ret, uint32_t *ret_count,
                         kb_error *error)
{
    paths found = {0};
    kb_status status = walk(dir, kb_str_of(suffix), 0, arena, &found, error);
    if (status != KB_OK)
        return status;
    if (found.n)
        qsort(found.at, found.n, sizeof *found.at, by_bytes);
    *ret = found.at;
    *ret_count = found.n;
    return KB_OK;
}
