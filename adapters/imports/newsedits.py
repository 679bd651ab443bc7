"""NewsEdits' SQLite files (Spangher and others, 2022), as NewsSniffer and diffengine fill them.

Their table `entryversion` has a row for each version that a crawler met: `entry_id` is the article,
`version` counts from 0, `title` and `summary` are the headline and the text, its paragraphs in
`<p>`, `created` is when the crawler met it. That is a capture, not a time of publication.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from variorum.adapters.imports.fragment import blocks_of_fragment, line_of_fragment
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, Item
from variorum.adapters.imports.piped import unpacked
from variorum.domain.commands import RecordCopy, Source
from variorum.domain.content import Article
from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.stated import instant_asked

_COLUMNS = ("id", "entry_id", "version", "created", "title", "url", "summary")
_NEEDED = frozenset(("entry_id", "created", "summary"))
_TABLE = "entryversion"
_NAMES = "select name from sqlite_master where type in ('table', 'view')"
_PACKED = re.compile(r"\.(?:gz|zst|bz2|xz)$", re.I)


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What its versions ask to be recorded (`Importer`), article by article; places are rows."""
    try:
        with unpacked(path) as file, closing(_opened(file)) as database:
            for row in _rows(database):
                place = f"entry {row.get('entry_id')} version {row.get('version')}"
                try:
                    yield place, _copy(row, path, defaults)
                except COPYS_OWN as cause:
                    yield place, Bad(cause.message)
                if progress is not None:
                    progress(len(str(row.get("summary") or "")))
    except (sqlite3.Error, UnicodeError, OverflowError) as cause:
        raise UnreadableError(f"{path}: {cause}") from cause
    except OSError as cause:
        raise UnreadableError(f"{path}: {cause.strerror or cause}") from cause
    except UnreadableError as cause:
        raise UnreadableError(f"{path}: {cause.message}") from cause


def is_anothers(path: str) -> bool:
    """Whether a database has tables, and none of NewsEdits. One that cannot be asked may be one."""
    try:
        with closing(_as_it_lies(Path(path).resolve())) as database:
            names = {str(name).lower() for (name,) in database.execute(_NAMES)}
    except sqlite3.Error:
        return False
    return bool(names) and _TABLE not in names


def _opened(path: str) -> sqlite3.Connection:
    """The file, for reading alone: nothing is written beside it, and so no log of its is read.

    Raises:
        UnreadableError: it has such a log, with rows that are not in the file.
    """
    with Path(path).open("rb"):
        pass
    file = Path(path).resolve()
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size > 0:
        raise UnreadableError(
            f"rows of it are still in {log.name}: put them in with "
            f"sqlite3 {shlex.quote(path)} 'pragma wal_checkpoint(truncate)'"
        )
    database = _as_it_lies(file)
    database.text_factory = _text
    return database


def _as_it_lies(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _rows(database: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    there = {str(row[1]).lower() for row in database.execute("pragma table_info(entryversion)")}
    if not there >= _NEEDED:
        raise UnreadableError("not a file of NewsEdits: no table entryversion with its columns")
    columns = [name for name in _COLUMNS if name in there]
    order = [name for name in ("entry_id", "version", "id") if name in there]
    cursor = database.execute(
        f"select {', '.join(columns)} from entryversion order by {', '.join(order)}"
    )
    for row in cursor:  # texts are in blobs where a program of Python 2 wrote them
        values = (_text(value) if isinstance(value, bytes) else value for value in row)
        yield dict(zip(columns, values, strict=True))


def _copy(row: dict[str, Any], path: str, defaults: Defaults) -> RecordCopy:
    url = str(row.get("url") or "").strip() or None
    story = _story(row, url, path, defaults)
    created = row["created"]
    if not isinstance(created, str):
        raise UnreadableError("it does not say when it was met")
    captured = instant_asked(created, defaults.known(story))
    article = Article(
        headline=line_of_fragment(str(row.get("title") or "")) or None,
        paragraphs=tuple(blocks_of_fragment(str(row.get("summary") or ""))),
    )
    if article == Article():
        raise UnreadableError("it holds no text")
    said = {name: row[name] for name in ("id", "entry_id", "version") if name in row}
    try:
        source = Source(orjson.dumps(said), "application/json")
    except TypeError as cause:
        raise UnreadableError("its numbers are none") from cause
    return RecordCopy(
        story=story,
        actor=defaults.actor,
        article=article,
        captured=captured,
        source=source,
        opening=defaults.opening(url),
    )


def _story(row: dict[str, Any], url: str | None, path: str, defaults: Defaults) -> str:
    try:
        if url is not None:
            return defaults.story_at(url)
    except UsageError:
        pass
    name = f"{Path(_PACKED.sub('', path)).stem} {row['entry_id']}"
    return f"newsedits-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"
