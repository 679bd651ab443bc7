"""Writes stories as Parquet files, for engines that read many of them at once.

A *table* is a folder of files, partitioned as Hive does it, by collection and by *bucket*: the
first hexadecimal digit of SHA-256 of the story's id. All rows of a story are in one bucket of each
table, so that a job over stories moves nothing between buckets.

    revision/collection=main/bucket=3/part-0.parquet

Whoever has the tables `dating`, `sighting` and `implied` of a story, and when the copies of its
revisions were made, can say what was in force at any moment, as far as was known by any position:
they hold what `variorum.domain.asof.gather` takes. `event` holds what a timeline tells. Instants
are microseconds since 1970, UTC.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from variorum.adapters.exports.selection import Chosen, Selection, read_together, revisions
from variorum.adapters.exports.timeline import happened_of, is_told
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION, Dating, ImpliedMark, Outcome, Sighting
from variorum.domain.errors import UsageError
from variorum.domain.ports import StoryEntry
from variorum.domain.story import replayed
from variorum.domain.streams import story_stream
from variorum.domain.times import Basis, Precision, PublishedTime

BUCKETS = "0123456789abcdef"
TABLES = ("story", "revision", "dating", "sighting", "implied", "event")
_ROWS = 1000
_CHARACTERS = 4 << 20
"""Rows, and characters of texts, that wait in memory for a file: a row group."""
_WAITING = 32 << 20
"""Characters that wait for all files together."""

Advance = Callable[[int], None]
Fields = dict[str, Any]


def fill(
    archive: Archive,
    collection: str,
    selection: Selection,
    folder: Path,
    advance: Advance = lambda stories: None,
) -> int:
    """Writes the tables into a folder; gives how many stories there were.

    Args:
        collection: the name of the archive's collection.
        advance: told of how many stories more are done.

    Raises:
        UsageError: pyarrow is not installed, or a moment or a period is asked for.
        NotFoundError: a story that was asked for is not there.
    """
    if selection.at is not None or selection.of_period:
        raise UsageError("Parquet holds all that was known by K: give no --at, --from or --to")
    count = 0
    with _Files(folder, collection) as files:
        for ready, entry in read_together(archive, selection):
            bucket = bucket_of(entry.id)
            for table, fields in _rows(ready, entry, selection):
                files.add(table, bucket, fields)
            count += 1
            advance(1)
    return count


def bucket_of(story: str) -> str:
    """The bucket that all rows of a story are in."""
    return hashlib.sha256(story.encode()).hexdigest()[0]


def _rows(
    archive: Archive, entry: StoryEntry, selection: Selection
) -> Iterator[tuple[str, Fields]]:
    """The rows of a story, each with its table."""
    known = selection.known.position
    stream = archive.log.stream(story_stream(entry.id), LAST_POSITION)
    state = replayed(recorded for recorded in stream if recorded.position <= known)
    yield (
        "story",
        {
            "story": entry.id,
            "position": entry.position,
            "recorded_at": entry.recorded_at,
            "zone": entry.zone,
            "outlet": entry.outlet,
        },
    )
    for chosen in revisions(archive, entry, selection, state):
        yield "revision", {"story": entry.id, **_revision(chosen)}
    for dating in state.datings:
        yield "dating", {"story": entry.id, **_dating(dating)}
    for sighting in state.sightings:
        yield "sighting", {"story": entry.id, **_sighting(sighting)}
    for mark in state.implied:
        yield "implied", {"story": entry.id, **_mark(mark)}
    for recorded in stream:
        if is_told(recorded, known):
            yield "event", happened_of(entry.id, recorded).fields


def _revision(chosen: Chosen) -> Fields:
    revision, event, article = chosen.revision, chosen.revision.event, chosen.article
    withheld = "restricted" if chosen.restriction else "erased" if article is None else None
    return {
        "revision": revision.number,
        "position": revision.position,
        "recorded_at": revision.recorded_at,
        "actor": event.actor,
        "captured": event.captured,
        "commitment": bytes.fromhex(event.article.commitment),
        "length": event.article.length,
        "withheld": withheld,
        "headline": article.headline if article else None,
        "byline": article.byline if article else None,
        "dateline": article.dateline if article else None,
        "text": "\n\n".join(article.paragraphs) if article else None,
        "notices": [notice.printed for notice in article.notices] if article else [],
    }


def _dating(dating: Dating) -> Fields:
    published = dating.published
    return {
        "revision": dating.revision,
        "position": dating.position,
        "arrived": dating.arrived,
        "at": published.at,
        "earliest": published.earliest,
        "latest": published.latest,
        "precision": published.precision.value,
        "basis": published.basis.value,
        "zone": published.zone,
        "resolved": list(published.resolved),
    }


def dating_of(row: Fields) -> Dating:
    """The dating that a row of its table says."""
    published = PublishedTime(
        row["at"],
        row["earliest"],
        row["latest"],
        Precision(row["precision"]),
        Basis(row["basis"]),
        row["zone"],
        tuple(row["resolved"]),
    )
    return Dating(row["revision"], row["position"], published, row["arrived"])


def _sighting(sighting: Sighting) -> Fields:
    return {
        "at": sighting.at,
        "position": sighting.position,
        "outcome": sighting.outcome.value,
        "revision": sighting.revision,
        "captured": sighting.captured,
    }


def sighting_of(row: Fields) -> Sighting:
    """The sighting that a row of its table says."""
    return Sighting(
        row["at"], row["position"], Outcome(row["outcome"]), row["revision"], row["captured"]
    )


def _mark(mark: ImpliedMark) -> Fields:
    return {"earliest": mark.earliest, "latest": mark.latest, "position": mark.position}


def mark_of(row: Fields) -> ImpliedMark:
    """The implied revision that a row of its table says."""
    return ImpliedMark(row["earliest"], row["latest"], row["position"])


def schemas() -> dict[str, Any]:
    """The columns of each table, as pyarrow has them; the two that folders say are not in files.

    Raises:
        UsageError: pyarrow is not installed.
    """
    pa = _pyarrow()
    text, whole, small = pa.string(), pa.int64(), pa.int32()

    def schema(*fields: tuple[str, Any, bool]) -> Any:
        return pa.schema([pa.field(name, kind, nullable) for name, kind, nullable in fields])

    story = ("story", text, False)
    position, recorded = ("position", whole, False), ("recorded_at", whole, False)
    return {
        "story": schema(story, position, recorded, ("zone", text, True), ("outlet", text, True)),
        "revision": schema(
            story,
            ("revision", small, False),
            position,
            recorded,
            ("actor", text, False),
            ("captured", whole, True),
            ("commitment", pa.binary(32), False),
            ("length", whole, False),
            ("withheld", text, True),
            ("headline", text, True),
            ("byline", text, True),
            ("dateline", text, True),
            ("text", text, True),
            ("notices", pa.list_(text), False),
        ),
        "dating": schema(
            story,
            ("revision", small, False),
            position,
            ("arrived", whole, False),
            ("at", whole, False),
            ("earliest", whole, True),
            ("latest", whole, False),
            ("precision", text, False),
            ("basis", text, False),
            ("zone", text, True),
            ("resolved", pa.list_(text), False),
        ),
        "sighting": schema(
            story,
            ("at", whole, False),
            position,
            ("outcome", text, False),
            ("revision", small, True),
            ("captured", whole, True),
        ),
        "implied": schema(story, ("earliest", whole, True), ("latest", whole, False), position),
        "event": schema(
            story,
            position,
            recorded,
            ("actor", text, False),
            ("what", text, False),
            ("at", whole, False),
            ("revision", small, True),
            ("earliest", whole, True),
            ("latest", whole, True),
            ("precision", text, True),
            ("basis", text, True),
            ("captured", whole, True),
            ("notices", pa.list_(text), True),
            ("note", pa.bool_(), False),
            ("detail", text, True),
            ("until", whole, True),
            ("commitment", pa.binary(32), True),
            ("outlet", text, True),
        ),
    }


def _pyarrow(module: str = "pyarrow") -> Any:
    try:
        return import_module(module)  # it ships no types
    except ImportError as cause:
        raise UsageError("Parquet needs pyarrow: pip install 'variorum[parquet]'") from cause


class _Files:
    """The files of all tables while they are written; a table has a file in each of its buckets."""

    def __init__(self, folder: Path, collection: str) -> None:
        self._folder = folder
        self._collection = quote(collection, safe="")
        self._schemas = schemas()
        self._waiting: dict[tuple[str, str], list[Fields]] = {}
        self._characters: Counter[tuple[str, str]] = Counter()
        self._writers: dict[tuple[str, str], Any] = {}

    def add(self, table: str, bucket: str, fields: Fields) -> None:
        file = table, bucket
        rows = self._waiting.setdefault(file, [])
        rows.append(fields)
        self._characters[file] += len(fields.get("text") or "")
        if len(rows) >= _ROWS or self._characters[file] >= _CHARACTERS:
            self._write(*file)
        elif self._characters.total() >= _WAITING:
            self._write(*max(self._characters, key=self._characters.__getitem__))

    def _write(self, table: str, bucket: str) -> None:
        rows = self._waiting.pop((table, bucket), [])
        self._characters.pop((table, bucket), None)
        schema = self._schemas[table]
        writer = self._writers.get((table, bucket))
        if writer is None:
            place = self._folder / table / f"collection={self._collection}" / f"bucket={bucket}"
            place.mkdir(parents=True)
            path = str(place / "part-0.parquet")
            writer = _pyarrow("pyarrow.parquet").ParquetWriter(
                path, schema, compression="zstd", version="2.6"
            )
            self._writers[table, bucket] = writer
        writer.write_table(_pyarrow().Table.from_pylist(rows, schema))

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Writes what waits; every table has a file, so that one without rows can be read too."""
        if kind is None:
            for table, bucket in sorted(self._waiting):
                self._write(table, bucket)
            for table in TABLES:
                if not any(name == table for name, _ in self._writers):
                    self._write(table, BUCKETS[0])
        for writer in self._writers.values():
            writer.close()
