"""A text of a chain out of the rows of its links, read together with something else."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.adapters.contents.chain import Encoding, decode_links
from variorum.domain.content import ContentRef, Held, is_of
from variorum.domain.errors import DamagedError

Link = tuple[int, bytes, bytes]
"""Encoding, salt and stored bytes of a text; the texts that it builds on come after it."""

_BUILDS, _ERASED = int(Encoding.ZSTD_PREFIX), int(Encoding.ERASED)


def held_of(
    links: Sequence[Link], ref: ContentRef, what: str, prefix: bytes | None = None
) -> Held | None:
    """The first text of a chain; None where what it builds on, or it itself, is not among them.

    Args:
        what: names the text in the error.
        prefix: what the last of them builds on, where that is none of them.

    Raises:
        DamagedError: what is stored is not what the event committed to.
    """
    if not links or links[-1][0] == _ERASED or (links[-1][0] == _BUILDS and prefix is None):
        return None
    text = decode_links([(encoding, data) for encoding, _, data in links], prefix)
    assert text is not None
    return checked(Held(links[0][1], text), ref, what)


def checked(held: Held, ref: ContentRef, what: str) -> Held:
    """A text as it was found.

    Raises:
        DamagedError: it is not what the event committed to.
    """
    if not is_of(ref.commitment, held.salt, held.data):
        raise DamagedError(f"{what} is not what the log committed to")
    return held
