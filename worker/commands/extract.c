// khabar extract: articles from files or standard input, records to standard output.

#include "khabar/commands.h"
#include "khabar/document.h"
#include "khabar/extract.h"
#include "khabar/record.h"
#include "khabar/timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 30, INPUT_BYTES = 1 << 20, OUTPUT_BYTES = 1 << 20, MESSAGE_BYTES = 16 << 20 };

typedef enum format { FORMAT_JSONL, FORMAT_TEXT, FORMAT_HTML } format;

typedef struct settings {
    const char *format_name, *lexicon, *published_at, *source, *charset;
    bool layers, help, version;
    format format;
    int64_t timestamp;
} settings;

// One row an option: it parses the command line and makes the help.
static const struct option_row {
    const char *name, *argument, *help;
    size_t offset; // of the char * where it takes an argument, of the bool where not
} options[] = {
    {"format", "FORMAT", "jsonl: one article a line (default); text, html: one raw page a file",
     offsetof(settings, format_name)},
    {"charset", "NAME", "charset of text and html; detected where not given", offsetof(settings, charset)},
    {"published-at", "TIME", "RFC 3339 time for articles that have none (default: now)",
     offsetof(settings, published_at)},
    {"source", "NAME", "source of articles that name none", offsetof(settings, source)},
    {"lexicon", "DIR", "data files of your own, which come before the built-in ones", offsetof(settings, lexicon)},
    {"layers", NULL, "print every layer for a person instead of the record", offsetof(settings, layers)},
    {"help", NULL, "print this help", offsetof(settings, help)},
    {"version", NULL, "print the version of program and data", offsetof(settings, version)},
};

static void print_help(void)
{
    printf("usage: khabar extract [OPTION...] [FILE...]\n\n"
           "Reads articles from the files, or from standard input (also '-'), and writes one JSON record a line.\n\n");
    for (size_t i = 0; i < KB_LEN(options); i++) {
        char left[48];
        snprintf(left, sizeof left, "--%s%s%s", options[i].name, options[i].argument ? " " : "",
                 options[i].argument ? options[i].argument : "");
        printf("  %-22s %s\n", left, options[i].help);
    }
    printf("\nExit status: 0 every article gave a record; 1 an article or a file could not be read; 2 wrong usage.\n");
}

static int wrong_usage(const char *what, const char *argument)
{
    fprintf(stderr, "khabar extract: %s '" KB_PRI "'; see khabar extract --help\n", what,
            KB_ARG(kb_str_shown(kb_str_of(argument))));
    return 2;
}

// Takes the option at argv[i]; returns how many arguments it took, or 0 after an error.
static int parse_option(int argc, char **argv, int i, settings *s)
{
    const char *name = argv[i] + 2, *equal = strchr(name, '=');
    size_t n = equal ? (size_t)(equal - name) : strlen(name);
    for (size_t o = 0; o < KB_LEN(options); o++) {
        if (strlen(options[o].name) != n || strncmp(options[o].name, name, n) != 0)
            continue;
        if (!options[o].argument) {
            if (equal)
                return wrong_usage("no value belongs to", argv[i]), 0;
            *(bool *)((char *)s + options[o].offset) = true;
            return 1;
        }
        const char *value = equal ? equal + 1 : i + 1 < argc ? argv[i + 1] : NULL;
        if (!value)
            return wrong_usage("a value is missing after", argv[i]), 0;
        *(const char **)((char *)s + options[o].offset) = value;
        return equal ? 1 : 2;
    }
    return wrong_usage("no option", argv[i]), 0;
}

