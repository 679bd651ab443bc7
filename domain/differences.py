"""Differences: what changed from one revision's article to another's.

A difference holds both articles' texts whole: their sentences as *changes* in reading order
(sentence_changes), their media and notices as changes too (part_changes), and of other *values*
those that are another now. A *joint* is what stands between two neighbouring sentences.

Nothing here takes time quadratic in its input: whatever compares all with all is paid for out of
an `Allowance`, and where that is used up, text is reported as deleted and inserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby, pairwise

from variorum.domain.alignment import Allowance
from variorum.domain.content import Article, Media, PrintedNotice
from variorum.domain.part_changes import (
    MediaChange,
    NoticeChange,
    Part,
    PartKind,
    media_changes,
    notice_changes,
)
from variorum.domain.sentence_changes import SentenceChange, SentenceKind, Side, sentence_changes
from variorum.domain.text import words
from variorum.domain.wording import Run, RunKind, word_runs


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A headline, byline, dateline, or comments state that is another now."""

    before: str | None
    after: str | None
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts. Words are those of the paragraphs, without punctuation marks.

    A sentence that was moved and edited counts as both. `breaks` counts paragraph breaks that came
    or went between sentences that stayed neighbours, `spaces` white space that is another there.
    """

    sentences_inserted: int = 0
    sentences_deleted: int = 0
    sentences_edited: int = 0
    sentences_moved: int = 0
    words_inserted: int = 0
    words_deleted: int = 0
    breaks: int = 0
    spaces: int = 0
    media: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed. A value that is the same in both articles is None."""

    headline: ValueChange | None
    byline: ValueChange | None
    dateline: ValueChange | None
    comments: ValueChange | None
    sentences: tuple[SentenceChange, ...]
    media: tuple[MediaChange, ...]
    notices: tuple[NoticeChange, ...]
    summary: Summary

    @property
    def is_empty(self) -> bool:
        """Whether the two articles are equal."""
        return (
            not (self.headline or self.byline or self.dateline or self.comments)
            and self.paragraphs_before == self.paragraphs_after
            and self.media_before == self.media_after
            and self.notices_before == self.notices_after
        )

    @property
    def paragraphs_before(self) -> tuple[str, ...]:
        """The earlier article's paragraphs."""
        return _paragraphs(
            change.before for change in self.sentences if change.kind != SentenceKind.MOVED
        )

    @property
    def paragraphs_after(self) -> tuple[str, ...]:
        """The later article's paragraphs."""
        return _paragraphs(
            change.after for change in self.sentences if change.kind != SentenceKind.MOVED_AWAY
        )

    @property
    def media_before(self) -> tuple[Media, ...]:
        """The earlier article's media, in order."""
        return _in_order((each.before_number, each.before) for each in self.media)

    @property
    def media_after(self) -> tuple[Media, ...]:
        """The later article's media, in order."""
        return _in_order((each.after_number, each.after) for each in self.media)

    @property
    def notices_before(self) -> tuple[PrintedNotice, ...]:
        """The earlier article's notices, in order."""
        return _in_order((each.before_number, each.before) for each in self.notices)

    @property
    def notices_after(self) -> tuple[PrintedNotice, ...]:
        """The later article's notices, in order."""
        return _in_order((each.after_number, each.after) for each in self.notices)


def _paragraphs(sides: Iterable[Side | None]) -> tuple[str, ...]:
    present = (side for side in sides if side)
    return tuple(
        "".join(side.surface for side in group)
        for _, group in groupby(present, key=lambda side: side.paragraph)
    )


def _in_order(numbered: Iterable[tuple[int | None, Part | None]]) -> tuple[Part, ...]:
    present = [(number, part) for number, part in numbered if number and part]
    return tuple(part for _, part in sorted(present, key=lambda each: each[0]))


def difference(
    before: Article, after: Article, allowance: Allowance | None = None, language: str = "en"
) -> Difference:
    """What changed from `before` to `after`; empty if and only if they are equal."""
    allowance = allowance or Allowance()
    changes = tuple(sentence_changes(before, after, allowance, language))
    kept = [
        (change.before.paragraph, change.after.paragraph)
        for change in changes
        if change.before and change.after and change.stayed
    ]
    media = tuple(media_changes(before, after, kept, allowance))
    notices = tuple(notice_changes(before, after, kept, allowance))
    return Difference(
        headline=_value_change(before.headline, after.headline, allowance),
        byline=_value_change(before.byline, after.byline, allowance),
        dateline=_value_change(before.dateline, after.dateline, allowance),
        comments=_value_change(before.comments, after.comments, allowance),
        sentences=changes,
        media=media,
        notices=notices,
        summary=_summary(changes, media, notices),
    )


def _value_change(
    before: str | None, after: str | None, allowance: Allowance
) -> ValueChange | None:
    if before == after:
        return None
    return ValueChange(before, after, word_runs(before or "", after or "", allowance))


def _summary(
    changes: Sequence[SentenceChange],
    media: Sequence[MediaChange],
    notices: Sequence[NoticeChange],
) -> Summary:
    runs = [run for change in changes for run in change.runs]
    new = [each.after.text for each in changes if each.after and not each.before]
    gone = [each.before.text for each in changes if each.before and not each.after]
    joints = [_joint(one, other) for one, other in pairwise([None, *changes, None])]
    return Summary(
        sentences_inserted=sum(1 for text in new if text),
        sentences_deleted=sum(1 for text in gone if text),
        sentences_edited=sum(1 for each in changes if each.runs),
        sentences_moved=sum(1 for each in changes if each.kind == SentenceKind.MOVED),
        words_inserted=_count([*new, *(run.text for run in runs if run.kind == RunKind.INSERTED)]),
        words_deleted=_count([*gone, *(run.text for run in runs if run.kind == RunKind.DELETED)]),
        breaks=joints.count(_Joint.BREAK) + sum(1 for text in (*new, *gone) if not text),
        spaces=joints.count(_Joint.SPACE),
        media=sum(1 for each in media if each.moved or each.kind != PartKind.SAME),
        notices=sum(1 for each in notices if each.moved or each.kind != PartKind.SAME),
    )


def _count(texts: Iterable[str]) -> int:
    return sum(not word.is_punctuation for text in texts for word in words(text))


class _Joint(Enum):
    """What is another between two neighbours: a paragraph break, white space, or nothing."""

    BREAK = auto()
    SPACE = auto()
    NOTHING = auto()


def _joint(one: SentenceChange | None, other: SentenceChange | None) -> _Joint:
    if (one and not one.stayed) or (other and not other.stayed):
        return _Joint.NOTHING
    before = _between(one.before if one else None, other.before if other else None)
    after = _between(one.after if one else None, other.after if other else None)
    if before == after:
        return _Joint.NOTHING
    return _Joint.SPACE if before[0] == after[0] else _Joint.BREAK


def _between(one: Side | None, other: Side | None) -> tuple[bool, str, str]:
    """Whether there is a break between two sides, and the white space before and after it."""
    together = one is not None and other is not None and one.paragraph == other.paragraph
    return not together, one.space if one else "", other.lead if other else ""
