"""The figures to reach: what is measured, against what limit, and by which script.

A *figure* is a ratio or a time that one run takes together with its limit. Most are to be at least
so much; some at most.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    """Under which its results are kept: `page.reached(name, …)`."""
    what: str
    against: str
    bound: float
    at_most: bool = False
    unit: str = ""

    @property
    def to_reach(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}{self.unit}"

    def met(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


_ROWS = "storing encoded rows through"
_COPY, _MANY = "COPY of the same rows", "executemany of the same rows"
_SCRIPT = "a tuned bare script doing the same work, one core"
_ASOF, _TEXT = "as-of answer but its text", "as-of answer with text, 1 M revisions"
_SELECT = "`select 1` on the same connection, added to it"
_GIT = "`git show $(git rev-list -1 --before=T …)`"
_LOOP = "a bare loop: select, decode with msgspec, bulk insert"
_GC = "`git gc --aggressive` of the same texts"
_READ = "a bare loop: read, decompress, SHA-256"

FIGURES = (
    Figure("rows-recorder-postgres", f"{_ROWS} the recorder, PostgreSQL", _COPY, 0.95),
    Figure("rows-archive-postgres", f"{_ROWS} the archive, PostgreSQL", _COPY, 0.88),
    Figure("rows-recorder-sqlite", f"{_ROWS} the recorder, SQLite", _MANY, 0.82),
    Figure("rows-archive-sqlite", f"{_ROWS} the archive, SQLite", _MANY, 0.82),
    Figure("import-one-sqlite", "whole import, one core, SQLite", _SCRIPT, 0.92),
    Figure("import-two-sqlite", "whole import, with the second core, SQLite", _SCRIPT, 1.2),
    Figure("import-one-postgres", "whole import, one core, PostgreSQL", _SCRIPT, 0.92),
    Figure("import-two-postgres", "whole import, with the second core, PostgreSQL", _SCRIPT, 1.2),
    Figure(
        "record-postgres", "one durable record, PostgreSQL", "one bare CTE of the same inserts", 0.9
    ),
    Figure(
        "record-sqlite",
        "one durable record, SQLite, synchronous FULL",
        "the same inserts, encoded",
        0.88,
    ),
    Figure("record-text-sqlite", "the same, from text", "the same inserts, encoded", 0.6),
    Figure("asof-sqlite", f"{_ASOF}, SQLite, p50", "absolute", 15, True, " µs"),
    Figure("asof-postgres", f"{_ASOF}, PostgreSQL, p50", _SELECT, 30, True, " µs"),
    Figure("asof-text-sqlite", f"{_TEXT}, SQLite, p50", "absolute", 90, True, " µs"),
    Figure("asof-text-postgres", f"{_TEXT}, PostgreSQL, p50", _SELECT, 150, True, " µs"),
    Figure("asof-git-sqlite", "the same, SQLite", _GIT, 100, unit="×"),
    Figure("asof-git-postgres", "the same, PostgreSQL", _GIT, 40, unit="×"),
    Figure("growth-sqlite", "growth, SQLite", "as-of p50 at 10 M over 100 k", 1.25, True, "×"),
    Figure(
        "growth-postgres", "growth, PostgreSQL", "as-of p50 at 10 M over 100 k", 1.25, True, "×"
    ),
    Figure("rebuild-sqlite", "rebuilding the catalogue, SQLite", _LOOP, 0.9),
    Figure("rebuild-postgres", "rebuilding the catalogue, PostgreSQL", _LOOP, 0.9),
    Figure("disk-terms-sqlite", "disk, sealed, real revisions, SQLite", _GC, 0.7, True),
    Figure("disk-news-sqlite", "disk, sealed, 6 kB texts, SQLite", _GC, 0.88, True),
    Figure("disk-terms-postgres", "disk, sealed, real revisions, PostgreSQL", _GC, 1.05, True),
    Figure("disk-news-postgres", "disk, sealed, 6 kB texts, PostgreSQL", _GC, 1.05, True),
    Figure("verify-one", "verify the whole archive, one core, SQLite", _READ, 0.92),
    Figure("verify-two", "verify the whole archive, two cores, SQLite", _READ, 1.4),
    Figure(
        "show",
        "`variorum show` as a whole process, SQLite",
        '`python -c "import typer, pydantic, eventsourcing.persistence"`',
        1.7,
        True,
        "×",
    ),
)


@dataclass(frozen=True, slots=True)
class Script:
    """A file of this folder that measures some of them."""

    name: str
    figures: tuple[str, ...]
    """How the names of its figures begin."""
    quick: tuple[str, ...] = ()
    """Its arguments for a small try."""


SCRIPTS = (
    Script("bulk", ("rows-", "import-"), ("2000",)),
    Script("record", ("record-",), ("50",)),
    Script("asof", ("asof-",), ("2000",)),
    Script("growth", ("growth-",), ("2000",)),
    Script("rebuild", ("rebuild-",), ("2000",)),
    Script("disk", ("disk-",), ("2000",)),
    Script("verify", ("verify-",), ("2000",)),
    Script("show", ("show",), ("2",)),
    Script("notices", ()),
    Script("pages", ()),
)
