#include "khabar/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Layout: header, section table, sections (each aligned to 16). All numbers are in the machine's byte order: an image is made by the build of
// the binary that reads it, or by that binary itself.
enum { MAX_SECTIONS = 128, NAME_BYTES = 32, ALIGNMENT = 16 };
#define MAGIC "KHABAR\x01\n"

typedef struct header {
    char magic[8];
    uint64_t size, hash;
    uint32_t sections, reserved;
} header;

typedef struct entry {
    char name[NAME_BYTES];
    uint64_t offset, size;
} entry;

struct kb_image_builder {
    uint32_t count;
    entry entries[MAX_SECTIONS];
    char *data[MAX_SECTIONS];
};

static size_t align_up(size_t n)
{
    return (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

kb_image_builder *kb_image_builder_new(void)
{
    return calloc(1, sizeof(kb_image_builder));
}

kb_image_builder *kb_image_builder_free(kb_image_builder *b)
{
    for (uint32_t i = 0; b && i < b->count; i++)
        free(b->data[i]);
    free(b);
    return NULL;
}

kb_status kb_image_add(kb_image_builder *b, const char *name, const void *data, size_t size, kb_error *error)
{
    if (strlen(name) >= NAME_BYTES || b->count == MAX_SECTIONS)
        return kb_fail(error, KB_INTERNAL, "image-section", "section %s does not fit into the image's table", name);
    for (uint32_t i = 0; i < b->count; i++) {
        if (strcmp(b->entries[i].name, name) == 0)
            return kb_fail(error, KB_INTERNAL, "image-section", "section %s is added twice", name);
    }
    char *copy = malloc(size ? size : 1);
    if (!copy)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for section %s", name);
    if (size)
        memcpy(copy, data, size);
    entry *e = &b->entries[b->count];
    strcpy(e->name, name);
    e->size = size;
    b->data[b->count++] = copy;
    return KB_OK;
}

kb_status kb_image_finish(kb_image_builder *b, char **ret, size_t *ret_size, kb_error *error)
{
    size_t at = align_up(sizeof(header) + b->count * sizeof(entry)), size = at;
    for (uint32_t i = 0; i < b->count; i++)
        size += align_up(b->entries[i].size);
    char *image = calloc(1, size);
    if (!image)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for an image of %zu bytes", size);
    for (uint32_t i = 0; i < b->count; i++) {
        b->entries[i].offset = at;
        memcpy(image + at, b->data[i], b->entries[i].size);
        at += align_up(b->entries[i].size);
    }
    memcpy(image + sizeof(header), b->entries, b->count * sizeof(entry));
    header h = {.size = size, .sections = b->count};
    memcpy(h.magic, MAGIC, sizeof h.magic);
    h.hash = kb_hash(image + sizeof(header), size - sizeof(header));
    memcpy(image, &h, sizeof h);
    *ret = image;
    *ret_size = size;
    return KB_OK;
}

kb_status kb_image_open(kb_str bytes, kb_image *ret, kb_error *error)
{
    header h;
    if (bytes.n < sizeof h)
        return kb_fail(error, KB_INVALID, "image-short", "%zu bytes are too few for a data image", bytes.n);
    memcpy(&h, bytes.p, sizeof h);
    if (memcmp(h.magic, MAGIC, sizeof h.magic) != 0)
        return kb_fail(error, KB_INVALID, "image-magic", "not a data image of this release");
    if (h.size != bytes.n || h.sections > MAX_SECTIONS || sizeof h + h.sections * sizeof(entry) > bytes.n)
        return kb_fail(error, KB_INVALID, "image-size", "the data image is cut or damaged");
    for (uint32_t i = 0; i < h.sections; i++) {
        entry e;
        memcpy(&e, bytes.p + sizeof h + i * sizeof e, sizeof e);
        if (e.offset > bytes.n || e.size > bytes.n - e.offset || e.name[NAME_BYTES - 1] != '\0')
            return kb_fail(error, KB_INVALID, "image-section", "section %u of the data image is out of bounds", i);
    }
    *ret = (kb_image){.base = bytes.p, .size = bytes.n, .hash = h.hash};
    return KB_OK;
}

kb_status kb_image_open_file(const char *path, kb_image *ret, kb_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        kb_fail(error, KB_NOT_FOUND, "image-open", "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return KB_NOT_FOUND;
    }
    size_t size = (size_t)info.st_size;
    void *map = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    if (map == MAP_FAILED)
        return kb_fail(error, KB_INVALID, "image-map", "%s: can't be mapped: %s", path,
                       size ? strerror(errno) : "empty");
    kb_status status = kb_image_open((kb_str){map, size}, ret, error);
    if (status != KB_OK) {
        munmap(map, size);
        return status;
    }
    ret->owned = map;
    ret->mapped = size;
    return KB_OK;
}

void kb_image_done(kb_image *image)
{
    if (image->mapped)
        munmap(image->owned, image->mapped);
    else
        free(image->owned);
    *image = (kb_image){0};
}

kb_str kb_image_section(const kb_image *image, const char *name)
{
    header h;
    memcpy(&h, image->base, sizeof h);
    for (uint32_t i = 0; i < h.sections; i++) {
        const entry *e = (const entry *)(const void *)(image->base + sizeof h + i * sizeof(entry));
        if (strcmp(e->name, name) == 0)
            return (kb_str){image->base + e->offset, e->size};
    }
    return (kb_str){0};
}
