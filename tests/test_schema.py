"""An older archive is brought up to date when it is opened; one that cannot be written is read."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from processes import at_once, create
from program import ask
from variorum.adapters import schema
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.connect import connect
from variorum.adapters.contents.sealing import seal
from variorum.adapters.database.address import database_at, is_url
from variorum.adapters.verification.archive import verify
from variorum.adapters.watch.targets import Targets
from variorum.domain.content import Article, ErasedPart, Note
from variorum.domain.errors import StorageError
from variorum.domain.takedown import Erase

HERE = Path(__file__).parent


def make_old(address: str, version: int = 1) -> None:
    """Makes an archive of an old schema, with the statements of then: a story of a few revisions.

    That of schema 3 has an erased revision, r4, and the guards of then; that of schema 5 has one
    that was redated, r2, and r4 was seen again.
    """
    folder, end = HERE / f"schema{version}", ";\n" if version == 1 else ";;\n"
    dialect = "postgres" if is_url(address) else "sqlite"
    if dialect == "sqlite":
        with contextlib.closing(sqlite3.connect(address)) as file:
            file.execute("pragma journal_mode = wal")
    statements = (folder / f"{dialect}.sql").read_text().split(end)
    rows: dict[str, Any] = json.loads((folder / "rows.json").read_text())
    database = database_at(address)
    with database.write() as cursor:
        for text in filter(None, statements):
            cursor.run(text)
        for table, each in rows.items():
            values = [tuple(map(_value, row)) for row in each["rows"]]
            cursor.insert(table, each["columns"], values)
    database.close()


def _value(written: Any) -> Any:
    try:
        return bytes.fromhex(written["hex"])
    except TypeError:
        return written


def open_and_read(address: str) -> None:
    with connect(address) as connection:
        shown = connection.archive.show_revision("cranes", 2)
        assert shown.article is not None
        assert shown.article.headline == "Cranes fall 1"


def test_an_archive_of_schema_1_is_upgraded_when_it_is_opened(address: str) -> None:
    make_old(address)
    open_and_read(address)
    with connect(address) as connection:
        connection.archive.record(_copy("Cranes stand"))
        shown = connection.archive.show("cranes")
        assert shown.article == Article(headline="Cranes stand")
        assert list(differences(connection.database)) == []
        assert version_of(address) == schema.SCHEMA_VERSION
        with connection.database.read() as cursor:
            for table in (*schema.LOG_TABLES, *schema.CATALOGUE_TABLES):
                if "_" not in table:
                    cursor.rows(f"select * from {table}")


def test_an_archive_of_schema_3_is_upgraded_sealed_and_erased_from(address: str) -> None:
    """What it holds is as it was, to the last byte of its log; and all that is new can be done."""
    make_old(address, 3)
    rows = json.loads((HERE / "schema3" / "rows.json").read_text())["event"]["rows"]
    with connect(address) as connection:
        assert connection.database.name
        lines = list(connection.log.lines(len(rows)))
        assert [
            bytes.fromhex(row[-1]["hex"]) in line for row, line in zip(rows, lines, strict=True)
        ] == [True] * len(rows)
        assert verify(connection, deep=True).checked.findings == []
        for _ in range(2):
            for number in (1, 2, 3, 5):
                article = connection.archive.show_revision("cranes", number).article
                assert article is not None
                assert article.headline == f"Cranes fall {number - 1}"
            assert connection.archive.show_revision("cranes", 4).article is None
            seal(connection.database, connection.collection, None)
        connection.archive.record(_copy("Cranes stand", 60))
        gone = Erase("cranes", "t", Note(text="e", why="w", authority="a"), ErasedPart.REVISION, 1)
        connection.archive.erase(gone)
        assert connection.archive.show_revision("cranes", 1).article is None
        found = verify(connection, deep=True).checked
        assert found.findings == []
        assert version_of(address) == schema.SCHEMA_VERSION


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (1_729_771_470, (1, (), 1_729_771_470_000_000)),
        (1_729_771_865, (2, ("r1",), 1_729_772_470_000_000)),
        (1_729_773_000, (2, (), 1_729_772_470_000_000)),
        (1_729_773_500, (3, (), None)),
        (1_729_775_200, (4, (), 1_729_775_060_000_000)),
    ],
)
def test_an_archive_of_schema_5_answers_as_before(
    address: str, at: int, answer: tuple[int, tuple[str, ...], int | None]
) -> None:
    """Of a story that was redated and sighted, whose revisions were in a table of their own."""
    make_old(address, 5)
    with connect(address) as connection:
        found = connection.archive.show("cranes", at * 1_000_000)
        assert (found.dating.revision, found.possible, found.last_sighted) == answer
        assert list(differences(connection.database)) == []
        assert verify(connection, deep=True).checked.findings == []
        connection.archive.record(_copy("Cranes stand", 60))
        assert connection.archive.show_revision("cranes", 5).article is not None
        assert version_of(address) == schema.SCHEMA_VERSION


def test_an_archive_of_schema_6_is_given_its_index(address: str) -> None:
    with connect(address, create=True) as connection:
        connection.archive.record(_copy("Cranes stand"))
        with connection.database.write() as cursor:
            cursor.run("drop index dating_spans")
            cursor.run("drop table watch")
            cursor.run("update archive set schema_version = 6")
    with connect(address) as connection:
        assert connection.archive.show("cranes").article == Article(headline="Cranes stand")
        with connection.database.write() as cursor:
            cursor.run("drop index dating_spans")
    assert version_of(address) == schema.SCHEMA_VERSION


def test_an_archive_of_schema_7_goes_on_watching(address: str) -> None:
    """Each page is asked for whole once: of which revision its validators are is not known."""
    url = "https://example.org/2024/ferry-1"
    with connect(address, create=True) as connection:
        Targets(connection.database, connection.collection).add(url, 60_000_000, 1)
        with connection.database.write() as cursor:
            for column in ("stands", "outlet"):
                cursor.run(f"alter table watch drop column {column}")
            cursor.run("update watch set etag = '1', kind = 'page'")
            cursor.run("update archive set schema_version = 7")
    with connect(address) as connection:
        (target,) = Targets(connection.database, connection.collection).all()
        assert (target.url, target.etag) == (url, None)
        assert (target.stands, target.outlet) == (None, None)
    assert version_of(address) == schema.SCHEMA_VERSION


def test_an_archive_of_schema_8_forgets_the_samples_of_its_texts(postgres_url: str) -> None:
    """PostgreSQL's statistics had some of them, and would go on having them."""
    with connect(postgres_url, create=True) as connection:
        for number in range(3):
            connection.archive.record(_copy(f"Cranes fall {number}", number))
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("alter table content alter column data set statistics -1")
        server.execute("update archive set schema_version = 8")
        server.execute("analyze content")
        samples = "select count(*) from pg_stats where tablename = 'content' and attname = 'data'"
        assert server.execute(samples).fetchone() == (1,)
        connect(postgres_url).close()
        assert server.execute(samples).fetchone() == (0,)
        server.execute("analyze content")
        assert server.execute(samples).fetchone() == (0,)
        storage = (
            "select attstorage from pg_attribute where attrelid = 'content'::regclass"
            " and attname = 'data'"
        )
        assert server.execute(storage).fetchone() == ("e",)
    assert version_of(postgres_url) == schema.SCHEMA_VERSION


