// The parties of an event: from the sources that its rule names to whom they mean.
#include "events/parse.h"
#include "events/stage.h"

static const kb_token *token(const kb_stage *s, uint32_t w)
{
    return &s->c->tokens[w];
}

typedef struct party_list {
    kb_participant *at;
    bool *sector;
    uint32_t *count;
} party_list;

static void add_party(const kb_stage *s, party_list list, const kb_argument *a, const kb_who *who)
{
    if (*list.count >= KB_PARTY_MAX)
        return;
    for (uint32_t i = 0; i < *list.count; i++) {
        if (who->entity != KB_NONE && list.at[i].entity == who->entity)
            return;
    }
    const kb_word *first = &s->layers->words[a->first], *last = &s->layers->words[a->end - 1];
    const kb_token *t = token(s, a->first);
    uint32_t start = first->start;
    if (t->mention != KB_NONE && s->layers->mentions[t->mention].first == a->first)
        start = s->layers->mentions[t->mention].start;
    else if (t->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA)) {
        for (uint32_t bits = t->proclitics & (KB_CLITIC_WA | KB_CLITIC_FA | KB_CLITIC_BI | KB_CLITIC_LI | KB_CLITIC_KA);
             bits; bits &= bits - 1)
            start += 2; // each of them is one Arabic letter, two bytes
    }
    kb_participant *p = &list.at[*list.count];
    *p = (kb_participant){.start = start < last->end ? start : first->start, .end = last->end, .entity = who->entity};
    const kb_token *l = token(s, a->end - 1);
    if (l->mention != KB_NONE && s->layers->mentions[l->mention].end == a->end)
        p->end = s->layers->mentions[l->mention].end_byte;
    unsigned quotes = 0;
    for (uint32_t w = a->first; w < a->end; w++)
        quotes += token(s, w)->mark == KB_MARK_QUOTE;
    if (quotes % 2 == 1 && a->end < s->layers->word_count && token(s, a->end)->mark == KB_MARK_QUOTE)
        p->end = s->layers->words[a->end].end; // what it opens
    memcpy(p->code, who->code, sizeof p->code);
    list.sector[*list.count] = who->sector;
    ++*list.count;
}

// "البلدان": the two countries named last before it.
static bool add_last_countries(kb_stage *s, party_list list, const kb_argument *a)
{
    uint32_t found[2] = {KB_NONE, KB_NONE}, n = 0;
    for (uint32_t i = s->layers->mention_count; i > 0 && n < 2; i--) {
        const kb_mention *m = &s->layers->mentions[i - 1];
        if (m->first >= a->first || m->type != KB_LOCATION ||
            (m->first >= s->subject.first && m->first < s->subject.end))
            continue;
        kb_argument place = {.first = m->first, .end = m->end, .head = m->first, .phrase = KB_NONE, .given = true};
        kb_who who = kb_actor_resolve(s, &place, true);
        bool again = n == 1 && strcmp(kb_entity_country(&s->layers->entities[m->entity]),
                                      kb_entity_country(&s->layers->entities[found[0]])) == 0;
        if (strlen(who.code) == 6 && !again)
            found[n++] = m->entity;
    }
    for (uint32_t i = n; n == 2 && i > 0 && *list.count < KB_PARTY_MAX; i--) {
        kb_participant *p = &list.at[*list.count];
        *p = (kb_participant){
            .start = s->layers->words[a->first].start, .end = s->layers->words[a->end - 1].end, .entity = found[i - 1]};
        memcpy(p->code, kb_entity_country(&s->layers->entities[found[i - 1]]), 3);
        memcpy(p->code + 3, "GOV", 4);
        list.sector[*list.count] = true;
        ++*list.count;
    }
    return n == 2;
}

