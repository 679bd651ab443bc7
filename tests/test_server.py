"""What a server's administrator may have set, or put in between, changes no answer.

A *pooler* hands each transaction to whichever of its own connections is free, as PgBouncer does in
its transaction mode. Here one is a relay that says of another process that it serves: what is
prepared through it is prepared for somebody else.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

import variorum
from program import ask
from variorum.adapters.connect import connect
from variorum.adapters.database.postgres import without_password
from variorum.adapters.key_files import key_path
from variorum.domain.asof import Implied
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article

NOON = 1_729_771_200_000_000


def copy(number: int, story: str = "ferry") -> RecordCopy:
    article = Article(headline=f"Ferry {number}")
    return RecordCopy(story, "tester", article, captured=NOON + number)


def database_setting(url: str, name: str, value: str) -> None:
    database = sql.Identifier(str(conninfo_to_dict(url)["dbname"]))
    text = sql.SQL("alter database {} set {} = {}")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(text.format(database, sql.Identifier(name), sql.Literal(value)))


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_records_take_turns_whatever_the_isolation(postgres_url: str, isolation: str) -> None:
    connect(postgres_url, create=True).close()
    database_setting(postgres_url, "default_transaction_isolation", isolation)
    with connect(postgres_url) as one, connect(postgres_url) as other:
        one.archive.record(copy(0, "ferry"))
        other.archive.record(copy(0, "quay"))
        with psycopg.connect(postgres_url) as turn, psycopg.connect(postgres_url) as watch:
            turn.execute("update collection set scrubbed = scrubbed")
            recording = threading.Thread(target=one.archive.record, args=(copy(1, "ferry"),))
            recording.start()
            waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            while (watch.execute(waits).fetchone() or (0,))[0] == 0:
                watch.rollback()
            turn.commit()
            recording.join()
    with variorum.open(postgres_url) as archive:
        assert len(archive.story("ferry").revisions) == 2


OWN = "select pg_backend_pid()"


def test_connections_that_ended_while_idle_are_not_used(postgres_url: str) -> None:
    with connect(postgres_url, create=True) as connection:
        connection.archive.record(copy(0))
        database = connection.database
        with database.read(), database.read(), database.read():
            pass
        with database.read() as cursor:
            process = cursor.row(OWN)
        with database.read() as cursor:
            assert cursor.row(OWN) == process
        with psycopg.connect(postgres_url, autocommit=True) as server:
            others = "from pg_stat_activity where datname = current_database()"
            ended = f"select pg_terminate_backend(pid) {others} and pid <> pg_backend_pid()"
            assert len(server.execute(ended).fetchall()) == 3
            while server.execute(f"select count(*) {others}").fetchone() != (1,):
                pass
        assert connection.archive.record(copy(1)).revision == 2


ERASE = ("erase", "ferry@r1", "--why", "w", "--authority", "a", "--yes")
WAITING = "select pid from pg_stat_activity where query like 'vacuum%' and wait_event_type = 'Lock'"


def test_clearing_the_files_takes_as_long_as_it_takes(postgres_url: str) -> None:
    with connect(postgres_url, create=True) as connection:
        connection.archive.record(copy(0))
    database_setting(postgres_url, "statement_timeout", "500ms")
    with ThreadPoolExecutor() as pool, psycopg.connect(postgres_url) as reader:
        reader.execute("lock table content in access share mode")
        erasing = pool.submit(ask, "--archive", postgres_url, *ERASE)
        waiting(postgres_url)
        time.sleep(1)
        reader.rollback()
        assert (erasing.result().code, erasing.result().err) == (0, "")


def test_it_is_told_that_it_is_erased_where_clearing_the_files_fails(postgres_url: str) -> None:
    with connect(postgres_url, create=True) as connection:
        connection.archive.record(copy(0))
    with ThreadPoolExecutor() as pool, psycopg.connect(postgres_url) as reader:
        reader.execute("lock table content in access share mode")
        erasing = pool.submit(ask, "--archive", postgres_url, *ERASE)
        process = waiting(postgres_url)
        with psycopg.connect(postgres_url, autocommit=True) as server:
            server.execute("select pg_terminate_backend(%s)", [process])
        ran = erasing.result()
    assert (ran.code, "ferry: erased r1" in ran.out) == (6, True)
    assert "it is erased, and can be read no more; but" in ran.err
    assert ask("--archive", postgres_url, "erase", "--finish").code == 0


def waiting(url: str) -> int:
    """The server's process that waits to clear the files."""
    with psycopg.connect(url, autocommit=True) as watch:
        while True:
            found = watch.execute(WAITING).fetchone()
            if found is not None:
                return int(found[0])


def test_a_copy_may_tell_of_any_number_of_other_revisions(postgres_url: str) -> None:
    implied = tuple(Implied(NOON + 9 * n, NOON + 9 * n + 5) for n in range(20_000))
    with connect(postgres_url, create=True) as connection:
        connection.archive.record(copy(0))
        connection.archive.record(replace(copy(1_000_000), implied=implied))
        with connection.database.read() as cursor:
            assert cursor.row("select count(*) from implied") == (len(implied),)


@pytest.mark.parametrize("client", ["LATIN1", "SQL_ASCII", "WIN1252"])
def test_ids_are_of_any_script_whatever_the_client_s_encoding(
    postgres_url: str, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", client)
    with connect(postgres_url, create=True) as connection:
        connection.archive.record(copy(0, "渡し船-šķūnis"))
        assert connection.archive.story("渡し船-šķūnis").id == "渡し船-šķūnis"


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "EUC_JP"])
def test_no_archive_is_made_where_not_every_text_can_be_held(
    postgres_url: str, encoding: str
) -> None:
    name = f"in_{encoding.lower()}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        made = sql.SQL("create database {} encoding {} locale 'C' template template0")
        server.execute(made.format(sql.Identifier(name), sql.Literal(encoding)))
    address = postgres_url.replace(f"/{conninfo_to_dict(postgres_url)['dbname']}?", f"/{name}?")
    ran = ask("--archive", address, "init")
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
    assert ran.code == 6
    assert f"its encoding is {encoding}: `create database" in ran.err


