-- Takes all tables away, with what is in them. The extension pg_trgm stays: others may use it.
DROP SCHEMA news CASCADE;
