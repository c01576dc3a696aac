#include "reader.h"

void kb_reader_open(kb_reader *r, const kb_lexicon *lexicon, const kb_text *text)
{
    r->text = text;
    r->powers[0] = 1;
    for (size_t i = 1; i <= KB_READER_LETTERS; i++)
        r->powers[i] = r->powers[i - 1] * KB_FORM_BASE;
    for (uint32_t i = 0; i < lexicon->image_count; i++) {
        const kb_image *image = &lexicon->images[i];
        kb_str slots = kb_image_section(image, "words.slots");
        if (!slots.n)
            continue;
        r->stores[r->store_count++] = (kb_form_store){
            .filter = (const uint8_t *)kb_image_section(image, "words.filter").p,
            .slots = (const kb_form_slot *)(const void *)slots.p,
            .mask = (uint32_t)(slots.n / sizeof(kb_form_slot)) - 1,
            .entries = (const kb_form_entry *)(const void *)kb_image_section(image, "words.entries").p,
        };
    }
}

static const struct {
    uint16_t at[3];
    uint8_t n;
    uint8_t pronoun;
    uint8_t cost;
} enclitics[] = {
    {{L_HEH}, 1, KB_ENC_3MS, 8},
    {{L_HEH, L_ALEF}, 2, KB_ENC_3FS, 8},
    {{L_HEH, L_MEEM}, 2, KB_ENC_3MP, 8},
    {{L_NOON, L_ALEF}, 2, KB_ENC_1P, 12},
    {{L_YEH}, 1, KB_ENC_1S, 30},
    {{L_NOON, L_YEH}, 2, KB_ENC_1S, 16},
    {{L_KAF}, 1, KB_ENC_2MS, 24},
    {{L_KAF, L_MEEM}, 2, KB_ENC_2MP, 18},
    {{L_HEH, L_NOON}, 2, KB_ENC_3FP, 22},
    {{L_HEH, L_MEEM, L_ALEF}, 3, KB_ENC_3D, 14},
    {{L_KAF, L_MEEM, L_ALEF}, 3, KB_ENC_2D, 34},
    {{L_KAF, L_NOON}, 2, KB_ENC_2FP, 36},
};

void kb_reader_add(kb_reader *r, kb_analysis a, int score)
{
    for (uint32_t i = 0; i < r->count; i++) { // the same reading twice: the better one stays
        kb_analysis *b = &r->found[i];
        if (b->lemma == a.lemma && b->proclitics == a.proclitics && b->enclitic == a.enclitic &&
            b->features == a.features && b->stem_start == a.stem_start) {
            if (score > r->score[i])
                r->score[i] = score;
            return;
        }
    }
    if (r->count == KB_READER_FOUND)
        return;
    r->found[r->count] = a;
    r->score[r->count++] = score;
}

// What speaks against an entry in how the stem is spelled. Hamzas on alef are left out more often than put in wrongly, Egypt writes final ي
// without dots, and ه for ة is rare where a pronoun is possible.
static int spelling_cost(const kb_reader *r, uint32_t spelling, unsigned from, unsigned to)
{
    // [canonical][written], numbered as kb_spelling_of does
    static const uint8_t alef[4][4] = {{0, 14, 14, 20}, {5, 0, 12, 12}, {5, 12, 0, 14}, {7, 10, 14, 0}};
    static const uint8_t other[4][4] = {{0, 12, 6, 0}, {10, 0, 10, 0}, {8, 14, 0, 0}, {0}}; // و ؤ; ي ئ ى
    static const uint8_t heh[4][4] = {{0, 20}, {34, 0}};                                    // ه ة
    int sum = 0;
    for (unsigned i = r->spelled[from], k = 0; i < r->spelled[to] && k < KB_SPELLINGS; i++, k++) {
        unsigned canonical = spelling >> 2 * k & 3, written = r->spelling[i];
        uint16_t c = r->spelled_letter[i];
        if (canonical != written)
            sum += c == L_ALEF  ? alef[canonical][written]
                   : c == L_HEH ? heh[canonical][written]
                                : other[canonical][written];
    }
    return sum;
}

