// Finds the patterns of the rules: each word's lemmas and form are looked up in the index, then the terms that must follow are checked.
#include "events/stage.h"

enum { SHORT_GAP = 4, GAP = 8, LONG_GAP = 28, MAX_ANALYSES = 3 };

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

static bool holds_key(const kb_lemma *table, uint32_t slots, kb_lemma key)
{
    for (uint32_t i = key & (slots - 1); table[i]; i = (i + 1) & (slots - 1)) {
        if (table[i] == key)
            return true;
    }
    return false;
}

static bool word_has(const kb_token *t, const kb_lemma *keys)
{
    for (uint32_t i = 0; i < t->key_count; i++) {
        for (uint32_t k = 0; k < KB_VALUE_KEYS; k++) {
            if (keys[k] == t->keys[i])
                return true;
        }
    }
    return false;
}

static bool sequence_at(const kb_stage *s, const kb_lemma *keys, uint32_t words, uint32_t word)
{
    if (word + words > s->layers->word_count)
        return false;
    for (uint32_t i = 0; i < words; i++) {
        if (!word_has(token(s, word + i), keys + i * KB_VALUE_KEYS))
            return false;
    }
    return true;
}

bool kb_value_matches(const kb_stage *s, const kb_rules *rules, const kb_values *values, uint32_t word)
{
    const kb_token *t = token(s, word);
    const kb_lemma *classes = rules->values + values->first, *at = classes + values->classes;
    for (uint32_t i = 0; i < values->classes; i++) {
        if (classes[i] == KB_IS_CROWD && kb_token_is(t, KB_WORDS_CROWD))
            return true;
    }
    for (uint32_t i = 0; values->slots && i < t->key_count; i++) {
        if (holds_key(at, values->slots, t->keys[i]))
            return true;
    }
    if (!(values->openings & t->key_bits))
        return false;
    at += values->slots;
    for (uint32_t i = 0; i < values->sequences; i++) {
        uint32_t words = *at++;
        if (sequence_at(s, at, words, word))
            return true;
        at += words * KB_VALUE_KEYS;
    }
    return false;
}

bool kb_value_is(const kb_rules *rules, const kb_values *values, kb_lemma value)
{
    const kb_lemma *at = rules->values + values->first;
    for (uint32_t i = 0; i < values->classes; i++) {
        if (at[i] == value)
            return true;
    }
    return values->slots && holds_key(at + values->classes, values->slots, value);
}

// "قوات الدعم السريع": a word in the middle of a name says nothing of the event.
static bool inside_name(const kb_stage *s, uint32_t w)
{
    const kb_token *t = token(s, w);
    return t->mention != KB_NONE && w > 0 && token(s, w - 1)->mention == t->mention;
}

static bool term_at(const kb_stage *s, const kb_rules *rules, const kb_term *term, uint32_t w)
{
    const kb_token *t = token(s, w);
    if (term->flags & KB_TERM_LETTER)
        return (t->proclitics & term->proclitic) ||
               (t->enclitic != KB_ENC_NONE && kb_value_matches(s, rules, &term->values, w));
    if (term->proclitic && (t->proclitics & term->proclitic) != term->proclitic)
        return false;
    if ((term->flags & KB_TERM_AL) && !(t->proclitics & KB_CLITIC_AL))
        return false;
    if ((term->flags & KB_TERM_NO_AL) && (t->proclitics & KB_CLITIC_AL))
        return false;
    return kb_value_matches(s, rules, &term->values, w);
}

static uint32_t after_times(const kb_stage *s, uint32_t w, uint32_t end)
{
    while (w < end && (token(s, w)->time != KB_NONE || token(s, w)->mark == KB_MARK_QUOTE))
        w++;
    return w;
}

