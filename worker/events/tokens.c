// Words as the event stage sees them, with what the tables say about each.
#include "events/parse.h"
#include "khabar/names.h"

static const char *const function_words[KB_FW_COUNT] = {
    "أن", "إن", "كان", "قد",  "لم", "لن", "لا",  "ما",  "ليس", "سوف", "بين", "من",   "في",  "ل",
    "ب",  "ك",  "إلى", "على", "عن", "by", "دون", "قرب", "لدى", "بعد", "قبل", "باسم", "لكن", "كما",
};

static uint8_t punctuation(kb_str form)
{
    static const struct {
        const char *text;
        uint8_t mark;
    } marks[] = {
        {"،", KB_MARK_COMMA},  {",", KB_MARK_COMMA}, {".", KB_MARK_STOP},  {"؟", KB_MARK_STOP},  {"?", KB_MARK_STOP},
        {"!", KB_MARK_STOP},   {"؛", KB_MARK_STOP},  {";", KB_MARK_STOP},  {"…", KB_MARK_STOP},  {"..", KB_MARK_STOP},
        {"...", KB_MARK_STOP}, {":", KB_MARK_COLON}, {"«", KB_MARK_QUOTE}, {"»", KB_MARK_QUOTE}, {"\"", KB_MARK_QUOTE},
        {"“", KB_MARK_QUOTE},  {"”", KB_MARK_QUOTE}, {"'", KB_MARK_QUOTE}, {"‘", KB_MARK_QUOTE}, {"’", KB_MARK_QUOTE},
        {"(", KB_MARK_OPEN},   {"[", KB_MARK_OPEN},  {")", KB_MARK_CLOSE}, {"]", KB_MARK_CLOSE}, {"-", KB_MARK_DASH},
        {"–", KB_MARK_DASH},   {"—", KB_MARK_DASH},  {"ـ", KB_MARK_DASH},  {"|", KB_MARK_STOP},  {"/", KB_MARK_COMMA},
    };
    for (size_t i = 0; i < KB_LEN(marks); i++) {
        if (kb_str_is(form, marks[i].text))
            return marks[i].mark;
    }
    return KB_MARK_QUOTE;
}

// Whether the words that a row asks for after its key follow word `w`; sets *ret_words to how many words the entry has.
static bool row_follows(const kb_clauses *c, const uint32_t *row, uint32_t w, uint32_t *ret_words)
{
    uint32_t n = 1;
    for (uint32_t i = 0; i < KB_ROW_WORDS && row[i]; i++, n++) {
        if (w + n >= c->layers->word_count)
            return false;
        const kb_token *t = &c->tokens[w + n];
        const kb_analysis *a = t->best;
        if (t->form != row[i] && t->whole != row[i] && !(a && (a->lemma == row[i])))
            return false;
    }
    *ret_words = n;
    return true;
}

static const uint32_t *row_under(const kb_clauses *c, const kb_rules *rules, kb_lemma lemma, uint32_t w,
                                 kb_posting_kind kind, uint32_t *best)
{
    uint32_t count = 0;
    const uint32_t *found = NULL;
    const kb_posting *p = lemma ? kb_rules_find(rules, lemma, &count) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t words = 0;
        if (p[i].kind != kind)
            continue;
        const uint32_t *row = rules->cells + p[i].value;
        if (kind == KB_POST_NATION)
            return row;
        if (row_follows(c, row, w, &words) && words > *best) {
            *best = words;
            found = row;
        }
    }
    return found;
}

const uint32_t *kb_clauses_row(const kb_clauses *c, uint32_t word, kb_posting_kind kind, const kb_rules **ret_rules)
{
    const kb_token *t = &c->tokens[word];
    const uint32_t *found = NULL;
    uint32_t best = 0;
    for (uint32_t i = 0; i < c->rules_count && !found; i++) {
        kb_lemma keys[3] = {t->best ? t->best->lemma : 0, t->form, t->whole != t->form ? t->whole : 0};
        for (size_t k = 0; k < KB_LEN(keys); k++) {
            const uint32_t *row = row_under(c, &c->rules[i], keys[k], word, kind, &best);
            if (row) {
                found = row;
                *ret_rules = &c->rules[i];
            }
        }
    }
    return found;
}

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

