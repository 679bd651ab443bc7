"""Bulk work comes to the same whatever its batches, and wherever it was stopped.

Stopped by an error or a Ctrl-C at any statement, by a kill of the process or of the server at a
random moment: it is continued by doing it again, and everything is there once.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from postgres_server import PostgresServer
from program import ended, start
from strategies import copies, sights
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.sealing import seal
from variorum.adapters.imports import jsonl
from variorum.adapters.imports.importer import Defaults
from variorum.adapters.verification.archive import verify
from variorum.domain import bulk as bulk_module
from variorum.domain.asof import Outcome
from variorum.domain.bulk import Bulk
from variorum.domain.commands import Opening, RecordCopy, Redate, Sight
from variorum.domain.content import Article
from variorum.domain.errors import StorageError
from variorum.domain.outlet import Settings
from variorum.domain.streams import story_stream
from variorum.domain.times import SECOND, Basis, Precision, PublishedTime

sys.path.insert(0, str(Path(__file__).resolve().parent / "benchmarks"))
from generated import lines as generated_lines

pytestmark = pytest.mark.usefixtures("two_cores")

Command = RecordCopy | Sight
NUMBERS = count(1)
KILLS = int(os.environ.get("VARIORUM_KILLS", "4"))
"""How often each of those that can be killed is; `make test-kills` does it a hundred times."""
SEED = int(os.environ.get("VARIORUM_KILLS_SEED", "1"))

several = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def many_commands() -> st.SearchStrategy[list[Command]]:
    """What is done to three stories, in turns; all of it can be, whatever came before."""
    one = st.sampled_from(("crane", "gate", "quay")).flatmap(
        lambda story: st.one_of(copies(story), copies(story), sights(story).map(_of_any_story))
    )
    return st.lists(one, max_size=16)


def _of_any_story(sight: Sight) -> Sight:
    outcome = Outcome.MISSING if sight.outcome is Outcome.UNCHANGED else sight.outcome
    return replace(sight, outcome=outcome, revision=None, opening=Opening(outlet="example"))


def done(
    connection: Connection, commands: list[Command], batch: int, ahead: int | None, kept: int
) -> tuple[int, int, int]:
    """Does commands in bulk; gives how many revisions and sightings, and how many were held."""
    archive = connection.archive
    bulk_module.STATES_KEPT, before = kept, bulk_module.STATES_KEPT
    try:
        with Bulk(archive.log, archive.contents, archive.salts, batch=batch, ahead=ahead) as work:
            for command in commands:
                work.take(command)
    finally:
        bulk_module.STATES_KEPT = before
    return work.done.revisions, work.done.sightings, work.done.held


def told(connection: Connection) -> list[tuple[Any, ...]]:
    """Every event in order, without its time and its digests, and the texts."""
    archive, found = connection.archive, list[tuple[Any, ...]]()
    for story in ("crane", "gate", "quay"):
        for recorded in connection.log.stream(story_stream(story), 2**62):
            fields = recorded.event.model_dump(exclude={"article", "source", "description"})
            found.append((recorded.position, type(recorded.event).__name__, fields))
        entry = archive.found(story)
        for revision in archive.state(story).revisions if entry else ():
            assert entry is not None
            event, number = revision.event, revision.number
            source = event.source and archive.source(entry, number, event.source.content)
            article = archive.article(entry, number, event.article)
            found.append((revision.position, "content", (article, source)))
    return sorted(found, key=lambda each: each[:2])


@contextlib.contextmanager
def collection(address: str, name: str | None = None) -> Generator[Connection]:
    with connect(address, name or f"c{next(NUMBERS)}", create=True) as connection:
        yield connection


def batches() -> st.SearchStrategy[tuple[int, int | None, int]]:
    """The size of batches, from when on others append them, and how many states are kept."""
    return st.tuples(
        st.integers(1, 18), st.sampled_from((None, None, 0, 1)), st.sampled_from((0, 1, 2, 4000))
    )


@several
@given(commands=many_commands(), how=batches())
def test_the_size_of_batches_does_not_show(
    address: str, commands: list[Command], how: tuple[int, int | None, int]
) -> None:
    with collection(address) as connection:
        expected = done(connection, commands, 500, None, 4000), told(connection)
    with collection(address) as connection:
        assert (done(connection, commands, *how), told(connection)) == expected
        assert next(differences(connection.database), None) is None


@several
@given(commands=many_commands(), how=batches())
def test_what_was_recorded_one_by_one_is_held(
    address: str, commands: list[Command], how: tuple[int, int | None, int]
) -> None:
    """Single commands and bulk work of the same input come to the same log.

    But for texts that follow one another within one instant, which only an input as a whole tells.
    """
    commands = apart(commands)
    with collection(address) as connection:
        done(connection, commands, *how)
        expected = told(connection)
    with collection(address) as connection:
        one_by_one(connection, commands)
        assert told(connection) == expected
        revisions, sightings, _ = done(connection, commands, *how)
        assert (revisions, sightings) == (0, 0)


def apart(commands: list[Command]) -> list[Command]:
    """Of commands of one story and instant, the first."""
    found: dict[tuple[str, int], Command] = {}
    for command in commands:
        found.setdefault((command.story, command.at), command)
    return list(found.values())


def one_by_one(connection: Connection, commands: list[Command]) -> None:
    for command in commands:
        if isinstance(command, RecordCopy):
            connection.archive.record(command)
        else:
            connection.archive.sight(command)


def test_a_copy_without_capture_is_held_of_a_revision_with_one(address: str) -> None:
    """Also where another text of the same instant came after it: a second time, nothing is new."""
    at = 1_729_775_460_000_000
    second = PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.NOTICE)
    first, other = (
        RecordCopy("crane", "tester", Article(headline=headline), captured=at)
        for headline in ("Cranes stand", "Cranes fall")
    )
    stated = replace(first, published=second, captured=None)
    with collection(address) as connection:
        assert done(connection, [first, stated, other], 500, None, 4000) == (2, 0, 1)
        before = told(connection)
        assert done(connection, [first, stated, other], 500, None, 4000) == (0, 0, 3)
        assert done(connection, [first, stated, other], 1, None, 0) == (0, 0, 3)
        assert told(connection) == before


def test_a_text_that_was_seen_twice_before_another_came_is_held_again(address: str) -> None:
    """Of one instant, with a copy of another moment between."""
    at = 1_729_775_460_000_000
    first, other, later = (
        RecordCopy("crane", "tester", Article(headline=headline), captured=at + seconds * SECOND)
        for headline, seconds in (("Cranes stand", 0), ("Cranes fall", 0), ("Cranes lie", 60))
    )
    with collection(address) as connection:
        assert done(connection, [first, later, first, other], 500, None, 4000) == (3, 0, 1)
        assert done(connection, [first, later, first, other], 500, None, 4000) == (0, 0, 4)


@pytest.mark.parametrize(("between", "revisions"), [(4, 3), (5, 2)])
def test_returns_within_an_instant_are_told_where_so_many_copies_lie_between(
    address: str, monkeypatch: pytest.MonkeyPatch, between: int, revisions: int
) -> None:
    """Always so many, whatever the size of batches, and also the second time."""
    monkeypatch.setattr(bulk_module, "RECENT_KEPT", 5)
    at = 1_729_775_460_000_000
    second = PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.STATED)
    one, other = (
        RecordCopy("crane", "tester", Article(headline=headline), second)
        for headline in ("Cranes stand", "Cranes fall")
    )
    others = [replace(one, story=f"story-{number}") for number in range(between)]
    commands: list[Command] = [one, other, *others, one]
    for batch in (500, 3, 2, 1):
        with collection(address) as connection:
            held = 3 - revisions
            expected = revisions + between, 0, held
            assert done(connection, commands, batch, None, 0) == expected
            assert done(connection, commands, batch, None, 0) == (0, 0, between + 3)


@several
@given(commands=many_commands(), how=batches())
def test_a_second_time_nothing_is_new(
    address: str, commands: list[Command], how: tuple[int, int | None, int]
) -> None:
    with collection(address) as connection:
        done(connection, commands, 500, None, 4000)
        before = told(connection)
        revisions, sightings, _ = done(connection, commands, *how)
        assert (revisions, sightings) == (0, 0)
        assert told(connection) == before


@several
@given(
    commands=many_commands(),
    before=many_commands(),
    moment=st.integers(0, 16),
    long=st.sampled_from((1, 2, 3, 50)),
    cold=st.booleans(),
)
def test_looking_for_stories_together_does_not_show(
    address: str,
    commands: list[Command],
    before: list[Command],
    moment: int,
    long: int,
    cold: bool,
) -> None:
    """Whichever of them are there already, or are opened by others after they were looked for.

    However long a story is that is looked for by itself, and where its texts are.
    """
    before = apart(before)
    with collection(address) as connection:
        one_by_one(connection, before)
        archive = connection.archive
        with Bulk(archive.log, archive.contents, archive.salts) as work:
            for command in commands:
                work.take(command)
        expected = told(connection)
    name = f"c{next(NUMBERS)}"
    with collection(address, name) as connection, collection(address, name) as other:
        early = before[:moment]
        one_by_one(connection, early)
        if cold:
            seal(connection.database, connection.collection, None)
        archive = connection.archive
        with (
            pytest.MonkeyPatch.context() as patch,
            Bulk(archive.log, archive.contents, archive.salts) as work,
        ):
            patch.setattr(bulk_module, "_EVENTS_TOGETHER", long)
            for command in commands:
                work.foresee(command)
            work.look()
            one_by_one(other, before[moment:])
            for command in commands:
                work.take(command)
        assert told(connection) == expected
        assert next(differences(connection.database), None) is None


class Stopped(Exception):
    """What a process does not live to see."""


class Stopping:
    """A database whose n-th call of a cursor raises, before it is made or after."""

    def __init__(self, connection: Connection, moment: int, error: type[BaseException]) -> None:
        self._left = moment
        self._error = error
        database: Any = connection.database
        for name in ("read", "snapshot", "alone", "write"):
            setattr(database, name, self._around(getattr(database, name)))

    def _around(self, lend: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
        @contextlib.contextmanager
        def lent() -> Generator[Any]:
            with lend() as cursor:
                yield _Cursor(cursor, self.tick)
                self.tick()  # before a commit
            self.tick()  # after it

        return lent

    def tick(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise self._error


class _Cursor:
    def __init__(self, cursor: Any, tick: Callable[[], None]) -> None:
        self._cursor = cursor
        self._tick = tick

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._cursor, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self._tick()
            return method(*arguments, **named)

        return call


@several
@given(
    commands=many_commands(),
    how=batches(),
    again=batches(),
    moment=st.integers(1, 120),
    error=st.sampled_from((Stopped, KeyboardInterrupt)),
)
def test_work_that_was_stopped_at_any_statement_is_continued(
    address: str,
    commands: list[Command],
    how: tuple[int, int | None, int],
    again: tuple[int, int | None, int],
    moment: int,
    error: type[BaseException],
) -> None:
    """By an error, or by a Ctrl-C, upon which what was decided is appended."""
    with collection(address) as connection:
        done(connection, commands, 500, None, 4000)
        expected = told(connection)
    name = f"c{next(NUMBERS)}"
    with collection(address, name) as connection:
        Stopping(connection, moment, error)
        with contextlib.suppress(Stopped, KeyboardInterrupt):
            done(connection, commands, *how)
    with collection(address, name) as connection:
        done(connection, commands, *again)
        assert told(connection) == expected
        assert next(differences(connection.database), None) is None
        assert not verify(connection).checked.findings


@several
@given(commands=many_commands(), others=many_commands(), how=batches(), moment=st.integers(0, 16))
def test_what_others_record_meanwhile_is_decided_upon(
    address: str,
    commands: list[Command],
    others: list[Command],
    how: tuple[int, int | None, int],
    moment: int,
) -> None:
    """As if they had come first: the work's own copies are held, or recorded, as upon theirs."""
    commands, others = apart(commands), apart(others)
    name = f"c{next(NUMBERS)}"
    with collection(address, name) as connection, collection(address, name) as other:
        archive = connection.archive
        batch, ahead, _ = how
        with Bulk(archive.log, archive.contents, archive.salts, batch=batch, ahead=ahead) as work:
            for number, command in enumerate(commands):
                if number == moment:
                    one_by_one(other, others)
                work.take(command)
        assert next(differences(connection.database), None) is None
        assert not verify(connection).checked.findings
        revisions, sightings, _ = done(connection, commands, *how)
        assert (revisions, sightings) == (0, 0)


