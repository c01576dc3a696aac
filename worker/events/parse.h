#pragma once
// Steps of the shallow parse, in their order; kb_clauses_run calls them.

#include "khabar/clauses.h"

void kb_tokens_fill(kb_clauses *c);
// tokens.c: the row of `kind` under a lemma, where the words after its key follow word `w`; *best: the words of the longest so far.
const uint32_t *kb_row_under(const kb_clauses *c, const kb_rules *rules, kb_lemma lemma, uint32_t w,
                             kb_posting_kind kind, uint32_t *best);
// Sets the classes of a token and the kinds of what the tables have under its lemma, form and whole word.
void kb_token_describe(const kb_clauses *c, kb_token *t);
// readings.c: the analysis of word `w` that its neighbours allow; the tokens before it are filled.
uint8_t kb_reading_of(const kb_clauses *c, uint32_t w);
kb_status kb_phrases_find(kb_clauses *c, kb_arena *arena, kb_error *error);
kb_status kb_verbs_find(kb_clauses *c, kb_arena *arena, kb_error *error);

// agreement.c: how well a bare phrase behind the verb at word `verb` fits as its subject, by gender, number and case.
typedef enum kb_fit { KB_FITS_NOT, KB_MAY_FIT, KB_FITS_WELL } kb_fit;
kb_fit kb_fits_as_subject(const kb_clauses *c, uint32_t verb, uint32_t phrase);
// Whether a verb behind a phrase agrees with it in full, as with its subject.
bool kb_agrees_behind(const kb_clauses *c, uint32_t verb, uint32_t phrase);
// Whether a phrase can be somebody: a name, an office, people.
bool kb_is_somebody(const kb_clauses *c, uint32_t phrase);
// The word of a phrase that the relative clause behind the pronoun (الذي, التي, الذين) at word `pronoun` describes: its head, or where that is nobody
// a name or noun inside it that agrees (لإعادة الرئيس الذي …).
uint32_t kb_described_head(const kb_clauses *c, uint32_t pronoun, uint32_t phrase);
// Whether a verb can have as its subject what the relative pronoun at word `pronoun` stands for: not in "الملء الذي أبلغت إثيوبيا جارتيها ببدئه".
bool kb_fits_relative(const kb_clauses *c, uint32_t pronoun, uint32_t verb);
// Whether a participle used as a state at word `state` (متهما, داعية) can be that of a phrase, by gender and number.
bool kb_fits_as_state(const kb_clauses *c, uint32_t state, uint32_t phrase);
// Whether a phrase can be whom a pronoun (KB_ENC_*) means, by gender, number and kind.
bool kb_fits_pronoun(const kb_clauses *c, uint8_t enclitic, const kb_phrase *phrase);
// The phrase that is the subject in the ending of verb `index` (وأضاف, واتفقا): that of a verb before it with which it agrees, or KB_NONE.
uint32_t kb_implied_subject(const kb_clauses *c, uint32_t index);
// "سبق للمغرب أن قطع علاقاته": whom the words before أن tell of with ل as who does what verb `index` says, or KB_NONE.
uint32_t kb_told_before(const kb_clauses *c, uint32_t index);
// Whether the only bare phrase behind verb `index` is rather its object, because the verb is nothing without one (اتهم الحركة ب).
bool kb_needs_object(const kb_clauses *c, uint32_t index, uint32_t phrase);

// "من يخلون بالأمن": the head of a phrase that a clause describes, and no preposition.
static inline bool kb_is_free_relative(const kb_clauses *c, const kb_token *head)
{
    return head->pos == KB_POS_PREP && head->mention == KB_NONE && kb_is_fw(c, head, KB_FW_MIN);
}

// "من حملوا السلاح": whether the clause behind such a head, at word `head`, tells of arms.
bool kb_takes_arms(const kb_clauses *c, uint32_t head);

static inline bool kb_is_finite(const kb_token *t)
{
    return t->pos == KB_POS_VERB && t->mention == KB_NONE && t->time == KB_NONE;
}

static inline bool kb_is_kan(const kb_clauses *c, const kb_token *t)
{
    return t->pos == KB_POS_VERB && t->best && t->best->lemma == c->kan && t->enclitic == KB_ENC_NONE;
}

// A full stop, a colon: nothing on one side belongs to what stands on the other.
static inline bool kb_is_boundary(const kb_token *t)
{
    return t->mark == KB_MARK_STOP || t->mark == KB_MARK_COLON;
}

// walk.c: whether the word opens another clause (بينما, حيث, إذ, أن).
bool kb_opens_clause(const kb_clauses *c, uint32_t w);
// The indefinite noun behind a preposition that the verb at `v` describes without a relative pronoun (في اجتماع عقد أمس), or KB_NONE.
uint32_t kb_described_before(const kb_clauses *c, uint32_t v);
