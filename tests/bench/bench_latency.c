// How long an article takes from its publication to an idle worker until it is seen in the tables: a producer sends one
// article at a time and a connection looks for its row every millisecond. Prints the milliseconds of every article, one
// a line. Settings: as those of khabar run, which runs beside it.
// usage: KHABAR_KAFKA_BROKERS=… KHABAR_POSTGRES=… bench_latency --kafka-topic=TOPIC FILE COUNT

#include "khabar/kafka.h"
#include "khabar/postgres.h"
#include "support/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LOOK_US = 1000, PATIENCE_S = 20, IDLE_MIN_MS = 150, IDLE_MAX_MS = 450 };

static bool is_there(PGconn *conn, const char *id)
{
    const char *values[] = {id};
    PGresult *result = PQexecPrepared(conn, "look", 1, values, NULL, NULL, 0);
    bool found = PQntuples(result) > 0;
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        bench_die(PQerrorMessage(conn), NULL);
    PQclear(result);
    return found;
}

int main(int argc, char **argv)
{
    kb_arena *arena = kb_arena_new(0);
    kb_settings settings;
    kb_error error = {0};
    int operands = 0;
    if (!arena || kb_settings_read(argc, argv, environ, KB_USE_RUN, arena, &settings, &operands, &error) != KB_OK ||
        operands != 2) {
        fprintf(stderr, "usage: bench_latency [OPTION…] FILE COUNT\n%s\n", error.what);
        return 2;
    }
    uint32_t count = 0, wanted = (uint32_t)atoi(argv[2]);
    kb_str *messages = bench_messages(argv[1], arena, &count);
    rd_kafka_conf_t *conf;
    char text[300];
    if (kb_kafka_config(&settings, true, &conf, &error) != KB_OK)
        bench_die("producer", &error);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    kb_pg pg;
    if (!producer)
        bench_die(text, NULL);
    if (kb_pg_connect(settings.postgres, "bench", &pg, &error) != KB_OK)
        bench_die("connection", &error);
    PQclear(PQprepare(pg.conn, "look", "SELECT 1 FROM news.articles WHERE id = $1", 0, NULL));
    for (uint32_t i = 0; i <= wanted; i++) { // the first one, for which the producer connects, does not count
        // The same texts under ids of their own: {"id": "…" is replaced.
        kb_str m = messages[i % count];
        char id[32], *value = malloc(m.n + 64);
        const char *rest = memchr(m.p, ',', m.n);
        if (!value || !rest || strncmp(m.p, "{\"id\": \"", 8) != 0)
            bench_die("a message does not begin with its id", NULL);
        snprintf(id, sizeof id, "latency-%u", i);
        int head = snprintf(value, 64, "{\"id\": \"%s\"", id);
        size_t tail = (size_t)(m.p + m.n - rest);
        memcpy(value + head, rest, tail);
        usleep((useconds_t)(IDLE_MIN_MS + rand() % (IDLE_MAX_MS - IDLE_MIN_MS)) * 1000);
        double start = bench_wall();
        if (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(settings.kafka_topic),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_FREE), RD_KAFKA_V_KEY(id, strlen(id)),
                              RD_KAFKA_V_VALUE(value, (size_t)head + tail),
                              RD_KAFKA_V_END) != RD_KAFKA_RESP_ERR_NO_ERROR)
            bench_die("the message can't be sent", NULL);
        while (!is_there(pg.conn, id)) {
            if (bench_wall() - start > PATIENCE_S)
                bench_die("an article does not arrive", NULL);
            rd_kafka_poll(producer, 0);
            usleep(LOOK_US);
        }
        if (i)
            printf("%.2f\n", (bench_wall() - start) * 1e3);
    }
    kb_pg_done(&pg);
    rd_kafka_destroy(producer);
    kb_arena_free(arena);
    return 0;
}
