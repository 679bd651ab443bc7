"""Stamps: the times that notices print, found at a place in the text.

A stamp is a date with or without a time of day, or a time of day with or without a date or a day
of the week, made of the parts in `stamp_parts`. It ends *plainly* where what follows cannot belong
to a sentence that merely begins with a time. It is *doubtful* where its figures may as well be the
number of a release: `23.11.08`, `2024-10`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from variorum.domain.errors import UsageError
from variorum.domain.stamp_parts import (
    ClockPart,
    DatePart,
    ZonePart,
    clock_at,
    date_at,
    day_at,
    zone_at,
)
from variorum.domain.stated import Statement, plain_zone

_BEFORE_CLOCK = re.compile(
    r"T(?=\d)|\s{0,3},?\s{0,3}(?:(?:at|um|à|a las|om|gegen)\s{1,3}|[-–—|•·/(]\s{0,3})?", re.I
)
_BEFORE_DATE = re.compile(
    r"\s{0,3}(?:[,|/–—-]\s{0,3})?(?:(?:on|am|le|el|del|op|vom)\s{1,3})?", re.I
)
_BEFORE_TIME = re.compile(r"(?:at|um|à|a las|om|kl\.?)\s{1,2}(?=\d)", re.I)
_OTHER_ZONE = re.compile(r"\s{0,3}\([^()]{1,30}\)")
_SAME_TIME = re.compile(
    r"\s{0,3}\((?:\d{1,2}:?\d{2}|\d{1,2}(?::\d{2})?\s?[ap]\.?m\b\.?)\s?[A-Z]{2,5}\)", re.ASCII
)
"""The same moment by other clocks: `9:30 a.m. EST (1430 GMT)`."""
PURPOSES = "add|change|clarify|correct|fix|include|make|note|reflect|remove|say|show"
"""What a story is changed to do."""
_CLOSED = re.compile(
    r"\s*(?:$|[:;)\]|/·•+*]|\.(?=\s|$)|,?\s(?:first|originally)\spublished\b"
    rf"|,?\s(?:to|with)\s(?:{PURPOSES}|amend|comment|new|spell)\b)"
)
_BROKEN_OFF = re.compile(r"\s*[–—]|\s+-\s|\s+[\"'“‘(\[]?[A-ZÅÄÖÉÀÜ]")
_SET_OFF = re.compile(r"\s?[:)\]]")
_RUNS_ON = re.compile(r"(?!Updated|UPDATED|Last\s)\w")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it stands in a text, from `start` to `end`.

    Attributes:
        statement: None where the parts contradict themselves; `problem` says why, in plain words.
        language: that of its words, where they are not English.
        doubtful: whether it may be the number of a release.
    """

    start: int
    end: int
    statement: Statement | None
    problem: str | None = None
    language: str | None = None
    doubtful: bool = False

    @property
    def specific(self) -> bool:
        """Whether it has a year or a zone: prose that begins with a time seldom does."""
        return self.statement is not None and (
            self.statement.year is not None or self.statement.zone is not None
        )

    def ends_plainly(self, text: str, *, in_prose: bool) -> bool:
        """Whether the text goes on, or ends, as it does after a stamp and not after a mere time.

        `in_prose` says that a sentence of its own may begin where the stamp does.
        """
        if _CLOSED.match(text, self.end):
            return True
        if in_prose and not self.specific:
            return False
        return _BROKEN_OFF.match(text, self.end) is not None


def stamp_at(text: str, place: int, *, dotted: bool = False) -> Stamp | None:
    """The longest stamp that begins at `place`; None if there is none.

    `dotted` says that `14.30` alone is a time of day, as it is in German, Dutch and Swedish.
    """
    try:
        found = (
            _date_first(text, place) or _clock_first(text, place, dotted) or _day_first(text, place)
        )
    except UsageError as cause:
        end = _end_of_figures(text, place)
        return Stamp(place, end, None, cause.message)
    if found is None or _RUNS_ON.match(text, found.end):
        return None
    return found


_FIGURES = re.compile(r"[\w.:/,-]{1,20}(?:\s[ap]\.?m\.?)?(?:\s[A-Z]{2,4}\b)?", re.I)


def _end_of_figures(text: str, place: int) -> int:
    match = _FIGURES.match(text, place)
    return match.end() - (match[0][-1] in ":,") if match else place


def _date_first(text: str, place: int) -> Stamp | None:
    date = date_at(text, place)
    if date is None:
        return None
    joint = _BEFORE_CLOCK.match(text, date.end)
    clock = clock_at(text, joint.end()) if joint else None
    if clock is not None and text[clock.end : clock.end + 1].isdigit():
        clock = None
    if clock is None:
        figures = text[place : date.end]
        doubtful = date.month is not None and date.day is None and "-" in figures
        short_year = re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{2}", figures) is not None
        return _stamp(place, date.end, date, None, None, doubtful=doubtful or short_year)
    zone = zone_at(text, clock.end)
    end = zone.end if zone else clock.end
    same = _SAME_TIME.match(text, end) if zone else None
    return _stamp(place, same.end() if same else end, date, clock, zone)


def _clock_first(text: str, place: int, dotted: bool) -> Stamp | None:
    before = _BEFORE_TIME.match(text, place)
    clock = clock_at(text, place) or (clock_at(text, before.end()) if before else None)
    if clock is None:
        return None
    zone = zone_at(text, clock.end)
    if zone is None and before is None and not clock.sure and not dotted:
        return None
    end = zone.end if zone else clock.end
    other = _OTHER_ZONE.match(text, end)
    joint = _BEFORE_DATE.match(text, other.end() if other else end)
    date = (date_at(text, joint.end()) or day_at(text, joint.end())) if joint else None
    if date is not None and not date.short:
        return _stamp(place, date.end, date, clock, zone)
    return _stamp(place, end, None, clock, zone)


def _day_first(text: str, place: int) -> Stamp | None:
    day = day_at(text, place)
    if day is None:
        return None
    joint = _BEFORE_CLOCK.match(text, day.end)
    clock = clock_at(text, joint.end()) if joint else None
    if clock is None:
        return _stamp(place, day.end, day, None, None) if _SET_OFF.match(text, day.end) else None
    zone = zone_at(text, clock.end)
    return _stamp(place, zone.end if zone else clock.end, day, clock, zone)


def _stamp(
    start: int,
    end: int,
    date: DatePart | None,
    clock: ClockPart | None,
    zone: ZonePart | None,
    *,
    doubtful: bool = False,
) -> Stamp:
    fraction = clock.fraction if clock else ""
    statement = Statement(
        year=date.year if date else None,
        month=date.month if date else None,
        day=date.day if date else None,
        hour=clock.hour if clock else None,
        minute=clock.minute if clock else None,
        second=clock.second if clock else None,
        microsecond=int(fraction[:6].ljust(6, "0")) if fraction else None,
        fraction_digits=min(len(fraction), 6),
        zone=plain_zone(zone.name) if zone else None,
        either_order=date.either_order if date else None,
        weekday=date.weekday if date else None,
        days_ago=date.days_ago if date else None,
    )
    language = (clock.language if clock else None) or (date.language if date else None)
    return Stamp(start, end, statement, None, language, doubtful)
