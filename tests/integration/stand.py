"""A broker, a database cluster and workers of one's own: for the tests and for the demonstration.

Everything lives below one temporary folder, listens on free ports of the loopback and ends with the program.
Needs Python's standard library, Java, Maven (once, for Kafka's jars), PostgreSQL's server programs, psql and kcat.
"""

import contextlib
import glob
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds=60, every=0.05):
    """Calls condition() until it is true; its value. Fails after the time."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(every)


def port_open(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def start(command, log, start_new_session=True, **options):
    """A process whose output goes to the end of a file."""
    with open(log, "a") as f:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=f, stderr=f, start_new_session=start_new_session, **options)


def end(process, sig=signal.SIGTERM, seconds=30):
    """Signals a process and waits for it; kills it when it takes too long. Its exit status."""
    if process.poll() is None:
        process.send_signal(sig)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


# ---------------------------------------------------------------------------------------------------------------- PostgreSQL


def unprivileged():
    """Keyword arguments for subprocess: PostgreSQL refuses to run as root, so root steps down to a user without rights."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {}


def postgres_program(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda p: int(p.split("/")[4]))
    return found[-1] if found else shutil.which(name) or sys.exit(f"{name} of PostgreSQL's server is not installed")


class Cluster:
    """A private PostgreSQL cluster. `settings` are lines of postgresql.conf."""

    def __init__(self, folder, settings=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.port = free_port()
        self.who = unprivileged()
        self.process = None
        if self.who:
            os.chown(self.folder, self.who["user"], self.who["group"])
        self.data = self.folder / "data"
        subprocess.run([postgres_program("initdb"), "-D", self.data, "-U", "khabar", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
                       check=True, stdout=subprocess.DEVNULL, cwd="/", **self.who)
        with open(self.data / "postgresql.conf", "a") as f:
            # fsync guards against a crash of the machine, which no test makes; a crash of the server is safe without.
            f.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\nfsync = off\n"
                    "max_connections = 60\nlog_min_messages = fatal\nshared_buffers = 256MB\nmax_wal_size = 2GB\n" + "\n".join(settings) + "\n")
        self.start()

    def start(self):
        self.process = start([postgres_program("postgres"), "-D", self.data], self.folder / "log", cwd="/", **self.who)
        try:
            wait_for("PostgreSQL", lambda: subprocess.run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0, 180)
        except TimeoutError:
            sys.stderr.write((self.folder / "log").read_text())
            raise

    def stop(self, sig=signal.SIGINT):
        """SIGINT: fast shutdown, connections are cut; SIGQUIT: at once, as after a crash."""
        end(self.process, sig)

    def dsn(self, database, user="khabar"):
        return f"host=127.0.0.1 port={self.port} user={user} dbname={database}"

    def create(self, database):
        self.sql("postgres", f'CREATE DATABASE "{database}"')
        return self.dsn(database)

    def sql(self, database, text, user="khabar", check=True):
        """Runs SQL; the rows as text, fields by tabs."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.dsn(database, user)],
                              input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if check and done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr}")
        return done.stdout.rstrip("\n") if check else done

    def rows(self, database, text):
        out = self.sql(database, text)
        return [tuple(line.split("\t")) for line in out.split("\n")] if out else []

    def value(self, database, text):
        return self.sql(database, text)


# ---------------------------------------------------------------------------------------------------------------- Kafka


def kafka_jars(version="4.1.0"):
    """Apache Kafka's jars, fetched with Maven once and kept."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "khabar" / f"kafka-{version}-tools"
    if not (cache / "complete").exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as fresh:
            shutil.copy(HERE / "kafka-pom.xml", fresh + "/pom.xml")
            for attempt in (1, 2, 3):
                done = subprocess.run(["mvn", "-q", "-B", "-ntp", "-f", fresh + "/pom.xml", "dependency:copy-dependencies", "-DincludeScope=runtime", f"-Dkafka.version={version}",
                                       f"-DoutputDirectory={fresh}/jars"], stdin=subprocess.DEVNULL)
                if done.returncode == 0:
                    break
                if attempt == 3:
                    sys.exit("Maven could not fetch Apache Kafka")
                time.sleep(5 * attempt)
            with contextlib.suppress(OSError):  # somebody else was faster
                os.rename(fresh + "/jars", cache)
            (cache / "complete").touch()
    return f"{cache}/*"


class Broker:
    """Apache Kafka, one node, KRaft. Producers make topics, of so many partitions. `form` says what its storage is formatted with."""

    version = "4.1.0"

    def __init__(self, folder, partitions=8, settings=(), form=("--standalone",)):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.process = None
        self.config = self.folder / "server.properties"
        self.config.write_text("\n".join([
            "process.roles=broker,controller", "node.id=1",
            f"listeners=PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names=CONTROLLER", f"controller.quorum.bootstrap.servers=127.0.0.1:{controller}",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            f"log.dirs={self.folder}/logs", f"num.partitions={partitions}", "auto.create.topics.enable=true",
            "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=5",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
            "group.initial.rebalance.delay.ms=200", "message.max.bytes=20000000", *settings]) + "\n")
        (self.folder / "log4j2.yaml").write_text(
            "Configuration:\n  status: error\n  Appenders:\n    Console:\n      name: C\n      PatternLayout:\n        pattern: '%d %p %c %m%n'\n"
            "  Loggers:\n    Root:\n      level: warn\n      AppenderRef:\n        - ref: C\n")
        self.java("kafka.tools.StorageTool", "format", *form, "-t", "a2hhYmFyLWtoYWJhcg", "-c", str(self.config))
        self.start()

    def is_up(self):
        return port_open(self.port) and subprocess.run(["kcat", "-b", self.address, "-L", "-m", "2"], stdout=subprocess.DEVNULL,
                                                       stderr=subprocess.DEVNULL).returncode == 0

    def command(self, *arguments):
        return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={self.folder}/log4j2.yaml",
                "-cp", kafka_jars(self.version), *arguments]

    def java(self, *arguments):
        done = subprocess.run(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout)
        return done.stdout

    def start(self):
        self.process = start(self.command("kafka.Kafka", str(self.config)), self.folder / "log")
        try:
            wait_for("Kafka", self.is_up, 180)
        except TimeoutError:
            sys.stderr.write((self.folder / "log").read_text()[-5000:])
            raise

    def stop(self, sig=signal.SIGTERM):
        end(self.process, sig)

    def unread(self, topic, group):
        """How many messages of the topic lie behind the offsets that a group, without members now, has committed."""
        done = subprocess.run(["kcat", "-b", self.address, "-G", group, "-e", "-q", "-f", "%o\n", "-X", "auto.offset.reset=earliest", topic],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, timeout=60)
        return len(done.stdout.split())

    def publish(self, topic, messages, headers=()):
        publish(self.address, topic, messages, headers)

    def read(self, topic):
        return read_topic(self.address, topic)


