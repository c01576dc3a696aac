// Quotations and who said them: the subject of the verb of saying nearest to the opening mark, in its sentence.
#include "events/stage.h"
#include "khabar/extract.h"

enum { SHORTEST = 3, LONGEST = 200 }; // words; shorter ones are names and terms («الأمل»)

static bool opens(kb_str mark)
{
    return kb_str_is(mark, "«") || kb_str_is(mark, "“") || kb_str_is(mark, "\"");
}

static bool closes(kb_str opening, kb_str mark)
{
    return kb_str_is(opening, "«")   ? kb_str_is(mark, "»")
           : kb_str_is(opening, "“") ? kb_str_is(mark, "”")
                                     : kb_str_is(mark, "\"");
}

static kb_str stored(const kb_layers *y, uint32_t w)
{
    return kb_str_sub(y->text.stored, y->words[w].start, y->words[w].end);
}

static uint32_t closing(const kb_layers *y, uint32_t open)
{
    kb_str opening = stored(y, open);
    for (uint32_t w = open + 1; w < y->word_count && w < open + LONGEST; w++) {
        if (y->words[w].kind == KB_WORD_PUNCT && closes(opening, stored(y, w)))
            return w;
    }
    return KB_NONE;
}

static uint32_t speaker(kb_stage *s, uint32_t open)
{
    uint32_t sentence = s->layers->words[open].sentence, best = KB_NONE, best_distance = UINT32_MAX;
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->sentence != sentence || !(s->c->tokens[v->word].features & KB_F_SPEECH) || v->subject == KB_NONE)
            continue;
        kb_argument a = kb_argument_of_phrase(s, v->subject);
        kb_who who = kb_actor_resolve(s, &a, true);
        uint32_t far = v->word < open ? open - v->word : 2 * (v->word - open);
        if (who.entity != KB_NONE && far < best_distance) {
            best = who.entity;
            best_distance = far;
        }
    }
    return best;
}

kb_status kb_quotes_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    KB_VEC(kb_quote) out = {0};
    kb_stage stage = {0};
    for (uint32_t w = 0; w < layers->word_count; w++) {
        if (layers->words[w].kind != KB_WORD_PUNCT || !opens(stored(layers, w)))
            continue;
        uint32_t end = closing(layers, w);
        if (end == KB_NONE)
            continue;
        if (end > w + SHORTEST) {
            kb_status status = stage.c ? KB_OK : kb_stage_begin(&stage, lexicon, arena, layers, error);
            if (status != KB_OK)
                return status;
            kb_quote *q = KB_PUSH(arena, &out);
            if (!q)
                return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the quotations of article " KB_PRI,
                               KB_ARG(layers->article->id));
            *q = (kb_quote){
                .start = layers->words[w + 1].start, .end = layers->words[end - 1].end, .speaker = speaker(&stage, w)};
        }
        w = end;
    }
    layers->quotes = out.at;
    layers->quote_count = out.n;
    return KB_OK;
}
