DROP INDEX news.articles_written_at_idx;