static bool may_take(const kb_form_entry *e, unsigned proclitics, kb_enclitic pronoun)
{
    bool verb = e->pos == KB_POS_VERB;
    if (!(e->flags & (pronoun ? KB_FORM_ENCLITIC : KB_FORM_FREE)))
        return false;
    if (proclitics & KB_CLITIC_AL && (!(e->flags & KB_FORM_ARTICLE) || pronoun))
        return false;
    if (proclitics & (KB_CLITIC_BI | KB_CLITIC_KA | KB_CLITIC_LI) && !(e->flags & KB_FORM_PREPOSITION))
        return false;
    if (proclitics & KB_CLITIC_KA && (e->pos == KB_POS_PART || e->pos == KB_POS_CONJ))
        return false;
    if (proclitics & KB_CLITIC_SA && (!verb || !(e->flags & KB_FORM_FUTURE) || e->features & KB_F_JUSS))
        return false;
    if (proclitics & KB_CLITIC_LA && (!verb || !(e->flags & KB_FORM_FUTURE)))
        return false;
    if (proclitics & KB_CLITIC_A && e->pos != KB_POS_VERB && e->pos != KB_POS_PART && e->pos != KB_POS_PRON)
        return false;
    return true;
}

static int clitic_cost(unsigned proclitics, bool function)
{
    int cost = (proclitics & KB_CLITIC_WA ? 6 : 0) + (proclitics & KB_CLITIC_FA ? 12 : 0) +
               (proclitics & KB_CLITIC_BI ? 8 : 0) + (proclitics & KB_CLITIC_LI ? 8 : 0) +
               (proclitics & KB_CLITIC_KA ? 16 : 0) + (proclitics & KB_CLITIC_SA ? 4 : 0) +
               (proclitics & KB_CLITIC_LA ? 10 : 0) + (proclitics & KB_CLITIC_A ? 36 : 0);
    return function ? cost / 2 : cost;
}

// Reads the entries of a candidate's form.
static void take_entries(kb_reader *r, const kb_form_candidate *c, const kb_form_entry *e)
{
    for (bool last = false; !last; e++) {
        last = e->last;
        if (!may_take(e, c->proclitics, (kb_enclitic)c->pronoun) || (c->name_only && e->pos != KB_POS_NAME))
            continue;
        bool verbal = e->pos == KB_POS_VERB || e->pos == KB_POS_PART;
        if (c->pronoun == KB_ENC_1S &&
            (r->n - c->to == 2 ? !verbal : e->pos == KB_POS_VERB)) // ني after verbs, ي after nouns
            continue;
        bool function = e->pos != KB_POS_NOUN && e->pos != KB_POS_ADJ && e->pos != KB_POS_VERB && e->pos != KB_POS_NAME;
        int score =
            e->prior - spelling_cost(r, e->spelling, c->from, c->to) - clitic_cost(c->proclitics, function) - c->cost;
        if (c->pronoun && e->pos == KB_POS_ADJ)
            score -= 10; // a noun takes it more often
        kb_analysis a = {.lemma = e->lemma,
                         .verb = e->verb,
                         .proclitics = c->proclitics,
                         .enclitic = c->pronoun,
                         .pos = e->pos,
                         .features = e->features,
                         .stem_start = (uint8_t)(c->from * 2),
                         .stem_end = (uint8_t)(c->to * 2),
                         .known = true};
        if (c->from == 0 && score + c->cost >= KB_PRIOR_MIDDLE - 12) {
            r->whole_head = true;
            r->whole = r->whole || c->pronoun == KB_ENC_NONE;
        }
        kb_reader_add(r, a, score);
    }
}

