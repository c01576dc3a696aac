// What the article is about, where it is no politics: words of sport, markets, weather …, counted by sentences.
#include "events/stage.h"

enum {
    ENOUGH = 3,       // weight of a sentence's words from which it speaks of the topic
    ENOUGH_ALONE = 4, // the same of a long sentence in a text of no more than FEW: one word may be there by chance
    FEW = 2,
    LONG = 15 // words
};

void kb_topics_find(kb_stage *s)
{
    const kb_layers *y = s->layers;
    uint32_t sentences = 0, of_topic[KB_TOPIC_COUNT] = {0};
    for (uint32_t i = 0; i < y->sentence_count; i++) {
        uint32_t weight[KB_TOPIC_COUNT] = {0};
        for (uint32_t w = y->sentences[i].first; w < y->sentences[i].end; w++) {
            const kb_rules *rules;
            const uint32_t *row =
                s->c->tokens[w].pos == KB_POS_PUNCT ? NULL : kb_clauses_row(s->c, w, KB_POST_TOPIC, &rules);
            if (row)
                weight[row[KB_ROW_WORDS]] += row[KB_ROW_WORDS + 1];
            uint32_t m = s->c->tokens[w].mention;
            if (m != KB_NONE && y->mentions[m].first == w && kb_entity_is_team(&y->entities[y->mentions[m].entity]))
                weight[KB_TOPIC_SPORT] += 2;
        }
        if (y->sentences[i].end > y->sentences[i].first + 2)
            sentences++;
        bool alone = y->sentence_count <= FEW && y->sentences[i].end > y->sentences[i].first + LONG;
        for (uint32_t t = 0; t < KB_TOPIC_COUNT; t++)
            of_topic[t] += weight[t] >= (alone ? ENOUGH_ALONE : ENOUGH);
    }
    for (uint32_t t = 0; sentences && t < KB_TOPIC_COUNT; t++) {
        uint32_t share = of_topic[t] * 100 / sentences;
        s->topic_score[t] = (uint8_t)(share > 100 ? 100 : share);
    }
}
