"""The register of exports, read: which of them held a story's text.

An export holds what may be read when it is issued: nothing that was erased before, or restricted
then, whatever moment it shows. A *backup* holds what is restricted too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    from variorum.domain.access import Access, Erasure
    from variorum.domain.amendments import Amendment
    from variorum.domain.archive import Archive
    from variorum.domain.ports import StoryEntry
    from variorum.domain.story import Revision
    from variorum.domain.takedown import Erase


Holdings = Mapping[str, Collection[int]]
"""The stories that an export lists, and the numbers of their revisions."""

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
    alone = {each.id: _Alone(archive, each) for each in archive.apart(entry)}
    texts = [
        (alone[home.id], own, each) for each in wanted for home, own in [entry.home(each.number)]
    ]
    found: list[Issued] = []
    for export in issued(archive):
        held = _holdings(archive, export)
        if any(each.held_text(export, held, own, revision) for each, own, revision in texts) or (
            not revisions and any(each.held_besides(export, held) for each in alone.values())
        ):
            found.append(export)
    return found


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


class _Alone:
    """A story by itself, with the names that it was ever handed out under."""

    def __init__(self, archive: Archive, entry: StoryEntry) -> None:
        self._entry = entry
        self._state = archive.state_of(entry, LAST_POSITION)
        others = {
            each.amendment.to
            for each in self._state.amendments
            if isinstance(each.amendment, Redirection) and each.amendment.to is not None
        }
        self._others = {other: _amendments(archive, other) for other in others}
        """What was said of those that answered for it."""
        self._before: tuple[int, Access] | None = None

    def held_text(self, export: Issued, held: Holdings, own: int, revision: Revision) -> bool:
        """Whether an export held a revision's text, by whichever name that had then.

        Args:
            held: what the export lists.
            own: the revision's number at home; those of mergers are never given again.
        """
        if not export.event.whole:
            return own in held.get(self._entry.id, ()) or any(
                own <= each.revisions and each.here(own) in held.get(other, ())
                for other, said in self._others.items()
                for each in said
                if isinstance(each, Merger) and each.other == self._entry.id
            )
        if revision.position > export.event.position:
            return False
        access = self._access(export)
        return access.present(revision.event.article) is not None and (
            export.event.format == BACKUP or access.restriction(own, export.recorded_at) is None
        )

    def _access(self, export: Issued) -> Access:
        """What was taken down before an export; of the last that was asked about, found already."""
        if self._before is None or self._before[0] != export.position:
            self._before = export.position, self._state.access.before(export.position)
        return self._before[1]

    def held_besides(self, export: Issued, held: Holdings) -> bool:
        """Whether an export held what a story has besides texts: description, notes, reasons."""
        until, state = export.event.position, self._state
        if not export.event.whole:
            answering = (
                other
                for other, said in self._others.items()
                if any(each.other == self._entry.id for each in mergers(said, until))
            )
            if held.keys().isdisjoint((self._entry.id, *answering)):
                return False
        access = self._access(export)
        reasons = (
            *((each.position, each.note) for each in access.restrictions),
            *((each.position, each.note) for each in access.erasures),
        )
        found = [(ContentKind.NOTE, note) for position, note in reasons if position <= until]
        if export.event.format == BACKUP or access.restriction(None, export.recorded_at) is None:
            found += [
                (ContentKind.NOTE, each.ref) for each in state.notes if each.position <= until
            ]
            found += [
                (ContentKind.NOTE, each.note) for each in state.amendments if each.position <= until
            ]
            if self._entry.position <= until:
                found += [
                    (ContentKind.DESCRIPTION, ref)
                    for position, ref in state.descriptions
                    if position <= until
                ]
        return any(access.erasure_of(kind, ref) is None for kind, ref in found)


def _amendments(archive: Archive, story: str) -> Sequence[Amendment]:
    own = archive.catalogue.story(story)
    return archive.catalogue.amendments(own) if own is not None and own.amended else []


def _holdings(archive: Archive, export: Issued) -> Holdings:
    """The stories, and the numbers of their revisions, that an export lists."""
    ref = export.event.held
    if ref is None:
        return {}
    held = archive.contents.held(COLLECTION_STREAM, ContentKind.HOLDINGS, ref)
    if held is None:
        raise DamagedError(f"the list of what the export at #{export.position} held is missing")
    found: dict[str, list[int]] = orjson.loads(held.data)
    return {story: frozenset(numbers) for story, numbers in found.items()}
