"""What was restricted, restored and erased, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from variorum.domain.times import iso

if TYPE_CHECKING:
    from variorum.domain.access import Erasure, Restriction
    from variorum.domain.content import Note
    from variorum.domain.history import Item


def restriction_json(restriction: Restriction) -> dict[str, Any]:
    """What hides a text: until when, by which event."""
    return {
        "until": None if restriction.until is None else iso(restriction.until),
        "position": restriction.position,
    }


def erasure_json(erasure: Erasure, note: Note | None) -> dict[str, Any]:
    """What was erased: when, by whom, why, on what authority."""
    return {
        "part": erasure.part.value,
        "number": erasure.number,
        "remainder": erasure.remainder.commitment if erasure.remainder else None,
        "position": erasure.position,
        "recorded_at": iso(erasure.recorded_at),
        "actor": erasure.actor,
        "why": note.why if note else None,
        "authority": note.authority if note else None,
    }


def takedown_json(item: Item, note: Note | None) -> dict[str, Any] | None:
    """Of a restriction, restoration or erasure: until when, of what, by whom, why; else None."""
    said, erasure = item.restriction, item.erasure
    if said is None and erasure is None:
        return None
    return {
        "until": iso(said.until) if said and said.until is not None else None,
        "part": erasure.part.value if erasure else None,
        "number": erasure.number if erasure else None,
        "actor": said.actor if said else erasure.actor if erasure else None,
        "why": note.why if note else None,
        "authority": note.authority if note else None,
    }
