"""Realistic histories of stories, of any size, the same for the same seed.

As NewsEdits has them (Spangher et al., 2022): 3.6 revisions a story on average with a heavy tail,
one edit in a few sentences, a paragraph added in half of the updates; texts of about 6 kB.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from variorum.domain.commands import Opening, RecordCopy
from variorum.domain.content import Article
from variorum.domain.times import Basis, Precision, PublishedTime

FIRST = 1_600_000_000_000_000
HOUR = 3_600_000_000
LONGEST = 400


def copies(revisions: int, seed: int = 7) -> Iterator[RecordCopy]:
    """Copies of as many stories as it takes, story by story, in order of publication."""
    chance = random.Random(seed)
    done = story = 0
    while done < revisions:
        story += 1
        length = min(_length(chance), revisions - done)
        yield from _story(f"story-{story}", length, chance)
        done += length


def _length(chance: random.Random) -> int:
    """How many revisions a story has: half have one or two, a few have hundreds."""
    return min(LONGEST, int(chance.paretovariate(1.28)))


def _story(name: str, length: int, chance: random.Random) -> Iterator[RecordCopy]:
    paragraphs = [_paragraph(chance) for _ in range(chance.randint(6, 16))]
    headline = _sentence(chance)
    at = FIRST + chance.randrange(30_000 * HOUR)
    for _ in range(length):
        published = PublishedTime(at, at, at + 1_000_000, Precision.SECOND, Basis.METADATA, "UTC")
        article = Article(headline=headline, paragraphs=tuple(paragraphs))
        yield RecordCopy(name, "bench", article, published=published, opening=Opening(zone="UTC"))
        at += int(chance.expovariate(1 / HOUR)) + 1_000_000
        _edit(paragraphs, chance)
        if chance.random() < 0.2:
            headline = _sentence(chance)


def _edit(paragraphs: list[str], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(paragraphs))
        if chance.random() < 0.4 or len(paragraphs[place]) > 700:
            paragraphs[place] = _paragraph(chance)
        else:
            paragraphs[place] += " " + _sentence(chance)
    if chance.random() < 0.5:
        paragraphs.insert(chance.randrange(len(paragraphs) + 1), _paragraph(chance))
    if len(paragraphs) > 18:
        del paragraphs[chance.randrange(len(paragraphs))]


def _paragraph(chance: random.Random) -> str:
    return " ".join(_sentence(chance) for _ in range(chance.randint(1, 4)))


def _sentence(chance: random.Random) -> str:
    words, weights = _vocabulary()
    return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(8, 28))) + "."


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Words, and how often each comes up to and with it (Zipf)."""
    chance = random.Random(1)
    letters = "aaabcdeeeefghiiijklmnnooopqrrssttuuvwyz"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(8000)]
    weights: list[float] = []
    total = 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 3)
        weights.append(total)
    return words, weights
