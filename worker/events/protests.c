// Who protests and against whom, where the words of the event leave it to their sentence or to the article.
#include "events/parse.h"
#include "events/stage.h"

// Demonstrators that the article speaks of are those of a demonstration that names nobody.
static void find_crowd(kb_stage *s, kb_participant *ret)
{
    for (uint32_t i = 0; i < s->c->phrase_count; i++) {
        const kb_token *h = &s->c->tokens[s->c->phrases[i].head];
        bool crowd = h->actor && kb_token_is(h, KB_WORDS_CROWD);
        kb_argument a = kb_argument_of_phrase(s, i);
        kb_who who = crowd && a.given ? kb_actor_resolve(s, &a, false) : (kb_who){.entity = KB_NONE};
        if (!who.code[0])
            continue;
        *ret = (kb_participant){
            .start = s->layers->words[a.first].start, .end = s->layers->words[a.end - 1].end, .entity = KB_NONE};
        memcpy(ret->code, who.code, sizeof who.code);
        return;
    }
}

static void complete_protest(kb_draft *d, const kb_participant *crowd)
{
    if (d->actor_count || !d->match.mode || strcmp(d->match.mode, "demo") != 0 || !crowd->code[0])
        return;
    d->actors[0] = *crowd;
    d->actor_count = 1;
}

// Whether a verb behind a protest says what it shows (شعارات تطالب, لافتات تندد).
static bool tells_purpose(const kb_stage *s, const kb_draft *d, const kb_verb *v)
{
    if (v->word < d->match.end || !kb_token_is(&s->c->tokens[v->word], KB_WORDS_PURPOSE))
        return false;
    uint32_t subject = v->relative ? v->antecedent : v->subject;
    return subject != KB_NONE && !kb_is_somebody(s->c, subject);
}

// The object of such a verb, else what its preposition names (تطالب الحكومة, تندد بالحكومة).
static void take_target(kb_stage *s, kb_draft *d, uint32_t verb)
{
    const kb_verb *v = &s->c->verbs[verb];
    if (v->object != KB_NONE && !(v->relative && v->object == v->antecedent))
        kb_parties_of_phrase(s, v->object, d->recipients, &d->recipient_count);
    for (uint32_t i = kb_first_phrase(s, d->sentence);
         i < s->c->phrase_count && s->c->phrases[i].sentence == d->sentence && !d->recipient_count; i++) {
        const kb_phrase *p = &s->c->phrases[i];
        if (p->verb == verb && p->role == KB_ROLE_COMPLEMENT && p->first > v->word && !p->pronoun)
            kb_parties_of_phrase(s, i, d->recipients, &d->recipient_count);
    }
}

// "تنديدا بأداء الحكومة", "للمطالبة باستقالة الرئيس", "مطالبين الحكومة بالرحيل": the purpose of a protest names whom it is against.
static void take_accused(kb_stage *s, kb_draft *d)
{
    for (uint32_t i = kb_first_phrase(s, d->sentence);
         i + 1 < s->c->phrase_count && s->c->phrases[i].sentence == d->sentence; i++) {
        const kb_phrase *p = &s->c->phrases[i], *next = &s->c->phrases[i + 1];
        const kb_token *h = &s->c->tokens[p->head];
        if (p->first < d->match.end || next->sentence != d->sentence || !kb_token_is(h, KB_WORDS_PURPOSE))
            continue;
        bool object = !(h->features & KB_F_MASDAR) && p->end == next->from; // the participle's own
        if (next->preposition || object)
            kb_parties_of_phrase(s, i + 1, d->recipients, &d->recipient_count);
        if (d->recipient_count)
            return;
    }
}

static void take_shown(kb_stage *s, kb_draft *d)
{
    for (uint32_t i = kb_first_verb(s->c, d->sentence);
         i < s->c->verb_count && s->c->verbs[i].sentence == d->sentence && !d->recipient_count; i++) {
        if (tells_purpose(s, d, &s->c->verbs[i]))
            take_target(s, d, i);
    }
}

