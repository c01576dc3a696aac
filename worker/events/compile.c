// Compiles worker/data/rules and the event tables of worker/data/tables.
#include "khabar/event_tables.h"
#include "khabar/rules.h"
#include "events/builder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_FILE = 8 * 1024 * 1024 };

static kb_status slurp(const char *path, kb_arena *arena, kb_str *ret, kb_error *error)
{
    FILE *f = fopen(path, "rb");
    struct stat info;
    kb_status status = KB_OK;
    if (!f || fstat(fileno(f), &info) != 0 || info.st_size > MAX_FILE) {
        status = kb_fail(error, KB_INVALID, "rules-open", "%s: can't be read, or larger than %d bytes", path, MAX_FILE);
    } else {
        char *p = kb_alloc(arena, (size_t)info.st_size + 1);
        if (!p)
            status = kb_fail(error, KB_NO_MEMORY, "no-memory", "%s: no memory", path);
        else
            *ret = (kb_str){p, fread(p, 1, (size_t)info.st_size, f)};
    }
    if (f)
        fclose(f);
    return status;
}

static kb_status read_rules(const char *data_dir, kb_rules_builder *b, kb_error *error)
{
    kb_str dir = kb_arena_printf(b->arena, "%s/rules", data_dir), *paths = NULL;
    uint32_t count = 0;
    if (!dir.p)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the rules");
    kb_status status = kb_files_below(dir.p, ".rules", b->arena, &paths, &count, error);
    for (uint32_t i = 0; i < count && status == KB_OK; i++) {
        kb_str text = {0};
        status = slurp(paths[i].p, b->arena, &text, error);
        if (status == KB_OK)
            status = kb_rules_read(b, paths[i].p, text, error);
    }
    return status;
}

// Adds `cells` under each form of `words` ("جندي|جنود"). Of an entry of several words the first is the key, the forms of the others stand in the row.
static kb_status add_words(kb_rules_builder *b, kb_str words, const kb_pos *poses, size_t pos_count,
                           kb_posting_kind kind, const uint32_t *cells, uint32_t count, kb_error *error)
{
    for (kb_str rest = words; rest.p;) {
        kb_str entry = kb_str_trim(kb_str_cut(&rest, '|'));
        if (entry.n == 0)
            continue;
        kb_str more = entry, head = kb_str_trim(kb_str_cut(&more, ' '));
        uint32_t row[KB_ROW_CELLS] = {0};
        for (uint32_t i = 0; i < KB_ROW_WORDS && more.p; i++)
            row[i] = kb_form_of(kb_str_trim(kb_str_cut(&more, ' ')));
        for (uint32_t i = 0; i < count; i++)
            row[KB_ROW_WORDS + i] = cells[i];
        for (size_t i = 0; i < pos_count; i++) {
            kb_status status = kb_rules_row(b, kb_lemma_of(head, poses[i]), kind, row, KB_ROW_WORDS + count, error);
            if (status != KB_OK)
                return status;
        }
    }
    return KB_OK;
}

static const kb_pos nominal[] = {KB_POS_NOUN, KB_POS_ADJ, KB_POS_NUM, KB_POS_NONE};
static const kb_pos any_word[] = {KB_POS_NOUN, KB_POS_ADJ, KB_POS_NONE};
static const kb_pos verbal[] = {KB_POS_VERB};
static const kb_pos form_only[] = {KB_POS_NONE};

typedef kb_status row_fn(kb_rules_builder *b, const kb_row *row, kb_error *error);

static kb_status unknown_cell(const kb_row *row, const char *what, kb_str cell, kb_error *error)
{
    return kb_fail(error, KB_INVALID, "table-value", "%s:%u: no such %s: " KB_PRI, row->file, row->line, what,
                   KB_ARG(cell));
}

static uint32_t choice(kb_str cell, const char *const *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (kb_str_is(cell, names[i]))
            return i;
    }
    return KB_NONE;
}

static kb_status actor_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    static const char *const kinds[] = {"people", "office", "body", "part", "weapon", "thing", "quantity", "adjective"};
    uint32_t kind = choice(row->cells[2], kinds, KB_LEN(kinds));
    if (kind == KB_NONE)
        return unknown_cell(row, "kind of actor", row->cells[2], error);
    uint32_t cells[] = {kb_rules_intern(b, row->cells[1]), kind};
    if (kind == KB_ACTOR_ADJECTIVE)
        return add_words(b, row->cells[0], nominal, KB_LEN(nominal), KB_POST_ADJECTIVE, cells, 1, error);
    return add_words(b, row->cells[0], nominal, KB_LEN(nominal), KB_POST_ACTOR, cells, 2, error);
}

