"""Reads and prepares content. Implements `variorum.domain.ports.ContentStore`.

What is read is checked against the commitment of the event that it belongs to, always.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from variorum.adapters.contents.chain import Encoding, base_from, base_of, decode, encode
from variorum.adapters.contents.sealed import Sealed, SealedContent
from variorum.adapters.database.port import Database, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import of_named_streams
from variorum.domain.content import ContentKind, ContentRef, Held, NewContent, is_of
from variorum.domain.errors import DamagedError
from variorum.domain.recent import Recent

CACHE_BYTES = 32 << 20
"""What the texts that others build on may take in memory."""
_BESIDES = 400
"""Bytes of memory that a text which is kept takes besides its own: those of its place."""

KIND_NUMBERS = {
    ContentKind.ARTICLE: 0,
    ContentKind.SOURCE: 1,
    ContentKind.NOTE: 2,
    ContentKind.DESCRIPTION: 3,
    ContentKind.HOLDINGS: 4,
}
"""How kinds are stored. Numbers are never given twice."""

Place = tuple[str, int, int]
"""A content's stream, kind and ordinal."""


class Prepared(Struct, frozen=True, gc=False):
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
    base: int | None = None
    """The ordinal of its prefix, where that is not the one that the chain's rule gives."""
    erasures: int | None = None
    """How often the collection had been erased from when its prefix was read; None without one."""

    @property
    def place(self) -> Place:
        return self.stream, self.kind, self.ordinal

    def row(self, collection: int, stream_key: int) -> Row:
        return (
            collection,
            stream_key,
            self.kind,
            self.ordinal,
            self.base,
            self.encoding,
            self.salt,
            self.data,
        )


class _ErasedMeanwhile(Exception):
    """Something was erased between two looks at a chain."""


