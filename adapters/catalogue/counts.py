"""How much a collection holds."""

from __future__ import annotations

from dataclasses import dataclass

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of rows, and the bytes of content as they are stored."""

    stories: int
    revisions: int
    sightings: int
    contents: int
    content_bytes: int


def counts(database: Database, collection: int) -> Counts:
    """Counts a collection; takes time in proportion to it."""
    with database.read() as cursor:
        row = cursor.row(statement("catalogue", "counts"), {"collection": collection})
    assert row is not None
    return Counts(*(int(number) for number in row))
