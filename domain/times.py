"""Instants, zones, and the time at which a revision was published.

An *instant* is an integer: microseconds since 1970-01-01T00:00:00Z (POSIX, no leap seconds).
A *civil time* is what a clock on the wall says, to some precision, without a zone.
A *zone* is an IANA name (`America/New_York`) or a fixed offset (`-04:00`).
A *published time* is an interval with an instant to count from: `at` orders revisions,
[`earliest`, `latest`) says where the truth lies, `basis` says who says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from variorum.domain.errors import UsageError

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

FIRST_INSTANT = -62_135_596_800 * SECOND  # 0001-01-01T00:00:00Z
LAST_INSTANT = 253_402_300_800 * SECOND - 1  # 9999-12-31T23:59:59.999999Z
OUTSIDE = "no time before 0001-01-01 or after 9999-12-30 can be told, in UTC"
"""The last day is not over before `LAST_INSTANT`, and so is not told as a day."""
FIRST_PRINT = -11_676_096_000 * SECOND  # 1600-01-01T00:00:00Z
"""No newspaper is older than its century."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Precision(StrEnum):
    """How finely a time was stated: the unit whose beginning is `at`."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Basis(StrEnum):
    """Where a published time comes from."""

    NOTICE = "notice"
    METADATA = "metadata"
    HTTP = "http"
    FEED = "feed"
    CAPTURE = "capture"
    STATED = "stated"


class DateOrder(StrEnum):
    """Which comes first in `10/04/24`: a property of an outlet, never guessed."""

    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


@dataclass(frozen=True, slots=True)
class PublishedTime:
    """When the newsroom put a revision out, with its doubt.

    Attributes:
        at: the instant it counts from (µs since 1970, UTC).
        earliest: the first instant at which it may have happened; None if unbounded.
        latest: the instant by which it had happened, exclusive where `latest` > `at`.
        precision: the unit in which it was stated.
        basis: who says so.
        zone: the zone in which it was stated or read, None where the statement was absolute.
        resolved: how missing parts were found, e.g. `zone:story`, `date:capture`, `hour:twice`.
    """

    at: int
    earliest: int | None
    latest: int
    precision: Precision
    basis: Basis
    zone: str | None = None
    resolved: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not FIRST_INSTANT <= self.at <= LAST_INSTANT:
            raise ValueError("a published time lies between the years 1 and 9999")
        if self.earliest is not None and self.earliest > self.at:
            raise ValueError("earliest is after at")
        if self.latest < self.at:
            raise ValueError("latest is before at")


def disagree(one: PublishedTime, other: PublishedTime) -> bool:
    """Whether two statements cannot both be true of one moment."""
    return one.at >= other.latest or other.at >= one.latest


def is_unset(at: int) -> bool:
    """Whether an instant is what programs write that know no time: 1970, or the year 1."""
    return at == 0 or at < FIRST_PRINT


def of_second(at: int, zone: str | None, basis: Basis) -> PublishedTime:
    """The published time that is sure to the second from `at`."""
    return PublishedTime(at, at, at + SECOND, Precision.SECOND, basis, zone)


def captured_time(captured: int, earliest: int | None) -> PublishedTime:
    """The published time of a revision of which only a capture is known.

    It counts from the capture; `earliest` is the sighting before it, if any.
    """
    return PublishedTime(
        at=captured,
        earliest=earliest,
        latest=captured,
        precision=Precision.SECOND,
        basis=Basis.CAPTURE,
    )


def to_instant(moment: datetime) -> int:
    """The instant of an aware datetime.

    Raises:
        UsageError: the datetime is naive.
    """
    if moment.tzinfo is None:
        raise UsageError(f"{moment.isoformat()} has no zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int, zone: tzinfo = UTC) -> datetime:
    """The aware datetime of an instant; instants outside the years 1–9999 are clamped."""
    clamped = min(max(instant, FIRST_INSTANT), LAST_INSTANT)
    moment = _EPOCH + timedelta(microseconds=clamped)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def clock_time(instant: int, zone: str | None) -> str:
    """An instant on the clocks of a zone, UTC if there is none: `2024-10-24 09:12 EDT`."""
    moment = to_datetime(instant, zone_named(zone or "UTC"))
    seconds = moment.strftime(":%S") if moment.second or moment.microsecond else ""
    return f"{moment.isoformat(' ')[:16]}{seconds} {moment.tzname()}"


def iso(instant: int, zone: tzinfo = UTC) -> str:
    """ISO 8601 with `Z` or an offset: `2024-10-24T13:11:00Z`; a fraction only if there is one."""
    text = to_datetime(instant, zone).isoformat()
    return text[:-6] + "Z" if zone is UTC else text


_OFFSET = re.compile(r"^([+-])(\d{2}):?(\d{2})$")


@lru_cache(maxsize=512)
def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name, `UTC`, or a fixed offset such as `-04:00`.

    Raises:
        UsageError: there is no such zone.
    """
    if name in ("UTC", "Z"):
        return UTC
    offset = _OFFSET.match(name)
    if offset:
        sign, hours, minutes = offset.groups()
        delta = timedelta(hours=int(hours), minutes=int(minutes))
        if int(minutes) < 60 and delta < timedelta(hours=24):
            return timezone(-delta if sign == "-" else delta)
    try:
        return ZoneInfo(name)
    except Exception as cause:  # ZoneInfo raises OSError, ValueError, KeyError for odd keys
        raise UsageError(
            f"unknown zone {name!r}: give an IANA name such as America/New_York, or an offset"
        ) from cause


