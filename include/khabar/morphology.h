#pragma once
// Morphology of written Arabic by lexicon and rules. The compiler makes every stem form of every lemma of worker/data/lexicon/words; the analyser
// looks up what remains of a word when legal proclitics and enclitic pronouns are taken off, ranks what it finds by likelihood, spelling
// (hamzas, ة, ى as the writer put them) and neighbours, and guesses by shape where the lexicon knows nothing.
//
// Word files: worker/data/lexicon/words/*.tsv, in any number. Columns:
//   lemma     canonical spelling with hamzas, without vowels and shadda; verbs in the third person masculine singular of the past
//   pos       noun adj verb prep conj part pron dem rel adv num name interj
//   class     verbs: the form 1 to 10, or q (quadriliteral). Form 1 of weak roots adds the vowel of the present: 1w (قال يقول, دعا يدعو),
//             1y (باع يبيع, رمى يرمي), 1a (خاف يخاف, بقي يبقى; ى without letter is y, ي is a). An added i: intransitive (no object pronouns,
//             no passive participle).
//             nouns: m or f (gender), then plurals: u sound masculine (ون), a sound feminine (ات), and t a feminine in ة (طالب طالبة).
//             Empty: fa for nouns in ة, m for others. adj: empty: all of them (mut); c: no feminine in ة and no sound plurals (elatives).
//             others: empty
//   forms     verbs: masdars of form 1, and of the other forms only where they are not the regular one (`~` is the regular one)
//             nouns and adjectives: broken plurals. other words: further written forms of the lemma (هذه, هؤلاء of هذا)
//   features  human title speech fem plur common rare pron nopron (takes a pronoun, or none, against the habit of its part of speech), bare (takes no article and no preposition), present=… (irregular
//             present of a verb), act=… pass=… (irregular participles), nopart (no participles), sense tags of particles (neg future …)
//   gloss     English
// Masdars, participles and their forms are made from the verb and point back to it (kb_analysis.verb). A lemma may have several rows.

#include "khabar/image.h"
#include "khabar/layers.h"

#define KB_ANALYSES_MAX 8

// Canonical spelling of a lemma that some image knows, or an absent slice.
kb_str kb_lemma_text(const kb_lexicon *lexicon, kb_lemma lemma);
// Its features (KB_F_HUMAN, KB_F_TITLE, KB_F_SPEECH, KB_F_MASDAR, …), its part of speech, the verb it comes from; false: unknown lemma.
bool kb_lemma_facts(const kb_lexicon *lexicon, kb_lemma lemma, uint32_t *features, kb_pos *pos, kb_lemma *verb);

// The stem of a word in an analysis: its form without proclitics, article and enclitic (a slice of the matching form).
static inline kb_str kb_word_stem(const kb_word *word, const kb_analysis *analysis)
{
    return kb_str_sub(word->form, analysis->stem_start, analysis->stem_end);
}

// "noun", "verb", …: the names of the word files.
const char *kb_pos_name(kb_pos pos);
// The reverse; KB_POS_NONE for any other string.
kb_pos kb_pos_of(kb_str name);

// Readings of words kept from article to article by one thread, for one lexicon (kb_layers.memo). What comes out is the same without one;
// analyses may lie in it until the next article.
kb_word_memo *kb_word_memo_new(void);                // NULL without memory
kb_word_memo *kb_word_memo_free(kb_word_memo *memo); // accepts NULL, returns NULL

// Fills analyses and analysis_count of every word. Errors: KB_NO_MEMORY.
kb_status kb_morphology_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error);
// Compiles the word files and tables/context.tsv.
kb_status kb_morphology_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
