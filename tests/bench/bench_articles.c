// What reading articles costs without Kafka and PostgreSQL: decode, extract and encode, each in processor time of one
// core, and all three on all cores by the clock. Prints lines of a name and a value.
// usage: bench_articles FILE     (one message a line)

#include "support/bench.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    kb_arena *arena = kb_arena_new(0);
    kb_extractor *extractor = NULL;
    kb_error error = {0};
    uint32_t count = 0;
    if (argc != 2 || !arena) {
        fprintf(stderr, "usage: bench_articles FILE\n");
        return 2;
    }
    if (kb_extractor_new(NULL, &extractor, &error) != KB_OK)
        bench_die("data", &error);
    kb_str *messages = bench_messages(argv[1], arena, &count);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += messages[i].n;
    bench_read_all(extractor, messages, count < 1000 ? count : 1000, 1, NULL); // warms caches and clocks
    bench_read one = bench_read_all(extractor, messages, count, 1, NULL);
    uint32_t cores = bench_processors();
    double start = bench_wall(), cpu = bench_cpu();
    bench_read_all(extractor, messages, count, cores, NULL);
    double wall = bench_wall() - start;
    cpu = bench_cpu() - cpu;
    printf("articles %u\nbytes %llu\nwords %llu\nentities %llu\nevents %llu\nrows %llu\nrow_bytes %llu\n", count,
           (unsigned long long)bytes, (unsigned long long)one.words, (unsigned long long)one.entities,
           (unsigned long long)one.events, (unsigned long long)one.rows, (unsigned long long)one.row_bytes);
    printf("decode_cpu %.6f\nextract_cpu %.6f\nencode_cpu %.6f\n", one.decode, one.extract, one.encode);
    printf("all_cores_wall %.6f\nall_cores_cpu %.6f\ncores %u\n", wall, cpu, cores);
    kb_extractor_free(extractor);
    kb_arena_free(arena);
    return 0;
}
