"""What was in force at T, as far as was recorded by K.

T is an instant of the newsroom's clock, K a position of the log. *Marks* are what is known of a
moment: a revision's dating, a sighting, a revision that is implied and not held. A dating is
superseded at K when the same revision has a later one, recorded by K.

`gather` picks, out of everything recorded of a story, the few marks that decide (T, K); a
catalogue picks the same ones with an index. `judge` answers from those few marks alone, so that
replay and projection cannot give different answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from msgspec import Struct, structs

from variorum.domain.times import SECOND, Basis, PublishedTime

LAST_POSITION = 2**63 - 1
"""A position after all others: known now."""
_SINCE_EVER = -(2**63)


class Outcome(StrEnum):
    """What was seen when a story was looked for."""

    UNCHANGED = "unchanged"
    MISSING = "missing"
    GONE = "gone"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Implied:
    """A revision that is known to have been published in [earliest, latest) and may not be held.

    `earliest` is None where all that is known is that an earlier text existed.
    """

    earliest: int | None
    latest: int


class Dating(Struct, frozen=True, gc=False):
    """When a revision was published, as recorded at `position`."""

    revision: int
    position: int
    published: PublishedTime
    arrived: int
    """The position at which the revision itself was recorded."""

    def holds(self, at: int) -> bool:
        """Whether the revision may have come out at a moment up to `at` or only after it."""
        earliest = self.published.earliest
        if earliest == at and self.published.basis is Basis.CAPTURE:
            return False  # another text was seen then
        return (earliest is None or earliest <= at) and at < self.published.latest

    def is_sure(self, at: int) -> bool:
        """Whether it is out at `at`, and any text before it whose time is sure to the second."""
        return at >= max(self.published.latest, self.published.at + SECOND)


class Sighting(Struct, frozen=True, gc=False):
    """What was seen of the story at a moment of the newsroom's clock.

    `captured` is when the copy was made that was seen, where that is another moment.
    """

    at: int
    position: int
    outcome: Outcome
    revision: int | None
    captured: int | None = None

    @property
    def seen(self) -> int:
        """The moment at which someone saw it."""
        return self.at if self.captured is None else self.captured


class ImpliedMark(Struct, frozen=True, gc=False):
    """A revision known to have come out in [earliest, latest); `earliest` None: at some time.

    `position` is that of the revision that says so, which cannot be the one that is meant.
    """

    earliest: int | None
    latest: int
    position: int


class Absence(StrEnum):
    """Why nothing was in force."""

    BEFORE = "before"
    GAP = "gap"
    GONE = "gone"


class Marks(Struct, frozen=True, gc=False):
    """The marks that decide (T, K)."""

    held: Dating | None = None
    """The greatest `at` ≤ T; on a tie the revision recorded later."""
    previous: Dating | None = None
    """The next one down from `held`."""
    following: Dating | None = None
    """The first one after T."""
    open_: tuple[Dating, ...] = ()
    """Those other than `stood` whose [earliest, latest) holds T, by revision."""
    gone: Sighting | None = None
    """The last sighting of it gone at or before T."""
    present: Sighting | None = None
    """The last sighting of it unchanged at or before T."""
    absent: Sighting | None = None
    """The last sighting of it missing or unreachable at or before T."""
    implied: ImpliedMark | None = None
    """The last implied revision that began at or before T and that no held one can be, among those
    that say anything of T (`implied_since`)."""
    returned: Dating | None = None
    """The revision of `present`, where that was seen after `held` came out and is another: a text
    that came back."""
    last_sighted: int | None = None
    """The last moment, at any time, at which `stood` was seen."""
    captured: int | None = None
    """When the copy of `stood` was made that it was recorded from."""

    @property
    def stood(self) -> Dating | None:
        """The last revision that is known to have stood at or before T."""
        return self.returned or self.held

    @property
    def decided(self) -> bool:
        """Whether `held` alone decides: nothing else was seen, or may have stood, by T."""
        return (
            self.gone is None
            and self.present is None
            and self.absent is None
            and self.implied is None
            and not self.open_
        )


class InForce(Struct, frozen=True, gc=False):
    """A revision was in force."""

    dating: Dating
    certain: bool
    possible: tuple[str, ...]
    """What else may have been: `r2`, or `gap` or `before` where no other held revision."""
    last_sighted: int | None
    following: Dating | None
    absent: Sighting | None
    returned: int | None = None
    """Since when a text that had stood before is known to have stood again (`answered`)."""


class NotInForce(Struct, frozen=True, gc=False):
    """No revision was in force, or none that is held."""

    reason: Absence
    possible: tuple[str, ...]
    following: Dating | None
    since: int | None
    """When it was last seen gone, or since when the revision that is not held stood."""
    last: Dating | None
    """The last revision that was in force before."""


Answer = InForce | NotInForce
Order = Literal["published", "recorded"]


def current(datings: Iterable[Dating], known: int) -> list[Dating]:
    """The datings recorded by `known` that are not superseded by then, in order of publication."""
    latest: dict[int, Dating] = {}
    for dating in datings:
        if dating.position <= known:
            other = latest.get(dating.revision)
            if other is None or other.position < dating.position:
                latest[dating.revision] = dating
    return sorted(latest.values(), key=lambda dating: (dating.published.at, dating.arrived))


def gather(
    datings: Iterable[Dating],
    sightings: Iterable[Sighting],
    implied: Iterable[ImpliedMark],
    captures: dict[int, int],
    at: int,
    known: int,
) -> Marks:
    """The deciding marks, out of all that was recorded of a story.

    Args:
        captures: for each revision, when its copy was made, where that is known.
        at: T, an instant.
        known: K, a position.
    """
    standing = current(datings, known)
    until = [dating for dating in standing if dating.published.at <= at]
    after = [dating for dating in standing if dating.published.at > at]
    held = until[-1] if until else None
    previous = until[-2] if len(until) > 1 else None
    since = implied_since(held, previous, at)
    seen = sorted(
        (sighting for sighting in sightings if sighting.position <= known),
        key=lambda sighting: (sighting.at, sighting.position),
    )

    def last(*outcomes: Outcome) -> Sighting | None:
        found = [s for s in seen if s.at <= at and s.outcome in outcomes]
        return found[-1] if found else None

    unmatched = [
        mark
        for mark in implied
        if mark.position <= known
        and (mark.earliest is None or mark.earliest <= at)
        and since <= _begins(mark)
        and not any(
            dating.arrived != mark.position
            and (mark.earliest is None or mark.earliest <= dating.published.at)
            and dating.published.at < mark.latest
            for dating in standing
        )
    ]
    unmatched.sort(key=lambda m: (m.earliest is not None, m.earliest or 0, m.position, m.latest))
    present = last(Outcome.UNCHANGED)
    returned = returning(held, present, standing)
    stood = returned or held
    last_sighted = None
    if stood is not None:
        moments = [
            s.seen for s in seen if s.outcome is Outcome.UNCHANGED and s.revision == stood.revision
        ]
        if stood.revision in captures:
            moments.append(captures[stood.revision])
        last_sighted = max(moments, default=None)
    return Marks(
        held=held,
        previous=previous,
        following=after[0] if after else None,
        open_=tuple(
            sorted((d for d in standing if d != stood and d.holds(at)), key=lambda d: d.revision)
        ),
        gone=last(Outcome.GONE),
        present=present,
        absent=last(Outcome.MISSING, Outcome.UNREACHABLE),
        implied=unmatched[-1] if unmatched else None,
        returned=returned,
        last_sighted=last_sighted,
        captured=captures.get(stood.revision) if stood is not None else None,
    )


def implied_since(held: Dating | None, previous: Dating | None, at: int) -> int:
    """The first instant of which an implied revision that began then says anything of T.

    What began before a revision that is sure to stand at T did not stand then; nor did, where that
    may not have come out yet, what began before the one before it.
    """
    if held is not None and held.is_sure(at):
        return held.published.at + 1
    return _SINCE_EVER if previous is None else previous.published.at + 1


def returning(
    held: Dating | None, present: Sighting | None, standing: Iterable[Dating]
) -> Dating | None:
    """The dating of the revision that was seen after another came out; None where none was."""
    if present is None or (held is not None and present.revision == held.revision):
        return None
    if held is not None and (held.published.at, held.arrived) > (present.at, present.position):
        return None
    return next((dating for dating in standing if dating.revision == present.revision), None)


MarksAt = Callable[[int], Marks]
"""Gives the marks of the same story at another instant, known by the same K."""


def judge(marks: Marks, at: int, marks_at: MarksAt) -> Answer:
    """The answer at T, from the marks that decide it.

    Args:
        marks_at: asked where what came out last may not have been out at T: for what stood before.
    """
    if marks.decided:
        held = marks.held
        if held is not None and not held.holds(at):
            return InForce(held, True, (), marks.last_sighted, marks.following, None)
    stood, last = stood_at(marks), marks.stood
    names = {f"r{dating.revision}" for dating in marks.open_}
    if not isinstance(stood, Absence):
        if _may_be_later(marks, stood, at):
            names |= _until(stood.published.at, at, marks_at) - {f"r{stood.revision}"}
        return InForce(
            stood,
            not names,
            _ordered(names),
            marks.last_sighted,
            marks.following,
            _absent_since(marks),
        )
    since: int | None = None
    if stood is Absence.GONE and marks.gone is not None:
        since = marks.gone.at
    elif stood is Absence.GAP and marks.implied is not None:
        since = marks.implied.earliest
        if since is not None and at < marks.implied.latest:
            names |= _until(since, at, marks_at) - {stood.value}
    return NotInForce(stood, _ordered(names), marks.following, since, last)


def stood_at(marks: Marks) -> Dating | Absence:
    """What stood at T, from the marks that decide it: a revision, or why none did."""
    if marks.gone is not None and _is_gone(marks):
        return Absence.GONE
    since = _stood_since(marks)
    if marks.implied is not None and (since is None or _begins(marks.implied) > since):
        return Absence.GAP
    return Absence.BEFORE if marks.stood is None or since is None else marks.stood


def _until(begins: int, at: int, marks_at: MarksAt) -> set[str]:
    """What stood until something came out at an instant or after it, which may be after T."""
    names: set[str] = set()
    while True:
        marks = marks_at(begins - 1)
        stood = stood_at(marks)
        if isinstance(stood, Absence):
            names.add(stood.value)
            implied = marks.implied if stood is Absence.GAP else None
            if implied is None or implied.earliest is None or at >= implied.latest:
                return names
            begins = implied.earliest
        else:
            names.add(f"r{stood.revision}")
            if not _may_be_later(marks, stood, at):
                return names
            begins = stood.published.at


def _may_be_later(marks: Marks, stood: Dating, at: int) -> bool:
    """Whether what stood by some marks may have come out after T: it was not seen by then."""
    if marks.returned is not None or not stood.holds(at):
        return False
    seen, present = [marks.captured], marks.present
    if present is not None and present.revision == stood.revision:
        seen.append(present.seen)
    began = stood.published.at
    return not any(moment is not None and began <= moment <= at for moment in seen)


def _absent_since(marks: Marks) -> Sighting | None:
    """The last sighting of a story missing or unreachable, if it did not stand since then."""
    absent, since = marks.absent, _stood_since(marks)
    return None if absent is None or since is None or absent.at < since else absent


def instead(answer: Answer, dating: Dating, last_sighted: int | None) -> InForce:
    """What is told of a revision at the instant from which it counts, where that is not the answer.

    It came out within an interval, and by the order of the marks something else stood at its
    beginning: another text that counts from then too, or nothing.
    """
    stood = f"r{answer.dating.revision}" if isinstance(answer, InForce) else answer.reason.value
    others = {stood, *answer.possible} - {f"r{dating.revision}"}
    return InForce(dating, False, _ordered(others), last_sighted, answer.following, None)


Place = tuple[int, int]
"""Where something stands in the order of the newsroom's clock: an instant, then its position."""

