// Looks a whole name up in the gazetteer, outside of any text.
#include "names/scene.h"
#include "khabar/extract.h"
#include "khabar/names.h"

#include <math.h>
#include <stdio.h>

static void fill(const gazetteer *g, const gaz_entity *known, kb_entity *ret)
{
    *ret = (kb_entity){.type = known->type,
                       .kind = known->kind,
                       .key = gaz_string(g, known->key),
                       .name = gaz_string(g, known->name),
                       .name_en = gaz_string(g, known->name_en),
                       .wikidata = gaz_string(g, known->wikidata),
                       .latitude = (double)known->latitude,
                       .longitude = (double)known->longitude};
    memcpy(ret->country, known->country, sizeof known->country);
}

// Counts the entities of the type that the gazetteer has under exactly these words.
static void look(const gazetteer *g, const kb_tokens *tokens, uint32_t words, kb_entity_type type, kb_entity *ret,
                 uint32_t *found)
{
    enum { HITS = 64, UNSURE = FORM_WEAK | FORM_ADJECTIVE | FORM_DEMONYM | FORM_GENERIC | FORM_ECHO };
    kb_phrase_hit hits[HITS];
    uint32_t n = kb_phrases_at(&g->phrases, tokens, 0, hits, HITS);
    for (uint32_t i = 0; i < n; i++) {
        const gaz_form *form = &g->forms[hits[i].value];
        const gaz_entity *known = &g->entities[form->entity];
        if (hits[i].end != words || hits[i].skip || known->type != type || form->flags & UNSURE)
            continue;
        if (*found && kb_str_eq(ret->key, gaz_string(g, known->key)))
            continue; // another form, or a file under the user's
        if (++*found == 1)
            fill(g, known, ret);
    }
}

kb_status kb_names_lookup(const kb_lexicon *lexicon, kb_arena *arena, kb_entity_type type, kb_str name, kb_entity *ret,
                          uint32_t *found, kb_error *error)
{
    kb_article article = {.id = KB_STR("name"), .body = name, .language = KB_STR("ar")};
    kb_layers layers = {.article = &article};
    kb_tokens tokens;
    *found = 0;
    kb_status status = kb_text_run(lexicon, arena, &layers, error);
    if (status == KB_OK)
        status = kb_words_run(lexicon, arena, &layers, error);
    if (status != KB_OK || layers.word_count == 0)
        return status;
    if (!kb_tokens_make(arena, layers.words, layers.word_count, &tokens))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory to look a name up");
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        gazetteer g = gaz_open(&lexicon->images[i]);
        look(&g, &tokens, layers.word_count, type, ret, found);
    }
    return KB_OK;
}

void kb_names_code(const kb_lexicon *lexicon, kb_str key, int32_t day, char code[8])
{
    code[0] = '\0';
    for (uint32_t i = 0; i < lexicon->image_count && !code[0]; i++) {
        gazetteer g = gaz_open(&lexicon->images[i]);
        uint32_t known = g.entity_count ? gaz_find_key(&g, key) : KB_NONE;
        if (known == KB_NONE)
            continue;
        if (g.entities[known].type == KB_LOCATION)
            snprintf(code, 8, "%s", g.entities[known].country);
        else
            gaz_code(&g, known, day, code);
    }
}