@pytest.mark.parametrize("ahead", [None, 0])
def test_what_others_made_impossible_is_refused_alone(address: str, ahead: int | None) -> None:
    """It was decided, and others changed the story before it was appended: all else is recorded."""
    at = 1_729_775_460_000_000
    second = PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.STATED)
    minute = at + 60 * SECOND
    later = PublishedTime(minute, minute, minute + SECOND, Precision.SECOND, Basis.STATED)
    one = RecordCopy("crane", "tester", Article(headline="Cranes stand"), second)
    name = f"c{next(NUMBERS)}"
    refused: list[str] = []
    with collection(address, name) as connection, collection(address, name) as other:
        archive = connection.archive
        archive.record(one)
        with Bulk(archive.log, archive.contents, archive.salts, batch=3, ahead=ahead) as work:
            work.take(replace(one, story="gate"))
            sight = Sight("crane", "tester", at + SECOND, Outcome.UNCHANGED)
            work.take(sight, lambda error: refused.append(error.message))
            assert not refused
            other.archive.redate(Redate("crane", "tester", 1, later))
            for story in ("quay", "lock", "weir"):
                work.take(replace(one, story=story))
        assert refused == ["crane has no revision at that time that could stand unchanged"]
        assert (work.done.revisions, work.done.sightings) == (4, 0)
        assert all(archive.found(story) for story in ("gate", "quay", "lock", "weir"))


