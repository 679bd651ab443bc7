"""Writes a file whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from variorum.domain.errors import StorageError

IsOwn = Callable[[Path], bool]
"""Whether a file is the archive's own: `adapters.database.port.Database.is_own_file`."""

Settled = Callable[[str], object]
"""Called with the SHA-256 (hex) of what was written, when it is on disk and has no name yet."""


def write(path: str, chunks: Iterable[bytes], is_own: IsOwn, settled: Settled | None = None) -> int:
    """Writes chunks to a file, or to standard output for `-`; gives how many there were.

    A file appears under its name only when all of it is on disk, and `settled`, which is not
    called for standard output, has come to an end. Where the name is a link's, the file that it
    leads to is written; devices and pipes are left alone. What was there before is replaced, but
    for archives, other databases, and keys.

    Raises:
        StorageError: it cannot be written, or is none that may be replaced.
    """
    count = 0
    if path == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
            count += 1
        return count
    _check_place(path)
    target = Path(os.path.realpath(path))
    precious = _precious(target, is_own)
    if precious is not None:
        raise StorageError(f"cannot write {path}: {precious} would be written over")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        if settled is not None:
            settled(digest.hexdigest())
        draft.replace(target)
    except BaseException as cause:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(cause, OSError):
            raise StorageError(f"cannot write {path}: {cause.strerror}") from cause
        raise
    return count


def _check_place(path: str) -> None:
    """Refuses a name that cannot be a file's, and one that leads to something else."""
    if not path:
        raise StorageError("cannot write a file without a name: give it a name")
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return
    except OSError as cause:
        raise StorageError(f"cannot write {path}: {cause.strerror}") from cause
    if stat.S_ISDIR(mode):
        raise StorageError(f"cannot write {path}: it is a folder")
    if not stat.S_ISREG(mode):
        raise StorageError(f"cannot write {path}: it is there already, and no file (- is stdout)")


_DATABASE = b"SQLite format 3\0"
_KEYS = (b"PRIVATE+KEY+", b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
_BESIDE_DATABASE = ("-wal", "-shm", "-journal")
_BESIDE_KEY = ".signed"
_LOOKED_AT = 1024
"""Bytes; a key that is encrypted comes after the line of its verifier key."""


def _precious(path: Path, is_own: IsOwn) -> str | None:
    """What a file is that nothing could bring back; None if it is nothing of that kind."""
    if is_own(path):
        return "the archive itself"
    beginning = _beginning(path, is_own)
    if beginning.startswith(_DATABASE):
        return "a database"
    if any(mark in beginning for mark in _KEYS):
        return "a private key"
    for ending in _BESIDE_DATABASE:
        if path.name.endswith(ending):
            of = path.with_name(path.name.removesuffix(ending))
            if _beginning(of, is_own).startswith(_DATABASE):
                return f"a part of the database {of.name}"
    if path.name.endswith(_BESIDE_KEY):
        of = path.with_name(path.name.removesuffix(_BESIDE_KEY))
        if any(mark in _beginning(of, is_own) for mark in _KEYS):
            return "what was signed last"
    return None


def _beginning(path: Path, is_own: IsOwn) -> bytes:
    """What a file begins with, without opening one of the archive's own."""
    if is_own(path):
        return _DATABASE
    try:
        with path.open("rb") as file:
            return file.read(_LOOKED_AT)
    except OSError:
        return b""