// The comma that ends what the comma at `at` opens, where that is an aside with a preposition or a relative pronoun (دعت الجامعة، في ختام اجتماع عقد
// في القاهرة، الطرفين إلى); `at` where it opens none.
static uint32_t aside_end(const kb_stage *s, uint32_t at, uint32_t end)
{
    enum { MOST = 14 };
    uint32_t from = at + 1;
    bool opens = from < end && (token(s, from)->pos == KB_POS_PREP || token(s, from)->pos == KB_POS_REL);
    for (uint32_t w = from; opens && w < end && w < from + MOST; w++) {
        const kb_token *t = token(s, w);
        if (t->mark == KB_MARK_COMMA)
            return w;
        if (t->mark == KB_MARK_STOP || t->mark == KB_MARK_COLON)
            break;
    }
    return at;
}

// Checks the terms of a pattern after its head; sets the ends of the match.
static bool terms_follow(const kb_stage *s, const kb_pattern *p, kb_match *m)
{
    uint32_t end = s->layers->sentences[s->layers->words[m->word].sentence].end, w = m->word + 1;
    bool direct = true;
    m->end = w;
    m->last = w;
    m->term_count = 0;
    for (uint32_t i = 0; i < p->term_count; i++) {
        const kb_term *term = &m->rules->terms[p->term_first + i];
        uint32_t at = after_times(s, w, end);
        bool found = at < end && term_at(s, m->rules, term, at);
        // After a verb its subject may stand before the preposition that the pattern asks for.
        bool gap = (term->flags & KB_TERM_GAP) || (m->verbal && !(term->flags & KB_TERM_OPTIONAL));
        // "سيبدؤها": a verb with an object pronoun has its object already.
        if (gap && !found && m->verbal && token(s, m->word)->enclitic != KB_ENC_NONE && !term->proclitic &&
            !(term->flags & KB_TERM_OPTIONAL))
            gap = false;
        if (!found && gap) {
            bool free = term->flags & KB_TERM_GAP;
            // The object of a verb may stand far off, behind a long subject.
            uint32_t reach = m->rule->suppress ? SHORT_GAP : m->verbal ? LONG_GAP : GAP;
            for (uint32_t n = 0; n < reach && at < end && !found; n++, at++) {
                const kb_token *t = token(s, at);
                if (m->verbal && t->mark == KB_MARK_COMMA)
                    at = aside_end(s, at, end);
                // "احتجوا متهمين الجنود بإطلاق النار على …": the preposition behind a participle is that one's.
                bool state = !free && kb_token_is(t, KB_WORDS_PURPOSE) && !(t->features & KB_F_MASDAR);
                if (t->mark == KB_MARK_STOP || t->mark == KB_MARK_COLON || state ||
                    (t->pos == KB_POS_VERB && n > 0 && t->mention == KB_NONE))
                    break;
                found = (free || term->proclitic || t->pos == KB_POS_PREP) && (n < GAP || t->mention == KB_NONE) &&
                        !inside_name(s, at) && term_at(s, m->rules, term, at);
                if (found)
                    break;
            }
            direct = direct && !found;
        }
        if (!found) {
            if (term->flags & KB_TERM_OPTIONAL)
                continue;
            return false;
        }
        if (term->flags &
            KB_TERM_LETTER) { // the word that has the proclitic is a complement and no part of the trigger
            w = at;
            direct = false;
            continue;
        }
        w = at + 1;
        m->last = w;
        if (m->term_count < KB_LEN(m->terms))
            m->terms[m->term_count++] = at;
        if (direct)
            m->end = w;
    }
    return true;
}

// A participle as a state: indefinite, singular or agreeing, not the subject of anything (متهما, معلنة).
static bool is_state(const kb_stage *s, uint32_t w, const kb_analysis *a)
{
    if (!(a->features & KB_F_ACTPART) || (a->proclitics & ~(KB_CLITIC_WA | KB_CLITIC_FA)) || w == 0)
        return false;
    const kb_token *p = token(s, w - 1), *t = token(s, w);
    // "بين الشرطة ومحتجين", "متظاهرين ومعتصمين": people beside others.
    uint32_t phrase = s->c->phrase_of[w];
    if (kb_token_is(t, KB_WORDS_CROWD) && phrase != KB_NONE && s->c->phrases[phrase].joined)
        return false;
    bool feminine = (a->features & KB_F_FEM) && (a->features & KB_F_SING);
    return p->pos != KB_POS_PREP && ((a->features & KB_F_ACC) || (p->mark == KB_MARK_COMMA && feminine));
}

