"""Deciding: what was decided upon the log as it is now is appended, or decided anew.

Nobody waits for anybody while a decision is made. Where somebody else changed the same stream
meanwhile, the append conflicts: then what was decided holds no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from variorum.domain.errors import ConflictError

if TYPE_CHECKING:
    from variorum.domain.content import NewContent
    from variorum.domain.events import Event
    from variorum.domain.ports import Log

TRIES = 12
TRIES_IF_LONG = 60
"""Of what takes longer to decide than others take to record something."""

T = TypeVar("T")
Decided = tuple[T, Sequence["Event"], Iterable["NewContent"]]
"""What it came to, the events to append, and the contents that they commit to."""


def append_decided(
    log: Log, decide: Callable[[], Decided[T]], tries: int = TRIES
) -> tuple[T, Sequence[int]]:
    """Appends what is decided; gives what it came to, and the positions of its events.

    Args:
        decide: looks and decides; called again where the append conflicts.
        tries: how often, before others are said to have kept changing the stream.

    Raises:
        ConflictError: they did.
    """
    for left in reversed(range(tries)):
        told, events, contents = decide()
        if not events:
            return told, ()
        try:
            return told, log.append(events, contents)
        except ConflictError:
            if not left:
                raise
    raise AssertionError("unreachable")
