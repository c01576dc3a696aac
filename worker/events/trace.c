// What the stage saw, for a person.
#include "khabar/events.h"
#include "events/stage.h"

typedef KB_VEC(char) text;

static void put(kb_arena *arena, text *out, kb_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char *c = KB_PUSH(arena, out);
        if (!c)
            return;
        *c = s.p[i];
    }
}

static kb_str word(const kb_layers *y, uint32_t w)
{
    return kb_str_sub(y->text.stored, y->words[w].start, y->words[w].end);
}

static kb_str words(const kb_stage *s, uint32_t phrase)
{
    if (phrase == KB_NONE)
        return KB_STR("-");
    const kb_phrase *p = &s->c->phrases[phrase];
    return kb_str_sub(s->layers->text.stored, s->layers->words[p->first].start, s->layers->words[p->end - 1].end);
}

static kb_str parse_of(kb_stage *s, const kb_sentence *sentence)
{
    text out = {0};
    for (uint32_t w = sentence->first; w < sentence->end; w++) {
        uint32_t p = s->c->phrase_of[w], before = w > sentence->first ? s->c->phrase_of[w - 1] : KB_NONE;
        if (before != KB_NONE && before != p)
            put(s->arena, &out, KB_STR("]"));
        if (w > sentence->first && s->layers->words[w].space_before)
            put(s->arena, &out, KB_STR(" "));
        if (p != KB_NONE && before != p)
            put(s->arena, &out,
                s->c->phrases[p].joined        ? KB_STR("+[")
                : s->c->phrases[p].preposition ? KB_STR("p[")
                                               : KB_STR("["));
        put(s->arena, &out, word(s->layers, w));
    }
    if (sentence->end > sentence->first && s->c->phrase_of[sentence->end - 1] != KB_NONE)
        put(s->arena, &out, KB_STR("]"));
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->word < sentence->first || v->word >= sentence->end)
            continue;
        kb_str verb = word(s->layers, v->word), subject = words(s, v->subject), object = words(s, v->object);
        put(s->arena, &out,
            kb_arena_printf(s->arena, "\n    " KB_PRI "%s%s  subject: " KB_PRI "  object: " KB_PRI, KB_ARG(verb),
                            v->passive ? " (passive)" : "", v->relative ? " (relative)" : "", KB_ARG(subject),
                            KB_ARG(object)));
    }
    return (kb_str){out.at, out.n};
}

static bool weighed_parties(kb_stage *s, kb_trace *ret)
{
    KB_VEC(kb_weighed_party) out = {0};
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        for (unsigned slot = 0; slot < 2; slot++) {
            if (!(d->implicit_open >> slot & 1) || d->merged != KB_NONE || d->match.dropped)
                continue;
            kb_implicit_candidate all[KB_IMPLICIT_CANDIDATES];
            uint32_t n = kb_implicit_candidates(s, i, slot == 0, all);
            for (uint32_t k = 0; k < n; k++) {
                kb_weighed_party *w = KB_PUSH(s->arena, &out);
                if (!w)
                    return false;
                text codes = {0}, features = {0};
                for (uint32_t p = 0; p < all[k].count; p++) {
                    put(s->arena, &codes, p ? KB_STR("+") : KB_STR(""));
                    put(s->arena, &codes, kb_str_of(all[k].parties[p].code));
                }
                for (uint32_t f = 0; f < KB_IM_COUNT; f++) {
                    if (!(all[k].features >> f & 1))
                        continue;
                    put(s->arena, &features, features.n ? KB_STR(" ") : KB_STR(""));
                    put(s->arena, &features, kb_str_of(kb_implicit_name((kb_implicit_feature)f)));
                }
                *w = (kb_weighed_party){.trigger = kb_trigger_start(s, &d->match),
                                        .actor = slot == 0,
                                        .codes = {codes.at, codes.n},
                                        .features = {features.at, features.n},
                                        .score = all[k].score};
            }
        }
    }
    ret->weighed = out.at;
    ret->weighed_count = out.n;
    return true;
}

static kb_near_miss near_miss(const kb_layers *layers, const kb_match *m, kb_str why)
{
    return (kb_near_miss){
        .rule = kb_rules_string(m->rules, m->rule->name),
        .type = kb_rules_string(m->rules, m->rule->type),
        .start = layers->words[m->word].start,
        .end = layers->words[m->end - 1].end,
        .sentence = layers->words[m->word].sentence,
        .why = why,
    };
}

kb_status kb_events_trace(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_trace *ret, kb_error *error)
{
    kb_stage s = {.explain = true};
    kb_status status = kb_stage_begin(&s, lexicon, arena, layers, error);
    if (status == KB_OK)
        status = kb_stage_run(&s, error);
    if (status != KB_OK)
        return status;
    ret->near_misses = KB_NEWS(arena, kb_near_miss, s.near_misses.n + s.drafts.n + 1);
    ret->parses = KB_NEWS(arena, kb_str, layers->sentence_count + 1);
    if (!ret->near_misses || !ret->parses)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the trace of article " KB_PRI,
                       KB_ARG(layers->article->id));
    for (uint32_t i = 0; i < s.near_misses.n; i++)
        ret->near_misses[ret->near_miss_count++] = near_miss(layers, &s.near_misses.at[i], KB_STR(""));
    for (uint32_t i = 0; i < s.drafts.n; i++) {
        const kb_draft *d = &s.drafts.at[i];
        if (!d->match.dropped || !d->assertion)
            continue;
        kb_reasons why;
        why.n = 0;
        kb_assertion_reasons(&s, d, &why);
        ret->near_misses[ret->near_miss_count++] =
            near_miss(layers, &d->match, kb_arena_copy(arena, (kb_str){why.text, why.n}));
    }
    if (!weighed_parties(&s, ret))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the trace of article " KB_PRI,
                       KB_ARG(layers->article->id));
    for (uint32_t i = 0; i < layers->sentence_count; i++)
        ret->parses[i] = parse_of(&s, &layers->sentences[i]);
    return KB_OK;
}