def test_an_archive_of_schema_9_is_guarded_as_a_new_one(tmp_path: Path) -> None:
    old, new = str(tmp_path / "old.db"), str(tmp_path / "new.db")
    for address in (old, new):
        connect(address, create=True).close()
    guards = "select name, sql from sqlite_schema where type = 'trigger' order by name"
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as file:
        for table in ("event", "content", "stream"):
            guard = f"guard_{table}_insert"
            file.execute(f"drop trigger {guard}")
            file.execute(
                f"create trigger {guard} before insert on {table}"
                f" begin select raise(abort, 'append-only: table {table} has a row of that key');"
                " end"
            )
        file.execute("update archive set schema_version = 9")
    with connect(old) as connection:
        connection.archive.record(_copy("Cranes stand"))
    with (
        contextlib.closing(sqlite3.connect(old)) as one,
        contextlib.closing(sqlite3.connect(new)) as other,
    ):
        assert one.execute(guards).fetchall() == other.execute(guards).fetchall()
    assert version_of(old) == schema.SCHEMA_VERSION


def test_those_who_come_at_once_upgrade_it_once(address: str) -> None:
    make_old(address)
    at_once(create, [(address,)] * 4)
    open_and_read(address)
    assert version_of(address) == schema.SCHEMA_VERSION


