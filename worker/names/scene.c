#include "names/scene.h"

enum { HITS_MAX = 64, AL = 4 };

static bool is_article(kb_str form)
{
    return form.n > AL + 2 && kb_str_starts(form, KB_STR("ال"));
}

// Cues of a form as it stands, else without its article.
static uint32_t cues_of(const scene *s, kb_str form, uint64_t token)
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
        if (cues_of(s, rest, kb_token_hash(rest)) & NAME_CUES)
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
    return cues_of(s, stem, kb_token_hash(stem)) & (CUE_SPORT | CUE_KIN);
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
        e->cues = cues_of(s, rest, e->token);
        e->cues |= cues_of_stem(s, w);
        if (!e->cues && s->tokens.first[i + 1] - s->tokens.first[i] == 2) // عبدالله: by its first part
            e->cues = cues_of(s, rest, s->tokens.at[s->tokens.first[i]].hash);
    }
}

// ---------------------------------------------------------------- spans

static bool known_word(const kb_word *w)
{
    return w->analysis_count && w->analyses[0].known && w->analyses[0].pos != KB_POS_NAME;
}

static bool is_country(const gaz_entity *e)
{
    return e->type == KB_LOCATION && e->kind == KB_PLACE_COUNTRY;
}

// A place that is seldom in the news, so that a word that spells its name is more often something else.
static bool is_minor(const gaz_entity *e)
{
    return e->type == KB_LOCATION && e->kind != KB_PLACE_COUNTRY && e->kind != KB_PLACE_PROVINCE &&
           e->kind != KB_PLACE_CONTINENT && e->population < 200000;
}

static void add_form(const scene *s, lexicon_span *span, uint8_t image, uint32_t form)
{
    const gaz_form *f = &s->gaz[image].forms[form];
    const gaz_entity *e = &s->gaz[image].entities[f->entity];
    kb_str key = gaz_string(&s->gaz[image], e->key);
    for (uint32_t k = 0; k < span->form_count; k++) {
        if (kb_str_eq(key, gaz_string(&s->gaz[span->forms[k].image], scene_entity(s, span->forms[k])->key)) &&
            !((scene_form(s, span->forms[k])->flags ^ f->flags) & FORM_ADJECTIVE))
            return; // the same entity again, by another alias or from a file under the user's
    }
    if (span->form_count == SPAN_FORMS)
        return;
    span->forms[span->form_count++] = (lexicon_form){image, form};
    span->flags |= f->flags;
    if (!(f->flags & (FORM_ADJECTIVE | FORM_DEMONYM | FORM_ECHO)))
        span->types |= 1u << e->type;
}

// The longest reading at `word`; its end is `word` when there is none.
static lexicon_span longest(const scene *s, uint32_t word)
{
    lexicon_span best = {.first = word, .end = word};
    for (uint32_t g = 0; g < s->gaz_count; g++) {
        kb_phrase_hit hits[HITS_MAX];
        uint32_t n = kb_phrases_at(&s->gaz[g].phrases, &s->tokens, word, hits, HITS_MAX);
        for (uint32_t h = 0; h < n; h++) {
            bool better = hits[h].end > best.end || (hits[h].end == best.end && hits[h].skip < best.skip);
            if (better)
                best = (lexicon_span){.first = word, .end = hits[h].end, .skip = hits[h].skip};
            if (hits[h].end == best.end && hits[h].skip == best.skip)
                add_form(s, &best, (uint8_t)g, hits[h].value);
        }
    }
    return best;
}

// Behind a noun that only announces it the name begins with the next word, and it ends before a nationality.
static bool all_forms(const scene *s, const lexicon_span *span, uint32_t flag)
{
    for (uint32_t k = 0; k < span->form_count; k++) {
        if (!(scene_form(s, span->forms[k])->flags & flag))
            return false;
    }
    return span->form_count > 0;
}

static void trim_span(const scene *s, lexicon_span *span)
{
    if (all_forms(s, span, FORM_TAILED))
        span->end--;
    if (!all_forms(s, span, FORM_HEADED))
        return;
    span->first++;
    span->skip = 0;
}

