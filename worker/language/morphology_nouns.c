// The written forms of nouns and adjectives.

#include "forms.h"

enum { NOUNLIKE = KB_FORM_FREE | KB_FORM_ARTICLE | KB_FORM_PREPOSITION };

typedef struct noun {
    kb_forms *f;
    uint32_t lemma;
    kb_pos pos;
    int prior;
    unsigned allowed; // flags that the row leaves
} noun;

static void add(const noun *n, kb_letters form, uint32_t features, unsigned flags, int prior)
{
    kb_forms_add(n->f, n->lemma, form, n->pos, features, flags & n->allowed, n->prior + prior);
}

// A stem with its state before pronouns: ة opens to ت, ى to ا, final hamza takes the seat that its case gives it.
static void add_stem(const noun *n, kb_letters stem, uint32_t features)
{
    uint16_t last = kb_letter(stem, -1), before = kb_letter(stem, -2);
    kb_letters cut = kb_letters_cut(stem, 0, stem.n ? stem.n - 1u : 0);
    unsigned bound = KB_FORM_ENCLITIC | KB_FORM_PREPOSITION;
    switch (last) {
    case L_MARBUTA:
        add(n, stem, features, NOUNLIKE, 0);
        add(n, kb_letters_cat(cut, "ت"), features, bound, 0);
        return;
    case L_MAQSURA:
        add(n, stem, features, NOUNLIKE, 0);
        add(n, kb_letters_cat(cut, "ا"), features, bound, 0);
        return;
    case L_HAMZA:
    case L_ALEF_HAMZA:
    case L_WAW_HAMZA:
    case L_YEH_HAMZA:
        add(n, stem, features, NOUNLIKE | KB_FORM_ENCLITIC, 0);
        if (last != L_WAW_HAMZA)
            add(n, kb_letters_cat(cut, "ؤ"), features, bound, 0);
        if (last != L_YEH_HAMZA)
            add(n, kb_letters_cat(cut, "ئ"), features, bound, 0);
        if (last == L_HAMZA && before != L_ALEF)
            add(n, kb_letters_cat(before == L_YEH ? kb_letters_cat(cut, "ئ") : stem, "ا"), features | KB_F_ACC,
                KB_FORM_FREE, -6);
        return;
    default:
        add(n, stem, features, NOUNLIKE | KB_FORM_ENCLITIC, 0);
        if (last != L_ALEF)
            add(n, kb_letters_cat(stem, "ا"), features | KB_F_ACC, KB_FORM_FREE, -6);
    }
}

// A final hamza after ي sits on it before any ending: شيء شيئان, مسيء مسيئة.
static kb_letters seat_hamza(kb_letters stem)
{
    if (kb_letter(stem, -1) == L_HAMZA && kb_letter(stem, -2) == L_YEH)
        stem.at[stem.n - 1] = L_YEH_HAMZA;
    return stem;
}

static void add_dual(const noun *n, kb_letters stem, uint32_t gender)
{
    stem = seat_hamza(stem);
    uint16_t last = kb_letter(stem, -1);
    kb_letters cut = kb_letters_cut(stem, 0, stem.n ? stem.n - 1u : 0);
    kb_letters base = last == L_MARBUTA   ? kb_letters_cat(cut, "ت")
                      : last == L_MAQSURA ? kb_letters_cat(cut, "ي")
                                          : stem;
    uint32_t features = KB_F_DUAL | gender;
    const int rare = n->pos == KB_POS_ADJ ? -14 : -8;
    kb_letters nominative = kb_letters_cat(base, "ان");
    if (last == L_ALEF_HAMZA) // خطأ خطآن
        nominative = kb_letters_cat(kb_letters_cut(base, 0, base.n - 1u), "آن");
    add(n, nominative, features, NOUNLIKE, rare);
    add(n, kb_letters_cat(base, "ين"), features | KB_F_ACC, NOUNLIKE, rare);
    add(n, kb_letters_cat(base, "ا"), features | KB_F_CONSTRUCT, KB_FORM_FREE | KB_FORM_ENCLITIC | KB_FORM_PREPOSITION,
        -22);
    add(n, kb_letters_cat(base, "ي"), features | KB_F_CONSTRUCT | KB_F_ACC,
        KB_FORM_FREE | KB_FORM_ENCLITIC | KB_FORM_PREPOSITION, -20);
}

