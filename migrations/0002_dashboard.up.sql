-- The views that people and dashboards read. Columns are never renamed or taken away once they are released; new ones
-- are added at the end.

CREATE SCHEMA dashboard;
COMMENT ON SCHEMA dashboard IS 'Stable views for dashboards and analysts.';

CREATE VIEW dashboard.articles AS
SELECT a.id AS article_id,
       coalesce(s.name, s.domain) AS source,
       a.title,
       a.url,
       a.language,
       a.published_at,
       a.revision,
       (SELECT count(*) FROM news.events v WHERE v.article_id = a.article_id) AS events,
       (SELECT count(*) FROM news.article_entities x WHERE x.article_id = a.article_id) AS entities,
       s.country AS source_country,
       a.section,
       a.authors,
       a.tags,
       a.text,
       a.extractor,
       a.written_at,
       news.search_vector(a.title, a.text) AS search
FROM news.articles a
LEFT JOIN news.sources s USING (source_id)
WHERE NOT a.retracted;
COMMENT ON VIEW dashboard.articles IS 'Articles, in their current revision. Retracted ones are left out.';
COMMENT ON COLUMN dashboard.articles.article_id IS 'Id of the article as its message gives it.';
COMMENT ON COLUMN dashboard.articles.source IS 'Name of the source, else its domain.';
COMMENT ON COLUMN dashboard.articles.title IS 'Title.';
COMMENT ON COLUMN dashboard.articles.url IS 'Address.';
COMMENT ON COLUMN dashboard.articles.language IS 'Language, BCP 47.';
COMMENT ON COLUMN dashboard.articles.published_at IS 'Time of publication.';
COMMENT ON COLUMN dashboard.articles.revision IS 'Number of the revision, from 1.';
COMMENT ON COLUMN dashboard.articles.events IS 'Number of events.';
COMMENT ON COLUMN dashboard.articles.entities IS 'Number of different entities.';
COMMENT ON COLUMN dashboard.articles.source_country IS 'Country of the source, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN dashboard.articles.section IS 'Section of the paper.';
COMMENT ON COLUMN dashboard.articles.authors IS 'Authors.';
COMMENT ON COLUMN dashboard.articles.tags IS 'Tags.';
COMMENT ON COLUMN dashboard.articles.text IS 'Title, a blank line, body.';
COMMENT ON COLUMN dashboard.articles.extractor IS 'Version of the extractor.';
COMMENT ON COLUMN dashboard.articles.written_at IS 'When this revision was written.';
COMMENT ON COLUMN dashboard.articles.search IS 'For full text search: WHERE search @@ websearch_to_tsquery(''arabic'', ''…'') uses an index.';

CREATE VIEW dashboard.events AS
SELECT v.event_id,
       a.id AS article_id,
       a.published_at,
       v.event_date,
       v.date_granularity,
       v.type,
       v.mode,
       v.cameo,
       v.quad_class,
       v.goldstein,
       v.status,
       actor.names AS actors,
       actor.codes AS actor_codes,
       recipient.names AS recipients,
       recipient.codes AS recipient_codes,
       place.name AS place,
       v.country,
       place.latitude,
       place.longitude,
       v.killed,
       v.injured,
       v.confidence,
       substr(a.text, v.sentence_start + 1, v.sentence_end - v.sentence_start) AS sentence,
       v.day,
       v.intensity,
       v.contexts,
       substr(a.text, v.start_at + 1, v.end_at - v.start_at) AS trigger,
       reporter.name AS reported_by,
       v.rule,
       coalesce(s.name, s.domain) AS source
FROM news.events v
JOIN news.articles a USING (article_id)
LEFT JOIN news.sources s USING (source_id)
LEFT JOIN news.article_entities pe ON pe.article_id = v.article_id AND pe.entity_no = v.place_no
LEFT JOIN news.entities place ON place.entity_id = pe.entity_id
LEFT JOIN news.article_entities re ON re.article_id = v.article_id AND re.entity_no = v.reported_by_no
LEFT JOIN news.entities reporter ON reporter.entity_id = re.entity_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(coalesce(e.name, substr(a.text, p.start_at + 1, p.end_at - p.start_at)) ORDER BY p.participant_no), '{}') AS names,
           coalesce(array_agg(p.code ORDER BY p.participant_no), '{}') AS codes
    FROM news.event_participants p
    LEFT JOIN news.article_entities x ON x.article_id = p.article_id AND x.entity_no = p.entity_no
    LEFT JOIN news.entities e ON e.entity_id = x.entity_id
    WHERE p.article_id = v.article_id AND p.event_no = v.event_no AND p.role = 'actor') AS actor
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(coalesce(e.name, substr(a.text, p.start_at + 1, p.end_at - p.start_at)) ORDER BY p.participant_no), '{}') AS names,
           coalesce(array_agg(p.code ORDER BY p.participant_no), '{}') AS codes
    FROM news.event_participants p
    LEFT JOIN news.article_entities x ON x.article_id = p.article_id AND x.entity_no = p.entity_no
    LEFT JOIN news.entities e ON e.entity_id = x.entity_id
    WHERE p.article_id = v.article_id AND p.event_no = v.event_no AND p.role = 'recipient') AS recipient;
