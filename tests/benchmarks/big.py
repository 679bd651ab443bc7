"""One big run: `make bench-big [STORIES=n]`, by default a tenth of NewsEdits.

    python tests/benchmarks/big.py [STORIES [FOLDER [URL]]]

*Pieces* of 8,000 stories are generated as packed JSONL, imported by `variorum import`, and removed;
then the archive is asked, rebuilt, signed, verified, sealed where that command exists, and
exported. Every step is the real command in a process of its own, whose wall time, processor time
and largest memory are the kernel's (wait4). On SQLite, or in the PostgreSQL database of URL.

The folder (`build/big-STORIES`) holds the archive, and beside it `state.json`: which steps are
done, and what they took. Killed at any moment and run again, it goes on with the step that was not
done, whose time then counts from its new beginning; a piece that was half imported is imported
again, and what is held already says so.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from generated import STORIES, lines, plan, revisions
from page import machine, table
from plot import lines as lines_of

PIECE = 8_000
QUESTIONS = 10_000
CHECKED = 500
VARIORUM = [sys.executable, "-c", "from variorum.cli.main import run; run()"]


@dataclass(slots=True)
class Step:
    """What a command took: seconds, megabytes, and what there was when it ended."""

    wall: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    archive: int = 0
    said: str = ""
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    def add(self, other: Step) -> None:
        self.wall += other.wall
        self.cpu += other.cpu
        self.memory = max(self.memory, other.memory)
        self.archive = other.archive
        self.said = other.said


class Run:
    """A folder with an archive and what was done to it.

    Its lock is inherited by every command: one that outlived a killed run is waited for.
    """

    def __init__(self, stories: int, folder: Path, address: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.stories = stories
        self.folder = folder
        self.address = address or str(folder / "archive.db")
        self.steps: dict[str, Step] = {}
        self._state = folder / "state.json"
        if self._state.exists():
            state = json.loads(self._state.read_bytes())
            if state["stories"] != stories:
                raise SystemExit(f"{folder} holds a run of {state['stories']} stories")
            self.steps = {name: Step(**step) for name, step in state["steps"].items()}

    def save(self) -> None:
        state = {
            "stories": self.stories,
            "steps": {name: asdict(step) for name, step in self.steps.items()},
        }
        partial = self._state.with_suffix(".part")
        with partial.open("w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._state)

    def once(self, name: str, work: Callable[[], Step]) -> None:
        """Does a step, where it was not done."""
        if name in self.steps:
            return
        print(f"{name} …", file=sys.stderr, flush=True)
        step = self.steps[name] = work()
        self.save()
        print(f"{name}: {step.wall:.1f} s, {step.memory:.0f} MB", file=sys.stderr, flush=True)

    def command(self, *arguments: str, accepted: tuple[int, ...] = (0,)) -> Step:
        return self.child([*VARIORUM, "--archive", self.address, *arguments], accepted)

    def child(self, command: list[str], accepted: tuple[int, ...] = (0,)) -> Step:
        output = self.folder / "output"
        began = time.perf_counter()
        with output.open("wb") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, pass_fds=(self._lock,)
            )
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said = output.read_text(encoding="utf-8", errors="replace").strip()
        if process.returncode not in accepted:
            raise SystemExit(f"{' '.join(command)}: {process.returncode}\n{said[-2000:]}")
        return Step(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, self.size(), said)

    def size(self) -> int:
        """Bytes of the archive; of a file, its write-ahead log included."""
        if "://" not in self.address:
            path = Path(self.address)
            beside = [path, path.with_name(path.name + "-wal")]
            return sum(each.stat().st_size for each in beside if each.exists())
        import psycopg

        with psycopg.connect(self.address) as connection:
            row = connection.execute("select pg_database_size(current_database())").fetchone()
        assert row
        return int(row[0])


def main(stories: int, folder: Path, address: str) -> None:
    run = Run(stories, folder, address)
    key = str(folder / "signing.key")
    run.once("init", lambda: run.command("init", "--origin", "example.org/big", "--key", key))
    import_all(run)
    run.once("ask", lambda: ask(run))
    run.once("rebuild", lambda: run.command("projections", "rebuild", "catalogue"))
    run.once("checkpoint", lambda: run.command("checkpoint", "--key", key, "-o", "-"))
    run.once("verify", lambda: run.command("verify"))
    run.once("verify --deep", lambda: run.command("verify", "--deep"))
    if has("seal"):
        run.once("seal", lambda: run.command("seal", "--all", "--compact"))
        run.once("ask, sealed", lambda: ask(run))
        run.once("verify, sealed", lambda: run.command("verify"))
    run.once("export jsonl", lambda: export(run, "jsonl"))
    if has("export", "parquet"):
        run.once("export parquet", lambda: export(run, "parquet"))
    write(run)


def has(command: str, word: str | None = None) -> bool:
    """Whether there is such a command, and its help has that word."""
    ran = subprocess.run([*VARIORUM, command, "--help"], capture_output=True, check=False)
    return ran.returncode == 0 and (word is None or word in ran.stdout.decode())


def import_all(run: Run) -> None:
    """Generates and imports piece after piece."""
    made = run.steps.setdefault("generate", Step(more={"lines": 0, "bytes": 0, "revisions": 0}))
    done = run.steps.setdefault("import", Step(more={"pieces": 0, "taken": []}))
    for number in range(done.more["pieces"], -(-run.stories // PIECE)):
        first, end = number * PIECE, min(run.stories, (number + 1) * PIECE)
        packed = run.folder / "piece.jsonl.zst"
        asked = [str(packed), str(first), str(end), str(run.stories)]
        generated = run.child([sys.executable, __file__, "--generate", *asked])
        generated.more = json.loads(generated.said)
        imported = run.command("import", "jsonl", str(packed), "--format", "json")
        made.add(generated)
        for name in ("lines", "bytes", "revisions"):
            made.more[name] += generated.more[name]
        result = json.loads(imported.said.splitlines()[-1])
        if result["unreadable"]:
            raise SystemExit(imported.said)
        recorded = result["revisions"]
        done.add(imported)
        done.more["pieces"] = number + 1
        done.more["taken"].append([made.more["revisions"], recorded, imported.wall, imported.cpu])
        run.save()
        packed.unlink()
        print(
            f"import {end:,} of {run.stories:,} stories: {recorded:,} revisions in "
            f"{imported.wall:.1f} s, {imported.memory:.0f} MB",
            file=sys.stderr,
            flush=True,
        )


def generate(packed: str, first: int, end: int, of: int) -> None:
    """Writes a piece; in a process of its own, whose time is apart from the import's."""
    count = size = 0
    made = lines(first, end, of)
    with zstd.ZstdFile(packed, "wb") as file:
        while some := list(islice(made, 500)):
            data = b"".join(some)
            file.write(data)
            count, size = count + len(some), size + len(data)
    held = sum(len(plan(number).times) for number in range(first, end))
    print(json.dumps({"lines": count, "bytes": size, "revisions": held}))


