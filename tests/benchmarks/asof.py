"""Measures as-of answers: at random stories and moments of a large archive.

    python tests/benchmarks/asof.py [REVISIONS]

*Without text* is all that `show` prints but the text (`Archive.stood`), *with text* is `show`. Half
the questions say what was known, by position. Every run is a process of its own, which answers
WARM questions before it takes the time of others; on PostgreSQL `select 1` is asked on the same
connection after each of them. The git repository has one file for each story and a commit for each
revision, in order of publication, is repacked, and has a commit graph with changed paths.
"""

from __future__ import annotations

import datetime
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from statistics import median

import stores
from bulk import NOW
from generated import copies, plan
from multiplied import multiply, named
from page import machine, markdown, put, reached

from variorum.adapters.connect import Connection, connect
from variorum.domain.bulk import Bulk
from variorum.domain.commands import RecordCopy

RUNS = 5
REVISIONS = 1_000_000
COPIED = 20
"""How many times each story is there (multiplied.py)."""
COMMITS = 20_000
WARM = 1_000
QUESTIONS = 5_000
GIT_QUESTIONS = 9

Question = tuple[str, int, str | None]
"""A story, T, and K."""


def fill(address: str, given: Iterable[RecordCopy]) -> None:
    with (
        connect(address, create=True, empty=True, now=lambda: NOW) as connection,
        Bulk(connection.log, connection.archive.contents, connection.archive.salts) as bulk,
    ):
        for copy in given:
            bulk.take(copy)


def stories_of(revisions: int) -> int:
    """How many of the generated stories have so many revisions together, whole stories only."""
    count = number = 0
    while count < revisions:
        count += len(plan(number).times)
        number += 1
    return number - 6  # none of them was recorded by the last positions


def questions(chance: random.Random, stories: int, copied: int, head: int) -> list[Question]:
    found: list[Question] = []
    for number in range(WARM + QUESTIONS):
        story = plan(chance.randrange(stories))
        at = chance.randrange(story.times[0], story.times[-1] + 2 * 86_400) * 1_000_000
        name = named(story.name, chance.randrange(copied))
        found.append((name, at, f"#{head - chance.randrange(9)}" if number % 2 else None))
    return found


def one(address: str, stories: int, copied: int, seed: int) -> None:
    """Asks, and says the p50 in µs: without the text, with it, and of `select 1`."""
    stores.start_as_the_program()
    with connect(address) as connection:
        asked = questions(random.Random(seed), stories, copied, connection.log.head().position)
        archive = connection.archive
        found: list[float] = []
        for answer in (archive.stood, archive.show):
            found += timed(connection, asked, answer)
    print(json.dumps(found))


def timed(
    connection: Connection, asked: list[Question], answer: Callable[[str, int, str | None], object]
) -> tuple[float, float, float]:
    """The p50 and p99 of an answer, and the p50 of `select 1`, in µs."""
    times: list[int] = []
    selects: list[int] = []
    tick = time.perf_counter_ns
    for story, at, known in asked:
        began = tick()
        answer(story, at, known)
        between = tick()
        with connection.database.read() as cursor:
            cursor.row("select 1")
        selects.append(tick() - between)
        times.append(between - began)
    ordered = sorted(times[WARM:])
    p99 = ordered[len(ordered) * 99 // 100]
    return median(ordered) / 1000, p99 / 1000, median(selects[WARM:]) / 1000


def make_repository(folder: Path, commits: int) -> list[tuple[str, int]]:
    """A repository of the first revisions that are generated; gives the files and their times."""
    given = sorted(islice(copies(commits), commits), key=lambda copy: copy.at)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    importing = subprocess.Popen(
        ["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE
    )
    assert importing.stdin
    times: list[tuple[str, int]] = []
    for copy in given:
        seconds, data = copy.at // 1_000_000, copy.article.canonical()
        who = b"committer a <a@example.org> %d +0000\n" % seconds
        name = f"{copy.story}.json".encode()
        importing.stdin.write(
            b"commit refs/heads/main\n%bdata 0\nM 100644 inline %b\ndata %d\n%b\n"
            % (who, name, len(data), data)
        )
        times.append((name.decode(), seconds))
    importing.stdin.close()
    if importing.wait():
        raise SystemExit("git fast-import failed")
    for command in (
        ["repack", "-adq"],
        ["commit-graph", "write", "--reachable", "--changed-paths"],
    ):
        subprocess.run(["git", "-C", folder, *command], check=True, stderr=subprocess.DEVNULL)
    return times


def git_time(folder: Path, times: list[tuple[str, int]], seed: int) -> float:
    """The median time in µs that git takes to show a story as it stood."""
    chance = random.Random(seed)
    taken: list[float] = []
    for _ in range(GIT_QUESTIONS):
        name, seconds = chance.choice(times)
        before = datetime.datetime.fromtimestamp(seconds + 1, datetime.UTC).isoformat()
        began = time.perf_counter()
        asked = ["git", "-C", str(folder), "rev-list", "-1", f"--before={before}", "main", "--"]
        found = subprocess.run([*asked, name], check=True, capture_output=True).stdout.split()
        shown = f"{found[0].decode()}:{name}"
        subprocess.run(["git", "-C", folder, "show", shown], check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    return median(taken) * 1e6


def main(revisions: int) -> None:
    stories = stories_of(revisions // COPIED)
    commits = min(COMMITS, revisions)
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        times = make_repository(Path(name), commits)
        gits = [git_time(Path(name), times, seed) for seed in range(RUNS)]
    rows.append(["git", "with the text", f"{median(gits):,.0f}", "", ""])
    for dialect in ("sqlite", "postgres"):
        with stores.new_addresses(dialect) as addresses:
            address = next(addresses)
            fill(address, copies(revisions // COPIED))
            multiply(address, COPIED, contents=True)
            runs: list[list[float]] = []
            for seed in range(RUNS):
                arguments = ["--one", address, str(stories), str(COPIED), str(seed)]
                ran = subprocess.run(
                    [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, check=True
                )
                runs.append(json.loads(ran.stdout))
        beside = dialect == "postgres"
        for place, figure, what in ((0, "asof", "without it"), (3, "asof-text", "with the text")):
            values = [run[place] - (run[place + 2] if beside else 0) for run in runs]
            reached(f"{figure}-{dialect}", values, how=f"{revisions:,} revisions")
            p50, p99, select = (median(run[place + n] for run in runs) for n in range(3))
            rows.append([dialect, what, f"{p50:.1f}", f"{p99:.1f}", f"{select:.1f}"])
            print("\t".join(rows[-1]), file=sys.stderr, flush=True)
        shown = [run[3] for run in runs]
        times_faster = [git / ours for git, ours in zip(gits, shown, strict=True)]
        reached(f"asof-git-{dialect}", times_faster, how=f"{commits:,} commits")
    put(
        "As of",
        f"`python tests/benchmarks/asof.py {revisions}`: {revisions:,} revisions, each "
        f"story {COPIED} times under other names; {QUESTIONS:,} questions a run, medians of "
        f"{RUNS} runs. git: {commits:,} commits, "
        f"{GIT_QUESTIONS} questions a run.\n\n"
        + markdown(("store", "answer", "p50 µs", "p99 µs", "`select 1` µs"), rows)
        + f"\n\n{machine()}.",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REVISIONS)
