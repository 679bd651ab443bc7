"""Part changes: what became of each medium and notice of an article, in reading order.

A *part* is a medium or a notice. Its *place* is the paragraph that it stands after. It *stands
elsewhere* where its order among the other parts is another, or a sentence that stayed is on its
other side now; not where paragraphs merely came or went above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from variorum.domain.alignment import Allowance, Pair
from variorum.domain.content import Article, Media, PrintedNotice
from variorum.domain.matching import Match, Names, counterparts
from variorum.domain.wording import Run, word_runs

Part = TypeVar("Part", Media, PrintedNotice)


class PartKind(StrEnum):
    """What became of a medium or a notice."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class MediaChange:
    """What became of one medium; numbers count from 1 among the media of their article.

    `moved`: its place among the other media or the sentences that stayed is another. There are
    runs where the texts differ.
    """

    kind: PartKind
    moved: bool
    before_number: int | None
    after_number: int | None
    before: Media | None
    after: Media | None
    caption: tuple[Run, ...] = ()
    credit: tuple[Run, ...] = ()
    title: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeChange:
    """What became of one notice; fields as in `MediaChange`."""

    kind: PartKind
    moved: bool
    before_number: int | None
    after_number: int | None
    before: PrintedNotice | None
    after: PrintedNotice | None
    runs: tuple[Run, ...] = ()


def media_changes(
    before: Article, after: Article, kept: Sequence[Pair], allowance: Allowance
) -> Iterator[MediaChange]:
    """What became of the media; `kept` holds the paragraphs, then and now, of what stayed."""
    old, new = before.media, after.media
    match = _matched_media(old, new, allowance)
    for i, j, moved in _in_reading_order(match, old, new, kept):
        one, other = _at(old, i), _at(new, j)
        texts = [("", "")] * 3
        if one and other:
            texts = [
                (one.caption or "", other.caption or ""),
                (one.credit or "", other.credit or ""),
                (one.title or "", other.title or ""),
            ]
        caption, credit, title = (_runs_if_other(*pair, allowance) for pair in texts)
        yield MediaChange(
            kind=_part_kind(one, other),
            moved=moved,
            before_number=_number(i),
            after_number=_number(j),
            before=one,
            after=other,
            caption=caption,
            credit=credit,
            title=title,
        )


def notice_changes(
    before: Article, after: Article, kept: Sequence[Pair], allowance: Allowance
) -> Iterator[NoticeChange]:
    """What became of the notices; `kept` as in `media_changes`."""
    old, new = before.notices, after.notices
    printed = Names([each.printed for each in old], [each.printed for each in new])
    match = counterparts([printed], printed, allowance)
    for i, j, moved in _in_reading_order(match, old, new, kept):
        one, other = _at(old, i), _at(new, j)
        yield NoticeChange(
            kind=_part_kind(one, other),
            moved=moved,
            before_number=_number(i),
            after_number=_number(j),
            before=one,
            after=other,
            runs=_runs_if_other(one.printed, other.printed, allowance) if one and other else (),
        )


def _matched_media(old: Sequence[Media], new: Sequence[Media], allowance: Allowance) -> Match:
    """Media are matched by all but their place, by URL, by wording, and at last by position."""
    match = counterparts(
        [
            Names([_apart(each) for each in old], [_apart(each) for each in new]),
            Names([each.url or "" for each in old], [each.url or "" for each in new]),
        ],
        Names([_wording(each) for each in old], [_wording(each) for each in new]),
        allowance,
    )
    return Match(sorted([*match.chain, *_by_position(match, old, new)]), match.moved)


def _apart(medium: Media) -> str:
    """A medium in one string, apart from its place."""
    return repr(replace(medium, after=None))


def _wording(medium: Media) -> str:
    return "\n".join(filter(None, (medium.caption, medium.credit, medium.title)))


def _by_position(match: Match, old: Sequence[Media], new: Sequence[Media]) -> Iterator[Pair]:
    """Media without a counterpart that stand in the same place, unless their URLs differ."""
    came_from = match.came_from
    left: list[int] = []
    right: list[int] = []
    for i, j in [*match.reading_order(len(old), len(new)), (0, 0)]:
        if i is None and j is not None and j not in came_from:
            right.append(j)
        elif j is None and i is not None and i not in match.moved:
            left.append(i)
        elif i is not None and j is not None:
            for one, other in zip(left, right, strict=False):
                if not (old[one].url and new[other].url):
                    yield one, other
            left, right = [], []


def _in_reading_order(
    match: Match, old: Sequence[Part], new: Sequence[Part], kept: Sequence[Pair]
) -> Iterator[tuple[int | None, int | None, bool]]:
    """Pairs of indices in reading order, and whether they stand elsewhere now."""
    came_from = match.came_from
    anchors = [paragraph for paragraph, _ in kept]
    for i, j in match.reading_order(len(old), len(new)):
        if i is not None and j is not None:
            yield i, j, _stands_elsewhere(old[i].after, new[j].after, anchors, kept)
        elif j is not None:
            yield came_from.get(j), j, j in came_from
        elif i not in match.moved:
            yield i, j, False


def _stands_elsewhere(
    before: int | None, after: int | None, anchors: Sequence[int], kept: Sequence[Pair]
) -> bool:
    """Whether a sentence that stayed is on the other side of it now; places are in paragraphs."""
    if before is None or after is None:
        return False
    following = bisect_right(anchors, before)
    above = kept[following - 1][1] if following else 0
    below = kept[following][1] - 1 if following < len(kept) else max(above, after)
    return not min(above, below) <= after <= max(above, below)


def _part_kind(before: Part | None, after: Part | None) -> PartKind:
    if before is None:
        return PartKind.ADDED
    if after is None:
        return PartKind.REMOVED
    if before.after is not None and after.after is not None:
        before = replace(before, after=after.after)
    return PartKind.SAME if before == after else PartKind.CHANGED


def _runs_if_other(before: str, after: str, allowance: Allowance) -> tuple[Run, ...]:
    return word_runs(before, after, allowance) if before != after else ()


def _at(parts: Sequence[Part], index: int | None) -> Part | None:
    return None if index is None else parts[index]


def _number(index: int | None) -> int | None:
    return None if index is None else index + 1
