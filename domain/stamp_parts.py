"""Parts of stamps: a date, a time of day, or a zone, where it stands in a text.

A part is what was printed, in numbers, with the place where it ends. A clock is *sure* where it
can be nothing else: `14.30` alone may be a version or a price, `14.30 Uhr` may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from variorum.domain.calendar_words import (
    DAYS_AGO,
    MONTHS,
    WEEKDAYS,
    alternatives,
    language_of_month,
    plain,
)
from variorum.domain.errors import UsageError
from variorum.domain.stated import ZONE, ZONE_IN_WORDS
from variorum.domain.zones import labelled


@dataclass(frozen=True, slots=True)
class DatePart:
    """A date as printed, up to `end`.

    Attributes:
        either_order: day and month in figures that could stand in either order.
        weekday: Monday 0; without a month, the only thing said of the date.
        days_ago: of `today` and `yesterday`.
        language: that of its words, where they are not English.
        short: without a year, and in figures.
    """

    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    either_order: tuple[int, int] | None = None
    weekday: int | None = None
    days_ago: int | None = None
    language: str | None = None
    short: bool = False


@dataclass(frozen=True, slots=True)
class ClockPart:
    """A time of day as printed, up to `end`."""

    end: int
    hour: int
    minute: int | None = None
    second: int | None = None
    fraction: str = ""
    language: str | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class ZonePart:
    """A zone as printed, up to `end`: a label, an offset, or an IANA name."""

    end: int
    name: str


_MONTH = rf"(?P<month>{alternatives(MONTHS)})\b\.?"
_WEEKDAY = rf"(?P<weekday>{alternatives(WEEKDAYS, 3)})\b\.?"
_LONG_WEEKDAY = rf"(?P<weekday>{alternatives(WEEKDAYS, 5)})\b"
_BEFORE = r"(?:(?:den|le|el)\s{1,2})?"
_OTHER_DAYS = r"(?:\d{1,2}(?:,\s\d{1,2}){0,4}\s(?:and|und|et|y|en|och)\s)?"
_YEAR = r"(?P<year>(?:19|20)\d{2}|\d{4}(?!\s?(?:GMT|UTC|Z)\b))"

_DATES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)",
        r"(?P<year>\d{4})-(?P<number>\d{2})(?![\d-])",
        r"(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})(?P=mark)"
        r"(?P<year>\d{4}|\d{2}(?!\d|:\d\d))",
        r"(?P<first>\d{1,2})(?P<mark>-)(?P<second>\d{1,2})-(?P<year>\d{4})",
        rf"{_MONTH}\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s{{1,3}}{_YEAR})?",
        rf"{_BEFORE}{_OTHER_DAYS}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?:\s{{1,3}}|(?P<mark>[/-]))"
        rf"(?:de\s|of\s)?{_MONTH}(?:(?:,?\s{{1,3}}(?:del?\s)?|[/-]){_YEAR})?",
        rf"{_MONTH}\s{{1,3}}(?P<year>\d{{4}})(?!\d)",
        r"(?P<first>\d{1,2})\.(?P<second>\d{1,2})\.(?!\d)",
        r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/])",
    )
)
_DAY_OF_WEEK = re.compile(rf"{_WEEKDAY},?\s{{1,3}}(?:den\s)?", re.I)
_ONLY_WEEKDAY = re.compile(_LONG_WEEKDAY, re.I)
_ONLY_NEARBY = re.compile(rf"(?P<nearby>{alternatives(DAYS_AGO)})\b", re.I)

_HALF = r"(?:\s{0,3}(?P<half>[ap]\.?\s?m\b\.?))"
_UNIT = r"(?:\s?(?P<unit>uhr|uur|u\.|h(?:rs?|oras)?\b\.?))"
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"(?P<before>kl(?:ockan|\b\.?)\s?)(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?(?!\d)",
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
        rf"(?!\d)(?:{_HALF}|{_UNIT})?",
        rf"(?P<hour>\d{{1,2}})\.(?P<minute>\d{{2}})(?!\d|\.\d)(?:{_HALF}|{_UNIT})?",
        r"(?P<hour>\d{1,2})\s?(?P<hours>h)\s?(?P<minute>\d{2})\b(?:\smin\b)?",
        rf"(?P<hour>\d{{1,2}}){_HALF}",
        r"(?P<hour>\d{1,2})(?:\s(?P<unit>uhr|uur)\b|\s?(?P<hours>h)\b)",
        r"(?P<military>\d{4})(?=\s?(?:GMT|UTC|Z)\b)",
        r"(?:12\s)?(?P<named>noon|midnight|midi|minuit|mediodía|medianoche)\b",
    )
)
_NOON = frozenset(("noon", "midi", "mediodía"))
_LANGUAGE_OF_UNIT = {"uhr": "de", "uur": "nl", "u.": "nl"}

_ZONE = re.compile(
    r"\s{0,3},?\s{0,3}(?:" + ZONE + r"|\(?(?P<phrase>heure (?:de paris|française)"
    r"|hora (?:de madrid|peninsular|española)|heure de bruxelles)\)?)",
    re.I,
)
_ZONE_IN_WORDS = re.compile(rf"[ \xa0]{{0,3}},?[ \xa0]{{0,3}}{ZONE_IN_WORDS}")
_ENDS = re.compile(r"\s*(?:$|[:;.,)\]|/·•–—-])")
_GLUED_ZONE = re.compile(r"\s{0,3}(?P<zone>[A-Z]{2,4}T)(?=Updated|Published)")
_ZONES_OF_PHRASES = {
    "heure de paris": "Europe/Paris",
    "heure française": "Europe/Paris",
    "heure de bruxelles": "Europe/Brussels",
    "hora de madrid": "Europe/Madrid",
    "hora peninsular": "Europe/Madrid",
    "hora española": "Europe/Madrid",
}


def date_at(text: str, place: int) -> DatePart | None:
    """The date that begins at `place`, with the day of the week before it; None if there is none.

    Raises:
        UsageError: its figures are no date.
    """
    named = _DAY_OF_WEEK.match(text, place)
    for start in (named.end(), place) if named else (place,):
        for pattern in _DATES:
            match = pattern.match(text, start)
            if match is not None:
                return _date(match)
    return None


def day_at(text: str, place: int) -> DatePart | None:
    """A day of the week, or one nearby such as `today`, that stands without a date."""
    match = _ONLY_WEEKDAY.match(text, place)
    if match is not None:
        return DatePart(match.end(), weekday=WEEKDAYS[plain(match["weekday"])])
    match = _ONLY_NEARBY.match(text, place)
    if match is not None:
        return DatePart(match.end(), days_ago=DAYS_AGO[match["nearby"].lower()])
    return None


def _date(match: re.Match[str]) -> DatePart:
    parts = match.groupdict()
    year = parts.get("year")
    full = int(year) if year else None
    if year and len(year) == 2:
        full = int(year) + (2000 if int(year) < 69 else 1900)  # POSIX strptime %y
    month = parts.get("month")
    if month is not None:
        number = MONTHS.get(plain(month))
        if number is None:  # a letter that only folds to the name's, such as the long s
            raise UsageError(f"no such month: {month}")
        day = parts.get("day")
        return DatePart(
            match.end(), full, number, int(day) if day else None, language=language_of_month(month)
        )
    if parts.get("number"):
        day = parts.get("day")
        return DatePart(match.end(), full, int(match["number"]), int(day) if day else None)
    first, second = int(match["first"]), int(match["second"])
    short = full is None
    if first > 12 and second > 12:
        raise UsageError(f"no such date: {match[0]}")
    if first > 12 or first == second:
        return DatePart(match.end(), full, second, first, short=short)
    if second > 12:
        return DatePart(match.end(), full, first, second, short=short)
    return DatePart(match.end(), full, either_order=(first, second), short=short)


def clock_at(text: str, place: int) -> ClockPart | None:
    """The time of day that begins at `place`; None if there is none.

    Raises:
        UsageError: there is no such time of day.
    """
    for pattern in _CLOCKS:
        match = pattern.match(text, place)
        if match is not None:
            return _clock(match)
    return None


def _clock(match: re.Match[str]) -> ClockPart:
    parts = match.groupdict()
    end = match.end()
    if parts.get("named"):
        return ClockPart(end, 12 if match["named"].lower() in _NOON else 0, 0)
    if parts.get("military"):
        return ClockPart(end, int(match["military"][:2]), int(match["military"][2:]))
    hour, minute, second = int(match["hour"]), parts.get("minute"), parts.get("second")
    half = (parts.get("half") or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            raise UsageError(f"no such time of day: {hour} {half}.m.")
        hour = hour % 12 + (12 if half == "p" else 0)
    unit = (parts.get("unit") or "").lower()
    dotted = minute is not None and match[0][len(match["hour"])] == "."
    return ClockPart(
        end,
        hour,
        int(minute) if minute else None,
        int(second) if second else None,
        parts.get("fraction") or "",
        language="sv" if parts.get("before") else _LANGUAGE_OF_UNIT.get(unit),
        sure=bool(half or unit or parts.get("hours") or parts.get("before") or not dotted),
    )


def zone_at(text: str, place: int) -> ZonePart | None:
    """The zone that follows a time of day at `place`; None if there is none."""
    words = _ZONE_IN_WORDS.match(text, place)
    if words is not None and _is_zone(words["zone"], text, words.end()):
        return ZonePart(words.end(), words["zone"])
    match = _GLUED_ZONE.match(text, place) or _ZONE.match(text, place)
    if match is None:
        return None
    phrase = match.groupdict().get("phrase")
    if phrase:
        return ZonePart(match.end(), _ZONES_OF_PHRASES[phrase.lower()])
    return ZonePart(match.end(), match["zone"])


def _is_zone(words: str, text: str, end: int) -> bool:
    """Whether words that end with `time` are a zone's: one that is known, or that can be no other.

    `Half Time` and `First time visitors` are not.
    """
    if labelled(words.strip("()")):
        return True
    return words.startswith("(") or (words.endswith("time") and _ENDS.match(text, end) is not None)
