// Whom an attack struck, where its words count them or tell on what they were: "ثلاثة بينهم جنديان", "عشرون معظمهم من الشرطة", "حافلة تقل جنودا".
#include "events/parse.h"
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static bool counted(const kb_stage *s, const kb_argument *a)
{
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        const kb_number *n = t->number != KB_NONE ? &s->layers->numbers[t->number] : NULL;
        if (!n || n->counts_noun || n->value < 2 || t->mention != KB_NONE || t->time != KB_NONE) // قتيلان, رصاصة واحدة
            return false;
    }
    return a->given && !(a->first > 0 && token(s, a->first - 1)->pos == KB_POS_PUNCT); // إس-300
}

// People of whom nothing but their number is told: 26 شخصا.
static bool anybody(const kb_stage *s, const kb_argument *a)
{
    const kb_token *h = token(s, a->head);
    return a->end == a->head + 1 && a->head > a->first && h->actor && h->actor_kind == KB_ACTOR_PEOPLE && h->sector &&
           strcmp(h->sector, "CVL") == 0 && !(h->proclitics & KB_CLITIC_AL);
}

// "بينهم ستة جنود", "معظمهم من رجال الشرطة": the phrase that tells who some or most of those at `a` are. Of people who are counted (26 شخصا) only
// what most of them are tells more.
static kb_argument told_among(const kb_stage *s, const kb_argument *a)
{
    enum { REACH = 8 };
    const kb_clauses *c = s->c;
    bool alone = counted(s, a);
    uint32_t end = s->layers->sentences[s->layers->words[a->head].sentence].end;
    for (uint32_t w = a->end; w + 1 < end && w < a->end + REACH && (alone || anybody(s, a)); w++) {
        const kb_token *t = token(s, w);
        if (kb_is_boundary(t) || kb_opens_clause(c, w))
            break;
        bool some = t->form == c->function_words[KB_FW_BAYN], most = kb_token_is(t, KB_WORDS_SHARE);
        uint32_t p = c->phrase_of[w + 1];
        if (p == KB_NONE && w + 2 < end) // من
            p = c->phrase_of[w + 2];
        if (t->enclitic != KB_ENC_3MP || !((some && alone) || most) || p == KB_NONE || c->phrases[p].from != w + 1)
            continue;
        bool bare = !c->phrases[p].preposition || (most && c->phrases[p].preposition == c->function_words[KB_FW_MIN]);
        return bare ? kb_argument_of_phrase(s, p) : (kb_argument){.phrase = KB_NONE};
    }
    return (kb_argument){.phrase = KB_NONE};
}

// "حافلة تقل عناصر من الحرس": whom the vehicle carries, told by a verb right behind it.
static kb_argument carried(const kb_stage *s, const kb_argument *a)
{
    bool vehicle = false;
    for (uint32_t i = a->head; a->given && i < a->end; i++) { // "لدى مرور حافلة ركاب تقل …"
        const kb_token *t = token(s, i);
        vehicle =
            vehicle ||
            (t->actor && t->mention == KB_NONE &&
             (t->actor_kind == KB_ACTOR_THING || t->actor_kind == KB_ACTOR_WEAPON || t->actor_kind == KB_ACTOR_PART));
    }
    uint32_t w =
        vehicle && a->end < s->layers->word_count && s->c->tokens[a->end].pos == KB_POS_REL ? a->end + 1 : a->end;
    if (!vehicle || w >= s->layers->word_count || s->layers->words[w].sentence != s->layers->words[a->head].sentence ||
        !kb_token_is(token(s, w), KB_WORDS_CARRYING) || !kb_is_finite(token(s, w)))
        return (kb_argument){.phrase = KB_NONE};
    kb_walk walk = kb_walk_from(s->c, w + 1);
    uint32_t p;
    bool found = kb_walk_next(&walk, &p) && !s->c->phrases[p].preposition && !s->c->phrases[p].pronoun;
    return found ? kb_argument_of_phrase(s, p) : (kb_argument){.phrase = KB_NONE};
}

kb_argument kb_victims_told(const kb_stage *s, const kb_argument *a)
{
    kb_argument among = told_among(s, a);
    return among.given ? among : carried(s, a);
}

// A number alone is somebody where nothing that the event merges says more: مقتل ثلاثة.
void kb_victims_complete(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        const kb_match *m = &s->drafts.at[i].match;
        const kb_argument *a = counted(s, &m->obj) ? &m->obj : counted(s, &m->gen) ? &m->gen : NULL;
        kb_draft *d = &s->drafts.at[i];
        while (d->merged != KB_NONE)
            d = &s->drafts.at[d->merged];
        if (!a || d->recipient_count || d->match.dropped || strcmp(d->match.type, "ASSAULT") != 0)
            continue;
        kb_participant *p = &d->recipients[d->recipient_count++];
        *p = (kb_participant){
            .start = s->layers->words[a->first].start, .end = s->layers->words[a->end - 1].end, .entity = KB_NONE};
        kb_who who = {.entity = KB_NONE};
        kb_code_set(&who, s->focus, "CVL");
        memcpy(p->code, who.code, sizeof who.code);
        d->recipient_sector[0] = true;
    }
}
