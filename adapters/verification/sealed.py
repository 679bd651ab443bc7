"""Reads packs as if their texts were rows of their own, stored as they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from variorum.adapters.contents.chain import CHAIN_LENGTH, Encoding
from variorum.adapters.contents.packs import TEXTS, Texts, decode_into
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.errors import DamagedError

UNREADABLE = -1
"""The encoding of a text whose pack cannot be read; its data says why."""
_PLAIN, _ERASED = int(Encoding.PLAIN), int(Encoding.ERASED)
_PIECES = 1024
"""Pieces that are read at once."""
_BEYOND = (1 << 15) - 1
_MOST = TEXTS
"""Texts that a pack is believed to have."""


def sealed_contents(cursor: Cursor, key: dict[str, int]) -> Iterator[Row]:
    """Stream, kind, ordinal, base, encoding, salt and data of what is sealed, in that order."""
    chain: tuple[int, int, int] = (-1, -1, -1)
    packs: dict[int, Texts] = {}
    for (stream, kind, pack), group in groupby(_pieces(cursor, key), key=itemgetter(0, 1, 2)):
        if chain != (stream, kind, pack * TEXTS // CHAIN_LENGTH):
            chain = (stream, kind, pack * TEXTS // CHAIN_LENGTH)
            packs = {}
        parts = list(group)
        count = parts[0][4]
        try:
            if [(part[3], part[4]) for part in parts] != [(n, count) for n in range(len(parts))]:
                raise DamagedError("the pieces of its pack are not those of one")
            if not 0 < count <= _MOST:
                raise DamagedError(f"its pack is said to have {count} texts")
            data = b"".join(bytes(part[5]) for part in parts)
            texts = decode_into(packs, pack, count, data)
        except DamagedError as cause:
            said = f"its pack cannot be read: {cause.message}".encode()
            for place in range(max(1, min(count, _MOST))):
                yield (stream, kind, pack * TEXTS + place, None, UNREADABLE, b"", said)
            continue
        for place, held in enumerate(texts, pack * TEXTS):
            if held is None:
                yield (stream, kind, place, None, _ERASED, b"", b"")
            else:
                yield (stream, kind, place, None, _PLAIN, held.salt, held.data)
        _shorten(packs, pack)


def _shorten(packs: dict[int, Texts], pack: int) -> None:
    """Keeps of a pack what others build on: the last text that is held."""
    texts = packs[pack]
    held = next((each for each in reversed(texts) if each is not None), None)
    packs[pack] = [held]


def _pieces(cursor: Cursor, key: dict[str, int]) -> Iterator[Row]:
    place: dict[str, Any] = {"stream": key["after"], "kind": _BEYOND, "pack": 0, "piece": 0}
    while True:
        rows = cursor.rows(statement("verification", "sealed"), {**key, "limit": _PIECES, **place})
        yield from rows
        if len(rows) < _PIECES:
            return
        place = dict(zip(("stream", "kind", "pack", "piece"), rows[-1][:4], strict=True))