static kb_status governor_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    static const char *const statuses[] = {"actual", "future", "hypothetical", "negated"};
    static const char *const poses[] = {"verb", "noun", "adj", "part"};
    uint32_t status = choice(row->cells[3], statuses, KB_LEN(statuses)),
             pos = choice(row->cells[1], poses, KB_LEN(poses));
    if (status == KB_NONE || pos == KB_NONE)
        return unknown_cell(row, "status or part of speech", row->cells[status == KB_NONE ? 3 : 1], error);
    uint32_t frame = 0, prepositions[KB_GOVERNOR_PREPS] = {0}, n = 0;
    for (kb_str rest = row->cells[2]; rest.p;) {
        static const char *const frames[] = {"obj", "an", "before", "after"};
        kb_str f = kb_str_trim(kb_str_cut(&rest, '|'));
        uint32_t bit = choice(f, frames, KB_LEN(frames));
        if (bit != KB_NONE)
            frame |= 1u << bit;
        else if (n < KB_GOVERNOR_PREPS)
            prepositions[n++] = kb_form_of(f);
        else
            return unknown_cell(row, "frame (too many prepositions)", f, error);
    }
    static const char *const controls[] = {"", "subject", "object", "announcer"};
    uint32_t control = row->cells[4].n ? choice(row->cells[4], controls, KB_LEN(controls)) : 0;
    if (control == KB_NONE)
        return unknown_cell(row, "one who acts", row->cells[4], error);
    uint32_t cells[4 + KB_GOVERNOR_PREPS] = {status, frame, pos};
    memcpy(cells + 3, prepositions, sizeof prepositions);
    cells[3 + KB_GOVERNOR_PREPS] = control;
    const kb_pos *set = pos == 0 ? verbal : pos == 3 ? form_only : any_word;
    return add_words(b, row->cells[0], set, pos == 0 || pos == 3 ? 1 : 2, KB_POST_GOVERNOR, cells, KB_LEN(cells),
                     error);
}

static kb_status support_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    static const char *const hows[] = {"act", "suffer", "happen", "place", "hit"};
    uint32_t how = choice(row->cells[1], hows, KB_LEN(hows));
    if (how == KB_NONE)
        return unknown_cell(row, "way of support", row->cells[1], error);
    uint32_t cells[] = {how, row->cells[2].n ? kb_form_of(row->cells[2]) : 0};
    return add_words(b, row->cells[0], verbal, 1, KB_POST_SUPPORT, cells, 2, error);
}

static kb_status preposition_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cells[] = {kb_form_of(row->cells[1])};
    return add_words(b, row->cells[0], form_only, 1, KB_POST_PREPOSITION, cells, 1, error);
}

static kb_status topic_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t topic = choice(row->cells[0], kb_topic_names, KB_TOPIC_COUNT);
    if (topic == KB_NONE || row->cells[1].n != 1)
        return unknown_cell(row, "topic or weight", row->cells[0], error);
    uint32_t cells[] = {topic, (uint32_t)(row->cells[1].p[0] - '0')};
    return add_words(b, row->cells[2], any_word, KB_LEN(any_word), KB_POST_TOPIC, cells, 2, error);
}

static kb_status context_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    if (row->cells[0].n == 0)
        return unknown_cell(row, "context", row->cells[0], error);
    uint32_t cells[] = {kb_rules_intern(b, row->cells[0]), kb_rules_intern(b, row->cells[1])};
    kb_str words = row->cells[2].n ? row->cells[2] : KB_STR("*");
    return add_words(b, words, any_word, KB_LEN(any_word), KB_POST_CONTEXT, cells, 2, error);
}

static bool weight(kb_str cell, uint32_t *ret)
{
    char text[16] = "", *end;
    if (cell.n == 0 || cell.n >= sizeof text)
        return false;
    memcpy(text, cell.p, cell.n);
    double v = strtod(text, &end);
    if (*end || !(v > -100 && v < 100))
        return false;
    *ret = (uint32_t)(KB_ASSERTION_ZERO + (int32_t)lround(v * 100));
    return true;
}

