"""The same job by other stores: `make bench-peers`.

    python tests/benchmarks/peers.py [REVISIONS] [PEER…]

`peers/job.py` says what the job is. What comes as a package is installed at its pinned version into
`build/peers`; MariaDB is used where its server is found. A peer that is not to be had, or fails, is
named in the table with the reason. Everything is as its makers ship it, with durable commits.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

import psycopg
from page import keep, machine, table
from plot import Bar, bars

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import git
import mariadb
import message_db
import ours
import stock
import uma
from job import Question, Result, Revision, Store, done_by, made, questions

from postgres_server import start

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "peers"
REVISIONS, SINGLY, QUESTIONS = 10_000, 500, 300
PATIENCE = 600  # seconds, for a peer


@dataclass(slots=True)
class Work:
    """What is to be done, where, and what there is to do it with."""

    folder: Path
    databases: list[str]
    """URLs of empty ones, for one store each."""
    singly: int
    appended: Sequence[Revision]
    asked: Sequence[Question]

    def by(self, opener: Callable[[Path], Store]) -> Result:
        return done_by(opener, self.folder, self.singly, self.appended, self.asked)


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    version: Callable[[], str]
    work: Callable[[Work], Result]
    lacks: str
    """What it does not do of what an archive needs."""


class NotFoundError(Exception):
    """A peer is not to be had here."""


def python_packages() -> Path:
    """What comes from PyPI, in a folder of its own."""
    target, wanted = BUILD / "python", HERE / "peers" / "requirements.txt"
    if not (target / "umadb").exists():
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "-qq",
                "--disable-pip-version-check",
                "--target",
                target,
                "--no-deps",
                "-r",
                wanted,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode != 0:
            raise NotFoundError("its package was not to be had")
    if str(target) not in sys.path:
        sys.path.insert(0, str(target))
    importlib.invalidate_caches()
    return target


def node_packages() -> Path:
    """What comes from npm, in a folder of its own."""
    target = BUILD / "node"
    if not (target / "node_modules" / "pg").exists():
        if not (shutil.which("npm") and shutil.which("node")):
            raise NotFoundError("Node.js is not there")
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "peers" / "package.json", target)
        ran = subprocess.run(
            ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=target,
            capture_output=True,
            check=False,
        )
        if ran.returncode != 0:
            raise NotFoundError("its packages were not to be had")
    return target


def of_node(package: str) -> str:
    path = node_packages() / "node_modules" / package / "package.json"
    return json.loads(path.read_text(encoding="utf-8"))["version"]


def of_python(package: str) -> str:
    lines = (HERE / "peers" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines)[package]


def said_by(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def by_message_db(work: Work) -> Result:
    files = node_packages() / "node_modules" / "@eventide" / "message-db" / "database"
    return work.by(lambda _: message_db.MessageDb(work.databases.pop(), files))


def by_emmett(work: Work) -> Result:
    packages = node_packages()
    script = packages / "emmett.mjs"
    shutil.copy(HERE / "peers" / "emmett.mjs", script)
    job = work.folder / "job.json"
    job.write_text(
        json.dumps(
            {
                "singly": work.singly,
                "revisions": [asdict(each) for each in work.appended],
                "questions": [asdict(each) for each in work.asked],
            }
        ),
        encoding="utf-8",
    )
    urls = [work.databases.pop() for _ in range(2)]
    ran = subprocess.run(
        ["node", script, *urls, job], cwd=packages, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise OSError(ran.stderr.strip()[-300:])
    return Result(**json.loads(ran.stdout.splitlines()[-1]))


def by_stock_postgres(work: Work) -> Result:
    python_packages()

    def opened(folder: Path) -> Store:
        with psycopg.connect(work.databases.pop()) as connection:
            place, name = connection.info.host, connection.info.dbname
        return stock.Stock(folder, stock.postgres(Path(place), name))

    return work.by(opened)


def by_uma(work: Work) -> Result:
    packages = python_packages()
    return work.by(lambda folder: uma.Uma(folder, packages))


def by_mariadb(work: Work) -> Result:
    server = mariadb.programs()
    if server is None:
        raise NotFoundError("its server is not on this machine")
    python_packages()
    return work.by(lambda folder: mariadb.MariaDb(folder, server))


def of_mariadb() -> str:
    server = mariadb.programs()
    return said_by(server, "--version").split("Ver ")[-1].split()[0] if server else ""


_ALL = "no as-of by the newsroom's time (the stream is read and folded)"
PEERS = (
    Peer(
        "Variorum, SQLite",
        lambda: "this checkout",
        lambda work: work.by(lambda folder: ours.Ours(folder)),
        "",
    ),
    Peer(
        "Variorum, PostgreSQL",
        lambda: "this checkout",
        lambda work: work.by(lambda folder: ours.Ours(folder, work.databases.pop())),
        "",
    ),
    Peer(
        "message-db",
        lambda: of_node("@eventide/message-db"),
        by_message_db,
        f"{_ALL}; no bulk form; no compression; positions from a sequence, so readers can miss "
        "events; no proofs, no erasure",
    ),
    Peer(
        "Emmett, PostgreSQL",
        lambda: of_node("@event-driven-io/emmett-postgresql"),
        by_emmett,
        f"{_ALL}; in bulk only the events of one stream; no compression; no proofs, no erasure",
    ),
    Peer(
        "`eventsourcing`, SQLite",
        lambda: stock_version(),
        lambda work: work.by(lambda folder: stock.Stock(folder, stock.sqlite(folder))),
        f"{_ALL}; each append loads its aggregate; no rebuild command; no "
        "proofs, no erasure; compression is a setting, whole texts "
        "only, and was left off",
    ),
    Peer(
        "`eventsourcing`, PostgreSQL",
        lambda: stock_version(),
        by_stock_postgres,
        "the same; a table lock for each save; large batches hang",
    ),
    Peer(
        "UmaDB",
        lambda: of_python("umadb"),
        by_uma,
        "no as-of by time (a tag is read backwards, which is right only where nothing arrives "
        "late); no queries, so a view lives elsewhere; no compression; no proofs, no erasure",
    ),
    Peer(
        "MariaDB, system versioning",
        of_mariadb,
        by_mariadb,
        "its AS OF is of the transaction's time only: a late arrival overwrites what is newer; no "
        "events, nothing to rebuild from; history can be deleted; no proofs",
    ),
    Peer(
        "git",
        lambda: said_by("git", "--version").removeprefix("git version "),
        lambda work: work.by(lambda folder: git.Git(folder)),
        "one clock only (commit time is used as published); a late arrival breaks --before; "
        "erasing rewrites every later commit; size after `gc --aggressive`",
    ),
)


def stock_version() -> str:
    from importlib.metadata import version

    return version("eventsourcing")


def main(count: int, names: list[str]) -> int:
    appended = made(count)
    asked = questions(appended, max(20, min(QUESTIONS, count // 10)))
    rows: list[list[str]] = []
    results: dict[str, Result] = {}
    server = start(fsync=True)
    try:
        for peer in PEERS:
            if names and not any(name in peer.name.lower() for name in names):
                continue
            print(f"{peer.name} …", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="variorum-peers-") as folder:
                databases = [server.create_database() for _ in range(2)]
                work = Work(Path(folder), databases, min(SINGLY, count), appended, asked)
                try:
                    results[peer.name] = result = by_a_child(peer, work)
                except NotFoundError as none:
                    rows.append([peer.name, "", "", "", "", "", "", f"not run: {none}"])
                    continue
                except Exception as error:
                    said = str(error).strip().splitlines() or [type(error).__name__]
                    print(f"{peer.name}: {error!r}", file=sys.stderr)
                    rows.append([peer.name, "", "", "", "", "", "", f"failed: {said[0]}"])
                    continue
            rows.append([peer.name, peer.version(), *shown(result), peer.lacks])
    finally:
        server.stop()
    written(count, rows, results)
    return 0


def by_a_child(peer: Peer, work: Work) -> Result:
    """Has a child do it, which is ended where it hangs."""
    fork = get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)

    def do() -> None:
        os.setpgrp()  # with the servers that it starts
        try:
            theirs.send(peer.work(work))
        except Exception as error:
            theirs.send(error)

    child = fork.Process(target=do)
    child.start()
    try:
        if not ours.poll(PATIENCE):
            raise TimeoutError(f"it hung, and was ended after {PATIENCE} s")
        result: Result | Exception = ours.recv()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid or 0, signal.SIGKILL)
        child.join()
    if isinstance(result, Exception):
        raise result
    return result


def shown(result: Result) -> list[str]:
    def number(value: float | None) -> str:
        return "none" if value is None else f"{value:,.0f}"

    def spread(values: list[float]) -> str:
        parts = quantiles(values, n=10)
        return f"{median(values):,.0f} ({parts[0]:,.0f}–{parts[-1]:,.0f})"

    return [
        spread(result.append),
        number(result.bulk),
        spread(result.as_of),
        number(result.rebuild),
        number(result.size),
    ]


def written(count: int, rows: list[list[str]], results: dict[str, Result]) -> None:
    keep("peers", {name: rounded(result) for name, result in results.items()})
    plots: dict[str, str] = {}
    pictures: tuple[tuple[str, str, Callable[[Result], float]], ...] = (
        ("peers-append", "One durable append, µs", lambda result: median(result.append)),
        ("peers-as-of", "Text of a story as of T, µs", lambda result: median(result.as_of)),
        ("peers-size", "Bytes a revision", lambda result: result.size),
    )
    for file, title, of in pictures:
        values = {name.replace("`", ""): of(result) for name, result in results.items()}
        if values:
            plots[file] = bars(
                title,
                "Less is better; the scale is logarithmic. "
                + "; ".join(f"{name} {value:,.0f}" for name, value in values.items()),
                [
                    Bar(name, value, f"{value:,.0f}", True if name.startswith("Variorum") else None)
                    for name, value in values.items()
                ],
            )
    table(
        "The same job by other stores",
        f"`make bench-peers`: {count:,} generated revisions of 6.5 kB, by date of publication; "
        f"{min(SINGLY, count)} of them one by one, each in a durable commit, by one client. "
        "Microseconds: medians, and in brackets the first and last tenth; in bulk and rebuild, "
        "of a revision, one run. Every answer was compared with what had been appended. `tests/"
        "benchmarks/peers/` says how each store does each part.",
        (
            "store",
            "version",
            "append",
            "in bulk",
            "as of T, with text",
            "rebuild a view",
            "bytes a revision",
            "what it does not do",
        ),
        rows,
        after=f"{machine()}. Python drives all but Emmett, which runs in Node.js "
        f"{node_version()}. PostgreSQL with fsync, SQLite with synchronous FULL, MariaDB with "
        "innodb_flush_log_at_trx_commit 1, git as it ships.",
        plots=plots,
    )


def rounded(result: Result) -> dict[str, object]:
    """In whole microseconds, in the order in which they were measured."""

    def digits(values: list[float]) -> str:
        return " ".join(f"{each:.0f}" for each in values)

    parts = {"append": digits(result.append), "as_of": digits(result.as_of)}
    return {**asdict(result), **parts}


def node_version() -> str:
    return said_by("node", "--version") if shutil.which("node") else "(not there)"


if __name__ == "__main__":
    arguments = sys.argv[1:]
    wanted = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else REVISIONS
    raise SystemExit(main(wanted, [each.lower() for each in arguments]))
