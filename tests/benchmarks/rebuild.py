"""Measures rebuilding the catalogue against a bare loop: select, decode with msgspec, bulk insert.

    python tests/benchmarks/rebuild.py [REVISIONS]

The bare loop reads every event of the log once, unpacks and decodes what it needs of it, and
inserts the rows into the same tables, empty, with their indexes made at the end: one transaction,
nobody else at work, and no topics but those that are there. Its tables are those of the archive
under other names.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from struct import Struct
from typing import Any

import msgspec
import stores
from asof import RUNS, fill
from generated import copies
from page import machine, markdown, put, reached

from variorum.adapters.catalogue.codes import BASIS_NUMBERS, PRECISION_NUMBERS
from variorum.adapters.catalogue.replay import INDEXES, TABLES
from variorum.adapters.catalogue.rows import COLUMNS
from variorum.adapters.connect import connect
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.packing import unpacked

REVISIONS = 100_000
CHUNK = 5_000


class _Ref(msgspec.Struct):
    ordinal: int


class _Published(msgspec.Struct):
    at: int
    earliest: int | None
    latest: int
    precision: str
    basis: str
    zone: str | None = None


class _Revision(msgspec.Struct):
    revision: int
    published: _Published
    article: _Ref
    captured: int | None = None


class _Opened(msgspec.Struct):
    zone: str | None = None
    outlet: str | None = None


_EVENTS = (
    "select e.position, e.recorded_at, s.name, e.stream, t.name, e.state from event e"
    " join stream s on s.collection = e.collection and s.stream = e.stream"
    " join topic t on t.collection = e.collection and t.topic = e.topic"
    " where e.collection = 1 and e.position > {0} and e.position <= {0} + {1} order by e.position"
)

_NONE = (None, None, None)
_HEAD, _NUMBER = Struct(">qqBBIHH"), Struct(">q")
"""Marks of datings, as `adapters/catalogue/mark.py` describes them."""


def rows_of(events: list[Any]) -> dict[str, list[tuple[Any, ...]]]:
    rows: dict[str, list[tuple[Any, ...]]] = {"story": [], "dating": []}
    opened = msgspec.json.Decoder(_Opened).decode
    revision = msgspec.json.Decoder(_Revision).decode
    for position, recorded_at, name, stream, topic, packed in events:
        state = unpacked(bytes(packed))
        if topic == "story.opened.1":
            told = opened(state)
            rows["story"].append(
                (1, stream, name[6:], position, recorded_at, told.zone, None, told.outlet, *_NONE)
            )
        else:
            found = revision(state)
            when, number = found.published, found.revision
            at, known, article = when.at, found.captured, found.article.ordinal
            stated = PRECISION_NUMBERS[when.precision] * 16 + BASIS_NUMBERS[when.basis]
            form, seconds = 4 if known else 0, at // 1_000_000
            mark = _HEAD.pack(position, recorded_at, stated, form, seconds, number, article)
            mark += (_NUMBER.pack(known) if known else b"") + (when.zone or "").encode()
            rows["dating"].append((1, stream, at, number, position, *_NONE, article, mark))
    return rows


def chunks(select: Callable[[str], list[Any]]) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    after = 0
    while events := select(_EVENTS.format(after, CHUNK)):
        yield rows_of(events)
        after = events[-1][0]


def bare(address: str) -> None:
    """The limit."""
    if address.startswith("postgresql"):
        bare_postgres(address)
        return
    file = sqlite3.connect(address, isolation_level=None)
    file.execute("pragma synchronous = full")
    file.execute("begin immediate")
    for table in TABLES:
        made = statement("schema/sqlite", table)
        file.execute(made.replace(f'"{table}"', f'"{table}_bare"', 1))
    for rows in chunks(lambda text: file.execute(text).fetchall()):
        for table, each in rows.items():
            columns = COLUMNS[table]
            file.executemany(
                f'insert into "{table}_bare" ({",".join(columns)})'
                f" values ({','.join('?' * len(columns))})",
                each,
            )
    for index in INDEXES:
        made = statement("schema/sqlite", index)
        for table in TABLES:
            made = made.replace(f" on {table} ", f" on {table}_bare ")
        file.execute(made.replace(f"exists {index}", f"exists {index}_bare"))
    file.execute("commit")
    file.close()


def bare_postgres(address: str) -> None:
    import psycopg

    with psycopg.connect(address) as connection:
        cursor = connection.cursor(binary=True)
        kinds = {
            (table, column): kind
            for table, column, kind in cursor.execute(
                "select table_name, column_name, udt_name from information_schema.columns"
                " where table_schema = current_schema()"
            )
        }
        cursor.execute("create schema bare")
        cursor.execute("set local search_path to bare, public")
        for table in TABLES:
            cursor.execute(statement("schema/postgres", table).encode())
        for rows in chunks(lambda text: cursor.execute(text.encode()).fetchall()):
            for table, each in rows.items():
                columns = COLUMNS[table]
                into = f"copy bare.{table} ({','.join(columns)}) from stdin (format binary)"
                with cursor.copy(into.encode()) as copy:
                    copy.set_types([kinds[table, column] for column in columns])
                    for row in each:
                        copy.write_row(row)
        for index in INDEXES:
            cursor.execute(statement("schema/postgres", index).encode())


def one(what: str, address: str) -> None:
    from variorum.adapters.catalogue.rebuild import rebuild

    stores.start_as_the_program()
    if what == "bare":
        began = time.perf_counter()
        bare(address)
    else:
        with connect(address) as connection:
            began = time.perf_counter()
            rebuild(connection.database)
    print(json.dumps(time.perf_counter() - began))


def clear(address: str) -> None:
    """Drops what a bare run made."""
    if address.startswith("postgresql"):
        import psycopg

        with psycopg.connect(address) as connection:
            connection.execute("drop schema if exists bare cascade")
        return
    file = sqlite3.connect(address, isolation_level=None)
    for table in TABLES:
        file.execute(f'drop table if exists "{table}_bare"')
    file.execute("pragma wal_checkpoint(truncate)").fetchone()
    file.close()


def main(revisions: int) -> None:
    rows: list[list[str]] = []
    for dialect in ("sqlite", "postgres"):
        runs: dict[str, list[float]] = {"bare": [], "rebuild": []}
        with stores.new_addresses(dialect) as addresses:
            address = next(addresses)
            fill(address, copies(revisions))
            for _ in range(RUNS):
                for what, times in runs.items():
                    ran = subprocess.run(
                        [sys.executable, Path(__file__), "--one", what, address],
                        stdout=subprocess.PIPE,
                        check=True,
                    )
                    times.append(json.loads(ran.stdout))
                    clear(address)
        pairs = zip(runs["bare"], runs["rebuild"], strict=True)
        reached(f"rebuild-{dialect}", [limit / ours for limit, ours in pairs])
        for what, times in runs.items():
            rows.append([dialect, what, f"{median(times):.2f}", f"{min(times):.2f}"])
            print("\t".join(rows[-1]), file=sys.stderr, flush=True)
    put(
        "Rebuilding the catalogue",
        f"`python tests/benchmarks/rebuild.py {revisions}`: {revisions:,} revisions. Medians of "
        f"{RUNS} runs in turns, each in a new process; seconds.\n\n"
        + markdown(("store", "what", "median", "least"), rows)
        + f"\n\n{machine()}.",
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REVISIONS)
