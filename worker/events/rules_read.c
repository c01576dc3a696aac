// Reads the rule language (worker/data/rules/README.md) into flat arrays.
#include "khabar/rules.h"
#include "events/builder.h"

#include <stdlib.h>

enum { MAX_LINE = 8000, MAX_VALUES = 16000, MAX_TERMS = 12, MAX_NAME = 63 };

typedef struct reader {
    kb_rules_builder *b;
    const char *file;
    uint32_t line;
    kb_rule *rule; // being read, NULL before the first
    uint32_t triggers;
    uint16_t groups;
    bool has_actor, has_recipient, has_doc, has_code;
    kb_error *error;
} reader;

static kb_status bad(reader *r, const char *what, kb_str got)
{
    return kb_fail(r->error, KB_INVALID, "rule-syntax", "%s:%u: %s: " KB_PRI, r->file, r->line, what, KB_ARG(got));
}

static kb_status no_memory(reader *r)
{
    return kb_fail(r->error, KB_NO_MEMORY, "no-memory", "%s:%u: no memory for the rules", r->file, r->line);
}

// The first word of `*rest`, which then begins after it.
static kb_str word(kb_str *rest)
{
    *rest = kb_str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    kb_str w = kb_str_sub(*rest, 0, n);
    *rest = kb_str_trim(kb_str_sub(*rest, n, rest->n));
    return w;
}

// Cuts `*rest` at the first `mark` that stands between blanks or at a comma; absent `rest` afterwards when none is left.
static kb_str part(kb_str *rest, char mark)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->p[i] != mark || (mark != ',' && (i == 0 || rest->p[i - 1] != ' ')))
            continue;
        kb_str head = kb_str_trim(kb_str_sub(*rest, 0, i));
        *rest = kb_str_sub(*rest, i + 1, rest->n);
        return head;
    }
    kb_str head = kb_str_trim(*rest);
    *rest = (kb_str){0};
    return head;
}

static kb_status push_value(reader *r, kb_lemma value, kb_values *values)
{
    if (r->b->values.n - values->first >= MAX_VALUES)
        return kb_fail(r->error, KB_LIMIT, "rule-values", "%s:%u: more than %d values", r->file, r->line, MAX_VALUES);
    kb_lemma *slot = KB_PUSH(r->b->arena, &r->b->values);
    if (!slot)
        return no_memory(r);
    *slot = value;
    return KB_OK;
}

// A word is looked for under every part of speech that it may have, and in its very form.
static kb_status push_keys(reader *r, kb_str w, kb_values *values)
{
    static const kb_pos all[KB_VALUE_KEYS] = {KB_POS_NOUN, KB_POS_ADJ, KB_POS_VERB, KB_POS_NONE,
                                              KB_POS_PREP, KB_POS_ADV, KB_POS_PART};
    kb_status status = KB_OK;
    for (size_t i = 0; i < KB_LEN(all) && status == KB_OK; i++)
        status = push_value(r, kb_lemma_of(w, all[i]), values);
    return status;
}

static const struct {
    const char *name;
    uint32_t class;
} classes[] = {
    {"@person", KB_IS_PERSON},     {"@organization", KB_IS_ORGANIZATION},
    {"@location", KB_IS_LOCATION}, {"@named", KB_IS_NAMED},
    {"@country", KB_IS_COUNTRY},   {"@state", KB_IS_STATE},
    {"@armed", KB_IS_ARMED},       {"@civilian", KB_IS_CIVILIAN},
    {"@human", KB_IS_HUMAN},       {"@team", KB_IS_TEAM},
    {"@company", KB_IS_COMPANY},   {"@media", KB_IS_MEDIA},
    {"@number", KB_IS_NUMBER},     {"@thing", KB_IS_THING},
    {"@none", KB_IS_NONE},         {"@any", KB_IS_ANY},
    {"@actor", KB_IS_ACTOR},
};

static bool cut_sequence(kb_str *rest, kb_str *word_out)
{
    size_t n = 0;
    *rest = kb_str_trim(*rest);
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '+')
        n++;
    *word_out = kb_str_sub(*rest, 0, n);
    *rest = kb_str_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
    return word_out->n > 0;
}

