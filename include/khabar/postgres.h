#pragma once
// A connection to PostgreSQL and what its errors mean. One connection belongs to one thread.

#include "khabar/error.h"

#include <libpq-fe.h>

// What to do about an SQLSTATE.
typedef enum kb_pg_kind {
    KB_PG_OK,
    KB_PG_RETRY, // 08 connection, 40 rollback, 53 resources, 55 locks, 57 operator, 58 system: waited out
    KB_PG_DATA,  // 22 data, 23 integrity, 54 limits of the program: the row is at fault and will always be
    KB_PG_FATAL, // everything else: schema, privileges, authentication; a person has to act
} kb_pg_kind;

// `sqlstate`: five characters, or NULL for an error without one (a lost connection).
kb_pg_kind kb_pg_classify(const char *sqlstate);

typedef struct kb_pg {
    PGconn *conn;
    char sqlstate[6]; // of the last error; "" for a lost connection
} kb_pg;

// Connects with `conninfo` (libpq's syntax; "" means libpq's own defaults) under `application_name`. Sets time limits
// under which a lost peer is noticed, and under which the server ends a transaction whose worker stands still;
// `conninfo` overrides them. `ret` is untouched on failure. Errors: KB_UNAVAILABLE where another try may help, else
// KB_INVALID (syntax, authentication, no such database). No error quotes the string. The server's notices are logged.
// Takes libpq's connect_timeout (10 s, unless `conninfo` has another) for each host, and 10 s for the settings.
kb_status kb_pg_connect(const char *conninfo, const char *application_name, kb_pg *ret, kb_error *error);
void kb_pg_done(kb_pg *pg); // accepts a zeroed or closed one

// Fills `error` from a failed result (or from the connection when `result` is NULL) and returns its kind. Keeps the
// SQLSTATE in `pg`.
kb_pg_kind kb_pg_failure(kb_pg *pg, const PGresult *result, kb_error *error);

// Runs one or several statements without parameters and ignores their rows.
kb_status kb_pg_run(kb_pg *pg, const char *sql, kb_error *error);
// The same, with an answer within `timeout_ms`: a server that stands still, while its machine acknowledges what is sent, breaks no connection. Without
// one: KB_UNAVAILABLE, and the connection is of no use any more.
kb_status kb_pg_run_within(kb_pg *pg, const char *sql, int timeout_ms, kb_error *error);
// Runs one statement with text parameters; *ret is for the caller to clear, untouched on failure.
kb_status kb_pg_query(kb_pg *pg, const char *sql, int count, const char *const *values, PGresult **ret,
                      kb_error *error);

static inline void kb_pg_clear(PGresult **result)
{
    PQclear(*result);
}
