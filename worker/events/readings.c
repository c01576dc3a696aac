// Which reading of a word its neighbours in the sentence allow.
#include "events/parse.h"
#include "khabar/names.h"

// Whether, but for times and commas, a verb that is no auxiliary stands right before word `w`.
static bool verb_before(const kb_clauses *c, uint32_t w)
{
    uint32_t first = c->layers->sentences[c->layers->words[w].sentence].first, commas = 0;
    while (w > first) {
        const kb_token *t = &c->tokens[--w];
        if (t->time != KB_NONE || (t->mark == KB_MARK_COMMA && ++commas <= 2))
            continue;
        return t->pos == KB_POS_VERB && t->mention == KB_NONE && !kb_token_is(t, KB_WORDS_AUXILIARY);
    }
    return false;
}

// لم, لن, سوف, قد: a verb follows.
static bool verbal_particle(const kb_clauses *c, const kb_token *t)
{
    static const kb_fw particles[] = {KB_FW_LAM, KB_FW_LAN, KB_FW_SAWFA, KB_FW_QAD};
    for (size_t i = 0; i < KB_LEN(particles); i++) {
        if (t->form == c->function_words[particles[i]] && t->mention == KB_NONE)
            return true;
    }
    return false;
}

// "بعد أن خطفه مجهولون": أن behind a word of time is no أنّ; a verb follows.
static bool verbal_an(const kb_clauses *c, uint32_t w)
{
    return w > 1 && kb_is_fw(c, &c->tokens[w - 1], KB_FW_AN) && c->tokens[w - 1].enclitic == KB_ENC_NONE &&
           (kb_token_is(&c->tokens[w - 2], KB_WORDS_TEMPORAL) ||
            (c->tokens[w - 2].proclitics & KB_CLITIC_LI)); // سبق للمغرب أن قطع
}

// نفسه, أنفسهم within three words: what stands before is a verb or its subject.
static bool reflexive_follows(const kb_clauses *c, uint32_t w)
{
    for (uint32_t k = w + 1; k < c->layers->word_count && k <= w + 3; k++) {
        const kb_word *n = &c->layers->words[k];
        if (n->kind == KB_WORD_PUNCT || (n->analysis_count && n->analyses[0].pos == KB_POS_PREP))
            return false;
        bool self = kb_str_starts(n->form, KB_STR("نفس")) || kb_str_starts(n->form, KB_STR("انفسهم"));
        if (self && n->analysis_count && n->analyses[0].enclitic != KB_ENC_NONE)
            return c->tokens[w].time == KB_NONE;
    }
    return false;
}

// Whether a verb and its definite subject stand right before word `w`: what follows is rather its object than another verb
// (فرضت السلطات حظر التجول, أعلن الجيش قتل ثلاثة).
static bool object_wanted(const kb_clauses *c, uint32_t w)
{
    uint32_t first = c->layers->sentences[c->layers->words[w].sentence].first;
    const kb_token *before = w > first ? &c->tokens[w - 1] : NULL;
    if (!before || !(before->pos == KB_POS_NAME || (before->proclitics & KB_CLITIC_AL)))
        return false;
    for (uint32_t k = w, steps = 0; k > first && steps < 6; k--, steps++) {
        const kb_token *t = &c->tokens[k - 1];
        if (t->pos == KB_POS_VERB && t->mention == KB_NONE)
            return !kb_token_is(t, KB_WORDS_AUXILIARY) && t->enclitic == KB_ENC_NONE &&
                   !(k - 1 > first && c->tokens[k - 2].pos == KB_POS_REL);
        if (!kb_token_nominal(t) || (t->proclitics & ~(uint32_t)KB_CLITIC_AL))
            return false;
    }
    return false;
}

