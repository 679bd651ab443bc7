"""The catalogue's part in each append."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.adapters.catalogue.rows import COLUMNS, arrivals_of, insert, redated, rows_of
from variorum.adapters.database.port import Cursor
from variorum.adapters.eventlog.at_once import Tables
from variorum.adapters.eventlog.reader import Placed


class InlineCatalogue:
    """Adds the catalogue's rows in the transaction of each append."""

    def add(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        insert(cursor, rows_of(collection, events, arrivals_of(cursor, collection, events)))

    def rows(self, collection: int, events: Sequence[Placed]) -> Tables | None:
        """The rows, where no event redates a revision that was recorded before."""
        if redated(events):
            return None
        tables = rows_of(collection, events, None)
        return [(name, COLUMNS[name], rows) for name, rows in tables.items() if rows]
