"""A large archive out of a small one: every story again under other names, positions going on.

Made by the database itself, in minutes where importing takes hours. The events, texts and catalogue
of each story are whole, but the copies of a text are the same, and the tree of the log is not made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from struct import Struct

import psycopg
from stores import ALL_COLUMNS

from variorum.adapters import schema
from variorum.adapters.catalogue.rows import COLUMNS

_SHIFTED = {
    "name": "name || '~{i}'",
    "id": "id || '~{i}'",
    "stream": "stream + {s}",
    "position": "position + {p}",
    "arrived": "arrived + {p}",
}
_POSITION = Struct(">q")
_MARK = {
    "sqlite": "mark_at(mark, position + {p})",
    "postgres": "int8send(position + {p}) || substr(mark, 9)",
}
"""A dating's mark, which begins with its position."""
_TABLES = ("stream", "event", "content", *COLUMNS)


def named(story: str, number: int) -> str:
    """The name of copy `number` of a story; 0 is itself."""
    return f"{story}~{number}" if number else story


def multiply(address: str, times: int, *, contents: bool) -> None:
    """Adds copies of all stories, so that there are so many times as many.

    The archive has revisions only: nothing that was taken down, amended or watched.
    """
    if address.startswith("postgresql"):
        with psycopg.connect(address, autocommit=True) as server:
            row = server.execute("select position, streams from collection").fetchone()
            assert row
            shifted = {**_SHIFTED, "mark": _MARK["postgres"]}
            _multiply(
                lambda text: server.execute(text.encode()), row[0], row[1], times, contents, shifted
            )
            server.execute("vacuum (analyze)")
            server.execute("checkpoint")
        return
    file = sqlite3.connect(address, isolation_level=None)
    file.execute("pragma synchronous = off")
    for guard in schema.GUARDS["sqlite"]:
        if guard.startswith("guard_"):
            file.execute(f"drop trigger {guard}")
    positions, streams = file.execute("select position, streams from collection").fetchone()
    file.create_function("mark_at", 2, _mark_at)
    shifted = {**_SHIFTED, "mark": _MARK["sqlite"]}
    _multiply(file.execute, positions, streams, times, contents, shifted)
    file.execute("pragma wal_checkpoint(truncate)").fetchone()
    file.close()


def _mark_at(mark: bytes, position: int) -> bytes:
    return _POSITION.pack(position) + mark[8:]


def _multiply(
    run: Callable[[str], object],
    positions: int,
    streams: int,
    times: int,
    contents: bool,
    written: dict[str, str],
) -> None:
    for number in range(1, times):
        shift = {"i": str(number), "p": str(positions * number), "s": str(streams * number)}
        run("begin")
        for table in _TABLES:
            if table == "content" and not contents:
                continue
            columns = ALL_COLUMNS[table]
            shifted = [written.get(each, each).format(**shift) for each in columns]
            first = f"position <= {positions}" if table == "event" else f"stream <= {streams}"
            run(
                f'insert into "{table}" ({", ".join(columns)}) select {", ".join(shifted)}'
                f' from "{table}" where collection = 1 and {first}'
            )
        run(f"update collection set position = {positions * (number + 1)}")
        run(f"update collection set streams = {streams * (number + 1)}")
        run("commit")
