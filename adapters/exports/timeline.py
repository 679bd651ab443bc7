"""Writes a timeline as CSV (RFC 4180): a row for everything that happened to the stories.

Rows are in order of the newsroom's clock: a revision or a redating stands where it counts from, a
sighting where it was made, and what was done in the archive (a note, a restriction, an erasure)
where the log took it. A row holds times, numbers and ids only; of a text, that it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from variorum.adapters.exports.csv import row
from variorum.adapters.exports.selection import Selection, entries, window
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ErasedPart
from variorum.domain.events import (
    AccessRestored,
    AccessRestricted,
    ContentErased,
    Event,
    NoteAttached,
    RevisionRecorded,
    RevisionRedated,
    StoryOpened,
    StorySighted,
)
from variorum.domain.log import Recorded
from variorum.domain.ports import StoryEntry
from variorum.domain.streams import story_stream
from variorum.domain.times import PublishedTime, iso

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


@dataclass(frozen=True, slots=True)
class Happened:
    """One row: the instant at which it stands, and its cells by column."""

    at: int
    position: int
    cells: dict[str, str] = field(default_factory=dict[str, str])


def lines(archive: Archive, selection: Selection) -> Iterator[bytes]:
    """The header and the rows, each with its line end.

    Raises:
        NotFoundError: a story that was asked for is not there.
    """
    found: list[Happened] = []
    for entry in entries(archive, replace(selection, apart=True)):
        found += happenings(archive, entry, selection)
    yield row(COLUMNS)
    for each in sorted(found, key=lambda one: (one.at, one.position)):
        yield row(tuple(each.cells.get(column, "") for column in COLUMNS))


def happenings(archive: Archive, entry: StoryEntry, selection: Selection) -> Iterator[Happened]:
    """What happened to a story at the moments that are selected; takedowns always."""
    moments = window(archive, entry, selection)
    for recorded in archive.log.stream(story_stream(entry.id), LAST_POSITION):
        taken = isinstance(recorded.event, TAKEDOWNS)
        if not taken and recorded.position > selection.known.position:
            continue
        at = _moment(recorded)
        if taken or moments.holds(at):
            yield Happened(at, recorded.position, _cells(entry.id, at, recorded))


def _moment(recorded: Recorded) -> int:
    match recorded.event:
        case RevisionRecorded(published=published) | RevisionRedated(published=published):
            return published.at
        case StorySighted(at=at, captured=captured):
            return at if captured is None else captured
        case _:
            return recorded.recorded_at


def _cells(story: str, at: int, recorded: Recorded) -> dict[str, str]:
    event = recorded.event
    return {
        "at": iso(at),
        "story": story,
        "what": event.TOPIC.split(".")[1],
        "recorded_at": iso(recorded.recorded_at),
        "position": str(recorded.position),
        "actor": event.actor,
        **{key: value for key, value in _of(event).items() if value},
    }


def _of(event: Event) -> dict[str, str]:
    """The cells that only such an event has."""
    revision = getattr(event, "revision", None)
    cells = {
        "revision": "" if revision is None else f"r{revision}",
        "note": "yes" if getattr(event, "note", None) is not None else "",
    }
    match event:
        case RevisionRecorded():
            return {
                **cells,
                **_dated(event.published),
                "captured": "" if event.captured is None else iso(event.captured),
                "notices": " ".join(notice.kind.value for notice in event.notices),
                "commitment": event.article.commitment,
            }
        case RevisionRedated():
            return {**cells, **_dated(event.published)}
        case StorySighted():
            return {**cells, "detail": event.outcome.value}
        case AccessRestricted():
            return {**cells, "until": "" if event.until is None else iso(event.until)}
        case ContentErased():
            return {**cells, "detail": _part(event.part, event.number)}
        case StoryOpened() | NoteAttached() | AccessRestored():
            return cells
        case _:
            return cells


def _dated(published: PublishedTime) -> dict[str, str]:
    return {
        "earliest": "" if published.earliest is None else iso(published.earliest),
        "latest": iso(published.latest),
        "precision": published.precision.value,
        "basis": published.basis.value,
    }


def _part(part: ErasedPart, number: int | None) -> str:
    return part.value if number is None else f"{part.value} {number}"