static uint32_t words_in(kb_str v)
{
    uint32_t n = 0;
    kb_str w;
    while (cut_sequence(&v, &w))
        n++;
    return n;
}

static kb_status read_single(reader *r, kb_str v, bool topic, kb_values *values)
{
    if (v.p[0] != '@')
        return topic ? push_value(r, kb_form_of(v), values) : push_keys(r, v, values);
    for (size_t i = 0; i < KB_LEN(classes); i++) {
        if (kb_str_is(v, classes[i].name))
            return push_value(r, classes[i].class, values);
    }
    return bad(r, "no such class", v);
}

static kb_status read_sequence(reader *r, kb_str v, kb_values *values)
{
    kb_status status = push_value(r, words_in(v), values);
    uint32_t opening = r->b->values.n;
    kb_str w;
    while (status == KB_OK && cut_sequence(&v, &w))
        status = push_keys(r, w, values);
    for (uint32_t i = opening; status == KB_OK && i < opening + KB_VALUE_KEYS; i++)
        values->openings |= kb_key_bit(r->b->values.at[i]);
    values->sequences++;
    return status;
}

static int by_value(const void *a, const void *b)
{
    kb_lemma x = *(const kb_lemma *)a, y = *(const kb_lemma *)b;
    return (x > y) - (x < y);
}

// Makes of the single values, which are all that was read so far, the list of classes and the table of keys.
static kb_status arrange(reader *r, kb_values *values)
{
    kb_lemma *at = r->b->values.at + values->first;
    uint32_t n = r->b->values.n - values->first, slots = n ? 2 : 0;
    if (n)
        qsort(at, n, sizeof *at, by_value);
    while (values->classes < n && at[values->classes] < KB_CLASS_END)
        values->classes++;
    n -= values->classes;
    while (slots < n * 2)
        slots *= 2;
    kb_lemma *table = KB_NEWS(r->b->arena, kb_lemma, slots);
    if (!table)
        return no_memory(r);
    for (uint32_t i = 0; i < n; i++) {
        kb_lemma key = at[values->classes + i];
        uint32_t slot = key & (slots - 1);
        while (table[slot] && table[slot] != key)
            slot = (slot + 1) & (slots - 1);
        table[slot] = key;
    }
    values->slots = (uint16_t)(n ? slots : 0);
    r->b->values.n -= n;
    for (uint32_t i = 0; i < values->slots; i++) {
        kb_lemma *slot = KB_PUSH(r->b->arena, &r->b->values);
        if (!slot)
            return no_memory(r);
        *slot = table[i];
    }
    return KB_OK;
}

// "W|W W|@class".
static kb_status read_values(reader *r, kb_str text, bool topic, kb_values *ret)
{
    kb_values values = {.first = r->b->values.n};
    kb_status status = KB_OK;
    for (int sequences = 0; sequences < 2 && status == KB_OK; sequences++) {
        for (kb_str rest = text; rest.p && status == KB_OK;) {
            kb_str v = kb_str_trim(kb_str_cut(&rest, '|'));
            if (v.n == 0)
                return bad(r, "an empty value", text);
            bool sequence = !topic && words_in(v) > 1;
            if (sequence == (sequences == 1))
                status = sequence ? read_sequence(r, v, &values) : read_single(r, v, topic, &values);
        }
        if (sequences == 0 && status == KB_OK)
            status = arrange(r, &values);
    }
    *ret = values;
    return status;
}

// ---------------------------------------------------------------- patterns

static bool take_prefix(kb_str *w, const char *prefix)
{
    kb_str p = kb_str_of(prefix);
    if (!kb_str_starts(*w, p) || w->n == p.n)
        return false;
    *w = kb_str_sub(*w, p.n, w->n);
    return true;
}

