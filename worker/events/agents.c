// The agent of a verbal noun that its own words leave open: whose it is by the verb above it, by its neighbours or by what it is called.
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// "أعلنت إسرائيل اغتيال …": a verbal noun in construct that is itself what is announced; who announces it did it.
static bool bare_masdar(const kb_stage *s, const kb_match *m)
{
    const kb_phrase *p = &s->c->phrases[m->phrase];
    const kb_token *t = token(s, m->word);
    const kb_lemma *fw = s->c->function_words;
    if (p->preposition && p->preposition != fw[KB_FW_AAN] && p->preposition != fw[KB_FW_BI])
        return false;
    return p->head == m->word && p->end > m->word + 1 && !p->joined && (t->features & KB_F_MASDAR) &&
           !(t->proclitics & KB_CLITIC_AL) && t->enclitic == KB_ENC_NONE && token(s, m->word + 1)->pos != KB_POS_ADJ;
}

// "أعلنت الحركة مسؤوليتها عن تفجير …"
static bool claimed(const kb_stage *s, const kb_match *m, const kb_verb *v)
{
    return v->object != KB_NONE && s->c->phrases[m->phrase].preposition == s->c->function_words[KB_FW_AAN] &&
           kb_token_is(token(s, s->c->phrases[v->object].head), KB_WORDS_CLAIM);
}

// The agent of a masdar that its sentence leaves to the verb that governs it: "تعهدت القاهرة بتمويل …" (its subject), "دعا الطرفين إلى وقف …" (its object).
kb_argument kb_agent_controller(kb_stage *s, const kb_match *m)
{
    kb_argument nobody = {.phrase = KB_NONE};
    if (m->verbal || m->state || m->phrase == KB_NONE || m->support != KB_SUPPORT_NONE)
        return nobody;
    uint32_t phrase = m->phrase;
    while (s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    uint32_t verb = s->c->phrases[phrase].verb;
    if (verb == KB_NONE || s->c->verbs[verb].word > m->word)
        return nobody;
    const kb_verb *v = &s->c->verbs[verb];
    const uint32_t *row = token(s, v->word)->governor;
    // "دعت الجامعة، في ختام اجتماع، الطرفين إلى": what only dates the verb is not governed by it.
    if (!row || kb_dates_another(s, m->word) || s->c->phrases[phrase].preposition == s->c->function_words[KB_FW_FI])
        return nobody;
    uint32_t control = row[KB_ROW_WORDS + 3 + KB_GOVERNOR_PREPS];
    if (control == KB_CONTROL_SUBJECT || (control == KB_CONTROL_ANNOUNCER && (bare_masdar(s, m) || claimed(s, m, v))))
        return kb_argument_of_phrase(s, v->subject);
    if (control == KB_CONTROL_OBJECT && v->object != phrase)
        return kb_argument_of_phrase(s, v->object);
    return nobody;
}

// "دخول رجال شرطة المبنى والقبض على …": verbal nouns that are joined share the agent with which the first stands in construct.
kb_argument kb_agent_shared(kb_stage *s, const kb_match *m)
{
    kb_argument nobody = {.phrase = KB_NONE};
    uint32_t phrase = m->phrase;
    if (m->verbal || m->state || phrase == KB_NONE || !s->c->phrases[phrase].joined ||
        m->word != s->c->phrases[phrase].head)
        return nobody;
    while (s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    const kb_phrase *p = &s->c->phrases[phrase];
    const kb_token *h = token(s, p->head), *own = token(s, m->word);
    bool masdars = (h->features & KB_F_MASDAR) && (own->features & KB_F_MASDAR) && !(h->proclitics & KB_CLITIC_AL);
    if (!masdars || p->end <= p->head + 1 || token(s, p->head + 1)->pos == KB_POS_ADJ)
        return nobody;
    return (kb_argument){.first = p->head + 1, .end = p->end, .head = p->head + 1, .phrase = KB_NONE, .given = true};
}

// "هجمات الجماعة", "غارات التحالف": a body in construct with such a noun has struck; a place was struck.
bool kb_agent_in_construct(kb_stage *s, const kb_match *m)
{
    if (m->verbal || m->state || !m->gen.given || !kb_token_is(token(s, m->word), KB_WORDS_AGENTIVE))
        return false;
    kb_who who = kb_actor_resolve(s, &m->gen, true);
    bool place = who.entity != KB_NONE && s->layers->entities[who.entity].type == KB_LOCATION;
    return !place && !who.thing && who.human && strlen(who.code) >= 3 &&
           strncmp(who.code + strlen(who.code) - 3, "CVL", 3) != 0;
}

// "فتى متهم باغتيال الصحفي", "المتهم بالهجوم": of whom the words right before the trigger say that he did it.
kb_argument kb_agent_accused(const kb_stage *s, const kb_match *m)
{
    kb_argument nobody = {.phrase = KB_NONE};
    uint32_t from = m->phrase != KB_NONE ? s->c->phrases[m->phrase].from : m->word;
    if (m->verbal || m->state || from == 0 || !s->c->phrases[m->phrase == KB_NONE ? 0 : m->phrase].preposition)
        return nobody;
    uint32_t w = from - 1, p = s->c->phrase_of[w];
    if (p == KB_NONE || s->layers->words[w].sentence != s->layers->words[m->word].sentence ||
        !kb_token_is(token(s, w), KB_WORDS_ACCUSED) || token(s, w)->mention != KB_NONE)
        return nobody;
    return kb_argument_of_phrase(s, p);
}