static void add_sound_masculine(const noun *n, kb_letters stem)
{
    stem = seat_hamza(stem);
    uint16_t last = kb_letter(stem, -1);
    if (last == L_MAQSURA) // مصطفى مصطفون
        stem = kb_letters_cut(stem, 0, stem.n - 1u);
    uint32_t features = KB_F_PLUR | KB_F_MASC;
    unsigned construct = KB_FORM_FREE | KB_FORM_ENCLITIC | KB_FORM_PREPOSITION;
    add(n, kb_letters_cat(stem, "ون"), features, NOUNLIKE, -2);
    add(n, kb_letters_cat(stem, "ين"), features | KB_F_ACC, NOUNLIKE, -2);
    add(n, kb_letters_cat(stem, "و"), features | KB_F_CONSTRUCT, construct, -10);
    add(n, kb_letters_cat(stem, "ي"), features | KB_F_CONSTRUCT | KB_F_ACC, construct, -14);
}

// The stem before ة, ات, ون: without the ة, with ى opened to ا or ي as the ending asks.
static kb_letters open_stem(kb_letters lemma, const char *maqsura)
{
    lemma = seat_hamza(lemma);
    uint16_t last = kb_letter(lemma, -1);
    kb_letters cut = kb_letters_cut(lemma, 0, lemma.n ? lemma.n - 1u : 0);
    return last == L_MARBUTA ? cut : last == L_MAQSURA ? kb_letters_cat(cut, maqsura) : lemma;
}

void kb_forms_nominal(kb_forms *f, const kb_word_row *row, kb_lemma verb)
{
    bool adjective = row->pos == KB_POS_ADJ;
    bool nisba = adjective && row->lemma.n >= 4 && kb_letter(row->lemma, -1) == L_YEH && verb == 0;
    uint32_t lemma_features = row->features & ~(uint32_t)(KB_F_FEM | KB_F_PLUR);
    if (nisba)
        lemma_features |= KB_F_NISBA;
    noun n = {.f = f, .pos = row->pos, .prior = row->prior, .allowed = ~0u};
    n.lemma = kb_forms_lemma(f, row->lemma, row->pos, lemma_features, verb);
    if (n.lemma == KB_NONE)
        return;
    if (row->no_pronoun)
        n.allowed &= ~(unsigned)KB_FORM_ENCLITIC;
    if (row->bare)
        n.allowed &= ~(unsigned)(KB_FORM_ARTICLE | KB_FORM_PREPOSITION);
    uint32_t gender = row->feminine ? KB_F_FEM : KB_F_MASC;
    uint32_t number = row->features & KB_F_PLUR ? KB_F_PLUR : KB_F_SING;
    add_stem(&n, row->lemma, gender | number);
    if (kb_letter(row->lemma, -1) == L_YEH &&
        row->features & (KB_F_ACTPART | KB_F_MASDAR)) // داع, تحد: indefinite without its ي
        add(&n, kb_letters_cut(row->lemma, 0, row->lemma.n - 1u), gender | number, KB_FORM_FREE | KB_FORM_PREPOSITION,
            -14);
    kb_letters open = open_stem(row->lemma, "ي");
    if (number == KB_F_SING && !row->invariable)
        add_dual(&n, row->lemma, gender);
    if (row->sound_masculine) {
        bool defective = row->features & KB_F_ACTPART && kb_letter(row->lemma, -1) == L_YEH;
        add_sound_masculine(&n, defective ? kb_letters_cut(row->lemma, 0, row->lemma.n - 1u) : row->lemma);
    }
    if (row->taa) {
        kb_letters feminine = kb_letters_cat(open_stem(row->lemma, "ا"), "ة");
        n.prior +=
            row->feminine_prior - (adjective ? 0 : 6); // معارضة is a noun of its own before it is a woman who opposes
        add_stem(&n, feminine, KB_F_FEM | KB_F_SING);
        n.prior = row->prior;
        add_dual(&n, feminine, KB_F_FEM);
    }
    if (row->taa || row->sound_feminine) {
        n.prior -= row->sound_feminine || adjective ? 0 : 6;
        add_stem(&n, kb_letters_cat(open, "ات"), KB_F_FEM | KB_F_PLUR);
        n.prior = row->prior;
    }
    kb_str rest = row->forms;
    while (rest.p) {
        kb_str cell = kb_str_trim(kb_str_cut(&rest, '|'));
        kb_letters plural = kb_letters_of(cell);
        if (cell.n && plural.n == 0)
            kb_forms_fail(f, row, "a plural is no Arabic word");
        n.prior = row->prior - 2; // الكتاب is a book before it is writers
        if (plural.n)
            add_stem(&n, plural, gender | KB_F_PLUR | KB_F_BROKEN);
    }
}