static bool feminine_next(const kb_clauses *c, uint32_t w)
{
    uint32_t m = w + 1 < c->layers->word_count ? c->tokens[w + 1].mention : KB_NONE;
    if (m != KB_NONE && c->layers->mentions[m].type == KB_LOCATION && c->layers->mentions[m].first == w + 1) {
        // Countries and cities are feminine but for a few: قصف إسرائيل is a construct.
        const kb_word *word = &c->layers->words[w + 1];
        kb_lemma form = kb_form_of_folded(word->form);
        kb_token name = {.whole = form, .form = form};
        kb_token_describe(c, &name);
        const kb_entity *e = &c->layers->entities[c->layers->mentions[m].entity];
        bool joint = word->start != c->layers->mentions[m].start;
        return !joint && e->kind == KB_PLACE_COUNTRY && !kb_token_is(&name, KB_WORDS_MASCULINE);
    }
    if (w + 1 >= c->layers->word_count || c->layers->words[w + 1].analysis_count == 0 ||
        c->tokens[w + 1].time != KB_NONE)
        return false;
    const kb_analysis *n = &c->layers->words[w + 1].analyses[0];
    bool nominal = n->pos == KB_POS_NOUN || n->pos == KB_POS_ADJ;
    bool joint = n->proclitics & ~(uint32_t)KB_CLITIC_AL;
    return nominal && !joint && (n->features & KB_F_FEM) && !(n->features & KB_F_MASC);
}

// Whether a masculine singular that can only be a subject stands right behind word `w`: تعرض موكب الرئيس.
static bool masculine_next(const kb_clauses *c, uint32_t w)
{
    if (w + 1 >= c->layers->word_count || c->layers->words[w + 1].analysis_count == 0 ||
        c->layers->words[w].sentence != c->layers->words[w + 1].sentence || c->tokens[w + 1].time != KB_NONE ||
        c->tokens[w + 1].mention != KB_NONE || c->tokens[w + 1].number != KB_NONE)
        return false;
    const kb_analysis *n = &c->layers->words[w + 1].analyses[0];
    bool joint = n->proclitics & ~(uint32_t)KB_CLITIC_AL;
    return n->pos == KB_POS_NOUN && !joint && n->known && (n->features & KB_F_MASC) && (n->features & KB_F_SING) &&
           !(n->features & (KB_F_FEM | KB_F_PLUR | KB_F_ACC));
}

// Whether men that are counted stand right behind word `w`: تجمع نحو مئة متظاهر.
static bool counted_men_next(const kb_clauses *c, uint32_t w)
{
    enum { REACH = 6 };
    static const char *const counts[] = {"نحو", "حوالي", "قرابة", "زهاء", "أكثر", "من", "آلاف", "مئات", "عشرات"};
    uint32_t k = w + 1;
    for (; k < c->layers->word_count && k < w + REACH && c->layers->words[k].sentence == c->layers->words[w].sentence;
         k++) {
        bool count = c->tokens[k].number != KB_NONE;
        for (size_t i = 0; i < KB_LEN(counts); i++)
            count = count || kb_form_of(c->layers->words[k].form) == kb_form_of(kb_str_of(counts[i]));
        if (!count)
            break;
    }
    if (k == w + 1 || k >= c->layers->word_count || c->layers->words[k].analysis_count == 0 ||
        c->tokens[k].time != KB_NONE)
        return false;
    const kb_analysis *n = &c->layers->words[k].analyses[0];
    return (n->pos == KB_POS_NOUN || n->pos == KB_POS_ADJ) && !(n->proclitics & ~(uint32_t)KB_CLITIC_AL) &&
           (n->features & KB_F_MASC) && !(n->features & KB_F_FEM) &&
           (n->features & (KB_F_HUMAN | KB_F_ACTPART | KB_F_PASSPART));
}

// "هجوم شنه متمردون": behind an indefinite noun, a verb that carries nouns with a pronoun for it opens a relative clause.
static uint8_t carrying_verb(const kb_clauses *c, uint32_t w)
{
    const kb_word *word = &c->layers->words[w];
    const kb_token *before = &c->tokens[w - 1];
    bool indefinite = (before->pos == KB_POS_NOUN || before->pos == KB_POS_ADJ) &&
                      !(before->proclitics & KB_CLITIC_AL) && before->enclitic == KB_ENC_NONE;
    for (uint8_t i = 1; indefinite && before->mention == KB_NONE && i < word->analysis_count; i++) {
        const kb_analysis *a = &word->analyses[i];
        bool takes_up = a->enclitic == KB_ENC_3MS || a->enclitic == KB_ENC_3FS;
        if (a->pos != KB_POS_VERB || !takes_up || !(a->features & KB_F_PAST) || a->proclitics)
            continue;
        for (uint32_t r = 0; r < c->rules_count; r++) {
            uint32_t best = 0;
            if (kb_row_under(c, &c->rules[r], a->lemma, w, KB_POST_SUPPORT, &best))
                return i;
        }
    }
    return 0;
}

