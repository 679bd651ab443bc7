"""Reads the lines of JSONL that say nothing rare, quicker than others.

A *plain* line is of a text that is no more than headline, byline, dateline, body and comments; its
times are whole seconds with an offset; it has no key twice, and none that the archive does not
know. What it says follows from the line alone, and nothing of that is wrong: whatever may have to
be refused is read by `jsonl`, which says why.
"""

from __future__ import annotations

from operator import attrgetter, is_not

from msgspec import DecodeError, Struct, json

from variorum.adapters.imports.json_names import may_repeat
from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.domain.content import Comments, Written, canonical_text
from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.identity import address_of
from variorum.domain.stated import exact_second
from variorum.domain.times import Basis, PublishedTime, of_second


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


_decode = json.Decoder(_Line).decode
_values = attrgetter(*_Line.__struct_fields__)
_UNSAID = _values(_Line())


def _quotes_of(line: _Line) -> int:
    """The quotation marks of what a line says, each once: around its name, and around its text.

    One in a text, or around what is said as the default or null, is another: more than these.
    """
    return 4 * sum(map(is_not, _values(line), _UNSAID))


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
        line = _decode(raw)
        url = line.url
        published = exact_second(line.published) if line.published is not None else None
        captured = exact_second(line.captured) if line.captured is not None else None
        if (published is None and line.published is not None) or line.basis is Basis.CAPTURE:
            return None
        if (captured is None and line.captured is not None) or not (published or captured):
            return None
        if not url and not line.story:
            return None
        if len(raw) - len(raw.replace(b'"', b"")) != _quotes_of(line) and may_repeat(raw):
            return None  # counted so in half the time of `count`
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
    except (DecodeError, UnicodeDecodeError, UnreadableError):
        return None


def web_address(url: str) -> str | None:
    """The address of a URL (`address_of`); None where it is not one of the web."""
    try:
        return address_of(url)
    except UsageError:
        return None
