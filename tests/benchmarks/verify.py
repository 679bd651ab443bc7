"""`verify` against a bare loop that reads, decompresses and hashes the same rows.

    python tests/benchmarks/verify.py [REVISIONS]

The bare loop is what nobody can do without: read every event, unpack its state and hash it, read
every content in the order of its chain, decompress it by itself, hash it with its salt. `verify`
does that, and makes the lines, the tree and what every event promises. Both are run in turns, each
in a process of its own, whose start is not counted.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from variorum.adapters.connect import connect
from variorum.adapters.contents.chain import base_of, decode
from variorum.adapters.eventlog.packing import unpacked
from variorum.domain.bulk import Bulk

sys.path.insert(0, str(Path(__file__).parent))
import stores
from generated import copies
from page import machine, put, reached

RUNS = 5
REVISIONS = 100_000


def bare(address: str) -> None:
    """The limit, on one core."""
    database = sqlite3.connect(address)
    for (state,) in database.execute("select state from event order by collection, position"):
        hashlib.sha256(unpacked(state)).digest()
    texts: dict[int, bytes] = {}
    chain = None
    for stream, kind, ordinal, encoding, salt, data in database.execute(
        "select stream, kind, ordinal, encoding, salt, data from content"
        " order by collection, stream, kind, ordinal"
    ):
        if chain != (stream, kind):
            chain, texts = (stream, kind), {}
        base = base_of(ordinal)
        texts[ordinal] = text = decode(encoding, data, None if base is None else texts[base])
        hashlib.sha256(salt + text).digest()


def checked(address: str, jobs: int) -> None:
    """What is measured."""
    from variorum.adapters.verification.archive import verify

    with connect(address) as connection:
        found = verify(connection, jobs=jobs)
        assert not found.checked.findings


def measured(what: str, address: str) -> tuple[float, float]:
    """Seconds and megabytes of one run in a new process."""
    ran = subprocess.run(
        [sys.executable, __file__, "--one", what, address], capture_output=True, check=True
    )
    seconds, kilobytes = json.loads(ran.stdout)
    return seconds, kilobytes / 1024


def one(what: str, address: str) -> None:
    stores.start_as_the_program()
    began = time.perf_counter()
    if what == "bare":
        bare(address)
    else:
        checked(address, int(what))
    seconds = time.perf_counter() - began
    most = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps([seconds, most]))


def main(revisions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "archive.db")
        with connect(address, create=True) as connection:
            archive = connection.archive
            with Bulk(archive.log, archive.contents, archive.salts, batch=1000) as bulk:
                for copy in copies(revisions):
                    bulk.take(copy)
            events = connection.log.head().position
        runs: dict[str, list[tuple[float, float]]] = {"bare": [], "1": [], "2": []}
        for _ in range(RUNS):
            for what, times in runs.items():
                times.append(measured(what, address))
    for name, key in (("verify-one", "1"), ("verify-two", "2")):
        pairs = zip(runs["bare"], runs[key], strict=True)
        reached(name, [bare / ours for (bare, _), (ours, _) in pairs])
    limit = median(seconds for seconds, _ in runs["bare"])
    rows = "\n".join(
        f"| {name} | {median(s for s, _ in runs[key]):.2f} s | {spread(runs[key])} | "
        f"{limit / median(s for s, _ in runs[key]):.2f} | {reach} | "
        f"{max(m for _, m in runs[key]):.0f} MB |"
        for name, key, reach in (
            ("bare loop, one core", "bare", ""),
            ("`verify`, one process", "1", "0.92"),
            ("`verify`, two processes", "2", "1.40"),
        )
    )
    put(
        "Verifying an archive",
        f"`python tests/benchmarks/verify.py {revisions}`: {revisions:,} revisions of about 6 kB, "
        f"{events:,} events, SQLite. Medians of {RUNS} runs in turns.\n\n"
        "| what | median | spread | speed against the bare loop | to reach | memory |\n"
        "|---|---|---|---|---|---|\n"
        f"{rows}\n\n{machine()}.",
    )


def spread(runs: list[tuple[float, float]]) -> str:
    seconds = [each for each, _ in runs]
    return f"{min(seconds):.2f}–{max(seconds):.2f} s"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REVISIONS)
