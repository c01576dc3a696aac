CREATE OR REPLACE FUNCTION news.article_record(wanted uuid) RETURNS jsonb
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

UPDATE news.article_revisions AS r
SET record = jsonb_set(r.record, '{entities}', (
    SELECT jsonb_agg(e || jsonb_build_object('name', x.name, 'wikidata', x.wikidata) ORDER BY n)
    FROM jsonb_array_elements(r.record -> 'entities') WITH ORDINALITY AS list (e, n)
    LEFT JOIN news.entities x ON x.entity_id = (e ->> 'entity_id')::uuid))
WHERE r.record -> 'entities' <> '[]';
COMMENT ON COLUMN news.article_revisions.record IS 'What was extracted from this revision: its entities, times, quotes and events.';
