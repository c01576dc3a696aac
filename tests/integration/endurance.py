#!/usr/bin/env python3
"""An endurance run: workers are killed, frozen, stopped and added at random while the database and the broker crash, freeze and restart, all at once.

usage: tests/soak [--minutes N] [--seed N] [--rate N] [--workers N] [--logs FOLDER]   (or this file, with a program that is built)

In the end every message must be accounted for once: all tables equal, row for row, those of one worker that read the same topic in peace, every bad
message is among the dead letters, Kafka was told the offsets of the database, and no worker ended by itself. Exit status 0 when all of that holds. The seed,
which is printed, chooses what is done to whom and for how long (when exactly it hits is the machine's to say). test_chaos.py runs a short one.
"""

import argparse
import heapq
import itertools
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import articles
import samples
import stand
import suite

# Small units and transactions, so that much is under way when something happens; short sessions, so that a frozen worker is replaced before it wakes.
WORKERS = {"unit_messages": 20, "transaction_messages": 100, "kafka_session_timeout_ms": 6000, "kafka_heartbeat_interval_ms": 1000, "drain_seconds": 10}
RECOVERY_SECONDS = 900  # within which everything is written when nothing disturbs any more, on a machine that is busy with other things


def messages(seed, revisions=0.04, repeats=0.04, retractions=0.01, bad=0.01):
    """Without end: new articles in order, among them revisions, repetitions and retractions of earlier ones, and messages that are no article."""
    r = random.Random(seed)

    def article(number, revision=0):
        if number % 3:
            return articles.message(number, revision)
        return samples.message({**samples.mixture(number + revision * 10**9), "id": f"article-{number}"})

    for number in itertools.count():
        yield article(number)
        dice, earlier = r.random(), r.randrange(number + 1)
        if dice < revisions:
            yield article(earlier, 1 + number)
        elif dice < revisions + repeats:
            yield article(earlier)
        elif dice < revisions + repeats + retractions:
            yield f"article-{earlier}", None
        elif dice < revisions + repeats + retractions + bad:
            yield f"bad-{number}", f"{{no json {number}"


class Disturber(threading.Thread):
    """Does one of its actions now and then, the mean gap between two being `gap` seconds. What an action leaves for later runs on the same thread."""

    def __init__(self, run, seed, gap):
        super().__init__(daemon=True)
        self.run_, self.gap, self.random = run, gap, random.Random(seed)
        self.later, self.numbers = [], itertools.count()

    def after(self, seconds, what):
        heapq.heappush(self.later, (time.monotonic() + seconds, next(self.numbers), what))

    def run(self):
        try:
            while time.monotonic() < self.run_.until:
                self.after(self.random.uniform(0.2, 1.8) * self.gap, self.act)
                self.work_off(self.run_.until)
            for _, _, what in sorted(self.later, key=lambda entry: entry[:2]):  # all wake up and leave
                if what != self.act:
                    what()
        except Exception as error:  # told by the main thread
            self.run_.fail(f"{type(self).__name__}: {type(error).__name__}: {error}")

    def work_off(self, until):
        """What is to be done later, up to the next action."""
        while self.later:
            when, _, what = self.later[0]
            if when > until:
                time.sleep(max(0, until - time.monotonic()))
                return
            time.sleep(max(0, when - time.monotonic()))
            heapq.heappop(self.later)
            what()
            if what == self.act:
                return

    def act(self):
        name = self.random.choices(list(self.actions), list(self.actions.values()))[0]
        if getattr(self, name)() is not False:
            name = f"{type(self).__name__.lower()} {name.replace('_', ' ')}"
            self.run_.counts[name] = self.run_.counts.get(name, 0) + 1


