// Which classes of the patterns of times a word can be of: most patterns need not be tried.
#include "timematch.h"

static void add_number_classes(kb_time_classes *set)
{
    static const uint8_t classes[] = {KB_TC_DAY, KB_TC_YEAR,   KB_TC_HYEARN, KB_TC_NUM,    KB_TC_N,       KB_TC_HOUR,
                                      KB_TC_ISO, KB_TC_CLOCKN, KB_TC_ORDQ,   KB_TC_ANDNUM, KB_TC_CENTURYN};
    for (size_t i = 0; i < KB_LEN(classes); i++)
        kb_time_classes_add(set, classes[i]);
}

kb_time_classes *kb_time_classes_of(kb_arena *arena, const kb_layers *layers, const kb_lexeme_index *words)
{
    kb_time_classes *sets = KB_NEWS(arena, kb_time_classes, (size_t)layers->word_count + 1);
    for (uint32_t w = 0; sets && w < layers->word_count; w++) {
        kb_time_classes *set = &sets[w];
        kb_str form = layers->words[w].form;
        for (uint32_t i = words->first[w]; i < words->first[w + 1]; i++)
            kb_time_classes_add(set, words->hits[i].class);
        if (kb_time_classes_have(set, KB_TC_MONTH) || kb_time_classes_have(set, KB_TC_MONTHW))
            kb_time_classes_add(set, KB_TC_ANYMONTH);
        if (kb_time_classes_have(set, KB_TC_UNIT))
            kb_time_classes_add(set, KB_TC_ANDUNIT);
        if (kb_time_classes_have(set, KB_TC_UNITDUAL))
            kb_time_classes_add(set, KB_TC_ANDDUAL);
        if (layers->words[w].kind == KB_WORD_NUMBER || (form.n && form.p[0] >= '0' && form.p[0] <= '9'))
            add_number_classes(set);
        if (kb_str_is(form, "و"))
            kb_time_classes_add(set, KB_TC_ANDNUM);
        if (kb_str_is(form, ","))
            kb_time_classes_add(set, KB_TC_COMMA);
        kb_time_classes_add(set, KB_TC_NOMINAL);
    }
    for (uint32_t i = 0; sets && i < layers->number_count; i++)
        add_number_classes(&sets[layers->numbers[i].first]);
    return sets;
}
