"""The marks that decide what was in force, found with one statement."""

from __future__ import annotations

from variorum.adapters.catalogue.codes import OUTCOMES, SINCE_EVER
from variorum.adapters.catalogue.mark import captured_of, read
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import Dating, ImpliedMark, Marks, Sighting, returning


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
    for which, mark, first, moment_seen, revision, position, moment, outcome, latest in rows:
        if mark is None:
            if which == "implied":
                earliest = None if moment == SINCE_EVER else moment
                implied = ImpliedMark(earliest, latest, position)
                continue
            sighting = Sighting(moment, position, OUTCOMES[int(outcome)], revision, moment_seen)
            other = one.get(which)
            if other is None or (other.at, other.position) < (sighting.at, sighting.position):
                one[which] = sighting
            continue
        dating, _, _ = read(mark)
        if which == "held":
            held.append(dating)
            seen[dating.revision] = _latest(moment_seen, captured_of(first))
        elif which == "returned":
            stood_again.append(dating)
            seen[dating.revision] = _latest(moment_seen, captured_of(first))
        elif which == "following":
            following = dating
        elif dating.published.latest > at:
            open_[dating.revision] = dating
    held.sort(key=lambda dating: (dating.published.at, dating.revision), reverse=True)
    latest_held = held[0] if held else None
    returned = returning(latest_held, one.get("present"), stood_again)
    stood = returned or latest_held
    if stood is not None:
        open_.pop(stood.revision, None)
    if returned is not None and latest_held is not None and latest_held.holds(at):
        open_[latest_held.revision] = latest_held
    return Marks(
        held=latest_held,
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


def _latest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment is not None), default=None)
