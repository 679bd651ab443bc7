"""The projection `tally`: how many events of each topic each outlet's stories had in each month.

The month is that of the recorded time, in UTC; the outlet is the one that the story was opened
with, `''` where none was named. Events of other streams than stories' are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.codec import fields
from variorum.adapters.eventlog.packing import unpacked
from variorum.adapters.eventlog.reader import Placed, placed_after
from variorum.domain.events import StoryOpened
from variorum.domain.streams import story_of
from variorum.domain.times import to_datetime

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Tallied:
    """One count. `outlet` is an outlet's id or `''`, `month` such as `2024-10`."""

    outlet: str
    month: str
    topic: str
    events: int


class Tally:
    """Implements `adapters.projections.follower.Projection`."""

    name = "tally"

    def reset(self, cursor: Cursor, collection: int) -> None:
        cursor.run(statement("projections", "reset_tally"), {"collection": collection})

    def apply(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        add = statement("projections", "add_tally")
        for (outlet, month, topic), count in sorted(_counts(cursor, collection, events).items()):
            cursor.run(
                add,
                {
                    "collection": collection,
                    "outlet": outlet,
                    "month": month,
                    "topic": topic,
                    "events": count,
                },
            )


TALLY = Tally()


def tallied(database: Database, collection: int) -> list[Tallied]:
    """The counts as far as the projection has followed, by outlet, month and topic."""
    with database.read() as cursor:
        rows = cursor.rows(statement("projections", "tallied"), {"collection": collection})
    return sorted(
        (Tallied(*row) for row in rows), key=lambda row: (row.outlet, row.month, row.topic)
    )


def agrees(database: Database, collection: int) -> bool:
    """Whether the counts are those that replay gives, as far as the projection has followed."""
    key = {"collection": collection}
    counts: Counter[tuple[str, str, str]] = Counter()
    with database.snapshot() as cursor:
        row = cursor.row(statement("projections", "tracked"), {**key, "projection": Tally.name})
        reached, position = (row[0] if row else 0), 0
        while position < reached:
            events = placed_after(cursor, collection, position, _PAGE, until=reached)
            if not events:
                return False
            counts += _counts(cursor, collection, events)
            position = events[-1].position
        stored = cursor.rows(statement("projections", "tallied"), key)
    return {(row[0], row[1], row[2]): row[3] for row in stored} == counts


def _counts(
    cursor: Cursor, collection: int, events: Sequence[Placed]
) -> Counter[tuple[str, str, str]]:
    """How many events of stories, by outlet, month and topic."""
    told = [event for event in events if story_of(event.stream) is not None]
    if not told:
        return Counter()
    outlets = _outlets(cursor, collection, told[0].position, told[-1].position)
    return Counter(
        (outlets.get(event.stream_key, ""), _month(event.recorded_at), event.topic)
        for event in told
    )


def _outlets(cursor: Cursor, collection: int, first: int, last: int) -> dict[int, str]:
    """By stream, the outlet of every story with events at positions from `first` to `last`."""
    rows = cursor.rows(
        statement("projections", "openings"),
        {"collection": collection, "first": first, "last": last},
    )
    found: dict[int, str] = {}
    for stream, name, topic, state in rows:
        if None in (name, topic, state):
            continue
        newest, opened = fields(topic, name, 0, unpacked(bytes(state)))
        found[stream] = (opened.get("outlet") or "") if newest == StoryOpened.TOPIC else ""
    return found


def _month(instant: int) -> str:
    return to_datetime(instant).date().isoformat()[:7]
