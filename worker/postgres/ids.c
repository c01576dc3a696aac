// Ids of rows, as hashes of what they stand for.

#include "khabar/rows.h"

#define XXH_STATIC_LINKING_ONLY // for the state on the stack
#include <xxhash.h>

static kb_uuid uuid_of_hash(XXH128_hash_t hash)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    kb_uuid id;
    memcpy(id.b, canonical.digest, sizeof id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0F) | 0x80); // version 8
    id.b[8] = (uint8_t)((id.b[8] & 0x3F) | 0x80); // variant of RFC 9562
    return id;
}

static void hash_part(XXH3_state_t *state, kb_str part)
{
    uint64_t n = part.p ? part.n : UINT64_MAX; // absent is not empty
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(n >> (8 * i));
    XXH3_128bits_update(state, length, sizeof length);
    if (part.n)
        XXH3_128bits_update(state, part.p, part.n);
}

kb_uuid kb_uuid_of(const kb_str *parts, uint32_t count)
{
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    for (uint32_t i = 0; i < count; i++)
        hash_part(&state, parts[i]);
    return uuid_of_hash(XXH3_128bits_digest(&state));
}

kb_uuid kb_article_uuid(kb_str id)
{
    return kb_uuid_of((kb_str[]){KB_STR("article"), id}, 2);
}

kb_uuid kb_content_hash(const kb_article *a)
{
    kb_str fixed[] = {a->url,
                      a->source_name,
                      a->source_domain,
                      a->source_country,
                      a->title,
                      a->body,
                      a->language,
                      a->section,
                      a->published_known ? a->published_text : (kb_str){0}};
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    for (size_t i = 0; i < KB_LEN(fixed); i++)
        hash_part(&state, fixed[i]);
    for (uint32_t i = 0; i < a->author_count; i++)
        hash_part(&state, a->authors[i]);
    hash_part(&state, (kb_str){0});
    for (uint32_t i = 0; i < a->tag_count; i++)
        hash_part(&state, a->tags[i]);
    return uuid_of_hash(XXH3_128bits_digest(&state));
}
