"""How many different names there were: a count of millions in eight bytes for each."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from heapq import merge

_MOST_NEW = 1 << 16
_SHARE = 8
"""So many that are new, or this part of those that are known, are put in their order at once."""


class Distinct:
    """Counts different names.

    Of each its hash is kept, of 64 bits: among ten million names two share one once in 370,000
    times, and are counted as one.
    """

    def __init__(self) -> None:
        self._known = array("q")
        self._new: set[int] = set()

    def add(self, name: str) -> None:
        self._take(hash(name))

    def add_all(self, other: Distinct) -> None:
        """Adds the names that another counts."""
        for number in (*other._known, *other._new):
            self._take(number)

    def __len__(self) -> int:
        return len(self._settled())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Distinct) and self._settled() == other._settled()

    __hash__ = None  # type: ignore[assignment]

    def _take(self, number: int) -> None:
        self._new.add(number)
        if len(self._new) >= max(_MOST_NEW, len(self._known) // _SHARE):
            self._settled()

    def _settled(self) -> array[int]:
        if self._new:
            self._known = array("q", _once(merge(self._known, sorted(self._new))))
            self._new.clear()
        return self._known


def _once(ordered: Iterable[int]) -> Iterator[int]:
    last: int | None = None
    for number in ordered:
        if number != last:
            yield number
        last = number
