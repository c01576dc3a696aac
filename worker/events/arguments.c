// What stands where around a trigger: subject, object, construct, adjective of nationality, complements; and from that the parties of the event.
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

kb_argument kb_argument_of_phrase(const kb_stage *s, uint32_t phrase)
{
    if (phrase == KB_NONE || s->c->phrases[phrase].pronoun)
        return (kb_argument){.phrase = KB_NONE};
    const kb_phrase *p = &s->c->phrases[phrase];
    return (kb_argument){.first = p->first, .end = p->end, .head = p->head, .phrase = phrase, .given = true};
}

// ---------------------------------------------------------------- verbs

// The pronoun on a verb or noun: the nearest phrase before it, in this sentence or the last, that agrees and can be meant.
static kb_argument resolve_pronoun(const kb_stage *s, uint32_t word, uint8_t enclitic, uint32_t not_phrase)
{
    const kb_clauses *c = s->c;
    bool plural = enclitic == KB_ENC_3MP || enclitic == KB_ENC_3FP, feminine = enclitic == KB_ENC_3FS, dual = enclitic == KB_ENC_3D;
    uint32_t sentence = s->layers->words[word].sentence;
    uint32_t first = s->layers->sentences[sentence > 0 ? sentence - 1 : 0].first;
    for (uint32_t w = word; w > first; w--) {
        uint32_t p = c->phrase_of[w - 1];
        if (p == KB_NONE || p == not_phrase || c->phrases[p].pronoun || c->phrases[p].first != w - 1)
            continue;
        const kb_token *h = token(s, c->phrases[p].head);
        bool person = h->mention != KB_NONE && s->layers->mentions[h->mention].type == KB_PERSON;
        bool chained = c->phrases[p].joined || c->phrases[p].next != KB_NONE;
        bool fits = plural ? (h->features & KB_F_PLUR) || chained
                    : dual ? (h->features & KB_F_DUAL) || chained
                    : feminine ? !person && (h->mention != KB_NONE || (h->features & (KB_F_FEM | KB_F_PLUR)))
                               : person || ((h->features & KB_F_MASC) && h->actor && !(h->features & KB_F_PLUR));
        if (fits && (h->mention != KB_NONE || h->actor)) {
            while (chained && c->phrases[p].joined && p > 0)
                p--;
            return kb_argument_of_phrase(s, p);
        }
    }
    return (kb_argument){.phrase = KB_NONE};
}

static bool wants(const kb_match *m, bool actor, uint32_t kind)
{
    uint32_t first = actor ? m->rule->actor_first : m->rule->recipient_first;
    uint32_t count = actor ? m->rule->actor_count : m->rule->recipient_count;
    for (uint32_t i = 0; i < count; i++) {
        if (m->rules->sources[first + i].kind == kind)
            return true;
    }
    return false;
}

// The phrase behind words of measure at `w` (ما لا يقل عن سبعة جنود, أكثر من عشرة), or KB_NONE.
static uint32_t measured_phrase(const kb_stage *s, uint32_t w)
{
    enum { MOST = 5 };
    static const char *const measures[] = {"ما", "لا", "يقل", "يزيد", "عن", "على", "أكثر", "أقل", "من", "زهاء", "نحو", "حوالي", "قرابة", "يقارب", "يناهز", "مجموعه"};
    uint32_t first = w;
    for (; w < s->layers->word_count && w < first + MOST; w++) {
        const kb_token *t = token(s, w);
        bool measure = false;
        for (size_t i = 0; i < KB_LEN(measures) && t->mention == KB_NONE; i++)
            measure = measure || kb_form_of(kb_str_of(measures[i])) == t->whole;
        if (!measure)
            break;
    }
    return w > first && w < s->layers->word_count && token(s, w)->number != KB_NONE ? s->c->phrase_of[w] : KB_NONE;
}

// "جنديان قتلا", "السياح الذين خطفوا": a verb of killing or abduction behind its subject, without an object, is a passive that the script hides.
static bool told_of_victims(const kb_stage *s, const kb_match *m, const kb_verb *v)
{
    const char *type = kb_rules_string(m->rules, m->rule->type);
    if (!type || strcmp(type, "ASSAULT") != 0 || v->object != KB_NONE || v->subject == KB_NONE || !(v->subject_left || v->relative) ||
        !(token(s, v->word)->features & KB_F_PAST) || token(s, v->word)->enclitic != KB_ENC_NONE || !wants(m, false, KB_FROM_OBJ) || m->term_count > 0)
        return false;
    for (uint32_t i = 0; i < m->rule->recipient_count; i++) { // verbs that reach whom they strike by a preposition need no object (اعتدى على)
        if (m->rules->sources[m->rule->recipient_first + i].preposition == s->c->function_words[KB_FW_ALA])
            return false;
    }
    const kb_phrase *p = &s->c->phrases[v->subject];
    const kb_token *h = token(s, p->head);
    bool gunmen = h->actor && h->sector && strcmp(h->sector, "UAF") == 0 && p->head == p->first && h->number == KB_NONE;
    return !gunmen;
}

