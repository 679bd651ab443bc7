"""The register of exports, read: which of them held a story's text.

An export holds what may be read when it is issued: nothing that was erased before, or restricted
then, whatever moment it shows. A *backup* holds what is restricted too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from variorum.domain.amendments import Merger, Redirection, mergers
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ContentKind, ErasedPart
from variorum.domain.errors import DamagedError
from variorum.domain.events import ExportIssued
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.domain.access import Erasure
    from variorum.domain.amendments import Amendment
    from variorum.domain.archive import Archive
    from variorum.domain.ports import StoryEntry
    from variorum.domain.story import Revision, StoryState
    from variorum.domain.takedown import Erase


BACKUP = "backup"
"""The form of an export that is the log with all its contents."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An export as it was entered in the register."""

    position: int
    recorded_at: int
    event: ExportIssued


def issued(archive: Archive) -> Iterator[Issued]:
    """Every export, in the order in which they were issued."""
    for recorded in archive.log.stream(COLLECTION_STREAM, LAST_POSITION):
        if isinstance(recorded.event, ExportIssued):
            yield Issued(recorded.position, recorded.recorded_at, recorded.event)


def exports_that_held(archive: Archive, story: str, revisions: Collection[int]) -> list[Issued]:
    """The exports that held the text of one of some revisions of a story.

    If none is given: those that held anything of the story that can be erased, a text or else.

    Raises:
        NotFoundError: there is no such story or revision.
        DamagedError: the list of what an export held is not as the log committed to, or missing.
    """
    entry = archive.story(story)
    state = archive.state_of(entry, LAST_POSITION)
    wanted = [
        state.revision(archive.number(story, number, entry)) for number in revisions
    ] or state.revisions
    alone = [(each.id, archive.state_of(each, LAST_POSITION)) for each in archive.apart(entry)]
    return [
        export
        for export in issued(archive)
        if any(_held(archive, export, entry, revision) for revision in wanted)
        or (
            not revisions
            and any(_held_besides(archive, export, name, each) for name, each in alone)
        )
    ]


def erased_at(archive: Archive, command: Erase) -> int | None:
    """The position of the event that erased what a command names; None where there is none.

    Of everything of a story: of the last such event.

    Raises:
        NotFoundError: there is no such story or revision.
    """
    entry = archive.story(command.story)
    places: list[tuple[StoryEntry, int | None]]
    if command.revision is None:
        places = [(each, None) for each in archive.apart(entry)]
    else:
        places = [entry.home(archive.number(command.story, command.revision, entry))]
    found = [
        erasure.position
        for home, number in places
        for erasure in archive.access(home).erasures
        if erasure.revision == number or command.revision is None
        if _is_of(erasure, command)
    ]
    return (max if command.part is None else min)(found, default=None)


def _is_of(erasure: Erasure, command: Erase) -> bool:
    """Whether an erasure, of the revision that is named, is of what is named, too."""
    match command.part:
        case None:
            return True
        case ErasedPart.SOURCE:
            return any(each.kind is ContentKind.SOURCE for each in erasure.contents)
        case ErasedPart.REVISION | ErasedPart.DESCRIPTION:
            return erasure.part is command.part
        case ErasedPart.NOTE:
            return (erasure.part, erasure.number) == (command.part, command.number)
        case _:
            return erasure.part is ErasedPart.REVISION or (erasure.part, erasure.number) == (
                command.part,
                command.number,
            )


def _held(archive: Archive, export: Issued, entry: StoryEntry, revision: Revision) -> bool:
    """Whether an export held a revision, by whichever name it had then."""
    home, own = entry.home(revision.number)
    if not export.event.whole:
        holdings = _holdings(archive, export)
        return own in holdings.get(home.id, ()) or any(
            merger.here(own) in holdings.get(other, ())
            for other, merger in _mergers_of(archive, home.id)
            if own <= merger.revisions
        )
    if revision.position > export.event.position:
        return False
    access = archive.access(home).before(export.position)
    return access.present(revision.event.article) is not None and (
        export.event.format == BACKUP or access.restriction(own, export.recorded_at) is None
    )


def _mergers_of(archive: Archive, story: str) -> Iterator[tuple[str, Merger]]:
    """The stories that a story was ever one with and is known by, with each of those mergers.

    Its revisions were called by the numbers that these gave, which are never given again.
    """
    for other in dict.fromkeys(_sent_to(archive, story)):
        for amendment in _amendments(archive, other):
            if isinstance(amendment, Merger) and amendment.other == story:
                yield other, amendment


def _sent_to(archive: Archive, story: str) -> Iterator[str]:
    for amendment in _amendments(archive, story):
        if isinstance(amendment, Redirection) and amendment.to is not None:
            yield amendment.to


def _amendments(archive: Archive, story: str) -> Sequence[Amendment]:
    own = archive.catalogue.story(story)
    return archive.catalogue.amendments(own) if own is not None and own.amended else []


def _held_besides(archive: Archive, export: Issued, story: str, state: StoryState) -> bool:
    """Whether an export held what a story has besides texts: its description, notes, reasons."""
    until = export.event.position
    if not export.event.whole:
        others = (
            other
            for other in _sent_to(archive, story)
            if any(each.other == story for each in mergers(_amendments(archive, other), until))
        )
        if _holdings(archive, export).keys().isdisjoint((story, *others)):
            return False
    access = state.access.before(export.position)
    reasons = (
        *((each.position, each.note) for each in access.restrictions),
        *((each.position, each.note) for each in access.erasures),
    )
    found = [(ContentKind.NOTE, note) for position, note in reasons if position <= until]
    if export.event.format == BACKUP or access.restriction(None, export.recorded_at) is None:
        found += [(ContentKind.NOTE, note.ref) for note in state.notes if note.position <= until]
        found += [
            (ContentKind.NOTE, each.note) for each in state.amendments if each.position <= until
        ]
        own = archive.catalogue.story(story)
        if own is not None and own.position <= until:
            found += [
                (ContentKind.DESCRIPTION, ref)
                for position, ref in state.descriptions
                if position <= until
            ]
    return any(access.erasure_of(kind, ref) is None for kind, ref in found)


def _holdings(archive: Archive, export: Issued) -> dict[str, list[int]]:
    """The stories, and the numbers of their revisions, that an export lists."""
    ref = export.event.held
    if ref is None:
        return {}
    held = archive.contents.held(COLLECTION_STREAM, ContentKind.HOLDINGS, ref)
    if held is None:
        raise DamagedError(f"the list of what the export at #{export.position} held is missing")
    found: dict[str, list[int]] = orjson.loads(held.data)
    return found
