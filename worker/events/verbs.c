// Finite verbs and states (participles) with their subject and object.
#include "events/parse.h"
#include "khabar/event_data.h"

enum { JOINTS = KB_CLITIC_WA | KB_CLITIC_FA };

static bool agrees(const kb_clauses *c, uint32_t verb, const kb_phrase *p)
{
    const kb_token *v = &c->tokens[verb], *h = &c->tokens[p->head];
    // An indefinite accusative (غارةً, مسبقا) is an object or an adverb; that of a sound plural in ين is not told from the genitive.
    if (h->mention == KB_NONE && (h->features & KB_F_ACC) && !(h->features & (KB_F_PLUR | KB_F_DUAL)) &&
        !(h->proclitics & KB_CLITIC_AL) && h->actor == false)
        return false;
    // In VSO a feminine verb has a feminine or a broken plural subject; only the clear contradiction counts: a singular male person.
    bool male_person = h->actor && h->actor_kind == KB_ACTOR_OFFICE && (h->features & KB_F_MASC) &&
                       (h->features & KB_F_SING) && !(h->features & KB_F_PLUR);
    return !((v->features & KB_F_FEM) && (v->features & KB_F_P3) && male_person);
}

// The comma before the relative clause that the comma at `comma` ends, or KB_NONE.
static uint32_t relative_aside(const kb_clauses *c, uint32_t first, uint32_t comma)
{
    enum { REACH = 25 };
    for (uint32_t w = comma, steps = 0; w > first + 1 && steps < REACH; w--, steps++) {
        const kb_token *t = &c->tokens[w - 1];
        if (kb_is_boundary(t))
            return KB_NONE;
        if (t->pos == KB_POS_REL && c->tokens[w - 2].mark == KB_MARK_COMMA)
            return w - 2;
        if (t->mark == KB_MARK_COMMA)
            return KB_NONE;
    }
    return KB_NONE;
}

// Whether nothing but the name of a place stands from `first` to `end`.
static bool place_alone(const kb_clauses *c, uint32_t first, uint32_t end)
{
    for (uint32_t w = first; w < end; w++) {
        uint32_t m = c->tokens[w].mention;
        if (c->tokens[w].pos != KB_POS_PUNCT && (m == KB_NONE || c->layers->mentions[m].type != KB_LOCATION))
            return false;
    }
    return true;
}

// "وكان غوتيريش، الموجود في البلاد للتحضير لمؤتمر، قد التقى حفتر": the subject of كان before a verb with قد, or KB_NONE.
static uint32_t pluperfect_subject(const kb_clauses *c, uint32_t index)
{
    const kb_verb *v = &c->verbs[index];
    bool pluperfect = v->word > 0 && kb_is_fw(c, &c->tokens[v->word - 1], KB_FW_QAD);
    for (uint32_t i = index; pluperfect && i > 0 && c->verbs[i - 1].sentence == v->sentence; i--) {
        const kb_verb *b = &c->verbs[i - 1];
        if (!kb_is_kan(c, &c->tokens[b->word]))
            continue;
        bool bare =
            b->subject != KB_NONE && !c->phrases[b->subject].preposition && c->phrases[b->subject].first > b->word;
        return bare && kb_is_somebody(c, b->subject) ? b->subject : KB_NONE;
    }
    return KB_NONE;
}

