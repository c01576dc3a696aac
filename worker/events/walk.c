// Where clauses begin and end, and the walk over what follows a word in its clause.
#include "events/parse.h"

enum { JOINTS = KB_CLITIC_WA | KB_CLITIC_FA, MAX_COMMAS = 8 };

// A word that opens another clause: بينما, حيث, إذ, لكن, عندما …
bool kb_opens_clause(const kb_clauses *c, uint32_t w)
{
    const kb_token *t = &c->tokens[w];
    if (t->mention != KB_NONE || t->time != KB_NONE)
        return false;
    if (t->pos == KB_POS_CONJ)
        return c->layers->words[w].form.n > 4; // not و, أو, ثم
    if (t->pos == KB_POS_ADV && w + 1 < c->layers->word_count && kb_str_is(c->layers->words[w].form, "حين"))
        return kb_is_finite(&c->tokens[w + 1]);
    return t->pos == KB_POS_PART && (kb_is_fw(c, t, KB_FW_AN) || kb_is_fw(c, t, KB_FW_IN));
}

uint32_t kb_clause_first(const kb_clauses *c, uint32_t word)
{
    uint32_t first = c->layers->sentences[c->layers->words[word].sentence].first;
    for (uint32_t w = word; w > first; w--) {
        const kb_token *t = &c->tokens[w - 1];
        if (kb_is_boundary(t) || kb_opens_clause(c, w - 1))
            return w;
        if (kb_is_finite(&c->tokens[w]) && (c->tokens[w].proclitics & JOINTS))
            return w;
    }
    return first;
}

uint32_t kb_clause_end(const kb_clauses *c, uint32_t word)
{
    uint32_t end = c->layers->sentences[c->layers->words[word].sentence].end;
    for (uint32_t w = word + 1; w < end; w++) {
        const kb_token *t = &c->tokens[w];
        if (kb_is_boundary(t) || kb_opens_clause(c, w) || (kb_is_finite(t) && (t->proclitics & JOINTS)))
            return w;
    }
    return end;
}

// A present verb right behind an indefinite noun for people describes them.
static bool describes(const kb_clauses *c, uint32_t w)
{
    const kb_token *t = &c->tokens[w];
    uint32_t p = w > 0 ? c->phrase_of[w - 1] : KB_NONE;
    if (!kb_is_finite(t) || !(t->features & KB_F_PRES) || (t->proclitics & (JOINTS | KB_CLITIC_SA)) || p == KB_NONE ||
        c->phrases[p].preposition)
        return false;
    const kb_token *h = &c->tokens[c->phrases[p].head];
    return h->mention == KB_NONE && !(h->proclitics & KB_CLITIC_AL) && h->enclitic == KB_ENC_NONE && h->actor &&
           h->actor_kind == KB_ACTOR_PEOPLE;
}

kb_walk kb_walk_from(const kb_clauses *c, uint32_t from)
{
    uint32_t end = from < c->layers->word_count ? c->layers->sentences[c->layers->words[from].sentence].end : from;
    if (from > 0 && from < c->layers->word_count &&
        c->layers->words[from].sentence != c->layers->words[from - 1].sentence)
        end = from; // the trigger was the last word of its sentence
    return (kb_walk){.c = c, .at = from, .end = end, .stopped = end};
}

// The end of a relative clause that begins at `w`: the comma or conjunction after its verb.
static uint32_t skip_relative(const kb_clauses *c, uint32_t w, uint32_t end)
{
    bool verb = false;
    for (w++; w < end; w++) {
        const kb_token *t = &c->tokens[w];
        if (kb_is_finite(t) && verb)
            return w;
        verb = verb || kb_is_finite(t);
        if (kb_is_boundary(t) || (verb && t->mark == KB_MARK_COMMA) || (verb && kb_opens_clause(c, w)))
            return w;
    }
    return end;
}

// The indefinite noun behind a preposition that the verb at `v` describes without a relative pronoun (في اجتماع عقد أمس), or KB_NONE. A phrase that
// opens its clause (وفي هجوم آخر قتل …) is an adverbial of the verb.
uint32_t kb_described_before(const kb_clauses *c, uint32_t v)
{
    const kb_token *t = &c->tokens[v];
    uint32_t p = v > 0 ? c->phrase_of[v - 1] : KB_NONE;
    if (p == KB_NONE || c->phrases[p].sentence != c->layers->words[v].sentence || !kb_is_finite(t) ||
        (t->proclitics & (JOINTS | KB_CLITIC_SA)))
        return KB_NONE;
    const kb_phrase *q = &c->phrases[p];
    const kb_token *h = &c->tokens[q->head], *last = &c->tokens[v - 1];
    bool indefinite = !(h->proclitics & KB_CLITIC_AL) && h->mention == KB_NONE && h->enclitic == KB_ENC_NONE &&
                      !(last->proclitics & KB_CLITIC_AL) && last->mention == KB_NONE && last->enclitic == KB_ENC_NONE;
    if (!q->preposition || q->pronoun || !indefinite || h->pos != KB_POS_NOUN ||
        (c->tokens[q->from].proclitics & JOINTS))
        return KB_NONE;
    uint32_t first = c->layers->sentences[q->sentence].first;
    for (uint32_t w = q->from; w > first; w--) {
        const kb_token *b = &c->tokens[w - 1];
        if (kb_is_finite(b))
            return p;
        if (kb_is_boundary(b))
            break;
    }
    return KB_NONE;
}

