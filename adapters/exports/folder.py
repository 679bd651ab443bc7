"""Writes a folder whole or not at all.

The *draft* is a folder beside the one that is wanted, with a name that begins with a point; it gets
the wanted name when all of it is on disk.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from variorum.adapters.exports.file import IsOwn
from variorum.domain.errors import StorageError

_CHUNK = 1 << 20
_AT_ONCE = 8


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
    files = sorted((path.relative_to(folder).as_posix().encode(), path) for path in _files(folder))
    whole = hashlib.sha256()
    for name, path in files:
        whole.update(_digest(path).encode() + b"  " + name + b"\n")
    return whole.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _settle(folder: Path) -> None:
    """Brings all of a folder to disk: its files, then the folders, then itself.

    Several at once, as a file system brings what waits for it to disk together.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        deque(pool.map(_to_disk, _files(folder)), 0)
        deque(pool.map(_to_disk, (path for path in folder.rglob("*") if path.is_dir())), 0)
    _to_disk(folder)


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
