"""Histories of stories as lines of JSONL, and what follows from the lines alone.

A *history* is a list of lines such as a crawler or another archive would leave: several stories in
turn, equal times, clocks that go backwards, late finds, texts that return, stories that vanish. A
*reader* is somebody with a pencil: works out from the lines, in order, what was recorded and what
was in force, by the rules of the guide and as slowly as can be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Line = dict[str, Any]
BEGINNING = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
STORIES = ("ferry", "strike")
TEXTS = ("The ferry sails.", "The ferry sails at noon.", "No ferry sails today.")
OUTCOMES = ("gone", "missing", "unreachable")


def objects(
    required: Mapping[str, SearchStrategy[Any]],
    optional: Mapping[str, SearchStrategy[Any]] | None = None,
) -> SearchStrategy[Line]:
    """JSON objects with some keys, and perhaps others."""
    found: SearchStrategy[Any] = st.fixed_dictionaries(
        dict(required), optional=dict(optional or {})
    )
    return found


def minute(number: int) -> str:
    """The time that many minutes after the beginning, as a line says it."""
    return (BEGINNING + timedelta(minutes=number)).isoformat()


def instant(text: str) -> int:
    """A line's time as microseconds since 1970."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


@st.composite
def copies(draw: DrawFn) -> Line:
    """A copy of a story, or a sighting of it."""
    story = draw(st.sampled_from(STORIES))
    at = draw(st.integers(0, 5))
    line: Line = {"story": story}
    kind = draw(
        st.sampled_from(("published", "published", "published", "both", "captured", "sight"))
    )
    if kind == "sight":
        # Half a minute off: in one and the same instant no order tells gone from back.
        looked = minute(at).replace(":00+", ":30+")
        return {**line, "captured": looked, "status": draw(st.sampled_from(OUTCOMES))}
    if kind in ("published", "both"):
        line["published"] = minute(at)
    if kind == "captured":
        line["captured"] = minute(at)
    if kind == "both":
        line["captured"] = minute(at + draw(st.integers(0, 5)))
    return {**line, "body": draw(st.sampled_from(TEXTS))}


def histories(*, ties: bool = True, largest: int = 24) -> SearchStrategy[list[Line]]:
    """Any history. Without `ties`, no two lines of a story are about the same moment."""
    lines = st.lists(copies(), min_size=1, max_size=largest)
    return lines.map(_without_repeats if ties else _without_ties)


def _without_repeats(lines: list[Line]) -> list[Line]:
    """Leaves out what only says again what the last line of that moment said."""
    last: dict[tuple[str, str], str] = {}
    kept: list[Line] = []
    for line in lines:
        moment = (line["story"], line.get("published") or line["captured"])
        said = line.get("body") or line["status"]
        if last.get(moment) != said:
            kept.append(line)
        last[moment] = said
    return kept


def _without_ties(lines: list[Line]) -> list[Line]:
    seen: set[tuple[str, str]] = set()
    kept: list[Line] = []
    for line in lines:
        moments = {(line["story"], line[key]) for key in ("published", "captured") if key in line}
        if not moments & seen:
            kept.append(line)
        seen |= moments
    return kept


def write(path: Path, lines: Iterable[Line]) -> Path:
    """Writes lines to a file, and returns its path."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return path


@dataclass(frozen=True)
class Read:
    """A revision, as the reader has it."""

    number: int
    position: int
    at: int
    captured: int | None
    text: str


@dataclass(frozen=True)
class Seen:
    """What was seen of a story, as the reader has it.

    `at` is the time that the copy states, or that of the capture; `captured` is there where the
    copy has both.
    """

    at: int
    position: int
    outcome: str
    number: int | None = None
    captured: int | None = None


@dataclass
class _Story:
    revisions: list[Read] = field(default_factory=list[Read])
    seen: list[Seen] = field(default_factory=list[Seen])


class Reader:
    """Works out what a history comes to.

    Positions count from 1, which is the opening of the collection; each story's opening, revision
    and sighting takes the next.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self.position = 1
        self.stories: dict[str, _Story] = {}
        self.sighted: list[tuple[Line, int]] = []
        """The copies that were no revisions, with the revisions that they are copies of."""
        for line in lines:
            self._read(line)

    def _read(self, line: Line) -> None:
        times = [instant(line[key]) for key in ("published", "captured") if key in line]
        at = times[0]
        both = times[1] if len(times) == 2 else None
        if line["story"] not in self.stories:
            self.stories[line["story"]] = _Story()
            self.position += 1
        story = self.stories[line["story"]]
        if "status" in line:
            if not any((s.at, s.outcome) == (at, line["status"]) for s in story.seen):
                self.position += 1
                story.seen.append(Seen(at, self.position, line["status"]))
            return
        found = self.as_of(line["story"], at)
        captured = instant(line["captured"]) if "captured" in line else None
        if isinstance(found, Read) and found.text == line["body"]:
            self.sighted.append((line, found.number))
            same = captured is not None and captured == found.captured
            known = (same or both is None) and at == found.at
            again = any(
                (s.at, s.outcome, s.number, s.captured) == (at, "unchanged", found.number, both)
                for s in story.seen
            )
            if not known and not again:
                self.position += 1
                story.seen.append(Seen(at, self.position, "unchanged", found.number, both))
            return
        self.position += 1
        number = len(story.revisions) + 1
        story.revisions.append(Read(number, self.position, at, captured, line["body"]))

    def as_of(self, name: str, at: int, known: int | None = None) -> Read | str | None:
        """The revision in force at an instant, as far as was recorded by a position.

        The one that came out or was seen unchanged last, of two at one time the one recorded
        later. Otherwise why there was none: `before` or `gone`; None if the story was not known.
        """
        story = self.stories.get(name)
        until = self.position if known is None else known
        if story is None:
            return None
        marks: list[tuple[int, int, int | None]] = [
            (r.at, r.position, r.number) for r in story.revisions
        ]
        marks += [
            (s.at, s.position, s.number if s.outcome == "unchanged" else None)
            for s in story.seen
            if s.outcome in ("unchanged", "gone")
        ]
        latest = max((m for m in marks if m[1] <= until and m[0] <= at), default=None)
        if latest is None:
            return "before"
        return "gone" if latest[2] is None else story.revisions[latest[2] - 1]

    @property
    def unsettled(self) -> list[Line]:
        """The copies of a revision then in force that a late find has since put elsewhere."""
        return [line for line, number in self.sighted if self._found(line) != number]

    def _found(self, line: Line) -> int | None:
        at = instant(line.get("published") or line["captured"])
        found = self.as_of(line["story"], at)
        return found.number if isinstance(found, Read) else None
