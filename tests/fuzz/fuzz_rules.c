// Any bytes as a file of event rules: read, or refused with a line.

#include "khabar/rules.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    kb_rules_builder *b = kb_rules_builder_new();
    kb_error error = {0};
    if (b && size <= 65536 && kb_rules_read(b, "fuzz.rules", (kb_str){(const char *)data, size}, &error) != KB_OK) {
        check(error.code[0] && error.what[0]);
        check_text(kb_str_of(error.what), sizeof error.what);
    }
    kb_rules_builder_free(b);
    return 0;
}
