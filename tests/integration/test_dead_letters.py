"""Dead letters: seen, and put back at most once."""

import base64
import json
import subprocess
import time

import articles
import stand
import suite
import test_watch


class DeadLetters(suite.Test):
    def run_letters(self, *arguments):
        return stand.khabar("dead-letters", *arguments, **self.settings())

    def letters(self, *arguments):
        done = self.run_letters("list", "--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def bury(self, count):
        """Articles whose bodies pass the limit of a first worker."""
        self.publish([articles.message(n) for n in range(count)], ["origin=test"])
        first = self.worker(body_bytes=10)
        self.wait_written(count)
        self.assertEqual(first.stop(), 0)
        self.assertEqual(len(self.letters()), count)

    def test_list_show_replay(self):
        self.assertEqual(self.letters(), [])  # the topic does not exist
        self.bury(5)
        self.publish([("x", "no json")], headers=["khabar.replayed=1", "khabar.value.omitted=7"])  # a message may come with anything
        worker = self.worker()
        self.wait_written(6)
        reasons = sorted({letter["reason"] for letter in self.letters()})
        self.assertEqual(len(reasons), 2, reasons)
        limit = next(r for r in reasons if "limit" in r or "body" in r)
        self.assertEqual(len(self.letters(f"--reason={limit}")), 5)
        one = self.letters(f"--reason={limit}")[0]
        place = f"--offset={one['partition']}:{one['offset']}"
        self.assertEqual((one["from_topic"], one["bytes"] > 100), (self.topic, True))
        shown = json.loads(self.run_letters("show", "--json", place).stdout)
        self.assertEqual(shown["key"], json.loads(shown["value"])["id"])
        self.assertIn(one["reason"], self.run_letters("show", place).stdout)
        self.assertEqual(self.run_letters("replay").returncode, 2)
        self.assertEqual(self.run_letters("replay", "--offset=x").returncode, 2)
        for arguments, replayed in [((place,), 1), ((place,), 0), ((f"--reason={limit}",), 4), ((f"--reason={limit}",), 0)]:
            done = self.run_letters("replay", *arguments)
            self.assertEqual((done.returncode, done.stdout), (0, f"replayed {replayed}\n"), done.stderr)
        self.assertEqual(len(self.letters()), 1)  # the one that is no article
        self.wait("the articles", lambda: self.value("SELECT count(*) FROM news.articles") == "5")
        back = [m for m in self.broker.read(self.topic) if m["headers"].get("origin")]
        self.assertEqual((len(back), {tuple(m["headers"].items()) for m in back}), (10, {(("origin", "test"),)}))
        self.assertEqual(self.run_letters("replay", "--all").stdout, "replayed 1\n")
        self.wait("it to fail again", lambda: len(self.letters()) == 1)
        self.assertTrue(worker.alive())

    def test_what_a_replay_leaves_is_no_lag(self):
        """The transaction of a replay leaves a mark behind the last message of a partition, which nobody waits for."""
        self.bury(3)
        self.assertEqual(self.run_letters("replay", "--all").stdout, "replayed 3\n")
        worker = self.worker(stall_seconds=2)
        self.wait("the articles", lambda: self.value("SELECT count(*) FROM news.articles") == "3")
        self.wait("no lag", lambda: not any(v for k, v in test_watch.metrics(worker.port()).items() if "consumer_lag" in k), 10)
        time.sleep(4)
        self.assertEqual((worker.events("stalled"), test_watch.get(worker.port(), "/livez")[0]), ([], 200))
        self.assertEqual(json.loads(stand.khabar("status", "--json", **self.settings()).stdout)["lag"], 0)
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(self.broker.unread(self.topic, self.group), 0)
        self.publish([articles.message(7)])
        self.assertEqual(json.loads(stand.khabar("status", "--json", **self.settings()).stdout)["lag"], 1)
        self.worker()
        self.wait("one more", lambda: self.value("SELECT count(*) FROM news.articles") == "4")

    def test_a_letter_that_is_there_twice_counts_once(self):
        """As after a crash between the delivery of a letter and the commit of its offset."""
        self.bury(3)
        self.value("UPDATE news.partition_offsets SET next_offset = 0")
        again = self.worker(body_bytes=10)
        self.wait("the letters again", lambda: len(self.broker.read(self.topic + ".dead-letters")) == 6)
        self.wait_written(3)
        self.assertEqual(again.stop(), 0)
        self.assertEqual(len(self.letters()), 3)
        self.assertEqual(json.loads(stand.khabar("status", "--json", **self.settings()).stdout)["dead_letters"], {"limit-body": 3})
        self.assertEqual(self.run_letters("replay", "--all").stdout, "replayed 3\n")
        self.assertEqual(self.letters(), [])

    def spread(self):
        """A topic of dead letters with several partitions: the broker makes it for whoever writes to it. What is written is no letter."""
        self.broker.publish(self.topic + ".dead-letters", [("x", "no letter")])

    def test_a_mark_lies_behind_its_letter(self):
        """In the same partition: retention deletes the oldest of a partition, so never a mark before its letter."""
        count = 350
        self.spread()
        self.bury(count)
        self.assertEqual(self.run_letters("replay", "--all").stdout, f"replayed {count}\n")
        self.assertEqual(self.letters(), [])
        letters, marks = {}, {}
        for m in self.dead_letters():
            if m["headers"].get("khabar.replayed"):
                marks["/".join(m["key"].split("/")[:3])] = (m["partition"], m["offset"])
            elif m["headers"]:
                letters["/".join(m["headers"]["__connect.errors." + name] for name in ("topic", "partition", "offset"))] = (m["partition"], m["offset"])
        self.assertEqual((len(letters), letters.keys()), (count, marks.keys()))
        self.assertGreater(len({partition for partition, _ in letters.values()}), 4)
        self.assertEqual([p for p in letters if letters[p][0] != marks[p][0] or letters[p][1] >= marks[p][1]], [])
        keys = [m["key"] for m in self.broker.read(self.topic)]
        self.assertEqual((len(keys), len(set(keys))), (2 * count, count))

    def test_copies_without_key(self):
        """They lie in one partition, where one mark stands behind them all."""
        self.spread()
        for n in range(12):
            stand.publish_raw(self.broker.address, self.topic, b"no json %d" % n)
        first = self.worker()
        self.wait_written(12)
        self.assertEqual(first.stop(), 0)
        self.value("UPDATE news.partition_offsets SET next_offset = 0")
        again = self.worker()
        self.wait("the letters again", lambda: len([m for m in self.dead_letters() if m["headers"]]) == 24)
        self.wait_written(12)
        self.assertEqual(again.stop(), 0)
        places = {(*(m["headers"]["__connect.errors." + name] for name in ("partition", "offset")), m["partition"]) for m in self.dead_letters() if m["headers"]}
        self.assertEqual(len(places), 12)
        self.assertEqual(len(self.letters()), 12)
        self.assertEqual(self.run_letters("replay", "--all").stdout, "replayed 12\n")
        self.assertEqual((self.letters(), len(self.broker.read(self.topic))), ([], 24))

    def test_a_topic_that_was_made_anew(self):
        """Its messages have the places of former ones, whose marks say nothing about them."""
        def letter(key, value):
            headers = [f"__connect.errors.{name}={text}" for name, text in
                       (("topic", self.topic), ("partition", 0), ("offset", 7), ("exception.class.name", "json-syntax"), ("exception.message", "x"))]
            self.broker.publish(self.topic + ".dead-letters", [(key, value)], headers)

        def replay(count):
            self.assertEqual(self.run_letters("replay", "--all").stdout, f"replayed {count}\n")
            self.assertEqual(self.letters(), [])

        letter("a", "one")
        replay(1)
        replay(0)
        for value in ("two", "one", "one"):  # another message, the same one again, and a copy of it
            letter("a", value)
        self.assertEqual([letter["offset"] for letter in self.letters()], sorted(letter["offset"] for letter in self.letters()))
        self.assertEqual(len(self.letters()), 2)
        replay(2)
        letter("a", "three")  # two that wait, and have their place alone in common
        letter("a", "four")
        place = self.letters()[0]
        self.assertEqual(self.run_letters("replay", f"--offset={place['partition']}:{place['offset']}").stdout, "replayed 1\n")
        replay(1)
        self.assertEqual(sorted(m["payload"] for m in self.broker.read(self.topic)), ["four", "one", "one", "three", "two"])

    def test_headers_of_former_letters(self):
        """A message may have been a dead letter of somebody else's before: what it came with goes back with it."""
        came = ["__connect.errors.topic=theirs", "__connect.errors.exception.message=worse", "origin=test"]
        self.publish([("x", "no json")], headers=came)
        worker = self.worker()
        self.wait_written(1)
        self.assertEqual(worker.stop(), 0)
        self.assertEqual([letter["from_topic"] for letter in self.letters()], [self.topic])
        self.assertEqual(self.run_letters("replay", "--all").stdout, "replayed 1\n")
        self.assertEqual([[f"{k}={v}" for k, v in m["headers"].items()] for m in self.broker.read(self.topic)], [came, came])

    def test_what_a_terminal_is_shown(self):
        """No message moves the cursor, or worse; programs get its bytes."""
        value = "لا JSON\n\tgut\r".encode() + b"\x1b[2J\x07\x00\x7f \xc2\x9b31m \xff\xfe."
        stand.publish_raw(self.broker.address, self.topic, value, key="k\x1b]0;x\x07")
        worker = self.worker()
        self.wait_written(1)
        self.assertEqual(worker.stop(), 0)
        shown = self.run_letters("show").stdout
        self.assertIn("key: k\\x1b]0;x\\x07\n", shown)
        self.assertIn("لا JSON\n\tgut\\x0d\\x1b[2J\\x07\\x00\\x7f \\xc2\\x9b31m \\xff\\xfe.\n", shown)
        letter = json.loads(self.run_letters("show", "--json").stdout)
        self.assertEqual((letter["value"], base64.b64decode(letter["value_base64"]), "key_base64" in letter), (None, value, False))

    def test_a_topic_that_can_not_be(self):
        for what in (["list"], ["replay", "--all"]):
            done = stand.khabar("dead-letters", *what, **self.settings(kafka_dead_letter_topic="bad topic!"))
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("bad topic!", done.stderr)
        done = stand.khabar("status", **self.settings(kafka_topic="bad topic!", kafka_dead_letter_topic="x"))
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("bad topic!", done.stderr)

    def test_two_at_once(self):
        """One of two may fence the other off; no letter comes back twice, and none is lost."""
        count = 300
        self.bury(count)
        running = [subprocess.Popen([stand.program(), "dead-letters", "replay", "--all"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                    env=stand.environment(**self.settings())) for _ in range(2)]
        ended = [p.wait(120) for p in running]
        self.assertLessEqual(set(ended), {0, 1})
        self.assertEqual(self.run_letters("replay", "--all").returncode, 0)
        self.assertEqual(self.letters(), [])
        keys = [m["key"] for m in self.broker.read(self.topic)]
        self.assertEqual((len(keys), len(set(keys))), (2 * count, count))

    def test_interrupted(self):
        """Killed again and again: each letter comes back once."""
        count = 700
        self.bury(count)
        kills = 0
        for attempt in range(12):
            p = subprocess.Popen([stand.program(), "dead-letters", "replay", "--all"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=stand.environment(**self.settings()))
            try:
                p.wait(0.15 + 0.08 * attempt)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
                kills += 1
        self.assertGreater(kills, 0)
        done = self.run_letters("replay", "--all")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.letters(), [])
        keys = [m["key"] for m in self.broker.read(self.topic)]
        self.assertEqual((len(keys), len(set(keys))), (2 * count, count))
        self.worker()
        self.wait("the articles", lambda: self.value("SELECT count(*) FROM news.articles") == str(count))