// The comma that ends the describing clause of the verb at `v`, where something bare follows it; or KB_NONE.
static uint32_t closing_comma(const kb_clauses *c, uint32_t v, uint32_t end)
{
    for (uint32_t w = v + 1; w + 1 < end; w++) {
        const kb_token *t = &c->tokens[w];
        if (t->mark == KB_MARK_COMMA)
            return kb_is_finite(&c->tokens[w + 1]) || (c->tokens[w + 1].proclitics & JOINTS) ? KB_NONE : w;
        if (kb_is_finite(t) || kb_is_boundary(t) || kb_opens_clause(c, w) || t->pos == KB_POS_REL)
            return KB_NONE;
    }
    return KB_NONE;
}

static uint32_t skip_brackets(const kb_clauses *c, uint32_t w, uint32_t end)
{
    for (uint32_t i = w + 1; i < end && i < w + 24; i++) {
        if (c->tokens[i].mark == KB_MARK_CLOSE)
            return i + 1;
    }
    return w + 1;
}

bool kb_walk_next(kb_walk *k, uint32_t *ret_phrase)
{
    const kb_clauses *c = k->c;
    while (k->at < k->end) {
        const kb_token *t = &c->tokens[k->at];
        uint32_t p = c->phrase_of[k->at];
        if (p == KB_NONE && k->at + 1 < k->end) { // the preposition before a phrase
            uint32_t q = c->phrase_of[k->at + 1];
            p = q != KB_NONE && c->phrases[q].from <= k->at && c->phrases[q].first > k->at ? q : KB_NONE;
            if (p == KB_NONE && k->at + 2 < k->end) {
                q = c->phrase_of[k->at + 2];
                p = q != KB_NONE && c->phrases[q].from <= k->at && c->phrases[q].first > k->at ? q : KB_NONE;
            }
        }
        if (p != KB_NONE) {
            const kb_phrase *q = &c->phrases[p];
            if (t->pos == KB_POS_PRON && (t->proclitics & JOINTS) && q->first == k->at) { // "، وهو نائب،": an aside
                while (k->at < k->end && c->tokens[k->at].mark != KB_MARK_COMMA && !kb_is_boundary(&c->tokens[k->at]))
                    k->at++;
                continue;
            }
            // "... والرباط ترفض": a subject before its verb opens a clause.
            if (!q->preposition && !q->joined && (c->tokens[q->from].proclitics & JOINTS) && q->end < k->end &&
                kb_is_finite(&c->tokens[q->end]) && !(c->tokens[q->end].proclitics & JOINTS))
                break;
            k->at = c->phrases[p].end;
            *ret_phrase = p;
            return true;
        }
        if (t->time != KB_NONE) {
            k->at++;
        } else if (t->pos == KB_POS_PUNCT) {
            if (kb_is_boundary(t) || (t->mark == KB_MARK_COMMA && ++k->commas > MAX_COMMAS))
                break;
            k->at = t->mark == KB_MARK_OPEN ? skip_brackets(c, k->at, k->end) : k->at + 1;
        } else if (t->pos == KB_POS_REL) {
            k->at = skip_relative(c, k->at, k->end);
        } else if (kb_described_before(c, k->at) != KB_NONE && closing_comma(c, k->at, k->end) != KB_NONE) {
            k->at = closing_comma(c, k->at, k->end); // "في ختام اجتماع عقد في القاهرة، …"
        } else if (describes(c, k->at)) {
            k->at++; // "مسلحون يرتدون زيا عسكريا": over the clause that describes an indefinite noun, and its object
            uint32_t object = k->at < k->end ? c->phrase_of[k->at] : KB_NONE;
            if (object != KB_NONE && !c->phrases[object].preposition)
                k->at = c->phrases[object].end;
        } else if (kb_is_finite(t) || kb_opens_clause(c, k->at)) {
            break;
        } else {
            k->at++;
        }
    }
    k->stopped = k->at;
    k->end = k->at;
    return false;
}
