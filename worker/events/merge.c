// Mentions of one event in the world become one event, the fullest first.
#include "events/stage.h"

enum { REACH = 400 }; // events back to which a mention can belong; bounds the work on long articles

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

// States without a name may be those that are named elsewhere.
static bool unnamed_state(const kb_participant *a, const kb_participant *b)
{
    return strcmp(a->code, "UNK") == 0 && strlen(b->code) >= 3 && strcmp(b->code + strlen(b->code) - 3, "GOV") == 0;
}

// Two convicts of one country are two.
static bool criminals(const kb_participant *a, const kb_participant *b)
{
    return a->entity == KB_NONE && b->entity == KB_NONE && strlen(a->code) == 6 && strcmp(a->code + 3, "CRM") == 0 &&
           a->start != b->start;
}

// "قادة في حركات إقليمية": people of no country are not the one who is named elsewhere.
static bool some_and_one(const kb_stage *s, const kb_participant *some, const kb_participant *one)
{
    return some->entity == KB_NONE && strlen(some->code) == 3 && one->entity != KB_NONE &&
           s->layers->entities[one->entity].type == KB_PERSON;
}

// The first word of a participant.
static uint32_t first_word(const kb_stage *s, const kb_participant *p)
{
    uint32_t low = 0, high = s->layers->word_count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (s->layers->words[mid].end <= p->start)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

// Several people, by a number or a word of quantity: "739 شخصا", "عشرات الناشطين".
static bool several(const kb_stage *s, const kb_participant *p)
{
    for (uint32_t w = first_word(s, p); w < s->layers->word_count && s->layers->words[w].start < p->end; w++) {
        const kb_token *t = &s->c->tokens[w];
        if (t->mention == KB_NONE && (t->number != KB_NONE || (t->actor && t->actor_kind == KB_ACTOR_QUANTITY)))
            return true;
    }
    return false;
}

// A named person is not one of many.
static bool one_and_many(const kb_stage *s, const kb_participant *a, const kb_participant *b)
{
    const kb_participant *one = a->entity != KB_NONE ? a : b, *other = one == a ? b : a;
    return one->entity != KB_NONE && other->entity == KB_NONE && s->layers->entities[one->entity].type == KB_PERSON &&
           several(s, other);
}

static bool share_party(const kb_stage *s, const kb_participant *a, uint32_t n, const kb_participant *b, uint32_t m)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < m; j++) {
            if (criminals(&a[i], &b[j]) || some_and_one(s, &a[i], &b[j]) || some_and_one(s, &b[j], &a[i]))
                continue;
            if (a[i].entity != KB_NONE && a[i].entity == b[j].entity)
                return true;
            if (one_and_many(s, &a[i], &b[j]))
                continue;
            if (a[i].code[0] && strcmp(a[i].code, b[j].code) == 0)
                return true;
            if (unnamed_state(&a[i], &b[j]) || unnamed_state(&b[j], &a[i]))
                return true;
            // IRN and IRNGOV, SYRREB and REB: the same side told with less
            if (a[i].code[0] && b[j].code[0] && (strstr(a[i].code, b[j].code) || strstr(b[j].code, a[i].code)))
                return true;
        }
    }
    return false;
}

// "اغتيلت بعدما أطلق مهاجم رصاصات على سيارتها": the sentence of an assassination tells how it was done.
static bool means_of(const kb_draft *killing, const kb_draft *means)
{
    static const char *const modes[] = {"firearms", "explosives", "suicide-attack", "primitive"};
    bool how = false;
    for (size_t i = 0; i < KB_LEN(modes); i++)
        how = how || strcmp(means->match.mode, modes[i]) == 0;
    bool victim = killing->recipient_count > 0 && killing->recipient_sector[0];
    bool other = means->recipient_count > 0 && means->recipient_sector[0];
    return how && victim && !other && strcmp(killing->match.mode, "targeted") == 0;
}

// Whether the sentence of `b` holds a mention of `a`.
static bool one_sentence(const kb_stage *s, const kb_draft *a, const kb_draft *b)
{
    bool holds = a->sentence == b->sentence;
    for (uint32_t i = 0; i < s->drafts.n && !holds; i++)
        holds = s->drafts.at[i].sentence == b->sentence && s->drafts.at[i].merged != KB_NONE &&
                &s->drafts.at[s->drafts.at[i].merged] == a;
    return holds;
}

