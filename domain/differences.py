"""Differences: what changed from one revision's article to another's.

A difference holds both articles' texts whole, as *changes* in reading order. A change has a
*before* side, an *after* side, or both; the before sides, joined, are the earlier paragraphs, and
the after sides the later ones, exactly. A sentence that was *moved* stands twice: as `moved`, where
it came to stand, and as `moved-away`, where it stood. *Runs* say which words of a sentence stayed,
went and came: without the inserted ones they are the earlier text, without the deleted ones the
later.

Nothing here takes time quadratic in its input: whatever compares all with all is paid for out of
an `Allowance`, and where that is used up, text is reported as deleted and inserted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto
from heapq import nsmallest
from itertools import count, groupby, pairwise
from typing import TypeVar

from variorum.domain.content import Article, Media, PrintedNotice
from variorum.domain.text import STOP_WORDS, Word, key, sentences, words

Pair = tuple[int, int]
Part = TypeVar("Part", Media, PrintedNotice)

# What it says.


class RunKind(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


class SentenceKind(StrEnum):
    """What became of a sentence; a `moved` one is edited too where it has runs."""

    SAME = "same"
    EDITED = "edited"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED = "moved"
    MOVED_AWAY = "moved-away"


class PartKind(StrEnum):
    """What became of a medium or a notice."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive words, with the white space between them, that share what became of them."""

    kind: RunKind
    text: str


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


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A headline, byline, dateline, or comments state that is another now."""

    before: str | None
    after: str | None
    runs: tuple[Run, ...] = ()


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


# How it is found out.

#: The cells of tables that one difference may fill: more than any news story needs, and about half
#: a second's work.
CELLS = 1_000_000_000

#: How alike two sentences must be to count as one that was edited, and as one that was moved and
#: edited: the share of words in common (Jaccard), or half the share of the shorter one's words.
ALIKE = 0.3
ALIKE_ELSEWHERE = 0.5

# Half the share of the shorter one's words counts only where so many words are shared.
_CONTAINED_WORDS = 4

# What bounds the search for like sentences: rare words tried, their holders, texts compared.
_RAREST = 6
_NEAREST = 32
_COMPARED = 8

_ISLAND_WORDS = 2


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


def difference(
    before: Article, after: Article, allowance: Allowance | None = None, language: str = "en"
) -> Difference:
    """What changed from `before` to `after`; empty if and only if they are equal."""
    allowance = allowance or Allowance()
    changes = tuple(_sentence_changes(_sides(before, language), _sides(after, language), allowance))
    kept = [
        (change.before.paragraph, change.after.paragraph)
        for change in changes
        if change.before and change.after and change.kind in _KEPT
    ]
    media = tuple(_media_changes(before, after, kept, allowance))
    notices = tuple(_notice_changes(before, after, kept, allowance))
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


def word_runs(before: str, after: str, allowance: Allowance | None = None) -> tuple[Run, ...]:
    """What became of the words of `before` on the way to `after`.

    Words of the same spelling are the same, but for islands of up to two stop words in what was
    otherwise rewritten. What was deleted comes before what was inserted in its place.
    """
    old, new = words(before), words(after)
    numbers = _numbers()
    pairs = alignment(
        [numbers[word.text] for word in old],
        [numbers[word.text] for word in new],
        allowance or Allowance(),
    )
    runs: list[tuple[RunKind, str]] = []
    i = j = 0
    for next_i, next_j in [*_without_islands(pairs, old, new), (len(old), len(new))]:
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
        runs += (
            (RunKind.SAME, deleted[:shared]),
            (RunKind.DELETED, deleted[shared:]),
            (RunKind.INSERTED, inserted[shared:]),
            (RunKind.SAME, same),
        )
        i, j = next_i + 1, next_j + 1
    filled = (run for run in runs if run[1])
    return tuple(
        Run(kind, "".join(text for _, text in group))
        for kind, group in groupby(filled, key=lambda run: run[0])
    )


def alignment(before: Sequence[int], after: Sequence[int], allowance: Allowance) -> list[Pair]:
    """Pairs (i, j) with `before[i] == after[j]` that increase in both.

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
    return _increasing([(at, where[before[at]]) for at in left if before[at] in once])


