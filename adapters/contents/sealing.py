"""Sealing: moves texts that nothing is added to any more out of their rows, into packs.

What is recorded stays as it is: events, commitments and ordinals are untouched, and a text reads
the same before and after. A story is *cold* when its last event is older than a given instant: then
all its texts are sealed. Of other stories, packs are sealed that are full of older texts.

Texts are read, checked against what the log committed to and compressed without holding anyone up,
by a thread for each processor: zstd does not keep the interpreter to itself. Then the collection's
turn is taken, it is seen that nothing was erased or sealed meanwhile, and the rows change places,
in one transaction. Killed at any moment, a text is in one place or the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from variorum.adapters.beside import processors
from variorum.adapters.contents.chain import CHAIN_LENGTH, Encoding, base_from, decode
from variorum.adapters.contents.commits import commits, committed
from variorum.adapters.contents.packs import (
    TEXTS,
    Texts,
    decode_into,
    decode_pack,
    encode_pack,
    joined,
    pack_of,
    prefix_of,
)
from variorum.adapters.contents.sealed import put_pack
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Database, Dialect, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import LogReader, placed_of_streams
from variorum.domain.content import Held, is_of
from variorum.domain.errors import DamagedError

KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}
_STREAMS = 500
"""Streams that are asked for at once."""
_BATCH_BYTES = 8 << 20
"""Bytes of texts from which on what was compressed is stored."""
_BATCH_PACKS = 200
_AHEAD_BYTES = 8 << 20
"""Bytes of texts that are given to the threads ahead of those that are stored next."""
_AHEAD_PACKS = 200
_PASSES = 5
"""How often what was changed by others meanwhile is tried again."""


@dataclass
class Sealing:
    """What sealing came to; bytes are those of texts and salts as they are stored."""

    texts: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    left: list[str] = field(default_factory=list[str])
    """What was not sealed, and why: it is damaged (`verify` says more)."""


Progress = Callable[[int], None]
"""Told how many more texts were sealed."""


@dataclass(frozen=True, slots=True)
class _Pack:
    """A pack that is to be stored."""

    stream: int
    kind: int
    pack: int
    sealed: int
    """How many of its texts were sealed before."""
    texts: int
    encoded: Future[bytes]
    loose: int
    """Bytes that the texts take as rows of their own, and the pack as it was."""
    plain: int
    """Bytes of the texts as they are."""
    erasures: int
    """How often the collection had been erased from when they were read."""

    @property
    def data(self) -> bytes:
        """Its bytes, once they are there.

        Raises:
            DamagedError: they do not give the texts back.
        """
        return self.encoded.result()

    @property
    def key(self) -> dict[str, int]:
        return {"stream": self.stream, "kind": self.kind, "pack": self.pack}

    @property
    def ordinals(self) -> dict[str, int]:
        """Those that are sealed now."""
        first = self.pack * TEXTS
        return {
            "stream": self.stream,
            "kind": self.kind,
            "first": first + self.sealed,
            "end": first + self.texts,
        }


def seal(
    database: Database, collection: int, before: int | None, *, progress: Progress | None = None
) -> Sealing:
    """Seals the cold texts of a collection.

    Args:
        before: an instant, µs since 1970 UTC: what was recorded after it is not cold. None: all
            that is there is.

    Raises:
        StorageError: the database cannot be reached, or not be written.
    """
    reader = LogReader(database, collection)
    until = reader.head()[0] if before is None else reader.position_at(before)
    done = Sealing()
    threads = ThreadPoolExecutor(processors(), "sealing")
    try:
        for _ in range(_PASSES):
            done.left.clear()
            batch: list[_Pack] = []
            whole = True
            for pack in _encoded(_packs(database, collection, until, done, threads), done):
                batch.append(pack)
                if len(batch) >= _BATCH_PACKS or sum(each.plain for each in batch) >= _BATCH_BYTES:
                    whole &= _store(database, collection, batch, done, progress)
                    batch = []
            if _store(database, collection, batch, done, progress) and whole:
                break
    finally:
        threads.shutdown(cancel_futures=True)
    return done


def _encoded(packs: Iterator[_Pack], done: Sealing) -> Iterator[_Pack]:
    """The same packs, of which some more are worked on while one is stored."""
    begun = deque[_Pack]()
    ahead = 0
    for pack in packs:
        begun.append(pack)
        ahead += pack.plain
        while begun and (ahead > _AHEAD_BYTES or len(begun) > _AHEAD_PACKS):
            first = begun.popleft()
            ahead -= first.plain
            if _is_encoded(first, done):
                yield first
    while begun:
        if _is_encoded(first := begun.popleft(), done):
            yield first


def _is_encoded(pack: _Pack, done: Sealing) -> bool:
    """Waits for a pack; False where it is not what was put into it, which is said."""
    try:
        return bool(pack.data)
    except DamagedError as cause:
        done.left.append(cause.message)
        return False


def _packs(
    database: Database, collection: int, until: int, done: Sealing, threads: Executor
) -> Iterator[_Pack]:
    """The packs to be stored, those of a chain in order, whose bytes threads are making."""
    after = -1
    while True:
        with database.read() as cursor:
            streams = cursor.rows(
                statement("contents", "loose_streams"),
                {
                    "collection": collection,
                    "after": after,
                    "limit": _STREAMS,
                    "until": until,
                    "filled": TEXTS - 1,
                },
            )
        for stream, may in streams:
            if not may:
                continue
            with database.snapshot() as cursor:
                found = _Stream(cursor, collection, stream, until, threads)
                for kind, first, end in found.loose():
                    try:
                        yield from found.packs(kind, first, end)
                    except DamagedError as cause:
                        done.left.append(cause.message)
        if len(streams) < _STREAMS:
            return
        after = streams[-1][0]


class _Stream:
    """The contents of a stream, as of one moment."""

    def __init__(
        self, cursor: Cursor, collection: int, stream: int, until: int, threads: Executor
    ) -> None:
        self._cursor = cursor
        self._threads = threads
        self._key = {"collection": collection, "stream": stream}
        row = cursor.row(statement("contents", "sealed_still"), {"collection": collection})
        self._erasures = int(row[0]) if row else 0
        events = placed_of_streams(cursor, collection, stream - 1, stream)
        self._name = events[0].stream if events else f"stream {stream}"
        self._is_cold = bool(events) and events[-1].position <= until
        self._promised: dict[tuple[int, int], str] = {}
        self._old: dict[int, int] = {}
        for event in events:
            for kind, ref in committed(commits(event.state)):
                number = KIND_NUMBERS[kind]
                self._promised[number, ref.ordinal] = ref.commitment
                if event.position <= until:
                    self._old[number] = max(self._old.get(number, 0), ref.ordinal + 1)

    def loose(self) -> list[Row]:
        """The kinds of contents that are not sealed, with their first ordinal and the end."""
        return self._cursor.rows(statement("contents", "loose_kinds"), self._key)

    def packs(self, kind: int, first: int, end: int) -> Iterator[_Pack]:
        """The packs that texts from an ordinal on are to be in, as far as they are cold.

        Raises:
            DamagedError: a text is missing, or is not what the log committed to.
        """
        if not self._is_cold:
            old = self._old.get(kind, 0)
            end = old - old % TEXTS
        while first < end:
            stop = min(end, first - first % CHAIN_LENGTH + CHAIN_LENGTH)
            yield from self._packs_of_chain(kind, first, stop)
            first = stop

    def _packs_of_chain(self, kind: int, first: int, end: int) -> Iterator[_Pack]:
        begin = first - first % CHAIN_LENGTH
        packs, sizes = self._sealed(kind, begin)
        if begin + sum(map(len, packs.values())) != first:
            raise DamagedError(f"{self._called(kind, first)} does not follow what is sealed")
        rows = self._cursor.rows(
            statement("contents", "block"),
            {**self._key, "kind": kind, "first": first, "end": end},
        )
        loose = {int(row[0]): row for row in rows}
        texts = {
            pack * TEXTS + place: held.data
            for pack, each in packs.items()
            for place, held in enumerate(each)
            if held is not None
        }
        for pack in range(pack_of(first), pack_of(end - 1) + 1):
            given = packs.setdefault(pack, [])
            sealed, stop = len(given), min(end, (pack + 1) * TEXTS)
            before = sizes.get(pack, 0)
            for ordinal in range(pack * TEXTS + sealed, stop):
                given.append(self._text(kind, ordinal, loose, texts))
                row = loose[ordinal]
                before += len(row[3]) + len(row[4])
            data = self._threads.submit(
                _pack, list(given), prefix_of(pack, packs), self._called(kind, pack * TEXTS)
            )
            plain = sum(len(held.data) for held in given if held is not None)
            yield _Pack(
                self._key["stream"],
                kind,
                pack,
                sealed,
                len(given),
                data,
                before,
                plain,
                self._erasures,
            )

    def _sealed(self, kind: int, begin: int) -> tuple[dict[int, Texts], dict[int, int]]:
        """The packs of a chain that there are, and the bytes that they take."""
        rows = self._cursor.rows(
            statement("contents", "packs"),
            {
                **self._key,
                "kind": kind,
                "first": pack_of(begin),
                "end": pack_of(begin + CHAIN_LENGTH),
            },
        )
        packs: dict[int, Texts] = {}
        sizes: dict[int, int] = {}
        for pack, count, data in joined(rows):
            decode_into(packs, pack, count, data)
            sizes[pack] = len(data)
        return packs, sizes

    def _text(
        self, kind: int, ordinal: int, loose: dict[int, Row], texts: dict[int, bytes]
    ) -> Held | None:
        row = loose.get(ordinal)
        if row is None:
            raise DamagedError(f"{self._called(kind, ordinal)} is missing")
        _, encoding, base, salt, data = row
        if encoding == Encoding.ERASED:
            return None
        prefix = None
        if encoding == Encoding.ZSTD_PREFIX:
            wanted = base_from(ordinal, base)
            prefix = texts.get(-1 if wanted is None else wanted)
        held = Held(bytes(salt), decode(encoding, bytes(data), prefix))
        promised = self._promised.get((kind, ordinal))
        if promised is None or not is_of(promised, held.salt, held.data):
            raise DamagedError(
                f"{self._called(kind, ordinal)} is not what the log committed to: it stays"
            )
        texts[ordinal] = held.data
        return held

    def _called(self, kind: int, ordinal: int) -> str:
        return f"{KINDS[kind].value if kind in KINDS else 'content'} {ordinal} of {self._name}"


def _pack(texts: Texts, prefix: bytes | None, first: str) -> bytes:
    """A pack as it is stored, seen to give its texts back."""
    data = encode_pack(texts, prefix)
    if decode_pack(data, len(texts), prefix) != texts:
        raise DamagedError(f"a pack from {first} on does not give back what is put into it")
    return data


def _store(
    database: Database,
    collection: int,
    batch: list[_Pack],
    done: Sealing,
    progress: Progress | None,
) -> bool:
    """Lets rows and packs change places; False where some were changed by others meanwhile."""
    if not batch:
        return True
    with database.write() as cursor:
        row = cursor.row(statement("contents", "sealing_turn"), {"collection": collection})
        erasures = row[0] if row else None
        stored: list[_Pack] = []
        for pack in batch:
            if pack.erasures == erasures and _is_as_read(cursor, collection, pack):
                _move(cursor, collection, pack, database.dialect)
                stored.append(pack)
    for pack in stored:
        done.texts += pack.texts - pack.sealed
        done.bytes_before += pack.loose
        done.bytes_after += len(pack.data)
        if progress is not None:
            progress(pack.texts - pack.sealed)
    return len(stored) == len(batch)


def _is_as_read(cursor: Cursor, collection: int, pack: _Pack) -> bool:
    """Whether the texts are still loose, and follow what is sealed."""
    ordinals = pack.ordinals
    row = cursor.row(
        statement("contents", "sealing_room"),
        {"collection": collection, **pack.key, **ordinals, "before": pack.pack - 1},
    )
    if row is None:
        return False
    loose, sealed, before = row
    return (loose, sealed or 0) == (ordinals["end"] - ordinals["first"], pack.sealed) and (
        pack.pack == 0 or before == TEXTS
    )


def _move(cursor: Cursor, collection: int, pack: _Pack, dialect: Dialect) -> None:
    key = {"collection": collection}
    if dialect == "sqlite":
        cursor.run(statement("contents", "begin_sealing"), key)
    put_pack(cursor, dialect, {**key, **pack.key}, pack.texts, pack.data)
    cursor.run(statement("contents", "loose_no_more"), {**key, **pack.ordinals})
    if dialect == "sqlite":
        cursor.run(statement("contents", "end_sealing"), key)
