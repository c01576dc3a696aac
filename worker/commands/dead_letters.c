// khabar dead-letters: what could not be read, and why; and back to the topic with it after a repair.

#include "khabar/buffer.h"
#include "khabar/commands.h"
#include "khabar/letters.h"
#include "khabar/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct request {
    kb_letter_choice choice;
    bool all, json, whole; // whole: with key and value
    uint64_t count;
} request;

static void usage(void)
{
    printf("usage: khabar dead-letters [OPTION...] [list | show | replay]\n\n"
           "  list    one line a letter (the default)\n"
           "  show    with key and value\n"
           "  replay  puts letters back on the topic they came from, each at most once, also when it is interrupted\n\n"
           "  --reason=REASON            letters of this reason\n"
           "  --offset=PARTITION:OFFSET  the letter at this place of the topic of dead letters\n"
           "  --all                      all letters; replay wants one of the three\n"
           "  --json                     a JSON object a letter, instead of a table\n\n"
           "letters that were replayed are not listed; exit status 0, 1 when Kafka fails, 2 for wrong options\n");
    kb_settings_help(KB_USE_LETTERS, stdout);
}

static void member(kb_buffer *b, const char *name, kb_str value)
{
    kb_buffer_z(b, name);
    kb_buffer_json(b, value.p && kb_utf8_fault(value) == value.n ? value : (kb_str){0});
}

static void base64_member(kb_buffer *b, const char *name, kb_str value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    kb_buffer_z(b, name);
    for (size_t i = 0; i < value.n; i += 3) {
        uint32_t bits = 0;
        char four[5] = {0};
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < value.n ? (uint8_t)value.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            four[k] = i + k > value.n ? '=' : digits[bits >> (18 - 6 * k) & 63];
        kb_buffer_z(b, four);
    }
    kb_buffer_z(b, "\"");
}

// What is no UTF-8 is null, and in another member as base64.
static void bytes_member(kb_buffer *b, const char *name, const char *base64_name, kb_str value)
{
    member(b, name, value);
    if (value.p && kb_utf8_fault(value) != value.n)
        base64_member(b, base64_name, value);
}

// Bytes that a terminal may be shown: control characters and what is no UTF-8 are escaped; `lines`: but for line breaks and tabs.
static void print_text(kb_str text, bool lines)
{
    while (text.n) {
        size_t good = kb_utf8_fault(text), n = 0;
        for (; n < good; n++) {
            unsigned char c = (unsigned char)text.p[n], next = n + 1 < good ? (unsigned char)text.p[n + 1] : 0;
            bool control = (c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f;
            if (control)
                printf("\\x%02x", c);
            else if (c == 0xc2 && next < 0xa0) // U+0080 to U+009F
                n++, printf("\\xc2\\x%02x", next);
            else
                putchar(c);
        }
        if (n < text.n)
            printf("\\x%02x", (unsigned char)text.p[n++]);
        text = kb_str_sub(text, n, text.n);
    }
}

static kb_status print_json(const kb_letter *l, const request *r, kb_error *error)
{
    kb_arena *arena = kb_arena_new(0);
    if (!arena)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to print a letter");
    kb_buffer b = kb_buffer_new(arena, 1024);
    kb_buffer_z(&b, "{\"partition\":");
    kb_buffer_number(&b, l->raw->partition);
    kb_buffer_z(&b, ",\"offset\":");
    kb_buffer_number(&b, l->raw->offset);
    member(&b, ",\"reason\":", l->reason);
    member(&b, ",\"message\":", l->message);
    member(&b, ",\"where\":", l->where);
    member(&b, ",\"stage\":", l->stage);
    member(&b, ",\"from_topic\":", l->topic);
    kb_buffer_z(&b, ",\"from_partition\":");
    kb_buffer_number(&b, strtoll(kb_arena_z(arena, l->partition), NULL, 10));
    kb_buffer_z(&b, ",\"from_offset\":");
    kb_buffer_number(&b, strtoll(kb_arena_z(arena, l->offset), NULL, 10));
    kb_buffer_z(&b, ",\"bytes\":");
    kb_buffer_number(&b, (int64_t)l->raw->len);
    if (r->whole) {
        bytes_member(&b, ",\"key\":", ",\"key_base64\":\"", (kb_str){l->raw->key, l->raw->key_len});
        bytes_member(&b, ",\"value\":", ",\"value_base64\":\"", (kb_str){l->raw->payload, l->raw->len});
    }
    kb_buffer_z(&b, "}\n");
    kb_status status = b.failed ? kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to print a letter") : KB_OK;
    if (status == KB_OK)
        fwrite(b.p, 1, b.n, stdout);
    kb_arena_free(arena);
    return status;
}

static kb_status print_letter(const kb_letter *l, void *opaque, kb_error *error)
{
    request *r = opaque;
    if (r->json)
        return print_json(l, r, error);
    if (r->count++ == 0 && !r->whole)
        printf("%-12s %-24s %-24s %9s  %s\n", "LETTER", "REASON", "FROM", "BYTES", "MESSAGE");
    char letter[40], from[320], reason[64];
    snprintf(letter, sizeof letter, "%d:%" PRId64, (int)l->raw->partition, l->raw->offset);
    snprintf(from, sizeof from, KB_PRI ":" KB_PRI ":" KB_PRI, KB_ARG(l->topic), KB_ARG(l->partition),
             KB_ARG(l->offset));
    snprintf(reason, sizeof reason, KB_PRI, KB_ARG(l->reason));
    printf("%-12s %-24s %-24s %9zu  ", letter, KB_ESC(reason), KB_ESC(from), l->raw->len);
    print_text(l->message, false);
    printf("\n");
    if (r->whole) {
        printf("where: ");
        print_text(l->where, false);
        printf("\nkey: ");
        print_text((kb_str){l->raw->key, l->raw->key_len}, false);
        printf("\n");
        print_text((kb_str){l->raw->payload, l->raw->len}, true);
        printf("\n\n");
    }
    return KB_OK;
}

// Takes the command's own options out of argv. False: one of them is wrong.
static bool take_options(int *argc, char **argv, request *r)
{
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        int end = 0;
        if (strcmp(argv[i], "--all") == 0)
            r->all = true;
        else if (strcmp(argv[i], "--json") == 0)
            r->json = true;
        else if (strncmp(argv[i], "--reason=", 9) == 0)
            r->choice.reason = argv[i] + 9;
        else if (strncmp(argv[i], "--offset=", 9) != 0)
            argv[kept++] = argv[i];
        else if (sscanf(argv[i] + 9, "%" SCNd32 ":%" SCNd64 "%n", &r->choice.partition, &r->choice.offset, &end) != 2 ||
                 argv[i][9 + end] || r->choice.partition < 0)
            return false;
    }
    *argc = kept;
    argv[kept] = NULL;
    return true;
}

