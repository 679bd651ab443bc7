"""Stamps: the times that notices print, found at a place in the text.

A stamp is a date with or without a time of day, or a time of day with or without a date, in the
grammar of `stated`. It ends *plainly* where what follows cannot belong to a sentence that merely
begins with a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from variorum.domain.errors import UsageError
from variorum.domain.stated import DATE, TIME, ZONE, Known, Statement, read, statement_of
from variorum.domain.times import Basis, PublishedTime

_ZONED_TIME = rf"{TIME}(?:\s{{0,3}},?\s{{0,3}}{ZONE})?"
_WEEKDAY = r"(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"

_DATE_FIRST = re.compile(
    rf"{DATE}(?:(?:\s{{0,3}},?\s{{0,3}}(?:at\s{{1,3}}|[-–—|]\s{{0,3}})?|T){_ZONED_TIME})?", re.I
)
_TIME_FIRST = re.compile(
    rf"{_ZONED_TIME}(?:\s{{0,3}}\([^()]{{1,30}}\))?"
    rf"(?:\s{{0,3}},?\s{{0,3}}(?:on\s{{1,3}})?(?:{DATE}|{_WEEKDAY}))?",
    re.I,
)

_CLOSED = re.compile(r"\s*(?:$|[:;)\]|/·•]|\.(?=\s|$))")
_BROKEN_OFF = re.compile(r"\s*[–—]|\s+-\s|\s+[\"'“‘(\[]?[A-Z]")
_RUNS_ON = re.compile(r"\w")


@dataclass(frozen=True)
class Stamp:
    """A time as it stands in a text, from `start` to `end`.

    `statement` is None where the parts contradict themselves or are no full time; `problem` says
    why, in plain words.
    """

    start: int
    end: int
    statement: Statement | None
    problem: str | None = None

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

    def read(self, known: Known) -> tuple[PublishedTime | None, str | None]:
        """The time that it means, or else why it cannot be told."""
        if self.statement is None:
            return None, self.problem
        try:
            return read(self.statement, known, Basis.NOTICE), None
        except UsageError as cause:
            return None, cause.message


def stamp_at(text: str, place: int) -> Stamp | None:
    """The longest stamp that begins at `place`; None if there is none."""
    match = _DATE_FIRST.match(text, place) or _TIME_FIRST.match(text, place)
    if match is None or _RUNS_ON.match(text, match.end()) or _is_number(match):
        return None
    parts = match.groupdict()
    if parts.get("weekday"):
        problem = f"{match[0]!r} names a day of the week and no date"
        return Stamp(match.start(), match.end(), None, problem)
    try:
        return Stamp(match.start(), match.end(), statement_of(match))
    except UsageError as cause:
        return Stamp(match.start(), match.end(), None, cause.message)


def _is_number(match: re.Match[str]) -> bool:
    """Whether it is rather a number of a release: `23.11.08`, `2024-10`."""
    parts = match.groupdict()
    if any(parts.get(name) for name in ("hour", "bare_hour", "military", "named")):
        return False
    if parts.get("iso_year"):
        return parts.get("iso_day") is None
    return len(parts.get("slash_year") or "") == 2 and "." in match[0]
