// The written forms of verbs, from the form (I to X) and the letters of the lemma. Only what the script shows is made: without vowels the active
// and the passive of sound verbs are one word, and so are forms I and II of the past.

#include "verbstems.h"

// ---------------------------------------------------------------- endings

typedef struct verb {
    kb_forms *f;
    uint32_t lemma;
    int prior;
    unsigned allowed;
} verb;

static void add(const verb *v, kb_letters form, uint32_t features, unsigned flags, int prior)
{
    kb_forms_add(v->f, v->lemma, form, KB_POS_VERB, features, flags & v->allowed, v->prior + prior);
}

// Before و a final hamza is written on several seats: قرأوا قرؤوا, جاءوا جاؤوا.
static void add_waw(const verb *v, kb_letters stem, const char *suffix, uint32_t features, unsigned flags, int prior)
{
    add(v, kb_letters_cat(stem, suffix), features, flags, prior);
    uint16_t last = kb_letter(stem, -1);
    if (last == L_ALEF_HAMZA || last == L_HAMZA)
        add(v, kb_letters_cat(kb_letters_with_last(stem, kb_letter(stem, -2) == L_YEH ? "ئ" : "ؤ"), suffix), features,
            flags, prior);
}

enum { FREE = KB_FORM_FREE, PRON = KB_FORM_ENCLITIC, BOTH = KB_FORM_FREE | KB_FORM_ENCLITIC };

static void add_past(const verb *v, const kb_verb_parts *p)
{
    const uint32_t third = KB_F_PAST | KB_F_P3, m = third | KB_F_MASC, f = third | KB_F_FEM;
    bool same =
        p->past.n == p->past_pron.n && memcmp(p->past.at, p->past_pron.at, p->past.n * sizeof p->past.at[0]) == 0;
    add(v, p->past, m | KB_F_SING, same ? BOTH : FREE, 0);
    if (!same)
        add(v, p->past_pron, m | KB_F_SING, PRON, 0);
    if (kb_letter_is_hamza(kb_letter(p->past, -1)))
        add(v, kb_letters_with_last(p->past, "ؤ"), m | KB_F_SING, PRON, -20);
    add(v, kb_letters_cat(p->past_taa, "ت"), f | KB_F_SING, BOTH, 0);
    add(v, kb_letters_cat(p->past_taa, "تا"), f | KB_F_DUAL, BOTH, -14);
    if (kb_letter(p->past, -1) == L_ALEF_HAMZA)
        add(v, kb_letters_with_last(p->past, "آ"), m | KB_F_DUAL, BOTH, -20);
    else if (same)
        add(v, kb_letters_cat(p->past, "ا"), m | KB_F_DUAL, BOTH, -30);
    else
        add(v, kb_letters_cat(p->past_short, "ا"), m | KB_F_DUAL, BOTH, -30);
    add_waw(v, p->past_waw, "وا", m | KB_F_PLUR, FREE, 0);
    add_waw(v, p->past_waw, "و", m | KB_F_PLUR, PRON, 0);
    add(v, kb_letters_cat(p->past_short, "ن"), f | KB_F_PLUR, BOTH, -20);
    add(v, kb_letters_cat(p->past_short, "ت"), KB_F_PAST | KB_F_P1 | KB_F_SING, BOTH, -16);
    add(v, kb_letters_cat(p->past_short, "نا"), KB_F_PAST | KB_F_P1 | KB_F_PLUR, BOTH, -8);
    add(v, kb_letters_cat(p->past_short, "تم"), KB_F_PAST | KB_F_P2 | KB_F_MASC | KB_F_PLUR, FREE, -26);
}

static kb_letters prefixed(const char *prefix, kb_letters stem)
{
    bool first_person = strcmp(prefix, "أ") == 0;
    if (first_person && kb_letter(stem, 0) == L_ALEF_HAMZA) // آخذ
        return kb_letters_pre("آ", kb_letters_cut(stem, 1, stem.n));
    return kb_letters_pre(prefix, stem);
}

