#include "http/address.h"

#include <stdio.h>
#include <sys/socket.h>

kb_status kb_http_resolve(const char *listen, bool passive, struct addrinfo **ret, kb_error *error)
{
    char host[256];
    const char *colon = strrchr(listen, ':');
    size_t n = colon ? (size_t)(colon - listen) : 0;
    if (!colon || n >= sizeof host || !colon[1])
        return kb_fail(error, KB_INVALID, "http-listen", "'%.100s' is no address: host:port is wanted", listen);
    bool bracketed = n >= 2 && listen[0] == '[' && listen[n - 1] == ']';
    snprintf(host, sizeof host, "%.*s", (int)(bracketed ? n - 2 : n), bracketed ? listen + 1 : listen);
    if (!passive && (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 || !host[0]))
        snprintf(host, sizeof host, "%s", strchr(host, ':') ? "::1" : "127.0.0.1");
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0)};
    int failed = getaddrinfo(host[0] ? host : NULL, colon + 1, &hints, ret);
    if (failed)
        return kb_fail(error, KB_INVALID, "http-listen", "'%.100s' is no address: %s", listen, gai_strerror(failed));
    return KB_OK;
}
