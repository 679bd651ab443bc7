"""Runs what measures the figures, one script after the other, into one page: `make bench`.

    python tests/benchmarks/bench.py [--quick] [ROWS…]

*Rows* are names of scripts (`verify`) or of figures (`verify-one`). A script that fails, or is not
there, is named, and the others go on; the exit code is 1 then. --quick takes small sizes, and
writes into build/benchmarks: for trying, not for figures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from figures import FIGURES, SCRIPTS, Script

HERE = Path(__file__).resolve().parent


def chosen(rows: list[str]) -> list[Script]:
    """The scripts that have one of those rows; all, where none is named."""
    for row in rows:
        if not any(has(script, row) for script in SCRIPTS):
            names = ", ".join(script.name for script in SCRIPTS)
            print(f"no such rows: {row} (there are {names}, and each figure)", file=sys.stderr)
            raise SystemExit(2)
    return [each for each in SCRIPTS if not rows or any(has(each, row) for row in rows)]


def has(script: Script, row: str) -> bool:
    return row == script.name or (
        row.startswith(script.figures) and any(row == figure.name for figure in FIGURES)
    )


def run(script: Script, environment: dict[str, str], *, quick: bool) -> bool:
    path = HERE / f"{script.name}.py"
    if not path.exists():
        print(f"{script.name}: not there", flush=True)
        return False
    began = time.monotonic()
    arguments = script.quick if quick else ()
    ran = subprocess.run(
        [sys.executable, path, *arguments], stdout=subprocess.DEVNULL, env=environment, check=False
    )
    said = "done" if ran.returncode == 0 else f"failed ({ran.returncode})"
    print(f"{script.name}: {said} in {time.monotonic() - began:.0f} s", flush=True)
    return ran.returncode == 0


def main(arguments: list[str]) -> int:
    quick = "--quick" in arguments
    scripts = chosen([each for each in arguments if not each.startswith("--")])
    if quick:
        build = HERE.parents[1] / "build" / "benchmarks"
        os.environ.setdefault("VARIORUM_BENCHMARKS", str(build))
    import page

    page.put("Machine and settings", page.settings())
    whole = [run(each, dict(os.environ), quick=quick) for each in scripts]
    page.put("Summary", page.summary())
    print(page.PAGE)
    return 0 if all(whole) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
