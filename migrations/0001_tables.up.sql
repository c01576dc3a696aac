-- The tables that the worker writes. All of them live in the schema "news"; people and dashboards read the views of
-- the schema "dashboard" instead, whose columns are a promise (0002).
--
-- Offsets of spans ("start_at", "end_at") are half-open, in code points, into articles.text.

CREATE SCHEMA news;
COMMENT ON SCHEMA news IS 'Articles and what was extracted from them, as the worker writes it. Read the views of the schema dashboard.';

-- Sources --------------------------------------------------------------------------------------------------------------

CREATE TABLE news.sources (
    source_id uuid NOT NULL,
    name      text,
    domain    text,
    country   text,
    CONSTRAINT sources_pkey PRIMARY KEY (source_id),
    CONSTRAINT sources_named CHECK (name IS NOT NULL OR domain IS NOT NULL),
    CONSTRAINT sources_country CHECK (country ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE news.sources IS 'Newspapers, agencies and sites, as the messages name them.';
COMMENT ON COLUMN news.sources.source_id IS '128-bit hash of name, domain and country: the same source has the same id everywhere.';
COMMENT ON COLUMN news.sources.name IS 'Name of the source as the message gives it.';
COMMENT ON COLUMN news.sources.domain IS 'Internet domain of the source.';
COMMENT ON COLUMN news.sources.country IS 'Country of the source, ISO 3166-1 alpha-3.';

-- Articles -------------------------------------------------------------------------------------------------------------

CREATE TABLE news.articles (
    article_id      uuid        NOT NULL,
    id              text        NOT NULL,
    source_id       uuid,
    url             text,
    title           text        NOT NULL,
    text            text        COMPRESSION lz4 NOT NULL,
    language        text,
    published_at    timestamptz NOT NULL,
    authors         text[]      NOT NULL DEFAULT '{}',
    section         text,
    tags            text[]      NOT NULL DEFAULT '{}',
    content_hash    uuid        NOT NULL,
    revision        integer     NOT NULL DEFAULT 1,
    retracted       boolean     NOT NULL DEFAULT false,
    extractor       text        NOT NULL,
    kafka_topic     text        NOT NULL,
    kafka_partition integer     NOT NULL,
    kafka_offset    bigint      NOT NULL,
    written_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT articles_pkey PRIMARY KEY (article_id),
    CONSTRAINT articles_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.sources (source_id),
    CONSTRAINT articles_id CHECK (id <> ''),
    CONSTRAINT articles_revision CHECK (revision >= 1),
    CONSTRAINT articles_kafka CHECK (kafka_partition >= 0 AND kafka_offset >= 0)
);
COMMENT ON TABLE news.articles IS 'The current revision of every article.';
COMMENT ON COLUMN news.articles.article_id IS '128-bit hash of id.';
COMMENT ON COLUMN news.articles.id IS 'Id of the article as the message gives it: its id, else its canonical URL, else a hash of its content.';
COMMENT ON COLUMN news.articles.source_id IS 'Where the article came from.';
COMMENT ON COLUMN news.articles.url IS 'Address of the article.';
COMMENT ON COLUMN news.articles.title IS 'Title; empty when the article has none.';
COMMENT ON COLUMN news.articles.text IS 'The text that all offsets point into: title, a blank line, body.';
COMMENT ON COLUMN news.articles.language IS 'Language, BCP 47; null when it is neither given nor detected.';
COMMENT ON COLUMN news.articles.published_at IS 'Time of publication, to which relative dates refer; the time of the Kafka message where the article gives none.';
COMMENT ON COLUMN news.articles.authors IS 'Authors as given.';
COMMENT ON COLUMN news.articles.section IS 'Section of the paper as given.';
COMMENT ON COLUMN news.articles.tags IS 'Tags as given.';
COMMENT ON COLUMN news.articles.content_hash IS '128-bit hash of what the message says. A message with the same id and the same hash changes nothing.';
COMMENT ON COLUMN news.articles.revision IS '1 for the article as first seen, one more with every change and every retraction.';
COMMENT ON COLUMN news.articles.retracted IS 'The article was withdrawn by a message without a value (a tombstone); it has no extracted rows any more.';
COMMENT ON COLUMN news.articles.extractor IS 'Version of the program and of its language data that extracted this revision.';
COMMENT ON COLUMN news.articles.kafka_topic IS 'Topic of the message that this revision came from.';
COMMENT ON COLUMN news.articles.kafka_partition IS 'Partition of that message.';
COMMENT ON COLUMN news.articles.kafka_offset IS 'Offset of that message.';
COMMENT ON COLUMN news.articles.written_at IS 'Start of the transaction that wrote this revision.';

CREATE TABLE news.article_revisions (
    article_id      uuid        NOT NULL,
    revision        integer     NOT NULL,
    source_id       uuid,
    url             text,
    title           text        NOT NULL,
    text            text        COMPRESSION lz4 NOT NULL,
    language        text,
    published_at    timestamptz NOT NULL,
    content_hash    uuid        NOT NULL,
    retracted       boolean     NOT NULL,
    extractor       text        NOT NULL,
    kafka_topic     text        NOT NULL,
    kafka_partition integer     NOT NULL,
    kafka_offset    bigint      NOT NULL,
    written_at      timestamptz NOT NULL,
    record          jsonb       COMPRESSION lz4 NOT NULL,
    CONSTRAINT article_revisions_pkey PRIMARY KEY (article_id, revision),
    CONSTRAINT article_revisions_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.articles (article_id),
    CONSTRAINT article_revisions_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.sources (source_id)
);
COMMENT ON TABLE news.article_revisions IS 'Former revisions of articles, kept when a newer one replaces them.';
COMMENT ON COLUMN news.article_revisions.article_id IS 'The article.';
COMMENT ON COLUMN news.article_revisions.revision IS 'Number of this revision.';
COMMENT ON COLUMN news.article_revisions.source_id IS 'Source of this revision.';
COMMENT ON COLUMN news.article_revisions.url IS 'Address of this revision.';
COMMENT ON COLUMN news.article_revisions.title IS 'Title of this revision.';
COMMENT ON COLUMN news.article_revisions.text IS 'Text of this revision.';
COMMENT ON COLUMN news.article_revisions.language IS 'Language of this revision.';
COMMENT ON COLUMN news.article_revisions.published_at IS 'Time of publication of this revision.';
COMMENT ON COLUMN news.article_revisions.content_hash IS 'Hash of the content of this revision.';
COMMENT ON COLUMN news.article_revisions.retracted IS 'The article was withdrawn in this revision.';
COMMENT ON COLUMN news.article_revisions.extractor IS 'Version of the extractor that this revision was read with.';
COMMENT ON COLUMN news.article_revisions.kafka_topic IS 'Topic of the message of this revision.';
COMMENT ON COLUMN news.article_revisions.kafka_partition IS 'Partition of that message.';
COMMENT ON COLUMN news.article_revisions.kafka_offset IS 'Offset of that message.';
COMMENT ON COLUMN news.article_revisions.written_at IS 'When this revision was written.';
COMMENT ON COLUMN news.article_revisions.record IS 'What was extracted from this revision: its entities, times, quotes and events.';

-- Entities -------------------------------------------------------------------------------------------------------------

CREATE TABLE news.entities (
    entity_id   uuid NOT NULL,
    type        text NOT NULL,
    name        text NOT NULL,
    name_en     text,
    country     text,
    wikidata    text,
    lexicon_key text,
    latitude    double precision,
    longitude   double precision,
    CONSTRAINT entities_pkey PRIMARY KEY (entity_id),
    CONSTRAINT entities_type CHECK (type IN ('PERSON', 'ORGANIZATION', 'LOCATION')),
    CONSTRAINT entities_name CHECK (name <> ''),
    CONSTRAINT entities_latitude CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT entities_longitude CHECK (longitude BETWEEN -180 AND 180)
);
COMMENT ON TABLE news.entities IS 'People, organizations and places, each once. Those of the lexicon carry its key; the others are told apart by type and name.';
COMMENT ON COLUMN news.entities.entity_id IS '128-bit hash of the key in the lexicon, else of type and name.';
COMMENT ON COLUMN news.entities.type IS 'PERSON, ORGANIZATION or LOCATION.';
COMMENT ON COLUMN news.entities.name IS 'Canonical name.';
COMMENT ON COLUMN news.entities.name_en IS 'English name, from the lexicon.';
COMMENT ON COLUMN news.entities.country IS 'Country from the lexicon, ISO 3166-1 alpha-3. What an article shows of a name unknown to the lexicon is in article_entities.';
COMMENT ON COLUMN news.entities.wikidata IS 'Item of Wikidata (Q…), from the lexicon.';
COMMENT ON COLUMN news.entities.lexicon_key IS 'Key in the lexicon; null for a name that the lexicon does not know.';
COMMENT ON COLUMN news.entities.latitude IS 'Latitude of a place, degrees north, WGS 84.';
COMMENT ON COLUMN news.entities.longitude IS 'Longitude of a place, degrees east, WGS 84.';

CREATE TABLE news.article_entities (
    article_id uuid     NOT NULL,
    entity_no  smallint NOT NULL,
    entity_id  uuid     NOT NULL,
    country    text,
    code       text,
    mentions   integer  NOT NULL,
    CONSTRAINT article_entities_pkey PRIMARY KEY (article_id, entity_no),
    CONSTRAINT article_entities_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.articles (article_id),
    CONSTRAINT article_entities_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES news.entities (entity_id),
    CONSTRAINT article_entities_entity_no CHECK (entity_no >= 0),
    CONSTRAINT article_entities_mentions CHECK (mentions >= 0)
);
COMMENT ON TABLE news.article_entities IS 'The entities of an article.';
COMMENT ON COLUMN news.article_entities.article_id IS 'The article.';
COMMENT ON COLUMN news.article_entities.entity_no IS 'Number of the entity in the article, from 0, in order of first mention.';
COMMENT ON COLUMN news.article_entities.entity_id IS 'The entity.';
COMMENT ON COLUMN news.article_entities.country IS 'Its country as of this article.';
COMMENT ON COLUMN news.article_entities.code IS 'Its PLOVER actor code as of this article: offices change hands.';
COMMENT ON COLUMN news.article_entities.mentions IS 'Number of its mentions in the article.';

CREATE TABLE news.entity_mentions (
    article_id uuid     NOT NULL,
    start_at   integer  NOT NULL,
    end_at     integer  NOT NULL,
    entity_no  smallint NOT NULL,
    CONSTRAINT entity_mentions_pkey PRIMARY KEY (article_id, start_at, entity_no),
    CONSTRAINT entity_mentions_entity_fkey FOREIGN KEY (article_id, entity_no)
        REFERENCES news.article_entities (article_id, entity_no) ON DELETE CASCADE,
    CONSTRAINT entity_mentions_span CHECK (start_at >= 0 AND end_at > start_at)
);
COMMENT ON TABLE news.entity_mentions IS 'Where an article names its entities.';
COMMENT ON COLUMN news.entity_mentions.article_id IS 'The article.';
COMMENT ON COLUMN news.entity_mentions.start_at IS 'Start of the mention, in code points.';
COMMENT ON COLUMN news.entity_mentions.end_at IS 'End of the mention, exclusive.';
COMMENT ON COLUMN news.entity_mentions.entity_no IS 'The entity, by its number in the article.';

-- Times and quotes -----------------------------------------------------------------------------------------------------

CREATE TABLE news.time_expressions (
    article_id uuid    NOT NULL,
    start_at   integer NOT NULL,
    end_at     integer NOT NULL,
    kind       text    NOT NULL,
    value      text,
    CONSTRAINT time_expressions_pkey PRIMARY KEY (article_id, start_at),
    CONSTRAINT time_expressions_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.articles (article_id),
    CONSTRAINT time_expressions_kind CHECK (kind IN ('date', 'time', 'duration', 'set')),
    CONSTRAINT time_expressions_span CHECK (start_at >= 0 AND end_at > start_at)
);
COMMENT ON TABLE news.time_expressions IS 'Dates, clock times, durations and recurrences of an article.';
COMMENT ON COLUMN news.time_expressions.article_id IS 'The article.';
COMMENT ON COLUMN news.time_expressions.start_at IS 'Start of the expression, in code points.';
COMMENT ON COLUMN news.time_expressions.end_at IS 'End of the expression, exclusive.';
COMMENT ON COLUMN news.time_expressions.kind IS 'date, time, duration or set.';
COMMENT ON COLUMN news.time_expressions.value IS 'TIMEX3 value, resolved against the time of publication.';

CREATE TABLE news.quotes (
    article_id uuid    NOT NULL,
    start_at   integer NOT NULL,
    end_at     integer NOT NULL,
    speaker_no smallint,
    CONSTRAINT quotes_pkey PRIMARY KEY (article_id, start_at),
    CONSTRAINT quotes_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.articles (article_id),
    CONSTRAINT quotes_speaker_fkey FOREIGN KEY (article_id, speaker_no)
        REFERENCES news.article_entities (article_id, entity_no),
    CONSTRAINT quotes_span CHECK (start_at >= 0 AND end_at > start_at)
);
COMMENT ON TABLE news.quotes IS 'Direct and reported speech of an article.';
COMMENT ON COLUMN news.quotes.article_id IS 'The article.';
COMMENT ON COLUMN news.quotes.start_at IS 'Start of the words quoted, in code points.';
COMMENT ON COLUMN news.quotes.end_at IS 'End of the words quoted, exclusive.';
COMMENT ON COLUMN news.quotes.speaker_no IS 'Who speaks, by the number of the entity in the article; null when unnamed.';

-- Events ---------------------------------------------------------------------------------------------------------------

CREATE TABLE news.events (
    article_id       uuid     NOT NULL,
    event_no         smallint NOT NULL,
    event_id         uuid     NOT NULL,
    day              date     NOT NULL,
    type             text     NOT NULL,
    mode             text,
    cameo            text,
    quad_class       smallint,
    goldstein        real,
    intensity        real,
    contexts         text[]   NOT NULL DEFAULT '{}',
    status           text     NOT NULL,
    event_date       text,
    date_granularity text,
    start_at         integer  NOT NULL,
    end_at           integer  NOT NULL,
    sentence_start   integer  NOT NULL,
    sentence_end     integer  NOT NULL,
    place_no         smallint,
    reported_by_no   smallint,
    country          text,
    killed           integer,
    injured          integer,
    confidence       real     NOT NULL,
    rule             text     NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (article_id, event_no),
    CONSTRAINT events_event_id_key UNIQUE (event_id),
    CONSTRAINT events_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.articles (article_id),
    CONSTRAINT events_place_fkey FOREIGN KEY (article_id, place_no)
        REFERENCES news.article_entities (article_id, entity_no),
    CONSTRAINT events_reported_by_fkey FOREIGN KEY (article_id, reported_by_no)
        REFERENCES news.article_entities (article_id, entity_no),
    CONSTRAINT events_event_no CHECK (event_no >= 0),
    CONSTRAINT events_type CHECK (type ~ '^[A-Z]+$'),
    CONSTRAINT events_quad_class CHECK (quad_class BETWEEN 1 AND 4),
    CONSTRAINT events_status CHECK (status IN ('actual', 'future', 'hypothetical', 'negated', 'historical')),
    CONSTRAINT events_span CHECK (start_at >= 0 AND end_at > start_at),
    CONSTRAINT events_sentence CHECK (sentence_start >= 0 AND sentence_end > sentence_start),
    CONSTRAINT events_toll CHECK (killed >= 0 AND injured >= 0),
    CONSTRAINT events_confidence CHECK (confidence BETWEEN 0 AND 1)
);
COMMENT ON TABLE news.events IS 'Events that an article reports, coded by PLOVER with the CAMEO code beside it.';
COMMENT ON COLUMN news.events.article_id IS 'The article.';
COMMENT ON COLUMN news.events.event_no IS 'Number of the event in the article, from 0.';
COMMENT ON COLUMN news.events.event_id IS '128-bit hash of the article and of the content of the event, whatever its number.';
COMMENT ON COLUMN news.events.day IS 'Day for counting: the first day of event_date, else the day of publication (UTC).';
COMMENT ON COLUMN news.events.type IS 'PLOVER event type.';
COMMENT ON COLUMN news.events.mode IS 'PLOVER mode, where the type has one that fits.';
COMMENT ON COLUMN news.events.cameo IS 'CAMEO code.';
COMMENT ON COLUMN news.events.quad_class IS '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
COMMENT ON COLUMN news.events.goldstein IS 'Goldstein scale of the CAMEO code, -10 (conflict) to 10 (cooperation).';
COMMENT ON COLUMN news.events.intensity IS 'PLOVER intensity of type and mode.';
COMMENT ON COLUMN news.events.contexts IS 'PLOVER contexts.';
COMMENT ON COLUMN news.events.status IS 'actual, future, hypothetical, negated or historical.';
COMMENT ON COLUMN news.events.event_date IS 'When it happened, YYYY-MM-DD or coarser; null when the article does not say.';
COMMENT ON COLUMN news.events.date_granularity IS 'How fine event_date is: day, week, month, season, year, …';
COMMENT ON COLUMN news.events.start_at IS 'Start of the trigger, in code points.';
COMMENT ON COLUMN news.events.end_at IS 'End of the trigger, exclusive.';
COMMENT ON COLUMN news.events.sentence_start IS 'Start of the sentence of the trigger, in code points.';
COMMENT ON COLUMN news.events.sentence_end IS 'End of the sentence, exclusive.';
COMMENT ON COLUMN news.events.place_no IS 'Where it happened, by the number of the entity in the article.';
COMMENT ON COLUMN news.events.reported_by_no IS 'Whom the article credits for it, by the number of the entity in the article.';
COMMENT ON COLUMN news.events.country IS 'Country of the place, ISO 3166-1 alpha-3; null when the place is unknown.';
COMMENT ON COLUMN news.events.killed IS 'People killed, where the article gives a number.';
COMMENT ON COLUMN news.events.injured IS 'People injured, where the article gives a number.';
COMMENT ON COLUMN news.events.confidence IS 'How sure the extractor is, 0 to 1.';
COMMENT ON COLUMN news.events.rule IS 'Name of the pattern that matched.';

CREATE TABLE news.event_mentions (
    article_id uuid     NOT NULL,
    event_no   smallint NOT NULL,
    start_at   integer  NOT NULL,
    end_at     integer  NOT NULL,
    CONSTRAINT event_mentions_pkey PRIMARY KEY (article_id, event_no, start_at),
    CONSTRAINT event_mentions_event_fkey FOREIGN KEY (article_id, event_no)
        REFERENCES news.events (article_id, event_no) ON DELETE CASCADE,
    CONSTRAINT event_mentions_span CHECK (start_at >= 0 AND end_at > start_at)
);
COMMENT ON TABLE news.event_mentions IS 'All triggers of an event in its article, the one in events among them.';
COMMENT ON COLUMN news.event_mentions.article_id IS 'The article.';
COMMENT ON COLUMN news.event_mentions.event_no IS 'The event, by its number in the article.';
COMMENT ON COLUMN news.event_mentions.start_at IS 'Start of the trigger, in code points.';
COMMENT ON COLUMN news.event_mentions.end_at IS 'End of the trigger, exclusive.';

CREATE TABLE news.event_participants (
    article_id     uuid     NOT NULL,
    event_no       smallint NOT NULL,
    role           text     NOT NULL,
    participant_no smallint NOT NULL,
    start_at       integer  NOT NULL,
    end_at         integer  NOT NULL,
    entity_no      smallint,
    code           text,
    CONSTRAINT event_participants_pkey PRIMARY KEY (article_id, event_no, role, participant_no),
    CONSTRAINT event_participants_event_fkey FOREIGN KEY (article_id, event_no)
        REFERENCES news.events (article_id, event_no) ON DELETE CASCADE,
    CONSTRAINT event_participants_entity_fkey FOREIGN KEY (article_id, entity_no)
        REFERENCES news.article_entities (article_id, entity_no),
    CONSTRAINT event_participants_role CHECK (role IN ('actor', 'recipient')),
    CONSTRAINT event_participants_no CHECK (participant_no >= 0),
    CONSTRAINT event_participants_span CHECK (start_at >= 0 AND end_at > start_at)
);
COMMENT ON TABLE news.event_participants IS 'Who did it and whom it was done to.';
COMMENT ON COLUMN news.event_participants.article_id IS 'The article.';
COMMENT ON COLUMN news.event_participants.event_no IS 'The event, by its number in the article.';
COMMENT ON COLUMN news.event_participants.role IS 'actor or recipient.';
COMMENT ON COLUMN news.event_participants.participant_no IS 'Number among those of the role, from 0, in the order of the record.';
COMMENT ON COLUMN news.event_participants.start_at IS 'Start of the words that name the participant, titles included, in code points.';
COMMENT ON COLUMN news.event_participants.end_at IS 'End of these words, exclusive.';
COMMENT ON COLUMN news.event_participants.entity_no IS 'The entity, by its number in the article; null for participants without a name (demonstrators, soldiers).';
COMMENT ON COLUMN news.event_participants.code IS 'PLOVER actor code of the participant in this event.';

-- Offsets --------------------------------------------------------------------------------------------------------------

CREATE TABLE news.partition_offsets (
    consumer_group text        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    next_offset    bigint      NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT partition_offsets_pkey PRIMARY KEY (consumer_group, topic, partition),
    CONSTRAINT partition_offsets_next_offset CHECK (next_offset >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE news.partition_offsets IS 'How far each partition has been written: moved in the same transaction as the rows of its articles, and only from the value that the worker expects.';
COMMENT ON COLUMN news.partition_offsets.consumer_group IS 'Consumer group of the workers.';
COMMENT ON COLUMN news.partition_offsets.topic IS 'Topic of raw articles.';
COMMENT ON COLUMN news.partition_offsets.partition IS 'Partition of the topic.';
COMMENT ON COLUMN news.partition_offsets.next_offset IS 'Offset of the first message that is not written yet.';
COMMENT ON COLUMN news.partition_offsets.updated_at IS 'When it moved last.';

-- Functions of the indexes and of the history --------------------------------------------------------------------------

-- A tsvector holds 1 MB at most, so the tail of a very long text is not searched: an article must never fail for its length.
CREATE FUNCTION news.search_vector(title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.arabic'::regconfig, left(title, 2000)), 'A')
    || setweight(to_tsvector('pg_catalog.arabic'::regconfig, left(body, 200000)), 'B');
COMMENT ON FUNCTION news.search_vector(text, text) IS 'What full text search sees of an article: its title (weight A) and the first 200,000 characters of its text (weight B), with the arabic configuration.';

CREATE FUNCTION news.article_record(wanted uuid) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object(
    'entities', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'entity_id', a.entity_id, 'type', e.type, 'name', e.name, 'wikidata', e.wikidata, 'country', a.country, 'code', a.code,
            'mentions', (SELECT jsonb_agg(jsonb_build_object('start', m.start_at, 'end', m.end_at) ORDER BY m.start_at)
                         FROM news.entity_mentions m
                         WHERE m.article_id = a.article_id AND m.entity_no = a.entity_no)) ORDER BY a.entity_no)
        FROM news.article_entities a JOIN news.entities e USING (entity_id)
        WHERE a.article_id = wanted), '[]'),
    'times', coalesce((
        SELECT jsonb_agg(jsonb_build_object('start', t.start_at, 'end', t.end_at, 'kind', t.kind, 'value', t.value) ORDER BY t.start_at)
        FROM news.time_expressions t WHERE t.article_id = wanted), '[]'),
    'quotes', coalesce((
        SELECT jsonb_agg(jsonb_build_object('start', q.start_at, 'end', q.end_at, 'speaker', q.speaker_no) ORDER BY q.start_at)
        FROM news.quotes q WHERE q.article_id = wanted), '[]'),
    'events', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'event_id', v.event_id, 'type', v.type, 'mode', v.mode, 'cameo', v.cameo, 'quad_class', v.quad_class,
            'goldstein', v.goldstein, 'intensity', v.intensity, 'contexts', to_jsonb(v.contexts), 'status', v.status,
            'date', v.event_date, 'date_granularity', v.date_granularity, 'place', v.place_no, 'reported_by', v.reported_by_no,
            'killed', v.killed, 'injured', v.injured, 'confidence', v.confidence, 'rule', v.rule,
            'trigger', jsonb_build_object('start', v.start_at, 'end', v.end_at),
            'mentions', (SELECT jsonb_agg(jsonb_build_object('start', m.start_at, 'end', m.end_at) ORDER BY m.start_at)
                         FROM news.event_mentions m WHERE m.article_id = v.article_id AND m.event_no = v.event_no),
            'participants', (SELECT jsonb_agg(jsonb_build_object('role', p.role, 'start', p.start_at, 'end', p.end_at,
                                                                 'entity', p.entity_no, 'code', p.code) ORDER BY p.role, p.participant_no)
                             FROM news.event_participants p
                             WHERE p.article_id = v.article_id AND p.event_no = v.event_no)) ORDER BY v.event_no)
        FROM news.events v WHERE v.article_id = wanted), '[]'));
