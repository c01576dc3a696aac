#include "khabar/extract.h"
#include "khabar/names.h"
#include "khabar/normalize.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

// ---------------------------------------------------------------- sentences with their names marked

typedef struct span {
    uint32_t start, end;
    uint8_t type;
} span;

typedef struct marked {
    kb_str plain;
    span spans[32];
    uint32_t count;
} marked;

static marked read_marks(kb_arena *arena, kb_str line)
{
    static const char *const tags[] = {"PER", "ORG", "LOC"};
    marked m = {0};
    char *out = kb_alloc(arena, line.n + 1);
    size_t n = 0;
    bool open = false;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '{') {
            assert_true(i + 5 < line.n && line.p[i + 4] == '|' && m.count < KB_LEN(m.spans));
            span s = {.start = (uint32_t)n, .type = 3};
            for (uint8_t t = 0; t < 3; t++)
                s.type = memcmp(line.p + i + 1, tags[t], 3) == 0 ? t : s.type;
            assert_true(s.type < 3);
            m.spans[m.count] = s;
            open = true;
            i += 4;
        } else if (line.p[i] == '}' && open) {
            m.spans[m.count++].end = (uint32_t)n;
            open = false;
        } else {
            out[n++] = line.p[i];
        }
    }
    m.plain = (kb_str){out, n};
    return m;
}

static kb_layers *extract_from(const kb_extractor *x, kb_arena *arena, kb_str body, const char *source_country,
                               int64_t published_at)
{
    kb_article *article = KB_NEW(arena, kb_article);
    *article = (kb_article){.id = KB_STR("case"),
                            .body = body,
                            .language = KB_STR("ar"),
                            .source_country = kb_str_of(source_country),
                            .published_at = published_at,
                            .published_known = true};
    kb_session *session = kb_session_new(x);
    kb_layers *y = NULL;
    kb_error error = {0};
    if (kb_extract(session, arena, article, &y, &error) != KB_OK)
        fail_msg("%s", error.what);
    kb_session_free(session);
    return y;
}

static kb_layers *extract(const kb_extractor *x, kb_arena *arena, kb_str body, int64_t published_at)
{
    return extract_from(x, arena, body, "", published_at);
}

static bool is_right(const marked *m, const kb_layers *y)
{
    if (y->mention_count != m->count)
        return false;
    for (uint32_t i = 0; i < m->count; i++) {
        const kb_mention *found = &y->mentions[i];
        if (found->start != m->spans[i].start || found->end_byte != m->spans[i].end || found->type != m->spans[i].type)
            return false;
    }
    return true;
}

static void print_wrong(const char *file, const marked *m, const kb_layers *y)
{
    static const char *const types[] = {"PER", "ORG", "LOC"};
    print_message("%s: " KB_PRI "\n   ", file, KB_ARG(m->plain));
    for (uint32_t i = 0; i < y->mention_count; i++) {
        const kb_mention *f = &y->mentions[i];
        print_message(" %s[" KB_PRI "] %s", types[f->type], KB_ARG(kb_str_sub(y->text.stored, f->start, f->end_byte)),
                      f->rule);
    }
    print_message("\n");
}

// The share of sentences of tests/cases/names in which every name is found, exactly delimited and of the right type, and nothing else. The cases are
// hard ones and the names stage partly statistical, so the bound stands a little below what is reached; a change that falls under it is worse.
static void finds_the_names_of_hard_sentences(void **state)
{
    enum { NEEDED_PERCENT = 88 };
    (void)state;
    kb_extractor *x = NULL;
    assert_int_equal(kb_extractor_new(NULL, &x, NULL), KB_OK);
    kb_arena *arena = kb_arena_new(0), *files = kb_arena_new(0);
    kb_str *paths = NULL;
    uint32_t count = 0, right = 0, all = 0;
    assert_int_equal(kb_files_below("tests/cases/names", ".txt", files, &paths, &count, NULL), KB_OK);
    assert_true(count > 0);
    for (uint32_t f = 0; f < count; f++) {
        kb_str rest = read_case(files, paths[f].p);
        while (rest.p) {
            kb_str line = kb_str_trim(kb_str_cut(&rest, '\n'));
            if (line.n == 0 || line.p[0] == '#')
                continue;
            marked m = read_marks(arena, line);
            const kb_layers *y = extract(x, arena, m.plain, 1700000000);
            bool ok = is_right(&m, y);
            right += ok;
            all++;
            if (!ok)
                print_wrong(paths[f].p, &m, y);
            kb_arena_reset(arena);
        }
    }
    print_message("names: %u of %u sentences right\n", right, all);
    assert_true(all >= 300);
    assert_true(right * 100 >= all * NEEDED_PERCENT);
    kb_arena_free(arena);
    kb_arena_free(files);
    kb_extractor_free(x);
}