// Whether the word at `w` can be the subject of a verb before it: a name, a person, what is counted; of other nouns only definite ones.
static bool subject_like(const kb_clauses *c, uint32_t w, bool definite_will_do)
{
    if (w >= c->layers->word_count || c->layers->words[w].sentence != c->layers->words[w - 1].sentence)
        return false;
    const kb_word *word = &c->layers->words[w];
    const kb_token *t = &c->tokens[w];
    if (t->time != KB_NONE || word->analysis_count == 0)
        return false;
    const kb_analysis *a = &word->analyses[0];
    if (a->proclitics & ~(uint32_t)KB_CLITIC_AL)
        return t->mention != KB_NONE && c->layers->mentions[t->mention].first == w &&
               c->layers->mentions[t->mention].start == word->start;
    bool person = (a->pos == KB_POS_NOUN || a->pos == KB_POS_ADJ) && (a->features & (KB_F_HUMAN | KB_F_TITLE));
    bool definite = (a->pos == KB_POS_NOUN && (a->proclitics & KB_CLITIC_AL));
    return t->mention != KB_NONE || person || t->number != KB_NONE || (definite_will_do && definite);
}

// "…، وطالب زعيم الحزب الحكومة", "وفي رام الله تظاهر عشرات": where a clause has no verb yet and what stands before is no construct, a word that may be a
// noun or a verb is the verb, if its subject follows. Returns its reading, or 0.
static uint8_t verb_expected(const kb_clauses *c, uint32_t w)
{
    enum { NEARLY = 20 };
    const kb_word *word = &c->layers->words[w];
    const kb_analysis *a = &word->analyses[0];
    const kb_token *before = &c->tokens[w - 1];
    bool opens = c->layers->words[w - 1].sentence != word->sentence || before->pos == KB_POS_PUNCT;
    bool behind = before->time != KB_NONE || before->mention != KB_NONE || (before->proclitics & KB_CLITIC_AL) ||
                  before->enclitic != KB_ENC_NONE || before->pos == KB_POS_CONJ;
    if ((a->proclitics & ~(uint32_t)(KB_CLITIC_WA | KB_CLITIC_FA)) || a->enclitic != KB_ENC_NONE ||
        (!opens && !behind) || before->mark == KB_MARK_OPEN)
        return 0;
    uint8_t verb = 0;
    for (uint8_t i = 1; i < word->analysis_count && !verb; i++) {
        const kb_analysis *v = &word->analyses[i];
        bool finite = v->pos == KB_POS_VERB && (v->features & KB_F_P3) && !(v->features & (KB_F_IMPER | KB_F_PASS));
        bool joined = v->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA);
        if (finite && v->known && v->score + NEARLY >= a->score && !(v->proclitics & KB_CLITIC_SA) &&
            (opens || !joined))
            verb = i;
    }
    if (!verb)
        return 0;
    const kb_analysis *v = &word->analyses[verb];
    bool masdar = (a->features & KB_F_MASDAR) && !(a->features & KB_F_DUAL);
    bool agrees = !((v->features & KB_F_MASC) && !(v->features & KB_F_FEM) && feminine_next(c, w));
    uint32_t next = w + 1;
    while (next < c->layers->word_count && c->tokens[next].time != KB_NONE)
        next++;
    if (!agrees || !(subject_like(c, next, !masdar) || (a->pos == KB_POS_VERB && next == w + 1)))
        return 0;
    // A masdar before a feminine name is in construct with it (قصف إسرائيل).
    uint32_t m = c->tokens[next].mention;
    if (masdar && m != KB_NONE && c->layers->mentions[m].type == KB_LOCATION && (v->features & KB_F_MASC))
        return 0;
    uint32_t first = c->layers->sentences[word->sentence].first;
    for (uint32_t k = w; k > first && !opens; k--) {
        const kb_token *t = &c->tokens[k - 1];
        if (t->pos == KB_POS_PUNCT || t->pos == KB_POS_CONJ)
            break;
        if (t->pos == KB_POS_VERB && t->mention == KB_NONE && !kb_token_is(t, KB_WORDS_AUXILIARY))
            return 0;
    }
    // A list of verbal nouns goes on: "استهداف المدنيين، وقصف المستشفيات".
    return masdar && opens && (word->analyses[verb].proclitics & KB_CLITIC_WA) && m == KB_NONE ? 0 : verb;
}

