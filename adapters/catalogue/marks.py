"""The marks that decide what was in force, found with one statement a stream.

Of stories that are one, each keeps its own stream: the marks of all of them are put together, their
revisions called by the numbers that they have in the one that answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from variorum.adapters.catalogue.codes import OUTCOMES, SINCE_EVER
from variorum.adapters.catalogue.mark import captured_of, read
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import (
    Dating,
    ImpliedMark,
    Marks,
    Place,
    Sighting,
    implied_since,
    later,
    returning,
)

if TYPE_CHECKING:
    from variorum.domain.amendments import Merger
    from variorum.domain.ports import StoryEntry


class Stream(NamedTuple):
    """A stream of a story: its own, or that of another which is one with it."""

    key: int
    merger: Merger | None = None

    def here(self, number: int) -> int:
        """The number that a revision of this stream has in the story that answers."""
        return number if self.merger is None else self.merger.here(number)


def streams_of(story: StoryEntry) -> list[Stream]:
    """The streams of a story, its own first."""
    return [Stream(story.key), *(Stream(m.entry.key, m.merger) for m in story.members)]


def marks_of(
    cursor: Cursor, collection: int, streams: Sequence[Stream], at: int, known: int
) -> Marks:
    """The marks that decide what was in force of a story at `at`, known by `known`."""
    return found_of(cursor, collection, streams, at, known).marks()


def found_of(
    cursor: Cursor, collection: int, streams: Sequence[Stream], at: int, known: int
) -> Found:
    """What the marks are told from (`Found.marks`)."""
    asked = {"collection": collection, "at": at, "known": known}
    found = Found(at)
    for stream in streams:
        found.add(
            cursor.rows(statement("catalogue", "marks"), {**asked, "stream": stream.key}), stream
        )
    if len(streams) > 1:
        found.implied = _implied(cursor, streams, {**asked, "since": found.implied_since()})
    return found


def seen_again(
    cursor: Cursor,
    collection: int,
    story: StoryEntry,
    revision: int,
    place: Place,
    at: int,
    known: int,
) -> int | None:
    """When a revision was first seen after a place and after any other text (`asof.SeenAgain`)."""
    home, own = story.home(revision)
    asked = {"collection": collection, "at": at, "known": known}
    for stream in streams_of(story):
        other = {**asked, "stream": stream.key, "revision": own if stream.key == home.key else 0}
        found = cursor.row(statement("catalogue", "other_seen"), {**other, **_after(place)})
        if found is not None:
            place = found[0], found[1]
    first = {**asked, "stream": home.key, **_after(place)}
    row = cursor.row(statement("catalogue", "first_seen"), first)
    return row[0] if row else None


def _after(place: Place) -> dict[str, int]:
    after, after_position = place
    return {"after": after, "after_position": after_position}


class Found:
    """What was found of some streams."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._held: list[Dating] = []
        self._following: list[Dating] = []
        self._open: dict[int, Dating] = {}
        self._stood_again: list[Dating] = []
        self._sightings: dict[str, Sighting] = {}
        self._first: dict[int, bytes] = {}
        self._seen: dict[int, int | None] = {}
        self.implied: ImpliedMark | None = None

    def add(self, rows: Sequence[Row], stream: Stream) -> None:
        """Takes what `marks.sql` tells of a stream."""
        for which, mark, first, moment_seen, revision, position, moment, outcome, latest in rows:
            if which == "implied":
                self.implied = _mark_of(moment, latest, position)
            elif mark is None:
                number = None if revision is None else stream.here(revision)
                sighting = Sighting(moment, position, OUTCOMES[int(outcome)], number, moment_seen)
                other = self._sightings.get(which)
                if other is None or (other.at, other.position) < (moment, position):
                    self._sightings[which] = sighting
            else:
                dating, _, _ = read(mark)
                if stream.merger is not None:
                    dating = structs.replace(dating, revision=stream.here(dating.revision))
                self._add(which, dating, first, moment_seen)

    def _add(self, which: str, dating: Dating, first: bytes, seen: int | None) -> None:
        if which == "following":
            self._following.append(dating)
        elif which == "open":
            if dating.holds(self._at):
                self._open[dating.revision] = dating
        else:
            (self._held if which == "held" else self._stood_again).append(dating)
            self._first[dating.revision] = first
            self._seen[dating.revision] = seen

    def first(self, revision: int) -> bytes:
        """The mark of where a revision that `marks` may say to have stood was recorded."""
        return self._first[revision]

    def _last_two(self) -> tuple[Dating | None, Dating | None]:
        ordered = sorted(self._held, key=_order, reverse=True)
        held = ordered[0] if ordered else None
        return held, ordered[1] if len(ordered) > 1 else None

    def implied_since(self) -> int:
        """See `asof.implied_since`."""
        return implied_since(*self._last_two(), self._at)

    def marks(self) -> Marks:
        held, previous = self._last_two()
        present = self._sightings.get("present")
        returned = returning(held, present, self._stood_again)
        stood = returned or held
        others = self._open.keys() - {stood.revision if stood else None}
        return Marks(
            held=held,
            previous=previous,
            following=min(self._following, key=_order, default=None),
            open_=tuple(self._open[number] for number in sorted(others)),
            gone=self._sightings.get("gone"),
            present=present,
            absent=self._sightings.get("absent"),
            implied=self.implied,
            returned=returned,
            last_sighted=self._last_sighted(stood.revision) if stood else None,
            captured=captured_of(self._first[stood.revision]) if stood else None,
        )

    def _last_sighted(self, revision: int) -> int | None:
        return later(self._seen[revision], captured_of(self._first[revision]))


def _order(dating: Dating) -> tuple[int, int]:
    return dating.published.at, dating.arrived


def _mark_of(earliest: int, latest: int, position: int) -> ImpliedMark:
    return ImpliedMark(None if earliest == SINCE_EVER else earliest, latest, position)


def _implied(
    cursor: Cursor, streams: Sequence[Stream], asked: dict[str, int]
) -> ImpliedMark | None:
    """The last implied revision of any of some streams that no revision of any of them can be."""
    text = statement("catalogue", "implied_in")
    told = (cursor.rows(text, {**asked, "stream": stream.key}) for stream in streams)
    for earliest, position, latest in merge(*told, reverse=True):
        interval = {"earliest": earliest, "latest": latest, "position": position}
        if not any(_is_matched(cursor, {**asked, **interval}, stream) for stream in streams):
            return _mark_of(earliest, latest, position)
    return None


def _is_matched(cursor: Cursor, asked: dict[str, int], stream: Stream) -> bool:
    given = {**asked, "stream": stream.key}
    return cursor.row(statement("catalogue", "is_matched"), given) is not None
