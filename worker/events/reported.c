// News reports an act of force or a protest by a verb, by a noun that a verb carries, by its toll, by its day. A bare noun (اغتيال الحريري, الهجمات)
// only speaks of it: it is background when it says who or whom, and else no event of its own.
#include "events/stage.h"

static bool checked_type(const char *type)
{
    return strcmp(type, "ASSAULT") == 0 || strcmp(type, "PROTEST") == 0;
}

static bool reports(const kb_stage *s, const kb_draft *d)
{
    const kb_sentence *sentence = &s->layers->sentences[d->sentence];
    const kb_match *m = &d->match;
    if (sentence->kind == KB_TITLE || sentence->kind == KB_HEADING || d->killed >= 0 || d->injured >= 0 || m->state)
        return true;
    if (m->verbal) {
        const kb_verb *v = &s->c->verbs[m->verb];
        bool present = s->c->tokens[m->word].features & KB_F_PRES;
        return !v->relative && !present;
    }
    if (d->date_from == KB_DATE_FROM_CLAUSE && (d->actor_count || d->recipient_count || d->place != KB_NONE))
        return true;
    return m->support != KB_SUPPORT_NONE && !d->definite && (d->actor_count || d->recipient_count || d->place != KB_NONE);
}

void kb_reported_check(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (d->merged != KB_NONE || d->match.dropped || d->status != KB_ACTUAL || !checked_type(d->match.type))
            continue;
        bool reported = reports(s, d);
        for (uint32_t k = 0; k < s->drafts.n && !reported; k++)
            reported = s->drafts.at[k].merged == i && reports(s, &s->drafts.at[k]);
        if (reported)
            continue;
        if (d->actor_count || d->recipient_count) {
            d->status = KB_HISTORICAL;
            d->status_why = "spoken of, not reported";
        } else {
            d->match.dropped = true;
        }
    }
}
