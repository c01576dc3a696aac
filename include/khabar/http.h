#pragma once
// The worker's own small web server: health and metrics. And the client of it, for `khabar health`.

#include "khabar/error.h"

// What is answered: malloc'ed text, for the server to free; NULL without memory. `*status` is the HTTP status.
typedef char *kb_http_answer(void *opaque, const char *path, int *status);

typedef struct kb_http kb_http;

// Serves GET and HEAD on `listen`: "host:port", "[address]:port"; port 0 takes a free one. `answer` is called on the server's thread. At most 64
// connections; one that says nothing for 10 s is closed. Errors: KB_INVALID (no address), KB_UNAVAILABLE (the address is taken).
kb_status kb_http_start(const char *listen, kb_http_answer *answer, void *opaque, kb_http **ret, kb_error *error);
uint16_t kb_http_port(const kb_http *http);
kb_http *kb_http_stop(kb_http *http); // accepts NULL, returns NULL

// Asks for `path` at `listen` (0.0.0.0 and :: are asked on the loopback). `body` takes the beginning of the answer, terminated. Errors: KB_INVALID,
// KB_UNAVAILABLE (nobody answers within `seconds`).
kb_status kb_http_get(const char *listen, const char *path, int seconds, int *ret_status, char *body, size_t size,
                      kb_error *error);
