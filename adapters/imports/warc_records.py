"""The records of a WARC file (ISO 28500), as many of them as are whole.

Where a file is damaged, the damage is told with its place, and reading goes on with the next record
that can be found. A *block* is what a record holds after its own headers.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

LARGEST_BLOCK = 32 << 20
_WINDOW = 1 << 20
_PIECE = 1 << 14
_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/"
_WANTED = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit
_KINDS = {
    int(WarcRecordType.response): "response",
    int(WarcRecordType.resource): "resource",
    int(WarcRecordType.revisit): "revisit",
}


@dataclass(frozen=True, slots=True)
class Record:
    """A record that may say something of a page, with its block.

    `offset` is where it begins in the file, packed or not. Names of headers are in small letters.
    """

    offset: int
    kind: str
    headers: dict[str, str]
    block: bytes
    length: int
    """The length of its block, as it says."""

    @property
    def is_whole(self) -> bool:
        return len(self.block) == self.length

    def digest_is_wrong(self) -> bool:
        """Whether it says the digest of its block, and that is another."""
        name, _, said = self.headers.get("warc-block-digest", "").partition(":")
        try:
            found = hashlib.new(name.strip().lower().replace("-", ""), self.block)
        except ValueError:
            return False
        written = said.strip().lower()
        same = (found.hexdigest(), base64.b32encode(found.digest()).decode().rstrip("=").lower())
        return bool(written) and written.rstrip("=") not in same


@dataclass(frozen=True, slots=True)
class Damage:
    """What could not be read of a file, and where."""

    offset: int
    reason: str


class _From:
    """A file from a place on, so that a reader takes that place for its beginning."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._start = start
        self._at = start

    def read(self, size: int = -1) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(size)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0:
            self._at = self._start + offset
        elif whence == 1:
            self._at += offset
        else:
            self._at = self._file.seek(offset, 2)
        return self._at - self._start

    def tell(self) -> int:
        return self._at - self._start

    def close(self) -> None:
        pass


def records(file: BinaryIO) -> Iterator[Record | Damage]:
    """The records of a file in their order, and what is damaged; any place of it can be read."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"filedesc://") or _unpacked(head + file.read(512)).startswith(
        b"filedesc://"
    ):
        yield Damage(0, "an ARC file, which is older than WARC: convert it (warcio recompress)")
        return
    packed = head.startswith(_GZIP)
    if not packed and not head.startswith(_PLAIN):
        packed = _next_record(file, 0, True) is not None and _next_record(file, 0, False) is None
    start: int | None = 0
    while start is not None:
        last = yield from _run(file, start, packed)
        start = None if last is None else _next_record(file, last + 1, packed)


def record_at(file: BinaryIO, offset: int) -> Record | None:
    """The record that begins at a place; None if none does."""
    found = next(_run(file, offset, True), None)
    return found if isinstance(found, Record) else None


def _run(file: BinaryIO, start: int, packed: bool) -> Generator[Record | Damage, None, int | None]:
    """Records up to a damage or the end; gives where the last one began, None at the end."""
    last, waiting = start, None
    try:
        for record in ArchiveIterator(_From(file, start), parse_http=False, record_types=_ALL):
            if waiting is not None:
                yield waiting
                waiting = None
            last = start + record.stream_pos
            if not (record.headers.get("WARC-Type") and record.headers.get("Content-Length")):
                yield Damage(last, "cut short within the headers of a record, or damaged there")
            elif record.record_type & _WANTED:
                waiting = _record(record, last)
        if waiting is not None:
            yield waiting
    except (OSError, ValueError) as cause:
        reason = " ".join(str(cause).split()) or type(cause).__name__
        if waiting is not None and (packed or waiting.headers.get("warc-block-digest")):
            yield waiting
        yield Damage(last, f"damaged, here or after this record: {reason}")
        return last
    if packed and _is_cut(file, last):
        yield Damage(last, "the file ends within this record or the next")
    return None


_ALL = WarcRecordType.any_type


def _record(record: WarcRecord, offset: int) -> Record:
    parts: list[bytes] = []
    left = LARGEST_BLOCK + 1
    while left > 0 and (part := record.reader.read(left)):
        parts.append(part)
        left -= len(part)
    return Record(
        offset,
        _KINDS[int(record.record_type)],
        {name.lower(): value for name, value in record.headers.to_tuples()},
        b"".join(parts),
        record.content_length,
    )


def _next_record(file: BinaryIO, start: int, packed: bool) -> int | None:
    """Where the next record begins, from a place on; None if none does."""
    mark = _GZIP if packed else _PLAIN
    at = start
    while True:
        file.seek(at)
        window = file.read(_WINDOW + 1024)
        found = window.find(mark)
        while found >= 0:
            head = window[found : found + 1024]
            if (_unpacked(head) if packed else head).startswith(_PLAIN):
                return at + found
            found = window.find(mark, found + 1)
        if len(window) < _WINDOW:
            return None
        at += _WINDOW


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 16)
    except zlib.error:
        return b""


def _is_cut(file: BinaryIO, start: int) -> bool:
    """Whether the members of gzip from a place on end before the last of them is whole."""
    file.seek(start)
    data = file.read(_PIECE)
    if not data.startswith(_GZIP):
        return False
    while data:
        member = zlib.decompressobj(31)
        try:
            while not member.eof:
                if not data:
                    return True
                member.decompress(data)
                data = member.unused_data if member.eof else file.read(_PIECE)
        except zlib.error:
            return True
        data = data or file.read(_PIECE)
    return False
