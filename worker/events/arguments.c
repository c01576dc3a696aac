// What stands where around a trigger: subject, object, construct, adjective of nationality, complements.
#include "events/parse.h"
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

kb_argument kb_argument_of_verb(const kb_stage *s, const kb_verb *v, uint32_t phrase)
{
    kb_argument a = kb_argument_of_phrase(s, phrase);
    uint32_t head = a.given && phrase == v->antecedent && v->pronoun != KB_NONE
                        ? kb_described_head(s->c, v->pronoun, phrase)
                        : a.head;
    if (head != a.head)
        a.first = a.head = head;
    return a;
}

// ---------------------------------------------------------------- verbs

bool kb_rule_asks(const kb_match *m, bool actor, uint32_t kind)
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
    uint32_t first = w;
    while (w < s->layers->word_count && w < first + MOST && token(s, w)->mention == KB_NONE &&
           kb_token_is(token(s, w), KB_WORDS_MEASURE))
        w++;
    return w > first && w < s->layers->word_count && token(s, w)->number != KB_NONE ? s->c->phrase_of[w] : KB_NONE;
}

// "جنديان قتلا", "السياح الذين خطفوا": a verb of killing or abduction behind its subject, without an object, is a passive that the script hides.
static bool told_of_victims(const kb_stage *s, const kb_match *m, const kb_verb *v)
{
    const char *type = kb_rules_string(m->rules, m->rule->type);
    if (!type || strcmp(type, "ASSAULT") != 0 || v->object != KB_NONE || v->subject == KB_NONE ||
        !(v->subject_left || v->relative) || !(token(s, v->word)->features & KB_F_PAST) ||
        token(s, v->word)->enclitic != KB_ENC_NONE || !kb_rule_asks(m, false, KB_FROM_OBJ) || m->term_count > 0)
        return false;
    for (uint32_t i = 0; i < m->rule->recipient_count;
         i++) { // verbs that reach whom they strike by a preposition need no object (اعتدى على)
        if (m->rules->sources[m->rule->recipient_first + i].preposition == s->c->function_words[KB_FW_ALA])
            return false;
    }
    const kb_phrase *p = &s->c->phrases[v->subject];
    const kb_token *h = token(s, p->head);
    bool gunmen = h->actor && h->sector && strcmp(h->sector, "UAF") == 0 && p->head == p->first && h->number == KB_NONE;
    return !gunmen;
}

// "قتلت محامية رميا بالرصاص": an indefinite verbal noun in the accusative tells the manner and is no object.
static bool has_object(const kb_stage *s, const kb_verb *v)
{
    if (v->object == KB_NONE)
        return false;
    const kb_token *h = token(s, s->c->phrases[v->object].head);
    bool manner = (h->features & KB_F_MASDAR) && (h->features & KB_F_ACC) && !(h->proclitics & KB_CLITIC_AL) &&
                  h->mention == KB_NONE && h->enclitic == KB_ENC_NONE && !h->actor;
    return !manner;
}

// The first word of the pattern's own that was cut as part of a phrase, behind its head; or KB_NONE.
static uint32_t inner_term(const kb_match *m, const kb_phrase *p)
{
    for (uint8_t i = 0; i < m->term_count; i++) {
        if (m->terms[i] > p->head && m->terms[i] < p->end)
            return m->terms[i];
    }
    return KB_NONE;
}

