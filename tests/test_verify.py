"""`verify` finds whatever was changed behind the archive's back, and names where."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
import tracemalloc
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import active_children, get_context
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
import zstandard
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import postgres_server as postgres
from evidence import make_signing_key, signed_archive, tell
from program import ask
from variorum.adapters.catalogue import compare
from variorum.adapters.catalogue.rebuild import rebuild as rebuild_catalogue
from variorum.adapters.connect import connect
from variorum.adapters.eventlog.packing import packed, unpacked
from variorum.adapters.key_files import key_path, signed_path
from variorum.adapters.projections.follower import follow
from variorum.adapters.projections.rebuild import rebuild
from variorum.adapters.projections.tally import Tally
from variorum.adapters.tree.checkpoints import signed_head
from variorum.adapters.tree.tiles import StoredTree
from variorum.adapters.verification.archive import Verified, verify
from variorum.adapters.verification.checkpoints import Trust
from variorum.adapters.verification.streams import STREAMS
from variorum.domain.errors import StorageError
from variorum.domain.events import FixityChecked
from variorum.domain.signed_note import VerifierKey
from variorum.domain.verification import FINDINGS_KEPT, Checked

#: What is changed: the tables that hold evidence, the keys of their rows, and what else is in them.
EVIDENCE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "event": (("position",), ("stream", "version", "topic", "recorded_at", "state")),
    "content": (("stream", "kind", "ordinal"), ("encoding", "salt", "data")),
    "stream": (("stream",), ("name",)),
    "topic": (("topic",), ("name",)),
    "tile": (("level", "tile"), ("hashes",)),
    "checkpoint": (("size",), ("root", "note")),
    "collection": (("collection",), ("position", "recorded_at", "streams", "topics")),
}
CATALOGUE = ("story", "dating", "sighting", "tally")


@dataclass(frozen=True)
class Kept:
    """A signed archive, of which each test gets a copy."""

    key: VerifierKey
    template: str
    server: postgres.PostgresServer | None

    def copy(self, path: Path) -> str:
        """The address of a new copy."""
        if self.server is not None:
            return self.server.create_database(template=self.template)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.template, path)
        Path(f"{path}-wal").unlink(missing_ok=True)
        for end in (".main.key", ".main.key.signed"):
            if Path(f"{self.template}{end}").exists():
                shutil.copy(f"{self.template}{end}", f"{path}{end}")
        return str(path)

    def drop(self, address: str) -> None:
        if self.server is not None:
            self.server.drop_database(address)


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    server: postgres.PostgresServer | None = None
    address = str(tmp_path / "kept.db")
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        address = request.getfixturevalue("postgres_url")
    key = signed_archive(address)
    with connect(address) as connection:
        follow(connection.database, connection.collection, Tally())
    return Kept(key, address, server)


class Forger:
    """Whoever may write to the database, and takes off what would keep them from it."""

    def __init__(self, address: str) -> None:
        self._connection: Any
        if address.startswith("postgres"):
            self._connection, self._mark = psycopg.connect(address, autocommit=True), "%s"
        else:
            self._connection = sqlite3.connect(address, isolation_level=None)
            self._mark = "?"
            for (name,) in self._connection.execute(
                "select name from sqlite_master where type = 'trigger'"
            ).fetchall():
                self._connection.execute(f"drop trigger {name}")

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()  # type: ignore[no-any-return]

    def run(self, statement: str, *values: object) -> None:
        self._connection.execute(statement.replace("?", self._mark), values)

    def close(self) -> None:
        self._connection.close()


def verified(address: str, *, deep: bool = False, trust: Trust = Trust()) -> Verified:  # noqa: B008
    with connect(address) as connection:
        return verify(connection, trust, deep=deep)


def test_nothing_is_found_where_nothing_was_changed(kept: Kept) -> None:
    found = verified(kept.template, deep=True, trust=Trust((kept.key,)))
    assert found.checked.findings == []
    assert found.checked.events == found.size
    assert found.checked.intact > 20
    assert (found.signed.count, found.signed.signers) == (2, (str(kept.key),))
    assert found.signed.size == found.size


def test_several_processes_find_what_one_finds(kept: Kept) -> None:
    with connect(kept.template) as connection:
        one = verify(connection, deep=True, jobs=1)
        two = verify(connection, deep=True, jobs=2)
    assert one == two


def test_processes_that_others_began_go_on_where_verifying_breaks_off(tmp_path: Path) -> None:
    """Its own are ended."""
    asleep = get_context("spawn").Process(target=time.sleep, args=(60,))

    def meanwhile(_: int) -> None:
        asleep.start()
        raise KeyboardInterrupt

    with connect(str(tmp_path / "a.db"), create=True) as connection:
        for number in range(STREAMS + 1):
            tell(connection, f"story-{number}", 1)
        with pytest.raises(KeyboardInterrupt):
            verify(connection, jobs=2, progress=meanwhile)
    try:
        asleep.join(0.2)
        assert active_children() == [asleep]
    finally:
        asleep.kill()
        asleep.join()


def other(value: object, data: st.DataObject) -> object:
    """Another value of the same type."""
    match value:
        case int():
            return value + data.draw(st.sampled_from((1, -1, 7, 1000)))
        case str():
            return value + "x"
        case bytes() if value:
            at = data.draw(st.integers(0, len(value) - 1))
            return (
                value[:at]
                + bytes([value[at] ^ (1 << data.draw(st.integers(0, 7)))])
                + value[at + 1 :]
            )
        case bytes():
            return b"\x00"
        case _:
            return 1


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ("update event set state = 'x' where position = 4", 4),
        ("update event set recorded_at = 'x' where position = 4", 4),
        ("update event set recorded_at = recorded_at + 0.5 where position = 4", 4),
        ("update event set version = 'x' where position = 4", 4),
        ("update event set position = 'x' where position = 4", None),
        ("update content set data = 'x'", None),
        ("update content set salt = 'x'", None),
        ("update tile set hashes = 'x'", None),
        ("update checkpoint set note = 'x'", None),
        ("update collection set position = 'x'", None),
        ("update topic set name = x'ff00' where topic = 1", None),
        ("update event set state = x'78' where position = 2", 2),
    ],
)
def test_what_sqlite_lets_anybody_write_is_found(
    change: str, position: int | None, tmp_path: Path
) -> None:
    """Text where bytes or numbers belong, and the reverse; with the key beside the archive."""
    archive = str(tmp_path / "a.db")
    signed_archive(archive)
    with closing(Forger(archive)) as forger:
        forger.run(change)
    for how in ((), ("--deep",)):
        ran = ask("--archive", archive, "verify", *how)
        assert ran.code == 1, ran
        where = "tampered: " if position is None else f"tampered: #{position}: "
        assert where in ran.err


@pytest.mark.parametrize("table", EVIDENCE)
def test_a_change_to_any_row_is_found(kept: Kept, table: str, tmp_path: Path) -> None:
    """A value is changed, a row deleted, or two rows swap a value; by SQL, in any table.

    Where it is an event's row, the position is named.
    """
    copies = count()

    @settings(max_examples=10 if kept.server else 40)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        address = kept.copy(tmp_path / "copies" / f"{next(copies)}.db")
        try:
            with closing(Forger(address)) as forger:
                position = forge(forger, table, data)
            try:
                found = verified(address)
            except StorageError:
                return  # so changed that it is no collection any more
            assert found.checked.tampered
            if position is not None:
                assert found.checked.first is not None
                assert found.checked.first.position == position
        finally:
            kept.drop(address)

    check()


def forge(forger: Forger, table: str, data: st.DataObject) -> int | None:
    """Changes a table; gives the position that has to be named, where it is an event's."""
    keys, values = EVIDENCE[table]
    columns = (*keys, *values)
    rows = sorted(forger.rows(f"select {', '.join(columns)} from {table}"), key=repr)
    row = data.draw(st.sampled_from(rows))
    here = " and ".join(f"{key} = ?" for key in keys)
    ways = ["change"]
    if len(rows) > 1:
        ways.append("swap")
    if table not in ("collection", "checkpoint", "tile"):  # the last two are made anew if missing
        ways.append("delete")
    position: int | None = row[0] if table == "event" else None
    match data.draw(st.sampled_from(ways)):
        case "delete":
            forger.run(f"delete from {table} where {here}", *row[: len(keys)])
        case "swap":
            column = data.draw(st.integers(len(keys), len(columns) - 1))
            second = data.draw(st.sampled_from([each for each in rows if each != row]))
            assume(second[column] != row[column])
            change = f"update {table} set {columns[column]} = ? where {here}"
            with refusals():
                forger.run(change, second[column], *row[: len(keys)])
                forger.run(change, row[column], *second[: len(keys)])
            position = None if position is None else min(position, second[0])
        case _:
            first = 0 if table in ("event", "content", "stream", "topic") else len(keys)
            column = data.draw(st.integers(first, len(columns) - 1))
            with refusals():
                forger.run(
                    f"update {table} set {columns[column]} = ? where {here}",
                    other(row[column], data),
                    *row[: len(keys)],
                )
    return position