static void add_present_singles(const verb *v, kb_letters stem, uint32_t mood, unsigned flags, int prior)
{
    static const struct {
        const char *prefix;
        uint32_t features;
        int prior;
    } persons[] = {
        {"ي", KB_F_P3 | KB_F_MASC | KB_F_SING, 0},
        {"ت", KB_F_P3 | KB_F_FEM | KB_F_SING, 0},
        {"أ", KB_F_P1 | KB_F_SING, -14},
        {"ن", KB_F_P1 | KB_F_PLUR, -8},
    };
    for (size_t i = 0; i < KB_LEN(persons); i++)
        add(v, prefixed(persons[i].prefix, stem), mood | persons[i].features, flags | KB_FORM_FUTURE,
            prior + persons[i].prior);
}

static bool equal(kb_letters a, kb_letters b)
{
    return a.n == b.n && memcmp(a.at, b.at, a.n * sizeof a.at[0]) == 0;
}

static void add_present(const verb *v, const kb_verb_parts *p)
{
    const unsigned future = KB_FORM_FUTURE;
    const uint32_t pres = KB_F_PRES, juss = KB_F_PRES | KB_F_JUSS, m = KB_F_P3 | KB_F_MASC, f = KB_F_P3 | KB_F_FEM;
    bool same = equal(p->present, p->present_pron);
    add_present_singles(v, p->present, pres, same ? BOTH : FREE, 0);
    if (!same)
        add_present_singles(v, p->present_pron, pres, PRON, 0);
    uint16_t last = kb_letter(p->present, -1);
    if (last == L_ALEF_HAMZA || last == L_HAMZA)
        add_present_singles(v, kb_letters_with_last(p->present, last == L_HAMZA ? "ئ" : "ؤ"), pres, PRON, -4);
    if (!equal(p->present, p->jussive))
        add_present_singles(v, p->jussive, juss, BOTH, -24);
    add(v, kb_letters_pre("ي", kb_letters_cat(p->present_dual, "ان")), pres | m | KB_F_DUAL, FREE | future, -10);
    add(v, kb_letters_pre("ت", kb_letters_cat(p->present_dual, "ان")), pres | f | KB_F_DUAL, FREE | future, -12);
    add(v, kb_letters_pre("ي", kb_letters_cat(p->present_dual, "ا")), juss | m | KB_F_DUAL, BOTH | future, -20);
    kb_letters they = kb_letters_pre("ي", p->present_waw), you = kb_letters_pre("ت", p->present_waw);
    add_waw(v, they, "ون", pres | m | KB_F_PLUR, BOTH | future, 0);
    add_waw(v, they, "وا", juss | m | KB_F_PLUR, FREE | future, 0);
    add_waw(v, they, "و", juss | m | KB_F_PLUR, PRON | future, -6);
    add_waw(v, you, "ون", pres | KB_F_P2 | KB_F_MASC | KB_F_PLUR, BOTH | future, -20);
    add_waw(v, you, "وا", juss | KB_F_P2 | KB_F_MASC | KB_F_PLUR, FREE | future, -20);
    add(v, kb_letters_cat(you, "ين"), pres | KB_F_P2 | KB_F_FEM | KB_F_SING, FREE | future, -40);
    add(v, kb_letters_pre("ي", kb_letters_cat(p->present_short, "ن")), pres | f | KB_F_PLUR, BOTH | future, -16);
}