SeenAgain = Callable[[int, Place], int | None]
"""Gives the first moment, after a place and after the last sighting of any other text, at which a
revision was seen: until T, as known by K."""


def answered(marks: Marks, at: int, marks_at: MarksAt, seen_again: SeenAgain) -> Answer:
    """The answer at T, and of a text that came back since when it has stood again."""
    answer = judge(marks, at, marks_at)
    if marks.returned is None or not isinstance(answer, InForce):
        return answer
    since = seen_again(marks.returned.revision, _last_between(marks))
    return structs.replace(answer, returned=since)


def seen_again_in(sightings: Iterable[Sighting], at: int, known: int) -> SeenAgain:
    """As `SeenAgain`, out of all that was recorded of a story."""

    def seen_again(revision: int, place: Place) -> int | None:
        found = [
            sighting
            for sighting in sightings
            if sighting.outcome is Outcome.UNCHANGED
            and place < _place(sighting)
            and sighting.at <= at
            and sighting.position <= known
        ]
        since: int | None = None
        for sighting in sorted(found, key=_place, reverse=True):
            if sighting.revision != revision:
                break
            since = sighting.at
        return since

    return seen_again


def _last_between(marks: Marks) -> Place:
    """The last place at or before T at which something else stood than the text that returned."""
    between = _SINCE_EVER, 0
    if marks.held is not None:
        between = marks.held.published.at, marks.held.arrived
    if marks.gone is not None:
        between = max(between, _place(marks.gone))
    if marks.implied is not None:
        between = max(between, (_begins(marks.implied), 0))
    return between


