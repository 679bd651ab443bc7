"""Projections: every event counts once, whoever dies; any of them can be made anew at any time."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from processes import (
    PATIENCE,
    SPAWN,
    Journal,
    at_once,
    empty_collection,
    event,
    keep_journal,
    make_catalogue,
    record,
    started,
)
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.catalogue.rebuild import rebuild as rebuild_catalogue
from variorum.adapters.catalogue.replay import TABLES
from variorum.adapters.connect import Connection, connect, system_clock
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import NONE, Cursor, Database, Parameters, Row
from variorum.adapters.database.sqlite import SqliteDatabase
from variorum.adapters.eventlog.reader import Placed
from variorum.adapters.eventlog.recorder import LogRecorder
from variorum.adapters.projections.follower import Status, follow, restart, run, status
from variorum.adapters.projections.rebuild import rebuild
from variorum.adapters.projections.tally import TALLY, Tallied, tallied
from variorum.domain.asof import LAST_POSITION, Outcome
from variorum.domain.commands import Opening, RecordCopy, Redate, Sight
from variorum.domain.content import Article
from variorum.domain.errors import (
    ConflictError,
    DamagedError,
    PoisonEventError,
    StorageError,
    UsageError,
    VariorumError,
)
from variorum.domain.times import captured_time

START = 1_729_775_460_000_000  # 2024-10-24T13:11:00Z


class InjectedError(BaseException):
    """What goes wrong on purpose, as Ctrl-C or the end of the process would."""


class Faults:
    """Makes the writes of a database fail at their n-th statement from now, or before a commit.

    Its `write` takes the place of the database's own. None fails while `left` is not positive.
    """

    def __init__(self, database: Database) -> None:
        self._write = database.write
        self.left = 0

    def write(self) -> AbstractContextManager[Cursor]:
        return self.around(self._write())

    @contextmanager
    def around(self, writing: AbstractContextManager[Cursor]) -> Generator[Cursor]:
        with writing as cursor:
            yield _FaultyCursor(self, cursor)
            self.count()

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise InjectedError


class _FaultyCursor:
    def __init__(self, faults: Faults, cursor: Cursor) -> None:
        self._faults = faults
        self._cursor = cursor

    def run(self, statement: str, parameters: Parameters = NONE) -> None:
        self._faults.count()
        self._cursor.run(statement, parameters)

    def rows(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        self._faults.count()
        return self._cursor.rows(statement, parameters)

    def row(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        self._faults.count()
        return self._cursor.row(statement, parameters)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        *,
        frozen: bool = False,
        once: bool = False,
    ) -> None:
        self._faults.count()
        self._cursor.insert(table, columns, rows, frozen=frozen, once=once)


class Refusing(Journal):
    """A journal that cannot take the events at some positions."""

    def __init__(self, database: Database, error: Exception, *refused: int) -> None:
        super().__init__(database)
        self.error = error
        self.refused = set(refused)

    def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        super().apply(cursor, collection, events)
        if self.refused & {each.position for each in events}:
            raise self.error


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    opened = database_at(address, create=True)
    yield opened
    opened.close()


@pytest.fixture
def collection(database: Database) -> int:
    """A collection of 60 events."""
    key = empty_collection(database)
    recorder = LogRecorder(database, key, system_clock)
    recorder.insert_events([event(f"s{n % 7}", n // 7) for n in range(60)])
    return key


def journal_of(database: Database, collection: int) -> list[int]:
    return Journal.written(database, collection)


def tracked(database: Database, collection: int, journal: Journal) -> Status:
    (found,) = status(database, collection, [journal])
    return found


# Following.


def test_each_event_counts_once_wherever_a_worker_fails(
    database: Database, collection: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any statement of any transaction, or just before a commit."""
    journal, faults, statements = Journal(database), Faults(database), 0
    monkeypatch.setattr(database, "write", faults.write)
    failed = True
    while failed:
        restart(database, collection, journal)
        statements += 1
        faults.left = statements
        try:
            assert follow(database, collection, journal, until=12, chunk=5) == 12
            failed = False
        except InjectedError:
            position = tracked(database, collection, journal).position
            assert journal_of(database, collection) == list(range(1, position + 1))
        faults.left = 0
        follow(database, collection, journal, until=12)
        assert journal_of(database, collection) == list(range(1, 13))
    assert statements > 20
    assert follow(database, collection, journal) == 48
    assert follow(database, collection, journal) == 0


