-- Three roles, none of which can log in by itself: grant them to the users of an installation.
--   khabar_owner   owns schemas and tables and runs migrations
--   khabar_writer  is what the worker needs: rows, no definitions
--   khabar_reader  is what a dashboard needs: the views, not the tables
-- Roles belong to the whole cluster, so they may be there already, from another database.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['khabar_owner', 'khabar_writer', 'khabar_reader'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
    IF NOT pg_has_role(current_user, 'khabar_owner', 'MEMBER') THEN
        EXECUTE format('GRANT khabar_owner TO %I', current_user);
    END IF;
END
$$;

-- ALTER … OWNER TO asks that the new owner may create in the database.
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO khabar_owner', current_database());
END
$$;

ALTER SCHEMA news OWNER TO khabar_owner;
ALTER SCHEMA dashboard OWNER TO khabar_owner;

DO $$
DECLARE
    relation record;
BEGIN
    FOR relation IN
        SELECT c.oid::regclass AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('news', 'dashboard') AND c.relkind IN ('r', 'v')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO khabar_owner', relation.kind, relation.name);
    END LOOP;
END
$$;
ALTER FUNCTION news.search_vector(text, text) OWNER TO khabar_owner;
ALTER FUNCTION news.article_record(uuid) OWNER TO khabar_owner;

GRANT USAGE ON SCHEMA news TO khabar_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA news TO khabar_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE khabar_owner IN SCHEMA news
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO khabar_writer;

-- The worker compares the version of the schema with its own before it starts.
DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        GRANT SELECT ON schema_migrations TO khabar_writer;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA dashboard TO khabar_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA dashboard TO khabar_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE khabar_owner IN SCHEMA dashboard
    GRANT SELECT ON TABLES TO khabar_reader;
