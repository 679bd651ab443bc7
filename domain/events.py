"""The events: what happened to a story or a collection, once, for ever.

An event holds ids, times (µs since 1970, UTC), types, lengths, digests, numbers, enumerations and
commitments. Whatever may have to be erased is content, and an event only commits to it.
`originator_id` names the stream and `originator_version` the event's place in it, from 0.

Each leaf class has a TOPIC, which is stored; its last number is the version of the schema. A class
whose schema is superseded stays, and says with `upgrade()` what its event is in the next one.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from variorum.domain.asof import Implied, Outcome
from variorum.domain.content import ContentRef, ErasedContent, ErasedPart, SourceRef
from variorum.domain.notices import DatedItem, StatedNotice
from variorum.domain.outlet import Language, NoticePlace
from variorum.domain.times import DateOrder, PublishedTime


class Event(BaseModel):
    """What every event has: its stream, its version there, and the id of who caused it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
    TOPIC: ClassVar[str]

    originator_id: str
    originator_version: int = Field(ge=0)
    actor: str

    def upgrade(self) -> Event | None:
        """This event in the next version of its schema; None in the newest."""
        return None


class StoryOpened(Event):
    """A story got its identity.

    `address` is the SHA-256 (hex) of its canonical URL; the URL itself is content.
    """

    TOPIC: ClassVar[str] = "story.opened.1"

    zone: str | None = None
    date_order: DateOrder | None = None
    outlet: str | None = None
    address: str | None = None
    description: ContentRef | None = None


class RevisionRecorded(Event):
    """The newsroom published a text that differs from the one in force before it."""

    TOPIC: ClassVar[str] = "story.revision-recorded.1"

    revision: int = Field(ge=1)
    published: PublishedTime
    captured: int | None = None
    article: ContentRef
    source: SourceRef | None = None
    notices: tuple[StatedNotice, ...] = ()
    items: tuple[DatedItem, ...] = ()
    implied: tuple[Implied, ...] = ()
    others: tuple[PublishedTime, ...] = ()
    """Other times at which it is said to have been published, which disagree with `published`."""


class StorySighted(Event):
    """The story was looked for, or a copy of it was found, and this is what was seen.

    `at` is the instant of the newsroom's clock from which that counts: the one that the copy
    states, or that at which someone looked. `captured` is when the copy was made, where that is
    another.
    `revision` is the one that stood there, where the outcome is `unchanged`.
    """

    TOPIC: ClassVar[str] = "story.sighted.1"

    at: int
    outcome: Outcome
    revision: int | None = None
    captured: int | None = None


class RevisionRedated(Event):
    """A revision turned out to have been published at another time; the old dating stays known."""

    TOPIC: ClassVar[str] = "story.revision-redated.1"

    revision: int = Field(ge=1)
    published: PublishedTime
    note: ContentRef | None = None


class NoteAttached(Event):
    """An archivist wrote something down about the story or one revision."""

    TOPIC: ClassVar[str] = "story.note-attached.1"

    revision: int | None = None
    note: ContentRef


class AccessRestricted(Event):
    """The story, or one revision of it, is not to be read: until an instant, or until restored.

    Who asked for it, why and on what authority is the note.
    """

    TOPIC: ClassVar[str] = "story.access-restricted.1"

    revision: int | None = None
    until: int | None = None
    note: ContentRef


class AccessRestored(Event):
    """The story, or one revision of it, may be read again."""

    TOPIC: ClassVar[str] = "story.access-restored.1"

    revision: int | None = None
    note: ContentRef


class ContentErased(Event):
    """Contents were erased, with their salts; the events that committed to them stay.

    `part` and `number` (from 1) say what of a revision it was, where something of its article
    remains: `remainder` is the article without that part. `contents` are the contents that are
    gone; whatever they were is known from the events that committed to them.
    """

    TOPIC: ClassVar[str] = "story.content-erased.1"

    revision: int | None = None
    part: ErasedPart
    number: int | None = None
    contents: tuple[ErasedContent, ...]
    remainder: ContentRef | None = None
    note: ContentRef


