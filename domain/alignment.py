"""Alignment: what two sequences have in common, in order, found in bounded work.

A *pair* (i, j) is two indices, one of an item before and one of an item after. A *chain* is pairs
that increase in both. An *alignment* is a chain of pairs of equal items.

Nothing here takes time quadratic in its input: whatever compares all with all is paid for out of
an `Allowance`, and where that is used up, the alignment is shorter than it might be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, pairwise

Pair = tuple[int, int]

#: The cells of tables that one difference may fill: more than any news story needs, and about half
#: a second's work.
CELLS = 1_000_000_000


class Allowance:
    """What may still be spent on comparing all with all, in cells of a table."""

    def __init__(self, cells: int = CELLS) -> None:
        self.left = cells

    def grants(self, cells: int) -> bool:
        """Takes `cells`; refuses, and takes nothing, where that is over half of what is left."""
        if cells > self.left // 2:
            return False
        self.left -= cells
        return True


def alignment(before: Sequence[int], after: Sequence[int], allowance: Allowance) -> list[Pair]:
    """A chain of pairs (i, j) with `before[i] == after[j]`.

    They are as many as there can be (longest common subsequence) where the allowance lasts;
    elsewhere they are what lies at both ends of, and next to, what occurs once in each.
    """
    pairs: list[Pair] = []
    todo = [(0, len(before), 0, len(after))]
    while todo:
        i, i_end, j, j_end = todo.pop()
        while i < i_end and j < j_end and before[i] == after[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and before[i_end - 1] == after[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            pairs.append((i_end, j_end))
        common = set(before[i:i_end]).intersection(after[j:j_end])
        left = [at for at in range(i, i_end) if before[at] in common]
        right = [at for at in range(j, j_end) if after[at] in common]
        if not common:
            continue
        if allowance.grants(len(left) * len(right)):
            pairs += _longest(left, right, before, after)
            continue
        fixed = _landmarks(left, right, before, after)
        if fixed:
            ends = [(i - 1, j - 1), *fixed, (i_end, j_end)]
            todo += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(ends)]
            pairs += fixed
    return sorted(pairs)


def _longest(
    left: list[int], right: list[int], before: Sequence[int], after: Sequence[int]
) -> Iterator[Pair]:
    """A longest common subsequence of the items at some places."""
    from rapidfuzz.distance import LCSseq

    for step in LCSseq.opcodes([before[at] for at in left], [after[at] for at in right]):
        if step.tag == "equal":
            yield from zip(
                left[step.src_start : step.src_end],
                right[step.dest_start : step.dest_end],
                strict=True,
            )


def _landmarks(
    left: list[int], right: list[int], before: Sequence[int], after: Sequence[int]
) -> list[Pair]:
    """Items that occur once on either side, as many as stand in one order (patience)."""
    once = {item for item, n in Counter(before[at] for at in left).items() if n == 1}
    once &= {item for item, n in Counter(after[at] for at in right).items() if n == 1}
    where = {after[at]: at for at in right if after[at] in once}
    return longest_chain([(at, where[before[at]]) for at in left if before[at] in once])


def longest_chain(pairs: Sequence[Pair]) -> list[Pair]:
    """As many of the pairs as increase in both; they come sorted, no number occurs twice."""
    lowest: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for at, (_, j) in enumerate(pairs):
        length = bisect_left(lowest, j)
        previous.append(ends[length - 1] if length else -1)
        lowest[length : length + 1] = [j]
        ends[length : length + 1] = [at]
    found: list[Pair] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = previous[at]
    return found[::-1]


def numbering() -> defaultdict[str, int]:
    """Gives each string its number, from 0, so that strings can be aligned."""
    return defaultdict(count().__next__)
