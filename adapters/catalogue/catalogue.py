"""Finds stories, and the marks that decide. Implements `variorum.domain.ports.Catalogue`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from variorum.adapters.catalogue.codes import BASES, OUTCOMES, PRECISIONS, SINCE_EVER
from variorum.adapters.database.port import Cursor, Database, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import LAST_POSITION, Dating, ImpliedMark, Marks, Sighting
from variorum.domain.content import ContentRef
from variorum.domain.ports import StoryEntry
from variorum.domain.times import DateOrder, PublishedTime

if TYPE_CHECKING:
    from variorum.domain.story import Situation

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

    def story_at(self, address: str) -> StoryEntry | None:
        with self._database.read() as cursor:
            row = cursor.row(
                statement("catalogue", "story_by_address"),
                {"collection": self._collection, "address": bytes.fromhex(address)},
            )
        return _entry(row) if row else None

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
        return _dating(row) if row else None

    def situation(self, story: StoryEntry | None, at: int, moment: int) -> Situation:
        """What a decision looks at, read at one moment, by index alone."""
        from variorum.adapters.catalogue import situation

        if story is None:
            return situation.NOTHING
        with self._database.snapshot() as cursor:
            return situation.of(cursor, self._collection, story, at, moment)


def marks_of(cursor: Cursor, collection: int, stream: int, at: int, known: int) -> Marks:
    """The marks that decide what was in force of a story at `at`, known by `known`."""
    rows = cursor.rows(
        statement("catalogue", "marks"),
        {"collection": collection, "stream": stream, "at": at, "known": known},
    )
    return _gathered(rows)


def _gathered(rows: list[Row]) -> Marks:
    held: list[Dating] = []
    open_: dict[int, Dating] = {}
    one: dict[str, Sighting] = {}
    following: Dating | None = None
    implied: ImpliedMark | None = None
    last_sighted: int | None = None
    for row in rows:
        match row[0]:
            case "held":
                held.append(_dating(row[1:]))
                if len(held) == 1:
                    moments = [moment for moment in row[11:13] if moment is not None]
                    last_sighted = max(moments, default=None)
            case "following":
                following = _dating(row[1:])
            case "open":
                open_[row[1]] = _dating(row[1:])
            case "implied":
                earliest = None if row[5] == SINCE_EVER else row[5]
                implied = ImpliedMark(earliest, row[6], row[2])
            case mark:
                sighting = Sighting(row[4], row[2], OUTCOMES[int(row[7])], row[1])
                other = one.get(mark)
                if other is None or (other.at, other.position) < (sighting.at, sighting.position):
                    one[mark] = sighting
    held.sort(key=lambda dating: (dating.published.at, dating.revision), reverse=True)
    if held:
        open_.pop(held[0].revision, None)
    return Marks(
        held=held[0] if held else None,
        previous=held[1] if len(held) > 1 else None,
        following=following,
        open_=tuple(open_[number] for number in sorted(open_)),
        gone=one.get("gone"),
        present=one.get("present"),
        absent=one.get("absent"),
        implied=implied,
        last_sighted=last_sighted,
    )


def _dating(row: Row) -> Dating:
    revision, position, arrived, at, earliest, latest, precision, basis, zone, resolved = row[:10]
    return Dating(
        revision,
        position,
        PublishedTime(
            at=at,
            earliest=earliest,
            latest=latest,
            precision=PRECISIONS[int(precision)],
            basis=BASES[int(basis)],
            zone=zone,
            resolved=tuple(resolved.split(" ")) if resolved else (),
        ),
        arrived,
    )


def _entry(row: Row) -> StoryEntry:
    key, story, position, recorded_at, zone, order, outlet, address, description, commitment = row
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
    )
