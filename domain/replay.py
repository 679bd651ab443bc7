"""Replay: a story's history as steps, each with what it changed in the text.

In order of publication a revision is compared with the one just before it by the newsroom's
clock; in order of recording with the one just before it as was known when it was recorded, so that
a late arrival is shown where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from variorum.domain.access import Restriction
from variorum.domain.archive import Archive
from variorum.domain.asof import Dating, Order
from variorum.domain.content import Article, Note
from variorum.domain.differences import Difference, difference
from variorum.domain.errors import RestrictedError
from variorum.domain.history import Item, items, predecessors
from variorum.domain.ports import StoryEntry
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


def moments(
    archive: Archive, story: str | None, known: int, order: Order
) -> list[tuple[int, StoryEntry, StoryState, Item]]:
    """Everything that happened to a story, or to all, in order, with its moment."""
    entries = archive.listed_at(known) if story is None else [archive.story_known(story, known)]
    found: list[tuple[int, StoryEntry, StoryState, Item]] = []
    for entry in entries:
        state = archive.state_of(entry, known)
        times = {r.position: r.recorded_at for r in state.revisions}
        for item in items(state, known, order):
            if order == "published":
                moment = item.at
            else:
                moment = times.get(item.position) or archive.log.at(item.position).recorded_at
            found.append((moment, entry, state, item))
    if order == "recorded":
        found.sort(key=lambda each: each[3].position)
    else:
        found.sort(key=lambda each: each[0])
    return found


def steps(
    archive: Archive,
    story: str | None,
    *,
    known: int,
    order: Order = "published",
    since: int | None = None,
    until: int | None = None,
) -> Iterator[Step]:
    """The steps from `since` to `until` (instants, both inclusive), texts read as they come.

    Raises:
        NotFoundError: there is no such story, or none was known by `known`.
    """
    compared: dict[str, Mapping[int, Dating | None]] = {}
    """By story, what each of its revisions is compared with."""
    for moment, entry, state, item in moments(archive, story, known, order):
        if (since is not None and moment < since) or (until is not None and moment > until):
            continue
        if entry.id not in compared:
            compared[entry.id] = predecessors(state, known, order)
        yield _step(archive, entry, state, item, moment, compared[entry.id])


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
