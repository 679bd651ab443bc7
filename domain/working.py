"""A story in the making: what decisions look at, kept up to date event by event.

The same situations as `StoryState.situation` gives (the specification, and what tests compare this
with), found in sorted lists instead of all that was recorded, so that a story of many thousand
revisions is imported as quickly as many small ones. Only what is known now can be asked, not what
was known by an earlier K.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from typing import NamedTuple

from variorum.domain.asof import (
    Dating,
    ImpliedMark,
    Marks,
    Outcome,
    Sighting,
    implied_since,
    returning,
)
from variorum.domain.content import ContentKind, ContentRef
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
from variorum.domain.times import SECOND

_NARROW = 60_000_000
"""Intervals of up to a minute, from their own instant on, are found by that instant (µs)."""
_OUTCOMES = tuple(Outcome)
_SINCE_EVER, _NEVER = -(2**63), 2**63
_UNSEEN = frozenset[tuple[Outcome, int | None, int | None]]()


class _Text(NamedTuple):
    """What is needed to compare a revision's text with another; `salt` None where it is erased."""

    captured: int | None
    commitment: str
    salt: bytes | None
    length: int


class WorkingStory:
    """What was recorded of one story, sorted."""

    def __init__(self) -> None:
        self.version = 0
        """That which its next event takes."""
        self.ordinals: dict[ContentKind, int] = {}
        """Those that its next contents take; not changed, but replaced."""
        self.seen_until: int | None = None
        """The last moment at which a text of it was seen."""
        self._exists = False
        self._zone: str | None = None
        self._texts: dict[int, _Text] = {}
        self._arrivals: dict[int, int] = {}
        self._given = 0
        self._datings: dict[int, Dating] = {}
        self._by_time: list[tuple[int, int, int]] = []
        """Instants, with the positions and numbers of the revisions that are dated to them."""
        self._ever_at: defaultdict[int, set[int]] = defaultdict(set)
        self._wide: list[tuple[int, int]] = []
        self._widest = 0
        self._unbounded: list[tuple[int, int]] = []
        self._sightings: dict[Outcome, list[tuple[int, int]]] = {o: [] for o in _OUTCOMES}
        self._sighted: dict[int, Sighting] = {}
        self._seen_at: defaultdict[int, set[tuple[Outcome, int | None, int | None]]] = defaultdict(
            set
        )
        self._last_seen: dict[int, int] = {}
        self._by_capture: dict[int, int] = {}
        self._implied: list[tuple[int, int, int]] = []
        self._matched: list[tuple[int, int, int]] = []

    def apply(self, recorded: Recorded, salt: bytes | None = None) -> None:
        """Takes one more event of the story's stream.

        Args:
            salt: of the article, where a revision is recorded whose text is held.
        """
        event, position = recorded.event, recorded.position
        self.version = event.originator_version + 1
        match event:
            case RevisionRecorded():  # of which most are
                self._revision(event, position, salt)
            case StorySighted():
                self._sighting(
                    Sighting(event.at, position, event.outcome, event.revision, event.captured)
                )
            case StoryOpened():
                self._exists, self._zone = True, event.zone
                self._used(ContentKind.DESCRIPTION, event.description)
            case StoryDescribed():
                self._zone = event.zone
                self._used(ContentKind.DESCRIPTION, event.description)
                self._used(ContentKind.NOTE, event.note)
            case StoryMerged() | StoryUnmerged() | StoryRedirected():
                if isinstance(event, StoryMerged):
                    self._given = max(self._given, event.first + event.revisions - 1)
                self._used(ContentKind.NOTE, event.note)
            case RevisionRedated():
                arrived = self._arrivals[event.revision]
                self._dating(Dating(event.revision, position, event.published, arrived))
                self._used(ContentKind.NOTE, event.note)
            case NoteAttached() | AccessRestricted() | AccessRestored():
                self._used(ContentKind.NOTE, event.note)
            case ContentErased():
                self._used(ContentKind.ARTICLE, event.remainder)
                self._used(ContentKind.NOTE, event.note)
            case _:
                pass

    def replay(
        self,
        events: Iterable[Recorded],
        salt_of: Callable[[RevisionRecorded], bytes | None],
    ) -> None:
        """Takes the events that were recorded so far.

        Args:
            salt_of: tells the salt of the article of a revision, None where it is not held.
        """
        for recorded in events:
            event = recorded.event
            self.apply(recorded, salt_of(event) if isinstance(event, RevisionRecorded) else None)

    def situation(self, at: int) -> Situation:
        """What a decision about something of the instant `at` looks at."""
        marks = self._marks(at)
        dated = self._ever_at.get(at)
        seen, seen_texts = _UNSEEN, set[int]()
        if at in self._seen_at:
            seen = frozenset(self._seen_at[at])
            seen_texts = {
                number
                for outcome, number, _ in seen
                if outcome is Outcome.UNCHANGED and number is not None
            }
        return Situation(
            exists=self._exists,
            version=self.version,
            revisions=self._given,
            ordinals=self.ordinals,
            zone=self._zone,
            marks=marks,
            standing=self._text(marks.stood.revision) if marks.stood else None,
            same_time=tuple(map(self._text, sorted(dated))) if dated else (),
            seen=seen,
            seen_texts=tuple(map(self._text, sorted(seen_texts))) if seen_texts else (),
        )

    def marks(self, at: int) -> Marks:
        """The marks that decide what was in force at an instant, known by the last event taken."""
        return self._marks(at)

    def _revision(self, event: RevisionRecorded, position: int, salt: bytes | None) -> None:
        article = event.article
        text = _Text(event.captured, article.commitment, salt, article.length)
        self._texts[event.revision] = text
        self._arrivals[event.revision] = position
        self._given = max(self._given, event.revision)
        self._dating(Dating(event.revision, position, event.published, position))
        if event.captured is not None:
            self._saw(event.revision, event.captured)
        for implied in event.implied:
            begins = _SINCE_EVER if implied.earliest is None else implied.earliest
            insort(self._implied, (begins, position, implied.latest))
        self._used(ContentKind.ARTICLE, article)
        self._used(ContentKind.SOURCE, event.source.content if event.source else None)

    def _dating(self, dating: Dating) -> None:
        old = self._datings.get(dating.revision)
        if old is not None:
            self._by_time.remove((old.published.at, old.arrived, old.revision))
            if _is_wide(old):
                self._wide_as(old).remove((old.published.latest, old.revision))
            self._implied = sorted(self._implied + self._matched)
            self._matched.clear()
        self._datings[dating.revision] = dating
        self._ever_at[dating.published.at].add(dating.revision)
        insort(self._by_time, (dating.published.at, dating.arrived, dating.revision))
        if _is_wide(dating):
            insort(self._wide_as(dating), (dating.published.latest, dating.revision))

    def _wide_as(self, dating: Dating) -> list[tuple[int, int]]:
        """Where a dating with a wide interval is kept, by its end: with no beginning, apart."""
        earliest, latest = dating.published.earliest, dating.published.latest
        if earliest is None:
            return self._unbounded
        self._widest = max(self._widest, latest - earliest)
        return self._wide

    def _sighting(self, sighting: Sighting) -> None:
        insort(self._sightings[sighting.outcome], (sighting.at, sighting.position))
        self._sighted[sighting.position] = sighting
        seen = (sighting.outcome, sighting.revision, sighting.captured)
        self._seen_at[sighting.at].add(seen)
        if sighting.outcome is Outcome.UNCHANGED and sighting.revision is not None:
            self._saw(sighting.revision, sighting.seen)

    def seen_between(self, first: int, last: int) -> list[HeldText]:
        """The texts that were seen from a moment until another, both included, by revision.

        All that was recorded is looked through.
        """
        numbers = {
            number
            for number, text in self._texts.items()
            if text.captured is not None and first <= text.captured <= last
        }
        numbers.update(
            sighting.revision
            for sighting in self._sighted.values()
            if sighting.outcome is Outcome.UNCHANGED
            and sighting.revision is not None
            and first <= sighting.seen <= last
        )
        return [self._text(number) for number in sorted(numbers)]

    def captured_at(self, moment: int) -> int | None:
        """The revision that a copy made at a moment showed, if there is such a copy.

        The moment may have been cut to the second.
        """
        return self._by_capture.get(moment)

    def counts_from(self, instant: int, likely: Container[int] = ()) -> int | None:
        """The revision whose text counts from an instant, the last if there are several.

        Or did once, until it was redated; or was seen then, where none does. Of all these one that
        is `likely` to be meant goes first.
        """
        ever = self._ever_at.get(instant, set[int]())
        dated = {each for each in ever if self._datings[each].published.at == instant}
        seen = {
            revision
            for outcome, revision, _ in self._seen_at.get(instant, ())
            if outcome is Outcome.UNCHANGED and revision is not None
        }
        meant = {each for each in ever | seen if each in likely}
        return max(meant or dated or ever or seen, default=None)

    def _saw(self, revision: int, moment: int) -> None:
        self._by_capture.setdefault(moment, revision)
        self._by_capture.setdefault(moment - moment % SECOND, revision)
        self._last_seen[revision] = max(moment, self._last_seen.get(revision, moment))
        self.seen_until = moment if self.seen_until is None else max(moment, self.seen_until)

    def _used(self, kind: ContentKind, ref: ContentRef | None) -> None:
        if ref is not None:
            following = max(self.ordinals.get(kind, 0), ref.ordinal + 1)
            self.ordinals = {**self.ordinals, kind: following}

    def _text(self, number: int) -> HeldText:
        return HeldText(number, *self._texts[number])

    def _marks(self, at: int) -> Marks:
        end = bisect_right(self._by_time, (at, _NEVER))
        held = self._nth(end - 1) if end else None
        present = self._last(at, Outcome.UNCHANGED)
        returned = None
        if present is not None and present.revision is not None:
            of_present = self._datings.get(present.revision)
            returned = returning(held, present, [of_present] if of_present else [])
        stood = returned or held
        previous = self._nth(end - 2) if end > 1 else None
        return Marks(
            held=held,
            previous=previous,
            following=self._nth(end) if end < len(self._by_time) else None,
            open_=self._open(at, end, stood),
            gone=self._last(at, Outcome.GONE),
            present=present,
            absent=self._last(at, Outcome.MISSING, Outcome.UNREACHABLE),
            implied=self._unmatched(at, implied_since(held, previous, at)),
            returned=returned,
            last_sighted=self._last_seen.get(stood.revision) if stood else None,
            captured=self._texts[stood.revision].captured if stood else None,
        )

    def _nth(self, place: int) -> Dating:
        return self._datings[self._by_time[place][2]]

    def _last(self, at: int, *outcomes: Outcome) -> Sighting | None:
        """The last sighting of some outcomes at or before an instant."""
        if not self._sighted:
            return None
        found: list[tuple[int, int]] = []
        for outcome in outcomes:
            sightings = self._sightings[outcome]
            end = bisect_right(sightings, (at, _NEVER))
            if end:
                found.append(sightings[end - 1])
        return self._sighted[max(found)[1]] if found else None

    def _open(self, at: int, end: int, stood: Dating | None) -> tuple[Dating, ...]:
        """The datings other than `stood` whose interval holds an instant."""
        begin = bisect_left(self._by_time, (at - _NARROW, 0))
        if begin == end and not self._wide and not self._unbounded:
            return ()
        numbers = {number for _, _, number in self._by_time[begin:end]}
        if self._wide:
            first = bisect_right(self._wide, (at, _NEVER))
            last = bisect_right(self._wide, (at + self._widest, _NEVER))
            numbers.update(number for _, number in self._wide[first:last])
        if self._unbounded:
            first = bisect_right(self._unbounded, (at, _NEVER))
            numbers.update(number for _, number in self._unbounded[first:])
        if not numbers:
            return ()
        found = (self._datings[number] for number in sorted(numbers))
        return tuple(dating for dating in found if dating != stood and dating.holds(at))

    def _unmatched(self, at: int, since: int) -> ImpliedMark | None:
        """The last implied revision that began in a span of time and that no held one can be.

        One that a held revision can be need not be looked at again, until one is redated.
        """
        place = bisect_right(self._implied, (at, _NEVER))
        while place:
            place -= 1
            begins, position, latest = self._implied[place]
            if begins < since:
                return None
            begin = bisect_left(self._by_time, (begins, 0))
            end = bisect_left(self._by_time, (latest, 0))
            # It cannot be the one that says so; of any two within, one is another.
            if all(self._nth(n).arrived == position for n in range(begin, min(end, begin + 2))):
                return ImpliedMark(None if begins == _SINCE_EVER else begins, latest, position)
            self._matched.append(self._implied.pop(place))
        return None


def _is_wide(dating: Dating) -> bool:
    published = dating.published
    return (
        published.earliest is None
        or published.earliest < published.at
        or published.latest > published.at + _NARROW
    )
