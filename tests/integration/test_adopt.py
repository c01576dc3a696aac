"""Entities that the lexicon learns later: what was stored of them moves to the known entity, without loss."""

import json
import pathlib

import stand
import suite

ARTICLES = [
    ("adopt-1", "2024-03-01", "التقى رجل الأعمال سندباد الكتماني الرئيس المصري عبد الفتاح السيسي في القاهرة يوم الخميس. وقال الكتماني إن السفن وصلت."),
    ("adopt-2", "2024-05-01", "أدان سندباد الكتمانى الهجوم على الميناء في مسقط."),
    ("adopt-3", "2024-04-01", "قال الوزير سندباد الكتماني في مسقط إن السفن وصلت. وزار الشيخ مهران الكتماوي صلالة يوم الأحد. والتقى سندباد الكتماني السفراء."),
    ("adopt-2", "2024-05-01", "أدان سندباد الكتماني الهجوم على ميناء مسقط وتوعد بالرد."),
    ("adopt-4", "2024-02-01", "قال التاجر هيثم الزرقطوني في مسقط إن السوق مغلقة."),
]
ROW = "sindbad-test\tسندباد الكتماني\tمهران الكتماوي\t\tSindbad al-Katmani\tm\tOMN\tOMNBUS\t\tminister@OMN 2024-04-01..2024-04-30 OMNGOV\n"

STRANGERS = "SELECT count(*) FROM news.entities WHERE lexicon_key IS NULL AND name LIKE ANY (ARRAY['%سندباد%', '%مهران%'])"
SEEN = ("SELECT min(a.published_at)::date || ' ' || max(a.published_at)::date || ' ' || count(DISTINCT a.article_id) || ' ' || count(*)"
        " FROM news.entity_mentions m JOIN news.article_entities x USING (article_id, entity_no) JOIN news.entities e USING (entity_id)"
        " JOIN news.articles a USING (article_id) WHERE e.name LIKE '%سندباد%' OR e.name LIKE '%مهران%'")
PARTIES = ("SELECT count(*) FROM news.event_participants p JOIN news.article_entities x USING (article_id, entity_no)"
           " JOIN news.entities e USING (entity_id) WHERE e.name LIKE '%سندباد%' OR e.name LIKE '%مهران%'")
OTHERS = "SELECT string_agg(entity_id || name, ',' ORDER BY entity_id) FROM news.entities WHERE name NOT LIKE '%سندباد%' AND name NOT LIKE '%مهران%'"
DANGLING = ("SELECT count(*) FROM news.article_revisions r, jsonb_array_elements(r.record -> 'entities') e"
            " WHERE NOT EXISTS (SELECT FROM news.entities n WHERE n.entity_id::text = e ->> 'entity_id')")


class Adopt(suite.Test):
    def adopt(self, *words, folder):
        return stand.khabar("lexicon", "adopt", *words, postgres=self.dsn, lexicon=folder)

    def test_what_was_unknown_becomes_the_known_entity(self):
        worker = self.worker()
        for written, (key, day, body) in enumerate(ARTICLES, 1):
            self.publish([(key, json.dumps({"id": key, "language": "ar", "published_at": f"{day}T10:00:00Z", "body": body}, ensure_ascii=False))])
            self.wait_written(written)
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(self.value(STRANGERS), "2", "spellings of one name are one entity")
        seen, parties, others = self.value(SEEN), self.value(PARTIES), self.value(OTHERS)
        self.assertTrue(seen.startswith("2024-03-01 2024-05-01 3 "), seen)
        self.assertGreater(int(parties), 0)

        people = pathlib.Path(self.stand.fresh("adopt")) / "lexicon" / "people"
        people.mkdir(parents=True)
        (people / "own.tsv").write_text(ROW)
        folder = people.parent.parent

        dry = self.adopt("dry", folder=folder)
        self.assertEqual(dry.returncode, 0, dry.stderr)
        self.assertIn("PERSON\tسندباد الكتمانى\tsindbad-test", dry.stdout)
        self.assertEqual(self.value(STRANGERS), "2", "dry changes nothing")

        done = self.adopt(folder=folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 of ", done.stdout)
        self.assertEqual(self.value(STRANGERS), "0")
        self.assertEqual(self.value(SEEN), seen, "first and last seen, articles and mentions")
        self.assertEqual(self.value(PARTIES), parties)
        self.assertEqual(self.value(OTHERS), others, "nobody else is touched")
        self.assertEqual(self.value("SELECT lexicon_key || ' ' || name_en || ' ' || country FROM news.entities WHERE name LIKE '%سندباد%'"),
                         "sindbad-test Sindbad al-Katmani OMN")
        self.assertEqual(self.value("SELECT string_agg(x.code, ' ' ORDER BY a.published_at) FROM news.article_entities x JOIN news.articles a USING (article_id)"
                                    " JOIN news.entities e USING (entity_id) WHERE e.lexicon_key = 'sindbad-test'"), "OMNBUS OMNGOV OMNGOV",
                         "the code of the office on the day of each article, and for a month after")
        self.assertEqual(self.value("SELECT count(*) FROM (SELECT 1 FROM news.article_entities GROUP BY article_id, entity_id HAVING count(*) > 1) twice"), "0")
        self.assertEqual(self.value("SELECT count(*) FROM news.article_entities x WHERE mentions <> (SELECT count(*) FROM news.entity_mentions m"
                                    " WHERE m.article_id = x.article_id AND m.entity_no = x.entity_no)"), "0")
        self.assertEqual(self.value("SELECT count(*) FROM news.article_revisions"), "1")
        self.assertEqual(self.value(DANGLING), "0", "the history names entities that are there")

        again = self.adopt(folder=folder)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(again.stdout.startswith("0 of "), again.stdout)

        # a worker that has the data makes no stranger of the name, and finds the known entity there
        worker = self.worker(lexicon=folder)
        self.publish([("adopt-5", json.dumps({"id": "adopt-5", "language": "ar", "published_at": "2024-06-01T10:00:00Z", "body": ARTICLES[1][2]}, ensure_ascii=False))])
        self.wait_written(len(ARTICLES) + 1)
        self.assertEqual(worker.stop(), 0)
        self.assertEqual(self.value("SELECT count(*) FROM news.entities WHERE name LIKE '%سندباد%'"), "1")
        self.assertEqual(self.dead_letters(), [])

    def test_it_refuses_a_database_of_another_version_and_wrong_words(self):
        self.assertEqual(stand.khabar("migrate", "down", postgres=self.dsn).returncode, 0)
        old = stand.khabar("lexicon", "adopt", postgres=self.dsn)
        self.assertEqual(old.returncode, 1)
        self.assertIn("khabar migrate up", old.stderr)
        wrong = stand.khabar("lexicon", "adopt", "wet", postgres=self.dsn)
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("'wet' is not dry", wrong.stderr)
