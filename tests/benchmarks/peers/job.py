"""The job that every store does: append N revisions, say what stood at T, rebuild a view.

*Append*: one revision in one durable commit, by one client, in order of publication. *In bulk*: the
same, however the store takes many at once. *As of*: the text of a story at T by the newsroom's
clock, checked against what was appended. *Rebuild*: every event is read from the beginning, and a
table of (story, published, place) is filled anew, which is what an as-of index is.
"""

from __future__ import annotations

import bisect
import hashlib
import random
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generated import plan, revisions


@dataclass(frozen=True, slots=True)
class Revision:
    story: str
    published: int
    """Microseconds since 1970 UTC."""
    headline: str
    body: str

    def event(self) -> dict[str, Any]:
        return {"published": self.published, "headline": self.headline, "body": self.body}


@dataclass(frozen=True, slots=True)
class Question:
    story: str
    at: int
    answer: str
    """The digest of the text in force."""


class Store(Protocol):
    """A store with one way to append, and what of the job it can do.

    `bulk` and `rebuild` give False where it has no such thing.
    """

    def append(self, revision: Revision) -> None: ...
    def bulk(self, appended: Sequence[Revision]) -> bool: ...
    def as_of(self, story: str, at: int) -> tuple[str, str]: ...
    def rebuild(self) -> int | bool: ...
    def size(self) -> int: ...
    def close(self) -> None: ...


Opener = Callable[[Path], Store]
"""Makes a new, empty store in a folder."""


@dataclass(slots=True)
class Result:
    """Microseconds a revision or a question; None where the store has no such thing."""

    append: list[float]
    bulk: float | None
    as_of: list[float]
    rebuild: float | None
    size: float
    """Bytes a revision, those of an empty store not counted."""


def made(count: int, seed: int = 7) -> list[Revision]:
    """So many revisions, in the order of their publication."""
    found: list[Revision] = []
    number = 0
    while len(found) < count:
        story = plan(number, seed)
        found += [
            Revision(
                story.name, each.published * 1_000_000, each.headline, "\n\n".join(each.paragraphs)
            )
            for each in revisions(story)
        ]
        number += 1
    return sorted(found, key=lambda each: each.published)[:count]


def questions(appended: Sequence[Revision], count: int) -> list[Question]:
    chance = random.Random(3)
    stories: dict[str, list[Revision]] = {}
    for each in appended:
        stories.setdefault(each.story, []).append(each)
    asked: list[Question] = []
    for story in chance.choices(sorted(stories), k=count):
        held = stories[story]
        at = chance.randint(held[0].published, held[-1].published + 3_600_000_000)
        place = bisect.bisect_right([each.published for each in held], at) - 1
        asked.append(Question(story, at, digest(held[place].headline, held[place].body)))
    return asked


def digest(headline: str, body: str) -> str:
    return hashlib.sha256(f"{headline}\n{body}".encode()).hexdigest()


def done_by(
    opener: Opener,
    folder: Path,
    singly: int,
    appended: Sequence[Revision],
    asked: Sequence[Question],
) -> Result:
    """Does the job. *singly* revisions go one by one into a store of their own."""
    single = opener(made_folder(folder / "single"))
    times: list[float] = []
    try:
        for each in appended[:singly]:
            began = perf_counter()
            single.append(each)
            times.append((perf_counter() - began) * 1e6)
    finally:
        single.close()
    store = opener(made_folder(folder / "bulk"))
    try:
        empty = store.size()
        began = perf_counter()
        has_bulk = store.bulk(appended)
        bulk = (perf_counter() - began) * 1e6 / len(appended)
        if not has_bulk:
            for each in appended:
                store.append(each)
        as_of: list[float] = []
        for question in asked:
            began = perf_counter()
            text = store.as_of(question.story, question.at)
            as_of.append((perf_counter() - began) * 1e6)
            if digest(*text) != question.answer:
                raise ValueError(f"{question.story} as of {question.at}: another text")
        began = perf_counter()
        rows = store.rebuild()
        rebuild = (perf_counter() - began) * 1e6 / len(appended)
        if rows is not False and rows < len(appended):
            raise ValueError(f"{rows} rows of {len(appended)} were rebuilt")
        size = (store.size() - empty) / len(appended)
    finally:
        store.close()
    return Result(
        times, bulk if has_bulk else None, as_of, None if rows is False else rebuild, size
    )


def made_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def fill(path: Path, rows: Iterable[tuple[str, int, int]]) -> int:
    """The view of a store that has no tables: a SQLite file."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as view:
        view.execute(
            "create table view (story text, published integer, place integer,"
            " primary key (story, published, place)) without rowid"
        )
        return view.executemany("insert into view values (?, ?, ?)", rows).rowcount