// "…، متهما الرباط ب": behind a comma, an indefinite accusative participle before its object or complement is a state, though the lexicon knows it as a
// noun for people too.
static uint8_t state_reading(const kb_clauses *c, uint32_t w)
{
    const kb_word *word = &c->layers->words[w];
    bool joined = c->tokens[w - 1].mark == KB_MARK_COMMA || (word->analyses[0].proclitics & KB_CLITIC_WA);
    const kb_word *next = w + 1 < c->layers->word_count ? &c->layers->words[w + 1] : NULL;
    bool governs =
        next && next->analysis_count &&
        (next->analyses[0].pos == KB_POS_NAME || next->analyses[0].pos == KB_POS_PREP ||
         (next->analyses[0].proclitics & (KB_CLITIC_AL | KB_CLITIC_BI)) || kb_str_starts(next->form, KB_STR("ايا")));
    for (uint8_t i = 1; joined && governs && i < word->analysis_count; i++) {
        const kb_analysis *a = &word->analyses[i];
        if (a->pos == KB_POS_ADJ && a->verb && (a->features & KB_F_ACTPART) && (a->features & KB_F_ACC) &&
            !(a->proclitics & ~(uint32_t)(KB_CLITIC_WA | KB_CLITIC_FA)))
            return i;
    }
    return 0;
}

static bool past_of_him(const kb_analysis *a)
{
    return a->pos == KB_POS_VERB && (a->features & KB_F_PAST) && (a->features & KB_F_MASC) &&
           (a->features & KB_F_SING) && (a->features & KB_F_P3);
}

// "قصف إسرائيل لغزة" as the first words: the masdar's reading, or 0.
static uint8_t masdar_at_start(const kb_clauses *c)
{
    const kb_word *word = &c->layers->words[0];
    for (uint8_t i = 1; past_of_him(&word->analyses[0]) && i < word->analysis_count && feminine_next(c, 0); i++) {
        if ((word->analyses[i].features & KB_F_MASDAR) && word->analyses[i].pos == KB_POS_NOUN)
            return i;
    }
    return 0;
}

// The feminine present (توافق إسرائيل) or the masculine past (تعرض موكب الرئيس ل) that a verb's subject right behind it asks for instead of its first
// reading; or KB_NO_READING.
enum { KB_NO_READING = UINT8_MAX };
static uint8_t agreeing_verb(const kb_clauses *c, uint32_t w, uint8_t first)
{
    const kb_word *word = &c->layers->words[w];
    const kb_analysis *a = &word->analyses[first];
    if (a->pos != KB_POS_VERB || w + 1 >= c->layers->word_count || !(a->features & KB_F_P3))
        return KB_NO_READING;
    bool she = a->features & KB_F_PRES && (a->features & KB_F_FEM) && !(a->features & (KB_F_PLUR | KB_F_DUAL));
    bool masculine = past_of_him(a) && feminine_next(c, w),
         feminine = she && (masculine_next(c, w) || counted_men_next(c, w));
    for (uint8_t i = 0; (masculine || feminine) && i < word->analysis_count; i++) {
        const kb_analysis *v = &word->analyses[i];
        bool present = v->pos == KB_POS_VERB && (v->features & KB_F_PRES) && (v->features & KB_F_P3) &&
                       (v->features & KB_F_FEM) && !(v->features & KB_F_PLUR);
        if (v->known && (masculine ? present : past_of_him(v) && !(v->features & KB_F_PASS)))
            return i;
    }
    return KB_NO_READING;
}

// "إن مهاجما من الحركة، فجر حافلة": the subject of إن or أن still waits for its verb at word `w`.
static bool inna_before(const kb_clauses *c, uint32_t w)
{
    enum { REACH = 12 };
    uint32_t first = c->layers->sentences[c->layers->words[w].sentence].first;
    for (uint32_t k = w, steps = 0; k > first && steps < REACH; k--, steps++) {
        const kb_token *t = &c->tokens[k - 1];
        if (t->pos == KB_POS_VERB && t->mention == KB_NONE)
            return false;
        if ((kb_is_fw(c, t, KB_FW_IN) || kb_is_fw(c, t, KB_FW_AN)) && t->mention == KB_NONE)
            return steps > 0;
    }
    return false;
}

