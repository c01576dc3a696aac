// The columns of every table that the worker fills, in the order in which rows.c encodes them.

#include "khabar/rows.h"

#define TABLE(table, ...)                                                                                              \
    {                                                                                                                  \
        .name = table, .columns = {__VA_ARGS__},                                                                       \
        .column_count = sizeof((kb_column[]){__VA_ARGS__}) / sizeof(kb_column)                                         \
    }

const kb_table_spec kb_table_specs[KB_TABLES] = {
    [KB_T_SOURCES] = TABLE("news.sources", {"source_id", KB_COL_UUID}, {"name", KB_COL_TEXT}, {"domain", KB_COL_TEXT},
                           {"country", KB_COL_TEXT}),
    [KB_T_ARTICLES] =
        TABLE("news.articles", {"article_id", KB_COL_UUID}, {"id", KB_COL_TEXT}, {"source_id", KB_COL_UUID},
              {"url", KB_COL_TEXT}, {"title", KB_COL_TEXT}, {"text", KB_COL_TEXT}, {"language", KB_COL_TEXT},
              {"published_at", KB_COL_TIMESTAMP}, {"authors", KB_COL_TEXTS}, {"section", KB_COL_TEXT},
              {"tags", KB_COL_TEXTS}, {"content_hash", KB_COL_UUID}, {"extractor", KB_COL_TEXT},
              {"kafka_topic", KB_COL_TEXT}, {"kafka_partition", KB_COL_INT4}, {"kafka_offset", KB_COL_INT8}),
    [KB_T_ENTITIES] = TABLE("news.entities", {"entity_id", KB_COL_UUID}, {"type", KB_COL_TEXT}, {"name", KB_COL_TEXT},
                            {"name_en", KB_COL_TEXT}, {"country", KB_COL_TEXT}, {"wikidata", KB_COL_TEXT},
                            {"lexicon_key", KB_COL_TEXT}, {"latitude", KB_COL_DOUBLE}, {"longitude", KB_COL_DOUBLE}),
    [KB_T_ARTICLE_ENTITIES] =
        TABLE("news.article_entities", {"article_id", KB_COL_UUID}, {"entity_no", KB_COL_INT2},
              {"entity_id", KB_COL_UUID}, {"country", KB_COL_TEXT}, {"code", KB_COL_TEXT}, {"mentions", KB_COL_INT4}),
    [KB_T_ENTITY_MENTIONS] = TABLE("news.entity_mentions", {"article_id", KB_COL_UUID}, {"start_at", KB_COL_INT4},
                                   {"end_at", KB_COL_INT4}, {"entity_no", KB_COL_INT2}),
    [KB_T_TIMES] = TABLE("news.time_expressions", {"article_id", KB_COL_UUID}, {"start_at", KB_COL_INT4},
                         {"end_at", KB_COL_INT4}, {"kind", KB_COL_TEXT}, {"value", KB_COL_TEXT}),
    [KB_T_QUOTES] = TABLE("news.quotes", {"article_id", KB_COL_UUID}, {"start_at", KB_COL_INT4},
                          {"end_at", KB_COL_INT4}, {"speaker_no", KB_COL_INT2}),
    [KB_T_EVENTS] =
        TABLE("news.events", {"article_id", KB_COL_UUID}, {"event_no", KB_COL_INT2}, {"event_id", KB_COL_UUID},
              {"day", KB_COL_DATE}, {"type", KB_COL_TEXT}, {"mode", KB_COL_TEXT}, {"cameo", KB_COL_TEXT},
              {"quad_class", KB_COL_INT2}, {"goldstein", KB_COL_REAL}, {"intensity", KB_COL_REAL},
              {"contexts", KB_COL_TEXTS}, {"status", KB_COL_TEXT}, {"event_date", KB_COL_TEXT},
              {"date_granularity", KB_COL_TEXT}, {"start_at", KB_COL_INT4}, {"end_at", KB_COL_INT4},
              {"sentence_start", KB_COL_INT4}, {"sentence_end", KB_COL_INT4}, {"place_no", KB_COL_INT2},
              {"reported_by_no", KB_COL_INT2}, {"country", KB_COL_TEXT}, {"killed", KB_COL_INT4},
              {"injured", KB_COL_INT4}, {"confidence", KB_COL_REAL}, {"rule", KB_COL_TEXT}),
    [KB_T_EVENT_MENTIONS] = TABLE("news.event_mentions", {"article_id", KB_COL_UUID}, {"event_no", KB_COL_INT2},
                                  {"start_at", KB_COL_INT4}, {"end_at", KB_COL_INT4}),
    [KB_T_PARTICIPANTS] = TABLE("news.event_participants", {"article_id", KB_COL_UUID}, {"event_no", KB_COL_INT2},
                                {"role", KB_COL_TEXT}, {"participant_no", KB_COL_INT2}, {"start_at", KB_COL_INT4},
                                {"end_at", KB_COL_INT4}, {"entity_no", KB_COL_INT2}, {"code", KB_COL_TEXT}),
};
