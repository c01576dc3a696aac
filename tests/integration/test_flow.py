"""Messages of every kind, one worker."""

import json
import signal
import subprocess
import time

import articles
import stand
import suite


class Flow(suite.Test):
    def article(self, id):
        out = self.value(f"SELECT revision, retracted, title FROM news.articles WHERE id = '{id}'")
        return tuple(out.split("\t")) if out else None

    def children(self, id):
        return self.value(f"SELECT news.article_record(article_id) FROM news.articles WHERE id = '{id}'")

    def test_json_text_and_html(self):
        self.publish([articles.message(1)])
        page = "عنوان الصفحة عن لقاء في القاهرة\n\nالتقى الوزير في القاهرة يوم الأحد وفدا من السودان لبحث الهدنة بين الطرفين.\n\nوقال الوزير إن اللقاء كان مثمرا وإن جولة أخرى ستعقد قريبا."
        stand.publish_raw(self.broker.address, self.topic, page.encode("windows-1256"), ["content-type=text/plain; charset=windows-1256"])
        html = "<html><head><title>زيارة إلى بغداد</title></head><body><h1>زيارة إلى بغداد</h1><p>" + "وصل الرئيس إلى بغداد يوم الإثنين في زيارة رسمية. " * 4 + "</p></body></html>"
        stand.publish_raw(self.broker.address, self.topic, html.encode("iso-8859-6"), ["content-type=text/html; charset=iso-8859-6"])
        self.worker()
        self.wait_written(3)
        titles = self.value("SELECT title FROM dashboard.articles ORDER BY title").split("\n")
        self.assertEqual(sorted(titles), sorted([articles.article(1)["title"], "عنوان الصفحة عن لقاء في القاهرة", "زيارة إلى بغداد"]))
        self.assertEqual(self.dead_letters(), [])

    def test_revision_repeat_retraction_return(self):
        worker = self.worker()
        first, second = articles.message(1), articles.message(1, revision=1)
        self.publish([first])
        self.wait_written(1)
        before, record = self.tables(), self.children("article-1")

        self.publish([first, first])  # the same again changes nothing but the offset
        self.wait_written(3)
        after = self.tables()
        before.pop("partition_offsets"), after.pop("partition_offsets")
        self.assert_same_tables(before, after)

        self.publish([second])
        self.wait_written(4)
        self.assertEqual(self.article("article-1"), ("2", "f", articles.text(1, 1)[0]))
        self.assertEqual(self.value("SELECT revision, title, record FROM news.article_revisions"), f"1\t{articles.text(1)[0]}\t{record}")

        self.publish([("article-1", None), ("article-1", None), ("never-seen", None)])
        self.wait_written(7)
        self.assertEqual(self.article("article-1"), ("3", "t", ""))
        self.assertEqual(json.loads(self.children("article-1")), {"entities": [], "times": [], "quotes": [], "events": []})
        self.assertEqual(self.value("SELECT count(*) FROM dashboard.articles"), "0")

        self.publish([second])  # published again after all
        self.wait_written(8)
        self.assertEqual(self.article("article-1"), ("4", "f", articles.text(1, 1)[0]))
        self.assertEqual(self.value("SELECT array_agg(revision ORDER BY revision) FROM news.article_revisions"), "{1,2,3}")
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(self.broker.unread(self.topic, self.group), 0)

    def test_a_former_revision_keeps_all_that_its_message_said(self):
        self.publish([articles.message(1, authors=["أحمد", "علي"], section="سياسة", tags=["مصر", "السودان"], url="https://paper.example/1")])
        self.publish([articles.message(1, revision=1), ("article-1", None)])
        self.worker()
        self.wait_written(3)
        self.assertEqual(self.cluster.rows(self.database, "SELECT revision, authors, section, tags, url FROM news.article_revisions ORDER BY revision"),
                         [("1", "{أحمد,علي}", "سياسة", "{مصر,السودان}", "https://paper.example/1"), ("2", "{}", "", "{}", "")])

    def test_a_former_revision_is_the_same_whoever_came_first(self):
        """A name has two spellings, and the one that is shown for all comes before or after the revision that has the other."""
        def said(id, name, more=""):
            return id, json.dumps({"id": id, "title": "خبير يحذر من ارتفاع الأسعار", "published_at": "2024-05-02T10:00:00Z",
                                   "body": f"وقال الخبير الاقتصادي فؤاد {name} إن الأسعار سترتفع. وأضاف {name} أن الحكومة مسؤولة.{more}"}, ensure_ascii=False)
        former, latter, other = said("article-1", "الزرزوره"), said("article-1", "الزرزوره", " وختم كلامه بذلك."), said("article-2", "الزرزورة")
        records = []
        for order in ([former, latter, other], [other, former, latter]):
            database, dsn = self.make_database()
            topic = self.topic + f"-{len(records)}"
            worker = self.worker(postgres=dsn, kafka_topic=topic, kafka_group=topic)
            for number, article in enumerate(order):  # each in a transaction of its own
                self.broker.publish(topic, [article])
                self.wait_written(number + 1, database=database, topic=topic)
            self.assertEqual(worker.stop(), 0)
            self.workers.remove(worker)
            self.assertEqual(self.value("SELECT name FROM news.entities WHERE type = 'PERSON'", database), "فؤاد الزرزورة")
            records.append(self.value("SELECT record FROM news.article_revisions", database))
        self.assertIn("PERSON", records[0])
        self.assertEqual(records[0], records[1])

    def test_several_revisions_in_one_transaction(self):
        messages = [articles.message(1, revision=r) for r in range(5)] + [articles.message(2), ("article-2", None), articles.message(2)]
        self.publish(messages)
        self.worker()
        self.wait_written(len(messages))
        self.assertEqual(self.article("article-1"), ("5", "f", articles.text(1, 4)[0]))
        self.assertEqual(self.article("article-2"), ("3", "f", articles.text(2)[0]))
        self.assertEqual(self.value("SELECT count(*) FROM news.article_revisions"), "6")

    def test_a_new_name_in_two_transactions_at_once(self):
        """Both bring the same new source and names. That the one stands still, held at a row of an event, does not hold up the other."""
        self.publish([articles.message(1)])
        database, dsn = self.make_database()
        worker = self.worker(postgres=dsn, kafka_group=self.group + "-before")
        self.wait("the article's events", lambda: self.value("SELECT count(*) FROM news.events", database) != "0")
        worker.stop()
        self.workers.remove(worker)
        event = self.value("SELECT event_id FROM news.events LIMIT 1", database)
        blocker = subprocess.Popen(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.dsn], stdin=subprocess.PIPE, text=True)
        self.addCleanup(blocker.wait)
        self.addCleanup(blocker.stdin.close)
        blocker.stdin.write("SET session_replication_role = replica; BEGIN; INSERT INTO news.events (article_id, event_no, event_id, day, type, status, "
                            "start_at, end_at, sentence_start, sentence_end, confidence, rule) VALUES "
                            f"(gen_random_uuid(), 0, '{event}', '2024-01-01', 'X', 'actual', 0, 1, 0, 1, 1, 'x');\n")
        blocker.stdin.flush()
        self.wait("the blocker", lambda: self.value(f"SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = '{self.database}' AND relation = "
                                                    "'news.events'::regclass") != "0")
        self.worker(writers=2)
        self.wait("the first to be held", lambda: self.value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'khabar writer' AND wait_event_type = 'Lock'") == "1")
        others = [(f"key-{n}", articles.message(1, id=f"other-{n}")[1]) for n in range(16)]  # not all of the same partition as the first
        self.publish(others)
        self.wait("others to be written", lambda: self.value("SELECT count(*) FROM news.articles WHERE id LIKE 'other-%'") != "0", 20)
        self.assertEqual(self.value("SELECT count(*) FROM news.articles WHERE id = 'article-1'"), "0")
        blocker.stdin.write("ROLLBACK;\n")
        blocker.stdin.flush()
        self.wait_written(17)

    def test_a_replay_changes_nothing(self):
        messages = articles.stream(300, revisions=0, retractions=0)
        self.publish(messages)
        worker = self.worker()
        self.wait_written(len(messages))
        worker.stop()
        before = self.tables()
        self.value("UPDATE news.partition_offsets SET next_offset = 0")
        self.worker()
        self.wait_written(len(messages))
        self.assert_same_tables(before, self.tables())

    def test_nul_characters(self):
        bad = json.dumps({"id": "n\u0000ul", "title": "عنوان\u0000 طويل", "body": "نص \u0000\u0000 آخر", "tags": ["a\u0000b"], "url": "http://x.example/\u0000"})
        self.publish([articles.message(1), ("n", bad), articles.message(2)])
        self.worker()
        self.wait_written(3)
        good = int(self.value("SELECT count(*) FROM news.articles"))
        self.assertEqual(good + len(self.dead_letters()), 3)
        self.assertIsNotNone(self.article("article-1"))
        self.assertIsNotNone(self.article("article-2"))

    def test_unreadable_messages(self):
        self.publish([articles.message(1), ("key-1", "{no json"), articles.message(2)], headers=["trace=abc"])
        stand.publish_raw(self.broker.address, self.topic, b"\xff\xfe\x00binary\x00", ["content-type=application/octet-stream"], key="key-2")
        self.worker()
        self.wait_written(4)
        self.assertEqual(self.value("SELECT count(*) FROM news.articles"), "2")
        letters = {m["key"]: m for m in self.dead_letters()}
        self.assertEqual(letters.keys(), {"key-1", "key-2"})
        first = letters["key-1"]
        self.assertEqual(first["payload"], "{no json")
        self.assertEqual(first["headers"]["trace"], "abc")
        self.assertEqual(first["headers"]["__connect.errors.topic"], self.topic)
        self.assertRegex(first["headers"]["__connect.errors.partition"], r"^\d+$")
        self.assertRegex(first["headers"]["__connect.errors.offset"], r"^\d+$")
        self.assertEqual(first["headers"]["__connect.errors.stage"], "VALUE_CONVERTER")
        self.assertEqual(first["headers"]["__connect.errors.exception.class.name"], "json-syntax")
        self.assertTrue(first["headers"]["__connect.errors.exception.message"])

    def test_rows_that_the_database_refuses(self):
        self.value("ALTER TABLE news.articles ADD CONSTRAINT no_poison CHECK (title NOT LIKE '%سم%قاتل%')")
        messages = [articles.message(n) for n in range(400)]
        poison = (17, 130, 131, 399)
        for n in poison:
            messages[n] = articles.message(n, title="سم قاتل")
        self.publish(messages)
        worker = self.worker()
        self.wait_written(400)
        self.assertEqual(self.value("SELECT count(*) FROM news.articles"), "396")
        letters = self.dead_letters()
        self.assertEqual(sorted(m["key"] for m in letters), sorted(f"article-{n}" for n in poison))
        self.assertEqual({m["headers"]["__connect.errors.exception.class.name"] for m in letters}, {"postgres-23514"})
        self.assertEqual({m["headers"]["__connect.errors.stage"] for m in letters}, {"TASK_PUT"})
        self.assertEqual(letters[0]["payload"], dict(messages)[letters[0]["key"]])
        self.assertTrue(worker.events("batch-halved"))

    def test_a_worker_that_was_replaced_without_knowing(self):
        """Somebody moves the offset as another worker would: the next transaction is rolled back as a whole, and the worker goes where the database says."""
        self.publish([articles.message(n) for n in range(50)])
        worker = self.worker()
        self.wait_written(50)
        offsets = dict(self.cluster.rows(self.database, "SELECT partition, next_offset FROM news.partition_offsets"))
        worker.send(signal.SIGSTOP)  # so that no partition is sent to an offset that its topic has not reached yet
        self.value("UPDATE news.partition_offsets SET next_offset = next_offset + 3")
        self.publish([articles.message(n) for n in range(50, 200)])
        worker.send(signal.SIGCONT)
        self.wait_written(200)
        missing = {int(p): list(range(int(n), int(n) + 3)) for p, n in offsets.items()}
        for partition, skipped in missing.items():
            self.assertEqual(self.value(f"SELECT count(*) FROM news.articles WHERE kafka_partition = {partition} AND kafka_offset = ANY ('{{{','.join(map(str, skipped))}}}')"), "0")
        self.assertEqual(self.value("SELECT count(*) FROM news.articles"), str(200 - 3 * len(offsets)))
        self.assertTrue(worker.events("fenced"))
        # And back: what lies behind is read again.
        self.value("UPDATE news.partition_offsets SET next_offset = 0")
        self.publish([articles.message(n) for n in range(200, 260)])
        self.wait("all articles", lambda: self.value("SELECT count(*) FROM news.articles") == "260")
        self.wait_written(260)

    def test_published_at_of_the_message(self):
        article = articles.article(1)
        del article["published_at"]
        self.publish([("article-1", json.dumps(article))])
        self.worker()
        self.wait_written(1)
        self.publish([("article-1", json.dumps(article))])  # later, but it says the same
        self.wait_written(2)
        self.assertEqual(self.value("SELECT revision, abs(extract(epoch FROM now() - published_at)) < 300 FROM news.articles"), "1\tt")

    def test_latency(self):
        self.worker()
        self.publish([articles.message(0)])
        self.wait_written(1)
        began = time.monotonic()
        self.publish([articles.message(1)])
        self.wait_written(2)
        self.assertLess(time.monotonic() - began, 3)


class Stop(suite.Test):
    def test_sigterm_drains(self):
        self.publish([articles.message(n) for n in range(3000)])
        worker = self.worker()
        self.wait("a start", lambda: self.written() > 100)
        self.assertEqual(worker.stop(signal.SIGTERM, 40), 0)
        self.assertEqual(int(self.value("SELECT count(*) FROM news.articles")), self.written())
        self.assertEqual(self.broker.unread(self.topic, self.group), 3000 - self.written())  # Kafka was told, and the group left

    def stuck_worker(self, **settings):
        """A worker whose transaction waits for a lock that somebody else holds."""
        locker = subprocess.Popen(["psql", "-X", "-q", self.dsn], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.addCleanup(locker.stdin.close)
        self.addCleanup(stand.end, locker)
        locker.stdin.write("BEGIN; LOCK TABLE news.articles;\n")
        locker.stdin.flush()
        self.publish([articles.message(n) for n in range(100)])
        worker = self.worker(**settings)
        self.wait("a transaction that waits", lambda: self.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") != "0")
        return worker

    def test_the_drain_is_bounded(self):
        worker = self.stuck_worker(drain_seconds=2)
        began = time.monotonic()
        self.assertEqual(worker.stop(signal.SIGTERM, 30), 3)
        self.assertLess(time.monotonic() - began, 12)

    def test_a_second_signal_ends_at_once(self):
        worker = self.stuck_worker(drain_seconds=100)
        worker.send(signal.SIGTERM)
        self.wait("the drain to begin", lambda: worker.events("draining"))
        began = time.monotonic()
        self.assertEqual(worker.stop(signal.SIGTERM, 30), 128 + signal.SIGTERM)
        self.assertLess(time.monotonic() - began, 2)

    def test_stops_while_the_database_is_away(self):
        self.publish([articles.message(n) for n in range(100)])
        worker = self.worker(postgres="host=127.0.0.1 port=1 connect_timeout=1")
        self.wait("a try", lambda: worker.events("postgres-wait"))
        self.assertEqual(worker.stop(signal.SIGTERM, 10), 0)