// "كان الحي قد تعرض لقصف": behind كان of a man or a thing, قد is followed by the past where the script hides it. Returns its reading, or 0.
static uint8_t pluperfect(const kb_clauses *c, uint32_t w)
{
    enum { REACH = 14 };
    const kb_word *word = &c->layers->words[w];
    const kb_analysis *a = &word->analyses[0];
    uint32_t first = c->layers->sentences[word->sentence].first;
    if (w == first || !kb_is_fw(c, &c->tokens[w - 1], KB_FW_QAD) || a->pos != KB_POS_VERB || !(a->features & KB_F_PRES))
        return 0;
    bool was = false;
    for (uint32_t k = w, steps = 0; k > first && steps < REACH && !was; k--, steps++) {
        const kb_token *t = &c->tokens[k - 1];
        was = kb_is_kan(c, t) && (t->features & KB_F_PAST) && (t->features & KB_F_MASC);
    }
    for (uint8_t i = 1; was && i < word->analysis_count; i++) {
        if (past_of_him(&word->analyses[i]) && word->analyses[i].known && !(word->analyses[i].features & KB_F_PASS))
            return i;
    }
    return 0;
}

// "فجر مجهولون عبوة", "ذبح متشددون رعاة": a sound plural in ون is nominative, so a masdar can't be in construct with it and is a verb. Returns
// its reading, or 0.
static uint8_t verb_before_nominative(const kb_clauses *c, uint32_t w)
{
    const kb_word *word = &c->layers->words[w];
    if (w + 1 >= c->layers->word_count || c->layers->words[w + 1].sentence != word->sentence ||
        c->layers->words[w + 1].analysis_count == 0 || word->analysis_count == 0 ||
        word->analyses[0].pos != KB_POS_NOUN || word->analyses[0].enclitic != KB_ENC_NONE ||
        (w > 0 && c->tokens[w - 1].pos == KB_POS_PREP) ||
        (word->analyses[0].proclitics & ~(uint32_t)(KB_CLITIC_WA | KB_CLITIC_FA)))
        return 0;
    const kb_word *next = &c->layers->words[w + 1];
    const kb_analysis *n = &next->analyses[0];
    bool nominative = (n->features & KB_F_PLUR) && !(n->features & KB_F_BROKEN) && n->pos != KB_POS_VERB &&
                      n->enclitic == KB_ENC_NONE && kb_str_ends(next->form, KB_STR("ون"));
    for (uint8_t i = 1; nominative && i < word->analysis_count; i++) {
        if (past_of_him(&word->analyses[i]) && word->analyses[i].known && !(word->analyses[i].features & KB_F_PASS))
            return i;
    }
    return 0;
}

// "إن جنديين قتلا": right behind two (but مسؤولين نقلا عن), what looks like a masdar in the accusative is the verb of those two. Returns its
// reading, or 0.
static uint8_t verb_of_two(const kb_clauses *c, uint32_t w)
{
    const kb_word *word = &c->layers->words[w];
    const kb_token *before = &c->tokens[w - 1];
    kb_str form = c->layers->words[w - 1].form;
    bool oblique = (before->features & (KB_F_DUAL | KB_F_PLUR)) && !(before->features & KB_F_BROKEN) &&
                   kb_str_ends(form, KB_STR("ين")) && inna_before(c, w); // both numbers are written alike
    bool two = (oblique || ((before->features & KB_F_DUAL) && kb_str_ends(form, KB_STR("ان")))) &&
               before->enclitic == KB_ENC_NONE && before->pos != KB_POS_VERB;
    const kb_analysis *a = word->analyses;
    if (!two || word->analysis_count == 0 || c->layers->words[w - 1].sentence != word->sentence || a->proclitics ||
        !(a->features & KB_F_MASDAR) || !(a->features & (KB_F_ACC | KB_F_DUAL)))
        return 0;
    for (uint8_t i = 1; i < word->analysis_count; i++) {
        bool dual = (a[i].features & KB_F_DUAL) && (a[i].features & KB_F_PAST) && (a[i].features & KB_F_P3);
        if (a[i].pos == KB_POS_VERB && dual && a[i].known)
            return i;
    }
    return 0;
}

