// Reads the rule language (worker/data/rules/README.md) into flat arrays.
#include "events/rules_reader.h"

#include <stdlib.h>

enum { MAX_LINE = 8000, MAX_TERMS = 12, MAX_NAME = 63 };

// ---------------------------------------------------------------- patterns

static bool take_prefix(kb_str *w, const char *prefix)
{
    kb_str p = kb_str_of(prefix);
    if (!kb_str_starts(*w, p) || w->n == p.n)
        return false;
    *w = kb_str_sub(*w, p.n, w->n);
    return true;
}

static kb_status read_term(kb_rule_reader *r, kb_str w, kb_term *ret)
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
    kb_status status = kb_rule_values(r, w, false, &term.values);
    *ret = term;
    return status;
}

static kb_status index_head(kb_rule_reader *r, uint32_t pattern, kb_trigger_kind kind, kb_str heads)
{
    kb_str rest = heads;
    while (rest.p) {
        kb_str w = kb_str_trim(kb_str_cut(&rest, '|'));
        if (w.n == 0)
            return kb_rule_bad(r, "an empty trigger", heads);
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
                return kb_rule_no_memory(r);
            *p = (kb_pending){
                .lemma = kb_lemma_of(w, poses[i]), .order = r->b->pending.n, .posting = {KB_POST_PATTERN, pattern}};
        }
    }
    return KB_OK;
}

static kb_status read_pattern(kb_rule_reader *r, kb_trigger_kind kind, kb_str text)
{
    kb_str rest = text, head = kb_rule_word(&rest);
    if (head.n == 0)
        return kb_rule_bad(r, "an empty pattern", text);
    kb_pattern *p = KB_PUSH(r->b->arena, &r->b->patterns);
    if (!p)
        return kb_rule_no_memory(r);
    uint32_t index = r->b->patterns.n - 1;
    *p = (kb_pattern){.rule = r->b->rules.n - 1, .kind = (uint8_t)kind, .strength = 1, .term_first = r->b->terms.n};
    kb_status status = index_head(r, index, kind, head);
    while (status == KB_OK && rest.n) {
        kb_str w = kb_rule_word(&rest);
        kb_term term;
        status = read_term(r, w, &term);
        if (status != KB_OK)
            return status;
        kb_term *slot = KB_PUSH(r->b->arena, &r->b->terms);
        if (!slot)
            return kb_rule_no_memory(r);
        *slot = term;
        kb_pattern *q = &r->b->patterns.at[index];
        q->strength = (uint8_t)(q->strength + !(term.flags & KB_TERM_OPTIONAL));
        if (++q->term_count > MAX_TERMS)
            return kb_rule_bad(r, "too many terms", text);
    }
    r->triggers++;
    return status;
}

static kb_status read_patterns(kb_rule_reader *r, kb_trigger_kind kind, kb_str text)
{
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;)
        status = read_pattern(r, kind, kb_rule_part(&rest, ','));
    return status;
}

// ---------------------------------------------------------------- roles and conditions

static kb_status read_sources(kb_rule_reader *r, kb_str text, uint32_t *first, uint32_t *count)
{
    static const char *const names[] = {"subj", "obj", "gen", "adj", "by", "between", "", "none", "self"};
    *first = r->b->sources.n;
    for (kb_str rest = text; rest.p;) {
        kb_str s = kb_rule_part(&rest, ',');
        if (s.n == 0)
            return kb_rule_bad(r, "an empty source", text);
        kb_source source = {.kind = KB_FROM_PREP};
        for (uint32_t i = 0; i < KB_LEN(names); i++) {
            if (kb_str_is(s, names[i]))
                source.kind = i;
        }
        if (source.kind == KB_FROM_PREP) {
            if ((unsigned char)s.p[0] < 0x80)
                return kb_rule_bad(r, "no such source", s);
            source.preposition = kb_form_of(s);
        }
        kb_source *slot = KB_PUSH(r->b->arena, &r->b->sources);
        if (!slot)
            return kb_rule_no_memory(r);
        *slot = source;
        ++*count;
    }
    return KB_OK;
}

static kb_status read_condition(kb_rule_reader *r, kb_str text, uint16_t owner, uint16_t group, bool negated)
{
    static const char *const names[] = {"next",  "prev",      "mod",     "near",  "sentence", "subj", "obj", "gen",
                                        "actor", "recipient", "support", "topic", "between",  "by",   "adj"};
    kb_str rest = kb_str_trim(text);
    if (rest.n && rest.p[0] == '!') {
        negated = !negated;
        rest = kb_str_trim(kb_str_sub(rest, 1, rest.n));
    }
    kb_str place = kb_rule_word(&rest);
    if (rest.n && rest.p[0] == '!') {
        negated = !negated;
        rest = kb_str_sub(rest, 1, rest.n);
    }
    if (place.n == 0 || rest.n == 0)
        return kb_rule_bad(r, "a condition is a place and values", text);
    kb_condition c = {.place = KB_AT_PREP, .negated = negated, .owner = owner, .group = group};
    for (uint8_t i = 0; i < KB_LEN(names); i++) {
        if (kb_str_is(place, names[i]))
            c.place = i;
    }
    if (c.place == KB_AT_PREP) {
        if ((unsigned char)place.p[0] < 0x80)
            return kb_rule_bad(r, "no such place", place);
        c.preposition = kb_form_of(place);
    }
    kb_status status = kb_rule_values(r, rest, c.place == KB_AT_TOPIC, &c.values);
    if (status != KB_OK)
        return status;
    kb_condition *slot = KB_PUSH(r->b->arena, &r->b->conditions);
    if (!slot)
        return kb_rule_no_memory(r);
    *slot = c;
    r->rule->condition_count++;
    return KB_OK;
}

