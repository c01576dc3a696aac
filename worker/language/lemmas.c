// Lemmas: their identity and what the images say of them.

#include "forms.h"
#include "khabar/normalize.h"
#include "khabar/utf8.h"

#include <stdlib.h>

static const char *const pos_names[] = {
    [KB_POS_NONE] = "",     [KB_POS_NOUN] = "noun",   [KB_POS_ADJ] = "adj",       [KB_POS_VERB] = "verb",
    [KB_POS_PREP] = "prep", [KB_POS_CONJ] = "conj",   [KB_POS_PART] = "part",     [KB_POS_PRON] = "pron",
    [KB_POS_DEM] = "dem",   [KB_POS_REL] = "rel",     [KB_POS_ADV] = "adv",       [KB_POS_NUM] = "num",
    [KB_POS_NAME] = "name", [KB_POS_PUNCT] = "punct", [KB_POS_INTERJ] = "interj",
};

const char *kb_pos_name(kb_pos pos)
{
    return (size_t)pos < KB_LEN(pos_names) ? pos_names[pos] : "";
}

kb_pos kb_pos_of(kb_str name)
{
    for (size_t i = 1; i < KB_LEN(pos_names); i++) {
        if (kb_str_is(name, pos_names[i]))
            return (kb_pos)i;
    }
    return KB_POS_NONE;
}

enum { LONGEST_FORM = 480 }; // bytes, longer than any word

// The identity of the form in key[0…n-1], which has room for the name of a part of speech behind it.
static kb_lemma identity(char *key, size_t n, kb_pos pos)
{
    const char *name = kb_pos_name(pos);
    size_t m = strlen(name);
    key[n++] = '/';
    memcpy(key + n, name, m);
    uint64_t hash = kb_hash(key, n + m);
    kb_lemma id = (kb_lemma)(hash ^ hash >> 32);
    return id ? id : 1;
}

kb_lemma kb_lemma_of(kb_str form, kb_pos pos)
{
    char key[LONGEST_FORM + 32];
    size_t n = 0;
    form = kb_str_sub(form, 0, LONGEST_FORM);
    for (size_t i = 0; i < form.n;) {
        uint32_t c = 0;
        unsigned length = kb_utf8_decode(form.p + i, form.p + form.n, &c);
        uint32_t folded = length ? kb_fold_char(c) : KB_FOLD_DROP;
        if (folded != KB_FOLD_DROP)
            n += kb_utf8_encode(folded, key + n);
        i += length ? length : 1;
    }
    return identity(key, n, pos);
}

kb_lemma kb_lemma_of_folded(kb_str form, kb_pos pos)
{
    char key[LONGEST_FORM + 32];
    size_t n = form.n < LONGEST_FORM ? form.n : LONGEST_FORM;
    if (n)
        memcpy(key, form.p, n);
    return identity(key, n, pos);
}

static int by_id(const void *a, const void *b)
{
    const kb_lemma_record *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static const kb_lemma_record *find(const kb_lexicon *lexicon, kb_lemma lemma, uint32_t *ret_image)
{
    kb_lemma_record wanted = {.id = lemma};
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str s = kb_image_section(&lexicon->images[i], "words.lemmas");
        const kb_lemma_record *r = s.n ? bsearch(&wanted, s.p, s.n / sizeof *r, sizeof *r, by_id) : NULL;
        if (r) {
            *ret_image = i;
            return r;
        }
    }
    return NULL;
}

kb_str kb_lemma_text(const kb_lexicon *lexicon, kb_lemma lemma)
{
    uint32_t image = 0;
    const kb_lemma_record *r = find(lexicon, lemma, &image);
    if (!r)
        return (kb_str){0};
    kb_str text = kb_image_section(&lexicon->images[image], "words.text");
    return kb_str_sub(text, r->text, r->text + r->size);
}

bool kb_lemma_facts(const kb_lexicon *lexicon, kb_lemma lemma, uint32_t *features, kb_pos *pos, kb_lemma *verb)
{
    uint32_t image = 0;
    const kb_lemma_record *r = find(lexicon, lemma, &image);
    if (!r)
        return false;
    *features = r->features;
    *pos = (kb_pos)r->pos;
    *verb = r->verb;
    return true;
}
