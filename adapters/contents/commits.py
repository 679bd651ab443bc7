"""Which contents a stored event commits to, and which it says to be gone; of any topic."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from variorum.domain.content import ContentKind
from variorum.domain.errors import DamagedError


class Ref(msgspec.Struct, gc=False):
    """See `variorum.domain.content.ContentRef`; the commitment in hex."""

    ordinal: int
    length: int
    commitment: str


class Source(msgspec.Struct, gc=False):
    """See `variorum.domain.content.SourceRef`."""

    content: Ref


class Erased(msgspec.Struct, gc=False):
    """See `variorum.domain.content.ErasedContent`."""

    kind: ContentKind
    ordinal: int


class Commits(msgspec.Struct, gc=False):
    """The fields of whatever event that refer to contents."""

    article: Ref | None = None
    source: Source | None = None
    description: Ref | None = None
    note: Ref | None = None
    held: Ref | None = None
    remainder: Ref | None = None
    contents: tuple[Erased, ...] = ()


_decode = msgspec.json.Decoder(Commits).decode


def commits(state: bytes) -> Commits:
    """What a stored event refers to.

    Raises:
        DamagedError: the state cannot be read.
    """
    try:
        return _decode(state)
    except (msgspec.DecodeError, RecursionError) as cause:
        raise DamagedError(f"the event cannot be read: {cause}") from cause


def committed(found: Commits) -> Iterator[tuple[ContentKind, Ref]]:
    """The contents that an event commits to."""
    if found.article is not None:
        yield ContentKind.ARTICLE, found.article
    if found.source is not None:
        yield ContentKind.SOURCE, found.source.content
    if found.description is not None:
        yield ContentKind.DESCRIPTION, found.description
    if found.note is not None:
        yield ContentKind.NOTE, found.note
    if found.held is not None:
        yield ContentKind.HOLDINGS, found.held
    if found.remainder is not None:
        yield ContentKind.ARTICLE, found.remainder