// The bare phrase before the verb at `v` in the same clause that can be its subject, or KB_NONE. *ret_adjacent: nothing stands between.
static uint32_t left_subject(const kb_clauses *c, uint32_t v, bool *ret_adjacent)
{
    const kb_sentence *sentence = &c->layers->sentences[c->layers->words[v].sentence];
    uint32_t first = sentence->dateline_end > sentence->first ? sentence->dateline_end : sentence->first;
    uint32_t commas = 0, w = v;
    bool skipped = false, pluperfect = v > first && kb_is_fw(c, &c->tokens[v - 1], KB_FW_QAD);
    *ret_adjacent = true;
    while (w > first) {
        const kb_token *t = &c->tokens[--w];
        uint32_t p = c->phrase_of[w];
        if (p != KB_NONE) {
            const kb_phrase *q = &c->phrases[p];
            const kb_token *h = &c->tokens[q->head];
            bool aside = c->tokens[q->first].pos == KB_POS_PRON; // "، وهو محام بريطاني،"
            bool predicate = aside || (h->pos == KB_POS_ADJ && !h->nation && !h->actor &&
                                       !(h->proclitics & KB_CLITIC_AL) && h->mention == KB_NONE);
            if (!q->preposition && !q->pronoun && !predicate) {
                // "كان وفد يرأسه السفير قد زار": over the clause that describes the subject.
                if (pluperfect && q->verb != KB_NONE && c->verbs[q->verb].word < w &&
                    !kb_is_kan(c, &c->tokens[c->verbs[q->verb].word]) && !skipped) {
                    skipped = true;
                    w = c->verbs[q->verb].word;
                    continue;
                }
                while (c->phrases[p].joined && p > 0)
                    p--;
                return c->phrases[p].preposition ? KB_NONE : p;
            }
            *ret_adjacent = false;
            w = q->from;
            continue;
        }
        if (kb_opens_clause(c, w) && t->pos == KB_POS_ADV) // حين
            return KB_NONE;
        if (t->time != KB_NONE || t->pos == KB_POS_ADV)
            continue;
        if ((t->pos == KB_POS_PART && !kb_is_fw(c, t, KB_FW_AN) && !kb_is_fw(c, t, KB_FW_IN)) ||
            (kb_is_kan(c, t) && w > first && !(t->proclitics & JOINTS)))
            continue; // قد, لم, لن, سوف, لا; كانت
        if (t->mark == KB_MARK_COMMA && relative_aside(c, first, w) != KB_NONE) {
            w = relative_aside(c, first, w); // "المجلس، الذي يتزعمه فلان، اتهم": over the clause between commas
            *ret_adjacent = false;
            continue;
        }
        if (t->mark == KB_MARK_DASH && place_alone(c, sentence->first, w))
            return KB_NONE; // "السويس - عاقبت محكمة": a dateline
        if (t->pos == KB_POS_PUNCT && !kb_is_boundary(t) && t->mark != KB_MARK_CLOSE) {
            *ret_adjacent = false;
            if (t->mark == KB_MARK_COMMA && ++commas > 4)
                return KB_NONE;
            continue;
        }
        if (t->mark == KB_MARK_CLOSE) {
            while (w > first && c->tokens[w].mark != KB_MARK_OPEN)
                w--;
            *ret_adjacent = false;
            continue;
        }
        return KB_NONE;
    }
    return KB_NONE;
}

// The phrase to which the relative pronoun at `rel` belongs.
static uint32_t antecedent(const kb_clauses *c, uint32_t rel)
{
    uint32_t times = 0; // words of time expressions: هجوم السابع من أكتوبر الذي
    for (uint32_t w = rel; w > 0 && w + 6 + times > rel; w--) {
        if (c->tokens[w - 1].time != KB_NONE) {
            times++;
            continue;
        }
        if (c->phrase_of[w - 1] != KB_NONE) {
            uint32_t p = c->phrase_of[w - 1];
            return p;
        }
        if (kb_is_boundary(&c->tokens[w - 1]))
            return KB_NONE;
    }
    return KB_NONE;
}

static uint32_t relative_before(const kb_clauses *c, uint32_t v)
{
    uint32_t first = c->layers->sentences[c->layers->words[v].sentence].first;
    for (uint32_t w = v; w > first && w + 5 > v; w--) {
        const kb_token *t = &c->tokens[w - 1];
        if (t->pos == KB_POS_REL)
            return w - 1;
        if (!(t->pos == KB_POS_PART || t->time != KB_NONE || kb_is_kan(c, t)))
            return KB_NONE;
    }
    return KB_NONE;
}

