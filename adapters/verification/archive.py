"""Verifies a collection: the log, its tree, what was signed of it, and what it commits to."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.adapters.beside import processors
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.restored import RestoredPart, restored_part
from variorum.adapters.tree.timestamps import certificates_of
from variorum.adapters.verification.checkpoints import (
    Signed,
    Trust,
    check_checkpoints,
    remembered_sizes,
    stored_sizes,
)
from variorum.adapters.verification.indexes import check_indexes, check_tables
from variorum.adapters.verification.leaves import Leaves
from variorum.adapters.verification.streams import STREAMS, check_streams
from variorum.adapters.verification.tree import check_tree
from variorum.adapters.verification.types import check_types
from variorum.domain.verification import Checked

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection

PARALLEL_FROM = 20_000
"""Events from which on a second process pays."""

_AHEAD = 3
"""Parts that wait for each other process while this one is at work."""

NO_TRUST = Trust()

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a log reaches: its last position, its events, the keys of its streams.

    Keys beyond what so many events can have are not followed, whatever a row says.
    """

    position: int
    events: int
    first_stream: int
    last_stream: int
    restored: RestoredPart | None
    """What of a backup was restored, where that is not all of it."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying a collection came to.

    Attributes:
        size: how many events were checked; events appended meanwhile were not.
        root: of the tree over them; None where the log has a gap.
        signed: what the collection's keys have signed of it, as far as it agrees.
        restored: what of a backup was restored, where that is not all of it.
    """

    size: int
    root: bytes | None
    checked: Checked
    signed: Signed
    restored: RestoredPart | None = None


