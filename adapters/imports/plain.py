"""Reads the lines of JSONL that say nothing rare, quicker than others, and beside this process.

    python -m variorum.adapters.imports.plain

is the process that reads them ahead of the one that records them (`adapters/beside.py`).

A *plain* line is of a text that is no more than headline, byline, dateline, body and comments; its
times are whole seconds with an offset; it has no key that the archive does not know. What it says
follows from the line alone, and nothing of that is wrong: whatever may have to be refused is read
by `jsonl`, which says why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import orjson
from msgspec import Struct, ValidationError, convert, msgpack

from variorum.adapters.beside import Beside, serve
from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.domain.content import Comments, Written, canonical_text
from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.identity import address_of
from variorum.domain.stated import exact_second
from variorum.domain.times import Basis, PublishedTime, of_second

if TYPE_CHECKING:
    from variorum.adapters.imports.importer import Bad

ALONE = 1_000
"""Lines after which it pays to start another process."""
_TOGETHER = 100
_TOGETHER_BYTES = 1 << 19
"""Lines, and bytes of theirs, that are sent to it together."""
_BEGUN = 2
"""Groups of lines that it has been sent while one before is worked on."""


class _Line(Struct, forbid_unknown_fields=True, gc=False):
    story: str | None = None
    url: str | None = None
    outlet: str | None = None
    zone: str | None = None
    published: str | None = None
    basis: Basis = Basis.STATED
    captured: str | None = None
    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    body: str = ""
    comments: Comments | None = None


class Plain(Struct, frozen=True, gc=False, array_like=True):
    """What a plain line says."""

    story: str | None
    url: str | None
    outlet: str | None
    zone: str | None
    address: str | None
    """Of `url`, where that is a web address."""
    at: int | None
    """The instant at which it was published, if that is said."""
    offset: str | None
    """As that was stated."""
    basis: Basis
    captured: int | None
    text: bytes
    """The article's canonical bytes."""

    @property
    def published(self) -> PublishedTime | None:
        return None if self.at is None else of_second(self.at, self.offset, self.basis)

    @property
    def article(self) -> Written:
        return Written(self.text)


def plain(raw: bytes) -> Plain | None:
    """What a line says, if it is a plain one."""
    try:
        line = convert(orjson.loads(raw), _Line)
        url = line.url
        published = exact_second(line.published) if line.published is not None else None
        captured = exact_second(line.captured) if line.captured is not None else None
        if (published is None and line.published is not None) or line.basis is Basis.CAPTURE:
            return None
        if (captured is None and line.captured is not None) or not (published or captured):
            return None
        if url is None and line.story is None:
            return None
        paragraphs = paragraphs_of(line.body)[0]
        text = canonical_text(line.headline, line.byline, line.dateline, paragraphs, line.comments)
        if text is None:
            return None
        return Plain(
            line.story,
            url,
            line.outlet,
            line.zone,
            web_address(url) if url else None,
            published[0] if published else None,
            published[1] if published else None,
            line.basis,
            captured[0] if captured else None,
            text,
        )
    except (orjson.JSONDecodeError, ValidationError, UnreadableError):
        return None


def web_address(url: str) -> str | None:
    """The address of a URL (`address_of`); None where it is not one of the web."""
    try:
        return address_of(url)
    except UsageError:
        return None


def _plain(raw: bytes | Bad) -> Plain | None:
    return plain(raw) if isinstance(raw, bytes) else None


Numbered = tuple[int, "bytes | Bad"]
"""A line with its number, or why it was passed over."""
Read = tuple[int, "bytes | Bad", Plain | None]
"""The same, with what it says if it is plain."""


def read(lines: Iterator[Numbered], *, helped: Callable[[], bool]) -> Generator[Read]:
    """What lines say, in order; many are read ahead, in a process beside this one.

    Args:
        helped: whether there may be such a process by now.
    """
    beside = Beside(__name__)
    try:
        yield from _alone(lines, beside, helped)
        yield from _beside(lines, beside)
    finally:
        beside.close()


def _alone(lines: Iterator[Numbered], beside: Beside, helped: Callable[[], bool]) -> Iterator[Read]:
    """What lines say, until a process that was started meanwhile is there."""
    started = False
    for number, raw in lines:
        yield number, raw, _plain(raw)
        if number >= ALONE and not number % _TOGETHER and helped():
            if not started:
                started = beside.begin(_encoded([]))
            elif beside.is_answering():
                beside.result()
                return


def _beside(lines: Iterator[Numbered], beside: Beside) -> Iterator[Read]:
    """What lines say, some groups of them read while one before is worked on."""
    begun = deque[list[Numbered]]()
    try:
        for group in _groups(lines):
            beside.begin(_encoded([raw if isinstance(raw, bytes) else b"" for _, raw in group]))
            begun.append(group)
            if len(begun) > _BEGUN:
                yield from _found(beside, begun.popleft())
    except Exception:
        while begun:
            yield from _found(beside, begun.popleft())
        raise
    while begun:
        yield from _found(beside, begun.popleft())


def _found(beside: Beside, group: list[Numbered]) -> list[Read]:
    """What the lines of the group say that was sent."""
    answer = beside.result()
    if answer is None:
        return [(number, raw, _plain(raw)) for number, raw in group]
    said = _decoded(answer)
    return [(number, raw, each) for (number, raw), each in zip(group, said, strict=True)]


def _groups(lines: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    """Some lines at a time; where others cannot be read, those before come first."""
    group: list[Numbered] = []
    size = 0
    try:
        for line in lines:
            group.append(line)
            size += len(line[1]) if isinstance(line[1], bytes) else 0
            if len(group) == _TOGETHER or size >= _TOGETHER_BYTES:
                yield group
                group, size = [], 0
    except Exception:
        yield group
        raise
    yield group


_encoded = msgpack.Encoder().encode
_decoded = msgpack.Decoder(list[Plain | None]).decode
_asked = msgpack.Decoder(list[bytes]).decode


if __name__ == "__main__":
    serve(lambda lines: _encoded(list(map(plain, _asked(lines)))))
