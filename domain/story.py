"""A story's state, and how events change it.

`evolve` folds a story's stream into its *state*: all that was ever recorded of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from msgspec import Struct, field

from variorum.domain.access import OPEN, Access, Erasure, Restriction
from variorum.domain.amendments import (
    Amended,
    Amendment,
    Merger,
    Parting,
    Redescription,
    Redirection,
    last_number,
)
from variorum.domain.asof import (
    LAST_POSITION,
    Answer,
    Dating,
    ImpliedMark,
    Marks,
    Outcome,
    Sighting,
    answered,
    gather,
    seen_again_in,
)
from variorum.domain.content import ContentKind, ContentRef
from variorum.domain.errors import NotFoundError, UsageError
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
    StorySighted,
    StoryUnmerged,
)
from variorum.domain.log import Recorded
from variorum.domain.situation import HeldText, Situation

_STORY_ID = re.compile(r"[^\W_][\w.\-]{0,199}")


def story_id(text: str) -> str:
    """A story's id, checked: letters, digits, `.`, `-`, `_`, at most 200, none of them first.

    Raises:
        UsageError: it is not one.
    """
    if not _STORY_ID.fullmatch(text):
        raise UsageError(
            f"not a story id: {text[:60]!r} (letters, digits, '.', '-' and '_', at most 200)"
        )
    return text


class Revision(Struct, frozen=True, gc=False):
    """A revision as it was recorded."""

    number: int
    position: int
    recorded_at: int
    event: RevisionRecorded

    @property
    def name(self) -> str:
        return f"r{self.number}"


@dataclass(frozen=True, slots=True)
class AttachedNote:
    """An archivist's note, or the reason of a redating."""

    position: int
    recorded_at: int
    revision: int | None
    ref: ContentRef
    actor: str
    stream: str
    """The one that its content is on."""


