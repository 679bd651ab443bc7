"""From events to stored bytes and back.

The stored state of an event is the compact JSON of its own fields in the order of the class,
defaults left out; stream and version are columns. An event of an old topic is read through its
own class and brought up to the newest by `upgrade()`, here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from variorum.domain.errors import DamagedError
from variorum.domain.events import EVENTS, Event

CLASSES: Mapping[str, type[Event]] = {event.TOPIC: event for event in EVENTS}
_APART = {"originator_id", "originator_version"}


def encoded(event: Event) -> bytes:
    """The stored state of an event."""
    try:
        return event.__pydantic_serializer__.to_json(event, exclude=_APART, exclude_defaults=True)
    except PydanticSerializationError as cause:
        if KeyboardInterrupt.__name__ in str(cause):  # what pydantic makes of one
            raise KeyboardInterrupt from cause
        raise


def decoded(
    topic: str,
    stream: str,
    version: int,
    state: bytes,
    classes: Mapping[str, type[Event]] = CLASSES,
) -> Event:
    """The event of a stored state, upgraded to the newest version of its schema.

    Raises:
        DamagedError: the topic is unknown, or the bytes are not its event's.
    """
    cls = classes.get(topic)
    if cls is None:
        raise DamagedError(f"unknown topic {topic!r}")
    if state[:1] != b"{" or state[-1:] != b"}":
        raise DamagedError(f"{topic}: the state of {stream} {version} is not an object")
    head = b'{"originator_id":%b,"originator_version":%d' % (json.dumps(stream).encode(), version)
    rest = b"}" if state == b"{}" else b"," + state[1:]
    try:
        event = cls.model_validate_json(head + rest)
    except ValidationError as cause:
        raise DamagedError(f"{topic}: the state of {stream} {version} is not its own") from cause
    newer = event.upgrade()
    while newer is not None:
        event = newer
        newer = event.upgrade()
    return event


def newest(
    topic: str,
    stream: str,
    version: int,
    state: bytes,
    classes: Mapping[str, type[Event]] = CLASSES,
) -> tuple[str, bytes]:
    """The newest topic of a stored event, and its state there.

    Events were validated when they were written, so that replay need not build their classes;
    one that can be upgraded is.

    Raises:
        DamagedError: the topic is unknown, or the bytes to be upgraded are not its event's.
    """
    cls = classes.get(topic)
    if cls is not None and cls.upgrade is Event.upgrade:
        return topic, state
    event = decoded(topic, stream, version, state, classes)
    return event.TOPIC, encoded(event)


def fields(
    topic: str,
    stream: str,
    version: int,
    state: bytes,
    classes: Mapping[str, type[Event]] = CLASSES,
) -> tuple[str, dict[str, Any]]:
    """The newest topic and the fields of a stored event, as plain JSON.

    Raises:
        DamagedError: the topic is unknown, or the bytes are not JSON.
    """
    topic, state = newest(topic, stream, version, state, classes)
    try:
        return topic, orjson.loads(state)
    except orjson.JSONDecodeError as cause:
        raise DamagedError(f"{topic}: the state of {stream} {version} is not JSON") from cause
