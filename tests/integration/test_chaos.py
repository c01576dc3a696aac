"""Workers are killed, stopped, added; the database and the broker go away: in the end the tables are those of an undisturbed run, row for row."""

import itertools
import signal
import threading
import time

import articles
import endurance
import suite

WORKERS = {"unit_messages": 20, "transaction_messages": 100}  # small, so that much is under way when something happens


class Chaos(suite.Test):
    def publish_slowly(self, messages, seconds):
        """In the background, evenly over the time."""
        chunks = 40
        size = -(-len(messages) // chunks)

        def run():
            for i in range(chunks):
                self.publish(messages[i * size:(i + 1) * size])
                time.sleep(seconds / chunks)

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)
        return thread

    def test_workers_killed_stopped_and_added(self):
        messages = articles.stream(10000)
        self.publish(messages[:1000])
        workers = [self.worker(**WORKERS) for _ in range(3)]
        publisher = self.publish_slowly(messages[1000:], 20)
        self.wait("a third", lambda: self.written() > len(messages) // 3)
        workers[0].stop(signal.SIGKILL)
        self.workers.remove(workers[0])
        self.wait("a half", lambda: self.written() > len(messages) // 2)
        self.assertEqual(workers[1].stop(signal.SIGTERM), 0)
        self.workers.remove(workers[1])
        self.worker(**WORKERS)
        publisher.join()
        self.assert_as_undisturbed(len(messages))
        self.assertEqual(self.value("SELECT count(*) FROM news.articles"), "10000")
        self.assertEqual(self.value("SELECT count(DISTINCT id) FROM news.articles"), "10000")

    def test_database_and_broker_away(self):
        messages = articles.stream(4000)
        self.publish(messages[:500])
        for _ in range(2):
            self.worker(**WORKERS)
        publisher = self.publish_slowly(messages[500:2500], 8)
        self.wait("a start", lambda: self.written() > 600)
        self.cluster.stop()
        time.sleep(20)
        self.cluster.start()
        publisher.join()
        self.wait_written(2000, 60)
        self.broker.stop()
        time.sleep(20)
        self.broker.start()
        self.publish(messages[2500:])
        self.assert_as_undisturbed(len(messages))

    def test_a_worker_that_stands_still(self):
        """Stopped for longer than its session, another takes its partitions; then it wakes up and believes that they are its own."""
        messages = articles.stream(3000)
        fast = {**WORKERS, "kafka_session_timeout_ms": 6000, "kafka_heartbeat_interval_ms": 1000}
        self.publish(messages[:100])
        sleeper, other = self.worker(**fast), self.worker(**fast)
        self.wait("both to have partitions", lambda: sleeper.events("assigned") and other.events("assigned"))
        publisher = self.publish_slowly(messages[100:], 8)
        self.wait("a start", lambda: self.written() > 500)
        sleeper.send(signal.SIGSTOP)
        publisher.join()
        self.wait_written(len(messages), 120)
        sleeper.send(signal.SIGCONT)
        self.publish([articles.message(n) for n in range(3000, 3100)])
        self.assert_as_undisturbed(len(messages) + 100)

    def test_the_database_is_away_at_the_start(self):
        """An assignment that comes while the database is away is kept, and begins when it is back."""
        messages = articles.stream(300)
        self.publish(messages)
        worker = self.worker()
        self.wait_written(len(messages))
        self.cluster.stop()
        try:
            second = self.worker()
            self.wait("the second worker to try", lambda: second.events("postgres-wait"))
            worker.stop(signal.SIGKILL)
            self.workers.remove(worker)
            self.publish([articles.message(n) for n in range(300, 400)])
            time.sleep(3)
        finally:
            self.cluster.start()
        self.assert_as_undisturbed(len(messages) + 100)

    def test_everything_at_once(self):
        """The soak (tests/soak), a short one."""
        soak = endurance.Endurance(self, 20, seed=7, rate=50, gaps=(2, 5, 8))
        soak.run()
        print(soak.report(soak.compare()), end=" ", flush=True)

    def test_a_crash_of_the_server(self):
        messages = articles.stream(2000)
        self.worker(**WORKERS)
        publisher = self.publish_slowly(messages, 6)
        for _ in range(3):
            time.sleep(1.5)
            self.cluster.stop(signal.SIGQUIT)
            self.cluster.start()
        publisher.join()
        self.assert_as_undisturbed(len(messages))

    def test_the_same_articles_in_many_partitions(self):
        """Without keys the same article comes through several partitions to several writers at once: no deadlock, each once."""
        values = [articles.message(n)[1] for n in range(400)]
        numbers = itertools.count()
        self.publish([(f"other-key-{next(numbers)}", v) for _ in range(10) for v in values])
        workers = [self.worker(writers=4, **WORKERS) for _ in range(2)]
        self.wait_written(4000)
        self.assertEqual(self.value("SELECT count(*), max(revision) FROM news.articles"), "400\t1")
        for w in workers:
            self.assertEqual([line for line in w.events("write-retry") if "40P01" in line], [])
