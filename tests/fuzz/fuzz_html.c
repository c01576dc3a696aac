// Any bytes as text/html.

#include "khabar/document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    decode_and_check((kb_str){(const char *)data, size}, KB_STR("text/html"));
    return 0;
}