// Acts that need an object: with one bare argument alone after the verb, the script hides a passive (قتل خمسة جنود).
static bool hidden_passive(kb_stage *s, const kb_match *m, const kb_verb *v)
{
    static const char *const types[] = {"ASSAULT", "COERCE", "SANCTION", "RETREAT"};
    const char *type = kb_rules_string(m->rules, m->rule->type);
    bool deed = false;
    for (size_t i = 0; type && i < KB_LEN(types); i++)
        deed = deed || strcmp(type, types[i]) == 0;
    if (told_of_victims(s, m, v))
        return true;
    if (!deed || v->object != KB_NONE || v->subject == KB_NONE || v->subject_left || v->relative || !wants(m, false, KB_FROM_OBJ) ||
        !wants(m, true, KB_FROM_SUBJ) || token(s, v->word)->enclitic != KB_ENC_NONE || v->complement != KB_NONE)
        return false;
    const kb_phrase *p = &s->c->phrases[v->subject];
    if (p->first < v->word)
        return false;
    const kb_token *h = token(s, p->head);
    if (h->mention != KB_NONE && s->layers->mentions[h->mention].type != KB_PERSON)
        return false; // a state or a body does it
    bool counted = p->head > p->first || h->number != KB_NONE;
    bool holds_power = h->actor && (h->actor_kind == KB_ACTOR_BODY || h->actor_kind == KB_ACTOR_WEAPON || h->actor_kind == KB_ACTOR_PART);
    bool fighter = h->actor && h->sector && (strcmp(h->sector, "UAF") == 0 || strcmp(h->sector, "COP") == 0 || strcmp(h->sector, "MIL") == 0);
    return counted || (!fighter && !holds_power);
}

static kb_argument after_pattern_noun(const kb_stage *s, const kb_match *m, const kb_verb *v)
{
    uint32_t noun = m->obj.head, p = s->c->phrase_of[noun];
    const kb_token *t = token(s, noun);
    uint32_t first = noun + 1;
    for (uint8_t i = 0; i < m->term_count; i++)
        first = m->terms[i] == first ? first + 1 : first;
    if (p != KB_NONE && s->c->phrases[p].end > first && !(t->proclitics & KB_CLITIC_AL)) {
        uint32_t head = first;
        while (head + 1 < s->c->phrases[p].end && (token(s, head)->number != KB_NONE || token(s, head)->actor_kind == KB_ACTOR_QUANTITY) && token(s, head)->mention == KB_NONE)
            head++;
        const kb_token *n = token(s, first);
        if (n->pos != KB_POS_ADJ || n->actor || n->nation)
            return (kb_argument){.first = first, .end = s->c->phrases[p].end, .head = head, .phrase = p, .given = true};
    }
    if (t->enclitic != KB_ENC_NONE)
        return resolve_pronoun(s, noun, t->enclitic, v->subject);
    return kb_argument_of_phrase(s, v->object2);
}

// Whether the argument is a thing that the pattern itself names, and no party.
static bool pattern_noun(const kb_stage *s, const kb_match *m, const kb_argument *a)
{
    const kb_token *h = token(s, a->head);
    bool party = h->mention != KB_NONE || h->nation || (h->actor && h->actor_kind != KB_ACTOR_THING && h->actor_kind != KB_ACTOR_WEAPON);
    for (uint8_t i = 0; a->given && !party && i < m->term_count; i++) {
        if (m->terms[i] == a->head || (m->terms[i] >= a->first && m->terms[i] < a->end && token(s, m->terms[i])->pos != KB_POS_PREP && m->terms[i] <= a->head + 1))
            return true;
    }
    return false;
}

