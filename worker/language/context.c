#include "context.h"

#include "khabar/morphology.h"

#include <stdlib.h>

enum { CLITICS_AT = 24, ENCLITIC_AT = 33, KNOWN_AT = 34 }; // places in bits_of, behind the features

// All that conditions ask of an analysis, but its part of speech and its lemma.
static uint64_t bits_of(const kb_analysis *a)
{
    return (uint64_t)a->features | (uint64_t)a->proclitics << CLITICS_AT |
           (uint64_t)(a->enclitic != KB_ENC_NONE) << ENCLITIC_AT | (uint64_t)a->known << KNOWN_AT;
}

static bool has_lemma(const kb_condition *c, kb_lemma lemma)
{
    for (unsigned i = 0; i < c->lemma_count; i++) {
        if (c->lemmas[i] == lemma)
            return true;
    }
    return false;
}

static bool is_empty(const kb_condition *c)
{
    static const kb_condition none;
    return memcmp(c, &none, sizeof none) == 0;
}

// Agreement of an adjective with the noun before it: definiteness, then gender and number; the plural of things counts as feminine singular.
static bool agrees(const kb_analysis *noun, const kb_analysis *adjective)
{
    if (!noun || (noun->pos != KB_POS_NOUN && noun->pos != KB_POS_ADJ))
        return false;
    bool definite = noun->proclitics & KB_CLITIC_AL || noun->enclitic;
    if (definite != ((adjective->proclitics & KB_CLITIC_AL) != 0) || adjective->proclitics & ~(unsigned)KB_CLITIC_AL)
        return false;
    uint32_t number = KB_F_SING | KB_F_DUAL | KB_F_PLUR;
    if (noun->features & KB_F_PLUR && adjective->features & KB_F_FEM && adjective->features & KB_F_SING)
        return true;
    return noun->features & adjective->features & (KB_F_MASC | KB_F_FEM) &&
           noun->features & adjective->features & number;
}

// Whether a word of this part of speech can meet the condition.
static bool may_hold(const kb_condition *c, unsigned pos)
{
    if (c->edge)
        return pos == KB_CONTEXT_POS - 1 || (c->edge == 2 && pos == KB_POS_PUNCT);
    return pos < KB_CONTEXT_POS - 1 && (c->pos == 0 || c->pos >> pos & 1);
}

// Bits that a condition asks to be set and to be clear.
static void wanted_bits(const kb_condition *c, uint64_t *set, uint64_t *clear)
{
    *set = (uint64_t)c->all | (uint64_t)c->with << CLITICS_AT;
    *clear = (uint64_t)c->none | (uint64_t)c->without << CLITICS_AT;
    *(c->enclitic == 1 ? set : clear) |= (uint64_t)(c->enclitic != 0) << ENCLITIC_AT;
    *(c->known == 1 ? set : clear) |= (uint64_t)(c->known != 0) << KNOWN_AT;
}

static uint64_t *place_of(kb_view *v, unsigned place)
{
    return place == 0 ? &v->before : place == 1 ? &v->here : &v->after;
}

static void add_condition(kb_context_masks *m, const kb_condition *c, bool used, unsigned place, uint64_t rule)
{
    uint64_t set, clear;
    wanted_bits(c, &set, &clear);
    for (unsigned pos = 0; pos < KB_CONTEXT_POS; pos++) {
        if (!used || may_hold(c, pos))
            *place_of(&m->pos[pos], place) |= rule;
    }
    for (unsigned slice = 0; slice < KB_CONTEXT_SLICES; slice++) {
        for (unsigned value = 0; value < 16; value++) {
            bool holds = (set >> 4 * slice & 15 & ~value) == 0 && (clear >> 4 * slice & value) == 0;
            if (!used || c->edge || holds)
                *place_of(&m->bits[slice][value], place) |= rule;
        }
    }
    if (used && c->lemma_count)
        *place_of(&m->lemma, place) |= rule;
}

static void make_masks(kb_context_masks *m, const kb_context_rule *rules, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const kb_context_rule *r = &rules[i];
        uint64_t rule = UINT64_C(1) << i;
        add_condition(m, &r->before, r->uses & 1, 0, rule);
        add_condition(m, &r->here, true, 1, rule);
        add_condition(m, &r->after, r->uses & 2, 2, rule);
        m->agree |= r->agree == 1 ? rule : 0;
        m->disagree |= r->agree == 2 ? rule : 0;
        m->points[i] = r->points;
    }
}