// Acts that need an object: with one bare argument alone after the verb, the script hides a passive (قتل خمسة جنود).
static bool hidden_passive(kb_stage *s, const kb_match *m, const kb_verb *v)
{
    static const char *const types[] = {"ASSAULT", "COERCE", "SANCTION", "RETREAT"};
    const char *type = kb_rules_string(m->rules, m->rule->type);
    bool deed = false;
    for (size_t i = 0; type && i < KB_LEN(types); i++)
        deed = deed || strcmp(type, types[i]) == 0;
    for (uint8_t i = 0; i < m->term_count; i++) { // استولى على: verbs that reach their object by على
        if (token(s, m->terms[i])->form == s->c->function_words[KB_FW_ALA])
            return false;
    }
    if (told_of_victims(s, m, v))
        return true;
    if (!deed || has_object(s, v) || v->subject == KB_NONE || v->subject_left || v->relative ||
        !kb_rule_asks(m, false, KB_FROM_OBJ) || !kb_rule_asks(m, true, KB_FROM_SUBJ) ||
        token(s, v->word)->enclitic != KB_ENC_NONE || v->complement != KB_NONE)
        return false;
    const kb_phrase *p = &s->c->phrases[v->subject];
    if (p->first < v->word)
        return false;
    const kb_token *h = token(s, p->head);
    if (h->mention != KB_NONE && s->layers->mentions[h->mention].type != KB_PERSON)
        return false;                // a state or a body does it
    if (inner_term(m, p) != KB_NONE) // "ألقى شبان زجاجات حارقة": it has its object
        return false;
    bool counted = p->head > p->first || h->number != KB_NONE;
    // "قتل شرطي": soldiers and policemen without a target are the target.
    bool indefinite = !(h->proclitics & KB_CLITIC_AL) && h->enclitic == KB_ENC_NONE && h->mention == KB_NONE;
    bool leads = h->actor && h->actor_kind == KB_ACTOR_PART &&
                 ((h->features & KB_F_HUMAN) || kb_token_is(h, KB_WORDS_MEMBERS)); // قيادي في التنظيم
    bool man = indefinite && (h->features & KB_F_SING) &&
               (leads || (h->actor && h->actor_kind == KB_ACTOR_PEOPLE && h->sector && strcmp(h->sector, "UAF") != 0));
    if (man && type && strcmp(type, "ASSAULT") == 0 && (token(s, v->word)->features & KB_F_PAST))
        return true;
    bool holds_power = h->actor && (h->actor_kind == KB_ACTOR_BODY || h->actor_kind == KB_ACTOR_WEAPON ||
                                    h->actor_kind == KB_ACTOR_PART);
    bool judge = h->actor && h->sector && strcmp(h->sector, "JUD") == 0 && type && strcmp(type, "SANCTION") == 0;
    bool fighter = h->actor && h->sector &&
                   (strcmp(h->sector, "UAF") == 0 || strcmp(h->sector, "COP") == 0 || strcmp(h->sector, "MIL") == 0);
    return counted || (!fighter && !holds_power && !judge);
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
        while (head + 1 < s->c->phrases[p].end &&
               (token(s, head)->number != KB_NONE || token(s, head)->actor_kind == KB_ACTOR_QUANTITY) &&
               token(s, head)->mention == KB_NONE)
            head++;
        const kb_token *n = token(s, first);
        // "مساعدات عسكرية": what agrees with the thing is its adjective, though it may name people elsewhere.
        bool of_thing = (n->features & KB_F_NISBA) && (n->features & KB_F_FEM) && !(n->proclitics & KB_CLITIC_AL) &&
                        !n->nation && ((t->features & KB_F_PLUR) || (t->features & KB_F_FEM));
        if (!of_thing && (n->pos != KB_POS_ADJ || n->actor || n->nation))
            return (kb_argument){.first = first, .end = s->c->phrases[p].end, .head = head, .phrase = p, .given = true};
    }
    if (kb_token_is(t, KB_WORDS_SELF)) // فجر نفسه
        return kb_argument_of_phrase(s, v->object2);
    // "أعلنت القيادة تأييدها منفذي الانقلاب": the pronoun is the subject's.
    bool own = v->subject != KB_NONE && kb_fits_pronoun(s->c, t->enclitic, &s->c->phrases[v->subject]);
    if (t->enclitic != KB_ENC_NONE && !(own && v->object2 != KB_NONE))
        return kb_pronoun_resolve(s, noun, t->enclitic, v->subject);
    return kb_argument_of_phrase(s, v->object2);
}

