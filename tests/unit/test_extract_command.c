#include "khabar/buffer.h"
#include "khabar/commands.h"
#include "support.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct outcome {
    int status;
    kb_str out, err;
} outcome;

static char directory[] = "/tmp/khabar-extract-XXXXXX";

static const char *file_of(kb_arena *arena, const char *name, kb_str content)
{
    kb_str path = kb_arena_printf(arena, "%s/%s", directory, name);
    FILE *file = fopen(path.p, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content.p ? content.p : "", 1, content.n, file), content.n);
    fclose(file);
    return path.p;
}

// Runs `khabar extract` with the arguments (up to NULL) and `input` as standard input, in a process of its own.
static outcome extract(kb_arena *arena, kb_str input, ...)
{
    char *argv[16] = {"extract"};
    int argc = 1;
    va_list list;
    va_start(list, input);
    while ((argv[argc] = va_arg(list, char *)) != NULL)
        argc++;
    va_end(list);
    const char *in = file_of(arena, "in", input), *out = file_of(arena, "out", (kb_str){0}),
               *err = file_of(arena, "err", (kb_str){0});
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(open(in, O_RDONLY), STDIN_FILENO);
        dup2(open(out, O_WRONLY), STDOUT_FILENO);
        dup2(open(err, O_WRONLY), STDERR_FILENO);
        int status = kb_command_extract(argc, argv);
        fflush(NULL);
        _exit(status);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (outcome){WEXITSTATUS(status), read_case(arena, out), read_case(arena, err)};
}

