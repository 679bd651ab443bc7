"""Commands: what a story may be asked to record."""

from __future__ import annotations

from msgspec import Struct

from variorum.domain.asof import Implied, Outcome
from variorum.domain.content import Article, Description, Note, Written
from variorum.domain.errors import UsageError
from variorum.domain.notices import DatedItem, StatedNotice
from variorum.domain.times import DateOrder, PublishedTime


class Opening(Struct, frozen=True):
    """What is said of a story when it is first recorded."""

    zone: str | None = None
    date_order: DateOrder | None = None
    outlet: str | None = None
    """The outlet's id."""
    address: str | None = None
    """SHA-256 (hex) of the canonical URL."""
    description: Description | None = None


class Source(Struct, frozen=True):
    """A source as it was captured."""

    data: bytes
    media_type: str


class RecordCopy(Struct, frozen=True):
    """Record a copy of a story's text. `published` or `captured` is there, or both.

    Attributes:
        published: None where only the capture is known.
        captured: when the copy was made (instant), if known.
        implied: other revisions that the text says were published.
        earlier_text: whether the text says that an earlier one existed.
        first_published: when the first text came out, if the copy says so.
        items: the dated items of a live story.
        others: other times at which it is said to have been published, which disagree.
    """

    story: str
    actor: str
    article: Article | Written
    published: PublishedTime | None = None
    captured: int | None = None
    source: Source | None = None
    notices: tuple[StatedNotice, ...] = ()
    items: tuple[DatedItem, ...] = ()
    implied: tuple[Implied, ...] = ()
    earlier_text: bool = False
    first_published: PublishedTime | None = None
    others: tuple[PublishedTime, ...] = ()
    opening: Opening = Opening()

    @property
    def at(self) -> int:
        """The instant that the copy counts from.

        Raises:
            UsageError: neither a published nor a captured time is known.
        """
        if self.published is not None:
            return self.published.at
        if self.captured is None:
            raise UsageError("neither a published nor a captured time is known")
        return self.captured


class Sight(Struct, frozen=True):
    """Record that the story was looked for at an instant, and what was seen."""

    story: str
    actor: str
    at: int
    outcome: Outcome
    revision: int | None = None
    captured: int | None = None
    """When the copy that was seen was made, where that is another instant."""
    text_of: int | None = None
    """The instant that the text that was seen counts from, where its revision is not named."""
    opening: Opening | None = None
    """Given where a story may be opened by a sighting alone."""


class Revisit(Struct, frozen=True):
    """Record that a copy stood again at an instant: the one that was made at another, `of`.

    So do crawlers say it that found the same bytes and did not keep them twice.
    """

    story: str
    actor: str
    at: int
    of: int


class Redate(Struct, frozen=True):
    """Record that a revision was published at another time than was thought."""

    story: str
    actor: str
    revision: int
    published: PublishedTime
    note: Note | None = None


class AttachNote(Struct, frozen=True):
    """Attach a note to a story or to one of its revisions."""

    story: str
    actor: str
    note: Note
    revision: int | None = None