class ChainedContent:
    """The content of one collection.

    Texts that others build on are kept in memory for as long as nothing is erased: they are
    dropped as soon as the collection's count of erasures is seen to be another.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection
        self._texts: Recent[Place, bytes] = Recent(CACHE_BYTES)
        self._erasures: int | None = None
        self._lock = threading.Lock()
        self._sealed = SealedContent(database, collection)

    def held(self, stream: str, kind: ContentKind, ref: ContentRef) -> Held | None:
        """A content with its salt; None where it is not held, or not any more.

        Raises:
            DamagedError: what is stored is not what the event committed to.
        """
        found = self._read(stream, KIND_NUMBERS[kind], ref.ordinal)
        if found is None:
            return None
        salt, data, _ = found
        if not is_of(ref.commitment, salt, data):
            raise DamagedError(
                f"{kind.value} {ref.ordinal} of {stream} is not what the log committed to"
            )
        return Held(salt, data)

    def as_stored(
        self, stream: str, kind: ContentKind, ordinal: int, commitment: str
    ) -> Held | None:
        """A content with its salt; None where it was erased.

        Raises:
            DamagedError: it is missing, or is not what the commitment (hex) is of.
        """
        found = self._read(stream, KIND_NUMBERS[kind], ordinal)
        if found is None and self._is_erased(stream, KIND_NUMBERS[kind], ordinal):
            return None
        if found is None or not is_of(commitment, *found[:2]):
            state = "missing" if found is None else "not what the log committed to"
            raise DamagedError(f"{kind.value} {ordinal} of {stream} is {state}")
        return Held(*found[:2])

    def has(self, stream: str, kind: ContentKind, ordinal: int) -> bool:
        """Whether there is a content, or the place of one that was erased."""
        number = KIND_NUMBERS[kind]
        if self._row(stream, number, ordinal) is not None:
            return True
        return self._sealed_at(stream, number, ordinal) is not None

    def _is_erased(self, stream: str, kind: int, ordinal: int) -> bool:
        """Whether a content that is not held has left its place behind."""
        row = self._row(stream, kind, ordinal)
        if row is not None:
            return bool(row[0] == Encoding.ERASED)
        sealed = self._sealed_at(stream, kind, ordinal)
        return sealed is not None and sealed.held is None

    def salt(self, stream: str, kind: ContentKind, ordinal: int) -> bytes | None:
        """The salt of a content, without reading its text; None where it is not held."""
        row = self._row(stream, KIND_NUMBERS[kind], ordinal)
        if row is not None:
            return row[1] if row[0] != Encoding.ERASED else None
        sealed = self._sealed_at(stream, KIND_NUMBERS[kind], ordinal)
        return sealed.held.salt if sealed is not None and sealed.held is not None else None

    def salts(
        self, streams: Sequence[str], kind: ContentKind, below: int
    ) -> dict[tuple[str, int], bytes]:
        text = of_named_streams(self._database.dialect, "contents", "salts")
        asked = {
            "collection": self._collection,
            "names": json.dumps(streams),
            "kind": KIND_NUMBERS[kind],
            "below": below,
            "erased": int(Encoding.ERASED),
        }
        with self._database.read() as cursor:
            return {(row[0], row[1]): bytes(row[2]) for row in cursor.rows(text, asked)}

    def together(self, streams: Sequence[str]) -> ChainedContent:
        from variorum.adapters.contents.gathered import GatheredContent

        return GatheredContent(self._database, self._collection, streams)

    def prepare(
        self, contents: Iterable[NewContent], gone: Collection[Place] = ()
    ) -> list[Prepared]:
        """Compresses contents that are about to be appended, in the order of their chains.

        They build on what is stored and on one another. Others must not build on them before
        they are stored (`stored`): someone else may take their places meanwhile.

        Args:
            gone: what the same append erases. Nothing builds on it, and of those among the
                contents only the places are stored.
        """
        prepared: list[Prepared] = []
        texts: dict[Place, bytes] = {}
        for content in contents:
            place = content.stream, KIND_NUMBERS[content.kind], content.ordinal
            if place in gone:
                prepared.append(Prepared(*place, Encoding.ERASED, b"", b"", b""))
                continue
            prepared.append(self._prepared(content, place, texts, gone))
            texts[place] = content.data
        return prepared

    def _prepared(
        self,
        content: NewContent,
        place: Place,
        others: Mapping[Place, bytes],
        gone: Collection[Place],
    ) -> Prepared:
        stream, kind, ordinal = place
        base = rule = base_of(ordinal)
        prefix: bytes | None = None
        erasures: int | None = None
        while base is not None and prefix is None:
            at = stream, kind, base
            if at not in gone:
                prefix = others.get(at)
                if prefix is None:
                    prefix, erasures = self._text(*at)
            if prefix is None:
                base = base_of(base)
        encoding, data = encode(content.data, prefix)
        if encoding != Encoding.ZSTD_PREFIX:
            base, erasures = rule, None
        return Prepared(
            stream,
            kind,
            ordinal,
            int(encoding),
            content.salt,
            data,
            content.data,
            None if base == rule else base,
            erasures,
        )

    def stored(self, contents: Iterable[Prepared], erasures: int | None = None) -> None:
        """Keeps contents, now that they are stored, for those that will build on them.

        Args:
            erasures: how often the collection had been erased from when they were stored; not
                needed where nobody else uses this object.
        """
        if erasures is not None:
            self._seen(erasures)
        else:
            erasures = self._erasures
        for content in contents:
            if content.encoding != Encoding.ERASED:
                self._keep(content.place, content.text, erasures)

    def forget(self) -> None:
        """Drops all texts from memory."""
        with self._lock:
            self._drop(None)
        self._sealed.forget()

    def _text(self, stream: str, kind: int, ordinal: int) -> tuple[bytes | None, int | None]:
        """A text, and how often the collection had been erased from when it was read."""
        with self._lock:
            text = self._texts.get((stream, kind, ordinal))
            if text is not None:
                return text, self._erasures
        found = self._read(stream, kind, ordinal)
        return (found[1], found[2]) if found else (None, None)

    def _read(self, stream: str, kind: int, ordinal: int) -> tuple[bytes, bytes, int] | None:
        """Salt and text, and how often the collection had been erased from when they were read."""
        while True:
            try:
                return self._decoded(stream, kind, ordinal)
            except _ErasedMeanwhile:
                continue

    def _decoded(self, stream: str, kind: int, ordinal: int) -> tuple[bytes, bytes, int] | None:
        """See `_read`; from the chain of texts that it builds on, first to last."""
        chain: list[Row] = []
        wanted: int | None = ordinal
        prefix: bytes | None = None
        while wanted is not None:
            row = self._row(stream, kind, wanted)
            sealed = self._sealed_at(stream, kind, wanted) if row is None else None
            erasures = row[4] if row is not None else sealed.erasures if sealed else None
            if chain and erasures not in (None, chain[0][4]):
                raise _ErasedMeanwhile
            if sealed is not None and sealed.held is not None:
                if not chain:
                    return sealed.held.salt, sealed.held.data, sealed.erasures
                prefix = sealed.held.data
                break
            if row is None or row[0] == Encoding.ERASED:
                if not chain:
                    return None
                raise DamagedError(
                    f"content {ordinal} of {stream} builds on {wanted}, which is not there"
                )
            chain.append(row)
            if row[0] != Encoding.ZSTD_PREFIX:
                break
            wanted = base_from(wanted, row[3])
            with self._lock:
                if wanted is not None and self._erasures == row[4]:
                    prefix = self._texts.get((stream, kind, wanted))
            if prefix is not None:
                break
        for row in reversed(chain):
            prefix = decode(row[0], bytes(row[2]), prefix)
        assert prefix is not None
        since: int = chain[0][4]
        self._keep((stream, kind, ordinal), prefix, since)
        return bytes(chain[0][1]), prefix, since

    def _sealed_at(self, stream: str, kind: int, ordinal: int) -> Sealed | None:
        """A content in a pack. Looked for after the loose ones: contents move one way only."""
        sealed = self._sealed.read(stream, kind, ordinal)
        if sealed is not None:
            self._seen(sealed.erasures)
        return sealed

    def _row(self, stream: str, kind: int, ordinal: int) -> Row | None:
        with self._database.read() as cursor:
            row = cursor.row(
                statement("contents", "read_by_name"),
                {
                    "collection": self._collection,
                    "name": stream,
                    "kind": kind,
                    "ordinal": ordinal,
                },
            )
        if row is not None:
            self._seen(row[4])
        return row

    def _seen(self, erasures: int) -> None:
        with self._lock:
            if erasures != self._erasures:
                self._drop(erasures)

    def _drop(self, erasures: int | None) -> None:
        self._texts.clear()
        self._erasures = erasures

    def _keep(self, place: Place, text: bytes, erasures: int | None) -> None:
        """Keeps a text that was there when the collection had been erased from so often."""
        if len(text) > CACHE_BYTES // 4:
            return
        with self._lock:
            if erasures is not None and erasures == self._erasures:
                self._texts.keep(place, text, len(text) + _BESIDES)