def test_each_event_counts_once_however_often_a_worker_is_killed(
    address: str, database: Database, collection: int
) -> None:
    """Killed outright, in the middle of its work, by the system."""
    rng = random.Random()
    Journal(database)
    for _ in range(3):
        begun = SPAWN.Event()
        worker = started(keep_journal, address, collection, 1, begun.set)
        assert begun.wait(PATIENCE)
        time.sleep(rng.uniform(0, 0.03))
        worker.kill()
        worker.join(PATIENCE)
    written = journal_of(database, collection)
    assert written == list(range(1, len(written) + 1))
    follow(database, collection, Journal(database))
    assert journal_of(database, collection) == list(range(1, 61))


def test_workers_take_turns(address: str, database: Database, collection: int) -> None:
    """Processes that begin to follow at the same moment, and a thread that appends as well."""
    journal, barrier = Journal(database), SPAWN.Barrier(3)
    recorder = LogRecorder(database, collection, system_clock)

    def go_on() -> None:
        barrier.wait(PATIENCE)
        for version in range(40):
            recorder.insert_events([event("more", version)])
            follow(database, collection, journal, chunk=2)

    thread = threading.Thread(target=go_on)
    thread.start()
    at_once(keep_journal, [(address, collection, chunk, barrier.wait) for chunk in (1, 3)])
    thread.join(PATIENCE)
    assert follow(database, collection, journal) == 0
    assert journal_of(database, collection) == list(range(1, 101))


@pytest.mark.parametrize("chunk", [1, 10, 500])
def test_poison_stops_a_projection_loudly(database: Database, collection: int, chunk: int) -> None:
    """What comes before it is applied; where it is, is known; it is met again until mended."""
    journal = Refusing(database, ValueError("cannot be\0read"), 33, 50)
    for _ in range(2):
        with pytest.raises(PoisonEventError, match=r"position 33 \(tested\.1\)") as raised:
            follow(database, collection, journal, chunk=chunk)
        assert raised.value.position == 33
        assert journal_of(database, collection) == list(range(1, 33))
        assert tracked(database, collection, journal) == Status(
            "journal", 32, 28, 33, "ValueError: cannot beread"
        )
    assert follow(database, collection, journal, until=32) == 0
    journal.refused = {50}
    with pytest.raises(PoisonEventError, match="position 50"):
        follow(database, collection, journal, chunk=chunk)
    journal.refused = set()
    assert follow(database, collection, journal, chunk=chunk) == 11
    assert tracked(database, collection, journal) == Status("journal", 60, 0, None, None)
    assert journal_of(database, collection) == list(range(1, 61))


def test_events_that_fail_only_together_are_taken_one_by_one(
    database: Database, collection: int
) -> None:
    class Choking(Journal):
        def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
            if len(events) > 1:
                raise ValueError("too much")
            super().apply(cursor, collection, events)

    assert follow(database, collection, Choking(database), chunk=25) == 60
    assert journal_of(database, collection) == list(range(1, 61))


def test_a_value_that_the_database_refuses_is_poison(database: Database, collection: int) -> None:
    class TooLarge(Journal):
        def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
            for each in events:
                position = 2**70 if each.position == 5 else each.position
                cursor.run(
                    "insert into journal (collection, position) values (:c, :p)",
                    {"c": collection, "p": position},
                )

    with pytest.raises(PoisonEventError, match="position 5"):
        follow(database, collection, TooLarge(database))
    assert journal_of(database, collection) == [1, 2, 3, 4]


