"""The log: one line for each event of a collection, in order, for ever.

A *line* is the exact JSON that an export writes for a position, without its line feed; it is also
what the tamper-evident tree hashes. It is spliced from what is stored, never serialised again:
the order of its keys is frozen, and `data` holds the stored bytes of the event as they are.

    {"position":1,"recorded_at":1729775460000000,"stream":"story/kursk","version":0,
     "topic":"story.opened.1","data":{"actor":"local","zone":"America/New_York"}}

(One line; broken here for reading.) `recorded_at` is in microseconds since 1970, UTC.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from variorum.domain.events import Event


class Recorded(Struct, frozen=True):
    """An event with its place in the log and the time at which the log took it."""

    position: int
    recorded_at: int
    event: Event


LINE = b'{"position":%d,"recorded_at":%d%b%d%b%b}'
"""The form of a line, for those who make many: position, recorded time, `stream_part`, version,
`topic_part`, and the stored JSON of the event's own fields."""


def line(
    position: int, recorded_at: int, stream: str, version: int, topic: str, data: bytes
) -> bytes:
    """The line of one event. `data` is the stored JSON of the event's own fields."""
    return LINE % (position, recorded_at, stream_part(stream), version, topic_part(topic), data)


@lru_cache(maxsize=4096)
def stream_part(stream: str) -> bytes:
    """What stands in a line between the recorded time and the version."""
    return b',"stream":%b,"version":' % json.dumps(stream, ensure_ascii=False).encode()


@lru_cache(maxsize=256)
def topic_part(topic: str) -> bytes:
    """What stands in a line between the version and the fields of the event."""
    return b',"topic":%b,"data":' % json.dumps(topic, ensure_ascii=False).encode()
