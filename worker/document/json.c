// The article message: a JSON object (RFC 8259) by the contract. jansson checks the syntax, this file what the fields may hold.

#include "document/parts.h"

#include <jansson.h>
#include <stdio.h>

static void free_json(json_t **json)
{
    json_decref(*json);
}

// The depth is counted before jansson recurses: a bound of our own, and an error with a place.
static kb_status check_depth(kb_str s, uint32_t most, kb_error *error)
{
    uint32_t depth = 0;
    bool string = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                string = false;
        } else if (c == '"') {
            string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > most) {
                kb_status status = kb_fail(error, KB_LIMIT, "json-depth", "JSON is nested deeper than %u", most);
                kb_error_at(error, "byte %zu", i);
                return status;
            }
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
    }
    return KB_OK;
}

static kb_status syntax_error(const json_error_t *e, kb_error *error)
{
    const char *code = "json-syntax";
    kb_status status = KB_INVALID;
    switch (json_error_code(e)) {
    case json_error_invalid_utf8:
        code = "json-utf8";
        break;
    case json_error_premature_end_of_input:
        code = "json-truncated";
        break;
    case json_error_end_of_input_expected:
        code = "json-trailing";
        break;
    case json_error_duplicate_key:
        code = "json-duplicate-key";
        break;
    case json_error_numeric_overflow:
        code = "json-number";
        break;
    case json_error_null_byte_in_key:
        code = "json-nul-key";
        break;
    case json_error_stack_overflow:
        code = "json-depth";
        status = KB_LIMIT;
        break;
    case json_error_out_of_memory:
        code = "no-memory";
        status = KB_NO_MEMORY;
        break;
    default:
        if (strstr(e->text, "invalid Unicode"))
            code = "json-surrogate";
        else if (strstr(e->text, "control character") || strstr(e->text, "unexpected newline"))
            code = "json-control";
    }
    // jansson's text quotes the input, which is not ours to repeat at length
    kb_fail(error, status, code, "no valid JSON: %.120s", e->text);
    kb_error_at(error, "line %d column %d", e->line, e->column);
    return status;
}

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_NULL:
        return "null";
    default:
        return "true or false";
    }
}

static kb_status wrong_type(const char *field, const json_t *value, const char *wanted, kb_error *error)
{
    kb_status status = kb_fail(error, KB_INVALID, "field-type", "%s is %s, not %s", field, type_name(value), wanted);
    kb_error_at(error, "%s", field);
    return status;
}

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the message");
}

static kb_status read_string(kb_arena *arena, const char *field, const json_t *value, size_t most, kb_str *ret,
                             kb_error *error)
{
    if (!value || json_is_null(value))
        return KB_OK;
    if (!json_is_string(value))
        return wrong_type(field, value, "a string", error);
    kb_str s = {json_string_value(value), json_string_length(value)};
    kb_status status = kb_check_length(s, most, field, error);
    if (status != KB_OK)
        return status;
    *ret = kb_arena_copy(arena, s);
    return ret->p ? KB_OK : no_memory(error);
}

// Fields that are one short line. An empty one counts as missing.
static kb_status read_line(kb_arena *arena, const char *field, const json_t *value, size_t most, kb_str *ret,
                           kb_error *error)
{
    kb_str s = {0};
    kb_status status = read_string(arena, field, value, most, &s, error);
    if (status != KB_OK || !s.p)
        return status;
    s = kb_clean_line(arena, s);
    if (!s.p)
        return no_memory(error);
    *ret = s.n ? s : (kb_str){0};
    return KB_OK;
}

// A string or a whole number: ids and times come as either.
static kb_status read_line_or_number(kb_arena *arena, const char *field, const json_t *value, size_t most, kb_str *ret,
                                     kb_error *error)
{
    if (!value || !json_is_integer(value))
        return value && !json_is_string(value) && !json_is_null(value)
                   ? wrong_type(field, value, "a string or a whole number", error)
                   : read_line(arena, field, value, most, ret, error);
    *ret = kb_arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return ret->p ? KB_OK : no_memory(error);
}

