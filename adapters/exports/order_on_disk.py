"""Puts in order on disk what may be too much for memory: in a file of its own, gone when read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TypeVar

from variorum.domain.errors import StorageError

What = TypeVar("What", bytes, str)


def ordered(rows: Iterable[tuple[int, int, int, What]]) -> Iterator[tuple[int, int, int, What]]:
    """Rows in order of their three numbers, which no two have alike; all are read at the first.

    Raises:
        StorageError: the disk has no room for them.
    """
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as file:
            file.execute("create table row (one integer, two integer, three integer, what)")
            file.execute("begin")
            file.executemany("insert into row values (?, ?, ?, ?)", rows)
            yield from file.execute("select one, two, three, what from row order by 1, 2, 3")
    except sqlite3.Error as cause:
        raise StorageError(f"cannot put it in order in a temporary file: {cause}") from cause
