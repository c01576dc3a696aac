// Noun phrases: head, construct, adjectives, apposition, coordination; with their prepositions.
#include "events/parse.h"

enum { JOINTS = KB_CLITIC_WA | KB_CLITIC_FA, PREPOSITIONS = KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA };

typedef KB_VEC(kb_phrase) phrase_vec;

typedef struct cutter {
    kb_clauses *c;
    kb_arena *arena;
    const kb_token *tokens;
    uint32_t end; // of the sentence
    uint32_t sentence;
    phrase_vec *out;
} cutter;

static bool definite(const kb_token *t)
{
    return (t->proclitics & KB_CLITIC_AL) || t->pos == KB_POS_NAME || t->enclitic != KB_ENC_NONE;
}

static bool has_al(const kb_token *t)
{
    return t->proclitics & KB_CLITIC_AL;
}

static bool adjective(const kb_token *t)
{
    if (t->actor && t->actor_kind == KB_ACTOR_OFFICE)
        return false;
    return t->pos == KB_POS_ADJ || (t->nation && t->pos != KB_POS_NAME) || (t->features & (KB_F_NISBA | KB_F_ELATIVE));
}

static bool quantity(const kb_token *t)
{
    return (t->number != KB_NONE && t->mention == KB_NONE) || t->pos == KB_POS_NUM ||
           (t->actor && t->actor_kind == KB_ACTOR_QUANTITY);
}

// Whether the number is inside the counted noun (قتيلان), which then is a head and no quantity.
static bool counted_inside(const cutter *k, const kb_token *t)
{
    return t->number != KB_NONE && k->c->layers->numbers[t->number].counts_noun;
}

static bool starts_phrase(const cutter *k, uint32_t w)
{
    const kb_token *t = &k->tokens[w];
    return kb_token_nominal(t) && t->time == KB_NONE;
}

// "مع من يخلون بالأمن", "كل من يلجأ إلى السلاح": من before a verb is who does it.
static bool free_relative(const cutter *k, uint32_t w)
{
    const kb_token *t = &k->tokens[w];
    if (w + 1 >= k->end || (t->pos != KB_POS_PREP && t->pos != KB_POS_REL) || t->mention != KB_NONE ||
        t->enclitic != KB_ENC_NONE || !kb_is_fw(k->c, t, KB_FW_MIN))
        return false;
    const kb_token *v = &k->tokens[w + 1];
    bool negated = kb_is_fw(k->c, v, KB_FW_LAM) || kb_is_fw(k->c, v, KB_FW_LA) || kb_is_fw(k->c, v, KB_FW_LAN);
    if (negated && w + 2 < k->end)
        v = &k->tokens[w + 2];
    return kb_is_finite(v) && (v->features & KB_F_P3) && !(v->proclitics & JOINTS);
}

// Skips quantities, demonstratives and the من after them; the result is the word that says what the phrase is about.
static uint32_t find_head(const cutter *k, uint32_t w)
{
    while (w < k->end) {
        const kb_token *t = &k->tokens[w];
        bool skip = t->pos == KB_POS_DEM || (quantity(t) && !counted_inside(k, t));
        if (!skip || w + 1 >= k->end)
            break;
        const kb_token *n = &k->tokens[w + 1];
        if (t->enclitic != KB_ENC_NONE || (quantity(n) && n->enclitic != KB_ENC_NONE)) // بعضهم, "13 معظمهم جنود"
            break;
        // "تظاهر الآلاف مطالبين": what a quantity with the article counts is definite, or stands behind من
        bool of = n->pos == KB_POS_PREP && kb_is_fw(k->c, n, KB_FW_MIN);
        if (has_al(t) && t->mention == KB_NONE && t->actor && t->actor_kind == KB_ACTOR_QUANTITY && !has_al(n) && !of &&
            n->mention == KB_NONE && n->actor_kind != KB_ACTOR_QUANTITY)
            break;
        if (w + 1 < k->end && free_relative(k, w + 1)) {
            k->c->tokens[w + 1].pos = KB_POS_PREP;
            return w + 1;
        }
        if (n->pos == KB_POS_PREP && kb_is_fw(k->c, n, KB_FW_MIN) && w + 2 < k->end && starts_phrase(k, w + 2) &&
            !(k->tokens[w + 2].proclitics & (JOINTS | PREPOSITIONS))) {
            w += 2;
            continue;
        }
        bool same_number = t->number != KB_NONE && n->number == t->number;
        if (!starts_phrase(k, w + 1) || (!same_number && (n->proclitics & (JOINTS | PREPOSITIONS))))
            break;
        w++;
    }
    return w;
}

