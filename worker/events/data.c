// What the events stage reads of the data once.
#include "khabar/event_data.h"

#include <stdlib.h>

static const char *const function_words[KB_FW_COUNT] = {
    "أن",  "إن",  "كان", "قد",   "لم",   "لن",  "لا",    "ما",     "ليس",  "سوف",  "بين",  "من",    "في",
    "ل",   "ب",   "ك",   "إلى",  "على",  "عن",  "by",    "دون",    "قرب",  "لدى",  "بعد",  "قبل",   "باسم",
    "لكن", "كما", "منذ", "طرفا", "طرفي", "دول", "بلدان", "حكومات", "غداة", "عشية", "أمام", "عاصمة",
};

const char *const kb_topic_names[KB_TOPIC_COUNT] = {"sport",    "market", "weather", "disaster",
                                                    "accident", "arts",   "science", "health"};

void kb_event_weights(const kb_event_data *data, const char *name, const char *of, float *ret, uint32_t count)
{
    kb_lemma key = kb_code_key(kb_str_of(name), kb_str_of(of));
    memset(ret, 0, count * sizeof *ret);
    for (uint32_t r = 0; r < data->rules_count; r++) {
        uint32_t n = 0;
        const kb_posting *p = kb_rules_find(&data->rules[r], key, &n);
        for (uint32_t i = 0; i < n; i++) {
            if (p[i].kind != KB_POST_CODE)
                continue;
            for (uint32_t k = 0; k < count; k++)
                ret[k] = (float)((int32_t)data->rules[r].cells[p[i].value + k] - KB_ASSERTION_ZERO) / 100.0F;
            return;
        }
    }
}

static void read_weights(kb_event_data *data)
{
    static const char *const slots[2] = {"actor", "recipient"};
    for (uint32_t f = 0; f < KB_AS_COUNT; f++) {
        float of_type[2];
        kb_event_weights(data, kb_assertion_name((kb_assertion_feature)f), "assertion", of_type, 2);
        data->assertion[0][f] = of_type[0];
        data->assertion[1][f] = of_type[1];
    }
    for (uint32_t slot = 0; slot < 2; slot++) {
        for (uint32_t f = 0; f < KB_IM_COUNT; f++)
            kb_event_weights(data, kb_implicit_name((kb_implicit_feature)f), slots[slot], data->implicit[slot][f], 4);
    }
    for (uint32_t f = 0; f < KB_CF_COUNT; f++)
        kb_event_weights(data, kb_confidence_name((kb_confidence_feature)f), "confidence", &data->confidence[f], 1);
    kb_event_weights(data, "scale", "confidence", &data->confidence_scale, 1);
    kb_event_weights(data, "shift", "confidence", &data->confidence_shift, 1);
}

kb_status kb_event_data_load(kb_lexicon *lexicon, kb_error *error)
{
    kb_event_data *data = calloc(1, sizeof *data);
    if (!data)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the events' data");
    for (uint32_t i = 0; i < lexicon->image_count; i++)
        data->rules_count += kb_rules_open(&lexicon->images[i], &data->rules[data->rules_count]);
    for (uint32_t i = 0; i < KB_FW_COUNT; i++)
        data->function_words[i] = kb_form_of(kb_str_of(function_words[i]));
    data->kan = kb_lemma_of(KB_STR("كان"), KB_POS_VERB);
    for (uint32_t i = 0; i < KB_TOPIC_COUNT; i++)
        data->topics[i] = kb_form_of(kb_str_of(kb_topic_names[i]));
    read_weights(data);
    lexicon->events = data;
    return KB_OK;
}

void kb_event_data_done(kb_lexicon *lexicon)
{
    free(lexicon->events);
    lexicon->events = NULL;
}
