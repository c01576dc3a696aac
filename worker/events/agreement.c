// What form and meaning say of a noun beside a verb: whether it can be its subject; and who the subject is that a verb keeps in its ending.
// Arabic grammar: a verb before its subject is singular and agrees in gender with a subject that stands next to it (قال الوزير, قالت الوزيرة, قال
// الوزراء); behind its subject it agrees in all. The sound plural and the dual show the nominative (ون, ان) and the oblique (ين).
#include "events/parse.h"
#include "khabar/names.h"

enum { JOINTS = KB_CLITIC_WA | KB_CLITIC_FA, SENTENCES_BACK = 2, VERBS_BACK = 6 };

typedef struct form {
    bool masculine, feminine; // neither: not known
    bool plural, dual, human;
    bool nominative, oblique;
} form;

static bool ends(kb_str s, const char *suffix)
{
    return kb_str_ends(s, kb_str_of(suffix));
}

static void gender_of_name(const kb_clauses *c, const kb_mention *m, form *f)
{
    const kb_entity *e = m->entity != KB_NONE ? &c->layers->entities[m->entity] : NULL;
    const kb_token *t = &c->tokens[m->first];
    bool common = t->best && t->best->known && (t->features & (KB_F_MASC | KB_F_FEM));
    switch (m->type) {
    case KB_LOCATION:
        // Names of countries and cities are feminine but for a few, which are read both ways.
        f->feminine =
            !kb_token_is(t, KB_WORDS_MASCULINE) && e && (e->kind == KB_PLACE_COUNTRY || e->kind == KB_PLACE_CITY);
        f->masculine = kb_token_is(t, KB_WORDS_MASCULINE);
        break;
    case KB_ORGANIZATION:
        f->feminine = common && (t->features & KB_F_FEM) && !(t->features & KB_F_MASC);
        f->masculine = common && (t->features & KB_F_MASC) && !(t->features & (KB_F_FEM | KB_F_PLUR));
        f->plural = common && (t->features & KB_F_PLUR);
        if (ends(c->layers->words[m->first].form, "ه")) { // ة, which the matching form folds
            f->feminine = true;
            f->masculine = false;
        }
        break;
    default:
        f->human = true;
    }
}

static form form_of(const kb_clauses *c, const kb_phrase *p)
{
    const kb_token *h = &c->tokens[p->head];
    form f = {.human = kb_is_free_relative(c, h)};
    if (h->mention != KB_NONE) {
        gender_of_name(c, &c->layers->mentions[h->mention], &f);
        return f;
    }
    if (!h->best || !h->best->known)
        return f;
    kb_str word = c->layers->words[p->head].form;
    f.human = (h->features & (KB_F_HUMAN | KB_F_TITLE)) || (h->actor && h->actor_kind <= KB_ACTOR_OFFICE);
    f.plural = h->features & KB_F_PLUR;
    f.dual = (h->features & KB_F_DUAL) && !f.plural;
    f.feminine = (h->features & KB_F_FEM) && !(h->features & KB_F_MASC);
    f.masculine = (h->features & KB_F_MASC) && !(h->features & KB_F_FEM);
    bool sound = (h->features & (KB_F_PLUR | KB_F_DUAL)) && !(h->features & KB_F_BROKEN) && !f.feminine &&
                 h->enclitic == KB_ENC_NONE;
    f.oblique = sound && ends(word, "ين");
    f.nominative = sound && (ends(word, "ون") || (f.dual && ends(word, "ان")));
    return f;
}

static bool counted_men(const kb_clauses *c, const kb_phrase *p, const form *f)
{
    bool counted = false;
    for (uint32_t w = p->first; w < p->head; w++)
        counted = counted || (c->tokens[w].number != KB_NONE && c->tokens[w].mention == KB_NONE);
    return counted && f->human && f->masculine;
}

