"""A file with the leaf hash and the recorded time of every position, filled in any order.

Each has 40 bytes: SHA-256 of the leaf (RFC 6962, section 2.1), and the time in microseconds since
1970 UTC as a big-endian integer. Several processes may fill one file. It is deleted when it is
closed by the process that made it.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
from pathlib import Path

from variorum.domain.errors import StorageError
from variorum.domain.tree import HASH_BYTES

_FORM = struct.Struct(f">{HASH_BYTES}sq")
_SLOT = _FORM.size
NOTHING = bytes(HASH_BYTES)


def _reserve(handle: int, count: int) -> None:
    """Takes so many bytes on disk: where there are not as many, that is known before any is used.

    To write through a map where the disk is full ends the process.
    """
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, count)
    else:
        os.ftruncate(handle, count)


class Leaves:
    """The leaves of positions 1 to `size`. Use it as a context manager."""

    def __init__(self, size: int, path: Path | None = None) -> None:
        self.size = size
        self._made = path is None
        if path is None:
            handle, name = tempfile.mkstemp(prefix="variorum-leaves-")
            self.path = Path(name)
            try:
                _reserve(handle, max(1, size) * _SLOT)
            except OSError as cause:
                os.close(handle)
                self.path.unlink(missing_ok=True)
                raise StorageError(f"cannot write {name}: {cause.strerror}") from cause
        else:
            handle = os.open(path, os.O_RDWR)
            self.path = path
        try:
            self._map = mmap.mmap(handle, 0)
        finally:
            os.close(handle)

    def put(self, position: int, leaf: bytes, recorded_at: int) -> None:
        """Fills the slot of a position."""
        _FORM.pack_into(self._map, (position - 1) * _SLOT, leaf, recorded_at)

    def slots(self, first: int, last: int) -> list[tuple[bytes, int]]:
        """The leaf hash and the recorded time of positions from `first` to `last`.

        The hash is `NOTHING` where nothing was put.
        """
        return list(_FORM.iter_unpack(self._map[(first - 1) * _SLOT : last * _SLOT]))

    def close(self) -> None:
        self._map.close()
        if self._made:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Leaves:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
