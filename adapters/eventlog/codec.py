"""From events to stored bytes and back.

The stored state of an event is the compact JSON of its own fields in the order of the class,
defaults left out; stream and version are columns. An event of an old topic is read through its
own class and brought up to the newest by `upgrade()`, here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, is_dataclass
from dataclasses import fields as fields_of
from functools import cache
from typing import Any

import orjson
from pydantic import ValidationError

from variorum.domain.errors import DamagedError
from variorum.domain.events import EVENTS, Event

CLASSES: Mapping[str, type[Event]] = {event.TOPIC: event for event in EVENTS}
_APART = {"originator_id", "originator_version"}


def encoded(event: Event) -> bytes:
    """The stored state of an event.

    The same bytes as pydantic's `model_dump_json(exclude_defaults=True)` of these fields, sooner.
    """
    return orjson.dumps(_said(event, _fields_of(type(event))))


_Fields = tuple[tuple[str, object], ...]
"""The names of a class's fields in order, and their defaults."""
_REQUIRED = object()
"""Stands where a field has no default."""


def _said(value: object, known: _Fields) -> dict[str, object]:
    """The fields that are not as by default, also those of what they hold."""
    found: dict[str, object] = {}
    for name, default in known:
        own: Any = getattr(value, name)
        if own is default or (default is not _REQUIRED and own == default):
            continue
        kind: Any = own.__class__
        if kind is tuple:
            own = list(map(_plain, own))
        elif kind is not int and kind is not str:
            own = _plain(own)
        found[name] = own
    return found


def _plain(value: Any) -> Any:
    kind: Any = value.__class__
    parts = _parts_of(kind)
    return _said(value, parts) if parts else value


@cache
def _fields_of(cls: type[Event]) -> _Fields:
    return tuple(
        (name, _REQUIRED if field.is_required() else field.default)
        for name, field in cls.model_fields.items()
        if name not in _APART
    )


@cache
def _parts_of(cls: type) -> _Fields:
    """Those of a dataclass; none where it is not one."""
    if not is_dataclass(cls):
        return ()
    return tuple(
        (field.name, _REQUIRED if field.default is MISSING else field.default)
        for field in fields_of(cls)
    )


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
