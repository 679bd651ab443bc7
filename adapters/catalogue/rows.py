"""From events to the catalogue's rows: the same whether appended or rebuilt.

Of a stored state only those fields are read that rows are made of (the structures below).
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from variorum.adapters.catalogue.codes import (
    AMENDED,
    BASIS_NUMBERS,
    IMPLIED,
    MERGED,
    OUTCOME_NUMBERS,
    PART_NUMBERS,
    PRECISION_NUMBERS,
    REDATED,
    REDESCRIBED,
    REDIRECTED,
    SIGHTED,
    SINCE_EVER,
    TAKEN_DOWN,
    UNMERGED,
)
from variorum.adapters.catalogue.mark import packed
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.codec import newest
from variorum.adapters.eventlog.reader import Placed
from variorum.domain.content import ContentKind
from variorum.domain.errors import DamagedError
from variorum.domain.events import (
    AccessRestored,
    AccessRestricted,
    ContentErased,
    RevisionRecorded,
    RevisionRedated,
    StoryDescribed,
    StoryMerged,
    StoryOpened,
    StoryRedirected,
    StorySighted,
    StoryUnmerged,
)
from variorum.domain.streams import story_of
from variorum.domain.times import SECOND

COLUMNS: dict[str, tuple[str, ...]] = {
    "story": (
        "collection", "stream", "id", "position", "recorded_at", "zone", "date_order", "outlet",
        "address", "description", "description_commitment",
    ),
    "dating": (
        "collection", "stream", "at", "revision", "position", "arrived", "earliest", "latest",
        "article", "mark",
    ),
    "sighting": (
        "collection", "stream", "outcome", "at", "position", "revision", "captured",
    ),
    "implied": ("collection", "stream", "earliest", "position", "latest"),
    "restriction": (
        "collection", "stream", "position", "recorded_at", "actor", "revision", "restored", "until",
        "note", "note_length", "note_commitment",
    ),
    "erasure": (
        "collection", "stream", "kind", "ordinal", "position", "recorded_at", "actor", "revision",
        "part", "number", "remainder", "remainder_length", "remainder_commitment", "note",
        "note_length", "note_commitment",
    ),
    "amendment": (
        "collection", "stream", "position", "kind", "zone", "date_order", "outlet", "address",
        "description", "description_commitment", "other", "first", "revisions",
    ),
    "besides": ("collection", "stream", "kind"),
}  # fmt: skip
ONCE = frozenset(("besides",))
"""Tables to which a row is added once, however many events say so."""

Tables = dict[str, list[Row]]
Arrivals = dict[tuple[int, int], int]
"""By stream and revision, the position at which a revision was recorded."""


class _Ref(msgspec.Struct, gc=False):
    ordinal: int
    commitment: str


class _Published(msgspec.Struct, gc=False):
    at: int
    earliest: int | None
    latest: int
    precision: str
    basis: str
    zone: str | None = None
    resolved: tuple[str, ...] = ()


class _Implied(msgspec.Struct, gc=False):
    earliest: int | None
    latest: int


class _Opened(msgspec.Struct, gc=False):
    zone: str | None = None
    date_order: str | None = None
    outlet: str | None = None
    address: str | None = None
    description: _Ref | None = None


class _Recorded(msgspec.Struct, gc=False):
    revision: int
    published: _Published
    article: _Ref
    captured: int | None = None
    implied: tuple[_Implied, ...] = ()


class _Sighted(msgspec.Struct, gc=False):
    at: int
    outcome: str
    revision: int | None = None
    captured: int | None = None


class _Redated(msgspec.Struct, gc=False):
    revision: int
    published: _Published


class _Note(msgspec.Struct, gc=False):
    ordinal: int
    length: int
    commitment: str


class _Access(msgspec.Struct, gc=False):
    actor: str
    note: _Note
    revision: int | None = None
    until: int | None = None


class _Gone(msgspec.Struct, gc=False):
    kind: ContentKind
    ordinal: int


class _Erased(msgspec.Struct, gc=False):
    actor: str
    part: str
    contents: tuple[_Gone, ...]
    note: _Note
    revision: int | None = None
    number: int | None = None
    remainder: _Note | None = None


class _Merged(msgspec.Struct, gc=False):
    other: str
    first: int | None = None
    revisions: int | None = None


class _Redirected(msgspec.Struct, gc=False):
    to: str | None = None


_OF_STORIES = "story."
_OPENED = StoryOpened.TOPIC
_RECORDED = RevisionRecorded.TOPIC
_SIGHTED = StorySighted.TOPIC
_REDATED = RevisionRedated.TOPIC
_RESTRICTED = AccessRestricted.TOPIC
_RESTORED = AccessRestored.TOPIC
_ERASED = ContentErased.TOPIC
_DESCRIBED = StoryDescribed.TOPIC
_MERGED = StoryMerged.TOPIC
_UNMERGED = StoryUnmerged.TOPIC
_REDIRECTED = StoryRedirected.TOPIC

_opened = msgspec.json.Decoder(_Opened).decode
_recorded = msgspec.json.Decoder(_Recorded).decode
_sighted = msgspec.json.Decoder(_Sighted).decode
_redated = msgspec.json.Decoder(_Redated).decode
_access = msgspec.json.Decoder(_Access).decode
_erased = msgspec.json.Decoder(_Erased).decode
_merged = msgspec.json.Decoder(_Merged).decode
_redirected = msgspec.json.Decoder(_Redirected).decode


def rows_of(collection: int, events: Iterable[Placed], arrivals: Arrivals | None) -> Tables:
    """The catalogue's rows of some events; of a table that gets none, nothing or an empty list.

    Args:
        arrivals: the redated ones have to be there, and those recorded here are added. None
            where no event redates.

    Raises:
        DamagedError: an event cannot be read, or redates what was never recorded.
    """
    tables: Tables = defaultdict(list)
    besides: set[tuple[int, int]] = set()
    for event in events:
        topic = event.topic
        try:
            if topic == _RECORDED:  # of which most are
                kind = _add_revision(tables, collection, event, arrivals)
            elif topic.startswith(_OF_STORIES):
                kind = _add(tables, collection, event, arrivals)
            else:
                continue
        except (msgspec.DecodeError, LookupError, ValueError) as cause:
            raise DamagedError(
                f"position {event.position} ({topic}) cannot be read: {cause}"
            ) from cause
        if kind is not None:
            besides.add((event.stream_key, kind))
    if besides:
        tables["besides"] = [(collection, *each) for each in sorted(besides)]
    return tables


def _add(tables: Tables, collection: int, event: Placed, arrivals: Arrivals | None) -> int | None:
    """Adds the rows of an event; says what it is besides a revision."""
    position, stream = event.position, event.stream_key
    topic, state = newest(event.topic, event.stream, event.version, event.state)
    if topic == _RECORDED:
        newer = msgspec.structs.replace(event, topic=topic, state=state)
        return _add_revision(tables, collection, newer, arrivals)
    if topic == _SIGHTED:
        sighted = _sighted(state)
        outcome = OUTCOME_NUMBERS[sighted.outcome]
        tables["sighting"].append(
            (
                collection,
                stream,
                outcome,
                sighted.at,
                position,
                sighted.revision,
                sighted.captured,
            )
        )
        return SIGHTED
    if topic == _REDATED:
        redating = _redated(state)
        revision = redating.revision
        arrived = arrivals.get((stream, revision)) if arrivals is not None else None
        if arrived is None:
            raise LookupError(f"{event.stream} has no r{revision} to redate")
        tables["dating"].append(_redating(collection, event, redating, arrived))
        return REDATED
    if topic == _OPENED:
        tables["story"].append(_story(collection, event, _opened(state)))
    elif topic in (_RESTRICTED, _RESTORED):
        access = _access(state)
        tables["restriction"].append(_restriction(collection, event, access, topic == _RESTORED))
        return TAKEN_DOWN
    elif topic == _ERASED:
        tables["erasure"] += _erasures(collection, event, _erased(state))
        return TAKEN_DOWN
    elif topic == _DESCRIBED:
        said = (REDESCRIBED, *_described(_opened(state)), None, None, None)
        tables["amendment"].append((collection, stream, position, *said))
        return AMENDED
    elif topic in (_MERGED, _UNMERGED):
        merged = _merged(state)
        kind = MERGED if topic == _MERGED else UNMERGED
        numbers = (merged.other, merged.first, merged.revisions)
        tables["amendment"].append((collection, stream, position, kind, *_NOTHING_SAID, *numbers))
        return AMENDED
    elif topic == _REDIRECTED:
        to = (_redirected(state).to, None, None)
        tables["amendment"].append((collection, stream, position, REDIRECTED, *_NOTHING_SAID, *to))
        return AMENDED
    return None


def insert(
    cursor: Cursor, tables: Tables, prefix: str = "", suffix: str = "", *, frozen: bool = False
) -> None:
    """Inserts rows into the catalogue's tables, or into those named so with affixes."""
    for name, rows in tables.items():
        if rows:
            table = f"{prefix}{name}{suffix}"
            cursor.insert(table, COLUMNS[name], rows, frozen=frozen, once=name in ONCE)


