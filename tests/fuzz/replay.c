// The fuzzers without libFuzzer: each file of a folder once. What was found and mended stays mended, on machines without clang too.

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "rbe");
    uint8_t *data = malloc(MOST);
    if (!file || !data) {
        fprintf(stderr, "can't read %s\n", path);
        return 1;
    }
    size_t size = fread(data, 1, MOST, file);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    // A copy of the very size, so that AddressSanitizer sees a read beyond it.
    uint8_t *copy = malloc(size ? size : 1);
    if (copy) {
        for (size_t i = 0; i < size; i++)
            copy[i] = data[i];
        LLVMFuzzerTestOneInput(copy, size);
    }
    free(copy);
    free(data);
    return copy ? 0 : 1;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int failed = 0, count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (entry->d_name[0] != '.') {
            failed += replay(path);
            count++;
        }
    }
    closedir(folder);
    return failed || count == 0;
}
