// Whom a pronoun means.
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// The pronoun on a verb or noun: the nearest phrase before it, in this sentence or the last, that agrees and can be meant.
kb_argument kb_pronoun_resolve(const kb_stage *s, uint32_t word, uint8_t enclitic, uint32_t not_phrase)
{
    const kb_clauses *c = s->c;
    bool plural = enclitic == KB_ENC_3MP || enclitic == KB_ENC_3FP, feminine = enclitic == KB_ENC_3FS,
         dual = enclitic == KB_ENC_3D;
    uint32_t sentence = s->layers->words[word].sentence;
    uint32_t first = s->layers->sentences[sentence > 0 ? sentence - 1 : 0].first;
    for (uint32_t w = word; w > first; w--) {
        uint32_t p = c->phrase_of[w - 1];
        if (p == KB_NONE || p == not_phrase || c->phrases[p].pronoun || c->phrases[p].first != w - 1)
            continue;
        const kb_token *h = token(s, c->phrases[p].head);
        // Where something is, is not who is meant (في الخرطوم).
        if (c->phrases[p].preposition == c->function_words[KB_FW_FI] && h->mention != KB_NONE &&
            s->layers->mentions[h->mention].type == KB_LOCATION)
            continue;
        bool person = h->mention != KB_NONE && s->layers->mentions[h->mention].type == KB_PERSON;
        bool thing = h->actor && h->actor_kind == KB_ACTOR_THING; // who is caught at the airport is not the airport
        bool chained = c->phrases[p].joined || c->phrases[p].next != KB_NONE;
        bool fits = plural     ? (h->features & KB_F_PLUR) || chained
                    : dual     ? (h->features & KB_F_DUAL) || chained
                    : feminine ? !person && (h->mention != KB_NONE || (h->features & (KB_F_FEM | KB_F_PLUR)))
                               : person || ((h->features & KB_F_MASC) && h->actor && !(h->features & KB_F_PLUR));
        if (fits && !thing && (h->mention != KB_NONE || h->actor)) {
            while (chained && c->phrases[p].joined && p > 0)
                p--;
            return kb_argument_of_phrase(s, p);
        }
    }
    return (kb_argument){.phrase = KB_NONE};
}

// What a pronoun behind a preposition takes up where an act in words is about something (رحبت به, نددت بها): the nearest noun that agrees, be it a thing.
static kb_argument resolve_content(const kb_stage *s, uint32_t word, uint8_t enclitic)
{
    const kb_clauses *c = s->c;
    bool feminine = enclitic == KB_ENC_3FS, masculine = enclitic == KB_ENC_3MS;
    uint32_t sentence = s->layers->words[word].sentence;
    uint32_t first = s->layers->sentences[sentence > 0 ? sentence - 1 : 0].first;
    for (uint32_t w = word; w > first && (feminine || masculine); w--) {
        uint32_t p = c->phrase_of[w - 1];
        if (p == KB_NONE || c->phrases[p].pronoun || c->phrases[p].head != w - 1)
            continue;
        const kb_token *h = token(s, w - 1);
        bool thing = h->mention == KB_NONE && h->pos == KB_POS_NOUN && !h->actor && !h->nation &&
                     !(h->features & (KB_F_HUMAN | KB_F_TITLE)) && (h->proclitics & KB_CLITIC_AL);
        bool fits = feminine ? (h->features & KB_F_FEM) || (h->features & KB_F_PLUR)
                             : (h->features & KB_F_MASC) && !(h->features & (KB_F_FEM | KB_F_PLUR));
        if (thing && fits)
            return kb_argument_of_phrase(s, p);
        if (h->mention != KB_NONE || h->actor)
            break;
    }
    return kb_pronoun_resolve(s, word, enclitic, KB_NONE);
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
    return about_something(m) ? resolve_content(s, word, enclitic) : kb_pronoun_resolve(s, word, enclitic, KB_NONE);
}
