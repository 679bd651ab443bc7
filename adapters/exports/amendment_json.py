"""What was said of a story after it was opened, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from variorum.domain.amendments import Amendment, Merger, Parting, Redescription, Redirection

if TYPE_CHECKING:
    from variorum.domain.amendments import Amended
    from variorum.domain.content import Note

_AMENDED = {
    "Redescription": "described anew",
    "Merger": "merged",
    "Parting": "unmerged",
    "Redirection": "redirected",
}


def amendment_name(amendment: Amendment) -> str:
    """What was said of a story, in a word: `merged`."""
    return _AMENDED[type(amendment).__name__]


def amendment_text(amendment: Amendment) -> str:
    """What was said of a story, after that word: `with kursk, whose r1 is r4 here`."""
    match amendment:
        case Merger():
            numbers = (
                f", whose r1 is r{amendment.first} here"
                if amendment.revisions
                else ", without text"
            )
            return f"with {amendment.other}{numbers}"
        case Parting():
            return f"from {amendment.other}"
        case Redirection():
            return f"to {amendment.to}" if amendment.to else "to itself again"
        case Redescription():
            parts = (
                ("zone", amendment.zone),
                ("date order", amendment.date_order and amendment.date_order.value),
                ("outlet", amendment.outlet),
                ("address", amendment.address and amendment.address[:12]),
            )
            return ", ".join(f"{name} {value}" for name, value in parts if value)


def amendment_json(amended: Amended, note: Note | None) -> dict[str, Any]:
    """What was said of a story, by whom and why."""
    amendment = amended.amendment
    said = amendment if isinstance(amendment, Redescription) else None
    merger = amendment if isinstance(amendment, Merger) else None
    other = amendment.other if isinstance(amendment, Merger | Parting) else None
    return {
        "kind": amendment_name(amendment),
        "actor": amended.actor,
        "why": note.why if note else None,
        "authority": note.authority if note else None,
        "zone": said.zone if said else None,
        "date_order": said.date_order.value if said and said.date_order else None,
        "outlet": said.outlet if said else None,
        "address": said.address if said else None,
        "other": amendment.to if isinstance(amendment, Redirection) else other,
        "first": f"r{merger.first}" if merger and merger.revisions else None,
        "revisions": merger.revisions if merger else None,
    }
