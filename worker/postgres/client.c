#include "khabar/postgres.h"

#include "khabar/log.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SETTINGS_MS = 10000 };

kb_pg_kind kb_pg_classify(const char *sqlstate)
{
    // Classes by Appendix A of PostgreSQL's manual.
    static const struct {
        char class[3];
        kb_pg_kind kind;
    } classes[] = {
        {"00", KB_PG_OK},    {"08", KB_PG_RETRY}, {"40", KB_PG_RETRY}, {"53", KB_PG_RETRY}, {"55", KB_PG_RETRY},
        {"57", KB_PG_RETRY}, {"58", KB_PG_RETRY}, {"22", KB_PG_DATA},  {"23", KB_PG_DATA},  {"54", KB_PG_DATA},
    };
    if (!sqlstate || !sqlstate[0])
        return KB_PG_RETRY;
    if (strcmp(sqlstate, "25P03") == 0) // the server ended a transaction that stood still too long
        return KB_PG_RETRY;
    if (strcmp(sqlstate, "25006") == 0) // read-only: a standby, until it is promoted or the name points elsewhere
        return KB_PG_RETRY;
    for (size_t i = 0; i < KB_LEN(classes); i++) {
        if (memcmp(sqlstate, classes[i].class, 2) == 0)
            return classes[i].kind;
    }
    return KB_PG_FATAL;
}

// libpq's messages end in a line break and may span lines; an error is one sentence.
static void one_line(const char *message, char *ret, size_t size)
{
    size_t n = 0;
    for (const char *p = message; *p && n + 1 < size; p++) {
        bool space = *p == '\n' || *p == '\t' || *p == ' ';
        if (space && (n == 0 || ret[n - 1] == ' '))
            continue;
        ret[n++] = space ? ' ' : *p;
    }
    while (n > 0 && (ret[n - 1] == ' ' || ret[n - 1] == '.'))
        n--;
    ret[n] = '\0';
}

kb_pg_kind kb_pg_failure(kb_pg *pg, const PGresult *result, kb_error *error)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    char text[300];
    // With the connection gone, whatever was under way is worth another try on a new one.
    if (PQstatus(pg->conn) == CONNECTION_BAD && (!state || kb_pg_classify(state) == KB_PG_FATAL))
        state = NULL;
    snprintf(pg->sqlstate, sizeof pg->sqlstate, "%s", state ? state : "");
    one_line(message ? message : PQerrorMessage(pg->conn), text, sizeof text);
    kb_pg_kind kind = kb_pg_classify(state);
    char code[48];
    snprintf(code, sizeof code, "postgres-%s", state ? state : "connection");
    kb_fail(error, kind == KB_PG_RETRY ? KB_UNAVAILABLE : KB_INVALID, code, "PostgreSQL: %s",
            text[0] ? text : "lost the connection");
    if (error)
        error->retryable = kind == KB_PG_RETRY;
    return kind;
}

// A server's notices, and libpq's own, go the way of the log.
static void on_notice(void *unused, const PGresult *result)
{
    (void)unused;
    char text[300];
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    one_line(message ? message : PQresultErrorMessage(result), text, sizeof text);
    bool warning = severity && strcmp(severity, "WARNING") == 0;
    kb_log(warning ? KB_LOG_WARN : KB_LOG_DEBUG, "postgres-notice", "severity=%s message=\"%s\"",
           severity ? severity : "none", KB_ESC(text));
}

// A word about what libpq could not parse, by the beginning of what it says itself.
static const char *parse_fault(const char *message)
{
    static const char *const faults[][2] = {
        {"missing \"=\"", "a word in it has no '=' (a value with blanks wants quotes around it)"},
        {"missing key/value", "a parameter behind its '?' has no '='"},
        {"extra key/value", "a parameter behind its '?' has more than one '='"},
        {"unterminated quoted", "a quote in it is not closed"},
        {"invalid connection option", "it names an option that libpq does not know"},
        {"invalid URI query", "it names a parameter that libpq does not know"},
        {"invalid percent-encoded", "a '%' in it is not followed by two hexadecimal digits"},
        {"unexpected character", "something else than a port, a path or parameters follows its host"},
    };
    for (size_t i = 0; message && i < KB_LEN(faults); i++) {
        if (strncmp(message, faults[i][0], strlen(faults[i][0])) == 0)
            return faults[i][1];
    }
    return "it is neither pairs of libpq's name=value nor a URI";
}