ODD_ROWS = {
    "a checkpoint of no size": "update checkpoint set size = -size",
    "a time-stamp of no checkpoint": (
        "insert into timestamp_token (collection, size, authority, obtained_at, token)"
        " select collection, size + 1, '', 1, note from checkpoint where size = 1"
        " or size = (select min(size) from checkpoint)"
    ),
    "a tile that is cut short": (
        "insert into tile (collection, level, tile, hashes)"
        " select collection, 0, 0, substr(hashes, 1, 32) from tile where level = -1"
    ),
    "a tail that is cut within a hash": "update tile set hashes = substr(hashes, 1, 33)",
    "a tile of no level": "update tile set level = -2",
    "a tile of no number": "update tile set tile = -1",
    "a log that says it is very long": "update collection set position = 2000000000",
    "a stream with a very large key": (
        "update stream set stream = 2000000000 where name = 'collection'"
    ),
    "a very large key that the log gave": (
        "update stream set stream = 2000000000 where name = 'collection';"
        "update collection set streams = 2000000000"
    ),
    "an event of no collection": (
        "insert into event (collection, position, stream, version, topic, recorded_at, state)"
        " select 99, position, stream, version, topic, recorded_at, state from event"
        " where position = 1"
    ),
    "a content of no collection": (
        "insert into content (collection, stream, kind, ordinal, base, encoding, salt, data)"
        " select 98, stream, kind, ordinal, base, encoding, salt, data from content"
    ),
    "a checkpoint of no collection": (
        "insert into checkpoint (collection, size, root, note, signed_at)"
        " select -1, size, root, note, signed_at from checkpoint"
    ),
    "a key below all": "update stream set stream = -2000000000 where name = 'collection'",
}