def verify(
    connection: Connection,
    trust: Trust = NO_TRUST,
    *,
    deep: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Checks everything that a collection holds; finds rather than raises what is wrong.

    Args:
        trust: the keys and authorities that whoever verifies trusts.
        deep: compares every projection with replay, too.
        jobs: how many processes take part; by the size of the log and the machine if not given.
        progress: told how many more events were checked.

    Raises:
        StorageError: the database cannot be reached.
        UnreadableError: the file of the authorities' certificates cannot be read.
    """
    if trust.authorities is not None:
        certificates_of(trust.authorities)  # before all else, also where nothing is stamped
    try:
        return _verified(connection, trust, deep, jobs, progress)
    except (OverflowError, TypeError, ValueError):
        checked = Checked()
        check_types(connection.database, connection.collection, checked)
        if not checked.findings:
            raise
        return Verified(0, None, checked, Signed())


def _verified(
    connection: Connection,
    trust: Trust,
    deep: bool,
    jobs: int | None,
    progress: Progress | None,
) -> Verified:
    database, collection = connection.database, connection.collection
    checked = Checked()
    reach = _reach(database, collection, checked)
    jobs = jobs or (min(8, processors()) if reach.position >= PARALLEL_FROM else 1)
    with Leaves(min(reach.position, reach.events)) as leaves:
        restored = reach.restored.position if reach.restored is not None else 0
        work = _Work(database.address, collection, leaves.path, leaves.size, restored, deep)
        parts = list(_parts(reach))
        for part in _each_part(work, database, parts, jobs, leaves):
            checked.add(part)
            if progress is not None:
                progress(part.events)
        with database.snapshot() as cursor:
            sizes = {*stored_sizes(cursor, collection), *remembered_sizes(connection)}
            head = cursor.row(statement("eventlog", "head"), {"collection": collection})
            reached = max(reach.position, head[0] if head is not None else 0)
            tree = check_tree(cursor, collection, leaves, sizes, reached, checked)
            for what, number in cursor.rows(statement("verification", "stray_rows")):
                checked.find(None, f"a {what} is of collection {number}, which there is not")
    if tree.size == leaves.size < reach.position:
        checked.find(leaves.size + 1, "the event is missing")
    whole = tree.size == reach.position
    signed = check_checkpoints(connection, trust, tree.roots, reach.position, checked)
    check_tables(database, checked)
    if not checked.findings:
        check_indexes(database, checked, deep=deep)
    if deep and not checked.findings:
        _check_projections(connection, checked)
    return Verified(
        reach.position,
        tree.root() if whole else None,
        checked,
        signed,
        reach.restored,
    )


def record_check(connection: Connection, found: Verified, *, deep: bool) -> None:
    """Records in the log that it was verified, and found to be intact."""
    from variorum.domain.collection import append
    from variorum.domain.events import FixityChecked
    from variorum.domain.streams import COLLECTION_STREAM

    append(
        connection.log,
        lambda stream: (
            FixityChecked(
                originator_id=COLLECTION_STREAM,
                originator_version=len(stream),
                actor=connection.archive.actor,
                position=found.size,
                intact=found.checked.intact,
                erased=found.checked.erased,
                deep=deep,
            ),
            (),
        ),
    )


def _reach(database: Database, collection: int, checked: Checked) -> Reach:
    with database.snapshot() as cursor:
        row = cursor.row(statement("verification", "reach"), {"collection": collection})
        last = cursor.row(statement("eventlog", "last_event"), {"collection": collection})
        restored = restored_part(cursor, collection)
    assert row is not None
    position, recorded_at, streams, topics, last_event, events, topic_rows, *keys = row
    if (last_event or 0) > position:
        checked.find(position + 1, f"the log ends at #{position}, and there are events beyond")
    if topic_rows != topics:
        checked.find(None, f"{topic_rows} topics have names, and the log gave {topics}")
    found = [key for key in keys if key is not None]
    if found and max(found) != streams:
        checked.find(None, f"streams have keys up to {max(found)}, and the log gave {streams}")
    elif found and (min(found) < 1 or max(found) > events):
        checked.find(None, f"streams have keys from {min(found)} to {max(found)}, of so few events")
    if last is not None and last[0] == position and last[1] != recorded_at:
        checked.find(position, "its recorded time is not the one that the log ended with")
    return Reach(
        position,
        events,
        max(1, min(found, default=1)),
        min(events, max(found, default=0)),
        restored,
    )


def _parts(reach: Reach) -> Iterator[tuple[int, int]]:
    after = reach.first_stream - 1
    while after < reach.last_stream:
        until = min(after + STREAMS, reach.last_stream)
        yield after, until
        after = until


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process needs to know of the work as a whole."""

    address: str
    collection: int
    leaves: Path
    size: int
    restored: int
    deep: bool


def _each_part(
    work: _Work, database: Database, parts: list[tuple[int, int]], jobs: int, leaves: Leaves
) -> Iterator[Checked]:
    """What each part came to; in any order where several processes work, this one among them."""

    def here(part: tuple[int, int]) -> Checked:
        return _checked(work, database, part, leaves)

    if jobs == 1 or len(parts) == 1:
        yield from map(here, parts)
        return
    from multiprocessing import get_context

    with ProcessPoolExecutor(
        jobs - 1, mp_context=get_context("spawn"), initializer=_open, initargs=(work,)
    ) as pool:
        waiting: set[Future[Checked]] = set()
        try:
            for part in parts:
                done, waiting = wait(waiting, timeout=0)
                yield from (each.result() for each in done)
                if len(waiting) < (jobs - 1) * _AHEAD:
                    with _uninterrupted():
                        waiting.add(pool.submit(_check, part))
                else:
                    yield here(part)
            for each in waiting:
                yield each.result()
        except BaseException:
            for process in pool._processes.values():  # pyright: ignore[reportPrivateUsage]
                process.kill()  # it may have only begun, and what it is to begin with is gone soon
            pool.shutdown(cancel_futures=True)  # its thread must not end beside the interpreter
            raise


@contextmanager
def _uninterrupted() -> Generator[None]:
    """Keeps a Ctrl-C from processes that are begun meanwhile, which get it too on a terminal.

    What is ignored here is ignored there from the first moment on; they would tell of it otherwise.
    A signal to end, which whoever handles it takes as a Ctrl-C, waits until they are begun.
    """
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and callable(signal.getsignal(number)):
            before[number] = signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


class _Process:
    """What one process of several has open."""

    work: _Work
    database: Database
    leaves: Leaves


def _open(work: _Work) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked is interrupted, and tells
    _Process.work = work
    _Process.database = database_at(work.address)
    _Process.leaves = Leaves(work.size, work.leaves)


def _check(part: tuple[int, int]) -> Checked:
    return _checked(_Process.work, _Process.database, part, _Process.leaves)


def _checked(work: _Work, database: Database, part: tuple[int, int], leaves: Leaves) -> Checked:
    return check_streams(
        database, work.collection, *part, leaves, restored=work.restored, deep=work.deep
    )


def _check_projections(connection: Connection, checked: Checked) -> None:
    from variorum.adapters.catalogue.compare import differences

    for difference in differences(connection.database):
        if difference.orphan or difference.collection == connection.collection_name:
            checked.find(difference.position, str(difference))
    from variorum.adapters.projections.rebuild import strays
    from variorum.adapters.projections.tally import agrees

    for what in strays(connection.database):
        checked.find(None, what)
    if not agrees(connection.database, connection.collection):
        checked.find(None, "projection tally is not what replay gives")
