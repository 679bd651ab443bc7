"""Times that pages claim: a text is in force when a copy of it was made, whatever the page says."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from strategies import VERSIONS
from variorum.adapters.connect import Connection
from variorum.domain.asof import InForce
from variorum.domain.bulk import Bulk
from variorum.domain.commands import RecordCopy, Redate
from variorum.domain.content import Article, Note
from variorum.domain.decisions import Verdict
from variorum.domain.takedown import Erase
from variorum.domain.times import HOUR, SECOND, Basis, Precision, PublishedTime

A, B, C = VERSIONS
START = 1_729_756_800 * SECOND
CLAIMED = (Basis.METADATA, Basis.HTTP, Basis.FEED)
Looks = list[tuple[Article, bool, Basis]]


def looks() -> st.SearchStrategy[Looks]:
    """Texts that were seen from hour to hour, and whether they claim to be new, or of the first."""
    look = st.tuples(st.sampled_from(VERSIONS), st.booleans(), st.sampled_from(CLAIMED))
    return st.lists(look, min_size=1, max_size=8)


def claimed(at: int, basis: Basis = Basis.METADATA) -> PublishedTime:
    return PublishedTime(at, at, at + SECOND, Precision.SECOND, basis)


def copies(story: str, told: Looks) -> list[RecordCopy]:
    return [
        RecordCopy(
            story,
            "tester",
            article,
            claimed((captured if is_new else START) - 60 * SECOND, basis),
            captured,
        )
        for captured, (article, is_new, basis) in hourly(told)
    ]


def hourly(told: Looks) -> list[tuple[int, tuple[Article, bool, Basis]]]:
    return [(START + number * HOUR, look) for number, look in enumerate(told)]


def texts_at(connection: Connection, story: str, told: Looks) -> list[Article | None]:
    """What the archive says was in force when each copy was made."""
    entry = connection.archive.story(story)
    found: list[Article | None] = []
    for captured, _ in hourly(told):
        answer = connection.archive.as_of(entry, captured, connection.log.head().position)
        if not isinstance(answer, InForce):
            found.append(None)
            continue
        (revision,) = [
            each
            for each in connection.archive.state(story).revisions
            if each.number == answer.dating.revision
        ]
        found.append(connection.archive.article(entry, revision.number, revision.event.article))
    return found


def test_what_was_seen_is_in_force_when_it_was_seen(connection: Connection) -> None:
    numbers = count(1)

    @settings(max_examples=60 if connection.database.dialect == "sqlite" else 15)
    @given(looks(), st.integers(1, 5))
    def draw(told: Looks, batch: int) -> None:
        one, many = f"one-{next(numbers)}", f"many-{next(numbers)}"
        archive = connection.archive
        for copy in copies(one, told):
            archive.record(copy)
        with Bulk(archive.log, archive.contents, archive.salts, batch=batch) as bulk:
            for copy in copies(many, told):
                bulk.take(copy)
        expected = [article for article, _, _ in told]
        assert texts_at(connection, one, told) == expected
        assert texts_at(connection, many, told) == expected
        head = archive.log.head()
        assert {archive.record(copy).verdict for copy in copies(one, told)} == {Verdict.HELD}
        assert archive.log.head() == head

    draw()


def test_what_a_page_claims_is_kept_beside_what_counts(connection: Connection) -> None:
    """A at nine and B at ten, both of which say eight: B came out between nine and ten."""
    eight, nine, ten = START, START + HOUR, START + 2 * HOUR
    archive = connection.archive
    for article, captured in ((A, nine), (B, ten), (B, ten + HOUR)):
        archive.record(RecordCopy("ferry", "tester", article, claimed(eight), captured))
    state = archive.state("ferry")
    first, second = state.revisions
    assert (first.event.published.at, first.event.published.basis) == (eight, Basis.METADATA)
    published = second.event.published
    assert (published.earliest, published.at, published.basis) == (nine, ten, Basis.CAPTURE)
    assert second.event.others == (claimed(eight),)
    assert [(each.revision, each.at) for each in state.sightings] == [(2, ten + HOUR)]


def test_what_others_state_counts(connection: Connection) -> None:
    """The story's own notices, and whoever records it: they may say that a text stood before."""
    archive = connection.archive
    for basis in (Basis.NOTICE, Basis.STATED):
        story = basis.value
        archive.record(RecordCopy(story, "tester", A, claimed(START), START + HOUR))
        copy = RecordCopy(story, "tester", B, claimed(START, basis), START + 2 * HOUR)
        archive.record(copy)
        assert archive.state(story).revisions[-1].event.published.at == START


