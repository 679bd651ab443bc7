"""The command that shows the whole product on a sample story: demo.

The sample was written for Variorum, on events of October 2024: figures that change, a denial, a
correction, a picture credit that changes, and a revision that is found only later. What is shown
is what the commands really answer.
"""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from variorum.cli.output import bold, dim, heading, say, wrapped
from variorum.domain.errors import CheckFailedError, StorageError, UsageError

app = typer.Typer()

STORY = "border-troops"
_COMMON = ["--story", STORY, "--zone", "America/New_York"]

#: The copies in the order in which the archive got them, and what was known of each.
COPIES: tuple[tuple[str, list[str]], ...] = (
    (
        "1-first.txt",
        ["--published", "2024-10-23 14:20 ET", "--captured", "2024-10-23 14:32 ET"],
    ),
    ("3-kursk.txt", ["--captured", "2024-10-24 09:20 ET"]),
    ("3-kursk.txt", ["--captured", "2024-10-24 12:05 ET"]),
    ("4-denial.txt", ["--captured", "2024-10-24 15:41 ET"]),
    ("5-correction.txt", ["--captured", "2024-10-25 09:00 ET"]),
    ("6-pentagon.txt", ["--captured", "2024-10-28 17:02 ET"]),
)
LATE = ("2-late-find.txt", ["--captured", "2024-10-23 21:15 ET"])
GAP = "2024-10-23 20:00 ET"


@app.command("demo")
def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="Where to build it; somewhere temporary, if not given."
        ),
    ] = None,
) -> None:
    """Builds a sample archive and walks through the whole product."""
    place = _place(folder)
    archive = str(place / "variorum.db")
    sample = files("variorum.cli") / "sample"
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in sorted({name for name, _ in (*COPIES, LATE)}):
            (place / name).write_bytes((sample / name).read_bytes())
    except OSError as cause:
        raise StorageError(f"cannot write {cause.filename}: {cause.strerror}") from cause
    walk = _Walk(archive, place)

    walk.say("An agency story, as it was captured over six days. Each copy is recorded once.")
    walk.run("init")
    for name, known in COPIES:
        walk.run("record", name, *_COMMON, *known)
    walk.say("One copy had not changed: it is kept as a sighting. What does the story say now?")
    walk.run("show", STORY)
    walk.say("And at noon on the 24th, by the newsroom's clock?")
    walk.run("show", STORY, "--at", "2024-10-24 12:00 ET")
    walk.say(
        "On the evening of the 23rd another text stood: the notices at the foot say so. "
        "Nobody has captured it. The archive does not pretend to know."
    )
    walk.run("show", STORY, "--at", GAP, expected=3)
    walk.say("Weeks later somebody finds a copy of it. It is recorded under its own time.")
    position = walk.head()
    walk.run("record", LATE[0], *_COMMON, *LATE[1])
    walk.run("note", f"{STORY}@r6", "Found in a reader's saved pages.")
    walk.say("The same question now has an answer …")
    walk.run("show", STORY, "--at", GAP, lines=8)
    walk.say("… and what was known before the find has not changed.")
    walk.run("show", STORY, "--at", GAP, "--known-at", f"#{position}", expected=3)
    walk.say("All of it, in order of publication:")
    walk.run("history", STORY)
    walk.say("What did the correction change?")
    walk.run("diff", STORY, "--from", "r3", "--to", "r4")
    walk.say("How the story grew, in its first day:")
    walk.run("replay", STORY, "--to", "2024-10-24 16:00 ET", lines=60)
    _evidence(walk, place)
    _farewell(archive)


def _evidence(walk: _Walk, place: Path) -> None:
    """What an auditor is given; then, on a copy, how something is taken down."""
    from variorum.adapters.key_files import verifier_in

    key = place / "variorum.db.main.key"
    (place / "trusted.key").write_text(f"{verifier_in(key)}\n")
    walk.say("Nobody has to take the archive's word for it. The head of its log is signed:")
    walk.run("checkpoint", "--output", "head.note")
    walk.run("verify", "head.note", "--key", "trusted.key")
    copy = place / "copy.db"
    shutil.copy(place / "variorum.db", copy)
    shutil.copy(key, f"{copy}.main.key")
    second = _Walk(str(copy), place)
    second.say(
        "An auditor gets a bag, which verifies offline, by itself. (This is done on a copy of the "
        "archive, since the archive keeps a register of what it handed out.)"
    )
    second.run("export", STORY, "--format", "bag", "--output", "bag")
    second.run("verify", "bag", "--key", "trusted.key")
    second.say("And where something has to go, it goes, and the rest still verifies:")
    second.run(
        "erase", f"{STORY}@r4", "--credit", "1", "--in-all", "--yes",
        "--why", "the photographer asked", "--authority", "picture desk",
    )  # fmt: skip
    second.run("show", f"{STORY}@r4", lines=9)
    second.run("verify", "--deep")


class _Walk:
    """Says what is done, and does it."""

    def __init__(self, archive: str, place: Path) -> None:
        self._archive = archive
        self._place = place

    def say(self, text: str) -> None:
        say()
        say(heading(wrapped(text)))

    def run(self, *arguments: str, lines: int | None = None, expected: int = 0) -> None:
        """Runs a command as the shell would, after showing it; at most so many lines of it.

        Raises:
            CheckFailedError: its exit code is not the expected one.
        """
        import contextlib
        import io

        from variorum.cli.main import answer

        say(dim("$ ") + bold(shlex.join(["variorum", *arguments])))
        real = [self._real(each, before) for before, each in pairwise(("", *arguments))]
        out = io.StringIO() if lines is not None else sys.stdout
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            code, message = answer(["--archive", self._archive, *real])
        if isinstance(out, io.StringIO) and lines is not None:
            text = out.getvalue().splitlines()
            say("\n".join(text[:lines]))
            if len(text) > lines:
                say(dim(f"… {len(text) - lines} lines more"))
        if code > 128:  # interrupted, or nobody reads any more: that is not the command's answer
            raise typer.Exit(code)
        if message:
            say(message)
        if code:
            say(dim(f"(exit code {code})"))
        if code != expected:
            raise CheckFailedError(f"the demo expected exit code {expected} here, not {code}")

    def _real(self, argument: str, before: str) -> str:
        """Where a file is that the command names."""
        path = self._place / argument
        there = path.is_file() or (path / "bagit.txt").is_file()
        return str(path) if there or before == "--output" else argument

    def head(self) -> int:
        from variorum.adapters.connect import connect

        with connect(self._archive) as connection:
            return connection.log.head().position


def _place(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="variorum-demo-"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and not an empty folder")
    return folder


def _farewell(archive: str) -> None:
    program = shutil.which("variorum") or Path(sys.argv[0])
    say()
    say(heading("Now you:"))
    say(f"  export VARIORUM_ARCHIVE={shlex.quote(archive)}")
    for command in (
        f"replay {STORY}             # press no key: it paces itself",
        f"diff {STORY} --from r1 --to r5 --side-by-side",
        f"show {STORY}@r2 --format json",
        "verify --deep",
        "record YOUR-FILE.txt --story your-story --zone Europe/Berlin",
        "--help",
    ):
        say(f"  {shlex.quote(str(program))} {command}")
