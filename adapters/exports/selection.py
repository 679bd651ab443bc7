"""What an export is of: stories, at one moment, over a period, or whole, as known by K.

A revision is *selected* at a moment T if it was in force then; over a *period* if it was in force
at any moment of it, which are the one in force at its beginning and all that came out until its
end; otherwise always. What was taken down is taken down now, whatever K is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from variorum.domain.access import Erasure, Restriction
from variorum.domain.archive import Archive
from variorum.domain.asof import Answer, InForce, current
from variorum.domain.content import Article
from variorum.domain.errors import UsageError
from variorum.domain.ports import StoryEntry
from variorum.domain.shown import KnownBy
from variorum.domain.story import Revision, StoryState
from variorum.domain.times import LAST_INSTANT, PublishedTime

_TOGETHER = 50
"""How many stories are read together."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories, and what of them.

    Attributes:
        stories: ids; all of the collection, if empty.
        at: T, text that is read in each story's zone; None for every revision.
        known: K.
        since: the beginning of a period, read like T; None for the first revision.
        until: the end of a period, which is in it; None for the last revision.
        apart: stories that are one are shown each by itself, as the log has them.

    Raises:
        UsageError: both a moment and a period are given.
    """

    stories: Sequence[str]
    at: str | None
    known: KnownBy
    since: str | None = None
    until: str | None = None
    apart: bool = False

    def __post_init__(self) -> None:
        if self.at is not None and self.of_period:
            raise UsageError("give a moment (--at) or a period (--from, --to), not both")

    @property
    def of_period(self) -> bool:
        return self.since is not None or self.until is not None

    @property
    def whole(self) -> bool:
        """Whether it is all that the collection holds, as known by K."""
        return not self.stories and self.at is None and not self.of_period


@dataclass(frozen=True, slots=True)
class Chosen:
    """One revision of a story, dated as known.

    `article` is what there is of its text and may be read; None if there is nothing. `restriction`
    and `erasures` are why something is not there.
    """

    entry: StoryEntry
    revision: Revision
    published: PublishedTime
    article: Article | None
    restriction: Restriction | None = None
    erasures: tuple[Erasure, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The moments of the newsroom's clock that are selected, both in it (instants)."""

    since: int | None
    until: int

    def holds(self, at: int) -> bool:
        return (self.since is None or self.since <= at) and at <= self.until


def entries(archive: Archive, selection: Selection) -> Iterator[StoryEntry]:
    """The stories that are selected.

    Raises:
        NotFoundError: one of them is not there, or was not known by K.
    """
    known = selection.known.position
    named = [archive.story_known(story, known) for story in selection.stories]
    found = {entry.id: entry for entry in named}.values() if named else archive.listed_at(known)
    for entry in found:
        yield from archive.apart(entry) if selection.apart else [entry]


def read_together(
    archive: Archive, selection: Selection, *, texts: bool = True
) -> Iterator[tuple[Archive, StoryEntry]]:
    """As `entries`, each with an archive that has read much of what it will be asked of it.

    Args:
        texts: whether that has the texts too.
    """
    waiting = entries(archive, selection)
    while some := list(islice(waiting, _TOGETHER)):
        ready = archive.together(some, texts=texts)
        for entry in some:
            yield ready, entry


def revisions(
    archive: Archive, entry: StoryEntry, selection: Selection, state: StoryState | None = None
) -> Iterator[Chosen]:
    """The revisions of a story that are selected, in order of recording.

    Args:
        state: that of the story as known by K, where it is at hand.
    """
    state = state or archive.state_of(entry, selection.known.position)
    now = {d.revision: d.published for d in current(state.datings, selection.known.position)}
    wanted = _in_force(archive, entry, state, selection)
    for revision in sorted(state.revisions, key=lambda each: each.position):
        if wanted is None or revision.number in wanted:
            restriction = archive.restriction(entry, revision.number)
            article = (
                None
                if restriction
                else archive.article(entry, revision.number, revision.event.article)
            )
            erasures = archive.erased(entry, revision.number)
            published = now[revision.number]
            yield Chosen(entry, revision, published, article, restriction, erasures)


def numbers(
    archive: Archive, entry: StoryEntry, selection: Selection
) -> tuple[list[int], list[int]]:
    """The revisions of a story that are selected, by number: readable ones, and restricted ones.

    Those whose text was erased are neither.
    """
    state = archive.state_of(entry, selection.known.position)
    wanted = _in_force(archive, entry, state, selection)
    readable: list[int] = []
    restricted: list[int] = []
    for revision in state.revisions:
        number = revision.number
        if (wanted is None or number in wanted) and archive.present(
            entry, number, revision.event.article
        ) is not None:
            hidden = archive.restriction(entry, number) is not None
            (restricted if hidden else readable).append(number)
    return readable, restricted


def window(archive: Archive, entry: StoryEntry, selection: Selection) -> Window:
    """The moments that are selected of a story: up to T, or those of the period, or all.

    Raises:
        UsageError: the period ends before it begins.
    """
    if selection.at is not None:
        return Window(None, archive.instant(selection.at, entry))
    since = None if selection.since is None else archive.instant(selection.since, entry)
    until = LAST_INSTANT if selection.until is None else archive.instant(selection.until, entry)
    if since is not None and since > until:
        raise UsageError("the period ends before it begins (--from, --to)")
    return Window(since, until)


def last_answer(
    archive: Archive, entry: StoryEntry, state: StoryState, selection: Selection
) -> Answer:
    """What was in force at the end of what is selected."""
    return state.as_of(window(archive, entry, selection).until, selection.known.position)


def _in_force(
    archive: Archive, entry: StoryEntry, state: StoryState, selection: Selection
) -> set[int] | None:
    """The numbers of the revisions that are selected; None where every one is."""
    known = selection.known.position
    if selection.at is not None:
        return _number(state.as_of(archive.instant(selection.at, entry), known))
    if not selection.of_period:
        return None
    period = window(archive, entry, selection)
    came = {d.revision for d in current(state.datings, known) if period.holds(d.published.at)}
    returned = {
        s.revision
        for s in state.sightings
        if s.revision is not None and s.position <= known and period.holds(s.at)
    }
    stood = set[int]() if period.since is None else _number(state.as_of(period.since, known))
    return came | returned | stood


def _number(answer: Answer) -> set[int]:
    return {answer.dating.revision} if isinstance(answer, InForce) else set()
