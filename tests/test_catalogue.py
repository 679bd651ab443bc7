"""State by projection is state by replay, at every instant and for every K, rebuilt or not.

Each history gets a story of its own in one archive, so that many can be drawn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from strategies import MOMENTS, VERSIONS, Command, commands, moments, plain_commands
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.catalogue.mark import article_of, captured_of, packed, placed, read
from variorum.adapters.catalogue.rebuild import rebuild
from variorum.adapters.connect import Connection
from variorum.domain.archive import Archive
from variorum.domain.asof import (
    LAST_POSITION,
    Absence,
    Dating,
    Implied,
    InForce,
    NotInForce,
    Outcome,
)
from variorum.domain.commands import AttachNote, RecordCopy, Redate, Sight
from variorum.domain.content import Article, ContentKind
from variorum.domain.decisions import Verdict
from variorum.domain.errors import NotFoundError, NothingInForceError
from variorum.domain.overview import overview
from variorum.domain.ports import StoryEntry
from variorum.domain.story import StoryState
from variorum.domain.streams import story_stream
from variorum.domain.times import (
    DAY,
    FIRST_INSTANT,
    HOUR,
    LAST_INSTANT,
    SECOND,
    Basis,
    Precision,
    PublishedTime,
)

#: The pairs of T and K at which a story is asked about, besides those that follow from it.
ASKED = st.lists(st.tuples(moments(), st.integers(0, 20)), max_size=10)


@pytest.fixture
def examples(connection: Connection) -> int:
    """How many histories to draw: each trip to a server takes its time."""
    return 60 if connection.database.dialect == "sqlite" else 15


@given(
    st.integers(1, 2**62),
    st.integers(FIRST_INSTANT, LAST_INSTANT)
    | st.integers(-10, 2**33).map(lambda second: second * SECOND),
    st.tuples(st.integers(1, 2**31 - 1), st.integers(0, 2**31 - 1))
    | st.tuples(st.integers(1, 70_000), st.integers(0, 70_000)),
    st.none() | st.tuples(st.none() | st.integers(0, 2**61), st.integers(0, 2**61)),
    st.tuples(st.none() | st.integers(1, 2**62), st.none() | st.integers(-(2**62), 2**62)),
    st.none() | st.text("AZaz/_+:09", min_size=1),
    st.lists(st.sampled_from(("fold", "zone", "year")), unique=True).map(tuple),
)
def test_a_mark_reads_back_whatever_its_numbers(
    position: int,
    at: int,
    numbers: tuple[int, int],
    doubt: tuple[int | None, int] | None,
    others: tuple[int | None, int | None],
    zone: str | None,
    resolved: tuple[str, ...],
) -> None:
    """Also instants between seconds, before 1970 and after 2106, and the 65,536th revision."""
    arrived, captured = others
    revision, article = numbers
    before, after = (0, SECOND) if doubt is None else doubt
    interval = None if before is None else at - before, at + after
    head = (position, position + 7, at, revision, article)
    mark = packed(head, 1, 5, interval, arrived, captured, zone, resolved)
    dating, recorded_at, seen = read(mark)
    published = PublishedTime(at, *interval, Precision.MINUTE, Basis.STATED, zone, resolved)
    known = position if arrived is None else arrived
    assert dating == Dating(revision, position, published, known)
    assert (recorded_at, seen, captured_of(mark)) == (position + 7, captured, captured)
    assert (article_of(mark), placed(mark)) == (article, (position, position + 7))


def tell(connection: Connection, story: str, history: Iterable[Command]) -> None:
    """Does to a story what can be done of a history."""
    archive = connection.archive
    for command in history:
        command = replace(command, story=story)
        try:
            match command:
                case RecordCopy():
                    archive.record(command)
                case Sight():
                    archive.sight(command)
                case Redate():
                    archive.redate(command)
                case AttachNote():
                    archive.note(command)
        except NotFoundError:
            continue


def boundaries(state: StoryState) -> list[int]:
    """The instants at which anything may change in a story, and those just beside them."""
    found = set(MOMENTS)
    for dating in state.datings:
        found |= {dating.published.at, dating.published.latest, dating.published.earliest or 0}
    found |= {sighting.at for sighting in state.sightings}
    for mark in state.implied:
        found |= {mark.earliest or 0, mark.latest}
    for revision in state.revisions:
        found.add(revision.event.captured or 0)
    return sorted({instant + nudge for instant in found for nudge in (-1, 0, 1)})


def salts(connection: Connection, story: str, state: StoryState) -> dict[int, bytes]:
    """The salts of a story's articles, by revision."""
    found: dict[int, bytes] = {}
    for revision in state.revisions:
        ordinal = revision.event.article.ordinal
        salt = connection.archive.contents.salt(story_stream(story), ContentKind.ARTICLE, ordinal)
        assert salt is not None
        found[revision.number] = salt
    return found


