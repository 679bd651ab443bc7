"""Measures one durable record against the bare inserts of the same rows, one at a time.

    python tests/benchmarks/record.py [RECORDS]

The rows are those of revisions of stories that are there, encoded. Bare, they go in as one
data-modifying CTE on PostgreSQL and as one transaction on SQLite. *From text* is what `Archive`
does with a copy: asks, decides, hashes, compresses and stores.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import stores
from bulk import NOW
from generated import copies
from page import machine, markdown, put, reached

from variorum.adapters.catalogue.inline import InlineCatalogue
from variorum.adapters.connect import connect
from variorum.adapters.contents.erasing import Eraser
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.eventlog.mapper import PydanticMapper
from variorum.adapters.eventlog.recorder import LogRecorder
from variorum.domain.bulk import Bulk

RUNS = 5
RECORDS = 400
STORIES = 200
KINDS = ("bare", "recorded", "text")
TABLES = ("event", "content", "dating")


def inputs(count: int) -> tuple[list[Any], list[Any]]:
    """Copies that open the stories, and copies of further revisions, one of each story in turn."""
    first: dict[str, Any] = {}
    more: list[Any] = []
    for copy in copies(100_000):
        if copy.story not in first:
            if len(first) == STORIES:
                break
            first[copy.story] = copy
        else:
            more.append(copy)
    return list(first.values()), more[:count]


def encoded(count: int, address: str) -> list[tuple[list[Any], list[Any], dict[str, Any]]]:
    """Of each record: stored events, contents, and rows by table."""
    opening, more = inputs(count)
    found: list[tuple[list[Any], list[Any], dict[str, Any]]] = []
    with connect(address, create=True, empty=True, now=lambda: NOW) as connection:
        archive, mapper = connection.archive, PydanticMapper()
        chained = ChainedContent(connection.database, connection.collection)
        with Bulk(archive.log, archive.contents, archive.salts) as bulk:
            for copy in opening:
                bulk.take(copy)
        log = archive.log
        append = log.append
        taken: list[tuple[list[Any], list[Any]]] = []

        def listening(events: Any, contents: Any = ()) -> Any:
            contents = list(contents)
            prepared = chained.prepare(contents)
            taken.append((list(map(mapper.to_stored_event, events)), prepared))
            return append(events, contents)

        log.append = listening  # type: ignore[method-assign]
        start = log.head().position
        for copy in more:
            archive.record(copy)
        with connection.database.read() as cursor:
            key_of = {row[2]: row[1] for row in cursor.rows("select * from stream")}
            for number, (stored, prepared) in enumerate(taken, start + 1):
                rows: dict[str, Any] = {
                    table: cursor.rows(
                        f"select {','.join(stores.ALL_COLUMNS[table])} from {table}"
                        f" where position = {number}"
                    )
                    for table in ("event", "dating")
                }
                rows["content"] = [each.row(1, key_of[each.stream]) for each in prepared]
                assert all(len(each) == 1 for each in rows.values())
                found.append((stored, [_loose(each) for each in prepared], rows))
    return found


def _loose(prepared: Any) -> Any:
    from msgspec.structs import replace

    return replace(prepared, erasures=None)


def prepare(address: str, given: list[Any]) -> None:
    """An archive with the stories in it, under the keys and at the positions that rows have."""
    opening, _ = inputs(0)
    with (
        connect(address, create=True, empty=True, now=lambda: NOW) as connection,
        Bulk(connection.log, connection.archive.contents, connection.archive.salts) as bulk,
    ):
        for copy in opening:
            bulk.take(copy)


def bare_sqlite(address: str, given: list[Any]) -> list[float]:
    store = stores.BareSqlite(address)
    times: list[float] = []
    for _, _, rows in given:
        position = rows["event"][0][1]
        began = time.perf_counter()
        run = store.connection
        run.execute("begin immediate")
        run.execute(
            "update collection set position = ?, recorded_at = ? where collection = 1"
            " returning position",
            (position, NOW),
        ).fetchone()
        for table in TABLES:
            run.execute(store.statements[table], rows[table][0])
        run.execute("commit")
        times.append(time.perf_counter() - began)
    return times


def bare_postgres(address: str, given: list[Any]) -> list[float]:
    connection = psycopg.connect(address, autocommit=True, prepare_threshold=2)
    parts: list[str] = []
    for table in TABLES:
        columns = stores.ALL_COLUMNS[table]
        values = ["turn.position" if c == "position" else "%s" for c in columns]
        parts.append(
            f"of_{table} as (insert into {table} ({','.join(columns)})"
            f" select {','.join(values)} from turn)"
        )
    statement = (
        "with turn as (update collection set position = position + 1, recorded_at = %s"
        f" where collection = 1 returning position), {', '.join(parts)}"
        " select position from turn"
    ).encode()
    places = {
        table: [n for n, c in enumerate(stores.ALL_COLUMNS[table]) if c != "position"]
        for table in TABLES
    }
    cursor = connection.cursor(binary=True)
    times: list[float] = []
    for _, _, rows in given:
        began = time.perf_counter()
        parameters: list[Any] = [NOW]
        for table in TABLES:
            row = rows[table][0]
            parameters += [row[n] for n in places[table]]
        cursor.execute(statement, parameters).fetchone()
        times.append(time.perf_counter() - began)
    return times


def one(what: str, address: str, path: str) -> None:
    stores.start_as_the_program()
    given = pickle.loads(Path(path).read_bytes())
    prepare(address, given)
    if what == "bare":
        run = bare_postgres if address.startswith("postgresql") else bare_sqlite
        before = time.process_time()
        times = run(address, given)
    elif what == "recorded":
        with connect(address) as connection:
            recorder = LogRecorder(
                connection.database,
                1,
                lambda: NOW,
                (InlineCatalogue(), Eraser(connection.database.dialect)),
            )
            before = time.process_time()
            times = list[float]()
            for stored, prepared, rows in given:
                states = [row[6] for row in rows["event"]]
                began = time.perf_counter()
                recorder.insert_events(stored, states=states, contents=prepared)
                times.append(time.perf_counter() - began)
    else:
        _, more = inputs(len(given))
        with connect(address) as connection:
            before = time.process_time()
            times = list[float]()
            for copy in more:
                began = time.perf_counter()
                connection.archive.record(copy)
                times.append(time.perf_counter() - began)
    cpu = (time.process_time() - before) / len(times)
    print(json.dumps([median(times[len(times) // 10 :]), cpu]))


def main(count: int) -> None:
    table: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "encoded.pickle"
        given = encoded(count, str(Path(name) / "first.db"))
        path.write_bytes(pickle.dumps(given))
        for dialect in ("sqlite", "postgres"):
            runs: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
            with stores.new_addresses(dialect) as addresses:
                for _ in range(RUNS):
                    for kind, times in runs.items():
                        arguments = ["--one", kind, next(addresses), str(path)]
                        ran = subprocess.run(
                            [sys.executable, __file__, *arguments],
                            stdout=subprocess.PIPE,
                            check=True,
                        )
                        wall, cpu = json.loads(ran.stdout.splitlines()[-1])
                        times.append((wall, cpu))
            for kind, figure in (("recorded", "record"), ("text", "record-text")):
                pairs = zip(runs["bare"], runs[kind], strict=True)
                ratios = [bare / ours for (bare, _), (ours, _) in pairs]
                if (figure, dialect) != ("record-text", "postgres"):
                    reached(f"{figure}-{dialect}", ratios)
            limit = median(wall for wall, _ in runs["bare"])
            for kind, times in runs.items():
                wall, cpu = (median(each) * 1e6 for each in zip(*times, strict=True))
                row = [dialect, kind, f"{wall:.0f}", f"{cpu:.0f}", f"{limit * 1e6 / wall:.2f}"]
                table.append(row)
                print("\t".join(row), file=sys.stderr, flush=True)
    put(
        "One record",
        f"`python tests/benchmarks/record.py {count}`: {len(given)} revisions, one at a time, each "
        f"on disk before the next. Medians of {RUNS} runs in turns, each the median of its "
        "records.\n\n"
        + markdown(("store", "what", "µs a record", "processor", "against bare"), table)
        + f"\n\n{machine()}.",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:5])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