def _increasing(pairs: Sequence[Pair]) -> list[Pair]:
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


def _numbers() -> defaultdict[str, int]:
    """Gives each string its number, from 0."""
    return defaultdict(count().__next__)


# Words.


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


def _shared_space(one: str, other: str) -> int:
    """The length of the white space that both begin with."""
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b or not a.isspace():
            break
        length += 1
    return length


# Matching: of sentences, of media, of notices. Things are known by their indices.


@dataclass(frozen=True, slots=True)
class _Names:
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
class _Match:
    """What became what, one to one: `chain` increases in both, `moved` holds the other pairs."""

    chain: list[Pair]
    moved: dict[int, int]

    def reading_order(self, before: int, after: int) -> Iterator[tuple[int | None, int | None]]:
        """So many things before and after: in pairs those in the chain, alone the others."""
        i = j = 0
        for next_i, next_j in [*self.chain, (before, after)]:
            yield from ((at, None) for at in range(i, next_i))
            yield from ((None, at) for at in range(j, next_j))
            if next_i < before:
                yield next_i, next_j
            i, j = next_i + 1, next_j + 1


def _match(names: Sequence[_Names], texts: _Names, allowance: Allowance) -> _Match:
    """Matches by the first names in order, then by each of them out of order, then by likeness."""
    numbers = _numbers()
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
    kept = _increasing(near)
    moved = {
        i: j
        for i, j in sorted(set(loose).difference(kept))
        if likeness.get((i, j), 1) >= ALIKE_ELSEWHERE
    }
    return _Match(sorted([*fixed, *kept]), moved)


def _namesakes(names: _Names, pairs: Mapping[int, int]) -> Iterator[Pair]:
    """Pairs of one name among what is in no pair yet, each name's in order."""
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    old, new = names.without(pairs)
    for i in old:
        waiting[names.before[i]].append(i)
    for j in new:
        name = names.after[j]
        if name and waiting[name]:
            yield waiting[name].popleft(), j


def _alike(texts: _Names, pairs: Mapping[int, int], fixed: Sequence[Pair]) -> dict[Pair, float]:
    """Pairs of like texts among what is in no pair yet, and how alike they are.

    Each text is compared with those few that share most of its rarest words and stand nearest.
    The most alike become pairs first; of equals the nearest, of these the first.
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
    found: list[tuple[float, float, int, int]] = []
    for y, (j, place) in enumerate(zip(new, new_places, strict=True)):
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
                found.append((-likeness, abs(old_places[x] - place), x, y))
    chosen: dict[Pair, float] = {}
    seen_old: set[int] = set()
    seen_new: set[int] = set()
    for negative, _, x, y in sorted(found):
        if x not in seen_old and y not in seen_new:
            seen_old.add(x)
            seen_new.add(y)
            chosen[old[x], new[y]] = -negative
    return chosen


class _Bags:
    """The words of texts as sets of numbers, of which the lowest are the stop words'."""

    def __init__(self) -> None:
        self._numbers = _numbers()
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


# Sentences.

_KEPT = (SentenceKind.SAME, SentenceKind.EDITED)


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


