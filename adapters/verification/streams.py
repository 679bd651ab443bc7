"""Checks some streams: their events' lines, their versions, and the contents they commit to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import Any

from variorum.adapters.contents.chain import Encoding, base_from, decode
from variorum.adapters.contents.commits import Commits, commits, committed
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Database, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.codec import CLASSES, decoded
from variorum.adapters.eventlog.packing import unpacked
from variorum.adapters.verification.agreement import agreed
from variorum.adapters.verification.leaves import Leaves
from variorum.adapters.verification.prefixes import Prefixes
from variorum.adapters.verification.sealed import UNREADABLE, sealed_contents
from variorum.domain.errors import DamagedError
from variorum.domain.log import line
from variorum.domain.tree import leaf_hash
from variorum.domain.verification import Checked

STREAMS = 200
"""Streams that are read at once."""

_PAGE = 256
"""Contents that are read at once."""
_ROOM = 16 << 20
"""Bytes that a text may have though its event says that it has fewer: others may build on it."""

_ERASED, _ZSTD_PREFIX = int(Encoding.ERASED), int(Encoding.ZSTD_PREFIX)

_BEYOND = (1 << 15) - 1
"""Above every kind."""

_NAMES = {number: kind.value for kind, number in KIND_NUMBERS.items()}

Place = tuple[int, int, int]
"""Stream, kind, ordinal."""


def check_streams(
    database: Database,
    collection: int,
    after: int,
    until: int,
    leaves: Leaves,
    *,
    restored: int = 0,
    deep: bool = False,
) -> Checked:
    """Checks the streams with keys above one and up to another, and fills in their leaves.

    Args:
        leaves: as many as there are positions to be checked; later events are not checked, but
            what they say of the contents holds.
        restored: the position up to which a part of a backup was restored; 0 if none was.
        deep: reads every event by its class, too.

    Raises:
        StorageError: the database cannot be reached.
    """
    checked = Checked()
    key = {"collection": collection, "after": after, "until": until}
    with database.snapshot() as cursor:
        topics: dict[int, str] = dict(
            cursor.rows(statement("eventlog", "topics"), {"collection": collection})
        )
        names: dict[int, str] = dict(cursor.rows(statement("verification", "names"), key))
        rows = cursor.rows(statement("verification", "events"), key)
        if not deep:
            whole = agreed(rows, _contents(cursor, key), names, topics, leaves)
            if whole is not None:
                return whole
        promised, gone = _check_events(rows, names, topics, leaves, checked, deep=deep)
        _check_contents(cursor, key, names, promised, gone, restored, checked)
    for place, (_, position, _) in promised.items():
        lost = "; it was erased, and its place is gone too" if place in gone else ""
        checked.find(position, f"{_named(place, names)} is missing{lost}")
    return checked


Promised = dict[Place, tuple[str, int, int]]
"""By place: the commitment, the position of the event that made it, the content's length."""


def _check_events(
    rows: list[Row],
    names: dict[int, str],
    topics: dict[int, str],
    leaves: Leaves,
    checked: Checked,
    *,
    deep: bool,
) -> tuple[Promised, dict[Place, int]]:
    promised: Promised = {}
    gone: dict[Place, int] = {}
    current, expected, name = None, 0, ""
    unseen = dict(names)
    size = leaves.size
    for position, recorded_at, stream, version, topic_key, state in rows:
        if stream != current:
            current, expected = stream, 0
            name = unseen.pop(stream, "")
            if not name:
                checked.find(position, f"its stream has no name (key {stream})")
        topic = topics.get(topic_key)
        if topic is None:
            checked.find(position, f"its topic has no name (key {topic_key})")
            topic = ""
        elif topic not in CLASSES:
            checked.find(position, f"unknown topic {topic!r}")
        if version != expected:
            checked.find(position, f"{name} has version {version} where {expected} belongs")
        expected = version + 1
        try:
            data = unpacked(bytes(state))
        except DamagedError:  # what is there instead is no event, and is found to be none
            data = bytes(state)
        if 1 <= position <= size:
            checked.events += 1
            leaf = leaf_hash(line(position, recorded_at, name, version, topic, data))
            leaves.put([position], [leaf], [recorded_at])
        elif position < 1:
            checked.find(position, "a position below the first")
        try:
            found = commits(data)
            if deep:
                decoded(topic, name, version, data)
        except DamagedError as cause:
            checked.find(position, cause.message)
            continue
        _note_commits(found, stream, position, promised, gone)
    for stream, name in unseen.items():
        checked.find(None, f"stream {name!r} (key {stream}) has no event")
    return promised, gone


