#!/usr/bin/env python3
"""How fast khabar is, beside what the same machine can do at best: see tests/bench/run. KHABAR_BENCH names the build folder.

Everything is measured in one run, what is compared turn by turn and by the best of the rounds, because the speed of a machine changes while others use it;
compare the ratios, not the rates of two runs. Database and broker have one half of the processors and what is measured the other half, as on machines of their
own: else they would take from each other what a stage alone has for itself (--together: all share all). How busy the machine was with other things is printed: ratios by the clock mean little when it was, those in
processor time still do. PostgreSQL runs with fsync on and 1 GB of shared buffers.
"""

import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "integration"))

import samples  # noqa: E402
import stand  # noqa: E402

BUILD = pathlib.Path(os.environ.get("KHABAR_BENCH", ROOT / "build" / "release"))
CLUSTER = ["fsync = on", "shared_buffers = 1GB", "max_wal_size = 8GB", "checkpoint_timeout = 30min"]
SESSIONS, TRANSACTION = 2, 512  # the defaults of `writers` and `transaction-messages`


def say(text):
    print(text, flush=True)


def progress(text):
    print(f"[{text}]", file=sys.stderr, flush=True)


def mixtures(numbers):
    return [samples.message(samples.mixture(n))[1] for n in numbers]


def write_messages(folder, count):
    """{kind: file}: one message a line."""
    files = {kind: folder / f"{kind}.jsonl" for kind in ("generated", "samples")}
    with concurrent.futures.ProcessPoolExecutor() as pool, open(files["generated"], "w") as f:
        for some in pool.map(mixtures, [range(n, min(n + 500, count)) for n in range(0, count, 500)]):
            f.writelines(line + "\n" for line in some)
    with open(files["samples"], "w") as f:
        f.writelines(samples.message(samples.sample(n))[1] + "\n" for n in range(count))
    return files


def values(*command, **settings):
    """What a program of this folder prints: {name: value}."""
    done = subprocess.run([BUILD / "tests" / command[0], *map(str, command[1:])], stdout=subprocess.PIPE, text=True, check=True, env=stand.environment(**settings), cwd=ROOT)
    return {name: float(value) for name, value in (line.split(" ") for line in done.stdout.splitlines())}


