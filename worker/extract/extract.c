#include "khabar/event_data.h"
#include "khabar/extract.h"
#include "khabar/morphology.h"

#include <stdio.h>
#include <stdlib.h>

struct kb_extractor {
    kb_lexicon lexicon;
    char version[48];
};

enum { WORDS = 50000 }; // an hour of reading

struct kb_session {
    const kb_extractor *extractor;
    uint32_t words;
    kb_word_memo *memo;
};

static kb_status add_user_data(kb_lexicon *lexicon, const char *user_dir, kb_error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    kb_status status = kb_data_compile(user_dir, NULL, &bytes, &size, error);
    if (status != KB_OK)
        return status;
    kb_image image;
    status = kb_image_open((kb_str){bytes, size}, &image, error);
    if (status != KB_OK) {
        free(bytes);
        return status;
    }
    image.owned = bytes;
    lexicon->images[lexicon->image_count++] = image;
    return KB_OK;
}

kb_status kb_extractor_new(const char *user_dir, kb_extractor **ret, kb_error *error)
{
    kb_extractor *x = calloc(1, sizeof *x);
    if (!x)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the extractor");
    kb_status status = user_dir ? add_user_data(&x->lexicon, user_dir, error) : KB_OK;
    if (status != KB_OK) {
        free(x);
        return status;
    }
    x->lexicon.images[x->lexicon.image_count++] = kb_image_embedded();
    uint64_t hashes[KB_IMAGE_MAX] = {0};
    for (uint32_t i = 0; i < x->lexicon.image_count; i++)
        hashes[i] = x->lexicon.images[i].hash;
    x->lexicon.version = kb_hash(hashes, sizeof hashes);
    snprintf(x->version, sizeof x->version, "%s+%016llx", KHABAR_VERSION, (unsigned long long)x->lexicon.version);
    status = kb_event_data_load(&x->lexicon, error);
    if (status == KB_OK)
        *ret = x;
    else
        kb_extractor_free(x);
    return status;
}

kb_extractor *kb_extractor_free(kb_extractor *extractor)
{
    for (uint32_t i = 0; extractor && i < extractor->lexicon.image_count; i++)
        kb_image_done(&extractor->lexicon.images[i]);
    if (extractor)
        kb_event_data_done(&extractor->lexicon);
    free(extractor);
    return NULL;
}

const char *kb_extractor_version(const kb_extractor *extractor)
{
    return extractor->version;
}

const kb_lexicon *kb_extractor_lexicon(const kb_extractor *extractor)
{
    return &extractor->lexicon;
}

kb_session *kb_session_new(const kb_extractor *extractor)
{
    kb_session *session = calloc(1, sizeof *session);
    if (!session)
        return NULL;
    session->extractor = extractor;
    session->words = WORDS;
    session->memo = kb_word_memo_new();
    return session->memo ? session : kb_session_free(session);
}

kb_session *kb_session_free(kb_session *session)
{
    if (session)
        kb_word_memo_free(session->memo);
    free(session);
    return NULL;
}

void kb_session_limit(kb_session *session, uint32_t words)
{
    session->words = words;
}

kb_status kb_extract(kb_session *session, kb_arena *arena, const kb_article *article, kb_layers **ret, kb_error *error)
{
    typedef kb_status (*stage)(const kb_lexicon *, kb_arena *, kb_layers *, kb_error *);
    static const stage stages[] = {kb_words_run, kb_numbers_run, kb_times_run,
                                   kb_names_run, kb_quotes_run,  kb_events_run};
    const kb_lexicon *lexicon = &session->extractor->lexicon;
    kb_layers *layers = KB_NEW(arena, kb_layers);
    if (!layers)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the layers of article " KB_PRI,
                       KB_ARG(article->id));
    layers->article = article;
    layers->memo = session->memo;
    layers->words_max =
        session
            ->words; // several stages compare words, names and events: what is no article must not hold up the others
    kb_status status = kb_text_run(lexicon, arena, layers, error);
    for (size_t i = 0; i < KB_LEN(stages) && status == KB_OK && layers->supported; i++)
        status = stages[i](lexicon, arena, layers, error);
    if (status == KB_OK)
        *ret = layers;
    return status;
}