// The classes of the table of words to which a token belongs.
static uint32_t classes_of(const kb_clauses *c, const kb_token *t)
{
    kb_lemma keys[3] = {t->best ? t->best->lemma : 0, t->form, t->whole != t->form ? t->whole : 0};
    uint32_t classes = 0;
    for (uint32_t i = 0; i < c->rules_count; i++) {
        for (size_t k = 0; k < KB_LEN(keys); k++) {
            uint32_t count = 0;
            const kb_posting *p = keys[k] ? kb_rules_find(&c->rules[i], keys[k], &count) : NULL;
            for (uint32_t n = 0; n < count; n++) {
                if (p[n].kind == KB_POST_WORD)
                    classes |= 1u << c->rules[i].cells[p[n].value + KB_ROW_WORDS];
            }
        }
    }
    return classes;
}

static bool feminine_next(const kb_clauses *c, uint32_t w)
{
    uint32_t m = w + 1 < c->layers->word_count ? c->tokens[w + 1].mention : KB_NONE;
    if (m != KB_NONE && c->layers->mentions[m].type == KB_LOCATION && c->layers->mentions[m].first == w + 1) {
        // Countries and cities are feminine but for a few: قصف إسرائيل is a construct.
        const kb_word *word = &c->layers->words[w + 1];
        kb_token name = {.whole = kb_form_of(word->form), .form = kb_form_of(word->form)};
        const kb_entity *e = &c->layers->entities[c->layers->mentions[m].entity];
        bool joint = word->start != c->layers->mentions[m].start;
        return !joint && e->kind == KB_PLACE_COUNTRY && !(classes_of(c, &name) >> KB_WORDS_MASCULINE & 1);
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
            if (row_under(c, &c->rules[r], a->lemma, w, KB_POST_SUPPORT, &best))
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
    bool masculine = past_of_him(a) && feminine_next(c, w), feminine = she && masculine_next(c, w);
    for (uint8_t i = 0; (masculine || feminine) && i < word->analysis_count; i++) {
        const kb_analysis *v = &word->analyses[i];
        bool present = v->pos == KB_POS_VERB && (v->features & KB_F_PRES) && (v->features & KB_F_P3) &&
                       (v->features & KB_F_FEM) && !(v->features & KB_F_PLUR);
        if (v->known && (masculine ? present : past_of_him(v) && !(v->features & KB_F_PASS)))
            return i;
    }
    return KB_NO_READING;
}

// Which reading of a word its neighbours allow. A verb follows no preposition and, but for auxiliaries, no other verb; a masculine verb has no
// feminine subject behind it, so that قطع العلاقات and رفع الحصانة are masdars.
static uint8_t first_possible(const kb_clauses *c, uint32_t w)
{
    const kb_word *word = &c->layers->words[w];
    bool opens = w == 0 || c->layers->words[w - 1].sentence != word->sentence || c->tokens[w - 1].pos == KB_POS_PUNCT ||
                 (word->analysis_count && (word->analyses[0].proclitics & (KB_CLITIC_WA | KB_CLITIC_FA)));
    bool she = word->analysis_count && (word->analyses[0].features & KB_F_FEM); // تعرض موكب الرئيس: no verb in front
    if (opens && she && agreeing_verb(c, w, 0) != KB_NO_READING)
        return agreeing_verb(c, w, 0);
    if (w == 0)
        return masdar_at_start(c);
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
    if (before->pos == KB_POS_REL || verbal_particle(c, before) || before->whole == c->function_words[KB_FW_KAMA]) {
        for (uint8_t i = 0; i < word->analysis_count && !(a->proclitics & KB_CLITIC_AL); i++) {
            if (word->analyses[i].pos == KB_POS_VERB)
                return before->pos != KB_POS_REL && agreeing_verb(c, w, i) != KB_NO_READING ? agreeing_verb(c, w, i)
                                                                                            : i;
        }
    }
    if (reflexive_follows(c, w)) { // فجر نفسه
        for (uint8_t i = 0; i < word->analysis_count; i++) {
            if (word->analyses[i].pos == KB_POS_VERB)
                return i;
        }
    }
    if (a->pos != KB_POS_VERB || ((a->features & KB_F_PASS) && (a->features & KB_F_PAST) && (a->features & KB_F_P3))) {
        uint8_t verb = verb_expected(c, w);
        if (verb || a->pos != KB_POS_VERB)
            return verb ? verb : state_reading(c, w) ? state_reading(c, w) : carrying_verb(c, w);
    }
    bool joined = a->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA);
    bool same_sentence = c->layers->words[w - 1].sentence == word->sentence;
    bool after_preposition =
        before->pos == KB_POS_PREP && before->enclitic == KB_ENC_NONE && before->mention == KB_NONE;
    bool after_verb = same_sentence && !joined && verb_before(c, w);
    bool masdar_object = same_sentence && !joined && object_wanted(c, w);
    bool homograph = past_of_him(a) && feminine_next(c, w);
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

// Words that the lexicon doesn't know: outside of mentions they are common nouns, or relative adjectives by their ending.
static uint8_t guessed_pos(const kb_word *word, const kb_analysis *a)
{
    if (a->known || (a->pos != KB_POS_NAME && a->pos != KB_POS_NONE && a->pos != KB_POS_NOUN))
        return a->pos == KB_POS_NAME ? KB_POS_NOUN : a->pos;
    kb_str stem = kb_str_sub(word->form, a->stem_start, a->stem_end);
    bool nisba = kb_str_ends(stem, KB_STR("ي")) || kb_str_ends(stem, KB_STR("يه")) || kb_str_ends(stem, KB_STR("يا"));
    return nisba && stem.n > 8 ? KB_POS_ADJ : KB_POS_NOUN;
}

static void index_spans(kb_clauses *c)
{
    const kb_layers *y = c->layers;
    for (uint32_t i = 0; i < y->word_count; i++)
        c->tokens[i].mention = c->tokens[i].number = c->tokens[i].time = KB_NONE;
    for (uint32_t i = 0; i < y->mention_count; i++) {
        for (uint32_t w = y->mentions[i].first; w < y->mentions[i].end && w < y->word_count; w++)
            c->tokens[w].mention = i;
    }
    for (uint32_t i = 0; i < y->number_count; i++) {
        for (uint32_t w = y->numbers[i].first; w < y->numbers[i].end && w < y->word_count; w++)
            c->tokens[w].number = i;
    }
    for (uint32_t i = 0; i < y->time_count; i++) {
        for (uint32_t w = y->times[i].first; w < y->times[i].end && w < y->word_count; w++)
            c->tokens[w].time = i;
    }
}

static bool country_named(const kb_clauses *c, const char *iso)
{
    for (uint32_t i = 0; i < c->layers->entity_count; i++) {
        if (c->layers->entities[i].type == KB_LOCATION && strcmp(c->layers->entities[i].country, iso) == 0)
            return true;
    }
    return false;
}

static void look_up(kb_clauses *c, uint32_t w)
{
    kb_token *t = &c->tokens[w];
    const kb_rules *rules = NULL;
    const uint32_t *row = kb_clauses_row(c, w, KB_POST_ACTOR, &rules);
    if (row && row[KB_ROW_WORDS + 1] == KB_ACTOR_ADJECTIVE) {
        t->adjective = kb_rules_string(rules, row[KB_ROW_WORDS]);
    } else if (row && t->pos != KB_POS_VERB && t->pos != KB_POS_PREP) {
        t->actor = true;
        t->sector = kb_rules_string(rules, row[KB_ROW_WORDS]);
        t->actor_kind = (uint8_t)row[KB_ROW_WORDS + 1];
        t->actor_words = (uint16_t)(1 + (row[0] != 0) + (row[1] != 0));
    }
    row = kb_clauses_row(c, w, KB_POST_NATION, &rules);
    kb_str form = c->layers->words[w].form;
    bool accusative = kb_str_ends(form, KB_STR("يا")) || (kb_str_ends(form, KB_STR("ا")) && w > 0 && c->tokens[w - 1].actor &&
                                                         c->tokens[w - 1].actor_kind == KB_ACTOR_PEOPLE);
    if (!row && t->mention == KB_NONE && accusative) { // مصورا فرنسيا, متظاهرين روسا
        kb_lemma bare = kb_form_of(kb_str_sub(form, 0, (uint32_t)(form.n - strlen("ا"))));
        for (uint32_t i = 0; i < c->rules_count && !row; i++) {
            uint32_t best = 0;
            rules = &c->rules[i];
            row = row_under(c, rules, bare, w, KB_POST_NATION, &best);
        }
    }
    if (row && kb_token_is(t, KB_WORDS_AMBIGUOUS) && !country_named(c, kb_rules_string(rules, row[0])))
        row = NULL; // عقوبات مالية
    if (row && t->pos != KB_POS_VERB) {
        t->nation = kb_rules_string(rules, row[0]);
        if (t->mention == KB_NONE)
            t->pos = KB_POS_ADJ;
    }
    t->governor = kb_clauses_row(c, w, KB_POST_GOVERNOR, &rules);
    t->support = t->pos == KB_POS_VERB ? kb_clauses_row(c, w, KB_POST_SUPPORT, &rules) : NULL;
}

// A written damma on one of the first three letters of a past verb is that of the passive: قُتل, اعتُقل, استُهدف.
static bool damma_near(kb_str stem)
{
    unsigned letters = 0;
    for (size_t i = 0; i + 1 < stem.n && letters <= 3; i += 2) {
        if (memcmp(stem.p + i, "\u064f", 2) == 0)
            return true;
        letters += !((unsigned char)stem.p[i] == 0xD9 && (unsigned char)stem.p[i + 1] >= 0x8B &&
                     (unsigned char)stem.p[i + 1] <= 0x92);
    }
    return false;
}

void kb_tokens_fill(kb_clauses *c)
{
    const kb_layers *y = c->layers;
    for (int i = 0; i < KB_FW_COUNT; i++)
        c->function_words[i] = kb_form_of(kb_str_of(function_words[i]));
    c->kan = kb_lemma_of(KB_STR("كان"), KB_POS_VERB);
    index_spans(c);
    for (uint32_t w = 0; w < y->word_count; w++) {
        const kb_word *word = &y->words[w];
        kb_token *t = &c->tokens[w];
        if (word->kind == KB_WORD_PUNCT) {
            t->pos = KB_POS_PUNCT;
            t->mark = punctuation(kb_str_sub(y->text.stored, word->start, word->end));
            continue;
        }
        t->whole = kb_form_of(word->form);
        t->form = t->whole;
        if (word->analysis_count == 0) {
            t->pos = word->kind == KB_WORD_NUMBER ? KB_POS_NUM : KB_POS_NONE;
            continue;
        }
        t->best = &word->analyses[first_possible(c, w)];
        t->pos = guessed_pos(word, t->best);
        t->proclitics = t->best->proclitics;
        t->enclitic = t->best->enclitic;
        t->features = t->best->features;
        kb_str written = kb_str_sub(y->text.stored, word->start, word->end);
        bool damma = damma_near(kb_str_sub(written, 2 * (size_t)__builtin_popcount(t->proclitics), written.n));
        if (t->pos == KB_POS_VERB && (t->features & KB_F_PAST) && damma)
            t->features |= KB_F_PASS; // أُفرج, قُتل
        if (t->best->stem_start || t->best->stem_end < word->form.n)
            t->form = kb_form_of(kb_str_sub(word->form, t->best->stem_start, t->best->stem_end));
        t->classes = classes_of(c, t);
        if (t->mention != KB_NONE) {
            // A name's own letters are no proclitics: what stands before the mention's first byte is.
            const kb_mention *m = &y->mentions[t->mention];
            t->pos = KB_POS_NAME;
            t->enclitic = KB_ENC_NONE;
            if (w > m->first || m->start == word->start)
                t->proclitics &= KB_CLITIC_AL;
            else if (m->start == word->start + 2 && (t->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA)))
                t->proclitics &= KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_AL; // one letter stands before it: وبيونغ يانغ
        }
    }
    for (uint32_t w = 0; w < y->word_count; w++) {
        if (c->tokens[w].pos != KB_POS_PUNCT)
            look_up(c, w);
    }
}

bool kb_token_nominal(const kb_token *t)
{
    switch (t->pos) {
    case KB_POS_NOUN:
    case KB_POS_ADJ:
    case KB_POS_NUM:
    case KB_POS_NAME:
    case KB_POS_NONE:
    case KB_POS_DEM:
    case KB_POS_PRON:
        return true;
    default:
        return false;
    }
}
