// Whose: the entity that a possessive pronoun means, and the union that a phrase leaves unsaid.
#include "events/stage.h"
#include "khabar/names.h"

// LOOK_BACK: mentions back to which an owner is looked for; bounds the work on long articles.
enum { LOOK_BACK = 200 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// Whether a pronoun of the third person can mean the entity of a mention. Countries are feminine but for those that the table of words names.
static bool agrees(const kb_stage *s, const kb_mention *m, uint8_t enclitic)
{
    const kb_token *h = token(s, m->first);
    bool feminine = enclitic == KB_ENC_3FS;
    if (m->type == KB_PERSON) // the title tells
        return feminine ==
               (m->first > 0 && (token(s, m->first - 1)->features & KB_F_FEM) && token(s, m->first - 1)->actor);
    if (m->type == KB_LOCATION)
        return kb_stands_for_state(s, &s->layers->entities[m->entity], true) &&
               feminine != kb_token_is(h, KB_WORDS_MASCULINE);
    bool marked = (h->features & KB_F_FEM) || (m->first > 0 && (token(s, m->first - 1)->features & KB_F_FEM) &&
                                               kb_token_is(token(s, m->first - 1), KB_WORDS_GENERIC));
    return feminine == marked || !(h->features & (KB_F_FEM | KB_F_MASC));
}

// The word of a phrase on which a pronoun of the third person stands, before any name in it.
static uint32_t possessed(const kb_stage *s, const kb_argument *a)
{
    for (uint32_t w = a->head; w < a->end && token(s, w)->mention == KB_NONE; w++) {
        uint8_t e = token(s, w)->enclitic;
        if (e == KB_ENC_3FS || e == KB_ENC_3MS)
            return w;
    }
    return KB_NONE;
}

static uint32_t owner_among(const kb_stage *s, const kb_argument *a, uint32_t w, bool bodies)
{
    for (uint32_t i = kb_mentions_before(s, a->first), steps = 0; w != KB_NONE && i > 0 && steps < LOOK_BACK;
         i--, steps++) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        uint32_t apart = s->layers->words[a->first].sentence - s->layers->words[m->first].sentence;
        if (apart > 1)
            return KB_NONE;
        uint32_t p = s->c->phrase_of[m->first];
        if (m->type == KB_LOCATION && p != KB_NONE && s->c->phrases[p].head == m->first &&
            s->c->phrases[p].preposition == s->c->function_words[KB_FW_FI])
            continue; // where something is, is not whose it is (سفارة فرنسا في كابول)
        if (m->end <= a->first && (!bodies || m->type == KB_ORGANIZATION) && agrees(s, m, token(s, w)->enclitic))
            return m->entity;
    }
    return KB_NONE;
}

uint32_t kb_owner_of(const kb_stage *s, const kb_argument *a)
{
    uint32_t w = possessed(s, a);
    // Staff is a body's before it is a country's; followers may be a man's.
    bool staff =
        w == a->head && kb_token_is(token(s, w), KB_WORDS_MEMBERS) && !kb_token_is(token(s, w), KB_WORDS_FOLLOWERS);
    uint32_t body = staff ? owner_among(s, a, w, true) : KB_NONE;
    return body != KB_NONE ? body : owner_among(s, a, w, false);
}

uint32_t kb_union_before(const kb_stage *s, const kb_argument *a)
{
    for (uint32_t i = kb_mentions_before(s, a->first), steps = 0; i > 0 && steps < LOOK_BACK; i--, steps++) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        if (m->first < a->first && m->type == KB_ORGANIZATION &&
            strncmp(s->layers->entities[m->entity].code, "IGO", 3) == 0)
            return m->entity;
    }
    return KB_NONE;
}
