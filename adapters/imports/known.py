"""What is known of a copy before it is read: what was given with it, its story says, its outlet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from variorum.domain.outlet import Settings
from variorum.domain.stated import Known
from variorum.domain.times import DateOrder


class Said(Protocol):
    """What is said of a story: where it is opened, or by the catalogue."""

    @property
    def zone(self) -> str | None: ...
    @property
    def date_order(self) -> DateOrder | None: ...
    @property
    def outlet(self) -> str | None: ...


def known_of(
    story: Said | None,
    settings: Callable[[str | None], Settings],
    *,
    zone: str | None = None,
    date_order: DateOrder | None = None,
    outlet: str | None = None,
    captured: int | None = None,
) -> Known:
    """What helps to read a copy.

    What was given with it holds before what its story says, and that before how the outlet writes:
    the story's, where it has one.

    Args:
        story: None where there is none yet.
        settings: how an outlet writes, by its id.
        outlet: the id of the one that was given with the copy.
    """
    writes = settings((story.outlet if story else None) or outlet)
    return Known(
        zone=zone or (story.zone if story else None) or writes.zone,
        date_order=date_order or (story.date_order if story else None) or writes.date_order,
        captured=captured,
        language=writes.language,
        notices=writes.notices,
    )