// Leaves the file names at the front of argv (from argv[1]) and their number in *files.
static int parse_arguments(int argc, char **argv, settings *s, int *files)
{
    static const char *const formats[] = {"jsonl", "text", "html"};
    int n = 0;
    bool only_files = false;
    for (int i = 1; i < argc;) {
        if (only_files || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[++n] = argv[i++];
        } else if (strcmp(argv[i], "--") == 0) {
            only_files = true;
            i++;
        } else {
            int taken = argv[i][1] == '-' ? parse_option(argc, argv, i, s) : (wrong_usage("no option", argv[i]), 0);
            if (taken == 0)
                return 2;
            i += taken;
        }
    }
    *files = n;
    for (size_t f = 0; s->format_name && f <= KB_LEN(formats); f++) {
        if (f == KB_LEN(formats))
            return wrong_usage("no format", s->format_name);
        if (strcmp(formats[f], s->format_name) == 0) {
            s->format = (format)f;
            break;
        }
    }
    s->timestamp = (int64_t)time(NULL);
    kb_timestamp t;
    kb_error error;
    if (s->published_at && kb_timestamp_parse(kb_str_of(s->published_at), &t, &error) != KB_OK)
        return wrong_usage(error.what, s->published_at);
    if (s->published_at)
        s->timestamp = t.seconds;
    struct stat info;
    if (s->lexicon && (stat(s->lexicon, &info) != 0 || !S_ISDIR(info.st_mode)))
        return wrong_usage("no directory", s->lexicon);
    return 0;
}

// ---------------------------------------------------------------- output

typedef struct run {
    settings settings;
    kb_extractor *extractor;
    kb_session *session;
    kb_arena *arena;
    char *output;
    size_t output_n;
    bool failed;      // an article or a file could not be read
    bool output_gone; // nobody reads standard output any more, or it can't take more
    const char *file;
    uint64_t line;
} run;

static void write_all(run *r, const char *p, size_t n)
{
    while (n && !r->output_gone) {
        ssize_t done = write(STDOUT_FILENO, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0) {
            r->output_gone = true;
            if (errno != EPIPE) {
                fprintf(stderr, "khabar extract: standard output: %s\n", strerror(errno));
                r->failed = true;
            }
            return;
        }
        p += done;
        n -= (size_t)done;
    }
}

static void flush(run *r)
{
    write_all(r, r->output, r->output_n);
    r->output_n = 0;
}

static void put_line(run *r, kb_str s)
{
    if (OUTPUT_BYTES - r->output_n < s.n + 1)
        flush(r);
    if (s.n + 1 > OUTPUT_BYTES) {
        write_all(r, s.p, s.n);
        write_all(r, "\n", 1);
        return;
    }
    memcpy(r->output + r->output_n, s.p, s.n);
    r->output_n += s.n;
    r->output[r->output_n++] = '\n';
}

static void report(run *r, const kb_error *e)
{
    char line[32] = "";
    if (r->line)
        snprintf(line, sizeof line, "%llu:", (unsigned long long)r->line);
    fprintf(stderr, "%s:%s %s%s%s (%s)\n", r->file, line, e->where, e->where[0] ? ": " : "", e->what, e->code);
    r->failed = true;
}

// ---------------------------------------------------------------- one article

static kb_str content_type(run *r)
{
    static const char *const types[] = {"application/json", "text/plain", "text/html"};
    const char *type = types[r->settings.format];
    return r->settings.charset ? kb_arena_printf(r->arena, "%s; charset=%s", type, r->settings.charset)
                               : kb_str_of(type);
}

static void take_article(run *r, kb_str bytes)
{
    kb_error error = {0};
    kb_article article;
    kb_layers *layers = NULL;
    kb_str record = {0};
    kb_envelope envelope = {.content_type = content_type(r), .timestamp = r->settings.timestamp};
    kb_document_limits limits = {.message_bytes = MESSAGE_BYTES};
    kb_status status = kb_document_decode(r->arena, bytes, &envelope, &limits, &article, &error);
    if (status == KB_OK && r->settings.source && !article.source_name.p)
        article.source_name = kb_str_of(r->settings.source);
    if (status == KB_OK)
        status = kb_extract(r->session, r->arena, &article, &layers, &error);
    if (status == KB_OK)
        status = r->settings.layers ? kb_layers_print(r->arena, layers, &record, &error)
                                    : kb_record_json(r->arena, layers, &record, &error);
    if (status == KB_OK)
        put_line(r, record);
    else
        report(r, &error);
    kb_arena_reset(r->arena);
}

static void take_line(run *r, kb_str line)
{
    r->line++;
    if (kb_str_trim(line).n)
        take_article(r, line);
}

static void report_too_long(run *r)
{
    kb_error error;
    r->line += r->settings.format == FORMAT_JSONL;
    kb_fail(&error, KB_LIMIT, "limit-message", "the message has more than %d bytes", MESSAGE_BYTES);
    report(r, &error);
}

// ---------------------------------------------------------------- input