kb_fit kb_fits_as_subject(const kb_clauses *c, uint32_t verb, uint32_t phrase)
{
    const kb_token *v = &c->tokens[verb];
    const kb_phrase *p = &c->phrases[phrase];
    const kb_token *h = &c->tokens[p->head];
    form f = form_of(c, p);
    if (f.nominative)
        return KB_FITS_WELL;
    if (f.oblique && p->head == p->first) // "نحو عشرين شخصا": the number takes the case
        return KB_FITS_NOT;
    bool verb_feminine = (v->features & KB_F_FEM) && !(v->features & KB_F_MASC);
    // "وأوقفت 280 شخصا": counted men are no subject of a feminine verb.
    if (verb_feminine && (v->features & KB_F_P3) && counted_men(c, p, &f))
        return KB_FITS_NOT;
    if (!(v->features & KB_F_P3) || (v->features & KB_F_PLUR) || h->number != KB_NONE || p->head > p->first)
        return KB_MAY_FIT;
    bool next = p->from == verb + 1;
    bool verb_masculine = (v->features & KB_F_MASC) && !(v->features & KB_F_FEM);
    if (verb_feminine && f.masculine && !f.plural)
        return KB_FITS_NOT;
    if (verb_masculine && f.feminine && !f.plural && next)
        return KB_FITS_NOT;
    // "واتهم في بيانه الحركة": nor farther on, where the verb needs an object.
    if (verb_masculine && f.feminine && !f.plural && h->mention == KB_NONE && (h->proclitics & KB_CLITIC_AL) &&
        (kb_token_is(v, KB_WORDS_ADDRESSING) || kb_token_is(v, KB_WORDS_TRANSITIVE)))
        return KB_FITS_NOT;
    return KB_MAY_FIT;
}

// Whether the verb at `verb` can have its subject `phrase` in its ending: full agreement.
static bool implied_by(const kb_clauses *c, uint32_t verb, uint32_t phrase)
{
    const kb_token *v = &c->tokens[verb];
    const kb_phrase *p = &c->phrases[phrase];
    const kb_token *h = &c->tokens[p->head];
    form f = form_of(c, p);
    bool chain = p->next != KB_NONE;
    bool plural = (v->features & KB_F_PLUR) && !(v->features & KB_F_SING),
         dual = (v->features & KB_F_DUAL) && !(v->features & KB_F_SING);
    bool verb_feminine = (v->features & KB_F_FEM) && !(v->features & KB_F_MASC);
    bool counted = p->head > p->first || c->tokens[p->head].number != KB_NONE;
    if (p->pronoun || !(v->features & KB_F_P3))
        return false;
    if (dual)
        return f.dual || chain;
    if (plural)
        return f.plural || chain || (counted && f.human) || (h->actor && h->actor_kind == KB_ACTOR_QUANTITY) ||
               kb_token_is(&c->tokens[p->head], KB_WORDS_CROWD);
    if (chain && !f.human && h->mention != KB_NONE) // "حذرت الولايات المتحدة وفرنسا، وحثت …"
        return verb_feminine;
    if (chain || f.dual || (f.plural && f.human && !verb_feminine))
        return false;
    if (f.plural) // what is not human takes the feminine singular
        return verb_feminine;
    return verb_feminine ? !f.masculine : !f.feminine;
}

bool kb_takes_arms(const kb_clauses *c, uint32_t head)
{
    enum { REACH = 6 };
    for (uint32_t w = head + 1; w < c->layers->word_count && w < head + REACH; w++) {
        if (c->tokens[w].pos == KB_POS_PUNCT)
            break;
        if (kb_token_is(&c->tokens[w], KB_WORDS_ARMS))
            return true;
    }
    return false;
}

uint32_t kb_described_head(const kb_clauses *c, uint32_t pronoun, uint32_t phrase)
{
    const kb_phrase *p = &c->phrases[phrase];
    kb_str rel = c->layers->words[pronoun].form;
    bool feminine = ends(rel, "التي"), masculine = ends(rel, "الذي"), plural = ends(rel, "الذين");
    if (kb_is_somebody(c, phrase) || c->tokens[p->head].actor || !(feminine || masculine || plural))
        return p->head;
    for (uint32_t w = p->head + 1; w < p->end; w++) {
        const kb_token *t = &c->tokens[w];
        bool begins = t->mention != KB_NONE ? c->layers->mentions[t->mention].first == w
                                            : t->actor && t->actor_kind != KB_ACTOR_QUANTITY && t->pos != KB_POS_ADJ;
        kb_phrase inner = {.first = w, .end = p->end, .head = w};
        form f = form_of(c, &inner);
        if (begins && (plural ? f.plural : feminine ? !f.masculine : !f.feminine && !f.plural))
            return w;
    }
    return p->head;
}

