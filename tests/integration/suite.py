"""What the integration tests share: one broker and one cluster for all of them, a database and a topic for each."""

import itertools
import pathlib
import shutil
import subprocess
import unittest

import stand

_shared = {}
_numbers = itertools.count(1)


def the_stand():
    if "broken" in _shared:
        raise RuntimeError(f"the stand did not come up: {_shared['broken']}")
    if "stand" not in _shared:
        s = _shared["stand"] = stand.Stand("khabar-test")
        try:
            _shared["cluster"] = s.cluster()
            _shared["broker"] = s.broker()
        except (Exception, SystemExit) as error:
            _shared["broken"] = error
            raise RuntimeError(f"the stand did not come up: {error}") from error
    return _shared["stand"]


def keep_logs(folder):
    """Copies the logs of broker, cluster and workers."""
    root = _shared["stand"].folder
    for log in [*root.glob("*.log"), *root.glob("*/log")]:
        target = pathlib.Path(folder) / log.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(log, target)


def finish():
    if "stand" in _shared:
        _shared["stand"].__exit__()


class Test(unittest.TestCase):
    """A test with a database of its own (self.database, self.dsn, migrated) and a name for a topic of its own (self.topic)."""

    migrated = True
    longMessage = True

    def setUp(self):
        self.stand = the_stand()
        self.cluster, self.broker = _shared["cluster"], _shared["broker"]
        self.topic = f"articles-{next(_numbers)}"
        self.group = f"group-{next(_numbers)}"
        self.failures_before = self.failures()
        self.workers = []
        self.database, self.dsn = self.make_database()

    def tearDown(self):
        for w in self.workers:
            w.stop(9)
        if self.failures() > self.failures_before:
            for w in self.workers:
                print(f"--- {w.log}\n" + "\n".join(w.log.read_text().splitlines()[-25:]))

    def failures(self):
        result = self._outcome.result
        return len(result.failures) + len(result.errors)

    def make_database(self):
        name = f"news_{next(_numbers)}"
        dsn = self.cluster.create(name)
        if self.migrated:
            done = stand.khabar("migrate", "up", postgres=dsn)
            self.assertEqual(done.returncode, 0, done.stderr)
        return name, dsn

    def settings(self, **more):
        return {"kafka_brokers": self.broker.address, "kafka_topic": self.topic, "kafka_group": self.group, "postgres": self.dsn, "retry_max_ms": 1000, **more}

    def worker(self, **more):
        w = self.stand.worker(**self.settings(**more))
        self.workers.append(w)
        return w

    def publish(self, messages, headers=()):
        self.broker.publish(self.topic, messages, headers)

    def value(self, sql, database=None):
        return self.cluster.value(database or self.database, sql)

    def wait(self, what, condition, seconds=90):
        def checked():
            for w in self.workers:
                if w.process.returncode is None and not w.alive():
                    self.fail(f"a worker ended with status {w.process.returncode}\n{w.log.read_text()[-3000:]}")
            return condition()
        stand.wait_for(what, checked, seconds, every=0.1)

    def written(self, topic=None, database=None):
        """Sum of the offsets that the database holds."""
        return int(self.value(f"SELECT coalesce(sum(next_offset), 0) FROM news.partition_offsets WHERE topic = '{topic or self.topic}'", database))

    def wait_written(self, count, seconds=120, database=None, topic=None):
        self.wait(f"{count} messages to be written", lambda: self.written(topic, database) >= count, seconds)

    def dead_letters(self):
        return self.broker.read(self.topic + ".dead-letters")

    def columns(self, database=None):
        """{table: its columns that do not tell when or by whom a row was written, as a list of SQL}"""
        columns = {}
        for table, column in self.cluster.rows(database or self.database, """
                SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
                WHERE table_schema = 'news' AND table_type = 'BASE TABLE' AND column_name NOT IN ('written_at', 'updated_at', 'consumer_group')
                ORDER BY table_name, ordinal_position"""):
            columns.setdefault(table, []).append(column)
        return {table: ", ".join(names) for table, names in columns.items()}

    def tables(self, database=None):
        """Every table of a database: {name: rows}."""
        return {table: self.value(f"SELECT {names} FROM news.{table} ORDER BY {names}", database).split("\n") for table, names in self.columns(database).items()}

    def assert_same_tables(self, one, other):
        self.assertEqual(one.keys(), other.keys())
        for table in one:
            if one[table] != other[table]:
                missing, extra = set(one[table]) - set(other[table]), set(other[table]) - set(one[table])
                self.fail(f"{table}: {len(one[table])} and {len(other[table])} rows; only in the first {list(missing)[:3]}; only in the second {list(extra)[:3]}")

    def assert_same_database(self, other):
        """As assert_same_tables, for databases that are too large to hold. The number of rows of each table."""
        counts = {}
        for table, names in self.columns().items():
            files = [self.stand.fresh("table") for _ in range(2)]
            for database, name in zip((self.database, other), files):
                text = f"COPY (SELECT {names} FROM news.{table} ORDER BY {names}) TO STDOUT"
                with open(name, "w") as f:
                    subprocess.run(["psql", "-X", "-q", "-c", text, self.cluster.dsn(database)], stdout=f, check=True)
            compared = subprocess.run(["diff", "-q", *files], stdout=subprocess.DEVNULL)
            if compared.returncode != 0:
                lines = subprocess.run(["diff", *files], stdout=subprocess.PIPE, text=True).stdout.split("\n")
                self.fail(f"{table}: {len(lines)} lines of differences, the first ones:\n" + "\n".join(line[:600] for line in lines[:8]))
            with open(files[0], "rb") as f:
                counts[table] = sum(1 for _ in f)
        return counts

    def undisturbed(self, count):
        """The tables that one worker makes of the topic in a fresh database."""
        database, dsn = self.make_database()
        worker = self.worker(postgres=dsn, kafka_group=self.group + "-undisturbed")
        self.wait_written(count, 600, database=database)
        self.assertEqual(worker.stop(), 0)
        return self.tables(database)

    def assert_as_undisturbed(self, count, seconds=180):
        """All messages of the topic are written, and the tables are those that one worker makes of it in peace."""
        self.wait_written(count, seconds)
        self.assertEqual(self.written(), count)
        tables = self.tables()
        self.assert_same_tables(tables, self.undisturbed(count))
        self.assertGreater(len(tables["entity_mentions"]), 10)
        self.assertGreater(len(tables["event_participants"]), 10)
        self.assertEqual(self.dead_letters(), [])
