// Any bytes as an article message. What decodes must keep the promises of khabar/article.h and give a record that is JSON.

#include "khabar/document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    decode_and_check((kb_str){(const char *)data, size}, KB_STR(""));
    return 0;
}
