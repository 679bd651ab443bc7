"""Writes a file whole or not at all."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from variorum.domain.errors import StorageError

Settled = Callable[[str], object]
"""Called with the SHA-256 (hex) of what was written, when it is on disk and has no name yet."""


def write(path: str, chunks: Iterable[bytes], settled: Settled | None = None) -> int:
    """Writes chunks to a file, or to standard output for `-`; gives how many there were.

    A file appears under its name only when all of it is on disk, and `settled`, which is not
    called for standard output, has come to an end. Where the name is a link's, the file that it
    leads to is written; devices and pipes are left alone.

    Raises:
        StorageError: it cannot be written.
    """
    count = 0
    if path == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
            count += 1
        return count
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise StorageError(f"cannot write {path}: it is a folder")
    if target.exists() and not target.is_file():
        raise StorageError(f"cannot write {path}: it is there already, and no file (- is stdout)")
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
    except OSError as cause:
        draft.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {cause.strerror}") from cause
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return count
