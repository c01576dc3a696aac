#pragma once
#include "khabar/error.h"

#include <netdb.h>

// "host:port" or "[address]:port" to addresses, for the caller to give to freeaddrinfo. `passive`: to listen on; else to ask, where 0.0.0.0 and ::
// stand for the loopback. Errors: KB_INVALID.
kb_status kb_http_resolve(const char *listen, bool passive, struct addrinfo **ret, kb_error *error);