def test_an_archive_is_upgraded_and_rebuilt_where_it_is(postgres_url: str) -> None:
    """Also where it is not in the first schema of the search_path, nor any table is there."""
    make_old(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("create schema first")
        address = f"{postgres_url}&options=-csearch_path%3Dfirst,public"
        open_and_read(address)
        assert ask("--archive", address, "projections", "rebuild", "catalogue").code == 0
        count = "select count(*) from pg_tables where schemaname = 'first'"
        assert server.execute(count).fetchone() == (0,)
    open_and_read(postgres_url)


@pytest.mark.parametrize("name", ["Reading Room", 'a"b', "select"])
def test_a_schema_may_have_any_name(postgres_url: str, name: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(sql.SQL("create schema {}").format(sql.Identifier(name)))
    path = sql.Identifier(name).as_string(None).replace(" ", "\\ ")
    address = f"{postgres_url}&options={quote('-csearch_path=' + path)}"
    make_old(address)
    open_and_read(address)
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(sql.SQL("drop table {}.archive").format(sql.Identifier(name)))
    connect(address, create=True).close()
    assert ask("--archive", address, "projections", "rebuild", "catalogue").code == 0
    open_and_read(address)


def test_who_may_not_upgrade_is_told_who_may(postgres_url: str) -> None:
    make_old(postgres_url)
    with role(postgres_url, "schema_reader") as url:
        ran = ask("--archive", url, "show", "cranes")
        assert ran.code == 6
        assert "schema 1" in ran.err
        assert "owns its tables" in ran.err
    assert version_of(postgres_url) == 1
    open_and_read(postgres_url)


@pytest.mark.skipif(os.name != "posix", reason="users and modes of files")
def test_an_archive_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    """From a folder in which the reader may write nothing."""
    folder = tmp_path / "folder"
    folder.mkdir()
    archive = folder / "archive.db"
    with connect(str(archive), create=True) as connection:
        connection.archive.record(_copy("Cranes stand"))
        connection.archive.record(_copy("Cranes fall", 1))
    _lock(folder)
    try:
        for command in ("show cranes", "history cranes", "stories", "stats", "diff cranes"):
            ran = _ask_unprivileged("--archive", str(archive), *command.split())
            assert (ran.returncode, ran.stderr.count("Traceback")) == (0, 0), ran.stderr
        assert "events" in _ask_unprivileged("--archive", str(archive), "stats").stdout
        (link := tmp_path / "linked.db").symlink_to(archive)
        assert "events" in _ask_unprivileged("--archive", str(link), "stats").stdout
        refused = _ask_unprivileged("--archive", str(archive), "note", "cranes", "A note.")
        assert refused.returncode == 6
        assert "readonly" in refused.stderr
        assert sorted(path.name for path in folder.iterdir()) == ["archive.db"]
    finally:
        folder.chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="users and modes of files")
def test_an_old_archive_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    archive = folder / "archive.db"
    make_old(str(archive))
    _lock(folder)
    try:
        ran = _ask_unprivileged("--archive", str(archive), "show", "cranes")
        assert ran.returncode == 6
        assert "schema 1" in ran.stderr
    finally:
        folder.chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="users and modes of files")
