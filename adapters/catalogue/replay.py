"""Refills the catalogue's tables from the log: what every rebuild does, on whichever database."""

from __future__ import annotations

from collections.abc import Callable

from variorum.adapters.catalogue.rows import COLUMNS, arrivals_of, insert, rows_of
from variorum.adapters.database.port import Cursor
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import Placed, missing_in, placed_in_bulk
from variorum.adapters.schema import CATALOGUE_TABLES
from variorum.domain.errors import DamagedError

TABLES = tuple(name for name in CATALOGUE_TABLES if name in COLUMNS)
INDEXES = tuple(name for name in CATALOGUE_TABLES if name not in COLUMNS)

Progress = Callable[[int, int], None]
"""Is told how many events are replayed, and of how many."""


class Replay:
    """Refills the catalogue's tables, a chunk of one collection at a time.

    Args:
        chunk: how many events to read at once.
        prefix, suffix: what the shadows' names have more than those of the tables in use.
        frozen: see `Cursor.insert`.
    """

    def __init__(
        self,
        chunk: int,
        progress: Progress | None,
        *,
        prefix: str = "",
        suffix: str = "",
        frozen: bool = False,
    ) -> None:
        self._chunk = chunk
        self._progress = progress
        self._prefix = prefix
        self._suffix = suffix
        self._frozen = frozen
        self._reached: dict[int, int] = {}

    @property
    def replayed(self) -> int:
        """How many events were replayed, of all collections."""
        return sum(self._reached.values())

    def read(self, cursor: Cursor) -> tuple[int, list[Placed]] | None:
        """A collection and its next events; None if all that is there has been replayed.

        Raises:
            DamagedError: a position is missing, below the log's head.
        """
        collections = cursor.rows(statement("eventlog", "collections"))
        if self._progress is not None:
            self._progress(self.replayed, sum(row[2] for row in collections))
        for collection, name, head, _ in collections:
            reached = self._reached.get(collection, 0)
            if reached >= head:
                continue
            events = placed_in_bulk(cursor, collection, reached, self._chunk, until=head)
            missing = missing_in(events, reached)
            if missing is not None:
                raise DamagedError(f"the log of {name} has no event at position {missing}")
            return collection, events
        return None

    def add(self, cursor: Cursor, collection: int, events: list[Placed]) -> None:
        """Adds the rows of some events to the shadows."""
        table = f"{self._prefix}dating{self._suffix}"
        tables = rows_of(collection, events, arrivals_of(cursor, collection, events, table))
        insert(cursor, tables, self._prefix, self._suffix, frozen=self._frozen)
        self._reached[collection] = events[-1].position

    def catch_up(self, cursor: Cursor) -> None:
        """Replays whatever is left, in the transaction in hand."""
        while (found := self.read(cursor)) is not None:
            self.add(cursor, *found)
