"""A few rows and the turn that places them, as one statement: how PostgreSQL records one thing.

The statement takes the collection's turn and inserts every row in its place, and is a transaction
by itself: one journey to the server, one wait for its disk. It is made for a *shape*: how many rows
of which tables there are. Rows are given with what follows from the turn left out: positions count
from the last one that the turn gives, and recorded times are the turn's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from variorum.adapters.catalogue.mark import PLACE, placed
from variorum.adapters.catalogue.rows import ONCE
from variorum.adapters.database.port import Row
from variorum.adapters.database.statements import statement

Table = tuple[str, tuple[str, ...], Sequence[Row]]
"""A table's name, columns, and rows."""
Tables = Sequence[Table]
_PLACED = ("position", "arrived")
_TIMED = "recorded_at"
_MARK = "mark"
"""A dating's mark, which begins with a position and a recorded time."""


def statement_of(tables: Tables) -> str:
    """The statement for rows of that shape, with parameters `p0`, `p1`, … after the turn's own."""
    return _statement(tuple((name, columns, len(rows)) for name, columns, rows in tables if rows))


def parameters_of(tables: Tables) -> Mapping[str, object]:
    """What the statement is given for its rows."""
    values = [
        value
        for _, columns, rows in tables
        for row in rows
        for column, value in zip(columns, row, strict=True)
        if column != _TIMED
        for value in (_of_mark(value) if column == _MARK else (value,))
    ]
    return dict(zip(_names(len(values)), values, strict=True))


@lru_cache(maxsize=256)
def _statement(shape: tuple[tuple[str, tuple[str, ...], int], ...]) -> str:
    parts = [f"with turn as ({statement('eventlog', 'turn_at_once')})"]
    number = 0
    for name, columns, count in shape:
        for each in range(count):
            values: list[str] = []
            for column in columns:
                if column == _TIMED:
                    values.append(f"turn.{_TIMED}")
                    continue
                own = f":p{_letters(number)}"
                if column == _MARK:
                    number += 1
                    rest = f":p{_letters(number)}"
                    values.append(
                        f"int8send(turn.position + {own}) || int8send(turn.{_TIMED})"
                        f" || cast({rest} as bytea)"
                    )
                    number += 1
                    continue
                values.append(f"turn.position + {own}" if column in _PLACED else own)
                number += 1
            names = ", ".join(columns)
            parts.append(
                f"{name}_{each} as (insert into {name} ({names})"
                f" select {', '.join(values)} from turn"
                f"{' on conflict do nothing' if name in ONCE else ''})"
            )
    return f"{', '.join(parts)} select position, erasures from turn"


def _of_mark(mark: bytes) -> tuple[int, bytes]:
    """The position, from which the turn's counts, and what comes after the recorded time."""
    position, _ = placed(mark)
    return position, mark[PLACE:]


@lru_cache(maxsize=256)
def _names(count: int) -> tuple[str, ...]:
    return tuple(f"p{_letters(number)}" for number in range(count))


def _letters(number: int) -> str:
    """A number in letters, as the names of parameters are."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