static bool codes_agree(const kb_stage *s, const kb_draft *a, const kb_draft *b)
{
    if (strcmp(a->match.type, b->match.type) != 0)
        return false;
    if (a->match.mode && b->match.mode && strcmp(a->match.mode, b->match.mode) != 0) {
        bool force = strcmp(a->match.type, "ASSAULT") == 0;
        if (force && (means_of(a, b) || means_of(b, a)))
            return true;
        return force && share_party(s, a->recipients, a->recipient_count, b->recipients, b->recipient_count) &&
               a->sentence == b->sentence;
    }
    return true;
}

// Told of days more than two months apart.
static bool far_apart(const kb_draft *a, const kb_draft *b)
{
    enum { FAR = 62 };
    bool told = a->date_from && b->date_from && a->date_from <= KB_DATE_FROM_SENTENCE &&
                b->date_from <= KB_DATE_FROM_SENTENCE && a->date.year && b->date.year;
    if (told && (!a->date.month || !b->date.month))
        return a->date.year != b->date.year;
    int32_t days = told ? kb_day_number(a->date) - kb_day_number(b->date) : 0;
    return days > FAR || days < -FAR;
}

static bool in_title(const kb_stage *s, const kb_draft *d)
{
    return s->layers->sentences[d->sentence].kind == KB_TITLE || s->layers->sentences[d->sentence].kind == KB_HEADING;
}

// بعد يوم من سقوط المدينة: not what a verb without a time tells as the news of the passage.
static bool news_and_before(const kb_stage *s, const kb_draft *earlier, const kb_draft *later)
{
    const kb_draft *news = earlier->match.verbal ? earlier : later, *before = news == earlier ? later : earlier;
    if (!news->match.verbal || before->match.verbal || news->date.year || news->status != KB_ACTUAL ||
        before->definite || strcmp(news->match.type, "PROTEST") == 0 || before->date_from != KB_DATE_FROM_CLAUSE ||
        !before->date.day || news->sentence == before->sentence || in_title(s, news) ||
        kb_link_of(s, before->match.word) != KB_LINK_APART)
        return false;
    const kb_time *t = kb_day_of_passage(s, news->match.word, false);
    return kb_day_number(t ? t->date : s->today) > kb_day_number(before->date);
}

static bool dates_agree(const kb_draft *a, const kb_draft *b)
{
    if (far_apart(a, b))
        return false;
    if (a->date_from != KB_DATE_FROM_CLAUSE || b->date_from != KB_DATE_FROM_CLAUSE || !a->date.year || !b->date.year)
        return true;
    if (a->date.year != b->date.year)
        return false;
    if (a->date.month && b->date.month && a->date.month != b->date.month)
        return false;
    return !a->date.day || !b->date.day || a->date.day == b->date.day;
}

// An event that took place and one that is feared, planned or denied are two.
static bool statuses_agree(const kb_draft *a, const kb_draft *b)
{
    if (a->status == b->status)
        return true;
    bool past = (a->status == KB_ACTUAL && b->status == KB_HISTORICAL) ||
                (a->status == KB_HISTORICAL && b->status == KB_ACTUAL);
    const kb_draft *old = a->status == KB_HISTORICAL ? a : b, *news = old == a ? b : a;
    return past &&
           (old->date_from != KB_DATE_FROM_CLAUSE || (news->definite && news->date_from != KB_DATE_FROM_CLAUSE));
}

static unsigned known(const kb_draft *d)
{
    return (d->actor_count > 0) * 3u + (d->recipient_count > 0) * 3u + (d->place != KB_NONE) +
           (d->date_from == KB_DATE_FROM_CLAUSE) + (d->killed >= 0) + (d->match.mode != NULL);
}

// "هاجم مسلحون المقر … وقتل أحد المسلحين": who attacked is struck in turn.
static bool struck_back(const kb_stage *s, const kb_draft *a, const kb_draft *b)
{
    return strcmp(a->match.type, "ASSAULT") == 0 &&
           (share_party(s, a->actors, a->actor_count, b->recipients, b->recipient_count) ||
            share_party(s, b->actors, b->actor_count, a->recipients, a->recipient_count)) &&
           !share_party(s, a->recipients, a->recipient_count, b->recipients, b->recipient_count) &&
           !share_party(s, a->actors, a->actor_count, b->actors, b->actor_count);
}

