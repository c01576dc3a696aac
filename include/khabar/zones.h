#pragma once
// Time zones: their names in the news (worker/data/tables/zones.tsv), their offsets (ICU's data, mended by
// worker/data/tables/zone_changes.tsv) and those of countries (worker/data/lexicon/countries.tsv).

#include "khabar/image.h"
#include "khabar/layers.h"

#define KB_ZONES_SECTION "language.zones" // lexemes; a form's value is the key of the zone

// The IANA name of the zone with a key, or NULL.
const char *kb_zone_of_key(const kb_lexicon *lexicon, int32_t key);
// Minutes east of UTC in a zone (IANA name) at a local time, with daylight saving. False where neither table nor ICU can tell.
bool kb_zone_minutes(const kb_lexicon *lexicon, const char *name, kb_date date, int hour, int minute, int *ret);
// Seconds of the local clock since 1970 when an article was published. Its zone is the one in which the time was written; a time
// in UTC, as scrapers write it, is read in the zone of the source's country where that is known.
int64_t kb_local_time(const kb_lexicon *lexicon, const kb_article *article);

// Compiles the three tables into an image.
kb_status kb_zones_compile(const char *data_dir, kb_image_builder *b, kb_error *error);
