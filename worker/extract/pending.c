// Weak stages, each replaced by its room's own as it arrives; this file goes with the last of them.
#include "khabar/extract.h"

#define STAGE(name)                                                                                                    \
    __attribute__((weak)) kb_status name(const kb_lexicon *l, kb_arena *a, kb_layers *y, kb_error *e)                  \
    {                                                                                                                  \
        (void)l, (void)a, (void)y, (void)e;                                                                            \
        return KB_OK;                                                                                                  \
    }
STAGE(kb_quotes_run)
STAGE(kb_events_run)
#define COMPILER(name)                                                                                                 \
    __attribute__((weak)) kb_status name(const char *d, kb_image_builder *b, kb_error *e)                              \
    {                                                                                                                  \
        (void)d, (void)b, (void)e;                                                                                     \
        return KB_OK;                                                                                                  \
    }
COMPILER(kb_events_compile)
