// The events stage: parse, match, parties, status, circumstances, merge.
#include "events/stage.h"
#include "khabar/calendar.h"
#include "khabar/extract.h"
#include "khabar/zones.h"

kb_date kb_date_of_day(int64_t days)
{
    // Howard Hinnant's civil_from_days, days since 1970-01-01.
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100),
            mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9,
            year = yoe + era * 400 + (month <= 2);
    return (kb_date){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

kb_status kb_stage_begin(kb_stage *s, const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    s->lexicon = lexicon;
    s->arena = arena;
    s->layers = layers;
    s->data = lexicon->events;
    s->rules = s->data->rules;
    s->rules_count = s->data->rules_count;
    int64_t now = kb_local_time(lexicon, layers->article);
    s->today = kb_date_of_day((now >= 0 ? now : now - 86399) / 86400);
    s->reference_of = KB_NEWS(arena, uint32_t, layers->word_count + 1);
    s->person_code = kb_alloc_array(arena, layers->entity_count + 1, sizeof *s->person_code);
    if (!s->reference_of || !s->person_code)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the events of article " KB_PRI,
                       KB_ARG(layers->article->id));
    for (uint32_t w = 0; w < layers->word_count; w++)
        s->reference_of[w] = KB_NONE;
    for (uint32_t i = 0; i < layers->reference_count; i++) {
        for (uint32_t w = layers->references[i].first; w < layers->references[i].end && w < layers->word_count; w++)
            s->reference_of[w] = i;
    }
    kb_status status = layers->clauses ? KB_OK : kb_clauses_run(s->data, arena, layers, &layers->clauses, error);
    if (status == KB_OK) {
        s->c = layers->clauses;
        kb_focus_find(s);
        kb_person_codes_find(s);
    }
    return status;
}

// What has happened has no day after today: دعا إلى إضراب يبدأ الأحد المقبل.
static bool to_come(const kb_stage *s, const kb_draft *d)
{
    return (d->status == KB_ACTUAL || d->status == KB_HISTORICAL) && d->date.day &&
           kb_day_number(d->date) > kb_day_number(s->today);
}

// Who tells of his own act is no source.
static void forget_own_report(kb_draft *d)
{
    for (uint32_t i = 0; i < d->actor_count; i++) {
        if (d->reported_by != KB_NONE && d->actors[i].entity == d->reported_by)
            d->reported_by = KB_NONE;
    }
}

kb_status kb_stage_run(kb_stage *s, kb_error *error)
{
    kb_topics_find(s);
    kb_status status = kb_match_all(s, error);
    if (status != KB_OK)
        return status;
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        const kb_token *t = &s->c->tokens[d->match.word];
        kb_parties_find(s, d);
        // "تعرض للضرب", "تم اغتيالها": here the article and the pronoun take up nothing.
        bool told = d->match.support == KB_SUPPORT_SUFFER ||
                    (d->match.support == KB_SUPPORT_HAPPEN && !(t->proclitics & KB_CLITIC_AL));
        d->definite = !d->match.verbal && !d->match.state && !told &&
                      ((t->proclitics & KB_CLITIC_AL) || t->enclitic != KB_ENC_NONE);
        kb_date_find(s, d);
        kb_source_find(s, d);
        kb_status_find(s, d);
        kb_place_find(s, d);
        // What has not happened has no day before today; the date is that of the act of speech.
        bool refused = d->status == KB_NEGATED && !d->match.verbal && d->match.status != KB_NEGATED;
        bool open = d->status == KB_FUTURE || d->status == KB_HYPOTHETICAL || refused;
        if (d->status == KB_FUTURE || d->status == KB_HYPOTHETICAL) // who speaks of it tells his own plan or wish
            d->reported_by = KB_NONE;
        bool of_speech = d->date_from == KB_DATE_FROM_CLAUSE && d->date_word < d->match.word &&
                         kb_day_number(d->date) <= kb_day_number(s->today);
        if ((d->date_from > KB_DATE_FROM_CLAUSE && d->status != KB_ACTUAL && d->status != KB_HISTORICAL) ||
            (open && (of_speech || !kb_date_is_ahead(s, d->date))) || d->dateless || to_come(s, d))
            d->date = (kb_date){0};
    }
    kb_casualties_find(s);
    kb_parties_complete(s);
    kb_merge(s);
    kb_assertion_check(s);
    kb_victims_complete(s);
    kb_implicit_fill(s);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        forget_own_report(&s->drafts.at[i]);
    kb_dates_complete(s);
    kb_places_complete(s);
    for (uint32_t i = 0; i < s->drafts.n; i++)
        kb_confidence_find(s, &s->drafts.at[i]);
    return kb_events_emit(s, error);
}

kb_status kb_events_run(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    kb_stage stage = {0};
    kb_status status = kb_stage_begin(&stage, lexicon, arena, layers, error);
    return status == KB_OK ? kb_stage_run(&stage, error) : status;
}