// Whether the argument is a thing that the pattern itself names, and no party.
static bool pattern_noun(const kb_stage *s, const kb_match *m, const kb_argument *a)
{
    const kb_token *h = token(s, a->head);
    bool party = h->mention != KB_NONE || h->nation ||
                 (h->actor && h->actor_kind != KB_ACTOR_THING && h->actor_kind != KB_ACTOR_WEAPON);
    // "ضمت أراضي أوكرانية", "أسقطت طائرة روسية": a thing or an arm with its owner's name.
    if (h->actor && (h->actor_kind == KB_ACTOR_THING || h->actor_kind == KB_ACTOR_WEAPON) && a->end > a->head + 1)
        party = party || token(s, a->head + 1)->nation || token(s, a->head + 1)->mention != KB_NONE;
    for (uint8_t i = 0; a->given && !party && i < m->term_count; i++) {
        if (m->terms[i] == a->head || (m->terms[i] >= a->first && m->terms[i] < a->end &&
                                       token(s, m->terms[i])->pos != KB_POS_PREP && m->terms[i] <= a->head + 1))
            return true;
    }
    return false;
}

// "الجيش: قتلنا ستة", "قال الرئيس: «سنعاقب …»": who speaks in the first person, before the colon or as the subject of the verb of speech.
static kb_argument speaker_before(const kb_stage *s, uint32_t verb)
{
    const kb_clauses *c = s->c;
    uint32_t first = s->layers->sentences[s->layers->words[verb].sentence].first;
    for (uint32_t w = verb; w > first; w--) {
        uint32_t v = c->verb_of[w - 1], p = w > first + 1 ? c->phrase_of[w - 2] : KB_NONE;
        if (c->tokens[w - 1].mark == KB_MARK_COLON && p != KB_NONE && !c->phrases[p].preposition &&
            kb_is_somebody(c, p) && c->phrases[p].from == first)
            return kb_argument_of_phrase(s, p);
        if (v != KB_NONE && (c->tokens[w - 1].features & KB_F_SPEECH) && (c->tokens[w - 1].features & KB_F_P3) &&
            c->verbs[v].subject != KB_NONE)
            return kb_argument_of_phrase(s, c->verbs[v].subject);
    }
    return (kb_argument){.phrase = KB_NONE};
}

static void verb_arguments(kb_stage *s, kb_match *m)
{
    m->verb = s->c->verb_of[m->word];
    if (m->verb == KB_NONE)
        return;
    const kb_verb *v = &s->c->verbs[m->verb];
    if ((token(s, m->word)->features & KB_F_P1) && !(token(s, m->word)->features & KB_F_P3)) {
        m->obj = kb_argument_of_phrase(s, v->object != KB_NONE ? v->object : v->subject);
        m->subj = speaker_before(s, m->word);
        return;
    }
    uint32_t measured = kb_rule_asks(m, false, KB_FROM_OBJ) ? measured_phrase(s, m->end) : KB_NONE;
    if (measured != KB_NONE) {
        m->obj = kb_argument_of_phrase(s, measured);
        if (v->subject_left)
            m->subj = kb_argument_of_phrase(s, v->subject);
        return;
    }
    // "أن قطع علاقاته": what is his is the object.
    kb_argument behind = kb_argument_of_phrase(s, v->subject);
    bool his = behind.given && behind.first > m->word && token(s, behind.head)->enclitic >= KB_ENC_3MS &&
               pattern_noun(s, m, &behind);
    if (v->passive || (!his && hidden_passive(s, m, v))) {
        m->obj = kb_argument_of_verb(s, v, v->subject);
        return;
    }
    m->subj = kb_argument_of_verb(s, v, v->subject);
    m->obj = kb_argument_of_verb(s, v, v->object);
    uint32_t inner = m->subj.given && v->object == KB_NONE ? inner_term(m, &s->c->phrases[v->subject]) : KB_NONE;
    if (inner != KB_NONE && inner > m->subj.head && kb_is_somebody(s->c, v->subject))
        m->subj.end = inner; // "ألقى شبان زجاجات حارقة"
    const kb_verb *before = m->verb > 0 ? v - 1 : NULL;
    const char *type = kb_rules_string(m->rules, m->rule->type);
    // "زار صنعاء والتقى الرئيس": a second verb of meeting shares the subject of the first.
    if (type && strcmp(type, "CONSULT") == 0 && !m->obj.given && m->subj.given && m->subj.first > m->word && before &&
        before->sentence == v->sentence && before->subject != KB_NONE && before->subject != v->subject &&
        (token(s, v->word)->proclitics & KB_CLITIC_WA) && kb_rule_asks(m, false, KB_FROM_OBJ)) {
        m->obj = m->subj;
        m->subj = kb_argument_of_phrase(s, before->subject);
    }
    if (v->object_pronoun)
        m->obj = kb_pronoun_of_object(s, m, v->subject);
    // A noun of the pattern (أطلق النار, ألقى القبض) is no party.
    if (pattern_noun(s, m, &m->obj))
        m->obj = after_pattern_noun(s, m, v);
    bool arm = m->subj.given && token(s, m->subj.head)->actor && token(s, m->subj.head)->actor_kind == KB_ACTOR_WEAPON;
    if (!arm && pattern_noun(s, m, &m->subj)) // aircraft act for their owner
        m->subj = kb_argument_of_phrase(s, his ? kb_told_before(s->c, m->verb) : KB_NONE);
}