// "سفينة" and "سفينة بريطانية", "قادة بارزين في الشرق الأوسط" and "قادة بارزين في حركات مقاومة": nobody by name, in the same words.
static bool same_words(const kb_stage *s, const kb_participant *a, const kb_participant *b)
{
    if (a->entity != KB_NONE || b->entity != KB_NONE)
        return false;
    kb_str x = kb_str_sub(s->layers->text.stored, a->start, a->end),
           y = kb_str_sub(s->layers->text.stored, b->start, b->end);
    uint32_t words = 0;
    while (x.n && y.n) {
        kb_str v = kb_str_cut(&x, ' '), w = kb_str_cut(&y, ' ');
        if (v.n != w.n || memcmp(v.p, w.p, v.n) != 0)
            return words > 1;
        words++;
    }
    return words > 0;
}

static bool is_place(const kb_stage *s, const kb_draft *d)
{
    uint32_t e = d->recipient_count == 1 ? d->recipients[0].entity : KB_NONE;
    return e != KB_NONE && s->layers->entities[e].type == KB_LOCATION;
}

// "زار صنعاء والتقى رئيس المجلس": whom a visitor met says more than where he went.
static bool met_on_visit(const kb_stage *s, const kb_draft *visit, const kb_draft *other)
{
    return visit->match.mode && strcmp(visit->match.mode, "visit") == 0 && is_place(s, visit) &&
           visit->sentence == other->sentence && other->recipient_count && !is_place(s, other) &&
           !share_party(s, visit->actors, visit->actor_count, other->recipients, other->recipient_count);
}

// "أطلق شاب النار … وتبنى التنظيم الهجوم": a body takes upon itself what somebody without a name did.
static bool claimed(const kb_stage *s, const kb_draft *earlier, const kb_draft *later)
{
    const kb_participant *a = &earlier->actors[0], *b = &later->actors[0];
    if (strcmp(earlier->match.type, "ASSAULT") != 0 || earlier->actor_count != 1 || later->actor_count != 1 ||
        !later->definite || a->entity != KB_NONE || b->entity == KB_NONE)
        return false;
    size_t n = strlen(a->code), k = strlen(b->code);
    bool unknown = n >= 3 && (strcmp(a->code + n - 3, "UAF") == 0 || strcmp(a->code + n - 3, "CRM") == 0);
    return unknown && s->layers->entities[b->entity].type == KB_ORGANIZATION && k >= 3 &&
           strcmp(b->code + k - 3, "REB") == 0;
}

// How well `later` goes with `earlier` as a mention of the same event: 0 not at all.
static unsigned affinity(const kb_stage *s, const kb_draft *earlier, const kb_draft *later)
{
    if (!codes_agree(s, earlier, later) || !statuses_agree(earlier, later) || !dates_agree(earlier, later) ||
        news_and_before(s, earlier, later))
        return 0;
    if (struck_back(s, earlier, later))
        return 0;
    bool actors = earlier->actor_count && later->actor_count,
         recipients = earlier->recipient_count && later->recipient_count;
    bool same_actor =
        actors && share_party(s, earlier->actors, earlier->actor_count, later->actors, later->actor_count);
    bool same_recipient = recipients && share_party(s, earlier->recipients, earlier->recipient_count, later->recipients,
                                                    later->recipient_count);
    same_recipient = same_recipient || (recipients && same_words(s, &earlier->recipients[0], &later->recipients[0]));
    same_actor = same_actor || claimed(s, earlier, later);
    bool crossed = share_party(s, earlier->actors, earlier->actor_count, later->recipients, later->recipient_count) &&
                   strcmp(earlier->match.type, "CONSULT") == 0;
    bool told_how = later->match.mode && earlier->match.mode &&
                    (means_of(earlier, later) || means_of(later, earlier)) && one_sentence(s, earlier, later);
    same_recipient = same_recipient || (same_actor && met_on_visit(s, earlier, later));
    if ((actors && !same_actor && !crossed) || (recipients && !same_recipient && !crossed && !told_how))
        return 0;
    if (earlier->place != KB_NONE && later->place != KB_NONE && earlier->place != later->place && !same_actor &&
        !same_recipient)
        return 0;
    // إثر مفاوضات … والتقى: a verb tells another meeting than those that a noun without the article brought up.
    if (later->match.verbal && !earlier->match.verbal && !earlier->definite && !in_title(s, earlier) &&
        kb_link_of(s, earlier->match.word) == KB_LINK_APART && !same(earlier->match.cameo, later->match.cameo))
        return 0;
    bool bare = !later->actor_count && !later->recipient_count;
    bool title = in_title(s, earlier) || in_title(s, later);
    bool echo = later->definite || later->match.echo || title;
    if (bare && !echo && earlier->sentence != later->sentence)
        return 0;
    if (!same(earlier->match.cameo, later->match.cameo) && strncmp(earlier->match.cameo, later->match.cameo, 2) != 0 &&
        !echo)
        return 0;
    if (told_how)
        return 2;
    // One of both says nothing of the other's parties: the same only when taken up, told in the title, or in one sentence.
    if (!same_actor && !same_recipient && !crossed && !bare && !echo)
        return earlier->sentence == later->sentence && known(earlier) + known(later) > 0 &&
                       !(earlier->match.verbal && later->match.verbal)
                   ? 1
                   : 0;
    return 1u + same_actor * 3u + same_recipient * 3u + crossed * 3u + same(earlier->match.mode, later->match.mode) +
           (earlier->sentence + 1 >= later->sentence) + same(earlier->match.cameo, later->match.cameo);
}