static void add_passive(const verb *v, const kb_verb_parts *p)
{
    if (p->passive_past.n) {
        kb_letters s = p->passive_past;
        uint32_t features = KB_F_PAST | KB_F_PASS | KB_F_P3;
        if (!equal(s, p->past)) {
            add(v, s, features | KB_F_MASC | KB_F_SING, FREE, -10);
            add(v, kb_letters_cat(s, "ت"), features | KB_F_FEM | KB_F_SING, FREE, -10);
            add_waw(v, kb_letter(s, -1) == L_YEH ? kb_letters_chop(s) : s, "وا", features | KB_F_MASC | KB_F_PLUR, FREE,
                    -12);
        }
    }
    if (!p->passive_present.n || equal(p->passive_present, p->present))
        return;
    add_present_singles(v, p->passive_present, KB_F_PRES | KB_F_PASS, FREE, -8);
    if (kb_letter(p->passive_present, -1) == L_MAQSURA) // يدعون is also the active
        return;
    const uint32_t they = KB_F_PRES | KB_F_PASS | KB_F_P3 | KB_F_MASC | KB_F_PLUR; // يصابون, يباعون
    kb_letters stem = kb_letters_pre("ي", p->passive_present);
    add_waw(v, stem, "ون", they, FREE | KB_FORM_FUTURE, -10);
    add_waw(v, stem, "وا", they | KB_F_JUSS, FREE | KB_FORM_FUTURE, -12);
}

static void add_imperative(const verb *v, const kb_word_row *row, const kb_verb_parts *p)
{
    kb_letters stem = p->jussive;
    uint16_t first = kb_letter(row->lemma, 0);
    bool weak = kb_verb_hollow(row) || kb_verb_geminate(row) || (row->form == 1 && first == L_WAW);
    if (row->form == 1 && !weak)
        stem = first == L_ALEF_HAMZA ? kb_letters_cut(stem, 1, stem.n) : kb_letters_pre("ا", stem); // خذ, اكتب
    else if (row->form == 4)
        stem = kb_letters_pre("أ", stem);
    else if (row->form >= 7 && row->form <= 10)
        stem = kb_letters_pre("ا", stem);
    uint32_t features = KB_F_IMPER | KB_F_P2 | KB_F_MASC;
    if (stem.n > 1)
        add(v, stem, features | KB_F_SING, BOTH, -44);
    kb_letters plural = kb_verb_defective(row) || stem.n < 2 ? stem : kb_letters_cat(stem, "وا");
    if (stem.n > 1)
        add(v, plural, features | KB_F_PLUR, FREE, -44);
}

// ---------------------------------------------------------------- masdars and participles

// The regular masdar of forms 2 to 10 and q; n == 0 for form 1.
static kb_letters regular_masdar(const kb_word_row *row)
{
    kb_letters l = row->lemma;
    uint16_t last = kb_letter(l, -1);
    bool defective = kb_verb_defective(row), hollow = kb_verb_hollow(row);
    kb_letters head = kb_letters_chop(l), end = kb_letters_cut(l, l.n - 1u, l.n);
    switch (row->form) {
    case 2:
        if (defective)
            return kb_letters_pre("ت", kb_letters_cat(head, "ية"));
        if (last == L_ALEF_HAMZA)
            return kb_letters_pre("ت", kb_letters_cat(head, "ئة"));
        head = kb_letters_cat(head, "ي");
        break;
    case 3:
        if (kb_letter(l, 0) == L_MADDA)
            return kb_letters_pre("مؤا", kb_letters_cat(kb_letters_cut(l, 1, l.n), "ة"));
        return kb_letters_pre("م", kb_letters_cat(defective ? kb_letters_cat(head, "ا") : l, "ة"));
    case 5:
    case 6:
        return defective ? kb_letters_cat(head, "ي") : last == L_ALEF_HAMZA ? kb_letters_with_last(l, "ؤ") : l;
    case 11:
        return kb_letters_cat(l, "ة");
    case 4:
    case 10:
        if (hollow)
            return row->form == 4 ? kb_letters_pre("إ", kb_letters_cat(kb_letters_cut(l, 1, l.n), "ة"))
                                  : kb_letters_cat(l, "ة");
        break;
    case 7:
    case 8:
        if (hollow)
            return kb_letters_with_middle(l, "يا");
        break;
    case 9:
        break;
    default:
        return (kb_letters){0};
    }
    if (row->form == 2) {
        head = kb_letters_pre("ت", head);
    } else {
        if (kb_verb_geminate(row))
            head = l;
        head = kb_letters_cat(head, "ا");
        if (defective || last == L_ALEF_HAMZA)
            return row->form == 4 ? kb_letters_pre("إ", kb_letters_cut(kb_letters_cat(head, "ء"), 1, head.n + 1u))
                                  : kb_letters_cat(head, "ء");
        if (row->form == 4) {
            uint16_t second = kb_letter(head, 1);
            bool madda = kb_letter(l, 0) == L_MADDA;
            kb_letters rest = kb_letters_cut(head, second == L_WAW ? 2 : 1, head.n);
            head = kb_letters_pre(second == L_WAW || madda ? "إي" : "إ", rest); // أوقف إيقاف, آمن إيمان
        }
        if (row->form == 10 && kb_letter(l, 3) == L_WAW)
            head.at[3] = L_YEH; // استورد استيراد
        if (row->form == 10 && kb_letter(l, 3) == L_ALEF_HAMZA)
            head.at[3] = L_YEH_HAMZA; // استأنف استئناف
    }
    if (head.n < KB_LEN(head.at))
        head.at[head.n++] = end.at[0];
    return head;
}

