#pragma once
// What the morphology's compiler, its generators and its analyser share: letters, emitted forms, the layout of the image's sections.

#include "khabar/morphology.h"

// ---------------------------------------------------------------- the image

// Sections: "words.filter" (bits), "words.slots" (open addressing, a power of two), "words.entries", "words.lemmas" (sorted by id), "words.text".
typedef struct kb_form_slot {
    uint32_t tag;   // upper half of the hash of the folded form, whose lower half is the place
    uint32_t first; // 1 + index of its first entry; 0: empty
} kb_form_slot;

enum {                // what an entry may stand with
    KB_FORM_FREE = 1, // without an enclitic
    KB_FORM_ENCLITIC = 2,
    KB_FORM_ARTICLE = 4,
    KB_FORM_PREPOSITION = 8, // ب ل ك
    KB_FORM_FUTURE = 16,     // س, and ل of purpose
};

typedef struct kb_form_entry {
    kb_lemma lemma, verb;
    uint32_t features; // KB_F_*
    uint32_t spelling; // two bits for each letter with several spellings, see kb_spelling_add
    uint8_t pos, flags, prior;
    uint8_t last; // of the entries of its form
} kb_form_entry;

typedef struct kb_lemma_record {
    kb_lemma id, verb;
    uint32_t text, features;
    uint16_t size;
    uint8_t pos, reserved;
} kb_lemma_record;

enum { KB_FILTER_BITS = 21, KB_PRIOR_MIDDLE = 128 };

// The hash of folded letters c[from..to) is kb_form_finish(sum of c[i] * KB_FORM_BASE^(to-1-i)), so that every part of a word costs one product.
#define KB_FORM_BASE UINT64_C(0x9E3779B97F4A7C55)
static inline uint64_t kb_form_finish(uint64_t sum)
{
    sum ^= sum >> 29;
    sum *= UINT64_C(0xBF58476D1CE4E5B9);
    sum ^= sum >> 32;
    return sum ? sum : 1;
}

// Spelling of a letter that folds together with others: 0..3, or -1 for a letter with one spelling only. `c` is not folded.
static inline int kb_spelling_of(uint32_t c)
{
    switch (c) {
    case 0x627:
    case 0x648:
    case 0x64A:
    case 0x647:
        return 0; // ا و ي ه
    case 0x623:
    case 0x624:
    case 0x626:
    case 0x629:
        return 1; // أ ؤ ئ ة
    case 0x625:
    case 0x649:
        return 2; // إ ى
    case 0x622:
        return 3; // آ
    default:
        return -1;
    }
}
enum { KB_SPELLINGS = 16 }; // letters counted in one entry

// ---------------------------------------------------------------- making forms

enum {
    L_HAMZA = 0x621,
    L_MADDA = 0x622,
    L_ALEF_HAMZA = 0x623,
    L_WAW_HAMZA = 0x624,
    L_ALEF_BELOW = 0x625,
    L_YEH_HAMZA = 0x626,
    L_ALEF = 0x627,
    L_MARBUTA = 0x629,
    L_TEH = 0x62A,
    L_DAL = 0x62F,
    L_THAL = 0x630,
    L_SEEN = 0x633,
    L_TAH = 0x637,
    L_ZAH = 0x638,
    L_FEH = 0x641,
    L_KAF = 0x643,
    L_LAM = 0x644,
    L_MEEM = 0x645,
    L_NOON = 0x646,
    L_HEH = 0x647,
    L_WAW = 0x648,
    L_MAQSURA = 0x649,
    L_YEH = 0x64A,
    L_BEH = 0x628,
};

typedef struct kb_letters {
    uint16_t at[40];
    uint8_t n;
} kb_letters;

typedef struct kb_forms kb_forms; // what is being compiled

typedef struct kb_word_row { // one row of a word file, read
    kb_letters lemma;
    kb_pos pos;
    int form;   // verbs: 1..10, 11 for q
    char vowel; // verbs of form 1: 'w' 'y' 'a' or 0
    bool intransitive, feminine, sound_masculine, sound_feminine, taa, invariable;
    bool no_participles, no_pronoun, pronoun, bare;
    kb_str forms;                    // `|`-separated
    kb_str present, active, passive; // irregular parts, or absent
    uint32_t features;
    int prior, feminine_prior; // added to all forms; to those of the feminine in ة
    const char *file;
    uint32_t line;
} kb_word_row;

kb_letters kb_letters_of(kb_str s);                          // n == 0 when it is empty, too long or no Arabic word
kb_letters kb_letters_cat(kb_letters a, const char *suffix); // `suffix` in UTF-8
kb_letters kb_letters_pre(const char *prefix, kb_letters a);
kb_letters kb_letters_cut(kb_letters a, unsigned from, unsigned to);
static inline uint16_t kb_letter(kb_letters a, int i) // from the end where i < 0; 0 outside
{
    int at = i < 0 ? a.n + i : i;
    return at < 0 || at >= a.n ? 0 : a.at[at];
}

// Makes (or finds) the lemma and returns its index, KB_NONE without memory. `verb` is the id of the verb it comes from, or 0.
uint32_t kb_forms_lemma(kb_forms *f, kb_letters lemma, kb_pos pos, uint32_t features, kb_lemma verb);
// Adds a form, and beside it the spellings that Egypt has for its hamzas. `prior` is added to KB_PRIOR_MIDDLE. Failures are kept in `f` and reported at the end.
void kb_forms_add(kb_forms *f, uint32_t lemma, kb_letters form, kb_pos pos, uint32_t features, unsigned flags,
                  int prior);
kb_lemma kb_forms_lemma_id(const kb_forms *f, uint32_t lemma);
void kb_forms_fail(kb_forms *f, const kb_word_row *row, const char *what);

// All forms of a noun or adjective / of a verb with its masdars and participles.
void kb_forms_nominal(kb_forms *f, const kb_word_row *row, kb_lemma verb);
void kb_forms_verb(kb_forms *f, const kb_word_row *row);
// Makes the forms of all words below data_dir. Errors: a file that can't be read; faults of rows are kept in `f`.
kb_status kb_forms_read(kb_forms *f, kb_arena *arena, const char *data_dir, kb_error *error);
