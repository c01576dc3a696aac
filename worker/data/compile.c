// The build's tool: khabar-compile DATA_DIR CORPUS_DIR IMAGE writes the data image.

#include "khabar/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// The tool makes the image, so it has none in it yet.
kb_image kb_image_embedded(void)
{
    return (kb_image){0};
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s DATA_DIR CORPUS_DIR IMAGE\n", argv[0]);
        return 2;
    }
    char *image = NULL;
    size_t size = 0;
    kb_error error = {0};
    if (kb_data_compile(argv[1], argv[2], &image, &size, &error) != KB_OK) {
        fprintf(stderr, "khabar-compile: %s\n", error.what);
        return 1;
    }
    FILE *out = fopen(argv[3], "wb");
    bool written = out && fwrite(image, 1, size, out) == size;
    if (out && fclose(out) != 0)
        written = false;
    free(image);
    if (!written) {
        fprintf(stderr, "khabar-compile: %s: %s\n", argv[3], strerror(errno));
        remove(argv[3]);
        return 1;
    }
    return 0;
}
