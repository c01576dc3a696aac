// The stems of verbs by form and root: sound, geminate, hollow, defective, with their hamzas.

#include "verbstems.h"

// Whether a verb of form 7 to 10 (or 1, 4) holds two like root letters as one written letter.
bool kb_verb_geminate(const kb_word_row *row)
{
    kb_letters l = row->lemma;
    uint16_t second = kb_letter(l, 1), last = kb_letter(l, -1);
    if (last == L_MAQSURA || last == L_ALEF)
        return false;
    switch (row->form) {
    case 1:
        return l.n == 2;
    case 3:
    case 4:
        return l.n == 3 && kb_letter(l, 0) != L_MADDA && !(row->form == 4 && second == L_ALEF);
    case 6:
        return l.n == 4;
    case 7:
        return l.n == 4;
    case 8: // اتصل, ادعى, اطلع have an assimilated root letter instead
        return l.n == 4 && second != L_TEH && second != L_TAH && second != L_DAL && second != L_THAL && second != L_ZAH;
    case 9:
        return true;
    case 10:
        return l.n == 5 && kb_letter(l, 3) != L_ALEF;
    default:
        return false;
    }
}

bool kb_verb_hollow(const kb_word_row *row)
{
    kb_letters l = row->lemma;
    if (kb_letter(l, -2) != L_ALEF || kb_letter(l, -1) == L_MAQSURA)
        return false;
    switch (row->form) {
    case 1:
        return l.n == 3;
    case 4:
        return l.n == 4;
    case 7:
    case 8:
        return l.n == 5;
    case 10:
        return l.n == 6;
    default:
        return false;
    }
}

bool kb_verb_defective(const kb_word_row *row)
{
    uint16_t last = kb_letter(row->lemma, -1);
    return last == L_MAQSURA || last == L_ALEF || (last == L_YEH && row->form == 1 && row->lemma.n == 3);
}

// The present stem of a sound verb, before its last letter is looked at.
static kb_letters present_base(const kb_word_row *row)
{
    kb_letters l = row->lemma;
    uint16_t first = kb_letter(l, 0);
    switch (row->form) {
    case 1:
        return first == L_WAW && l.n == 3 ? kb_letters_cut(l, 1, l.n) : l; // وصل يصل
    case 4:
        return first == L_MADDA ? kb_letters_pre("ؤ", kb_letters_cut(l, 1, l.n)) : kb_letters_cut(l, 1, l.n);
    case 2:
    case 3:
    case 11:
        if (first == L_ALEF_HAMZA)
            return kb_letters_pre("ؤ", kb_letters_cut(l, 1, l.n));
        return first == L_MADDA ? kb_letters_pre("ؤا", kb_letters_cut(l, 1, l.n)) : l;
    case 7:
    case 8:
    case 9:
    case 10:
        l = kb_letters_cut(l, 1, l.n);
        return kb_letter(l, 0) == L_YEH_HAMZA ? kb_letters_pre("أ", kb_letters_cut(l, 1, l.n)) : l; // ائتلف يأتلف
    default:
        return l;
    }
}

static void set_present(kb_verb_parts *p, kb_letters stem)
{
    p->present = p->present_short = p->present_waw = p->present_dual = p->present_pron = p->jussive = stem;
}

static kb_verb_parts sound_parts(const kb_word_row *row)
{
    kb_verb_parts p = {0};
    p.past = p.past_taa = p.past_short = p.past_waw = p.past_pron = row->lemma;
    kb_letters present = present_base(row);
    bool back = row->form != 1 && row->form != 5 && row->form != 6; // the vowel before the last letter is i
    if (kb_letter(present, -1) == L_ALEF_HAMZA && back)
        present = kb_letters_with_last(present, "ئ");
    set_present(&p, present);
    if (row->form == 1 && kb_letter(row->lemma, 0) == L_WAW && row->lemma.n == 3)
        p.passive_present = row->lemma; // يوعد
    if (row->form == 1 && kb_letter(row->lemma, 0) == L_ALEF_HAMZA)
        p.passive_present = kb_letters_pre("ؤ", kb_letters_cut(row->lemma, 1, row->lemma.n)); // يؤخذ
    if (row->form == 1 && kb_letter(row->lemma, 1) == L_ALEF_HAMZA)
        p.passive_past = kb_letters_cat(kb_letters_cut(row->lemma, 0, 1), "ئ"); // سئل
    if (p.passive_past.n && row->lemma.n == 3)
        p.passive_past.at[p.passive_past.n++] = row->lemma.at[2];
    if (row->form == 3 && row->lemma.n == 4 && kb_letter(row->lemma, 1) == L_ALEF) { // قوتل
        p.passive_past = row->lemma;
        p.passive_past.at[1] = L_WAW;
    }
    return p;
}

