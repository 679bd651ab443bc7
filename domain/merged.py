"""Stories that are one: the state of all of them together.

Each keeps its own stream, and each revision stays where it was recorded. The *merged* state is what
the events of all of them give, in the order of the log, the revisions of the others called by the
numbers that the merger gave them. Nothing is copied, so that nothing has to be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from msgspec import structs

from variorum.domain.access import Access, Erasure, Restriction
from variorum.domain.amendments import Merger, mergers
from variorum.domain.asof import LAST_POSITION
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
from variorum.domain.situation import HeldText, Situation
from variorum.domain.story import StoryState, replayed
from variorum.domain.working import WorkingStory

_Said = TypeVar("_Said", Restriction, Erasure)

Stream = Callable[[str], Iterable[Recorded]]
"""The events of a story's own stream, as known by K."""


def merged_state(story: str, stream: Stream, known: int) -> StoryState:
    """The state of a story with all that are one with it, as known by K."""
    own, alone, others = _histories(story, stream, known)
    if not others:
        return alone
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


def _histories(
    story: str, stream: Stream, known: int
) -> tuple[list[Recorded], StoryState, list[Other]]:
    """A story's own events, what they give, and the events of those that are one with it."""
    own = list(stream(story))
    alone = replayed(own)
    holding = mergers((each.amendment for each in alone.amendments), known)
    return own, alone, [(merger, list(stream(merger.other))) for merger in holding]


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


class MergedStory:
    """A story in the making with those that are one with it (compare `working.WorkingStory`)."""

    def __init__(self, story: str, stream: Stream, contents: ContentStore) -> None:
        own, _, others = _histories(story, stream, LAST_POSITION)
        self.holding = [merger for merger, _ in others]
        self.versions = {
            merger.other: events[-1].event.originator_version + 1 for merger, events in others
        }
        """By story, the version that its next event takes."""
        self._alone = WorkingStory()
        """As of its own stream, which says what place its next event and contents take."""
        self._all = WorkingStory()
        self._alone.replay(own, lambda _: None)
        self._all.replay(
            _together(own, others),
            lambda event: contents.salt(
                event.originator_id, ContentKind.ARTICLE, event.article.ordinal
            ),
        )
        ends = (events[-1].position for events in (own, *(each for _, each in others)))
        self.last_position = max(ends)

    def apply(self, recorded: Recorded, salt: bytes | None = None) -> None:
        """Takes one more event, of a revision by the number that it has here."""
        self._all.apply(recorded, salt)
        if not self._is_elsewhere(recorded.event):
            self._alone.apply(recorded, salt)

    def situation(self, at: int) -> Situation:
        """What a decision about something of the instant `at` looks at."""
        alone = self._alone
        found = self._all.situation(at)
        return structs.replace(found, version=alone.version, ordinals=alone.ordinals)

    @property
    def seen_until(self) -> int | None:
        """See `WorkingStory.seen_until`."""
        return self._all.seen_until

    def seen_between(self, first: int, last: int) -> list[HeldText]:
        """See `WorkingStory.seen_between`."""
        return self._all.seen_between(first, last)

    def captured_at(self, moment: int) -> int | None:
        """See `WorkingStory.captured_at`."""
        return self._all.captured_at(moment)

    def counts_from(self, instant: int, likely: Container[int] = ()) -> int | None:
        """See `WorkingStory.counts_from`."""
        return self._all.counts_from(instant, likely)

    def _is_elsewhere(self, event: Event) -> bool:
        number = event.revision if isinstance(event, StorySighted) else None
        return number is not None and any(each.own(number) for each in self.holding)