static kb_status read_term(reader *r, kb_str w, kb_term *ret)
{
    static const struct {
        const char *prefix;
        uint16_t clitic, flag;
    } prefixes[] = {
        {"~", 0, KB_TERM_GAP},   {"?", 0, KB_TERM_OPTIONAL}, {"ب+", KB_CLITIC_BI, 0},    {"ل+", KB_CLITIC_LI, 0},
        {"ك+", KB_CLITIC_KA, 0}, {"و+", KB_CLITIC_WA, 0},    {"-ال+", 0, KB_TERM_NO_AL}, {"ال+", 0, KB_TERM_AL},
    };
    kb_term term = {0};
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < KB_LEN(prefixes); i++) {
            if (!take_prefix(&w, prefixes[i].prefix))
                continue;
            term.proclitic |= prefixes[i].clitic;
            term.flags |= prefixes[i].flag;
            again = true;
        }
    }
    static const struct {
        const char *letter;
        uint16_t clitic;
    } letters[] = {{"ب", KB_CLITIC_BI}, {"ل", KB_CLITIC_LI}, {"ك", KB_CLITIC_KA}};
    for (size_t i = 0; i < KB_LEN(letters);
         i++) { // a bare letter: any word that has it as proclitic, or the letter with a pronoun
        if (kb_str_is(w, letters[i].letter)) {
            term.flags |= KB_TERM_LETTER | KB_TERM_GAP;
            term.proclitic |= letters[i].clitic;
        }
    }
    kb_status status = read_values(r, w, false, &term.values);
    *ret = term;
    return status;
}

static kb_status index_head(reader *r, uint32_t pattern, kb_trigger_kind kind, kb_str heads)
{
    kb_str rest = heads;
    while (rest.p) {
        kb_str w = kb_str_trim(kb_str_cut(&rest, '|'));
        if (w.n == 0)
            return bad(r, "an empty trigger", heads);
        kb_pos poses[2] = {KB_POS_NOUN, KB_POS_NONE};
        size_t n = 1;
        if (kind == KB_ON_VERB || kind == KB_ON_ACT)
            poses[0] = KB_POS_VERB;
        else if (kind == KB_ON_ADJ)
            poses[0] = KB_POS_ADJ;
        else if (kind == KB_ON_WORD)
            poses[0] = KB_POS_NONE;
        for (size_t i = 0; i < n; i++) {
            kb_pending *p = KB_PUSH(r->b->arena, &r->b->pending);
            if (!p)
                return no_memory(r);
            *p = (kb_pending){
                .lemma = kb_lemma_of(w, poses[i]), .order = r->b->pending.n, .posting = {KB_POST_PATTERN, pattern}};
        }
    }
    return KB_OK;
}

static kb_status read_pattern(reader *r, kb_trigger_kind kind, kb_str text)
{
    kb_str rest = text, head = word(&rest);
    if (head.n == 0)
        return bad(r, "an empty pattern", text);
    kb_pattern *p = KB_PUSH(r->b->arena, &r->b->patterns);
    if (!p)
        return no_memory(r);
    uint32_t index = r->b->patterns.n - 1;
    *p = (kb_pattern){.rule = r->b->rules.n - 1, .kind = (uint8_t)kind, .strength = 1, .term_first = r->b->terms.n};
    kb_status status = index_head(r, index, kind, head);
    while (status == KB_OK && rest.n) {
        kb_str w = word(&rest);
        kb_term term;
        status = read_term(r, w, &term);
        if (status != KB_OK)
            return status;
        kb_term *slot = KB_PUSH(r->b->arena, &r->b->terms);
        if (!slot)
            return no_memory(r);
        *slot = term;
        kb_pattern *q = &r->b->patterns.at[index];
        q->strength = (uint8_t)(q->strength + !(term.flags & KB_TERM_OPTIONAL));
        if (++q->term_count > MAX_TERMS)
            return bad(r, "too many terms", text);
    }
    r->triggers++;
    return status;
}

static kb_status read_patterns(reader *r, kb_trigger_kind kind, kb_str text)
{
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;)
        status = read_pattern(r, kind, part(&rest, ','));
    return status;
}

// ---------------------------------------------------------------- roles and conditions