def _place(sighting: Sighting) -> Place:
    return sighting.at, sighting.position


def later(one: int | None, other: int | None) -> int | None:
    """The later of two moments, each of which may be unknown."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _stood_since(marks: Marks) -> int | None:
    """The last moment at or before T at which `stood` came out, or was seen to stand."""
    held, present = marks.held, marks.present
    if marks.returned is not None:
        return present.at if present else None
    if held is None:
        return None
    seen = present is not None and present.revision == held.revision
    return max(held.published.at, present.at) if seen and present else held.published.at


def _begins(implied: ImpliedMark) -> int:
    return _SINCE_EVER if implied.earliest is None else implied.earliest


def _is_gone(marks: Marks) -> bool:
    gone, held, present = marks.gone, marks.held, marks.present
    assert gone is not None
    if held is not None and (held.published.at, held.arrived) > (gone.at, gone.position):
        return False
    if present is not None and (present.at, present.position) > (gone.at, gone.position):
        return False
    return marks.implied is None or _begins(marks.implied) <= gone.at


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    """What is possible, revisions first."""
    revisions = sorted((name for name in names if name[0] == "r"), key=_number)
    return (*revisions, *sorted(name for name in names if name[0] != "r"))


def _number(name: str) -> int:
    return int(name[1:])
