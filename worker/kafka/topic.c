#include "khabar/topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ASK_MS = 10000, AGAIN_MS = 200 };

static kb_status no_memory(kb_error *error)
{
    return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the partitions of a topic");
}

static kb_status open_client(const kb_settings *settings, rd_kafka_t **ret, kb_error *error)
{
    rd_kafka_conf_t *conf;
    char text[256];
    kb_status status = kb_kafka_config(settings, false, &conf, error);
    if (status != KB_OK)
        return status;
    *ret = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text, sizeof text);
    if (*ret)
        return KB_OK;
    rd_kafka_conf_destroy(conf);
    return kb_fail(error, KB_INVALID, "kafka-consumer", "Kafka: %s", text);
}

static int by_id(const void *one, const void *other)
{
    const kb_topic_partition *a = one, *b = other;
    return (a->id > b->id) - (a->id < b->id);
}

static kb_status read_partitions(rd_kafka_t *client, const kb_settings *settings, kb_arena *arena, kb_topic *topic,
                                 kb_error *error)
{
    const struct rd_kafka_metadata *metadata;
    kb_status status = kb_kafka_metadata(client, settings, settings->kafka_topic, ASK_MS, &metadata, error);
    if (status != KB_OK)
        return status;
    topic->count = metadata->topic_cnt ? (uint32_t)metadata->topics[0].partition_cnt : 0;
    topic->at = KB_NEWS(arena, kb_topic_partition, topic->count);
    for (uint32_t i = 0; topic->at && i < topic->count; i++)
        topic->at[i].id = metadata->topics[0].partitions[i].id;
    rd_kafka_metadata_destroy(metadata);
    if (!topic->at)
        return no_memory(error);
    if (topic->count)
        qsort(topic->at, topic->count, sizeof *topic->at, by_id);
    for (uint32_t i = 0; i < topic->count; i++) {
        kb_topic_partition *p = &topic->at[i];
        rd_kafka_resp_err_t err =
            rd_kafka_query_watermark_offsets(client, settings->kafka_topic, p->id, &p->first, &p->end, ASK_MS);
        if (err)
            return kb_fail(error, KB_UNAVAILABLE, "kafka-offsets", "Kafka tells no offsets of %.100s[%d]: %s",
                           settings->kafka_topic, (int)p->id, rd_kafka_err2str(err));
    }
    return KB_OK;
}

static kb_status read_commits(rd_kafka_t *client, const char *name, kb_topic *topic, kb_error *error)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)topic->count);
    for (uint32_t i = 0; i < topic->count; i++)
        rd_kafka_topic_partition_list_add(list, name, topic->at[i].id);
    rd_kafka_resp_err_t err = rd_kafka_committed(client, list, ASK_MS);
    for (uint32_t i = 0; i < topic->count; i++)
        topic->at[i].told = err || list->elems[i].offset < 0 ? -1 : list->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return err ? kb_fail(error, KB_UNAVAILABLE, "kafka-offsets", "Kafka tells no offsets of the group: %s",
                         rd_kafka_err2str(err))
               : KB_OK;
}

static kb_status read_member(const rd_kafka_MemberDescription_t *member, const char *name, kb_arena *arena,
                             kb_topic *topic, kb_error *error)
{
    const char *address = rd_kafka_MemberDescription_host(member); // "/10.0.0.7"
    const char *host = kb_arena_z(arena, kb_str_of(address[0] == '/' ? address + 1 : address));
    const char *id = kb_arena_z(arena, kb_str_of(rd_kafka_MemberDescription_consumer_id(member)));
    if (!host || !id)
        return no_memory(error);
    const rd_kafka_MemberAssignment_t *assignment = rd_kafka_MemberDescription_assignment(member);
    const rd_kafka_topic_partition_list_t *list = assignment ? rd_kafka_MemberAssignment_partitions(assignment) : NULL;
    for (int i = 0; list && i < list->cnt; i++) {
        for (uint32_t k = 0; k < topic->count; k++) {
            if (topic->at[k].id == list->elems[i].partition && strcmp(list->elems[i].topic, name) == 0) {
                topic->at[k].host = host;
                topic->at[k].member = id;
            }
        }
    }
    return KB_OK;
}

// *ret_err: what went wrong, as Kafka says it; untouched without an answer.
static kb_status read_description(rd_kafka_event_t *event, const char *name, kb_arena *arena, kb_topic *topic,
                                  rd_kafka_resp_err_t *ret_err, kb_error *error)
{
    const rd_kafka_DescribeConsumerGroups_result_t *result =
        event ? rd_kafka_event_DescribeConsumerGroups_result(event) : NULL;
    size_t count = 0;
    const rd_kafka_ConsumerGroupDescription_t **groups =
        result ? rd_kafka_DescribeConsumerGroups_result_groups(result, &count) : NULL;
    const rd_kafka_error_t *failed = count ? rd_kafka_ConsumerGroupDescription_error(groups[0]) : NULL;
    if (event)
        *ret_err = failed ? rd_kafka_error_code(failed) : rd_kafka_event_error(event);
    if (!event || count == 0 || *ret_err)
        return kb_fail(error, KB_UNAVAILABLE, "kafka-group", "Kafka does not describe the group: %s",
                       rd_kafka_err2str(*ret_err));
    topic->group_state = rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(groups[0]));
    topic->members = (uint32_t)rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
    kb_status status = KB_OK;
    for (uint32_t i = 0; i < topic->members && status == KB_OK; i++)
        status = read_member(rd_kafka_ConsumerGroupDescription_member(groups[0], i), name, arena, topic, error);
    return status;
}

// One question; *ret_again: the coordinator of the group is just moving, or being found.
static kb_status ask_group(rd_kafka_t *client, const kb_settings *settings, kb_arena *arena, kb_topic *topic,
                           bool *ret_again, kb_error *error)
{
    char text[256];
    const char *names[] = {settings->kafka_group};
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS);
    rd_kafka_AdminOptions_set_request_timeout(options, ASK_MS, text, sizeof text);
    rd_kafka_DescribeConsumerGroups(client, names, 1, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, ASK_MS + 1000);
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR__TIMED_OUT;
    kb_status status = read_description(event, settings->kafka_topic, arena, topic, &err, error);
    *ret_again = err == RD_KAFKA_RESP_ERR_NOT_COORDINATOR || err == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
                 err == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(queue);
    return status;
}

static kb_status read_group(rd_kafka_t *client, const kb_settings *settings, kb_arena *arena, kb_topic *topic,
                            kb_error *error)
{
    bool again;
    for (int waited = 0;; waited += AGAIN_MS) {
        kb_status status = ask_group(client, settings, arena, topic, &again, error);
        if (status == KB_OK || !again || waited >= ASK_MS)
            return status;
        usleep(AGAIN_MS * 1000);
    }
}

kb_status kb_topic_read(const kb_settings *settings, kb_arena *arena, kb_topic *ret, kb_error *error)
{
    rd_kafka_t *client;
    kb_topic topic = {0};
    kb_status status = open_client(settings, &client, error);
    if (status != KB_OK)
        return status;
    status = read_partitions(client, settings, arena, &topic, error);
    if (status == KB_OK && topic.count)
        status = read_commits(client, settings->kafka_topic, &topic, error);
    if (status == KB_OK)
        status = read_group(client, settings, arena, &topic, error);
    rd_kafka_destroy(client);
    if (status == KB_OK)
        *ret = topic;
    return status;
}