static void add_masdar(kb_forms *f, const kb_word_row *row, kb_letters masdar, kb_lemma id, int prior)
{
    bool marbuta = kb_letter(masdar, -1) == L_MARBUTA;
    kb_word_row noun = {.lemma = masdar,
                        .pos = KB_POS_NOUN,
                        .feminine = marbuta,
                        .sound_feminine = true,
                        .features = KB_F_MASDAR,
                        .prior = row->prior + prior,
                        .file = row->file,
                        .line = row->line};
    kb_forms_nominal(f, &noun, id);
}

static void add_masdars(kb_forms *f, const kb_word_row *row, kb_lemma id)
{
    kb_letters regular = regular_masdar(row);
    if (!row->forms.n && regular.n)
        add_masdar(f, row, regular, id, -4);
    kb_str rest = row->forms;
    while (rest.n) {
        kb_str cell = kb_str_trim(kb_str_cut(&rest, '|'));
        kb_letters masdar = kb_str_is(cell, "~") ? regular : kb_letters_of(cell);
        if (masdar.n == 0)
            kb_forms_fail(f, row, "a masdar is no Arabic word");
        else
            add_masdar(f, row, masdar, id, -4);
    }
}

static kb_letters active_participle(const kb_word_row *row, const kb_verb_parts *p)
{
    kb_letters l = row->lemma;
    if (row->form != 1) {
        kb_letters stem = p->present;
        if (kb_letter(stem, 0) == L_ALEF_HAMZA && row->form == 8)
            stem = kb_letters_pre("ؤ", kb_letters_cut(stem, 1, stem.n)); // مؤتلف
        if (kb_verb_defective(row))
            stem = kb_letters_cat(kb_letters_chop(stem), "ي");
        else if (kb_letter(stem, -1) == L_ALEF_HAMZA)
            stem = kb_letters_with_last(stem, "ئ");
        return kb_letters_pre("م", stem);
    }
    kb_letters first = kb_letters_cut(l, 0, 1), rest = kb_letters_cut(l, 1, l.n);
    if (kb_verb_hollow(row))
        rest = kb_letters_pre(kb_letter(l, -1) == L_HAMZA ? "" : "ئ", kb_letters_cut(l, 2, l.n));
    if (kb_verb_defective(row))
        rest = kb_letters_cat(kb_letters_chop(rest), "ي");
    if (kb_letter(rest, 0) == L_ALEF_HAMZA)
        rest = kb_letters_pre("ئ", kb_letters_cut(rest, 1, rest.n));
    if (kb_letter(rest, -1) == L_ALEF_HAMZA)
        rest = kb_letters_with_last(rest, "ئ");
    kb_letters out = kb_letter(l, 0) == L_ALEF_HAMZA ? kb_letters_of(KB_STR("آ")) : kb_letters_cat(first, "ا");
    for (unsigned i = 0; i < rest.n && out.n < KB_LEN(out.at); i++)
        out.at[out.n++] = rest.at[i];
    if (kb_verb_hollow(row) && kb_letter(l, -1) == L_HAMZA)
        out = kb_letters_cat(kb_letters_chop(out), "ئي"); // جائي
    return out;
}