static kb_status read_need(kb_rule_reader *r, kb_str text)
{
    uint16_t group = ++r->groups;
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;)
        status = read_condition(r, kb_rule_part(&rest, '/'), 0, group, false);
    r->rule->needs++;
    return status;
}

static kb_status read_not(kb_rule_reader *r, kb_str text)
{
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;)
        status = read_condition(r, kb_rule_part(&rest, '/'), 0, ++r->groups, true);
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

const char *const kb_plover_types[KB_PLOVER_TYPES] = {
    "AGREE",  "CONSULT", "SUPPORT",  "CONCEDE", "COOPERATE", "AID",      "RETREAT", "REQUEST",
    "ACCUSE", "REJECT",  "THREATEN", "PROTEST", "SANCTION",  "MOBILIZE", "COERCE",  "ASSAULT"};

static kb_status check_code(kb_rule_reader *r, kb_str type, kb_str cameo)
{
    bool found = false;
    for (size_t i = 0; i < KB_PLOVER_TYPES; i++)
        found = found || kb_str_is(type, kb_plover_types[i]);
    if (!found)
        return kb_rule_bad(r, "no type of PLOVER", type);
    for (size_t i = 0; i < cameo.n; i++) {
        if (cameo.p[i] < '0' || cameo.p[i] > '9' || cameo.n > 4)
            return kb_rule_bad(r, "no CAMEO code", cameo);
    }
    return KB_OK;
}

static uint32_t intern_code(kb_rule_reader *r, kb_str s)
{
    return s.n == 0 || kb_str_is(s, "-") ? 0 : kb_rules_intern(r->b, s);
}

static kb_status read_actions(kb_rule_reader *r, kb_str text, kb_when *w)
{
    kb_str rest = text;
    while (kb_str_trim(rest).n) {
        kb_str action = kb_rule_word(&rest);
        if (kb_str_is(action, "drop")) {
            w->drop = 1;
        } else if (kb_str_is(action, "mode")) {
            w->mode = intern_code(r, kb_rule_word(&rest));
        } else if (kb_str_is(action, "cameo")) {
            w->cameo = intern_code(r, kb_rule_word(&rest));
        } else if (kb_str_is(action, "status")) {
            kb_str s = kb_rule_word(&rest);
            if (!read_status(s, &w->status))
                return kb_rule_bad(r, "no status", s);
        } else if (kb_str_is(action, "code")) {
            kb_str type = kb_rule_word(&rest), mode = kb_rule_word(&rest), cameo = kb_rule_word(&rest);
            kb_status status = check_code(r, type, cameo);
            if (status != KB_OK)
                return status;
            w->type = kb_rules_intern(r->b, type);
            w->mode = intern_code(r, mode);
            w->cameo = intern_code(r, cameo);
        } else {
            return kb_rule_bad(r, "no such action", action);
        }
    }
    return KB_OK;
}

static kb_status read_when(kb_rule_reader *r, kb_str text)
{
    kb_str rest = text, conditions = kb_rule_part(&rest, ':');
    if (!rest.p)
        return kb_rule_bad(r, "'when' needs ' : ' and actions", text);
    kb_when *w = KB_PUSH(r->b->arena, &r->b->whens);
    if (!w)
        return kb_rule_no_memory(r);
    *w = (kb_when){.type = KB_NO_CHANGE, .mode = KB_NO_CHANGE, .cameo = KB_NO_CHANGE, .status = KB_STATUS_KEEP};
    uint16_t owner = ++r->rule->when_count;
    kb_status status = KB_OK;
    for (kb_str c = conditions; c.p && status == KB_OK;) {
        kb_str group = kb_rule_part(&c, '&');
        uint16_t id = ++r->groups;
        for (kb_str g = group; g.p && status == KB_OK;)
            status = read_condition(r, kb_rule_part(&g, '/'), owner, id, false);
    }
    return status == KB_OK ? read_actions(r, rest, w) : status;
}

// ---------------------------------------------------------------- rules