// "العملية العسكرية الأذربيجانية": only an adjective names the actor.
static bool by_adjective(const kb_stage *s, const kb_draft *d)
{
    return d->match.adj.given && d->match.adj.nation && d->actor_count == 1 &&
           d->actors[0].start == s->layers->words[d->match.adj.first].start;
}

static void take_over(const kb_stage *s, kb_draft *into, const kb_draft *from)
{
    if (by_adjective(s, into) && from->actor_count == 1 && !by_adjective(s, from) &&
        strlen(from->actors[0].code) == 6 && strncmp(into->actors[0].code, from->actors[0].code, 3) == 0)
        into->actors[0] = from->actors[0];
    if (met_on_visit(s, into, from)) {
        memcpy(into->recipients, from->recipients, sizeof into->recipients);
        into->recipient_count = from->recipient_count;
    }
    if ((!into->actor_count && from->actor_count) || claimed(s, into, from)) {
        memcpy(into->actors, from->actors, sizeof into->actors);
        into->actor_count = from->actor_count;
    }
    // "قادة بارزين": people of no country and no other description are those that another mention describes.
    bool vague = into->recipient_count == 1 && from->recipient_count == 1 &&
                 strcmp(into->recipients[0].code, "CVL") == 0 && into->recipients[0].entity == KB_NONE &&
                 strcmp(from->recipients[0].code, "CVL") != 0;
    if ((!into->recipient_count || vague) && from->recipient_count) {
        memcpy(into->recipients, from->recipients, sizeof into->recipients);
        into->recipient_count = from->recipient_count;
    }
    if (!into->match.mode && from->match.mode) {
        into->match.mode = from->match.mode;
        into->match.cameo = from->match.cameo;
    }
    if (from->date.year && (!into->date.year || (from->date_from < into->date_from))) {
        into->date = from->date;
        into->granularity = from->granularity;
        into->date_from = from->date_from;
        into->date_word = from->date_word;
    }
    if (into->place == KB_NONE)
        into->place = from->place;
    if (into->reported_by == KB_NONE)
        into->reported_by = from->reported_by;
    if (from->killed > into->killed) {
        into->killed = from->killed;
        into->killed_bound = from->killed_bound;
    }
    if (from->injured > into->injured) {
        into->injured = from->injured;
        into->injured_bound = from->injured_bound;
    }
    if (into->status == KB_HISTORICAL && from->status == KB_ACTUAL && into->date_from != KB_DATE_FROM_CLAUSE)
        into->status = KB_ACTUAL;
}

// Whether a verb in the past, of an act that happened, tells it.
static bool told_as_past(const kb_stage *s, const kb_draft *d)
{
    return d->match.verbal && d->status == KB_ACTUAL && (s->c->tokens[d->match.word].features & KB_F_PAST);
}

