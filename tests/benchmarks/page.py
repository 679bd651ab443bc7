"""The page with the figures, docs/benchmarks.md, and what was measured, beside it as JSON.

What a script does:

- `reached("verify-one", [0.91, 0.93, …])` for each figure of `figures.py` that it takes: the ratios
  (or microseconds, where the figure is in them), one for each of its runs. They are kept in
  `docs/benchmarks/verify-one.json`; the table at the top of the page is made of all of them.
- `put("Verifying an archive", text)`: a section of its own, in Markdown.
- `table("Growth", intro, columns, rows, plots=…)`: the same, kept as `docs/benchmarks/growth.json`
  and rendered from it, with pictures (`plot.py`) beside.

`python tests/benchmarks/page.py` renders anew what is kept. VARIORUM_BENCHMARKS names another
folder than docs, for trying.
"""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from figures import FIGURES
from plot import Bar, bars

DOCS = Path(os.environ.get("VARIORUM_BENCHMARKS") or Path(__file__).resolve().parents[2] / "docs")
PAGE = DOCS / "benchmarks.md"
DATA = DOCS / "benchmarks"

_HEAD = """# Benchmarks

What was measured, and how. Speeds are ratios against a limit that was taken in the same run; each
section is written by its own command. Absolute times are those of the machine that is named.

`make bench` runs everything of the table and writes this page; `make bench ROWS="asof verify"` runs
some of it, and with `QUICK=1` a small size of it, into `build/benchmarks`. `make bench-peers` does
one job with other stores, `make bench-big` a tenth of the largest published collection, and
`make bench-big STORIES=1278804` all of it. What was measured is in [benchmarks/](benchmarks/) as
JSON.
"""
_FIRST = ("Summary", "What is missed, and why", "Machine and settings")


def put(title: str, body: str) -> None:
    """Writes a section in the place of the one of that title, or at the end."""
    DOCS.mkdir(parents=True, exist_ok=True)
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _HEAD
    _, *sections = re.split(r"^## (?=.)", text, flags=re.MULTILINE)
    bodies: dict[str, str] = {}
    for each in sections:
        name, _, rest = each.partition("\n")
        bodies[name] = rest.strip()
    bodies[title] = body.strip()
    ordered = [each for each in _FIRST if each in bodies]
    ordered += [each for each in bodies if each not in _FIRST]
    text = "\n".join([_HEAD, *(f"## {each}\n\n{bodies[each]}\n" for each in ordered)])
    partial = PAGE.with_suffix(".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(PAGE)


def reached(name: str, values: Sequence[float], *, how: str = "") -> None:
    """Keeps what a figure came to, one value for each run, and renders the summary.

    Args:
        name: a figure of `figures.py`.
        how: under which circumstances, where they are not those of the figure.
    """
    assert any(figure.name == name for figure in FIGURES), name
    keep(name, {"values": list(values), "how": how, "machine": machine()})
    put("Summary", summary())


def table(
    title: str,
    intro: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    after: str = "",
    plots: Mapping[str, str] | None = None,
) -> None:
    """Keeps a table and writes it as a section; plots are SVG, by the name of their file."""
    name = title.lower().replace(" ", "-").replace(",", "")
    for file, picture in (plots or {}).items():
        DATA.mkdir(parents=True, exist_ok=True)
        (DATA / f"{file}.svg").write_text(picture, encoding="utf-8")
    names = list(plots or ())
    data = {"title": title, "intro": intro, "columns": columns, "rows": rows, "after": after}
    keep(name, {**data, "plots": names})
    _put_table(title, intro, columns, rows, after, names)


def render() -> None:
    """Writes every section that is kept as data anew, and the summary."""
    for path in sorted(DATA.glob("*.json")):
        found = orjson.loads(path.read_bytes())
        if "columns" in found:
            _put_table(**found)
    put("Summary", summary())


def _put_table(
    title: str,
    intro: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    after: str,
    plots: Sequence[str],
) -> None:
    pictures = ""
    for file in plots:
        svg = (DATA / f"{file}.svg").read_text(encoding="utf-8")
        pictures += f"![{_title(svg)}](benchmarks/{file}.svg)\n\n"
    put(title, f"{intro}\n\n{markdown(columns, rows)}\n\n{pictures}{after}")


def keep(name: str, data: Mapping[str, Any]) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / f"{name}.json").write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")


