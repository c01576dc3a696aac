// What prepositions around a trigger govern, and what stands at a source of a rule.
#include "events/parse.h"
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

// What the pronoun in the relative clause of the match's verb takes up.
static kb_argument antecedent(const kb_stage *s, const kb_match *m, uint32_t phrase)
{
    return m->verb != KB_NONE ? kb_argument_of_verb(s, &s->c->verbs[m->verb], phrase)
                              : kb_argument_of_phrase(s, phrase);
}

// "استخدمت الغاز المسيل للدموع لتفريقهم": where ل stands before a thing, the purpose behind it whose pronoun says who is meant; else the phrase itself.
static uint32_t purpose_behind(const kb_stage *s, kb_walk walk, uint32_t phrase)
{
    const kb_token *own = token(s, s->c->phrases[phrase].head);
    bool purpose = (own->features & KB_F_MASDAR) && own->enclitic != KB_ENC_NONE && own->enclitic >= KB_ENC_3MS;
    uint32_t p = phrase;
    if (s->c->phrases[phrase].preposition != s->c->function_words[KB_FW_LI] || kb_is_somebody(s->c, phrase))
        return phrase;
    while (!purpose && kb_walk_next(&walk, &p)) {
        const kb_token *h = token(s, s->c->phrases[p].head);
        if (s->c->phrases[p].preposition == s->c->function_words[KB_FW_LI] && (h->features & KB_F_MASDAR) &&
            h->enclitic >= KB_ENC_3MS)
            return p;
    }
    return phrase;
}

kb_argument kb_argument_prep(kb_stage *s, const kb_match *m, kb_lemma preposition)
{
    uint32_t from = m->end, p;
    if (!m->verbal && !m->state && m->phrase != KB_NONE && s->c->phrases[m->phrase].end > from)
        from = s->c->phrases[m->phrase].end;
    if (m->last >
        m->end) { // the pattern's own preposition stands apart: its complement is the phrase that holds the last term
        uint32_t q = s->c->phrase_of[m->last < s->layers->word_count ? m->last : m->last - 1];
        if (q != KB_NONE && s->c->phrases[q].preposition == preposition && s->c->phrases[q].from + 1 <= m->last &&
            s->c->phrases[q].first >= m->last)
            return kb_argument_of_phrase(s, q);
    }
    // A preposition of the pattern itself: سيطر على المدينة.
    if (m->end > m->word + 1 && m->end < s->layers->word_count && token(s, m->end - 1)->form == preposition) {
        uint32_t own = s->c->phrase_of[m->end - 1];
        if (own != KB_NONE && s->c->phrases[own].pronoun) // أطاح به
            return s->c->phrases[own].means != KB_NONE ? antecedent(s, m, s->c->phrases[own].means)
                                                       : kb_pronoun_of(s, m, m->end - 1);
        uint32_t q = s->c->phrase_of[m->end];
        if (q != KB_NONE)
            return kb_argument_of_phrase(s, q);
    }
    uint32_t last = KB_NONE;
    kb_walk walk = kb_walk_from(s->c, from);
    while (kb_walk_next(&walk, &p)) {
        // "وافق على فتح قنوات بين الجيشين": between whom is what was consented to.
        if (m->verbal && preposition == s->c->function_words[KB_FW_BAYN] &&
            s->c->phrases[p].preposition == s->c->function_words[KB_FW_ALA])
            break;
        // "احتجوا متهمين الجنود بإطلاق النار على المدنيين": what follows belongs to the participle.
        const kb_token *h = token(s, s->c->phrases[p].head);
        if (m->verbal && kb_token_is(h, KB_WORDS_PURPOSE) && !(h->features & KB_F_MASDAR) &&
            s->c->phrases[p].first >= m->end)
            break;
        // "خلال المظاهرات مقار لحركة النهضة": whose something else is.
        bool of_another = !m->verbal && !m->state && preposition == s->c->function_words[KB_FW_LI] && last != KB_NONE &&
                          last != m->phrase && s->c->phrases[last].end == s->c->phrases[p].from &&
                          !s->c->phrases[last].preposition && !s->c->phrases[last].joined && last != m->obj.phrase;
        last = p;
        if (of_another)
            continue;
        if (s->c->phrases[p].preposition == preposition && !s->c->phrases[p].joined && purpose_behind(s, walk, p) != p)
            return kb_pronoun_resolve(s, s->c->phrases[purpose_behind(s, walk, p)].head,
                                      token(s, s->c->phrases[purpose_behind(s, walk, p)].head)->enclitic,
                                      m->verb != KB_NONE ? s->c->verbs[m->verb].subject : m->subj.phrase);
        if (s->c->phrases[p].preposition == preposition && !s->c->phrases[p].joined)
            return s->c->phrases[p].means != KB_NONE ? antecedent(s, m, s->c->phrases[p].means)
                   : s->c->phrases[p].pronoun        ? kb_pronoun_of(s, m, s->c->phrases[p].first)
                                                     : kb_argument_of_phrase(s, p);
    }
    // "المظاهرات التي عمت المدن ضد القانون": the complements may stand in the clause that describes the noun.
    uint32_t sentence = s->layers->words[m->word].sentence;
    for (uint32_t i = kb_first_verb(s->c, sentence);
         i < s->c->verb_count && s->c->verbs[i].sentence == sentence && !m->verbal && !m->state && m->phrase != KB_NONE;
         i++) {
        const kb_verb *v = &s->c->verbs[i];
        if (v->antecedent != m->phrase || v->subject != m->phrase || v->word < m->end)
            continue;
        walk = kb_walk_from(s->c, v->word + 1);
        while (kb_walk_next(&walk, &p)) {
            if (s->c->phrases[p].preposition == preposition && !s->c->phrases[p].joined && !s->c->phrases[p].pronoun)
                return kb_argument_of_phrase(s, p);
        }
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
        uint32_t from_phrase = m->phrase != KB_NONE ? m->phrase : 0;
        for (uint32_t q = from_phrase; q < s->c->phrase_count && s->c->phrases[q].sentence <= sentence; q++) {
            const kb_phrase *x = &s->c->phrases[q];
            if (x->sentence == sentence && x->first > m->end && x->preposition == preposition && !x->joined &&
                !x->pronoun && x->next != KB_NONE)
                return kb_argument_of_phrase(s, q);
        }
    }
    return (kb_argument){.phrase = KB_NONE};
}

kb_argument kb_argument_from(kb_stage *s, const kb_match *m, const kb_source *source)
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
    case KB_FROM_SELF:
        return !m->verbal && m->phrase != KB_NONE && s->c->phrases[m->phrase].head == m->word
                   ? kb_argument_of_phrase(s, m->phrase)
                   : (kb_argument){.phrase = KB_NONE};
    default:
        return (kb_argument){.phrase = KB_NONE};
    }
}