// "الدول الأربع": as many states as were named together last.
static bool add_counted_states(kb_stage *s, party_list list, const kb_argument *a)
{
    bool states = false;
    int64_t wanted = 0;
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        if (t->mention != KB_NONE || t->nation)
            return false;
        states = states || (kb_token_is(t, KB_WORDS_STATES) && (t->proclitics & KB_CLITIC_AL));
        if (t->number != KB_NONE)
            wanted = (int64_t)s->layers->numbers[t->number].value;
    }
    for (uint32_t i = s->drafts.n; states && wanted > 2 && wanted <= KB_PARTY_MAX && i > 0; i--) {
        const kb_draft *d = &s->drafts.at[i - 1];
        const kb_participant *from = d->actor_count == wanted       ? d->actors
                                     : d->recipient_count == wanted ? d->recipients
                                                                    : NULL;
        for (int64_t k = 0; from && k < wanted && *list.count < KB_PARTY_MAX; k++) {
            list.at[*list.count] = from[k];
            list.sector[*list.count] = true;
            ++*list.count;
        }
        if (from)
            return true;
    }
    return false;
}

static bool is_person(const kb_stage *s, const kb_participant *p)
{
    return p->entity != KB_NONE && s->layers->entities[p->entity].type == KB_PERSON;
}

// "الجانبان", "وزيرا خارجية البلدين", "الرجلان": both sides of what the article told before.
static bool add_both_sides(kb_stage *s, party_list list, const kb_argument *a)
{
    bool dual = false, countries = false, people = false;
    for (uint32_t w = a->first; w < a->end; w++) {
        const kb_token *t = token(s, w);
        bool construct = kb_is_fw(s->c, t, KB_FW_TARAFA) || kb_is_fw(s->c, t, KB_FW_TARAFAY); // طرفا النزاع
        dual = dual || (t->actor && t->mention == KB_NONE &&
                        (t->actor_kind == KB_ACTOR_PART || t->actor_kind == KB_ACTOR_BODY) &&
                        (construct || ((t->features & KB_F_DUAL) && ((t->proclitics & KB_CLITIC_AL) || w == a->head))));
        countries = countries || ((t->features & KB_F_DUAL) && t->sector && strcmp(t->sector, "GOV") == 0 &&
                                  t->actor_kind == KB_ACTOR_BODY);
        people = people || (w == a->head && t->actor && t->actor_kind <= KB_ACTOR_OFFICE && (t->features & KB_F_DUAL) &&
                            (t->proclitics & KB_CLITIC_AL));
        if (t->mention != KB_NONE || t->nation)
            return false;
    }
    bool symmetric = false;
    for (uint32_t i = 0; i < s->drafts.n; i++)
        symmetric = symmetric || (s->drafts.at[i].match.rule->symmetric && s->drafts.at[i].actor_count &&
                                  s->drafts.at[i].recipient_count);
    for (uint32_t i = s->drafts.n; (dual || people) && i > 0; i--) {
        const kb_draft *d = &s->drafts.at[i - 1];
        if (!d->actor_count || !d->recipient_count || (symmetric && !d->match.rule->symmetric && !countries))
            continue;
        if (d->actor_count + d->recipient_count != 2)
            continue;
        bool unions = strncmp(d->actors[0].code, "IGO", 3) == 0 || strncmp(d->recipients[0].code, "IGO", 3) == 0;
        bool states = strcmp(d->actors[0].code + (strlen(d->actors[0].code) == 6 ? 3 : 0), "GOV") == 0 &&
                      strcmp(d->recipients[0].code + (strlen(d->recipients[0].code) == 6 ? 3 : 0), "GOV") == 0 &&
                      strncmp(d->actors[0].code, d->recipients[0].code, 3) != 0;
        bool gift = strcmp(d->match.type, "AID") == 0; // who gives and who gets are no two sides
        bool two = d->actor_count == 1 && is_person(s, &d->actors[0]) && is_person(s, &d->recipients[0]);
        if (unions || (countries && (!states || gift)) || (people && !dual && !two))
            continue;
        for (uint32_t k = 0; k < d->actor_count + d->recipient_count && *list.count < KB_PARTY_MAX; k++) {
            const kb_participant *p = k < d->actor_count ? &d->actors[k] : &d->recipients[k - d->actor_count];
            list.at[*list.count] = *p;
            list.at[*list.count].start = s->layers->words[a->first].start;
            list.at[*list.count].end = s->layers->words[a->end - 1].end;
            list.sector[*list.count] = true;
            ++*list.count;
        }
        return true;
    }
    return dual && countries && add_last_countries(s, list, a);
}

