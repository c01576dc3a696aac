"""The log: its form, what libraries say, and what must never be in it."""

import json
import re
import signal

import articles
import stand
import suite

SECRET = "hush-hush"


class Log(suite.Test):
    def test_libraries_speak_through_it(self):
        """Every line is one of ours, in JSON, also what librdkafka and the database say."""
        self.value("CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'the database \"warns\"'; RETURN NEW; END$$;"
                   "CREATE TRIGGER warn BEFORE INSERT ON news.articles FOR EACH ROW EXECUTE FUNCTION warn()")
        self.publish([articles.message(1), ("x", "no json")])
        worker = self.worker(log_format="json", log_level="debug", kafka_brokers=f"{self.broker.address}, {self.broker.address}")
        lost = self.worker(log_format="json", log_level="debug", kafka_brokers="127.0.0.1:1")
        self.wait_written(2)
        self.wait("librdkafka to miss a broker", lambda: "Connection refused" in lost.log.read_text())
        self.assertEqual((worker.stop(), lost.stop()), (0, 0))
        lines = [json.loads(line) for w in (worker, lost) for line in w.log.read_text().splitlines()]
        self.assertEqual(lines[0]["brokers"], f"{self.broker.address}, {self.broker.address}")
        for line in lines:
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["level"], ("error", "warn", "info", "debug"))
            self.assertRegex(line["event"], r"^[a-z-]+$")
        notices = [line for line in lines if line["event"] == "postgres-notice"]
        self.assertEqual([(n["level"], n["severity"], n["message"]) for n in notices], [("warn", "WARNING", 'the database "warns"')])
        self.assertIn("127.0.0.1:1", next(line["message"] for line in lines if line["event"] == "kafka" and "refused" in line["message"]))
        letter = next(line for line in lines if line["event"] == "dead-letter")
        self.assertEqual((letter["topic"], letter["reason"]), (self.topic, "json-syntax"))
        self.assertTrue(letter["partition"].isdigit() and letter["offset"].isdigit() and letter["message"])

    def test_what_ends_a_worker(self):
        """One event, whose reason is stable and stands in the README."""
        readme = (stand.ROOT / "README.md").read_text()

        def reason(**settings):
            done = stand.khabar("run", **self.settings(log_format="json", http_listen="127.0.0.1:0", **settings))
            self.assertNotEqual(done.returncode, 0)
            line = json.loads(done.stderr.splitlines()[-1])
            self.assertEqual((line["level"], line["event"]), ("error", "failed"), line)
            self.assertTrue(line["message"])
            self.assertIn(f"`{line['reason']}`", readme)
            return line["reason"]

        self.assertEqual(reason(kafka_group_id="x"), "kafka-property")
        self.assertEqual(reason(postgres="host=127.0.0.1 and more"), "postgres-conninfo")
        self.assertEqual(reason(postgres=self.cluster.dsn("no_such_database")), "postgres-connection")
        self.value("UPDATE schema_migrations SET version = 1")
        self.assertEqual(reason(), "schema-older")
        self.value("CREATE ROLE nobody_of_log LOGIN; ALTER TABLE schema_migrations OWNER TO khabar")
        self.assertEqual(reason(postgres=self.cluster.dsn(self.database, "nobody_of_log")), "postgres-42501")

    def test_an_end_that_takes_too_long_is_a_line_too(self):
        """The broker is frozen, and librdkafka waits for it; the status is that of a drain without end."""
        self.publish([articles.message(1)])
        worker = self.worker(log_format="json", kafka_socket_timeout_ms=60000)
        self.wait_written(1)
        self.broker.process.send_signal(signal.SIGSTOP)
        try:
            self.assertEqual(worker.stop(), 3)
        finally:
            self.broker.process.send_signal(signal.SIGCONT)
        lines = [json.loads(line) for line in worker.log.read_text().splitlines()]
        self.assertEqual((lines[-1]["event"], lines[-1]["level"]), ("close-timeout", "warn"))

    def test_secrets_stay_out_of_it(self):
        """Wherever a password is given, rightly or wrongly, and however much is logged."""
        address = self.cluster.dsn(self.database).split(" user=")[0]
        dsns = [f"{address} user=nobody dbname=x password={SECRET}", f"{address} user = nobody password = {SECRET} {SECRET}",
                f"host=127.0.0.1 port=1 connect_timeout=1 password={SECRET}", f"postgresql://u:{SECRET}@127.0.0.1:1/x", f"postgresql://u:{SECRET}@{SECRET}@127.0.0.1:1/x",
                f"postgresql://u:{SECRET}%zz@127.0.0.1/x", f"postgres://u:{SECRET}@127.0.0.1:port/x", f"host=127.0.0.1 passwort={SECRET}", f"password='{SECRET}", f"host=127.0.0.1 {SECRET}", f"host=127.0.0.1 sslpassword={SECRET} sslmode=x"]
        for dsn in dsns:
            for command in (["migrate", "status"], ["status"])[:1 if dsn != dsns[1] else 2]:
                done = stand.khabar(*command, **self.settings(postgres=dsn, log_level="debug"))
                self.assertIn(done.returncode, (1, 2), (dsn, done.stderr))
                self.assertTrue(done.stderr)
                self.assertNotIn(SECRET, done.stdout + done.stderr, dsn)
        properties = {"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_sasl_mechanism": "PLAIN", "kafka_sasl_username": "u", "kafka_sasl_password": SECRET,
                      "kafka_ssl_key_password": SECRET, "kafka_debug": "all", "log_level": "debug"}
        worker = self.worker(**properties, postgres=f"{self.dsn} password={SECRET}")
        self.wait("something of librdkafka", lambda: re.search("SASL|sasl", worker.log.read_text()))
        self.wait("a failed connection", lambda: "kafka-error" in worker.log.read_text() or "FAIL" in worker.log.read_text())
        worker.stop(9)
        self.assertGreater(len(worker.log.read_text()), 10000)
        self.assertNotIn(SECRET, worker.log.read_text())
        for arguments in ([f"--kafka.sasl.passwort={SECRET}"], [f"--kafka.security.protocol={SECRET}"]):
            done = stand.khabar("run", *arguments, **self.settings())
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn(SECRET, done.stderr)