// Whether a verb stands in a clause with أن or إن: who says it goes on speaking in the participles behind it.
static bool embedded(const kb_stage *s, uint32_t verb)
{
    const kb_clauses *c = s->c;
    uint32_t first = kb_clause_first(c, verb), begin = s->layers->sentences[s->layers->words[verb].sentence].first;
    return first > begin && (kb_is_fw(c, token(s, first - 1), KB_FW_AN) || kb_is_fw(c, token(s, first - 1), KB_FW_IN));
}

static void state_arguments(kb_stage *s, kb_match *m)
{
    uint32_t sentence = s->layers->words[m->word].sentence;
    for (uint32_t i = s->c->verb_count; i > 0; i--) {
        const kb_verb *v = &s->c->verbs[i - 1];
        if (v->sentence != sentence || v->word > m->word || v->relative || v->subject == KB_NONE ||
            !kb_is_somebody(s->c, v->subject) || embedded(s, v->word))
            continue;
        bool fits = kb_fits_as_state(s->c, m->word, v->subject);
        if (fits || !m->subj.given) // the nearest, where none agrees
            m->subj = kb_argument_of_phrase(s, v->subject);
        if (fits)
            break;
    }
    kb_walk walk = kb_walk_from(s->c, m->end);
    uint32_t p;
    if (kb_walk_next(&walk, &p) && !s->c->phrases[p].preposition)
        m->obj = kb_argument_of_phrase(s, p);
    // The state and its object may have been cut as one phrase: متهما الرباط.
    uint32_t own = s->c->phrase_of[m->word];
    if (own != KB_NONE && s->c->phrases[own].end > m->end && !m->obj.given)
        m->obj = (kb_argument){
            .first = m->end, .end = s->c->phrases[own].end, .head = m->end, .phrase = KB_NONE, .given = true};
    if (m->analysis->enclitic != KB_ENC_NONE && !m->obj.given)
        m->obj = kb_pronoun_resolve(s, m->word, m->analysis->enclitic, KB_NONE);
    bool apart = m->end < s->layers->word_count && kb_str_starts(s->layers->words[m->end].form, KB_STR("ايا"));
    if (apart) { // متهمة إياها
        const kb_word *pronoun = &s->layers->words[m->end];
        m->obj = kb_pronoun_resolve(s, m->word,
                                    kb_str_ends(pronoun->form, KB_STR("ها"))   ? KB_ENC_3FS
                                    : kb_str_ends(pronoun->form, KB_STR("هم")) ? KB_ENC_3MP
                                                                               : KB_ENC_3MS,
                                    m->subj.phrase);
    }
}

// ---------------------------------------------------------------- nouns

static bool adjectival(const kb_token *t)
{
    return t->mention == KB_NONE && (t->pos == KB_POS_ADJ || t->nation || (t->features & KB_F_NISBA));
}

