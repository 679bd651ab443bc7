"""What SQLite does to answer, or to record one thing more, grows neither with story nor log."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from msgspec.structs import replace

from variorum.adapters.connect import Connection, connect
from variorum.adapters.exports import jsonl
from variorum.adapters.exports.selection import Selection
from variorum.adapters.exports.states import states
from variorum.adapters.projections.follower import follow
from variorum.adapters.projections.tally import TALLY
from variorum.domain import replay
from variorum.domain.amending import DescribeStory, Merge
from variorum.domain.asof import LAST_POSITION, Implied, Outcome
from variorum.domain.bulk import Bulk
from variorum.domain.commands import Opening, RecordCopy, Sight
from variorum.domain.content import Article, ErasedPart, Note
from variorum.domain.identity import address_of
from variorum.domain.shown import KnownBy
from variorum.domain.takedown import Erase
from variorum.domain.times import DAY, HOUR, SECOND, Basis, Precision, PublishedTime

if TYPE_CHECKING:
    from variorum.adapters.database.sqlite import SqliteCursor

FEW, MANY = 80, 800
NOTE = Note(text="n", why="w")
FIRST = 1_600_000_000 * SECOND


def sure(at: int) -> PublishedTime:
    return PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.STATED)


def plain(number: int, at: int) -> RecordCopy:
    text = Article(headline=f"Crane {number} stands")
    return RecordCopy("s", "tester", text, published=sure(at), captured=at + 5 * SECOND)


def claimed(number: int, at: int) -> RecordCopy:
    """What was seen before may refute each time."""
    copy = plain(number, at)
    return replace(copy, published=PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.FEED))


def captured(number: int, at: int) -> RecordCopy:
    """Each may have come out at any time since the copy before it."""
    return RecordCopy("s", "tester", Article(headline=f"Crane {number} stands"), captured=at)


def of_two_hours(number: int, at: int) -> RecordCopy:
    published = PublishedTime(at, at, at + 2 * HOUR, Precision.HOUR, Basis.STATED)
    return RecordCopy("s", "tester", Article(headline=f"Crane {number}"), published=published)


def first_is_told(number: int, at: int) -> RecordCopy:
    """Each says when the first was published."""
    told = (Implied(FIRST, FIRST + SECOND),)
    text = Article(headline=f"Crane {number}")
    return RecordCopy("s", "tester", text, sure(at), at + SECOND, implied=told)


def the_one_before_is_told(number: int, at: int) -> RecordCopy:
    told = (Implied(at - HOUR, at - HOUR + SECOND),) if number else ()
    text = Article(headline=f"Crane {number}")
    return RecordCopy("s", "tester", text, sure(at), at + SECOND, implied=told)


Story = Callable[[int, int], RecordCopy]
STORIES: tuple[Story, ...] = (
    plain,
    claimed,
    captured,
    of_two_hours,
    first_is_told,
    the_one_before_is_told,
)


def made(path: Path, story: Story, revisions: int) -> Connection:
    connection = connect(str(path), create=True)
    held = connection.archive
    with Bulk(held.log, held.contents, held.salts) as work:
        for number in range(revisions):
            work.take(story(number, FIRST + number * HOUR))
    return connection


def steps(connection: Connection, work: Callable[..., object], *given: object) -> int:
    """How many instructions of its machine SQLite carries out for some work."""
    with connection.database.read() as cursor:
        lent = cast("SqliteCursor", cursor).connection
    count = 0

    def counted() -> int:
        nonlocal count
        count += 1
        return 0

    lent.set_progress_handler(counted, 10)
    work(*given)
    lent.set_progress_handler(None, 0)
    return count * 10


def taken(connection: Connection, story: Story, revisions: int) -> list[int]:
    """The steps of answers at three moments, without the text and with it, and of one record."""
    archive = connection.archive
    last = FIRST + revisions * HOUR
    moments = (FIRST + HOUR + 9 * SECOND, FIRST + revisions // 2 * HOUR + 9 * SECOND, last)
    archive.show("s", last)  # what is looked up once
    answers = [steps(connection, archive.stood, "s", at) for at in moments]
    texts = [steps(connection, archive.show, "s", at) for at in moments]
    return [*answers, *texts, steps(connection, archive.record, story(revisions, last))]


def test_nor_with_a_story_that_is_one_with_another(tmp_path: Path) -> None:
    found: list[list[int]] = []
    for revisions in (FEW, MANY):
        with made(tmp_path / f"{revisions}.db", plain, revisions) as connection:
            held = connection.archive
            with Bulk(held.log, held.contents, held.salts) as work:
                for number in range(revisions):
                    at = FIRST + number * HOUR + HOUR // 2
                    work.take(replace(plain(revisions + number, at), story="t"))
            held.merge(Merge("s", "t", "tester", NOTE))
            found.append(taken(connection, plain, revisions))
    assert all(more < less * 1.5 for less, more in zip(*found, strict=True)), found


@pytest.mark.parametrize("story", STORIES)
def test_the_work_does_not_grow_with_the_story(tmp_path: Path, story: Story) -> None:
    with made(tmp_path / "few.db", story, FEW) as connection:
        few = taken(connection, story, FEW)
    with made(tmp_path / "many.db", story, MANY) as connection:
        many = taken(connection, story, MANY)
    assert all(more < less * 1.5 for less, more in zip(few, many, strict=True)), (few, many)


def edition(number: int) -> RecordCopy:
    printed = PublishedTime(FIRST, FIRST, FIRST + DAY, Precision.DAY, Basis.STATED)
    return RecordCopy("s", "tester", Article(headline=f"Crane {number}"), published=printed)


def seen(path: Path, times: int, *, in_turns: bool) -> Connection:
    """Two editions of a day, and how often they were seen since, the first of them last."""
    connection = connect(str(path), create=True)
    held = connection.archive
    with Bulk(held.log, held.contents, held.salts) as work:
        for number in range(2):
            work.take(edition(number))
        for number in range(1, times + 1):
            edition_seen = number % 2 + 1 if in_turns else 1
            at = FIRST + number * HOUR
            work.take(Sight("s", "tester", at, Outcome.UNCHANGED, edition_seen))
    return connection


def named(number: int, at: int) -> RecordCopy:
    """Each has a paragraph of its own, and one that all have."""
    text = Article(headline="A crane", paragraphs=(f"It is {number}.", "Its owner is named."))
    return RecordCopy("s", "tester", text, published=sure(at))


def erased(path: Path, revisions: int) -> Connection:
    """A story of which a passage was erased in every revision."""
    connection = made(path, named, revisions)
    why = Note(text="erased", why="a private person")
    connection.archive.erase(Erase("s", "tester", why, ErasedPart.PARAGRAPH, 1, 2, True))
    return connection


def exported(connection: Connection) -> None:
    wanted = Selection(("s",), None, connection.archive.known(None))
    assert b"owner" not in b"".join(jsonl.lines(connection.archive, wanted))


def replayed(connection: Connection) -> None:
    for step in replay.steps(connection.archive, "s", known=LAST_POSITION):
        assert step.article is None or "owner" not in str(step.article)


@pytest.mark.parametrize("work", [exported, replayed])
def test_what_was_erased_is_read_once_for_all_revisions(
    tmp_path: Path, work: Callable[[Connection], None]
) -> None:
    """By whoever goes through them; the steps for each do not grow with how many they are."""
    found: list[float] = []
    for revisions in (FEW, FEW * 5):
        with erased(tmp_path / f"{revisions}.db", revisions) as connection:
            connection.archive.show("s", FIRST)  # what is looked up once
            said: list[str] = []
            with connection.database.read() as cursor:
                cast("SqliteCursor", cursor).connection.set_trace_callback(said.append)
            found.append(steps(connection, work, connection) / revisions)
            assert sum("from erasure" in each for each in said) <= 1
    assert found[1] < found[0] * 1.5, found


def test_the_states_of_a_story_are_of_two_looks_at_its_events(tmp_path: Path) -> None:
    """One for its state, one for its marks, where they are too many to be read with others."""
    wanted = Selection(("s",), None, KnownBy(LAST_POSITION, None, False))
    with made(tmp_path / "many.db", plain, MANY) as connection:
        said: list[str] = []
        with connection.database.read() as cursor:
            cast("SqliteCursor", cursor).connection.set_trace_callback(said.append)
        assert sum(1 for _ in states(connection.archive, wanted)) == MANY
    assert sum("e.version >" in each for each in said) == 2


def test_nor_with_how_often_its_texts_were_seen(tmp_path: Path) -> None:
    found: list[list[int]] = []
    for times in (FEW, MANY):
        with seen(tmp_path / f"{times}.db", times, in_turns=True) as connection:
            archive, last = connection.archive, FIRST + times * HOUR
            assert archive.stood("s", last).answer.returned == last
            assert archive.show_revision("s", 1).last_sighted == last
            found.append(
                [
                    steps(connection, archive.stood, "s", last),
                    steps(connection, archive.show_revision, "s", 1),
                ]
            )
    assert all(more < less * 1.5 for less, more in zip(*found, strict=True)), found


def test_nor_does_the_memory_with_how_long_a_text_is_back(tmp_path: Path) -> None:
    found: list[int] = []
    for times in (FEW, MANY):
        with seen(tmp_path / f"{times}.db", times, in_turns=False) as connection:
            last = FIRST + times * HOUR
            assert connection.archive.stood("s", last).answer.returned == FIRST + HOUR
            tracemalloc.start()
            connection.archive.stood("s", last)
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert found[1] < found[0] * 1.5, found


def test_nor_does_finding_a_story_by_its_address_with_the_archive(tmp_path: Path) -> None:
    url = "https://harbour.example/{}".format
    found: list[list[int]] = []
    for stories in (FEW, MANY):
        with connect(str(tmp_path / f"{stories}.db"), create=True) as connection:
            held = connection.archive
            with Bulk(held.log, held.contents, held.salts) as work:
                for number in range(stories):
                    opening = Opening(address=address_of(url(number)))
                    work.take(replace(plain(number, FIRST), story=f"s{number}", opening=opening))
            held.describe(DescribeStory("s7", "tester", NOTE, url=url("moved")))
            asked = [address_of(url(which)) for which in (9, "moved", "nowhere")]
            told = [held.found_at(address) for address in asked]
            assert [each.id if each else None for each in told] == ["s9", "s7", None]
            found.append([steps(connection, held.found_at, address) for address in asked])
    assert all(more < less * 1.5 for less, more in zip(*found, strict=True)), found


def test_nor_does_counting_what_is_new_with_the_log(tmp_path: Path) -> None:
    found: list[int] = []
    for revisions in (FEW, MANY):
        with made(tmp_path / f"{revisions}.db", plain, revisions) as connection:
            asked = (connection.database, connection.collection, TALLY)
            follow(*asked)
            connection.archive.record(plain(revisions, FIRST + revisions * HOUR))
            found.append(steps(connection, follow, *asked))
    assert found[1] < found[0] * 1.5, found


@pytest.mark.parametrize("story", [captured, first_is_told, the_one_before_is_told])
def test_an_answer_takes_two_statements_whatever_was_recorded(tmp_path: Path, story: Story) -> None:
    with made(tmp_path / "one.db", story, 5) as connection:
        connection.archive.sight(Sight("s", "tester", FIRST + 2 * HOUR, Outcome.MISSING))
        said: list[str] = []
        with connection.database.read() as cursor:
            cast("SqliteCursor", cursor).connection.set_trace_callback(said.append)
        connection.archive.stood("s", FIRST + 3 * HOUR + 7 * SECOND)
    assert len(said) == 2
