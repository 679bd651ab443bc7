"""The log: every position once, in order, at a time that never goes back; all or nothing.

One contract, held by both databases.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar

import pytest
from eventsourcing.persistence import IntegrityError, Notification
from hypothesis import given, settings
from hypothesis import strategies as st

from processes import PATIENCE, append, at_once, create, empty_collection, event
from variorum.adapters.catalogue.rebuild import rebuild
from variorum.adapters.collection.log import CollectionLog
from variorum.adapters.connect import Connection, connect, system_clock
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.eventlog import codec
from variorum.adapters.eventlog.mapper import PydanticMapper
from variorum.adapters.eventlog.reader import LogReader, Placed
from variorum.adapters.eventlog.recorder import CLOCK_TOLERANCE, LogRecorder
from variorum.domain.asof import LAST_POSITION, Outcome
from variorum.domain.commands import Opening, RecordCopy, Sight
from variorum.domain.content import Article, ContentKind, NewContent
from variorum.domain.errors import (
    ClockError,
    ConflictError,
    DamagedError,
    NotFoundError,
    StorageError,
)
from variorum.domain.events import Event, StorySighted
from variorum.domain.times import MINUTE, SECOND

START = 1_729_775_460_000_000  # 2024-10-24T13:11:00Z


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    opened = database_at(address, create=True)
    yield opened
    opened.close()


@pytest.fixture
def collection(database: Database) -> int:
    return empty_collection(database)


class SetClock:
    """A clock that says what it was set to."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def entries(database: Database, collection: int) -> list[Placed]:
    return LogReader(database, collection).after(0, 1_000_000)


def counted(database: Database) -> dict[str, list[Any]]:
    """Everything that an append may touch."""
    tables = ("collection", "stream", "topic", "event", "content", "story", "dating")
    with database.read() as cursor:
        return {table: sorted(cursor.rows(f"select * from {table}"), key=repr) for table in tables}


def test_processes_that_append_at_once_leave_no_gap(
    address: str, database: Database, collection: int
) -> None:
    """Each position is given once, each stream has each version once, times never go back.

    Whoever reads along sees every event when its position comes, and none later.
    """
    writers, rounds = (8, 30) if database.dialect == "postgres" else (2, 60)
    followed: list[Placed] = []
    done = threading.Event()

    def read_along() -> None:
        reader = LogReader(database, collection)
        while not done.is_set():
            followed.extend(reader.after(followed[-1].position if followed else 0, 50))

    reading = threading.Thread(target=read_along)
    reading.start()
    try:
        at_once(append, [(address, collection, f"own-{n}", rounds) for n in range(writers)])
    finally:
        done.set()
        reading.join(PATIENCE)
    found = entries(database, collection)
    assert len(found) == writers * rounds * 3
    assert [each.position for each in found] == list(range(1, len(found) + 1))
    assert followed == found[: len(followed)]
    times = [each.recorded_at for each in found]
    assert times == sorted(times)
    for stream in {each.stream for each in found}:
        versions = [each.version for each in found if each.stream == stream]
        assert versions == list(range(len(versions)))
    assert LogReader(database, collection).head() == (len(found), times[-1])


def test_processes_that_make_an_archive_at_once_make_one(address: str) -> None:
    at_once(create, [(address,)] * 4)
    with connect(address) as made:
        assert made.log.head().position == 1


def test_a_conflict_changes_nothing(database: Database, collection: int) -> None:
    """Not the counter, not the streams that the append would have begun."""
    recorder = LogRecorder(database, collection, SetClock())
    recorder.insert_events([event("one", 0), event("one", 1)])
    before = counted(database)
    for events in (
        [event("one", 1)],
        [event("new", 0, topic="new.1"), event("one", 0)],
        [event("new", 0), event("new", 0)],
    ):
        with pytest.raises(IntegrityError):
            recorder.insert_events(events)
        assert counted(database) == before
    assert recorder.insert_events([event("new", 0), event("one", 2)]) == [3, 4]