def test_nothing_is_told_from_a_text_that_was_erased(connection: Connection) -> None:
    archive = connection.archive
    archive.record(RecordCopy("ferry", "tester", A, claimed(START), START + HOUR))
    archive.record(RecordCopy("ferry", "tester", B, claimed(START + 2), START + 3 * HOUR))
    archive.erase(Erase("ferry", "tester", Note("erased", "w", "a"), None))
    archive.record(RecordCopy("ferry", "tester", C, claimed(START + 3), START + 4 * HOUR))
    assert archive.state("ferry").revisions[-1].event.published.at == START + 3


def test_what_was_redated_and_seen_before_its_time_is_no_endless_question(
    connection: Connection,
) -> None:
    """The text of r1 stood at ten, and is said to be of noon: a copy of eleven claims nine."""
    archive, ten = connection.archive, START + 2 * HOUR
    archive.record(RecordCopy("ferry", "tester", A, claimed(START), START + SECOND))
    archive.record(RecordCopy("ferry", "tester", A, claimed(START), ten))
    noon = PublishedTime(ten + 2 * HOUR, None, ten + 2 * HOUR, Precision.SECOND, Basis.STATED)
    archive.redate(Redate("ferry", "tester", 1, noon))
    archive.record(RecordCopy("ferry", "tester", A, claimed(START + HOUR), ten + HOUR))
    assert archive.log.head().position > 0


def test_a_time_that_is_found_later_is_kept(connection: Connection) -> None:
    """Of a copy that was recorded without one: nothing that was seen refutes it."""
    archive, seen = connection.archive, START + HOUR
    archive.record(RecordCopy("ferry", "tester", A, None, seen))
    archive.record(RecordCopy("ferry", "tester", A, claimed(START), seen))
    published = [each.event.published.at for each in archive.state("ferry").revisions]
    assert published == [seen, START]


def test_what_was_seen_refutes_also_where_another_text_is_said_to_have_come_since(
    connection: Connection,
) -> None:
    """A was seen at nine, and B at eleven, which claims eight; C, which nobody saw, is of ten."""
    archive = connection.archive
    unseen = RecordCopy("ferry", "tester", C, claimed(START + 2 * HOUR, Basis.STATED))
    seen = RecordCopy("ferry", "tester", B, claimed(START), START + 3 * HOUR)
    for copy in (RecordCopy("ferry", "tester", A, claimed(START), START + HOUR), seen, unseen):
        archive.record(copy)
    assert archive.record(seen).verdict is Verdict.HELD
    archive.record(replace(seen, article=A, captured=START + 4 * HOUR))
    again = [each.event.published for each in archive.state("ferry").revisions]
    assert [each.at for each in again] == [
        START,
        START + 3 * HOUR,
        START + 2 * HOUR,
        START + 4 * HOUR,
    ]


def test_a_copy_is_held_whoever_says_since_that_another_text_came_before_it(
    connection: Connection,
) -> None:
    """A was seen at nine, so B is not of eight; nobody saw C, which is said to be of 07:59."""
    archive, eight = connection.archive, START + HOUR
    first = RecordCopy("quay", "tester", A, claimed(START), START + 2 * HOUR)
    again = RecordCopy("quay", "tester", B, claimed(eight), START + 3 * HOUR)
    slip = RecordCopy("quay", "tester", C, claimed(eight - 60 * SECOND, Basis.STATED))
    for copy in (first, again, slip):
        archive.record(copy)
    head = archive.log.head()
    assert archive.record(again).verdict is Verdict.HELD
    with Bulk(archive.log, archive.contents, archive.salts) as bulk:
        bulk.take(again)
    assert archive.log.head() == head