def _note_commits(
    found: Commits, stream: int, position: int, promised: Promised, gone: dict[Place, int]
) -> None:
    for kind, ref in committed(found):
        promised[stream, KIND_NUMBERS[kind], ref.ordinal] = (ref.commitment, position, ref.length)
    for erased in found.contents:
        gone[stream, KIND_NUMBERS[erased.kind], erased.ordinal] = position


def _check_contents(
    cursor: Cursor,
    key: dict[str, int],
    names: dict[int, str],
    promised: Promised,
    gone: dict[Place, int],
    restored: int,
    checked: Checked,
) -> None:
    """Checks every content that is stored, and takes it off what was promised."""
    prefixes = Prefixes()
    for stream, kind, ordinal, base, encoding, salt, data in _contents(cursor, key):
        place = (stream, kind, ordinal)
        promise = promised.pop(place, None)
        if promise is None:
            checked.find(None, f"a content that no event commits to ({_named(place, names)})")
            continue
        commitment, position, length = promise
        if encoding == _ERASED:
            if place in gone and not salt and not data:
                checked.erased += 1
            elif place in gone:
                checked.find(
                    position, f"{_named(place, names)} is said to be erased, and bytes are left"
                )
            elif position <= restored and not salt and not data:
                checked.lack(position, _named(place, names))
            else:
                checked.find(position, f"{_named(place, names)} was erased without a record")
            continue
        if encoding == UNREADABLE:
            checked.find(position, f"{_named(place, names)}: {data.decode()}")
            continue
        if base is not None and encoding != _ZSTD_PREFIX:
            checked.find(
                position, f"{_named(place, names)} is said to build on {base}, and builds on none"
            )
        if place in gone:
            checked.find(
                gone[place], f"{_named(place, names)} was to be erased, and is still there"
            )
        try:
            text = _decoded(prefixes, place, base, encoding, bytes(data), length)
        except DamagedError as cause:
            checked.find(position, f"{_named(place, names)}: {cause.message}")
            continue
        if hashlib.sha256(salt + text).hexdigest() != commitment or len(text) != length:
            checked.find(position, f"{_named(place, names)} is not what the event committed to")
            continue
        checked.intact += 1
        checked.bytes += len(text)


def _contents(cursor: Cursor, key: dict[str, int]) -> Iterator[Row]:
    """What is stored, sealed or not, in the order of stream, kind and ordinal."""
    sealed = sealed_contents(cursor, key)
    first = next(sealed, None)
    if first is None:
        return _loose(cursor, key)
    return merge(chain((first,), sealed), _loose(cursor, key), key=itemgetter(0, 1, 2))


def _loose(cursor: Cursor, key: dict[str, int]) -> Iterator[Row]:
    page = statement("verification", "contents")
    place: dict[str, Any] = {"stream": key["after"], "kind": _BEYOND, "ordinal": 0}
    while True:
        rows = cursor.rows(page, {**key, "limit": _PAGE, **place})
        yield from rows
        if len(rows) < _PAGE:
            return
        place = dict(zip(("stream", "kind", "ordinal"), rows[-1][:3], strict=True))


def _decoded(
    prefixes: Prefixes, place: Place, base: int | None, encoding: int, data: bytes, length: int
) -> bytes:
    stream, kind, ordinal = place
    prefix = None
    if encoding == _ZSTD_PREFIX:
        wanted = base_from(ordinal, base)
        prefix = prefixes.of(stream, kind, wanted)
        if prefix is None:
            raise DamagedError(f"it builds on {wanted}, which cannot be read")
    text = decode(encoding, data, prefix, max(length + 1, _ROOM))
    if not ordinal & 1:
        prefixes.keep(stream, kind, ordinal, text)
    return text


def _named(place: Place, names: dict[int, str]) -> str:
    stream, kind, ordinal = place
    name = names.get(stream, f"stream {stream}")
    return f"{_NAMES.get(kind, f'content of kind {kind}')} {ordinal} of {name}"
