"""What the archive asks of the outside world. Each adapter says which of these it implements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from variorum.domain.access import Access
    from variorum.domain.amendments import Amendment, Merger
    from variorum.domain.asof import Dating, Marks, Place
    from variorum.domain.content import ContentKind, ContentRef, Held, NewContent, SourceRef
    from variorum.domain.events import Event
    from variorum.domain.log import Recorded
    from variorum.domain.notices import DatedItem, StatedNotice
    from variorum.domain.situation import Situation
    from variorum.domain.times import DateOrder


class StoryEntry(Struct, frozen=True, gc=False):
    """A story as the catalogue lists it. `key` is the catalogue's own and is not shown."""

    key: int
    id: str
    position: int
    recorded_at: int
    zone: str | None
    date_order: DateOrder | None
    outlet: str | None
    address: str | None
    description: ContentRef | None
    taken_down: bool = False
    """Whether anything of it was ever restricted or erased (`Catalogue.access`)."""
    amended: bool = False
    """Whether it was ever described anew, or merged with another (`Catalogue.amendments`)."""
    members: tuple[Member, ...] = ()
    """The stories that are one with it (`Archive.story` finds them)."""

    def home(self, number: int) -> tuple[StoryEntry, int]:
        """The story on whose stream a revision is, and its number there."""
        for member in self.members:
            own = member.merger.own(number)
            if own is not None:
                return member.entry, own
        return self, number


@dataclass(frozen=True, slots=True)
class Member:
    """A story that is one with another, and by what numbers its revisions are called there."""

    entry: StoryEntry
    merger: Merger


class RecordedRevision(Struct, frozen=True, gc=False):
    """A revision as it was recorded, without its dating."""

    position: int
    recorded_at: int
    revision: int
    captured: int | None
    article: ContentRef
    source: SourceRef | None
    notices: tuple[StatedNotice, ...]
    items: tuple[DatedItem, ...] = ()


class Standing(Struct, frozen=True, gc=False):
    """What is found of a story at (T, K) at once."""

    entry: StoryEntry
    head: int
    """The last position of the log at that moment."""
    marks: Marks
    """As `Catalogue.marks`, perhaps without some that cannot change what was in force."""
    recorded_at: int | None
    """When the revision that stood was recorded."""
    captured: int | None
    recorded: RecordedRevision | None = None
    """That revision, where its text was asked for; None where it takes another look."""
    article: Held | None = None
    """Its text, checked; None where it takes another look."""
    description: Held | None = None
    """What is known of the story, checked; None where there is none, or it takes another look."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log: the last position, and when it was recorded (instant); 0, 0 if empty."""

    position: int
    recorded_at: int


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> int:
        """Now, in microseconds since 1970 UTC."""
        ...


class Sent(Protocol):
    """Events that another process was sent to append (`Log.send`)."""

    def stored(self) -> bool:
        """Waits until it is known whether they were stored; asked once.

        Where they were not, or that cannot be known, whoever sent them appends them: that says why
        they cannot be, or conflicts with themselves.
        """
        ...


