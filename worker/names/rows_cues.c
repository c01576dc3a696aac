// Rows of the tables of evidence: given and family names, head nouns, titles, offices.
#include "names/gazetteer.h"
#include "khabar/normalize.h"

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the gazetteer");
}

// name, kind, gender, origin, word
kb_status gaz_name_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    const kb_str *c = row->cells;
    uint32_t flags = kb_str_is(c[1], "given")    ? CUE_GIVEN
                     : kb_str_is(c[1], "family") ? CUE_FAMILY
                     : kb_str_is(c[1], "both")   ? CUE_GIVEN | CUE_FAMILY
                                                 : 0;
    if (!flags)
        return gaz_invalid(error, row, "'" KB_PRI "' is none of given, family, both", KB_ARG(c[1]));
    if (kb_str_is(c[2], "f"))
        flags |= CUE_FEMALE;
    if (kb_str_is(c[4], "yes"))
        flags |= CUE_WORD;
    return gaz_add_cue(b, c[0], flags) ? KB_OK : no_memory(error);
}

static kb_status add_all(gaz_builder *b, kb_str list, uint32_t flags, kb_error *error)
{
    while (list.p) {
        kb_str word = kb_str_trim(kb_str_cut(&list, '|'));
        if (word.n && !gaz_add_cue(b, word, flags))
            return no_memory(error);
    }
    return KB_OK;
}

static bool hold(gaz_builder *b, gaz_tokens *tokens, kb_str form)
{
    uint64_t *slot = KB_PUSH(b->arena, tokens);
    if (slot)
        *slot = kb_token_hash(form);
    return slot != NULL;
}

// words, type, span, kind
kb_status gaz_head_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    const kb_str *c = row->cells;
    uint32_t flags = kb_str_is(c[1], "ORG")   ? CUE_ORG_HEAD
                     : kb_str_is(c[1], "LOC") ? CUE_LOC_HEAD
                     : kb_str_is(c[1], "DIR") ? CUE_DIRECTION
                                              : 0;
    if (!flags)
        return gaz_invalid(error, row, "'" KB_PRI "' is none of ORG, LOC, DIR", KB_ARG(c[1]));
    if (kb_str_is(c[2], "inside"))
        flags |= CUE_HEAD_INSIDE;
    else if (kb_str_is(c[2], "named"))
        flags |= CUE_HEAD_INSIDE | CUE_NAMED_PLACE;
    else if (!kb_str_is(c[2], "outside"))
        return gaz_invalid(error, row, "'" KB_PRI "' is none of inside, named, outside", KB_ARG(c[2]));
    if (kb_str_is(c[3], "media"))
        flags |= CUE_MEDIA_HEAD;
    static const char *const common[] = {"media", "company", "agency", "court", "police"};
    for (size_t i = 0; i < KB_LEN(common); i++)
        flags |= kb_str_is(c[3], common[i]) ? CUE_COMMON_HEAD : 0;
    static const char *const described[] = {"council", "committee", "federation", "ngo", "union", "authority"};
    for (size_t i = 0; i < KB_LEN(described); i++)
        flags |= kb_str_is(c[3], described[i]) ? CUE_DESCRIBED : 0;
    bool trade = kb_str_is(c[3], "media") || kb_str_is(c[3], "club");
    kb_str list = c[0];
    while (list.p) {
        kb_str form = kb_fold(b->arena, kb_str_trim(kb_str_cut(&list, '|')));
        bool held = form.p && (!trade || hold(b, &b->trade_heads, form));
        if (held && !(flags & CUE_HEAD_INSIDE))
            held = hold(b, flags & CUE_DIRECTION ? &b->directions : &b->outside, form);
        if (!held)
            return no_memory(error);
    }
    return add_all(b, c[0], flags, error);
}

// words, kind
kb_status gaz_title_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    static const struct {
        const char *kind;
        uint32_t flags;
    } kinds[] = {{"title", CUE_TITLE},   {"rank", CUE_RANK},   {"profession", CUE_PROFESSION},
                 {"kin", CUE_KIN},       {"nasab", CUE_NASAB}, {"epithet", CUE_EPITHET},
                 {"speech", CUE_SPEECH}, {"sport", CUE_SPORT}, {"press", CUE_PRESS}};
    for (size_t i = 0; i < KB_LEN(kinds); i++) {
        if (!kb_str_is(row->cells[1], kinds[i].kind))
            continue;
        kb_str list = row->cells[0];
        while (list.p && kinds[i].flags & (CUE_TITLE | CUE_RANK)) {
            kb_str form = kb_fold(b->arena, kb_str_trim(kb_str_cut(&list, '|')));
            if (!kb_str_starts(form, KB_STR("ال")) && !kb_str_is(form, "مولاي"))
                continue;
            if (!hold(b, &b->titles_before, form))
                return no_memory(error);
        }
        return add_all(b, row->cells[0], kinds[i].flags, error);
    }
    return gaz_invalid(error, row, "'" KB_PRI "' is no kind of title", KB_ARG(row->cells[1]));
}

// office, forms, scope, gender
kb_status gaz_office_row(gaz_builder *b, const kb_row *row, kb_error *error)
{
    const kb_str *c = row->cells;
    kb_office office = kb_office_of(c[0]);
    if (office == KB_OFFICE_NONE)
        return gaz_invalid(error, row, "'" KB_PRI "' is no known office", KB_ARG(c[0]));
    uint32_t value = (uint32_t)office;
    kb_str scopes = c[2];
    while (scopes.p) {
        kb_str scope = kb_str_trim(kb_str_cut(&scopes, '|'));
        if (kb_str_is(scope, "country"))
            value |= TITLE_COUNTRY;
        else if (kb_str_is(scope, "body"))
            value |= TITLE_BODY;
        else if (kb_str_is(scope, "alone"))
            value |= TITLE_ALONE;
        else if (scope.n)
            return gaz_invalid(error, row, "'" KB_PRI "' is none of country, body, alone", KB_ARG(scope));
    }
    if (kb_str_is(c[3], "f"))
        value |= TITLE_FEMALE;
    kb_str forms = c[1];
    kb_status status = KB_OK;
    while (forms.p && status == KB_OK) {
        kb_str form = kb_str_trim(kb_str_cut(&forms, '|')), first = form;
        if (!form.n)
            continue;
        status = kb_phrases_add(b->titles, form, value, error);
        if (status == KB_INVALID || status == KB_LIMIT)
            return gaz_invalid(error, row, "'" KB_PRI "' has no letters or more than %d words", KB_ARG(form),
                               KB_PHRASE_TOKENS);
        if (status == KB_OK && !gaz_add_cue(b, kb_str_cut(&first, ' '), CUE_OFFICE))
            status = no_memory(error);
    }
    return status;
}