def arrivals_of(
    cursor: Cursor, collection: int, events: Sequence[Placed], table: str = "dating"
) -> Arrivals | None:
    """Where revisions were recorded that events redate, as far as a table of datings has them.

    None where they redate none. Of each stream it is asked once: a table that is being filled has
    no index of revisions.
    """
    again = redated(events)
    if not again:
        return None
    text = statement("catalogue", "arrivals").replace("from dating", f"from {table}")
    streams: dict[int, list[int]] = {}
    for stream, revision in again:
        streams.setdefault(stream, []).append(revision)
    found: Arrivals = {}
    for stream, revisions in streams.items():
        asked = {"first": min(revisions), "last": max(revisions)}
        for revision, position in cursor.rows(
            text, {"collection": collection, "stream": stream, **asked}
        ):
            found[stream, revision] = position
    return found


def redated(events: Sequence[Placed]) -> set[tuple[int, int]]:
    """The streams and revisions that events redate."""
    found: set[tuple[int, int]] = set()
    all_topics = {event.topic for event in events}
    topics = {topic for topic in all_topics if topic.startswith("story.revision-redated.")}
    if not topics:
        return found
    for event in events:
        if event.topic in topics:
            _, state = newest(event.topic, event.stream, event.version, event.state)
            with contextlib.suppress(msgspec.DecodeError):  # `rows_of` will say so
                found.add((event.stream_key, _redated(state).revision))
    return found


