"""Reading: from a text as it is printed to an article, and to what it says of its own times.

The first part of a text may be its headline, an early one its byline; `blocks` says what the other
parts are. Notices say when the text was changed; the last such time is when it was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from variorum.domain.asof import Implied
from variorum.domain.blocks import (
    Part,
    Printed,
    blocks_of,
    is_byline,
    is_headline,
    parts_of,
    parts_of_block,
)
from variorum.domain.content import Article, Comments, Media, PrintedNotice
from variorum.domain.errors import UnreadableError
from variorum.domain.live_entries import Entry, entries_in, items_of
from variorum.domain.notice_finding import FoundNotice, found_slug
from variorum.domain.notice_times import UNKNOWN_ZONE
from variorum.domain.notices import DatedItem, NoticeKind, StatedNotice
from variorum.domain.outlet import NoticePlace
from variorum.domain.stated import Known
from variorum.domain.times import PublishedTime, iso

_STRAY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_DATELINE = re.compile(
    r"(?P<place>(?P<city>[^\W\d_][^\d()—–,\n]{2,40}?)(?:,\s[^()—–\n]{1,40}?)?"
    r"(?:\s?\([^()\n]{2,40}\))?)"
    r"(?:\s?—\s?|\s–\s|\s?--\s?|\s-\s)"
)
_NOT_CITIES = frozenset(
    (
        "ANALYSIS",
        "BREAKING",
        "EXCLUSIVE",
        "LIVE",
        "NASA",
        "NATO",
        "NEW",
        "NOTE",
        "OPINION",
        "UPDATE",
        "UPDATED",
        "VIDEO",
        "WATCH",
    )
)


@dataclass(frozen=True)
class Reading:
    """An article, and what it says of its own times.

    Attributes:
        article: the text, whole.
        notices: what the notices state, parallel to `article.notices`.
        published: the last time at which a notice says the text was changed (or, for a page, the
            time in its metadata); None where none is said, or none that can be told.
        implied: the other, earlier times at which notices say the text was changed. Only those
            that were surely over when `published` began.
        problems: what could not be told or was not believed, in plain words, a line each.
        earlier_text: whether another text must have stood before this one.
        first_published: when the story is said to have been published first.
        places: where the notices stand, parallel to `article.notices`.
        entries: the dated items of a live story, and `items`, by paragraph.
        others: other times of publication that were stated and disagree with `published`.
    """

    article: Article
    notices: tuple[StatedNotice, ...] = ()
    published: PublishedTime | None = None
    implied: tuple[Implied, ...] = ()
    problems: tuple[str, ...] = ()
    earlier_text: bool = False
    first_published: PublishedTime | None = None
    places: tuple[Place, ...] = ()
    entries: tuple[Entry, ...] = ()
    items: tuple[DatedItem, ...] = ()
    others: tuple[PublishedTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a notice stands: in which block, from 0, and from where to where in it."""

    block: int
    start: int
    end: int