static kb_status end_rule(kb_rule_reader *r)
{
    if (!r->rule)
        return KB_OK;
    kb_str name = kb_str_of(r->b->strings.at + r->rule->name);
    if (!r->has_doc || !r->has_code || r->triggers == 0)
        return kb_rule_bad(r, "the rule needs 'doc', 'code' and a trigger", name);
    static const char actor[] = "subj, by, adj, between", recipient[] = "obj, gen, ل, ضد";
    kb_status status = KB_OK;
    if (!r->has_actor)
        status = read_sources(r, kb_str_of(actor), &r->rule->actor_first, &r->rule->actor_count);
    if (status == KB_OK && !r->has_recipient)
        status = read_sources(r, kb_str_of(recipient), &r->rule->recipient_first, &r->rule->recipient_count);
    return status;
}

static kb_status begin_rule(kb_rule_reader *r, kb_str name)
{
    kb_status status = end_rule(r);
    if (status != KB_OK)
        return status;
    if (name.n == 0 || name.n > MAX_NAME)
        return kb_rule_bad(r, "a rule's name has 1 to 63 letters", name);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return kb_rule_bad(r, "a rule's name is a lower-case ASCII slug", name);
    }
    for (uint32_t i = 0; i < r->b->rules.n; i++) {
        if (kb_str_eq(kb_str_of(r->b->strings.at + r->b->rules.at[i].name), name))
            return kb_rule_bad(r, "another rule has this name", name);
    }
    uint32_t interned = kb_rules_intern(r->b, name);
    r->rule = KB_PUSH(r->b->arena, &r->b->rules);
    if (!r->rule || interned == KB_NO_CHANGE)
        return kb_rule_no_memory(r);
    *r->rule =
        (kb_rule){.name = interned, .score = 80, .condition_first = r->b->conditions.n, .when_first = r->b->whens.n};
    r->triggers = 0;
    r->groups = 0;
    r->has_actor = r->has_recipient = r->has_doc = r->has_code = false;
    return KB_OK;
}

static kb_status read_code(kb_rule_reader *r, kb_str value)
{
    kb_str rest = value, type = kb_rule_word(&rest), mode = kb_rule_word(&rest), cameo = kb_rule_word(&rest);
    if (r->has_code)
        return kb_rule_bad(r, "a second 'code'", value);
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

static kb_status read_contexts(kb_rule_reader *r, kb_str value)
{
    size_t n = 0;
    while (value.n) {
        if (n == KB_LEN(r->rule->contexts))
            return kb_rule_bad(r, "at most four contexts", value);
        r->rule->contexts[n++] = kb_rules_intern(r->b, kb_rule_word(&value));
    }
    return KB_OK;
}

static kb_status read_assume(kb_rule_reader *r, kb_str value)
{
    kb_str rest = value, who = kb_rule_word(&rest), sector = kb_rule_word(&rest);
    if (sector.n != 3 || (!kb_str_is(who, "actor") && !kb_str_is(who, "recipient")))
        return kb_rule_bad(r, "'assume' is 'actor' or 'recipient' and a sector", value);
    memcpy(kb_str_is(who, "actor") ? r->rule->assume_actor : r->rule->assume_recipient, sector.p, 3);
    return KB_OK;
}

static kb_status read_score(kb_rule_reader *r, kb_str value)
{
    char digits[4] = {0};
    if (value.n == 0 || value.n > 2)
        return kb_rule_bad(r, "a score is 1 to 99", value);
    memcpy(digits, value.p, value.n);
    long n = strtol(digits, NULL, 10);
    if (n < 1)
        return kb_rule_bad(r, "a score is 1 to 99", value);
    r->rule->score = (uint8_t)n;
    return KB_OK;
}

static kb_status read_line(kb_rule_reader *r, kb_str key, kb_str value)
{
    static const char *const triggers[] = {"verb", "noun", "act", "adj", "word", "echo"};
    if (kb_str_is(key, "rule"))
        return begin_rule(r, value);
    if (!r->rule)
        return kb_rule_bad(r, "a line before the first rule", key);
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
        return read_status(value, &r->rule->status) ? KB_OK : kb_rule_bad(r, "no status", value);
    if (kb_str_is(key, "context"))
        return read_contexts(r, value);
    if (kb_str_is(key, "score"))
        return read_score(r, value);
    if (kb_str_is(key, "example") || kb_str_is(key, "none"))
        return KB_OK; // read by the tests
    return kb_rule_bad(r, "no such keyword, or given twice", key);
}

kb_status kb_rules_read(kb_rules_builder *b, const char *name, kb_str text, kb_error *error)
{
    kb_rule_reader r = {.b = b, .file = name, .error = error};
    kb_status status = KB_OK;
    for (kb_str rest = text; rest.p && status == KB_OK;) {
        kb_str line = kb_str_trim(kb_str_cut(&rest, '\n'));
        r.line++;
        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (line.n > MAX_LINE)
            return kb_fail(error, KB_LIMIT, "rule-line", "%s:%u: a line of more than %d bytes", name, r.line, MAX_LINE);
        kb_str value = line, key = kb_rule_word(&value);
        status = read_line(&r, key, value);
    }
    return status == KB_OK ? end_rule(&r) : status;
}