def test_a_database_in_trouble_is_not_poison(database: Database, collection: int) -> None:
    """Nothing is wrong with the event, and nothing is said to be."""
    journal = Refusing(database, StorageError("the disk is full"), 7)
    with pytest.raises(StorageError, match="the disk is full"):
        follow(database, collection, journal)
    assert tracked(database, collection, journal) == Status("journal", 0, 60, None, None)

    class Cut(Journal):
        def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
            if database.dialect == "postgres":
                cursor.run("select pg_terminate_backend(pg_backend_pid())")
            else:
                cursor.run("pragma query_only = on")
            super().apply(cursor, collection, events)

    with pytest.raises(StorageError):
        follow(database, collection, Cut(database))
    assert tracked(database, collection, journal).failed_position is None


def test_an_interruption_leaves_no_chunk_half_done(database: Database, collection: int) -> None:
    """Ctrl-C within a chunk or between two."""
    journal = Refusing(database, ValueError())
    seen: list[tuple[int, int]] = []

    def progress(done: int, until: int) -> None:
        seen.append((done, until))
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(database, collection, journal, chunk=10, progress=progress)
    assert seen == [(0, 60), (10, 60), (20, 60)]
    journal.error, journal.refused = KeyboardInterrupt(), {25}  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        follow(database, collection, journal, chunk=10)
    assert journal_of(database, collection) == list(range(1, 21))


def wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_server_follows_and_says_what_holds_it_up(database: Database, collection: int) -> None:
    """A projection that is held up holds up no other, and is tried again."""

    class Other(Refusing):
        name = "other"

        def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
            if self.refused & {each.position for each in events}:
                raise self.error

    recorder = LogRecorder(database, collection, system_clock)
    journal, other = Journal(database), Other(database, ValueError("no"), 30)
    reported: list[VariorumError] = []
    stop = threading.Event()
    server = threading.Thread(
        target=run,
        args=(stop, database, collection, reported.append),
        kwargs={"projections": (other, journal), "poll_seconds": 0.01},
    )
    server.start()
    try:
        wait_until(lambda: len(reported) > 1)
        assert all(isinstance(error, PoisonEventError) for error in reported)
        recorder.insert_events([event("more", 0)])
        wait_until(lambda: tracked(database, collection, journal).behind == 0)
        other.refused = set()
        wait_until(lambda: status(database, collection, [other])[0].behind == 0)
    finally:
        stop.set()
        server.join(PATIENCE)
    assert not server.is_alive()
    assert journal_of(database, collection) == list(range(1, 62))


# The tally.


def month(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1e6, UTC).strftime("%Y-%m")


def test_the_tally_counts_what_is_in_the_log(address: str) -> None:
    """By outlet, month and topic, whatever the chunks; and again after a rebuild."""
    now = START
    months = 32 * 24 * 3600 * 1_000_000

    def clock() -> int:
        nonlocal now
        now += months // 5
        return now

    with connect(address, create=True, now=clock) as connection:
        for number in range(24):
            story, outlet = f"s{number % 4}", (None, "herald", "post", "herald")[number % 4]
            opening = Opening(outlet=outlet)
            article = Article(headline=f"{number // 8}")
            connection.archive.record(
                RecordCopy(story, "t", article, captured=START + number, opening=opening)
            )
        expected: Counter[tuple[str, str, str]] = Counter()
        outlets = {"story/s0": "", "story/s1": "herald", "story/s2": "post", "story/s3": "herald"}
        for recorded in connection.log.after(0, 1000, LAST_POSITION):
            stream = recorded.event.originator_id
            if stream in outlets:
                key = (outlets[stream], month(recorded.recorded_at), recorded.event.TOPIC)
                expected[key] += 1
        counts = [Tallied(*key, number) for key, number in sorted(expected.items())]
        database, collection = connection.database, connection.collection
        assert tallied(database, collection) == []
        follow(database, collection, TALLY, until=17, chunk=5)
        assert tallied(database, collection) != counts
        follow(database, collection, TALLY, chunk=4)
        assert tallied(database, collection) == counts
        assert len({row.month for row in counts}) > 4
        head = connection.log.head().position
        assert rebuild(database, collection, "tally") == head
        assert tallied(database, collection) == counts
        assert status(database, collection) == [Status("tally", head, 0, None, None)]
        with pytest.raises(UsageError, match="catalogue, tally"):
            rebuild(database, collection, "other")


# Rebuilding the catalogue.


