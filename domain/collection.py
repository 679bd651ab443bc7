"""The collection's own stream: keys, exports, restorations; what is not of any one story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from variorum.domain.asof import LAST_POSITION
from variorum.domain.deciding import Decided, append_decided
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.domain.content import NewContent
    from variorum.domain.events import Event
    from variorum.domain.log import Recorded
    from variorum.domain.ports import Log

Decide = Callable[[list["Recorded"]], "tuple[Event, Iterable[NewContent]] | None"]
"""From all that was recorded of the collection to the next event of its stream, which takes as many
as there are for its version, and its contents; or to nothing."""


def append(log: Log, decide: Decide) -> int | None:
    """Appends to the collection's stream what is decided; gives its position, None for nothing.

    Raises:
        ConflictError: others kept writing to it at the same time.
    """

    def decided() -> Decided[None]:
        found = decide(log.stream(COLLECTION_STREAM, LAST_POSITION))
        return (None, (), ()) if found is None else (None, [found[0]], found[1])

    _, positions = append_decided(log, decided)
    return positions[-1] if positions else None
