"""TLS and SASL to Kafka, TLS and SCRAM to PostgreSQL, with real certificates.

The SCRAM of librdkafka before 2.6.1, and Debian 12 has 2.0.2, is refused by current brokers (librdkafka #4895): with such a librdkafka it is tested with Kafka 3.7.1, which
takes it, and PLAIN with the current one.
"""

import os
import re
import pathlib
import shutil
import subprocess

import articles
import stand
import suite

PASSWORD = "a-very-secret-word"


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_certificates(folder):
    """An authority, and a certificate for 127.0.0.1 that it signed: ca.pem, server.key, server.pem."""
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", folder / "server.key", "-out", folder / "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", folder / "names", "-out", folder / "server.pem")


def librdkafka():
    """Version of the library, as kcat, which uses the same one, tells it."""
    text = subprocess.run(["kcat", "-V"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return tuple(map(int, re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", text).groups()))


class SecureBroker(stand.Broker):
    """Clients must come by TLS and name themselves; the plain listener is the broker's own."""

    def __init__(self, folder, certificates, mechanism):
        port, inner, controller = stand.free_port(), stand.free_port(), stand.free_port()
        self.secure_address, self.inner_address = f"127.0.0.1:{port}", f"127.0.0.1:{inner}"
        self.client = {"security.protocol": "SASL_SSL", "ssl.ca.location": certificates / "ca.pem", "sasl.mechanism": mechanism, "sasl.username": "khabar"}
        self.client_options = [x for name, value in {**self.client, "sasl.password": PASSWORD}.items() for x in ("-X", f"{name}={value}")]
        keystore = pathlib.Path(certificates) / "keystore.pem"
        keystore.write_bytes((certificates / "server.key").read_bytes() + (certificates / "server.pem").read_bytes())
        scram = mechanism.startswith("SCRAM")
        self.version = "3.7.1" if scram and librdkafka() < (2, 6, 1) else self.version
        quorum = [f"controller.quorum.bootstrap.servers=127.0.0.1:{controller}"] if self.version > "4" else [f"controller.quorum.voters=1@127.0.0.1:{controller}"]
        form = (["--standalone"] if self.version > "4" else []) + (["--add-scram", f"{mechanism}=[name=khabar,password={PASSWORD}]"] if scram else [])
        login = "scram.ScramLoginModule required;" if scram else f"plain.PlainLoginModule required user_khabar=\"{PASSWORD}\";"
        super().__init__(folder, partitions=2, form=form, settings=[
            f"listeners=SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inner},CONTROLLER://127.0.0.1:{controller}",
            f"advertised.listeners=SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inner}",
            *quorum, "inter.broker.listener.name=PLAINTEXT",
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
            f"sasl.enabled.mechanisms={mechanism}", "ssl.keystore.type=PEM", f"ssl.keystore.location={keystore}",
            f"listener.name.sasl_ssl.{mechanism.lower()}.sasl.jaas.config=org.apache.kafka.common.security.{login}"])

    def is_up(self):
        done = subprocess.run(["kcat", "-b", self.inner_address, "-L", "-m", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0


class Secure(suite.Test):
    migrated = False

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.stand.fresh("certificates"))
        self.folder.mkdir()
        make_certificates(self.folder)
        (self.folder / "password").write_text(PASSWORD + "\n")

    def secure_cluster(self):
        cluster = self.stand.cluster()
        for name in ("server.key", "server.pem"):
            shutil.copy(self.folder / name, cluster.data / name)
            os.chmod(cluster.data / name, 0o600)
            if cluster.who:
                os.chown(cluster.data / name, cluster.who["user"], cluster.who["group"])
        cluster.create("news")
        cluster.sql("postgres", f"ALTER ROLE khabar PASSWORD '{PASSWORD}'")
        cluster.sql("postgres", "ALTER SYSTEM SET ssl = on")
        cluster.sql("postgres", "ALTER SYSTEM SET ssl_cert_file = 'server.pem'")
        cluster.sql("postgres", "ALTER SYSTEM SET ssl_key_file = 'server.key'")
        (cluster.data / "pg_hba.conf").write_text("hostssl news khabar 127.0.0.1/32 scram-sha-256\nhost postgres khabar 127.0.0.1/32 trust\n")
        cluster.stop()
        cluster.start()
        return cluster

    def test_plain_within_tls(self):
        self.from_end_to_end("PLAIN")

    def test_scram_within_tls(self):
        self.from_end_to_end("SCRAM-SHA-512")

    def from_end_to_end(self, mechanism):
        cluster = self.secure_cluster()
        broker = SecureBroker(self.stand.fresh("kafka"), self.folder, mechanism)
        self.addCleanup(broker.stop, 9)
        key, value = articles.message(1)
        subprocess.run(["kcat", "-P", "-b", broker.secure_address, "-t", "articles", *broker.client_options], input=value.encode() + b"\nno json\n", check=True)

        dsn = f"{cluster.dsn('news')} sslmode=verify-full sslrootcert={self.folder}/ca.pem"
        settings = {"kafka_brokers": broker.secure_address, "postgres": f"{dsn} password={PASSWORD}", "kafka_sasl_password_file": self.folder / "password",
                    **{"kafka_" + name.replace(".", "_"): setting for name, setting in broker.client.items()}}
        wrong = stand.khabar("migrate", "up", postgres=f"{dsn} password=wrong-word")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("authentication failed", wrong.stderr)
        self.assertNotIn("wrong-word", wrong.stderr)
        plain = stand.khabar("migrate", "up", postgres=f"{cluster.dsn('news')} sslmode=disable password={PASSWORD}")
        self.assertEqual(plain.returncode, 1)
        self.assertEqual(stand.khabar("migrate", "up", postgres=settings["postgres"]).returncode, 0)

        worker = self.worker(**{**self.settings(), "kafka_topic": "articles", **settings, "log_level": "debug"})

        def query(sql):
            return subprocess.run(["psql", "-X", "-A", "-t", settings["postgres"], "-c", sql], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

        self.wait("both messages", lambda: query("SELECT coalesce(sum(next_offset), 0) FROM news.partition_offsets") == "2")
        self.assertEqual(query("SELECT id FROM news.articles"), key)
        self.assertEqual(query("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'khabar%'"), "t")
        self.assertEqual(worker.stop(), 0)
        self.assertNotIn(PASSWORD, worker.log.read_text())
        (self.folder / "wrong").write_text("another-word\n")
        stranger = self.worker(**{**self.settings(), "kafka_topic": "articles", **settings, "kafka_sasl_password_file": self.folder / "wrong"})
        self.wait("the broker to refuse a wrong password", lambda: "uthentication failed" in stranger.log.read_text())
        self.assertNotIn("another-word", stranger.log.read_text())