// "المحكمة حسن مرعي": what is definite and a body is no title of the name behind it.
static bool definite_body(const kb_token *h)
{
    return has_al(h) && h->actor && (h->actor_kind == KB_ACTOR_BODY || h->actor_kind == KB_ACTOR_PART) &&
           !(h->features & (KB_F_TITLE | KB_F_HUMAN));
}

static bool person_head(const kb_token *h)
{
    return (h->nation && has_al(h)) ||
           (h->actor && (h->actor_kind == KB_ACTOR_OFFICE || h->actor_kind == KB_ACTOR_PEOPLE ||
                         h->actor_kind == KB_ACTOR_PART || h->actor_kind == KB_ACTOR_BODY)) ||
           (h->features & (KB_F_TITLE | KB_F_HUMAN));
}

// Whether a noun for a person stands in the phrase from `head` to `w`, to which a name can be the apposition.
static bool titled(const kb_token *tokens, uint32_t head, uint32_t w)
{
    for (uint32_t i = head; i < w; i++) {
        // An unknown word with the article right before a name is a title, too (السناتور جون ماكين).
        bool unknown = i + 1 == w && i == head && has_al(&tokens[i]) && tokens[i].best && !tokens[i].best->known;
        bool one = !(tokens[i].features & KB_F_PLUR) || (i > 0 && tokens[i - 1].actor_kind == KB_ACTOR_QUANTITY);
        if (tokens[i].mention == KB_NONE && ((person_head(&tokens[i]) && one && !definite_body(&tokens[i])) || unknown))
            return true;
    }
    return false;
}

// Sound plurals and duals that keep their ن stand in no construct: محتجون, متظاهرين.
static bool closed_by_nun(const kb_token *t, kb_str form)
{
    return (t->features & (KB_F_PLUR | KB_F_DUAL)) && !(t->features & KB_F_BROKEN) && t->enclitic == KB_ENC_NONE &&
           (kb_str_ends(form, KB_STR("ون")) || kb_str_ends(form, KB_STR("ين")) || kb_str_ends(form, KB_STR("ان")));
}

// "استدعت وزارة الخارجية المصرية القائم بالأعمال": a masculine participle describes no body whose name is feminine.
static bool other_gender(const cutter *k, uint32_t mention, const kb_token *t)
{
    const kb_mention *m = &k->c->layers->mentions[mention];
    const kb_token *first = &k->tokens[m->first], *last = &k->tokens[m->end - 1];
    bool feminine = m->type == KB_ORGANIZATION && (first->features & KB_F_FEM) && !(first->features & KB_F_MASC) &&
                    (last->features & KB_F_FEM) && !(last->features & KB_F_MASC);
    return feminine && !t->nation && (t->features & (KB_F_ACTPART | KB_F_PASSPART)) && (t->features & KB_F_MASC) &&
           !(t->features & KB_F_FEM);
}

// An adjective that the table of prepositions counts as one, before ل: مناوئة لفلان.
static bool governs_against(const cutter *k, uint32_t w)
{
    const kb_rules *rules;
    return w + 1 < k->end && (k->tokens[w + 1].proclitics & KB_CLITIC_LI) && !has_al(&k->tokens[w]) &&
           adjective(&k->tokens[w]) && kb_clauses_row(k->c, w, KB_POST_PREPOSITION, &rules) != NULL;
}

// "ناشطي الحركة": a sound plural for people without its ن stands in construct.
static bool construct_plural(const kb_token *t, kb_str form)
{
    return !definite(t) && t->actor && t->actor_kind <= KB_ACTOR_OFFICE && (t->features & KB_F_PLUR) &&
           !(t->features & KB_F_BROKEN) && (kb_str_ends(form, KB_STR("ي")) || kb_str_ends(form, KB_STR("و")));
}

