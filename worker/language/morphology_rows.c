// The rows of the word files, and what else the data names: nationalities, people's names, places.

#include "forms.h"

#include <string.h>

static bool is_feature(kb_str token, kb_word_row *row)
{
    static const struct {
        const char *name;
        uint32_t feature;
    } names[] = {
        {"human", KB_F_HUMAN}, {"title", KB_F_TITLE},     {"speech", KB_F_SPEECH}, {"fem", KB_F_FEM},
        {"plur", KB_F_PLUR},   {"elative", KB_F_ELATIVE}, {"masdar", KB_F_MASDAR},
    };
    for (size_t i = 0; i < KB_LEN(names); i++) {
        if (kb_str_is(token, names[i].name)) {
            row->features |= names[i].feature;
            return true;
        }
    }
    return false;
}

// Reads the features cell; sense tags (neg, future, …) are for people and for rules that name the lemma.
static void read_features(kb_str cell, kb_word_row *row)
{
    kb_str rest = cell;
    while (rest.n) {
        kb_str token = kb_str_trim(kb_str_cut(&rest, ' '));
        if (is_feature(token, row))
            continue;
        if (kb_str_is(token, "common"))
            row->prior += 14;
        else if (kb_str_is(token, "rare"))
            row->prior -= 26;
        else if (kb_str_is(token, "nopart"))
            row->no_participles = true;
        else if (kb_str_is(token, "pron"))
            row->pronoun = true;
        else if (kb_str_is(token, "nopron"))
            row->no_pronoun = true;
        else if (kb_str_is(token, "bare"))
            row->bare = true;
        else if (kb_str_starts(token, KB_STR("present=")))
            row->present = kb_str_sub(token, 8, token.n);
        else if (kb_str_starts(token, KB_STR("act=")))
            row->active = kb_str_sub(token, 4, token.n);
        else if (kb_str_starts(token, KB_STR("pass=")))
            row->passive = kb_str_sub(token, 5, token.n);
    }
}

static bool read_verb_class(kb_str class, kb_word_row *row)
{
    size_t i = 0;
    if (class.n == 0)
        return false;
    if (class.p[0] == 'q') {
        row->form = 11;
        i = 1;
    } else {
        for (; i < class.n && class.p[i] >= '0' && class.p[i] <= '9'; i++) {
            row->form = row->form * 10 + (class.p[i] - '0');
            if (row->form > 11)
                return false;
        }
    }
    for (; i < class.n; i++) {
        if (class.p[i] == 'i')
            row->intransitive = true;
        else if (strchr("wya", class.p[i]))
            row->vowel = class.p[i];
        else
            return false;
    }
    return row->form >= 1 && row->form <= 11;
}

static bool read_noun_class(kb_str class, kb_word_row *row)
{
    bool adjective = row->pos == KB_POS_ADJ;
    uint16_t last = kb_letter(row->lemma, -1);
    if (class.n == 0) {
        row->sound_masculine = row->taa = adjective;
        row->feminine = last == L_MARBUTA;
        row->sound_feminine = row->feminine;
        return true;
    }
    for (size_t i = 0; i < class.n; i++) {
        switch (class.p[i]) {
        case 'm':
            break;
        case 'f':
            row->feminine = true;
            break;
        case 'u':
            row->sound_masculine = true;
            break;
        case 'a':
            row->sound_feminine = true;
            break;
        case 't':
            row->taa = true;
            break;
        case 'c':
            row->invariable = true;
            break;
        default:
            return false;
        }
    }
    return true;
}

// Words that are no noun, adjective or verb: the forms as they are listed. What they may stand with depends on their part of speech.
static void add_function_word(kb_forms *f, const kb_word_row *row)
{
    uint32_t lemma = kb_forms_lemma(f, row->lemma, row->pos, row->features, 0);
    unsigned flags = KB_FORM_FREE;
    if (!row->bare)
        flags |= KB_FORM_PREPOSITION;
    if (!row->no_pronoun &&
        (row->pronoun || row->pos == KB_POS_PREP || row->pos == KB_POS_PART || row->pos == KB_POS_NUM))
        flags |= KB_FORM_ENCLITIC;
    if (row->pos == KB_POS_NUM || (row->pos == KB_POS_ADV && !row->bare))
        flags |= KB_FORM_ARTICLE;
    int prior = row->prior + (row->pos == KB_POS_NAME ? 4 : row->pos == KB_POS_NUM ? 10 : 30);
    if (lemma == KB_NONE)
        return;
    kb_forms_add(f, lemma, row->lemma, row->pos, row->features, flags, prior);
    kb_str rest = row->forms;
    while (rest.n) {
        kb_str cell = kb_str_trim(kb_str_cut(&rest, '|'));
        bool bound = kb_str_ends(cell, KB_STR("+")); // only before a pronoun: علي+
        kb_letters form = kb_letters_of(kb_str_sub(cell, 0, cell.n - bound));
        unsigned own = bound ? (flags | KB_FORM_ENCLITIC) & ~(unsigned)KB_FORM_FREE : flags;
        if (form.n == 0)
            kb_forms_fail(f, row, "a form is no Arabic word");
        else
            kb_forms_add(f, lemma, form, row->pos, row->features, own, prior);
    }
}