class Workers(Disturber):
    actions = {"kill": 4, "freeze": 4, "stop": 2, "add": 3, "kill_all": 0.5}

    def __init__(self, run, seed, gap, count):
        super().__init__(run, seed, gap)
        self.asleep = set()
        self.workers = [run.test.worker(**WORKERS) for _ in range(count)]

    def act(self):
        for w in self.workers:
            if not w.alive():
                raise AssertionError(f"a worker ended by itself with status {w.process.returncode}\n{w.log.read_text()[-3000:]}")
        super().act()

    def any_awake(self):
        awake = [w for w in self.workers if w not in self.asleep and w.events("starting")]
        return self.random.choice(awake) if awake else None

    def replace(self, worker):
        self.asleep.discard(worker)
        self.workers.remove(worker)
        self.run_.test.workers.remove(worker)
        self.workers.append(self.run_.test.worker(**WORKERS))

    def kill(self):
        worker = self.random.choice(self.workers)
        worker.stop(signal.SIGKILL)
        self.replace(worker)

    def kill_all(self):
        for worker in list(self.workers):
            worker.stop(signal.SIGKILL)
            self.replace(worker)

    def freeze(self):
        """Longer or shorter than the session."""
        worker = self.any_awake()
        if not worker:
            return False
        worker.send(signal.SIGSTOP)
        self.asleep.add(worker)
        self.after(self.random.uniform(1, 15), lambda: self.wake(worker))
        return True

    def wake(self, worker):
        if worker in self.asleep:
            worker.send(signal.SIGCONT)
            self.asleep.discard(worker)

    def stop(self):
        worker = self.any_awake()
        if not worker:
            return False
        self.end(worker)
        self.replace(worker)
        return True

    def add(self):
        """Two rebalances: one more worker for a while."""
        extra = self.run_.test.worker(**WORKERS)
        self.after(self.random.uniform(1, 15), lambda: self.leave(extra))

    def leave(self, extra):
        self.end(extra)
        self.run_.test.workers.remove(extra)

    def end(self, worker):
        stand.wait_for("a worker to start", lambda: worker.events("starting"))  # before, SIGTERM just ends it
        status = worker.stop(signal.SIGTERM, 60)
        if status not in (0, 3):  # 3: the drain ran out of time, as it must while the database is away
            raise AssertionError(f"a worker that was asked to stop ended with status {status}\n{worker.log.read_text()[-3000:]}")


class Server(Disturber):
    """The database or the broker: `server` has a process, start and stop; nobody publishes while `lock` is held."""

    def __init__(self, run, seed, gap, server, lock):
        super().__init__(run, seed, gap)
        self.server, self.lock = server, lock

    def act(self):
        with self.lock:
            super().act()

    def away(self, sig):
        self.server.stop(sig)
        time.sleep(self.random.uniform(0, 5))
        self.server.start()

    def freeze(self):
        group = [self.server.process.pid, *children(self.server.process.pid)]
        each(group, signal.SIGSTOP)
        time.sleep(self.random.uniform(0.5, 8))
        each(group, signal.SIGCONT)