class StoryState(Struct, frozen=True):
    """Everything that was recorded of a story, in order of recording; revisions by number."""

    opened: StoryOpened | None = None
    version: int = 0
    revisions: tuple[Revision, ...] = ()
    datings: tuple[Dating, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    implied: tuple[ImpliedMark, ...] = ()
    notes: tuple[AttachedNote, ...] = ()
    access: Access = OPEN
    amendments: tuple[Amended, ...] = ()
    ordinals: Mapping[ContentKind, int] = field(default_factory=dict[ContentKind, int])

    def as_of(self, at: int, known: int) -> Answer:
        """What was in force at the instant `at`, as far as was recorded by position `known`."""

        def marks_at(instant: int) -> Marks:
            return self.marks(instant, known)

        again = seen_again_in(self.sightings, at, known)
        return answered(marks_at(at), at, marks_at, again)

    def marks(self, at: int, known: int) -> Marks:
        """The marks that decide what was in force at `at`, known by `known`."""
        captures = {
            r.number: r.event.captured
            for r in self.revisions
            if r.position <= known and r.event.captured is not None
        }
        return gather(self.datings, self.sightings, self.implied, captures, at, known)

    def revision(self, number: int) -> Revision:
        """The revision of that number.

        Raises:
            NotFoundError: there is none.
        """
        place = bisect_left(self.revisions, number, key=lambda each: each.number)
        if place < len(self.revisions) and self.revisions[place].number == number:
            return self.revisions[place]
        raise _unknown(number, len(self.revisions))

    @property
    def last_number(self) -> int:
        """The greatest number that any revision was ever given; 0 if there is none."""
        own = max((revision.number for revision in self.revisions), default=0)
        return max(own, last_number(each.amendment for each in self.amendments))

    @property
    def descriptions(self) -> tuple[tuple[int, ContentRef], ...]:
        """Every description that was given, and the position of each but the first, which is 0."""
        opened = self.opened.description if self.opened else None
        said = [(0, opened)]
        said += [
            (each.position, each.amendment.description)
            for each in self.amendments
            if isinstance(each.amendment, Redescription)
        ]
        return tuple(
            {ref.ordinal: (position, ref) for position, ref in reversed(said) if ref}.values()
        )

    @property
    def zone(self) -> str | None:
        """The story's zone, as it was said last."""
        for each in reversed(self.amendments):
            if isinstance(each.amendment, Redescription):
                return each.amendment.zone
        return self.opened.zone if self.opened else None

    def situation(self, at: int, salts: Mapping[int, bytes]) -> Situation:
        """What a decision about something of the instant `at` looks at.

        Args:
            salts: of the articles that are still held, by revision.
        """
        marks = self.marks(at, LAST_POSITION)

        def text(number: int) -> HeldText:
            event = self.revision(number).event
            return HeldText(number, event.captured, event.article.commitment, salts.get(number))

        seen = frozenset((s.outcome, s.revision, s.captured) for s in self.sightings if s.at == at)
        return Situation(
            exists=self.opened is not None,
            version=self.version,
            revisions=self.last_number,
            ordinals=self.ordinals,
            zone=self.zone,
            marks=marks,
            standing=text(marks.stood.revision) if marks.stood else None,
            same_time=tuple(
                text(number)
                for number in sorted({d.revision for d in self.datings if d.published.at == at})
            ),
            seen=seen,
            seen_texts=tuple(
                text(number)
                for number in sorted(
                    {
                        number
                        for outcome, number, _ in seen
                        if outcome is Outcome.UNCHANGED and number is not None
                    }
                )
            ),
        )

    def seen_between(self, first: int, last: int) -> list[Revision]:
        """The revisions that were seen from a moment until another, both included."""
        sighted = {
            sighting.revision
            for sighting in self.sightings
            if sighting.outcome is Outcome.UNCHANGED and first <= sighting.seen <= last
        }
        return [
            revision
            for revision in self.revisions
            if revision.number in sighted
            or (revision.event.captured is not None and first <= revision.event.captured <= last)
        ]


def evolve(state: StoryState, recorded: Recorded) -> StoryState:
    """The state after one more event of the story's stream."""
    added = _added(recorded, lambda number: state.revision(number).position)
    return _joined((state, added))


def replayed(events: Iterable[Recorded]) -> StoryState:
    """A story's own state: what the events of its stream give, evolved one after the other.

    It takes as long as there are events, while `evolve` copies what there was before each.
    """
    arrived: dict[int, int] = {}

    def position(number: int) -> int:
        if number not in arrived:
            raise _unknown(number, len(arrived))
        return arrived[number]

    def added() -> Iterator[StoryState]:
        for recorded in events:
            one = _added(recorded, position)
            for revision in one.revisions:
                arrived.setdefault(revision.number, revision.position)
            yield one

    return _joined(added())


def _joined(parts: Iterable[StoryState]) -> StoryState:
    """The state of what one after the other was recorded."""
    opened: StoryOpened | None = None
    version = 0
    revisions: list[Revision] = []
    datings: list[Dating] = []
    sightings: list[Sighting] = []
    implied: list[ImpliedMark] = []
    notes: list[AttachedNote] = []
    restrictions: list[Restriction] = []
    erasures: list[Erasure] = []
    amendments: list[Amended] = []
    ordinals: dict[ContentKind, int] = {}
    for part in parts:
        opened, version = part.opened or opened, part.version
        revisions += part.revisions
        datings += part.datings
        sightings += part.sightings
        implied += part.implied
        notes += part.notes
        restrictions += part.access.restrictions
        erasures += part.access.erasures
        amendments += part.amendments
        for kind, following in part.ordinals.items():
            ordinals[kind] = max(ordinals.get(kind, 0), following)
    return StoryState(
        opened,
        version,
        tuple(revisions),
        tuple(datings),
        tuple(sightings),
        tuple(implied),
        tuple(notes),
        Access(tuple(restrictions), tuple(erasures)),
        tuple(amendments),
        ordinals,
    )


def _added(recorded: Recorded, arrived: Callable[[int], int]) -> StoryState:
    """What one event adds to a state, as a state of that alone.

    Args:
        arrived: gives the position at which a revision was recorded, by its number.
    """
    event, position = recorded.event, recorded.position
    version = event.originator_version + 1
    match event:
        case StoryOpened():
            used = _used((ContentKind.DESCRIPTION, event.description))
            return StoryState(event, version, ordinals=used)
        case RevisionRecorded():
            source = event.source.content if event.source else None
            return StoryState(
                version=version,
                revisions=(Revision(event.revision, position, recorded.recorded_at, event),),
                datings=(Dating(event.revision, position, event.published, position),),
                implied=tuple(ImpliedMark(i.earliest, i.latest, position) for i in event.implied),
                ordinals=_used((ContentKind.ARTICLE, event.article), (ContentKind.SOURCE, source)),
            )
        case StorySighted():
            sighting = Sighting(event.at, position, event.outcome, event.revision, event.captured)
            return StoryState(version=version, sightings=(sighting,))
        case RevisionRedated():
            dating = Dating(event.revision, position, event.published, arrived(event.revision))
            return StoryState(
                version=version,
                datings=(dating,),
                notes=_noted(recorded, event.revision, event.note),
                ordinals=_used((ContentKind.NOTE, event.note)),
            )
        case NoteAttached():
            return StoryState(
                version=version,
                notes=_noted(recorded, event.revision, event.note),
                ordinals=_used((ContentKind.NOTE, event.note)),
            )
        case AccessRestricted() | AccessRestored():
            return StoryState(
                version=version,
                access=Access(restrictions=(_restriction(recorded, event),)),
                ordinals=_used((ContentKind.NOTE, event.note)),
            )
        case ContentErased():
            remainder, note = event.remainder, event.note
            return StoryState(
                version=version,
                access=Access(erasures=(_erasure(recorded, event),)),
                ordinals=_used((ContentKind.ARTICLE, remainder), (ContentKind.NOTE, note)),
            )
        case StoryDescribed() | StoryMerged() | StoryUnmerged() | StoryRedirected():
            amendment = _amendment(position, event)
            description = event.description if isinstance(event, StoryDescribed) else None
            return StoryState(
                version=version,
                amendments=(Amended(recorded.recorded_at, event.actor, amendment, event.note),),
                ordinals=_used(
                    (ContentKind.DESCRIPTION, description), (ContentKind.NOTE, event.note)
                ),
            )
        case _:
            return StoryState(version=version)


def _amendment(
    position: int, event: StoryDescribed | StoryMerged | StoryUnmerged | StoryRedirected
) -> Amendment:
    match event:
        case StoryDescribed():
            return Redescription(
                position,
                event.zone,
                event.date_order,
                event.outlet,
                event.address,
                event.description,
            )
        case StoryMerged():
            return Merger(position, event.other, event.first, event.revisions)
        case StoryUnmerged():
            return Parting(position, event.other)
        case StoryRedirected():
            return Redirection(position, event.to)


def _restriction(recorded: Recorded, event: AccessRestricted | AccessRestored) -> Restriction:
    return Restriction(
        recorded.position,
        recorded.recorded_at,
        event.actor,
        event.revision,
        isinstance(event, AccessRestored),
        event.until if isinstance(event, AccessRestricted) else None,
        event.note,
    )


def _erasure(recorded: Recorded, event: ContentErased) -> Erasure:
    return Erasure(
        recorded.position,
        recorded.recorded_at,
        event.actor,
        event.revision,
        event.part,
        event.number,
        event.contents,
        event.remainder,
        event.note,
    )


def _noted(
    recorded: Recorded, revision: int | None, ref: ContentRef | None
) -> tuple[AttachedNote, ...]:
    if ref is None:
        return ()
    event = recorded.event
    return (
        AttachedNote(
            recorded.position,
            recorded.recorded_at,
            revision,
            ref,
            event.actor,
            event.originator_id,
        ),
    )


def _used(*contents: tuple[ContentKind, ContentRef | None]) -> dict[ContentKind, int]:
    """The ordinals that follow those of some contents."""
    return {kind: ref.ordinal + 1 for kind, ref in contents if ref is not None}


def _unknown(number: int, revisions: int) -> NotFoundError:
    return NotFoundError(f"no revision r{number}: the story has {revisions}", reason="unknown")
