"""What an export is of: stories, at one moment or whole, as known by K."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from variorum.domain.archive import Archive, Known
from variorum.domain.asof import InForce, current
from variorum.domain.content import Article
from variorum.domain.ports import StoryEntry
from variorum.domain.story import Revision, StoryState
from variorum.domain.times import PublishedTime


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories, and what of them.

    Attributes:
        stories: ids; all of the collection, if empty.
        at: T, text that is read in each story's zone; None for every revision.
        known: K.
    """

    stories: Sequence[str]
    at: str | None
    known: Known


@dataclass(frozen=True, slots=True)
class Chosen:
    """One revision of a story, dated as known."""

    entry: StoryEntry
    revision: Revision
    published: PublishedTime
    article: Article | None


def entries(archive: Archive, selection: Selection) -> Iterator[StoryEntry]:
    """The stories that are selected.

    Raises:
        NotFoundError: one of them is not there.
    """
    if selection.stories:
        yield from [archive.story(story) for story in selection.stories]
    else:
        yield from archive.listed(selection.known)


def revisions(archive: Archive, entry: StoryEntry, selection: Selection) -> Iterator[Chosen]:
    """The revisions of a story that are selected, in order of recording."""
    state = archive.state(entry.id, selection.known.position)
    now = {d.revision: d.published for d in current(state.datings, selection.known.position)}
    wanted = _in_force(archive, entry, state, selection)
    for revision in state.revisions:
        if wanted is None or revision.number in wanted:
            article = archive.article(entry.id, revision.event.article)
            yield Chosen(entry, revision, now[revision.number], article)


def _in_force(
    archive: Archive, entry: StoryEntry, state: StoryState, selection: Selection
) -> set[int] | None:
    """The one revision in force at T, or none; None where every revision is wanted."""
    if selection.at is None:
        return None
    answer = state.as_of(archive.instant(selection.at, entry), selection.known.position)
    return {answer.dating.revision} if isinstance(answer, InForce) else set()
