"""Measures bulk storing and whole imports against bare scripts of the same rows and work.

    python tests/benchmarks/bulk.py [REVISIONS]

The input is generated (generated.py), as JSONL; every run has a new database and a new process.
"""

from __future__ import annotations

import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import generated
import stores
from bare_import import batches
from page import machine, markdown, put, reached

from variorum.adapters.catalogue.codes import SIGHTED
from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.store import ChainedContent

RUNS = 5
REVISIONS = 40_000
NOW = 1_750_000_000_000_000

KINDS = {
    "rows-bare": "events and content, bare",
    "rows-recorder": "… through the recorder",
    "all-bare": "with the catalogue, bare",
    "all-archive": "… through the archive",
    "import-bare": "whole import, bare script, one core",
    "import-1": "… by the archive, one process",
    "import-2": "… and with a second one",
}
PAIRS = {
    "rows-recorder": ("rows-bare", "rows-recorder"),
    "rows-archive": ("all-bare", "all-archive"),
    "import-one": ("import-bare", "import-1"),
    "import-two": ("import-bare", "import-2"),
}


class _Listening:
    """A log that remembers what is appended, encoded."""

    def __init__(self, connection: Connection) -> None:
        self._log = connection.archive.log
        self._contents = ChainedContent(connection.database, connection.collection)
        self.batches: list[tuple[list[Any], list[Any], int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def append(self, events: Any, contents: Any = ()) -> Any:
        from variorum.adapters.eventlog.mapper import PydanticMapper

        contents = list(contents)
        prepared = self._contents.prepare(contents)
        stored = list(map(PydanticMapper().to_stored_event, events))
        positions = self._log.append(events, contents)
        self.batches.append((stored, prepared, positions[-1]))
        return positions


def import_(connection: Connection, path: str, log: Any = None, ahead: int | None = None) -> Any:
    """What `variorum import` does with a file."""
    from variorum.adapters.imports.formats import importer
    from variorum.adapters.imports.importer import GitTime
    from variorum.adapters.imports.taking import Taking
    from variorum.cli.import_ import _defaults  # pyright: ignore[reportPrivateUsage]
    from variorum.domain.addresses import Addresses
    from variorum.domain.bulk import Bulk

    archive = connection.archive
    addresses = Addresses(archive.found_at, archive.found)
    bulk = Bulk(log or archive.log, archive.contents, archive.salts, ahead=ahead)
    defaults = _defaults(archive, None, None, None, None, GitTime.COMMITTER, addresses, bulk)

    def problem(place: int | str, reason: str) -> None:
        raise AssertionError(f"{place}: {reason}")

    with bulk:
        taking = Taking(bulk, addresses)
        taking.take_all(importer("jsonl")(path, defaults, None), problem)
        taking.end()
    return bulk.done


def imported(connection: Connection, path: str, ahead: int | None) -> None:
    """An import, and the end of the process that helped with it."""
    import_(connection, path, ahead=ahead)
    connection.log.close()


def encoded(path: str, folder: Path) -> Path:
    """The rows of an import, as pickled batches: stored events, contents, and rows by table."""
    address = str(folder / "encoded.db")
    with connect(address, create=True, empty=True, now=lambda: NOW) as connection:
        log = _Listening(connection)
        import_(connection, path, log)
        first = 0
        found: list[Any] = []
        with connection.database.read() as cursor:
            for stored, prepared, last in log.batches:
                rows: dict[str, Any] = {}
                for table, columns in stores.ALL_COLUMNS.items():
                    if "position" in columns:
                        rows[table] = cursor.rows(
                            f"select {','.join(columns)} from {table}"
                            f" where position > {first} and position <= {last}"
                        )
                rows["besides"] = cursor.rows(
                    f"select collection, stream, {SIGHTED} from sighting group by 1, 2"
                    f" having min(position) > {first} and min(position) <= {last}"
                )
                keys = {row[2] for row in rows["event"] if row[3] == 0}
                rows["stream"] = [
                    row
                    for key in sorted(keys)
                    for row in cursor.rows(f"select * from stream where stream = {key}")
                ]
                rows["topic"] = [] if first else cursor.rows("select * from topic")
                key_of = {row[2]: row[1] for row in cursor.rows("select * from stream")}
                rows["content"] = [each.row(1, key_of[each.stream]) for each in prepared]
                found.append((stored, prepared, rows, last))
                first = last
    name = folder / "encoded.pickle"
    name.write_bytes(pickle.dumps(found))
    return name


def one(what: str, address: str, path: str) -> None:
    """One run, in this process; says how long it took and what it used."""
    stores.start_as_the_program()
    stores.prepare(address)
    kind, how = what.split("-")
    if how == "bare":
        with stores.bare(address) as store:
            if kind == "import":
                timed(lambda: [store.store(*each, NOW) for each in batches(path, NOW)])
                return
            wanted = {"stream", "topic", "event", "content"} if kind == "rows" else None
            given = [
                ({t: r for t, r in rows.items() if wanted is None or t in wanted}, last)
                for *_, rows, last in pickle.loads(Path(path).read_bytes())
            ]
            timed(lambda: [store.store(*each, NOW) for each in given])
            return
    with connect(address) as connection:
        if kind == "import":
            from variorum.adapters.imports import jsonl as _  # noqa: F401

            connection.log.application  # noqa: B018
            timed(lambda: imported(connection, path, ahead=0 if how == "2" else None))
            return
        from variorum.adapters.catalogue.inline import InlineCatalogue
        from variorum.adapters.contents.erasing import Eraser
        from variorum.adapters.eventlog.packing import packed
        from variorum.adapters.eventlog.recorder import LogRecorder

        companions = (
            (InlineCatalogue(), Eraser(connection.database.dialect)) if how == "archive" else ()
        )
        recorder = LogRecorder(connection.database, 1, lambda: NOW, companions)
        ready = [
            (stored, [packed(event.state) for event in stored], prepared)
            for stored, prepared, *_ in pickle.loads(Path(path).read_bytes())
        ]
        timed(
            lambda: [
                recorder.insert_events(stored, states=states, contents=prepared)
                for stored, states, prepared in ready
            ]
        )


def timed(run: Callable[[], object]) -> None:
    before, began = _cpu(), time.perf_counter()
    run()
    print(json.dumps([time.perf_counter() - began, _cpu() - before]))


def _cpu() -> float:
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def measured(what: str, address: str, path: Path) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of one run in a new process."""
    ran = subprocess.run(
        [sys.executable, __file__, "--one", what, address, path],
        stdout=subprocess.PIPE,
        check=True,
    )
    wall, cpu = json.loads(ran.stdout.splitlines()[-1])
    return wall, cpu


def written(count: int, path: Path) -> int:
    """Writes the lines of as many revisions, about; gives how many lines there are."""
    stories = max(1, round(count * generated.STORIES / generated.REVISIONS))
    lines = 0
    with path.open("wb") as file:
        for line in generated.lines(0, stories, stories):
            file.write(line)
            lines += 1
    return lines


def main(count: int, dialects: list[str], kinds: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = written(count, folder / "lines.jsonl")
        rows = encoded(str(folder / "lines.jsonl"), folder)
        table: list[list[str]] = []
        for dialect in dialects:
            runs: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
            with stores.new_addresses(dialect) as addresses:
                for _ in range(RUNS):
                    for kind, times in runs.items():
                        path = folder / "lines.jsonl" if kind.startswith("import") else rows
                        times.append(measured(kind, next(addresses), path))
            for figure, (limit, ours) in PAIRS.items():
                if ours in runs:
                    pairs = zip(runs[limit], runs[ours], strict=True)
                    ratios = [bare / us for (bare, _), (us, _) in pairs]
                    reached(f"{figure}-{dialect}", ratios)
            table += _rows(dialect, runs, lines)
    put(
        "Bulk",
        f"`python tests/benchmarks/bulk.py {count}`: {lines:,} lines of JSONL, generated; "
        "transactions of 500 copies. Bare is executemany on SQLite, binary COPY on PostgreSQL, "
        "into the same tables with the same indexes, without the triggers that guard them; what is "
        "stored is encoded and packed before, for both. "
        f"Medians of {RUNS} runs in turns, each in a new process.\n\n"
        + markdown(
            ("store", "what", "µs a line", "processor", "against bare", "by processor"), table
        )
        + f"\n\n{machine()}.",
    )


def _rows(dialect: str, runs: dict[str, list[tuple[float, float]]], lines: int) -> list[list[str]]:
    limits = {ours: limit for limit, ours in PAIRS.values()}
    rows: list[list[str]] = []
    for kind, times in runs.items():
        wall, cpu = (median(each) / lines * 1e6 for each in zip(*times, strict=True))
        row = [dialect, KINDS[kind], f"{wall:.1f}", f"{cpu:.1f}"]
        for which in (0, 1):
            limit = runs[limits[kind]] if kind in limits else []
            ratios = [b[which] / us[which] for b, us in zip(limit, times, strict=False)]
            row.append(f"{median(ratios):.2f}" if ratios else "")
        rows.append(row)
        print("\t".join(row), file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:5])
    else:
        numbers = [each for each in sys.argv[1:] if each.isdigit()]
        names = [each for each in sys.argv[1:] if each in ("sqlite", "postgres")]
        some = [each for each in sys.argv[1:] if each in KINDS]
        main(
            int(numbers[0]) if numbers else REVISIONS,
            names or ["sqlite", "postgres"],
            some or list(KINDS),
        )
