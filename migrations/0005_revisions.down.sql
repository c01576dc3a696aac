ALTER TABLE news.article_revisions DROP COLUMN authors, DROP COLUMN section, DROP COLUMN tags;