class Log(Protocol):
    """The events of one collection, in order."""

    def append(self, events: Sequence[Event], contents: Iterable[NewContent] = ()) -> Sequence[int]:
        """Stores events and the contents they commit to, all or nothing; gives their positions.

        What a `ContentErased` among them says to be gone is erased together with that.

        Raises:
            ConflictError: a stream has an event of that version already.
            ClockError: the log's last recorded time is well ahead of the clock.
            StorageError: the database cannot be reached, or is full.
        """
        ...

    def send(
        self, events: Sequence[Event], contents: Sequence[NewContent], *, follows: bool
    ) -> Sent | None:
        """Has another process append them, as `append` does; None where there is no such process.

        Args:
            events: none of which says that something is gone.
            follows: they are not appended where those that were sent before were not.
        """
        ...

    def head(self) -> Head: ...

    def position_at(self, instant: int) -> int:
        """The last position recorded at or before an instant; 0 if there is none."""
        ...

    def at(self, position: int) -> Recorded:
        """The event at a position.

        Raises:
            NotFoundError: the log does not reach so far.
        """
        ...

    def revision(self, position: int) -> RecordedRevision:
        """The revision recorded at a position.

        Raises:
            NotFoundError: the log does not reach so far.
            DamagedError: no revision was recorded there.
        """
        ...

    def beginnings(self, streams: Sequence[str], events: int) -> dict[str, list[Recorded]]:
        """The first events of some streams, no more than so many of each, asked for together.

        A stream that has none is not among them.
        """
        ...

    def together(self, streams: Sequence[str]) -> Log:
        """This log, with some streams read together: what is asked of them is as of now."""
        ...

    def stream(self, stream: str, known: int) -> list[Recorded]:
        """The events of a stream up to a position, in order."""
        ...

    def after(self, position: int, limit: int, until: int) -> list[Recorded]:
        """Events above one position and up to another, in order."""
        ...

    def lines(self, until: int) -> Iterator[bytes]:
        """The exact lines of the log, in order, up to a position (variorum.domain.log).

        Raises:
            DamagedError: a position is missing.
        """
        ...

    def lines_of(self, stream: str) -> list[tuple[int, bytes]]:
        """The exact lines of a stream's events, in order, each with its position.

        Raises:
            DamagedError: one before the last of them is missing.
        """
        ...


class Catalogue(Protocol):
    """Finds stories, and the marks that decide what was in force."""

    def story(self, story: str) -> StoryEntry | None: ...

    def stories_at(self, address: str) -> Sequence[StoryEntry]:
        """The stories that were ever said to have a canonical URL, by the hex of its SHA-256."""
        ...

    def stories(self, known: int) -> Iterator[StoryEntry]: ...

    def marks(self, story: StoryEntry, at: int, known: int) -> Marks:
        """The marks that decide (T, K), of a story with those that are one with it."""
        ...

    def seen_again(
        self, story: StoryEntry, revision: int, place: Place, at: int, known: int
    ) -> int | None:
        """When a revision was first seen after a place, and after any other text (`SeenAgain`)."""
        ...

    def standing(self, story: str, at: int, known: int, *, text: bool = False) -> Standing | None:
        """What is found of a story at once; None where there is none, or it was amended.

        Args:
            text: whether it is to find the event, the text and the description too, where that
                takes no other look and nothing of the story was taken down.

        Raises:
            DamagedError: a stored text is not what the event committed to.
        """
        ...

    def standings(
        self, stories: Sequence[str], at: int, known: int, *, text: bool = False
    ) -> Mapping[str, Standing]:
        """As `standing`, of many stories together, by their ids."""
        ...

    def dating(self, story: StoryEntry, revision: int, known: int) -> Dating | None: ...

    def last_seen(self, story: StoryEntry, revision: int, known: int) -> int | None:
        """When a revision of a story's own stream was last seen to stand, as sightings have it."""
        ...

    def situation(self, story: StoryEntry | None, at: int) -> Situation:
        """What a decision looks at, of a story with those that are one with it."""
        ...

    def access(self, story: StoryEntry) -> Access:
        """What was restricted and erased of a story, as known now."""
        ...

    def amendments(self, story: StoryEntry) -> Sequence[Amendment]:
        """What was said of a story after it was opened, in order of recording."""
        ...


class ContentStore(Protocol):
    """Holds the content of a collection's stories."""

    def held(self, stream: str, kind: ContentKind, ref: ContentRef) -> Held | None:
        """A content with its salt; None where it is not held, or not any more.

        Raises:
            DamagedError: what is stored is not what the event committed to.
        """
        ...

    def salt(self, stream: str, kind: ContentKind, ordinal: int) -> bytes | None: ...

    def salts(
        self, streams: Sequence[str], kind: ContentKind, below: int
    ) -> dict[tuple[str, int], bytes]:
        """Salts of contents of ordinals below one, by stream and ordinal, asked for together.

        Not all need be there: those that are not may yet be held.
        """
        ...

    def together(self, streams: Sequence[str]) -> ContentStore:
        """This store, with much of what some streams have read together, as it is now."""
        ...