typedef struct input {
    char *p;
    size_t n, cap;
    bool skipping; // inside a line that is too long
} input;

// Hands over every whole line and moves the rest to the front.
static void take_lines(run *r, input *in, size_t searched)
{
    size_t from = 0;
    char *newline;
    while (!r->output_gone && (newline = memchr(in->p + searched, '\n', in->n - searched)) != NULL) {
        size_t to = (size_t)(newline - in->p);
        if (!in->skipping)
            take_line(r, (kb_str){in->p + from, to - from});
        in->skipping = false;
        from = searched = to + 1;
    }
    memmove(in->p, in->p + from, in->n - from);
    in->n -= from;
    if (in->skipping)
        in->n = 0;
    if (in->n > MESSAGE_BYTES) {
        report_too_long(r);
        in->skipping = true;
        in->n = 0;
    }
}

static bool make_room(input *in)
{
    if (in->cap - in->n >= INPUT_BYTES)
        return true;
    size_t cap = in->cap * 2 > in->n + INPUT_BYTES ? in->cap * 2 : in->n + INPUT_BYTES;
    char *p = realloc(in->p, cap);
    if (!p)
        return false;
    in->p = p;
    in->cap = cap;
    return true;
}

static void report_errno(run *r, int code)
{
    fprintf(stderr, "khabar extract: %s: %s\n", r->file, strerror(code));
    r->failed = true;
}

static void take_rest(run *r, const input *in)
{
    if (r->output_gone || in->skipping)
        return;
    if (r->settings.format != FORMAT_JSONL)
        take_article(r, (kb_str){in->p, in->n});
    else if (in->n)
        take_line(r, (kb_str){in->p, in->n});
}

static void take_stream(run *r, int fd, input *in)
{
    bool lines = r->settings.format == FORMAT_JSONL;
    in->n = 0;
    in->skipping = false;
    while (!r->output_gone) {
        if (!make_room(in)) {
            report_errno(r, ENOMEM);
            return;
        }
        if (lines)
            flush(r); // a reader that answers record by record must not wait for a full buffer
        ssize_t got = read(fd, in->p + in->n, INPUT_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            report_errno(r, errno);
            return;
        }
        if (got == 0)
            break;
        size_t before = in->n;
        in->n += (size_t)got;
        if (lines) {
            take_lines(r, in, before);
        } else if (in->n > MESSAGE_BYTES) {
            report_too_long(r);
            return;
        }
    }
    take_rest(r, in);
}

static void take_file(run *r, const char *name, input *in)
{
    bool standard = strcmp(name, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    r->file = standard ? "standard input" : name;
    r->line = 0;
    if (fd < 0) {
        report_errno(r, errno);
        return;
    }
    take_stream(r, fd, in);
    if (!standard)
        close(fd);
}

static int extract_files(run *r, int count, char **names)
{
    input in = {0};
    r->session = kb_session_new(r->extractor);
    r->arena = kb_arena_new(ARENA_BYTES);
    r->output = malloc(OUTPUT_BYTES);
    if (!r->session || !r->arena || !r->output) {
        fprintf(stderr, "khabar extract: out of memory\n");
        r->failed = true;
        count = -1;
    }
    for (int i = 0; i < count && !r->output_gone; i++)
        take_file(r, names[i], &in);
    if (count == 0)
        take_file(r, "-", &in);
    if (r->output)
        flush(r);
    free(in.p);
    free(r->output);
    kb_arena_free(r->arena);
    kb_session_free(r->session);
    return r->failed ? 1 : 0;
}

int kb_command_extract(int argc, char **argv)
{
    run r = {0};
    int files = 0;
    int status = parse_arguments(argc, argv, &r.settings, &files);
    if (status != 0)
        return status;
    if (r.settings.help) {
        print_help();
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); // `khabar extract | head` ends quietly
    kb_error error = {0};
    if (kb_extractor_new(r.settings.lexicon, &r.extractor, &error) != KB_OK) {
        fprintf(stderr, "khabar extract: %s%s%s (%s)\n", error.where, error.where[0] ? ": " : "", error.what,
                error.code);
        return 2;
    }
    if (r.settings.version)
        printf("khabar %s\n", kb_extractor_version(r.extractor));
    else
        status = extract_files(&r, files, argv + 1);
    kb_extractor_free(r.extractor);
    return status;
}
