"""A file with the leaf hash and the recorded time of every position, filled in any order.

All hashes stand first, SHA-256 of the leaf (RFC 6962, section 2.1), then all times, in microseconds
since 1970 UTC, 8 bytes each as this machine has integers. Several processes may fill one file. The
process that made it deletes it when closing it, or when it ends.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
import weakref
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from variorum.adapters.interrupting import Whole
from variorum.domain.errors import StorageError
from variorum.domain.tree import HASH_BYTES

_TIME_BYTES = 8
_SLOT = HASH_BYTES + _TIME_BYTES
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
        self._delete: Callable[[], object] | None = None
        if path is None:
            with Whole():
                handle, name = tempfile.mkstemp(prefix="variorum-leaves-")
                self.path = Path(name)
                self._delete = weakref.finalize(self, self.path.unlink, missing_ok=True)
        else:
            handle = os.open(path, os.O_RDWR)
            self.path = path
        try:
            if self._delete is not None:
                _reserve(handle, max(1, size) * _SLOT)
            self._map = mmap.mmap(handle, 0)
        except OSError as cause:
            if self._delete is None:
                raise
            self._delete()
            raise StorageError(f"cannot write {self.path}: {cause.strerror}") from cause
        finally:
            os.close(handle)

    def put(self, positions: Sequence[int], leaves: Sequence[bytes], times: Sequence[int]) -> bool:
        """Fills the slots of positions; nothing, and False, where one is not from 1 to `size`.

        Raises:
            TypeError: a position or a time is not an integer.
            OverflowError: one has more than 64 bits.
        """
        places, moments = array("q", positions), array("q", times)
        if not places:
            return True
        first, last = min(places), max(places)
        if first < 1 or last > self.size:
            return False
        if last - first + 1 == len(places) and places == array("q", range(first, last + 1)):
            self._fill(first, b"".join(leaves), moments.tobytes())
        else:
            for place, leaf, moment in zip(places, leaves, moments, strict=True):
                self._fill(place, leaf, moment.to_bytes(_TIME_BYTES, sys.byteorder, signed=True))
        return True

    def _fill(self, first: int, leaves: bytes, times: bytes) -> None:
        at = (first - 1) * HASH_BYTES
        self._map[at : at + len(leaves)] = leaves
        at = self.size * HASH_BYTES + (first - 1) * _TIME_BYTES
        self._map[at : at + len(times)] = times

    def hashes(self, first: int, last: int) -> list[bytes]:
        """The leaf hashes of positions from `first` to `last`; `NOTHING` where nothing was put."""
        found = self._map[(first - 1) * HASH_BYTES : last * HASH_BYTES]
        return [found[at : at + HASH_BYTES] for at in range(0, len(found), HASH_BYTES)]

    def times(self, first: int, last: int) -> array[int]:
        """The recorded times of positions from `first` to `last`."""
        start = self.size * HASH_BYTES
        return array("q", self._map[start + (first - 1) * _TIME_BYTES : start + last * _TIME_BYTES])

    def close(self) -> None:
        self._map.close()
        if self._delete is not None:
            self._delete()

    def __enter__(self) -> Leaves:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