kb_context kb_context_open(const kb_lexicon *lexicon)
{
    static const kb_context_masks none; // no rule
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        kb_str rules = kb_image_section(&lexicon->images[i], "words.context");
        kb_str masks = kb_image_section(&lexicon->images[i], "words.context.masks");
        if (rules.n && masks.n == sizeof(kb_context_masks))
            return (kb_context){(const kb_context_rule *)(const void *)rules.p,
                                (const kb_context_masks *)(const void *)masks.p};
    }
    return (kb_context){.masks = &none};
}

static unsigned pos_of(const kb_analysis *a)
{
    return a ? a->pos % (KB_CONTEXT_POS - 1u) : KB_CONTEXT_POS - 1;
}

static kb_view both(kb_view a, kb_view b)
{
    return (kb_view){a.before & b.before, a.here & b.here, a.after & b.after};
}

kb_view kb_context_view(const kb_context *c, const kb_analysis *a)
{
    const kb_context_masks *m = c->masks;
    kb_view view = m->pos[pos_of(a)];
    if (!a)
        return view;
    uint64_t bits = bits_of(a);
    for (unsigned slice = 0; slice < KB_CONTEXT_SLICES; slice++)
        view = both(view, m->bits[slice][bits >> 4 * slice & 15]);
    kb_view asked = both(view, m->lemma);
    for (uint64_t left = asked.before | asked.here | asked.after; left; left &= left - 1) {
        const kb_context_rule *r = &c->rules[__builtin_ctzll(left)];
        uint64_t rule = left & (0 - left);
        if (asked.before & rule && !has_lemma(&r->before, a->lemma))
            view.before &= ~rule;
        if (asked.here & rule && !has_lemma(&r->here, a->lemma))
            view.here &= ~rule;
        if (asked.after & rule && !has_lemma(&r->after, a->lemma))
            view.after &= ~rule;
    }
    return view;
}

int kb_context_points(const kb_context *c, uint64_t rules, const kb_analysis *before, const kb_analysis *here)
{
    const kb_context_masks *m = c->masks;
    if (rules & (m->agree | m->disagree))
        rules &= ~(agrees(before, here) ? m->disagree : m->agree);
    int points = 0;
    for (; rules; rules &= rules - 1)
        points += m->points[__builtin_ctzll(rules)];
    return points;
}

// ---------------------------------------------------------------- compiling

static const struct {
    const char *name;
    uint32_t feature;
} feature_names[] = {
    {"masc", KB_F_MASC},     {"fem", KB_F_FEM},
    {"sing", KB_F_SING},     {"dual", KB_F_DUAL},
    {"plur", KB_F_PLUR},     {"p1", KB_F_P1},
    {"p2", KB_F_P2},         {"p3", KB_F_P3},
    {"past", KB_F_PAST},     {"pres", KB_F_PRES},
    {"imper", KB_F_IMPER},   {"juss", KB_F_JUSS},
    {"pass", KB_F_PASS},     {"masdar", KB_F_MASDAR},
    {"act", KB_F_ACTPART},   {"passpart", KB_F_PASSPART},
    {"nisba", KB_F_NISBA},   {"construct", KB_F_CONSTRUCT},
    {"acc", KB_F_ACC},       {"elative", KB_F_ELATIVE},
    {"human", KB_F_HUMAN},   {"title", KB_F_TITLE},
    {"speech", KB_F_SPEECH},
};

static const struct {
    const char *name;
    uint16_t clitic;
} clitic_names[] = {
    {"wa", KB_CLITIC_WA}, {"fa", KB_CLITIC_FA}, {"bi", KB_CLITIC_BI}, {"li", KB_CLITIC_LI}, {"ka", KB_CLITIC_KA},
    {"sa", KB_CLITIC_SA}, {"a", KB_CLITIC_A},   {"la", KB_CLITIC_LA}, {"al", KB_CLITIC_AL},
};

static bool read_flag(kb_condition *c, kb_str t, bool no)
{
    if (kb_str_is(t, "edge"))
        c->edge = 1;
    else if (kb_str_is(t, "stop"))
        c->edge = 2;
    else if (kb_str_is(t, "known"))
        c->known = no ? 2 : 1;
    else if (kb_str_is(t, "pron"))
        c->enclitic = no ? 2 : 1;
    else
        return false;
    return true;
}

