"""What of a story may be read: what was restricted, what was erased, by whom, and why.

A *restriction* hides the story, or one revision of it, until an instant of the archive's clock or
until it is *restored*; the last that was said of each counts. An *erasure* is the record of
contents that are gone. Where one part of an article was erased, the *remainder* is the article
without it. Both count from the moment they are recorded, whatever moment is asked about.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from variorum.domain.content import ContentKind, ContentRef, ErasedContent, ErasedPart
from variorum.domain.errors import RestrictedError
from variorum.domain.times import iso


@dataclass(frozen=True, slots=True)
class Restriction:
    """What was said of who may read: restricted until then, or restored."""

    position: int
    recorded_at: int
    actor: str
    revision: int | None
    """None for the whole story."""
    restored: bool
    until: int | None
    note: ContentRef
    of: str | None = None
    """The story whose it is, where that is told of another that it is one with."""

    def holds(self, now: int) -> bool:
        """Whether it hides what it is about at an instant."""
        return not self.restored and (self.until is None or now < self.until)

    @property
    def ends(self) -> str:
        """Until when, for people."""
        return "until it is restored" if self.until is None else f"until {iso(self.until)}"

    def error(self, story: str) -> RestrictedError:
        """The error of whoever wants to read what it hides."""
        name = story if self.revision is None else f"{story} r{self.revision}"
        return RestrictedError(
            f"{name} is restricted {self.ends} (by event #{self.position})",
            detail={
                "until": None if self.until is None else iso(self.until),
                "restricted_at": self.position,
            },
        )


@dataclass(frozen=True, slots=True)
class Erasure:
    """The record of contents that are gone."""

    position: int
    recorded_at: int
    actor: str
    revision: int | None
    part: ErasedPart
    number: int | None
    """Of a part of an article, from 1; of a note, the position of its event."""
    contents: tuple[ErasedContent, ...]
    remainder: ContentRef | None
    note: ContentRef
    of: str | None = None
    """As of a restriction."""

    @property
    def what(self) -> str:
        """What is gone: `paragraph 3 of r2`."""
        return part_name(self.part, self.number, self.revision)


def part_name(part: ErasedPart, number: int | None, revision: int | None) -> str:
    """A part for people: `paragraph 3 of r2`, `r2`, `description`, `note #12 of r2`."""
    sign = "#" if part is ErasedPart.NOTE else ""
    name = part.value if number is None else f"{part.value} {sign}{number}"
    if revision is None:
        return name
    return f"r{revision}" if part is ErasedPart.REVISION else f"{name} of r{revision}"


@dataclass(frozen=True)
class Access:
    """All that was restricted, restored and erased of a story, in order of recording.

    Whoever goes through a story asks about each of its revisions: an answer takes no longer where
    much was taken down.
    """

    restrictions: tuple[Restriction, ...] = ()
    erasures: tuple[Erasure, ...] = ()

    def before(self, position: int) -> Access:
        """The access as it was just before a position of the log."""
        return Access(
            tuple(each for each in self.restrictions if each.position < position),
            tuple(each for each in self.erasures if each.position < position),
        )

    def restored_by(self, position: int) -> Access:
        """The access without what was restored after a position of the log."""
        if self._last_restored <= position:
            return self
        found = self._restored_by.get(position)
        if found is None:
            counts = (
                each for each in self.restrictions if not each.restored or each.position <= position
            )
            found = self._restored_by[position] = replace(self, restrictions=tuple(counts))
        return found

    def restriction(self, revision: int | None, now: int) -> Restriction | None:
        """What hides a revision at an instant: the story's restriction, or its own."""
        for target in (None,) if revision is None else (None, revision):
            last = self.said_of(target)
            if last is not None and last.holds(now):
                return last
        return None

    def said_of(self, revision: int | None) -> Restriction | None:
        """The last that was said of the story by itself, or of one revision by itself."""
        return self._said.get(revision)

    def present(self, ref: ContentRef) -> ContentRef | None:
        """What is there of an article now: itself, its last remainder, or nothing."""
        now: ContentRef | None = ref
        place = 0
        while now is not None:
            places = self._gone.get(ErasedContent(ContentKind.ARTICLE, now.ordinal), ())
            following = bisect_left(places, place)
            if following == len(places):
                break
            place = places[following] + 1
            now = self.erasures[place - 1].remainder
        return now

    def erasure_of(self, kind: ContentKind, ref: ContentRef) -> Erasure | None:
        """The record that a content is gone; None where there is none."""
        places = self._gone.get(ErasedContent(kind, ref.ordinal))
        return self.erasures[places[0]] if places else None

    def is_reason(self, ref: ContentRef) -> bool:
        """Whether a note says why something was restricted, restored or erased."""
        return ref in self._reasons

    def of_revision(self, revision: int) -> Sequence[Erasure]:
        """What was erased of a revision."""
        return self._of.get(revision, ())

    @cached_property
    def _last_restored(self) -> int:
        return max((each.position for each in self.restrictions if each.restored), default=0)

    @cached_property
    def _restored_by(self) -> dict[int, Access]:
        """What was answered, by position."""
        return {}

    @cached_property
    def _said(self) -> Mapping[int | None, Restriction]:
        return {each.revision: each for each in self.restrictions}

    @cached_property
    def _gone(self) -> Mapping[ErasedContent, Sequence[int]]:
        """By content, the places among the erasures of those that say that it is gone."""
        found: dict[ErasedContent, list[int]] = {}
        for place, erasure in enumerate(self.erasures):
            for content in dict.fromkeys(erasure.contents):
                found.setdefault(content, []).append(place)
        return found

    @cached_property
    def _reasons(self) -> frozenset[ContentRef]:
        reasons = (*(each.note for each in self.restrictions), *(e.note for e in self.erasures))
        return frozenset(reasons)

    @cached_property
    def _of(self) -> Mapping[int | None, Sequence[Erasure]]:
        found: dict[int | None, list[Erasure]] = {}
        for erasure in self.erasures:
            found.setdefault(erasure.revision, []).append(erasure)
        return found


OPEN = Access()
"""The access of a story of which nothing was restricted or erased."""
