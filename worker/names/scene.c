#include "names/scene.h"
#include "khabar/zones.h"

enum { AL = 4 };

static bool is_article(kb_str form)
{
    return form.n > AL + 2 && kb_str_starts(form, KB_STR("ال"));
}

uint32_t scene_cues(const scene *s, kb_str form, uint64_t token)
{
    uint32_t flags = 0;
    for (uint32_t i = 0; i < s->gaz_count; i++)
        flags |= gaz_cue_flags(&s->gaz[i], token);
    if (is_article(form)) {
        enum { HEADS = CUE_ORG_HEAD | CUE_LOC_HEAD | CUE_HEAD_INSIDE | CUE_DESCRIBED | CUE_COMMON_HEAD };
        uint32_t kept = flags ? HEADS : UINT32_MAX;
        uint64_t bare = kb_token_hash(kb_str_sub(form, AL, form.n));
        for (uint32_t i = 0; i < s->gaz_count; i++)
            flags |= gaz_cue_flags(&s->gaz[i], bare) & kept;
    }
    return flags;
}

enum { NAME_CUES = CUE_GIVEN | CUE_FAMILY | CUE_COUNTRY };

// How many bytes of proclitics stand before the name, if one starts at this word: what the lexicons know decides, then the morphology, then habit
// (ب and ل are seldom the first letter of a foreign name in the middle of a text after nothing that could govern it; و before ا or ي often is).
static kb_clitic_cut choose_cut(const scene *s, const kb_word *w, const kb_clitic_cut *cuts, uint32_t count)
{
    char buffer[256];
    for (uint32_t i = 0; i < count; i++) {
        kb_str rest = kb_clitic_rest(w->form, cuts[i], buffer);
        if (scene_cues(s, rest, kb_token_hash(rest)) & NAME_CUES)
            return cuts[i];
    }
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    uint32_t clitics =
        a ? a->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA) : 0;
    if (a && a->known) {
        uint32_t letters = (uint32_t)__builtin_popcount(clitics);
        for (uint32_t i = 0; i < count; i++) {
            if (cuts[i].skip == letters * 2u)
                return cuts[i];
        }
        return cuts[0];
    }
    for (uint32_t i = count; i-- > 1;) { // before the article every proclitic is one
        kb_str rest = kb_clitic_rest(w->form, cuts[i], buffer);
        if (is_article(rest))
            return cuts[i];
    }
    kb_str waw = KB_STR("و");
    if (count > 1 && kb_str_starts(w->form, waw)) {
        kb_str after = kb_str_sub(w->form, waw.n, w->form.n);
        bool foreign = kb_str_starts(after, KB_STR("ا")) || kb_str_starts(after, KB_STR("ي")) ||
                       kb_str_starts(after, KB_STR("و")) || kb_str_starts(after, KB_STR("ل"));
        if (!foreign && after.n >= 3 * 2)
            return cuts[1];
    }
    return cuts[0];
}

// With a pronoun behind it a word is still the same evidence: مهاجمه, شقيقه.
static uint32_t cues_of_stem(const scene *s, const kb_word *w)
{
    const kb_analysis *a = w->analysis_count ? &w->analyses[0] : NULL;
    if (!a || a->enclitic == KB_ENC_NONE || a->stem_end <= a->stem_start || a->stem_end > w->form.n)
        return 0;
    kb_str stem = kb_str_sub(w->form, a->stem_start, a->stem_end);
    return scene_cues(s, stem, kb_token_hash(stem)) & (CUE_SPORT | CUE_KIN);
}

// Sends for what the gazetteer has of all words, so that the misses of the cache overlap.
static void expect_words(const scene *s)
{
    for (uint32_t g = 0; g < s->gaz_count; g++) {
        for (uint32_t i = 0; i < s->y->word_count; i++) {
            gaz_cue_expect(&s->gaz[g], s->tokens.at[s->tokens.first[i]].hash);
            kb_phrases_expect(&s->gaz[g].phrases, &s->tokens, i);
        }
    }
}

static void weigh_words(scene *s)
{
    expect_words(s);
    for (uint32_t i = 0; i < s->y->word_count; i++) {
        const kb_word *w = &s->y->words[i];
        word_evidence *e = &s->evidence[i];
        kb_clitic_cut cuts[KB_CUTS_MAX];
        char buffer[256];
        kb_clitic_cut cut = {0};
        if (w->kind == KB_WORD_ARABIC) {
            uint32_t count = kb_clitic_cuts(w->form, cuts);
            cut = count > 1 ? choose_cut(s, w, cuts, count) : cuts[0];
        }
        kb_str rest = kb_clitic_rest(w->form, cut, buffer);
        e->skip = cut.skip;
        e->lam_article = cut.article;
        e->token = cut.skip                                           ? kb_token_hash(rest)
                   : s->tokens.first[i + 1] - s->tokens.first[i] == 1 ? s->tokens.at[s->tokens.first[i]].hash
                                                                      : kb_token_hash(rest);
        e->cues = scene_cues(s, rest, e->token);
        e->cues |= cues_of_stem(s, w);
        if (!e->cues && s->tokens.first[i + 1] - s->tokens.first[i] == 2) // عبدالله: by its first part
            e->cues = scene_cues(s, rest, s->tokens.at[s->tokens.first[i]].hash);
    }
}

// The words of an office that names a body by its way (رئيس مجلس الوزراء, وزير الخارجية) are no mention of the body. The speaker of a parliament is
// the speaker of just that body.
static bool names_no_body(uint32_t office)
{
    return office <= KB_OFFICE_MINISTER || office == KB_OFFICE_OTHER;
}