// طرابلس is in Libya and in Lebanon: the country of the source, the dateline and the other places settle which, and the record says what did.
static void settles_ambiguous_places(void **state)
{
    (void)state;
    static const struct {
        const char *body, *source, *country, *reason;
    } cases[] = {
        {"أغلقت البلدية الطريق في طرابلس أمس.", "", "LBY", "best known"},
        {"أغلقت البلدية الطريق في طرابلس أمس.", "LBN", "LBN", "source"},
        {"طرابلس - زار الرئيس اللبناني ميشال عون مدينة صيدا ثم انتقل إلى طرابلس.", "LBY", "LBN", "article speaks of"},
        {"اندلعت اشتباكات في طرابلس وبنغازي ومصراتة.", "LBN", "LBY", "article speaks of"},
    };
    kb_extractor *x = NULL;
    assert_int_equal(kb_extractor_new(NULL, &x, NULL), KB_OK);
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        const kb_layers *y = extract_from(x, arena, kb_str_of(cases[i].body), cases[i].source, 1700000000);
        const kb_entity *found = NULL;
        for (uint32_t k = 0; k < y->entity_count; k++)
            found = kb_str_is(y->entities[k].name, "طرابلس") ? &y->entities[k] : found;
        assert_non_null(found);
        if (strcmp(found->country, cases[i].country) != 0 || !strstr(found->reason, cases[i].reason))
            fail_msg("%s: %s, %s", cases[i].body, found->country, found->reason);
    }
    kb_arena_free(arena);
    kb_extractor_free(x);
}

// ---------------------------------------------------------------- a lexicon of one's own

typedef struct own_lexicon {
    char dir[64];
} own_lexicon;

static void write_own(own_lexicon *own, const char *folder, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/lexicon", own->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/lexicon/%s", own->dir, folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/lexicon/%s/%s", own->dir, folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static own_lexicon make_own(void)
{
    own_lexicon own;
    strcpy(own.dir, "/tmp/khabar-names-XXXXXX");
    assert_non_null(mkdtemp(own.dir));
    return own;
}

static void remove_own(own_lexicon *own)
{
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", own->dir);
    assert_int_equal(system(command), 0);
}

static const kb_entity *entity_of(const kb_layers *y, const char *key)
{
    for (uint32_t i = 0; i < y->entity_count; i++) {
        if (y->entities[i].key.p && kb_str_is(y->entities[i].key, key))
            return &y->entities[i];
    }
    return NULL;
}

static void gives_people_the_code_of_their_role_at_the_date(void **state)
{
    (void)state;
    own_lexicon own = make_own();
    write_own(&own, "people", "own.tsv",
              "test-person\tزعبول القرمطوني\t\t\tZaabool Qarmatuni\tm\tTUN\tTUNOPP\t\tprime-minister@TUN 2010-02..2012 "
              "TUNGOV|mp@TUN 2015.. TUNLEG\n");
    kb_extractor *x = NULL;
    kb_error error = {0};
    if (kb_extractor_new(own.dir, &x, &error) != KB_OK)
        fail_msg("%s", error.what);
    static const struct {
        int64_t at;
        const char *code;
    } cases[] = {
        {1264896000, "TUNOPP"}, // 2010-01-31
        {1264982400, "TUNGOV"}, // 2010-02-01
        {1356912000, "TUNGOV"}, // 2012-12-31
        {1356998400, "TUNGOV"}, // 2013-01-01: news of the month after the office still goes by it
        {1364774400, "TUNOPP"}, // 2013-04-01
        {1700000000, "TUNLEG"}, // 2023-11-14
    };
    kb_arena *arena = kb_arena_new(0);
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        const kb_layers *y =
            extract(x, arena, KB_STR("قال زعبول القرمطوني إن الوضع صعب. وأضاف القرمطوني أنه باق."), cases[i].at);
        const kb_entity *e = entity_of(y, "test-person");
        assert_non_null(e);
        assert_string_equal(e->code, cases[i].code);
        assert_string_equal(e->country, "TUN");
        assert_int_equal(y->mention_count, 2);
        assert_int_equal(y->mentions[1].entity, y->mentions[0].entity);
    }
    kb_arena_free(arena);
    kb_extractor_free(x);
    remove_own(&own);
}

static void count_report(void *context, const kb_error *row)
{
    kb_error *last = context;
    *last = *row;
}

static void reports_wrong_rows_with_file_line_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *row, *where, *what;
    } cases[] = {
        {"people", "No Slug\tاسم\t\t\t\t\t\t\t\t\n", "own.tsv:1", "no slug"},
        {"people", "ok\tاسم\t\t\t\t\tTUNISIA\t\t\t\n", "own.tsv:1", "ISO 3166-1"},
        {"people", "ok\tاسم\t\t\t\t\tTUN\tTUNX\t\t\n", "own.tsv:1", "PLOVER code"},
        {"people", "# comment\nok\tاسم\t\t\t\t\tTUN\t\tX6\t\n", "own.tsv:2", "Wikidata"},
        {"people", "ok\tاسم\t\t\t\t\tTUN\t\t\twizard@TUN 2010..\n", "own.tsv:1", "office"},
        {"people", "ok\tاسم\t\t\t\t\tTUN\t\t\tpresident@TUN 2012..2010 TUNGOV\n", "own.tsv:1", "time of office"},
        {"people", "ok\t...\t\t\t\t\tTUN\t\t\t\n", "", ""},
        {"places", "ok\tاسم\t\t\tplanet\tTUN\t\t\t\t\t\t\n", "own.tsv:1", "kind of place"},
        {"places", "ok\tاسم\t\t\tcity\tTUN\t\t91\t10\t\t\t\n", "own.tsv:1", "latitude"},
        {"organizations", "ok\tاسم\t\t\t\tguild\tTUN\t\t\t\n", "own.tsv:1", "kind of body"},
    };
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        own_lexicon own = make_own();
        write_own(&own, cases[i].folder, "own.tsv", cases[i].row);
        kb_error row = {0}, error = {0};
        kb_names_counts counts;
        assert_int_equal(kb_names_check(own.dir, count_report, &row, &counts, &error), KB_OK);
        if (!strstr(row.what, cases[i].what) || !strstr(row.what, cases[i].where))
            fail_msg("case %zu: '%s' at '%s'", i, row.what, row.where);
        remove_own(&own);
    }
}