def ask(run: Run) -> Step:
    """10,000 questions of random stories, moments and K, in a process of its own."""
    command = [sys.executable, __file__, "--ask", run.address, str(run.stories)]
    step = run.child(command)
    step.more = json.loads(step.said.splitlines()[-1])
    return step


def asking(address: str, stories: int) -> None:
    """Asks, with the text and without; some answers are compared with what was generated."""
    from variorum.adapters.connect import connect
    from variorum.domain.errors import NothingInForceError
    from variorum.domain.shown import Shown

    chance = random.Random(11)
    times: dict[str, list[float]] = {"without text": [], "with text": []}
    wrong = compared = 0
    with connect(address) as connection:
        archive = connection.archive
        head = connection.log.head().position
        for number in range(QUESTIONS):
            story = plan(chance.randrange(stories))
            at = chance.randrange(story.times[0] - 86_400, story.times[-1] + 2 * 86_400) * 1_000_000
            opened = archive.story(story.name).position
            known = f"#{chance.randint(opened, head)}" if number % 2 else None

            began = time.perf_counter_ns()
            with suppress(NothingInForceError):
                archive.stood(story.name, at, known)
            between = time.perf_counter_ns()
            shown: Shown | None = None
            with suppress(NothingInForceError):
                shown = archive.show(story.name, at, known)
            ended = time.perf_counter_ns()
            times["without text"].append((between - began) / 1000)
            times["with text"].append((ended - between) / 1000)

            if known is None and compared < CHECKED:
                compared += 1
                texts = [r for r in revisions(story) if r.published * 1_000_000 <= at]
                expected = texts[-1] if texts else None
                article = shown.article if shown else None
                held = (article.headline, list(article.paragraphs)) if article else None
                wrong += held != (expected and (expected.headline, expected.paragraphs))
    if wrong:
        raise SystemExit(f"{wrong} of {compared} answers are not what was generated")
    print(
        json.dumps(
            {
                "percentiles": {name: percentiles(each) for name, each in times.items()},
                "compared": compared,
            }
        )
    )


