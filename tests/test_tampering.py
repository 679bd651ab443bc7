"""Every column of every table is evidence, follows from it, or is on a short list of what is not.

The tables are asked of the database itself, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from evidence import signed_archive
from program import ask
from test_verify import Forger
from variorum.adapters.connect import connect
from variorum.adapters.projections.follower import follow
from variorum.adapters.projections.tally import Tally
from variorum.adapters.verification.archive import verify
from variorum.domain.errors import StorageError

#: What `verify --deep` says nothing of, and why that is right.
NO_EVIDENCE = {
    "collection.erasures": "tells readers to drop texts from memory; erasures are events",
    "collection.scrubbed": "how far the files were cleared, which no log can know",
    "checkpoint.signed_at": "this archive's own clock; who wants proof of a time has it stamped",
    "checkpoint.delete": "what was signed is signed: notes that were given away still show it",
    "tile.delete": "tiles are made anew from the log when they are wanted",
    "tracking.failed_position": "how a follower is doing",
    "tracking.failure": "how a follower is doing",
}
EMPTY = {
    "erasing": "has a row within a transaction only",
    "sealing": "has a row within a transaction only",
    "timestamp_token": "needs an authority: test_checkpoint has one, and changes its tokens",
    "watch": "what is looked at, and when: no event tells of it",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive in which as many tables as can be have rows."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_KEYS", str(folder / "keys"))
        path = folder / "kept.db"
        signed_archive(str(path))
        page = folder / "gate.txt"
        page.write_text(
            "Lock gate shut\n\nThe gate was shut at noon on Thursday, the port said.\n\n"
            "Update 10/24/24, 9:11 a.m. ET: with the reason.\n\n"
            "Update 10/24/24, 2:30 p.m. ET: with the time at which it was shut.\n",
            encoding="utf-8",
        )
        why = ("--why", "a court's order", "--authority", "the court")
        for command in (
            ("record", str(page), "--story", "gate", "--zone", "America/New_York"),
            ("seal", "--all"),
            ("restrict", "crane@r2", *why),
            ("erase", "quay@r1", *why, "--yes"),
            ("stories", "describe", "tug", "--zone", "Europe/Berlin", "--why", "it said so"),
            ("stories", "merge", "crane", "tug", "--why", "one port"),
            ("checkpoint",),
        ):
            done = ask("--archive", str(path), *command)
            assert done.code == 0, (command, done)
        with connect(str(path)) as connection:
            follow(connection.database, connection.collection, Tally())
        with closing(sqlite3.connect(path)) as database:
            database.execute("pragma wal_checkpoint(truncate)")
        yield path


def tables(path: Path) -> dict[str, dict[str, bool]]:
    """The columns of each table, and whether they are of its key."""
    with closing(sqlite3.connect(path)) as database:
        names = [
            name
            for (name,) in database.execute("select name from sqlite_master where type = 'table'")
            if not name.startswith("sqlite_")
        ]
        return {
            name: {row[1]: row[5] > 0 for row in database.execute(f'pragma table_info("{name}")')}
            for name in names
        }


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute(f'select count(*) from "{table}"').fetchone()[0])


def is_found(template: Path, folder: Path, change: str, *values: object) -> bool:
    """Whether a change by SQL to a copy is found, one that the database itself takes."""
    copy = folder / "copy.db"
    for end in ("", ".main.key", ".main.key.signed"):
        with suppress(FileNotFoundError):
            shutil.copy(f"{template}{end}", f"{copy}{end}")
    try:
        with closing(Forger(str(copy))) as forger:
            forger.run(change, *values)
    except sqlite3.IntegrityError:
        return True
    try:
        with connect(str(copy)) as connection:
            return verify(connection, deep=True).checked.tampered > 0
    except StorageError:
        return True
    finally:
        for left in folder.glob("copy.db*"):
            left.unlink()


def other(value: object) -> object:
    """Another value of the same type."""
    match value:
        case int():
            return value + 1
        case str():
            return value + "x"
        case bytes() if value:
            return value[:-1] + bytes([value[-1] ^ 1])
        case _:
            return 1


def test_no_table_is_forgotten(template: Path) -> None:
    assert {name for name in tables(template) if not rows(template, name)} == set(EMPTY)


def test_a_row_of_a_collection_that_there_is_not_is_found(template: Path, tmp_path: Path) -> None:
    unnoticed: set[str] = set()
    for table, columns in tables(template).items():
        first, *others = columns
        if first != "collection" or not others or table in (*EMPTY, "collection"):
            continue
        rest = ", ".join(others)
        stray = f'insert into "{table}" select 1000, {rest} from "{table}" limit 1'
        if not is_found(template, tmp_path, stray):
            unnoticed.add(table)
    assert unnoticed == set()


def test_a_projection_that_there_is_not_is_found(template: Path, tmp_path: Path) -> None:
    stray = "insert into tracking select collection, 'x', position, null, null from tracking"
    assert is_found(template, tmp_path, stray)


def test_a_change_to_any_column_and_a_deleted_row_are_found(template: Path, tmp_path: Path) -> None:
    unnoticed: set[str] = set()
    for table, columns in tables(template).items():
        if table in EMPTY:
            continue
        key = ", ".join(name for name, is_key in columns.items() if is_key)
        first = f'({key}) = (select {key} from "{table}" order by {key} limit 1)'
        with closing(sqlite3.connect(template)) as database:
            row = database.execute(f'select * from "{table}" where {first}').fetchone()
        for column, value in zip(columns, row, strict=True):
            change = f'update "{table}" set "{column}" = ? where {first}'
            if not is_found(template, tmp_path, change, other(value)):
                unnoticed.add(f"{table}.{column}")
        if not is_found(template, tmp_path, f'delete from "{table}" where {first}'):
            unnoticed.add(f"{table}.delete")
    assert unnoticed == set(NO_EVIDENCE)