def test_nothing_is_prepared_where_a_pooler_stands_between(
    postgres_url: str, tmp_path: Path
) -> None:
    connect(postgres_url, create=True).close()
    with pooler(postgres_url, tmp_path) as through, connect(through) as connection:
        for number in range(20):
            connection.archive.record(copy(number))
            assert connection.archive.show("ferry").certain
        with connection.database.read() as cursor:
            assert cursor.rows("select name from pg_prepared_statements") == []
    with connect(postgres_url) as connection:
        for number in range(20):
            connection.archive.record(copy(number, "quay"))
        with connection.database.read() as cursor:
            assert cursor.rows("select name from pg_prepared_statements") != []


@contextmanager
def pooler(url: str, folder: Path) -> Generator[str]:
    """A URL that leads to the same database through a pooler."""
    found = conninfo_to_dict(url)
    server = str(found["host"])
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / ".s.PGSQL.5432"))
        listening.listen()
        threading.Thread(target=_relay, args=(listening, f"{server}/.s.PGSQL.5432")).start()
        try:
            yield f"postgresql://postgres@/{found['dbname']}?host={quote(str(folder), safe='')}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)


def _relay(listening: socket.socket, server: str) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(client, server)).start()


def _serve(client: socket.socket, server: str) -> None:
    with client, socket.socket(socket.AF_UNIX) as behind:
        behind.connect(server)
        answering = threading.Thread(target=_pass_on, args=(behind, client))
        answering.start()
        _pass_on(client, behind)
        answering.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Passes on what is said; the message K (BackendKeyData) with the number of another process."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            at = data.find(b"K\x00\x00\x00\x0c")
            if at >= 0:
                data = data[: at + 5] + b"\x7f\xff\xff\xff" + data[at + 9 :]
            sink.sendall(data)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


ADDRESSES = [
    "postgresql://ada:{}@127.0.0.1:1/archive",
    "postgresql://ada:{}@127.0.0.1:1,127.0.0.1:2/archive?sslmode=prefer",
    "postgresql://ada:{}@[::1]:1/archive",
    "postgresql://ada:{}@[::1:1/archive",
    "postgresql://ada:{}@127.0.0.1:one/archive",
    "postgresql://ada@127.0.0.1:1/archive?password={}",
    "postgresql://ada@127.0.0.1:1/archive?application_name=a&sslpassword={}&no=1",
    "Postgresql://ada:{}@127.0.0.1:1/archive",
    "mysql://ada:{}@127.0.0.1:1/archive",
]


PASSWORDS = (
    "SECRET %40SECRET @SECRET 1/SECRET SECRET/@SECRET %SECRET [SECRET :SECRET #SECRET ?SECRET"
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("password", PASSWORDS.split())
def test_a_password_is_never_told_however_it_is_written(address: str, password: str) -> None:
    for command in ("init", "stats"):
        ran = ask("--archive", address.format(password), command)
        assert ran.code in (2, 6)
        assert "SECRET" not in ran.out + ran.err
        assert "ada@" in ran.err


def test_a_name_that_may_be_the_end_of_a_password_is_to_be_written_otherwise() -> None:
    """`news:1/a@b` could be a host and a port, or a user and a password with a slash."""
    ran = ask("--archive", "postgresql://127.0.0.1:1/a@b", "stats")
    assert ran.code == 6
    assert "a database's name after a port, write %40 for @" in ran.err
    ran = ask("--archive", "postgresql://127.0.0.1:1/a%40b", "stats")
    assert "cannot reach postgresql://127.0.0.1:1/a%40b: connection" in ran.err


@given(st.text(st.characters(exclude_characters="&", exclude_categories=["Cs"]), min_size=1))
def test_an_address_without_its_password_is_the_same_but_for_it(password: str) -> None:
    written = quote(password, safe="")
    for rest in ("@db.example.org/news", "@/news?host=%2Ftmp&port=1", "@a:1,b:2/news"):
        assert without_password(f"postgresql://ada:{written}{rest}") == f"postgresql://ada{rest}"
    for rest in ("", "?user=a%40b", "?options=-csearch_path%3Darchive&user=ada@example"):
        address = f"postgresql://db.example.org:5432/news{rest}"
        assert without_password(address) == address
        mark = "&" if rest else "?"
        assert without_password(f"{address}{mark}password={written}") == address


def test_several_servers_have_one_key(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = quote(str(conninfo_to_dict(postgres_url)["host"]), safe="")
    name = conninfo_to_dict(postgres_url)["dbname"]
    address = f"postgresql://postgres:a%23b@{folder}:5432,{folder}:5433/{name}"
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path))
    ran = ask("--archive", address, "init")
    assert (ran.code, ran.err) == (0, "")
    assert [path.suffix for path in tmp_path.iterdir()] == [".key"]


def test_a_key_is_named_for_the_database_and_not_for_who_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VARIORUM_KEYS", "/keys")
    plain = key_path("postgresql://db.example.org/news", "main")
    assert key_path("postgresql://me:a%40b@db.example.org/news", "main") == plain
    told = "application_name=http://x@y"  # no user
    digest = hashlib.sha256(told.encode()).hexdigest()[:8]
    assert digest in key_path(f"postgresql://db.example.org/news?{told}", "main").name
