#pragma once
// The table behind khabar/settings.h, shared by its readers and by its printers.

#include "khabar/settings.h"

typedef enum kb_setting_type {
    KB_SETTING_TEXT,
    KB_SETTING_NUMBER,
    KB_SETTING_BYTES,
    KB_SETTING_CHOICE
} kb_setting_type;

typedef struct kb_setting {
    const char *name;
    kb_setting_type type;
    unsigned use;
    size_t at;            // offset of the field in kb_settings
    const char *standard; // default, as it would be written
    int64_t low, high;    // of numbers
    const char *choices;  // "error|warn|info|debug": the value is the index
    bool secret;          // never shown in a log or an error
    const char *help;
} kb_setting;

extern const kb_setting kb_setting_table[];
extern const size_t kb_setting_count;

// The row of a name ("kafka-brokers"; '_' stands for '-'), case ignored; NULL when there is none.
const kb_setting *kb_setting_find(kb_str name);
// Sets a field from text. `origin` names the place for errors.
kb_status kb_setting_set(const kb_setting *setting, kb_str value, const char *origin, kb_arena *arena,
                         kb_settings *settings, kb_error *error);
