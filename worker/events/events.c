// The events stage: parse, match, parties, status, circumstances, merge.
#include "events/stage.h"
#include "khabar/extract.h"

static kb_date date_of(int64_t seconds)
{
    // Howard Hinnant's civil_from_days, days since 1970-01-01.
    int64_t z = (seconds >= 0 ? seconds : seconds - 86399) / 86400 + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
    return (kb_date){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

kb_status kb_stage_begin(kb_stage *s, const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, kb_error *error)
{
    s->lexicon = lexicon;
    s->arena = arena;
    s->layers = layers;
    for (uint32_t i = 0; i < lexicon->image_count; i++)
        s->rules_count += kb_rules_open(&lexicon->images[i], &s->rules[s->rules_count]);
    s->today = date_of(layers->article->published_at + layers->article->published_zone);
    s->reference_of = KB_NEWS(arena, uint32_t, layers->word_count + 1);
    s->person_code = kb_alloc_array(arena, layers->entity_count + 1, sizeof *s->person_code);
    if (!s->reference_of || !s->person_code)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the events of article " KB_PRI, KB_ARG(layers->article->id));
    for (uint32_t w = 0; w < layers->word_count; w++)
        s->reference_of[w] = KB_NONE;
    for (uint32_t i = 0; i < layers->reference_count; i++) {
        for (uint32_t w = layers->references[i].first; w < layers->references[i].end && w < layers->word_count; w++)
            s->reference_of[w] = i;
    }
    kb_status status = kb_clauses_run(s->rules, s->rules_count, arena, layers, &s->c, error);
    if (status == KB_OK) {
        kb_focus_find(s);
        kb_person_codes_find(s);
    }
    return status;
}

// The dated news right before: what goes on in the same story is of its day.
static const kb_draft *told_before(const kb_stage *s, uint32_t index)
{
    const kb_draft *d = &s->drafts.at[index];
    for (uint32_t i = index; i > 0; i--) {
        const kb_draft *o = &s->drafts.at[i - 1];
        if (o->sentence + 1 < d->sentence)
            return NULL;
        bool day = o->date_from == KB_DATE_FROM_CLAUSE && o->date.day && o->status == KB_ACTUAL && kb_date_is_recent(s, o->date);
        if (day && s->layers->sentences[o->sentence].paragraph + 1 >= s->layers->sentences[d->sentence].paragraph)
            return o;
    }
    return NULL;
}

// An event that the article tells as news without a date is of the day of publication.
static void default_dates(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        bool told = d->match.verbal || d->match.state || d->match.support != KB_SUPPORT_NONE;
        if (d->merged != KB_NONE || d->date.year || d->status != KB_ACTUAL || !told)
            continue;
        const kb_draft *before = told_before(s, i);
        d->date = before ? before->date : s->today;
        d->granularity = KB_GRAN_DAY;
        d->date_from = before ? KB_DATE_FROM_PARAGRAPH : KB_DATE_FROM_PUBLICATION;
    }
}

// Today's date before an event to come is that of its announcement: "أعلنت اليوم استئناف العلاقات".
static bool speech_date(const kb_stage *s, const kb_draft *d)
{
    if (d->match.verbal || memcmp(&d->date, &s->today, sizeof d->date) != 0)
        return false;
    for (uint32_t w = d->match.word; w < d->end; w++) {
        if (s->c->tokens[w].time != KB_NONE)
            return false;
    }
    return true;
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
        d->definite = !d->match.verbal && !d->match.state && ((t->proclitics & KB_CLITIC_AL) || t->enclitic != KB_ENC_NONE);
        kb_date_find(s, d);
        kb_place_find(s, d);
        kb_source_find(s, d);
        kb_status_find(s, d);
        // What has not happened has no day before today; the date is that of the act of speech.
        bool open = d->status == KB_FUTURE || d->status == KB_HYPOTHETICAL;
        if ((d->date_from > KB_DATE_FROM_CLAUSE && d->status != KB_ACTUAL && d->status != KB_HISTORICAL) || (open && !kb_date_is_ahead(s, d->date)) || (open && speech_date(s, d)))
            d->date = (kb_date){0};
    }
    kb_casualties_find(s);
    kb_parties_complete(s);
    kb_merge(s);
    kb_assertion_check(s);
    default_dates(s);
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
