// The layers for a person: what each stage saw, in the order of the stages.

#include "khabar/buffer.h"
#include "khabar/record.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct printer {
    kb_buffer b;
    const kb_layers *y;
} printer;

KB_PRINTF(2, 3) static void say(printer *o, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    kb_buffer_z(&o->b, line);
}

static void say_span(printer *o, uint32_t start, uint32_t end)
{
    say(o, "%u-%u \"", kb_text_codepoint(&o->y->text, start), kb_text_codepoint(&o->y->text, end));
    kb_buffer_add(&o->b, kb_str_sub(o->y->text.stored, start, end));
    kb_buffer_char(&o->b, '"');
}

static void say_words(printer *o, uint32_t first, uint32_t end)
{
    const kb_layers *y = o->y;
    if (first >= end || end > y->word_count)
        return;
    say_span(o, y->words[first].start, y->words[end - 1].end);
}

static void heading(printer *o, const char *name, uint32_t count)
{
    say(o, "%s%s: %u\n", o->b.n ? "\n" : "", name, count);
}

static const char *const features[] = {"masc",      "fem",  "sing",    "dual",    "plur",     "broken",
                                       "1",         "2",    "3",       "past",    "pres",     "imper",
                                       "juss",      "pass", "masdar",  "actpart", "passpart", "nisba",
                                       "construct", "acc",  "elative", "human",   "title",    "speech"};
static const char *const clitics[] = {"و+", "ف+", "ب+", "ل+", "ك+", "س+", "أ+", "ل+", "ال+"};
static const char *const parts[] = {"?",   "noun", "adj", "verb", "prep", "conj",  "part",  "pron",
                                    "dem", "rel",  "adv", "num",  "name", "punct", "interj"};

static void say_analysis(printer *o, const kb_word *word, const kb_analysis *a)
{
    say(o, "      %3u %-6s ", a->score, a->pos < KB_LEN(parts) ? parts[a->pos] : "?");
    for (size_t i = 0; i < KB_LEN(clitics); i++) {
        if (a->proclitics & 1u << i)
            kb_buffer_z(&o->b, clitics[i]);
    }
    kb_buffer_add(&o->b, kb_str_sub(word->form, a->stem_start, a->stem_end));
    if (a->enclitic) {
        kb_buffer_char(&o->b, '+');
        kb_buffer_add(&o->b, kb_str_sub(word->form, a->stem_end, word->form.n));
    }
    for (size_t i = 0; i < KB_LEN(features); i++) {
        if (a->features & 1u << i)
            say(o, " %s", features[i]);
    }
    say(o, "%s\n", a->known ? "" : " (guessed)");
}

static void print_sentences(printer *o)
{
    static const char *const kinds[] = {"prose", "title", "heading", "bullet", "live"};
    const kb_layers *y = o->y;
    heading(o, "sentences", y->sentence_count);
    for (uint32_t i = 0; i < y->sentence_count; i++) {
        const kb_sentence *s = &y->sentences[i];
        say(o, "  [%u] %s, paragraph %u: ", i, s->kind < KB_LEN(kinds) ? kinds[s->kind] : "?", s->paragraph);
        say_span(o, s->start_byte, s->end_byte);
        kb_buffer_char(&o->b, '\n');
        for (uint32_t w = s->first; w < s->end && w < y->word_count; w++) {
            const kb_word *word = &y->words[w];
            say(o, "    %u ", w);
            kb_buffer_add(&o->b, kb_str_sub(y->text.stored, word->start, word->end));
            kb_buffer_char(&o->b, '\n');
            for (uint32_t a = 0; a < word->analysis_count; a++)
                say_analysis(o, word, &word->analyses[a]);
        }
    }
}

static void print_numbers_and_times(printer *o)
{
    static const char *const kinds[] = {"cardinal", "ordinal", "percent", "money", "range"};
    const kb_layers *y = o->y;
    heading(o, "numbers", y->number_count);
    for (uint32_t i = 0; i < y->number_count; i++) {
        const kb_number *n = &y->numbers[i];
        say(o, "  ");
        say_span(o, n->start_byte, n->end_byte);
        say(o, " %s %.15g", n->kind < KB_LEN(kinds) ? kinds[n->kind] : "?", n->value);
        if (n->high > n->value) // also of money and percent
            say(o, "..%.15g", n->high);
        say(o, "%s%s%s%s%.3s\n",
            n->bound > 0   ? " at least"
            : n->bound < 0 ? " at most"
                           : "",
            n->approximate ? " approximate" : "", n->counts_noun ? " inside the noun" : "", n->currency[0] ? " " : "",
            n->currency);
    }
    heading(o, "times", y->time_count);
    for (uint32_t i = 0; i < y->time_count; i++) {
        const kb_time *t = &y->times[i];
        say(o, "  ");
        say_span(o, t->start, t->end_byte);
        say(o, " " KB_PRI " by %s\n", KB_ARG(t->value), t->rule ? t->rule : "?");
    }
}

