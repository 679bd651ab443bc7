"""A story's entry out of its row."""

from __future__ import annotations

from variorum.adapters.catalogue.codes import AMENDED, TAKEN_DOWN
from variorum.adapters.database.port import Row
from variorum.domain.content import ContentRef
from variorum.domain.ports import StoryEntry
from variorum.domain.times import DateOrder

WIDTH = 11
"""How many columns a story has: `story_columns.sql`, and what there is besides."""
BESIDES = WIDTH - 1
"""Which of them says what there is of it besides revisions (`besides.sql`)."""


def entry_from(row: Row) -> StoryEntry:
    """The entry of a row: stream, id, position, recorded_at, zone, date_order, outlet, address,
    description, its commitment, what there is besides revisions.
    """
    key, story, position, recorded_at, zone, order, outlet, address = row[:8]
    description, commitment, besides = row[8:WIDTH]
    kinds = besides or 0
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
        bool(kinds & 1 << TAKEN_DOWN),
        bool(kinds & 1 << AMENDED),
    )
