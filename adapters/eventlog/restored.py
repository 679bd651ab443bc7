"""How far a collection was restored from a backup, as long as that is not all of it.

The file was cut off, or restoring was interrupted. What was erased in the part that is yet to come
is not in a backup, so that it is missing in what came, and the event that says why is missing too.

It stands in a tracking row, as of a projection that follows the backup: its position is the last
one restored, and it stopped where the backup ends; nowhere, once that was reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.at_once import Tables
from variorum.adapters.eventlog.reader import Placed

NAME = "backup"
"""What stands in the place of a projection's name."""


@dataclass(frozen=True, slots=True)
class RestoredPart:
    """A part of a backup: it was restored up to a position, and reaches to a later one."""

    position: int
    until: int


def restored_part(cursor: Cursor, collection: int) -> RestoredPart | None:
    """What of a backup was restored, where that is not all of it."""
    row = cursor.row(
        statement("eventlog", "restored_part"), {"collection": collection, "name": NAME}
    )
    if row is None or not all(type(each) is int for each in row):  # SQLite takes anything
        return None
    return RestoredPart(*row)


def part_of(database: Database, collection: int) -> RestoredPart | None:
    """See `restored_part`.

    Raises:
        StorageError: the database cannot be reached.
    """
    with database.read() as cursor:
        return restored_part(cursor, collection)


class Reached:
    """Notes how far a backup was restored. Implements `eventlog`'s `Companion`.

    Attributes:
        until: the last position of the backup.
    """

    def __init__(self) -> None:
        self.until = 0

    def add(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        """Notes it in the transaction in hand."""
        position = events[-1].position
        note = "restored_up_to" if position < self.until else "restored_whole"
        cursor.run(
            statement("eventlog", note),
            {"collection": collection, "name": NAME, "position": position, "until": self.until},
        )

    def rows(self, collection: int, events: Sequence[Placed]) -> Tables | None:
        return None
