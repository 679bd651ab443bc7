"""Decisions about a story: what is a revision, what a sighting, what is held already.

All of it is pure: a desk takes commands, decides them, and folds the events into a state.
"""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from strategies import VERSIONS, Command, commands, copies, moments, sights
from variorum.domain.asof import LAST_POSITION, InForce
from variorum.domain.commands import AttachNote, RecordCopy, Redate, Sight
from variorum.domain.content import (
    Article,
    ContentKind,
    ContentRef,
    ErasedContent,
    ErasedPart,
    canonical,
    commit,
)
from variorum.domain.decisions import (
    Decision,
    Match,
    Verdict,
    decide_note,
    decide_record,
    decide_redate,
    decide_sight,
)
from variorum.domain.errors import NotFoundError
from variorum.domain.events import (
    AccessRestored,
    AccessRestricted,
    ContentErased,
    Event,
    RevisionRecorded,
    StoryDescribed,
    StoryMerged,
    StoryRedirected,
    StoryUnmerged,
)
from variorum.domain.log import Recorded
from variorum.domain.story import StoryState, evolve, replayed
from variorum.domain.times import DAY, MINUTE, Basis, Precision, PublishedTime

A, B, C = VERSIONS


class Desk:
    """One story, in memory. Positions count from 1."""

    def __init__(self) -> None:
        self.state = StoryState()
        self.events: list[Event] = []
        self.contents: dict[tuple[ContentKind, int], tuple[bytes, bytes]] = {}
        self._salts = (number.to_bytes(32) for number in count())

    @property
    def position(self) -> int:
        return len(self.events)

    def decide(self, command: Command, matched: set[Match] | None = None) -> Decision:
        """The decision, without its consequences."""
        at = 0
        match command:
            case RecordCopy():
                at = command.at
            case Sight():
                at = command.at
            case Redate():
                at = command.published.at
            case AttachNote():
                pass
        held = {
            revision.number: self.contents[ContentKind.ARTICLE, revision.event.article.ordinal][0]
            for revision in self.state.revisions
        }
        situation = self.state.situation(at, held)
        match command:
            case RecordCopy():
                return decide_record(situation, command, self._salts, matched)
            case Sight():
                return decide_sight(situation, command, self._salts)
            case Redate():
                datings = [d for d in self.state.datings if d.revision == command.revision]
                present = datings[-1].published if datings else None
                return decide_redate(situation, command, present, self._salts)
            case AttachNote():
                return decide_note(situation, command, self._salts)

    def do(self, command: Command, matched: set[Match] | None = None) -> Decision:
        """Decides, and keeps what was decided."""
        decision = self.decide(command, matched)
        for content in decision.contents:
            place = (content.kind, content.ordinal)
            assert place not in self.contents
            self.contents[place] = (content.salt, content.data)
        for event in decision.events:
            self.events.append(event)
            self.state = evolve(self.state, Recorded(self.position, 0, event))
        return decision

    def do_all(self, history: list[Command]) -> list[Command]:
        """Does what can be done, and gives that."""
        done: list[Command] = []
        for command in history:
            try:
                self.do(command)
            except NotFoundError:
                continue
            done.append(command)
        return done

    def record_all(
        self, story: list[RecordCopy | Sight]
    ) -> list[tuple[RecordCopy | Sight, Decision]]:
        """Does what can be done of one input, copies of the same text within an instant apart."""
        matched: set[Match] = set()
        made: list[tuple[RecordCopy | Sight, Decision]] = []
        for command in story:
            try:
                decision = self.do(command, matched)
            except NotFoundError:
                continue
            if decision.match is not None:
                matched.add(decision.match)
            made.append((command, decision))
        return made

    def in_force(self, at: int, known: int = LAST_POSITION) -> int | None:
        """The number of the revision in force."""
        answer = self.state.as_of(at, known)
        return answer.dating.revision if isinstance(answer, InForce) else None


def stated(at: int) -> PublishedTime:
    """A time stated to the minute."""
    return PublishedTime(
        at=at, earliest=at, latest=at + MINUTE, precision=Precision.MINUTE, basis=Basis.STATED
    )


def copy(article: Article, at: int, captured: int | None = None) -> RecordCopy:
    return RecordCopy("crane", "tester", article, stated(at), captured)