@pytest.mark.parametrize("odd", ODD_ROWS)
def test_rows_that_no_log_has_are_found(kept: Kept, odd: str, tmp_path: Path) -> None:
    """Soon, and without the disk or the memory that they would take if they were believed."""
    address = kept.copy(tmp_path / "copies" / "odd.db")
    try:
        with closing(Forger(address)) as forger:
            for change in ODD_ROWS[odd].split(";"):
                forger.run(change)
        assert verified(address).checked.tampered
    finally:
        kept.drop(address)


@contextmanager
def refusals() -> Generator[None]:
    """The database itself refuses some changes: two rows with one key, numbers too large."""
    try:
        yield
    except (sqlite3.IntegrityError, psycopg.Error):
        assume(False)


def test_whoever_makes_the_tree_anew_is_found_by_what_was_signed(
    kept: Kept, tmp_path: Path
) -> None:
    """An event is changed, and the tree, the catalogue and the tally are made to agree with it."""
    address = kept.copy(tmp_path / "forged" / "archive.db")
    try:
        with closing(Forger(address)) as forger:
            ((state,),) = forger.rows("select state from event where position = 6")
            changed = unpacked(bytes(state)).replace(b'"tester"', b'"intern"')
            assert changed != unpacked(bytes(state))
            forger.run("update event set state = ? where position = 6", packed(changed))
            forger.run("delete from tile")
        with connect(address) as connection:
            for projection in ("catalogue", "tally"):
                rebuild(connection.database, connection.collection, projection)
            StoredTree(connection.database, connection.collection).bring_up_to_date()
        found = verified(address, deep=True)
        assert found.checked.first is not None
        assert "not those that were signed" in found.checked.first.what
        with closing(Forger(address)) as forger:
            forger.run("delete from checkpoint")
        if kept.server is None:
            assert verified(address).checked.tampered  # by the file beside the key
            signed_path(key_path(address, "main")).unlink()
            assert not verified(address).checked.tampered
        assert verified(address, trust=Trust((kept.key,))).checked.tampered
    finally:
        kept.drop(address)


