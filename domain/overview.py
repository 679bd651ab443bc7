"""Many stories at a moment: what a list of them says of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from variorum.domain.asof import Answer, InForce
from variorum.domain.content import Article, article_of

if TYPE_CHECKING:
    from variorum.domain.access import Restriction
    from variorum.domain.archive import Archive
    from variorum.domain.ports import Standing, StoryEntry

TOGETHER = 100
"""How many stories are looked for together: their texts are in memory at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """A story at T, known by K."""

    story: StoryEntry
    answer: Answer
    restriction: Restriction | None
    """What hides it."""
    article: Article | None
    """What was in force; None where that was nothing, is hidden, or was erased."""


def overview(
    archive: Archive, stories: Iterable[StoryEntry], at: int, known: int
) -> Iterator[Line]:
    """What was in force of each story, in their order, found for many together.

    Raises:
        DamagedError: a stored text is not what the log committed to.
    """
    waiting = iter(stories)
    while some := list(islice(waiting, TOGETHER)):
        found = archive.standings(some, at, known)
        for story in some:
            yield _line(archive, story, at, known, found.get(story.id))


def _line(
    archive: Archive, story: StoryEntry, at: int, known: int, standing: Standing | None
) -> Line:
    answer = archive.as_of(story, at, known, standing)
    number = answer.dating.revision if isinstance(answer, InForce) else None
    restriction = archive.restriction(story, number)
    if not isinstance(answer, InForce) or restriction is not None:
        return Line(story, answer, restriction, None)
    if standing is not None and standing.article is not None:
        return Line(story, answer, None, article_of(standing.article.data))
    recorded = archive.log.revision(answer.dating.arrived)
    article = archive.article(story, answer.dating.revision, recorded.article)
    return Line(story, answer, None, article)