static kb_verb_parts geminate_parts(const kb_word_row *row)
{
    kb_verb_parts p = sound_parts(row);
    p.passive_past = p.passive_present = (kb_letters){0};
    set_present(&p, row->form == 1 ? row->lemma : present_base(row));
    p.past_short = kb_letters_doubled(p.past);
    p.present_short = kb_letters_doubled(p.present);
    return p;
}

static kb_verb_parts hollow_parts(const kb_word_row *row)
{
    kb_verb_parts p = sound_parts(row);
    kb_letters base = present_base(row);
    bool alef = row->form == 7 || row->form == 8 || row->vowel == 'a';
    const char *vowel = alef ? "ا" : row->form == 1 && row->vowel != 'y' ? "و" : "ي";
    set_present(&p, kb_letters_with_middle(base, vowel));
    p.present_short = p.jussive = kb_letters_with_middle(base, "");
    p.past_short = kb_letters_with_middle(row->lemma, "");
    p.passive_past = kb_letters_with_middle(row->lemma, "ي");
    p.passive_present = kb_letters_with_middle(base, "ا");
    if (kb_letter(row->lemma, -1) == L_HAMZA) { // جاء: جئت; ساء: سؤت; أساء: أسأت
        const char *seat = row->form != 1 ? "أ" : row->vowel == 'w' ? "ؤ" : "ئ";
        p.past_short = kb_letters_with_last(p.past_short, seat);
        p.jussive = p.present_short = kb_letters_with_last(p.jussive, row->vowel == 'a' || alef ? "أ" : "ئ");
    }
    return p;
}

static kb_verb_parts defective_parts(const kb_word_row *row)
{
    kb_verb_parts p = {0};
    kb_letters l = row->lemma, head = kb_letters_chop(l);
    uint16_t last = kb_letter(l, -1);
    p.past = l;
    p.past_pron = last == L_MAQSURA ? kb_letters_cat(head, "ا") : l;
    p.past_taa = last == L_YEH ? l : head;
    p.past_waw = head;
    p.past_short = last == L_ALEF && row->form == 1 ? kb_letters_cat(head, "و") : kb_letters_cat(head, "ي");
    p.passive_past = kb_letters_cat(head, "ي");
    char vowel = row->form == 1 ? row->vowel : row->form == 5 || row->form == 6 ? 'a' : 'y';
    if (vowel == 0)
        vowel = last == L_ALEF ? 'w' : last == L_YEH ? 'a' : 'y';
    kb_letters stem = kb_letters_chop(present_base(row));
    p.present = kb_letters_cat(stem, vowel == 'w' ? "و" : vowel == 'y' ? "ي" : "ى");
    p.present_short = p.present_dual = vowel == 'a' ? kb_letters_cat(stem, "ي") : p.present;
    p.present_pron = vowel == 'a' ? kb_letters_cat(stem, "ا") : p.present;
    p.present_waw = p.jussive = stem;
    p.passive_present = kb_letters_cat(stem, "ى");
    return p;
}

kb_verb_parts kb_verb_parts_of(const kb_word_row *row)
{
    kb_verb_parts p;
    if (kb_verb_defective(row))
        p = defective_parts(row);
    else if (kb_verb_hollow(row))
        p = hollow_parts(row);
    else
        p = kb_verb_geminate(row) ? geminate_parts(row) : sound_parts(row);
    kb_letters given = kb_letters_of(row->present);
    if (given.n > 1) {
        given = kb_letters_cut(given, 1, given.n); // without its ي
        set_present(&p, given);
        if (kb_letter(given, -1) == L_MAQSURA || (kb_letter(given, -1) == L_YEH && kb_verb_defective(row))) {
            p.jussive = p.present_waw = kb_letters_chop(given);
            p.present_short = p.present_dual = kb_letters_cat(kb_letters_chop(given), "ي");
            p.present_pron = kb_letter(given, -1) == L_MAQSURA ? kb_letters_cat(kb_letters_chop(given), "ا") : given;
        }
    }
    return p;
}
