// From drafts to the events of the record.
#include "events/stage.h"

#include <stdlib.h>

static kb_span trigger_span(const kb_stage *s, const kb_match *m)
{
    const kb_word *head = &s->layers->words[m->word], *last = &s->layers->words[m->end - 1];
    uint32_t start = head->start;
    if (m->analysis->stem_start < head->form.n) {
        // Proclitics are one letter of two bytes each; the article stays.
        for (uint32_t bits = m->analysis->proclitics & ~(uint32_t)KB_CLITIC_AL; bits; bits &= bits - 1)
            start += 2;
    }
    return (kb_span){start < head->end ? start : head->start, last->end};
}

uint32_t kb_trigger_start(const kb_stage *s, const kb_match *m)
{
    return trigger_span(s, m).start;
}

static bool add_context(kb_event *e, const char *context)
{
    for (uint8_t i = 0; i < e->context_count; i++) {
        if (strcmp(e->contexts[i], context) == 0)
            return true;
    }
    if (e->context_count == KB_LEN(e->contexts))
        return false;
    e->contexts[e->context_count++] = context;
    return true;
}

static bool type_listed(const char *types, const char *type)
{
    if (!types)
        return true;
    kb_str rest = kb_str_of(types);
    while (rest.p) {
        if (kb_str_is(kb_str_cut(&rest, '|'), type))
            return true;
    }
    return false;
}

static void contexts_of(const kb_stage *s, const kb_draft *d, kb_event *e)
{
    const kb_match *m = &d->match;
    for (size_t i = 0; i < KB_LEN(m->rule->contexts) && m->rule->contexts[i]; i++)
        add_context(e, kb_rules_string(m->rules, m->rule->contexts[i]));
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    const kb_lemma without_word = kb_form_of(KB_STR("*"));
    for (uint32_t r = 0; r < s->rules_count; r++) {
        const kb_rules *rules = &s->rules[r];
        for (uint32_t w = sentence->first; w <= sentence->end;
             w++) { // the last round is for contexts that need no word
            kb_lemma keys[2] = {without_word, 0};
            if (w < sentence->end) {
                const kb_token *t = &s->c->tokens[w];
                if (!(t->kinds >> KB_POST_CONTEXT & 1))
                    continue;
                keys[0] = t->best ? t->best->lemma : 0;
                keys[1] = t->form;
            }
            for (size_t k = 0; k < KB_LEN(keys); k++) {
                uint32_t count = 0;
                const kb_posting *p = keys[k] ? kb_rules_find(rules, keys[k], &count) : NULL;
                for (uint32_t i = 0; i < count; i++) {
                    const uint32_t *row = rules->cells + p[i].value;
                    if (p[i].kind != KB_POST_CONTEXT ||
                        !type_listed(kb_rules_string(rules, row[KB_ROW_WORDS + 1]), m->type))
                        continue;
                    if (row[0] && (w + 1 >= sentence->end || s->c->tokens[w + 1].form != row[0]))
                        continue;
                    add_context(e, kb_rules_string(rules, row[KB_ROW_WORDS]));
                }
            }
        }
    }
}

static const char *date_reason(uint8_t from)
{
    static const char *const reasons[] = {"none", "the clause", "the sentence", "the paragraph", "publication"};
    return reasons[from];
}

static const char *form_of(const kb_stage *s, const kb_draft *d)
{
    static const char *const roles[] = {"noun", "noun, subject", "noun, object", "noun, second object",
                                        "noun, complement"};
    if (d->match.verbal)
        return s->c->verbs[d->match.verb].relative                ? "verb, relative"
               : s->c->tokens[d->match.word].features & KB_F_PRES ? "verb, present"
                                                                  : "verb";
    if (d->match.state)
        return "state";
    return d->match.phrase == KB_NONE ? "noun" : roles[s->c->phrases[d->match.phrase].role];
}

static const char *support_of(const kb_draft *d)
{
    static const char *const supports[] = {", done by its verb's subject", ", suffered by its verb's subject",
                                           ", happens", ", placed by its verb", ", hits its verb's object"};
    return d->match.support == KB_SUPPORT_NONE ? "" : supports[d->match.support];
}

