#pragma once
// One batch of statements sent ahead of their results, in libpq's pipeline mode and without blocking on a full buffer.

#include "khabar/postgres.h"

typedef struct kb_exchange {
    kb_pg *pg;
    kb_error *error;
    bool unsent; // statements are queued without the sync that makes the server answer
} kb_exchange;

// Enters and leaves pipeline mode. False when the connection is unfit.
bool kb_exchange_begin(kb_exchange *x);
bool kb_exchange_end(kb_exchange *x);
// After an error: reads what is left and ends the transaction. False when the connection can only be closed.
bool kb_exchange_clean_up(kb_exchange *x);

// Queues a statement without parameters.
bool kb_exchange_queue(kb_exchange *x, const char *sql);
// Sends all that is queued, and a sync.
kb_status kb_exchange_send(kb_exchange *x);
// The result of the next statement; `ret` may be NULL. The first error of a batch is reported: KB_UNAVAILABLE,
// KB_INVALID (the data) or KB_INTERNAL.
kb_status kb_exchange_next(kb_exchange *x, PGresult **ret);
// Reads on to the sync.
kb_status kb_exchange_finish(kb_exchange *x);
// The status of a connection that failed.
kb_status kb_exchange_lost(kb_exchange *x);
