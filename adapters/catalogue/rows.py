"""From events to the catalogue's rows: the same whether appended or rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from variorum.adapters.catalogue.codes import (
    BASIS_NUMBERS,
    OUTCOME_NUMBERS,
    PRECISION_NUMBERS,
    SINCE_EVER,
)
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.eventlog.codec import fields as decoded_fields
from variorum.adapters.eventlog.reader import Placed
from variorum.domain.errors import DamagedError
from variorum.domain.events import RevisionRecorded, RevisionRedated, StoryOpened, StorySighted
from variorum.domain.streams import story_of

COLUMNS: dict[str, tuple[str, ...]] = {
    "story": (
        "collection", "stream", "id", "position", "recorded_at", "zone", "date_order", "outlet",
        "address", "description", "description_commitment",
    ),
    "revision": (
        "collection", "stream", "revision", "position", "recorded_at", "captured", "article",
        "article_commitment", "source", "source_commitment", "media_type",
    ),
    "dating": (
        "collection", "stream", "at", "revision", "position", "arrived", "earliest", "latest",
        "precision", "basis", "zone", "resolved",
    ),
    "sighting": ("collection", "stream", "outcome", "at", "position", "revision"),
    "implied": ("collection", "stream", "earliest", "position", "latest"),
}  # fmt: skip

Tables = dict[str, list[Row]]

_OF_STORIES = "story."
_OPENED = StoryOpened.TOPIC
_RECORDED = RevisionRecorded.TOPIC
_SIGHTED = StorySighted.TOPIC
_REDATED = RevisionRedated.TOPIC


def rows_of(
    collection: int, events: Iterable[Placed], arrivals: dict[tuple[int, int], int]
) -> Tables:
    """The catalogue's rows of some events.

    Args:
        arrivals: by stream and revision, the position at which a revision was recorded; those
            of redated ones have to be there, and those recorded here are added.

    Raises:
        DamagedError: an event cannot be read, or redates what was never recorded.
    """
    tables: Tables = {name: [] for name in COLUMNS}
    stories, revisions = tables["story"], tables["revision"]
    datings, sightings = tables["dating"], tables["sighting"]
    for event in events:
        position, _, name, stream, version, topic, state = event
        if not topic.startswith(_OF_STORIES):
            continue
        topic, fields = decoded_fields(topic, name, version, state)
        if topic == _RECORDED:
            arrivals[stream, fields["revision"]] = position
            revisions.append(_revision(collection, event, fields))
            datings.append(_dating(collection, event, fields, position))
            if "implied" in fields:
                tables["implied"] += _implied(collection, event, fields)
        elif topic == _SIGHTED:
            sightings.append(
                (
                    collection,
                    stream,
                    OUTCOME_NUMBERS[fields["outcome"]],
                    fields["at"],
                    position,
                    fields.get("revision"),
                )
            )
        elif topic == _REDATED:
            arrived = arrivals.get((stream, fields["revision"]))
            if arrived is None:
                raise DamagedError(
                    f"position {position} redates r{fields['revision']} of {name}, "
                    "which was never recorded"
                )
            datings.append(_dating(collection, event, fields, arrived))
        elif topic == _OPENED:
            stories.append(_story(collection, event, fields))
    return tables


def insert(
    cursor: Cursor, tables: Tables, prefix: str = "", suffix: str = "", *, frozen: bool = False
) -> None:
    """Inserts rows into the catalogue's tables, or into those named so with affixes."""
    for name, rows in tables.items():
        cursor.insert(f"{prefix}{name}{suffix}", COLUMNS[name], rows, frozen=frozen)


def redated(events: Sequence[Placed]) -> set[tuple[int, int]]:
    """The streams and revisions that events redate."""
    found: set[tuple[int, int]] = set()
    for event in events:
        if event.topic.startswith("story.revision-redated."):
            _, fields = decoded_fields(event.topic, event.stream, event.version, event.state)
            found.add((event.stream_key, fields["revision"]))
    return found


def _story(collection: int, event: Placed, fields: dict[str, Any]) -> Row:
    description = fields.get("description")
    address = fields.get("address")
    return (
        collection,
        event.stream_key,
        story_of(event.stream),
        event.position,
        event.recorded_at,
        fields.get("zone"),
        fields.get("date_order"),
        fields.get("outlet"),
        bytes.fromhex(address) if address else None,
        description["ordinal"] if description else None,
        bytes.fromhex(description["commitment"]) if description else None,
    )


def _revision(collection: int, event: Placed, fields: dict[str, Any]) -> Row:
    article, source = fields["article"], fields.get("source")
    return (
        collection,
        event.stream_key,
        fields["revision"],
        event.position,
        event.recorded_at,
        fields.get("captured"),
        article["ordinal"],
        bytes.fromhex(article["commitment"]),
        source["content"]["ordinal"] if source else None,
        bytes.fromhex(source["content"]["commitment"]) if source else None,
        source["media_type"] if source else None,
    )


def _dating(collection: int, event: Placed, fields: dict[str, Any], arrived: int) -> Row:
    published = fields["published"]
    resolved = published.get("resolved")
    return (
        collection,
        event.stream_key,
        published["at"],
        fields["revision"],
        event.position,
        arrived,
        published["earliest"],
        published["latest"],
        PRECISION_NUMBERS[published["precision"]],
        BASIS_NUMBERS[published["basis"]],
        published.get("zone"),
        " ".join(resolved) if resolved else None,
    )


def _implied(collection: int, event: Placed, fields: dict[str, Any]) -> set[Row]:
    return {
        (
            collection,
            event.stream_key,
            SINCE_EVER if implied["earliest"] is None else implied["earliest"],
            event.position,
            implied["latest"],
        )
        for implied in fields["implied"]
    }
