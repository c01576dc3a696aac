#include "khabar/image.h"

kb_status kb_data_compile(const char *data_dir, const char *corpus_dir, char **ret, size_t *ret_size, kb_error *error)
{
    kb_image_builder *b = kb_image_builder_new();
    if (!b)
        return kb_fail(error, KB_NO_MEMORY, "no-memory", "no memory for the data image");
    kb_status status = kb_labels_compile(data_dir, b, error);
    if (status == KB_OK)
        status = kb_words_compile(data_dir, b, error);
    if (status == KB_OK)
        status = kb_times_compile(data_dir, b, error);
    if (status == KB_OK)
        status = kb_names_compile(data_dir, b, error);
    if (status == KB_OK)
        status = kb_events_compile(data_dir, b, error);
    if (status == KB_OK && corpus_dir)
        status = kb_names_train(data_dir, corpus_dir, b, error);
    if (status == KB_OK)
        status = kb_image_finish(b, ret, ret_size, error);
    kb_image_builder_free(b);
    return status;
}
