"""What a bag holds of a story: its events, the revisions that were asked for, their contents.

A content is *asked for* if it is of a revision that was asked for, or says something of the story
that was known by K. One that is *absent* is so for a reason: it was erased or restricted, by an
event of the log, or it was not asked for. A bag says so of each, and its verifier works it out
again from the events.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from variorum.adapters.exports.timeline import TAKEDOWNS
from variorum.domain.content import ContentKind, ContentRef, Held
from variorum.domain.errors import DamagedError
from variorum.domain.events import (
    AccessRestored,
    AccessRestricted,
    ContentErased,
    NoteAttached,
    RevisionRecorded,
    RevisionRedated,
    StoryDescribed,
    StoryMerged,
    StoryOpened,
    StoryRedirected,
    StoryUnmerged,
)
from variorum.domain.streams import story_stream

if TYPE_CHECKING:
    from variorum.adapters.exports.states import Departure, State
    from variorum.domain.archive import Archive
    from variorum.domain.content import Description
    from variorum.domain.log import Recorded
    from variorum.domain.ports import StoryEntry

_PLAIN = re.compile(r"[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9_-])?")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


class Why(StrEnum):
    """Why a content is absent."""

    ERASED = "erased"
    RESTRICTED = "restricted"
    NOT_ASKED = "not asked for"


@dataclass(frozen=True, slots=True)
class Place:
    """A content that an event at `position` commits to; `revision` where it is of one."""

    kind: ContentKind
    ref: ContentRef
    position: int
    revision: int | None
    takedown: bool


@dataclass(frozen=True, slots=True)
class Absent:
    """A content that is not in the bag; `by` is the position of the event that took it away."""

    place: Place
    why: Why
    by: int | None


@dataclass(frozen=True, slots=True)
class Holding:
    """A story in a bag."""

    entry: StoryEntry
    folder: str
    description: Description
    events: tuple[Recorded, ...]
    known: tuple[Recorded, ...]
    """Those of `events` that were known by K, and takedowns."""
    states: tuple[State, ...]
    departure: Departure | None
    present: tuple[Place, ...]
    absent: tuple[Absent, ...]


def folder_name(story: str) -> str:
    """A story's folder: its id where every file system keeps such a name apart from others.

    Otherwise what of it can be kept, and the beginning of its SHA-256.
    """
    if _PLAIN.fullmatch(story) and not _DEVICES.fullmatch(story):
        return story
    kept = re.sub(r"[^a-z0-9]+", "-", story.lower()).strip("-")[:60]
    return f"{kept or 'story'}~{hashlib.sha256(story.encode()).hexdigest()[:16]}"


def places(events: tuple[Recorded, ...]) -> Iterator[Place]:
    """Every content that the events of a story commit to, once, in order.

    Several events may give the same reason, as a takedown of several revisions does.
    """
    seen = set[str]()
    for recorded in events:
        event, position = recorded.event, recorded.position
        found: list[tuple[ContentKind, ContentRef | None]] = []
        revision: int | None = None
        match event:
            case StoryOpened():
                found = [(ContentKind.DESCRIPTION, event.description)]
            case StoryDescribed():
                found = [
                    (ContentKind.DESCRIPTION, event.description),
                    (ContentKind.NOTE, event.note),
                ]
            case StoryMerged() | StoryUnmerged() | StoryRedirected():
                found = [(ContentKind.NOTE, event.note)]
            case RevisionRecorded():
                source = event.source.content if event.source else None
                found = [(ContentKind.ARTICLE, event.article), (ContentKind.SOURCE, source)]
                revision = event.revision
            case ContentErased():
                found = [(ContentKind.NOTE, event.note), (ContentKind.ARTICLE, event.remainder)]
                revision = event.revision
            case RevisionRedated() | NoteAttached() | AccessRestricted() | AccessRestored():
                found = [(ContentKind.NOTE, event.note)]
                revision = event.revision
            case _:
                pass
        for kind, ref in found:
            if ref is not None and ref.commitment not in seen:
                seen.add(ref.commitment)
                yield Place(kind, ref, position, revision, isinstance(event, TAKEDOWNS))


def erasures(events: tuple[Recorded, ...]) -> dict[tuple[ContentKind, int], int]:
    """The contents that were erased, by kind and ordinal, and by the event at which position."""
    return {
        (gone.kind, gone.ordinal): recorded.position
        for recorded in events
        if isinstance(recorded.event, ContentErased)
        for gone in recorded.event.contents
    }


def restrictions(events: tuple[Recorded, ...], now: int) -> dict[int | None, int]:
    """What is not to be read now: a revision, or the whole story (None), and by which event.

    The last that was said of each counts.
    """
    found: dict[int | None, int] = {}
    for recorded in events:
        event = recorded.event
        if isinstance(event, AccessRestricted | AccessRestored):
            found.pop(event.revision, None)
        if isinstance(event, AccessRestricted) and (event.until is None or now < event.until):
            found[event.revision] = recorded.position
    return found


def asked(place: Place, revisions: set[int], known: int) -> bool:
    """Whether a content was asked for."""
    if place.kind in (ContentKind.NOTE, ContentKind.DESCRIPTION):
        return place.takedown or place.position <= known
    return place.revision in revisions


def kept(
    archive: Archive, place: Place, story: str, taken: Taken, revisions: set[int], known: int
) -> Held | Absent:
    """A content that goes into the bag, or why it does not.

    Raises:
        DamagedError: it is not as the log committed to, or missing without a record.
    """
    if not asked(place, revisions, known):
        return Absent(place, Why.NOT_ASKED, None)
    erased = taken.erased.get((place.kind, place.ref.ordinal))
    if erased is not None:
        return Absent(place, Why.ERASED, erased)
    restricted = taken.restricted.get(None, taken.restricted.get(place.revision))
    why_it_was_taken = place.takedown and place.kind is ContentKind.NOTE
    if restricted is not None and not why_it_was_taken:
        return Absent(place, Why.RESTRICTED, restricted)
    held = archive.contents.held(story_stream(story), place.kind, place.ref)
    if held is None:
        raise DamagedError(
            f"{place.kind.value} {place.ref.ordinal} of {story} is missing, and no event up to "
            "where the export goes says why: `variorum verify` tells more"
        )
    return held


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken down of a story, and by the events at which positions."""

    erased: dict[tuple[ContentKind, int], int]
    restricted: dict[int | None, int]
