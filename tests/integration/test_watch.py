"""The worker seen from outside: health, metrics, stalls."""

import json
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import articles
import endurance
import stand
import suite


def get(port, path):
    """Status and text."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def metrics(port):
    """{"name{labels}": value}"""
    text = get(port, "/metrics")[1]
    return {m[1]: float(m[2]) for m in re.finditer(r"^([a-z_]+(?:\{.*\})?) (\S+)$", text, re.M)}


def promtool(*arguments, input=None):
    if not shutil.which("promtool"):
        raise unittest.SkipTest("SKIPPED: promtool is not installed (Debian's package prometheus)")
    return subprocess.run(["promtool", *arguments], input=input, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Watch(suite.Test):
    def test_another_language_is_stored_and_counted(self):
        texts = {"ar": "التقى الرئيس المصري عبد الفتاح السيسي نظيره الفرنسي إيمانويل ماكرون في القاهرة يوم الأحد.",
                 "fa": "رئیس جمهور ایران در تهران با وزیر خارجه فرانسه دیدار کرد.",
                 "en": "The president of Egypt met his French counterpart in Cairo on Sunday."}
        self.publish([(f"in-{tag}", json.dumps({"id": f"in-{tag}", "body": body}, ensure_ascii=False)) for tag, body in texts.items()])
        worker = self.worker()
        self.wait_written(3)
        self.assertEqual(self.value("SELECT id, language FROM news.articles ORDER BY id"), "in-ar\tar\nin-en\ten\nin-fa\tfa")
        for tag in ("fa", "en"):
            record = json.loads(self.value(f"SELECT news.article_record(article_id) FROM news.articles WHERE id = 'in-{tag}'"))
            self.assertEqual(record, {"entities": [], "times": [], "quotes": [], "events": []})
        seen = metrics(worker.port())
        counted = {k: int(v) for k, v in seen.items() if k.startswith("khabar_unsupported_articles_total")}
        self.assertEqual(counted, {'khabar_unsupported_articles_total{language="en"}': 1, 'khabar_unsupported_articles_total{language="fa"}': 1})

    def test_metrics_say_what_happened(self):
        worker = self.worker()
        self.publish([articles.message(n) for n in range(40)] + [articles.message(3), articles.message(4, revision=1), ("article-5", None), ("x", "no json")])
        self.wait_written(44)
        port = worker.port()
        seen = metrics(port)
        for name, value in [('articles_total{outcome="new"}', 40), ('articles_total{outcome="unchanged"}', 1), ('articles_total{outcome="revised"}', 1),
                            ('articles_total{outcome="retracted"}', 1), ('articles_total{outcome="dead"}', 1), ("consumed_messages_total", 44),
                            ("assigned_partitions", 8), ("under_way_bytes", 0), ("stalled", 0), ("ready", 1), ('delay_seconds_count', 44),
                            ('stage_seconds_count{stage="extract"}', 42)]:
            self.assertEqual(seen.get("khabar_" + name), value, name)
        self.assertEqual(sum(v for k, v in seen.items() if k.startswith("khabar_dead_letters_total")), 1)
        lag = [v for k, v in seen.items() if k.startswith("khabar_consumer_lag_messages")]
        self.assertEqual((len(lag) > 0, sum(lag)), (True, 0))
        self.assertGreater(sum(v for k, v in seen.items() if k.startswith("khabar_events_total")), 40)
        self.assertGreater(seen['khabar_entities_total{type="PERSON"}'], 10)
        self.assertGreater(seen["process_resident_memory_bytes"], 10e6)
        self.assertGreater(seen["process_cpu_seconds_total"], 0)
        checked = promtool("check", "metrics", input=get(port, "/metrics")[1])
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_health(self):
        self.publish([articles.message(1)])
        worker = self.worker()
        address = f"127.0.0.1:{worker.port()}"
        self.wait("the worker to be ready", lambda: get(worker.port(), "/readyz")[0] == 200)
        self.assertEqual(get(worker.port(), "/livez"), (200, "ok\n"))
        self.assertEqual(get(worker.port(), "/else")[0], 404)
        for arguments in ([], ["live"], ["ready"]):
            done = stand.khabar("health", *arguments, http_listen=address)
            self.assertEqual((done.returncode, done.stdout), (0, "ok\n"), done.stderr)
        self.assertEqual(stand.khabar("health", "nonsense").returncode, 2)
        for listen in ("", "nonsense"):
            self.assertEqual(stand.khabar("health", http_listen=listen).returncode, 2)
        taken = stand.khabar("run", **self.settings(http_listen=address))
        self.assertEqual(taken.returncode, 1)
        self.assertIn("can't listen", taken.stderr)
        worker.stop()
        done = stand.khabar("health", http_listen=address)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nobody answers", done.stderr)

    def test_not_ready_without_database(self):
        worker = self.worker(postgres="host=127.0.0.1 port=1 dbname=x")
        status, text = get(worker.port(), "/readyz")
        self.assertEqual(status, 503)
        self.assertIn("postgres:", text)
        self.assertIn("kafka:", text)
        self.assertEqual(get(worker.port(), "/livez")[0], 200)

    def test_readiness_follows_database_and_broker(self):
        """Each goes away without any article under way, and comes back; the worker lives on and says what is missing."""
        self.publish([articles.message(1)])
        worker = self.worker()
        port = worker.port()
        address = f"127.0.0.1:{port}"
        self.wait_written(1)

        def ready():
            return get(port, "/readyz")

        self.wait("the worker to be ready", lambda: ready()[0] == 200)
        for service, word, seconds in ((self.cluster, "postgres:", 30), (self.broker, "kafka: no broker answers", 60)):
            service.stop()
            try:
                self.wait(f"{word} to be missed", lambda: ready()[0] == 503, seconds)
                self.assertIn(word, ready()[1])
                self.assertEqual(metrics(port)["khabar_ready"], 0)
                self.assertEqual(stand.khabar("health", "ready", http_listen=address).returncode, 1)
                self.assertEqual(get(port, "/livez")[0], 200)
            finally:
                service.start()
            self.wait(f"{word} to be back", lambda: ready()[0] == 200, 60)
        for event in ("postgres-away", "postgres-back", "kafka-away", "kafka-back"):
            self.assertEqual(len(worker.events(event)), 1, event)
        self.publish([articles.message(2)])
        self.wait_written(2)
        self.assertEqual(metrics(port)["khabar_ready"], 1)

    def test_every_metric(self):
        """What is promised is there, with the labels, after a life with everything in it."""
        worker = self.worker(unit_messages=5)
        port = worker.port()
        self.publish([articles.message(n) for n in range(10)])
        self.wait_written(10)
        self.cluster.stop()
        try:
            self.publish([articles.message(10), articles.message(3, revision=1), ("article-4", None), ("nobody", None), articles.message(5), ("x", "no json")])
            self.wait("a try in vain", lambda: worker.events("write-retry"))
        finally:
            self.cluster.start()
        self.wait_written(16)
        text = get(port, "/metrics")[1]
        wanted = ["khabar_build_info{version=", "khabar_ready 1", "khabar_stalled 0", "khabar_stalls_total 0", "khabar_consumed_messages_total 16", "khabar_consumed_bytes_total ",
                  'khabar_articles_total{outcome="new"} 11', 'khabar_articles_total{outcome="revised"} 1', 'khabar_articles_total{outcome="unchanged"} 1',
                  'khabar_articles_total{outcome="retracted"} 1', 'khabar_articles_total{outcome="none"} 1', 'khabar_articles_total{outcome="dead"} 1',
                  'khabar_dead_letters_total{reason="json-syntax"} 1', 'khabar_entities_total{type="PERSON"}', 'khabar_entities_total{type="LOCATION"}',
                  'khabar_events_total{type="', 'khabar_consumer_lag_messages{partition="0"} 0', 'khabar_consumer_lag_messages{partition="7"} 0', "khabar_assigned_partitions 8",
                  "khabar_under_way_bytes 0", 'khabar_queued_units{queue="extract"} 0', 'khabar_queued_units{queue="write"} 0', 'khabar_stage_seconds_bucket{stage="decode",le="',
                  'khabar_stage_seconds_count{stage="extract"}', 'khabar_stage_seconds_sum{stage="write"}', "khabar_delay_seconds_count 16", 'khabar_transaction_messages_bucket{le="1"}',
                  "khabar_transaction_messages_sum 16", 'khabar_retries_total{class="', "khabar_fenced_total ", "khabar_halvings_total 0", "khabar_pauses_total 0", "khabar_rebalances_total ",
                  "process_resident_memory_bytes ", "process_cpu_seconds_total ", "process_start_time_seconds "]
        for line in wanted:
            self.assertIn("\n" + line, "\n" + text, line)
        types = re.findall(r"^# TYPE (\S+)", text, re.M)
        # The series of one promised metric come with the first article in a language that is not extracted, which this life has not.
        self.assertEqual(sorted(types), sorted({"khabar_unsupported_articles_total"} | {re.split(r"[{ ]", w)[0] if not re.search("_(bucket|count|sum)[{ ]", w) else re.split("_(?:bucket|count|sum)[{ ]", w)[0] for w in wanted}))
        checked = promtool("check", "metrics", input=text)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_stall(self):
        """A lock that nobody gives back: the worker waits, and says so."""
        worker = self.worker(stall_seconds=3)
        port = worker.port()
        self.publish([articles.message(1)])
        self.wait_written(1)
        self.assertEqual(get(port, "/livez")[0], 200)
        holder = subprocess.Popen(["psql", "-X", "-q", self.cluster.dsn(self.database), "-c",
                                   "BEGIN; LOCK TABLE news.articles IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait("the lock", lambda: self.value("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'news.articles'::regclass") == "1")
            self.publish([articles.message(n) for n in range(2, 30)])
            self.wait("the stall", lambda: get(port, "/livez")[0] == 503, 30)
            seen = metrics(port)
            self.assertEqual((seen["khabar_stalled"], seen["khabar_stalls_total"]), (1, 1))
            self.assertEqual(stand.khabar("health", http_listen=f"127.0.0.1:{port}").returncode, 1)
            self.assertEqual(len(worker.events("stalled")), 1)
        finally:
            self.value("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()")
            holder.wait()
        self.wait_written(29)
        self.wait("the end of the stall", lambda: get(port, "/livez")[0] == 200, 30)
        self.assertEqual(len(worker.events("stall-over")), 1)

    def test_stall_while_the_database_is_frozen(self):
        """Its machine still acknowledges what is sent, so nothing breaks off: the worker misses the answer, and says that nothing gets done."""
        worker = self.worker(stall_seconds=6)
        port = worker.port()
        self.publish([articles.message(1)])
        self.wait_written(1)
        self.wait("the worker to be ready", lambda: get(port, "/readyz")[0] == 200)
        server = [self.cluster.process.pid, *endurance.children(self.cluster.process.pid)]
        endurance.each(server, signal.SIGSTOP)
        try:
            self.publish([articles.message(n) for n in range(2, 30)])
            self.wait("the database to be missed", lambda: "postgres: the database does not answer" in get(port, "/readyz")[1], 12)
            self.wait("the stall", lambda: get(port, "/livez")[0] == 503, 12)
            self.assertEqual(metrics(port)["khabar_stalled"], 1)
        finally:
            endurance.each(server, signal.SIGCONT)
        self.wait_written(29)
        self.wait("the end of the stall", lambda: get(port, "/livez")[0] == 200, 30)
        self.wait("the worker to be ready again", lambda: get(port, "/readyz")[0] == 200, 30)
        for event in ("stalled", "stall-over", "postgres-away", "postgres-back"):
            self.assertEqual(len(worker.events(event)), 1, event)
        self.assertEqual(worker.stop(), 0)

    def test_alerts(self):
        checked = promtool("check", "rules", str(stand.ROOT / "docker" / "alerts.yml"))
        self.assertEqual(checked.returncode, 0, checked.stdout)
        checked = promtool("test", "rules", str(stand.ROOT / "tests" / "cases" / "alerts.yml"))
        self.assertEqual(checked.returncode, 0, checked.stdout)
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as f:
            f.write((stand.ROOT / "docker" / "prometheus.yml").read_text().replace("/etc/prometheus", str(stand.ROOT / "docker")))
            f.flush()
            checked = promtool("check", "config", f.name)
            self.assertEqual(checked.returncode, 0, checked.stdout)
        alerts = re.findall(r"- alert: (\w+)", (stand.ROOT / "docker" / "alerts.yml").read_text())
        what_to_do = (stand.ROOT / "README.md").read_text().split("### What to do when")[1]
        self.assertEqual([a for a in alerts if f"| {a}" not in what_to_do], [])
        named = set(re.findall(r"\b(?:khabar|process)_[a-z_]+", (stand.ROOT / "docker" / "alerts.yml").read_text()))
        worker = self.worker()
        text = get(worker.port(), "/metrics")[1]
        known = re.findall(r"^# TYPE (\S+)", text, re.M)
        self.assertEqual([n for n in named if re.sub("_(bucket|sum|count)$", "", n) not in known], [])
        # What alerts count is there from the start, at 0: a rate does not see the first step of a series that begins with it.
        kinds = [line.split("\t")[0] for line in (stand.ROOT / "worker" / "data" / "tables" / "plover_types.tsv").read_text().splitlines() if line and line[0] != "#"]
        for line in [f'khabar_events_total{{type="{kind}"}} 0' for kind in kinds] + [f'khabar_articles_total{{outcome="{o}"}} 0' for o in ("new", "revised", "unchanged", "retracted", "none", "dead")]:
            self.assertIn("\n" + line + "\n", text)
