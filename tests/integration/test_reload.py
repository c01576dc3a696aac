"""A user's own data files, read again on SIGHUP while messages come in."""

import json
import pathlib
import signal

import stand
import suite

ROW = "sindbad-test\tسندباد الكتماني\t\t\tSindbad al-Katmani\tm\tOMN\tOMNBUS\t\t\n"


class Reload(suite.Test):
    def read(self, n):
        body = f"قال التاجر سندباد الكتماني في مسقط إن السفن وصلت إلى الميناء. الخبر {n}."
        self.publish([(f"reload-{n}", json.dumps({"id": f"reload-{n}", "language": "ar", "body": body}, ensure_ascii=False))])
        self.wait_written(n)
        return self.value("SELECT string_agg(DISTINCT e.code, ',') FROM dashboard.entities e WHERE e.name = 'سندباد الكتماني'")

    def test_new_data_takes_over_and_broken_data_does_not(self):
        people = pathlib.Path(self.stand.fresh("data")) / "lexicon" / "people"
        people.mkdir(parents=True)
        worker = self.worker(lexicon=people.parent.parent)
        self.assertNotEqual(self.read(1), "OMNBUS")

        (people / "own.tsv").write_text(ROW)
        worker.send(signal.SIGHUP)
        stand.wait_for("the reload", lambda: worker.events("reloaded"))
        self.assertIn("OMNBUS", self.read(2))

        (people / "own.tsv").write_text("only-one-column\n")
        worker.send(signal.SIGHUP)
        stand.wait_for("the refusal", lambda: worker.events("reload-failed"))
        self.assertIn("own.tsv:1", worker.events("reload-failed")[0])
        self.read(3)
        self.assertTrue(worker.alive())
        self.assertEqual(self.dead_letters(), [])
        self.assertEqual(worker.stop(), 0)
