// khabar explain: an article for a person, in the terminal: entities and events highlighted, each event's rule and parts, and what almost fired.

#include "khabar/commands.h"
#include "khabar/document.h"
#include "khabar/events.h"
#include "khabar/extract.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_BYTES = 16 << 20 };

typedef struct view {
    const kb_layers *y;
    kb_trace trace;
    bool colour, parse, weighed;
} view;

static const char *const statuses[] = {"actual", "future", "hypothetical", "negated", "historical"};

static const char *paint(const view *v, const char *code)
{
    return v->colour ? code : "";
}

#define RESET "\x1b[0m"

static const char *entity_colour(uint8_t type)
{
    return type == KB_PERSON ? "\x1b[32m" : type == KB_ORGANIZATION ? "\x1b[34m" : "\x1b[33m";
}

// What begins at byte `at`: its end and colour, or false.
static bool highlight_at(const view *v, uint32_t at, uint32_t *ret_end, const char **ret_colour, const char **ret_open,
                         const char **ret_close)
{
    for (uint32_t i = 0; i < v->y->event_count; i++) {
        for (uint32_t k = 0; k < v->y->events[i].mention_count; k++) {
            if (v->y->events[i].mentions[k].start == at) {
                *ret_end = v->y->events[i].mentions[k].end;
                *ret_colour = "\x1b[1;31m";
                *ret_open = "⟦", *ret_close = "⟧";
                return true;
            }
        }
    }
    for (uint32_t i = 0; i < v->y->mention_count; i++) {
        if (v->y->mentions[i].start == at) {
            *ret_end = v->y->mentions[i].end_byte;
            *ret_colour = entity_colour(v->y->mentions[i].type);
            *ret_open = "{", *ret_close = "}";
            return true;
        }
    }
    for (uint32_t i = 0; i < v->y->time_count; i++) {
        if (v->y->times[i].start == at) {
            *ret_end = v->y->times[i].end_byte;
            *ret_colour = "\x1b[36m";
            *ret_open = "<", *ret_close = ">";
            return true;
        }
    }
    return false;
}

static void print_text(const view *v, uint32_t start, uint32_t end)
{
    kb_str text = v->y->text.stored;
    for (uint32_t at = start; at < end;) {
        uint32_t stop = at;
        const char *colour = NULL, *open = NULL, *close = NULL;
        if (!highlight_at(v, at, &stop, &colour, &open, &close) || stop <= at || stop > end) {
            putchar(text.p[at++]);
            continue;
        }
        if (v->colour)
            printf("%s" KB_PRI RESET, colour, KB_ARG(kb_str_sub(text, at, stop)));
        else
            printf("%s" KB_PRI "%s", open, KB_ARG(kb_str_sub(text, at, stop)), close);
        at = stop;
    }
    putchar('\n');
}

static void print_parties(const view *v, const char *name, const kb_participant *parties, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        kb_str text = kb_str_sub(v->y->text.stored, parties[i].start, parties[i].end);
        printf("      %-10s %-8s " KB_PRI, name, parties[i].code[0] ? parties[i].code : "-", KB_ARG(text));
        if (parties[i].entity != KB_NONE)
            printf("  = " KB_PRI, KB_ARG(v->y->entities[parties[i].entity].name));
        putchar('\n');
    }
}

static void print_entity(const view *v, const char *name, uint32_t entity)
{
    if (entity != KB_NONE)
        printf("      %-10s " KB_PRI "\n", name, KB_ARG(v->y->entities[entity].name));
}

static void print_event(const view *v, const kb_event *e)
{
    kb_str trigger = kb_str_sub(v->y->text.stored, e->mentions[0].start, e->mentions[0].end);
    printf("  %s%s%s%s %s%s  " KB_PRI "  %s  %.0f %%\n", paint(v, "\x1b[1m"), e->type, e->mode ? " " : "",
           e->mode ? e->mode : "", e->cameo, paint(v, RESET), KB_ARG(trigger), statuses[e->status],
           (double)e->confidence * 100);
    print_parties(v, "actor", e->actors, e->actor_count);
    print_parties(v, "recipient", e->recipients, e->recipient_count);
    if (e->date.year)
        printf("      %-10s %d-%02d-%02d\n", "date", e->date.year, e->date.month, e->date.day);
    print_entity(v, "place", e->place);
    print_entity(v, "source", e->reported_by);
    if (e->killed >= 0 || e->injured >= 0)
        printf("      %-10s killed %d, injured %d (-1: unknown)\n", "toll", e->killed, e->injured);
    if (e->mention_count > 1)
        printf("      %-10s %u mentions\n", "merged", e->mention_count);
    printf("      %-10s goldstein %.1f, intensity %.1f, quad class %u\n", "scores", (double)e->goldstein,
           (double)e->intensity, e->quad_class);
    printf("      %-10s " KB_PRI "\n", "why", KB_ARG(e->why));
}

