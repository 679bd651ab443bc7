"""Content: what a story prints, kept apart from the events so that it can be erased.

An *article* is one revision's text, whole. Its *canonical bytes* are the JSON that is committed
to and stored. A *commitment* is SHA-256(salt ‖ content), with 32 random bytes of salt that are
kept, and erased, with the content: an event holds the commitment and never the text.
A *content reference* is what an event holds of one content: its place in the chain of its kind,
its length, its commitment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any

import orjson
from msgspec import Struct

from variorum.domain.errors import DamagedError, UnreadableError

SALT_BYTES = 32


class ContentKind(StrEnum):
    """The kinds of content of a story; each has a chain of its own."""

    ARTICLE = "article"
    SOURCE = "source"
    NOTE = "note"
    DESCRIPTION = "description"
    HOLDINGS = "holdings"
    """What an export holds, on the collection's own stream."""


class Comments(StrEnum):
    """Whether readers may comment, where the story says so."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or another medium, as the story presents it.

    `after` is the number of paragraphs that stand before it, None where that is not known.
    """

    caption: str | None = None
    credit: str | None = None
    title: str | None = None
    url: str | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedNotice:
    """A notice verbatim; `after` is the number of paragraphs that stand before it."""

    printed: str
    after: int | None = None


Part = str | Media | PrintedNotice


@dataclass(frozen=True, slots=True)
class Article:
    """What a story said in one revision, whole."""

    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    paragraphs: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    notices: tuple[PrintedNotice, ...] = ()
    comments: Comments | None = None

    @property
    def text(self) -> str:
        """The headline and the paragraphs, separated by blank lines."""
        parts = (self.headline, *self.paragraphs)
        return "\n\n".join(part for part in parts if part)

    def parts(self) -> Iterator[Part]:
        """Paragraphs, pictures and notices in the order in which they stand.

        Pictures and notices of which it is not known where they stood come last.
        """
        end = len(self.paragraphs)
        placed: tuple[Media | PrintedNotice, ...] = (*self.media, *self.notices)
        for count in range(end + 1):
            yield from (each for each in placed if _before(each.after, end) == count)
            if count < end:
                yield self.paragraphs[count]

    def canonical(self) -> bytes:
        """The bytes that are committed to (`canonical`)."""
        return canonical(self)


def _before(after: int | None, end: int) -> int:
    return end if after is None else min(after, end)


class Written(Struct, frozen=True, gc=False):
    """An article of which the canonical bytes are at hand, and more is not asked for."""

    data: bytes

    def canonical(self) -> bytes:
        return self.data


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a story that is not in any one revision."""

    url: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Free text by an archivist: a note, or why and on what authority something was done."""

    text: str
    why: str | None = None
    authority: str | None = None


_COMMITMENT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ContentRef:
    """What an event holds of a content; the commitment in hex."""

    ordinal: int
    length: int
    commitment: str

    def __post_init__(self) -> None:
        if self.ordinal < 0 or self.length < 0 or not _COMMITMENT.fullmatch(self.commitment):
            raise ValueError("not a reference to content")


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The source as it was captured: its content, and its media type (RFC 6838)."""

    content: ContentRef
    media_type: str


class ErasedPart(StrEnum):
    """What was erased: a whole content, or a part of an article."""

    REVISION = "revision"
    """A revision's article, and its source."""
    PARAGRAPH = "paragraph"
    HEADLINE = "headline"
    BYLINE = "byline"
    DATELINE = "dateline"
    CAPTION = "caption"
    CREDIT = "credit"
    NOTICE = "notice"
    SOURCE = "source"
    DESCRIPTION = "description"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ErasedContent:
    """A content that is gone: its place in the chain of its kind."""

    kind: ContentKind
    ordinal: int


class NewContent(Struct, frozen=True, gc=False):
    """A content on its way into the archive, together with the event that commits to it."""

    stream: str
    kind: ContentKind
    ordinal: int
    salt: bytes
    data: bytes

    @property
    def ref(self) -> ContentRef:
        return ContentRef(
            ordinal=self.ordinal,
            length=len(self.data),
            commitment=commit(self.salt, self.data).hex(),
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A content as it is held."""

    salt: bytes
    data: bytes


def commit(salt: bytes, data: bytes) -> bytes:
    """SHA-256(salt ‖ data), 32 bytes."""
    return hashlib.sha256(salt + data).digest()


def is_of(commitment: str, salt: bytes, data: bytes) -> bool:
    """Whether a commitment (hex) is of a content: no byte of it can pass for one of the salt."""
    return len(salt) == SALT_BYTES and commit(salt, data).hex() == commitment


Content = Article | Description | Note


def canonical(content: Content | Media) -> bytes:
    """The bytes that are committed to: JSON in the order of the fields, defaults left out.

    Raises:
        UnreadableError: a text holds half a surrogate pair, which no UTF-8 can carry.
    """
    return _written(_said(content))


def canonical_text(
    headline: str | None,
    byline: str | None,
    dateline: str | None,
    paragraphs: tuple[str, ...],
    comments: Comments | None,
) -> bytes | None:
    """The canonical bytes of an article of no more than these; None where they say nothing.

    Raises:
        UnreadableError: see `canonical`.
    """
    fields = {
        "headline": headline,
        "byline": byline,
        "dateline": dateline,
        "paragraphs": paragraphs,
        "comments": comments,
    }
    said = {name: value for name, value in fields.items() if value}
    return _written(said) if said else None


def _written(said: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(said)
    except TypeError as cause:
        raise UnreadableError("a text that is not Unicode: half a surrogate pair") from cause


def _said(content: Content | Media | PrintedNotice) -> dict[str, object]:
    """The fields that say something, in their order."""
    found: dict[str, object] = {}
    kind: Any = content.__class__
    for name in _names(kind):
        value = getattr(content, name)
        if value is None or value == ():
            continue
        if name in ("media", "notices"):
            parts: tuple[Media | PrintedNotice, ...] = value
            value = [_said(part) for part in parts]
        found[name] = value
    return found


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cls))


def article_of(data: bytes) -> Article:
    """The article of its canonical bytes.

    Raises:
        DamagedError: the bytes are not an article's.
    """
    try:
        found = orjson.loads(data)
        comments = found.pop("comments", None)
        return Article(
            paragraphs=tuple(found.pop("paragraphs", ())),
            media=tuple(Media(**medium) for medium in found.pop("media", ())),
            notices=tuple(PrintedNotice(**notice) for notice in found.pop("notices", ())),
            comments=Comments(comments) if comments else None,
            **found,
        )
    except (ValueError, TypeError, AttributeError) as cause:
        raise DamagedError("stored content is not an article") from cause


def description_of(data: bytes) -> Description:
    """The description of its canonical bytes.

    Raises:
        DamagedError: the bytes are not a description's.
    """
    try:
        return Description(**orjson.loads(data))
    except (ValueError, TypeError) as cause:
        raise DamagedError("stored content is not a description") from cause


def note_of(data: bytes) -> Note:
    """The note of its canonical bytes.

    Raises:
        DamagedError: the bytes are not a note's.
    """
    try:
        return Note(**orjson.loads(data))
    except (ValueError, TypeError) as cause:
        raise DamagedError("stored content is not a note") from cause
