"""Writes the stories as an SQLite file: tables to query, and to browse with Datasette.

Instants are ISO 8601 in UTC, to the microsecond, so that they sort as text. The same stories make
the same bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.domain.events import StorySighted
from variorum.domain.times import to_datetime

if TYPE_CHECKING:
    from variorum.adapters.exports.bag.holding import Holding
    from variorum.adapters.exports.states import State

_VERSION_OFFSET = 96
"""Where the header says which version of SQLite wrote last; nothing reads it
(sqlite.org/fileformat2, 1.3.18)."""
_VERSION = (3_040_000).to_bytes(4, "big")

Row = tuple[str | int | None, ...]


class Tables:
    """An SQLite file that is being written, story by story."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, holding: Holding) -> None:
        """Writes a story's rows."""
        entry, story, description = holding.entry, holding.entry.id, holding.description
        outlet = description.outlet or entry.outlet
        self._insert(
            "story",
            [(story, description.url, outlet, entry.zone, entry.position, text(entry.recorded_at))],
        )
        self._insert("revision", [_revision(story, state) for state in holding.states])
        self._insert(
            "sighting",
            [
                _sighting(story, recorded.position, recorded.event)
                for recorded in holding.known
                if isinstance(recorded.event, StorySighted)
            ],
        )
        self._insert("notice", [row for state in holding.states for row in _notices(story, state)])
        self._insert("media", [row for state in holding.states for row in _media(story, state)])

    def _insert(self, table: str, rows: list[Row]) -> None:
        if rows:
            values = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"insert into {table} values ({values})", rows)


@contextmanager
def tables(path: Path) -> Generator[Tables]:
    """Writes an SQLite file of what is added."""
    draft = path.with_name(path.name + ".draft")
    beside = files("variorum.adapters.exports.bag")
    schema = beside.joinpath("sqlite_tables.sql").read_text(encoding="utf-8")
    try:
        with closing(sqlite3.connect(draft)) as connection:
            connection.executescript("pragma journal_mode = off; pragma synchronous = off;")
            connection.executescript(schema)
            connection.execute("begin")
            yield Tables(connection)
            connection.execute("commit")
            connection.execute("vacuum into ?", (str(path),))
    finally:
        draft.unlink(missing_ok=True)
    with path.open("r+b") as file:
        file.seek(_VERSION_OFFSET)
        file.write(_VERSION)


def text(instant: int) -> str:
    """An instant as the tables have it: `2024-10-24T13:11:00.000000Z`."""
    moment = to_datetime(instant)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _maybe(instant: int | None) -> str | None:
    return None if instant is None else text(instant)


def _sighting(story: str, position: int, seen: StorySighted) -> Row:
    return (
        position,
        story,
        text(seen.at),
        _maybe(seen.captured),
        seen.outcome.value,
        seen.revision,
    )


def _revision(story: str, state: State) -> Row:
    chosen = state.chosen
    revision, published, article = chosen.revision, chosen.published, chosen.article
    return (
        story,
        revision.number,
        text(published.at),
        _maybe(published.earliest),
        text(published.latest),
        published.precision.value,
        published.basis.value,
        _maybe(revision.event.captured),
        text(revision.recorded_at),
        revision.position,
        article.headline if article else None,
        article.byline if article else None,
        article.dateline if article else None,
        "\n\n".join(article.paragraphs) if article else None,
        article.comments.value if article and article.comments else None,
        _held(state),
        revision.event.article.commitment,
    )


def _held(state: State) -> str:
    if state.chosen.restriction is not None:
        return "restricted"
    if state.chosen.article is None:
        return "erased"
    return "in part" if state.chosen.erasures else "whole"


def _notices(story: str, state: State) -> Iterator[Row]:
    article, revision = state.chosen.article, state.chosen.revision
    stated = revision.event.notices
    for number, notice in enumerate(article.notices if article else (), 1):
        found = stated[number - 1] if number <= len(stated) else None
        yield (
            story,
            revision.number,
            number,
            found.kind.value if found else None,
            text(found.time.at) if found and found.time else None,
            notice.printed,
            notice.after,
        )


def _media(story: str, state: State) -> Iterator[Row]:
    article = state.chosen.article
    for number, medium in enumerate(article.media if article else (), 1):
        yield (
            story,
            state.chosen.revision.number,
            number,
            medium.caption,
            medium.credit,
            medium.title,
            medium.url,
            medium.after,
        )
