"""Amendments: what was said of a story after it was opened.

A *redescription* gives it another zone, date order, outlet or URL. A *merger* says that another
story is one with it, and a *parting* that it is not; whoever asks for that other story is *sent*
to it meanwhile. Each counts from the position at which it was recorded: an earlier K knows the
stories as they were said to be then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from variorum.domain.content import ContentRef
from variorum.domain.times import DateOrder

if TYPE_CHECKING:
    from variorum.domain.ports import StoryEntry


@dataclass(frozen=True, slots=True)
class Redescription:
    """All that is said of a story's zone, outlet and URL, from a position on."""

    position: int
    zone: str | None
    date_order: DateOrder | None
    outlet: str | None
    address: str | None
    description: ContentRef | None


@dataclass(frozen=True, slots=True)
class Merger:
    """Another story is one with this one; its r1 is called r`first` here, and so on."""

    position: int
    other: str
    first: int
    revisions: int

    @property
    def following(self) -> int:
        """The next number after those that it gives."""
        return self.first + self.revisions

    def own(self, number: int) -> int | None:
        """The number, in its own story, of what is called r`number` here; None for another's."""
        return number - self.first + 1 if self.first <= number < self.following else None

    def here(self, own: int) -> int:
        """The number here of a revision of the other story."""
        return self.first + own - 1


@dataclass(frozen=True, slots=True)
class Parting:
    """Another story is not one with this one, after all."""

    position: int
    other: str


@dataclass(frozen=True, slots=True)
class Redirection:
    """Whoever asks for the story is sent to another; to itself again, where `to` is None."""

    position: int
    to: str | None


Amendment = Redescription | Merger | Parting | Redirection


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment as it was recorded, with the note that says why."""

    recorded_at: int
    actor: str
    amendment: Amendment
    note: ContentRef

    @property
    def position(self) -> int:
        return self.amendment.position


def sent_to(amendments: Iterable[Amendment], known: int) -> str | None:
    """The story to which whoever asks is sent, as known by K; None for itself.

    A merger and a parting are two events of one append, the redirection the second of them: it is
    known as soon as the first is.
    """
    to: str | None = None
    for each in amendments:
        if isinstance(each, Redirection) and each.position - 1 <= known:
            to = each.to
    return to


def mergers(amendments: Iterable[Amendment], known: int) -> tuple[Merger, ...]:
    """The mergers that hold, as known by K, in the order in which they were recorded."""
    found: dict[str, Merger] = {}
    for each in amendments:
        if each.position > known:
            continue
        if isinstance(each, Merger):
            found[each.other] = each
        elif isinstance(each, Parting):
            found.pop(each.other, None)
    return tuple(found.values())


def last_number(amendments: Iterable[Amendment]) -> int:
    """The last number that any merger ever gave; 0 if there was none. None is given again."""
    return max((each.following - 1 for each in amendments if isinstance(each, Merger)), default=0)


def described(entry: StoryEntry, amendments: Sequence[Amendment], known: int) -> StoryEntry:
    """A story's entry with what was said of it last, as known by K."""
    for each in reversed(amendments):
        if isinstance(each, Redescription) and each.position <= known:
            return structs.replace(
                entry,
                zone=each.zone,
                date_order=each.date_order,
                outlet=each.outlet,
                address=each.address,
                description=each.description,
            )
    return entry
