-- Whoever is granted khabar_owner may migrate: the table of the version is that role's too, not that of the one who migrated first.
-- Nobody needs temporary tables here, so that the roles can't make any: a login may then write where it was granted to, and nowhere else.

DO $$
DECLARE
    of_versions regclass := to_regclass('schema_migrations');
    in_schema regnamespace;
BEGIN
    SELECT relnamespace INTO in_schema FROM pg_class WHERE oid = of_versions AND relowner <> 'khabar_owner'::regrole;
    IF in_schema IS NULL THEN
        NULL; -- golang-migrate was told another name, or it is the role's already
    ELSIF has_schema_privilege('khabar_owner', in_schema, 'CREATE') THEN
        EXECUTE format('ALTER TABLE %s OWNER TO khabar_owner', of_versions);
    ELSE -- OWNER TO asks that the new owner may create in the schema
        EXECUTE format('GRANT CREATE ON SCHEMA %s TO khabar_owner', in_schema);
        EXECUTE format('ALTER TABLE %s OWNER TO khabar_owner', of_versions);
        EXECUTE format('REVOKE CREATE ON SCHEMA %s FROM khabar_owner', in_schema);
    END IF;
END
$$;

-- Only the owner of the database can; a later one who migrates finds it done.
DO $$
BEGIN
    IF pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE') THEN
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    ELSIF has_database_privilege('public', current_database(), 'TEMPORARY') THEN
        RAISE WARNING 'everybody may still make temporary tables; as the owner of the database: REVOKE TEMPORARY ON DATABASE % FROM PUBLIC', quote_ident(current_database());
    END IF;
END
$$;
