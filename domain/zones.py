"""Zone labels as newsrooms print them: `ET`, `EST`, `GMT`, `BST`, `Moscow time`.

A label is a *region* (`ET`, a city's time: daylight saving as the date demands), an *abbreviation*
(one fixed offset, which may be in words), or *ambiguous* (several offsets in use; a story's own
zone decides where it can). The abbreviations follow the IANA time zone database, theory.html, "Time
zone abbreviations"; a city or country is one by which that database calls a zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from variorum.domain.errors import UsageError
from variorum.domain.times import instants_of, zone_named

REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "EASTERN": "America/New_York",
    "CENTRAL": "America/Chicago",
    "MOUNTAIN": "America/Denver",
    "PACIFIC": "America/Los_Angeles",
    "ALASKA TIME": "America/Anchorage",
    "ATLANTIC TIME": "America/Halifax",
    "HAWAII TIME": "Pacific/Honolulu",
    "WASHINGTON TIME": "America/New_York",
    "BEIJING TIME": "Asia/Shanghai",
    "CHINA TIME": "Asia/Shanghai",
    "DELHI TIME": "Asia/Kolkata",
    "INDIA TIME": "Asia/Kolkata",
    "KIEV TIME": "Europe/Kyiv",
    "NEW DELHI TIME": "Asia/Kolkata",
    "MUMBAI TIME": "Asia/Kolkata",
    "BOSTON TIME": "America/New_York",
    "HOUSTON TIME": "America/Chicago",
    "SAN FRANCISCO TIME": "America/Los_Angeles",
}

ABBREVIATIONS = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "WEST": 60,
    "CET": 60,
    "CEST": 120,
    "MEZ": 60,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "MSK": 180,
    "SAST": 120,
    "PKT": 300,
    "HKT": 480,
    "SGT": 480,
    "AWST": 480,
    "JST": 540,
    "KST": 540,
    "ACST": 570,
    "ACDT": 630,
    "AEST": 600,
    "AEDT": 660,
    "NZST": 720,
    "NZDT": 780,
    "EST": -300,
    "EDT": -240,
    "CDT": -300,
    "MST": -420,
    "MDT": -360,
    "PST": -480,
    "PDT": -420,
    "AKST": -540,
    "AKDT": -480,
    "HST": -600,
    "COORDINATED UNIVERSAL TIME": 0,
    "GREENWICH MEAN TIME": 0,
    "BRITISH SUMMER TIME": 60,
    "CENTRAL EUROPEAN TIME": 60,
    "CENTRAL EUROPEAN SUMMER TIME": 120,
    "EASTERN EUROPEAN TIME": 120,
    "EASTERN EUROPEAN SUMMER TIME": 180,
    "WESTERN EUROPEAN TIME": 0,
    "WESTERN EUROPEAN SUMMER TIME": 60,
    "EASTERN STANDARD TIME": -300,
    "EASTERN DAYLIGHT TIME": -240,
    "CENTRAL STANDARD TIME": -360,
    "CENTRAL DAYLIGHT TIME": -300,
    "MOUNTAIN STANDARD TIME": -420,
    "MOUNTAIN DAYLIGHT TIME": -360,
    "PACIFIC STANDARD TIME": -480,
    "PACIFIC DAYLIGHT TIME": -420,
    "ALASKA STANDARD TIME": -540,
    "ALASKA DAYLIGHT TIME": -480,
    "HAWAII STANDARD TIME": -600,
    "MOSCOW STANDARD TIME": 180,
    "EAST AFRICA TIME": 180,
    "CENTRAL AFRICA TIME": 120,
    "WEST AFRICA TIME": 60,
    "SOUTH AFRICA STANDARD TIME": 120,
    "SOUTH AFRICAN STANDARD TIME": 120,
    "INDIA STANDARD TIME": 330,
    "INDIAN STANDARD TIME": 330,
    "PAKISTAN STANDARD TIME": 300,
    "CHINA STANDARD TIME": 480,
    "SINGAPORE STANDARD TIME": 480,
    "JAPAN STANDARD TIME": 540,
    "KOREA STANDARD TIME": 540,
    "AUSTRALIAN WESTERN STANDARD TIME": 480,
    "AUSTRALIAN CENTRAL STANDARD TIME": 570,
    "AUSTRALIAN CENTRAL DAYLIGHT TIME": 630,
    "AUSTRALIAN EASTERN STANDARD TIME": 600,
    "AUSTRALIAN EASTERN DAYLIGHT TIME": 660,
    "NEW ZEALAND STANDARD TIME": 720,
    "NEW ZEALAND DAYLIGHT TIME": 780,
}

AMBIGUOUS = {
    "BST": (60, 360),
    "IST": (60, 120, 330),
    "CST": (-360, -300, 480),
    "AST": (-240, 180),
}


_AREAS = ("Europe/", "America/", "Asia/", "Africa/", "Australia/", "Atlantic/")
_COUNTRIES = frozenset(
    (
        *("Cuba", "Egypt", "Iceland", "Iran", "Israel", "Jamaica"),
        *("Japan", "Poland", "Portugal", "Singapore", "Turkey"),
    )
)
"""Those that the database has a zone of."""


_SAVING = re.compile(r" DAYLIGHT SAVINGS? TIME$")


def labelled(label: str) -> tuple[tzinfo, ...]:
    """The zones that a printed label can mean: one, several where ambiguous, none if unknown.

    Case, and the full stops of `E.T.`, do not matter, but for a city's time.
    """
    plain = _plain(label)
    region = REGIONS.get(plain) or _region_of(label.strip())
    if region is not None:
        return (zone_named(region),)
    if plain in ABBREVIATIONS:
        return (_fixed(ABBREVIATIONS[plain]),)
    return tuple(_fixed(minutes) for minutes in AMBIGUOUS.get(plain, ()))


def canonical(label: str) -> str | None:
    """The IANA name or offset under which a label with one meaning is kept; None otherwise."""
    plain = _plain(label)
    if plain in ("UTC", "GMT", "Z"):
        return "UTC"
    if plain in ABBREVIATIONS:
        return offset_name(ABBREVIATIONS[plain])
    return REGIONS.get(plain) or _region_of(label.strip())


def going_by(zone: tzinfo, label: str, local: datetime) -> tzinfo | None:
    """What a label means at the naive `local` time in a zone; None where clocks do not go by it.

    It is the zone itself, or an offset where a time came twice and was called so only once.
    """
    plain = _plain(label)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    called = [moment for moment in (first, second) if moment.tzname() == plain]
    if len(called) == 1 and len(instants_of(local, zone)) > 1:
        offset = called[0].utcoffset()
        return None if offset is None else timezone(offset)
    return zone if called else None


@lru_cache(maxsize=256)
def _region_of(label: str) -> str | None:
    """The zone of `Moscow time`, by the names of the IANA database."""
    place, _, time = label.rpartition(" ")
    if time not in ("time", "Time") or not place.replace(" ", "").isalpha():
        return None
    for area in (*_AREAS, *([""] if place in _COUNTRIES else [])):
        name = area + place.replace(" ", "_")
        try:
            zone_named(name)
        except UsageError:
            continue
        return name
    return None


def _plain(label: str) -> str:
    words = " ".join(label.replace(".", "").upper().split())
    return _SAVING.sub(" DAYLIGHT TIME", words)


def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes))


def offset_name(minutes: int) -> str:
    """The name of a fixed offset, in minutes east: `+05:30`."""
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