@given(commands("crane"))
def test_whatever_is_commanded_is_decided_or_not_found(history: list[Command]) -> None:
    """Versions and revisions count up, each event's contents are there and commit to it."""
    desk = Desk()
    desk.do_all(history)
    assert [event.originator_version for event in desk.events] == list(range(desk.position))
    assert desk.state.version == desk.position
    revisions = [event for event in desk.events if isinstance(event, RevisionRecorded)]
    assert [event.revision for event in revisions] == list(range(1, len(revisions) + 1))
    for kind in ContentKind:
        ordinals = sorted(ordinal for found, ordinal in desk.contents if found is kind)
        assert ordinals == list(range(desk.state.ordinals.get(kind, 0)))
    for event in revisions:
        salt, data = desk.contents[ContentKind.ARTICLE, event.article.ordinal]
        assert commit(salt, data).hex() == event.article.commitment
        assert len(data) == event.article.length


def told(kind: type[Event], **fields: object) -> st.SearchStrategy[Event]:
    """An event that says something of the story besides its revisions."""

    def event(ordinal: int) -> Event:
        said = {**fields, "note": ContentRef(ordinal, 1, "00" * 32)}
        return kind(originator_id="crane", originator_version=0, actor="t", **said)

    return st.builds(event, st.integers(0, 9))


GONE = (ErasedContent(ContentKind.ARTICLE, 0),)
BESIDES = st.one_of(
    told(AccessRestricted, revision=1, until=5),
    told(AccessRestored),
    told(ContentErased, revision=1, part=ErasedPart.REVISION, contents=GONE),
    told(StoryDescribed, zone="UTC", description=ContentRef(3, 1, "11" * 32)),
    told(StoryMerged, other="ferry", first=9, revisions=2),
    told(StoryUnmerged, other="ferry"),
    told(StoryRedirected, to="ferry"),
)


@given(commands("crane"), st.lists(st.tuples(st.integers(0, 40), BESIDES), max_size=8))
def test_a_state_is_the_same_replayed_as_it_evolves(
    history: list[Command], besides: list[tuple[int, Event]]
) -> None:
    desk = Desk()
    desk.do_all(history)
    events = [*desk.events]
    for place, event in besides:
        events.insert(place, event)
    versions = (e.model_copy(update={"originator_version": n}) for n, e in enumerate(events))
    recorded = [Recorded(position, 10 * position, e) for position, e in enumerate(versions, 1)]
    state = StoryState()
    for until, each in enumerate(recorded, 1):
        state = evolve(state, each)
        assert replayed(recorded[:until]) == state


def test_what_redates_a_revision_that_is_not_there_is_refused() -> None:
    """By whichever way the state is found."""
    desk = Desk()
    desk.do(copy(A, 0))
    desk.do(Redate("crane", "tester", 1, stated(MINUTE)))
    *_, redating = desk.events
    alone = Recorded(1, 0, redating)
    with pytest.raises(NotFoundError, match="no revision r1: the story has 0"):
        evolve(StoryState(), alone)
    with pytest.raises(NotFoundError, match="no revision r1: the story has 0"):
        replayed([alone])


@given(commands("crane"))
def test_doing_the_same_again_at_once_changes_nothing(history: list[Command]) -> None:
    """Whatever came before. Notes alone may say the same thing twice."""
    desk = Desk()
    for command in history:
        if desk.do_all([command]) and not isinstance(command, AttachNote):
            assert desk.do(command).events == ()


@given(st.lists(copies("crane") | sights("crane"), max_size=16), st.booleans())
def test_recording_an_input_twice_changes_nothing(
    story: list[RecordCopy | Sight], captured_only: bool
) -> None:
    """In whatever order its copies come, late finds and equal times among them.

    Of an input that states times, or of one that knows only captures. Copies that said nothing
    new are left out: they left no trace, and what was found later may make them say something.
    """
    desk = Desk()
    kept = [
        command
        for command in story
        if isinstance(command, Sight) or (command.published is None) is captured_only
    ]
    made = [
        command
        for command, decision in desk.record_all(kept)
        if decision.verdict is not Verdict.HELD
    ]
    again = desk.record_all(made)
    assert [decision.verdict for _, decision in again] == [Verdict.HELD] * len(made)


@given(moments(), st.integers(0, 5 * MINUTE), st.integers(0, 5 * MINUTE))
def test_a_text_that_returns_is_a_third_revision(first: int, second: int, third: int) -> None:
    """A→B→A, even within one instant."""
    desk = Desk()
    times = [first, first + second, first + second + third]
    made = [desk.do(copy(text, at)) for text, at in zip((A, B, A), times, strict=True)]
    assert [decision.verdict for decision in made] == [Verdict.REVISION] * 3
    assert desk.in_force(times[2]) == 3