def instants_of(local: datetime, zone: tzinfo) -> tuple[int, ...]:
    """The instants at which clocks in `zone` show the naive `local`: none, one, or two.

    None where clocks were put forward over it, two where they were put back over it.
    """
    found: list[int] = []
    for fold in (0, 1):
        aware = local.replace(tzinfo=zone, fold=fold)
        instant = to_instant(aware)
        back = to_datetime(instant, zone).replace(tzinfo=None)
        if back == local and instant not in found:
            found.append(instant)
    return tuple(sorted(found))


def _put_forward_over(local: datetime, zone: tzinfo) -> int:
    """The instant at which clocks in `zone` were put forward over the naive `local`."""
    before, after = sorted(to_instant(local.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    while before + 1 < after:
        middle = (before + after) // 2
        if to_datetime(middle, zone).replace(tzinfo=None) < local:
            before = middle
        else:
            after = middle
    return after


@dataclass(frozen=True)
class CivilTime:
    """A wall-clock time to the precision in which it was stated; missing parts are None."""

    year: int
    month: int
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    microsecond: int | None = None
    fraction_digits: int = 0

    @property
    def precision(self) -> Precision:
        if self.second is not None:
            return Precision.SECOND
        if self.minute is not None:
            return Precision.MINUTE
        if self.hour is not None:
            return Precision.HOUR
        return Precision.DAY if self.day is not None else Precision.MONTH

    def begins(self) -> datetime:
        """The naive local time at which it begins.

        Raises:
            UsageError: there is no such date or time of day.
        """
        try:
            return datetime(  # noqa: DTZ001 - a civil time has no zone
                self.year,
                self.month,
                self.day or 1,
                self.hour or 0,
                self.minute or 0,
                self.second or 0,
                self.microsecond or 0,
            )
        except ValueError as cause:
            raise UsageError(f"no such date or time: {cause}") from cause

    def ends(self) -> datetime:
        """The naive local time at which it is over: the beginning of the next unit."""
        begins = self.begins()
        try:
            match self.precision:
                case Precision.MONTH:
                    following = begins.replace(day=28) + timedelta(days=4)
                    return following.replace(day=1)
                case Precision.DAY:
                    return begins + timedelta(days=1)
                case Precision.HOUR:
                    return begins + timedelta(hours=1)
                case Precision.MINUTE:
                    return begins + timedelta(minutes=1)
                case Precision.SECOND:
                    return begins + timedelta(microseconds=10 ** (6 - self.fraction_digits))
        except OverflowError as cause:
            raise UsageError(OUTSIDE) from cause


def place(
    civil: CivilTime,
    zone: tzinfo,
    *,
    basis: Basis,
    zone_name: str | None,
    resolved: tuple[str, ...] = (),
) -> PublishedTime:
    """Puts a civil time into a zone: it counts from its beginning.

    A time of day that occurs twice there (clocks put back) becomes an interval over both, marked
    `hour:twice`.

    Raises:
        UsageError: the day or the time of day does not exist there (clocks put forward), or there
            is no such date, or it lies outside the years 1 to 9999.
    """
    begins, ends = civil.begins(), civil.ends()
    for each in (begins, ends):
        if not FIRST_INSTANT <= to_instant(each.replace(tzinfo=zone)) <= LAST_INSTANT:
            raise UsageError(OUTSIDE)
    whole_days = civil.precision in (Precision.DAY, Precision.MONTH)
    starts = instants_of(begins, zone)
    if not starts and not whole_days:
        raise UsageError(
            f"{begins.isoformat(sep=' ')} does not exist in {zone_name or zone}: "
            "clocks were put forward over it"
        )
    start = starts[0] if starts else _put_forward_over(begins, zone)
    last_moment = ends - timedelta(microseconds=1)
    lasts = instants_of(last_moment, zone)
    over = lasts[-1] + 1 if lasts else _put_forward_over(last_moment, zone)
    if over <= start:
        raise UsageError(f"{begins.date()} does not exist in {zone_name or zone}")
    if len(starts) > 1 and not whole_days:
        resolved = (*resolved, "hour:twice")
    return PublishedTime(
        at=start,
        earliest=start,
        latest=over,
        precision=civil.precision,
        basis=basis,
        zone=zone_name,
        resolved=resolved,
    )