static bool governed_before(const kb_clauses *c, const kb_phrase *p, uint32_t verb)
{
    return p->verb != KB_NONE && c->verbs[p->verb].word < verb && p->role != KB_ROLE_NONE &&
           !kb_is_kan(c, &c->tokens[c->verbs[p->verb].word]);
}

// Whether the phrase is an argument of the verb right before it, and not of one whose clause lies between it and `verb`.
static bool adjacent_verb(const kb_clauses *c, const kb_phrase *p, uint32_t verb)
{
    return c->verbs[p->verb].word < p->from || c->verbs[p->verb].word > verb;
}

static void take(kb_clauses *c, uint32_t verb, uint32_t phrase, uint8_t role, uint32_t *slot)
{
    *slot = phrase;
    if (c->phrases[phrase].verb == KB_NONE || role == KB_ROLE_SUBJECT || role == KB_ROLE_OBJECT) {
        c->phrases[phrase].verb = verb;
        c->phrases[phrase].role = role;
    }
}

static void right_arguments(kb_clauses *c, uint32_t index, bool subject_wanted)
{
    kb_verb *v = &c->verbs[index];
    kb_walk walk = kb_walk_from(c, v->word + 1);
    uint32_t p, last = KB_NONE;
    while (kb_walk_next(&walk, &p)) {
        kb_phrase *q = &c->phrases[p];
        if (q->joined && q->next == KB_NONE && last == KB_NONE)
            continue;
        // "أضرب العمال احتجاجا على …": what for, no argument.
        const kb_token *h = &c->tokens[q->head];
        if (kb_token_is(h, KB_WORDS_PURPOSE) && (h->features & KB_F_MASDAR) && (h->features & KB_F_ACC) &&
            !(h->proclitics & KB_CLITIC_AL) && h->enclitic == KB_ENC_NONE && !q->preposition)
            continue;
        // "بي-52": the number of a model is no argument of the verb.
        if (q->end == q->first + 1 && c->tokens[q->first].number != KB_NONE && q->from > 0 &&
            c->tokens[q->from - 1].pos == KB_POS_PUNCT && c->tokens[q->from - 1].mark != KB_MARK_COMMA &&
            c->tokens[q->from - 1].mark != KB_MARK_QUOTE)
            continue;
        // "قتل عشرون معظمهم من الجنود": nor is what most of them are.
        if (c->tokens[q->head].enclitic == KB_ENC_3MP && kb_token_is(&c->tokens[q->head], KB_WORDS_SHARE))
            continue;
        // "20 شخصا بينهم ستة جنود": who is among them is no argument of the verb.
        bool among = last != KB_NONE && c->phrases[last].pronoun &&
                     c->phrases[last].preposition == c->function_words[KB_FW_BAYN];
        if (among && !q->preposition && !q->joined) {
            last = p;
            continue;
        }
        if (!q->preposition && !q->pronoun && !q->joined) {
            // "غارة شنتها الطائرات": where the pronoun is the object, too, what stands behind the verb is the subject
            bool first = v->object == KB_NONE || (v->object == v->antecedent && q->from == v->word + 1);
            if (subject_wanted && v->subject == KB_NONE && agrees(c, v->word, q) &&
                kb_fits_as_subject(c, v->word, p) != KB_FITS_NOT && (first || kb_is_somebody(c, p)))
                take(c, index, p, KB_ROLE_SUBJECT, &v->subject);
            else if (v->object == KB_NONE && !v->object_pronoun)
                take(c, index, p, KB_ROLE_OBJECT, &v->object);
            else if (v->object2 == KB_NONE)
                take(c, index, p, KB_ROLE_OBJECT2, &v->object2);
        } else if (q->preposition == c->function_words[KB_FW_BY] && !q->pronoun) {
            v->passive = true;
        } else if (q->verb == KB_NONE && !q->joined) {
            q->verb = index;
            q->role = KB_ROLE_COMPLEMENT;
        }
        last = p;
    }
    v->clause_end = walk.stopped;
    if (walk.stopped < c->layers->word_count) {
        const kb_token *t = &c->tokens[walk.stopped];
        if (kb_is_fw(c, t, KB_FW_AN) || kb_is_fw(c, t, KB_FW_IN))
            v->complement = walk.stopped;
    }
}

