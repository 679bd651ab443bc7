"""Batches that another process appends: nothing that is stored differs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from stores import ALL_COLUMNS

from variorum.adapters.collection.appending import Appending, Sent
from variorum.adapters.collection.log import CollectionLog
from variorum.adapters.connect import Connection, connect
from variorum.adapters.verification.archive import verify
from variorum.domain.bulk import Bulk
from variorum.domain.commands import Opening, RecordCopy
from variorum.domain.content import Article, Note
from variorum.domain.takedown import Erase
from variorum.domain.times import Basis, Precision, PublishedTime

pytestmark = pytest.mark.usefixtures("two_cores")

STORIES = ("barge", "ferry", "tug")
NOW = 1_750_000_000_000_000


def texts(number: int) -> tuple[str, ...]:
    """A text that shares most of its paragraphs with those before it."""
    return tuple(f"Paragraph {each} of it, as of {number // (each + 1)}." * 5 for each in range(9))


def copies(many: int, first: int = 0) -> Iterator[RecordCopy]:
    for number in range(first, first + many):
        at = (1_700_000_000 + 60 * number) * 1_000_000
        published = PublishedTime(at, at, at + 1_000_000, Precision.SECOND, Basis.STATED, "UTC")
        article = Article(headline=f"No. {number}", paragraphs=texts(number))
        story = STORIES[number % len(STORIES)]
        yield RecordCopy(story, "local", article, published=published, opening=Opening(zone="UTC"))


def salts() -> Iterator[bytes]:
    return (number.to_bytes(32, "big") for number in count(1))


def opened(address: str) -> Connection:
    return connect(address, create=True, now=lambda: NOW, salts=salts())


def taken(
    connection: Connection, ahead: int | None, *, between: Callable[[int], object] = lambda _: None
) -> Bulk:
    archive = connection.archive
    with Bulk(archive.log, archive.contents, archive.salts, batch=7, ahead=ahead) as bulk:
        for number, copy in enumerate(copies(60)):
            between(number)
            bulk.take(copy)
    return bulk


TABLES = ("event", "content", "stream", "dating")


def rows(connection: Connection) -> list[list[Any]]:
    with connection.database.read() as cursor:
        return [
            sorted(
                (
                    tuple(map(_plain, row))
                    for row in cursor.rows(f"select {', '.join(ALL_COLUMNS[table])} from {table}")
                ),
                key=repr,
            )
            for table in TABLES
        ]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value  # pyright: ignore


def process_of(connection: Connection) -> int | None:
    appending: Appending | None = connection.log.__dict__.get("_appending")
    return appending.pid if appending is not None else None


def test_what_is_stored_is_the_same_to_the_byte(address: str, tmp_path: Path) -> None:
    with opened(str(tmp_path / "alone.db")) as alone, opened(address) as connection:
        expected = taken(alone, None)
        found = taken(connection, 0)
        assert process_of(connection) is not None
        assert process_of(alone) is None
        assert found.done == expected.done
        assert rows(connection) == rows(alone)
        assert not verify(connection).checked.findings


@pytest.mark.parametrize("when", [15, 16, 20, 21, 40])
def test_where_the_other_process_dies_the_work_is_done_here(tmp_path: Path, when: int) -> None:
    with opened(str(tmp_path / "a.db")) as connection, opened(str(tmp_path / "b.db")) as other:

        def kill(number: int) -> None:
            process = process_of(connection)
            if number == when and process is not None:
                os.kill(process, signal.SIGKILL)

        taken(connection, 0, between=kill)
        taken(other, None)
        assert told(connection) == told(other)
        assert not verify(connection).checked.findings


def told(connection: Connection) -> list[Any]:
    """What is recorded, without salts: what was stored and not answered is decided anew."""
    archive = connection.archive
    return [
        (story, each.number, each.position, each.event.published,
         archive.show_revision(story, each.number).article)
        for story in STORIES
        for each in archive.state(story).revisions
    ]  # fmt: skip


def test_what_others_record_meanwhile_is_decided_upon(address: str) -> None:
    """A batch that waits, and the one after it, are decided anew."""
    with opened(address) as connection, connect(address, now=lambda: NOW) as other:

        def record(number: int) -> None:
            if number in (10, 24, 25):
                for copy in copies(3, first=number + 4):
                    other.archive.record(copy)

        bulk = taken(connection, 0, between=record)
        assert (bulk.done.revisions, bulk.done.held) == (53, 7)
        for story in STORIES:
            state = connection.archive.state(story)
            assert len(state.revisions) == 20
            held = [
                connection.archive.show_revision(story, revision.number).article
                for revision in state.revisions
            ]
            assert {article.headline for article in held if article} == {
                f"No. {number}" for number in range(60) if STORIES[number % 3] == story
            }
        assert not verify(connection).checked.findings


def test_after_a_conflict_a_batch_is_appended_as_soon_as_it_is_decided(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before those behind it are: the longer that takes, the sooner the next one conflicts."""
    seen: list[str] = []
    decide, append = Bulk._decide, CollectionLog.append  # pyright: ignore[reportPrivateUsage]

    def deciding(self: Bulk, *given: Any) -> None:
        seen.append("decided")
        decide(self, *given)

    def appending(self: CollectionLog, *given: Any) -> Any:
        seen.append("append")
        return append(self, *given)

    with opened(address) as connection, connect(address, now=lambda: NOW) as other:

        def record(number: int) -> None:
            if number == 30:
                for copy in copies(3, first=number + 4):
                    other.archive.record(copy)
                seen.clear()
                monkeypatch.setattr(Bulk, "_decide", deciding)
                monkeypatch.setattr(CollectionLog, "append", appending)

        bulk = taken(connection, 0, between=record)
        assert bulk.done.revisions == 57
        assert not verify(connection).checked.findings
    anew = seen[seen.index("append") + 1 :]
    before_each = " ".join(anew).split("append")
    assert [each.split().count("decided") for each in before_each[:3]] == [7, 7, 7]


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes")
def test_it_is_done_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one whose name is not Unicode, and where a file has the name of a module."""
    folder = tmp_path / os.fsdecode(b"f\xff")
    folder.mkdir()
    (folder / "queue.py").write_text("raise ValueError")
    monkeypatch.chdir(folder)
    answers: list[bool] = []
    stored = Sent.stored

    def listening(self: Sent) -> bool:
        answers.append(stored(self))
        return answers[-1]

    monkeypatch.setattr(Sent, "stored", listening)
    with opened("a.db") as connection:
        assert taken(connection, 0).done.revisions == 60
        assert answers == [True] * (60 // 7)
        assert not verify(connection).checked.findings


def test_nothing_builds_on_what_is_erased_meanwhile(address: str) -> None:
    with opened(address) as connection, connect(address, now=lambda: NOW) as other:

        def erase(number: int) -> None:
            if number in (30, 51):
                other.archive.erase(
                    Erase("barge", "local", Note("a ruling"), revision=number // 25)
                )

        taken(connection, 0, between=erase)
        for revision in (1, 2):
            assert other.archive.show_revision("barge", revision).article is None
        assert not verify(other).checked.findings