bool kb_fits_relative(const kb_clauses *c, uint32_t pronoun, uint32_t verb)
{
    kb_str rel = c->layers->words[pronoun].form;
    const kb_token *v = &c->tokens[verb];
    bool feminine = (v->features & KB_F_FEM) && !(v->features & KB_F_MASC),
         masculine = (v->features & KB_F_MASC) && !(v->features & KB_F_FEM);
    if (!(v->features & KB_F_P3) || (v->features & (KB_F_PLUR | KB_F_DUAL)))
        return true;
    return ends(rel, "الذي") ? !feminine : ends(rel, "التي") ? !masculine : !ends(rel, "الذين");
}

bool kb_fits_as_state(const kb_clauses *c, uint32_t state, uint32_t phrase)
{
    const kb_token *t = &c->tokens[state];
    const kb_phrase *p = &c->phrases[phrase];
    form f = form_of(c, p);
    bool feminine = (t->features & KB_F_FEM) && !(t->features & KB_F_MASC);
    bool single = (t->features & KB_F_SING) && !(t->features & (KB_F_PLUR | KB_F_DUAL));
    bool counted = p->head > p->first || c->tokens[p->head].number != KB_NONE;
    if (!single || counted)
        return true;
    if (p->next != KB_NONE && f.human)
        return false;
    return feminine ? !f.masculine || f.plural : !f.feminine && !(f.plural && f.human);
}

bool kb_fits_pronoun(const kb_clauses *c, uint8_t enclitic, const kb_phrase *p)
{
    const kb_token *h = &c->tokens[p->head];
    form f = form_of(c, p);
    bool person = h->mention != KB_NONE && c->layers->mentions[h->mention].type == KB_PERSON;
    bool chained = p->joined || p->next != KB_NONE;
    bool counted = p->head > p->first && (h->actor && h->actor_kind <= KB_ACTOR_OFFICE);
    switch (enclitic) {
    case KB_ENC_3MP:
    case KB_ENC_3FP:
        return (h->features & KB_F_PLUR) || chained || counted || kb_is_free_relative(c, h);
    case KB_ENC_3D:
        return (h->features & KB_F_DUAL) || chained;
    case KB_ENC_3FS:
        return !person && (h->mention != KB_NONE ? !f.masculine : (h->features & (KB_F_FEM | KB_F_PLUR)) != 0);
    default:
        if (h->mention != KB_NONE)
            return person || (!f.feminine && !f.plural);
        return kb_is_free_relative(c, h) || ((h->features & KB_F_MASC) && !(h->features & KB_F_PLUR) && h->actor);
    }
}

bool kb_agrees_behind(const kb_clauses *c, uint32_t verb, uint32_t phrase)
{
    return implied_by(c, verb, phrase);
}

// Whether a phrase can be somebody: a name, an office, people.
bool kb_is_somebody(const kb_clauses *c, uint32_t phrase)
{
    const kb_token *h = &c->tokens[c->phrases[phrase].head];
    return kb_is_free_relative(c, h) || h->mention != KB_NONE || h->nation ||
           (h->features & (KB_F_HUMAN | KB_F_TITLE)) ||
           (h->actor && h->actor_kind != KB_ACTOR_THING && h->actor_kind != KB_ACTOR_WEAPON);
}

// Two that were named together, or a dual, in this or the sentences before: who a verb in the dual means.
static uint32_t pair_before(const kb_clauses *c, uint32_t verb)
{
    uint32_t sentence = c->layers->words[verb].sentence;
    uint32_t first = c->layers->sentences[sentence > SENTENCES_BACK ? sentence - SENTENCES_BACK : 0].first;
    for (uint32_t w = verb; w > first; w--) {
        uint32_t p = c->phrase_of[w - 1];
        if (p != KB_NONE && c->phrases[p].first == w - 1 && !c->phrases[p].joined && !c->phrases[p].pronoun &&
            kb_is_somebody(c, p) && implied_by(c, verb, p))
            return p;
    }
    return KB_NONE;
}