static void mark_offices(scene *s)
{
    enum { HITS = 16 };
    for (uint32_t i = 0; i < s->y->word_count; i++) {
        kb_phrase_hit hits[HITS];
        if (!(s->evidence[i].cues & CUE_OFFICE))
            continue;
        for (uint32_t g = 0; g < s->gaz_count; g++) {
            uint32_t n = kb_phrases_at(&s->gaz[g].titles, &s->tokens, i, hits, HITS);
            for (uint32_t h = 0; h < n; h++) {
                uint32_t office = hits[h].value & TITLE_OFFICE_MASK;
                for (uint32_t w = i + 1; w < hits[h].end && names_no_body(office); w++)
                    s->evidence[w].titled = true;
            }
        }
    }
}

// ---------------------------------------------------------------- titles

// A title phrase: its head (وزير, الشيخ), then what it governs and its adjectives (الخارجية المصري السابق), then the name.
void scene_mark_titles(scene *s)
{
    enum {
        HEADS = CUE_TITLE | CUE_RANK | CUE_PROFESSION | CUE_KIN | CUE_OFFICE,
        NAMES = CUE_GIVEN | CUE_FAMILY | CUE_NASAB
    };
    uint8_t state = TITLED_NOT;
    uint32_t run = 0;
    for (uint32_t i = 0; i < s->y->word_count; i++) {
        const kb_word *w = &s->y->words[i];
        word_evidence *e = &s->evidence[i];
        if (i && w->sentence != s->y->words[i - 1].sentence)
            state = TITLED_NOT;
        if (w->kind != KB_WORD_ARABIC) {
            state = TITLED_NOT;
            e->title = TITLED_NOT;
            continue;
        }
        bool titled = state == TITLED_HEAD || state == TITLED_INSIDE;
        bool in_span = e->position[KB_LOCATION] || e->position[KB_ORGANIZATION];
        uint8_t pos = w->analysis_count ? w->analyses[0].pos : KB_POS_NONE;
        bool named = e->position[KB_PERSON] || (e->cues & NAMES && !(e->cues & CUE_WORD && scene_known_word(w)));
        if (e->cues & HEADS && !(titled && e->cues & CUE_GIVEN && !(e->cues & CUE_TITLE))) {
            state = TITLED_HEAD;
            run = 0;
        } else if (titled && (named && !(in_span && !e->position[KB_PERSON]))) {
            state = TITLED_NAME;
        } else if (titled &&
                   (in_span || e->nisba || e->cues & (CUE_EPITHET | CUE_ORG_HEAD | CUE_LOC_HEAD | CUE_ORG_WORD) ||
                    (scene_known_word(w) && (pos == KB_POS_NOUN || pos == KB_POS_ADJ || pos == KB_POS_NUM))) &&
                   run < 8) {
            state = TITLED_INSIDE;
            run++;
        } else if (titled && !scene_known_word(w)) {
            state = TITLED_NAME;
        } else {
            state = TITLED_NOT;
        }
        e->title = state;
    }
}

// Words of dates and times are no names, words of numbers seldom.
static void mark_times(scene *s)
{
    const kb_layers *y = s->y;
    for (uint32_t i = 0; i < y->number_count; i++) {
        for (uint32_t w = y->numbers[i].first; w < y->numbers[i].end; w++)
            s->evidence[w].counted = COUNTED_NUMBER;
    }
    for (uint32_t i = 0; i < y->time_count; i++) {
        for (uint32_t w = y->times[i].first; w < y->times[i].end; w++)
            s->evidence[w].counted = COUNTED_TIME;
    }
}

static bool mark_sport(scene *s)
{
    const kb_layers *y = s->y;
    uint32_t *counts = KB_NEWS(s->arena, uint32_t, y->sentence_count);
    s->sport = KB_NEWS(s->arena, uint8_t, y->sentence_count);
    if (!counts || !s->sport)
        return false;
    for (uint32_t i = 0; i < y->word_count; i++)
        counts[y->words[i].sentence] += (s->evidence[i].cues & CUE_SPORT) != 0;
    for (uint32_t k = 0; k < y->sentence_count; k++) {
        uint32_t sum = counts[k] + (k ? counts[k - 1] / 2 : 0) + (k + 1 < y->sentence_count ? counts[k + 1] / 2 : 0);
        s->sport[k] = (uint8_t)(sum > 9 ? 9 : sum);
    }
    return true;
}

bool scene_make(const kb_lexicon *lexicon, kb_arena *arena, kb_layers *layers, scene *ret)
{
    scene s = {.arena = arena, .lexicon = lexicon, .y = layers};
    for (uint32_t i = 0; i < lexicon->image_count; i++)
        s.gaz[s.gaz_count++] = gaz_open(&lexicon->images[i]);
    s.evidence = KB_NEWS(arena, word_evidence, layers->word_count);
    s.span_at = KB_NEWS(arena, uint32_t, layers->word_count);
    int64_t at = kb_local_time(lexicon, layers->article);
    s.day = (int32_t)(at >= 0 ? at / 86400 : (at - 86399) / 86400);
    if (!s.evidence || !s.span_at || !kb_tokens_make(arena, layers->words, layers->word_count, &s.tokens))
        return false;
    weigh_words(&s);
    mark_offices(&s);
    if (!scene_find_spans(&s) || !mark_sport(&s))
        return false;
    mark_times(&s);
    scene_mark_spans(&s, NULL);
    scene_mark_titles(&s);
    *ret = s;
    return true;
}
