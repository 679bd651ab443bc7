"""The log of one collection. Implements `variorum.domain.ports.Log`."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property, partial
from typing import TYPE_CHECKING

from variorum.adapters.contents.store import KIND_NUMBERS, ChainedContent, Place
from variorum.adapters.database.port import Database
from variorum.adapters.eventlog.reader import LogReader, Placed
from variorum.adapters.eventlog.trusted import revision_of
from variorum.domain.content import NewContent
from variorum.domain.errors import ConflictError, DamagedError, NotFoundError
from variorum.domain.log import Recorded
from variorum.domain.ports import Head, RecordedRevision, Sent
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from eventsourcing.persistence import StoredEvent

    from variorum.adapters.collection.appending import Appending
    from variorum.adapters.collection.application import CollectionApplication
    from variorum.domain.events import Event

_TOGETHER = 500
"""Events of a stream from which on it is read alone, not with others."""


class CollectionLog:
    """Appends to and reads one collection's log.

    Args:
        database: where the tables are.
        collection: the collection's key.
        contents: where content is prepared.
        now: the clock, µs since 1970 UTC.
        accept_clock: append even where the log's last time is well ahead of the clock.
    """

    def __init__(
        self,
        database: Database,
        collection: int,
        contents: ChainedContent,
        now: Callable[[], int],
        *,
        accept_clock: bool = False,
    ) -> None:
        self._database = database
        self._collection = collection
        self._contents = contents
        self._now = now
        self._accept_clock = accept_clock
        self._reader = LogReader(database, collection)
        self._together: Mapping[str, list[Recorded]] = {}
        """The events of streams that were read together, as they were then."""
        self._own: tuple[Recorded, ...] = ()
        """The events of the collection's own stream, as they were when it was read last."""

    @cached_property
    def application(self) -> CollectionApplication:
        """The library's application; made when something is first appended."""
        from variorum.adapters.catalogue.inline import InlineCatalogue
        from variorum.adapters.collection.application import CollectionApplication
        from variorum.adapters.contents.erasing import Eraser
        from variorum.adapters.eventlog.recorder import LogRecorder

        recorder = LogRecorder(
            self._database,
            self._collection,
            self._now,
            (InlineCatalogue(), Eraser(self._database.dialect)),
            accept_clock=self._accept_clock,
        )
        return CollectionApplication(recorder)

    @cached_property
    def _appending(self) -> Appending:
        from variorum.adapters.collection.appending import Appending, Target

        address = os.fsencode(self._database.address)
        return Appending(Target(address, self._collection, self._accept_clock))

    def close(self) -> None:
        """Ends what works for it; appends go on to be possible."""
        if "_appending" in self.__dict__:
            self._appending.close()

    def send(
        self, events: Sequence[Event], contents: Sequence[NewContent], *, follows: bool
    ) -> Sent | None:
        encoded = self.application.encoded(events)
        return self._appending.send(encoded, contents, self._now(), follows=follows)

    def append(self, events: Sequence[Event], contents: Iterable[NewContent] = ()) -> Sequence[int]:
        return self.append_encoded(self.application.encoded(events), contents, _gone(events))

    def append_encoded(
        self,
        events: Sequence[StoredEvent],
        contents: Iterable[NewContent],
        gone: Collection[Place] = (),
    ) -> Sequence[int]:
        """As `append`, of events as they are stored.

        Args:
            gone: the contents that they say to be gone.
        """
        from eventsourcing.persistence import IntegrityError

        from variorum.adapters.eventlog.recorder import StaleContentError

        given = list(contents)
        while True:
            prepared = self._contents.prepare(given, gone)
            store = partial(self._contents.stored, prepared)
            try:
                positions = self.application.append(events, contents=prepared, stored=store)
            except StaleContentError:
                self._contents.forget()
                continue
            except IntegrityError as cause:
                raise ConflictError(
                    "the story was changed by someone else at the same time"
                ) from cause
            if gone:
                self._contents.forget()
            return positions

    def head(self) -> Head:
        return Head(*self._reader.head())

    def position_at(self, instant: int) -> int:
        return self._reader.position_at(instant)

    def at(self, position: int) -> Recorded:
        found = self._reader.after(position - 1, 1, until=position)
        if not found:
            raise NotFoundError(f"the log does not reach position {position}")
        return _recorded(found[0])

    def revision(self, position: int) -> RecordedRevision:
        found = self._reader.after(position - 1, 1, until=position)
        if not found:
            raise NotFoundError(f"the log does not reach position {position}")
        return revision_of(found[0])

    def beginnings(self, streams: Sequence[str], events: int) -> dict[str, list[Recorded]]:
        found: dict[str, list[Recorded]] = {}
        for placed in self._reader.beginnings(streams, events):
            found.setdefault(placed.stream, []).append(_recorded(placed))
        return found

    def together(self, streams: Sequence[str]) -> CollectionLog:
        log = copy(self)
        found = self.beginnings(streams, _TOGETHER)
        log._together = {name: held for name, held in found.items() if len(held) < _TOGETHER}
        return log

    def stream(self, stream: str, known: int) -> list[Recorded]:
        held = self._together.get(stream)
        if held is not None:
            return [recorded for recorded in held if recorded.position <= known]
        if stream == COLLECTION_STREAM:
            return [recorded for recorded in self._collections_own() if recorded.position <= known]
        return [
            _recorded(placed) for placed in self._reader.stream(stream) if placed.position <= known
        ]

    def _collections_own(self) -> tuple[Recorded, ...]:
        """The events of the collection's own stream, which is asked for again and again.

        Read are those that came after the last that is remembered, and that one, to see that it
        stands there still: a server's database may have been restored meanwhile.
        """
        before = self._own
        found = self._read_own(len(before) - 2)
        if before and found[:1] != before[-1:]:
            before, found = (), self._read_own(-1)
        self._own = (*before[:-1], *found)
        return self._own

    def _read_own(self, above: int) -> tuple[Recorded, ...]:
        return tuple(map(_recorded, self._reader.stream(COLLECTION_STREAM, gt=above)))

    def after(self, position: int, limit: int, until: int) -> list[Recorded]:
        return [_recorded(placed) for placed in self._reader.after(position, limit, until=until)]

    def lines(self, until: int) -> Iterator[bytes]:
        return self._reader.lines(0, min(until, self.head().position))

    def lines_of(self, stream: str) -> list[tuple[int, bytes]]:
        events = self._reader.stream(stream)
        for version, event in enumerate(events):
            if event.version != version:
                raise DamagedError(f"the log is damaged: version {version} of {stream} is missing")
        return [(event.position, event.line) for event in events]


def _gone(events: Sequence[Event]) -> set[Place]:
    """The contents that events say to be gone."""
    from variorum.domain.events import ContentErased

    return {
        (event.originator_id, KIND_NUMBERS[gone.kind], gone.ordinal)
        for event in events
        if isinstance(event, ContentErased)
        for gone in event.contents
    }


def _recorded(placed: Placed) -> Recorded:
    from variorum.adapters.eventlog.codec import decoded

    return Recorded(
        placed.position,
        placed.recorded_at,
        decoded(placed.topic, placed.stream, placed.version, placed.state),
    )