static void verb_arguments(kb_stage *s, kb_match *m)
{
    m->verb = s->c->verb_of[m->word];
    if (m->verb == KB_NONE)
        return;
    const kb_verb *v = &s->c->verbs[m->verb];
    uint32_t measured = wants(m, false, KB_FROM_OBJ) ? measured_phrase(s, m->end) : KB_NONE;
    if (measured != KB_NONE) {
        m->obj = kb_argument_of_phrase(s, measured);
        if (v->subject_left)
            m->subj = kb_argument_of_phrase(s, v->subject);
        return;
    }
    if (v->passive || hidden_passive(s, m, v)) {
        m->obj = kb_argument_of_phrase(s, v->subject);
        return;
    }
    m->subj = kb_argument_of_phrase(s, v->subject);
    m->obj = kb_argument_of_phrase(s, v->object);
    const kb_verb *before = m->verb > 0 ? v - 1 : NULL;
    const char *type = kb_rules_string(m->rules, m->rule->type);
    // "زار صنعاء والتقى الرئيس": a second verb of meeting shares the subject of the first.
    if (type && strcmp(type, "CONSULT") == 0 && !m->obj.given && m->subj.given && m->subj.first > m->word && before && before->sentence == v->sentence &&
        before->subject != KB_NONE && before->subject != v->subject && (token(s, v->word)->proclitics & KB_CLITIC_WA) && wants(m, false, KB_FROM_OBJ)) {
        m->obj = m->subj;
        m->subj = kb_argument_of_phrase(s, before->subject);
    }
    if (v->object_pronoun)
        m->obj = resolve_pronoun(s, m->word, token(s, m->word)->enclitic, v->subject);
    // A noun of the pattern (أطلق النار, ألقى القبض) is no party.
    if (pattern_noun(s, m, &m->obj))
        m->obj = after_pattern_noun(s, m, v);
    if (pattern_noun(s, m, &m->subj))
        m->subj = (kb_argument){.phrase = KB_NONE};
}

static void state_arguments(kb_stage *s, kb_match *m)
{
    uint32_t sentence = s->layers->words[m->word].sentence;
    for (uint32_t i = s->c->verb_count; i > 0; i--) {
        const kb_verb *v = &s->c->verbs[i - 1];
        if (v->sentence != sentence || v->word > m->word || v->relative)
            continue;
        m->subj = kb_argument_of_phrase(s, v->subject);
        break;
    }
    kb_walk walk = kb_walk_from(s->c, m->end);
    uint32_t p;
    if (kb_walk_next(&walk, &p) && !s->c->phrases[p].preposition)
        m->obj = kb_argument_of_phrase(s, p);
    // The state and its object may have been cut as one phrase: متهما الرباط.
    uint32_t own = s->c->phrase_of[m->word];
    if (own != KB_NONE && s->c->phrases[own].end > m->end && !m->obj.given)
        m->obj = (kb_argument){.first = m->end, .end = s->c->phrases[own].end, .head = m->end, .phrase = KB_NONE, .given = true};
    if (m->analysis->enclitic != KB_ENC_NONE && !m->obj.given)
        m->obj = resolve_pronoun(s, m->word, m->analysis->enclitic, KB_NONE);
}

// ---------------------------------------------------------------- nouns

static bool adjectival(const kb_token *t)
{
    return t->mention == KB_NONE && (t->pos == KB_POS_ADJ || t->nation || (t->features & KB_F_NISBA));
}

// Construct and adjectives inside the trigger's own phrase.
static void own_phrase(kb_stage *s, kb_match *m)
{
    const kb_phrase *p = &s->c->phrases[m->phrase];
    const kb_token *h = token(s, m->word);
    uint32_t w = m->end;
    for (uint32_t k = m->word + 1; k < m->end && k < p->end; k++) {
        if (token(s, k)->nation && !m->adj.given)
            m->adj = (kb_argument){.first = k, .end = k + 1, .head = k, .phrase = KB_NONE, .given = true, .nation = true};
    }
    for (uint32_t k = m->word + 1; k < m->end; k++) { // a party among the pattern's own words: اقتحام متظاهرين
        if (token(s, k)->actor && token(s, k)->actor_kind == KB_ACTOR_PEOPLE && k < p->end) {
            m->gen = (kb_argument){.first = k, .end = p->end, .head = k, .phrase = m->phrase, .given = true};
            return;
        }
    }
    while (w < p->end && adjectival(token(s, w))) {
        if (token(s, w)->nation && !m->adj.given)
            m->adj = (kb_argument){.first = w, .end = w + 1, .head = w, .phrase = KB_NONE, .given = true, .nation = true};
        w++;
    }
    bool open = !(h->proclitics & KB_CLITIC_AL) || m->end > m->word + 1;
    uint32_t measured = open && h->enclitic == KB_ENC_NONE ? measured_phrase(s, m->end) : KB_NONE;
    if (measured != KB_NONE) {
        m->gen = kb_argument_of_phrase(s, measured);
        return;
    }
    if (h->enclitic != KB_ENC_NONE && m->end > m->word + 1) {
        m->gen = resolve_pronoun(s, m->word, h->enclitic, m->phrase);
    } else if (w < p->end && w == m->end && open) {
        uint32_t head = w;
        while (head + 1 < p->end && (token(s, head)->pos == KB_POS_NUM || token(s, head)->number != KB_NONE ||
                                     (token(s, head)->actor && token(s, head)->actor_kind == KB_ACTOR_QUANTITY) || token(s, head)->pos == KB_POS_DEM))
            head++;
        if (token(s, head)->pos == KB_POS_PREP && head + 1 < p->end)
            head++;
        m->gen = (kb_argument){.first = w, .end = p->end, .head = head, .phrase = m->phrase, .given = true};
    } else if (w >= p->end && open && m->end == m->word + 1 && h->enclitic != KB_ENC_NONE) {
        m->gen = resolve_pronoun(s, m->word, h->enclitic, m->phrase);
    } else if (w >= p->end && w < s->layers->word_count && m->end == w) {
        // A number after the noun begins its construct: توقيف 457 شخصا.
        uint32_t q = s->c->phrase_of[w];
        if (q != KB_NONE && s->c->phrases[q].from == w && !s->c->phrases[q].preposition && !s->c->phrases[q].joined && open &&
            (token(s, w)->number != KB_NONE || token(s, w)->mention != KB_NONE || token(s, w)->actor_kind == KB_ACTOR_QUANTITY))
            m->gen = kb_argument_of_phrase(s, q);
    }
}

