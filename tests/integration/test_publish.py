"""docker/publish, without Docker: in the place of the compose command stands a script."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import stand

PUBLISH = stand.ROOT / "docker" / "publish"
BYTES_MAX = 20970496


def line(name, **more):
    return json.dumps({"id": name, "body": "نص {غير} \"مغلق", **more}, ensure_ascii=False)


def publish(*files, input=None, **variables):
    return subprocess.run([PUBLISH, *files], input=input, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **variables}, timeout=120)


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="khabar-publish-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.sent = self.folder / "sent"
        self.compose = self.script("compose", f'[ "$1" = -f ] && [ "$3" = exec ] || exit 9\ncat > {self.sent}')

    def script(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def assert_refused(self, done, status, *words):
        self.assertEqual(done.returncode, status, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_each_line_of_each_file_is_a_message(self):
        one, two = self.file("a.json", line("a")), self.file("b = c.json", f"\n{line('b')}\r\n\n{line('c')}\n")
        done = publish(one, two, COMPOSE=self.compose)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.sent.read_text(), f"{line('a')}\n{line('b')}\n{line('c')}\n")
        done = publish(input=f"{line('d')}\n{line('e')}", COMPOSE=self.compose)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.sent.read_text(), f"{line('d')}\n{line('e')}\n")

    def test_a_first_line_that_is_no_object(self):
        good = self.file("good.json", line("a") + "\n")
        for text in (json.dumps({"id": "a", "tags": {}}, indent=2), '{"id": "a", "x": {"y": {}}\n}', "[" + line("a") + "]", "<html>{}</html>", '{"id": "a"} {"id": "b"}', '{"id": "a}'):
            with self.subTest(text=text):
                bad = self.file("bad.json", "\n" + text + "\n")
                self.assert_refused(publish(good, bad, COMPOSE=self.compose), 1, f"{bad}:2: no complete JSON object", "nothing was sent")
                self.assertFalse(self.sent.exists())
        for text in ("\ufeff" + line("a"), '{"id":"\\\\","n":{"m":[{}]}} ', "{}"):
            with self.subTest(text=text):
                self.assertEqual(publish(self.file("good.json", text), COMPOSE=self.compose).returncode, 0)

    def test_a_line_that_the_broker_would_not_take(self):
        short = len(line("b", title="").encode())
        for more, taken in ((0, True), (1, False)):
            text = f"{line('a')}\n{line('b', title='x' * (BYTES_MAX - short + more))}\n{line('c')}\n"
            done = publish(self.file("large.jsonl", text), COMPOSE=self.compose)
            if taken:
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(self.sent.read_text(), text)
                self.sent.unlink()
            else:
                self.assert_refused(done, 1, f"large.jsonl:2: a line of {BYTES_MAX + 1} bytes", "nothing was sent")
                self.assertFalse(self.sent.exists())
                self.assert_refused(publish(input=text, COMPOSE=self.compose), 1, "standard input:2: a line of", "only the lines before it were sent")
                self.assertEqual(self.sent.read_text(), line("a") + "\n")

    def test_what_the_producer_says(self):
        for text, status in (("cat > /dev/null; echo WARN a version >&2", 0), ("cat > /dev/null; echo '[x] ERROR Error when sending message' >&2", 1), ("exit 3", 1)):
            done = publish(self.file("a.json", line("a")), COMPOSE=self.script("says", text))
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertEqual("not all articles are in the topic" in done.stderr, status == 1)

    def test_usage(self):
        self.assertIn("one article", publish("--help", COMPOSE="false").stdout)
        self.assert_refused(publish("--what", COMPOSE="false"), 2, "usage")
        self.assert_refused(publish("/no/such", COMPOSE="false"), 2, "/no/such")

    def test_the_compose_command_is_found(self):
        """docker compose where there is one, else docker-compose; also for docker/results."""
        for has_plugin in (True, False):
            for name in ("docker", "docker-compose"):
                self.script(name, f'[ "$*" = "compose version" ] && exit {0 if has_plugin else 1}\ncat > /dev/null; echo {name} "$1" >> {self.folder}/called')
            path = f"{self.folder}:{os.environ['PATH']}"
            self.assertEqual(publish(input=line("a"), PATH=path, COMPOSE="").returncode, 0)
            subprocess.run([stand.ROOT / "docker" / "results"], env={**os.environ, "PATH": path, "COMPOSE": ""}, check=True, stdout=subprocess.DEVNULL)
            called = (self.folder / "called").read_text()
            self.assertEqual(called, "docker compose\n" * 2 if has_plugin else "docker-compose -f\n" * 2)
            (self.folder / "called").unlink()
