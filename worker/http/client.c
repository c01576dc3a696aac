// One GET of one page, for `khabar health`.

#include "khabar/http.h"

#include "http/address.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int open_connection(const struct addrinfo *list, int seconds)
{
    int last = EADDRNOTAVAIL;
    for (; list; list = list->ai_next) {
        int fd = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC, list->ai_protocol);
        if (fd < 0)
            continue;
        struct timeval limit = {.tv_sec = seconds};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (connect(fd, list->ai_addr, list->ai_addrlen) == 0)
            return fd;
        last = errno;
        close(fd);
    }
    errno = last;
    return -1;
}

// Sends the request and reads until the end; the bytes read, -1 without an answer.
static ssize_t exchange(int fd, const char *path, char *answer, size_t size)
{
    char request[300];
    int length = snprintf(request, sizeof request, "GET %.200s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
    if (send(fd, request, (size_t)length, MSG_NOSIGNAL) != length)
        return -1;
    size_t n = 0;
    for (ssize_t got; n + 1 < size && (got = recv(fd, answer + n, size - 1 - n, 0)) > 0;)
        n += (size_t)got;
    answer[n] = '\0';
    return (ssize_t)n;
}

kb_status kb_http_get(const char *listen, const char *path, int seconds, int *ret_status, char *body, size_t size,
                      kb_error *error)
{
    struct addrinfo *addresses;
    kb_status status = kb_http_resolve(listen, false, &addresses, error);
    if (status != KB_OK)
        return status;
    int fd = open_connection(addresses, seconds);
    int why = errno;
    freeaddrinfo(addresses);
    if (fd < 0)
        return kb_fail(error, KB_UNAVAILABLE, "http-connect", "nobody answers at %.100s: %s", listen, strerror(why));
    char answer[8192];
    ssize_t n = exchange(fd, path, answer, sizeof answer);
    close(fd);
    const char *text = n > 0 ? strstr(answer, "\r\n\r\n") : NULL;
    if (!text || strncmp(answer, "HTTP/1.", 7) != 0)
        return kb_fail(error, KB_UNAVAILABLE, "http-answer", "no answer from %.100s within %d s", listen, seconds);
    *ret_status = atoi(answer + 9);
    snprintf(body, size, "%s", text + 4);
    return KB_OK;
}
