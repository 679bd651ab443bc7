"""A file with the leaf hash and the recorded time of every position, filled in any order.

Each has 40 bytes: SHA-256 of the leaf (RFC 6962, section 2.1), and the time in microseconds since
1970 UTC as a big-endian integer. Several processes may fill one file. It is deleted when it is
closed by the process that made it.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path

from variorum.domain.tree import HASH_BYTES

_SLOT = HASH_BYTES + 8
_EMPTY = bytes(_SLOT)


class Leaves:
    """The leaves of positions 1 to `size`. Use it as a context manager."""

    def __init__(self, size: int, path: Path | None = None) -> None:
        self.size = size
        self._made = path is None
        if path is None:
            handle, name = tempfile.mkstemp(prefix="variorum-leaves-")
            os.ftruncate(handle, max(1, size) * _SLOT)
            self.path = Path(name)
        else:
            handle = os.open(path, os.O_RDWR)
            self.path = path
        try:
            self._map = mmap.mmap(handle, 0)
        finally:
            os.close(handle)

    def put(self, position: int, leaf: bytes, recorded_at: int) -> None:
        """Fills the slot of a position."""
        start = (position - 1) * _SLOT
        self._map[start : start + _SLOT] = leaf + recorded_at.to_bytes(8, "big", signed=True)

    def slots(self, first: int, last: int) -> list[tuple[bytes, int] | None]:
        """The leaf hash and the recorded time of positions from `first` to `last`.

        None where nothing was put.
        """
        data = self._map[(first - 1) * _SLOT : last * _SLOT]
        found: list[tuple[bytes, int] | None] = []
        for start in range(0, len(data), _SLOT):
            slot = data[start : start + _SLOT]
            if slot == _EMPTY:
                found.append(None)
            else:
                recorded_at = int.from_bytes(slot[HASH_BYTES:], "big", signed=True)
                found.append((slot[:HASH_BYTES], recorded_at))
        return found

    def close(self) -> None:
        self._map.close()
        if self._made:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Leaves:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