static int act(const kb_settings *settings, const char *what, request *r)
{
    kb_error error = {0};
    kb_status status;
    uint64_t replayed = 0, omitted = 0;
    if (strcmp(what, "replay") == 0) {
        status = kb_letters_replay(settings, &r->choice, &replayed, &omitted, &error);
        printf("replayed %" PRIu64 "%s\n", replayed,
               omitted ? "; some were left, whose value was too large for a dead letter" : "");
    } else {
        status = kb_letters_read(settings, &r->choice, print_letter, r, &error);
    }
    if (status != KB_OK)
        fprintf(stderr, "khabar dead-letters: %s\n", error.what);
    return status == KB_OK ? 0 : kb_settings_wrong(&error) ? 2 : 1;
}

int kb_command_dead_letters(int argc, char **argv)
{
    if (kb_settings_asked(argc, argv, "--help")) {
        usage();
        return 0;
    }
    request r = {.choice = {.partition = -1}};
    if (!take_options(&argc, argv, &r)) {
        fprintf(stderr, "khabar dead-letters: --offset wants PARTITION:OFFSET\n");
        return 2;
    }
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0, result = 2;
    kb_status read = arena ? kb_settings_read(argc, argv, environ, KB_USE_LETTERS, arena, &settings, &operands, &error)
                           : KB_NO_MEMORY;
    const char *what = read == KB_OK && operands ? argv[1] : "list";
    bool replay = strcmp(what, "replay") == 0;
    r.whole = strcmp(what, "show") == 0;
    if (read == KB_OK && (operands > 1 || (!replay && !r.whole && strcmp(what, "list") != 0)))
        read = kb_fail(&error, KB_INVALID, "operand", "'" KB_PRI "' is none of list, show and replay",
                       KB_ARG(kb_str_shown(kb_str_of(what))));
    if (read == KB_OK && replay && !r.all && !r.choice.reason && r.choice.partition < 0)
        read =
            kb_fail(&error, KB_INVALID, "operand", "which ones? --all, --reason=REASON or --offset=PARTITION:OFFSET");
    if (read == KB_OK) {
        kb_log_setup((kb_log_level)settings.log_level, (kb_log_format)settings.log_format);
        result = act(&settings, what, &r);
    } else {
        fprintf(stderr, "khabar dead-letters: %s\n", error.what);
    }
    kb_arena_free(arena);
    return result;
}
