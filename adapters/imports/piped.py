"""Pipes as sources: the format by the first bytes, and a file where one is needed.

Web archives and databases are read in several places at once, which a pipe cannot be. Standard
input is a pipe, and so is what has a path and is no file: `<(zcat all.gz)`, /dev/stdin, a FIFO.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from variorum.adapters.imports.formats import format_of, format_of_head, of_lines
from variorum.adapters.imports.packed import MAGIC_LENGTH, PACKING_ERRORS, open_file, packing_of
from variorum.adapters.interrupting import temporary_folder
from variorum.domain.errors import StorageError, UnreadableError

_NEEDS_FILE = frozenset(("git", "newsedits", "wacz", "warc"))
_ZIP = b"PK\3\4"


@contextmanager
def piped(name: str | None) -> Generator[tuple[str, str]]:
    """The format of what comes by standard input, and the path by which it is read.

    Args:
        name: the format, where it was said.

    Raises:
        UnreadableError: it is of no known format.
        StorageError: there is no room for a file of it.
    """
    head = cast("BufferedReader", sys.stdin.buffer).peek(1 << 12)
    is_packed = head.startswith(_ZIP) or packing_of(head) is not None
    found = name or ("" if is_packed else format_of_head(head) or of_lines("-", head))
    if found and found not in _NEEDS_FILE:
        yield found, "-"
        return
    with kept(sys.stdin.buffer) as path:
        yield found or format_of(path), path


@contextmanager
def at_rest(path: str, name: str | None) -> Generator[str]:
    """Where what a path leads to can be read twice: itself, or a file of what came through a pipe.

    Args:
        name: the format, where it was said; one that is read once is left to come as it does.

    Raises:
        UnreadableError: it cannot be read.
        StorageError: there is no room for a file of it.
    """
    if not path:  # which is this folder's name to Python
        raise UnreadableError("no file has an empty name")
    place = Path(path)
    is_read_once = name is not None and name not in (*_NEEDS_FILE, "backup")
    try:
        is_at_rest = not place.exists() or place.is_file() or place.is_dir()
        pipe = None if path == "-" or is_read_once or is_at_rest else place.open("rb")
    except OSError as cause:
        raise UnreadableError(f"{path}: {cause.strerror}") from cause
    if pipe is None:
        yield path
        return
    with pipe, kept(pipe) as file:
        yield file


@contextmanager
def kept(stream: BinaryIO) -> Generator[str]:
    """The path of a file of what a stream brings.

    Raises:
        StorageError: there is no room for it.
    """
    with temporary_folder("variorum-input-") as folder:
        path = folder / "stdin"  # some ids are made of a file's name, and stay the same
        try:
            with path.open("wb") as file:
                shutil.copyfileobj(stream, file, 1 << 20)
        except OSError as cause:
            raise StorageError(
                f"cannot keep what is piped in or unpacked: {cause.strerror}"
            ) from cause
        yield str(path)


@contextmanager
def unpacked(path: str, but: str | None = None) -> Generator[str]:
    """The path of a file of what is packed in a file: itself, where nothing is.

    Args:
        but: a packing that is left as it is.

    Raises:
        UnreadableError: it is damaged; at the end, so that what came before it can be read.
        StorageError: there is no room for it.
    """
    with Path(path).open("rb") as file:
        packing = packing_of(file.read(MAGIC_LENGTH))
    if packing in (None, but):
        yield path
        return
    with open_file(path) as stream:
        readable = _AsFarAsReadable(cast(BufferedReader, stream))
        with kept(cast(BinaryIO, readable)) as place:
            yield place
    if readable.damage is not None:
        raise UnreadableError(f"{path}: {readable.damage}")


class _AsFarAsReadable:
    """A stream that ends where it is damaged."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self.damage: str | None = None

    def read(self, size: int) -> bytes:
        try:
            return self._stream.read1(size)
        except PACKING_ERRORS as cause:
            self.damage = getattr(cause, "strerror", None) or str(cause)
            return b""
