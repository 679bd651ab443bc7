"""A dating in a few bytes, as the as-of index has it beside its key.

A *mark* is the position and the time at which it was recorded, the instant, the revision, the
ordinal of its article, precision and basis, and a byte of what follows; then its interval, where
that is not the second from the instant, the position of the revision, where that is another, and
the capture, where it is known; last the zone, and after a line feed what was resolved. Numbers are
big-endian.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

from variorum.adapters.catalogue.codes import BASES, PRECISIONS, SINCE_EVER
from variorum.domain.asof import Dating
from variorum.domain.times import SECOND, PublishedTime

PLACE = 16
"""How many bytes tell position and recorded time, which an append may leave to the database."""
_HEAD = Struct(">qqqiiBB")
_PLACE = Struct(">qq")
_NUMBER = Struct(">q")
_ORDINAL, _ORDINAL_AT = Struct(">i"), 28
_INTERVAL, _ARRIVED, _CAPTURED = 1, 2, 4
_PER_PRECISION = 16


def packed(
    head: tuple[int, int, int, int, int],
    precision: int,
    basis: int,
    interval: tuple[int | None, int],
    arrived: int | None,
    captured: int | None,
    zone: str | None,
    resolved: tuple[str, ...],
) -> bytes:
    """The mark of a dating.

    Args:
        head: position, recorded time, instant, revision, and the ordinal of its article, which is
            any number where the revision was recorded elsewhere.
        precision, basis: by their numbers (`codes`).
        arrived: the position of the revision, where that is another.
    """
    stated, at = precision * _PER_PRECISION + basis, head[2]
    earliest, latest = interval
    said = zone or ""
    if resolved:
        said = f"{said}\n{' '.join(resolved)}"
    if arrived is None and earliest == at and latest == at + SECOND:
        if captured is None:
            return _pack_plain(*head, stated, 0) + said.encode()
        return _pack_captured(*head, stated, _CAPTURED, captured) + said.encode()
    parts = _PLACE.pack(SINCE_EVER if earliest is None else earliest, latest)
    form = _INTERVAL
    if arrived is not None:
        form |= _ARRIVED
        parts += _NUMBER.pack(arrived)
    if captured is not None:
        form |= _CAPTURED
        parts += _NUMBER.pack(captured)
    return _pack_plain(*head, stated, form) + parts + said.encode()


_pack_plain = _HEAD.pack
_pack_captured = Struct(">qqqiiBBq").pack


def placed(mark: bytes) -> tuple[int, int]:
    """The position and the time at which it was recorded."""
    found: tuple[int, int] = _PLACE.unpack_from(mark)
    return found


def read(mark: bytes) -> tuple[Dating, int, int | None]:
    """The dating, when it was recorded, and when the copy was made, if that is known."""
    head: tuple[int, int, int, int, int, int, int] = _head(mark)
    position, recorded_at, at, revision, _, stated, form = head
    earliest: int | None = at
    latest = at + SECOND
    arrived = position
    captured: int | None = None
    place = _HEAD.size
    if form:
        if form & _INTERVAL:
            earliest, latest = _PLACE.unpack_from(mark, place)
            if earliest == SINCE_EVER:
                earliest = None
            place += _PLACE.size
        if form & _ARRIVED:
            (arrived,) = _NUMBER.unpack_from(mark, place)
            place += _NUMBER.size
        if form & _CAPTURED:
            (captured,) = _NUMBER.unpack_from(mark, place)
            place += _NUMBER.size
    said: tuple[str | None, tuple[str, ...]] = _said(mark[place:])
    published = PublishedTime(
        at,
        earliest,
        latest,
        PRECISIONS[stated // _PER_PRECISION],
        BASES[stated % _PER_PRECISION],
        *said,
    )
    return Dating(revision, position, published, arrived), recorded_at, captured


def article_of(mark: bytes) -> int:
    """The ordinal of the article, of a mark of where the revision was recorded."""
    (ordinal,) = _ORDINAL.unpack_from(mark, _ORDINAL_AT)
    return int(ordinal)


_head = _HEAD.unpack_from


@lru_cache(maxsize=1024)
def _said(text: bytes) -> tuple[str | None, tuple[str, ...]]:
    zone, _, resolved = text.decode().partition("\n")
    return zone or None, tuple(resolved.split(" ")) if resolved else ()