class MockBroker:
    """The broker that librdkafka has built in, for where Java can't be had: held by a kcat that lives as long as it is needed."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        log = self.folder / "log"
        self.process = start(["kcat", "-C", "-b", "none", "-t", "hold", "-X", "test.mock.num.brokers=1"], log)

        def address():
            return next((w for w in log.read_text().split() if w.startswith("127.0.0.1:")), None)

        self.address = wait_for("librdkafka's broker", address)

    def stop(self):
        end(self.process, signal.SIGKILL)

    def publish(self, topic, messages, headers=()):
        publish(self.address, topic, messages, headers)

    def read(self, topic):
        return read_topic(self.address, topic)


def publish(address, topic, messages, headers=()):
    """messages: (key, value) of str; a value None is a tombstone. Keys choose the partition, as with Kafka's own producer."""
    options = [x for h in headers for x in ("-H", h)]
    lines = "".join(f"{key}\x1e{'' if value is None else value}\x1d" for key, value in messages)
    subprocess.run(["kcat", "-P", "-b", address, "-t", topic, "-K", "\x1e", "-D", "\x1d", "-Z", "-X", "partitioner=murmur2_random",
                    "-X", "message.max.bytes=20000000", *options], input=lines.encode(), check=True)


def publish_raw(address, topic, value, headers=(), key=None):
    """One message of any bytes."""
    options = [x for h in headers for x in ("-H", h)]
    if key is not None:
        options += ["-k", key]
    with tempfile.NamedTemporaryFile() as f:
        f.write(value)
        f.flush()
        subprocess.run(["kcat", "-P", "-b", address, "-t", topic, "-X", "message.max.bytes=20000000", *options, f.name], check=True)


