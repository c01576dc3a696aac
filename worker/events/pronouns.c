// Whom a pronoun means.
#include "events/parse.h"
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static bool several(uint8_t enclitic)
{
    return enclitic == KB_ENC_3MP || enclitic == KB_ENC_3FP || enclitic == KB_ENC_3D;
}

// Who of a phrase a pronoun can mean: its head, or where that is nobody somebody inside (وفاة الشابة: توقيفها).
static kb_argument referent(const kb_stage *s, uint32_t phrase, uint8_t enclitic)
{
    const kb_clauses *c = s->c;
    const kb_phrase *p = &c->phrases[phrase];
    const kb_token *h = token(s, p->head);
    if (kb_is_free_relative(c, h) || h->mention != KB_NONE || h->actor) {
        bool thing = h->actor && h->actor_kind == KB_ACTOR_THING; // who is caught at the airport is not the airport
        if (thing || !kb_fits_pronoun(c, enclitic, p))
            return (kb_argument){.phrase = KB_NONE};
        while (c->phrases[phrase].joined && phrase > 0 && several(enclitic))
            phrase--;
        kb_argument a = kb_argument_of_phrase(s, phrase);
        a.phrase = several(enclitic) ? a.phrase : KB_NONE; // one of a chain
        return a;
    }
    for (uint32_t w = p->head + 1; w < p->end && h->pos == KB_POS_NOUN; w++) {
        const kb_token *t = token(s, w);
        bool begins = t->mention != KB_NONE ? s->layers->mentions[t->mention].first == w
                                            : t->actor && t->actor_kind <= KB_ACTOR_BODY && t->pos != KB_POS_ADJ;
        kb_phrase inner = {.first = w, .end = p->end, .head = w, .next = KB_NONE};
        if (begins && kb_fits_pronoun(c, enclitic, &inner))
            return (kb_argument){.first = w, .end = p->end, .head = w, .phrase = KB_NONE, .given = true};
    }
    return (kb_argument){.phrase = KB_NONE};
}

static bool is_person(const kb_stage *s, const kb_argument *a)
{
    const kb_token *h = token(s, a->head);
    if (h->mention != KB_NONE)
        return s->layers->mentions[h->mention].type == KB_PERSON;
    return !h->actor || h->actor_kind <= KB_ACTOR_OFFICE;
}

static kb_argument resolve(const kb_stage *s, uint32_t word, uint8_t enclitic, uint32_t not_phrase, bool person)
{
    const kb_clauses *c = s->c;
    enum { PAIR_BACK = 8, PERSON_BACK = 3 }; // sentences: two together stay in mind longest
    uint32_t sentence = s->layers->words[word].sentence, back = enclitic == KB_ENC_3D ? PAIR_BACK
                                                                : person              ? PERSON_BACK
                                                                                      : 1;
    uint32_t first = s->layers->sentences[sentence > back ? sentence - back : 0].first;
    for (uint32_t w = word; w > first; w--) {
        uint32_t p = c->phrase_of[w - 1];
        if (p == KB_NONE || p == not_phrase || c->phrases[p].pronoun || c->phrases[p].first != w - 1)
            continue;
        const kb_token *h = token(s, c->phrases[p].head);
        // Where something is, is not who is meant (في الخرطوم).
        if (c->phrases[p].preposition == c->function_words[KB_FW_FI] && h->mention != KB_NONE &&
            s->layers->mentions[h->mention].type == KB_LOCATION)
            continue;
        kb_argument a = referent(s, p, enclitic);
        if (a.given && (!person || is_person(s, &a)))
            return a;
    }
    return (kb_argument){.phrase = KB_NONE};
}

// The pronoun on a verb or noun: the nearest phrase before it, in this sentence or the last, that agrees and can be meant.
kb_argument kb_pronoun_resolve(const kb_stage *s, uint32_t word, uint8_t enclitic, uint32_t not_phrase)
{
    return resolve(s, word, enclitic, not_phrase, false);
}

// "مقترحا تقدم به السودان": a clause describes the phrase.
static bool described(const kb_clauses *c, uint32_t phrase)
{
    uint32_t sentence = c->phrases[phrase].sentence;
    for (uint32_t i = kb_first_verb(c, sentence); i < c->verb_count && c->verbs[i].sentence == sentence; i++) {
        if (c->verbs[i].antecedent == phrase)
            return true;
    }
    return false;
}

// What a pronoun behind a preposition takes up where an act in words is about something (رحبت به, نددت بها): the nearest noun that agrees, be it a thing.
static kb_argument resolve_content(const kb_stage *s, uint32_t word, uint8_t enclitic, uint32_t not_phrase)
{
    const kb_clauses *c = s->c;
    bool feminine = enclitic == KB_ENC_3FS, masculine = enclitic == KB_ENC_3MS;
    uint32_t sentence = s->layers->words[word].sentence;
    uint32_t first = s->layers->sentences[sentence > 0 ? sentence - 1 : 0].first;
    for (uint32_t w = word; w > first && (feminine || masculine); w--) {
        uint32_t p = c->phrase_of[w - 1];
        if (p == KB_NONE || p == not_phrase || c->phrases[p].pronoun || c->phrases[p].head != w - 1)
            continue;
        const kb_token *h = token(s, w - 1);
        bool thing = h->mention == KB_NONE && h->pos == KB_POS_NOUN && !h->actor && !h->nation &&
                     !(h->features & (KB_F_HUMAN | KB_F_TITLE)) && ((h->proclitics & KB_CLITIC_AL) || described(c, p));
        bool fits = feminine ? (h->features & KB_F_FEM) || (h->features & KB_F_PLUR)
                             : (h->features & KB_F_MASC) && !(h->features & (KB_F_FEM | KB_F_PLUR));
        if (thing && fits)
            return kb_argument_of_phrase(s, p);
        if (h->mention != KB_NONE || h->actor)
            break;
    }
    return kb_pronoun_resolve(s, word, enclitic, not_phrase);
}

static bool about_something(const kb_match *m)
{
    static const char *const types[] = {"SUPPORT", "ACCUSE", "REJECT", "AGREE"};
    const char *type = kb_rules_string(m->rules, m->rule->type);
    for (size_t i = 0; type && i < KB_LEN(types); i++) {
        if (strcmp(type, types[i]) == 0)
            return true;
    }
    return false;
}

kb_argument kb_pronoun_of(const kb_stage *s, const kb_match *m, uint32_t word)
{
    uint8_t enclitic = token(s, word)->enclitic;
    return about_something(m) ? resolve_content(s, word, enclitic, KB_NONE)
                              : kb_pronoun_resolve(s, word, enclitic, KB_NONE);
}

kb_argument kb_pronoun_of_object(const kb_stage *s, const kb_match *m, uint32_t not_phrase)
{
    uint8_t enclitic = token(s, m->word)->enclitic;
    const char *type = kb_rules_string(m->rules, m->rule->type);
    const char *mode = kb_rules_string(m->rules, m->rule->mode);
    bool charge = type && strcmp(type, "ACCUSE") == 0 && !(mode && strcmp(mode, "disapprove") == 0);
    bool about = about_something(m) && !charge; // اتهمته: a person; رفضته: a proposal
    kb_argument man = {.phrase = KB_NONE};
    if (!about && enclitic == KB_ENC_3MS) // اعتقلته, أردته: rather a man than a state
        man = resolve(s, m->word, enclitic, not_phrase, true);
    return man.given ? man
           : about   ? resolve_content(s, m->word, enclitic, not_phrase)
                     : kb_pronoun_resolve(s, m->word, enclitic, not_phrase);
}
