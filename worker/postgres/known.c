#include "postgres/known.h"

#include <stdlib.h>

enum { SLOTS = 1 << 17 };

bool kb_known_init(kb_known *known)
{
    known->count = 0;
    known->slots = calloc(SLOTS, sizeof *known->slots);
    return known->slots != NULL;
}

void kb_known_done(kb_known *known)
{
    free(known->slots);
}

// The slot of an id, or the empty one where it would stand.
static kb_uuid *slot_of(const kb_known *known, const uint8_t id[16])
{
    static const kb_uuid none;
    uint32_t at;
    memcpy(&at, id, sizeof at); // the id is a hash
    for (;; at++) {
        kb_uuid *slot = &known->slots[at & (SLOTS - 1)];
        if (memcmp(slot, &none, sizeof none) == 0 || memcmp(slot, id, sizeof none) == 0)
            return slot;
    }
}

bool kb_known_has(const kb_known *known, const uint8_t id[16])
{
    return memcmp(slot_of(known, id), id, sizeof(kb_uuid)) == 0;
}

void kb_known_add(kb_known *known, const uint8_t id[16])
{
    if (kb_known_has(known, id))
        return;
    if (known->count == SLOTS / 2)
        kb_known_forget(known);
    memcpy(slot_of(known, id), id, sizeof(kb_uuid));
    known->count++;
}

void kb_known_forget(kb_known *known)
{
    memset(known->slots, 0, SLOTS * sizeof *known->slots);
    known->count = 0;
}
