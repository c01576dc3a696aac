"""Messages that no producer should send, among good ones: tests/cases/messages through a real broker into real tables."""

import json
import os
import re
import subprocess
import tempfile
import unicodedata

import articles
import stand
import suite
import test_watch

CASES = stand.ROOT / "tests" / "cases" / "messages"
HEX = re.compile(rb"%([0-9A-F]{2})")


def undo(text):
    """The bytes of a cell: "%0A" is a byte, "%{10000*[%}" a repetition, which may hold another."""
    out, at = [b""], 0
    counts = []
    data = text.encode()
    while at < len(data):
        opening = re.compile(rb"%\{(\d+)\*").match(data, at)
        if opening:
            counts.append(int(opening[1]))
            out.append(b"")
            at = opening.end()
        elif data.startswith(b"%}", at) and counts:
            inner = out.pop()
            out[-1] += inner * counts.pop()
            at += 2
        else:
            byte = HEX.match(data, at)
            out[-1] += bytes([int(byte[1], 16)]) if byte else data[at:at + 1]
            at += 3 if byte else 1
    return out[0]


def rows(name):
    for line in (CASES / name).read_text().split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")


class Case:
    def __init__(self, name, key, headers, outcome, value):
        self.name, self.key, self.value = name, undo(key), None if value == "\\N" else undo(value)
        self.headers = undo(headers).split(b" ; ") if headers else []
        self.what, _, self.expected = outcome.partition(" ")
        if self.what == "ok" and self.expected:
            title, _, body = undo(self.expected).decode().partition(" | ")
            title, body = title.strip(), body.strip()
            self.expected = unicodedata.normalize("NFC", f"{title}\n\n{body}" if title and body else title + body)

    def publish(self, address, topic):
        options = ["-X", "message.max.bytes=200000000", "-X", "partitioner=murmur2_random", "-z", "lz4"]
        for header in self.headers:
            if b"\0" in header:  # the header of a command line ends there
                header = header.replace(b"\0", b"")
            options += ["-H", header]
        command = ["kcat", "-P", "-b", address, "-t", topic, *options]
        if self.value is None or self.value == b"":  # no file is empty for kcat, but a line may be
            line = self.key + b"\x1e\x1d"
            done = subprocess.run([*command, "-K", "\x1e", "-D", "\x1d", *(["-Z"] if self.value is None else [])], input=line)
        else:
            with tempfile.NamedTemporaryFile() as f:
                f.write(self.value)
                f.flush()
                done = subprocess.run([*command, *(["-k", self.key] if self.key else []), f.name])
        if done.returncode:
            raise AssertionError(f"{self.name}: kcat ended with status {done.returncode}")


def cases():
    for name, content_type, outcome, value in rows("cases.tsv"):
        yield Case(name, "case-" + name, f"content-type={content_type}" if content_type else "", outcome, value)
    for row in rows("stream.tsv"):
        yield Case(*row)


