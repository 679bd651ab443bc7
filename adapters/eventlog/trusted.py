"""What was recorded of a revision, read without validating again what was validated when written.

Building pydantic's validators takes longer than all the rest of `show`; what is read here is
proved by the log instead.
"""

from __future__ import annotations

from typing import Any

import msgspec

from variorum.adapters.eventlog.reader import Placed
from variorum.domain.content import ContentRef, SourceRef
from variorum.domain.errors import DamagedError
from variorum.domain.notices import DatedItem, NoticeKind, Severity, StatedNotice
from variorum.domain.ports import RecordedRevision
from variorum.domain.times import Basis, Precision, PublishedTime

_TOPIC = "story.revision-recorded.1"
"""The newest topic of `RevisionRecorded`, kept here so that its class need not be built."""


def revision_of(placed: Placed) -> RecordedRevision:
    """The revision that was recorded at a place in the log.

    Raises:
        DamagedError: no revision was recorded there, or its bytes are not a revision's.
    """
    try:
        if placed.topic == _TOPIC:
            return _revision(placed, placed.state)
        from variorum.adapters.eventlog.codec import newest

        topic, state = newest(placed.topic, placed.stream, placed.version, placed.state)
        if topic == _TOPIC:
            return _revision(placed, state)
    except (KeyError, TypeError, ValueError, RecursionError) as cause:
        raise DamagedError(f"position {placed.position} is no whole revision") from cause
    raise DamagedError(f"position {placed.position} is no revision: {placed.topic}")


class _Revision(msgspec.Struct, gc=False):
    revision: int
    article: ContentRef
    captured: int | None = None
    source: SourceRef | None = None
    notices: tuple[dict[str, Any], ...] = ()
    items: tuple[dict[str, Any], ...] = ()


_decoded = msgspec.json.Decoder(_Revision).decode


def _revision(placed: Placed, state: bytes) -> RecordedRevision:
    found = _decoded(state)
    return RecordedRevision(
        placed.position,
        placed.recorded_at,
        found.revision,
        found.captured,
        found.article,
        found.source,
        tuple(map(_notice, found.notices)),
        tuple(map(_item, found.items)),
    )


def _notice(found: dict[str, Any]) -> StatedNotice:
    time = found.get("time")
    severity, label = found.get("severity"), found.get("label")
    return StatedNotice(
        NoticeKind(found["kind"]),
        found["rule"],
        _time(time) if time else None,
        Severity(severity) if severity else None,
        (label[0], label[1]) if label else None,
    )


def _item(found: dict[str, Any]) -> DatedItem:
    time = found.get("time")
    return DatedItem(found["paragraph"], found["rule"], _time(time) if time else None)


def _time(found: dict[str, Any]) -> PublishedTime:
    return PublishedTime(
        at=found["at"],
        earliest=found["earliest"],
        latest=found["latest"],
        precision=Precision(found["precision"]),
        basis=Basis(found["basis"]),
        zone=found.get("zone"),
        resolved=tuple(found.get("resolved", ())),
    )
