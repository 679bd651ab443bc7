"""Erases content: in the transaction of the event that records it, and out of every other text.

What is erased leaves its *place*: a row without salt and text, so that its ordinal is never given
again. Texts that are stored as differences to it (its *dependants*) are decoded, checked against
what the log committed to, and encoded anew upon a text that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from variorum.adapters.contents.chain import (
    CHAIN_LENGTH,
    Encoding,
    base_from,
    base_of,
    decode,
    encode,
)
from variorum.adapters.contents.commits import commits, committed
from variorum.adapters.contents.packs import (
    TEXTS,
    Texts,
    bases_of,
    decode_into,
    decode_pack,
    encode_pack,
    joined,
    pack_of,
    prefix_of,
)
from variorum.adapters.contents.sealed import put_pack
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Dialect, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.at_once import Tables
from variorum.adapters.eventlog.packing import unpacked
from variorum.adapters.eventlog.reader import Placed
from variorum.domain.content import is_of
from variorum.domain.errors import DamagedError
from variorum.domain.events import ContentErased

_MANY = 2**31 - 1


class Eraser:
    """Erases what the events of an append say to be gone. Implements `eventlog`'s `Companion`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect: Dialect = dialect

    def add(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        """Erases, in the transaction in hand.

        Raises:
            DamagedError: a text that stays cannot be encoded anew, as it cannot be read.
        """
        erasures = [event for event in events if event.topic == ContentErased.TOPIC]
        if not erasures:
            return
        if self._dialect == "sqlite":
            cursor.rows("pragma secure_delete = on")
            cursor.run(statement("contents", "begin_erasing"), {"collection": collection})
        for stream in {event.stream: event for event in erasures}.values():
            gone: dict[tuple[int, int], set[int]] = {}
            for event in erasures:
                if event.stream == stream.stream:
                    for each in commits(event.state).contents:
                        kind = KIND_NUMBERS[each.kind]
                        block = each.ordinal - each.ordinal % CHAIN_LENGTH
                        gone.setdefault((kind, block), set()).add(each.ordinal)
            promised = _promised(cursor, collection, stream.stream)
            for (kind, block), ordinals in gone.items():
                _Block(cursor, self._dialect, collection, stream, kind, block).erase(
                    ordinals, promised
                )
        if self._dialect == "sqlite":
            cursor.run(statement("contents", "end_erasing"), {"collection": collection})
        cursor.run(statement("contents", "count_erasure"), {"collection": collection})

    def rows(self, collection: int, events: Sequence[Placed]) -> Tables | None:
        """Nothing, where nothing is erased."""
        return None if any(event.topic == ContentErased.TOPIC for event in events) else ()


def _promised(cursor: Cursor, collection: int, stream: str) -> dict[tuple[int, int], str]:
    """What the events of a stream commit to: by kind and ordinal, the commitment in hex."""
    rows = cursor.rows(
        statement("eventlog", "stream_up"),
        {
            "collection": collection,
            "name": stream,
            "above": -1,
            "until": _MANY,
            "limit": _MANY,
        },
    )
    return {
        (KIND_NUMBERS[kind], ref.ordinal): ref.commitment
        for row in rows
        for kind, ref in committed(commits(unpacked(bytes(row[6]))))
    }


class _Block:
    """The contents of one kind of a stream, from the start of a chain to the start of the next."""

    def __init__(
        self,
        cursor: Cursor,
        dialect: Dialect,
        collection: int,
        event: Placed,
        kind: int,
        first: int,
    ) -> None:
        self._cursor = cursor
        self._name = event.stream
        self._kind = kind
        self._key = {"collection": collection, "stream": event.stream_key, "kind": kind}
        rows = cursor.rows(
            statement("contents", "block"),
            {**self._key, "first": first, "end": first + CHAIN_LENGTH},
        )
        self._rows: dict[int, Row] = {row[0]: row for row in rows}
        self._text: Callable[[int], bytes] = cache(self._decoded)
        self._dialect: Dialect = dialect
        rows = cursor.rows(
            statement("contents", "packs"),
            {**self._key, "first": pack_of(first), "end": pack_of(first + CHAIN_LENGTH)},
        )
        self._stored = {pack: (count, data) for pack, count, data in joined(rows)}
        self._packs: dict[int, Texts] = {}

    def erase(self, gone: set[int], promised: dict[tuple[int, int], str]) -> None:
        """Encodes the dependants of some contents anew, and erases those contents."""
        for ordinal in self._dependants(gone):
            self._check(ordinal, promised)
            self._encode_anew(ordinal, gone)
        self._pack_anew(gone, promised)
        for ordinal in sorted(gone):
            if self._sealed_at(ordinal):
                continue
            if ordinal not in self._rows:
                raise DamagedError(
                    f"content {ordinal} of {self._name} is missing without a record: `verify`"
                )
            nothing = {"encoding": int(Encoding.ERASED), "base": None, "data": b""}
            self._change(ordinal, b"", nothing)

    def _pack_anew(self, gone: set[int], promised: dict[tuple[int, int], str]) -> None:
        """Encodes packs anew without the texts that go, and those that built on one of these."""
        sealed = {pack_of(ordinal) for ordinal in gone if self._sealed_at(ordinal)}
        if not sealed:
            return
        before = {pack: list(self._pack(pack)) for pack in self._stored}
        after = {
            pack: [
                None if pack * TEXTS + place in gone else held for place, held in enumerate(texts)
            ]
            for pack, texts in before.items()
        }
        for pack, texts in after.items():
            prefix = prefix_of(pack, after)
            if texts == before[pack] and prefix == prefix_of(pack, before):
                continue
            for place, held in enumerate(texts):
                if held is not None:
                    self._check(pack * TEXTS + place, promised)
            data = encode_pack(texts, prefix)
            assert decode_pack(data, len(texts), prefix) == texts
            put_pack(self._cursor, self._dialect, {**self._key, "pack": pack}, len(texts), data)

    def _sealed_at(self, ordinal: int) -> bool:
        """Whether a text is in a pack, and not a row of its own."""
        stored = self._stored.get(pack_of(ordinal))
        return ordinal not in self._rows and stored is not None and ordinal % TEXTS < stored[0]

    def _pack(self, pack: int) -> Texts:
        """The texts of a pack as they were before."""
        if pack not in self._packs:
            for base in bases_of(pack):
                if base in self._stored:
                    self._pack(base)
            decode_into(self._packs, pack, *self._stored[pack])
        return self._packs[pack]

    def _dependants(self, gone: set[int]) -> Iterable[int]:
        return [
            ordinal
            for ordinal, row in self._rows.items()
            if ordinal not in gone and self._base(row) in gone
        ]

    def _check(self, ordinal: int, promised: dict[tuple[int, int], str]) -> None:
        commitment = promised.get((self._kind, ordinal))
        if commitment is None or not is_of(commitment, self._salt(ordinal), self._text(ordinal)):
            raise DamagedError(
                f"content {ordinal} of {self._name} is not what the log committed to; what it "
                "builds on cannot be erased before it is mended (`verify` says more)"
            )

    def _encode_anew(self, ordinal: int, gone: set[int]) -> None:
        base = base_of(ordinal)
        while base is not None and (base in gone or not self._is_held(base)):
            base = base_of(base)
        text = self._text(ordinal)
        prefix = None if base is None else self._text(base)
        encoding, data = encode(text, prefix)
        assert decode(encoding, data, prefix) == text
        explicit = base if encoding is Encoding.ZSTD_PREFIX and base != base_of(ordinal) else None
        changed = {"encoding": int(encoding), "base": explicit, "data": data}
        self._change(ordinal, self._salt(ordinal), changed)

    def _change(self, ordinal: int, salt: bytes, changed: Mapping[str, object]) -> None:
        self._cursor.run(
            statement("contents", "change"),
            {**self._key, "ordinal": ordinal, "salt": salt, **changed},
        )

    def _base(self, row: Row) -> int | None:
        if row[1] != Encoding.ZSTD_PREFIX:
            return None
        return base_from(row[0], row[2])

    def _is_held(self, ordinal: int) -> bool:
        if self._sealed_at(ordinal):
            return self._pack(pack_of(ordinal))[ordinal % TEXTS] is not None
        return ordinal in self._rows and self._rows[ordinal][1] != Encoding.ERASED

    def _salt(self, ordinal: int) -> bytes:
        if self._sealed_at(ordinal):
            held = self._pack(pack_of(ordinal))[ordinal % TEXTS]
            return held.salt if held is not None else b""
        return bytes(self._rows[ordinal][3])

    def _decoded(self, ordinal: int) -> bytes:
        row = self._rows.get(ordinal)
        if self._sealed_at(ordinal):
            held = self._pack(pack_of(ordinal))[ordinal % TEXTS]
            if held is not None:
                return held.data
        if row is None or row[1] == Encoding.ERASED:
            raise DamagedError(f"content {ordinal} of {self._name} is not there")
        base = self._base(row)
        return decode(row[1], bytes(row[4]), None if base is None else self._text(base))
