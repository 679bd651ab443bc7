"""An article's parts in the order in which they stand: paragraphs, pictures, notices."""

from __future__ import annotations

from collections.abc import Iterator

from variorum.domain.content import Article, Media, PrintedNotice

Part = str | Media | PrintedNotice


def parts(article: Article) -> Iterator[Part]:
    """Its parts; pictures and notices of which it is not known where they stood come last."""
    end = len(article.paragraphs)
    for count in range(end + 1):
        placed: tuple[Media | PrintedNotice, ...] = (*article.media, *article.notices)
        yield from (each for each in placed if _before(each.after, end) == count)
        if count < end:
            yield article.paragraphs[count]


def _before(after: int | None, end: int) -> int:
    return end if after is None else min(after, end)
