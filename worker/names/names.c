// The names stage: gazetteer and model find mentions, mentions become entities, phrases without a name refer to them.
#include "names/choose.h"
#include "khabar/extract.h"

kb_status kb_names_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    scene s;
    mention_list mentions = {0};
    if (layers->word_count == 0)
        return KB_OK;
    if (!scene_make(lexicon, arena, layers, &s) || !choose_mentions(&s, &mentions) || !group_entities(&s, &mentions) ||
        !find_references(&s))
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the names of article " KB_PRI,
                       KB_ARG(layers->article->id));
    return KB_OK;
}