def test_trouble_of_the_archive_is_no_fault_of_a_line(tmp_path: Path) -> None:
    """What cannot be looked up ends the import; no line is said to be unreadable for it."""

    def settings_of(outlet: str | None) -> Settings:
        raise StorageError("the server is gone")

    path = tmp_path / "lines.jsonl"
    path.write_text('{"story":"a","published":"2024-10-24T09:11Z","body":"One."}\n')
    with pytest.raises(StorageError):
        list(jsonl.commands(str(path), Defaults("local", settings_of=settings_of)))


# Killed.


def written(path: Path, stories: int = 250) -> Path:
    with path.open("wb") as file:
        file.writelines(generated_lines(0, stories, stories))
    return path


def committed(address: str) -> list[tuple[str, int, int]]:
    """Story, number and position of every revision that is there."""
    with connect(address, create=True) as connection, connection.database.read() as cursor:
        return cursor.rows(
            "select s.id, d.revision, d.position from dating d join story s"
            " on s.collection = d.collection and s.stream = d.stream"
            " where d.arrived is null order by d.position"
        )


def assert_whole(address: str, before: list[tuple[str, int, int]]) -> None:
    """What was there before is there, once; log, tree and catalogue agree."""
    found = committed(address)
    assert set(before) <= set(found)
    assert len({position for *_, position in found}) == len(found)
    with connect(address) as connection:
        assert not verify(connection).checked.findings
        assert next(differences(connection.database), None) is None