def fill(connection: Connection) -> None:
    """A few stories with everything in them."""
    archive = connection.archive
    for number in range(40):
        story = f"s{number % 6}"
        archive.record(
            RecordCopy(
                story,
                "t",
                Article(headline=f"{number // 12}"),
                captured=START + number * 1_000_000,
                earlier_text=number == 3,
                opening=Opening(address=bytes([number] * 32).hex()),
            )
        )
        if number % 9 == 8:
            archive.sight(Sight(story, "t", START + number * 1_000_001, Outcome.GONE))
    archive.redate(Redate("s1", "t", 1, captured_time(START - 5, START - 9)))
    archive.redate(Redate("s1", "t", 2, captured_time(START - 3, None)))


def catalogue(database: Database) -> dict[str, list[Row]]:
    """Every row of the catalogue."""
    with database.read() as cursor:
        return {table: sorted(cursor.rows(f"select * from {table}"), key=repr) for table in TABLES}


def schema_of(database: Database) -> list[Row]:
    """Every table, column, index and constraint, by name and definition."""
    with database.read() as cursor:
        if database.dialect == "sqlite":
            return cursor.rows(
                "select type, name, tbl_name, sql from sqlite_master order by type, name"
            )
        return [
            row
            for statement in (
                "select table_schema, table_name, column_name, ordinal_position, data_type,"
                " is_nullable, column_default from information_schema.columns"
                " where table_schema not in ('pg_catalog', 'information_schema')"
                " order by table_schema, table_name, ordinal_position",
                "select schemaname, tablename, indexname, indexdef from pg_indexes"
                " where schemaname <> 'pg_catalog' order by schemaname, indexname",
                "select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
                " from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
                "select nspname from pg_namespace where nspname !~ '^pg_' order by 1",
                "select relname, relpersistence, relreplident, reloptions from pg_class"
                " where relnamespace = 'public'::regnamespace order by 1",
            )
            for row in cursor.rows(statement)
        ]


@pytest.mark.parametrize("chunk", [1, 7, 5000])
def test_a_rebuild_gives_the_same_catalogue_and_the_same_schema(
    connection: Connection, chunk: int
) -> None:
    """Of all collections, whatever was in the tables before."""
    fill(connection)
    database = connection.database
    fresh, before = schema_of(database), catalogue(database)
    with database.write() as cursor:
        cursor.run("delete from dating where revision = 2")
        cursor.run("update story set outlet = 'wrong' where id = 's3'")
        cursor.run("update sighting set revision = 9")
    assert catalogue(database) != before
    assert next(differences(database, streams=2), None) is not None
    assert rebuild(database, connection.collection, "catalogue") == connection.log.head().position
    assert catalogue(database) == before
    rebuild_catalogue(database, chunk=chunk)
    assert catalogue(database) == before
    assert schema_of(database) == fresh
    assert next(differences(database, streams=2), None) is None


def test_differences_name_the_row(connection: Connection) -> None:
    """One that is missing, one that is wrong, one that belongs to no stream."""
    fill(connection)
    database = connection.database
    assert list(differences(database)) == []
    with database.write() as cursor:
        cursor.run("delete from sighting where position = (select min(position) from sighting)")
        cursor.run(
            "update dating set article = 5 where stream = 3 and revision = 2 and arrived is null"
        )
        cursor.run("update story set id = 'elsewhere' where id = 's4'")
    found = [(each.table, each.missing) for each in differences(database, streams=3)]
    assert sorted(found) == [
        ("dating", False),
        ("dating", True),
        ("sighting", True),
        ("story", False),
        ("story", True),
    ]
    first = next(differences(database))
    assert "collection main: the catalogue's table" in str(first)


