"""Recording: each command becomes a decision, and the decision an append.

A decision is made from the situation as the catalogue has it. Where somebody else changed the
story meanwhile the append conflicts, and the decision is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from variorum.domain.asof import LAST_POSITION
from variorum.domain.commands import AttachNote, RecordCopy, Redate, Sight
from variorum.domain.decisions import (
    Decision,
    Verdict,
    decide_note,
    decide_record,
    decide_redate,
    decide_sight,
)
from variorum.domain.errors import ConflictError
from variorum.domain.situation import Situation

if TYPE_CHECKING:
    from variorum.domain.ports import Catalogue, Log, StoryEntry

CONFLICT_TRIES = 12
"""How often a decision is made anew when someone else changed the story meanwhile."""


class Books(Protocol):
    """What recording writes into and reads from; an archive has them."""

    log: Log
    catalogue: Catalogue
    salts: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What recording something came to."""

    verdict: Verdict
    story: str
    revision: int | None
    position: int | None
    """The position of the last event, None where nothing was recorded."""


def record(books: Books, copy: RecordCopy) -> Outcome:
    """Records a copy of a story as a revision or a sighting, or finds it held already.

    Raises:
        ConflictError: others kept changing the story meanwhile.
        StorageError: the database cannot be reached, or is full.
    """
    return _carry_out(
        books,
        copy.story,
        copy.at,
        lambda situation, _: decide_record(situation, copy, books.salts),
    )


def sight(books: Books, command: Sight) -> Outcome:
    """Records what was seen when the story was looked for.

    Raises:
        NotFoundError: there is no such story, or nothing that could have stood unchanged.
    """
    return _carry_out(
        books,
        command.story,
        command.at,
        lambda situation, _: decide_sight(situation, command, books.salts),
    )


def redate(books: Books, command: Redate) -> Outcome:
    """Records that a revision was published at another time than was thought.

    Raises:
        NotFoundError: there is no such story or revision.
    """

    def decide(situation: Situation, entry: StoryEntry | None) -> Decision:
        present = books.catalogue.dating(entry, command.revision, LAST_POSITION) if entry else None
        published = present.published if present else None
        return decide_redate(situation, command, published, books.salts)

    at = command.published.at
    return _carry_out(books, command.story, at, decide)


def note(books: Books, command: AttachNote) -> Outcome:
    """Attaches an archivist's note.

    Raises:
        NotFoundError: there is no such story or revision.
    """
    return _carry_out(
        books,
        command.story,
        0,
        lambda situation, _: decide_note(situation, command, books.salts),
    )


def _carry_out(
    books: Books,
    story: str,
    at: int,
    decide: Callable[[Situation, StoryEntry | None], Decision],
) -> Outcome:
    for attempt in range(CONFLICT_TRIES):
        entry = books.catalogue.story(story)
        decision = decide(books.catalogue.situation(entry, at), entry)
        if not decision.events:
            return Outcome(decision.verdict, story, decision.revision, None)
        try:
            positions = books.log.append(decision.events, decision.contents)
        except ConflictError:
            if attempt + 1 == CONFLICT_TRIES:
                raise
            continue
        return Outcome(decision.verdict, story, decision.revision, positions[-1])
    raise AssertionError("unreachable")