COMMENT ON FUNCTION news.article_record(uuid) IS 'All that is extracted from the current revision of an article, as one value: what the history keeps of a revision.';

-- Indexes --------------------------------------------------------------------------------------------------------------

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- An id may be longer than a B-tree entry can be (a URL of a few kilobytes); it is only ever compared for equality.
CREATE INDEX articles_id_idx ON news.articles USING hash (id);
CREATE INDEX articles_published_at_idx ON news.articles (published_at);
CREATE INDEX articles_source_id_idx ON news.articles (source_id, published_at);
CREATE INDEX articles_search_idx ON news.articles USING gin (news.search_vector(title, text));
CREATE INDEX entities_name_trgm_idx ON news.entities USING gin (name gin_trgm_ops);
CREATE INDEX entities_name_en_trgm_idx ON news.entities USING gin (name_en gin_trgm_ops) WHERE name_en IS NOT NULL;
CREATE INDEX article_entities_entity_id_idx ON news.article_entities (entity_id, article_id);
CREATE INDEX events_day_idx ON news.events (day, type);
CREATE INDEX events_type_idx ON news.events (type, day);
CREATE INDEX events_country_idx ON news.events (country, day) WHERE country IS NOT NULL;
CREATE INDEX event_participants_code_idx ON news.event_participants (code, role);