// "دخول وفد مشترك من إيكواس والاتحاد الأفريقي": the phrase that says of whom the part is, right behind it, or KB_NONE.
static uint32_t delegation(const kb_stage *s, const kb_argument *a)
{
    bool part = false;
    for (uint32_t w = a->head + 1; w < a->end; w++)
        part =
            part || (token(s, w)->actor && token(s, w)->actor_kind == KB_ACTOR_PART && token(s, w)->mention == KB_NONE);
    uint32_t q = part && a->end < s->layers->word_count
                     ? s->c->phrase_of[a->end + 1 < s->layers->word_count ? a->end + 1 : a->end]
                     : KB_NONE;
    bool behind = q != KB_NONE && s->c->phrases[q].from == a->end &&
                  s->c->phrases[q].preposition == s->c->function_words[KB_FW_MIN] && !s->c->phrases[q].pronoun;
    return behind ? q : KB_NONE;
}

// "بقرارات الرئيس", "تعامل قوات الأمن مع المحتجين": whose act or property an abstract noun names; narrows *a to that party.
static kb_who inner_party(kb_stage *s, kb_argument *a, bool political)
{
    uint32_t source = delegation(s, a);
    kb_who nobody = {.entity = KB_NONE};
    const kb_token *h = token(s, a->head);
    if (h->actor || (h->proclitics & KB_CLITIC_AL) || h->mention != KB_NONE)
        return nobody;
    for (uint32_t w = a->head + 1; w < a->end; w++) {
        const kb_token *t = token(s, w);
        bool name = t->mention != KB_NONE && s->layers->mentions[t->mention].first == w;
        bool adjective = t->pos == KB_POS_ADJ && !(t->proclitics & KB_CLITIC_AL) && !(t->features & KB_F_PLUR);
        if (!name && !(t->actor && !adjective && t->actor_kind != KB_ACTOR_QUANTITY && t->actor_kind != KB_ACTOR_THING))
            continue;
        kb_argument inside = {.first = w, .end = a->end, .head = w, .phrase = a->phrase, .given = true};
        kb_who who = kb_actor_resolve(s, &inside, political);
        if (who.code[0])
            *a = inside;
        if (!who.code[0] && source != KB_NONE) {
            *a = kb_argument_of_phrase(s, source);
            return kb_actor_resolve(s, a, political);
        }
        return who.code[0] ? who : nobody;
    }
    return nobody;
}

// A place that stands for no state does nothing itself.
static bool scenery(const kb_stage *s, const kb_who *who, const char *assume)
{
    bool place = who->entity != KB_NONE && s->layers->entities[who->entity].type == KB_LOCATION;
    return (place || (who->thing && !assume)) && strlen(who->code) <= 3 && strcmp(who->code, "UNK") != 0;
}

static bool ends_with(const char *code, const char *sector)
{
    size_t n = strlen(code);
    return n >= 3 && strcmp(code + n - 3, sector) == 0;
}

static bool civil(const char *code)
{
    return ends_with(code, "CVL") || ends_with(code, "LAB") || ends_with(code, "BUS") || ends_with(code, "AGR") ||
           ends_with(code, "EDU");
}

// What the event makes of somebody without a name: the one who attacks alone and the one who is convicted are criminals, a people that acts
// is its state, and those who are counted with soldiers are soldiers.
static void recast(const kb_stage *s, const party_list *list, const kb_argument *a, bool acts, const char *assume,
                   bool joined, kb_who *who)
{
    const kb_match *m = s->coded;
    const kb_token *h = token(s, a->head);
    char *sector = strlen(who->code) == 6 ? who->code + 3 : who->code;
    if (!m || who->entity != KB_NONE || !who->code[0])
        return;
    bool alone = h->actor && h->actor_kind == KB_ACTOR_PEOPLE && h->number == KB_NONE && a->head == a->first &&
                 !(h->features & (KB_F_PLUR | KB_F_DUAL));
    bool bomber = m->mode && strcmp(m->mode, "suicide-attack") == 0;
    bool convicted = !acts && m->mode && strcmp(m->mode, "convict") == 0 && m->status != KB_NEGATED && h->actor &&
                     !kb_token_is(h, KB_WORDS_DISSENTER);
    if (civil(who->code) && ((acts && alone && strcmp(m->type, "ASSAULT") == 0) || convicted))
        memcpy(sector, acts && bomber ? "UAF" : "CRM", 4);
    // An aircraft that brings aid is its state's, not its army's.
    if (acts && h->actor && h->actor_kind == KB_ACTOR_WEAPON && strcmp(m->type, "AID") == 0 && sector > who->code &&
        ends_with(who->code, "MIL"))
        memcpy(sector, "GOV", 4);
    bool definite = h->proclitics & KB_CLITIC_AL;
    if (who->folk && definite && acts && !assume)
        memcpy(sector, "GOV", 4);
    const char *first = joined && *list->count ? list->at[*list->count - 1].code : "";
    if (who->folk && !definite && joined && ends_with(first, "MIL"))
        memcpy(sector, "MIL", 4);
}

