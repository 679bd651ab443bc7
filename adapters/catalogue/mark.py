"""A dating in a few bytes, as the as-of index has it beside its key.

A *mark* is the position and the time at which it was recorded, precision and basis, and a byte of
the *form* of what follows: the instant, the revision, and the ordinal of its article; then its
interval, where that is not the second from the instant, the position of the revision, where that is
another, and the capture, where it is known; last the zone, and after a line feed what was resolved.
Numbers are big-endian. Most instants are whole seconds from 1970 to 2106, of one of the first
65,536 revisions: those three numbers take eight bytes then, sixteen otherwise.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

from variorum.adapters.catalogue.codes import BASES, PRECISIONS, SINCE_EVER
from variorum.domain.asof import Dating
from variorum.domain.times import SECOND, PublishedTime

PLACE = 16
"""How many bytes tell position and recorded time, which an append may leave to the database."""
_NARROW, _WIDE = Struct(">qqBBIHH"), Struct(">qqBBqii")
_PLACE = Struct(">qq")
_NUMBER = Struct(">q")
_SECONDS, _NUMBERS = 1 << 32, 1 << 16
_FORM_AT = 17
_INTERVAL, _ARRIVED, _CAPTURED, _IS_WIDE = 1, 2, 4, 8
_PER_PRECISION = 16
_Head = tuple[int, int, int, int, int, int, int]


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
    position, recorded_at, at, revision, article = head
    stated = precision * _PER_PRECISION + basis
    earliest, latest = interval
    said = zone or ""
    if resolved:
        said = f"{said}\n{' '.join(resolved)}"
    seconds, rest = divmod(at, SECOND)
    is_narrow = not rest and 0 <= seconds < _SECONDS and (revision | article) < _NUMBERS
    form, parts = 0, b""
    if arrived is not None or earliest != at or latest != at + SECOND:
        form = _INTERVAL
        parts = _PLACE.pack(SINCE_EVER if earliest is None else earliest, latest)
    if arrived is not None:
        form |= _ARRIVED
        parts += _NUMBER.pack(arrived)
    if captured is not None:
        form |= _CAPTURED
        parts += _NUMBER.pack(captured)
    if is_narrow:
        begin = _NARROW.pack(position, recorded_at, stated, form, seconds, revision, article)
    else:
        begin = _WIDE.pack(position, recorded_at, stated, form | _IS_WIDE, at, revision, article)
    return begin + parts + said.encode()


def placed(mark: bytes) -> tuple[int, int]:
    """The position and the time at which it was recorded."""
    found: tuple[int, int] = _PLACE.unpack_from(mark)
    return found


def read(mark: bytes) -> tuple[Dating, int, int | None]:
    """The dating, when it was recorded, and when the copy was made, if that is known."""
    head: _Head
    if mark[_FORM_AT] & _IS_WIDE:
        head, unit, place = _wide(mark), 1, _WIDE.size
    else:
        head, unit, place = _narrow(mark), SECOND, _NARROW.size
    position, recorded_at, stated, form, at, revision, _ = head
    at *= unit
    earliest: int | None = at
    latest = at + SECOND
    arrived = position
    captured: int | None = None
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
    head: _Head = (_wide if mark[_FORM_AT] & _IS_WIDE else _narrow)(mark)
    return head[-1]


def captured_of(mark: bytes) -> int | None:
    """When the copy was made, if that is known, of a mark of where the revision was recorded."""
    form = mark[_FORM_AT]
    if not form & _CAPTURED:
        return None
    place = (_WIDE if form & _IS_WIDE else _NARROW).size
    if form & _INTERVAL:
        place += _PLACE.size
    if form & _ARRIVED:
        place += _NUMBER.size
    (captured,) = _NUMBER.unpack_from(mark, place)
    return int(captured)


_narrow, _wide = _NARROW.unpack_from, _WIDE.unpack_from


@lru_cache(maxsize=1024)
def _said(text: bytes) -> tuple[str | None, tuple[str, ...]]:
    zone, _, resolved = text.decode().partition("\n")
    return zone or None, tuple(resolved.split(" ")) if resolved else ()
