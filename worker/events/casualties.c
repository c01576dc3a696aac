// Killed and injured: numbers beside words of death and injury, bound to the act of force that the sentence speaks of.
#include "events/stage.h"

enum { REACH = 6, ASIDE_REACH = 9 };

typedef enum harm { HARM_NONE, HARM_KILLED, HARM_INJURED } harm;

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static harm harm_of(const kb_stage *s, uint32_t w)
{
    const kb_token *t = token(s, w);
    if (t->mention != KB_NONE)
        return HARM_NONE;
    return kb_token_is(t, KB_WORDS_KILLED) ? HARM_KILLED : kb_token_is(t, KB_WORDS_INJURED) ? HARM_INJURED : HARM_NONE;
}

// بينهم, بينها
static bool is_among(const kb_stage *s, uint32_t w)
{
    return token(s, w)->form == s->c->function_words[KB_FW_BAYN] && token(s, w)->enclitic != KB_ENC_NONE;
}

static bool among_them(const kb_stage *s, uint32_t first_word, uint32_t sentence_first)
{
    for (uint32_t w = first_word, steps = 0; w > sentence_first && steps < 3; w--, steps++) {
        const kb_token *t = token(s, w - 1);
        if (is_among(s, w - 1))
            return true;
        if (t->pos == KB_POS_PUNCT || t->pos == KB_POS_VERB)
            break;
    }
    return false;
}

// Whether the word behind a number, or behind its من, counts people: of them سقط says that they died, not of سقوط ثلاثة صواريخ.
static bool counts_people(const kb_stage *s, uint32_t w, uint32_t high)
{
    if (w < high && token(s, w)->mention == KB_NONE && token(s, w)->form == s->c->function_words[KB_FW_MIN])
        w++;
    return w < high && token(s, w)->actor && token(s, w)->actor_kind <= KB_ACTOR_OFFICE;
}

// What the number counts: the noun after it, or else the verb or noun before it, or "لقوا مصرعهم" after it.
static harm harm_at(const kb_stage *s, uint32_t first, uint32_t end, uint32_t low, uint32_t high)
{
    harm h = HARM_NONE;
    for (uint32_t w = first; w < high && w < end + 2 && h == HARM_NONE; w++) {
        if (token(s, w)->pos == KB_POS_PUNCT || token(s, w)->pos == KB_POS_VERB)
            break;
        h = harm_of(s, w);
    }
    for (uint32_t w = first, steps = 0; w > low && steps < 5 && h == HARM_NONE; w--, steps++) {
        if (token(s, w - 1)->mark == KB_MARK_STOP || (steps > 0 && token(s, w - 1)->number != KB_NONE))
            break;
        h = harm_of(s, w - 1);
        if (kb_token_is(token(s, w - 1), KB_WORDS_FALLING) && counts_people(s, end, high))
            h = HARM_KILLED;
    }
    bool aside = false;
    for (uint32_t w = end; w < high && w < end + (aside ? ASIDE_REACH : REACH) && h == HARM_NONE; w++) {
        if (is_among(s, w)) { // 86 شخصا بينهم ثلاثون طفلا قضوا
            aside = true;
            continue;
        }
        if (token(s, w)->mark == KB_MARK_STOP || (token(s, w)->number != KB_NONE && !aside))
            break;
        if (token(s, w)->pos == KB_POS_VERB || token(s, w)->enclitic != KB_ENC_NONE)
            h = kb_token_is(token(s, w), KB_WORDS_FALLING) && counts_people(s, end, high) ? HARM_KILLED : harm_of(s, w);
    }
    return h;
}

static bool takes_casualties(const kb_draft *d)
{
    return d->status != KB_HYPOTHETICAL && d->status != KB_FUTURE &&
           (strcmp(d->match.type, "ASSAULT") == 0 || strcmp(d->match.type, "PROTEST") == 0);
}

// Whether a sentence is in the paragraph of the one before it.
static bool goes_on(const kb_stage *s, uint32_t sentence)
{
    const kb_sentence *at = &s->layers->sentences[sentence];
    return sentence > 0 && at->paragraph == at[-1].paragraph;
}

// The event of the sentence, or else of the sentence before it, to which a toll at word `w` belongs.
static kb_draft *event_for(kb_stage *s, uint32_t w)
{
    kb_draft *best = NULL, *before = NULL;
    uint32_t sentence = s->layers->words[w].sentence, best_distance = UINT32_MAX;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (!takes_casualties(d))
            continue;
        if (d->sentence + 1 == sentence && goes_on(s, sentence) && strcmp(d->match.type, "ASSAULT") == 0)
            before = d;
        if (d->sentence != sentence)
            continue;
        uint32_t far = d->match.word > w ? d->match.word - w : w - d->match.word;
        if (far < best_distance) {
            best = d;
            best_distance = far;
        }
    }
    return best ? best : before;
}

static void put(kb_draft *d, harm h, int32_t value, int8_t bound)
{
    int32_t *slot = h == HARM_KILLED ? &d->killed : &d->injured;
    if (*slot >= 0 && *slot >= value)
        return; // a total stands before or above its parts
    *slot = value;
    *(h == HARM_KILLED ? &d->killed_bound : &d->injured_bound) = bound;
}

void kb_casualties_find(kb_stage *s)
{
    const kb_layers *y = s->layers;
    for (uint32_t i = 0; i < y->number_count; i++) {
        const kb_number *n = &y->numbers[i];
        if ((n->kind != KB_CARDINAL && n->kind != KB_RANGE) || n->value < 1 || n->value > 10e6 ||
            n->value != (double)(int32_t)n->value)
            continue;
        if (n->first >= y->word_count || token(s, n->first)->time != KB_NONE)
            continue;
        const kb_sentence *sentence = &y->sentences[y->words[n->first].sentence];
        if (among_them(s, n->first, sentence->first))
            continue;
        harm h = harm_at(s, n->first, n->end, sentence->first, sentence->end);
        kb_draft *d = h == HARM_NONE ? NULL : event_for(s, n->first);
        if (d)
            put(d, h, (int32_t)n->value, n->bound);
    }
}
