"""Runs the program: as a process of its own, or the same command line in this process, quicker."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variorum.cli.main import answer

PROGRAM = Path(sys.executable).with_name("variorum")
PATIENCE = 120.0  # seconds, for a process that should end to end


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object that it wrote."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def objects(self) -> list[Any]:
        """The objects that it wrote, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        """What the JSON object of an error says."""
        assert set(self.json) == {"error"}
        return self.json["error"]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would change how the program answers."""
    named = ("VARIORUM_", "PYTEST_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(named)}
    return {**kept, **more}


def start(
    *arguments: str | Path, stdin: int = subprocess.DEVNULL, cwd: Path | None = None, **env: str
) -> subprocess.Popen[bytes]:
    """Starts the program, its output in pipes."""
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environment(**env),
    )


def ended(process: subprocess.Popen[bytes], given: bytes | None = None) -> Ran:
    """What a process came to, when it has ended."""
    out, err = process.communicate(given, timeout=PATIENCE)
    return Ran(process.returncode, out.decode(), err.decode())


def run(
    *arguments: str | Path, given: bytes | None = None, cwd: Path | None = None, **env: str
) -> Ran:
    """Runs the program to its end, as a process of its own."""
    stdin = subprocess.DEVNULL if given is None else subprocess.PIPE
    return ended(start(*arguments, stdin=stdin, cwd=cwd, **env), given)


def ask(*arguments: str | Path) -> Ran:
    """Runs a command in this process, as the program does it, but that it does not exit."""
    out, err = _Captured(), _Captured()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code, message = answer(list(map(str, arguments)))
        if message:
            err.write(message + "\n")
    return Ran(code, out.text, err.text)


class _Captured(io.TextIOWrapper):
    """A standard stream, of bytes and of text, that is kept."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", newline="", write_through=True)

    @property
    def text(self) -> str:
        self.flush()
        return self._bytes.getvalue().decode()
