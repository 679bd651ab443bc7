"""The marks that decide what was in force, found with one statement."""

from __future__ import annotations

from variorum.adapters.catalogue.codes import BASES, OUTCOMES, PRECISIONS, SINCE_EVER
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import Dating, ImpliedMark, Marks, Sighting, returning
from variorum.domain.times import PublishedTime


def marks_of(cursor: Cursor, collection: int, stream: int, at: int, known: int) -> Marks:
    """The marks that decide what was in force of a story at `at`, known by `known`."""
    rows = cursor.rows(
        statement("catalogue", "marks"),
        {"collection": collection, "stream": stream, "at": at, "known": known},
    )
    return _gathered(rows, at)


def _gathered(rows: list[Row], at: int) -> Marks:
    held: list[Dating] = []
    open_: dict[int, Dating] = {}
    one: dict[str, Sighting] = {}
    following: Dating | None = None
    implied: ImpliedMark | None = None
    seen: dict[int, int | None] = {}
    stood_again: list[Dating] = []
    for row in rows:
        match row[0]:
            case "held":
                held.append(dating_from(row[1:]))
                seen[row[1]] = _last_seen(row)
            case "returned":
                stood_again.append(dating_from(row[1:]))
                seen[row[1]] = _last_seen(row)
            case "following":
                following = dating_from(row[1:])
            case "open":
                open_[row[1]] = dating_from(row[1:])
            case "implied":
                earliest = None if row[5] == SINCE_EVER else row[5]
                implied = ImpliedMark(earliest, row[6], row[2])
            case mark:
                sighting = Sighting(row[4], row[2], OUTCOMES[int(row[7])], row[1], row[12])
                other = one.get(mark)
                if other is None or (other.at, other.position) < (sighting.at, sighting.position):
                    one[mark] = sighting
    held.sort(key=lambda dating: (dating.published.at, dating.revision), reverse=True)
    latest = held[0] if held else None
    returned = returning(latest, one.get("present"), stood_again)
    stood = returned or latest
    if stood is not None:
        open_.pop(stood.revision, None)
    if returned is not None and latest is not None and latest.holds(at):
        open_[latest.revision] = latest
    return Marks(
        held=latest,
        previous=held[1] if len(held) > 1 else None,
        following=following,
        open_=tuple(open_[number] for number in sorted(open_)),
        gone=one.get("gone"),
        present=one.get("present"),
        absent=one.get("absent"),
        implied=implied,
        returned=returned,
        last_sighted=seen[stood.revision] if stood else None,
    )


def _last_seen(row: Row) -> int | None:
    return max((moment for moment in row[11:13] if moment is not None), default=None)


def dating_from(row: Row) -> Dating:
    """The dating of a row: revision, position, arrived, at, earliest, latest, precision, basis,
    zone, resolved.
    """
    revision, position, arrived, at, earliest, latest, precision, basis, zone, resolved = row[:10]
    return Dating(
        revision,
        position,
        PublishedTime(
            at=at,
            earliest=earliest,
            latest=latest,
            precision=PRECISIONS[int(precision)],
            basis=BASES[int(basis)],
            zone=zone,
            resolved=tuple(resolved.split(" ")) if resolved else (),
        ),
        arrived,
    )