static bool ports_are_numbers(const char *text)
{
    kb_str rest = kb_str_of(text);
    while (rest.p) {
        kb_str port = kb_str_trim(kb_str_cut(&rest, ','));
        long value = 0;
        for (size_t i = 0; i < port.n; i++) {
            if (port.p[i] < '0' || port.p[i] > '9' || (value = value * 10 + port.p[i] - '0') > 65535)
                return false;
        }
        if (port.n && value == 0)
            return false;
    }
    return true;
}

// Whether a URI has an '@' in its path: what stands before it is no host then, but begins a password.
static bool path_has_at(const char *uri)
{
    const char *path = strstr(uri, "://") + 3;
    path += strcspn(path, "/?");
    const char *at = strchr(path, '@');
    return path[0] == '/' && at && at < path + strcspn(path, "?");
}

// libpq's words about a connection string that it can't read quote the string, which may hold a password: ours don't. Nor is a piece of a password
// taken for a host, a port or a database.
static kb_status check_conninfo(const char *conninfo, kb_error *error)
{
    bool uri = strncmp(conninfo, "postgresql://", 13) == 0 || strncmp(conninfo, "postgres://", 11) == 0;
    if (!uri && !strchr(conninfo, '='))
        return KB_OK; // a name of a database, or nothing
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, &message);
    const char *fault = options ? NULL : parse_fault(message);
    for (const PQconninfoOption *o = options; o && o->keyword && !fault; o++) {
        if (o->val && strcmp(o->keyword, "host") == 0 && strchr(o->val, '@') && o->val[0] != '@')
            fault = "its host holds an '@'";
        else if (o->val && strcmp(o->keyword, "port") == 0 && !ports_are_numbers(o->val))
            fault = "its port is no number from 1 to 65535";
    }
    if (!fault && uri && path_has_at(conninfo))
        fault = "an '@' stands behind its first '/'";
    PQconninfoFree(options);
    PQfreemem(message);
    if (!fault)
        return KB_OK;
    return kb_fail(error, KB_INVALID, "postgres-conninfo",
                   "PostgreSQL: the connection string can't be read: %s; it is not shown, for it may hold a password%s",
                   fault, uri ? ", in which '/' is written %2F, '@' %40 and '%' %25" : "");
}

// What libpq says of a value that it does not take, which it quotes: without the value.
static void hide_value(PGconn *conn, const char *message, char *ret, size_t size)
{
    const char *words = strstr(message, "invalid "); // behind the name of the host, which may be told
    PQconninfoOption *options = words ? PQconninfo(conn) : NULL;
    snprintf(ret, size, "%s", message);
    for (const PQconninfoOption *o = options; o && o->keyword; o++) {
        size_t n = o->val ? strlen(o->val) : 0;
        const char *at = n ? strstr(words, o->val) : NULL;
        if (at && at > words && at[-1] == '"' && at[n] == '"') {
            snprintf(ret, size, "%.*s…%s", (int)(at - message), message, at + n);
            break;
        }
    }
    PQconninfoFree(options);
}

// Whether libpq takes a value of the connection string for wrong: its message begins so.
static bool value_refused(const PGconn *conn)
{
    static const char *const wrong[] = {"invalid ", "could not match ", "could not parse ", "missing \"=\""};
    const char *message = PQerrorMessage(conn);
    bool refused = strstr(message, "invalid integer value \"") != NULL;
    for (size_t i = 0; i < KB_LEN(wrong); i++)
        refused = refused || strncmp(message, wrong[i], strlen(wrong[i])) == 0;
    return refused;
}

// Authentication and a missing database come as a failed connection with an SQLSTATE that only the message shows.
static bool connect_worth_retrying(const PGconn *conn)
{
    static const char *const hopeless[] = {"authentication failed", "does not exist", "no pg_hba.conf entry",
                                           "no password supplied", "certificate verify"};
    bool retry = !value_refused(conn);
    for (size_t i = 0; i < KB_LEN(hopeless); i++)
        retry = retry && !strstr(PQerrorMessage(conn), hopeless[i]);
    return retry;
}

