#!/usr/bin/env python3
"""An endurance run: three workers under random kills, stops, sleeps and additions while the database and the broker crash and return.

usage: endurance.py [--minutes N] [--seed N]

In the end every article must be there once, and all tables equal, row for row, to those of an undisturbed run. Exit status 0 when they are. What happens is
chosen by the seed, which is printed; test_chaos.py runs a short one.
"""

import argparse
import random
import signal
import sys
import threading
import time

import articles
import suite

WORKERS = {"unit_messages": 20, "transaction_messages": 100, "kafka_session_timeout_ms": 6000, "kafka_heartbeat_interval_ms": 1000}
RATE = 100  # articles a second


class Endurance:
    """`test` is a suite.Test: its topic, its database, its workers."""

    def __init__(self, test, seconds, seed):
        self.test, self.seconds = test, seconds
        self.random = random.Random(seed)
        self.workers = [test.worker(**WORKERS) for _ in range(3)]
        self.counts = {}

    def replace(self, worker):
        self.workers.remove(worker)
        self.test.workers.remove(worker)
        self.workers.append(self.test.worker(**WORKERS))

    def kill(self):
        worker = self.random.choice(self.workers)
        worker.stop(signal.SIGKILL)
        self.replace(worker)

    def terminate(self):
        worker = self.random.choice(self.workers)
        status = worker.stop(signal.SIGTERM, 60)
        if status not in (0, 3):
            raise AssertionError(f"a worker ended with status {status}\n{worker.log.read_text()[-2000:]}")
        self.replace(worker)

    def sleep(self):
        """Longer or shorter than the session."""
        worker = self.random.choice(self.workers)
        worker.send(signal.SIGSTOP)
        time.sleep(self.random.uniform(1, 12))
        worker.send(signal.SIGCONT)

    def rebalance(self):
        extra = self.test.worker(**WORKERS)
        time.sleep(self.random.uniform(0.5, 5))
        extra.stop(signal.SIGTERM, 60)
        self.test.workers.remove(extra)

    def database(self):
        self.test.cluster.stop(self.random.choice([signal.SIGINT, signal.SIGQUIT]))
        time.sleep(self.random.uniform(0, 5))
        self.test.cluster.start()

    def broker(self):
        self.test.broker.stop(self.random.choice([signal.SIGTERM, signal.SIGKILL]))
        time.sleep(self.random.uniform(0, 5))
        self.test.broker.start()

    def disturb(self, until):
        while time.monotonic() < until:
            time.sleep(self.random.uniform(0.5, 4))
            action = self.random.choice([self.kill, self.terminate, self.sleep, self.rebalance, self.database, self.broker])
            self.counts[action.__name__] = self.counts.get(action.__name__, 0) + 1
            with self.publishing if action == self.broker else threading.Lock():
                action()

    def publish(self, messages):
        """Steadily, but not while the broker is away: what a producer does then is not what is tested."""
        began = time.monotonic()
        for i in range(0, len(messages), RATE):
            with self.publishing:
                self.test.publish(messages[i:i + RATE])
            time.sleep(max(0, began + i / RATE - time.monotonic()))

    def run(self):
        messages = articles.stream(int(self.seconds * RATE))
        self.publishing = threading.Lock()
        self.test.publish(messages[:RATE])
        publisher = threading.Thread(target=self.publish, args=(messages[RATE:],))
        publisher.start()
        self.disturb(time.monotonic() + self.seconds)
        publisher.join()
        return len(messages), ", ".join(f"{name} {count}" for name, count in sorted(self.counts.items()))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--seed", type=int, default=int(time.time()))
    chosen = options.parse_args()

    class Long(suite.Test):
        def runTest(self):
            count, what = Endurance(self, chosen.minutes * 60, chosen.seed).run()
            print(f"{count} messages; {what}")
            self.assert_as_undisturbed(count, 600)

    print(f"seed {chosen.seed}", flush=True)
    try:
        result = suite.unittest.TextTestRunner(sys.stdout, verbosity=2).run(suite.unittest.TestSuite([Long()]))
    finally:
        suite.finish()
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
