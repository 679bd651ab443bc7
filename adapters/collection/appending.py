"""Appends batches in a process beside the one that decides them.

    python -m variorum.adapters.collection.appending

is that process (`adapters/beside.py`). It is sent events, encoded, and the contents that they
commit to; it compresses and packs, and appends each batch as anyone would. What it cannot append it
says no more of: whoever sent it appends it, and is told why it cannot be done.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, msgpack

from variorum.adapters.beside import Beside, serve
from variorum.domain.content import NewContent
from variorum.domain.errors import VariorumError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventsourcing.persistence import StoredEvent

    from variorum.adapters.collection.log import CollectionLog

_STORED, _REFUSED = b"+", b"-"


class Target(Struct, frozen=True):
    """Where is appended: a collection's key, and the address of its database."""

    address: bytes
    """As the system has it (`os.fsencode`): a path need not be Unicode."""
    collection: int
    accept_clock: bool


class _Asked(Struct, gc=False):
    """A batch."""

    to: Target
    now: int
    follows: bool
    """Whether it is to be appended only where the batch before it was."""
    events: list[tuple[str, int, str, bytes]]
    """Of each, what a `StoredEvent` has."""
    contents: Sequence[NewContent]


class Appending:
    """The process, as seen from outside."""

    def __init__(self, to: Target) -> None:
        self._to = to
        self._beside = Beside(__name__)

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._beside.pid

    def send(
        self,
        events: Sequence[StoredEvent],
        contents: Sequence[NewContent],
        now: int,
        *,
        follows: bool,
    ) -> Sent | None:
        """Sends a batch; None where there is no process to send it to."""
        if not follows:
            while self._beside.pending:  # nobody waits for it any more
                self._beside.result()
        given = [(str(e.originator_id), e.originator_version, e.topic, e.state) for e in events]
        asked = _Asked(self._to, now, follows, given, contents)
        return Sent(self._beside) if self._beside.begin(_encode(asked)) else None

    def close(self) -> None:
        """Ends the process; there will be no other."""
        self._beside.close()


class Sent:
    """Implements `variorum.domain.ports.Sent`."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside

    def stored(self) -> bool:
        return self._beside.result() == _STORED


class _Answers:
    """What the process answers."""

    def __init__(self) -> None:
        self._log: CollectionLog | None = None
        self._now = 0
        self._stored = False

    def __call__(self, data: bytes) -> bytes:
        asked = _decode(data)
        if asked.follows and not self._stored:
            return _REFUSED
        self._now, self._stored = asked.now, False
        try:
            self._append(asked)
        except VariorumError:
            return _REFUSED
        self._stored = True
        return _STORED

    def _append(self, asked: _Asked) -> None:
        from eventsourcing.persistence import StoredEvent

        if self._log is None:
            self._log = _opened(asked.to, lambda: self._now)
        events = [StoredEvent(*event) for event in asked.events]
        self._log.append_encoded(events, asked.contents)


def _opened(to: Target, now: Callable[[], int]) -> CollectionLog:
    from variorum.adapters.collection.log import CollectionLog
    from variorum.adapters.contents.store import ChainedContent
    from variorum.adapters.database.address import database_at

    database = database_at(os.fsdecode(to.address))
    contents = ChainedContent(database, to.collection)
    return CollectionLog(database, to.collection, contents, now, accept_clock=to.accept_clock)


_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(_Asked).decode

if __name__ == "__main__":
    serve(_Answers())
