"""A story's entry out of its row."""

from __future__ import annotations

from variorum.adapters.database.port import Row
from variorum.domain.content import ContentRef
from variorum.domain.ports import StoryEntry
from variorum.domain.times import DateOrder

WIDTH = 12
"""How many columns a story has, in `story.sql` and where others select the same."""


def entry_from(row: Row) -> StoryEntry:
    """The entry of a row: stream, id, position, recorded_at, zone, date_order, outlet, address,
    description, its commitment, whether anything was taken down, whether it was amended.
    """
    key, story, position, recorded_at, zone, order, outlet, address = row[:8]
    description, commitment, taken_down, amended = row[8:WIDTH]
    return StoryEntry(
        key,
        story,
        position,
        recorded_at,
        zone,
        DateOrder(order) if order else None,
        outlet,
        address.hex() if address else None,
        None if description is None else ContentRef(description, 0, commitment.hex()),
        bool(taken_down),
        bool(amended),
    )