// The phrase of a preposition with a pronoun right behind the verb, or KB_NONE.
static uint32_t pronoun_after(const kb_clauses *c, uint32_t verb)
{
    uint32_t p = verb + 1 < c->layers->word_count ? c->phrase_of[verb + 1] : KB_NONE;
    return p != KB_NONE && c->phrases[p].pronoun ? p : KB_NONE;
}

// "حين التقى الوزير", "عندما زار بغداد"
static bool adverbial(const kb_clauses *c, uint32_t w)
{
    return kb_opens_clause(c, w) && !kb_is_fw(c, &c->tokens[w], KB_FW_AN) && !kb_is_fw(c, &c->tokens[w], KB_FW_IN);
}

// "واتهم الحركة ب…": the only bare phrase is the object where the verb can't do without one and a subject before it can be meant.
static void settle_subject(kb_clauses *c, uint32_t index, bool subject_wanted)
{
    kb_verb *v = &c->verbs[index];
    uint32_t only = v->subject;
    if (subject_wanted && only != KB_NONE && v->object == KB_NONE && !v->passive &&
        c->tokens[v->word].enclitic == KB_ENC_NONE &&
        ((c->tokens[v->word].proclitics & JOINTS) || (v->word > 0 && adverbial(c, v->word - 1)) ||
         pronoun_after(c, v->word) != KB_NONE) &&
        kb_fits_as_subject(c, v->word, only) != KB_FITS_WELL && kb_needs_object(c, index, only)) {
        uint32_t implied = kb_implied_subject(c, index);
        if (implied != KB_NONE && implied != only && c->phrases[implied].sentence == v->sentence) {
            take(c, index, only, KB_ROLE_OBJECT, &v->object);
            v->subject = implied;
        }
    }
    if (v->subject == KB_NONE && !v->passive)
        v->subject = kb_implied_subject(c, index);
}

static bool plural_verb(const kb_token *t)
{
    return (t->features & KB_F_PLUR) && (t->features & KB_F_P3) && !(t->features & KB_F_SING);
}

// The indefinite noun with a preposition that the verb at `v` takes up by its pronoun (في هجوم شنه متمردون), or KB_NONE.
static uint32_t carried_before(const kb_clauses *c, uint32_t v)
{
    const kb_token *t = &c->tokens[v];
    uint32_t p = v > 0 ? c->phrase_of[v - 1] : KB_NONE;
    if (p == KB_NONE || c->phrases[p].sentence != c->layers->words[v].sentence ||
        (t->enclitic != KB_ENC_3MS && t->enclitic != KB_ENC_3FS) || (t->proclitics & JOINTS))
        return KB_NONE;
    const kb_phrase *q = &c->phrases[p];
    // "لحظر للتجول فرضته الحكومة": over the complement of the noun.
    if (q->preposition == c->function_words[KB_FW_LI] && !q->pronoun && p > 0 && c->phrases[p - 1].end == q->from &&
        (c->tokens[q->head].proclitics & KB_CLITIC_AL) && c->tokens[v].support)
        q = &c->phrases[--p];
    bool over = q->end < v;
    const kb_token *h = &c->tokens[q->head];
    bool indefinite = !(h->proclitics & KB_CLITIC_AL) && h->mention == KB_NONE && h->enclitic == KB_ENC_NONE;
    return (q->preposition || over || !t->support) && !q->pronoun && indefinite && h->pos == KB_POS_NOUN ? p : KB_NONE;
}

