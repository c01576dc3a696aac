-- Gives everything back to the one who runs this. The roles themselves stay: another database of the cluster may use them.
ALTER DEFAULT PRIVILEGES FOR ROLE khabar_owner IN SCHEMA news
    REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM khabar_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE khabar_owner IN SCHEMA dashboard
    REVOKE SELECT ON TABLES FROM khabar_reader;
REVOKE ALL ON ALL TABLES IN SCHEMA news FROM khabar_writer;
REVOKE ALL ON ALL TABLES IN SCHEMA dashboard FROM khabar_reader;
REVOKE ALL ON SCHEMA news FROM khabar_writer;
REVOKE ALL ON SCHEMA dashboard FROM khabar_reader;
REASSIGN OWNED BY khabar_owner TO CURRENT_USER;
DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        REVOKE SELECT ON schema_migrations FROM khabar_writer;
    END IF;
    EXECUTE format('REVOKE CREATE ON DATABASE %I FROM khabar_owner', current_database());
END
$$;
