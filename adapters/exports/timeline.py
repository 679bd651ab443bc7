"""Writes a timeline as CSV (RFC 4180): a row for everything that happened to the stories.

Rows are in order of the newsroom's clock: a revision or a redating stands where it counts from, a
sighting where it was made, and what was done in the archive (a note, a restriction, an erasure)
where the log took it. A row holds times, numbers and ids only; of a text, that it is there.

A row's *fields* are what the event says, instants as numbers; its *cells* are the same in text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from variorum.adapters.exports.csv import row
from variorum.adapters.exports.order_on_disk import ordered
from variorum.adapters.exports.selection import Selection, read_together, window
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ErasedPart
from variorum.domain.events import (
    AccessRestored,
    AccessRestricted,
    ContentErased,
    Event,
    RevisionRecorded,
    RevisionRedated,
    StoryDescribed,
    StoryOpened,
    StorySighted,
)
from variorum.domain.log import Recorded
from variorum.domain.ports import StoryEntry
from variorum.domain.streams import story_stream
from variorum.domain.times import FIRST_INSTANT, PublishedTime, iso

COLUMNS = (
    "at",
    "story",
    "what",
    "revision",
    "earliest",
    "latest",
    "precision",
    "basis",
    "captured",
    "notices",
    "note",
    "detail",
    "until",
    "commitment",
    "recorded_at",
    "position",
    "actor",
)
TAKEDOWNS = (AccessRestricted, AccessRestored, ContentErased)

_BEFORE_ALL = FIRST_INSTANT - 1

_INSTANTS = ("at", "earliest", "latest", "captured", "until", "recorded_at")

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """One row: the instant at which it stands, and its fields by column."""

    at: int
    position: int
    fields: Fields


def lines(archive: Archive, selection: Selection) -> Iterator[bytes]:
    """The header and the rows, each with its line end; put in order on disk.

    Raises:
        NotFoundError: a story that was asked for is not there.
        StorageError: the disk has no room for them.
    """
    apart = replace(selection, apart=True)
    found = (
        each
        for ready, entry in read_together(archive, apart, texts=False)
        for each in happenings(ready, entry, selection)
    )
    rows = ((each.at, each.position, n, row(cells(each.fields))) for n, each in enumerate(found))
    header = (_BEFORE_ALL, 0, 0, row(COLUMNS))
    for *_, line in ordered(chain([header], rows)):
        yield line


def happenings(archive: Archive, entry: StoryEntry, selection: Selection) -> Iterator[Happened]:
    """What happened to a story at the moments that are selected; takedowns always."""
    moments = window(archive, entry, selection)
    for recorded in archive.log.stream(story_stream(entry.id), LAST_POSITION):
        if is_told(recorded, selection.known.position):
            happened = happened_of(entry.id, recorded)
            if isinstance(recorded.event, TAKEDOWNS) or moments.holds(happened.at):
                yield happened


def is_told(recorded: Recorded, known: int) -> bool:
    """Whether an event is told of as known by K: what was taken down is, whatever K is."""
    return isinstance(recorded.event, TAKEDOWNS) or recorded.position <= known


def name_of(event: Event | type[Event]) -> str:
    """`revision-recorded`"""
    return event.TOPIC.split(".")[1]


def happened_of(story: str, recorded: Recorded) -> Happened:
    """An event of a story as a row."""
    at, event = _moment(recorded), recorded.event
    fields = {
        "at": at,
        "story": story,
        "what": name_of(event),
        "revision": getattr(event, "revision", None),
        "note": getattr(event, "note", None) is not None,
        "recorded_at": recorded.recorded_at,
        "position": recorded.position,
        "actor": event.actor,
    }
    return Happened(at, recorded.position, fields | _of(event))


def cells(fields: Fields) -> tuple[str, ...]:
    """A row's cells, in the order of the columns."""
    return tuple(_cell(column, fields.get(column)) for column in COLUMNS)


def _cell(column: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if column in _INSTANTS:
        return iso(value)
    match column:
        case "revision":
            return f"r{value}"
        case "notices":
            return " ".join(value)
        case "note":
            return "yes"
        case "commitment":
            return bytes(value).hex()
        case _:
            return str(value)


def _moment(recorded: Recorded) -> int:
    match recorded.event:
        case RevisionRecorded(published=published) | RevisionRedated(published=published):
            return published.at
        case StorySighted(at=at, captured=captured):
            return at if captured is None else captured
        case _:
            return recorded.recorded_at


def _of(event: Event) -> Fields:
    """The fields that only such an event has. A timeline in text does not show the outlet."""
    match event:
        case RevisionRecorded():
            return {
                **_dated(event.published),
                "captured": event.captured,
                "notices": [notice.kind.value for notice in event.notices],
                "commitment": bytes.fromhex(event.article.commitment),
            }
        case RevisionRedated():
            return _dated(event.published)
        case StorySighted():
            return {"detail": event.outcome.value}
        case AccessRestricted():
            return {"until": event.until}
        case ContentErased():
            return {"detail": _part(event.part, event.number)}
        case StoryOpened() | StoryDescribed():
            return {"outlet": event.outlet}
        case _:
            return {}


def _dated(published: PublishedTime) -> Fields:
    return {
        "earliest": published.earliest,
        "latest": published.latest,
        "precision": published.precision.value,
        "basis": published.basis.value,
    }


def _part(part: ErasedPart, number: int | None) -> str:
    return part.value if number is None else f"{part.value} {number}"
