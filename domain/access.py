"""What of a story may be read: what was restricted, what was erased, by whom, and why.

A *restriction* hides the story, or one revision of it, until an instant of the archive's clock or
until it is *restored*; the last that was said of each counts. An *erasure* is the record of
contents that are gone. Where one part of an article was erased, the *remainder* is the article
without it. Both count from the moment they are recorded, whatever moment is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Access:
    """All that was restricted, restored and erased of a story, in order of recording."""

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
        if all(each.position <= position for each in self.restrictions if each.restored):
            return self
        counts = (
            each for each in self.restrictions if not each.restored or each.position <= position
        )
        return replace(self, restrictions=tuple(counts))

    def restriction(self, revision: int | None, now: int) -> Restriction | None:
        """What hides a revision at an instant: the story's restriction, or its own."""
        for target in (None,) if revision is None else (None, revision):
            last = self.said_of(target)
            if last is not None and last.holds(now):
                return last
        return None

    def said_of(self, revision: int | None) -> Restriction | None:
        """The last that was said of the story by itself, or of one revision by itself."""
        said = [each for each in self.restrictions if each.revision == revision]
        return said[-1] if said else None

    def present(self, ref: ContentRef) -> ContentRef | None:
        """What is there of an article now: itself, its last remainder, or nothing."""
        now: ContentRef | None = ref
        for erasure in self.erasures:
            if now is not None and ErasedContent(ContentKind.ARTICLE, now.ordinal) in (
                erasure.contents
            ):
                now = erasure.remainder
        return now

    def erasure_of(self, kind: ContentKind, ref: ContentRef) -> Erasure | None:
        """The record that a content is gone; None where there is none."""
        wanted = ErasedContent(kind, ref.ordinal)
        return next((each for each in self.erasures if wanted in each.contents), None)

    def is_reason(self, ref: ContentRef) -> bool:
        """Whether a note says why something was restricted, restored or erased."""
        reasons = (*(each.note for each in self.restrictions), *(e.note for e in self.erasures))
        return ref in reasons

    def of_revision(self, revision: int) -> Iterator[Erasure]:
        """What was erased of a revision."""
        return (each for each in self.erasures if each.revision == revision)


OPEN = Access()
"""The access of a story of which nothing was restricted or erased."""