static kb_letters passive_participle(const kb_word_row *row, const kb_verb_parts *p)
{
    kb_letters l = row->lemma;
    if (row->form == 1) {
        if (kb_verb_hollow(row))
            return kb_letters_pre("م", kb_letters_with_middle(l, row->vowel == 'y' ? "ي" : "و"));
        if (kb_verb_defective(row))
            return kb_letters_pre("م", kb_letters_cat(kb_letters_chop(l), kb_letter(l, -1) == L_ALEF ? "و" : "ي"));
        kb_letters open = kb_verb_geminate(row) ? kb_letters_doubled(l) : l;
        kb_letters end = kb_letters_cut(open, open.n - 1u, open.n);
        kb_letters out = kb_letters_cat(kb_letters_pre("م", kb_letters_chop(open)), "و");
        if (kb_letter(end, 0) == L_ALEF_HAMZA)
            return kb_letters_cat(out, "ء");                   // مقروء
        if (kb_letter(open, 1) == L_ALEF_HAMZA && open.n == 3) // مسؤول
            out = kb_letters_cat(kb_letters_pre("م", kb_letters_cut(open, 0, 1)), "ؤو");
        out.at[out.n++] = end.at[0];
        return out;
    }
    if (kb_verb_defective(row))
        return kb_letters_pre("م", kb_letters_cat(kb_letters_chop(p->present), "ى"));
    if (p->passive_present.n)
        return kb_letters_pre("م", p->passive_present);
    kb_letters active = active_participle(row, p);
    return kb_letter(active, -1) == L_YEH_HAMZA ? kb_letters_with_last(active, "أ") : active;
}

static void add_participle(kb_forms *f, const kb_word_row *row, kb_letters form, kb_lemma id, uint32_t feature)
{
    kb_word_row adjective = {.lemma = form,
                             .pos = KB_POS_ADJ,
                             .sound_masculine = true,
                             .taa = true,
                             .features = feature,
                             .prior = (row->prior < 0 ? row->prior : 0) - 12,
                             .feminine_prior = row->form == 3 ? -18 : 0, // مقابلة is a masdar first
                             .file = row->file,
                             .line = row->line};
    kb_forms_nominal(f, &adjective, id);
}

static void add_participles(kb_forms *f, const kb_word_row *row, const kb_verb_parts *p, kb_lemma id)
{
    if (row->no_participles)
        return;
    kb_letters active = row->active.n ? kb_letters_of(row->active) : active_participle(row, p);
    kb_letters passive = row->passive.n ? kb_letters_of(row->passive) : passive_participle(row, p);
    bool one = equal(active, passive);
    if (active.n)
        add_participle(f, row, active, id, one && !row->intransitive ? KB_F_ACTPART | KB_F_PASSPART : KB_F_ACTPART);
    if (passive.n && !one && !row->intransitive)
        add_participle(f, row, passive, id, KB_F_PASSPART);
}

void kb_forms_verb(kb_forms *f, const kb_word_row *row)
{
    if (row->lemma.n < 2 || (row->form == 4 && row->lemma.n < 3) ||
        (row->form >= 7 && row->form <= 10 && row->lemma.n < 4)) {
        kb_forms_fail(f, row, "too few letters for a verb of this form");
        return;
    }
    verb v = {.f = f,
              .prior = row->prior + (row->form == 1 ? 2 : 0),
              .allowed = row->intransitive ? ~(unsigned)KB_FORM_ENCLITIC : ~0u};
    v.lemma = kb_forms_lemma(f, row->lemma, KB_POS_VERB, row->features, 0);
    if (v.lemma == KB_NONE)
        return;
    kb_verb_parts p = kb_verb_parts_of(row);
    add_past(&v, &p);
    add_present(&v, &p);
    add_passive(&v, &p);
    add_imperative(&v, row, &p);
    kb_lemma id = kb_forms_lemma_id(f, v.lemma);
    add_masdars(f, row, id);
    add_participles(f, row, &p, id);
}
