"""Zone labels as newsrooms print them: `ET`, `EST`, `GMT`, `BST`.

A label is a *region* (`ET`: daylight saving as the date demands), an *abbreviation* (one fixed
offset), or *ambiguous* (several offsets in use; a story's own zone decides where it can).
The abbreviations follow the IANA time zone database, theory.html, "Time zone abbreviations".
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo

from variorum.domain.times import zone_named

REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "EASTERN": "America/New_York",
    "CENTRAL": "America/Chicago",
    "MOUNTAIN": "America/Denver",
    "PACIFIC": "America/Los_Angeles",
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
}

AMBIGUOUS = {
    "BST": (60, 360),
    "IST": (60, 120, 330),
    "CST": (-360, -300, 480),
    "AST": (-240, 180),
}


def labelled(label: str) -> tuple[tzinfo, ...]:
    """The zones that a printed label can mean: one, several where ambiguous, none if unknown.

    Case, and the full stops of `E.T.`, do not matter. IANA names and offsets are labels too.
    """
    plain = label.strip().replace(".", "").upper()
    if plain in REGIONS:
        return (zone_named(REGIONS[plain]),)
    if plain in ABBREVIATIONS:
        return (_fixed(ABBREVIATIONS[plain]),)
    if plain in AMBIGUOUS:
        return tuple(_fixed(minutes) for minutes in AMBIGUOUS[plain])
    return ()


def canonical(label: str) -> str | None:
    """The IANA name or offset under which a label with one meaning is kept; None otherwise."""
    plain = label.strip().replace(".", "").upper()
    if plain in REGIONS:
        return REGIONS[plain]
    if plain in ("UTC", "GMT", "Z"):
        return "UTC"
    if plain in ABBREVIATIONS:
        return _offset_name(ABBREVIATIONS[plain])
    return None


def uses_label(zone: tzinfo, label: str, local: datetime) -> bool:
    """Whether clocks in `zone` go by `label` at the naive `local` time."""
    plain = label.strip().replace(".", "").upper()
    return any(local.replace(tzinfo=zone, fold=fold).tzname() == plain for fold in (0, 1))


def _fixed(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes))


def _offset_name(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
