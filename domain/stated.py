"""Times as people state them, in commands and in print: `2024-10-24 09:12 ET`, `Oct. 24, 2024`.

A *statement* is what was said: the civil parts that are there, and a zone label if one is there.
*Reading* it gives a published time (an interval) or, for a question, the one instant that is
meant. Missing parts are taken from what the caller knows and are listed in `resolved`; they are
never taken from today's date, and an order of day and month that could be either is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from variorum.domain.errors import UnsaidError, UsageError, ZonelessError
from variorum.domain.outlet import Language, NoticePlace
from variorum.domain.times import (
    DAY,
    FIRST_INSTANT,
    HOUR,
    LAST_INSTANT,
    MINUTE,
    OUTSIDE,
    SECOND,
    Basis,
    CivilTime,
    DateOrder,
    Precision,
    PublishedTime,
    iso,
    of_second,
    place,
    to_datetime,
    zone_named,
)
from variorum.domain.zones import AMBIGUOUS, canonical, going_by, labelled, offset_name

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}

_MONTH = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

#: Four figures before `GMT` are a time of day, unless they can be the year of a news story.
_YEAR = r"(?:(?:19|20)\d{2}|\d{4}(?!\s*(?:GMT|UTC|Z)\b))"

#: A date, in words or in figures. Named groups only, so that it can stand in a larger pattern.
DATE = (
    r"(?:"
    r"(?P<iso_year>\d{4})-(?P<iso_month>\d{2})(?:-(?P<iso_day>\d{2}))?"
    r"|(?P<first>\d{1,2})[/.](?P<second_part>\d{1,2})[/.](?P<slash_year>\d{4}|\d{2})"
    rf"|{_WEEKDAY}(?P<us_month>{_MONTH})\s+(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"(?:,?\s+(?P<us_year>{_YEAR}))?"
    rf"|{_WEEKDAY}(?P<uk_day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<uk_month>{_MONTH})"
    rf"(?:,?\s+(?P<uk_year>{_YEAR}))?"
    rf"|(?P<only_month>{_MONTH})\s+(?P<only_year>\d{{4}})"
    r")"
)

#: A time of day: `9:11 a.m.`, `10 p.m.`, `21:40`, `09:12:30.5`, `0339` (with GMT after it), `noon`.
TIME = (
    r"(?:"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)"
    r"(?:\s*(?P<half>[ap]\.?\s?m\b\.?))?"
    r"|(?P<bare_hour>\d{1,2})\s*(?P<bare_half>[ap]\.?\s?m\b\.?)"
    r"|(?P<military>\d{4})(?=\s*(?:GMT|UTC|Z)\b)"
    r"|(?P<named>noon|midnight)\b"
    r")"
)

_HOURS = r"[+−-](?:1[0-4]|0?\d)(?::?[0-5]\d)?(?!\d|\s?(?:GMT|UTC|[AaPp]\.?\s?[Mm]\b))"
_BEFORE_MONTH = r"(?!\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
_LABEL = (
    r"Z\b|[+-]\d{2}:?\d{2}(?!\d)"
    rf"|\((?:UTC|GMT)\s?{_HOURS}(?:,[^()\n]{{1,30}})?\)|(?:UTC|GMT)\s?{_HOURS}{_BEFORE_MONTH}"
    r"|[A-Z][A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?"
    r"|\(?(?:[ECMP]\.?T\b\.?|Eastern|Central|Mountain|Pacific|[A-Z]{2,4}T\b|GMT|UTC|MEZ|MESZ|MSK)"
    r"(?:\s+[Tt]ime)?\)?"
)
_IN_WORDS = r"\(?(?!Local\b)(?:[A-Z][a-z]+[ \xa0]){1,4}[Tt]ime\b\)?"

#: A zone: an offset, an IANA name, or a printed label.
ZONE = rf"(?P<zone>(?-i:{_LABEL}))"
#: A zone in words: `Moscow time`, `Central European Time`.
ZONE_IN_WORDS = rf"(?P<zone>(?-i:{_IN_WORDS}))"
_ANY_ZONE = rf"(?P<zone>(?-i:{_IN_WORDS}|{_LABEL}))"


@dataclass(frozen=True)
class Statement:
    """What was said of a time: civil parts, zone label, and which parts are missing."""

    year: int | None
    month: int | None
    day: int | None
    hour: int | None
    minute: int | None
    second: int | None
    microsecond: int | None
    fraction_digits: int
    zone: str | None
    either_order: tuple[int, int] | None = None
    """Day and month in figures that could stand in either order, as printed."""
    weekday: int | None = None
    """The day of the week, Monday 0, where it is all that is said of the date."""
    days_ago: int | None = None
    """0 of `today`, 1 of `yesterday`, where that is all that is said of the date."""

    @property
    def has_date(self) -> bool:
        return self.month is not None or self.either_order is not None

    @property
    def is_dated(self) -> bool:
        """Whether anything is said of the date, be it a day of the week."""
        return self.has_date or self.weekday is not None or self.days_ago is not None

    @property
    def has_time(self) -> bool:
        return self.hour is not None


@dataclass(frozen=True)
class Known:
    """What the reader of a statement knows, to find missing parts with.

    Attributes:
        zone: the story's or the outlet's zone, an IANA name or an offset.
        date_order: the outlet's order of day and month.
        captured: the instant of the copy that bears the statement; the statement is not later.
        published: when the page's metadata say that the story was first published.
        modified: when the page's metadata say that it was last changed.
        language: that of the outlet.
        notices: where the outlet's stories say what was changed in them.
    """

    zone: str | None = None
    date_order: DateOrder | None = None
    captured: int | None = None
    published: PublishedTime | None = None
    modified: PublishedTime | None = None
    language: Language | None = None
    notices: NoticePlace | None = None


def statement_of(match: re.Match[str]) -> Statement:
    """The statement in a match of a pattern built from `DATE`, `TIME` and `ZONE`.

    Raises:
        UsageError: the parts contradict themselves (`13:00 p.m.`, a month 13).
    """
    parts = match.groupdict()
    year, month, day, either = _date_of(parts)
    hour, minute, second, microsecond, digits = _time_of(parts)
    zone = parts.get("zone")
    return Statement(
        year, month, day, hour, minute, second, microsecond, digits,
        plain_zone(zone) if zone else None, either,
    )  # fmt: skip


_SHIFTED = re.compile(r"(?:UTC|GMT)\s?([+−-])(\d{1,2}?)(?::?(\d{2}))?(?:,.*)?", re.ASCII)


def plain_zone(zone: str) -> str:
    """A zone as printed without what is set around it: `(ET)`, `Eastern time`, `GMT+5:30`."""
    plain = zone.strip("() ")
    shifted = _SHIFTED.fullmatch(plain)
    if shifted:
        sign = "+" if shifted[1] == "+" else "-"
        return f"{sign}{int(shifted[2]):02d}:{shifted[3] or '00'}"
    label = re.sub(r"\s+[Tt]ime$", "", plain)
    return label if labelled(label) else plain


def _date_of(
    parts: dict[str, str | None],
) -> tuple[int | None, int | None, int | None, tuple[int, int] | None]:
    def number(name: str) -> int | None:
        value = parts.get(name)
        return int(value) if value else None

    if parts.get("iso_year"):
        return number("iso_year"), number("iso_month"), number("iso_day"), None
    if parts.get("first"):
        first, second = int(parts["first"] or 0), int(parts["second_part"] or 0)
        year = int(parts["slash_year"] or 0)
        if len(parts["slash_year"] or "") == 2:
            year += 2000 if year < 69 else 1900  # POSIX strptime %y
        if first > 12 >= second:
            return year, second, first, None
        if second > 12 >= first or first == second:
            return year, first, second, None
        if first > 12 and second > 12:
            raise UsageError(f"no such date: {first}/{second}/{year}")
        return year, None, None, (first, second)
    for style in ("us", "uk"):
        name = parts.get(f"{style}_month")
        if name:
            return number(f"{style}_year"), _month(name), number(f"{style}_day"), None
    name = parts.get("only_month")
    if name:
        return number("only_year"), _month(name), None, None
    return None, None, None, None


def _month(name: str) -> int:
    number = MONTHS.get(name.rstrip(".").lower())
    if number is None:  # a letter that only folds to the name's, such as the long s
        raise UsageError(f"no such month: {name}")
    return number


def _time_of(
    parts: dict[str, str | None],
) -> tuple[int | None, int | None, int | None, int | None, int]:
    named = parts.get("named")
    if named:
        return (12 if named.lower() == "noon" else 0), 0, None, None, 0
    military = parts.get("military")
    if military:
        return int(military[:2]), int(military[2:]), None, None, 0
    text = parts.get("hour") or parts.get("bare_hour")
    if not text:
        return None, None, None, None, 0
    hour = int(text)
    half = (parts.get("half") or parts.get("bare_half") or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise UsageError(f"no such time of day: {hour} {half}.m.")
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second, fraction = parts.get("minute"), parts.get("second"), parts.get("fraction")
    return (
        hour,
        int(minute) if minute else None,
        int(second) if second else None,
        int(fraction[:6].ljust(6, "0")) if fraction else None,
        min(len(fraction), 6) if fraction else 0,
    )


def read(statement: Statement, known: Known, basis: Basis) -> PublishedTime:
    """The published time that a statement means to a reader who knows `known`.

    A missing date or year is the last one that is not after the capture (`date:capture`,
    `year:capture`); a missing zone is the story's (`zone:story`); an ambiguous label is decided
    by the story's zone where clocks there go by it, and is otherwise an interval over all its
    meanings (`zone:ambiguous`).

    Raises:
        UsageError: a part is missing that nothing known can give, or there is no such time.
    """
    resolved: list[str] = []
    _check_month(statement)
    if statement.either_order:
        first, second = statement.either_order
        if known.date_order is None:
            raise UnsaidError(
                f"{first}/{second} could be a day and a month in either order: "
                "say which the outlet uses (--date-order mdy or dmy), or write YYYY-MM-DD"
            )
        month_first = known.date_order is DateOrder.MONTH_FIRST
        statement = replace(
            statement,
            month=first if month_first else second,
            day=second if month_first else first,
            either_order=None,
        )
        resolved.append("date-order:story")
    zones, zone_name, how = _zones(statement, known)
    placed: list[PublishedTime] = []
    for zone in zones:
        civil, dated = _civil(statement, known, zone)
        how_found = (*resolved, *how, *dated)
        placed.append(place(civil, zone, basis=basis, zone_name=zone_name, resolved=how_found))
    if len(placed) == 1:
        return placed[0]
    first_of_all = min(placed, key=lambda published: published.at)
    return replace(first_of_all, latest=max(p.latest for p in placed))


def _check_month(statement: Statement) -> None:
    if statement.month is None:
        return
    if not 1 <= statement.month <= 12:
        raise UsageError(f"no such month: {statement.month}")
    if statement.day is None and statement.hour is not None:
        raise UsageError("a month and a time of day, but not on which day")


def _zones(statement: Statement, known: Known) -> tuple[tuple[tzinfo, ...], str | None, list[str]]:
    if statement.zone is None:
        if known.zone is None:
            raise ZonelessError(
                "a time without a zone: add one (09:12 ET, 09:12-04:00, 09:12Z), "
                "or record the story with --zone America/New_York"
            )
        return (zone_named(known.zone),), known.zone, ["zone:story"]
    found = labelled(statement.zone)
    if len(found) > 1:
        if known.zone is not None:
            story_zone = zone_named(known.zone)
            civil, _ = _civil(statement, known, story_zone)
            meant = going_by(story_zone, statement.zone, civil.begins())
            if meant is not None:
                return (meant,), known.zone, ["zone:story"]
        return found, None, ["zone:ambiguous"]
    if found:
        return found, canonical(statement.zone), []
    return (zone_named(statement.zone),), statement.zone, []


def _civil(statement: Statement, known: Known, zone: tzinfo) -> tuple[CivilTime, list[str]]:
    dated, how = _dated(statement, known, zone)
    assert dated.year is not None
    assert dated.month is not None
    civil = CivilTime(
        dated.year,
        dated.month,
        dated.day,
        dated.hour,
        dated.minute,
        dated.second,
        dated.microsecond,
        dated.fraction_digits,
    )
    return civil, how


def _dated(statement: Statement, known: Known, zone: tzinfo) -> tuple[Statement, list[str]]:
    if statement.year is not None and statement.month is not None:
        return statement, []
    if known.captured is None:
        raise UsageError(
            "a time without a date or year: only the moment of capture can tell which "
            "(--captured 2024-10-24T13:30Z)"
        )
    captured = to_datetime(known.captured, zone).replace(tzinfo=None)
    if statement.month is None:
        today = captured.date()
        candidate = _with_date(statement, today.year, today.month, today.day)
        if _civil_begins(candidate) > captured:
            if today == date.min:
                raise UsageError(OUTSIDE)
            day_before = today - timedelta(days=1)
            candidate = _with_date(statement, day_before.year, day_before.month, day_before.day)
        return candidate, ["date:capture"]
    for year in range(captured.year, captured.year - 9, -1):
        candidate = replace(statement, year=year)
        try:
            if _civil_begins(candidate) <= captured:
                return candidate, ["year:capture"]
        except UsageError:  # 29 February of another year
            continue
    raise UsageError("no year before the capture has such a date")


def _with_date(statement: Statement, year: int, month: int, day: int) -> Statement:
    return replace(statement, year=year, month=month, day=day)


def _civil_begins(statement: Statement) -> datetime:
    return CivilTime(
        statement.year or 1, statement.month or 1, statement.day, statement.hour, statement.minute
    ).begins()


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(
        rf"^{DATE}(?:(?:,?\s+(?:at\s+)?|T){TIME}(?:\s*,?\s*{_ANY_ZONE})?)?(?:\s+(?P<date_zone>\S+)|(?P<glued>Z|[+-]\d{{2}}:?\d{{2}}))?$",
        re.IGNORECASE,
    )


def parse(text: str) -> Statement:
    """The statement that is the whole of `text`.

    Reads ISO 8601 dates and times, with `T` or a space, and the forms that newsrooms print
    (`10/24/24, 9:11 a.m. ET`, `24 October 2024 21:40 GMT`, `Oct. 24, 2024 at 9 p.m. PT`).

    Raises:
        UsageError: it is none of these.
    """
    match = _whole().match(text.strip())
    if match:
        statement = statement_of(match)
        trailing = match["date_zone"] or match["glued"]
        if trailing is None:
            return statement
        if statement.zone is None and _is_zone(trailing):
            return replace(statement, zone=trailing)
    raise UsageError(
        f"not a time: {_shortened(text)!r} (write 2024-10-24T09:12-04:00, or 2024-10-24 09:12 ET)"
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _is_zone(label: str) -> bool:
    if labelled(label):
        return True
    try:
        zone_named(label)
    except UsageError:
        return False
    return True


def stated_time(text: str, known: Known, basis: Basis = Basis.STATED) -> PublishedTime:
    """The published time that a person stated in a command or a file.

    Raises:
        UsageError: it cannot be read, or says too little.
    """
    exact = exact_second(text)
    if exact is None:
        return read(parse(text), known, basis)
    return of_second(*exact, basis)


_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:[0-5]\d)", re.ASCII)


def exact_second(text: str) -> tuple[int, str] | None:
    """The instant and offset of a second, as RFC 3339 (5.6) has it: what `read` finds, at once.

    None for any other statement, and for what has to be looked at more closely.
    """
    found = _EXACT.fullmatch(text)
    if found is None:
        return None
    try:
        at = int(datetime.fromisoformat(text).timestamp()) * SECOND
    except (ValueError, OverflowError):
        return None
    if not FIRST_INSTANT + DAY < at < LAST_INSTANT - DAY:
        return None
    return at, found[1]


def _check_whole(statement: Statement, known: Known) -> None:
    """Sees that a question says what nobody else can tell: there is no copy to take it from."""
    _check_month(statement)
    if statement.either_order and known.date_order is None:
        first, second = statement.either_order
        raise UsageError(
            f"{first}/{second} could be a day and a month in either order: write YYYY-MM-DD"
        )
    if statement.year is None and not statement.either_order:
        raise UsageError("a time without a date or year: write 2024-10-24 09:12 ET")
    if statement.zone is None and known.zone is None:
        raise ZonelessError("a time without a zone: add one (09:12 ET, 09:12-04:00, 09:12Z)")


def instant_asked(text: str, known: Known) -> int:
    """The instant that a question means: the beginning of what was written.

    Raises:
        UsageError: it cannot be read, has no zone, or occurs twice in its zone.
    """
    exact = exact_second(text)
    if exact is not None:
        return exact[0]
    statement = parse(text)
    _check_whole(statement, known)
    published = read(statement, known, Basis.STATED)
    if "hour:twice" in published.resolved:
        raise UsageError(
            f"{text!r} occurs twice there, as clocks were put back: "
            f"give an offset ({iso(published.at)} is the first)"
        )
    if "zone:ambiguous" in published.resolved:
        label = parse(text).zone or ""
        offsets = sorted(AMBIGUOUS.get(label.replace(".", "").upper(), ()))
        hours = ", ".join(f"{minutes / 60:+g} h" for minutes in offsets)
        raise UsageError(f"{label} has several meanings ({hours}): give an offset or a city's zone")
    return published.at


BASIS_WORDS = {
    Basis.NOTICE: "by its own notice",
    Basis.METADATA: "by the page's metadata",
    Basis.HTTP: "by the server's headers",
    Basis.FEED: "by the feed",
    Basis.CAPTURE: "by its capture; it may be older",
    Basis.STATED: "as stated to the archive",
}
"""Who says when something was published, for people."""

_INSTEAD = {
    "gap": "a text that is not held",
    "before": "nothing yet",
    "gone": "nothing any more",
}


def possible_words(possible: Iterable[str]) -> tuple[str, ...]:
    """What else may have been in force at a moment, for people: revisions by their names."""
    return tuple(_INSTEAD.get(name, name) for name in possible)


def describe(published: PublishedTime, zone: str | None = None) -> str:
    """A published time for people, to the precision in which it is known.

    Of one that came twice, as clocks were put back, both names of the zone: `01:30 EDT or EST`.
    A day or a month is that of the zone in which it was stated, which is named where it is not
    `zone`: `2024-10-24 Europe/Berlin`.
    """
    if published.precision in (Precision.DAY, Precision.MONTH):
        return _describe_days(published, zone)
    tz = zone_named(zone or published.zone or "UTC")
    moment = to_datetime(published.at, tz)
    name = moment.tzname() or ""
    suffix = "" if tz is UTC else f" {name}"
    if "hour:twice" in published.resolved:
        again = moment.replace(fold=1).tzname()
        suffix = f"{suffix or ' UTC'} or {again if again != name else 'later'}"
    seconds = ":%S" if published.precision is Precision.SECOND else ""
    return f"{moment.date()} {moment:%H:%M}{moment.strftime(seconds)}{suffix or ' UTC'}"


def _describe_days(published: PublishedTime, zone: str | None) -> str:
    stated_in = published.zone or _midnight_in(published.at, zone)
    written = to_datetime(published.at, zone_named(stated_in)).date().isoformat()
    if published.precision is Precision.MONTH:
        written = written[:7]
    is_own = zone is not None and zone_named(zone) == zone_named(stated_in)
    return written if is_own else f"{written} {stated_in}"


def _midnight_in(at: int, zone: str | None) -> str:
    """The zone of a day that begins at `at`, where none is kept: `zone`, or else an offset."""
    if zone is not None and to_datetime(at, zone_named(zone)).time() == time.min:
        return zone
    east = -at % DAY
    minutes, odd = divmod(east if east <= 14 * HOUR else east - DAY, MINUTE)
    if odd:
        return zone or "UTC"
    return offset_name(minutes) if minutes else "UTC"