// "قال بلينكن إنها تعهدت": a bare name that its own verb shows to be a man's is not the subject of a feminine verb.
static bool other_gender(const kb_clauses *c, const kb_verb *v, const kb_verb *before)
{
    uint32_t m = c->tokens[c->phrases[before->subject].head].mention;
    bool feminine = (c->tokens[v->word].features & KB_F_FEM) && !(c->tokens[v->word].features & KB_F_MASC);
    bool masculine = (c->tokens[before->word].features & KB_F_MASC) && !(c->tokens[before->word].features & KB_F_FEM);
    return m != KB_NONE && c->layers->mentions[m].type == KB_PERSON && feminine && masculine;
}

uint32_t kb_told_before(const kb_clauses *c, uint32_t index)
{
    uint32_t w = c->verbs[index].word;
    uint32_t told = w > 1 && kb_is_fw(c, &c->tokens[w - 1], KB_FW_AN) ? c->phrase_of[w - 2] : KB_NONE;
    bool with = told != KB_NONE && c->phrases[told].preposition == c->function_words[KB_FW_LI] &&
                !c->phrases[told].pronoun && kb_is_somebody(c, told);
    return with ? told : KB_NONE;
}

uint32_t kb_implied_subject(const kb_clauses *c, uint32_t index)
{
    const kb_verb *v = &c->verbs[index];
    const kb_token *t = &c->tokens[v->word];
    if (!(t->features & KB_F_P3) || (t->features & KB_F_PASS) || kb_token_is(t, KB_WORDS_AUXILIARY))
        return KB_NONE;
    if (kb_told_before(c, index) != KB_NONE)
        return kb_told_before(c, index);
    uint32_t tried = 0, described = KB_NONE; // the subject of a relative clause, where no other can be meant
    for (uint32_t i = index; i > 0 && tried < VERBS_BACK; i--, tried++) {
        const kb_verb *b = &c->verbs[i - 1];
        if (b->sentence + 1 < v->sentence)
            break;
        // Across a full stop the subject of the sentence's main clause goes on, and only for a verb that opens its own.
        if (b->sentence != v->sentence) {
            uint32_t opens = c->layers->sentences[v->sentence].first;
            if (v->word > opens + 1)
                break;
            bool main = i < 2 || c->verbs[i - 2].sentence != b->sentence;
            if (!main)
                continue;
        }
        if (b->subject == KB_NONE || !kb_is_somebody(c, b->subject))
            continue;
        if (b->relative) {
            if (described == KB_NONE && b->sentence == v->sentence && implied_by(c, v->word, b->subject))
                described = b->subject;
            continue;
        }
        if (implied_by(c, v->word, b->subject) && !other_gender(c, v, b))
            return b->subject;
        // "هدد الرئيس كوريا إذا واصلت …": whom the clause before told of, where only that one agrees.
        if (b->sentence == v->sentence && b->object != KB_NONE && kb_is_somebody(c, b->object) &&
            implied_by(c, v->word, b->object))
            return b->object;
    }
    if (described != KB_NONE)
        return described;
    return (t->features & KB_F_DUAL) && !(t->features & KB_F_SING) ? pair_before(c, v->word) : KB_NONE;
}

bool kb_needs_object(const kb_clauses *c, uint32_t index, uint32_t phrase)
{
    const kb_token *t = &c->tokens[c->verbs[index].word];
    const kb_phrase *p = &c->phrases[phrase];
    const kb_token *h = &c->tokens[p->head];
    if (kb_token_is(t, KB_WORDS_TRANSITIVE))
        return true; // "وزار بغداد والتقى الرئيس"
    if (!kb_token_is(t, KB_WORDS_ADDRESSING))
        return false;
    // "ودعا المجلس إلى": a person with a title rather speaks, a country or a body that was not spoken of is rather spoken to.
    for (uint32_t w = p->first; w < p->end && h->mention == KB_NONE; w++) {
        uint32_t m = c->tokens[w].mention;
        if (m != KB_NONE && c->layers->mentions[m].type == KB_PERSON)
            return false;
    }
    return h->mention != KB_NONE || (h->features & KB_F_PLUR) || (h->actor && h->actor_kind <= KB_ACTOR_PART) ||
           kb_is_free_relative(c, h);
}
