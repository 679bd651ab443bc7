"""A command that is interrupted ends soon, with its exit code, and leaves nothing half done."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from program import PATIENCE, Ran, ask, ended, environment, start
from variorum.adapters.connect import connect
from variorum.adapters.database import sqlite
from variorum.domain.errors import StorageError

SENT = (signal.SIGINT, signal.SIGTERM)
SOON = 2.0
"""Seconds in which a process ends, on a machine that has other things to do."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def interrupted_by(sent: signal.Signals) -> tuple[int, str]:
    """The exit code of a process that was interrupted so, and what it says on stderr."""
    return (130, "interrupted\n") if sent is signal.SIGINT else (-sent, "")


def copies(count: int) -> Iterator[str]:
    """Lines of JSONL, each a story by itself."""
    for number in range(count):
        body = f"Crane {number} is closed, the port said."
        captured = "2024-05-01T09:00:00Z"
        yield json.dumps({"story": f"s{number}", "captured": captured, "body": body}) + "\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of a few stories."""
    path, lines = tmp_path / "a.db", tmp_path / "a.jsonl"
    lines.write_text("".join(copies(20)))
    assert ask("--archive", path, "init").code == 0
    assert ask("--archive", path, "import", lines).code == 0
    assert ask("--archive", path, "checkpoint").code == 0
    return path


@contextlib.contextmanager
def written_to(archive: Path) -> Generator[sqlite3.Connection]:
    """Another process is in the midst of writing to an archive, as it were."""
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield other
        other.execute("rollback")


def head(archive: Path) -> int:
    with connect(str(archive)) as connection:
        return connection.log.head().position


@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize(
    "command",
    [
        ("note", "s1", "A note."),
        ("import", "more.jsonl"),
        ("import", "many.jsonl"),
        ("seal", "--all"),
        ("export", "--all", "-o", "out.jsonl"),
        ("projections", "rebuild", "tally"),
        ("erase", "s1", "--all-revisions", "--why", "w", "--authority", "a", "--yes"),
    ],
    ids=" ".join,
)
def test_who_waits_for_another_that_writes_can_be_interrupted(
    archive: Path, tmp_path: Path, command: tuple[str, ...], sent: signal.Signals
) -> None:
    """Nothing of it is recorded, and when the other is done it can be given again."""
    (tmp_path / "more.jsonl").write_text("".join(copies(30)))
    (tmp_path / "many.jsonl").write_text("".join(copies(8000)))
    before, there = head(archive), set(tmp_path.iterdir())
    with written_to(archive):
        process = start("--archive", archive, *command, cwd=tmp_path)
        until_waiting(process, archive)
        assert process.poll() is None
        sent_at = time.monotonic()
        process.send_signal(sent)
        ran = ended(process)
        assert time.monotonic() - sent_at < SOON
    assert (ran.code, ran.err) == interrupted_by(sent)
    assert head(archive) == before
    assert set(tmp_path.iterdir()) == there
    again = ended(start("--archive", archive, *command, cwd=tmp_path))
    assert again.code == 0, again


def until_waiting(process: subprocess.Popen[bytes], archive: Path) -> None:
    """Waits until a process has the archive open, and for a while."""
    while archive not in links(process.pid):
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(1.0)


def links(pid: int) -> list[Path]:
    """The files that a process has open."""
    found: list[Path] = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.append(each.readlink())
    return found


def test_who_waits_for_longer_than_a_moment_is_let_in(archive: Path, tmp_path: Path) -> None:
    with written_to(archive):
        process = start("--archive", archive, "note", "s1", "A note.", cwd=tmp_path)
        until_waiting(process, archive)
        before = time.monotonic()
    ran = ended(process)
    assert (ran.code, time.monotonic() - before < SOON) == (0, True)


@pytest.mark.parametrize("seconds", [0.1, 0.7])
def test_it_is_waited_for_as_long_as_ever(
    archive: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """Also where that is shorter than SQLite waits by itself, or is no multiple of it."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", seconds)
    with written_to(archive):
        begun = time.monotonic()
        ran = ask("--archive", archive, "note", "s1", "A note.")
        took = time.monotonic() - begun
    assert (ran.code, "locked" in ran.err) == (6, True)
    assert 0.9 * seconds < took < seconds + 1.0


def test_who_is_in_a_hurry_waits_a_moment(archive: Path) -> None:
    with connect(str(archive)) as connection, written_to(archive):
        connection.database.hurry()
        begun = time.monotonic()
        with pytest.raises(StorageError, match="locked"), connection.database.write():
            pass
        assert time.monotonic() - begun < SOON


SIGNALLED = """
import signal, sys
from variorum.cli.main import run

where, left, sent = sys.argv.pop(1), int(sys.argv.pop(1)), int(sys.argv.pop(1))

def trace(frame, event, _):
    global left
    if where not in f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}":
        return None
    left -= event == "line"
    if not left:
        left = -1
        signal.raise_signal(sent)
    return trace

sys.settrace(trace)
run()
"""
"""Runs the program, and sends it a signal at the n-th line that it reaches of some code."""


def signalled(
    where: str, number: int, sent: signal.Signals, folder: Path, *command: str | Path
) -> Ran:
    """See `SIGNALLED`; packed lines come by standard input, and temporary files are in `tmp`."""
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED, where, str(number), str(int(sent)), *map(str, command)],
        capture_output=True,
        cwd=folder,
        env=environment(TMPDIR=str(folder / "tmp")),
        input=gzip.compress("".join(copies(3)).encode()),
        timeout=PATIENCE,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "step", "command"),
    [
        ("SpooledTemporaryFile.__init__", 1, ("export", "--all", "--format", "html", "-o", "out")),
        ("SpooledTemporaryFile.__del__", 1, ("export", "--all", "--format", "html", "-o", "out")),
        ("SpooledTemporaryFile.__init__", 1, ("export", "s1", "--format", "bag", "-o", "out")),
        ("/exports/folder.py", 12, ("export", "s1", "--format", "ocfl", "-o", "out")),
        ("/exports/file.py", 7, ("export", "s1", "-o", "out")),
        ("/verification/leaves.py", 4, ("verify",)),
        ("/tempfile.py", 5, ("import", "-")),
        ("/adapters/interrupting.py", 2, ("import", "-")),
        ("/weakref.py", 5, ("import", "-")),
    ],
    ids=str,
)
def test_wherever_it_is_interrupted_nothing_is_left(
    archive: Path, tmp_path: Path, where: str, step: int, command: tuple[str, ...]
) -> None:
    """No file, and no word but that it was interrupted; its output is whole, if it is there."""
    (tmp_path / "tmp").mkdir()
    before = set(tmp_path.iterdir())
    interrupted = 0
    for number in range(1, 8 * step, step):
        sent = SENT[interrupted % 2]
        ran = signalled(where, number, sent, tmp_path, "--archive", archive, *command)
        assert list((tmp_path / "tmp").iterdir()) == []
        left = set(tmp_path.iterdir()) - before
        assert left <= {tmp_path / "out"}
        if (ran.code, ran.err) != interrupted_by(sent):
            assert ran.code in (0, -sent), (number, ran)
            break
        interrupted += 1
        for each in left:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    assert interrupted