// "اعتقال صحفي كيني": people named by what could be an adjective, behind the indefinite verbal noun of what is done to people.
static bool people_in_construct(const kb_stage *s, const kb_match *m, uint32_t w)
{
    static const char *const types[] = {"ASSAULT", "COERCE", "SANCTION", "RETREAT"};
    static const char *const sectors[] = {"UAF", "MIL", "REB"}; // هجوم انتحاري, انقلاب عسكري
    const kb_token *h = token(s, m->word), *t = token(s, w);
    const char *type = kb_rules_string(m->rules, m->rule->type);
    bool deed = false, fighter = false; // اغتيال سياسي: an adjective, where none of nationality follows
    bool nationals = w + 1 < s->c->phrases[m->phrase].end && token(s, w + 1)->nation && !token(s, w + 1)->proclitics;
    for (size_t i = 0; type && i < KB_LEN(types); i++)
        deed = deed || strcmp(type, types[i]) == 0;
    for (size_t i = 0; t->sector && i < KB_LEN(sectors); i++)
        fighter = fighter || strcmp(t->sector, sectors[i]) == 0;
    // "خطف أميركيين": a plural of nationality agrees with no singular.
    bool people = t->nation && (t->features & (KB_F_PLUR | KB_F_DUAL)) && !(t->features & (KB_F_SING | KB_F_FEM)) &&
                  (h->features & KB_F_SING) && !(h->features & (KB_F_PLUR | KB_F_DUAL));
    if (people && w == m->end && w == m->word + 1 && !t->proclitics)
        return true;
    return deed && !fighter && w == m->word + 1 && m->end == w && (h->features & KB_F_MASDAR) && !h->proclitics &&
           h->enclitic == KB_ENC_NONE && t->actor && t->sector && t->mention == KB_NONE && !t->proclitics &&
           (t->actor_kind == KB_ACTOR_PEOPLE || strcmp(t->sector, "OPP") == 0) && nationals &&
           kb_rule_asks(m, false, KB_FROM_GEN) && kb_rule_asks(m, false, KB_FROM_OBJ);
}

