"""What was used last, kept up to a size in all.

Whoever uses it from several threads holds a lock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by their keys; what is over the size is dropped, oldest first, but never the last one.

    Args:
        limit: what the values may come to in all.
    """

    def __init__(self, limit: int) -> None:
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._sizes: dict[K, int] = {}
        self._limit = limit
        self._taken = 0
        self.get: Callable[[K], V | None] = self._kept.get
        """A value, as old as it was; None where it is not kept. The dictionary's own: no detour."""

    def keep(self, key: K, value: V, size: int) -> None:
        """Keeps a value, as the youngest, in the place of what its key had.

        Args:
            size: what it comes to.
        """
        kept, sizes = self._kept, self._sizes
        self._taken += size - sizes.get(key, 0)
        kept[key], sizes[key] = value, size
        kept.move_to_end(key)
        while self._taken > self._limit and len(kept) > 1:
            self._taken -= sizes.pop(kept.popitem(last=False)[0])

    def used(self, key: K) -> None:
        """Makes a value that is kept the youngest."""
        self._kept.move_to_end(key)

    def clear(self) -> None:
        """Drops all."""
        self._kept.clear()
        self._sizes.clear()
        self._taken = 0