// The verb that carries the noun, or whose argument it is.
static void supporting_verb(kb_stage *s, kb_match *m)
{
    uint32_t phrase = m->phrase;
    while (s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    const kb_phrase *p = &s->c->phrases[phrase];
    if (p->verb == KB_NONE || s->c->verbs[p->verb].word > m->word + 12)
        return;
    const kb_verb *v = &s->c->verbs[p->verb];
    const uint32_t *row = token(s, v->word)->support;
    m->verb = p->verb;
    if (!row)
        return;
    uint32_t how = row[KB_ROW_WORDS];
    kb_lemma preposition = row[KB_ROW_WORDS + 1];
    bool fits = preposition ? p->preposition == preposition : p->role == KB_ROLE_OBJECT || p->role == KB_ROLE_OBJECT2 || p->role == KB_ROLE_SUBJECT;
    if (!fits)
        return;
    const char *type = kb_rules_string(m->rules, m->rule->type);
    bool force = type && strcmp(type, "ASSAULT") == 0;
    m->support = (uint8_t)how;
    if (p->role == KB_ROLE_SUBJECT) {
        if (how == KB_SUPPORT_HIT && !m->obj.given)
            m->obj = kb_argument_of_phrase(s, v->object);
        if (how != KB_SUPPORT_HAPPEN && how != KB_SUPPORT_HIT)
            m->support = KB_SUPPORT_NONE;
    } else if (how == KB_SUPPORT_ACT && force && (token(s, v->word)->features & KB_F_SPEECH)) {
        m->support = KB_SUPPORT_NONE; // who announces a killing has not done it
    } else if (how == KB_SUPPORT_ACT) {
        m->subj = kb_argument_of_phrase(s, v->subject);
    } else if (how == KB_SUPPORT_SUFFER) {
        m->obj = kb_argument_of_phrase(s, v->subject);
    }
}

// "الغارة التي شنتها إسرائيل", "هجوم استهدف قاعدة": a verb of a relative clause of the noun's phrase.
static void relative_verb(kb_stage *s, kb_match *m)
{
    const kb_phrase *p = &s->c->phrases[m->phrase];
    for (uint32_t i = 0; i < s->c->verb_count; i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->sentence != p->sentence || v->word < p->end || v->word > p->end + 14)
            continue;
        const uint32_t *row = token(s, v->word)->support;
        if (v->object == m->phrase && v->relative) {
            bool acts = row && row[KB_ROW_WORDS] == KB_SUPPORT_ACT;
            if (acts && m->support == KB_SUPPORT_NONE) {
                m->verb = i;
                m->support = KB_SUPPORT_ACT;
            }
            if (acts && !m->subj.given)
                m->subj = kb_argument_of_phrase(s, v->subject);
        } else if (v->subject == m->phrase && v->relative) {
            if (!m->obj.given && row && row[KB_ROW_WORDS] == KB_SUPPORT_HIT)
                m->obj = kb_argument_of_phrase(s, v->object);
        } else {
            continue;
        }
        return;
    }
}

static void noun_arguments(kb_stage *s, kb_match *m)
{
    m->phrase = s->c->phrase_of[m->word];
    if (m->phrase == KB_NONE)
        return;
    own_phrase(s, m);
    supporting_verb(s, m);
    relative_verb(s, m);
    if (m->gen.given && !m->obj.given) { // قصف إسرائيل المدينة
        kb_walk walk = kb_walk_from(s->c, s->c->phrases[m->phrase].end);
        uint32_t p;
        if (m->gen.phrase != m->phrase && m->gen.phrase != KB_NONE)
            walk = kb_walk_from(s->c, s->c->phrases[m->gen.phrase].end);
        if (kb_walk_next(&walk, &p) && !s->c->phrases[p].preposition && !s->c->phrases[p].joined && !walk.commas &&
            (s->c->phrases[p].role == KB_ROLE_NONE || s->c->phrases[p].role == KB_ROLE_OBJECT2))
            m->obj = kb_argument_of_phrase(s, p);
    }
}

