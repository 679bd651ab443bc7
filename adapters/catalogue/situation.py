"""What a decision looks at, found by index: the same as `StoryState.situation`, without replay."""

from __future__ import annotations

from variorum.adapters.catalogue.codes import OUTCOMES
from variorum.adapters.catalogue.marks import marks_of
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import LAST_POSITION, Marks
from variorum.domain.ports import StoryEntry
from variorum.domain.story import HeldText, Situation

NOTHING = Situation(
    exists=False,
    version=0,
    revisions=0,
    ordinals={},
    zone=None,
    marks=Marks(),
    before=Marks(),
    held=None,
    same_time=(),
    seen=frozenset(),
)
"""The situation of a story that is not there."""


def of(cursor: Cursor, collection: int, story: StoryEntry, at: int, moment: int) -> Situation:
    """The situation of a copy published at `at` and seen at `moment` (instants)."""
    key = {"collection": collection, "stream": story.key}
    places = cursor.row(statement("catalogue", "next_places"), key)
    assert places is not None
    marks = marks_of(cursor, collection, story.key, at, LAST_POSITION)
    before = (
        marks if moment == at else marks_of(cursor, collection, story.key, moment, LAST_POSITION)
    )
    held = (
        cursor.row(statement("catalogue", "held_text"), {**key, "revision": marks.held.revision})
        if marks.held
        else None
    )
    same_time = cursor.rows(statement("catalogue", "same_time"), {**key, "at": at})
    seen = cursor.rows(statement("catalogue", "seen_at"), {**key, "moment": moment})
    version, revisions, *ordinals = places
    return Situation(
        exists=True,
        version=version,
        revisions=revisions,
        ordinals={
            kind: ordinals[number] for kind, number in KIND_NUMBERS.items() if ordinals[number]
        },
        zone=story.zone,
        marks=marks,
        before=before,
        held=_held(held) if held else None,
        same_time=tuple(map(_held, same_time)),
        seen=frozenset((OUTCOMES[int(outcome)], revision) for outcome, revision in seen),
    )


def _held(row: Row) -> HeldText:
    revision, captured, commitment, salt = row
    return HeldText(
        revision, captured, bytes(commitment).hex(), bytes(salt) if salt is not None else None
    )