// Looks all candidates up in one store. Each step is done for all of them before the next one, so that the misses of the cache overlap.
static void settle(kb_reader *r, const kb_form_store *s)
{
    uint32_t left[KB_READER_CANDIDATES], n = 0, found = 0;
    for (uint32_t i = 0; i < r->candidate_count; i++)
        __builtin_prefetch(&s->filter[(r->candidates[i].hash >> (64 - KB_FILTER_BITS)) / 8]);
    for (uint32_t i = 0; i < r->candidate_count; i++) {
        uint64_t hash = r->candidates[i].hash, bit = hash >> (64 - KB_FILTER_BITS);
        if (s->filter[bit / 8] >> bit % 8 & 1) {
            __builtin_prefetch(&s->slots[(uint32_t)hash & s->mask]);
            left[n++] = i;
        }
    }
    const kb_form_entry *entries[KB_READER_CANDIDATES];
    for (uint32_t i = 0; i < n; i++) {
        uint64_t hash = r->candidates[left[i]].hash;
        uint32_t at = (uint32_t)hash & s->mask, tag = (uint32_t)(hash >> 32);
        while (s->slots[at].first && s->slots[at].tag != tag)
            at = (at + 1) & s->mask;
        if (s->slots[at].first) {
            entries[found] = &s->entries[s->slots[at].first - 1];
            __builtin_prefetch(entries[found]);
            left[found++] = left[i];
        }
    }
    for (uint32_t i = 0; i < found; i++)
        take_entries(r, &r->candidates[left[i]], entries[i]);
}

static uint64_t sum_of(const kb_reader *r, unsigned from, unsigned to)
{
    return r->sums[to] - r->sums[from] * r->powers[to - from];
}

static void propose(kb_reader *r, uint64_t sum, unsigned from, unsigned to, unsigned proclitics, unsigned pronoun,
                    unsigned cost, bool name_only)
{
    if (r->candidate_count < KB_READER_CANDIDATES)
        r->candidates[r->candidate_count++] = (kb_form_candidate){.hash = kb_form_finish(sum),
                                                                  .proclitics = (uint16_t)proclitics,
                                                                  .from = (uint8_t)from,
                                                                  .to = (uint8_t)to,
                                                                  .pronoun = (uint8_t)pronoun,
                                                                  .cost = (uint8_t)cost,
                                                                  .name_only = name_only};
}

// A name that has the article in it, after ل: للعراق is ل and العراق. The stem begins at the second ل.
static void propose_swallowed(kb_reader *r, unsigned from, unsigned proclitics)
{
    uint64_t sum = L_ALEF * r->powers[r->n - from] + sum_of(r, from, r->n);
    propose(r, sum, from, r->n, proclitics, KB_ENC_NONE, 0, true);
}

// Every legal end of the word whose proclitics end at letter `from`.
static void propose_ends(kb_reader *r, unsigned from, unsigned proclitics)
{
    if (from < r->n)
        propose(r, sum_of(r, from, r->n), from, r->n, proclitics, KB_ENC_NONE, 0, false);
    if (proclitics & KB_CLITIC_AL)
        return;
    for (unsigned k = 0; k < r->end_count; k++) {
        unsigned i = r->ends[k], to = r->n - enclitics[i].n;
        if (to > from)
            propose(r, sum_of(r, from, to), from, to, proclitics, enclitics[i].pronoun, enclitics[i].cost, false);
    }
}

// The pronouns that the word may end in.
static void find_ends(kb_reader *r)
{
    r->end_count = 0;
    for (uint8_t i = 0; i < KB_LEN(enclitics); i++) {
        unsigned n = enclitics[i].n;
        bool same = r->n > n;
        for (unsigned k = 0; same && k < n; k++)
            same = r->letters[r->n - n + k] == enclitics[i].at[k];
        bool marbuta = same && n == 1 && enclitics[i].pronoun == KB_ENC_3MS &&
                       r->spelling[r->spelling_count - 1] == 1; // ة is no pronoun
        if (same && !marbuta)
            r->ends[r->end_count++] = i;
    }
}