def _sentence_changes(
    before: Sequence[Side], after: Sequence[Side], allowance: Allowance
) -> Iterator[SentenceChange]:
    keys = _Names([key(side.text) for side in before], [key(side.text) for side in after])
    texts = _Names([side.text for side in before], [side.text for side in after])
    match = _match([keys], texts, allowance)
    runs: dict[Pair, tuple[Run, ...]] = {}
    rewritten: set[Pair] = set()
    for i, j in [*match.chain, *match.moved.items()]:
        if before[i].text != after[j].text:
            runs[i, j] = word_runs(before[i].text, after[j].text, allowance)
            if keys.before[i] != keys.after[j] and not _something_stayed(runs[i, j]):
                rewritten.add((i, j))
    match = _Match(
        [pair for pair in match.chain if pair not in rewritten],
        dict(pair for pair in match.moved.items() if pair not in rewritten),
    )
    came_from = {j: i for i, j in match.moved.items()}
    for old, new in match.reading_order(len(before), len(after)):
        if old is not None and new is not None:
            changed = runs.get((old, new), ())
            kind = SentenceKind.EDITED if changed else SentenceKind.SAME
            yield SentenceChange(kind, before[old], after[new], changed)
        elif old in match.moved:
            yield SentenceChange(SentenceKind.MOVED_AWAY, before[old], after[match.moved[old]])
        elif old is not None:
            yield SentenceChange(SentenceKind.DELETED, before[old], None)
        elif new in came_from:
            origin = came_from[new]
            changed = runs.get((origin, new), ())
            yield SentenceChange(SentenceKind.MOVED, before[origin], after[new], changed)
        elif new is not None:
            yield SentenceChange(SentenceKind.INSERTED, None, after[new])


def _something_stayed(runs: Sequence[Run]) -> bool:
    """Whether a word with content of its own stayed."""
    return any(
        not word.is_punctuation and key(word.text) not in STOP_WORDS
        for run in runs
        if run.kind == RunKind.SAME
        for word in words(run.text)
    )


# Media and notices.


def _media_changes(
    before: Article, after: Article, kept: Sequence[Pair], allowance: Allowance
) -> Iterator[MediaChange]:
    old, new = before.media, after.media
    match = _match(
        [
            _Names([_apart(each) for each in old], [_apart(each) for each in new]),
            _Names([each.url or "" for each in old], [each.url or "" for each in new]),
        ],
        _Names([_wording(each) for each in old], [_wording(each) for each in new]),
        allowance,
    )
    match = _Match(sorted([*match.chain, *_by_position(match, old, new)]), match.moved)
    for i, j, moved in _parts(match, old, new, kept):
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


def _notice_changes(
    before: Article, after: Article, kept: Sequence[Pair], allowance: Allowance
) -> Iterator[NoticeChange]:
    old, new = before.notices, after.notices
    printed = _Names([each.printed for each in old], [each.printed for each in new])
    match = _match([printed], printed, allowance)
    for i, j, moved in _parts(match, old, new, kept):
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


def _parts(
    match: _Match, old: Sequence[Part], new: Sequence[Part], kept: Sequence[Pair]
) -> Iterator[tuple[int | None, int | None, bool]]:
    """Pairs of indices in reading order, and whether they stand elsewhere now."""
    came_from = {j: i for i, j in match.moved.items()}
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


def _by_position(match: _Match, old: Sequence[Media], new: Sequence[Media]) -> Iterator[Pair]:
    """Media without a counterpart that stand in the same place, unless their URLs differ."""
    came = set(match.moved.values())
    left: list[int] = []
    right: list[int] = []
    for i, j in [*match.reading_order(len(old), len(new)), (0, 0)]:
        if i is None and j is not None and j not in came:
            right.append(j)
        elif j is None and i is not None and i not in match.moved:
            left.append(i)
        elif i is not None and j is not None:
            for one, other in zip(left, right, strict=False):
                if not (old[one].url and new[other].url):
                    yield one, other
            left, right = [], []


def _apart(medium: Media) -> str:
    """A medium in one string, apart from its place."""
    return repr(replace(medium, after=None))


def _wording(medium: Media) -> str:
    return "\n".join(filter(None, (medium.caption, medium.credit, medium.title)))


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


# Counts.


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
    if (one and one.kind not in _KEPT) or (other and other.kind not in _KEPT):
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
