"""What is shown of a story: as it stood at T, known by K."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from variorum.domain.access import Erasure, Restriction
from variorum.domain.asof import Dating, InForce
from variorum.domain.content import Article, Description, Note
from variorum.domain.notices import DatedItem, StatedNotice
from variorum.domain.ports import StoryEntry
from variorum.domain.times import PublishedTime


class KnownBy(Struct, frozen=True, gc=False):
    """What was known: a position, and how it was asked for.

    `final` is false where events may still be recorded that would have been known by then.
    """

    position: int
    asked: str | None
    final: bool


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice as printed, with what was read from it."""

    printed: str
    stated: StatedNotice | None


class Stood(Struct, frozen=True, gc=False):
    """What was in force of a story at T, known by K: all that is shown but the text."""

    story: StoryEntry
    at: int
    known: KnownBy
    answer: InForce
    recorded_at: int
    captured: int | None


class Shown(Struct, frozen=True, gc=False):
    """A story as it stood at T, known by K."""

    story: StoryEntry
    at: int
    known: KnownBy
    dating: Dating
    recorded_at: int
    captured: int | None
    certain: bool
    possible: tuple[str, ...]
    last_sighted: int | None
    following: Dating | None
    returned: int | None
    """Since when the text is known to have stood again, where another had come between."""
    missing_since: int | None
    article: Article | None
    """None where the text is not held any more."""
    notices: tuple[ShownNotice, ...]
    items: tuple[DatedItem, ...]
    """The dated items of a live story."""
    description: Description
    restriction: Restriction | None = None
    """What hides the text, where it was asked for all the same (`show_revision`)."""
    erasures: tuple[tuple[Erasure, Note | None], ...] = ()
    """What was erased of the revision, and why; None where that was erased too."""

    @property
    def revision(self) -> int:
        return self.dating.revision

    @property
    def published(self) -> PublishedTime:
        return self.dating.published


def shown_notices(
    article: Article | None, notices: tuple[StatedNotice, ...]
) -> tuple[ShownNotice, ...]:
    """The notices that an article prints, each with what was read from it, where anything was."""
    if article is None:
        return ()
    stated: list[StatedNotice | None] = [*notices]
    stated += [None] * (len(article.notices) - len(stated))
    return tuple(
        ShownNotice(notice.printed, found)
        for notice, found in zip(article.notices, stated, strict=False)
    )