static kb_status read_sources(reader *r, kb_str text, uint32_t *first, uint32_t *count)
{
    static const char *const names[] = {"subj", "obj", "gen", "adj", "by", "between", "", "none"};
    *first = r->b->sources.n;
    for (kb_str rest = text; rest.p;) {
        kb_str s = part(&rest, ',');
        if (s.n == 0)
            return bad(r, "an empty source", text);
        kb_source source = {.kind = KB_FROM_PREP};
        for (uint32_t i = 0; i < KB_LEN(names); i++) {
            if (kb_str_is(s, names[i]))
                source.kind = i;
        }
        if (source.kind == KB_FROM_PREP) {
            if ((unsigned char)s.p[0] < 0x80)
                return bad(r, "no such source", s);
            source.preposition = kb_form_of(s);
        }
        kb_source *slot = KB_PUSH(r->b->arena, &r->b->sources);
        if (!slot)
            return no_memory(r);
        *slot = source;
        ++*count;
    }
    return KB_OK;
}

static kb_status read_condition(reader *r, kb_str text, uint16_t owner, uint16_t group, bool negated)
{
    static const char *const names[] = {"next",  "prev",      "mod",     "near",  "sentence", "subj", "obj", "gen",
                                        "actor", "recipient", "support", "topic", "between",  "by",   "adj"};
    kb_str rest = kb_str_trim(text);
    if (rest.n && rest.p[0] == '!') {
        negated = !negated;
        rest = kb_str_trim(kb_str_sub(rest, 1, rest.n));
    }
    kb_str place = word(&rest);
    if (rest.n && rest.p[0] == '!') {
        negated = !negated;
        rest = kb_str_sub(rest, 1, rest.n);
    }
    if (place.n == 0 || rest.n == 0)
        return bad(r, "a condition is a place and values", text);
    kb_condition c = {.place = KB_AT_PREP, .negated = negated, .owner = owner, .group = group};
    for (uint8_t i = 0; i < KB_LEN(names); i++) {
        if (kb_str_is(place, names[i]))
            c.place = i;
    }
    if (c.place == KB_AT_PREP) {
        if ((unsigned char)place.p[0] < 0x80)
            return bad(r, "no such place", place);
        c.preposition = kb_form_of(place);
    }
    kb_status status = read_values(r, rest, c.place == KB_AT_TOPIC, &c.values);
    if (status != KB_OK)
        return status;
    kb_condition *slot = KB_PUSH(r->b->arena, &r->b->conditions);
    if (!slot)
        return no_memory(r);
    *slot = c;
    r->rule->condition_count++;
    return KB_OK;
}

static kb_status read_need(reader *r, kb_str text)
{
    uint16_t group = ++r->groups;
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;)
        status = read_condition(r, part(&rest, '/'), 0, group, false);
    r->rule->needs++;
    return status;
}

static kb_status read_not(reader *r, kb_str text)
{
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;)
        status = read_condition(r, part(&rest, '/'), 0, ++r->groups, true);
    return status;
}