class Database(Server):
    actions = {"restart": 3, "crash": 3, "freeze": 2, "kill_backend": 3, "end_connections": 2}

    def restart(self):
        self.away(signal.SIGINT)

    def crash(self):
        self.away(signal.SIGQUIT)

    def kill_backend(self):
        """Whichever serves a worker: the server ends all connections and recovers as after a crash."""
        pids = self.server.sql("postgres", "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'khabar%'", check=False).stdout.split()
        each([int(self.random.choice(sorted(pids)))] if pids else [], signal.SIGKILL)

    def end_connections(self):
        self.server.sql("postgres", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'khabar%'", check=False)


class Broker(Server):
    actions = {"restart": 2, "crash": 2, "freeze": 2}

    def restart(self):
        self.away(signal.SIGTERM)

    def crash(self):
        self.away(signal.SIGKILL)


def children(pid):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def each(pids, sig):
    for pid in pids:
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            pass


class Endurance:
    """`test` is a suite.Test: its topic, its database, its workers. `gaps`: mean seconds between two disturbances of workers, of the database, of the broker."""

    def __init__(self, test, seconds, seed, rate=100, workers=3, gaps=(3, 9, 12), say=None):
        self.test, self.seconds, self.rate, self.say = test, seconds, rate, say
        self.counts, self.failures = {}, []
        self.published = self.dead = 0
        self.paused_longest, self.paused_until, self.memory = 0, "never", 0
        self.source = messages(seed)
        self.publishing = threading.Lock()
        self.publish_some(rate)  # makes the topic
        self.began = time.monotonic()
        self.until = self.began + seconds
        self.workers = Workers(self, f"{seed} workers", gaps[0], workers)
        self.disturbers = [self.workers, Database(self, f"{seed} database", gaps[1], test.cluster, threading.Lock()),
                           Broker(self, f"{seed} broker", gaps[2], test.broker, self.publishing)]

    def fail(self, what):
        self.failures.append(what)
        self.until = 0

    def publish_some(self, count):
        some = list(itertools.islice(self.source, count))
        with self.publishing:  # not while the broker is away: what a producer does then is not what is tested
            self.test.publish(some)
        self.published += len(some)
        self.dead += sum(key.startswith("bad-") for key, _ in some)

    def publish(self):
        """Steadily; what could not be sent for a disturbance is made up for afterwards."""
        try:
            while (now := time.monotonic()) < self.until:
                due = int((now - self.began) * self.rate) + self.rate - self.published
                if due > 0:
                    self.publish_some(min(due, 10 * self.rate))
                time.sleep(1)
        except Exception as error:
            self.fail(f"publisher: {type(error).__name__}: {error}")

    def written(self):
        """None while the database is away."""
        done = self.test.cluster.sql(self.test.database, f"SELECT coalesce(sum(next_offset), 0) FROM news.partition_offsets WHERE topic = '{self.test.topic}'", check=False)
        return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else None

    def measure_memory(self):
        for w in list(self.workers.workers):
            try:
                self.memory = max(self.memory, int(pathlib.Path(f"/proc/{w.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
            except (OSError, IndexError):
                pass

    def watch(self):
        """Until the time is over: how long nothing is written although something waits, and a line a minute."""
        before, moved, told = 0, time.monotonic(), time.monotonic()
        while (now := time.monotonic()) < self.until:
            written = self.written()
            if written is not None and (written > before or written >= self.published):
                before, moved = written, now
            if now - moved > self.paused_longest:
                self.paused_longest, self.paused_until = now - moved, time.strftime("%H:%M:%S")
            self.measure_memory()
            if self.say and now - told >= 60:
                told = now
                self.say(f"{(now - self.began) / 60:.0f} min: {self.published} published, {before} written; {self.what()}")
            time.sleep(1)

    def what(self):
        return ", ".join(f"{name} {count}" for name, count in sorted(self.counts.items()))

    def run(self):
        """Disturbs for the time, then waits until everything is written."""
        threads = [threading.Thread(target=self.publish, daemon=True), *self.disturbers]
        for t in threads:
            t.start()
        self.watch()
        for t in threads:
            t.join(300)
            if t.is_alive():
                self.failures.append(f"{t} does not end")
        if self.failures:
            raise AssertionError("\n".join(self.failures))
        quiet = time.monotonic()
        self.test.wait_written(self.published, RECOVERY_SECONDS)
        self.recovery = time.monotonic() - quiet
        for w in list(self.test.workers):
            self.workers.end(w)
            self.test.workers.remove(w)

    def letters(self, group):
        """Places of the messages that a group's workers buried: each once, and how many letters there are twice."""
        read = [m["headers"] for m in self.test.dead_letters()]
        places = [(h["__connect.errors.partition"], h["__connect.errors.offset"]) for h in read if h["__connect.errors.connector.name"] == group]
        return set(places), len(places) - len(set(places))

    def compare(self):
        """With an undisturbed run of the same topic. The rows of each table."""
        test = self.test
        test.assertEqual(test.written(), self.published)
        test.assertEqual(test.broker.unread(test.topic, test.group), 0, "offsets that Kafka was told")
        group = test.group + "-undisturbed"
        database, dsn = test.make_database()
        worker = test.worker(postgres=dsn, kafka_group=group)
        test.wait_written(self.published, 600 + self.published // 100, database=database)
        test.assertEqual(worker.stop(), 0)
        counts = test.assert_same_database(database)
        dead, self.twice = self.letters(test.group)
        test.assertEqual(dead, self.letters(group)[0])
        test.assertEqual(len(dead), self.dead)
        return counts

    def report(self, rows):
        return (f"{self.published} messages, {self.dead} of them bad; {self.what()}; longest time without progress {self.paused_longest:.1f} s (until {self.paused_until}); "
                f"all written {self.recovery:.1f} s after the last disturbance; largest worker {self.memory / 1e6:.0f} MB; "
                f"equal to the undisturbed run: {', '.join(f'{name} {count}' for name, count in rows.items())}; dead letters {self.dead}, {self.twice} twice")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--rate", type=int, default=40, help="messages published a second")
    options.add_argument("--workers", type=int, default=3)
    options.add_argument("--gaps", default="6,45,90", help="mean seconds between two disturbances of the workers, of the database, of the broker")
    options.add_argument("--logs", help="folder that all logs are copied to in the end; without, they are lost")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # broker and database end with the program
    # A program that is built anew meanwhile is another one.
    folder = tempfile.mkdtemp(prefix="khabar-soak-")
    os.environ["KHABAR_PROGRAM"] = shutil.copy(stand.program(), folder)

    class Soak(suite.Test):
        def runTest(self):
            run = Endurance(self, chosen.minutes * 60, chosen.seed, chosen.rate, chosen.workers, tuple(float(g) for g in chosen.gaps.split(",")),
                            say=lambda line: print(line, flush=True))
            run.run()
            print("everything is written; reading the topic again in peace", flush=True)
            print(f"seed {chosen.seed}, {chosen.minutes:g} minutes, {chosen.workers} workers: {run.report(run.compare())}")

    print(f"seed {chosen.seed}; {subprocess.run([os.environ['KHABAR_PROGRAM'], '--version'], stdout=subprocess.PIPE, text=True).stdout.strip()}", flush=True)
    try:
        result = suite.unittest.TextTestRunner(sys.stdout, verbosity=0).run(suite.unittest.TestSuite([Soak()]))
        if chosen.logs:
            suite.keep_logs(chosen.logs)
    finally:
        suite.finish()
        shutil.rmtree(folder)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