static bool find_form(const scene *s, const lexicon_span *span, uint32_t flags, lexicon_form *ret)
{
    for (uint32_t k = 0; k < span->form_count; k++) {
        if ((scene_form(s, span->forms[k])->flags & flags) == flags) {
            *ret = span->forms[k];
            return true;
        }
    }
    return false;
}

// A body of every country and the adjective of a country that follows it are one name.
static void join_generic(const scene *s, lexicon_span *span)
{
    lexicon_form body, country;
    if (!find_form(s, span, FORM_GENERIC, &body) || s->evidence[span->first].titled || span->end >= s->y->word_count)
        return;
    if (s->y->words[span->end].sentence != s->y->words[span->first].sentence)
        return;
    lexicon_span next = longest(s, span->end);
    if (next.end == next.first || next.skip || !find_form(s, &next, FORM_ADJECTIVE | FORM_DEFINITE, &country))
        return;
    uint32_t agreement = scene_form(s, country)->flags;
    if (agreement & FORM_PLURAL || !(agreement & FORM_FEMININE) != !(scene_form(s, body)->flags & FORM_FEMININE_HEAD))
        return; // وزير الخارجية الأمريكي: the adjective is the minister's
    span->end = next.end;
    span->forms[0] = body;
    span->form_count = 1;
    span->composite = true;
    span->country = country;
    span->types = 1u << KB_ORGANIZATION;
    span->flags = FORM_GENERIC | FORM_NAME;
}

// A name of a person that seems to be a proclitic and a place (كلاوس as ك and Laos, فوستر as ف and Wooster): ف and ك are seldom written with a place
// that is seldom in the news.
static bool misread_name(const scene *s, const lexicon_span *span)
{
    kb_str form = s->y->words[span->first].form;
    uint32_t whole = cues_of(s, form, kb_token_hash(form));
    if (whole & (CUE_GIVEN | CUE_FAMILY) && !(whole & CUE_WORD))
        return true;
    bool rare = false, minor = true;
    for (uint32_t at = 0; at < span->skip; at += 2) {
        kb_str letter = kb_str_sub(form, at, at + 2);
        rare |= kb_str_is(letter, "ف") || kb_str_is(letter, "ك");
    }
    for (uint32_t k = 0; k < span->form_count; k++)
        minor = minor && is_minor(scene_entity(s, span->forms[k]));
    return rare && minor;
}

// A reading by which a common word loses its first letter to a proclitic (كبيرا as ك and Beira), or a function word is a small place: nobody means it.
static bool absurd(const scene *s, const lexicon_span *span)
{
    const kb_word *w = &s->y->words[span->first];
    if (span->end - span->first > 1)
        return false;
    if (span->skip && misread_name(s, span))
        return true;
    if (!known_word(w))
        return false;
    const kb_analysis *a = &w->analyses[0];
    bool major = false;
    for (uint32_t k = 0; k < span->form_count; k++) {
        const gaz_entity *e = scene_entity(s, span->forms[k]);
        major |= is_country(e) || (e->type == KB_LOCATION && e->population >= 1000000) ||
                 scene_form(s, span->forms[k])->flags & (FORM_SHORT | FORM_ADJECTIVE);
    }
    if (major)
        return false;
    uint32_t clitics = (uint32_t)__builtin_popcount(
        a->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA));
    bool closed = a->pos == KB_POS_PREP || a->pos == KB_POS_CONJ || a->pos == KB_POS_PART || a->pos == KB_POS_PRON ||
                  a->pos == KB_POS_REL || a->pos == KB_POS_DEM;
    return span->skip != clitics * 2 || closed || a->enclitic != KB_ENC_NONE;
}

