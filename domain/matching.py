"""Matching: which thing after became of which thing before.

*Things* are sentences, media or notices, known by their indices. A *name* is what a thing goes by:
things of an equal name may be one. *Likeness* is how much the words of two texts have in common,
from 0 to 1. A *match* is what became what: things in one order are its *chain*, the others *moved*.

Like texts are sought among a bounded number for each, so that many things take time in proportion.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from variorum.domain.alignment import Allowance, Pair, alignment, longest_chain, numbering
from variorum.domain.text import STOP_WORDS, key, words

#: How alike two texts must be to count as one that was edited, and as one that was moved and
#: edited: the share of words in common (Jaccard), or half the share of the shorter one's words.
ALIKE = 0.3
ALIKE_ELSEWHERE = 0.5

# Half the share of the shorter one's words counts only where so many words are shared.
_CONTAINED_WORDS = 4

# What bounds the search for like texts: rare words tried, their holders, texts compared.
_RAREST = 6
_NEAREST = 32
_COMPARED = 8


@dataclass(frozen=True, slots=True)
class Names:
    """What things go by, on either side: an equal name is an equal thing, `""` is no name."""

    before: list[str]
    after: list[str]

    def without(self, pairs: Mapping[int, int]) -> tuple[list[int], list[int]]:
        """The things on either side that are in no pair."""
        taken = set(pairs.values())
        return (
            [i for i in range(len(self.before)) if i not in pairs],
            [j for j in range(len(self.after)) if j not in taken],
        )


@dataclass(frozen=True, slots=True)
class Match:
    """What became what, one to one: `chain` increases in both, `moved` holds the other pairs."""

    chain: list[Pair]
    moved: dict[int, int]

    @property
    def came_from(self) -> dict[int, int]:
        """`moved` the other way round."""
        return {j: i for i, j in self.moved.items()}

    def reading_order(self, before: int, after: int) -> Iterator[tuple[int | None, int | None]]:
        """So many things before and after: in pairs those in the chain, alone the others."""
        i = j = 0
        for next_i, next_j in [*self.chain, (before, after)]:
            yield from ((at, None) for at in range(i, next_i))
            yield from ((None, at) for at in range(j, next_j))
            if next_i < before:
                yield next_i, next_j
            i, j = next_i + 1, next_j + 1


def counterparts(names: Sequence[Names], texts: Names, allowance: Allowance) -> Match:
    """Matches by the first names in order, then by each of them out of order, then by likeness."""
    numbers = numbering()
    fixed = alignment(
        [numbers[name] for name in names[0].before],
        [numbers[name] for name in names[0].after],
        allowance,
    )
    pairs = dict(fixed)
    for each in names:
        pairs.update(_namesakes(each, pairs))
    likeness = _alike(texts, pairs, fixed)
    pairs.update(list(likeness))
    befores, afters = [i for i, _ in fixed], [j for _, j in fixed]
    loose = sorted(set(pairs.items()).difference(fixed))
    near = [(i, j) for i, j in loose if bisect_left(befores, i) == bisect_left(afters, j)]
    kept = longest_chain(near)
    moved = {
        i: j
        for i, j in sorted(set(loose).difference(kept))
        if likeness.get((i, j), 1) >= ALIKE_ELSEWHERE
    }
    return Match(sorted([*fixed, *kept]), moved)


def _namesakes(names: Names, pairs: Mapping[int, int]) -> Iterator[Pair]:
    """Pairs of one name among what is in no pair yet, each name's in order."""
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    old, new = names.without(pairs)
    for i in old:
        waiting[names.before[i]].append(i)
    for j in new:
        name = names.after[j]
        if name and waiting[name]:
            yield waiting[name].popleft(), j


def _alike(texts: Names, pairs: Mapping[int, int], fixed: Sequence[Pair]) -> dict[Pair, float]:
    """Pairs of like texts among what is in no pair yet, and how alike they are.

    The most alike become pairs first; of equals the nearest, of these the first.
    """
    chosen: dict[Pair, float] = {}
    seen_old: set[int] = set()
    seen_new: set[int] = set()
    for negative, _, i, j in sorted(_candidates(texts, pairs, fixed)):
        if i not in seen_old and j not in seen_new:
            seen_old.add(i)
            seen_new.add(j)
            chosen[i, j] = -negative
    return chosen


def _candidates(
    texts: Names, pairs: Mapping[int, int], fixed: Sequence[Pair]
) -> Iterator[tuple[float, float, int, int]]:
    """Likeness, negative, and distance of like texts in no pair yet, with their indices.

    Each text is compared with those few that share most of its rarest words and stand nearest.
    """
    old, new = texts.without(pairs)
    bags = _Bags()
    old_bags = [bags.of(texts.before[i]) for i in old]
    old_places = _places(old, [i for i, _ in fixed], len(texts.before))
    new_places = _places(new, [j for _, j in fixed], len(texts.after))
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for x, bag in enumerate(old_bags):
        for word in bag:
            if bags.is_content(word):
                holders[word].append(x)
    for j, place in zip(new, new_places, strict=True):
        bag = bags.of(texts.after[j])
        shared = [word for word in bag if word in holders]
        votes: Counter[int] = Counter()
        for word in nsmallest(_RAREST, shared, key=lambda word: (len(holders[word]), word)):
            votes.update(_nearest(holders[word], old_places, place))
        for x in nsmallest(
            _COMPARED, votes, key=lambda x: (-votes[x], abs(old_places[x] - place), x)
        ):
            likeness = _likeness(old_bags[x], bag)
            if likeness >= ALIKE:
                yield -likeness, abs(old_places[x] - place), old[x], j


class _Bags:
    """The words of texts as sets of numbers, of which the lowest are the stop words'."""

    def __init__(self) -> None:
        self._numbers = numbering()
        self._spelled = {word: self._numbers[word] for word in sorted(STOP_WORDS)}

    def of(self, text: str) -> frozenset[int]:
        return frozenset(self._number(word.text) for word in words(text) if not word.is_punctuation)

    def is_content(self, word: int) -> bool:
        return word >= len(STOP_WORDS)

    def _number(self, spelled: str) -> int:
        number = self._spelled.get(spelled)
        if number is None:
            number = self._spelled[spelled] = self._numbers[key(spelled)]
        return number


def _likeness(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    jaccard = shared / (len(one) + len(other) - shared)
    contained = shared / min(len(one), len(other))
    return max(jaccard, contained / 2) if shared >= _CONTAINED_WORDS else jaccard


def _places(free: Sequence[int], fixed: Sequence[int], length: int) -> list[float]:
    """Where things stand between those that are fixed: 2.5 is half-way after the second."""
    ends = [-1, *fixed, length]
    places: list[float] = []
    for at in free:
        gap = bisect_left(fixed, at)
        places.append(gap + (at - ends[gap]) / (ends[gap + 1] - ends[gap]))
    return places


def _nearest(holders: list[int], places: Sequence[float], place: float) -> list[int]:
    """Those of the holders that stand nearest; all of them where they are few."""
    if len(holders) <= _NEAREST:
        return holders
    middle = bisect_left(holders, place, key=lambda x: places[x])
    start = max(0, min(middle - _NEAREST // 2, len(holders) - _NEAREST))
    return holders[start : start + _NEAREST]
