-- What was written of late is found without reading all articles. Rows are written in the order of time, so a few kilobytes tell where.
CREATE INDEX articles_written_at_idx ON news.articles USING brin (written_at) WITH (autosummarize = on);
