"""The demonstration: sample articles through a Kafka topic into PostgreSQL, and what the dashboard's views show of them.

A cluster of PostgreSQL and a broker are started for it in a temporary folder and are gone afterwards. The broker is Apache Kafka; with --mock, or where there is
no Java, it is the one that librdkafka has built in.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

import stand  # noqa: E402

TOPIC = "articles"

SCREENS = [
    ("articles", "SELECT article_id, source, left(title, 48) AS title, published_at, entities, events FROM dashboard.articles ORDER BY article_id"),
    ("events", "SELECT article_id, event_date, type, mode, status, actors, actor_codes AS codes, recipients, recipient_codes AS codes, place, country, killed, injured"
               " FROM dashboard.events ORDER BY article_id, event_id LIMIT 30"),
    ("entities", "SELECT type, name, name_en, country, code, wikidata, articles, mentions FROM dashboard.entities ORDER BY articles DESC, mentions DESC, name LIMIT 20"),
    ("daily_events", "SELECT * FROM dashboard.daily_events ORDER BY day, type LIMIT 20"),
    ("who_to_whom", "SELECT * FROM dashboard.who_to_whom ORDER BY day, type, actor_code LIMIT 20"),
]


def publish(address):
    """JSON as it is; a page's raw text and its HTML by their content type, one of them in an old charset."""
    lines = (HERE / "articles" / "articles.jsonl").read_bytes().splitlines(keepends=True)
    subprocess.run(["kcat", "-P", "-b", address, "-t", TOPIC], input=b"".join(lines), check=True)
    text = (HERE / "articles" / "sample-11.txt").read_text().encode("windows-1256")
    stand.publish_raw(address, TOPIC, text, ["content-type=text/plain; charset=windows-1256"])
    stand.publish_raw(address, TOPIC, (HERE / "articles" / "sample-12.html").read_bytes(), ["content-type=text/html"])
    return len(lines) + 2


def show(cluster, database):
    for name, query in SCREENS:
        print(f"\ndashboard.{name}")
        subprocess.run(["psql", "-X", "-q", "-P", "footer=off", "-P", "null=·", cluster.dsn(database), "-c", query], check=True)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mock", action="store_true", help="librdkafka's built-in broker instead of Apache Kafka")
    mock = options.parse_args().mock or not shutil.which("java")
    with stand.Stand("khabar-demo") as s:
        print(f"starting PostgreSQL and {'the broker of librdkafka' if mock else 'Apache Kafka'} in {s.folder}", flush=True)
        cluster = s.cluster()
        broker = s.mock_broker() if mock else s.broker(partitions=3)
        dsn = cluster.create("news")
        print(f"$ khabar migrate up\n{stand.khabar('migrate', 'up', postgres=dsn).stdout}", end="")
        count = publish(broker.address)
        print(f"published {count} articles to the topic '{TOPIC}'\n$ khabar run", flush=True)
        worker = s.worker(kafka_brokers=broker.address, kafka_topic=TOPIC, postgres=dsn)
        try:
            stand.wait_for("the articles", lambda: cluster.value("news", "SELECT count(*) FROM dashboard.articles") == str(count) or not worker.alive())
        except TimeoutError as error:
            print(error, file=sys.stderr)
        status = worker.stop()
        print(worker.log.read_text(), end="")
        show(cluster, "news")
        return status


if __name__ == "__main__":
    sys.exit(main())
