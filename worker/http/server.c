#include "khabar/http.h"

#include "http/address.h"

#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, SILENCE_SECONDS = 10 };

struct kb_http {
    struct MHD_Daemon *daemon;
    kb_http_answer *answer;
    void *opaque;
};

static enum MHD_Result respond(struct MHD_Connection *connection, int status, char *text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(text);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *opaque, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **state)
{
    (void)version, (void)upload;
    kb_http *http = opaque;
    static char seen;
    if (!*state) { // the first call comes before the body of the request
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_size) {
        *upload_size = 0; // what is sent to us is of no interest
        return MHD_YES;
    }
    int status = MHD_HTTP_METHOD_NOT_ALLOWED;
    char *text = NULL;
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        text = http->answer(http->opaque, path, &status);
    else
        text = strdup("only GET\n");
    return text ? respond(connection, status, text) : MHD_NO;
}

static int open_socket(const struct addrinfo *list)
{
    int last = EADDRNOTAVAIL;
    for (; list; list = list->ai_next) {
        int fd = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, list->ai_protocol);
        if (fd < 0) {
            last = errno;
            continue;
        }
        int on = 1;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(fd, list->ai_addr, list->ai_addrlen) == 0 && listen(fd, CONNECTIONS_MAX) == 0)
            return fd;
        last = errno;
        close(fd);
    }
    errno = last;
    return -1;
}

kb_status kb_http_start(const char *listen, kb_http_answer *answer, void *opaque, kb_http **ret, kb_error *error)
{
    struct addrinfo *addresses;
    kb_status status = kb_http_resolve(listen, true, &addresses, error);
    if (status != KB_OK)
        return status;
    int fd = open_socket(addresses);
    int why = errno;
    freeaddrinfo(addresses);
    if (fd < 0)
        return kb_fail(error, KB_UNAVAILABLE, "http-listen", "can't listen on %.100s: %s", listen, strerror(why));
    kb_http *http = calloc(1, sizeof *http);
    sigset_t all, before; // signals are for the consumer thread
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (http) {
        *http = (kb_http){.answer = answer, .opaque = opaque};
        http->daemon =
            MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, on_request, http, MHD_OPTION_LISTEN_SOCKET,
                             fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                             (unsigned)SILENCE_SECONDS, MHD_OPTION_END);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!http || !http->daemon) {
        close(fd);
        free(http);
        return kb_fail(error, KB_NO_MEMORY, "http-listen", "can't start the server of health and metrics");
    }
    *ret = http;
    return KB_OK;
}

uint16_t kb_http_port(const kb_http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    struct sockaddr_storage address;
    socklen_t n = sizeof address;
    char port[8];
    if (!info || getsockname(info->listen_fd, (struct sockaddr *)&address, &n) != 0 ||
        getnameinfo((struct sockaddr *)&address, n, NULL, 0, port, sizeof port, NI_NUMERICSERV) != 0)
        return 0;
    return (uint16_t)atoi(port);
}

kb_http *kb_http_stop(kb_http *http)
{
    if (http)
        MHD_stop_daemon(http->daemon);
    free(http);
    return NULL;
}