def assert_agreed(
    connection: Connection, story: str, asked: Sequence[tuple[int, int]], *, known: int
) -> None:
    """The catalogue's marks, answers and situations are those of replay."""
    catalogue = connection.archive.catalogue
    entry = catalogue.story(story)
    if entry is None:
        return
    state = connection.archive.state(story)
    positions = [
        recorded.position for recorded in connection.log.stream(story_stream(story), known)
    ]
    pairs = [(at, positions[number % len(positions)] - number % 2) for at, number in asked]
    instants = boundaries(state)
    pairs += [(at, LAST_POSITION) for at in instants]
    pairs += [(at, positions[at % len(positions)]) for at in instants]
    for at, position in pairs:
        found = catalogue.marks(entry, at, position)
        assert found == state.marks(at, position), (at, position)
        assert connection.archive.as_of(entry, at, position) == state.as_of(at, position)
        assert_what_stood_before_is_possible(state, at, position)
        standing = catalogue.standing(story, at, position, text=True)
        together = catalogue.standings([story, "nowhere"], at, position, text=True)
        assert together.get(story) == standing
        if standing is not None:
            answer = connection.archive.as_of(entry, at, position, standing)
            assert answer == state.as_of(at, position)
    for at, position in pairs[::5]:
        assert_shown_at_once(connection.archive, entry, at, position)
    kept = salts(connection, story, state)
    for at in instants[::2]:
        assert catalogue.situation(entry, at) == state.situation(at, kept)


def assert_what_stood_before_is_possible(state: StoryState, at: int, known: int) -> None:
    """While a revision may not have come out yet, what stood until it counts is possible.

    Unless it was seen by then.
    """
    answer = state.as_of(at, known)
    if not isinstance(answer, InForce) or answer.returned is not None:
        return
    number, began = answer.dating.revision, answer.dating.published.at
    seen = [state.revision(number).event.captured or LAST_INSTANT] + [
        sighting.seen
        for sighting in state.sightings
        if (sighting.outcome, sighting.revision) == (Outcome.UNCHANGED, number)
        and sighting.position <= known
    ]
    if answer.dating.holds(at) and not any(began <= moment <= at for moment in seen):
        before = state.as_of(answer.dating.published.at - 1, known)
        stood = f"r{before.dating.revision}" if isinstance(before, InForce) else before.reason.value
        assert stood in {*answer.possible, f"r{answer.dating.revision}"}


def assert_shown_at_once(archive: Archive, entry: StoryEntry, at: int, position: int) -> None:
    """What is shown with one look is what is shown by asking for one thing after another."""
    known_at = None if position == LAST_POSITION else f"#{position}"
    known = archive.known(known_at)
    try:
        expected = archive.show_entry(entry, at, known)
    except (NotFoundError, NothingInForceError) as refusal:
        with pytest.raises(type(refusal), match=re.escape(str(refusal))):
            archive.show(entry.id, at, known_at)
        with pytest.raises(type(refusal), match=re.escape(str(refusal))):
            archive.stood(entry.id, at, known_at)
        return
    assert archive.show(entry.id, at, known_at) == expected
    stood = archive.stood(entry.id, at, known_at)
    assert (stood.story, stood.known, stood.answer.dating, stood.recorded_at, stood.captured) == (
        (entry, known, expected.dating, expected.recorded_at, expected.captured)
    )
    (line,) = overview(archive, [entry], at, known.position)
    assert (line.answer, line.article) == (stood.answer, expected.article)


