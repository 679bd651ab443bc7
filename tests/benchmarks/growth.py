"""Measures how an as-of answer grows with the archive: at a hundred times as many revisions.

    python tests/benchmarks/growth.py [REVISIONS]

A small archive is asked, multiplied in place a hundred times (multiplied.py), and asked again. The
answers are all that `show` prints but the text, and texts are left out of the copies. Opening an
archive, and one more record, are timed at both sizes too.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from statistics import median
from typing import Any

import stores
from asof import RUNS, fill, questions, stories_of, timed
from bulk import NOW
from generated import copies
from multiplied import multiply
from page import machine, markdown, put, reached

from variorum.adapters.connect import connect
from variorum.domain.commands import RecordCopy

TIMES = 100
REVISIONS = 10_000_000
OPENED = 20
RECORDED = 40


def one(address: str, stories: int, copied: int, seed: int) -> None:
    """Says p50, p99, and the medians of `select 1`, of opening and of a record; µs."""
    stores.start_as_the_program()
    opening: list[float] = []
    for _ in range(OPENED):
        began = time.perf_counter()
        connect(address).close()
        opening.append((time.perf_counter() - began) * 1e6)
    with connect(address, now=lambda: NOW) as connection:
        asked = questions(random.Random(seed), stories, copied, connection.log.head().position)
        found = timed(connection, asked, connection.archive.stood)
        taken: list[float] = []
        for number, copy in enumerate(copies(RECORDED)):
            new = RecordCopy(
                f"new-{copied}-{seed}-{number}",
                "bench",
                copy.article,
                published=copy.published,
                opening=copy.opening,
            )
            began = time.perf_counter()
            connection.archive.record(new)
            taken.append((time.perf_counter() - began) * 1e6)
    print(json.dumps([*found, median(opening), median(taken)]))


def asked(address: str, stories: int, copied: int, seed: int) -> list[float]:
    ran = subprocess.run(
        [sys.executable, __file__, "--one", address, str(stories), str(copied), str(seed)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: list[float] = json.loads(ran.stdout)
    return found


def main(revisions: int) -> None:
    small = max(1, revisions // TIMES)
    stories = stories_of(small)
    rows: list[list[str]] = []
    for dialect in ("sqlite", "postgres"):
        with stores.new_addresses(dialect) as addresses:
            address = next(addresses)
            other = next(addresses)
            fill(other, copies(small))
            fill(address, copies(small))
            multiply(other, 1, contents=False)
            multiply(address, TIMES, contents=False)
            runs: dict[int, list[Any]] = {small: [], small * TIMES: []}
            for seed in range(RUNS):
                runs[small].append(asked(other, stories, 1, seed))
                runs[small * TIMES].append(asked(address, stories, TIMES, seed))
        pairs = zip(*runs.values(), strict=True)
        reached(
            f"growth-{dialect}",
            [large[0] / less[0] for less, large in pairs],
            how=f"{small * TIMES:,} over {small:,} revisions",
        )
        for size, found in runs.items():
            middle = [median(each[place] for each in found) for place in range(5)]
            rows.append([dialect, f"{size:,}", *(f"{each:,.0f}" for each in middle)])
            print("\t".join(rows[-1]), file=sys.stderr, flush=True)
    put(
        "Growth",
        f"`python tests/benchmarks/growth.py {revisions}`. Medians of {RUNS} runs in turns, each "
        "in a new process; µs.\n\n"
        + markdown(
            ("store", "revisions", "p50", "p99", "`select 1`", "opening", "one record"), rows
        )
        + f"\n\n{machine()}.",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REVISIONS)
