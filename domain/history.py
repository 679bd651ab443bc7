"""A story's history: everything that was recorded of it, as items in an order.

In order of *publication* an item stands at the moment of the newsroom's clock that it is about: a
revision where it is dated now, a sighting where it was made. In order of *recording* it stands
where the log took it. A note stands with the revision it is about; what was restricted, restored
or erased, where the log took it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from variorum.domain.access import Erasure, Restriction
from variorum.domain.amendments import Amended
from variorum.domain.asof import Dating, Order, Sighting, current
from variorum.domain.content import ContentRef
from variorum.domain.story import AttachedNote, Revision, StoryState
from variorum.domain.streams import story_of
from variorum.domain.times import PublishedTime

Kind = Literal[
    "revision",
    "redating",
    "sighting",
    "note",
    "restriction",
    "restoration",
    "erasure",
    "amendment",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was recorded."""

    kind: Kind
    at: int
    """The moment of the newsroom's clock that it is about (instant)."""
    position: int
    revision: int | None
    published: PublishedTime | None = None
    """Of a revision: as dated now. Of a redating: as dated by it."""
    formerly: PublishedTime | None = None
    """Of a redating: as dated before it."""
    sighting: Sighting | None = None
    note: ContentRef | None = None
    source: Revision | None = None
    """Of a revision: as it was recorded."""
    restriction: Restriction | None = None
    erasure: Erasure | None = None
    amended: Amended | None = None
    of: str | None = None
    """The story whose note it is, where that is another which is one with this one."""


def items(state: StoryState, known: int, order: Order = "published") -> list[Item]:
    """What was recorded of a story by position `known`, in an order."""
    datings = [dating for dating in state.datings if dating.position <= known]
    now = {dating.revision: dating for dating in current(datings, known)}
    found = [
        *_revisions(state, datings, now, order),
        *(_sighted(s) for s in state.sightings if s.position <= known),
        *(_noted(n, now, state) for n in state.notes if n.position <= known),
        *(_restricted(r) for r in state.access.restrictions if r.position <= known),
        *(_erased(e) for e in state.access.erasures if e.position <= known),
        *(_amended(a) for a in state.amendments if a.position <= known),
    ]
    if order == "recorded":
        return sorted(found, key=lambda item: (item.position, item.kind == "note"))
    return sorted(
        found,
        key=lambda item: (item.at, item.kind != "revision", item.position),
    )


def predecessor(state: StoryState, revision: int, known: int) -> Dating | None:
    """The dating just before a revision's own in order of publication, known by `known`."""
    before: Dating | None = None
    for dating in current(state.datings, known):
        if dating.revision == revision:
            return before
        before = dating
    return None


def predecessors(state: StoryState, known: int, order: Order) -> Mapping[int, Dating | None]:
    """The `predecessor` of each revision known by `known`, by its number.

    In order of publication as known by `known`; in that of recording as known when the revision
    was recorded.
    """
    if order == "published":
        return _before_each(current(state.datings, known))
    found: dict[int, Dating | None] = {}
    places: list[tuple[int, int]] = []
    """Of the datings that count by then, in order of publication."""
    now: dict[int, Dating] = {}
    by_place: dict[tuple[int, int], Dating] = {}
    for dating in state.datings:
        if dating.position > known:
            continue
        superseded = now.get(dating.revision)
        if superseded is not None:
            del places[bisect_left(places, _place(superseded))]
        place = _place(dating)
        at = bisect_left(places, place)
        if superseded is None:
            found[dating.revision] = by_place[places[at - 1]] if at else None
        places.insert(at, place)
        now[dating.revision] = by_place[place] = dating
    return found


def _place(dating: Dating) -> tuple[int, int]:
    """Where a dating stands in order of publication: no two revisions arrived at once."""
    return dating.published.at, dating.arrived


def _before_each(datings: Iterable[Dating]) -> dict[int, Dating | None]:
    found: dict[int, Dating | None] = {}
    before: Dating | None = None
    for dating in datings:
        found[dating.revision] = before
        before = dating
    return found


def _revisions(
    state: StoryState, datings: Iterable[Dating], now: dict[int, Dating], order: Order
) -> list[Item]:
    found: list[Item] = []
    last: dict[int, PublishedTime] = {}
    for dating in datings:
        number = dating.revision
        source = state.revision(number)
        if number not in last:
            shown = dating if order == "recorded" else now[number]
            found.append(
                Item(
                    "revision",
                    shown.published.at,
                    dating.position,
                    number,
                    shown.published,
                    source=source,
                )
            )
        else:
            found.append(
                Item(
                    "redating",
                    dating.published.at,
                    dating.position,
                    number,
                    dating.published,
                    formerly=last[number],
                )
            )
        last[number] = dating.published
    return found


def _sighted(sighting: Sighting) -> Item:
    return Item("sighting", sighting.seen, sighting.position, sighting.revision, sighting=sighting)


def _noted(note: AttachedNote, now: dict[int, Dating], state: StoryState) -> Item:
    dating = now.get(note.revision) if note.revision is not None else None
    at = dating.published.at if dating else note.recorded_at
    own = state.opened is None or note.stream == state.opened.originator_id
    of = None if own else story_of(note.stream)
    return Item("note", at, note.position, note.revision, note=note.ref, of=of)


def _amended(amended: Amended) -> Item:
    return Item(
        "amendment",
        amended.recorded_at,
        amended.position,
        None,
        note=amended.note,
        amended=amended,
    )


def _restricted(said: Restriction) -> Item:
    return Item(
        "restoration" if said.restored else "restriction",
        said.recorded_at,
        said.position,
        said.revision,
        note=said.note,
        restriction=said,
        of=said.of,
    )


def _erased(erasure: Erasure) -> Item:
    return Item(
        "erasure",
        erasure.recorded_at,
        erasure.position,
        erasure.revision,
        note=erasure.note,
        erasure=erasure,
        of=erasure.of,
    )
