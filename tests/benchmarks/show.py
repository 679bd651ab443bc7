"""Measures `variorum show` as a whole process against importing what it is made with.

python tests/benchmarks/show.py [RUNS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from asof import fill
from generated import copies
from page import machine, markdown, put, reached

RUNS = 21
STORIES = 1_000
IMPORTS = "import typer, pydantic, eventsourcing.persistence"


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "archive.db")
        fill(address, copies(STORIES))
        program = str(Path(sys.executable).with_name("variorum"))
        commands = {
            "imports": [sys.executable, "-c", IMPORTS],
            "show": [program, "--archive", address, "show", "story-7"],
            "python": [sys.executable, "-c", "pass"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():
            seconds(command)
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(seconds(command))
    pairs = zip(times["imports"], times["show"], strict=True)
    reached("show", [ours / limit for limit, ours in pairs])
    rows = [
        [name, f"{sorted(each)[len(each) // 2] * 1000:.0f}", f"{min(each) * 1000:.0f}"]
        for name, each in times.items()
    ]
    put(
        "A whole process",
        f"`python tests/benchmarks/show.py {runs}`: `variorum show` of a story of an archive of "
        f"{STORIES:,} revisions, SQLite; `python -c '{IMPORTS}'`; and Python alone. {runs} runs in "
        "turns.\n\n" + markdown(("process", "median ms", "least"), rows) + f"\n\n{machine()}.",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
