"""A text of a chain out of the rows of its links, read together with something else."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.adapters.contents.chain import Encoding, decode_links
from variorum.domain.content import ContentRef, Held, is_of
from variorum.domain.errors import DamagedError

Link = tuple[int, bytes, bytes]
"""Encoding, salt and stored bytes of a text; the texts that it builds on come after it."""

_BUILDS, _ERASED = int(Encoding.ZSTD_PREFIX), int(Encoding.ERASED)


def held_of(links: Sequence[Link], ref: ContentRef, what: str) -> Held | None:
    """The first text of a chain; None where what it builds on, or it itself, is not among them.

    Args:
        what: names the text in the error.

    Raises:
        DamagedError: what is stored is not what the event committed to.
    """
    if not links or links[-1][0] in (_BUILDS, _ERASED):
        return None
    text = decode_links([(encoding, data) for encoding, _, data in links])
    salt = links[0][1]
    if text is None or not is_of(ref.commitment, salt, text):
        raise DamagedError(f"{what} is not what the log committed to")
    return Held(salt, text)
