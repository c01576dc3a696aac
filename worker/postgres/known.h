#pragma once
// Ids that are certainly in a table already, so that they need not be sent again: a hash set of bounded size that
// forgets all when it is half full.

#include "khabar/rows.h"

typedef struct kb_known {
    kb_uuid *slots;
    uint32_t count;
} kb_known;

bool kb_known_init(kb_known *known); // false without memory
void kb_known_done(kb_known *known);
bool kb_known_has(const kb_known *known, const uint8_t id[16]);
void kb_known_add(kb_known *known, const uint8_t id[16]);
void kb_known_forget(kb_known *known);
