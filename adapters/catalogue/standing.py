"""What is found of stories at a moment: as much as an answer needs, with the text or not.

One short look finds the story, and all of what is plain; of others it takes one more (marks.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from variorum.adapters.catalogue.entries import BESIDES, WIDTH, entry_from
from variorum.adapters.catalogue.mark import article_of, captured_of, placed, read
from variorum.adapters.catalogue.marks import found_of, streams_of
from variorum.adapters.catalogue.told import told_in, told_of
from variorum.adapters.database.port import Cursor, Database, Dialect, Row
from variorum.adapters.database.statements import listed, statement
from variorum.adapters.eventlog.packing import unpacked
from variorum.adapters.eventlog.reader import Placed
from variorum.adapters.eventlog.trusted import revision_of
from variorum.domain.asof import Marks
from variorum.domain.ports import Standing, StoryEntry
from variorum.domain.streams import story_stream

_HEAD, _IS_WIDE, _HELD, _FOLLOWING, _TOLD = range(WIDTH, WIDTH + 5)
"""Where the end of the log, the marks, and what is told of the revision are."""

Topics = dict[int, str]
"""The names of a collection's topics by key: those that were read so far, which never change."""


def standing(
    database: Database,
    collection: int,
    topics: Topics,
    story: str,
    at: int,
    known: int,
    *,
    text: bool,
) -> Standing | None:
    """What is found of a story; None where there is none, or it was amended."""
    parameters = {"collection": collection, "id": story, "at": at, "known": known}
    with database.read() as cursor:
        row = cursor.row(standing_statement(database.dialect, many=False, text=text), parameters)
        if row is None:
            return None
        return _standing(cursor, collection, topics, row, at, known, text=text)


def standings(
    database: Database,
    collection: int,
    topics: Topics,
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
        for row in cursor.rows(
            standing_statement(database.dialect, many=True, text=text), parameters
        ):
            standing = _standing(cursor, collection, topics, row, at, known, text=text)
            if standing is not None:
                found[row[1]] = standing
    return found


@cache
def standing_statement(dialect: Dialect, *, many: bool, text: bool) -> str:
    """The short look at a story; at `many`, whose `ids` are an array of texts in JSON."""
    whole = text and dialect == "postgres"
    asked = statement("catalogue", "standing_text" if whole else "standing")
    return asked.replace("s.id = :id", f"s.id in {listed(dialect, 'ids')}") if many else asked


def _standing(
    cursor: Cursor, collection: int, topics: Topics, row: Row, at: int, known: int, *, text: bool
) -> Standing | None:
    entry = entry_from(row)
    if entry.amended:
        return None
    head = row[_HEAD]
    marks, first, recorded_at, captured = _plainly(row, at) or _closely(
        cursor, collection, entry, at, min(known, head)
    )
    if first is None or not text or entry.taken_down:
        return Standing(entry, head, marks, recorded_at, captured)
    (position, recorded_at), ordinal = placed(first), article_of(first)
    if len(row) > _TOLD:
        if row[_HELD] != first:
            return Standing(entry, head, marks, recorded_at, captured)
        told = told_in(row[_TOLD:], ordinal)
    else:
        told = told_of(cursor, collection, entry, position, ordinal)
    topic = _topic(cursor, collection, topics, told.topic)
    if topic is None:
        return Standing(entry, head, marks, recorded_at, captured)
    stream = story_stream(entry.id)
    state = unpacked(bytes(told.state))
    recorded = revision_of(
        Placed(position, recorded_at, stream, entry.key, told.version, topic, state)
    )
    return Standing(
        entry,
        head,
        marks,
        recorded_at,
        captured,
        recorded,
        told.article(recorded.article, stream),
        told.description(entry.description, stream) if entry.description else None,
    )


_Found = tuple[Marks, bytes | None, int | None, int | None]
"""The marks, the mark of where what stood was recorded, when that was, and when it was captured."""


def _plainly(row: Row, at: int) -> _Found | None:
    """What is found with one look; None where there may be more."""
    is_wide, held, following = row[_IS_WIDE:_TOLD]
    if is_wide or row[BESIDES] is not None:
        return None
    after = None if following is None else read(following)[0]
    if held is None:
        return Marks(following=after), None, None, None
    dating, recorded_at, captured = read(held)
    if not dating.is_sure(at):
        return None
    marks = Marks(held=dating, following=after, last_sighted=captured, captured=captured)
    return marks, held, recorded_at, captured


def _closely(cursor: Cursor, collection: int, entry: StoryEntry, at: int, known: int) -> _Found:
    found = found_of(cursor, collection, streams_of(entry), at, known)
    marks = found.marks()
    if marks.stood is None:
        return marks, None, None, None
    first = found.first(marks.stood.revision)
    return marks, first, placed(first)[1], captured_of(first)


def _topic(cursor: Cursor, collection: int, topics: Topics, key: int | None) -> str | None:
    if key is not None and key not in topics:
        topics.update(cursor.rows(statement("eventlog", "topics"), {"collection": collection}))
    return None if key is None else topics.get(key)