def kept(name: str) -> dict[str, Any] | None:
    path = DATA / f"{name}.json"
    return orjson.loads(path.read_bytes()) if path.exists() else None


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(
        "| " + " | ".join(each) + " |" for each in (columns, ["---"] * len(columns), *rows)
    )


def summary() -> str:
    """Every figure: to reach, reached, met or missed; those that were not taken too."""
    rows: list[list[str]] = []
    shown: list[Bar] = []
    for figure in FIGURES:
        found = kept(figure.name)
        row = [figure.what, figure.against, figure.to_reach]
        if found is None:
            rows.append([*row, "", "", "not measured"])
            continue
        values = found["values"]
        middle, unit = median(values), figure.unit
        met = figure.met(middle)
        row += [f"**{middle:.3g}{unit}**", f"{min(values):.3g}–{max(values):.3g}{unit}"]
        rows.append([*row, ("met" if met else "missed") + (found["how"] and f", {found['how']}")])
        by = figure.bound / middle if figure.at_most else middle / figure.bound
        shown.append(Bar(figure.name, by, f"{by:.2f}", met))
    many = sum(bool(bar.good) for bar in shown)
    text = markdown(("what", "against", "to reach", "reached", "spread", ""), rows)
    if shown:
        picture = bars(
            "How much of each figure is reached",
            f"{many} of {len(shown)} figures are met; 1 is the figure, more is better. "
            + "; ".join(f"{bar.label} {bar.shown}" for bar in shown),
            shown,
            mark=1,
        )
        (DATA / "summary.svg").write_text(picture, encoding="utf-8")
        text += "\n\n![How much of each figure is reached](benchmarks/summary.svg)"
    return (
        f"{len(FIGURES)} figures, {len(shown)} measured, {many} met. Medians over the runs of one "
        f"script, each run against a limit taken beside it.\n\n{text}"
    )


def machine() -> str:
    """The machine and the versions, in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def settings() -> str:
    """The machine, the versions, and what durability was measured with."""
    rows = [
        ("machine", machine()),
        ("processor", _processor()),
        ("load when begun", " ".join(f"{each:.1f}" for each in os.getloadavg())),
        *((package, version(package)) for package in ("eventsourcing", "psycopg", "pydantic")),
        ("zstd", _zstd()),
        ("SQLite", _sqlite()),
        ("PostgreSQL", _postgres()),
    ]
    return markdown(("", ""), rows)


def _title(svg: str) -> str:
    return svg.partition('<title id="t">')[2].partition("<")[0]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.exists() else ""
    found = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def _zstd() -> str:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return ".".join(map(str, zstd.zstd_version_info))


def _sqlite() -> str:
    import tempfile

    from variorum.adapters.connect import connect

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with connect(str(path), create=True) as connection, connection.database.read() as cursor:
            return (
                ", ".join(
                    f"{name} {cursor.rows(f'pragma {name}')[0][0]}"
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "page_size",
                        "cache_size",
                        "mmap_size",
                    )
                )
                + " (synchronous 2: FULL)"
            )


def _postgres() -> str:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import psycopg

    from postgres_server import start

    try:
        server = start(fsync=True)
    except FileNotFoundError as none:
        return str(none)
    try:
        with psycopg.connect(server.url()) as connection:
            names = (
                "server_version",
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "wal_level",
                "wal_sync_method",
                "shared_buffers",
            )
            asked = {name: connection.execute(f"show {name}").fetchone() for name in names}
            return ", ".join(f"{name} {row[0]}" for name, row in asked.items() if row)
    finally:
        server.stop()


if __name__ == "__main__":
    render()
