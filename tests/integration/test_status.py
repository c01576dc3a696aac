"""khabar status: how an installation stands."""

import json

import articles
import stand
import suite


class Status(suite.Test):
    def status(self, *arguments, **more):
        return stand.khabar("status", *arguments, **self.settings(**more))

    def read(self, expected=0, **more):
        done = self.status("--json", **more)
        self.assertEqual(done.returncode, expected, done.stderr)
        return json.loads(done.stdout)

    def test_before_anything_is_there(self):
        seen = self.read()
        self.assertEqual((seen["topic"], seen["partitions"], seen["lag"], seen["dead_letters"], seen["errors"]), (self.topic, [], 0, {}, []))
        self.assertEqual(seen["group"], {"name": self.group, "state": "Dead", "members": 0})
        self.assertEqual(seen["last_hour"], {"new": 0, "revised": 0, "retracted": 0, "events": 0})
        self.assertEqual(seen["schema"]["version"], seen["schema"]["needed"])
        self.assertIn(f"topic         {self.topic}: does not exist", self.status().stdout)

    def test_what_happened(self):
        self.publish([articles.message(n) for n in range(40)] + [articles.message(4, revision=1), ("article-5", None), ("x", "no json"), ("y", "{"), ("z", "[]"), ("q", "[1]")])
        workers = [self.worker(), self.worker()]
        self.wait_written(46)
        self.value("UPDATE news.articles SET written_at = now() - interval '2 hours' WHERE id IN ('article-1', 'article-2')")
        self.wait("both workers", lambda: {p["member"] for p in self.read()["partitions"]} > {None} or len({p["member"] for p in self.read()["partitions"]}) == 2)
        seen = self.read()
        self.assertEqual((seen["lag"], len(seen["partitions"]), sum(p["next"] for p in seen["partitions"])), (0, 8, 46))
        self.assertEqual((seen["group"]["state"], seen["group"]["members"]), ("Stable", 2))
        self.assertEqual({p["host"] for p in seen["partitions"]}, {"127.0.0.1"})
        self.assertEqual(len({p["member"] for p in seen["partitions"]}), 2)
        events = int(self.value("SELECT count(*) FROM news.events JOIN news.articles USING (article_id) WHERE written_at > now() - interval '1 hour'"))
        self.assertEqual(seen["last_hour"], {"new": 36, "revised": 1, "retracted": 1, "events": events})
        self.assertEqual(seen["dead_letters"], {"json-not-object": 2, "json-syntax": 1, "json-truncated": 1})
        self.assertEqual(list(seen["dead_letters"])[0], "json-not-object")  # the most frequent one

        text = self.status().stdout
        for line in [f"group         {self.group}: Stable, 2 workers", f"topic         {self.topic}: 8 partitions, 0 messages to be written",
                     f"last hour     36 articles new, 1 revised, 1 retracted; {events} events", f"dead letters  4 in {self.topic}.dead-letters",
                     "          2 json-not-object\n"]:
            self.assertIn(line, text)

        for worker in workers:
            self.assertEqual(worker.stop(), 0)
        self.workers = []
        self.publish([articles.message(n) for n in range(40, 50)])
        seen = self.read()
        self.assertEqual((seen["lag"], seen["group"]), (10, {"name": self.group, "state": "Empty", "members": 0}))
        self.assertEqual({p["host"] for p in seen["partitions"]}, {None})
        self.assertEqual(sum(p["end"] - p["next"] for p in seen["partitions"]), 10)
        self.assertEqual(stand.khabar("dead-letters", "replay", "--reason=json-not-object", **self.settings()).returncode, 0)
        self.assertEqual(self.read()["dead_letters"], {"json-syntax": 1, "json-truncated": 1})

    def test_without_database(self):
        self.publish([articles.message(1)])
        nowhere = {"postgres": "host=127.0.0.1 port=1 dbname=x password=hush-hush"}
        seen = self.read(1, **nowhere)
        self.assertEqual((seen["schema"], seen["last_hour"], seen["lag"]), (None, None, None))
        self.assertEqual([(e["of"], e["reason"]) for e in seen["errors"]], [("postgres", "postgres-connection")])
        self.assertEqual(sum(p["end"] for p in seen["partitions"]), 1)
        done = self.status(**nowhere)
        self.assertEqual(done.returncode, 1)
        self.assertIn("schema        unknown: PostgreSQL: connection to server", done.stdout)
        self.assertIn("lag unknown", done.stdout)
        self.assertIn("khabar status: PostgreSQL: connection to server", done.stderr)
        self.assertNotIn("hush-hush", done.stdout + done.stderr)

    def test_without_broker(self):
        seen = self.read(1, kafka_brokers="127.0.0.1:1")
        self.assertEqual((seen["partitions"], seen["dead_letters"], seen["lag"], seen["group"]["state"]), (None, None, None, None))
        self.assertEqual([(e["of"], e["reason"]) for e in seen["errors"]], [("kafka", "kafka-metadata")])
        self.assertEqual(seen["last_hour"]["new"], 0)
        done = self.status(kafka_brokers="127.0.0.1:1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("khabar status: Kafka: no broker of 127.0.0.1:1 answers", done.stderr)

    def test_another_schema(self):
        self.value("UPDATE schema_migrations SET version = version - 1")
        done = self.status()
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("khabar migrate up", done.stdout)
        self.assertIn("last hour", done.stdout)
        self.value("DROP SCHEMA dashboard CASCADE; DROP SCHEMA news CASCADE; DROP TABLE schema_migrations")
        seen = self.read(4)
        self.assertEqual((seen["schema"]["version"], seen["last_hour"]), (0, None))

    def test_rights(self):
        """The worker's role is enough; without it the reason is told."""
        self.value("CREATE ROLE status_writer LOGIN; GRANT khabar_writer TO status_writer; CREATE ROLE status_nobody LOGIN")
        try:
            self.read(postgres=self.cluster.dsn(self.database, "status_writer"))
            seen = self.read(1, postgres=self.cluster.dsn(self.database, "status_nobody"))
            self.assertIn("permission denied", seen["errors"][0]["message"])
        finally:
            self.value("DROP ROLE status_writer; DROP ROLE status_nobody")

    def test_wrong_use(self):
        for arguments in (["--no-such"], ["operand"], ["--kafka.no.such=1"]):
            self.assertEqual(self.status(*arguments).returncode, 2, arguments)
        self.assertIn("usage: khabar status", self.status("--help").stdout)