// Parties of the context that were weighed for what the event's words leave open.
static void print_weighed(const view *v, const kb_event *e)
{
    for (uint32_t i = 0; i < v->trace.weighed_count; i++) {
        const kb_weighed_party *w = &v->trace.weighed[i];
        if (w->trigger == e->mentions[0].start)
            printf("      weighed    %s\t" KB_PRI "\t%+.2f\t" KB_PRI "\n", w->actor ? "actor" : "recipient",
                   KB_ARG(w->codes), (double)w->score, KB_ARG(w->features));
    }
}

static void print_article(const view *v)
{
    for (uint32_t i = 0; i < v->y->sentence_count; i++) {
        const kb_sentence *s = &v->y->sentences[i];
        print_text(v, s->start_byte, s->end_byte);
        if (v->parse)
            printf("    %s" KB_PRI "%s\n", paint(v, "\x1b[2m"), KB_ARG(v->trace.parses[i]), paint(v, RESET));
        for (uint32_t k = 0; k < v->y->event_count; k++) {
            if (v->y->events[k].sentence == i)
                print_event(v, &v->y->events[k]);
            if (v->weighed && v->y->events[k].sentence == i)
                print_weighed(v, &v->y->events[k]);
        }
        for (uint32_t k = 0; k < v->trace.near_miss_count; k++) {
            const kb_near_miss *m = &v->trace.near_misses[k];
            if (m->sentence == i)
                printf("  %salmost: %s (%s) at " KB_PRI KB_PRI "%s\n", paint(v, "\x1b[2m"), m->rule,
                       m->type ? m->type : "none", KB_ARG(kb_str_sub(v->y->text.stored, m->start, m->end)),
                       KB_ARG(m->why), paint(v, RESET));
        }
    }
}

static int fail(const kb_error *error)
{
    fprintf(stderr, "khabar explain: %s%s%s\n", error->where, error->where[0] ? ": " : "", error->what);
    return 1;
}

static int explain(const char *user_dir, kb_str bytes, kb_str content_type, view *v)
{
    kb_error error = {0};
    kb_extractor *extractor = NULL;
    if (kb_extractor_new(user_dir, &extractor, &error) != KB_OK)
        return fail(&error);
    kb_session *session = kb_session_new(extractor);
    kb_arena *arena = kb_arena_new(0);
    kb_envelope envelope = {.content_type = content_type, .timestamp = (int64_t)time(NULL)};
    kb_article article = {0};
    kb_layers *layers = NULL;
    int result = 0;
    if (!session || !arena || kb_document_decode(arena, bytes, &envelope, NULL, &article, &error) != KB_OK ||
        kb_extract(session, arena, &article, &layers, &error) != KB_OK ||
        kb_events_trace(kb_extractor_lexicon(extractor), arena, layers, &v->trace, &error) != KB_OK) {
        result = fail(&error);
    } else {
        v->y = layers;
        print_article(v);
    }
    kb_arena_free(arena);
    kb_session_free(session);
    kb_extractor_free(extractor);
    return result;
}

static const char help[] =
    "usage: khabar explain [--parse] [--weighed] [--plain] [--lexicon DIR] [FILE]\n\n"
    "Shows what khabar reads in an article: names and events highlighted, the rule and parts of each event, and the "
    "rules\n"
    "that almost fired. FILE (default: standard input) is an article as JSON, or plain text with the title first.\n\n"
    "  --parse          the shallow parse of each sentence too\n"
    "  --weighed        parties of the context that were weighed where the words of an event name none\n"
    "  --plain          marks instead of colours (also when the output is no terminal)\n"
    "  --lexicon DIR    data files of your own, which come before the built-in ones\n";

int kb_command_explain(int argc, char **argv)
{
    view v = {.colour = isatty(STDOUT_FILENO)};
    const char *path = NULL, *user_dir = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--parse") == 0) {
            v.parse = true;
        } else if (strcmp(argv[i], "--weighed") == 0) {
            v.weighed = true;
        } else if (strcmp(argv[i], "--plain") == 0) {
            v.colour = false;
        } else if (strcmp(argv[i], "--lexicon") == 0 && i + 1 < argc) {
            user_dir = argv[++i];
        } else if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return 0;
        } else if (argv[i][0] == '-' && argv[i][1]) {
            fprintf(stderr, "khabar explain: unknown option '" KB_PRI "'\n%s", KB_ARG(kb_str_shown(kb_str_of(argv[i]))),
                    help);
            return 2;
        } else {
            path = argv[i];
        }
    }
    FILE *in = !path || strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *bytes = in ? malloc(INPUT_BYTES) : NULL;
    if (!bytes) {
        fprintf(stderr, "khabar explain: %s: %s\n", path ? path : "-", strerror(errno));
        if (in && in != stdin)
            fclose(in);
        return 1;
    }
    size_t n = fread(bytes, 1, INPUT_BYTES, in);
    if (in != stdin)
        fclose(in);
    kb_str text = kb_str_trim((kb_str){bytes, n});
    bool json = text.n && text.p[0] == '{';
    int result = explain(user_dir, text, json ? KB_STR("application/json") : KB_STR("text/plain"), &v);
    free(bytes);
    return result;
}