static bool kind_fits(const kb_stage *s, const kb_pattern *p, const kb_analysis *a, bool by_verb, bool by_form,
                      kb_match *m)
{
    m->verbal = m->state = m->echo = false;
    switch (p->kind) {
    case KB_ON_VERB:
    case KB_ON_ACT:
        if (a->pos == KB_POS_VERB && !by_verb && !by_form) {
            m->verbal = true;
            return true;
        }
        if (!by_verb)
            return false;
        m->state = is_state(s, m->word, a);
        return m->state || (p->kind == KB_ON_ACT && (a->features & KB_F_MASDAR));
    case KB_ON_NOUN:
        return !by_verb && a->pos != KB_POS_VERB;
    case KB_ON_ECHO:
        m->echo = true;
        return !by_verb && a->pos != KB_POS_VERB &&
               ((a->proclitics & KB_CLITIC_AL) || a->enclitic != KB_ENC_NONE ||
                (m->word > 0 && token(s, m->word - 1)->pos == KB_POS_DEM));
    case KB_ON_ADJ:
        return !by_verb && a->pos == KB_POS_ADJ;
    case KB_ON_WORD:
        return by_form;
    default:
        return false;
    }
}

static bool better(const kb_match *a, const kb_match *b)
{
    const kb_pattern *p = &a->rules->patterns[a->pattern], *q = &b->rules->patterns[b->pattern];
    if (p->strength != q->strength)
        return p->strength > q->strength;
    if (a->echo != b->echo)
        return b->echo;
    if (a->rule->needs != b->rule->needs)
        return a->rule->needs > b->rule->needs;
    if (a->rule->suppress != b->rule->suppress)
        return a->rule->suppress;
    return a->rule->score > b->rule->score;
}

// A rule of the same name in an image of higher precedence takes this one's place.
static bool replaced(const kb_stage *s, const kb_rules *rules, const kb_rule *rule)
{
    for (uint32_t i = 0; i < s->rules_count && &s->rules[i] != rules; i++) {
        if (kb_rules_named(&s->rules[i], rules->strings + rule->name) != KB_NONE)
            return true;
    }
    return false;
}

static void note_miss(kb_stage *s, const kb_match *m)
{
    kb_match *slot = s->explain ? KB_PUSH(s->arena, &s->near_misses) : NULL;
    if (slot)
        *slot = *m;
}

// "تنديدا بالحكومة", "احتجاجا على القانون": an indefinite accusative before a preposition says why something else is done.
static bool is_purpose(const kb_stage *s, const kb_match *m)
{
    const kb_analysis *a = m->analysis;
    if (m->verbal || m->state || m->echo || !(a->features & KB_F_ACC) || (a->features & (KB_F_PLUR | KB_F_DUAL)) ||
        (a->proclitics & KB_CLITIC_AL) || m->support != KB_SUPPORT_NONE || m->phrase == KB_NONE ||
        m->word + 1 >= s->layers->word_count)
        return false;
    const kb_token *next = token(s, m->word + 1);
    bool before_preposition = next->pos == KB_POS_PREP || (next->proclitics & (KB_CLITIC_BI | KB_CLITIC_LI));
    uint32_t verb = s->c->phrases[m->phrase].verb;
    return before_preposition && (verb == KB_NONE || !token(s, s->c->verbs[verb].word)->governor);
}