// Which reading of a word its neighbours allow. A verb follows no preposition and, but for auxiliaries, no other verb; a masculine verb has no
// feminine subject behind it, so that قطع العلاقات and رفع الحصانة are masdars.
uint8_t kb_reading_of(const kb_clauses *c, uint32_t w)
{
    const kb_word *word = &c->layers->words[w];
    bool opens = w == 0 || c->layers->words[w - 1].sentence != word->sentence || c->tokens[w - 1].pos == KB_POS_PUNCT ||
                 (word->analysis_count && (word->analyses[0].proclitics & (KB_CLITIC_WA | KB_CLITIC_FA)));
    bool she = word->analysis_count && (word->analyses[0].features & KB_F_FEM); // تعرض موكب الرئيس: no verb in front
    uint8_t agreeing = opens && she ? agreeing_verb(c, w, 0) : KB_NO_READING;
    if (agreeing != KB_NO_READING)
        return agreeing;
    uint8_t certain = verb_before_nominative(c, w);
    if (!certain && w > 0 && word->analysis_count)
        certain = pluperfect(c, w);
    if (!certain && w == 0)
        return masdar_at_start(c);
    if (!certain)
        certain = verb_of_two(c, w);
    if (certain)
        return certain;
    for (uint8_t i = 0; i < word->analysis_count; i++) { // أن and its kin are never a noun or a verb
        const kb_analysis *p = &word->analyses[i];
        if ((p->pos == KB_POS_PART || p->pos == KB_POS_CONJ) &&
            kb_str_is(kb_str_sub(word->form, p->stem_start, p->stem_end), "ان"))
            return i;
    }
    const kb_analysis *a = &word->analyses[0];
    const kb_token *before = &c->tokens[w - 1];
    // "هاجم مسلحون دورية": a feminine singular is no adjective of men in the sound plural.
    bool men = (before->features & KB_F_PLUR) && !(before->features & (KB_F_BROKEN | KB_F_FEM)) &&
               before->mention == KB_NONE &&
               (kb_str_ends(c->layers->words[w - 1].form, KB_STR("ون")) ||
                kb_str_ends(c->layers->words[w - 1].form, KB_STR("ين")));
    for (uint8_t i = 1;
         men && a->pos == KB_POS_ADJ && !a->proclitics && (a->features & KB_F_FEM) && i < word->analysis_count; i++) {
        if (word->analyses[i].pos == KB_POS_NOUN && word->analyses[i].known && !word->analyses[i].proclitics)
            return i;
    }
    if (before->pos == KB_POS_REL || verbal_particle(c, before) || verbal_an(c, w) ||
        before->whole == c->function_words[KB_FW_KAMA]) {
        for (uint8_t i = 0; i < word->analysis_count && !(a->proclitics & KB_CLITIC_AL); i++) {
            if (word->analyses[i].pos != KB_POS_VERB)
                continue;
            agreeing = before->pos != KB_POS_REL && !verbal_an(c, w) ? agreeing_verb(c, w, i) : KB_NO_READING;
            return agreeing != KB_NO_READING ? agreeing : i;
        }
    }
    if (a->pos != KB_POS_PREP && reflexive_follows(c, w)) { // فجر نفسه
        for (uint8_t i = 0; i < word->analysis_count; i++) {
            if (word->analyses[i].pos == KB_POS_VERB)
                return i;
        }
    }
    if (a->pos != KB_POS_VERB || ((a->features & KB_F_PASS) && (a->features & KB_F_PAST) && (a->features & KB_F_P3))) {
        uint8_t verb = verb_expected(c, w);
        if (verb || a->pos != KB_POS_VERB) {
            uint8_t state = verb ? 0 : state_reading(c, w);
            return verb ? verb : state ? state : carrying_verb(c, w);
        }
    }
    bool joined = a->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA);
    bool same_sentence = c->layers->words[w - 1].sentence == word->sentence;
    bool after_preposition =
        before->pos == KB_POS_PREP && before->enclitic == KB_ENC_NONE && before->mention == KB_NONE;
    bool after_verb = same_sentence && !joined && verb_before(c, w);
    bool masdar_object = same_sentence && !joined && object_wanted(c, w);
    bool homograph = past_of_him(a) && feminine_next(c, w) && !inna_before(c, w);
    homograph = homograph || masdar_object;
    if (!after_preposition && !after_verb && !homograph)
        return 0;
    for (uint8_t i = 0; i < word->analysis_count; i++) {
        const kb_analysis *n = &word->analyses[i];
        if (n->pos == KB_POS_VERB || n->pos == KB_POS_INTERJ ||
            (homograph && !after_preposition && !after_verb && !(n->features & KB_F_MASDAR)))
            continue;
        return i;
    }
    return 0;
}
