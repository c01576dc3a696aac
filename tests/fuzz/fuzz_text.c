// Any bytes as text/plain, in a charset that is named by the first byte or detected.

#include "khabar/document.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"text/plain",
                                        "text/plain; charset=utf-8",
                                        "text/plain; charset=windows-1256",
                                        "text/plain; charset=iso-8859-6",
                                        "text/plain; charset=utf-16",
                                        "text/plain; charset=utf-7",
                                        "text/plain; charset=iso-2022-jp",
                                        "text/plain; charset=gb18030"};
    if (size)
        decode_and_check((kb_str){(const char *)data + 1, size - 1}, kb_str_of(types[data[0] % KB_LEN(types)]));
    return 0;
}
