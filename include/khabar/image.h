#pragma once
// The data image: everything that worker/data says, compiled to one flat, position-independent file of named sections (offsets, no pointers),
// so that loading is a map. Each room of the library compiles and reads its own sections.

#include "khabar/arena.h"

typedef struct kb_image {
    const char *base;
    size_t size;
    uint64_t hash; // of the whole content: the version of the data
    void *owned;   // memory or mapping to release, NULL for the embedded image
    size_t mapped;
} kb_image;

#define KB_IMAGE_MAX 4

// What a running extractor reads: images in order of precedence, a user's own first, the embedded one last.
typedef struct kb_lexicon {
    kb_image images[KB_IMAGE_MAX];
    uint32_t image_count;
    uint64_t version;             // of all of them together
    struct kb_event_data *events; // khabar/event_data.h: what the events stage needs of them, NULL until it is loaded
} kb_lexicon;

// The image that the build embedded.
kb_image kb_image_embedded(void);

// Checks magic, format version, size and section table. Errors: KB_INVALID.
kb_status kb_image_open(kb_str bytes, kb_image *ret, kb_error *error);
kb_status kb_image_open_file(const char *path, kb_image *ret, kb_error *error);
void kb_image_done(kb_image *image);

// The bytes of a section (aligned to 16), or an absent slice.
kb_str kb_image_section(const kb_image *image, const char *name);

// ---------------------------------------------------------------- building

typedef struct kb_image_builder kb_image_builder;
kb_image_builder *kb_image_builder_new(void);
kb_image_builder *kb_image_builder_free(kb_image_builder *b);
// Copies `size` bytes as section `name` (at most 31 bytes, once each).
kb_status kb_image_add(kb_image_builder *b, const char *name, const void *data, size_t size, kb_error *error);
// The finished image, in memory that the caller frees. The same input gives the same bytes.
kb_status kb_image_finish(kb_image_builder *b, char **ret, size_t *ret_size, kb_error *error);

// Compiles a data directory (worker/data, or a user's own) by calling every room's compiler; `corpus` (may be NULL) trains the models.
kb_status kb_data_compile(const char *data_dir, const char *corpus_dir, char **ret, size_t *ret_size, kb_error *error);
// What kb_data_compile calls, one a room; each reads its files below `data_dir` (missing optional files are fine) and adds its sections.
kb_status kb_labels_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
kb_status kb_words_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
kb_status kb_times_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
kb_status kb_names_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
kb_status kb_names_train(const char *data_dir, const char *corpus_dir, kb_image_builder *b, kb_error *error);
kb_status kb_events_compile(const char *data_dir, kb_image_builder *b, kb_error *error);

// ---------------------------------------------------------------- tables

// A tab-separated file of worker/data: '#' and blank lines skipped, cells trimmed. Errors name file and line.
typedef struct kb_table kb_table;
typedef struct kb_row {
    const kb_str *cells;
    uint32_t count; // cells in this row
    uint32_t line;  // 1-based
    const char *file;
} kb_row;
kb_status kb_table_read(const char *path, uint32_t min_columns, uint32_t max_columns, kb_table **ret, kb_error *error);
kb_table *kb_table_free(kb_table *table);
uint32_t kb_table_rows(const kb_table *table);
kb_row kb_table_row(const kb_table *table, uint32_t index); // absent cells read as absent slices up to max_columns
// Sorted paths of the files below `dir` that end in `suffix`, recursively, in memory of the arena. A missing directory gives none.
kb_status kb_files_below(const char *dir, const char *suffix, kb_arena *arena, kb_str **ret, uint32_t *ret_count,
                         kb_error *error);