static void print_entities(printer *o)
{
    static const char *const types[] = {"person", "organization", "location"};
    const kb_layers *y = o->y;
    heading(o, "entities", y->entity_count);
    for (uint32_t i = 0; i < y->entity_count; i++) {
        const kb_entity *e = &y->entities[i];
        say(o, "  [%u] %s ", i, e->type < KB_LEN(types) ? types[e->type] : "?");
        kb_buffer_add(&o->b, e->name);
        say(o, " key=" KB_PRI " country=%s code=%s wikidata=" KB_PRI " reason=%s\n", KB_ARG(e->key), e->country,
            e->code, KB_ARG(e->wikidata), e->reason ? e->reason : "");
    }
    heading(o, "mentions", y->mention_count);
    for (uint32_t i = 0; i < y->mention_count; i++) {
        const kb_mention *m = &y->mentions[i];
        say(o, "  ");
        say_span(o, m->start, m->end_byte);
        say(o, " -> [%u] score %u by %s\n", m->entity, m->score, m->rule ? m->rule : "?");
    }
    heading(o, "references", y->reference_count);
    for (uint32_t i = 0; i < y->reference_count; i++) {
        const kb_reference *r = &y->references[i];
        say(o, "  ");
        say_words(o, r->first, r->end);
        say(o, " %c code=%s", r->kind ? r->kind : '?', r->code);
        if (r->entity != KB_NONE)
            say(o, " -> [%u]", r->entity);
        kb_buffer_char(&o->b, '\n');
    }
    heading(o, "quotes", y->quote_count);
    for (uint32_t i = 0; i < y->quote_count; i++) {
        say(o, "  ");
        say_span(o, y->quotes[i].start, y->quotes[i].end);
        if (y->quotes[i].speaker != KB_NONE)
            say(o, " said by [%u]", y->quotes[i].speaker);
        kb_buffer_char(&o->b, '\n');
    }
}

static void print_participants(printer *o, const char *name, const kb_participant *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        say(o, "      %s ", name);
        say_span(o, list[i].start, list[i].end);
        say(o, " code=%s", list[i].code);
        if (list[i].entity != KB_NONE)
            say(o, " -> [%u]", list[i].entity);
        kb_buffer_char(&o->b, '\n');
    }
}

static void print_events(printer *o)
{
    static const char *const statuses[] = {"actual", "future", "hypothetical", "negated", "historical"};
    const kb_layers *y = o->y;
    heading(o, "events", y->event_count);
    for (uint32_t i = 0; i < y->event_count; i++) {
        const kb_event *e = &y->events[i];
        say(o, "  [%u] %s%s%s cameo %s, %s, %04d-%02u-%02u, confidence %.2f by %s\n", i, e->type ? e->type : "?",
            e->mode ? "-" : "", e->mode ? e->mode : "", e->cameo ? e->cameo : "?",
            e->status < KB_LEN(statuses) ? statuses[e->status] : "?", e->date.year, e->date.month, e->date.day,
            (double)e->confidence, e->rule ? e->rule : "?");
        for (uint32_t m = 0; m < e->mention_count; m++) {
            say(o, "      %s ", m ? "again" : "trigger");
            say_span(o, e->mentions[m].start, e->mentions[m].end);
            kb_buffer_char(&o->b, '\n');
        }
        print_participants(o, "actor", e->actors, e->actor_count);
        print_participants(o, "recipient", e->recipients, e->recipient_count);
        if (e->place != KB_NONE)
            say(o, "      place [%u]\n", e->place);
        if (e->reported_by != KB_NONE)
            say(o, "      reported by [%u]\n", e->reported_by);
        if (e->killed >= 0 || e->injured >= 0)
            say(o, "      killed %d, injured %d\n", e->killed, e->injured);
        if (e->why.n) {
            say(o, "      why: ");
            kb_buffer_add(&o->b, e->why);
            kb_buffer_char(&o->b, '\n');
        }
    }
}

kb_status kb_layers_print(kb_arena *arena, const kb_layers *layers, kb_str *ret, kb_error *error)
{
    printer o = {.b = kb_buffer_new(arena, layers->text.stored.n * 8 + 1024), .y = layers};
    say(&o, "article ");
    kb_buffer_add(&o.b, layers->article->id);
    say(&o, ", published " KB_PRI ", language " KB_PRI "%s\n", KB_ARG(layers->article->published_text),
        KB_ARG(layers->language), layers->supported ? "" : " (not supported)");
    print_sentences(&o);
    print_numbers_and_times(&o);
    print_entities(&o);
    print_events(&o);
    if (o.b.failed)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the layers of article " KB_PRI,
                       KB_ARG(layers->article->id));
    *ret = kb_buffer_str(&o.b);
    return KB_OK;
}
