"""Finds stories, and the marks that decide. Implements `variorum.domain.ports.Catalogue`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from variorum.adapters.catalogue.marks import dating_from, deciding_marks, marks_of
from variorum.adapters.database.port import Database, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import LAST_POSITION, Dating, Marks
from variorum.domain.content import ContentRef
from variorum.domain.ports import StoryEntry
from variorum.domain.times import DateOrder

if TYPE_CHECKING:
    from variorum.domain.access import Access
    from variorum.domain.amendments import Amendment
    from variorum.domain.situation import Situation

_PAGE = 500


class IndexedCatalogue:
    """The catalogue of one collection.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection

    def story(self, story: str) -> StoryEntry | None:
        with self._database.read() as cursor:
            row = cursor.row(
                statement("catalogue", "story"), {"collection": self._collection, "id": story}
            )
        return _entry(row) if row else None

    def stories_at(self, address: str) -> list[StoryEntry]:
        with self._database.read() as cursor:
            rows = cursor.rows(
                statement("catalogue", "stories_by_address"),
                {"collection": self._collection, "address": bytes.fromhex(address)},
            )
        return list(map(_entry, rows))

    def stories(self, known: int = LAST_POSITION) -> Iterator[StoryEntry]:
        """Every story recorded by `known`, in the order of their ids, a page at a time."""
        after = ""
        while True:
            with self._database.read() as cursor:
                rows = cursor.rows(
                    statement("catalogue", "stories"),
                    {
                        "collection": self._collection,
                        "after": after,
                        "known": known,
                        "limit": _PAGE,
                    },
                )
            yield from map(_entry, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][1]

    def marks(self, story: StoryEntry, at: int, known: int) -> Marks:
        with self._database.read() as cursor:
            return marks_of(cursor, self._collection, story.key, at, known)

    def deciding(self, story: StoryEntry, at: int, known: int) -> Marks:
        with self._database.read() as cursor:
            found = deciding_marks(cursor, self._collection, story.key, at, known)
            return found or marks_of(cursor, self._collection, story.key, at, known)

    def dating(self, story: StoryEntry, revision: int, known: int) -> Dating | None:
        """The dating of a revision as known by `known`; None where there is no such revision."""
        with self._database.read() as cursor:
            row = cursor.row(
                statement("catalogue", "dating_of"),
                {
                    "collection": self._collection,
                    "stream": story.key,
                    "revision": revision,
                    "known": known,
                },
            )
        return dating_from(row) if row else None

    def access(self, story: StoryEntry) -> Access:
        from variorum.adapters.catalogue.access import access_of

        with self._database.snapshot() as cursor:
            return access_of(cursor, self._collection, story.key)

    def amendments(self, story: StoryEntry) -> list[Amendment]:
        from variorum.adapters.catalogue.amendments import amendments_of

        with self._database.read() as cursor:
            return amendments_of(cursor, self._collection, story.key)

    def situation(self, story: StoryEntry | None, at: int) -> Situation:
        """What a decision looks at, read at one moment, by index alone."""
        from variorum.adapters.catalogue import situation

        if story is None:
            return situation.NOTHING
        with self._database.snapshot() as cursor:
            return situation.of(cursor, self._collection, story, at)


def _entry(row: Row) -> StoryEntry:
    key, story, position, recorded_at, zone, order, outlet, address = row[:8]
    description, commitment, taken_down, amended = row[8:]
    return StoryEntry(
        key=key,
        id=story,
        position=position,
        recorded_at=recorded_at,
        zone=zone,
        date_order=DateOrder(order) if order else None,
        outlet=outlet,
        address=bytes(address).hex() if address else None,
        description=None
        if description is None
        else ContentRef(ordinal=description, length=0, commitment=bytes(commitment).hex()),
        taken_down=bool(taken_down),
        amended=bool(amended),
    )