def killed_again_and_again(
    address: str, path: Path, kill: Callable[[subprocess.Popen[bytes]], None], kills: int
) -> int:
    """Kills an import, checks what is there, and has it go on; then lets it end. How often."""
    chance = random.Random(SEED)
    killed = 0
    before = committed(address)
    while killed < kills:
        process = start("--archive", address, "import", "jsonl", path)
        # The most part of a second goes by before the first batch; then they come quickly.
        wait = chance.uniform(0.2, 0.6) + chance.random() ** 2 * 3
        until = time.monotonic() + wait
        seen = before
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        if process.poll() is not None:
            assert ended(process).code == 0
            clear(address)
            before = []
            continue
        seen = committed(address)
        kill(process)
        process.wait(timeout=60)
        killed += 1
        assert_whole(address, seen)
        before = committed(address)
    assert ended(start("--archive", address, "import", "jsonl", path)).code == 0
    return killed


def clear(address: str) -> None:
    """Makes the archive anew, for those kills that are left."""
    if "://" not in address:
        for path in Path(address).parent.glob(Path(address).name + "*"):
            path.unlink()
        return
    import psycopg

    with psycopg.connect(address) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")


def assert_all_of_it(address: str, whole: str, path: Path) -> None:
    """The same revisions as in an archive whose import nobody disturbed."""
    assert ended(start("--archive", whole, "import", "jsonl", path)).code == 0
    assert [each[:2] for each in committed(address)] == [each[:2] for each in committed(whole)]
    assert_whole(address, committed(address))
    with connect(address) as one, connect(whole) as other:
        assert one.log.head().position == other.log.head().position
        for entry in other.archive.listed(other.archive.known(None)):
            assert state(one, entry.id) == state(other, entry.id)


def state(connection: Connection, story: str) -> list[tuple[Any, ...]]:
    archive, entry = connection.archive, connection.archive.story(story)
    return [
        (each.number, each.event.published, archive.article(entry, each.number, each.event.article))
        for each in archive.state(story).revisions
    ]


@pytest.mark.slow
def test_every_kill_of_the_process_leaves_what_was_recorded(address: str, tmp_path: Path) -> None:
    path = written(tmp_path / "lines.jsonl")
    committed(address)

    def kill(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.communicate(timeout=60)

    killed_again_and_again(address, path, kill, KILLS)
    assert_all_of_it(address, str(tmp_path / "whole.db"), path)


@pytest.mark.slow
def test_every_crash_of_the_server_leaves_what_was_recorded(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    """The process says so in one line, with its exit code."""
    path = written(tmp_path / "lines.jsonl")
    committed(postgres_url)

    def crash(process: subprocess.Popen[bytes]) -> None:
        postgres_server.kill()
        ran = ended(process)
        postgres_server.restart()
        errors = [line for line in ran.err.splitlines() if line.startswith("variorum: ")]
        assert (ran.code, len(errors)) in ((6, 1), (0, 0)), ran
        assert "Traceback" not in ran.err

    killed_again_and_again(postgres_url, path, crash, KILLS)
    assert_all_of_it(postgres_url, str(tmp_path / "whole.db"), path)