static bool bare_singular(const kb_token *t)
{
    return !(t->features & (KB_F_PLUR | KB_F_DUAL)) && !definite(t) && t->number == KB_NONE && t->best &&
           t->best->known;
}

// An indefinite noun or adjective whose ا shows the accusative.
static bool shows_accusative(const cutter *k, uint32_t w)
{
    const kb_token *t = &k->tokens[w];
    return bare_singular(t) && (t->features & KB_F_ACC) && kb_str_ends(k->c->layers->words[w].form, KB_STR("ا"));
}

// An indefinite masculine noun that would have that ا, if it were in the accusative.
static bool shows_no_accusative(const cutter *k, uint32_t w)
{
    const kb_token *t = &k->tokens[w];
    kb_str form = k->c->layers->words[w].form;
    bool silent = kb_str_ends(form, KB_STR("ه")) || kb_str_ends(form, KB_STR("ا")) || kb_str_ends(form, KB_STR("ء")) ||
                  kb_str_ends(form, KB_STR("ى"));
    return bare_singular(t) && t->pos == KB_POS_NOUN && !(t->features & (KB_F_ACC | KB_F_ELATIVE)) && !silent;
}

// Whether word `w` continues the phrase that began with head `head` and now ends before it.
static bool continues(const cutter *k, uint32_t head, uint32_t w, bool has_person)
{
    const kb_token *h = &k->tokens[head], *p = &k->tokens[w - 1], *t = &k->tokens[w];
    if (t->mention != KB_NONE && p->mention == t->mention)
        return true;
    if (t->time != KB_NONE || !kb_token_nominal(t) || t->pos == KB_POS_DEM || t->pos == KB_POS_PRON ||
        (t->proclitics & (JOINTS | PREPOSITIONS)))
        return false;
    if (kb_token_is(t, KB_WORDS_SELF) && t->enclitic != KB_ENC_NONE && !definite(p)) // "فجرت امرأتان نفسيهما"
        return false;
    if (t->mention != KB_NONE) {
        uint8_t type = k->c->layers->mentions[t->mention].type;
        // "وزراء خارجية الجامعة العربية": what looks like an adjective of the broken plural is the ministers' office.
        if (w == head + 2 && h->actor && h->actor_kind == KB_ACTOR_OFFICE && (h->features & KB_F_PLUR) &&
            !definite(h) && !definite(p) && adjective(p) && (p->features & KB_F_FEM) && type != KB_PERSON)
            return true;
        kb_str form = k->c->layers->words[w - 1].form;
        if (!definite(p) && !closed_by_nun(p, form) && p->pos != KB_POS_ADJ &&
            !(p->features & KB_F_ACC && adjective(p)))
            return true;
        if (construct_plural(p, form))
            return true;
        // "جارتها أوكرانيا", "عاصمتها طرابلس"
        if (type == KB_LOCATION && p->enclitic != KB_ENC_NONE && p->actor && w - 1 == head)
            return true;
        return type == KB_PERSON && titled(k->tokens, head, w) && !has_person;
    }
    if (p->mention != KB_NONE)
        return has_al(t) && adjective(t) && !other_gender(k, p->mention, t);
    // "هاجم مسلحون دورية": no adjective of a sound plural for men is a feminine singular.
    if (closed_by_nun(p, k->c->layers->words[w - 1].form) && (p->features & KB_F_PLUR) && !(p->features & KB_F_FEM) &&
        p->actor && !has_al(t) && (t->features & KB_F_FEM) && (t->features & KB_F_SING))
        return false;
    if (w - 1 == head && shows_accusative(k, w) && shows_no_accusative(k, w - 1)) // "استهدف انتحاري اجتماعا"
        return false;
    if (governs_against(k, w)) // "احتجاجات مناوئة للحكومة"
        return false;
    if (construct_plural(p, k->c->layers->words[w - 1].form) && t->pos == KB_POS_NOUN && t->enclitic == KB_ENC_NONE &&
        !(t->features & KB_F_ACC))
        return true;
    if (w - 1 == head && head > 0 && k->tokens[head - 1].number != KB_NONE && !has_al(p) && t->pos == KB_POS_NOUN &&
        t->enclitic != KB_ENC_NONE) // "لقي سبعة جنود مصرعهم": what is counted stays indefinite
        return false;
    if (adjective(t))
        return has_al(t) ? true : !has_al(p) && (p->enclitic == KB_ENC_NONE);
    bool two =
        t->number != KB_NONE && k->c->layers->numbers[t->number].value == 2 && (p->features & (KB_F_PLUR | KB_F_DUAL));
    if (two && t->enclitic == KB_ENC_NONE) // "جنديين اثنين"
        return true;
    if (quantity(t) && !counted_inside(k, t))
        return has_al(t) || (t->number != KB_NONE && t->number == p->number) ||
               // "تنفيذ 13 شرطا": a verbal noun in construct with what is counted.
               ((p->features & KB_F_MASDAR) && p->pos == KB_POS_NOUN && !has_al(p) && p->enclitic == KB_ENC_NONE &&
                !(p->features & KB_F_ACC) && p->number == KB_NONE);
    if (has_al(t) && closed_by_nun(p, k->c->layers->words[w - 1].form) && !has_al(p))
        return false;
    if (has_al(t))
        return !has_al(p) ? p->enclitic == KB_ENC_NONE && !(adjective(p) && !has_al(p) && w - 1 > head && t->actor)
                          : t->actor && (t->actor_kind == KB_ACTOR_PEOPLE || t->actor_kind == KB_ACTOR_PART) &&
                                (t->features & KB_F_PLUR) && (p->features & (KB_F_PLUR | KB_F_DUAL)) &&
                                p->pos == KB_POS_NOUN && w - 1 == head;
    if (closed_by_nun(p, k->c->layers->words[w - 1].form))
        return false;
    // An indefinite noun or an unknown word after an indefinite noun: construct (وزير دفاع), or a name that nobody knew.
    if (p->enclitic != KB_ENC_NONE || has_al(p))
        return t->pos == KB_POS_NONE && person_head(h) && !(t->actor);
    return !adjective(p) && !(p->features & KB_F_ACC);
}