// Construct and adjectives inside the trigger's own phrase.
static void own_phrase(kb_stage *s, kb_match *m)
{
    const kb_phrase *p = &s->c->phrases[m->phrase];
    const kb_token *h = token(s, m->word);
    uint32_t w = m->end;
    for (uint32_t k = m->word + 1; k < m->end && k < p->end; k++) {
        if (token(s, k)->nation && !m->adj.given)
            m->adj =
                (kb_argument){.first = k, .end = k + 1, .head = k, .phrase = KB_NONE, .given = true, .nation = true};
    }
    for (uint32_t k = m->word + 1; k < m->end; k++) { // a party among the pattern's own words: اقتحام متظاهرين
        if (token(s, k)->actor && token(s, k)->actor_kind == KB_ACTOR_PEOPLE && k < p->end &&
            !((token(s, k)->features & (KB_F_NISBA | KB_F_SING)) && !(token(s, k)->features & KB_F_PLUR) &&
              token(s, k)->sector &&
              (strcmp(token(s, k)->sector, "MIL") == 0 ||
               strcmp(token(s, k)->sector, "CVL") == 0))) { // but انقلاب عسكري, عصيان مدني
            m->gen = (kb_argument){.first = k, .end = p->end, .head = k, .phrase = m->phrase, .given = true};
            return;
        }
    }
    while (w < p->end && adjectival(token(s, w)) && !people_in_construct(s, m, w)) {
        if (token(s, w)->nation && !m->adj.given)
            m->adj =
                (kb_argument){.first = w, .end = w + 1, .head = w, .phrase = KB_NONE, .given = true, .nation = true};
        w++;
    }
    bool open = !(h->proclitics & KB_CLITIC_AL) || m->end > m->word + 1;
    uint32_t measured = open && h->enclitic == KB_ENC_NONE ? measured_phrase(s, m->end) : KB_NONE;
    if (measured != KB_NONE) {
        m->gen = kb_argument_of_phrase(s, measured);
        return;
    }
    if (h->enclitic != KB_ENC_NONE && m->end > m->word + 1) {
        m->gen = kb_pronoun_resolve(s, m->word, h->enclitic, m->phrase);
    } else if (w < p->end && w == m->end && open) {
        uint32_t head = w;
        while (head + 1 < p->end && (token(s, head)->pos == KB_POS_NUM || token(s, head)->number != KB_NONE ||
                                     (token(s, head)->actor && token(s, head)->actor_kind == KB_ACTOR_QUANTITY) ||
                                     token(s, head)->pos == KB_POS_DEM))
            head++;
        if (token(s, head)->pos == KB_POS_PREP && head + 1 < p->end)
            head++;
        m->gen = (kb_argument){.first = w, .end = p->end, .head = head, .phrase = m->phrase, .given = true};
    } else if (w >= p->end && open && m->end == m->word + 1 && h->enclitic != KB_ENC_NONE) {
        m->gen = kb_pronoun_resolve(s, m->word, h->enclitic, m->phrase);
    } else if (w >= p->end && w < s->layers->word_count && m->end == w) {
        // A number after the noun begins its construct: توقيف 457 شخصا.
        uint32_t q = s->c->phrase_of[w];
        if (q != KB_NONE && s->c->phrases[q].from == w && !s->c->phrases[q].preposition && !s->c->phrases[q].joined &&
            open &&
            (token(s, w)->number != KB_NONE || token(s, w)->mention != KB_NONE ||
             token(s, w)->actor_kind == KB_ACTOR_QUANTITY))
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
    bool fits = preposition ? p->preposition == preposition
                            : p->role == KB_ROLE_OBJECT || p->role == KB_ROLE_OBJECT2 || p->role == KB_ROLE_SUBJECT;
    if (!fits)
        return;
    const char *type = kb_rules_string(m->rules, m->rule->type);
    bool force = type && strcmp(type, "ASSAULT") == 0;
    // "تجري روسيا محادثات": with a subject and an object it is no taking place (جرى) but the doing that is written alike (أجرى).
    if (how == KB_SUPPORT_HAPPEN && p->role == KB_ROLE_OBJECT && v->subject != KB_NONE &&
        kb_is_somebody(s->c, v->subject))
        how = KB_SUPPORT_ACT;
    m->support = (uint8_t)how;
    if (p->role == KB_ROLE_SUBJECT) {
        if (how == KB_SUPPORT_HIT && !m->obj.given)
            m->obj = kb_argument_of_phrase(s, v->object);
        if (how != KB_SUPPORT_HAPPEN && how != KB_SUPPORT_HIT)
            m->support = KB_SUPPORT_NONE;
    } else if (how == KB_SUPPORT_ACT && force && !preposition && (token(s, v->word)->features & KB_F_SPEECH)) {
        m->support = KB_SUPPORT_NONE; // who announces a killing has not done it; but رد بقصف
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
    for (uint32_t i = kb_first_verb(s->c, p->sentence); i < s->c->verb_count && s->c->verbs[i].sentence == p->sentence;
         i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->word < p->end || v->word > p->end + 14)
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
        if (m->gen.phrase != m->phrase && m->gen.phrase != KB_NONE && m->gen.first > m->word)
            walk = kb_walk_from(s->c, s->c->phrases[m->gen.phrase].end);
        uint32_t behind =
            walk.at; // "غداة اتهام الرئيس أجهزة الاستخبارات": right behind its agent it is no object of the verb before
        if (kb_walk_next(&walk, &p) && !s->c->phrases[p].preposition && !s->c->phrases[p].joined && !walk.commas &&
            (s->c->phrases[p].role == KB_ROLE_NONE || s->c->phrases[p].role == KB_ROLE_OBJECT2 ||
             (s->c->phrases[p].from == behind && (token(s, m->word)->features & KB_F_MASDAR) &&
              s->c->phrases[m->phrase].preposition)))
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