static kb_status assertion_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    static const char *const windows[KB_WINDOW_COUNT] = {"governs",  "opens", "subject", "clause",
                                                         "sentence", "main",  "carrier", "trigger"};
    static const kb_pos poses[] = {KB_POS_NOUN, KB_POS_ADJ, KB_POS_VERB, KB_POS_NUM, KB_POS_NONE};
    uint32_t feature = kb_assertion_named(row->cells[0]), weights[2];
    if (feature == KB_AS_COUNT)
        return unknown_cell(row, "feature", row->cells[0], error);
    if (!weight(row->cells[1], &weights[0]) || !weight(row->cells[2], &weights[1]))
        return unknown_cell(row, "weight", row->cells[1], error);
    kb_status status =
        kb_rules_row(b, kb_code_key(row->cells[0], KB_STR("assertion")), KB_POST_CODE, weights, 2, error);
    if (status != KB_OK || row->cells[4].n == 0)
        return status;
    uint32_t cells[] = {feature, choice(row->cells[3], windows, KB_WINDOW_COUNT)};
    if (cells[1] == KB_NONE)
        return unknown_cell(row, "window", row->cells[3], error);
    return add_words(b, row->cells[4], poses, KB_LEN(poses), KB_POST_ASSERTION, cells, 2, error);
}

static kb_status implicit_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    bool type = row->cells[0].n && row->cells[0].p[0] >= 'A' && row->cells[0].p[0] <= 'Z';
    bool slot = kb_str_is(row->cells[1], "actor") || kb_str_is(row->cells[1], "recipient");
    uint32_t weights[4];
    if (!type && kb_implicit_named(row->cells[0]) == KB_IM_COUNT)
        return unknown_cell(row, "feature", row->cells[0], error);
    if (!slot)
        return unknown_cell(row, "slot", row->cells[1], error);
    for (size_t i = 0; i < KB_LEN(weights); i++) {
        if (!weight(row->cells[2 + (type ? 0 : i)], &weights[i]))
            return unknown_cell(row, "weight", row->cells[2 + i], error);
    }
    return kb_rules_row(b, kb_code_key(row->cells[0], row->cells[1]), KB_POST_CODE, weights, 4, error);
}

static kb_status confidence_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cell;
    bool calibration = kb_str_is(row->cells[0], "scale") || kb_str_is(row->cells[0], "shift");
    if (!calibration && kb_confidence_named(row->cells[0]) == KB_CF_COUNT)
        return unknown_cell(row, "feature", row->cells[0], error);
    if (!weight(row->cells[1], &cell))
        return unknown_cell(row, "weight", row->cells[1], error);
    return kb_rules_row(b, kb_code_key(row->cells[0], KB_STR("confidence")), KB_POST_CODE, &cell, 1, error);
}

static kb_status word_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    static const char *const classes[KB_WORDS_COUNT] = {
        "killed",    "injured",    "auxiliary",  "source",    "temporal", "meanwhile", "cause",    "elapsed",
        "until",     "lasting",    "rank",       "coming",    "host",     "agreement", "crowd",    "purpose",
        "masculine", "transitive", "addressing", "extent",    "loyal",    "former",    "sides",    "generic",
        "belonging", "states",     "latter",     "ambiguous", "measure",  "ministry",  "claim",    "foreign",
        "members",   "followers",  "dissenter",  "troops",    "armed",    "arming",    "munition", "arms",
        "benefit",   "agentive",   "accused",    "share",     "carrying", "post",      "self",     "toward",
        "handing",   "letter",     "deciding",   "falling"};
    static const char *const kinds[] = {"verb", "word", "noun", "form"};
    static const struct {
        kb_pos poses[3];
        uint32_t count;
    } read_as[KB_LEN(kinds)] = {{{KB_POS_VERB}, 1},
                                {{KB_POS_NOUN, KB_POS_VERB, KB_POS_NONE}, 3},
                                {{KB_POS_NOUN, KB_POS_NONE}, 2},
                                {{KB_POS_NONE}, 1}};
    uint32_t class = choice(row->cells[0], classes, KB_WORDS_COUNT), kind = choice(row->cells[1], kinds, KB_LEN(kinds));
    if (class == KB_NONE || kind == KB_NONE)
        return unknown_cell(row, "class or part of speech", row->cells[class == KB_NONE ? 0 : 1], error);
    return add_words(b, row->cells[2], read_as[kind].poses, read_as[kind].count, KB_POST_WORD, &class, 1, error);
}

static kb_status union_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cells[] = {kb_rules_intern(b, row->cells[1])};
    return add_words(b, row->cells[0], form_only, 1, KB_POST_UNION, cells, 1, error);
}

