"""An outlet: a newsroom, and how it writes what its stories leave out.

Its *settings* are a zone, the order of day and month in figures, a language, and where on a page
its notices stand. Each is None where nobody said: nothing is assumed of any newsroom. Its *name*
is content; its id is not a person's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from variorum.domain.times import DateOrder


class Language(StrEnum):
    """The languages whose notices and times are read (ISO 639-1)."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    DUTCH = "nl"
    SWEDISH = "sv"


class NoticePlace(StrEnum):
    """Where an outlet prints what it has changed."""

    TOP = "top"
    FOOT = "foot"
    BOTH = "both"
    METADATA = "metadata"
    """Only in what the page says to programs."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an outlet writes; None where nobody said."""

    zone: str | None = None
    date_order: DateOrder | None = None
    language: Language | None = None
    notices: NoticePlace | None = None


UNKNOWN = Settings()
"""The settings of an outlet of which nothing was said."""
