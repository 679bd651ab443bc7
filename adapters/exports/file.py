"""Writes a file whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from variorum.domain.errors import StorageError


def write(path: str, chunks: Iterable[bytes]) -> int:
    """Writes chunks to a file, or to standard output for `-`; gives how many there were.

    A file appears under its name only when all of it is on disk.

    Raises:
        StorageError: it cannot be written.
    """
    count = 0
    if path == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
            count += 1
        return count
    target = Path(path)
    if target.is_dir():
        raise StorageError(f"cannot write {path}: it is a folder")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as cause:
        draft.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {cause.strerror}") from cause
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return count