class Failing:
    """A companion that fails when it has written its rows, as often as it is told to."""

    def __init__(self) -> None:
        self.fails = True

    def add(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        rows = [(collection, each.stream_key, "x", each.position, 0) for each in events]
        cursor.insert("story", ("collection", "stream", "id", "position", "recorded_at"), rows)
        if self.fails:
            raise RuntimeError("no")

    def rows(self, collection: int, events: Sequence[Placed]) -> None:
        """They do not follow from the events alone."""


def test_an_append_is_whole_or_nothing(database: Database, collection: int) -> None:
    """Events, contents and the rows of companions are stored together."""
    companion = Failing()
    recorder = LogRecorder(database, collection, SetClock(), (companion,))
    content = NewContent("one", ContentKind.ARTICLE, 0, bytes(32), b"The text. " * 20)
    prepared = ChainedContent(database, collection).prepare([content])
    before = counted(database)
    with pytest.raises(RuntimeError):
        recorder.insert_events([event("one", 0)], contents=prepared)
    assert counted(database) == before
    companion.fails = False
    assert recorder.insert_events([event("one", 0)], contents=prepared) == [1]
    held = ChainedContent(database, collection).held("one", content.kind, content.ref)
    assert held is not None
    assert held.data == content.data


def test_a_content_that_is_there_is_not_replaced(connection: Connection) -> None:
    """Two that take the same place in a chain conflict, as events of the same version do."""
    archive = connection.archive
    archive.record(RecordCopy("crane", "t", Article(headline="One"), captured=START))
    taken = NewContent("story/crane", ContentKind.ARTICLE, 0, bytes(32), b"Another")
    sighted = StorySighted(
        originator_id="story/crane",
        originator_version=2,
        actor="t",
        at=START,
        outcome=Outcome.MISSING,
    )
    before = counted(connection.database)
    with pytest.raises(ConflictError):
        connection.log.append([sighted], [taken])
    assert counted(connection.database) == before


def test_recorded_time_stands_still_while_the_clock_is_behind(
    database: Database, collection: int
) -> None:
    """A clock that jumps ahead is believed; one that jumps back is not, up to five minutes."""
    clock = SetClock()
    recorder = LogRecorder(database, collection, clock)
    for version, now in enumerate((START, START + SECOND, START, START + SECOND + 1)):
        clock.now = now
        recorder.insert_events([event("one", version)])
    times = [each.recorded_at for each in entries(database, collection)]
    assert times == [START, START + SECOND, START + SECOND, START + SECOND + 1]


def test_a_log_well_ahead_of_the_clock_takes_nothing_until_told_to(
    database: Database, collection: int
) -> None:
    """A clock that once said 2099 would freeze all later times: someone has to accept that."""
    clock = SetClock()
    recorder = LogRecorder(database, collection, clock)
    recorder.insert_events([event("one", 0)])
    clock.now = START - CLOCK_TOLERANCE
    recorder.insert_events([event("one", 1)])
    clock.now = START - CLOCK_TOLERANCE - 1
    before = counted(database)
    with pytest.raises(ClockError, match="--accept-clock"):
        recorder.insert_events([event("one", 2)])
    assert counted(database) == before
    accepting = LogRecorder(database, collection, clock, accept_clock=True)
    accepting.insert_events([event("one", 2)])
    clock.now = START + MINUTE
    recorder.insert_events([event("one", 3)])
    times = [each.recorded_at for each in entries(database, collection)]
    assert times == [START, START, START, START + MINUTE]


def test_a_subscription_sees_everything_once_and_in_order(
    database: Database, collection: int
) -> None:
    """What was there, and what comes while it looks."""
    recorder = LogRecorder(database, collection, system_clock)
    recorder.insert_events([event("before", version) for version in range(600)])

    def write(name: str) -> None:
        for version in range(25):
            recorder.insert_events([event(name, version)])

    writers = [threading.Thread(target=write, args=(f"own-{n}",)) for n in range(4)]
    seen: list[Notification] = []
    with recorder.subscribe(gt=10) as subscription:
        for writer in writers:
            writer.start()
        for notification in subscription:
            seen.append(notification)
            if len(seen) == 690:
                break
    for writer in writers:
        writer.join(PATIENCE)
    assert [notification.id for notification in seen] == list(range(11, 701))
    assert recorder.select_notifications(11, 1000) == seen


def test_a_line_is_spliced_from_what_is_stored(database: Database, collection: int) -> None:
    """A fixed vector: the bytes that are hashed and exported may never change."""
    recorder = LogRecorder(database, collection, SetClock())
    stream = 'story/K\u00fc"r\\s/k\u2028\t\x01\x7f \U0001f600'
    state = b'{"actor":"local","at":-1,"outcome":"missing"}'
    recorder.insert_events([event("collection", 0, topic="collection.opened.1")])
    recorder.insert_events([event(stream, 0, topic="story.sighted.1", state=state)])
    log = CollectionLog(database, collection, ChainedContent(database, collection), SetClock())
    assert list(log.lines(LAST_POSITION)) == [
        b'{"position":1,"recorded_at":1729775460000000,"stream":"collection","version":0,'
        b'"topic":"collection.opened.1","data":{}}',
        b'{"position":2,"recorded_at":1729775460000000,"stream":"story/K\xc3\xbc\\"r\\\\s/k'
        b'\xe2\x80\xa8\\t\\u0001\x7f \xf0\x9f\x98\x80","version":0,"topic":"story.sighted.1",'
        b'"data":{"actor":"local","at":-1,"outcome":"missing"}}',
    ]
    assert list(log.lines(1)) == list(log.lines(2))[:1]
    assert log.at(2).event == StorySighted(
        originator_id=stream, originator_version=0, actor="local", at=-1, outcome=Outcome.MISSING
    )


class SightedInSeconds(Event):
    """A schema before the first: seconds, and only that it was there or was not."""

    TOPIC: ClassVar[str] = "story.sighted.0"

    seconds: int
    found: bool
    revision: int | None = None

    def upgrade(self) -> Event:
        return StorySighted(
            originator_id=self.originator_id,
            originator_version=self.originator_version,
            actor=self.actor,
            at=self.seconds * SECOND,
            outcome=Outcome.UNCHANGED if self.found else Outcome.MISSING,
            revision=self.revision,
        )


def test_an_old_topic_is_upgraded_wherever_it_is_read(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the mapper, from the log, in the catalogue, and in a rebuild; its bytes stay."""
    monkeypatch.setitem(codec.CLASSES, SightedInSeconds.TOPIC, SightedInSeconds)
    archive = connection.archive
    archive.record(
        RecordCopy("crane", "t", Article(headline="One"), captured=START, opening=Opening())
    )
    old = SightedInSeconds(
        originator_id="story/crane",
        originator_version=2,
        actor="t",
        seconds=START // SECOND + 60,
        found=True,
        revision=1,
    )
    stored = PydanticMapper().to_stored_event(old)
    assert (stored.topic, stored.state) == (
        "story.sighted.0",
        b'{"actor":"t","seconds":1729775520,"found":true,"revision":1}',
    )
    assert PydanticMapper().to_domain_event(stored) == old.upgrade()
    (position,) = connection.log.append([old])
    assert connection.log.at(position).event == old.upgrade()
    assert stored.state in next(reversed(list(connection.log.lines(position))))
    for _ in range(2):
        assert archive.show("crane", START).last_sighted == START + MINUTE
        held = archive.sight(Sight("crane", "t", START + MINUTE, Outcome.UNCHANGED))
        assert held.position is None
        rebuild(connection.database)


def test_what_is_not_an_event_is_said_to_be_damaged(connection: Connection) -> None:
    """An unknown topic, or bytes that are not the topic's."""
    recorder = LogRecorder(connection.database, connection.collection, system_clock)
    for version, (topic, state) in enumerate(
        (("story.vanished.1", b"{}"), ("story.sighted.1", b"{}"), ("story.sighted.1", b"[]"))
    ):
        (position,) = recorder.insert_events([event("story/x", version, topic=topic, state=state)])
        with pytest.raises(DamagedError):
            connection.log.at(position)


def test_a_time_is_the_last_position_recorded_by_then(database: Database) -> None:
    """Found by bisection, the same as by looking at every event."""
    numbers = count(1)

    @settings(max_examples=30)
    @given(st.lists(st.tuples(st.integers(-1, 2), st.integers(1, 3)), max_size=9))
    def draw(appends: list[tuple[int, int]]) -> None:
        number = next(numbers)
        collection = empty_collection(database, f"collection-{number}")
        clock = SetClock()
        recorder = LogRecorder(database, collection, clock)
        for place, (passed, size) in enumerate(appends):
            clock.now += passed
            recorder.insert_events([event(f"s{place}", version) for version in range(size)])
        found = entries(database, collection)
        assert [each.position for each in found] == list(range(1, len(found) + 1))
        for at in range(START - 3, clock.now + 3):
            expected = max((e.position for e in found if e.recorded_at <= at), default=0)
            assert LogReader(database, collection).position_at(at) == expected

    draw()


def test_what_is_not_there_is_not_found(connection: Connection) -> None:
    with pytest.raises(NotFoundError):
        connection.log.at(connection.log.head().position + 1)
    assert connection.log.stream("story/none", LAST_POSITION) == []


def test_one_record_on_postgres_is_one_statement(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the first of a process; and one that conflicts leaves no trace."""
    if connection.database.dialect != "postgres":
        pytest.skip("SQLite has no journeys to save")
    connection.archive.record(RecordCopy("crane", "t", Article(headline="One"), captured=START))
    connection.archive.sight(Sight("crane", "t", START + 5, Outcome.UNCHANGED))
    with connect(connection.address) as other:
        monkeypatch.setattr(other.database, "write", None)
        two = RecordCopy("crane", "t", Article(headline="Two"), captured=START + 10)
        assert other.archive.record(two).revision == 2
        assert other.archive.sight(Sight("crane", "t", START + 20, Outcome.UNCHANGED)).revision == 2
        before = counted(connection.database)
        monkeypatch.undo()
        with pytest.raises(IntegrityError):
            other.log.application.recorder.insert_events([event("story/crane", 2)])
        assert counted(connection.database) == before
    assert [each.position for each in connection.log.after(0, 9, 9)] == [1, 2, 3, 4, 5, 6]
    rebuild(connection.database)
    assert counted(connection.database) == before


def test_a_transaction_that_is_interrupted_as_it_begins_is_undone(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a writer waited for its turn: the next one can begin."""
    with connect(address, create=True) as connection:
        database = connection.database
        begin = database.begin  # type: ignore[attr-defined]

        def interrupted(cursor: Any, how: str) -> None:
            begin(cursor, how)
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(database, "begin", interrupted)
            with pytest.raises(KeyboardInterrupt), database.write():
                pass
        with database.write() as cursor:
            assert cursor.row("select 1") == (1,)


def test_an_archive_that_is_open_goes_on_in_a_process_that_is_forked(address: str) -> None:
    """What either records is kept, whichever closes it first, and each gets its own answers."""
    with connect(address, create=True) as connection:
        connection.archive.record(copy_of("before"))
        forked = get_context("fork").Process(target=recorded_and_read, args=(connection, "child"))
        forked.start()
        recorded_and_read(connection, "parent")
    forked.join(PATIENCE)
    assert forked.exitcode == 0
    with connect(address) as connection:
        stories = {entry.id for entry in connection.archive.listed_at(LAST_POSITION)}
        assert len(stories) == 1 + 2 * MANY


def test_an_archive_in_use_by_a_thread_is_refused_in_a_process_that_is_forked(
    tmp_path: Path,
) -> None:
    """SQLite would take its locks for held there; a commit could be lost."""
    with connect(str(tmp_path / "archive.db"), create=True) as connection:
        with connection.database.read():
            forked = get_context("fork").Process(target=is_refused, args=(connection,))
            forked.start()
        forked.join(PATIENCE)
        assert forked.exitcode == 0
        connection.archive.record(copy_of("after"))


def test_an_error_that_was_kept_does_not_keep_an_archive_in_use(tmp_path: Path) -> None:
    """Notebooks keep the last one, with all that the code had in hand."""
    with connect(str(tmp_path / "archive.db"), create=True) as connection:
        with pytest.raises(StorageError) as kept, connection.database.read() as cursor:
            cursor.row("select nothing")
        forked = get_context("fork").Process(target=recorded_and_read, args=(connection, "child"))
        forked.start()
        forked.join(PATIENCE)
        assert forked.exitcode == 0, kept


def test_an_archive_is_the_file_that_was_opened_whatever_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with connect("archive.db", create=True) as connection:
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir("elsewhere")
        with connection.database.read():  # so that it takes another connection
            connection.archive.record(copy_of("ferry"))
        assert rebuild(connection.database) == connection.log.head().position
        assert not list(Path().iterdir())


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_recorded_in_a_file_that_is_no_longer_there(
    tmp_path: Path, replaced: bool
) -> None:
    """It would be acknowledged, and lost with the file."""
    file = tmp_path / "archive.db"
    with connect(str(file), create=True) as connection:
        connection.archive.record(copy_of("before"))
        file.rename(tmp_path / "away.db")
        if replaced:
            file.write_bytes(b"")
        with pytest.raises(StorageError, match="moved or replaced"):
            connection.archive.record(copy_of("after"))
        (tmp_path / "away.db").replace(file)
        connection.archive.record(copy_of("after"))


MANY = 40


def copy_of(story: str) -> RecordCopy:
    return RecordCopy(story, "t", Article(headline=story), captured=START)


def recorded_and_read(connection: Connection, who: str) -> None:
    for number in range(MANY):
        story = f"{who}-{number}"
        connection.archive.record(copy_of(story))
        assert connection.archive.show(story, None, None).story.id == story


def is_refused(connection: Connection) -> None:
    with pytest.raises(StorageError, match="in use when this process was forked"):
        connection.archive.record(copy_of("child"))