// An array of strings, or one string.
static kb_status read_list(kb_arena *arena, const char *field, const json_t *value, uint32_t most, size_t most_bytes,
                           kb_str **ret, uint32_t *ret_count, kb_error *error)
{
    if (!value || json_is_null(value))
        return KB_OK;
    if (!json_is_array(value) && !json_is_string(value))
        return wrong_type(field, value, "an array of strings", error);
    size_t count = json_is_string(value) ? 1 : json_array_size(value);
    if (count > most) {
        char code[32];
        snprintf(code, sizeof code, "limit-%s", field);
        kb_fail(error, KB_LIMIT, code, "%s has %zu elements, more than %u", field, count, most);
        kb_error_at(error, "%s", field);
        return KB_LIMIT;
    }
    kb_str *list = KB_NEWS(arena, kb_str, count);
    if (!list)
        return no_memory(error);
    uint32_t n = 0;
    for (size_t i = 0; i < count; i++) {
        char element[48];
        snprintf(element, sizeof element, "%s[%zu]", field, i);
        const json_t *item = json_is_string(value) ? value : json_array_get(value, i);
        kb_status status = read_line(arena, element, item, most_bytes, &list[n], error);
        if (status != KB_OK)
            return status;
        n += list[n].p != NULL;
    }
    *ret = list;
    *ret_count = n;
    return KB_OK;
}

static kb_status read_source(kb_arena *arena, const json_t *value, size_t most, kb_message *m, kb_error *error)
{
    if (!value || json_is_null(value))
        return KB_OK;
    if (json_is_string(value))
        return read_line(arena, "source", value, most, &m->source_name, error);
    if (!json_is_object(value))
        return wrong_type("source", value, "a string or an object", error);
    kb_status status = read_line(arena, "source.name", json_object_get(value, "name"), most, &m->source_name, error);
    if (status == KB_OK)
        status = read_line(arena, "source.domain", json_object_get(value, "domain"), most, &m->source_domain, error);
    if (status == KB_OK)
        status = read_line(arena, "source.country", json_object_get(value, "country"), most, &m->source_country, error);
    return status;
}

static kb_status read_fields(kb_arena *arena, const json_t *root, const kb_document_limits *limits, kb_message *m,
                             kb_error *error)
{
    size_t line = limits->field_bytes;
    const struct {
        const char *name;
        kb_str *to;
        size_t most;
        kb_status (*read)(kb_arena *, const char *, const json_t *, size_t, kb_str *, kb_error *);
    } fields[] = {
        {"id", &m->id, line, read_line_or_number},
        {"url", &m->url, line, read_line},
        {"title", &m->title, limits->title_bytes, read_string},
        {"body", &m->body, limits->body_bytes, read_string},
        {"text", &m->text, limits->body_bytes, read_string},
        {"html", &m->html, limits->message_bytes, read_string},
        {"published_at", &m->published_at, line, read_line_or_number},
        {"language", &m->language, line, read_line},
        {"section", &m->section, line, read_line},
    };
    for (size_t i = 0; i < KB_LEN(fields); i++) {
        const json_t *value = json_object_get(root, fields[i].name);
        kb_status status = fields[i].read(arena, fields[i].name, value, fields[i].most, fields[i].to, error);
        if (status != KB_OK)
            return status;
    }
    kb_status status = read_source(arena, json_object_get(root, "source"), line, m, error);
    if (status == KB_OK)
        status = read_list(arena, "authors", json_object_get(root, "authors"), limits->authors, line, &m->authors,
                           &m->author_count, error);
    if (status == KB_OK)
        status =
            read_list(arena, "tags", json_object_get(root, "tags"), limits->tags, line, &m->tags, &m->tag_count, error);
    return status;
}

kb_status kb_message_read(kb_arena *arena, kb_str json, const kb_document_limits *limits, kb_message *ret,
                          kb_error *error)
{
    kb_status status = check_depth(json, limits->depth, error);
    if (status != KB_OK)
        return status;
    json_error_t fault;
    KB_CLEANUP(free_json)
    json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &fault);
    if (!root)
        return syntax_error(&fault, error);
    if (!json_is_object(root))
        return kb_fail(error, KB_INVALID, "json-not-object", "the message is %s, not an object", type_name(root));
    kb_message message = {0};
    status = read_fields(arena, root, limits, &message, error);
    if (status == KB_OK)
        *ret = message;
    return status;
}
