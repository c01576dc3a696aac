-- A former revision keeps all that its message said. Those from before this migration have no authors, section and tags.
ALTER TABLE news.article_revisions
    ADD COLUMN authors text[] NOT NULL DEFAULT '{}',
    ADD COLUMN section text,
    ADD COLUMN tags    text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN news.article_revisions.authors IS 'Authors of this revision.';
COMMENT ON COLUMN news.article_revisions.section IS 'Section of this revision.';
COMMENT ON COLUMN news.article_revisions.tags IS 'Tags of this revision.';
