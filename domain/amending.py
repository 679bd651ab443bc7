"""Amending: a story's zone, outlet or URL was another; two stories are one, or are not.

Each is decided upon the whole states of the stories that it is about, and recorded on the streams
of all of them in one append.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from variorum.domain.amendments import Merger, Redescription, mergers, sent_to
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import (
    ContentKind,
    ContentRef,
    Description,
    Note,
    canonical,
    description_of,
)
from variorum.domain.deciding import TRIES_IF_LONG, Decided, append_decided
from variorum.domain.decisions import Decision, Draft, Verdict
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.events import StoryDescribed, StoryMerged, StoryRedirected, StoryUnmerged
from variorum.domain.identity import address_of, outlet_id
from variorum.domain.ports import ContentStore, Log
from variorum.domain.recording import Receipt
from variorum.domain.story import StoryState, replayed
from variorum.domain.streams import story_stream
from variorum.domain.times import DateOrder, zone_named


class Books(Protocol):
    """What amending reads from and writes into; an archive has them."""

    log: Log
    contents: ContentStore
    salts: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class DescribeStory:
    """Say that a story's zone, date order, outlet or URL is another; None is as it was."""

    story: str
    actor: str
    note: Note
    zone: str | None = None
    date_order: DateOrder | None = None
    outlet: str | None = None
    """Its name."""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Say that `other` is one with `story`, by whose id both are known from then on."""

    story: str
    other: str
    actor: str
    note: Note


def describe(books: Books, command: DescribeStory) -> Receipt:
    """Records another zone, date order, outlet or URL of a story; nothing where it is so already.

    Raises:
        NotFoundError: there is no such story.
        UsageError: nothing is said, or it is no zone or URL; or the story is another's part.
    """
    if command.zone is not None:
        zone_named(command.zone)
    given = (command.zone, command.date_order, command.outlet, command.url)
    if all(each is None for each in given):
        raise UsageError("say what is to be changed: --zone, --date-order, --outlet or --url")

    def decide(states: tuple[StoryState, ...]) -> list[Decision]:
        (state,) = states
        return [_decide_describe(books, command, state)]

    return _carry_out(books, (command.story,), decide)


def merge(books: Books, command: Merge) -> Receipt:
    """Records that two stories are one; nothing where that was said already.

    Raises:
        NotFoundError: one of them is not there.
        UsageError: they are the same, or one of them is one with a third.
    """
    if command.story == command.other:
        raise UsageError(f"{command.story} is one with itself")
    return _carry_out(
        books,
        (command.story, command.other),
        lambda states: list(decide_merge(command, states[0], states[1], books.salts)),
    )


def unmerge(books: Books, command: Merge) -> Receipt:
    """Records that two stories are not one, after all; nothing where they are not merged.

    Raises:
        NotFoundError: one of them is not there.
        UsageError: it is the other that answers for both.
    """
    return _carry_out(
        books,
        (command.story, command.other),
        lambda states: list(decide_unmerge(command, states[0], states[1], books.salts)),
    )


def decide_merge(
    command: Merge, state: StoryState, other: StoryState, salts: Iterator[bytes]
) -> tuple[Decision, ...]:
    """What is recorded of two stories that are one: an event on the stream of each.

    Raises:
        UsageError: one of them is one with a third.
    """
    if _sent_to(other) == command.story:
        return (Decision(Verdict.HELD, None),)
    for name, each in ((command.story, state), (command.other, other)):
        whose = _sent_to(each)
        if whose is not None:
            raise UsageError(
                f"{name} is one with {whose}, which answers for it: merge that (or unmerge them)"
            )
    taken = _mergers(other)
    if taken:
        raise UsageError(
            f"{command.other} answers for {taken[0].other}: merge the other way round "
            f"(stories merge {command.other} {command.story}), or unmerge them first"
        )
    draft = Draft(state, command.story, command.actor, salts)
    note = canonical(command.note)
    draft.add(
        StoryMerged(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            other=command.other,
            first=state.last_number + 1,
            revisions=other.last_number,
            note=draft.commit(ContentKind.NOTE, note),
        )
    )
    sent = _redirected(command, other, command.story, salts)
    return draft.decided(Verdict.MERGER, None), sent.decided(Verdict.MERGER, None)


def decide_unmerge(
    command: Merge, state: StoryState, other: StoryState, salts: Iterator[bytes]
) -> tuple[Decision, ...]:
    """What is recorded of two stories that are not one after all.

    Raises:
        UsageError: it is the other that answers for both.
    """
    if _sent_to(state) == command.other:
        raise UsageError(
            f"it is {command.other} that answers for both: "
            f"stories unmerge {command.other} {command.story}"
        )
    if _sent_to(other) != command.story:
        return (Decision(Verdict.HELD, None),)
    draft = Draft(state, command.story, command.actor, salts)
    draft.add(
        StoryUnmerged(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            other=command.other,
            note=draft.commit(ContentKind.NOTE, canonical(command.note)),
        )
    )
    sent = _redirected(command, other, None, salts)
    return draft.decided(Verdict.PARTING, None), sent.decided(Verdict.PARTING, None)


def _redirected(command: Merge, other: StoryState, to: str | None, salts: Iterator[bytes]) -> Draft:
    draft = Draft(other, command.other, command.actor, salts)
    draft.add(
        StoryRedirected(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            to=to,
            note=draft.commit(ContentKind.NOTE, canonical(command.note)),
        )
    )
    return draft


def _sent_to(state: StoryState) -> str | None:
    return sent_to((each.amendment for each in state.amendments), LAST_POSITION)


def _mergers(state: StoryState) -> tuple[Merger, ...]:
    return mergers((each.amendment for each in state.amendments), LAST_POSITION)


def _decide_describe(books: Books, command: DescribeStory, state: StoryState) -> Decision:
    whose = _sent_to(state)
    if whose is not None:
        raise UsageError(f"{command.story} is one with {whose}: describe that")
    now = _described(state)
    said = _description(books, command.story, state, now.description)
    told = Description(url=command.url or said.url, outlet=command.outlet or said.outlet)
    new = Redescription(
        0,
        command.zone or now.zone,
        command.date_order or now.date_order,
        outlet_id(command.outlet) if command.outlet else now.outlet,
        address_of(command.url) if command.url else now.address,
        now.description,
    )
    if new == now and told == said:
        return Decision(Verdict.HELD, None)
    draft = Draft(state, command.story, command.actor, books.salts)
    description = now.description
    if told != said:
        description = draft.commit(ContentKind.DESCRIPTION, canonical(told))
    draft.add(
        StoryDescribed(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            zone=new.zone,
            date_order=new.date_order,
            outlet=new.outlet,
            address=new.address,
            description=description,
            note=draft.commit(ContentKind.NOTE, canonical(command.note)),
        )
    )
    return draft.decided(Verdict.DESCRIPTION, None)


def _described(state: StoryState) -> Redescription:
    """What is said of a story now; its position does not matter."""
    opened = state.opened
    assert opened is not None
    now = Redescription(
        0, opened.zone, opened.date_order, opened.outlet, opened.address, opened.description
    )
    for each in state.amendments:
        if isinstance(each.amendment, Redescription):
            said = each.amendment
            now = Redescription(
                0, said.zone, said.date_order, said.outlet, said.address, said.description
            )
    return now


def _description(
    books: Books, story: str, state: StoryState, ref: ContentRef | None
) -> Description:
    if ref is None or state.access.erasure_of(ContentKind.DESCRIPTION, ref) is not None:
        return Description()
    held = books.contents.held(story_stream(story), ContentKind.DESCRIPTION, ref)
    return description_of(held.data) if held else Description()


def _carry_out(
    books: Books,
    stories: tuple[str, ...],
    decide: Callable[[tuple[StoryState, ...]], list[Decision]],
) -> Receipt:
    def decided() -> Decided[Verdict]:
        states = tuple(
            replayed(books.log.stream(story_stream(story), LAST_POSITION)) for story in stories
        )
        for story, state in zip(stories, states, strict=True):
            if state.opened is None:
                raise NotFoundError(f"no story {story}", reason="unknown")
        decisions = decide(states)
        events = [event for each in decisions for event in each.events]
        contents = [content for each in decisions for content in each.contents]
        return decisions[0].verdict, events, contents

    verdict, positions = append_decided(books.log, decided, TRIES_IF_LONG)
    return Receipt(verdict, stories[0], None, positions[0] if positions else None)
