#pragma once
// Steps of the shallow parse, in their order; kb_clauses_run calls them.

#include "khabar/clauses.h"

void kb_tokens_fill(kb_clauses *c);
kb_status kb_phrases_find(kb_clauses *c, kb_arena *arena, kb_error *error);
kb_status kb_verbs_find(kb_clauses *c, kb_arena *arena, kb_error *error);

static inline bool kb_is_fw(const kb_clauses *c, const kb_token *t, kb_fw which)
{
    return t->form == c->function_words[which];
}