// "أما الدول المانحة، وفي مقدمها فرنسا، فتعهدت": the phrase that أما puts before the verb at `v`, or KB_NONE.
static uint32_t topic_of(const kb_clauses *c, uint32_t v)
{
    enum { REACH = 30 };
    uint32_t first = c->layers->sentences[c->layers->words[v].sentence].first;
    for (uint32_t w = v, steps = 0; w > first && steps < REACH; w--, steps++) {
        const kb_token *t = &c->tokens[w - 1];
        if (t->mark == KB_MARK_COMMA && relative_aside(c, first, w - 1) != KB_NONE) {
            w = relative_aside(c, first, w - 1) + 1; // "أما السفير، الذي شارك في الصياغة، فدعا"
            continue;
        }
        if (kb_is_boundary(t) || kb_is_finite(t))
            return KB_NONE;
        if (!kb_str_is(c->layers->words[w - 1].form, "اما") || t->mention != KB_NONE)
            continue;
        uint32_t p = c->phrase_of[w < v ? w : w - 1];
        bool near = p != KB_NONE && c->phrases[p].from == w && !c->phrases[p].preposition && !c->phrases[p].pronoun;
        return near ? p : KB_NONE;
    }
    return KB_NONE;
}

// إن or أن with a pronoun right before the verb, but for قد and its like, is its subject.
static bool pronoun_subject(const kb_clauses *c, uint32_t verb)
{
    uint32_t first = c->layers->sentences[c->layers->words[verb].sentence].first, w = verb;
    while (w > first && c->tokens[w - 1].pos == KB_POS_PART && c->tokens[w - 1].enclitic == KB_ENC_NONE &&
           !kb_is_fw(c, &c->tokens[w - 1], KB_FW_AN) && !kb_is_fw(c, &c->tokens[w - 1], KB_FW_IN))
        w--;
    const kb_token *t = w > first ? &c->tokens[w - 1] : NULL;
    if (!t || t->enclitic == KB_ENC_NONE || !(kb_is_fw(c, t, KB_FW_AN) || kb_is_fw(c, t, KB_FW_IN)))
        return false;
    if (kb_token_is(&c->tokens[verb], KB_WORDS_TRANSITIVE)) // "إنها استهدفت عناصر الحركة"
        return true;
    // It may stand for nothing (إنه قتل ثلاثة): only an accusative behind the verb tells.
    const kb_token *next = verb + 1 < c->layers->word_count ? &c->tokens[verb + 1] : NULL;
    return next && (next->features & KB_F_ACC) && !(next->features & (KB_F_PLUR | KB_F_DUAL)) &&
           !(next->proclitics & KB_CLITIC_AL) && next->mention == KB_NONE;
}

// Whether nothing between two verbs opens or closes a clause.
static bool one_clause(const kb_clauses *c, uint32_t from, uint32_t to)
{
    for (uint32_t w = from + 1; w < to; w++) {
        if (kb_is_boundary(&c->tokens[w]) || c->tokens[w].mark == KB_MARK_COMMA || kb_opens_clause(c, w) ||
            c->tokens[w].pos == KB_POS_REL)
            return false;
    }
    return true;
}