def cpu_of(pid):
    """Seconds of a process, of its children that ended, and of those that live."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(cpu_of(int(c)) for c in children)


def busy():
    """Processor seconds of the whole machine since it started, and those that were not idle."""
    fields = list(map(int, pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(fields) / ticks, (sum(fields) - fields[3] - fields[4]) / ticks


def best(rounds):
    """The round that took the least time, of rounds with a "wall" each."""
    return min(rounds, key=lambda v: v["wall"])


def least(rounds, *keys):
    return min(sum(v[key] for key in keys) for v in rounds)


class Bench:
    def __init__(self, s, options):
        self.stand, self.options, self.numbers = s, options, 0
        progress("broker and database")
        mine = sorted(os.sched_getaffinity(0))
        half = len(mine) // 2
        servers, ours = (mine, mine) if options.together or not half else (mine[:half], mine[half:])
        os.sched_setaffinity(0, servers)
        self.cluster = s.cluster(settings=CLUSTER)
        self.broker = s.broker()
        os.sched_setaffinity(0, mine)
        progress("messages")
        self.files = write_messages(s.folder, options.articles)
        os.sched_setaffinity(0, ours)
        self.where = f"servers on {len(servers)}, what is measured on {len(ours)} of {len(mine)} processors" + (", the same ones" if servers == ours else "")
        self.goals = []

    def fresh_database(self):
        self.numbers += 1
        dsn = self.cluster.create(f"bench_{self.numbers}")
        done = stand.khabar("migrate", "up", postgres=dsn)
        if done.returncode != 0:
            sys.exit(done.stderr)
        self.cluster.sql("postgres", "CHECKPOINT")
        return dsn

    def drop_databases(self):
        for (name,) in self.cluster.rows("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'"):
            self.cluster.sql("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')

    def publish(self, topic, file, times=1):
        """The article's number is its key."""
        for _ in range(times):
            with open(file) as f:
                lines = "".join(f"{n}\t{line}" for n, line in enumerate(f))
            subprocess.run(["kcat", "-P", "-b", self.broker.address, "-t", topic, "-K", "\t", "-X", "partitioner=murmur2_random", "-X", "linger.ms=50"],
                           input=lines.encode(), check=True)

    def goal(self, what, ratio, wanted):
        self.goals.append((what, ratio, wanted))

    # ------------------------------------------------------------------------------------------------------------ stages

    def read(self, kind):
        """Decode and extract, without Kafka and PostgreSQL. Articles a second of all cores."""
        progress(f"decode and extract, {kind}")
        v = values("bench_articles", self.files[kind])
        n = v["articles"]
        say(f"\n{kind} articles: {n:.0f}, each of {v['bytes'] / n:.0f} bytes, {v['words'] / n:.0f} words, {v['entities'] / n:.1f} entities, {v['events'] / n:.1f} events; "
            f"{v['rows'] / n:.0f} rows of {v['row_bytes'] / n:.0f} bytes")
        self.shape[kind] = v
        self.line("decode, one core", n, v["decode_cpu"], v, cpu=v["decode_cpu"])
        self.line("extract, one core", n, v["extract_cpu"], v, cpu=v["extract_cpu"])
        self.line("encode rows, one core", n, v["encode_cpu"], v, cpu=v["encode_cpu"])
        self.line(f"decode to rows, {v['cores']:.0f} cores", n, v["all_cores_wall"], v, cpu=v["all_cores_cpu"])
        return n / v["all_cores_wall"]

    def line(self, what, articles, wall, shape, cpu=None, server=None):
        n = shape["articles"]
        text = f"  {what:32} {articles / wall:9.0f} articles/s {articles / wall * shape['words'] / n / 1e3:9.0f} k words/s {articles / wall * shape['bytes'] / n / 1e6:8.1f} MB/s"
        if cpu is not None:
            text += f" {cpu / articles * 1000:8.3f} CPU s/1000"
        if server is not None:
            text += f" + {server / articles * 1000:.3f} of PostgreSQL"
        say(text)

    def server_cpu(self):
        """Of the database, when nobody is connected: what a session spent is counted when its process has ended."""
        stand.wait_for("sessions to end", lambda: self.cluster.value("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'bench%' AND backend_type = 'client backend'") == "0")
        time.sleep(0.3)
        return cpu_of(self.cluster.process.pid)

    def write(self, kind):
        """The writer beside its floors. Articles a second of the writer."""
        shape, taken, modes = self.shape[kind], {}, ["unnest", "writer", "copy"]
        for number in range(self.options.rounds):
            progress(f"write, {kind}, round {number + 1} of {self.options.rounds}")
            for mode in modes[number % 3:] + modes[:number % 3]:
                dsn = self.fresh_database()
                before = self.server_cpu()
                v = values("bench_sink", mode, dsn, self.files[kind], SESSIONS, TRANSACTION)
                v["server"] = self.server_cpu() - before
                taken.setdefault(mode, []).append(v)
                self.drop_databases()
        for mode, name in (("writer", "write"), ("unnest", "  floor: bare unnest"), ("copy", "  floor: bare COPY BINARY")):
            v = best(taken[mode])
            self.line(f"{name}, {SESSIONS} sessions", shape["articles"], v["wall"], shape, cpu=v["cpu"], server=v["server"])
        for floor, wanted in (("unnest", 0.9), ("copy", None)):
            self.goal(f"write, {kind} / bare {floor}", best(taken[floor])["wall"] / best(taken["writer"])["wall"], wanted)
            self.goal("  the same in processor time", least(taken[floor], "cpu", "server") / least(taken["writer"], "cpu", "server"), None)
        return shape["articles"] / best(taken["writer"])["wall"]

    def kcat(self, topic, *more):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(["kcat", "-C", "-b", self.broker.address, "-t", topic, "-e", "-q", "-f", "", *more], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {"wall": time.monotonic() - start, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}

    def consume(self):
        """The consumer beside kcat, on a topic large enough for both. Messages a second of the consumer."""
        progress("consume")
        times = max(1, self.options.consume // self.options.articles)
        self.publish("consume", self.files["generated"], times)
        count, shape, ours, kcats, starts = times * self.options.articles, self.shape["generated"], [], [], []
        for number in range(self.options.rounds + 2):
            starts.append(self.kcat("consume", "-o", "-1"))
            kcats.append(self.kcat("consume"))
            ours.append(values("bench_consume", "--kafka-topic=consume", f"--kafka-group=consume-{number}", count, kafka_brokers=self.broker.address, postgres=self.consume_dsn))
        # Connecting, asking for the partitions and waiting for their end (half a second) is no reading: what kcat takes for the last messages alone is no part of its time.
        kcat = {key: best(kcats)[key] - best(starts)[key] for key in ("wall", "cpu")}
        say(f"\nconsume alone, {count} messages")
        self.line("khabar's consumer", count, best(ours)["wall"], shape, cpu=best(ours)["cpu"])
        self.line("  floor: kcat", count, kcat["wall"], shape, cpu=kcat["cpu"])
        self.goal("consume / kcat", kcat["wall"] / best(ours)["wall"], 0.8)
        self.goal("  the same in processor time", (least(kcats, "cpu") - least(starts, "cpu")) / least(ours, "cpu"), None)
        return count / best(ours)["wall"]

    # --------------------------------------------------------------------------------------------------------------- all

    def metrics(self, worker, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    def worker(self, topic, dsn):
        w = self.stand.worker(kafka_brokers=self.broker.address, kafka_topic=topic, kafka_group=topic, postgres=dsn)
        return w, w.port()

    def end_to_end(self, kind):
        """From the first message that is taken to the last commit. Articles a second."""
        progress(f"end to end, {kind}")
        topic, shape, runs = f"all-{kind}", self.shape[kind], []
        self.publish(topic, self.files[kind])
        for number in range(self.options.rounds):
            dsn = self.fresh_database()
            server = self.server_cpu()
            w = self.stand.worker(kafka_brokers=self.broker.address, kafka_topic=topic, kafka_group=f"{topic}-{number}", postgres=dsn)
            port, start, before = w.port(), None, 0
            broker = cpu_of(self.broker.process.pid)
            while True:
                with contextlib.suppress(OSError):
                    m = self.metrics(w, port)
                    done = sum(v for name, v in m.items() if name.startswith("khabar_articles_total"))
                    if start is None and m.get("khabar_consumed_messages_total"):
                        start, before = time.monotonic(), done
                    if done >= self.options.articles:
                        break
                time.sleep(0.02)
            wall = time.monotonic() - start
            run = {"wall": wall * self.options.articles / (done - before), "cpu": m["process_cpu_seconds_total"], "broker": cpu_of(self.broker.process.pid) - broker,
                   "memory": self.high_water(w)}
            new = int(self.cluster.value(dsn.rsplit("=", 1)[1], "SELECT count(*) FROM news.articles"))
            if w.stop() != 0 or new != self.options.articles:
                sys.exit(f"{new} articles of {self.options.articles} are in the tables")
            runs.append({**run, "server": self.server_cpu() - server})
            self.drop_databases()
        v, n = best(runs), self.options.articles
        self.line("end to end", n, v["wall"], shape, cpu=v["cpu"], server=v["server"])
        say(f"  {'':32} and {v['broker'] / n * 1000:.3f} CPU s/1000 of Kafka; largest memory of the worker {max(r['memory'] for r in runs):.0f} MB")
        self.goal(f"200 MB / largest memory of the worker, {kind}", 200 / max(r["memory"] for r in runs), 1.0)
        return n / v["wall"]

    def own(self):
        """Processor seconds of all that belongs to this run."""
        spent = sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return spent + cpu_of(self.cluster.process.pid) + cpu_of(self.broker.process.pid)

    def high_water(self, worker):
        lines = pathlib.Path(f"/proc/{worker.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def latency(self):
        """One article at a time to an idle worker."""
        progress("latency")
        dsn = self.fresh_database()
        self.publish("latency", self.files["samples"])
        w, port = self.worker("latency", dsn)
        # Not the first articles: caches, plans and the broker are warm then.
        stand.wait_for("the worker to have nothing to do", lambda: sum(v for name, v in self.metrics(w, port).items() if name.startswith("khabar_articles_total")) >= self.options.articles, 600, 0.2)
        settings = {"kafka_brokers": self.broker.address, "postgres": dsn}
        done = subprocess.run([BUILD / "tests" / "bench_latency", "--kafka-topic=latency", self.files["samples"], str(self.options.latency)],
                              stdout=subprocess.PIPE, text=True, check=True, env=stand.environment(**settings))
        took = sorted(map(float, done.stdout.split()))
        w.stop()
        at = {p: took[min(len(took) - 1, int(len(took) * p / 100))] for p in (50, 95, 99)}
        say(f"\nlatency, one article at a time to an idle worker, from its publication until it is seen in the tables, {len(took)} articles\n"
            f"  median {at[50]:.1f} ms, p95 {at[95]:.1f} ms, p99 {at[99]:.1f} ms, worst {took[-1]:.1f} ms")
        self.goal("100 ms / median latency", 100 / at[50], 1.0)

    def run(self):
        self.shape, slowest, (all_before, busy_before) = {}, {}, busy()
        kinds = ("generated", "samples")
        for kind in kinds:
            stages = {"read": self.read(kind), "write": self.write(kind)}
            rate = self.end_to_end(kind)
            slowest[kind] = (stages, rate)
        self.consume_dsn = self.fresh_database()
        consume = self.consume()
        for kind, (stages, rate) in slowest.items():
            name, least = min({**stages, "consume": consume}.items(), key=lambda stage: stage[1])
            self.goal(f"end to end, {kind} / slowest stage alone ({name})", rate / least, 0.8)
        self.latency()
        for name, *arguments in (("bench_stages", "tests/corpus"), ("bench_words",)):
            progress(name)
            say(f"\n{name}")
            text = subprocess.run([BUILD / "tests" / name, *arguments], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
            say("".join(f"  {line}\n" for line in text.splitlines()).rstrip("\n"))
        everything, used = (after - before for after, before in zip(busy(), (all_before, busy_before)))
        say(f"\nratios; {self.where}, which were busy with other things for {max(0, used - self.own()) / everything:.0%} of the time")
        for what, ratio, wanted in self.goals:
            verdict = "" if wanted is None else f"   goal {wanted}: {'reached' if ratio >= wanted else 'missed'}"
            say(f"  {what:64} {ratio:6.2f}{verdict}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=8000, help="of each kind")
    options.add_argument("--consume", type=int, default=100000, help="messages that are consumed")
    options.add_argument("--latency", type=int, default=300, help="articles whose latency is measured")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--together", action="store_true", help="let servers and worker share all processors")
    options.add_argument("--quick", action="store_true", help="1,000 articles, 1 round: to see that it works")
    chosen = options.parse_args()
    if chosen.quick:
        chosen.articles, chosen.consume, chosen.latency, chosen.rounds = 1000, 20000, 50, 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # broker and database end with the program
    os.environ.setdefault("KHABAR_PROGRAM", str(BUILD / "khabar"))
    with stand.Stand("khabar-bench") as s:
        Bench(s, chosen).run()


if __name__ == "__main__":
    main()