// Words that look like somebody and are nobody: the adjective of an armed attack, what is fired.
static bool nobody(const kb_stage *s, const kb_argument *a, bool acts)
{
    const kb_token *h = token(s, a->head);
    bool adjective =
        kb_token_is(h, KB_WORDS_ARMING) && a->head > 0 && kb_token_is(token(s, a->head - 1), KB_WORDS_ARMED);
    return adjective || (!acts && kb_token_is(h, KB_WORDS_MUNITION));
}

// "عناصر وكوادر جماعة الإخوان": the body stands behind the second noun alone, and is that of both.
static void share_body(kb_stage *s, const kb_argument *a, bool political, kb_who *who)
{
    uint32_t next = a->phrase == KB_NONE ? KB_NONE : s->c->phrases[a->phrase].next;
    if (next == KB_NONE || a->end != a->head + 1 || (token(s, a->head)->proclitics & KB_CLITIC_AL))
        return;
    kb_argument other = kb_argument_of_phrase(s, next);
    const kb_token *h[] = {token(s, a->head), token(s, other.head)};
    for (size_t i = 0; i < KB_LEN(h); i++) {
        if (!h[i]->actor || h[i]->actor_kind != KB_ACTOR_PART || h[i]->sector || h[i]->enclitic != KB_ENC_NONE)
            return;
    }
    kb_who both = kb_actor_resolve(s, &other, political);
    if (both.entity != KB_NONE && s->layers->entities[both.entity].type == KB_ORGANIZATION)
        *who = both;
}

// Goes over from those whom *a counts or the vehicle that it names to who they are, where that has a code.
static bool victims_told(kb_stage *s, kb_argument *a, bool political)
{
    kb_argument told = kb_victims_told(s, a);
    kb_who who = kb_actor_resolve(s, &told, political);
    if (!who.code[0])
        return false;
    *a = told;
    return true;
}

// All members of an argument's chain that are somebody; `acts`: somebody who does something.
static void add_chain(kb_stage *s, party_list list, const kb_argument *a, bool political, bool inner, bool acts,
                      const char *assume)
{
    kb_argument at = *a;
    if (add_both_sides(s, list, a) || add_counted_states(s, list, a) ||
        kb_token_is(token(s, a->first), KB_WORDS_EXTENT) || nobody(s, a, acts))
        return;
    bool struck =
        !acts && s->coded && (strcmp(s->coded->type, "ASSAULT") == 0 || strcmp(s->coded->type, "COERCE") == 0);
    if (struck)
        victims_told(s, &at, political);
    for (unsigned guard = 0; guard < KB_PARTY_MAX; guard++) {
        kb_who who = kb_actor_resolve(s, &at, political);
        share_body(s, &at, political, &who);
        if (who.entity == KB_NONE && !who.code[0] && inner) {
            who = inner_party(s, &at, political);
            if (struck && victims_told(s, &at, political))
                who = kb_actor_resolve(s, &at, political);
        }
        if (acts && assume && who.thing && strlen(who.code) == 3) { // الشارع
            memcpy(who.code + 3, assume, 4);
            who.sector = true;
        }
        if (who.entity == KB_NONE && !who.code[0] && who.human && assume && (acts || s->focus[0])) { // الآلاف, بعضهم
            if (!kb_of_no_country(s, &at))
                memcpy(who.code, s->focus, sizeof s->focus);
            memcpy(who.code + strlen(who.code), assume, 4);
            who.sector = true;
        }
        recast(s, &list, &at, acts, assume, guard > 0, &who);
        bool described = kb_is_free_relative(s->c, token(s, at.head)); // من اغتصبوا النساء: nobody is named
        uint32_t next = at.phrase == KB_NONE ? KB_NONE : s->c->phrases[at.phrase].next;
        if ((who.entity != KB_NONE || who.code[0]) && !(acts && (described || scenery(s, &who, assume))) &&
            !kb_title_of_next(s, at.phrase))
            add_party(s, list, &at, &who);
        if (next == KB_NONE)
            return;
        at = kb_argument_of_phrase(s, next);
    }
}

