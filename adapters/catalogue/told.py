"""What is told of a revision: its event, its text and what is known of its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from variorum.adapters.contents.chain import Encoding, base_from, base_of
from variorum.adapters.contents.links import Link, checked, held_of
from variorum.adapters.contents.packs import Packed, held_in
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Cursor, Row
from variorum.adapters.database.statements import statement
from variorum.domain.content import ContentKind, ContentRef, Held
from variorum.domain.ports import StoryEntry

_ARTICLE = KIND_NUMBERS[ContentKind.ARTICLE]
_DESCRIPTION = KIND_NUMBERS[ContentKind.DESCRIPTION]
_PARTS, _LINKS = 6, 11
"""Where the columns that are arrays begin, of links and of packs."""
_NAMES = tuple(f"ordinal_{letter}" for letter in "abcdefghijk")
"""The parameters of a chain's ordinals: no text builds on more than ten others."""


class Told(NamedTuple):
    """An event, the row of a description, and what the text shown is made of."""

    version: int
    topic: int | None
    state: bytes
    encoding: int | None
    salt: bytes
    data: bytes
    links: Sequence[Link]
    """The text shown, and those that it builds on, as far as they are not sealed."""
    sealed: int | None
    """The ordinal of the next of them, which is not among these."""
    packs: Mapping[int, Mapping[int, Packed]]
    """By kind, those that the sealed ones are in, and that these build on."""

    def article(self, ref: ContentRef, stream: str) -> Held | None:
        """The text shown, checked; None where it takes another look.

        Raises:
            DamagedError: what is stored is not what the event committed to.
        """
        what = f"article {ref.ordinal} of {stream}"
        held = self._of_pack(_ARTICLE, self.sealed)
        if self.links:
            return held_of(self.links, ref, what, held.data if held else None)
        return checked(held, ref, what) if held else None

    def description(self, ref: ContentRef, stream: str) -> Held | None:
        """What is known of the story, as `article`."""
        what = f"description {ref.ordinal} of {stream}"
        if self.encoding is not None:
            return held_of([(self.encoding, self.salt, self.data)], ref, what)
        held = self._of_pack(_DESCRIPTION, ref.ordinal)
        return checked(held, ref, what) if held else None

    def _of_pack(self, kind: int, ordinal: int | None) -> Held | None:
        packs = self.packs.get(kind)
        return held_in(packs, ordinal) if packs and ordinal is not None else None


def told_in(columns: Row, article: int) -> Told:
    """What PostgreSQL told with the answer (standing_text.sql), of a revision's article."""
    rows = {row[0]: row[1:] for row in _rows(columns[_PARTS:_LINKS])}
    packs: dict[int, dict[int, Packed]] = {}
    for kind, pack, count, data in _rows(columns[_LINKS:]):
        packs.setdefault(kind, {})[pack] = count, data
    return Told._make((*columns[:_PARTS], *_links(article, rows), packs))


def told_of(
    cursor: Cursor, collection: int, entry: StoryEntry, position: int, article: int
) -> Told:
    """What SQLite tells of a revision, with one statement."""
    chain = [article]
    while (base := base_of(chain[-1])) is not None:
        chain.append(base)
    asked: dict[str, object] = {
        "collection": collection,
        "stream": entry.key,
        "position": position,
        "description": entry.description.ordinal if entry.description else None,
    }
    for name, ordinal in zip(_NAMES, chain, strict=False):
        asked[name] = ordinal
    rows = {row[0]: row[1:] for row in cursor.rows(_telling(len(chain)), asked)}
    event, description = rows.get(-1, (0, None, b"", None)), rows.get(-2, (None, b"", b"", None))
    return Told._make((*event[:3], *description[:3], *_links(article, rows), {}))


def _rows(columns: Row) -> Sequence[Row]:
    """The rows that came as an array of each of their columns."""
    return list(zip(*columns, strict=True)) if columns[0] else []


def _links(article: int, rows: Mapping[int, Row]) -> tuple[list[Link], int | None]:
    """The links of an article's chain, out of rows of encoding, salt, data and base.

    And the ordinal of the one that they build on, where that is not among them.
    """
    links: list[Link] = []
    wanted: int | None = article
    while wanted is not None and wanted in rows:
        encoding, salt, data, base = rows[wanted]
        links.append((encoding, salt, data))
        if encoding != Encoding.ZSTD_PREFIX:
            return links, None
        wanted = base_from(wanted, base)
    return links, wanted


@cache
def _telling(links: int) -> str:
    link = statement("catalogue", "standing_link")
    parts = [link.replace(":ordinal", f":{name}") for name in _NAMES[:links]]
    return "\n".join([statement("catalogue", "standing_told"), *parts])