void kb_arguments_find(kb_stage *s, kb_match *m)
{
    m->subj = m->obj = m->gen = m->adj = (kb_argument){.phrase = KB_NONE};
    if (m->verbal)
        verb_arguments(s, m);
    else if (m->state)
        state_arguments(s, m);
    else
        noun_arguments(s, m);
}

// ---------------------------------------------------------------- complements

kb_argument kb_argument_prep(kb_stage *s, const kb_match *m, kb_lemma preposition)
{
    uint32_t from = m->end, p;
    if (!m->verbal && !m->state && m->phrase != KB_NONE && s->c->phrases[m->phrase].end > from)
        from = s->c->phrases[m->phrase].end;
    if (m->last > m->end) { // the pattern's own preposition stands apart: its complement is the phrase that holds the last term
        uint32_t q = s->c->phrase_of[m->last < s->layers->word_count ? m->last : m->last - 1];
        if (q != KB_NONE && s->c->phrases[q].preposition == preposition && s->c->phrases[q].from + 1 <= m->last && s->c->phrases[q].first >= m->last)
            return kb_argument_of_phrase(s, q);
    }
    // A preposition of the pattern itself: سيطر على المدينة.
    if (m->end > m->word + 1 && m->end < s->layers->word_count && token(s, m->end - 1)->form == preposition) {
        uint32_t own = s->c->phrase_of[m->end - 1];
        if (own != KB_NONE && s->c->phrases[own].pronoun) // أطاح به
            return s->c->phrases[own].means != KB_NONE ? kb_argument_of_phrase(s, s->c->phrases[own].means)
                                                       : resolve_pronoun(s, m->end - 1, token(s, m->end - 1)->enclitic, KB_NONE);
        uint32_t q = s->c->phrase_of[m->end];
        if (q != KB_NONE)
            return kb_argument_of_phrase(s, q);
    }
    kb_walk walk = kb_walk_from(s->c, from);
    while (kb_walk_next(&walk, &p)) {
        if (s->c->phrases[p].preposition == preposition && !s->c->phrases[p].joined)
            return s->c->phrases[p].means != KB_NONE ? kb_argument_of_phrase(s, s->c->phrases[p].means)
                   : s->c->phrases[p].pronoun ? resolve_pronoun(s, s->c->phrases[p].first, token(s, s->c->phrases[p].first)->enclitic, KB_NONE)
                                            : kb_argument_of_phrase(s, p);
    }
    // With a supporting verb the complements may stand before the noun: "شنت على المدينة غارة".
    bool speech = m->verb != KB_NONE && (token(s, s->c->verbs[m->verb].word)->features & KB_F_SPEECH);
    if (!m->verbal && m->verb != KB_NONE && m->support != KB_SUPPORT_NONE && !speech) {
        walk = kb_walk_from(s->c, s->c->verbs[m->verb].word + 1);
        while (kb_walk_next(&walk, &p)) {
            if (s->c->phrases[p].preposition == preposition && !s->c->phrases[p].joined && p != m->phrase)
                return kb_argument_of_phrase(s, p);
        }
    }
    // "محادثات دامت خمسة أيام في بكين بين …": the sides may stand behind a clause that describes the noun.
    if (!m->verbal && preposition == s->c->function_words[KB_FW_BAYN] && walk.at < s->layers->word_count) {
        for (uint32_t q = 0; q < s->c->phrase_count; q++) {
            const kb_phrase *x = &s->c->phrases[q];
            if (x->sentence == s->layers->words[m->word].sentence && x->first > m->end && x->preposition == preposition && !x->joined &&
                !x->pronoun && x->next != KB_NONE)
                return kb_argument_of_phrase(s, q);
        }
    }
    return (kb_argument){.phrase = KB_NONE};
}

static kb_argument from_source(kb_stage *s, const kb_match *m, const kb_source *source)
{
    switch (source->kind) {
    case KB_FROM_SUBJ:
        return m->subj;
    case KB_FROM_OBJ:
        return m->obj;
    case KB_FROM_GEN:
        return m->gen;
    case KB_FROM_ADJ:
        return m->adj;
    case KB_FROM_BY:
        return kb_argument_prep(s, m, s->c->function_words[KB_FW_BY]);
    case KB_FROM_BETWEEN:
        return kb_argument_prep(s, m, s->c->function_words[KB_FW_BAYN]);
    case KB_FROM_PREP:
        return kb_argument_prep(s, m, source->preposition);
    default:
        return (kb_argument){.phrase = KB_NONE};
    }
}

// ---------------------------------------------------------------- parties

typedef struct party_list {
    kb_participant *at;
    bool *sector;
    uint32_t *count;
} party_list;

