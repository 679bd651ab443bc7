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
from variorum.domain.content import ContentRef, SourceRef
from variorum.domain.notices import StatedNotice
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
    implied: tuple[Implied, ...] = ()


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


EVENTS: tuple[type[Event], ...] = (
    StoryOpened,
    RevisionRecorded,
    StorySighted,
    RevisionRedated,
    NoteAttached,
    CollectionOpened,
    KeyRotated,
)