@given(moments(), st.integers(1, 5 * MINUTE), moments() | st.none())
def test_an_older_copy_of_a_text_that_is_held_is_a_revision(
    held: int, older_by: int, captured: int | None
) -> None:
    """The text stood earlier than was known, and from its own time on."""
    desk = Desk()
    desk.do(copy(A, held))
    found = desk.do(copy(A, held - older_by, captured))
    assert (found.verdict, found.revision) == (Verdict.REVISION, 2)
    assert desk.in_force(held - 1) == 2
    assert desk.in_force(held) == 1


@given(moments(), st.integers(1, 5 * MINUTE), st.integers(1, 5 * MINUTE))
def test_a_copy_of_what_is_in_force_is_a_sighting(at: int, later: int, until: int) -> None:
    """Also where another revision has followed since."""
    desk = Desk()
    desk.do(copy(A, at))
    desk.do(copy(B, at + later + until))
    found = desk.do(copy(A, at + later))
    assert (found.verdict, found.revision) == (Verdict.SIGHTING, 1)
    assert desk.state.sightings[-1].at == at + later


@given(commands("crane"), copies("crane"), st.lists(moments(), min_size=1, max_size=5))
def test_what_arrives_late_never_changes_what_was_known_before(
    history: list[Command], late: RecordCopy, instants: list[int]
) -> None:
    """(T, K) is the same for ever; (T, now) is what is known now."""
    desk = Desk()
    desk.do_all(history)
    earlier = desk.state
    desk.do(late)
    for at in [*instants, late.at, late.at - 1]:
        for known in range(len(desk.events) + 1):
            if known <= earlier.version:
                assert desk.state.as_of(at, known) == earlier.as_of(at, known)
    assert desk.state.as_of(late.at, LAST_POSITION) == desk.state.as_of(late.at, desk.position)


@given(moments(), st.integers(1, 5 * MINUTE), st.integers(1, 5 * MINUTE))
def test_a_late_arrival_changes_the_answer_for_now(first: int, between: int, rest: int) -> None:
    """B, published between A and C and recorded last, is in force between them from then on."""
    desk = Desk()
    desk.do(copy(A, first))
    desk.do(copy(C, first + between + rest))
    known = desk.position
    desk.do(copy(B, first + between))
    assert desk.in_force(first + between) == 3
    assert desk.in_force(first + between, known) == 1
    assert desk.in_force(first + between + rest) == 2


def captured_copy(captured: int) -> RecordCopy:
    """A copy of B of which only the capture is known."""
    return replace(copy(B, captured), published=None, captured=captured)


@given(moments(), st.integers(0, 2 * DAY))
def test_a_capture_bounds_nothing_that_may_have_come_after_it(at: int, later: int) -> None:
    """A is dated to a day: a copy of B that is captured on it may have stood before A."""
    desk = Desk()
    day = PublishedTime(at, at, at + DAY, Precision.DAY, Basis.STATED)
    desk.do(replace(copy(A, at), published=day))
    desk.do(captured_copy(at + later))
    assert desk.state.datings[-1].published.earliest == (at if later >= DAY else None)
    older = Desk()
    older.do(copy(C, at - DAY))
    for command in (replace(copy(A, at), published=day), captured_copy(at + later)):
        older.do(command)
    assert older.state.datings[-1].published.earliest == (at if later >= DAY else at - DAY)


@given(moments(), moments())
def test_a_redating_holds_from_when_it_is_known(at: int, to: int) -> None:
    """The old dating stays in force for whoever asks what was known before."""
    desk = Desk()
    desk.do(copy(A, at))
    known = desk.position
    redated = desk.do(Redate("crane", "tester", 1, stated(to)))
    assert redated.verdict is (Verdict.HELD if at == to else Verdict.REDATING)
    assert (desk.in_force(at, known), desk.in_force(at - 1, known)) == (1, None)
    assert (desk.in_force(to), desk.in_force(to - 1)) == (1, None)


@given(st.sampled_from(VERSIONS), moments())
def test_an_erased_text_equals_nothing(article: Article, at: int) -> None:
    """Without its salt a text cannot be compared: the same one is a revision again."""
    state = Desk()
    state.do(copy(article, at))
    situation = state.state.situation(at, {})
    again = decide_record(situation, copy(article, at), iter((bytes(32),)))
    assert (again.verdict, again.revision) == (Verdict.REVISION, 2)


@given(st.sampled_from(VERSIONS), st.sampled_from(VERSIONS), moments())
def test_texts_are_compared_and_nothing_else(one: Article, other: Article, at: int) -> None:
    """A copy counts as the same text if its canonical bytes are."""
    desk = Desk()
    desk.do(copy(one, at))
    verdict = desk.do(copy(other, at + 1)).verdict
    same = canonical(one) == canonical(other)
    assert verdict is (Verdict.SIGHTING if same else Verdict.REVISION)
