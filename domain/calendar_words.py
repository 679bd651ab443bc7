"""Calendar words: months and days as newsrooms of six languages write them.

A *word* is compared without regard to case and without its full stop. A *language* is a BCP 47
code; a word says its language only where it cannot be an English one.
"""

from __future__ import annotations

_MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
        *("july jul", "august aug", "september sept sep", "october oct", "november nov"),
        "december dec",
    ),
    "de": (
        *("januar jänner jän", "februar feber", "märz mär mrz", "april", "mai", "juni", "juli"),
        *("august", "september", "oktober okt", "november", "dezember dez"),
    ),
    "fr": (
        *("janvier janv", "février févr fév", "mars", "avril avr", "mai", "juin", "juillet juil"),
        *("août", "septembre", "octobre", "novembre", "décembre déc"),
    ),
    "es": (
        *("enero ene", "febrero", "marzo", "abril abr", "mayo", "junio", "julio", "agosto ago"),
        *("septiembre setiembre", "octubre", "noviembre", "diciembre dic"),
    ),
    "nl": (
        *("januari", "februari", "maart mrt", "april", "mei", "juni", "juli", "augustus"),
        *("september", "oktober okt", "november", "december"),
    ),
    "sv": (
        *("januari", "februari febr", "mars", "april", "maj", "juni", "juli", "augusti"),
        *("september", "oktober okt", "november", "december"),
    ),
}

_WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": (
        *("monday mon", "tuesday tues tue", "wednesday wed", "thursday thurs thur thu"),
        *("friday fri", "saturday sat", "sunday sun"),
    ),
    "de": (
        *("montag mo", "dienstag di", "mittwoch mi", "donnerstag do"),
        *("freitag fr", "samstag sonnabend sa", "sonntag so"),
    ),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
}

_DAYS_AGO = {
    0: ("today", "heute", "aujourd'hui", "aujourd’hui", "hoy", "vandaag", "idag", "i dag"),
    1: ("yesterday", "gestern", "hier", "ayer", "gisteren", "igår", "i går"),
}


def _numbered(tables: dict[str, tuple[str, ...]], first: int) -> dict[str, int]:
    return {
        word: number
        for names in tables.values()
        for number, words in enumerate(names, start=first)
        for word in words.split()
    }


#: The number of a month, 1 to 12, by its words.
MONTHS = _numbered(_MONTHS, 1)

#: The number of a day of the week, Monday 0, by its words.
WEEKDAYS = _numbered(_WEEKDAYS, 0)

#: How many days ago a day is, by its words.
DAYS_AGO = {word: days for days, words in _DAYS_AGO.items() for word in words}

_ENGLISH = frozenset(word for words in _MONTHS["en"] for word in words.split())
_LANGUAGE = {
    word: code
    for code, names in _MONTHS.items()
    for words in names
    for word in words.split()
    if word not in _ENGLISH
}


def plain(word: str) -> str:
    """A word as it is looked up: in lower case, without its full stop."""
    return word.rstrip(".").lower()


def language_of_month(word: str) -> str | None:
    """A language that writes a month so and is not English; None where it may be English."""
    return _LANGUAGE.get(plain(word))


def alternatives(words: dict[str, int], least: int = 1) -> str:
    """A pattern of the words, the longest first, of `least` letters or more."""
    return "|".join(sorted((w for w in words if len(w) >= least), key=len, reverse=True))
