#include "khabar/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct fixture {
    kb_arena *arena;
    kb_settings settings;
    kb_error error;
    int operands;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    f->arena = kb_arena_new(0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    kb_arena_free(f->arena);
    free(f);
    return 0;
}

static char *no_environment[] = {NULL};

// `words`: command line, ended by NULL.
static kb_status read_words(fixture *f, char **words, char **environment)
{
    int count = 0;
    while (words[count])
        count++;
    return kb_settings_read(count, words, environment, KB_USE_RUN, f->arena, &f->settings, &f->operands, &f->error);
}

#define READ(f, ...) read_words((f), (char *[]){"run", __VA_ARGS__, NULL}, no_environment)

static void defaults_stand(void **state)
{
    fixture *f = *state;
    assert_int_equal(read_words(f, (char *[]){"run", NULL}, no_environment), KB_OK);
    assert_string_equal(f->settings.kafka_brokers, "localhost:9092");
    assert_string_equal(f->settings.kafka_topic, "articles");
    assert_string_equal(f->settings.kafka_group, "khabar");
    assert_string_equal(f->settings.kafka_dead_letter_topic, "articles.dead-letters");
    assert_string_equal(f->settings.postgres, "");
    assert_int_equal(f->settings.queue_bytes, 72 << 20);
    assert_int_equal(f->settings.log_level, KB_LOG_INFO);
}

static void the_dead_letter_topic_follows_the_topic(void **state)
{
    fixture *f = *state;
    assert_int_equal(READ(f, "--kafka-topic=raw"), KB_OK);
    assert_string_equal(f->settings.kafka_dead_letter_topic, "raw.dead-letters");
    assert_int_equal(READ(f, "--kafka-topic=raw", "--kafka-dead-letter-topic", "bad"), KB_OK);
    assert_string_equal(f->settings.kafka_dead_letter_topic, "bad");
}

static void options_and_operands_mix(void **state)
{
    fixture *f = *state;
    char *words[] = {"run", "one", "--writers", "3", "two", "--", "--three", NULL};
    assert_int_equal(read_words(f, words, no_environment), KB_OK);
    assert_int_equal(f->operands, 3);
    assert_string_equal(words[1], "one");
    assert_string_equal(words[2], "two");
    assert_string_equal(words[3], "--three");
    assert_int_equal(f->settings.writers, 3);
}

static void units_of_bytes(void **state)
{
    fixture *f = *state;
    static const struct {
        char *option;
        int64_t value;
    } cases[] = {{"--queue-bytes=70000", 70000},
                 {"--queue-bytes=64K", 64 << 10},
                 {"--queue-bytes=3m", 3 << 20},
                 {"--queue-bytes=2G", (int64_t)2 << 30}};
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        assert_int_equal(READ(f, cases[i].option), KB_OK);
        assert_int_equal(f->settings.queue_bytes, cases[i].value);
    }
    static char *const bad[] = {
        "--queue-bytes=",       "--queue-bytes=K", "--queue-bytes=1KB",         "--queue-bytes=-5",
        "--queue-bytes= 70000", "--queue-bytes=1", "--queue-bytes=99999999999G"};
    for (size_t i = 0; i < KB_LEN(bad); i++)
        assert_int_not_equal(READ(f, bad[i]), KB_OK);
}

static void properties_of_kafka_come_from_everywhere(void **state)
{
    fixture *f = *state;
    char *environment[] = {"KHABAR_KAFKA_SECURITY_PROTOCOL=SSL", "KHABAR_KAFKA_TOPIC=news", "OTHER=x", NULL};
    assert_int_equal(
        read_words(f, (char *[]){"run", "--kafka.ssl.ca.location=/ca.pem", "--kafka.security.protocol=SASL_SSL", NULL},
                   environment),
        KB_OK);
    assert_string_equal(f->settings.kafka_topic, "news");
    assert_int_equal(f->settings.property_count, 2);
    assert_true(kb_str_is(f->settings.properties[0].name, "security.protocol"));
    assert_true(kb_str_is(f->settings.properties[0].value, "SASL_SSL")); // the command line wins
    assert_true(kb_str_is(f->settings.properties[0].origin, "--kafka.security.protocol"));
    assert_true(kb_str_is(f->settings.properties[1].name, "ssl.ca.location"));
}

static void a_file_of_a_secret(void **state)
{
    fixture *f = *state;
    char path[] = "/tmp/khabar-test-XXXXXX", variable[80];
    int fd = mkstemp(path);
    assert_true(write(fd, "password=abc \nsecond line\n", 26) == 26);
    close(fd);
    snprintf(variable, sizeof variable, "KHABAR_POSTGRES_FILE=%s", path);
    assert_int_equal(read_words(f, (char *[]){"run", NULL}, (char *[]){variable, NULL}), KB_OK);
    unlink(path);
    assert_string_equal(f->settings.postgres, "password=abc");
}

static void a_settings_file_and_its_faults(void **state)
{
    static const struct {
        const char *text, *fault; // fault NULL: none
    } cases[] = {
        {"# all of it\n\nKafka_Topic = news\nkafka.client.rack=a=b\n  writers =  4 ", NULL},
        {"", NULL},
        {"kafka-topic\n", ":1: no '='"},
        {"writers = 2\nconfig = other.conf\n", ":2: a settings file can't name"},
        {"\n\nno-such = 1\n", ":3: there is no setting 'no-such'"},
        {"writers = lots\n", ":1: 'lots' is no number"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        char path[] = "/tmp/khabar-test-XXXXXX", option[80];
        int fd = mkstemp(path);
        assert_true(write(fd, cases[i].text, strlen(cases[i].text)) >= 0);
        close(fd);
        snprintf(option, sizeof option, "--config=%s", path);
        kb_status status = READ(f, option);
        unlink(path);
        assert_int_equal(status == KB_OK, cases[i].fault == NULL);
        if (cases[i].fault)
            assert_non_null(strstr(f->error.what, cases[i].fault));
    }
    assert_int_equal(READ(f, "--config=/no/such/file"), KB_NOT_FOUND);
}

static void only_options_before_the_dashes_are_asked(void **state)
{
    (void)state;
    assert_true(kb_settings_asked(3, (char *[]){"run", "x", "--help"}, "--help"));
    assert_false(kb_settings_asked(3, (char *[]){"run", "--", "--help"}, "--help"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_stand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_dead_letter_topic_follows_the_topic, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_and_operands_mix, set_up, tear_down),
        cmocka_unit_test_setup_teardown(units_of_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(properties_of_kafka_come_from_everywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_a_secret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_settings_file_and_its_faults, set_up, tear_down),
        cmocka_unit_test(only_options_before_the_dashes_are_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
