"""How much room an archive takes once it is sealed, against git with the same texts.

    python tests/benchmarks/disk.py [REVISIONS] [URL]

Generated texts of about 6 kB, and, where its file is given in TERMS, a set of real ones in the form
of `import jsonl`. git has one file a story and one commit a revision, in order of publication, packed
by `git gc --aggressive`; of its folder, `.git/objects` counts. Of the archive everything counts: the
whole file (SQLite), every relation with its indexes after `vacuum full` (PostgreSQL at URL).
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

from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.sealing import seal
from variorum.domain.bulk import Bulk, Command
from variorum.domain.commands import RecordCopy

sys.path.insert(0, str(Path(__file__).parent))
from generated import copies
from page import machine, put

REVISIONS = 20_000
TERMS = os.environ.get("TERMS")

Sizes = dict[str, int]
"""By table, with its indexes, in bytes."""


def git(found: Iterable[RecordCopy], folder: Path) -> int:
    """The bytes of git's objects."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    with subprocess.Popen(
        ["git", "-C", str(folder), "fast-import", "--quiet"], stdin=subprocess.PIPE
    ) as importing:
        assert importing.stdin is not None
        for number, copy in enumerate(found):
            text = copy.article.canonical()
            name = copy.story.replace("/", "-")
            head = b"commit refs/heads/main\ncommitter A <a@example.org> %d +0000\ndata 0\n"
            importing.stdin.write(head % (1_600_000_000 + number))
            importing.stdin.write(b"M 100644 inline %b\n" % name.encode())
            importing.stdin.write(b"data %d\n%b\n" % (len(text), text))
    assert importing.returncode == 0
    subprocess.run(["git", "-C", str(folder), "gc", "--aggressive", "--quiet"], check=True)
    return sum(path.stat().st_size for path in (folder / ".git/objects").rglob("*"))


def archive(address: str, commands: Iterable[Command]) -> tuple[Sizes, Sizes, float]:
    """What tables take before and after sealing, and the CPU seconds of sealing."""
    with connect(address, create=True) as connection:
        held = connection.archive
        with Bulk(held.log, held.contents, held.salts, batch=1000) as bulk:
            for command in commands:
                bulk.take(command)
        connection.database.scrub()
        before = sizes(connection)
        began = time.process_time()
        sealed = seal(connection.database, connection.collection, None)
        seconds = time.process_time() - began
        assert not sealed.left
        connection.database.scrub()
        return before, sizes(connection), seconds


def sizes(connection: Connection) -> Sizes:
    """The bytes of every table, its indexes counted with it."""
    if connection.database.dialect == "sqlite":
        with closing(sqlite3.connect(connection.database.name)) as file:
            return dict(
                file.execute(
                    "select coalesce(m.tbl_name, d.name), sum(d.pgsize) from dbstat d"
                    " left join sqlite_master m on m.name = d.name group by 1"
                )
            )
    with psycopg.connect(connection.address) as server:
        rows = server.execute(
            "select relname, pg_total_relation_size(oid) from pg_class"
            " where relkind = 'r' and relnamespace = current_schema()::regnamespace"
        )
        return {str(name): int(size) for name, size in rows}


def terms(path: str) -> Iterator[RecordCopy]:
    from variorum.adapters.imports.jsonl import commands

    for command in commands(Path(path)):
        if isinstance(command, RecordCopy):
            yield command


def main(revisions: int, url: str | None) -> None:
    corpora = {f"{revisions:,} generated revisions": list(copies(revisions))}
    if TERMS:
        corpora["real terms"] = sorted(terms(TERMS), key=lambda copy: copy.published.at)
    for name, found in corpora.items():
        with tempfile.TemporaryDirectory() as folder:
            print(name, len(found), git(found, Path(folder) / "git") / len(found))
            for address in filter(None, (str(Path(folder) / "a.db"), url)):
                before, after, seconds = archive(address, found)
                print(sum(before.values()) / len(found), sum(after.values()) / len(found), seconds)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else REVISIONS,
        sys.argv[2] if len(sys.argv) > 2 else None,
    )
