// Forms of the gazetteer's entities: what of them is only an announcing noun, a title or a nationality, and how they get into the image.
#include "names/gazetteer.h"
#include "khabar/normalize.h"

static bool several_words(kb_str s)
{
    return s.n && memchr(s.p, ' ', s.n) != NULL;
}

// الحوثيون stands as الحوثيين in two of three cases.
static kb_str oblique_plural(gaz_builder *b, kb_str text)
{
    kb_str nominative = KB_STR("يون");
    if (!kb_str_ends(text, nominative) || text.n < 6 * 2)
        return (kb_str){0};
    return kb_arena_printf(b->arena, KB_PRI "يين", KB_ARG(kb_str_sub(text, 0, text.n - nominative.n)));
}

static bool holds(const uint64_t *tokens, uint32_t count, uint64_t token)
{
    for (uint32_t i = 0; i < count; i++) {
        if (tokens[i] == token)
            return true;
    }
    return false;
}

static uint64_t first_token(gaz_builder *b, kb_str text, kb_str *rest)
{
    *rest = text;
    kb_str folded = kb_fold(b->arena, kb_str_cut(rest, ' '));
    return folded.p ? kb_token_hash(folded) : 0;
}

static bool lists(kb_str list, kb_str text)
{
    while (list.p) {
        if (kb_str_eq(kb_str_trim(kb_str_cut(&list, '|')), text))
            return true;
    }
    return false;
}

bool gaz_is_headed(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str text)
{
    enum { SAFE = 4 }; // the columns of names, aliases and short forms; a weak form needs its noun
    kb_str rest;
    uint64_t token = first_token(b, text, &rest);
    if (rest.p && b->entities.at[entity].type == KB_PERSON)
        return holds(b->titles_before.at, b->titles_before.n, token);
    if (!rest.p || !holds(b->outside.at, b->outside.n, token))
        return false;
    const gaz_entity *e = &b->entities.at[entity];
    bool settled = e->kind == KB_PLACE_CITY || e->kind == KB_PLACE_TOWN || e->kind == KB_PLACE_VILLAGE ||
                   e->kind == KB_PLACE_PROVINCE || e->kind == KB_PLACE_QUARTER || e->kind == KB_PLACE_CROSSING;
    if (e->type == KB_LOCATION && settled)
        return true;
    for (uint32_t i = 1; i < row->count && i < SAFE; i++) {
        if (lists(row->cells[i], rest))
            return true;
    }
    return false;
}

static kb_str without_last_word(kb_str text, kb_str *last)
{
    size_t n = text.n;
    while (n && text.p[n - 1] != ' ')
        n--;
    *last = kb_str_sub(text, n, text.n);
    return kb_str_sub(text, 0, n ? n - 1 : 0);
}

bool gaz_is_tailed(gaz_builder *b, const kb_row *row, kb_str text)
{
    kb_str last, rest = without_last_word(text, &last), tail = kb_fold(b->arena, last);
    bool nisba =
        kb_str_starts(tail, KB_STR("ال")) && (kb_str_ends(tail, KB_STR("ي")) || kb_str_ends(tail, KB_STR("يه")));
    for (uint32_t i = 1; nisba && rest.n && i < row->count; i++) {
        kb_str list = row->cells[i], club = KB_STR("نادي ");
        while (list.p) {
            kb_str form = kb_str_trim(kb_str_cut(&list, '|'));
            kb_str bare = kb_str_starts(form, club) ? kb_str_sub(form, club.n, form.n) : (kb_str){0};
            if (kb_str_eq(form, rest) || kb_str_eq(bare, rest) || kb_str_eq(bare, text))
                return true;
        }
    }
    return false;
}

bool gaz_is_direction(gaz_builder *b, kb_str text)
{
    kb_str rest;
    uint64_t token = first_token(b, text, &rest);
    return rest.p && holds(b->directions.at, b->directions.n, token);
}

kb_str gaz_without_trade_head(gaz_builder *b, kb_str text)
{
    kb_str rest;
    uint64_t token = first_token(b, text, &rest);
    return rest.p && holds(b->trade_heads.at, b->trade_heads.n, token) ? rest : (kb_str){0};
}

static uint32_t built_cues(const gaz_builder *b, uint64_t token)
{
    uint32_t i = (uint32_t)token & (b->cue_slots - 1);
    while (b->cues[i].token && b->cues[i].token != token)
        i = (i + 1) & (b->cue_slots - 1);
    return b->cues[i].flags;
}

kb_str gaz_without_nationality(gaz_builder *b, kb_str text)
{
    kb_str last, rest = without_last_word(text, &last), folded = kb_fold(b->arena, last);
    bool nisba =
        rest.n && folded.p && kb_str_starts(folded, KB_STR("ال")) && built_cues(b, kb_token_hash(folded)) & CUE_NISBA;
    return nisba ? rest : (kb_str){0};
}

kb_status gaz_add_form(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str text, uint32_t flags, kb_error *error)
{
    gaz_form *form = KB_PUSH(b->arena, &b->forms);
    if (!form)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the gazetteer");
    *form = (gaz_form){entity, flags | (several_words(text) ? FORM_MULTI : 0)};
    if (several_words(text) && gaz_is_headed(b, row, entity, text))
        form->flags |= FORM_HEADED;
    // papers, clubs and firms get a nationality to tell them apart; of a movement, an army or a council it is part of the name
    uint8_t kind = b->entities.at[entity].kind;
    bool trade = kind == KB_BODY_MEDIA || kind == KB_BODY_CLUB || kind == KB_BODY_COMPANY;
    if (several_words(text) && b->entities.at[entity].type == KB_ORGANIZATION && trade && gaz_is_tailed(b, row, text))
        form->flags |= FORM_TAILED;
    kb_status status = kb_phrases_add(b->phrases, text, b->forms.n - 1, error);
    kb_str oblique = status == KB_OK ? oblique_plural(b, text) : (kb_str){0};
    if (oblique.p)
        status = kb_phrases_add(b->phrases, oblique, b->forms.n - 1, error);
    if (status == KB_INVALID || status == KB_LIMIT)
        return gaz_invalid(error, row, "'" KB_PRI "' has no letters or more than %d words", KB_ARG(text),
                           KB_PHRASE_TOKENS);
    return status;
}

kb_status gaz_add_forms(gaz_builder *b, const kb_row *row, uint32_t entity, kb_str list, uint32_t flags,
                        kb_error *error)
{
    kb_status status = KB_OK;
    while (list.p && status == KB_OK) {
        kb_str text = kb_str_trim(kb_str_cut(&list, '|'));
        if (text.n)
            status = gaz_add_form(b, row, entity, text, flags, error);
    }
    return status;
}
