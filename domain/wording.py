"""Wording: which words of a text stayed, went and came.

A *run* is consecutive words, with the white space between them, that share what became of them.
Without the inserted runs, the runs of two texts are the earlier text; without the deleted ones,
the later. An *island* is words that stayed by chance between words that were replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from variorum.domain.alignment import Allowance, Pair, alignment, numbering
from variorum.domain.text import STOP_WORDS, Word, key, words

_ISLAND_WORDS = 2


class RunKind(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive words, with the white space between them, that share what became of them."""

    kind: RunKind
    text: str


def word_runs(before: str, after: str, allowance: Allowance | None = None) -> tuple[Run, ...]:
    """What became of the words of `before` on the way to `after`.

    Words of the same spelling are the same, but for islands of up to two stop words in what was
    otherwise rewritten. What was deleted comes before what was inserted in its place.
    """
    old, new = words(before), words(after)
    numbers = numbering()
    pairs = alignment(
        [numbers[word.text] for word in old],
        [numbers[word.text] for word in new],
        allowance or Allowance(),
    )
    filled = (part for part in _marked(_without_islands(pairs, old, new), old, new) if part[1])
    return tuple(
        Run(kind, "".join(text for _, text in group))
        for kind, group in groupby(filled, key=lambda part: part[0])
    )


def something_stayed(runs: Sequence[Run]) -> bool:
    """Whether a word with content of its own stayed."""
    return any(
        not word.is_punctuation and key(word.text) not in STOP_WORDS
        for run in runs
        if run.kind == RunKind.SAME
        for word in words(run.text)
    )


def _marked(
    stayed: Iterator[Pair], old: Sequence[Word], new: Sequence[Word]
) -> Iterator[tuple[RunKind, str]]:
    """Both texts in parts, some of them empty; white space stays only where it is the same."""
    i = j = 0
    for next_i, next_j in [*stayed, (len(old), len(new))]:
        deleted = "".join(space + text for space, text in old[i:next_i])
        inserted = "".join(space + text for space, text in new[j:next_j])
        same = ""
        if next_i < len(old):
            space, same = old[next_i]
            other, _ = new[next_j]
            if space == other:
                same = space + same
            else:
                deleted += space
                inserted += other
        shared = _shared_space(deleted, inserted)
        yield RunKind.SAME, deleted[:shared]
        yield RunKind.DELETED, deleted[shared:]
        yield RunKind.INSERTED, inserted[shared:]
        yield RunKind.SAME, same
        i, j = next_i + 1, next_j + 1


def _shared_space(one: str, other: str) -> int:
    """The length of the white space that both begin with."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b or not a.isspace():
            break
        length += 1
    return length


def _without_islands(pairs: list[Pair], old: Sequence[Word], new: Sequence[Word]) -> Iterator[Pair]:
    """Leaves out what stayed by chance, between words that were replaced."""
    i = j = 0
    starts = [at for at, pair in enumerate(pairs) if at == 0 or not _follows(pairs[at - 1], pair)]
    for start, end in pairwise([*starts, len(pairs)]):
        (first_i, first_j), (last_i, last_j) = pairs[start], pairs[end - 1]
        next_i, next_j = pairs[end] if end < len(pairs) else (len(old), len(new))
        deleted = first_i - i, next_i - last_i - 1
        inserted = first_j - j, next_j - last_j - 1
        replaced = any(deleted) and any(inserted)
        on_both_sides = deleted[0] + inserted[0] and deleted[1] + inserted[1]
        if replaced and on_both_sides and _is_slight(old[first_i : last_i + 1]):
            continue
        yield from pairs[start:end]
        i, j = last_i + 1, last_j + 1


def _follows(pair: Pair, other: Pair) -> bool:
    return other == (pair[0] + 1, pair[1] + 1)


def _is_slight(island: Sequence[Word]) -> bool:
    spoken = [word.text for word in island if not word.is_punctuation]
    return len(spoken) <= _ISLAND_WORDS and all(key(text) in STOP_WORDS for text in spoken)