static bool deed_against_things(const char *type)
{
    return strcmp(type, "ASSAULT") == 0 || strcmp(type, "COERCE") == 0 || strcmp(type, "PROTEST") == 0 ||
           strcmp(type, "MOBILIZE") == 0;
}

// A person of whom only the country is known acts for its state, and suffers as a civilian.
static void person_sectors(const kb_stage *s, const char *type, party_list list, bool actors)
{
    bool suffers = !actors && deed_against_things(type);
    for (uint32_t i = 0; i < *list.count; i++) {
        uint32_t e = list.at[i].entity;
        bool person = !list.sector[i] && e != KB_NONE && s->layers->entities[e].type == KB_PERSON;
        if (person && strlen(list.at[i].code) == 3)
            memcpy(list.at[i].code + 3, suffers ? "CVL" : "GOV", 4);
        else if (person && suffers && !list.at[i].code[0])
            memcpy(list.at[i].code, "CVL", 4);
    }
}

static void assume_sector(party_list list, const char *sector)
{
    for (uint32_t i = 0; sector[0] && i < *list.count; i++) {
        if (!list.sector[i] && strlen(list.at[i].code) == 3)
            memcpy(list.at[i].code + 3, sector, 4);
    }
}

// "غارة لطائرة أمريكية": the weapon behind ل strikes, and is no party that suffers.
static bool flown_by(const kb_stage *s, const kb_match *m, const kb_source *source, const kb_argument *a)
{
    const kb_token *h = token(s, a->head);
    bool weapon = h->actor && h->actor_kind == KB_ACTOR_WEAPON && h->mention == KB_NONE;
    if (strcmp(m->type, "AID") == 0) // تزويد أوكرانيا أنظمة دفاع: what is given
        return weapon && source->kind == KB_FROM_OBJ;
    return !m->verbal && strcmp(m->type, "ASSAULT") == 0 && source->kind == KB_FROM_PREP &&
           source->preposition == s->c->function_words[KB_FW_LI] && weapon;
}

// "هجوم في العراق", "انفجار شمال غربي البلاد": a country in which force is used is where it was, not its government that it struck.
static void only_where(const kb_stage *s, kb_lemma preposition, const kb_argument *a, party_list list, uint32_t before)
{
    bool in = preposition == s->c->function_words[KB_FW_FI] || preposition == s->c->function_words[KB_FW_QURB];
    for (uint32_t i = before; in && i < *list.count; i++) {
        kb_participant *p = &list.at[i];
        bool country = p->entity != KB_NONE && s->layers->entities[p->entity].type == KB_LOCATION;
        if (country && strlen(p->code) == 6)
            p->code[3] = '\0';
        else if (p->entity == KB_NONE && kb_token_is(token(s, a->end - 1), KB_WORDS_STATES))
            *list.count = i;
    }
}