static void add_party(const kb_stage *s, party_list list, const kb_argument *a, const kb_who *who)
{
    if (*list.count >= KB_PARTY_MAX)
        return;
    for (uint32_t i = 0; i < *list.count; i++) {
        if (who->entity != KB_NONE && list.at[i].entity == who->entity)
            return;
    }
    const kb_word *first = &s->layers->words[a->first], *last = &s->layers->words[a->end - 1];
    const kb_token *t = token(s, a->first);
    uint32_t start = first->start;
    if (t->mention != KB_NONE && s->layers->mentions[t->mention].first == a->first)
        start = s->layers->mentions[t->mention].start;
    else if (t->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA)) {
        for (uint32_t bits = t->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA); bits; bits &= bits - 1)
            start += 2; // each of them is one Arabic letter, two bytes
    }
    kb_participant *p = &list.at[*list.count];
    *p = (kb_participant){.start = start < last->end ? start : first->start, .end = last->end, .entity = who->entity};
    const kb_token *l = token(s, a->end - 1);
    if (l->mention != KB_NONE && s->layers->mentions[l->mention].end == a->end)
        p->end = s->layers->mentions[l->mention].end_byte;
    memcpy(p->code, who->code, sizeof p->code);
    list.sector[*list.count] = who->sector;
    ++*list.count;
}

// "البلدان": the two countries named last before it.
static bool add_last_countries(kb_stage *s, party_list list, const kb_argument *a)
{
    uint32_t found[2] = {KB_NONE, KB_NONE}, n = 0;
    for (uint32_t i = s->layers->mention_count; i > 0 && n < 2; i--) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        if (m->first >= a->first || m->type != KB_LOCATION || (m->first >= s->subject.first && m->first < s->subject.end))
            continue;
        kb_argument place = {.first = m->first, .end = m->end, .head = m->first, .phrase = KB_NONE, .given = true};
        kb_who who = kb_actor_resolve(s, &place, true);
        bool again = n == 1 && strcmp(kb_entity_country(&s->layers->entities[m->entity]), kb_entity_country(&s->layers->entities[found[0]])) == 0;
        if (strlen(who.code) == 6 && !again)
            found[n++] = m->entity;
    }
    for (uint32_t i = n; n == 2 && i > 0 && *list.count < KB_PARTY_MAX; i--) {
        kb_participant *p = &list.at[*list.count];
        *p = (kb_participant){.start = s->layers->words[a->first].start, .end = s->layers->words[a->end - 1].end, .entity = found[i - 1]};
        memcpy(p->code, kb_entity_country(&s->layers->entities[found[i - 1]]), 3);
        memcpy(p->code + 3, "GOV", 4);
        list.sector[*list.count] = true;
        ++*list.count;
    }
    return n == 2;
}

// "الجانبان", "وزيرا خارجية البلدين": both sides of what the article told before.
static bool add_both_sides(kb_stage *s, party_list list, const kb_argument *a)
{
    bool dual = false, countries = false;
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        dual = dual || ((t->features & KB_F_DUAL) && t->actor && (t->actor_kind == KB_ACTOR_PART || t->actor_kind == KB_ACTOR_BODY) && t->mention == KB_NONE &&
                        t->number == KB_NONE && ((t->proclitics & KB_CLITIC_AL) || w == a->head));
        countries = countries || ((t->features & KB_F_DUAL) && t->sector && strcmp(t->sector, "GOV") == 0 && t->actor_kind == KB_ACTOR_BODY);
        if (t->mention != KB_NONE || t->nation)
            return false;
    }
    if (dual && countries && add_last_countries(s, list, a))
        return true;
    bool symmetric = false;
    for (uint32_t i = 0; i < s->drafts.n; i++)
        symmetric = symmetric || (s->drafts.at[i].match.rule->symmetric && s->drafts.at[i].actor_count && s->drafts.at[i].recipient_count);
    for (uint32_t i = s->drafts.n; dual && i > 0; i--) {
        const kb_draft *d = &s->drafts.at[i - 1];
        if (!d->actor_count || !d->recipient_count || (symmetric && !d->match.rule->symmetric))
            continue;
        for (uint32_t k = 0; k < d->actor_count + d->recipient_count && *list.count < KB_PARTY_MAX; k++) {
            const kb_participant *p = k < d->actor_count ? &d->actors[k] : &d->recipients[k - d->actor_count];
            list.at[*list.count] = *p;
            list.at[*list.count].start = s->layers->words[a->first].start;
            list.at[*list.count].end = s->layers->words[a->end - 1].end;
            list.sector[*list.count] = true;
            ++*list.count;
        }
        return true;
    }
    return false;
}

