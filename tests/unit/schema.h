#pragma once
// As much of JSON Schema (2020-12) as the project's two schemas use: type, enum, required, properties, additionalProperties, items, anyOf, $ref
// to #/$defs, minimum, maximum, minLength.

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA_FAULT = 256 };

static inline bool schema_type_is(const char *type, const json_t *value)
{
    return strcmp(type, "object") == 0    ? json_is_object(value)
           : strcmp(type, "array") == 0   ? json_is_array(value)
           : strcmp(type, "string") == 0  ? json_is_string(value)
           : strcmp(type, "integer") == 0 ? json_is_integer(value)
           : strcmp(type, "number") == 0  ? json_is_number(value)
           : strcmp(type, "null") == 0    ? json_is_null(value)
           : strcmp(type, "boolean") == 0 ? json_is_boolean(value)
                                          : false;
}

static inline bool schema_any_type(const json_t *type, const json_t *value)
{
    if (json_is_string(type))
        return schema_type_is(json_string_value(type), value);
    for (size_t i = 0; i < json_array_size(type); i++) {
        if (schema_type_is(json_string_value(json_array_get(type, i)), value))
            return true;
    }
    return !type;
}

static inline bool schema_holds(const json_t *root, const json_t *schema, const json_t *value, char *fault);

static inline bool schema_object_holds(const json_t *root, const json_t *schema, const json_t *value, char *fault)
{
    const json_t *required = json_object_get(schema, "required"), *properties = json_object_get(schema, "properties");
    for (size_t i = 0; i < json_array_size(required); i++) {
        const char *name = json_string_value(json_array_get(required, i));
        if (!json_object_get(value, name)) {
            snprintf(fault, SCHEMA_FAULT, "%s is missing", name);
            return false;
        }
    }
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        const json_t *known = json_object_get(properties, name);
        if (!known && json_is_false(json_object_get(schema, "additionalProperties"))) {
            snprintf(fault, SCHEMA_FAULT, "%s is not known", name);
            return false;
        }
        if (known && !schema_holds(root, known, member, fault)) {
            char inner[SCHEMA_FAULT];
            snprintf(inner, sizeof inner, "%s", fault);
            snprintf(fault, SCHEMA_FAULT, "%.60s: %.180s", name, inner);
            return false;
        }
    }
    return true;
}

static inline bool schema_any_of(const json_t *root, const json_t *any, const json_t *value, char *fault)
{
    for (size_t i = 0; i < json_array_size(any); i++) {
        if (schema_holds(root, json_array_get(any, i), value, fault))
            return true;
    }
    return !any;
}

static inline bool schema_holds(const json_t *root, const json_t *schema, const json_t *value, char *fault)
{
    const json_t *ref = json_object_get(schema, "$ref"), *choice = json_object_get(schema, "enum");
    if (ref)
        schema = json_object_get(json_object_get(root, "$defs"), json_string_value(ref) + strlen("#/$defs/"));
    if (!schema) {
        snprintf(fault, SCHEMA_FAULT, "a reference of the schema leads nowhere");
        return false;
    }
    if (!schema_any_type(json_object_get(schema, "type"), value)) {
        snprintf(fault, SCHEMA_FAULT, "wrong type");
        return false;
    }
    bool chosen = !choice;
    for (size_t i = 0; i < json_array_size(choice); i++)
        chosen |= json_equal(json_array_get(choice, i), value);
    const json_t *least = json_object_get(schema, "minimum"), *most = json_object_get(schema, "maximum");
    const json_t *length = json_object_get(schema, "minLength");
    if (!chosen || (least && json_is_number(value) && json_number_value(value) < json_number_value(least)) ||
        (most && json_is_number(value) && json_number_value(value) > json_number_value(most)) ||
        (length && json_is_string(value) && (json_int_t)json_string_length(value) < json_integer_value(length))) {
        snprintf(fault, SCHEMA_FAULT, "value out of range");
        return false;
    }
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++) {
        const json_t *items = json_object_get(schema, "items");
        if (items && !schema_holds(root, items, json_array_get(value, i), fault))
            return false;
    }
    if (json_is_object(value) && !schema_object_holds(root, schema, value, fault))
        return false;
    return schema_any_of(root, json_object_get(schema, "anyOf"), value, fault);
}