def test_a_rebuild_that_fails_changes_nothing(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any statement, or just before any commit; and leaves nothing behind."""
    fill(connection)
    database, faults, statements = connection.database, Faults(connection.database), 0
    fresh, before = schema_of(database), catalogue(database)
    write: Any = type(database).write

    def of_any(each: Any) -> AbstractContextManager[Cursor]:
        return faults.around(write(each))

    monkeypatch.setattr(type(database), "write", of_any)  # a rebuild has connections of its own
    failed = True
    while failed:
        statements += 1
        faults.left = statements
        try:
            rebuild_catalogue(database, chunk=20)
            failed = False
        except InjectedError:
            pass
        assert catalogue(database) == before
        assert schema_of(database) == fresh
    assert statements > 40


def test_a_rebuild_that_is_killed_changes_nothing(address: str, connection: Connection) -> None:
    """The catalogue in use is untouched, and the next rebuild starts clean."""
    fill(connection)
    rng = random.Random()
    database = connection.database
    fresh, before = schema_of(database), catalogue(database)
    for _ in range(3):
        begun = SPAWN.Event()
        worker = started(make_catalogue, address, 1, begun.set)
        assert begun.wait(PATIENCE)
        time.sleep(rng.uniform(0, 0.06))
        worker.kill()
        worker.join(PATIENCE)
        assert catalogue(database) == before
    wait_until(lambda: _is_rebuilt(database))
    assert catalogue(database) == before
    assert schema_of(database) == fresh


def _is_rebuilt(database: Database) -> bool:
    """A server may take a moment to notice that a process at the other end has died."""
    try:
        return rebuild_catalogue(database) > 0
    except ConflictError:
        return False


def test_of_two_rebuilds_the_second_is_refused(connection: Connection) -> None:
    """And the first is none the worse for it."""
    fill(connection)
    refused: list[VariorumError] = []

    def progress(done: int, of: int) -> None:
        if not refused:
            with pytest.raises(ConflictError) as raised:
                rebuild_catalogue(connection.database)
            refused.append(raised.value)

    before = catalogue(connection.database)
    assert rebuild_catalogue(connection.database, chunk=9, progress=progress)
    assert refused
    assert catalogue(connection.database) == before
    assert rebuild_catalogue(connection.database)


def test_rebuilds_at_once_are_done_or_refused(address: str, connection: Connection) -> None:
    """Whoever wins, the catalogue is whole."""
    fill(connection)
    before = catalogue(connection.database)
    fresh = schema_of(connection.database)
    made: list[int] = []

    def go() -> None:
        with connect(address) as mine:
            for _ in range(5):
                try:
                    made.append(rebuild_catalogue(mine.database, chunk=3))
                except ConflictError:
                    time.sleep(0.001)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert made
    assert catalogue(connection.database) == before
    assert schema_of(connection.database) == fresh


def test_others_read_and_record_while_the_catalogue_is_made_anew(
    address: str, connection: Connection
) -> None:
    """Readers always find all that was there; what is appended meanwhile is not lost."""
    fill(connection)
    archive = connection.archive
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        entry = archive.story("s1")
        expected = archive.as_of(entry, START + 20_000_000, 60)
        least = 0
        while not stop.is_set():
            try:
                if archive.as_of(entry, START + 20_000_000, 60) != expected:
                    wrong.append("as of")
                revisions = archive.catalogue.situation(archive.story("others"), START).revisions
                if revisions < least:
                    wrong.append((revisions, least))
                least = revisions
                if len(list(archive.catalogue.stories(LAST_POSITION))) < 7:
                    wrong.append("stories")
            except Exception as error:
                wrong.append(error)
                return

    record(address, "others", 1)
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    writer = started(record, address, "others", 60)
    rebuilt = 0
    while writer.exitcode is None or rebuilt < 3:
        rebuild_catalogue(connection.database, chunk=11)
        rebuilt += 1
    stop.set()
    for reader in readers:
        reader.join(PATIENCE)
    writer.join(PATIENCE)
    assert writer.exitcode == 0
    assert wrong == []
    assert len(archive.state("others").revisions) == 60
    assert list(differences(connection.database)) == []


def test_what_is_appended_at_the_last_moment_is_not_lost(connection: Connection) -> None:
    """After the rebuild has seen that nothing is left to do, and before the swap."""
    fill(connection)
    archive = connection.archive
    appended: list[int | None] = []

    def progress(done: int, of: int) -> None:
        if done == of and not appended:
            copy = RecordCopy("late", "t", Article(headline="Late"), captured=START)
            appended.append(archive.record(copy).position)

    assert rebuild_catalogue(connection.database, progress=progress) == appended[0]
    assert archive.show("late", START).revision == 1
    assert list(differences(connection.database)) == []


def test_a_log_that_cannot_be_read_is_said_to_be_damaged(connection: Connection) -> None:
    """The catalogue stays as it is."""
    fill(connection)
    before = catalogue(connection.database)
    recorder = LogRecorder(connection.database, connection.collection, system_clock)
    recorder.insert_events([event("story/s1", 99, topic="story.vanished.1")])
    with pytest.raises(DamagedError, match=r"story\.vanished\.1"):
        rebuild_catalogue(connection.database)
    assert catalogue(connection.database) == before
    with pytest.raises(DamagedError):
        list(differences(connection.database))


@pytest.mark.parametrize("chunk", [5, 8, 1_000])
@pytest.mark.parametrize("lost", [1, 7, "the last"])
def test_a_log_with_a_gap_is_said_to_be_damaged(
    connection: Connection, lost: int | str, chunk: int
) -> None:
    """Wherever in what is read at once the gap is; the catalogue stays as it is."""
    fill(connection)
    before = catalogue(connection.database)
    head = connection.log.head().position
    position = lost if isinstance(lost, int) else head
    erase_event(connection, position)
    with pytest.raises(DamagedError, match=rf"no event at position {position}$"):
        rebuild_catalogue(connection.database, chunk=chunk)
    assert catalogue(connection.database) == before


def erase_event(connection: Connection, position: int) -> None:
    """As somebody may who owns the database."""
    with connection.database.write() as cursor:
        if connection.database.dialect == "sqlite":
            cursor.run("drop trigger guard_event_delete")
        cursor.run(f"delete from event where position = {position}")


def test_a_rebuild_leaves_no_file_behind(connection: Connection) -> None:
    fill(connection)
    rebuild_catalogue(connection.database)
    if isinstance(connection.database, SqliteDatabase):
        folder = connection.database.path.parent
        assert not [path for path in folder.iterdir() if "rebuild" in path.name]


def test_who_looked_before_the_swap_still_sees_everything(postgres_url: str) -> None:
    """PostgreSQL finds tables by their names as they are now, and rows as they were then."""
    with connect(postgres_url, create=True) as connection, psycopg.connect(postgres_url) as reader:
        fill(connection)
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select 1 from archive")
        before = catalogue(connection.database)
        rebuild_catalogue(connection.database)
        for table, rows in before.items():
            found = reader.execute(f"select count(*) from {table}".encode()).fetchone()
            assert found == (len(rows),)


def test_a_long_look_at_the_catalogue_delays_the_swap_and_no_append(postgres_url: str) -> None:
    with connect(postgres_url, create=True) as connection, psycopg.connect(postgres_url) as reader:
        fill(connection)
        reader.execute("select count(*) from dating")
        made: list[int] = []
        rebuilding = threading.Thread(
            target=lambda: made.append(rebuild_catalogue(connection.database))
        )
        rebuilding.start()
        record(postgres_url, "meanwhile", 10)
        assert made == []
        reader.rollback()
        rebuilding.join(PATIENCE)
        assert made == [connection.log.head().position]
        assert list(differences(connection.database)) == []


def test_rights_outlive_a_rebuild(postgres_url: str) -> None:
    """Owners and grants stay as they were, whoever rebuilds."""
    with connect(postgres_url, create=True) as connection, psycopg.connect(postgres_url) as admin:
        fill(connection)
        admin.autocommit = True
        admin.execute("create role reading_room")
        admin.execute("create role archivist")
        try:
            admin.execute("grant select on story, dating to reading_room with grant option")
            admin.execute("grant select on restriction to public")
            admin.execute("alter table sighting owner to archivist")
            rights = "select relname, relowner, relacl::text from pg_class where relname = any(%s)"
            before = admin.execute(rights, (list(TABLES),)).fetchall()
            rebuild_catalogue(connection.database)
            assert sorted(admin.execute(rights, (list(TABLES),)).fetchall()) == sorted(before)
        finally:
            admin.execute("drop owned by reading_room, archivist")
            admin.execute("drop role reading_room, archivist")
