"""What one look finds of stories at a moment: as much as an answer needs, with the text or not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from variorum.adapters.catalogue.entries import WIDTH, entry_from
from variorum.adapters.catalogue.mark import read
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

_STORY = WIDTH - 2
"""How many columns tell of the story: nothing of one in these rows was taken down or amended."""
_HEAD, _HELD, _FOLLOWING, _TOLD = range(_STORY, _STORY + 4)
"""Where the end of the log, the marks, and what is told of the revision are."""
_LINKS = _TOLD + 6
_MANY = {
    "sqlite": "s.id in (select value from json_each(:ids))",
    "postgres": "s.id in (select json_array_elements_text(cast(:ids as json)))",
}


def standing(
    database: Database, collection: int, story: str, at: int, known: int, *, text: bool
) -> Standing | None:
    """What is found of a story with one look; None where it has to be looked for more closely."""
    parameters = {"collection": collection, "id": story, "at": at, "known": known}
    with database.read() as cursor:
        row = cursor.row(_statement(database.dialect, False, text), parameters)
        return None if row is None else _standing(cursor, collection, row, at, text=text)


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
    found: dict[str, Standing] = {}
    with database.snapshot() as cursor:
        for row in cursor.rows(_statement(database.dialect, True, text), parameters):
            standing = _standing(cursor, collection, row, at, text=text)
            if standing is not None:
                found[row[1]] = standing
    return found


@cache
def _statement(dialect: Dialect, many: bool, text: bool) -> str:
    whole = text and dialect == "postgres"
    asked = statement("catalogue", "standing_text" if whole else "standing")
    return asked.replace("s.id = :id", _MANY[dialect]) if many else asked


def _standing(cursor: Cursor, collection: int, row: Row, at: int, *, text: bool) -> Standing | None:
    entry = entry_from((*row[:_STORY], False, False))
    head, held, following = row[_HEAD:_TOLD]
    after = None if following is None else read(following)[0]
    if held is None:
        return Standing(entry, head, Marks(following=after), None, None)
    dating, recorded_at, captured = read(held)
    if dating.published.latest > at:
        return None
    marks = Marks(held=dating, following=after, last_sighted=captured)
    if not text:
        return Standing(entry, head, marks, recorded_at, captured)
    stream = story_stream(entry.id)
    description = entry.description.ordinal if entry.description else None
    key = {"collection": collection, "stream": entry.key}
    if len(row) > _TOLD:
        told: Row | None = row[_TOLD:_LINKS]
    else:
        asked = {**key, "position": dating.position, "description": description}
        told = cursor.row(statement("catalogue", "standing_told"), asked)
    if told is None or told[2] is None:
        return None
    version, topic, state = told[:3]
    recorded = revision_of(
        Placed(
            dating.position, recorded_at, stream, entry.key, version, topic, unpacked(bytes(state))
        )
    )
    ordinal = recorded.article.ordinal
    if len(row) > _TOLD:
        links = list(zip(*row[_LINKS:], strict=True)) if row[_LINKS] else []
    else:
        links = cursor.rows(statement("catalogue", "links"), {**key, "ordinal": ordinal})
    return Standing(
        entry,
        head,
        marks,
        recorded_at,
        captured,
        recorded,
        held_of(links, recorded.article, f"article {ordinal} of {stream}"),
        _description(entry, told[3:]),
    )


def _description(entry: StoryEntry, link: Row) -> Held | None:
    if entry.description is None or link[0] is None:
        return None
    what = f"description {entry.description.ordinal} of {story_stream(entry.id)}"
    return held_of([link], entry.description, what)
