#pragma once
// The stems of a verb, to which morphology_verbs.c puts the endings. Internal to worker/language.

#include "forms.h"

// Stems to which the endings go. Where a root is weak they differ; sound verbs have one past and one present stem.
typedef struct kb_verb_parts {
    kb_letters past;       // he: كتب دعا قال
    kb_letters past_taa;   // before ت of she: كتب دع قال
    kb_letters past_short; // before consonants (-tu, -na): كتب دعو قل
    kb_letters past_waw;   // before وا: كتب دع قال
    kb_letters past_pron;  // before pronouns: كتب دعا رما
    kb_letters present, present_short, present_waw, present_dual,
        present_pron; // without prefix; short: before ن of the feminine plural
    kb_letters jussive;
    kb_letters passive_past, passive_present; // n == 0: not told apart by the script
} kb_verb_parts;

kb_verb_parts kb_verb_parts_of(const kb_word_row *row);

// What the root is like: two like root letters written as one, an alef in the middle, a weak last letter.
bool kb_verb_geminate(const kb_word_row *row);
bool kb_verb_hollow(const kb_word_row *row);
bool kb_verb_defective(const kb_word_row *row);

static inline kb_letters kb_letters_chop(kb_letters a)
{
    return kb_letters_cut(a, 0, a.n ? a.n - 1u : 0);
}

static inline bool kb_letter_is_hamza(uint16_t c)
{
    return c == L_HAMZA || (c >= L_ALEF_HAMZA && c <= L_YEH_HAMZA && c != L_ALEF);
}

static inline kb_letters kb_letters_with_last(kb_letters a, const char *last)
{
    return kb_letters_cat(kb_letters_chop(a), last);
}

// ا of a hollow stem (second last letter) replaced, or dropped for "".
static inline kb_letters kb_letters_with_middle(kb_letters a, const char *middle)
{
    kb_letters end = kb_letters_cut(a, a.n - 1u, a.n);
    kb_letters head = kb_letters_cat(kb_letters_cut(a, 0, a.n - 2u), middle);
    for (unsigned i = 0; i < end.n; i++)
        head.at[head.n++] = end.at[i];
    return head;
}

static inline kb_letters kb_letters_doubled(kb_letters a)
{
    if (a.n && a.n < KB_LEN(a.at)) {
        a.at[a.n] = a.at[a.n - 1];
        a.n++;
    }
    return a;
}