def _add_revision(
    tables: Tables, collection: int, event: Placed, arrivals: Arrivals | None
) -> int | None:
    """As `_add`, of a revision that is recorded, in the newest version of its schema."""
    position, stream = event.position, event.stream_key
    recorded = _recorded(event.state)
    revision, captured, published = recorded.revision, recorded.captured, recorded.published
    article, at = recorded.article.ordinal, published.at
    if arrivals is not None:
        arrivals[stream, revision] = position
    earliest, latest = _interval(published)
    mark = packed(
        (position, event.recorded_at, at, revision, article),
        PRECISION_NUMBERS[published.precision],
        BASIS_NUMBERS[published.basis],
        (published.earliest, published.latest),
        None,
        captured,
        published.zone,
        published.resolved,
    )
    tables["dating"].append(
        (collection, stream, at, revision, position, None, earliest, latest, article, mark)
    )
    if not recorded.implied:
        return None
    tables["implied"] += {_implied(collection, event, implied) for implied in recorded.implied}
    return IMPLIED


_NARROW = (None, None)


def _interval(published: _Published) -> tuple[int | None, int | None]:
    """The interval as columns have it: not where it is sure to the second."""
    at, earliest, latest = published.at, published.earliest, published.latest
    if earliest == at and latest <= at + SECOND:
        return _NARROW
    return SINCE_EVER if earliest is None else earliest, latest


_NOTHING_SAID: Row = (None,) * 6


def _story(collection: int, event: Placed, opened: _Opened) -> Row:
    name = story_of(event.stream)
    place = (collection, event.stream_key, name, event.position, event.recorded_at)
    return (*place, *_described(opened))


def _described(opened: _Opened) -> Row:
    description, address = opened.description, opened.address
    return (
        opened.zone,
        opened.date_order,
        opened.outlet,
        bytes.fromhex(address) if address else None,
        description.ordinal if description else None,
        bytes.fromhex(description.commitment) if description else None,
    )


def _redating(collection: int, event: Placed, redating: _Redated, arrived: int) -> Row:
    """The row of a later dating of the revision that was recorded at the position `arrived`."""
    published, revision = redating.published, redating.revision
    mark = packed(
        (event.position, event.recorded_at, published.at, revision, 0),
        PRECISION_NUMBERS[published.precision],
        BASIS_NUMBERS[published.basis],
        (published.earliest, published.latest),
        arrived,
        None,
        published.zone,
        published.resolved,
    )
    place = (collection, event.stream_key, published.at, revision, event.position, arrived)
    return (*place, *_interval(published), None, mark)


def _implied(collection: int, event: Placed, implied: _Implied) -> Row:
    earliest = SINCE_EVER if implied.earliest is None else implied.earliest
    return (collection, event.stream_key, earliest, event.position, implied.latest)


def _restriction(collection: int, event: Placed, access: _Access, restored: bool) -> Row:
    return (
        collection,
        event.stream_key,
        event.position,
        event.recorded_at,
        access.actor,
        access.revision,
        int(restored),
        access.until,
        *_of_note(access.note),
    )


def _erasures(collection: int, event: Placed, erased: _Erased) -> list[Row]:
    """A row for each content that is gone."""
    remainder = _of_note(erased.remainder) if erased.remainder else (None, None, None)
    return [
        (
            collection,
            event.stream_key,
            KIND_NUMBERS[gone.kind],
            gone.ordinal,
            event.position,
            event.recorded_at,
            erased.actor,
            erased.revision,
            PART_NUMBERS[erased.part],
            erased.number,
            *remainder,
            *_of_note(erased.note),
        )
        for gone in erased.contents
    ]


def _of_note(ref: _Note) -> Row:
    return ref.ordinal, ref.length, bytes.fromhex(ref.commitment)