def read_text(text: str, known: Known) -> Reading:
    """Reads a story in plain text, its paragraphs separated by blank lines.

    Raises:
        UnreadableError: there is no text, or it holds control characters, as binary data does.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    stray = _STRAY.search(text)
    if stray:
        raise UnreadableError(
            f"not a text: it holds the character U+{ord(stray[0]):04X}, at place {stray.start()}"
        )
    blocks = list(blocks_of(text))
    if not blocks:
        raise UnreadableError("it holds no text")
    parts = list(parts_of(blocks, known))
    place = _place_of_headline(parts)
    headline = _words(parts.pop(place)).strip() if place is not None else None
    reading = _assemble(parts, known, headline, None, place or 0)
    return _with_entries(reading, blocks, known)


def read_paragraphs(
    blocks: Iterable[str | Media],
    known: Known,
    *,
    headline: str | None = None,
    byline: str | None = None,
) -> Reading:
    """Reads a story whose headline, pictures and blocks of text are known apart.

    `byline` is used where none is printed. Blocks are neither empty nor padded with white space.
    """
    parts: list[Part] = []
    texts: list[list[str]] = []
    for number, block in enumerate(blocks):
        lines = [] if isinstance(block, Media) else block.split("\n")
        texts.append(lines)
        parts += [block] if isinstance(block, Media) else parts_of_block(lines, known, number)
    reading = _assemble(parts, known, headline, byline)
    return _with_entries(reading, texts, known)


def _with_entries(reading: Reading, blocks: Sequence[list[str]], known: Known) -> Reading:
    entries = entries_in(blocks, known)
    items = items_of(entries, blocks, reading.article.paragraphs)
    return replace(reading, entries=entries, items=items)


def _words(part: Part) -> str:
    return part.text if isinstance(part, Printed) else str(part)


def _place_of_headline(parts: Sequence[Part]) -> int | None:
    """Which part is the headline: the first that is no notice, if it reads as one.

    A headline may begin as a notice does: `UPDATE: Ferry service resumes`.
    """
    for place, part in enumerate(parts):
        if not any(isinstance(later, str) for later in parts[place + 1 :]):
            return None
        if isinstance(part, Printed) and not (place == 0 and part.found.label_only):
            continue
        text = isinstance(part, str | Printed) and is_headline(_words(part).split("\n"))
        return place if text else None
    return None


def _assemble(
    parts: Sequence[Part],
    known: Known,
    headline: str | None,
    byline: str | None,
    block: int = 0,
) -> Reading:
    """The article that parts make; `block` is the number of the block that the headline is."""
    paragraphs: list[str] = []
    media: list[Media] = []
    printed: list[PrintedNotice] = []
    found: list[FoundNotice] = []
    places: list[Place] = []
    comments: Comments | None = None
    printed_byline: str | None = None
    slug = found_slug(headline, known) if headline else None
    if headline is not None and slug is not None:
        printed.append(PrintedNotice(printed=headline[: slug.label[1]], after=0))
        found.append(slug)
        places.append(Place(block, 0, slug.label[1]))
    parts = list(_settled(parts, known.notices))
    last_text = max((n for n, part in enumerate(parts) if isinstance(part, str)), default=-1)
    for n, part in enumerate(parts):
        match part:
            case Media():
                media.append(replace(part, after=len(paragraphs)))
            case Comments():
                comments = part
            case Printed():
                printed.append(PrintedNotice(printed=part.text, after=len(paragraphs)))
                found.append(part.found)
                places.append(Place(part.block, part.start, part.end))
            case str():
                early = printed_byline is None and len(paragraphs) <= 1 and n < last_text
                if early and is_byline(part.split("\n")):
                    printed_byline = part.strip()
                else:
                    paragraphs.append(part)
    article = Article(
        headline=headline,
        byline=printed_byline or byline,
        dateline=_dateline(paragraphs[0]) if paragraphs else None,
        paragraphs=tuple(paragraphs),
        media=tuple(media),
        notices=tuple(printed),
        comments=comments,
    )
    return replace(_dated(article, found, known), places=tuple(places))


def _settled(parts: Sequence[Part], places: NoticePlace | None) -> Iterator[Part]:
    """The parts, where what only its label makes a notice is text if its outlet has none there."""
    texts = [n for n, part in enumerate(parts) if isinstance(part, str)]
    first, last = min(texts, default=0), max(texts, default=0)
    for n, part in enumerate(parts):
        doubtful = isinstance(part, Printed) and part.found.label_only and part.found.time is None
        if doubtful and places is not None and not _is_place(places, n < first, n > last):
            yield _words(part)
        else:
            yield part


def _is_place(places: NoticePlace, top: bool, foot: bool) -> bool:
    match places:
        case NoticePlace.TOP:
            return top
        case NoticePlace.FOOT:
            return foot
        case NoticePlace.BOTH:
            return top or foot
        case NoticePlace.METADATA:
            return False


def _dateline(paragraph: str) -> str | None:
    match = _DATELINE.match(paragraph)
    if match is None or not match["city"].isupper() or match["city"].strip() in _NOT_CITIES:
        return None
    return match["place"].strip()


def _dated(article: Article, found: Sequence[FoundNotice], known: Known) -> Reading:
    problems: list[str] = []
    moments: list[PublishedTime] = []
    changes: list[PublishedTime] = []
    firsts: list[PublishedTime] = []
    for notice, printed in zip(found, article.notices, strict=True):
        name = _shortened(printed.printed)
        problems += [f"the time of {name} cannot be told: {why}" for why in notice.problems]
        stated = [*notice.earlier, *([notice.time] if notice.time else [])]
        first = [notice.first_published] if notice.first_published else []
        for time in [*stated, *first]:
            if not _is_possible(time, known):
                problems.append(f"{name} states {iso(time.at)}, which is later than the capture")
        believed = [
            time
            for time in stated
            if _is_possible(time, known) and UNKNOWN_ZONE not in time.resolved
        ]
        moments += believed
        firsts += [
            time
            for time in first
            if _is_possible(time, known) and UNKNOWN_ZONE not in time.resolved
        ]
        if notice.kind not in (NoticeKind.EDITORS_NOTE, NoticeKind.REPEAT):
            changes += believed
    published = max(changes, key=lambda time: (time.at, -time.latest), default=None)
    earlier = {
        (time.at, time.latest)
        for time in moments
        if published is not None and time.latest <= published.at
    }
    return Reading(
        article=article,
        notices=tuple(notice.stated for notice in found),
        published=published,
        implied=tuple(Implied(earliest=at, latest=latest) for at, latest in sorted(earlier)),
        problems=tuple(problems),
        earlier_text=any(notice.implies_earlier_text for notice in found),
        first_published=min(firsts, key=lambda time: time.at, default=None),
    )


def _is_possible(time: PublishedTime, known: Known) -> bool:
    return known.captured is None or time.at <= known.captured


def _shortened(text: str) -> str:
    line = " ".join(text[:120].split())
    return f"“{line}”" if len(line) <= 60 else f"“{line[:59]}…”"
