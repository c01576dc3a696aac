// Words as the event stage sees them, with what the tables say about each.
#include "events/parse.h"
#include "khabar/names.h"

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

const uint32_t *kb_row_under(const kb_clauses *c, const kb_rules *rules, kb_lemma lemma, uint32_t w,
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
    if (!(t->kinds >> kind & 1))
        return NULL;
    for (uint32_t i = 0; i < c->rules_count && !found; i++) {
        kb_lemma keys[3] = {t->best ? t->best->lemma : 0, t->form, t->whole != t->form ? t->whole : 0};
        for (size_t k = 0; k < KB_LEN(keys); k++) {
            const uint32_t *row = kb_row_under(c, &c->rules[i], keys[k], word, kind, &best);
            if (row) {
                found = row;
                *ret_rules = &c->rules[i];
            }
        }
    }
    return found;
}

void kb_token_describe(const kb_clauses *c, kb_token *t)
{
    kb_lemma keys[3] = {t->best ? t->best->lemma : 0, t->form, t->whole != t->form ? t->whole : 0};
    for (uint32_t i = 0; i < c->rules_count; i++) {
        for (size_t k = 0; k < KB_LEN(keys); k++) {
            const kb_index_slot *slot = keys[k] ? kb_rules_slot(&c->rules[i], keys[k]) : NULL;
            if (!slot)
                continue;
            t->kinds |= slot->kinds;
            const kb_posting *p = c->rules[i].postings + slot->first;
            for (uint32_t n = 0; slot->kinds >> KB_POST_WORD & 1 && n < slot->count; n++) {
                if (p[n].kind == KB_POST_WORD)
                    t->classes |= UINT64_C(1) << c->rules[i].cells[p[n].value + KB_ROW_WORDS];
            }
        }
    }
}

static void fill_keys(const kb_word *w, kb_token *t)
{
    const kb_lemma all[KB_LEN(t->keys)] = {t->form, t->whole, w->analysis_count > 0 ? w->analyses[0].lemma : 0,
                                           w->analysis_count > 1 ? w->analyses[1].lemma : 0};
    for (size_t i = 0; i < KB_LEN(all); i++) {
        if (!all[i] || (i == 1 && all[1] == all[0]))
            continue;
        t->keys[t->key_count++] = all[i];
        t->key_bits |= kb_key_bit(all[i]);
    }
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
    if (row && t->pos != KB_POS_VERB && t->pos != KB_POS_PREP) {
        t->actor = true;
        t->sector = kb_rules_string(rules, row[KB_ROW_WORDS]);
        t->actor_kind = (uint8_t)row[KB_ROW_WORDS + 1];
        t->actor_words = (uint16_t)(1 + (row[0] != 0) + (row[1] != 0));
    }
    row = kb_clauses_row(c, w, KB_POST_ADJECTIVE, &rules);
    if (row)
        t->adjective = kb_rules_string(rules, row[KB_ROW_WORDS]);
    row = kb_clauses_row(c, w, KB_POST_NATION, &rules);
    kb_str form = c->layers->words[w].form;
    bool accusative =
        kb_str_ends(form, KB_STR("يا")) || (kb_str_ends(form, KB_STR("ا")) && w > 0 && c->tokens[w - 1].actor &&
                                            c->tokens[w - 1].actor_kind == KB_ACTOR_PEOPLE);
    if (!row && t->mention == KB_NONE && accusative) { // مصورا فرنسيا, متظاهرين روسا
        kb_lemma bare = kb_form_of_folded(kb_str_sub(form, 0, (uint32_t)(form.n - strlen("ا"))));
        for (uint32_t i = 0; i < c->rules_count && !row; i++) {
            uint32_t best = 0;
            rules = &c->rules[i];
            row = kb_row_under(c, rules, bare, w, KB_POST_NATION, &best);
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

// Identities of all words, for which the tables will be asked: their places are sent for together, so that the misses of the cache overlap.
static void expect_rows(kb_clauses *c)
{
    for (uint32_t w = 0; w < c->layers->word_count; w++) {
        const kb_word *word = &c->layers->words[w];
        if (word->kind == KB_WORD_PUNCT)
            continue;
        c->tokens[w].whole = kb_form_of_folded(word->form);
        for (uint32_t i = 0; i < c->rules_count; i++) {
            kb_rules_expect(&c->rules[i], c->tokens[w].whole);
            if (word->analysis_count)
                kb_rules_expect(&c->rules[i], word->analyses[0].lemma);
        }
    }
}

// "ما لا يقل عن ثلاثة مسلحين": a verb among words of measure before a number tells no more than a bound, and governs nothing.
static void bounds_are_no_verbs(kb_clauses *c)
{
    bool counted = false; // a number follows, with nothing but words of measure before it
    for (uint32_t w = c->layers->word_count; w > 0; w--) {
        kb_token *t = &c->tokens[w - 1];
        bool measure = t->mention == KB_NONE && kb_token_is(t, KB_WORDS_MEASURE);
        if (counted && measure && t->pos == KB_POS_VERB)
            t->pos = KB_POS_PART;
        counted = t->number != KB_NONE || (counted && measure);
    }
}

void kb_tokens_fill(kb_clauses *c)
{
    const kb_layers *y = c->layers;
    index_spans(c);
    expect_rows(c);
    for (uint32_t w = 0; w < y->word_count; w++) {
        const kb_word *word = &y->words[w];
        kb_token *t = &c->tokens[w];
        if (word->kind == KB_WORD_PUNCT) {
            t->pos = KB_POS_PUNCT;
            t->mark = punctuation(kb_str_sub(y->text.stored, word->start, word->end));
            continue;
        }
        t->form = t->whole;
        if (word->analysis_count == 0) {
            kb_token_describe(c, t);
            t->pos = word->kind == KB_WORD_NUMBER ? KB_POS_NUM : KB_POS_NONE;
            continue;
        }
        t->best = &word->analyses[kb_reading_of(c, w)];
        t->pos = guessed_pos(word, t->best);
        t->proclitics = t->best->proclitics;
        t->enclitic = t->best->enclitic;
        t->features = t->best->features;
        kb_str written = kb_str_sub(y->text.stored, word->start, word->end);
        bool damma = damma_near(kb_str_sub(written, 2 * (size_t)__builtin_popcount(t->proclitics), written.n));
        if (t->pos == KB_POS_VERB && (t->features & KB_F_PAST) && damma)
            t->features |= KB_F_PASS; // أُفرج, قُتل
        if (t->best->stem_start || t->best->stem_end < word->form.n)
            t->form = kb_form_of_folded(kb_str_sub(word->form, t->best->stem_start, t->best->stem_end));
        kb_token_describe(c, t);
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
        fill_keys(&y->words[w], &c->tokens[w]);
        if (c->tokens[w].pos != KB_POS_PUNCT)
            look_up(c, w);
    }
    bounds_are_no_verbs(c);
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