bool kb_reader_article_at(const kb_reader *r, unsigned i)
{
    return i + 2 < r->n && r->letters[i] == L_ALEF && r->letters[i + 1] == L_LAM && r->spelling[r->spelled[i]] == 0;
}

// What may stand after the conjunction: nothing, a preposition, the article, both, the future, ل of purpose.
static void propose_after(kb_reader *r, unsigned i, unsigned set)
{
    propose_ends(r, i, set);
    if (i + 1 >= r->n)
        return;
    uint16_t c = r->letters[i];
    if (kb_reader_article_at(r, i))
        propose_ends(r, i + 2, set | KB_CLITIC_AL);
    if (c == L_BEH || c == L_KAF || c == L_LAM) {
        unsigned clitic = c == L_BEH ? KB_CLITIC_BI : c == L_KAF ? KB_CLITIC_KA : KB_CLITIC_LI;
        propose_ends(r, i + 1, set | clitic);
        if (kb_reader_article_at(r, i + 1))
            propose_ends(r, i + 3, set | clitic | KB_CLITIC_AL);
    }
    if (c == L_LAM) {
        propose_ends(r, i + 1, set | KB_CLITIC_LA);
        if (r->letters[i + 1] == L_LAM && i + 2 < r->n) {
            propose_ends(r, i + 2, set | KB_CLITIC_LI | KB_CLITIC_AL);
            propose_swallowed(r, i + 1, set | KB_CLITIC_LI);
            propose_ends(r, i + 1, set | KB_CLITIC_LI | KB_CLITIC_AL); // للغة: ل and ال before ل are written once
        }
    }
    if (c == L_SEEN)
        propose_ends(r, i + 1, set | KB_CLITIC_SA);
}

void kb_reader_look_up(kb_reader *r)
{
    r->count = r->candidate_count = 0;
    r->whole = r->whole_head = false;
    find_ends(r);
    propose_after(r, 0, 0);
    uint16_t c = r->n > 1 ? r->letters[0] : 0;
    if (c == L_WAW || c == L_FEH)
        propose_after(r, 1, c == L_WAW ? KB_CLITIC_WA : KB_CLITIC_FA);
    if (c == L_ALEF && r->spelling_count && r->spelling[0] == 1 && r->n > 2) {
        propose_ends(r, 1, KB_CLITIC_A);
        if (r->letters[1] == L_WAW || r->letters[1] == L_FEH)
            propose_ends(r, 2, KB_CLITIC_A | (r->letters[1] == L_WAW ? KB_CLITIC_WA : KB_CLITIC_FA));
    }
    for (uint32_t s = 0; s < r->store_count; s++)
        settle(r, &r->stores[s]);
}

bool kb_reader_read(kb_reader *r, const kb_word *w)
{
    if (w->form.n > KB_READER_LETTERS * 2 || w->form.n % 2)
        return false;
    r->n = (uint8_t)(w->form.n / 2);
    r->spelling_count = 0;
    const uint32_t *origin = r->text->origin + (w->form.p - r->text->match.p);
    for (unsigned i = 0; i < r->n; i++) {
        const unsigned char *p = (const unsigned char *)w->form.p + 2 * i;
        if ((p[0] & 0xE0) != 0xC0)
            return false;
        uint16_t c = (uint16_t)((p[0] & 0x1F) << 6 | (p[1] & 0x3F));
        r->letters[i] = c;
        r->sums[i + 1] = r->sums[i] * KB_FORM_BASE + c;
        r->spelled[i] = r->spelling_count;
        if (c == L_ALEF || c == L_WAW || c == L_YEH || c == L_HEH) {
            const unsigned char *q = (const unsigned char *)r->text->stored.p + origin[2 * i];
            int s = kb_spelling_of((uint32_t)((q[0] & 0x1F) << 6 | (q[1] & 0x3F)));
            r->spelled_letter[r->spelling_count] = c;
            r->spelling[r->spelling_count++] = (uint8_t)(s > 0 ? s : 0);
        }
    }
    r->spelled[r->n] = r->spelling_count;
    return true;
}