static bool person_inside(const cutter *k, uint32_t first, uint32_t end)
{
    for (uint32_t w = first; w < end; w++) {
        if (k->tokens[w].mention != KB_NONE && k->c->layers->mentions[k->tokens[w].mention].type == KB_PERSON)
            return true;
    }
    return false;
}

// "القائد العام لشرطة دبي الفريق ضاحي خلفان", "رئيس أركان الجيش اللواء سليم إدريس": a rank or title behind an office, before the person's name.
static bool second_title(const cutter *k, uint32_t head, uint32_t w)
{
    const kb_token *h = &k->tokens[head], *t = &k->tokens[w];
    bool office =
        h->mention == KB_NONE && ((h->actor && h->actor_kind == KB_ACTOR_OFFICE) || (h->features & KB_F_TITLE));
    bool title = t->mention == KB_NONE && has_al(t) && !(t->proclitics & (JOINTS | PREPOSITIONS)) &&
                 ((t->features & KB_F_TITLE) || (t->actor && t->actor_kind <= KB_ACTOR_OFFICE));
    if (!office || !title || person_inside(k, head, w))
        return false;
    for (uint32_t i = w + 1; i < k->end && i <= w + 2; i++) {
        uint32_t m = k->tokens[i].mention;
        if (m != KB_NONE)
            return k->c->layers->mentions[m].type == KB_PERSON && k->c->layers->mentions[m].first == i &&
                   !(k->tokens[i].proclitics & (JOINTS | PREPOSITIONS));
        if (!kb_token_nominal(&k->tokens[i]) || !has_al(&k->tokens[i]))
            return false;
    }
    return false;
}

// "وزير الخارجية والهجرة المصري", "وزارة السياحة والآثار": a second charge of the same office. Only a minister or a ministry has several, and an
// adjective or a name must follow that belongs to the whole.
static bool second_charge(const cutter *k, uint32_t head, uint32_t w)
{
    const kb_token *h = &k->tokens[head], *p = &k->tokens[w - 1], *t = &k->tokens[w];
    if (!kb_token_is(h, KB_WORDS_MINISTRY) || h->mention != KB_NONE || w == head + 1 || w + 1 >= k->end ||
        !(t->proclitics & KB_CLITIC_WA) || !has_al(t) || !has_al(p) || t->mention != KB_NONE || adjective(t) ||
        t->pos != KB_POS_NOUN || (t->actor && t->actor_kind != KB_ACTOR_THING) ||
        (t->features & (KB_F_TITLE | KB_F_HUMAN)))
        return false;
    const kb_token *n = &k->tokens[w + 1];
    return (adjective(n) && has_al(n) && !(n->proclitics & (JOINTS | PREPOSITIONS))) || n->mention != KB_NONE;
}

