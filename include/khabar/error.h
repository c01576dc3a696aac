#pragma once
// Errors: a status that code can act on and a text for a person. Functions either return an error or log it, never both.

#include "khabar/base.h"

typedef enum kb_status {
    KB_OK = 0,
    KB_INVALID,     // the input is wrong: bad message, bad file, bad option; never right by trying again
    KB_LIMIT,       // the input passes a limit
    KB_UNAVAILABLE, // somebody else's fault, worth another try later: lost connection, broker down, disk full there
    KB_NOT_FOUND,
    KB_CONFLICT,  // fenced off: another worker owns it, or another schema version
    KB_NO_MEMORY, // allocation failed or a bound on memory is reached
    KB_INTERNAL,  // a promise of our own was broken
} kb_status;

typedef struct kb_error {
    kb_status status;
    char code
        [48]; // stable short reason for machines: "json-syntax", "charset-unknown", "limit-body"; lower case, hyphens
    char where[160]; // which input and place: "people/egypt.tsv:12", "line 4 column 7", "articles[3]@1207"
    char what[360];  // one sentence for a person, without a full stop
    bool retryable;  // same call may succeed later
} kb_error;

// Fills `e` (may be NULL) and returns `status`. Text that does not fit is cut at a character; control
// characters and bytes that are no UTF-8 become '?'.
kb_status kb_fail(kb_error *e, kb_status status, const char *code, const char *format, ...) KB_PRINTF(4, 5);

// Sets the place of an error that has none yet.
void kb_error_at(kb_error *e, const char *format, ...) KB_PRINTF(2, 3);

// "invalid", "limit", …: for logs and metrics.
const char *kb_status_name(kb_status status);
