#!/usr/bin/env python3
"""Runs the integration tests: all of them, or those whose names hold one of the arguments ("!word": do not hold it). Last line: "integration: N passed, N failed"."""

import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import suite  # noqa: E402


class Result(unittest.TextTestResult):
    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"    {time.monotonic() - self.began:.1f} s")


def flatten(tests):
    for t in tests:
        if isinstance(t, unittest.TestSuite):
            yield from flatten(t)
        else:
            yield t


def main():
    found = list(flatten(unittest.defaultTestLoader.discover(str(HERE), "test_*.py")))
    words = [w for w in sys.argv[1:] if not w.startswith("!")]
    others = [w[1:] for w in sys.argv[1:] if w.startswith("!")]
    chosen = [t for t in found if (not words or any(w in t.id() for w in words)) and not any(w in t.id() for w in others)]
    try:
        result = unittest.TextTestRunner(sys.stdout, verbosity=2, resultclass=Result).run(unittest.TestSuite(chosen))
    finally:
        suite.finish()
    bad = {test.id().split(" ")[0] for test, _ in result.failures + result.errors}
    print(f"integration: {result.testsRun - len(bad)} passed, {len(bad)} failed")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