static uint32_t extend(const cutter *k, uint32_t head, uint32_t w)
{
    while (w < k->end) {
        const kb_token *t = &k->tokens[w];
        // «الدعم السريع»: quotation marks around a name belong to the phrase.
        if (t->mark == KB_MARK_QUOTE && w + 1 < k->end && k->tokens[w + 1].mention != KB_NONE &&
            !definite(&k->tokens[w - 1])) {
            uint32_t m = k->tokens[w + 1].mention;
            for (w++; w < k->end && k->tokens[w].mention == m; w++)
                ;
            w += w < k->end && k->tokens[w].mark == KB_MARK_QUOTE;
            continue;
        }
        // "إصابة ثلاثة من عناصر الجيش": a number in construct has its part behind it.
        if (w > head + 1 && quantity(&k->tokens[w - 1]) && !counted_inside(k, &k->tokens[w - 1]) &&
            t->enclitic == KB_ENC_NONE && kb_is_fw(k->c, t, KB_FW_MIN) && w + 1 < k->end && starts_phrase(k, w + 1) &&
            !(k->tokens[w + 1].proclitics & (JOINTS | PREPOSITIONS)) && k->tokens[w + 1].number == KB_NONE) {
            w = extend(k, w + 1, w + 2);
            continue;
        }
        if (t->pos == KB_POS_PUNCT || (!continues(k, head, w, person_inside(k, head, w)) && !second_title(k, head, w) &&
                                       !second_charge(k, head, w)))
            break;
        w++;
    }
    return w;
}

// The preposition that word `w` is, alone or as the beginning of a compound one: *ret_words of words.
static kb_lemma preposition_at(const cutter *k, uint32_t w, uint32_t *ret_words)
{
    const kb_token *t = &k->tokens[w];
    const kb_rules *rules;
    *ret_words = 0;
    const uint32_t *row =
        t->mention == KB_NONE && t->pos != KB_POS_VERB ? kb_clauses_row(k->c, w, KB_POST_PREPOSITION, &rules) : NULL;
    bool about = w + 1 < k->end && k->tokens[w + 1].number != KB_NONE &&
                 kb_str_is(k->c->layers->words[w].form, "نحو"); // "about", before a number
    if (about)
        return 0;
    if (row) {
        *ret_words = 1u + (row[0] != 0) + (row[1] != 0);
        return row[KB_ROW_WORDS];
    }
    if (t->pos == KB_POS_PREP || (t->form == k->c->function_words[KB_FW_BAYN] && t->mention == KB_NONE)) {
        *ret_words = 1;
        return t->form;
    }
    return 0;
}

static kb_lemma proclitic_preposition(const kb_clauses *c, const kb_token *t)
{
    if (t->proclitics & KB_CLITIC_BI)
        return c->function_words[KB_FW_BI];
    if (t->proclitics & KB_CLITIC_LI)
        return c->function_words[KB_FW_LI];
    return t->proclitics & KB_CLITIC_KA ? c->function_words[KB_FW_KA] : 0;
}

