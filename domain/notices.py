"""Notices: what a story prints about its own changes.

A notice has a kind as printed and a normalised one, and often a time. The words themselves are
content (`PrintedNotice`); what an event holds is a `StatedNotice`: kinds and instants only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from variorum.domain.times import PublishedTime


class NoticeKind(StrEnum):
    """Normalised kinds. The label as printed stays in the content: it is evidence."""

    UPDATE = "update"
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    AMENDMENT = "amendment"
    EDITORS_NOTE = "editors-note"
    RETRACTION = "retraction"
    REFILE = "refile"
    REPEAT = "repeat"
    REPUBLICATION = "republication"

    @property
    def implies_earlier_text(self) -> bool:
        """Whether a text must have stood before the one that prints such a notice."""
        return self not in (NoticeKind.EDITORS_NOTE, NoticeKind.REPEAT)


@dataclass(frozen=True, slots=True)
class StatedNotice:
    """What an event holds of a notice: its kind, the rule that found it, the time it states."""

    kind: NoticeKind
    rule: str
    time: PublishedTime | None = None
