#include "postgres/exchange.h"

#include <poll.h>

bool kb_exchange_begin(kb_exchange *x)
{
    return PQenterPipelineMode(x->pg->conn) == 1 && PQsetnonblocking(x->pg->conn, 1) == 0;
}

bool kb_exchange_end(kb_exchange *x)
{
    return PQsetnonblocking(x->pg->conn, 0) == 0 && PQexitPipelineMode(x->pg->conn) == 1;
}

kb_status kb_exchange_lost(kb_exchange *x)
{
    return kb_pg_failure(x->pg, NULL, x->error) == KB_PG_RETRY ? KB_UNAVAILABLE : KB_INTERNAL;
}

bool kb_exchange_queue(kb_exchange *x, const char *sql)
{
    return PQsendQueryParams(x->pg->conn, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
}

kb_status kb_exchange_send(kb_exchange *x)
{
    PGconn *conn = x->pg->conn;
    if (PQpipelineSync(conn) != 1)
        return kb_exchange_lost(x);
    x->unsent = false;
    // Reads meanwhile what the server says, so that neither side waits for the other with full buffers.
    for (int left; (left = PQflush(conn)) != 0;) {
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN | POLLOUT};
        if (left < 0 || poll(&fd, 1, -1) < 0)
            return kb_exchange_lost(x);
        if ((fd.revents & (POLLIN | POLLERR | POLLHUP)) && PQconsumeInput(conn) != 1)
            return kb_exchange_lost(x);
    }
    return KB_OK;
}

kb_status kb_exchange_next(kb_exchange *x, PGresult **ret)
{
    PGresult *result = PQgetResult(x->pg->conn);
    if (!result)
        return kb_exchange_lost(x);
    ExecStatusType got = PQresultStatus(result);
    if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK) {
        kb_pg_kind kind = kb_pg_failure(x->pg, result, x->error);
        PQclear(result);
        return kind == KB_PG_RETRY ? KB_UNAVAILABLE : kind == KB_PG_DATA ? KB_INVALID : KB_INTERNAL;
    }
    PQclear(PQgetResult(x->pg->conn)); // the NULL between the results of two statements
    if (ret)
        *ret = result;
    else
        PQclear(result);
    return KB_OK;
}

kb_status kb_exchange_finish(kb_exchange *x)
{
    PGconn *conn = x->pg->conn;
    for (int nulls = 0; nulls < 2;) { // one NULL ends a statement, two the results
        PGresult *result = PQgetResult(conn);
        bool sync = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        nulls = result ? 0 : nulls + 1;
        PQclear(result);
        if (sync)
            return KB_OK;
        if (PQstatus(conn) == CONNECTION_BAD)
            break;
    }
    return kb_exchange_lost(x);
}

bool kb_exchange_clean_up(kb_exchange *x)
{
    PGconn *conn = x->pg->conn;
    kb_exchange quiet = {x->pg, NULL, false};
    if (x->unsent) // the server was not asked to answer: waiting for it would never end
        return false;
    // A pipeline that is not empty refuses to end.
    while (PQstatus(conn) == CONNECTION_OK && PQexitPipelineMode(conn) != 1) {
        if (kb_exchange_finish(&quiet) != KB_OK)
            break;
    }
    if (PQstatus(conn) != CONNECTION_OK || PQpipelineStatus(conn) != PQ_PIPELINE_OFF || PQsetnonblocking(conn, 0) != 0)
        return false;
    return PQtransactionStatus(conn) == PQTRANS_IDLE || kb_pg_run(x->pg, "ROLLBACK", NULL) == KB_OK;
}