def test_the_catalogue_is_what_replay_gives(connection: Connection, examples: int) -> None:
    """At all boundary instants and others, for any K, when recorded and after a rebuild."""
    numbers = count(1)
    told: list[tuple[str, list[tuple[int, int]]]] = []

    @settings(max_examples=examples)
    @given(commands("drawn"), ASKED)
    def draw(history: list[Command], asked: list[tuple[int, int]]) -> None:
        story = f"s{next(numbers)}"
        tell(connection, story, history)
        assert_agreed(connection, story, asked, known=LAST_POSITION)
        told.append((story, asked))

    draw()
    assert next(differences(connection.database, streams=7), None) is None
    assert rebuild(connection.database, chunk=13) == connection.log.head().position
    assert next(differences(connection.database), None) is None
    for story, asked in told[:: max(1, len(told) // 10)]:
        assert_agreed(connection, story, asked, known=LAST_POSITION)


def answered(connection: Connection, story: str, at: int, known: int) -> int | None:
    """What section 3 of the design says was in force, worked out from the lines of the log.

    Of the revisions recorded by K, not superseded by a redating recorded by K, with at ≤ T, the
    one with the greatest at; on a tie the one recorded later. A text that was seen again counts
    from when it was seen (decision 013).
    """
    lines = [json.loads(line) for line in connection.log.lines(known)]
    told = [line for line in lines if line["stream"] == f"story/{story}"]
    dated = [line for line in told if "published" in line["data"]]
    marks: list[tuple[int, int, int]] = []
    for line in dated:
        revision = line["data"]["revision"]
        those = [each["position"] for each in dated if each["data"]["revision"] == revision]
        if line["position"] == max(those):
            marks.append((line["data"]["published"]["at"], min(those), revision))
    for line in told:
        if line["data"].get("outcome") == "unchanged":
            marks.append((line["data"]["at"], line["position"], line["data"]["revision"]))
    return max((mark for mark in marks if mark[0] <= at), default=(0, 0, None))[2]


def test_the_answer_is_the_one_that_the_design_describes(
    connection: Connection, examples: int
) -> None:
    """The last to come out or be seen again by T, as dated by K; worked out by hand."""
    numbers = count(1)

    @settings(max_examples=examples)
    @given(plain_commands("drawn"), ASKED)
    def draw(history: list[Command], asked: list[tuple[int, int]]) -> None:
        story = f"s{next(numbers)}"
        first = connection.log.head().position
        tell(connection, story, history)
        entry = connection.archive.catalogue.story(story)
        if entry is None:
            return
        for at, number in asked:
            known = first + number % (connection.log.head().position - first + 1)
            expected = answered(connection, story, at, known)
            answer = connection.archive.as_of(entry, at, known)
            if expected is None:
                assert isinstance(answer, NotInForce)
                assert answer.reason is Absence.BEFORE
            else:
                assert isinstance(answer, InForce)
                assert answer.dating.revision == expected

    draw()


@pytest.mark.parametrize("exact_first", [True, False])
def test_of_two_texts_of_one_second_the_one_that_is_less_sure_stays_possible(
    connection: Connection, exact_first: bool
) -> None:
    """One is dated to a second, the other within it to the microsecond: a server's clock has it."""
    start = MOMENTS[0]
    coarse = PublishedTime(start, start, start + SECOND, Precision.SECOND, Basis.METADATA)
    exact = PublishedTime(start + 5, start + 5, start + 6, Precision.SECOND, Basis.METADATA)
    times = [exact, coarse] if exact_first else [coarse, exact]
    for number, published in enumerate(times):
        copy = RecordCopy("crane", "tester", VERSIONS[number], published)
        assert connection.archive.record(copy).verdict is Verdict.REVISION
    less_sure = f"r{times.index(coarse) + 1}"
    for after, possible in ((6, (less_sure,)), (SECOND - 1, (less_sure,)), (SECOND, ())):
        assert connection.archive.stood("crane", start + after).answer.possible == possible
        assert connection.archive.show("crane", start + after).possible == possible
    assert_agreed(connection, "crane", [], known=LAST_POSITION)


def test_an_edition_of_which_another_is_of_the_same_day_is_not_certain_and_was_seen(
    connection: Connection,
) -> None:
    """Only the later arrival is in force from the day's beginning; of the first, all is told."""
    archive, day = connection.archive, MOMENTS[0]
    printed = PublishedTime(day, day, day + DAY, Precision.DAY, Basis.STATED)
    for number in (0, 1):
        captured = hour(3 * number + 1)
        archive.record(RecordCopy("crane", "tester", VERSIONS[number], printed, captured=captured))
    archive.sight(Sight("crane", "tester", hour(2), Outcome.UNCHANGED, 1))
    first, second = (archive.show_revision("crane", number) for number in (1, 2))
    assert (first.certain, first.possible, first.last_sighted) == (False, ("r2", "before"), hour(2))
    assert (second.certain, second.possible, second.last_sighted) == (
        False,
        ("r1", "before"),
        hour(4),
    )
    earlier = archive.show_revision("crane", 1, f"#{second.dating.arrived - 1}")
    assert (earlier.possible, earlier.last_sighted) == (("before",), hour(1))


def test_on_a_day_of_several_editions_the_text_of_the_day_before_is_possible(
    connection: Connection,
) -> None:
    """Until the day is over none of them may have come out, however many there are."""
    archive, day = connection.archive, MOMENTS[0] + DAY
    whole = PublishedTime(day, day, day + DAY, Precision.DAY, Basis.STATED)
    for number, published in enumerate((stated(1), whole, whole, whole)):
        archive.record(RecordCopy("crane", "tester", Article(headline=str(number)), published))
    assert archive.stood("crane", day + HOUR).answer.possible == ("r1", "r2", "r3")
    assert archive.stood("crane", day + DAY).answer.possible == ()
    archive.sight(Sight("crane", "tester", hour(3), Outcome.GONE))
    assert archive.stood("crane", day + HOUR).answer.possible == ("r2", "r3", "gone")
    assert_agreed(connection, "crane", [], known=LAST_POSITION)


def test_what_was_seen_last_is_what_may_still_stand(connection: Connection) -> None:
    """The first text was back before the third came out, and then the story was gone."""
    archive, day = connection.archive, MOMENTS[0] + DAY
    whole = PublishedTime(day, day, day + DAY, Precision.DAY, Basis.STATED)
    for number, published in ((1, stated(1)), (3, whole)):
        archive.record(RecordCopy("crane", "tester", Article(headline=str(number)), published))
    archive.sight(Sight("crane", "tester", hour(3), Outcome.UNCHANGED, 1))
    archive.record(RecordCopy("crane", "tester", Article(headline="late"), stated(2)))
    assert archive.stood("crane", day + HOUR).answer.possible == ("r1",)
    assert archive.before(archive.show("crane", day + DAY)) == archive.show("crane", hour(1)).dating
    archive.sight(Sight("crane", "tester", hour(5), Outcome.GONE))
    assert archive.stood("crane", day + HOUR).answer.possible == ("gone",)
    assert_agreed(connection, "crane", [], known=LAST_POSITION)


def test_a_text_that_was_seen_by_then_was_out(connection: Connection) -> None:
    """Whatever its printed time leaves open; and one that a capture dates was not out before."""
    archive, day = connection.archive, MOMENTS[0]
    whole = PublishedTime(day, day, day + DAY, Precision.DAY, Basis.STATED)
    for story, captured in (("crane", hour(2)), ("ferry", None)):
        text = Article(headline=story)
        archive.record(RecordCopy(story, "tester", text, whole, captured=captured))
        archive.sight(Sight(story, "tester", hour(4), Outcome.UNCHANGED))
    for story, since in (("crane", 2), ("ferry", 4)):
        assert archive.stood(story, hour(since) - 1).answer.possible == ("before",)
        assert archive.stood(story, hour(since)).answer.certain
        assert_agreed(connection, story, [], known=LAST_POSITION)
    archive.record(RecordCopy("quay", "tester", Article(headline="One"), captured=hour(1)))
    archive.record(RecordCopy("quay", "tester", Article(headline="Two"), captured=hour(3)))
    assert archive.show_revision("quay", 1).certain
    assert archive.stood("quay", hour(1) + 1).answer.possible == ("r2",)
    assert_agreed(connection, "quay", [], known=LAST_POSITION)


def stated(number: int) -> PublishedTime:
    at = hour(number)
    return PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.STATED)


def hour(number: int) -> int:
    return MOMENTS[0] + number * HOUR


def copied(number: int, at: int) -> RecordCopy:
    """A copy of one of the versions that counts from an hour."""
    published = PublishedTime(hour(at), hour(at), hour(at) + 1, Precision.SECOND, Basis.STATED)
    return RecordCopy("crane", "tester", VERSIONS[number], published)


BETWEEN: dict[str, list[Command]] = {
    "a text": [copied(2, 5)],
    "a text that is not held": [replace(copied(2, 9), implied=(Implied(hour(5), hour(6)),))],
    "another was seen": [Sight("crane", "tester", hour(5), Outcome.UNCHANGED, 2)],
    "it was gone": [Sight("crane", "tester", hour(5), Outcome.GONE)],
    "it was missing": [Sight("crane", "tester", hour(5), Outcome.MISSING)],
}


@pytest.mark.parametrize("what", ["nothing", *BETWEEN])
def test_a_text_is_back_since_it_was_first_seen_after_what_came_between(
    connection: Connection, what: str
) -> None:
    """A at 2, seen at 4, 6 and 7; late, it turns out that B came at 3, and something else at 5."""
    seen = [copied(0, at) for at in (2, 4, 6, 7)]
    tell(connection, "crane", [*seen, copied(1, 3), *BETWEEN.get(what, [])])
    entry = connection.archive.story("crane")
    found: dict[int, int] = {}
    for number in range(9):
        answer = connection.archive.as_of(entry, hour(number), LAST_POSITION)
        if isinstance(answer, InForce) and answer.returned is not None:
            assert answer.dating.revision == 1
            found[number] = (answer.returned - hour(0)) // HOUR
    if what in ("nothing", "it was missing"):
        assert found == {4: 4, 5: 4, 6: 4, 7: 4, 8: 4}
    else:
        assert found == {4: 4, 6: 6, 7: 6, 8: 6}


def test_threads_may_record_through_one_connection(connection: Connection) -> None:
    """Each of them is done, and what they recorded is one history without gaps."""

    def record(thread: int) -> list[Verdict]:
        told: list[Verdict] = []
        for number in range(20):
            article = Article(headline=f"No. {number}", paragraphs=(f"By {thread}.",))
            copy = RecordCopy(f"s{thread}", "tester", article, captured=(number + 1) * SECOND)
            told.append(connection.archive.record(copy).verdict)
        return told

    with ThreadPoolExecutor(8) as threads:
        assert all(told == [Verdict.REVISION] * 20 for told in threads.map(record, range(8)))
    assert next(differences(connection.database), None) is None
    # A story's first record opens it: 21 events each, and one that opened the collection.
    assert connection.log.head().position == 8 * 21 + 1