static void add_row(kb_forms *f, kb_row cells)
{
    kb_word_row row = {.file = cells.file, .line = cells.line};
    row.lemma = kb_letters_of(cells.cells[0]);
    row.pos = kb_pos_of(cells.cells[1]);
    row.forms = cells.cells[3];
    read_features(cells.cells[4], &row);
    bool good = true;
    if (row.lemma.n == 0) {
        kb_forms_fail(f, &row, "the lemma is no Arabic word without vowels of at most 30 letters");
    } else if (row.pos == KB_POS_NONE) {
        kb_forms_fail(f, &row, "no such part of speech");
    } else if (row.pos == KB_POS_VERB) {
        good = read_verb_class(cells.cells[2], &row);
        if (good)
            kb_forms_verb(f, &row);
    } else if (row.pos == KB_POS_NOUN || row.pos == KB_POS_ADJ) {
        good = read_noun_class(cells.cells[2], &row);
        row.feminine = row.feminine || row.features & KB_F_FEM;
        if (good)
            kb_forms_nominal(f, &row, 0);
    } else {
        add_function_word(f, &row);
    }
    if (!good)
        kb_forms_fail(f, &row, "no such class for this part of speech");
}

// ---------------------------------------------------------------- files

static kb_status read_files(kb_forms *f, kb_arena *arena, const char *data_dir, kb_error *error)
{
    kb_str dir = kb_arena_printf(arena, "%s/lexicon/words", data_dir);
    kb_str *files = NULL;
    uint32_t count = 0;
    kb_status status = dir.p ? kb_files_below(dir.p, ".tsv", arena, &files, &count, error)
                             : kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the lexicon");
    for (uint32_t i = 0; i < count && status == KB_OK; i++) {
        kb_table *table = NULL;
        status = kb_table_read(files[i].p, 2, 6, &table, error);
        if (status != KB_OK)
            break;
        for (uint32_t k = 0; k < kb_table_rows(table); k++)
            add_row(f, kb_table_row(table, k));
        kb_table_free(table);
    }
    return status;
}

// Adjectives of nationality and their broken plurals stand in the table of countries.
static kb_status read_countries(kb_forms *f, kb_arena *arena, const char *data_dir, kb_error *error)
{
    enum { ADJECTIVE = 3, DEMONYMS = 4, MOST = 12 };
    kb_str path = kb_arena_printf(arena, "%s/lexicon/countries.tsv", data_dir);
    kb_table *table = NULL;
    kb_status status = path.p ? kb_table_read(path.p, 1, MOST, &table, error) : KB_NO_MEMORY;
    for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
        kb_row cells = kb_table_row(table, i);
        kb_str rest = cells.cells[ADJECTIVE];
        for (bool first = true; rest.n; first = false) {
            kb_word_row row = {.lemma = kb_letters_of(kb_str_trim(kb_str_cut(&rest, '|'))),
                               .pos = KB_POS_ADJ,
                               .sound_masculine = true,
                               .taa = true,
                               .forms = first ? cells.cells[DEMONYMS] : (kb_str){0},
                               .file = cells.file,
                               .line = cells.line};
            if (row.lemma.n) // a name of two words has none of its own: جنوب سوداني
                kb_forms_nominal(f, &row, 0);
        }
    }
    kb_table_free(table);
    return status == KB_NOT_FOUND ? KB_OK : status;
}

// One name of the gazetteers, where it is a single word: it is not to be cut, and it has no other reading unless the word files give one.
static void add_name(kb_forms *f, kb_str name, bool everyday)
{
    enum { EVERYDAY = -30, NAME = -10 };
    kb_letters letters = kb_letters_of(kb_str_trim(name));
    if (letters.n < 3)
        return;
    uint32_t lemma = kb_forms_lemma(f, letters, KB_POS_NAME, 0, 0);
    if (lemma != KB_NONE)
        kb_forms_add(f, lemma, letters, KB_POS_NAME, 0, KB_FORM_FREE | KB_FORM_PREPOSITION, everyday ? EVERYDAY : NAME);
}

static kb_status read_names(kb_forms *f, kb_arena *arena, const char *data_dir, kb_error *error)
{
    enum { WORD = 4, NAME = 1, ALIASES = 2, EVIDENCE = 11, MOST = 12 };
    kb_str path = kb_arena_printf(arena, "%s/lexicon/names.tsv", data_dir),
           dir = kb_arena_printf(arena, "%s/lexicon/places", data_dir);
    kb_table *table = NULL;
    kb_str *files = NULL;
    uint32_t count = 0;
    kb_status status = path.p && dir.p ? kb_table_read(path.p, 1, MOST, &table, error) : KB_NO_MEMORY;
    for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
        kb_row row = kb_table_row(table, i);
        add_name(f, row.cells[0], kb_str_is(row.cells[WORD], "yes"));
    }
    if (status == KB_OK)
        kb_table_free(table);
    if (status == KB_OK || status == KB_NOT_FOUND)
        status = kb_files_below(dir.p, ".tsv", arena, &files, &count, error);
    for (uint32_t k = 0; k < count && status == KB_OK; k++) {
        status = kb_table_read(files[k].p, 1, MOST, &table, error);
        for (uint32_t i = 0; status == KB_OK && i < kb_table_rows(table); i++) {
            kb_row row = kb_table_row(table, i);
            bool everyday = kb_str_is(row.cells[EVIDENCE], "yes");
            add_name(f, row.cells[NAME], everyday);
            kb_str rest = row.cells[ALIASES];
            while (rest.n)
                add_name(f, kb_str_cut(&rest, '|'), everyday);
        }
        if (status == KB_OK)
            kb_table_free(table);
    }
    return status;
}

kb_status kb_forms_read(kb_forms *f, kb_arena *arena, const char *data_dir, kb_error *error)
{
    kb_status status = read_files(f, arena, data_dir, error);
    if (status == KB_OK)
        status = read_countries(f, arena, data_dir, error);
    if (status == KB_OK)
        status = read_names(f, arena, data_dir, error);
    return status;
}
