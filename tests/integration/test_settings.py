"""The settings: places, precedence, errors."""

import pathlib
import subprocess
import tempfile

import stand
import suite


class Settings(suite.Test):
    migrated = False

    def run_khabar(self, *arguments, command="run", **variables):
        return subprocess.run([stand.program(), command, *arguments], env={**stand.environment(), **variables}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)

    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_unknown_names_are_errors_everywhere(self):
        self.assert_refused(self.run_khabar("--kafka-topics=x"), "--kafka-topics", "no such option")
        self.assert_refused(self.run_khabar("-x"), "-x")
        self.assert_refused(self.run_khabar("operand"), "'operand'")
        self.assert_refused(self.run_khabar(KHABAR_TOPIC="x"), "KHABAR_TOPIC", "no setting 'TOPIC'")
        self.assert_refused(self.run_khabar("--kafka-topic", command="migrate"), "--kafka-topic", "no such option")
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as f:
            f.write("# a comment\n\nkafka-topic = news\nkafka-tpic = x\n")
            f.flush()
            self.assert_refused(self.run_khabar(f"--config={f.name}"), f"{f.name}:4", "kafka-tpic")

    def test_help_and_version_everywhere(self):
        for command in ("run", "migrate", "extract", "explain", "lexicon", "health", "dead-letters", "status"):
            for words in ([], ["check"]) if command == "lexicon" else ([],):
                self.assertIn("usage", stand.khabar(command, *words, "--help").stdout)
                self.assertTrue(stand.khabar(command, *words, "--version").stdout.startswith("khabar "))

    def test_kafka_properties_are_checked_without_a_database(self):
        done = self.run_khabar("--postgres=host=127.0.0.1 port=1 connect_timeout=1", "--kafka.no.such=1")
        self.assert_refused(done, "--kafka.no.such")

    def test_unknown_kafka_properties_are_errors(self):
        database = f"--postgres={self.make_migrated()}"
        self.assert_refused(self.run_khabar(database, "--kafka.no.such=1"), "--kafka.no.such", "no.such")
        self.assert_refused(self.run_khabar(database, KHABAR_KAFKA_SECURITY_PROTOCOOL="SSL"), "KHABAR_KAFKA_SECURITY_PROTOCOOL", "security.protocool")
        for name, instead in [("bootstrap.servers", "kafka-brokers"), ("metadata.broker.list", "kafka-brokers"), ("group.id", "kafka-group"),
                              ("enable.auto.commit", "offset-commit-ms"), ("enable.auto.offset.store", "offset-commit-ms"), ("auto.offset.reset", "database"),
                              ("enable.partition.eof", "lag"), ("enable.idempotence", "dead letters"), ("message.timeout.ms", "dead letter"),
                              ("delivery.timeout.ms", "dead letter"),
                              ("transactional.id", "replay"), ("transaction.timeout.ms", "replay"), ("isolation.level", "replay"), ("partitioner", "dead letter"),
                              ("sticky.partitioning.linger.ms", "dead letter"), ("delivery.report.only.error", "dead letter"), ("enable.gapless.guarantee", "dead letter"),
                              ("enabled_events", "dead letters")]:
            self.assert_refused(self.run_khabar(database, f"--kafka.{name}=1"), f"--kafka.{name}", "set by khabar itself", instead)
        self.assert_refused(self.run_khabar(database, KHABAR_KAFKA_GROUP_ID="x"), "KHABAR_KAFKA_GROUP_ID", "use the setting kafka-group")
        done = self.run_khabar(database, "--kafka.security.protocol=hush-hush")
        self.assert_refused(done, "--kafka.security.protocol")
        self.assertNotIn("hush-hush", done.stderr)

    def test_wrong_settings_are_told_apart_by_every_command(self):
        """Exit status 2, also where the value is judged only when it is used; 1 is for what is away or refuses."""
        database = f"--postgres={self.make_migrated()}"
        kafka = [("run", []), ("status", []), ("dead-letters", ["list"]), ("dead-letters", ["replay", "--all"])]
        for command, words in kafka:
            for wrong in ("--kafka.group.id=x", "--kafka.no.such=1", "--kafka.security.protocol=x", "--kafka.ssl.ca.location=/no/such --kafka.security.protocol=SSL"):
                with self.subTest(command=command, wrong=wrong):
                    self.assert_refused(self.run_khabar(*words, database, *wrong.split(), command=command))
        for command, words in [("run", []), ("status", []), ("migrate", ["up"]), ("migrate", ["status"]), ("lexicon", ["adopt"])]:
            with self.subTest(command=command, words=words):
                done = self.run_khabar(*words, "--postgres=host=127.0.0.1 and more", command=command)
                self.assert_refused(done, "connection string")
        self.assert_refused(self.run_khabar(database, "--http-listen=nonsense"), "http-listen", "'nonsense' is no address")
        self.assert_refused(self.run_khabar("up", "99", database, command="migrate"), "no version '99'")
        self.assert_refused(self.run_khabar("--migrations=/no/such", command="migrate"), "/no/such")
        away = "--postgres=host=127.0.0.1 port=1 connect_timeout=1"
        self.assertEqual(self.run_khabar("status", away, command="migrate").returncode, 1)
        self.assertEqual(self.run_khabar(away, "--kafka-brokers=127.0.0.1:1", command="status").returncode, 1)

    def make_migrated(self):
        self.migrated = True
        return self.make_database()[1]

    def test_values_are_checked(self):
        self.assert_refused(self.run_khabar("--writers=many"), "--writers", "'many' is no number")
        self.assert_refused(self.run_khabar("--writers=65"), "--writers", "outside of 1 to 64")
        self.assert_refused(self.run_khabar("--writers=1K"), "--writers")
        self.assert_refused(self.run_khabar("--queue-bytes=9999999999999999999"), "--queue-bytes")
        self.assert_refused(self.run_khabar("--queue-bytes=10X"), "--queue-bytes", "K, M and G")
        self.assert_refused(self.run_khabar("--log-level=loud"), "--log-level", "error|warn|info|debug")
        self.assert_refused(self.run_khabar("--writers"), "--writers", "a value is missing")
        self.assert_refused(self.run_khabar(KHABAR_POSTGRES_FILE="/no/such/file"), "KHABAR_POSTGRES_FILE", "/no/such/file")

    def test_places_in_their_order(self):
        """Seen by which database migrate finds: command line before environment, before file."""
        _, right = self.make_database()
        wrong = "host=127.0.0.1 port=1 connect_timeout=1"
        with tempfile.TemporaryDirectory() as folder:
            config, secret = pathlib.Path(folder, "khabar.conf"), pathlib.Path(folder, "secret")
            config.write_text(f"postgres = {right}\n")
            secret.write_text(right + "\n")
            bad = pathlib.Path(folder, "bad.conf")
            bad.write_text(f"postgres = {wrong}\n")
            for arguments, variables in [
                ([f"--config={config}"], {}),
                ([], {"KHABAR_CONFIG": str(config)}),
                ([f"--config={bad}"], {"KHABAR_POSTGRES": right}),
                ([f"--config={bad}"], {"KHABAR_POSTGRES_FILE": str(secret)}),
                (["--postgres", right], {"KHABAR_POSTGRES": wrong}),
            ]:
                with self.subTest(arguments=arguments, variables=variables):
                    done = self.run_khabar("status", *arguments, command="migrate", **variables)
                    self.assertEqual(done.returncode, 4, done.stderr)  # reached, and nothing applied

    def test_help_and_version(self):
        for command in ("run", "migrate", "extract"):
            done = self.run_khabar("--help", command=command)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f"usage: khabar {command}", done.stdout)
            done = self.run_khabar("--version", command=command)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.startswith("khabar"), done.stdout)
        self.assertIn("--kafka-dead-letter-topic", self.run_khabar("--help").stdout)

    def test_secrets_stay_out_of_errors(self):
        done = self.run_khabar("--postgres=host=127.0.0.1 port=1 connect_timeout=1 password=hush-hush", "status", command="migrate")
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("hush-hush", done.stderr + done.stdout)
        shown = [done]
        for command in ("run", "migrate", "status", "dead-letters"):  # a connection string without the shell's quotes
            shown.append(self.run_khabar("--postgres", "host=127.0.0.1", "password=hush-hush", command=command))
            self.assertIn("'password'", shown[-1].stderr)
            shown.append(self.run_khabar("postgresql://u:hush-hush@127.0.0.1/x", command=command))
        shown += [self.run_khabar("password=hush-hush", command="health"), self.run_khabar("-kafka.sasl.password=hush-hush"),
                  self.run_khabar("run", command="--postgres=hush-hush"), self.run_khabar("--postgresql://u:hush-hush@h")]
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as f:
            f.write("postgresql://u:hush-hush@127.0.0.1/x?sslmode=disable\n")
            f.flush()
            shown.append(self.run_khabar(f"--config={f.name}"))
        for done in shown:
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("hush-hush", done.stderr + done.stdout, done.args)

    def test_a_connection_string_that_is_none_ends_a_worker(self):
        """It will not get better by waiting; what is misread may be a piece of a password."""
        for text in ("postgresql://u:hush-hush/x@127.0.0.1:1/db", "postgresql://u:12/hush-hush@127.0.0.1:1/db", "host=127.0.0.1 port=hush-hush",
                     "host=127.0.0.1 port=1 sslmode=hush-hush", "host=127.0.0.1 password=two hush-hush"):
            done = self.run_khabar(f"--postgres={text}", "--http-listen=")
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("PostgreSQL: ", done.stderr)
            self.assertNotIn("hush-hush", done.stderr + done.stdout)