static kb_status nation_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cells[] = {kb_rules_intern(b, row->cells[0])};
    static const char *const endings[] = {"", "ة", "ون", "ين", "ات", "ان", "تان", "تين"};
    kb_status status = KB_OK;
    for (kb_str rest = row->cells[3]; rest.p && status == KB_OK;) {
        kb_str adjective = kb_str_trim(kb_str_cut(&rest, '|'));
        if (adjective.n == 0)
            continue;
        for (size_t i = 0; i < KB_LEN(endings) && status == KB_OK; i++) {
            kb_str form = kb_arena_printf(b->arena, KB_PRI "%s", KB_ARG(adjective), endings[i]);
            status = form.p ? kb_rules_row(b, kb_form_of(form), KB_POST_NATION, cells, 1, error)
                            : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the nations");
        }
    }
    for (kb_str rest = row->cells[4]; rest.p && status == KB_OK;) {
        kb_str demonym = kb_str_trim(kb_str_cut(&rest, '|'));
        if (demonym.n)
            status = kb_rules_row(b, kb_form_of(demonym), KB_POST_NATION, cells, 1, error);
    }
    if (status == KB_OK && row->cells[5].n)
        status = kb_rules_row(b, kb_code_key(row->cells[5], KB_STR("capital")), KB_POST_CODE, cells, 1, error);
    return status;
}

// A score of the ontology: like a weight, 0 where the cell is empty.
static bool score(kb_str cell, uint32_t *ret)
{
    *ret = 0;
    return cell.n == 0 || weight(cell, ret);
}

static kb_status power_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cells[] = {kb_rules_intern(b, row->cells[1])};
    return kb_rules_row(b, kb_code_key(row->cells[0], KB_STR("power")), KB_POST_CODE, cells, 1, error);
}

static kb_status type_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cells[3];
    if (!score(row->cells[1], &cells[0]) || !score(row->cells[2], &cells[1]))
        return unknown_cell(row, "quad class or intensity", row->cells[1], error);
    cells[2] = kb_rules_intern(b, row->cells[3]);
    return kb_rules_row(b, kb_code_key(row->cells[0], KB_STR("type")), KB_POST_CODE, cells, 3, error);
}

static kb_status mode_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cell;
    if (!score(row->cells[2], &cell))
        return unknown_cell(row, "intensity", row->cells[2], error);
    return kb_rules_row(b, kb_code_key(row->cells[0], row->cells[1]), KB_POST_CODE, &cell, 1, error);
}

static kb_status cameo_row(kb_rules_builder *b, const kb_row *row, kb_error *error)
{
    uint32_t cell;
    if (!score(row->cells[1], &cell))
        return unknown_cell(row, "score", row->cells[1], error);
    return kb_rules_row(b, kb_code_key(row->cells[0], KB_STR("cameo")), KB_POST_CODE, &cell, 1, error);
}

static kb_status read_tables(const char *data_dir, kb_rules_builder *b, kb_error *error)
{
    static const struct {
        const char *file;
        uint32_t min, max;
        row_fn *add;
    } tables[] = {
        {"tables/actors.tsv", 3, 3, actor_row},        {"tables/governors.tsv", 4, 5, governor_row},
        {"tables/support.tsv", 2, 3, support_row},     {"tables/prepositions.tsv", 2, 2, preposition_row},
        {"tables/topics.tsv", 3, 3, topic_row},        {"tables/contexts.tsv", 2, 3, context_row},
        {"tables/unions.tsv", 2, 2, union_row},        {"tables/powers.tsv", 2, 2, power_row},
        {"tables/plover_types.tsv", 4, 4, type_row},   {"tables/plover_modes.tsv", 2, 3, mode_row},
        {"tables/cameo.tsv", 1, 2, cameo_row},         {"lexicon/countries.tsv", 4, 9, nation_row},
        {"tables/assertion.tsv", 6, 6, assertion_row}, {"tables/words.tsv", 3, 3, word_row},
        {"tables/implicit.tsv", 3, 6, implicit_row},   {"tables/confidence.tsv", 3, 3, confidence_row},
    };
    kb_status status = KB_OK;
    for (size_t i = 0; i < KB_LEN(tables) && status == KB_OK; i++) {
        kb_str path = kb_arena_printf(b->arena, "%s/%s", data_dir, tables[i].file);
        struct stat info;
        if (!path.p)
            return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the event tables");
        if (stat(path.p, &info) != 0)
            continue; // a user's directory has what it changes, and no more
        kb_table *table = NULL;
        status = kb_table_read(path.p, tables[i].min, tables[i].max, &table, error);
        for (uint32_t r = 0; status == KB_OK && r < kb_table_rows(table); r++) {
            kb_row row = kb_table_row(table, r);
            status = tables[i].add(b, &row, error);
        }
        kb_table_free(table);
    }
    return status;
}

kb_status kb_events_compile(const char *data_dir, kb_image_builder *image, kb_error *error)
{
    kb_rules_builder *b = kb_rules_builder_new();
    if (!b)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the rules");
    kb_status status = read_rules(data_dir, b, error);
    if (status == KB_OK)
        status = read_tables(data_dir, b, error);
    if (status == KB_OK)
        status = kb_rules_finish(b, image, error);
    kb_rules_builder_free(b);
    return status;
}
