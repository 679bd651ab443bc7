"""Realistic histories of stories, of any size, the same for the same seed.

*Published* of NewsEdits (Spangher and May, 2021, arXiv 2104.09647; Spangher et al., NAACL 2022) and
kept to here: 1,278,804 stories with 4,609,430 revisions, 3.6 a story, of some 22 outlets in three
countries, in English and French, from 2006 to 2021; between two revisions 3.3 sentences added, 2.7
changed and 2.0 removed on average (10,929,051, 8,908,254 and 6.8 million over 3,330,626 pairs).

*Ours*, since only means are published: a Pareto tail of lengths up to 400; first texts of 18 to 52
sentences, 6.5 kB a revision; gaps between revisions around three quarters of an hour, log-normal;
one revision in fifty, if it is not the last, is *late*: it arrives 5,000 stories after its story.
One in twenty is captured once more, unchanged; one story in a hundred is gone at its end; one
update in ten prints a notice. Words are made up; texts pack as news does, by zstd at level 3 to a
little under a half alone, and to some 440 bytes after the one before.

Story n is made without those before it: *its plan*, what there will be and when, costs little,
and its texts follow from the plan. `lines` are an import's; `copies` are commands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import orjson

from variorum.domain.commands import Opening, RecordCopy
from variorum.domain.content import Article
from variorum.domain.times import Basis, Precision, PublishedTime

STORIES, REVISIONS = 1_278_804, 4_609_430
FIRST, SPAN = 1_136_073_600, 15 * 365 * 86_400  # seconds: 2006, and fifteen years of it
LONGEST = 400
TAIL = 1.2643  # sum of k ** -TAIL for k to LONGEST: REVISIONS / STORIES
LATE, LATE_BY = 0.02, 5_000
ADDED, CHANGED, REMOVED = 3.28, 2.67, 2.04
FEWEST, MOST = 8, 52  # sentences
OUTLETS = (
    ("Harbour Gazette", "America/New_York"),
    ("Plains Courier", "America/Chicago"),
    ("Northern Wire", "Europe/London"),
    ("Capital Ledger", "America/New_York"),
    ("Morning Beacon", "Europe/London"),
    ("Coast Tribune", "America/Los_Angeles"),
    ("Le Quai", "America/Toronto"),
    ("Lakes Herald", "America/Toronto"),
    ("Borough Post", "Europe/London"),
    ("Valley Dispatch", "America/Denver"),
    ("La Rive", "America/Toronto"),
    ("Prairie Star", "America/Winnipeg"),
    *((f"District Paper {number}", "America/New_York") for number in range(1, 11)),
)
FRENCH = {"Le Quai", "La Rive"}


@dataclass(slots=True)
class Revision:
    """A copy of a story: its times in seconds since 1970 UTC, and its text."""

    published: int
    captured: int
    headline: str
    paragraphs: list[str]
    late: bool
    """Whether it arrives after others that came out later."""
    again: int | None
    """When it was captured once more, unchanged."""


@dataclass(slots=True)
class Plan:
    """A story before it has texts."""

    number: int
    outlet: str
    zone: str
    times: list[int]
    late: set[int]
    gone: bool
    chance: random.Random = field(repr=False)

    @property
    def name(self) -> str:
        return f"story-{self.number}"


def plan(number: int, seed: int = 7) -> Plan:
    chance = random.Random(f"{seed}/{number}")
    length = min(LONGEST, int(chance.paretovariate(TAIL)))
    outlet, zone = OUTLETS[min(int(chance.paretovariate(0.6)), len(OUTLETS)) - 1]
    at = FIRST + int(chance.random() * SPAN)
    times = [at]
    for _ in range(length - 1):
        at += 1 + int(chance.lognormvariate(7.9, 1.6))
        times.append(at)
    late = {each for each in range(length - 1) if chance.random() < LATE}
    return Plan(number, outlet, zone, times, late, chance.random() < 0.01, chance)


def revisions(story: Plan) -> Iterator[Revision]:
    """The revisions of a story, in order of publication; once for each plan."""
    chance = story.chance
    writer = _Writer(chance, story.outlet in FRENCH)
    last = len(story.times) - 1
    for each, published in enumerate(story.times):
        if each:
            writer.edit(published)
        until = published + 86_400 if each == last else story.times[each + 1]
        captured = min(published + 30 + int(chance.random() * 600), until - 1)  # it was in force
        again = None
        if chance.random() < 0.05 and each not in story.late:
            again = until - 1 if until - 1 > captured else None
        yield Revision(
            published, captured, writer.headline, writer.paragraphs(), each in story.late, again
        )


def copies(count: int, seed: int = 7) -> Iterator[RecordCopy]:
    """Copies of as many stories as it takes, story by story, in order of publication."""
    done = number = 0
    while done < count:
        story = plan(number, seed)
        for revision in revisions(story):
            at = revision.published * 1_000_000
            published = PublishedTime(
                at, at, at + 1_000_000, Precision.SECOND, Basis.METADATA, "UTC"
            )
            article = Article(headline=revision.headline, paragraphs=tuple(revision.paragraphs))
            yield RecordCopy(
                story.name, "bench", article, published=published, opening=Opening(zone="UTC")
            )
            done += 1
            if done == count:
                return
        number += 1


def lines(first: int, end: int, of: int, seed: int = 7) -> Iterator[bytes]:
    """JSONL of the stories from first to before end, of so many in all, in order of arrival.

    What the stories LATE_BY before them had late comes with them, and with the last stories of all
    what they themselves have late. So the lines of [a, b) and of [b, c) are those of [a, c).
    """
    for number in range(first, end):
        yield from _lines(plan(number, seed), late=False)
        if number >= LATE_BY:
            yield from _lines(plan(number - LATE_BY, seed), late=True)
    if end == of:
        for number in range(max(0, end - LATE_BY), end):
            yield from _lines(plan(number, seed), late=True)


def _lines(story: Plan, *, late: bool) -> Iterator[bytes]:
    if late and not story.late:
        return
    year = _iso(story.times[0])[:4]
    site = story.outlet.lower().replace(" ", "-")
    common = {
        "story": story.name,
        "url": f"https://{site}.example/{year}/{story.number}",
        "outlet": story.outlet,
        "zone": story.zone,
    }
    for each in revisions(story):
        if each.late != late:
            continue
        line = common | {
            "published": _iso(each.published),
            "basis": "metadata",
            "captured": _iso(each.captured),
            "headline": each.headline,
            "body": "\n\n".join(each.paragraphs),
        }
        yield orjson.dumps(line) + b"\n"
        if each.again is not None:
            yield orjson.dumps(line | {"captured": _iso(each.again)}) + b"\n"
    if story.gone and not late:
        end = {"captured": _iso(story.times[-1] + 30 * 86_400), "status": "gone"}
        yield orjson.dumps(common | end) + b"\n"


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


class _Writer:
    """A text that grows by sentences."""

    def __init__(self, chance: random.Random, french: bool) -> None:
        self._chance = chance
        self._phrases = _phrases(french)
        self._said = "a déclaré" if french else "said"
        words = _words(french)
        self._people = [
            f"{first.capitalize()} {last.capitalize()}"
            for first, last in zip(*[iter(chance.choices(words, k=12))] * 2, strict=True)
        ]
        self._sentences = [self._sentence() for _ in range(18 + int(chance.random() * 35))]
        self._notices: list[str] = []
        self.headline = self._headline()

    def paragraphs(self) -> list[str]:
        pairs = range(0, len(self._sentences), 2)
        return [" ".join(self._sentences[each : each + 2]) for each in pairs] + self._notices

    def edit(self, at: int) -> None:
        """Another revision: sentences are removed, changed and added."""
        chance, sentences = self._chance, self._sentences
        before = (self.headline, self._notices, sentences.copy())
        removed, changed, added = (self._some(mean) for mean in (REMOVED, CHANGED, ADDED))
        for _ in range(removed):
            if len(sentences) > FEWEST:
                del sentences[int(chance.random() * len(sentences))]
        for _ in range(changed):
            place = int(chance.random() * len(sentences))
            sentences[place] = self._changed(sentences[place])
        for _ in range(added):
            place = int(chance.random() ** 2 * (len(sentences) + 1))
            sentences.insert(place, self._sentence())
        del sentences[MOST:]
        if chance.random() < 0.2:
            self.headline = self._headline()
        if chance.random() < 0.1:
            kind = chance.choices(("Update", "Correction", "Clarification"), (8, 3, 1))[0]
            moment = datetime.fromtimestamp(at, UTC).strftime("%B %d, %Y, %H:%M UTC")
            self._notices = [f"{kind}, {moment}: {self._sentence()}", *self._notices][:3]
        if before == (self.headline, self._notices, sentences):
            sentences[-1] = self._sentence()

    def _some(self, mean: float) -> int:
        """A number of that mean, geometrically distributed."""
        return int(self._chance.expovariate(1 / (mean + 0.5)))

    def _changed(self, sentence: str) -> str:
        words = sentence.split(" ")
        place = int(self._chance.random() * len(words))
        words[place : place + 3] = self._chance.choices(self._phrases)
        return " ".join(words).rstrip(".") + "."

    def _sentence(self) -> str:
        chance = self._chance
        kind = chance.random()
        text = " ".join(chance.choices(self._phrases, k=3 + int(kind * 1000) % 6))
        text = text[0].upper() + text[1:]
        if kind < 0.22:
            person = self._people[int(kind * 100) % len(self._people)]
            return f"“{text},” {person} {self._said}."
        if kind < 0.45:
            return f"{text} {self._people[int(kind * 100) % len(self._people)]}."
        if kind < 0.55:
            return f"{text}, {int(chance.random() ** 3 * 12_000)}."
        return text + "."

    def _headline(self) -> str:
        text = " ".join(self._chance.choices(self._phrases, k=2))
        return text[0].upper() + text[1:]


_SYLLABLES = (
    "ra el to mi sen ver da kon pri ta lo ne st ar in er ou th an re on at en ed ti or es is ng"
    " cal ble ment tion per com der gre ha bu fi wo sh ple nor mar tel bri cha u a e"
)
_FRENCH = " é è ç eau ais que ette oir ille ê ient aux"
_COMMON = {
    False: "the of to and in a that for is on was with by at as from it has were be",
    True: "de la le et les à en des un du une que pour dans est sur au par il qui",
}


@cache
def _words(french: bool) -> list[str]:
    """Words of a language, the commonest first."""
    chance = random.Random(f"words {french}")
    syllables = (_SYLLABLES + _FRENCH * 2 if french else _SYLLABLES).split()
    made = {
        "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3, 3, 4)))): None
        for _ in range(14_000)
    }
    return _COMMON[french].split() + [word for word in made if len(word) > 1]


@cache
def _phrases(french: bool) -> list[str]:
    """Runs of two to six words, whose words are as frequent as they are in language (Zipf)."""
    words = _words(french)
    chance = random.Random(f"phrases {french}")
    weights: list[float] = []
    total = 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 6)
        weights.append(total)
    return [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(2, 6)))
        for _ in range(60_000)
    ]