static void try_pattern(kb_stage *s, const kb_rules *rules, uint32_t index, uint32_t word, const kb_analysis *a,
                        bool by_verb, bool by_form, kb_match *best)
{
    const kb_pattern *p = &rules->patterns[index];
    kb_match m = {.rules = rules,
                  .rule = &rules->rules[p->rule],
                  .pattern = index,
                  .word = word,
                  .analysis = a,
                  .verb = KB_NONE,
                  .support = KB_SUPPORT_NONE,
                  .phrase = KB_NONE};
    if (!kind_fits(s, p, a, by_verb, by_form, &m) || !terms_follow(s, p, &m) || (best->rule && !better(&m, best)) ||
        replaced(s, rules, m.rule))
        return;
    kb_arguments_find(s, &m);
    if (is_purpose(s, &m))
        return;
    if (!kb_conditions_hold(s, &m, 0)) {
        note_miss(s, &m);
        return;
    }
    *best = m;
}

static void try_key(kb_stage *s, kb_lemma key, uint32_t word, const kb_analysis *a, bool by_verb, bool by_form,
                    kb_match *best)
{
    for (uint32_t r = 0; key && r < s->rules_count; r++) {
        const kb_index_slot *slot = kb_rules_slot(&s->rules[r], key);
        if (!slot || !(slot->kinds >> KB_POST_PATTERN & 1))
            continue;
        const kb_posting *p = s->rules[r].postings + slot->first;
        for (uint32_t i = 0; i < slot->count; i++) {
            if (p[i].kind == KB_POST_PATTERN)
                try_pattern(s, &s->rules[r], p[i].value, word, a, by_verb, by_form, best);
        }
    }
}

static kb_status add_draft(kb_stage *s, const kb_match *m, kb_error *error)
{
    kb_draft *d = KB_PUSH(s->arena, &s->drafts);
    if (!d)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the events of article " KB_PRI,
                       KB_ARG(s->layers->article->id));
    *d = (kb_draft){.match = *m,
                    .sentence = s->layers->words[m->word].sentence,
                    .place = KB_NONE,
                    .reported_by = KB_NONE,
                    .killed = -1,
                    .injured = -1,
                    .merged = KB_NONE,
                    .content = KB_NONE};
    d->first = kb_clause_first(s->c, m->word);
    d->end = kb_clause_end(s->c, m->word);
    return KB_OK;
}

kb_status kb_match_all(kb_stage *s, kb_error *error)
{
    const kb_layers *y = s->layers;
    uint32_t consumed = 0; // words before it belong to a match already
    for (uint32_t w = 0; w < y->word_count; w++) {
        const kb_word *word = &y->words[w];
        const kb_token *t = token(s, w);
        if (t->pos == KB_POS_PUNCT || t->mention != KB_NONE || t->time != KB_NONE || word->analysis_count == 0 ||
            w < consumed)
            continue;
        kb_match best = {0};
        uint8_t n = word->analysis_count < MAX_ANALYSES ? word->analysis_count : MAX_ANALYSES;
        for (uint8_t i = 0; i < n; i++) {
            const kb_analysis *a = i == 0 ? t->best : &word->analyses[i];
            // A second reading counts only where it is nearly as likely as the first and of the same part of speech.
            if (i > 0 && (a == t->best || a->pos != t->best->pos || a->score + 10 < word->analyses[0].score))
                continue;
            try_key(s, a->lemma, w, a, false, false, &best);
            if (a->verb && a->verb != a->lemma && a->pos != KB_POS_VERB)
                try_key(s, a->verb, w, a, true, false, &best);
        }
        try_key(s, t->form, w, t->best, false, true, &best);
        if (!t->best->known && t->best->pos != KB_POS_VERB) {
            kb_str stem = kb_str_sub(word->form, t->best->stem_start, t->best->stem_end);
            try_key(s, kb_lemma_of_folded(stem, KB_POS_NOUN), w, t->best, false, false, &best);
        }
        if (!best.rule)
            continue;
        consumed = best.end;
        if (best.rule->suppress) {
            consumed = best.last > best.end ? best.last : best.end;
            continue;
        }
        kb_whens_apply(s, &best);
        if (best.dropped)
            continue;
        kb_status status = add_draft(s, &best, error);
        if (status != KB_OK)
            return status;
    }
    return KB_OK;
}