// An office or a part takes what its preposition names: "مسؤول في الاتحاد", "عناصر من الحرس", "الأمين العام للأمم المتحدة".
static uint32_t attach(const cutter *k, uint32_t head, uint32_t w)
{
    const kb_token *h = &k->tokens[head];
    bool part = h->actor && h->actor_kind == KB_ACTOR_PART, office = h->actor && h->actor_kind == KB_ACTOR_OFFICE;
    bool organ = h->actor && h->actor_kind == KB_ACTOR_BODY; // "المجلس التنفيذي لصندوق النقد الدولي"
    bool belongs = w > head && (kb_token_is(&k->tokens[w - 1], KB_WORDS_BELONGING) ||
                                kb_token_is(&k->tokens[w - 1], KB_WORDS_LOYAL)); // "طائرة تابعة لسلاح الجو"
    bool member =
        kb_token_is(h, KB_WORDS_MEMBERS) && !part && !office; // "مسلحون من حركة الشباب", "موظف في الأمم المتحدة"
    bool site = h->actor && h->actor_kind == KB_ACTOR_THING && !definite(h); // "مقرات لحركة النهضة"
    if (w >= k->end || (!part && !office && !organ && !belongs && !member && !site && !(h->features & KB_F_TITLE)))
        return w;
    uint32_t words = 0, first = w;
    kb_lemma p = preposition_at(k, w, &words);
    const kb_token *t = &k->tokens[w];
    if (p && words == 1 && t->enclitic == KB_ENC_NONE)
        first = w + 1;
    else if (!p && kb_token_nominal(t) && !(t->proclitics & JOINTS))
        p = proclitic_preposition(k->c, t);
    const kb_lemma *fw = k->c->function_words;
    bool from = p == fw[KB_FW_MIN] && (part || member);
    // "المبعوث الأممي إلى اليمن هانس غروندبرغ", "المقرر المعني بحقوق الإنسان بن سول": only before the name of the one who has the office.
    bool posted = (office || (h->features & KB_F_TITLE)) &&
                  (p == fw[KB_FW_ILA] ||
                   (p == fw[KB_FW_BI] && w > head + 1 && kb_token_is(&k->tokens[w - 1], KB_WORDS_BELONGING)));
    if (!p || words > 1 ||
        !(from || posted || p == fw[KB_FW_LI] || p == fw[KB_FW_FI] || p == fw[KB_FW_LADA] || p == fw[KB_FW_BISM]))
        return w;
    if (first + 1 < k->end && first > w && k->tokens[first].mark == KB_MARK_QUOTE &&
        k->tokens[first + 1].mention != KB_NONE)
        first++; // "عنصرين من «سرايا القدس»"
    if (first >= k->end || !starts_phrase(k, first))
        return w;
    uint32_t inner = find_head(k, first);
    const kb_token *i = &k->tokens[inner];
    uint32_t end = extend(k, inner, inner + 1);
    bool place = i->mention != KB_NONE && k->c->layers->mentions[i->mention].type == KB_LOCATION;
    bool person = end < k->end && k->tokens[end].mention != KB_NONE &&
                  k->c->layers->mentions[k->tokens[end].mention].type == KB_PERSON &&
                  !(k->tokens[end].proclitics & (JOINTS | PREPOSITIONS));
    bool body = (i->mention != KB_NONE && !place) || (i->actor && i->actor_kind != KB_ACTOR_THING);
    bool institution = body && (i->mention != KB_NONE || i->actor_kind == KB_ACTOR_BODY);
    if (site && !belongs && !(p == fw[KB_FW_LI] && institution))
        return w;
    if (member && !belongs && !((from && body) || (p == fw[KB_FW_FI] && i->mention != KB_NONE && body)))
        return w;
    if (belongs && p == fw[KB_FW_LI] && (body || place))
        return end;
    if ((posted && !person) || (!from && !person && !body && !(part && place)))
        return w;
    if (organ && !(p == fw[KB_FW_LI] && i->mention != KB_NONE && !place && !person))
        return w;
    if (p == fw[KB_FW_FI] && place && !person && !part)
        return w;
    if (p == fw[KB_FW_LI] && !person && !body && place)
        return w;
    if (p == fw[KB_FW_LI] && !person && !part && !office && !organ && !belongs && h->actor &&
        h->actor_kind == KB_ACTOR_PEOPLE) // "استسلم جنود للجيش"
        return w;
    if (second_title(k, head, end))
        return extend(k, head, end);
    if (person && !from && !person_inside(k, head, end)) {
        uint32_t m = k->tokens[end].mention;
        while (end < k->end && k->tokens[end].mention == m)
            end++;
    }
    return end;
}

// "اغتيال الأمين العام للحزب الاشتراكي جورج نخلة": an office behind a verbal noun takes what it is of only before the name of who has it.
static uint32_t attach_inside(const cutter *k, uint32_t head, uint32_t end)
{
    uint32_t w = head + 1;
    const kb_token *h = &k->tokens[head];
    if (!(h->features & KB_F_MASDAR) || h->mention != KB_NONE || w >= end || k->tokens[w].mention != KB_NONE ||
        !k->tokens[w].actor || k->tokens[w].actor_kind != KB_ACTOR_OFFICE)
        return end;
    uint32_t longer = attach(k, w, end);
    return longer > end && person_inside(k, end, longer) ? longer : end;
}