def read_topic(address, topic):
    """All messages of a topic as dictionaries: key, payload, headers, partition, offset. An unknown topic has none."""
    done = subprocess.run(["kcat", "-C", "-b", address, "-t", topic, "-e", "-q", "-J", "-X", "allow.auto.create.topics=false", "-X", "fetch.message.max.bytes=20000000"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    messages = [json.loads(line) for line in done.stdout.decode(errors="replace").splitlines()]
    for m in messages:
        names = m.get("headers") or []
        m["headers"] = dict(zip(names[::2], names[1::2]))
    return messages


# ---------------------------------------------------------------------------------------------------------------- khabar


def program():
    """The program under test: KHABAR_PROGRAM, else the newest that was built in the tree."""
    given = os.environ.get("KHABAR_PROGRAM")
    if given:
        return given
    built = sorted(glob.glob(str(ROOT / "build*" / "khabar")) + glob.glob(str(ROOT / "build" / "*" / "khabar")), key=os.path.getmtime)
    return built[-1] if built else sys.exit("khabar is not built; run tests/run, or name the program in KHABAR_PROGRAM")


def environment(**settings):
    """The environment of a worker: nothing of the caller's KHABAR_ and PG variables."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KHABAR_", "PG"))}
    clean.update({f"KHABAR_{k.upper()}": str(v) for k, v in settings.items()})
    return clean


def khabar(*arguments, input=None, **settings):
    return subprocess.run([program(), *arguments], input=input, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(**settings))


class Worker:
    def __init__(self, log, **settings):
        self.log = pathlib.Path(log)
        self.process = start([program(), "run"], log, start_new_session=False, env=environment(**{"http_listen": "127.0.0.1:0", **settings}))

    def port(self):
        """Where it serves health and metrics."""
        return int(wait_for("the server of health", lambda: self.events("listening"))[-1].rsplit("port=", 1)[1])

    def send(self, sig):
        self.process.send_signal(sig)

    def stop(self, sig=signal.SIGTERM, seconds=60):
        return end(self.process, sig, seconds)

    def alive(self):
        return self.process.poll() is None

    def events(self, name):
        """The lines of its log about an event."""
        return [line for line in self.log.read_text().splitlines() if f" {name} " in line + " "]


class Stand:
    """The folder, and what was started in it. Use it in a with statement."""

    def __init__(self, name="khabar"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=name + "-"))
        os.chmod(self.folder, 0o755)
        self.stack = contextlib.ExitStack()
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stack.close()

    def cluster(self, **options):
        c = Cluster(self.fresh("postgres"), **options)
        self.stack.callback(c.stop, signal.SIGQUIT)
        return c

    def broker(self, **options):
        b = Broker(self.fresh("kafka"), **options)
        self.stack.callback(b.stop, signal.SIGKILL)
        return b

    def mock_broker(self):
        b = MockBroker(self.fresh("mock"))
        self.stack.callback(b.stop)
        return b

    def worker(self, **settings):
        w = Worker(self.fresh("worker") + ".log", **settings)
        self.stack.callback(w.stop, signal.SIGKILL)
        return w

    def fresh(self, name):
        self.count += 1
        return str(self.folder / f"{name}-{self.count}")
