"""The collection's own stream: keys, exports, restorations; what is not of any one story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from variorum.domain.asof import LAST_POSITION
from variorum.domain.errors import ConflictError
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.domain.content import NewContent
    from variorum.domain.events import Event
    from variorum.domain.log import Recorded
    from variorum.domain.ports import Log

CONFLICT_TRIES = 12

Decide = Callable[[list["Recorded"]], "tuple[Event, Iterable[NewContent]] | None"]
"""From all that was recorded of the collection to the next event of its stream, which takes as many
as there are for its version, and its contents; or to nothing."""


def append(log: Log, decide: Decide) -> int | None:
    """Appends to the collection's stream what is decided; gives its position, None for nothing.

    Raises:
        ConflictError: others kept writing to it at the same time.
    """
    for attempt in range(CONFLICT_TRIES):
        decided = decide(log.stream(COLLECTION_STREAM, LAST_POSITION))
        if decided is None:
            return None
        event, contents = decided
        try:
            return log.append([event], contents)[-1]
        except ConflictError:
            if attempt + 1 == CONFLICT_TRIES:
                raise
    raise AssertionError("unreachable")
