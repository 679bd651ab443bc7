"""Finds stories, and the marks that decide. Implements `variorum.domain.ports.Catalogue`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from variorum.adapters.catalogue.entries import entry_from
from variorum.adapters.catalogue.mark import read
from variorum.adapters.catalogue.marks import marks_of, seen_again, streams_of
from variorum.adapters.catalogue.standing import Topics, standing, standings
from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.domain.asof import LAST_POSITION, Dating, Marks, Place
from variorum.domain.ports import Standing, StoryEntry

if TYPE_CHECKING:
    from variorum.adapters.catalogue.access import KeptAccess
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
        self._topics: Topics = {}

    def story(self, story: str) -> StoryEntry | None:
        with self._database.read() as cursor:
            row = cursor.row(
                statement("catalogue", "story"), {"collection": self._collection, "id": story}
            )
        return entry_from(row) if row else None

    def stories_at(self, address: str) -> list[StoryEntry]:
        with self._database.read() as cursor:
            rows = cursor.rows(
                statement("catalogue", f"stories_by_address_{self._database.dialect}"),
                {"collection": self._collection, "address": bytes.fromhex(address)},
            )
        return list(map(entry_from, rows))

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
            yield from map(entry_from, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][1]

    def marks(self, story: StoryEntry, at: int, known: int) -> Marks:
        database = self._database
        with database.snapshot() if story.members else database.read() as cursor:
            return marks_of(cursor, self._collection, streams_of(story), at, known)

    def seen_again(
        self, story: StoryEntry, revision: int, place: Place, at: int, known: int
    ) -> int | None:
        with self._database.read() as cursor:
            return seen_again(cursor, self._collection, story, revision, place, at, known)

    def standing(self, story: str, at: int, known: int, *, text: bool = False) -> Standing | None:
        return standing(self._database, self._collection, self._topics, story, at, known, text=text)

    def standings(
        self, stories: Sequence[str], at: int, known: int, *, text: bool = False
    ) -> dict[str, Standing]:
        return standings(
            self._database, self._collection, self._topics, stories, at, known, text=text
        )

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
        return read(row[0])[0] if row else None

    def last_seen(self, story: StoryEntry, revision: int, known: int) -> int | None:
        asked = {"collection": self._collection, "stream": story.key}
        asked |= {"revision": revision, "known": known}
        with self._database.read() as cursor:
            row = cursor.row(statement("catalogue", "last_seen"), asked)
        return row[0] if row else None

    def access(self, story: StoryEntry) -> Access:
        return self._access.of(story.key)

    @cached_property
    def _access(self) -> KeptAccess:
        from variorum.adapters.catalogue.access import KeptAccess

        return KeptAccess(self._database, self._collection)

    def amendments(self, story: StoryEntry) -> list[Amendment]:
        from variorum.adapters.catalogue.amendments import amendments_of

        with self._database.read() as cursor:
            return amendments_of(cursor, self._collection, story.key)

    def situation(self, story: StoryEntry | None, at: int) -> Situation:
        """What a decision looks at, read at one moment, by index alone."""
        from variorum.adapters.catalogue.situation import NOTHING, plain_situation, situation_of

        if story is None:
            return NOTHING
        if not (story.taken_down or story.amended):
            with self._database.read() as cursor:
                found = plain_situation(cursor, self._collection, story, at)
            if found is not None:
                return found
        with self._database.snapshot() as cursor:
            return situation_of(cursor, self._collection, story, at)
