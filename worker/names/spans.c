// The spans that the gazetteer offers: its longest readings, without those that nobody means, and how strongly each speaks for a mention.
#include "names/scene.h"

enum { HITS_MAX = 64 };

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
    uint32_t whole = scene_cues(s, form, kb_token_hash(form));
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
    if (!scene_known_word(w))
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

bool scene_find_spans(scene *s)
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
                    s->evidence[i].cues = scene_cues(s, rest, s->evidence[i].token);
                    break;
                }
            }
        }
        i = span.end;
    }
    return true;
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

static bool begins_definite(const kb_word *w, uint32_t skip)
{
    return kb_str_starts(kb_str_sub(w->form, skip, w->form.n), KB_STR("ال"));
}

// Whether a word that is the very name of a country and also its adjective (السعودية, مالي) agrees as an adjective with what stands before it: both
// definite or neither, and of one gender (العائلة السعودية, عائد مالي; not زار الرئيس السعودية). Behind a name in quotation marks it is one
// (صحيفة "عكاظ" السعودية).
static bool agrees_as_adjective(const scene *s, const lexicon_span *span)
{
    uint32_t w = span->first, floor = s->y->sentences[s->y->words[w].sentence].first, flags = 0;
    if (w == floor || span->skip || kb_str_ends(s->y->words[w].form, KB_STR("ا"))) // روسيا is seldom an accusative
        return false;
    for (uint32_t k = 0; k < span->form_count; k++)
        flags |= scene_form(s, span->forms[k])->flags & FORM_ADJECTIVE ? scene_form(s, span->forms[k])->flags : 0;
    const kb_word *before = &s->y->words[w - 1];
    const kb_analysis *a = before->analysis_count ? &before->analyses[0] : NULL;
    bool definite = begins_definite(&s->y->words[w], 0);
    if (before->kind == KB_WORD_PUNCT) {
        uint32_t quotes = 0;
        for (uint32_t i = floor; i < w; i++)
            quotes += s->y->words[i].kind == KB_WORD_PUNCT && s->y->words[i].form.n && s->y->words[i].form.p[0] == '"';
        return definite && before->form.n && before->form.p[0] == '"' && quotes % 2 == 0;
    }
    if (!can_be_adjective(s, span) || s->evidence[w - 1].cues & (CUE_OFFICE | CUE_DIRECTION))
        return false;
    if (!a || !a->known)
        return definite && before->kind == KB_WORD_ARABIC;
    bool people = a->features & KB_F_HUMAN || kb_str_ends(before->form, KB_STR("ون")) ||
                  kb_str_ends(before->form, KB_STR("ين")); // (هدد) الحوثيون السعودية
    bool feminine = a->features & KB_F_FEM || (a->features & KB_F_PLUR && !people);
    return definite == begins_definite(before, s->evidence[w - 1].skip) && feminine == ((flags & FORM_FEMININE) != 0);
}

static uint8_t strength_of(const scene *s, const lexicon_span *span, uint32_t type)
{
    uint32_t head = type == KB_ORGANIZATION ? CUE_ORG_HEAD : type == KB_LOCATION ? CUE_LOC_HEAD : 0;
    bool announced =
        span->first && (s->evidence[span->first - 1].cues & head) &&
        !(s->evidence[span->first - 1].cues & CUE_HEAD_INSIDE) &&
        s->y->words[span->first - 1].sentence == s->y->words[span->first].sentence; // حركة فتح, محافظة الغربية
    bool adjective = span->flags & FORM_ADJECTIVE && can_be_adjective(s, span),
         agrees = span->flags & FORM_ADJECTIVE && agrees_as_adjective(s, span);
    if (s->evidence[span->first].titled && type == KB_ORGANIZATION)
        return GAZ_NONE;
    if (span->composite)
        return GAZ_COMPOSITE;
    bool doubtful = span->end - span->first == 1 && scene_known_word(&s->y->words[span->first]);
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
        uint8_t kind = scene_entity(s, span->forms[k])->kind;
        bool club = type == KB_ORGANIZATION && !country && (kind == KB_BODY_CLUB || kind == KB_BODY_TEAM);
        if ((club && flags & FORM_WEAK && scene_sport(s, span->first)) ||
            (announced && flags & FORM_WEAK && !(flags & FORM_GENERIC)))
            best = GAZ_STRONG;
        else if (flags & FORM_GENERIC)
            best = best ? best : GAZ_GENERIC;
        else if (flags & FORM_WEAK || tiny || agrees || (adjective && !(flags & FORM_CANONICAL)) ||
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
