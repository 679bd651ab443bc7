"""What one look finds of stories at a moment: as much as an answer needs, with the text or not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from variorum.adapters.catalogue.entries import WIDTH, entry_from
from variorum.adapters.catalogue.marks import dating_from
from variorum.adapters.contents.links import held_of
from variorum.adapters.database.port import Cursor, Database, Dialect, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.packing import unpacked
from variorum.adapters.eventlog.reader import Placed
from variorum.adapters.eventlog.trusted import revision_of
from variorum.domain.asof import Marks
from variorum.domain.content import Held
from variorum.domain.ports import Standing, StoryEntry
from variorum.domain.streams import story_stream

_HEAD = WIDTH - 1
_HELD = _HEAD + 3
_FOLLOWING = _HELD + 10
_TEXT = _FOLLOWING + 10
"""Where the columns of each begin. After the head: when the revision was recorded, and captured."""

_OF_TEXT = ", e.version, t.name, e.state, r.article, n.encoding, n.salt, n.data"
_OF_LINKS = ", a.encodings, a.salts, a.datas"
_MANY = {
    "sqlite": "s.id in (select value from json_each(:ids))",
    "postgres": "s.id in (select json_array_elements_text(cast(:ids as json)))",
}


def standing(
    database: Database, collection: int, story: str, at: int, known: int, *, text: bool
) -> Standing | None:
    """What is found of a story with one look; None where it has to be looked for more closely."""
    parameters = {"collection": collection, "id": story, "at": at, "known": known}
    asked = _statement(database.dialect, many=False, text=text)
    once = not text or database.dialect == "postgres"
    with database.read() if once else database.snapshot() as cursor:
        rows = cursor.rows(asked, parameters)
        return (
            _standing(database, cursor, collection, rows[0], text=text) if len(rows) == 1 else None
        )


def standings(
    database: Database,
    collection: int,
    stories: Sequence[str],
    at: int,
    known: int,
    *,
    text: bool,
) -> dict[str, Standing]:
    """As `standing`, of many stories, by their ids; those that it is None of are left out."""
    parameters = {"collection": collection, "ids": json.dumps(stories), "at": at, "known": known}
    found: dict[str, Row | None] = {}
    with database.snapshot() as cursor:
        for row in cursor.rows(_statement(database.dialect, many=True, text=text), parameters):
            found[row[1]] = None if row[1] in found else row
        return {
            story: _standing(database, cursor, collection, row, text=text)
            for story, row in found.items()
            if row is not None
        }


@cache
def _statement(dialect: Dialect, *, many: bool, text: bool) -> str:
    asked = statement("catalogue", "standing")
    if text:
        columns = _OF_TEXT + (_OF_LINKS if dialect == "postgres" else "")
        joined = statement("catalogue", f"standing_text_{dialect}")
        asked = asked.replace("\nfrom collection k", f"{columns}\nfrom collection k")
        asked = asked.replace("\nwhere k.", f"\n{joined}\nwhere k.")
    return asked.replace("s.id = :id", _MANY[dialect]) if many else asked


def _standing(
    database: Database, cursor: Cursor, collection: int, row: Row, *, text: bool
) -> Standing:
    entry = entry_from((*row[:_HEAD], False))
    head, recorded_at, captured = row[_HEAD:_HELD]
    held = dating_from(row[_HELD:]) if row[_HELD] is not None else None
    following = dating_from(row[_FOLLOWING:]) if row[_FOLLOWING] is not None else None
    marks = Marks(held=held, following=following, last_sighted=captured)
    if held is None or not text:
        return Standing(entry, head, marks, recorded_at, captured)
    stream = story_stream(entry.id)
    version, topic, state, ordinal = row[_TEXT : _TEXT + 4]
    recorded = revision_of(
        Placed(held.arrived, recorded_at, stream, entry.key, version, topic, unpacked(bytes(state)))
    )
    if entry.taken_down:
        return Standing(entry, head, marks, recorded_at, captured, recorded)
    if database.dialect == "postgres":
        links = list(zip(*row[_TEXT + 7 :], strict=True)) if row[_TEXT + 7] else []
    else:
        links = cursor.rows(
            statement("catalogue", "links"),
            {"collection": collection, "stream": entry.key, "ordinal": ordinal},
        )
    return Standing(
        entry,
        head,
        marks,
        recorded_at,
        captured,
        recorded,
        held_of(links, recorded.article, f"article {ordinal} of {stream}"),
        _description(entry, row[_TEXT + 4 : _TEXT + 7]),
    )


def _description(entry: StoryEntry, link: Row) -> Held | None:
    if entry.description is None or link[0] is None:
        return None
    what = f"description {entry.description.ordinal} of {story_stream(entry.id)}"
    return held_of([link], entry.description, what)