// "حسن نصر الله، الأمين العام لحزب الله،": an office between commas after a person is an apposition. Returns its end, or `w`.
static uint32_t apposition(const cutter *k, uint32_t first, uint32_t w)
{
    if (w + 1 >= k->end || !person_inside(k, first, w) || k->tokens[w].mark != KB_MARK_COMMA)
        return w;
    const kb_token *t = &k->tokens[w + 1];
    if (t->proclitics & (JOINTS | PREPOSITIONS) || !starts_phrase(k, w + 1))
        return w;
    bool office = (t->actor && (t->actor_kind == KB_ACTOR_OFFICE || t->actor_kind == KB_ACTOR_PART)) ||
                  (t->features & KB_F_TITLE);
    if (!office)
        return w;
    uint32_t end = attach(k, w + 1, extend(k, w + 1, w + 2));
    bool closed = end >= k->end || k->tokens[end].mark == KB_MARK_COMMA || k->tokens[end].mark == KB_MARK_STOP;
    return closed && !person_inside(k, w + 1, end) ? end : w;
}

static kb_phrase *push(cutter *k, uint32_t from, uint32_t first, uint32_t head, uint32_t end, kb_lemma preposition)
{
    kb_phrase *p = KB_PUSH(k->arena, k->out);
    if (!p)
        return NULL;
    *p = (kb_phrase){.first = first,
                     .end = end,
                     .head = head,
                     .preposition = preposition,
                     .from = from,
                     .next = KB_NONE,
                     .sentence = k->sentence,
                     .verb = KB_NONE,
                     .means = KB_NONE};
    for (uint32_t w = first; w < end; w++)
        k->c->phrase_of[w] = k->out->n - 1;
    return p;
}

static bool cut_one(cutter *k, uint32_t *at)
{
    uint32_t from = *at, first = from, words = 0;
    kb_lemma preposition = preposition_at(k, from, &words);
    if (free_relative(k, from) ||
        (words == 1 && k->tokens[from].enclitic == KB_ENC_NONE && from + 1 < k->end && free_relative(k, from + 1))) {
        uint32_t who = free_relative(k, from) ? from : from + 1;
        preposition = who > from ? preposition : proclitic_preposition(k->c, &k->tokens[from]);
        *at = who + 1;
        k->c->tokens[who].pos = KB_POS_PREP; // it has no antecedent
        return push(k, from, who, who, who + 1, preposition) != NULL;
    }
    if (preposition) {
        first = from + words;
        if (words == 1 && k->tokens[from].enclitic != KB_ENC_NONE) { // عليه
            kb_phrase *p = push(k, from, from, from, from + 1, preposition);
            if (p)
                p->pronoun = true;
            *at = from + 1;
            return p != NULL;
        }
    } else {
        preposition = proclitic_preposition(k->c, &k->tokens[from]);
    }
    if (first >= k->end || !starts_phrase(k, first)) {
        *at = from + (words ? words : 1);
        return true;
    }
    uint32_t head = find_head(k, first), end = head + 1;
    if (k->tokens[head].mention != KB_NONE)
        for (uint32_t m = k->tokens[head].mention; end < k->end && k->tokens[end].mention == m; end++)
            ;
    end = extend(k, head, end);
    const kb_token *h = &k->tokens[head]; // القائم بالأعمال: a title of several words
    if (h->actor && h->mention == KB_NONE && end == head + 1 && head + h->actor_words > end &&
        head + h->actor_words <= k->end)
        end = extend(k, head, head + h->actor_words);
    end = attach(k, head, end);
    end = attach_inside(k, head, end);
    end = apposition(k, first, end);
    *at = end;
    return push(k, from, first, head, end, preposition) != NULL;
}

