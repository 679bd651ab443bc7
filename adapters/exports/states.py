"""Stories as they stood: what an export shows of each revision that is selected.

A *state* is a revision with the answer to when it was in force. A *departure* says that a story was
gone at the end of what is selected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from variorum.adapters.exports.selection import (
    Chosen,
    Selection,
    entries,
    last_answer,
    revisions,
)
from variorum.domain.access import Access
from variorum.domain.archive import Archive
from variorum.domain.asof import Absence, MarksAt, NotInForce, current
from variorum.domain.content import Description
from variorum.domain.overview import TOGETHER
from variorum.domain.ports import Standing, StoryEntry
from variorum.domain.shown import Shown
from variorum.domain.stated import possible_words
from variorum.domain.streams import story_stream
from variorum.domain.working import WorkingStory


@dataclass(frozen=True, slots=True)
class State:
    """A revision of a story, and its answer.

    `first` is the instant from which the story's first revision counts, as known.
    """

    chosen: Chosen
    shown: Shown
    description: Description
    first: int

    @property
    def name(self) -> str:
        """`border-troops@r2`"""
        return f"{self.chosen.entry.id}@{self.chosen.revision.name}"

    @property
    def doubts(self) -> tuple[str, ...]:
        """What else may have been in force at the moment it is shown for, in words."""
        return possible_words(self.shown.possible)

    @property
    def remainder(self) -> str | None:
        """What the text shown commits to (hex), where a part of the recorded one is gone."""
        recorded = self.chosen.revision.event.article
        present = Access(erasures=self.chosen.erasures).present(recorded)
        if present is None or present == recorded or self.chosen.article is None:
            return None
        return present.commitment

    @property
    def title(self) -> str:
        """Its headline; where it has none that can be shown, its name."""
        article = self.chosen.article
        return (article.headline if article else None) or self.name


@dataclass(frozen=True, slots=True)
class Departure:
    """A story was gone, since an instant if that is known; `revision` is what had stood before."""

    entry: StoryEntry
    description: Description
    since: int | None
    revision: int | None
    first: int | None


def states(archive: Archive, selection: Selection) -> Iterator[State | Departure]:
    """The states of the stories that are selected, each story's in order of publication.

    Raises:
        NotFoundError: a story that was asked for is not there.
    """
    waiting = iter(entries(archive, selection))
    while some := list(islice(waiting, TOGETHER)):
        standings = _standings(archive, some, selection)
        ready = archive.together(some)
        for entry in some:
            yield from states_of(ready, entry, selection, standings.get(entry.id))


def _standings(
    archive: Archive, some: list[StoryEntry], selection: Selection
) -> dict[str, Standing]:
    """What is found together of some stories at the moment that is asked for, if one is."""
    if selection.at is None:
        return {}
    at_one: dict[int, list[StoryEntry]] = {}
    for entry in some:  # the same words may mean another instant in another zone
        at_one.setdefault(archive.instant(selection.at, entry), []).append(entry)
    found: dict[str, Standing] = {}
    for at, stories in at_one.items():
        found.update(archive.standings(stories, at, selection.known.position))
    return found


def states_of(
    archive: Archive, entry: StoryEntry, selection: Selection, standing: Standing | None = None
) -> Iterator[State | Departure]:
    """The states of one story in order of publication, and that it was gone, if it was.

    Args:
        standing: what was found of it at the moment that is asked for.
    """
    known = selection.known.position
    state = archive.state_of(entry, known)
    datings = current(state.datings, known)
    first = datings[0].published.at if datings else None
    description = archive.description(entry)
    found = sorted(
        revisions(archive, entry, selection, state),
        key=lambda chosen: (chosen.published.at, chosen.revision.position),
    )
    marks_at = _marks_at(archive, entry, known) if len(found) > 1 else None
    for chosen in found:
        assert first is not None
        shown = _shown(archive, chosen, selection, marks_at, standing)
        yield State(chosen, shown, description, first)
    last = last_answer(archive, entry, state, selection)
    if isinstance(last, NotInForce) and last.reason is Absence.GONE:
        number = last.last.revision if last.last else None
        yield Departure(entry, description, last.since, number, first)


def state_of(archive: Archive, shown: Shown) -> State:
    """The state that an answer is about."""
    state = archive.state_of(shown.story, shown.known.position)
    erasures = tuple(erasure for erasure, _ in shown.erasures)
    revision = state.revision(shown.revision)
    chosen = Chosen(
        shown.story, revision, shown.published, shown.article, shown.restriction, erasures
    )
    first = current(state.datings, shown.known.position)[0].published.at
    return State(chosen, shown, shown.description, first)


def _marks_at(archive: Archive, entry: StoryEntry, known: int) -> MarksAt | None:
    """What gives the marks of a story at any instant soon; None for stories that are one."""
    if entry.members:
        return None
    working = WorkingStory()
    for recorded in archive.log.stream(story_stream(entry.id), known):
        working.apply(recorded)
    return working.marks


def _shown(
    archive: Archive,
    chosen: Chosen,
    selection: Selection,
    marks_at: MarksAt | None,
    standing: Standing | None,
) -> Shown:
    entry, known = chosen.entry, selection.known
    answers = not selection.apart or not archive.story(entry.id, known.position).members
    if selection.at is not None and chosen.restriction is None and answers:
        return archive.show_entry(entry, archive.instant(selection.at, entry), known, standing)
    return archive.show_number(
        entry, chosen.revision.number, known, withheld=True, marks_at=marks_at
    )
