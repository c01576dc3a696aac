"""How much memory a worker takes when more comes in than is written."""

import json
import pathlib
import subprocess
import time
import unittest

import samples
import stand
import suite
import test_watch

MOST_MB = 200
BODIES, TIMES = 400, 35  # about 60 MB of messages, and 270 MB of rows


def high_water(worker):
    lines = pathlib.Path(f"/proc/{worker.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def sanitized():
    return b"__asan_init" in pathlib.Path(stand.program()).read_bytes()


class Memory(suite.Test):
    def test_stays_bounded_while_the_database_takes_nothing(self):
        """Messages and rows wait up to their bounds, partitions are paused, and all of it goes on afterwards."""
        if sanitized():
            raise unittest.SkipTest("the memory of a sanitized program says nothing")
        bodies = [samples.mixture(n) for n in range(BODIES)]
        for time_ in range(TIMES):
            self.publish([(f"{time_}-{n}", json.dumps({**a, "id": f"{time_}-{n}"}, ensure_ascii=False)) for n, a in enumerate(bodies)])
        holder = subprocess.Popen(["psql", "-X", "-q", self.cluster.dsn(self.database), "-c",
                                   "BEGIN; LOCK TABLE news.articles IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait("the lock", lambda: self.value("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'news.articles'::regclass") == "1")
            worker = self.worker(drain_seconds=1)
            port, seen = worker.port(), []

            def full():
                seen.append(test_watch.metrics(port))
                return seen[-1]["khabar_pauses_total"] and len(seen) > 20 and seen[-1]["khabar_under_way_bytes"] == seen[-20]["khabar_under_way_bytes"] > 70e6

            self.wait("both queues to be full", full, 240)
            self.assertLess(seen[-1]["khabar_under_way_bytes"], 85e6)
            self.assertGreater(seen[-1]['khabar_queued_units{queue="extract"}'], 0)
        finally:
            self.value("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()")
            holder.wait()
        consumed = seen[-1]["khabar_consumed_messages_total"]
        self.wait("partitions to be read on", lambda: test_watch.metrics(port)["khabar_consumed_messages_total"] > consumed, 240)
        time.sleep(2)
        print(f"    largest memory {high_water(worker):.0f} MB")
        self.assertLess(high_water(worker), MOST_MB)
        self.assertIn(worker.stop(), (0, 3))
