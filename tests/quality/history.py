"""What the floors (floors.json) have been, as git tells: the best value each ever had on the articles of today.

Floors hold for the articles they were measured on, so that only those count that were written since an article was last
added or removed, in that commit or later. Corrections of marks are no reason to lower one."""
import json
import subprocess

import corpus

FLOORS = "tests/quality/floors.json"
ARTICLES = "tests/corpus/articles"


def _git(*arguments):
    """Lines that git prints in the checkout; raises where there is no git or it has no answer."""
    run = subprocess.run(["git", "-C", corpus.ROOT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return run.stdout.decode().splitlines()


def versions():
    """All floors of today's articles as {part: {figure: floor}}; None without the history (an archive, a shallow clone)."""
    try:
        if _git("rev-parse", "--is-shallow-repository", "--show-toplevel") != ["false", str(corpus.ROOT)]:
            return None
        grown, = _git("log", "-1", "--format=%H", "--no-renames", "--diff-filter=AD", "--", ARTICLES)
        commits = _git("log", "--format=%H", f"{grown}..HEAD", "--", FLOORS) + _git("log", "--format=%H", f"{grown}^!", "--", FLOORS)
        return [json.loads("\n".join(_git("show", f"{commit}:{FLOORS}"))) for commit in commits]
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def best(floors):
    """The highest of each floor, as {(part, figure): value}."""
    highest = {}
    for version in floors:
        for part, values in version.items():
            for name, value in values.items():
                highest[part, name] = max(value, highest.get((part, name), 0.0))
    return highest


def checks(floors):
    """(holds, message) for each floor that ever was: it is still there and no lower. None without the history."""
    past = versions()
    if past is None:
        return None
    now = best([floors])
    return [(now.get(key, 0.0) >= value, f"{key[0]}: the floor of {key[1]} was {value} and is {now.get(key)}") for key, value in best(past).items()]