def test_whoever_signs_with_a_key_of_their_own_is_found_by_the_trusted_one(
    kept: Kept, tmp_path: Path
) -> None:
    with connect(str(tmp_path / "other.db"), create=True) as connection:
        stranger = make_signing_key(connection)
    assert verified(kept.template, trust=Trust((stranger,))).checked.tampered
    assert not verified(kept.template, trust=Trust((kept.key, stranger))).checked.tampered


def test_no_text_is_hidden_by_a_backup_that_there_was_not(kept: Kept, tmp_path: Path) -> None:
    """Somebody makes the archive say that a backup was restored in part, and takes out a text.

    What is found is called by another name, and is found all the same; what else is changed is
    called as ever.
    """
    note = "kind = 2 and ordinal = 0 and stream = (select min(stream) from content where kind = 2)"
    gone = f"update content set encoding = 9, base = null, salt = ?, data = ? where {note}"
    for until, change, values, verdict in (
        (9, gone, (b"", b""), "incomplete"),
        (0, gone, (b"", b""), "tampered"),
        (-1, gone, (b"", b""), "tampered"),
        (9, gone, (b"", b"x"), "tampered"),
        (9, f"update content set encoding = 0, data = ? where {note}", (b"x",), "tampered"),
        (9, f"delete from content where {note}", (), "tampered"),
    ):
        address = kept.copy(tmp_path / "hidden" / "archive.db")
        try:
            with closing(Forger(address)) as forger:
                forger.run(
                    "insert into tracking select collection, 'backup', position, position + ?, "
                    "null from collection",
                    until,
                )
                forger.run(change, *values)
            for how in ((), ("--deep",)):
                ran = ask("--archive", address, "verify", "--format", "json", *how)
                assert (ran.code, ran.json["verdict"]) == (1, verdict)
        finally:
            kept.drop(address)


@pytest.mark.parametrize("table", CATALOGUE)
def test_deep_compares_every_projection_with_replay(kept: Kept, table: str, tmp_path: Path) -> None:
    address = kept.copy(tmp_path / "deep" / "archive.db")
    column = {"tally": "events"}.get(table, "position")
    try:
        with closing(Forger(address)) as forger:
            forger.run(f"update {table} set {column} = {column} + 1000000")
        assert not verified(address).checked.tampered
        assert verified(address, deep=True).checked.tampered
    finally:
        kept.drop(address)


@pytest.mark.parametrize("table", ["dating", "sighting", "tracking"])
def test_a_text_in_place_of_a_position_is_found(table: str, tmp_path: Path) -> None:
    """SQLite takes it, wherever it is written."""
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    with connect(str(archive)) as connection:
        follow(connection.database, connection.collection, Tally())
    with closing(Forger(str(archive))) as forger:
        forger.run(f"update {table} set position = position || 'x'")
    ran = ask("--archive", archive, "verify", "--deep")
    assert ran.code == 1
    assert f"table {table} " in ran.err


