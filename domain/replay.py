"""Replay: a story's history as steps, each with what it changed in the text.

In order of publication a revision is compared with the one just before it by the newsroom's
clock; in order of recording with the one just before it as was known when it was recorded, so that
a late arrival is shown where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from variorum.domain.access import Restriction
from variorum.domain.archive import Archive
from variorum.domain.asof import Dating, Order
from variorum.domain.content import Article, Note
from variorum.domain.differences import Difference, difference
from variorum.domain.errors import RestrictedError
from variorum.domain.history import Item, items, predecessors
from variorum.domain.overview import TOGETHER
from variorum.domain.ports import StoryEntry
from variorum.domain.recent import Recent
from variorum.domain.story import Revision, StoryState


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, and what it changed."""

    story: StoryEntry
    item: Item
    moment: int
    """When it happened, by the clock of the order that is played (instant)."""
    before: str | None = None
    """The revision that this one is compared with: `r1`."""
    article: Article | None = None
    """What the revision said; None for other items, and where it was erased or is restricted."""
    change: Difference | None = None
    """None where there is nothing to compare with."""
    note: Note | None = None
    restriction: Restriction | None = None
    """What hides the text of the revision, or the note."""


Place = tuple[int, int, int, str]
"""A step's moment, two numbers that order those of one moment, and its story. The second of them is
its place among all that happened to that story."""

_KEPT = 4_000
"""How many steps the stories have that are kept in memory, besides the last one."""


class _Played(NamedTuple):
    """A story that is played, what happened to it, and what each revision is compared with."""

    entry: StoryEntry
    state: StoryState
    items: list[Item]
    compared: Mapping[int, Dating | None]


class _Stories:
    """The stories that are played; those which came last are kept."""

    def __init__(self, archive: Archive, known: int, order: Order) -> None:
        self._archive = archive
        self._known = known
        self._order: Order = order
        self._kept: Recent[str, _Played] = Recent(_KEPT)

    def played(self, story: str) -> _Played:
        found = self._kept.get(story)
        if found is not None:
            self._kept.used(story)
            return found
        entry = self._archive.story_known(story, self._known)
        state = self._archive.state_of(entry, self._known)
        found = _Played(
            entry,
            state,
            items(state, self._known, self._order),
            predecessors(state, self._known, self._order),
        )
        self._kept.keep(story, found, len(found.items))
        return found


def places(archive: Archive, story: str | None, known: int, order: Order) -> Iterator[Place]:
    """Where everything that happened to a story, or to all, has its place; story by story."""
    listed = archive.listed_at(known) if story is None else [archive.story_known(story, known)]
    numbered = enumerate(listed)
    while some := list(islice(numbered, TOGETHER)):
        ready = archive.together([entry for _, entry in some], texts=False)
        for number, entry in some:
            state = ready.state_of(entry, known)
            times = {r.position: r.recorded_at for r in state.revisions}
            for count, item in enumerate(items(state, known, order)):
                if order == "published":
                    yield item.at, number, count, entry.id
                else:
                    at = times.get(item.position) or archive.log.at(item.position).recorded_at
                    yield at, item.position, count, entry.id


def steps(
    archive: Archive,
    story: str | None,
    *,
    known: int,
    order: Order = "published",
    since: int | None = None,
    until: int | None = None,
    ordered: Callable[[Iterable[Place]], Iterable[Place]] = sorted,
) -> Iterator[Step]:
    """The steps from `since` to `until` (instants, both inclusive), texts read as they come.

    Args:
        ordered: puts places in order, of which there are as many as steps.

    Raises:
        NotFoundError: there is no such story, or none was known by `known`.
    """
    wanted = (
        place
        for place in places(archive, story, known, order)
        if (since is None or since <= place[0]) and (until is None or place[0] <= until)
    )
    stories = _Stories(archive, known, order)
    for moment, _, count, name in ordered(wanted):
        played = stories.played(name)
        item = played.items[count]
        yield _step(archive, played.entry, played.state, item, moment, played.compared)


def _step(
    archive: Archive,
    entry: StoryEntry,
    state: StoryState,
    item: Item,
    moment: int,
    predecessors: Mapping[int, Dating | None],
) -> Step:
    restriction = archive.restriction(entry, item.revision)
    if item.note is not None:
        if restriction is not None and item.kind in ("note", "amendment"):
            return Step(entry, item, moment, restriction=restriction)
        note = archive.note_text(entry, item.note, item.revision, item.of)
        return Step(entry, item, moment, note=note)
    if item.source is None or item.revision is None:
        return Step(entry, item, moment)
    if restriction is not None:
        return Step(entry, item, moment, restriction=restriction)
    after = archive.article(entry, item.revision, item.source.event.article)
    compared = predecessors.get(item.revision)
    if compared is None:
        return Step(entry, item, moment, article=after)
    before = _before(archive, entry, state.revision(compared.revision))
    return Step(
        entry,
        item,
        moment,
        before=f"r{compared.revision}",
        article=after,
        change=difference(before, after) if before and after else None,
    )


def _before(archive: Archive, entry: StoryEntry, revision: Revision) -> Article | None:
    """What another revision said, where that may be read."""
    try:
        return archive.article(entry, revision.number, revision.event.article)
    except RestrictedError:
        return None
