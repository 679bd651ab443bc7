"""Restores a backup (adapters/exports/backup.py) into an empty collection, event by event.

Positions, times and bytes are those of the backup, so that the tree over them is the same. Batches
are appended whole: an interrupted restoration goes on where it stopped when it is run again, after
comparing what is there already with the file.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import orjson

from variorum.adapters.collection.restorer import Place, Restorer
from variorum.adapters.contents.commits import Ref, commits, committed
from variorum.adapters.contents.scrubbing import scrub
from variorum.adapters.eventlog.codec import decoded
from variorum.adapters.eventlog.reader import LogReader, Placed
from variorum.adapters.exports.backup import HALVES, VERSION
from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ContentKind, NewContent, is_of
from variorum.domain.errors import (
    CheckFailedError,
    ConflictError,
    DamagedError,
    NotFoundError,
    UnreadableError,
)
from variorum.domain.events import ContentErased, KeyRotated
from variorum.domain.log import Recorded, line
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.tree import Frontier, leaf_hash

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.domain.checkpoint import Checkpoint

BATCH_EVENTS = 500
BATCH_BYTES = 8 << 20

_HEAD = b'{"backup":"variorum",'


def is_backup(first: bytes) -> bool:
    """Whether a file that begins so is a backup."""
    return first.startswith(_HEAD)


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring came to."""

    events: int
    contents: int
    held: int
    """Events that were there already."""
    root: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the log, taken apart."""

    position: int
    recorded_at: int
    stream: str
    version: int
    topic: str
    state: bytes
    exact: bytes


@dataclass(slots=True)
class _Batch:
    """Events to be stored as they were, with the contents they commit to."""

    events: list[_Line] = field(default_factory=list[_Line])
    contents: list[NewContent] = field(default_factory=list[NewContent])
    erased: list[Place] = field(default_factory=list[Place])
    places: set[Place] = field(default_factory=set[Place])
    """Those of contents and erased."""
    bytes: int = 0


Open = Callable[[], AbstractContextManager[Iterable[bytes]]]
"""Opens a file; what it gives are its lines, with their line feeds."""


def restore(
    connection: Connection,
    path: str,
    opened: Open,
    progress: Callable[[int], None] | None = None,
) -> Restored:
    """Stores a backup's events, contents and checkpoints in a collection that has none.

    The file is read twice: before anything is stored it is seen to be undamaged. Of one that ends
    early, what is whole is restored, and the collection knows that it is a part
    (`adapters.eventlog.restored`).

    Args:
        path: how the file is called in messages.
        progress: told how many more events were restored.

    Raises:
        UnreadableError: the file is damaged, and nothing of it is restored; or it ends early.
        ConflictError: the collection holds other events.
        StorageError: the database cannot be reached, or is full.
    """
    with opened() as stream:
        _Restoration(connection, path, storing=False).run(stream)
    with opened() as stream:
        work = _Restoration(connection, path, progress)
        try:
            return work.run(stream)
        finally:
            if work.has_erased:
                scrub(connection.database)


class _Restoration:
    """The restoring of one file."""

    def __init__(
        self,
        connection: Connection,
        path: str,
        progress: Callable[[int], None] | None = None,
        *,
        storing: bool = True,
    ) -> None:
        self._path = path
        self._progress = progress
        self._storing = storing
        self._last = 0
        self._number = 0
        self._there = LogReader(connection.database, connection.collection)
        self._present = self._there.head()[0]
        self._compared: list[bytes] = []
        self._restorer = Restorer(connection.database, connection.collection)
        self._frontier = Frontier()
        self._batch = _Batch()
        self._due: dict[Place, Ref] = {}
        self._last_event: _Line | None = None
        self._added: set[Place] = set()
        self._withheld: dict[Place, int] = {}
        """What is not in it, though no event so far says that it was erased; with the line."""
        self._told: dict[Place, int] = {}
        """Those of which the last event says so."""
        self._gone: set[Place] = set()
        self._until = 0
        self._keys: list[Recorded] = []
        self._contents = 0
        self._signed = 0
        self._ended = False

    @property
    def has_erased(self) -> bool:
        """Whether something was erased that an earlier backup had brought."""
        return self._restorer.has_erased

    def run(self, stream: Iterable[bytes]) -> Restored:
        for raw in _until_cut(stream):
            self._number += 1
            text = raw.rstrip(b"\r\n")
            if self._number == 1:
                self._begin(text)
            elif text.startswith(b'{"position":'):
                self._event(text)
            else:
                self._other(text)
        if not self._ended and self._frontier.size == self._until and not self._due:
            self._check_told()
        if not self._ended and self._storing:
            self._drop_unsettled()
            self._flush()
            raise UnreadableError(self._ends_early())
        return Restored(
            events=self._frontier.size,
            contents=self._contents,
            held=min(self._present, self._frontier.size),
            root=self._frontier.root(),
        )

    def _begin(self, text: bytes) -> None:
        head = self._object(text)
        if head.get("backup") != "variorum":
            raise self._bad("not a backup")
        if head.get("version") != VERSION:
            raise self._bad(f"a backup of version {head.get('version')}: upgrade variorum")
        until = head.get("position")
        if type(until) is not int or not 0 <= until <= LAST_POSITION:
            raise self._bad("it does not say how far it reaches")
        self._until = until
        self._restorer.reaches(until)
        if self._present > until:
            raise ConflictError(
                f"the collection has {self._present} events, more than the backup {self._path}: "
                "restore into an empty one (--archive or --collection)"
            )

    def _event(self, text: bytes) -> None:
        self._settle()
        is_full = self._batch.bytes >= BATCH_BYTES or len(self._batch.events) >= BATCH_EVENTS
        if is_full and not self._ends_in_half():
            self._flush()
        event = self._taken_apart(text)
        if event.position != self._frontier.size + 1:
            raise self._bad(f"position {event.position} where {self._frontier.size + 1} belongs")
        if event.position > self._until:
            raise self._bad(f"position {event.position}, and it is said to end at {self._until}")
        if event.recorded_at < self._last:
            raise self._bad("recorded before the event before it")
        self._last = event.recorded_at
        self._frontier.add(leaf_hash(text))
        try:
            found = commits(event.state)
            self._note_key(event)
        except DamagedError as cause:
            raise self._bad(cause.message) from cause
        self._last_event = event
        self._added.clear()
        for kind, ref in committed(found):
            self._due[event.stream, kind, ref.ordinal] = ref
        self._told.clear()
        for each in found.contents:
            place = event.stream, each.kind, each.ordinal
            self._gone.add(place)
            if place in self._withheld:
                self._told[place] = self._withheld.pop(place)
        if event.position <= self._present:
            self._compare(event)
        else:
            self._batch.events.append(event)
        self._batch.bytes += len(text)
        if self._progress is not None:
            self._progress(1)

    def _note_key(self, event: _Line) -> None:
        """Keeps the events that name the keys by which checkpoints are signed."""
        if event.topic == KeyRotated.TOPIC and event.stream == COLLECTION_STREAM:
            named = decoded(event.topic, event.stream, event.version, event.state)
            self._keys.append(Recorded(event.position, event.recorded_at, named))

    def _came_before(self, place: Place) -> bool:
        """Whether an earlier event brought along what the last one commits to.

        The events of one takedown commit to one note, and what stays of a description that is
        given anew is committed to again.
        """
        assert self._last_event is not None
        again = (
            self._last_event.topic == ContentErased.TOPIC
            if place[1] is ContentKind.NOTE
            else place[1] is ContentKind.DESCRIPTION and self._last_event.version > 0
        )
        return again and (place in self._batch.places or self._restorer.has(place))

    def _compare(self, event: _Line) -> None:
        if not self._compared:
            page = self._there.after(event.position - 1, BATCH_EVENTS, until=self._present)
            self._compared = [line(*_apart(placed)) for placed in reversed(page)]
        if self._compared.pop() != event.exact:
            raise ConflictError(
                f"the collection has another event at #{event.position} than {self._path}: "
                "restore into an empty one (--archive or --collection)"
            )

    def _taken_apart(self, text: bytes) -> _Line:
        fields = self._object(text)
        try:
            head = (
                _whole(fields["position"]),
                _whole(fields["recorded_at"]),
                fields["stream"],
                _whole(fields["version"]),
                fields["topic"],
            )
            empty = line(*head, b"")
            event = _Line(*head, text[len(empty) - 1 : -1], text)
            same = line(*head, event.state) == text
        except (KeyError, TypeError, ValueError) as cause:
            raise self._bad("not a line of a log") from cause
        if not same:
            raise self._bad("not a line of a log")
        return event

    def _other(self, text: bytes) -> None:
        body = self._object(text)
        match next(iter(body), None):
            case "content":
                self._content(body["content"])
            case "checkpoint":
                self._settle()
                self._flush()
                self._checkpoint(body["checkpoint"])
            case "timestamp":
                self._timestamp(body["timestamp"])
            case "end":
                self._settle()
                self._flush()
                self._end(body["end"])
            case _:
                raise self._bad("neither an event, a content, a checkpoint, nor the end")

    def _content(self, body: dict[str, Any]) -> None:
        try:
            stream, kind, ordinal = body["stream"], ContentKind(body["kind"]), body["ordinal"]
            place = stream, kind, ordinal
            ref = self._due.pop(place, None)
            salt = bytes.fromhex(body["salt"]) if "salt" in body else None
            data = base64.b64decode(body["base64"]) if "base64" in body else None
            if data is None and "text" in body:
                data = str(body["text"]).encode()
        except (KeyError, ValueError, TypeError) as cause:
            raise self._bad("not a content") from cause
        if ref is None:
            raise self._bad(f"{kind.value} {ordinal} of {stream}: no event before commits to it")
        self._contents += 1
        kept = self._frontier.size > self._present and not self._came_before(place)
        if kept:
            self._added.add(place)
            self._batch.places.add(place)
        if salt is None or data is None:
            if place not in self._gone:
                self._withheld[place] = self._number
            if kept:
                self._batch.erased.append(place)
            return
        if not is_of(ref.commitment, salt, data):
            raise self._bad(f"{kind.value} {ordinal} of {stream} is not what its event commits to")
        if kept:
            self._batch.contents.append(NewContent(stream, kind, ordinal, salt, data))
            self._batch.bytes += len(data)

    def _checkpoint(self, body: dict[str, Any]) -> None:
        try:
            size, signed_at = _whole(body["size"]), _whole(body["signed_at"])
            root, note = base64.b64decode(body["root"]), body["note"].encode()
            if not 1 <= size <= self._frontier.size:
                raise self._bad(f"a checkpoint of #{size}, which is not in it")
            said = self._signed_head(note, size)
            if (said.size, said.root) != (size, root):
                raise self._bad("a checkpoint that says another thing than its note")
            self._signed += 1
            if self._storing:
                self._restorer.add_checkpoint(size, root, note, signed_at)
        except (KeyError, ValueError, TypeError, AttributeError) as cause:
            raise self._bad("not a checkpoint") from cause

    def _signed_head(self, note: bytes, size: int) -> Checkpoint:
        """What a note says that the keys of the log have signed."""
        from variorum.adapters.tree.evidence import check_note
        from variorum.domain.signing_keys import signing_keys

        try:
            return check_note(note, signing_keys(self._keys).good_for(size)).checkpoint
        except (CheckFailedError, NotFoundError, UnreadableError) as cause:
            raise self._bad(f"a checkpoint that is not this log's: {cause.message}") from cause

    def _timestamp(self, body: dict[str, Any]) -> None:
        try:
            token = base64.b64decode(body["token"])
            size, obtained_at = _whole(body["size"]), _whole(body["obtained_at"])
            self._signed += 1
            if self._storing:
                self._restorer.add_timestamp(size, str(body["authority"]), obtained_at, token)
        except (KeyError, ValueError, TypeError) as cause:
            raise self._bad("not a time-stamp") from cause

    def _settle(self) -> None:
        """Sees that every content of the event before has come."""
        for stream, kind, ordinal in self._due:
            raise self._bad(f"{kind.value} {ordinal} of {stream} is missing")

    def _drop_unsettled(self) -> None:
        """Leaves out the last event, where its contents have not all come, or it is half of two."""
        if self._due and self._batch.events:
            self._batch.events.pop()
            self._leave_out(self._added)
            self._withheld.update(self._told)
        if self._ends_in_half():
            half = self._batch.events.pop()
            refs = committed(commits(half.state))
            self._leave_out({(half.stream, kind, ref.ordinal) for kind, ref in refs})

    def _ends_in_half(self) -> bool:
        return bool(self._batch.events) and self._batch.events[-1].topic in HALVES

    def _leave_out(self, places: set[Place]) -> None:
        self._batch.contents = [
            each
            for each in self._batch.contents
            if (each.stream, each.kind, each.ordinal) not in places
        ]
        self._batch.erased = [each for each in self._batch.erased if each not in places]
        for each in places:
            self._withheld.pop(each, None)

    def _ends_early(self) -> str:
        """What is said of a file that was cut off, when what is whole of it is restored."""
        position = self._there.head()[0]
        said = (
            f"{self._path} ends early, after {position} events of {self._until}; what is whole of "
            "them is restored"
        )
        lacking = sum(not self._restorer.holds(each) for each in self._withheld)
        if not lacking:
            return said
        many = "1 content that was" if lacking == 1 else f"{lacking} contents that were"
        return f"{said}, without {many} erased later (`verify` says which)"

    def _flush(self) -> None:
        if self._batch.events and self._storing:
            try:
                self._restorer.restore(self._batch.events, self._batch.contents, self._batch.erased)
            except (DamagedError, OverflowError, struct.error) as cause:  # what no archive wrote
                first, last = self._batch.events[0].position, self._batch.events[-1].position
                raise UnreadableError(
                    f"{self._path}: of the events #{first} to #{last} one cannot be stored: {cause}"
                ) from cause
        self._batch = _Batch()

    def _end(self, body: Any) -> None:
        if not isinstance(body, dict):
            raise self._bad("not the end of a backup")
        root = base64.b64encode(self._frontier.root()).decode()
        said = cast("dict[str, Any]", body)
        size = self._frontier.size
        if said.get("events") != size or size != self._until or said.get("root") != root:
            raise self._bad("the events are not those that were backed up")
        if said.get("contents") != self._contents:
            raise self._bad("there are not as many contents as were backed up")
        if said.get("signed", self._signed) != self._signed:
            raise self._bad("there are not as many checkpoints as were backed up")
        self._check_told()
        self._ended = True

    def _check_told(self) -> None:
        """Sees that of all that is not in the file, an event says that it was erased."""
        for (stream, kind, ordinal), number in self._withheld.items():
            raise UnreadableError(
                f"{self._path}:{number}: {kind.value} {ordinal} of {stream} is missing, without "
                "a record that it was erased"
            )

    def _object(self, text: bytes) -> dict[str, Any]:
        try:
            found: dict[str, Any] = orjson.loads(text)
        except orjson.JSONDecodeError as cause:
            raise self._bad(f"not JSON: {cause}") from cause
        if not isinstance(found, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise self._bad("not a JSON object")
        return found

    def _bad(self, reason: str) -> UnreadableError:
        return UnreadableError(f"{self._path}:{self._number}: {reason}")


def _until_cut(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a file, without what is left of one in which it was cut off."""
    try:
        for raw in stream:
            if raw.endswith(b"\n") or _is_json(raw):
                yield raw
    except EOFError:  # what is packed ends early
        return


def _is_json(raw: bytes) -> bool:
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        return False
    return True


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


def _apart(placed: Placed) -> tuple[int, int, str, int, str, bytes]:
    return (
        placed.position,
        placed.recorded_at,
        placed.stream,
        placed.version,
        placed.topic,
        bytes(placed.state),
    )
