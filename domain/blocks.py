"""Blocks: what stands between the blank lines of a printed text, and what each block is.

A *block* is a run of lines between blank ones. It is a picture's caption and credit, or is made of
*parts*: paragraphs, notices, and whether comments are open. Notices stand in lines of their own
and may be stacked. What is not surely something else is a paragraph, character for character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from variorum.domain.captions import SMALL_WORDS, Picture, ends_sentence, picture_in
from variorum.domain.closing_notices import closing_notice
from variorum.domain.content import Comments, Media
from variorum.domain.notice_finding import WINDOW, FoundNotice, notice_in
from variorum.domain.stated import Known

_MOST_HEADLINE = 200
_MOST_BYLINE = 120
_MOST_LINES = 12

_COMMENTS = re.compile(
    r"\s*comments are (?:now )?(?:(?P<open>open)|closed|off|disabled|turned off)\.?\s*", re.I
)
_NO_HEADLINE_END = re.compile(r"[.!…;:,。！；：、।۔]$")
_BYLINE = re.compile(r"(?:By|BY) (?=[^\W\d_])")
_NO_BYLINE_END = re.compile(r"(?:[!?…;:,]|(?<!\b[JS]r)\.)$")
_BETWEEN_WORDS = re.compile(r"[\s,|·&/]+")
_SMALL_IN_BYLINES = SMALL_WORDS | {"at", "with"}
_RULE = re.compile(r"\s*[_*–—-]{2,}\s*")


@dataclass(frozen=True)
class Printed:
    """A notice as it is printed, and what it states.

    It stands in the block of that number, from 0, where it begins at `start`; a block's lines are
    joined by line ends.
    """

    text: str
    found: FoundNotice
    block: int = 0
    start: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)


Part = str | Media | Comments | Printed
"""A `str` is a paragraph."""


def blocks_of(text: str) -> Iterator[list[str]]:
    """The blocks of a text, as lines without the white space at their ends."""
    block: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield block
            block = []
    if block:
        yield block


def parts_of(blocks: Sequence[list[str]], known: Known) -> Iterator[Part]:
    """What the blocks are, in order. A picture takes the title that stands above it."""
    pictures = [_picture(block, known) for block in blocks]
    titles = _titles(blocks, pictures, known)
    for n, (block, picture) in enumerate(zip(blocks, pictures, strict=True)):
        if picture is not None:
            title = blocks[n - 1][0].strip() if n - 1 in titles else None
            yield Media(title=title, caption=picture.caption, credit=picture.credit)
        elif n not in titles:
            yield from parts_of_block(block, known, n)


def _picture(block: list[str], known: Known) -> Picture | None:
    picture = picture_in(block)
    return None if picture and notice_in(_window(block, 0), known) else picture


def _titles(
    blocks: Sequence[list[str]], pictures: Sequence[Picture | None], known: Known
) -> set[int]:
    """Which blocks are titles of the pictures below them.

    A line above a picture is its title where it stands above several; or, unless it opens the
    text, where the picture has the form of a gallery, with its caption cut short and whole.
    """
    above = {
        n: blocks[n][0].strip()
        for n in range(len(blocks) - 1)
        if pictures[n + 1] is not None
        and pictures[n] is None
        and is_headline(blocks[n])
        and notice_in(blocks[n][0], known) is None
    }
    lines = list(above.values())
    titles: set[int] = set()
    for n, line in above.items():
        below = pictures[n + 1]
        if lines.count(line) > 1 or (n > 0 and below is not None and below.repeated):
            titles.add(n)
    return titles


def parts_of_block(block: Sequence[str], known: Known, number: int = 0) -> list[Part]:
    """What a block that is no picture is made of; `number` is its own."""
    parts: list[Part] = []
    paragraph: list[str] = []
    n = place = 0
    while n < len(block):
        comments = comments_in(block[n])
        found = notice_in(_window(block, n), known)
        apart = not paragraph or ends_sentence(block[n - 1]) or _RULE.fullmatch(block[n - 1])
        end = n + 1
        if comments and not paragraph and (parts or len(block) == 1):
            parts.append(comments)
        elif found and (apart or found.whole_line):
            parts += _paragraph(paragraph, place, known, number)
            paragraph = []
            end = _end_of_notice(block, n, found, known)
            lines = "\n".join(block[n:end])
            indent = len(lines) - len(lines.lstrip())
            parts.append(Printed(lines.strip(), found, number, place + indent))
        else:
            paragraph.append(block[n])
        place += sum(len(line) + 1 for line in block[n:end])
        n = end
    return [*parts, *_paragraph(paragraph, place, known, number)]


def _paragraph(lines: Sequence[str], end: int, known: Known, number: int) -> list[Part]:
    """A paragraph whose lines end before `end`, and the notice that closes it, if one does."""
    if not lines:
        return []
    text = "\n".join(lines)
    closing = closing_notice(text, known)
    if closing is None:
        return [text]
    start, found = closing
    printed = Printed(text[start:].rstrip(), found, number, end - len(text) - 1 + start)
    return [text[:start].rstrip(), printed]


def comments_in(line: str) -> Comments | None:
    """Whether comments are open, where a line says so and nothing else."""
    match = _COMMENTS.fullmatch(line)
    if match is None:
        return None
    return Comments.OPEN if match["open"] else Comments.CLOSED


def _window(block: Sequence[str], n: int) -> str:
    """As much from line n on as tells whether a notice begins there."""
    return "\n".join(line[:WINDOW] for line in block[n : n + _MOST_LINES])


def _end_of_notice(block: Sequence[str], n: int, found: FoundNotice, known: Known) -> int:
    """The number of the line after a notice that begins in line n.

    A line that breaks off is continued in the next; so is a bracket that is not closed.
    """
    if found.whole_line:
        return _line_of(block, n, found.reach) + 1
    bracket = block[n].lstrip().startswith("[")
    end = _line_of(block, n, found.reach) + 1
    if found.unfinished and end < len(block):
        end += 1
    while end < len(block):
        line = block[end - 1]
        if line.endswith("]") if bracket else ends_sentence(line):
            break
        if comments_in(block[end]) or notice_in(_window(block, end), known):
            break
        end += 1
    return end


def _line_of(block: Sequence[str], n: int, reach: int) -> int:
    """The number of the line in which so many characters from line n on, blanks aside, end."""
    reach += len(block[n]) - len(block[n].lstrip())
    while n + 1 < len(block) and reach > len(block[n]):
        reach -= len(block[n]) + 1
        n += 1
    return n


def is_headline(block: Sequence[str]) -> bool:
    """Whether a block reads as a headline: a short line that does not end as a sentence does."""
    line = block[0].strip()
    return (
        len(block) == 1
        and len(line) < _MOST_HEADLINE
        and any(character.isalpha() for character in line)
        and not _NO_HEADLINE_END.search(line)
        and comments_in(line) is None
        and not is_byline(block)
    )


def is_byline(block: Sequence[str]) -> bool:
    """Whether a block reads as a byline: `By` and capitalised words, at most two short lines."""
    line = " ".join(block).strip() if len(block) <= 2 else ""
    if len(line) > _MOST_BYLINE or not _BYLINE.match(line) or _NO_BYLINE_END.search(line):
        return False
    words = _BETWEEN_WORDS.split(line)
    return all(not word or not word[0].islower() or word in _SMALL_IN_BYLINES for word in words)
