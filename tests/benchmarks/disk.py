"""How much room an archive takes once it is sealed, against git with the same texts.

    python tests/benchmarks/disk.py [REVISIONS]

Texts of about 6 kB (`generated`), and real ones in the form of `import jsonl` from the file that
VARIORUM_TERMS names; without it they are left out, and it says so. git has one file a story and one
commit a revision, dated as published and as recorded, packed by `git gc --aggressive`; of its
folder `.git/objects` counts. Of an archive everything counts: the whole file (SQLite); every table
with its indexes after `vacuum full` (PostgreSQL).
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql

from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.sealing import seal
from variorum.adapters.imports.importer import Defaults
from variorum.adapters.imports.jsonl import commands
from variorum.domain.bulk import Bulk
from variorum.domain.commands import RecordCopy

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from generated import copies
from page import machine, reached, table

import postgres_server

REVISIONS = 20_000
TERMS = os.environ.get("VARIORUM_TERMS")
SHOWN = 7
"""Tables that are named, those that take most."""

Sizes = dict[str, int]
"""By table, with its indexes, in bytes."""


def git(found: Iterable[RecordCopy], folder: Path) -> int:
    """The bytes of git's objects."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    with subprocess.Popen(
        ["git", "-C", str(folder), "fast-import", "--quiet"], stdin=subprocess.PIPE
    ) as importing:
        assert importing.stdin is not None
        head = (
            b"commit refs/heads/main\nauthor A <a@example.org> %d +0000\n"
            b"committer A <a@example.org> %d +0000\ndata 0\n"
        )
        for number, copy in enumerate(found):
            assert copy.published is not None
            text = copy.article.canonical()
            importing.stdin.write(head % (copy.published.at // 10**6, 1_700_000_000 + number))
            importing.stdin.write(b"M 100644 inline %b\n" % copy.story.encode())
            importing.stdin.write(b"data %d\n%b\n" % (len(text), text))
    assert importing.returncode == 0
    subprocess.run(["git", "-C", str(folder), "gc", "--aggressive", "--quiet"], check=True)
    return sum(path.stat().st_size for path in (folder / ".git/objects").rglob("*"))


def archive(address: str, found: Iterable[RecordCopy]) -> tuple[Sizes, Sizes, float]:
    """What the tables take before and after sealing, and the CPU seconds of sealing."""
    with connect(address, create=True) as connection:
        held = connection.archive
        with Bulk(held.log, held.contents, held.salts, batch=1000) as bulk:
            for copy in found:
                bulk.take(copy)
        before = sizes(connection, address)
        began = time.process_time()
        sealed = seal(connection.database, connection.collection, None)
        seconds = time.process_time() - began
        assert not sealed.left
        return before, sizes(connection, address), seconds


def sizes(connection: Connection, address: str) -> Sizes:
    """The bytes of every table, once the database has been written anew."""
    if connection.database.dialect == "sqlite":
        assert connection.database.scrub() is None
        with closing(sqlite3.connect(address)) as file:
            return dict(
                file.execute(
                    "select coalesce(m.tbl_name, d.name), sum(d.pgsize) from dbstat d"
                    " left join sqlite_master m on m.name = d.name group by 1"
                )
            )
    with psycopg.connect(address, autocommit=True) as server:
        names = [
            str(row[0])
            for row in server.execute(
                "select tablename from pg_tables where schemaname = current_schema()"
            )
        ]
        found: Sizes = {}
        for name in names:
            server.execute(sql.SQL("vacuum full {}").format(sql.Identifier(name)))
            row = server.execute("select pg_total_relation_size(%s::regclass)", (name,)).fetchone()
            assert row is not None
            found[name] = int(row[0])
        return found


def real(path: str) -> Iterator[RecordCopy]:
    """The copies of a file of real revisions."""
    for _, command in commands(path, Defaults(actor="bench")):
        assert isinstance(command, RecordCopy)
        yield command


def main(revisions: int) -> None:
    corpora = {"news": copies(revisions)}
    if TERMS and Path(TERMS).exists():
        corpora["terms"] = real(TERMS)
    else:
        print("VARIORUM_TERMS names no file: real revisions are left out", file=sys.stderr)
    rows: list[list[str]] = []
    counts: list[str] = []
    server = postgres_server.start()
    try:
        for name, given in corpora.items():
            found = sorted(given, key=lambda copy: copy.published.at if copy.published else 0)
            count = len(found)
            counts.append(
                f"{name}: {count:,} revisions of {len({c.story for c in found}):,} stories"
            )
            with tempfile.TemporaryDirectory() as folder:
                limit = git(found, Path(folder) / "git") / count
                rows.append([name, "git", "", f"{limit:,.0f}", "", "", ""])
                for kind, address in (
                    ("sqlite", str(Path(folder) / "archive.db")),
                    ("postgres", server.create_database()),
                ):
                    before, after, seconds = archive(address, found)
                    ratio = sum(after.values()) / count / limit
                    reached(f"disk-{name}-{kind}", [ratio])
                    most = sorted(after.items(), key=lambda each: -each[1])[:SHOWN]
                    rows.append(
                        [
                            name,
                            kind,
                            f"{sum(before.values()) / count:,.0f}",
                            f"{sum(after.values()) / count:,.0f}",
                            f"{ratio:.2f}",
                            f"{seconds / count * 1e6:,.0f} µs",
                            ", ".join(f"{each} {size / count:.0f}" for each, size in most),
                        ]
                    )
    finally:
        server.stop()
    table(
        "Disk",
        f"`python tests/benchmarks/disk.py {revisions}`: bytes a revision, everything together. "
        f"{'; '.join(counts)}.",
        (
            "texts",
            "store",
            "not sealed",
            "sealed",
            "against git",
            "sealing, CPU a revision",
            "tables with their indexes, sealed",
        ),
        rows,
        after=machine() + ".",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REVISIONS)
