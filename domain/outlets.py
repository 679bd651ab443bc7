"""The outlets of a collection: what was said of each, and saying it.

A *description* is an event on the collection's own stream. It says all of an outlet's settings, so
that the last one recorded by K is all that was known by K.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from variorum.domain.asof import LAST_POSITION
from variorum.domain.collection import append
from variorum.domain.content import (
    ContentKind,
    ContentRef,
    Description,
    NewContent,
    Note,
    canonical,
    description_of,
)
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.events import OutletDescribed
from variorum.domain.identity import outlet_id
from variorum.domain.outlet import UNKNOWN, Settings
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.times import zone_named

if TYPE_CHECKING:
    from variorum.domain.events import Event
    from variorum.domain.log import Recorded
    from variorum.domain.ports import ContentStore, Log


class Books(Protocol):
    """What outlets are read from and written into; an archive has them."""

    log: Log
    contents: ContentStore
    salts: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class DescribeOutlet:
    """Say something of an outlet; what is None stays as it was.

    Attributes:
        outlet: its id, as `outlet_id` writes it.
        name: as people know it.
        note: why.
    """

    outlet: str
    actor: str
    name: str | None = None
    settings: Settings = UNKNOWN
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of an outlet, since a position."""

    outlet: str
    position: int
    recorded_at: int
    actor: str
    settings: Settings
    description: ContentRef | None


def described(books: Books, known: int = LAST_POSITION) -> dict[str, Described]:
    """What was said of each outlet, as known by K, by id."""
    return _folded(books.log.stream(COLLECTION_STREAM, known))


def settings(books: Books, outlet: str | None) -> Settings:
    """The settings of an outlet as known now."""
    if outlet is None:
        return UNKNOWN
    found = described(books).get(outlet)
    return found.settings if found else UNKNOWN


def name_of(books: Books, outlet: Described) -> str | None:
    """An outlet's name; None where none was given."""
    if outlet.description is None:
        return None
    held = books.contents.held(COLLECTION_STREAM, ContentKind.DESCRIPTION, outlet.description)
    return description_of(held.data).outlet if held else None


def describe(books: Books, command: DescribeOutlet) -> int | None:
    """Records what is said of an outlet; gives its position, None where it was known already.

    Raises:
        NotFoundError: nothing is said of it, and nothing is known of it.
        UsageError: there is no such zone, or its id is not one.
        ConflictError: others kept writing to the collection's stream at the same time.
    """
    if command.outlet != outlet_id(command.outlet):
        raise UsageError(
            f"not an outlet's id: {command.outlet[:60]!r} (write {outlet_id(command.outlet)})"
        )
    if command.settings.zone is not None:
        zone_named(command.settings.zone)

    def decide(recorded: list[Recorded]) -> tuple[Event, Iterable[NewContent]] | None:
        return _decide(books, command, recorded)

    return append(books.log, decide)


def _decide(
    books: Books, command: DescribeOutlet, recorded: list[Recorded]
) -> tuple[Event, Iterable[NewContent]] | None:
    before = _folded(recorded).get(command.outlet)
    said = before.settings if before else UNKNOWN
    given = command.settings
    now = Settings(
        given.zone or said.zone,
        given.date_order or said.date_order,
        given.language or said.language,
        given.notices or said.notices,
    )
    if before is None and now == UNKNOWN and command.name is None:
        raise NotFoundError(f"nothing is known of the outlet {command.outlet}", reason="unknown")
    name = before.description if before else None
    renamed = command.name is not None and not (
        before is not None and name_of(books, before) == command.name
    )
    if before is not None and now == said and not renamed:
        return None
    contents: list[NewContent] = []

    def commit(kind: ContentKind, data: bytes) -> ContentRef:
        place = _following(recorded, kind)
        contents.append(NewContent(COLLECTION_STREAM, kind, place, next(books.salts), data))
        return contents[-1].ref

    if renamed:
        name = commit(ContentKind.DESCRIPTION, canonical(Description(outlet=command.name)))
    note = commit(ContentKind.NOTE, canonical(command.note)) if command.note else None
    event = OutletDescribed(
        originator_id=COLLECTION_STREAM,
        originator_version=len(recorded),
        actor=command.actor,
        outlet=command.outlet,
        zone=now.zone,
        date_order=now.date_order,
        language=now.language,
        notices=now.notices,
        description=name,
        note=note,
    )
    return event, contents


def _folded(recorded: Iterable[Recorded]) -> dict[str, Described]:
    found: dict[str, Described] = {}
    for each in recorded:
        event = each.event
        if isinstance(event, OutletDescribed):
            said = Settings(event.zone, event.date_order, event.language, event.notices)
            found[event.outlet] = Described(
                event.outlet, each.position, each.recorded_at, event.actor, said, event.description
            )
    return found


def _following(recorded: Iterable[Recorded], kind: ContentKind) -> int:
    """The next ordinal of a kind of content of the collection's own."""
    events = (each.event for each in recorded)
    refs = (
        event.note if kind is ContentKind.NOTE else event.description
        for event in events
        if isinstance(event, OutletDescribed)
    )
    return max((ref.ordinal for ref in refs if ref is not None), default=-1) + 1
