"""The texts that later ones may build on, while the contents of chains are read in order."""

from __future__ import annotations

from variorum.adapters.contents.chain import CHAIN_LENGTH

FEW = 8
"""Texts that are kept in memory without looking which of them may go."""


def is_done(old: int, ordinal: int) -> bool:
    """Whether nothing from an ordinal on builds on the text at an older one."""
    return old + (old & -old or CHAIN_LENGTH) <= ordinal


class Prefixes:
    """Keeps texts of the chain that is being read; nothing builds on one at an odd ordinal."""

    def __init__(self) -> None:
        self._chain: tuple[int, int] = (-1, -1)
        self._kept: dict[int, bytes] = {}

    def of(self, stream: int, kind: int, ordinal: int | None) -> bytes | None:
        """The text at an ordinal of a chain; None where it was not kept."""
        if self._chain != (stream, kind):
            return None
        return self._kept.get(ordinal) if ordinal is not None else None

    def keep(self, stream: int, kind: int, ordinal: int, text: bytes) -> None:
        """Keeps a text at an even ordinal, and drops those that nothing after it builds on."""
        if self._chain != (stream, kind):
            self._chain = (stream, kind)
            self._kept = {}
        elif ordinal > FEW:
            for old in [old for old in self._kept if is_done(old, ordinal)]:
                del self._kept[old]
        self._kept[ordinal] = text
