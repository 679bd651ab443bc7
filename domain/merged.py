"""Stories that are one: the state of all of them together.

Each keeps its own stream, and each revision stays where it was recorded. The *merged* state is what
the events of all of them give, in the order of the log, the revisions of the others called by the
numbers that the merger gave them. Nothing is copied, so that nothing has to be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from msgspec import structs

from variorum.domain.access import Access, Erasure, Restriction
from variorum.domain.amendments import Merger, mergers
from variorum.domain.asof import LAST_POSITION, Outcome
from variorum.domain.content import ContentKind
from variorum.domain.events import (
    Event,
    NoteAttached,
    RevisionRecorded,
    RevisionRedated,
    StorySighted,
)
from variorum.domain.log import Recorded
from variorum.domain.ports import ContentStore
from variorum.domain.situation import Situation
from variorum.domain.story import StoryState, evolve
from variorum.domain.times import SECOND

_Said = TypeVar("_Said", Restriction, Erasure)

Stream = Callable[[str], Iterable[Recorded]]
"""The events of a story's own stream, as known by K."""


def replayed(events: Iterable[Recorded]) -> StoryState:
    """A story's own state: what the events of its stream give."""
    state = StoryState()
    for recorded in events:
        state = evolve(state, recorded)
    return state


def merged_state(story: str, stream: Stream, known: int) -> StoryState:
    """The state of a story with all that are one with it, as known by K."""
    own = list(stream(story))
    alone = replayed(own)
    holding = mergers((each.amendment for each in alone.amendments), known)
    if not holding:
        return alone
    others = [(merger, list(stream(merger.other))) for merger in holding]
    state = replayed(_together(own, others))
    return structs.replace(
        state,
        opened=alone.opened,
        version=alone.version,
        ordinals=alone.ordinals,
        amendments=alone.amendments,
        access=_told(alone.access, others),
        revisions=tuple(sorted(state.revisions, key=lambda revision: revision.number)),
    )


Other = tuple[Merger, list[Recorded]]


def _together(own: Iterable[Recorded], others: Iterable[Other]) -> list[Recorded]:
    found = list(own)
    for merger, events in others:
        found += _called(merger, events)
    return sorted(found, key=lambda recorded: recorded.position)


def _told(own: Access, others: Iterable[Other]) -> Access:
    """What was taken down of any of them, to be told; what may be read, each says for itself."""
    restrictions, erasures = list(own.restrictions), list(own.erasures)
    for merger, events in others:
        access = replayed(events).access
        restrictions += [_here(each, merger) for each in access.restrictions]
        erasures += [_here(each, merger) for each in access.erasures]
    return Access(
        tuple(sorted(restrictions, key=lambda each: each.position)),
        tuple(sorted(erasures, key=lambda each: each.position)),
    )


def _here(said: _Said, merger: Merger) -> _Said:
    number = None if said.revision is None else merger.here(said.revision)
    return replace(said, revision=number, of=merger.other)


def _called(merger: Merger, events: Iterable[Recorded]) -> Iterator[Recorded]:
    """The events of another story, its revisions by the numbers that they have here."""
    for recorded in events:
        event = recorded.event
        match event:
            case RevisionRecorded() | RevisionRedated() | StorySighted() | NoteAttached():
                if event.revision is None:
                    yield recorded
                elif event.revision <= merger.revisions:
                    here = merger.here(event.revision)
                    yield structs.replace(recorded, event=_renumbered(event, here))
            case _:
                pass  # what was opened, taken down or amended counts for that story alone


def _renumbered(event: Event, number: int) -> Event:
    return event.model_copy(update={"revision": number})


class HeldSalts(Mapping[int, bytes]):
    """The salts of the articles that are held of a story, by revision, each read when asked for."""

    def __init__(self, contents: ContentStore, state: StoryState) -> None:
        self._contents = contents
        self._revisions = {revision.number: revision.event for revision in state.revisions}
        self._new: dict[int, bytes] = {}

    def add(self, event: RevisionRecorded, salt: bytes | None) -> None:
        """Takes the salt of a revision that is about to be appended."""
        self._revisions[event.revision] = event
        if salt is not None:
            self._new[event.revision] = salt

    def __getitem__(self, number: int) -> bytes:
        if number in self._new:
            return self._new[number]
        event = self._revisions[number]
        stream, place = event.originator_id, event.article.ordinal
        salt = self._contents.salt(stream, ContentKind.ARTICLE, place)
        if salt is None:
            raise KeyError(number)
        return salt

    def __iter__(self) -> Iterator[int]:
        return iter(self._revisions)

    def __len__(self) -> int:
        return len(self._revisions)


class MergedStory:
    """A story in the making with those that are one with it (compare `working.WorkingStory`).

    Found by replay, as such stories are few.
    """

    def __init__(self, story: str, stream: Stream, contents: ContentStore) -> None:
        self._state = merged_state(story, stream, LAST_POSITION)
        self._salts = HeldSalts(contents, self._state)
        amendments = [each.amendment for each in self._state.amendments]
        self.holding = mergers(amendments, LAST_POSITION)
        self.versions = {each.other: replayed(stream(each.other)).version for each in self.holding}
        """By story, the version that its next event takes."""

    @property
    def last_position(self) -> int:
        state = self._state
        revisions = (each.position for each in state.revisions)
        return max((*revisions, *(each.position for each in state.sightings)), default=0)

    def apply(self, recorded: Recorded, salt: bytes | None = None) -> None:
        """Takes one more event, of a revision by the number that it has here."""
        event = recorded.event
        version = self._state.version
        self._state = evolve(self._state, recorded)
        if isinstance(event, RevisionRecorded):
            self._salts.add(event, salt)
        elif self._is_elsewhere(event):
            self._state = structs.replace(self._state, version=version)

    def situation(self, at: int) -> Situation:
        """What a decision about something of the instant `at` looks at."""
        return self._state.situation(at, self._salts)

    def captured_at(self, moment: int) -> int | None:
        """The revision that a copy made at a moment showed (`working.WorkingStory.captured_at`)."""
        seen = [(each.event.captured, each.number) for each in self._state.revisions]
        seen += [
            (each.seen, each.revision or 0)
            for each in self._state.sightings
            if each.outcome is Outcome.UNCHANGED
        ]
        moments = [(at, number) for at, number in seen if at is not None and number]
        same = (number for at, number in moments if at == moment)
        within = (number for at, number in moments if at - at % SECOND == moment)
        return next(same, None) or next(within, None)

    def _is_elsewhere(self, event: Event) -> bool:
        number = event.revision if isinstance(event, StorySighted) else None
        return number is not None and any(each.own(number) for each in self.holding)