COMMENT ON VIEW dashboard.events IS 'Events with the names, codes and places of those who took part, and the sentence they came from.';
COMMENT ON COLUMN dashboard.events.event_id IS 'Id of the event; the same after a replay.';
COMMENT ON COLUMN dashboard.events.article_id IS 'Id of the article as its message gives it.';
COMMENT ON COLUMN dashboard.events.published_at IS 'Time of publication of the article.';
COMMENT ON COLUMN dashboard.events.event_date IS 'When it happened, YYYY-MM-DD or coarser; null when the article does not say.';
COMMENT ON COLUMN dashboard.events.date_granularity IS 'How fine event_date is.';
COMMENT ON COLUMN dashboard.events.type IS 'PLOVER event type.';
COMMENT ON COLUMN dashboard.events.mode IS 'PLOVER mode.';
COMMENT ON COLUMN dashboard.events.cameo IS 'CAMEO code.';
COMMENT ON COLUMN dashboard.events.quad_class IS '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
COMMENT ON COLUMN dashboard.events.goldstein IS 'Goldstein scale, -10 to 10.';
COMMENT ON COLUMN dashboard.events.status IS 'actual, future, hypothetical, negated or historical.';
COMMENT ON COLUMN dashboard.events.actors IS 'Names of those who did it; the words of the text where they have no name.';
COMMENT ON COLUMN dashboard.events.actor_codes IS 'PLOVER codes of the actors, in the same order.';
COMMENT ON COLUMN dashboard.events.recipients IS 'Names of those it was done to.';
COMMENT ON COLUMN dashboard.events.recipient_codes IS 'PLOVER codes of the recipients, in the same order.';
COMMENT ON COLUMN dashboard.events.place IS 'Where it happened.';
COMMENT ON COLUMN dashboard.events.country IS 'Country of the place, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN dashboard.events.latitude IS 'Latitude of the place, where known.';
COMMENT ON COLUMN dashboard.events.longitude IS 'Longitude of the place, where known.';
COMMENT ON COLUMN dashboard.events.killed IS 'People killed.';
COMMENT ON COLUMN dashboard.events.injured IS 'People injured.';
COMMENT ON COLUMN dashboard.events.confidence IS 'How sure the extractor is, 0 to 1.';
COMMENT ON COLUMN dashboard.events.sentence IS 'The sentence that reports it.';
COMMENT ON COLUMN dashboard.events.day IS 'Day for counting: of the event, else of publication (UTC).';
COMMENT ON COLUMN dashboard.events.intensity IS 'PLOVER intensity.';
COMMENT ON COLUMN dashboard.events.contexts IS 'PLOVER contexts.';
COMMENT ON COLUMN dashboard.events.trigger IS 'The words that name the event.';
COMMENT ON COLUMN dashboard.events.reported_by IS 'Whom the article credits for it.';
COMMENT ON COLUMN dashboard.events.rule IS 'Name of the pattern that matched.';
COMMENT ON COLUMN dashboard.events.source IS 'Source of the article.';

CREATE VIEW dashboard.entities AS
SELECT e.entity_id,
       e.type,
       e.name,
       e.name_en,
       coalesce(e.country, seen.country) AS country,
       seen.code,
       e.wikidata,
       seen.articles,
       seen.mentions,
       seen.first_seen,
       seen.last_seen,
       e.latitude,
       e.longitude
FROM news.entities e
JOIN LATERAL (
    SELECT count(DISTINCT x.article_id) AS articles,
           sum(x.mentions)::bigint AS mentions,
           min(a.published_at) AS first_seen,
           max(a.published_at) AS last_seen,
           mode() WITHIN GROUP (ORDER BY x.country) AS country,
           mode() WITHIN GROUP (ORDER BY x.code) AS code
    FROM news.article_entities x
    JOIN news.articles a USING (article_id)
    WHERE x.entity_id = e.entity_id) AS seen ON seen.articles > 0;