// "إن المنطقة التي تضم مقار الحكومة تعرضت لقصف", "إن رجلا يقود شاحنة هاجم دورية": what a clause describes that stands between it and its verb, or
// KB_NONE. The indefinite noun behind إن has no relative pronoun: a verb in the present describes it, the one in the past tells.
static uint32_t described_subject(kb_clauses *c, uint32_t index)
{
    const kb_verb *v = &c->verbs[index];
    kb_verb *b = index > 0 ? &c->verbs[index - 1] : NULL;
    const kb_token *t = &c->tokens[v->word];
    if (!b || b->sentence != v->sentence || (t->proclitics & JOINTS) || !(t->features & KB_F_P3) ||
        kb_is_kan(c, &c->tokens[b->word]) || !one_clause(c, b->word, v->word))
        return KB_NONE;
    uint32_t p = b->relative && b->pronoun != KB_NONE ? b->antecedent : b->subject_left ? b->subject : KB_NONE;
    if (p == KB_NONE || c->phrases[p].preposition || c->phrases[p].pronoun || !kb_agrees_behind(c, v->word, p))
        return KB_NONE;
    const kb_phrase *q = &c->phrases[p];
    const kb_token *h = &c->tokens[q->head];
    if (b->relative)
        return q->verb == KB_NONE ? p : KB_NONE;
    bool behind_inna = q->from > 0 && (kb_is_fw(c, &c->tokens[q->from - 1], KB_FW_AN) ||
                                       kb_is_fw(c, &c->tokens[q->from - 1], KB_FW_IN));
    bool indefinite = !(h->proclitics & KB_CLITIC_AL) && h->mention == KB_NONE && h->enclitic == KB_ENC_NONE;
    bool describes = (c->tokens[b->word].features & KB_F_PRES) && !(c->tokens[b->word].features & KB_F_PAST);
    if (!behind_inna || !indefinite || !describes || !(t->features & KB_F_PAST))
        return KB_NONE;
    b->relative = true;
    b->subject_left = false;
    return p;
}

static void arguments(kb_clauses *c, uint32_t index)
{
    kb_verb *v = &c->verbs[index];
    const kb_token *t = &c->tokens[v->word];
    bool adjacent = false, subject_wanted = true;
    uint32_t rel = relative_before(c, v->word);
    if (rel != KB_NONE) {
        uint32_t head = antecedent(c, rel);
        v->relative = true;
        v->antecedent = head;
        v->pronoun = rel;
        if (head != KB_NONE && t->enclitic != KB_ENC_NONE) {
            v->object = head; // resumptive pronoun: الغارة التي شنتها إسرائيل
        } else if (head != KB_NONE && pronoun_after(c, v->word) != KB_NONE) {
            c->phrases[pronoun_after(c, v->word)].means = head; // الذي أطاح به ضباط
        } else if (head != KB_NONE && kb_fits_relative(c, rel, v->word)) {
            v->subject = head;
            subject_wanted = false;
        }
    } else if (kb_described_before(c, v->word) != KB_NONE && pronoun_after(c, v->word) == KB_NONE &&
               t->enclitic == KB_ENC_NONE) {
        v->relative = true;
        v->antecedent = v->subject = kb_described_before(c, v->word);
        subject_wanted = false;
    } else if (carried_before(c, v->word) != KB_NONE) {
        v->relative = true;
        v->antecedent = v->object = carried_before(c, v->word);
    } else {
        uint32_t fronted_topic = topic_of(c, v->word);
        bool topic = fronted_topic != KB_NONE;
        uint32_t left = topic ? fronted_topic : left_subject(c, v->word, &adjacent);
        uint32_t of_kan = topic ? KB_NONE : pluperfect_subject(c, index);
        if (of_kan != KB_NONE && !adjacent)
            left = of_kan;
        uint32_t described = topic || of_kan != KB_NONE ? KB_NONE : described_subject(c, index);
        if (described != KB_NONE) {
            left = described;
            adjacent = false;
            c->phrases[left].verb = KB_NONE;
        }
        if (left != KB_NONE && (!(t->proclitics & JOINTS) || topic)) {
            kb_phrase *p = &c->phrases[left];
            const kb_token *h = &c->tokens[p->head];
            bool indefinite = !(h->proclitics & KB_CLITIC_AL) && h->mention == KB_NONE && h->enclitic == KB_ENC_NONE;
            bool taken =
                governed_before(c, p, v->word) &&
                !(v->word > 0 && kb_is_fw(c, &c->tokens[v->word - 1], KB_FW_QAD) && !adjacent_verb(c, p, v->word));
            if (!taken || (adjacent && indefinite && (t->features & (KB_F_PAST | KB_F_PRES)))) {
                // "جنود خطفهم المقاتلون": the pronoun takes up the plural before a verb that does not agree with it.
                bool fronted =
                    t->enclitic == KB_ENC_3MP && !plural_verb(t) && ((h->features & KB_F_PLUR) || p->head > p->first);
                v->antecedent = taken ? left : KB_NONE;
                if (t->enclitic != KB_ENC_NONE && (taken || fronted)) {
                    v->object = left;
                } else if (taken && indefinite && pronoun_after(c, v->word) != KB_NONE) {
                    c->phrases[pronoun_after(c, v->word)].means = left; // "مواجهات ردت خلالها الشرطة"
                } else {
                    v->subject = left;
                    v->subject_left = !taken;
                    subject_wanted = false;
                }
                v->relative = taken;
                if (!taken) {
                    p->verb = index;
                    p->role = KB_ROLE_SUBJECT;
                }
            }
        } else if (left != KB_NONE && plural_verb(t) && kb_agrees_behind(c, v->word, left) &&
                   c->phrases[left].role != KB_ROLE_OBJECT && kb_is_somebody(c, left)) {
            // "رفعوا لافتات واتهموا الحكومة": not the object of the verb before, which kb_implied_subject weighs
            v->subject = left;
            subject_wanted = false;
        }
    }
    if (subject_wanted && (plural_verb(t) || pronoun_subject(c, v->word)))
        subject_wanted = false; // the subject is in the ending, or the pronoun before it (إنه قصف موقعا)
    v->object_pronoun = t->enclitic != KB_ENC_NONE && v->object == KB_NONE;
    right_arguments(c, index, subject_wanted);
    settle_subject(c, index, subject_wanted);
    v->passive = v->passive || ((t->features & KB_F_PASS) && v->object == KB_NONE);
}