// "سلموا رسالة إلى السفارة", "رفع المتظاهرون مذكرة إلى البرلمان": to whom a crowd hands what it has written.
static void take_addressee(kb_stage *s, kb_draft *d)
{
    for (uint32_t i = kb_first_verb(s->c, d->sentence); i < s->c->verb_count && s->c->verbs[i].sentence == d->sentence;
         i++) {
        const kb_verb *v = &s->c->verbs[i];
        const kb_phrase *object = v->object != KB_NONE ? &s->c->phrases[v->object] : NULL;
        bool hands = kb_token_is(&s->c->tokens[v->word], KB_WORDS_HANDING) && object && object->first > v->word &&
                     kb_token_is(&s->c->tokens[object->head], KB_WORDS_LETTER);
        for (uint32_t k = hands ? kb_first_phrase(s, d->sentence) : s->c->phrase_count;
             k < s->c->phrase_count && s->c->phrases[k].sentence == d->sentence && !d->recipient_count; k++) {
            const kb_phrase *p = &s->c->phrases[k];
            bool to =
                p->preposition == s->c->function_words[KB_FW_ILA] || p->preposition == s->c->function_words[KB_FW_LI];
            if (p->verb == i && p->role == KB_ROLE_COMPLEMENT && p->first > v->word && to && !p->pronoun)
                kb_parties_of_phrase(s, k, d->recipients, &d->recipient_count);
        }
    }
}

static bool of_power(const char *code)
{
    static const char *const sectors[] = {"GOV", "LEG", "JUD", "MIL", "COP", "SPY", "PTY"};
    bool power = strncmp(code, "IGO", 3) == 0;
    for (size_t i = 0; i < KB_LEN(sectors); i++)
        power = power || (strlen(code) >= 3 && strcmp(code + strlen(code) - 3, sectors[i]) == 0);
    return power;
}

// "توجهوا إلى مقر رئيس الوزراء", "تجمعوا خارج السفارة": the seat of a power to which the crowd goes, or before which it stands. A square is nobody.
static void take_seat(kb_stage *s, kb_draft *d)
{
    for (uint32_t i = kb_first_phrase(s, d->sentence);
         i < s->c->phrase_count && s->c->phrases[i].sentence == d->sentence && !d->recipient_count; i++) {
        const kb_phrase *p = &s->c->phrases[i];
        bool toward = kb_token_is(&s->c->tokens[p->from], KB_WORDS_TOWARD) && p->first > p->from && !p->pronoun;
        const kb_token *h = &s->c->tokens[p->head];
        bool place = h->mention != KB_NONE && s->layers->mentions[h->mention].type == KB_LOCATION; // الطرق إلى وارسو
        bool own = p->first < d->end || (p->verb != KB_NONE && p->verb == d->match.verb); // also behind an aside
        if (!toward || place || p->first < d->match.end || !own)
            continue;
        kb_parties_of_phrase(s, i, d->recipients, &d->recipient_count);
        if (d->recipient_count && !of_power(d->recipients[0].code))
            d->recipient_count = 0;
    }
}

static void complete_target(kb_stage *s, kb_draft *d)
{
    void (*const steps[])(kb_stage *, kb_draft *) = {take_accused, take_addressee, take_seat, take_shown};
    bool boycott =
        d->match.mode && strcmp(d->match.mode, "boycott") == 0; // a party that stays away has demands of its own
    for (size_t i = 0; i < KB_LEN(steps) && !d->recipient_count && !(boycott && i > 0); i++)
        steps[i](s, d);
}

void kb_protests_complete(kb_stage *s)
{
    kb_participant crowd = {.entity = KB_NONE};
    find_crowd(s, &crowd);
    for (uint32_t i = 0; i < s->drafts.n; i++) {
        kb_draft *d = &s->drafts.at[i];
        if (strcmp(d->match.type, "PROTEST") != 0)
            continue;
        complete_protest(d, &crowd);
        complete_target(s, d);
    }
}