class Messages(suite.Test):
    maxDiff = None

    def letters(self, *arguments):
        done = stand.khabar("dead-letters", "list", "--json", *arguments, **self.settings())
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def publish_all(self, chosen):
        """Each case between two good articles. Names by (partition, offset)."""
        places, last = {}, {}
        for number, case in enumerate(chosen):
            self.publish([articles.message(number)])
            case.publish(self.broker.address, self.topic)
        self.publish([articles.message(len(chosen))])
        return places

    def wait_all(self, count, seconds=300):
        self.wait_written(count, seconds)

    def count_of_letters(self, chosen):
        wanted = {}
        for case in chosen:
            if case.what == "error":
                wanted[case.expected] = wanted.get(case.expected, 0) + 1
        return wanted

    def test_every_kind_among_good_ones(self):
        chosen = list(cases())
        self.assertGreater(len(chosen), 120)
        self.assertGreater(len({c.expected for c in chosen if c.what == "error"}), 25)
        self.publish_all(chosen)
        worker = self.worker()
        count = 2 * len(chosen) + 1
        self.wait_all(count)

        # Every good one is there, but for the one that is withdrawn.
        missing = self.value(f"SELECT string_agg(n::text, ',') FROM generate_series(0, {len(chosen)}) n WHERE NOT EXISTS"
                             " (SELECT FROM news.articles a WHERE a.id = 'article-' || n AND a.retracted = (n = 0))")
        self.assertEqual(missing, "")

        # Every fault has its letter, with the reason that names it, and there is no other letter.
        letters = self.letters()
        found = {}
        for letter in letters:
            found[letter["reason"]] = found.get(letter["reason"], 0) + 1
            self.assertTrue(letter["message"])
        self.assertEqual(sorted(found.items()), sorted(self.count_of_letters(chosen).items()))

        # What can be read is in the tables as documented.
        texts = {unicodedata.normalize("NFC", t) for t in json.loads(self.value("SELECT json_agg(text) FROM news.articles"))}
        for case in chosen:
            if case.what == "ok" and case.expected:
                self.assertIn(case.expected, texts, case.name)
        for id in ("one-word", "one-number", "endless", "marks-each", "brackets"):
            self.assertEqual(self.value(f"SELECT count(*) FROM news.articles WHERE id = '{id}'"), "1", id)
        self.assertEqual(self.value("SELECT count(*) FROM news.articles WHERE id = 'no-such-article'"), "0")
        self.assertTrue(worker.alive())
        self.assertEqual(worker.stop(), 0)

        self.replay_after_raised_limits(letters)
        self.publish_repaired()

    def test_an_article_beyond_its_memory(self):
        """It alone is a dead letter; with more memory its replay is read."""
        def article(name, words):
            return name, json.dumps({"id": name, "body": "قال الوزير إن الحكومة تدرس الأمر. " * (words // 6)}, ensure_ascii=False)

        self.publish([article("large", 40000), article("small", 60)])
        worker = self.worker(article_memory="2M")
        self.wait_written(2)
        self.assertEqual([letter["reason"] for letter in self.letters()], ["no-memory"])
        self.assertEqual(self.value("SELECT id FROM news.articles"), "small")
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(stand.khabar("dead-letters", "replay", "--reason=no-memory", **self.settings()).stdout, "replayed 1\n")
        self.worker()
        self.wait("the large one", lambda: self.value("SELECT count(*) FROM news.articles") == "2")

    def test_reasons_that_are_documented(self):
        """Every limit in the code has its reason in the README, or is that of the setting of its name."""
        readme = (stand.ROOT / "README.md").read_text()
        known = {row.split("`")[1] for row in readme.split("### Settings")[1].split("### Metrics")[0].splitlines() if row.startswith("| `")}
        found = {code for path in (stand.ROOT / "worker").rglob("*.c") for code in re.findall(r'"(limit-[a-z]+)"', path.read_text())}
        self.assertGreater(len(found), 6)
        self.assertEqual([code for code in sorted(found) if f"`{code}`" not in readme and code.removeprefix("limit-") not in known], [])

    def replay_after_raised_limits(self, letters):
        """The operator raises limits and replays what broke them."""
        raised = {"body_bytes": "120M", "message_bytes": "120M", "title_bytes": "1M", "field_bytes": "1M", "paragraphs": 100000, "authors": 1000, "tags": 1000}
        reasons = ["limit-title", "limit-body", "limit-paragraphs", "limit-authors", "limit-tags", "limit-url"]
        count = sum(letter["reason"] in reasons for letter in letters)
        self.assertEqual(count, 6)
        for reason in reasons:
            done = stand.khabar("dead-letters", "replay", f"--reason={reason}", **self.settings())
            self.assertEqual((done.returncode, done.stdout), (0, "replayed 1\n"), done.stderr)
        worker = self.worker(**raised)
        def outcomes():  # two of them are the same article to the letter, but for its authors
            return {k: int(v) for k, v in test_watch.metrics(worker.port()).items() if k.startswith("khabar_articles_total")}

        self.wait("what was replayed", lambda: sum(outcomes().values()) >= count, 120)
        self.assertEqual(outcomes()['khabar_articles_total{outcome="dead"}'], 0)
        left = self.letters()
        self.assertEqual([letter for letter in left if letter["reason"] in reasons], [])
        self.assertEqual(len(left), len(letters) - count)
        # Replayed without a repair, a message is a dead letter again: once more, with the same reason.
        done = stand.khabar("dead-letters", "replay", "--reason=json-trailing", **self.settings())
        self.assertEqual(done.stdout, "replayed 2\n")
        self.wait("them to fail again", lambda: sum(letter["reason"] == "json-trailing" for letter in self.letters()) == 2)
        self.assertEqual(worker.stop(), 0)

    def publish_repaired(self):
        """The scraper is mended: what stands in the letters is published again, repaired, under the same key."""
        done = stand.khabar("dead-letters", "show", "--json", "--reason=json-duplicate-key", **self.settings())
        shown = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(shown), 2)
        for letter in shown:
            mended = json.loads(letter["value"])  # Python takes the last of two
            self.publish([(letter["key"], json.dumps({**mended, "id": letter["key"]}, ensure_ascii=False))])
        self.worker()
        for letter in shown:
            self.wait("a repaired one", lambda: self.value(f"SELECT count(*) FROM news.articles WHERE id = '{letter['key']}'") == "1")


class Huge(suite.Test):
    def test_as_large_as_the_broker_takes(self):
        """100 MB that no compression makes smaller, through a broker that takes them: they are refused with the reason, and good ones pass."""
        broker = self.stand.broker(partitions=1, settings=["message.max.bytes=120000000", "socket.request.max.bytes=130000000"])
        self.addCleanup(broker.stop, 9)
        noise = os.urandom(50_000_000).hex().encode()
        settings = {"kafka_brokers": broker.address}
        worker = self.worker(**settings)
        broker.publish(self.topic, [articles.message(1)])
        for value in (noise, b'{"id":"huge","body":"' + noise[:-30] + b'"}'):
            with tempfile.NamedTemporaryFile() as f:
                f.write(value)
                f.flush()
                subprocess.run(["kcat", "-P", "-b", broker.address, "-t", self.topic, "-X", "message.max.bytes=120000000", "-k", "huge", f.name], check=True)
        broker.publish(self.topic, [articles.message(2)])
        self.wait_written(4)
        self.assertEqual(self.value("SELECT string_agg(id, ' ' ORDER BY id) FROM news.articles"), "article-1 article-2")
        done = stand.khabar("dead-letters", "list", "--json", **self.settings(**settings))
        letters = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(letter["reason"], letter["bytes"]) for letter in letters], [("limit-message", 100_000_000), ("limit-message", 99_999_993)], done.stderr)
        self.assertTrue(worker.alive())
