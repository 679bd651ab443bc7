"""Which contents a stored event commits to, and which it says to be gone; of any topic."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from variorum.domain.content import ContentKind
from variorum.domain.errors import DamagedError


class Committed(NamedTuple):
    """A content that an event commits to. The commitment in hex."""

    kind: ContentKind
    ordinal: int
    length: int
    commitment: str


class Ref(msgspec.Struct, gc=False):
    """See `variorum.domain.content.ContentRef`."""

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
    except msgspec.DecodeError as cause:
        raise DamagedError(f"the event cannot be read: {cause}") from cause


def committed(found: Commits) -> list[Committed]:
    """The contents that an event commits to."""
    source = found.source
    refs = (
        (ContentKind.ARTICLE, found.article),
        (ContentKind.SOURCE, source.content if source is not None else None),
        (ContentKind.DESCRIPTION, found.description),
        (ContentKind.NOTE, found.note),
        (ContentKind.HOLDINGS, found.held),
        (ContentKind.ARTICLE, found.remainder),
    )
    return [
        Committed(kind, ref.ordinal, ref.length, ref.commitment)
        for kind, ref in refs
        if ref is not None
    ]
