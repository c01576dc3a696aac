// The data image of the build, in the read-only part of the binary.

#include "khabar/image.h"

__asm__(".section .rodata\n"
        ".balign 64\n"
        "khabar_image_begin:\n"
        ".incbin \"" KHABAR_IMAGE "\"\n"
        "khabar_image_end:\n"
        ".byte 0\n"
        ".previous\n");
extern const char khabar_image_begin[], khabar_image_end[];

kb_image kb_image_embedded(void)
{
    kb_image image = {0};
    kb_image_open((kb_str){khabar_image_begin, (size_t)(khabar_image_end - khabar_image_begin)}, &image, NULL);
    return image;
}
