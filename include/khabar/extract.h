#pragma once
// Article in, record out: the one entry of the library. An extractor is immutable and shared by all threads; a session belongs to one thread.

#include "khabar/image.h"
#include "khabar/layers.h"

typedef struct kb_extractor kb_extractor;
typedef struct kb_session kb_session;

// `user_dir` (may be NULL): a directory of data files that lie over the embedded ones. Errors name file and line.
kb_status kb_extractor_new(const char *user_dir, kb_extractor **ret, kb_error *error);
kb_extractor *kb_extractor_free(kb_extractor *extractor);
// Release and data version: "0.1.0+9f3c2a1be0d4c7f1"; stands on every article row.
const char *kb_extractor_version(const kb_extractor *extractor);
const kb_lexicon *kb_extractor_lexicon(const kb_extractor *extractor);

kb_session *kb_session_new(const kb_extractor *extractor); // caches of one thread
kb_session *kb_session_free(kb_session *session);
// The most words of an article; longer ones are refused with KB_LIMIT, "limit-words". At first 50,000.
void kb_session_limit(kb_session *session, uint32_t words);

// Runs every stage over `article` (already decoded, see khabar/document.h). *ret and all it points to live in `arena`, and borrow from `article`,
// from the extractor and, until its next article, from the session. Errors: KB_LIMIT, KB_NO_MEMORY; an article without any extraction is no error.
kb_status kb_extract(kb_session *session, kb_arena *arena, const kb_article *article, kb_layers **ret, kb_error *error);

// The stages, in their order. Each reads what stands before it in `layers`.
kb_status kb_text_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error); // text, language
kb_status kb_words_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers,
                       kb_error *error); // sentences, words, analyses
kb_status kb_numbers_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error); // numbers
kb_status kb_times_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error);   // times
kb_status kb_names_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers,
                       kb_error *error); // mentions, entities, references
kb_status kb_quotes_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error); // quotes
kb_status kb_events_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error); // events