// "بقرارات الرئيس", "تعامل قوات الأمن مع المحتجين": whose act or property an abstract noun names; narrows *a to that party.
static kb_who inner_party(kb_stage *s, kb_argument *a, bool political)
{
    kb_who nobody = {.entity = KB_NONE};
    const kb_token *h = token(s, a->head);
    if (h->actor || (h->proclitics & KB_CLITIC_AL) || h->mention != KB_NONE)
        return nobody;
    for (uint32_t w = a->head + 1; w < a->end; w++) {
        const kb_token *t = token(s, w);
        bool name = t->mention != KB_NONE && s->layers->mentions[t->mention].first == w;
        bool adjective = t->pos == KB_POS_ADJ && !(t->proclitics & KB_CLITIC_AL) && !(t->features & KB_F_PLUR);
        if (!name && !(t->actor && !adjective && t->actor_kind != KB_ACTOR_QUANTITY && t->actor_kind != KB_ACTOR_THING))
            continue;
        kb_argument inside = {.first = w, .end = a->end, .head = w, .phrase = a->phrase, .given = true};
        kb_who who = kb_actor_resolve(s, &inside, political);
        if (who.code[0])
            *a = inside;
        return who.code[0] ? who : nobody;
    }
    return nobody;
}

// All members of an argument's chain that are somebody.
static void add_chain(kb_stage *s, party_list list, const kb_argument *a, bool political, bool inner, const char *assume)
{
    kb_argument at = *a;
    if (add_both_sides(s, list, a))
        return;
    for (unsigned guard = 0; guard < KB_PARTY_MAX; guard++) {
        kb_who who = kb_actor_resolve(s, &at, political);
        if (who.entity == KB_NONE && !who.code[0] && inner)
            who = inner_party(s, &at, political);
        if (who.entity == KB_NONE && !who.code[0] && who.human && assume) { // الآلاف, بعضهم
            memcpy(who.code, s->focus, sizeof s->focus);
            memcpy(who.code + strlen(who.code), assume, 4);
            who.sector = true;
        }
        if (who.entity != KB_NONE || who.code[0])
            add_party(s, list, &at, &who);
        uint32_t next = at.phrase == KB_NONE ? KB_NONE : s->c->phrases[at.phrase].next;
        if (next == KB_NONE)
            return;
        at = kb_argument_of_phrase(s, next);
    }
}

static bool deed_against_things(const char *type)
{
    return strcmp(type, "ASSAULT") == 0 || strcmp(type, "COERCE") == 0 || strcmp(type, "PROTEST") == 0 || strcmp(type, "MOBILIZE") == 0;
}

// A person of whom only the country is known acts for its state, and suffers as a civilian.
static void person_sectors(const kb_stage *s, const char *type, party_list list, bool actors)
{
    bool suffers = !actors && deed_against_things(type);
    for (uint32_t i = 0; i < *list.count; i++) {
        uint32_t e = list.at[i].entity;
        if (!list.sector[i] && e != KB_NONE && s->layers->entities[e].type == KB_PERSON && strlen(list.at[i].code) == 3)
            memcpy(list.at[i].code + 3, suffers ? "CVL" : "GOV", 4);
    }
}

static void assume_sector(party_list list, const char *sector)
{
    for (uint32_t i = 0; sector[0] && i < *list.count; i++) {
        if (!list.sector[i] && strlen(list.at[i].code) == 3)
            memcpy(list.at[i].code + 3, sector, 4);
    }
}

static void fill(kb_stage *s, kb_draft *d, bool actors, party_list list, bool leave_gen)
{
    const kb_match *m = &d->match;
    uint32_t first = actors ? m->rule->actor_first : m->rule->recipient_first, count = actors ? m->rule->actor_count : m->rule->recipient_count;
    for (uint32_t i = 0; i < count && *list.count == 0; i++) {
        const kb_source *source = &m->rules->sources[first + i];
        if (source->kind == KB_FROM_NOBODY)
            return;
        if (source->kind == KB_FROM_GEN && leave_gen)
            continue;
        kb_argument a = from_source(s, m, source);
        if (!a.given)
            continue;
        uint32_t before = *list.count;
        bool inner = !actors && source->kind != KB_FROM_GEN && !deed_against_things(m->type);
        if (!actors && (source->kind == KB_FROM_OBJ || source->kind == KB_FROM_PREP) && d->content == KB_NONE)
            d->content = a.phrase;
        add_chain(s, list, &a, actors || !deed_against_things(m->type), inner || (!actors && strcmp(m->type, "PROTEST") == 0),
                  actors && m->rule->assume_actor[0] ? m->rule->assume_actor : NULL);
        if (source->kind == KB_FROM_BETWEEN && *list.count > before + 1 && actors)
            *list.count = before + 1; // the first named
    }
}

