"""The versions of the schema."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import stand
import suite

MIGRATIONS = stand.ROOT / "migrations"


class Migrate(suite.Test):
    migrated = False

    def migrate(self, *arguments, **more):
        return stand.khabar("migrate", *arguments, postgres=self.dsn, **more)

    def newest(self):
        return max(int(f.name.split("_")[0]) for f in MIGRATIONS.glob("*.up.sql"))

    def test_up_down_up_leaves_the_same_schema(self):
        def dump():
            out = subprocess.run([stand.postgres_program("pg_dump"), "--schema-only", self.dsn], stdout=subprocess.PIPE, check=True, text=True).stdout
            return "\n".join(line for line in out.splitlines() if not line.startswith("\\"))  # \restrict has a random key

        self.assertEqual(self.migrate("up").returncode, 0)
        first = dump()
        self.assertEqual(self.migrate("down", "0").returncode, 0)
        self.assertEqual(self.value("SELECT count(*) FROM pg_namespace WHERE nspname IN ('news', 'dashboard')"), "0")
        self.assertEqual(self.migrate("up").returncode, 0)
        self.assertEqual(first, dump())

    def test_status_and_table_of_golang_migrate(self):
        done = self.migrate("status")
        self.assertEqual(done.returncode, 4)
        self.assertIn("missing  0001_tables", done.stdout)
        self.assertIn("khabar migrate up", done.stderr)
        self.migrate("up", "1")
        self.assertEqual(self.value("SELECT version, dirty FROM schema_migrations"), "1\tf")
        self.migrate("up")
        done = self.migrate("status")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.value("SELECT version, dirty FROM schema_migrations"), f"{self.newest()}\tf")
        self.assertIn(f"\nschema        version {self.newest()}, the one", (stand.ROOT / "README.md").read_text())
        self.assertEqual(self.value("SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)"
                                    " FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attnum > 0"), "version bigint, dirty boolean")

    def test_down_takes_back_one(self):
        self.migrate("up")
        self.migrate("down")
        self.assertEqual(self.value("SELECT version FROM schema_migrations"), str(self.newest() - 1))

    def test_a_plain_login_of_the_owner_migrates(self):
        """Granted khabar_owner and nothing else, by an owner of the database who is no superuser."""
        admin, login = f"admin_{self.database}", f"owner_{self.database}"
        self.value(f"CREATE ROLE {admin} LOGIN CREATEROLE; ALTER DATABASE {self.database} OWNER TO {admin}")
        if int(self.value("SELECT count(*) FROM pg_roles WHERE rolname = 'khabar_owner'")):  # roles are the cluster's: of another test's database
            self.value(f"GRANT khabar_owner, khabar_writer, khabar_reader TO {admin}")

        def migrate(user, *arguments, status=0, said=""):
            done = stand.khabar("migrate", *arguments, postgres=self.cluster.dsn(self.database, user))
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertRegex(done.stderr, f"^{said}$" if status == 0 else ".")
            return done.stdout

        migrate(admin, "up", "6")
        migrate(admin, "up")
        self.value(f"CREATE ROLE {login} LOGIN IN ROLE khabar_owner")
        self.assertIn(f"version {self.newest()}", migrate(login, "status"))
        migrate(login, "up")
        migrate(login, "down")
        migrate(login, "status", status=4)
        migrate(login, "down", "3")
        migrate(login, "up")
        migrate(admin, "status")
        migrate(admin, "down", "6")
        migrate(login, "up", said=".* warn postgres-notice .*as the owner of the database: REVOKE TEMPORARY ON DATABASE .*\n")
        self.assertEqual(self.value("SELECT version, dirty FROM schema_migrations"), f"{self.newest()}\tf")
        self.assertEqual(self.value("SELECT DISTINCT relowner::regrole FROM pg_class WHERE relname = 'schema_migrations' OR relnamespace = 'news'::regnamespace AND relkind = 'r'"),
                         "khabar_owner")
        self.assertEqual(self.value("SELECT has_schema_privilege('khabar_owner', 'public', 'CREATE')"), "f")

    def test_temporary_tables_go_and_come_back(self):
        self.migrate("up")
        self.assertEqual(self.value(f"SELECT has_database_privilege('public', '{self.database}', 'TEMPORARY')"), "f")
        self.migrate("down", "6")
        self.assertEqual(self.value(f"SELECT has_database_privilege('public', '{self.database}', 'TEMPORARY')"), "t")

    def test_many_at_once(self):
        running = [subprocess.Popen([stand.program(), "migrate", "up"], env=stand.environment(postgres=self.dsn), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    text=True) for _ in range(4)]
        outputs = [p.communicate() for p in running]
        self.assertEqual([p.returncode for p in running], [0] * 4, outputs)
        self.assertEqual(sum(out.count("apply 0001") for out, _ in outputs), 1)

    def test_a_file_that_fails_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(MIGRATIONS / "0001_tables.up.sql", folder)
            pathlib.Path(folder, "0002_bad.up.sql").write_text("CREATE TABLE news.half (a int); SELECT no_such_function();")
            done = self.migrate("up", migrations=folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn("0002_bad.up.sql", done.stderr)
            self.assertIn("no_such_function", done.stderr)
        self.assertEqual(self.value("SELECT version, dirty FROM schema_migrations"), "1\tf")
        self.assertEqual(self.value("SELECT to_regclass('news.half') IS NULL"), "t")

    def test_folder_equals_what_is_embedded(self):
        done = self.migrate("up", migrations=str(MIGRATIONS))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.migrate("status").returncode, 0)

    def test_run_refuses_other_versions(self):
        def run():
            return stand.khabar("run", **self.settings(http_listen="127.0.0.1:0"))

        done = run()
        self.assertEqual(done.returncode, 1)
        self.assertIn("khabar migrate up", done.stderr)
        self.migrate("up")
        self.value("UPDATE schema_migrations SET version = 999")
        done = run()
        self.assertEqual(done.returncode, 1)
        self.assertIn("start a newer khabar", done.stderr)
        self.value("UPDATE schema_migrations SET dirty = true")
        self.assertIn("half-way", run().stderr)
        self.assertEqual(self.migrate("up").returncode, 1)

    def test_everything_is_described(self):
        self.migrate("up")
        self.assertEqual(self.value("""
            SELECT coalesce(string_agg(c.oid::regclass || coalesce('.' || a.attname, ''), ', '), '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND (n.nspname IN ('news', 'dashboard') OR c.relname = 'schema_migrations')
            CROSS JOIN LATERAL (SELECT 0 AS attnum, NULL AS attname UNION ALL
                                SELECT attnum, attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) a
            WHERE c.relkind IN ('r', 'v') AND NOT EXISTS (
                SELECT FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum)"""), "")


class Roles(suite.Test):
    def attempt(self, role, sql):
        return self.cluster.sql(self.database, f"SET ROLE {role}; {sql}", check=False).returncode == 0

    def test_each_may_do_its_own_and_no_more(self):
        cases = [
            ("khabar_owner", "CREATE TABLE news.mine (a int); DROP TABLE news.mine", True),
            ("khabar_owner", "ALTER TABLE news.events ADD COLUMN more int; ALTER TABLE news.events DROP COLUMN more", True),
            ("khabar_writer", "INSERT INTO news.sources (source_id, name) VALUES (gen_random_uuid(), 'x'); DELETE FROM news.sources", True),
            ("khabar_writer", "SELECT version FROM schema_migrations", True),
            ("khabar_writer", "CREATE TABLE news.mine (a int)", False),
            ("khabar_writer", "ALTER TABLE news.events ADD COLUMN more int", False),
            ("khabar_writer", "DROP TABLE news.quotes", False),
            ("khabar_writer", "TRUNCATE news.quotes", False),
            ("khabar_writer", "UPDATE schema_migrations SET version = 1", False),
            ("khabar_writer", "CREATE TABLE public.mine (a int)", False),
            ("khabar_writer", "CREATE SCHEMA mine", False),
            ("khabar_writer", "CREATE INDEX ON news.events (type)", False),
            ("khabar_owner", "CREATE ROLE somebody", False),
            ("khabar_reader", "SELECT * FROM schema_migrations", False),
            ("khabar_reader", "SELECT news.article_record(gen_random_uuid())", False),
            ("khabar_reader", "CREATE TABLE public.mine (a int)", False),
            ("khabar_writer", "CREATE TEMPORARY TABLE mine (a int)", False),
            ("khabar_reader", "CREATE TEMPORARY TABLE mine (a int)", False),
            ("khabar_writer", "SELECT * FROM dashboard.events", False),
            ("khabar_reader", "SELECT * FROM dashboard.events", True),
            ("khabar_reader", "SELECT * FROM dashboard.articles WHERE search @@ websearch_to_tsquery('arabic', 'غزة')", True),
            ("khabar_reader", "SELECT * FROM news.events", False),
            ("khabar_reader", "DELETE FROM dashboard.articles", False),
            ("khabar_reader", "CREATE VIEW dashboard.mine AS SELECT 1", False),
        ]
        for role, sql, allowed in cases:
            with self.subTest(role=role, sql=sql):
                self.assertEqual(self.attempt(role, sql), allowed)

    def test_a_worker_needs_only_the_writer(self):
        user = f"worker_{os.getpid()}_{self.database}"
        self.value(f"CREATE ROLE {user} LOGIN IN ROLE khabar_writer")
        self.publish([("a", '{"id": "a", "title": "عنوان", "body": "نص"}'), ("a", '{"id": "a", "title": "عنوان آخر", "body": "نص"}'), ("a", None)])
        self.worker(postgres=self.cluster.dsn(self.database, user))
        self.wait_written(3)
        self.assertEqual(self.value("SELECT revision, retracted FROM news.articles"), "3\tt")
