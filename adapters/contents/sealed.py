"""Reads what is sealed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from variorum.adapters.contents.packs import (
    TEXTS,
    Texts,
    bases_of,
    decode_into,
    heads_of,
    joined,
    pack_of,
    pieces,
)
from variorum.adapters.database.port import Cursor, Database, Dialect, Row
from variorum.adapters.database.statements import statement
from variorum.domain.content import Held
from variorum.domain.recent import Recent

PACK_COLUMNS = ("collection", "stream", "kind", "pack", "piece", "texts", "data")
CACHE_BYTES = 16 << 20
"""What packs that were read may take in memory."""
_BESIDES = 200
"""Bytes of memory that a text of them takes besides its own: those of its salt."""


class Sealed(NamedTuple):
    """A sealed content; its `held` is None where it was erased."""

    held: Held | None
    erasures: int
    """How often the collection had been erased from when it was read."""


_Key = tuple[str, int, int]
"""Stream, kind, pack."""


class SealedContent:
    """The packs of one collection. The last that were read are kept while nothing is erased.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection
        self._packs: Recent[_Key, Texts] = Recent(CACHE_BYTES)
        self._erasures: int | None = None
        self._lock = threading.Lock()

    def read(self, stream: str, kind: int, ordinal: int) -> Sealed | None:
        """A content that is in a pack; None where no pack has it.

        Raises:
            DamagedError: the pack, or one that it builds on, cannot be read.
        """
        place = ordinal % TEXTS
        found = self._pack((stream, kind, pack_of(ordinal)), place)
        if found is None:
            return None
        texts, erasures = found
        return Sealed(texts[place], erasures) if place < len(texts) else None

    def forget(self) -> None:
        """Drops all packs from memory."""
        with self._lock:
            self._drop(None)

    def _pack(self, key: _Key, place: int) -> tuple[Texts, int] | None:
        """The texts of a pack, and how often the collection had been erased from.

        Args:
            place: of a text in it; what was read of the pack before that was sealed does not do.
        """
        cached = self._cached(key, place)
        if cached is not None:
            return cached
        stream, kind, pack = key
        texts, since = self._bases(key)
        rows = self._rows(stream, kind, [pack, *(set(bases_of(pack)) - set(texts))], place)
        if texts and rows and rows[0][3] != since:  # they are of before something was erased
            texts, rows = {}, self._rows(stream, kind, [pack, *bases_of(pack)], place)
        if not any(row[0] == pack for row in rows):
            return None
        erasures: int = rows[0][3]
        for number, count, data in joined(rows):
            self._keep((stream, kind, number), decode_into(texts, number, count, data), erasures)
        return texts[pack], erasures

    def _bases(self, key: _Key) -> tuple[dict[int, Texts], int | None]:
        """Those that a pack may build on and that are kept, and as of how many erasures."""
        stream, kind, pack = key
        with self._lock:
            kept = {base: self._packs.get((stream, kind, base)) for base in bases_of(pack)}
            full = {base: texts for base, texts in kept.items() if texts and len(texts) == TEXTS}
            return full, self._erasures

    def _cached(self, key: _Key, place: int) -> tuple[Texts, int] | None:
        with self._lock:
            texts, erasures = self._packs.get(key), self._erasures
        if texts is None or place >= len(texts):
            return None
        now = self._erased_by_now(*key, place)
        return (texts, now) if now is not None and now == erasures else None

    def _rows(self, stream: str, kind: int, packs: Sequence[int], place: int) -> Sequence[Row]:
        """Packs as they are stored, piece by piece, and how often the collection was erased from.

        Args:
            packs: the one that is asked for, and then those that it may build on.
            place: of the text in it.
        """
        asked: dict[str, object] = {"collection": self._collection, "name": stream, "kind": kind}
        asked |= zip(_NAMES, packs, strict=False)
        with self._database.read() as cursor:
            rows = cursor.rows(_reading(len(packs)), asked)
        return sorted(rows, key=itemgetter(0, 4))

    def _erased_by_now(self, stream: str, kind: int, pack: int, place: int) -> int | None:
        """How often the collection was erased from by now, for a pack that was read before."""
        with self._database.read() as cursor:
            row = cursor.row(
                statement("contents", "sealed_still"), {"collection": self._collection}
            )
        return row[0] if row is not None else None

    def _drop(self, erasures: int | None) -> None:
        self._packs.clear()
        self._erasures = erasures

    def _keep(self, key: _Key, texts: Texts, erasures: int) -> None:
        size = _size(texts)
        with self._lock:
            if erasures != self._erasures:
                self._drop(erasures)
            if size <= CACHE_BYTES // 4:
                self._packs.keep(key, texts, size)


def sealed_salt(
    cursor: Cursor, *, collection: int, stream: int, kind: int, ordinal: int
) -> bytes | None:
    """The salt of a content that is sealed, without its text; None where it is not held.

    Raises:
        DamagedError: the heads of its pack cannot be read.
    """
    pack, place = pack_of(ordinal), ordinal % TEXTS
    key = {"collection": collection, "stream": stream, "kind": kind}
    rows = cursor.rows(statement("contents", "packs"), {**key, "first": pack, "end": pack + 1})
    for _, count, data in joined(rows):
        if place < count:
            found = heads_of(data, count)[0][place]
            return found[0] if found is not None else None
    return None


def put_pack(
    cursor: Cursor, dialect: Dialect, key: dict[str, int], count: int, data: bytes
) -> None:
    """Stores a pack in the place of what it was, in the transaction in hand.

    Args:
        key: the collection, stream, kind and pack.
        count: how many texts it has, those that are erased counted.
    """
    cursor.run(statement("contents", "pack_gone"), key)
    place = (key["collection"], key["stream"], key["kind"], key["pack"])
    cursor.insert(
        "pack",
        PACK_COLUMNS,
        [(*place, number, count, part) for number, part in enumerate(pieces(dialect, data))],
    )


_NAMES = tuple(f"pack_{letter}" for letter in "abcdef")
"""The parameters of packs that are read together: none builds on more than five others."""


@cache
def _reading(packs: int) -> str:
    one = statement("contents", "sealed")
    return "\nunion all\n".join(one.replace(":pack", f":{name}") for name in _NAMES[:packs])


def _size(texts: Texts) -> int:
    return sum(len(held.data) + _BESIDES for held in texts if held is not None)
