"""The marks that decide what was in force, found with one statement."""

from __future__ import annotations

from variorum.adapters.catalogue.codes import BASES, OUTCOMES, PRECISIONS, SINCE_EVER
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import Dating, ImpliedMark, Marks, Sighting
from variorum.domain.times import PublishedTime


def marks_of(cursor: Cursor, collection: int, stream: int, at: int, known: int) -> Marks:
    """The marks that decide what was in force of a story at `at`, known by `known`."""
    rows = cursor.rows(
        statement("catalogue", "marks"),
        {"collection": collection, "stream": stream, "at": at, "known": known},
    )
    return _gathered(rows)


def _gathered(rows: list[Row]) -> Marks:
    held: list[Dating] = []
    open_: dict[int, Dating] = {}
    one: dict[str, Sighting] = {}
    following: Dating | None = None
    implied: ImpliedMark | None = None
    last_sighted: int | None = None
    for row in rows:
        match row[0]:
            case "held":
                held.append(dating_from(row[1:]))
                if len(held) == 1:
                    moments = [moment for moment in row[11:13] if moment is not None]
                    last_sighted = max(moments, default=None)
            case "following":
                following = dating_from(row[1:])
            case "open":
                open_[row[1]] = dating_from(row[1:])
            case "implied":
                earliest = None if row[5] == SINCE_EVER else row[5]
                implied = ImpliedMark(earliest, row[6], row[2])
            case mark:
                sighting = Sighting(row[4], row[2], OUTCOMES[int(row[7])], row[1])
                other = one.get(mark)
                if other is None or (other.at, other.position) < (sighting.at, sighting.position):
                    one[mark] = sighting
    held.sort(key=lambda dating: (dating.published.at, dating.revision), reverse=True)
    if held:
        open_.pop(held[0].revision, None)
    return Marks(
        held=held[0] if held else None,
        previous=held[1] if len(held) > 1 else None,
        following=following,
        open_=tuple(open_[number] for number in sorted(open_)),
        gone=one.get("gone"),
        present=one.get("present"),
        absent=one.get("absent"),
        implied=implied,
        last_sighted=last_sighted,
    )


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