static void fill(kb_stage *s, kb_draft *d, bool actors, party_list list, bool leave_gen)
{
    const kb_match *m = &d->match;
    uint32_t first = actors ? m->rule->actor_first : m->rule->recipient_first,
             count = actors ? m->rule->actor_count : m->rule->recipient_count;
    for (uint32_t i = 0; i < count && *list.count == 0; i++) {
        const kb_source *source = &m->rules->sources[first + i];
        if (source->kind == KB_FROM_NOBODY)
            return;
        if (source->kind == KB_FROM_GEN && leave_gen)
            continue;
        kb_argument a = kb_argument_from(s, m, source);
        if (!a.given || (!actors && flown_by(s, m, source, &a)))
            continue;
        uint32_t before = *list.count;
        bool inner = !actors && source->kind != KB_FROM_GEN && !deed_against_things(m->type);
        inner =
            inner || (actors && source->kind == KB_FROM_PREP && source->preposition == s->c->function_words[KB_FW_BI] &&
                      deed_against_things(m->type)); // برصاص مسلحين
        inner = inner || (!actors && source->kind == KB_FROM_PREP &&
                          source->preposition == s->c->function_words[KB_FW_LADA]); // لدى مرور دورية
        if (!actors && (source->kind == KB_FROM_OBJ || source->kind == KB_FROM_PREP) && d->content == KB_NONE)
            d->content = a.phrase;
        add_chain(s, list, &a, actors || !deed_against_things(m->type),
                  inner || (!actors && strcmp(m->type, "PROTEST") == 0), actors,
                  actors && m->rule->assume_actor[0]           ? m->rule->assume_actor
                  : !actors && strcmp(m->type, "ASSAULT") == 0 ? "CVL"
                                                               : NULL);
        if (source->kind == KB_FROM_BETWEEN && *list.count > before + 1 && actors)
            *list.count = before + 1; // the first named
        if (!actors && source->kind == KB_FROM_PREP && strcmp(m->type, "ASSAULT") == 0)
            only_where(s, source->preposition, &a, list, before);
    }
}

// Parties after بين that are not the first are recipients; so are the later ones of a symmetric act with a plural subject.
static void split(kb_stage *s, kb_draft *d, party_list actors, party_list recipients)
{
    const kb_match *m = &d->match;
    kb_argument between = kb_argument_prep(s, m, s->c->function_words[KB_FW_BAYN]);
    if (between.given && kb_rule_asks(m, false, KB_FROM_BETWEEN) && kb_rule_asks(m, true, KB_FROM_BETWEEN)) {
        kb_participant all[KB_PARTY_MAX] = {0};
        bool sectors[KB_PARTY_MAX] = {0};
        uint32_t n = 0;
        add_chain(s, (party_list){all, sectors, &n}, &between, true, false, false, NULL);
        if (n >= 2 && *actors.count <= 1) {
            *actors.count = 1;
            actors.at[0] = all[0];
            actors.sector[0] = sectors[0];
            *recipients.count = 0;
            for (uint32_t i = 1; i < n; i++) {
                recipients.at[i - 1] = all[i];
                recipients.sector[i - 1] = sectors[i];
                *recipients.count = i;
            }
            return;
        }
    }
    // "إن الطرفين اتفقا على … لخدمة …": both sides in one word are all there are.
    bool both = *actors.count > 1 && actors.at[0].start == actors.at[1].start;
    if (m->rule->symmetric && (*recipients.count == 0 || both) && *actors.count > 1) {
        for (uint32_t i = 1; i < *actors.count; i++) {
            recipients.at[i - 1] = actors.at[i];
            recipients.sector[i - 1] = actors.sector[i];
        }
        *recipients.count = *actors.count - 1;
        *actors.count = 1;
    }
}

// Who visits a place of a country, or talks there, does so with its government.
static void hosts(const kb_stage *s, const kb_match *m, party_list list)
{
    for (uint32_t i = 0; i < *list.count && strcmp(m->type, "CONSULT") == 0; i++) {
        kb_participant *p = &list.at[i];
        bool person = p->entity != KB_NONE && s->layers->entities[p->entity].type == KB_PERSON;
        bool state = strlen(p->code) == 3 && strcmp(p->code, "IGO") != 0 && strcmp(p->code, "NGO") != 0 &&
                     strcmp(p->code, "UNK") != 0;
        if (!person && state && m->mode && strcmp(m->mode, "visit") == 0)
            memcpy(p->code + 3, "GOV", 4);
    }
}