kb_status kb_pg_connect(const char *conninfo, const char *application_name, kb_pg *ret, kb_error *error)
{
    kb_status status = check_conninfo(conninfo, error);
    if (status != KB_OK)
        return status;
    // A peer that is gone without a word is noticed after 20 s; a worker that stands still in a transaction (a stopped
    // process, a lost machine) holds its locks for 30 s at most. Keywords before "dbname" are overridden by those of
    // the connection string that it carries.
    const char *keywords[] = {"connect_timeout",  "keepalives_idle",           "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout",          "client_encoding",
                              "dbname",           "fallback_application_name", NULL};
    const char *values[] = {"10", "10", "5", "2", "20000", "UTF8", conninfo, application_name, NULL};
    PGconn *conn = PQconnectdbParams(keywords, values, 1);
    if (!conn)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for a connection to PostgreSQL");
    kb_pg pg = {.conn = conn};
    if (PQstatus(conn) != CONNECTION_OK) {
        char text[300], shown[600];
        hide_value(conn, PQerrorMessage(conn), shown, sizeof shown);
        one_line(shown, text, sizeof text);
        bool retry = connect_worth_retrying(conn);
        const char *code = value_refused(conn) ? "postgres-conninfo" : "postgres-connection";
        PQfinish(conn);
        kb_fail(error, retry ? KB_UNAVAILABLE : KB_INVALID, code, "PostgreSQL: %s", text);
        if (error)
            error->retryable = retry;
        return retry ? KB_UNAVAILABLE : KB_INVALID;
    }
    PQsetNoticeReceiver(conn, on_notice, NULL);
    status = kb_pg_run_within(&pg,
                              "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '60s';"
                              " SET client_min_messages = 'warning'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'",
                              SETTINGS_MS, error);
    if (status != KB_OK) {
        kb_pg_done(&pg);
        return status;
    }
    *ret = pg;
    return KB_OK;
}

void kb_pg_done(kb_pg *pg)
{
    PQfinish(pg->conn);
    *pg = (kb_pg){0};
}

// Whether a result, which may be NULL, tells of success; clears it.
static kb_status take_result(kb_pg *pg, PGresult *result, kb_error *error)
{
    ExecStatusType got = PQresultStatus(result);
    kb_status status = KB_OK;
    if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK && got != PGRES_EMPTY_QUERY)
        status = kb_pg_failure(pg, result, error) == KB_PG_RETRY ? KB_UNAVAILABLE : KB_INVALID;
    PQclear(result);
    return status;
}

kb_status kb_pg_run(kb_pg *pg, const char *sql, kb_error *error)
{
    return take_result(pg, PQexec(pg->conn, sql), error);
}

// Waits until PQgetResult has something to say at once. False: the time is over; a lost connection is for PQgetResult to tell.
static bool wait_for_result(PGconn *conn, int64_t until_ms)
{
    while (PQisBusy(conn)) {
        int64_t left = until_ms - kb_now_ms();
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};
        if (left <= 0)
            return false;
        if (poll(&fd, 1, (int)left) > 0 && PQconsumeInput(conn) != 1)
            return true;
    }
    return true;
}

kb_status kb_pg_run_within(kb_pg *pg, const char *sql, int timeout_ms, kb_error *error)
{
    int64_t until_ms = kb_now_ms() + timeout_ms;
    kb_status status = KB_OK;
    if (PQsendQuery(pg->conn, sql) != 1)
        return take_result(pg, NULL, error);
    while (wait_for_result(pg->conn, until_ms)) {
        PGresult *result = PQgetResult(pg->conn);
        if (!result)
            return status;
        kb_status got = take_result(pg, result, status == KB_OK ? error : NULL);
        status = status == KB_OK ? got : status;
    }
    if (error)
        error->retryable = true;
    return kb_fail(error, KB_UNAVAILABLE, "postgres-silent", "PostgreSQL has not answered within %d s",
                   timeout_ms / 1000);
}

kb_status kb_pg_query(kb_pg *pg, const char *sql, int count, const char *const *values, PGresult **ret, kb_error *error)
{
    PGresult *result = PQexecParams(pg->conn, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType got = PQresultStatus(result);
    if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK) {
        kb_status status = kb_pg_failure(pg, result, error) == KB_PG_RETRY ? KB_UNAVAILABLE : KB_INVALID;
        PQclear(result);
        return status;
    }
    *ret = result;
    return KB_OK;
}
