"""A sealed text reads as before, takes less room, and can be erased; killed, nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import random
import sqlite3
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from postgres_server import PostgresServer
from processes import PATIENCE, started, unguard
from program import ask
from test_takedown import START, STORY, article, copy, erase, read, recorded
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.gathered import PACKS
from variorum.adapters.contents.packs import TEXTS, decode_pack, encode_pack, pieces
from variorum.adapters.contents.sealing import seal
from variorum.adapters.database.port import Dialect
from variorum.adapters.eventlog.packing import packed, unpacked
from variorum.adapters.verification.archive import verify
from variorum.domain.archive import Archive
from variorum.domain.bulk import Bulk
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article, Description, ErasedPart, Held
from variorum.domain.errors import DamagedError
from variorum.domain.takedown import ERASED_TEXT
from variorum.domain.times import MINUTE, SECOND, Basis, of_second

DICTIONARY = "9318b83b051e74a9ebd7a68d32b1d3b5b88b3d916f829d97fe08bcc54bd1c929"

json_states = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.from_regex(r"\A[0-9a-f]{64}\Z"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(lambda found: json.dumps(found, separators=(",", ":")).encode())


# Packed states.


@given(st.binary() | json_states)
def test_unpacking_is_the_inverse_of_packing(state: bytes) -> None:
    stored = packed(state)
    assert unpacked(stored) == state
    assert len(stored) <= len(state) + 1


@given(st.binary())
def test_what_is_not_packed_is_refused_or_unpacked(stored: bytes) -> None:
    with contextlib.suppress(DamagedError):
        unpacked(stored)


def test_an_event_takes_a_third_of_its_json(tmp_path: Path) -> None:
    with connect(str(tmp_path / "a.db"), create=True) as connection:
        recorded(connection, 30)
        with connection.database.read() as cursor:
            rows = [bytes(row[0]) for row in cursor.rows("select state from event")]
    assert sum(map(len, rows)) < sum(len(unpacked(row)) for row in rows) / 2


def test_the_dictionary_of_states_never_changes() -> None:
    data = files("variorum.adapters.eventlog").joinpath("states_1.zdict").read_bytes()
    assert hashlib.sha256(data).hexdigest() == DICTIONARY
    stored = bytes.fromhex(f"11{'ab' * 32}205085000010313004fc0c82bef9e96792f793b501")
    content = f'{{"ordinal":0,"length":5,"commitment":"{"ab" * 32}"}}'
    state = f'{{"actor":"local","revision":1,"article":{content}}}'
    assert unpacked(stored) == state.encode()


# Packs.


@st.composite
def texts(draw: st.DrawFn) -> list[Held | None]:
    salt = st.binary(min_size=32, max_size=32)
    held = st.builds(Held, salt, st.binary(max_size=300))
    return draw(st.lists(st.none() | held, min_size=1, max_size=TEXTS))


@given(texts(), st.none() | st.binary(max_size=300), st.integers(0, 20_000))
def test_a_pack_gives_its_texts_back(
    given_texts: list[Held | None], prefix: bytes | None, more: int
) -> None:
    data = encode_pack(given_texts, prefix)
    assert decode_pack(data, len(given_texts), prefix) == given_texts
    long = data + random.Random(more).randbytes(more)
    dialects: tuple[Dialect, ...] = ("sqlite", "postgres")
    for dialect in dialects:
        assert b"".join(pieces(dialect, long)) == long


@given(texts(), st.data())
def test_a_changed_pack_is_refused_or_gives_other_texts(
    given_texts: list[Held | None], data: st.DataObject
) -> None:
    stored = bytearray(encode_pack(given_texts, None))
    at = data.draw(st.integers(0, len(stored) - 1))
    stored[at] ^= 1 << data.draw(st.integers(0, 7))
    with contextlib.suppress(DamagedError):
        assert decode_pack(bytes(stored), len(given_texts), None) != given_texts


# Sealing.


def sealed(connection: Connection) -> int:
    done = seal(connection.database, connection.collection, None)
    assert done.left == []
    return done.texts


def assert_whole(connection: Connection, erased: int = 0) -> None:
    found = verify(connection, deep=True).checked
    assert (found.findings, found.erased) == ([], erased)
    assert list(differences(connection.database)) == []


@pytest.mark.parametrize("count", [1, 3, 33, 70])
def test_sealed_texts_read_as_before(address: str, count: int) -> None:
    with connect(address, create=True) as connection:
        kept = recorded(connection, count)
        head, root = connection.log.head(), verify(connection).root
        assert sealed(connection) >= 2 * count
        assert sealed(connection) == 0
        assert (connection.log.head(), verify(connection).root) == (head, root)
        with connection.database.read() as cursor:
            assert cursor.rows("select * from content") == []
        assert_whole(connection)
    with connect(address) as connection:
        assert {number: read(connection, number) for number in kept} == kept
        again = connection.archive.record(copy(count, article(count)))
        assert again.verdict.value != "revision"
        for number in range(count + 1, count + 4):
            connection.archive.record(copy(number))
        assert read(connection, count + 3) == article(count + 3)
        assert_whole(connection)
        sealed(connection)
        assert read(connection, count + 1) == article(count + 1)
        assert_whole(connection)


@pytest.mark.parametrize(("dated", "looks"), [(True, 1), (False, 2)], ids=["stated", "captured"])
@pytest.mark.parametrize(("count", "more"), [(1, 0), (3, 2), (33, 1), (70, 40)])
def test_a_server_is_asked_once_for_what_is_sealed(
    address: str, monkeypatch: pytest.MonkeyPatch, count: int, more: int, dated: bool, looks: int
) -> None:
    """Also for texts that are not sealed and build on sealed ones; twice if times are wide."""

    def revision(number: int) -> RecordCopy:
        at = START + number * MINUTE
        return structs.replace(
            copy(number), published=of_second(at, None, Basis.STATED) if dated else None
        )

    with connect(address, create=True) as connection:
        for number in range(1, count + 1):
            connection.archive.record(revision(number))
        sealed(connection)
        for number in range(count + 1, count + more + 1):
            connection.archive.record(revision(number))
    asked: list[str] = []
    with connect(address) as connection:
        archive, database = connection.archive, connection.database
        archive.show(STORY)
        with database.read() as cursor:
            kind = type(cursor)
        for name in ("row", "rows"):
            whole = getattr(kind, name)

            def counted(self: Any, statement: str, given: Any = (), whole: Any = whole) -> Any:
                asked.append(statement)
                return whole(self, statement, given)

            monkeypatch.setattr(kind, name, counted)
        for number in range(1, count + more + 1):
            del asked[:]
            shown = archive.show(STORY, START + number * MINUTE + SECOND)
            assert shown.article == article(number)
            assert shown.description == Description(url="https://example.org/crane")
            assert database.dialect == "sqlite" or len(asked) <= looks


def test_of_a_story_that_goes_on_full_packs_are_sealed(address: str) -> None:
    now = [1_800_000_000_000_000]
    with connect(address, create=True, now=lambda: now[0]) as connection:
        recorded(connection, 70)
        connection.archive.record(copy(1, story="cold"))
        now[0] += 10 * MINUTE
        recorded_at = now[0] - 5 * MINUTE
        connection.archive.record(copy(71))
        done = seal(connection.database, connection.collection, recorded_at)
        assert done.left == []
        with connection.database.read() as cursor:
            rows = cursor.rows(
                "select stream, kind, sum(texts) from pack where piece = 0"
                " group by stream, kind order by stream, kind"
            )
        assert [tuple(map(int, row[1:])) for row in rows] == [
            (0, 64),
            (1, 64),
            (0, 1),
            (1, 1),
            (3, 1),
        ]
        assert read(connection, 71) == article(71)
        assert_whole(connection)


def test_a_damaged_text_is_left_where_it_is(address: str) -> None:
    with connect(address, create=True) as connection:
        recorded(connection, 3)
        unguard(connection.database)
        with connection.database.write() as cursor:
            cursor.run("update content set salt = data where kind = 0 and ordinal = 1")
        done = seal(connection.database, connection.collection, None)
        assert any("article 1 of story/crane" in each for each in done.left)
        assert verify(connection).checked.first is not None
    ran = ask("--archive", address, "seal", "--all")
    assert (ran.code, "not sealed: article 1" in ran.err) == (6, True)


def test_a_changed_pack_is_found(address: str) -> None:
    with connect(address, create=True) as connection:
        recorded(connection, 3)
        sealed(connection)
        unguard(connection.database)
        with connection.database.read() as cursor:
            rows = cursor.rows("select kind, piece, data from pack")
        for kind, piece, data in rows:
            for at in (0, 2, len(data) // 2, len(data) - 1):
                changed = bytearray(data)
                changed[at] ^= 0x11
                where = f"where kind = {kind} and piece = {piece}"
                with connection.database.write() as cursor:
                    cursor.run(f"update pack set data = :data {where}", {"data": bytes(changed)})
                assert verify(connection).checked.tampered
                with connection.database.write() as cursor:
                    cursor.run(f"update pack set data = :data {where}", {"data": bytes(data)})
        assert_whole(connection)
        columns = ("collection", "stream", "kind", "pack", "piece", "texts", "data")
        for change in (
            "update pack set texts = texts + 1 where kind = 0",
            "update pack set texts = texts - 1 where kind = 0",
            "update pack set pack = 1 where kind = 0",
            "delete from pack where kind = 0",
        ):
            with connection.database.write() as cursor:
                before = cursor.rows(f"select {', '.join(columns)} from pack order by kind, piece")
                cursor.run(change)
            assert verify(connection).checked.tampered, change
            with connection.database.write() as cursor:
                cursor.run("delete from pack")
                cursor.insert("pack", columns, before)
        assert_whole(connection)


def test_triggers_refuse_that_packs_be_changed(tmp_path: Path) -> None:
    archive = str(tmp_path / "a.db")
    with connect(archive, create=True) as connection:
        recorded(connection, 3)
        sealed(connection)
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as file:
        for change in (
            "update pack set texts = 1",
            "delete from pack",
            "insert or replace into pack select * from pack",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="only changed by erasing"):
                file.execute(change)


# Killed at any moment.


def seal_all(address: str) -> None:
    with connect(address) as connection:
        while True:
            seal(connection.database, connection.collection, None)
            time.sleep(0.01)


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_sealing_loses_nothing(address: str, seed: int) -> None:
    """While others record; what was sealed stays sealed, and the next run does the rest."""
    chance = random.Random(seed)
    with connect(address, create=True) as connection:
        kept: dict[tuple[str, int], Article] = {}
        with Bulk(
            connection.archive.log, connection.archive.contents, connection.archive.salts, batch=50
        ) as bulk:
            for story in range(60):
                for number in range(1, chance.randint(2, 6)):
                    bulk.take(copy(number, story=f"s{story}"))
                    kept[f"s{story}", number] = article(number)
        process = started(seal_all, address)
        until = time.monotonic() + 1.0 + chance.random()
        number = 0
        while time.monotonic() < until:
            number += 1
            connection.archive.record(copy(number))
        process.kill()
        process.join(PATIENCE)
        assert_whole(connection)
        sealed(connection)
        assert_whole(connection)
    with connect(address) as connection:
        for (name, each), text in kept.items():
            assert read(connection, each, name) == text
        for each in range(1, number + 1):
            assert read(connection, each) == article(each)


# Any order of everything.

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(1, 40)),
        st.tuples(st.just("seal"), st.just(0)),
        st.tuples(st.just("erase"), st.integers(0, 100)),
        st.tuples(st.just("reopen"), st.just(0)),
        st.tuples(st.just("together"), st.just(0)),
        st.tuples(st.just("read"), st.integers(0, 100)),
    ),
    max_size=12,
)


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_in_any_order_what_is_held_is_read_and_what_is_erased_is_not(
    request: pytest.FixtureRequest, tmp_path: Path, dialect: str
) -> None:
    numbers = itertools.count()
    server: PostgresServer | None = None
    if dialect == "postgres":
        server = request.getfixturevalue("postgres_server")

    @settings(max_examples=12, deadline=None, suppress_health_check=(HealthCheck.too_slow,))
    @given(STEPS)
    def check(steps: list[tuple[str, int]]) -> None:
        address = server.create_database() if server else str(tmp_path / f"{next(numbers)}.db")
        held: dict[int, Article | None] = {}
        connection = connect(address, create=True)
        elsewhere = connect(address)
        together: Archive | None = None
        try:
            for step, number in [*steps, ("seal", 0), ("reopen", 0)]:
                match step:
                    case "record":
                        for _ in range(number):
                            new = len(held) + 1
                            connection.archive.record(copy(new))
                            held[new] = article(new)
                    case "seal":
                        sealed(connection)
                    case "erase" if held:
                        gone = number % len(held) + 1
                        if held[gone] is not None:
                            connection.archive.erase(erase(ErasedPart.REVISION, gone))
                            held[gone] = None
                    case "reopen":
                        connection.close()
                        connection = connect(address)
                    case "together" if held:
                        archive = elsewhere.archive
                        together = archive.together([archive.story(STORY)])
                    case "read" if held:
                        each = number % len(held) + 1
                        for reading in (connection.archive, elsewhere.archive, together):
                            if reading is not None:
                                shown = reading.show_revision(STORY, each)
                                assert shown.article == held[each]
                    case _:
                        pass
            assert {number: read(connection, number) for number in held} == held
            assert verify(connection).checked.findings == []
        finally:
            connection.close()
            elsewhere.close()
            if server:
                server.drop_database(address)

    check()


# What others do meanwhile.

MANY = PACKS * TEXTS + 40
"""Texts of a story of which not all are read together."""


def long_text(number: int) -> Article:
    chance = random.Random(number)
    return Article(paragraphs=tuple(chance.randbytes(30).hex() for _ in range(12)))


def record_many(connection: Connection, first: int, last: int) -> None:
    for number in range(first, last + 1):
        connection.archive.record(copy(number, long_text(number)))


def test_a_pack_that_was_read_half_full_is_read_again_for_those_upon_it(address: str) -> None:
    with connect(address, create=True) as connection, connect(address) as reader:
        record_many(connection, 1, 11)
        sealed(connection)
        assert read(reader, 5) == long_text(5)
        record_many(connection, 12, 80)
        sealed(connection)
        for number in (5, 33, 40, 70):
            assert read(reader, number) == long_text(number)
        record_many(reader, 81, 81)
        assert_whole(connection)


@pytest.mark.parametrize("count", [0, 11])
def test_what_is_sealed_after_it_was_read_together_is_read(address: str, count: int) -> None:
    with connect(address, create=True) as connection, connect(address) as reader:
        record_many(connection, 1, max(1, count))
        if count:
            sealed(connection)
        record_many(connection, max(1, count) + 1, MANY)
        together = reader.archive.together([reader.archive.story(STORY)])
        sealed(connection)
        record_many(connection, MANY + 1, MANY + 3)
        for number in range(1, MANY + 4):
            assert together.show_revision(STORY, number).article == long_text(number)


def test_an_erasure_elsewhere_lets_those_who_read_together_go_on(address: str) -> None:
    with connect(address, create=True) as connection, connect(address) as reader:
        record_many(connection, 1, MANY)
        connection.archive.record(copy(1, story="another"))
        sealed(connection)
        together = reader.archive.together([reader.archive.story(STORY)])
        assert together.show_revision(STORY, 1).article == long_text(1)
        connection.archive.erase(erase(ErasedPart.REVISION, 1, story="another"))
        for number in range(1, MANY + 1):
            assert together.show_revision(STORY, number).article == long_text(number)


def test_a_passage_erased_meanwhile_is_read_without_it(address: str) -> None:
    with connect(address, create=True) as connection, connect(address) as reader:
        recorded(connection, 4)
        connection.archive.erase(erase(ErasedPart.PARAGRAPH, 1, 1))
        together = reader.archive.together([reader.archive.story(STORY)])
        connection.archive.erase(erase(ErasedPart.PARAGRAPH, 3, 2))
        shown = together.show_revision(STORY, 3).article
        assert shown == replace(article(3), paragraphs=(article(3).paragraphs[0], ERASED_TEXT))


# Elsewhere.


def test_a_backup_of_what_is_sealed_has_the_same_root(address: str, tmp_path: Path) -> None:
    with connect(address, create=True) as connection:
        kept = recorded(connection, 40)
        connection.archive.erase(erase(ErasedPart.REVISION, 32))
        loose = tmp_path / "loose.jsonl"
        whole = ("export", "--all", "--with-content", "--output")
        assert ask("--archive", address, *whole, str(loose)).code == 0
        sealed(connection)
    backup = tmp_path / "sealed.jsonl"
    assert ask("--archive", address, *whole, str(backup)).code == 0
    restored = str(tmp_path / "restored.db")
    assert ask("--archive", restored, "import", str(backup)).code == 0
    with connect(address) as first, connect(restored) as second:
        until = second.log.head().position
        assert list(first.log.lines(until)) == list(second.log.lines(until))
        for number, text in kept.items():
            assert read(second, number) == (None if number == 32 else text)


def test_what_is_sealed_is_told(tmp_path: Path) -> None:
    archive = str(tmp_path / "a.db")
    with connect(archive, create=True) as connection:
        recorded(connection, 5)
    before: Any = ask("--archive", archive, "stats", "--format", "json").json
    assert (before["sealed"], before["not_sealed"]) == (0, 11)
    assert ask("--archive", archive, "seal").out.startswith("0 texts sealed")
    done = ask("--archive", archive, "seal", "--all", "--compact", "--format", "json").json
    assert (done["sealed"], done["left"]) == (11, [])
    assert done["bytes_after"] < done["bytes_before"]
    after: Any = ask("--archive", archive, "stats", "--format", "json").json
    assert (after["sealed"], after["not_sealed"]) == (11, 0)
    assert "11 texts sealed" in ask("--archive", archive, "stats").out
    assert STORY in ask("--archive", archive, "stories").out


def test_nothing_is_older_than_the_first_year(tmp_path: Path) -> None:
    archive = str(tmp_path / "archive.db")
    assert ask("--archive", archive, "init").code == 0
    for days in (800_000, 10**9, 10**30):
        assert ask("--archive", archive, "seal", "--days", str(days)).code == 0