// Who does something is not whom it is done to; nor is the country or the capital for which he acts (الوزير المصري > القاهرة).
static void drop_shared(const kb_stage *s, party_list actors, party_list recipients)
{
    for (uint32_t i = 0; i < *recipients.count;) {
        bool same = false;
        uint32_t e = recipients.at[i].entity;
        bool country = e != KB_NONE && s->layers->entities[e].type == KB_LOCATION && strlen(recipients.at[i].code) == 6;
        for (uint32_t j = 0; j < *actors.count; j++)
            same = same || (country && strcmp(actors.at[j].code, recipients.at[i].code) == 0) ||
                   (actors.at[j].start == recipients.at[i].start && actors.at[j].entity == recipients.at[i].entity) ||
                   (actors.at[j].entity != KB_NONE && actors.at[j].entity == recipients.at[i].entity);
        if (!same) {
            i++;
            continue;
        }
        memmove(&recipients.at[i], &recipients.at[i + 1], (*recipients.count - i - 1) * sizeof *recipients.at);
        memmove(&recipients.sector[i], &recipients.sector[i + 1],
                (*recipients.count - i - 1) * sizeof *recipients.sector);
        --*recipients.count;
    }
}

void kb_parties_find(kb_stage *s, kb_draft *d)
{
    const kb_match *m = &d->match;
    s->coded = m;
    s->subject = m->subj;
    party_list actors = {d->actors, d->actor_sector, &d->actor_count},
               recipients = {d->recipients, d->recipient_sector, &d->recipient_count};
    bool both = kb_rule_asks(m, true, KB_FROM_GEN) && kb_rule_asks(m, false, KB_FROM_GEN);
    fill(s, d, false, recipients, both); // what else fills the recipient leaves the construct to the actor
    bool other = *recipients.count > 0 || (both && kb_agent_in_construct(s, m));
    fill(s, d, true, actors, both && !other);
    if (both && !other)
        fill(s, d, false, recipients, false);
    bool controlled =
        d->actor_count == 0 && !m->rule->weak && (kb_rule_asks(m, true, KB_FROM_SUBJ) || m->rule->symmetric);
    kb_argument control = controlled ? kb_agent_controller(s, m) : (kb_argument){.phrase = KB_NONE};
    if (control.given)
        add_chain(s, actors, &control, true, false, true, NULL);
    const kb_source by_plane = {.kind = KB_FROM_PREP, .preposition = s->c->function_words[KB_FW_LI]};
    kb_argument plane =
        d->actor_count == 0 && !m->verbal ? kb_argument_from(s, m, &by_plane) : (kb_argument){.phrase = KB_NONE};
    if (plane.given && flown_by(s, m, &by_plane, &plane))
        add_chain(s, actors, &plane, true, false, true, NULL);
    kb_argument accused = d->actor_count == 0 && kb_rule_asks(m, true, KB_FROM_SUBJ) ? kb_agent_accused(s, m)
                                                                                     : (kb_argument){.phrase = KB_NONE};
    if (accused.given)
        add_chain(s, actors, &accused, true, false, true, "CRM");
    kb_argument shared = d->actor_count == 0 && kb_rule_asks(m, true, KB_FROM_SUBJ) ? kb_agent_shared(s, m)
                                                                                    : (kb_argument){.phrase = KB_NONE};
    if (shared.given)
        add_chain(s, actors, &shared, true, false, true, NULL);
    drop_shared(s, actors, recipients);
    split(s, d, actors, recipients);
    assume_sector(actors, m->rule->assume_actor);
    assume_sector(recipients, m->rule->assume_recipient);
    person_sectors(s, m->type, actors, true);
    person_sectors(s, m->type, recipients, false);
    hosts(s, m, recipients);
    drop_shared(s, actors, recipients);
    s->coded = NULL;
}

bool kb_actor_named(const kb_stage *s, const kb_draft *d)
{
    const kb_match *m = &d->match;
    if (d->actor_count || !m->verbal || !m->subj.given || m->verb == KB_NONE || s->c->verbs[m->verb].passive)
        return false;
    const kb_token *h = token(s, m->subj.head);
    return h->mention != KB_NONE && s->layers->mentions[h->mention].type != KB_LOCATION;
}

void kb_parties_of_argument(kb_stage *s, const kb_argument *a, kb_participant *parties, uint32_t *count)
{
    bool sectors[KB_PARTY_MAX] = {0};
    if (a->given)
        add_chain(s, (party_list){parties, sectors, count}, a, true, true, false, NULL);
}

void kb_parties_of_phrase(kb_stage *s, uint32_t phrase, kb_participant *parties, uint32_t *count)
{
    kb_argument a = kb_argument_of_phrase(s, phrase);
    kb_parties_of_argument(s, &a, parties, count);
}