// Parties after بين that are not the first are recipients; so are the later ones of a symmetric act with a plural subject.
static void split(kb_stage *s, kb_draft *d, party_list actors, party_list recipients)
{
    const kb_match *m = &d->match;
    kb_argument between = kb_argument_prep(s, m, s->c->function_words[KB_FW_BAYN]);
    if (between.given && wants(m, false, KB_FROM_BETWEEN) && wants(m, true, KB_FROM_BETWEEN)) {
        kb_participant all[KB_PARTY_MAX] = {0};
        bool sectors[KB_PARTY_MAX] = {0};
        uint32_t n = 0;
        add_chain(s, (party_list){all, sectors, &n}, &between, true, false, NULL);
        if (n >= 2 && *actors.count <= 1) {
            *actors.count = 1;
            actors.at[0] = all[0];
            actors.sector[0] = sectors[0];
            *recipients.count = 0;
            for (uint32_t i = 1; i < n; i++) {
                recipients.at[i - 1] = all[i];
                recipients.sector[i - 1] = sectors[i];
                *recipients.count = i;
            }
            return;
        }
    }
    if (m->rule->symmetric && *recipients.count == 0 && *actors.count > 1) {
        for (uint32_t i = 1; i < *actors.count; i++) {
            recipients.at[i - 1] = actors.at[i];
            recipients.sector[i - 1] = actors.sector[i];
        }
        *recipients.count = *actors.count - 1;
        *actors.count = 1;
    }
}

static void drop_shared(party_list actors, party_list recipients)
{
    for (uint32_t i = 0; i < *recipients.count;) {
        bool same = false;
        for (uint32_t j = 0; j < *actors.count; j++)
            same = same || (actors.at[j].start == recipients.at[i].start && actors.at[j].entity == recipients.at[i].entity) ||
                   (actors.at[j].entity != KB_NONE && actors.at[j].entity == recipients.at[i].entity);
        if (!same) {
            i++;
            continue;
        }
        memmove(&recipients.at[i], &recipients.at[i + 1], (*recipients.count - i - 1) * sizeof *recipients.at);
        memmove(&recipients.sector[i], &recipients.sector[i + 1], (*recipients.count - i - 1) * sizeof *recipients.sector);
        --*recipients.count;
    }
}

// The agent of a masdar that its sentence leaves to the verb that governs it: "تعهدت القاهرة بتمويل …" (its subject), "دعا الطرفين إلى وقف …" (its object).
static kb_argument controller(kb_stage *s, const kb_match *m)
{
    kb_argument nobody = {.phrase = KB_NONE};
    if (m->verbal || m->state || m->phrase == KB_NONE || m->support != KB_SUPPORT_NONE)
        return nobody;
    uint32_t phrase = m->phrase;
    while (s->c->phrases[phrase].joined && phrase > 0)
        phrase--;
    uint32_t verb = s->c->phrases[phrase].verb;
    if (verb == KB_NONE || s->c->verbs[verb].word > m->word)
        return nobody;
    const kb_verb *v = &s->c->verbs[verb];
    const uint32_t *row = token(s, v->word)->governor;
    if (!row)
        return nobody;
    if (row[KB_ROW_WORDS + 3 + KB_GOVERNOR_PREPS] == KB_CONTROL_SUBJECT)
        return kb_argument_of_phrase(s, v->subject);
    if (row[KB_ROW_WORDS + 3 + KB_GOVERNOR_PREPS] == KB_CONTROL_OBJECT && v->object != phrase)
        return kb_argument_of_phrase(s, v->object);
    return nobody;
}

void kb_parties_find(kb_stage *s, kb_draft *d)
{
    const kb_match *m = &d->match;
    s->subject = m->subj;
    party_list actors = {d->actors, d->actor_sector, &d->actor_count}, recipients = {d->recipients, d->recipient_sector, &d->recipient_count};
    bool both = wants(m, true, KB_FROM_GEN) && wants(m, false, KB_FROM_GEN);
    fill(s, d, false, recipients, both); // what else fills the recipient leaves the construct to the actor
    bool other = *recipients.count > 0;
    fill(s, d, true, actors, both && !other);
    if (both && !other)
        fill(s, d, false, recipients, false);
    kb_argument control = d->actor_count == 0 && wants(m, true, KB_FROM_SUBJ) ? controller(s, m) : (kb_argument){.phrase = KB_NONE};
    if (control.given)
        add_chain(s, actors, &control, true, false, NULL);
    drop_shared(actors, recipients);
    split(s, d, actors, recipients);
    assume_sector(actors, m->rule->assume_actor);
    assume_sector(recipients, m->rule->assume_recipient);
    person_sectors(s, m->type, actors, true);
    person_sectors(s, m->type, recipients, false);
    drop_shared(actors, recipients);
}

void kb_parties_of_phrase(kb_stage *s, uint32_t phrase, kb_participant *parties, uint32_t *count)
{
    bool sectors[KB_PARTY_MAX] = {0};
    kb_argument a = kb_argument_of_phrase(s, phrase);
    if (a.given)
        add_chain(s, (party_list){parties, sectors, count}, &a, true, true, NULL);
}
