"""Files as they lie on a disk: plain, or packed with gzip, zstd, bzip2 or xz.

Which of these, their first bytes tell.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
GZIP_MAGIC = b"\x1f\x8b"
MAGIC_LENGTH = 6
_PACKINGS = (
    ("zstd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")),
    ("gzip", re.compile(rb"\x1f\x8b")),
    ("bzip2", re.compile(rb"BZh")),
    ("xz", re.compile(rb"\xfd7zXZ\0")),
)
"""How each begins; zstd perhaps with a frame to be skipped, as pzstd does (RFC 8878, 3.1.2)."""

PACKING_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What reading from a file may raise where it is damaged, or cannot be read at all."""


def open_file(path: str, progress: Callable[[int], None] | None = None) -> BinaryIO:
    """A file's bytes, unpacked if it is packed; `-` is standard input.

    Reading from it raises `PACKING_ERRORS`.
    """
    raw = cast(
        io.BufferedReader,
        sys.stdin.buffer if path == "-" else Path(path).open("rb"),  # noqa: SIM115 (closed with what is returned)
    )
    counted = io.BufferedReader(Counted(raw, progress), 1 << 18)
    packing = packing_of(counted.peek(MAGIC_LENGTH))
    if packing == "zstd":
        unpacked = cast(io.BufferedReader, zstd.ZstdFile(counted))
        # Damage is told after what came before it, which a buffer around it alone would drop.
        return cast(BinaryIO, io.BufferedReader(Counted(unpacked), 1 << 18))
    if packing == "gzip":
        return cast(BinaryIO, gzip.GzipFile(fileobj=counted))
    if packing == "bzip2":
        return cast(BinaryIO, bz2.BZ2File(counted))
    if packing == "xz":
        return cast(BinaryIO, lzma.LZMAFile(counted))
    return cast(BinaryIO, counted)


def packing_of(head: bytes) -> str | None:
    """How a file that begins so is packed; None where it is not."""
    return next((name for name, begins in _PACKINGS if begins.match(head)), None)


def beginning(stream: io.BufferedReader) -> bytes:
    """How what a stream brings begins, unpacked; nothing is taken from it.

    As much as can be told from what is there: perhaps nothing of what is packed in large blocks.
    """
    head = stream.peek(1 << 12)
    packing = packing_of(head)
    if packing is None:
        return head
    try:
        return bytes(_UNPACKERS[packing]().decompress(head))
    except PACKING_ERRORS:
        return b""


_UNPACKERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(zlib.MAX_WBITS | 16),
    "zstd": zstd.ZstdDecompressor,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
}


class Counted(io.RawIOBase):
    """A stream that tells how far it was read. It waits for as little as there is in a pipe.

    What is read first is long enough to tell what is packed in it.
    """

    def __init__(
        self, stream: io.BufferedReader, progress: Callable[[int], None] | None = None
    ) -> None:
        self._stream = stream
        self._progress = progress
        self._least = MAGIC_LENGTH

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read1(len(buffer))
        while data and len(data) < self._least and (more := self._stream.read1(self._least)):
            data += more
        self._least = 0
        buffer[: len(data)] = data
        if self._progress and data:
            self._progress(len(data))
        return len(data)

    def close(self) -> None:
        if self._stream is not sys.stdin.buffer:
            self._stream.close()
        super().close()
