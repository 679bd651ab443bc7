"""Text in HTML: escaped, and without the characters that HTML has no place for."""

from __future__ import annotations

import re
from html import escape

from variorum.domain.content import Article, Media, Part, PrintedNotice

# What the standard calls a parse error, also as a reference (HTML, 13.2.3.5): controls other than
# white space, and noncharacters.
_NO_PLACE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
    )
    + "]"
)


def escaped(text: str) -> str:
    """Text that can stand in an element or between quotes in an attribute."""
    return escape(_NO_PLACE.sub("\N{REPLACEMENT CHARACTER}", text))


def body(article: Article) -> str:
    """An article's parts in their order, without attributes.

    A notice is an `aside`, what a picture says a `figure`.
    """
    return "\n".join(map(_part, article.parts()))


def _part(part: Part) -> str:
    match part:
        case Media():
            return _figure(part)
        case PrintedNotice():
            return f"<aside><p>{escaped(part.printed)}</p></aside>"
        case _:
            return f"<p>{escaped(part)}</p>"


def _figure(medium: Media) -> str:
    said = [
        f"<{tag}>{escaped(words)}</{tag}>"
        for tag, words in (("b", medium.title), ("span", medium.caption), ("small", medium.credit))
        if words
    ]
    address = f"<cite>{escaped(medium.url)}</cite>" if medium.url else ""
    words = " ".join([*said, address]).strip() or "a picture without words"
    return f"<figure><figcaption>{words}</figcaption></figure>"
