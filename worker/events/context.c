// Parties that a sentence leaves to its context: both sides of talks and truces, the author of what is condemned or welcomed.
#include "events/stage.h"

static bool two_sided(const kb_draft *d)
{
    return d->match.rule->symmetric && strcmp(d->match.type, "COOPERATE") != 0;
}

static bool has_sides(const kb_draft *d)
{
    return d->actor_count && d->recipient_count && d->actors[0].code[0] && d->recipients[0].code[0];
}

static bool among(const kb_participant *p, const kb_participant *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if ((p->entity != KB_NONE && p->entity == list[i].entity) || strcmp(p->code, list[i].code) == 0)
            return true;
    }
    return false;
}

static void take(kb_participant *to, uint32_t *to_count, const kb_participant *from, uint32_t count)
{
    for (uint32_t i = 0; i < count && *to_count < KB_PARTY_MAX; i++) {
        if (from[i].code[0] && !among(&from[i], to, *to_count))
            to[(*to_count)++] = from[i];
    }
}

// The event with two sides told last before draft `index`, or else first after it.
static const kb_draft *sides_near(const kb_stage *s, uint32_t index)
{
    for (uint32_t i = index; i > 0; i--) {
        if (has_sides(&s->drafts.at[i - 1]) && two_sided(&s->drafts.at[i - 1]))
            return &s->drafts.at[i - 1];
    }
    for (uint32_t i = index + 1; i < s->drafts.n; i++) {
        if (has_sides(&s->drafts.at[i]) && two_sided(&s->drafts.at[i]))
            return &s->drafts.at[i];
    }
    return NULL;
}

static void complete_sides(kb_stage *s, uint32_t index)
{
    kb_draft *d = &s->drafts.at[index];
    if (!two_sided(d) || has_sides(d) || (d->match.mode && strcmp(d->match.mode, "multilateral") == 0))
        return;
    const kb_draft *o = sides_near(s, index);
    if (!o)
        return;
    if (!d->actor_count && !d->recipient_count) {
        take(d->actors, &d->actor_count, o->actors, o->actor_count);
        take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    } else if (d->actor_count && !d->recipient_count) {
        if (among(&d->actors[0], o->actors, o->actor_count))
            take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
        else if (among(&d->actors[0], o->recipients, o->recipient_count))
            take(d->recipients, &d->recipient_count, o->actors, o->actor_count);
    } else if (!d->actor_count) {
        if (among(&d->recipients[0], o->recipients, o->recipient_count))
            take(d->actors, &d->actor_count, o->actors, o->actor_count);
        else if (among(&d->recipients[0], o->actors, o->actor_count))
            take(d->actors, &d->actor_count, o->recipients, o->recipient_count);
    }
}

// "دان الضربات": whoever struck; "رحب بالاتفاق": those who made it.
static void complete_content(kb_stage *s, uint32_t index)
{
    kb_draft *d = &s->drafts.at[index];
    bool accuses = strcmp(d->match.type, "ACCUSE") == 0, praises = strcmp(d->match.type, "SUPPORT") == 0 && strncmp(d->match.cameo, "051", 3) == 0;
    if ((!accuses && !praises) || d->recipient_count || d->content == KB_NONE)
        return;
    const kb_phrase *p = &s->c->phrases[d->content];
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_draft *o = &s->drafts.at[i];
        if (i == index || o->match.word < p->first || o->match.word >= p->end)
            continue;
        take(d->recipients, &d->recipient_count, o->actors, o->actor_count);
        if (praises)
            take(d->recipients, &d->recipient_count, o->recipients, o->recipient_count);
    }
}

void kb_parties_complete(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_sides(s, i);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        complete_content(s, i);
}