// What is told as where something was (في بغداد, داخل مسجد), not as what was struck (على بغداد, في قصف بغداد).
static bool where_it_was(const kb_stage *s, const kb_draft *d, const kb_participant *p)
{
    bool place = p->entity != KB_NONE && s->layers->entities[p->entity].type == KB_LOCATION;
    uint32_t w = first_word(s, p), phrase = w < s->layers->word_count ? s->c->phrase_of[w] : KB_NONE;
    if (phrase == KB_NONE || phrase == d->match.phrase)
        return false;
    const kb_lemma at = s->c->phrases[phrase].preposition, *fw = s->c->function_words;
    return place ? at && at != fw[KB_FW_ALA] && at != fw[KB_FW_LI] && at != fw[KB_FW_ILA] : at == fw[KB_FW_FI];
}

// A word of result gives way to the word of the attack in its sentence, and leaves it its toll and its victims.
static void yield_results(kb_stage *s)
{
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (!d->match.rule->weak || d->merged != KB_NONE)
            continue;
        for (uint32_t k = 0; k < s->drafts.n; k++) {
            kb_draft *o = &s->drafts.at[k];
            bool weaker = !o->match.rule->weak;
            bool protest = strcmp(o->match.type, "PROTEST") == 0 && !d->actor_count;
            if (k == i || !weaker || o->sentence != d->sentence || o->merged != KB_NONE ||
                (strcmp(o->match.type, d->match.type) != 0 && !protest))
                continue;
            if (told_as_past(s, d) && o->status == KB_FUTURE && o->status_by_date)
                o->status = KB_ACTUAL; // "قتلوا في الثالث من الشهر في هجوم"
            if (!o->actor_count && d->actor_count) {
                memcpy(o->actors, d->actors, sizeof o->actors);
                o->actor_count = d->actor_count;
            }
            // Those who were killed say more than the place where it was.
            bool things = o->recipient_count > 0;
            for (uint32_t r = 0; r < o->recipient_count; r++)
                things = things && (!o->recipient_sector[r] || where_it_was(s, o, &o->recipients[r]));
            bool people = d->recipient_count > 0 && d->recipient_sector[0];
            if (((!o->recipient_count && d->recipient_count) || (things && people)) && !protest) {
                memcpy(o->recipients, d->recipients, sizeof o->recipients);
                o->recipient_count = d->recipient_count;
            }
            if (d->killed > o->killed)
                o->killed = d->killed;
            if (d->injured > o->injured)
                o->injured = d->injured;
            o->result = true;
            d->merged = k; // it stays a mention of the attack
            d->match.dropped = protest;
            break;
        }
    }
}

static uint32_t root(const kb_stage *s, uint32_t i)
{
    while (s->drafts.at[i].merged != KB_NONE)
        i = s->drafts.at[i].merged;
    return i;
}

void kb_merge(kb_stage *s)
{
    yield_results(s);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *later = &s->drafts.at[i];
        if (later->merged != KB_NONE)
            continue;
        uint32_t best = KB_NONE;
        unsigned best_score = 0;
        for (uint32_t k = i; k > 0 && i - k < REACH; k--) {
            if (s->drafts.at[k - 1].merged != KB_NONE)
                continue;
            unsigned score = affinity(s, &s->drafts.at[k - 1], later);
            if (score > best_score) {
                best_score = score;
                best = k - 1;
            }
        }
        if (best == KB_NONE) {
            later->match.dropped = later->match.dropped || later->match.echo;
            continue;
        }
        kb_draft *earlier = &s->drafts.at[best];
        // The fullest mention leads.
        bool swap = known(later) > known(earlier) ||
                    (in_title(s, earlier) && !in_title(s, later) && known(later) >= known(earlier));
        if (swap) {
            take_over(s, later, earlier);
            earlier->merged = i;
            for (uint32_t k = 0; k < i; k++) {
                if (s->drafts.at[k].merged == best)
                    s->drafts.at[k].merged = i;
            }
        } else {
            take_over(s, earlier, later);
            later->merged = best;
        }
    }
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        if (s->drafts.at[i].merged != KB_NONE)
            s->drafts.at[i].merged = root(s, i);
    }
}
