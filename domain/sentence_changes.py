"""Sentence changes: what became of each sentence of an article, in reading order.

A *side* is a sentence in its place. A *change* has a *before* side, an *after* side, or both. A
sentence that was *moved* stands twice: as `moved`, where it came to stand, and as `moved-away`,
where it stood. The before sides, joined, are the earlier paragraphs, and the after sides the later
ones, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from variorum.domain.alignment import Allowance, Pair
from variorum.domain.content import Article
from variorum.domain.matching import Match, Names, counterparts
from variorum.domain.text import key, sentences
from variorum.domain.wording import Run, something_stayed, word_runs


class SentenceKind(StrEnum):
    """What became of a sentence; a `moved` one is edited too where it has runs."""

    SAME = "same"
    EDITED = "edited"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED = "moved"
    MOVED_AWAY = "moved-away"


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence in its place: paragraphs count from 1.

    `lead` is white space at the beginning of the paragraph, `space` what follows the sentence
    there. A blank paragraph is one side with an empty text.
    """

    paragraph: int
    lead: str
    text: str
    space: str

    @property
    def surface(self) -> str:
        """The sentence with its white space: what it adds to its paragraph."""
        return self.lead + self.text + self.space


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """What became of one sentence.

    `before` is None only in `inserted`, `after` only in `deleted`. There are runs where the text
    of the two differs, in `edited` and `moved`.
    """

    kind: SentenceKind
    before: Side | None
    after: Side | None
    runs: tuple[Run, ...] = ()

    @property
    def stayed(self) -> bool:
        """Whether the sentence, edited or not, stands in the same order with others that stayed."""
        return self.kind in (SentenceKind.SAME, SentenceKind.EDITED)


def sentence_changes(
    before: Article, after: Article, allowance: Allowance, language: str
) -> Iterator[SentenceChange]:
    """What became of the sentences: where one was moved, both places are given."""
    olds, news = _sides(before, language), _sides(after, language)
    match, runs = _matched(olds, news, allowance)
    came_from = match.came_from
    for old, new in match.reading_order(len(olds), len(news)):
        if old is not None and new is not None:
            changed = runs.get((old, new), ())
            kind = SentenceKind.EDITED if changed else SentenceKind.SAME
            yield SentenceChange(kind, olds[old], news[new], changed)
        elif old in match.moved:
            yield SentenceChange(SentenceKind.MOVED_AWAY, olds[old], news[match.moved[old]])
        elif old is not None:
            yield SentenceChange(SentenceKind.DELETED, olds[old], None)
        elif new in came_from:
            origin = came_from[new]
            changed = runs.get((origin, new), ())
            yield SentenceChange(SentenceKind.MOVED, olds[origin], news[new], changed)
        elif new is not None:
            yield SentenceChange(SentenceKind.INSERTED, None, news[new])


def _sides(article: Article, language: str) -> list[Side]:
    sides: list[Side] = []
    for number, paragraph in enumerate(article.paragraphs, start=1):
        found = sentences(paragraph, language)
        if not found:
            sides.append(Side(number, "", "", paragraph))
            continue
        ends = [*(sentence.start for sentence in found[1:]), len(paragraph)]
        lead = paragraph[: found[0].start]
        for sentence, end in zip(found, ends, strict=True):
            sides.append(Side(number, lead, sentence.text, paragraph[sentence.end : end]))
            lead = ""
    return sides


def _matched(
    before: Sequence[Side], after: Sequence[Side], allowance: Allowance
) -> tuple[Match, dict[Pair, tuple[Run, ...]]]:
    """What became what, and the runs where the text is another: without what was rewritten."""
    keys = Names([key(side.text) for side in before], [key(side.text) for side in after])
    texts = Names([side.text for side in before], [side.text for side in after])
    match = counterparts([keys], texts, allowance)
    runs: dict[Pair, tuple[Run, ...]] = {}
    rewritten: set[Pair] = set()
    for i, j in [*match.chain, *match.moved.items()]:
        if before[i].text != after[j].text:
            runs[i, j] = word_runs(before[i].text, after[j].text, allowance)
            if keys.before[i] != keys.after[j] and not something_stayed(runs[i, j]):
                rewritten.add((i, j))
    kept = Match(
        [pair for pair in match.chain if pair not in rewritten],
        dict(pair for pair in match.moved.items() if pair not in rewritten),
    )
    return kept, runs
