// How sure an event is: the rule's own score, and what the text adds or takes.
#include "events/stage.h"

void kb_confidence_find(kb_stage *s, kb_draft *d)
{
    float score = (float)d->match.rule->score / 100.0F;
    if (d->actor_count && d->recipient_count)
        score += 0.06F;
    if (!d->actor_count && !d->recipient_count)
        score -= 0.15F;
    if (d->date_from == KB_DATE_FROM_CLAUSE)
        score += 0.03F;
    if (!d->match.analysis->known)
        score -= 0.15F;
    uint8_t foreign = 0; // share of the article that speaks of what is no politics
    for (uint32_t t = 0; t < KB_TOPIC_COUNT; t++)
        foreign = s->topic_score[t] > foreign ? s->topic_score[t] : foreign;
    score -= 0.3F * (float)foreign / 100.0F;
    d->confidence = score > 0.99F ? 0.99F : score < 0.05F ? 0.05F : score;
}
