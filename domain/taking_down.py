"""Taking down: each command becomes a decision upon the story's whole state, and that an append."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import Article, ContentKind, article_of
from variorum.domain.deciding import TRIES_IF_LONG, Decided, append_decided
from variorum.domain.decisions import Decision
from variorum.domain.errors import DamagedError, NotFoundError
from variorum.domain.ports import Clock, ContentStore, Log, StoryEntry
from variorum.domain.recording import Receipt
from variorum.domain.story import StoryState, replayed
from variorum.domain.streams import story_stream
from variorum.domain.takedown import (
    PASSAGES,
    Erase,
    Erasing,
    Restore,
    Restrict,
    decide_erase,
    decide_erase_same,
    decide_restore,
    decide_restrict,
    named_passage,
)


class Books(Protocol):
    """What taking down reads from and writes into; an archive has them."""

    log: Log
    contents: ContentStore
    salts: Iterator[bytes]
    now: Clock

    def story(self, story: str) -> StoryEntry: ...

    def number(self, story: str, number: int, entry: StoryEntry) -> int: ...


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing came to."""

    outcome: Receipt
    erased: tuple[str, ...]
    """What went now: `paragraph 3 of r2`, `source of r2`."""
    revisions: tuple[int, ...]
    """The revisions of which something went."""
    left: tuple[str, ...]
    """Where else the words of an erased passage stand."""


def restrict(books: Books, command: Restrict) -> Receipt:
    """Hides a story, or one of its revisions.

    Raises:
        NotFoundError: there is no such story or revision.
        UsageError: the restriction would have ended by now.
    """
    return _everywhere(books, command, decide_restrict)


def restore(books: Books, command: Restore) -> Receipt:
    """Lets a story, or one of its revisions, be read again.

    Raises:
        NotFoundError: there is no such story or revision.
    """
    return _everywhere(books, command, decide_restore)


def erase(books: Books, command: Erase) -> Erased:
    """Erases something of a story: the events of it are recorded, and contents gone, at once.

    Raises:
        NotFoundError: there is no such story, revision or part.
        DamagedError: a text is not as the log committed to; nothing is erased.
    """

    entry = books.story(command.story)
    done: list[Erased] = []
    refused: NotFoundError | None = None
    wherever = command.part in PASSAGES and entry.members
    same = list(_erase_same(books, command, entry)) if wherever else []
    for each in _homes(books, entry, command):
        try:
            done.append(_erase(books, each, entry))
        except NotFoundError as error:  # of a note or a description, any of them may have it
            refused = refused or error
    done += same
    if not done:
        raise refused or NotFoundError(f"no story {command.story}", reason="unknown")
    number = command.revision and books.number(command.story, command.revision, entry)
    receipts = [each.outcome for each in done]
    return Erased(
        replace(_told(receipts), story=entry.id, revision=number),
        tuple(name for each in done for name in each.erased),
        tuple(sorted(number for each in done for number in each.revisions)),
        tuple(name for each in done for name in each.left),
    )


def _erase(books: Books, command: Erase, entry: StoryEntry) -> Erased:
    """Erases something of one stream."""

    def decide(state: StoryState) -> Erasing:
        wanted = command.part in PASSAGES
        articles = _articles(books, command.story, state) if wanted else {}
        return decide_erase(state, command, articles, books.salts)

    return _named_as(entry, command.story, *_carry_out(books, command.story, decide))


def _erase_same(books: Books, command: Erase, entry: StoryEntry) -> Iterator[Erased]:
    """Erases what a passage says in the stories that are one with the one that has it.

    Before it is erased there: from then on nobody could tell what it said.
    """
    (home,) = _homes(books, entry, command)
    state = _state(books, home.story)
    named = named_passage(state, home, _articles(books, home.story, state))
    for story in (entry.id, *(member.entry.id for member in entry.members)):
        if story == home.story or not named.text:
            continue
        each = replace(home, story=story, revision=None, number=None)

        def decide(state: StoryState, each: Erase = each) -> Erasing:
            articles = _articles(books, each.story, state)
            return decide_erase_same(state, each, named, articles, books.salts)

        yield _named_as(entry, story, *_carry_out(books, story, decide))


def _named_as(entry: StoryEntry, story: str, receipt: Receipt, erasing: Erasing) -> Erased:
    """What was erased of one of the stories that are one, named as `entry` does."""
    merger = next((each.merger for each in entry.members if each.entry.id == story), None)
    if merger is None:
        return Erased(receipt, erasing.erased, erasing.revisions, erasing.left)
    return Erased(
        receipt,
        tuple(f"{name} ({story})" for name in erasing.erased),
        tuple(merger.here(number) for number in erasing.revisions),
        tuple(f"{name} ({story})" for name in erasing.left),
    )


_Command = TypeVar("_Command", Restrict, Restore, Erase)


def _homes(books: Books, entry: StoryEntry, command: _Command) -> Iterator[_Command]:
    """The command to each story that it is about: a revision's home, or all that are one."""
    if command.revision is not None:
        home, own = entry.home(books.number(command.story, command.revision, entry))
        yield replace(command, story=home.id, revision=own)
        return
    yield replace(command, story=entry.id)
    for member in entry.members:
        yield replace(command, story=member.entry.id)


def _everywhere(
    books: Books,
    command: _Command,
    decide: Callable[[StoryState, _Command, int, Iterator[bytes]], Decision],
) -> Receipt:
    """Carries a command out in each story that it is about; says what the first of them took.

    Args:
        decide: from a story's state, the command to it, now, and salts.
    """

    def carry_out(each: _Command) -> Receipt:
        return _carry_out(
            books, each.story, lambda state: decide(state, each, books.now(), books.salts)
        )[0]

    entry = books.story(command.story)
    number = command.revision and books.number(command.story, command.revision, entry)
    receipts = [carry_out(each) for each in _homes(books, entry, command)]
    return replace(_told(receipts), story=entry.id, revision=number)


def _told(receipts: Sequence[Receipt]) -> Receipt:
    """The first that recorded something; the first, if none did."""
    return next((each for each in receipts if each.position is not None), receipts[0])


def _articles(books: Books, story: str, state: StoryState) -> dict[int, Article]:
    """What there is now of each revision's article; whoever may not read it may yet erase it."""
    found: dict[int, Article] = {}
    for revision in state.revisions:
        present = state.access.present(revision.event.article)
        if present is None:
            continue
        held = books.contents.held(story_stream(story), ContentKind.ARTICLE, present)
        if held is None:
            raise DamagedError(
                f"the text of {story}@{revision.name} is missing, without a record that it was "
                "erased (`verify` says more)"
            )
        found[revision.number] = article_of(held.data)
    return found


def _state(books: Books, story: str) -> StoryState:
    state = replayed(books.log.stream(story_stream(story), LAST_POSITION))
    if state.opened is None:
        raise NotFoundError(f"no story {story}", reason="unknown")
    return state


_Decision = TypeVar("_Decision", Decision, Erasing)


def _carry_out(
    books: Books, story: str, decide: Callable[[StoryState], _Decision]
) -> tuple[Receipt, _Decision]:
    def decided() -> Decided[_Decision]:
        found = decide(_state(books, story))
        decision = _decision_of(found)
        return found, decision.events, decision.contents

    found, positions = append_decided(books.log, decided, TRIES_IF_LONG)
    decision = _decision_of(found)
    last = positions[-1] if positions else None
    return Receipt(decision.verdict, story, decision.revision, last), found


def _decision_of(decided: Decision | Erasing) -> Decision:
    return decided.decision if isinstance(decided, Erasing) else decided