def test_an_event_of_many_brackets_is_found(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    state = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with closing(Forger(str(archive))) as forger:
        forger.run("update event set state = ? where position = 5", packed(state))
    for how in ((), ("--deep",)):
        ran = ask("--archive", archive, "verify", *how)
        assert ran.code == 1
        assert "tampered: #5: the event cannot be read" in ran.err


def test_no_more_is_unpacked_than_was_committed_to(tmp_path: Path) -> None:
    """A few bytes can say of themselves that they are a text of gigabytes."""
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    bomb = zstandard.ZstdCompressor().compress(bytes(256 << 20))
    with closing(Forger(str(archive))) as forger:
        forger.run("update content set data = ? where kind = 0 and ordinal = 0", bomb)
    tracemalloc.start()
    try:
        found = verified(str(archive))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.checked.first is not None
    assert found.checked.first.position is not None
    assert most < len(bomb) + (64 << 20)


def test_a_forged_length_is_no_fault_of_the_texts_that_build_on_that_one(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    with closing(sqlite3.connect(archive, isolation_level=None)) as database:
        forged = 0
        for position, state in database.execute("select position, state from event").fetchall():
            said = json.loads(unpacked(state))
            if said.get("article", {}).get("ordinal") == 0 and said["article"]["length"] > 9:
                said["article"]["length"] = 9
                again = packed(json.dumps(said).encode())
                with closing(Forger(str(archive))) as forger:
                    forger.run("update event set state = ? where position = ?", again, position)
                forged += 1
    assert forged
    found = verified(str(archive)).checked
    assert not [each for each in found.findings if "builds on" in each.what]


@pytest.mark.parametrize("index", ["dating_first", "dating_open", "sighting_by_revision"])
def test_an_index_that_leaves_rows_out_is_found(index: str, tmp_path: Path) -> None:
    """Answers come by indexes, and a file can be written in which they lack what tables have."""
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    with closing(sqlite3.connect(archive, isolation_level=None)) as database:
        (made,) = database.execute(
            "select sql from sqlite_master where name = ?", (index,)
        ).fetchone()
        database.execute(f"drop index {index}")
        database.execute(f"{made} and stream <> 2")
        database.execute("pragma writable_schema = on")
        database.execute("update sqlite_master set sql = ? where name = ?", (made, index))
    ran = ask("--archive", str(archive), "verify", "--deep")
    assert ran.code == 1
    assert f"missing from index {index}" in ran.err


def test_an_index_of_names_that_is_another_than_the_names_is_found(tmp_path: Path) -> None:
    """Whoever asks for one story by its name would be told of the other."""
    archive = tmp_path / "a.db"
    signed_archive(str(archive))

    def swap(forger: Forger) -> None:
        for old, new in (("crane", "x"), ("quay", "crane"), ("x", "quay")):
            change = "update stream set name = ? where name = ?"
            forger.run(change, f"story/{new}", f"story/{old}")

    with closing(Forger(str(archive))) as forger:
        swap(forger)
        index = "sqlite_autoindex_stream_2"
        (row,) = forger.rows(f"select * from sqlite_master where name = '{index}'")
        ((made,),) = forger.rows("select sql from sqlite_master where name = 'stream'")
        forger.run("pragma writable_schema = on")
        forger.run("delete from sqlite_master where name = ?", index)
        without = made.replace("unique (collection, name)", "check (true)")
        forger.run("update sqlite_master set sql = ? where name = 'stream'", without)
    with closing(Forger(str(archive))) as forger:
        swap(forger)
        forger.run("pragma writable_schema = on")
        forger.run("update sqlite_master set sql = ? where name = 'stream'", made)
        forger.run("insert into sqlite_master values (?, ?, ?, ?, ?)", *row)
    told = ask("--archive", archive, "history", "crane", "--format", "json")
    assert "r6" not in told.out  # it has six, and quay has three
    for how in ((), ("--deep",)):
        ran = ask("--archive", archive, "verify", *how)
        assert ran.code == 1
        assert f"missing from index {index}" in ran.err


def test_tables_that_others_put_into_the_file_are_not_looked_at(tmp_path: Path) -> None:
    """They may be read with functions and collations that only their program has, or be amiss."""
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    with closing(sqlite3.connect(archive, isolation_level=None)) as database:
        database.create_collation("PHONEBOOK", lambda a, b: (a > b) - (a < b))
        database.create_function("slug", 1, str, deterministic=True)
        database.execute("create table mark (name text collate phonebook, note text)")
        database.execute("create index mark_by_name on mark (name)")
        database.execute("create index mark_by_slug on mark (slug(name))")
        database.execute("create view marked as select note from mark")
        database.execute("insert into mark (name) values ('b'), ('a')")
        made = "create table mark (name text collate phonebook, note text not null)"
        database.execute("pragma writable_schema = on")
        database.execute("update sqlite_master set sql = ? where name = 'mark'", (made,))
    ran = ask("--archive", str(archive), "verify", "--deep")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("table", ["event", "content", "dating"])
def test_a_view_in_the_place_of_a_table_is_found(table: str, tmp_path: Path) -> None:
    """It can say something else when nobody verifies."""
    archive = tmp_path / "a.db"
    signed_archive(str(archive))
    with closing(Forger(str(archive))) as forger:
        forger.run(f"alter table {table} rename to {table}_once")
        forger.run(f"create view {table} as select * from {table}_once")
    ran = ask("--archive", str(archive), "verify")
    assert ran.code == 1
    assert f"{table} is a view" in ran.err


def test_the_command_tells_the_verdict_and_the_first_bad_position(
    kept: Kept, tmp_path: Path
) -> None:
    address = kept.copy(tmp_path / "told" / "archive.db")
    try:
        ran = ask("--archive", address, "verify", "--key", str(kept.key))
        assert (ran.code, ran.err) == (0, "")
        assert "tampered 0" in ran.out
        assert f"signed by {kept.key}" in ran.out
        with closing(Forger(address)) as forger:
            forger.run("delete from event where position = 7")
        ran = ask("--archive", address, "verify")
        assert ran.code == 1
        assert "#7: the event is missing" in ran.err
        ran = ask("--archive", address, "verify", "--format", "json")
        assert ran.code == 1
        (body,) = ran.objects
        assert (body["verdict"], body["first"]) == ("tampered", 7)
    finally:
        kept.drop(address)


def test_a_check_can_be_recorded(kept: Kept, tmp_path: Path) -> None:
    address = kept.copy(tmp_path / "recorded" / "archive.db")
    try:
        assert ask("--archive", address, "verify", "--deep", "--record").code == 0
        with connect(address) as connection:
            head = connection.log.head().position
            event = connection.log.at(head).event
            assert isinstance(event, FixityChecked)
            assert (event.position, event.deep) == (head - 1, True)
        assert ask("--archive", address, "verify", "--deep").code == 0
    finally:
        kept.drop(address)


def test_checkpoints_and_proofs_are_checked_as_files(kept: Kept, tmp_path: Path) -> None:
    """With the right key they hold, with another they do not, and a part of one is none."""
    key, note, proof = str(kept.key), tmp_path / "head.note", tmp_path / "crane.tlog-proof"
    assert ask("--archive", kept.template, "checkpoint", "-o", note).code == 0
    assert ask("--archive", kept.template, "prove", "crane@r2", "-o", proof).code == 0
    away = str(tmp_path / "nowhere.db")
    for archive in (kept.template, away):
        for path in (note, proof):
            ran = ask("--archive", archive, "verify", path, "--key", key)
            assert (ran.code, ran.err) == (0, "")
            assert ran.out.startswith("intact")
    other = str(tmp_path / "other.db")
    with connect(other, create=True) as connection:
        stranger = str(make_signing_key(connection))
    for path in (note, proof):
        assert ask("--archive", away, "verify", path, "--key", stranger).code == 1
        part = tmp_path / f"part-{path.name}"
        part.write_bytes(path.read_bytes()[:-40])
        assert ask("--archive", away, "verify", part, "--key", key).code in (1, 5)
    assert ask("--archive", other, "verify", note, "--key", key).code == 1
    ran = ask("--archive", away, "verify", note)
    assert ran.code == 2
    assert "--key" in ran.err
    assert ask("--archive", away, "verify", note, "--key", "nonsense").code == 2
    assert ask("--archive", away, "verify", tmp_path / "none", "--key", key).code == 5


def test_a_checkpoint_beside_the_archive_of_another_log_says_so(tmp_path: Path) -> None:
    archive, note, mine = tmp_path / "a.db", tmp_path / "head.note", tmp_path / "mine.db"
    key = signed_archive(str(archive))
    assert ask("--archive", archive, "checkpoint", "-o", note).code == 0
    assert ask("--archive", mine, "init", "--origin", "mine.example/log").code == 0
    ran = ask("--archive", mine, "verify", note, "--key", str(key))
    assert ran.code == 1
    assert "its signature is good, but the log in" in ran.err
    assert "is that of mine.example/log, and not of port.example/log" in ran.err


@given(st.lists(st.none() | st.integers(1, 40), max_size=30), st.integers(0, FINDINGS_KEPT * 2))
def test_the_first_finding_is_that_of_the_lowest_position(
    places: list[int | None], before: int
) -> None:
    """However many there are, in whatever order they are found, and by however many processes."""
    one, other = Checked(), Checked()
    for descending in range(before, 0, -1):
        one.find(40 + descending, "wrong")
    for place in places:
        other.find(place, "wrong")
    for first, second in ((one, other), (other, one)):
        both = Checked()
        both.add(first)
        both.add(second)
        assert both.tampered == before + len(places)
        assert len(both.findings) == min(both.tampered, FINDINGS_KEPT)
        found = [*range(41, 41 + before), *(place for place in places if place is not None)]
        if both.tampered == 0:
            assert both.first is None
        else:
            assert both.first is not None
            assert both.first.position == min(found, default=None)
            assert both.ordered()[0] == both.first


def test_a_log_that_lost_an_event_is_not_that_of_its_checkpoint(kept: Kept, tmp_path: Path) -> None:
    note = tmp_path / "head.note"
    assert ask("--archive", kept.template, "checkpoint", "-o", note).code == 0
    address = kept.copy(tmp_path / "lost" / "archive.db")
    try:
        with closing(Forger(address)) as forger:
            forger.run("delete from event where position = 7")
        ran = ask("--archive", address, "verify", note, "--key", str(kept.key))
        assert ran.code == 1
        assert "position 7 is missing: it is not what the checkpoint is of" in ran.err
    finally:
        kept.drop(address)


def test_what_is_recorded_and_signed_meanwhile_is_not_missed(kept: Kept) -> None:
    """Of events that were appended since it began, neither tiles nor checkpoints are damage."""
    address = kept.template
    with connect(address) as connection, connect(address) as other:
        size = connection.log.head().position
        rounds = count()

        def meanwhile(_: int) -> None:
            if not next(rounds):
                tell(other, "meanwhile", 300)
                signed_head(other)

        for jobs in (1, 2):
            found = verify(connection, Trust((kept.key,)), jobs=jobs, progress=meanwhile)
            assert found.checked.findings == []
            assert found.size == size
            size = connection.log.head().position
        assert verify(connection, deep=True).signed.size >= size - 2


def test_a_rebuild_meanwhile_is_no_difference(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits with its tables, in which rows of later events would be seen too soon."""
    with connect(postgres_url, create=True) as connection, connect(postgres_url) as other:
        tell(connection, "ferry", 3)
        replayed = compare._replayed  # pyright: ignore[reportPrivateUsage]
        rebuilding = Thread(target=rebuild_catalogue, args=(other.database,))

        def late(*asked: Any) -> Any:
            found = replayed(*asked)
            if rebuilding.ident is None:
                tell(other, "meanwhile", 3)
                rebuilding.start()
                rebuilding.join(1.0)
            return found

        monkeypatch.setattr(compare, "_replayed", late)
        assert verify(connection, deep=True).checked.findings == []
        rebuilding.join()
        assert verify(connection, deep=True).checked.findings == []


@pytest.mark.parametrize("more", [16, 32, 3200])
@pytest.mark.parametrize("level", [0, -1])
def test_bytes_after_a_tile_are_found(kept: Kept, level: int, more: int) -> None:
    with connect(kept.template) as connection:
        tell(connection, "many", 600)
        StoredTree(connection.database, connection.collection).bring_up_to_date()
        signed_head(connection)
        assert verify(connection).checked.findings == []
        asked = {"level": level}
        with connection.database.write() as cursor:
            row = cursor.row("select tile, hashes from tile where level = :level", asked)
            assert row is not None
            longer = {"tile": row[0], "hashes": bytes(row[1]) + bytes(more)}
            cursor.run(
                "update tile set hashes = :hashes where level = :level and tile = :tile",
                {**asked, **longer},
            )
        assert verify(connection).checked.findings


def test_a_tile_of_a_level_that_no_log_reaches_is_found(kept: Kept) -> None:
    with connect(kept.template) as connection:
        with connection.database.write() as cursor:
            cursor.run(
                "insert into tile (collection, level, tile, hashes)"
                " values (:collection, :level, 0, :hashes)",
                {"collection": connection.collection, "level": 20_000, "hashes": bytes(8192)},
            )
        assert verify(connection).checked.findings
