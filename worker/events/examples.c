// Examples of rules files and of files of cases: what the tests run.
#include "khabar/rules.h"

static kb_str cut_word(kb_str *rest)
{
    *rest = kb_str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    kb_str w = kb_str_sub(*rest, 0, n);
    *rest = kb_str_trim(kb_str_sub(*rest, n, rest->n));
    return w;
}

static bool cut_arrow(kb_str value, kb_str *text, kb_str *coding)
{
    for (size_t i = 0; i + 4 <= value.n; i++) {
        if (memcmp(value.p + i, " => ", 4) == 0) {
            *text = kb_str_trim(kb_str_sub(value, 0, i));
            *coding = kb_str_trim(kb_str_sub(value, i + 4, value.n));
            return true;
        }
    }
    return false;
}

static kb_status read_example(const char *file, uint32_t line, kb_str value, kb_rule_example *ret, kb_error *error)
{
    kb_str coding;
    if (!cut_arrow(value, &ret->text, &coding))
        return kb_fail(error, KB_INVALID, "example-syntax",
                       "%s:%u: an example is 'TEXT => TYPE MODE CAMEO STATUS ACTORS > RECIPIENTS'", file, line);
    ret->type = cut_word(&coding);
    ret->mode = cut_word(&coding);
    ret->cameo = cut_word(&coding);
    ret->status = cut_word(&coding);
    ret->actors = cut_word(&coding);
    kb_str arrow = cut_word(&coding);
    ret->recipients = cut_word(&coding);
    if (!kb_str_is(arrow, ">") || ret->recipients.n == 0 || coding.n != 0)
        return kb_fail(error, KB_INVALID, "example-syntax",
                       "%s:%u: the coding is 'TYPE MODE CAMEO STATUS ACTORS > RECIPIENTS'", file, line);
    return KB_OK;
}

kb_status kb_rules_examples(const char *name, kb_str text, kb_rule_example_fn *seen, void *context, kb_error *error)
{
    kb_str rule = {0};
    uint32_t line = 0;
    for (kb_str rest = text; rest.p;) {
        kb_str value = kb_str_trim(kb_str_cut(&rest, '\n'));
        line++;
        if (value.n == 0 || value.p[0] == '#')
            continue;
        kb_str key = cut_word(&value);
        if (kb_str_is(key, "rule"))
            rule = value;
        bool none = kb_str_is(key, "none");
        if (!none && !kb_str_is(key, "example"))
            continue;
        kb_rule_example example = {.rule = rule, .text = value, .none = none, .line = line};
        if (!none) {
            kb_status status = read_example(name, line, value, &example, error);
            if (status != KB_OK)
                return status;
        }
        if (!seen(&example, context))
            break;
    }
    return KB_OK;
}

static bool same_codes(kb_str wanted, const kb_participant *found, uint32_t count)
{
    if (kb_str_is(wanted, "*"))
        return true;
    if (kb_str_is(wanted, "-"))
        return count == 0;
    uint32_t n = 0;
    for (kb_str rest = wanted; rest.p; n++) {
        kb_str code = kb_str_cut(&rest, '+');
        bool there = false;
        for (uint32_t i = 0; i < count; i++)
            there = there || kb_str_is(code, found[i].code);
        if (!there)
            return false;
    }
    for (uint32_t i = 0; i < count; i++) { // and no other code than these
        bool asked = false;
        for (kb_str rest = wanted; rest.p;)
            asked = kb_str_is(kb_str_cut(&rest, '+'), found[i].code) || asked;
        if (!asked)
            return false;
    }
    return n > 0;
}

static bool same_word(kb_str wanted, const char *found)
{
    return kb_str_is(wanted, "*") || (found && found[0] ? kb_str_is(wanted, found) : kb_str_is(wanted, "-"));
}

bool kb_rule_example_matches(const kb_rule_example *example, const kb_event *event)
{
    static const char *const statuses[] = {"actual", "future", "hypothetical", "negated", "historical"};
    return same_word(example->type, event->type) && same_word(example->mode, event->mode) &&
           same_word(example->cameo, event->cameo) && same_word(example->status, statuses[event->status]) &&
           same_codes(example->actors, event->actors, event->actor_count) &&
           same_codes(example->recipients, event->recipients, event->recipient_count);
}
