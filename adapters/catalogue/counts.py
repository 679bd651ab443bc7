"""How much a collection holds."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of rows, and bytes as they are stored: of loose and sealed content, and of events."""

    stories: int
    revisions: int
    sightings: int
    loose: int
    loose_bytes: int
    sealed: int
    sealed_bytes: int
    event_bytes: int

    @property
    def content_bytes(self) -> int:
        return self.loose_bytes + self.sealed_bytes


def counts(database: Database, collection: int) -> Counts:
    """Counts a collection; takes time in proportion to it."""
    with database.read() as cursor:
        row = cursor.row(statement("catalogue", "counts"), {"collection": collection})
    assert row is not None
    return Counts(*(int(number) for number in row))
