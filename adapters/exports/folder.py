"""Writes a folder whole or not at all.

The *draft* is a folder beside the one that is wanted, with a name that begins with a point; it gets
the wanted name when all of it is on disk.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from variorum.adapters.exports.file import IsOwn
from variorum.domain.errors import StorageError

_AT_ONCE = 8
_WAITING = 1024
"""How many files at most wait for their turn."""


@contextmanager
def whole_folder(path: str, is_own: IsOwn) -> Generator[Path]:
    """A draft to write into; at the end it becomes the folder at `path`, or there is none.

    Raises:
        StorageError: it cannot be written, or there is a folder with something in it, or a file.
    """
    target = Path(path)
    check_free(path, is_own)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.mkdir()
        yield draft
        _settle(draft)
        draft.rename(target)
        _to_disk(target.parent)
    except OSError as cause:
        shutil.rmtree(draft, ignore_errors=True)
        raise StorageError(f"cannot write {path}: {cause.strerror or cause}") from cause
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def check_free(path: str, is_own: IsOwn) -> None:
    """Refuses a place where a folder cannot be made, or would stand in the archive's way.

    Raises:
        StorageError: something is there already; an empty folder is nothing.
    """
    target = Path(path)
    if not target.name:
        raise StorageError(f"cannot write {path or 'a folder without a name'}: give it a name")
    if is_own(target):
        raise StorageError(f"cannot write {path}: the archive keeps a file of its own there")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise StorageError(f"cannot write {path}: it is there already, and no folder")
    if target.is_dir() and any(target.iterdir()):
        raise StorageError(f"cannot write {path}: the folder is not empty")


def digest_of(folder: Path) -> str:
    """SHA-256 (hex) of the list of a folder's files: `DIGEST  PATH`, a line each, by path.

    The list is what `find . -type f | LC_ALL=C sort | xargs sha256sum` prints, without the `./`.
    """
    whole = hashlib.sha256()
    for name, entry in _in_order(folder):
        if not entry.is_dir():
            whole.update(_digest(Path(entry)).encode() + b"  " + name + b"\n")
    return whole.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_order(folder: Path, within: bytes = b"") -> Iterator[tuple[bytes, os.DirEntry[str]]]:
    """What is in a folder and below it, by path as bytes; a folder after what it holds.

    No more of it is in memory than the names in one folder on each level.
    """
    with os.scandir(folder) as found:
        entries = sorted((os.fsencode(e.name) + b"/" * e.is_dir(), e) for e in found)
    for name, entry in entries:
        if entry.is_dir():
            yield from _in_order(Path(entry), within + name)
        yield within + name, entry


def _settle(folder: Path) -> None:
    """Brings all of a folder to disk: its files, then the folders, then itself.

    Several at once, as a file system brings what waits for it to disk together.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for folders in (False, True):
            found = (Path(each) for _, each in _in_order(folder) if each.is_dir() is folders)
            while some := list(islice(found, _WAITING)):
                deque(pool.map(_to_disk, some), 0)
    _to_disk(folder)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
