"""Reads and prepares content. Implements `variorum.domain.ports.ContentStore`.

What is read is checked against the commitment of the event that it belongs to, always.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from variorum.adapters.contents.chain import Encoding, base_of, decode, encode
from variorum.adapters.database.port import Database, Row
from variorum.adapters.database.statements import statement
from variorum.domain.content import ContentKind, ContentRef, Held, NewContent, commit
from variorum.domain.errors import DamagedError

CACHE_BYTES = 32 << 20
"""What the texts that others build on may take in memory."""

KIND_NUMBERS = {
    ContentKind.ARTICLE: 0,
    ContentKind.SOURCE: 1,
    ContentKind.NOTE: 2,
    ContentKind.DESCRIPTION: 3,
    ContentKind.HOLDINGS: 4,
}
"""How kinds are stored. Numbers are never given twice."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Content ready to be stored: compressed before the append takes its turn."""

    stream: str
    kind: int
    ordinal: int
    encoding: int
    salt: bytes
    data: bytes
    """As it is stored."""
    text: bytes
    """As it is."""

    def row(self, collection: int, stream_key: int) -> Row:
        return (
            collection,
            stream_key,
            self.kind,
            self.ordinal,
            None,
            self.encoding,
            self.salt,
            self.data,
        )


class ChainedContent:
    """The content of one collection.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection
        self._texts: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def held(self, stream: str, kind: ContentKind, ref: ContentRef) -> Held | None:
        """A content with its salt; None where it is not held any more.

        Raises:
            DamagedError: what is stored is not what the event committed to.
        """
        found = self._read(stream, KIND_NUMBERS[kind], ref.ordinal)
        if found is None:
            return None
        salt, data = found
        if commit(salt, data).hex() != ref.commitment:
            raise DamagedError(
                f"{kind.value} {ref.ordinal} of {stream} is not what the log committed to"
            )
        return Held(salt, data)

    def salt(self, stream: str, kind: ContentKind, ordinal: int) -> bytes | None:
        """The salt of a content, without reading its text; None where it is not held."""
        row = self._row(stream, KIND_NUMBERS[kind], ordinal)
        return row[1] if row else None

    def prepare(self, contents: Iterable[NewContent]) -> list[Prepared]:
        """Compresses contents that are about to be appended, in the order of their chains.

        They build on what is stored and on one another. Others must not build on them before
        they are stored (`stored`): someone else may take their places meanwhile.
        """
        prepared: dict[tuple[str, int, int], Prepared] = {}
        for content in contents:
            stream, ordinal = content.stream, content.ordinal
            kind = KIND_NUMBERS[content.kind]
            base = base_of(ordinal)
            prefix: bytes | None = None
            if base is not None:
                before = prepared.get((stream, kind, base))
                prefix = before.text if before else self._text(stream, kind, base)
            encoding, data = encode(content.data, prefix)
            prepared[stream, kind, ordinal] = Prepared(
                stream, kind, ordinal, encoding, content.salt, data, content.data
            )
        return list(prepared.values())

    def stored(self, contents: Iterable[Prepared]) -> None:
        """Keeps contents, now that they are stored, for those that will build on them."""
        for content in contents:
            self._keep((content.stream, content.kind, content.ordinal), content.text)

    def _text(self, stream: str, kind: int, ordinal: int) -> bytes | None:
        with self._lock:
            text = self._texts.get((stream, kind, ordinal))
        if text is not None:
            return text
        found = self._read(stream, kind, ordinal)
        return found[1] if found else None

    def _read(self, stream: str, kind: int, ordinal: int) -> tuple[bytes, bytes] | None:
        """Salt and text, from the chain of texts that it builds on, first to last."""
        chain: list[Row] = []
        wanted: int | None = ordinal
        prefix: bytes | None = None
        while wanted is not None:
            row = self._row(stream, kind, wanted)
            if row is None:
                if not chain:
                    return None
                raise DamagedError(
                    f"content {ordinal} of {stream} builds on {wanted}, which is not there"
                )
            chain.append(row)
            if row[0] != Encoding.ZSTD_PREFIX:
                break
            wanted = row[3] if row[3] is not None else base_of(wanted)
            with self._lock:
                prefix = self._texts.get((stream, kind, wanted)) if wanted is not None else None
            if prefix is not None:
                break
        for row in reversed(chain):
            prefix = decode(row[0], bytes(row[2]), prefix)
        assert prefix is not None
        self._keep((stream, kind, ordinal), prefix)
        return bytes(chain[0][1]), prefix

    def _row(self, stream: str, kind: int, ordinal: int) -> Row | None:
        with self._database.read() as cursor:
            return cursor.row(
                statement("contents", "read_by_name"),
                {
                    "collection": self._collection,
                    "name": stream,
                    "kind": kind,
                    "ordinal": ordinal,
                },
            )

    def _keep(self, key: tuple[str, int, int], text: bytes) -> None:
        if len(text) > CACHE_BYTES // 4:
            return
        with self._lock:
            old = self._texts.pop(key, None)
            self._bytes += len(text) - (len(old) if old is not None else 0)
            self._texts[key] = text
            while self._bytes > CACHE_BYTES:
                _, dropped = self._texts.popitem(last=False)
                self._bytes -= len(dropped)
