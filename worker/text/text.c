// The first stage: the text of the article in its two forms, and its language.

#include "khabar/extract.h"
#include "khabar/normalize.h"
#include "khabar/words.h"

kb_status kb_text_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    const kb_article *article = layers->article;
    kb_str title = {0}, body = {0}, stored;
    kb_status status = kb_normalize(arena, article->title, true, &title, error);
    if (status == KB_OK)
        status = kb_normalize(arena, article->body, false, &body, error);
    if (status != KB_OK)
        return status;
    if (title.n && body.n) {
        char *p = kb_alloc(arena, title.n + 2 + body.n);
        if (!p)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the text of article " KB_PRI,
                           KB_ARG(article->id));
        memcpy(p, title.p, title.n);
        memcpy(p + title.n, "\n\n", 2);
        memcpy(p + title.n + 2, body.p, body.n);
        stored = (kb_str){p, title.n + 2 + body.n};
    } else {
        stored = title.n ? title : body;
    }
    if (stored.n > KB_TEXT_MAX)
        return kb_fail(error, KB_LIMIT, "limit-text", "a text of %zu bytes is longer than %u", stored.n, KB_TEXT_MAX);
    if (!stored.p)
        stored = KB_STR("");
    status = kb_text_make(arena, stored, (uint32_t)title.n, &layers->text, error);
    if (status != KB_OK)
        return status;
    layers->language = article->language.n ? article->language : kb_language_of(lexicon, stored);
    layers->supported = kb_language_supported(lexicon, layers->language);
    return KB_OK;
}