static bool read_status(kb_str s, uint8_t *ret)
{
    static const char *const names[] = {"actual", "future", "hypothetical", "negated", "historical"};
    for (uint8_t i = 0; i < KB_LEN(names); i++) {
        if (kb_str_is(s, names[i])) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static kb_status check_code(reader *r, kb_str type, kb_str cameo)
{
    static const char *const types[] = {"AGREE",    "CONSULT",  "SUPPORT", "CONCEDE", "COOPERATE", "AID",
                                        "RETREAT",  "REQUEST",  "ACCUSE",  "REJECT",  "THREATEN",  "PROTEST",
                                        "SANCTION", "MOBILIZE", "COERCE",  "ASSAULT"};
    bool found = false;
    for (size_t i = 0; i < KB_LEN(types); i++)
        found = found || kb_str_is(type, types[i]);
    if (!found)
        return bad(r, "no type of PLOVER", type);
    for (size_t i = 0; i < cameo.n; i++) {
        if (cameo.p[i] < '0' || cameo.p[i] > '9' || cameo.n > 4)
            return bad(r, "no CAMEO code", cameo);
    }
    return KB_OK;
}

static uint32_t intern_code(reader *r, kb_str s)
{
    return s.n == 0 || kb_str_is(s, "-") ? 0 : kb_rules_intern(r->b, s);
}

static kb_status read_actions(reader *r, kb_str text, kb_when *w)
{
    kb_str rest = text;
    while (kb_str_trim(rest).n) {
        kb_str action = word(&rest);
        if (kb_str_is(action, "drop")) {
            w->drop = 1;
        } else if (kb_str_is(action, "mode")) {
            w->mode = intern_code(r, word(&rest));
        } else if (kb_str_is(action, "cameo")) {
            w->cameo = intern_code(r, word(&rest));
        } else if (kb_str_is(action, "status")) {
            kb_str s = word(&rest);
            if (!read_status(s, &w->status))
                return bad(r, "no status", s);
        } else if (kb_str_is(action, "code")) {
            kb_str type = word(&rest), mode = word(&rest), cameo = word(&rest);
            kb_status status = check_code(r, type, cameo);
            if (status != KB_OK)
                return status;
            w->type = kb_rules_intern(r->b, type);
            w->mode = intern_code(r, mode);
            w->cameo = intern_code(r, cameo);
        } else {
            return bad(r, "no such action", action);
        }
    }
    return KB_OK;
}

static kb_status read_when(reader *r, kb_str text)
{
    kb_str rest = text, conditions = part(&rest, ':');
    if (!rest.p)
        return bad(r, "'when' needs ' : ' and actions", text);
    kb_when *w = KB_PUSH(r->b->arena, &r->b->whens);
    if (!w)
        return no_memory(r);
    *w = (kb_when){.type = KB_NO_CHANGE, .mode = KB_NO_CHANGE, .cameo = KB_NO_CHANGE, .status = KB_STATUS_KEEP};
    uint16_t owner = ++r->rule->when_count;
    kb_status status = KB_OK;
    for (kb_str c = conditions; c.p && status == KB_OK;) {
        kb_str group = part(&c, '&');
        uint16_t id = ++r->groups;
        for (kb_str g = group; g.p && status == KB_OK;)
            status = read_condition(r, part(&g, '/'), owner, id, false);
    }
    return status == KB_OK ? read_actions(r, rest, w) : status;
}

// ---------------------------------------------------------------- rules

static kb_status end_rule(reader *r)
{
    if (!r->rule)
        return KB_OK;
    kb_str name = kb_str_of(r->b->strings.at + r->rule->name);
    if (!r->has_doc || !r->has_code || r->triggers == 0)
        return bad(r, "the rule needs 'doc', 'code' and a trigger", name);
    static const char actor[] = "subj, by, adj, between", recipient[] = "obj, gen, ل, ضد";
    kb_status status = KB_OK;
    if (!r->has_actor)
        status = read_sources(r, kb_str_of(actor), &r->rule->actor_first, &r->rule->actor_count);
    if (status == KB_OK && !r->has_recipient)
        status = read_sources(r, kb_str_of(recipient), &r->rule->recipient_first, &r->rule->recipient_count);
    return status;
}

static kb_status begin_rule(reader *r, kb_str name)
{
    kb_status status = end_rule(r);
    if (status != KB_OK)
        return status;
    if (name.n == 0 || name.n > MAX_NAME)
        return bad(r, "a rule's name has 1 to 63 letters", name);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return bad(r, "a rule's name is a lower-case ASCII slug", name);
    }
    for (uint32_t i = 0; i < r->b->rules.n; i++) {
        if (kb_str_eq(kb_str_of(r->b->strings.at + r->b->rules.at[i].name), name))
            return bad(r, "another rule has this name", name);
    }
    uint32_t interned = kb_rules_intern(r->b, name);
    r->rule = KB_PUSH(r->b->arena, &r->b->rules);
    if (!r->rule || interned == KB_NO_CHANGE)
        return no_memory(r);
    *r->rule =
        (kb_rule){.name = interned, .score = 80, .condition_first = r->b->conditions.n, .when_first = r->b->whens.n};
    r->triggers = 0;
    r->groups = 0;
    r->has_actor = r->has_recipient = r->has_doc = r->has_code = false;
    return KB_OK;
}

static kb_status read_code(reader *r, kb_str value)
{
    kb_str rest = value, type = word(&rest), mode = word(&rest), cameo = word(&rest);
    if (r->has_code)
        return bad(r, "a second 'code'", value);
    r->has_code = true;
    if (kb_str_is(type, "none")) {
        r->rule->suppress = 1;
        return KB_OK;
    }
    kb_status status = check_code(r, type, cameo);
    r->rule->type = kb_rules_intern(r->b, type);
    r->rule->mode = intern_code(r, mode);
    r->rule->cameo = intern_code(r, cameo);
    return status;
}

static kb_status read_contexts(reader *r, kb_str value)
{
    size_t n = 0;
    while (value.n) {
        if (n == KB_LEN(r->rule->contexts))
            return bad(r, "at most four contexts", value);
        r->rule->contexts[n++] = kb_rules_intern(r->b, word(&value));
    }
    return KB_OK;
}

static kb_status read_assume(reader *r, kb_str value)
{
    kb_str rest = value, who = word(&rest), sector = word(&rest);
    if (sector.n != 3 || (!kb_str_is(who, "actor") && !kb_str_is(who, "recipient")))
        return bad(r, "'assume' is 'actor' or 'recipient' and a sector", value);
    memcpy(kb_str_is(who, "actor") ? r->rule->assume_actor : r->rule->assume_recipient, sector.p, 3);
    return KB_OK;
}

static kb_status read_score(reader *r, kb_str value)
{
    char digits[4] = {0};
    if (value.n == 0 || value.n > 2)
        return bad(r, "a score is 1 to 99", value);
    memcpy(digits, value.p, value.n);
    long n = strtol(digits, NULL, 10);
    if (n < 1)
        return bad(r, "a score is 1 to 99", value);
    r->rule->score = (uint8_t)n;
    return KB_OK;
}

static kb_status read_line(reader *r, kb_str key, kb_str value)
{
    static const char *const triggers[] = {"verb", "noun", "act", "adj", "word", "echo"};
    if (kb_str_is(key, "rule"))
        return begin_rule(r, value);
    if (!r->rule)
        return bad(r, "a line before the first rule", key);
    for (uint32_t i = 0; i < KB_LEN(triggers); i++) {
        if (kb_str_is(key, triggers[i]))
            return read_patterns(r, (kb_trigger_kind)i, value);
    }
    if (kb_str_is(key, "doc")) {
        r->has_doc = true;
        r->rule->doc = kb_rules_intern(r->b, value);
        return KB_OK;
    }
    if (kb_str_is(key, "code"))
        return read_code(r, value);
    if (kb_str_is(key, "actor") && !r->has_actor) {
        r->has_actor = true;
        return read_sources(r, value, &r->rule->actor_first, &r->rule->actor_count);
    }
    if (kb_str_is(key, "recipient") && !r->has_recipient) {
        r->has_recipient = true;
        return read_sources(r, value, &r->rule->recipient_first, &r->rule->recipient_count);
    }
    if (kb_str_is(key, "symmetric") || kb_str_is(key, "weak")) {
        *(kb_str_is(key, "weak") ? &r->rule->weak : &r->rule->symmetric) = 1;
        return KB_OK;
    }
    if (kb_str_is(key, "when"))
        return read_when(r, value);
    if (kb_str_is(key, "need"))
        return read_need(r, value);
    if (kb_str_is(key, "not"))
        return read_not(r, value);
    if (kb_str_is(key, "assume"))
        return read_assume(r, value);
    if (kb_str_is(key, "status"))
        return read_status(value, &r->rule->status) ? KB_OK : bad(r, "no status", value);
    if (kb_str_is(key, "context"))
        return read_contexts(r, value);
    if (kb_str_is(key, "score"))
        return read_score(r, value);
    if (kb_str_is(key, "example") || kb_str_is(key, "none"))
        return KB_OK; // read by the tests
    return bad(r, "no such keyword, or given twice", key);
}

kb_status kb_rules_read(kb_rules_builder *b, const char *name, kb_str text, kb_error *error)
{
    reader r = {.b = b, .file = name, .error = error};
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;) {
        kb_str line = kb_str_trim(kb_str_cut(&rest, '\n'));
        r.line++;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (line.n > MAX_LINE)
            return kb_fail(error, KB_LIMIT, "rule-line", "%s:%u: a line of more than %d bytes", name, r.line, MAX_LINE);
        kb_str value = line, key = word(&value);
        status = read_line(&r, key, value);
    }
    return status == KB_OK ? end_rule(&r) : status;
}