// ---------------------------------------------------------------- entities and references

static void keeps_two_people_of_one_family_name_apart(void **state)
{
    (void)state;
    kb_extractor *x = NULL;
    assert_int_equal(kb_extractor_new(NULL, &x, NULL), KB_OK);
    kb_arena *arena = kb_arena_new(0);
    const kb_layers *y =
        extract(x, arena, KB_STR("قال المحامي رامز الزعتري إن موكله بريء. وقالت الطبيبة سهى الزعتري إن المريض بخير."),
                1700000000);
    assert_int_equal(y->mention_count, 2);
    assert_int_not_equal(y->mentions[0].entity, y->mentions[1].entity);
    kb_arena_free(arena);
    kb_extractor_free(x);
}

static void gives_unknown_entities_a_stable_id(void **state)
{
    (void)state;
    kb_arena *arena = kb_arena_new(0);
    kb_entity a = {.type = KB_PERSON, .name = KB_STR("أحمد الزعتري")},
              b = {.type = KB_PERSON, .name = KB_STR("احمد الزعترى")};
    kb_entity c = {.type = KB_LOCATION, .name = KB_STR("أحمد الزعتري")},
              d = {.type = KB_LOCATION, .key = KB_STR("cairo"), .name = KB_STR("القاهرة")};
    kb_str first = kb_entity_id(arena, &a);
    assert_true(kb_str_eq(first, kb_entity_id(arena, &b)));
    assert_false(kb_str_eq(first, kb_entity_id(arena, &c)));
    assert_str(kb_entity_id(arena, &d), "cairo");
    kb_arena_free(arena);
}

static void resolves_adjectives_and_titles(void **state)
{
    (void)state;
    kb_extractor *x = NULL;
    assert_int_equal(kb_extractor_new(NULL, &x, NULL), KB_OK);
    kb_arena *arena = kb_arena_new(0);
    const kb_layers *y =
        extract(x, arena, KB_STR("التقى الرئيس الفرنسي وفدا. وقصفت طائرات إسرائيلية بلدة في لبنان."), 1700000000);
    bool title = false, adjective = false;
    for (uint32_t i = 0; i < y->reference_count; i++) {
        title |= y->references[i].kind == 'T' && strcmp(y->references[i].code, "FRAGOV") == 0;
        adjective |= y->references[i].kind == 'A' && strncmp(y->references[i].code, "ISR", 3) == 0;
    }
    assert_true(title);
    assert_true(adjective);
    kb_arena_free(arena);
    kb_extractor_free(x);
}

static void names_a_body_of_a_country_alike_by_every_noun(void **state)
{
    (void)state;
    kb_extractor *x = NULL;
    assert_int_equal(kb_extractor_new(NULL, &x, NULL), KB_OK);
    const struct {
        kb_str text;
        const char *name;
    } cases[] = {{KB_STR("قصفت القوات القطرية موقعا."), "الجيش القطري"},
                 {KB_STR("قصف الجيش القطري موقعا."), "الجيش القطري"},
                 {KB_STR("تدربت القوات الكورية الجنوبية في البحر."), "الجيش الكوري الجنوبي"},
                 {KB_STR("قالت وزارة الداخلية الكورية الشمالية ذلك."), "وزارة الداخلية الكورية الشمالية"}};
    for (size_t i = 0; i < KB_LEN(cases); i++) {
        kb_arena *arena = kb_arena_new(0);
        const kb_layers *y = extract(x, arena, cases[i].text, 1700000000);
        assert_true(y->mention_count > 0);
        assert_str(y->entities[y->mentions[0].entity].name, cases[i].name);
        kb_arena_free(arena);
    }
    kb_extractor_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settles_ambiguous_places),
        cmocka_unit_test(finds_the_names_of_hard_sentences),
        cmocka_unit_test(gives_people_the_code_of_their_role_at_the_date),
        cmocka_unit_test(reports_wrong_rows_with_file_line_and_reason),
        cmocka_unit_test(keeps_two_people_of_one_family_name_apart),
        cmocka_unit_test(gives_unknown_entities_a_stable_id),
        cmocka_unit_test(resolves_adjectives_and_titles),
        cmocka_unit_test(names_a_body_of_a_country_alike_by_every_noun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
