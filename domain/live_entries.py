"""Live entries: the dated items of a story that is written while it happens.

An entry begins with a time that is set off from its text, `6:09 p.m. ET Thursday: …`, or that
stands alone above it. A time of day by itself makes an entry only in a run of them, the newest
first: a timetable runs the other way. An entry is no notice, and stays in the text; its time is
the entry's and dates no revision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from variorum.domain.calendar_words import MONTHS, WEEKDAYS, plain
from variorum.domain.notice_finding import notice_in
from variorum.domain.notice_stamps import Stamp, stamp_at
from variorum.domain.notice_times import notice_time
from variorum.domain.notices import DatedItem
from variorum.domain.stated import Known
from variorum.domain.times import PublishedTime

RULE = "entry.time"
RULE_ALONE = "entry.time-alone"

_WORD = re.compile(r"[^\W\d_]+")
_SET_OFF = re.compile(r"\s?[:–—]\s|\s[|-]\s")
_TEXT = re.compile(r"\s*[\"'“‘«(\[]?[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A dated item of a live story.

    Attributes:
        block: the number of the block it stands in, from 0.
        start: where its time begins in that block; `end`: where that ends.
        time: when it was written, if that can be told; otherwise `problem` says why not.
    """

    block: int
    start: int
    end: int
    rule: str
    time: PublishedTime | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Beginning:
    block: int
    start: int
    stamp: Stamp
    alone: bool

    @property
    def dated(self) -> bool:
        """Whether its time has a zone or a day, as mere times of day in prose seldom do."""
        said = self.stamp.statement
        return self.stamp.specific or (said is not None and said.is_dated)

    @property
    def has_day(self) -> bool:
        return self.stamp.statement is not None and self.stamp.statement.is_dated

    @property
    def minutes(self) -> int:
        """The time of day, as a clock shows it."""
        said = self.stamp.statement
        return (said.hour or 0) * 60 + (said.minute or 0) if said else 0


def entries_in(blocks: Sequence[Sequence[str]], known: Known) -> tuple[Entry, ...]:
    """The entries of a story, in order; its blocks are lists of lines."""
    found = list(_beginnings(blocks, known))
    alone = [each for each in found if each.alone]
    dated = [each for each in found if not each.alone and each.dated]
    if len(dated) > 1 and not any(each.has_day for each in dated) and _runs_back(dated[::-1]):
        dated = []
    bare = [each for each in found if not each.alone and not each.dated]
    kept = [
        *dated,
        *(alone if len(alone) > 1 else ()),
        *(bare if len(bare) > 1 and _runs_back(bare) else ()),
    ]
    return tuple(_entry(each, known) for each in sorted(kept, key=lambda e: (e.block, e.start)))


def items_of(
    entries: Sequence[Entry], blocks: Sequence[Sequence[str]], paragraphs: Sequence[str]
) -> tuple[DatedItem, ...]:
    """The entries by the paragraphs of the article that was made of the blocks."""
    items: list[DatedItem] = []
    place = 0
    for entry in entries:
        stamp = "\n".join(blocks[entry.block])[entry.start : entry.end]
        here = (n for n in range(place, len(paragraphs)) if stamp in paragraphs[n])
        place = next(here, len(paragraphs))
        if place < len(paragraphs):
            items.append(DatedItem(place, entry.rule, entry.time))
    return tuple(items)


def _beginnings(blocks: Sequence[Sequence[str]], known: Known) -> Iterator[_Beginning]:
    for number, block in enumerate(blocks):
        place = 0
        for n, line in enumerate(block):
            stamp = _beginning(line)
            if stamp is not None and notice_in(line, known) is None:
                rest = line[stamp.end :]
                set_off = _SET_OFF.match(rest)
                if not rest.strip():
                    followed = n + 1 < len(block) or number + 1 < len(blocks)
                    if followed:
                        yield _Beginning(number, place + stamp.start, stamp, True)
                elif set_off and _TEXT.match(rest, set_off.end() - 1):
                    yield _Beginning(number, place + stamp.start, stamp, False)
            place += len(line) + 1


def _beginning(line: str) -> Stamp | None:
    """The time of day, perhaps with its date, that a line begins with."""
    text = line.lstrip()
    if not text[:1].isdigit():
        word = _WORD.match(text)
        if word is None or len(word[0]) > 12:
            return None
        name = plain(word[0])
        if name not in MONTHS and name not in WEEKDAYS:
            return None
    stamp = stamp_at(line, len(line) - len(text))
    if stamp is None or stamp.statement is None or not stamp.statement.has_time:
        return None
    return stamp


def _runs_back(entries: Iterable[_Beginning]) -> bool:
    times = [each.minutes for each in entries]
    return all(later < earlier for earlier, later in pairwise(times))


def _entry(beginning: _Beginning, known: Known) -> Entry:
    stamp = beginning.stamp
    assert stamp.statement is not None
    time, problem = notice_time(stamp.statement, known, stamp.language)
    rule = RULE_ALONE if beginning.alone else RULE
    end = beginning.start + stamp.end - stamp.start
    return Entry(beginning.block, beginning.start, end, rule, time, problem)