// How the record came about, for a person.
static kb_str reasons_of(kb_stage *s, const kb_draft *d, const kb_event *e)
{
    kb_reasons out;
    out.n = 0;
    kb_reasons_text(&out, "rule ");
    kb_reasons_text(&out, e->rule);
    kb_reasons_text(&out, " (");
    kb_reasons_number(&out, d->match.rule->score);
    kb_reasons_text(&out, " %); ");
    kb_reasons_text(&out, form_of(s, d));
    kb_reasons_text(&out, d->definite ? ", definite" : "");
    kb_reasons_text(&out, support_of(d));
    kb_reasons_text(&out, "; status: ");
    kb_reasons_text(&out, d->status_why ? d->status_why : "reported");
    kb_reasons_text(&out, "; date from ");
    kb_reasons_text(&out, date_reason(d->date_from));
    kb_reasons_text(&out, "; actors ");
    kb_reasons_number(&out, e->actor_count);
    kb_reasons_text(&out, ", recipients ");
    kb_reasons_number(&out, e->recipient_count);
    kb_assertion_reasons(s, d, &out);
    kb_implicit_reasons(d, &out);
    kb_confidence_reasons(s, d, &out);
    return kb_arena_copy(s->arena, (kb_str){out.text, out.n});
}

static bool fill_event(kb_stage *s, uint32_t index, kb_event *e)
{
    const kb_draft *d = &s->drafts.at[index];
    uint32_t mentions = 1;
    for (uint32_t i = 0; i < s->drafts.n; i++)
        mentions += s->drafts.at[i].merged == index && !s->drafts.at[i].match.dropped;
    e->mentions = KB_NEWS(s->arena, kb_span, mentions);
    e->actors = KB_NEWS(s->arena, kb_participant, d->actor_count + 1);
    e->recipients = KB_NEWS(s->arena, kb_participant, d->recipient_count + 1);
    if (!e->mentions || !e->actors || !e->recipients)
        return false;
    e->mentions[e->mention_count++] = trigger_span(s, &d->match);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        if (s->drafts.at[i].merged == index && !s->drafts.at[i].match.dropped)
            e->mentions[e->mention_count++] = trigger_span(s, &s->drafts.at[i].match);
    }
    memcpy(e->actors, d->actors, d->actor_count * sizeof *e->actors);
    memcpy(e->recipients, d->recipients, d->recipient_count * sizeof *e->recipients);
    e->actor_count = d->actor_count;
    e->recipient_count = d->recipient_count;
    e->type = d->match.type;
    e->mode = d->match.mode;
    e->cameo = d->match.cameo;
    e->status = d->status;
    e->date = d->date;
    e->date_granularity = d->date.year ? d->granularity : KB_GRAN_NONE;
    e->place = d->place;
    e->reported_by = d->reported_by;
    e->killed = d->killed;
    e->injured = d->injured;
    e->killed_bound = d->killed_bound;
    e->injured_bound = d->injured_bound;
    e->confidence = d->confidence;
    e->rule = kb_rules_string(d->match.rules, d->match.rule->name);
    e->sentence = d->sentence;
    for (uint32_t r = 0; r < s->rules_count; r++)
        kb_ontology_scores(&s->rules[r], e->type, e->mode, e->cameo, &e->quad_class, &e->intensity, &e->goldstein);
    contexts_of(s, d, e);
    e->why = reasons_of(s, d, e);
    return e->why.p != NULL;
}

static int by_trigger(const void *a, const void *b)
{
    const kb_event *x = a, *y = b;
    return (x->mentions[0].start > y->mentions[0].start) - (x->mentions[0].start < y->mentions[0].start);
}

kb_status kb_events_emit(kb_stage *s, kb_error *error)
{
    KB_VEC(kb_event) out = {0};
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_draft *d = &s->drafts.at[i];
        if (d->merged != KB_NONE || d->match.dropped)
            continue;
        kb_event *e = KB_PUSH(s->arena, &out);
        if (!e || !fill_event(s, i, e))
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the events of article " KB_PRI,
                           KB_ARG(s->layers->article->id));
    }
    if (out.n)
        qsort(out.at, out.n, sizeof *out.at, by_trigger);
    s->layers->events = out.at;
    s->layers->event_count = out.n;
    return KB_OK;
}
