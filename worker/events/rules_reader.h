#pragma once
// What the readers of the rule language share while they read a file.

#include "events/builder.h"

typedef struct kb_rule_reader {
    kb_rules_builder *b;
    const char *file;
    uint32_t line;
    kb_rule *rule; // being read, NULL before the first
    uint32_t triggers;
    uint16_t groups;
    bool has_actor, has_recipient, has_doc, has_code;
    kb_error *error;
} kb_rule_reader;

// Errors at the line being read, always a failure. kb_rule_bad: KB_INVALID, `what` is wrong about `got`.
kb_status kb_rule_bad(kb_rule_reader *r, const char *what, kb_str got);
kb_status kb_rule_no_memory(kb_rule_reader *r);
// The first word of `*rest`, which then begins after it.
kb_str kb_rule_word(kb_str *rest);
// Cuts `*rest` at the first `mark` that stands between blanks or at a comma; absent `rest` afterwards when none is left.
kb_str kb_rule_part(kb_str *rest, char mark);
// rules_values.c: reads a set of values, "W|W W|@class"; of topics their names as they stand. Errors: KB_INVALID, KB_LIMIT, KB_NO_MEMORY.
kb_status kb_rule_values(kb_rule_reader *r, kb_str text, bool topic, kb_values *ret);