// One token: part of speech (noun|adj), feature, clitic, flag, each with ! for "not"; lemma/pos (لم/part|لن/part).
static bool read_token(kb_condition *c, kb_str t)
{
    bool no = t.p[0] == '!';
    if (no)
        t = kb_str_sub(t, 1, t.n);
    for (size_t i = 0; i < KB_LEN(feature_names); i++) {
        if (kb_str_is(t, feature_names[i].name)) {
            *(no ? &c->none : &c->all) |= feature_names[i].feature;
            return true;
        }
    }
    for (size_t i = 0; i < KB_LEN(clitic_names); i++) {
        if (t.n > 1 && t.p[0] == '+' && kb_str_is(kb_str_sub(t, 1, t.n), clitic_names[i].name)) {
            uint16_t *field = no ? &c->without : &c->with;
            *field = (uint16_t)(*field | clitic_names[i].clitic);
            return true;
        }
    }
    if (read_flag(c, t, no))
        return true;
    uint32_t pos = 0;
    kb_str rest = t;
    while (rest.n) {
        kb_str one = kb_str_cut(&rest, '|');
        kb_str tail = one, head = kb_str_cut(&tail, '/');
        if (tail.p) {
            if (c->lemma_count == KB_LEN(c->lemmas) || kb_pos_of(tail) == KB_POS_NONE)
                return false;
            c->lemmas[c->lemma_count++] = kb_lemma_of(head, kb_pos_of(tail));
        } else if (kb_pos_of(one) != KB_POS_NONE) {
            pos |= 1u << kb_pos_of(one);
        } else {
            return false;
        }
    }
    if (pos)
        c->pos = no ? ~pos : pos;
    return true;
}

static bool read_condition(kb_condition *c, kb_str cell)
{
    kb_str rest = cell;
    while (rest.n) {
        kb_str token = kb_str_trim(kb_str_cut(&rest, ' '));
        if (token.n && !read_token(c, token))
            return false;
    }
    return true;
}

static kb_status read_rule(kb_row row, kb_context_rule *r, kb_error *error)
{
    if (row.cells[0].n == 0 || row.cells[0].n >= sizeof r->name)
        return kb_fail(error, KB_INVALID, "context-row", "%s:%u: the name is missing or too long", row.file, row.line);
    memcpy(r->name, row.cells[0].p, row.cells[0].n);
    kb_str here = row.cells[2];
    if (kb_str_ends(here, KB_STR(" agree")))
        r->agree = 1;
    if (kb_str_ends(here, KB_STR(" disagree")))
        r->agree = 2;
    if (r->agree)
        here = kb_str_sub(here, 0, here.n - (r->agree == 1 ? 6 : 9));
    if (!read_condition(&r->before, row.cells[1]) || !read_condition(&r->here, here) ||
        !read_condition(&r->after, row.cells[3]))
        return kb_fail(error, KB_INVALID, "context-row", "%s:%u: a condition is not understood", row.file, row.line);
    r->uses = (uint8_t)((is_empty(&r->before) ? 0 : 1) | (is_empty(&r->after) ? 0 : 2));
    char number[16] = {0};
    kb_str points = row.cells[4];
    if (points.n > 0 && points.n < sizeof number)
        memcpy(number, points.p, points.n);
    char *end;
    long value = strtol(number, &end, 10);
    if (*end || value == 0 || value < INT16_MIN || value > INT16_MAX)
        return kb_fail(error, KB_INVALID, "context-row", "%s:%u: points are no number but 0", row.file, row.line);
    r->points = (int16_t)value;
    return KB_OK;
}

kb_status kb_context_compile(const char *data_dir, kb_image_builder *b, kb_error *error)
{
    kb_arena *arena = kb_arena_new(0);
    kb_str path = arena ? kb_arena_printf(arena, "%s/tables/context.tsv", data_dir) : (kb_str){0};
    kb_table *table = NULL;
    kb_status status =
        path.p ? kb_table_read(path.p, 5, 6, &table, error) : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory");
    uint32_t count = status == KB_OK ? kb_table_rows(table) : 0;
    if (count > KB_CONTEXT_RULES)
        status = kb_fail(error, KB_LIMIT, "context-rows", "%s: more than %d rules", path.p, KB_CONTEXT_RULES);
    kb_context_rule *rules = status == KB_OK ? KB_NEWS(arena, kb_context_rule, count) : NULL;
    for (uint32_t i = 0; rules && status == KB_OK && i < count; i++)
        status = read_rule(kb_table_row(table, i), &rules[i], error);
    if (rules && status == KB_OK) {
        kb_context_masks masks = {0};
        make_masks(&masks, rules, count);
        status = kb_image_add(b, "words.context", rules, count * sizeof *rules, error);
        if (status == KB_OK)
            status = kb_image_add(b, "words.context.masks", &masks, sizeof masks, error);
    } else if (status == KB_OK)
        status = kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the rules of context");
    else if (status == KB_NOT_FOUND)
        status = KB_OK; // a user's data may leave it out
    kb_table_free(table);
    kb_arena_free(arena);
    return status;
}
