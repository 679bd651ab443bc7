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
    PUBLICATION = "publication"
    """When the story was first published is said, and no change."""

    @property
    def implies_earlier_text(self) -> bool:
        """Whether a text must have stood before the one that prints such a notice."""
        return self not in (
            NoticeKind.EDITORS_NOTE,
            NoticeKind.REPEAT,
            NoticeKind.PUBLICATION,
        )


class Severity(StrEnum):
    """How grave a change is by a wire's own label: CORRECTED is substantive, REFILE is minor."""

    SUBSTANTIVE = "substantive"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class StatedNotice:
    """What an event holds of a notice.

    Attributes:
        kind: the normalised kind.
        rule: the id of the form that found it.
        time: the time it states, if it can be told.
        severity: where a wire's label gives it.
        label: where in the printed notice its kind as printed stands: start and end.
    """

    kind: NoticeKind
    rule: str
    time: PublishedTime | None = None
    severity: Severity | None = None
    label: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DatedItem:
    """What an event holds of a dated item of a live story.

    Attributes:
        paragraph: the number of the paragraph that its time begins, from 0.
        rule: the id of the form that found it.
        time: when it was written, if that can be told.
    """

    paragraph: int
    rule: str
    time: PublishedTime | None = None