def test_each_of_the_texts_that_were_seen_at_one_moment_refutes(connection: Connection) -> None:
    """Two texts of one feed: that the second was still there later is no revision of eight."""
    archive, nine, ten = connection.archive, START + HOUR, START + 2 * HOUR
    archive.record(RecordCopy("ferry", "tester", A, None, nine))
    for captured in (nine, nine, ten, ten):
        archive.record(RecordCopy("ferry", "tester", B, claimed(START, Basis.FEED), captured))
    state = archive.state("ferry")
    assert [each.event.published.at for each in state.revisions] == [nine, nine]
    assert [(each.revision, each.at) for each in state.sightings] == [(2, ten)]


@st.composite
def told_copies(draw: st.DrawFn) -> RecordCopy:
    """A copy with a time, a capture or both.

    Captures share moments, and so do times; no capture shares one with a time. A time without a
    capture is one text's own (decision 006: what else it may be, nobody can tell).
    """
    number = draw(st.integers(0, 2))
    captured = draw(st.none() | st.integers(1, 8).map(lambda hours: START + hours * HOUR))
    bases = st.sampled_from((*CLAIMED, *CLAIMED, Basis.STATED, Basis.NOTICE))
    basis = draw(bases if captured is None else st.none() | bases)
    if basis is None:
        return RecordCopy("told", "tester", VERSIONS[number], None, captured)
    until = 8 if captured is None else (captured - START) // HOUR - 1
    at = START + draw(st.integers(-1, until)) * HOUR + HOUR // 2
    at += (number + 1) * SECOND if captured is None else draw(st.sampled_from((0, -60 * SECOND)))
    latest = at + draw(st.sampled_from((SECOND, HOUR)))
    published = PublishedTime(at, at, latest, Precision.SECOND, basis)
    return RecordCopy("told", "tester", VERSIONS[number], published, captured)


Way = Callable[[Connection, list[RecordCopy]], None]


def one_by_one(connection: Connection, told: list[RecordCopy]) -> None:
    for copy in told:
        connection.archive.record(copy)


def in_bulk(connection: Connection, told: list[RecordCopy]) -> None:
    archive = connection.archive
    with Bulk(archive.log, archive.contents, archive.salts, batch=3) as bulk:
        for copy in told:
            bulk.take(copy)


def recorded_again(
    connection: Connection, first: Way, told: list[RecordCopy], second: Way, again: list[RecordCopy]
) -> list[PublishedTime]:
    """Records copies, and again: nothing more is recorded. Gives the times that count."""
    story = f"told-{next(TOLD)}"
    first(connection, [replace(copy, story=story) for copy in told])
    head = connection.archive.log.head()
    second(connection, [replace(copy, story=story) for copy in again])
    assert connection.archive.log.head() == head
    return [each.event.published for each in connection.archive.state(story).revisions]


TOLD = count(1)


def test_what_was_recorded_is_held(connection: Connection) -> None:
    """Whatever was recorded between, in whichever order it comes again, by itself or in bulk."""

    @settings(max_examples=40 if connection.database.dialect == "sqlite" else 15)
    @given(st.data(), st.lists(told_copies(), min_size=1, max_size=8))
    def draw(data: st.DataObject, told: list[RecordCopy]) -> None:
        again = data.draw(st.permutations(told))
        recorded_again(connection, one_by_one, told, one_by_one, again)
        recorded_again(connection, in_bulk, told, in_bulk, told)
        # A copy that an input has twice is a return to its text, if another text came between.
        alone = {(each.article, each.captured or (each.at,)): each for each in told}
        told = list(alone.values())
        again = data.draw(st.permutations(told))
        ways = [
            (first, second) for first in (one_by_one, in_bulk) for second in (one_by_one, in_bulk)
        ]
        found = [recorded_again(connection, first, told, second, again) for first, second in ways]
        assert all(each == found[0] for each in found)

    draw()
