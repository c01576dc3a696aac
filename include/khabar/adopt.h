#pragma once
// Entities that were unknown when their articles were read, and that the lexicon knows now, become the known ones.

#include "khabar/image.h"
#include "khabar/postgres.h"

typedef struct kb_adoption {
    uint64_t unknown;   // entities without a key that were looked at
    uint64_t adopted;   // became known ones
    uint64_t ambiguous; // bear a name of several known ones, and stay
    uint64_t articles;  // that name an adopted one
} kb_adoption;

// Called for every entity that is adopted, before its transaction.
typedef void kb_adoption_report(kb_str type, kb_str name, kb_str key, void *opaque);

// Goes through all unknown entities. Each is adopted in one transaction: its articles, mentions, quotes, events and the history move to the known
// entity, which is made where it is not there, and its row goes. Doing it again changes nothing; stopped half-way it can be started again, also while
// workers write. `dry`: only counts and reports. Errors are those of the database (retried where another try may help).
kb_status kb_adopt(kb_pg *pg, const kb_lexicon *lexicon, bool dry, kb_adoption_report *report, void *opaque,
                   kb_adoption *ret, kb_error *error);