uint32_t kb_first_verb(const kb_clauses *c, uint32_t sentence)
{
    uint32_t low = 0, high = c->verb_count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (c->verbs[mid].sentence < sentence)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

kb_status kb_verbs_find(kb_clauses *c, kb_arena *arena, kb_error *error)
{
    KB_VEC(kb_verb) out = {0};
    const kb_layers *y = c->layers;
    for (uint32_t w = 0; w < y->word_count; w++) {
        c->verb_of[w] = KB_NONE;
        if (!kb_is_finite(&c->tokens[w]))
            continue;
        kb_verb *v = KB_PUSH(arena, &out);
        if (!v)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the verbs of article " KB_PRI,
                           KB_ARG(y->article->id));
        *v = (kb_verb){.word = w,
                       .subject = KB_NONE,
                       .object = KB_NONE,
                       .object2 = KB_NONE,
                       .sentence = y->words[w].sentence,
                       .complement = KB_NONE,
                       .antecedent = KB_NONE,
                       .pronoun = KB_NONE};
        c->verb_of[w] = out.n - 1;
    }
    c->verbs = out.at;
    c->verb_count = out.n;
    for (uint32_t i = 0; i < out.n; i++)
        arguments(c, i);
    return KB_OK;
}

kb_status kb_clauses_run(const kb_event_data *data, kb_arena *arena, const kb_layers *layers, kb_clauses **ret,
                         kb_error *error)
{
    kb_clauses *c = KB_NEW(arena, kb_clauses);
    if (c) {
        *c = (kb_clauses){.layers = layers,
                          .rules = data->rules,
                          .rules_count = data->rules_count,
                          .function_words = data->function_words,
                          .kan = data->kan};
        c->tokens = KB_NEWS(arena, kb_token, layers->word_count + 1);
        c->phrase_of = KB_NEWS(arena, uint32_t, layers->word_count + 1);
        c->verb_of = KB_NEWS(arena, uint32_t, layers->word_count + 1);
    }
    if (!c || !c->tokens || !c->phrase_of || !c->verb_of)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the clauses of article " KB_PRI,
                       KB_ARG(layers->article->id));
    kb_tokens_fill(c);
    kb_status status = kb_phrases_find(c, arena, error);
    if (status == KB_OK)
        status = kb_verbs_find(c, arena, error);
    if (status == KB_OK)
        *ret = c;
    return status;
}