static bool find_spans(scene *s)
{
    const kb_layers *y = s->y;
    for (uint32_t i = 0; i < y->word_count;) {
        lexicon_span span = longest(s, i);
        if (span.end > i && y->words[span.end - 1].sentence != y->words[i].sentence)
            span.end = i;
        if (span.end > i && absurd(s, &span))
            span.end = i;
        if (span.end == i) {
            i++;
            continue;
        }
        uint32_t start = span.first;
        if (span.flags & (FORM_HEADED | FORM_TAILED))
            trim_span(s, &span);
        join_generic(s, &span);
        lexicon_span *slot = KB_PUSH(s->arena, &s->spans);
        if (!slot)
            return false;
        *slot = span;
        for (uint32_t w = span.first; w < span.end; w++)
            s->span_at[w] = s->spans.n;
        if (span.first == start && span.types &&
            s->evidence[i].skip != span.skip) { // the name found decides what is proclitic
            char buffer[256];
            s->evidence[i].skip = (uint8_t)span.skip;
            kb_clitic_cut cuts[KB_CUTS_MAX];
            uint32_t n = kb_clitic_cuts(y->words[i].form, cuts);
            for (uint32_t c = 0; c < n; c++) {
                if (cuts[c].skip == span.skip) {
                    kb_str rest = kb_clitic_rest(y->words[i].form, cuts[c], buffer);
                    s->evidence[i].lam_article = cuts[c].article;
                    s->evidence[i].token = kb_token_hash(rest);
                    s->evidence[i].cues = cues_of(s, rest, s->evidence[i].token);
                    break;
                }
            }
        }
        i = span.end;
    }
    return true;
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

// Whether a word that is a country and also its feminine adjective (سورية) can be the adjective here: behind a noun, an adjective or what is unknown,
// unless it joins another country (لبنان وسورية).
static bool can_be_adjective(const scene *s, const lexicon_span *span)
{
    uint32_t w = span->first;
    const kb_word *before = w && s->y->words[w - 1].sentence == s->y->words[w].sentence ? &s->y->words[w - 1] : NULL;
    if (!before || before->kind == KB_WORD_PUNCT)
        return false;
    const lexicon_span *other = s->span_at[w - 1] ? &s->spans.at[s->span_at[w - 1] - 1] : NULL;
    for (uint32_t k = 0; span->skip && other && !(other->flags & FORM_ADJECTIVE) && k < other->form_count; k++) {
        if (is_country(scene_entity(s, other->forms[k])))
            return false;
    }
    const kb_analysis *a = before->analysis_count ? &before->analyses[0] : NULL;
    return !a || !a->known || a->pos == KB_POS_NOUN || a->pos == KB_POS_ADJ || a->pos == KB_POS_NAME;
}

static uint8_t strength_of(const scene *s, const lexicon_span *span, uint32_t type)
{
    uint32_t head = type == KB_ORGANIZATION ? CUE_ORG_HEAD : type == KB_LOCATION ? CUE_LOC_HEAD : 0;
    bool announced =
        span->first && (s->evidence[span->first - 1].cues & head) &&
        !(s->evidence[span->first - 1].cues & CUE_HEAD_INSIDE) &&
        s->y->words[span->first - 1].sentence == s->y->words[span->first].sentence; // حركة فتح, محافظة الغربية
    bool adjective = span->flags & FORM_ADJECTIVE && can_be_adjective(s, span);
    if (s->evidence[span->first].titled && type == KB_ORGANIZATION)
        return GAZ_NONE;
    if (span->composite)
        return GAZ_COMPOSITE;
    bool doubtful = span->end - span->first == 1 && known_word(&s->y->words[span->first]);
    bool tiny = span->end - span->first == 1 && s->y->words[span->first].kind == KB_WORD_ARABIC &&
                s->y->words[span->first].form.n - span->skip <= 2 * 2;
    bool verb =
        doubtful && s->y->words[span->first].analysis_count && s->y->words[span->first].analyses[0].pos == KB_POS_VERB;
    uint8_t best = GAZ_NONE;
    bool country = false;
    for (uint32_t k = 0; k < span->form_count; k++)
        country |= is_country(scene_entity(s, span->forms[k]));
    for (uint32_t k = 0; k < span->form_count; k++) {
        uint32_t flags = scene_form(s, span->forms[k])->flags;
        if (scene_entity(s, span->forms[k])->type != type || (flags & (FORM_ADJECTIVE | FORM_DEMONYM | FORM_ECHO)))
            continue;
        bool club = type == KB_ORGANIZATION && !country && scene_entity(s, span->forms[k])->kind == KB_BODY_CLUB;
        if ((club && flags & FORM_WEAK && scene_sport(s, span->first)) ||
            (announced && flags & FORM_WEAK && !(flags & FORM_GENERIC)))
            best = GAZ_STRONG;
        else if (flags & FORM_GENERIC)
            best = best ? best : GAZ_GENERIC;
        else if (flags & FORM_WEAK || tiny || (adjective && !(flags & FORM_CANONICAL)) ||
                 (doubtful && is_minor(scene_entity(s, span->forms[k]))) ||
                 (verb && !is_country(scene_entity(s, span->forms[k]))))
            best = best == GAZ_STRONG ? best : GAZ_WEAK;
        else if (is_minor(scene_entity(s, span->forms[k])) && !(flags & FORM_MULTI))
            best = best && best != GAZ_GENERIC ? best : GAZ_MINOR;
        else
            best = GAZ_STRONG;
    }
    return best;
}

void scene_mark_spans(scene *s, const bool *hidden)
{
    for (uint32_t i = 0; i < s->y->word_count; i++) {
        memset(s->evidence[i].position, 0, sizeof s->evidence[i].position);
        memset(s->evidence[i].strength, 0, sizeof s->evidence[i].strength);
        s->evidence[i].nisba = false;
    }
    for (uint32_t n = 0; n < s->spans.n; n++) {
        const lexicon_span *span = &s->spans.at[n];
        if (hidden && hidden[n])
            continue;
        for (uint32_t w = span->first; w < span->end; w++) {
            uint8_t at = span->end - span->first == 1 ? POS_UNIT
                         : w == span->first           ? POS_FIRST
                         : w + 1 == span->end         ? POS_LAST
                                                      : POS_INNER;
            for (uint32_t type = 0; type < 3; type++) {
                if (span->types & 1u << type) {
                    s->evidence[w].position[type] = at;
                    s->evidence[w].strength[type] = strength_of(s, span, type);
                }
            }
            if (!span->composite && (span->flags & (FORM_ADJECTIVE | FORM_DEMONYM)))
                s->evidence[w].nisba = true;
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
        bool named = e->position[KB_PERSON] || (e->cues & NAMES && !(e->cues & CUE_WORD && known_word(w)));
        if (e->cues & HEADS && !(titled && e->cues & CUE_GIVEN && !(e->cues & CUE_TITLE))) {
            state = TITLED_HEAD;
            run = 0;
        } else if (titled && (named && !(in_span && !e->position[KB_PERSON]))) {
            state = TITLED_NAME;
        } else if (titled &&
                   (in_span || e->nisba || e->cues & (CUE_EPITHET | CUE_ORG_HEAD | CUE_LOC_HEAD | CUE_ORG_WORD) ||
                    (known_word(w) && (pos == KB_POS_NOUN || pos == KB_POS_ADJ || pos == KB_POS_NUM))) &&
                   run < 8) {
            state = TITLED_INSIDE;
            run++;
        } else if (titled && !known_word(w)) {
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
    int64_t at = layers->article->published_at + layers->article->published_zone;
    s.day = (int32_t)(at >= 0 ? at / 86400 : (at - 86399) / 86400);
    if (!s.evidence || !s.span_at || !kb_tokens_make(arena, layers->words, layers->word_count, &s.tokens))
        return false;
    weigh_words(&s);
    mark_offices(&s);
    if (!find_spans(&s) || !mark_sport(&s))
        return false;
    mark_times(&s);
    scene_mark_spans(&s, NULL);
    scene_mark_titles(&s);
    *ret = s;
    return true;
}
