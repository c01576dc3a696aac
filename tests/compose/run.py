"""The compose file for real: builds the images, starts everything, publishes a few articles, looks at the tables and at the image.

Needs a Docker Engine (tests/compose/daemon starts one of its own) and docker compose or docker-compose. Where there is none it says so and passes.
Last line: N passed, N failed."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "integration"))
import stand  # noqa: E402

PROJECT = f"khabar-test-{os.getpid()}"
ARTICLES = ROOT / "tests" / "demo" / "articles"


def run(*command, check=True, **options):
    """What a command says; its warnings, of which docker compose has some, are no part of it."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} exited {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def has_engine():
    return shutil.which("docker") and subprocess.run(["docker", "info"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def compose_command():
    if subprocess.run(["docker", "compose", "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def have_image(name):
    return subprocess.run(["docker", "image", "inspect", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def make_images():
    if not have_image("khabar-test/debian"):
        run(HERE / "images" / "base", "khabar-test/debian")
    build = ["docker", "build", "-q", "--network", "host", "--build-arg", "BASE=khabar-test/debian"]
    if not have_image("khabar-test/postgres"):
        run(*build, "-t", "khabar-test/postgres", HERE / "images" / "postgres")
    if not have_image("khabar-test/kafka"):
        jars = pathlib.Path(stand.kafka_jars()).parent
        context = pathlib.Path(os.environ["KHABAR_COMPOSE_WORK"]) / "kafka"
        shutil.copytree(HERE / "images" / "kafka", context, dirs_exist_ok=True)
        shutil.copytree(jars, context / "jars", dirs_exist_ok=True)
        run(*build, "-t", "khabar-test/kafka", context)
    run(*build, "-f", ROOT / "docker" / "Dockerfile", "-t", "khabar-test/khabar", ROOT)


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_images()
        run(ROOT / "docker" / "secrets")
        cls.command = compose_command() + ["-p", PROJECT, "-f", str(ROOT / "docker" / "compose.yaml"), "-f", str(HERE / "override.yaml")]
        cls.environment = os.environ | {"COMPOSE": " ".join(cls.command)}
        cls.compose("up", "-d", "--no-build")

    @classmethod
    def tearDownClass(cls):
        cls.compose("down", "-v", "-t", "20", check=False)

    @classmethod
    def compose(cls, *arguments, check=True, **options):
        return run(*cls.command, *arguments, check=check, **options)

    def sql(self, query):
        return self.compose("exec", "-T", "postgres", "psql", "-h", "/var/run/postgresql", "-U", "khabar", "-d", "khabar", "-XAtc", query).strip()

    def wait(self, query, expected, seconds=90):
        end = time.monotonic() + seconds
        while (value := self.sql(query)) != expected:
            if time.monotonic() > end:
                self.fail(f"{query}: {value!r} instead of {expected!r}\n" + self.compose("logs", "--tail", "40", check=False)[-6000:])
            time.sleep(1)

    def worker(self):
        return self.compose("ps", "-q", "worker").split()[0]

    def inspect(self, what, template):
        return run("docker", "inspect", "-f", template, what).strip()

    def test_1_articles_become_rows(self):
        articles = [{"id": f"compose-{n}", "title": "مباحثات في القاهرة", "published_at": "2024-08-02T08:00:00Z",
                     "body": f"التقى الرئيس المصري عبد الفتاح السيسي نظيره الفرنسي إيمانويل ماكرون في القاهرة. الجولة {n}."} for n in range(5)]
        feed = "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles)
        run(ROOT / "docker" / "publish", input=feed, env=self.environment)
        self.wait("SELECT count(*) FROM dashboard.articles", "5")
        self.assertGreater(int(self.sql("SELECT count(*) FROM dashboard.entities")), 0)
        shown = run(ROOT / "docker" / "results", "5", env=self.environment)
        self.assertIn("السيسي", shown)

    def test_0_the_file_is_whole(self):
        """As it stands, without the names of the tests' images; Prometheus comes with its profile alone."""
        services = run(*compose_command(), "-f", str(ROOT / "docker" / "compose.yaml"), "--profile", "watch", "config", "--services").split()
        self.assertLessEqual({"kafka", "topics", "postgres", "migrate", "worker", "prometheus"}, set(services))
        self.assert_bounded()
        self.assertNotIn("prometheus", run("docker", "ps", "-a", "--filter", f"name={PROJECT}", "--format", "{{.Names}}"))

    def assert_bounded(self):
        """Memory, processors and the log of every service, as the compose command reads the file."""
        text = run(*compose_command(), "-f", str(ROOT / "docker" / "compose.yaml"), "--profile", "watch", "config", env=os.environ | {"KHABAR_CPUS": "1.5"})
        services = re.search(r"^services:\n((?:  .*\n|\n)+)", text, re.M)[1]
        for service in re.split(r"^(?=  \S)", services, flags=re.M)[1:]:
            for pattern in (r"^    mem_limit: \S", r"^    cpus: [\"']?(1|1\.0|1\.5)[\"']?$", r"^        max-size: \S", r"^        max-file: \S"):
                self.assertRegex(service, re.compile(pattern, re.M))

    def wait_state(self, container, template, expected, seconds=120):
        end = time.monotonic() + seconds
        while (value := self.inspect(container, template)) != expected:
            if time.monotonic() > end:
                self.fail(f"{template} is {value!r} instead of {expected!r}\n" + self.compose("logs", "--tail", "40", check=False)[-6000:])
            time.sleep(1)

    def test_1_all_become_healthy(self):
        for service in ("kafka", "postgres", "worker"):
            self.wait_state(self.compose("ps", "-q", service).split()[0], "{{.State.Health.Status}}", "healthy")
        for service in ("topics", "migrate"):
            found = run("docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}", "--filter", f"label=com.docker.compose.service={service}").split()
            self.assertEqual([self.inspect(c, "{{.State.Status}} {{.State.ExitCode}}") for c in found], ["exited 0"], service)
        worker = self.inspect(self.worker(), "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.LogConfig.Config}}")
        self.assertRegex(worker, r"^1073741824 \d+000000000 map\[max-file:3 max-size:10m\]$")

    def test_1_killed_workers_start_again(self):
        """Killed from outside of Docker, as by a lack of memory: what docker kill ends stays so."""
        worker = self.worker()
        before = int(self.inspect(worker, "{{.RestartCount}}"))
        try:
            os.kill(int(self.inspect(worker, "{{.State.Pid}}")), signal.SIGKILL)
        except (PermissionError, ProcessLookupError) as error:
            self.skipTest(f"SKIPPED: the worker's process can't be killed from here: {error}")
        self.wait_state(worker, "{{.RestartCount}} {{.State.Running}}", f"{before + 1} true")
        self.wait_state(worker, "{{.State.Health.Status}}", "healthy")
        feed = json.dumps({"id": "restarted", "body": "زار وزير الخارجية التركي بغداد."}, ensure_ascii=False) + "\n"
        run(ROOT / "docker" / "publish", input=feed, env=self.environment)
        self.wait("SELECT count(*) FROM dashboard.articles WHERE article_id = 'restarted'", "1")

    def test_2_scaled_workers_share_the_topic(self):
        self.compose("up", "-d", "--no-build", "--scale", "worker=4")
        self.assertEqual(len(self.compose("ps", "-q", "worker").split()), 4)
        feed = "".join(json.dumps({"id": f"scaled-{n}", "body": f"زار وزير الخارجية التركي بغداد. الزيارة {n}."}, ensure_ascii=False) + "\n"
                       for n in range(20))
        run(ROOT / "docker" / "publish", input=feed, env=self.environment)
        self.wait("SELECT count(*) FROM dashboard.articles WHERE article_id LIKE 'scaled-%'", "20")

    def test_3_the_image_is_small_and_bare(self):
        self.assertLess(int(self.inspect("khabar-test/khabar", "{{.Size}}")), 150_000_000)
        self.assertEqual(self.inspect(self.worker(), "{{.HostConfig.ReadonlyRootfs}}"), "true")
        self.assertEqual(self.inspect("khabar-test/khabar", "{{.Config.User}}"), "10001:10001")
        for tool in ("sh", "gcc", "apt-get"):
            self.assertNotEqual(subprocess.run(self.command + ["exec", "-T", "worker", tool, "--version"], stdout=subprocess.DEVNULL,
                                               stderr=subprocess.DEVNULL).returncode, 0)

    def test_4_a_stopped_worker_leaves_in_order(self):
        worker = self.worker()
        run("docker", "stop", "-t", "40", worker)
        self.assertEqual(self.inspect(worker, "{{.State.ExitCode}}"), "0")

    def test_5_secrets_are_in_no_environment(self):
        for name in ("postgres", "worker"):
            password = (ROOT / "docker" / "secrets.d" / f"{name}-password").read_text().strip()
            self.assertGreater(len(password), 20)
            for service in ("worker", "postgres"):
                container = self.compose("ps", "-q", service).split()[0]
                self.assertNotIn(password, run("docker", "inspect", container))
            self.assertNotIn(password, self.compose("logs", check=False))

    def test_6_a_worker_is_only_a_writer(self):
        self.assertEqual(self.sql("SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'khabar%'"), "khabar_worker")
        self.assertEqual(self.sql("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR pg_has_role(oid, 'khabar_owner', 'MEMBER') FROM pg_roles WHERE rolname = 'khabar_worker'"), "f")


def main():
    if not has_engine() or not compose_command():
        print("!!! SKIPPED: the compose tests need a running Docker Engine and docker compose; this machine has none")
        print("0 passed, 0 failed")
        return 0
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(unittest.defaultTestLoader.loadTestsFromTestCase(Compose))
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    import tempfile
    with tempfile.TemporaryDirectory() as work:
        os.environ["KHABAR_COMPOSE_WORK"] = work
        sys.exit(main())