def test_what_was_not_written_home_is_not_overlooked(tmp_path: Path) -> None:
    """Where a write-ahead log stands beside an archive that cannot be written, nothing is read."""
    folder = tmp_path / "folder"
    folder.mkdir()
    archive, copied = folder / "archive.db", folder / "copied"
    copied.mkdir(mode=0o755)
    with connect(str(archive), create=True) as connection:
        connection.archive.record(_copy("Cranes stand"))
        for suffix in ("", "-wal"):
            shutil.copy(f"{archive}{suffix}", copied / f"archive.db{suffix}")
    link = tmp_path / "linked.db"
    link.symlink_to(copied / "archive.db")
    _lock(copied)
    try:
        for name in (copied / "archive.db", link):
            ran = _ask_unprivileged("--archive", str(name), "show", "cranes")
            assert ran.returncode == 6
            assert "archive.db-wal" in ran.stderr
    finally:
        copied.chmod(0o755)


def version_of(address: str) -> int:
    database = database_at(address)
    with database.read() as cursor:
        row = cursor.row("select schema_version from archive")
    database.close()
    assert row is not None
    return int(row[0])


@contextlib.contextmanager
def role(url: str, name: str, *, reads: bool = True) -> Any:
    """A role of the server, and the address under which it opens a database."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))
        owner.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        if reads:
            owner.execute(
                sql.SQL("grant select on all tables in schema public to {}").format(
                    sql.Identifier(name)
                )
            )
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        try:
            yield urlunsplit(parts._replace(netloc=f"{name}@{host}"))
        finally:
            owner.execute(sql.SQL("drop owned by {}").format(sql.Identifier(name)))
            owner.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def _copy(headline: str, minutes: int = 0) -> Any:
    from variorum.domain.commands import RecordCopy

    at = 1_729_776_000_000_000 + minutes * 60_000_000
    return RecordCopy("cranes", "tester", Article(headline=headline), captured=at)


def _lock(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)


def _ask_unprivileged(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the program so that modes of files count, also where the tests are root's."""
    program = [str(Path(sys.executable).with_name("variorum"))]
    if os.getuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may write everywhere, and nothing here can take that away")
        program = [setpriv, "--inh-caps=-all", "--bounding-set=-all", *program]
    return subprocess.run(
        [*program, *arguments], capture_output=True, text=True, check=False, cwd="/"
    )


def test_a_newer_schema_is_refused(address: str) -> None:
    connect(address, create=True).close()
    database = database_at(address)
    with database.write() as cursor:
        cursor.run(f"update archive set schema_version = {schema.SCHEMA_VERSION + 1}")
    database.close()
    with pytest.raises(StorageError, match="newer"):
        connect(address)


@pytest.mark.parametrize("version", [0, -1, 7.5, "8x"])
def test_a_schema_that_there_is_not_is_refused(version: object, tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    connect(str(archive), create=True).close()
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as database:
        database.execute("update archive set schema_version = ?", (version,))
    for command in ("stories", "verify", "init"):
        ran = ask("--archive", archive, command)
        assert (ran.code, "a schema that there is not" in ran.err) == (6, True)


def test_postgres_keeps_texts_and_packs_in_their_rows(postgres_url: str) -> None:
    with connect(postgres_url, create=True) as connection:
        for number in range(3):
            connection.archive.record(_copy(os.urandom(2_000).hex(), number))
        seal(connection.database, connection.collection, None)
        for number in range(3, 6):
            connection.archive.record(_copy(os.urandom(2_000).hex(), number))
        with connection.database.read() as cursor:
            elsewhere = cursor.rows(
                "select relname, pg_relation_size(reltoastrelid) from pg_class"
                " where relname in ('content', 'pack') order by 1"
            )
    assert elsewhere == [("content", 0), ("pack", 0)]