class StoryDescribed(Event):
    """Zone, outlet or URL of a story turned out to be others; from here on these are all of them.

    Who said so, why and on what authority is the note.
    """

    TOPIC: ClassVar[str] = "story.described.1"

    zone: str | None = None
    date_order: DateOrder | None = None
    outlet: str | None = None
    address: str | None = None
    description: ContentRef | None = None
    note: ContentRef


class StoryMerged(Event):
    """Another story is one with this one, whose answers are those of both from here on.

    `other` is its id. Its revisions r1, r2 … up to `revisions` are called by the numbers from
    `first` on here; that is also where they are in this story's order of arrival.
    """

    TOPIC: ClassVar[str] = "story.merged.1"

    other: str
    first: int = Field(ge=1)
    revisions: int = Field(ge=0)
    note: ContentRef


class StoryUnmerged(Event):
    """Another story is not one with this one, after all."""

    TOPIC: ClassVar[str] = "story.unmerged.1"

    other: str
    note: ContentRef


class StoryRedirected(Event):
    """Whoever asks for this story is answered by another one, `to`; by itself again, if None.

    The other half of `StoryMerged` and `StoryUnmerged`, on the stream of the story that is merged.
    """

    TOPIC: ClassVar[str] = "story.redirected.1"

    to: str | None = None
    note: ContentRef


class CollectionOpened(Event):
    """A collection began. Always the first event of its log."""

    TOPIC: ClassVar[str] = "collection.opened.1"


class KeyRotated(Event):
    """From here on the collection signs with this key.

    `name` is the key's name in signed notes (C2SP signed-note), `public_key` the hex of the raw
    32 bytes of an Ed25519 key (RFC 8032).
    """

    TOPIC: ClassVar[str] = "collection.key-rotated.1"

    name: str
    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")


class OutletDescribed(Event):
    """What is known of an outlet from here on, all of it. `description` commits to its name."""

    TOPIC: ClassVar[str] = "collection.outlet-described.1"

    outlet: str
    zone: str | None = None
    date_order: DateOrder | None = None
    language: Language | None = None
    notices: NoticePlace | None = None
    description: ContentRef | None = None
    note: ContentRef | None = None


class ExportIssued(Event):
    """Content left the archive in an export: an entry of the register of exports.

    `position` is the size of the log that the export shows. `whole` means that it holds all that
    was known then; otherwise `held` commits to the list of the revisions that it holds. `digest`
    (SHA-256, hex) is that of the export's manifest, or of the file that was written.
    """

    TOPIC: ClassVar[str] = "collection.export-issued.1"

    format: str
    position: int
    stories: int
    revisions: int
    whole: bool = False
    held: ContentRef | None = None
    digest: str | None = None


class LogRestored(Event):
    """The archive was restored from a state older than the last one that was signed.

    `size` and `root` (hex) are of the head that was signed and lost.
    """

    TOPIC: ClassVar[str] = "collection.log-restored.1"

    size: int
    root: str = Field(pattern=r"^[0-9a-f]{64}$")


class FixityChecked(Event):
    """The archive was verified up to a position, and this is what was found."""

    TOPIC: ClassVar[str] = "collection.fixity-checked.1"

    position: int
    intact: int
    erased: int
    deep: bool = False


EVENTS: tuple[type[Event], ...] = (
    StoryOpened,
    RevisionRecorded,
    StorySighted,
    RevisionRedated,
    NoteAttached,
    AccessRestricted,
    AccessRestored,
    ContentErased,
    StoryDescribed,
    StoryMerged,
    StoryUnmerged,
    StoryRedirected,
    CollectionOpened,
    OutletDescribed,
    KeyRotated,
    ExportIssued,
    LogRestored,
    FixityChecked,
)
