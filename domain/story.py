"""A story's state, and how events change it.

`evolve` folds a story's stream into its *state*: all that was ever recorded of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from msgspec import Struct, field, structs

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
    """Everything that was recorded of a story, in order of recording."""

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
        if 1 <= number <= len(self.revisions) and self.revisions[number - 1].number == number:
            return self.revisions[number - 1]
        for revision in self.revisions:
            if revision.number == number:
                return revision
        raise NotFoundError(
            f"no revision r{number}: the story has {len(self.revisions)}", reason="unknown"
        )

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


def evolve(state: StoryState, recorded: Recorded) -> StoryState:
    """The state after one more event of the story's stream."""
    event, position = recorded.event, recorded.position
    state = structs.replace(state, version=event.originator_version + 1)
    match event:
        case StoryOpened():
            return _used(
                structs.replace(state, opened=event), ContentKind.DESCRIPTION, event.description
            )
        case RevisionRecorded():
            state = structs.replace(
                state,
                revisions=(
                    *state.revisions,
                    Revision(event.revision, position, recorded.recorded_at, event),
                ),
                datings=(
                    *state.datings,
                    Dating(event.revision, position, event.published, position),
                ),
                implied=(
                    *state.implied,
                    *(ImpliedMark(i.earliest, i.latest, position) for i in event.implied),
                ),
            )
            state = _used(state, ContentKind.ARTICLE, event.article)
            return _used(state, ContentKind.SOURCE, event.source.content if event.source else None)
        case StorySighted():
            sighting = Sighting(event.at, position, event.outcome, event.revision, event.captured)
            return structs.replace(state, sightings=(*state.sightings, sighting))
        case RevisionRedated():
            dating = Dating(
                event.revision,
                position,
                event.published,
                state.revision(event.revision).position,
            )
            state = structs.replace(state, datings=(*state.datings, dating))
            return _noted(state, recorded, event.revision, event.note)
        case NoteAttached():
            return _noted(state, recorded, event.revision, event.note)
        case AccessRestricted() | AccessRestored():
            restricted = (*state.access.restrictions, _restriction(recorded, event))
            state = structs.replace(state, access=replace(state.access, restrictions=restricted))
            return _used(state, ContentKind.NOTE, event.note)
        case ContentErased():
            erased = (*state.access.erasures, _erasure(recorded, event))
            state = structs.replace(state, access=replace(state.access, erasures=erased))
            state = _used(state, ContentKind.ARTICLE, event.remainder)
            return _used(state, ContentKind.NOTE, event.note)
        case StoryDescribed() | StoryMerged() | StoryUnmerged() | StoryRedirected():
            amended = Amended(
                recorded.recorded_at, event.actor, _amendment(position, event), event.note
            )
            state = structs.replace(state, amendments=(*state.amendments, amended))
            if isinstance(event, StoryDescribed):
                state = _used(state, ContentKind.DESCRIPTION, event.description)
            return _used(state, ContentKind.NOTE, event.note)
        case _:
            return state


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
    state: StoryState, recorded: Recorded, revision: int | None, ref: ContentRef | None
) -> StoryState:
    if ref is None:
        return state
    note = AttachedNote(
        recorded.position,
        recorded.recorded_at,
        revision,
        ref,
        recorded.event.actor,
        recorded.event.originator_id,
    )
    return _used(structs.replace(state, notes=(*state.notes, note)), ContentKind.NOTE, ref)


def _used(state: StoryState, kind: ContentKind, ref: ContentRef | None) -> StoryState:
    if ref is None:
        return state
    following = max(state.ordinals.get(kind, 0), ref.ordinal + 1)
    return structs.replace(state, ordinals={**state.ordinals, kind: following})