def percentiles(values: list[float]) -> list[float]:
    """p50, p90 and p99."""
    ordered = sorted(values)
    return [ordered[int(len(ordered) * part)] for part in (0.5, 0.9, 0.99)]


def export(run: Run, form: str) -> Step:
    output = run.folder / f"export.{form}"
    remove(output)
    step = run.command("export", "--all", "--format", form, "-o", str(output))
    files = [output] if output.is_file() else [p for p in output.rglob("*") if p.is_file()]
    step.more = {"bytes": sum(path.stat().st_size for path in files)}
    remove(output)
    return step


def remove(path: Path) -> None:
    import shutil

    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write(run: Run) -> None:
    """The section of the page."""
    made, done = run.steps["generate"].more, run.steps["import"].more
    count = made["revisions"]
    rows: list[list[str]] = []
    for name, step in run.steps.items():
        if name == "init":
            continue
        rows.append(
            [
                name,
                f"{step.wall:,.1f} s",
                f"{step.cpu:,.1f} s",
                "" if "percentiles" in step.more else f"{step.cpu / count * 1e6:,.0f} µs",
                f"{step.memory:,.0f} MB" if step.memory else "",
                f"{step.archive / 1e6:,.0f} MB" if name != "generate" else "",
                remark(step),
            ]
        )
    taken = [(total, cpu / max(1, new) * 1e6) for total, new, _, cpu in done["taken"]]
    store = "PostgreSQL" if "://" in run.address else "SQLite"
    title = f"A big run of {run.stories:,} stories, {store}"
    picture = lines_of(
        f"{store}, {run.stories:,} stories: processor time of importing a revision",
        f"From {taken[0][1]:.0f} µs a revision in the first piece to {taken[-1][1]:.0f} µs in "
        f"the last, at {count:,} revisions.",
        {"import": [*taken[:-1][:: max(1, len(taken) // 8)], taken[-1]]},
        across="revisions held (logarithmic)",
        up="µs a revision",
    )
    table(
        title,
        f"`make bench-big STORIES={run.stories}`: {run.stories:,} stories of the "
        f"{STORIES:,} that NewsEdits has, {count:,} revisions, {made['lines']:,} lines and "
        f"{made['bytes'] / 1e9:.1f} GB of JSONL. {store}. Every step is the command in a process "
        "of its own; memory is the largest of a process, the archive's size that at the end of the "
        "step, write-ahead log included.",
        ("step", "wall", "processor", "a revision", "memory", "archive", ""),
        rows,
        after=f"{machine()}. Load at the end: {os.getloadavg()[2]:.1f} over 15 minutes.",
        plots={f"big-{run.stories}-{store.lower()}": picture},
    )


def remark(step: Step) -> str:
    if asked := step.more.get("percentiles"):
        return (
            "; ".join(
                f"{name}: p50 {p50:.0f}, p90 {p90:.0f}, p99 {p99:.0f} µs"
                for name, (p50, p90, p99) in asked.items()
            )
            + f"; {step.more['compared']} compared with what was generated"
        )
    if "bytes" in step.more and step.archive:
        return f"{step.more['bytes'] / 1e6:,.0f} MB written"
    return ""


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        asking(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1:2] == ["--generate"]:
        generate(sys.argv[2], *map(int, sys.argv[3:6]))
    else:
        count, place, address = [*sys.argv[1:4], "", "", ""][:3]
        stories = int(count or STORIES // 10)
        name = f"big-{stories}" + ("-postgres" if address else "")
        root = Path(__file__).resolve().parents[2]
        main(stories, Path(place) if place else root / "build" / name, address)