COMMENT ON VIEW dashboard.entities IS 'People, organizations and places that articles name, with how often and since when.';
COMMENT ON COLUMN dashboard.entities.entity_id IS 'Id of the entity; the same after a replay.';
COMMENT ON COLUMN dashboard.entities.type IS 'PERSON, ORGANIZATION or LOCATION.';
COMMENT ON COLUMN dashboard.entities.name IS 'Canonical name.';
COMMENT ON COLUMN dashboard.entities.name_en IS 'English name, where the lexicon has one.';
COMMENT ON COLUMN dashboard.entities.country IS 'Country, ISO 3166-1 alpha-3: from the lexicon, else the one its articles show most often.';
COMMENT ON COLUMN dashboard.entities.code IS 'PLOVER actor code: the one its articles show most often.';
COMMENT ON COLUMN dashboard.entities.wikidata IS 'Item of Wikidata.';
COMMENT ON COLUMN dashboard.entities.articles IS 'Number of articles that name it.';
COMMENT ON COLUMN dashboard.entities.mentions IS 'Number of its mentions.';
COMMENT ON COLUMN dashboard.entities.first_seen IS 'Publication of the first article that names it.';
COMMENT ON COLUMN dashboard.entities.last_seen IS 'Publication of the last article that names it.';
COMMENT ON COLUMN dashboard.entities.latitude IS 'Latitude of a place, where known.';
COMMENT ON COLUMN dashboard.entities.longitude IS 'Longitude of a place, where known.';

CREATE VIEW dashboard.daily_events AS
SELECT v.day,
       v.type,
       v.country,
       count(*) AS events,
       coalesce(sum(v.killed), 0)::bigint AS killed,
       coalesce(sum(v.injured), 0)::bigint AS injured
FROM news.events v
WHERE v.status = 'actual'
GROUP BY v.day, v.type, v.country;
COMMENT ON VIEW dashboard.daily_events IS 'Counts of events that happened (status actual) by day, type and country. Reports are counted: an event that two articles report counts twice.';
COMMENT ON COLUMN dashboard.daily_events.day IS 'Day of the event, else of publication (UTC).';
COMMENT ON COLUMN dashboard.daily_events.type IS 'PLOVER event type.';
COMMENT ON COLUMN dashboard.daily_events.country IS 'Country of the place; null where unknown.';
COMMENT ON COLUMN dashboard.daily_events.events IS 'Number of events.';
COMMENT ON COLUMN dashboard.daily_events.killed IS 'Sum of the people killed.';
COMMENT ON COLUMN dashboard.daily_events.injured IS 'Sum of the people injured.';

CREATE VIEW dashboard.who_to_whom AS
SELECT v.day,
       p.code AS actor_code,
       q.code AS recipient_code,
       v.type,
       count(DISTINCT v.event_id) AS events
FROM news.events v
JOIN news.event_participants p ON p.article_id = v.article_id AND p.event_no = v.event_no AND p.role = 'actor'
JOIN news.event_participants q ON q.article_id = v.article_id AND q.event_no = v.event_no AND q.role = 'recipient'
WHERE v.status = 'actual' AND p.code IS NOT NULL AND q.code IS NOT NULL
GROUP BY v.day, p.code, q.code, v.type;
COMMENT ON VIEW dashboard.who_to_whom IS 'Counts of events that happened by day, actor, recipient and type.';
COMMENT ON COLUMN dashboard.who_to_whom.day IS 'Day of the event, else of publication (UTC).';
COMMENT ON COLUMN dashboard.who_to_whom.actor_code IS 'PLOVER code of an actor.';
COMMENT ON COLUMN dashboard.who_to_whom.recipient_code IS 'PLOVER code of a recipient.';
COMMENT ON COLUMN dashboard.who_to_whom.type IS 'PLOVER event type.';
COMMENT ON COLUMN dashboard.who_to_whom.events IS 'Number of events.';

CREATE VIEW dashboard.daily_entities AS
SELECT (a.published_at AT TIME ZONE 'UTC')::date AS day,
       e.entity_id,
       e.type,
       e.name,
       e.country,
       count(DISTINCT x.article_id) AS articles,
       sum(x.mentions)::bigint AS mentions
FROM news.article_entities x
JOIN news.articles a USING (article_id)
JOIN news.entities e USING (entity_id)
GROUP BY 1, e.entity_id;
COMMENT ON VIEW dashboard.daily_entities IS 'How often each entity was named, by day of publication (UTC).';
COMMENT ON COLUMN dashboard.daily_entities.day IS 'Day of publication (UTC).';
COMMENT ON COLUMN dashboard.daily_entities.entity_id IS 'Id of the entity.';
COMMENT ON COLUMN dashboard.daily_entities.type IS 'PERSON, ORGANIZATION or LOCATION.';
COMMENT ON COLUMN dashboard.daily_entities.name IS 'Canonical name.';
COMMENT ON COLUMN dashboard.daily_entities.country IS 'Country, ISO 3166-1 alpha-3.';
COMMENT ON COLUMN dashboard.daily_entities.articles IS 'Number of articles of the day that name it.';
COMMENT ON COLUMN dashboard.daily_entities.mentions IS 'Number of its mentions.';
