"""Reading: from a text as it is printed to an article, and to what it says of its own times.

The first part of a text may be its headline, an early one its byline; `blocks` says what the other
parts are. Notices say when the text was changed; the last such time is when it was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
from variorum.domain.notice_finding import FoundNotice
from variorum.domain.notices import NoticeKind, StatedNotice
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
    """

    article: Article
    notices: tuple[StatedNotice, ...] = ()
    published: PublishedTime | None = None
    implied: tuple[Implied, ...] = ()
    problems: tuple[str, ...] = ()
    earlier_text: bool = False
    first_published: PublishedTime | None = None


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
    if place is None:
        return _assemble(parts, known, None, None)
    first = parts.pop(place)
    return _assemble(parts, known, _words(first).strip(), None)


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
    for block in blocks:
        parts += [block] if isinstance(block, Media) else parts_of_block(block.split("\n"), known)
    return _assemble(parts, known, headline, byline)


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
    parts: Sequence[Part], known: Known, headline: str | None, byline: str | None
) -> Reading:
    paragraphs: list[str] = []
    media: list[Media] = []
    printed: list[PrintedNotice] = []
    found: list[FoundNotice] = []
    comments: Comments | None = None
    printed_byline: str | None = None
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
    return _dated(article, found, known)


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
        believed = [time for time in stated if _is_possible(time, known)]
        moments += believed
        firsts += [time for time in first if _is_possible(time, known)]
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
