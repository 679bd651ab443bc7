"""Stores events with the positions and times that they had, when a backup is restored."""

from __future__ import annotations

from collections.abc import Sequence

from eventsourcing.persistence import IntegrityError

from variorum.adapters.catalogue.inline import InlineCatalogue
from variorum.adapters.contents.chain import Encoding
from variorum.adapters.contents.commits import commits
from variorum.adapters.contents.erasing import Eraser
from variorum.adapters.contents.store import KIND_NUMBERS, ChainedContent, Prepared
from variorum.adapters.database.port import Cursor, Database, Dialect
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import Placed
from variorum.adapters.eventlog.recorder import LogRecorder, Remembered
from variorum.adapters.eventlog.restored import Reached
from variorum.domain.content import ContentKind, NewContent
from variorum.domain.errors import ConflictError
from variorum.domain.events import ContentErased

Place = tuple[str, ContentKind, int]
"""Stream, kind, ordinal."""


class Restorer:
    """Appends to a collection what was recorded elsewhere.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._now = 0
        self._contents = ChainedContent(database, collection)
        self._eraser = _LateEraser(database.dialect, self._contents)
        self._reached = Reached()
        self._recorder = LogRecorder(
            database,
            collection,
            lambda: self._now,
            (InlineCatalogue(), self._eraser, self._reached),
            accept_clock=True,
        )

    @property
    def has_erased(self) -> bool:
        """Whether something was erased that the collection had held before."""
        return self._eraser.has_erased

    def has(self, place: Place) -> bool:
        """Whether the collection has a content, or the place of one that was erased."""
        stream, kind, ordinal = place
        return self._contents.has(stream, kind, ordinal)

    def holds(self, place: Place) -> bool:
        """Whether the collection has a content, and not only its place."""
        return self._contents.salt(*place) is not None

    def reaches(self, until: int) -> None:
        """Says which position the backup's last event has, before anything is restored."""
        self._reached.until = until

    def restore(
        self,
        events: Sequence[Remembered],
        contents: Sequence[NewContent],
        erased: Sequence[Place],
    ) -> None:
        """Appends events, the contents they commit to, and the places of those that are erased.

        Raises:
            ConflictError: others append to the same collection.
        """
        self._now = events[-1].recorded_at
        prepared = [
            *self._contents.prepare(contents),
            *(
                Prepared(stream, KIND_NUMBERS[kind], ordinal, Encoding.ERASED, b"", b"", b"")
                for stream, kind, ordinal in erased
            ),
        ]
        try:
            self._recorder.insert_remembered(events, prepared)
        except IntegrityError as cause:
            raise ConflictError("someone else appends to the collection meanwhile") from cause
        self._contents.stored(prepared[: len(contents)])
        if any(event.topic == ContentErased.TOPIC for event in events):
            self._contents.forget()  # others build on none that was read before

    def add_checkpoint(self, size: int, root: bytes, note: bytes, signed_at: int) -> None:
        """Stores a checkpoint that was signed before; nothing where it is there."""
        self._add("add_checkpoint", size=size, root=root, note=note, signed_at=signed_at)

    def add_timestamp(self, size: int, authority: str, obtained_at: int, token: bytes) -> None:
        """Stores a time-stamp that was obtained before; nothing where it is there."""
        self._add("add_token", size=size, authority=authority, obtained_at=obtained_at, token=token)

    def _add(self, name: str, **parameters: object) -> None:
        with self._recorder.database.write() as cursor:
            cursor.run(
                statement("tree", name), {"collection": self._recorder.collection, **parameters}
            )


class _LateEraser(Eraser):
    """Erases what the collection had from an earlier backup, and a later one says to be gone.

    What came with this one is not held in the first place.
    """

    def __init__(self, dialect: Dialect, contents: ChainedContent) -> None:
        super().__init__(dialect)
        self._contents = contents
        self.has_erased = False

    def add(self, cursor: Cursor, collection: int, events: Sequence[Placed]) -> None:
        late = [
            event
            for event in events
            if event.topic == ContentErased.TOPIC
            and any(
                self._contents.salt(event.stream, gone.kind, gone.ordinal) is not None
                for gone in commits(event.state).contents
            )
        ]
        if late:
            super().add(cursor, collection, late)
            self.has_erased = True
