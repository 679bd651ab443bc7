"""Recording: each command becomes a decision, and the decision an append.

A decision is made from the situation as the catalogue has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import structs

from variorum.domain.claimed_times import counted, is_claimed
from variorum.domain.commands import AttachNote, RecordCopy, Redate, Sight
from variorum.domain.deciding import Decided, append_decided
from variorum.domain.decisions import (
    Decision,
    Verdict,
    decide_note,
    decide_record,
    decide_redate,
    decide_sight,
)
from variorum.domain.errors import NotFoundError
from variorum.domain.events import Event, StorySighted
from variorum.domain.situation import HeldText, Situation
from variorum.domain.streams import story_stream

if TYPE_CHECKING:
    from variorum.domain.amendments import Merger
    from variorum.domain.asof import Dating
    from variorum.domain.ports import Log, StoryEntry


class Books(Protocol):
    """What recording writes into and reads from; an archive has them."""

    log: Log
    salts: Iterator[bytes]

    def found(self, story: str) -> StoryEntry | None: ...

    def number(self, story: str, number: int, entry: StoryEntry) -> int: ...

    def dating(self, story: StoryEntry, revision: int) -> Dating | None: ...

    def situation(self, story: StoryEntry | None, at: int) -> Situation: ...

    def seen_between(self, story: StoryEntry, first: int, last: int) -> list[HeldText]: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What recording something came to."""

    verdict: Verdict
    story: str
    revision: int | None
    position: int | None
    """The position of the last event, None where nothing was recorded."""


def record(books: Books, copy: RecordCopy) -> Receipt:
    """Records a copy of a story as a revision or a sighting, or finds it held already.

    Raises:
        ConflictError: others kept changing the story meanwhile.
        StorageError: the database cannot be reached, or is full.
    """

    def decide(entry: StoryEntry | None) -> Decision:
        given = _of(entry, copy)
        if entry is not None and is_claimed(given, given.captured):
            given = counted(
                given,
                lambda at: books.situation(entry, at),
                lambda first, last: books.seen_between(entry, first, last),
            )
        return decide_record(books.situation(entry, given.at), given, books.salts)

    return _carry_out(books, copy.story, decide)


def sight(books: Books, command: Sight) -> Receipt:
    """Records what was seen when the story was looked for.

    Raises:
        NotFoundError: there is no such story, or nothing that could have stood unchanged.
    """

    def decide(entry: StoryEntry | None) -> Decision:
        if entry is not None and command.revision is not None:
            _check_there(books, entry, command.revision)
        situation = books.situation(entry, command.at)
        return decide_sight(situation, _of(entry, command), books.salts)

    return _carry_out(books, command.story, decide)


def redate(books: Books, command: Redate) -> Receipt:
    """Records that a revision was published at another time than was thought.

    Raises:
        NotFoundError: there is no such story or revision.
    """

    def decide(entry: StoryEntry | None) -> Decision:
        given = _of(entry, command)
        number = given.revision
        if entry is not None:
            number = books.number(command.story, command.revision, entry)
            home, own = entry.home(number)
            given = structs.replace(given, story=home.id, revision=own)
            entry = home
        present = books.dating(entry, given.revision) if entry else None
        published = present.published if present else None
        situation = books.situation(entry, command.published.at)
        decision = decide_redate(situation, given, published, books.salts)
        return structs.replace(decision, revision=number)

    return _carry_out(books, command.story, decide)


def note(books: Books, command: AttachNote) -> Receipt:
    """Attaches an archivist's note.

    Raises:
        NotFoundError: there is no such story or revision.
    """

    def decide(entry: StoryEntry | None) -> Decision:
        given, number = _of(entry, command), command.revision
        if entry is not None and command.revision is not None:
            number = books.number(command.story, command.revision, entry)
            _check_there(books, entry, number)
            home, own = entry.home(number)
            given = structs.replace(given, story=home.id, revision=own)
            entry = home
        situation = books.situation(entry, 0)
        decision = decide_note(situation, given, books.salts)
        return structs.replace(decision, revision=number)

    return _carry_out(books, command.story, decide)


def _check_there(books: Books, entry: StoryEntry, number: int) -> None:
    """Refuses the number of no revision, also one that was given while another story was here.

    Raises:
        NotFoundError: the story has no such revision.
    """
    if books.dating(entry, number) is None:
        raise NotFoundError(f"no revision {entry.id}@r{number}", reason="unknown")


_Command = TypeVar("_Command", RecordCopy, Sight, Redate, AttachNote)


def _of(entry: StoryEntry | None, command: _Command) -> _Command:
    """A command to the story that answers for the one that was named."""
    if entry is None or entry.id == command.story:
        return command
    return structs.replace(command, story=entry.id)


def _carry_out(
    books: Books, story: str, decide: Callable[[StoryEntry | None], Decision]
) -> Receipt:
    def decided() -> Decided[tuple[str, Decision]]:
        entry = books.found(story)
        name = entry.id if entry else story
        decision = decide(entry)
        if not decision.events or entry is None or not entry.members:
            return (name, decision), decision.events, decision.contents
        holding = [member.merger for member in entry.members]
        versions = {
            member.entry.id: books.situation(member.entry, 0).version for member in entry.members
        }
        events = at_home(decision.events, holding, versions)
        return (name, decision), events, decision.contents

    (name, decision), positions = append_decided(books.log, decided)
    last = positions[-1] if positions else None
    return Receipt(decision.verdict, name, decision.revision, last)


def at_home(
    events: Iterable[Event], holding: Iterable[Merger], versions: dict[str, int]
) -> list[Event]:
    """Events with each sighting on the stream of the story whose revision was seen.

    Args:
        versions: by story, that which its next event takes; counted on.
    """
    found: list[Event] = []
    for event in events:
        if isinstance(event, StorySighted) and event.revision is not None:
            for merger in holding:
                own = merger.own(event.revision)
                if own is not None:
                    version = versions[merger.other]
                    versions[merger.other] = version + 1
                    stream = story_stream(merger.other)
                    place = {"originator_id": stream, "originator_version": version}
                    event = event.model_copy(update={**place, "revision": own})
                    break
        found.append(event)
    return found
