"""Notice times: from a stamp as printed to a published time, with what is known around it.

A missing part is found, in this order: an order of day and month from the outlet, the language of
the notice or of the outlet (never English), the page's metadata, the capture; a date or a year from
the metadata, the capture; a zone from the story, from metadata whose own clock shows the printed
time. A zone that is not found is *unknown*: the time is then an interval over all zones in use,
marked `zone:unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from variorum.domain.errors import UsageError
from variorum.domain.outlet import Language
from variorum.domain.stated import Known, Statement, read
from variorum.domain.times import (
    DAY,
    HOUR,
    Basis,
    DateOrder,
    Precision,
    PublishedTime,
    to_datetime,
    zone_named,
)
from variorum.domain.zones import labelled

UNKNOWN_ZONE = "zone:unknown"
EASTERNMOST = "+14:00"
WESTERNMOST = "-12:00"

_EPOCH = date(1970, 1, 1).toordinal()
_NO_ZONE = (
    "a time without a zone, which lies within 26 hours of that: "
    "record the story with --zone America/New_York to say which"
)
_NO_DATE = (
    "a time without a date or year: only the moment of capture can tell which "
    "(--captured 2024-10-24T13:30Z)"
)


def notice_time(
    statement: Statement, known: Known, language: str | None
) -> tuple[PublishedTime | None, str | None]:
    """The time that a notice's stamp means, and what cannot be told of it, in plain words.

    `language` is that of the notice, None for English or where it is not known.
    """
    try:
        ordered, order = _ordered(statement, known, language)
        dated, day = _dated(ordered, known)
        return _placed(dated, known, (*order, *day))
    except UsageError as cause:
        return None, cause.message


def _ordered(
    statement: Statement, known: Known, language: str | None
) -> tuple[Statement, tuple[str, ...]]:
    """The statement with day and month told apart.

    Raises:
        UsageError: nothing known tells which is which.
    """
    if statement.either_order is None:
        return statement, ()
    first, second = statement.either_order
    month_first = replace(statement, month=first, day=second, either_order=None)
    day_first = replace(statement, month=second, day=first, either_order=None)
    if known.date_order is not None:
        is_month = known.date_order is DateOrder.MONTH_FIRST
        return (month_first if is_month else day_first), ("date-order:story",)
    if language is not None:
        return day_first, ("date-order:language",)
    if known.language not in (None, Language.ENGLISH):
        return day_first, ("date-order:outlet-language",)
    both = (month_first, day_first)
    for metadata in (known.modified, known.published):
        agreeing = [each for each in both if metadata and _is_day_of(each, metadata)]
        if len(agreeing) == 1:
            return agreeing[0], ("date-order:metadata",)
    if known.captured is not None and statement.year is not None:
        past = [each for each in both if _begins(each, known.captured) <= known.captured]
        if len(past) == 1:
            return past[0], ("date-order:capture",)
    raise UsageError(
        f"{first}/{second} could be a day and a month in either order: "
        "say which the outlet uses (--date-order mdy or dmy)"
    )


def _is_day_of(statement: Statement, metadata: PublishedTime) -> bool:
    moment = to_datetime(metadata.at, _zone_of(metadata))
    return (statement.month, statement.day) == (moment.month, moment.day) and (
        statement.year in (None, moment.year)
    )


def _zone_of(metadata: PublishedTime) -> tzinfo:
    return zone_named(metadata.zone or "UTC")


def _begins(statement: Statement, otherwise: int) -> int:
    """When its day first begins, in any zone; after `otherwise` where there is no such day."""
    try:
        day = date(statement.year or 1, statement.month or 1, statement.day or 1)
    except ValueError:
        return otherwise + DAY
    return (day.toordinal() - _EPOCH) * DAY - 14 * HOUR


def _dated(statement: Statement, known: Known) -> tuple[Statement, tuple[str, ...]]:
    """The statement with a date, where it had none, or no year.

    It is the one nearest to what the page's metadata say, or else the last before the capture;
    never one after the capture.

    Raises:
        UsageError: nothing known tells which.
    """
    if statement.year is not None:
        return statement, ()
    zone = _zone_for(statement, known)
    metadata = known.modified or (known.published if statement.month is not None else None)
    around = metadata.at if metadata else known.captured
    if around is None:
        raise UsageError(_NO_DATE)
    if zone is None and statement.month is None:
        raise UsageError("a time of day without a date or a zone (--zone America/New_York)")
    near = _local(around, zone or UTC)
    last = near if metadata is None else datetime.max  # noqa: DTZ901 - as clocks show it there
    if known.captured is not None:
        last = min(last, _local(known.captured, zone or zone_named(EASTERNMOST)))
    clock = time(min(statement.hour or 0, 23), min(statement.minute or 0, 59))
    begun = [day for day in _days(statement, near.date()) if datetime.combine(day, clock) <= last]
    if not begun:
        raise UsageError("no year before the capture has such a date")
    day = min(begun, key=lambda each: abs(near - datetime.combine(each, clock)))
    part = "date" if statement.month is None else "year"
    dated = replace(statement, year=day.year, month=day.month, day=statement.day and day.day)
    if statement.month is None:
        dated = replace(dated, day=day.day)
    return dated, (f"{part}:{'metadata' if metadata else 'capture'}",)


def _local(instant: int, zone: tzinfo) -> datetime:
    return to_datetime(instant, zone).replace(tzinfo=None)


def _days(statement: Statement, near: date) -> Iterator[date]:
    """The days that a statement without a year can mean, around a day or not long before it."""
    if statement.month is not None:
        for year in range(min(near.year + 1, 9999), max(near.year - 9, 0), -1):
            with suppress(ValueError):
                yield date(year, statement.month, statement.day or 1)
        return
    if statement.days_ago is not None:
        farthest, nearest = statement.days_ago, statement.days_ago
    else:
        farthest, nearest = (7 if statement.weekday is not None else 1), -1
    for days in range(nearest, farthest + 1):
        with suppress(OverflowError):
            day = near - timedelta(days=days)
            if statement.weekday in (None, day.weekday()):
                yield day


def _zone_for(statement: Statement, known: Known) -> tzinfo | None:
    """The zone in which missing parts are looked for; None where it is not known."""
    if statement.zone is not None:
        meanings = labelled(statement.zone)
        if len(meanings) == 1:
            return meanings[0]
        if not meanings:
            return zone_named(statement.zone)
    if known.zone is not None:
        return zone_named(known.zone)
    return None


def _placed(
    statement: Statement, known: Known, resolved: tuple[str, ...]
) -> tuple[PublishedTime, str | None]:
    if statement.zone is not None or known.zone is not None:
        placed = read(statement, known, Basis.NOTICE)
        return replace(placed, resolved=(*resolved, *placed.resolved)), None
    for metadata in (known.modified, known.published):
        if metadata is not None and _agrees(statement, metadata):
            zoned = replace(known, zone=metadata.zone)
            placed = read(statement, zoned, Basis.NOTICE)
            return replace(placed, resolved=(*resolved, "zone:metadata")), None
    first = read(statement, replace(known, zone=EASTERNMOST), Basis.NOTICE)
    last = read(statement, replace(known, zone=WESTERNMOST), Basis.NOTICE)
    everywhere = (*resolved, UNKNOWN_ZONE)
    return replace(first, latest=last.latest, zone=None, resolved=everywhere), _NO_ZONE


def _agrees(statement: Statement, metadata: PublishedTime) -> bool:
    """Whether the clock of the metadata's own zone, where it has one, shows the printed time."""
    if metadata.zone in (None, "UTC") or metadata.precision not in (
        Precision.SECOND,
        Precision.MINUTE,
    ):
        return False
    shown = to_datetime(metadata.at, _zone_of(metadata))
    return statement.minute is not None and (
        (statement.year, statement.month, statement.day, statement.hour, statement.minute)
        == (shown.year, shown.month, shown.day, shown.hour, shown.minute)
    )