// "خمسة جنود، وطبيب هندي": behind a comma and و, people without the article open no clause of their own, nor does a name after a name.
static bool goes_on(const cutter *k, const kb_phrase *a, const kb_phrase *b)
{
    const kb_token *h = &k->tokens[a->head], *g = &k->tokens[b->head];
    bool wa = b->from == a->end + 1 && k->tokens[a->end].mark == KB_MARK_COMMA &&
              (k->tokens[b->from].proclitics & KB_CLITIC_WA);
    bool verb = b->end < k->end && k->tokens[b->end].pos == KB_POS_VERB;
    if (!wa || verb || b->preposition)
        return false;
    if (h->mention != KB_NONE && g->mention != KB_NONE)
        return k->c->layers->mentions[h->mention].type == k->c->layers->mentions[g->mention].type;
    return person_head(g) && !definite(g) && g->enclitic == KB_ENC_NONE && g->mention == KB_NONE && person_head(h);
}

// Joins phrases that و, أو or commas of an enumeration hold together.
static void join(cutter *k, uint32_t begin)
{
    for (uint32_t i = begin + 1; i < k->out->n; i++) {
        kb_phrase *a = &k->out->at[i - 1], *b = &k->out->at[i];
        const kb_token *t = &k->tokens[b->from];
        if (a->pronoun || b->pronoun)
            continue;
        bool with_wa = (t->proclitics & KB_CLITIC_WA) && b->from == a->end;
        bool with_word = b->from == a->end + 1 && k->tokens[a->end].pos == KB_POS_CONJ && k->tokens[a->end].best &&
                         k->tokens[a->end].enclitic == KB_ENC_NONE && k->c->layers->words[a->end].form.n <= 4;
        bool list = b->from == a->end + 1 && k->tokens[a->end].mark == KB_MARK_COMMA &&
                    k->tokens[b->head].mention != KB_NONE && k->tokens[a->head].mention != KB_NONE &&
                    i + 1 < k->out->n && (k->tokens[k->out->at[i + 1].from].proclitics & KB_CLITIC_WA);
        if (!with_wa && !with_word && !list && !goes_on(k, a, b))
            continue;
        if (b->preposition && b->preposition != a->preposition)
            continue;
        // "... والسكان يفرون" opens a clause of its own.
        bool between = a->preposition == k->c->function_words[KB_FW_BAYN]; // "مفاوضات بين إثيوبيا ومصر تبدأ الأحد"
        bool new_clause =
            !b->preposition && !between && b->end < k->end && k->tokens[b->end].pos == KB_POS_VERB &&
            !(k->tokens[b->end].proclitics & JOINTS) &&
            !(k->tokens[b->end].features & KB_F_PAST && a->from > 0 && k->tokens[a->from - 1].pos == KB_POS_VERB);
        if (new_clause && b->first > 0) {
            // In a headline both belong to the verb: "السعودية وإيران تتفقان".
            const kb_token *v = &k->tokens[b->end];
            bool both =
                (v->features & (KB_F_DUAL | KB_F_PLUR)) || a->from == k->c->layers->sentences[k->sentence].first;
            if (!both)
                continue;
        }
        a->next = i;
        b->joined = true;
        if (!b->preposition)
            b->preposition = a->preposition;
    }
}

kb_status kb_phrases_find(kb_clauses *c, kb_arena *arena, kb_error *error)
{
    phrase_vec out = {0};
    const kb_layers *y = c->layers;
    for (uint32_t w = 0; w < y->word_count; w++)
        c->phrase_of[w] = KB_NONE;
    for (uint32_t s = 0; s < y->sentence_count; s++) {
        cutter k = {
            .c = c, .arena = arena, .tokens = c->tokens, .end = y->sentences[s].end, .sentence = s, .out = &out};
        uint32_t begin = out.n;
        for (uint32_t w = y->sentences[s].first; w < k.end;) {
            const kb_token *t = &c->tokens[w];
            bool candidate = t->time == KB_NONE && t->pos != KB_POS_PUNCT && t->pos != KB_POS_VERB &&
                             (kb_token_nominal(t) || t->pos == KB_POS_PREP || t->pos == KB_POS_ADV ||
                              (t->pos == KB_POS_REL && free_relative(&k, w)));
            if (!candidate)
                w++;
            else if (!cut_one(&k, &w))
                return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the phrases of article " KB_PRI,
                               KB_ARG(y->article->id));
        }
        join(&k, begin);
    }
    c->phrases = out.at;
    c->phrase_count = out.n;
    return KB_OK;
}