static uint32_t lines_of(kb_str s)
{
    uint32_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static void has(kb_str text, const char *part)
{
    if (!memmem(text.p, text.n, part, strlen(part)))
        fail_msg("\"%s\" is not in: " KB_PRI, part, KB_ARG(text));
}

static void writes_a_record_a_line_in_order(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_buffer b = kb_buffer_new(arena, 0);
    for (int i = 0; i < 300; i++)
        kb_buffer_add(&b, kb_arena_printf(arena, "{\"id\":\"a%d\",\"title\":\"عنوان\",\"body\":\"نص\"}\n%s", i,
                                          i % 7 ? "" : "\n"));
    outcome o = extract(arena, kb_buffer_str(&b), NULL);
    assert_int_equal(o.status, 0);
    assert_int_equal(o.err.n, 0);
    kb_str rest = o.out;
    for (int i = 0; i < 300; i++) {
        kb_str line = kb_str_cut(&rest, '\n'), id = kb_arena_printf(arena, "{\"article\":{\"id\":\"a%d\",", i);
        assert_true(kb_str_starts(line, id));
        json_t *json = json_loadb(line.p, line.n, 0, NULL);
        assert_non_null(json);
        json_decref(json);
    }
    assert_int_equal(rest.n, 0);
    kb_arena_free(arena);
}

static void reports_bad_lines_and_goes_on(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    const char *file =
        file_of(arena, "bad.jsonl", KB_STR("{\"body\":\"a\"}\nxyz\n\n{\"title\":\"a\"}\n{\"body\":\"b\"}"));
    outcome o = extract(arena, KB_STR(""), file, "/no/such/file", NULL);
    assert_int_equal(o.status, 1);
    assert_int_equal(lines_of(o.out), 2);
    has(o.err, "bad.jsonl:2: line 1 column 3: no valid JSON");
    has(o.err, "bad.jsonl:4: the message has none of body, text and html (body-missing)");
    has(o.err, "/no/such/file: No such file or directory");
    assert_int_equal(lines_of(o.err), 3);
    kb_arena_free(arena);
}

static void steps_over_lines_that_are_too_long(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_buffer b = kb_buffer_new(arena, 40 << 20);
    kb_buffer_z(&b, "{\"body\":\"a\"}\n");
    for (int i = 0; i < 40 << 16; i++)
        kb_buffer_z(&b, "xxxxxxxxxxxxxxxx");
    kb_buffer_z(&b, "\n{\"body\":\"b\"}\n");
    outcome o = extract(arena, kb_buffer_str(&b), NULL);
    assert_int_equal(o.status, 1);
    assert_int_equal(lines_of(o.out), 2);
    assert_int_equal(lines_of(o.err), 1);
    has(o.err, "standard input:2:");
    has(o.err, "(limit-message)");
    kb_arena_free(arena);
}

static void reads_raw_pages(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_str text = KB_STR("عنوان الصفحة\n\nنص الصفحة كما جاء في الموقع.\n");
    outcome o = extract(arena, text, "--format", "text", "--published-at=2024-08-02", "--source", "س", NULL);
    assert_int_equal(o.status, 0);
    has(o.out, "\"title\":\"عنوان الصفحة\"");
    has(o.out, "\"published_at\":\"2024-08-02T00:00:00Z\"");
    has(o.out, "\"source\":{\"name\":\"س\"");
    const char *page =
        file_of(arena, "page.html", KB_STR("<title>\xCE\xC8\xD1</title><p>\xE6\xD5\xE1 \xC7\xE1\xE6\xDD\xCF.</p>"));
    o = extract(arena, KB_STR(""), "--format=html", "--charset=windows-1256", page, NULL);
    assert_int_equal(o.status, 0);
    has(o.out, "\"text\":\"خبر\\n\\nوصل الوفد.\"");
    assert_int_equal(lines_of(o.out), 1);
    kb_arena_free(arena);
}

static void prints_layers(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    outcome o = extract(arena, KB_STR("{\"id\":\"a\",\"body\":\"وصل الوفد.\"}"), "--layers", "-", NULL);
    assert_int_equal(o.status, 0);
    has(o.out, "article a, published");
    has(o.out, "\nsentences: 1\n");
    has(o.out, "\nevents: 0\n");
    kb_arena_free(arena);
}

static void helps(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    outcome o = extract(arena, KB_STR(""), "--help", NULL);
    assert_int_equal(o.status, 0);
    has(o.out, "--published-at TIME");
    o = extract(arena, KB_STR(""), "--version", NULL);
    assert_int_equal(o.status, 0);
    has(o.out, "khabar " KHABAR_VERSION "+");
    kb_arena_free(arena);
}

static void refuses_wrong_usage(void **state)
{
    (void)state;
    static const char *const arguments[][2] = {{"--nothing", NULL},
                                               {"-x", NULL},
                                               {"--format", NULL},
                                               {"--format", "xml"},
                                               {"--layers=1", NULL},
                                               {"--published-at", "أمس"},
                                               {"--lexicon", "/no/such/directory"}};
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(arguments); i++) {
        outcome o = extract(arena, KB_STR("{\"body\":\"a\"}"), arguments[i][0], arguments[i][1], NULL);
        assert_int_equal(o.status, 2);
        assert_int_equal(o.out.n, 0);
        has(o.err, "khabar extract: ");
    }
    kb_arena_free(arena);
}

static void ends_quietly_when_nobody_reads(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_buffer b = kb_buffer_new(arena, 1 << 20);
    for (int i = 0; i < 20000; i++)
        kb_buffer_z(&b, "{\"body\":\"a\"}\n");
    const char *in = file_of(arena, "in", kb_buffer_str(&b)), *err = file_of(arena, "err", (kb_str){0});
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char *argv[] = {"extract", (char *)in, NULL};
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
        dup2(open(err, O_WRONLY), STDERR_FILENO);
        _exit(kb_command_extract(2, argv));
    }
    close(ends[1]);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(read_case(arena, err).n, 0);
    kb_arena_free(arena);
}

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    static const char *const names[] = {"in", "out", "err", "bad.jsonl", "page.html"};
    for (size_t i = 0; i < KB_LEN(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_record_a_line_in_order),
        cmocka_unit_test(reports_bad_lines_and_goes_on),
        cmocka_unit_test(steps_over_lines_that_are_too_long),
        cmocka_unit_test(reads_raw_pages),
        cmocka_unit_test(prints_layers),
        cmocka_unit_test(helps),
        cmocka_unit_test(refuses_wrong_usage),
        cmocka_unit_test(ends_quietly_when_nobody_reads),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
