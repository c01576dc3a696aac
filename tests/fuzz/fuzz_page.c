// Raw text of a page, already UTF-8: the cleaning alone, without and with a title that is known.

#include "khabar/document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kb_str text = {(const char *)data, size};
    if (kb_utf8_fault(text) < text.n)
        return 0;
    for (int round = 0; round < 2; round++) {
        kb_arena *arena = kb_arena_new(256 << 20);
        kb_article a = {.title = round ? KB_STR("عنوان") : (kb_str){0}};
        if (kb_document_text(arena, text, NULL, &a, NULL) == KB_OK) {
            check(kb_utf8_fault(a.title) == a.title.n && kb_utf8_fault(a.body) == a.body.n);
            check(a.body.n <= size * 2 + 2); // a blank line between paragraphs is all that is added
            check(!memmem(a.body.p, a.body.n, "\n\n\n", 3));
        }
        kb_arena_free(arena);
    }
    return 0;
}
